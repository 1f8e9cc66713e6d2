"""What an open file hears of the tables of its pages, those of a part built later among them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.ui.ecran import Ecran
from app.ui.liens import suivre_lien
from app.ui.page_tableau import PageTableau
from app.ui.vue_tableau import VueTableau

if TYPE_CHECKING:
    from app.ui.document import Document


def adopter(document: Document, tableaux: list[PageTableau], page: Ecran, cle: str) -> None:
    """Hear every table of a page, and of its parts as they are built."""
    ecouter = partial(_ecouter, document, tableaux, cle)
    ecouter(page)
    page.bati.connect(ecouter)


def _ecouter(document: Document, tableaux: list[PageTableau], cle: str, page: QWidget) -> None:
    for vue in page.findChildren(VueTableau):
        vue.saisie_finie.connect(document.oublier_refus)
        vue.statistiques.connect(document.statistiques)
        vue.information.connect(document.information)
        vue.propose.connect(document.proposer)
    for tableau in page.findChildren(PageTableau):
        tableau.lien_demande.connect(partial(suivre_lien, document))
        tableau.onglets.fenetre_demandee.connect(partial(document.fenetre_demandee.emit, cle))
        tableaux.append(tableau)
