"""Header of the table: titles on two lines, and above them the block that neighbours belong to."""

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetrics,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPolygonF,
)
from PySide6.QtWidgets import QApplication, QHeaderView, QTableView, QToolTip

from app.services.columns import Alignement, Colonne, groupe_avec_unite, titre_de_section
from app.ui.icons import peindre_icone
from app.ui.tableau import ModeleTableau
from app.ui.theme import BANDE_GROUPE, ENTETE, MARGE, theme

PLI = 14  # side of the mark of a block that folds
FLECHE = 12  # room kept for the arrow of the sort


class EnteteTableau(QHeaderView):
    """Paints itself whole. `tri_demande(column key, True to add to the sort)`."""

    tri_demande = Signal(str, bool)
    menu_demande = Signal(str, QPoint)
    groupe_demande = Signal(str)  # a click on the name of a block that folds

    def __init__(self, modele: ModeleTableau, parent: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._modele = modele
        self.couleur_de: Callable[[str], QColor | None] = lambda _groupe: None
        self.est_plie: Callable[[str], bool | None] = lambda _groupe: None  # None: does not fold
        self._groupe_presse = ""
        self._survolee = -1
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMouseTracking(True)
        self.setStretchLastSection(False)
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.sectionClicked.connect(self._trier)
        theme().change.connect(self._redessiner)
        self._redessiner()

    def _redessiner(self) -> None:
        self.setMinimumSectionSize(theme().px(40))
        self.updateGeometry()
        self.viewport().update()

    def _trier(self, section: int) -> None:
        ajouter = bool(QApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.tri_demande.emit(self._modele.colonnes[section].cle, ajouter)

    # Sizes --------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), self._hauteur_groupes() + _hauteur_des_titres())

    def _hauteur_groupes(self) -> int:
        groupes = any(colonne.groupe for colonne in self._modele.colonnes)
        return theme().haut(BANDE_GROUPE, taille="petit") if groupes else 0

    def largeur_minimale(self, colonne: Colonne) -> int:
        """Narrowest width at which no word of the title is cut."""
        metrique = QFontMetrics(theme().police("petit", forte=True))
        mots = titre_de_section(colonne).split(" ")
        plus_long = max(metrique.horizontalAdvance(mot) for mot in mots)
        return plus_long + theme().px(2 * MARGE + FLECHE)

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        with QPainter(self.viewport()) as peintre:
            peintre.fillRect(self.viewport().rect(), look.couleurs.papier)
            for logique in self._sections_visibles():
                self._peindre_titre(peintre, logique)
            if self._hauteur_groupes():
                self._peindre_groupes(peintre)
            bas = self.viewport().height() - 1
            peintre.fillRect(0, bas, self.viewport().width(), 1, look.couleurs.filet_fort)

    def _sections_visibles(self) -> list[int]:
        """Logical indexes on screen, from left to right."""
        premiere = self.visualIndexAt(0)
        derniere = self.visualIndexAt(self.viewport().width() - 1)
        if premiere < 0:
            return []
        derniere = derniere if derniere >= 0 else self.count() - 1
        visuelles = range(premiere, derniere + 1)
        logiques = [self.logicalIndex(visuelle) for visuelle in visuelles]
        return [logique for logique in logiques if not self.isSectionHidden(logique)]

    def debuts_de_groupe(self) -> list[int]:
        """Where the blocks of columns on screen begin."""
        colonnes = self._modele.colonnes
        debuts: list[int] = []
        precedent = ""
        for logique in self._sections_visibles():
            groupe = colonnes[logique].groupe
            if groupe and groupe != precedent:
                debuts.append(self.sectionViewportPosition(logique))
            precedent = groupe
        return debuts

    def _cadre(self, logique: int) -> QRect:
        haut = self._hauteur_groupes()
        return QRect(
            self.sectionViewportPosition(logique),
            haut,
            self.sectionSize(logique),
            self.viewport().height() - haut,
        )

    def _peindre_titre(self, peintre: QPainter, logique: int) -> None:
        look = theme()
        colonne = self._modele.colonnes[logique]
        cadre = self._cadre(logique)
        if logique == self._survolee:
            peintre.fillRect(cadre, look.couleurs.survol)
        rang_tri = next(
            (r for r, (cle, _) in enumerate(self._modele.tri) if cle == colonne.cle), None
        )
        trie = rang_tri is not None
        police = look.police("petit", forte=True)
        interieur = cadre.adjusted(look.px(MARGE), 0, -look.px(MARGE), 0)
        if trie:
            self._peindre_fleche(peintre, interieur, rang_tri or 0)
            retrait = look.px(FLECHE)
            droite = colonne.cote == Alignement.DROITE
            interieur.adjust(retrait if droite else 0, 0, 0 if droite else -retrait, 0)
        peintre.setFont(police)
        peintre.setPen(look.couleurs.encre if trie else look.couleurs.encre_douce)
        lignes = _en_lignes(titre_de_section(colonne), police, interieur.width())
        interieur.setBottom(cadre.bottom() - look.air(5))
        peintre.drawText(interieur, _COTES[colonne.cote], "\n".join(lignes))

    def _peindre_fleche(self, peintre: QPainter, cadre: QRect, rang: int) -> None:
        """A small triangle, pointing up when ascending; paler for the second criteria."""
        look = theme()
        cle, descendant = self._modele.tri[rang]
        droite = self._modele.colonnes[self._modele.rang(cle)].cote == Alignement.DROITE
        demi = look.px(3.5)
        x = cadre.left() + demi if droite else cadre.right() - demi
        y = cadre.bottom() - look.px(12)
        sens = 1 if descendant else -1
        peintre.save()
        peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
        peintre.setPen(Qt.PenStyle.NoPen)
        peintre.setBrush(look.couleurs.accent if rang == 0 else look.couleurs.bord)
        points = [(x - demi, y - sens * 2), (x + demi, y - sens * 2), (x, y + sens * (demi - 1))]
        peintre.drawPolygon(QPolygonF([QPointF(*point) for point in points]))
        peintre.restore()

    def _peindre_groupes(self, peintre: QPainter) -> None:
        suite: list[int] = []
        for logique in self._sections_visibles():
            colonnes = self._modele.colonnes
            if suite and colonnes[suite[-1]].groupe != colonnes[logique].groupe:
                self._peindre_groupe(peintre, suite)
                suite = []
            suite.append(logique)
        if suite:
            self._peindre_groupe(peintre, suite)

    def _peindre_groupe(self, peintre: QPainter, logiques: list[int]) -> None:
        """The name of a block stays in view as long as some of its columns are."""
        look = theme()
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
        texte = QFontMetrics(police).elidedText(
            groupe_avec_unite([self._modele.colonnes[c] for c in logiques]),
            Qt.TextElideMode.ElideRight,
            interieur.width(),
        )
        peintre.drawText(
            interieur, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, texte
        )

    def _peindre_pli(self, peintre: QPainter, cadre: QRect, groupe: str) -> int:
        """A chevron before the name of a block that folds; returns the room it takes."""
        plie = self.est_plie(groupe)
        if plie is None:
            return 0
        look = theme()
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
        a_gauche = event.button() == Qt.MouseButton.LeftButton
        self._groupe_presse = self.groupe_a(event.position().toPoint()) if a_gauche else ""
        if not self._groupe_presse:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        presse, self._groupe_presse = self._groupe_presse, ""
        if not presse:
            super().mouseReleaseEvent(event)
        elif presse == self.groupe_a(event.position().toPoint()):
            self.groupe_demande.emit(presse)

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
        titre = titre_de_section(colonne)
        complet = f"{colonne.groupe} · {titre}" if colonne.groupe else titre
        return f"{complet}\n{colonne.aide}" if colonne.aide else complet


_COTES = {
    Alignement.GAUCHE: int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom),
    Alignement.CENTRE: int(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom),
    Alignement.DROITE: int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom),
}


def _hauteur_des_titres() -> int:
    return theme().haut(ENTETE, lignes=2, taille="petit")


def _en_lignes(texte: str, police: QFont, largeur: int) -> tuple[str, ...]:
    return _couper(texte, police.toString(), largeur)


@lru_cache(maxsize=512)
def _couper(texte: str, cle_police: str, largeur: int) -> tuple[str, ...]:
    """At most two lines broken between words; only what remains too long is elided."""
    police = QFont()
    police.fromString(cle_police)
    metrique = QFontMetrics(police)
    if metrique.horizontalAdvance(texte) <= largeur:
        return (texte,)
    premiere, reste = "", texte
    for mot in texte.split(" "):
        essai = f"{premiere} {mot}".strip()
        if premiere and metrique.horizontalAdvance(essai) > largeur:
            break
        premiere, reste = essai, texte[len(essai) :].strip()
    lignes = [premiere, reste] if reste else [premiere]
    return tuple(
        metrique.elidedText(ligne, Qt.TextElideMode.ElideRight, largeur) for ligne in lignes
    )
