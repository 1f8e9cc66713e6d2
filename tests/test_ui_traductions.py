"""Windows that Qt draws itself speak French, down to the last tooltip."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QTextBrowser,
    QTreeView,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.fabrique_fenetre import application

__all__ = ["application"]  # the fixture

PROPRIETES = ("windowTitle", "text", "toolTip", "placeholderText", "statusTip", "whatsThis",
              "accessibleName", "accessibleDescription")  # fmt: skip
BOUTONS = (
    "Ok Save SaveAll Open Yes YesToAll No NoToAll Abort Retry Ignore Close Cancel Discard Help Apply "
    "Reset RestoreDefaults"
)
# Words that Qt's windows use, none of which is a French word of them.
ANGLAIS = re.compile(
    r"\b(the|of|in|to|look|file|files|name|size|date|modified|kind|folder|new|create|open|save|"
    r"cancel|close|delete|remove|rename|show|hide|hidden|back|forward|directory|view|list|"
    r"detail|change|go|computer|recent|places|sidebar|drive|undo|redo|cut|copy|paste|select|all|"
    r"yes|no|help|apply|retry|ignore|abort|reset|discard|restore|defaults|location|link|search)\b",
    re.IGNORECASE,
)


pytestmark = pytest.mark.usefixtures("application")


def textes(racine: QWidget) -> Iterator[str]:
    """All that a window shows or says: widgets, actions, headers, choices."""
    for widget in (racine, *racine.findChildren(QWidget)):
        for propriete in PROPRIETES:
            yield str(widget.property(propriete) or "")
        if isinstance(widget, QComboBox):
            yield from (widget.itemText(rang) for rang in range(widget.count()))
        if isinstance(widget, QAbstractItemView) and (modele := widget.model()) is not None:
            for colonne in range(modele.columnCount()):
                yield str(modele.headerData(colonne, Qt.Orientation.Horizontal) or "")
    for action in racine.findChildren(QAction):
        yield from (action.text(), action.toolTip())


def en_anglais(lus: Iterator[str] | list[str]) -> set[str]:
    """The texts with an English word, paths left out."""
    return {t for t in lus if not t.startswith("/") and ANGLAIS.search(t.replace("&", ""))}


@pytest.mark.parametrize(
    "geste", [QFileDialog.AcceptMode.AcceptOpen, QFileDialog.AcceptMode.AcceptSave]
)
def test_la_fenetre_des_fichiers_est_en_francais(
    qtbot: QtBot, tmp_path: Path, geste: QFileDialog.AcceptMode
) -> None:
    boite = QFileDialog(None, "Ouvrir un fichier", str(tmp_path), "Fichiers Tour de table (*.tdt)")
    qtbot.addWidget(boite)
    boite.setOption(QFileDialog.Option.DontUseNativeDialog)
    boite.setAcceptMode(geste)
    lus = [texte for texte in textes(boite) if texte]
    assert {"Nom", "Taille", "Annuler", "&Type de fichier\u00a0:", "&Dossier\u00a0:"} <= set(lus)
    assert en_anglais(lus) == set()


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_la_liste_des_fichiers_dit_les_types_en_francais(qtbot: QtBot, tmp_path: Path) -> None:
    dossier = tmp_path / "partage"
    (dossier / "Années").mkdir(parents=True)
    (dossier / "suivi.inconnu").write_bytes(b"\x00\x01")
    boite = QFileDialog(None, "Ouvrir un fichier", str(dossier))
    qtbot.addWidget(boite)
    boite.setOption(QFileDialog.Option.DontUseNativeDialog)
    boite.setViewMode(QFileDialog.ViewMode.Detail)
    boite.show()
    vue = boite.findChild(QTreeView)
    assert vue is not None
    qtbot.waitUntil(lambda: vue.model().rowCount(vue.rootIndex()) == 2)
    types = [vue.model().index(rang, 2, vue.rootIndex()).data() for rang in range(2)]
    assert "Dossier" in types
    assert en_anglais(types) == set()


def test_les_boutons_des_messages_sont_en_francais(qtbot: QtBot) -> None:
    for boite in (QMessageBox(), QDialogButtonBox()):
        qtbot.addWidget(boite)
        for nom in BOUTONS.split():
            boite.addButton(boite.StandardButton[nom])
        lus = list(textes(boite))
        assert {"Annuler", "Fermer", "Enregistrer", "&Oui"} <= set(lus)
        assert en_anglais(lus) == set()


@pytest.mark.parametrize("editeur", [QLineEdit, QPlainTextEdit, QTextBrowser])
def test_le_menu_d_un_champ_est_en_francais(qtbot: QtBot, editeur: type[QLineEdit]) -> None:
    champ = editeur()
    qtbot.addWidget(champ)
    menu = champ.createStandardContextMenu()
    lus = [action.text() for action in menu.actions()]
    assert any(lu.startswith("Cop&ier") for lu in lus)
    assert en_anglais([lu.partition("\t")[0] for lu in lus]) == set()
    menu.deleteLater()
