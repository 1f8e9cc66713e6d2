"""The Debian package: the tree under /usr/lib, and what makes a program of the desktop of it."""

import hashlib
import shutil
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from installer import arbre, archives, composants, dependances, python_linux
from installer.projet import (
    ATELIER,
    ICONES,
    NOM,
    SORTIES,
    TAILLES_ICONES,
    TYPE_MIME,
    VERSION,
    date_des_sources,
    dire,
    dossier_neuf,
    gabarit,
)

ARCHITECTURE = "amd64"
RESPONSABLE = "Les auteurs de Tour de table <tour-de-table@localhost>"
DESCRIPTION = """La programmation d'un contrat de ville, dans un seul fichier
 Tour de table prépare, sans réseau, la programmation annuelle d'un contrat de
 ville : les demandes des associations, les avis, les enveloppes de chaque
 financeur, les décisions du comité des financeurs, puis les tableaux à rendre.
 .
 Un seul fichier contient un contrat et toutes ses années. Le programme ne se
 connecte jamais au réseau."""


def construire() -> Path:
    """Write the package into `dist/`."""
    date = date_des_sources()
    racine = dossier_neuf(ATELIER / "deb")
    programme = racine / "usr" / "lib" / NOM
    version_python = arbre_linux(programme)
    poser_dans_le_systeme(racine, date)
    documentation = racine / "usr" / "share" / "doc" / NOM
    composants.ecrire(programme / "bibliotheques", version_python, documentation / "composants.txt")
    controle = {
        "control": controle_du_paquet(programme, arbre.peser(racine)),
        "md5sums": empreintes(racine),
    }
    SORTIES.mkdir(exist_ok=True)
    cible = SORTIES / f"{NOM}_{VERSION}_{ARCHITECTURE}.deb"
    dire("Compression du paquet…")
    cible.write_bytes(assembler(controle, archives.contenu(racine, "./"), date))
    return cible


def arbre_linux(cible: Path) -> str:
    """The whole tree with its Python; what the list of components says of it."""
    arbre.construire("linux", cible)
    python_linux.installer(cible / "python")
    arbre.compiler(cible)
    return python_linux.version()


def assembler(controle: dict[str, str], donnees: list[tuple[str, Path]], date: int) -> bytes:
    """The three members of a .deb, in their order."""
    atelier = dossier_neuf(ATELIER / "deb-controle")
    for nom, texte in controle.items():
        (atelier / nom).write_text(texte, encoding="utf-8")
    membres = (
        ("debian-binary", b"2.0\n"),
        ("control.tar.xz", archives.xz(archives.tar(archives.contenu(atelier, "./"), date))),
        ("data.tar.xz", archives.xz(archives.tar(donnees, date))),
    )
    return archives.ar(membres, date)


def controle_du_paquet(programme: Path, octets: int) -> str:
    depends, recommends = dependances.depends(programme)
    return texte_de_controle(depends, recommends, octets)


def texte_de_controle(depends: list[str], recommends: list[str], octets: int) -> str:
    champs = {
        "Package": NOM,
        "Version": VERSION,
        "Architecture": ARCHITECTURE,
        "Maintainer": RESPONSABLE,
        "Installed-Size": str(-(-octets // 1024)),
        "Depends": ", ".join(depends),
        "Recommends": ", ".join(recommends),
        "Section": "misc",
        "Priority": "optional",
        "Description": DESCRIPTION,
    }
    return "".join(f"{nom}: {valeur}\n" for nom, valeur in champs.items() if valeur)


def empreintes(racine: Path) -> str:
    """The sums that `dpkg --verify` checks an installed program against."""
    fichiers = (c for c in sorted(racine.rglob("*")) if c.is_file() and not c.is_symlink())
    return "".join(
        f"{hashlib.md5(c.read_bytes(), usedforsecurity=False).hexdigest()}  "
        f"{c.relative_to(racine).as_posix()}\n"
        for c in fichiers
    )


def poser_dans_le_systeme(racine: Path, date: int) -> None:
    """Everything outside the tree: command, desktop entry, type of file, icons, pages."""
    instant = datetime.fromtimestamp(date, UTC)
    jour = instant.date().isoformat()
    partage = racine / "usr" / "share"
    lanceur = racine / "usr" / "bin" / NOM
    ecrire(lanceur, gabarit("lanceur.sh"))
    lanceur.chmod(0o755)
    ecrire(partage / "applications" / f"{NOM}.desktop", gabarit("tour-de-table.desktop"))
    ecrire(partage / "mime" / "packages" / f"{NOM}.xml", gabarit("tour-de-table.mime.xml"))
    ecrire(
        partage / "metainfo" / f"{NOM}.metainfo.xml",
        gabarit("tour-de-table.metainfo.xml", JOUR=jour),
    )
    poser_les_pages(partage, instant)
    poser_les_icones(partage / "icons" / "hicolor")


def poser_les_pages(partage: Path, instant: datetime) -> None:
    """The manual, in French for every language that has none, and the papers of the package."""
    jour = instant.date().isoformat()
    page = archives.gz(gabarit("tour-de-table.1", JOUR=jour).encode())
    manuel = partage / "man" / "fr" / "man1" / f"{NOM}.1.gz"
    manuel.parent.mkdir(parents=True)
    manuel.write_bytes(page)
    renvoi = partage / "man" / "man1" / f"{NOM}.1.gz"
    renvoi.parent.mkdir(parents=True)
    renvoi.symlink_to(f"../fr/man1/{NOM}.1.gz")
    documentation = partage / "doc" / NOM
    ecrire(documentation / "copyright", gabarit("copyright"))
    journal = (
        f"{NOM} ({VERSION}) stable; urgency=medium\n\n  * Version {VERSION}.\n\n"
        f" -- {RESPONSABLE}  {format_datetime(instant)}\n"
    )
    (documentation / "changelog.gz").write_bytes(archives.gz(journal.encode()))


def poser_les_icones(hicolor: Path) -> None:
    """The program's icon and its files', each size where the desktop looks for it."""
    poses = (("tour-de-table", "apps", NOM), ("document", "mimetypes", TYPE_MIME.replace("/", "-")))
    for dessin, famille, nom in poses:
        for taille in TAILLES_ICONES:
            cible = hicolor / f"{taille}x{taille}" / famille / f"{nom}.png"
            cible.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ICONES / f"{dessin}-{taille}.png", cible)
        vectoriel = hicolor / "scalable" / famille / f"{nom}.svg"
        vectoriel.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ICONES / f"{dessin}.svg", vectoriel)


def ecrire(chemin: Path, texte: str) -> None:
    chemin.parent.mkdir(parents=True, exist_ok=True)
    chemin.write_text(texte, encoding="utf-8")
