"""The two panes of the table, frozen and scrolled, with their common header, totals and scroll bar."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHeaderView, QScrollBar, QWidget

from app.ui.colonnes_posees import ColonnesPosees
from app.ui.grille import Grille
from app.ui.loupe import Loupe
from app.ui.pied import PiedTableau
from app.ui.tableau import ModeleTableau
from app.ui.theme import MARGE, theme

PART_FIGEE = 0.5  # frozen columns never take more than this share of the width
LARGEUR_AJUSTEE = 480  # an adjusted column stops there, in pixels at 100 %
LIGNES_MESUREES = 200


class Volets(QWidget):
    """Lays out the columns; what keys and mouse do belongs to the view that holds it.

    `pose_change()`: the person moved, sized, hid or froze a column, or the zoom is another.
    """

    pose_change = Signal()

    def __init__(self, modele: ModeleTableau, parent: QWidget) -> None:
        super().__init__(parent)
        self._modele = modele
        self.look = Loupe(self)
        self.posees = ColonnesPosees()
        self._en_pose = False
        self._visibles: list[int] | None = None  # None: to be found again
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._construire()
        self._brancher()
        self.poser_colonnes()

    def _construire(self) -> None:
        self.gauche = Grille(self._modele, self.look, self)
        self.droite = Grille(self._modele, self.look, self)
        self.grilles = (self.gauche, self.droite)
        self.choix = QItemSelectionModel(self._modele, self)
        for grille in self.grilles:
            grille.setSelectionModel(self.choix)
            grille.voisines = self.grilles
        self.gauche.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.gauche.setAccessibleName("Colonnes figées du tableau")
        self.droite.setAccessibleName("Tableau")
        entetes = (self.gauche.entete, self.droite.entete)
        self.pied = PiedTableau(self._modele, entetes, self.look, self)
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
        grille.addWidget(self.barre, 3, 2)
        grille.setRowStretch(0, 1)
        grille.setColumnStretch(2, 1)

    def _brancher(self) -> None:
        for grille in self.grilles:
            grille.entete.sectionResized.connect(self._noter_largeur)
            grille.entete.sectionHandleDoubleClicked.connect(self.ajuster)
            grille.entete.sectionMoved.connect(self._noter_ordre)
            grille.basculee.connect(self._basculer)
            grille.zoom_demande.connect(self.zoomer)
        vertical = self.droite.verticalScrollBar()
        vertical.valueChanged.connect(self.gauche.verticalScrollBar().setValue)
        self.gauche.verticalScrollBar().valueChanged.connect(vertical.setValue)
        # A pane that learns of new rows after the other could not follow it so far.
        self.gauche.verticalScrollBar().rangeChanged.connect(
            lambda *_: self.gauche.verticalScrollBar().setValue(vertical.value())
        )
        horizontal = self.droite.horizontalScrollBar()
        horizontal.rangeChanged.connect(self._suivre_etendue)
        horizontal.valueChanged.connect(self.barre.setValue)
        horizontal.valueChanged.connect(self.pied.replacer)
        self.barre.valueChanged.connect(horizontal.setValue)
        self._modele.calcule.connect(self._vide.rafraichir)
        self.look.change.connect(self.poser_colonnes)

    def poser_sous_les_totaux(self, pied: QWidget) -> None:
        """Something more under the totals, above the scroll bar; it follows the same headers."""
        grille = self.layout()
        assert isinstance(grille, QGridLayout)
        grille.addWidget(pied, 2, 0, 1, 3)
        self.droite.horizontalScrollBar().valueChanged.connect(pied.update)

    def dire_si_vide(self, texte: str) -> None:
        """What is written in place of the rows when there are none to show."""
        self._vide.texte = texte
        self._vide.rafraichir()

    def colorer_groupes(self, couleur_de: Callable[[str], QColor | None]) -> None:
        """The colour of the block of columns of a name, such as a financeur's."""
        for grille in self.grilles:
            grille.entete.couleur_de = couleur_de
            grille.entete.viewport().update()

    # Columns ------------------------------------------------------------------------------------

    @property
    def masquees(self) -> set[str]:
        """Keys of the columns that do not show."""
        return self.posees.masquees_de(self._modele.colonnes)

    def masquer(self, cle: str, *, masquee: bool = True) -> None:
        """Hide or show a column."""
        self.masquer_plusieurs([cle], masquee=masquee)

    def masquer_plusieurs(self, cles: Iterable[str], *, masquee: bool) -> None:
        self.posees.masquer(self._modele.colonnes, cles, masquee=masquee)
        self._reposer()

    def ordonner(self, rangs: Sequence[int]) -> None:
        """All the columns in another order, the hidden ones among them."""
        self.posees.poser_ordre(self._modele.colonnes, rangs)
        self._reposer()

    def ordre(self) -> list[int]:
        """Ranks of all the columns in the order of the screen."""
        return self.posees.en_ordre(self._modele.colonnes)

    def decaler(self, rang: int, pas: int) -> bool:
        """Move a column one place left or right among those on screen; False at the edge."""
        visibles = self.colonnes_visibles()
        place = visibles.index(rang) + pas
        if not 0 <= place < len(visibles):
            return False
        voisine = visibles[place]
        if self.est_figee(rang) != self.est_figee(voisine):
            return False
        ordre = [autre for autre in self.ordre() if autre != rang]
        ordre.insert(ordre.index(voisine) + (pas > 0), rang)
        self.ordonner(ordre)
        return True

    def est_figee(self, rang: int) -> bool:
        """Whether a column stays in view now."""
        return not self.gauche.isColumnHidden(rang)

    def figer_jusqu_a(self, rang: int) -> None:
        """Keep in view the columns on screen from the first one to this one."""
        visibles = self.colonnes_visibles()
        prises = visibles[: visibles.index(rang) + 1]
        self.posees.figer(self._modele.colonnes[c].cle for c in prises)
        self._reposer()

    def liberer(self) -> None:
        """Every column scrolls."""
        self.posees.figer(())
        self._reposer()

    def par_defaut(self) -> None:
        """Order, hidden and frozen columns, widths: as the list shows itself at first."""
        self.posees = ColonnesPosees()
        self._reposer()

    def largeurs(self) -> Mapping[str, int]:
        """Widths chosen by hand, at 100 %, by column key."""
        return dict(self.posees.largeurs)

    def restaurer_largeurs(self, largeurs: Mapping[str, int]) -> None:
        self.posees.largeurs = dict(largeurs)
        self.poser_colonnes()

    def zoomer(self, pas: int) -> None:
        """The next zoom of this table, up or down; 0: its natural size."""
        self.look.regler(self.look.zoom_voisin(pas) if pas else 100, self.look.hauteur)
        self.pose_change.emit()

    def hausser(self, lignes: int) -> None:
        """So many lines of text in a row."""
        self.look.regler(self.look.zoom, lignes)
        self.pose_change.emit()

    def _reposer(self) -> None:
        self.poser_colonnes()
        self.pose_change.emit()

    def suivre_colonnes(self) -> None:
        """Lay out again when the columns of the model are others."""
        if self._colonnes is not self._modele.colonnes:
            self.poser_colonnes()

    def poser_colonnes(self) -> None:
        """Share the columns between the panes and give them their order and their widths."""
        self._colonnes = self._modele.colonnes
        masquees = self.masquees
        figees = self._figees()
        self._visibles = None
        self._en_pose = True  # what the program lays out is not a choice of the person
        for grille in self.grilles:
            _ranger(grille.entete, self.ordre())
        for rang, colonne in enumerate(self._modele.colonnes):
            masquee = colonne.cle in masquees
            for grille, ici in ((self.gauche, rang in figees), (self.droite, rang not in figees)):
                grille.setColumnHidden(rang, masquee or not ici)
                if ici and not masquee:
                    grille.setColumnWidth(rang, self._largeur(rang))
        self._en_pose = False
        self.gauche.setFixedWidth(max(1, sum(self._largeur(rang) for rang in figees)))
        self.gauche.setVisible(bool(figees))
        self._separation.setVisible(bool(figees))
        self.gauche.nomme_les_groupes = bool(figees)
        self.droite.nomme_les_groupes = not figees
        self._modele.chercher_dans({c.cle for c in self._modele.colonnes} - masquees)
        self.pied.replacer()

    def _largeur(self, rang: int) -> int:
        colonne = self._modele.colonnes[rang]
        voulue = self.look.px(self.posees.largeur(colonne))
        return max(voulue, self.droite.entete.largeur_minimale(colonne))

    def _figees(self) -> set[int]:
        """Frozen columns that leave half of the width to the others."""
        place = self.width() * PART_FIGEE
        figees: set[int] = set()
        for rang in self.ordre():
            colonne = self._modele.colonnes[rang]
            if not self.posees.est_figee(colonne) or self.posees.est_masquee(colonne):
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
        self.ajuster_plusieurs([rang])

    def ajuster_plusieurs(self, rangs: Iterable[int]) -> None:
        for rang in rangs:
            self._retenir(rang, self._largeur_ajustee(rang))
        self._reposer()

    def _largeur_ajustee(self, rang: int) -> int:
        grille = self.grille_de(rang)
        colonne = self._modele.colonnes[rang]
        metrique = QFontMetrics(self.look.police())
        premiere = max(0, grille.rowAt(0))
        derniere = min(premiere + LIGNES_MESUREES, self._modele.rowCount())
        textes = [self._modele.texte(ligne, rang) for ligne in range(premiere, derniere)]
        if colonne.total:
            textes.append(colonne.texte_de(self._modele.total(rang)))
        px = self.look.px
        marge = px(3 * MARGE) + (px(MARGE) if colonne.signal else 0)
        largeur = max((metrique.horizontalAdvance(t) for t in textes), default=0) + marge
        return min(max(largeur, grille.entete.largeur_minimale(colonne)), px(LARGEUR_AJUSTEE))

    def _noter_largeur(self, rang: int, _avant: int, largeur: int) -> None:
        """The person dragged the edge of a column."""
        if self._en_pose or largeur <= 0:
            return
        self._retenir(rang, largeur)
        if self.est_figee(rang):
            self.gauche.setFixedWidth(self.gauche.entete.length())
        self.pose_change.emit()

    def _retenir(self, rang: int, largeur: int) -> None:
        cle = self._modele.colonnes[rang].cle
        self.posees.largeurs[cle] = round(largeur / self.look.echelle)

    def _noter_ordre(self, _rang: int, _avant: int, _apres: int) -> None:
        """The person dragged a title."""
        self._visibles = None
        if self._en_pose:
            return
        entete = self.sender()
        if isinstance(entete, QHeaderView):
            self.ordonner([entete.logicalIndex(v) for v in range(entete.count())])

    def _basculer(self, rang: int) -> None:
        """Fold an open group, open a folded one."""
        groupe = self._modele.groupe(rang)
        if groupe is not None:
            self._modele.replier(rang, replie=not groupe.replie)

    def colonnes_visibles(self) -> list[int]:
        """Model ranks of the columns on screen, from left to right."""
        sues = self._colonnes is self._modele.colonnes and not self._en_pose
        if sues and self._visibles is not None:
            return list(self._visibles)
        visibles: list[int] = []
        for grille in self.grilles:
            ordre = (grille.entete.logicalIndex(v) for v in range(grille.entete.count()))
            visibles.extend(rang for rang in ordre if not grille.isColumnHidden(rang))
        self._visibles = list(visibles) if sues else None
        return visibles

    def grille_de(self, rang: int) -> Grille:
        return self.droite if self.gauche.isColumnHidden(rang) else self.gauche

    def index_sous(self, position: QPoint) -> QModelIndex:
        """The cell under a place of the screen; beyond the edges, the nearest one."""
        a_droite = position.x() >= self.droite.viewport().mapToGlobal(QPoint(0, 0)).x()
        grille = self.droite if a_droite or not self.gauche.isVisible() else self.gauche
        local = grille.viewport().mapFromGlobal(position)
        zone = grille.viewport().rect()
        local.setX(min(max(local.x(), 0), zone.right()))
        local.setY(min(max(local.y(), 0), zone.bottom()))
        return grille.indexAt(local)

    def _suivre_etendue(self, debut: int, fin: int) -> None:
        interne = self.droite.horizontalScrollBar()
        self.barre.setRange(debut, fin)
        self.barre.setPageStep(interne.pageStep())
        self.barre.setSingleStep(interne.singleStep())
        self.barre.setVisible(fin > debut)


def _ranger(entete: QHeaderView, rangs: Sequence[int]) -> None:
    """Titles in this order, moving only what is not in its place."""
    for place, rang in enumerate(rangs):
        if entete.visualIndex(rang) != place:
            entete.moveSection(entete.visualIndex(rang), place)


class _Separation(QWidget):
    """Where the frozen columns end: one line, through header, rows and totals."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFixedWidth(1)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.filet_fort)


_AU_MILIEU = int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap)


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
        texte = f"Aucune ligne ne contient « {filtre} »." if filtre else self.texte
        if self._modele.conditions and self._modele.nombre_total:
            texte = "Aucune ligne ne répond à tous les filtres."
        with QPainter(self) as peintre:
            peintre.setFont(look.police())
            peintre.setPen(look.couleurs.encre_douce)
            cadre = self.rect().adjusted(look.px(12), 0, -look.px(12), 0)
            place = peintre.boundingRect(cadre, _AU_MILIEU, texte)
            # The rule of the frozen columns does not run through the words.
            peintre.fillRect(place.adjusted(-look.px(8), 0, look.px(8), 0), look.couleurs.papier)
            peintre.drawText(cadre, _AU_MILIEU, texte)
