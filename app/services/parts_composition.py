"""The composition of an instance, as it is printed, cut into those it names. Pure functions."""

import re
from collections.abc import Iterable, Iterator

from app.services.identifiants import mots

_LISTE = re.compile(r"^(?P<avant>[^()]*)\((?P<dedans>[^()]+)\)(?P<apres>.*)$")
_ET = re.compile(r" et | / ")
_RENVOI = re.compile(r"^(l|p)\.\s*\d+|^voir ", re.IGNORECASE)  # where it is printed, not who
_SUR_INVITATION = "sur invitation"
# First letters of the words that stand for a college, or for people of the place.
SIGNES: dict[str, tuple[str, ...]] = {
    "elu": ("elu", "maire", "adjoint", "president", "vice", "conseiller", "depute", "senateur"),
    "bailleur": ("bailleur",),
    "association": ("association", "operateur", "acteurs", "collectif", "centre"),
    "habitant": ("habitant", "citoyen"),
    "delegues": ("delegue", "delegation"),
    "communes": ("commune", "ville"),
    "local": ("commune", "maire", "elu", "municipa", "dgs", "adjoint"),
}


def designe(texte: str, quoi: str) -> bool:
    """True when the words of a text stand for a college, for « communes » or for what is « local ».

    « communes » are the towns themselves: not somebody « of the commune ».
    """
    dits = mots(texte)
    if quoi == "communes":
        return bool(dits) and dits[0].startswith(SIGNES[quoi]) and dits[0].endswith("s")
    return any(mot.startswith(SIGNES[quoi]) for mot in dits)


def parties(composition: Iterable[str]) -> Iterator[str]:
    """« élus et services municipaux » are two; « partenaires (CAF, Mission locale) » are those named."""
    for phrase in composition:
        texte = phrase.replace("\u00a0", " ").strip()
        if not texte or texte.lower().startswith(_SUR_INVITATION):
            continue
        trouve = _LISTE.match(texte)
        dedans = trouve["dedans"] if trouve else ""
        if trouve and "," in dedans:
            yield from (nom.strip() for nom in dedans.split(",") if nom.strip())
            continue
        if trouve:  # « (animation) », « (l. 1723) »: of whom it is said, or where
            texte = " ".join(f"{trouve['avant']} {trouve['apres']}".split())
        yield from (p.strip() for p in _ET.split(texte) if p.strip() and not _RENVOI.match(p))
