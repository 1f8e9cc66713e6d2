"""What typing may become: found anywhere in a name, whatever its accents and capitals."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter

from app.services.identifiants import sans_accents

ROLE_CLE = Qt.ItemDataRole.UserRole


class Completion(QCompleter):
    """Shows the names as they are written, and compares them without: « etat » finds « État »."""

    def __init__(self, propositions: Sequence[str], parent: QObject) -> None:
        modele = QStandardItemModel(len(propositions), 1)
        for rang, texte in enumerate(propositions):
            element = QStandardItem(texte)
            element.setData(sans_accents(texte), ROLE_CLE)
            modele.setItem(rang, element)
        super().__init__(modele, parent)
        modele.setParent(self)
        self.setCompletionRole(ROLE_CLE)
        self.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setFilterMode(Qt.MatchFlag.MatchContains)
        self.popup().setProperty("completion", True)

    def splitPath(self, path: str) -> list[str]:
        return [sans_accents(path)]

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))
