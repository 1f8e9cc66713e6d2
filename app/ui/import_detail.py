"""The row selected in the preview: its verdict, its alerts, and each value that it changes."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.services.plans import Verdict
from app.ui import import_lignes as rangs
from app.ui.elements import TexteElide, filet, marges
from app.ui.formes import peindre_etiquette, taille_etiquette
from app.ui.import_lignes import LigneApercu
from app.ui.import_listes import Alertes
from app.ui.import_source import francais
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class EtiquetteVerdict(QWidget):
    """What becomes of the selected row: the same tag as in the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._etat = str(Verdict.IGNORER)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def montrer(self, etat: str) -> None:
        self._etat = etat
        self.setAccessibleName(rangs.ETATS[etat])
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return taille_etiquette(rangs.ETATS[self._etat], theme())

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        mot, signal = rangs.ETATS[self._etat], rangs.SIGNAUX[self._etat]
        with QPainter(self) as peintre:
            peindre_etiquette(peintre, self.rect(), mot, signal=signal, look=theme())


class DetailLigne(QWidget):
    """The selected row, value by value, and last year's action that it renews."""

    filiation_refusee = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ligne: LigneApercu | None = None
        self._titre = TexteElide(role="fort")
        self._verdict = EtiquetteVerdict()
        self._motif = TexteElide(role="doux")
        self.alertes = Alertes(elidees=True)
        self.filiation = QCheckBox()
        self.filiation.clicked.connect(self._sur_filiation)
        self._modele = ModeleTableau(
            rangs.colonnes_changements(avec_avant=True), self, cle=rangs.cle_changement
        )
        self.vue = VueTableau(self._modele)
        self.vue.volets.pied.hide()
        haut = QHBoxLayout()
        marges(haut, 8, 16, 4, 16, espace=8)
        haut.addWidget(self._titre, 3)
        haut.addWidget(self._verdict)
        haut.addWidget(self._motif, 2)
        bas = QVBoxLayout()
        marges(bas, 0, 16, 4, 16, espace=2)
        bas.addWidget(self.alertes)
        bas.addWidget(self.filiation)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addWidget(filet())
        colonne.addLayout(haut)
        colonne.addLayout(bas)
        colonne.addWidget(self.vue, 1)

    def montrer(self, ligne: LigneApercu | None, *, filiation_refusee: bool = False) -> None:
        self._ligne = ligne
        if ligne is None:
            self._titre.setText("")
            self._motif.setText("")
            self._verdict.hide()
            self.filiation.hide()
            self.alertes.montrer([])
            self._modele.remplacer_lignes([])
            return
        ajout = ligne.verdict is Verdict.AJOUTER
        self._titre.setText(f"Ligne {ligne.ligne} · {ligne.titre or 'sans intitulé'}")
        self._motif.setText(francais(ligne.motif))
        self._verdict.montrer(ligne.etat)
        self._verdict.show()
        self.alertes.montrer(rangs.premieres(ligne.alertes))
        filiation = ligne.plan.filiation
        self.filiation.setVisible(filiation is not None)
        if filiation is not None:
            texte = f"Reconduit « {filiation.titre} » ({filiation.annee})"
            self.filiation.setText(francais(texte).replace("&", "&&"))
            self.filiation.setChecked(not filiation_refusee)
        vide = "Rien n'est écrit pour cette ligne." if not ajout else "Aucune valeur."
        self.vue.volets.dire_si_vide(vide)
        colonnes = rangs.colonnes_changements(avec_avant=not ajout)
        self._modele.definir_colonnes(colonnes, list(enumerate(ligne.plan.changements)))

    def _sur_filiation(self, coche: bool) -> None:
        if self._ligne is not None:
            self.filiation_refusee.emit(self._ligne.plan.rang, not coche)
