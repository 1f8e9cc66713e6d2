"""Holding a séance in the page of an open file, and leaving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt

if TYPE_CHECKING:
    from app.ui.document import Document


def tenir(document: Document, seance: str) -> None:
    """Show the cockpit of a séance, where it was left, and the public window."""
    from app.ui.cockpit import EcranCockpit

    tenante = document.ouvert.document_en_seance()
    if tenante not in (None, document):
        _montrer_la_fenetre(tenante, seance)
        return
    page = document.cockpit
    if isinstance(page, EcranCockpit) and page.cours.seance == seance:
        document.montrer_cockpit(page)
        page.montree()
        return
    quitter(document)
    page = EcranCockpit(document.contexte, seance)
    # Queued: the page may ask it while it is being told what has changed.
    page.quitte.connect(lambda: _revenir(document), Qt.ConnectionType.QueuedConnection)
    page.information.connect(document.information)
    page.cases.echap.connect(lambda _: document.oublier_refus())
    document.montrer_cockpit(page)
    page.ouvrir()


def _montrer_la_fenetre(document: Document, seance: str) -> None:
    """The room has one screen: the window that holds a séance holds this one too."""
    fenetre = document.window()
    fenetre.raise_()
    fenetre.activateWindow()
    document.tenir(seance)


def _revenir(document: Document) -> None:
    if document.cockpit is not None:
        document.aller("seances")
        quitter(document)


def quitter(document: Document) -> None:
    """Close the cockpit and the public window; the séance stays open in the file."""
    page = document.oublier_cockpit()
    if page is not None:
        page.fermer()  # type: ignore[attr-defined]
        page.deleteLater()
