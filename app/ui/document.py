"""The page of an open file in one window: rail, title line, envelope band, screens."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.services.bus import Avis
from app.services.errors import ErreurConnue
from app.services.programmation import annees_du_contrat, nom_du_contrat
from app.services.statistiques import Statistiques
from app.ui.adoption import adopter
from app.ui.bandeau import Bandeau
from app.ui.barre_recherche import BarreRecherche
from app.ui.barres import BarreMessage
from app.ui.brouillons import brouillons
from app.ui.bureau import FichierOuvert
from app.ui.cadres import LigneTitre
from app.ui.ecran import Ecran
from app.ui.editeurs import editeur_refuse
from app.ui.gestes import geste_de
from app.ui.liens import montrer_constats, suivre_lien
from app.ui.page_tableau import PageTableau
from app.ui.pages import GROUPES, PAR_ANNEE, TITRES
from app.ui.pages_document import batir
from app.ui.panneau import Panneau
from app.ui.rail import Rail
from app.ui.reprises import Reprise
from app.ui.screen_actions import EcranActions
from app.ui.tenue import quitter, tenir
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

PAR_APPEL = ("actions", "cofinancements")
TOUS_APPELS = "Tous les appels"
LARGEUR_AISEE = 1100
HAUTEUR_AISEE = 480  # pixels at 100 % under which the band takes the rows' place


class Document(QWidget):
    """What one window shows of an open file. The window only knows this page and its signals.

    `fenetre_demandee(page)`: the same file is asked for in another window, on this page.
    """

    refuse = Signal(str)
    alerte = Signal(str)
    information = Signal(str)
    statistiques = Signal(object)
    change = Signal()
    fenetre_demandee = Signal(str)

    def __init__(
        self, ouvert: FichierOuvert, reprise: Reprise | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.ouvert = ouvert
        self.contexte = ouvert.contexte
        self.annee = reprise.annee if reprise is not None else self._annee_de_depart()
        self._pages: dict[str, Ecran] = {}
        self._tableaux: list[PageTableau] = []
        self._message: BarreMessage | None = None
        self._refus = ""
        self._etait_bas = False
        # In its place from the first: a page moved there tells all that it holds, one by one.
        self._pile = QStackedWidget(self)
        suivi = reprise.suivi if reprise is not None else None
        self.actions = EcranActions(self.contexte, self.annee, suivi, self._pile)
        self._construire()
        self._brancher()
        self._prendre_page("actions", self.actions)
        self.aller("actions")
        self._rafraichir_bandeau()
        ouvert.documents.append(self)

    def _annee_de_depart(self) -> int:
        """The last year that has actions; in a new file, this one, or the first of the contract."""
        annees = self.contexte.actions.annees()
        possibles = annees_du_contrat(self.contexte.fichier)
        cette_annee = datetime.now().astimezone().year
        if annees or cette_annee in possibles or not possibles:
            return annees[0] if annees else cette_annee
        return possibles[0]

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.bandeau = Bandeau()
        self.rail = Rail()
        self.rail.remplir(GROUPES)
        self.rail.replier(replie=self.contexte.settings.rail_replie)
        self.titre = LigneTitre()
        self.recherche = BarreRecherche(self.contexte.recherche)
        self.titre.ajouter(self.recherche)
        self.titre.annee.show()
        self.titre.appel.show()
        self._remplir_annees()
        self._remplir_appels()
        page = QHBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addWidget(self.rail)
        self._droite = QVBoxLayout()
        self._droite.setContentsMargins(0, 0, 0, 0)
        self._droite.setSpacing(0)
        self._droite.addWidget(self.titre)
        self._droite.addWidget(self.bandeau)
        self._droite.addWidget(self._pile, 1)
        page.addLayout(self._droite, 1)

    def accueillir(self, message: BarreMessage) -> None:
        """Lay the message bar over the title line: envelopes and figures stay in sight under it."""
        self._message = message
        message.couvrir(self, sur=self.titre)

    def _alerter(self, phrase: str) -> None:
        if self.cockpit is None:  # which says it in its own place, where nothing moves
            self.alerte.emit(phrase)

    def refuser(self, phrase: str) -> None:
        """Say why something cannot be done, until it is corrected or given up."""
        self._refus = phrase
        self.refuse.emit(phrase)

    def proposer(self, action: str, geste: Callable[[], object]) -> None:
        if self._message is not None:
            self._message.proposer(action, geste)

    def oublier_refus(self) -> None:
        """What was refused has been corrected or given up: its sentence leaves."""
        if self._message is not None and self._refus == self._message.texte:
            self._message.cacher()

    def _passer_refus(self) -> None:
        """Something else was done, or is looked at: a refusal that left no text to correct is over."""
        montre = self._message is not None and self._refus == self._message.texte != ""
        if montre and editeur_refuse(self) is None:
            self.oublier_refus()

    def _remplir_annees(self) -> None:
        annees = sorted(
            {*annees_du_contrat(self.contexte.fichier), *self.contexte.actions.annees(), self.annee}
        )
        self.titre.annee.proposer([(str(a), str(a)) for a in annees], str(self.annee))

    def _remplir_appels(self) -> None:
        appels = [(appel.nom, appel.nom) for appel in self.contexte.fiches.appels(self.annee)]
        self.titre.appel.proposer([("", TOUS_APPELS), *appels], self.actions.appel)

    def _brancher(self) -> None:
        self.ouvert.pont.avis.connect(self._sur_avis)
        self.actions.alerte.connect(self._alerter)
        self.rail.choisi.connect(self.aller)
        self.rail.detachee.connect(self.fenetre_demandee)
        self.rail.replie_change.connect(self._retenir_rail)
        self.titre.annee.choisi.connect(lambda annee: self.changer_annee(int(annee)))
        self.titre.appel.choisi.connect(self.choisir_appel)
        self.recherche.choisi.connect(self.montrer_resultat)
        self.bandeau.financeur_choisi.connect(self._voir_enveloppe)
        self.bandeau.provenance_demandee.connect(self._expliquer_reste)
        self.bandeau.replier(replie=self.contexte.settings.bandeau_replie)
        self.bandeau.replie_change.connect(self._retenir_bandeau)
        self.actions.saisie.connect(self.bandeau.saisir)
        self.actions.fiche.saisie_finie.connect(self.oublier_refus)
        self.actions.fiche.constats_demandes.connect(partial(montrer_constats, self))
        self.actions.import_demande.connect(lambda: self.importer(None))
        self.actions.creation_demandee.connect(self.creer_action)

    def _est_etroit(self) -> bool:
        return self.width() < theme().px(LARGEUR_AISEE)

    def _est_bas(self) -> bool:
        return self.height() < theme().px(HAUTEUR_AISEE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Rail and band fold themselves where they would take the place of the figures.

        The band can then be unfolded by hand, until the window changes again.
        """
        super().resizeEvent(event)
        self.rail.replier(replie=self._est_etroit() or self.contexte.settings.rail_replie)
        if self._est_bas() != self._etait_bas:
            self._etait_bas = self._est_bas()
            self.bandeau.replier(replie=self._etait_bas or self.contexte.settings.bandeau_replie)

    # Pages --------------------------------------------------------------------------------------

    def _prendre_page(self, cle: str, page: Ecran) -> Ecran:
        self._pages[cle] = page
        self._pile.addWidget(page)
        page.refuse.connect(self.refuser)
        page.onglet_change.connect(self._passer_refus)
        adopter(self, self._tableaux, page, cle)
        return page

    def page(self, cle: str) -> Ecran:
        """A page, built at its first visit."""
        return self._pages.get(cle) or self._prendre_page(cle, batir(self, cle, self._pile))

    def tenir(self, seance: str) -> None:
        tenir(self, seance)

    def montrer_cockpit(self, page: Ecran) -> None:
        """Put the cockpit in view, in place of all that is not the séance."""
        if "cockpit" not in self._pages:
            self._prendre_page("cockpit", page)
        self.rail.marquer("seances")
        self.titre.appel.hide()
        self.titre.situer("Séance en cours", nom_du_contrat(self.contexte.fichier))
        self.bandeau.hide()
        self._pile.setCurrentWidget(page)

    @property
    def cockpit(self) -> Ecran | None:  # of the séance being held, in view or not
        return self._pages.get("cockpit")

    def oublier_cockpit(self) -> Ecran | None:
        """Take the cockpit out of the pages; None: there is none."""
        if (page := self._pages.pop("cockpit", None)) is not None:
            self._pile.removeWidget(page)
        return page

    def ouvrir_action(self, cle: str) -> None:
        """Its sheet, in the table of actions; one of another year is shown in its own."""
        from app.services.chiffres import Lien

        suivre_lien(self, Lien("action", cle, action=cle))
        self.actions.ouvrir_fiche()

    def aller(self, cle: str) -> None:
        """Show a page of the rail."""
        page = self.page(cle)
        self.bandeau.show()
        self.rail.marquer(cle)
        self.titre.appel.setVisible(cle in PAR_APPEL)
        self.titre.situer(TITRES[cle], nom_du_contrat(self.contexte.fichier))
        self._passer_refus()
        self._pile.setCurrentWidget(page)
        page.montree()
        page.setFocus(Qt.FocusReason.OtherFocusReason)
        vue = self.tableau_en_vue()
        if vue is None:
            self.statistiques.emit(Statistiques())
        else:
            vue.chiffrer()

    def basculer_fiche(self) -> None:
        """Show or fold the sheet; from another page, come back to it."""
        if self.page_courante == "actions":
            self.actions.basculer_fiche()
        else:
            self.aller("actions")
            self.actions.ouvrir_fiche()

    def action_en_vue(self) -> str | None:
        """The selected action, while its table is on screen."""
        return self.actions.action_courante() if self.page_courante == "actions" else None

    @property
    def pages(self) -> dict[str, Ecran]:
        """Those that were visited."""
        return dict(self._pages)

    @staticmethod
    def tableaux_de(page: QWidget) -> list[PageTableau]:
        return page.findChildren(PageTableau)

    @property
    def page_stable(self) -> str:
        """The page in view, or the one it came from: an import, a séance held, are of one window."""
        ailleurs = dict.fromkeys(("import", "fusion", "retour"), "actions") | {"cockpit": "seances"}
        return ailleurs.get(self.page_courante, self.page_courante)

    @property
    def page_courante(self) -> str:
        return next(cle for cle, page in self._pages.items() if page is self._pile.currentWidget())

    def tableau_en_vue(self) -> VueTableau | None:
        """The table that has the keyboard, else the first one of the page in view."""
        page = self._pile.currentWidget()
        vues = [vue for vue in page.findChildren(VueTableau) if vue.isVisible()]
        return next((vue for vue in vues if vue.a_le_focus()), vues[0] if vues else None)

    def imprimer(self) -> None:
        """Show what is on screen as pages. Raises ErreurConnue where there is no list."""
        for page in self._pile.currentWidget().findChildren(PageTableau):
            if page.isVisible():
                page.imprimer()
                return
        if self.page(self.page_courante).imprimer():
            return
        raise ErreurConnue(
            "Cette page n’a pas de liste à imprimer : ouvrez une liste, puis Ctrl+P."
        )

    def filtrer(self) -> None:
        """Put the cursor in the filter of the page in view."""
        self._pile.currentWidget().filtrer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nobody took, and that mean something on the table in view: Ctrl+F, F3."""
        geste, vue = geste_de(event), self.tableau_en_vue()
        if geste is not None and geste.partout and vue is not None and geste.permis(vue):
            vue.faire(geste)
        else:
            super().keyPressEvent(event)

    # Year and appel -----------------------------------------------------------------------------

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self.actions.changer_annee(annee)
        self._remplir_annees()
        self._remplir_appels()
        if "cofinancements" in self._pages:
            self._pages["cofinancements"].changer_annee(annee, self.actions.suivi)
        for cle in PAR_ANNEE:
            if cle in self._pages:
                self._pages[cle].changer_annee(annee)
        self._rafraichir_bandeau()

    def choisir_appel(self, appel: str) -> None:
        """Show one appel only, by its name; empty: all of them."""
        self.actions.choisir_appel(appel)
        if "cofinancements" in self._pages:
            self._pages["cofinancements"].choisir_appel(appel)
        self._remplir_appels()

    # What is asked of the file ------------------------------------------------------------------

    def creer_action(self) -> None:
        if self.page(self.page_courante).creer():
            return
        cle = self.contexte.actions.creer(self.annee, "Nouvelle action")
        self.aller("actions")
        self._choisir_action(cle)

    def importer(self, chemin: Path | None) -> None:
        """Show the import page, on a file when one was dropped."""
        self.montrer_a_part("import", "Importer un tableau").ouvrir(chemin, self.annee)

    def deposer(self, chemins: list[Path]) -> None:
        """Import what was dropped on the window: a table, or forms of notes."""
        from app.services.formulaires_lus import a_lire_ensemble

        if a_lire_ensemble(chemins):
            self.importer_formulaires(chemins)
        else:
            self.importer(chemins[0])

    def importer_formulaires(self, chemins: list[Path]) -> None:
        """Show what forms filled by porteurs would change."""
        page = self.montrer_a_part("import", "Importer des formulaires")
        page.ouvrir_formulaires(chemins, self.annee)

    def reunir(self, copie: Path) -> None:
        """Show what a partner's copy of the file brings. Raises ErreurConnue."""
        self.page("fusion").ouvrir(copie)
        self.montrer_a_part("fusion", "Réunir avec une copie").setFocus()

    def montrer_a_part(self, cle: str, titre: str) -> Ecran:
        page = self.page(cle)
        self.rail.marquer("actions")
        self.titre.appel.hide()
        self.titre.situer(titre, nom_du_contrat(self.contexte.fichier))
        self._pile.setCurrentWidget(page)
        return page

    def apres_import(self, phrase: str, page: str = "actions") -> None:
        self.aller(page)
        self.information.emit(phrase)

    def montrer_brouillon(self, objet: QWidget) -> None:
        """Show what is being written, ready to be gone on with."""
        for cle, page in self._pages.items():
            if cle in TITRES and page.isAncestorOf(objet):
                self.aller(cle)
            elif objet is page:
                self.importer(None)
        for tableau in self._tableaux:
            if tableau.isAncestorOf(objet):
                tableau.montrer_panneau(objet)
        objet.setFocus()

    def montrer_resultat(self, entite: str, cle: str, annee: int) -> None:
        """Go to a row found by the search."""
        if entite == "action":
            self.aller("actions")
            if annee != self.annee:
                self.changer_annee(annee)
            self._choisir_action(cle)
        elif entite == "organisme":
            self.aller("porteurs")
            self._pages["porteurs"].aller_a(cle, "nom")
        else:
            self.aller("contrat")
            self._pages["contrat"].choisir("quartiers")

    def _choisir_action(self, cle: str) -> None:
        self.actions.choisir(cle)
        self._remplir_appels()  # the appel in view gave way if it hid the action

    def _retenir_rail(self, replie: bool) -> None:
        if not self._est_etroit():
            self.contexte.settings.rail_replie = replie

    def _retenir_bandeau(self, replie: bool) -> None:
        if not self._est_bas():
            self.contexte.settings.bandeau_replie = replie

    def _voir_enveloppe(self, financeur: str) -> None:
        self.aller("enveloppes")
        self._pages["enveloppes"].choisir_financeur(financeur)

    def _expliquer_reste(self, financeur: str) -> None:
        """Where what is left of an envelope comes from, under the table in view."""
        from app.services.chiffres import Chiffre, Sorte
        from app.ui.panneau_provenance import expliquer_dans

        visibles = [p for p in self._tableaux if p.isVisible()]
        if not visibles:
            self.aller("actions")
        page = visibles[0] if visibles else self.actions.tableau
        expliquer_dans(
            page, Chiffre(Sorte.POSTE, champ="reste", financeur=financeur, annee=self.annee)
        )

    # Following the file -------------------------------------------------------------------------

    def _sur_avis(self, avis: Avis) -> None:
        self._passer_refus()
        for page in self._pages.values():
            page.sur_avis(avis)
        for tableau in self._tableaux:
            tableau.sur_avis(avis)
        if avis.touche("financeur", "convention", "tranche"):
            self._rafraichir_bandeau()
        elif avis.touche("cofinancement", "enveloppe"):
            self._suivre_enveloppes(avis)
        if avis.touche("contrat") and self.page_courante in TITRES:
            self.titre.situer(TITRES[self.page_courante], nom_du_contrat(self.contexte.fichier))
        if avis.touche("action", "exercice"):
            self._remplir_annees()
        if avis.touche("appel"):
            self._remplir_appels()
        self.change.emit()

    def _rafraichir_bandeau(self) -> None:
        self._financeurs = self.contexte.cofinancements.financeurs(self.annee)
        self.bandeau.montrer(
            [self.contexte.totaux.etat(self.annee, financeur) for financeur in self._financeurs]
        )

    def _suivre_enveloppes(self, avis: Avis) -> None:
        """Redraw the gauges of the financeurs that the notice touches, and no other."""
        touches = {
            m.valeur("financeur")
            for m in avis.modifications
            if m.entite in ("cofinancement", "enveloppe") and m.valeur("annee") == self.annee
        }
        self.bandeau.actualiser(
            {
                financeur.cle: self.contexte.totaux.etat(self.annee, financeur)
                for financeur in self._financeurs
                if financeur.cle in touches
            }
        )

    @property
    def importe(self) -> bool:
        """True while an import is being written."""
        page = self._pages.get("import")
        return page is not None and page.occupe

    @property
    def peut_se_refaire(self) -> bool:
        """False while something would be lost with this page: a refused text, an import prepared."""
        perdus = [b for b in brouillons(self) if not isinstance(b, Panneau)]
        return editeur_refuse(self) is None and not perdus and self.page_courante in TITRES

    def detacher(self) -> None:
        """This window no longer shows the file."""
        quitter(self)
        self.noter_vues()
        self.ouvert.documents.remove(self)
        self.ouvert.pont.avis.disconnect(self._sur_avis)

    def noter_vues(self) -> None:
        """Note what is on screen of each list: the next page of the file begins so."""
        for tableau in self._tableaux:
            tableau.onglets.finir()
