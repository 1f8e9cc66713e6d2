"""The keys of the live notes, declared once: the page and its sentences read them."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.models.enums import Appreciation

_K = Qt.Key
# name of the gesture -> its keys, its words, how the key is printed
TOUCHES: dict[str, tuple[tuple[Qt.Key, ...], str, str]] = {
    "suivant": ((_K.Key_PageDown, _K.Key_Right), "Action suivante", "Page suiv."),
    "precedent": ((_K.Key_PageUp, _K.Key_Left), "Action précédente", "Page préc."),
    "critere_suivant": ((_K.Key_Down,), "Critère suivant", "↓"),
    "critere_precedent": ((_K.Key_Up,), "Critère précédent", "↑"),
    str(Appreciation.OUI): ((_K.Key_O,), "Oui", "O"),
    str(Appreciation.EN_PARTIE): ((_K.Key_P,), "En partie", "P"),
    str(Appreciation.NON): ((_K.Key_N,), "Non", "N"),
    "effacer": ((_K.Key_Delete, _K.Key_Backspace), "Sans réponse", "Suppr"),
    "remarques": ((_K.Key_R,), "Remarques", "R"),
    "avis": ((_K.Key_A,), "Avis consultatif", "A"),
    "demande": ((_K.Key_D,), "Demander", "D"),
    "vu": ((_K.Key_V,), "Vu", "V"),
}
PARTOUT = {_K.Key_PageDown: "suivant", _K.Key_PageUp: "precedent"}  # in the remarks too


def geste_de(evenement: QKeyEvent) -> str:
    """The gesture of a key pressed alone; empty: none."""
    compte = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    if evenement.modifiers() & compte:
        return ""
    touche = evenement.key()
    return next((nom for nom, (touches, _, _) in TOUCHES.items() if touche in touches), "")


def avec_sa_touche(nom: str) -> str:
    """« Remarques (R) »."""
    _, mots, ecrite = TOUCHES[nom]
    return f"{mots} ({ecrite})"
