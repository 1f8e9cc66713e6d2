"""The order of the référentiel, for the columns that name things of the contract: what one sorts by."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.models.contrat import Commune, Echelle, Quartier
from app.services.assemblage import noeuds_ordonnes, noms_des_quartiers
from app.services.fichier import Fichier

ENTITES_ORDONNEES = ("quartier", "quartier_commune", "commune", "noeud", "nomenclature", "echelle")


def lire_ordres(fichier: Fichier) -> Mapping[str, tuple[str, ...]]:
    """Texts of the cells in the order of the contract, by key of the columns of the actions."""
    with fichier.instant() as lire:
        noms = noms_des_quartiers(lire)
        quartiers = lire(select(Quartier.cle).order_by(Quartier.rang, Quartier.nom), {})
        communes = lire(select(Commune.nom).order_by(Commune.rang, Commune.nom), {})
        echelles = lire(select(Echelle.nom).order_by(Echelle.rang), {})
        noeuds = noeuds_ordonnes(lire)
    sommets = [n.libelle_court or n.libelle for n in noeuds if n.parent is None]
    return {
        "axe": _uniques(sommets),
        "objectif": _uniques(_en_profondeur(noeuds)),
        "quartiers": _uniques(noms[cle] for (cle,) in quartiers),
        "communes": _uniques(nom for (nom,) in communes),
        "echelle": _uniques(nom for (nom,) in echelles),
    }


def _uniques(textes: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(textes))


def _en_profondeur(noeuds: Sequence[Any]) -> list[str]:
    """The labels under the axes, each branch in its order."""
    dessous: dict[Any, list[Any]] = {}
    for noeud in noeuds:
        dessous.setdefault(noeud.parent, []).append(noeud)

    def descendre(cle: Any) -> list[str]:
        return [t for n in dessous.get(cle, ()) for t in (n.libelle, *descendre(n.cle))]

    return descendre(None)
