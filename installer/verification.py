"""Look again at what was made, file by file, and say what was seen.

Each check returns the defects it finds. Nothing is run here: the trees of both systems are checked
on the machine that built them.
"""

import ast
import hashlib
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from email.parser import HeaderParser
from pathlib import Path

from installer import arbre, importations, python_windows, roues, verrous
from installer.binaires import AMD64_PE, X86_64_ELF, binaires
from installer.projet import ATELIER, NOM, SORTIES, TITRE, VERSION, dire

MO = 1_000_000
LIMITES = {  # bytes
    f"{NOM}_{VERSION}_amd64.deb": 75 * MO,
    f"{NOM}-{VERSION}-windows-installation.exe": 45 * MO,
}
INSTALLE = 220 * MO
# DLLs that are part of Windows 10 and later.
DE_WINDOWS = re.compile(
    r"(api-ms-win-.*|ext-ms-.*|kernel32|ntdll|user32|gdi32|shell32|ole32|oleaut32|advapi32|ws2_32|"
    r"ucrtbase|msvcrt|version|winmm|netapi32|userenv|imm32|comdlg32|comctl32|shlwapi|setupapi|rpcrt4|"
    r"crypt32|bcrypt|bcryptprimitives|dwmapi|uxtheme|wtsapi32|uiautomationcore|iphlpapi|dnsapi|"
    r"winspool|mpr|authz|secur32|d3d9|d3d11|d3d12|dxgi|dcomp|dwrite|d2d1|opengl32|shcore|icuuc|icuin|"
    r"mscms|msi|powrprof|synchronization|dbghelp|usp10|cfgmgr32|propsys|normaliz|winhttp|psapi|"
    r"kernelbase)(\.dll|\.drv)"
)
Controle = tuple[str, Callable[[], list[str]]]


def verifier() -> int:
    """Print each check; the exit code is 1 when one of them found something."""
    defauts = 0
    for nom, controle in controles():
        trouves = controle()
        defauts += len(trouves)
        dire(f"{'✗' if trouves else '✓'} {nom}")
        for defaut in trouves[:20]:
            dire(f"    {defaut}")
    return 1 if defauts else 0


def controles() -> Iterator[Controle]:
    """The checks of what is there: a package that was not made is not missed."""
    linux = ATELIER / "deb" / "usr" / "lib" / NOM
    windows = ATELIER / "windows" / TITRE / "interne"
    yield "sommes de contrôle", sommes_fausses
    yield "tailles des fichiers", trop_lourds
    for systeme, racine in (("linux", linux), ("win32", windows)):
        if racine.is_dir():
            yield from _controles_de_l_arbre(systeme, racine)
    if linux.is_dir():
        yield "fiche AppStream, entrée de bureau, page de manuel", fiches_refusees


def _controles_de_l_arbre(systeme: str, racine: Path) -> Iterator[Controle]:
    yield f"{systeme} : chaque import trouve son module", lambda: imports_perdus(systeme, racine)
    yield (
        f"{systeme} : chaque bibliothèque a celles qu'elle demande",
        lambda: exigences(systeme, racine),
    )
    yield f"{systeme} : aucun fichier d'un autre système", lambda: etrangers(systeme, racine)
    yield f"{systeme} : chaque bibliothèque chargée est là", lambda: chargements(systeme, racine)
    yield f"{systeme} : tout est compilé", lambda: non_compiles(racine)
    yield f"{systeme} : taille installée", lambda: trop_grand(racine)
    yield f"{systeme} : rien de la machine qui fabrique", lambda: traces_de_la_machine(racine)


# Packages ----------------------------------------------------------------------------------------


def sommes_fausses() -> list[str]:
    lignes = (SORTIES / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    attendues = {nom: somme for somme, nom in (ligne.split("  ") for ligne in lignes)}
    return [
        nom
        for nom, somme in attendues.items()
        if hashlib.sha256((SORTIES / nom).read_bytes()).hexdigest() != somme
    ]


def trop_lourds() -> list[str]:
    presents = {nom: SORTIES / nom for nom in LIMITES if (SORTIES / nom).exists()}
    return [
        f"{nom} : {taille / MO:.1f} Mo"
        for nom, chemin in presents.items()
        if (taille := chemin.stat().st_size) > LIMITES[nom]
    ]


def fiches_refusees() -> list[str]:
    """What the tools of the desktop say of our descriptions, where these tools are installed."""
    partage = ATELIER / "deb" / "usr" / "share"
    commandes = (
        ["desktop-file-validate", str(partage / "applications" / f"{NOM}.desktop")],
        ["appstreamcli", "validate", "--no-net", str(partage / "metainfo" / f"{NOM}.metainfo.xml")],
        ["man", "--warnings", "-l", str(partage / "man" / "fr" / "man1" / f"{NOM}.1.gz")],
    )
    return [plainte for commande in commandes for plainte in _plaintes(commande)]


def _plaintes(commande: list[str]) -> list[str]:
    try:
        fini = subprocess.run(commande, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return [f"{commande[0]} n'est pas installé : ce contrôle n'a pas été fait."]
    sortie = fini.stderr if commande[0] == "man" else fini.stdout + fini.stderr
    return sortie.splitlines() if fini.returncode != 0 or commande[0] == "man" else []


# Trees -------------------------------------------------------------------------------------------


def imports_perdus(systeme: str, racine: Path) -> list[str]:
    """Imports of the program, and of each library that they load, that the tree can't satisfy."""
    connu = arbre_des_modules(systeme, racine)
    sources = sources_des_roues(systeme)
    du_programme = list(importations.du_programme(racine / "programme"))
    chargees = importations.chargees(connu, (i.module for i in du_programme), sources)
    demandes = importations.des_bibliotheques((nom, sources[nom]) for nom in sorted(chargees))
    return importations.introuvables(connu, [*du_programme, *demandes])


def arbre_des_modules(systeme: str, racine: Path) -> importations.Arbre:
    communes = [racine / "programme", racine / "bibliotheques"]
    if systeme == "win32":
        return importations.lire(
            [*communes, racine, racine / "python311.zip"], python_windows.INTEGRES
        )
    bibliotheque = racine / "python" / "lib" / "python3.11"
    fini = subprocess.run(
        [str(arbre.COMPILATEUR), "-c", "import sys; print(*sys.builtin_module_names)"],
        capture_output=True,
        text=True,
        check=True,
    )
    dossiers = [*communes, bibliotheque, bibliotheque / "lib-dynload"]
    return importations.lire(dossiers, fini.stdout.split())


def sources_des_roues(systeme: str) -> dict[str, str]:
    """The modules of the libraries as they are written: the tree has only their byte code."""
    sources: dict[str, str] = {}
    for roue in roues.telecharger(systeme, verrous.pour(systeme)):
        with zipfile.ZipFile(roue) as archive:
            for nom in archive.namelist():
                if nom.endswith(".py") and not roues.est_inutile(nom):
                    sources[nom] = archive.read(nom).decode("utf-8", "replace")
    return {nom: texte for nom, texte in sources.items() if _se_lit(texte)}


def _se_lit(texte: str) -> bool:
    """False for a template that only looks like a module."""
    try:
        ast.parse(texte)
    except SyntaxError:
        return False
    return True


def exigences(systeme: str, racine: Path) -> list[str]:
    """What the libraries say they require on this system, and that the tree does not hold."""
    fiches = [
        HeaderParser().parsestr(c.read_text(encoding="utf-8"))
        for c in (racine / "bibliotheques").glob("*.dist-info/METADATA")
    ]
    presentes = {_nom(f["Name"]) for f in fiches}
    return [
        f"{fiche['Name']} demande {exigence}"
        for fiche in fiches
        for exigence in fiche.get_all("Requires-Dist", [])
        if vaut_pour(exigence, systeme) and _nom(exigence) not in presentes
    ]


def _nom(texte: str) -> str:
    nom = re.match(r"[A-Za-z0-9._-]+", texte)
    return re.sub(r"[-_.]+", "-", nom[0]).lower() if nom else ""


def vaut_pour(exigence: str, systeme: str) -> bool:
    """Does a requirement hold there? Optional extras never do; an older Python is not ours."""
    _, _, condition = exigence.partition(";")
    if "extra ==" in condition:
        return False
    valeurs = {
        "sys_platform": systeme,
        "platform_system": {"win32": "Windows", "linux": "Linux"}[systeme],
        "os_name": {"win32": "nt", "linux": "posix"}[systeme],
        "platform_python_implementation": "CPython",
        "implementation_name": "cpython",
        "platform_machine": {"win32": "AMD64", "linux": "x86_64"}[systeme],
        "python_version": roues.PYTHON,
        "python_full_version": f"{roues.PYTHON}.0",
    }
    return all(
        any(_comparer(clause, valeurs) for clause in choix.split(" or "))
        for choix in condition.replace("(", "").replace(")", "").split(" and ")
        if choix.strip()
    )


def _comparer(clause: str, valeurs: dict[str, str]) -> bool:
    """One comparison of a marker; what is not understood is taken as true, and then looked for."""
    lue = re.fullmatch(r"\s*(\w+)\s*(==|!=|<=|>=|<|>)\s*[\"']([^\"']*)[\"']\s*", clause)
    if lue is None or lue[1] not in valeurs:
        return True
    gauche, droite = _cle(valeurs[lue[1]]), _cle(lue[3])
    egal, avant = gauche == droite, gauche < droite
    resultats = {
        "==": egal, "!=": not egal, "<": avant, "<=": avant or egal,
        ">": not (avant or egal), ">=": not avant,
    }  # fmt: skip
    return resultats[lue[2]]


def _cle(texte: str) -> tuple[tuple[int, str], ...]:
    """« 3.9 » comes before « 3.11 »."""
    morceaux = texte.split(".")
    return tuple((int(m), "") if m.isdecimal() else (0, m) for m in morceaux)


def etrangers(systeme: str, racine: Path) -> list[str]:
    """Compiled files of another system or processor, and names that Windows can't write."""
    machine = {"linux": X86_64_ELF, "win32": AMD64_PE}[systeme]
    fautifs = [
        str(chemin.relative_to(racine))
        for chemin, lu in binaires(racine).items()
        if (lu.systeme, lu.machine) != (systeme, machine)
    ]
    if systeme == "win32":
        noms = [c.relative_to(racine).as_posix() for c in racine.rglob("*")]
        fautifs += [n for n in noms if n.endswith(".so") or re.search(r'[<>:"|?*\\]', n)]
        fautifs += [
            n for n in {n.lower() for n in noms} if len([m for m in noms if m.lower() == n]) > 1
        ]
    return fautifs


def chargements(systeme: str, racine: Path) -> list[str]:
    """Shared libraries asked for, that neither the tree nor the system brings."""
    connus = binaires(racine)
    presents = {chemin.name.lower() for chemin in connus}
    if systeme == "linux":
        from installer import dependances

        dependances.depends(racine)  # stops, and says so, at a library without a package
        return []
    return [
        f"{chemin.relative_to(racine)} demande {nom}"
        for chemin, lu in connus.items()
        for nom in lu.besoins
        if nom.lower() not in presents and not DE_WINDOWS.fullmatch(nom.lower())
    ]


def non_compiles(racine: Path) -> list[str]:
    """Modules without their byte code, and byte code of another version of Python."""
    attendu = _debut_du_code()
    sources = [c for c in racine.rglob("*.py") if "migrations/versions" not in c.as_posix()]
    sans = [
        str(source.relative_to(racine))
        for source in sources
        if not (source.parent / "__pycache__" / f"{source.stem}.cpython-311.pyc").exists()
    ]
    autres = [
        str(c.relative_to(racine)) for c in racine.rglob("*.pyc") if c.read_bytes()[:4] != attendu
    ]
    return sans + autres


def _debut_du_code() -> bytes:
    commande = "import importlib.util; print(importlib.util.MAGIC_NUMBER.hex())"
    fini = subprocess.run(
        [str(arbre.COMPILATEUR), "-c", commande], capture_output=True, text=True, check=True
    )
    return bytes.fromhex(fini.stdout.strip())


def trop_grand(racine: Path) -> list[str]:
    taille = arbre.peser(racine)
    return [f"{taille / MO:.0f} Mo"] if taille > INSTALLE else []


def traces_de_la_machine(racine: Path) -> list[str]:
    """Files that name the folder they were made in."""
    ici = str(ATELIER.parent.parent).encode()
    return [
        str(c.relative_to(racine))
        for c in racine.rglob("*")
        if c.is_file() and ici in c.read_bytes()
    ]
