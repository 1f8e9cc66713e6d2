"""How parts of a grid are written in a cell, and read back: gates, scales, fields, moments. No Qt."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from app.models.enums import MomentCotation
from app.models.montants import afficher_nombre
from app.services.accords import compter, enumerer
from app.services.errors import SaisieRefusee
from app.services.grilles_calcul import PorteManquee, Resultat, en_ordre
from app.services.identifiants import sans_accents
from app.services.textes_saisis import citer

NOTE_MAXIMUM: Final = 20  # of a scale typed « 0 à 4 »
_ENTRE: Final = " ; "

# Fields of the dossier that help to answer, as the sheet of the action calls them.
CHAMPS: Final[Mapping[str, str]] = {
    "description": "Description de l'action",
    "intitule": "Intitulé",
    "porteur": "Porteur",
    "public_total": "Public total",
    "public_qpv": "Public des quartiers",
    "public_femmes": "Public : femmes",
    "public_hommes": "Public : hommes",
    "budget": "Budget",
}


def decimal_en_mots(valeur: Decimal | None) -> str:
    """« 2,5 »; nothing where nothing is given."""
    return "" if valeur is None else afficher_nombre(valeur, zero="0")


def portes_en_mots(portes: Mapping[str, int]) -> str:
    """« C1 ≥ 2 ; C3 ≥ 1 »."""
    return _ENTRE.join(f"{critere} ≥ {minimum}" for critere, minimum in portes.items())


def lire_portes(texte: str | None) -> dict[str, int]:
    """The gates typed as « C1 ≥ 2 ; C3 ≥ 1 ». Raises SaisieRefusee."""
    portes: dict[str, int] = {}
    for partie in _parties(texte):
        lue = re.fullmatch(r"(.+?)\s*(?:≥|>=|=>|:|=)\s*(\d{1,3})", partie)
        if lue is None:
            raise SaisieRefusee(
                f"« {citer(partie)} » n'est pas une porte : tapez un critère et sa note au moins, "
                "comme C1 ≥ 2."
            )
        portes[lue[1]] = int(lue[2])
    return portes


def echelle_en_mots(niveaux: Mapping[str, str]) -> str:
    """« 0 : Aucune donnée – 1 : Constat général »."""
    return " – ".join(f"{valeur} : {mots}" for valeur, mots in en_ordre(niveaux).items())


def lire_echelle(texte: str) -> list[str]:
    """The values typed as « 0 à 4 », « 0, 1, 2 » or « non, oui ». Raises SaisieRefusee."""
    suite = re.fullmatch(r"\s*(\d+)\s*(?:à|a|-|–|\.\.)\s*(\d+)\s*", texte)
    if suite is not None:
        debut, fin = int(suite[1]), int(suite[2])
        if debut < fin <= NOTE_MAXIMUM:
            return [str(valeur) for valeur in range(debut, fin + 1)]
        raise SaisieRefusee(
            f"Une échelle va d'une note à une plus grande, {NOTE_MAXIMUM} au plus : "
            "tapez par exemple 0 à 4."
        )
    valeurs = [v.casefold() for v in _parties(texte.replace(",", ";").replace("/", ";"))]
    if len(set(valeurs)) != len(valeurs) or len(valeurs) < 2:
        raise SaisieRefusee("Tapez les notes de l'échelle, comme « 0 à 4 » ou « non, oui ».")
    return valeurs


def codes_en_mots(codes: Iterable[str]) -> str:
    return _ENTRE.join(codes)


def lire_codes(texte: str | None) -> list[str]:
    """« G1 ; G2 », with commas too."""
    return _parties((texte or "").replace(",", ";"))


def champs_en_mots(champs: Iterable[str]) -> str:
    """« Intitulé ; Public : femmes »."""
    return _ENTRE.join(CHAMPS.get(champ, champ) for champ in champs)


def lire_champs(texte: str | None) -> list[str]:
    """The names of fields typed in words. Raises SaisieRefusee for one that no dossier has."""
    return [_parmi(partie, CHAMPS, "une rubrique du dossier") for partie in _parties(texte)]


def moments_en_mots(moments: Iterable[str]) -> str:
    return _ENTRE.join(MomentCotation.de(m).libelle for m in moments)


def lire_moments(texte: str | None) -> list[str]:
    """Raises SaisieRefusee for what is no moment of a cotation."""
    connus = {str(m): m.libelle for m in MomentCotation}
    return [_parmi(partie, connus, "un moment de la cotation") for partie in _parties(texte)]


def lire_noms(texte: str | None, services: Mapping[str, str]) -> list[str]:
    """The keys of services typed by their names. Raises SaisieRefusee for one that is not there."""
    if texte and not services:
        raise SaisieRefusee("Aucun service : ajoutez-les dans la page « Instruction ».")
    return [_parmi(nom, services, "un service") for nom in lire_codes(texte)]


def lire_sources(texte: str | None) -> list[str]:
    return _parties(texte)


def _parties(texte: str | None) -> list[str]:
    return [propre for p in (texte or "").split(";") if (propre := p.strip())]


def _parmi(texte: str, connus: Mapping[str, str], quoi: str) -> str:
    """The key of what is named, accents and capitals aside."""
    cherche = sans_accents(texte).casefold()
    for cle, libelle in connus.items():
        if cherche in (cle, sans_accents(libelle).casefold()):
            return cle
    raise SaisieRefusee(f"« {citer(texte)} » n'est pas {quoi} : {', '.join(connus.values())}.")


# What marks come to ---------------------------------------------------------------------------------


def resultat_en_mots(resultat: Resultat, *, en_points: bool) -> str:
    """« G1 · Intégré : 67 % des points », or what is still missing."""
    if not resultat.complete:
        return f"Cotation incomplète : il manque {_manque(resultat.manquants)}."
    score = "" if resultat.score is None else score_en_mots(resultat.score, en_points=en_points)
    if resultat.niveau is None:
        return f"{score}, aucun niveau atteint." if score else "Aucun niveau atteint."
    niveau = f"{resultat.niveau.code} – {resultat.niveau.libelle}"
    return f"{niveau} : {score}." if score else f"{niveau}."


def score_en_mots(score: Decimal, *, en_points: bool) -> str:
    """« 67 % des points », « 3 critères remplis »."""
    if en_points:
        return f"{score:f} % des points"
    return f"{score:f} critère rempli" if score < 2 else f"{score:f} critères remplis"


def porte_en_mots(porte: PorteManquee) -> str:
    """« G2 demande au moins 3 à C1 : il a 2. »"""
    obtenu = "il est « non applicable »" if porte.obtenu is None else f"il a {porte.obtenu}"
    return f"{porte.niveau} demande au moins {porte.minimum} à {porte.critere} : {obtenu}."


def _manque(manquants: Sequence[str]) -> str:
    return compter(len(manquants), "note") if len(manquants) > 6 else enumerer(manquants)
