"""The welcome page: make a file, open one, go on with a recent one, or look around in the demo."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.services.folders import lisible, nom_lisible
from app.ui.icons import GRANDE, icone
from app.ui.theme import theme

LARGEUR = 640


def etiquette(texte: str, role: str = "") -> QLabel:
    """A label in one of the roles of the style sheet."""
    label = QLabel(texte)
    label.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        label.setProperty("role", role)
    return label


class _Proposition(QPushButton):
    """A large button: icon, title, and one line that says what it does."""

    def __init__(self, nom_icone: str, titre: str, detail: str, *, principal: bool = False) -> None:
        super().__init__()
        self.setProperty("role", "proposition")
        self.setAccessibleName(titre)
        self.setAccessibleDescription(detail)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        dessin = QLabel()
        taille = theme().px(GRANDE)
        couleur = "accent" if principal else "encre_douce"
        dessin.setPixmap(icone(nom_icone, couleur).pixmap(QSize(taille, taille)))
        textes = QVBoxLayout()
        textes.setSpacing(theme().px(2))
        textes.addWidget(etiquette(titre, "fort"))
        second = etiquette(detail, "doux")
        second.setWordWrap(True)
        textes.addWidget(second)
        ligne = QHBoxLayout(self)
        marge = theme().px(12)
        ligne.setContentsMargins(marge, marge, marge, marge)
        ligne.setSpacing(marge)
        ligne.addWidget(dessin, 0, Qt.AlignmentFlag.AlignTop)
        ligne.addLayout(textes, 1)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """That of what it holds: a button only knows its own text."""
        largeur = theme().px(LARGEUR)
        return QSize(largeur, self.layout().totalHeightForWidth(largeur))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()


class EcranAccueil(QScrollArea):
    """Shown while no file is open."""

    nouveau_demande = Signal()
    ouvrir_demande = Signal()
    demo_demandee = Signal()
    recent_demande = Signal(object)  # Path: Qt drops from a text the bytes that are none
    sauvegardes_demandees = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self._page = QWidget()
        self._page.setProperty("surface", "papier")
        self.setWidget(self._page)
        self._colonne = QVBoxLayout()
        self._colonne.setSpacing(theme().px(8))
        cadre = QHBoxLayout(self._page)
        marge = theme().px(24)
        cadre.setContentsMargins(marge, theme().px(56), marge, marge)
        cadre.addStretch(1)
        cadre.addLayout(self._colonne, 0)
        cadre.addStretch(1)

    def montrer(self, recents: Sequence[str]) -> None:
        """Draw the page again, with the recent files that are still there."""
        while (element := self._colonne.takeAt(0)) is not None:
            if element.widget() is not None:
                element.widget().hide()
                element.widget().deleteLater()
        presents = [Path(r) for r in recents if _est_present(Path(r))]
        self._ajouter(etiquette("Tour de table", "grand"))
        self._ajouter(
            etiquette(
                "La programmation d'un contrat de ville, de la demande à la décision.", "doux"
            )
        )
        self._colonne.addSpacing(theme().px(16))
        for bouton in self._propositions(premiere_fois=not presents):
            self._ajouter(bouton)
        if presents:
            self._colonne.addSpacing(theme().px(16))
            self._ajouter(etiquette("Fichiers récents", "titre"))
            for chemin in presents[:6]:
                self._ajouter(self._recent(chemin))
        self._colonne.addStretch(1)
        self._pied()

    def _ajouter(self, element: QWidget) -> None:
        element.setFixedWidth(theme().px(LARGEUR))
        self._colonne.addWidget(element)

    def _propositions(self, *, premiere_fois: bool) -> list[QPushButton]:
        nouveau = _Proposition(
            "nouveau",
            "Nouveau fichier",
            "À partir d'un contrat fourni ou d'un contrat vierge, puis importez votre tableau.",
            principal=True,
        )
        ouvrir = _Proposition(
            "ouvrir", "Ouvrir un fichier", "Un fichier .tdt de votre poste ou d'une clé."
        )
        demo = _Proposition(
            "demonstration",
            "Découvrir avec la démonstration",
            "Trois années, 200 actions par an, des porteurs inventés : rien n'y est réel.",
            principal=premiere_fois,
        )
        nouveau.clicked.connect(self.nouveau_demande)
        ouvrir.clicked.connect(self.ouvrir_demande)
        demo.clicked.connect(self.demo_demandee)
        return [nouveau, ouvrir, demo]

    def _recent(self, chemin: Path) -> QPushButton:
        modifie = datetime.fromtimestamp(chemin.stat().st_mtime).astimezone()
        bouton = _Proposition(
            "fichier",
            lisible(chemin.stem),
            lisible(f"{chemin.parent} · modifié le {modifie:%d/%m/%Y à %H:%M}"),
        )
        bouton.setObjectName(f"recent-{nom_lisible(chemin)}")
        bouton.clicked.connect(lambda: self.recent_demande.emit(chemin))
        return bouton

    def _pied(self) -> None:
        pied = QWidget()
        ligne = QHBoxLayout(pied)
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.addWidget(etiquette(f"Version {__version__}", "petit"))
        ligne.addStretch(1)
        lien = QPushButton("Restaurer une sauvegarde")
        lien.setProperty("role", "lien")
        lien.clicked.connect(self.sauvegardes_demandees)
        ligne.addWidget(lien)
        self._ajouter(pied)


def _est_present(chemin: Path) -> bool:
    """False too for a file that may no longer be looked at."""
    try:
        return chemin.is_file()
    except OSError:
        return False
