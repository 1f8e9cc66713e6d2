"""The amounts of many actions, kept as the file holds them and told in euros when they are asked for.

A year may have a hundred thousand cofinancements, and a screen shows forty of them at once.
"""

from collections import defaultdict
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence, ValuesView
from decimal import Decimal
from functools import cached_property, partial
from itertools import pairwise
from operator import attrgetter
from typing import Any

from app.models.base import depuis_centiemes
from app.models.calculs import ZERO, somme_ou_rien
from app.services.rows import ETAPES_MONTANT, LigneAction, Montants

Totaux = tuple[Decimal, Decimal, Decimal]  # asked, proposed, granted

# A line as it was read: action, financeur, key, then the amounts in cents, in the order of the steps.
Ligne = Sequence[Any]
ACTION, FINANCEUR, CLE, DEMANDE, PROPOSE, ACCORDE = range(6)
RANGS = {etape: rang for rang, etape in enumerate(ETAPES_MONTANT, DEMANDE)}
_AUCUNE: tuple[list[int], list[Ligne]] = ([], [])
_RIEN = Montants()
_faire = partial(tuple.__new__, Montants)


class Euros(dict[int | None, Any]):
    """Euros of a number of cents, each made once; nothing stays nothing."""

    def __missing__(self, centimes: int | None) -> Any:
        euros = self[centimes] = None if centimes is None else depuis_centiemes(centimes)
        return euros


class MontantsLus:
    """Lines of cofinancement of some actions, in the order of these."""

    def __init__(self, actions: Iterable[str], lignes: Iterable[Ligne], euros: Euros) -> None:
        self.euros = euros
        par_action: dict[str, list[Ligne]] = {action: [] for action in actions}
        self.lignes = list(par_action.values())
        ailleurs: list[Ligne] = []  # lines of an action of another year
        courante, siennes = None, ailleurs
        for ligne in lignes:  # those of an action nearly always come together
            if ligne[ACTION] != courante:
                courante = ligne[ACTION]
                siennes = par_action.get(courante, ailleurs)
            siennes.append(ligne)

    def par_action(self) -> list["MontantsAction"]:
        return [MontantsAction(self, rang) for rang in range(len(self.lignes))]

    def totaux(self) -> list[Totaux]:
        """What is asked, proposed and granted by all the financeurs of each action."""
        return [_totaliser(siennes, self.euros) for siennes in self.lignes]

    def colonne(self, financeur: str, etape: str) -> list[Any]:
        """What one financeur is asked or gives for each action."""
        etape_lue, euros = RANGS[etape], self.euros
        colonne: list[Any] = [None] * len(self.lignes)
        rangs, lignes = self._par_financeur.get(financeur, _AUCUNE)
        for rang, ligne in zip(rangs, lignes, strict=True):
            colonne[rang] = euros[ligne[etape_lue]]
        for rang in {avant for avant, apres in pairwise(rangs) if avant == apres}:
            colonne[rang] = getattr(MontantsAction(self, rang)[financeur], etape)
        return colonne

    @cached_property
    def _par_financeur(self) -> dict[str, tuple[list[int], list[Ligne]]]:
        """financeur -> ranks of the actions, in order, and its line in each."""
        trouves: dict[str, tuple[list[int], list[Ligne]]] = defaultdict(lambda: ([], []))
        for rang, siennes in enumerate(self.lignes):
            for ligne in siennes:
                rangs, lignes = trouves[ligne[FINANCEUR]]
                rangs.append(rang)
                lignes.append(ligne)
        return trouves


class MontantsAction(Mapping[str, Montants]):
    """financeur -> amounts of one action, summed when a financeur has several lines."""

    __slots__ = ("_montants", "rang", "source")

    def __init__(self, source: MontantsLus, rang: int) -> None:
        self.source = source
        self.rang = rang
        self._montants: dict[str, Montants] | None = None

    def _lus(self) -> dict[str, Montants]:
        if self._montants is None:
            self._montants = _en_euros(self.source.lignes[self.rang], self.source.euros)
        return self._montants

    def __getitem__(self, financeur: str) -> Montants:
        return self._lus()[financeur]

    def __iter__(self) -> Iterator[str]:
        return iter(self._lus())

    def __len__(self) -> int:
        return len(self._lus())

    def get(self, financeur: str, defaut: Any = None) -> Any:
        return self._lus().get(financeur, defaut)

    def items(self) -> ItemsView[str, Montants]:
        return self._lus().items()

    def values(self) -> ValuesView[Montants]:
        return self._lus().values()


def _en_euros(lignes: Iterable[Ligne], euros: Euros) -> dict[str, Montants]:
    """financeur -> amounts, of the lines of one action."""
    lots: dict[str, list[Montants]] = {}
    for _, financeur, cle, *centimes in lignes:
        lus = _faire((*map(euros.__getitem__, centimes), 1, cle, ()))
        lots.setdefault(financeur, []).append(lus)
    return {financeur: cumuler(lot) for financeur, lot in lots.items()}


def _totaliser(lignes: Iterable[Ligne], euros: Euros) -> Totaux:
    demande = propose = accorde = 0
    for _, _, _, demandes, proposes, accordes, _, _, _ in lignes:
        if demandes:
            demande += demandes
        if proposes:
            propose += proposes
        if accordes:
            accorde += accordes
    return euros[demande], euros[propose], euros[accorde]


def cumuler(lignes: Sequence[Montants]) -> Montants:
    """Amounts of one financeur on one action."""
    if len(lignes) == 1:
        return lignes[0]
    sommes = [somme_ou_rien(getattr(ligne, etape) for ligne in lignes) for etape in ETAPES_MONTANT]
    parts = tuple(sorted(lignes, key=attrgetter("cle")))
    return Montants._make((*sommes, len(lignes), None, parts))


def totaux(montants: Mapping[str, Montants]) -> Totaux:
    """Asked, proposed and granted by all the financeurs of an action."""
    demande = propose = accorde = ZERO
    for lus in montants.values():
        if lus.demande is not None:
            demande += lus.demande
        if lus.propose is not None:
            propose += lus.propose
        if lus.accorde is not None:
            accorde += lus.accorde
    return demande, propose, accorde


def lire_colonne(financeur: str, etape: str, lignes: Sequence[LigneAction]) -> list[Any]:
    """What `montants` of each row says of one step of a financeur, read for all of them at once."""
    lire = attrgetter(etape)
    tous = [ligne.montants for ligne in lignes]
    source = next((m.source for m in tous if type(m) is MontantsAction), None)
    colonne = source.colonne(financeur, etape) if source else []
    return [
        colonne[montants.rang]
        if type(montants) is MontantsAction and montants.source is source
        else lire(montants.get(financeur, _RIEN))  # a row that followed what was typed
        for montants in tous
    ]
