"""Rows of a table, sorted, filtered, grouped and summed on Python lists. No Qt: the model adapts it.

A proxy model sorts 20,000 rows in a second; a list, with keys computed once, in 20 ms.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from app.services.columns import Colonne, TypeColonne, replier
from app.services.etats_vue import Critere
from app.services.filtres import Condition, ValeurComptee, epreuve, valeurs_comptees
from app.ui.regroupement import Chemin, Groupe, Niveau, derouler, dessous, regrouper, tous
from app.ui.valeurs import Valeurs

ZERO = Decimal(0)


class Lignes:
    """All the rows of a table by key (`base`), those that pass the filters in their order
    (`passantes`, keys), and what is shown (`vues`): rows and the groups that head them.
    """

    def __init__(self, colonnes: Sequence[Colonne], *, cle: Callable[[Any], str]) -> None:
        self.cle = cle
        self.base: dict[str, Any] = {}
        self.passantes: list[str] = []
        self.vues: list[Any] = []
        self.positions: dict[str, int] = {}
        self.tri: list[Critere] = []
        self.filtre = ""
        self.conditions: list[Condition] = []
        self.groupes: list[str] = []
        self.replies: set[Chemin] = set()
        self.arbre: list[Groupe] = []
        self._groupe_de: dict[str, Groupe] = {}
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

    def colonne(self, cle: str) -> Colonne:
        return self.colonnes[self.rangs[cle]]

    def remplacer(self, lignes: Iterable[Any]) -> None:
        self.base = {self.cle(ligne): ligne for ligne in lignes}
        self._oublier()
        self.recomposer()

    def recomposer(self) -> None:
        """Apply the filters, the sort and the groups again to every row."""
        self.passantes = self._trier(self.passer(self.base))
        self._totaux.clear()
        self._disposer()

    def reordonner(self) -> None:
        """Sort the rows shown, without letting others in or out."""
        passantes = set(self.passantes)
        self.passantes = self._trier([cle for cle in self.base if cle in passantes])
        self._disposer()

    def changer(self, cle: str, ligne: Any) -> list[int]:
        """New version of a row, at the same place; ranks of the columns whose value changed."""
        ancienne, self.base[cle] = self.base[cle], ligne
        avant = [self._valeurs.connue(colonne, cle, ancienne) for colonne in self.colonnes]
        self._valeurs.oublier(cle)
        rang = self.positions.get(cle, -1)
        if rang >= 0:
            self.vues[rang] = ligne
        changees = []
        for c, colonne in enumerate(self.colonnes):
            apres = colonne.lire(ligne)
            if avant[c] != apres:
                changees.append(c)
                self._suivre_total(cle, c, retire=avant[c], ajoute=apres)
        return changees

    def _oublier(self) -> None:
        self._valeurs = Valeurs(self.base)
        self._totaux: dict[int, Decimal | int] = {}

    def oublier_ligne(self, cle: str) -> None:
        """Forget what was computed of a row that is no longer there."""
        self._valeurs.oublier(cle)

    def changer_base(self, base: dict[str, Any]) -> None:
        """The same rows in another order."""
        self.base = self._valeurs.base = base

    # What is shown ------------------------------------------------------------------------------

    def _disposer(self) -> None:
        """Groups and rows on screen, from the rows that pass."""
        sens = dict(self.tri)
        niveaux = [self._niveau(cle, descendant=sens.get(cle, False)) for cle in self.groupes]
        self.arbre = regrouper(self.passantes, niveaux, replies=self.replies)
        self._groupe_de = {
            cle: groupe for groupe in tous(self.arbre) if not groupe.dedans for cle in groupe.cles
        }
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
        """After `vues` has changed: positions again."""
        if self.groupes:
            self.positions = {self.repere(rang): rang for rang in range(len(self.vues))}
        else:
            self.positions = {cle: rang for rang, cle in enumerate(self.passantes)}

    def repere(self, rang: int) -> str:
        """What names the row or the group of a rank, whatever its place."""
        ligne = self.vues[rang]
        return ligne.repere if type(ligne) is Groupe else self.cle(ligne)

    def ajouter_a_la_fin(self, lignes: Iterable[Any]) -> None:
        """Rows that pass, under the others (never with groups)."""
        self.vues.extend(lignes)
        self.passantes = [self.cle(ligne) for ligne in self.vues]
        self._totaux.clear()
        self.numeroter()

    def enlever(self, premier: int, dernier: int) -> None:
        """Ranks that go (never with groups)."""
        del self.vues[premier : dernier + 1]
        del self.passantes[premier : dernier + 1]
        self._totaux.clear()
        self.numeroter()

    # Groups -------------------------------------------------------------------------------------

    def sous(self, groupe: Groupe) -> list[Any]:
        """What stands under a group when it is open."""
        return dessous(groupe, self.base)

    def groupes_de(self, cle: str) -> list[Groupe]:
        """The groups that a row stands under, innermost first."""
        groupe = self._groupe_de.get(cle)
        return [] if groupe is None else list(groupe.lignee())

    def replier_tout(self, *, replie: bool) -> None:
        self.replies = {groupe.chemin for groupe in tous(self.arbre)} if replie else set()
        self._disposer()

    # Sort ---------------------------------------------------------------------------------------

    def _trier(self, cles: list[str]) -> list[str]:
        """Stable, the first criterion counting most, empty cells last in both directions."""
        for cle_colonne, descendant in reversed(self.tri):
            de_tri = self._valeurs.cles_de_tri(self.colonne(cle_colonne))
            pleines = [cle for cle in cles if de_tri[cle] is not None]
            vides = [cle for cle in cles if de_tri[cle] is None] if len(pleines) < len(cles) else []
            pleines.sort(key=de_tri.__getitem__, reverse=descendant)
            cles = pleines + vides
        return cles

    # Filter -------------------------------------------------------------------------------------

    def chercher_dans(self, cles: set[str]) -> None:
        """The columns that the filter reads: those on screen."""
        if cles != self.cherchees:
            self.cherchees = cles
            self._valeurs.oublier_plis()

    def passer(self, cles: Iterable[str], *, sauf: str = "") -> list[str]:
        """The rows that meet every condition (but those on the column `sauf`) and hold every word."""
        gardees = list(cles)
        for condition in self.conditions:
            if condition.colonne != sauf:
                colonne = self.colonne(condition.colonne)
                valeurs, eprouver = self._valeurs.de(colonne), epreuve(condition, colonne)
                gardees = [cle for cle in gardees if eprouver(valeurs[cle])]
        for mot in replier(self.filtre).split():
            plis = self._plis(nombres=any(c.isdigit() for c in mot))
            gardees = [cle for cle in gardees if mot in plis[cle]]
        return gardees

    def _plis(self, *, nombres: bool) -> dict[str, str]:
        """Folded text of each row; a word with figures is looked for in the numbers too."""
        cherchees = [c for c in self.colonnes if c.cle in self.cherchees]
        return self._valeurs.plis([c for c in cherchees if nombres or not c.est_nombre])

    def valeurs_offertes(self, cle_colonne: str) -> list[ValeurComptee]:
        """The values of a column among the rows that the other filters let through."""
        colonne = self.colonne(cle_colonne)
        cles = self.passer(self.base, sauf=cle_colonne)
        return valeurs_comptees(colonne, self._valeurs.compter(colonne, cles))

    # Totals -------------------------------------------------------------------------------------

    def total(self, rang: int) -> Decimal | int | None:
        """Exact sum of a column over the rows that pass; None when the column is not summed."""
        if not self.colonnes[rang].total:
            return None
        if rang not in self._totaux:
            self._totaux[rang] = self._sommer(rang, self.passantes)
        return self._totaux[rang]

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
        zero = ZERO if colonne.type == TypeColonne.MONTANT else 0
        return sum(filter(None, map(valeurs.__getitem__, cles)), zero)

    def _suivre_total(self, cle: str, rang: int, *, retire: Any, ajoute: Any) -> None:
        """A total already computed follows the edit of a row that passes, whatever their number."""
        ecart = (ajoute or 0) - (retire or 0) if self.colonnes[rang].total else 0
        if not ecart:
            return
        groupes = self.groupes_de(cle)
        if rang in self._totaux and (groupes or cle in self.positions):
            self._totaux[rang] += ecart
        for groupe in groupes:
            if rang in groupe.sommes:
                groupe.sommes[rang] += ecart

    def nombres(self, blocs: Iterable[tuple[range, Iterable[int]]]) -> list[Any]:
        """Known numbers of blocks (ranks, columns): the amounts if there are any, else the counts.

        Group rows do not count: their rows do.
        """
        trouves: dict[TypeColonne, list[Any]] = {TypeColonne.MONTANT: [], TypeColonne.ENTIER: []}
        for rangs, colonnes in blocs:
            vues = [v for v in self.vues[rangs.start : rangs.stop] if type(v) is not Groupe]
            for colonne in (self.colonnes[c] for c in colonnes):
                if colonne.type in trouves:
                    suite = map(colonne.lire, vues)
                    trouves[colonne.type].extend([v for v in suite if v is not None])
        return trouves[TypeColonne.MONTANT] or trouves[TypeColonne.ENTIER]
