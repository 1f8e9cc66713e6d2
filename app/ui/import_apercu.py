"""Step 3 of the import: what becomes of each row, why, and what is to be looked at before."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QHBoxLayout,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.plans import Genre, Verdict
from app.ui import import_lignes as rangs
from app.ui.elements import ChampRecherche, etiquette, marges
from app.ui.icons import peindre_icone
from app.ui.import_anomalies import ListeAnomalies
from app.ui.import_detail import DetailLigne
from app.ui.import_lignes import Apercu, LigneApercu
from app.ui.import_resolutions import Choix, Resolutions
from app.ui.import_source import francais
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

Indice = QModelIndex | QPersistentModelIndex
FILTRES = (
    ("", "Toutes"),
    (str(Verdict.AJOUTER), "À ajouter"),
    (str(Verdict.METTRE_A_JOUR), "À mettre à jour"),
    (str(Verdict.IGNORER), "Ignorées"),
    ("alertes", "Avec alerte"),
    ("decochees", "Décochées"),
)
TOUJOURS = ("", str(Verdict.AJOUTER), str(Verdict.METTRE_A_JOUR), str(Verdict.IGNORER))
VOLET, VOLET_MINIMUM = 368, 300
HAUTEUR_BASSE = 440  # under it, the table and the selected row do not fit one above the other
DETAIL = 204
CASE = 16


class _Case(QStyledItemDelegate):
    """A box that is ticked or not; nothing when the row has nothing to import."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Indice) -> None:
        look = theme()
        couleurs = look.couleurs
        modele: ModeleTableau = index.model()  # type: ignore[assignment]
        prise = modele.valeur(index.row(), index.column())
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(option.rect, couleurs.accent_fond)
        if prise is None:
            return
        cote = look.px(CASE)
        boite = QRect(0, 0, cote, cote)
        boite.moveCenter(option.rect.center())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(couleurs.accent if prise else couleurs.bord, 1))
        painter.setBrush(couleurs.accent if prise else couleurs.papier)
        painter.drawRoundedRect(boite, look.px(3), look.px(3))
        painter.restore()
        if prise:
            peindre_icone(painter, boite, "valider", couleur=couleurs.sur_accent)


class Filtres(QWidget):
    """Which rows are shown, each with how many there are. `choisi(filter)`."""

    choisi = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groupe = QButtonGroup(self)
        self.boutons: dict[str, QToolButton] = {}
        ligne = QHBoxLayout(self)
        marges(ligne, 0, espace=2)
        for cle, _ in FILTRES:
            bouton = QToolButton()
            bouton.setCheckable(True)
            bouton.clicked.connect(self._choix_de(cle))
            self._groupe.addButton(bouton)
            self.boutons[cle] = bouton
            ligne.addWidget(bouton)
        self.boutons[""].setChecked(True)

    def _choix_de(self, cle: str) -> Callable[[], None]:
        def choisir() -> None:
            self.choisi.emit(cle)

        return choisir

    @property
    def courant(self) -> str:
        return next(cle for cle, bouton in self.boutons.items() if bouton.isChecked())

    def compter(self, comptes: dict[str, int]) -> None:
        for cle, mot in FILTRES:
            self.boutons[cle].setText(f"{mot} {rangs.milliers(comptes[cle])}")
            self.boutons[cle].setVisible(cle in TOUJOURS or bool(comptes[cle]))
        if not self.boutons[self.courant].isVisibleTo(self):
            self.choisir("")

    def choisir(self, cle: str) -> None:
        if not self.boutons[cle].isChecked():
            self.boutons[cle].setChecked(True)
            self.choisi.emit(cle)


class _Tete(QWidget):
    """Above the table: a sentence, the filters, the search. Narrow, it searches on its own line."""

    def __init__(self, phrase: QWidget, filtres: QWidget, recherche: QWidget) -> None:
        super().__init__()
        px = theme().px
        self._filtres, self._recherche = filtres, recherche
        self._grille = QGridLayout(self)
        self._grille.setContentsMargins(px(16), px(8), px(16), px(8))
        self._grille.setSpacing(px(8))
        self._grille.setColumnStretch(1, 1)
        self._grille.addWidget(phrase, 0, 0, 1, 3)
        self._grille.addWidget(filtres, 1, 0)
        self._grille.addWidget(recherche, 1, 2)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        place = self.width() - theme().px(48) - self._recherche.width()
        etroite = self._filtres.sizeHint().width() > place
        self._grille.addWidget(self._recherche, 2 if etroite else 1, 0 if etroite else 2)


class PageApercu(QWidget):
    """`change()`: rows were ticked or unticked, or labels resolved. `recalcul()`: preview again."""

    change = Signal()
    recalcul = Signal()
    refuse = Signal(str)

    def __init__(self, choix: Callable[[Genre], Choix], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._lignes: dict[str, LigneApercu] = {}
        self._par_place: dict[tuple[str, int], str] = {}
        self.refus: set[int] = set()
        self.refus_filiations: set[int] = set()
        self.modele = ModeleTableau(rangs.colonnes_apercu(self._cocher), self)
        self.vue = VueTableau(self.modele)
        self.filtres = Filtres()
        self.recherche = ChampRecherche("Chercher")
        self.detail = DetailLigne()
        self.resolutions = Resolutions(choix)
        self.anomalies = ListeAnomalies()
        self.onglets = QTabWidget()
        self._phrase = etiquette("")
        self._phrase.setWordWrap(True)
        self._construire()
        self._brancher()

    def _construire(self) -> None:
        rang = self.modele.rang("prise")
        for grille in self.vue.volets.grilles:
            grille.setItemDelegateForColumn(rang, _Case(grille))
        self.vue.setAccessibleName("Lignes à importer")
        self.recherche.setFixedWidth(theme().px(150))
        px = theme().px
        table = QWidget()
        colonne = QVBoxLayout(table)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addWidget(_Tete(self._phrase, self.filtres, self.recherche))
        colonne.addWidget(self.vue, 1)
        self._gauche = QSplitter(Qt.Orientation.Vertical)
        self._gauche.setChildrenCollapsible(False)
        self._gauche.addWidget(table)
        self._gauche.addWidget(self.detail)
        self._gauche.setStretchFactor(0, 1)
        self._gauche.setSizes([10_000, px(DETAIL)])
        self.onglets.addTab(self.resolutions, "")
        self.onglets.addTab(self.anomalies, "")
        self.onglets.setMinimumWidth(px(VOLET_MINIMUM))
        partage = QSplitter(Qt.Orientation.Horizontal)
        partage.setChildrenCollapsible(False)
        partage.addWidget(self._gauche)
        partage.addWidget(self.onglets)
        partage.setStretchFactor(0, 1)
        partage.setSizes([10_000, px(VOLET)])
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(partage)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low page shows the selected row in a tab rather than under the table."""
        super().resizeEvent(event)
        basse = self.height() < theme().px(HAUTEUR_BASSE)
        if basse and self._gauche.indexOf(self.detail) >= 0:
            self.onglets.addTab(self.detail, "La ligne")
        elif not basse and self._gauche.indexOf(self.detail) < 0:
            self._gauche.addWidget(self.detail)
            self.detail.show()

    def _brancher(self) -> None:
        for grille in self.vue.volets.grilles:
            grille.pressee.connect(self._cliquer)
        self.vue.courante.connect(self._sur_ligne)
        self.modele.refuse.connect(self.refuse)
        self.filtres.choisi.connect(self._filtrer)
        self.recherche.cherche.connect(self.modele.filtrer)
        self.recherche.quitte.connect(self.vue.setFocus)
        self.anomalies.ligne_demandee.connect(self.montrer_ligne)
        self.resolutions.change.connect(self.change)
        self.resolutions.recalcul.connect(self.recalcul)
        self.detail.filiation_refusee.connect(self._refuser_filiation)

    # What is shown ------------------------------------------------------------------------------

    def oublier(self) -> None:
        """Another file: every refusal and every resolution is forgotten."""
        self.refus, self.refus_filiations = set(), set()
        self._lignes, self._par_place = {}, {}
        self.resolutions.oublier()
        self.anomalies.montrer([])
        self.recherche.vider()
        self.filtres.choisir("")
        self.modele.remplacer_lignes([])

    def montrer(self, apercu: Apercu) -> None:
        plan, lignes, groupes = apercu.plan, apercu.lignes, apercu.groupes
        self._lignes = {ligne.cle: ligne for ligne in lignes}
        self._par_place = {(li.feuille, li.ligne): li.cle for li in reversed(lignes)}
        self.resolutions.montrer(plan.rapprochements)
        self.anomalies.montrer(groupes)
        a_regler = len(self.resolutions.a_regler())
        self.onglets.setTabText(0, f"À vérifier ({a_regler})")
        self.onglets.setTabText(1, f"Anomalies ({len(groupes)})")
        self.onglets.setCurrentIndex(0 if a_regler else 1)
        sans_effet = all(li.prise is None for li in lignes)
        phrase = rangs.phrase_sans_effet(plan.compte()) if sans_effet else ""
        self._phrase.setText(francais(phrase))
        self._phrase.setVisible(bool(phrase))
        self._compter()
        self._filtrer()
        if self.modele.rowCount() and not self.vue.index_courant().isValid():
            self.vue.aller(0, self.modele.rang("titre"))
        self._sur_ligne(self.vue.cle_courante())

    def _compter(self) -> None:
        self.filtres.compter(rangs.compter(self._lignes.values()))

    def _filtrer(self, _: str = "") -> None:
        filtre = self.filtres.courant
        gardees = [li for li in self._lignes.values() if rangs.passe(li, filtre)]
        self.modele.remplacer_lignes(gardees)

    def _sur_ligne(self, cle: str, _: str = "") -> None:
        ligne = self._lignes.get(cle)
        refusee = ligne is not None and ligne.plan.rang in self.refus_filiations
        self.detail.montrer(ligne, filiation_refusee=refusee)

    def montrer_ligne(self, feuille: str, ligne: int) -> None:
        """Select the row read at this line, or at the one above that it was put together with."""
        cle = self._par_place.get((feuille, ligne))
        if cle is None:
            avant = [li for nom, li in self._par_place if nom == feuille and li <= ligne]
            cle = self._par_place[feuille, max(avant)] if avant and ligne else None
        if cle is None:
            return
        if self.modele.position(cle) < 0:
            self.recherche.vider()
            self.filtres.choisir("")
        self.vue.aller_a(cle, "titre")

    # What the person decides --------------------------------------------------------------------

    @property
    def prises(self) -> int:
        """How many rows will be written."""
        return sum(li.prise is True for li in self._lignes.values())

    def _cliquer(self, index: QModelIndex, touches: Qt.KeyboardModifier) -> None:
        """One click is enough on a box."""
        if index.column() == self.modele.rang("prise") and not touches:
            prise = self.modele.valeur(index.row(), index.column())
            if prise is not None:
                self._cocher(self.modele.cle_de(index.row()), "non" if prise else "oui")

    def _cocher(self, cle: str, texte: str) -> None:
        ligne = self._lignes[cle]
        if ligne.prise is None:
            return
        prise = texte == "oui"
        (self.refus.discard if prise else self.refus.add)(ligne.plan.rang)
        self._lignes[cle] = replace(ligne, prise=prise)
        self.modele.actualiser({cle: self._lignes[cle]})
        self._compter()
        self.change.emit()

    def _refuser_filiation(self, rang: int, refusee: bool) -> None:
        (self.refus_filiations.add if refusee else self.refus_filiations.discard)(rang)
