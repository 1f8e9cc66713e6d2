"""In the cockpit: the liste complémentaire of the séance, ranked while the room discusses it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.services.bus import Avis
from app.services.columns_suites import colonnes_complementaire
from app.services.comite import Comite
from app.services.suites import Candidate
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges
from app.ui.seance_ranger import RangerLignes
from app.ui.tableau import ModeleTableau
from app.ui.vue_tableau import VueTableau

QUOI = "le classement"
VIDE = "Aucune action n'est sur la liste complémentaire : L y inscrit celle du point."
PHRASE = "Liste complémentaire : glissez un rang, ou Alt et une flèche."
ENTITES = {"decision", "montant_decide", "action", "enveloppe", "cofinancement", "point"}


class VoletComplementaire(Ecran):
    """`quitte()`: Esc."""

    quitte = Signal()

    def __init__(self, comite: Comite, seance: str) -> None:
        super().__init__()
        self._comite, self._seance = comite, seance
        self._annee = comite.seances.lire(seance).annee
        colonnes = [c for c in colonnes_complementaire() if c.cle != "seance_titre"]
        self.modele = ModeleTableau(colonnes, self)
        self.vue = VueTableau(self.modele)
        self.vue.refuse.connect(self.refuse)
        self.vue.volets.dire_si_vide(VIDE)
        self.setFocusProxy(self.vue)
        self.rangeur = RangerLignes(self.vue, "rang", comite.decisions.ranger_complementaire, QUOI)
        phrase = etiquette(PHRASE, "fort")
        barre = QHBoxLayout()
        marges(barre, 8, 0, espace=8)
        barre.addWidget(phrase)
        barre.addStretch(1)
        for mots, pas in (("Monter", -1), ("Descendre", 1)):
            geste = bouton(mots)
            geste.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            geste.clicked.connect(
                lambda _=False, pas=pas: self.tenter(lambda: self.rangeur.deplacer(pas))
            )
            barre.addWidget(geste)
        revenir = bouton("Revenir (Échap)")
        revenir.clicked.connect(self.quitte)
        barre.addWidget(revenir)
        page = QVBoxLayout(self)
        marges(page, 0, espace=4)
        page.addLayout(barre)
        page.addWidget(self.vue, 1)

    def lire(self) -> list[Candidate]:
        """Those that this séance ranked and that still wait."""
        toutes = self._comite.suites.liste_complementaire(self._annee)
        return [c for c in toutes if c.seance == self._seance]

    def montree(self) -> None:
        """In place of the seats, with the cursor on the first one."""
        self.rafraichir()
        self.vue.setFocus()
        self.vue.aller(0, 0)

    def rafraichir(self) -> None:
        self.modele.synchroniser(self.lire())

    def sur_avis(self, avis: Avis) -> None:
        if self.isVisible() and avis.touche(*ENTITES):
            self.rafraichir()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.quitte.emit()
        else:
            event.accept()  # letters are gestures of the cockpit: not while the list is open
