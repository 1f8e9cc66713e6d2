"""The columns of the workbook « programmation », as data: title, kind, value, live formula."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import partial
from operator import attrgetter

from app.models.calculs import somme
from app.models.enums import NatureAction, Recurrence, StatutAction
from app.services.columns import TypeColonne
from app.services.documents import SANS_AXE
from app.services.rows import ColonneAjoutee, LigneAction, LigneFinanceur, Montants, Programmation

ETAPES = {"demande": "Demandé", "propose": "Proposé", "accorde": "Accordé"}
TOTAL = "Total des financeurs"
EPOQUE = date(1899, 12, 30)  # day 0 of workbooks
Valeur = str | int | Decimal | None


class Genre(Enum):
    """What a cell holds; the number format follows."""

    TEXTE = "texte"
    ENTIER = "entier"
    MONTANT = "montant"
    PART = "part"
    NOMBRE = "nombre"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Colonne:
    """`lire` gives the value; `calculee` names the live formula that shall find the same.

    `largeur` in pixels caps a text column; `discrete`: in second ink; `detail`: not on paper. A date is
    its number of days, as workbooks count.
    """

    titre: str
    lire: Callable[[LigneAction], Valeur]
    genre: Genre = Genre.TEXTE
    groupe: str = ""
    largeur: int = 0
    calculee: str = ""
    discrete: bool = False
    detail: bool = False
    financeur: str = ""
    sans_total: bool = False

    @property
    def se_somme(self) -> bool:
        """Subtotals make sense."""
        sommables = (Genre.ENTIER, Genre.MONTANT, Genre.NOMBRE)
        return self.genre in sommables and not self.sans_total


def colonnes(programmation: Programmation) -> tuple[Colonne, ...]:
    """Who, where, in what state; the money; the details. Optional ones that nobody fills go."""
    liste = [
        *_identite(programmation),
        *(c for f in programmation.financeurs for c in bloc(f)),
        *totaux(programmation),
        *_details(programmation),
        *(ajoutee_en_colonne(ajoutee) for ajoutee in programmation.ajoutees),
    ]
    return tuple(liste)


def _identite(programmation: Programmation) -> list[Colonne]:
    return [
        Colonne("N°", attrgetter("numero"), largeur=110),
        Colonne("Porteur", attrgetter("porteur"), largeur=160),
        Colonne("Intitulé", attrgetter("titre"), largeur=240),
        Colonne("Quartiers", attrgetter("quartiers"), largeur=180, discrete=True),
        Colonne(
            "Nouveau ou reconduction",
            lambda a: Recurrence.libelle_de(a.recurrence),
            largeur=90,
            discrete=True,
        ),
        *_facultative(
            programmation, Colonne("CPO", attrgetter("cpo"), largeur=60, discrete=True), "cpo"
        ),
        Colonne("Statut", lambda a: StatutAction.libelle_de(a.statut), largeur=90),
        Colonne("Coût total", attrgetter("cout"), Genre.MONTANT),
        *_facultative(
            programmation,
            Colonne("Accordé N-1", attrgetter("accorde_n1"), Genre.MONTANT, discrete=True),
            "accorde_n1",
        ),
    ]


def bloc(financeur: LigneFinanceur) -> list[Colonne]:
    return [
        Colonne(
            titre,
            _lecteur(financeur.cle, etape),
            Genre.MONTANT,
            groupe=financeur.nom_court or financeur.nom,
            discrete=etape != "accorde",
            financeur=financeur.cle,
        )
        for etape, titre in ETAPES.items()
    ]


_VIDE = Montants()


def _lecteur(cle: str, etape: str) -> Callable[[LigneAction], Valeur]:
    lire: Callable[[Montants], Decimal | None] = attrgetter(etape)
    return lambda action: lire(action.montants.get(cle, _VIDE))


def totaux(programmation: Programmation) -> list[Colonne]:
    """Over the financeurs shown: the total of a row is the sum of what stands on it."""
    if not programmation.financeurs:
        return []
    cles = frozenset(f.cle for f in programmation.financeurs)
    blocs = [
        Colonne(
            titre,
            partial(_total, cles=cles, etape=etape),
            Genre.MONTANT,
            groupe=TOTAL,
            calculee="somme",
            discrete=etape != "accorde",
        )
        for etape, titre in ETAPES.items()
    ]
    part = Colonne("Part du coût", partial(_part, cles=cles), Genre.PART, TOTAL, calculee="part")
    return [*blocs, part]


def _total(action: LigneAction, *, cles: frozenset[str], etape: str) -> Decimal:
    return somme(getattr(m, etape) for cle, m in action.montants.items() if cle in cles)


def _part(action: LigneAction, *, cles: frozenset[str]) -> Decimal | None:
    if not action.cout or action.cout < 0:
        return None
    return _total(action, cles=cles, etape="accorde") / action.cout


def _details(programmation: Programmation) -> list[Colonne]:
    publics = "Public"
    candidates = (
        (Colonne("Axe", lambda a: a.axe or SANS_AXE, largeur=200, detail=True), ""),
        (Colonne("Objectif", attrgetter("objectif"), largeur=200, detail=True), "objectif"),
        (Colonne("Appel", attrgetter("appel"), largeur=140, detail=True), "appel"),
        (Colonne("Échelle", attrgetter("echelle"), largeur=110, detail=True), "echelle"),
        (Colonne("Nature", lambda a: NatureAction.libelle_de(a.nature), detail=True), "nature"),
        (Colonne("Communes", attrgetter("communes"), largeur=150, detail=True), "communes"),
        (public("Total", publics, attrgetter("public_total")), "public_total"),
        (public("QPV", publics, attrgetter("public_qpv")), "public_qpv"),
        (public("Femmes", publics, attrgetter("public_femmes")), "public_femmes"),
        (public("Hommes", publics, attrgetter("public_hommes")), "public_hommes"),
        (
            Colonne("Accordé N-2", attrgetter("accorde_n2"), Genre.MONTANT, detail=True),
            "accorde_n2",
        ),
        (Colonne("SIRET", attrgetter("siret"), largeur=120, detail=True), "siret"),
        (Colonne("Référence", attrgetter("reference"), largeur=150, detail=True), "reference"),
        (Colonne("Avis", attrgetter("avis"), largeur=150, detail=True), "avis"),
        (
            Colonne("Observation", attrgetter("observation"), largeur=260, detail=True),
            "observation",
        ),
    )
    return [c for colonne, champ in candidates for c in _facultative(programmation, colonne, champ)]


def ajoutee_en_colonne(ajoutee: ColonneAjoutee) -> Colonne:
    """A column of the user: numbers and dates that a workbook counts with; text stays text."""

    def lire(action: LigneAction) -> Valeur:
        valeur = ajoutee.valeurs.get(action.cle)
        return (valeur - EPOQUE).days if isinstance(valeur, date) else valeur

    genre = _GENRES.get(ajoutee.type, Genre.TEXTE)
    return Colonne(
        ajoutee.titre, lire, genre, largeur=200, detail=True, sans_total=not ajoutee.total
    )


_GENRES: dict[str, Genre] = {
    TypeColonne.MONTANT: Genre.MONTANT,
    TypeColonne.NOMBRE: Genre.NOMBRE,
    TypeColonne.PART: Genre.PART,
    TypeColonne.DATE: Genre.DATE,
}


def public(
    titre: str, groupe: str, lire: Callable[[LigneAction], Valeur], *, detail: bool = True
) -> Colonne:
    return Colonne(titre, lire, Genre.ENTIER, groupe, detail=detail)


def _facultative(programmation: Programmation, colonne: Colonne, champ: str) -> list[Colonne]:
    """The column when one action at least fills the field (no field named: always)."""
    voulue = not champ or any(getattr(a, champ) not in (None, "") for a in programmation.actions)
    return [colonne] if voulue else []
