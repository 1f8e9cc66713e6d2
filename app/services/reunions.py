"""The réunions partenariales: made, described, closed for good or opened again, deleted while empty."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from app.models.base import Ligne
from app.models.contrat import Commune, Noeud
from app.models.enums import EtatReunion, NatureEtape, NatureReunion
from app.models.instruction import AvisCommun
from app.models.reunion import (
    AvisReunion,
    Participant,
    PointReunion,
    Recommandation,
    Reunion,
    ReunionInstance,
)
from app.services.accords import denombrer
from app.services.actions import Actions
from app.services.attaches import detacher
from app.services.convives import convier
from app.services.cycle import Cycle
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, moment
from app.services.heures import lire_heure
from app.services.instances_reunies import instances_de, lire_instances, lire_themes
from app.services.reunions_lues import (
    LignePointReunion,
    LigneReunion,
    actions_inscrites,
    lire_points,
    lire_reunion,
    lire_reunions,
)
from app.services.transaction import Ecriture, maintenant

MINUTES_PAR_POINT = 15
ETAPE = str(NatureEtape.REUNIONS)
TITRES = {
    str(NatureReunion.COMMUNALE): "Réunion communale",
    str(NatureReunion.INTERCOMMUNALE): "Réunion intercommunale",
    str(NatureReunion.COMITE_PARTENARIAL): "Comité partenarial",
    str(NatureReunion.AUTRE): "Réunion",
}


class Reunions:
    """Reads and writes the meetings of the open file."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._actions = Actions(fichier)
        self._cycle = Cycle(fichier, horloge=horloge)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self, annee: int) -> list[LigneReunion]:
        """The meetings of a year, in the order of their dates; those without one come last."""
        with self._fichier.instant() as lire:
            return lire_reunions(lire, Reunion.annee == annee)

    def lire(self, reunion: str) -> LigneReunion:
        """Raises SaisieRefusee when it is no longer there."""
        with self._fichier.instant() as lire:
            return lire_reunion(lire, reunion)

    def points(self, reunion: str) -> list[LignePointReunion]:
        """The agenda, with the hour of each line."""
        with self._fichier.instant() as lire:
            ligne, cles = lire_reunion(lire, reunion), actions_inscrites(lire, reunion)
        actions = self._actions.lignes_de(set(cles)) if cles else {}
        with self._fichier.instant() as lire:
            return lire_points(lire, ligne, actions)

    def instances(self) -> list[tuple[str, str]]:
        """(key, name) of the instances that may sit."""
        with self._fichier.instant() as lire:
            return [(i.cle, i.nom) for i in lire_instances(lire)]

    def communes(self) -> list[tuple[str, str]]:
        """(key, name) of the communes of the contract."""
        requete = select(Commune.cle, Commune.nom).order_by(Commune.rang, Commune.nom)
        return [(cle, nom) for cle, nom in self._fichier.lignes(requete)]

    def themes(self) -> list[tuple[str, str]]:
        """(key, name) of the orientations by which projects are examined."""
        with self._fichier.instant() as lire:
            return [(theme.cle, theme.nom) for theme in lire_themes(lire)]

    # Making ---------------------------------------------------------------------------------------

    def creer(self, annee: int, *, nature: str = str(NatureReunion.AUTRE), **champs: Any) -> str:
        """Prepare a meeting; the instances it counts for and the people are proposed.

        `champs`: any column of a meeting, and `instances`, keys, in place of those proposed.
        """
        with self._fichier.operation("Préparer une réunion") as ecriture:
            reunion = inserer_reunion(ecriture, annee, nature, **champs)
            convier(ecriture, reunion)
            return reunion

    def modifier(self, reunion: str, **champs: Any) -> None:
        """Change what describes a meeting. Raises SaisieRefusee once it is closed."""
        with self._fichier.operation("Modifier la réunion") as ecriture:
            self.poser(ecriture, reunion, **champs)

    def poser(self, ecriture: Ecriture, reunion: str, **champs: Any) -> None:
        """The same inside an operation that does more. `instances`: names, separated by commas."""
        exiger_ouverte(ecriture, reunion)
        if "instances_noms" in champs:
            self._poser_instances(ecriture, reunion, champs.pop("instances_noms"))
        ecriture.modifier(Reunion, reunion, **_decrite(champs))

    def _poser_instances(self, ecriture: Ecriture, reunion: str, noms: str | None) -> None:
        connues = {i.nom: i.cle for i in lire_instances(ecriture.lignes)}
        voulues = _decouper(noms or "", connues)
        choisir_instances(ecriture, reunion, [connues[nom] for nom in voulues])

    # Holding --------------------------------------------------------------------------------------

    def clore(self, reunion: str) -> str:
        """The meeting was held: nothing of it changes any more. A sentence: what was left.

        Raises SaisieRefusee while it has no date.
        """
        with self._fichier.operation("Clore la réunion") as ecriture:
            ligne = exiger_ouverte(ecriture, reunion)
            if not ligne["date"]:
                raise SaisieRefusee(
                    "Cette réunion n'a pas de date : tapez le jour où elle s'est tenue, puis "
                    "recommencez."
                )
            ecriture.modifier(
                Reunion, reunion, etat=str(EtatReunion.TENUE), close_le=moment(self._horloge)
            )
            self._faire_avancer(ecriture, ligne, _vus(ecriture, reunion))
            restent = ecriture.lignes(
                select(func.count()).where(
                    PointReunion.reunion == reunion,
                    PointReunion.passe.is_(False),
                    PointReunion.action.is_not(None),
                )
            )[0][0]
        if not restent:
            return "Réunion close : son compte rendu ne changera plus."
        mots = ("action n'a pas été vue", "l'inscrira")
        if restent > 1:
            mots = ("actions n'ont pas été vues", "les inscrira")
        return (
            f"Réunion close : {restent} {mots[0]}, « Proposer les réunions » {mots[1]} à une autre."
        )

    def rouvrir(self, reunion: str, motif: str) -> None:
        """Open a closed meeting again; why is kept in its note."""
        motif = motif.strip()
        if not motif:
            raise SaisieRefusee("Dites pourquoi la réunion est rouverte : le motif est gardé.")
        with self._fichier.operation("Rouvrir la réunion") as ecriture:
            ligne = ecriture.lire(Reunion, reunion)
            if ligne["etat"] == EtatReunion.PREPARATION:
                raise SaisieRefusee("Cette réunion est déjà ouverte.")
            quand = f"{self._horloge().astimezone():%d/%m/%Y}"
            note = "\n".join(filter(None, (ligne["note"], f"Rouverte le {quand} : {motif}")))
            etat = str(EtatReunion.PREPARATION)
            ecriture.modifier(Reunion, reunion, etat=etat, close_le=None, note=note)
            self._faire_reculer(ecriture, ligne)

    def _faire_avancer(
        self, ecriture: Ecriture, reunion: Mapping[str, Any], actions: Iterable[str]
    ) -> None:
        """What a meeting saw has done with the step of the meetings."""
        self._cycle.franchir_ceux_qui_y_sont(ecriture, actions, ETAPE, motif=_motif(reunion))

    def _faire_reculer(self, ecriture: Ecriture, reunion: Mapping[str, Any]) -> None:
        """What only this meeting saw waits for a meeting again."""
        vus = _vus(ecriture, reunion["cle"])
        motif = _motif(reunion)
        reprises = set(self._cycle.reprendre(ecriture, vus, [ETAPE], motif=motif))
        if not reprises:
            return
        tenues = select(Reunion.cle, Reunion.titre, Reunion.date).where(
            Reunion.annee == reunion["annee"], Reunion.etat == str(EtatReunion.TENUE)
        )
        for autre in ecriture.lignes(tenues.order_by(Reunion.close_le, Reunion.cle)):
            siens = [action for action in _vus(ecriture, autre.cle) if action in reprises]
            self._faire_avancer(ecriture, autre._asdict(), siens)

    def annuler(self, *reunions: str) -> None:
        """Meetings that will not be held; they stay in the list."""
        with self._fichier.operation("Annuler une réunion") as ecriture:
            for reunion in reunions:
                exiger_ouverte(ecriture, reunion)
                ecriture.modifier(Reunion, reunion, etat=str(EtatReunion.ANNULEE))

    def noter_invitation(self, reunion: str, jour: str) -> None:
        """The convocation left on that day."""
        with self._fichier.operation("Noter l'envoi de la convocation") as ecriture:
            exiger_ouverte(ecriture, reunion)
            ecriture.modifier(Reunion, reunion, invitation_le=jour)

    def supprimer(self, *reunions: str) -> None:
        """Delete meetings where nothing was said, with their agenda and their people."""
        combien = denombrer(len(reunions), "une réunion")
        with self._fichier.operation(f"Supprimer {combien}") as ecriture:
            for reunion in reunions:
                _exiger_muette(ecriture, reunion)
                for modele in (PointReunion, Participant, ReunionInstance):
                    supprimer_ou(ecriture, modele, modele.reunion == reunion)
                detacher(ecriture, [reunion])
                ecriture.supprimer(Reunion, reunion)


def _motif(reunion: Mapping[str, Any]) -> str:
    return f"Examiné en réunion : {reunion['titre']}, {reunion['date']}"


def _vus(ecriture: Ecriture, reunion: str) -> list[str]:
    """The actions that a meeting saw."""
    requete = select(PointReunion.action).where(
        PointReunion.reunion == reunion,
        PointReunion.passe.is_(True),
        PointReunion.action.is_not(None),
    )
    return [action for (action,) in ecriture.lignes(requete)]


def inserer_reunion(ecriture: Ecriture, annee: int, nature: str, **champs: Any) -> str:
    """A meeting and the instances it counts for, inside an operation."""
    instances = champs.pop("instances", None)
    NatureReunion.de(nature)
    champs.setdefault(
        "titre", titre_de(ecriture, nature, champs.get("commune"), champs.get("noeud"))
    )
    champs.setdefault("minutes_par_point", MINUTES_PAR_POINT)
    reunion = ecriture.inserer(
        Reunion,
        annee=annee,
        nature=nature,
        etat=str(EtatReunion.PREPARATION),
        **_decrite(champs),
    )
    if instances is None:
        instances = instances_de(ecriture.lignes, nature)
    choisir_instances(ecriture, reunion, instances)
    return reunion


def titre_de(ecriture: Ecriture, nature: str, commune: str | None, noeud: str | None) -> str:
    """« Réunion communale – Anzin »."""
    objet = ""
    if commune is not None:
        objet = ecriture.lire(Commune, commune)["nom"]
    elif noeud is not None:
        ligne = ecriture.lire(Noeud, noeud)
        objet = ligne["libelle_court"] or ligne["libelle"]
    return " – ".join(filter(None, (TITRES[nature], objet)))


def choisir_instances(ecriture: Ecriture, reunion: str, instances: Iterable[str]) -> None:
    """The meeting counts for these instances, and for no other."""
    voulues = list(dict.fromkeys(instances))
    requete = select(ReunionInstance.instance, ReunionInstance.cle)
    presentes = dict(ecriture.lignes(requete.where(ReunionInstance.reunion == reunion)))
    ecriture.supprimer_lot(
        ReunionInstance, [cle for instance, cle in presentes.items() if instance not in voulues]
    )
    ecriture.inserer_lot(
        ReunionInstance,
        [{"reunion": reunion, "instance": i} for i in voulues if i not in presentes],
    )


def exiger_ouverte(ecriture: Ecriture, reunion: str) -> dict[str, Any]:
    """The row of a meeting that may still change. Raises SaisieRefusee when it was closed."""
    ligne = ecriture.lire(Reunion, reunion)
    if ligne["etat"] == EtatReunion.TENUE:
        raise SaisieRefusee(
            f"« {ligne['titre']} » est close : rouvrez-la, en disant pourquoi, pour la modifier."
        )
    return ligne


def supprimer_ou(ecriture: Ecriture, modele: type[Ligne], condition: Any) -> None:
    """Delete the rows that meet a condition, with what people attached to them."""
    cles = [cle for (cle,) in ecriture.lignes(select(modele.cle).where(condition))]
    detacher(ecriture, cles)
    ecriture.supprimer_lot(modele, cles)


def _exiger_muette(ecriture: Ecriture, reunion: str) -> None:
    titre = exiger_ouverte(ecriture, reunion)["titre"]
    point = PointReunion
    notes = select(point.cle).where(
        point.reunion == reunion,
        or_(
            point.passe.is_(True),
            *(c.is_not(None) for c in (point.diagnostic, point.capacite, point.partenariat)),
            func.coalesce(point.remarques, "") != "",
        ),
    )
    avis = select(AvisReunion.cle).join(point, point.cle == AvisReunion.point)
    for dits in (
        notes,
        avis.where(point.reunion == reunion),
        select(Recommandation.cle).where(Recommandation.reunion == reunion),
        select(AvisCommun.cle).where(AvisCommun.reunion == reunion),
    ):
        if ecriture.lignes(dits.limit(1)):
            raise SaisieRefusee(
                f"« {titre} » a déjà des notes : ce qui s'y est dit ne se supprime pas, annulez-la "
                "plutôt."
            )


def _decrite(champs: dict[str, Any]) -> dict[str, Any]:
    """The columns as they are kept. Raises SaisieRefusee on what describes no meeting."""
    if "titre" in champs:
        champs["titre"] = (champs["titre"] or "").strip()
        if not champs["titre"]:
            raise SaisieRefusee("Une réunion doit avoir un titre : tapez-en un.")
    if "heure_debut" in champs:
        heure = lire_heure(champs["heure_debut"] or "")
        champs["heure_debut"] = None if heure is None else f"{heure:%H:%M}"
    minutes = champs.get("minutes_par_point")
    if minutes is not None and minutes < 1:
        raise SaisieRefusee("Une durée est un nombre de minutes : tapez au moins 1.")
    jour = champs.get("date")
    if isinstance(jour, date):
        champs["date"] = jour.isoformat()
    return champs


def _decouper(noms: str, connus: Iterable[str]) -> Sequence[str]:
    """The names of a text, which may themselves hold commas. Raises SaisieRefusee on an unknown one."""
    reste, trouves = noms.strip(), []
    for nom in sorted(connus, key=len, reverse=True):
        if nom in reste:
            trouves.append(nom)
            reste = reste.replace(nom, "", 1)
    inconnu = reste.strip(" ,;")
    if inconnu:
        raise SaisieRefusee(
            f"« {inconnu} » n'est pas une instance du contrat : choisissez-la dans la liste proposée."
        )
    return sorted(trouves, key=noms.index)
