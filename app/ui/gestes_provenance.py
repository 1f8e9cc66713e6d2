"""The gestures that ask where a figure comes from, and the click on a total."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent

from app.services.columns import Colonne
from app.services.errors import SaisieRefusee
from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau
    from app.ui.regroupement import Groupe
    from app.ui.tableau import ModeleTableau
    from app.ui.vue_tableau import VueTableau

SANS_PROVENANCE = (
    "Cette case ne se calcule pas : tapez Maj+F7 pour savoir d’où vient le total de la colonne."
)


def page_de(vue: VueTableau) -> PageTableau | None:
    """The page that surrounds a table; for a table of a sheet, the one it stands beside."""
    from app.ui.page_tableau import PageTableau

    if vue.page is not None:
        return vue.page
    autres = vue.window().findChildren(PageTableau)
    return next((page for page in autres if page.isVisible()), None)


def _a_une_case(vue: VueTableau) -> bool:
    return vue.index_courant().isValid() and page_de(vue) is not None


def _a_un_total(vue: VueTableau) -> bool:
    cle = vue.colonne_visee()
    colonne = vue.modele.colonnes[vue.modele.rang(cle)] if cle else None
    return colonne is not None and colonne.total and page_de(vue) is not None


def expliquer_case(vue: VueTableau) -> None:
    """The parts of the current cell. Raises SaisieRefusee when nothing explains it."""
    from app.services.chiffres_lignes import chiffre_de
    from app.ui.panneau_provenance import expliquer_dans

    index = vue.index_courant()
    page = page_de(vue)
    if page is None or not index.isValid():
        return
    modele = vue.modele
    groupe = modele.groupe(index.row())
    if groupe is not None:
        _expliquer_groupe(page, modele, groupe, modele.colonnes[index.column()])
        return
    ligne = modele.lignes[index.row()]
    chiffre = chiffre_de(ligne, modele.colonnes[index.column()].cle)
    if chiffre is None:
        raise SaisieRefusee(SANS_PROVENANCE)
    expliquer_dans(page, chiffre)


def _expliquer_groupe(
    page: PageTableau, modele: ModeleTableau, groupe: Groupe, colonne: Colonne
) -> None:
    """The rows that make a subtotal."""
    from app.services.provenance import Provenance
    from app.ui.panneau_provenance import ouvrir_dans

    if not colonne.total:
        raise SaisieRefusee(SANS_PROVENANCE)
    provenance = Provenance(page.contexte.fichier)
    ouvrir_dans(page, lambda: provenance.total(colonne, modele.lignes_de(groupe)))


def expliquer_total(vue: VueTableau, colonne: Colonne) -> None:
    """The rows that make a total, as the filter leaves them."""
    from app.services.provenance import Provenance
    from app.ui.panneau_provenance import ouvrir_dans

    page = page_de(vue)
    if page is not None:
        provenance = Provenance(page.contexte.fichier)
        modele = vue.modele
        ouvrir_dans(page, lambda: provenance.total(colonne, modele.lignes_filtrees))


def _expliquer_colonne(vue: VueTableau) -> None:
    expliquer_total(vue, vue.modele.colonnes[vue.modele.rang(vue.colonne_visee())])


class ClicsDuPied(QObject):
    """A click on a total says where it comes from. Stands beside the totals row, which only paints."""

    def __init__(self, vue: VueTableau) -> None:
        super().__init__(vue)
        self._vue = vue
        pied = vue.volets.pied
        pied.setMouseTracking(True)
        pied.setToolTip("Cliquez sur un total pour savoir d’où il vient.")
        pied.installEventFilter(self)

    def eventFilter(self, _objet: QObject, evenement: QEvent) -> bool:
        if isinstance(evenement, QMouseEvent):
            colonne = self.colonne_a(evenement.position().toPoint())
            if evenement.type() == QEvent.Type.MouseMove:
                forme = Qt.CursorShape.PointingHandCursor if colonne else Qt.CursorShape.ArrowCursor
                self._vue.volets.pied.setCursor(forme)
            elif evenement.type() == QEvent.Type.MouseButtonRelease and colonne is not None:
                expliquer_total(self._vue, colonne)
                return True
        return False

    def colonne_a(self, position: QPoint) -> Colonne | None:
        """The column whose total stands there."""
        pied = self._vue.volets.pied
        for grille in self._vue.volets.grilles:
            fenetre = grille.entete.viewport()
            ici = fenetre.mapFromGlobal(pied.mapToGlobal(position)).x()
            if grille.isVisible() and 0 <= ici < fenetre.width():
                rang = grille.entete.logicalIndexAt(ici)
                colonne = self._vue.modele.colonnes[rang] if rang >= 0 else None
                return colonne if colonne is not None and colonne.total else None
        return None


GESTES = (
    Geste(
        "provenance",
        "D’où vient ce chiffre ?",
        Rubrique.CALCULS,
        expliquer_case,
        ("F7", "Ctrl+["),
        icone="provenance",
        permis=_a_une_case,
        cellule=True,
        aide="Les parts de la case, jusqu’à l’opération qui l’a écrite",
    ),
    Geste(
        "provenance_total",
        "D’où vient le total de la colonne ?",
        Rubrique.CALCULS,
        _expliquer_colonne,
        ("Shift+F7",),
        permis=_a_un_total,
        cellule=True,
        entete=True,
        aide="Les lignes qui le font, la plus grande d’abord, telles que le filtre les laisse",
    ),
)
