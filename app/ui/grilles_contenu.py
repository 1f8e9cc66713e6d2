"""« Critères et niveaux »: what a grid counts with, edited until it is used, and tried beside."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout

from app.services.columns_grilles import colonnes_des_criteres, colonnes_des_niveaux
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.grilles import Grilles
from app.services.grilles_lues import GrilleEntiere
from app.services.grilles_mots import lire_echelle
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette, filet, marges
from app.ui.grilles_essai import EssaiGrille
from app.ui.grilles_liste import FILTRE, SUIVIES
from app.ui.screen_listes import EcranListe
from app.ui.seance_ranger import RangerLignes
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

SANS_GRILLE = "Aucune grille : ajoutez-en une dans l'onglet « Grilles »."


class ContenuGrille(EcranListe):
    """Criteria above, levels below, the trial at the right. `grille`: the version in view."""

    liste = "criteres_grille"
    entites = SUIVIES

    def __init__(self, contexte: Contexte, grilles: Grilles) -> None:
        self._grilles = grilles
        self.grille = ""
        self.entiere: GrilleEntiere | None = None
        self._ecrivants: list[QPushButton] = []
        super().__init__(contexte, colonnes_des_criteres(grilles, None), "")
        self.tableau.intitule = lambda: self.entiere.ligne.titre if self.entiere else "Critères"
        self._filtre.setFixedWidth(theme().px(FILTRE))
        self._poser_gestes()
        self.barre_niveau = BarreChamps(
            (
                ChampDeBarre("code", "Code", largeur=80),
                ChampDeBarre("libelle", "Libellé", largeur=260),
            ),
            "Ajouter",
        )
        self.barre_echelle = BarreChamps(
            (ChampDeBarre("echelle", "Notes, comme « 0 à 4 » ou « non, oui »", largeur=160),),
            "Changer",
        )
        self.poser_barre(self.barre_niveau)
        self.poser_barre(self.barre_echelle)
        self._defauts = etiquette("", "erreur")
        self._defauts.setWordWrap(True)
        self._defauts.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self.inserer(self._defauts)
        self._poser_niveaux()
        self._poser_essai()
        self.ranger_criteres = RangerLignes(
            self.vue, "identifiant", grilles.placer_criteres, "l'ordre des critères"
        )
        self.vue.volets.dire_si_vide(
            "Aucun critère : « Ajouter un critère », ou choisissez les niveaux directement."
        )

    def _poser_gestes(self) -> None:
        self.choix = QComboBox()
        self.choix.setAccessibleName("Grille")
        self.choix.setMinimumWidth(theme().px(240))
        self.choix.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.choix.activated.connect(lambda _: self.choisir(str(self.choix.currentData() or "")))
        self.barre.addWidget(self.choix)
        self._ecrivants += [
            self.geste("Ajouter un critère", self.ajouter_critere),
            self.geste("Échelle…", self.demander_echelle),
            self.geste("Retirer", lambda: self._grilles.retirer_criteres(*self.choisies())),
        ]

    def _poser_niveaux(self) -> None:
        self.niveaux = ModeleTableau(colonnes_des_niveaux(self._grilles, None), self)
        self.vue_niveaux = VueTableau(self.niveaux)
        self.vue_niveaux.refuse.connect(self.refuse)
        self.vue_niveaux.volets.dire_si_vide(
            "Aucun niveau : la grille donne un score, sans niveau à atteindre."
        )
        self.ranger_niveaux = RangerLignes(
            self.vue_niveaux, "code", self._grilles.placer_niveaux, "l'ordre des niveaux"
        )
        boutons = (
            self._ecrivant("Ajouter un niveau", self.demander_niveau),
            self._ecrivant("Retirer le niveau", self._retirer_niveaux),
        )
        titre = etiquette("Niveaux, du plus bas au plus haut", "fort")
        self._corps.addWidget(avec_son_titre(titre, self.vue_niveaux, *boutons))
        self._corps.setSizes([theme().px(320), theme().px(250)])

    def _ecrivant(self, texte: str, appel: Callable[[], object]) -> QPushButton:
        bouton = QPushButton(texte)
        bouton.clicked.connect(lambda: self.tenter(appel))
        self._ecrivants.append(bouton)
        return bouton

    def _poser_essai(self) -> None:
        """Beside the tables, which stay children of the page."""
        self.essai = EssaiGrille()
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.removeWidget(self._corps)
        cote = QHBoxLayout()
        marges(cote, 0, espace=0)
        cote.addWidget(self._corps, 1)
        cote.addWidget(filet(vertical=True))
        cote.addWidget(self.essai)
        page.addLayout(cote, 1)

    # What is shown ------------------------------------------------------------------------------

    def choisir(self, cle: str) -> None:
        """Another grid is in view."""
        if cle != self.grille:
            self.grille = cle
            self.perimer()

    def lire(self) -> list[object]:
        lignes = self._grilles.lignes()
        cles = [g.cle for g in lignes]
        if self.grille not in cles:
            self.grille = cles[0] if cles else ""
        with QSignalBlocker(self.choix):
            self.choix.clear()
            for g in lignes:
                self.choix.addItem(g.titre_de_liste, g.cle)
            self.choix.setCurrentIndex(self.choix.findData(self.grille))
        self.entiere = self._grilles.entiere(self.grille) if self.grille else None
        return list(self.entiere.criteres) if self.entiere else []

    def rafraichir(self) -> None:
        avant = self.entiere
        lignes = self.lire()
        entiere = self.entiere
        self._propres = colonnes_des_criteres(self._grilles, entiere)
        colonnes = self._colonnes()
        if [c.cle for c in colonnes] != [c.cle for c in self.modele.colonnes]:
            self.modele.definir_colonnes(colonnes, lignes)
        elif avant is None or entiere is None or avant.ligne.cle != entiere.ligne.cle:
            self.modele.remplacer_lignes(lignes)
        else:
            self.modele.synchroniser(lignes)
        niveaux = list(entiere.niveaux) if entiere else []
        if avant is None or entiere is None or avant.ligne.methode != entiere.ligne.methode:
            self.niveaux.definir_colonnes(colonnes_des_niveaux(self._grilles, entiere), niveaux)
        else:
            self.niveaux.synchroniser(niveaux)
        self._permettre()
        self.essai.montrer(entiere)

    def _permettre(self) -> None:
        """A grid that was used is read, not written; what is wrong with it is said."""
        entiere = self.entiere
        figee = entiere is not None and entiere.ligne.figee_le is not None
        interdit = self._contexte.fichier.lecture_seule or entiere is None or figee
        for modele in (self.modele, self.niveaux):
            modele.lecture_seule = interdit
        for bouton in self._ecrivants:
            bouton.setDisabled(interdit)
        if entiere is None:
            phrase = SANS_GRILLE
        elif figee:
            phrase = "Figée : elle a servi à coter. « Nouvelle version » en prépare une à changer."
        else:
            phrase = f"{entiere.ligne.nature_en_mots}."
        self._phrase.setText(phrase)
        self._phrase.setToolTip("" if entiere is None else entiere.ligne.dit_d_ou_elle_vient)
        defauts = self._grilles.defauts(self.grille) if self.grille else []
        self._defauts.setText("À corriger : " + " ".join(defauts) if defauts else "")
        self._defauts.setVisible(bool(defauts))

    # Gestures -----------------------------------------------------------------------------------

    def exiger_grille(self) -> str:
        if not self.grille:
            raise SaisieRefusee(SANS_GRILLE)
        return self.grille

    def ajouter_critere(self) -> None:
        """A criterion last, ready to be named."""
        cle = self._grilles.ajouter_critere(self.exiger_grille(), "Nouveau critère")
        self.aller_a(cle, "libelle")

    def demander_echelle(self) -> None:
        """The marks of the selected criteria; words already written stay."""
        cles = self.choisies()

        def changer(champs: Mapping[str, str]) -> None:
            self._grilles.changer_echelle(cles, lire_echelle(champs["echelle"]))

        valeurs = list(self.modele.ligne(cles[0]).niveaux)
        self.barre_echelle.demander("Échelle", changer, echelle=", ".join(valeurs))

    def demander_niveau(self) -> None:
        def ajouter(champs: Mapping[str, str]) -> None:
            self._grilles.ajouter_niveau(self.exiger_grille(), champs["code"], champs["libelle"])

        self.barre_niveau.demander("Niveau au-dessus des autres", ajouter)

    def _retirer_niveaux(self) -> None:
        cles = self.vue_niveaux.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord un niveau.")
        self._grilles.retirer_niveaux(*cles)
