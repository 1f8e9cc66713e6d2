"""Which file a window opens: a new one, one that is there, the demonstration, a backup."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog

from app.services.folders import dossier
from app.ui import dialogs

if TYPE_CHECKING:
    from app.ui.document import Document
    from app.ui.main_window import FenetrePrincipale

NOM_DEMO = "Démonstration.tdt"


def nouveau(fenetre: FenetrePrincipale) -> None:
    from app.services.referentiels import liste

    boite = dialogs.NouveauFichier([(r.id, r.nom) for r in liste()], fenetre)
    if boite.exec() != dialogs.QDialog.DialogCode.Accepted:
        return
    boite.creer()
    if fenetre.ouvrir(boite.chemin) and fenetre.document is not None:
        fenetre.document.changer_annee(boite.annee)


def choisir(fenetre: FenetrePrincipale, ou: str) -> None:
    chemin, _ = QFileDialog.getOpenFileName(fenetre, "Ouvrir un fichier", ou, dialogs.FILTRE)
    if chemin:
        fenetre.ouvrir(Path(chemin))


def demonstration(fenetre: FenetrePrincipale) -> None:
    """Open the demonstration, written once in the program's own folder."""
    chemin = dossier() / NOM_DEMO
    if not chemin.exists():
        from app.services.demo import creer_demo

        creer_demo(chemin)
    fenetre.ouvrir(chemin)


def copie_a_reunir(fenetre: FenetrePrincipale, document: Document) -> None:
    """Ask which copy a partner sent back, then show what it brings."""
    ou = str(document.contexte.fichier.chemin.parent)
    titre = "Choisir la copie d’un partenaire"
    chemin, _ = QFileDialog.getOpenFileName(fenetre, titre, ou, dialogs.FILTRE)
    if chemin:
        document.reunir(Path(chemin))


def echanges(fenetre: FenetrePrincipale, document: Document) -> dict[str, Callable[[], object]]:
    """The two gestures of a workbook that goes to the préfecture and comes back."""
    from app.ui import travaux

    return {
        "envoi": partial(travaux.exporter, fenetre, document, "envoi"),
        "retour": partial(classeur_revenu, fenetre, document),
    }


def classeur_revenu(fenetre: FenetrePrincipale, document: Document) -> None:
    """Ask which workbook came back: the import page knows it by its marks."""
    ou = str(document.contexte.fichier.chemin.parent)
    filtre = "Classeurs (*.xlsx *.xlsm *.ods *.xls);;Tous les fichiers (*)"
    titre = "Choisir le classeur revenu"
    chemin, _ = QFileDialog.getOpenFileName(fenetre, titre, ou, filtre)
    if chemin:
        document.importer(Path(chemin))


def sauvegardes(fenetre: FenetrePrincipale, ou: str) -> None:
    from app.ui.restauration import restaurer_une_sauvegarde

    restaurer_une_sauvegarde(fenetre, ou)
