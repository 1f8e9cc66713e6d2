"""What is being written and is kept nowhere yet: nobody loses it without a question."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QWidget

PRINCIPAL = "principal"  # the role of the button that records
ABANDONNER = "Abandonner et continuer"


def brouillon_de(objet: QWidget | None) -> str:
    """What a panel or a form holds that is not recorded, « un commentaire »; empty: nothing."""
    dire = getattr(objet, "brouillon", None)
    return str(dire()) if dire is not None else ""


def brouillons(racine: QWidget) -> list[QWidget]:
    """Every widget under `racine` that holds something not recorded, seen or put aside."""
    return [objet for objet in racine.findChildren(QWidget) if brouillon_de(objet)]


def question(objet: QWidget) -> str:
    """One sentence: what would be lost, and what to do."""
    quoi = brouillon_de(objet)
    debut = f"{quoi[0].upper()}{quoi[1:]}"
    verbes = [b.text() for b in objet.findChildren(QPushButton) if b.property("role") == PRINCIPAL]
    if len(verbes) != 1:
        return f"{debut} : enregistrez ou abandonnez avant de continuer."
    return f"{debut} : cliquez sur « {verbes[0]} » ou abandonnez avant de continuer."
