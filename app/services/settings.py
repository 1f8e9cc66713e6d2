"""What belongs to the person, not to the file: name, recent files, look. One JSON file."""

import getpass
import json
import platform
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from app.services.errors import ErreurConnue
from app.services.folders import dossier

RECENTS_MAXIMUM = 12
BORNES = {"echelle": (50, 300), "sauvegardes_jours": (1, 3650), "fiche_largeur": (200, 2000)}


@dataclass(slots=True)
class Settings:
    """Settings with their defaults. Unknown keys of a newer version are ignored."""

    personne: str = ""
    theme: str = "systeme"
    echelle: int = 100
    recents: list[str] = field(default_factory=list)
    sauvegardes_jours: int = 30
    fiche_largeur: int = 400
    fiche_ouverte: bool = False
    rail_replie: bool = False
    bandeau_replie: bool = False
    modeles_de_courriers: str = ""  # a folder; empty: beside the settings
    vues: dict[str, Any] = field(default_factory=dict)  # see etats_retenus

    def nom(self) -> str:
        """Who signs the journal: the name given, else the account's."""
        return self.personne.strip() or compte()

    def noter_recent(self, chemin: Path) -> None:
        """Put `chemin` first among the recent files."""
        texte = str(chemin.resolve())
        self.recents = [texte, *(r for r in self.recents if r != texte)][:RECENTS_MAXIMUM]

    def dossier_recent(self) -> str:
        """Folder where this person keeps files: that of the last one, or the home folder."""
        recents = [Path(r).parent for r in self.recents if Path(r).parent.is_dir()]
        return str(recents[0] if recents else Path.home())

    def enregistrer(self) -> None:
        """Written beside, then renamed: a power cut leaves the old settings. Raises ErreurConnue."""
        try:
            self._ecrire(dossier() / "reglages.json")
        except OSError as cause:
            raise ErreurConnue(
                "Vos réglages n'ont pas pu être enregistrés : libérez de la place sur le disque, ou "
                "rendez accessible en écriture le dossier où le programme les garde."
            ) from cause

    def _ecrire(self, cible: Path) -> None:
        provisoire = cible.with_suffix(".nouveau")
        # Escaped: the name of a file may hold bytes that are no text.
        provisoire.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
        provisoire.replace(cible)


def lire() -> Settings:
    """Settings of this person; the defaults when there are none or they cannot be read."""
    try:
        brut: dict[str, Any] = json.loads((dossier() / "reglages.json").read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        return Settings()
    reglages = Settings()
    for champ in fields(Settings):
        valeur = brut.get(champ.name) if isinstance(brut, dict) else None
        if isinstance(valeur, type(getattr(reglages, champ.name))):
            setattr(reglages, champ.name, valeur)
    reglages.recents = [r for r in reglages.recents if isinstance(r, str)][:RECENTS_MAXIMUM]
    for nom, (minimum, maximum) in BORNES.items():
        setattr(reglages, nom, min(max(getattr(reglages, nom), minimum), maximum))
    return reglages


def compte() -> str:
    """Name of the account on this machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "inconnu"


def machine() -> str:
    return platform.node() or "poste"
