"""A séance killed at any moment (kill -9) opens again on the same item, and nothing said is lost.

Killed a few times here; a hundred times and more with HYPOTHESIS_PROFILE=long.
"""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import pytest
from fabrique_seance import salle
from script_seance import etat

from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.comite import comite
from app.services.fichier import Fichier
from tests import fabriques

SCRIPT = Path(__file__).with_name("script_seance.py")
LOTS = 30 if os.environ.get("HYPOTHESIS_PROFILE") == "long" else 1
MORTS = 4  # in one lot
GESTES = 40  # told by one run before it dies, at most


@pytest.fixture
def chemin(tmp_path: Path) -> Path:
    chemin = tmp_path / "comite.tdt"
    with fabriques.neuf(chemin) as fichier:
        salle(fichier, actions=4)
    return chemin


def tenir_puis_tuer(chemin: Path, graine: int) -> list[dict[str, Any]]:
    """What the séance said was durable before it was killed, some way into a gesture."""
    alea = Random(graine)
    gestes, delai = alea.randint(1, GESTES), alea.random() * 0.01
    with subprocess.Popen(
        [sys.executable, str(SCRIPT), str(chemin), str(graine)],
        stdout=subprocess.PIPE,
        text=True,
    ) as processus:
        assert processus.stdout is not None
        dits = [json.loads(processus.stdout.readline()) for _ in range(gestes)]
        # Killed while the next gestures go on, not between two of them.
        time.sleep(delai)
        processus.kill()
        suite = processus.stdout.read()
    assert processus.returncode == -signal.SIGKILL
    # The last line may be cut short by the death.
    return dits + [json.loads(ligne) for ligne in suite.splitlines() if ligne.endswith("}")]


@pytest.mark.parametrize("lot", range(LOTS))
def test_rien_de_dit_n_est_perdu_et_le_meme_point_revient(chemin: Path, lot: int) -> None:
    gestes = 0
    for graine in range(lot * MORTS, (lot + 1) * MORTS):
        dits = tenir_puis_tuer(chemin, graine)
        gestes += len(dits)
        dernier = dits[-1]
        with Fichier.ouvrir(chemin) as fichier:
            assert fichier.repris_de is not None  # the dead owner's lock is taken over
            services = comite(fichier)
            [seance] = services.seances.lignes()
            retrouve = etat(fichier, seance.cle)
            # What was told is there; at most the one gesture that was being told besides.
            assert retrouve["operations"] - dernier["operations"] in (0, 1)
            if retrouve["operations"] == dernier["operations"]:
                assert retrouve == dernier
                fiche = services.seances.lire(seance.cle)
                assert fiche.point_courant == dernier["courant"]
            with fichier.lecture() as connexion:
                assert verifier_chaine(connexion) == []
                assert verifier_rejeu(connexion) == []
    assert gestes > MORTS * 5
