"""The keys of the cockpit, declared once: the cockpit, its buttons and the help read them."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.models.enums import NatureDecision

_CTRL = Qt.KeyboardModifier.ControlModifier
_MAJ = Qt.KeyboardModifier.ShiftModifier
_SANS = Qt.KeyboardModifier.NoModifier
_COMPTEES = _CTRL | _MAJ | Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True, slots=True)
class Touche:
    """A gesture: its name in code, its words, its key as it is printed, and as Qt knows it."""

    nom: str
    mots: str
    ecrite: str
    touches: tuple[Qt.Key, ...]
    avec: Qt.KeyboardModifier = _SANS


_ENTREES = (Qt.Key.Key_Return, Qt.Key.Key_Enter)

TOUCHES: tuple[Touche, ...] = (
    Touche("suivant", "Suivant", "Ctrl+Entrée", _ENTREES, _CTRL),
    Touche("precedent", "Précédent", "Ctrl+Maj+Entrée", _ENTREES, _CTRL | _MAJ),
    Touche("reporter", "Reporter", "F6", (Qt.Key.Key_F6,)),
    Touche("revenir", "Revenir", "F8", (Qt.Key.Key_F8,)),
    Touche("demande", "= demandé", "D", (Qt.Key.Key_D, Qt.Key.Key_Equal)),
    Touche("etat", "Suit l'État", "E", (Qt.Key.Key_E,)),
    Touche("reste", "Reste à financer", "S", (Qt.Key.Key_S,)),
    Touche("reculer", "Reculer", "R", (Qt.Key.Key_R,)),
    Touche("tour", "Nouveau tour", "F5", (Qt.Key.Key_F5,)),
    Touche("mouvements", "Confirmer", "P", (Qt.Key.Key_P,)),
    Touche("mouvement", "Sorties", "Maj+P", (Qt.Key.Key_P,), _MAJ),
    Touche("favorable", "CPO : favorable", "Maj+F", (Qt.Key.Key_F,), _MAJ),
    Touche("oppose", "CPO : opposé", "Maj+O", (Qt.Key.Key_O,), _MAJ),
    Touche("lever", "Lever la décision", "Ctrl+Suppr", (Qt.Key.Key_Delete,), _CTRL),
    Touche("noir", "Écran noir", "B", (Qt.Key.Key_B,)),
    Touche("figer", "Figer l'écran", "F", (Qt.Key.Key_F,)),
    Touche("tableau", "Tableau", "G", (Qt.Key.Key_G,)),
    Touche("fenetre", "Fenêtre de la salle", "W", (Qt.Key.Key_W,)),
    Touche("bloc", "Voter sans débat", "Maj+V", (Qt.Key.Key_V,), _MAJ),
    Touche("classement", "Classer", "Maj+L", (Qt.Key.Key_L,), _MAJ),
    Touche("historique", "Tout l'historique", "I", (Qt.Key.Key_I,)),
    Touche("main", "Passer la main", "H", (Qt.Key.Key_H,)),
    Touche("message", "Message", "M", (Qt.Key.Key_M,)),
    Touche("agrandir", "Plus grand", "Z", (Qt.Key.Key_Z,)),
    Touche("reduire", "Plus petit", "Maj+Z", (Qt.Key.Key_Z,), _MAJ),
)
DECISIONS: dict[str, Touche] = {
    str(nature): Touche(str(nature), mots, lettre, (touche,))
    for nature, mots, lettre, touche in (
        (NatureDecision.VALIDE, "Valider", "V", Qt.Key.Key_V),
        (NatureDecision.SOUS_RESERVE, "Sous conditions", "C", Qt.Key.Key_C),
        (NatureDecision.REFUSE, "Ne pas retenir", "N", Qt.Key.Key_N),
        (NatureDecision.AJOURNE, "Ajourner", "A", Qt.Key.Key_A),
        (NatureDecision.REORIENTE, "Réorienter", "O", Qt.Key.Key_O),
        (NatureDecision.COMPLEMENTAIRE, "Liste compl.", "L", Qt.Key.Key_L),
        (NatureDecision.RETIRE, "Retirer", "T", Qt.Key.Key_T),
    )
}


def touche_de(evenement: QKeyEvent) -> str:
    """The gesture of a key, a nature of decision, or nothing."""
    touche = evenement.key()
    avec = evenement.modifiers() & _COMPTEES
    for candidate in (*TOUCHES, *DECISIONS.values()):
        if touche in candidate.touches and avec == candidate.avec:
            return candidate.nom
    # « = » needs Shift on some keyboards.
    return "demande" if evenement.text() == "=" else ""


def ecrite(nom: str) -> str:
    """The key of a gesture, as printed."""
    return next(t.ecrite for t in (*TOUCHES, *DECISIONS.values()) if t.nom == nom)


def avec_sa_touche(nom: str) -> str:
    """« Suivant (Ctrl+Entrée) »."""
    trouvee = next(t for t in (*TOUCHES, *DECISIONS.values()) if t.nom == nom)
    return f"{trouvee.mots} ({trouvee.ecrite})"
