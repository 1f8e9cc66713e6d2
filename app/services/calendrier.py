"""The calendar of a year as lanes: one a step, over whole months. What the screen and the paper draw."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy import select

from app.models.montants import INSECABLE
from app.models.programme import Appel, Exercice
from app.services.cycle_dates import EtapeDatee, EtatEtape
from app.services.cycle_lu import lire_etapes_de_l_annee
from app.services.documents import ecrire_entier, jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.programmation import lire_nom_du_contrat

MOIS_MAXIMUM = 36
PROCHE = 12  # months between today and the dates, under which today is shown too
DERNIER_JOUR = date(9998, 12, 31)  # the month and the day after it are in the calendar too
MOTS_DU_MOIS = (
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
EN_MOTS = {
    EtatEtape.RETARD: "en retard",
    EtatEtape.EN_COURS: "en cours",
    EtatEtape.A_VENIR: "à venir",
    EtatEtape.FAITE: "terminée",
    EtatEtape.SANS_DATE: "sans date",
}


@dataclass(frozen=True, slots=True)
class AppelDate:
    """An appel of the year with its own dates."""

    cle: str
    nom: str
    ouverture: date | None
    cloture: date | None


@dataclass(frozen=True, slots=True)
class Calendrier:
    """The steps of a year (of one appel), and the months they cover. `fin`: the day after the last."""

    annee: int
    contrat: str
    jour: date
    appels: tuple[AppelDate, ...]
    etapes: tuple[EtapeDatee, ...]
    debut: date
    fin: date

    @property
    def mois(self) -> list[date]:
        """The first day of each month shown."""
        mois, courant = [], self.debut
        while courant < self.fin:
            mois.append(courant)
            courant = mois_suivant(courant)
        return mois

    def place(self, jour: date) -> float:
        """Where a day begins, from 0 (first day shown) to 1, kept inside."""
        total = (self.fin - self.debut).days
        return min(max((jour - self.debut).days / total, 0.0), 1.0)

    def barre(self, etape: EtapeDatee) -> tuple[float, float] | None:
        """Both ends of the bar of a step; None when no date of it is known."""
        premier, dernier = etape.premier_jour, etape.dernier_jour
        if premier is None or dernier is None:
            return None
        total = (self.fin - self.debut).days
        gauche = self.place(min(premier, dernier))
        return gauche, min(self.place(max(premier, dernier)) + 1 / total, 1.0)

    @property
    def titre(self) -> str:
        seul = f" · {self.appels[0].nom}" if len(self.appels) == 1 else ""
        return f"Calendrier {self.annee}{seul}"

    @property
    def phrase(self) -> str:
        """« 3 étapes en retard, 2 en cours, 4 à venir. »"""
        comptes = [(etat, sum(e.etat == etat for e in self.etapes)) for etat in EN_MOTS]
        dits = [
            f"{nombre} {EN_MOTS[etat]}{'s' if nombre > 1 and etat == EtatEtape.FAITE else ''}"
            for etat, nombre in comptes
            if nombre
        ]
        return f"Étapes{INSECABLE}: {', '.join(dits)}." if dits else ""


def quand(etape: EtapeDatee) -> str:
    """« du 05/01/2026 au 31/01/2026 », « le 12/03/2026 », « avant le 15/03/2026 »."""
    if etape.debut is not None and etape.fin is not None and etape.debut != etape.fin:
        return f"du {etape.debut:%d/%m/%Y} au {etape.fin:%d/%m/%Y}"
    if etape.debut is None and etape.fin is not None:
        return f"jusqu'au {etape.fin:%d/%m/%Y}"
    return f"le {etape.debut:%d/%m/%Y}" if etape.debut is not None else "sans date"


def mois_suivant(jour: date) -> date:
    return date(jour.year + jour.month // 12, jour.month % 12 + 1, 1)


def lire_calendrier(
    fichier: Fichier, annee: int, jour: date, *, appel: str | None = None
) -> Calendrier:
    """The active steps of a year (of one appel), in the order of the appels, then of the cycle."""
    with fichier.instant() as lire:
        contrat = lire_nom_du_contrat(lire)
        appels = tuple(
            AppelDate(cle, nom, jour_de(ouverture), jour_de(cloture))
            for cle, nom, ouverture, cloture in lire(
                select(Appel.cle, Appel.nom, Appel.date_ouverture, Appel.date_cloture)
                .join(Exercice, Exercice.cle == Appel.exercice)
                .where(Exercice.annee == annee)
                .order_by(Appel.rang, Appel.cle)
            )
            if appel in (None, cle)
        )
        par_appel = lire_etapes_de_l_annee(lire, jour, annee)
    etapes = tuple(e for a in appels for e in par_appel.get(a.cle, ()) if e.active)
    debut, fin = _bornes(etapes, appels, annee, jour)
    return Calendrier(annee, contrat, jour, appels, etapes, debut, fin)


def _bornes(
    etapes: Sequence[EtapeDatee], appels: Sequence[AppelDate], annee: int, jour: date
) -> tuple[date, date]:
    """Whole months, from the first date to the last; the year itself when there is none."""
    jours = list(_jours(etapes, appels)) or [date(annee, 1, 1), date(annee, 12, 31)]
    premier, dernier = min(*jours, DERNIER_JOUR), min(max(jours), DERNIER_JOUR)
    if _ecart(jour, premier) <= PROCHE and _ecart(dernier, jour) <= PROCHE:
        premier, dernier = min(premier, jour), max(dernier, jour)
    debut, fin = premier.replace(day=1), mois_suivant(dernier)
    if _ecart(debut, fin) > MOIS_MAXIMUM:
        # A date typed a century away must not make every other bar a hair.
        return date(annee - 1, 7, 1), date(annee + 2, 1, 1)
    return debut, fin


def _jours(etapes: Sequence[EtapeDatee], appels: Sequence[AppelDate]) -> Iterable[date]:
    for etape in etapes:
        yield from (j for j in (etape.premier_jour, etape.dernier_jour) if j is not None)
    for appel in appels:
        yield from (j for j in (appel.ouverture, appel.cloture) if j is not None)


def _ecart(debut: date, fin: date) -> int:
    """Months from one day to another; negative when it is before."""
    return (fin.year - debut.year) * 12 + fin.month - debut.month


# Files --------------------------------------------------------------------------------------------


def ecrire_calendrier(calendrier: Calendrier, chemin: Path, *, a3: bool = True) -> None:
    """Write the poster or the agenda, by the extension of the file. Raises ErreurConnue."""
    if chemin.suffix.lower() == ".ics":
        from app.services.calendrier_ics import agenda
        from app.services.transaction import maintenant

        ecrire_entier(chemin, agenda(calendrier, maintenant()))
    elif chemin.suffix.lower() == ".pdf":
        from app.services.calendrier_pdf import affiche

        ecrire_entier(chemin, affiche(calendrier, a3=a3))
    else:
        raise SaisieRefusee(
            f"«\u00a0{chemin.name}\u00a0» doit finir par .pdf (affiche) ou .ics (agenda)\u00a0: "
            "changez son nom."
        )
