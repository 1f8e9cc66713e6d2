"""The file: created, opened, copied, closed as one single file; and every way in which that fails."""

import errno
import json
import os
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fabriques
import pytest
from fabrique_ecrits import ajouter, noms, presents
from sqlalchemy import event, select

from app.models import database
from app.models.contrat import Commune
from app.models.journal import Copie, Operation
from app.models.schema import REVISION
from app.services import bases, folders, integrite
from app.services import fichier as module_fichier
from app.services import verrou as module_verrou
from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.errors import (
    DisquePlein,
    ErreurConnue,
    FichierIllisible,
    FichierOccupe,
    FichierTropRecent,
    LectureSeule,
)
from app.services.fichier import Fichier

RACINE = Path(__file__).resolve().parent.parent
SANS_UNIX = pytest.mark.skipif(sys.platform == "win32", reason="propre à Unix")


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    chemin = tmp_path / "mes contrats"
    chemin.mkdir()
    return chemin


@pytest.fixture
def fichier(dossier: Path) -> Iterator[Fichier]:
    with fabriques.neuf(dossier / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def garni(dossier: Path) -> Path:
    """A closed file of some 60 pages."""
    chemin = dossier / "garni.tdt"
    with fabriques.neuf(chemin) as ouvert:
        fabriques.decor(ouvert, actions=50)
    return chemin


def pragma(fichier: Fichier, nom: str) -> Any:
    with fichier.lecture() as connexion:
        return connexion.exec_driver_sql(f"PRAGMA {nom}").scalar_one()


def ailleurs(programme: str, *arguments: object) -> Any:
    """Run a small program in another process; what it prints last is JSON."""
    fini = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(programme), *map(str, arguments)],
        cwd=RACINE,
        env={**os.environ, "PYTHONPATH": f"{RACINE}{os.pathsep}{RACINE / 'tests'}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert fini.returncode == 0, fini.stderr
    return json.loads(fini.stdout.splitlines()[-1])


# A file that goes well ----------------------------------------------------------------------------


def test_un_nouveau_fichier_est_le_notre_et_vide(dossier: Path) -> None:
    chemin = dossier / "nouveau.tdt"
    with Fichier.creer(chemin, auteur="Dominique") as nouveau:
        assert database.identite(chemin) == (0x54645431, REVISION)
        assert nouveau.signature.auteur == "Dominique"
        assert (nouveau.lecture_seule, nouveau.repris_de) == (False, None)
        assert noms(nouveau) == []
        assert nouveau.defauts() == []


def contenu(chemin: Path) -> list[str]:
    """All the tables as text, but for the statistics that SQLite keeps for itself."""
    with closing(sqlite3.connect(chemin)) as connexion:
        lignes = list(connexion.iterdump())
    return [ligne for ligne in lignes if "sqlite_stat" not in ligne and "ANALYZE" not in ligne]


def test_un_fichier_rouvert_a_le_meme_contenu(garni: Path) -> None:
    avant = contenu(garni)
    for _ in range(2):
        Fichier.ouvrir(garni).fermer()
    assert contenu(garni) == avant
    with Fichier.ouvrir(garni) as rouvert:
        ajouter(rouvert, "Wavrin")
        rouvert.undo.annuler()
    assert [ligne for ligne in contenu(garni) if "Wavrin" not in ligne] == avant


@pytest.mark.parametrize(
    "nom",
    [
        "Contrat de ville – programmation d'été 2026.tdt",
        "à la Œuvre & Cie.tdt",
        "n° 1 ? peut-être #2.tdt",
        "100 % des actions.tdt",
        "50%20fait%3F.tdt",
        "a=b&mode=ro;c.tdt",
        "~tilde $HOME `x`.tdt",
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows interdit plusieurs de ces signes")
def test_un_chemin_avec_tous_les_signes_qu_on_y_met(dossier: Path, nom: str) -> None:
    lieu = dossier / f"dossier de {nom}"
    lieu.mkdir()
    with Fichier.creer(lieu / nom) as nouveau:
        ajouter(nouveau, "Brèmes")
        nouveau.enregistrer_copie(lieu / f"copie de {nom}")
        assert nouveau.defauts() == []
    with Fichier.ouvrir(lieu / f"copie de {nom}") as copie:
        assert noms(copie) == ["Brèmes"]
    with Fichier.ouvrir(lieu / nom, lecture_seule=True) as lu:
        assert noms(lu) == ["Brèmes"]
    assert presents(lieu) == sorted([nom, f"copie de {nom}"])
    assert presents(dossier) == [lieu.name]


def test_un_montant_saisi_survit_a_une_coupure_de_courant(fichier: Fichier) -> None:
    """The two settings that SQLite asks for: a log beside the file, synced at each commit."""
    assert (pragma(fichier, "journal_mode"), pragma(fichier, "synchronous")) == ("wal", 2)
    assert pragma(fichier, "foreign_keys") == 1


def test_un_fichier_ferme_tient_en_un_seul_fichier(fichier: Fichier, dossier: Path) -> None:
    ajouter(fichier, "Brèmes")
    assert "essai.tdt-wal" in presents(dossier)
    fichier.fermer()
    assert presents(dossier) == ["essai.tdt"]
    with closing(sqlite3.connect(fichier.chemin)) as connexion:
        assert connexion.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert connexion.execute("SELECT nom FROM commune").fetchall() == [("Brèmes",)]


def test_fermer_deux_fois_ne_fait_rien_de_plus(fichier: Fichier) -> None:
    fichier.fermer()
    with Fichier.ouvrir(fichier.chemin) as suivant:
        fichier.fermer()
        ajouter(suivant, "Brèmes")
        with pytest.raises(FichierOccupe):
            Fichier.ouvrir(fichier.chemin)


def test_un_fichier_ferme_ne_se_lit_ni_ne_s_ecrit_plus(fichier: Fichier, dossier: Path) -> None:
    fichier.fermer()
    for geste in (noms, lambda f: ajouter(f, "Brèmes"), lambda f: f.lecture().__enter__()):
        with pytest.raises(LectureSeule, match=r"« essai.tdt » a été fermé : rouvrez-le."):
            geste(fichier)
    assert presents(dossier) == ["essai.tdt"]


def test_on_ne_ferme_pas_pendant_une_operation(fichier: Fichier) -> None:
    with fichier.operation("Long travail") as e:
        fabriques.commune(e, nom="Brèmes")
        with pytest.raises(FichierOccupe, match="Un autre travail écrit dans le fichier"):
            fichier.fermer()
    assert noms(fichier) == ["Brèmes"]


def test_un_disque_reseau_ou_amovible_se_passe_du_mode_wal(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module_fichier, "est_disque_local", lambda _: False)
    with fabriques.neuf(dossier / "partage.tdt") as ouvert:
        assert (pragma(ouvert, "journal_mode"), pragma(ouvert, "synchronous")) == ("delete", 2)
        ajouter(ouvert, "Brèmes")
        assert [nom for nom in presents(dossier) if nom.endswith(("-wal", "-shm"))] == []


@pytest.mark.parametrize(
    ("systeme", "local"),
    [
        ("ext4", True),
        ("btrfs", True),
        ("tmpfs", True),
        ("", True),
        ("nfs4", False),
        ("cifs", False),
        ("vfat", False),
        ("exfat", False),
        ("fuseblk", False),
        ("fuse.gvfsd-fuse", False),
        ("fuse.sshfs", False),
    ],
)
@SANS_UNIX
def test_un_partage_et_une_cle_ne_sont_pas_des_disques_locaux(
    monkeypatch: pytest.MonkeyPatch, systeme: str, local: bool
) -> None:
    monkeypatch.setattr(folders, "_systeme_de_fichiers", lambda _: systeme)
    assert folders.est_disque_local(Path("x.tdt")) is local


@SANS_UNIX
def test_le_disque_est_celui_du_montage_le_plus_proche(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = dossier / "mounts"
    partage = str(dossier / "mon partage").replace(" ", "\\040")
    table.write_text(f"/dev/a / ext4 rw 0 0\n//serveur/x {partage} cifs rw 0 0\n")
    chemins = {"/proc/mounts": table}
    monkeypatch.setattr(folders, "Path", lambda texte: chemins.get(texte, Path(texte)))
    assert folders._systeme_de_fichiers(dossier / "mon partage" / "x.tdt") == "cifs"
    assert folders._systeme_de_fichiers(dossier / "x.tdt") == "ext4"


def test_un_autre_programme_qui_ecrit_fait_attendre_puis_refuser(
    dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "DELAI_OCCUPATION", 0.05)
    with fabriques.neuf(dossier / "x.tdt") as ouvert:
        with closing(sqlite3.connect(ouvert.chemin, isolation_level=None)) as autre:
            autre.execute("BEGIN IMMEDIATE")
            with pytest.raises(
                FichierOccupe, match=r"« x\.tdt » est utilisé par un autre programme"
            ):
                ajouter(ouvert, "Brèmes")
        ajouter(ouvert, "Ostreval")
        assert noms(ouvert) == ["Ostreval"]


# A file that cannot be opened ---------------------------------------------------------------------

PAS_LE_NOTRE = "n'est pas un fichier Tour de table"


def ecrire(contenu: bytes) -> Callable[[Path], object]:
    return lambda chemin: chemin.write_bytes(contenu)


def autre_base(chemin: Path) -> None:
    with closing(sqlite3.connect(chemin)) as connexion:
        connexion.execute("CREATE TABLE factures (numero)")


def sans_revision(chemin: Path) -> None:
    fabriques.neuf(chemin).fermer()
    with closing(sqlite3.connect(chemin)) as connexion, connexion:
        connexion.execute("DELETE FROM alembic_version")


def sans_table_de_revision(chemin: Path) -> None:
    database.creer_base_vide(chemin)
    with closing(sqlite3.connect(chemin)) as connexion, connexion:
        connexion.execute("CREATE TABLE commune (cle)")


def de_demain(chemin: Path) -> None:
    fabriques.neuf(chemin).fermer()
    with closing(sqlite3.connect(chemin)) as connexion, connexion:
        connexion.execute("UPDATE alembic_version SET version_num='9999'")


ILLISIBLES: dict[str, tuple[Callable[[Path], object], type[ErreurConnue], str]] = {
    "absent": (lambda _: None, FichierIllisible, "est introuvable : vérifiez son emplacement."),
    "dossier": (Path.mkdir, FichierIllisible, "est un dossier : choisissez un fichier .tdt."),
    "vide": (ecrire(b""), FichierIllisible, PAS_LE_NOTRE),
    "octets": (ecrire(bytes(range(256)) * 64), FichierIllisible, PAS_LE_NOTRE),
    "texte": (ecrire(b"Action;Montant\n"), FichierIllisible, PAS_LE_NOTRE),
    "classeur": (ecrire(b"PK\x03\x04" + b"\0" * 4000), FichierIllisible, PAS_LE_NOTRE),
    "en-tête seul": (ecrire(b"SQLite format 3\0"), FichierIllisible, PAS_LE_NOTRE),
    "autre base SQLite": (autre_base, FichierIllisible, PAS_LE_NOTRE),
    "sans révision": (sans_revision, FichierIllisible, PAS_LE_NOTRE),
    "sans table de révision": (sans_table_de_revision, FichierIllisible, PAS_LE_NOTRE),
    "plus récent": (de_demain, FichierTropRecent, "mettez Tour de table à jour pour l'ouvrir."),
}


@pytest.mark.parametrize("cas", ILLISIBLES)
def test_un_fichier_qui_ne_s_ouvre_pas_le_dit_en_une_phrase(dossier: Path, cas: str) -> None:
    faire, erreur, phrase = ILLISIBLES[cas]
    chemin = dossier / "essai.tdt"
    faire(chemin)
    avant = chemin.read_bytes() if chemin.is_file() else None
    with pytest.raises(erreur, match=phrase) as levee:
        Fichier.ouvrir(chemin)
    message = str(levee.value)
    assert message.startswith("« essai.tdt » ")
    assert message.count("\n") == 0
    assert (chemin.read_bytes() if chemin.is_file() else None) == avant
    assert presents(dossier) == ([] if cas == "absent" else ["essai.tdt"])


@pytest.mark.parametrize("garde", [99, 1_000, 4_096, 40_000, -4_096, -1])
def test_un_fichier_tronque_est_refuse_a_l_ouverture(garni: Path, garde: int) -> None:
    entier = garni.read_bytes()
    garni.write_bytes(entier[:garde])
    with pytest.raises(FichierIllisible, match=r"endommagé : restaurez une sauvegarde\.$"):
        Fichier.ouvrir(garni)
    assert garni.read_bytes() == entier[:garde]
    assert presents(garni.parent) == ["garni.tdt"]


def test_une_page_abimee_est_refusee_a_l_ouverture(garni: Path) -> None:
    octets = bytearray(garni.read_bytes())
    octets[-40_960:-4_096] = os.urandom(36_864)
    garni.write_bytes(bytes(octets))
    with pytest.raises(FichierIllisible, match=r"endommagé : restaurez une sauvegarde\.$"):
        Fichier.ouvrir(garni)
    assert presents(garni.parent) == ["garni.tdt"]


def test_creer_par_dessus_un_fichier_est_refuse(garni: Path) -> None:
    avant = garni.read_bytes()
    with pytest.raises(ErreurConnue, match=r"« garni.tdt » existe déjà : choisissez un autre nom."):
        Fichier.creer(garni)
    assert garni.read_bytes() == avant


def test_creer_dans_un_dossier_absent(tmp_path: Path) -> None:
    with pytest.raises(FichierIllisible, match=r"Le dossier de « x\.tdt » est introuvable"):
        Fichier.creer(tmp_path / "absent" / "x.tdt")


def test_une_creation_ratee_ne_laisse_rien(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def disque_plein(_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as panne:
        panne.setattr(bases, "creer_schema", disque_plein)
        with pytest.raises(DisquePlein, match=r"Le disque est plein : rien n'a été enregistré"):
            Fichier.creer(dossier / "x.tdt")
    assert presents(dossier) == []
    Fichier.creer(dossier / "x.tdt").fermer()


def test_un_reste_de_journal_d_un_fichier_supprime_ne_gene_pas_le_suivant(dossier: Path) -> None:
    """The file was deleted after a crash, its log was not."""
    with fabriques.neuf(dossier / "x.tdt") as ancien:
        ajouter(ancien, "Ancienne")
        restes = {n: (dossier / n).read_bytes() for n in ("x.tdt-wal", "x.tdt-shm")}
    (dossier / "x.tdt").unlink()
    for nom, octets in restes.items():
        (dossier / nom).write_bytes(octets)
    with Fichier.creer(dossier / "x.tdt") as nouveau:
        assert noms(nouveau) == []
        assert nouveau.defauts() == []


# A file that another program moves ----------------------------------------------------------------


@SANS_UNIX
def test_la_copie_d_un_fichier_deplace_remplace_un_autre_fichier(
    fichier: Fichier, dossier: Path, garni: Path
) -> None:
    ajouter(fichier, "Brèmes")
    fichier.chemin.rename(dossier / "ailleurs.tdt")
    for nom in ("essai.tdt", "ailleurs.tdt"):
        with pytest.raises(FichierOccupe, match="est le fichier ouvert : choisissez un autre nom"):
            fichier.enregistrer_copie(dossier / nom)
    fichier.enregistrer_copie(garni)
    with Fichier.ouvrir(garni) as copie:
        assert noms(copie) == ["Brèmes"]


@SANS_UNIX
@pytest.mark.parametrize("geste", ["supprimé", "déplacé", "remplacé"])
def test_un_fichier_deplace_pendant_qu_il_est_ouvert(
    fichier: Fichier, dossier: Path, geste: str
) -> None:
    """Synchronised folders do that. SQLite would go on writing to a file without a name."""
    ajouter(fichier, "Brèmes")
    fichier.chemin.rename(dossier / "ailleurs.tdt")
    if geste == "supprimé":
        (dossier / "ailleurs.tdt").unlink()
    if geste == "remplacé":
        fichier.chemin.write_bytes(fabriques.gabarit().read_bytes())
    with pytest.raises(LectureSeule, match="a été déplacé, remplacé ou supprimé pendant"):
        ajouter(fichier, "Ostreval")
    fichier.enregistrer_copie(dossier / "sauvée.tdt")
    with Fichier.ouvrir(dossier / "sauvée.tdt") as sauvee:
        assert noms(sauvee) == ["Brèmes"]
    fichier.fermer()
    if geste == "remplacé":
        assert fichier.chemin.read_bytes() == fabriques.gabarit().read_bytes()
    assert [nom for nom in presents(dossier) if nom.startswith(".~") or "-wal" in nom] == []


# Read only ----------------------------------------------------------------------------------------


def test_un_fichier_ouvert_en_lecture_seule_se_lit_et_ne_s_ecrit_pas(
    garni: Path,
) -> None:
    with Fichier.ouvrir(garni) as premier, Fichier.ouvrir(garni, lecture_seule=True) as second:
        ajouter(premier, "Wavrin")
        assert second.lecture_seule
        assert noms(second) == ["Brèmes-sur-Scarpe", "Ostreval", "Wavrin"]
        with pytest.raises(
            LectureSeule,
            match=r"« garni.tdt » est ouvert en lecture seule : enregistrez-en une copie",
        ):
            ajouter(second, "Impossible")
        second.enregistrer_copie(garni.with_name("copie.tdt"))
    with Fichier.ouvrir(garni.with_name("copie.tdt")) as copie:
        ajouter(copie, "Possible")
    assert presents(garni.parent) == ["copie.tdt", "garni.tdt"]


EN_LECTURE_SEULE = """
    import json, os, sys
    from pathlib import Path
    import fabriques, filelock, platformdirs, sqlalchemy.dialects.sqlite
    from app.services.errors import ErreurConnue
    from app.services.fichier import Fichier
    from fabrique_ecrits import ajouter, noms

    chemin, autre = Path(sys.argv[1]), Path(sys.argv[2])
    if hasattr(os, "setuid") and os.getuid() == 0:
        os.setuid(65534)  # permissions do not bind root
    os.environ["TOUR_DE_TABLE_DOSSIER"] = str(autre)
    refus = []
    with Fichier.ouvrir(chemin) as ouvert:
        lu = [ouvert.lecture_seule, noms(ouvert)]
        for geste in (lambda: ajouter(ouvert, "x"),
                      lambda: ouvert.enregistrer_copie(chemin.with_name("c.tdt"))):
            try:
                geste()
            except ErreurConnue as erreur:
                refus.append([type(erreur).__name__, str(erreur)])
        ouvert.enregistrer_copie(autre / "c.tdt")
    try:
        Fichier.creer(chemin.with_name("n.tdt"))
    except ErreurConnue as erreur:
        refus.append([type(erreur).__name__, str(erreur)])
    print(json.dumps([lu, refus]))
"""


@SANS_UNIX
@pytest.mark.parametrize("protege", ["fichier", "dossier"])
def test_un_fichier_ou_un_dossier_protege_s_ouvre_en_lecture_seule(
    garni: Path, protege: str
) -> None:
    """As an ordinary account sees it: the tests may run as root, whom no permission stops."""
    commun = Path("/tmp") / f"tour-de-table-{os.getpid()}-{protege}"
    autre = commun.with_name(f"{commun.name}-autre")
    commun.mkdir()
    autre.mkdir()
    autre.chmod(0o777)
    try:
        chemin = commun / "protégé.tdt"
        chemin.write_bytes(garni.read_bytes())
        # A file open to all in a closed folder, or a closed file: both ways of being protected.
        chemin.chmod(0o444 if protege == "fichier" else 0o666)
        commun.chmod(0o555)
        lu, refus = ailleurs(EN_LECTURE_SEULE, chemin, autre)
        assert lu == [True, ["Brèmes-sur-Scarpe", "Ostreval"]]
        assert [nom for nom, _ in refus] == ["LectureSeule"] * 3
        assert refus[1][1] == "« c.tdt » ne peut pas être écrit ici : choisissez un autre dossier."
        assert refus[2][1] == "« n.tdt » ne peut pas être écrit ici : choisissez un autre dossier."
        assert presents(commun) == ["protégé.tdt"]
        assert [nom for nom in presents(autre) if nom.endswith(".tdt")] == ["c.tdt"]
    finally:
        commun.chmod(0o755)
        for lieu in (commun, autre):
            for reste in lieu.iterdir():
                reste.rmdir() if reste.is_dir() else reste.unlink()
            lieu.rmdir()


# No room left -------------------------------------------------------------------------------------


@pytest.fixture
def plein(fichier: Fichier) -> Iterator[Callable[[bool], None]]:
    """Tells SQLite that the disk is full, or has room again."""
    etat = {"plein": False}

    @event.listens_for(fichier._moteur, "checkout")
    def _regler(pilote: sqlite3.Connection, *_: object) -> None:
        pages = pilote.execute("PRAGMA page_count").fetchone()[0]
        pilote.execute(f"PRAGMA max_page_count={pages if etat['plein'] else 10**6}")

    def regler(oui: bool) -> None:
        etat["plein"] = oui
        _regler(fichier._prendre_plume()[1])

    yield regler
    event.remove(fichier._moteur, "checkout", _regler)


def test_un_disque_plein_ne_laisse_rien_a_moitie_et_la_saisie_se_refait(
    fichier: Fichier, plein: Callable[[bool], None]
) -> None:
    decor = fabriques.decor(fichier)
    plein(True)
    for _ in range(2):
        with (
            pytest.raises(DisquePlein, match=r"Libérez de la place, puis recommencez\."),
            fichier.operation("Décrire longuement") as e,
        ):
            e.modifier(Commune, decor.communes[0], nom="x" * 50_000)
    assert noms(fichier) == ["Brèmes-sur-Scarpe", "Ostreval"]
    assert fichier.undo.a_annuler() == []
    plein(False)
    ajouter(fichier, "y" * 50_000)
    with fichier.lecture() as connexion:
        assert verifier_chaine(connexion) + verifier_rejeu(connexion) == []
    assert len(noms(fichier)) == 3


TAILLE_LIMITEE = """
    import json, resource, sys
    from pathlib import Path
    import fabriques
    from app.services.errors import ErreurConnue
    from app.services.fichier import Fichier
    from fabrique_ecrits import ajouter, noms, presents

    chemin = Path(sys.argv[1])
    dits = []

    def essayer(geste):
        try:
            geste()
        except ErreurConnue as erreur:
            dits.append(f"{type(erreur).__name__} {erreur}")

    ouvert = Fichier.ouvrir(chemin)
    ajouter(ouvert, "Avant")
    limite = chemin.with_name(chemin.name + "-wal").stat().st_size + 4096
    resource.setrlimit(resource.RLIMIT_FSIZE, (limite, resource.RLIM_INFINITY))
    essayer(lambda: ajouter(ouvert, "x" * 300_000))
    essayer(lambda: ouvert.enregistrer_copie(chemin.with_name("copie.tdt")))
    essayer(lambda: Fichier.creer(chemin.with_name("nouveau.tdt")))
    pendant = noms(ouvert)
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    ajouter(ouvert, "Pendant")
    apres = noms(ouvert)
    ouvert.fermer()
    print(json.dumps([dits, pendant, apres, presents(chemin.parent)]))
"""


@SANS_UNIX
def test_un_disque_qui_refuse_d_ecrire(garni: Path) -> None:
    """A size limit, the nearest thing to a full disk or a quota that needs no privilege."""
    garni.write_bytes(fabriques.gabarit().read_bytes())
    with Fichier.ouvrir(garni) as ouvert:  # larger than the limit set below
        ajouter(ouvert, "z" * 400_000)
    dits, pendant, apres, restes = ailleurs(TAILLE_LIMITEE, garni)
    assert [dit.partition(" ")[0] for dit in dits] == ["DisquePlein"] * 3
    assert "« garni.tdt » n'a pas pu être écrit, rien n'a été enregistré" in dits[0]
    assert [nom[:5] for nom in pendant] == ["Avant", "zzzzz"]
    assert [nom[:7] for nom in apres] == ["Avant", "Pendant", "zzzzzzz"]
    assert restes == ["garni.tdt"]


PETIT_DISQUE = """
    import json, subprocess, sys
    from pathlib import Path
    import fabriques
    from app.services.errors import DisquePlein
    from app.services.fichier import Fichier
    from fabrique_ecrits import ajouter, noms, presents

    disque = Path(sys.argv[1])
    ouvert = fabriques.neuf(disque / "x.tdt")
    bourrage = disque / "bourrage"
    refus = []
    ajouter(ouvert, "Avant")
    with bourrage.open("wb", buffering=0) as flux:
        try:
            while flux.write(b"0" * 512):
                pass
        except OSError:
            pass
    for geste in (lambda: ajouter(ouvert, "x" * 20_000), ouvert.fermer):
        try:
            geste()
        except DisquePlein as erreur:
            refus.append(str(erreur))
    lieu = presents(disque)
    bourrage.unlink()
    with Fichier.ouvrir(disque / "x.tdt") as rouvert:
        ajouter(rouvert, "Après")
        lus = noms(rouvert)
    print(json.dumps([refus, lieu, lus, presents(disque)]))
"""


@SANS_UNIX
def test_un_disque_vraiment_plein(dossier: Path) -> None:
    """A disk of two megabytes, where the account that runs the tests may mount one."""
    monter = ["mount", "-t", "tmpfs", "-o", "size=2m", "tour-de-table", str(dossier)]
    if os.getuid() != 0 or subprocess.run(monter, check=False, capture_output=True).returncode:
        pytest.skip("il faut le droit de monter un disque")
    try:
        refus, pendant, lus, restes = ailleurs(PETIT_DISQUE, dossier)
    finally:
        subprocess.run(["umount", str(dossier)], check=True)
    assert refus[0].startswith("Le disque est plein : rien n'a été enregistré dans « x.tdt ».")
    assert lus == ["Après", "Avant"]
    assert restes == ["x.tdt"]
    # Closing either gathered everything, or said where the last entries are.
    assert ("x.tdt-wal" in pendant) == (len(refus) == 2)


# Copies -------------------------------------------------------------------------------------------


def copie_de(chemin: Path) -> tuple[str, str | None]:
    with closing(sqlite3.connect(chemin)) as connexion:
        ligne = connexion.execute("SELECT cle, origine FROM copie").fetchall()
    assert len(ligne) == 1
    cle, origine = ligne[0]
    return cle, origine


def test_une_copie_a_tout_et_porte_son_propre_numero(fichier: Fichier, dossier: Path) -> None:
    ajouter(fichier, "Brèmes")
    fichier.enregistrer_copie(dossier / "copie.tdt")
    ajouter(fichier, "Ostreval")
    [[cle]] = fichier.lignes(select(Copie.cle))
    cle_copie, origine = copie_de(dossier / "copie.tdt")
    assert origine == cle != cle_copie
    with Fichier.ouvrir(dossier / "copie.tdt") as copie:
        assert noms(copie) == ["Brèmes"]
        assert copie.signature.copie == cle_copie
        ajouter(copie, "Wavrin")
        with copie.lecture() as connexion:
            assert verifier_chaine(connexion) == []
    assert noms(fichier) == ["Brèmes", "Ostreval"]
    fichier.fermer()
    assert presents(dossier) == ["copie.tdt", "essai.tdt"]


def test_une_copie_remplace_un_fichier_et_les_restes_de_son_journal(
    fichier: Fichier, dossier: Path
) -> None:
    """The log left by a killed program beside the old file would be played into the new one."""
    vieux = dossier / "vieux.tdt"
    with fabriques.neuf(vieux) as ouvert:
        ajouter(ouvert, "Vieille")
        restes = (dossier / "vieux.tdt-wal").read_bytes()
    (dossier / "vieux.tdt-wal").write_bytes(restes)
    ajouter(fichier, "Brèmes")
    fichier.enregistrer_copie(vieux)
    with Fichier.ouvrir(vieux) as copie:
        assert noms(copie) == ["Brèmes"]
        assert copie.defauts() == []


def test_une_copie_par_dessus_le_fichier_ouvert_est_refusee(
    fichier: Fichier, dossier: Path
) -> None:
    ajouter(fichier, "Brèmes")
    (dossier / "raccourci.tdt").symlink_to(fichier.chemin)
    for nom in ("essai.tdt", "raccourci.tdt"):
        with pytest.raises(FichierOccupe, match="est le fichier ouvert : choisissez un autre nom"):
            fichier.enregistrer_copie(dossier / nom)
    ajouter(fichier, "Ostreval")
    fichier.fermer()
    with Fichier.ouvrir(dossier / "essai.tdt") as rouvert:
        assert noms(rouvert) == ["Brèmes", "Ostreval"]


def test_une_copie_par_dessus_un_fichier_ouvert_ailleurs_est_refusee(
    fichier: Fichier, garni: Path
) -> None:
    with Fichier.ouvrir(garni, auteur="Dominique") as autre:
        with pytest.raises(FichierOccupe, match=r"« garni\.tdt » est déjà ouvert par Dominique"):
            fichier.enregistrer_copie(garni)
        ajouter(autre, "Wavrin")
        assert len(noms(autre)) == 3


@pytest.mark.parametrize("lieu", ["absent", "un dossier", "un fichier"])
def test_une_copie_vers_un_endroit_impossible(fichier: Fichier, dossier: Path, lieu: str) -> None:
    (dossier / "un dossier" / "copie.tdt").mkdir(parents=True)
    (dossier / "un fichier").write_text("texte")
    avant = presents(dossier)
    with pytest.raises(ErreurConnue, match=r"« copie\.tdt »") as levee:
        fichier.enregistrer_copie(dossier / lieu / "copie.tdt")
    assert str(levee.value).endswith(".")
    assert presents(dossier) == avant


def test_une_copie_ratee_laisse_l_ancienne(
    fichier: Fichier, garni: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    avant = garni.read_bytes()

    def disque_plein(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module_fichier, "verifier_copie", disque_plein)
    with pytest.raises(DisquePlein):
        fichier.enregistrer_copie(garni)
    assert garni.read_bytes() == avant
    assert [nom for nom in presents(garni.parent) if "copie" in nom or "garni" in nom] == [
        "garni.tdt"
    ]


def test_une_copie_illisible_n_est_pas_mise_en_place(
    fichier: Fichier, dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrite, "defauts_de", lambda _: ["page 3"])
    with pytest.raises(FichierIllisible, match=r"La copie ne se relit pas"):
        fichier.enregistrer_copie(dossier / "copie.tdt")
    assert not (dossier / "copie.tdt").exists()


# What is left at closing --------------------------------------------------------------------------


def test_un_journal_qui_n_a_pu_etre_rassemble_est_signale(
    fichier: Fichier, dossier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ajouter(fichier, "Brèmes")
    octets = (dossier / "essai.tdt-wal").read_bytes()
    monkeypatch.setattr(
        module_fichier,
        "quitter_le_mode_wal",
        lambda _: (dossier / "essai.tdt-wal").write_bytes(octets),
    )
    with pytest.raises(DisquePlein, match=r"à part, dans « essai.tdt-wal » : avant de copier"):
        fichier.fermer()
    monkeypatch.undo()
    assert [nom for nom in presents(dossier) if nom.startswith(".~")] == []
    with Fichier.ouvrir(fichier.chemin) as rouvert:
        assert noms(rouvert) == ["Brèmes"]


def test_fermer_pendant_qu_un_autre_programme_lit_le_dit_sans_attendre(
    fichier: Fichier, dossier: Path
) -> None:
    """The disk is not full: making room would change nothing."""
    ajouter(fichier, "Brèmes")
    with closing(sqlite3.connect(fichier.chemin)) as lecteur:
        lecteur.execute("BEGIN")
        lecteur.execute("SELECT count(*) FROM commune").fetchall()
        ajouter(fichier, "Ostreval")
        depart = time.monotonic()
        with pytest.raises(FichierOccupe, match=r"à part, dans « essai.tdt-wal ».*fermez l'autre"):
            fichier.fermer()
        assert time.monotonic() - depart < 3
    with Fichier.ouvrir(fichier.chemin) as rouvert:
        assert noms(rouvert) == ["Brèmes", "Ostreval"]
    assert presents(dossier) == ["essai.tdt"]


def test_un_nom_change_signe_les_operations_suivantes(fichier: Fichier) -> None:
    ajouter(fichier, "Brèmes")
    avant = fichier.signature.auteur
    fichier.signer("Dominique")
    ajouter(fichier, "Ostreval")
    auteurs = fichier.lignes(select(Operation.auteur).order_by(Operation.numero))
    assert [auteur for (auteur,) in auteurs] == [avant, "Dominique"]


def test_une_ouverture_ratee_rend_le_verrou(garni: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def echouer(*_: object, **__: object) -> None:
        raise FichierIllisible("Panne d'essai.")

    with monkeypatch.context() as panne:
        panne.setattr(module_fichier, "examiner", echouer)
        with pytest.raises(FichierIllisible, match="Panne d'essai"):
            Fichier.ouvrir(garni)
    assert presents(garni.parent) == ["garni.tdt"]
    with Fichier.ouvrir(garni) as ouvert:
        assert ouvert.repris_de is None


def test_un_dossier_sans_place_pour_le_verrou_s_ouvre_en_lecture_seule(
    garni: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def disque_plein(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module_verrou.Path, "write_text", disque_plein)
    with Fichier.ouvrir(garni) as ouvert:
        assert ouvert.lecture_seule
    assert presents(garni.parent) == ["garni.tdt"]
