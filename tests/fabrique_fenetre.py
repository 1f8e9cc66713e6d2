"""The window as a person meets it: a copy of the demonstration, real keys, and what can be read.

Import the fixtures that a module needs by name: the demonstration is written once for the session.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app import boot
from app.services.contexte import Contexte
from app.ui.application import preparer
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.theme import theme

ANNEE = 2026
CTRL = Qt.KeyboardModifier.ControlModifier
SANS_ECRAN = "This plugin does not support"  # what the platform without a screen says of itself
TAILLE = (1366, 768)


@cache
def ecrire_demo(base: Path, actions_par_an: int = 200) -> Path:
    """The demonstration, closed: to be copied, never opened. Written once for all the processes."""
    from filelock import FileLock

    from app.services.demo import creer_demo

    dossier = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    chemin = dossier / f"modele-{actions_par_an}.tdt"
    with FileLock(dossier / f"{chemin.name}.verrou"):
        if not chemin.exists():
            creer_demo(chemin, actions_par_an=actions_par_an)
    return chemin


@pytest.fixture(scope="session")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration as people receive it: 200 actions a year."""
    return ecrire_demo(tmp_path_factory.getbasetemp())


@pytest.fixture(scope="session")
def modele_reduit(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 60 actions a year, three times quicker to open and to close.

    For what does not depend on how long the lists are: `import modele_reduit as modele`.
    """
    return ecrire_demo(tmp_path_factory.getbasetemp(), 60)


@pytest.fixture
def demo(modele: Path, tmp_path: Path) -> Path:
    """A copy of the demonstration for one test."""
    chemin = tmp_path / "programme.tdt"
    shutil.copy(modele, chemin)
    return chemin


@pytest.fixture
def application(qtbot: QtBot) -> Iterator[QApplication]:
    """The application in French, light, at 100 %, whatever the test before did of it."""
    prete = _preparer()
    _habiller()
    yield prete
    laisser_faire()
    _habiller()


_preparer = cache(preparer)


def _habiller() -> None:
    """The look of the tests. Putting on the one already worn takes a tenth of a second."""
    if (theme().mode, theme().echelle) != ("clair", 1.0):
        theme().definir("clair", echelle=100)


@pytest.fixture
def contexte(application: QApplication, demo: Path) -> Iterator[Contexte]:
    """The open copy and its services, without a window."""
    ouvert = boot.ouvrir(demo)
    yield ouvert
    ouvert.fichier.fermer()


@pytest.fixture
def fenetre(application: QApplication) -> Iterator[FenetrePrincipale]:
    """The main window, on its welcome page."""
    montree = FenetrePrincipale()
    montrer(montree)
    yield montree
    montree.close()
    montree.deleteLater()


@pytest.fixture
def document(fenetre: FenetrePrincipale, demo: Path) -> Document:
    """The page of the demonstration, open in the window."""
    assert fenetre.ouvrir(demo)
    laisser_faire()
    assert fenetre.document is not None
    return fenetre.document


def montrer(objet: QWidget, taille: tuple[int, int] = TAILLE) -> None:
    """Show something as the window in use, at a size."""
    objet.resize(*taille)
    objet.show()
    objet.activateWindow()
    QTest.qWaitForWindowExposed(objet)
    laisser_faire()


def laisser_faire() -> None:
    """Let Qt deliver what waits: layouts, paints, widgets promised to be deleted."""
    for _ in range(3):
        QCoreApplication.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def taper(texte: str) -> None:
    """Type characters one by one where the cursor is."""
    for signe in texte:
        if signe.isascii():
            QTest.keyClick(avec_le_clavier(), signe)
        else:  # QTest only knows the keys of ASCII
            QApplication.sendEvent(
                avec_le_clavier(),
                QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, signe),
            )


def frapper(touche: Qt.Key, modificateurs: Any = Qt.KeyboardModifier.NoModifier) -> None:
    """Press one key where the cursor is, and let its effects happen."""
    QTest.keyClick(avec_le_clavier(), touche, modificateurs)
    laisser_faire()


def avec_le_clavier() -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None, "rien n'a le clavier"
    return widget


def mot_du_menu(fenetre: Any, commande: str) -> str:
    """What the menu says of a command, read as it opens."""
    action = fenetre.actions_fenetre[commande]
    for menu in fenetre.menuBar().findChildren(QMenu):
        if action in menu.actions():
            menu.aboutToShow.emit()
    return str(action.text())


def nomme(parent: QWidget, nom: str, sorte: type[QWidget] = QWidget) -> Any:
    """The visible widget that a screen reader calls `nom`, or whose text it is."""
    visibles = [widget for widget in parent.findChildren(sorte) if widget.isVisible()]
    trouves = [widget for widget in visibles if widget.accessibleName() == nom] or [
        widget for widget in visibles if texte_de(widget) == nom
    ]
    assert len(trouves) == 1, f"{len(trouves)} « {nom} »"
    return trouves[0]


def texte_de(objet: QWidget) -> str:
    """Words of a label, a button or a field; nothing for the rest."""
    return str(getattr(objet, "text", str)())


def lire(chemin: Path, requete: str, *valeurs: object) -> list[tuple[Any, ...]]:
    """What the file holds, read beside the program, with SQL written here."""
    connexion = sqlite3.connect(f"{chemin.resolve().as_uri()}?mode=ro", uri=True)
    try:
        return connexion.execute(requete, valeurs).fetchall()
    finally:
        connexion.close()


def operations(chemin: Path) -> int:
    """How many entries the journal has."""
    return int(lire(chemin, "SELECT count(*) FROM operation")[0][0])
