"""One open .tdt file: created, opened, locked, written through operations, closed as a single file."""

import contextlib
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

import app.models.action
import app.models.contrat
import app.models.organisme
import app.models.programme  # noqa: F401 - every table must be known
from app.models import database
from app.models.base import Base, Requete, nouvelle_cle
from app.models.enums import NatureOperation
from app.models.journal import Copie
from app.models.schema import REVISION, TABLE_VERSION
from app.services import settings
from app.services.bus import Avis, Bus
from app.services.errors import (
    Conflit,
    DisquePlein,
    ErreurConnue,
    FichierIllisible,
    FichierOccupe,
    FichierTropRecent,
    LectureSeule,
)
from app.services.folders import est_disque_local
from app.services.transaction import Ecriture, Journal, Signature, maintenant
from app.services.undo import Undo
from app.services.verrou import Detenteur, Verrou

EXTENSION = ".tdt"


class Fichier:
    """An open file. Reads with `lignes`, writes inside `operation`, tells what changed on `bus`."""

    def __init__(
        self, chemin: Path, moteur: Engine, *, signature: Signature, verrou: Verrou | None
    ) -> None:
        self.chemin = chemin
        self.bus = Bus()
        self.undo = Undo(self)
        self.bus.abonner(self.undo.sur_avis)
        self.lecture_seule = verrou is None
        self.repris_de = verrou.repris_de if verrou else None
        self.signature = signature
        self._moteur = moteur
        self._verrou = verrou
        self._journal = Journal(signature, maintenant)
        self._ecriture = threading.Lock()

    # Opening ------------------------------------------------------------------------------------

    @classmethod
    def creer(cls, chemin: Path, *, auteur: str | None = None) -> "Fichier":
        """A new empty file. Raises ErreurConnue when one is already there or none can be written."""
        with en_clair(chemin):
            database.creer_base_vide(chemin)
            moteur = database.ouvrir_moteur(chemin, wal=False)
            _creer_schema(moteur, auteur or settings.lire().nom())
            moteur.dispose()
        return cls.ouvrir(chemin, auteur=auteur)

    @classmethod
    def ouvrir(
        cls, chemin: Path, *, auteur: str | None = None, lecture_seule: bool = False
    ) -> "Fichier":
        """Open a file, upgrading an older one after a verified backup.

        Raises FichierIllisible, FichierTropRecent, FichierOccupe: each says what to do.
        A file or folder that cannot be written is opened read only.
        """
        with en_clair(chemin):
            verifier_identite(chemin)
            personne = auteur or settings.lire().nom()
            verrou = None if lecture_seule else _verrouiller(chemin, personne)
            try:
                if verrou is not None:
                    _mettre_a_niveau(chemin)
                return cls._ouvrir(chemin, verrou, personne)
            except BaseException:
                if verrou is not None:
                    verrou.rendre()
                raise

    @classmethod
    def _ouvrir(cls, chemin: Path, verrou: Verrou | None, personne: str) -> "Fichier":
        moteur = database.ouvrir_moteur(
            chemin, wal=est_disque_local(chemin), lecture_seule=verrou is None
        )
        with moteur.connect() as connexion:
            copie = connexion.execute(select(Copie.cle)).scalar_one()
            if verrou is not None and verrou.repris_de is not None:
                _exiger_sain(connexion, chemin)
        signature = Signature(personne, settings.machine(), copie)
        return cls(chemin, moteur, signature=signature, verrou=verrou)

    def fermer(self) -> None:
        """Close, leaving one single file that can be copied and mailed."""
        if not self.lecture_seule:
            with contextlib.suppress(DatabaseError), self._moteur.connect() as connexion:
                connexion.exec_driver_sql("PRAGMA query_only=OFF")
                connexion.exec_driver_sql("PRAGMA optimize")
                connexion.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        self._moteur.dispose()
        if not self.lecture_seule:
            _revenir_a_un_fichier(self.chemin)
        if self._verrou is not None:
            self._verrou.rendre()

    def __enter__(self) -> "Fichier":
        return self

    def __exit__(self, *_: object) -> None:
        self.fermer()

    # Reading and writing ------------------------------------------------------------------------

    def lignes(self, requete: Requete) -> Sequence[Any]:
        """Rows of a `select(columns)`, outside any operation."""
        with en_clair(self.chemin), self._moteur.connect() as connexion:
            return connexion.execute(requete).all()

    @contextmanager
    def lecture(self) -> Iterator[Connection]:
        """A read-only connection, for several reads of one same state."""
        with en_clair(self.chemin), self._moteur.connect() as connexion:
            connexion.exec_driver_sql("BEGIN")
            try:
                yield connexion
            finally:
                connexion.exec_driver_sql("ROLLBACK")

    @contextmanager
    def operation(
        self,
        libelle: str,
        *,
        nature: NatureOperation = NatureOperation.SAISIE,
        inverse: int | None = None,
    ) -> Iterator[Ecriture]:
        """Open an operation. Leaving it commits, journals and publishes; an exception undoes it all.

        An operation that changes nothing leaves no entry. Operations do not nest.
        """
        if self.lecture_seule:
            raise LectureSeule(
                f"« {self.chemin.name} » est ouvert en lecture seule : enregistrez-en une copie "
                "pour pouvoir la modifier."
            )
        if not self._ecriture.acquire(blocking=False):
            raise FichierOccupe(
                "Un autre travail écrit dans le fichier : attendez qu'il se termine."
            )
        try:
            with en_clair(self.chemin), self._transaction() as (connexion, ecriture):
                yield ecriture
                avis = self._inscrire(connexion, ecriture, libelle, nature, inverse)
        finally:
            self._ecriture.release()
        if avis is not None:
            self.bus.publier(avis)

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Connection, Ecriture]]:
        """A connection allowed to write until it commits, or gives everything up."""
        with self._moteur.connect() as connexion:
            connexion.exec_driver_sql("PRAGMA query_only=OFF")
            connexion.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connexion, Ecriture(connexion)
                connexion.exec_driver_sql("COMMIT")
            except BaseException:
                _abandonner(connexion)
                raise
            finally:
                connexion.exec_driver_sql("PRAGMA query_only=ON")

    def _inscrire(
        self,
        connexion: Connection,
        ecriture: Ecriture,
        libelle: str,
        nature: NatureOperation,
        inverse: int | None,
    ) -> Avis | None:
        if not ecriture.modifications:
            return None
        return self._journal.inscrire(
            connexion, ecriture.modifications, libelle=libelle, nature=nature, inverse=inverse
        )

    # Copies -------------------------------------------------------------------------------------

    def enregistrer_copie(self, destination: Path) -> None:
        """Write a copy beside, verify it, then put it in place. It carries its own copy number."""
        provisoire = destination.with_name(f".~copie.{destination.name}")
        with en_clair(destination):
            provisoire.unlink(missing_ok=True)
            database.copier(self.chemin, provisoire)
            _marquer_copie(provisoire, self.signature)
            verifier_copie(provisoire)
            provisoire.replace(destination)

    def defauts(self) -> list[str]:
        """What SQLite finds wrong in the file; empty when sound."""
        return defauts_de(self.chemin)


def defauts_de(chemin: Path) -> list[str]:
    with en_clair(chemin):
        connexion = sqlite3.connect(f"{chemin.resolve().as_uri()}?mode=ro", uri=True)
        try:
            return database.defauts(connexion)
        finally:
            connexion.close()


def verifier_copie(chemin: Path) -> None:
    """Raises FichierIllisible when a copy just written does not read back whole."""
    trouves = defauts_de(chemin)
    if trouves:
        raise FichierIllisible(
            f"La copie n'a pas pu être vérifiée ({trouves[0]}) : choisissez un autre dossier."
        )


def verifier_identite(chemin: Path) -> None:
    """Raises FichierIllisible or FichierTropRecent when the file is not one that we can open."""
    if not chemin.is_file():
        raise FichierIllisible(f"« {chemin.name} » est introuvable : vérifiez son emplacement.")
    try:
        application, revision = database.identite(chemin)
    except sqlite3.DatabaseError as cause:
        raise FichierIllisible(
            f"« {chemin.name} » n'est pas un fichier Tour de table, ou il est endommagé : "
            "restaurez une sauvegarde."
        ) from cause
    if application != database.APPLICATION_ID or revision is None:
        raise FichierIllisible(
            f"« {chemin.name} » n'est pas un fichier Tour de table : choisissez un fichier "
            f"{EXTENSION}, ou importez-le s'il s'agit d'un tableau."
        )
    if revision > REVISION:
        raise FichierTropRecent(
            f"« {chemin.name} » a été enregistré par une version plus récente : "
            "mettez Tour de table à jour pour l'ouvrir."
        )


def _verrouiller(chemin: Path, personne: str) -> Verrou | None:
    """The lock, or None when the file can only be read."""
    verrou = Verrou(chemin)
    detenteur = Detenteur(
        personne, settings.machine(), datetime.now().astimezone().isoformat(timespec="minutes")
    )
    try:
        with chemin.open("r+b"):
            pass
        verrou.prendre(detenteur)
    except PermissionError:
        return None
    except OSError:
        # A folder that cannot be written (optical disc, read-only share): reading stays possible.
        verrou.rendre()
        return None
    return verrou


def _creer_schema(moteur: Engine, personne: str) -> None:
    with moteur.connect() as connexion:
        connexion.exec_driver_sql("PRAGMA query_only=OFF")
        connexion.exec_driver_sql("BEGIN IMMEDIATE")
        Base.metadata.create_all(connexion)
        TABLE_VERSION.create(connexion)
        connexion.execute(insert(TABLE_VERSION), [{"version_num": REVISION}])
        connexion.execute(
            insert(Copie),
            [
                {
                    "cle": nouvelle_cle(),
                    "creee_le": maintenant().isoformat(timespec="seconds"),
                    "creee_par": personne,
                    "origine": None,
                }
            ],
        )
        connexion.exec_driver_sql("COMMIT")


def _marquer_copie(chemin: Path, signature: Signature) -> None:
    """Give a copy its own identity, so that the journal tells on which one a thing was done."""
    connexion = sqlite3.connect(chemin)
    try:
        connexion.execute(
            "UPDATE copie SET cle=?, creee_le=?, creee_par=?, origine=?",
            (
                nouvelle_cle(),
                maintenant().isoformat(timespec="seconds"),
                signature.auteur,
                signature.copie,
            ),
        )
        connexion.commit()
    finally:
        connexion.close()


def _mettre_a_niveau(chemin: Path) -> None:
    """Upgrade an older schema, after a verified backup. Nothing is imported when it is current."""
    _, revision = database.identite(chemin)
    if revision == REVISION:
        return
    from app.models.upgrade import mettre_a_niveau
    from app.services.sauvegardes import sauvegarder

    sauvegarder(chemin, motif="avant-mise-a-niveau")
    mettre_a_niveau(chemin)


def _exiger_sain(connexion: Connection, chemin: Path) -> None:
    trouves = database.defauts(connexion.connection.driver_connection)  # type: ignore[arg-type]
    if trouves:
        raise FichierIllisible(
            f"« {chemin.name} » est endommagé ({trouves[0]}) : restaurez une sauvegarde."
        )


def _revenir_a_un_fichier(chemin: Path) -> None:
    """Leave WAL mode, so that the file alone holds everything."""
    with contextlib.suppress(sqlite3.Error):
        connexion = sqlite3.connect(chemin)
        try:
            connexion.execute("PRAGMA journal_mode=DELETE")
        finally:
            connexion.close()


def _abandonner(connexion: Connection) -> None:
    """Roll back, even when SQLite already did because the disk is full."""
    with contextlib.suppress(DatabaseError):
        connexion.exec_driver_sql("ROLLBACK")


_TRADUCTIONS: tuple[tuple[str, Callable[[str], ErreurConnue]], ...] = (
    (
        "database or disk is full",
        lambda nom: DisquePlein(
            f"Le disque est plein : rien n'a été enregistré dans « {nom} ». "
            "Libérez de la place, puis recommencez."
        ),
    ),
    (
        "readonly database",
        lambda nom: LectureSeule(
            f"« {nom} » ne peut plus être modifié (lecture seule ou dossier protégé) : "
            "enregistrez-en une copie ailleurs."
        ),
    ),
    (
        "query_only",
        lambda nom: LectureSeule(f"Écriture hors opération refusée dans « {nom} »."),
    ),
    (
        "database is locked",
        lambda nom: FichierOccupe(
            f"« {nom} » est utilisé par un autre programme : fermez-le, puis recommencez."
        ),
    ),
    (
        "disk I/O error",
        lambda nom: FichierIllisible(
            f"Le disque où se trouve « {nom} » ne répond plus : vérifiez-le, puis recommencez."
        ),
    ),
    (
        "malformed",
        lambda nom: FichierIllisible(f"« {nom} » est endommagé : restaurez une sauvegarde."),
    ),
    (
        "not a database",
        lambda nom: FichierIllisible(f"« {nom} » est endommagé : restaurez une sauvegarde."),
    ),
    (
        "unable to open",
        lambda nom: FichierIllisible(f"« {nom} » ne peut pas être ouvert : vérifiez le dossier."),
    ),
)


@contextmanager
def en_clair(chemin: Path) -> Iterator[None]:
    """Turn what the disk and SQLite say into one French sentence; a bug stays a bug."""
    try:
        yield
    except IntegrityError as cause:
        raise Conflit(
            "Cette ligne est liée à d'autres : supprimez ou modifiez d'abord celles qui "
            "l'utilisent."
        ) from cause
    except (OperationalError, DatabaseError, sqlite3.DatabaseError) as cause:
        connue = _traduire(str(cause), chemin.name)
        if connue is None:
            raise
        raise connue from cause
    except FileExistsError as cause:
        raise ErreurConnue(f"« {chemin.name} » existe déjà : choisissez un autre nom.") from cause
    except PermissionError as cause:
        raise LectureSeule(
            f"« {chemin.name} » ne peut pas être écrit ici : choisissez un autre dossier."
        ) from cause
    except OSError as cause:
        raise _panne(cause, chemin) from cause


def _traduire(message: str, nom: str) -> ErreurConnue | None:
    return next((faire(nom) for indice, faire in _TRADUCTIONS if indice in message), None)


def _panne(cause: OSError, chemin: Path) -> ErreurConnue:
    if cause.errno == 28:  # ENOSPC
        return _TRADUCTIONS[0][1](chemin.name)
    if isinstance(cause, FileNotFoundError):
        return FichierIllisible(
            f"Le dossier de « {chemin.name} » est introuvable : vérifiez l'emplacement."
        )
    return FichierIllisible(
        f"« {chemin.name} » ne peut pas être lu ou écrit ({cause.strerror}) : "
        "vérifiez le disque, puis recommencez."
    )


def place_libre(dossier: Path) -> int:
    """Bytes left on the disk of `dossier`."""
    return shutil.disk_usage(dossier).free
