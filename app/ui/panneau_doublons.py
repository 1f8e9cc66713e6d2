"""Rows that say the same thing twice: groups to look at one by one; porteurs can be merged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton

from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.doublons_lignes import (
    DEGRES,
    LIBELLES,
    Groupe,
    Maniere,
    chercher,
    colonnes_comparees,
)
from app.services.titres import nom_de
from app.ui.elements import bouton, marges
from app.ui.liste_cochable import Element, ListeCochable
from app.ui.panneau_outil import PanneauOutil

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

PORTEURS = "porteurs"


class PanneauDoublons(PanneauOutil):
    """Compares the rows that the filters let through, on the columns chosen."""

    titre = "Doublons"
    geste = "doublons"

    def __init__(self, page: PageTableau) -> None:
        super().__init__(page)
        self._choisies = [c.cle for c in colonnes_comparees(self.modele.colonnes)]
        self._rangs: list[tuple[Groupe, str]] = []  # what each rank of the list is: group, row key
        self._colonnes = QPushButton()
        self._colonnes.setAccessibleName("Colonnes comparées")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self._colonnes.setMenu(self._menu)
        self.maniere = QComboBox()
        self.maniere.setAccessibleName("Comparer")
        for maniere in Maniere:
            self.maniere.addItem(LIBELLES[maniere], maniere)
        self.maniere.setCurrentIndex(1)
        self.degre = QComboBox()
        self.degre.setAccessibleName("Ressemblance")
        for seuil, mots in DEGRES:
            self.degre.addItem(mots, seuil)
        self.degre.setCurrentIndex(1)
        self.fusionner = bouton("Fusionner avec le premier")
        self.fusionner.setVisible(page.liste == PORTEURS)
        self.fusionner.clicked.connect(self._fusionner)
        ligne = QHBoxLayout()
        marges(ligne, 0)
        for objet in (self._colonnes, self.maniere, self.degre):
            ligne.addWidget(objet)
        ligne.addStretch(1)
        ligne.addWidget(self.fusionner)
        self.liste = ListeCochable("Lignes en double", ("Ligne", "Texte comparé"))
        self.liste.largeurs(420)
        self.liste.choisie.connect(self._montrer)
        self.corps.addLayout(ligne)
        self.corps.addWidget(self.liste, 1)
        for boite in (self.maniere, self.degre):
            boite.activated.connect(lambda _: self._recalculer())
        self._recalculer()

    def _proposer(self) -> None:
        self._menu.clear()
        for colonne in self.modele.colonnes:
            action = self._menu.addAction(nom_de(colonne))
            action.setCheckable(True)
            action.setChecked(colonne.cle in self._choisies)
            action.toggled.connect(lambda coche, cle=colonne.cle: self._choisir(cle, coche=coche))

    def _choisir(self, cle: str, *, coche: bool) -> None:
        if coche:
            self._choisies.append(cle)
        elif cle in self._choisies:
            self._choisies.remove(cle)
        self.attendre()

    def comparees(self) -> list[Colonne]:
        return [c for c in self.modele.colonnes if c.cle in self._choisies]

    def recalculer(self) -> None:
        self.degre.setEnabled(self.maniere.currentData() == Maniere.PROCHE)
        comparees = self.comparees()
        self._colonnes.setText(" + ".join(nom_de(c) for c in comparees) or "Choisir des colonnes")
        self._rangs = []
        self.liste.montrer([])
        trouves = chercher(
            self.lignes_montrees(),
            comparees,
            Maniere(self.maniere.currentData()),
            seuil=self.degre.currentData(),
        )
        self._lister(trouves.groupes)
        lignes = sum(len(groupe.cles) for groupe in trouves.groupes)
        nombre = len(trouves.groupes)
        if nombre:
            mots = f"{lignes} lignes se répètent, en {nombre} groupe{'s' * (nombre > 1)}."
        else:
            mots = f"Aucun doublon parmi {len(self.lignes_montrees())} lignes."
        self.dire(f"{mots} {trouves.arret}".strip())

    def _lister(self, groupes: tuple[Groupe, ...]) -> None:
        elements: list[Element] = []
        for groupe in groupes:
            proche = f" · ressemblance {groupe.ressemblance} %" if groupe.ressemblance < 100 else ""
            elements.append(
                Element((f"{len(groupe.cles)} lignes{proche}", groupe.texte), titre=True)
            )
            self._rangs.append((groupe, groupe.cles[0]))
            for cle in groupe.cles:
                elements.append(Element((f"    {self.nom_de_ligne(cle)}", self._texte(cle))))
                self._rangs.append((groupe, cle))
        self.liste.montrer(elements)
        self.fusionner.setEnabled(False)

    def _texte(self, cle: str) -> str:
        ligne = self.modele.ligne(cle)
        return " · ".join(texte for c in self.comparees() if (texte := c.texte(ligne)))

    def _montrer(self, rang: int) -> None:
        groupe, cle = self._rangs[rang]
        comparees = self.comparees()
        self.aller_a(cle, comparees[0].cle if comparees else "")
        self.fusionner.setEnabled(self.est_modifiable and cle != groupe.cles[0])

    def _fusionner(self) -> None:
        rang = self.liste.rang()
        if rang < 0:
            return
        groupe, cle = self._rangs[rang]
        if self.tenter(lambda: self.page.contexte.organismes.fusionner(groupe.cles[0], cle)):
            self._recalculer()
            self.dire(f"Les deux porteurs sont fusionnés. Ctrl+Z les sépare. {self.phrase.text()}")

    def sur_avis(self, avis: Avis) -> None:
        if not avis.touche("commentaire", "couleur_ligne", "mise_en_forme", "vue"):
            super().sur_avis(avis)
