"""Backups: verified, kept 30 days, and put back without losing what they replace."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import boot
from app.services import sauvegardes
from app.services.actions import Actions
from app.services.errors import FichierIllisible
from app.services.fichier import Fichier
from tests import fabriques


def _fichier_avec(chemin: Path, titre: str) -> Path:
    with fabriques.neuf(chemin) as fichier:
        Actions(fichier).creer(2026, titre)
    return chemin


def _titres(chemin: Path) -> list[str]:
    with Fichier.ouvrir(chemin, lecture_seule=True) as fichier:
        return [ligne.titre for ligne in Actions(fichier).lignes(2026)]


def test_fermer_sauvegarde_seulement_ce_qui_a_change(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    boot.ouvrir(chemin).fermer()
    assert [s.motif for s in sauvegardes.lister(chemin)] == ["fermeture"]
    boot.ouvrir(chemin).fermer()
    assert len(sauvegardes.lister(chemin)) == 1


def test_une_sauvegarde_se_lit_comme_le_fichier(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "l'été à Brèmes.tdt", "Lecture")
    copie = sauvegardes.sauvegarder(chemin, motif="demandee")
    assert _titres(copie) == ["Lecture"]
    assert sauvegardes.lister(chemin)[0].nom == "l'été à Brèmes"


def test_restaurer_sauvegarde_d_abord_ce_qui_est_remplace(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Avant")
    ancienne = sauvegardes.sauvegarder(chemin, motif="demandee")
    with Fichier.ouvrir(chemin) as fichier:
        Actions(fichier).creer(2026, "Après")
    gardee = sauvegardes.restaurer(ancienne, chemin)
    assert _titres(chemin) == ["Avant"]
    assert gardee is not None
    assert _titres(gardee) == ["Avant", "Après"]


def test_un_fichier_endommage_est_mis_de_cote_pas_detruit(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    copie = sauvegardes.sauvegarder(chemin, motif="demandee")
    chemin.write_bytes(b"plus rien de lisible" * 500)
    sauvegardes.restaurer(copie, chemin)
    assert _titres(chemin) == ["Lecture"]
    assert (tmp_path / "contrat (endommagé).tdt").read_bytes().startswith(b"plus rien")


def test_une_sauvegarde_illisible_est_refusee_et_rien_ne_change(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    fausse = tmp_path / "fausse.tdt"
    fausse.write_bytes(b"SQLite format 3\x00" + b"\x00" * 200)
    with pytest.raises(FichierIllisible):
        sauvegardes.restaurer(fausse, chemin)
    assert _titres(chemin) == ["Lecture"]


def test_les_sauvegardes_de_plus_de_trente_jours_s_effacent_sauf_la_derniere(
    tmp_path: Path,
) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    recente = sauvegardes.sauvegarder(chemin, motif="demandee")
    lieu = recente.stem.split("_")[-3]
    for jours in (5, 29, 31, 400):
        date = datetime.now().astimezone() - timedelta(days=jours)
        shutil.copy(
            recente, recente.with_name(f"contrat_{lieu}_{date:%Y%m%d-%H%M%S}_fermeture.tdt")
        )
    sauvegardes.purger()
    ages = [(datetime.now().astimezone() - s.date).days for s in sauvegardes.lister(chemin)]
    assert ages == [0, 5, 29]
    for sauvegarde in sauvegardes.lister(chemin):
        sauvegarde.chemin.unlink()
    vieille = recente.with_name(f"contrat_{lieu}_20200101-120000_fermeture.tdt")
    shutil.copy(chemin, vieille)
    sauvegardes.purger()
    assert [s.chemin for s in sauvegardes.lister(chemin)] == [vieille]


def test_deux_fichiers_de_meme_nom_ont_chacun_leurs_sauvegardes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    premier = _fichier_avec(tmp_path / "a" / "contrat.tdt", "A")
    second = _fichier_avec(tmp_path / "b" / "contrat.tdt", "B")
    sauvegardes.sauvegarder(premier, motif="demandee")
    assert sauvegardes.lister(second) == []
    assert len(sauvegardes.lister()) == 1
