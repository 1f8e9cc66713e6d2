"""The command on the séances: where they stand, for a person or for another program."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.console import accorder, aligner, dire, ecrire_json
from app.ouvertures import en_lecture
from app.services.errors import SaisieRefusee

if TYPE_CHECKING:
    from app.services.etats_seance import SyntheseSeance
    from app.services.fichier import Fichier
    from app.services.sceaux import Preuve
    from app.services.seances import LigneSeance


def seance(
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier .tdt.")],
    laquelle: Annotated[
        str | None,
        typer.Option(
            "--seance",
            metavar="ID",
            help="Identifiant d'une séance, ou son début ; sans lui, toutes sont listées.",
        ),
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Écrire le résultat en JSON.")] = False,
) -> None:
    """Dire où en sont les séances du comité : ordre du jour, décisions, temps, quorum."""
    with en_lecture(fichier) as ouvert:
        if laquelle is None:
            _lister(ouvert, en_json=en_json)
        else:
            _detailler(ouvert, laquelle, en_json=en_json)


def _lister(fichier: "Fichier", *, en_json: bool) -> None:
    from app.models.enums import EtatSeance
    from app.services.seances import Seances

    service = Seances(fichier)
    lignes = service.lignes()
    if en_json:
        ecrire_json([service.etat_de(ligne.cle).en_json() for ligne in lignes])
        return
    if not lignes:
        dire("Aucune séance dans ce fichier.")
        return
    rangees = [
        (
            ligne.cle,
            ligne.date or "sans date",
            EtatSeance.libelle_de(ligne.etat),
            accorder(ligne.points, "point"),
            ligne.titre,
        )
        for ligne in lignes
    ]
    for rangee in aligner(rangees, entete=("Séance", "Date", "État", "Ordre du jour", "Titre")):
        dire(rangee)


def _detailler(fichier: "Fichier", debut: str, *, en_json: bool) -> None:
    from app.services.seances import Seances

    service = Seances(fichier)
    trouvee = trouver(service.lignes(), debut)
    synthese = service.etat_de(trouvee.cle)
    if en_json:
        suites = {"suites": _suites(fichier, trouvee.annee)}
        points = {"points_detail": _points(fichier, trouvee.cle)}
        ecrire_json({**synthese.en_json(), **suites, **points})
        return
    _afficher(synthese)


def trouver(lignes: "list[LigneSeance]", debut: str) -> "LigneSeance":
    """The séance whose identifier begins so. Raises SaisieRefusee when none or several do."""
    trouvees = [ligne for ligne in lignes if ligne.cle.startswith(debut)]
    if len(trouvees) == 1:
        return trouvees[0]
    if trouvees:
        raise SaisieRefusee(f"Plusieurs séances commencent par « {debut} » : tapez-en davantage.")
    raise SaisieRefusee(
        f"Aucune séance ne commence par « {debut} » : la commande « seance » sans option les liste."
    )


def prouver_l_empreinte(chemin: Path, empreinte: str) -> "Preuve":
    """What a fingerprint read on a paper proves, from the file that should have given it."""
    from app.services.sceaux import prouver

    with en_lecture(chemin) as ouvert, ouvert.instant() as lire:
        return prouver(lire, empreinte)


def _points(fichier: "Fichier", seance: str) -> list[dict[str, Any]]:
    """The agenda with its decisions; private notes never leave."""
    from app.services.decisions import Decisions
    from app.services.ordres_du_jour import OrdresDuJour

    decisions = {d.point: d for d in Decisions(fichier).de_la_seance(seance)}
    return [
        {
            **{nom: v for nom, v in asdict(point).items() if nom != "note_privee"},
            "phrase": decisions[point.cle].phrase if point.cle in decisions else None,
            "total_centimes": (
                int(decisions[point.cle].total * 100) if point.cle in decisions else None
            ),
        }
        for point in OrdresDuJour(fichier).points(seance)
    ]


def _suites(fichier: "Fichier", annee: int) -> dict[str, int]:
    """What became of the amounts granted for the year of the séance, in cents."""
    from app.models.calculs import somme
    from app.services.suites_lues import lire_suites

    lignes = lire_suites(fichier, annee, datetime.now().astimezone().date())
    totaux = {
        f"{etape}_centimes": int(somme(getattr(ligne, etape) for ligne in lignes) * 100)
        for etape in ("accorde", "vote", "notifie", "verse")
    }
    return {**totaux, "a_notifier": sum(not ligne.est_notifie for ligne in lignes)}


def _afficher(synthese: "SyntheseSeance") -> None:
    from app.models.enums import EtatSeance, NatureDecision

    etat = EtatSeance.libelle_de(synthese.etat)
    version = f", version {synthese.version}" if synthese.version else ""
    decisions = ", ".join(
        f"{NatureDecision.libelle_de(n)} {nombre}" for n, nombre in synthese.decisions.items()
    )
    paires = [
        ("Séance", synthese.titre),
        ("Date", synthese.date or "non fixée"),
        ("État", f"{etat}{version}"),
        ("Ordre du jour", f"{accorder(synthese.points, 'point')}, {synthese.restants} à passer"),
        ("Décisions", f"{synthese.decides} ({decisions})" if decisions else "aucune"),
        ("Durée", f"{synthese.minutes_ecoulees} min, {synthese.minutes_prevues} min prévues"),
        ("Quorum", synthese.quorum.phrase),
    ]
    if synthese.point_courant:
        ordre = f"{synthese.point_courant_ordre}/{synthese.points}"
        paires.insert(4, ("En cours", f"{ordre} {synthese.point_courant_titre}"))
    if synthese.fin_prevue:
        paires.append(("Fin prévue", synthese.fin_prevue[11:16].replace(":", " h ")))
    if synthese.empreinte:
        paires.append(("Empreinte", synthese.empreinte))
    for ligne in aligner([(nom, f": {valeur}") for nom, valeur in paires]):
        dire(ligne)
