"""Who holds the keyboard of a séance, and whether a link with the porteur hides the item from them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.montants import INSECABLE
from app.models.organisme import Financeur, Organisme
from app.models.seance import Deport, LienInteret, Membre, Personne, Point
from app.services.deports import motif_du_lien
from app.services.fichier import Lire
from app.services.homonymes import Nomme, designations
from app.services.identifiants import nom_normalise

_PORTEUR = (
    select(Action.porteur, Organisme.nom)
    .join(Point, Point.action == Action.cle)
    .join(Organisme, Organisme.cle == Action.porteur)
    .where(Point.cle == bindparam("point"))
)
_QUI = (
    Personne.cle,
    Personne.nom,
    Personne.represente,
    Personne.fonction,
    Financeur.nom_court,
)
_SORTIS = (
    select(*_QUI, Deport.motif)
    .join(Membre, Membre.personne == Personne.cle)
    .join(Deport, Deport.membre == Membre.cle)
    .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
    .where(Deport.point == bindparam("point"))
)
_PERSONNES = (
    select(*_QUI, Financeur.organisme, LienInteret.nature)
    .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
    .join(
        LienInteret,
        (LienInteret.personne == Personne.cle) & (LienInteret.organisme == bindparam("porteur")),
        isouter=True,
    )
)


def lien_de(lire: Lire, point: str, nom: str) -> str:
    """What ties somebody, known by name, to the porteur of an item; empty when nothing does.

    An exit noted by hand for the item counts too.
    """
    cherche = nom_normalise(nom)
    for porteur, porteur_nom in lire(_PORTEUR, {"point": point}):
        personnes = lire(_PERSONNES, {"porteur": porteur})
        for p in _du_nom(personnes, cherche):
            motif = motif_du_lien(p.nature, p.organisme, p.represente, porteur, porteur_nom)
            if motif:
                return motif[0].lower() + motif[1:]
    for p in _du_nom(lire(_SORTIS, {"point": point}), cherche):
        return f"déport noté{INSECABLE}: {p.motif}" if p.motif else "déport noté"
    return ""


def _du_nom(personnes: Sequence[Any], cherche: str) -> list[Any]:
    """Those of a name; one who is told from namesakes is found alone."""
    noms = designations(
        Nomme(p.cle, p.nom, p.represente or p.nom_court or "", p.fonction or "") for p in personnes
    )
    precis = [p for p in personnes if nom_normalise(noms[p.cle]) == cherche]
    return precis or [p for p in personnes if nom_normalise(p.nom) == cherche]
