"""The command that tells where the séances stand."""

import json
import shutil
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle

from app.cli import executer
from app.services.decisions import Choix
from app.services.fichier import Fichier


@pytest.fixture
def tenue(fichier: Fichier, tmp_path: Path) -> tuple[Path, Salle]:
    """A copy of a file whose séance is under way."""
    s = salle(fichier)
    s.comite.ordres.noter(s.point, "À ne jamais montrer")
    s.comite.passages.suivant(s.seance)
    s.comite.decisions.decider(s.point, Choix("refuse", motif="Hors priorités"))
    copie = tmp_path / "copie.tdt"
    fichier.enregistrer_copie(copie)
    return copie, s


def test_la_liste_et_le_detail_en_json(
    tenue: tuple[Path, Salle], capsys: pytest.CaptureFixture[str]
) -> None:
    chemin, s = tenue
    assert executer(["seance", str(chemin), "--json"]) == 0
    [liste] = json.loads(capsys.readouterr().out)
    assert (liste["titre"], liste["etat"], liste["points"]) == (
        "Comité des financeurs 2026",
        "ouverte",
        3,
    )
    assert liste["quorum"]["phrase"] == "non précisé par le contrat"
    assert executer(["seance", str(chemin), "--seance", s.seance[:20], "--json"]) == 0
    texte = capsys.readouterr().out
    detail = json.loads(texte)
    assert set(detail["suites"]) == {
        "accorde_centimes",
        "vote_centimes",
        "notifie_centimes",
        "verse_centimes",
        "a_notifier",
    }
    assert detail["point_courant"] == s.point
    assert detail["decisions"] == {"refuse": 1}
    assert detail["points_detail"][0]["total_centimes"] == 0
    assert "n'est pas retenue" in detail["points_detail"][0]["phrase"]
    assert "À ne jamais montrer" not in texte


def test_en_clair(tenue: tuple[Path, Salle], capsys: pytest.CaptureFixture[str]) -> None:
    chemin, s = tenue
    assert executer(["seance", str(chemin)]) == 0
    liste = capsys.readouterr().out
    assert s.seance in liste
    assert "En cours" in liste
    assert executer(["seance", str(chemin), "--seance", s.seance]) == 0
    detail = capsys.readouterr().out
    assert "1/3 Action 1" in detail
    assert "1 (Refusé 1)" in detail


def test_une_seance_inconnue_se_dit_en_une_phrase(
    tenue: tuple[Path, Salle], capsys: pytest.CaptureFixture[str]
) -> None:
    chemin, _ = tenue
    assert executer(["seance", str(chemin), "--seance", "zzz"]) == 1
    assert "Aucune séance ne commence par" in capsys.readouterr().err


def test_un_fichier_sans_seance(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from tests import fabriques

    vide = Path(shutil.copy(fabriques.gabarit(), tmp_path / "vide.tdt"))
    assert executer(["seance", str(vide)]) == 0
    assert "Aucune séance" in capsys.readouterr().out
