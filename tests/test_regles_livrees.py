"""The rules that the program ships, and those that its checks answer for: none is invented."""

import json
from pathlib import Path

import pytest

from app.models.enums import CibleConstat, NiveauConstat
from app.services import referentiels
from app.services.constats_controles import CONTROLES
from app.services.constats_registre import COMPLEMENTS, codes_controles
from app.services.constats_service import Constats
from app.services.contrats import Contrats
from app.services.fichier import Fichier
from app.services.regles_couches import RANGS, Regles
from app.services.regles_nationales import nationales
from app.services.transaction import entites
from tests import fabriques


def codes_imprimes() -> set[str]:
    """Codes of every rule of the contracts shipped."""
    return {
        regle["identifiant"]
        for chemin in Path(referentiels.dossier()).glob("*.json")
        for regle in json.loads(chemin.read_text(encoding="utf-8")).get("regles", [])
    }


def test_chaque_controle_repond_d_une_regle_imprimee() -> None:
    inventes = codes_controles() - codes_imprimes() - nationales().keys()
    assert inventes == set()


def test_chaque_regle_nationale_a_son_texte_et_sa_source() -> None:
    assert len(nationales()) > 5
    for regle in nationales().values():
        assert regle.code.startswith("national.")
        assert regle.enonce.endswith(".")
        assert len(regle.source) > 10
        assert regle.niveau in {str(niveau) for niveau in NiveauConstat}
        assert all(valeur is not None for valeur in regle.parametres.values())


def test_les_complements_suivent_des_tables_qui_existent() -> None:
    """A misspelt table or column would leave a fact as it was for ever."""
    for complement in COMPLEMENTS:
        for entite, chemin in complement.suit.items():
            table = entites()[entite]
            for colonne in filter(None, chemin.split(".")):
                assert colonne in table.c, (complement.nom, entite, chemin)
                liens = table.c[colonne].foreign_keys
                table = next(iter(liens)).column.table if liens else table
    assert len({c.nom for c in COMPLEMENTS}) == len(COMPLEMENTS)


@pytest.mark.parametrize("identifiant", referentiels.identifiants())
def test_un_contrat_sans_action_ne_dit_rien_d_une_action(tmp_path: Path, identifiant: str) -> None:
    """Every contract opens with its rules in force, each in a layer; an empty year has no fault of
    an action, a porteur or an appel.
    """
    with fabriques.neuf(tmp_path / "contrat.tdt") as fichier:
        Contrats(fichier).charger(referentiels.charger(identifiant))
        with fichier.instant() as lire:
            regles = Regles(lire)
        en_vigueur = [regle for code in regles.codes() if (regle := regles.de(code)) is not None]
        assert len(en_vigueur) > 20
        assert all(regle.couche in RANGS and regle.enonce for regle in en_vigueur)
        sans_source = [
            regle.code
            for regle in en_vigueur
            if any(v.valeur is not None and not v.source for v in regle.valeurs.values())
        ]
        assert sans_source == []
        constats = Constats(fichier).de_l_annee(2026)
        assert {c.cible for c in constats} <= {CibleConstat.ANNEE, CibleConstat.SEANCE}
        assert all(c.source and c.phrase.endswith((".", "!", "?")) for c in constats)


def test_les_valeurs_du_contrat_sont_celles_des_controles(fichier: Fichier) -> None:
    """One truth: the services that read a value and the checks see the same one."""
    Contrats(fichier).charger(referentiels.charger("valenciennes"))
    contrats = Contrats(fichier)
    with fichier.instant() as lire:
        regles = Regles(lire)
    lues = 0
    for code in regles.codes():
        regle = regles.de(code)
        assert regle is not None
        for nom, detail in regle.valeurs.items():
            assert contrats.valeur(code, nom) == detail
            lues += 1
            if lues > 60:
                return
    raise AssertionError("Trop peu de valeurs")


def test_un_controle_ne_repond_pas_deux_fois_d_une_regle() -> None:
    couples = [(c.cible, code, c.fonction) for c in CONTROLES for code in c.codes]
    assert len(couples) == len(set(couples))
