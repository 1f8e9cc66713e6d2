"""What the Linux tree asks of the system: which shared libraries, and which Debian packages."""

import re
from collections.abc import Iterable
from pathlib import Path

import dev
from installer.binaires import Binaire, binaires
from installer.projet import Arret

# Loaded by one plugin only, which Qt does without when they are absent: printing through CUPS.
FACULTATIFS = {"libcups.so.2": "libcups2"}
# Belong to glibc, whose version is asked for once.
GLIBC = re.compile(r"(libc|libm|libdl|librt|libpthread|libresolv|libutil|ld-linux-x86-64)\.so")
DOSSIERS = (Path("/lib/x86_64-linux-gnu"), Path("/usr/lib/x86_64-linux-gnu"))
STATUT = Path("/var/lib/dpkg/info")


def demandees(arbre: Path) -> set[str]:
    """Names of the libraries that the tree loads and does not hold, glibc apart."""
    connus = binaires(arbre)
    presents = {chemin.name for chemin in connus}
    besoins = {nom for lu in connus.values() for nom in lu.besoins}
    return {nom for nom in besoins - presents if not GLIBC.match(nom)}


def glibc_minimale(lus: Iterable[Binaire]) -> str:
    """The newest version of glibc whose symbols are asked for."""
    versions = {v for lu in lus for v in lu.versions if re.fullmatch(r"GLIBC_[\d.]+", v)}
    numeros = (v.removeprefix("GLIBC_") for v in versions)
    return max(numeros, key=lambda numero: [int(n) for n in numero.split(".")])


def trouver(nom: str) -> Path:
    """The file of a library of the system that builds."""
    for dossier in DOSSIERS:
        if (dossier / nom).exists():
            return dossier / nom
    raise Arret(
        f"La bibliothèque {nom} n'est pas sur cette machine : installez les paquets que demande "
        "« python3 dev.py preparer »."
    )


def paquets_des_bibliotheques(noms: Iterable[str]) -> set[str]:
    """The Debian packages that bring these libraries, as dpkg lists them."""
    proprietaires = _proprietaires()
    trouves = set()
    for nom in noms:
        chemin = trouver(nom)
        candidats = {str(chemin), str(chemin.resolve()), f"/usr{chemin}"}
        paquet = next((p for c in sorted(candidats) if (p := proprietaires.get(c))), None)
        if paquet is None:
            raise Arret(f"Aucun paquet Debian ne fournit {chemin}.")
        trouves.add(paquet)
    return trouves


def _proprietaires() -> dict[str, str]:
    """File -> package, for the shared libraries that dpkg installed."""
    return {
        ligne: liste.name.removesuffix(".list").partition(":")[0]
        for liste in sorted(STATUT.glob("*.list"))
        for ligne in liste.read_text(encoding="utf-8", errors="replace").splitlines()
        if ".so" in ligne
    }


def du_lancement() -> set[str]:
    """Packages that `dev.py` asks for before it runs the program: what Qt loads by name, a font."""
    return {b.paquet for b in dev.EXECUTION.besoins if b.genre in ("bibliotheque", "police")}


def depends(arbre: Path) -> tuple[list[str], list[str]]:
    """The fields Depends and Recommends of the package."""
    noms = demandees(arbre)
    obligatoires = paquets_des_bibliotheques(noms - FACULTATIFS.keys()) | du_lancement()
    libc = f"libc6 (>= {glibc_minimale(binaires(arbre).values())})"
    conseilles = {FACULTATIFS[nom] for nom in noms & FACULTATIFS.keys()}
    return [libc, *sorted(obligatoires - {"libc6"})], sorted(conseilles)
