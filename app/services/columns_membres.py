"""The columns of the members of a séance: who sits, in whose name, and whether they are in the room."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.models.enums import RoleMembre
from app.services.columns import (
    Alignement,
    Colonne,
    Pose,
    Signal,
    TypeColonne,
    est_oui,
    lire_attribut,
)
from app.services.columns_actions import choix_de
from app.services.presences import LigneMembre, Presences

PRESENT, SORTI, EXCUSE, ABSENT, PARTI = "Présent", "Sorti (déport)", "Excusé", "Absent", "Parti"
SIGNAUX = {PRESENT: Signal.FAVORABLE, SORTI: Signal.ALERTE, EXCUSE: Signal.INFORMATION}


def situation(membre: LigneMembre) -> str:
    """Whether a member is there, in a word."""
    if membre.sorti:
        return SORTI
    if membre.present:
        return PRESENT
    if membre.excuse:
        return EXCUSE
    return PARTI if membre.depart else ABSENT


def heure(moment: str | None) -> str:
    """« 14 h 05 », as the clock of this machine reads, of an ISO moment."""
    if not moment:
        return ""
    local = datetime.fromisoformat(moment).astimezone()
    return f"{local.hour} h {local.minute:02d}"


def colonnes_membres(
    service: Presences, representables: Callable[[], Sequence[str]] | None = None
) -> list[Colonne]:
    """Role, vote and whom they represent can be typed; comings and goings have their own gestures.

    `representables()`: names that typing completes.
    """

    def champ(nom: str, titre: str, lire: Any, *, vide: bool = False, **options: Any) -> Colonne:
        def poser(ecriture: Any, cle: str, valeur: Any) -> None:
            voulue = valeur or None if vide else lire(valeur)
            service.poser(ecriture, cle, **{nom: voulue})

        def ecrire(cle: str, valeur: Any) -> None:
            with service.operation(f"Modifier « {titre} »") as ecriture:
                poser(ecriture, cle, valeur)

        return Colonne(
            cle=nom,
            titre=titre,
            lire=lire_attribut(nom),
            ecrire=ecrire,
            pose=Pose(service.operation, poser),
            **options,
        )

    return [
        Colonne(cle="nom", titre="Personne", lire=lire_attribut("nom"), largeur=200, figee=True),
        Colonne(
            cle="situation",
            titre="Présence",
            lire=situation,
            signal=lambda mot: SIGNAUX.get(mot or "", Signal.NEUTRE),
            largeur=130,
        ),
        champ("represente", "Représente", str, vide=True, largeur=180, proposer=representables),
        Colonne(cle="fonction", titre="Fonction", lire=lire_attribut("fonction"), largeur=240),
        champ("role", "Rôle", str, type=TypeColonne.CHOIX, choix=choix_de(RoleMembre), largeur=140),
        champ(
            "votant",
            "Vote",
            lambda v: v if isinstance(v, bool) else est_oui(v),
            type=TypeColonne.BOOLEEN,
            largeur=64,
        ),
        Colonne(
            cle="arrivee",
            titre="Arrivée",
            lire=lambda m: heure(m.arrivee) or None,
            alignement=Alignement.CENTRE,
            largeur=90,
        ),
        Colonne(
            cle="depart",
            titre="Départ",
            lire=lambda m: heure(m.depart) or None,
            alignement=Alignement.CENTRE,
            largeur=90,
        ),
        replace(
            champ("pouvoir", "Pouvoir à", str, vide=True, largeur=180),
            lire=lire_attribut("pouvoir_a_nom"),
            aide="Nom du membre présent à qui celui-ci, absent, donne son pouvoir",
        ),
    ]
