"""The columns of the members of a séance: who sits, in whose name, and whether they are in the room."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from app.models.enums import RoleMembre
from app.services.columns import (
    Alignement,
    Colonne,
    Signal,
    TypeColonne,
    lire_attribut,
)
from app.services.columns_actions import choix_de
from app.services.poses import Posant, colonne_de_champ, ou_rien, oui_ou_non
from app.services.presences import LigneMembre, Presences

PRESENT, SORTI, EXCUSE, ABSENT, PARTI = "Présent", "Sorti (déport)", "Excusé", "Absent", "Parti"
SIGNAUX = {PRESENT: Signal.FAVORABLE, SORTI: Signal.ALERTE, EXCUSE: Signal.INFORMATION}


class Heures(Posant, Protocol):
    """What puts right the hours of the members."""

    @property
    def poser_du_membre(self) -> Callable[..., None]: ...


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
    service: Presences,
    representables: Callable[[], Sequence[str]] | None = None,
    heures: Heures | None = None,
) -> list[Colonne]:
    """Role, vote, whom they represent and hours can be typed; coming and going have their gestures.

    `representables()`: names that typing completes. `heures`: what puts hours right.
    """

    return [
        Colonne(
            cle="nom",
            titre="Personne",
            lire=lire_attribut("designation"),
            largeur=200,
            figee=True,
        ),
        Colonne(
            cle="situation",
            titre="Présence",
            lire=situation,
            signal=lambda mot: SIGNAUX.get(mot or "", Signal.NEUTRE),
            largeur=130,
        ),
        colonne_de_champ(
            service, "represente", "Représente", ou_rien, largeur=180, proposer=representables
        ),
        Colonne(cle="fonction", titre="Fonction", lire=lire_attribut("fonction"), largeur=240),
        colonne_de_champ(
            service, "role", "Rôle", type=TypeColonne.CHOIX, choix=choix_de(RoleMembre), largeur=140
        ),
        colonne_de_champ(
            service, "votant", "Vote", oui_ou_non, type=TypeColonne.BOOLEEN, largeur=64
        ),
        _heure("arrivee", "Arrivée", heures),
        _heure("depart", "Départ", heures),
        replace(
            colonne_de_champ(service, "pouvoir", "Pouvoir à", ou_rien, largeur=180),
            lire=lire_attribut("pouvoir_a_nom"),
            aide="Nom du membre présent à qui celui-ci, absent, donne son pouvoir",
        ),
    ]


def _heure(nom: str, titre: str, heures: Heures | None) -> Colonne:
    """The hour of the last stay, that can be put right as it reads: « 14 h 05 »."""

    def lire(membre: LigneMembre) -> str | None:
        return heure(getattr(membre, nom)) or None

    options: dict[str, Any] = {"alignement": Alignement.CENTRE, "largeur": 90}
    if heures is None:
        return Colonne(cle=nom, titre=titre, lire=lire, **options)
    colonne = colonne_de_champ(heures, nom, titre, poser=heures.poser_du_membre, **options)
    return replace(colonne, lire=lire, aide="Une heure, comme 14 h 05")
