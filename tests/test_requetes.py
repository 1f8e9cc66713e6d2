"""How many statements SQLite runs, written as plain numbers: the same for one action and for three.

A number that grows with the rows is a slow screen; a number that changes is a choice to make, here.
"""

import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import event

from app.models.contrat import Commune
from app.services.actions import Actions
from app.services.annotations import Annotations
from app.services.bus import Avis
from app.services.cofinancements import Cofinancements
from app.services.colonnes_libres import ColonnesLibres
from app.services.columns import Colonne
from app.services.columns_actions import colonnes_actions
from app.services.enveloppes import Enveloppes
from app.services.fichier import Fichier
from app.services.filtres import Comparaison, Condition
from app.services.mises_en_forme import MisesEnForme
from app.services.ordres import lire_ordres
from app.services.programme_suivi import ProgrammeSuivi
from app.services.projets_colonnes import Projet
from app.services.totaux import Totaux
from app.ui.tableau import ModeleTableau

Compteur = Callable[[Callable[[], object]], list[str]]


@pytest.fixture(params=[1, 3])
def actions_presentes(request: pytest.FixtureRequest) -> int:
    nombre: int = request.param
    return nombre


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier, actions_presentes: int) -> Decor:
    """Each action with two quartiers, a classification, two cofinancements and a former year."""
    decor = fabriques.decor(fichier, actions=actions_presentes)
    with fichier.operation("Garnir") as e:
        for rang, action in enumerate(decor.actions):
            for quartier in decor.quartiers:
                fabriques.action_quartier(e, action, quartier)
            fabriques.action_commune(e, action, decor.communes[0])
            fabriques.classement(e, action, decor.noeuds[rang % 3])
            ancienne = fabriques.action(e, annee=2025, numero=f"2025-00{rang}")
            for financeur in decor.financeurs[:2]:
                fabriques.cofinancement(e, action, financeur)
                fabriques.cofinancement(e, ancienne, financeur, annee=2025)
        fabriques.enveloppe(e, decor.financeurs[0])
    return decor


@pytest.fixture
def compter(fichier: Fichier) -> Compteur:
    """Run something and list the first word of each statement that SQLite ran for it."""
    lus: list[str] = []

    @event.listens_for(fichier._moteur, "checkout")
    def _suivre(pilote: sqlite3.Connection, *_: object) -> None:
        pilote.set_trace_callback(lambda ordre: lus.append(ordre.split()[0]))

    _suivre(fichier._prendre_plume()[1])

    def faire(geste: Callable[[], object]) -> list[str]:
        lus.clear()
        geste()
        return list(lus)

    return faire


LECTURE = ["BEGIN", *["SELECT"] * 11, "ROLLBACK"]


def test_le_tableau_d_une_annee(fichier: Fichier, decor: Decor, compter: Compteur) -> None:
    assert compter(lambda: Actions(fichier).lignes(2026)) == LECTURE


def test_l_ordre_du_referentiel(fichier: Fichier, decor: Decor, compter: Compteur) -> None:
    assert compter(lambda: lire_ordres(fichier)) == ["BEGIN", *["SELECT"] * 5, "ROLLBACK"]


def test_trier_filtrer_et_grouper_ne_lisent_rien(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    actions, cofinancements = Actions(fichier), Cofinancements(fichier)
    financeurs = cofinancements.financeurs()
    modele = ModeleTableau(
        colonnes_actions(financeurs, actions, cofinancements, ordres=lire_ordres(fichier))
    )
    modele.remplacer_lignes(actions.lignes(2026))
    accorde = modele.rang(f"{financeurs[0].cle}.accorde")

    def montrer() -> None:
        modele.trier([("axe", False), ("titre", True)])
        modele.conditionner([Condition("statut", Comparaison.REMPLI)])
        modele.filtrer("a")
        modele.valeurs_offertes("quartiers")
        modele.grouper(["axe", "quartiers"])
        modele.replier_tout(replie=True)
        for rang in range(modele.rowCount()):
            modele.texte(rang, accorde)
        modele.total(accorde)

    assert compter(montrer) == []


def test_l_annee_suivie_ne_se_lit_qu_une_fois(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    assert compter(lambda: ProgrammeSuivi(fichier, 2026)) == LECTURE


def test_ni_celle_dont_un_financeur_a_plusieurs_lignes(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    """A row keeps the lines that it sums up: following them reads nothing, whatever they are."""
    with fichier.operation("Une seconde ligne de crédit") as e:
        seconde = fabriques.cofinancement(e, decor.action, decor.financeurs[0])
    suivis: list[ProgrammeSuivi] = []
    assert compter(lambda: suivis.append(ProgrammeSuivi(fichier, 2026))) == LECTURE
    [suivi] = suivis
    avis: list[Avis] = []
    fichier.bus.abonner(avis.append)
    Cofinancements(fichier).modifier(seconde, accorde=Decimal(70))
    assert compter(lambda: suivi.suivre(avis[0])) == []
    assert suivi.lignes == {ligne.cle: ligne for ligne in Actions(fichier).lignes(2026)}


def test_un_second_fichier_ne_compile_aucune_lecture(fichier: Fichier, tmp_path: Path) -> None:
    """Compiling a statement takes ten times longer than running it: once for all the files."""
    Actions(fichier).lignes(2026)
    Totaux(fichier)
    with fabriques.neuf(tmp_path / "second.tdt") as second:
        caches: list[str] = []

        @event.listens_for(second._moteur, "before_cursor_execute")
        def _noter(*arguments: Any) -> None:
            caches.append(arguments[4].cache_hit.name)

        Actions(second).lignes(2026)
        Totaux(second)
    assert set(caches) == {"CACHE_HIT"}


def test_les_lignes_relues_apres_un_avis(fichier: Fichier, decor: Decor, compter: Compteur) -> None:
    assert compter(lambda: Actions(fichier).lignes_de(decor.actions)) == LECTURE


def test_les_totaux_se_lisent_une_fois_puis_ne_lisent_plus_rien(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    totaux: list[Totaux] = []
    # the amounts, the envelopes, what the CPO promise
    assert compter(lambda: totaux.append(Totaux(fichier))) == ["SELECT"] * 3
    [suivi] = totaux
    financeur = Cofinancements(fichier).financeurs()[0]
    assert compter(lambda: suivi.etat(2026, financeur)) == []
    assert compter(suivi.ecarts) == ["SELECT"] * 3


MONTANT_TAPE = [
    "BEGIN",
    "SELECT",  # last entry of the journal: nobody else wrote
    "SELECT",  # cofinancements of the action, whole
    "UPDATE",
    "INSERT",  # operation
    "INSERT",  # trace
    "COMMIT",
]


def test_un_montant_tape(fichier: Fichier, decor: Decor, compter: Compteur) -> None:
    Totaux(fichier)
    saisir = Cofinancements(fichier).saisir
    etat = decor.financeurs[0]
    assert (
        compter(lambda: saisir(decor.action, etat, etape="accorde", montant=Decimal(10)))
        == MONTANT_TAPE
    )


def test_un_montant_tape_la_ou_il_n_y_en_avait_pas(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    saisir = Cofinancements(fichier).saisir
    region = decor.financeurs[2]
    assert compter(lambda: saisir(decor.action, region, etape="demande", montant=Decimal(10))) == [
        "BEGIN",
        "SELECT",
        "SELECT",  # cofinancements of the action
        "SELECT",  # lines of credit of the financeur
        "SELECT",  # the action, for its year
        "INSERT",  # cofinancement
        "INSERT",
        "INSERT",
        "COMMIT",
    ]


def test_un_montant_annule(fichier: Fichier, decor: Decor, compter: Compteur) -> None:
    Cofinancements(fichier).saisir(
        decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(10)
    )
    assert compter(fichier.undo.annuler) == [
        "BEGIN",
        "SELECT",
        "SELECT",  # traces of the operation
        "SELECT",  # the row must still be what the operation left
        "SELECT",
        "UPDATE",
        "INSERT",
        "INSERT",
        "COMMIT",
    ]


def test_la_fiche_des_cofinancements(fichier: Fichier, decor: Decor, compter: Compteur) -> None:
    cofinancements = Cofinancements(fichier)
    assert compter(lambda: cofinancements.de_l_action(decor.action)) == ["SELECT"]
    assert compter(cofinancements.financeurs) == ["SELECT"]
    assert compter(lambda: cofinancements.financeurs(2026)) == ["SELECT"]
    assert compter(cofinancements.credits) == ["SELECT"]


def test_les_enveloppes_et_ce_qui_n_en_a_pas(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    enveloppes = Enveloppes(fichier)
    assert compter(lambda: enveloppes.avec_le_reste(2026)) == ["SELECT"] * 3


def test_un_import_annule_se_relit_par_lots(
    fichier: Fichier, decor: Decor, actions_presentes: int, compter: Compteur
) -> None:
    with fichier.operation("Importer") as e:
        e.inserer_lot(Commune, [{"nom": f"Commune {n}"} for n in range(actions_presentes)])
    ordres = compter(fichier.undo.annuler)
    # Traces, the rows to compare, the rows to record, the last entry of the journal.
    assert [ordre for ordre in ordres if ordre == "SELECT"] == ["SELECT"] * 4


def test_les_colonnes_ajoutees_se_lisent_une_fois_puis_suivent(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    libres = ColonnesLibres(fichier)
    assert compter(lambda: libres.colonnes("actions", [])) == ["SELECT"]  # there are none
    cle = libres.creer("actions", Projet("Suivi"))
    colonnes: list[Colonne] = []
    lire = compter(lambda: colonnes.extend(libres.colonnes("actions", [])))
    assert lire == ["SELECT", "SELECT"]  # the columns, their values
    [suivi] = colonnes
    assert suivi.ecrire is not None
    ecrire = suivi.ecrire
    assert compter(lambda: ecrire(decor.action, "à voir")) == [
        "BEGIN",
        "SELECT",  # last entry of the journal
        "SELECT",  # the cell, empty
        "SELECT",  # the action is still there
        "SELECT",  # the column too
        "INSERT",  # its value
        "INSERT",
        "INSERT",
        "COMMIT",
    ]
    assert (
        compter(lambda: ecrire(decor.action, "vu"))
        == [
            *MONTANT_TAPE[:3],
            "SELECT",  # the row as it was
            *MONTANT_TAPE[3:],
        ]
    )
    assert compter(lambda: libres.colonnes("actions", [])) == []
    assert compter(lambda: libres.definition("actions", f"libre.{cle}")) == []


def test_un_montant_tape_ne_coute_rien_de_plus_avec_des_colonnes_ajoutees(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    libres = ColonnesLibres(fichier)
    libres.creer("actions", Projet("Suivi"))
    libres.colonnes("actions", [])
    saisir = partial(Cofinancements(fichier).saisir, decor.action, decor.financeurs[0])
    assert compter(lambda: saisir(etape="accorde", montant=Decimal(10))) == MONTANT_TAPE


def test_les_couleurs_et_les_commentaires_se_lisent_une_fois_puis_suivent(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    notes = Annotations(fichier).de("actions")
    assert compter(lambda: notes.couleurs) == ["SELECT", "SELECT"]
    ordres = compter(lambda: notes.colorer(decor.actions, "vert"))
    assert [ordre for ordre in ordres if ordre == "SELECT"] == ["SELECT"] * 2  # present, journal
    assert compter(lambda: [notes.couleur(cle) for cle in decor.actions]) == []
    assert compter(notes.commentaires) == []


def test_les_mises_en_forme_se_lisent_une_fois(
    fichier: Fichier, decor: Decor, compter: Compteur
) -> None:
    formes = MisesEnForme(fichier)
    formes.ajouter("actions", "cout", "gras")
    assert compter(lambda: formes.regles("actions")) == ["SELECT"]
    assert compter(lambda: formes.regles("actions")) == []
