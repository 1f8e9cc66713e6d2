"""What a window shows of a file, noted to be shown again: in pages of another size, in another window."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QPlainTextEdit, QWidget

from app.services.programme_suivi import ProgrammeSuivi
from app.ui.gestes import geste

if TYPE_CHECKING:
    from app.ui.document import Document
    from app.ui.page_tableau import PageTableau

Rouvrir = Callable[["PageTableau"], object]
Champ = QLineEdit | QPlainTextEdit | QComboBox | QCheckBox
Nom = tuple[str, str]
SAISIS = (QLineEdit, QPlainTextEdit, QComboBox, QCheckBox)


# The fields of a panel ----------------------------------------------------------------------------


def _champs(panneau: QWidget) -> Iterator[tuple[Nom, Champ]]:
    """What a person fills, by its name, in the order it was built: what depends comes after."""
    for objet in panneau.findChildren(QWidget):
        if isinstance(objet, SAISIS):
            nom = objet.text() if isinstance(objet, QCheckBox) else objet.accessibleName()
            if nom:
                yield (type(objet).__name__, nom), objet


def relever(panneau: QWidget) -> dict[Nom, Any]:
    """What its fields hold."""
    return {nom: _valeur(champ) for nom, champ in _champs(panneau)}


def reposer(panneau: QWidget, valeurs: dict[Nom, Any]) -> None:
    """Fill the same fields, as a person would: what depends on each follows."""
    for nom, champ in list(_champs(panneau)):
        if nom in valeurs and valeurs[nom] != _valeur(champ):
            _remplir(champ, valeurs[nom])


def _valeur(champ: Champ) -> Any:
    if isinstance(champ, QComboBox):
        return champ.currentData() if champ.currentData() is not None else champ.currentText()
    if isinstance(champ, QCheckBox):
        return champ.isChecked()
    return champ.toPlainText() if isinstance(champ, QPlainTextEdit) else champ.text()


def _remplir(champ: Champ, valeur: Any) -> None:
    if isinstance(champ, QCheckBox):
        champ.setChecked(valeur)
    elif isinstance(champ, QPlainTextEdit):
        champ.setPlainText(valeur)
        champ.moveCursor(QTextCursor.MoveOperation.End)
    elif isinstance(champ, QLineEdit):
        champ.setText(valeur)
        champ.textEdited.emit(valeur)
    else:
        rang = champ.findData(valeur)
        rang = rang if rang >= 0 else champ.findText(str(valeur))
        if rang >= 0:
            champ.setCurrentIndex(rang)
            champ.activated.emit(rang)


def par_geste(panneau: QWidget, cle: str) -> Rouvrir:
    """What opens a panel again by its gesture, filled as it is now."""
    valeurs = relever(panneau)

    def rouvrir(page: PageTableau) -> None:
        geste(cle).executer(page.vue)
        if page.panneau is not None:
            reposer(page.panneau, valeurs)

    return rouvrir


# A window -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reprise:
    """`cases`: the current cell of each list; `panneaux`: (page, list, what opens a panel again);

    `clavier`: (page, list, field) of the panel that is being typed in.
    """

    page: str
    annee: int
    appel: str
    cases: dict[tuple[str, str], tuple[str, str]]
    panneaux: tuple[tuple[str, str, Rouvrir], ...] = ()
    suivi: ProgrammeSuivi | None = None
    clavier: tuple[str, str, Nom] | None = None

    def poser(self, document: Document, page: str = "") -> None:
        """Show it; `page`: another page than the one that was in view."""
        if self.annee != document.annee:
            document.changer_annee(self.annee)
        if self.appel:
            document.choisir_appel(self.appel)
        for cle, liste, rouvrir in self.panneaux:
            for tableau in document.tableaux_de(document.page(cle)):
                if tableau.liste == liste:
                    rouvrir(tableau)
        document.aller(page or self.page)
        for cle, ecran in document.pages.items():
            for tableau in document.tableaux_de(ecran):
                tableau.vue.aller_a(*self.cases.get((cle, tableau.liste), ("", "")))
                self._rendre_le_clavier(cle, tableau)

    def _rendre_le_clavier(self, cle: str, tableau: PageTableau) -> None:
        if self.clavier is not None and tableau.panneau is not None:
            champs = dict(_champs(tableau.panneau))
            if self.clavier[:2] == (cle, tableau.liste) and self.clavier[2] in champs:
                champs[self.clavier[2]].setFocus()


def noter(document: Document, *, panneaux: bool = False) -> Reprise:
    """`panneaux`: the page is about to be built again, with its rows and its open panels."""
    document.noter_vues()
    pages = [(cle, document.tableaux_de(ecran)) for cle, ecran in document.pages.items()]
    ouverts = tuple(
        (cle, tableau.liste, rouvrir)
        for cle, tableaux in pages
        for tableau in tableaux
        for rouvrir in tableau.reouvertures()
        if panneaux
    )
    return Reprise(
        document.page_stable,
        document.annee,
        document.actions.appel,
        {(cle, t.liste): t.vue.case_courante() for cle, tableaux in pages for t in tableaux},
        ouverts,
        document.actions.suivi if panneaux else None,
        _au_clavier(pages) if panneaux else None,
    )


def _au_clavier(pages: list[tuple[str, list[PageTableau]]]) -> tuple[str, str, Nom] | None:
    """The field of a panel that has the keyboard: what is typed next must not go to a cell."""
    for cle, tableaux in pages:
        for tableau in tableaux:
            for nom, champ in _champs(tableau.panneau) if tableau.panneau is not None else ():
                if champ.hasFocus():
                    return cle, tableau.liste, nom
    return None
