"""Ctrl+Z and Ctrl+Y in the menu: whether they would do something, and what."""

from collections.abc import Mapping

from PySide6.QtGui import QAction

from app.models.montants import INSECABLE
from app.services.contexte import Contexte

VERBES = {"annuler": "Annuler", "retablir": "Rétablir"}


def permettre(actions: Mapping[str, QAction], contexte: Contexte | None) -> None:
    """After each operation."""
    undo = contexte.fichier.undo if contexte else None
    actions["annuler"].setEnabled(undo is not None and undo.peut_annuler)
    actions["retablir"].setEnabled(undo is not None and undo.peut_retablir)


def nommer(actions: Mapping[str, QAction], contexte: Contexte | None) -> None:
    """As the menu opens, and not sooner: each typed amount is another name, which Qt lays out."""
    for cle, libelles in _libelles(contexte).items():
        suite = f"{INSECABLE}: {libelles[0]}" if libelles else ""
        actions[cle].setText(VERBES[cle] + suite)


def _libelles(contexte: Contexte | None) -> dict[str, list[str]]:
    undo = contexte.fichier.undo if contexte else None
    return {
        "annuler": undo.a_annuler() if undo else [],
        "retablir": undo.a_retablir() if undo else [],
    }
