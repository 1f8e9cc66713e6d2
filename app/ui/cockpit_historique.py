"""In the cockpit: all that was said and decided of the item, one key away."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.services.bus import Avis
from app.services.columns_historique import colonnes_historique
from app.services.comite import Comite
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges
from app.ui.tableau import ModeleTableau
from app.ui.vue_tableau import VueTableau

PHRASE = "Ce qui a été dit et décidé de ce point, dans l'ordre. La salle ne le voit pas."
VIDE = "Rien n'a encore été dit de ce point."
ENTITES = ("tour", "cofinancement", "decision")


class VoletHistorique(Ecran):
    """`quitte()`: Esc."""

    quitte = Signal()

    def __init__(self, comite: Comite, point: Callable[[], str]) -> None:
        super().__init__()
        self._comite, self._point = comite, point
        self.modele = ModeleTableau(colonnes_historique(), self)
        self.modele.lecture_seule = True
        self.vue = VueTableau(self.modele)
        self.vue.refuse.connect(self.refuse)
        self.vue.volets.dire_si_vide(VIDE)
        self.setFocusProxy(self.vue)
        barre = QHBoxLayout()
        marges(barre, 8, 0, espace=8)
        barre.addWidget(etiquette(PHRASE, "fort"))
        barre.addStretch(1)
        revenir = bouton("Revenir (Échap)")
        revenir.clicked.connect(self.quitte)
        barre.addWidget(revenir)
        page = QVBoxLayout(self)
        marges(page, 0, espace=4)
        page.addLayout(barre)
        page.addWidget(self.vue, 1)

    def montree(self) -> None:
        """In place of the seats, with the cursor on what came last."""
        self.rafraichir()
        self.vue.setFocus()
        if self.modele.rowCount():
            self.vue.aller(self.modele.rowCount() - 1, 0)

    def rafraichir(self) -> None:
        self.modele.synchroniser(self._comite.historiques.du_point(self._point()))

    def sur_avis(self, avis: Avis) -> None:
        if self.isVisible() and avis.touche(*ENTITES):
            self.rafraichir()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.quitte.emit()
        else:
            event.accept()  # letters are gestures of the cockpit: not while the list is open
