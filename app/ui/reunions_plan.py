"""The meetings that are proposed, and the projects that none can take, before anything is written."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.services.columns_reunions import colonnes_hors_reunion, colonnes_plan
from app.services.errors import ErreurConnue
from app.services.plans_reunions import Plan, PlansReunions
from app.ui.elements import bouton, etiquette, marges
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class VoletPlan(QWidget):
    """`fait(sentence)`: the meetings are there. Esc gives it up. `quitte()`: closed, either way."""

    refuse = Signal(str)
    fait = Signal(str)
    quitte = Signal()

    def __init__(self, plans: PlansReunions) -> None:
        super().__init__()
        self._plans = plans
        self._plan: Plan | None = None
        self._phrase = etiquette("", "fort")
        self._phrase.setWordWrap(True)
        self.accepter = bouton("Préparer ces réunions", "principal")
        self.accepter.clicked.connect(self._accepter)
        abandon = bouton("Abandonner")
        abandon.clicked.connect(self.fermer)
        self.reunions = ModeleTableau(colonnes_plan(), self)
        self.hors = ModeleTableau(colonnes_hors_reunion(), self)
        self._vue_hors = VueTableau(self.hors)
        vue = VueTableau(self.reunions)
        vue.volets.dire_si_vide("Rien à préparer : chaque action est inscrite à sa réunion.")
        self._vue_hors.volets.dire_si_vide("Chaque action a sa réunion.")
        ligne = QHBoxLayout()
        marges(ligne, 8, 16, espace=8)
        ligne.addWidget(self._phrase, 1)
        ligne.addWidget(self.accepter)
        ligne.addWidget(abandon)
        partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(vue)
        partage.addWidget(self._vue_hors)
        partage.setSizes([theme().px(520), theme().px(560)])
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)
        colonne.addLayout(ligne)
        colonne.addWidget(partage, 1)
        self.setFocusProxy(self.accepter)

    def montrer(self, annee: int) -> None:
        """What there is to do in a year: nothing is written."""
        self._plan = plan = self._plans.proposer(annee)
        self.reunions.synchroniser(list(plan.reunions))
        self.hors.synchroniser(list(plan.hors))
        self._phrase.setText(phrase_du_plan(plan))
        self.accepter.setEnabled(bool(plan.reunions))

    def _accepter(self) -> None:
        if self._plan is None:
            return
        try:
            nombre = self._plans.appliquer(self._plan)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return
        self.fermer()
        pluriel = "s" if nombre > 1 else ""
        self.fait.emit(f"{nombre} réunion{pluriel} préparée{pluriel}. Ctrl+Z y revient.")

    def fermer(self) -> None:
        """The keyboard does not stay on what is gone: it would fall on the rail."""
        self.hide()
        self.quitte.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        else:
            super().keyPressEvent(event)


def phrase_du_plan(plan: Plan) -> str:
    """« 12 réunions à préparer pour 58 actions. Dans aucune : 2 actions. »"""
    neuves, hors = len(plan.reunions), len(plan.hors)
    if not neuves:
        debut = "Rien à préparer"
    else:
        pluriel = "s" if neuves > 1 else ""
        debut = (
            f"{neuves} réunion{pluriel} à préparer ou à compléter, pour {plan.inscrits} "
            f"action{'s' if plan.inscrits > 1 else ''}"
        )
    deja = f" ; {plan.deja} déjà inscrite{'s' if plan.deja > 1 else ''}" if plan.deja else ""
    reste = f" Dans aucune : {hors} action{'s' if hors > 1 else ''}." if hors else ""
    return f"{debut}{deja}.{reste}"
