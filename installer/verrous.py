"""The locked libraries, as one system needs them.

`requirements.txt` is universal: markers say what belongs to one system only. pip would judge them
for the machine that builds; here they are judged for the one that will run the program.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from installer.projet import RACINE, Arret

LIBRAIRIES = RACINE / "requirements.txt"
PYTHON_WINDOWS = RACINE / "installer" / "requirements-windows.txt"
SYSTEMES = ("linux", "win32")
_ENTETE = re.compile(
    r"(?P<nom>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)\s*(?:;\s*(?P<marqueur>.+?))?\s*\\"
)
_MARQUEUR = re.compile(r"sys_platform == '(\w+)'")
_EMPREINTE = re.compile(r"--hash=(sha256:[0-9a-f]{64})")


@dataclass(frozen=True)
class Verrouillee:
    nom: str
    version: str
    empreintes: tuple[str, ...]
    systeme: str | None = None  # the only one that needs it

    def ligne(self) -> str:
        return " ".join((f"{self.nom}=={self.version}", *(f"--hash={e}" for e in self.empreintes)))


def lire(chemin: Path) -> list[Verrouillee]:
    """Every locked library of a file. Raises Arret for a marker that is not understood."""
    blocs = re.split(r"\n(?=[A-Za-z])", chemin.read_text(encoding="utf-8"))
    return [lue for bloc in blocs if (lue := _lire_bloc(bloc)) is not None]


def _lire_bloc(bloc: str) -> Verrouillee | None:
    entete = _ENTETE.match(bloc)
    if entete is None:
        return None
    marqueur = entete["marqueur"]
    systeme = _MARQUEUR.fullmatch(marqueur) if marqueur else None
    if marqueur and systeme is None:
        raise Arret(f"La condition « {marqueur} » de {entete['nom']} n'est pas comprise.")
    empreintes = tuple(_EMPREINTE.findall(bloc))
    return Verrouillee(
        entete["nom"], entete["version"], empreintes, systeme[1] if systeme else None
    )


def pour(systeme: str, verrou: Path = LIBRAIRIES) -> list[Verrouillee]:
    """What `systeme` needs, whatever the machine that asks."""
    return [v for v in lire(verrou) if v.systeme in (None, systeme)]
