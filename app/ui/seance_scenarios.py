"""The scenarios of a séance: made, typed in, put side by side, and one of them proposed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from app.services.bus import Avis
from app.services.columns_scenarios import colonnes_scenarios, phrase_promotion
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.montants_scenario import LigneScenario
from app.services.scenarios import Promotion
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges, minuterie
from app.ui.seance_comparaison import TablesScenarios
from app.ui.seance_scenario_neuf import FormulaireScenario
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

ENTITES = ("scenario", "montant_scenario", "cofinancement", "enveloppe", "point", "decision")
HAUTEUR_AISEE = 400  # pixels at 100 % under which the form and the tables do not fit together
EXPLICATION = (
    "Un scénario est une copie de montants : il propose, il ne décide jamais. "
    "Sélectionnez-en plusieurs (Ctrl+clic) pour les comparer."
)


class VoletScenarios(Ecran):
    """At the left the list, one row selected or several; at the right what they hold."""

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        super().__init__()
        self._contexte = contexte
        self._comite = comite
        self._seance: str | None = None
        self._perime = True
        self._verrou = False
        self._voulu = ""
        self._lignes: dict[str, LigneScenario] = {}
        self.modele = ModeleTableau(colonnes_scenarios(comite.scenarios), self)
        self.vue = VueTableau(self.modele)
        self.vue.volets.dire_si_vide("Aucun scénario.")
        self.formulaire = FormulaireScenario(comite)
        self.tables = TablesScenarios(contexte, comite)
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self._attente = minuterie(self, 0, self._montrer)
        self._disposer()
        self._brancher()
        self.setFocusProxy(self.vue)

    # Building -----------------------------------------------------------------------------------

    def _disposer(self) -> None:
        self.nouveau = bouton("Nouveau scénario")
        self.supprimer = bouton("Supprimer")
        self.proposer = bouton("Proposer à la séance", "principal")
        barre = QHBoxLayout()
        marges(barre, 8, 16, espace=8)
        barre.addWidget(self.nouveau)
        barre.addWidget(self.supprimer)
        explication = etiquette(EXPLICATION, "doux")
        explication.setWordWrap(True)
        barre.addWidget(explication, 1)
        barre.addWidget(self.proposer)
        gauche = QWidget()
        colonne = QVBoxLayout(gauche)
        marges(colonne, 0, espace=8)
        colonne.addWidget(self.vue, 1)
        dit = QVBoxLayout()
        marges(dit, 0, 16, 12, 16)
        dit.addWidget(self._phrase)
        colonne.addLayout(dit)
        partage = self._partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(gauche)
        partage.addWidget(self.tables)
        partage.setStretchFactor(0, 0)
        partage.setStretchFactor(1, 1)
        partage.setSizes([theme().px(340), theme().px(820)])
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addLayout(barre)
        page.addWidget(self.formulaire)
        page.addWidget(partage, 1)
        page.addStretch()

    def _brancher(self) -> None:
        self.nouveau.clicked.connect(lambda: self.tenter(self._demander))
        self.supprimer.clicked.connect(lambda: self.tenter(self._supprimer))
        self.proposer.clicked.connect(lambda: self.tenter(self._proposer))
        self.formulaire.cree.connect(self._choisir)
        self.formulaire.quittee.connect(self._rendre_la_place)
        self.vue.volets.choix.selectionChanged.connect(self._attente.start)
        self.vue.refuse.connect(self.refuse)
        self.tables.refuse.connect(self.refuse)

    # Which séance -------------------------------------------------------------------------------

    def choisir_seance(self, seance: str | None) -> None:
        self._seance = seance
        self.formulaire.fermer()
        self._perime = True
        if self.isVisible():
            self.montree()

    def montree(self) -> None:
        """Read only when it comes in view: a séance is opened more often than its scenarios."""
        if self._perime:
            self._perime = False
            self.rafraichir()

    def verrouiller(self, *, verrou: bool) -> None:
        """A closed séance is read, not written."""
        self._verrou = verrou or self._contexte.fichier.lecture_seule
        self.modele.lecture_seule = self._verrou
        self.tables.verrouiller(verrou=self._verrou)
        self._autoriser()

    def rafraichir(self) -> None:
        """Read the list again, then what it shows."""
        lues = self._relire_liste()
        if self._voulu in self._lignes:
            self.vue.aller_a(self._voulu, "nom")
        elif lues and not self.vue.cle_courante():
            self.vue.aller_a(lues[0].cle, "nom")
        self._voulu = ""
        self._montrer()

    def _relire_liste(self) -> list[LigneScenario]:
        lues = [] if self._seance is None else self._comite.scenarios.lignes(self._seance)
        self._lignes = {ligne.cle: ligne for ligne in lues}
        self.modele.synchroniser(lues)
        return lues

    def choisis(self) -> list[str]:
        """The scenarios selected, in the order of the list."""
        return [cle for cle in self.vue.cles_choisies() if cle in self._lignes]

    def _choisir(self, cle: str) -> None:
        self._voulu = cle
        self.rafraichir()

    def _montrer(self) -> None:
        choisis = self.choisis()
        self.tables.montrer(self._seance, choisis)
        self._phrase.setText(_raconter(self._lignes[choisis[0]]) if len(choisis) == 1 else "")
        self._autoriser()

    def _autoriser(self) -> None:
        nombre = len(self.choisis())
        self.nouveau.setDisabled(self._verrou)
        self.supprimer.setDisabled(self._verrou or not nombre)
        self.proposer.setDisabled(self._verrou or nombre != 1)

    # Gestures -----------------------------------------------------------------------------------

    def _demander(self) -> None:
        if self._seance is not None:
            choisis = self.choisis()
            # On a small screen with large text, the form needs the whole of the place.
            self._partage.setVisible(self.height() >= theme().px(HAUTEUR_AISEE))
            self.formulaire.ouvrir(self._seance, choisis[0] if len(choisis) == 1 else "")

    def _rendre_la_place(self) -> None:
        self._partage.show()
        self.vue.setFocus()

    def _supprimer(self) -> None:
        self._comite.scenarios.supprimer(*self.choisis())

    def _proposer(self) -> None:
        [cle] = self.choisis()
        faite = self._comite.scenarios.promouvoir(cle)
        self.information.emit(_rendre_compte(faite))

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if not avis.touche(*ENTITES):
            return
        if self.isVisible() and {m.entite for m in avis.modifications} == {"montant_scenario"}:
            self._relire_liste()
            self.tables.suivre_montants()
            return
        self._perime = True
        if self.isVisible():
            self.montree()


def _raconter(scenario: LigneScenario) -> str:
    """How it was made, and whether it is the proposal of the séance."""
    methode = scenario.methode_en_mots
    debut = f"{methode[:1].upper()}{methode[1:]}. " if methode else ""
    return debut + phrase_promotion(scenario)


def _rendre_compte(faite: Promotion) -> str:
    pluriel = "s" if faite.montants > 1 else ""
    autres = f"{faite.a_zero} autre{'s' if faite.a_zero > 1 else ''}"
    zero = f" ({autres} à 0)" if faite.a_zero else ""
    phrase = (
        f"{faite.montants} montant{pluriel} proposé{pluriel} à la séance pour {faite.actions} "
        f"action{'s' if faite.actions > 1 else ''}{zero}. Rien n'est décidé ; Ctrl+Z y revient."
    )
    if faite.decidees:
        phrase += f" Déjà décidées, donc laissées : {faite.decidees}."
    return phrase
