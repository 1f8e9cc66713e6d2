"""The files of the notes: forms to be filled, forms that came back, letters, notes to be printed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTemporaryDir
from PySide6.QtWidgets import QApplication, QFileDialog

from app.services.appels_courants import aujourd_hui
from app.services.documents import ecrire_entier
from app.services.errors import SaisieRefusee
from app.services.formulaires import (
    Formulaire,
    Formulaires,
    classeur,
    ecrire_formulaires,
    nom_du_formulaire,
)
from app.services.notes_lues import LigneNote
from app.services.notes_pdf import accuses, notes_imprimees

if TYPE_CHECKING:
    from app.ui.screen_notes import EcranNotes

Gestes = tuple[tuple[str, Callable[[], object]], ...]
PDF, XLSX = "PDF (*.pdf)", "Classeur Excel (*.xlsx)"
IMPORTABLES = "Tableaux (*.xlsx *.xlsm *.xls *.ods *.csv *.tsv *.txt)"


class GestesDeFichiers:
    """What the menu « Documents » of the page does. A refusal is raised as one sentence."""

    def __init__(self, page: EcranNotes) -> None:
        self._page = page
        self._fichier = page._contexte.fichier  # noqa: SLF001 - a part of the page
        self.formulaires = Formulaires(self._fichier, page.saisie)
        self._colle: QTemporaryDir | None = None  # what was pasted, until the page goes

    def gestes(self) -> Gestes:
        """The entries of the menu; an empty one parts the forms from the papers."""
        return (
            ("Formulaire vierge…", self.vierge),
            ("Un formulaire par note sélectionnée…", self.de_la_selection),
            ("Un formulaire par porteur de l'année…", self.par_porteur),
            ("Importer des formulaires remplis…", self.importer),
            ("Importer un tableau de notes…", self.importer_tableau),
            ("Coller un tableau de notes copié", self.coller),
            ("", self.importer),
            ("Accusés de réception de la sélection…", self.accuser),
            ("Notes sélectionnées, une par page…", self.imprimer),
        )

    def _lignes(self) -> list[LigneNote]:
        cles = set(self._page.choisies())
        return [n for n in self._page.modele.toutes_les_lignes() if n.cle in cles]

    # Forms --------------------------------------------------------------------------------------

    def vierge(self) -> None:
        formulaire = self.formulaires.vierge(self._page.annee)
        chemin = self._ou_enregistrer(nom_du_formulaire(formulaire), XLSX)
        if chemin is not None:
            ecrire_entier(chemin, classeur(formulaire))
            self._page.information.emit(f"Formulaire écrit : {chemin}")

    def de_la_selection(self) -> None:
        self._ecrire_tous(self.formulaires.des_notes(self._page.annee, self._lignes()))

    def par_porteur(self) -> None:
        """For those who carry something this year or the year before."""
        self._ecrire_tous(
            self.formulaires.des_porteurs(
                self._page.annee, self.formulaires.porteurs_connus(self._page.annee)
            )
        )

    def _ecrire_tous(self, formulaires: list[Formulaire]) -> None:
        if not formulaires:
            raise SaisieRefusee("Aucun formulaire à préparer : aucun porteur n'est connu.")
        dossier = self._dossier("Où écrire les formulaires")
        if dossier is not None:
            ecrits = ecrire_formulaires(formulaires, dossier)
            combien = (
                "1 formulaire écrit" if len(ecrits) == 1 else f"{len(ecrits)} formulaires écrits"
            )
            self._page.information.emit(f"{combien} dans {dossier}")

    def importer(self) -> None:
        choisis, _ = QFileDialog.getOpenFileNames(
            self._page,
            "Choisir les formulaires remplis",
            str(self._fichier.chemin.parent),
            "Formulaires (*.xlsx *.xlsm *.ods *.xls)",
        )
        if choisis:
            self._page.fichiers_choisis.emit([Path(chemin) for chemin in choisis])

    def importer_tableau(self) -> None:
        choisi, _ = QFileDialog.getOpenFileName(
            self._page, "Choisir un tableau", str(self._fichier.chemin.parent), IMPORTABLES
        )
        if choisi:
            self._page.tableau_choisi.emit(Path(choisi))

    def coller(self) -> None:
        """Rows copied from a spreadsheet with their titles: read as the same sheet in a file would be."""
        texte = QApplication.clipboard().text()
        lignes = [ligne for ligne in texte.splitlines() if ligne.strip()]
        if len(lignes) < 2 or "\t" not in lignes[0]:
            raise SaisieRefusee(
                "Rien à coller : copiez d'abord les lignes du tableur, avec la ligne des titres."
            )
        if self._colle is None:
            self._colle = QTemporaryDir()
        chemin = Path(self._colle.filePath("Tableau collé.tsv"))
        chemin.write_text(texte, encoding="utf-8")
        self._page.tableau_choisi.emit(chemin)

    # Papers -------------------------------------------------------------------------------------

    def accuser(self) -> None:
        """The letters in one PDF; their date is kept once they are written."""
        lignes = self._lignes()
        chemin = self._ou_enregistrer(f"Accusés de réception {self._page.annee}.pdf", PDF)
        if chemin is None:
            return
        jour = aujourd_hui()
        ecrire_entier(chemin, accuses(self._fichier, lignes, jour))
        nouvelles = self._page.notes.accuser([n.cle for n in lignes], jour)
        self._page.information.emit(
            f"Lettres écrites : {len(lignes)}, dont {nouvelles} premiers accusés. {chemin}"
        )

    def imprimer(self) -> None:
        chemin = self._ou_enregistrer(f"Notes d'intention {self._page.annee}.pdf", PDF)
        if chemin is not None:
            ecrire_entier(chemin, notes_imprimees(self._fichier, self._lignes()))
            self._page.information.emit(f"Document écrit : {chemin}")

    # Where --------------------------------------------------------------------------------------

    def _ou_enregistrer(self, nom: str, filtre: str) -> Path | None:
        propose = self._fichier.chemin.parent / nom
        chemin, _ = QFileDialog.getSaveFileName(self._page, "Enregistrer", str(propose), filtre)
        if not chemin:
            return None
        voulu, suffixe = Path(chemin), propose.suffix
        return voulu if voulu.suffix == suffixe else Path(f"{voulu}{suffixe}")

    def _dossier(self, titre: str) -> Path | None:
        choisi = QFileDialog.getExistingDirectory(
            self._page, titre, str(self._fichier.chemin.parent)
        )
        return Path(choisi) if choisi else None
