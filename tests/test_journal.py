"""The journal as people read it: who changed what, when, from which value to which."""

import re
import subprocess
import sys
from decimal import Decimal

import pytest

from app.models.action import Action
from app.models.base import nouvelle_cle
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.fichier import Fichier
from app.services.journal import JournalLu
from app.services.journal_mots import en_mots
from app.services.journal_vocabulaire import CHAMPS, ENTITES
from app.services.organismes import Organismes
from app.services.transaction import entites
from tests import fabriques


def test_une_saisie_se_lit_avant_et_apres_en_francais(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    service = Cofinancements(fichier)
    service.saisir(decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(12_000))
    service.saisir(decor.action, decor.financeurs[0], etape="accorde", montant=Decimal("12500.5"))
    derniere = JournalLu(fichier).historique(decor.action)[0]
    assert derniere.libelle == "Accorder 12\u202f500,50\u00a0€"
    assert (derniere.champ, derniere.avant, derniere.apres) == (
        "accordé",
        "12\u202f000\u00a0€",
        "12\u202f500,50\u00a0€",
    )
    assert derniere.objet == "Action 1 – État"
    assert derniere.auteur == fichier.signature.auteur


def test_l_historique_d_une_action_reunit_ce_qui_en_depend(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=2)
    Actions(fichier).modifier(decor.actions[0], titre="Chantier d'été")
    Actions(fichier).modifier(decor.actions[1], titre="Autre chose")
    Cofinancements(fichier).saisir(
        decor.actions[0], decor.financeurs[1], etape="demande", montant=Decimal(10)
    )
    libelles = [ligne.libelle for ligne in JournalLu(fichier).historique(decor.actions[0])]
    assert libelles == ["Demande de 10\u00a0€", "Modifier l'intitulé", "Préparer l'essai"]


def test_le_journal_se_filtre_par_personne_et_par_champ(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    Actions(fichier).modifier(decor.action, titre="Un")
    Actions(fichier).modifier(decor.action, observation="à revoir", titre="Deux")
    journal = JournalLu(fichier)
    assert [
        (ligne.avant, ligne.apres) for ligne in journal.recherche(entite="action", champ="titre")
    ] == [("Un", "Deux"), ("Action 1", "Un")]
    assert journal.recherche(auteur="Personne d'autre") == []
    assert journal.auteurs() == [fichier.signature.auteur]
    assert journal.operations(texte="Préparer")[0].libelle == "Préparer l'essai"


def test_une_annulation_s_ajoute_au_journal(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    Actions(fichier).modifier(decor.action, titre="Un")
    fichier.undo.annuler()
    operations = JournalLu(fichier).operations()
    assert [o.libelle for o in operations][:2] == [
        "Annuler : Modifier l'intitulé",
        "Modifier l'intitulé",
    ]
    assert [o.numero for o in operations] == [3, 2, 1]


def _valeurs(fichier: Fichier, cle: str, champ: str) -> tuple[str, str]:
    """The last change of a column of a row, in words."""
    lignes = JournalLu(fichier).historique(cle)
    return next((ligne.avant, ligne.apres) for ligne in lignes if ligne.champ == champ)


def test_un_lien_se_lit_par_le_nom_de_ce_qu_il_designe(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    premiere = decor.action
    with fichier.operation("Relier") as e:
        ancienne = fabriques.action(e, annee=2025, numero="2025-001", titre="Lecture 2025")
        autre = fabriques.appel(e, fabriques.exercice(e, annee=2027), nom="Appel 2027")
        cofinancement = fabriques.cofinancement(e, premiere, decor.financeurs[0])
        e.modifier(Action, premiere, porteur=decor.organismes[1], appel=autre, echelle=None)
    Actions(fichier).lier_a(premiere, ancienne)
    Cofinancements(fichier).modifier(
        cofinancement, ligne_credit=decor.lignes_credit[0], nature_credit="droit_commun"
    )
    assert _valeurs(fichier, premiere, "porteur") == (
        "Les Ateliers du canal",
        "Ville de Brèmes-sur-Scarpe",
    )
    assert _valeurs(fichier, premiere, "appel") == ("Appel à projets 2026", "Appel 2027")
    assert _valeurs(fichier, premiere, "échelle") == ("Communale", "")
    assert _valeurs(fichier, premiere, "action reconduite") == ("", "Lecture 2025")
    assert _valeurs(fichier, premiere, "lignée") == ("Action 1", "Lecture 2025")
    assert _valeurs(fichier, premiere, "nouveau ou reconduction") == ("", "Reconduction")
    assert _valeurs(fichier, cofinancement, "ligne de crédit") == ("", "BOP 147")
    assert _valeurs(fichier, cofinancement, "nature du crédit") == ("", "Droit commun")


def test_ce_qui_a_ete_supprime_garde_son_nom_au_journal(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    porteur = Organismes(fichier).creer("La Passerelle")
    Actions(fichier).modifier(decor.action, porteur=porteur)
    Organismes(fichier).modifier(porteur, nature="commune")
    Actions(fichier).modifier(decor.action, porteur=None)
    with fichier.operation("Supprimer") as e:
        e.supprimer_dans(entites()["organisme"], [porteur])
    assert _valeurs(fichier, decor.action, "porteur") == ("La Passerelle", "")
    assert _valeurs(fichier, porteur, "nature") == ("Association", "Commune")
    assert {ligne.objet for ligne in JournalLu(fichier).historique(porteur)} == {"La Passerelle"}


def test_aucune_cle_n_est_montree(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Lignée inconnue") as e:
        e.modifier(Action, decor.action, lignee=nouvelle_cle())
    assert _valeurs(fichier, decor.action, "lignée") == ("Action 1", "élément inconnu")


def test_chaque_table_et_chaque_colonne_dont_le_nom_n_est_pas_francais_a_le_sien() -> None:
    assert sorted(ENTITES) == sorted(entites())
    colonnes = {c.name for table in entites().values() for c in table.columns if "_" in c.name}
    assert sorted(colonnes - CHAMPS.keys()) == []


@pytest.mark.parametrize(
    ("limite", "dernier"), [(10, "… et 10 autres lignes"), (19, "… et 1 autre ligne")]
)
def test_le_detail_d_une_grande_operation_dit_ce_qu_il_ne_montre_pas(
    fichier: Fichier, limite: int, dernier: str
) -> None:
    fabriques.decor(fichier, actions=2)
    journal = JournalLu(fichier)
    total = journal.operations()[0].lignes
    assert total == 20
    assert len(journal.detail(1)) == total
    lignes = journal.detail(1, limite=limite)
    assert (len(lignes), lignes[-1].objet) == (limite + 1, dernier)


@pytest.mark.parametrize(
    ("garde", "dit"),
    [
        ("2026-03-12T13:31:05.250+00:00", r"1[23]/03/2026 \d\d:\d\d"),
        ("2026-13-12T13:31:05+00:00", "2026-13-12T13:31:05\\+00:00"),
        ("2026-03-12", "12/03/2026"),
        ("2026-13-12", "2026-13-12"),
    ],
)
def test_un_moment_se_lit_a_l_heure_du_poste(garde: str, dit: str) -> None:
    assert re.fullmatch(dit, en_mots("tour", "publie_le", garde, {}))


def test_les_liens_se_lisent_avant_que_toutes_les_tables_soient_faites() -> None:
    """A program just started has made few of its tables: another process, where none was asked for."""
    script = (
        "from app.services.journal_mots import liens_de\n"
        "from app.services.transaction import entites\n"
        "assert liens_de('montant_scenario')['scenario'] == 'scenario'\n"
        "assert all(isinstance(liens_de(nom), dict) for nom in entites())\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
