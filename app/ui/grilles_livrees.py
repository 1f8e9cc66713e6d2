"""The grids that come with the program, to be added; and two versions compared."""

from operator import attrgetter

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox

from app.services.accords import compter
from app.services.columns_grilles import colonnes_des_differences, colonnes_des_livrees
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.grilles import Grilles
from app.services.grilles_comparees import comparer
from app.services.grilles_fiche import FicheGrille, livrees
from app.services.grilles_lues import LigneGrille
from app.ui.elements import etiquette
from app.ui.grilles_liste import FILTRE
from app.ui.grilles_presentation import PresentationGrille
from app.ui.screen_listes import EcranListe
from app.ui.theme import theme

PHRASE_LIVREES = (
    "Les contrats n'impriment aucune grille officielle : chaque grille dit d'où elle vient."
)


class ListeLivrees(EcranListe):
    """`ajoutee(key)`: one is in the file now."""

    liste = "grilles_livrees"
    entites = ("grille",)
    ajoutee = Signal(str)

    def __init__(self, contexte: Contexte, grilles: Grilles) -> None:
        self._grilles = grilles
        self._versions: dict[str, int] = {}
        super().__init__(
            contexte,
            colonnes_des_livrees(lambda g: self._versions.get(g.identifiant, 0)),
            PHRASE_LIVREES,
            cle=attrgetter("identifiant"),
        )
        self.tableau.intitule = lambda: "Grilles livrées"
        self._filtre.setFixedWidth(theme().px(FILTRE))
        self.vue.a_une_fiche = True
        self.geste("Ajouter à ce fichier", self.ajouter)
        self.presentation = PresentationGrille()
        self._corps.addWidget(self.presentation)
        self._corps.setSizes([theme().px(300), theme().px(280)])
        self.vue.courante.connect(lambda cle, _: self._montrer(cle))
        self.vue.ouverte.connect(lambda _: self.tenter(self.ajouter))

    def lire(self) -> list[object]:
        self._versions = {}
        for g in self._grilles.lignes():
            self._versions[g.identifiant] = max(g.version, self._versions.get(g.identifiant, 0))
        return list(livrees())

    def rafraichir(self) -> None:
        self.modele.remplacer_lignes(self.lire())
        if not self.vue.cle_courante():
            self.vue.aller(0, 0)
        self._montrer(self.vue.cle_courante())

    def _montrer(self, cle: str) -> None:
        self.presentation.montrer(self._fiche(cle) if cle else None)

    def _fiche(self, identifiant: str) -> FicheGrille:
        return next(f for f in livrees() if f.identifiant == identifiant)

    def ajouter(self) -> None:
        """Add those selected; one that is there already gets a next version only if it differs."""
        fiches = [self._fiche(cle) for cle in self.choisies()]
        neuves = [f for f in fiches if not self._derniere_est(f)]
        if not neuves:
            raise SaisieRefusee(f"« {fiches[0].nom} » est déjà dans ce fichier, telle quelle.")
        cles = self._grilles.ajouter_plusieurs(neuves)
        self.information.emit(
            f"Ajouté : {compter(len(cles), 'grille')}. Choisissez-la pour un appel ; "
            "Ctrl+Z y revient."
        )
        self.ajoutee.emit(cles[0])

    def _derniere_est(self, lue: FicheGrille) -> bool:
        siennes = [g for g in self._grilles.lignes() if g.identifiant == lue.identifiant]
        derniere = next((g for g in siennes if not g.succedee), None)
        if derniere is None:
            return False
        return not comparer(self._grilles.entiere(derniere.cle).fiche, lue)


class ListeDifferences(EcranListe):
    """Two versions, of one grid or of two, and what is not the same."""

    liste = "differences_grilles"
    entites = ("grille", "critere_grille", "niveau_grille")

    def __init__(self, contexte: Contexte, grilles: Grilles) -> None:
        self._grilles = grilles
        self._lues: list[LigneGrille] = []
        self._voulue = ""
        super().__init__(contexte, colonnes_des_differences(), "")
        self.tableau.intitule = self._intituler
        self._filtre.setFixedWidth(theme().px(FILTRE))
        self.avant, self.apres = self._choix("Avant"), self._choix("Après")
        self.vue.volets.dire_si_vide("Aucune différence à montrer.")

    def _choix(self, nom: str) -> QComboBox:
        choix = QComboBox()
        choix.setAccessibleName(nom)
        choix.setMinimumWidth(theme().px(240))
        choix.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        choix.activated.connect(lambda _: self.rafraichir())
        self.barre.addWidget(etiquette(nom, "doux"))
        self.barre.addWidget(choix)
        return choix

    def _intituler(self) -> str:
        return f"{self.avant.currentText()} et {self.apres.currentText()} comparées"

    def choisir(self, cle: str) -> None:
        """What changed in a version since the one before; shown when the tab comes in view."""
        self._voulue = cle
        self.perimer()

    def _prendre(self, cle: str) -> None:
        ici = next((g for g in self._lues if g.cle == cle), None)
        if ici is None:
            return
        avant = [
            g for g in self._lues if g.identifiant == ici.identifiant and g.version < ici.version
        ]
        if avant:
            self.avant.setCurrentIndex(self.avant.findData(avant[0].cle))
        self.apres.setCurrentIndex(self.apres.findData(cle))

    def _lire_les_choix(self) -> None:
        lues = self._grilles.lignes()
        if lues == self._lues:
            return
        self._lues = lues
        for choix in (self.avant, self.apres):
            gardee = choix.currentData()
            with QSignalBlocker(choix):
                choix.clear()
                for g in lues:
                    choix.addItem(g.titre_de_liste, g.cle)
                choix.setCurrentIndex(max(0, choix.findData(gardee)) if lues else -1)

    def lire(self) -> list[object]:
        self._lire_les_choix()
        self._prendre(self._voulue)
        self._voulue = ""
        avant, apres = self.avant.currentData(), self.apres.currentData()
        if not avant or not apres or avant == apres:
            self._phrase.setText("Choisissez deux grilles, ou deux versions, à comparer.")
            return []
        fiches = [self._grilles.entiere(cle).fiche for cle in (avant, apres)]
        differences = comparer(fiches[0], fiches[1])
        self._phrase.setText(
            f"{compter(len(differences), 'différence')}." if differences else "Identiques."
        )
        return list(differences)

    def rafraichir(self) -> None:
        self.modele.remplacer_lignes(self.lire())
