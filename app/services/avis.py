"""What each service answers on a dossier: taken in charge, receivable, avis, motive, amount. No Qt."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action
from app.models.depot import Depot
from app.models.enums import NatureOrganisme, SensInstruction, StatutAction
from app.models.instruction import AvisCommun, AvisInstruction, Service
from app.models.organisme import Financeur
from app.services.accords import compter
from app.services.avis_exceptions import DatesDesAvis, dits
from app.services.avis_montants import poser_montant
from app.services.cycle import Cycle
from app.services.dossiers_instruits import A_AFFECTER
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.reponses import EXIGENT_UN_MOTIF, Reponse
from app.services.transaction import Ecriture, maintenant, valeurs_par_defaut

_TABLE: Any = AvisInstruction.__table__
_SENS = ("sens", "vers", "motif")
_DATES = (*_SENS[:2], "recevable", "montant")


class AvisDesServices:
    """Writes the avis. `horloge` says what time it is.

    `motif`: why avis are given out of the dates of the instruction, for a page that asks it once; it
    is kept with each of them.
    """

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.dates = DatesDesAvis(Cycle(fichier, horloge=horloge))
        self.motif = ""

    def operation(self, libelle: str) -> AbstractContextManager[Ecriture]:
        return self._fichier.operation(libelle)

    @property
    def aujourd_hui(self) -> date:
        return jour_courant(self._horloge)

    # One answer ---------------------------------------------------------------------------------

    def repondre(self, cle: str, **champs: Any) -> None:
        """Change an avis: see `poser`."""
        with self._fichier.operation(_libelle(champs)) as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write fields of an avis. `reponse`: a Reponse; `montant`: euros, kept in the cofinancement
        too (`ligne`: which one, when the financeur has several); `exception`: why before the deposit,
        or out of the dates of the instruction.
        Others: sens, vers, motif, recevable, echeance, commentaires, rendu_le, absent.

        Raises SaisieRefusee with what is missing, MotifAttendu when it is that reason.
        """
        self._poser(ecriture, ecriture.lire(AvisInstruction, cle), champs)

    def poser_pour(self, ecriture: Ecriture, action: str, service: str, **champs: Any) -> None:
        """The same by action and service."""
        lues = ecriture.lignes(_D_UN_SERVICE, {"action": action, "service": service})
        if lues:
            self._poser(ecriture, lues[0]._asdict(), champs)
        elif not _est_vide(champs):
            ecriture.lire(Action, action)
            defauts = {**valeurs_par_defaut(_TABLE), "action": action, "service": service}
            demande = self.aujourd_hui.isoformat()
            self._poser(ecriture, {**defauts, "demande_le": demande}, champs)

    def _poser(self, ecriture: Ecriture, avant: dict[str, Any], champs: dict[str, Any]) -> None:
        """Everything is checked before the row is written: what is refused leaves nothing."""
        champs = dict(champs)
        ligne, exception = champs.pop("ligne", None), champs.pop("exception", None)
        reponse = champs.pop("reponse", None)
        if reponse is not None:
            champs = {**self._de_la_reponse(ecriture, avant, reponse), **_remplis(champs)}
        apres = {**avant, **champs}
        service = ecriture.lire(Service, avant["service"])
        self._suivre(ecriture, avant, apres)
        _exiger_coherent(apres, service)
        _exiger_commun_tenu(ecriture, avant, apres)
        self.dates.exiger(ecriture, avant, apres, exception, self.motif)
        if apres["montant"] != avant["montant"]:
            apres["montant"] = poser_montant(
                ecriture, avant["action"], service, apres["montant"], ligne
            )
        changes = {nom: v for nom, v in apres.items() if nom != "cle"}
        if avant["cle"]:
            ecriture.modifier_lue(AvisInstruction, avant, **changes)
        else:
            ecriture.inserer(AvisInstruction, **changes)

    def _de_la_reponse(
        self, ecriture: Ecriture, avant: dict[str, Any], reponse: Reponse
    ) -> dict[str, Any]:
        """The fields that an answer typed in one cell sets."""
        if reponse.meme:
            return self._repris_de_l_etat(ecriture, avant)
        champs: dict[str, Any] = {
            "sens": None if reponse.sens is None else str(reponse.sens),
            "vers": reponse.vers,
            "absent": reponse.absent,
        }
        if reponse.motif:
            champs["motif"] = reponse.motif
        if reponse.non_recevable or avant["recevable"] is False:
            champs["recevable"] = False if reponse.non_recevable else None
        return champs

    def _suivre(self, ecriture: Ecriture, avant: dict[str, Any], apres: dict[str, Any]) -> None:
        """Date, author and version read follow the answer; a change by hand is its own avis."""
        jour, auteur = self.aujourd_hui.isoformat(), self._fichier.signature.auteur
        if any(apres[n] != avant[n] for n in _SENS) and apres["comme"] == avant["comme"]:
            apres["comme"] = None
        if apres["sens"]:
            apres["absent"] = False
        repond = apres["sens"] or apres["recevable"] is False or bool(dits(apres))
        if not repond:
            apres |= {"rendu_le": None, "rendu_par": None, "depot": None}
            return
        if any(apres[n] != avant[n] for n in (*_DATES, "commentaires")):
            if apres["rendu_le"] == avant["rendu_le"]:
                apres["rendu_le"] = jour
            apres["rendu_par"] = auteur
            apres["depot"] = _version_lue(ecriture, avant["action"])
        if not apres["pris_en_charge_le"]:
            apres |= {"pris_en_charge_le": jour, "pris_en_charge_par": auteur}

    # Several avis at once -----------------------------------------------------------------------

    def prendre_en_charge(self, cles: Sequence[str]) -> int:
        """Say that the service works on these dossiers; returns how many it did not yet."""
        jour, auteur = self.aujourd_hui.isoformat(), self._fichier.signature.auteur
        with self._fichier.operation(f"Prendre en charge {compter(len(cles), 'dossier')}") as e:
            lues = [lu for lu in e.lire_lot(_TABLE, cles) if not lu["pris_en_charge_le"]]
            for lu in lues:
                e.modifier_lue(
                    AvisInstruction, lu, pris_en_charge_le=jour, pris_en_charge_par=auteur
                )
            return len(lues)

    def comme_l_etat(self, cles: Sequence[str]) -> tuple[int, int]:
        """Give these services the avis of the State: (how many follow it, how many could not).

        The sense and the motive are copied as they are now. Raises SaisieRefusee when none could.
        """
        with self._fichier.operation(
            f"Même avis que l'État sur {compter(len(cles), 'dossier')}"
        ) as e:
            return self._comme_l_etat(e, e.lire_lot(_TABLE, cles))

    def comme_l_etat_pour(self, couples: Sequence[tuple[str, str]]) -> tuple[int, int]:
        """The same by (action, service), asked or not yet."""
        libelle = f"Même avis que l'État sur {compter(len(couples), 'dossier')}"
        with self._fichier.operation(libelle) as e:
            lues = []
            for action, service in couples:
                trouves = e.lignes(_D_UN_SERVICE, {"action": action, "service": service})
                defauts = {**valeurs_par_defaut(_TABLE), "action": action, "service": service}
                demande = {"demande_le": self.aujourd_hui.isoformat()}
                lues.append(trouves[0]._asdict() if trouves else {**defauts, **demande})
            return self._comme_l_etat(e, lues)

    def _comme_l_etat(self, e: Ecriture, lues: Sequence[dict[str, Any]]) -> tuple[int, int]:
        faits, refus = 0, SaisieRefusee("Sélectionnez d'abord un avis de la liste.")
        for lu in lues:
            try:
                self._poser(e, lu, self._repris_de_l_etat(e, lu))
                faits += 1
            except MotifAttendu:
                raise  # the reason is asked, then all of them are done
            except SaisieRefusee as erreur:
                refus = erreur
        if not faits:
            raise refus
        return faits, len(lues) - faits

    def _repris_de_l_etat(self, ecriture: Ecriture, avant: dict[str, Any]) -> dict[str, Any]:
        """What the State said of the action, to be said too."""
        ici = {"action": avant["action"], "nature": str(NatureOrganisme.ETAT)}
        rendus = [a for a in ecriture.lignes(_DE_L_ETAT, ici) if a.service != avant["service"]]
        if not rendus:
            numero = ecriture.lire(Action, avant["action"])["numero"]
            raise SaisieRefusee(
                f"L'État n'a pas encore rendu d'avis sur « {numero} » : tapez celui du service."
            )
        etat = rendus[0]
        return {
            "sens": etat.sens,
            "vers": etat.vers,
            "motif": etat.motif,
            "comme": etat.cle,
            "absent": False,
        }

    def retirer(self, cles: Sequence[str]) -> int:
        """Ask these services no longer. Raises SaisieRefusee for one that answered."""
        with self._fichier.operation(f"Retirer {compter(len(cles), 'demande')} d'avis") as e:
            if any(lu["rendu_le"] or lu["absent"] for lu in e.lire_lot(_TABLE, cles)):
                raise SaisieRefusee(
                    "Un avis rendu ne se retire pas : videz-le d'abord, ou gardez-le."
                )
            e.supprimer_lot(AvisInstruction, cles)
            return len(cles)

    def commenter(self, cle: str, rubrique: str, texte: str | None) -> None:
        """What an expert says under one of its headings; nothing takes it back."""
        with self._fichier.operation(f"Commenter « {rubrique} »") as e:
            self.poser_commentaire(e, cle, rubrique, texte)

    def poser_commentaire(
        self, ecriture: Ecriture, cle: str, rubrique: str, texte: str | None
    ) -> None:
        """The same inside an operation that does more."""
        lu = ecriture.lire(AvisInstruction, cle)
        commentaires = {n: t for n, t in lu["commentaires"].items() if n != rubrique}
        if texte:
            commentaires[rubrique] = texte
        self._poser(ecriture, lu, {"commentaires": commentaires})


_D_UN_SERVICE = (
    select(_TABLE)
    .where(
        AvisInstruction.action == bindparam("action"),
        AvisInstruction.service == bindparam("service"),
    )
    .order_by(AvisInstruction.rendu_le.is_(None), AvisInstruction.cle.desc())
)
_DE_L_ETAT = (
    select(_TABLE)
    .join(Service, Service.cle == AvisInstruction.service)
    .join(Financeur, Financeur.cle == Service.financeur)
    .where(
        AvisInstruction.action == bindparam("action"),
        Financeur.nature == bindparam("nature"),
        AvisInstruction.sens.is_not(None),
        Service.expertise.is_(False),
    )
    .order_by(Service.rang, AvisInstruction.cle)
)


def _libelle(champs: dict[str, Any]) -> str:
    if "montant" in champs and len(champs) == 1:
        return "Proposer un montant"
    return "Modifier une demande d'avis" if set(champs) == {"echeance"} else "Rendre un avis"


def _remplis(champs: dict[str, Any]) -> dict[str, Any]:
    """What is typed beside an answer counts when it says something."""
    return {nom: v for nom, v in champs.items() if v is not None and v != ""}


def _est_vide(champs: dict[str, Any]) -> bool:
    reponse = champs.get("reponse", Reponse())
    return reponse == Reponse() and not _remplis({**champs, "reponse": None})


def _exiger_coherent(apres: dict[str, Any], service: dict[str, Any]) -> None:
    """Raises SaisieRefusee when the answer lacks its motive, or is not one that the service gives."""
    sens, nom = apres["sens"], service["nom_court"]
    if service["expertise"] and sens not in (None, SensInstruction.REORIENTE):
        raise SaisieRefusee(
            f"« {nom} » donne une expertise : elle se commente sous ses rubriques, "
            "sans avis ni note."
        )
    if sens in EXIGENT_UN_MOTIF and not apres["motif"]:
        mot = SensInstruction.libelle_de(sens).lower()
        raise SaisieRefusee(f"Un avis « {mot} » a un motif : tapez-le après l'avis, ou d'abord.")
    if apres["recevable"] is False and not apres["motif"]:
        raise SaisieRefusee("Un dossier non recevable a un motif : tapez-le d'abord.")
    if sens != SensInstruction.REORIENTE:
        apres["vers"] = None


def _exiger_commun_tenu(ecriture: Ecriture, avant: dict[str, Any], apres: dict[str, Any]) -> None:
    """An answer on which an avis commun stands is not taken back before it."""
    tenait = avant["rendu_le"] or avant["absent"]
    if not tenait or apres["rendu_le"] or apres["absent"]:
        return
    communs = select(AvisCommun.cle).where(AvisCommun.action == avant["action"])
    if ecriture.lignes(communs.limit(1)):
        raise SaisieRefusee(
            "L'avis commun est rendu sur ce dossier : retirez-le d'abord, dans « Avis commun »."
        )


def _version_lue(ecriture: Ecriture, action: str) -> str | None:
    """The last version deposited: the one that the service has before its eyes."""
    requete = (
        select(Depot.cle)
        .where(Depot.action == action)
        .order_by(func.coalesce(Depot.numero, 0).desc(), Depot.cle.desc())
        .limit(1)
    )
    lues = ecriture.lignes(requete)
    return str(lues[0].cle) if lues else None


def mettre_en_instruction(ecriture: Ecriture, actions: Iterable[str]) -> None:
    """A dossier deposited whose services are asked is being instructed."""
    for cle in actions:
        lue = ecriture.lire(Action, cle)
        if lue["statut"] == A_AFFECTER[0]:
            ecriture.modifier_lue(Action, lue, statut=str(StatutAction.INSTRUCTION))
