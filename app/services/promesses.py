"""What the CPO promise of each envelope beyond what the table already grants. No Qt.

A tranche weighs as long as its year is not granted; what is granted in the table for the same
financeur and the same year of the convention is taken off it, so that no euro counts twice.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.convention import Convention, Tranche
from app.models.enums import EtatConvention
from app.services.bus import Avis, Modification
from app.services.fichier import Lire

ENGAGENT = (str(EtatConvention.ACCORDEE), str(EtatConvention.SIGNEE))

Place = tuple[str, int, str, str | None]  # lignée, year, financeur, commune
Accordes = Mapping[str | None, Decimal]  # line of credit -> euros


@dataclass(frozen=True, slots=True)
class Promesse:
    """A tranche of a convention that binds. `reste`: what is not granted yet (euros)."""

    convention: str
    lignee: str
    annee: int
    financeur: str
    ligne_credit: str | None
    commune: str | None
    montant: Decimal
    reste: Decimal

    @property
    def place(self) -> Place:
        return self.lignee, self.annee, self.financeur, self.commune


def lire_promesses(
    lire: Lire, *, annee: int | None = None, aussi: Collection[str] = ()
) -> list[Promesse]:
    """The promises of a year (None: of all). `aussi`: conventions counted as if they were signed."""
    tranches = _lire_tranches(lire, annee, aussi)
    if not tranches:
        return []
    lignees = {t.lignee for t in tranches}
    _, accordes = _lire_accordes(lire, lignees)
    return promettre(tranches, accordes)


def promettre(tranches: Sequence[Any], accordes: Mapping[Place, Accordes]) -> list[Promesse]:
    """Take what is granted off the tranches: those of the same line first, then in their order."""
    groupes: dict[Place, list[Any]] = defaultdict(list)
    for t in tranches:
        groupes[t.lignee, t.annee, t.financeur, t.commune].append(t)
    return [p for place, siennes in groupes.items() for p in _du_groupe(place, siennes, accordes)]


def _du_groupe(
    place: Place, tranches: Sequence[Any], accordes: Mapping[Place, Accordes]
) -> Iterable[Promesse]:
    donnes = dict(accordes.get(place, {}))
    restes = []
    for t in tranches:
        pris = min(t.montant, donnes.get(t.ligne_credit, ZERO))
        donnes[t.ligne_credit] = donnes.get(t.ligne_credit, ZERO) - pris
        restes.append(t.montant - pris)
    surplus = sum(donnes.values(), ZERO)
    for t, reste in zip(tranches, restes, strict=True):
        pris = min(reste, surplus)
        surplus -= pris
        lignee, annee, financeur, commune = place
        yield Promesse(
            t.convention, lignee, annee, financeur, t.ligne_credit, commune, t.montant, reste - pris
        )


def promis_aux(lire: Lire, annee: int, actions: Collection[str]) -> dict[str, Decimal]:
    """financeur -> what the CPO of these actions promise them beyond what they are granted."""
    promesses = [p for p in lire_promesses(lire, annee=annee) if p.reste]
    if not promesses:
        return {}
    siennes = lire(_ACTIONS.where(Action.annee == annee))
    lignees = {lignee for cle, lignee, _ in siennes if cle in actions}
    sommes = sommer(p for p in promesses if p.lignee in lignees)
    return {financeur: montant for (_, financeur), montant in sommes.items()}


class PromessesSuivies:
    """Promises by year and financeur, read once, then following the notices."""

    def __init__(self, lire: Lire) -> None:
        self._lire = lire
        self._perime = True
        self._sommes: dict[tuple[int, str], Decimal] | None = None
        self._tranches: Sequence[Any] = ()
        self._lignees: set[str] = set()
        self._actions: dict[str, tuple[str, int]] = {}
        self._accordes: dict[Place, dict[str | None, Decimal]] = {}
        self._relire()

    def engage(self, annee: int, financeur: str) -> Decimal:
        """Euros promised and not granted yet."""
        return self.par_financeur.get((annee, financeur), ZERO)

    @property
    def par_financeur(self) -> Mapping[tuple[int, str], Decimal]:
        if self._sommes is None:
            if self._perime:
                self._relire()
            self._sommes = sommer(self.promesses())
        return self._sommes

    def promesses(self) -> list[Promesse]:
        """All of them, as they stand."""
        if self._perime:
            self._relire()
        return promettre(self._tranches, self._accordes)

    def si(
        self, action: str, financeur: str, credit: str | None, commune: str | None, ecart: Decimal
    ) -> list[Promesse]:
        """The same as if this action were granted so much more: what is given is no longer promised."""
        if self._perime:
            self._relire()
        connue = self._actions.get(action)
        if connue is None or not ecart:
            return self.promesses()
        place = (*connue, financeur, commune)
        donnes = dict(self._accordes.get(place, {}))
        donnes[credit] = donnes.get(credit, ZERO) + ecart
        return promettre(self._tranches, {**self._accordes, place: donnes})

    def suivre(self, avis: Avis) -> None:
        for modification in avis.modifications:
            if modification.entite in ("tranche", "convention") or self._deplace(modification):
                self._perime, self._sommes = True, None
            elif modification.entite == "cofinancement" and not self._perime:
                self._compter(modification)

    def _deplace(self, modification: Modification) -> bool:
        """True when an action comes in, or leaves, a lignée that is promised something."""
        if modification.entite != "action" or not self._lignees:
            return False
        lues = [v for v in (modification.avant, modification.apres) if v is not None]
        return any(v["lignee"] in self._lignees for v in lues)

    def _compter(self, modification: Modification) -> None:
        for valeurs, signe in ((modification.avant, -1), (modification.apres, 1)):
            if valeurs is None or valeurs["accorde"] is None:
                continue
            connue = self._actions.get(valeurs["action"])
            if connue is None or connue[1] != valeurs["annee"]:
                continue
            place = (*connue, valeurs["financeur"], valeurs["commune"])
            self._accordes[place][valeurs["ligne_credit"]] += signe * valeurs["accorde"]
            self._sommes = None

    def _relire(self) -> None:
        self._perime = False
        self._sommes = None
        self._tranches = _lire_tranches(self._lire, None, ())
        self._lignees = {t.lignee for t in self._tranches}
        self._actions, self._accordes = _lire_accordes(self._lire, self._lignees)


def sommer(promesses: Iterable[Promesse]) -> dict[tuple[int, str], Decimal]:
    """(year, financeur) -> euros promised and not granted."""
    sommes: dict[tuple[int, str], Decimal] = defaultdict(lambda: ZERO)
    for p in promesses:
        if p.reste:
            sommes[p.annee, p.financeur] += p.reste
    return dict(sommes)


def _lire_tranches(lire: Lire, annee: int | None, aussi: Collection[str]) -> Sequence[Any]:
    engagent = Convention.etat.in_(ENGAGENT)
    requete = _TRANCHES.where(engagent | Convention.cle.in_(aussi) if aussi else engagent)
    return lire(requete if annee is None else requete.where(Tranche.annee == annee))


def _lire_accordes(
    lire: Lire, lignees: Collection[str]
) -> tuple[dict[str, tuple[str, int]], dict[Place, dict[str | None, Decimal]]]:
    """The actions of these lignées, and what each financeur grants them in their year."""
    actions: dict[str, tuple[str, int]] = {}
    accordes: dict[Place, dict[str | None, Decimal]] = defaultdict(
        lambda: defaultdict(lambda: ZERO)
    )
    if not lignees:
        return actions, accordes
    promises = Action.lignee.in_(sorted(lignees))
    for cle, lignee, annee in lire(_ACTIONS.where(promises)):
        actions[cle] = lignee, annee
    for a in lire(_ACCORDES.where(promises)):
        accordes[a.lignee, a.annee, a.financeur, a.commune][a.ligne_credit] += a.accorde
    return actions, accordes


_TRANCHES = (
    select(
        Tranche.convention,
        Convention.lignee,
        Tranche.annee,
        Tranche.financeur,
        Tranche.ligne_credit,
        Tranche.commune,
        Tranche.montant,
    )
    .join(Convention, Convention.cle == Tranche.convention)
    .where(Tranche.montant > ZERO)
    .order_by(Tranche.annee, Tranche.cle)
)
_ACTIONS = select(Action.cle, Action.lignee, Action.annee)
_ACCORDES = (
    select(
        Action.lignee,
        Cofinancement.annee,
        Cofinancement.financeur,
        Cofinancement.ligne_credit,
        Cofinancement.commune,
        Cofinancement.accorde,
    )
    .join(Action, Action.cle == Cofinancement.action)
    .where(Cofinancement.accorde.is_not(None), Cofinancement.annee == Action.annee)
)
