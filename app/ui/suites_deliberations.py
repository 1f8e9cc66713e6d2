"""The deliberations of a year, and the annex of the one in view: what it votes for each action."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.cofinancements import Cofinancements
from app.services.columns_suites import colonnes_deliberations, colonnes_votes
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.deliberations import AVoter, LigneDeliberation
from app.services.errors import SaisieRefusee
from app.ui.elements import etiquette, marges
from app.ui.forms import afficher_date_iso
from app.ui.suites_listes import ListeDeSuites, avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class ListeDeliberations(ListeDeSuites):
    """The annex is the list of the page, so that it is filtered, printed and exported as one."""

    liste = "votes"

    def __init__(self, contexte: Contexte, comite: Comite, annee: int) -> None:
        self._deliberation = ""
        super().__init__(
            contexte,
            comite,
            annee,
            colonnes_votes(comite.deliberations, lambda: self._deliberation),
        )
        self.tableau.intitule = self._intituler
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.nouvelle = QPushButton("Nouvelle délibération")
        self.nouvelle.setMenu(self._menu)
        supprimer = QPushButton("Supprimer")
        supprimer.clicked.connect(lambda: self.tenter(self._supprimer))
        for geste in (self.nouvelle, supprimer):
            geste.setDisabled(contexte.fichier.lecture_seule)
        self.geste("Reprendre l’accordé", self._reprendre)
        self.deliberations = ModeleTableau(colonnes_deliberations(comite.deliberations), self)
        self.deliberations.lecture_seule = contexte.fichier.lecture_seule
        self.vue_deliberations = VueTableau(self.deliberations)
        self.vue_deliberations.setMinimumHeight(theme().px(128))
        for grille in self.vue_deliberations.volets.grilles:
            grille.delegue.entree = (0, 1)  # the row below has another annex
        self.vue_deliberations.refuse.connect(self.refuse)
        self.vue_deliberations.courante.connect(self._choisir)
        self.vue_deliberations.volets.dire_si_vide(
            "Aucune délibération : « Nouvelle délibération » reprend ce qu'un financeur a accordé."
        )
        self._attente = etiquette("", "doux")
        self._attente.setWordWrap(True)
        dessus = avec_son_titre(self._attente, self.vue_deliberations, self.nouvelle, supprimer)
        self._placer(dessus)
        self.vue.volets.dire_si_vide("Choisissez une délibération : ce qu'elle vote se tape ici.")

    def _placer(self, dessus: QWidget) -> None:
        """The deliberations above their annex, with its filter and its buttons."""
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        entete = page.takeAt(0).layout()
        annexe = QWidget()
        colonne = QVBoxLayout(annexe)
        marges(colonne, 8, 0, 0, 0, espace=8)
        colonne.addLayout(entete)
        colonne.addWidget(self._corps, 1)
        partage = QSplitter(Qt.Orientation.Vertical, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(dessus)
        partage.addWidget(annexe)
        partage.setSizes([theme().px(230), theme().px(370)])
        page.addWidget(partage, 1)

    def lire(self) -> list[object]:
        lignes = self._comite.deliberations.lignes(self.annee)
        if self._deliberation not in {ligne.cle for ligne in lignes}:
            self._deliberation = lignes[0].cle if lignes else ""
        self.deliberations.synchroniser(lignes)
        if lignes and not self.vue_deliberations.index_courant().isValid():
            self.vue_deliberations.aller_a(self._deliberation, "financeur")
        self._attente.setText(phrase_de_l_attente(self._comite.deliberations.a_voter(self.annee)))
        courante = self.courante()
        self._phrase.setText("" if courante is None else phrase_de_la_deliberation(courante))
        return list(self._comite.deliberations.votes(self._deliberation)) if courante else []

    def courante(self) -> LigneDeliberation | None:
        """The deliberation whose annex is in view."""
        lignes = self.deliberations.toutes_les_lignes()
        return next((ligne for ligne in lignes if ligne.cle == self._deliberation), None)

    def choisir(self, cle: str) -> None:
        """Show the annex of a deliberation."""
        self._deliberation = cle
        self.rafraichir()
        self.vue_deliberations.aller_a(cle, "date")

    def _choisir(self, cle: str, _colonne: str) -> None:
        if cle and cle != self._deliberation:
            self._deliberation = cle
            self.modele.remplacer_lignes(self.lire())

    def _intituler(self) -> str:
        courante = self.courante()
        if courante is None:
            return f"Délibérations {self.annee}"
        numero = f" {courante.numero}" if courante.numero else ""
        quand = f" du {afficher_date_iso(courante.date)}" if courante.date else ", en préparation"
        return f"Délibération{numero}{quand}, {courante.financeur_nom}"

    # Gestures -----------------------------------------------------------------------------------

    def _proposer(self) -> None:
        """Who has something to vote; then any financeur, for an empty deliberation."""
        self._menu.clear()
        for a_voter in self._comite.deliberations.a_voter(self.annee):
            total = afficher_montant(a_voter.total, euro=True)
            self._menu.addAction(
                f"{a_voter.nom} : {compter(a_voter.nombre, 'montant')}, {total}",
                lambda a_voter=a_voter: self.tenter(lambda: self.preparer(a_voter)),
            )
        vides = self._menu.addMenu("Délibération vide")
        for financeur in Cofinancements(self._contexte.fichier).financeurs(self.annee):
            vides.addAction(
                financeur.nom_court,
                lambda cle=financeur.cle: self.tenter(lambda: self._ajouter(cle)),
            )

    def preparer(self, a_voter: AVoter) -> None:
        """A deliberation with all that this financeur granted, ready to be dated."""
        cle = self._comite.deliberations.preparer(
            a_voter.financeur, self.annee, commune=a_voter.commune
        )
        self.choisir(cle)
        self._attendre_la_date()
        self.information.emit("Délibération préparée : sa date de vote la rendra votée.")

    def _ajouter(self, financeur: str) -> None:
        self.choisir(self._comite.deliberations.ajouter(financeur, self.annee))
        self._attendre_la_date()

    def _attendre_la_date(self) -> None:
        """The date is what comes next: it is typed at once."""
        self.vue_deliberations.setFocus(Qt.FocusReason.OtherFocusReason)

    def _supprimer(self) -> None:
        cles = self.vue_deliberations.cles_choisies() or [self._deliberation]
        if not cles[0]:
            raise SaisieRefusee("Sélectionnez d'abord une délibération.")
        self._comite.deliberations.supprimer(*cles)

    def _reprendre(self) -> None:
        self._comite.deliberations.reprendre_l_accorde(self._deliberation, self.choisies())


def phrase_de_l_attente(attendent: list[AVoter]) -> str:
    """« Reste à délibérer : Région 12 400 €, Denain 3 000 €. »"""
    if not attendent:
        return "Tout ce qui est accordé est délibéré, ou en préparation."
    noms = [f"{a.nom} {afficher_montant(a.total, euro=True)}" for a in attendent[:4]]
    reste = len(attendent) - 4
    suite = f", et {compter(reste, 'autre')}" if reste > 0 else ""
    return f"Reste à délibérer : {', '.join(noms)}{suite}."


def phrase_de_la_deliberation(ligne: LigneDeliberation) -> str:
    total = afficher_montant(ligne.total, euro=True)
    votes = compter(ligne.votes, "montant")
    if ligne.votee:
        return f"{ligne.financeur_nom}, le {afficher_date_iso(ligne.date)} : {votes}, {total}."
    return (
        f"{ligne.financeur_nom}, en préparation : {votes}, {total}. "
        "Rien n'est voté tant que la date manque."
    )
