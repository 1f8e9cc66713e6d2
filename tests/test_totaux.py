"""Totals read once by SQL, then kept up to date by each notice: always those of the file."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from fabriques import Decor

from app.models.action import Cofinancement
from app.models.programme import Enveloppe
from app.services.cofinancements import Cofinancements
from app.services.fichier import Fichier
from app.services.rows import EtatEnveloppe, LigneFinanceur
from app.services.totaux import Totaux


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier, actions=2)


@pytest.fixture
def etat_(fichier: Fichier, decor: Decor) -> LigneFinanceur:
    return Cofinancements(fichier).financeurs()[0]


def saisir(fichier: Fichier, decor: Decor, rang: int, etape: str, montant: str | None) -> None:
    Cofinancements(fichier).saisir(
        decor.actions[rang],
        decor.financeurs[0],
        etape=etape,
        montant=None if montant is None else Decimal(montant),
    )


def test_un_programme_vide_n_a_que_des_zeros(fichier: Fichier, etat_: LigneFinanceur) -> None:
    totaux = Totaux(fichier)
    assert totaux.montant(2026, etat_.cle, "accorde") == 0
    assert totaux.etat(2026, etat_) == EtatEnveloppe(
        financeur=etat_,
        annee=2026,
        montant=None,
        notifie=False,
        reserve=Decimal(0),
        engage=Decimal(0),
        demande=Decimal(0),
        propose=Decimal(0),
        accorde=Decimal(0),
        disponible=None,
        reste=None,
    )


def test_les_totaux_suivent_chaque_montant_tape(
    fichier: Fichier, decor: Decor, etat_: LigneFinanceur
) -> None:
    totaux = Totaux(fichier)
    suivis = []
    for rang, etape, montant in (
        (0, "demande", "5000.50"),
        (1, "demande", "3000"),
        (0, "accorde", "4000"),
        (0, "accorde", "4500.25"),
        (1, "accorde", "100"),
        (1, "accorde", None),
    ):
        saisir(fichier, decor, rang, etape, montant)
        suivis.append(
            (totaux.montant(2026, etat_.cle, "demande"), totaux.montant(2026, etat_.cle, "accorde"))
        )
        assert totaux.ecarts() == []
    assert [tuple(map(str, paire)) for paire in suivis] == [
        ("5000.50", "0"),
        ("8000.50", "0"),
        ("8000.50", "4000.00"),
        ("8000.50", "4500.25"),
        ("8000.50", "4600.25"),
        ("8000.50", "4500.25"),
    ]
    assert totaux.montant(2025, etat_.cle, "demande") == 0


def test_les_totaux_suivent_annulations_suppressions_et_changements_de_colonne(
    fichier: Fichier, decor: Decor, etat_: LigneFinanceur
) -> None:
    totaux = Totaux(fichier)
    saisir(fichier, decor, 0, "demande", "5000")
    [ligne] = Cofinancements(fichier).de_l_action(decor.action)
    with fichier.operation("Changer de financeur et d'année") as e:
        e.modifier(Cofinancement, ligne.cle, financeur=decor.financeurs[1], annee=2027)
    assert totaux.montant(2026, etat_.cle, "demande") == 0
    assert totaux.montant(2027, decor.financeurs[1], "demande") == 5000
    Cofinancements(fichier).supprimer(ligne.cle)
    assert totaux.montant(2027, decor.financeurs[1], "demande") == 0
    for attendu in (Decimal(0), Decimal(5000)):
        fichier.undo.annuler()
        assert totaux.montant(2026, etat_.cle, "demande") == attendu
    assert totaux.ecarts() == []


def test_une_enveloppe_dit_ce_qu_il_en_reste(
    fichier: Fichier, decor: Decor, etat_: LigneFinanceur
) -> None:
    totaux = Totaux(fichier)
    with fichier.operation("Notifier") as e:
        cle = fabriques.enveloppe(
            e, etat_.cle, montant=Decimal(10_000), reserve=Decimal(1_000), engage=Decimal(2_500)
        )
    saisir(fichier, decor, 0, "accorde", "6000")
    etat = totaux.etat(2026, etat_)
    assert (etat.montant, etat.reserve, etat.engage, etat.notifie) == (10_000, 1_000, 2_500, True)
    assert (etat.disponible, etat.accorde, etat.reste) == (6_500, 6_000, 500)
    saisir(fichier, decor, 1, "accorde", "700.01")
    assert totaux.etat(2026, etat_).reste == Decimal("-200.01")
    with fichier.operation("Retirer l'enveloppe") as e:
        e.supprimer(Enveloppe, cle)
    etat = totaux.etat(2026, etat_)
    assert (etat.montant, etat.disponible, etat.reste, etat.notifie) == (None, None, None, False)
    assert totaux.ecarts() == []


def test_plusieurs_enveloppes_d_un_financeur_s_additionnent(
    fichier: Fichier, etat_: LigneFinanceur
) -> None:
    totaux = Totaux(fichier)
    with fichier.operation("Deux lignes de crédit") as e:
        fabriques.enveloppe(e, etat_.cle, montant=Decimal(1000))
        seconde = fabriques.enveloppe(e, etat_.cle, montant=None, notifie=False, reserve=Decimal(5))
    etat = totaux.etat(2026, etat_)
    assert (etat.montant, etat.reserve, etat.notifie) == (1000, 5, False)
    with fichier.operation("Notifier la seconde") as e:
        e.modifier(Enveloppe, seconde, montant=Decimal(500), notifie=True)
    etat = totaux.etat(2026, etat_)
    assert (etat.montant, etat.notifie) == (1500, True)
    assert totaux.ecarts() == []


def test_une_enveloppe_sans_montant_n_est_pas_une_enveloppe_a_zero(
    fichier: Fichier, etat_: LigneFinanceur
) -> None:
    with fichier.operation("Annoncer sans chiffre") as e:
        cle = fabriques.enveloppe(e, etat_.cle, montant=None, notifie=False)
    totaux = Totaux(fichier)
    assert totaux.etat(2026, etat_).montant is None
    with fichier.operation("Notifier zéro") as e:
        e.modifier(Enveloppe, cle, montant=Decimal(0))
    assert (totaux.etat(2026, etat_).montant, totaux.etat(2026, etat_).reste) == (0, 0)


def test_des_totaux_ouverts_apres_coup_disent_la_meme_chose(
    fichier: Fichier, decor: Decor, etat_: LigneFinanceur
) -> None:
    suivis = Totaux(fichier)
    with fichier.operation("Notifier") as e:
        fabriques.enveloppe(e, etat_.cle, reserve=Decimal("12.34"))
    saisir(fichier, decor, 0, "demande", "5000.01")
    saisir(fichier, decor, 1, "accorde", "0.02")
    assert Totaux(fichier).etat(2026, etat_) == suivis.etat(2026, etat_)


def test_un_ecart_avec_la_base_se_voit(fichier: Fichier, decor: Decor) -> None:
    saisir(fichier, decor, 0, "demande", "5000")
    with fichier.operation("Notifier") as e:
        fabriques.enveloppe(e, decor.financeurs[0])
    totaux = Totaux(fichier)
    connexion = sqlite3.connect(fichier.chemin)
    connexion.execute("UPDATE cofinancement SET demande=demande+1")
    connexion.execute("UPDATE enveloppe SET notifie=0")
    connexion.commit()
    connexion.close()
    etat = decor.financeurs[0]
    assert sorted(totaux.ecarts()) == [f"2026 {etat} demande", f"2026 {etat} notifiees"]
