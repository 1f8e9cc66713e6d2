"""Backups: verified, kept 30 days, and put back without losing what they replace."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app import boot
from app.services import sauvegardes, settings
from app.services.actions import Actions
from app.services.errors import ErreurConnue, FichierIllisible, FichierOccupe
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


def test_le_journal_d_un_programme_tue_ne_rejoue_pas_dans_le_fichier_restaure(
    tmp_path: Path,
) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Avant")
    ancienne = sauvegardes.sauvegarder(chemin, motif="demandee")
    with Fichier.ouvrir(chemin) as fichier:
        Actions(fichier).creer(2026, "Après")
        restes = {n: (tmp_path / n).read_bytes() for n in ("contrat.tdt", "contrat.tdt-wal")}
    for nom, octets in restes.items():
        (tmp_path / nom).write_bytes(octets)
    gardee = sauvegardes.restaurer(ancienne, chemin)
    assert _titres(chemin) == ["Avant"]
    assert gardee is not None
    assert _titres(gardee) == ["Avant", "Après"]


def test_on_ne_remplace_pas_un_fichier_ouvert(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Avant")
    ancienne = sauvegardes.sauvegarder(chemin, motif="demandee")
    with Fichier.ouvrir(chemin, auteur="Dominique") as fichier:
        Actions(fichier).creer(2026, "Après")
        for remplacer in (sauvegardes.restaurer, sauvegardes.copier_verifiee):
            with pytest.raises(FichierOccupe, match="est déjà ouvert par Dominique"):
                remplacer(ancienne, chemin)
        Actions(fichier).creer(2026, "Encore")
    assert _titres(chemin) == ["Avant", "Après", "Encore"]
    assert [c.name for c in tmp_path.glob(".~*")] == []
    assert [s.motif for s in sauvegardes.lister()] == ["demandee"]


def test_un_second_fichier_endommage_n_ecrase_pas_le_premier(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    copie = sauvegardes.sauvegarder(chemin, motif="demandee")
    for contenu in (b"premier" * 500, b"second" * 500):
        chemin.write_bytes(contenu)
        sauvegardes.restaurer(copie, chemin)
    assert (tmp_path / "contrat (endommagé).tdt").read_bytes().startswith(b"premier")
    assert (tmp_path / "contrat (endommagé 2).tdt").read_bytes().startswith(b"second")


def test_un_fichier_sain_n_est_pas_mis_de_cote_quand_sa_sauvegarde_echoue(
    tmp_path: Path, dossier_du_programme: Path
) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    copie = tmp_path / "copie.tdt"
    sauvegardes.copier_verifiee(chemin, copie)
    (dossier_du_programme / "sauvegardes").write_text("à la place du dossier")
    with pytest.raises(ErreurConnue, match=r"^Le dossier des sauvegardes ne peut pas être créé"):
        sauvegardes.restaurer(copie, chemin)
    assert _titres(chemin) == ["Lecture"]
    assert [c.name for c in tmp_path.glob("*endommagé*")] == []


def test_une_derniere_sauvegarde_illisible_est_refaite_a_la_fermeture(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    copie = sauvegardes.sauvegarder(chemin, motif="demandee")
    vieille = copie.rename(
        copie.with_name(copie.name.replace(copie.stem[-24:-9], "20260101-120000"))
    )
    assert sauvegardes.lister(chemin)[0].chemin == vieille
    vieille.write_bytes(b"abime" * 500)
    boot.ouvrir(chemin).fermer()
    derniere, *_ = sauvegardes.lister(chemin)
    assert (derniere.motif, _titres(derniere.chemin)) == ("fermeture", ["Lecture"])


def test_ce_qu_une_sauvegarde_interrompue_a_laisse_n_est_pas_une_sauvegarde(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    copie = sauvegardes.sauvegarder(chemin, motif="demandee")
    shutil.copy(copie, copie.with_name(f".~copie.{copie.name}"))
    assert [s.chemin for s in sauvegardes.lister()] == [copie]


def test_des_reglages_qui_ne_s_ecrivent_pas_le_disent_en_une_phrase(
    dossier_du_programme: Path,
) -> None:
    (dossier_du_programme / "reglages.json").mkdir()
    with pytest.raises(ErreurConnue, match=r"^Vos réglages n'ont pas pu être enregistrés : .*\.$"):
        settings.lire().enregistrer()


def test_une_sauvegarde_datee_de_demain_ne_prend_pas_la_place_de_la_derniere(
    tmp_path: Path,
) -> None:
    """The clock of a machine was wrong one day: its backup must not pass for the newest for ever."""
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    bonne = sauvegardes.sauvegarder(chemin, motif="fermeture")
    lieu = bonne.stem.split("_")[-3]
    maintenant = datetime.now().astimezone()
    future = bonne.with_name(f"contrat_{lieu}_20991231-235959_fermeture.tdt")
    shutil.copy(bonne, future)
    ancienne = maintenant - timedelta(days=90)
    vieille = bonne.with_name(f"contrat_{lieu}_{ancienne:%Y%m%d-%H%M%S}_fermeture.tdt")
    bonne.rename(vieille)
    sauvegardes.purger()
    assert {s.chemin for s in sauvegardes.lister(chemin)} == {future, vieille}
    assert [s.est_a_venir(maintenant) for s in sauvegardes.lister(chemin)] == [True, False]
    assert sauvegardes.sauvegarder_si_change(chemin) is None, "la dernière vraie est à jour"


def test_des_noms_de_sauvegarde_impossibles_sont_laisses_de_cote(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    bonne = sauvegardes.sauvegarder(chemin, motif="fermeture")
    lieu = bonne.stem.split("_")[-3]
    for date in ("20261399-000000", "00000000-000000", "20260101-996161"):
        shutil.copy(bonne, bonne.with_name(f"contrat_{lieu}_{date}_fermeture.tdt"))
    assert [s.chemin for s in sauvegardes.lister(chemin)] == [bonne]
    sauvegardes.purger()


def test_ce_que_des_programmes_tues_ont_laisse_ne_s_entasse_pas(tmp_path: Path) -> None:
    chemin = _fichier_avec(tmp_path / "contrat.tdt", "Lecture")
    dossier = sauvegardes.sauvegarder(chemin, motif="fermeture").parent
    restes = [dossier / f".~copie.{nom}.tdt" for nom in ("ancienne", "en cours")]
    for reste in restes:
        reste.touch()
    os.utime(restes[0], (0, 0))
    sauvegardes.purger()
    assert [reste.exists() for reste in restes] == [False, True]
