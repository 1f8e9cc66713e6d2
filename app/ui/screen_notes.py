"""The page « Notes d'intention »: the list, its triage by single keys, and the short form beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton, QSplitter, QVBoxLayout

from app.models.enums import TriNote
from app.services.accords import compter
from app.services.bus import Avis
from app.services.contexte import Contexte
from app.services.depots import Depots
from app.services.errors import SaisieRefusee
from app.services.notes_lues import LigneNote, lire_notes, phrase_des_notes
from app.services.saisie_notes import SaisieNotes
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.notes_doublons import CoteACote
from app.ui.notes_fichiers import GestesDeFichiers
from app.ui.notes_formulaire import LARGEUR, FormulaireNote
from app.ui.notes_tri import COLONNE, BarreMotif, BarreTri, ToucheDeTri
from app.ui.screen_listes import EcranListe
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.document import Document

REFERENTIEL = ("organisme", "quartier", "commune", "noeud", "echelle", "financeur")
Garde = Callable[[LigneNote], object]


class EcranNotes(EcranListe):
    """The notes of one year. `fichiers_choisis(paths)`: forms to import; `action_demandee(key)`."""

    fichiers_choisis = Signal(object)
    tableau_choisi = Signal(object)
    action_demandee = Signal(str)
    liste = "notes"
    entites = (
        "note_intention",
        "action",
        "action_quartier",
        "action_commune",
        "classement",
        "organisme",
        "sollicitation",
    )

    def __init__(self, contexte: Contexte, annee: int) -> None:
        self.annee = annee
        self.saisie = SaisieNotes(contexte.fichier)
        self.notes = self.saisie.notes
        self._toutes: list[LigneNote] = []
        super().__init__(contexte, list(self.saisie.colonnes.values()), "")
        self.tableau.intitule = lambda: f"Notes d'intention {self.annee}"
        lecture_seule = contexte.fichier.lecture_seule
        self.formulaire = FormulaireNote(self.saisie, annee, lecture_seule=lecture_seule)
        self.tri = BarreTri(self.vue)
        self.motif = BarreMotif()
        self.porteur = BarreChamps((ChampDeBarre("porteur", "Porteur", largeur=280),), "Donner")
        self.depot = BarreChamps(
            (ChampDeBarre("motif", "Motif, hors délai", largeur=280),), "Déposer"
        )
        self.version = BarreChamps(
            (ChampDeBarre("motif", "Motif, hors délai", largeur=280),), "Garder"
        )
        self.cote_a_cote = CoteACote(self.saisie)
        self.fichiers = GestesDeFichiers(self)
        self._placer()
        self._brancher()
        self.tri.setDisabled(lecture_seule)
        self.vue.volets.dire_si_vide(
            "Aucune note à montrer : « Nouvelle note » en saisit une, "
            "et un formulaire rempli se dépose ici."
        )

    # Building -----------------------------------------------------------------------------------

    def _placer(self) -> None:
        """The triage under the head; the form on the right of the list."""
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        self.bouton("Nouvelle note", self.nouvelle)
        autres = (
            ("Donner un porteur à la sélection…", self._donner),
            ("Garder une version de la sélection…", self._garder_une_version),
            ("Déposer les dossiers de la sélection…", self._deposer),
            ("Doublons côte à côte", self.comparer),
        )
        for menu in (("Documents", self.fichiers.gestes()), ("Autres gestes", autres)):
            self.tri.droite.addWidget(self._menu(*menu))
        page.insertWidget(1, self.tri)
        for rang, barre in enumerate((self.motif, self.porteur, self.depot, self.version), start=2):
            page.insertWidget(rang, barre)
            barre.quittee.connect(self.vue.setFocus)
        page.removeWidget(self._corps)
        self._corps.addWidget(self.cote_a_cote)
        partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(self._corps)
        partage.addWidget(self.formulaire)
        partage.setStretchFactor(0, 1)
        partage.setSizes([theme().px(900), theme().px(LARGEUR)])
        page.addWidget(partage, 1)

    def _menu(
        self, titre: str, gestes: tuple[tuple[str, Callable[[], object]], ...]
    ) -> QPushButton:
        """A button of the second line: the first one keeps its room for the sentence."""
        menu = QMenu(self)
        for texte, faire in gestes:
            if texte:
                menu.addAction(texte, lambda faire=faire: self.tenter(faire))
            else:
                menu.addSeparator()
        resultat = self.bouton(titre)
        self.barre.removeWidget(resultat)
        resultat.setMenu(menu)
        return resultat

    def _brancher(self) -> None:
        self.vue.courante.connect(lambda cle, _: self.formulaire.montrer(self.ligne(cle)))
        self.vue.ouverte.connect(self.action_demandee)
        self.formulaire.enregistree.connect(self._apres_saisie)
        self.formulaire.abandonnee.connect(self._apres_abandon)
        self.tri.demande.connect(self.demander_tri)
        self.cote_a_cote.ouverte.connect(lambda cle: self.aller_a(cle, COLONNE))
        self.cote_a_cote.ferme.connect(self.vue.setFocus)

    # Reading ------------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        self._toutes = lire_notes(self._contexte.fichier, self.annee)
        self._phrase.setText(phrase_des_notes(self._toutes))
        self.formulaire.relire(self._toutes)
        return list(self._toutes)

    def ligne(self, cle: str) -> LigneNote | None:
        return next((ligne for ligne in self._toutes if ligne.cle == cle), None)

    def rafraichir(self) -> None:
        depart = not self._toutes
        super().rafraichir()
        if depart and self.modele.rowCount():
            self._ouvrir_sur_le_tri()

    def _ouvrir_sur_le_tri(self) -> None:
        """The first note to be sorted, in the column where one key is enough."""
        a_trier = next((n.cle for n in self._toutes if n.tri is None), "")
        self.vue.aller_a(a_trier or self.modele.cle_de(0), COLONNE)

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self.formulaire.changer_annee(annee)
        self._toutes = []
        self._perime = True
        if self.isVisible():
            self.montree()

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche(*REFERENTIEL):
            self.formulaire.oublier_les_listes()
        super().sur_avis(avis)

    # Entry --------------------------------------------------------------------------------------

    def creer(self) -> bool:
        self.nouvelle()
        return True

    def nouvelle(self) -> None:
        """An empty form, ready to be typed in."""
        self.formulaire.nouvelle()

    def _apres_saisie(self, cle: str, nouvelle: bool) -> None:
        """The next one: an empty form while notes are entered, else the note below."""
        if nouvelle:
            if cle:
                note = self.ligne(cle)
                quoi = f"{note.action.numero} : " if note is not None else ""
                self.information.emit(f"{quoi}note enregistrée. Ctrl+Z y revient.")
            self.formulaire.prendre_le_clavier()
            return
        suivante = self._suivante(cle)
        if suivante:
            self.vue.aller_a(suivante)
            self.formulaire.montrer(self.ligne(suivante))
            self.formulaire.prendre_le_clavier()
        else:
            self.vue.setFocus()

    def _apres_abandon(self) -> None:
        if not self.formulaire.cle:
            self.formulaire.montrer(self.ligne(self.vue.cle_courante()))
        self.vue.setFocus()

    def _suivante(self, cle: str, garder: Garde = lambda _: True) -> str:
        """The note shown after this one that `garder` wants; empty: none."""
        rang = self.modele.position(cle)
        for suite in range(rang + 1, self.modele.rowCount()):
            autre = self.ligne(self.modele.cle_de(suite))
            if autre is not None and garder(autre):
                return autre.cle
        return ""

    # Triage -------------------------------------------------------------------------------------

    def demander_tri(self, touche: ToucheDeTri) -> None:
        """Sort the selected notes at once, or ask why first; then the next one to be sorted."""

        def demander() -> None:
            cles = self.choisies()
            combien = "une note" if len(cles) == 1 else f"{len(cles)} notes"

            def faire(tri: TriNote | None, motif: str, vers: str) -> None:
                suite = self._suivante(cles[-1], lambda n: n.tri is None)
                self.notes.trier(cles, tri, motif=motif, vers=vers)
                self.information.emit(f"{touche.mot} : {combien}. Ctrl+Z y revient.")
                self.vue.aller_a(suite or cles[-1], COLONNE)

            self.motif.trier(touche, combien, faire, self._motifs())

        self.tenter(demander)

    def _motifs(self) -> list[str]:
        """What was already answered this year."""
        return sorted({n.tri_motif for n in self._toutes if n.tri_motif})

    # Porteurs and doubles -----------------------------------------------------------------------

    def _donner(self) -> None:
        cles = self.choisies()
        noms = {c.nom: c.cle for c in self._contexte.fiches.porteurs()}
        self.porteur.champs["porteur"].completer(sorted(noms))
        pressenti = next((n.porteur_pressenti for c in cles if (n := self.ligne(c))), None)

        def garder(champs: Mapping[str, str]) -> None:
            if champs["porteur"] not in noms:
                raise SaisieRefusee("Choisissez un porteur de la liste, ou créez-le d'abord.")
            self.notes.assigner(cles, noms[champs["porteur"]])
            self.information.emit("Porteur donné. Ctrl+Z y revient.")

        combien = "une note" if len(cles) == 1 else f"{len(cles)} notes"
        self.porteur.demander(
            f"Donner un porteur à {combien}", garder, porteur=pressenti if pressenti in noms else ""
        )

    def _garder_une_version(self) -> None:
        """The notes as they are now, beside the versions kept before; outside the dates, why."""
        cles = self.choisies()

        def garder(champs: Mapping[str, str]) -> None:
            depots = Depots(self._contexte.fichier)
            gardees = depots.deposer_notes(cles, motif=champs["motif"])
            self.information.emit(f"Versions gardées : {len(gardees)}. Ctrl+Z y revient.")

        self.version.demander(f"Garder une version, {compter(len(cles), 'note')}", garder)

    def _deposer(self) -> None:
        """Freeze the dossiers that follow these notes; outside the dates, for a reason."""
        cles = self.choisies()

        def garder(champs: Mapping[str, str]) -> None:
            nombre = len(
                Depots(self._contexte.fichier).deposer_dossiers(cles, motif=champs["motif"])
            )
            self.information.emit(f"Dossiers déposés : {nombre}. Ctrl+Z y revient.")

        combien = "un dossier" if len(cles) == 1 else f"{len(cles)} dossiers"
        self.depot.demander(f"Déposer {combien}", garder)

    def comparer(self) -> None:
        """The current note and its double, field by field; the first pair when it has none."""
        courante = self.ligne(self.vue.cle_courante())
        if courante is None or not courante.doublons:
            courante = next((n for n in self._toutes if n.doublons), None)
        if courante is None:
            raise SaisieRefusee("Aucun doublon possible cette année.")
        autre = self.ligne(courante.doublons[0])
        if autre is None:
            self.action_demandee.emit(courante.doublons[0])
            return
        self.aller_a(courante.cle, COLONNE)
        self.cote_a_cote.montrer(courante, autre)
        haut = self._corps.height()
        self._corps.setSizes([haut * 2 // 5, haut - haut * 2 // 5])


def batir(document: Document) -> EcranNotes:
    """The page of an open file."""
    page = EcranNotes(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    page.fichiers_choisis.connect(document.importer_formulaires)
    page.tableau_choisi.connect(document.importer)
    return page
