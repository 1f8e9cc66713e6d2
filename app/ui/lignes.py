"""Rows of a table, sorted, filtered, grouped and summed on Python lists. No Qt: the model adapts it.

A proxy model sorts 20,000 rows in a second; a list, with keys computed once, in 20 ms.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import compress, repeat
from operator import contains
from typing import Any

from app.services.columns import NOMBRES as TYPES_DE_NOMBRES
from app.services.columns import Colonne, TypeColonne, replier
from app.services.etats_vue import Critere
from app.services.filtres import Condition, Epreuve, ValeurComptee, epreuve, valeurs_comptees
from app.ui.regroupement import Chemin, Groupe, Niveau, derouler, dessous, regrouper, tous
from app.ui.valeurs import Valeurs

ZERO = Decimal(0)
RECHERCHES = 3  # positions looked for one by one


class Lignes:
    """All the rows of a table by key (`base`), those that pass the filters in their order
    (`passantes`, keys), and what is shown (`vues`): rows and the groups that head them.
    """

    def __init__(self, colonnes: Sequence[Colonne], *, cle: Callable[[Any], str]) -> None:
        self.cle = cle
        self.base: dict[str, Any] = {}
        self.passantes: list[str] = []
        self.vues: list[Any] = []
        self.tri: list[Critere] = []
        self.filtre = ""
        self.conditions: list[Condition] = []
        self.groupes: list[str] = []
        self.replies: set[Chemin] = set()
        self.arbre: list[Groupe] = []
        self._groupe_de: dict[str, Groupe] = {}
        self.numeroter()
        self.prendre_colonnes(colonnes)

    def prendre_colonnes(self, colonnes: Sequence[Colonne]) -> None:
        """Other columns: a sort, a condition or a group on one that is gone is forgotten."""
        self.colonnes = list(colonnes)
        self.rangs = {colonne.cle: rang for rang, colonne in enumerate(self.colonnes)}
        self.cherchees = {colonne.cle for colonne in colonnes if colonne.visible}
        self.tri = [critere for critere in self.tri if critere[0] in self.rangs]
        self.groupes = [cle for cle in self.groupes if cle in self.rangs]
        self.conditions = [c for c in self.conditions if c.colonne in self.rangs]
        self._oublier()

    def changer_colonnes(self, colonnes: Sequence[Colonne]) -> None:
        """The same columns, which read the same: only what can be done with them differs."""
        self.colonnes = list(colonnes)

    def colonne(self, cle: str) -> Colonne:
        return self.colonnes[self.rangs[cle]]

    def remplacer(self, lignes: Iterable[Any]) -> None:
        self.base = {self.cle(ligne): ligne for ligne in lignes}
        self._oublier()
        self.recomposer()

    def recomposer(self) -> None:
        """Apply the filters, the sort and the groups again to every row."""
        garder = self._passages()
        passantes = list(self.base) if garder is None else list(compress(self.base, garder))
        toutes = len(passantes) == len(self.base)
        self._passent, self._garder = (None, None) if toutes else (set(passantes), garder)
        self.passantes = self._trier(passantes)
        self._totaux.clear()
        self._disposer()

    def reordonner(self) -> None:
        """Sort the rows shown, without letting others in or out."""
        garder = self._gardees()
        self.passantes = self._trier(
            list(self.base) if garder is None else list(compress(self.base, garder))
        )
        self._disposer()

    def changer(self, cle: str, ligne: Any) -> list[int]:
        """New version of a row, at the same place; ranks of the columns whose value changed.

        What neither shows nor was ever read is only looked at when nothing else tells the difference.
        """
        ancienne, self.base[cle] = self.base[cle], ligne
        rang = self.position(cle)
        if rang >= 0:
            self.vues[rang] = ligne
        changees = self._comparer(cle, ancienne, ligne, self.cherchees)
        if not changees and ligne is not ancienne:
            changees = self._comparer(cle, ancienne, ligne, self.rangs)
        for c, (avant, apres) in changees.items():
            self._suivre_total(cle, c, retire=avant, ajoute=apres)
        self._ordre = None if changees else self._ordre
        nouvelles = {self.colonnes[c].cle: apres for c, (_, apres) in changees.items()}
        self._valeurs.changer(cle, nouvelles)
        return list(changees)

    def _comparer(
        self, cle: str, ancienne: Any, ligne: Any, montrees: Container[str]
    ) -> dict[int, tuple[Any, Any]]:
        """Value before and after of the columns that changed, among those shown or read."""
        changees: dict[int, tuple[Any, Any]] = {}
        lues = self._valeurs.lues
        for rang, colonne in enumerate(self.colonnes):
            connues = lues.get(colonne.cle)
            if connues is None and colonne.cle not in montrees:
                continue
            apres = colonne.lire(ligne)
            # As it was read last: a value kept outside the rows is no longer in the former one.
            avant = connues[cle] if connues and cle in connues else colonne.lire(ancienne)
            if avant != apres:
                changees[rang] = avant, apres
        return changees

    def _oublier(self) -> None:
        self._valeurs = Valeurs(self.base)
        self._totaux: dict[int, Decimal | int] = {}
        self._passent: set[str] | None = None  # None: all the rows
        self._garder: list[bool] | None = None
        self._ordre: tuple[list[Critere], list[str]] | None = None  # every row, under a sort

    def oublier_ligne(self, cle: str) -> None:
        """A row that is no longer there; what is shown is to be put right."""
        del self.base[cle]
        self._valeurs.retirer(cle)
        self._garder = self._ordre = None

    def accueillir(self, lignes: Iterable[Any]) -> None:
        """Rows that were not there; they are not shown yet."""
        if self._passent is None:
            self._passent = set(self.base)
        self.base |= {self.cle(ligne): ligne for ligne in lignes}
        self.changer_base(self.base)

    def changer_base(self, base: dict[str, Any]) -> None:
        """The same rows in another order."""
        self.base = base
        self._valeurs.reordonner(base)
        self._garder = self._ordre = None

    # What is shown ------------------------------------------------------------------------------

    def _disposer(self) -> None:
        """Groups and rows on screen, from the rows that pass."""
        sens = dict(self.tri)
        niveaux = [self._niveau(cle, descendant=sens.get(cle, False)) for cle in self.groupes]
        self.arbre = regrouper(self.passantes, niveaux, replies=self.replies)
        self._groupe_de = {}
        if self.groupes:
            self.vues = derouler(self.arbre, self.base)
        else:
            base = self.base
            self.vues = [base[cle] for cle in self.passantes]
        self.numeroter()

    def _niveau(self, cle: str, *, descendant: bool) -> Niveau:
        colonne = self.colonne(cle)
        return Niveau(colonne, self._valeurs.de(colonne), self._valeurs.textes(colonne), descendant)

    def numeroter(self) -> None:
        """After `vues` has changed: positions are to be found again."""
        self._positions: dict[str, int] = {}
        self._cherches = 0

    def position(self, repere: str) -> int:
        """Rank of a row or a group, -1 when it does not show.

        The first ones asked for after a sort are looked for one by one: a table of all the positions
        takes as long as the sort.
        """
        if not self._positions and self.vues:
            self._cherches += 1
            if self._cherches <= RECHERCHES and not self.groupes:
                return self.passantes.index(repere) if self._passe(repere) else -1
            cle = self.cle
            reperes = (
                [vue.repere if type(vue) is Groupe else cle(vue) for vue in self.vues]
                if self.groupes
                else self.passantes
            )
            self._positions = {repere: rang for rang, repere in enumerate(reperes)}
        return self._positions.get(repere, -1)

    def _passe(self, cle: str) -> bool:
        return cle in self.base if self._passent is None else cle in self._passent

    def repere(self, rang: int) -> str:
        """What names the row or the group of a rank, whatever its place."""
        ligne = self.vues[rang]
        return ligne.repere if type(ligne) is Groupe else self.cle(ligne)

    def ajouter_a_la_fin(self, lignes: Iterable[Any]) -> None:
        """Rows that pass, under the others (never with groups)."""
        for ligne in lignes:
            self.vues.append(ligne)
            self.passantes.append(self.cle(ligne))
        self._passent = set(self.passantes)
        self._oublier_totaux()

    def enlever(self, premier: int, dernier: int) -> None:
        """Ranks that go (never with groups)."""
        del self.vues[premier : dernier + 1]
        if self._passent is not None:
            self._passent.difference_update(self.passantes[premier : dernier + 1])
        del self.passantes[premier : dernier + 1]
        self._oublier_totaux()

    def _oublier_totaux(self) -> None:
        self._totaux.clear()
        self._garder = None
        self.numeroter()

    # Groups -------------------------------------------------------------------------------------

    def sous(self, groupe: Groupe) -> list[Any]:
        """What stands under a group when it is open."""
        return dessous(groupe, self.base)

    def groupes_de(self, cle: str) -> list[Groupe]:
        """The groups that a row stands under, innermost first."""
        if self.arbre and not self._groupe_de:
            derniers = [groupe for groupe in tous(self.arbre) if not groupe.dedans]
            self._groupe_de = {cle: groupe for groupe in derniers for cle in groupe.cles}
        groupe = self._groupe_de.get(cle)
        return [] if groupe is None else list(groupe.lignee())

    def replier_tout(self, *, replie: bool) -> None:
        self.replies = {groupe.chemin for groupe in tous(self.arbre)} if replie else set()
        self._disposer()

    # Sort ---------------------------------------------------------------------------------------

    def _trier(self, cles: list[str]) -> list[str]:
        """Rows that pass. Stable, the first criterion counting most, empty cells last both ways."""
        if not self.tri:
            return cles
        if self._ordre is None or self._ordre[0] != self.tri:
            if len(cles) < len(self.base) // 2:
                return self._ordonner(cles)  # a few: all the others need not be sorted with them
            self._ordre = (list(self.tri), self._ordonner(list(self.base)))
        passent, ordre = self._passent, self._ordre[1]
        return list(ordre) if passent is None else [cle for cle in ordre if cle in passent]

    def _ordonner(self, cles: list[str]) -> list[str]:
        for cle_colonne, descendant in reversed(self.tri):
            rangs = self._valeurs.rangs(self.colonne(cle_colonne), descendant=descendant)
            cles.sort(key=rangs.__getitem__)
        return cles

    # Filter -------------------------------------------------------------------------------------

    def preparer(self) -> Iterator[None]:
        """Get ready to sort and to filter on the columns on screen, a little at each step."""
        return self._valeurs.preparer([c for c in self.colonnes if c.cle in self.cherchees])

    def chercher_dans(self, cles: set[str]) -> None:
        """The columns that the filter reads: those on screen."""
        if cles != self.cherchees:
            self.cherchees = cles
            self._valeurs.oublier_plis()

    def passer(self, cles: Iterable[str]) -> list[str]:
        """Those of some rows that meet every condition and hold every word."""
        gardees = list(cles)
        for condition in self.conditions:
            valeurs = self._valeurs.de(self.colonne(condition.colonne))
            eprouver = self._epreuve(condition)
            gardees = [cle for cle in gardees if eprouver(valeurs[cle])]
        for mot in self._mots():
            plis = self._valeurs.plis(self._cherchees(mot))
            gardees = [cle for cle in gardees if mot in plis[cle]]
        return gardees

    def _passages(self, *, sauf: str = "") -> list[bool] | None:
        """The same of every row, in the base's order; None: there is nothing to meet.

        `sauf`: a column whose conditions do not count. A call per cell would cost more than the rest.
        """
        reponses: list[Iterable[bool]] = [
            map(self._epreuve(condition), self._valeurs.liste(self.colonne(condition.colonne)))
            for condition in self.conditions
            if condition.colonne != sauf
        ]
        for mot in self._mots():
            plis = self._valeurs.plis_ranges(self._cherchees(mot))
            reponses.append(map(contains, plis, repeat(mot)))
        if len(reponses) < 2:
            return list(reponses[0]) if reponses else None
        return list(map(all, zip(*reponses, strict=True)))

    def _epreuve(self, condition: Condition) -> Epreuve:
        colonne = self.colonne(condition.colonne)
        return epreuve(condition, colonne, plier=self._valeurs.plies(colonne).__getitem__)

    def _mots(self) -> list[str]:
        return replier(self.filtre).split()

    def _cherchees(self, mot: str) -> list[Colonne]:
        """The columns where a word is looked for: the numbers too when it has figures."""
        nombres = any(c.isdigit() for c in mot)
        cherchees = [c for c in self.colonnes if c.cle in self.cherchees]
        return [c for c in cherchees if nombres or not c.est_nombre]

    def valeurs_offertes(self, cle_colonne: str) -> list[ValeurComptee]:
        """The values of a column among the rows that the other filters let through."""
        colonne = self.colonne(cle_colonne)
        comptes = self._valeurs.compter(colonne, self._passages(sauf=cle_colonne))
        return valeurs_comptees(colonne, comptes, cle_de=self._valeurs.cles_de(colonne).__getitem__)

    # Totals -------------------------------------------------------------------------------------

    def total(self, rang: int) -> Decimal | int | None:
        """Exact sum of a column over the rows that pass; None when the column is not summed."""
        if not self.colonnes[rang].total:
            return None
        if rang not in self._totaux:
            self._totaux[rang] = self._total_des_passantes(self.colonnes[rang])
        return self._totaux[rang]

    def _total_des_passantes(self, colonne: Colonne) -> Decimal | int:
        return sum(self._valeurs.connues(colonne, self._gardees()), _zero(colonne))

    def _gardees(self) -> list[bool] | None:
        """Whether each row of the base passes; None: all do."""
        passent = self._passent
        if passent is not None and self._garder is None:
            self._garder = [cle in passent for cle in self.base]
        return self._garder

    def sous_total(self, groupe: Groupe, rang: int) -> Decimal | int | None:
        """The same over the rows of a group, folded or not."""
        if not self.colonnes[rang].total:
            return None
        if rang not in groupe.sommes:
            groupe.sommes[rang] = self._sommer(rang, groupe.cles)
        return groupe.sommes[rang]

    def _sommer(self, rang: int, cles: Sequence[str]) -> Decimal | int:
        colonne = self.colonnes[rang]
        valeurs = self._valeurs.de(colonne)
        return sum(filter(None, map(valeurs.__getitem__, cles)), _zero(colonne))

    def _suivre_total(self, cle: str, rang: int, *, retire: Any, ajoute: Any) -> None:
        """A total already computed follows the edit of a row that passes, whatever their number."""
        ecart = (ajoute or 0) - (retire or 0) if self.colonnes[rang].total else 0
        if not ecart:
            return
        groupes = self.groupes_de(cle)
        if rang in self._totaux and self._passe(cle):
            self._totaux[rang] += ecart
        for groupe in groupes:
            if rang in groupe.sommes:
                groupe.sommes[rang] += ecart

    def nombres(
        self, blocs: Iterable[tuple[range, Iterable[int]]]
    ) -> tuple[TypeColonne, list[Any]]:
        """Known numbers of blocks (ranks, columns): the amounts if any, else the counts, the ratios.

        Group rows do not count: their rows do.
        """
        trouves: dict[TypeColonne, list[Any]] = {genre: [] for genre in TYPES_DE_NOMBRES}
        for rangs, colonnes in blocs:
            vues = [v for v in self.vues[rangs.start : rangs.stop] if type(v) is not Groupe]
            for colonne in (self.colonnes[c] for c in colonnes):
                if colonne.type in trouves:
                    suite = map(colonne.lire, vues)
                    trouves[colonne.type].extend([v for v in suite if v is not None])
        return next(
            ((g, suite) for g, suite in trouves.items() if suite), (TypeColonne.MONTANT, [])
        )

    def pleines(self, blocs: Iterable[tuple[range, Iterable[int]]]) -> int:
        """How many cells of blocks hold something."""
        total = 0
        for rangs, colonnes in blocs:
            vues = [v for v in self.vues[rangs.start : rangs.stop] if type(v) is not Groupe]
            for c in colonnes:
                total += sum(1 for v in map(self.colonnes[c].lire, vues) if v not in (None, ""))
        return total


def _zero(colonne: Colonne) -> Decimal | int:
    return ZERO if colonne.type == TypeColonne.MONTANT else 0
