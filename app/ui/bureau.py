"""What the windows of the program share: the files open in them, and the settings of the person."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from app import boot
from app.boot import Ouverture as Ouverture
from app.services import settings
from app.services.contexte import Contexte
from app.services.folders import lisible
from app.ui.bridge import Pont

if TYPE_CHECKING:
    from app.ui.document import Document
    from app.ui.main_window import FenetrePrincipale


class FichierOuvert(QObject):
    """An open file and the pages that show it, one for each window."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self.contexte = contexte
        self.pont = Pont(contexte.fichier.bus, self, au_repos=contexte.fichier.souffler)
        self.documents: list[Document] = []

    @property
    def est_partage(self) -> bool:
        """True when several windows show it."""
        return len(self.documents) > 1

    def nom(self, document: Document) -> str:
        """« Programme », or « Programme : 2 » for the second of its windows, as in a spreadsheet."""
        fichier = self.contexte.fichier
        mode = " (lecture seule)" if fichier.lecture_seule else ""
        rang = f" : {self.documents.index(document) + 1}" if self.est_partage else ""
        return f"{lisible(fichier.chemin.stem)}{rang}{mode}"

    def document_en_seance(self) -> Document | None:
        """The page that holds the séance: there is one cockpit and one public window."""
        return next((d for d in self.documents if d.cockpit is not None), None)


class Bureau:
    """The windows and the open files. A file is opened once, and closed by its last page."""

    def __init__(self, ouverture: Ouverture | None = None) -> None:
        self._ouverture = ouverture  # of the first file, under way
        self.settings = settings.lire()
        self.fenetres: list[FenetrePrincipale] = []
        self._ouverts: dict[Path, FichierOuvert] = {}

    def ouvrir(self, chemin: Path, *, lecture_seule: bool = False) -> FichierOuvert:
        """The file, opened now unless a window has it. Raises the errors of Fichier.ouvrir."""
        cle = chemin.resolve()
        if cle not in self._ouverts:
            contexte = self._ouvrir(chemin, lecture_seule=lecture_seule)
            self.settings = contexte.settings
            self._ouverts[cle] = FichierOuvert(contexte)
        return self._ouverts[cle]

    def _ouvrir(self, chemin: Path, *, lecture_seule: bool) -> Contexte:
        ouverture, self._ouverture = self._ouverture, None
        if ouverture is not None and ouverture.chemin == chemin and not lecture_seule:
            return ouverture.contexte()
        # Other files are open: their windows write the same settings.
        reglages = self.settings if self._ouverts else settings.lire()
        return boot.ouvrir(chemin, lecture_seule=lecture_seule, reglages=reglages)

    def oublier(self, ouvert: FichierOuvert) -> None:
        """Stop listening to a file that no page shows: it is about to be closed."""
        self._ouverts = {cle: o for cle, o in self._ouverts.items() if o is not ouvert}
        ouvert.pont.detacher()
        ouvert.deleteLater()

    def fenetre_de(self, document: Document) -> FenetrePrincipale | None:
        return next((f for f in self.fenetres if f.document is document), None)

    def autres(self, fenetre: FenetrePrincipale) -> list[FenetrePrincipale]:
        """The other windows on the file of this one."""
        document = fenetre.document
        if document is None:
            return []
        trouvees = [self.fenetre_de(d) for d in document.ouvert.documents if d is not document]
        return [f for f in trouvees if f is not None]

    def fermer_les_autres(self, fenetre: FenetrePrincipale) -> bool:
        """Leave one window on its file. False: another keeps something, and says it."""
        return all(autre.close() for autre in self.autres(fenetre))

    def quitter(self, fenetre: FenetrePrincipale) -> None:
        """Close every window, `fenetre` last; one that refuses stays, and those after it."""
        for voisine in sorted(self.fenetres, key=lambda f: f is fenetre):
            if not voisine.close():
                voisine.activateWindow()
                return

    def retirer(self, fenetre: FenetrePrincipale) -> None:
        """A window that was closed; twice changes nothing."""
        self.fenetres = [f for f in self.fenetres if f is not fenetre]
