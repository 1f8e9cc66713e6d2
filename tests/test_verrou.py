"""Who has the file open: two windows, two processes, and an owner who died without saying so."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import fabriques
import pytest
from fabrique_ecrits import ajouter, noms, presents
from sqlalchemy import func, select

from app.boot import Ouverture
from app.models.journal import Operation
from app.services import fichier as module_fichier
from app.services import settings
from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.errors import FichierOccupe
from app.services.fichier import Fichier
from app.services.verrou import Detenteur, Verrou

RACINE = Path(__file__).resolve().parent.parent
SANS_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="propre à Unix")


@pytest.fixture
def chemin(tmp_path: Path) -> Path:
    """A closed file that holds one commune."""
    dossier = tmp_path / "partage"
    dossier.mkdir()
    with fabriques.neuf(dossier / "contrat.tdt") as ouvert:
        ajouter(ouvert, "Brèmes")
    return ouvert.chemin


PREPARER = """
    import os, signal, sys, time
    from pathlib import Path
    import fabriques
    from app.services import fichier as module
    from app.services.fichier import Fichier
    from fabrique_ecrits import ajouter

    if sys.argv[2] == "reseau":
        module.est_disque_local = lambda _: False
    ouvert = Fichier.ouvrir(Path(sys.argv[1]), auteur="Dominique Autre")

    def pret():
        print("prêt", flush=True)
        time.sleep(60)
"""


@contextmanager
def autre_processus(
    chemin: Path, suite: str, *, disque: str = "local"
) -> Iterator[subprocess.Popen[str]]:
    """Another program that opened the file, then does `suite`; killed at the end, if not before."""
    programme = textwrap.dedent(PREPARER) + textwrap.dedent(suite)
    processus = subprocess.Popen(
        [sys.executable, "-c", programme, str(chemin), disque],
        cwd=RACINE,
        env={**os.environ, "PYTHONPATH": f"{RACINE}{os.pathsep}{RACINE / 'tests'}"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with processus:
        try:
            yield processus
        finally:
            processus.kill()


def attendre(processus: subprocess.Popen[str]) -> None:
    assert processus.stdout is not None
    assert processus.stdout.readline() == "prêt\n"


def tue(chemin: Path, suite: str, *, disque: str = "local") -> list[str]:
    """Names of the files left by a program killed at the end of `suite` (kill -9)."""
    with autre_processus(chemin, suite, disque=disque) as processus:
        if "pret()" in suite:
            attendre(processus)
            processus.kill()
        processus.wait(timeout=30)
    assert processus.returncode == -signal.SIGKILL
    return presents(chemin.parent)


# Alive --------------------------------------------------------------------------------------------


def test_une_seconde_fenetre_du_meme_programme_est_refusee(chemin: Path) -> None:
    with Fichier.ouvrir(chemin, auteur="Camille Essai") as premiere:
        with pytest.raises(FichierOccupe) as levee:
            Fichier.ouvrir(chemin, auteur="Dominique Autre")
        qui = levee.value.detenteur
        assert qui.startswith(f"Camille Essai (poste {settings.machine()}, le ")
        assert str(levee.value) == (
            f"« contrat.tdt » est déjà ouvert par {qui}. "
            "Demandez-lui de le fermer, ou ouvrez-le en lecture seule."
        )
        ajouter(premiere, "Ostreval")
    with Fichier.ouvrir(chemin) as suivante:
        assert noms(suivante) == ["Brèmes", "Ostreval"]
        assert suivante.repris_de is None


def test_un_second_processus_est_refuse_et_sait_qui_a_le_fichier(chemin: Path) -> None:
    with autre_processus(chemin, "ajouter(ouvert, 'Ostreval'); pret()") as processus:
        attendre(processus)
        with pytest.raises(FichierOccupe, match=r"déjà ouvert par Dominique Autre \(poste "):
            Fichier.ouvrir(chemin)
        with Fichier.ouvrir(chemin, lecture_seule=True) as lu:
            assert noms(lu) == ["Brèmes", "Ostreval"]


def test_le_refus_ne_derange_pas_celui_qui_ecrit(
    chemin: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looking at a file must not drop the locks that this same program holds on it."""
    monkeypatch.setattr(module_fichier, "est_disque_local", lambda _: False)
    ecrire = (
        "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
    )
    with Fichier.ouvrir(chemin) as premiere, premiere.operation("Long travail") as e:
        fabriques.commune(e, nom="Ostreval")
        with pytest.raises(FichierOccupe):
            Fichier.ouvrir(chemin)
        essai = subprocess.run(
            [sys.executable, "-c", ecrire, str(chemin)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert "database is locked" in essai.stderr
    with Fichier.ouvrir(chemin) as suivante:
        assert noms(suivante) == ["Brèmes", "Ostreval"]


def test_un_fichier_ferme_ne_laisse_pas_de_verrou(chemin: Path) -> None:
    with Fichier.ouvrir(chemin):
        assert ".~ouvert.contrat.tdt" in presents(chemin.parent)
    assert presents(chemin.parent) == ["contrat.tdt"]


# Dead ---------------------------------------------------------------------------------------------


@SANS_UNIX
@pytest.mark.parametrize("disque", ["local", "reseau"])
def test_un_proprietaire_mort_est_remplace_sans_perte(chemin: Path, disque: str) -> None:
    restes = tue(chemin, "ajouter(ouvert, 'Ostreval'); pret()", disque=disque)
    assert ("contrat.tdt-wal" in restes) == (disque == "local")
    with Fichier.ouvrir(chemin) as repris:
        assert repris.repris_de is not None
        assert repris.repris_de.personne == "Dominique Autre"
        assert noms(repris) == ["Brèmes", "Ostreval"]
        ajouter(repris, "Wavrin")
    assert presents(chemin.parent) == ["contrat.tdt"]
    with Fichier.ouvrir(chemin) as suivant:
        assert suivant.repris_de is None
        assert noms(suivant) == ["Brèmes", "Ostreval", "Wavrin"]


AU_MILIEU = """
    ajouter(ouvert, "Avant")
    with ouvert.operation("Inachevée") as e:
        {reglage}
        for rang in range(400):
            fabriques.commune(e, nom=f"{{rang}} " + "x" * 2000)
        {mort}
"""


@SANS_UNIX
@pytest.mark.parametrize("disque", ["local", "reseau"])
def test_mort_au_milieu_d_une_operation(
    chemin: Path, disque: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Part of it is already on the disk, in the log or in the file itself: SQLite takes it back."""
    suite = AU_MILIEU.format(
        reglage='e._connexion.exec_driver_sql("PRAGMA cache_size=10")',
        mort="os.kill(os.getpid(), signal.SIGKILL)",
    )
    restes = tue(chemin, suite, disque=disque)
    assert ("contrat.tdt-journal" in restes) == (disque == "reseau")
    monkeypatch.setattr(module_fichier, "est_disque_local", lambda _: disque == "local")
    with Fichier.ouvrir(chemin) as repris:
        assert repris.repris_de is not None
        assert noms(repris) == ["Avant", "Brèmes"]
        assert repris.defauts() == []
        with repris.lecture() as connexion:
            assert verifier_chaine(connexion) + verifier_rejeu(connexion) == []
        ajouter(repris, "Après")
    assert presents(chemin.parent) == ["contrat.tdt"]


@SANS_UNIX
def test_mort_juste_apres_l_enregistrement(chemin: Path) -> None:
    """What a person saw accepted is there, even when nobody was told of it yet."""
    tue(
        chemin,
        """
        ouvert.undo.sur_avis = lambda avis: os.kill(os.getpid(), signal.SIGKILL)
        ajouter(ouvert, "Tout juste")
        """,
    )
    with Fichier.ouvrir(chemin) as repris:
        assert noms(repris) == ["Brèmes", "Tout juste"]
        assert repris.lignes(select(func.count()).select_from(Operation)) == [(2,)]
        with repris.lecture() as connexion:
            assert verifier_chaine(connexion) == []


@SANS_UNIX
def test_mort_a_un_moment_quelconque(chemin: Path) -> None:
    """Every operation told as done before the kill is there, whole, and at most one more."""
    with autre_processus(
        chemin,
        """
        for rang in range(10_000):
            ajouter(ouvert, f"{rang:05d}")
            print(rang, flush=True)
        """,
    ) as processus:
        assert processus.stdout is not None
        dits = [int(processus.stdout.readline()) for _ in range(25)]
        processus.kill()
        dits += [int(ligne) for ligne in processus.stdout if ligne.endswith("\n")]
    with Fichier.ouvrir(chemin) as repris:
        gardes = [nom for nom in noms(repris) if nom != "Brèmes"]
        assert gardes == [f"{rang:05d}" for rang in range(len(gardes))]
        assert len(dits) <= len(gardes) <= len(dits) + 1
        with repris.lecture() as connexion:
            assert verifier_chaine(connexion) + verifier_rejeu(connexion) == []


# The note beside the file -------------------------------------------------------------------------


def test_le_detenteur_se_lit_en_francais() -> None:
    detenteur = Detenteur("Camille Essai", "PC-12", "2026-03-02T09:05+01:00")
    assert str(detenteur) == "Camille Essai (poste PC-12, le 02/03/2026 à 09:05)"


@pytest.mark.parametrize("note", ["", "pas du JSON", "[]", '{"nom": "autre forme"}', "null"])
def test_une_note_illisible_n_empeche_pas_d_ouvrir(chemin: Path, note: str) -> None:
    (chemin.parent / ".~ouvert.contrat.tdt").write_text(note)
    with Fichier.ouvrir(chemin) as ouvert:
        assert ouvert.repris_de is None
    assert presents(chemin.parent) == ["contrat.tdt"]


def test_un_verrou_pris_dont_la_note_manque_ne_nomme_personne(chemin: Path) -> None:
    with Fichier.ouvrir(chemin):
        (chemin.parent / ".~ouvert.contrat.tdt").unlink()
        with pytest.raises(FichierOccupe, match="déjà ouvert par une autre personne"):
            Fichier.ouvrir(chemin)


def test_un_verrou_laisse_sans_proprietaire_se_reprend(chemin: Path) -> None:
    note = {"personne": "Partie", "machine": "PC-3", "depuis": "2026-03-02T09:05+01:00"}
    (chemin.parent / ".~ouvert.contrat.tdt").write_text(json.dumps(note))
    (chemin.parent / ".~verrou.contrat.tdt").touch()
    with Fichier.ouvrir(chemin) as ouvert:
        assert ouvert.repris_de == Detenteur(**note)


def test_rendre_un_verrou_qu_on_n_a_pas_ne_fait_rien(chemin: Path) -> None:
    with Fichier.ouvrir(chemin):
        Verrou(chemin).rendre()
        with pytest.raises(FichierOccupe):
            Fichier.ouvrir(chemin)


# One file under several names ---------------------------------------------------------------------


@SANS_UNIX
def test_un_lien_et_son_fichier_ont_le_meme_verrou(chemin: Path, tmp_path: Path) -> None:
    raccourci = tmp_path / "raccourci.tdt"
    raccourci.symlink_to(chemin)
    for premier, second in ((chemin, raccourci), (raccourci, chemin)):
        with Fichier.ouvrir(premier) as ouvert:
            with pytest.raises(FichierOccupe, match=f"« {second.name} » est déjà ouvert par"):
                Fichier.ouvrir(second)
            ajouter(ouvert, premier.name)
    assert presents(chemin.parent) == ["contrat.tdt"]
    assert not list(tmp_path.glob(".~*"))


@SANS_UNIX
def test_un_fichier_a_deux_noms_ne_s_ecrit_sous_aucun(chemin: Path, tmp_path: Path) -> None:
    """Each name would have a log of its own: the file would be lost."""
    autre = tmp_path / "autre nom.tdt"
    os.link(chemin, autre)
    for nom in (chemin, autre):
        with Fichier.ouvrir(nom) as ouvert:
            assert ouvert.lecture_seule
            assert ouvert.a_un_autre_nom()
            ouvert.enregistrer_copie(tmp_path / f"copie de {nom.name}")
        with Fichier.ouvrir(tmp_path / f"copie de {nom.name}") as copie:
            ajouter(copie, "Ostreval")
    autre.unlink()
    with Fichier.ouvrir(chemin) as ouvert:
        ajouter(ouvert, "Ostreval")


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\xff\xfe\x00",
        b"[" * 5000,
        b'{"personne": 1, "machine": 2, "depuis": 3}',
        b'{"personne": "a", "machine": "b", "depuis": "hier"}',
        b'{"personne": "a\\u0007\\n", "machine": "b", "depuis": "2026-01-01T10:00"}',
        b'{"personne": {}, "machine": [], "depuis": "2026-01-01T10:00"}',
        b"null",
    ],
)
def test_une_note_abimee_ne_dit_plus_qui_mais_n_empeche_rien(chemin: Path, note: bytes) -> None:
    ecrite = chemin.with_name(f".~ouvert.{chemin.name}")
    with Fichier.ouvrir(chemin):
        ecrite.write_bytes(note)
        with pytest.raises(FichierOccupe, match="est déjà ouvert par une autre personne"):
            Fichier.ouvrir(chemin)
    ecrite.write_bytes(note)
    with Fichier.ouvrir(chemin) as repris:
        assert repris.repris_de is None
        ajouter(repris, "Ostreval")
    assert presents(chemin.parent) == ["contrat.tdt"]


def test_un_fichier_ouvert_pendant_que_la_fenetre_se_prepare_se_ferme_pour_tous(
    chemin: Path,
) -> None:
    """It opens on a thread and is closed by the window: its lock must not stay with the thread."""
    contexte = Ouverture(chemin).contexte()
    with pytest.raises(FichierOccupe):
        Ouverture(chemin).contexte()
    ajouter(contexte.fichier, "Anzin")
    contexte.fermer()
    with Fichier.ouvrir(chemin) as ouvert:
        assert (noms(ouvert), ouvert.repris_de) == (["Anzin", "Brèmes"], None)
