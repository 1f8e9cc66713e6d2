"""The réunions partenariales of the demonstration's current year: some held, some being prepared.

Those who come are the invented people of the comités; the others stay lines to be filled.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.enums import (
    Appreciation,
    College,
    EtatReunion,
    NatureOperation,
    NatureRecommandation,
    NatureReunion,
    SensAvis,
    StatutAction,
)
from app.models.reunion import (
    AvisReunion,
    Participant,
    PointReunion,
    Recommandation,
    Reunion,
    ReunionInstance,
)
from app.services.convives import Convives
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier, Lire
from app.services.instances_reunies import Objet, instances_de, lire_communes, lire_themes
from app.services.lieux_actions import communes_des_actions, themes_des_actions
from app.services.ordres_reunion import A_VOIR
from app.services.reunions import TITRES
from app.services.transaction import Ecriture

COMMUNALE, INTERCOMMUNALE = str(NatureReunion.COMMUNALE), str(NatureReunion.INTERCOMMUNALE)
POINTS_MAXIMUM = 7
COMMUNES_A_VENIR, THEMES_A_VENIR = 4, 2
VUES = (str(StatutAction.PROPOSEE), str(StatutAction.ACCORDEE), str(StatutAction.TERMINEE))
REMARQUES = (
    "Le diagnostic du quartier est partagé ; le lien avec le centre social reste à préciser.",
    "Public bien repéré, horaires à revoir avec la médiathèque.",
    "Le porteur propose d'élargir aux deux quartiers de la commune.",
    "Articulation avec la réussite éducative à écrire dans le dossier.",
    "Moyens humains limités : prévoir un appui de la commune pour la salle.",
)
DEMANDES = (
    (NatureRecommandation.RECOMMANDATION, "Préciser le nombre d'habitants touchés", "Porteur"),
    (NatureRecommandation.RECOMMANDATION, "Associer le conseil citoyen au bilan", "Porteur"),
    (NatureRecommandation.SUITE, "Rencontrer le bailleur pour le local", "Animation territoriale"),
    (NatureRecommandation.INTERPELLATION, "Solliciter le droit commun", "Délégation du préfet"),
    (NatureRecommandation.RECOMMANDATION, "Revoir le budget des déplacements", "Porteur"),
)
SUITES_DE_REUNION = (
    (NatureRecommandation.DECISION, "Tenir la prochaine réunion dans le quartier", "Commune"),
    (NatureRecommandation.SUITE, "Diffuser le calendrier des dépôts", "Animation territoriale"),
)
VOIX = ("Conseil citoyen", "Mission locale", "Centre social", "Réussite éducative")


class DemonstrationReunions:
    """Draws with a chance of its own, so that the rest of the demonstration stays as it was."""

    def __init__(self, fichier: Fichier, graine: int, annee: int) -> None:
        self._fichier = fichier
        self._annee = annee
        self._tirage = Tirage(graine + 1, annee + 1)  # keys later than all the others

    def ecrire(self) -> None:
        with self._fichier.operation(
            "Préparer la démonstration : réunions partenariales", nature=NatureOperation.SYSTEME
        ) as e:
            self._convives = Convives(e.lignes)
            sujets = self._sujets(e.lignes)
            communes, themes = lire_communes(e.lignes), lire_themes(e.lignes)
            sieges = (COMMUNALE, INTERCOMMUNALE)
            self._sieges = {n: instances_de(e.lignes, n) for n in sieges}
            self._tenir(e, COMMUNALE, communes, sujets)
            self._tenir(e, INTERCOMMUNALE, themes, sujets)
            self._preparer(e, COMMUNALE, communes[:COMMUNES_A_VENIR], sujets)
            self._preparer(e, INTERCOMMUNALE, themes[:THEMES_A_VENIR], sujets)

    def _sujets(self, lire: Lire) -> dict[tuple[str, bool], list[str]]:
        """(commune or theme, already seen) -> its projects of the year."""
        requete = select(Action.cle, Action.statut, Action.echelle).where(
            Action.annee == self._annee, Action.statut.in_((*VUES, *A_VOIR))
        )
        lues = lire(requete.order_by(Action.numero, Action.cle))
        cles = [lue.cle for lue in lues]
        communes, themes = communes_des_actions(lire, cles), themes_des_actions(lire, cles)
        sujets: dict[tuple[str, bool], list[str]] = defaultdict(list)
        for lue in lues:
            intercommunale = lue.echelle == "intercommunale"
            theme = [themes[lue.cle]] if lue.cle in themes else []
            for lieu in theme if intercommunale else communes.get(lue.cle, ()):
                sujets[lieu, lue.statut in VUES].append(lue.cle)
        return sujets

    # Held -----------------------------------------------------------------------------------------

    def _tenir(
        self,
        e: Ecriture,
        nature: str,
        objets: Sequence[Objet],
        sujets: dict[tuple[str, bool], list[str]],
    ) -> None:
        jour = date(self._annee, 1, 12 if nature == COMMUNALE else 27)
        for rang, objet in enumerate(objets):
            actions = sujets.get((objet.cle, True), [])[:POINTS_MAXIMUM]
            if not actions:
                continue
            jour = _ouvrable(jour + timedelta(days=1))
            reunion = self._reunion(nature, objet, jour, 14 if rang % 2 else 9, tenue=True)
            points = self._points(reunion["cle"], actions)
            for point in points:
                self._noter(point)
            self._inserer(e, reunion, points)
            self._presents(e, reunion["cle"])
            self._dits(e, reunion["cle"], points)

    def _noter(self, point: Ligne) -> None:
        """What was answered of a project, and sometimes a remark."""
        for critere in ("diagnostic", "capacite", "partenariat"):
            point[critere] = str(self._tirage.pese(list(Appreciation), (6, 3, 1)))
        point["passe"] = True
        point["remarques"] = self._tirage.un(REMARQUES) if self._tirage.chance(55) else None

    def _presents(self, e: Ecriture, reunion: str) -> None:
        """Those who have a name are ticked, and one inhabitant in two meetings."""
        lignes = self._convives.a_convier(reunion)
        for ligne in lignes:
            habitant = ligne["college"] == College.HABITANT
            nomme = bool(ligne["nom"]) or ligne["college"] == College.PORTEUR
            ligne["present"] = self._tirage.chance(60 if habitant else 80) if nomme else None
        self._lot(e, Participant, lignes)

    def _dits(self, e: Ecriture, reunion: str, points: Sequence[Ligne]) -> None:
        avis, demandes = [], []
        for point in points:
            if self._tirage.chance(30):
                sens = self._tirage.pese([SensAvis.FAVORABLE, SensAvis.RESERVE], (3, 1))
                voix = self._tirage.un(VOIX)
                avis.append({"point": point["cle"], "voix": voix, "sens": str(sens)})
            if self._tirage.chance(45):
                demandes.append(self._demande(reunion, self._tirage.un(DEMANDES), point["action"]))
        demandes.append(self._demande(reunion, self._tirage.un(SUITES_DE_REUNION), None))
        self._lot(e, AvisReunion, avis)
        self._lot(
            e, Recommandation, [{**demande, "rang": rang} for rang, demande in enumerate(demandes)]
        )

    def _demande(
        self, reunion: str, modele: tuple[NatureRecommandation, str, str], action: str | None
    ) -> Ligne:
        nature, texte, responsable = modele
        return {
            "reunion": reunion,
            "action": action,
            "nature": str(nature),
            "texte": texte,
            "responsable": responsable,
            "echeance": f"{self._annee}-02-{self._tirage.entier(10, 27)}",
        }

    # To come --------------------------------------------------------------------------------------

    def _preparer(
        self,
        e: Ecriture,
        nature: str,
        objets: Sequence[Objet],
        sujets: dict[tuple[str, bool], list[str]],
    ) -> None:
        jour = date(self._annee, 2, 23 if nature == COMMUNALE else 27)
        for objet in objets:
            actions = sujets.get((objet.cle, False), [])
            if not actions:
                continue
            jour = _ouvrable(jour + timedelta(days=1))
            reunion = self._reunion(nature, objet, jour, 14, tenue=False)
            self._inserer(e, reunion, self._points(reunion["cle"], actions))
            self._lot(e, Participant, self._convives.a_convier(reunion["cle"]))

    # Rows -----------------------------------------------------------------------------------------

    def _reunion(
        self, nature: str, objet: Objet, jour: date, heure: int, *, tenue: bool
    ) -> dict[str, Any]:
        communale = nature == COMMUNALE
        return {
            "cle": self._tirage.cle(),
            "annee": self._annee,
            "nature": nature,
            "titre": f"{TITRES[nature]} – {objet.nom}",
            "commune": objet.cle if communale else None,
            "noeud": None if communale else objet.cle,
            "date": jour.isoformat(),
            "heure_debut": f"{heure:02d}:00",
            "minutes_par_point": 15,
            "lieu": "Hôtel de ville" if communale else "Hôtel de l'agglomération",
            "animateur": "Animation territoriale",
            "etat": str(EtatReunion.TENUE if tenue else EtatReunion.PREPARATION),
            "invitation_le": (jour - timedelta(days=15)).isoformat() if tenue else None,
            "close_le": f"{jour.isoformat()}T17:00:00.000000+00:00" if tenue else None,
        }

    def _points(self, reunion: str, actions: Sequence[str]) -> list[Ligne]:
        return [
            {"cle": self._tirage.cle(), "reunion": reunion, "action": action, "rang": rang}
            for rang, action in enumerate(actions)
        ]

    def _inserer(self, e: Ecriture, reunion: dict[str, Any], points: Sequence[Ligne]) -> None:
        e.inserer(Reunion, **reunion)
        sieges = [
            {"reunion": reunion["cle"], "instance": instance}
            for instance in self._sieges[reunion["nature"]]
        ]
        self._lot(e, ReunionInstance, sieges)
        e.inserer_lot(PointReunion, points)

    def _lot(self, e: Ecriture, modele: Any, lignes: Sequence[Ligne]) -> None:
        e.inserer_lot(modele, list(self._avec_cles(lignes)))

    def _avec_cles(self, lignes: Sequence[Ligne]) -> Iterator[Ligne]:
        for ligne in lignes:
            yield {"cle": self._tirage.cle(), **ligne}


def _ouvrable(jour: date) -> date:
    """That day, or the Monday after a week-end."""
    return jour + timedelta(days=max(0, 7 - jour.weekday())) if jour.weekday() > 4 else jour
