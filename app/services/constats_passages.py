"""The constats that somebody passed over, as the file holds them."""

from collections import defaultdict

from sqlalchemy import bindparam, or_, select

from app.models.enums import CibleConstat
from app.models.regles import PassageOutre
from app.services.fichier import Lire

_PASSAGES = (
    select(
        PassageOutre.regle,
        PassageOutre.cible,
        PassageOutre.objet,
        PassageOutre.phrase,
        PassageOutre.motif,
    )
    .where(or_(PassageOutre.annee.is_(None), PassageOutre.annee == bindparam("annee")))
    .order_by(PassageOutre.moment, PassageOutre.cle)
)


class Passages:
    """Those of a year. A passage holds as long as the constat says the same thing."""

    def __init__(self, lire: Lire, annee: int) -> None:
        self._motifs: dict[tuple[str, str, str | None], dict[str, str]] = defaultdict(dict)
        for regle, cible, objet, phrase, motif in lire(_PASSAGES, {"annee": annee}):
            self._motifs[regle, cible, objet][phrase] = motif

    def motif(self, regle: str, cible: CibleConstat, objet: str | None, phrase: str) -> str | None:
        """Why this constat is passed over; None when it is not."""
        if not self._motifs:
            return None
        return self._motifs.get((regle, str(cible), objet), {}).get(phrase)
