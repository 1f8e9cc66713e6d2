"""The page of an open file: rail, title line, envelope band, screens. Built when a file is opened."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.programmation import annees_du_contrat, nom_du_contrat
from app.ui.bandeau import BandeauEnveloppes
from app.ui.barre_recherche import BarreRecherche
from app.ui.bridge import Pont
from app.ui.icons import GRANDE, icone
from app.ui.screen_actions import EcranActions
from app.ui.theme import RAIL, theme

PAGES = (
    ("actions", "Actions"),
    ("porteurs", "Porteurs"),
    ("enveloppes", "Enveloppes"),
    ("contrat", "Contrat"),
    ("journal", "Journal"),
)
TOUS_APPELS = "Tous les appels"


class Document(QWidget):
    """Everything about one open file. The window only knows this page and its signals."""

    refuse = Signal(str)
    information = Signal(str)
    statistiques = Signal(int, object, object, object, object)
    change = Signal()

    def __init__(self, contexte: Contexte, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.contexte = contexte
        self._pont = Pont(contexte.fichier.bus, self)
        self.annee = self._annee_de_depart()
        self._boutons: dict[str, QToolButton] = {}
        self._pages: dict[str, QWidget] = {}
        self.actions = EcranActions(contexte, self.annee)
        self._construire()
        self._brancher()
        self._prendre_page("actions", self.actions)
        self.aller("actions")
        self._rafraichir_bandeau()

    def _annee_de_depart(self) -> int:
        annees = self.contexte.actions.annees()
        possibles = annees_du_contrat(self.contexte.fichier)
        return annees[0] if annees else (possibles[0] if possibles else 2026)

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self._pile = QStackedWidget()
        self.bandeau = BandeauEnveloppes()
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self._rail())
        droite = QVBoxLayout()
        droite.setContentsMargins(0, 0, 0, 0)
        droite.setSpacing(0)
        droite.addWidget(self._ligne_de_titre())
        droite.addWidget(self.bandeau)
        droite.addWidget(self._pile, 1)
        page.addLayout(droite, 1)

    def _rail(self) -> QWidget:
        rail = QFrame()
        rail.setProperty("role", "rail")
        rail.setFixedWidth(theme().px(RAIL))
        colonne = QVBoxLayout(rail)
        colonne.setContentsMargins(0, theme().px(12), 0, theme().px(12))
        colonne.setSpacing(theme().px(2))
        for cle, titre in PAGES:
            bouton = QToolButton()
            bouton.setText(titre)
            bouton.setIcon(icone(cle))
            bouton.setIconSize(QSize(theme().px(GRANDE), theme().px(GRANDE)))
            bouton.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            bouton.setCheckable(True)
            bouton.setAutoExclusive(True)
            bouton.setProperty("role", "rail")
            bouton.setFixedWidth(theme().px(RAIL))
            bouton.clicked.connect(self._vers(cle))
            self._boutons[cle] = bouton
            colonne.addWidget(bouton)
        colonne.addStretch(1)
        return rail

    def _vers(self, cle: str) -> Callable[[], None]:
        def aller() -> None:
            self.aller(cle)

        return aller

    def _ligne_de_titre(self) -> QWidget:
        ligne = QFrame()
        ligne.setProperty("role", "titre")
        rangee = QHBoxLayout(ligne)
        rangee.setContentsMargins(theme().px(16), theme().px(8), theme().px(16), theme().px(8))
        rangee.setSpacing(theme().px(12))
        self._contrat = QLabel(nom_du_contrat(self.contexte.fichier))
        self._contrat.setProperty("role", "titre")
        self._annees = QComboBox()
        self._annees.setAccessibleName("Année de programmation")
        self._appels = QComboBox()
        self._appels.setAccessibleName("Appel")
        self._appels.setMinimumWidth(theme().px(180))
        self._remplir_annees()
        self._remplir_appels()
        self.recherche = BarreRecherche(self.contexte.recherche)
        rangee.addWidget(self._contrat)
        rangee.addWidget(self._annees)
        rangee.addWidget(self._appels)
        rangee.addStretch(1)
        rangee.addWidget(self.recherche)
        return ligne

    def _remplir_annees(self) -> None:
        annees = sorted(
            {*annees_du_contrat(self.contexte.fichier), *self.contexte.actions.annees(), self.annee}
        )
        self._annees.clear()
        for annee in annees:
            self._annees.addItem(str(annee), annee)
        self._annees.setCurrentIndex(self._annees.findData(self.annee))

    def _remplir_appels(self) -> None:
        self._appels.clear()
        self._appels.addItem(TOUS_APPELS, "")
        for appel in self.contexte.fiches.appels(self.annee):
            self._appels.addItem(appel.nom, appel.nom)

    def _brancher(self) -> None:
        self._pont.avis.connect(self._sur_avis)
        self._annees.activated.connect(self._choisir_annee)
        self._appels.activated.connect(self._choisir_appel)
        self.recherche.choisi.connect(self.montrer_resultat)
        self.bandeau.financeur_choisi.connect(self._voir_enveloppe)
        self.actions.refuse.connect(self.refuse)
        self.actions.statistiques.connect(self.statistiques)
        self.actions.import_demande.connect(lambda: self.importer(None))
        self.actions.creation_demandee.connect(self.creer_action)

    # Pages --------------------------------------------------------------------------------------

    def _prendre_page(self, cle: str, page: QWidget) -> QWidget:
        self._pages[cle] = page
        self._pile.addWidget(page)
        return page

    def page(self, cle: str) -> QWidget:
        """A page, built at its first visit."""
        return self._pages.get(cle) or self._prendre_page(cle, self._batir(cle))

    def _batir(self, cle: str) -> QWidget:
        from app.ui import screen_listes
        from app.ui.screen_contrat import EcranContrat

        faire: dict[str, Callable[[], QWidget]] = {
            "porteurs": lambda: screen_listes.EcranPorteurs(self.contexte),
            "enveloppes": lambda: screen_listes.EcranEnveloppes(self.contexte, self.annee),
            "contrat": lambda: EcranContrat(self.contexte),
            "journal": lambda: screen_listes.EcranJournal(self.contexte),
            "import": self._page_import,
        }
        page = faire[cle]()
        page.refuse.connect(self.refuse)
        if hasattr(page, "information"):
            page.information.connect(self.information)
        return page

    def _page_import(self) -> QWidget:
        from app.ui.screen_import import EcranImport

        page = EcranImport(self.contexte)
        page.termine.connect(self._apres_import)
        page.abandonne.connect(lambda: self.aller("actions"))
        return page

    def aller(self, cle: str) -> None:
        """Show a page of the rail."""
        page = self.page(cle)
        self._boutons[cle].setChecked(True)
        self._pile.setCurrentWidget(page)
        page.montree()

    @property
    def page_courante(self) -> str:
        return next(cle for cle, page in self._pages.items() if page is self._pile.currentWidget())

    def filtrer(self) -> None:
        """Put the cursor in the filter of the page in view."""
        page = self._pile.currentWidget()
        if hasattr(page, "filtrer"):
            page.filtrer()

    # Year and appel -----------------------------------------------------------------------------

    def _choisir_annee(self) -> None:
        self.changer_annee(int(self._annees.currentData()))

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self._annees.setCurrentIndex(self._annees.findData(annee))
        self._remplir_appels()
        self.actions.changer_annee(annee)
        if "enveloppes" in self._pages:
            self._pages["enveloppes"].changer_annee(annee)
        self._rafraichir_bandeau()

    def _choisir_appel(self) -> None:
        self.actions.choisir_appel(str(self._appels.currentData() or ""))

    # What is asked of the file ------------------------------------------------------------------

    def creer_action(self) -> None:
        cle = self.contexte.actions.creer(self.annee, "Nouvelle action")
        self.aller("actions")
        self.actions.choisir(cle)

    def importer(self, chemin: Path | None) -> None:
        """Show the import page, on a file when one was dropped."""
        page = self.page("import")
        self._pile.setCurrentWidget(page)
        page.ouvrir(chemin, self.annee)

    def _apres_import(self, phrase: str) -> None:
        self.aller("actions")
        self.information.emit(phrase)

    def montrer_resultat(self, entite: str, cle: str, annee: int) -> None:
        """Go to a row found by the search."""
        if entite == "action":
            self.aller("actions")
            if annee != self.annee:
                self.changer_annee(annee)
            self.actions.choisir(cle)
        elif entite == "organisme":
            self.aller("porteurs")
            self._pages["porteurs"].vue.aller_a(cle, "nom")
        else:
            self.aller("contrat")
            self._pages["contrat"].choisir("quartiers")

    def _voir_enveloppe(self, _: str) -> None:
        self.aller("enveloppes")

    # Following the file -------------------------------------------------------------------------

    def _sur_avis(self, avis: Avis) -> None:
        for cle, page in self._pages.items():
            if cle != "import":
                page.sur_avis(avis)
        if avis.touche("cofinancement", "enveloppe", "financeur"):
            self._rafraichir_bandeau()
        if avis.touche("contrat"):
            self._contrat.setText(nom_du_contrat(self.contexte.fichier))
        if avis.touche("action", "exercice"):
            self._remplir_annees()
        if avis.touche("appel"):
            self._remplir_appels()
        self.change.emit()

    def _rafraichir_bandeau(self) -> None:
        self.bandeau.montrer(
            [
                self.contexte.totaux.etat(self.annee, financeur)
                for financeur in self.contexte.cofinancements.financeurs()
            ]
        )

    def detacher(self) -> None:
        self._pont.detacher()
