"""Every column of a table in a list: which ones show, and in which order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
)

from app.services.columns import replier
from app.services.titres import nom_avec_unite
from app.ui.elements import ChampRecherche, bouton, etiquette, marges
from app.ui.panneau import Panneau
from app.ui.reprises import Rouvrir, par_geste
from app.ui.theme import LIGNE, theme

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

RANG = int(Qt.ItemDataRole.UserRole)


class PanneauColonnes(Panneau):
    """Boxes show and hide; dragging, or the buttons, change the order. All at once in the table."""

    def __init__(self, page: PageTableau) -> None:
        super().__init__()
        self._volets = page.vue.volets
        self._modele = page.modele
        self.setAccessibleName("Colonnes du tableau")
        self.recherche = ChampRecherche("Chercher une colonne")
        self.recherche.setFixedWidth(theme().px(220))
        self.liste = QListWidget()
        self.liste.setAccessibleName("Colonnes")
        self.liste.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.liste.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.compte = etiquette("", "doux")
        self.monter = bouton("Avancer", "discret", dessin="haut")
        self.descendre = bouton("Reculer", "discret", dessin="bas")
        self.tout = bouton("Tout afficher", "discret")
        self.defaut = bouton("Rétablir", "discret", dessin="restaurer")
        self.defaut.setToolTip("L’ordre, les largeurs et les colonnes de départ")
        fermer = bouton("Fermer", "discret", dessin="fermer")
        tete = QHBoxLayout()
        tete.addWidget(etiquette("Colonnes", "titre"))
        tete.addWidget(self.recherche)
        tete.addWidget(self.compte, 1)
        for element in (self.monter, self.descendre, self.tout, self.defaut, fermer):
            tete.addWidget(element)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 16)
        colonne.addLayout(tete)
        colonne.addWidget(self.liste, 1)
        self.setFocusProxy(self.recherche)
        fermer.clicked.connect(page.fermer_panneau)
        self._brancher()
        self.rafraichir()
        self.liste.setCurrentRow(0)

    def _brancher(self) -> None:
        self.recherche.cherche.connect(self._chercher)
        self.recherche.quitte.connect(self.liste.setFocus)
        self.liste.itemChanged.connect(self._montrer)
        self.liste.model().rowsMoved.connect(self._ordonner)
        self.monter.clicked.connect(lambda: self._deplacer(-1))
        self.descendre.clicked.connect(lambda: self._deplacer(1))
        self.tout.clicked.connect(self._tout_montrer)
        self.defaut.clicked.connect(self._volets.par_defaut)
        self._volets.pose_change.connect(self.rafraichir)
        self._modele.modelReset.connect(self.rafraichir)

    def reouverture(self) -> Rouvrir:
        return par_geste(self, "colonnes")

    def rafraichir(self) -> None:
        """The list as the table is."""
        ordre, masquees = self._volets.ordre(), self._volets.masquees
        with QSignalBlocker(self.liste):
            if ordre != self._ordre() or self.liste.count() != len(ordre):
                self._remplir(ordre)
            for place in range(self.liste.count()):
                element = self.liste.item(place)
                colonne = self._modele.colonnes[element.data(RANG)]
                cochee = colonne.cle not in masquees
                figee = cochee and self._volets.est_figee(element.data(RANG))
                element.setText(f"{nom_avec_unite(colonne)}{' (figée)' if figee else ''}")
                etat = Qt.CheckState.Checked if cochee else Qt.CheckState.Unchecked
                element.setCheckState(etat)
        nombre = len(ordre) - len(masquees)
        self.compte.setText(f"{nombre} sur {len(ordre)} affichées")
        self.tout.setEnabled(bool(masquees))

    def _remplir(self, ordre: list[int]) -> None:
        courant = self.liste.currentRow()
        self.liste.clear()
        for rang in ordre:
            element = QListWidgetItem()
            element.setData(RANG, rang)
            traits = element.flags() & ~Qt.ItemFlag.ItemIsDropEnabled
            element.setSizeHint(QSize(0, theme().px(LIGNE)))
            element.setFlags(traits | Qt.ItemFlag.ItemIsUserCheckable)
            element.setText(nom_avec_unite(self._modele.colonnes[rang]))
            self.liste.addItem(element)
        self.liste.setCurrentRow(min(max(courant, 0), self.liste.count() - 1))
        self._chercher(self.recherche.text())

    def _ordre(self) -> list[int]:
        return [self.liste.item(place).data(RANG) for place in range(self.liste.count())]

    def _montrer(self, element: QListWidgetItem) -> None:
        colonne = self._modele.colonnes[element.data(RANG)]
        masquee = element.checkState() != Qt.CheckState.Checked
        visibles = self._volets.colonnes_visibles()
        if masquee and len(visibles) == 1:  # a table keeps one column at least
            self.rafraichir()
            return
        self._volets.masquer(colonne.cle, masquee=masquee)

    def _ordonner(self) -> None:
        self._volets.ordonner(self._ordre())

    def _deplacer(self, pas: int) -> None:
        place = self.liste.currentRow()
        if 0 <= place + pas < self.liste.count():
            ordre = self._ordre()
            ordre.insert(place + pas, ordre.pop(place))
            self._volets.ordonner(ordre)
            self.liste.setCurrentRow(place + pas)

    def _tout_montrer(self) -> None:
        self._volets.masquer_plusieurs(self._volets.masquees, masquee=False)

    def _chercher(self, texte: str) -> None:
        """Show the columns whose name holds every word."""
        mots = replier(texte).split()
        for place in range(self.liste.count()):
            element = self.liste.item(place)
            nom = replier(element.text())
            element.setHidden(not all(mot in nom for mot in mots))
