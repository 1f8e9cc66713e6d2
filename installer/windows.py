"""The Windows packages, made on Linux: an installer (NSIS) and a zip that runs where it is unpacked."""

from pathlib import Path

from installer import arbre, archives, composants, python_windows
from installer.projet import (
    ATELIER,
    GABARITS,
    ICONES,
    NOM,
    SORTIES,
    TITRE,
    VERSION,
    Arret,
    Besoin,
    date_des_sources,
    dire,
    dossier_neuf,
    executer,
    exiger,
    gabarit,
)

GCC, WINDRES = "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-windres"
OUTILS = (
    Besoin("nsis", "commande", "makensis"),
    Besoin("gcc-mingw-w64-x86-64", "commande", GCC),
    Besoin("binutils-mingw-w64-x86-64", "commande", WINDRES),
)
PROGRAMMES = {f"{TITRE}.exe": ["-mwindows"], f"{NOM}.exe": ["-DCONSOLE"]}
SI_REFUSE = ""


def construire(options: list[str]) -> list[Path]:
    """Write both packages into `dist/`."""
    python = lire_options(options)
    exiger(*OUTILS)
    dossier = ATELIER / "windows" / TITRE
    faire_l_arbre(dossier, python)
    SORTIES.mkdir(exist_ok=True)
    return [faire_l_installateur(dossier), faire_l_archive(dossier)]


def lire_options(options: list[str]) -> Path | None:
    match options:
        case []:
            return None
        case ["--python", chemin]:
            return Path(chemin)
        case _:
            raise Arret("Après « windows », seul « --python CHEMIN » est compris.")


def faire_l_arbre(dossier: Path, python: Path | None) -> None:
    """The folder that both packages give: two programs, and all the rest in `interne`."""
    dossier_neuf(dossier)
    interne = arbre.construire("win32", dossier / "interne")
    arbre.compiler(interne)
    version_python = python_windows.installer(interne, python)
    composants.ecrire(interne / "bibliotheques", version_python, dossier / "composants.txt")
    faire_les_lanceurs(dossier)


def faire_les_lanceurs(dossier: Path) -> None:
    """Compile the two programs, with the icons and the version; without any date inside."""
    atelier = dossier_neuf(ATELIER / "lanceurs")
    description = gabarit(
        "lanceur.rc",
        ICONE=str(ICONES / "tour-de-table.ico"),
        ICONE_DOCUMENT=str(ICONES / "document.ico"),
        MANIFESTE=str(GABARITS / "lanceur.manifest"),
        VERSION_EN_NOMBRES=version_en_nombres(","),
    )
    (atelier / "lanceur.rc").write_text(description, encoding="utf-8")
    objet = atelier / "lanceur.o"
    executer([WINDRES, str(atelier / "lanceur.rc"), str(objet)])
    for nom, options in PROGRAMMES.items():
        liens = ["-Wl,--no-insert-timestamp", "-s", "-static", "-lshell32"]
        source = [str(GABARITS / "lanceur.c"), str(objet)]
        commun = ["-municode", "-Os", "-Wall", "-Wextra", "-Werror"]
        executer([GCC, *commun, *options, *source, "-o", str(dossier / nom), *liens])


def version_en_nombres(separateur: str) -> str:
    """Four numbers, as Windows wants them."""
    nombres = [morceau for morceau in VERSION.split(".") if morceau.isdecimal()]
    return separateur.join([*nombres, "0", "0", "0", "0"][:4])


def faire_l_installateur(dossier: Path) -> Path:
    cible = SORTIES / f"{NOM}-{VERSION}-windows-installation.exe"
    script = ATELIER / "installateur.nsi"
    script.write_text(ecrire_le_script(dossier, cible), encoding="utf-8")
    dire("Compression de l'installateur…")
    date = str(date_des_sources())
    executer(["makensis", "-V2", "-INPUTCHARSET", "UTF8", str(script)], SOURCE_DATE_EPOCH=date)
    return cible


def ecrire_le_script(dossier: Path, cible: Path) -> str:
    """The NSIS script, which names each file: the order of a folder is never the same twice."""
    fichiers = [
        chemin.relative_to(dossier) for chemin in sorted(dossier.rglob("*")) if chemin.is_file()
    ]
    return gabarit(
        "installateur.nsi",
        SORTIE=str(cible),
        VERSION_A_POINTS=version_en_nombres("."),
        ICONE=str(ICONES / "tour-de-table.ico"),
        FICHIERS="\n".join(poses(dossier, fichiers)),
        SUPPRESSIONS="\n".join(
            f'  Delete "$INSTDIR\\{nom}"' for nom in fichiers if len(nom.parts) == 1
        ),
        KILO_OCTETS=str(arbre.peser(dossier) // 1024),
    )


def poses(dossier: Path, fichiers: list[Path]) -> list[str]:
    """The lines that put each file in its folder; a « $ » of a name is doubled for NSIS."""
    lignes: list[str] = []
    courant: Path | None = None
    for nom in sorted(fichiers, key=lambda n: (n.parent, n.name)):
        if nom.parent != courant:
            courant = nom.parent
            suite = "" if courant == Path() else "\\" + "\\".join(courant.parts)
            lignes.append(f'  SetOutPath "$INSTDIR{suite.replace("$", "$$")}"')
        lignes.append(f'  File "{str(dossier / nom).replace("$", "$$")}"')
    return lignes


def faire_l_archive(dossier: Path) -> Path:
    """The same folder, with settings beside the program."""
    cible = SORTIES / f"{NOM}-{VERSION}-windows-portable.zip"
    autour = dossier_neuf(ATELIER / "windows-portable")
    texte = gabarit("LISEZMOI-portable.txt", LANCEUR=f"{TITRE}.exe", SI_REFUSE=SI_REFUSE)
    (autour / "LISEZMOI.txt").write_bytes(texte.replace("\n", "\r\n").encode("utf-8-sig"))
    (autour / "reglages").mkdir()
    dire("Compression de l'archive…")
    entrees = [*archives.contenu(dossier, f"{TITRE}/"), *archives.contenu(autour, f"{TITRE}/")]
    archives.ecrire_zip(cible, entrees, date_des_sources())
    return cible
