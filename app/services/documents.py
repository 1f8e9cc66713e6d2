"""What the documents handed out share: the order of actions, dates in French, whole files.

A document is built in memory, then written at once: a reader never meets half a file.
"""

import contextlib
import errno
import os
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from app.services.errors import DisquePlein, ErreurConnue, LectureSeule, SaisieRefusee
from app.services.rows import LigneAction, Programmation

SANS_AXE = "Sans axe"
MOIS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_PLUS_DE_PLACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
# Characters that no XML document may hold, and halves of characters.
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_SEPARATEURS = '<>:"/\\|?*·'
_NOMBRES = re.compile(r"(\d{1,18})")


@dataclass(frozen=True, slots=True)
class Axe:
    """The actions classified under one axis, by number."""

    nom: str
    actions: tuple[LigneAction, ...]


def par_axe(programmation: Programmation) -> tuple[Axe, ...]:
    """Axes in the order of the nomenclature; actions without one come last."""
    axes: dict[str, list[LigneAction]] = {}
    rangs: dict[str, int] = {}
    for action in programmation.actions:
        axes.setdefault(action.axe, []).append(action)
        rangs[action.axe] = min(action.axe_rang, rangs.get(action.axe, action.axe_rang))
    ordre = sorted(axes, key=lambda nom: (not nom, rangs[nom], nom))
    return tuple(Axe(nom or SANS_AXE, tuple(sorted(axes[nom], key=_rang))) for nom in ordre)


def _rang(action: LigneAction) -> tuple[list[tuple[int, str]], str]:
    """« 2 » before « 10 », whatever stands around the figures."""
    morceaux = _NOMBRES.split(action.numero)
    return [(int(m), "") if m.isdecimal() else (0, m) for m in morceaux], action.titre


def texte_net(texte: str) -> str:
    """The text without the characters that a workbook or a PDF cannot carry."""
    return _INTERDITS.sub("", texte)


def nom_de_fichier(texte: str, sinon: str, *, longueur: int = 80) -> str:
    """What every system takes as the name of a file; `sinon` when nothing is left of it."""
    propre = "".join(
        " " if c in _SEPARATEURS or not c.isprintable() else c for c in texte_net(texte)
    )
    return " ".join(propre.split())[:longueur].strip(". ") or sinon


def jour_de(texte: str | None) -> date | None:
    """The day that begins an ISO or a French date; None when there is none, or when it is no date."""
    if not texte:
        return None
    with contextlib.suppress(ValueError):
        return date.fromisoformat(texte[:10])
    with contextlib.suppress(ValueError):
        return datetime.strptime(texte[:10], "%d/%m/%Y").replace(tzinfo=UTC).date()
    return None


def date_longue(texte: str) -> str:
    """« 21 novembre 2026 » from a date; any other text as it stands."""
    jour = jour_de(texte)
    if jour is None:
        return texte
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return f"{quantieme} {MOIS[jour.month - 1]} {jour.year}"


def ecrire_entier(chemin: Path, contenu: bytes) -> None:
    """Write beside the target, then rename: the old file stays until the new one is whole."""
    provisoire = chemin.with_name(f".{chemin.name[:80]}.{secrets.token_hex(4)}.tmp")
    try:
        with provisoire.open("xb") as fichier:
            fichier.write(contenu)
            fichier.flush()
            os.fsync(fichier.fileno())
        provisoire.replace(chemin)
    except OSError as cause:
        raise _erreur(cause, chemin) from cause
    finally:
        with contextlib.suppress(OSError):
            provisoire.unlink(missing_ok=True)


def _erreur(cause: OSError, chemin: Path) -> ErreurConnue:
    nom, dossier = chemin.name, chemin.parent
    if cause.errno in _PLUS_DE_PLACE:
        return DisquePlein(
            f"Il n'y a plus assez de place pour écrire « {nom} » : "
            "libérez de la place ou choisissez un autre dossier."
        )
    if cause.errno == errno.ENAMETOOLONG:
        return SaisieRefusee(f"« {nom[:40]}… » est un nom trop long : raccourcissez-le.")
    if isinstance(cause, FileNotFoundError | NotADirectoryError):
        return SaisieRefusee(
            f"Le dossier « {dossier} » n'existe pas : créez-le ou choisissez un autre dossier."
        )
    if chemin.is_dir():
        return SaisieRefusee(f"« {nom} » est le nom d'un dossier : donnez un autre nom au fichier.")
    if isinstance(cause, PermissionError) or cause.errno == errno.EROFS:
        return LectureSeule(
            f"« {nom} » ne peut pas être remplacé : fermez-le s'il est ouvert ailleurs, "
            "ou choisissez un dossier où vous pouvez écrire."
        )
    return ErreurConnue(
        f"« {nom} » n'a pas pu être écrit dans « {dossier} » : choisissez un autre dossier."
    )
