"""The sentences of the PV. Pure: what is read before Enter is what the minutes will say."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.models.calculs import somme
from app.models.enums import NatureDecision
from app.models.montants import INSECABLE, afficher_montant


@dataclass(frozen=True, slots=True)
class SujetDecide:
    """What a decision is about: an action with its porteur, or a subject (no number)."""

    titre: str
    numero: str = ""
    porteur: str = ""

    @property
    def en_tete(self) -> str:
        if not self.numero:
            return f"Le point «{INSECABLE}{self.titre}{INSECABLE}»"
        porte = f", portée par {self.porteur}," if self.porteur else ""
        return f"L'action n°{INSECABLE}{self.numero} «{INSECABLE}{self.titre}{INSECABLE}»{porte}"


VERBES = {
    NatureDecision.VALIDE: ("est validée", "est validé"),
    NatureDecision.SOUS_RESERVE: ("est validée sous réserve", "est validé sous réserve"),
    NatureDecision.REFUSE: ("n'est pas retenue", "n'est pas retenu"),
    NatureDecision.AJOURNE: ("est ajournée", "est ajourné"),
    NatureDecision.REORIENTE: ("est réorientée", "est réorienté"),
    NatureDecision.COMPLEMENTAIRE: (
        "est inscrite sur la liste complémentaire",
        "est inscrit sur la liste complémentaire",
    ),
    NatureDecision.RETIRE: ("est retirée", "est retiré"),
}
CHIFFREES = (
    NatureDecision.VALIDE,
    NatureDecision.SOUS_RESERVE,
    NatureDecision.COMPLEMENTAIRE,
)


def phrase(
    sujet: SujetDecide,
    nature: str,
    montants: Sequence[tuple[str, Decimal | None]],
    *,
    motif: str | None = None,
    conditions: str | None = None,
    cpo_annees: int | None = None,
    proposes: bool = False,
) -> str:
    """The sentence of one decision. `montants`: (name of the payeur, euros), in speaking order.

    `proposes`: nobody said them, they are what the instruction proposes.
    """
    decision = NatureDecision.de(nature)
    tete = f"{sujet.en_tete} {VERBES[decision][0 if sujet.numero else 1]}"
    phrases = [tete + (_pour(montants) if sujet.numero and decision in CHIFFREES else "") + "."]
    if proposes:
        phrases.append(
            "Ces montants sont les propositions de l'instruction : personne ne s'est prononcé."
        )
    if cpo_annees is not None:
        phrases.append(f"Une convention pluriannuelle de {cpo_annees}{INSECABLE}ans est accordée.")
    if conditions:
        phrases.append(f"Réserve{INSECABLE}: {_sans_point(conditions)}.")
    if motif:
        phrases.append(f"Motif{INSECABLE}: {_sans_point(motif)}.")
    return " ".join(phrases)


def _pour(montants: Sequence[tuple[str, Decimal | None]]) -> str:
    donnes = [(nom, montant) for nom, montant in montants if montant]
    if not donnes:
        return " sans montant"
    total = afficher_montant(somme(montant for _, montant in donnes), euro=True)
    if len(donnes) == 1:
        return f" pour {total} ({donnes[0][0]})"
    detail = ", ".join(f"{nom} {afficher_montant(montant, euro=True)}" for nom, montant in donnes)
    return f" pour {total} ({detail})"


def _sans_point(texte: str) -> str:
    return " ".join(texte.split()).rstrip(".").rstrip()
