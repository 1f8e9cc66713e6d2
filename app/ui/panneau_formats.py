"""Conditional formats: the rules of the list, the ready ones, and an editor shown live on the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.errors import SaisieRefusee
from app.services.filtres import Condition, comparaisons_de, en_clair, predicat, valeurs_attendues
from app.services.mises_en_forme import DE_CHIFFRES, TOUTES, Regle, Style, styles_de
from app.services.modeles_de_forme import MODELES, Modele
from app.services.titres import nom_de
from app.ui.elements import bouton, bouton_icone, etiquette, marges
from app.ui.liste_cochable import Element, ListeCochable
from app.ui.panneau_outil import PanneauOutil, liste_de_colonnes, remplir

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

TOUTES_CASES = ""  # no condition: every cell of the column


class PanneauFormats(PanneauOutil):
    """A rule being written is worn by the table at once, and kept only by the button."""

    titre = "Mises en forme conditionnelles"
    geste = "mises_en_forme"

    def __init__(self, page: PageTableau) -> None:
        super().__init__(page)
        self._service = page.contexte.mises_en_forme
        self._regles: list[Regle] = []
        self._modifiee = ""
        self._tapee = False  # something was typed in the editor, and not kept
        partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(self._cote_regles())
        partage.addWidget(self._cote_editeur())
        partage.setSizes([520, 480])
        self.corps.addWidget(partage, 1)
        self._lister()
        self._changer_de_colonne()

    def _cote_regles(self) -> QWidget:
        self.liste = ListeCochable("Mises en forme du tableau", ("Règle", "Aspect"), souple=0)
        self.liste.header().setStretchLastSection(False)
        self.liste.setColumnWidth(1, 200)
        self.liste.choisie.connect(self._choisir_regle)
        self.liste.donnees.coche_changee.connect(self._activer)
        self.prets = bouton("Toutes prêtes")
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.prets.setMenu(self._menu)
        self.monter = bouton_icone("haut", "Regarder cette règle avant")
        self.descendre = bouton_icone("bas", "Regarder cette règle après")
        self.supprimer = bouton("Supprimer")
        self.monter.clicked.connect(lambda: self._deplacer(-1))
        self.descendre.clicked.connect(lambda: self._deplacer(1))
        self.supprimer.clicked.connect(self._supprimer)
        boutons = QHBoxLayout()
        marges(boutons, 0)
        for objet in (self.prets, self.monter, self.descendre, self.supprimer):
            boutons.addWidget(objet)
        boutons.addStretch(1)
        cote = QWidget()
        colonne = QVBoxLayout(cote)
        marges(colonne, 0, 8, 0, 0, espace=4)
        colonne.addWidget(self.liste, 1)
        colonne.addLayout(boutons)
        return cote

    def _cote_editeur(self) -> QWidget:
        self.colonne = liste_de_colonnes("Colonne à mettre en forme")
        self.lue = liste_de_colonnes("Colonne de la condition")
        self.test = QComboBox()
        self.test.setAccessibleName("Condition")
        self.valeur = QLineEdit()
        self.valeur.setAccessibleName("Valeur de la condition")
        self.seconde = QLineEdit()
        self.seconde.setAccessibleName("Seconde valeur de la condition")
        self.style = QComboBox()
        self.style.setAccessibleName("Aspect")
        self.enregistrer = bouton("Ajouter", "principal")
        self.nouvelle = bouton("Nouvelle règle")
        cote = QWidget()
        colonne = QVBoxLayout(cote)
        marges(colonne, 0, 0, 0, 8, espace=4)
        self.colonne.activated.connect(self._changer_de_colonne)
        self.lue.activated.connect(self._changer_de_lue)
        for boite in (self.test, self.style):
            boite.activated.connect(self._changer)
        for champ in (self.valeur, self.seconde):
            champ.textEdited.connect(self.attendre)
            champ.textEdited.connect(self._noter_saisie)
        self.enregistrer.clicked.connect(self.garder)
        self.nouvelle.clicked.connect(self._recommencer)
        for mot, objets in (
            ("Colonne", (self.colonne,)),
            ("Où", (self.lue, self.test, self.valeur, self.seconde)),
            ("Aspect", (self.style, self.enregistrer, self.nouvelle)),
        ):
            ligne = QHBoxLayout()
            marges(ligne, 0)
            titre = etiquette(mot, "petit")
            titre.setFixedWidth(56)
            ligne.addWidget(titre)
            for objet in objets:
                ligne.addWidget(objet, 0 if objet in (self.enregistrer, self.nouvelle) else 1)
            colonne.addLayout(ligne)
        colonne.addStretch(1)
        return cote

    # Rules --------------------------------------------------------------------------------------

    def _lister(self) -> None:
        self._regles = list(self._service.regles(self.habillage.liste))
        par_cle = {c.cle: c for c in self.modele.colonnes}
        self.liste.montrer(
            [
                Element((regle.phrase(par_cle), Style.libelle_de(regle.style)), coche=regle.active)
                for regle in self._regles
            ]
        )
        self._permettre()
        if not self._regles:
            self.dire("Aucune règle : choisissez-en une toute prête, ou écrivez la vôtre.")

    def _permettre(self) -> None:
        choisie = self._choisie()
        for objet in (self.monter, self.descendre, self.supprimer):
            objet.setEnabled(choisie is not None and self.est_modifiable)
        self.prets.setEnabled(self.est_modifiable)

    def _choisie(self) -> Regle | None:
        rang = self.liste.rang()
        return self._regles[rang] if 0 <= rang < len(self._regles) else None

    def _activer(self, rang: int, active: bool) -> None:
        regle = self._regles[rang]
        self.tenter(lambda: self._service.activer(regle.cle, active=active))

    def _deplacer(self, sens: int) -> None:
        regle, rang = self._choisie(), self.liste.rang()
        if regle is not None and self.tenter(
            lambda: self._service.deplacer(self.habillage.liste, regle.cle, sens)
        ):
            self.liste.choisir(min(max(rang + sens, 0), len(self._regles) - 1))

    def _supprimer(self) -> None:
        regle = self._choisie()
        if regle is not None and self.tenter(lambda: self._service.supprimer(regle.cle)):
            self._recommencer()

    # Ready formats ------------------------------------------------------------------------------

    def _proposer(self) -> None:
        """Those that this table can have; a bar or a top ten goes on the column of the editor."""
        self._menu.clear()
        for modele in MODELES:
            cibles = modele.cibles(self.modele.colonnes)
            if not cibles:
                continue
            if not modele.au_choix:
                self._menu.addAction(modele.libelle, lambda m=modele: self._mettre(m, TOUTES))
                continue
            sous_menu = self._menu.addMenu(modele.libelle)
            for colonne in cibles:
                sous_menu.addAction(
                    nom_de(colonne), lambda m=modele, c=colonne: self._mettre(m, c.cle)
                )

    def _mettre(self, modele: Modele, colonne: str) -> None:
        """Add a ready format, or switch on the one that is there."""
        presente = next(
            (r for r in self._regles if r.modele == modele.cle and r.colonne == colonne), None
        )
        if presente is not None:
            self.tenter(lambda: self._service.activer(presente.cle, active=True))
            return
        self.tenter(
            lambda: self._service.ajouter(
                self.habillage.liste, colonne, modele.style, modele=modele.cle
            )
        )

    # Editor -------------------------------------------------------------------------------------

    def colonne_de(self, boite: QComboBox) -> Colonne | None:
        cle = boite.currentData()
        if cle is None or not self.modele.a_la_colonne(cle):
            return None
        return self.modele.colonnes[self.modele.rang(cle)]

    def _changer_de_colonne(self, *_: object) -> None:
        """Other looks; the condition is on the same column until another is chosen."""
        if self.colonne.count() == 0:
            toutes = list(self.modele.colonnes)
            remplir(self.colonne, toutes, self.vue.colonne_visee())
            remplir(self.lue, toutes, self.vue.colonne_visee())
        colonne = self.colonne_de(self.colonne)
        if colonne is None:
            return
        self.lue.setCurrentIndex(max(0, self.lue.findData(colonne.cle)))
        garde = self.style.currentData()
        self.style.clear()
        for style in styles_de(colonne):
            self.style.addItem(style.libelle, str(style))
        self.style.setCurrentIndex(max(0, self.style.findData(garde)))
        self._changer_de_lue()

    def _changer_de_lue(self, *_: object) -> None:
        lue = self.colonne_de(self.lue)
        if lue is None:
            return
        garde = self.test.currentData()
        self.test.clear()
        for test, mots in comparaisons_de(lue):
            self.test.addItem(en_clair(mots), str(test))
        self.test.addItem("toutes les cases", TOUTES_CASES)
        self.test.setCurrentIndex(max(0, self.test.findData(garde)))
        self._changer()

    def _changer(self, *_: object) -> None:
        self.enregistrer.setEnabled(False)  # until the rule is whole
        test = self.test.currentData() or TOUTES_CASES
        attendues = valeurs_attendues(test) if test else 0
        self.valeur.setVisible(attendues > 0)
        self.seconde.setVisible(attendues > 1)
        self.attendre()

    def condition(self) -> Condition | None:
        lue, test = self.colonne_de(self.lue), self.test.currentData()
        if lue is None or not test:
            return None
        valeurs = (self.valeur.text(), self.seconde.text())[: valeurs_attendues(test)]
        condition = Condition.depuis_dict({"colonne": lue.cle, "test": test, "valeurs": valeurs})
        predicat(condition, lue)  # refused here rather than when a cell is drawn
        return condition

    def regle(self) -> Regle:
        """The rule of the editor. Raises SaisieRefusee while it is not whole."""
        colonne = self.colonne_de(self.colonne)
        if colonne is None:
            raise SaisieRefusee("Choisissez la colonne à mettre en forme.")
        condition, style = self.condition(), str(self.style.currentData())
        if condition is None and style not in DE_CHIFFRES and style != Style.GRAS:
            raise SaisieRefusee("Choisissez une condition : cet aspect signale quelques cases.")
        return Regle("", colonne.cle, style, condition)

    def recalculer(self) -> None:
        """The table wears the rule of the editor; its reach is said in words."""
        self.enregistrer.setEnabled(False)
        self.habillage.essayer(None)
        regle = self.regle()
        self.habillage.essayer(regle)
        habiller = self.habillage.habilleur_de([regle]).habillage(regle.colonne)
        lignes = self.lignes_montrees()
        portees = sum(habiller(ligne) is not None for _, ligne in lignes) if habiller else 0
        cases = "case" if portees < 2 else "cases"
        self.dire(f"Aperçu : {portees} {cases} sur {len(lignes)} lignes affichées.")
        self.enregistrer.setEnabled(self.est_modifiable)

    def garder(self) -> None:
        """Add the rule, or keep the changes of the one chosen."""
        self.calculer_ici()

        def ecrire() -> None:
            regle = self.regle()
            champs = {"style": regle.style, "condition": regle.condition}
            if self._modifiee:
                self._service.modifier(self._modifiee, colonne=regle.colonne, **champs)
            else:
                self._service.ajouter(self.habillage.liste, regle.colonne, **champs)

        if self.tenter(ecrire):
            self._recommencer()

    def brouillon(self) -> str:
        return "une règle de mise en forme en cours" if self._tapee else ""

    def _choisir_regle(self, rang: int) -> None:
        """The rule chosen comes in the editor; a ready one has nothing to edit."""
        self._permettre()
        regle = self._regles[rang]
        if regle.modele or self.colonne.findData(regle.colonne) < 0:
            self._recommencer()
            return
        self.colonne.setCurrentIndex(self.colonne.findData(regle.colonne))
        self._changer_de_colonne()
        if regle.condition is not None:
            self.lue.setCurrentIndex(max(0, self.lue.findData(regle.condition.colonne)))
            self._changer_de_lue()
            self.test.setCurrentIndex(max(0, self.test.findData(str(regle.condition.test))))
            for champ, texte in zip(
                (self.valeur, self.seconde), regle.condition.valeurs, strict=False
            ):
                champ.setText(texte)
        else:
            self.test.setCurrentIndex(self.test.findData(TOUTES_CASES))
        self.style.setCurrentIndex(max(0, self.style.findData(regle.style)))
        self._modifiee = regle.cle
        self._tapee = False
        self.enregistrer.setText("Enregistrer")
        self._changer()

    def _noter_saisie(self, texte: str) -> None:
        self._tapee = bool(texte.strip())

    def _recommencer(self) -> None:
        self._modifiee = ""
        self._tapee = False
        self.enregistrer.setText("Ajouter")
        self.enregistrer.setEnabled(False)
        for champ in (self.valeur, self.seconde):
            champ.clear()
        self._attente.stop()
        self.habillage.essayer(None)
        self._permettre()

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("mise_en_forme"):
            self._lister()

    def fermer(self) -> None:
        self.habillage.essayer(None)
        super().fermer()
