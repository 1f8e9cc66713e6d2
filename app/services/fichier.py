"""One open .tdt file: created, opened, locked, written through operations, closed as a single file."""

import contextlib
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, insert, select
from sqlalchemy.exc import DatabaseError

import app.models.action
import app.models.contrat
import app.models.organisme
import app.models.programme
import app.models.seance
import app.models.tableau  # noqa: F401 - every table must be known
from app.models import database
from app.models.base import Requete, nouvelle_cle
from app.models.enums import NatureOperation
from app.models.journal import Copie
from app.models.schema import REVISION, creer_schema
from app.services import settings
from app.services.bus import Avis, Bus
from app.services.errors import (
    DisquePlein,
    FichierOccupe,
    LectureSeule,
)
from app.services.folders import est_disque_local
from app.services.integrite import EXTENSION as EXTENSION
from app.services.integrite import defauts_de, exiger_sain
from app.services.integrite import verifier_copie as verifier_copie
from app.services.integrite import verifier_identite as verifier_identite
from app.services.pannes import en_clair as en_clair
from app.services.pannes import sql_en_clair
from app.services.transaction import Ecriture, Journal, Signature, maintenant
from app.services.undo import Undo
from app.services.verrou import Detenteur, Verrou, reserver

Lire = Callable[..., Sequence[Any]]  # reads rows: (request, parameters of its own or none)
ATTENTE_FERMETURE = 0.5  # seconds given to other programs that read, so that one file is left


class Fichier:
    """An open file. Reads with `lignes`, writes inside `operation`, tells what changed on `bus`."""

    def __init__(
        self,
        chemin: Path,
        moteur: Engine,
        *,
        signature: Signature,
        verrou: Verrou | None,
        wal: bool,
    ) -> None:
        self.chemin = chemin
        self.bus = Bus()
        self.undo = Undo(self)
        self.lecture_seule = verrou is None
        self.repris_de = verrou.repris_de if verrou else None
        self.signature = signature
        self._moteur = moteur
        self._wal = wal
        self._verrou = verrou
        self._journal = Journal(signature, maintenant)
        self._ecriture = threading.Lock()
        self._inode = _inode(chemin)
        self._ferme = False

    # Opening ------------------------------------------------------------------------------------

    @classmethod
    def creer(cls, chemin: Path, *, auteur: str | None = None) -> "Fichier":
        """A new empty file. Raises ErreurConnue when one is already there or none can be written."""
        with en_clair(chemin):
            _creer_base(chemin, auteur or settings.lire().nom())
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
                exiger_sain(chemin, a_fond=bool(verrou and verrou.repris_de))
                _mettre_a_niveau(chemin, permis=verrou is not None)
                return cls._ouvrir(chemin, verrou, personne)
            except BaseException:
                if verrou is not None:
                    verrou.rendre()
                raise

    @classmethod
    def _ouvrir(cls, chemin: Path, verrou: Verrou | None, personne: str) -> "Fichier":
        wal = est_disque_local(chemin)
        moteur = database.ouvrir_moteur(chemin, wal=wal, lecture_seule=verrou is None)
        try:
            with moteur.connect() as connexion:
                copie = connexion.execute(select(Copie.cle)).scalar_one()
        except BaseException:
            moteur.dispose()
            raise
        signature = Signature(personne, settings.machine(), copie)
        return cls(chemin, moteur, signature=signature, verrou=verrou, wal=wal)

    def fermer(self) -> None:
        """Close, leaving one single file that can be copied and mailed. Closing twice is harmless.

        Raises FichierOccupe while an operation is open; and, once closed, DisquePlein or FichierOccupe
        when no room, or another program that reads, kept from gathering everything in the one file.
        """
        if self._ferme:
            return
        if not self._ecriture.acquire(blocking=False):
            raise _travail_en_cours()
        self._ferme = True
        occupe = False
        try:
            occupe = self._rassembler()
        finally:
            self._ecriture.release()
            if self._verrou is not None:
                self._verrou.rendre()
        if not self.lecture_seule and self.est_en_place():
            _exiger_un_seul_fichier(self.chemin, occupe=occupe)

    def _rassembler(self) -> bool:
        """Bring the write-ahead log back into the file, as far as the disk allows.

        True: another program, which was reading the file, kept from it.
        """
        if self.lecture_seule:
            self._moteur.dispose()
            return False
        occupe = 0
        with contextlib.suppress(DatabaseError, sqlite3.Error), self._moteur.connect() as connexion:
            connexion.exec_driver_sql("PRAGMA query_only=OFF")
            connexion.exec_driver_sql(f"PRAGMA busy_timeout={ATTENTE_FERMETURE * 1000:.0f}")
            connexion.exec_driver_sql("PRAGMA optimize")
            occupe, *_ = connexion.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
        self._moteur.dispose()
        if self.est_en_place():
            _quitter_le_mode_wal(self.chemin)
        else:
            _retirer_journal_vide(self.chemin)
        return bool(occupe)

    def est_en_place(self) -> bool:
        """False when another program moved, replaced or deleted the open file."""
        return _inode(self.chemin) == self._inode

    def __enter__(self) -> "Fichier":
        return self

    def __exit__(self, *_: object) -> None:
        self.fermer()

    # Reading and writing ------------------------------------------------------------------------

    def lignes(
        self, requete: Requete, parametres: Mapping[str, Any] | None = None
    ) -> Sequence[Any]:
        """Rows of a `select(columns)`, outside any operation."""
        self._exiger_ouvert()
        with sql_en_clair(self.chemin, lecture=True), self._moteur.connect() as connexion:
            return connexion.execute(requete, parametres).all()

    @contextmanager
    def lecture(self) -> Iterator[Connection]:
        """A read-only connection, for several reads of one same state."""
        self._exiger_ouvert()
        with sql_en_clair(self.chemin, lecture=True), self._moteur.connect() as connexion:
            pilote = _pilote(connexion)
            pilote.execute("BEGIN")
            try:
                yield connexion
            finally:
                pilote.execute("ROLLBACK")

    @contextmanager
    def instant(self) -> Iterator[Lire]:
        """What `lignes` does, for several reads of one same moment: nothing is written in between."""
        with self.lecture() as connexion:
            yield lambda requete, parametres=None: connexion.execute(requete, parametres).all()

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
        self._exiger_modifiable()
        if not self._ecriture.acquire(blocking=False):
            raise _travail_en_cours()
        try:
            with sql_en_clair(self.chemin), self._transaction() as (connexion, ecriture):
                yield ecriture
                avis = self._inscrire(connexion, ecriture, libelle, nature, inverse)
            if avis is not None:
                self.undo.sur_avis(avis)
        finally:
            self._ecriture.release()
        if avis is not None:
            self.bus.publier(avis)

    def signer(self, auteur: str) -> None:
        """Sign what is done from now on with another name: it was changed in the settings."""
        self.signature = replace(self.signature, auteur=auteur)
        self._journal = Journal(self.signature, maintenant)

    def _exiger_ouvert(self) -> None:
        if self._ferme:
            raise LectureSeule(f"« {self.chemin.name} » a été fermé : rouvrez-le.")

    def _exiger_modifiable(self) -> None:
        self._exiger_ouvert()
        if self.lecture_seule:
            raise LectureSeule(
                f"« {self.chemin.name} » est ouvert en lecture seule : enregistrez-en une copie "
                "pour pouvoir la modifier."
            )
        # In WAL mode SQLite would go on writing to a file that has no name any more.
        if self._wal and not self.est_en_place():
            raise LectureSeule(
                f"« {self.chemin.name} » a été déplacé, remplacé ou supprimé pendant qu'il était "
                "ouvert : enregistrez-en une copie."
            )

    @contextmanager
    def _transaction(self) -> Iterator[tuple[Connection, Ecriture]]:
        """A connection allowed to write until it commits, or gives everything up."""
        with self._moteur.connect() as connexion:
            pilote = _pilote(connexion)
            pilote.execute("PRAGMA query_only=OFF")
            try:
                pilote.execute("BEGIN IMMEDIATE")
                yield connexion, Ecriture(connexion)
                pilote.execute("COMMIT")
            finally:
                # SQLite gives up by itself when the disk is full: there may be nothing to roll back.
                if pilote.in_transaction:
                    pilote.execute("ROLLBACK")
                pilote.execute("PRAGMA query_only=ON")

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
        self._exiger_ouvert()
        with en_clair(destination):
            self._exiger_un_autre(destination)
            with reserver(destination, self.signature.auteur):
                self._ecrire_copie(destination)

    def _exiger_un_autre(self, destination: Path) -> None:
        """Raises FichierOccupe when a copy would replace the open file, even one that was moved."""
        if destination.resolve() == self.chemin.resolve() or _inode(destination) == self._inode:
            raise FichierOccupe(
                f"« {destination.name} » est le fichier ouvert : choisissez un autre nom pour la "
                "copie."
            )

    def _ecrire_copie(self, destination: Path) -> None:
        provisoire = destination.with_name(f".~copie.{destination.name}")
        provisoire.unlink(missing_ok=True)
        try:
            # From our own connection: it still holds everything when the file was moved.
            with self._moteur.connect() as connexion:
                database.copier_depuis(_pilote(connexion), provisoire)
            _marquer_copie(provisoire, self.signature)
            verifier_copie(provisoire)
            database.mettre_en_place(provisoire, destination)
        finally:
            provisoire.unlink(missing_ok=True)

    def defauts(self) -> list[str]:
        """What SQLite finds wrong in the file; empty when sound."""
        return defauts_de(self.chemin)


def _verrouiller(chemin: Path, personne: str) -> Verrou | None:
    """The lock, or None when the file or its folder can only be read (share, optical disc)."""
    # Never opened here: closing it would drop the locks of another window of this same program.
    if not os.access(chemin, os.W_OK):
        return None
    verrou = Verrou(chemin)
    try:
        verrou.prendre(Detenteur.ici(personne))
    except OSError:
        verrou.rendre()
        return None
    return verrou


def _creer_base(chemin: Path, personne: str) -> None:
    """All of the new file or none of it: an empty one would stand in the way of a second try."""
    database.creer_base_vide(chemin)
    moteur = database.ouvrir_moteur(chemin, wal=False)
    try:
        _creer_schema(moteur, personne)
    except BaseException:
        moteur.dispose()
        chemin.unlink(missing_ok=True)
        raise
    moteur.dispose()


def _creer_schema(moteur: Engine, personne: str) -> None:
    with moteur.connect() as connexion:
        connexion.exec_driver_sql("PRAGMA query_only=OFF")
        connexion.exec_driver_sql("BEGIN IMMEDIATE")
        creer_schema(connexion)
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


def _mettre_a_niveau(chemin: Path, *, permis: bool) -> None:
    """Upgrade an older schema, after a verified backup. Nothing is imported when it is current."""
    _, revision = database.identite(chemin)
    if revision == REVISION:
        return
    if not permis:
        raise LectureSeule(
            f"« {chemin.name} » a été enregistré par une version plus ancienne : copiez-le dans un "
            "dossier où vous pouvez écrire, puis ouvrez la copie."
        )
    from app.models.upgrade import mettre_a_niveau
    from app.services.sauvegardes import sauvegarder

    sauvegarder(chemin, motif="avant-mise-a-niveau")
    mettre_a_niveau(chemin)


def _quitter_le_mode_wal(chemin: Path) -> None:
    """So that the file alone holds everything."""
    with contextlib.suppress(sqlite3.Error):
        connexion = sqlite3.connect(
            database.adresse(chemin, "rw"), uri=True, timeout=ATTENTE_FERMETURE
        )
        try:
            connexion.execute("PRAGMA journal_mode=DELETE")
        finally:
            connexion.close()


def _journal_wal(chemin: Path) -> Path:
    return chemin.with_name(f"{chemin.name}-wal")


def _retirer_journal_vide(chemin: Path) -> None:
    """SQLite leaves the log of a file that was moved: it would come beside the next of that name."""
    reste = _journal_wal(chemin)
    if reste.exists() and not reste.stat().st_size:
        reste.unlink()


def _exiger_un_seul_fichier(chemin: Path, *, occupe: bool) -> None:
    reste = _journal_wal(chemin)
    if not reste.exists() or not reste.stat().st_size:
        return
    a_part = (
        f"Les dernières saisies sont en sécurité, mais à part, dans « {reste.name} » : avant de "
        f"copier « {chemin.name} »,"
    )
    if occupe:
        raise FichierOccupe(
            f"{a_part} fermez l'autre programme qui lit ce fichier, puis rouvrez et refermez le "
            "fichier."
        )
    raise DisquePlein(f"{a_part} libérez de la place, rouvrez-le puis refermez-le.")


def _pilote(connexion: Connection) -> sqlite3.Connection:
    """The driver's own connection: what needs no SQLAlchemy goes ten times faster."""
    pilote = connexion.connection.driver_connection
    assert isinstance(pilote, sqlite3.Connection)
    return pilote


def _inode(chemin: Path) -> tuple[int, int] | None:
    """What tells a file from another one put in its place; None when it is no longer there."""
    try:
        etat = chemin.stat()
    except FileNotFoundError:
        return None
    return etat.st_dev, etat.st_ino


def _travail_en_cours() -> FichierOccupe:
    return FichierOccupe("Un autre travail écrit dans le fichier : attendez qu'il se termine.")
