"""The panel of pivot tables: what to gather, what to cut by, what to add up; a cell leads to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Colonne
from app.services.croises import (
    Croise,
    colonnes_du_croise,
    croiser,
    en_mots,
    intitule_de_colonne,
)
from app.services.filtres import Condition
from app.services.graphiques import mesures_possibles
from app.services.titres import nom_de
from app.services.vue_figee import VueFigee
from app.ui.elements import bouton, etiquette, marges
from app.ui.figer import figer
from app.ui.impression import ouvrir_apercu
from app.ui.panneau_graphique import REUNISSABLES
from app.ui.panneau_outil import PanneauOutil
from app.ui.presse_papiers import donnees
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

LARGEUR_CHOIX = 330
RIEN = "rien"
DE_PREFERENCE = ("axe", "statut", "nature", "porteur", "financeur")
FINANCEURS = "accordé, financeur par financeur"


class PanneauCroise(PanneauOutil):
    """Follows the rows shown by the table. Enter or a double click on a cell filters it to its rows."""

    titre = "Tableau croisé"
    geste = "tableau_croise"

    def __init__(self, page: PageTableau, *, compte: str = "Nombre de lignes") -> None:
        super().__init__(page)
        self.setObjectName("panneau_croise")
        self._compte = compte
        self._avant: list[Condition] | None = None
        self.croise: Croise | None = None
        self._cellules = ModeleTableau([], self)
        self.resultat = VueTableau(self._cellules)
        self._construire()
        self._remplir()
        self._brancher()
        self.recalculer()

    def _construire(self) -> None:
        self.par, self.selon, self.mesure = map(_liste, ("En lignes", "En colonnes", "Montrer"))
        self._revenir = bouton("Revenir à tout le croisé", dessin="annuler")
        self._revenir.setToolTip("Remettre les filtres d’avant la case ouverte")
        self._revenir.setEnabled(False)
        self._copier = bouton("Copier le tableau", dessin="copier")
        self._exporter = bouton("Imprimer ou exporter…", dessin="exporter")
        grille = QGridLayout()
        grille.setContentsMargins(0, 0, 0, 0)
        grille.setSpacing(theme().px(8))
        for rang, liste in enumerate((self.par, self.selon, self.mesure)):
            grille.addWidget(etiquette(liste.accessibleName(), "doux"), rang, 0)
            grille.addWidget(liste, rang, 1)
        grille.setColumnStretch(1, 1)
        choix = QWidget()
        choix.setFixedWidth(theme().px(LARGEUR_CHOIX))
        gauche = QVBoxLayout(choix)
        marges(gauche, 0, 12, 0, 0, espace=8)
        gauche.addLayout(grille)
        for geste in (self._revenir, self._copier, self._exporter):
            gauche.addWidget(geste)
        gauche.addStretch(1)
        ligne = QHBoxLayout()
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.addWidget(choix)
        ligne.addWidget(self.resultat, 1)
        self.corps.addLayout(ligne, 1)
        self.resultat.volets.dire_si_vide("Le tableau n’affiche aucune ligne à croiser.")
        self.setFocusProxy(self.par)

    def _remplir(self) -> None:
        """What can be chosen, starting from where the table is: its current column, then the axes."""
        self.selon.addItem(RIEN, "")
        for colonne in self.modele.colonnes:
            if colonne.type in REUNISSABLES:
                self.par.addItem(nom_de(colonne), colonne.cle)
                self.selon.addItem(nom_de(colonne), colonne.cle)
        self._mesures = mesures_possibles(self.modele.colonnes, compte=self._compte)
        self.mesure.addItems([mesure.titre for mesure in self._mesures])
        places = [self.par.findData(c) for c in (self.vue.colonne_visee(), *DE_PREFERENCE)]
        self.par.setCurrentIndex(next((place for place in places if place >= 0), 0))
        titres = [mesure.titre.casefold() for mesure in self._mesures]
        self.mesure.setCurrentIndex(titres.index(FINANCEURS) if FINANCEURS in titres else 0)

    def _brancher(self) -> None:
        for liste in (self.par, self.selon, self.mesure):
            liste.activated.connect(self.recalculer)
        self.modele.calcule.connect(self.attendre)
        self.modele.dispose.connect(self._oublier_le_retour)
        self.resultat.ouverte.connect(lambda _cle: self.descendre())
        self._revenir.clicked.connect(self.revenir)
        self._copier.clicked.connect(self.copier)
        self._exporter.clicked.connect(self.exporter)
        for grille in self.resultat.volets.grilles:
            grille.installEventFilter(self)

    # What is shown ------------------------------------------------------------------------------

    def choisir(self, *, par: str = "", selon: str = "", mesure: str = "") -> None:
        """Choose by column keys and by the words of a measure."""
        if par:
            self.par.setCurrentIndex(self.par.findData(par))
        if mesure:
            self.mesure.setCurrentIndex(self.mesure.findText(mesure))
        self.selon.setCurrentIndex(max(0, self.selon.findData(selon)))
        self.recalculer()

    def recalculer(self, *_: object) -> None:
        """Gather the rows shown again."""
        par = self._colonne(self.par)
        if par is None:
            self.dire("Aucune colonne de ce tableau ne se croise.")
            return
        mesure = self._mesures[self.mesure.currentIndex()]
        plusieurs = len(mesure.colonnes) > 1
        self.selon.setEnabled(not plusieurs)
        self.selon.setToolTip("Les colonnes sont déjà les financeurs" if plusieurs else "")
        selon = None if plusieurs else self._colonne(self.selon)
        self.croise = croiser(
            self.modele.lignes_filtrees,
            par=par,
            mesure=mesure,
            selon=None if selon is par else selon,
        )
        self._montrer(self.croise, par)

    def _colonne(self, liste: QComboBox) -> Colonne | None:
        cle = liste.currentData()
        if not cle or not self.modele.a_la_colonne(cle):
            return None
        return self.modele.colonnes[self.modele.rang(cle)]

    def _montrer(self, croise: Croise, par: Colonne) -> None:
        colonnes = colonnes_du_croise(croise, par)
        if _tetes(colonnes) == _tetes(self._cellules.colonnes):
            self._cellules.synchroniser(croise.lignes)
        else:
            self._cellules.definir_colonnes(colonnes, croise.lignes)
        self.resultat.setAccessibleName(croise.titre)
        self.dire(en_mots(croise))
        for geste in (self._copier, self._exporter):
            geste.setEnabled(bool(croise.lignes))

    # From a cell to its rows --------------------------------------------------------------------

    def descendre(self) -> None:
        """Filter the table to the rows that the current cell counts, in place of the same filters."""
        cle, index = self.resultat.cle_courante(), self.resultat.index_courant()
        if self.croise is None or not cle:
            return
        colonne = self._cellules.colonnes[index.column()].cle
        voulues = self.croise.conditions(cle, intitule_de_colonne(colonne))
        visees = {condition.colonne for condition in voulues}
        avant = list(self.modele.conditions)
        gardees = [c for c in avant if c.colonne not in visees]
        premiere = avant if self._avant is None else self._avant
        self.modele.conditionner([*gardees, *voulues])  # forgets where to go back to
        self._avant = premiere
        self._revenir.setEnabled(True)
        self.calculer_ici()

    def revenir(self) -> None:
        """The filters that were there before a cell was opened."""
        if self._avant is not None:
            self.modele.conditionner(self._avant)
            self.calculer_ici()
            self.resultat.setFocus()

    def _oublier_le_retour(self) -> None:
        """Another filter, another sort: going back would undo what was done since."""
        self._avant = None
        self._revenir.setEnabled(False)

    # What is taken away -------------------------------------------------------------------------

    def contenu(self) -> QMimeData | None:
        """The whole of it with its titles and its totals, for a spreadsheet."""
        if self.croise is None:
            return None
        copie = ModeleTableau(self._cellules.colonnes)
        rangees = [self._cellules.ligne(cle) for cle in self._cellules.cles_filtrees]
        copie.remplacer_lignes([*rangees, self.croise.totaux])
        rangs = set(range(copie.rowCount()))
        colonnes = self.resultat.volets.colonnes_visibles()
        return donnees(copie, dict.fromkeys(colonnes, rangs), colonnes, entetes=True)

    def copier(self) -> None:
        contenu = self.contenu()
        if contenu is not None:
            QApplication.clipboard().setMimeData(contenu)
            self.vue.information.emit("Le tableau croisé est copié avec ses totaux.")

    def figee(self) -> VueFigee:
        """What is printed or exported: the filters of the table are told on it."""
        assert self.croise is not None
        cellules, volets = self._cellules, self.resultat.volets
        largeurs = volets.largeurs()
        colonnes = tuple(cellules.colonnes[rang] for rang in volets.colonnes_visibles())
        autour = figer(self.page)
        return replace(
            autour,
            titre=f"{autour.titre} · {self.croise.titre}",
            nom="",
            colonnes=colonnes,
            largeurs=tuple(largeurs.get(c.cle, c.largeur_voulue) for c in colonnes),
            lignes=tuple(cellules.ligne(cle) for cle in cellules.cles_filtrees),
            figees=1,
            nombre_total=cellules.nombre_total,
            groupes=(),
            mentions=tuple(m for m in autour.mentions if m.startswith("Filtre")),
            fond_de=None,
        )

    def exporter(self) -> None:
        """As pages, then PDF, workbook or printer."""
        ouvrir_apercu(self.page, self.figee())

    def eventFilter(self, objet: QObject, evenement: QEvent) -> bool:
        if evenement.type() == QEvent.Type.KeyPress and isinstance(evenement, QKeyEvent):
            touche = Qt.Key(evenement.key())
            if touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not _modifiee(evenement):
                self.descendre()
                return True
            if touche == Qt.Key.Key_Escape:
                self.fermer()
                return True
        return super().eventFilter(objet, evenement)


def _modifiee(evenement: QKeyEvent) -> bool:
    return bool(evenement.modifiers() & ~Qt.KeyboardModifier.KeypadModifier)


def _tetes(colonnes: Sequence[Colonne]) -> list[tuple[object, ...]]:
    return [(c.cle, c.titre, c.type, c.ordre) for c in colonnes]


def _liste(mot: str) -> QComboBox:
    liste = QComboBox()
    liste.setAccessibleName(mot)
    liste.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    liste.setMinimumContentsLength(16)
    return liste
