"""Under the table: the cells that a paste would refuse, one by one, before anything is written."""

from __future__ import annotations

from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from app.models.montants import INSECABLE
from app.services.collages import Bilan, Refus, deposer_acceptees
from app.services.columns import Colonne
from app.services.errors import ErreurConnue
from app.services.titres import nom_de
from app.ui.elements import bouton, etiquette, marges
from app.ui.panneau import Panneau
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau
    from app.ui.reprises import Rouvrir
    from app.ui.vue_tableau import VueTableau


class PanneauCollage(Panneau):
    """Nothing is written yet: the accepted cells are, or nothing is, as the person says."""

    def __init__(self, vue: VueTableau, bilan: Bilan) -> None:
        super().__init__()
        from app.ui.vue_tableau import VueTableau as Vue

        self._vue = vue
        self._bilan = bilan
        self.setAccessibleName("Cases refusées")
        # A row is told as the table tells it: by its first column.
        premiere = vue.modele.colonnes[vue.volets.colonnes_visibles()[0]]
        self._modele = ModeleTableau(_colonnes(premiere), self, cle=_cle)
        self._refus = Vue(self._modele)
        self._refus.volets.dire_si_vide("Aucune case refusée.")
        self._modele.remplacer_lignes(list(bilan.refus))
        self._refus.courante.connect(self._montrer)
        self._construire()
        vue.modele.modelReset.connect(self._fermer)

    def _construire(self) -> None:
        page = QVBoxLayout(self)
        marges(page, 16, 8, 16, 8)
        phrase = etiquette(f"Rien n'est encore écrit{INSECABLE}: {self._bilan.phrase}")
        phrase.setWordWrap(True)
        tete = QHBoxLayout()
        tete.setSpacing(theme().px(8))
        tete.addWidget(phrase, 1)
        acceptees = len(self._bilan.acceptees)
        self.accepter = self._bouton(_mots(self._bilan.verbe, acceptees), "principal")
        self.accepter.setVisible(acceptees > 0)
        self.accepter.clicked.connect(self._ecrire)
        self.renoncer = self._bouton(f"Ne rien {self._bilan.verbe.lower()}")
        self.renoncer.clicked.connect(self._fermer)
        tete.addWidget(self.accepter)
        tete.addWidget(self.renoncer)
        page.addLayout(tete)
        page.addWidget(self._refus, 1)
        self.setFocusProxy(self._refus)

    @staticmethod
    def _bouton(mots: str, role: str = "") -> QPushButton:
        """Alt and its first letter press it: Tab stays in the list of refusals."""
        fait = bouton(f"&{mots}", role)
        fait.setAccessibleName(mots)
        return fait

    def reouverture(self) -> Rouvrir:
        return partial(montrer_refus, bilan=self._bilan)

    def _ecrire(self) -> None:
        try:
            bilan = deposer_acceptees(self._bilan)
        except ErreurConnue as erreur:
            self._vue.refuse.emit(str(erreur))
            return
        self._fermer()
        if bilan.ecrit:
            self._vue.dire(bilan.phrase)
        else:
            self._vue.refuse.emit(bilan.refus[-1].raison)

    def _montrer(self, cle: str, _colonne: str) -> None:
        """The refused cell, in the table above."""
        if cle:
            case = self._modele.ligne(cle).case
            self._vue.aller_a(case.cle, case.colonne.cle)

    def _fermer(self) -> None:
        page = self._vue.page
        if page is not None and page.panneau is self:
            page.fermer_panneau()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._fermer()
        else:
            super().keyPressEvent(event)


def montrer_refus(page: PageTableau, bilan: Bilan) -> None:
    """Show what is refused, under the table."""
    panneau = PanneauCollage(page.vue, bilan)
    page.ouvrir_panneau(panneau)
    panneau.setFocus()


def _mots(verbe: str, nombre: int) -> str:
    """« Coller les 12 cases acceptées »."""
    return f"{verbe} la case acceptée" if nombre == 1 else (f"{verbe} les {nombre} cases acceptées")


def _cle(refus: Refus) -> str:
    return f"{refus.case.cle} {refus.case.colonne.cle}"


def _colonnes(premiere: Colonne) -> list[Colonne]:
    return [
        Colonne(
            cle="ligne",
            titre=premiere.titre,
            lire=lambda refus: premiere.texte(refus.case.ligne),
            largeur=min(premiere.largeur_voulue, 190),
            nuance=True,
        ),
        Colonne(
            cle="colonne",
            titre="Colonne",
            lire=lambda refus: nom_de(refus.case.colonne),
            largeur=190,
        ),
        Colonne(cle="texte", titre="Texte refusé", lire=attrgetter("case.texte"), largeur=240),
        Colonne(cle="raison", titre="Pourquoi", lire=attrgetter("raison"), largeur=560),
    ]
