"""The totals of the rows shown, under the columns they sum, always in view."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QWidget

from app.services.columns import Alignement
from app.ui.loupe import Loupe
from app.ui.tableau import ModeleTableau
from app.ui.theme import ENTETE, MARGE


class PiedTableau(QWidget):
    """Follows the headers of the panes: their positions, their scroll, their hidden columns."""

    def __init__(
        self,
        modele: ModeleTableau,
        entetes: Sequence[QHeaderView],
        look: Loupe,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._libre = 0  # where the first total begins
        self._modele = modele
        self._entetes = entetes
        self.setAccessibleName("Totaux des lignes affichées")
        modele.calcule.connect(self._rafraichir)
        for entete in entetes:
            entete.sectionResized.connect(self.update)
            entete.sectionMoved.connect(self.update)
        look.change.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(100, self._look.haut(ENTETE))

    def _rafraichir(self) -> None:
        self.setAccessibleDescription(self._libelle())
        self.update()

    def _libelle(self) -> str:
        montrees, toutes = self._modele.nombre_filtre, self._modele.nombre_total
        mot = "lignes" if max(montrees, toutes) > 1 else "ligne"
        return f"{toutes} {mot}" if montrees == toutes else f"{montrees} sur {toutes} {mot}"

    def _a_des_totaux(self) -> bool:
        return any(colonne.total for colonne in self._modele.colonnes)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = self._look
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), look.couleurs.papier)
            peintre.fillRect(0, 0, self.width(), 1, look.couleurs.filet_fort)
            gauche = 0
            self._libre = self.width()
            for entete in self._entetes:
                if entete.isVisible():
                    origine = entete.viewport().mapTo(self.parentWidget(), entete.rect().topLeft())
                    gauche = origine.x() - self.x()
                    zone = QRect(gauche, 1, entete.viewport().width(), self.height() - 1)
                    peintre.setClipRect(zone)
                    self._peindre_zone(peintre, entete, gauche)
            peintre.setClipping(False)
            self._peindre_libelle(peintre)

    def _peindre_zone(self, peintre: QPainter, entete: QHeaderView, gauche: int) -> None:
        look = self._look
        peintre.setFont(look.police(forte=True))
        for rang, colonne in enumerate(self._modele.colonnes):
            if not colonne.total or entete.isSectionHidden(rang):
                continue
            x, largeur = entete.sectionViewportPosition(rang), entete.sectionSize(rang)
            if x + largeur <= 0 or x >= entete.width():
                continue
            cadre = QRect(gauche + x, 0, largeur, self.height())
            cadre.adjust(look.px(MARGE), 0, -look.px(MARGE), 0)
            total = self._modele.total(rang)
            peintre.setPen(look.couleurs.encre if total else look.couleurs.encre_douce)
            cote = (
                Qt.AlignmentFlag.AlignRight
                if colonne.cote == Alignement.DROITE
                else Qt.AlignmentFlag.AlignLeft
            )
            texte = look.typographier(colonne.texte_de(total))
            peintre.drawText(cadre, cote | Qt.AlignmentFlag.AlignVCenter, texte)
            debut = cadre.left()
            if cote == Qt.AlignmentFlag.AlignRight:
                debut = cadre.right() - peintre.fontMetrics().horizontalAdvance(texte)
            self._libre = min(self._libre, max(debut, gauche))

    def _peindre_libelle(self, peintre: QPainter) -> None:
        """How many rows, where the first columns, which are not summed, leave room."""
        look = self._look
        peintre.setFont(look.police("petit"))
        peintre.setPen(look.couleurs.encre_douce)
        cadre = self.rect().adjusted(look.px(MARGE), 1, -look.px(MARGE), 0)
        cadre.setRight(self._libre - look.px(MARGE))
        texte = f"Total · {self._libelle()}" if self._a_des_totaux() else self._libelle()
        if cadre.width() >= peintre.fontMetrics().horizontalAdvance(texte):  # whole or not at all
            cote = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            peintre.drawText(cadre, cote, texte)
