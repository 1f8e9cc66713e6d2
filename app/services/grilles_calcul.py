"""What the marks of a grid come to: a score, a level, or what is still missing. Pure, no file, no Qt.

A missing mark is never a zero: the cotation is incomplete and has no level. « Non applicable » leaves
the denominator. A level is reached by its threshold and, when it has gates, by them all: a mark
« non applicable » opens no gate, a level being shown by something.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from app.models.enums import MethodeGrille

OUI = "oui"
CENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Critere:
    """A criterion. `niveaux`: value -> words; values are whole numbers, or « oui » and others."""

    cle: str
    identifiant: str
    libelle: str
    niveaux: Mapping[str, str]
    poids: Decimal | None = None
    requis_pour: tuple[str, ...] = ()
    na_admis: bool = True

    @property
    def poids_compte(self) -> Decimal:
        return Decimal(1) if self.poids is None else self.poids

    @property
    def maximum(self) -> int:
        return max(map(points, self.niveaux), default=0)


@dataclass(frozen=True, slots=True)
class Niveau:
    """A result. `seuil`: least score; `portes`: criterion (its identifiant) -> least points."""

    code: str
    libelle: str
    seuil: Decimal | None = None
    portes: Mapping[str, int] = field(default_factory=dict)
    poids_budget: Decimal | None = None
    condition: str | None = None


@dataclass(frozen=True, slots=True)
class Bareme:
    """What a grid counts with; `niveaux` from the lowest to the highest."""

    methode: MethodeGrille
    criteres: tuple[Critere, ...]
    niveaux: tuple[Niveau, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """The mark of a criterion: a value, or « non applicable »; neither: not given yet."""

    valeur: str | None = None
    na: bool = False

    @property
    def donnee(self) -> bool:
        return self.na or self.valeur is not None


@dataclass(frozen=True, slots=True)
class PorteManquee:
    """A gate that kept a level out of reach; `obtenu` None: the criterion is « non applicable »."""

    niveau: str
    critere: str
    minimum: int
    obtenu: int | None


@dataclass(frozen=True, slots=True)
class Resultat:
    """`score`: whole % of the points, or a count. `niveau` None: incomplete, or no level is reached.

    `manquants`: identifiants of the criteria without a mark. `impose`: the level was set by hand.
    """

    niveau: Niveau | None = None
    score: Decimal | None = None
    manquants: tuple[str, ...] = ()
    portes_manquees: tuple[PorteManquee, ...] = ()
    impose: bool = False

    @property
    def complete(self) -> bool:
        return not self.manquants


Notes = Mapping[str, Note]  # identifiant of a criterion -> its mark


def points(valeur: str) -> int:
    """What a mark is worth: its number, 1 for « oui », 0 for any other word."""
    if valeur.isdecimal():
        return int(valeur)
    return int(valeur.casefold() == OUI)


def en_ordre(niveaux: Mapping[str, str]) -> dict[str, str]:
    """A scale from the least to the most; words of no point stay in the order they came."""
    return {v: niveaux[v] for v in sorted(niveaux, key=lambda v: (points(v), not v.isdecimal()))}


def resultat(bareme: Bareme, notes: Notes, choisi: str | None = None) -> Resultat:
    """The level that the marks reach. `choisi`: a level set by hand, which then wins."""
    if choisi is not None:
        niveau = next((n for n in bareme.niveaux if n.code == choisi), None)
        return Resultat(niveau, impose=True)
    manquants = tuple(
        c.identifiant for c in bareme.criteres if not notes.get(c.identifiant, Note()).donnee
    )
    if manquants or bareme.methode is MethodeGrille.CHOISI:
        return Resultat(manquants=manquants or ("niveau",))
    if bareme.methode is MethodeGrille.REQUIS:
        return Resultat(_requis(bareme, notes))
    score = _score(bareme, notes)
    if score is None:
        return Resultat()  # nothing is applicable
    niveau, portes = _atteint(bareme.niveaux, score, notes)
    return Resultat(niveau, score, portes_manquees=portes)


def maximum(bareme: Bareme, notes: Notes) -> Decimal:
    """The most that the applicable criteria could give."""
    return sum((c.poids_compte * c.maximum for c in _applicables(bareme, notes)), start=Decimal(0))


def _applicables(bareme: Bareme, notes: Notes) -> Sequence[Critere]:
    return [c for c in bareme.criteres if not notes.get(c.identifiant, Note()).na]


def _score(bareme: Bareme, notes: Notes) -> Decimal | None:
    """% of the weighted points, rounded half up, or number of criteria met."""
    valeurs = {i: points(n.valeur) for i, n in notes.items() if n.valeur is not None and not n.na}
    criteres = _applicables(bareme, notes)
    if bareme.methode is MethodeGrille.COMPTE:
        remplis = sum(c.maximum > 0 and valeurs[c.identifiant] == c.maximum for c in criteres)
        return Decimal(remplis) if criteres else None
    total = maximum(bareme, notes)
    if not total:
        return None
    obtenu = sum((c.poids_compte * valeurs[c.identifiant] for c in criteres), start=Decimal(0))
    return (CENT * obtenu / total).quantize(Decimal(1), rounding=ROUND_HALF_UP)


def _atteint(
    niveaux: Sequence[Niveau], score: Decimal, notes: Notes
) -> tuple[Niveau | None, tuple[PorteManquee, ...]]:
    """The highest level that score and gates allow, and the gates that closed higher ones."""
    fermees: list[PorteManquee] = []
    for niveau in reversed(niveaux):
        if niveau.seuil is None or niveau.seuil > score:
            continue
        manquees = list(_portes_manquees(niveau, notes))
        if not manquees:
            return niveau, tuple(fermees)
        fermees += manquees
    return None, tuple(fermees)


def _portes_manquees(niveau: Niveau, notes: Notes) -> list[PorteManquee]:
    manquees = []
    for critere, minimum in niveau.portes.items():
        note = notes.get(critere, Note())
        obtenu = None if note.na or note.valeur is None else points(note.valeur)
        if obtenu is None or obtenu < minimum:
            manquees.append(PorteManquee(niveau.code, critere, minimum, obtenu))
    return manquees


def _requis(bareme: Bareme, notes: Notes) -> Niveau | None:
    """The highest level whose required criteria are all met; those not applicable ask nothing."""
    for niveau in reversed(bareme.niveaux):
        requis = [c for c in _applicables(bareme, notes) if niveau.code in c.requis_pour]
        if all(points(notes[c.identifiant].valeur or "") == c.maximum for c in requis):
            return niveau
    return None
