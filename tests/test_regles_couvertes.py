"""Every rule of the référentiels is checked, or ARCHITECTURE.md says why it cannot be."""

import re
from pathlib import Path

from app.services import referentiels
from app.services.constats_controles import CONTROLES
from app.services.constats_registre import codes_controles
from app.services.regles_nationales import nationales

ARCHITECTURE = Path(__file__).resolve().parent.parent / "app" / "ARCHITECTURE.md"
TESTS = sorted(Path(__file__).resolve().parent.glob("test_constats*.py"))


def codes_des_textes() -> set[str]:
    contrats = {
        regle.identifiant
        for identifiant in referentiels.identifiants()
        for regle in referentiels.charger(identifiant).regles
    }
    return contrats | set(nationales())


def codes_sans_controle() -> list[str]:
    texte = ARCHITECTURE.read_text(encoding="utf-8")
    section = texte.split("## Rules without a check")[1].split("\n## ")[0]
    tableau = section.split("|---|---|")[1]
    return re.findall(r"`([^`]+)`", tableau)


def test_chaque_regle_a_son_controle_ou_sa_raison() -> None:
    dites = codes_sans_controle()
    assert sorted(codes_des_textes() - codes_controles() - set(dites)) == []
    assert sorted(set(dites) & codes_controles()) == [], "dites sans contrôle, et contrôlées"
    assert sorted(set(dites) - codes_des_textes()) == [], "aucun texte ne les imprime"
    assert len(dites) == len(set(dites))


def test_chaque_controle_est_celui_d_une_regle_imprimee() -> None:
    assert sorted(codes_controles() - codes_des_textes()) == []


def test_chaque_controle_a_son_essai() -> None:
    """By its code, or by the table of codes that a test walks."""
    essais = "".join(chemin.read_text(encoding="utf-8") for chemin in TESTS)
    parcourues = {"frequence_des_instances", "exclusions_de_la_region"}
    sans = [
        code
        for controle in CONTROLES
        for code in controle.codes
        if f'"{code}"' not in essais and controle.fonction.__name__ not in parcourues
    ]
    assert sans == []
