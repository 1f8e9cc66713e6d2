"""Who holds the keyboard of a séance, and whether a link with the porteur hides the item from them."""

from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.enums import NatureLien
from app.models.organisme import Financeur, Organisme
from app.models.seance import LienInteret, Personne, Point
from app.services.fichier import Lire
from app.services.identifiants import nom_normalise

_PORTEUR = (
    select(Action.porteur, Organisme.nom)
    .join(Point, Point.action == Action.cle)
    .join(Organisme, Organisme.cle == Action.porteur)
    .where(Point.cle == bindparam("point"))
)
_PERSONNES = (
    select(Personne.nom, Personne.represente, Financeur.organisme, LienInteret.nature)
    .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
    .join(
        LienInteret,
        (LienInteret.personne == Personne.cle) & (LienInteret.organisme == bindparam("porteur")),
        isouter=True,
    )
)


def lien_de(lire: Lire, point: str, nom: str) -> str:
    """What ties somebody, known by name, to the porteur of an item; empty when nothing does."""
    cherche = nom_normalise(nom)
    for porteur, porteur_nom in lire(_PORTEUR, {"point": point}):
        for personne in lire(_PERSONNES, {"porteur": porteur}):
            lien = _lien(personne, porteur, porteur_nom)
            if lien and nom_normalise(personne.nom) == cherche:
                return lien
    return ""


def _lien(personne: Any, porteur: str, porteur_nom: str) -> str:
    if personne.nature is not None:
        return f"{NatureLien.libelle_de(personne.nature)} de « {porteur_nom} »"
    represente = personne.represente or ""
    if personne.organisme == porteur or nom_normalise(represente) == nom_normalise(porteur_nom):
        return f"représente « {porteur_nom} », qui porte l'action"
    return ""
