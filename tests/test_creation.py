"""A new file is there whole or not at all: on a full disk, after a kill, and when it is made twice."""

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from app import cli
from app.services import creation, demo
from app.services.creation import nouveau_fichier
from app.services.errors import ErreurConnue, FichierOccupe
from app.services.fichier import Fichier

RACINE = Path(__file__).resolve().parent.parent
SANS_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="propre à Unix")


def presents(dossier: Path) -> list[str]:
    return sorted(chemin.name for chemin in dossier.iterdir())


@pytest.fixture
def lieu(tmp_path: Path) -> Path:
    dossier = tmp_path / "mes contrats"
    dossier.mkdir()
    return dossier


def ailleurs(programme: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(programme), *map(str, arguments)],
        cwd=RACINE,
        env={**os.environ, "PYTHONPATH": str(RACINE)},
        capture_output=True,
        text=True,
        check=False,
    )


A_L_ETROIT = """
    import contextlib, io, json, resource, sys
    from pathlib import Path
    from app import cli
    from app.services import demo, sauvegardes, referentiels, contrats  # noqa: F401
    from app.services.fichier import Fichier
    import app.services.export_pdf, app.services.imports, filelock

    lieu = Path(sys.argv[1])
    with Fichier.creer(lieu / "plein.tdt") as ouvert:
        pass
    dits = []
    for limite in (0, 4096, 100_000, 300_000):
        resource.setrlimit(resource.RLIMIT_FSIZE, (limite, resource.RLIM_INFINITY))
        for commande in (["nouveau", "n.tdt", "--contrat", "valenciennes"], ["demo", "d.tdt"],
                         ["sauvegarder", "plein.tdt", "copie.tdt"]):
            erreurs = io.StringIO()
            with contextlib.redirect_stderr(erreurs), contextlib.redirect_stdout(io.StringIO()):
                code = cli.executer([str(lieu / m) if m.endswith(".tdt") else m for m in commande])
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
            dits.append([code, erreurs.getvalue(), sorted(p.name for p in lieu.iterdir())])
            resource.setrlimit(resource.RLIMIT_FSIZE, (limite, resource.RLIM_INFINITY))
    print(json.dumps(dits))
"""


@SANS_UNIX
def test_un_disque_plein_ne_laisse_aucun_fichier_a_moitie_fait(lieu: Path) -> None:
    rendu = ailleurs(A_L_ETROIT, lieu)
    assert rendu.returncode == 0, rendu.stderr
    for code, erreurs, restes in json.loads(rendu.stdout):
        assert code == 1
        assert erreurs.startswith("Erreur\u00a0: ")
        assert erreurs.count("\n") == 1
        assert "Libérez" in erreurs or "libérez" in erreurs
        assert restes == ["plein.tdt"]


TUE = """
    import os, signal, sys
    from pathlib import Path
    from app.services import demo

    ecrire = demo.Demonstration._annee_entiere

    def tuer(self, editions, appels, doublon):
        ecrire(self, editions, appels, doublon)
        os.kill(os.getpid(), signal.SIGKILL)

    demo.Demonstration._annee_entiere = tuer
    demo.creer_demo(Path(sys.argv[1]), actions_par_an=3)
"""


@SANS_UNIX
def test_une_demonstration_tuee_en_route_n_est_pas_prise_pour_une_demonstration(
    lieu: Path,
) -> None:
    chemin = lieu / "Démonstration.tdt"
    assert ailleurs(TUE, chemin).returncode == -9
    assert not chemin.exists()
    demo.creer_demo(chemin, actions_par_an=3)
    assert presents(lieu) == ["Démonstration.tdt"]
    assert cli.executer(["verifier", str(chemin)]) == 0


def test_un_fichier_n_est_la_qu_une_fois_rempli(lieu: Path) -> None:
    chemin = lieu / "x.tdt"
    with nouveau_fichier(chemin) as ouvert:
        assert not chemin.exists()
        assert ouvert.chemin.name == "x.tdt", "les messages nomment le fichier demandé"
        with pytest.raises(FichierOccupe), nouveau_fichier(chemin):
            pass
    assert presents(lieu) == ["x.tdt"]
    Fichier.ouvrir(chemin).fermer()


def test_une_creation_abandonnee_ne_laisse_rien(lieu: Path) -> None:
    with pytest.raises(ZeroDivisionError), nouveau_fichier(lieu / "x.tdt"):
        raise ZeroDivisionError
    assert presents(lieu) == []


def test_un_fichier_arrive_entre_temps_n_est_pas_remplace(
    lieu: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mettre_en_place = creation._exiger_libre

    def arriver(chemin: Path) -> None:
        if (lieu / ".~neuf.x.tdt").exists():
            chemin.write_text("à quelqu'un d'autre")
        mettre_en_place(chemin)

    monkeypatch.setattr(creation, "_exiger_libre", arriver)
    with pytest.raises(ErreurConnue, match="existe déjà"), nouveau_fichier(lieu / "x.tdt"):
        pass
    assert (lieu / "x.tdt").read_text() == "à quelqu'un d'autre"
    assert presents(lieu) == ["x.tdt"]
