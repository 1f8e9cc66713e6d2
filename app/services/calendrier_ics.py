"""The calendar as an agenda that any program reads (iCalendar, RFC 5545): all-day events.

The same step keeps its UID, so that reading the file again moves an event instead of doubling it.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from app.models.enums import NatureEtape
from app.services.calendrier import Calendrier
from app.services.cycle_dates import EtapeDatee, plus_tard

LARGEUR = 75  # octets of a line, its end not counted
DOMAINE = "tour-de-table"
_ECHAPPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})

# Some programs end a line at the last three.
_CONTROLES = frozenset((*map(chr, range(32)), "\x7f", "\x85", "\u2028", "\u2029"))


def agenda(calendrier: Calendrier, moment: datetime) -> bytes:
    """The file, in UTF-8. `moment`: when it is made."""
    lignes = [
        "VERSION:2.0",
        "PRODID:-//Tour de table//Calendrier//FR",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{echapper(calendrier.titre)}",
    ]
    tampon = f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for evenement in _evenements(calendrier):
        lignes += _composant("VEVENT", [*evenement, f"DTSTAMP:{tampon}"])
    toutes = _composant("VCALENDAR", lignes)
    return "".join(f"{plier(ligne)}\r\n" for ligne in toutes).encode()


def _composant(nom: str, lignes: list[str]) -> list[str]:
    return [f"BEGIN:{nom}", *lignes, f"END:{nom}"]


def _evenements(calendrier: Calendrier) -> Iterator[list[str]]:
    for etape in calendrier.etapes:
        premier, dernier = etape.premier_jour, etape.dernier_jour
        if premier is not None and dernier is not None:
            yield [
                f"UID:{etape.cle}@{DOMAINE}",
                *_jours(min(premier, dernier), max(premier, dernier)),
                f"SUMMARY:{echapper(f'{etape.nom} ({etape.appel_nom})')}",
                f"DESCRIPTION:{echapper(_description(etape))}",
                f"CATEGORIES:{echapper(NatureEtape.libelle_de(etape.nature))}",
                "TRANSP:TRANSPARENT",
            ]
    datees = {(e.appel, jour) for e in calendrier.etapes for jour in (e.debut, e.fin)}
    for appel in calendrier.appels:
        for jour, mot in ((appel.ouverture, "Ouverture"), (appel.cloture, "Clôture")):
            if jour is not None and (appel.cle, jour) not in datees:
                yield [
                    f"UID:{appel.cle}-{mot[:2].lower()}@{DOMAINE}",
                    *_jours(jour, jour),
                    f"SUMMARY:{echapper(f'{mot} ({appel.nom})')}",
                    "TRANSP:TRANSPARENT",
                ]


def _jours(premier: date, dernier: date) -> list[str]:
    """All day: the end is the day after the last one."""
    lendemain = plus_tard(dernier, 1) or dernier
    return [f"DTSTART;VALUE=DATE:{premier:%Y%m%d}", f"DTEND;VALUE=DATE:{lendemain:%Y%m%d}"]


def _description(etape: EtapeDatee) -> str:
    return "\n".join(
        partie
        for partie in (
            f"Qui : {etape.acteur}" if etape.acteur else "",
            f"État : {etape.en_mots}",
            etape.note or "",
            f"Source : {etape.source}" if etape.source else "",
        )
        if partie
    )


def echapper(texte: str) -> str:
    """A text value: commas, semicolons, backslashes and line ends are marked; other controls go."""
    propre = "".join(signe for signe in texte if signe in "\n\t" or signe not in _CONTROLES)
    return propre.translate(_ECHAPPES)


def plier(ligne: str) -> str:
    """A long line goes on in lines that begin with a space; no character is cut in two."""
    morceaux, courant, place = [], "", LARGEUR
    for signe in ligne:
        taille = len(signe.encode())
        if taille > place:
            morceaux.append(courant)
            courant, place = "", LARGEUR - 1  # the space that begins a line that goes on
        courant += signe
        place -= taille
    return "\r\n ".join([*morceaux, courant])
