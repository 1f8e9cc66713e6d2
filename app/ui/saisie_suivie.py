"""While a granted amount is typed, what it would add to its envelope."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.services.saisies import ecart_tape
from app.ui.vue_tableau import VueTableau


class SaisieSuivie(QObject):
    """`ecart(financeur, euros)` at each key, and zero once the typing is over.

    `ligne_de(key)`: the row typed in, None where nothing counts.
    """

    ecart = Signal(str, Decimal)

    def __init__(self, vue: VueTableau, ligne_de: Callable[[str], Any]) -> None:
        super().__init__(vue)
        self._modele = vue.modele
        self._ligne_de = ligne_de
        self._saisi = ""
        vue.saisie.connect(self._suivre)
        vue.saisie_finie.connect(self._oublier)

    def _suivre(self, cle: str, colonne: str, texte: str) -> None:
        financeur, _, etape = colonne.partition(".")
        ligne = self._ligne_de(cle)
        if etape == "accorde" and ligne is not None:
            self._saisi = financeur
            accorde = self._modele.colonnes[self._modele.rang(colonne)]
            self.ecart.emit(financeur, ecart_tape(accorde, texte, ligne))

    def _oublier(self) -> None:
        if self._saisi:
            self.ecart.emit(self._saisi, Decimal(0))
            self._saisi = ""
