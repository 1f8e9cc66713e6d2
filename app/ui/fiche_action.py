"""The sheet of the selected action, at the right of the table: its tabs, each field written at once."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import StatutAction
from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.fiches import Fiche
from app.ui.elements import bouton_icone
from app.ui.theme import theme

SUIVIES = {
    "action",
    "action_quartier",
    "action_commune",
    "classement",
    "ligne_budget",
    "cofinancement",
    "organisme",
}
DOSSIER = {
    "depot",
    "piece",
    "porteur_associe",
    "annee_demandee",
    "ligne_budget_annee",
    "recommandation",
    "franchissement",
    "commentaire",
}
RANG_AVIS, RANG_DOSSIER, RANG_CONSTATS = 4, 5, 8
INSTRUCTION = {"avis_instruction", "avis_commun", "sollicitation", "cotation"}
CONSTATS = {"passage_outre", "surcharge_regle", "regle_composee"}
SUITES = {"deliberation", "vote_deliberation", "notification", "versement", "decision", "seance"}


class FicheAction(QWidget):
    """Everything about one action. `ferme`: the person folds it away; `bati(part)`: a tab was made."""

    ferme = Signal()
    bati = Signal(QWidget)
    refuse = Signal(str)
    information = Signal(str)
    saisie_finie = Signal()
    onglet_change = Signal()
    constats_demandes = Signal(str)

    def __init__(self, contexte: Contexte, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.contexte = contexte
        self._cle: str | None = None
        self._fiche: Fiche | None = None
        self._volets: dict[int, Any] = {}
        self._est_construite = False
        # What its constats come to, in words; empty: nothing, or not known yet.
        self.constats_de: Callable[[str], str] = lambda _cle: ""

    # Building -----------------------------------------------------------------------------------

    def _assurer(self) -> None:
        """Build at the first use: the window opens without the sheet, and sooner."""
        if not self._est_construite:
            self._est_construite = True
            self._construire()

    def _construire(self) -> None:
        self.setProperty("surface", "papier")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._numero = QLabel()
        self._numero.setProperty("role", "petit")
        self._titre = QLabel()
        self._titre.setProperty("role", "titre")
        self._titre.setWordWrap(True)
        self._vide = QLabel("Sélectionnez une action dans le tableau pour voir sa fiche.")
        self._vide.setProperty("role", "doux")
        self._vide.setWordWrap(True)
        self._vide.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._onglets = QTabWidget(self)
        self._onglets.setAccessibleName("Onglets de la fiche")
        self._onglets.setDocumentMode(True)
        self._onglets.tabBar().setProperty("serre", "oui")
        self._onglets.setCornerWidget(self._liste_des_onglets())
        for nom, _ in ONGLETS:
            self._onglets.addTab(_zone(nom), nom)
        self._onglets.setTabToolTip(1, "Publics et quartiers")
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addWidget(self._entete())
        colonne.addWidget(self._onglets, 1)
        colonne.addWidget(self._vide, 1)
        self.setAcceptDrops(not self.contexte.fichier.lecture_seule)
        self._onglets.currentChanged.connect(self._relire_volet)
        self._onglets.currentChanged.connect(lambda _: self.onglet_change.emit())

    def volet(self, rang: int) -> Any:
        """What a tab holds, made at its first visit: most are never opened."""
        self._assurer()
        if rang not in self._volets:
            _, batir = ONGLETS[rang]
            self._volets[rang] = volet = batir(self)
            zone = self._onglets.widget(rang)
            assert isinstance(zone, QScrollArea)
            _remplir(zone, volet)
            self.bati.emit(volet)
        return self._volets[rang]

    def _liste_des_onglets(self) -> QToolButton:
        """Every tab by its name: the narrow sheet scrolls them."""
        bouton = bouton_icone("bas", "Tous les onglets")
        bouton.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(bouton)
        menu.aboutToShow.connect(lambda: self._lister_les_onglets(menu))
        bouton.setMenu(menu)
        return bouton

    def _lister_les_onglets(self, menu: QMenu) -> None:
        menu.clear()
        for rang in range(self._onglets.count()):
            menu.addAction(self._onglets.tabText(rang), partial(self.ouvrir_onglet, rang))

    def _entete(self) -> QWidget:
        entete = QWidget()
        ligne = QHBoxLayout(entete)
        marge = theme().px(12)
        ligne.setContentsMargins(theme().px(16), marge, theme().px(8), theme().px(8))
        textes = QVBoxLayout()
        textes.setSpacing(theme().px(2))
        textes.addWidget(self._numero)
        textes.addWidget(self._titre)
        self._constats = QPushButton()
        self._constats.setProperty("role", "lien")
        self._constats.setToolTip("Voir les constats de cette action")
        self._constats.clicked.connect(lambda: self.ouvrir_onglet(RANG_CONSTATS))
        self._constats.hide()
        textes.addWidget(self._constats, 0, Qt.AlignmentFlag.AlignLeft)
        ligne.addLayout(textes, 1)
        fermer = QPushButton("Replier")
        fermer.setProperty("role", "lien")
        fermer.setToolTip("Replier la fiche (F4)")
        fermer.clicked.connect(self.ferme)
        ligne.addWidget(fermer, 0, Qt.AlignmentFlag.AlignTop)
        return entete

    # Showing ------------------------------------------------------------------------------------

    @property
    def cle(self) -> str | None:
        return self._cle

    def montrer(self, cle: str | None) -> None:
        """Show an action; None: none is selected."""
        self._assurer()
        self._cle = cle
        self._relire()

    def ouvrir_onglet(self, rang: int) -> None:
        self._assurer()
        self._onglets.setCurrentIndex(rang)

    def sur_avis(self, avis: Avis) -> None:
        """Read again when the notice touches the action shown."""
        if self._cle is None or not avis.touche(
            *SUIVIES, *DOSSIER, *INSTRUCTION, *SUITES, *CONSTATS
        ):
            return
        if any(
            m.cle == self._cle
            or self._cle in (m.valeur("action"), m.valeur("ligne"))
            or m.entite in ("organisme", *SUITES, *CONSTATS)
            for m in avis.modifications
        ):
            self._relire()

    def _relire(self) -> None:
        self._fiche = None if self._cle is None else self.contexte.fiches.lire(self._cle)
        fiche = self._fiche
        self._onglets.setVisible(fiche is not None)
        self._vide.setVisible(fiche is None)
        if fiche is None:
            self._numero.setText("")
            self._titre.setText("Aucune action")
            self.dire_les_constats()
            return
        statut = StatutAction.libelle_de(fiche.champs["statut"])
        self._numero.setText(f"{fiche.champs['numero']} · {statut}")
        self._titre.setText(fiche.champs["titre"])
        self.dire_les_constats()
        self._relire_volet(self._onglets.currentIndex())

    def dire_les_constats(self) -> None:
        """What the rules say of the action shown, in a line; nothing before it is known."""
        if self._est_construite:
            phrase = self.constats_de(self._cle) if self._cle else ""
            self._constats.setText(f"Constats : {phrase}")
            self._constats.setVisible(bool(phrase))

    def _relire_volet(self, rang: int) -> None:
        """Only the tab in view is filled: the others will be when they are opened."""
        if self._fiche is None:
            return
        self.volet(rang).montrer(self._fiche)

    # Files dropped ------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files of the disk only, on an action."""
        if self._fiche is not None and _fichiers(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        chemins = _fichiers(event.mimeData())
        if self._fiche is None or not chemins:
            return
        event.acceptProposedAction()
        self._onglets.setCurrentIndex(RANG_DOSSIER)
        self.volet(RANG_DOSSIER).joindre(chemins)

    # Writing ------------------------------------------------------------------------------------

    def ecrire_champ(self, nom: str, valeur: Any) -> None:
        if self._cle is None:
            return
        if nom == "precedente":
            self.contexte.actions.lier_a(self._cle, valeur)
        else:
            self.contexte.actions.modifier(self._cle, **{nom: valeur})


def _fichiers(donnees: QMimeData) -> list[Path]:
    """What is dropped, when it is files of this machine."""
    return [Path(url.toLocalFile()) for url in donnees.urls() if url.isLocalFile()]


def _zone(nom: str) -> QScrollArea:
    zone = QScrollArea()
    zone.setAccessibleName(nom)
    zone.setWidgetResizable(True)
    zone.setFrameShape(QFrame.Shape.NoFrame)
    zone.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return zone


def _remplir(zone: QScrollArea, volet: QWidget) -> None:
    volet.setProperty("surface", "papier")
    volet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    zone.setWidget(volet)


# The tabs, each made and heard at its first visit --------------------------------------------------


def _identite(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_identite import VoletIdentite

    return VoletIdentite(fiche.contexte, fiche.ecrire_champ)


def _territoire(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_territoire import VoletTerritoire

    volet = VoletTerritoire(fiche.contexte)
    volet.refuse.connect(fiche.refuse)
    return volet


def _budget(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_listes import VoletBudget

    return _ecrit(fiche, VoletBudget(fiche.contexte))


def _financeurs(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_listes import VoletCofinancements

    return _ecrit(fiche, VoletCofinancements(fiche.contexte))


def _avis(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_avis import VoletAvis

    return _ecrit(fiche, VoletAvis(fiche.contexte))


def _dossier(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_dossier import VoletDossier

    volet = VoletDossier(fiche.contexte)
    volet.information.connect(fiche.information)
    return _ecrit(fiche, volet)


def _cotation(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_cotation import VoletCotations

    return VoletCotations(fiche.contexte)


def _historique(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_listes import VoletHistorique

    return VoletHistorique(fiche.contexte)


def _constats(fiche: FicheAction) -> QWidget:
    from app.ui.fiche_constats import VoletConstats

    volet = VoletConstats(fiche.contexte)
    volet.page_demandee.connect(fiche.constats_demandes)
    return _ecrit(fiche, volet)


def _ecrit(fiche: FicheAction, volet: Any) -> QWidget:
    """A tab where one writes: what it refuses, and when a value is in."""
    volet.refuse.connect(fiche.refuse)
    volet.saisie_finie.connect(fiche.saisie_finie)
    ecrit: QWidget = volet
    return ecrit


ONGLETS: tuple[tuple[str, Callable[[FicheAction], QWidget]], ...] = (
    ("Identité", _identite),
    ("Publics", _territoire),
    ("Budget", _budget),
    ("Financeurs", _financeurs),
    ("Avis", _avis),
    ("Dossier", _dossier),
    ("Cotation", _cotation),
    ("Historique", _historique),
    ("Constats", _constats),
)
