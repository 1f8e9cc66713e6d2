"""What every test starts from: no screen, its own folders, and nothing left behind."""

import gc
import importlib
import logging
import os
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before the first import of Qt

import hypothesis
import pytest
import registre

DOSSIER_DU_PROGRAMME = "TOUR_DE_TABLE_DOSSIER"
REUSSIS: set[str] = set()
_DOSSIER_DE_SECOURS = pytest.StashKey["tempfile.TemporaryDirectory[str]"]()

hypothesis.settings.register_profile(
    "rapide", max_examples=20, deadline=None, derandomize=True, database=None
)
hypothesis.settings.register_profile("long", max_examples=1000, deadline=None, print_blob=True)


def pytest_configure(config: pytest.Config) -> None:
    gc.set_threshold(100_000, 50, 50)  # thousands of tests leave objects that do not die
    hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "rapide"))
    # Fixtures wider than one test come before `dossier_du_programme`: they too stay out of the
    # folders of the person who runs the tests.
    secours = tempfile.TemporaryDirectory(prefix="tour-de-table-", ignore_cleanup_errors=True)
    config.stash[_DOSSIER_DE_SECOURS] = secours
    os.environ[DOSSIER_DU_PROGRAMME] = secours.name


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_DOSSIER_DE_SECOURS].cleanup()


@pytest.hookimpl(tryfirst=True)
def pytest_collection(session: pytest.Session) -> None:
    """Import first the modules that the other processes leave for later: each is compiled once.

    On sources just fetched, rewriting the asserts takes ten seconds, which the processes share.
    """
    entree = getattr(session.config, "workerinput", None)
    if entree is None or not registre.toute_la_suite(session.config):
        return
    rang, nombre = int(entree["workerid"].removeprefix("gw")), int(entree["workercount"])
    modules = sorted(chemin.stem for chemin in Path(__file__).parent.glob("test_*.py"))
    for module in modules[rang::nombre]:
        with suppress(Exception, pytest.skip.Exception):  # told by the collection itself
            importlib.import_module(module)


# Proofs of the requirements: see registre.py -------------------------------------------------------


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Called in the process that gathers the results, however many processes run the tests."""
    if report.when == "call" and report.passed:
        REUSSIS.add(report.nodeid.partition("[")[0])


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """After the whole suite, every proof that the register of requirements names must have passed."""
    config = session.config
    if hasattr(config, "workerinput") or not registre.toute_la_suite(config):
        return
    manquantes = registre.preuves_manquantes(REUSSIS)
    if manquantes:
        print("\nexigences.csv nomme des essais qui n'ont pas réussi :", *manquantes, sep="\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


# Around each test ---------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def dossier_du_programme(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Settings, backups and logs of the program, empty for each test."""
    dossier = tmp_path / "dossier-du-programme"
    dossier.mkdir()
    monkeypatch.setenv(DOSSIER_DU_PROGRAMME, str(dossier))
    return dossier


class _Releve(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def aucun_avertissement_au_journal(request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning in the log is a failure, unless the test reads the log itself (`caplog`)."""
    releve = _Releve()
    racine = logging.getLogger()
    racine.addHandler(releve)
    try:
        yield
    finally:
        racine.removeHandler(releve)
    if releve.messages and "caplog" not in request.fixturenames:
        pytest.fail("Avertissements inattendus au journal :\n" + "\n".join(releve.messages))


@pytest.fixture(autouse=True)
def rien_ne_reste_en_marche(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """After a test of the window: no thread, no timer, no window of ours is left."""
    if "qtbot" not in request.fixturenames:
        yield
        return
    fils_d_avant = set(threading.enumerate())
    fenetres_d_avant = _fenetres_ouvertes()
    en_marche = _suivre_les_demarrages(monkeypatch)
    yield
    _vider_le_presse_papiers()
    restes = sorted(_fenetres_ouvertes() - fenetres_d_avant)
    restes += [quoi for quoi in map(_nommer, en_marche) if quoi]
    restes += [
        f"fil {fil.name}"
        for fil in threading.enumerate()
        # A thread that Qt started shows up in Python as a dummy: the QThread itself is followed.
        if fil not in fils_d_avant and not isinstance(fil, threading._DummyThread)
    ]
    if restes:
        pytest.fail("Le test laisse derrière lui :\n" + "\n".join(restes))


def _vider_le_presse_papiers() -> None:
    """The offscreen platform gives its clipboard back too late, and the process dies at exit."""
    from PySide6.QtGui import QGuiApplication

    if QGuiApplication.platformName() == "offscreen":
        QGuiApplication.clipboard().clear()


def _suivre_les_demarrages(monkeypatch: pytest.MonkeyPatch) -> "list[weakref.ref[Any]]":
    """Weak references to every QThread and QTimer that Python starts from now on."""
    from PySide6.QtCore import QThread, QTimer

    en_marche: list[weakref.ref[Any]] = []

    def suivi(demarrer: Callable[..., Any]) -> Callable[..., Any]:
        def demarrer_et_noter(soi: Any, *arguments: Any) -> Any:
            en_marche.append(weakref.ref(soi))
            # Connected to a signal, Qt's own `start` leaves out the arguments that are not for it.
            return demarrer(soi, *[a for a in arguments if isinstance(a, int | QThread.Priority)])

        return demarrer_et_noter

    for classe in (QThread, QTimer):
        monkeypatch.setattr(classe, "start", suivi(classe.start))
    return en_marche


def _nommer(reference: "weakref.ref[Any]") -> str:
    """What still runs behind this reference, or nothing."""
    import shiboken6
    from PySide6.QtCore import QThread

    objet = reference()
    if objet is None or not shiboken6.isValid(objet):
        return ""
    actif = objet.isRunning() if isinstance(objet, QThread) else objet.isActive()
    return f"{type(objet).__name__} {objet.objectName()}" if actif else ""


def _fenetres_ouvertes() -> set[str]:
    """Visible windows, once what was promised to be deleted is."""
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtWidgets import QApplication

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return {
        f"fenêtre {type(widget).__name__} « {widget.windowTitle()} » ({id(widget):x})"
        for widget in QApplication.topLevelWidgets()
        if widget.isVisible()
    }


# Shared material ----------------------------------------------------------------------------------


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Any]:
    """An empty open file."""
    from tests.fabriques import neuf

    with neuf(tmp_path / "essai.tdt", auteur="Camille Essai") as ouvert:
        yield ouvert
