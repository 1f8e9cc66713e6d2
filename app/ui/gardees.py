"""Cells left wrong for now: keeping what is refused, going from one to the next, giving one up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.ui.editeurs import texte_tape

if TYPE_CHECKING:
    from app.ui.habillage import Habillage
    from app.ui.vue_tableau import VueTableau

GARDER = "Garder tel quel, à corriger (Alt+F3)"


def _habillage(vue: VueTableau) -> Habillage | None:
    """What keeps such texts; None where nothing is written beside the rows, or nothing at all."""
    return None if vue.page is None or vue.modele.lecture_seule else vue.page.habillage


def proposer_de_garder(vue: VueTableau, editeur: QWidget) -> None:
    """Beside the sentence of a refusal: the text can stay, circled, until it is corrected."""
    if _habillage(vue) is not None and texte_tape(editeur).strip():
        vue.propose.emit(GARDER, lambda: garder_a_corriger(vue, editeur))


def garder_a_corriger(vue: VueTableau, editeur: QWidget) -> None:
    """Keep the refused text of an editor beside its cell, then move on as for any value."""
    habillage, index = _habillage(vue), vue.index_courant()
    grille = vue.volets.grille_de(index.column())
    if habillage is None or grille.delegue.editeur is not editeur:
        return
    texte = texte_tape(editeur)
    ligne, colonne = vue.case_courante()
    grille.closeEditor(editeur, grille.ABANDON)
    vue.tenter(lambda: habillage.a_corriger.garder(ligne, colonne, texte))
    vue.aller(min(index.row() + 1, vue.modele.rowCount() - 1), index.column())
    vue.setFocus()


def a_une_case_a_corriger(vue: VueTableau) -> bool:
    """True when the current cell waits to be corrected."""
    habillage = _habillage(vue)
    return (
        habillage is not None and habillage.a_corriger.de_la_case(*vue.case_courante()) is not None
    )


def oublier(vue: VueTableau) -> None:
    habillage = _habillage(vue)
    if habillage is not None:
        habillage.a_corriger.oublier(*vue.case_courante())


def suivante(vue: VueTableau) -> None:
    """Go to the next cell that waits, after the current one, round the table."""
    habillage, modele = _habillage(vue), vue.modele
    cases = [] if habillage is None else habillage.a_corriger.cases(modele.cles_filtrees)
    connues = [
        (modele.cles_filtrees.index(li), modele.rang(c), li, c)
        for li, c in cases
        if modele.a_la_colonne(c)
    ]
    if not connues:
        vue.dire("Aucune case à corriger parmi les lignes affichées.")
        return
    index = vue.index_courant()
    cle = vue.cle_courante()
    ici = (
        (modele.cles_filtrees.index(cle), index.column())
        if cle in modele.cles_filtrees
        else (-1, -1)
    )
    apres = sorted(connues, key=lambda case: (case[:2] <= ici, case[:2]))[0]
    if modele.devoiler(apres[2]) >= 0:
        vue.volets.masquer(apres[3], masquee=False)
        vue.aller_a(apres[2], apres[3])
    combien = f"{len(connues)} cases à corriger" if len(connues) > 1 else "Une case à corriger"
    vue.dire(f"{combien} parmi les lignes affichées.")
