"""A file that another program writes over, in place, while it is open: nothing of ours goes into it."""

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import nullcontext, suppress
from pathlib import Path

import fabriques
import pytest
from sqlalchemy import select

from app import boot
from app.models.contrat import Commune
from app.services import fichier as module_fichier
from app.services import sauvegardes
from app.services.errors import ErreurConnue, LectureSeule, SauvegardeManquee
from app.services.fichier import Fichier

REECRIT = r"« contrat.tdt » a été réécrit par un autre programme pendant qu'il était ouvert"
TIC = 0.02  # seconds: a file system does not date two writes closer than that


@pytest.fixture(params=["local", "réseau"])
def chemin(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A closed file that holds two communes, on each sort of disk."""
    if request.param == "réseau":
        monkeypatch.setattr(module_fichier, "est_disque_local", lambda _: False)
    with fabriques.neuf(tmp_path / "contrat.tdt") as ouvert:
        for nom in ("Brèmes", "Ostreval"):
            ajouter(ouvert, nom)
    return ouvert.chemin


def ajouter(fichier: Fichier, nom: str) -> None:
    with fichier.operation(f"Ajouter {nom}") as e:
        fabriques.commune(e, nom=nom)


def noms(fichier: Fichier) -> list[str]:
    return [nom for (nom,) in fichier.lignes(select(Commune.nom).order_by(Commune.nom))]


def recouvrir(chemin: Path, source: Path) -> None:
    """What `cp source chemin` does: the same file on the disk, other bytes in it."""
    time.sleep(TIC)
    octets = source.read_bytes()
    with chemin.open("r+b") as flux:
        flux.truncate(0)
        flux.write(octets)


def autre_contrat(dossier: Path, _: Path) -> Path:
    with fabriques.neuf(dossier / "autre.tdt") as autre:
        ajouter(autre, "Wavrin")
    return autre.chemin


def version_plus_ancienne(dossier: Path, chemin: Path) -> Path:
    """The same file, one entry earlier: what a restored copy is."""
    ancien = dossier / "ancien.tdt"
    shutil.copy(chemin, ancien)
    with Fichier.ouvrir(chemin) as ouvert:
        ajouter(ouvert, "Saisie plus tard")
    return ancien


def autre_base(dossier: Path, _: Path) -> Path:
    with sqlite3.connect(dossier / "a.db") as connexion:
        connexion.execute("CREATE TABLE t (a)")
    connexion.close()
    return dossier / "a.db"


def texte(dossier: Path, _: Path) -> Path:
    (dossier / "a.txt").write_text("bonjour " * 10_000)
    return dossier / "a.txt"


def rien(dossier: Path, _: Path) -> Path:
    (dossier / "vide").touch()
    return dossier / "vide"


@pytest.mark.parametrize(
    "fabriquer", [autre_contrat, version_plus_ancienne, autre_base, texte, rien]
)
def test_rien_ne_s_ecrit_dans_un_fichier_recouvert_par_un_autre_programme(
    chemin: Path, tmp_path: Path, fabriquer: Callable[[Path, Path], Path]
) -> None:
    source = fabriquer(tmp_path, chemin)
    contenu = source.read_bytes()
    contexte = boot.ouvrir(chemin)
    ouvert = contexte.fichier
    ajouter(ouvert, "Avant")
    recouvrir(chemin, source)
    for _ in range(2):
        with pytest.raises(ErreurConnue) as refus:
            ajouter(ouvert, "Après")
        assert "restaurez une sauvegarde" in str(refus.value)
    assert ouvert.undo.a_annuler()[0] == "Ajouter Avant"
    avant = [s.chemin for s in sauvegardes.lister(chemin)]
    # On a remote disk SQLite itself may find the file damaged first: its backup then says so.
    with suppress(SauvegardeManquee) if not ouvert.est_reecrit() else nullcontext():
        contexte.fermer()
    assert chemin.read_bytes() == contenu, "notre journal s'est mêlé au fichier d'un autre"
    assert not list(chemin.parent.glob("contrat.tdt-*"))
    assert not list(chemin.parent.glob(".~*"))
    if ouvert.est_reecrit():
        assert [s.chemin for s in sauvegardes.lister(chemin)] == avant


def test_la_phrase_dit_ce_qui_est_arrive_et_quoi_faire(chemin: Path, tmp_path: Path) -> None:
    with Fichier.ouvrir(chemin) as ouvert:
        ajouter(ouvert, "Avant")
        recouvrir(chemin, autre_contrat(tmp_path, chemin))
        with pytest.raises(LectureSeule, match=REECRIT):
            ajouter(ouvert, "Après")
        with pytest.raises(LectureSeule, match=REECRIT):
            ouvert.undo.annuler()
        with pytest.raises(LectureSeule, match=REECRIT):
            ouvert.enregistrer_copie(tmp_path / "copie.tdt")
    with Fichier.ouvrir(chemin) as autre:
        assert noms(autre) == ["Wavrin"]


def test_un_long_travail_est_abandonne_s_il_est_recouvert_en_route(
    tmp_path: Path,
) -> None:
    with fabriques.neuf(tmp_path / "contrat.tdt") as ouvert:
        autre = autre_contrat(tmp_path, ouvert.chemin)

        def importer() -> None:
            with ouvert.operation("Importer") as e:
                fabriques.commune(e, nom="Perdue")
                recouvrir(ouvert.chemin, autre)

        with pytest.raises(LectureSeule, match=REECRIT):
            importer()
    assert ouvert.chemin.read_bytes() == autre.read_bytes()


def test_un_fichier_seulement_touche_reste_le_notre(chemin: Path) -> None:
    """A date that moves proves nothing: what was typed must not be refused, still less lost."""
    with Fichier.ouvrir(chemin) as ouvert:
        ajouter(ouvert, "Wavrin")
        time.sleep(TIC)
        os.utime(chemin)
        ajouter(ouvert, "Zuydcoote")
    with Fichier.ouvrir(chemin) as rouvert:
        assert noms(rouvert) == ["Brèmes", "Ostreval", "Wavrin", "Zuydcoote"]


def test_une_copie_du_fichier_par_dessus_lui_meme_ne_gene_pas(tmp_path: Path) -> None:
    with fabriques.neuf(tmp_path / "contrat.tdt") as ouvert:
        ajouter(ouvert, "Brèmes")
    with Fichier.ouvrir(ouvert.chemin) as rouvert:
        jumeau = Path(shutil.copy(ouvert.chemin, tmp_path / "jumeau.tdt"))
        recouvrir(ouvert.chemin, jumeau)
        ajouter(rouvert, "Ostreval")
    with Fichier.ouvrir(ouvert.chemin) as relu:
        assert noms(relu) == ["Brèmes", "Ostreval"]


def test_nos_propres_ecritures_ne_sont_pas_celles_d_un_autre(chemin: Path) -> None:
    """The log is brought back into the file now and then: its date moves by our hand."""
    with Fichier.ouvrir(chemin) as ouvert:
        for rang in range(12):
            ajouter(ouvert, f"{rang:02d} " + "x" * 400_000)
            ouvert.undo.annuler()
        assert not ouvert.est_reecrit()
    with Fichier.ouvrir(chemin) as rouvert:
        assert noms(rouvert) == ["Brèmes", "Ostreval"]


def test_un_disque_plein_pendant_le_rassemblement_ne_nous_rend_pas_etrangers(
    tmp_path: Path,
) -> None:
    """Half gathered, the file is still ours: what is in the log must not be thrown away."""
    resource = pytest.importorskip("resource")
    with fabriques.neuf(tmp_path / "contrat.tdt") as ouvert:
        avant = ouvert.chemin.stat().st_size
        for rang in range(30):
            ajouter(ouvert, f"Commune {rang:02d} " + "x" * 20_000)
        illimite = resource.RLIM_INFINITY
        time.sleep(TIC)
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (avant + 8 * 4096, illimite))
            ouvert.consolider()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (illimite, illimite))
        assert ouvert.chemin.stat().st_size > avant, "rassemblé en partie"
        assert not ouvert.est_reecrit()
        ajouter(ouvert, "Wavrin")
    with Fichier.ouvrir(ouvert.chemin) as rouvert:
        assert len(noms(rouvert)) == 31
