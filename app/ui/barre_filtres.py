"""What the table is filtered and grouped by, in words above it; hidden when there is nothing to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from app.models.montants import INSECABLE
from app.services.filtres import Condition, phrase
from app.ui.elements import bouton, bouton_icone
from app.ui.flux import Flux
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau

LONGUEUR = 72  # signs of a chip, above which it is cut


class Puce(QFrame):
    """One filter: its words, which `modifier` opens, and a cross, which `retirer` follows."""

    def __init__(
        self, texte: str, *, modifier: Callable[[], object], retirer: Callable[[], object]
    ) -> None:
        super().__init__()
        self.texte = texte
        self._retirer = retirer
        self.setProperty("role", "puce")
        self.mots = QPushButton(texte if len(texte) <= LONGUEUR else f"{texte[:LONGUEUR]}…")
        self.mots.setProperty("role", "puce")
        self.mots.setToolTip(f"{texte}\nCliquer pour modifier, Suppr pour retirer")
        self.mots.setAccessibleName(texte)
        self.mots.clicked.connect(lambda: modifier())
        self.croix = bouton_icone("fermer", f"Retirer « {texte} »")
        self.croix.setIconSize(self.croix.iconSize() * 0.75)
        self.croix.clicked.connect(lambda: retirer())
        rangee = QHBoxLayout(self)
        rangee.setContentsMargins(0, 0, 0, 0)
        rangee.setSpacing(0)
        rangee.addWidget(self.mots)
        rangee.addWidget(self.croix)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._retirer()
        else:
            super().keyPressEvent(event)


class BarreFiltres(QWidget):
    """One chip for each condition, for the words searched, for the groups; « Tout effacer »."""

    def __init__(self, vue: VueTableau) -> None:
        super().__init__()
        self._vue = vue
        self._modele = vue.modele
        self._montre: tuple[object, ...] = ()
        self.puces: list[Puce] = []
        self.setAccessibleName("Filtres du tableau")
        politique = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        politique.setHeightForWidth(True)
        self.setSizePolicy(politique)
        self._flux = Flux(self, espace=theme().px(4))
        self._flux.setContentsMargins(theme().px(16), theme().px(4), theme().px(16), theme().px(4))
        self.tout_effacer = bouton("Tout effacer", "lien")
        self.tout_effacer.clicked.connect(self._tout_effacer)
        self._modele.dispose.connect(self.rafraichir)
        self._modele.modelReset.connect(self.rafraichir)
        self.hide()

    def rafraichir(self) -> None:
        """Say what is filtered now."""
        modele = self._modele
        montre = (*modele.conditions, modele.filtre.strip(), *modele.groupes)
        if montre == self._montre:
            return
        self._montre = montre
        self._vider()
        for condition in modele.conditions:
            self._ajouter_condition(condition)
        if modele.filtre.strip():
            texte = f"Contient «{INSECABLE}{modele.filtre.strip()}{INSECABLE}»"
            self._ajouter(texte, self._vue.setFocus, lambda: modele.filtrer(""))
        if modele.groupes:
            titres = [modele.colonnes[modele.rang(cle)].titre for cle in modele.groupes]
            texte = f"Groupé par {', puis '.join(titres)}"
            self._ajouter(texte, self._vue.setFocus, lambda: modele.grouper([]))
        self._flux.addWidget(self.tout_effacer)
        self.setVisible(bool(self.puces))
        self.updateGeometry()

    def _ajouter_condition(self, condition: Condition) -> None:
        colonne = self._modele.colonnes[self._modele.rang(condition.colonne)]
        restantes = [c for c in self._modele.conditions if c is not condition]
        self._ajouter(
            phrase(condition, colonne),
            lambda: self._vue.filtrer_colonne(condition.colonne, self._sous(condition)),
            lambda: self._modele.conditionner(restantes),
        )

    def _ajouter(
        self, texte: str, modifier: Callable[[], object], retirer: Callable[[], object]
    ) -> None:
        def retirer_puis_revenir() -> None:
            retirer()
            (self.puces[0].mots if self.puces else self._vue).setFocus()

        puce = Puce(texte, modifier=modifier, retirer=retirer_puis_revenir)
        self.puces.append(puce)
        self._flux.addWidget(puce)

    def _sous(self, condition: Condition) -> QPoint:
        rang = list(self._modele.conditions).index(condition)
        return self.puces[rang].mapToGlobal(QPoint(0, self.puces[rang].height()))

    def _vider(self) -> None:
        while self._flux.takeAt(0) is not None:
            pass
        for puce in self.puces:
            puce.hide()
            puce.deleteLater()
        self.puces = []

    def _tout_effacer(self) -> None:
        self._modele.disposer(conditions=(), texte="", groupes=(), replies=())
        self._vue.setFocus()
