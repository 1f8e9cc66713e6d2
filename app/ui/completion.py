"""What typing may become: found anywhere in a name, whatever its accents and capitals."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QCompleter

from app.services.identifiants import sans_accents
from app.ui.theme import theme

ROLE_CLE = Qt.ItemDataRole.UserRole
LARGEUR_MAXIMUM = 620
NOMS_MESURES = 60  # the first ones shown: measuring thousands of porteurs would be felt


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

    def eventFilter(self, objet: QObject, evenement: QEvent) -> bool:
        faite = super().eventFilter(objet, evenement)
        if evenement.type() == QEvent.Type.Show and objet is self.popup():
            self._elargir()
        return faite

    def _elargir(self) -> None:
        """Wide enough for the names it shows, within the screen: a field may be narrower than them."""
        liste, modele = self.popup(), self.completionModel()
        nombre = min(modele.rowCount(), NOMS_MESURES)
        noms = [str(modele.index(rang, 0).data() or "") for rang in range(nombre)]
        mots = max((liste.fontMetrics().horizontalAdvance(nom) for nom in noms), default=0)
        place = liste.geometry()
        voulue = min(mots + theme().px(48), theme().px(LARGEUR_MAXIMUM))
        if voulue <= place.width():
            return
        place.setWidth(voulue)
        ecran = liste.screen().availableGeometry()
        place.moveRight(min(place.right(), ecran.right()))
        liste.setGeometry(place)

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:
        return str(index.data(Qt.ItemDataRole.DisplayRole))
