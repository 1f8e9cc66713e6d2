"""The command line: the same services as the window, French help, `--json` where it reports.

Exit status: 0 done, 1 a known error or a broken file, 2 a line of command that cannot be understood.
What a command reports goes to the standard output, errors and progress to the error output.
Services are imported by the command that needs them: `--aide` must not wait for spreadsheets.
"""

import os
import platform
import sqlite3
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app import __version__
from app.affichage import (
    afficher_contrats,
    afficher_import,
    afficher_rapport,
    afficher_versions,
    resume,
)
from app.cli_exports import exporter
from app.cli_grilles import grilles
from app.cli_seance import prouver_l_empreinte, seance
from app.console import (
    accorder,
    alerter,
    dire,
    ecrire_json,
    preparer,
    progression,
    secondes,
)
from app.ouvertures import (
    alerter_des_liens,
    contrat_choisi,
    en_creation,
    en_ecriture,
    en_lecture,
    ou_ecrire,
)
from app.services.errors import ErreurConnue, FichierIllisible, SaisieRefusee
from app.services.folders import dossier_temporaire
from app.services.profils import PROFILS
from app.usage import (
    NOMS_DE_L_AIDE,
    CommandeFrancaise,
    ErreurDUsage,
    GroupeFrancais,
    lire_annee,
    lire_entier,
    lire_periode,
    lire_profil,
    lire_taille,
    mode_d_emploi,
    phrase,
)

if TYPE_CHECKING:
    from app.services.fichier import Fichier

PROGRAMME = "tour-de-table"
INTERROMPUE = 130  # status that typer gives to Ctrl+C, as shells do

cli = typer.Typer(
    name=PROGRAMME,
    cls=GroupeFrancais,
    add_completion=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": NOMS_DE_L_AIDE, "max_content_width": 100},
)


# Parameters shared by several commands ------------------------------------------------------------

LeFichier = Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier .tdt.")]
NouveauFichier = Annotated[
    Path, typer.Argument(metavar="FICHIER", help="Fichier .tdt à créer ; il ne doit pas exister.")
]
EnJson = Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON.")]


def _annee(aide: str) -> Any:
    return typer.Option("--annee", metavar="ANNÉE", parser=lire_annee, help=aide)


def _afficher_version(demandee: bool) -> None:
    if demandee:
        dire(f"Tour de table {__version__}")
        raise typer.Exit


# Commands -----------------------------------------------------------------------------------------


@cli.callback(
    help="Tour de table : la programmation d'un contrat de ville, dans un seul fichier.\n\n"
    "Sans commande, la fenêtre s'ouvre, sur FICHIER s'il est donné.",
    epilog=f"Aide d'une commande : {PROGRAMME} COMMANDE {NOMS_DE_L_AIDE[0]}",
)
def programme(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_afficher_version, help="Afficher la version."
        ),
    ] = False,
) -> None:
    """What stands before a command: nothing but `--version`."""


@cli.command(cls=CommandeFrancaise)
def contrats(en_json: EnJson = False) -> None:
    """Lister les contrats de ville livrés, avec ce qu'ils contiennent."""
    from app.services.referentiels import liste

    resumes = [resume(livre) for livre in liste()]
    if en_json:
        ecrire_json(resumes)
    else:
        afficher_contrats(resumes)


@cli.command(cls=CommandeFrancaise)
def nouveau(
    fichier: NouveauFichier,
    contrat: Annotated[
        str,
        typer.Option(
            "--contrat", metavar="ID", help="Contrat livré (voir « contrats »), ou « vierge »."
        ),
    ],
    annee: Annotated[int | None, _annee("Exercice à ouvrir.")] = None,
    nom: Annotated[
        str | None, typer.Option("--nom", metavar="NOM", help="Nom du contrat vierge.")
    ] = None,
    periode: Annotated[
        Any,
        typer.Option(
            "--periode",
            metavar="DÉBUT-FIN",
            parser=lire_periode,
            help="Années du contrat vierge (2024-2030) ; sans elles, non précisées.",
        ),
    ] = None,
    en_json: EnJson = False,
) -> None:
    """Créer un fichier pour un contrat de ville."""
    from app.services.contrats import Contrats
    from app.services.programmation import ouvrir_exercice
    from app.services.referentiels import resumer

    modele = contrat_choisi(contrat, nom, periode)
    with en_creation(fichier) as ouvert:
        Contrats(ouvert).charger(modele)
        if annee is not None:
            ouvrir_exercice(ouvert, annee)
    compte = resume(resumer(modele))
    if en_json:
        ecrire_json(compte)
        return
    dire(f"« {fichier.name} » est créé pour « {modele.contrat.nom} ».")
    if annee is not None:
        dire(f"Exercice {annee} ouvert.")
    afficher_contrats([compte])


@cli.command(cls=CommandeFrancaise)
def demo(
    fichier: NouveauFichier,
    graine: Annotated[
        int | None,
        typer.Option(
            "--graine",
            metavar="NOMBRE",
            parser=lire_entier,
            help="Même graine, mêmes données ; un autre nombre en donne d'autres.",
        ),
    ] = None,
    en_json: EnJson = False,
) -> None:
    """Créer un fichier de démonstration : trois années, des associations inventées."""
    from app.services.demo import GRAINE, creer_demo

    creer_demo(fichier, graine=GRAINE if graine is None else graine)
    with en_lecture(fichier) as ouvert:
        annees = _actions_par_annee(ouvert)
    if en_json:
        ecrire_json({"fichier": str(fichier), "actions": {str(a): n for a, n in annees.items()}})
        return
    dire(f"« {fichier.name} » est prêt.")
    for annee, nombre in annees.items():
        dire(f"  {annee} : {accorder(nombre, 'action')}")


@cli.command(cls=CommandeFrancaise)
def importer(
    fichier: LeFichier,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SOURCE", help="Tableau à importer : xlsx, xls, ods, csv, tsv, json."
        ),
    ],
    profil: Annotated[
        str | None,
        typer.Option(
            "--profil",
            metavar="FORMAT",
            parser=lire_profil,
            help=f"Format du tableau : {', '.join(PROFILS)} ; sans lui, il est reconnu.",
        ),
    ] = None,
    annee: Annotated[int | None, _annee("Année des lignes qui ne disent pas la leur.")] = None,
    simuler: Annotated[
        bool, typer.Option("--simuler", help="Dire ce qui serait fait, sans rien écrire.")
    ] = False,
    en_json: EnJson = False,
) -> None:
    """Importer un tableau dans un fichier.

    Un second import du même tableau ne change rien. Un classeur « envoi » revenu est reconnu : ce que
    d'autres y ont changé est repris, sauf ce qui a aussi changé ici.
    """
    from app.cli_retour import importer_retour
    from app.services.imports import Imports

    if not os.path.exists(fichier):
        raise FichierIllisible(
            f"« {fichier.name} » n'existe pas, rien n'a été créé : commencez par la commande "
            "« nouveau »."
        )
    with (
        en_lecture(fichier) if simuler else en_ecriture(fichier) as ouvert,
        progression() as suivre,
    ):
        imports = Imports(ouvert)
        retour = imports.revenu(source) if profil is None else None
        if retour is not None:
            importer_retour(ouvert, retour, simuler=simuler, en_json=en_json)
            return
        lecture = imports.lire(source, profil=profil, progression=suivre)
        plan = imports.preparer(lecture, annee=annee, progression=suivre)
        compte = plan.compte() if simuler else imports.appliquer(plan, progression=suivre)
    if en_json:
        ecrire_json(compte.en_json())
        return
    dire(f"« {source.name} » : {lecture.profil_nom}.")
    afficher_import(plan, compte, simuler=simuler)


cli.command(cls=CommandeFrancaise)(exporter)


@cli.command(cls=CommandeFrancaise)
def verifier(
    fichier: LeFichier,
    empreinte: Annotated[
        str | None,
        typer.Option(
            "--empreinte",
            metavar="EMPREINTE",
            help="Empreinte lue sur un papier de séance, ou son début : prouver d'où il vient.",
        ),
    ] = None,
    en_json: EnJson = False,
) -> int:
    """Contrôler un fichier : intégrité, journal, constats sur les données.

    Le code de sortie est 1 quand le fichier est endommagé, son journal modifié, ses données
    différentes de ce que dit le journal, ou l'empreinte donnée pas prouvée.
    """
    from app.services.verification import verifier_fichier

    rapport = verifier_fichier(fichier)
    resultat = rapport.en_json()
    preuve = prouver_l_empreinte(fichier, empreinte) if empreinte is not None else None
    if en_json:
        ecrire_json(resultat if preuve is None else {**resultat, "empreinte": asdict(preuve)})
    else:
        afficher_rapport(fichier, rapport)
        if preuve is not None:
            dire(preuve.phrase)
    return 0 if rapport.est_sain and (preuve is None or preuve.prouvee) else 1


@cli.command(cls=CommandeFrancaise)
def sauvegarder(
    fichier: LeFichier,
    destination: Annotated[
        Path, typer.Argument(metavar="DESTINATION", help="Fichier .tdt à écrire, ou dossier.")
    ],
    en_json: EnJson = False,
) -> None:
    """Écrire une copie vérifiée, même quand le fichier est ouvert ailleurs."""
    from app.services.fichier import EXTENSION, verifier_identite
    from app.services.sauvegardes import copier_verifiee, de_meme_origine

    verifier_identite(fichier)
    date = datetime.now().astimezone()
    cible = ou_ecrire(destination, f"{fichier.stem} {date:%Y-%m-%d %H-%M-%S}", EXTENSION)
    if cible.exists():
        if cible.samefile(fichier):
            raise SaisieRefusee("La copie remplacerait le fichier lui-même : changez son nom.")
        verifier_identite(cible)
        if not de_meme_origine(fichier, cible):
            raise SaisieRefusee(
                f"« {cible.name} » n'est pas une copie de ce fichier : choisissez un autre nom."
            )
    liens = copier_verifiee(fichier, cible)
    alerter_des_liens(fichier, liens)
    if en_json:
        ecrire_json({"copie": str(cible), "octets": cible.stat().st_size})
    else:
        dire(f"« {cible.name} » est écrit et vérifié, le {date:%d/%m/%Y à %H:%M}.")


@cli.command(cls=CommandeFrancaise)
def captures(
    dossier: Annotated[
        Path, typer.Argument(metavar="DOSSIER", help="Dossier des images ; créé s'il manque.")
    ],
    taille: Annotated[
        Any,
        typer.Option(
            "--taille",
            metavar="LARGEURxHAUTEUR",
            parser=lire_taille,
            help="Taille de la fenêtre, en pixels.",
        ),
    ] = "1366x768",
    en_json: EnJson = False,
) -> None:
    """Dessiner chaque écran de la démonstration dans une image PNG."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    # Without a screen, Qt says in English, at each window, that it cannot bound its size.
    os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
    from app.ui.captures import capturer

    try:
        dossier.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise SaisieRefusee(
            f"Le dossier « {dossier} » ne peut pas être créé : choisissez-en un autre."
        ) from cause
    images = capturer(dossier, taille, None)
    if en_json:
        ecrire_json([str(image) for image in images])
        return
    dire(f"{accorder(len(images), 'image')} dans « {dossier} » :")
    for image in images:
        dire(f"  {image.name}")


@cli.command(cls=CommandeFrancaise)
def autotest(en_json: EnJson = False) -> None:
    """Vérifier que le programme installé fonctionne, par un parcours sur un fichier temporaire."""
    from app.services.autotest import parcours

    versions = _versions()
    durees: dict[str, float] = {}
    if not en_json:
        afficher_versions(versions)
    with (
        dossier_temporaire() as dossier,
        closing(parcours(dossier)) as etapes_du_parcours,
    ):
        for nom, etape in etapes_du_parcours:
            depart = time.perf_counter()
            try:
                etape()
            except Exception:
                if not en_json:
                    dire(f"✗ {nom}")
                raise
            durees[nom] = time.perf_counter() - depart
            if not en_json:
                dire(f"✓ {nom} ({secondes(durees[nom])})")
    if en_json:
        etapes = [{"nom": nom, "ms": round(duree * 1000)} for nom, duree in durees.items()]
        ecrire_json({"versions": versions, "etapes": etapes})
    else:
        dire(f"Tout fonctionne ({secondes(sum(durees.values()))}).")


cli.command(cls=CommandeFrancaise)(seance)
cli.command(cls=CommandeFrancaise)(grilles)


# Files --------------------------------------------------------------------------------------------


def _actions_par_annee(fichier: "Fichier") -> dict[int, int]:
    from app.services.actions import Actions

    actions = Actions(fichier)
    return {annee: len(actions.lignes(annee)) for annee in sorted(actions.annees())}


def _versions() -> dict[str, str]:
    """What an installed program is made of; importing Qt shows that its libraries load."""
    from PySide6 import __version__ as pyside
    from PySide6.QtWidgets import QApplication  # noqa: F401 - loads the windows' libraries

    return {
        "Tour de table": __version__,
        "Python": platform.python_version(),
        "Qt": pyside,
        "SQLite": sqlite3.sqlite_version,
        "Système": platform.platform(terse=True),
    }


# Running ------------------------------------------------------------------------------------------


def executer(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a known error is one sentence on the error output, exit status 1."""
    preparer()
    groupe = typer.main.get_command(cli)
    try:
        code = groupe.main(
            list(sys.argv[1:] if arguments is None else arguments),
            prog_name=PROGRAMME,
            standalone_mode=False,
        )
    except ErreurConnue as erreur:
        alerter(f"Erreur : {erreur}")
        return 1
    except typer.Abort:
        alerter("Commande abandonnée.")
        return 1
    except ErreurDUsage as erreur:
        alerter("\n".join(filter(None, (f"Erreur : {phrase(erreur)}", mode_d_emploi(erreur)))))
        return 2
    if code == INTERROMPUE:
        alerter("Commande interrompue.")
    return code or 0
