"""Quick entry under a bar: a few fields on one line, Enter keeps them and waits for the next ones."""

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout

from app.ui.barre_reponse import BarreReponse
from app.ui.completion import Completion
from app.ui.elements import bouton, marges
from app.ui.forms import Champ, ChampChoix, ChampTexte

Garder = Callable[[Mapping[str, str]], object]


class BarreSaisie(BarreReponse):
    """Fields known by a name. Refused, they keep what was typed. `quittee()`: closed."""

    def __init__(
        self,
        champs: Mapping[str, Champ],
        *,
        verbe: str,
        etroite: bool = False,
        gardes: Sequence[str] = (),
        parts: Mapping[str, int] | None = None,
    ) -> None:
        """`etroite`: one field under the other, and no key leaves it; `gardes`: those that stay.

        `parts`: the room that each field takes of the line, beside the others.
        """
        super().__init__()
        self.champs = dict(champs)
        self._gardes = frozenset(gardes)
        self._seule = etroite
        self._depart: dict[str, str] = {}
        self.valide = bouton(verbe, "principal")
        self.valide.clicked.connect(self.valider)
        self._fermer = bouton("Fermer")
        self._fermer.clicked.connect(self.fermer)
        self._disposer(parts or {}, etroite=etroite)
        for champ in self.champs.values():
            if isinstance(champ.editeur, QLineEdit):
                champ.editeur.returnPressed.connect(self.valider)
        self.hide()

    def _disposer(self, parts: Mapping[str, int], *, etroite: bool) -> None:
        ligne: QVBoxLayout | QHBoxLayout = QVBoxLayout() if etroite else QHBoxLayout()
        marges(ligne, 0, espace=4 if etroite else 12)
        for nom, champ in self.champs.items():
            ligne.addWidget(champ, parts.get(nom, 1 if isinstance(champ, ChampChoix) else 2))
        boutons = QHBoxLayout()
        marges(boutons, 0, espace=8)
        boutons.addWidget(self.valide)
        boutons.addWidget(self._fermer)
        if not etroite:
            ligne.addLayout(boutons)
            ligne.setAlignment(boutons, Qt.AlignmentFlag.AlignBottom)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 0 if etroite else 16, espace=4)
        colonne.addLayout(ligne)
        colonne.addWidget(self._refus)
        if etroite:
            colonne.addLayout(boutons)

    def texte(self, nom: str) -> str:
        return self.champs[nom].texte().strip()

    def completer(self, nom: str, propositions: Sequence[str]) -> None:
        """Names that typing completes, from anywhere in them."""
        editeur = cast("QLineEdit", self.champs[nom].editeur)
        editeur.setCompleter(Completion(propositions, editeur))

    def ouvrir(self, garder: Garder) -> None:
        """Ask, with the cursor in the first field."""
        self._garder = garder
        self._dire("")
        self.show()
        self.reprendre()

    def reprendre(self) -> None:
        """Typed fields are emptied, choices stay; the cursor goes where something is to be typed."""
        for nom, champ in self.champs.items():
            if isinstance(champ, ChampTexte) and nom not in self._gardes:
                champ.abandonner()
                champ.montrer("")
        self._depart = self._textes()
        vides = (champ for champ in self.champs.values() if not champ.texte())
        next(vides, self.champs[next(iter(self.champs))]).editeur.setFocus(
            Qt.FocusReason.OtherFocusReason
        )

    def brouillon(self) -> str:
        """What is typed and not validated."""
        tape = not self.isHidden() and self._textes() != self._depart
        return "une saisie en cours" if tape else ""

    def _textes(self) -> dict[str, str]:
        return {nom: self.texte(nom) for nom in self.champs}

    def valider(self) -> None:
        if self._soumettre(self._textes):
            self._dire("")
            self.reprendre()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        elif self._seule:
            event.accept()  # what surrounds it would take « F6 » for itself
        else:
            super().keyPressEvent(event)
