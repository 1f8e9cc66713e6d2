"""Notices reach the window in the order of the commits, whoever committed."""

from threading import Thread

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from app.services.actions import Actions
from app.services.fichier import Fichier
from app.ui.bridge import Pont
from tests import fabriques


def test_ce_que_l_ouvrier_valide_d_abord_est_dit_d_abord(fichier: Fichier, qtbot: QtBot) -> None:
    decor = fabriques.decor(fichier)
    racine = QObject()
    pont = Pont(fichier.bus, racine)
    recus: list[str] = []
    pont.avis.connect(lambda avis: recus.append(avis.modifications[0].apres["titre"]))
    actions = Actions(fichier)
    fil = Thread(target=lambda: actions.modifier(decor.action, titre="Du fil"))
    fil.start()
    fil.join()
    actions.modifier(decor.action, titre="De la fenêtre")
    assert recus == ["Du fil", "De la fenêtre"]
    qtbot.wait(20)
    assert recus == ["Du fil", "De la fenêtre"]
    pont.detacher()


def test_fermer_dit_d_abord_ce_qui_attend(fichier: Fichier, qtbot: QtBot) -> None:
    decor = fabriques.decor(fichier)
    racine = QObject()
    pont = Pont(fichier.bus, racine)
    recus: list[str] = []
    pont.avis.connect(lambda avis: recus.append(avis.libelle))
    fil = Thread(target=lambda: Actions(fichier).modifier(decor.action, titre="Du fil"))
    fil.start()
    fil.join()
    pont.detacher()
    assert recus == ["Modifier l'intitulé"]
    Actions(fichier).modifier(decor.action, titre="Après")
    assert fichier.undo.a_annuler() == ["Modifier l'intitulé", "Modifier l'intitulé"]
