"""The command that writes documents: those of a year, and those of a séance."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli_seance import trouver
from app.console import accorder, dire, ecrire_json
from app.ouvertures import en_lecture, ou_ecrire
from app.usage import EXTENSIONS, PAPIERS_DE_SEANCE, ValeurRefusee, lire_annee, lire_sortie

if TYPE_CHECKING:
    from app.services.fichier import Fichier

ANNUELS = (
    "« programmation » (classeur .xlsx), « envoi » (classeur à compléter .xlsx), "
    "« decisions » (document .pdf), « calendrier » (affiche .pdf ou agenda .ics) ou "
    "« controle » (contrôle avant comité, .pdf ou classeur .xlsx) d'une année ; « pv », "
    "« releve », « fiches » (documents .pdf) ou « annexe » (classeur .xlsx) d'une "
    "séance."
)


def exporter(
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier .tdt.")],
    quoi: Annotated[str, typer.Argument(metavar="SORTIE", parser=lire_sortie, help=ANNUELS)],
    annee: Annotated[
        int | None,
        typer.Option("--annee", metavar="ANNÉE", parser=lire_annee, help="Année à exporter."),
    ] = None,
    seance: Annotated[
        str | None,
        typer.Option(
            "--seance",
            metavar="ID",
            help="Séance : son identifiant, ou son début (la commande « seance » les liste).",
        ),
    ] = None,
    sortie: Annotated[
        Path | None,
        typer.Option(
            "--sortie",
            metavar="CHEMIN",
            help="Fichier à écrire, ou dossier ; sans elle, à côté du fichier.",
        ),
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON.")] = False,
) -> None:
    """Écrire la programmation (Excel) ou les décisions (PDF) d'une année, ou les papiers d'une séance.

    Tant qu'une séance n'est pas close, ses papiers sont des projets, sans empreinte.
    """
    ou = sortie if sortie is not None else fichier.parent
    if quoi in PAPIERS_DE_SEANCE:
        if seance is None:
            raise ValeurRefusee(
                f"« {quoi} » s'écrit pour une séance : ajoutez --seance ID ; la commande « seance » "
                "les liste."
            )
        if annee is not None:
            raise ValeurRefusee(f"« {quoi} » s'écrit pour une séance : retirez --annee.")
        with en_lecture(fichier) as ouvert:
            _papier(ouvert, quoi, seance, ou, en_json=en_json)
        return
    if annee is None:
        raise ValeurRefusee(f"« {quoi} » s'écrit pour une année : ajoutez --annee ANNÉE.")
    if seance is not None:
        raise ValeurRefusee(f"« {quoi} » s'écrit pour une année : retirez --seance.")
    with en_lecture(fichier) as ouvert:
        if quoi == "courriers":
            _courriers(ouvert, annee, sortie, en_json=en_json)
        else:
            _annuel(ouvert, quoi, annee, ou, en_json=en_json)


def _annuel(fichier: "Fichier", quoi: str, annee: int, ou: Path, *, en_json: bool) -> None:
    from app.services.programmation import lire_programmation

    if quoi in _A_PART:
        _A_PART[quoi](fichier, annee, ou, en_json=en_json)
        return
    cible = ou_ecrire(ou, f"{quoi}-{annee}", EXTENSIONS[quoi])
    lue = lire_programmation(fichier, annee)
    if quoi == "programmation":
        from app.services.export_excel import ecrire_classeur

        ecrire_classeur(lue, cible)
    else:
        from app.services.export_pdf import ecrire_decisions

        ecrire_decisions(lue, cible)
    _dire_annuel(cible, annee, len(lue.actions), en_json=en_json)


def _envoi(fichier: "Fichier", annee: int, ou: Path, *, en_json: bool) -> None:
    """The workbook that goes to the préfecture and comes back."""
    from app.services.envois import ecrire_envoi

    cible = ou_ecrire(ou, f"envoi-{annee}", EXTENSIONS["envoi"])
    envoi = ecrire_envoi(fichier, annee, cible)
    _dire_annuel(cible, annee, len(envoi.programmation.actions), en_json=en_json)


def _dire_annuel(cible: Path, annee: int, actions: int, *, en_json: bool) -> None:
    if en_json:
        ecrire_json({"sortie": str(cible), "annee": annee, "actions": actions})
        return
    dire(f"« {cible.name} » est écrit : {accorder(actions, 'action')} de {annee}.")


def _calendrier(fichier: "Fichier", annee: int, ou: Path, *, en_json: bool) -> None:
    """The poster, or the agenda when the name asks for it."""
    from app.services.calendrier import ecrire_calendrier, lire_calendrier
    from app.services.cycle import Cycle

    extension = ".ics" if ou.suffix.lower() == ".ics" else EXTENSIONS["calendrier"]
    cible = ou_ecrire(ou, f"calendrier-{annee}", extension)
    lu = lire_calendrier(fichier, annee, Cycle(fichier).jour())
    ecrire_calendrier(lu, cible)
    if en_json:
        ecrire_json({"sortie": str(cible), "annee": annee, "etapes": len(lu.etapes)})
        return
    dire(f"« {cible.name} » est écrit : {accorder(len(lu.etapes), 'étape')} de {annee}.")


def _controle(fichier: "Fichier", annee: int, ou: Path, *, en_json: bool) -> None:
    """The control before the comité, or its workbook when the name asks for it."""
    from app.services.controle_comite import ecrire_controle, lire_controle

    extension = ".xlsx" if ou.suffix.lower() == ".xlsx" else EXTENSIONS["controle"]
    cible = ou_ecrire(ou, f"controle-{annee}", extension)
    lu = lire_controle(fichier, annee)
    ecrire_controle(lu, cible)
    if en_json:
        nombres = {"constats": lu.nombre, "passes_outre": len(lu.outre)}
        ecrire_json({"sortie": str(cible), "annee": annee, **nombres})
        return
    dire(f"« {cible.name} » est écrit : {accorder(lu.nombre, 'constat')} à traiter en {annee}.")


_A_PART = {"calendrier": _calendrier, "controle": _controle, "envoi": _envoi}


def _courriers(fichier: "Fichier", annee: int, sortie: Path | None, *, en_json: bool) -> None:
    """Those to be produced: one file each in a folder, else all in one. The register is not touched."""
    from app.services import settings
    from app.services.courriers import Courriers
    from app.services.courriers_contenus import Choix
    from app.services.courriers_lus import A_PRODUIRE, A_REFAIRE, PREPARE
    from app.services.courriers_modeles import du_reglage
    from app.services.courriers_sorties import Demande, ecrire_reunies, produire
    from app.services.errors import SaisieRefusee

    reglages = settings.lire()
    courriers = Courriers(fichier, du_reglage(reglages.modeles_de_courriers))
    lignes = [li for li in courriers.lignes(annee) if li.etat in (A_PRODUIRE, PREPARE, A_REFAIRE)]
    if not lignes:
        raise SaisieRefusee(
            f"Aucun courrier n'est à produire en {annee} : choisissez une autre année."
        )
    choix = Choix(courriers.jour())
    lettres = courriers.composer(lignes, choix)
    auteur = reglages.nom()
    if sortie is not None and sortie.is_dir():
        cible, pdf = sortie, ""
        produire(lettres, sortie, Demande(), auteur=auteur, jour=choix.date)
    else:
        extension = ".pdf" if sortie is not None and sortie.suffix.lower() == ".pdf" else ".docx"
        cible = ou_ecrire(sortie or fichier.chemin.parent, f"courriers-{annee}", extension)
        pdf = ecrire_reunies(lettres, cible, auteur=auteur, jour=choix.date)
    if en_json:
        ecrire_json({"sortie": str(cible), "annee": annee, "courriers": len(lettres)})
        return
    par = f" PDF : {pdf}." if pdf else ""
    dire(f"« {cible.name} » : {accorder(len(lettres), 'courrier')} de {annee}.{par}")


def _papier(fichier: "Fichier", quoi: str, seance: str, ou: Path, *, en_json: bool) -> None:
    from app.services.compte_rendu_lu import lire_compte_rendu
    from app.services.papiers_seance import PAPIERS, ecrire_papier, nom_propose
    from app.services.seances import Seances

    trouvee = trouver(Seances(fichier).lignes(), seance)
    cr, papier = lire_compte_rendu(fichier, trouvee.cle), PAPIERS[quoi]
    nom = nom_propose(cr, papier).removesuffix(papier.extension)
    cible = ou_ecrire(ou, nom, papier.extension)
    ecrire_papier(fichier, cr, quoi, cible)
    if en_json:
        ecrire_json(
            {
                "sortie": str(cible),
                "seance": cr.cle,
                "actions": len(cr.actions),
                "version": cr.version,
                "empreinte": cr.empreinte or None,
            }
        )
        return
    if cr.empreinte:
        etat = f"version {cr.version}, empreinte {cr.empreinte}"
    else:
        etat = "projet sans empreinte, la séance n'est pas close"
    dire(f"« {cible.name} » est écrit : {accorder(len(cr.actions), 'action')}, {etat}.")
