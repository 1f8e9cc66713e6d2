"""Many cells written at once, by a paste, a fill or Suppr: all read first, refused one by one.

Nothing is written while a cell is refused: the person sees which and why, then decides.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.models.montants import INSECABLE
from app.services.cases_ecrites import CaseVoulue, pose_de, poser_tout
from app.services.columns import Colonne
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.saisies import TOTALE, est_inchangee, lire_case

_EN_ERREUR = re.compile(
    r"#(REF|N/A|NA|DIV/0|VALEUR|VALUE|NOM\?|NAME\?|NUL|NULL|NOMBRE|NUM)!?|#{3,}"
)
_ZERO = re.compile(r"[-–]\s*€|–")  # as Excel's accounting format shows it, and as our cells do


@dataclass(frozen=True, slots=True)
class Case:
    """One cell to write, and the text for it. `rang`: its place in the block."""

    cle: str
    ligne: Any
    rang: int
    colonne: Colonne
    texte: str


Acceptee = tuple[Case, Any]  # a cell and the value read for it


@dataclass(frozen=True, slots=True)
class Refus:
    """A cell that cannot take its text, and the sentence that says why."""

    case: Case
    raison: str


# What else is written when cells, by row and column keys, get a value.
Suites = Callable[[Sequence[tuple[str, str]]], Sequence[tuple[str, Colonne, Any]]]


def _sans_suite(_cases: Sequence[tuple[str, str]]) -> Sequence[tuple[str, Colonne, Any]]:
    return ()


@dataclass(frozen=True, slots=True)
class Bilan:
    """What came of a block. `ecrit`: the accepted cells are in the file; `suites`: see Suites."""

    verbe: str
    acceptees: tuple[Acceptee, ...]
    refus: tuple[Refus, ...] = ()
    inchangees: int = 0
    ecrit: bool = False
    lignes_hors: int = 0
    colonnes_hors: int = 0
    suites: Suites = _sans_suite

    @property
    def phrase(self) -> str:
        """« 10 cases changées, 2 déjà ainsi ; 3 lignes n'ont pas trouvé place. »"""
        verbe = "changée" if self.ecrit else "à changer"
        parties = [_accorder(len(self.acceptees), "case", verbe)]
        if self.inchangees:
            parties.append(f"{self.inchangees} déjà ainsi")
        if self.refus:
            parties.append(_accorder(len(self.refus), "", "refusée").strip())
        return f"{', '.join(parties)}{self._hors()}."

    def _hors(self) -> str:
        trop = [
            _accorder(nombre, nom)
            for nombre, nom in ((self.lignes_hors, "ligne"), (self.colonnes_hors, "colonne"))
            if nombre
        ]
        return f"{INSECABLE}; hors du tableau{INSECABLE}: {' et '.join(trop)}" if trop else ""


def _accorder(nombre: int, nom: str, adjectif: str = "") -> str:
    s = "s" if nombre > 1 else ""
    accorde = adjectif + s if adjectif.endswith("e") else adjectif
    return " ".join(mot for mot in (str(nombre), nom and nom + s, accorde) if mot)


class _Renonce(Exception):
    """Leaves an operation without a trace."""


def deposer(
    cases: Iterable[Case],
    verbe: str,
    *,
    tapee: bool = False,
    lignes_hors: int = 0,
    colonnes_hors: int = 0,
    suites: Suites = _sans_suite,
) -> Bilan:
    """Write the cells in one operation, « Coller 12 cases », if none is refused; else write nothing.

    Columns are read, then asked to write: a refusal that only the service knows is found too.
    Raises ErreurConnue when nothing at all can be written, as in a file that is read only.
    """
    bilan = replace(_examiner(cases, verbe, tapee=tapee), suites=suites)
    if bilan.acceptees:
        bilan = _ecrire(bilan)
    return replace(bilan, lignes_hors=lignes_hors, colonnes_hors=colonnes_hors)


def deposer_acceptees(bilan: Bilan) -> Bilan:
    """Write the cells accepted before, leaving out the others: the person has seen them."""
    ecrit = _ecrire(replace(bilan, refus=()))
    return replace(ecrit, refus=(*bilan.refus, *ecrit.refus))


def _examiner(cases: Iterable[Case], verbe: str, *, tapee: bool) -> Bilan:
    acceptees: list[Acceptee] = []
    refus: list[Refus] = []
    inchangees = 0
    for case in cases:
        try:
            valeur = _lire(case, tapee=tapee)
        except ErreurConnue as erreur:
            refus.append(Refus(case, str(erreur)))
            continue
        if est_inchangee(case.colonne, valeur, case.ligne):
            inchangees += 1
        else:
            acceptees.append((case, valeur))
    return Bilan(verbe, tuple(acceptees), tuple(refus), inchangees)


def _lire(case: Case, *, tapee: bool) -> Any:
    colonne, texte = case.colonne, case.texte.strip()
    if _EN_ERREUR.fullmatch(texte):
        raise SaisieRefusee("Cette cellule est en erreur dans le tableur : corrigez-la d'abord.")
    if colonne.pose is None:
        if est_le_meme(case):
            return colonne.lire(case.ligne)
        raise SaisieRefusee(colonne.pourquoi or TOTALE)
    if colonne.est_nombre and _ZERO.fullmatch(texte):
        texte = "0"
    return lire_case(colonne, texte, case.ligne, tapee=tapee).valeur


def est_le_meme(case: Case) -> bool:
    """True when the text says what the cell shows: a block may hold columns that are only read."""
    montres = (case.colonne.texte(case.ligne), case.colonne.texte_a_copier(case.ligne))
    return case.texte.strip() in {montre.strip() for montre in montres}


def _ecrire(bilan: Bilan) -> Bilan:
    """All the cells, or none as soon as one is refused; the refusals are all gathered."""
    voulues = [CaseVoulue(case.cle, case.colonne, valeur) for case, valeur in bilan.acceptees]
    suites = bilan.suites([(case.cle, case.colonne.cle) for case, _ in bilan.acceptees])
    refus: dict[int, str] = {}
    ouvrir = pose_de(voulues[0].colonne).ouvrir
    try:
        with ouvrir(libelle(bilan.verbe, [case for case, _ in bilan.acceptees])) as ecriture:
            refus = poser_tout(ecriture, [*voulues, *(CaseVoulue(*suite) for suite in suites)])
            if refus or bilan.refus:
                raise _Renonce
    except _Renonce:
        refusees = [Refus(bilan.acceptees[rang][0], raison) for rang, raison in refus.items()]
        gardees = tuple(a for rang, a in enumerate(bilan.acceptees) if rang not in refus)
        tous = sorted((*bilan.refus, *refusees), key=lambda r: r.case.rang)
        return replace(bilan, acceptees=gardees, refus=tuple(tous))
    return replace(bilan, ecrit=True)


def libelle(verbe: str, cases: Sequence[Case]) -> str:
    """« Coller 12 cases », the name of the step of undo."""
    return f"{verbe} {'une case' if len(cases) == 1 else f'{len(cases)} cases'}"
