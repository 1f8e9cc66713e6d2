"""What the porteur wrote of the project in view, read beside the notes."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from app.models.montants import afficher_montant
from app.services.notes_reunion import NoteLue
from app.services.reunions_lues import LignePointReunion
from app.ui.elements import etiquette, marges
from app.ui.theme import theme

LARGEUR = 340


class ProjetEnVue(QScrollArea):
    """Headings and texts; nothing is typed here."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Note d'intention")
        self.setMinimumWidth(theme().px(260))
        self._fond = QWidget()
        self._fond.setProperty("surface", "papier")
        self._colonne = QVBoxLayout(self._fond)
        marges(self._colonne, 12, 16, espace=4)
        self.setWidget(self._fond)

    def montrer(self, point: LignePointReunion | None, note: NoteLue | None) -> None:
        """Another project; None: a matter that is none."""
        while (element := self._colonne.takeAt(0)) is not None:
            if (widget := element.widget()) is not None:
                widget.hide()  # gone at once: it is deleted later
                widget.deleteLater()
        self._colonne.addWidget(etiquette("Ce qu'écrit le porteur", "titre"))
        parties = lignes_du_projet(point, note) if point and note else []
        for titre, texte in parties:
            self._colonne.addSpacing(theme().px(6))
            self._colonne.addWidget(etiquette(titre, "petit"))
            self._colonne.addWidget(_texte(texte))
        if not parties:
            self._colonne.addWidget(_texte("Ce point ne porte sur aucune action."))
        self._colonne.addStretch(1)
        self.verticalScrollBar().setValue(0)


def _texte(texte: str) -> QLabel:
    mot = etiquette(texte)
    mot.setWordWrap(True)
    mot.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return mot


def lignes_du_projet(point: LignePointReunion, note: NoteLue) -> list[tuple[str, str]]:
    """(heading, text) of what is known; nothing of what is not."""
    public = "" if note.public is None else f"{note.public} personnes"
    if note.public_qpv is not None:
        public += f"{', dont ' if public else ''}{note.public_qpv} habitants des quartiers"
    toutes = (
        ("Porteur", point.porteur or note.porteur_pressenti or "Aucun porteur pour l'instant"),
        ("Ambition", note.ambition),
        ("Description", note.description),
        ("Orientation", point.axe),
        ("Communes", point.communes),
        ("Public", public),
        ("Budget envisagé", afficher_montant(note.budget, euro=True) if note.budget else ""),
        ("Convention pluriannuelle", note.cpo),
    )
    return [(titre, texte) for titre, texte in toutes if texte]
