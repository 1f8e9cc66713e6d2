"""The editors of cells: a field, a list, and how a refused text is marked."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from app.services.columns import Alignement, Colonne, TypeColonne


def fabriquer_editeur(parent: QWidget, colonne: Colonne) -> QComboBox | QLineEdit:
    """The editor of a column: its list of choices, or a field."""
    editeur = _liste(parent, colonne) if colonne.choix else _champ(parent, colonne)
    editeur.setProperty("cellule", True)
    editeur.setAccessibleName(", ".join(p for p in (colonne.groupe, colonne.titre) if p))
    return editeur


def _champ(parent: QWidget, colonne: Colonne) -> QLineEdit:
    champ = QLineEdit(parent)
    champ.setFrame(False)
    if colonne.cote == Alignement.DROITE:
        champ.setAlignment(Qt.AlignmentFlag.AlignRight)
    return champ


def _liste(parent: QWidget, colonne: Colonne) -> QComboBox:
    liste = QComboBox(parent)
    for valeur, libelle in colonne.choix:
        liste.addItem(libelle, valeur)
    return liste


def texte_tape(editeur: QWidget) -> str:
    """Text of an editor, or the stored value of the choice."""
    if isinstance(editeur, QComboBox):
        return str(editeur.currentData() or "")
    return editeur.text() if isinstance(editeur, QLineEdit) else ""


def est_refuse(editeur: QWidget) -> bool:
    return editeur.property("etat") == "refuse"


def marquer_refus(editeur: QWidget, *, refuse: bool) -> None:
    """Red outline while the text cannot be kept."""
    if est_refuse(editeur) == refuse:
        return
    editeur.setProperty("etat", "refuse" if refuse else "")
    editeur.style().unpolish(editeur)
    editeur.style().polish(editeur)


def est_bascule(colonne: Colonne) -> bool:
    """A yes or no: one key changes it, no editor opens."""
    return colonne.type == TypeColonne.BOOLEEN
