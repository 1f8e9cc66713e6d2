"""The first useful screen: the table of the actions of a year, and the sheet of the selected one."""

from decimal import Decimal
from operator import attrgetter

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import NatureOperation
from app.services.alertes import accords_saisis, alertes_de_l_action
from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.columns_actions import colonnes_actions
from app.services.contexte import Contexte
from app.services.ordres import ENTITES_ORDONNEES, lire_ordres
from app.services.programme_suivi import ProgrammeSuivi
from app.services.rows import LigneAction
from app.ui.constats_du_tableau import ConstatsDuTableau
from app.ui.ecran import Ecran
from app.ui.elements import ChampRecherche, PageVide, TexteElide
from app.ui.fiche_action import FicheAction
from app.ui.icons import icone
from app.ui.page_tableau import PageTableau
from app.ui.saisie_suivie import SaisieSuivie
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme

FICHE_MINIMUM = 384  # the five tabs of the sheet, whole
TABLEAU_MINIMUM = 420  # beside the sheet, the buttons above the table whole


class EcranActions(Ecran):
    """Table at the left, sheet at the right. Rows follow the notices of the file."""

    alerte = Signal(str)
    saisie = Signal(str, Decimal)
    creation_demandee = Signal()
    import_demande = Signal()

    def __init__(
        self,
        contexte: Contexte,
        annee: int,
        suivi: ProgrammeSuivi | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`suivi`: the rows of the year, when a page that leaves has them."""
        super().__init__(parent)
        self._contexte = contexte
        self._suivi = suivi or ProgrammeSuivi(contexte.fichier, annee)
        self._appel = ""
        self._etroit = False
        self.constats = ConstatsDuTableau(contexte, lambda: self._suivi.annee, self)
        self.modele = self.constats.modele = ModeleTableau(self._colonnes(), self)
        self.modele.lecture_seule = contexte.fichier.lecture_seule
        # From the outside in: a widget moved into another tells all those that it holds.
        self._partage = QSplitter(Qt.Orientation.Horizontal, self)
        self._gauche = QWidget(self._partage)
        self._pile = QStackedWidget(self._gauche)
        self.tableau = PageTableau(contexte, "actions", self.modele, self._pile)
        self.tableau.habiller()
        self.tableau.intitule = self._intitule
        self.vue = self.tableau.vue
        self.fiche = FicheAction(contexte, self._partage)
        self._construire()
        self._brancher()
        self.setFocusProxy(self.vue)
        self.vue.colorer_groupes(self._couleur)
        self.modele.remplacer_lignes(self._visibles())
        self._compter()

    # Building -----------------------------------------------------------------------------------

    def _colonnes(self) -> list[Colonne]:
        self._financeurs = self._contexte.cofinancements.financeurs(self._suivi.annee)
        self._rangs = {f.nom_court: rang for rang, f in enumerate(self._financeurs)}
        colonnes = colonnes_actions(
            self._financeurs,
            self._contexte.actions,
            self._contexte.cofinancements,
            ordres=lire_ordres(self._contexte.fichier),
        )
        self._libres = self._contexte.colonnes_libres.colonnes("actions", colonnes)
        notes = self._contexte.annotations.de("actions")
        ici = next(rang for rang, c in enumerate(colonnes) if c.cle == "statut") + 1
        colonnes.insert(ici, self.constats.colonne())
        return [*colonnes, *self._libres, *notes.colonnes(attrgetter("cle"))]

    def _couleur(self, groupe: str) -> QColor | None:
        """The colour of a financeur above its block, the same as its gauge."""
        rang = self._rangs.get(groupe)
        return None if rang is None else theme().financeur(rang)

    def _construire(self) -> None:
        self._filtre = ChampRecherche("Filtrer le tableau")
        self._filtre.setPlaceholderText("Filtrer")
        self._filtre.setToolTip("Plusieurs mots possibles, accents ignorés (Ctrl+Maj+F)")
        self._filtre.setMinimumWidth(theme().px(104))
        self._filtre.setMaximumWidth(theme().px(260))
        self._compte = TexteElide(role="doux")
        nouvelle = self._bouton("Nouvelle action", "ajouter", self.creation_demandee)
        importer = self._bouton("Importer", "importer", self.import_demande)
        self._bouton_fiche = QPushButton("Fiche")
        self._bouton_fiche.setIcon(icone("fiche"))
        self._bouton_fiche.setCheckable(True)
        self._bouton_fiche.setToolTip("Montrer ou replier la fiche (F4)")
        barre = QHBoxLayout()
        barre.setContentsMargins(theme().px(16), theme().air(8), theme().px(16), theme().air(8))
        barre.setSpacing(theme().px(8))
        barre.addWidget(self._filtre, 3)
        barre.addWidget(self._compte, 2)
        for bouton in (nouvelle, importer, self._bouton_fiche):
            barre.addWidget(bouton)
        colonne = QVBoxLayout(self._gauche)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addLayout(barre)
        self._vide = PageVide(
            "Aucune action cette année",
            "Importez votre tableau de programmation tel qu'il est, ou créez une première action.",
            geste="" if self._contexte.fichier.lecture_seule else "Importer un tableau",
        )
        self._vide.demande.connect(self.import_demande)
        self._pile.addWidget(self.tableau)
        self._pile.addWidget(self._vide)
        colonne.addWidget(self._pile, 1)
        self._partage.setChildrenCollapsible(False)
        self._partage.addWidget(self._gauche)
        self._partage.addWidget(self.fiche)
        self._partage.setStretchFactor(0, 1)
        self._partage.setStretchFactor(1, 0)
        self.fiche.setMinimumWidth(theme().px(FICHE_MINIMUM))
        largeur = self._contexte.settings.fiche_largeur
        self._partage.setSizes([10_000, theme().px(largeur)])
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self._partage)

    def _bouton(self, texte: str, nom_icone: str, signal: Signal) -> QPushButton:
        bouton = QPushButton(texte)
        bouton.setIcon(icone(nom_icone))
        bouton.setDisabled(self._contexte.fichier.lecture_seule)
        bouton.clicked.connect(signal)
        return bouton

    def _brancher(self) -> None:
        self._filtre.cherche.connect(self.modele.filtrer)
        self._filtre.quitte.connect(self.vue.setFocus)
        self.vue.refuse.connect(self.refuse)
        self.modele.dispose.connect(lambda: self._filtre.montrer(self.modele.filtre))
        self._filtre.montrer(self.modele.filtre)  # the view it opened on may filter already
        self.modele.calcule.connect(self._compter)
        self.fiche.bati.connect(self.bati)
        self.fiche.constats_de = self.constats.phrase
        self.constats.lus.connect(self.fiche.dire_les_constats)
        self.fiche.refuse.connect(self.refuse)
        self.fiche.onglet_change.connect(self.onglet_change)
        self.fiche.information.connect(self.information)
        self.fiche.ferme.connect(self.basculer_fiche)
        self.vue.courante.connect(self._montrer)
        self.vue.ouverte.connect(self._ouvrir_fiche)
        self.vue.a_une_fiche = True
        SaisieSuivie(self.vue, lambda cle: self._suivi.lignes.get(cle)).ecart.connect(self.saisie)
        self._bouton_fiche.toggled.connect(self._montrer_fiche)
        self.fiche.hide()
        self._bouton_fiche.setChecked(self._contexte.settings.fiche_ouverte)
        self._partage.splitterMoved.connect(self._retenir_largeur)

    # What the window asks -----------------------------------------------------------------------

    @property
    def appel(self) -> str:
        """The appel shown, by its name; empty: all of them."""
        return self._appel

    @property
    def suivi(self) -> ProgrammeSuivi:
        """The rows of the year, which another screen may share."""
        return self._suivi

    @property
    def annee(self) -> int:
        return self._suivi.annee

    def _intitule(self) -> str:
        """What the pages printed are about."""
        return " · ".join(texte for texte in (f"Actions {self.annee}", self._appel) if texte)

    def changer_annee(self, annee: int) -> None:
        """Show another year: other rows, and the columns of the financeurs in force."""
        self._suivi = ProgrammeSuivi(self._contexte.fichier, annee)
        self._appel = ""
        self.constats.oublier()
        self.modele.definir_colonnes(self._colonnes(), self._visibles())
        self.vue.aller(0, 0)
        if self._bouton_fiche.isChecked():
            self.fiche.montrer(self.vue.cle_courante() or None)
        self._compter()

    def choisir_appel(self, appel: str) -> None:
        """Show one appel only, by its name; empty: all of them."""
        self._appel = appel
        self.modele.remplacer_lignes(self._visibles())

    def _visibles(self) -> list[LigneAction]:
        return [a for a in self._suivi.lignes.values() if self._appel in ("", a.appel)]

    def filtrer(self) -> None:
        self._filtre.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filtre.selectAll()

    def ouvrir_fiche(self) -> None:
        self._bouton_fiche.setChecked(True)

    def basculer_fiche(self) -> None:
        self._bouton_fiche.toggle()

    def choisir(self, cle: str, colonne: str = "titre") -> None:
        """Select an action and show its sheet; the filter, then the appel, give way if they hide it."""
        self.modele.devoiler(cle)
        if self.modele.position(cle) < 0:
            self.choisir_appel("")
            self.modele.devoiler(cle)
        self.vue.aller_a(cle, colonne)
        self.fiche.montrer(cle)

    def _est_etroit(self) -> bool:
        return self.width() < theme().px(FICHE_MINIMUM + TABLEAU_MINIMUM)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where both do not fit, the table comes first; the sheet then opens in its place."""
        super().resizeEvent(event)
        etroit = self._est_etroit()
        if etroit != self._etroit:
            self._etroit = etroit
            voulue = self._contexte.settings.fiche_ouverte and not etroit
            with QSignalBlocker(self._bouton_fiche):
                self._bouton_fiche.setChecked(voulue)
            self._disposer(voulue)

    def _disposer(self, montree: bool) -> None:
        self.fiche.setVisible(montree)
        self._gauche.setVisible(not (montree and self._etroit))

    def _montrer_fiche(self, montree: bool) -> None:
        if not self._etroit:
            self._contexte.settings.fiche_ouverte = montree
        self._disposer(montree)
        if montree:
            self.fiche.montrer(self.vue.cle_courante() or None)
            QTimer.singleShot(0, self, self._garder_en_vue)  # once the table has its new width

    def _garder_en_vue(self) -> None:
        index = self.vue.index_courant()
        if index.isValid():
            self.vue.volets.grille_de(index.column()).scrollTo(index)

    def action_courante(self) -> str | None:
        return self.vue.cle_courante() or None

    def montree(self) -> None:
        """Called when the page comes in view: it follows the notices even hidden."""

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("financeur"):
            self._suivi.relire()
            self.modele.definir_colonnes(self._colonnes(), self._visibles())
            return
        changements = self._suivi.suivre(avis)
        libres = self._contexte.colonnes_libres
        autre_ordre = changements.tout and avis.touche(*ENTITES_ORDONNEES)
        if autre_ordre or libres.refait(avis, "actions"):
            self.modele.definir_colonnes(self._colonnes(), self._visibles())
        elif changements.tout:
            self.modele.synchroniser(self._visibles())
        else:
            if changements.retirees:
                self.modele.retirer(changements.retirees)
            self.modele.actualiser(
                {
                    cle: ligne
                    for cle, ligne in (changements.modifiees | changements.ajoutees).items()
                    if self._appel in ("", ligne.appel)
                }
            )
        touchees = libres.lignes_touchees(avis, "actions")
        self.modele.relire(touchees, [colonne.cle for colonne in self._libres])
        self.fiche.sur_avis(avis)
        self.constats.sur_avis(avis)
        self._alerter(avis)

    def _alerter(self, avis: Avis) -> None:
        """Say what looks impossible in a grant just typed; it stays typed."""
        saisies = accords_saisis(avis) if avis.nature == NatureOperation.SAISIE else set()
        if len(saisies) != 1:
            return
        ligne = self._suivi.lignes.get(saisies.pop())
        if ligne is not None:
            phrases = alertes_de_l_action(ligne, self._financeurs)
            if phrases:
                self.alerte.emit(phrases[0])

    def _montrer(self, cle: str, _colonne: str) -> None:
        if self._bouton_fiche.isChecked():
            self.fiche.montrer(cle or None)

    def _ouvrir_fiche(self, cle: str) -> None:
        """Double click or Alt+Enter: the whole of a row."""
        self.ouvrir_fiche()
        self.fiche.montrer(cle)

    def _compter(self) -> None:
        total, montrees = self.modele.nombre_total, self.modele.nombre_filtre
        if montrees == total:
            texte = f"{total} action{'s' if total > 1 else ''}"
        else:
            texte = f"{montrees} sur {total} actions"
        self._compte.setText(texte)
        self._pile.setCurrentWidget(self.tableau if total else self._vide)

    def _retenir_largeur(self) -> None:
        largeurs = self._partage.sizes()
        if largeurs[1] > 0:
            self._contexte.settings.fiche_largeur = round(largeurs[1] / theme().echelle)
