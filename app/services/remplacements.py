"""Find and replace in the cells of a list: what is found, what it would become, what is refused. No Qt.

A cell is searched in what it shows (« 12 500 ») and in what it holds (« 12500 »). Accents, capitals
and kinds of spaces are ignored, unless the person asks for them.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.models.montants import FINE, INSECABLE
from app.services.cases_ecrites import (
    CaseVoulue,
    ecrire_en_lot,
    eprouver,
    motif_de_refus,
)
from app.services.columns import Colonne, replier
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.expressions import Expression
from app.services.saisies import lire_case

CASES_MAXIMUM = 2_000_000  # cells read at most: 20,000 rows of 100 columns
TROUVEES_MAXIMUM = 20_000
SECONDES = 8.0  # spent reading, pauses left out; a regular expression reads slower
TEXTE_MAXIMUM = 20_000  # length of a cell after the replacement
TROP = "Plus de 20 000 cases trouvées : précisez le texte, ou cherchez dans une sélection."
TROP_LONG = "La recherche a été arrêtée : précisez le texte, ou cherchez dans une sélection."
ILLISIBLE = "Le texte de cette case est trop long pour cette expression."
SANS_SIGNE = str.maketrans({FINE: " ", INSECABLE: " ", "\u2019": "'"})


@dataclass(frozen=True, slots=True)
class Demande:
    """What is looked for. `par` None: only find. `expression`: `texte` is a regular expression."""

    texte: str
    par: str | None = None
    casse: bool = False
    entiere: bool = False
    expression: bool = False


@dataclass(frozen=True, slots=True)
class Trouvaille:
    """A cell found. `apres` None: nothing to replace; `refus`: why it would stay as it is."""

    cle: str
    colonne: Colonne
    avant: str
    apres: str | None = None
    valeur: Any = None
    refus: str = ""

    @property
    def se_remplace(self) -> bool:
        return self.apres is not None and not self.refus


class Recherche:
    """One search, led by slices so that the window never waits. Raises SaisieRefusee at once when
    the expression cannot be run.

    `cases` are (row key, row, column), read as the search goes. After `avancer`, `trouvees` grows;
    `finie` says that nothing is left; `arret` is the sentence of a search that was cut short.
    """

    def __init__(self, demande: Demande, cases: Iterable[tuple[str, Any, Colonne]]) -> None:
        self.demande = demande
        self.trouvees: list[Trouvaille] = []
        self.finie = not demande.texte
        self.arret = ""
        self._lues = 0
        self._secondes = 0.0
        self._trouver = _chercheur(demande)
        self._suite = iter(cases)

    def avancer(self, secondes: float) -> None:
        """Search for about that long."""
        debut = time.monotonic()
        while not self.finie and time.monotonic() - debut < secondes:
            self._tranche(200)
        self._secondes += time.monotonic() - debut
        if not self.finie and self._secondes > SECONDES:
            self._arreter(TROP_LONG)

    def tout(self) -> list[Trouvaille]:
        """Search to the end, within the time allowed."""
        while not self.finie:
            self.avancer(1.0)
        return self.trouvees

    def _tranche(self, cases: int) -> None:
        debut = time.monotonic()
        for _ in range(cases):
            case = next(self._suite, None)
            if case is None:
                self.finie = True
                return
            self._lues += 1
            trouvee = self._lire(*case)
            if trouvee is not None:
                self.trouvees.append(trouvee)
            if time.monotonic() - debut > 0.05:  # slow cells: an expression at work
                break
        if len(self.trouvees) >= TROUVEES_MAXIMUM:
            self._arreter(TROP)
        elif self._lues >= CASES_MAXIMUM:
            self._arreter(TROP_LONG)

    def _arreter(self, phrase: str) -> None:
        self.finie = True
        self.arret = phrase

    def _lire(self, cle: str, ligne: Any, colonne: Colonne) -> Trouvaille | None:
        montre = colonne.texte(ligne)
        contenu = "" if colonne.choix else colonne.texte_a_editer(ligne)
        for texte in (montre, contenu) if contenu != montre else (montre,):
            try:
                remplace = self._trouver(texte)
            except SaisieRefusee as erreur:
                return Trouvaille(cle, colonne, montre, refus=str(erreur))
            if remplace is not None:
                return self._trouvaille(cle, ligne, colonne, montre, remplace)
        return None

    def _trouvaille(
        self, cle: str, ligne: Any, colonne: Colonne, montre: str, remplace: "Remplace"
    ) -> Trouvaille:
        if self.demande.par is None:
            return Trouvaille(cle, colonne, montre)
        trouvee = Trouvaille(cle, colonne, montre, refus=motif_de_refus(colonne))
        try:
            apres = remplace()
            if len(apres) > TEXTE_MAXIMUM:
                raise SaisieRefusee("Le texte remplacé serait trop long : raccourcissez-le.")
            trouvee = replace(trouvee, apres=apres)
            if trouvee.refus:
                return trouvee
            return replace(trouvee, valeur=lire_case(colonne, apres, ligne, tapee=False).valeur)
        except ErreurConnue as erreur:
            return replace(trouvee, refus=trouvee.refus or str(erreur))


Remplace = Callable[[], str]  # the text of the cell, replaced
Chercheur = Callable[[str], Remplace | None]


def _chercheur(demande: Demande) -> Chercheur:
    if demande.expression:
        return _par_expression(demande)
    if demande.casse:
        return _au_signe_pres(demande)
    return _sans_accents(demande)


def _au_signe_pres(demande: Demande) -> Chercheur:
    """As typed, but for the spaces of figures, that nobody can type."""
    cherche, par = demande.texte.translate(SANS_SIGNE), demande.par or ""

    def trouver(texte: str) -> Remplace | None:
        propre = texte.translate(SANS_SIGNE)
        if demande.entiere:
            return (lambda: par) if propre == cherche else None
        if cherche not in propre:
            return None
        return lambda: _remplacer(texte, _places(propre, cherche), par)

    return trouver


def _sans_accents(demande: Demande) -> Chercheur:
    cherche, par = replier(demande.texte), demande.par or ""

    def trouver(texte: str) -> Remplace | None:
        plie = replier(texte)
        if demande.entiere:
            return (lambda: par) if plie.strip() == cherche.strip() else None
        if not cherche or cherche not in plie:
            return None

        def remplacer() -> str:
            exact, debuts, fins = _plier_avec_places(texte)
            places = [(debuts[d], fins[f - 1]) for d, f in _places(exact, cherche)]
            return _remplacer(texte, places, par)

        return remplacer

    return trouver


def _plier_avec_places(texte: str) -> tuple[str, list[int], list[int]]:
    """Folded text, and where each of its signs begins and ends: « œ » gives two of the same place,
    an accent written apart belongs to the letter before it.
    """
    plis, debuts, fins = [], [], []
    for rang, signe in enumerate(texte):
        pli = replier(signe)
        plis.append(pli)
        debuts += [rang] * len(pli)
        fins += [rang + 1] * len(pli)
        if not pli and fins:
            fins[-1] = rang + 1
    return "".join(plis), debuts, fins


def _places(texte: str, cherche: str) -> list[tuple[int, int]]:
    trouvees = []
    debut = texte.find(cherche) if cherche else -1
    while debut >= 0:
        trouvees.append((debut, debut + len(cherche)))
        debut = texte.find(cherche, debut + len(cherche))
    return trouvees


def _remplacer(texte: str, places: Sequence[tuple[int, int]], par: str) -> str:
    morceaux, fin = [], 0
    for debut, suivante in places:
        if debut < fin:  # two matches in the two letters of one ligature
            continue
        morceaux += [texte[fin:debut], par]
        fin = suivante
    return "".join([*morceaux, texte[fin:]])


def _par_expression(demande: Demande) -> Chercheur:
    expression = Expression(demande.texte, casse=demande.casse)

    def trouver(texte: str) -> Remplace | None:
        if len(texte) > expression.signes:
            raise SaisieRefusee(ILLISIBLE)
        propre = texte.translate(SANS_SIGNE)
        chercher = expression.motif.fullmatch if demande.entiere else expression.motif.search
        if not chercher(propre):
            return None
        return lambda: _par_groupes(expression, propre, texte, demande)

    return trouver


def _par_groupes(expression: Expression, propre: str, texte: str, demande: Demande) -> str:
    """Each match replaced; what stands between them keeps its own spaces."""
    if demande.entiere:
        entiere = expression.motif.fullmatch(propre)
        return expression.remplacer(entiere, demande.par or "") if entiere else texte
    morceaux, fin, longueur = [], 0, 0
    for trouve in expression.motif.finditer(propre):
        nouveau = expression.remplacer(trouve, demande.par or "")
        longueur += len(nouveau)
        if longueur > TEXTE_MAXIMUM:
            raise SaisieRefusee("Le texte remplacé serait trop long : raccourcissez-le.")
        morceaux += [texte[fin : trouve.start()], nouveau]
        fin = trouve.end()
    return "".join([*morceaux, texte[fin:]])


# Replacing ----------------------------------------------------------------------------------------


def avec_refus(trouvees: Sequence[Trouvaille]) -> list[Trouvaille]:
    """The same, with what the services would refuse to write."""
    rangs = [rang for rang, trouvee in enumerate(trouvees) if trouvee.se_remplace]
    refus = eprouver([_voulue(trouvees[rang]) for rang in rangs])
    suite = list(trouvees)
    for place, phrase in refus.items():
        suite[rangs[place]] = replace(suite[rangs[place]], refus=phrase)
    return suite


def remplacer(demande: Demande, trouvees: Iterable[Trouvaille]) -> int:
    """Write these cells in one operation; how many were. Raises CasesRefusees: then none is."""
    cases = [_voulue(trouvee) for trouvee in trouvees if trouvee.se_remplace]
    if not cases:
        raise SaisieRefusee("Rien à remplacer : cochez au moins une case qui peut l’être.")
    combien = "une case" if len(cases) == 1 else f"{len(cases)} cases"
    ecrire_en_lot(
        f"Remplacer « {_court(demande.texte)} » par « {_court(demande.par or '')} » dans {combien}",
        cases,
    )
    return len(cases)


def _voulue(trouvee: Trouvaille) -> CaseVoulue:
    return CaseVoulue(trouvee.cle, trouvee.colonne, trouvee.valeur)


def _court(texte: str) -> str:
    propre = " ".join("".join(c if c.isprintable() else " " for c in texte).split())
    return propre if len(propre) <= 30 else f"{propre[:29]}…"


def cases_de(
    lignes: Iterable[tuple[str, Any]], colonnes: Sequence[Colonne]
) -> Iterator[tuple[str, Any, Colonne]]:
    """The cells of rows (key, row), in reading order."""
    for cle, ligne in lignes:
        for colonne in colonnes:
            yield cle, ligne, colonne
