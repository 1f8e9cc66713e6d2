"""The three criteria of a project, answered by one key each: the current one is marked."""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from app.models.enums import Appreciation
from app.services.notes_reunion import CRITERES
from app.ui.elements import etiquette
from app.ui.reunions_touches import avec_sa_touche
from app.ui.theme import theme


class Criteres(QWidget):
    """`repondu(criterion, answer)`: by the mouse or by a key of the page; None clears it."""

    repondu = Signal(str, object)

    def __init__(self) -> None:
        super().__init__()
        self.courant = 0
        self._questions = []
        self._groupes: dict[str, QButtonGroup] = {}
        grille = QGridLayout(self)
        grille.setContentsMargins(0, 0, 0, 0)
        grille.setHorizontalSpacing(theme().px(16))
        grille.setVerticalSpacing(theme().px(4))
        for rang, (cle, question, _) in enumerate(CRITERES):
            mot = etiquette(question)
            self._questions.append(mot)
            grille.addWidget(mot, rang, 0)
            groupe = self._groupes[cle] = QButtonGroup(self)
            groupe.setExclusive(False)  # an answer may be taken back
            for place, appreciation in enumerate(Appreciation, start=1):
                choix = QRadioButton(avec_sa_touche(str(appreciation)))
                choix.setAutoExclusive(False)
                choix.setFocusPolicy(Qt.FocusPolicy.NoFocus)
                choix.setAccessibleName(f"{question} {appreciation.libelle}")
                choix.setProperty("reponse", str(appreciation))
                choix.clicked.connect(
                    lambda coche, r=rang, a=str(appreciation): self._cliquer(
                        r, a if coche else None
                    )
                )
                groupe.addButton(choix)
                grille.addWidget(choix, rang, place)
        grille.setColumnStretch(len(Appreciation) + 1, 1)
        self.aller(0)

    def aller(self, rang: int) -> None:
        """Another criterion is the one that keys answer."""
        self.courant = min(max(0, rang), len(CRITERES) - 1)
        for place, mot in enumerate(self._questions):
            ici = place == self.courant
            marque = "▸ " if ici else "   "
            mot.setText(f"{marque}{CRITERES[place][1]}")
            mot.setProperty("role", "fort" if ici else "")
            mot.style().unpolish(mot)
            mot.style().polish(mot)

    def montrer(self, reponses: Mapping[str, str | None]) -> None:
        """What the file holds of each criterion."""
        for cle, groupe in self._groupes.items():
            for choix in groupe.buttons():
                choix.setChecked(choix.property("reponse") == reponses.get(cle))

    def repondre(self, reponse: str | None) -> bool:
        """Answer the current criterion. False: it was the last one."""
        rang = self.courant
        self.repondu.emit(CRITERES[rang][0], reponse)
        self.aller(rang + 1)
        return rang + 1 < len(CRITERES)

    def verrouiller(self, *, verrou: bool) -> None:
        for groupe in self._groupes.values():
            for choix in groupe.buttons():
                choix.setDisabled(verrou)

    def _cliquer(self, rang: int, reponse: str | None) -> None:
        self.aller(rang)
        self.repondu.emit(CRITERES[rang][0], reponse)
