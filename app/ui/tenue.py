"""Holding a séance in the page of an open file, and leaving it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.document import Document


def tenir(document: Document, seance: str) -> None:
    """Show the cockpit of a séance, where it was left, and the public window."""
    from app.ui.cockpit import EcranCockpit

    quitter(document)
    page = EcranCockpit(document.contexte, seance)
    page.quitte.connect(lambda: document.aller("seances"))
    page.information.connect(document.information)
    document.montrer_cockpit(page)
    page.ouvrir()


def quitter(document: Document) -> None:
    """Close the cockpit and the public window; the séance stays open in the file."""
    page = document.oublier_cockpit()
    if page is not None:
        page.fermer()  # type: ignore[attr-defined]
        page.deleteLater()
