"""Levels retained on the versions of one grid, as the volumes and the progress read them. No Qt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from app.models.cotation import Grille, NiveauGrille
from app.models.enums import MomentCotation, ObjetGrille
from app.services import cotations_retenues
from app.services.cotations_retenues import Retenue, toutes_les_retenues
from app.services.egalite import DIVERGENTE, INCOMPLETE, MASQUEE, SANS_NIVEAU
from app.services.fichier import Lire

MOMENTS = tuple((str(m), m.libelle) for m in MomentCotation)


@dataclass(frozen=True, slots=True)
class GrilleSuivie:
    """All the versions of a grid. `niveaux`: codes and names from the lowest, the newest version first.

    `poids`: level -> % of the euros counted, empty where the grid gives none.
    """

    identifiant: str
    nom: str
    objet: str
    versions: tuple[str, ...]
    niveaux: tuple[tuple[str, str], ...]
    poids: Mapping[str, Decimal]

    def rang(self, code: str) -> int | None:
        """How high a level is; None for what is no level."""
        codes = [c for c, _ in self.niveaux]
        return codes.index(code) if code in codes else None


@dataclass(frozen=True, slots=True)
class NiveauLu:
    """What an action is rated: a code, or one of `HORS_NIVEAUX`; `cotation`: the marks retained."""

    code: str
    cotation: str | None = None


def lire_grilles_suivies(lire: Lire) -> list[GrilleSuivie]:
    """Those about equality, then any other that was used to score."""
    lues = lire(
        select(Grille.cle, Grille.identifiant, Grille.nom, Grille.objet, Grille.figee_le).order_by(
            Grille.rang, Grille.identifiant, Grille.version.desc()
        )
    )
    versions: dict[str, list[Any]] = defaultdict(list)
    for grille in lues:
        versions[grille.identifiant].append(grille)
    niveaux: dict[str, list[Any]] = defaultdict(list)
    for niveau in lire(_NIVEAUX):
        niveaux[niveau.grille].append(niveau)
    suivies = [
        _suivie(siennes, niveaux)
        for siennes in versions.values()
        if siennes[0].objet == ObjetGrille.EGALITE or any(g.figee_le for g in siennes)
    ]
    return sorted(suivies, key=lambda g: g.objet != ObjetGrille.EGALITE)


_NIVEAUX = select(
    NiveauGrille.grille, NiveauGrille.code, NiveauGrille.libelle, NiveauGrille.poids_budget
).order_by(NiveauGrille.grille, NiveauGrille.rang, NiveauGrille.cle)


def _suivie(versions: Sequence[Any], niveaux: Mapping[str, Sequence[Any]]) -> GrilleSuivie:
    """A level that only an older version has stays, below the others."""
    noms: dict[str, str] = {}
    poids: dict[str, Decimal] = {}
    anciens: dict[str, str] = {}
    for rang, version in enumerate(versions):
        for n in niveaux.get(version.cle, ()):
            (noms if rang == 0 else anciens).setdefault(n.code, n.libelle)
            if n.poids_budget is not None:
                poids.setdefault(n.code, n.poids_budget)
    tous = {c: nom for c, nom in anciens.items() if c not in noms} | noms
    tete = versions[0]
    return GrilleSuivie(
        tete.identifiant,
        tete.nom,
        tete.objet,
        tuple(v.cle for v in versions),
        tuple(tous.items()),
        poids,
    )


def lire_niveaux_retenus(
    lire: Lire, grille: GrilleSuivie, ou: ColumnElement[bool], lecteur: str | None = None
) -> dict[tuple[str, str], NiveauLu]:
    """(action, moment) -> what it is rated, where somebody began to score.

    `lecteur`: who reads; what is masked from that person stays so. The newest version comes first.
    """
    lues = toutes_les_retenues(lire, ou, objet=grille.objet, lecteur=lecteur)
    niveaux: dict[tuple[str, str], NiveauLu] = {}
    for action, retenues in lues.items():
        for retenue in retenues:
            if retenue.grille not in grille.versions:
                continue
            deja = niveaux.get((action, retenue.moment))
            if deja is None or (deja.cotation is None and retenue.cotation is not None):
                niveaux[action, retenue.moment] = _niveau(retenue)
    return niveaux


_ETATS = {
    cotations_retenues.INCOMPLETE: INCOMPLETE,
    cotations_retenues.DIVERGENTES: DIVERGENTE,
    cotations_retenues.MASQUEE: MASQUEE,
}


def _niveau(retenue: Retenue) -> NiveauLu:
    if retenue.etat == cotations_retenues.RETENUE:
        return NiveauLu(retenue.code or SANS_NIVEAU, retenue.cotation)
    return NiveauLu(_ETATS[retenue.etat])
