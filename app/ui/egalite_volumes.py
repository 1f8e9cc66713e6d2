"""« Volumes »: euros and actions by level at two moments; « Progrès des porteurs ». Both on one grid."""

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QScrollArea, QSplitter, QVBoxLayout

from app.models.enums import MomentCotation
from app.services.accords import compter
from app.services.columns import Colonne
from app.services.columns_egalite import (
    colonnes_actions_du_porteur,
    colonnes_progres,
    colonnes_volumes,
)
from app.services.contexte import Contexte
from app.services.documents import nom_de_fichier
from app.services.egalite_niveaux import MOMENTS, GrilleSuivie
from app.services.egalite_services import Egalite
from app.services.egalite_volumes import (
    ANNEE,
    DIMENSIONS,
    EUROS,
    ChoixVolumes,
    graphique_des_volumes,
    phrase_des_volumes,
)
from app.services.errors import SaisieRefusee
from app.ui.egalite_listes import DOCX, ListeEgalite
from app.ui.elements import etiquette, marges
from app.ui.panneau_graphique import Toile
from app.ui.theme import theme

COTATIONS = ("cotation", "grille", "niveau_grille", "grille_appel")
SANS_GRILLE = (
    "Aucune grille\u00a0: ajoutez-en une dans la page «\u00a0Grilles\u00a0», et cotez les dossiers."
)
TITRES = {
    "theme": "Thème",
    "quartier": "Quartier",
    "commune": "Commune",
    "porteur": "Porteur",
    "financeur": "Financeur",
    ANNEE: "Année",
}


class ListeDeGrille(ListeEgalite):
    """A list about one grid, chosen above it with other choices. `change()`: something was chosen."""

    change = Signal()

    def __init__(self, contexte: Contexte, e: Egalite, annee: int, colonnes: list[Colonne]) -> None:
        self.grille: GrilleSuivie | None = None
        self._grilles: list[GrilleSuivie] = []
        super().__init__(contexte, e, annee, colonnes)
        self._choix = QHBoxLayout()
        marges(self._choix, 0, 16, espace=8)
        self.choix_grille = self.ajouter_choix("Grille", (), 300)
        self._choix.addStretch(1)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertLayout(0, self._choix)

    def ajouter_choix(
        self, nom: str, valeurs: Iterable[tuple[str, str]], largeur: int = 150
    ) -> QComboBox:
        """A choice of the line above the list."""
        choix = QComboBox()
        choix.setAccessibleName(nom)
        choix.setMinimumWidth(theme().px(largeur))
        for valeur, libelle in valeurs:
            choix.addItem(libelle, valeur)
        choix.activated.connect(self._choisi)
        mot = etiquette(nom, "doux")
        mot.setBuddy(choix)
        place = max(0, self._choix.count() - 1)  # before the stretch
        self._choix.insertWidget(place, mot)
        self._choix.insertWidget(place + 1, choix)
        return choix

    def _choisi(self, _rang: int) -> None:
        self.change.emit()
        self.rafraichir()

    def lire(self) -> list[object]:
        """The grid chosen stays as long as it is there."""
        avant = self.choix_grille.currentData()
        self._grilles = self.e.grilles()
        self.choix_grille.clear()
        for grille in self._grilles:
            self.choix_grille.addItem(grille.nom, grille.identifiant)
        self.choix_grille.setCurrentIndex(max(0, self.choix_grille.findData(avant)))
        self.choix_grille.setEnabled(bool(self._grilles))
        rang = self.choix_grille.currentIndex()
        self.grille = self._grilles[rang] if rang >= 0 else None
        self.vue.volets.dire_si_vide(SANS_GRILLE if self.grille is None else self.si_vide)
        return [] if self.grille is None else self.lire_la_grille(self.grille)

    si_vide = "Aucun dossier cette année."

    def lire_la_grille(self, grille: GrilleSuivie) -> list[object]:
        raise NotImplementedError


class ListeVolumes(ListeDeGrille):
    """Nothing is typed; the choices lay the columns out again."""

    liste = "volumes_egalite"
    entites = (
        *COTATIONS,
        *("action", "cofinancement", "organisme", "financeur"),
        *("action_quartier", "action_commune", "classement"),
    )

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(contexte, e, annee, colonnes_volumes(None))
        self.tableau.intitule = self._intituler
        self.choix_dimension = self.ajouter_choix("Ventiler", DIMENSIONS, 150)
        self.choix_a = self.ajouter_choix("Comparer", MOMENTS)
        self.choix_b = self.ajouter_choix("à", MOMENTS)
        self.choix_a.setCurrentIndex(self.choix_a.findData(str(MomentCotation.ENTREE)))
        self.choix_b.setCurrentIndex(self.choix_b.findData(str(MomentCotation.SORTIE)))
        self.choix_euros = self.ajouter_choix("Euros", EUROS, 126)
        self.choix_euros.setCurrentIndex(self.choix_euros.findData("accorde"))
        self._lus: ChoixVolumes | None = None
        self.bouton("Exporter…", self.tableau.imprimer).setEnabled(True)
        self.toile = Toile()
        self.dessous(etiquette("", "fort"), defilant(self.toile))

    def _intituler(self) -> str:
        nom = "" if self.grille is None else self.grille.nom
        return f"{nom} {self.annee} {self.choix_dimension.currentText()}"

    def lire_la_grille(self, grille: GrilleSuivie) -> list[object]:
        choix = ChoixVolumes(
            grille,
            (self.choix_a.currentData(), self.choix_b.currentData()),
            self.choix_dimension.currentData(),
            self.choix_euros.currentData(),
            self._contexte.fichier.signature.auteur,
        )
        lignes = self.e.volumes(self.annee, choix)
        self._phrase.setText(phrase_des_volumes(lignes, choix))
        if choix != self._lus:
            self._lus = choix
            self._propres = colonnes_volumes(choix, TITRES.get(choix.dimension, ""))
            self.modele.definir_colonnes(self._colonnes(), lignes)
        self.toile.montrer(graphique_des_volumes(lignes, choix))
        return list(lignes)


class ListeProgres(ListeDeGrille):
    """One porteur a row; under it its actions, and the marks of the one in view."""

    liste = "progres_porteurs"
    entites = (*COTATIONS, "note_critere", "critere_grille", "action", "organisme")

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(contexte, e, annee, colonnes_progres())
        self.tableau.intitule = lambda: f"Progrès des porteurs {self.annee}"
        self.lettre = self.geste("Lettre de recommandations…", self.ecrire_la_lettre)
        self.lettre.setEnabled(True)
        self._porteur = ""
        self.actions, self.vue_actions = self.table_dessous(colonnes_actions_du_porteur(e.progres))
        self.vue_actions.volets.dire_si_vide("Choisissez un porteur pour voir ses actions.")
        self.vue_actions.a_une_fiche = True
        self.vue_actions.ouverte.connect(lambda cle: self.action_demandee.emit(action_de(cle)))
        self.toile = Toile()
        cote = QSplitter()
        cote.addWidget(self.vue_actions)
        cote.addWidget(defilant(self.toile))
        cote.setSizes([theme().px(790), theme().px(410)])
        self._titre = etiquette("", "fort")
        self.dessous(self._titre, cote)
        self.vue.courante.connect(lambda cle, _: self._montrer(cle))
        self.vue_actions.courante.connect(lambda cle, _: self._dessiner(action_de(cle)))

    def lire_la_grille(self, grille: GrilleSuivie) -> list[object]:
        lignes = self.e.progres.porteurs(self.annee, grille)
        cotes = sum(bool(li.entree or li.sortie) for li in lignes)
        self._phrase.setText(
            f"{compter(cotes, 'porteur coté')} sur {len(lignes)}. Un niveau n'est pas une note\u00a0: "
            "aucune moyenne n'en est faite."
            if lignes
            else ""
        )
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer(self.vue.cle_courante())

    def _montrer(self, porteur: str) -> None:
        meme, self._porteur = porteur == self._porteur, porteur
        lignes = (
            self.e.progres.actions(self.annee, porteur, self.grille)
            if porteur and self.grille
            else []
        )
        (self.actions.synchroniser if meme else self.actions.remplacer_lignes)(lignes)
        courante = self.courante()
        self._titre.setText("" if courante is None else courante.nom)
        vue = self.vue_actions.cle_courante() or (lignes[0].cle if lignes else "")
        self._dessiner(action_de(vue))

    def _dessiner(self, action: str) -> None:
        """The marks of an action, by criterion."""
        if action and self.grille is not None:
            self.toile.montrer(self.e.progres.graphique(action, self.grille))

    def ecrire_la_lettre(self) -> None:
        """What is recommended to the porteur in view, beside its levels, as a letter."""
        from app.services.lettre_egalite import lettre_de_recommandations

        porteur = self.courante()
        if porteur is None or self.grille is None:
            raise SaisieRefusee("Choisissez d'abord un porteur dans la liste.")
        lignes = self.e.progres.actions(self.annee, porteur.cle, self.grille)
        contenu = lettre_de_recommandations(
            self._contexte.fichier, self.annee, porteur.cle, self.grille, lignes
        )
        nom = nom_de_fichier(porteur.nom, "Porteur", longueur=60)
        self.enregistrer(f"Égalité – {nom} – {self.annee}", contenu, DOCX)


def action_de(cle: str) -> str:
    """The action of a row keyed « action|cotation »."""
    return cle.partition("|")[0]


def defilant(toile: Toile) -> QScrollArea:
    """A chart that scrolls when it is taller than its place."""
    defile = QScrollArea()
    defile.setAccessibleName("Graphique")
    defile.setWidgetResizable(True)
    defile.setFrameShape(QScrollArea.Shape.NoFrame)
    defile.setWidget(toile)
    return defile
