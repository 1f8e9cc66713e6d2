"""What an open file hears of the tables of its pages, those of a part built later among them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from app.ui.liens import suivre_lien
from app.ui.page_tableau import PageTableau
from app.ui.vue_tableau import VueTableau

if TYPE_CHECKING:
    from app.ui.document import Document


def adopter(
    document: Document,
    tableaux: list[PageTableau],
    page: QWidget,
    *,
    oublier_refus: Callable[[], None],
) -> None:
    """Hear every table of a page. A page that has `bati(part)` tells it of its parts built later."""
    for vue in page.findChildren(VueTableau):
        vue.saisie_finie.connect(oublier_refus)
        vue.statistiques.connect(document.statistiques)
        vue.information.connect(document.information)
    for tableau in page.findChildren(PageTableau):
        tableau.lien_demande.connect(partial(suivre_lien, document))
        tableaux.append(tableau)
    if hasattr(page, "bati"):
        page.bati.connect(
            lambda partie: adopter(document, tableaux, partie, oublier_refus=oublier_refus)
        )
