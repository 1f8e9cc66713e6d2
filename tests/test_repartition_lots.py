"""An amount shared out: exact to the cent, under what was asked, one step of undo."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import pytest

from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns_actions import colonnes_actions
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.lots import appliquer
from app.services.repartition_lots import (
    Cle,
    Partage,
    Repartition,
    montant_propose,
    partager,
    preparer_repartition,
)
from app.services.totaux import Totaux


@pytest.mark.parametrize(
    ("total", "poids", "plafonds", "parts"),
    [
        (100, [1, 1, 1], None, [34, 33, 33]),  # the first of equals
        (100, ["2.5", "7.5"], None, [25, 75]),
        (10_000, [3000, 5000, 800], None, [3409, 5682, 909]),
        (10, [1, 1, 1, 1, 1, 1], None, [2, 2, 2, 2, 1, 1]),
        (1, [1, 5, 5], None, [0, 1, 0]),
        (100, [1, 0, 1], None, [50, 0, 50]),
        (100, [1, 1, 2], [10, None, None], [10, 30, 60]),
        (100, [1, 1, 2], [10, 20, 50], [10, 20, 50]),  # 20 find no place
        (100, [1, 1, 1], [33, 33, None], [33, 33, 34]),
        (90, [3, 2, 1], [40, 40, 40], [40, 33, 17]),
        (5, [0, 0], None, [0, 0]),
        (7, [], None, []),
    ],
)
def test_les_parts_sont_exactes(
    total: int, poids: list[Any], plafonds: list[int | None] | None, parts: list[int]
) -> None:
    assert partager(total, [Decimal(p) for p in poids], plafonds) == parts


def test_de_tres_grands_montants_ne_s_arrondissent_pas() -> None:
    poids = [Decimal("99999999999.99"), Decimal("0.01"), Decimal("33333333333.33")]
    assert sum(partager(10**15 + 7, poids)) == 10**15 + 7


class Programme:
    """Three actions which asked 3,000, 5,000 and 800 of one financeur."""

    def __init__(self, fichier: Fichier) -> None:
        self.fichier = fichier
        self.decor = fabriques.decor(fichier, actions=3)
        self.actions, self.cofinancements = Actions(fichier), Cofinancements(fichier)
        self.etat = self.decor.financeurs[0]
        for cle, demande in zip(self.decor.actions, (3000, 5000, 800), strict=True):
            self.cofinancements.saisir(cle, self.etat, etape="demande", montant=Decimal(demande))
        fichier.undo.oublier()
        colonnes = colonnes_actions(
            self.cofinancements.financeurs(2026), self.actions, self.cofinancements
        )
        self.colonnes = {c.cle: c for c in colonnes}
        self.accorde = self.colonnes[f"{self.etat}.accorde"]

    def lignes(self) -> list[tuple[str, Any]]:
        return [(ligne.cle, ligne) for ligne in self.actions.lignes(2026)]

    def accorder(self, *montants: int | None) -> None:
        for cle, montant in zip(self.decor.actions, montants, strict=True):
            valeur = None if montant is None else Decimal(montant)
            self.cofinancements.saisir(cle, self.etat, etape="accorde", montant=valeur)
        self.fichier.undo.oublier()

    def repartir(self, montant: str, **choix: Any) -> Repartition:
        partage = replace(Partage(), **choix)
        return preparer_repartition(self.lignes(), self.accorde, montant, partage)

    def accordes(self) -> list[Decimal | None]:
        return [self.accorde.lire(ligne) for _, ligne in self.lignes()]


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Programme]:
    with fabriques.neuf(tmp_path / "essai.tdt") as fichier:
        yield Programme(fichier)


@pytest.mark.parametrize(
    ("choix", "accordes"),
    [
        ({}, ["340.91", "568.18", "90.91"]),
        ({"cle": Cle.EGALES}, ["333.34", "333.33", "333.33"]),
        ({"cle": Cle.EGALES, "plafonner": False}, ["333.34", "333.33", "333.33"]),
    ],
)
def test_un_montant_se_repartit_au_centime_et_s_annule_d_un_coup(
    programme: Programme, choix: dict[str, Any], accordes: list[str]
) -> None:
    repartition = programme.repartir("1 000", **choix)
    assert programme.accordes() == [None] * 3  # a preview writes nothing
    assert appliquer(repartition.lot) == 3
    assert programme.accordes() == [Decimal(a) for a in accordes]
    assert sum(map(Decimal, accordes)) == repartition.reparti == repartition.montant
    [libelle] = programme.fichier.undo.a_annuler()
    assert libelle.startswith("Répartir 1 000 dans « État · Accordé »")
    programme.fichier.undo.annuler()
    assert programme.accordes() == [None] * 3


def test_jamais_plus_que_le_demande_si_on_le_veut(programme: Programme) -> None:
    plafonnee = programme.repartir("9 000", cle=Cle.EGALES)
    assert [m.apres for m in plafonnee.lot.modifications] == [3000, 5000, 800]
    assert plafonnee.reparti == 8800
    assert "200\u00a0€ ne trouvent pas de place" in plafonnee.phrase
    libre = programme.repartir("9 000", cle=Cle.EGALES, plafonner=False)
    assert [m.apres for m in libre.lot.modifications] == [3000, 3000, 3000]
    assert libre.phrase == "Réparti\u00a0: 9\u202f000\u00a0€ sur 9\u202f000\u00a0€."


def test_remplacer_ou_ajouter_a_ce_qui_est_la(programme: Programme) -> None:
    programme.accorder(2900, None, 100)
    remplace = programme.repartir("880")
    assert [m.apres for m in remplace.lot.modifications] == [300, 500, 80]
    ajoute = programme.repartir("880", en_plus=True)
    # 300 do not fit under the 3,000 of the first one: its 200 go to the others
    assert [m.apres for m in ajoute.lot.modifications] == [
        3000,
        Decimal("672.41"),
        Decimal("207.59"),
    ]
    assert ajoute.lot.ecart == ajoute.reparti == 880


def test_une_ligne_refusee_laisse_sa_part_aux_autres(programme: Programme) -> None:
    programme.cofinancements.ajouter(programme.decor.actions[0], programme.etat, demande=Decimal(1))
    repartition = programme.repartir("580")
    assert [bool(m.refus) for m in repartition.lot.modifications] == [True, False, False]
    assert [m.apres for m in repartition.lot.faisables] == [500, 80]
    assert repartition.reparti == 580


@pytest.mark.parametrize("montant", ["", "0", "-5", "beaucoup"])
def test_il_faut_un_montant_a_repartir(programme: Programme, montant: str) -> None:
    with pytest.raises(SaisieRefusee):
        programme.repartir(montant)


def test_sans_demande_on_repartit_a_parts_egales(programme: Programme) -> None:
    for cle in programme.decor.actions:
        programme.cofinancements.saisir(cle, programme.etat, etape="demande", montant=None)
    with pytest.raises(SaisieRefusee, match="rien demandé"):
        programme.repartir("100")
    cout = programme.colonnes["cout"]
    with pytest.raises(SaisieRefusee, match="à parts égales, sans plafond"):
        preparer_repartition(programme.lignes(), cout, "100", Partage())
    egales = Partage(Cle.EGALES, plafonner=False)
    repartition = preparer_repartition(programme.lignes(), cout, "100", egales)
    assert [m.apres for m in repartition.lot.modifications] == [
        Decimal("33.34"), Decimal("33.33"), Decimal("33.33"),
    ]  # fmt: skip


def test_le_reste_de_l_enveloppe_se_propose(programme: Programme) -> None:
    financeur = programme.cofinancements.financeurs(2026)[0]

    def propose(*, en_plus: bool) -> Decimal | None:
        etat = Totaux(programme.fichier).etat(2026, financeur)
        return montant_propose(etat, programme.lignes()[:1], programme.accorde, en_plus=en_plus)

    assert propose(en_plus=True) is None
    with programme.fichier.operation("Notifier") as e:
        fabriques.enveloppe(e, programme.etat, montant=Decimal(10_000))
    programme.accorder(1000, 2000, None)
    assert propose(en_plus=True) == 7000
    assert propose(en_plus=False) == 8000  # what the row chosen has is shared out again
