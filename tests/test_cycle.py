"""The cycle of an appel: its steps come from the contract, are dated by the team, crossed by actions."""

import random
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import fabriques
import pytest
from sqlalchemy import event, select

from app.models.action import Action
from app.models.contrat import Etape
from app.models.enums import NatureAppel, NatureEtape
from app.models.programme import Appel, EtapeAppel, Franchissement
from app.models.seance import Notification
from app.services.appels import Appels
from app.services.contrats import Contrats
from app.services.cycle import Cycle
from app.services.cycle_dates import EtatEtape, OrigineDate
from app.services.delais_appel import delais
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.parcours import lire_parcours, lire_passages
from app.services.referentiels import charger

MIDI = datetime(2026, 1, 20, 12, tzinfo=UTC)


def horloge() -> datetime:
    return MIDI


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed file with an appel of Valenciennes dated around 20 January 2026: see `ami`."""
    chemin = tmp_path_factory.mktemp("cycle") / "modele.tdt"
    with fabriques.neuf(chemin) as ouvert:
        _dater(ouvert, du_contrat(ouvert, "valenciennes", "ami"))
    return chemin


@pytest.fixture
def fichier(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fichier]:
    """An empty file; for the tests of `ami`, a copy of the one that has it."""
    chemin = tmp_path / "essai.tdt"
    if "ami" not in request.fixturenames:
        with fabriques.neuf(chemin) as ouvert:
            yield ouvert
        return
    shutil.copyfile(request.getfixturevalue("modele"), chemin)
    with Fichier.ouvrir(chemin, auteur=fabriques.AUTEUR) as ouvert:
        yield ouvert


@cache
def _allege(identifiant: str) -> Any:
    """The contract with what an appel reads of it: loading all the rest takes most of a second."""
    contrat = charger(identifiant)
    vides: dict[str, list[Any]] = {
        "nomenclatures": [],
        "quartiers": [],
        "priorites": [],
        "indicateurs": [],
    }
    return contrat.model_copy(update={**vides, "engagements": [], "communes": []})


def du_contrat(fichier: Fichier, identifiant: str, nature: str = "aap", annee: int = 2026) -> str:
    """A new appel in a file that holds a shipped contract."""
    Contrats(fichier).charger(_allege(identifiant))
    return Appels(fichier, horloge=horloge).creer(annee, nature)


def noms_actifs(fichier: Fichier, appel: str) -> list[str]:
    return [e.nature for e in Cycle(fichier, horloge=horloge).etapes(appel) if e.active]


# Where the steps come from ------------------------------------------------------------------------


def test_les_etapes_sont_celles_du_contrat(fichier: Fichier) -> None:
    """Two deposits at Valenciennes; each step says its source, and none has a date nobody gave."""
    appel = du_contrat(fichier, "valenciennes", "ami")
    etapes = Cycle(fichier, horloge=horloge).etapes(appel)
    natures = [e.nature for e in etapes]
    assert natures.index("note_intention") < natures.index("reecriture") < natures.index("depot")
    assert natures.count("reunions") == 2
    assert all(e.active and e.source for e in etapes)
    assert {(e.debut, e.fin) for e in etapes} == {(None, None)}
    assert {e.etat for e in etapes} == {EtatEtape.SANS_DATE}


@pytest.mark.parametrize("identifiant", ["arras", "bethune_bruay", "hersin_coupigny"])
def test_note_d_intention_et_reecriture_sont_eteintes_ailleurs(
    fichier: Fichier, identifiant: str
) -> None:
    """Contracts that print no note d'intention offer it turned off (B-92)."""
    appel = du_contrat(fichier, identifiant)
    etapes = Cycle(fichier, horloge=horloge).etapes(appel)
    notes = [e for e in etapes if e.nature == NatureEtape.NOTE_INTENTION]
    assert [e.active for e in notes] == [False]
    assert notes[0].source == ""
    assert NatureEtape.REECRITURE not in noms_actifs(fichier, appel)
    assert {(e.debut, e.fin) for e in etapes} == {(None, None)}


def test_un_fichier_ancien_retrouve_la_nature_de_ses_etapes(fichier: Fichier) -> None:
    """A file made before steps had a nature looks it up in the shipped contract of its name."""
    Contrats(fichier).charger(_allege("valenciennes"))
    with fichier.operation("Ancien") as e:
        for (cle,) in e.lignes(select(Etape.cle)):
            e.modifier(Etape, cle, nature=None)
    appel = Appels(fichier, horloge=horloge).creer(2026, "ami")
    assert noms_actifs(fichier, appel)[3] == "note_intention"


def test_un_contrat_vierge_n_a_pas_d_etape(fichier: Fichier) -> None:
    fabriques.decor(fichier)
    appel = Appels(fichier, horloge=horloge).creer(2026, "aap", nom="Appel 2026")
    assert Cycle(fichier).etapes(appel) == []
    with pytest.raises(SaisieRefusee, match="aucune étape"):
        Appels(fichier).etapes.reprendre(appel, "aap")


def test_chaque_nature_d_appel_garde_ce_que_le_contrat_en_dit(fichier: Fichier) -> None:
    """Holidays published by 15 March, small projects co-instructed with a light form (A-87, A-115)."""
    vacances = du_contrat(fichier, "valenciennes", "vacances")
    appels = Appels(fichier, horloge=horloge)
    cycle = Cycle(fichier, horloge=horloge)
    lancement = next(e for e in cycle.etapes(vacances) if e.nature == "lancement")
    assert lancement.fin == date(2026, 3, 15)
    assert "vacances" in lancement.nom
    assert noms_actifs(fichier, vacances) == ["lancement"]
    appels.creer(2026, "fil_de_l_eau")
    appels.creer(2026, "fonds_thematique")
    appels.creer(2026, "hors_appel")
    lues = {a.nature: a for a in appels.lignes(2026)}
    assert (lues["fil_de_l_eau"].leger, lues["fil_de_l_eau"].instructeurs) == (True, 2)
    assert (lues["vacances"].leger, lues["vacances"].instructeurs) == (False, None)
    assert lues["hors_appel"].etapes == 0
    assert lues["fonds_thematique"].nom == "Fonds thématique 2026"


def test_un_appel_reprend_les_etapes_de_l_an_dernier(fichier: Fichier) -> None:
    """Dates are shifted, what was counted from a step still is, and what is finished is not."""
    ancien = du_contrat(fichier, "valenciennes", "ami", 2027)
    appels, cycle = Appels(fichier, horloge=horloge), Cycle(fichier, horloge=horloge)
    etapes = {e.nature: e for e in cycle.etapes(ancien)}
    appels.etapes.modifier(etapes["depot"].cle, date_debut="2028-02-01", date_fin="2028-02-29")
    appels.etapes.modifier(etapes["copil"].cle, ancre=etapes["depot"].cle, jours_debut=30)
    appels.etapes.modifier(etapes["cadrage"].cle, terminee_le="2027-01-05")
    neuf = appels.creer(2028, "ami", comme=ancien)
    reprises = {e.nature: e for e in cycle.etapes(neuf)}
    assert (reprises["depot"].debut, reprises["depot"].fin) == (date(2029, 2, 1), date(2029, 2, 28))
    assert reprises["copil"].debut == date(2029, 3, 30)
    assert reprises["cadrage"].terminee_le is None
    assert reprises["copil"].ancre == reprises["depot"].cle


# Dates --------------------------------------------------------------------------------------------


@pytest.fixture
def ami(fichier: Fichier) -> str:
    """An appel with the steps of Valenciennes, dated around 20 January 2026."""
    [(appel,)] = fichier.lignes(select(Appel.cle))
    return str(appel)


def _dater(fichier: Fichier, appel: str) -> None:
    etapes = {e.nature: e.cle for e in Cycle(fichier).etapes(appel)}
    ecrire = Appels(fichier).etapes
    ecrire.modifier(etapes["lancement"], date_debut="2025-10-01")
    ecrire.modifier(
        etapes["note_intention"], ancre=etapes["lancement"], jours_debut=0, jours_fin=45
    )
    ecrire.modifier(etapes["depot"], date_debut="2026-01-05", date_fin="2026-01-31")
    ecrire.modifier(etapes["comite_partenarial"], ancre=etapes["depot"], jours_debut=15)


def test_une_etape_se_date_ou_se_compte_depuis_une_autre(fichier: Fichier, ami: str) -> None:
    lues = {e.nature: e for e in Cycle(fichier, horloge=horloge).etapes(ami)}
    note, comite = lues["note_intention"], lues["comite_partenarial"]
    assert (note.debut, note.fin) == (date(2025, 10, 1), date(2025, 11, 15))
    assert (note.etat, note.en_mots) == (EtatEtape.RETARD, "en retard de 66 jours")
    assert note.dates_en_mots == (
        "0 à 45 jours après « Lancement de l'Appel à Manifestation d'Intérêt »"
    )
    assert lues["depot"].en_mots == "encore 11 jours"
    assert (comite.debut, comite.en_mots) == (date(2026, 2, 15), "dans 26 jours")
    assert lues["copil"].en_mots == "sans date"
    Appels(fichier).etapes.modifier(comite.cle, date_debut="2026-01-20")
    compte = Cycle(fichier, horloge=horloge).etapes(ami)
    assert next(e for e in compte if e.cle == comite.cle).origine == OrigineDate.FIXEE


def test_deux_etapes_ne_se_comptent_pas_l_une_depuis_l_autre(fichier: Fichier, ami: str) -> None:
    lues = {e.nature: e for e in Cycle(fichier, horloge=horloge).etapes(ami)}
    ecrire = Appels(fichier).etapes
    ecrire.modifier(lues["copil"].cle, ancre=lues["comite_partenarial"].cle)
    with pytest.raises(SaisieRefusee, match="est déjà comptée depuis « Dépôt définitif »"):
        ecrire.modifier(lues["depot"].cle, ancre=lues["copil"].cle)
    with pytest.raises(SaisieRefusee, match="depuis elle-même"):
        ecrire.modifier(lues["depot"].cle, ancre=lues["depot"].cle)
    with pytest.raises(SaisieRefusee, match="avant de commencer"):
        ecrire.modifier(lues["depot"].cle, date_fin="2026-01-04")


def test_les_dates_de_l_appel_datent_son_lancement_et_son_depot(fichier: Fichier) -> None:
    appel = du_contrat(fichier, "hazebrouck")
    Appels(fichier).modifier(appel, date_ouverture="2026-02-01", date_cloture="2026-03-15")
    lues = {e.nature: e for e in Cycle(fichier, horloge=horloge).etapes(appel)}
    assert lues["lancement"].debut == date(2026, 2, 1)
    assert (lues["depot"].fin, lues["depot"].origine) == (date(2026, 3, 15), OrigineDate.APPEL)


def test_les_etapes_s_ajoutent_s_ordonnent_et_se_suppriment(fichier: Fichier, ami: str) -> None:
    appels, cycle = Appels(fichier, horloge=horloge), Cycle(fichier, horloge=horloge)
    depot = next(e for e in cycle.etapes(ami) if e.nature == "depot")
    neuve = appels.etapes.ajouter(ami, "Visite sur place", apres=depot.cle)
    noms = [e.nom for e in cycle.etapes(ami)]
    assert noms[noms.index("Dépôt définitif") + 1] == "Visite sur place"
    appels.etapes.deplacer(neuve, -1)
    noms = [e.nom for e in cycle.etapes(ami)]
    assert noms[noms.index("Dépôt définitif") - 1] == "Visite sur place"
    with fichier.operation("Demander") as e:
        appels.etapes.poser_requises(e, neuve, "dépôt définitif")
        appels.etapes.poser_ancre(e, neuve, "Dépôt déf")
    assert next(e for e in cycle.etapes(ami) if e.cle == neuve).requiert == (depot.cle,)
    comite = next(e for e in cycle.etapes(ami) if e.nature == "comite_partenarial")
    appels.etapes.supprimer(depot.cle)
    restantes = {e.cle: e for e in cycle.etapes(ami)}
    assert depot.cle not in restantes
    assert restantes[neuve].requiert == ()
    assert restantes[comite.cle].debut == comite.debut, "sa date ne bouge pas"
    fichier.undo.annuler()
    assert {e.cle for e in cycle.etapes(ami)} == {depot.cle, *restantes}


# Opening (B-68) -----------------------------------------------------------------------------------


def test_la_reunion_annuelle_precede_l_ouverture(fichier: Fichier) -> None:
    """Arras prints it: the appel does not open before, unless a reason is given, which is kept."""
    appel = du_contrat(fichier, "arras")
    appels, cycle = Appels(fichier, horloge=horloge), Cycle(fichier, horloge=horloge)
    lancement = next(e for e in cycle.etapes(appel) if e.nature == "lancement")
    assert [nom[:16] for nom in lancement.requiert_noms] == ["Réunion annuelle"]
    appels.modifier(appel, date_ouverture="2026-06-01")  # a plan is free
    with pytest.raises(SaisieRefusee, match="se tient avant l'ouverture"):
        appels.modifier(appel, date_ouverture="2026-01-20")
    with pytest.raises(SaisieRefusee, match="donner un motif"):
        appels.ouvrir(appel, "2026-01-20")
    appels.ouvrir(appel, "2026-01-20", "Réunion reportée à la demande du préfet")
    ouverte = next(e for e in cycle.etapes(appel) if e.cle == lancement.cle)
    assert ouverte.terminee_le == date(2026, 1, 20)
    assert "Réunion reportée" in (ouverte.note or "")
    [ligne] = appels.lignes(2026)
    assert ligne.date_ouverture == "2026-01-20"


def test_la_reunion_tenue_l_appel_s_ouvre(fichier: Fichier) -> None:
    appel = du_contrat(fichier, "arras")
    appels, cycle = Appels(fichier, horloge=horloge), Cycle(fichier, horloge=horloge)
    reunion = next(e for e in cycle.etapes(appel) if e.nom.startswith("Réunion annuelle"))
    appels.etapes.terminer(reunion.cle, "2026-01-12")
    appels.modifier(appel, date_ouverture="2026-01-20")
    assert appels.lignes(2026)[0].date_ouverture == "2026-01-20"


def test_un_appel_sans_lancement_s_ouvre_par_son_depot(fichier: Fichier) -> None:
    """Béthune-Bruay prints a comité communal before the call, and no launch: the reason is kept."""
    appel = du_contrat(fichier, "bethune_bruay")
    appels, cycle = Appels(fichier, horloge=horloge), Cycle(fichier, horloge=horloge)
    with pytest.raises(SaisieRefusee, match="Comité de pilotage communal en amont"):
        appels.modifier(appel, date_ouverture="2026-01-20")
    appels.ouvrir(appel, "2026-01-20", "Comité réuni par écrit")
    depot = next(e for e in cycle.etapes(appel) if e.nature == "depot")
    assert depot.terminee_le is None
    assert "Comité réuni par écrit" in (depot.note or "")
    appels.modifier(appel, date_ouverture="2026-01-19")  # open already: its date is corrected


# The way of an action -----------------------------------------------------------------------------


@pytest.fixture
def action(fichier: Fichier, ami: str) -> str:
    with fichier.operation("Préparer") as e:
        return fabriques.action(e, appel=ami, echelle="communale", statut="note")


def test_une_action_suit_le_cycle_pas_a_pas(fichier: Fichier, ami: str, action: str) -> None:
    """From the note to the meeting of its own échelle; the steps of the appel are not its own."""
    cycle = Cycle(fichier, horloge=horloge)
    suivies = []
    while (courante := cycle.etape_courante(action)) is not None:
        suivies.append(courante.nom)
        cycle.avancer([action], motif="essai")
    assert suivies[:4] == [
        "Dépôt de la note d'intention",
        "Réunion partenariale communale",
        "Temps de réécriture des dossiers",
        "Dépôt définitif",
    ]
    assert "Comité technique – préparation du COPIL" not in suivies, "un jalon n'arrête personne"
    assert suivies[-1] == "Évaluation par l'opérateur à n+1"
    assert cycle.revenir([action]) == [suivies[-1]]
    courante = cycle.etape_courante(action)
    assert courante is not None
    assert courante.nom == suivies[-1]


def test_une_reunion_vaut_pour_l_autre_quand_l_echelle_est_inconnue(
    fichier: Fichier, ami: str
) -> None:
    with fichier.operation("Préparer") as e:
        action = fabriques.action(e, appel=ami, echelle=None, statut="note")
    cycle = Cycle(fichier, horloge=horloge)
    cycle.avancer([action], motif="essai")
    cycle.avancer([action], motif="essai")
    courante = cycle.etape_courante(action)
    assert courante is not None
    assert courante.nature == "reecriture"


def test_sauter_une_etape_demande_un_motif_qui_est_garde(
    fichier: Fichier, ami: str, action: str
) -> None:
    cycle = Cycle(fichier, horloge=horloge)
    with fichier.operation("Déposer") as e:
        with pytest.raises(SaisieRefusee, match="note d'intention » n'est pas faite"):
            cycle.franchir(e, action, "depot")
        assert cycle.franchir(e, action, "depot", motif="Projet reconduit")
    passages = cycle.passages(action)
    faits = [p for p in passages if p.est_fait]
    assert [(p.etape.nature, p.saute) for p in faits] == [
        ("note_intention", True),
        ("reunions", True),
        ("reecriture", True),
        ("depot", False),
    ]
    assert {p.motif for p in faits} == {"Projet reconduit"}
    assert faits[0].auteur == fabriques.AUTEUR
    assert cycle.revenir([action]) == ["Dépôt de la note d'intention"]
    assert not any(p.est_fait for p in cycle.passages(action))
    with pytest.raises(SaisieRefusee, match="aucune étape"):
        cycle.revenir([action])
    with pytest.raises(SaisieRefusee, match="motif"):
        cycle.avancer([action], saute=True)


def test_une_etape_close_ne_s_ouvre_qu_avec_un_motif(
    fichier: Fichier, ami: str, action: str
) -> None:
    cycle = Cycle(fichier, horloge=horloge)
    with fichier.operation("Écrire") as e:
        with pytest.raises(SaisieRefusee, match="close depuis le 15/11/2025"):
            cycle.exiger_ouverte(e, action, "note_intention")
        assert cycle.exiger_ouverte(e, action, "note_intention", "Oubli du service")
        assert not cycle.exiger_ouverte(e, action, "depot"), "ouverte : rien à motiver"
        with pytest.raises(SaisieRefusee, match="commence le 15/02/2026"):
            cycle.exiger_ouverte(e, action, "comite_partenarial")
        assert not cycle.exiger_ouverte(e, action, "copil"), "sans date, rien n'est refusé"
        with pytest.raises(SaisieRefusee, match="close depuis"):
            cycle.franchir(e, action, "note_intention")
        assert cycle.franchir(e, action, "note_intention", motif="Oubli du service")
        assert cycle.franchir(e, action, "note_intention") is None, "déjà franchie"


def test_une_action_sans_cycle_n_est_jamais_arretee(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    cycle = Cycle(fichier, horloge=horloge)
    assert cycle.etape_courante(decor.action) is None
    with fichier.operation("Déposer") as e:
        assert cycle.franchir(e, decor.action, "depot") is None
        assert not cycle.exiger_ouverte(e, decor.action, "depot")


def test_une_action_sortie_n_a_plus_d_etape(fichier: Fichier, ami: str, action: str) -> None:
    cycle = Cycle(fichier, horloge=horloge)
    assert set(cycle.etapes_courantes(2026)) == {action}
    with fichier.operation("Refuser") as e:
        e.modifier(Action, action, statut="refusee")
    assert cycle.etape_courante(action) is None
    assert cycle.etapes_courantes(2026) == {}


def test_une_etape_franchie_ne_se_supprime_pas(fichier: Fichier, ami: str, action: str) -> None:
    cycle, appels = Cycle(fichier, horloge=horloge), Appels(fichier)
    courante = cycle.etape_courante(action)
    assert courante is not None
    cycle.avancer([action], motif="essai")
    with pytest.raises(SaisieRefusee, match="écartez-la"):
        appels.etapes.supprimer(courante.cle)
    with pytest.raises(SaisieRefusee, match="répondent à cet appel"):
        appels.supprimer(ami)
    appels.etapes.modifier(courante.cle, active=False)
    suivante = cycle.etape_courante(action)
    assert suivante is not None
    assert suivante.nature == "reunions"


def test_n_importe_quel_chemin_s_annule_jusqu_au_debut(
    fichier: Fichier, ami: str, action: str
) -> None:
    """A random walk of every gesture, then undo: the steps and the crossings are those of before."""
    hasard = random.Random(7)
    cycle, appels = Cycle(fichier, horloge=horloge), Appels(fichier, horloge=horloge)
    fichier.undo.oublier()
    depart = _etat(fichier)
    faits = 0
    for _ in range(30):
        etapes = cycle.etapes(ami)
        une, autre = hasard.choice(etapes), hasard.choice(etapes)
        geste = hasard.choice(
            (
                lambda: cycle.avancer([action], motif="essai"),
                lambda: cycle.revenir([action]),
                lambda: cycle.avancer([action], motif="essai", saute=True),
                lambda une=une: appels.etapes.modifier(une.cle, active=not une.active),
                lambda une=une, autre=autre: appels.etapes.modifier(
                    une.cle, ancre=autre.cle, jours_fin=hasard.randint(-30, 90)
                ),
                lambda une=une: appels.etapes.deplacer(une.cle, hasard.choice((-1, 1))),
                lambda une=une: appels.etapes.supprimer(une.cle),
                lambda une=une: appels.etapes.ajouter(ami, "Autre", apres=une.cle),
            )
        )
        try:
            geste()
            faits += 1
        except SaisieRefusee:
            continue
        courante = cycle.etape_courante(action)
        assert courante is None or courante.active
    assert faits > 12
    while fichier.undo.annuler():
        pass
    assert _etat(fichier) == depart


def _etat(fichier: Fichier) -> list[tuple[object, ...]]:
    tables = (EtapeAppel.__table__, Franchissement.__table__)
    return [tuple(r) for t in tables for r in fichier.lignes(select(t).order_by(t.c.cle))]


# Dotations ----------------------------------------------------------------------------------------


def test_une_dotation_dit_ce_qui_la_depasse(fichier: Fichier) -> None:
    """Drawn beyond what it holds, then beyond the enveloppe, in words (A-113)."""
    decor = fabriques.decor(fichier)
    etat = decor.financeurs[0]
    with fichier.operation("Doter") as e:
        fabriques.enveloppe(e, etat, montant=Decimal(10_000), reserve=Decimal(2_000))
        fabriques.cofinancement(e, decor.action, etat, accorde=Decimal(3_000))
    appels = Appels(fichier, horloge=horloge)
    dotation = appels.doter(decor.appel, etat, Decimal(3_500))
    [lue] = appels.dotations(2026)
    assert (lue.accorde, lue.reste, lue.alerte) == (Decimal(3_000), Decimal(500), "")
    assert lue.plafond == Decimal(8_000)
    with fichier.operation("Baisser") as e:
        appels.poser_dotation(e, dotation, montant=Decimal(2_500))
    assert "dotation dépassée de 500" in appels.dotations(2026)[0].alerte
    fonds = appels.creer(2026, "fonds_thematique")
    appels.doter(fonds, etat, Decimal(2_400))
    assert "au-delà de la réserve de 400" in appels.dotations(2026, fonds)[0].alerte
    assert appels.doter(fonds, etat) == appels.dotations(2026, fonds)[0].cle, "une par financeur"
    lues = {ligne.cle: ligne for ligne in appels.lignes(2026)}
    assert (lues[decor.appel].dotation, lues[decor.appel].actions) == (Decimal(2_500), 1)
    assert lues[fonds].alerte
    with pytest.raises(SaisieRefusee, match="négative"):
        appels.doter(decor.appel, decor.financeurs[1], Decimal(-1))
    appels.supprimer(fonds)
    assert [d.appel for d in appels.dotations(2026)] == [decor.appel]


def test_toutes_les_natures_d_appel_se_creent(fichier: Fichier) -> None:
    fabriques.decor(fichier)
    appels = Appels(fichier, horloge=horloge)
    for nature in NatureAppel:
        appels.creer(2027, str(nature))
    assert [a.nature for a in appels.lignes(2027)] == [str(nature) for nature in NatureAppel]
    with pytest.raises(SaisieRefusee, match="Un appel a un nom"):
        appels.modifier(appels.lignes(2027)[0].cle, nom="  ")


def test_un_appel_peut_n_etre_ouvert_qu_a_un_theme(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    appels = Appels(fichier, horloge=horloge)
    with fichier.operation("Choisir") as e:
        appels.poser_theme(e, decor.appel, "sante")
        with pytest.raises(SaisieRefusee, match="n'est pas un thème"):
            appels.poser_theme(e, decor.appel, "Astronomie")
    assert appels.lignes(2026)[0].noeud_nom == "Santé"
    with fichier.operation("Ouvrir à tous") as e:
        appels.poser_theme(e, decor.appel, None)
    assert appels.lignes(2026)[0].noeud is None


# Durations (B-79, B-80) ---------------------------------------------------------------------------


def _notifier(fichier: Fichier, appel: str, *lettres: str | None) -> list[str]:
    """One granted action for each letter date (None: not told yet)."""
    with fichier.operation("Accorder") as e:
        etat = fabriques.financeur(e)
        actions = []
        for rang, lettre in enumerate(lettres):
            action = fabriques.action(e, appel=appel, statut="accordee", numero=f"2026-{rang:03d}")
            montant = fabriques.cofinancement(e, action, etat, accorde=Decimal(1_000))
            if lettre is not None:
                e.inserer(Notification, cofinancement=montant, date=lettre, montant=Decimal(1_000))
            actions.append(action)
    return actions


def test_la_duree_se_compare_a_la_reference_du_contrat(fichier: Fichier) -> None:
    """Arras prints five months and mid-February."""
    appel = du_contrat(fichier, "arras")
    with fichier.operation("Dater") as e:
        Appels(fichier, horloge=horloge).poser(
            e, appel, date_ouverture="2026-10-01"
        )  # a plan: not opened yet
    _notifier(fichier, appel, "2026-12-01", "2027-03-02", None)
    [lu], actions = delais(fichier, 2026, date(2027, 2, 1))
    assert [(a.jours, a.hors_delai) for a in actions] == [(61, False), (152, True), (123, False)]
    assert (lu.actions, lu.notifiees, lu.mediane, lu.plus_long) == (3, 2, 106, 152)
    assert (lu.reference.mois, lu.reference.cible) == (5, date(2026, 2, 15))
    assert "Référence : 5 mois, dépassée par 1 action." in lu.phrase
    assert "mi-février" in lu.phrase


def test_un_contrat_muet_ne_juge_pas_la_duree(fichier: Fichier) -> None:
    appel = du_contrat(fichier, "hazebrouck")
    _notifier(fichier, appel, "2026-03-01")
    [lu], [action] = delais(fichier, 2026, date(2026, 4, 1))
    assert (lu.ouverture, action.jours, action.hors_delai) == (None, None, False)
    Appels(fichier).modifier(appel, date_ouverture="2026-01-01")
    [lu], [action] = delais(fichier, 2026, date(2026, 4, 1))
    assert (action.jours, action.en_mots) == (59, "notifiée en 59 jours")
    assert "non précisée par le contrat" in lu.phrase


def test_le_parcours_de_l_annee_dit_ou_en_est_chaque_dossier(
    fichier: Fichier, ami: str, action: str
) -> None:
    """One line a dossier, in a number of reads that does not grow with them."""
    cycle = Cycle(fichier, horloge=horloge)
    cycle.avancer([action], motif="essai", saute=True)
    with fichier.operation("Ajouter") as e:
        refusee = fabriques.action(e, appel=ami, statut="refusee", numero="2026-002")
        vide = fabriques.appel(e, e.lire(Appel, ami)["exercice"], nom="Sans étape")
        seule = fabriques.action(e, appel=vide, numero="2026-003")
    lues = {li.cle: li for li in lire_parcours(fichier, 2026, cycle.jour())}
    assert lues[action].etape == "Réunion partenariale communale"
    assert (lues[action].franchies, lues[action].sautees) == (0, 1)
    assert lues[action].depuis == date(2026, 1, 20)
    assert (lues[refusee].etape, lues[seule].etape) == ("Sortie du parcours", "Sans étapes")
    premier, suivant = lire_passages(cycle, action)[:2]
    assert (premier.fait, premier.motif, suivant.fait) == ("sautée", "essai", "")
    ordres: list[str] = []

    @event.listens_for(fichier._moteur, "before_cursor_execute")
    def _noter(_c: object, _cu: object, ordre: str, *_: object) -> None:
        ordres.append(ordre)

    lire_parcours(fichier, 2026, cycle.jour())
    cycle.etapes_courantes(2026)
    assert len(ordres) == 5 + 3
