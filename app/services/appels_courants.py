"""Which call what comes in answers, when nobody says it."""

from datetime import date, datetime

from sqlalchemy import select

from app.models.programme import Appel, Exercice
from app.services.fichier import Fichier


def aujourd_hui() -> date:
    """Today, as the clock of this machine reads."""
    return datetime.now().astimezone().date()


def appel_courant(fichier: Fichier, annee: int, jour: date) -> str | None:
    """The call of that year which is open that day, else its first one; None: it has none."""
    requete = (
        select(Appel.cle, Appel.date_ouverture, Appel.date_cloture)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .where(Exercice.annee == annee)
        .order_by(Appel.rang)
    )
    appels = fichier.lignes(requete)
    iso = jour.isoformat()
    ouverts = [a.cle for a in appels if (a.date_ouverture or "9") <= iso <= (a.date_cloture or "")]
    return next(iter(ouverts), appels[0].cle if appels else None)
