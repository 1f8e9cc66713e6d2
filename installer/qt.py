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
    """Remove from the unpacked PySide6 whatever the program can't reach."""
    pyside = bibliotheques / "PySide6"
    garde = utiles(bibliotheques, systeme, modules)
    for chemin in sorted(pyside.rglob("*"), reverse=True):
        if chemin.is_dir():
            if not any(chemin.iterdir()):
                chemin.rmdir()
        elif chemin not in garde:
            chemin.unlink()


def utiles(bibliotheques: Path, systeme: str, modules: set[str]) -> set[Path]:
    """Files of PySide6 to keep. FileNotFoundError: a plugin changed its name or went away."""
    pyside = bibliotheques / "PySide6"
    qt = pyside / DOSSIERS[systeme]
    racines = [pyside / f"{module}{SUFFIXES[systeme]}" for module in modules]
    racines += [qt / "plugins" / nom for nom in GREFFONS[systeme]]
    autres = [qt / "translations" / nom for nom in TRADUCTIONS]
    for chemin in (*racines, *autres):
        if not chemin.is_file():
            raise FileNotFoundError(chemin)
    return {*atteints(bibliotheques, racines), *autres, *pyside.glob("*.py")}


def atteints(bibliotheques: Path, racines: list[Path]) -> set[Path]:
    """The compiled files that `racines` load from this tree, they included."""
    connus = binaires(bibliotheques)
    par_nom = {chemin.name.lower(): chemin for chemin in connus}
    vus: set[Path] = set()
    a_voir = list(racines)
    while a_voir:
        chemin = a_voir.pop()
        if chemin not in vus:
            vus.add(chemin)
            noms = (nom.lower() for nom in connus[chemin].besoins)
            a_voir += [par_nom[nom] for nom in noms if nom in par_nom]
    return vus


