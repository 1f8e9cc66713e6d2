"""What a service answers, typed in one cell: « f », « r préciser le public », « vers CLEA : motif »."""

import re
from dataclasses import dataclass

from app.models.enums import SensInstruction
from app.services.errors import SaisieRefusee
from app.services.textes_saisis import citer

A_RENDRE, EN_RETARD, PRIS_EN_CHARGE = "À rendre", "En retard", "Pris en charge"
ABSENT, NON_RECEVABLE, COMMENTE, RENDU = "Absent", "Non recevable", "Commenté", "Rendu"
CONSULTE = " (consultatif)"  # after the avis of a financeur from whom nothing is asked
MEME_AVIS = "même avis que l'État"
ETATS_SANS_REPONSE = (A_RENDRE, EN_RETARD, PRIS_EN_CHARGE, COMMENTE)
# What is typed for each answer; the first that fits wins.
_MOTS = (
    (
        SensInstruction.RESERVE,
        r"favorable (?:avec|sous) r[ée]serves?|(?:avec|sous) r[ée]serves?|r[ée]serv[ée]e?s?|r",
    ),
    (SensInstruction.FAVORABLE, "favorable|f"),
    (SensInstruction.DEFAVORABLE, "d[ée]favorable|d"),
    (SensInstruction.AJOURNE, "ajourn[ée]e?r?|a"),
    (SensInstruction.SANS_AVIS, "sans avis|sans objet|s"),
    (SensInstruction.REORIENTE, "r[ée]orient[ée]e?r?|vers|v"),
)
_SUITE = r"(?:\b\s*[:,;–-]*\s*)(?P<suite>.*)"
_LUS = tuple((s, re.compile(rf"(?:{m}){_SUITE}", re.IGNORECASE | re.DOTALL)) for s, m in _MOTS)
_NON_RECEVABLE = re.compile(rf"(?:non recevable|irrecevable|n){_SUITE}", re.IGNORECASE | re.DOTALL)
_ABSENT = re.compile(r"abs(?:ent)?e?", re.IGNORECASE)
_MEME = re.compile(r"m(?:[êe]me(?: avis)?(?: que l['’][ée]tat)?)?", re.IGNORECASE)
_VERS = re.compile(r"(?:vers\s+)?(?P<vers>.*?)(?:\s*:\s*(?P<motif>.*))?", re.IGNORECASE | re.DOTALL)
EXIGENT_UN_MOTIF = (
    SensInstruction.RESERVE,
    SensInstruction.DEFAVORABLE,
    SensInstruction.AJOURNE,
    SensInstruction.REORIENTE,
)


@dataclass(frozen=True, slots=True)
class Reponse:
    """An answer. Nothing at all: it is taken back. `meme`: what the State says, whatever it is."""

    sens: SensInstruction | None = None
    vers: str | None = None
    motif: str | None = None
    absent: bool = False
    non_recevable: bool = False
    meme: bool = False


def lire_reponse(texte: str | None) -> Reponse:
    """The answer that a text is. Raises SaisieRefusee with what may be typed."""
    propre = " ".join((texte or "").split()).removesuffix(CONSULTE)
    if not propre or propre in ETATS_SANS_REPONSE:
        return Reponse()
    if _ABSENT.fullmatch(propre):
        return Reponse(absent=True)
    if _MEME.fullmatch(propre):
        return Reponse(meme=True)
    if lu := _NON_RECEVABLE.fullmatch(propre):
        return Reponse(non_recevable=True, motif=lu["suite"] or None)
    for sens, motif in _LUS:
        if lu := motif.fullmatch(propre):
            return _reponse(sens, lu["suite"])
    raise SaisieRefusee(
        f"« {citer(propre)} » n'est pas un avis : tapez f, r, d, a, s ou « vers », puis le motif."
    )


def _reponse(sens: SensInstruction, suite: str) -> Reponse:
    if sens is not SensInstruction.REORIENTE:
        return Reponse(sens, motif=suite or None)
    lu = _VERS.fullmatch(suite)
    if lu is None:
        return Reponse(sens)
    return Reponse(sens, vers=lu["vers"] or None, motif=lu["motif"] or None)


def en_mots(sens: str | None, vers: str | None = None) -> str:
    """« Favorable avec réserve », « Réorienté vers CLEA »."""
    libelle = SensInstruction.libelle_de(sens)
    return f"{libelle} vers {vers}" if vers and sens == SensInstruction.REORIENTE else libelle


def phrase_d_avis(sens: str | None, vers: str | None, motif: str | None) -> str:
    """« Favorable avec réserve : préciser le public »: an avis as one sentence."""
    tete = en_mots(sens, vers)
    return f"{tete} : {motif}" if motif and tete else tete
