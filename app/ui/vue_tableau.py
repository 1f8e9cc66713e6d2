"""The table on screen: moving, selecting, typing and copying, with a spreadsheet user's keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QResizeEvent, QStatusTipEvent
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from app.services.errors import ErreurConnue
from app.services.etats_vue import Critere, EtatVue
from app.ui.choix import Case, Choix
from app.ui.deplacements import (
    ALT,
    CTRL,
    ENTREES,
    MAJ,
    SANS_ETENDRE,
    TABULATIONS,
    Deplacements,
)
from app.ui.depots import Depots
from app.ui.editeurs import bascule, est_bascule, est_refuse, texte_tape
from app.ui.elements import minuterie
from app.ui.etat_tableau import lire_etat, poser_etat
from app.ui.gardees import garder_a_corriger, proposer_de_garder
from app.ui.gestes import Geste, geste_de
from app.ui.menus_tableau import menu_d_entete, menu_de_cellule
from app.ui.poignee import Poignee
from app.ui.tableau import ModeleTableau
from app.ui.volets import Volets

if TYPE_CHECKING:
    from app.ui.grille import Grille
    from app.ui.page_tableau import PageTableau
    from app.ui.plis_colonnes import PlisColonnes

ATTENTE = 30  # ms before the figures follow a selection that is being dragged


class VueTableau(QWidget):
    """Two panes on one model and one selection. Signals name rows and columns by their keys.

    `statistiques(Statistiques)`: figures of the selection. `refuse(sentence)`: what was typed cannot
    be kept, its editor stays open.
    `saisie(row, column, text)` follows each key typed until `saisie_finie`. `courante(row, column)`:
    the current cell. `ouverte(row)`: double click on a cell that is only read, or Alt+Enter.
    `etat_change()`: `etat()` is another. `recul_voulu(years)`: a view puts another year beside.
    `propose(label, gesture)`: what can be done with what was just refused.
    """

    statistiques = Signal(object)
    refuse = Signal(str)
    information = Signal(str)
    saisie = Signal(str, str, str)
    saisie_finie = Signal()
    courante = Signal(str, str)
    ouverte = Signal(str)
    etat_change = Signal()
    recul_voulu = Signal(int)
    propose = Signal(str, object)

    def __init__(self, modele: ModeleTableau, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.a_une_fiche = False  # whether something shows the whole of a row
        self.page: PageTableau | None = None  # what surrounds the table, when something does
        self.plis: PlisColonnes | None = None  # what folds its blocks of columns
        self._visee = ""
        self.recul = 0  # how many years back is the one put beside, 0: none
        self.modele = modele
        self.volets = Volets(modele, self)
        self.choix = Choix(modele, self.volets)
        self.depots = Depots(self)
        self._deplacements = Deplacements(
            modele, visibles=self.volets.colonnes_visibles, page=self._page
        )
        self._retenue = ("", "")
        self._attente = minuterie(self, ATTENTE)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.addWidget(self.volets)
        self.setFocusProxy(self.volets.droite)
        self._poignee = Poignee(self)
        self._brancher()

    def _brancher(self) -> None:
        for grille in self.volets.grilles:
            grille.touche.connect(self._touche)
            grille.pressee.connect(self._pressee)
            grille.tiree.connect(self._tiree)
            grille.ouverte.connect(self._double_clic)
            grille.menu_demande.connect(self._montrer_menu)
            grille.survolee.connect(self._survoler)
            grille.focus_change.connect(self._focus_change)
            grille.delegue.saisie_finie.connect(self.saisie_finie)
            grille.delegue.valide.connect(self._valider)
            grille.delegue.partout.connect(self._partout)
            grille.delegue.garde.connect(lambda editeur: garder_a_corriger(self, editeur))
            grille.delegue.saisie.connect(self._suivre_saisie)
            grille.entete.tri_demande.connect(self._trier_par)
            grille.entete.filtre_demande.connect(self.filtrer_colonne)
            grille.entete.menu_demande.connect(self._montrer_menu_entete)
        self.volets.choix.selectionChanged.connect(self._attente.start)
        self.volets.choix.selectionChanged.connect(self._poignee.placer)
        self.volets.choix.currentChanged.connect(self._courante_change)
        self._attente.timeout.connect(self.chiffrer)
        self.modele.refuse.connect(self.refuse)
        self.modele.dit.connect(self.dire)
        self.modele.calcule.connect(self._attente.start)
        self.modele.dispose.connect(self.etat_change)
        self.volets.pose_change.connect(self._quitter_masquee)
        self.volets.pose_change.connect(self.etat_change)
        self.modele.modelAboutToBeReset.connect(self._retenir_courante)
        self.modele.modelReset.connect(self._retrouver_courante)

    # The current cell and the selection ---------------------------------------------------------

    def aller(self, rang: int, colonne: int, *, etendre: bool = False) -> None:
        """Make a cell current; `etendre` selects as far as it, and leaves the current one."""
        if not self.modele.index(rang, colonne).isValid():
            return
        colonne = self._montree(colonne)
        index = self.modele.index(rang, colonne)
        grille = self.volets.grille_de(colonne)
        if self.a_le_focus() and not grille.hasFocus():
            grille.setFocus()  # first: a pane that gets the keyboard may choose a cell of its own
        if etendre:
            self.choix.etendre((rang, colonne))
        else:
            self.choix.prendre((rang, colonne))
        grille.scrollTo(index)

    def _porter(self, rang: int, colonne: int) -> None:
        """Another cell of the selection becomes the current one."""
        grille = self.volets.grille_de(colonne)
        if self.a_le_focus() and not grille.hasFocus():
            grille.setFocus()
        self.choix.porter((rang, colonne))
        grille.scrollTo(self.index_courant())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A bar or a panel that comes does not hide the row one is on."""
        super().resizeEvent(event)
        index = self.index_courant()
        if not index.isValid() or event.size().height() >= event.oldSize().height():
            return
        grille = self.volets.grille_de(index.column())
        if grille.viewport().rect().intersects(grille.visualRect(index)):
            QTimer.singleShot(0, grille, lambda: self._garder_en_vue(grille))

    def _garder_en_vue(self, grille: Grille) -> None:
        index = self.index_courant()
        if index.isValid() and grille is self.volets.grille_de(index.column()):
            gauche = grille.horizontalScrollBar().value()
            grille.scrollTo(index)
            grille.horizontalScrollBar().setValue(gauche)

    def aller_a(self, cle: str, cle_colonne: str = "") -> None:
        """Show a row by its key, on a column or on the current one; nothing if the filter hides it."""
        courant = self.index_courant()
        colonne = self.volets.colonnes_visibles()[0]
        if cle_colonne:
            colonne = self.modele.rang(cle_colonne)
        elif courant.isValid():
            colonne = courant.column()
        self.aller(self.modele.position(cle), colonne)

    def index_courant(self) -> QModelIndex:
        return self.choix.courant

    def cle_courante(self) -> str:
        """Key of the current row, empty when there is none or when it is a group."""
        index = self.index_courant()
        return self.modele.cle_de(index.row()) if index.isValid() else ""

    def case_courante(self) -> tuple[str, str]:
        """Keys of the row and of the column of the current cell, empty when there is none."""
        index = self.index_courant()
        return (
            self.cle_courante(),
            self.modele.colonnes[index.column()].cle if index.isValid() else "",
        )

    def cles_choisies(self) -> list[str]:
        """Keys of the rows that have a selected cell, in the order shown."""
        rangs = sorted({r for suite in self.choix.cellules().values() for r in suite})
        return [cle for cle in map(self.modele.cle_de, rangs) if cle]

    def colonne_visee(self) -> str:
        """Key of the column that a gesture is about: the header under its menu, else the current one."""
        index = self.index_courant()
        return self._visee or (self.modele.colonnes[index.column()].cle if index.isValid() else "")

    def a_le_focus(self) -> bool:
        return any(grille.hasFocus() for grille in self.volets.grilles)

    def _courante_change(self, index: QModelIndex, avant: QModelIndex) -> None:
        for grille in self.volets.grilles:
            grille.update(avant)
            grille.update(index)
        if index.isValid():
            colonne = self.modele.colonnes[index.column()]
            self.courante.emit(self.modele.cle_de(index.row()), colonne.cle)

    def _focus_change(self) -> None:
        for grille in self.volets.grilles:
            grille.update(self.index_courant())
        arrive = self.a_le_focus() and self.modele.rowCount() > 0
        # As the keyboard comes, Qt makes a first cell current, but chooses none.
        if arrive and not self.volets.choix.hasSelection():
            index = self.index_courant()
            premiere = self.volets.colonnes_visibles()[0]
            self.aller(max(0, index.row()), index.column() if index.isValid() else premiere)

    def _retenir_courante(self) -> None:
        index = self.index_courant()
        if index.isValid():
            repere = self.modele.repere(index.row())
            self._retenue = (repere, self.modele.colonnes[index.column()].cle)

    def _retrouver_courante(self) -> None:
        """After other rows or columns: the same cell if it is still there."""
        self.volets.suivre_colonnes()
        cle, cle_colonne = self._retenue
        presentes = {colonne.cle for colonne in self.modele.colonnes}
        if cle_colonne in presentes and self.modele.position(cle) >= 0:
            with QSignalBlocker(self):  # nobody moved: the screens need not hear of it
                self.aller_a(cle, cle_colonne)
            grille = self.volets.grille_de(self.index_courant().column())
            QTimer.singleShot(0, grille, lambda: self._garder_en_vue(grille))  # once laid out

    def _quitter_masquee(self) -> None:
        """The current cell leaves a column that was hidden: nothing is done where none looks."""
        index = self.index_courant()
        if index.isValid() and self._montree(index.column()) != index.column():
            self.aller(index.row(), index.column())

    def _montree(self, colonne: int) -> int:
        """The column itself, or the nearest one on screen when it is hidden."""
        visibles = self.volets.colonnes_visibles()
        if not visibles or colonne in visibles:
            return colonne
        ordre = self.volets.ordre()
        ici = ordre.index(colonne)
        return next(c for c in (*ordre[ici:], *reversed(ordre[:ici])) if c in visibles)

    def chiffrer(self) -> None:
        """Figures of the selection, for the status bar."""
        self.statistiques.emit(self.modele.chiffres(self.choix.blocs()))

    def dire(self, phrase: str) -> None:
        """One sentence in the status bar of the window, which needs no answer."""
        QApplication.sendEvent(self, QStatusTipEvent(phrase))

    # Mouse --------------------------------------------------------------------------------------

    def _survoler(self, rang: int) -> None:
        for grille in self.volets.grilles:
            ancienne, grille.delegue.ligne_survolee = grille.delegue.ligne_survolee, rang
            for ligne in {ancienne, rang} if ancienne != rang else ():
                haut = grille.rowViewportPosition(ligne)
                hauteur = grille.rowHeight(ligne)
                grille.viewport().update(0, haut, grille.viewport().width(), hauteur)

    def _pressee(self, index: QModelIndex, touches: Qt.KeyboardModifier) -> None:
        if self._editeur_refuse():
            return
        self._deplacements.oublier_tab()
        case = (index.row(), index.column())
        if touches & CTRL and self.index_courant().isValid():
            self.choix.ajouter(case)
        else:
            self.aller(*case, etendre=bool(touches & MAJ))

    def _tiree(self, position: QPoint) -> None:
        """The rectangle follows the mouse, from one pane to the other and beyond the edges."""
        if self._editeur_refuse() or not self.index_courant().isValid():
            return
        index = self.volets.index_sous(position)
        case = (index.row(), index.column())
        if index.isValid() and case != self.choix.bout:
            self.aller(*case, etendre=True)

    def _double_clic(self, index: QModelIndex) -> None:
        colonne = index.column()
        if self.modele.est_modifiable(colonne) or self.modele.est_verrouillee(colonne):
            self.modifier(index)
        else:
            self.ouverte.emit(self.modele.cle_de(index.row()))

    # Keyboard -----------------------------------------------------------------------------------

    def _page(self) -> int:
        grille = self.volets.droite
        return max(1, grille.viewport().height() // self.volets.look.hauteur_de_ligne() - 1)

    def _touche(self, evenement: QKeyEvent) -> None:
        index = self.index_courant()
        geste = geste_de(evenement)
        if geste is not None and geste.permis(self):
            self.faire(geste)
        elif not index.isValid() or not self._touche_sur(evenement, index):
            return
        evenement.accept()

    def faire(self, geste: Geste) -> None:
        """Do a gesture; what is refused is one sentence."""
        self.tenter(lambda: geste.executer(self))

    def tenter(self, faire: Callable[[], object]) -> None:
        """Do something that may be refused with a sentence."""
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    def _touche_sur(self, evenement: QKeyEvent, index: QModelIndex) -> bool:
        """True when the key means something on the current cell."""
        touche, touches = Qt.Key(evenement.key()), evenement.modifiers()
        etend = bool(touches & MAJ) and touche not in SANS_ETENDRE
        dedans = self._dans_la_selection(touche, touches)
        if dedans is not None:
            self._porter(*dedans)
            return True
        case = self.choix.bout if etend else (index.row(), index.column())
        cible = self._deplacements.cible(touche, touches, case)
        if cible is not None:
            self.aller(*cible, etendre=etend)
            return True
        if touche in TABULATIONS:  # at the end of the table, Tab leaves it
            return self.focusNextPrevChild(touche == Qt.Key.Key_Tab)
        if touche == Qt.Key.Key_Escape:
            self.aller(index.row(), index.column())
            return False
        return self._taper(evenement, index)

    def _dans_la_selection(self, touche: Qt.Key, touches: Qt.KeyboardModifier) -> Case | None:
        """Where Tab and Enter go round inside several selected cells."""
        if touche in TABULATIONS:
            return self.choix.tourner(lignes=0, colonnes=-1 if touche == Qt.Key.Key_Backtab else 1)
        if touche in ENTREES and not touches & (CTRL | ALT):
            return self.choix.tourner(lignes=-1 if touches & MAJ else 1, colonnes=0)
        return None

    def _taper(self, evenement: QKeyEvent, index: QModelIndex) -> bool:
        """A character typed over a cell opens it and replaces what it held."""
        texte = evenement.text()
        if not texte or not texte.isprintable() or evenement.modifiers() & (CTRL | ALT):
            return False
        self.modifier(index, evenement)
        return True

    # Typing -------------------------------------------------------------------------------------

    def modifier(self, index: QModelIndex, evenement: QKeyEvent | None = None) -> None:
        """Open a cell, or change a yes or no at once. `evenement`: the key typed over it."""
        colonne = self.modele.colonnes[index.column()]
        if not self.modele.est_modifiable(index.column()):
            if self.modele.est_verrouillee(index.column()):
                self.refuse.emit(colonne.pourquoi)
            return
        if est_bascule(colonne):
            oui = bool(self.modele.valeur(index.row(), index.column()))
            voulu = bascule(None if evenement is None else evenement.text(), oui=oui)
            if voulu is not None:
                self.modele.setData(index, "oui" if voulu else "non")
            return
        grille = self.volets.grille_de(index.column())
        grille.scrollTo(index)
        grille.ouvrir_editeur(index, evenement)

    def _valider(self, editeur: QWidget, lignes: int, colonnes: int) -> None:
        """Keep what was typed, then move; refused, nothing moves."""
        index = self.index_courant()
        grille = self.volets.grille_de(index.column())
        grille.commitData(editeur)
        grille.closeEditor(editeur, grille.SANS_SUITE)
        if est_refuse(editeur):
            proposer_de_garder(self, editeur)
            return
        index = self.index_courant()  # what was written may have given the row another place
        case = (index.row(), index.column())
        dedans = (
            self.choix.tourner(lignes=lignes, colonnes=colonnes) if lignes or colonnes else None
        )
        if dedans is not None:
            self._porter(*dedans)
            return
        if colonnes:
            cible = self._deplacements.tabuler(case, sens=colonnes)
        elif lignes:
            cible = self._deplacements.entrer(case, sens=lignes)
        else:
            cible = case
        if cible is not None:
            self.aller(*cible)

    def _suivre_saisie(self, _editeur: QWidget, texte: str) -> None:
        index = self.index_courant()
        self.saisie.emit(self.cle_courante(), self.modele.colonnes[index.column()].cle, texte)

    def _editeur_refuse(self) -> bool:
        """A refused text is corrected or given up before anything else is clicked."""
        for grille in self.volets.grilles:
            editeur = grille.delegue.editeur
            if editeur is not None and est_refuse(editeur):
                editeur.setFocus()
                return True
        return False

    def _partout(self, editeur: QWidget) -> None:
        """What was typed goes in every selected cell."""
        if self.choix.nombre() < 2:
            self._valider(editeur, 0, 0)
            return
        texte = texte_tape(editeur)
        grille = self.volets.grille_de(self.index_courant().column())
        grille.closeEditor(editeur, grille.ABANDON)
        self.tenter(lambda: self.depots.remplir(texte))

    # What is shown ------------------------------------------------------------------------------

    def etat(self) -> EtatVue:
        """Columns, order, widths, sort, filters, groups, zoom: what a view keeps."""
        return lire_etat(self)

    def poser_etat(self, etat: EtatVue) -> None:
        """Show as it was kept; `etat_change` is told once."""
        if etat.recul != self.recul:
            self.recul_voulu.emit(etat.recul)  # other columns come first
            self.recul = etat.recul
        with QSignalBlocker(self):
            poser_etat(self, etat)
            self._quitter_masquee()
        self.etat_change.emit()

    # Sort and columns ---------------------------------------------------------------------------

    def colorer_groupes(self, couleur_de: Callable[[str], QColor | None]) -> None:
        """The colour of a block of columns by its name, such as a financeur's."""
        for grille in self.volets.grilles:
            grille.entete.couleur_de = couleur_de
            grille.entete.viewport().update()

    def largeurs(self) -> Mapping[str, int]:
        return self.volets.largeurs()

    def filtrer_colonne(self, cle: str, place: QPoint | None = None) -> None:
        """Open the filter of a column at a place of the screen, by default under its title."""
        from app.ui.popup_filtre import ouvrir_filtre

        rang = self.modele.rang(cle)
        grille = self.volets.grille_de(rang)
        if place is None and not grille.isColumnHidden(rang):
            grille.scrollTo(self.modele.index(max(0, grille.rowAt(0)), rang))
        ouvrir_filtre(self, cle, place or grille.entete.sous_le_titre(rang))

    def _trier_par(self, cle: str, ajouter: bool) -> None:
        """A click: ascending, then descending, then the first order; Shift adds a criterion."""
        self.trier(suite_de_tri(list(self.modele.tri), cle, ajouter=ajouter))

    def trier(self, criteres: list[Critere]) -> None:
        index = self.index_courant()
        if index.isValid():
            self.aller(index.row(), index.column())  # one cell: a block would be torn apart
        self.modele.trier(criteres)
        for grille in self.volets.grilles:
            grille.entete.viewport().update()
        if self.index_courant().isValid():
            self.volets.droite.scrollTo(self.index_courant())

    def _montrer_menu(self, index: QModelIndex, position: QPoint) -> None:
        if not index.isValid():
            return
        if not self.volets.choix.isSelected(index):
            self.aller(index.row(), index.column())
        menu_de_cellule(self).exec(position)

    def _montrer_menu_entete(self, cle: str, position: QPoint) -> None:
        self._visee = cle
        menu_d_entete(self).exec(position)
        self._visee = ""


def suite_de_tri(tri: list[Critere], cle: str, *, ajouter: bool) -> list[Critere]:
    """The criteria after a click on a column: ascending, descending, then none."""
    sens = next((descendant for autre, descendant in tri if autre == cle), None)
    if not ajouter:
        return [] if sens is True else [(cle, sens is False)]
    if sens is None:
        return [*tri, (cle, False)]
    if sens:
        return [critere for critere in tri if critere[0] != cle]
    return [(autre, True if autre == cle else d) for autre, d in tri]
