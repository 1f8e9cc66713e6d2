"""Voté, notifié, versé follow the rows that say them: votes, letters, payments. On an open operation."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Cofinancement
from app.models.calculs import somme_ou_rien
from app.models.enums import StatutCofinancement
from app.models.seance import Deliberation, Notification, Versement, VoteDeliberation
from app.services.cofinancements import ORDRE_DES_STATUTS
from app.services.payeurs import champs_etape
from app.services.transaction import Ecriture

_LE: Any = bindparam("cofinancement")
_SUIVIS: dict[str, Any] = {
    # What an assembly has not dated is being prepared: nobody has voted it yet.
    "vote": select(VoteDeliberation.montant)
    .join(Deliberation, Deliberation.cle == VoteDeliberation.deliberation)
    .where(VoteDeliberation.cofinancement == _LE, Deliberation.date.is_not(None)),
    # The last letter counts.
    "notifie": select(Notification.montant)
    .where(Notification.cofinancement == _LE)
    .order_by(Notification.cle.desc())
    .limit(1),
    "verse": select(Versement.montant).where(Versement.cofinancement == _LE),
}


def suivre(ecriture: Ecriture, cofinancements: Iterable[str], etape: str) -> None:
    """Make a step be what its rows say, and the status the furthest step reached."""
    for cofinancement in dict.fromkeys(cofinancements):
        lus = ecriture.lignes(_SUIVIS[etape], {"cofinancement": cofinancement})
        montant = somme_ou_rien(m for (m,) in lus)
        ligne = ecriture.lire(Cofinancement, cofinancement)
        champs = champs_etape(ligne["statut"], etape, montant)
        if montant is None and "statut" not in champs:
            champs["statut"] = _recule({**ligne, etape: None})
        ecriture.modifier(Cofinancement, cofinancement, **champs)


_ATTEINTS = {
    "verse": StatutCofinancement.VERSE,
    "notifie": StatutCofinancement.NOTIFIE,
    "vote": StatutCofinancement.VOTE,
    "accorde": StatutCofinancement.ACCORDE,
    "propose": StatutCofinancement.PROPOSE,
    "demande": StatutCofinancement.DEMANDE,
}


def _recule(ligne: Mapping[str, Any]) -> str:
    """The status once a step was taken back: never further than it was."""
    statut: str = ligne["statut"]
    if statut not in ORDRE_DES_STATUTS:
        return statut
    atteint = next((s for e, s in _ATTEINTS.items() if ligne[e] is not None), None)
    rangs = [ORDRE_DES_STATUTS.index(StatutCofinancement.de(statut))]
    if atteint is not None:
        rangs.append(ORDRE_DES_STATUTS.index(atteint))
    return str(ORDRE_DES_STATUTS[min(rangs)])
