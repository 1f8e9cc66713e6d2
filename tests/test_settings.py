"""Settings that were damaged or cannot be kept never stand in the way of the program."""

import os
import sys
from pathlib import Path

import pytest

from app.services import settings
from app.services.errors import ErreurConnue


@pytest.mark.parametrize(
    "brut",
    [
        "",
        "[",
        "[" * 100_000,
        "[1, 2]",
        '{"recents": [1, null], "echelle": 1000000000000, "fiche_largeur": 99999999999}',
        '{"sauvegardes_jours": 999999999, "theme": 3, "personne": null}',
    ],
)
def test_des_reglages_absurdes_laissent_des_reglages_utilisables(
    dossier_du_programme: Path, brut: str
) -> None:
    (dossier_du_programme / "reglages.json").write_text(brut, encoding="utf-8")
    lus = settings.lire()
    assert lus.recents == []
    assert 50 <= lus.echelle <= 300
    assert 1 <= lus.sauvegardes_jours <= 3650
    assert 200 <= lus.fiche_largeur <= 2000
    assert lus.nom()


def test_les_reglages_se_relisent(dossier_du_programme: Path) -> None:
    reglages = settings.Settings(personne="Camille Essai", theme="sombre", echelle=125)
    reglages.noter_recent(dossier_du_programme / "a.tdt")
    reglages.noter_recent(dossier_du_programme / "b.tdt")
    reglages.noter_recent(dossier_du_programme / "a.tdt")
    reglages.enregistrer()
    assert settings.lire() == reglages
    assert [Path(r).name for r in settings.lire().recents] == ["a.tdt", "b.tdt"]


def test_des_reglages_qui_ne_s_enregistrent_pas_sont_une_phrase(
    dossier_du_programme: Path,
) -> None:
    (dossier_du_programme / "reglages.nouveau").mkdir()
    with pytest.raises(ErreurConnue):
        settings.Settings().enregistrer()


@pytest.mark.skipif(sys.platform != "linux", reason="des noms faits d'octets")
def test_un_fichier_recent_dont_le_nom_n_est_pas_du_texte_est_retrouve(tmp_path: Path) -> None:
    chemin = tmp_path / os.fsdecode(b"contrat \xe9t\xe9.tdt")
    reglages = settings.lire()
    reglages.noter_recent(chemin)
    reglages.enregistrer()
    assert settings.lire().recents == [str(chemin)]
