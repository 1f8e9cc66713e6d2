"""« Grilles »: the versions of the file, what each says, and the appels that go through them."""

from collections.abc import Mapping
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QSplitter

from app.models.enums import MethodeGrille
from app.services.columns_actions import choix_de
from app.services.columns_grilles import colonnes_des_choix, colonnes_des_grilles
from app.services.contexte import Contexte
from app.services.documents import nom_de_fichier
from app.services.errors import SaisieRefusee
from app.services.grilles import Grilles
from app.services.grilles_fichiers import ecrire_grille, lire_grille
from app.services.grilles_lues import LigneGrille
from app.services.services_instructeurs import ServicesInstructeurs
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette
from app.ui.grilles_presentation import PresentationGrille
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

FORMES = "Classeur (*.xlsx);;Fichier d'échange (*.json)"
SUIVIES = (
    "grille",
    "critere_grille",
    "niveau_grille",
    "grille_appel",
    "cotation",
    "appel",
    "service",
)
FILTRE = 176
VIDE = "Aucune grille dans ce fichier : « Ajouter » en prend une livrée, en crée une ou en importe une."
AUCUN_CHOIX = (
    "Aucune grille choisie : aucun dossier n'est coté tant que l'équipe n'en choisit pas une."
)


class ListeGrilles(ListeDeLAnnee):
    """`ouverte(key)`: edit what a grid holds. `livrees_demandees()`: see those of the program.

    `choisie(key)`: the one in view.
    """

    liste = "grilles"
    entites = SUIVIES
    ouverte = Signal(str)
    choisie = Signal(str)
    livrees_demandees = Signal()

    def __init__(self, contexte: Contexte, grilles: Grilles, annee: int) -> None:
        self._grilles = grilles
        self._services: dict[str, str] = {}
        super().__init__(contexte, colonnes_des_grilles(grilles, lambda: self._services), annee)
        self.tableau.intitule = lambda: "Grilles de cotation"
        self._filtre.setFixedWidth(theme().px(FILTRE))
        self.vue.a_une_fiche = True
        self.vue.ouverte.connect(self.ouverte)
        self._poser_gestes()
        self.barre_nom = BarreChamps((ChampDeBarre("nom", "Nom", largeur=320),), "Dupliquer")
        self.barre_neuve = BarreChamps(
            (
                ChampDeBarre("nom", "Nom", largeur=280),
                ChampDeBarre("methode", "Elle compte", choix=choix_de(MethodeGrille), largeur=220),
            ),
            "Créer",
        )
        self.poser_barre(self.barre_nom)
        self.poser_barre(self.barre_neuve)
        self._poser_dessous()
        self.vue.courante.connect(self._montrer_grille)
        self.vue.volets.dire_si_vide(VIDE)
        self.vue_choix.volets.dire_si_vide(AUCUN_CHOIX)

    def _poser_gestes(self) -> None:
        ajouter = QMenu(self)
        ajouter.addAction("Une grille livrée", self.livrees_demandees.emit)
        ajouter.addAction("Une grille vide", self.demander_neuve)
        ajouter.addAction("Dupliquer la sélection", lambda: self.tenter(self.demander_copie))
        ajouter.addAction("Importer un fichier…", self._choisir_a_lire)
        self.bouton("Ajouter").setMenu(ajouter)
        self.geste("Nouvelle version", self.nouvelle_version)
        self._menu_appels = QMenu(self)
        self._menu_appels.aboutToShow.connect(self._offrir_les_appels)
        self.choisir = self.bouton("Choisir pour un appel")
        self.choisir.setMenu(self._menu_appels)
        exporter = self.geste("Exporter…", self._choisir_ou_ecrire)
        exporter.setEnabled(True)  # writes nothing in the file
        self.geste("Supprimer", lambda: self._grilles.supprimer(self.choisies()[0]))

    def _poser_dessous(self) -> None:
        """What the grid in view says; beside, the grids of the appels of the year."""
        self.presentation = PresentationGrille()
        self.choix = ModeleTableau(colonnes_des_choix(self._grilles), self)
        self.choix.lecture_seule = self._contexte.fichier.lecture_seule
        self.vue_choix = VueTableau(self.choix)
        self.vue_choix.refuse.connect(self.refuse)
        retirer = QPushButton("Ne plus choisir")
        retirer.setDisabled(self._contexte.fichier.lecture_seule)
        retirer.clicked.connect(lambda: self.tenter(self._ne_plus_choisir))
        self._titre_choix = etiquette("", "fort")
        dessous = QSplitter(Qt.Orientation.Horizontal, self)
        dessous.setChildrenCollapsible(False)
        dessous.addWidget(avec_son_titre(self._titre_choix, self.vue_choix, retirer))
        dessous.addWidget(self.presentation)
        dessous.setSizes([theme().px(620), theme().px(520)])
        self._corps.addWidget(dessous)
        self._corps.setSizes([theme().px(260), theme().px(300)])

    # What is shown ------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        lignes = self._grilles.lignes()
        siens = ServicesInstructeurs(self._contexte.fichier).lignes()
        self._services = {s.cle: s.nom_court for s in siens}
        choix = self._grilles.choix(self.annee)
        self.choix.synchroniser(choix)
        self._titre_choix.setText(f"Grilles des appels de {self.annee}")
        self._phrase.setText("" if choix else AUCUN_CHOIX if lignes else "")
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        if not self.vue.cle_courante() and self.modele.rowCount():
            self.vue.aller(0, 0)
        self._montrer_grille(self.vue.cle_courante(), "")

    def _montrer_grille(self, cle: str, _colonne: str) -> None:
        la = bool(cle) and self.modele.contient(cle)
        self.presentation.montrer(self._grilles.entiere(cle).fiche if la else None)
        if la:
            self.choisie.emit(cle)

    def ligne(self, cle: str) -> LigneGrille:
        ligne: LigneGrille = self.modele.ligne(cle)
        return ligne

    # Gestures -----------------------------------------------------------------------------------

    def demander_neuve(self) -> None:
        def creer(champs: Mapping[str, str]) -> None:
            cle = self._grilles.creer(champs["nom"], MethodeGrille.de(champs["methode"]))
            self.aller_a(cle, "nom")
            self.ouverte.emit(cle)

        self.barre_neuve.demander("Nouvelle grille", creer)

    def demander_copie(self) -> None:
        source = self.choisies()[0]

        def dupliquer(champs: Mapping[str, str]) -> None:
            self.aller_a(self._grilles.dupliquer(source, champs["nom"]), "nom")

        nom = f"{self.ligne(source).nom} (copie)"
        self.barre_nom.demander("Dupliquer la grille", dupliquer, nom=nom)

    def nouvelle_version(self) -> None:
        """A version to edit, then go and edit it."""
        cle = self._grilles.nouvelle_version(self.choisies()[0])
        self.aller_a(cle, "nom")
        self.information.emit("Version prête : les cotations déjà données gardent l'ancienne.")
        self.ouverte.emit(cle)

    def _offrir_les_appels(self) -> None:
        self._menu_appels.clear()
        appels = self._contexte.fiches.appels(self.annee)
        if not appels:
            self._menu_appels.addAction(f"Aucun appel en {self.annee}").setEnabled(False)
        for appel in appels:
            menu = self._menu_appels.addMenu(appel.nom)
            for mots, obligatoire in (("Proposée", False), ("Obligatoire", True)):
                menu.addAction(
                    mots,
                    lambda a=appel.cle, o=obligatoire: self.tenter(lambda: self.choisir_pour(a, o)),
                )

    def choisir_pour(self, appel: str, obligatoire: bool) -> None:
        """Make the dossiers of an appel go through the grid in view."""
        grille = self.choisies()[0]
        if defauts := self._grilles.defauts(grille):
            raise SaisieRefusee(f"Cette grille ne compte pas encore juste. {defauts[0]}")
        self._grilles.choisir_pour(appel, grille, obligatoire=obligatoire)
        self.information.emit(f"« {self.ligne(grille).titre} » est choisie. Ctrl+Z y revient.")

    def _ne_plus_choisir(self) -> None:
        cles = set(self.vue_choix.cles_choisies())
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une ligne de « Grilles des appels ».")
        for choix in self.choix.toutes_les_lignes():
            if choix.cle in cles:
                self._grilles.ne_plus_choisir(choix.appel, choix.grille)

    # Files --------------------------------------------------------------------------------------

    def _choisir_a_lire(self) -> None:
        chemin, _ = QFileDialog.getOpenFileName(
            self, "Importer une grille", "", "Grilles (*.xlsx *.json *.ods)"
        )
        if chemin:
            self.tenter(lambda: self.importer(Path(chemin)))

    def importer(self, chemin: Path) -> None:
        """Add the grid of a file; where it is known already, as its next version."""
        cle = self._grilles.ajouter(lire_grille(chemin))
        self.aller_a(cle, "nom")
        self.information.emit(f"« {self.ligne(cle).titre} » est ajoutée. Ctrl+Z y revient.")

    def _choisir_ou_ecrire(self) -> None:
        cle = self.choisies()[0]
        nom = nom_de_fichier(self.ligne(cle).titre, "Grille")
        chemin, forme = QFileDialog.getSaveFileName(
            self, "Exporter la grille", f"{nom}.xlsx", FORMES
        )
        if chemin:
            voulu = Path(chemin)
            if not voulu.suffix:
                voulu = voulu.with_suffix(".json" if "json" in forme else ".xlsx")
            self.exporter(cle, voulu)

    def exporter(self, cle: str, chemin: Path) -> None:
        """Write a grid for a colleague; nothing changes in the file."""
        ecrire_grille(self._grilles.entiere(cle).fiche, chemin)
        self.information.emit(f"Grille écrite dans « {chemin.name} ».")
