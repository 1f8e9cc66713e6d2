"""Find and replace, under the table: what is found, before and after, ticked one by one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit

from app.services.bus import Avis
from app.services.cases_ecrites import CasesRefusees
from app.services.columns import Colonne
from app.services.errors import ErreurConnue
from app.services.remplacements import (
    Demande,
    Recherche,
    Trouvaille,
    avec_refus,
    cases_de,
    remplacer,
)
from app.services.titres import nom_de
from app.ui.elements import bouton, bouton_icone, marges
from app.ui.liste_cochable import Element, ListeCochable
from app.ui.panneau_outil import PanneauOutil
from app.ui.reprises import Rouvrir, par_geste
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

TRANCHE = 0.03  # seconds of search between two looks at the keyboard
TABLEAU, SELECTION, COLONNE = "tableau", "selection", "colonne"
PORTEES = (
    (TABLEAU, "dans tout le tableau"),
    (SELECTION, "dans la sélection"),
    (COLONNE, "dans la colonne courante"),
)
LIGNES_LISTEES = 2000


class PanneauRecherche(PanneauOutil):
    """Ctrl+F finds, Ctrl+H replaces, F3 and Shift+F3 go from one cell to the next."""

    titre = "Chercher et remplacer"

    def __init__(self, page: PageTableau) -> None:
        super().__init__(page)
        self._recherche: Recherche | None = None
        self._trouvees: list[Trouvaille] = []
        self._place = -1
        self._remplace = False
        self._bilan = ""  # what was just replaced
        self._cases: list[tuple[str, list[Colonne]]] = []
        self._colonne = ""
        self._pas = QTimer(self)
        self._pas.setInterval(0)
        self._pas.timeout.connect(self._avancer)
        self._construire()

    def _construire(self) -> None:
        self.champ = QLineEdit()
        self.champ.setAccessibleName("Texte à chercher")
        self.champ.setPlaceholderText("Chercher")
        self.par = QLineEdit()
        self.par.setAccessibleName("Remplacer par")
        self.par.setPlaceholderText("Remplacer par (rien : effacer le texte trouvé)")
        self.portee = QComboBox()
        self.portee.setAccessibleName("Où chercher")
        for cle, libelle in PORTEES:
            self.portee.addItem(libelle, cle)
        self.precedent = bouton_icone("haut", "Précédent (Maj+F3)")
        self.suivant = bouton_icone("bas", "Suivant (F3)")
        ligne = QHBoxLayout()
        marges(ligne, 0)
        ligne.addWidget(self.champ, 2)
        ligne.addWidget(self.precedent)
        ligne.addWidget(self.suivant)
        ligne.addWidget(self.par, 2)
        ligne.addWidget(self.portee, 1)
        self.corps.addLayout(ligne)
        self.corps.addLayout(self._options())
        self.liste = ListeCochable(
            "Cases trouvées", ("Ligne", "Colonne", "Avant", "Après", "Remarque")
        )
        self.liste.largeurs(280, 150, 200, 200)
        self.liste.choisie.connect(self._montrer_rang)
        self.liste.donnees.coches.connect(self._compter_coches)
        self.corps.addWidget(self.liste, 1)
        self.champ.textEdited.connect(self._taper)
        self.par.textEdited.connect(self._taper)
        self.portee.activated.connect(self._changer_portee)
        self.precedent.clicked.connect(lambda: self.aller(-1))
        self.suivant.clicked.connect(lambda: self.aller(1))

    def _options(self) -> QHBoxLayout:
        self.casse = QCheckBox("Respecter accents et majuscules")
        self.entiere = QCheckBox("Case entière")
        self.expression = QCheckBox("Modèle de texte")
        self.expression.setToolTip(
            "Pour qui connaît les expressions régulières : ^Lot (\\d+)$, et \\1 dans le remplacement"
        )
        self.tout = QCheckBox("Tout cocher")
        self.tout.setChecked(True)
        self.bouton = bouton("Remplacer", "principal")
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=16)
        for case in (self.casse, self.entiere, self.expression):
            case.toggled.connect(self.attendre)
            ligne.addWidget(case)
        ligne.addStretch(1)
        ligne.addWidget(self.tout)
        ligne.addWidget(self.bouton)
        self.tout.toggled.connect(lambda coche: self.liste.donnees.cocher_tout(coche=coche))
        self.bouton.clicked.connect(self.remplacer)
        return ligne

    # Opening ------------------------------------------------------------------------------------

    def reouverture(self) -> Rouvrir:
        return par_geste(self, "remplacer" if self._remplace else "chercher")

    def ouvrir(self, *, remplacement: bool) -> None:
        """Ready to type. The selection counts when it holds several cells."""
        self._remplace = remplacement and self.est_modifiable
        for objet in (self.par, self.tout, self.bouton):
            objet.setVisible(self._remplace)
        for colonne in (3, 4):
            self.liste.setColumnHidden(colonne, not self._remplace)
        self._cases = self.selection()
        self._colonne = self.vue.colonne_visee()
        plusieurs = sum(len(colonnes) for _, colonnes in self._cases) > 1
        self.portee.setCurrentIndex(1 if plusieurs else 0)
        self.champ.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.champ.selectAll()
        self.attendre()

    def _taper(self) -> None:
        self._bilan = ""
        self.attendre()

    def _changer_portee(self) -> None:
        self._cases = self.selection()
        self._colonne = self.vue.colonne_visee()
        self.attendre()

    # Searching ----------------------------------------------------------------------------------

    def demande(self) -> Demande:
        return Demande(
            self.champ.text(),
            par=self.par.text() if self._remplace else None,
            casse=self.casse.isChecked(),
            entiere=self.entiere.isChecked(),
            expression=self.expression.isChecked(),
        )

    def _a_lire(self) -> Iterator[tuple[str, Any, Colonne]]:
        portee = self.portee.currentData()
        if portee == SELECTION:
            for cle, colonnes in self._cases:
                if self.modele.contient(cle):
                    yield from cases_de([(cle, self.modele.ligne(cle))], colonnes)
            return
        colonnes = self.colonnes_montrees()
        if portee == COLONNE:
            colonnes = [c for c in colonnes if c.cle == self._colonne]
        yield from cases_de(self.lignes_montrees(), colonnes)

    def recalculer(self) -> None:
        self._pas.stop()
        self._trouvees, self._place = [], -1
        self.liste.montrer([])
        self._compter_coches()
        self._recherche = Recherche(self.demande(), self._a_lire())
        self.dire("")
        self._pas.start()

    def _avancer(self) -> None:
        recherche = self._recherche
        if recherche is None:
            self._pas.stop()
            return
        recherche.avancer(TRANCHE)
        self._trouvees = recherche.trouvees
        if recherche.finie:
            self._pas.stop()
            self._finir()
        self._dire_le_compte()

    def finir_la_recherche(self) -> None:
        """Search to the end now: F3 was pressed while it was still going."""
        self.calculer_ici()
        while self._pas.isActive():
            self._avancer()

    def _finir(self) -> None:
        if self._remplace:
            self._trouvees = avec_refus(self._trouvees)
        self.tout.blockSignals(True)
        self.tout.setChecked(True)
        self.tout.blockSignals(False)
        self._lister()

    def _lister(self) -> None:
        self.liste.montrer([self._element(t) for t in self._trouvees[:LIGNES_LISTEES]])
        self._compter_coches()

    def _element(self, trouvee: Trouvaille) -> Element:
        coche = trouvee.se_remplace if self._remplace else None
        return Element(
            (
                self.nom_de_ligne(trouvee.cle),
                nom_de(trouvee.colonne),
                trouvee.avant,
                "" if trouvee.apres is None else trouvee.apres or "(vide)",
                trouvee.refus,
            ),
            coche=coche or None,
            eteint=bool(trouvee.refus) and self._remplace,
        )

    def _dire_le_compte(self) -> None:
        recherche = self._recherche
        if recherche is None or not recherche.demande.texte:
            self.dire("Tapez ce que vous cherchez : accents et majuscules sont ignorés.")
            return
        nombre = len(self._trouvees)
        cases = (
            "Aucune case trouvée" if not nombre else "1 case" if nombre == 1 else f"{nombre} cases"
        )
        lignes = len({trouvee.cle for trouvee in self._trouvees})
        suite = f" dans {lignes} lignes" if lignes > 1 else ""
        en_cours = "" if recherche.finie else "…"
        limite = f" Les {LIGNES_LISTEES} premières sont listées." if nombre > LIGNES_LISTEES else ""
        compte = f"{cases}{suite}{en_cours or '.'}{limite} {recherche.arret}"
        self.dire(f"{self._bilan} {compte}".strip())

    # Going from one to the next -----------------------------------------------------------------

    def aller(self, sens: int) -> None:
        """The next cell found, after the current one at first; after the last comes the first."""
        self.finir_la_recherche()
        if not self._trouvees:
            return
        if self._place < 0:
            self._place = self._depuis_la_case(sens)
        else:
            self._place = (self._place + sens) % len(self._trouvees)
        trouvee = self._trouvees[self._place]
        self.aller_a(trouvee.cle, trouvee.colonne.cle)
        if self._place < len(self.liste.donnees.elements):
            self.liste.choisir(self._place)
        self.dire(f"{self._place + 1} sur {len(self._trouvees)}")

    def _depuis_la_case(self, sens: int) -> int:
        index = self.vue.index_courant()
        if not index.isValid():
            return 0 if sens > 0 else len(self._trouvees) - 1
        visibles = {c: place for place, c in enumerate(self.vue.volets.colonnes_visibles())}
        ici = (index.row(), visibles.get(index.column(), 0))
        places = [
            (self.modele.position(t.cle), visibles.get(self.modele.rang(t.colonne.cle), 0))
            for t in self._trouvees
        ]
        if sens > 0:
            return next((p for p, place in enumerate(places) if place > ici), 0)
        return next((p for p in reversed(range(len(places))) if places[p] < ici), len(places) - 1)

    def _montrer_rang(self, rang: int) -> None:
        self._place = rang
        trouvee = self._trouvees[rang]
        self.aller_a(trouvee.cle, trouvee.colonne.cle)

    # Replacing ----------------------------------------------------------------------------------

    def _choisies(self) -> list[Trouvaille]:
        """Those ticked, and those beyond the list when all are."""
        suite = self._trouvees[LIGNES_LISTEES:] if self.tout.isChecked() else []
        return [*(self._trouvees[rang] for rang in self.liste.donnees.cochees()), *suite]

    def _compter_coches(self) -> None:
        nombre = sum(t.se_remplace for t in self._choisies()) if self._remplace else 0
        self.bouton.setEnabled(nombre > 0)
        self.bouton.setText(f"Remplacer ({nombre})" if nombre else "Remplacer")

    def remplacer(self) -> None:
        """Write what is ticked, in one operation; what is refused is said in the list."""
        self.finir_la_recherche()
        choisies = [t for t in self._choisies() if t.se_remplace]
        recherche = self._recherche
        if recherche is None:
            return
        try:
            faites = remplacer(recherche.demande, choisies)
        except CasesRefusees as erreur:
            self._noter_refus(choisies, erreur)
        except ErreurConnue as erreur:
            self.vue.refuse.emit(str(erreur))
        else:
            self._bilan = (
                f"Remplacé dans {faites} case{'s' if faites > 1 else ''}. Ctrl+Z l’annule."
            )
            self.dire(self._bilan)

    def _noter_refus(self, choisies: list[Trouvaille], erreur: CasesRefusees) -> None:
        raisons = {id(choisies[rang]): phrase for rang, phrase in erreur.refus.items()}
        self._trouvees = [
            replace(t, refus=raisons[id(t)]) if id(t) in raisons else t for t in self._trouvees
        ]
        self._lister()
        self.vue.refuse.emit(str(erreur))

    def sur_avis(self, avis: Avis) -> None:
        """What was found may have changed; what is only written beside the rows does not count."""
        if not avis.touche("mise_en_forme", "vue"):
            super().sur_avis(avis)

    def fermer(self) -> None:
        self._pas.stop()
        super().fermer()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        maj = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ctrl = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        touche = event.key()
        if touche == Qt.Key.Key_F3 or (
            touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.champ.hasFocus()
        ):
            self.aller(-1 if maj else 1)
        elif ctrl and touche in (Qt.Key.Key_F, Qt.Key.Key_H):
            self.ouvrir(remplacement=touche == Qt.Key.Key_H)
        else:
            super().keyPressEvent(event)


HAUTEUR_MINIMUM = 200


def panneau_de_recherche(page: PageTableau) -> PanneauRecherche:
    """The panel of the page, opened when it is not there."""
    if not isinstance(page.panneau, PanneauRecherche):
        panneau = PanneauRecherche(page)
        panneau.setMinimumHeight(theme().px(HAUTEUR_MINIMUM))
        page.ouvrir_panneau(panneau)
        return panneau
    return page.panneau
