"""The two panes of the table, frozen and scrolled, with their common header, totals and scroll bar."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QItemSelectionModel, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollBar, QWidget

from app.ui.grille import Grille
from app.ui.pied import PiedTableau
from app.ui.tableau import ModeleTableau
from app.ui.theme import MARGE, theme

PART_FIGEE = 0.5  # frozen columns never take more than this share of the width
LARGEUR_AJUSTEE = 480  # an adjusted column stops there, in pixels at 100 %
LIGNES_MESUREES = 200


class Volets(QWidget):
    """Lays out the columns; what keys and mouse do belongs to the view that holds it."""

    def __init__(self, modele: ModeleTableau, parent: QWidget) -> None:
        super().__init__(parent)
        self._modele = modele
        self.masquees: set[str] = {c.cle for c in modele.colonnes if not c.visible}
        self._largeurs: dict[str, int] = {}
        self._en_pose = False
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._construire()
        self._brancher()
        self.poser_colonnes()

    def _construire(self) -> None:
        self.gauche = Grille(self._modele, self)
        self.droite = Grille(self._modele, self)
        self.grilles = (self.gauche, self.droite)
        self.choix = QItemSelectionModel(self._modele, self)
        for grille in self.grilles:
            grille.setSelectionModel(self.choix)
            grille.voisines = self.grilles
        self.gauche.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.gauche.setAccessibleName("Colonnes figées du tableau")
        self.droite.setAccessibleName("Tableau")
        self.pied = PiedTableau(self._modele, (self.gauche.entete, self.droite.entete), self)
        self.barre = QScrollBar(Qt.Orientation.Horizontal, self)
        self.barre.hide()
        self._separation = _Separation(self)
        self._vide = TexteVide(self._modele, self)
        grille = QGridLayout(self)
        grille.setContentsMargins(0, 0, 0, 0)
        grille.setSpacing(0)
        grille.addWidget(self.gauche, 0, 0)
        grille.addWidget(self._separation, 0, 1)
        grille.addWidget(self.droite, 0, 2)
        grille.addWidget(self.pied, 1, 0, 1, 3)
        grille.addWidget(self.barre, 2, 2)
        grille.setRowStretch(0, 1)
        grille.setColumnStretch(2, 1)

    def _brancher(self) -> None:
        for grille in self.grilles:
            grille.entete.sectionResized.connect(self._noter_largeur)
            grille.entete.sectionHandleDoubleClicked.connect(self.ajuster)
        vertical = self.droite.verticalScrollBar()
        vertical.valueChanged.connect(self.gauche.verticalScrollBar().setValue)
        self.gauche.verticalScrollBar().valueChanged.connect(vertical.setValue)
        horizontal = self.droite.horizontalScrollBar()
        horizontal.rangeChanged.connect(self._suivre_etendue)
        horizontal.valueChanged.connect(self.barre.setValue)
        horizontal.valueChanged.connect(self.pied.update)
        self.barre.valueChanged.connect(horizontal.setValue)
        self._modele.calcule.connect(self._vide.rafraichir)
        theme().change.connect(self.poser_colonnes)

    def dire_si_vide(self, texte: str) -> None:
        """What is written in place of the rows when there are none to show."""
        self._vide.texte = texte
        self._vide.rafraichir()

    def colorer_groupes(self, couleur_de: Callable[[str], QColor | None]) -> None:
        """The colour of the block of columns of a name, such as a financeur's."""
        for grille in self.grilles:
            grille.entete.couleur_de = couleur_de
            grille.entete.viewport().update()

    def masquer(self, cle: str, *, masquee: bool = True) -> None:
        """Hide or show a column."""
        if masquee:
            self.masquees.add(cle)
        else:
            self.masquees.discard(cle)
        self.poser_colonnes()

    def largeurs(self) -> Mapping[str, int]:
        """Widths chosen by hand, at 100 %, by column key."""
        return dict(self._largeurs)

    def restaurer_largeurs(self, largeurs: Mapping[str, int]) -> None:
        self._largeurs = dict(largeurs)
        self.poser_colonnes()

    def poser_colonnes(self) -> None:
        """Share the columns between the panes and give them their widths."""
        connues = {colonne.cle for colonne in self._modele.colonnes}
        self.masquees &= connues
        figees = self._figees()
        self._en_pose = True  # widths given by the program are not a choice of the person
        for rang, colonne in enumerate(self._modele.colonnes):
            masquee = colonne.cle in self.masquees
            for grille, ici in ((self.gauche, rang in figees), (self.droite, rang not in figees)):
                grille.setColumnHidden(rang, masquee or not ici)
                if ici and not masquee:
                    grille.setColumnWidth(rang, self._largeur(rang))
        self._en_pose = False
        self.gauche.setFixedWidth(max(1, sum(self._largeur(rang) for rang in figees)))
        self.gauche.setVisible(bool(figees))
        self._separation.setVisible(bool(figees))
        self._modele.chercher_dans(connues - self.masquees)
        self.pied.update()

    def _largeur(self, rang: int) -> int:
        look = theme()
        colonne = self._modele.colonnes[rang]
        voulue = self._largeurs.get(colonne.cle, colonne.largeur_voulue)
        return max(look.px(voulue), self.droite.entete.largeur_minimale(colonne))

    def _figees(self) -> set[int]:
        """Frozen columns that leave half of the width to the others."""
        place = self.width() * PART_FIGEE
        figees: set[int] = set()
        for rang, colonne in enumerate(self._modele.colonnes):
            if not colonne.figee or colonne.cle in self.masquees:
                continue
            place -= self._largeur(rang)
            if place < 0:
                break
            figees.add(rang)
        return figees

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._vide.setGeometry(self.rect())
        if self._figees() != {
            rang
            for rang in range(len(self._modele.colonnes))
            if not self.gauche.isColumnHidden(rang)
        }:
            self.poser_colonnes()

    def ajuster(self, rang: int) -> None:
        """Give a column the width of its longest cell near the rows on screen, within reason."""
        grille = self.grille_de(rang)
        colonne = self._modele.colonnes[rang]
        metrique = grille.fontMetrics()
        premiere = max(0, grille.rowAt(0))
        derniere = min(premiere + LIGNES_MESUREES, self._modele.rowCount())
        textes = [self._modele.texte(ligne, rang) for ligne in range(premiere, derniere)]
        if colonne.total:
            textes.append(colonne.texte_de(self._modele.total(rang)))
        marge = theme().px(3 * MARGE) + (theme().px(MARGE) if colonne.signal else 0)
        largeur = max((metrique.horizontalAdvance(t) for t in textes), default=0) + marge
        largeur = max(largeur, grille.entete.largeur_minimale(colonne))
        self._retenir(rang, min(largeur, theme().px(LARGEUR_AJUSTEE)))
        self.poser_colonnes()

    def _noter_largeur(self, rang: int, _avant: int, largeur: int) -> None:
        """The person dragged the edge of a column."""
        if self._en_pose or largeur <= 0:
            return
        self._retenir(rang, largeur)
        if not self.gauche.isColumnHidden(rang):
            self.gauche.setFixedWidth(self.gauche.entete.length())

    def _retenir(self, rang: int, largeur: int) -> None:
        self._largeurs[self._modele.colonnes[rang].cle] = round(largeur / theme().echelle)

    def colonnes_visibles(self) -> list[int]:
        """Model ranks of the columns on screen, from left to right."""
        visibles: list[int] = []
        for grille in self.grilles:
            ordre = (grille.entete.logicalIndex(v) for v in range(grille.entete.count()))
            visibles.extend(rang for rang in ordre if not grille.isColumnHidden(rang))
        return visibles

    def grille_de(self, rang: int) -> Grille:
        return self.droite if self.gauche.isColumnHidden(rang) else self.gauche

    def _suivre_etendue(self, debut: int, fin: int) -> None:
        interne = self.droite.horizontalScrollBar()
        self.barre.setRange(debut, fin)
        self.barre.setPageStep(interne.pageStep())
        self.barre.setSingleStep(interne.singleStep())
        self.barre.setVisible(fin > debut)


class _Separation(QWidget):
    """Where the frozen columns end: one line, through header, rows and totals."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(1)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.filet_fort)


class TexteVide(QWidget):
    """One sentence in the middle of the table while it shows no row."""

    def __init__(self, modele: ModeleTableau, parent: QWidget) -> None:
        super().__init__(parent)
        self._modele = modele
        self.texte = "Aucune ligne."
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def rafraichir(self) -> None:
        self.setVisible(self._modele.rowCount() == 0)
        self.raise_()
        self.update()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        filtre = self._modele.filtre.strip()
        texte = f"Aucune ligne ne contient « {filtre} »." if filtre else self.texte
        with QPainter(self) as peintre:
            peintre.setFont(look.police())
            peintre.setPen(look.couleurs.encre_douce)
            cadre = QRect(0, 0, self.width(), self.height())
            peintre.drawText(cadre, int(Qt.AlignmentFlag.AlignCenter), texte)
