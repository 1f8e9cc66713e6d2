"""Rows dragged by the cells of one column, to put them elsewhere in the list."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

from app.ui.grille import Grille
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

Deposer = Callable[[list[str], str | None], object]
CADENCE = 40  # ms between two rows scrolled, while the mouse stands at an edge
MARGE = 20  # pixels at 100 % from an edge, where the table scrolls


class GlisserLignes(QObject):
    """`deposer(rows, before)`: the rows that were dragged, and the one they go before (None: the end).

    The mouse held on a selected row takes all the selected ones; elsewhere, that row alone.
    Esc gives it up.
    """

    def __init__(self, vue: VueTableau, colonne: str, deposer: Deposer) -> None:
        super().__init__(vue)
        self._vue = vue
        self._colonne = colonne
        self._deposer = deposer
        self._depart: QPoint | None = None  # where the button was pressed, while it is
        self._cles: list[str] = []
        self._reprendre = -1  # rank of the row to select alone, if the mouse does not move
        self._en_cours = False
        self._cible = 0
        self._trait = _Trait(vue)
        self._defile = QTimer(self, interval=CADENCE)
        self._defile.timeout.connect(self._defiler)
        for grille in vue.volets.grilles:
            grille.viewport().installEventFilter(self)
            grille.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            return self._touche(event)
        if isinstance(event, QMouseEvent):
            for grille in self._vue.volets.grilles:
                if grille.viewport() is watched:
                    return self._souris(grille, event)
        return False

    def _touche(self, event: QKeyEvent) -> bool:
        if not self._en_cours or event.key() != Qt.Key.Key_Escape:
            return False
        if event.type() == QEvent.Type.KeyPress:
            self._finir()
        return True

    def _souris(self, grille: Grille, event: QMouseEvent) -> bool:
        """True when the table must not hear of it."""
        sorte = event.type()
        if sorte == QEvent.Type.MouseButtonPress:
            return self._presser(grille, event)
        if sorte == QEvent.Type.MouseMove:
            return self._bouger(grille, event)
        if sorte == QEvent.Type.MouseButtonRelease and self._depart is not None:
            return self._lacher()
        return False

    # The mouse ----------------------------------------------------------------------------------

    def _sur_la_colonne(self, grille: Grille, place: QPoint) -> int:
        """Rank of the row under the mouse when it is on the column that drags, else -1."""
        index = grille.indexAt(place)
        modele = self._vue.modele
        if not index.isValid() or modele.lecture_seule or modele.est_groupe(index.row()):
            return -1
        return index.row() if modele.colonnes[index.column()].cle == self._colonne else -1

    def _presser(self, grille: Grille, event: QMouseEvent) -> bool:
        self._finir()
        place = event.position().toPoint()
        rang = self._sur_la_colonne(grille, place)
        seul = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.button() != Qt.MouseButton.LeftButton or rang < 0 or not seul:
            return False
        choisies = self._vue.cles_choisies()
        cle = self._vue.modele.cle_de(rang)
        groupe = len(choisies) > 1 and cle in choisies
        self._cles = choisies if groupe else [cle]
        self._reprendre = rang if groupe else -1
        self._depart = event.globalPosition().toPoint()
        return groupe  # else the press selects the row, as anywhere

    def _bouger(self, grille: Grille, event: QMouseEvent) -> bool:
        if self._depart is None:
            sur = self._sur_la_colonne(grille, event.position().toPoint()) >= 0
            grille.viewport().setCursor(
                Qt.CursorShape.OpenHandCursor if sur else Qt.CursorShape.ArrowCursor
            )
            return False
        ici = event.globalPosition().toPoint()
        loin = (ici - self._depart).manhattanLength() >= QApplication.startDragDistance()
        if loin and not self._en_cours:
            self._en_cours = True
            self._defile.start()
            grille.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        if self._en_cours:
            self._viser(ici)
        return True

    def _lacher(self) -> bool:
        en_cours, cles, cible, seule = self._en_cours, self._cles, self._cible, self._reprendre
        self._finir()
        if en_cours:
            avant = self._suivante(cible, set(cles))
            self._vue.tenter(lambda: self._deposer(cles, avant))
            return True
        if seule >= 0:
            self._vue.aller(seule, self._vue.modele.rang(self._colonne))
        return False

    def _suivante(self, rang: int, parties: set[str]) -> str | None:
        """The first row at this place or after it that is not being dragged."""
        modele = self._vue.modele
        cles = (modele.cle_de(r) for r in range(rang, modele.rowCount()))
        return next((cle for cle in cles if cle and cle not in parties), None)

    def _finir(self) -> None:
        self._depart, self._en_cours, self._reprendre = None, False, -1
        self._defile.stop()
        self._trait.hide()
        for grille in self._vue.volets.grilles:
            grille.viewport().unsetCursor()

    # Where it would go --------------------------------------------------------------------------

    def _viser(self, ici: QPoint) -> None:
        """The place between two rows that is nearest the mouse, shown by a line."""
        grille = self._vue.volets.droite
        y = grille.viewport().mapFromGlobal(ici).y()
        y = min(max(y, 0), grille.viewport().height() - 1)
        hauteur = grille.rowHeight(0)
        nombre = self._vue.modele.rowCount()
        rang = grille.rowAt(y)
        if rang < 0:
            rang = nombre
        elif y - grille.rowViewportPosition(rang) > hauteur // 2:
            rang += 1
        self._cible = rang
        bas = grille.rowViewportPosition(nombre - 1) + hauteur
        haut = grille.rowViewportPosition(rang) if rang < nombre else bas
        place = grille.viewport().mapTo(self._vue, QPoint(0, haut))
        self._trait.placer(place.y())

    def _defiler(self) -> None:
        """At an edge the table goes on under the mouse, one row at a time."""
        grille = self._vue.volets.droite
        ici = self._vue.cursor().pos()
        y, marge = grille.viewport().mapFromGlobal(ici).y(), theme().px(MARGE)
        sens = -1 if y < marge else 1 if y > grille.viewport().height() - marge else 0
        barre = grille.verticalScrollBar()
        if sens and self._en_cours:
            avant = barre.value()
            barre.setValue(avant + sens * barre.singleStep())
            if barre.value() != avant:
                self._viser(ici)


class _Trait(QWidget):
    """Where the rows would go."""

    def __init__(self, vue: QWidget) -> None:
        super().__init__(vue)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def placer(self, y: int) -> None:
        parent = self.parentWidget()
        epaisseur = theme().px(3)
        self.setGeometry(0, y - epaisseur // 2 - 1, parent.width(), epaisseur)
        self.show()
        self.raise_()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.accent)
