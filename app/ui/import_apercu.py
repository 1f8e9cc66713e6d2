"""Step 3 of the import: what becomes of each row, why, and what is to be looked at before."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.services.actions_lues import Lecture
from app.services.plans import Genre, Plan, Verdict
from app.ui import import_lignes as rangs
from app.ui.elements import ChampRecherche, TexteElide, etiquette, filet, marges
from app.ui.formes import peindre_etiquette, taille_etiquette
from app.ui.icons import peindre_icone
from app.ui.import_anomalies import ListeAnomalies
from app.ui.import_lignes import LigneApercu
from app.ui.import_resolutions import Choix, Resolutions
from app.ui.import_source import francais
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

FILTRES = (
    ("", "Toutes"),
    (str(Verdict.AJOUTER), "À ajouter"),
    (str(Verdict.METTRE_A_JOUR), "À mettre à jour"),
    (str(Verdict.IGNORER), "Ignorées"),
    ("alertes", "Avec alerte"),
    ("decochees", "Décochées"),
)
TOUJOURS = ("", str(Verdict.AJOUTER), str(Verdict.METTRE_A_JOUR), str(Verdict.IGNORER))
VOLET = 368
DETAIL = 196
CASE = 16


class _Case(QStyledItemDelegate):
    """A box that is ticked or not; nothing when the row has nothing to import."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
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
            self.boutons[cle].setText(f"{mot} {comptes[cle]}")
            self.boutons[cle].setVisible(cle in TOUJOURS or bool(comptes[cle]))
        if not self.boutons[self.courant].isVisibleTo(self):
            self.choisir("")

    def choisir(self, cle: str) -> None:
        if not self.boutons[cle].isChecked():
            self.boutons[cle].setChecked(True)
            self.choisi.emit(cle)


class EtiquetteVerdict(QWidget):
    """What becomes of the selected row: the same tag as in the table."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._verdict = Verdict.IGNORER
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def montrer(self, verdict: Verdict) -> None:
        self._verdict = verdict
        self.setAccessibleName(verdict.libelle)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return taille_etiquette(self._verdict.libelle, theme())

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        signal = rangs.SIGNAUX[self._verdict]
        with QPainter(self) as peintre:
            peindre_etiquette(
                peintre, self.rect(), self._verdict.libelle, signal=signal, look=theme()
            )


class DetailLigne(QWidget):
    """The selected row, value by value, and last year's action that it renews."""

    filiation_refusee = Signal(int, bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ligne: LigneApercu | None = None
        self._titre = TexteElide(role="fort")
        self._verdict = EtiquetteVerdict()
        self._motif = TexteElide(role="doux")
        self.filiation = QCheckBox()
        self.filiation.clicked.connect(self._sur_filiation)
        self._modele = ModeleTableau(
            rangs.colonnes_changements(avec_avant=True), self, cle=rangs.cle_changement
        )
        self.vue = VueTableau(self._modele)
        self.vue.volets.pied.hide()
        haut = QHBoxLayout()
        marges(haut, 8, 16, 4, 16, espace=8)
        haut.addWidget(self._titre, 3)
        haut.addWidget(self._verdict)
        haut.addWidget(self._motif, 2)
        bas = QHBoxLayout()
        marges(bas, 0, 16, 4, 16)
        bas.addWidget(self.filiation)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addWidget(filet())
        colonne.addLayout(haut)
        colonne.addLayout(bas)
        colonne.addWidget(self.vue, 1)

    def montrer(self, ligne: LigneApercu | None, *, filiation_refusee: bool = False) -> None:
        self._ligne = ligne
        if ligne is None:
            self._titre.setText("")
            self._motif.setText("")
            self._verdict.hide()
            self.filiation.hide()
            self._modele.remplacer_lignes([])
            return
        ajout = ligne.verdict is Verdict.AJOUTER
        self._titre.setText(f"Ligne {ligne.ligne} · {ligne.titre or 'sans intitulé'}")
        self._motif.setText(francais(ligne.motif))
        self._verdict.montrer(ligne.verdict)
        self._verdict.show()
        filiation = ligne.plan.filiation
        self.filiation.setVisible(filiation is not None)
        if filiation is not None:
            texte = f"Reconduit « {filiation.titre} » ({filiation.annee})"
            self.filiation.setText(francais(texte).replace("&", "&&"))
            self.filiation.setChecked(not filiation_refusee)
        vide = "Rien n'est écrit pour cette ligne." if not ajout else "Aucune valeur."
        self.vue.volets.dire_si_vide(vide)
        colonnes = rangs.colonnes_changements(avec_avant=not ajout)
        self._modele.definir_colonnes(colonnes, list(enumerate(ligne.plan.changements)))

    def _sur_filiation(self, coche: bool) -> None:
        if self._ligne is not None:
            self.filiation_refusee.emit(self._ligne.plan.rang, not coche)


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
        barre = QHBoxLayout()
        marges(barre, 8, 16, espace=8)
        barre.addWidget(self.filtres)
        barre.addStretch(1)
        barre.addWidget(self.recherche)
        dessus = QVBoxLayout()
        marges(dessus, 8, 16, 0, 16)
        dessus.addWidget(self._phrase)
        table = QWidget()
        colonne = QVBoxLayout(table)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addLayout(dessus)
        colonne.addLayout(barre)
        colonne.addWidget(self.vue, 1)
        gauche = QSplitter(Qt.Orientation.Vertical)
        gauche.setChildrenCollapsible(False)
        gauche.addWidget(table)
        gauche.addWidget(self.detail)
        gauche.setStretchFactor(0, 1)
        gauche.setSizes([10_000, theme().px(DETAIL)])
        self.detail.setMinimumHeight(theme().px(120))
        self.onglets.addTab(self.resolutions, "")
        self.onglets.addTab(self.anomalies, "")
        self.onglets.setMinimumWidth(theme().px(300))
        partage = QSplitter(Qt.Orientation.Horizontal)
        partage.setChildrenCollapsible(False)
        partage.addWidget(gauche)
        partage.addWidget(self.onglets)
        partage.setStretchFactor(0, 1)
        partage.setSizes([10_000, theme().px(VOLET)])
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(partage)

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
        self.resolutions.oublier()
        self.recherche.vider()
        self.filtres.choisir("")

    def montrer(self, plan: Plan, lecture: Lecture) -> None:
        lignes = rangs.lignes_apercu(plan, lecture, refus=self.refus)
        self._lignes = {ligne.cle: ligne for ligne in lignes}
        self._par_place = {(li.feuille, li.ligne): li.cle for li in reversed(lignes)}
        self.resolutions.montrer(plan.rapprochements)
        groupes = rangs.grouper(plan)
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
