"""Charts: what they gather, that nothing is lost on the way, and that what is drawn can be read."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest

from app.services.columns import Colonne, TypeColonne, lire_attribut
from app.services.graphiques import (
    CATEGORIES_MAXIMUM,
    SERIES_MAXIMUM,
    VIDES,
    Forme,
    Mesure,
    composer,
    mesures_possibles,
)


@dataclass(frozen=True, slots=True)
class Projet:
    axe: str
    statut: str | None
    etat: Decimal | None
    caf: Decimal | None


AXE = Colonne(cle="axe", titre="Axe", lire=lire_attribut("axe"))
STATUT = Colonne(
    cle="statut",
    titre="Statut",
    type=TypeColonne.CHOIX,
    lire=lire_attribut("statut"),
    choix=(("recu", "Reçue"), ("accorde", "Accordée"), ("refuse", "Refusée")),
)


def montant(cle: str, groupe: str, lire: Any = None) -> Colonne:
    return Colonne(
        cle=f"{cle}.accorde",
        titre="Accordé",
        groupe=groupe,
        type=TypeColonne.MONTANT,
        lire=lire or lire_attribut(cle),
        total=True,
    )


ETAT, CAF = montant("etat", "État"), montant("caf", "CAF")
TOTAL = montant("total", "Tous financeurs", lambda p: (p.etat or 0) + (p.caf or 0))
COMPTE = Mesure("Nombre d’actions")
PROJETS = [
    Projet("Santé", "accorde", Decimal("1000.50"), Decimal(200)),
    Projet("Emploi", "recu", Decimal(5000), None),
    Projet("Santé", "refuse", Decimal(0), Decimal(300)),
    Projet("", None, None, Decimal("0.01")),
]


def test_les_plus_gros_viennent_d_abord_et_les_vides_a_la_fin() -> None:
    dessin = composer(PROJETS, par=AXE, mesure=Mesure("Accordé", (ETAT,)))
    assert dessin.categories == ("Emploi", "Santé", VIDES)
    assert [s.valeurs for s in dessin.series] == [(Decimal(5000), Decimal("1000.50"), Decimal(0))]
    assert (dessin.titre, dessin.unite, dessin.lignes) == ("Accordé par axe", "€", 4)


def test_une_liste_fermee_garde_son_ordre() -> None:
    dessin = composer(PROJETS, par=STATUT, mesure=COMPTE)
    assert dessin.categories == ("Reçue", "Accordée", "Refusée", VIDES)
    assert dessin.series[0].valeurs == (1, 1, 1, 1)


def test_chaque_financeur_est_une_serie_et_la_somme_est_celle_des_lignes() -> None:
    mesure = Mesure("Accordé, financeur par financeur", (ETAT, CAF))
    dessin = composer(PROJETS, par=AXE, mesure=mesure, forme=Forme.EMPILEES)
    assert [serie.nom for serie in dessin.series] == ["État", "CAF"]
    assert dessin.total == Decimal("6500.51")
    assert dessin.total_de(dessin.categories.index("Santé")) == Decimal("1500.50")


def test_decouper_selon_une_autre_colonne() -> None:
    dessin = composer(PROJETS, par=AXE, mesure=COMPTE, forme=Forme.EMPILEES, selon=STATUT)
    sante = dessin.categories.index("Santé")
    assert {s.nom: s.valeurs[sante] for s in dessin.series} == {
        "Accordée": 1,
        "Reçue": 0,
        "Refusée": 1,
        VIDES: 0,
    }


def test_ce_qui_est_trop_nombreux_est_reuni_sans_rien_perdre() -> None:
    nombreux = [Projet(f"Axe {n}", str(n), Decimal(n), None) for n in range(1, 41)]
    dessin = composer(nombreux, par=AXE, mesure=Mesure("Accordé", (ETAT,)), selon=STATUT)
    assert len(dessin.categories) == CATEGORIES_MAXIMUM
    assert len(dessin.series) == SERIES_MAXIMUM
    assert dessin.categories[0] == "Axe 40"
    assert dessin.categories[-1] == "Autres (29)"
    assert dessin.total == sum(range(1, 41))


@pytest.mark.parametrize("forme", list(Forme))
def test_sans_ligne_il_n_y_a_rien_et_rien_ne_casse(forme: Forme) -> None:
    dessin = composer([], par=AXE, mesure=COMPTE, forme=forme)
    assert (dessin.categories, dessin.total, dessin.lignes) == ((), 0, 0)


def test_ce_que_l_on_peut_mesurer_vient_des_colonnes_qui_ont_un_total() -> None:
    titres = [m.titre for m in mesures_possibles([AXE, ETAT, CAF, TOTAL], compte="Nombre")]
    assert titres == [
        "Nombre",
        "État · Accordé",
        "CAF · Accordé",
        "Tous financeurs · Accordé",
        "Accordé, financeur par financeur",
    ]
    blocs = mesures_possibles([AXE, ETAT, CAF, TOTAL], compte="Nombre")[-1]
    assert [c.groupe for c in blocs.colonnes] == ["État", "CAF"]
