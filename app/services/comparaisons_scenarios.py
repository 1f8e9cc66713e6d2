"""Scenarios side by side: per financeur, per axis, and the actions that differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from app.models.calculs import ZERO
from app.services.actions import Actions
from app.services.enveloppes import Enveloppes, restes_par_financeur
from app.services.fichier import Fichier
from app.services.methodes_scenario import Montants
from app.services.montants_scenario import lire_sieges_de, par_action
from app.services.payeurs import NomsPayeurs, Payeur
from app.services.promesses import promis_aux
from app.services.restes_scenario import deja_accordes
from app.services.scenarios import Scenarios

Groupe = TypeVar("Groupe")
Place = tuple[int, str]  # rank, then name or key


@dataclass(frozen=True, slots=True)
class TotalCompare:
    """A financeur or an axis, with its total in each scenario (euros), in the order asked.

    `disponible`: what the envelopes of a financeur leave to decide; None: not known, or an axis.
    `deja`: what they grant already to the actions of each scenario, that it replaces.
    """

    libelle: str
    totaux: tuple[Decimal, ...]
    disponible: Decimal | None = None
    deja: tuple[Decimal, ...] = ()

    def reste(self, rang: int) -> Decimal | None:
        """What the envelopes would have left with a scenario; negative: they are exceeded."""
        if self.disponible is None:
            return None
        return self.disponible + self.deja[rang] - self.totaux[rang]


@dataclass(frozen=True, slots=True)
class ActionDifferente:
    """An action that is not given the same in every scenario (euros; None: nothing there)."""

    action: str
    numero: str
    titre: str
    porteur: str
    totaux: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Comparaison:
    """Scenarios side by side; `noms` heads the columns."""

    noms: tuple[str, ...]
    totaux: tuple[Decimal, ...]
    financeurs: tuple[TotalCompare, ...]
    axes: tuple[TotalCompare, ...]
    differentes: tuple[ActionDifferente, ...]


PROPOSE = ""  # in place of a scenario: what is proposed to the séance now
NOM_PROPOSE = "Proposé à la séance"


def comparer(fichier: Fichier, seance: str, scenarios: Sequence[str]) -> Comparaison:
    """Compare scenarios of one séance (or `PROPOSE`). A fixed number of reads, and one for each."""
    service = Scenarios(fichier)
    noms_scenarios = {s.cle: s.nom for s in service.lignes(seance)} | {PROPOSE: NOM_PROPOSE}
    montants = [
        service.proposes(seance) if cle == PROPOSE else service.montants(cle) for cle in scenarios
    ]
    actions = Actions(fichier).lignes_de({action for m in montants for action, _ in m})
    annee = next((a.annee for a in actions.values()), 0)
    with fichier.instant() as lire:
        noms = NomsPayeurs(lire)
    axes = {a.cle: (a.axe_rang, a.axe or "Sans axe") for a in actions.values()}
    totaux_des_actions = [_cumuler(m, lambda action, _: action) for m in montants]
    details = [par_action(m) for m in montants]
    return Comparaison(
        noms=tuple(noms_scenarios[cle] for cle in scenarios),
        totaux=tuple(sum(m.values(), ZERO) for m in montants),
        financeurs=_par_financeur(fichier, annee, montants, noms),
        axes=tuple(
            TotalCompare(libelle, totaux)
            for (_, libelle), totaux in _cote_a_cote(
                [_cumuler(m, lambda action, _: axes[action]) for m in montants]
            )
        ),
        differentes=tuple(
            ActionDifferente(
                a.cle, a.numero, a.titre, a.porteur, tuple(m.get(a.cle) for m in totaux_des_actions)
            )
            for a in sorted(actions.values(), key=lambda a: a.numero)
            if any(lot.get(a.cle) != details[0].get(a.cle) for lot in details[1:])
        ),
    )


def _par_financeur(
    fichier: Fichier, annee: int, montants: Sequence[Montants], noms: NomsPayeurs
) -> tuple[TotalCompare, ...]:
    enveloppes = Enveloppes(fichier).lignes(annee)
    restes = restes_par_financeur(enveloppes)
    actions = [{action for action, _ in m} for m in montants]
    with fichier.instant() as lire:
        sieges = lire_sieges_de(lire, list(set().union(*actions)))
        promis = [promis_aux(lire, annee, siennes) for siennes in actions]
    deja = [deja_accordes(enveloppes, sieges, siennes) for siennes in actions]
    groupes = [
        _cumuler(m, lambda _, payeur: (noms.rang(payeur)[0], payeur.financeur)) for m in montants
    ]
    return tuple(
        TotalCompare(
            noms.financeur(financeur),
            totaux,
            restes.get(financeur),
            tuple(
                d.get(financeur, ZERO) + p.get(financeur, ZERO)
                for d, p in zip(deja, promis, strict=True)
            ),
        )
        for (_, financeur), totaux in _cote_a_cote(groupes)
    )


def _cumuler(montants: Montants, grouper: Callable[[str, Payeur], Groupe]) -> dict[Groupe, Decimal]:
    """Sums of the amounts by group."""
    sommes: dict[Groupe, Decimal] = {}
    for (action, payeur), montant in montants.items():
        groupe = grouper(action, payeur)
        sommes[groupe] = sommes.get(groupe, ZERO) + montant
    return sommes


def _cote_a_cote(
    groupes: Sequence[Mapping[Place, Decimal]],
) -> list[tuple[Place, tuple[Decimal, ...]]]:
    """Each group met, in order, with its total in each scenario."""
    tous = sorted({groupe for sommes in groupes for groupe in sommes})
    return [(g, tuple(sommes.get(g, ZERO) for sommes in groupes)) for g in tous]
