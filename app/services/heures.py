"""The hours that people type."""

import re
from datetime import time

from app.services.errors import SaisieRefusee

_HEURE = re.compile(r"(\d{1,2})(?:\s*[h:.]\s*(\d{1,2})?|(\d{2}))?(?:\s*min)?", re.IGNORECASE)


def lire_heure(texte: str) -> time | None:
    """« 14 h 05 », « 14:05 », « 1405 », « 14 h »; None: nothing typed. Raises SaisieRefusee."""
    propre = " ".join(texte.split())
    if not propre:
        return None
    lue = _HEURE.fullmatch(propre)
    heures, minutes = (int(lue[1]), int(lue[2] or lue[3] or 0)) if lue else (99, 99)
    if heures > 23 or minutes > 59:
        raise SaisieRefusee(f"« {propre[:20]} » n'est pas une heure : tapez-la comme 14 h 05.")
    return time(heures, minutes)
