"""The rail at the left: where one can go. The current screen has a bar, not only a colour."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QAction, QEnterEvent, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.elements import filet, marges
from app.ui.icons import GRANDE, peindre_icone
from app.ui.theme import RAIL, RAIL_REPLIE, theme

HAUTEUR, SERREE = 36, 28  # of a page in the rail; at the least, where the window is low
ESPACE_FAMILLES, MARGES = 11, 10
AUTRE_FENETRE = "Ouvrir dans une autre fenêtre"


class BoutonRail(QAbstractButton):
    """Icon and word; folded, the icon alone, its word in the tooltip."""

    def __init__(self, dessin: str, mot: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dessin = dessin
        self._replie = False
        self._hauteur = HAUTEUR
        self.setText(mot)
        self.setAccessibleName(mot)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        theme().change.connect(self._mesurer)
        self._mesurer()

    def replier(self, *, replie: bool) -> None:
        self._replie = replie
        self.setToolTip(self.text() if replie else "")
        self.updateGeometry()
        self.update()

    def serrer(self, hauteur: int) -> None:
        """Take that height, at a scale of 100 %."""
        if hauteur != self._hauteur:
            self._hauteur = hauteur
            self._mesurer()

    def _mesurer(self) -> None:
        self.setFixedHeight(theme().px(self._hauteur))

    def sizeHint(self) -> QSize:
        return QSize(theme().px(RAIL_REPLIE if self._replie else RAIL), theme().px(self._hauteur))

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        couleurs = look.couleurs
        ici = self.isChecked()
        with QPainter(self) as peintre:
            if ici or self.underMouse():
                fond = couleurs.accent_fond if ici else couleurs.filet
                peintre.setOpacity(1.0 if ici else 0.5)
                peintre.fillRect(self.rect(), fond)
                peintre.setOpacity(1.0)
            if ici:
                peintre.fillRect(0, 0, look.px(4), self.height(), couleurs.accent)
            cote = look.px(GRANDE)
            gauche = (self.width() - cote) // 2 if self._replie else look.px(18)
            cadre = QRect(gauche, (self.height() - cote) // 2, cote, cote)
            peindre_icone(
                peintre,
                cadre,
                self._dessin,
                couleur=couleurs.accent if ici else couleurs.encre_douce,
            )
            if not self._replie:
                peintre.setFont(look.police(forte=ici))
                peintre.setPen(couleurs.encre)
                mot = self.rect().adjusted(gauche + cote + look.px(12), 0, -look.px(8), 0)
                cote_texte = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
                peintre.drawText(mot, cote_texte, self.text())
            if self.hasFocus():
                peintre.setPen(couleurs.accent)
                peintre.drawRect(self.rect().adjusted(0, 0, -1, -1))
                peintre.drawRect(self.rect().adjusted(1, 1, -2, -2))


class Rail(QWidget):
    """`choisi(key)`: a screen is asked for; `detachee(key)`: in a window of its own.

    `replie_change(folded)`: to be remembered.
    """

    choisi = Signal(str)
    detachee = Signal(str)
    replie_change = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Navigation")
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAutoFillBackground(True)
        self._boutons: dict[str, BoutonRail] = {}
        self._groupe = QButtonGroup(self)
        self._replie = False
        self._haut = QVBoxLayout()
        self._bas = QVBoxLayout()
        for partie in (self._haut, self._bas):
            marges(partie, 0, espace=0)
        self._pli = BoutonRail("replier", "Replier le menu")
        self._pli.clicked.connect(self._basculer)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 1, 8, 0, espace=0)
        colonne.addWidget(self._defilante(), 1)
        colonne.addLayout(self._bas)
        colonne.addWidget(self._pli)
        self.replier(replie=False)
        theme().change.connect(self._mesurer)

    def _defilante(self) -> QScrollArea:
        """The pages, in an area that scrolls where large text leaves too little height."""
        pages = QWidget()
        self._haut.setAlignment(Qt.AlignmentFlag.AlignTop)
        pages.setLayout(self._haut)
        zone = QScrollArea()
        zone.setWidget(pages)
        zone.setWidgetResizable(True)
        zone.setFrameShape(QFrame.Shape.NoFrame)
        zone.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        zone.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for partie in (zone, zone.viewport(), pages):
            partie.setAutoFillBackground(False)
        return zone

    def remplir(self, groupes: Sequence[Sequence[tuple[str, str]]]) -> None:
        """Every page, (key, word), each family apart from the one before."""
        for rang, groupe in enumerate(groupes):
            if rang:
                self._separer()
            for cle, mot in groupe:
                self.ajouter(cle, cle, mot)
        self._serrer()

    def _separer(self) -> None:
        self._haut.addSpacing(theme().px(ESPACE_FAMILLES // 2))
        self._haut.addWidget(filet())
        self._haut.addSpacing(theme().px(ESPACE_FAMILLES // 2))

    def ajouter(self, cle: str, dessin: str, mot: str, *, en_bas: bool = False) -> BoutonRail:
        """A screen one can go to; `en_bas` for settings and help."""
        element = BoutonRail(dessin, mot)
        element.setCheckable(True)
        element.replier(replie=self._replie)
        element.clicked.connect(lambda _coche=False: self.choisi.emit(cle))
        autre = QAction(AUTRE_FENETRE, element)
        autre.triggered.connect(lambda _coche=False: self.detachee.emit(cle))
        element.addAction(autre)
        element.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        self._boutons[cle] = element
        self._groupe.addButton(element)
        (self._bas if en_bas else self._haut).addWidget(element)
        return element

    def marquer(self, cle: str) -> None:
        """Show where the person is."""
        if cle in self._boutons:
            self._boutons[cle].setChecked(True)

    @property
    def est_replie(self) -> bool:
        return self._replie

    def replier(self, *, replie: bool) -> None:
        change = replie != self._replie
        self._replie = replie
        for element in (*self._boutons.values(), self._pli):
            element.replier(replie=replie)
        self._pli.setText("Déplier le menu" if replie else "Replier le menu")
        self._pli.setToolTip(self._pli.text() if replie else "")
        self._mesurer()
        if change:
            self.replie_change.emit(replie)

    def _mesurer(self) -> None:
        self.setFixedWidth(theme().px(RAIL_REPLIE if self._replie else RAIL))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._serrer()

    def _serrer(self) -> None:
        """Pages nearer to one another in a low window, so that all are in view."""
        pages = [self._haut.itemAt(rang).widget() for rang in range(self._haut.count())]
        boutons = [page for page in pages if isinstance(page, BoutonRail)]
        fixe = theme().px(ESPACE_FAMILLES) * sum(isinstance(page, QFrame) for page in pages)
        fixe += self._pli.height() + self._bas.sizeHint().height() + theme().px(MARGES)
        libre = (self.height() - fixe) / (len(boutons) or 1) / theme().px(HAUTEUR) * HAUTEUR
        for bouton in boutons:
            bouton.serrer(max(SERREE, min(HAUTEUR, int(libre))))

    def _basculer(self) -> None:
        self.replier(replie=not self._replie)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.width() - 1, 0, 1, self.height(), theme().couleurs.filet)
