"""How a note d'intention is written: its fields, its triage, its request for a CPO, its receipt."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.base import nouvelle_cle
from app.models.depot import NoteIntention
from app.models.droit_commun import Sollicitation
from app.models.enums import NatureEtape, ResultatSollicitation, StatutAction, TriNote
from app.models.organisme import Financeur
from app.models.programme import EtapeAppel, Franchissement
from app.services.actions import abrege, exiger_titre, numero_suivant
from app.services.contrats import Contrats
from app.services.cycle import Cycle
from app.services.depots import Depots
from app.services.documents import date_longue
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.identifiants import nom_normalise
from app.services.reouvertures import exiger_ouvert
from app.services.transaction import Ecriture, maintenant

STATUT_DU_TRI = {
    TriNote.RECEVABLE: StatutAction.NOTE,
    TriNote.A_PRECISER: StatutAction.NOTE,
    TriNote.REORIENTEE: StatutAction.REORIENTEE,
    TriNote.IRRECEVABLE: StatutAction.IRRECEVABLE,
}
TRI_DU_STATUT = {
    StatutAction.REORIENTEE: TriNote.REORIENTEE,
    StatutAction.IRRECEVABLE: TriNote.IRRECEVABLE,
}
ETAPE = NatureEtape.NOTE_INTENTION
MOTIF_DU_TRI = "Note d'intention jugée recevable"
A_MOTIVER = (TriNote.A_PRECISER, TriNote.REORIENTEE, TriNote.IRRECEVABLE)
_TRI = ("tri", "tri_motif", "tri_vers")
_CPO = ("cpo_demandee", "cpo_annees")
_DU_PORTEUR = ("ambition", "porteur_pressenti", "budget_envisage")  # a CPO has its own rule


class Notes:
    """Writes the notes of the open file; `horloge` says what time it is."""

    def __init__(self, fichier: Fichier, *, horloge: Callable[[], datetime] = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._depots = Depots(fichier, horloge=horloge)
        self._cycle = Cycle(fichier, horloge=horloge)
        self.operation = fichier.operation

    def inserer(
        self, ecriture: Ecriture, annee: int, titre: str, *, appel: str | None, jour: str | None
    ) -> str:
        """A new action in « note d'intention » and its note, in an operation that does more."""
        cle = nouvelle_cle()
        ecriture.inserer(
            Action,
            cle=cle,
            annee=annee,
            numero=numero_suivant(ecriture, annee),
            titre=exiger_titre(titre),
            appel=appel,
            lignee=cle,
            statut=str(StatutAction.NOTE),
            date_depot=jour,
        )
        ecriture.inserer(NoteIntention, action=cle, recue_par=self._fichier.signature.auteur)
        return cle

    def modifier(self, action: str, **champs: Any) -> None:
        """Change fields of a note. Raises SaisieRefusee with a sentence."""
        with self.operation("Modifier la note d'intention") as ecriture:
            self.poser(ecriture, action, **champs)

    def poser(self, ecriture: Ecriture, action: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        note = self._note(ecriture, action)
        voulus = {**champs}
        if voulus.get("budget_envisage") is not None and voulus["budget_envisage"] < Decimal(0):
            raise SaisieRefusee("Un budget ne peut pas être négatif : tapez un montant positif.")
        if any(nom in voulus and voulus[nom] != note[nom] for nom in _DU_PORTEUR):
            exiger_ouvert(ecriture, action, self._horloge)
        if any(nom in voulus for nom in _CPO):
            _accorder_cpo(note, voulus)
        if any(nom in voulus and voulus[nom] != note[nom] for nom in _TRI):
            self._trier(ecriture, action, note, voulus)
        ecriture.modifier_lue(NoteIntention, note, **voulus)
        if voulus.get("cpo_figee_le"):
            self._depots.figer_note(ecriture, action)

    def _note(self, ecriture: Ecriture, action: str) -> dict[str, Any]:
        """The whole row, made when the action has none yet."""
        colonnes = NoteIntention.__table__.columns
        for ligne in ecriture.lignes(select(*colonnes).where(NoteIntention.action == action)):
            return dict(ligne._mapping)  # noqa: SLF001 - the public way to a row's names
        return ecriture.lire(NoteIntention, ecriture.inserer(NoteIntention, action=action))

    # Triage -------------------------------------------------------------------------------------

    def trier(
        self, actions: Sequence[str], tri: TriNote | None, *, motif: str = "", vers: str = ""
    ) -> int:
        """Say what becomes of notes, in one operation; None: to be sorted again. How many."""
        verbe = "Remettre à examiner" if tri is None else f"Juger « {tri.libelle.lower()} »"
        combien = "une note" if len(actions) == 1 else f"{len(actions)} notes"
        with self.operation(f"{verbe} {combien}") as ecriture:
            for action in actions:
                self.poser(
                    ecriture,
                    action,
                    tri=None if tri is None else str(tri),
                    tri_motif=motif.strip() or None,
                    tri_vers=vers.strip() or None,
                )
        return len(actions)

    def _trier(
        self, ecriture: Ecriture, action: str, note: Mapping[str, Any], voulus: dict[str, Any]
    ) -> None:
        """Complete `voulus` with who and when; the status of the action follows."""
        if voulus.get("tri", note["tri"]) == note["tri"]:
            _exiger_motif(note["tri"], {**note, **voulus})
            return
        tri = voulus["tri"]
        statut = ecriture.lire(Action, action)["statut"]
        ecartee = statut in TRI_DU_STATUT and TRI_DU_STATUT[statut] == note["tri"]
        if statut != StatutAction.NOTE and not ecartee:
            mot = StatutAction.libelle_de(statut).lower()
            raise SaisieRefusee(
                f"Cette action n'est plus une note d'intention ({mot}) : la suite donnée "
                "ne change plus."
            )
        if tri in (None, TriNote.RECEVABLE) and "tri_motif" not in voulus:
            voulus["tri_motif"] = None
        if tri != TriNote.REORIENTEE:
            voulus["tri_vers"] = None
        _exiger_motif(tri, {**note, **voulus})
        voulus["tri_le"] = self._moment() if tri else None
        voulus["tri_par"] = self._fichier.signature.auteur if tri else None
        if tri == TriNote.RECEVABLE:
            self._figer(note, voulus)
            self._cycle.franchir(ecriture, action, ETAPE, motif=MOTIF_DU_TRI)
        elif note["tri"] == TriNote.RECEVABLE and _vient_du_tri(ecriture, action):
            self._cycle.reculer(ecriture, action)
        nouveau = StatutAction.NOTE if tri is None else STATUT_DU_TRI[TriNote.de(tri)]
        ecriture.modifier(Action, action, statut=str(nouveau))

    # The request for a CPO ----------------------------------------------------------------------

    def _figer(self, note: Mapping[str, Any], voulus: dict[str, Any]) -> None:
        """The request is deposited: from now on it only changes for a reason (A-120)."""
        if note["cpo_figee_le"] is None and cpo_se_fige(self._fichier):
            voulus["cpo_figee_le"] = self._moment()

    # Receipts -----------------------------------------------------------------------------------

    def accuser(self, actions: Sequence[str], jour: date) -> int:
        """Keep the date of the letters of receipt, in one operation. How many are new."""
        with self.operation(f"Accuser réception de {len(actions)} note(s)") as ecriture:
            nouvelles = 0
            for action in actions:
                note = self._note(ecriture, action)
                if note["accusee_le"] is not None:
                    continue
                voulus: dict[str, Any] = {"accusee_le": jour.isoformat()}
                self._figer(note, voulus)
                ecriture.modifier_lue(NoteIntention, note, **voulus)
                self._depots.figer_note(ecriture, action)
                nouvelles += 1
        return nouvelles

    # Who was approached -------------------------------------------------------------------------

    def poser_financeurs(self, ecriture: Ecriture, action: str, noms: Sequence[str]) -> None:
        """Make the financeurs approached be these; a name that is no financeur is kept as it is."""
        connus = _financeurs(ecriture)
        voulus: dict[tuple[str | None, str | None], None] = {}
        for nom in noms:
            cle = connus.get(nom_normalise(nom))
            voulus[(cle, None) if cle else (None, nom)] = None
        presentes = {
            (s.financeur, None if s.financeur else s.aupres_de): s
            for s in ecriture.lignes(
                select(Sollicitation.__table__).where(Sollicitation.action == action)
            )
            # One that names nobody answers « nothing was asked »: see the page of the droit commun.
            if s.financeur or s.aupres_de
        }
        for qui, sollicitation in presentes.items():
            if qui not in voulus:
                _exiger_sans_reponse(sollicitation)
                ecriture.supprimer(Sollicitation, sollicitation.cle)
        for rang, (financeur, autre) in enumerate(voulus):
            if (financeur, autre) not in presentes:
                ecriture.inserer(
                    Sollicitation,
                    action=action,
                    financeur=financeur,
                    aupres_de=autre,
                    resultat=str(ResultatSollicitation.EN_ATTENTE),
                    rang=rang,
                )

    def noms_des_financeurs(self) -> list[str]:
        """Those of the contract, as the columns call them."""
        requete = select(Financeur.nom_court).where(Financeur.actif).order_by(Financeur.rang)
        return [nom for (nom,) in self._fichier.lignes(requete)]

    def assigner(self, actions: Sequence[str], porteur: str) -> None:
        """Give ideas the porteur that takes them on, in one operation."""
        combien = "une idée" if len(actions) == 1 else f"{len(actions)} idées"
        with self.operation(f"Donner un porteur à {combien}") as ecriture:
            for action in actions:
                ecriture.modifier(Action, action, porteur=porteur)

    def _moment(self) -> str:
        return self._horloge().isoformat(timespec="milliseconds")


def cpo_se_fige(fichier: Fichier) -> bool:
    """Whether the contract wants a CPO to be asked for in the note; where it is silent, it is free."""
    return bool(Contrats(fichier).valeur("cpo.demande", "moment").valeur == ETAPE)


def libelle_de_creation(titre: str) -> str:
    return f"Saisir la note « {abrege(titre)} »"


def _vient_du_tri(ecriture: Ecriture, action: str) -> bool:
    """Whether the last step that the action crossed is that of the notes."""
    requete = (
        select(EtapeAppel.nature)
        .join(Franchissement, Franchissement.etape == EtapeAppel.cle)
        .where(Franchissement.action == action)
        .order_by(Franchissement.moment.desc(), Franchissement.cle.desc())
    )
    return [nature for (nature,) in ecriture.lignes(requete.limit(1))] == [ETAPE]


def _exiger_motif(tri: str | None, note: Mapping[str, Any]) -> None:
    if tri not in A_MOTIVER:
        return
    mot = TriNote.libelle_de(tri).lower()
    if not (note["tri_motif"] or "").strip():
        raise SaisieRefusee(f"Une note « {mot} » demande un motif : tapez-le d'abord.")
    if tri == TriNote.REORIENTEE and not (note["tri_vers"] or "").strip():
        raise SaisieRefusee("Dites vers quoi la note est réorientée : un appel, un dispositif…")


def _accorder_cpo(note: Mapping[str, Any], voulus: dict[str, Any]) -> None:
    """Years and yes or no agree; a frozen request changes only with a reason."""
    annees = list(voulus.get("cpo_annees", note["cpo_annees"]) or ())
    demandee = voulus.get("cpo_demandee", note["cpo_demandee"])
    if demandee is not True and "cpo_demandee" in voulus:
        annees = []
    elif annees:
        demandee = True
    change = (demandee, annees) != (note["cpo_demandee"], list(note["cpo_annees"] or ()))
    if change and note["cpo_figee_le"] and not (voulus.get("cpo_motif") or "").strip():
        quand = date_longue(note["cpo_figee_le"][:10])
        raise SaisieRefusee(
            f"La demande de CPO est figée depuis le {quand} : "
            "changez-la dans le formulaire de la note, avec un motif."
        )
    voulus |= {"cpo_demandee": demandee, "cpo_annees": annees}


def _financeurs(ecriture: Ecriture) -> dict[str, str]:
    """name, short name or variant -> key."""
    requete = select(Financeur.cle, Financeur.nom, Financeur.nom_court, Financeur.variantes)
    connus: dict[str, str] = {}
    for cle, nom, court, variantes in ecriture.lignes(requete.order_by(Financeur.rang)):
        for tournure in (court, nom, *(variantes or ())):
            connus.setdefault(nom_normalise(tournure), cle)
    return connus


def _exiger_sans_reponse(sollicitation: Any) -> None:
    attend = sollicitation.resultat in (None, ResultatSollicitation.EN_ATTENTE)
    if not attend or sollicitation.montant is not None or sollicitation.note:
        raise SaisieRefusee(
            "Une réponse est déjà notée pour un financeur que vous retirez : "
            "effacez-la d'abord dans la page du droit commun."
        )
