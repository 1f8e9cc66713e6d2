"""The import page of the window: the file, its columns, the preview, then one operation."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.services.actions_lues import Lecture
from app.services.columns import Signal as Sens
from app.services.contexte import Contexte
from app.services.errors import Conflit, ErreurConnue
from app.services.formulaires_lus import a_lire_ensemble
from app.services.imports import Imports
from app.services.plans import Compte, Genre, Plan
from app.services.profils import FORMULAIRE, NOTES
from app.services.programmation import annees_du_contrat
from app.ui.barres import BarreMessage, BarreTravail
from app.ui.brouillons import Redige
from app.ui.ecran import Ecran
from app.ui.import_apercu import PageApercu
from app.ui.import_colonnes import PageColonnes
from app.ui.import_etapes import BarreEtapes
from app.ui.import_fichier import PageFichier
from app.ui.import_lignes import Apercu, dresser, phrase_finale, promesse
from app.ui.import_resolutions import Choix
from app.ui.import_source import Demande, Lecteur, SourceLue, francais
from app.ui.tasks import Ouvrier, Suivi, Tache

IMPORTABLES = "Tableaux (*.xlsx *.xlsm *.xls *.ods *.csv *.tsv *.txt *.json);;Tous les fichiers (*)"
DE_NOTES = (NOTES.identifiant, FORMULAIRE.identifiant)
FICHIER, COLONNES, APERCU = range(3)
Travail = Callable[[Suivi], Any]


class EcranImport(Redige, Ecran):
    """`termine(sentence)`: it was imported. `abandonne()`: the person leaves, nothing was written.
    `revenu(path, Retour)`: it is a workbook that we had sent, for another page.

    Nothing reaches the open file before the last step, which is one operation led by the worker.
    """

    termine = Signal(str)
    abandonne = Signal()
    revenu = Signal(Path, object)

    def __init__(self, contexte: Contexte, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._contexte = contexte
        self._imports = Imports(contexte.fichier)
        self._lecteur = Lecteur(self._imports)
        self._ouvrier: Ouvrier | None = None
        self._tache: Tache | None = None
        self._ensuite: Callable[[], None] | None = None
        self._source: SourceLue | None = None
        self._plan: Plan | None = None
        self._annee = 0
        self._retour = "actions"
        self.setAcceptDrops(True)
        self._construire()
        self._brancher()
        self._aller(FICHIER)

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.fichier = PageFichier()
        self.colonnes = PageColonnes()
        self.apercu = PageApercu(self._choix)
        self._pile = QStackedWidget()
        for page in (self.fichier, self.colonnes, self.apercu):
            self._pile.addWidget(page)
        self.message = BarreMessage()
        self.travail = BarreTravail()
        self.barre = BarreEtapes()  # made last: Tab comes to its buttons after the page
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        for element in (self.barre, self.message, self.travail):
            colonne.addWidget(element)
        colonne.addWidget(self._pile, 1)

    def _brancher(self) -> None:
        self.fichier.fichier_demande.connect(self._choisir_fichier)
        self.fichier.reglage.connect(self._relire)
        self.fichier.annee_choisie.connect(self._choisir_annee)
        self.apercu.change.connect(self._promettre)
        self.apercu.recalcul.connect(self._preparer)
        self.apercu.refuse.connect(self.refuse)
        self.travail.annulation.connect(self._annuler)
        self.barre.fermeture.connect(self._fermer)
        self.barre.retour.connect(self.reculer)
        self.barre.suite.connect(self.avancer)
        for touches in ("Ctrl+Return", "Ctrl+Enter"):
            raccourci = QShortcut(QKeySequence(touches), self)
            raccourci.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            raccourci.activated.connect(self.avancer)

    # Opening ------------------------------------------------------------------------------------

    def ouvrir(self, chemin: Path | None, annee: int) -> None:
        """Start on a file, or on the choice of one; without a file, what was begun is found again."""
        if self.occupe or (chemin is None and self._source is not None):
            return
        self._annee = annee
        self.fichier.situer(
            [*annees_du_contrat(self._contexte.fichier), *self._contexte.actions.annees()], annee
        )
        self._proposer_appels()
        if chemin is not None:
            self._lire(Demande(chemin))
            return
        self._oublier()
        self.fichier.zone.choisir.setFocus()

    def ouvrir_formulaires(self, chemins: Sequence[Path], annee: int) -> None:
        """Start on forms that porteurs filled, files or folders."""
        self.ouvrir(None, annee)
        if chemins and not self.occupe:
            self._lire(Demande(chemins[0], formulaires=tuple(chemins)))

    @property
    def retour(self) -> str:
        """The page where what was imported is seen."""
        return self._retour

    def brouillon(self) -> str:
        """What was prepared on a table that was read, and is not in the file."""
        return "un import préparé" if self._source is not None else ""

    def _oublier(self) -> None:
        """Back to the start."""
        self._source = self._plan = None
        self.message.cacher()
        self.apercu.oublier()
        self.fichier.attendre()
        self._aller(FICHIER)

    def _choisir_fichier(self) -> None:
        depart = self._source.demande.chemin if self._source else self._contexte.fichier.chemin
        chemin, _ = QFileDialog.getOpenFileName(
            self, "Choisir le tableau à importer", str(depart.parent), IMPORTABLES
        )
        if chemin:
            self._lire(Demande(Path(chemin)))

    def _choisir_annee(self, annee: int) -> None:
        self._annee = annee
        self._proposer_appels()

    def _proposer_appels(self) -> None:
        appels = self._contexte.fiches.appels(self._annee)
        self.fichier.proposer_appels([(appel.cle, appel.nom) for appel in appels])

    def _choix(self, genre: Genre) -> Choix:
        """Every row of the file that a label of this kind could be."""
        fiches = self._contexte.fiches
        if genre is Genre.FINANCEUR:
            return [(f.cle, f.nom) for f in self._contexte.cofinancements.financeurs()]
        if genre is Genre.NOEUD:
            groupes = fiches.noeuds()
            return [(n.cle, "   " * (n.niveau - 1) + n.nom) for _, liste in groupes for n in liste]
        lire = {
            Genre.QUARTIER: fiches.quartiers,
            Genre.COMMUNE: fiches.communes,
            Genre.PORTEUR: fiches.porteurs,
        }[genre]
        return [(choix.cle, choix.nom) for choix in lire()]

    # Steps --------------------------------------------------------------------------------------

    @property
    def etape(self) -> int:
        return self._pile.currentIndex()

    def _aller(self, etape: int) -> None:
        self._pile.setCurrentIndex(etape)
        self.barre.aller(etape)
        self._promettre()
        if etape == APERCU:
            self.apercu.vue.setFocus()
        elif self.barre.suivant.isEnabled():
            self.barre.suivant.setFocus()

    def _promettre(self) -> None:
        """What the last button says now, and whether it can be used."""
        lisible = self._source is not None and self._source.lecture is not None
        if self.etape < APERCU:
            self.barre.promettre("Continuer", possible=lisible and not self.occupe)
            return
        if self.apercu.resolutions.en_attente:
            self.barre.promettre("Recalculer l'aperçu", possible=not self.occupe)
            return
        self.barre.promettre(promesse(self.apercu.prises), possible=not self.occupe)

    def avancer(self) -> None:
        """Go on: to the columns, to the preview, then import."""
        if not self.barre.suivant.isEnabled():
            return
        self.message.cacher()
        if self.etape == FICHIER:
            self._aller(COLONNES)
        elif self.etape == COLONNES:
            self._prendre_les_colonnes()
        elif self.apercu.resolutions.en_attente:
            self._preparer()
        else:
            self._appliquer()

    def reculer(self) -> None:
        """One step back; from the first one, out. While the worker is busy, what it does stops."""
        if self.occupe:
            self._annuler()
        elif self.etape == FICHIER:
            self._fermer()
        else:
            self.message.cacher()
            self._aller(self.etape - 1)

    def _fermer(self) -> None:
        if self.occupe:
            self._annuler()
            return
        self._oublier()
        self.abandonne.emit()

    # Jobs ---------------------------------------------------------------------------------------

    @property
    def occupe(self) -> bool:
        return self._tache is not None

    def _travailler(self, texte: str, travail: Travail, *, reussite: Callable[[Any], None]) -> None:
        """Lead a job in the worker; `_ensuite` then starts what comes after it."""
        if self.occupe:
            return
        ouvrier = Ouvrier(self)
        self._ouvrier = ouvrier
        self.message.cacher()
        self.travail.demarrer(texte)
        self._tache = ouvrier.lancer(
            travail,
            reussite=reussite,
            echec=self._sur_echec,
            avance=self.travail.avancer,
            fin=self._reposer,
        )
        self._tache.annulee.connect(self._sur_annulation)
        self._pile.setEnabled(False)
        self.barre.occuper(True)

    def _reposer(self) -> None:
        """The worker is done, whatever the end: the page is the person's again."""
        if self._ouvrier is not None:
            self._ouvrier.fermer()
            self._ouvrier.deleteLater()
        self._ouvrier = self._tache = None
        self.travail.terminer()
        self._pile.setEnabled(True)
        self.barre.occuper(False)
        self.barre.precedent.setEnabled(self.etape > FICHIER)
        self._promettre()
        ensuite, self._ensuite = self._ensuite, None
        if ensuite is not None:
            ensuite()

    def _annuler(self) -> None:
        if self._tache is not None:
            self._tache.annuler()

    def _sur_annulation(self) -> None:
        self._ensuite = None
        self.message.montrer("Annulé : rien n'a été modifié.", Sens.INFORMATION, passager=True)

    def _sur_echec(self, erreur: BaseException) -> None:
        self._ensuite = None
        if not isinstance(erreur, ErreurConnue):
            raise erreur
        phrase = francais(str(erreur))
        if isinstance(erreur, Conflit):
            self.message.montrer(phrase, action="Refaire l'aperçu", geste=self._preparer)
        else:
            self.message.montrer(phrase)

    def fermer(self) -> None:
        """The file is about to be closed: stop what runs and wait for it."""
        if self._ouvrier is not None:
            self._ouvrier.fermer()

    # Reading ------------------------------------------------------------------------------------

    def _lire(self, demande: Demande) -> None:
        self._travailler(
            f"Lecture de « {demande.chemin.name} »",
            lambda suivi: self._lecteur.lire(demande, suivi),
            reussite=self._prendre,
        )

    def _prendre(self, source: SourceLue) -> None:
        """A file was read: what was decided for another one is forgotten."""
        if source.retour is not None:
            self._oublier()
            self._ensuite = partial(self.revenu.emit, source.demande.chemin, source.retour)
            return
        if self._source is None or self._source.demande.chemin != source.demande.chemin:
            self.apercu.oublier()
        self._source, self._plan = source, None
        self.fichier.montrer(source)
        financeurs = [f.nom_court for f in self._contexte.cofinancements.financeurs()]
        self.colonnes.montrer(source, financeurs)
        if source.refus:
            self._ensuite = None
            self.message.montrer(francais(source.refus))
        if self._ensuite is None:
            self._ensuite = self._revenir_au_fichier

    def _revenir_au_fichier(self) -> None:
        self._aller(FICHIER)

    def _relire(self) -> None:
        """Another layout or another sheet: the columns corrected before hold for the old one."""
        if self._source is None:
            return
        profil, feuille = self.fichier.profil.currentData(), self.fichier.feuille.currentData()
        lecture = self._source.lecture
        garde = self._source.demande.profil is None and lecture and profil == lecture.profil
        self._lire(
            replace(
                self._source.demande,
                profil=None if garde else profil,
                feuille=feuille,
                colonnes=None,
            )
        )

    def _prendre_les_colonnes(self) -> None:
        """Read again when columns were corrected, then make the preview."""
        corrections = self.colonnes.corrections()
        if corrections is None or self._source is None:
            self._preparer()
            return
        self._ensuite = self._preparer
        self._lire(replace(self._source.demande, colonnes=corrections))

    # Preview ------------------------------------------------------------------------------------

    def _preparer(self) -> None:
        if self._source is None or self._source.lecture is None:
            return
        lecture: Lecture = self._source.lecture
        annee = int(self.fichier.annee.currentData() or self._annee)
        appel = self.fichier.appel.currentData() or None
        resolutions = self.apercu.resolutions.choisies()
        refus = set(self.apercu.refus)

        def preparer(suivi: Suivi) -> Apercu:
            plan = self._imports.preparer(
                lecture,
                annee=annee,
                appel=appel,
                resolutions=resolutions,
                annulation=suivi.annulation,
                progression=suivi.progression,
            )
            return dresser(plan, lecture, refus=refus)

        def montrer(apercu: Apercu) -> None:
            self._plan = apercu.plan
            self.apercu.resolutions.appliquer(resolutions)
            self.apercu.montrer(apercu)
            self._ensuite = self._montrer_apercu

        self._travailler("Comparaison avec le fichier ouvert", preparer, reussite=montrer)

    def _montrer_apercu(self) -> None:
        self._aller(APERCU)

    def _appliquer(self) -> None:
        plan = self._plan
        if plan is None:
            return
        refus, filiations = set(self.apercu.refus), set(self.apercu.refus_filiations)

        def appliquer(suivi: Suivi) -> Compte:
            return self._imports.appliquer(
                plan,
                refus=refus,
                refus_filiations=filiations,
                annulation=suivi.annulation,
                progression=suivi.progression,
            )

        self._travailler("Enregistrement dans le fichier", appliquer, reussite=self._conclure)

    def _conclure(self, compte: Compte) -> None:
        lecture = self._source.lecture if self._source is not None else None
        self._retour = "notes" if lecture and lecture.profil in DE_NOTES else "actions"

        def dire() -> None:
            self._oublier()
            self.termine.emit(francais(phrase_finale(compte)))

        self._ensuite = dire

    # Keyboard and drops -------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        touche = event.key()
        focus = self.focusWidget()
        if touche == Qt.Key.Key_Escape:
            self.reculer()
        elif touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QPushButton):
            focus.click()
        else:
            super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _deposes(event) and not self.occupe:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        chemins = _deposes(event)
        if chemins:
            event.acceptProposedAction()
            ensemble = tuple(chemins) if a_lire_ensemble(chemins) else ()
            self._lire(Demande(chemins[0], formulaires=ensemble))


def _deposes(evenement: QDropEvent) -> list[Path]:
    """The files dropped, unless they are ours: the window opens those."""
    chemins = [Path(u.toLocalFile()) for u in evenement.mimeData().urls() if u.isLocalFile()]
    return [chemin for chemin in chemins if chemin.suffix != ".tdt"]
