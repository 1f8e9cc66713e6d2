"""One worker for long jobs: progress and result come back to the main thread. Never for a cell."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from app.services.errors import TravailAnnule

ANNULE = "Travail annulé : rien n'a été modifié."
CADENCE = 0.05  # seconds between two notices of progress: the window has to draw them


class Suivi:
    """Handed to the job: it says how far it is, and learns that it is no longer wanted."""

    def __init__(self, envoyer: Callable[[int, int, str], None]) -> None:
        self._envoyer = envoyer
        self._annule = Event()
        self._dernier = 0.0

    def annuler(self) -> None:
        self._annule.set()

    def annulation(self) -> bool:
        return self._annule.is_set()

    def respirer(self) -> None:
        """Raises TravailAnnule once the job has been cancelled."""
        if self._annule.is_set():
            raise TravailAnnule(ANNULE)

    def progression(self, fait: int, total: int, texte: str = "") -> None:
        """How far the job is. Raises TravailAnnule once it has been cancelled."""
        self.respirer()
        maintenant = time.monotonic()
        if fait >= total or maintenant - self._dernier >= CADENCE:
            self._dernier = maintenant
            self._envoyer(fait, total, texte)


class Tache(QObject):
    """A job under way. Its signals come on the main thread, and `terminee` always comes last."""

    avance = Signal(int, int, str)
    reussie = Signal(object)
    annulee = Signal()
    echouee = Signal(object)
    terminee = Signal()
    _arrivee = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._suivi = Suivi(self.avance.emit)
        self._arrivee.connect(self._conclure, Qt.ConnectionType.QueuedConnection)

    def annuler(self) -> None:
        """Ask the job to stop; `annulee` comes when it has."""
        self._suivi.annuler()

    def suivre(self, futur: Future[Any]) -> None:
        """Tell the end of the job on the main thread, whatever it is."""
        futur.add_done_callback(self._arrivee.emit)

    @property
    def suivi(self) -> Suivi:
        return self._suivi

    def _conclure(self, futur: Future[Any]) -> None:
        annule = futur.cancelled()
        erreur = None if annule else futur.exception()
        try:
            if annule or isinstance(erreur, TravailAnnule):
                self.annulee.emit()
            elif erreur is not None:
                self.echouee.emit(erreur)
            else:
                self.reussie.emit(futur.result())
        finally:
            self.terminee.emit()
            self.deleteLater()


class Ouvrier(QObject):
    """Runs jobs one after the other."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._fil = ThreadPoolExecutor(max_workers=1, thread_name_prefix="travail")
        self._en_cours: list[Tache] = []

    def lancer(
        self,
        travail: Callable[[Suivi], Any],
        *,
        reussite: Callable[[Any], object],
        echec: Callable[[BaseException], None] | None = None,
        avance: Callable[[int, int, str], None] | None = None,
        fin: Callable[[], None] | None = None,
    ) -> Tache:
        """Start `travail(suivi)`; it must touch no widget.

        Without `echec` an error is raised again on the main thread, where the window tells it.
        """
        tache = Tache(self)
        tache.reussie.connect(reussite)
        tache.echouee.connect(echec or _relancer)
        if avance is not None:
            tache.avance.connect(avance)
        if fin is not None:
            tache.terminee.connect(fin)
        tache.terminee.connect(self._oublier)
        self._en_cours.append(tache)
        tache.suivre(self._fil.submit(travail, tache.suivi))
        return tache

    @property
    def est_occupe(self) -> bool:
        return bool(self._en_cours)

    def _oublier(self) -> None:
        tache = self.sender()
        self._en_cours = [autre for autre in self._en_cours if autre is not tache]

    def fermer(self) -> None:
        """Cancel what runs and wait for it: the file is about to be closed."""
        for tache in self._en_cours:
            tache.annuler()
        self._fil.shutdown(wait=True, cancel_futures=True)


def _relancer(erreur: BaseException) -> None:
    raise erreur
