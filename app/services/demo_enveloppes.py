"""Envelopes of the demonstration, sized on what was decided: enough in past years, tense in this one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from app.services.demo_montants import A_EXAMINER, Demande, euros
from app.services.demo_territoire import Ligne, Territoire, Tirage

RESERVES = {"etat_bop147": 5, "epci_specifique": 4}  # % kept back for the thematic fund
ENGAGE_ETAT = 60_000
DEPASSEMENT = 1800  # of the Région in the current year, to be told in words
PART_USUELLE = 55  # % of a demand that is granted in the end
MINIMUM = 3000
NON_NOTIFIES = 3  # communes that have not voted their budget in the current year
NOTE_ETAT = "Engagé : conventions conclues hors programmation (cités éducatives)."
NOTE_RESERVE = "Réserve pour le fonds thématique."
NOTE_PREVISION = "Prévision, notification attendue."


@dataclass(slots=True)
class Cumul:
    """What a line of credit has granted and still has to decide for a year, in euros."""

    accorde: int = 0
    en_attente: int = 0


Cumuls = dict[tuple[str, str | None], Cumul]  # (line of credit, commune)


def cumuler(decisions: Iterable[tuple[Demande, Ligne]]) -> Cumuls:
    """Sums of the decisions of a year, by line of credit and commune."""
    cumuls: Cumuls = defaultdict(Cumul)
    for demande, decision in decisions:
        cumul = cumuls[demande.source.credit, demande.source.commune]
        if decision.get("accorde") is None:
            cumul.en_attente += _attendu(demande, decision)
        else:
            cumul.accorde += decision["accorde"]
    return cumuls


def _attendu(demande: Demande, decision: Ligne) -> int:
    """What may still be granted: the proposal, or the usual part of a demand being examined."""
    if decision["statut"] in A_EXAMINER:
        return (demande.montant or 0) * PART_USUELLE // 100
    propose: int = decision.get("propose") or 0
    return propose


def enveloppes(
    tirage: Tirage, territoire: Territoire, cumuls: Cumuls, *, annee: int, en_cours: bool
) -> list[Ligne]:
    """Rows of a year, one by line of credit and paying commune."""
    retardataires = {
        commune for _, commune in list(_communes(territoire, cumuls))[-NON_NOTIFIES:] if en_cours
    }
    return [
        {
            "cle": tirage.cle(),
            "annee": annee,
            "financeur": territoire.lignes_credit[credit]["financeur"],
            "ligne_credit": territoire.lignes_credit[credit]["cle"],
            "commune": commune,
            **_montants(credit, cumuls[credit, commune], en_cours=en_cours),
            **_notification(
                tirage,
                annee,
                notifie=not en_cours or (_notifie(credit) and commune not in retardataires),
            ),
        }
        for credit, commune in _ordre(territoire, cumuls)
    ]


def _ordre(territoire: Territoire, cumuls: Cumuls) -> Iterator[tuple[str, str | None]]:
    for credit in territoire.lignes_credit:
        if (credit, None) in cumuls:
            yield credit, None
    yield from _communes(territoire, cumuls)


def _communes(territoire: Territoire, cumuls: Cumuls) -> Iterator[tuple[str, str | None]]:
    for commune in territoire.communes.values():
        if ("communes_specifique", commune) in cumuls:
            yield "communes_specifique", commune


def _montants(credit: str, cumul: Cumul, *, en_cours: bool) -> Ligne:
    engage = ENGAGE_ETAT if credit == "etat_bop147" else 0
    base = cumul.accorde + (cumul.en_attente if en_cours else 0)
    reserve = base * RESERVES.get(credit, 0) // 100 // 1000 * 1000
    besoin = cumul.accorde + engage + reserve
    montant = _montant_en_cours(credit, besoin, cumul) if en_cours else _au_dessus(besoin)
    return {
        "montant": euros(montant),
        "reserve": Decimal(reserve) if reserve else None,
        "engage": Decimal(engage) if engage else None,
        "note": NOTE_ETAT if engage else NOTE_RESERVE if reserve else None,
    }


def _montant_en_cours(credit: str, besoin: int, cumul: Cumul) -> int | None:
    """Of the current year: the Région has granted too much, the Département has said nothing.

    Elsewhere nearly all that is proposed fits, so that the last decisions have to be weighed.
    """
    if credit == "departement_droit_commun":
        return None
    if credit.startswith("region"):
        return max(besoin - (DEPASSEMENT if credit == "region_specifique" else 0), 0)
    return _au_dessus(besoin + cumul.en_attente * 95 // 100)


def _au_dessus(besoin: int) -> int:
    """A round amount that covers a need."""
    besoin = max(besoin, MINIMUM)
    pas = 500 if besoin < 20_000 else 1000 if besoin < 200_000 else 5000
    return -(-besoin // pas) * pas


def _notifie(credit: str) -> bool:
    return credit not in ("departement_droit_commun", "caf_droit_commun")


def _notification(tirage: Tirage, annee: int, *, notifie: bool) -> Ligne:
    if not notifie:
        return {"notifie": False, "note": NOTE_PREVISION}
    jour = f"{annee}-{tirage.entier(1, 3):02d}-{tirage.entier(5, 27):02d}"
    return {"notifie": True, "date_notification": jour}
