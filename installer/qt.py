"""What is kept of Qt: the modules that the program imports, the plugins it needs, and all that
these load in turn. The rest of the wheel (Quick, Qml, Designer, tools…) is left out.
"""

from pathlib import Path

from installer.binaires import binaires

TRADUCTIONS = ("qtbase_fr.qm",)
GREFFONS = {
    "linux": (
        "platforms/libqxcb.so",
        "platforms/libqwayland.so",
        "platforms/libqoffscreen.so",
        "platforminputcontexts/libcomposeplatforminputcontextplugin.so",
        "platforminputcontexts/libibusplatforminputcontextplugin.so",
        "platformthemes/libqxdgdesktopportal.so",
        "imageformats/libqjpeg.so",
        "imageformats/libqico.so",
        "printsupport/libcupsprintersupport.so",
        "wayland-decoration-client/libadwaita.so",
        "wayland-decoration-client/libbradient.so",
        "wayland-shell-integration/libxdg-shell.so",
    ),
    "win32": (
        "platforms/qwindows.dll",
        "platforms/qoffscreen.dll",
        "styles/qmodernwindowsstyle.dll",
        "imageformats/qjpeg.dll",
        "imageformats/qico.dll",
    ),
}
# Where the wheel of each system keeps its plugins and its translations.
DOSSIERS = {"linux": "Qt/", "win32": ""}
SUFFIXES = {"linux": ".abi3.so", "win32": ".pyd"}


def alleger(bibliotheques: Path, systeme: str, modules: set[str]) -> None:
    """Remove from the unpacked wheels of Qt whatever the program can't reach."""
    garde = utiles(bibliotheques, systeme, modules)
    dossiers = (bibliotheques / nom for nom in ("PySide6", "shiboken6"))
    for chemin in sorted((c for d in dossiers for c in d.rglob("*")), reverse=True):
        if chemin.is_dir():
            if not any(chemin.iterdir()):
                chemin.rmdir()
        elif chemin not in garde:
            chemin.unlink()


def utiles(bibliotheques: Path, systeme: str, modules: set[str]) -> set[Path]:
    """Files of these wheels to keep. FileNotFoundError: a plugin changed its name or went away."""
    pyside = bibliotheques / "PySide6"
    qt = pyside / DOSSIERS[systeme]
    racines = [pyside / f"{module}{SUFFIXES[systeme]}" for module in modules]
    racines.append(bibliotheques / "shiboken6" / f"Shiboken{SUFFIXES[systeme]}")
    racines += [qt / "plugins" / nom for nom in GREFFONS[systeme]]
    autres = [qt / "translations" / nom for nom in TRADUCTIONS]
    for chemin in (*racines, *autres):
        if not chemin.is_file():
            raise FileNotFoundError(chemin)
    modules_python = (*pyside.glob("*.py"), *(bibliotheques / "shiboken6").glob("*.py"))
    return {*atteints(bibliotheques, racines), *autres, *modules_python}


def atteints(bibliotheques: Path, racines: list[Path]) -> set[Path]:
    """The compiled files that `racines` load from this tree, they included."""
    connus = binaires(bibliotheques)
    par_nom: dict[str, list[Path]] = {}  # several folders may hold one name: all its copies stay
    for chemin in connus:
        par_nom.setdefault(chemin.name.lower(), []).append(chemin)
    vus: set[Path] = set()
    a_voir = list(racines)
    while a_voir:
        chemin = a_voir.pop()
        if chemin not in vus:
            vus.add(chemin)
            for nom in connus[chemin].besoins:
                a_voir += par_nom.get(nom.lower(), [])
    return vus
