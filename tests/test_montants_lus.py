"""Amounts read together say what each action holds, to the cent, whatever its lines and its edits."""

import random
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.base import nouvelle_cle
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns import ENSEMBLE, Colonne
from app.services.columns_actions import colonnes_actions
from app.services.fichier import Fichier
from app.services.filtres import Comparaison, Condition
from app.services.programme_suivi import ProgrammeSuivi
from app.services.rows import ETAPES_MONTANT, LigneAction, Montants
from app.ui.tableau import ModeleTableau

ETAPES = ETAPES_MONTANT[:3]
EN_PLUS = ENSEMBLE + 20  # actions enough for a table to read its columns whole


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    """Two actions: one with two lines of a financeur around another's, one with nothing."""
    decor = fabriques.decor(fichier, actions=2)
    premier, second, _ = decor.financeurs
    with fichier.operation("Garnir") as e:
        fabriques.cofinancement(e, decor.action, premier, accorde=Decimal("10.10"), vote=Decimal(9))
        fabriques.cofinancement(e, decor.action, second, demande=None, accorde=Decimal(0))
        fabriques.cofinancement(e, decor.action, premier, demande=Decimal("0.05"))
    return decor


def _sommes(fichier: Fichier, annee: int) -> dict[tuple[str, str], tuple[Decimal | None, ...]]:
    """(action, financeur) -> its sums, as SQL counts them."""
    montants = [func.sum(getattr(Cofinancement, etape)) for etape in ETAPES_MONTANT]
    requete = (
        select(Cofinancement.action, Cofinancement.financeur, *montants)
        .join(Action, Action.cle == Cofinancement.action)
        .where(Action.annee == annee)
        .group_by(Cofinancement.action, Cofinancement.financeur)
    )
    return {(a, f): tuple(sommes) for a, f, *sommes in fichier.lignes(requete)}


def _dites(lignes: list[LigneAction]) -> dict[tuple[str, str], tuple[Decimal | None, ...]]:
    return {(li.cle, f): tuple(m[:6]) for li in lignes for f, m in li.montants.items()}


def test_chaque_action_dit_ses_montants_et_leurs_lignes(fichier: Fichier, decor: Decor) -> None:
    une, autre = Actions(fichier).lignes(2026)
    assert _dites([une, autre]) == _sommes(fichier, 2026)
    double = une.montants[decor.financeurs[0]]
    assert (double.demande, double.accorde, double.lignes) == (
        Decimal("5000.05"),
        Decimal("10.10"),
        2,
    )
    assert (double.cle, [part.lignes for part in double.parts]) == (None, [1, 1])
    assert une.montants[decor.financeurs[1]].accorde == 0
    assert decor.financeurs[2] not in une.montants
    assert (une.demande, une.propose, une.accorde) == (
        Decimal("5000.05"),
        Decimal(0),
        Decimal("10.10"),
    )
    assert (dict(autre.montants), autre.demande) == ({}, Decimal(0))


def test_une_ligne_suit_l_annee_de_son_action(fichier: Fichier, decor: Decor) -> None:
    """What an import may have left: a line that names another year than its action."""
    financeur = decor.financeurs[2]
    with fichier.operation("Autres années") as e:
        ancienne = fabriques.action(e, annee=2025, numero="2025-001")
        fabriques.cofinancement(e, decor.action, financeur, annee=2025, demande=Decimal(7))
        fabriques.cofinancement(e, ancienne, financeur, annee=2026, demande=Decimal(300))
    actions = Actions(fichier)
    une, _ = actions.lignes(2026)
    assert une.montants[financeur].demande == 7
    assert une.demande == Decimal("5007.05")
    [passee] = actions.lignes(2025)
    assert (passee.montants[financeur].demande, passee.demande) == (300, 300)
    assert actions.lignes_de([une.cle]) == {une.cle: une}


def test_lue_entiere_une_colonne_dit_ce_que_dit_chaque_case(fichier: Fichier, decor: Decor) -> None:
    actions, cofinancements = Actions(fichier), Cofinancements(fichier)
    colonnes = colonnes_actions(cofinancements.financeurs(), actions, cofinancements)
    entieres = [colonne for colonne in colonnes if colonne.lire_tout is not None]
    assert len(entieres) == 3 * len(decor.financeurs)
    lues = actions.lignes(2026)
    corrigee = lues[1]._replace(montants={decor.financeurs[0]: Montants(demande=Decimal(3))})
    cofinancements.saisir(lues[1].cle, decor.financeurs[0], etape="demande", montant=Decimal(42))
    relue = actions.lignes(2026)[1]
    for lignes in (lues, [corrigee, lues[0]], [relue, *lues], [*lues, relue], [corrigee], []):
        for colonne in entieres:
            assert colonne.lire_tout is not None
            assert list(colonne.lire_tout(lignes)) == [colonne.lire(ligne) for ligne in lignes]


def test_les_totaux_affiches_sont_ceux_du_fichier(fichier: Fichier, decor: Decor) -> None:
    """On a year that the table reads by whole columns: after what is typed before, and since."""
    cles = _remplir(fichier, decor)
    modele, suivi = _table(fichier)
    cofinancements = Cofinancements(fichier)
    fichier.bus.abonner(lambda avis: modele.actualiser(suivi.suivre(avis).modifiees))
    for etape in ("propose", "accorde"):
        for cle in cles[:3]:
            cofinancements.saisir(cle, decor.financeurs[0], etape=etape, montant=Decimal("1.25"))
        _comparer(fichier, modele, decor)
    colonne = f"{decor.financeurs[0]}.accorde"
    modele.conditionner([Condition(colonne, Comparaison.EGAL, ("1,25",))])
    assert modele.nombre_filtre >= 3
    assert modele.total(modele.rang(colonne)) == Decimal("1.25") * modele.nombre_filtre


def _remplir(fichier: Fichier, decor: Decor) -> list[str]:
    alea = random.Random(27)
    cles = [nouvelle_cle() for _ in range(EN_PLUS)]
    with fichier.operation("Remplir l'année") as e:
        patron = dict(e.lire(Action, decor.action))
        e.inserer_lot(
            Action,
            [
                {**patron, "cle": cle, "lignee": cle, "numero": f"2026-{rang + 100}"}
                for rang, cle in enumerate(cles)
            ],
        )
        e.inserer_lot(
            Cofinancement,
            [
                {
                    "action": cle,
                    "financeur": financeur,
                    "annee": 2026,
                    "statut": "demande",
                    **{etape: Decimal(alea.randrange(0, 900_000)) / 100 for etape in ETAPES},
                }
                for cle in cles
                for financeur in alea.sample(decor.financeurs, 2)
            ],
        )
    return cles


def _table(fichier: Fichier) -> tuple[ModeleTableau, ProgrammeSuivi]:
    cofinancements = Cofinancements(fichier)
    colonnes: list[Colonne] = colonnes_actions(
        cofinancements.financeurs(), Actions(fichier), cofinancements
    )
    suivi = ProgrammeSuivi(fichier, 2026)
    modele = ModeleTableau(colonnes)
    modele.remplacer_lignes(list(suivi.lignes.values()))
    return modele, suivi


def _comparer(fichier: Fichier, modele: ModeleTableau, decor: Decor) -> None:
    sommes = _sommes(fichier, 2026)
    for rang, etape in enumerate(ETAPES):
        tous = Decimal(0)
        for financeur in decor.financeurs:
            attendu = sum(
                (s[rang] or 0 for (_, f), s in sommes.items() if f == financeur), tous * 0
            )
            assert modele.total(modele.rang(f"{financeur}.{etape}")) == attendu
            tous += attendu
        assert modele.total(modele.rang(f"total.{etape}")) == tous
