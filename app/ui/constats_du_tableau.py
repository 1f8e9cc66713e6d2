"""The counts of constats beside the table of actions: read in a pause, then only what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.models.enums import CibleConstat, NiveauConstat
from app.services.bus import Avis
from app.services.colonne_constats import COLONNE, colonne_des_constats
from app.services.columns import Colonne
from app.services.constats_comptes import Comptes, compter_niveaux, niveaux_dits
from app.ui.elements import minuterie

if TYPE_CHECKING:
    from app.services.contexte import Contexte
    from app.ui.tableau import ModeleTableau

DEPART = 1200  # ms after the column was first asked for: the window is drawn, and still
PAUSE = 500  # ms without a notice: never between two keys
RIEN: Comptes = {}


class ConstatsDuTableau(QObject):
    """`lus()`: counts were read, or changed. Nothing is read before somebody looks at the column."""

    lus = Signal()

    def __init__(
        self, contexte: Contexte, annee: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._contexte = contexte
        self._annee = annee
        self._comptes: dict[str, Comptes] = {}
        self._revision = -1
        self._attente = minuterie(self, DEPART, self.relire)
        self.modele: ModeleTableau | None = None

    def colonne(self) -> Colonne:
        return colonne_des_constats(self.comptes)

    def comptes(self, action: str) -> Mapping[NiveauConstat, int] | None:
        """None: not read yet, and it will be soon."""
        if self._revision < 0:
            if not self._attente.isActive():
                self._attente.start()
            return None
        return self._comptes.get(action, RIEN)

    def phrase(self, action: str) -> str:
        """« 1 bloquant, 2 alertes »; empty when nothing counts, or when it is not known yet."""
        return niveaux_dits(self.comptes(action) or RIEN)

    def oublier(self) -> None:
        """Another year: nothing is known of it."""
        self._comptes.clear()
        self._revision = -1

    def sur_avis(self, avis: Avis) -> None:
        if self._revision >= 0:
            self._attente.start(PAUSE)

    def relire(self) -> None:
        """Read what changed since the last time; everything, the first time."""
        self._attente.stop()
        if self._contexte.fichier.est_ferme:
            return
        constats, annee = self._contexte.constats, self._annee()
        premiere, depuis = self._revision < 0, self._revision
        self._revision = constats.revision(annee)
        changes = [
            cle
            for cible, cle in constats.changes(annee, depuis)
            if cible == CibleConstat.ACTION and cle is not None
        ]
        for cle in changes:
            siens = compter_niveaux(constats.de(annee, CibleConstat.ACTION, cle))
            self._comptes[cle] = siens
        if changes and self.modele is not None:
            self._montrer(self.modele, changes, premiere=premiere)
        if changes:
            self.lus.emit()

    def _montrer(self, modele: ModeleTableau, cles: list[str], *, premiere: bool) -> None:
        modele.relire(cles, [COLONNE])
        if premiere and COLONNE in {cle for cle, _ in modele.tri}:
            modele.trier(modele.tri)  # the view sorted by what was not known yet
