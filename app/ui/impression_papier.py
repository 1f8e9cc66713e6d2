"""Pages sent to a printer of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrinterInfo
from PySide6.QtWidgets import QDialog, QWidget

from app.services.errors import ErreurConnue
from app.ui.feuille_peinte import peindre_traces

if TYPE_CHECKING:
    from app.ui.apercu_pages import EnPages


def imprimer_pages(pages: EnPages, parent: QWidget) -> bool:
    """Ask which printer and which pages, then print. False: given up. Raises ErreurConnue."""
    if not QPrinterInfo.availablePrinterNames():
        raise ErreurConnue(
            "Aucune imprimante n’est installée sur ce poste : enregistrez un PDF, puis imprimez-le "
            "ailleurs."
        )
    imprimante = preparer(pages)
    boite = QPrintDialog(imprimante, parent)
    boite.setWindowTitle("Imprimer")
    boite.setMinMax(1, pages.nombre)
    if boite.exec() != QDialog.DialogCode.Accepted:
        return False
    imprimer_sur(imprimante, pages)
    return True


def preparer(pages: EnPages) -> QPrinter:
    """A printer with the paper of the pages, which bear their own margins."""
    imprimante = QPrinter(QPrinter.PrinterMode.HighResolution)
    papier = pages.papier
    court, long = sorted((papier.largeur, papier.hauteur))
    imprimante.setPageSize(QPageSize(QSizeF(court, long), QPageSize.Unit.Point))
    paysage = papier.largeur > papier.hauteur
    orientation = QPageLayout.Orientation
    imprimante.setPageOrientation(orientation.Landscape if paysage else orientation.Portrait)
    imprimante.setFullPage(True)
    imprimante.setPageMargins(QMarginsF(0, 0, 0, 0))
    imprimante.setDocName(pages.objet)
    return imprimante


def imprimer_sur(imprimante: QPrinter, pages: EnPages) -> None:
    """The pages chosen, at the resolution of the printer. Raises ErreurConnue."""
    premiere = imprimante.fromPage() or 1
    derniere = min(imprimante.toPage() or pages.nombre, pages.nombre)
    with QPainter(imprimante) as peintre:
        if not peintre.isActive():
            raise ErreurConnue("L’imprimante ne répond pas : vérifiez-la, puis recommencez.")
        echelle = imprimante.resolution() / 72
        for numero in range(premiere, derniere + 1):
            if numero > premiere:
                imprimante.newPage()
            peintre.save()
            peintre.scale(echelle, echelle)
            peindre_traces(peintre, pages.traces(numero), pages.papier.hauteur)
            peintre.restore()
