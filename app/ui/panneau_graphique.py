"""The panel of charts: what to gather, what to measure, which shape; then a picture or a PDF."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPaintEvent, QPdfWriter
from PySide6.QtWidgets import (
    QApplication,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import TypeColonne
from app.services.documents import ecrire_entier
from app.services.errors import ErreurConnue
from app.services.graphiques import (
    LIBELLES_FORMES,
    Forme,
    Graphique,
    composer,
    en_texte,
    mesures_possibles,
)
from app.services.titres import nom_de
from app.ui.dessin_graphique import DessinGraphique
from app.ui.elements import bouton, bouton_icone, etiquette, marges, minuterie
from app.ui.encres import Encres
from app.ui.panneau import Panneau
from app.ui.panneau_outil import liste_de_colonnes
from app.ui.reprises import Rouvrir, par_geste
from app.ui.theme import CLAIR, theme
from app.ui.vue_tableau import VueTableau

LARGEUR_CHOIX = 360
ATTENTE = 60  # ms: one drawing for a run of edits
LARGEUR_IMAGE = 960  # of a copied picture and of the page, in pixels at 100 %
FINESSE = 2  # a copied picture has so many pixels for one
MARGE_PAPIER = 15  # mm
REUNISSABLES = (TypeColonne.TEXTE, TypeColonne.CHOIX, TypeColonne.BOOLEEN, TypeColonne.DATE)
DE_PREFERENCE = ("axe", "statut", "porteur", "nature", "financeur")


class PanneauGraphique(Panneau):
    """Follows the rows shown by a table: its filter, its edits. `ferme()`, `informe(sentence)`."""

    ferme = Signal()
    informe = Signal(str)
    refuse = Signal(str)

    def __init__(self, vue: VueTableau, *, compte: str = "Nombre de lignes") -> None:
        super().__init__()
        self.setObjectName("panneau_graphique")
        self._vue = vue
        self._compte = compte
        self.graphique: Graphique | None = None
        self._attente = minuterie(self, ATTENTE)
        self._construire()
        self._remplir()
        self._brancher()
        self.recomposer()

    def _construire(self) -> None:
        self._par, self._mesure = liste_de_colonnes("Réunir par"), liste_de_colonnes("Montrer")
        self._forme, self._selon = liste_de_colonnes("Forme"), liste_de_colonnes("Découper selon")
        copier = bouton("Copier l’image", dessin="copier")
        copier.clicked.connect(self.copier)
        pdf = bouton("Enregistrer en PDF…", dessin="enregistrer")
        pdf.clicked.connect(self._demander_pdf)
        fermer = bouton_icone("fermer", "Fermer le graphique")
        fermer.clicked.connect(self.ferme)
        formulaire = QGridLayout()
        formulaire.setContentsMargins(0, 0, 0, 0)
        formulaire.setSpacing(theme().px(8))
        for rang, liste in enumerate((self._par, self._mesure, self._forme, self._selon)):
            formulaire.addWidget(etiquette(liste.accessibleName(), "doux"), rang, 0)
            formulaire.addWidget(liste, rang, 1)
        formulaire.setColumnStretch(1, 1)
        choix = QWidget()
        choix.setFixedWidth(theme().px(LARGEUR_CHOIX))
        gauche = QVBoxLayout(choix)
        marges(gauche, 12, 8, 12, 16, espace=12)
        gauche.addLayout(formulaire)
        gauche.addWidget(copier)
        gauche.addWidget(pdf)
        gauche.addStretch(1)
        self.dessin = Toile()
        defile = QScrollArea()
        defile.setAccessibleName("Graphique")
        defile.setWidgetResizable(True)
        defile.setFrameShape(QScrollArea.Shape.NoFrame)
        defile.setWidget(self.dessin)
        droite = QVBoxLayout()
        marges(droite, 8, espace=0)
        droite.addWidget(fermer)
        droite.addStretch(1)
        ligne = QHBoxLayout(self)
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.setSpacing(0)
        ligne.addWidget(choix)
        ligne.addWidget(defile, 1)
        ligne.addLayout(droite)
        self.setFocusProxy(self._par)

    def _remplir(self) -> None:
        """What can be chosen, starting from the view: its first group, its current column."""
        modele = self._vue.modele
        self._reunissables = [c for c in modele.colonnes if c.type in REUNISSABLES]
        self._mesures = mesures_possibles(modele.colonnes, compte=self._compte)
        for colonne in self._reunissables:
            self._par.addItem(nom_de(colonne), colonne.cle)
            self._selon.addItem(nom_de(colonne), colonne.cle)
        self._selon.insertItem(0, "rien", "")
        self._selon.setCurrentIndex(0)
        for mesure in self._mesures:
            self._mesure.addItem(mesure.titre)
        for forme, libelle in LIBELLES_FORMES.items():
            self._forme.addItem(libelle, str(forme))
        self._par.setCurrentIndex(self._par.findData(self._colonne_de_depart()))
        self._mesure.setCurrentIndex(self._mesure_de_depart())

    def _colonne_de_depart(self) -> str:
        connues = [colonne.cle for colonne in self._reunissables]
        voulues = [self._vue.colonne_visee(), *DE_PREFERENCE, *connues]
        return next((cle for cle in voulues if cle in connues), "")

    def _mesure_de_depart(self) -> int:
        """The current column when it is summed, else what all the financeurs grant, else the count."""
        voulues = (self._vue.colonne_visee(), "total.accorde", "accorde")
        for cle in voulues:
            for rang, mesure in enumerate(self._mesures):
                if [colonne.cle for colonne in mesure.colonnes] == [cle]:
                    return rang
        return 0

    def _brancher(self) -> None:
        for liste in (self._par, self._mesure, self._forme, self._selon):
            liste.activated.connect(self.recomposer)
        self._vue.modele.calcule.connect(self._attente.start)
        self._attente.timeout.connect(self.recomposer)

    # What is drawn ------------------------------------------------------------------------------

    def choisir(
        self, *, par: str = "", mesure: str = "", forme: Forme | None = None, selon: str = ""
    ) -> None:
        """Choose by column keys and by the words of a measure."""
        if par:
            self._par.setCurrentIndex(self._par.findData(par))
        if mesure:
            self._mesure.setCurrentIndex(self._mesure.findText(mesure))
        if forme is not None:
            self._forme.setCurrentIndex(self._forme.findData(str(forme)))
        self._selon.setCurrentIndex(self._selon.findData(selon))
        self.recomposer()

    def reouverture(self) -> Rouvrir:
        return par_geste(self, "graphique")

    def recomposer(self) -> None:
        """Gather the rows shown again, and draw."""
        colonnes = {colonne.cle: colonne for colonne in self._vue.modele.colonnes}
        par = colonnes.get(self._par.currentData() or "")
        if par is None:
            return
        mesure = self._mesures[self._mesure.currentIndex()]
        plusieurs = len(mesure.colonnes) > 1
        self._selon.setEnabled(not plusieurs)
        selon = None if plusieurs else colonnes.get(self._selon.currentData() or "")
        self.graphique = composer(
            self._lignes(),
            par=par,
            mesure=mesure,
            forme=Forme(self._forme.currentData()),
            selon=selon if selon is not par else None,
        )
        self.dessin.montrer(self.graphique)

    def _lignes(self) -> Sequence[object]:
        return self._vue.modele.lignes_filtrees

    # What is taken away -------------------------------------------------------------------------

    def image(self) -> QImage:
        """The chart on white paper, twice as fine as a screen."""
        dessin, marge = self._sur_papier(), 24
        hauteur = dessin.hauteur(LARGEUR_IMAGE) + 2 * marge
        cote = QSizeF(LARGEUR_IMAGE + 2 * marge, hauteur) * FINESSE
        image = QImage(cote.toSize(), QImage.Format.Format_RGB32)
        image.fill(CLAIR.papier)
        with QPainter(image) as peintre:
            peintre.scale(FINESSE, FINESSE)
            peintre.setRenderHint(QPainter.RenderHint.TextAntialiasing)
            dessin.peindre(peintre, QRectF(marge, marge, LARGEUR_IMAGE, hauteur - 2 * marge))
        return image

    def copier(self) -> None:
        QApplication.clipboard().setImage(self.image())
        self.informe.emit(
            "L’image du graphique est copiée : collez-la dans une note ou un courriel."
        )

    def ecrire_pdf(self, chemin: Path) -> None:
        """One page, as large as the chart needs. Raises ErreurConnue when it cannot be written."""
        dessin = self._sur_papier()
        hauteur = dessin.hauteur(LARGEUR_IMAGE)
        paysage = hauteur <= LARGEUR_IMAGE
        tampon = QBuffer()
        tampon.open(QIODevice.OpenModeFlag.WriteOnly)
        ecrivain = QPdfWriter(tampon)
        ecrivain.setTitle(self.graphique.titre if self.graphique else "Graphique")
        ecrivain.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        sens = QPageLayout.Orientation
        ecrivain.setPageOrientation(sens.Landscape if paysage else sens.Portrait)
        bords = QMarginsF(MARGE_PAPIER, MARGE_PAPIER, MARGE_PAPIER, MARGE_PAPIER)
        ecrivain.setPageMargins(bords, QPageLayout.Unit.Millimeter)
        with QPainter(ecrivain) as peintre:
            echelle = min(ecrivain.width() / LARGEUR_IMAGE, ecrivain.height() / hauteur)
            peintre.scale(echelle, echelle)
            dessin.peindre(peintre, QRectF(0, 0, LARGEUR_IMAGE, hauteur))
        ecrire_entier(chemin, bytes(tampon.data().data()))

    def _demander_pdf(self) -> None:
        page = self._vue.page
        propose = Path("Graphique.pdf")
        if page is not None:
            propose = page.contexte.fichier.chemin.with_name(propose.name)
        choisi, _ = QFileDialog.getSaveFileName(
            self, "Enregistrer le graphique", str(propose), "Document PDF (*.pdf)"
        )
        if not choisi:
            return
        chemin = Path(choisi) if choisi.endswith(".pdf") else Path(f"{choisi}.pdf")
        try:
            self.ecrire_pdf(chemin)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
        else:
            self.informe.emit(f"Graphique enregistré : {chemin}")

    def _sur_papier(self) -> DessinGraphique:
        assert self.graphique is not None
        return DessinGraphique(self.graphique, Encres(CLAIR, theme().police_de_papier, float))


class Toile(QWidget):
    """The chart on screen, as tall as it needs; its words are its accessible description."""

    def __init__(self) -> None:
        super().__init__()
        self._dessin: DessinGraphique | None = None
        self._graphique: Graphique | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme().change.connect(self._redessiner)

    def montrer(self, graphique: Graphique) -> None:
        self._graphique = graphique
        self.setAccessibleName(graphique.titre)
        self.setAccessibleDescription(en_texte(graphique))
        self._redessiner()

    def _redessiner(self) -> None:
        if self._graphique is None:
            return
        look = theme()
        self._dessin = DessinGraphique(
            self._graphique,
            Encres(look.couleurs, look.police, lambda mesure: float(look.px(mesure))),
        )
        self._mesurer()
        self.update()

    def _mesurer(self) -> None:
        if self._dessin is not None:
            marge = theme().px(16)
            self.setMinimumHeight(round(self._dessin.hauteur(self.width() - 2 * marge)) + 2 * marge)

    def resizeEvent(self, _evenement: object) -> None:
        self._mesurer()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.papier)
            if self._dessin is not None:
                marge = theme().px(16)
                cadre = QRectF(self.rect()).adjusted(marge, marge, -marge, -marge)
                self._dessin.peindre(peintre, cadre)
            if self.hasFocus():
                peintre.setPen(theme().couleurs.accent)
                peintre.drawRect(self.rect().adjusted(0, 0, -1, -1))
