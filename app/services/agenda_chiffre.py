"""The agenda as the list shows it: with the amounts of the actions and what the block vote took."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import select

from app.models.calculs import somme_ou_rien
from app.models.seance import Decision, Point
from app.services.actions import Actions
from app.services.fichier import Fichier
from app.services.ordres_du_jour import LignePoint, OrdresDuJour
from app.services.rows import LigneAction


def avec_retraits(
    points: Sequence[LignePoint], noms: Mapping[str, Sequence[str]]
) -> list[LignePoint]:
    """The same items with the names of those who should leave for each of them."""
    return [replace(p, se_retirent=", ".join(noms[p.cle])) if p.cle in noms else p for p in points]


class AgendaChiffre:
    """Reads the items of a séance with what their actions ask, are proposed and are granted."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._actions = Actions(fichier)
        self._ordres = OrdresDuJour(fichier)

    def points(self, seance: str) -> list[LignePoint]:
        """The agenda in its order."""
        inscrites = select(Point.action).where(Point.seance == seance, Point.action.is_not(None))
        en_bloc = (
            select(Decision.point, Decision.en_bloc)
            .join(Point, Point.cle == Decision.point)
            .where(Point.seance == seance, Decision.annulee.is_(False))
            .order_by(Decision.decidee_le, Decision.cle)  # the last one counts
        )
        with self._fichier.instant() as lire:
            cles = {cle for (cle,) in lire(inscrites)}
            votes = {cle: bool(bloc) for cle, bloc in lire(en_bloc)}
        actions = self._actions.lignes_de(cles)
        points = self._ordres.points_par_rang(seance, actions).values()
        return [
            _chiffre(p, actions.get(p.action or ""), en_bloc=votes.get(p.cle, False))
            for p in points
        ]


def _chiffre(point: LignePoint, action: LigneAction | None, *, en_bloc: bool) -> LignePoint:
    if action is None:
        return point
    return replace(
        point,
        statut=action.statut,
        demande=_connu(m.demande for m in action.montants.values()),
        propose=_connu(m.propose for m in action.montants.values()),
        accorde=_connu(m.accorde for m in action.montants.values()),
        en_bloc=en_bloc,
    )


def _connu(montants: Iterable[Decimal | None]) -> Decimal | None:
    """Nothing said is not zero."""
    return somme_ou_rien(montants)
