"""The totals of the rows shown, under the columns they sum, always in view."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from app.services.columns import Alignement
from app.ui.entete import EnteteTableau
from app.ui.loupe import Loupe
from app.ui.tableau import ModeleTableau
from app.ui.theme import ENTETE, MARGE

_DEPLACEMENTS = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)


class Case(NamedTuple):
    """A total in sight."""

    rang: int  # of its column
    total: Decimal | int | None
    cadre: QRect  # of its column
    zone: QRect  # of the pane that the column scrolls in


class PiedTableau(QWidget):
    """Follows the headers of the panes: their positions, their scroll, their hidden columns."""

    def __init__(
        self,
        modele: ModeleTableau,
        entetes: Sequence[EnteteTableau],
        look: Loupe,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._look = look
        self._modele = modele
        self._entetes = entetes
        self._dessines: list[Case] = []  # as they were drawn last
        self._deplaces = True  # columns are perhaps no longer where they were drawn
        self._mots = ""
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # nothing shows through it
        self.setAccessibleName("Totaux des lignes affichées")
        modele.calcule.connect(self._rafraichir)
        modele.modelReset.connect(self._oublier)
        for entete in entetes:
            entete.sectionResized.connect(self.replacer)
            entete.sectionMoved.connect(self.replacer)
            entete.parentWidget().installEventFilter(self)
        look.change.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(100, self._look.haut(ENTETE))

    def eventFilter(self, _objet: QObject, evenement: QEvent) -> bool:
        """A pane may be laid out after the totals were drawn, without any column moving in it."""
        if evenement.type() in _DEPLACEMENTS:
            self.replacer()
        return False

    def replacer(self) -> None:
        """Columns have moved, or have another width: find the totals again."""
        self._deplaces = True
        self.update()

    def _oublier(self) -> None:
        """Other columns, maybe fewer: what was drawn no longer says which is where."""
        self._dessines = []
        self.replacer()

    def resizeEvent(self, _evenement: QResizeEvent) -> None:
        self._deplaces = True

    def _rafraichir(self) -> None:
        """Draw again the totals that moved: every typed amount comes here."""
        mots = self._libelle()
        if mots != self._mots:
            self._mots = mots
            self.setAccessibleDescription(mots)
            self.update()
            return
        for numero, case in enumerate(self._dessines):
            if self._modele.total(case.rang) != case.total:
                # The words beside the first total give way to it.
                self.update(case.cadre if numero else case.cadre | QRect(0, 0, 1, self.height()))

    def _libelle(self) -> str:
        montrees, toutes = self._modele.nombre_filtre, self._modele.nombre_total
        mot = "lignes" if max(montrees, toutes) > 1 else "ligne"
        return f"{toutes} {mot}" if montrees == toutes else f"{montrees} sur {toutes} {mot}"

    def _a_des_totaux(self) -> bool:
        return any(colonne.total for colonne in self._modele.colonnes)

    def _cases(self) -> list[Case]:
        """The totals in sight, from left to right."""
        return sorted(self._cases_des_volets(), key=lambda case: case.cadre.left())

    def _cases_des_volets(self) -> Iterator[Case]:
        for entete in self._entetes:
            if not entete.isVisible():
                continue
            origine = entete.viewport().mapTo(self.parentWidget(), entete.rect().topLeft())
            gauche, hauteur = origine.x() - self.x(), self.height() - 1
            zone = QRect(gauche, 1, entete.viewport().width(), hauteur)
            for rang in entete.sections_visibles():
                if self._modele.colonnes[rang].total:
                    x = gauche + entete.sectionViewportPosition(rang)
                    cadre = QRect(x, 1, entete.sectionSize(rang), hauteur)
                    yield Case(rang, self._modele.total(rang), cadre, zone)

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, evenement: QPaintEvent) -> None:
        look = self._look
        region = evenement.region()
        modele = self._modele
        if self._deplaces:
            self._dessines, self._deplaces = self._cases(), False
        else:
            self._dessines = [c._replace(total=modele.total(c.rang)) for c in self._dessines]
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), look.couleurs.papier)
            peintre.fillRect(0, 0, self.width(), 1, look.couleurs.filet_fort)
            peintre.setFont(look.police(forte=True))
            libre = self.width()
            if self._dessines:
                libre = self._debut(self._dessines[0], peintre.fontMetrics())
            for case in self._dessines:
                if region.intersects(case.cadre):
                    self._peindre_total(peintre, case)
            peintre.setClipping(False)
            if region.intersects(QRect(0, 0, libre, self.height())):
                self._peindre_libelle(peintre, libre)

    def _texte(self, case: Case) -> str:
        return self._look.typographier(self._modele.colonnes[case.rang].texte_de(case.total))

    def _a_droite(self, case: Case) -> bool:
        return self._modele.colonnes[case.rang].cote == Alignement.DROITE

    def _cadre_du_texte(self, case: Case) -> QRect:
        marge = self._look.px(MARGE)
        return case.cadre.adjusted(marge, -1, -marge, 0)

    def _debut(self, case: Case, metrique: QFontMetrics) -> int:
        """Where a total begins."""
        cadre = self._cadre_du_texte(case)
        debut = cadre.left()
        if self._a_droite(case):
            debut = cadre.right() - metrique.horizontalAdvance(self._texte(case))
        return max(debut, case.zone.left())

    def _peindre_total(self, peintre: QPainter, case: Case) -> None:
        couleurs = self._look.couleurs
        peintre.setClipRect(case.zone)
        peintre.setPen(couleurs.encre if case.total else couleurs.encre_douce)
        cote = Qt.AlignmentFlag.AlignRight if self._a_droite(case) else Qt.AlignmentFlag.AlignLeft
        cadre = self._cadre_du_texte(case)
        place = (cadre.right() - case.zone.left() if self._a_droite(case) else cadre.width()) + 1
        # Cut without its mark, what is left would be another amount.
        coupe = Qt.TextElideMode.ElideRight
        texte = peintre.fontMetrics().elidedText(self._texte(case), coupe, place)
        peintre.drawText(cadre, cote | Qt.AlignmentFlag.AlignVCenter, texte)

    def _peindre_libelle(self, peintre: QPainter, libre: int) -> None:
        """How many rows, where the first columns, which are not summed, leave room."""
        look = self._look
        peintre.setFont(look.police("petit"))
        peintre.setPen(look.couleurs.encre_douce)
        cadre = self.rect().adjusted(look.px(MARGE), 1, -look.px(MARGE), 0)
        cadre.setRight(libre - look.px(MARGE))
        texte = f"Total · {self._libelle()}" if self._a_des_totaux() else self._libelle()
        if cadre.width() >= peintre.fontMetrics().horizontalAdvance(texte):  # whole or not at all
            cote = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            peintre.drawText(cadre, cote, texte)
