"""The table's rows and columns as a Qt model.

Role constants are plain ints: comparing Qt's enums in `data()` costs three times the rest of a frame.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from app.services.cases_ecrites import ecrire_ensemble
from app.services.columns import Alignement, Colonne, Erreur
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.saisies import lire_case
from app.services.statistiques import Statistiques, statistiques
from app.services.titres import nom_de, titre_avec_unite
from app.services.verrous import avec_verrous
from app.ui.dispositions import AUCUN, ModeleDispose
from app.ui.regroupement import Groupe

Indice = QModelIndex | QPersistentModelIndex

TEXTE = int(Qt.ItemDataRole.DisplayRole)
EDITION = int(Qt.ItemDataRole.EditRole)
COTE = int(Qt.ItemDataRole.TextAlignmentRole)
BULLE = int(Qt.ItemDataRole.ToolTipRole)
ACCESSIBLE = int(Qt.ItemDataRole.AccessibleTextRole)
VALEUR = int(Qt.ItemDataRole.UserRole)
CLE = VALEUR + 1

HORIZONTAL = Qt.Orientation.Horizontal
PLAGES_MAXIMUM = 4  # above this many separate cells of a row, one stretch costs less
RUPTURES_MAXIMUM = 64  # above this many separate runs of rows, one reset costs less

_COTES = {
    Alignement.GAUCHE: int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter),
    Alignement.CENTRE: int(Qt.AlignmentFlag.AlignCenter),
    Alignement.DROITE: int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter),
}
_LISIBLE = (
    Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
)
_MODIFIABLE = _LISIBLE | Qt.ItemFlag.ItemIsEditable


class ModeleTableau(ModeleDispose):
    """Rows known by their key. What is typed goes to `Colonne.ecrire`; the rows come back by a notice.

    `refuse(sentence)`: a typed value was refused. `dit(sentence)`: what was computed from it.
    """

    refuse = Signal(str)
    dit = Signal(str)

    def __init__(
        self,
        colonnes: Sequence[Colonne],
        parent: QObject | None = None,
        *,
        cle: Callable[[Any], str] = attrgetter("cle"),
    ) -> None:
        super().__init__(colonnes, parent, cle=cle)
        self.lecture_seule = False
        self._libres = list(colonnes)  # as they were given, before any lock
        self._verrouillees: frozenset[str] = frozenset()
        # What else a screen reader says of a cell.
        self.dire_en_plus: Callable[[Any, Colonne], str] | None = None
        # What else is written when cells, by row and column keys, get a value.
        self.suites_d_ecriture: Callable[
            [Sequence[tuple[str, str]]], Sequence[tuple[str, Colonne, Any]]
        ] = lambda _cases: ()

    # What is there ------------------------------------------------------------------------------

    def contient(self, cle: str) -> bool:
        """Whether a row is there, shown or not."""
        return cle in self._lignes.base

    def toutes_les_lignes(self) -> Sequence[Any]:
        """The rows, whatever the filter, in their first order."""
        return list(self._lignes.base.values())

    def effectif(self) -> int:
        """How many there are, whatever the filter."""
        return len(self._lignes.base)

    def cle_de_ligne(self, ligne: Any) -> str:
        return self._lignes.cle(ligne)

    def texte(self, rang: int, colonne: int) -> str:
        """What a cell shows; for a group, its subtotal."""
        ligne = self._lignes.vues[rang]
        if type(ligne) is Groupe:
            return self.colonnes[colonne].texte_de(self.sous_total(ligne, colonne))
        return self.colonnes[colonne].texte(ligne)

    def valeur(self, rang: int, colonne: int) -> Any:
        ligne = self._lignes.vues[rang]
        if type(ligne) is Groupe:
            return self.sous_total(ligne, colonne)
        return self.colonnes[colonne].lire(ligne)

    def chiffres(self, blocs: Iterable[tuple[range, Iterable[int]]]) -> Statistiques:
        """Figures of blocks: of their amounts, else of their counts, else of their ratios."""
        lus = [(rangs, list(colonnes)) for rangs, colonnes in blocs]
        genre, nombres = self._lignes.nombres(lus)
        return statistiques(nombres, pleines=self._lignes.pleines(lus), genre=genre)

    def valeurs_de(self, colonne: int) -> list[str]:
        """The different texts of a column, of every row, in the order they come."""
        textes = map(self.colonnes[colonne].texte, self._lignes.base.values())
        return list(dict.fromkeys(texte for texte in textes if texte))

    def erreur(self, rang: int, colonne: int) -> Erreur | None:
        """Why a cell has no value where there should be one."""
        ligne, dire = self._lignes.vues[rang], self.colonnes[colonne].erreur
        return None if dire is None or type(ligne) is Groupe else dire(ligne)

    def est_modifiable(self, colonne: int) -> bool:
        return not self.lecture_seule and self.colonnes[colonne].ecrire is not None

    # Locked columns -----------------------------------------------------------------------------

    @property
    def verrouillees(self) -> frozenset[str]:
        """Keys of the columns that this view locks, those of another year among them."""
        return self._verrouillees

    def est_verrouillee(self, colonne: int) -> bool:
        """Whether a column would be written in, were it not locked."""
        return not self.lecture_seule and self.colonnes[colonne].verrouillee

    def verrouiller(self, cles: Iterable[str]) -> None:
        """Lock these columns and no other."""
        voulues = frozenset(cles)
        if voulues != self._verrouillees:
            self._verrouillees = voulues
            self._lignes.changer_colonnes(avec_verrous(self._libres, voulues))
            self.headerDataChanged.emit(HORIZONTAL, 0, len(self.colonnes) - 1)

    # What Qt asks -------------------------------------------------------------------------------

    def rowCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.lignes)

    def columnCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.colonnes)

    def data(self, index: Indice, role: int = TEXTE) -> Any:
        if role == TEXTE:
            return self.texte(index.row(), index.column())
        if role in (EDITION, COTE, ACCESSIBLE, VALEUR, CLE) and index.isValid():
            ligne = self.lignes[index.row()]
            if type(ligne) is Groupe:
                return self._donnee_de_groupe(ligne, index.column(), role)
            return self._autre_donnee(ligne, self.colonnes[index.column()], role)
        return None

    def _autre_donnee(self, ligne: Any, colonne: Colonne, role: int) -> Any:
        if role == EDITION:
            return colonne.texte_a_editer(ligne)
        if role == COTE:
            return _COTES[colonne.cote]
        if role == VALEUR:
            return colonne.lire(ligne)
        return self._lignes.cle(ligne) if role == CLE else self._a_dire(ligne, colonne)

    def _a_dire(self, ligne: Any, colonne: Colonne) -> str:
        """What a screen reader says of a cell."""
        en_plus = self.dire_en_plus(ligne, colonne) if self.dire_en_plus else ""
        return ", ".join(p for p in (colonne.texte(ligne) or "vide", en_plus) if p)

    def _donnee_de_groupe(self, groupe: Groupe, colonne: int, role: int) -> Any:
        if role == ACCESSIBLE:
            return phrase_de_groupe(self, groupe, colonne)
        if role == COTE:
            return _COTES[self.colonnes[colonne].cote]
        return self.sous_total(groupe, colonne) if role == VALEUR else ""

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = TEXTE) -> Any:
        if orientation != HORIZONTAL:
            return section + 1 if role == TEXTE else None
        colonne = self.colonnes[section]
        if role == TEXTE:
            return titre_avec_unite(colonne)
        if role == ACCESSIBLE:
            verrou = "verrouillée" if colonne.verrouillee else ""
            return ", ".join(p for p in (colonne.groupe, colonne.titre, verrou) if p)
        return _COTES[colonne.cote] if role == COTE else None

    def flags(self, index: Indice) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        lignes = self._lignes  # asked for each cell painted: no detour
        if self.lecture_seule or lignes.colonnes[index.column()].ecrire is None:
            return _LISIBLE
        return _LISIBLE if type(lignes.vues[index.row()]) is Groupe else _MODIFIABLE

    def setData(self, index: Indice, value: Any, role: int = EDITION) -> bool:
        if role != EDITION or not index.isValid() or self.est_groupe(index.row()):
            return False
        return self.ecrire([(self.cle_de(index.row()), index.column(), str(value))])

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        if 0 <= column < len(self.colonnes):
            descendant = order == Qt.SortOrder.DescendingOrder
            self.trier([(self.colonnes[column].cle, descendant)])

    # Writing ------------------------------------------------------------------------------------

    def ecrire(self, cellules: Sequence[tuple[str, int, str]]) -> bool:
        """Write (row key, column rank, text); False once a sentence was sent by `refuse`.

        Several cells are one operation: all of them are kept, or none. Those of groups (no key) are
        passed over.
        """
        try:
            lues = [
                (cle, self.colonnes[c], lire_case(self.colonnes[c], texte, self.ligne(cle)))
                for cle, c, texte in cellules
                if cle
            ]
            self._ecrire([(cle, colonne, lue.valeur) for cle, colonne, lue in lues])
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return False
        for note in (lue.note for _, _, lue in lues[:1] if lue.note and len(lues) == 1):
            self.dit.emit(note)
        return True

    def _ecrire(self, cases: Sequence[tuple[str, Colonne, Any]]) -> None:
        """One cell by its own way, unless more is written with it; several in one operation."""
        suites = self.suites_d_ecriture([(cle, colonne.cle) for cle, colonne, _ in cases])
        if len(cases) > 1:
            ecrire_ensemble([*cases, *suites])
            return
        for cle, colonne, valeur in cases:
            if colonne.verrouillee:
                raise SaisieRefusee(colonne.pourquoi)
            if suites and colonne.pose is not None:
                ecrire_ensemble([*cases, *suites], f"Corriger « {nom_de(colonne)} »")
            elif colonne.ecrire is not None:
                colonne.ecrire(cle, valeur)

    # Rows that come and go ----------------------------------------------------------------------

    def definir_colonnes(self, colonnes: Sequence[Colonne], lignes: Sequence[Any]) -> None:
        """Other columns and their rows, at once: another year, other financeurs."""
        self._libres = list(colonnes)
        with self._remise_a_neuf():
            self._lignes.prendre_colonnes(avec_verrous(colonnes, self._verrouillees))
            self._lignes.remplacer(lignes)
        self._preparer_bientot()

    def remplacer_lignes(self, lignes: Sequence[Any]) -> None:
        """All rows at once, under the same sort and filter."""
        with self._remise_a_neuf():
            self._lignes.remplacer(lignes)
        self._preparer_bientot()

    def synchroniser(self, lignes: Sequence[Any]) -> None:
        """Make the rows be these, in their order, touching only what differs: the selection stays."""
        voulues = {self._lignes.cle(ligne): ligne for ligne in lignes}
        self.retirer([cle for cle in self._lignes.base if cle not in voulues])
        self.actualiser(voulues)
        if list(self._lignes.base) != list(voulues):
            self._lignes.changer_base(voulues)
            self._reordonner()

    def actualiser(self, lignes: Mapping[str, Any]) -> None:
        """New versions of some rows: only their cells are drawn again. Unknown keys are added.

        A row keeps its place and stays visible until the next sort or filter: nothing moves under
        the hands of the person who types.
        """
        nouvelles = [ligne for cle, ligne in lignes.items() if cle not in self._lignes.base]
        for cle, ligne in lignes.items():
            if cle in self._lignes.base:
                self._redessiner(cle, self._lignes.changer(cle, ligne))
        if nouvelles:
            self.ajouter(nouvelles)
        self.calcule.emit()

    def relire(self, cles: Iterable[str], colonnes: Collection[str]) -> None:
        """Values kept outside these rows changed in these columns, such as those of a person."""
        rangs = sorted(self.rang(cle) for cle in colonnes)
        lignes = self._lignes
        connues = [cle for cle in cles if cle in lignes.base] if rangs else []
        for cle in connues:
            lignes.changer(cle, lignes.base[cle])
            self._redessiner(cle, rangs)
        if connues:
            self.calcule.emit()

    def _redessiner(self, cle: str, changees: Sequence[int]) -> None:
        """The cells of a row that changed, and the subtotals above it."""
        if not changees:
            return
        plages = suites(changees)
        if len(plages) > PLAGES_MAXIMUM:
            plages = [(changees[0], changees[-1])]
        reperes = [cle, *(groupe.repere for groupe in self._lignes.groupes_de(cle))]
        for rang in map(self.position, reperes):
            for premiere, derniere in plages if rang >= 0 else ():
                debut = self.index(rang, premiere)
                fin = debut if premiere == derniere else self.index(rang, derniere)
                self.dataChanged.emit(debut, fin)

    def ajouter(self, lignes: Sequence[Any]) -> None:
        """Rows that were not there, at their place in the sort, if the filters let them through."""
        rangees = self._lignes
        rangees.accueillir(lignes)
        passantes = rangees.passer([rangees.cle(ligne) for ligne in lignes])
        if passantes and self.groupes:
            with self._remise_a_neuf():
                rangees.recomposer()
            return
        if passantes:
            debut = len(rangees.vues)
            self.beginInsertRows(AUCUN, debut, debut + len(passantes) - 1)
            rangees.ajouter_a_la_fin([rangees.base[cle] for cle in passantes])
            self.endInsertRows()
            if rangees.tri:
                self._reordonner()
        self.calcule.emit()

    def retirer(self, cles: Iterable[str]) -> None:
        """Rows that are no longer there."""
        rangees = self._lignes
        partantes = {cle for cle in cles if cle in rangees.base}
        plages = suites(sorted(rang for rang in map(self.position, partantes) if rang >= 0))
        for cle in partantes:
            rangees.oublier_ligne(cle)
        if len(plages) > RUPTURES_MAXIMUM or (partantes and self.groupes):
            with self._remise_a_neuf():
                rangees.recomposer()
            return
        for premier, dernier in reversed(plages):
            self.beginRemoveRows(AUCUN, premier, dernier)
            rangees.enlever(premier, dernier)
            self.endRemoveRows()
        self.calcule.emit()


def phrase_de_groupe(modele: ModeleDispose, groupe: Groupe, colonne: int) -> str:
    """What a screen reader says of a group: its name, its rows, whether it is open, a subtotal."""
    nombre = len(groupe.cles)
    parties = [
        f"{groupe.colonne.titre} {groupe.libelle}",
        f"{nombre} ligne{'s' if nombre > 1 else ''}",
        "replié" if groupe.replie else "déplié",
    ]
    somme = modele.sous_total(groupe, colonne)
    if somme is not None:
        parties.append(f"sous-total {modele.colonnes[colonne].texte_de(somme)}")
    return ", ".join(parties)


def suites(nombres: Sequence[int]) -> list[tuple[int, int]]:
    """Sorted numbers as runs of neighbours: 1 2 3 7 gives (1, 3) (7, 7)."""
    plages: list[tuple[int, int]] = []
    for nombre in nombres:
        if plages and nombre == plages[-1][1] + 1:
            plages[-1] = (plages[-1][0], nombre)
        else:
            plages.append((nombre, nombre))
    return plages
