"""The block vote: what would be granted, for whom and in which words, before Enter."""

from collections.abc import Callable, Sequence
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

    def voter(motif: str, respirer: Callable[[], object] | None = None) -> int:
        return decisions.decider_en_bloc(seance, motif=motif.strip() or None, respirer=respirer)

    def dire(nombre: int) -> None:
        if isValid(demande):  # else the page was left meanwhile
            informer(f"Validé sans débat : {nombre}. Ctrl+Z y revient.")

    def refuser(phrase: str) -> None:
        if isValid(demande):
            demande.redemander(phrase)

    def finir() -> None:
        if isValid(demande):
            demande.conclure()

    def decider(motif: str) -> None:
        if len(prets) <= LONG:
            dire(voter(motif))
            return
        en_cours = f"Vote en cours : {points}…"
        demande.patienter(en_cours)
        a_cote(demande, en_cours, lambda respirer: voter(motif, respirer), dire, refuser, finir)

    total = afficher_montant(sum((b.total for b in prets), Decimal(0)), euro=True)
    demande.demander(
        f"Valider {points} sans débat pour {total}. Motif, facultatif",
        decider,
        detail=_detail(prets, sans_montant),
        verbe="Valider",
    )


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
