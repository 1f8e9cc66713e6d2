"""Réunions partenariales: agendas made by themselves, people, notes, closing, frequencies."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import fabriques
import pytest
from sqlalchemy import select

from app.models.contrat import Etape, Instance, Signataire
from app.models.enums import College, EtatReunion
from app.models.instruction import Referent, RegleAffectation, Service
from app.models.programme import Appel, EtapeAppel
from app.models.reunion import (
    AvisReunion,
    Participant,
    PointReunion,
    Recommandation,
    Reunion,
    ReunionInstance,
)
from app.models.seance import Personne, Seance
from app.services.contrats import Contrats
from app.services.cycle import Cycle
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.frequences import (
    A_PREVOIR,
    CONFORME,
    MANQUE,
    SANS_EXIGENCE,
    TROP,
    Frequences,
    Gouvernance,
)
from app.services.notes_reunion import NotesReunion
from app.services.ordres_reunion import OrdresReunion
from app.services.participants import Participants, par_college
from app.services.parts_composition import parties
from app.services.personnes import Personnes
from app.services.plans_reunions import (
    SANS_COMMUNE,
    SANS_ECHELLE,
    SANS_THEME,
    PlansReunions,
)
from app.services.rencontres import rencontres
from app.services.reunions import Reunions
from app.services.reunions_lues import creneaux, part_avec_habitants

ECHELLES = ("communale", "communale", "communale", "intercommunale", None, "communale")
MIDI = datetime(2026, 2, 3, 11, 0, tzinfo=UTC)


Instances = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """Six notes: two of a town, one of both, one of a theme, one lost, one decided."""

    fichier: Fichier
    decor: fabriques.Decor
    instances: tuple[str, str, str]  # by commune, by theme, every six weeks
    reunions: Reunions
    ordres: OrdresReunion
    participants: Participants
    notes: NotesReunion
    plans: PlansReunions


@pytest.fixture(scope="module")
def garni(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, fabriques.Decor, Instances]:
    """Made once: each test opens a copy."""
    chemin = tmp_path_factory.mktemp("reunions") / "modele.tdt"
    with fabriques.neuf(chemin) as fichier:
        decor, instances = _garnir(fichier)
    return chemin, decor, instances


@pytest.fixture
def s(garni: tuple[Path, fabriques.Decor, Instances], tmp_path: Path) -> Iterator[Scene]:
    modele, decor, instances = garni
    copie = Path(shutil.copyfile(modele, tmp_path / "reunions.tdt"))
    with Fichier.ouvrir(copie, auteur=fabriques.AUTEUR) as fichier:
        services = rencontres(fichier, horloge=lambda: MIDI)
        yield Scene(
            fichier,
            decor,
            instances,
            services.reunions,
            services.ordres,
            services.participants,
            services.notes,
            services.plans,
        )


def _garnir(fichier: Fichier) -> tuple[fabriques.Decor, Instances]:
    decor = fabriques.decor(fichier, actions=6)
    with fichier.operation("Préparer l'essai") as e:
        fabriques.echelle(e, identifiant="intercommunale", nom="Échelle intercommunale")
        instances = (
            e.inserer(
                Instance,
                identifiant="comites_territoriaux",
                nom="Comités territoriaux",
                presidence="Maire et DGS de la commune",
                composition=[
                    "partenaires institutionnels locaux (CAF, Mission locale)",
                    "bailleurs disposant d'un parc dans le quartier",
                    "délégué du préfet",
                    "représentants d'habitants",
                ],
                par="commune",
                minimum_par_an=2,
                maximum_par_an=3,
                etapes=["reunion_communale"],
                rang=1,
            ),
            e.inserer(
                Instance,
                identifiant="gat",
                nom="Groupes d'appui",
                composition=["communes selon leurs projets"],
                par="chaque enjeu prioritaire",
                etapes=["reunion_intercommunale"],
                rang=2,
            ),
            e.inserer(Instance, identifiant="reseau", nom="Réseau", intervalle_semaines=6, rang=3),
        )
        e.inserer(Signataire, nom="Habitat d'Essai", nature="bailleur")
        e.inserer(
            Personne, nom="Alix Préau", fonction="Délégué du préfet", financeur=decor.financeurs[0]
        )
        e.inserer(Personne, nom="Noa Rivage", fonction="Adjointe", represente="Ostreval")
        for rang, action in enumerate(decor.actions):
            e.modifier(
                fabriques.Action,
                action,
                statut="accordee" if rang == 5 else "note",
                echelle=ECHELLES[rang],
            )
        for rang, ou in ((0, (0,)), (1, (1,)), (2, (0, 1))):
            for commune in ou:
                fabriques.action_commune(e, decor.actions[rang], decor.communes[commune])
        fabriques.classement(e, decor.actions[3], decor.noeuds[1])  # under « Éducation »
        fabriques.action_commune(e, decor.actions[4], decor.communes[0])
    return decor, instances


# Agendas made by themselves -------------------------------------------------------------------------


def test_chaque_projet_est_inscrit_par_commune_ou_par_orientation(s: Scene) -> None:
    plan = s.plans.proposer(2026)
    assert [(r.titre.split(" – ")[0], [p.numero for p in r.projets]) for r in plan.reunions] == [
        ("Réunion communale", ["2026-001", "2026-003"]),
        ("Réunion communale", ["2026-002", "2026-003"]),
        ("Réunion intercommunale", ["2026-004"]),
    ]
    assert [(h.numero, h.pourquoi) for h in plan.hors] == [("2026-005", SANS_ECHELLE)]
    assert s.reunions.lignes(2026) == [], "rien n'est écrit avant d'accepter"
    assert s.plans.appliquer(plan) == 3
    assert s.plans.proposer(2026).reunions == ()
    assert s.plans.proposer(2026).deja == 4
    noms = {r.titre: r.instances_noms for r in s.reunions.lignes(2026)}
    assert noms["Réunion communale – Ostreval"] == "Comités territoriaux"
    s.fichier.undo.annuler()
    assert s.reunions.lignes(2026) == [], "une seule annulation"


def test_un_projet_qu_on_ne_sait_pas_placer_dit_pourquoi(s: Scene) -> None:
    with s.fichier.operation("Changer") as e:
        e.modifier(fabriques.Action, s.decor.actions[4], echelle="intercommunale")
        orpheline = fabriques.action(e, numero="2026-007", statut="note", echelle="communale")
    raisons = {h.cle: h.pourquoi for h in s.plans.proposer(2026).hors}
    assert raisons == {s.decor.actions[4]: SANS_THEME, orpheline: SANS_COMMUNE}


def test_une_reunion_en_preparation_se_complete(s: Scene) -> None:
    commune = s.decor.communes[0]
    reunion = s.reunions.creer(2026, nature="communale", commune=commune)
    s.ordres.inscrire(reunion, [s.decor.actions[0]])
    premiere = s.plans.proposer(2026).reunions[0]
    assert (premiere.reunion, premiere.quoi) == (reunion, "À compléter")
    assert [p.numero for p in premiere.projets] == ["2026-003"]


def test_un_projet_que_la_reunion_n_a_pas_vu_passe_a_une_autre(s: Scene) -> None:
    s.plans.appliquer(s.plans.proposer(2026))
    reunion = s.reunions.lignes(2026)[0]
    s.reunions.modifier(reunion.cle, date="2026-02-03")
    vu, oublie = s.reunions.points(reunion.cle)
    s.notes.apprecier(vu.cle, "diagnostic", "oui")
    dit = s.reunions.clore(reunion.cle)
    assert "1 action n'a pas été vue" in dit
    assert "l'inscrira" in dit
    [nouvelle] = s.plans.proposer(2026).reunions
    assert [p.cle for p in nouvelle.projets] == [oublie.action]
    assert nouvelle.reunion is None


# The agenda -----------------------------------------------------------------------------------------


def test_l_ordre_du_jour_donne_les_heures_de_passage(s: Scene) -> None:
    reunion = s.reunions.creer(2026, heure_debut="14h", minutes_par_point=15)
    sujet = s.ordres.ajouter_sujet(reunion, "Accueil", minutes=10)
    s.ordres.inscrire(reunion, s.decor.actions[:2])
    assert [p.creneau for p in s.reunions.points(reunion)] == [
        "14:00 – 14:10",
        "14:10 – 14:25",
        "14:25 – 14:40",
    ]
    s.ordres.ranger([sujet], None)
    assert [p.titre for p in s.reunions.points(reunion)] == ["Action 1", "Action 2", "Accueil"]
    with pytest.raises(SaisieRefusee, match="n'est pas une heure"):
        s.reunions.modifier(reunion, heure_debut="midi")
    s.reunions.modifier(reunion, heure_debut="9 h 5")
    assert s.reunions.points(reunion)[0].creneau.startswith("09:05")
    with pytest.raises(SaisieRefusee, match="déjà"):
        s.ordres.inscrire_numero(reunion, "2026-001", 2026)
    s.ordres.retirer(sujet)
    assert len(s.reunions.points(reunion)) == 2


# People ---------------------------------------------------------------------------------------------


def test_les_invites_viennent_de_l_instance_et_rien_n_est_invente(s: Scene) -> None:
    s.plans.appliquer(s.plans.proposer(2026))
    ostreval = next(r for r in s.reunions.lignes(2026) if r.commune_nom == "Ostreval")
    invites = s.participants.lignes(ostreval.cle)
    nommes = {p.nom: p.college for p in invites if p.nom}
    assert nommes == {"Alix Préau": College.INSTITUTION, "Noa Rivage": College.ELU}
    vides = {(p.fonction, p.represente, p.college) for p in invites if not p.nom}
    assert ("Maire", "Commune d'Ostreval", str(College.ELU)) in vides
    assert ("CAF", None, str(College.INSTITUTION)) in vides
    assert any(c == College.HABITANT for _, _, c in vides)
    assert any(c == College.BAILLEUR and r == "Habitat d'Essai" for _, r, c in vides)
    assert any(c == College.PORTEUR for _, _, c in vides)
    bremes = next(r for r in s.reunions.lignes(2026) if r.commune_nom == "Brèmes-sur-Scarpe")
    ailleurs = {p.nom for p in s.participants.lignes(bremes.cle) if p.nom}
    assert ailleurs == {"Alix Préau"}, "l'élue d'une autre commune n'est pas conviée"
    avant = len(invites)
    assert s.participants.proposer(ostreval.cle) == 0
    assert len(s.participants.lignes(ostreval.cle)) == avant


def test_un_theme_reunit_ses_communes_et_ses_referents(s: Scene) -> None:
    with s.fichier.operation("Affecter") as e:
        service = e.inserer(Service, nom="Éducation", nom_court="Éduc.")
        e.inserer(Referent, service=service, nom="Sam Cartable", courriel="sam@essai.example")
        e.inserer(RegleAffectation, service=service, noeud=s.decor.noeuds[0])
        fabriques.action_commune(e, s.decor.actions[3], s.decor.communes[1])
    s.plans.appliquer(s.plans.proposer(2026))
    theme = next(r for r in s.reunions.lignes(2026) if r.noeud)
    invites = s.participants.lignes(theme.cle)
    assert {"Noa Rivage", "Sam Cartable"} <= {p.nom for p in invites}
    assert "sam@essai.example" in {p.courriel for p in invites}


def test_la_commune_d_un_quartier_partage_est_conviee(s: Scene) -> None:
    with s.fichier.operation("Partager un quartier") as e:
        for commune in s.decor.communes:
            fabriques.quartier_commune(e, s.decor.quartiers[0], commune)
    reunion = s.reunions.creer(2026, nature="communale", commune=s.decor.communes[0])
    assert "Noa Rivage" in {p.nom for p in s.participants.lignes(reunion)}


def test_une_composition_se_lit_par_morceaux() -> None:
    phrase = (
        "partenaires (CAF, Mission locale)",
        "élus et services municipaux",
        "sur invitation : X",
    )
    assert list(parties(phrase)) == ["CAF", "Mission locale", "élus", "services municipaux"]


def test_la_presence_se_compte_par_college(s: Scene) -> None:
    reunion = s.reunions.creer(2026)
    venus = [
        s.participants.ajouter(reunion, nom, college=college)
        for nom, college in (("Une", "habitant"), ("Deux", "habitant"), ("Trois", "institution"))
    ]
    s.participants.pointer(True, venus[0])
    s.participants.pointer(False, venus[1])
    habitants = par_college(s.participants.lignes(reunion))[-1]
    assert (habitants.invites, habitants.presents, habitants.inconnus) == (2, 1, 0)
    s.reunions.modifier(reunion, date="2026-02-03")
    s.reunions.clore(reunion)
    autre = s.reunions.creer(2026, date="2026-02-04")
    s.participants.pointer(True, s.participants.ajouter(autre, "Quatre"))
    s.reunions.clore(autre)
    assert part_avec_habitants(s.reunions.lignes(2026)) == (1, 2)
    assert Frequences(s.fichier).gouvernance(2026) == Gouvernance(0, 0, 2, 2, 0)


# Notes, closing -------------------------------------------------------------------------------------


def test_une_reunion_close_ne_change_plus(s: Scene) -> None:
    reunion = s.reunions.creer(2026)
    s.ordres.inscrire(reunion, [s.decor.action])
    [point] = s.reunions.points(reunion)
    s.notes.apprecier(point.cle, "partenariat", "en_partie")
    s.notes.remarquer(point.cle, "Voir le centre social.")
    avis = s.notes.donner_avis(point.cle, "Conseil citoyen", sens="reserve")
    reco = s.notes.recommander(
        reunion, "Préciser le public", action=s.decor.action, responsable="Porteur"
    )
    [point] = s.reunions.points(reunion)
    assert (point.passe, point.partenariat, point.avis, point.recommandations) == (
        True,
        "en_partie",
        1,
        1,
    )
    with pytest.raises(SaisieRefusee, match="pas de date"):
        s.reunions.clore(reunion)
    with pytest.raises(SaisieRefusee, match="déjà des notes"):
        s.reunions.supprimer(reunion)
    s.reunions.modifier(reunion, date="2026-02-03")
    s.reunions.clore(reunion)
    gestes = (
        lambda: s.notes.apprecier(point.cle, "diagnostic", "oui"),
        lambda: s.notes.remarquer(point.cle, "Autre chose"),
        lambda: s.notes.donner_avis(point.cle, "Région"),
        lambda: s.notes.recommander(reunion, "Encore"),
        lambda: s.notes.retirer([avis], [reco]),
        lambda: s.ordres.retirer(point.cle),
        lambda: s.ordres.inscrire(reunion, [s.decor.actions[1]]),
        lambda: s.participants.ajouter(reunion, "Tard venu"),
        lambda: s.reunions.modifier(reunion, lieu="Ailleurs"),
        lambda: s.reunions.supprimer(reunion),
    )
    avant = _tout(s.fichier)
    for geste in gestes:
        with pytest.raises(SaisieRefusee, match="est close"):
            geste()
    assert _tout(s.fichier) == avant
    with pytest.raises(SaisieRefusee, match="Dites pourquoi"):
        s.reunions.rouvrir(reunion, "  ")
    s.reunions.rouvrir(reunion, "Remarque oubliée")
    assert s.reunions.lire(reunion).etat == EtatReunion.PREPARATION
    assert "Remarque oubliée" in (s.reunions.lire(reunion).note or "")
    s.notes.remarquer(point.cle, "Autre chose")


def _tout(fichier: Fichier) -> list[object]:
    modeles = (Reunion, ReunionInstance, PointReunion, Participant, AvisReunion, Recommandation)
    return [
        tuple(ligne)
        for m in modeles
        for ligne in fichier.lignes(select(*m.__table__.columns).order_by(m.cle))
    ]


def test_un_projet_vu_en_a_fini_avec_les_reunions(s: Scene) -> None:
    with s.fichier.operation("Dater le cycle") as e:
        for rang, nature in enumerate(("reunions", "reecriture")):
            e.inserer(EtapeAppel, appel=s.decor.appel, nature=nature, nom=nature, rang=rang)
    reunion = s.reunions.creer(2026, date="2026-02-03")
    s.ordres.inscrire(reunion, s.decor.actions[:2])
    vu, oublie = s.reunions.points(reunion)
    s.notes.marquer_vu(vu.cle, vu=True)
    s.reunions.clore(reunion)
    cycle = Cycle(s.fichier, horloge=lambda: MIDI)
    etapes = [cycle.etape_courante(p.action or "") for p in (vu, oublie)]
    assert [etape and etape.nature for etape in etapes] == ["reecriture", "reunions"]
    s.fichier.undo.annuler()
    etape = cycle.etape_courante(vu.action or "")
    assert etape is not None
    assert etape.nature == "reunions"


def test_ce_que_le_porteur_a_ecrit_se_lit_a_cote(s: Scene) -> None:
    with s.fichier.operation("Instruire") as e:
        fabriques.instruction(e, s.decor.action, s.decor.financeurs[0], s.decor.organismes[0])
    lue = s.notes.note_d_intention(s.decor.action)
    assert (lue.ambition, lue.cpo) == ("Lire en famille", "demandée")


def test_rouvrir_une_reunion_reprend_les_etapes_que_sa_cloture_avait_franchies(s: Scene) -> None:
    """A project that another closed meeting saw stays where it is; one crossed by hand too."""
    with s.fichier.operation("Préparer le cycle") as e:
        for rang, nature in enumerate(("reunions", "reecriture")):
            e.inserer(EtapeAppel, appel=s.decor.appel, nature=nature, nom=nature, rang=rang)
    seul, partage, a_la_main = s.decor.actions[:3]
    cycle = Cycle(s.fichier)
    reunions = []
    for jour, vus in (("2026-02-03", (seul, partage)), ("2026-02-10", (partage, a_la_main))):
        reunion = s.reunions.creer(2026, titre="Réunion", date=jour)
        s.ordres.inscrire(reunion, vus)
        for point in s.reunions.points(reunion):
            s.notes.remarquer(point.cle, "Vu")
        reunions.append(reunion)
    cycle.avancer([a_la_main])
    for reunion in reunions:
        s.reunions.clore(reunion)

    def ou() -> list[str]:
        courantes = [cycle.etape_courante(a) for a in (seul, partage, a_la_main)]
        return ["" if c is None else c.nature for c in courantes]

    assert ou() == ["reecriture"] * 3
    s.reunions.rouvrir(reunions[0], "Remarque oubliée")
    assert ou() == ["reunions", "reecriture", "reecriture"]
    assert cycle.passages(partage)[0].motif == "Examiné en réunion : Réunion, 2026-02-10"
    s.reunions.rouvrir(reunions[1], "Elle aussi")
    assert ou() == ["reunions", "reunions", "reecriture"]
    s.fichier.undo.annuler()
    s.fichier.undo.annuler()
    assert ou() == ["reecriture"] * 3
    s.fichier.undo.retablir()
    s.reunions.clore(reunions[0])
    assert ou() == ["reecriture"] * 3


def test_chaque_geste_s_annule_et_se_retablit(s: Scene) -> None:
    """Every gesture of a meeting, then Ctrl+Z as many times, then Ctrl+Y."""
    reunion = s.reunions.creer(2026, nature="communale", commune=s.decor.communes[0])
    s.ordres.inscrire(reunion, s.decor.actions[:3])
    point = s.reunions.points(reunion)[0].cle
    invite = s.participants.lignes(reunion)[0].cle
    gestes = (
        lambda: s.ordres.ajouter_sujet(reunion, "Accueil"),
        lambda: s.ordres.ranger([point], None),
        lambda: s.ordres.ranger_par_porteur(reunion),
        lambda: s.reunions.modifier(reunion, date="2026-02-03", instances_noms="Réseau"),
        lambda: s.participants.pointer(True, invite),
        lambda: s.participants.retirer(invite),
        lambda: s.notes.apprecier(point, "capacite", "non"),
        lambda: s.notes.remarquer(point, "À revoir"),
        lambda: s.notes.donner_avis(point, "Région"),
        lambda: s.notes.recommander(reunion, "Préciser"),
        lambda: s.reunions.clore(reunion),
        lambda: s.reunions.rouvrir(reunion, "Oubli"),
        lambda: s.plans.appliquer(s.plans.proposer(2026)),
    )
    etats = [_tout(s.fichier)]
    for geste in gestes:
        geste()
        etats.append(_tout(s.fichier))
    assert [rang for rang, (a, b) in enumerate(pairwise(etats)) if a == b] == []
    for etat in reversed(etats[:-1]):
        s.fichier.undo.annuler()
        assert _tout(s.fichier) == etat
    for etat in etats[1:]:
        s.fichier.undo.retablir()
        assert _tout(s.fichier) == etat


# What still uses a row ------------------------------------------------------------------------------


def test_ce_qu_une_reunion_cite_ne_se_supprime_pas(s: Scene) -> None:
    s.plans.appliquer(s.plans.proposer(2026))
    contrats = Contrats(s.fichier)
    for rubrique, cle in (
        ("communes", s.decor.communes[1]),
        ("instances", s.instances[1]),
        ("noeuds", s.decor.noeuds[0]),
    ):
        with pytest.raises(SaisieRefusee, match="réunion"):
            contrats.supprimer(rubrique, cle)
    [(alix,)] = s.fichier.lignes(select(Personne.cle).where(Personne.nom == "Alix Préau"))
    with pytest.raises(SaisieRefusee, match="réunion"):
        Personnes(s.fichier).supprimer(alix)


# Frequencies ----------------------------------------------------------------------------------------


def test_les_reunions_se_comptent_par_commune_et_alertent_en_mots(s: Scene) -> None:
    reunion = s.reunions.creer(
        2026, nature="communale", commune=s.decor.communes[1], date="2026-02-03"
    )
    s.reunions.creer(2026, nature="communale", commune=s.decor.communes[1], date="2026-10-06")
    s.reunions.clore(reunion)
    juin, apres = date(2026, 6, 1), date(2027, 1, 2)

    def ostreval(jour: date) -> tuple[str, str]:
        lignes = Frequences(s.fichier).lignes(2026, jour)
        ligne = next(li for li in lignes if li.objet == "Ostreval")
        return ligne.etat, ligne.phrase.replace("\u00a0", " ")

    dite = "Comités territoriaux, Ostreval : 1 réunion sur 2 en 2026, 1 prévue"
    assert ostreval(juin) == (A_PREVOIR, dite)
    assert ostreval(apres) == (MANQUE, dite)
    alertes = Frequences(s.fichier).alertes(2026, juin)
    assert any("Brèmes-sur-Scarpe" in a and "aucune réunion sur 2" in a for a in alertes)


def test_une_reunion_compte_pour_plusieurs_instances_et_les_seances_closes_aussi(s: Scene) -> None:
    with s.fichier.operation("Séances") as e:
        for rang in range(3):
            e.inserer(
                Seance,
                instance=s.instances[0],
                titre="Comité d'Ostreval",
                annee=2026,
                date=f"2026-0{rang + 1}-10",
                etat="close",
            )
    reunion = s.reunions.creer(
        2026,
        nature="communale",
        commune=s.decor.communes[1],
        date="2026-05-05",
        instances=[s.instances[0], s.instances[2]],
    )
    s.reunions.clore(reunion)
    lignes = {
        (li.instance, li.objet): li for li in Frequences(s.fichier).lignes(2026, date(2026, 5, 6))
    }
    assert lignes[s.instances[0], "Ostreval"].etat == TROP
    assert lignes[s.instances[0], "Ostreval"].tenues == 4
    reseau = lignes[s.instances[2], ""]
    assert (reseau.etat, reseau.tenues, reseau.prochaine) == (CONFORME, 1, date(2026, 6, 16))
    tard = Frequences(s.fichier).lignes(2026, date(2026, 7, 1))
    assert next(li for li in tard if li.instance == s.instances[2]).etat == MANQUE


def test_une_instance_attendue_avant_l_appel_et_apres_le_comite(s: Scene) -> None:
    with s.fichier.operation("Cycle") as e:
        for rang, nature in enumerate(("reunions", "depot", "comite_financeurs", "reunions")):
            e.inserer(Etape, identifiant=f"e{rang}", nom=nature, nature=nature, rang=rang)
        communal = e.inserer(
            Instance, identifiant="communal", nom="Comité communal", etapes=["e0", "e3"]
        )
        financeurs = e.inserer(Instance, identifiant="fin", nom="Financeurs", etapes=["e2"])
        e.modifier(Appel, s.decor.appel, date_ouverture="2025-11-03")
        e.inserer(
            Seance,
            instance=financeurs,
            titre="Comité",
            annee=2026,
            date="2026-03-12",
            etat="close",
        )

    def moments(jour: date) -> tuple[str, str]:
        lignes = Frequences(s.fichier).lignes(2026, jour)
        ligne = next(li for li in lignes if li.instance == communal)
        return ligne.etat, ligne.moments.replace("\u00a0", " ")

    manque = "avant l'appel : manque · après le comité : manque"
    assert moments(date(2025, 10, 1)) == (SANS_EXIGENCE, manque)
    assert moments(date(2026, 6, 1)) == (MANQUE, manque)
    avant = s.reunions.creer(2025, date="2025-10-20", instances=[communal])
    s.reunions.clore(avant)
    assert moments(date(2026, 6, 1)) == (
        SANS_EXIGENCE,
        "avant l'appel : oui · après le comité : manque",
    )


def test_sans_par_l_instance_se_compte_en_une_fois(s: Scene) -> None:
    with s.fichier.operation("Changer") as e:
        e.modifier(Instance, s.instances[0], par=None)
    lignes = Frequences(s.fichier).lignes(2026, date(2026, 5, 6))
    assert [li.objet for li in lignes if li.instance == s.instances[0]] == [""]


def test_une_heure_ou_une_duree_absurde_laisse_les_heures_vides() -> None:
    assert creneaux("99:99", [10, 5]) == [("", ""), ("", "")]
    assert creneaux("14:00", [10, 10**12, 5]) == [("14:00", "14:10"), ("14:10", ""), ("", "")]
