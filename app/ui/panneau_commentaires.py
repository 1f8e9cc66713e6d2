"""Comments under the table: the thread of the current cell, and all those of the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.services.annotations import LigneCommentaire, auteurs
from app.services.bus import Avis
from app.services.titres import nom_de
from app.ui.elements import TexteElide, bouton, marges
from app.ui.liste_cochable import Element, ListeCochable
from app.ui.panneau_outil import PanneauOutil
from app.ui.reprises import Rouvrir

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

TOUS, TOUTES = "Tout le monde", "Toutes les colonnes"


class PanneauCommentaires(PanneauOutil):
    """Shift+F2 writes on the current cell; Ctrl+Enter keeps what was written."""

    titre = "Commentaires"
    geste = "commentaires"

    def __init__(self, page: PageTableau) -> None:
        super().__init__(page)
        self._notes = self.habillage.notes
        self._textes: dict[str, str] = {}  # as recorded, of those being corrected
        self._case = ("", "")
        self._fil: list[LigneCommentaire] = []
        self._tous: list[LigneCommentaire] = []
        self._corrige = ""
        self._brouillons: dict[tuple[str, str], tuple[str, str]] = {}
        partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(self._cote_case())
        partage.addWidget(self._cote_liste())
        partage.setSizes([440, 560])
        self.corps.addWidget(partage, 1)
        self.vue.courante.connect(self._suivre_la_case)
        self.recalculer()

    def _cote_case(self) -> QWidget:
        self._ou = TexteElide(role="petit")
        self.fil = ListeCochable("Commentaires de la case", ("Qui", "Quand", "Commentaire"))
        self.fil.largeurs(110, 140)
        self.fil.choisie.connect(lambda _: self._permettre())
        self.texte = QPlainTextEdit()
        self.texte.setAccessibleName("Texte du commentaire")
        self.texte.setPlaceholderText("Écrire un commentaire (Ctrl+Entrée pour l’enregistrer)")
        self.texte.setTabChangesFocus(True)
        self.texte.installEventFilter(self)
        self.texte.setMaximumHeight(64)
        self.ajouter = bouton("Ajouter", "principal")
        self.corriger = bouton("Modifier")
        self.supprimer = bouton("Supprimer")
        self.ajouter.clicked.connect(self.enregistrer)
        self.corriger.clicked.connect(self._commencer_a_corriger)
        self.supprimer.clicked.connect(self._supprimer)
        boutons = QHBoxLayout()
        marges(boutons, 0)
        boutons.addWidget(self.ajouter)
        boutons.addWidget(self.corriger)
        boutons.addWidget(self.supprimer)
        boutons.addStretch(1)
        cote = QWidget()
        colonne = QVBoxLayout(cote)
        marges(colonne, 0, 8, 0, 0, espace=4)
        colonne.addWidget(self._ou)
        colonne.addWidget(self.fil, 1)
        colonne.addWidget(self.texte)
        colonne.addLayout(boutons)
        return cote

    def _cote_liste(self) -> QWidget:
        self.auteur = QComboBox()
        self.auteur.setAccessibleName("Auteur des commentaires")
        self.colonne = QComboBox()
        self.colonne.setAccessibleName("Colonne des commentaires")
        filtres = QHBoxLayout()
        marges(filtres, 0)
        for boite in (self.auteur, self.colonne):
            boite.activated.connect(lambda _: self._lister())
            filtres.addWidget(boite, 1)
        self.liste = ListeCochable(
            "Commentaires du tableau", ("Ligne", "Colonne", "Qui", "Quand", "Commentaire")
        )
        self.liste.largeurs(150, 90, 90, 140)
        self.liste.choisie.connect(self._aller)
        cote = QWidget()
        colonne = QVBoxLayout(cote)
        marges(colonne, 0, 0, 0, 8, espace=4)
        colonne.addLayout(filtres)
        colonne.addWidget(self.liste, 1)
        return cote

    # What is shown ------------------------------------------------------------------------------

    def ecrire(self) -> None:
        """On the current cell, ready to type."""
        self._suivre_la_case()
        self.texte.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def recalculer(self) -> None:
        self._remplir_les_filtres()
        self._lister()
        self._suivre_la_case()

    def _remplir_les_filtres(self) -> None:
        tous = self._notes.commentaires()
        titres = {c.cle: nom_de(c) for c in self.modele.colonnes}
        presentes = {c.colonne for c in tous}
        for boite, premiere, choix in (
            (self.auteur, TOUS, [(qui, qui) for qui in auteurs(tous)]),
            (self.colonne, TOUTES, [(titres.get(c, c), c) for c in sorted(presentes)]),
        ):
            garde = boite.currentData()
            boite.clear()
            boite.addItem(premiere, "")
            for libelle, valeur in choix:
                boite.addItem(libelle, valeur)
            boite.setCurrentIndex(max(0, boite.findData(garde)))

    def _lister(self) -> None:
        auteur = self.auteur.currentData() or ""
        trouves = self._notes.commentaires(colonne=self.colonne.currentData() or "")
        self._tous = [
            c
            for c in reversed(trouves)
            if auteur in ("", c.auteur) and self.modele.contient(c.ligne)
        ]
        titres = {c.cle: nom_de(c) for c in self.modele.colonnes}
        self.liste.montrer(
            [
                Element(
                    (
                        self.nom_de_ligne(c.ligne),
                        titres.get(c.colonne, "colonne absente"),
                        c.auteur,
                        c.quand,
                        c.texte,
                    )
                )
                for c in self._tous
            ]
        )
        nombre = len(self._tous)
        mots = "Aucun commentaire" if not nombre else f"{nombre} commentaire{'s' * (nombre > 1)}"
        self.dire(f"{mots}. Ils restent entre vous : jamais projetés.")

    def _suivre_la_case(self, *_: object) -> None:
        case = (self.vue.cle_courante(), self.vue.colonne_visee())
        if case != self._case:
            self._changer_de_case(case)
        ligne, colonne = case
        self._fil = self._notes.commentaires(ligne, colonne) if ligne else []
        self.fil.montrer([Element((c.auteur, c.quand, c.texte)) for c in self._fil])
        titre = ""
        if ligne and self.modele.a_la_colonne(colonne):
            titre = nom_de(self.modele.colonnes[self.modele.rang(colonne)])
        self._ou.setText(f"{titre} — {self.nom_de_ligne(ligne)}" if ligne else "Aucune case")
        self._permettre()

    def _changer_de_case(self, case: tuple[str, str]) -> None:
        """What is not recorded yet waits for its cell."""
        self._brouillons[self._case] = (self._corrige, self.texte.toPlainText())
        self._case = case
        corrige, texte = self._brouillons.get(case, ("", ""))
        self._reprendre(corrige, texte)

    def brouillon(self) -> str:
        """Texts typed on this cell, or on others, that are not recorded."""
        ecrits = self._ecrits()
        return (
            f"{len(ecrits)} commentaires en cours"
            if len(ecrits) > 1
            else ("un commentaire en cours" if ecrits else "")
        )

    def _ecrits(self) -> dict[tuple[str, str], tuple[str, str]]:
        """(corrected, text) of each cell where something is being written."""
        tous = {**self._brouillons, self._case: (self._corrige, self.texte.toPlainText())}
        return {
            case: (corrige, texte)
            for case, (corrige, texte) in tous.items()
            if texte.strip() and texte != self._textes.get(corrige, "")
        }

    def reouverture(self) -> Rouvrir:
        rouvrir, ecrits = super().reouverture(), self._ecrits()

        def reprendre(page: PageTableau) -> None:
            rouvrir(page)
            panneau = page.panneau
            if isinstance(panneau, PanneauCommentaires):
                panneau.reprendre_brouillons(ecrits)

        return reprendre

    def reprendre_brouillons(self, ecrits: dict[tuple[str, str], tuple[str, str]]) -> None:
        """What was being written in a panel that this one replaces."""
        self._brouillons = dict(ecrits)
        self._reprendre(*ecrits.get(self._case, ("", "")))

    def _reprendre(self, corrige: str, texte: str) -> None:
        self._corrige = corrige
        self.texte.setPlainText(texte)
        self.texte.moveCursor(QTextCursor.MoveOperation.End)
        self.ajouter.setText("Enregistrer" if corrige else "Ajouter")

    def _permettre(self) -> None:
        choisi = self._choisi()
        ecrit = self.est_modifiable and bool(self._case[0])
        self.texte.setReadOnly(not ecrit)
        self.ajouter.setEnabled(ecrit)
        self.supprimer.setEnabled(ecrit and choisi is not None)
        mien = choisi is not None and self._notes.service.est_a_moi(choisi.auteur)
        self.corriger.setEnabled(ecrit and mien)
        self.corriger.setToolTip("" if mien or choisi is None else f"Écrit par {choisi.auteur}")

    def _choisi(self) -> LigneCommentaire | None:
        rang = self.fil.rang()
        if 0 <= rang < len(self._fil):
            return self._fil[rang]
        return self._fil[0] if len(self._fil) == 1 else None

    def _aller(self, rang: int) -> None:
        commentaire = self._tous[rang]
        self.aller_a(commentaire.ligne, commentaire.colonne)

    # What is written ----------------------------------------------------------------------------

    def enregistrer(self) -> None:
        """Add the comment, or keep the correction of the one chosen."""
        texte = self.texte.toPlainText()
        if self._corrige:
            fait = self.tenter(lambda: self._notes.service.corriger(self._corrige, texte))
        else:
            fait = self.tenter(lambda: self._notes.commenter(*self._case, texte))
        if fait:
            self._abandonner()
            self.recalculer()

    def _commencer_a_corriger(self) -> None:
        choisi = self._choisi()
        if choisi is not None:
            self._textes[choisi.cle] = choisi.texte
            self._reprendre(choisi.cle, choisi.texte)
            self.texte.setFocus()

    def _abandonner(self) -> None:
        self._reprendre("", "")

    def _supprimer(self) -> None:
        choisi = self._choisi()
        if choisi is not None and self.tenter(lambda: self._notes.service.retirer(choisi.cle)):
            self.recalculer()

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("commentaire"):
            self.recalculer()

    def eventFilter(self, objet: object, evenement: object) -> bool:
        if isinstance(evenement, QKeyEvent) and evenement.type() == evenement.Type.KeyPress:
            if evenement.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and (
                evenement.modifiers() & Qt.KeyboardModifier.ControlModifier
            ):
                self.enregistrer()
                return True
            if evenement.key() == Qt.Key.Key_Escape and self.texte.toPlainText():
                self._abandonner()
                return True
        return super().eventFilter(objet, evenement)
