"""The views of a list as tabs above it, as sheets in a workbook: choose, name, order, save."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QTabBar, QToolButton, QWidget

from app.services.errors import ErreurConnue
from app.services.etats_complets import se_valent
from app.services.etats_retenus import Retenu, retenir, retenu
from app.services.etats_vue import EtatVue
from app.services.settings import Settings
from app.services.vues import LigneVue
from app.ui.elements import bouton, bouton_icone, etiquette, minuterie, rendre_au_repos
from app.ui.icons import icone
from app.ui.menu_vues import menu_de_vue
from app.ui.saisie_nom import SaisieNom
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

ATTENTE = (
    60  # ms before the state on screen is compared with the view: a drag changes it at each step
)
LARGEUR_NOM = 200  # a longer name is cut on its tab, whole in its tooltip
MODIFIEE = "● modifiée"


class OngletsVues(QWidget):
    """Holds which view is on screen, and whether what is on screen still is that view.

    `fenetre_demandee()`: the view on screen is asked for in another window.
    """

    fenetre_demandee = Signal()

    def __init__(self, page: PageTableau) -> None:
        super().__init__(page)
        self._page = page
        self._service = page.contexte.vues
        self._vues: tuple[LigneVue, ...] = ()
        self._courante = ""
        self._modifiee = False  # as it was said last
        self._brouillons: dict[str, EtatVue] = {}  # what is not saved of each view, by its key
        self._cles = self._cles_presentes()
        self._attente = minuterie(self, ATTENTE, self._comparer)
        self._construire()
        self._brancher()

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        px = theme().px
        self.barre = QTabBar()
        self.barre.setAccessibleName("Vues de la liste")
        self.barre.setExpanding(False)
        self.barre.setMovable(self.peut_ecrire)
        self.barre.setDrawBase(False)
        self.barre.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.barre.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._plus = bouton_icone("ajouter", "Enregistrer l’affichage comme nouvelle vue")
        self._toutes = bouton_icone("bas", "Toutes les vues")
        self._toutes.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._toutes.setMenu(QMenu(self))
        rendre_au_repos(self._toutes, self._toutes.menu())
        self._etat = etiquette(MODIFIEE, "doux")
        self._enregistrer = bouton("Enregistrer", "lien")
        self._enregistrer.setToolTip("Garder dans cette vue ce qui est à l’écran")
        self._revenir = bouton("Revenir à la vue", "discret")
        self._revenir.setToolTip("Afficher la vue telle qu’elle est enregistrée")
        self._saisie = SaisieNom(self)
        ligne = QHBoxLayout(self)
        ligne.setContentsMargins(px(16), 0, px(16), 0)
        ligne.setSpacing(px(4))
        ligne.addWidget(self.barre)
        ligne.addWidget(self._toutes)
        ligne.addWidget(self._plus)
        ligne.addStretch(1)
        for fin in (self._etat, self._enregistrer, self._revenir):
            ligne.addWidget(fin)
        self._plus.setVisible(self.peut_ecrire)

    def _brancher(self) -> None:
        self.barre.installEventFilter(self)
        self._saisie.refuse.connect(self._page.modele.refuse)
        self._saisie.quittee.connect(self._page.vue.setFocus)
        self.barre.currentChanged.connect(self._sur_onglet)
        self.barre.tabBarDoubleClicked.connect(self._sur_double_clic)
        self.barre.customContextMenuRequested.connect(self._montrer_menu)
        self._toutes.menu().aboutToShow.connect(self._lister)
        self._plus.clicked.connect(self.demander_nom)
        self._enregistrer.clicked.connect(self.enregistrer)
        self._revenir.clicked.connect(self.revenir)
        self._page.vue.etat_change.connect(self._attente.start)
        self._page.modele.modelReset.connect(self._sur_remise)

    @property
    def peut_ecrire(self) -> bool:
        return not self._page.contexte.fichier.lecture_seule

    @property
    def peut_retablir(self) -> bool:
        """True when a view of the program is no longer as it came."""
        return self._service.peut_retablir(self._page.liste)

    # What is on screen --------------------------------------------------------------------------

    @property
    def vues(self) -> tuple[LigneVue, ...]:
        return self._vues

    @property
    def courante(self) -> LigneVue:
        """The view on screen, modified or not."""
        return next(vue for vue in self._vues if vue.cle == self._courante)

    @property
    def nom_affiche(self) -> str:
        """Its name for a title: it says when what is on screen is something else."""
        return f"{self.courante.nom} (modifiée)" if self.est_modifiee else self.courante.nom

    @property
    def est_modifiee(self) -> bool:
        return not se_valent(self._page.vue.etat(), self._voulu(), self._page.modele.colonnes)

    def _voulu(self) -> EtatVue:
        return self._enregistre(self.courante)

    def _enregistre(self, vue: LigneVue) -> EtatVue:
        return self._service.etat(vue, self._page.modele.colonnes)

    def ouvrir(self) -> None:
        """Show the view left the last time, with what was not saved; else the first one."""
        self._vues = self._service.lignes(self._page.liste)
        avant = retenu(self._settings, self._copie, self._page.liste)
        connues = {vue.cle for vue in self._vues}
        self._courante = self._vues[0].cle
        if avant is not None:
            self._brouillons = {c: etat for c, etat in avant.etats.items() if c in connues}
            self._courante = avant.vue if avant.vue in connues else self._courante
        self._montrer()

    def finir(self) -> None:
        """Note what is on screen: the page leaves, or another window begins with it.

        Of several windows on one file, the last one closed says what the next opening shows.
        """
        self._comparer()

    @property
    def _settings(self) -> Settings:
        return self._page.contexte.settings

    @property
    def _copie(self) -> str:
        return self._page.contexte.fichier.signature.copie

    def choisir(self, cle: str) -> None:
        """Show a view, with what was changed in it and not saved."""
        self._comparer()
        self._courante = cle
        self._montrer()
        self._garder_une_case()

    def remontrer(self) -> None:
        """Put the view on screen again: the list can now show all of it."""
        self._montrer()

    def _garder_une_case(self) -> None:
        """The keyboard stays somewhere when the view hides the row that it was on."""
        vue = self._page.vue
        if vue.a_le_focus() and not vue.index_courant().isValid():
            vue.aller(0, vue.volets.colonnes_visibles()[0])

    def _montrer(self) -> None:
        self._poser(self._brouillons.get(self._courante) or self._voulu())
        self._remplir()

    def _lister(self) -> None:
        """Every view by its whole name: the tabs may not all be in sight."""
        menu = self._toutes.menu()
        menu.clear()
        for vue in self._vues:
            action = menu.addAction(vue.nom.replace("&", "&&"), partial(self.choisir, vue.cle))
            action.setCheckable(True)
            action.setChecked(vue.cle == self._courante)

    def aller(self, pas: int) -> None:
        """The next view, or the one before: as between the sheets of a workbook."""
        rang = self._rang_courant() + pas
        if 0 <= rang < len(self._vues):
            self.choisir(self._vues[rang].cle)

    def rafraichir(self) -> None:
        """The views of the file moved; one that is gone gives its place to its neighbour."""
        avant = self._vues
        rang = next((i for i, vue in enumerate(avant) if vue.cle == self._courante), len(avant))
        self._vues = self._service.lignes(self._page.liste)
        if self._courante not in {vue.cle for vue in self._vues}:
            self._courante = self._vues[min(rang, len(self._vues) - 1)].cle
            self._montrer()
        else:
            self._remplir()

    def _sur_remise(self) -> None:
        """Other columns (another year): a view that was not modified is shown on them as it is saved."""
        if self._cles != self._cles_presentes():
            QTimer.singleShot(0, self, self._suivre_colonnes)

    def _suivre_colonnes(self) -> None:
        if self._cles != self._cles_presentes():
            self._cles = self._cles_presentes()
            # Another year was put beside: the view is modified, though not compared yet.
            if not self._modifiee and self._page.vue.recul == self._voulu().recul:
                self._poser(self._voulu())
            self._remplir()

    def _cles_presentes(self) -> tuple[str, ...]:
        return tuple(colonne.cle for colonne in self._page.modele.colonnes)

    def _poser(self, etat: EtatVue) -> None:
        self._page.vue.poser_etat(etat)
        self._attente.start()

    def _remplir(self) -> None:
        with QSignalBlocker(self.barre):
            while self.barre.count() > len(self._vues):
                self.barre.removeTab(self.barre.count() - 1)
            while self.barre.count() < len(self._vues):
                self.barre.addTab("")
            for rang, vue in enumerate(self._vues):
                self.barre.setTabData(rang, vue.cle)
                self._habiller(vue)
            self.barre.setCurrentIndex(self._rang_courant())
        self._comparer()

    def _rang_courant(self) -> int:
        return next(i for i, vue in enumerate(self._vues) if vue.cle == self._courante)

    def _habiller(self, vue: LigneVue) -> None:
        """Name, mark and tooltip of a tab, wherever it is being dragged."""
        rang = next(i for i in range(self.barre.count()) if self.barre.tabData(i) == vue.cle)
        coupe = Qt.TextElideMode.ElideRight
        nom = self.barre.fontMetrics().elidedText(vue.nom, coupe, theme().px(LARGEUR_NOM))
        bulle = vue.nom
        if vue.privee:
            bulle += " (privée : vous seul la voyez)"
        if self._a_un_brouillon(vue):
            nom, bulle = f"{nom} ●", f"{bulle}, modifiée"
        texte = nom.replace("&", "&&")
        if self.barre.tabText(rang) != texte:  # the bar measures all its tabs again at each change
            self.barre.setTabText(rang, texte)
        if vue.privee or not self.barre.tabIcon(rang).isNull():
            self.barre.setTabIcon(rang, icone("personne") if vue.privee else QIcon())
        self.barre.setTabToolTip(rang, bulle)
        self.barre.setAccessibleTabName(rang, bulle)

    def _a_un_brouillon(self, vue: LigneVue) -> bool:
        """True of a view that was left with changes not saved."""
        brouillon = self._brouillons.get(vue.cle)
        return brouillon is not None and not se_valent(
            brouillon, self._enregistre(vue), self._page.modele.colonnes
        )

    def _comparer(self) -> None:
        """Say whether what is on screen is the view, and keep it for the next opening."""
        self._attente.stop()
        etat = self._page.vue.etat()
        modifiee = self._modifiee = self.est_modifiee
        for element in (self._etat, self._revenir):
            element.setVisible(modifiee)
        self._enregistrer.setVisible(modifiee and self.peut_ecrire)
        self._brouillons.pop(self._courante, None)
        if modifiee or etat.replies:
            self._brouillons[self._courante] = etat
        self._habiller(self.courante)
        presentes = {vue.cle for vue in self._vues}
        etats = {cle: etat for cle, etat in self._brouillons.items() if cle in presentes}
        ce = Retenu(self._courante, etats)
        retenir(self._settings, self._copie, self._page.liste, ce)

    # Gestures -----------------------------------------------------------------------------------

    def _tenter(self, faire: Callable[[], object]) -> bool:
        """Do what may be refused with a sentence; False: it was."""
        try:
            faire()
        except ErreurConnue as erreur:
            self._page.modele.refuse.emit(str(erreur))
            self.rafraichir()
            return False
        return True

    def _sur_onglet(self, rang: int) -> None:
        cle = self.barre.tabData(rang)
        if cle and cle != self._courante:  # a tab that is being dragged changes its rank, no more
            self.choisir(cle)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A tab that was dragged: its place is written once, when the mouse lets it go."""
        if event.type() == QEvent.Type.MouseButtonRelease:
            QTimer.singleShot(0, self, self._ecrire_ordre)
        return super().eventFilter(watched, event)

    def _ecrire_ordre(self) -> None:
        rang = self.barre.currentIndex()
        if rang != self._rang_courant():
            self.deplacer(rang)

    def deplacer(self, position: int) -> None:
        """Put the view on screen at another place among the tabs."""
        faire = partial(self._service.deplacer, self._page.liste, self._courante, position)
        if 0 <= position < len(self._vues) and self._tenter(faire):
            self.rafraichir()

    def _sur_double_clic(self, rang: int) -> None:
        if rang >= 0:
            self.demander_autre_nom()

    def enregistrer(self) -> None:
        """Make the view be what is on screen."""
        etat = self._page.vue.etat()
        faire = partial(self._service.enregistrer, self._page.liste, self._courante, etat)
        if self._tenter(faire):
            self.rafraichir()

    def revenir(self) -> None:
        """Show the view as it is saved."""
        self._brouillons.pop(self._courante, None)
        self._montrer()
        self._page.vue.setFocus()

    def demander_nom(self) -> None:
        """Save what is on screen as a new view, named in place."""
        if self._tenter(self._exiger_ecriture):
            self._saisie.demander(self._plus, "", self._creer, avant=self._etat)

    def demander_autre_nom(self) -> None:
        if self._tenter(self._exiger_ecriture):
            rang = self.barre.currentIndex()
            cadre = self.barre.tabRect(rang)
            nom, renommer = self.courante.nom, self._renommer
            self._saisie.demander(self.barre, nom, renommer, cadre, avant=self._etat)

    def _exiger_ecriture(self) -> None:
        if not self.peut_ecrire:
            raise ErreurConnue(
                "Ce fichier est ouvert en lecture seule : enregistrez-en une copie pour y garder des "
                "vues."
            )

    def _creer(self, nom: str) -> None:
        etat, avant = self._page.vue.etat(), self._courante
        self._courante = self._service.creer(self._page.liste, nom, etat)
        self._brouillons.pop(avant, None)  # what was changed in it is the new view
        self.rafraichir()
        self._page.vue.setFocus()

    def _renommer(self, nom: str) -> None:
        self._service.renommer(self._page.liste, self._courante, nom)
        self.rafraichir()
        self._page.vue.setFocus()

    def dupliquer(self) -> None:
        def faire() -> None:
            cle = self._service.dupliquer(
                self._page.liste, self._courante, self._page.modele.colonnes
            )
            self.rafraichir()
            self.choisir(cle)

        self._tenter(faire)

    def rendre_privee(self, *, privee: bool) -> None:
        service, liste = self._service, self._page.liste
        if self._tenter(lambda: service.rendre_privee(liste, self._courante, privee=privee)):
            self.rafraichir()

    def supprimer(self) -> None:
        """At once: Ctrl+Z gives it back."""
        if self._tenter(partial(self._service.supprimer, self._page.liste, self._courante)):
            self.rafraichir()

    def retablir(self) -> None:
        """The views of the program as they came."""
        if self._tenter(partial(self._service.retablir, self._page.liste)):
            self.rafraichir()
            self.revenir()

    # Menu ---------------------------------------------------------------------------------------

    def _montrer_menu(self, position: QPoint) -> None:
        """On a tab, or from the keyboard on the view on screen."""
        rang = self.barre.tabAt(position)
        if rang >= 0:
            self.barre.setCurrentIndex(rang)
        else:
            position = self.barre.tabRect(self.barre.currentIndex()).bottomLeft()
        menu_de_vue(self).exec(self.barre.mapToGlobal(position))
