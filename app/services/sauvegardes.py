"""Backups: verified copies kept 30 days beside the settings, and how one is put back."""

import contextlib
import hashlib
import os
import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from app.models import database
from app.services import settings
from app.services.errors import ErreurConnue, FichierIllisible
from app.services.fichier import EXTENSION, en_clair, verifier_copie, verifier_identite
from app.services.folders import dossier_sauvegardes
from app.services.integrite import defauts_de, est_endommage, liens_rompus_de
from app.services.verrou import reserver

JOURS = 30
MARGE = timedelta(hours=1)  # summer time ends
INACHEVEE = timedelta(days=1)
_NOM = re.compile(
    r"(?!\.~)(?P<nom>.+)_(?P<lieu>[0-9a-f]{8})_(?P<date>\d{8}-\d{6})_(?P<motif>[a-z-]+)"
)
MOTIFS = {
    "fermeture": "À la fermeture",
    "avant-mise-a-niveau": "Avant une mise à niveau",
    "avant-restauration": "Avant une restauration",
    "demandee": "Demandée",
}
LIENS_ROMPUS = "-liens-rompus"  # ends the motive of a backup that is as broken as its file


@dataclass(frozen=True, slots=True)
class Sauvegarde:
    """A backup: the file that it saves, when (local time), why, and its size in bytes."""

    chemin: Path
    nom: str
    date: datetime
    motif: str
    taille: int

    @property
    def motif_libelle(self) -> str:
        motif = self.motif.removesuffix(LIENS_ROMPUS)
        suite = ", avec des liens rompus" if motif != self.motif else ""
        return MOTIFS.get(motif, motif) + suite

    def est_a_venir(self, maintenant: datetime) -> bool:
        """Made on a day that has not come: the clock of the machine was wrong, then or now."""
        return self.date > maintenant + MARGE


def sauvegarder(fichier: Path, *, motif: str, jours: int = JOURS) -> Path:
    """Copy a file into the backup folder, read the copy back, then drop those that are too old.

    A file whose links another program broke is saved as it is, and its backup says so.
    """
    date = datetime.now().astimezone()
    if liens_rompus_de(fichier):
        motif += LIENS_ROMPUS
    nom = f"{fichier.stem}_{_lieu(fichier)}_{date:%Y%m%d-%H%M%S}_{motif}{EXTENSION}"
    destination = _dossier() / nom
    _copier(fichier, destination)
    purger(jours=jours, maintenant=date)
    return destination


def sauvegarder_si_change(fichier: Path, *, jours: int = JOURS) -> Path | None:
    """Backup on closing, unless the last one already holds the same journal."""
    maintenant = datetime.now().astimezone()
    presentes = [s for s in lister(fichier) if not s.est_a_venir(maintenant)]
    if presentes and _est_a_jour(presentes[0].chemin, fichier):
        return None
    return sauvegarder(fichier, motif="fermeture", jours=jours)


def _est_a_jour(sauvegarde: Path, fichier: Path) -> bool:
    """False also for a backup that cannot be read: one more is needed."""
    try:
        tete = _tete(sauvegarde)
    except sqlite3.Error:
        return False
    with en_clair(fichier):
        return tete == _tete(fichier)


def copier_verifiee(source: Path, destination: Path) -> tuple[str, ...]:
    """Copy through the backup API and verify; a copy that does not read back is removed.

    Returns the links that another program broke in the file, and that the copy has too. Raises
    FichierOccupe when somebody has the file that it would replace open.
    """
    with en_clair(destination), reserver(destination, settings.lire().nom()):
        _copier(source, destination)
    return liens_rompus_de(destination)


def _copier(source: Path, destination: Path) -> None:
    provisoire = destination.with_name(f".~copie.{destination.name}")
    with en_clair(destination):
        try:
            database.effacer(provisoire)
            database.copier(source, provisoire)
            _verifier(provisoire, source)
            if _tete(provisoire) != _tete(source):
                raise FichierIllisible(
                    "La copie n'est pas identique au fichier : choisissez un autre dossier."
                )
            database.mettre_en_place(provisoire, destination)
        finally:
            database.effacer(provisoire)


def _verifier(copie: Path, source: Path) -> None:
    """Raises FichierIllisible: of the file itself when the copy is as damaged as it is."""
    try:
        verifier_copie(copie)
    except FichierIllisible:
        if defauts_de(source):
            raise FichierIllisible(
                f"« {source.name} » est endommagé, il n'a pas été copié : restaurez une sauvegarde."
            ) from None
        raise


def lister(fichier: Path | None = None) -> list[Sauvegarde]:
    """Backups, the newest first: those of one file, or all of them."""
    lieu = None if fichier is None else _lieu(fichier)
    trouvees = [
        sauvegarde
        for chemin in _dossier().glob(f"*{EXTENSION}")
        if (sauvegarde := _lire(chemin, lieu)) is not None
    ]
    return sorted(trouvees, key=lambda s: s.date, reverse=True)


def restaurer(sauvegarde: Path, destination: Path) -> Path | None:
    """Put a backup in the place of a closed file; what was there is saved first.

    Returns where the replaced file is kept, None when there was none: a backup, or beside, under
    another name, a damaged one. Raises FichierOccupe when somebody has it open.
    """
    verifier_identite(sauvegarde)
    with en_clair(destination), reserver(destination, settings.lire().nom()):
        gardee = _garder(destination)
        _copier(sauvegarde, destination)
    return gardee


def _garder(fichier: Path) -> Path | None:
    """Save what a restoration replaces; only a damaged file is set aside, as it stands."""
    if not fichier.exists():
        return None
    if not est_endommage(fichier):
        return sauvegarder(fichier, motif="avant-restauration")
    return _ecarter(fichier)


def _ecarter(fichier: Path) -> Path:
    """Rename a damaged file, with the log that may hold its last entries, over no other file."""
    ecarte = fichier.with_name(f"{fichier.stem} (endommagé){fichier.suffix}")
    rangs = count(2)
    while ecarte.exists():
        ecarte = fichier.with_name(f"{fichier.stem} (endommagé {next(rangs)}){fichier.suffix}")
    fichier.rename(ecarte)
    for suffixe in ("-wal", "-journal"):
        reste = fichier.with_name(fichier.name + suffixe)
        if reste.exists():
            reste.rename(ecarte.with_name(ecarte.name + suffixe))
    return ecarte


def purger(*, jours: int = JOURS, maintenant: datetime | None = None) -> None:
    """Remove backups older than `jours`, but never the last one of a file."""
    present = maintenant or datetime.now().astimezone()
    limite = present - timedelta(days=jours)
    vus: set[str] = set()
    for sauvegarde in lister():
        lieu = sauvegarde.chemin.name.split("_")[-3]
        if lieu in vus and sauvegarde.date < limite:
            with contextlib.suppress(OSError):  # open in another program: it will go another time
                sauvegarde.chemin.unlink(missing_ok=True)
        if not sauvegarde.est_a_venir(present):
            vus.add(lieu)
    _purger_inachevees(present)


def _purger_inachevees(present: datetime) -> None:
    """Remove what killed programs left half copied; one of this day may be under way."""
    for reste in _dossier().glob(".~copie.*"):
        with contextlib.suppress(OSError):
            if reste.stat().st_mtime < (present - INACHEVEE).timestamp():
                reste.unlink()


def _dossier() -> Path:
    try:
        return dossier_sauvegardes()
    except OSError as cause:
        raise ErreurConnue(
            "Le dossier des sauvegardes ne peut pas être créé : libérez de la place sur le disque, "
            "ou rendez accessible en écriture le dossier du programme."
        ) from cause


def _lieu(fichier: Path) -> str:
    """Eight digits that tell apart two files of the same name in two folders."""
    return hashlib.sha256(os.fsencode(fichier.resolve())).hexdigest()[:8]


def _lire(chemin: Path, lieu: str | None) -> Sauvegarde | None:
    trouve = _NOM.fullmatch(chemin.stem)
    if trouve is None or (lieu is not None and trouve["lieu"] != lieu):
        return None
    try:
        date = datetime.strptime(trouve["date"], "%Y%m%d-%H%M%S").astimezone()
        return Sauvegarde(chemin, trouve["nom"], date, trouve["motif"], chemin.stat().st_size)
    except (ValueError, OverflowError, OSError):
        return None  # another program named it, or has just removed it


def _tete(chemin: Path) -> str | None:
    """Hash of the last journal entry: two files with the same one hold the same data."""
    connexion = sqlite3.connect(f"{chemin.resolve().as_uri()}?mode=ro", uri=True)
    try:
        ligne = connexion.execute(
            "SELECT empreinte FROM operation ORDER BY numero DESC LIMIT 1"
        ).fetchone()
        return ligne[0] if ligne else None
    finally:
        connexion.close()


def de_meme_origine(fichier: Path, autre: Path) -> bool:
    """True when two files began as one: their journals have the same first entry."""
    return _premiere(fichier) == _premiere(autre)


def _premiere(chemin: Path) -> str | None:
    """Hash of the first journal entry; None when there is none or it cannot be read."""
    try:
        connexion = sqlite3.connect(f"{chemin.resolve().as_uri()}?mode=ro", uri=True)
        try:
            ligne = connexion.execute("SELECT empreinte FROM operation WHERE numero=1").fetchone()
            return ligne[0] if ligne else None
        finally:
            connexion.close()
    except sqlite3.Error:
        return None
