"""Rows « fait – comparaison – valeur » of a composed rule: chosen in lists, never written."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.services.constats_conditions import Condition
from app.services.constats_operateurs import CHIFFREES, NatureFait, Operateur
from app.services.regles_composees import FaitOffert
from app.services.valeurs_de_condition import dire_valeur, lire_valeur_tapee
from app.ui.elements import bouton, bouton_icone, etiquette, marges
from app.ui.theme import theme

UNE_VALEUR, UN_FAIT = "valeur", "fait"
GROUPES = (
    ("tous", "toutes ces conditions"),
    ("un", "une au moins de ces conditions"),
    ("aucun", "aucune de ces conditions"),
)
TOUS_FINANCEURS = ("", "tous financeurs")


def liste(nom: str, choix: Sequence[tuple[str, str]], largeur: int = 0) -> QComboBox:
    """A list of (stored value, label)."""
    combo = QComboBox()
    combo.setAccessibleName(nom)
    combo.setMaxVisibleItems(20)
    if largeur:
        combo.setFixedWidth(theme().px(largeur))
    remplir(combo, choix)
    return combo


def remplir(combo: QComboBox, choix: Sequence[tuple[str, str]], valeur: str = "") -> None:
    """Other choices, without telling anybody."""
    avant = combo.blockSignals(True)
    combo.clear()
    for garde, libelle in choix:
        combo.addItem(libelle, garde)
    combo.setCurrentIndex(max(0, combo.findData(valeur)))
    combo.view().setMinimumWidth(combo.view().sizeHintForColumn(0) + theme().px(24))
    combo.blockSignals(avant)


class ChoixMultiple(QPushButton):
    """Several of a list, ticked in a menu; the button names them. `change()`."""

    change = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Valeurs")
        self._libelles: dict[str, str] = {}
        self.valeurs: list[str] = []
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._lister)

    def proposer(self, options: Sequence[tuple[str, str]], valeurs: Sequence[str]) -> None:
        self._libelles = dict(options)
        self.valeurs = [v for v in valeurs if v in self._libelles]
        self._dire()

    def _lister(self) -> None:
        self._menu.clear()
        for valeur, libelle in self._libelles.items():
            action = self._menu.addAction(libelle)
            action.setCheckable(True)
            action.setChecked(valeur in self.valeurs)
            action.toggled.connect(lambda coche, v=valeur: self._cocher(v, coche=coche))

    def _cocher(self, valeur: str, *, coche: bool) -> None:
        retenues = {*self.valeurs, valeur} if coche else {*self.valeurs} - {valeur}
        self.valeurs = [v for v in self._libelles if v in retenues]
        self._dire()
        self.change.emit()

    def _dire(self) -> None:
        noms = ", ".join(self._libelles[v] for v in self.valeurs) or "Choisir…"
        self.setText(noms if len(noms) <= 40 else f"{noms[:39]}…")
        self.setToolTip(noms)


class RangeeCondition(QWidget):
    """One condition. `change()`; `retiree()`: the person takes it away."""

    change = Signal()
    retiree = Signal()

    def __init__(self, faits: Sequence[FaitOffert]) -> None:
        super().__init__()
        self._faits = {f.nom: f for f in faits}
        self._operateurs: dict[str, Operateur] = {}
        self.fait = liste("Fait", [(f.nom, f.libelle) for f in faits], 280)
        self.de = liste("Financeur", (), 150)
        self.operateur = liste("Comparaison", (), 176)
        self.avec = liste("Comparé à", ((UNE_VALEUR, "la valeur"), (UN_FAIT, "le fait")), 124)
        self.texte = QLineEdit()
        self.texte.setAccessibleName("Valeur")
        self.texte.setMinimumWidth(theme().px(110))
        self.option = liste("Valeur", (), 200)
        self.options = ChoixMultiple()
        self.part = QLineEdit("100")
        self.part.setAccessibleName("Part du fait, en %")
        self.part.setFixedWidth(theme().px(48))
        self._pour_cent = etiquette("% de", "doux")
        self.autre = liste("Autre fait", (), 240)
        self.autre_de = liste("Financeur de l'autre fait", (), 150)
        retirer = bouton_icone("retirer", "Retirer cette condition")
        retirer.clicked.connect(self.retiree)
        ligne = QHBoxLayout(self)
        marges(ligne, 0, espace=8)
        for element in self._elements:
            ligne.addWidget(element)
        ligne.addStretch(1)
        ligne.addWidget(retirer)
        self._brancher()
        self._fait_change()

    @property
    def _elements(self) -> tuple[QWidget, ...]:
        return (
            self.fait,
            self.de,
            self.operateur,
            self.avec,
            self.texte,
            self.option,
            self.options,
            self.part,
            self._pour_cent,
            self.autre,
            self.autre_de,
        )

    def _brancher(self) -> None:
        self.fait.activated.connect(lambda _: self._fait_change())
        self.operateur.activated.connect(lambda _: self._operateur_change())
        self.avec.activated.connect(lambda _: self._operateur_change())
        self.autre.activated.connect(lambda _: self._autre_change())
        for combo in (self.de, self.option, self.autre_de):
            combo.activated.connect(lambda _: self.change.emit())
        self.options.change.connect(self.change)
        for champ in (self.texte, self.part):
            champ.textEdited.connect(lambda _: self.change.emit())

    # What follows a choice ----------------------------------------------------------------------

    @property
    def _choisi(self) -> FaitOffert:
        return self._faits[str(self.fait.currentData())]

    def _fait_change(self) -> None:
        fait = self._choisi
        remplir(self.de, (TOUS_FINANCEURS, *fait.financeurs))
        self.de.setVisible(bool(fait.financeurs))
        self._operateurs = {o.nom: o for o in fait.operateurs}
        remplir(self.operateur, [(o.nom, o.libelle) for o in fait.operateurs])
        remplir(self.option, fait.options)
        self.options.proposer(fait.options, ())
        pareils = [f for f in self._faits.values() if f.nature == fait.nature and f is not fait]
        remplir(self.autre, [(f.nom, f.libelle) for f in pareils])
        self.texte.clear()
        self.texte.setPlaceholderText(_EXEMPLES.get(fait.nature, ""))
        self._operateur_change()

    def _operateur_change(self) -> None:
        fait, operateur = self._choisi, self._operateurs[str(self.operateur.currentData())]
        chiffre = fait.nature in map(str, (*CHIFFREES, NatureFait.DATE))
        comparable = operateur.avec == "valeur" and chiffre and self.autre.count() > 0
        self.avec.setVisible(comparable)
        par_fait = comparable and self.avec.currentData() == UN_FAIT
        tapee = operateur.avec != "rien" and not par_fait
        self.texte.setVisible(tapee and not fait.options)
        self.option.setVisible(tapee and bool(fait.options) and operateur.avec == "valeur")
        self.options.setVisible(tapee and bool(fait.options) and operateur.avec == "liste")
        en_part = par_fait and fait.nature in map(str, CHIFFREES)
        self.part.setVisible(en_part)
        self._pour_cent.setVisible(en_part)
        self.autre.setVisible(par_fait)
        self._autre_change()

    def _autre_change(self) -> None:
        autre = self._faits.get(str(self.autre.currentData()))
        financeurs = autre.financeurs if autre is not None else ()
        remplir(
            self.autre_de, (TOUS_FINANCEURS, *financeurs), str(self.autre_de.currentData() or "")
        )
        self.autre_de.setVisible(bool(financeurs) and self.autre.isVisibleTo(self))
        self.change.emit()

    # What it says -------------------------------------------------------------------------------

    def condition(self) -> dict[str, Any]:
        """The leaf that the row makes. Raises SaisieRefusee when a value cannot be read."""
        fait, operateur = self._choisi, self._operateurs[str(self.operateur.currentData())]
        feuille: dict[str, Any] = {"fait": fait.nom, "op": operateur.nom}
        if de := self.de.currentData():
            feuille["de"] = de
        if operateur.avec == "rien":
            return feuille
        if self.autre.isVisibleTo(self):
            return {**feuille, **self._autre_fait(fait)}
        return {**feuille, "valeur": self._valeur(fait, operateur)}

    def _autre_fait(self, fait: FaitOffert) -> dict[str, Any]:
        dits: dict[str, Any] = {"autre": str(self.autre.currentData())}
        if de := self.autre_de.currentData():
            dits["de_autre"] = de
        if self.part.isVisibleTo(self):
            part = lire_valeur_tapee(fait.nature, self.part.text().removesuffix("%"))
            dits |= {"pct": part} if part != "100" else {}
        return dits

    def _valeur(self, fait: FaitOffert, operateur: Operateur) -> Any:
        if fait.options:
            return (
                list(self.options.valeurs)
                if operateur.avec == "liste"
                else str(self.option.currentData())
            )
        tape = self.texte.text()
        if operateur.avec == "liste":
            return [lire_valeur_tapee(fait.nature, t) for t in tape.split(";") if t.strip()]
        return lire_valeur_tapee(fait.nature, tape)

    def poser(self, feuille: Mapping[str, Any]) -> None:
        """Show a condition that was kept."""
        self.fait.setCurrentIndex(max(0, self.fait.findData(feuille["fait"])))
        self._fait_change()
        fait = self._choisi
        self.de.setCurrentIndex(max(0, self.de.findData(feuille.get("de", ""))))
        self.operateur.setCurrentIndex(max(0, self.operateur.findData(feuille["op"])))
        if "autre" in feuille:
            self.avec.setCurrentIndex(1)
            self.autre.setCurrentIndex(max(0, self.autre.findData(feuille["autre"])))
            self.part.setText(dire_valeur(fait.nature, feuille.get("pct", "100")))
        self._operateur_change()
        self.autre_de.setCurrentIndex(max(0, self.autre_de.findData(feuille.get("de_autre", ""))))
        self._poser_valeur(fait, feuille.get("valeur"))

    def _poser_valeur(self, fait: FaitOffert, valeur: Any) -> None:
        if valeur is None:
            return
        valeurs = valeur if isinstance(valeur, list) else [valeur]
        if fait.options:
            self.options.proposer(fait.options, valeurs)
            self.option.setCurrentIndex(max(0, self.option.findData(valeurs[0])))
        else:
            self.texte.setText("; ".join(dire_valeur(fait.nature, v) for v in valeurs))


_EXEMPLES = {
    str(NatureFait.EUROS): "12 500",
    str(NatureFait.POURCENT): "50",
    str(NatureFait.NOMBRE): "3",
    str(NatureFait.DATE): "15/03/2026",
}


class GroupeConditions(QWidget):
    """All of these conditions, one of them, or none. `change()`."""

    change = Signal()

    def __init__(self, titre: str) -> None:
        super().__init__()
        self._faits: Sequence[FaitOffert] = ()
        self.rangees: list[RangeeCondition] = []
        self.groupe = liste(f"{titre}, combien", GROUPES, 240)
        self.groupe.activated.connect(lambda _: self.change.emit())
        self.ajouter = bouton("Ajouter une condition", dessin="ajouter")
        self.ajouter.clicked.connect(lambda: self.ajouter_rangee().fait.setFocus())
        tete = QHBoxLayout()
        marges(tete, 0, espace=8)
        mot = etiquette(titre, "fort")
        mot.setMinimumWidth(theme().px(64))
        tete.addWidget(mot)
        tete.addWidget(self.groupe)
        tete.addWidget(self.ajouter)
        tete.addStretch(1)
        self._colonne = QVBoxLayout(self)
        marges(self._colonne, 0, espace=6)
        self._colonne.addLayout(tete)

    def offrir(self, faits: Sequence[FaitOffert]) -> None:
        """Other facts: what was asked of the former ones goes."""
        self._faits = faits
        for rangee in list(self.rangees):
            self._retirer(rangee)

    def ajouter_rangee(self) -> RangeeCondition:
        rangee = RangeeCondition(self._faits)
        rangee.change.connect(self.change)
        rangee.retiree.connect(lambda: self._retirer_a_la_main(rangee))
        self.rangees.append(rangee)
        self._colonne.addWidget(rangee)
        self.change.emit()
        return rangee

    def _retirer_a_la_main(self, rangee: RangeeCondition) -> None:
        self._retirer(rangee)
        self.ajouter.setFocus()

    def _retirer(self, rangee: RangeeCondition) -> None:
        self.rangees.remove(rangee)
        self._colonne.removeWidget(rangee)
        rangee.hide()
        rangee.deleteLater()
        self.change.emit()

    def condition(self) -> dict[str, Any]:
        """Raises SaisieRefusee when a value cannot be read."""
        dites = [rangee.condition() for rangee in self.rangees]
        return {str(self.groupe.currentData()): dites} if dites else {}

    def poser(self, condition: Condition) -> None:
        """Show what was kept: see `est_plate`."""
        feuilles = [condition] if "fait" in condition else next(iter(condition.values()), [])
        nom = "tous" if "fait" in condition else next(iter(condition), "tous")
        self.groupe.setCurrentIndex(max(0, self.groupe.findData(nom)))
        for feuille in feuilles:
            self.ajouter_rangee().poser(feuille)


def est_plate(condition: Condition) -> bool:
    """Without groups inside groups, which these rows do not show."""
    if not condition or "fait" in condition:
        return True
    return all("fait" in enfant for enfants in condition.values() for enfant in enfants)
