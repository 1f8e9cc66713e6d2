"""Deposits: a version frozen for ever, compared in words, within its dates or for a reason."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import select

from app.models.action import Action, LigneBudget
from app.models.depot import Depot
from app.models.enums import NatureDepot, NatureEtape, StatutAction, SuiteRecommandation, TriNote
from app.models.programme import EtapeAppel, Franchissement
from app.models.reunion import Recommandation
from app.models.tableau import Commentaire
from app.services.actions import Actions
from app.services.budgets_dossier import BudgetsDossier
from app.services.cofinancements import Cofinancements
from app.services.comparaisons_versions import (
    changements,
    comparer,
    phrase_des_changements,
)
from app.services.cycle import Cycle
from app.services.depots import Depots
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.notes import Notes
from app.services.suites_recommandations import (
    SuitesRecommandations,
    phrase_des_suites,
)
from app.services.versions_lues import lire_contenu

AUJOURD_HUI = datetime.now().astimezone().date()


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier)


def _etapes(fichier: Fichier, appel: str, **jours: int) -> None:
    """Give the appel its steps, each ending so many days from today."""
    with fichier.operation("Préparer le cycle") as e:
        for rang, (nature, ecart) in enumerate(jours.items()):
            e.inserer(
                EtapeAppel,
                appel=appel,
                nature=str(NatureEtape.de(nature)),
                nom=NatureEtape.libelle_de(nature),
                date_debut=(AUJOURD_HUI + timedelta(days=ecart - 20)).isoformat(),
                date_fin=(AUJOURD_HUI + timedelta(days=ecart)).isoformat(),
                rang=rang,
            )


def _budget(fichier: Fichier, action: str, *lignes: tuple[str, str, int]) -> list[str]:
    with fichier.operation("Saisir le budget") as e:
        return [
            e.inserer(
                LigneBudget,
                action=action,
                sens=sens,
                compte=compte,
                montant=Decimal(montant),
                rang=rang,
            )
            for rang, (sens, compte, montant) in enumerate(lignes)
        ]


# Depositing ---------------------------------------------------------------------------------------


def test_le_depot_fige_ce_que_dit_le_dossier(fichier: Fichier, decor: Decor) -> None:
    _budget(fichier, decor.action, ("charge", "60", 1200), ("produit", "74", 1200))
    Cofinancements(fichier).ajouter(decor.action, decor.financeurs[0], demande=Decimal("800.50"))
    Actions(fichier).definir_quartiers(decor.action, {decor.quartiers[0]: Decimal(60)})
    depots = Depots(fichier)
    depots.deposer_dossiers([decor.action])
    Actions(fichier).modifier(decor.action, titre="Un autre titre", public_total=80)
    [version] = depots.versions(decor.action)
    assert (version.nom, version.auteur) == ("v1 · Dossier", fabriques.AUTEUR)
    assert version.contenu["champs"]["titre"] == "Action 1"
    assert version.contenu["champs"]["porteur"] == "Les Ateliers du canal"
    assert version.contenu["quartiers"] == [{"nom": "Les Tisserands", "part": 6000}]
    assert [b["montant"] for b in version.contenu["budget"]] == [120_000, 120_000]
    assert version.contenu["cofinancements"][0]["demande"] == 80_050


def test_une_note_recue_est_la_premiere_version_et_le_dossier_la_suivante(
    fichier: Fichier, decor: Decor
) -> None:
    _etapes(fichier, decor.appel, note_intention=-30, reecriture=0, depot=10)
    notes, depots = Notes(fichier), Depots(fichier)
    with fichier.operation("Recevoir une note") as e:
        e.modifier(Action, decor.action, statut="note", date_depot="2026-01-12")
    notes.modifier(decor.action, ambition="Lire en famille", budget_envisage=Decimal(9000))
    notes.trier([decor.action], TriNote.RECEVABLE)
    notes.accuser([decor.action], AUJOURD_HUI)
    assert [v.nom for v in depots.versions(decor.action)] == ["v1 · Note d'intention"]
    depots.deposer_dossiers([decor.action], motif="Réunion du 3 février")
    assert [v.numero for v in depots.versions(decor.action)] == [1, 2]
    [(statut,)] = fichier.lignes(select(Action.statut).where(Action.cle == decor.action))
    assert statut == StatutAction.DEPOSEE
    franchies = fichier.lignes(
        select(EtapeAppel.nature, Franchissement.saute).join(
            Franchissement, Franchissement.etape == EtapeAppel.cle
        )
    )
    assert {(nature, saute) for nature, saute in franchies} == {
        ("note_intention", False),
        ("reecriture", True),
        ("depot", False),
    }


def test_le_depot_est_refuse_hors_de_ses_dates_sauf_motif(fichier: Fichier, decor: Decor) -> None:
    _etapes(fichier, decor.appel, depot=-1)
    depots = Depots(fichier)
    with pytest.raises(SaisieRefusee, match=r"close depuis le .* motif de l'exception"):
        depots.deposer_dossiers([decor.action])
    assert depots.versions(decor.action) == []
    depots.deposer_dossiers([decor.action], motif="Courrier égaré")
    [version] = depots.versions(decor.action)
    assert version.note == "Courrier égaré"


def test_un_dossier_ne_depose_a_deja_sa_premiere_version(fichier: Fichier, decor: Decor) -> None:
    """A new action of the table: frozen as it was made, past its deposit, and all of it undone."""
    _etapes(fichier, decor.appel, note_intention=-30, reunions=-20, depot=1, instruction=20)
    depots = Depots(fichier)
    cle = Actions(fichier).creer(2026, "Atelier vélo", appel=decor.appel)
    [version] = depots.versions(cle)
    assert (version.nom, version.contenu["champs"]["titre"]) == ("v1 · Dossier", "Atelier vélo")
    assert version.contenu == lire_contenu(fichier.lignes, cle)
    passages = Cycle(fichier).passages(cle)
    assert [(p.etape.nature, p.saute) for p in passages if p.est_fait] == [
        ("note_intention", True),
        ("reunions", True),
        ("depot", False),
    ]
    assert {p.motif for p in passages if p.est_fait} == {"Dossier saisi dans le tableau"}
    assert [p.moment for p in passages[:3]] == sorted({p.moment or "" for p in passages[:3]})
    assert Cycle(fichier).revenir([cle]) == ["Note d'intention"]
    fichier.undo.annuler()
    Actions(fichier).modifier(cle, description="Réparer, rouler", observation="Vu")
    assert depots.versions(cle) == [version]
    fichier.undo.annuler()
    fichier.undo.annuler()
    assert depots.versions(cle) == []
    assert fichier.lignes(select(Franchissement.cle).where(Franchissement.action == cle)) == []


def test_une_action_nee_autrement_que_deposee_n_a_pas_de_version(
    fichier: Fichier, decor: Decor
) -> None:
    cle = Actions(fichier).creer(2026, "Idée", statut=str(StatutAction.NOTE), appel=decor.appel)
    assert Depots(fichier).versions(cle) == []


def test_un_dossier_sans_porteur_ne_se_depose_pas(fichier: Fichier, decor: Decor) -> None:
    Actions(fichier).modifier(decor.action, porteur=None)
    with pytest.raises(SaisieRefusee, match="n'a pas de porteur"):
        Depots(fichier).deposer_dossiers([decor.action])


def test_le_statut_deposee_tape_dans_le_tableau_depose_le_dossier(
    fichier: Fichier, decor: Decor
) -> None:
    actions, depots = Actions(fichier), Depots(fichier)
    with fichier.operation("Recevoir une note") as e:
        e.modifier(Action, decor.action, statut="note")
    actions.modifier(decor.action, statut="deposee")
    assert [v.nature for v in depots.versions(decor.action)] == ["dossier"]
    fichier.undo.annuler()
    assert depots.versions(decor.action) == []
    _etapes(fichier, decor.appel, depot=-1)
    with pytest.raises(SaisieRefusee, match="onglet «\u00a0Dossier\u00a0» de la fiche"):
        actions.modifier(decor.action, statut="deposee")


# Its dates ----------------------------------------------------------------------------------------

_ECRITURES: dict[str, Callable[[Actions, str], Any]] = {
    "description": lambda a, cle: a.modifier(cle, description="Autrement dit"),
    "public": lambda a, cle: a.modifier(cle, public_qpv=12),
    "cout": lambda a, cle: a.modifier(cle, cout_total=Decimal(10)),
    "budget": lambda a, cle: a.ajouter_ligne_budget(
        cle, sens="charge", compte="60", libelle=None, montant=Decimal(5)
    ),
}


@pytest.mark.parametrize("quoi", _ECRITURES)
def test_un_dossier_depose_ne_change_plus_apres_sa_reecriture(
    fichier: Fichier, decor: Decor, quoi: str
) -> None:
    ecrire = _ECRITURES[quoi]
    _etapes(fichier, decor.appel, reecriture=-30, depot=-10)
    actions, depots = Actions(fichier), Depots(fichier)
    depots.deposer_dossiers([decor.action], motif="Reçu par la poste")
    with pytest.raises(SaisieRefusee, match="rouvrez-le dans l'onglet «\u00a0Dossier\u00a0»"):
        ecrire(actions, decor.action)
    depots.rouvrir(decor.action, "Erreur de saisie de l'équipe")
    ecrire(actions, decor.action)
    [(texte,)] = fichier.lignes(select(Commentaire.texte).where(Commentaire.ligne == decor.action))
    assert texte.endswith("Erreur de saisie de l'équipe")
    depots.deposer_dossiers([decor.action], motif="Version corrigée")
    with pytest.raises(SaisieRefusee, match="rouvrez-le"):
        actions.modifier(decor.action, description="Encore un mot")


def test_le_jour_d_un_dossier_est_celui_du_programme(fichier: Fichier, decor: Decor) -> None:
    """The rewriting is over today; it was not on the day that this clock tells."""
    _etapes(fichier, decor.appel, reecriture=-10)
    Depots(fichier).deposer_dossiers([decor.action])
    avant = datetime.now(UTC) - timedelta(days=15)
    Actions(fichier, horloge=lambda: avant).modifier(decor.action, description="À temps")
    BudgetsDossier(fichier, horloge=lambda: avant).associer(decor.action, decor.organismes[1])
    with pytest.raises(SaisieRefusee, match="rouvrez-le"):
        Actions(fichier).modifier(decor.action, description="Trop tard")
    with pytest.raises(SaisieRefusee, match="rouvrez-le"):
        BudgetsDossier(fichier).ajouter_annee(decor.action, 2027)


def test_une_note_gardee_ne_change_plus_hors_de_ses_dates(fichier: Fichier, decor: Decor) -> None:
    """Between the deposit of the notes and their rewriting; the triage stays the team's."""
    with fichier.operation("Recevoir une note") as e:
        e.modifier(Action, decor.action, statut="note")
    _etapes(fichier, decor.appel, note_intention=-5, reecriture=40)
    notes = Notes(fichier)
    notes.modifier(decor.action, ambition="Lire")
    notes.accuser([decor.action], AUJOURD_HUI)
    refus = "Cette note est déposée et sa réécriture n'est pas ouverte.*rouvrez-la"
    for ecrire in (
        lambda: notes.modifier(decor.action, ambition="Lire en famille"),
        lambda: Actions(fichier).modifier(decor.action, public_qpv=12),
    ):
        with pytest.raises(SaisieRefusee, match=refus):
            ecrire()
    notes.trier([decor.action], TriNote.A_PRECISER, motif="Le public")
    Depots(fichier).rouvrir(decor.action, "Précision demandée au porteur")
    notes.modifier(decor.action, ambition="Lire en famille")
    dans_un_mois = datetime.now(UTC) + timedelta(days=30)
    with fichier.operation("Oublier la réouverture") as e:
        for (cle,) in e.lignes(select(Commentaire.cle)):
            e.supprimer(Commentaire, cle)
    Notes(fichier, horloge=lambda: dans_un_mois).modifier(decor.action, ambition="En réécriture")


def test_le_travail_de_l_equipe_reste_libre(fichier: Fichier, decor: Decor) -> None:
    _etapes(fichier, decor.appel, depot=-10)
    ligne = Cofinancements(fichier).ajouter(decor.action, decor.financeurs[0])
    Depots(fichier).deposer_dossiers([decor.action], motif="Reçu par la poste")
    Cofinancements(fichier).modifier(ligne, propose=Decimal(500))
    Actions(fichier).modifier(decor.action, observation="À revoir", titre="Action 1")


def test_sans_dates_ou_pendant_la_reecriture_tout_reste_ouvert(
    fichier: Fichier, decor: Decor
) -> None:
    depots, actions = Depots(fichier), Actions(fichier)
    depots.deposer_dossiers([decor.action])
    actions.modifier(decor.action, titre="Sans dates")
    _etapes(fichier, decor.appel, depot=-10, reecriture=5)
    actions.modifier(decor.action, titre="En réécriture")


# Comparing ----------------------------------------------------------------------------------------


def test_la_comparaison_dit_champ_par_champ_et_compte_par_compte(
    fichier: Fichier, decor: Decor
) -> None:
    lignes = _budget(
        fichier,
        decor.action,
        ("charge", "60", 1000),
        ("charge", "64", 500),
        ("produit", "74", 1500),
    )
    depots, actions = Depots(fichier), Actions(fichier)
    depots.deposer_dossiers([decor.action])
    actions.modifier(decor.action, description="Deux ateliers par semaine")
    actions.modifier_ligne_budget(lignes[0], montant=Decimal("1300.50"))
    actions.supprimer_ligne_budget(lignes[1])
    [version] = depots.versions(decor.action)
    ecarts = {
        e.champ: e for e in changements(version.contenu, lire_contenu(fichier.lignes, decor.action))
    }
    assert set(ecarts) == {"Description", "Charge 60", "Charge 64", "Total des charges"}
    assert ecarts["Charge 60"].ecart == Decimal("300.50")
    assert (ecarts["Charge 64"].apres, ecarts["Charge 64"].ecart) == ("", Decimal(-500))
    assert ecarts["Total des charges"].ecart == Decimal("-199.50")
    assert ecarts["Total des charges"].ecart_dit.startswith("−199,50")
    assert ecarts["Description"].apres == "Deux ateliers par semaine"
    phrase = phrase_des_changements(list(ecarts.values()))
    assert phrase.startswith("4 changements")
    assert "budget 3" in phrase
    memes = comparer(version.contenu, version.contenu)
    assert len(memes) > len(ecarts)
    assert not any(e.change for e in memes)
    assert phrase_des_changements(memes).startswith("Rien n'a changé")


# Recommandations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "abimee", [{"champs": [1]}, {"budget": [{}]}, {"cofinancements": 7}, {"annees": ["x"]}]
)
def test_une_version_qu_un_autre_programme_a_abimee_se_dit(abimee: dict[str, Any]) -> None:
    [dit] = changements(abimee, {})
    assert (dit.champ, dit.avant) == ("Version abîmée", "ne se lit plus")
    assert phrase_des_changements([dit]).startswith("1 changement")


def test_une_recommandation_garde_qui_dit_sa_suite_et_quand(fichier: Fichier, decor: Decor) -> None:
    with fichier.operation("Instruire") as e:
        fabriques.instruction(e, decor.action, decor.financeurs[0], decor.organismes[0])
    service = SuitesRecommandations(fichier, horloge=lambda: datetime(2026, 3, 4, 10, tzinfo=UTC))
    [ligne] = service.lignes(decor.action)
    assert phrase_des_suites([ligne]).endswith("1 sans réponse.")
    service.dire(ligne.cle, str(SuiteRecommandation.EN_PARTIE), "Le bilan reste à partager")
    [suivie] = service.lignes(decor.action)
    assert (suivie.suivie, suivie.suite) == ("en_partie", "Le bilan reste à partager")
    assert (suivie.suite_par, f"{suivie.suite_le:%d/%m/%Y}") == (fabriques.AUTEUR, "04/03/2026")
    service.dire(ligne.cle, None, "")
    [(par, le)] = fichier.lignes(select(Recommandation.suite_par, Recommandation.suite_le))
    assert (par, le) == (None, None)


# Whatever is done ---------------------------------------------------------------------------------


def test_quoi_qu_on_fasse_une_version_ne_change_jamais(fichier: Fichier, decor: Decor) -> None:
    """A walk of deposits, rewritings, undo and redo: a version that is there reads as when it came."""
    hasard = random.Random(5)
    depots, actions = Depots(fichier), Actions(fichier)
    vues: dict[str, Any] = {}

    def deposer() -> None:
        nature = hasard.choice([depots.deposer_dossiers, depots.deposer_notes])
        nature([decor.action])

    gestes: list[Callable[[], Any]] = [
        deposer,
        lambda: actions.modifier(decor.action, titre=f"Titre {hasard.randrange(99)}"),
        lambda: actions.ajouter_ligne_budget(
            decor.action,
            sens="charge",
            compte="60",
            libelle=None,
            montant=Decimal(hasard.randrange(9)),
        ),
        lambda: actions.definir_quartiers(decor.action, {hasard.choice(decor.quartiers): None}),
        lambda: fichier.undo.a_annuler() and fichier.undo.annuler(),
        lambda: fichier.undo.a_retablir() and fichier.undo.retablir(),
    ]
    for _ in range(40):
        hasard.choice(gestes)()
        lues = fichier.lignes(select(*Depot.__table__.columns).order_by(Depot.numero))
        assert [lue.numero for lue in lues] == list(range(1, len(lues) + 1))
        for lue in lues:
            assert vues.setdefault(lue.cle, lue._asdict()) == lue._asdict()
    assert len(vues) > 3
    assert {v["nature"] for v in vues.values()} == {str(n) for n in NatureDepot}
