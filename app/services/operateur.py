"""Who holds the keyboard of a séance, and whether a link with the porteur hides the item from them."""

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.organisme import Financeur, Organisme
from app.models.seance import LienInteret, Personne, Point
from app.services.deports import motif_du_lien
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
        for p in lire(_PERSONNES, {"porteur": porteur}):
            motif = motif_du_lien(p.nature, p.organisme, p.represente, porteur, porteur_nom)
            if motif and nom_normalise(p.nom) == cherche:
                return motif[0].lower() + motif[1:]
    return ""
