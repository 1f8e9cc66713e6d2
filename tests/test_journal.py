"""The journal as people read it: who changed what, when, from which value to which."""

from decimal import Decimal

from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.fichier import Fichier
from app.services.journal import JournalLu
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
        "Annuler : Modifier l'intitulé",
        "Modifier l'intitulé",
    ]
    assert [o.numero for o in operations] == [3, 2, 1]
