"""What to say when an amount granted looks impossible: it warns, it never prevents from typing."""

from collections.abc import Iterable

from app.models.enums import StatutAction
from app.models.montants import afficher_montant
from app.services.bus import Avis
from app.services.rows import LigneAction, LigneFinanceur

SANS_SUITE = (StatutAction.REFUSEE, StatutAction.IRRECEVABLE, StatutAction.RETIREE)
AVANT_DECISION = (
    StatutAction.NOTE,
    StatutAction.DEPOSEE,
    StatutAction.INSTRUCTION,
    StatutAction.PROPOSEE,
)


def alertes_de_l_action(ligne: LigneAction, financeurs: Iterable[LigneFinanceur]) -> list[str]:
    """Sentences on what is granted to one action, the most serious first; empty when all is plain."""
    if not ligne.accorde:
        return []
    phrases = []
    if ligne.statut in SANS_SUITE:
        statut = StatutAction.libelle_de(ligne.statut)
        phrases.append(
            f"L'action {ligne.numero} est « {statut} » et reçoit "
            f"{afficher_montant(ligne.accorde, euro=True)} : vérifiez son statut."
        )
    if ligne.cout is not None and ligne.accorde > ligne.cout:
        phrases.append(
            f"L'action {ligne.numero} reçoit {afficher_montant(ligne.accorde, euro=True)}, plus que "
            f"son coût ({afficher_montant(ligne.cout, euro=True)})."
        )
    phrases += [p for p in (_au_dela(ligne, f) for f in financeurs) if p]
    return phrases


def _au_dela(ligne: LigneAction, financeur: LigneFinanceur) -> str:
    montants = ligne.montants.get(financeur.cle)
    if montants is None or montants.accorde is None or montants.demande is None:
        return ""
    if montants.accorde <= montants.demande:
        return ""
    return (
        f"L'action {ligne.numero} reçoit de {financeur.nom_court} "
        f"{afficher_montant(montants.accorde, euro=True)}, plus que demandé "
        f"({afficher_montant(montants.demande, euro=True)})."
    )


def depassement_en_mots(ligne: LigneAction, financeurs: Iterable[LigneFinanceur]) -> str:
    """What a grant goes beyond, in a cell: the cost, what was asked of somebody; else empty."""
    if not ligne.accorde:
        return ""
    mots = ["coût"] if ligne.cout is not None and ligne.accorde > ligne.cout else []
    demandes = [f"demandé ({f.nom_court})" for f in financeurs if _au_dela(ligne, f)]
    return ", ".join(mots + demandes)


def accords_saisis(avis: Avis) -> set[str]:
    """Actions whose granted amount a notice has just changed."""
    return {
        str(m.valeur("action"))
        for m in avis.modifications
        if m.entite == "cofinancement"
        and m.apres is not None
        and m.apres["accorde"] is not None
        and (m.avant is None or m.avant["accorde"] != m.apres["accorde"])
    }


def attend_sa_decision(ligne: LigneAction) -> bool:
    """True when an amount is granted that no decision confirms yet."""
    return bool(ligne.accorde) and ligne.statut in AVANT_DECISION


def decision_en_mots(ligne: LigneAction) -> str:
    """The status for a document of decisions; it says when a grant is not yet a decision."""
    statut = StatutAction.libelle_de(ligne.statut)
    return f"{statut}, montant saisi à confirmer" if attend_sa_decision(ligne) else statut
