"""« D'où vient ce chiffre ? »: the parts of any figure add up to it, down to who typed it."""

import random
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabriques import Decor

from app import boot
from app.services.actions import Actions
from app.services.chiffres import Chiffre, Explication, Sorte
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, TypeColonne
from app.services.columns_actions import colonnes_actions
from app.services.columns_listes import (
    colonnes_budget,
    colonnes_cofinancements,
    colonnes_enveloppes,
    colonnes_porteurs,
)
from app.services.columns_matrice import colonnes_matrice
from app.services.contexte import Contexte
from app.services.enveloppes import Enveloppes
from app.services.fichier import Fichier
from app.services.matrice import MatriceSuivie
from app.services.provenance import Provenance, chiffre_de

ANNEE = 2026


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contexte]:
    """The demonstration, only read here."""
    from tests.fabrique_fenetre import ecrire_demo

    chemin = tmp_path_factory.mktemp("provenance") / "demo.tdt"
    shutil.copy(ecrire_demo(tmp_path_factory.getbasetemp()), chemin)
    contexte = boot.ouvrir(chemin, lecture_seule=True)
    yield contexte
    contexte.fichier.fermer()


@pytest.fixture
def petit(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(petit: Fichier) -> Decor:
    return fabriques.decor(petit, actions=2)


def listes(contexte: Contexte) -> dict[str, tuple[list[Colonne], list[Any]]]:
    """Every list whose figures can be asked about: its columns and its rows."""
    financeurs = contexte.cofinancements.financeurs(ANNEE)
    matrice = MatriceSuivie(contexte.fichier, ANNEE, compare=ANNEE - 1)
    actions = contexte.actions.lignes(ANNEE)
    fiche = contexte.fiches.lire(actions[0].cle)
    assert fiche is not None
    return {
        "actions": (
            colonnes_actions(financeurs, contexte.actions, contexte.cofinancements),
            actions,
        ),
        "matrice": (
            colonnes_matrice(
                financeurs,
                contexte.actions,
                contexte.cofinancements,
                annee=ANNEE,
                compare=ANNEE - 1,
                lignes=lambda: matrice.lignes,
            ),
            list(matrice.lignes.values()),
        ),
        "enveloppes": (
            colonnes_enveloppes(contexte.enveloppes),
            contexte.enveloppes.lignes(ANNEE),
        ),
        "porteurs": (colonnes_porteurs(contexte.organismes), contexte.organismes.lignes()),
        "cofinancements": (
            colonnes_cofinancements(contexte.cofinancements),
            list(fiche.cofinancements),
        ),
        "budget": (colonnes_budget(contexte.actions), list(fiche.budget)),
    }


def exact(explication: Explication, valeur: Any, ou: str) -> None:
    """The figure explained is the one shown, and its parts add up to it."""
    assert (explication.montant or 0) == (valeur or 0), ou
    if explication.additif:
        assert sum(part.connu for part in explication.parts) == (valeur or 0), ou


def descendre(provenance: Provenance, explication: Explication, hasard: random.Random) -> int:
    """Open a part, then a part of it, down to a journal entry; returns how deep it is."""
    profondeur = 0
    while True:
        suivantes = [p for p in explication.parts if p.chiffre is not None]
        if not suivantes:
            return profondeur
        part = hasard.choice(suivantes)
        assert part.chiffre is not None
        explication = provenance.expliquer(part.chiffre)
        if explication.type != TypeColonne.TEXTE:
            assert abs(explication.montant or 0) == abs(part.connu), explication.titre  # type: ignore[arg-type]
        if explication.additif:
            assert sum(p.connu for p in explication.parts) == (explication.montant or 0)
        profondeur += 1


@pytest.mark.parametrize(
    "liste", ["actions", "matrice", "enveloppes", "porteurs", "cofinancements", "budget"]
)
def test_les_parts_de_chaque_total_font_le_total(demo: Contexte, liste: str) -> None:
    colonnes, lignes = listes(demo)[liste]
    provenance = Provenance(demo.fichier)
    totaux = [colonne for colonne in colonnes if colonne.total]
    assert totaux or liste == "budget"
    hasard = random.Random(22)
    # On all rows, then on the few that a filter leaves.
    for montrees in (lignes, hasard.sample(lignes, min(7, len(lignes)))):
        for colonne in totaux:
            explication = provenance.total(colonne, montrees)
            valeurs = [v for v in map(colonne.lire, montrees) if v is not None]
            exact(explication, sum(valeurs), f"{liste} {colonne.cle}")
            tailles = [abs(part.connu) for part in explication.parts]
            assert tailles == sorted(tailles, reverse=True)
            assert len({part.cle for part in explication.parts}) == len(explication.parts)


@pytest.mark.parametrize(
    "liste", ["actions", "matrice", "enveloppes", "porteurs", "cofinancements", "budget"]
)
def test_les_parts_de_chaque_case_font_la_case(demo: Contexte, liste: str) -> None:
    colonnes, lignes = listes(demo)[liste]
    provenance = Provenance(demo.fichier)
    hasard = random.Random(46)
    for colonne in colonnes:
        if not colonne.est_nombre:
            continue
        pleines = [li for li in lignes if colonne.lire(li) is not None]
        for ligne in hasard.sample(pleines, min(2, len(pleines))):
            chiffre = chiffre_de(ligne, colonne.cle)
            assert chiffre is not None, f"{liste} {colonne.cle}"
            explication = provenance.expliquer(chiffre)
            exact(explication, colonne.lire(ligne), f"{liste} {colonne.cle}")
            descendre(provenance, explication, hasard)


def test_les_parts_de_chaque_chiffre_d_une_jauge_font_ce_chiffre(demo: Contexte) -> None:
    provenance = Provenance(demo.fichier)
    postes = ("montant", "reserve", "engage", "disponible", "accorde", "propose", "demande")
    for financeur in demo.cofinancements.financeurs(ANNEE):
        etat = demo.totaux.etat(ANNEE, financeur)
        for poste in (*postes, "reste"):
            chiffre = Chiffre(Sorte.POSTE, champ=poste, financeur=financeur.cle, annee=ANNEE)
            explication = provenance.expliquer(chiffre)
            exact(explication, getattr(etat, poste), f"{financeur.nom_court} {poste}")


def test_le_reste_d_une_enveloppe_se_dit_en_mots_et_chaque_terme_s_ouvre(
    petit: Fichier, decor: Decor
) -> None:
    etat = decor.financeurs[0]
    enveloppes = Enveloppes(petit)
    enveloppes.ajouter(2026, etat, montant=Decimal(60_000), reserve=Decimal(5000))
    enveloppes.ajouter(
        2026, etat, ligne_credit=decor.lignes_credit[0], montant=Decimal(40_000), engage=Decimal(10)
    )
    saisir = Cofinancements(petit).saisir
    saisir(decor.actions[0], etat, etape="accorde", montant=Decimal(70_000))
    provenance = Provenance(petit)
    reste = provenance.expliquer(Chiffre(Sorte.POSTE, champ="reste", financeur=etat, annee=2026))
    assert reste.montant == Decimal(24_990)
    assert reste.phrase.replace("\u202f", " ") == (
        "= enveloppe 100 000 − réserve 5 000 − engagé par conventions 10 − accordé 70 000"
    )
    montant = provenance.expliquer(reste.parts[0].chiffre)  # type: ignore[arg-type]
    assert [p.libelle for p in montant.parts] == ["État", "État – BOP 147"]
    assert [p.connu for p in montant.parts] == [60_000, 40_000]
    assert [p.auteur for p in montant.parts] == ["Camille Essai"] * 2


def test_une_case_se_descend_jusqu_a_l_operation_qui_l_a_ecrite(
    petit: Fichier, decor: Decor
) -> None:
    """Two credit lines of one financeur; the second amount was typed, changed, then undone."""
    etat, action = decor.financeurs[0], decor.action
    montants = Cofinancements(petit)
    premiere = montants.ajouter(action, etat, accorde=Decimal(12_500))
    seconde = montants.ajouter(action, etat, ligne_credit=decor.lignes_credit[0])
    montants.modifier(seconde, accorde=Decimal(3000))
    montants.modifier(seconde, accorde=Decimal(9999))
    petit.undo.annuler()
    provenance = Provenance(petit)
    case = provenance.expliquer(Chiffre(Sorte.CELLULE, action, "accorde", financeur=etat))
    assert case.montant == Decimal(15_500)
    assert case.phrase.replace("\u202f", " ") == "= 12 500 + 3 000"
    assert {p.libelle: p.connu for p in case.parts} == {
        "État – Sans ligne de crédit": 12_500,
        "État – BOP 147": 3000,
    }
    assert {p.lien.cle for p in case.parts if p.lien} == {premiere, seconde}
    detail = provenance.expliquer(Chiffre(Sorte.VALEUR, seconde, "accorde", "cofinancement"))
    assert detail.montant == Decimal(3000)
    assert [p.libelle for p in detail.parts] == [
        "Annuler : Modifier un cofinancement",
        "Modifier un cofinancement",
        "Modifier un cofinancement",
        "Ajouter un cofinancement",
    ]
    numeros = [p.numero for p in detail.parts if p.numero is not None]
    assert numeros == sorted(numeros, reverse=True)
    assert detail.parts[0].lien is not None
    assert detail.parts[0].lien.entite == "operation"
    assert [p.montant for p in detail.parts] == [Decimal(3000), None, None, None]
    assert detail.parts[1].detail.replace("\u202f", " ").endswith("9 999\u00a0€")
    assert case.parts[1].origine == detail.parts[0].origine


def test_l_origine_d_une_case_est_la_derniere_saisie_de_cette_colonne(
    petit: Fichier, decor: Decor
) -> None:
    """What was typed since in another column of the line is not what set this one."""
    etat, action = decor.financeurs[0], decor.action
    montants = Cofinancements(petit)
    montants.saisir(action, etat, etape="demande", montant=Decimal(8000))
    montants.saisir(action, etat, etape="accorde", montant=Decimal(5000))
    case = Provenance(petit).expliquer(Chiffre(Sorte.CELLULE, action, "demande", financeur=etat))
    assert [p.operation.replace("\u202f", " ") for p in case.parts] == ["Demande de 8 000\u00a0€"]


def test_n_moins_un_vient_de_l_action_reconduite(petit: Fichier, decor: Decor) -> None:
    actions, montants = Actions(petit), Cofinancements(petit)
    ancienne = actions.creer(2025, "Ateliers d'avant")
    actions.lier_a(decor.action, ancienne)
    montants.ajouter(ancienne, decor.financeurs[0], accorde=Decimal(4200))
    montants.ajouter(ancienne, decor.financeurs[1], accorde=Decimal(800))
    provenance = Provenance(petit)
    tout = provenance.expliquer(Chiffre(Sorte.ANTERIEUR, decor.action, annee=2025))
    assert tout.montant == Decimal(5000)
    assert [p.libelle for p in tout.parts] == ["2025-001 Ateliers d'avant"] * 2
    etat = provenance.expliquer(
        Chiffre(Sorte.ANTERIEUR, decor.action, financeur=decor.financeurs[0], annee=2025)
    )
    assert etat.montant == Decimal(4200)


def test_le_cout_vient_du_budget_sinon_de_ce_qui_est_declare(petit: Fichier, decor: Decor) -> None:
    actions = Actions(petit)
    provenance = Provenance(petit)
    chiffre = Chiffre(Sorte.COUT, decor.action)
    assert provenance.expliquer(chiffre).montant is None
    actions.modifier(decor.action, cout_total=Decimal(9000))
    declare = provenance.expliquer(chiffre)
    assert [(p.libelle, p.connu) for p in declare.parts] == [("Coût déclaré", 9000)]
    for compte, montant in (("60", 1500), ("86", 700), ("64", 2500)):
        actions.ajouter_ligne_budget(
            decor.action, sens="charge", compte=compte, libelle=None, montant=Decimal(montant)
        )
    assert [(p.libelle, p.connu) for p in provenance.expliquer(chiffre).parts] == [
        ("64", 2500),
        ("60", 1500),
    ]


def test_sans_cout_la_part_n_a_pas_de_valeur(petit: Fichier, decor: Decor) -> None:
    provenance = Provenance(petit)
    part = provenance.expliquer(Chiffre(Sorte.PART, decor.action))
    assert part.montant is None
    assert part.texte == "vide"
    reste = provenance.expliquer(Chiffre(Sorte.A_FINANCER, decor.action))
    assert reste.montant is None
    assert "coût" in reste.phrase


def test_ce_qui_a_ete_supprime_se_dit(petit: Fichier, decor: Decor) -> None:
    montants = Cofinancements(petit)
    ligne = montants.ajouter(decor.action, decor.financeurs[0], accorde=Decimal(5))
    montants.supprimer(ligne)
    provenance = Provenance(petit)
    valeur = provenance.expliquer(Chiffre(Sorte.VALEUR, ligne, "accorde", "cofinancement"))
    assert valeur.montant is None
    assert "supprimée" in valeur.phrase
    Actions(petit).supprimer(decor.actions[1])
    for sorte in (Sorte.COUT, Sorte.LIGNE, Sorte.ANTERIEUR, Sorte.PART, Sorte.A_FINANCER):
        champ = "accorde" if sorte is Sorte.LIGNE else ""
        assert provenance.expliquer(Chiffre(sorte, decor.actions[1], champ)).montant is None


def test_un_mot_aussi_a_son_histoire(petit: Fichier, decor: Decor) -> None:
    Actions(petit).modifier(decor.action, statut="accordee")
    explication = Provenance(petit).expliquer(
        Chiffre(Sorte.VALEUR, decor.action, "statut", "action")
    )
    assert explication.texte == "Accordée"
    assert [p.detail for p in explication.parts] == ["vaut Accordée", "devient Déposée"]
    assert "Camille Essai" in explication.phrase
