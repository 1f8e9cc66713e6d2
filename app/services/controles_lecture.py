"""What is wrong in a source by itself: unbalanced budgets, impossible publics, amounts all alike."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final

from app.models.calculs import bilan_budget, somme
from app.models.enums import NiveauConstat, SensBudget
from app.models.montants import afficher_montant
from app.services.actions_lues import ActionLue, Anomalie
from app.services.comparaisons_montants import MONTANTS

EGAUX_MINIMUM: Final = 5  # equal amounts from which a whole column is odd


def controler(actions: Iterable[ActionLue]) -> Iterator[Anomalie]:
    """Anomalies of the actions, then those of whole columns."""
    colonnes: dict[tuple[str, str, str], list[Decimal]] = defaultdict(list)
    for action in actions:
        yield from _budget(action)
        yield from _publics(action)
        yield from _parts(action)
        for c in action.cofinancements:
            for etape in MONTANTS:
                if montant := getattr(c, etape):
                    colonnes[action.feuille, c.financeur, etape].append(montant)
    for (feuille, financeur, etape), montants in colonnes.items():
        if len(montants) >= EGAUX_MINIMUM and len(set(montants)) == 1:
            yield Anomalie(
                feuille,
                0,
                "montant",
                str(NiveauConstat.ALERTE),
                f"{financeur} – {MONTANTS[etape]} : les {len(montants)} montants valent tous "
                f"{afficher_montant(montants[0], euro=True)}, vérifiez la colonne.",
            )


def _alerte(action: ActionLue, champ: str, message: str) -> Anomalie:
    return Anomalie(action.feuille, action.ligne, champ, str(NiveauConstat.ALERTE), message)


def _budget(action: ActionLue) -> Iterator[Anomalie]:
    if action.budget:
        bilan = bilan_budget(
            [(li.compte, li.montant) for li in action.budget if li.sens == SensBudget.CHARGE],
            [(li.compte, li.montant) for li in action.budget if li.sens == SensBudget.PRODUIT],
        )
        if bilan.ecart:
            yield _alerte(
                action,
                "budget",
                f"Budget déséquilibré : {afficher_montant(bilan.charges, euro=True)} de charges, "
                f"{afficher_montant(bilan.produits, euro=True)} de produits.",
            )
        if bilan.ecart_valorise:
            yield _alerte(
                action,
                "budget",
                "Contributions volontaires déséquilibrées : "
                f"{afficher_montant(bilan.valorise_charges, euro=True)} au compte 86, "
                f"{afficher_montant(bilan.valorise_produits, euro=True)} au compte 87.",
            )
    demande = somme(c.demande for c in action.cofinancements if c.annee is None)
    if action.cout_total is not None and demande > action.cout_total > 0:
        yield _alerte(
            action,
            "cout_total",
            f"Le total demandé ({afficher_montant(demande, euro=True)}) dépasse le coût total "
            f"({afficher_montant(action.cout_total, euro=True)}).",
        )


def _publics(action: ActionLue) -> Iterator[Anomalie]:
    p = action.publics
    if p.total is not None and p.qpv is not None and p.qpv > p.total:
        yield _alerte(
            action,
            "public_qpv",
            f"Public en QPV ({p.qpv}) supérieur au public total ({p.total}).",
        )
    if None not in (p.total, p.femmes, p.hommes) and p.femmes + p.hommes != p.total:  # type: ignore[operator]
        yield _alerte(
            action,
            "public_femmes",
            f"Femmes ({p.femmes}) et hommes ({p.hommes}) ne font pas le public total ({p.total}).",
        )
    if any(n is not None and n < 0 for n in (p.total, p.qpv, p.femmes, p.hommes)):
        yield _alerte(action, "public_total", "Nombre de personnes négatif.")


def _parts(action: ActionLue) -> Iterator[Anomalie]:
    total = somme(part for _, part in action.quartiers)
    if total > 100:
        yield _alerte(
            action,
            "quartiers",
            f"Les parts des quartiers font {afficher_montant(total)} % : plus de 100 %.",
        )
