"""What the command line writes: French typography, any console's alphabet, aligned tables, JSON."""

import codecs
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

# For an alphabet that lacks them (Windows pipes are in cp1252): what reads best instead.
SUBSTITUTS = {
    "\u202f": " ",
    "\u00a0": " ",
    "\u2212": "-",
    "–": "-",
    "’": "'",
    "…": "...",
    "✓": "OK",
    "✗": "ECHEC",
    "«": '"',
    "»": '"',
    "œ": "oe",
    "€": "EUR",
}
REMPLACEMENT = "tour-de-table"
_PONCTUATION = re.compile(r" (?=[:;?!»€%])|(?<=«) ")
INSECABLE = "\u00a0"


def preparer() -> None:
    """Make both outputs accept any text: a letter that the console lacks never stops a command."""
    codecs.register_error(REMPLACEMENT, _remplacer)
    for flux in (sys.stdout, sys.stderr):
        reconfigurer = getattr(flux, "reconfigure", None)
        if reconfigurer is not None:
            reconfigurer(errors=REMPLACEMENT)


def _remplacer(erreur: UnicodeError) -> tuple[str, int]:
    if not isinstance(erreur, UnicodeEncodeError):
        raise erreur
    fautifs = erreur.object[erreur.start : erreur.end]
    return "".join(_proche(caractere, erreur.encoding) for caractere in fautifs), erreur.end


def _proche(caractere: str, encodage: str) -> str:
    """The nearest text that this alphabet can write."""
    substitut = SUBSTITUTS.get(caractere, "?")
    if caractere == "\u202f" and "1252" in encodage:
        return INSECABLE
    return substitut


def dire(texte: str = "") -> None:
    """A line on the standard output."""
    _ecrire(sys.stdout, typographier(texte))


def alerter(texte: str) -> None:
    """A line on the error output."""
    _ecrire(sys.stderr, typographier(texte))


def ecrire_json(donnees: Any) -> None:
    """One JSON document on the standard output; escaped when the console is not in UTF-8.

    Escaped too when the name of a file holds bytes that are no text: it can then be read back.
    """
    encodage = (getattr(sys.stdout, "encoding", None) or "utf-8").lower().replace("-", "")
    texte = json.dumps(donnees, ensure_ascii=encodage != "utf8", indent=1)
    if any("\ud800" <= signe <= "\udfff" for signe in texte):
        texte = json.dumps(donnees, indent=1)
    _ecrire(sys.stdout, texte)


def _ecrire(flux: TextIO | None, texte: str) -> None:
    if flux is not None:  # a program started without a console has none
        flux.write(f"{texte}\n")
        flux.flush()


def typographier(texte: str) -> str:
    """No-break spaces where French wants them."""
    return _PONCTUATION.sub(INSECABLE, texte)


def aligner(
    lignes: Iterable[Sequence[str]], *, entete: Sequence[str] = (), droite: Sequence[int] = ()
) -> list[str]:
    """Rows as aligned columns; those of index `droite` to the right. Nothing but spaces."""
    rangees = [tuple(entete), *lignes] if entete else list(lignes)
    largeurs = [max(map(len, colonne)) for colonne in zip(*rangees, strict=True)]
    return [
        "  ".join(
            case.rjust(largeur) if i in droite else case.ljust(largeur)
            for i, (case, largeur) in enumerate(zip(rangee, largeurs, strict=True))
        ).rstrip()
        for rangee in rangees
    ]


@contextmanager
def progression() -> Iterator[Callable[[int, int, str], None]]:
    """Where a long job is, on one line of a terminal; nothing anywhere else."""
    flux = sys.stderr
    if flux is None or not flux.isatty():
        yield lambda fait, total, texte: None
        return

    def suivre(fait: int, total: int, texte: str) -> None:
        pourcent = 100 * fait // total if total else 0
        flux.write(f"\r{typographier(f'{texte} : {pourcent} %'):<60}")
        flux.flush()

    try:
        yield suivre
    finally:
        flux.write(f"\r{'':<60}\r")
        flux.flush()


def accorder(nombre: int, singulier: str, pluriel: str = "") -> str:
    """« 0 alerte », « 1 alerte », « 2 alertes » : French plurals start at two."""
    return (
        f"{nombre:,}".replace(",", "\u202f")
        + " "
        + (singulier if nombre < 2 else pluriel or f"{singulier}s")
    )


def secondes(duree: float) -> str:
    """« 0,12 s »."""
    return f"{duree:.2f} s".replace(".", ",")
