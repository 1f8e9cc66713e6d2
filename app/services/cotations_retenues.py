"""The level of an action that others use: agreed on first, else what the finished marks say alike.

Never a guess: marks that differ give no level, and what is missing is said, apart from zero.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.models.action import Action
from app.models.base import Requete
from app.models.cotation import Cotation, Grille, GrilleAppel, NiveauGrille
from app.models.depot import Depot
from app.models.enums import MomentCotation, ObjetGrille
from app.services.fichier import Lire
from app.services.pliage import replier

RETENUE, INCOMPLETE = "retenue", "incomplète"
LOT = 500  # keys of one « IN (…) »
DIVERGENTES, MASQUEE = "divergences", "masquée"
# The self-rating of the porteur and the bilan are no rating of the dossier.
POUR_LE_COMITE = (MomentCotation.SORTIE, MomentCotation.ENTREE)


@dataclass(frozen=True, slots=True)
class Retenue:
    """What an action is rated at one moment on one grid. `code` is empty unless it is « retenue ».

    `auteur`: of the consensus, or of the marks retained; `depasse`: the dossier changed since.
    """

    etat: str
    grille: str
    grille_nom: str
    moment: str
    code: str = ""
    libelle: str = ""
    poids_budget: Decimal | None = None
    cotation: str | None = None
    auteur: str = ""
    consensus: bool = False
    depasse: bool = False

    @property
    def texte(self) -> str:
        """« G1 », « incomplète », « divergences »: what a narrow cell shows."""
        return (self.code or "sans niveau") if self.etat == RETENUE else self.etat

    @property
    def est_finie(self) -> bool:
        """False: nobody finished marks, what a column says otherwise is all there is."""
        return self.etat != INCOMPLETE

    @property
    def phrase(self) -> str:
        """« G1 · Objectif secondaire »."""
        return f"{self.code} · {self.libelle}" if self.libelle else self.texte


VIDE = Retenue(INCOMPLETE, "", "", "")


def cotation_retenue(
    lire: Lire,
    action: str,
    moment: str | None = None,
    objet: str = str(ObjetGrille.EGALITE),
    *,
    lecteur: str | None = None,
) -> Retenue | None:
    """That of one action: see `retenues_de`."""
    moments = POUR_LE_COMITE if moment is None else (moment,)
    return retenues_de(lire, [action], moments=moments, objet=objet, lecteur=lecteur).get(action)


def retenues_de(
    lire: Lire,
    actions: Sequence[str],
    *,
    moments: Iterable[str] = POUR_LE_COMITE,
    objet: str | None = str(ObjetGrille.EGALITE),
    lecteur: str | None = None,
) -> dict[str, Retenue]:
    """action -> what it is rated, of those that somebody began to score.

    The first of `moments` that gives a level wins, on the first grid chosen for the appel. `lecteur`:
    who reads; a masked grid then says « masquée » until that person's own marks are finished.
    """
    trouvees: dict[str, Retenue] = {}
    for debut in range(0, len(actions), LOT):
        ou = Action.cle.in_(actions[debut : debut + LOT])
        lues = toutes_les_retenues(lire, ou, objet=objet, lecteur=lecteur)
        trouvees |= dict(_choisir(lues, moments))
    return trouvees


def retenues_de_l_annee(
    lire: Lire,
    annee: int,
    *,
    moments: Iterable[str] = POUR_LE_COMITE,
    objet: str | None = str(ObjetGrille.EGALITE),
    lecteur: str | None = None,
) -> dict[str, Retenue]:
    """The same for a whole year."""
    lues = toutes_les_retenues(lire, Action.annee == annee, objet=objet, lecteur=lecteur)
    return dict(_choisir(lues, moments))


def retenues_parmi(
    lire: Lire,
    ou: ColumnElement[bool],
    parametres: Mapping[str, Any],
    *,
    lecteur: str | None = None,
) -> dict[str, Retenue]:
    """The same for actions that a condition with parameters chooses, of a grid about equality."""

    def avec(requete: Requete, valeurs: Mapping[str, Any] | None = None) -> Sequence[Any]:
        return lire(requete, valeurs or parametres)

    lues = toutes_les_retenues(avec, ou, objet=str(ObjetGrille.EGALITE), lecteur=lecteur)
    return dict(_choisir(lues, POUR_LE_COMITE))


def _choisir(
    lues: Mapping[str, Sequence[Retenue]], moments: Iterable[str]
) -> Iterable[tuple[str, Retenue]]:
    rangs = {str(moment): rang for rang, moment in enumerate(moments)}
    for action, siennes in lues.items():
        possibles = [r for r in siennes if r.moment in rangs]
        if possibles:  # the order of the grids is kept inside one moment
            yield action, min(possibles, key=lambda r: (r.etat != RETENUE, rangs[r.moment]))


def toutes_les_retenues(
    lire: Lire,
    ou: ColumnElement[bool],
    *,
    objet: str | None = None,
    lecteur: str | None = None,
) -> dict[str, list[Retenue]]:
    """action -> what it is rated on each grid at each moment, in three reads."""
    requete = _COTATIONS.where(ou)
    if objet is not None:
        requete = requete.where(Grille.objet == objet)
    lues = lire(requete)
    if not lues:
        return {}
    niveaux = {(n.grille, n.code): n for n in lire(_NIVEAUX)}
    depots = lire_derniers_depots(lire, ou)
    groupes: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
    for ligne in lues:
        groupes[ligne.action, ligne.grille, ligne.moment].append(ligne)
    trouvees: dict[str, list[Retenue]] = defaultdict(list)
    for (action, *_), cotations in groupes.items():
        trouvees[action].append(_retenir(cotations, niveaux, depots.get(action), lecteur))
    return dict(trouvees)


_COTATIONS = (
    select(
        Cotation.cle,
        Cotation.action,
        Cotation.grille,
        Cotation.moment,
        Cotation.auteur,
        Cotation.consensus,
        Cotation.depot,
        Cotation.niveau,
        Cotation.terminee_le,
        Grille.nom,
        Grille.masquee,
    )
    .join(Action, Action.cle == Cotation.action)
    .join(Grille, Grille.cle == Cotation.grille)
    .join(
        GrilleAppel,
        (GrilleAppel.grille == Cotation.grille) & (GrilleAppel.appel == Action.appel),
        isouter=True,
    )
    .order_by(
        GrilleAppel.rang.is_(None),
        GrilleAppel.rang,
        Grille.rang,
        Grille.version.desc(),
        Cotation.cle,
    )
)
_NIVEAUX = select(
    NiveauGrille.grille, NiveauGrille.code, NiveauGrille.libelle, NiveauGrille.poids_budget
)


def _retenir(
    cotations: Sequence[Any],
    niveaux: Mapping[tuple[str, str], Any],
    depot: str | None,
    lecteur: str | None,
) -> Retenue:
    """Of the marks of one action on one grid at one moment."""
    finies = [c for c in cotations if c.terminee_le is not None]
    communes = [c for c in finies if c.consensus]
    voulues = communes or [c for c in finies if not c.consensus]
    etat = _etat(cotations, voulues, lecteur)
    ligne = cotations[0]
    if etat != RETENUE:
        return Retenue(etat, ligne.grille, ligne.nom, ligne.moment)
    retenue = voulues[0]
    niveau = niveaux.get((retenue.grille, retenue.niveau))
    return Retenue(
        etat=RETENUE,
        grille=retenue.grille,
        grille_nom=retenue.nom,
        moment=retenue.moment,
        code=retenue.niveau or "",
        libelle="" if niveau is None else niveau.libelle,
        poids_budget=None if niveau is None else niveau.poids_budget,
        cotation=retenue.cle,
        auteur=retenue.auteur,
        consensus=retenue.consensus,
        depasse=depot is not None and any(c.depot != depot for c in voulues),
    )


def _etat(cotations: Sequence[Any], voulues: Sequence[Any], lecteur: str | None) -> str:
    if lecteur is not None and _est_masquee(cotations, voulues, lecteur):
        return MASQUEE
    if not voulues:
        return INCOMPLETE
    return RETENUE if len({c.niveau for c in voulues}) == 1 else DIVERGENTES


def _est_masquee(cotations: Sequence[Any], voulues: Sequence[Any], lecteur: str) -> bool:
    """What was agreed on is known to all; the rest once one's own marks are finished."""
    if not cotations[0].masquee or not voulues or voulues[0].consensus:
        return False
    return not any(est_de(c.auteur, lecteur) for c in voulues)


def est_de(auteur: str, lecteur: str | None) -> bool:
    """True when both names are the same person's, accents and case ignored."""
    return lecteur is not None and replier(auteur.strip()) == replier(lecteur.strip())


def lire_derniers_depots(lire: Lire, ou: ColumnElement[bool]) -> dict[str, str]:
    """action -> its last deposited version."""
    requete = (
        select(Depot.action, Depot.cle)
        .join(Action, Action.cle == Depot.action)
        .where(ou)
        .order_by(func.coalesce(Depot.numero, 0), Depot.cle)
    )
    return {ligne.action: ligne.cle for ligne in lire(requete)}
