"""The sheet of the selected action, at the right of the table: five tabs, each field written at once."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import NatureAction, Recurrence, StatutAction
from app.services.bus import Avis
from app.services.columns import nombre_brut
from app.services.columns_actions import choix_de, lire_nombre
from app.services.contexte import Contexte
from app.services.fiches import Fiche
from app.ui.fiche_listes import VoletBudget, VoletCofinancements, VoletHistorique
from app.ui.fiche_territoire import VoletTerritoire
from app.ui.forms import Champ, ChampChoix, ChampLong, ChampTexte, afficher_date_iso, lire_date
from app.ui.theme import theme

VIDE = (("", "–"),)
SUIVIES = {
    "action",
    "action_quartier",
    "action_commune",
    "classement",
    "ligne_budget",
    "cofinancement",
    "organisme",
}


class FicheAction(QWidget):
    """Everything about one action. `ferme`: the person folds it away."""

    ferme = Signal()
    refuse = Signal(str)
    porteur_demande = Signal(str)

    def __init__(self, contexte: Contexte, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contexte = contexte
        self._cle: str | None = None
        self._fiche: Fiche | None = None
        self._construire()
        self.montrer(None)

    # Building -----------------------------------------------------------------------------------

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
        self._identite = _Identite(self._contexte, self._ecrire_champ)
        self._territoire = VoletTerritoire(self._contexte)
        self._budget = VoletBudget(self._contexte)
        self._cofinancements = VoletCofinancements(self._contexte)
        self._historique = VoletHistorique(self._contexte)
        self._onglets = QTabWidget()
        self._onglets.setDocumentMode(True)
        self._onglets.setUsesScrollButtons(False)
        for volet, nom in (
            (self._identite, "Identité"),
            (self._territoire, "Publics"),
            (self._budget, "Budget"),
            (self._cofinancements, "Financeurs"),
            (self._historique, "Historique"),
        ):
            self._onglets.addTab(_defilable(volet), nom)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addWidget(self._entete())
        colonne.addWidget(self._onglets, 1)
        colonne.addWidget(self._vide, 1)
        for volet in (self._territoire, self._budget, self._cofinancements):
            volet.refuse.connect(self.refuse)
        self._onglets.currentChanged.connect(self._relire_volet)

    def _entete(self) -> QWidget:
        entete = QWidget()
        ligne = QHBoxLayout(entete)
        marge = theme().px(12)
        ligne.setContentsMargins(theme().px(16), marge, theme().px(8), theme().px(8))
        textes = QVBoxLayout()
        textes.setSpacing(theme().px(2))
        textes.addWidget(self._numero)
        textes.addWidget(self._titre)
        ligne.addLayout(textes, 1)
        fermer = QPushButton("Replier")
        fermer.setProperty("role", "lien")
        fermer.setToolTip("Replier la fiche (Ctrl+D)")
        fermer.clicked.connect(self.ferme)
        ligne.addWidget(fermer, 0, Qt.AlignmentFlag.AlignTop)
        return entete

    # Showing ------------------------------------------------------------------------------------

    @property
    def cle(self) -> str | None:
        return self._cle

    def montrer(self, cle: str | None) -> None:
        """Show an action; None: none is selected."""
        self._cle = cle
        self._relire()

    def ouvrir_onglet(self, rang: int) -> None:
        self._onglets.setCurrentIndex(rang)

    def sur_avis(self, avis: Avis) -> None:
        """Read again when the notice touches the action shown."""
        if self._cle is None or not avis.touche(*SUIVIES):
            return
        if any(
            m.cle == self._cle or m.valeur("action") == self._cle or m.entite == "organisme"
            for m in avis.modifications
        ):
            self._relire()

    def _relire(self) -> None:
        self._fiche = None if self._cle is None else self._contexte.fiches.lire(self._cle)
        fiche = self._fiche
        self._onglets.setVisible(fiche is not None)
        self._vide.setVisible(fiche is None)
        if fiche is None:
            self._numero.setText("")
            self._titre.setText("Aucune action")
            return
        statut = StatutAction.libelle_de(fiche.champs["statut"])
        self._numero.setText(f"{fiche.champs['numero']} · {statut}")
        self._titre.setText(fiche.champs["titre"])
        self._relire_volet(self._onglets.currentIndex())

    def _relire_volet(self, rang: int) -> None:
        """Only the tab in view is filled: the others will be when they are opened."""
        if self._fiche is None:
            return
        volets: tuple[Any, ...] = (
            self._identite,
            self._territoire,
            self._budget,
            self._cofinancements,
            self._historique,
        )
        volets[rang].montrer(self._fiche)

    # Writing ------------------------------------------------------------------------------------

    def _ecrire_champ(self, nom: str, valeur: Any) -> None:
        if self._cle is None:
            return
        if nom == "precedente":
            self._contexte.actions.lier_a(self._cle, valeur)
        else:
            self._contexte.actions.modifier(self._cle, **{nom: valeur})


class _Identite(QWidget):
    """Who, what, when: the fields of the action itself."""

    def __init__(self, contexte: Contexte, ecrire: Callable[[str, Any], None]) -> None:
        super().__init__()
        self._contexte = contexte
        self._ecrire = ecrire
        self._champs: dict[str, Champ] = {}
        self._colonne = QVBoxLayout(self)
        marge = theme().px(16)
        self._colonne.setContentsMargins(marge, theme().px(12), marge, marge)
        self._colonne.setSpacing(theme().px(8))
        self._construire()
        self._colonne.addStretch(1)
        lecture_seule = contexte.fichier.lecture_seule
        for champ in self._champs.values():
            champ.verrouiller(verrou=lecture_seule)

    def _construire(self) -> None:
        self._ajouter("titre", ChampTexte("Intitulé", ecrire=self._vers("titre")))
        self._ajouter(
            "porteur",
            ChampChoix("Porteur", ecrire=self._vers("porteur", _ou_rien), filtrable=True),
        )
        self._paire(
            ("statut", ChampChoix("Statut", ecrire=self._vers("statut"))),
            ("appel", ChampChoix("Appel", ecrire=self._vers("appel", _ou_rien))),
        )
        self._paire(
            ("nature", ChampChoix("Nature", ecrire=self._vers("nature"))),
            ("echelle", ChampChoix("Échelle", ecrire=self._vers("echelle", _ou_rien))),
        )
        self._ajouter(
            "description", ChampLong("Description", ecrire=self._vers("description", _ou_rien))
        )
        self._paire(
            (
                "recurrence",
                ChampChoix("Nouveau ou reconduction", ecrire=self._vers("recurrence", _ou_rien)),
            ),
            (
                "reference",
                ChampTexte("Référence d'origine", ecrire=self._vers("reference", _ou_rien)),
            ),
        )
        self._ajouter(
            "precedente",
            ChampChoix(
                "Reconduit l'action", ecrire=self._vers("precedente", _ou_rien), filtrable=True
            ),
        )
        self._paire(
            (
                "cpo_rang",
                ChampTexte("Année de CPO", ecrire=self._vers("cpo_rang", lire_nombre), nombre=True),
            ),
            (
                "cpo_duree",
                ChampTexte(
                    "Durée de la CPO (ans)",
                    ecrire=self._vers("cpo_duree", lire_nombre),
                    nombre=True,
                ),
            ),
        )
        self._paire(
            (
                "date_debut",
                ChampTexte(
                    "Début", ecrire=self._vers("date_debut", lire_date), indication="jj/mm/aaaa"
                ),
            ),
            (
                "date_fin",
                ChampTexte(
                    "Fin", ecrire=self._vers("date_fin", lire_date), indication="jj/mm/aaaa"
                ),
            ),
        )
        self._ajouter("avis", ChampLong("Avis", ecrire=self._vers("avis", _ou_rien), lignes=2))
        self._ajouter(
            "observation",
            ChampLong("Observation", ecrire=self._vers("observation", _ou_rien), lignes=2),
        )

    def _vers(self, nom: str, lire: Callable[[str], Any] = str) -> Callable[[str], None]:
        def ecrire(texte: str) -> None:
            self._ecrire(nom, lire(texte))

        return ecrire

    def _ajouter(self, nom: str, champ: Champ) -> None:
        self._champs[nom] = champ
        self._colonne.addWidget(champ)

    def _paire(self, *champs: tuple[str, Champ]) -> None:
        ligne = QHBoxLayout()
        ligne.setSpacing(theme().px(12))
        for nom, champ in champs:
            self._champs[nom] = champ
            ligne.addWidget(champ, 1, Qt.AlignmentFlag.AlignTop)
        self._colonne.addLayout(ligne)

    def montrer(self, fiche: Fiche) -> None:
        """Fill the lists that may have changed, then the values."""
        fiches = self._contexte.fiches
        annee = fiche.champs["annee"]
        listes = {
            "porteur": [(c.cle, c.nom) for c in fiches.porteurs()],
            "statut": choix_de(StatutAction),
            "appel": [(c.cle, c.nom) for c in fiches.appels(annee)],
            "nature": choix_de(NatureAction),
            "echelle": [(c.cle, c.nom) for c in fiches.echelles()],
            "recurrence": choix_de(Recurrence),
            "precedente": [(c.cle, c.nom) for c in fiches.anterieures(annee)],
        }
        for nom, choix in listes.items():
            champ = self._champs[nom]
            if isinstance(champ, ChampChoix):
                champ.proposer(choix if nom in ("statut", "nature") else (*VIDE, *choix))
        for nom, champ in self._champs.items():
            champ.montrer(_en_texte(nom, fiche.champs[nom]))


def _ou_rien(texte: str) -> str | None:
    return texte.strip() or None


def _en_texte(nom: str, valeur: Any) -> str:
    if valeur is None:
        return ""
    if nom.startswith("date_"):
        return afficher_date_iso(valeur)
    return nombre_brut(valeur) if isinstance(valeur, int) else str(valeur)


def _defilable(volet: QWidget) -> QScrollArea:
    zone = QScrollArea()
    zone.setWidgetResizable(True)
    zone.setFrameShape(QFrame.Shape.NoFrame)
    zone.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    volet.setProperty("surface", "papier")
    volet.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    zone.setWidget(volet)
    return zone
