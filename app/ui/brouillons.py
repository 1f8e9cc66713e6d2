"""What is being written and is kept nowhere yet: nobody loses it without a question."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

PRINCIPAL = "principal"  # the role of the button that records
ABANDONNER = "Abandonner et continuer"


class Redige:
    """Beside QWidget: a panel, a form, a page in which something may be written before it is kept."""

    def brouillon(self) -> str:
        """What is being written and not recorded, « un commentaire »; empty: nothing."""
        return ""


def brouillons(racine: QWidget) -> list[QWidget]:
    """Every widget under `racine` that holds something not recorded, seen or put aside."""
    return [
        objet
        for objet in racine.findChildren(QWidget)
        if isinstance(objet, Redige) and objet.brouillon()
    ]


def question(objet: Redige) -> str:
    """One sentence: what would be lost, and what to do."""
    quoi = objet.brouillon()
    debut = f"{quoi[0].upper()}{quoi[1:]}"
    assert isinstance(objet, QWidget)
    verbes = [b.text() for b in objet.findChildren(QPushButton) if b.property("role") == PRINCIPAL]
    if len(verbes) != 1:
        return f"{debut} : enregistrez ou abandonnez avant de continuer."
    return f"{debut} : cliquez sur « {verbes[0]} » ou abandonnez avant de continuer."
