"""The block vote: what would be granted, for whom and in which words, before Enter."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from shiboken6 import isValid

from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.decisions import Decisions, LigneBloc
from app.services.errors import SaisieRefusee
from app.ui.demande import BarreDemande
from app.ui.travaux import a_cote

NOMMES = 6  # items said one by one; the others are counted
LONG = 40  # items: more of them are voted beside the window, which goes on living


def demander_bloc(
    decisions: Decisions, seance: str, demande: BarreDemande, informer: Callable[[str], object]
) -> None:
    """Ask before validating the items without debate. Raises SaisieRefusee when there is none."""
    prets, sans_montant = decisions.bloc(seance)
    if not prets:
        raise SaisieRefusee(_rien(len(sans_montant)))
    points = compter(len(prets), "point")
    total = afficher_montant(sum((b.total for b in prets), Decimal(0)), euro=True)
    demande.demander(
        f"Valider {points} sans débat pour {total}. Motif, facultatif",
        _Vote(decisions, seance, demande, informer, len(prets)).decider,
        detail=_detail(prets, sans_montant),
        verbe="Valider",
    )


@dataclass(frozen=True)
class _Vote:
    """Votes at once, or beside the window when there is much to write: the page may be left meanwhile."""

    decisions: Decisions
    seance: str
    demande: BarreDemande
    informer: Callable[[str], object]
    points: int

    def decider(self, motif: str) -> None:
        if self.points <= LONG:
            self._dire(self._voter(motif))
            return
        en_cours = f"Vote en cours : {compter(self.points, 'point')}…"
        self.demande.patienter(en_cours)
        a_cote(
            self.demande,
            en_cours,
            lambda respirer: self._voter(motif, respirer),
            self._dire,
            self._redemander,
            self._finir,
        )

    def _voter(self, motif: str, respirer: Callable[[], object] | None = None) -> int:
        propre = motif.strip() or None
        return self.decisions.decider_en_bloc(self.seance, motif=propre, respirer=respirer)

    def _dire(self, nombre: int) -> None:
        if isValid(self.demande):
            self.informer(f"Validé sans débat : {nombre}. Ctrl+Z y revient.")

    def _redemander(self, refus: str) -> None:
        if isValid(self.demande):
            self.demande.redemander(refus)

    def _finir(self) -> None:
        if isValid(self.demande):
            self.demande.conclure()


def _detail(prets: Sequence[LigneBloc], sans_montant: Sequence[LigneBloc]) -> str:
    """The amount of each item, the sentence of the PV, and those that this leaves aside."""
    dits = [f"{b.numero} {afficher_montant(b.total, euro=True)}" for b in prets[:NOMMES]]
    if len(prets) > NOMMES:
        dits.append(f"et {len(prets) - NOMMES} de plus")
    lignes = [" · ".join(dits), f"Au PV : {prets[0].phrase}"]
    if sans_montant:
        numeros = ", ".join(b.numero for b in sans_montant[:NOMMES])
        lignes.append(f"Sans montant proposé, donc à débattre : {len(sans_montant)} ({numeros}).")
    return "\n".join(lignes)


def _rien(sans_montant: int) -> str:
    """Why nothing may be voted without debate."""
    if not sans_montant:
        return "Aucun point sans débat n'attend de décision."
    if sans_montant == 1:
        return "Le seul point sans débat n'a pas de montant proposé : remettez-le à débattre."
    return f"Les {sans_montant} points sans débat n'ont pas de montant proposé : remettez-les à débattre."
