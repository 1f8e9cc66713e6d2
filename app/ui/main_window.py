"""The main window: menus, the welcome page or the open file, the status line. It knows no row."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Signal
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue, FichierOccupe
from app.services.folders import lisible
from app.services.settings import Settings
from app.ui import annulation, choix_fichier, commands, dialogs, fermeture, reprises, travaux
from app.ui.aide import AideDialogue
from app.ui.barres import BarreMessage, BarreTravail
from app.ui.brouillons import ABANDONNER
from app.ui.bureau import Bureau, FichierOuvert
from app.ui.choix_fichier import NOM_DEMO
from app.ui.document import Document
from app.ui.ligne_etat import LigneEtat
from app.ui.menus_tableau import remplir_menu_tableau
from app.ui.pages import PAGES
from app.ui.recherche_gestes import trouver
from app.ui.reprises import Reprise
from app.ui.screen_accueil import EcranAccueil
from app.ui.tasks import Ouvrier
from app.ui.theme import theme
from app.ui.touche_entree import ToucheEntree

TITRE = "Tour de table"
TABLEAU = "&Tableau"
DECALAGE = 32  # pixels at 100 % between a window and the one opened from it


class FenetrePrincipale(QMainWindow):
    """One window, one open file at most, which other windows of the same desk may show too."""

    def __init__(self, bureau: Bureau | None = None) -> None:
        super().__init__()
        self.bureau = bureau or Bureau()
        self.bureau.fenetres.append(self)
        self._document: Document | None = None
        self.setObjectName("fenetre")
        self.setAcceptDrops(True)
        self.setMinimumSize(1024, 640)
        self.resize(1366, 768)
        self._construire()
        ToucheEntree(self)
        self._actualiser_commandes()
        self.accueil.montrer(self._settings.recents)

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.message = BarreMessage()
        self.travail = BarreTravail()
        self.ouvrier = Ouvrier(self)
        self.accueil = EcranAccueil()
        self._pile = QStackedWidget()
        self._pile.addWidget(self.accueil)
        centre = QWidget()
        self._colonne = QVBoxLayout(centre)
        self._colonne.setContentsMargins(0, 0, 0, 0)
        self._colonne.setSpacing(0)
        self._colonne.addWidget(self.travail)
        self._colonne.addWidget(self._pile, 1)
        self.setCentralWidget(centre)
        self.message.couvrir(centre)
        self.actions_fenetre = commands.fabriquer(self, self.executer)
        self._menus()
        self.etat = LigneEtat(self.statusBar())
        self.accueil.nouveau_demande.connect(lambda: self.executer("nouveau"))
        self.accueil.ouvrir_demande.connect(lambda: self.executer("ouvrir"))
        self.accueil.demo_demandee.connect(lambda: self.executer("demo"))
        self.accueil.recent_demande.connect(self.ouvrir)
        self.accueil.sauvegardes_demandees.connect(lambda: self.executer("sauvegardes"))

    def _menus(self) -> None:
        menus = {}
        for commande in commands.COMMANDES:
            if commande.menu not in menus:
                menus[commande.menu] = self.menuBar().addMenu(commande.menu)
            if commande.menu == commands.AFFICHAGE and TABLEAU not in menus:
                menus[TABLEAU] = self._menu_tableau()
            menus[commande.menu].addAction(self.actions_fenetre[commande.cle])
        menus[commands.EDITION].aboutToShow.connect(
            lambda: annulation.nommer(self.actions_fenetre, self.contexte)
        )

    def _menu_tableau(self) -> QMenu:
        """The gestures of the table in view, read again each time: they depend on the selection."""
        menu = self.menuBar().addMenu(TABLEAU)
        menu.aboutToShow.connect(
            lambda: remplir_menu_tableau(menu, self._document and self._document.tableau_en_vue())
        )
        return menu

    @property
    def _settings(self) -> Settings:
        return self.bureau.settings

    @property
    def document(self) -> Document | None:
        return self._document

    @property
    def contexte(self) -> Contexte | None:
        return self._document.contexte if self._document else None

    def informer(self, phrase: str) -> None:
        """Say something that needs no answer."""
        self.message.montrer(phrase, Signal.INFORMATION, passager=True)

    # Commands -----------------------------------------------------------------------------------

    def executer(self, cle: str) -> None:
        """Run a command of the table by its key; a refusal is one sentence in the bar."""
        try:
            self._commandes()[cle]()
        except ErreurConnue as erreur:
            self.message.montrer(str(erreur))

    def _commandes(self) -> dict[str, Callable[[], object]]:
        sans_fichier: dict[str, Callable[[], object]] = {
            "nouveau": partial(choix_fichier.nouveau, self),
            "ouvrir": partial(choix_fichier.choisir, self, self._settings.dossier_recent()),
            "demo": partial(choix_fichier.demonstration, self),
            "sauvegardes": partial(
                choix_fichier.sauvegardes, self, self._settings.dossier_recent()
            ),
            "quitter": lambda: self.bureau.quitter(self),
            "reglages": self.reglages,
            "plein_ecran": self._basculer_plein_ecran,
            "agrandir": lambda: self._changer_echelle(1),
            "reduire": lambda: self._changer_echelle(-1),
            "taille_normale": lambda: self._changer_echelle(0),
            "apparence": self._basculer_apparence,
            "aide": lambda: self.aide(self._document.page_courante if self._document else ""),
            "nouveautes": lambda: self.aide("nouveautes"),
            "a_propos": lambda: dialogs.a_propos(self),
        }
        return sans_fichier | (self._commandes_du_fichier(self._document) if self._document else {})

    def _commandes_du_fichier(self, document: Document) -> dict[str, Callable[[], object]]:
        return {
            "enregistrer": self.enregistrer,
            "copie": partial(travaux.enregistrer_copie, self, document.contexte),
            "imprimer": document.imprimer,
            "verifier": partial(travaux.verifier_le_fichier, self, document.contexte),
            "fermer": self.fermer,
            "annuler": self.annuler,
            "retablir": self.retablir,
            "chercher": document.recherche.chercher,
            "filtrer": document.filtrer,
            "action": document.creer_action,
            "supprimer": partial(travaux.supprimer_action, self, document),
            "reunir": partial(choix_fichier.copie_a_reunir, self, document),
            "importer": lambda: self.importer(None),
            "classeur": partial(travaux.exporter, self, document, "programmation"),
            "decisions": partial(travaux.exporter, self, document, "decisions"),
            "calendrier": partial(travaux.exporter_calendrier, document),
            **choix_fichier.echanges(self, document),
            "autre_fenetre": self.ouvrir_une_fenetre,
            "fiche": document.basculer_fiche,
            **{f"page_{cle}": self._vers(document, cle) for cle, _ in PAGES},
        }

    @staticmethod
    def _vers(document: Document, cle: str) -> Callable[[], None]:
        return lambda: document.aller(cle)

    def _actualiser_commandes(self) -> None:
        ouvert = self._document is not None
        ecriture = ouvert and not self._document.contexte.fichier.lecture_seule
        for commande in commands.COMMANDES:
            permise = (ouvert or not commande.exige_fichier) and (
                ecriture or not commande.exige_ecriture
            )
            self.actions_fenetre[commande.cle].setEnabled(permise)
        self._actualiser_annulation()

    def _actualiser_annulation(self) -> None:
        annulation.permettre(self.actions_fenetre, self.contexte)

    # Files --------------------------------------------------------------------------------------

    def ouvrir(self, chemin: Path, *, lecture_seule: bool = False) -> bool:
        """Open a file in place of the present one. False: refused, with the reason in the bar."""
        self.message.cacher()
        if not self.fermer_fichier(suite=partial(self.ouvrir, chemin, lecture_seule=lecture_seule)):
            return False
        try:
            ouvert = self.bureau.ouvrir(chemin, lecture_seule=lecture_seule)
        except FichierOccupe as erreur:
            self.message.montrer(
                str(erreur),
                action="Ouvrir en lecture seule",
                geste=lambda: self.ouvrir(chemin, lecture_seule=True),
            )
            return False
        except ErreurConnue as erreur:
            self.message.montrer(str(erreur))
            return False
        try:
            self._montrer_document(ouvert)
        except BaseException:
            if not ouvert.documents:
                self.bureau.oublier(ouvert)
                ouvert.contexte.fichier.fermer()  # the page failed: the file must not stay ours
            raise
        return True

    def _montrer_document(self, ouvert: FichierOuvert) -> None:
        self._poser(ouvert)
        contexte = ouvert.contexte
        if contexte.fichier.chemin.name != NOM_DEMO:
            self._settings.noter_recent(contexte.fichier.chemin)
            with suppress(ErreurConnue):  # said again, and in full, on closing
                self._settings.enregistrer()
        self._actualiser_commandes()
        self._annoncer(contexte)

    def _poser(self, ouvert: FichierOuvert, reprise: Reprise | None = None) -> Document:
        """Build the page of an open file and show it."""
        document = Document(ouvert, reprise, self._pile)
        self._document = document
        self._pile.addWidget(document)
        self._pile.setCurrentWidget(document)
        document.accueillir(self.message)
        document.recherche.completer = partial(trouver, self)
        document.actions.setFocus()
        document.refuse.connect(self.message.montrer)
        document.information.connect(self.informer)
        document.alerte.connect(partial(self.message.montrer, signal=Signal.ALERTE))
        document.statistiques.connect(self.etat.chiffrer)
        document.change.connect(self.etat.noter_ecriture)
        document.change.connect(self._actualiser_annulation)
        document.fenetre_demandee.connect(self.ouvrir_une_fenetre)
        return document

    def _retirer(self, document: Document) -> None:
        document.detacher()
        self.message.couvrir(self.centralWidget())
        self._pile.setCurrentWidget(self.accueil)
        self._pile.removeWidget(document)
        document.deleteLater()

    def _annoncer(self, contexte: Contexte) -> None:
        """Title, status line, and what must be known about this opening."""
        self._situer()
        fichier = contexte.fichier
        phrase = dialogs.phrase_d_ouverture(fichier, demo=fichier.chemin.name == NOM_DEMO)
        if phrase:
            signal = Signal.ALERTE if fichier.liens_rompus else Signal.INFORMATION
            self.message.montrer(phrase, signal, passager=signal == Signal.INFORMATION)

    def _situer(self) -> None:
        """Say which file this is, who writes in it, and which of its windows this one is."""
        fichier = self._exiger().fichier
        mode = " (lecture seule)" if fichier.lecture_seule else ""
        self.etat.situer(lisible(f"{fichier.chemin}{mode}   ·   {fichier.signature.auteur}"))
        for fenetre in (self, *self.bureau.autres(self)):
            fenetre.titrer()

    def titrer(self) -> None:
        document = self._document
        self.setWindowTitle(f"{document.ouvert.nom(document)} – {TITRE}" if document else TITRE)

    # Several windows ----------------------------------------------------------------------------

    def ouvrir_une_fenetre(self, page: str = "") -> FenetrePrincipale:
        """Another window on the same file, as this one is, on a page (the one in view)."""
        self._exiger()
        document = self._document
        assert document is not None
        fenetre = FenetrePrincipale(self.bureau)
        fenetre.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        pas = theme().px(DECALAGE)
        place = self.geometry().translated(pas, pas)
        fenetre.setGeometry(place.intersected(self.screen().availableGeometry()))
        fenetre.show()
        reprise = reprises.noter(document)
        reprise.poser(fenetre._poser(document.ouvert, reprise), page)
        fenetre._actualiser_commandes()
        fenetre._situer()
        return fenetre

    def fermer(self) -> None:
        """Ctrl+W: this window when the file has others, the file when it is the last."""
        if self.bureau.autres(self):
            self.close()
        else:
            self.fermer_fichier()

    # Closing ------------------------------------------------------------------------------------

    def fermer_fichier(
        self, *, perdre: bool = False, suite: Callable[[], object] | None = None
    ) -> bool:
        """Leave the file; the last window closes it, with its backup. False: refused, and said.

        `perdre`: even a file replaced under us, even with something being written. `suite`: what
        is done once the person has agreed to lose that.
        """
        document = self._document
        if document is None:
            return True
        if self.ouvrier.est_occupe:
            self.message.montrer("Un travail est en cours : attendez qu'il se termine.")
            return False
        if focus := self.focusWidget():
            focus.clearFocus()  # a value being typed is written first
        if not (perdre or document.ouvert.est_partage or self._est_intact(document, suite)):
            return False
        if not fermeture.peut_fermer(document):
            return False
        if not perdre and (phrase := fermeture.brouillon_a_garder(document)):
            self._demander_de_perdre(phrase, suite)
            return False
        autres = self.bureau.autres(self)
        self._document = None
        self.message.cacher()
        self._retirer(document)
        if not document.ouvert.documents:
            self._finir(document.ouvert)
        self.accueil.montrer(self._settings.recents)
        self.etat.vider()
        self._actualiser_commandes()
        for fenetre in (self, *autres):
            fenetre.titrer()
        return True

    def _est_intact(self, document: Document, suite: Callable[[], object] | None) -> bool:
        """False, and said, when another program wrote over the file."""
        fichier = document.contexte.fichier
        if fichier.lecture_seule or (fichier.est_en_place() and not fichier.est_reecrit()):
            return True
        phrase = dialogs.phrase_de_remplacement(fichier)
        self._demander_de_perdre(phrase, suite, "Fermer quand même")
        return False

    def _demander_de_perdre(
        self, phrase: str, suite: Callable[[], object] | None, action: str = ABANDONNER
    ) -> None:
        def perdre() -> None:
            if self.fermer_fichier(perdre=True) and suite is not None:
                suite()

        self.message.montrer(phrase, action=action, geste=perdre)

    def _finir(self, ouvert: FichierOuvert) -> None:
        """The last window on a file leaves it: the file is closed, with its backup."""
        self.bureau.oublier(ouvert)
        for finir in (ouvert.contexte.fermer, self._settings.enregistrer):
            try:
                finir()
            except ErreurConnue as erreur:
                self.message.montrer(str(erreur), Signal.ALERTE)

    def enregistrer(self) -> None:
        """Ctrl+S, out of habit: say when all that was typed was written, which is now."""
        if self._document is not None and fermeture.enregistrer(self._document):
            self.etat.noter_ecriture()

    # Editing ------------------------------------------------------------------------------------

    def annuler(self) -> None:
        if libelle := self._exiger().fichier.undo.annuler():
            self.etat.dire(f"Annulé : {libelle}")

    def retablir(self) -> None:
        if libelle := self._exiger().fichier.undo.retablir():
            self.etat.dire(f"Rétabli : {libelle}")

    def importer(self, chemin: Path | None) -> None:
        """Show the import page, on a file when one was dropped."""
        if self._document is not None:
            self._document.importer(chemin)

    # Look ---------------------------------------------------------------------------------------

    def reglages(self) -> None:
        boite = dialogs.ReglagesDialogue(self._settings, self)
        if boite.exec() == dialogs.QDialog.DialogCode.Accepted:
            self._habiller()
            if self.contexte is not None:
                self.contexte.fichier.signer(self._settings.nom())
                self._annoncer(self.contexte)

    def _changer_echelle(self, pas: int) -> None:
        self._settings.echelle = dialogs.echelle_voisine(round(theme().echelle * 100), pas)
        self._settings.enregistrer()
        self._habiller()

    def _basculer_apparence(self) -> None:
        self._settings.theme = "clair" if theme().est_sombre else "sombre"
        self._settings.enregistrer()
        self._habiller()

    def _habiller(self) -> None:
        """Put on the look of the settings. Pages measure themselves once: a new size, new pages."""
        fenetres = self.bureau.fenetres if theme().echelle * 100 != self._settings.echelle else []
        # Taken away first: a new style is put on everything that is there.
        reprises_notees = [(fenetre, fenetre.defaire()) for fenetre in fenetres]
        theme().definir(self._settings.theme, echelle=self._settings.echelle)
        for fenetre, defait in reprises_notees:
            fenetre.refaire(defait)

    def defaire(self) -> tuple[FichierOuvert, Reprise] | None:
        """Take the pages away, and say what they show; None: there are none, or they must stay."""
        document = self._document
        if document is None:
            return None
        notee = reprises.noter(document, panneaux=True)
        if focus := self.focusWidget():
            focus.clearFocus()  # a value being typed is written first
        if not document.peut_se_refaire:
            return None
        self._retirer(document)
        QCoreApplication.sendPostedEvents(document, QEvent.Type.DeferredDelete)
        return document.ouvert, notee

    def refaire(self, defait: tuple[FichierOuvert, Reprise] | None) -> None:
        """Build the pages again at the size of the text."""
        self.accueil.montrer(self._settings.recents)
        if defait is not None:
            ouvert, notee = defait
            notee.poser(self._poser(ouvert, notee))

    def aide(self, page: str) -> None:
        AideDialogue(page, self).show()

    def _basculer_plein_ecran(self) -> None:
        """The whole screen for the window, and back to what it was, maximised or not."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)
        if self.isFullScreen():
            self.informer("Plein écran : F11 revient à la fenêtre.")

    # Around -------------------------------------------------------------------------------------

    def _exiger(self) -> Contexte:
        if self._document is None:
            raise ErreurConnue("Ouvrez d'abord un fichier.")
        return self._document.contexte

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.message.texte:
            self.message.cacher()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A .tdt is opened; anything else is offered to the import of the open file."""
        chemins = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        if not chemins:
            return
        if chemins[0].suffix == ".tdt":
            QTimer.singleShot(0, lambda: self.ouvrir(chemins[0]))
        elif self._document is None:
            self.message.montrer(
                "Ouvrez ou créez d'abord un fichier, puis déposez-y votre tableau."
            )
        else:
            self._document.deposer(chemins)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.fermer_fichier(suite=self.close):
            self.ouvrier.fermer()
            self.bureau.retirer(self)
            event.accept()
        else:
            event.ignore()
