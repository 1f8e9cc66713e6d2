"""What the program takes for granted of the Qt it is locked to."""

import subprocess
import sys
from pathlib import Path

CINQ_MILLE_EMISSIONS = """
from PySide6.QtCore import QObject, Signal

class Emetteur(QObject):
    coche = Signal(bool)
    change = Signal(object)

emetteur, recus = Emetteur(), []
emetteur.coche.connect(recus.append)
emetteur.change.connect(recus.append)
for _ in range(5000):
    emetteur.coche.emit(True)
    emetteur.change.emit(None)
assert recus == [True, None] * 5000
"""


def test_cinq_mille_signaux_passent_sans_perdre_de_reference() -> None:
    """PySide6 6.12.0 under Python 3.11 drops a reference at each one and aborts after some 560.

    In a process of its own: an abort would take the whole run away without a word.
    """
    fini = subprocess.run(
        [sys.executable, "-c", CINQ_MILLE_EMISSIONS], capture_output=True, text=True, check=False
    )
    assert (fini.returncode, fini.stderr) == (0, "")


def test_les_boutons_standard_de_qt_ont_leur_traduction_francaise() -> None:
    from PySide6.QtCore import QLibraryInfo

    traductions = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
    assert (traductions / "qtbase_fr.qm").is_file()
