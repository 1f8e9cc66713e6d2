"""The steps of the cycle that acts cross: what assemblies voted, letters, a signed CPO, a bilan.

A step is crossed in the operation of the last act that it wants, wherever the action stands: an
earlier step that nobody has done stays to be done. It is taken back with the act.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.convention import Convention
from app.models.enums import EtatConvention, NatureEtape, NatureOrganisme, StatutAction
from app.models.organisme import Financeur
from app.models.programme import Franchissement
from app.models.suivi import Bilan
from app.services.cycle import Cycle
from app.services.cycle_dates import EtapeDatee
from app.services.cycle_lu import SORTIES
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, moment, plus_tard
from app.services.transaction import LOT, Ecriture, maintenant

# Why a step is crossed: the words by which it is known again when its act is taken back.
MOTIFS: Final[Mapping[str, str]] = {
    NatureEtape.DELIBERATIONS: "Tout ce qui est accordé est voté",
    NatureEtape.NOTIFICATION: "Tout ce qui est accordé est notifié",
    NatureEtape.CONVENTION: "Convention signée",
    NatureEtape.MISE_EN_OEUVRE: "Action réalisée : son bilan est reçu",
    NatureEtape.BILAN: "Bilan reçu",
}
SANS_VOTE: Final = "Sans objet : l'État seul finance, aucune assemblée ne vote"
_LES_NOTRES = frozenset({*MOTIFS.values(), SANS_VOTE})
# Out of the cycle for good: what was done of it stays as it is.
_HORS = SORTIES - {StatutAction.TERMINEE}
_EN_VIGUEUR = (EtatConvention.SIGNEE, EtatConvention.TERMINEE)


@dataclass(frozen=True, slots=True)
class _Actes:
    """What was done after the decision: `votes` and `lettres` tell of each amount granted."""

    votes: Sequence[bool] = ()
    lettres: Sequence[bool] = ()
    convention: bool = False
    bilan: bool = False

    def voulus(self) -> dict[str, tuple[bool, str]]:
        """nature of a step -> (skipped, why), for those that are over."""
        notifie = bool(self.lettres) and all(self.lettres)
        faits = {
            NatureEtape.DELIBERATIONS: bool(self.votes) and all(self.votes),
            NatureEtape.NOTIFICATION: notifie,
            NatureEtape.CONVENTION: self.convention,
            NatureEtape.MISE_EN_OEUVRE: self.bilan,
            NatureEtape.BILAN: self.bilan,
        }
        voulus = {str(n): (False, MOTIFS[n]) for n, fait in faits.items() if fait}
        if notifie and not self.votes:
            voulus[str(NatureEtape.DELIBERATIONS)] = (True, SANS_VOTE)
        return voulus


class EtapesDesActes:
    """Makes the crossings be what the acts say; one that a person made stays."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._cycle = Cycle(fichier, horloge=horloge)

    def suivre_montants(self, ecriture: Ecriture, cofinancements: Iterable[str]) -> None:
        """After what was voted or told of these amounts changed."""
        cles = list(dict.fromkeys(cofinancements))
        actions: dict[str, None] = {}
        for debut in range(0, len(cles), LOT):
            siennes = Cofinancement.cle.in_(cles[debut : debut + LOT])
            lues = ecriture.lignes(select(Cofinancement.action).where(siennes))
            actions |= dict.fromkeys(action for (action,) in lues)
        self.suivre(ecriture, list(actions))

    def suivre(self, ecriture: Ecriture, actions: Sequence[str]) -> None:
        """After an act on these actions was done, changed or taken back."""
        for debut in range(0, len(actions), LOT):
            self._suivre(ecriture, actions[debut : debut + LOT])

    def _suivre(self, ecriture: Ecriture, actions: Sequence[str]) -> None:
        voies = {
            lue.cle: [e for e in self._cycle.voie(ecriture, lue) if e.nature in MOTIFS]
            for lue in ecriture.lignes(_ACTIONS.where(Action.cle.in_(actions)))
            if lue.appel is not None and lue.statut not in _HORS
        }
        suivies = [action for action, voie in voies.items() if voie]
        if not suivies:
            return
        actes, faits = _lire_actes(ecriture, suivies), _lire_faits(ecriture, suivies)
        perimes: list[str] = []
        neufs: list[dict[str, Any]] = []
        quand = moment(self._horloge)
        for action in suivies:
            voulus = actes[action].voulus()
            for etape in voies[action]:
                perime, neuf = _accorder(etape, voulus.get(etape.nature), faits[action])
                perimes += perime
                neufs += [
                    {**n, "action": action, "moment": plus_tard(quand, len(neufs))} for n in neuf
                ]
        ecriture.supprimer_lot(Franchissement, perimes)
        auteur = self._fichier.signature.auteur
        ecriture.inserer_lot(Franchissement, [{**neuf, "auteur": auteur} for neuf in neufs])


def _accorder(
    etape: EtapeDatee, voulu: tuple[bool, str] | None, faits: Mapping[str, Any]
) -> tuple[list[str], list[dict[str, Any]]]:
    """The crossing to take back, and the one to write."""
    fait = faits.get(etape.cle)
    if fait is not None and (fait.motif not in _LES_NOTRES or voulu == (fait.saute, fait.motif)):
        return [], []
    perimes = [] if fait is None else [fait.cle]
    if voulu is None:
        return perimes, []
    return perimes, [{"etape": etape.cle, "saute": voulu[0], "motif": voulu[1]}]


_ACTIONS = select(Action.cle, Action.appel, Action.echelle, Action.statut)


def _lire_faits(ecriture: Ecriture, actions: Sequence[str]) -> dict[str, dict[str, Any]]:
    """action -> step -> its crossing."""
    faits: dict[str, dict[str, Any]] = defaultdict(dict)
    requete = select(*Franchissement.__table__.columns).where(Franchissement.action.in_(actions))
    for fait in ecriture.lignes(requete):
        faits[fait.action][fait.etape] = fait
    return faits


def _lire_actes(ecriture: Ecriture, actions: Sequence[str]) -> dict[str, _Actes]:
    votes: dict[str, list[bool]] = defaultdict(list)
    lettres: dict[str, list[bool]] = defaultdict(list)
    for lu in ecriture.lignes(_ACCORDES.where(Cofinancement.action.in_(actions))):
        lettres[lu.action].append(lu.notifie is not None)
        if lu.nature != NatureOrganisme.ETAT:
            votes[lu.action].append(lu.vote is not None)
    conventions = {a for (a,) in ecriture.lignes(_SIGNEES.where(Action.cle.in_(actions)))}
    bilans = {a for (a,) in ecriture.lignes(_BILANS.where(Bilan.action.in_(actions)))}
    return {
        action: _Actes(votes[action], lettres[action], action in conventions, action in bilans)
        for action in actions
    }


_ACCORDES = (
    select(Cofinancement.action, Cofinancement.vote, Cofinancement.notifie, Financeur.nature)
    .join(Action, Action.cle == Cofinancement.action)
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .where(Cofinancement.accorde > ZERO, Cofinancement.annee == Action.annee)
)
_SIGNEES = (
    select(Action.cle)
    .join(Convention, Convention.lignee == Action.lignee)
    .where(
        Convention.signee_le.is_not(None),
        Convention.etat.in_([str(etat) for etat in _EN_VIGUEUR]),
        Convention.annee_debut <= Action.annee,
        Convention.annee_fin >= Action.annee,
    )
)
_BILANS = select(Bilan.action).where(Bilan.recu_le.is_not(None))
