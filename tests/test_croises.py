"""Pivot tables: every row counts once, totals are those of the list, each cell leads to its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import pytest

from app.services.columns import Colonne, TypeColonne, lire_attribut
from app.services.croises import (
    Croise,
    LigneCroisee,
    colonnes_du_croise,
    croiser,
    intitule_de_colonne,
)
from app.services.filtres import VIDES, Comparaison, Condition, predicat
from app.services.graphiques import CATEGORIES_MAXIMUM, Mesure


@dataclass(frozen=True, slots=True)
class Projet:
    axe: str
    statut: str | None
    quartiers: str
    etat: Decimal | None
    caf: Decimal | None
    public: int | None = None


AXE = Colonne(cle="axe", titre="Axe", lire=lire_attribut("axe"), ordre=("Santé", "Emploi"))
STATUT = Colonne(
    cle="statut",
    titre="Statut",
    type=TypeColonne.CHOIX,
    lire=lire_attribut("statut"),
    choix=(("recu", "Reçue"), ("accorde", "Accordée"), ("refuse", "Refusée")),
)
QUARTIERS = Colonne(
    cle="quartiers", titre="Quartiers", lire=lire_attribut("quartiers"), plusieurs=True
)


def somme(cle: str, groupe: str, genre: TypeColonne = TypeColonne.MONTANT) -> Colonne:
    return Colonne(
        cle=cle, titre="Accordé", groupe=groupe, type=genre, lire=lire_attribut(cle), total=True
    )


ETAT, CAF = somme("etat", "État"), somme("caf", "CAF")
PUBLIC = somme("public", "", TypeColonne.ENTIER)
COMPTE = Mesure("Nombre d’actions")
ACCORDE = Mesure("Accordé", (ETAT,))
PAR_FINANCEUR = Mesure("Accordé, financeur par financeur", (ETAT, CAF))
COLONNES = {c.cle: c for c in (AXE, STATUT, QUARTIERS, ETAT, CAF, PUBLIC)}
PROJETS = [
    Projet("Emploi", "recu", "Centre", Decimal(5000), None, 12),
    Projet("Santé", "accorde", "Centre, Nord", Decimal("1000.50"), Decimal(200)),
    Projet("Santé", "refuse", "Nord", Decimal(0), Decimal(300), 30),
    Projet("", None, "", None, Decimal("0.01")),
]


def valeurs(croise: Croise) -> dict[str, list[Decimal | int | None]]:
    """What is read on screen: a row of values by name."""
    return {
        ligne.nom: [ligne.valeurs.get(tete.cle) for tete in croise.colonnes]
        for ligne in croise.lignes
    }


def gardees(conditions: Iterable[Condition]) -> list[Projet]:
    epreuves = [predicat(c, COLONNES[c.colonne]) for c in conditions]
    return [projet for projet in PROJETS if all(e(projet) for e in epreuves)]


def test_les_lignes_et_les_colonnes_ont_l_ordre_du_referentiel_et_des_listes() -> None:
    croise = croiser(PROJETS, par=AXE, mesure=COMPTE, selon=STATUT)
    assert [ligne.nom for ligne in croise.lignes] == ["Santé", "Emploi", VIDES]
    assert [tete.nom for tete in croise.colonnes] == ["Reçue", "Accordée", "Refusée", VIDES]
    assert valeurs(croise) == {
        "Santé": [None, 1, 1, None],
        "Emploi": [1, None, None, None],
        VIDES: [None, None, None, 1],
    }
    assert croise.titre == "Nombre d’actions par axe et par statut"


@pytest.mark.parametrize("mesure", [COMPTE, ACCORDE, Mesure("Public", (PUBLIC,))])
@pytest.mark.parametrize("selon", [None, STATUT, QUARTIERS])
@pytest.mark.parametrize("par", [AXE, QUARTIERS])
def test_les_totaux_sont_ceux_de_la_liste(
    par: Colonne, selon: Colonne | None, mesure: Mesure
) -> None:
    croise = croiser(PROJETS, par=par, mesure=mesure, selon=selon)
    attendu = (
        sum(mesure.colonnes[0].lire(p) or 0 for p in PROJETS) if mesure.colonnes else len(PROJETS)
    )
    totaux = croise.totaux
    assert totaux.total == sum(ligne.total for ligne in croise.lignes) == attendu
    assert sum(totaux.valeurs.values()) == attendu


def test_chaque_financeur_est_une_colonne_quand_il_a_un_montant() -> None:
    croise = croiser(PROJETS, par=AXE, mesure=PAR_FINANCEUR)
    assert [tete.nom for tete in croise.colonnes] == ["État", "CAF"]
    assert valeurs(croise)["Santé"] == [Decimal("1000.50"), Decimal(500)]
    assert croise.totaux.total == Decimal("6500.51")
    sans_caf = croiser(PROJETS[:1], par=AXE, mesure=PAR_FINANCEUR)
    assert [tete.nom for tete in sans_caf.colonnes] == ["État"]


def test_rien_n_est_reuni_sous_autres() -> None:
    nombre = 3 * CATEGORIES_MAXIMUM
    projets = [Projet(f"Axe {i}", "recu", f"Q{i}", Decimal(i), None) for i in range(nombre)]
    croise = croiser(projets, par=AXE, mesure=ACCORDE, selon=QUARTIERS)
    assert (len(croise.lignes), len(croise.colonnes)) == (nombre, nombre)
    assert [ligne.nom for ligne in croise.lignes][8:11] == ["Axe 8", "Axe 9", "Axe 10"]


@pytest.mark.parametrize(
    ("par", "selon", "mesure"),
    [(AXE, STATUT, COMPTE), (QUARTIERS, AXE, COMPTE), (STATUT, QUARTIERS, COMPTE)],
)
def test_chaque_case_mene_aux_lignes_qu_elle_compte(
    par: Colonne, selon: Colonne, mesure: Mesure
) -> None:
    croise = croiser(PROJETS, par=par, mesure=mesure, selon=selon)
    for ligne in croise.lignes:
        assert len(gardees(croise.conditions(ligne.cle))) == ligne.total
        for tete in croise.colonnes:
            trouvees = gardees(croise.conditions(ligne.cle, tete.cle))
            assert len(trouvees) == ligne.valeurs.get(tete.cle, 0)


def test_une_case_de_financeur_mene_aux_lignes_qui_ont_un_montant_de_lui() -> None:
    croise = croiser(PROJETS, par=AXE, mesure=PAR_FINANCEUR)
    vides = croise.lignes[-1]
    assert croise.conditions(vides.cle, "caf") == (
        Condition("axe", Comparaison.PARMI, ("",)),
        Condition("caf", Comparaison.REMPLI),
    )
    assert gardees(croise.conditions(croise.lignes[0].cle, "caf")) == PROJETS[1:3]


def test_il_devient_une_liste_avec_ses_totaux() -> None:
    croise = croiser(PROJETS, par=AXE, mesure=PAR_FINANCEUR)
    colonnes = colonnes_du_croise(croise, AXE)
    assert [c.titre for c in colonnes] == ["Axe", "État", "CAF", "Total"]
    assert [intitule_de_colonne(c.cle) for c in colonnes] == ["", "etat", "caf", ""]
    assert textes(colonnes, croise.lignes[0]) == ["Santé", "1 000,50", "500", "1 500,50"]
    assert textes(colonnes, croise.totaux)[-1] == "6 500,51"
    seule = colonnes_du_croise(croiser(PROJETS, par=AXE, mesure=COMPTE), AXE)
    assert [c.titre for c in seule] == ["Axe", "Nombre d’actions"]


def textes(colonnes: list[Colonne], ligne: LigneCroisee) -> list[str]:
    return [c.texte(ligne).replace("\u202f", " ") for c in colonnes]


def test_une_liste_vide_ne_casse_rien() -> None:
    croise = croiser([], par=AXE, mesure=COMPTE, selon=STATUT)
    assert (croise.lignes, croise.colonnes, croise.totaux.total) == ((), (), 0)
