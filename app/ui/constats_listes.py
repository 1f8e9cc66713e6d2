"""The list of the constats of a year, with what may be done of each, and its whole rule under it."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import CibleConstat
from app.services.accords import compter
from app.services.bus import Avis
from app.services.columns_actions import choix_de
from app.services.columns_constats import NIVEAUX, colonnes_constats, colonnes_couches
from app.services.constats_comptes import compter_niveaux, niveaux_dits
from app.services.constats_liste import (
    A_TRAITER,
    OUTRE,
    LigneConstat,
    ListeConstats,
    resume,
)
from app.services.constats_outre import PassagesOutre
from app.services.contexte import Contexte
from app.services.controle_comite import TITRE, ecrire_controle, lire_controle
from app.services.errors import SaisieRefusee
from app.services.regles_dites import LigneCouche, couches_dites
from app.services.surcharges import LigneRegle, Surcharges
from app.ui.demande import BarreDemande
from app.ui.elements import TexteElide, etiquette, marges, minuterie
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.touches_liste import TouchesDeListe
from app.ui.vue_tableau import VueTableau

TOUS = ""
PAUSE = 400  # ms without a notice before the list is read again
FORMATS = ("Document PDF (*.pdf)", "Classeur Excel (*.xlsx)")


class ChoixDeFiltre(QComboBox):
    """One thing to keep of the list, or everything. `choix`: (stored value, label)."""

    def __init__(self, nom: str, tout: str, changer: Callable[[], object]) -> None:
        super().__init__()
        self.setAccessibleName(nom)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._tout = tout
        self.addItem(tout, TOUS)
        self.activated.connect(lambda _: changer())

    def proposer(self, choix: Sequence[tuple[str, str]]) -> None:
        """Other values; the one chosen stays when it is still there."""
        choisie = self.valeur
        self.clear()
        self.addItem(self._tout, TOUS)
        for valeur, libelle in choix:
            self.addItem(libelle, valeur)
        self.setCurrentIndex(max(0, self.findData(choisie)))

    @property
    def valeur(self) -> str:
        return str(self.currentData() or TOUS)

    def poser(self, valeur: str) -> None:
        self.setCurrentIndex(max(0, self.findData(valeur)))

    def laisse(self, valeur: str) -> bool:
        return self.valeur in (TOUS, valeur)


class ListePatiente(ListeDeLAnnee):
    """`objet_demande(cible, key)`: go to what a row is about.

    Constats move with every amount: the list is read again in a pause, never under the keys.
    """

    objet_demande = Signal(str, str)
    entites = ()

    def __init__(self, contexte: Contexte, colonnes: list[Any], annee: int) -> None:
        super().__init__(contexte, colonnes, annee)
        self._pause = minuterie(self, PAUSE, self._en_pause)
        self._filtre.setFixedWidth(theme().px(176))
        self.tete = QHBoxLayout()
        marges(self.tete, 0, 16, espace=8)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertLayout(1, self.tete)

    def sur_avis(self, avis: Avis) -> None:
        super().sur_avis(avis)
        self._perime = True
        self._pause.start()

    def _en_pause(self) -> None:
        if not self._contexte.fichier.est_ferme:
            self.perimer()

    def _tout_de_suite(self) -> None:
        """What was just done is seen without waiting."""
        self._pause.stop()
        self.perimer()

    def courante(self) -> Any:
        """The row in view, or None."""
        cle = self.vue.cle_courante()
        return next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)

    def lignes_choisies(self) -> list[Any]:
        """The rows of the selection, else the one in view. Raises SaisieRefusee when there is none."""
        cles = set(self.vue.cles_choisies() or filter(None, [self.vue.cle_courante()]))
        lignes = [li for li in self.modele.toutes_les_lignes() if li.cle in cles]
        if not lignes:
            raise SaisieRefusee("Sélectionnez d'abord une ligne de la liste.")
        return lignes


class PanneauRegle(QWidget):
    """A rule whole: its statement, then every layer of its values."""

    def __init__(self) -> None:
        super().__init__()
        self.titre = etiquette("", "fort")
        self.titre.setWordWrap(True)
        self.titre.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.modele = ModeleTableau(colonnes_couches(), self)
        self.modele.lecture_seule = True
        self.vue = VueTableau(self.modele)
        self.vue.volets.dire_si_vide("Cette règle n'a pas de valeur : son énoncé dit tout.")
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)
        colonne.addWidget(avec_son_titre(self.titre, self.vue))

    def montrer(self, titre: str, lignes: Sequence[LigneCouche]) -> None:
        self.titre.setText(titre)
        self._ajuster()
        self.modele.remplacer_lignes(lignes)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._ajuster()

    def _ajuster(self) -> None:
        """The words whole, whatever their size: the table under them gives way."""
        self.titre.setMinimumHeight(max(0, self.titre.heightForWidth(self.titre.width())))


class ListeDesConstats(ListePatiente):
    """What does not follow a rule this year, level by level."""

    liste = "constats"

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__(contexte, colonnes_constats(), annee)
        self._outre = PassagesOutre(contexte.fichier)
        self._surcharges = Surcharges(contexte.fichier)
        self._lues: list[LigneConstat] = []
        self.tableau.intitule = lambda: f"Constats {self.annee}"
        self.vue.a_une_fiche = True
        self._poser_filtres()
        self.barre_motif = BarreDemande()
        self.poser_barre(self.barre_motif)
        self.geste("Passer outre…", self.passer_outre)
        self.geste("Revenir dessus", self.revenir)
        self._controle = self.bouton(f"{TITRE}…", lambda: self.tenter(self.ecrire_controle))
        self._controle.setEnabled(True)  # it writes nothing in the file
        self.panneau = PanneauRegle()
        self._corps.addWidget(self.panneau)
        self._corps.setSizes([theme().px(330), theme().px(210)])
        self.vue.courante.connect(lambda *_: self._montrer())
        self.vue.ouverte.connect(lambda _: self.ouvrir())
        TouchesDeListe(self.vue, {Qt.Key.Key_Return: self.ouvrir, Qt.Key.Key_Enter: self.ouvrir})

    def _poser_filtres(self) -> None:
        refaire = partial(self._filtrer)
        self.niveau = ChoixDeFiltre("Niveau", "Tous les niveaux", refaire)
        self.niveau.proposer(NIVEAUX)
        self.cible = ChoixDeFiltre("Porte sur", "Tous les sujets", refaire)
        self.cible.proposer(choix_de(CibleConstat))
        self.theme = ChoixDeFiltre("Thème", "Tous les thèmes", refaire)
        self.etat = ChoixDeFiltre("État", "À traiter et passés outre", refaire)
        self.etat.proposer([(A_TRAITER, A_TRAITER), (OUTRE, "Passés outre")])
        self.etat.poser(A_TRAITER)
        self.montres = TexteElide(role="doux")
        for choix in (self.etat, self.niveau, self.cible, self.theme):
            self.tete.addWidget(choix)
        self.tete.addWidget(self.montres, 1)

    # Reading ------------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        self._lues = ListeConstats(self._contexte.fichier, self._contexte.constats).lignes(
            self.annee
        )
        self._phrase.setText(resume(self._lues))
        themes = sorted({li.theme for li in self._lues if li.theme})
        self.theme.proposer([(nom, nom) for nom in themes])
        return list(self._retenues())

    def _retenues(self) -> list[LigneConstat]:
        retenues = [
            li
            for li in self._lues
            if self.niveau.laisse(li.niveau)
            and self.cible.laisse(li.cible)
            and self.theme.laisse(li.theme)
            and self.etat.laisse(li.etat)
        ]
        filtre = len(retenues) != len(self._lues)
        self.montres.setText(
            f"{len(retenues)} sur {compter(len(self._lues), 'constat')}" if filtre else ""
        )
        self._dire_si_vide()
        return retenues

    def _dire_si_vide(self) -> None:
        self.vue.volets.dire_si_vide(
            "Aucun constat ne répond à ces filtres : choisissez « Tous les niveaux »."
            if self._lues
            else "Aucun constat : rien ne contredit une règle en vigueur."
        )

    def _filtrer(self) -> None:
        self.modele.remplacer_lignes(self._retenues())
        self._montrer()

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer()

    def montrer_action(self, action: str) -> None:
        """The constats of an action, whatever was filtered before."""
        self.montree()
        for choix in (self.niveau, self.cible, self.theme, self.etat):
            choix.poser(TOUS)
        self._filtrer()
        siens = [li for li in self._lues if li.objet == action]
        if siens:
            self.modele.filtrer(siens[0].numero)
            self.aller_a(siens[0].cle, "phrase")

    def _montrer(self) -> None:
        """The rule of the constat in view, with every layer of its value."""
        ligne: LigneConstat | None = self.courante()
        if ligne is None:
            self.panneau.montrer("", [])
            return
        self.tenter(lambda: self._dire_la_regle(ligne))

    def _dire_la_regle(self, ligne: LigneConstat) -> None:
        regle: LigneRegle = self._surcharges.regle(ligne.regle)
        outre = f"\nPassé outre par {ligne.auteur} : {ligne.outre}" if ligne.outre else ""
        texte = f"{ligne.phrase}\nRègle : {ligne.enonce} ({ligne.source}){outre}"
        self.panneau.montrer(texte, couches_dites(regle))

    # Gestures -----------------------------------------------------------------------------------

    def ouvrir(self) -> None:
        """Go to what the constat is about."""
        ligne: LigneConstat | None = self.courante()
        if ligne is not None:
            self.objet_demande.emit(ligne.cible, ligne.objet)

    def passer_outre(self) -> None:
        """Ask why, then pass over every selected constat, in one operation."""
        lignes: list[LigneConstat] = self.lignes_choisies()
        constats = [li.constat for li in lignes]

        def garder(motif: str) -> None:
            self._outre.passer(constats, motif)
            self._tout_de_suite()
            self.information.emit(
                f"Passé outre : {compter(len(lignes), 'constat')}. Ctrl+Z y revient."
            )

        seul = lignes[0].phrase if len(lignes) == 1 else niveaux_dits(compter_niveaux(constats))
        self.barre_motif.demander(
            "Motif", garder, texte=lignes[0].outre, detail=seul, verbe="Passer outre"
        )

    def revenir(self) -> None:
        """The selected constats count again."""
        passes = [li for li in self.lignes_choisies() if not li.compte]
        if not passes:
            raise SaisieRefusee("Ce constat est déjà à traiter : choisissez-en un passé outre.")
        self._outre.revenir([li.constat for li in passes])
        self._tout_de_suite()
        self.information.emit(f"De nouveau à traiter : {compter(len(passes), 'constat')}.")

    def ecrire_controle(self) -> None:
        """Ask where, then write the control before the comité."""
        controle = lire_controle(self._contexte.fichier, self.annee, self._contexte.constats)
        propose = self._contexte.fichier.chemin.parent / f"{TITRE} {self.annee}.pdf"
        choisi, format_ = QFileDialog.getSaveFileName(
            self, "Enregistrer", str(propose), ";;".join(FORMATS)
        )
        if not choisi:
            return
        chemin = Path(choisi)
        if chemin.suffix.lower() not in (".pdf", ".xlsx"):
            chemin = Path(f"{chemin}{'.xlsx' if format_ == FORMATS[1] else '.pdf'}")
        ecrire_controle(controle, chemin)
        self.information.emit(f"Document écrit : {chemin}")
