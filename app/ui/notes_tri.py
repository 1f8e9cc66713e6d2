"""The triage of notes by single keys, in the column of the triage: what is asked, and what is done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.models.enums import TriNote
from app.services.columns import Signal as Sens
from app.services.notes import A_MOTIVER
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import bouton, marges
from app.ui.vue_tableau import VueTableau

COLONNE = "tri"
DE_TRI = (COLONNE, "numero")  # where a letter has nothing else to say


@dataclass(frozen=True, slots=True)
class ToucheDeTri:
    """A key of the triage, and what it makes of a note (None: to be sorted again)."""

    lettre: str
    touche: Qt.Key
    tri: TriNote | None
    mot: str


TOUCHES = (
    ToucheDeTri("R", Qt.Key.Key_R, TriNote.RECEVABLE, "Recevable"),
    ToucheDeTri("P", Qt.Key.Key_P, TriNote.A_PRECISER, "À préciser"),
    ToucheDeTri("O", Qt.Key.Key_O, TriNote.REORIENTEE, "Réorientée"),
    ToucheDeTri("I", Qt.Key.Key_I, TriNote.IRRECEVABLE, "Irrecevable"),
    ToucheDeTri("E", Qt.Key.Key_E, None, "À examiner"),
)
_PAR_TOUCHE = {touche.touche: touche for touche in TOUCHES}
_SENS = {
    TriNote.RECEVABLE: Sens.FAVORABLE,
    TriNote.A_PRECISER: Sens.ALERTE,
    TriNote.IRRECEVABLE: Sens.BLOQUANT,
}
Trier = Callable[[TriNote | None, str, str], object]


class BarreTri(QWidget):
    """The four answers as buttons with their keys; `demande(ToucheDeTri)`: one was pressed."""

    demande = Signal(object)

    def __init__(self, vue: VueTableau) -> None:
        super().__init__()
        self._vue = vue
        ligne = QHBoxLayout(self)
        marges(ligne, 0, 16, espace=8)
        self.boutons = {}
        for touche in TOUCHES:
            geste = bouton(f"{touche.mot} ({touche.lettre})")
            geste.setToolTip(f"Touche {touche.lettre} dans la colonne « Suite donnée »")
            geste.clicked.connect(lambda _=False, t=touche: self.demande.emit(t))
            self.boutons[touche.lettre] = geste
            ligne.addWidget(geste)
        ligne.addStretch(1)
        self.droite = ligne
        for grille in vue.volets.grilles:
            grille.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A letter typed in the column of the triage sorts the selected rows."""
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        touche = _PAR_TOUCHE.get(Qt.Key(event.key()))
        nue = event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        if touche is None or not nue or self._vue.case_courante()[1] not in DE_TRI:
            return super().eventFilter(watched, event)
        self.demande.emit(touche)
        return True


class BarreMotif(BarreChamps):
    """Asks why, and where to, of what is not simply « recevable »."""

    def __init__(self) -> None:
        super().__init__(
            (
                ChampDeBarre("motif", "Motif", largeur=320),
                ChampDeBarre("vers", "Vers", largeur=180),
            ),
            "Garder",
        )

    def trier(self, touche: ToucheDeTri, combien: str, faire: Trier, motifs: Sequence[str]) -> None:
        """Do it at once, or ask for its reason first."""
        if touche.tri not in A_MOTIVER:
            faire(touche.tri, "", "")
            return
        self.champs["vers"].setVisible(touche.tri == TriNote.REORIENTEE)
        self.champs["motif"].completer(motifs)

        def garder(champs: Mapping[str, str]) -> None:
            faire(touche.tri, champs["motif"], champs["vers"])

        self.demander(f"{touche.mot}, {combien}", garder)
