"""What is on screen as pages, over the window: look, choose the paper, then PDF, workbook or printer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QMainWindow,
    QVBoxLayout,
    QWidget,
)

from app.services.documents import nom_de_fichier
from app.services.export_vue_pdf import PAGES, Reglage, VueEnPages, ecrire_vue_pdf
from app.services.vue_figee import VueFigee
from app.ui.apercu_pages import COTE, ApercuPages
from app.ui.elements import bouton, etiquette, marges
from app.ui.figer import figer
from app.ui.tasks import Suivi
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau


def ouvrir_apercu(page: PageTableau, vue: VueFigee | None = None) -> Apercu:
    """Lay out what a table shows, or `vue` that was made of it, over its whole window."""
    fenetre = page.window()
    hote = fenetre.centralWidget() if isinstance(fenetre, QMainWindow) else fenetre
    apercu = Apercu(vue or figer(page), hote, dossier=page.contexte.fichier.chemin.parent)
    page.installEventFilter(apercu)
    apercu.ferme.connect(page.vue.setFocus)
    apercu.show()
    apercu.raise_()
    apercu.setFocus()
    return apercu


class Apercu(ApercuPages):
    """A view, with the choice of the paper."""

    pages: VueEnPages | None

    def __init__(self, vue: VueFigee, hote: QWidget, *, dossier: Path) -> None:
        super().__init__(vue.objet, hote, dossier=dossier)
        self.vue = vue
        self._brancher()
        self._disposer()

    # Building -----------------------------------------------------------------------------------

    def _reglages(self) -> QWidget:
        cote = QWidget()
        cote.setFixedWidth(theme().px(COTE))
        colonne = QVBoxLayout(cote)
        marges(colonne, 16, espace=8)
        self._papier = QComboBox()
        self._papier.addItems(list(PAGES))
        self._sens = QComboBox()
        self._sens.addItem("Paysage", True)
        self._sens.addItem("Portrait", False)
        self._ajuster = QCheckBox("Ajuster à la largeur")
        self._ajuster.setChecked(True)
        self._ajuster.setToolTip("Réduire pour tenir en largeur, tant que cela reste lisible")
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self.pdf = bouton("PDF…", "principal")
        self.excel = bouton("Excel…", dessin="classeur")
        self.publipostage = bouton("Source de publipostage…", dessin="classeur")
        self.publipostage.setToolTip(
            "Un classeur Excel tout simple, une ligne par destinataire, pour les lettres de Word"
        )
        self.imprimer = bouton("Imprimer…", dessin="imprimer")
        for titre, champ in (("Papier", self._papier), ("Orientation", self._sens)):
            nom = etiquette(titre, "petit")
            nom.setBuddy(champ)
            champ.setAccessibleName(titre)
            colonne.addWidget(nom)
            colonne.addWidget(champ)
        colonne.addWidget(self._ajuster)
        colonne.addWidget(self._phrase)
        colonne.addStretch(1)
        for geste in (self.pdf, self.excel, self.publipostage, self.imprimer):
            colonne.addWidget(geste)
        return cote

    def _brancher(self) -> None:
        for choix in (self._papier, self._sens):
            choix.currentIndexChanged.connect(self._disposer)
        self._ajuster.toggled.connect(self._disposer)
        self.pdf.clicked.connect(self.exporter_pdf)
        self.excel.clicked.connect(self.exporter_excel)
        self.publipostage.clicked.connect(self.exporter_publipostage)
        self.imprimer.clicked.connect(self._imprimer)

    # Pages --------------------------------------------------------------------------------------

    @property
    def reglage(self) -> Reglage:
        return Reglage(
            self._papier.currentText(), bool(self._sens.currentData()), self._ajuster.isChecked()
        )

    def _disposer(self) -> None:
        """Deal the view out to pages again, beside the window: a long list takes seconds."""
        vue, reglage = self.vue, self.reglage
        self._actifs(False)
        self._en_fond(
            "Mise en page",
            lambda suivi: VueEnPages(vue, reglage, suivi.progression),
            self._montrer_pages,
        )

    def _montrer_pages(self, pages: VueEnPages) -> None:
        self.pages = pages
        self._actifs(True)
        mot = "pages" if pages.nombre > 1 else "page"
        texte = f"{pages.nombre} {mot}"
        if pages.papier.echelle < 1:
            texte += f", réduction à {pages.papier.echelle:.0%}".replace("%", "\u00a0%")
        if pages.bandes > 1:
            texte += (
                f". Le tableau est plus large qu’une page : il en prend {pages.bandes} en largeur, "
                "les colonnes figées sont répétées."
            )
        self._phrase.setText(texte)
        self.aller(self.numero)

    def _actifs(self, actifs: bool) -> None:
        for geste in (self.pdf, self.excel, self.publipostage, self.imprimer):
            geste.setEnabled(actifs)

    # Out of the window --------------------------------------------------------------------------

    def exporter_pdf(self) -> None:
        chemin = self._choisir(".pdf", "PDF (*.pdf)")
        if chemin is not None:
            vue, reglage = self.vue, self.reglage

            def ecrire(suivi: Suivi) -> Path:
                ecrire_vue_pdf(vue, reglage, chemin, suivi.progression)
                return chemin

            self._en_fond(f"Export : {chemin.name}", ecrire, self._dire)

    def exporter_excel(self) -> None:
        chemin = self._choisir(".xlsx", "Classeur Excel (*.xlsx)")
        if chemin is not None:
            vue = self.vue

            def ecrire(_suivi: Suivi) -> Path:
                from app.services.export_vue_excel import ecrire_vue_excel

                ecrire_vue_excel(vue, chemin)
                return chemin

            self._en_fond(f"Export : {chemin.name}", ecrire, self._dire)

    def exporter_publipostage(self) -> None:
        """The rows alone, for the letters of a word processor."""
        chemin = self._choisir(".xlsx", "Classeur Excel (*.xlsx)", suite=" publipostage")
        if chemin is not None:
            vue = self.vue

            def ecrire(_suivi: Suivi) -> Path:
                from app.services.publipostage import ecrire_publipostage

                ecrire_publipostage(vue, chemin)
                return chemin

            self._en_fond(f"Export : {chemin.name}", ecrire, self._dire)

    def _choisir(self, extension: str, filtre: str, *, suite: str = "") -> Path | None:
        nom = f"{nom_de_fichier(self.vue.objet, 'Vue')}{suite}{extension}"
        propose = str(self._dossier / nom)
        chemin, _ = QFileDialog.getSaveFileName(self, "Exporter la vue", propose, filtre)
        if not chemin:
            return None
        voulu = Path(chemin)
        return voulu if voulu.suffix == extension else voulu.with_name(voulu.name + extension)
