"""Header of the table: titles on two lines, and above them the block that neighbours belong to."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QToolTip

from app.services.columns import Alignement, Colonne
from app.services.filtres import phrase
from app.services.titres import (
    groupe_avec_unite,
    nom_de,
    titre_avec_unite,
    titre_de_section,
)
from app.ui.cesure import en_lignes
from app.ui.icons import peindre_icone
from app.ui.loupe import Loupe
from app.ui.marques_entete import (
    ENTONNOIR,
    FLECHE,
    largeur_du_tri,
    marque_de,
    peindre_entonnoir,
    peindre_tri,
    peindre_verrou,
)
from app.ui.tableau import ModeleTableau
from app.ui.theme import BANDE_GROUPE, ENTETE, MARGE

PLI = 14  # side of the mark of a block that folds


class EnteteTableau(QHeaderView):
    """Paints itself whole. `tri_demande(column key, True to add to the sort)`;
    `filtre_demande(column key, place under its title)`.
    """

    tri_demande = Signal(str, bool)
    menu_demande = Signal(str, QPoint)
    groupe_demande = Signal(str)  # a click on the name of a block that folds
    filtre_demande = Signal(str, QPoint)

    def __init__(self, modele: ModeleTableau, look: Loupe, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._modele = modele
        self._look = look
        self.filtrable = True
        self.couleur_de: Callable[[str], QColor | None] = lambda _groupe: None
        self.est_plie: Callable[[str], bool | None] = lambda _groupe: None  # None: does not fold
        self._groupe_presse = ""
        self._survolee = -1
        self.setSectionsClickable(True)
        self.setSectionsMovable(True)
        self.setFirstSectionMovable(True)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setStretchLastSection(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.sectionClicked.connect(self._trier)
        look.change.connect(self._redessiner)
        modele.dispose.connect(self.viewport().update)
        self._redessiner()

    def _redessiner(self) -> None:
        self.setMinimumSectionSize(self._look.px(40))
        self.updateGeometry()
        self.viewport().update()

    def _trier(self, section: int) -> None:
        ajouter = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.tri_demande.emit(self._modele.colonnes[section].cle, ajouter)

    # Sizes --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        # Qt's own would ask the model for the font, the icon and the text of each title.
        return QSize(self.length(), self._hauteur_groupes() + self._hauteur_titres())

    def _hauteur_titres(self) -> int:
        return self._look.haut(ENTETE, lignes=2, taille="petit")

    def _hauteur_groupes(self) -> int:
        groupes = any(colonne.groupe for colonne in self._modele.colonnes)
        return self._look.haut(BANDE_GROUPE, taille="petit") if groupes else 0

    def largeur_minimale(self, colonne: Colonne) -> int:
        """Narrowest width at which no word of the title is cut."""
        metrique = QFontMetrics(self._look.police("petit", forte=True))
        mots = titre_de_section(colonne).split(" ")
        plus_long = max(metrique.horizontalAdvance(mot) for mot in mots)
        return plus_long + self._look.px(2 * MARGE + FLECHE)

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = self._look
        with QPainter(self.viewport()) as peintre:
            peintre.fillRect(self.viewport().rect(), look.couleurs.papier)
            for logique in self.sections_visibles():
                self._peindre_titre(peintre, logique)
            if self._hauteur_groupes():
                self._peindre_groupes(peintre)
            bas = self.viewport().height() - 1
            peintre.fillRect(0, bas, self.viewport().width(), 1, look.couleurs.filet_fort)

    def sections_visibles(self) -> list[int]:
        """Logical indexes on screen, from left to right."""
        premiere = self.visualIndexAt(0)
        derniere = self.visualIndexAt(self.viewport().width() - 1)
        if premiere < 0:
            return []
        derniere = derniere if derniere >= 0 else self.count() - 1
        visuelles = range(premiere, derniere + 1)
        logiques = [self.logicalIndex(visuelle) for visuelle in visuelles]
        return [logique for logique in logiques if not self.isSectionHidden(logique)]

    def debuts_de_groupe(self, gauche: int, droite: int) -> list[int]:
        """Where the blocks of columns begin, between two places on screen."""
        colonnes = self._modele.colonnes
        debuts: list[int] = []
        premiere, derniere = self.visualIndexAt(gauche), self.visualIndexAt(droite)
        precedent = self._groupe_avant(premiere)
        for visuelle in range(premiere, (derniere if derniere >= 0 else self.count() - 1) + 1):
            logique = self.logicalIndex(visuelle)
            if self.isSectionHidden(logique):
                continue
            groupe = colonnes[logique].groupe
            if groupe and groupe != precedent:
                debuts.append(self.sectionViewportPosition(logique))
            precedent = groupe
        return debuts

    def _groupe_avant(self, visuelle: int) -> str:
        """The block of the column on screen before another; empty: it is the first one."""
        for avant in range(visuelle - 1, self.visualIndexAt(0) - 1, -1):
            logique = self.logicalIndex(avant)
            if not self.isSectionHidden(logique):
                return self._modele.colonnes[logique].groupe
        return ""

    def _cadre(self, logique: int) -> QRect:
        haut = self._hauteur_groupes()
        return QRect(
            self.sectionViewportPosition(logique),
            haut,
            self.sectionSize(logique),
            self.viewport().height() - haut,
        )

    def _peindre_titre(self, peintre: QPainter, logique: int) -> None:
        """The title at the bottom; above it, or beside it when it takes two lines, its marks."""
        look = self._look
        colonne = self._modele.colonnes[logique]
        cadre = self._cadre(logique)
        survolee = logique == self._survolee
        if survolee:
            peintre.fillRect(cadre, look.couleurs.survol)
        interieur = cadre.adjusted(look.px(MARGE), 0, -look.px(MARGE), -look.px(5))
        marque = marque_de(self._modele, colonne.cle)
        retrait = largeur_du_tri(marque, look)
        droite = colonne.cote == Alignement.DROITE
        police = look.police("petit", forte=True)
        titre = titre_de_section(colonne)
        lignes = en_lignes(titre, police, interieur.width() - retrait)
        if len(lignes) > 1 and marque.en_coin:
            interieur.setRight(interieur.right() - look.px(ENTONNOIR * marque.en_coin - 4))
            lignes = en_lignes(titre, police, interieur.width() - retrait)
        texte = interieur.adjusted(retrait if droite else 0, 0, 0 if droite else -retrait, 0)
        peintre.setFont(police)
        peintre.setPen(look.couleurs.encre if marque else look.couleurs.encre_douce)
        peintre.drawText(texte, _COTES[colonne.cote], "\n".join(lignes))
        peindre_tri(peintre, interieur, marque, look=look, a_gauche=droite)
        if marque.filtree or (survolee and self.filtrable):
            fond = None if marque.filtree else look.couleurs.survol
            zone = self._zone_du_filtre(logique)
            peindre_entonnoir(peintre, zone, look=look, actif=marque.filtree, fond=fond)
        if marque.verrouillee:
            peindre_verrou(peintre, self._zone_du_filtre(logique), look=look)

    def _zone_du_filtre(self, logique: int) -> QRect:
        """Where the funnel of a column stands: its top corner, above the end of the title."""
        look = self._look
        cadre, cote = self._cadre(logique), look.px(ENTONNOIR)
        return QRect(cadre.right() - look.px(5) - cote, cadre.top() + look.px(1), cote, cote)

    def _peindre_groupes(self, peintre: QPainter) -> None:
        suite: list[int] = []
        for logique in self.sections_visibles():
            colonnes = self._modele.colonnes
            if suite and colonnes[suite[-1]].groupe != colonnes[logique].groupe:
                self._peindre_groupe(peintre, suite)
                suite = []
            suite.append(logique)
        if suite:
            self._peindre_groupe(peintre, suite)

    def _peindre_groupe(self, peintre: QPainter, logiques: list[int]) -> None:
        """The name of a block stays in view as long as some of its columns are."""
        look = self._look
        groupe = self._modele.colonnes[logiques[0]].groupe
        if not groupe:
            return
        gauche = self.sectionViewportPosition(logiques[0])
        droite = self.sectionViewportPosition(logiques[-1]) + self.sectionSize(logiques[-1])
        cadre = QRect(gauche, 0, droite - gauche, self._hauteur_groupes())
        peintre.fillRect(gauche, 0, 1, self.viewport().height(), look.couleurs.filet)
        couleur = self.couleur_de(groupe)
        marge = look.px(MARGE)
        filet = look.couleurs.filet_fort if couleur is None else couleur
        epaisseur = look.px(2)
        peintre.fillRect(
            gauche + marge, cadre.bottom() - epaisseur, cadre.width() - 2 * marge, epaisseur, filet
        )
        police = look.police("petit", forte=True)
        peintre.setFont(police)
        peintre.setPen(look.couleurs.encre)
        interieur = QRect(cadre)
        interieur.setLeft(max(gauche, 0) + marge + self._peindre_pli(peintre, cadre, groupe))
        interieur.setRight(cadre.right() - marge)
        interieur.setBottom(cadre.bottom() - epaisseur)
        mesure = QFontMetrics(police)
        entier = groupe_avec_unite([self._modele.colonnes[c] for c in logiques])
        place, fin = interieur.width(), Qt.TextElideMode.ElideRight
        texte = mesure.elidedText(entier, fin, place)
        if texte != entier:
            texte = mesure.elidedText(groupe, fin, place)  # the unit gives way before the name
        peintre.drawText(
            interieur, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, texte
        )

    def _peindre_pli(self, peintre: QPainter, cadre: QRect, groupe: str) -> int:
        """A chevron before the name of a block that folds; returns the room it takes."""
        plie = self.est_plie(groupe)
        if plie is None:
            return 0
        look = self._look
        cote = look.px(PLI)
        haut = cadre.top() + (cadre.height() - cote) // 2
        place = QRect(max(cadre.left(), 0) + look.px(4), haut, cote, cote)
        couleur = look.couleurs.encre_douce
        peindre_icone(peintre, place, "droite" if plie else "bas", couleur=couleur)
        return cote - look.px(2)

    # Mouse --------------------------------------------------------------------------------------

    def groupe_a(self, position: QPoint) -> str:
        """The block that folds whose name stands there, empty when there is none."""
        section = self.logicalIndexAt(position)
        if section < 0 or position.y() >= self._hauteur_groupes():
            return ""
        groupe = self._modele.colonnes[section].groupe
        return groupe if groupe and self.est_plie(groupe) is not None else ""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """On the name of a block it folds, on a funnel the filter opens; elsewhere one sorts."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        position = event.position().toPoint()
        self._groupe_presse = self.groupe_a(position)
        section = self._entonnoir_a(position)
        if section >= 0:
            cle = self._modele.colonnes[section].cle
            self.filtre_demande.emit(cle, self.sous_le_titre(section))
        elif not self._groupe_presse:
            super().mousePressEvent(event)

    def _entonnoir_a(self, position: QPoint) -> int:
        """The column whose funnel stands there, -1 when there is none."""
        section = self.logicalIndexAt(position)
        if section < 0 or not self.filtrable:
            return -1
        marge = self._look.px(3)
        zone = self._zone_du_filtre(section).adjusted(-marge, -marge, marge, marge)
        return section if zone.contains(position) else -1

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        presse, self._groupe_presse = self._groupe_presse, ""
        if not presse:
            super().mouseReleaseEvent(event)
        elif presse == self.groupe_a(event.position().toPoint()):
            self.groupe_demande.emit(presse)

    def sous_le_titre(self, section: int) -> QPoint:
        """On the screen, where the filter of a column opens."""
        return self.viewport().mapToGlobal(self._cadre(section).bottomLeft())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._survoler(self.logicalIndexAt(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._survoler(-1)

    def _survoler(self, section: int) -> None:
        if section != self._survolee:
            self._survolee = section
            self.viewport().update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        section = self.logicalIndexAt(event.pos())
        if section >= 0:
            self.menu_demande.emit(self._modele.colonnes[section].cle, event.globalPos())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._bulle(event.pos()), self)
            return True
        return super().viewportEvent(event)

    def _bulle(self, position: QPoint) -> str:
        """The whole title, what the column holds, and how to sort."""
        section = self.logicalIndexAt(position)
        if section < 0:
            return ""
        colonne = self._modele.colonnes[section]
        if groupe := self.groupe_a(position):
            return f"{groupe}\nCliquez pour {'déplier' if self.est_plie(groupe) else 'replier'}."
        complet = nom_de(colonne) if colonne.groupe else titre_avec_unite(colonne)
        filtres = [phrase(c, colonne) for c in self._modele.conditions if c.colonne == colonne.cle]
        verrou = colonne.pourquoi if colonne.verrouillee else ""
        return "\n".join([complet, *filter(None, [colonne.aide, verrou]), *filtres])


_COTES = {
    Alignement.GAUCHE: int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom),
    Alignement.CENTRE: int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom),
    Alignement.DROITE: int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom),
}
