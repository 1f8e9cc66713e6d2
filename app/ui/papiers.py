"""The papers of a séance in the window: a button with their names, and their pages before they go out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QMenu,
    QPushButton,
    QWidget,
)

from app.services.errors import ErreurConnue
from app.services.papiers_seance import PAPIERS, Papier, ecrire_papier, nom_propose
from app.ui.elements import Bouton, etiquette
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.services.compte_rendu import CompteRendu
    from app.services.fichier import Fichier

FILTRES = {".pdf": "PDF (*.pdf)", ".xlsx": "Classeur Excel (*.xlsx)"}


class BoutonPapiers(Bouton):
    """« Documents »: a menu of the papers of the séance in view. `refuse(sentence)`."""

    refuse = Signal(str)
    information = Signal(str)

    def __init__(self, fichier: Fichier, seance: Callable[[], str | None], sous: QWidget) -> None:
        super().__init__("Documents")
        self._fichier, self._seance, self._sous = fichier, seance, sous
        self.setToolTip("Procès-verbal, relevé de décisions, annexe Excel, fiches de passage")
        menu = QMenu(self)
        for papier in PAPIERS.values():
            menu.addAction(f"{papier.nom}…", lambda cle=papier.cle: self.ouvrir(cle))
        self.setMenu(menu)

    def ouvrir(self, cle: str) -> None:
        """Show the pages of a paper, or ask where its workbook goes."""
        seance = self._seance()
        if seance is None:
            return
        if cle == "annexe":
            self._ecrire_a_cote(seance, PAPIERS[cle])
            return
        try:
            ouvrir_papier(self._fichier, seance, PAPIERS[cle], self._sous)
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    def _ecrire_a_cote(self, seance: str, papier: Papier) -> None:
        """Read the séance beside the window, ask where, then write beside it too."""
        from app.services.compte_rendu_lu import lire_compte_rendu

        def demander_ou(cr: CompteRendu) -> None:
            propose = self._fichier.chemin.parent / nom_propose(cr, papier)
            chemin = demander(propose, papier, self)
            if chemin is not None:
                self._a_cote(
                    f"Export : {chemin.name}",
                    lambda: ecrire_papier(self._fichier, cr, papier.cle, chemin),
                    lambda _: self.information.emit(f"Document écrit : {chemin}"),
                )

        self._a_cote(
            f"{papier.nom} : lecture de la séance",
            lambda: lire_compte_rendu(self._fichier, seance),
            demander_ou,
        )

    def _a_cote(
        self, texte: str, travail: Callable[[], object], suite: Callable[[Any], object]
    ) -> None:
        from app.ui.travaux import a_cote

        a_cote(self._sous, texte, lambda _: travail(), suite, self.refuse.emit)


class ListePapiers(QWidget):
    """The papers one under the other, each with what it is for. `choisi(key)`."""

    choisi = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.boutons: dict[str, QPushButton] = {}
        grille = QGridLayout(self)
        grille.setContentsMargins(0, 0, 0, 0)
        grille.setHorizontalSpacing(theme().px(12))
        grille.setVerticalSpacing(theme().px(8))
        for rang, papier in enumerate(PAPIERS.values()):
            geste = QPushButton(f"{papier.nom}…")
            geste.clicked.connect(lambda _=False, cle=papier.cle: self.choisi.emit(cle))
            self.boutons[papier.cle] = geste
            grille.addWidget(geste, rang, 0)
            grille.addWidget(etiquette(papier.aide, "doux"), rang, 1)
        grille.setColumnStretch(1, 1)


def demander(propose: Path, papier: Papier, parent: QWidget) -> Path | None:
    """The file chosen in the window of the system, with the extension it should have."""
    filtre = FILTRES[papier.extension]
    chemin, _ = QFileDialog.getSaveFileName(parent, papier.nom, str(propose), filtre)
    if not chemin:
        return None
    voulu = Path(chemin)
    return voulu if voulu.suffix == papier.extension else Path(f"{voulu}{papier.extension}")


def ouvrir_papier(fichier: Fichier, seance: str, papier: Papier, sous: QWidget) -> QWidget:
    """The pages over the window of `sous`; they leave with it."""
    from app.ui.apercu_pages import hote_de, poser_apercu
    from app.ui.apercu_papier import ApercuPapier

    return poser_apercu(ApercuPapier(fichier, seance, papier, hote_de(sous)), sous)
