"""« Droit commun sollicité ? »: what each action asked, of whom, with what result. No Qt."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action, Cofinancement
from app.models.calculs import somme_ou_rien
from app.models.droit_commun import Sollicitation
from app.models.enums import NatureCredit, ResultatSollicitation, StatutAction
from app.models.organisme import Financeur, Organisme
from app.services.attaches import detacher
from app.services.aupres import dispositifs_connus, noms_connus, reconnaitre
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import Ecriture

DROIT_COMMUN = str(NatureCredit.DROIT_COMMUN)
EN_ATTENTE = str(ResultatSollicitation.EN_ATTENTE)
OUI, RIEN, SANS_REPONSE = "oui", "rien", ""
REPONSES = ((OUI, "Oui"), (RIEN, "Rien demandé"), (SANS_REPONSE, "À répondre"))
# What is out has no question to answer any more.
HORS_QUESTION = (StatutAction.IRRECEVABLE, StatutAction.RETIREE)
A_L_INSTRUCTION = (StatutAction.DEPOSEE, StatutAction.INSTRUCTION, StatutAction.PROPOSEE)
AVERTISSEMENT = (
    "Droit commun sollicité ? Rien n'est répondu : notez ce qui a été demandé, à qui et avec quel "
    "résultat, ou que rien ne l'a été, avant d'accorder des crédits spécifiques."
)


@dataclass(frozen=True, slots=True)
class LigneSollicitation:
    """One thing asked (euros). `qui`: the financeur, or whoever else."""

    cle: str
    action: str
    financeur: str | None
    qui: str
    nature_credit: str | None
    dispositif: str | None
    montant: Decimal | None
    date: date | None
    resultat: str | None
    note: str | None

    @property
    def de_droit_commun(self) -> bool:
        return self.nature_credit == DROIT_COMMUN

    @property
    def se_montre(self) -> bool:
        """A request to list: of droit commun, or of a nature that is not said yet."""
        return not self.dit_rien and self.nature_credit != NatureCredit.SPECIFIQUE

    @property
    def adressee(self) -> bool:
        """Somebody or some scheme is named."""
        return bool(self.qui or self.dispositif)

    @property
    def dit_rien(self) -> bool:
        """The answer « nothing was asked », with its reason as a note: it names nobody."""
        return self.de_droit_commun and not self.adressee and self.resultat is None


@dataclass(frozen=True, slots=True)
class LigneDroitCommun:
    """An action and its answer (euros). `motif`: why nothing was asked.

    `specifique`: specific credits asked; `droit_commun`: ordinary money asked from its financeurs.
    """

    cle: str
    numero: str
    titre: str
    porteur: str
    statut: str
    reponse: str
    aupres_de: str
    dispositifs: str
    resultat: str
    motif: str
    specifique: Decimal | None
    droit_commun: Decimal | None

    @property
    def manque(self) -> bool:
        return self.reponse == SANS_REPONSE


def reponse_de(sollicitations: Iterable[LigneSollicitation]) -> str:
    """Whether the question is answered, from what is noted of one action."""
    lues = [s for s in sollicitations if s.de_droit_commun]
    if any(s.adressee for s in lues):
        return OUI
    return RIEN if any(s.dit_rien for s in lues) else SANS_REPONSE


class Sollicitations:
    """Reads and writes what the actions of the open file asked."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def de_l_annee(self, annee: int) -> list[LigneDroitCommun]:
        """Every action that has the question to answer, by number. A fixed number of reads."""
        valeurs = {"annee": annee}
        with self._fichier.instant() as lire:
            actions = lire(_ACTIONS, valeurs)
            faites = _par_action(lire(_DE_L_ANNEE, valeurs))
            montants = {(a, nature): total for a, nature, total in lire(_MONTANTS, valeurs)}
        return [
            _ligne(action, faites.get(action.cle, ()), montants)
            for action in actions
            if action.statut not in HORS_QUESTION
        ]

    def de_l_action(self, action: str) -> list[LigneSollicitation]:
        """What an action asked, droit commun first; the answer « nothing » is a row of its own."""
        with self._fichier.instant() as lire:
            lues = list(map(_lue, lire(_DE_L_ACTION, {"action": action})))
        return sorted(lues, key=lambda s: not s.de_droit_commun)

    def avertissement(self, action: str) -> str:
        """The sentence to show while an action is examined and the question is not answered."""
        with self._fichier.instant() as lire:
            lignes = lire(_STATUT, {"action": action})
            if not lignes or lignes[0].statut not in A_L_INSTRUCTION:
                return ""
            demandes = lire(_SPECIFIQUE, {"action": action})
            lues = list(map(_lue, lire(_DE_L_ACTION, {"action": action})))
        if not demandes or reponse_de(lues) != SANS_REPONSE:
            return ""
        return AVERTISSEMENT

    def proposer_qui(self) -> list[str]:
        with self._fichier.instant() as lire:
            return noms_connus(lire)

    def proposer_dispositifs(self) -> list[str]:
        with self._fichier.instant() as lire:
            return dispositifs_connus(lire)

    # Writing --------------------------------------------------------------------------------------

    def noter(self, actions: Sequence[str], **champs: Any) -> list[str]:
        """Note what each action asked of droit commun; « nothing was asked » then falls. Keys.

        `champs`: the columns, and `qui`, the name of whom it was asked.
        """
        mot = "une sollicitation" if len(actions) == 1 else f"{len(actions)} sollicitations"
        with self._fichier.operation(f"Noter {mot} du droit commun") as ecriture:
            return self.poser_neuves(ecriture, actions, **champs)

    def poser_neuves(self, ecriture: Ecriture, actions: Sequence[str], **champs: Any) -> list[str]:
        """The same inside an operation that does more."""
        stockes = {"resultat": EN_ATTENTE, **_stockes(ecriture, champs)}
        cles = []
        for action in actions:
            _effacer_le_rien(ecriture, action)
            [(rang,)] = ecriture.lignes(_RANG, {"action": action})
            cles.append(
                ecriture.inserer(
                    Sollicitation,
                    action=action,
                    nature_credit=DROIT_COMMUN,
                    rang=(-1 if rang is None else rang) + 1,
                    **stockes,
                )
            )
        return cles

    def declarer_rien(self, actions: Sequence[str], motif: str) -> int:
        """Answer that nothing was asked of droit commun, and why. How many actions changed."""
        propre = " ".join(motif.split())
        if not propre:
            raise SaisieRefusee("Dites pourquoi rien n'a été demandé au droit commun.")
        combien = "une action" if len(actions) == 1 else f"{len(actions)} actions"
        with self._fichier.operation(f"Droit commun non sollicité : {combien}") as ecriture:
            return sum(_poser_rien(ecriture, action, propre) for action in actions)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une sollicitation") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more. `qui`: the name of whom it is asked."""
        avant = ecriture.lire(Sollicitation, cle)
        voulus = _stockes(ecriture, champs)
        apres = {**avant, **voulus}
        if not apres["resultat"] and ("resultat" in champs or _a_un_objet(apres)):
            voulus["resultat"] = EN_ATTENTE
        ecriture.modifier(Sollicitation, cle, **voulus)

    def supprimer(self, *cles: str) -> None:
        mot = "une sollicitation" if len(cles) == 1 else f"{len(cles)} sollicitations"
        with self._fichier.operation(f"Supprimer {mot}") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Sollicitation, list(cles))


def _stockes(ecriture: Ecriture, champs: dict[str, Any]) -> dict[str, Any]:
    """The columns as they are kept."""
    voulus = dict(champs)
    if "qui" in voulus:
        voulus["financeur"], voulus["aupres_de"] = reconnaitre(ecriture.lignes, voulus.pop("qui"))
    if isinstance(voulus.get("date"), date):
        voulus["date"] = voulus["date"].isoformat()
    return voulus


def _a_un_objet(ligne: dict[str, Any]) -> bool:
    return any(ligne[nom] for nom in ("financeur", "aupres_de", "dispositif"))


def _poser_rien(ecriture: Ecriture, action: str, motif: str) -> bool:
    lues = list(map(_lue, ecriture.lignes(_DE_L_ACTION, {"action": action})))
    if reponse_de(lues) == OUI:
        numero = ecriture.lire(Action, action)["numero"]
        raise SaisieRefusee(
            f"{numero} a déjà sollicité le droit commun : supprimez d'abord ce qui est noté."
        )
    presente = next((s for s in lues if s.dit_rien), None)
    if presente is None:
        ecriture.inserer(
            Sollicitation, action=action, nature_credit=DROIT_COMMUN, note=motif, rang=0
        )
        return True
    change = presente.note != motif
    ecriture.modifier(Sollicitation, presente.cle, note=motif)
    return change


def _effacer_le_rien(ecriture: Ecriture, action: str) -> None:
    lues = map(_lue, ecriture.lignes(_DE_L_ACTION, {"action": action}))
    rien = [s.cle for s in lues if s.dit_rien]
    detacher(ecriture, rien)
    ecriture.supprimer_lot(Sollicitation, rien)


def _lue(ligne: Any) -> LigneSollicitation:
    return LigneSollicitation(
        ligne.cle,
        ligne.action,
        ligne.financeur,
        ligne.nom_court or ligne.aupres_de or "",
        ligne.nature_credit,
        ligne.dispositif,
        ligne.montant,
        jour_de(ligne.date),
        ligne.resultat,
        ligne.note,
    )


def _par_action(lignes: Iterable[Any]) -> dict[str, list[LigneSollicitation]]:
    groupes: dict[str, list[LigneSollicitation]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.action, []).append(_lue(ligne))
    return groupes


def _ligne(
    action: Any, faites: Sequence[LigneSollicitation], montants: dict[Any, Decimal]
) -> LigneDroitCommun:
    lues = [s for s in faites if s.de_droit_commun and s.adressee]
    specifique = montants.get((action.cle, str(NatureCredit.SPECIFIQUE)))
    return LigneDroitCommun(
        action.cle,
        action.numero,
        action.titre,
        action.porteur or "",
        action.statut,
        reponse_de(faites),
        _unis(s.qui for s in lues),
        _unis(s.dispositif or "" for s in lues),
        _unis(ResultatSollicitation.libelle_de(s.resultat) for s in lues),
        _unis(s.note or "" for s in faites if s.dit_rien),
        specifique,
        somme_ou_rien([montants.get((action.cle, DROIT_COMMUN))]),
    )


def _unis(textes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, textes)))


_ACTIONS = (
    select(Action.cle, Action.numero, Action.titre, Action.statut, Organisme.nom.label("porteur"))
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .where(Action.annee == bindparam("annee"))
    .order_by(Action.numero, Action.cle)
)
_SOLLICITATIONS = select(Sollicitation.__table__, Financeur.nom_court).join(
    Financeur, Financeur.cle == Sollicitation.financeur, isouter=True
)
_DE_L_ANNEE = (
    _SOLLICITATIONS.join(Action, Action.cle == Sollicitation.action)
    .where(Action.annee == bindparam("annee"))
    .order_by(Sollicitation.rang, Sollicitation.cle)
)
_DE_L_ACTION = _SOLLICITATIONS.where(Sollicitation.action == bindparam("action")).order_by(
    Sollicitation.rang, Sollicitation.cle
)
_MONTANTS = (
    select(Cofinancement.action, Cofinancement.nature_credit, func.sum(Cofinancement.demande))
    .where(Cofinancement.annee == bindparam("annee"), Cofinancement.demande.is_not(None))
    .group_by(Cofinancement.action, Cofinancement.nature_credit)
)
_RANG = select(func.max(Sollicitation.rang)).where(Sollicitation.action == bindparam("action"))
_STATUT = select(Action.statut).where(Action.cle == bindparam("action"))
_SPECIFIQUE = select(Cofinancement.cle).where(
    Cofinancement.action == bindparam("action"),
    Cofinancement.nature_credit == str(NatureCredit.SPECIFIQUE),
)


def phrase_des_reponses(lignes: Sequence[LigneDroitCommun]) -> str:
    """« 12 actions sur 190 n'ont pas de réponse à « Droit commun sollicité ? ». »"""
    if not lignes:
        return ""
    manquent = sum(ligne.manque for ligne in lignes)
    if not manquent:
        return f"Les {len(lignes)} actions de l'année ont leur réponse."
    verbe = "action n'a" if manquent == 1 else "actions n'ont"
    return f"{manquent} {verbe} pas de réponse, sur {len(lignes)}."
