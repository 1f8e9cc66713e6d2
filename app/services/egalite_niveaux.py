"""Levels retained on the versions of one grid, as the volumes and the progress read them. No Qt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, select

from app.models.action import Action
from app.models.cotation import Cotation, Grille, NiveauGrille
from app.models.enums import MomentCotation, ObjetGrille
from app.services.egalite import DIVERGENTE, INCOMPLETE
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
    lire: Lire, grille: GrilleSuivie, ou: ColumnElement[bool]
) -> dict[tuple[str, str], NiveauLu]:
    """(action, moment) -> what it is rated, where somebody began to score."""
    requete = (
        select(
            Cotation.cle,
            Cotation.action,
            Cotation.moment,
            Cotation.consensus,
            Cotation.niveau,
            Cotation.terminee_le,
        )
        .join(Action, Action.cle == Cotation.action)
        .where(Cotation.grille.in_(grille.versions), ou)
        .order_by(Cotation.cle)
    )
    groupes: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for cotation in lire(requete):
        groupes[cotation.action, cotation.moment].append(cotation)
    return {cle: _retenir(cotations) for cle, cotations in groupes.items()}


def _retenir(cotations: Sequence[Any]) -> NiveauLu:
    """What was agreed on, else what the finished marks say alike."""
    finies = [c for c in cotations if c.terminee_le is not None and c.niveau is not None]
    voulues = [c for c in finies if c.consensus] or finies
    if not voulues:
        return NiveauLu(INCOMPLETE)
    if len({c.niveau for c in voulues}) > 1:
        return NiveauLu(DIVERGENTE)
    return NiveauLu(voulues[-1].niveau, voulues[-1].cle)
