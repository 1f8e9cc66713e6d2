"""The counts of constats beside the table of actions: read in a pause, then only what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from time import perf_counter
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
BUDGET = 0.006  # s of judging at a time: half a frame
REPIT = 40  # ms left to the window between two times
TROP = (
    4_000  # actions of a year, far over any contract's: reading their facts would freeze the window
)
RIEN: Comptes = {}


class ConstatsDuTableau(QObject):
    """`lus()`: counts were read, or changed. Nothing is read before somebody looks at the column.

    The first time, facts are read in one go, then actions are judged a few at a time: the window
    answers in between.
    """

    lus = Signal()

    def __init__(
        self, contexte: Contexte, annee: Callable[[], int], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._contexte = contexte
        self._annee = annee
        self._comptes: dict[str, Comptes] = {}
        self._revision = -1
        self._pret = False
        self._restent: list[str] | None = None
        self._attente = minuterie(self, DEPART, self._en_pause)
        self.modele: ModeleTableau | None = None

    def colonne(self) -> Colonne:
        return colonne_des_constats(self.comptes, trop=self.trop)

    def trop(self) -> bool:
        """The year has too many actions: only the page « Constats » reads them."""
        return self.modele is not None and self.modele.effectif() > TROP

    def comptes(self, action: str) -> Mapping[NiveauConstat, int] | None:
        """None: not read yet, and it will be soon."""
        if self._revision < 0 and not self._attente.isActive() and not self.trop():
            self._attente.start()
        return self._comptes.get(action)

    def phrase(self, action: str) -> str:
        """« 1 bloquant, 2 alertes »; empty when nothing counts, or when it is not known yet."""
        return niveaux_dits(self.comptes(action) or RIEN)

    def oublier(self) -> None:
        """Another year: nothing is known of it."""
        self._attente.stop()
        self._attente.setInterval(DEPART)
        self._comptes.clear()
        self._revision, self._restent = -1, None

    def sur_avis(self, avis: Avis) -> None:
        """Somebody writes: what is to be read, even half read, waits for a pause."""
        if self._revision >= 0 or self._attente.isActive():
            self._attente.start(PAUSE)

    # Reading ------------------------------------------------------------------------------------

    def _en_pause(self) -> None:
        """What changed, at once; the first time, a little."""
        if self._contexte.fichier.est_ferme:
            return
        if self._revision >= 0 or self.modele is None:
            self.relire()
        elif not self._pret:
            self._pret = bool(self._contexte.constats)  # the first to ask for it loads the checks
            self._attente.start(0)
        elif self._restent is None:
            self._contexte.constats.de(self._annee(), CibleConstat.ANNEE)
            self._restent = [ligne.cle for ligne in reversed(self.modele.toutes_les_lignes())]
            self._attente.start(0)
        else:
            self._avancer(self._restent)

    def _avancer(self, restent: list[str]) -> None:
        limite = perf_counter() + BUDGET
        while restent and perf_counter() < limite:
            self._compter([restent.pop()])
        if restent:
            self._attente.start(REPIT)
        else:
            self.relire()

    def relire(self) -> None:
        """Read what changed since the last time; everything, the first time."""
        self._attente.stop()
        constats, annee = self._contexte.constats, self._annee()
        premiere, depuis = self._revision < 0, self._revision
        self._revision, self._restent = constats.revision(annee), None
        changes = constats.changes(annee, depuis)
        self._compter([o for cible, o in changes if cible == CibleConstat.ACTION and o])
        if premiere and self.modele is not None and COLONNE in {cle for cle, _ in self.modele.tri}:
            self.modele.trier(self.modele.tri)  # the view sorted by what was not known yet
        self.lus.emit()

    def _compter(self, actions: list[str]) -> None:
        """Count those of some actions; draw again the rows that say something else."""
        constats, annee = self._contexte.constats, self._annee()
        change = []
        for cle in actions:
            siens = compter_niveaux(constats.de(annee, CibleConstat.ACTION, cle))
            if siens != self._comptes.get(cle):
                self._comptes[cle] = siens
                change.append(cle)
        if change and self.modele is not None:
            self.modele.relire(change, [COLONNE])
