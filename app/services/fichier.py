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

from sqlalchemy import Connection, Engine, select
from sqlalchemy.exc import DatabaseError

from app.models import database
from app.models.base import Requete
from app.models.enums import NatureOperation
from app.models.journal import Copie
from app.services import settings
from app.services.bases import creer_base, marquer_copie
from app.services.bus import Avis, Bus
from app.services.errors import ErreurConnue, FichierIllisible, FichierOccupe, LectureSeule
from app.services.folders import est_disque_local
from app.services.integrite import EXTENSION as EXTENSION
from app.services.integrite import ecarts_de, examiner, exiger_lisible, protections_de
from app.services.integrite import verifier_copie as verifier_copie
from app.services.integrite import verifier_identite as verifier_identite
from app.services.journal_wal import (
    ATTENTE_FERMETURE,
    exiger_un_seul_fichier,
    quitter_le_mode_wal,
    retirer_journal_vide,
    vider_journal,
)
from app.services.pannes import en_clair as en_clair
from app.services.pannes import sql_en_clair
from app.services.temoin import Temoin
from app.services.transaction import (
    Ecriture,
    Journal,
    Maillon,
    Signature,
    dernier_maillon,
    maintenant,
)
from app.services.undo import Undo
from app.services.verrou import Detenteur, Verrou, a_un_autre_nom, reserver

Lire = Callable[..., Sequence[Any]]  # reads rows: (request, parameters of its own or none)

JOURNAL_A_RASSEMBLER = 800_000  # bytes of the log that are worth a pause of a few milliseconds


class Fichier:
    """An open file. Reads with `lignes`, writes inside `operation`, tells what changed on `bus`."""

    def __init__(
        self,
        chemin: Path,
        moteur: Engine,
        *,
        journal: Journal,
        verrou: Verrou | None,
        temoin: Temoin,
    ) -> None:
        self.chemin = chemin
        self.bus = Bus()
        self.undo = Undo(self)
        self.lecture_seule = verrou is None
        self.repris_de = verrou.repris_de if verrou else None
        self.liens_rompus: tuple[str, ...] = ()  # a sentence for each sort, found on opening
        self._moteur = moteur
        self._verrou = verrou
        self._journal = journal
        self._temoin = temoin
        self._ecriture = threading.Lock()
        self._plume: tuple[Connection, sqlite3.Connection] | None = None
        self._ferme = False

    # Opening ------------------------------------------------------------------------------------

    @classmethod
    def creer(cls, chemin: Path, *, auteur: str | None = None) -> "Fichier":
        """A new empty file. Raises ErreurConnue when one is already there or none can be written."""
        with en_clair(chemin):
            creer_base(chemin, auteur or settings.lire().nom())
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
                liens_rompus = examiner(chemin, a_fond=bool(verrou and verrou.repris_de))
                if liens_rompus is None:
                    _mettre_a_niveau(chemin, permis=verrou is not None)
                    liens_rompus = exiger_lisible(chemin)
                return cls._ouvrir(chemin, verrou, personne, liens_rompus)
            except BaseException:
                if verrou is not None:
                    verrou.rendre()
                raise

    @classmethod
    def _ouvrir(
        cls, chemin: Path, verrou: Verrou | None, personne: str, liens_rompus: tuple[str, ...]
    ) -> "Fichier":
        wal = est_disque_local(chemin)
        moteur = database.ouvrir_moteur(chemin, wal=wal, lecture_seule=verrou is None)
        try:
            with moteur.connect() as connexion:
                copie = connexion.execute(select(Copie.cle)).scalar_one()
                maillon = dernier_maillon(_pilote(connexion))
        except BaseException:
            moteur.dispose()
            raise
        journal = Journal(Signature(personne, settings.machine(), copie), maintenant)
        temoin = Temoin(chemin, suivi=wal and verrou is not None, maillon=maillon)
        ouvert = cls(chemin, moteur, journal=journal, verrou=verrou, temoin=temoin)
        ouvert.liens_rompus = liens_rompus
        return ouvert

    def fermer(self) -> None:
        """Close, leaving one single file that can be copied and mailed. Closing twice is harmless.

        Raises FichierOccupe while an operation is open; and, once closed, DisquePlein or FichierOccupe
        when no room, or another program that reads, kept from gathering everything in the one file.
        """
        if self._ferme:
            return
        if not self._ecriture.acquire(blocking=False):
            raise _travail_en_cours()
        self.est_reecrit()  # seen for good: closing writes to the file in its turn
        self._ferme = True
        occupe = False
        try:
            occupe = self._rassembler()
        finally:
            self._ecriture.release()
            if self._verrou is not None:
                self._verrou.rendre()
        if not self.lecture_seule and self.est_en_place():
            exiger_un_seul_fichier(self.chemin, occupe=occupe)

    def _rassembler(self) -> bool:
        """Bring the write-ahead log back into the file, as far as the disk allows.

        True: another program, which was reading the file, kept from it.
        """
        if self.est_reecrit():
            vider_journal(self.chemin)
        if self.lecture_seule or self.est_reecrit():
            self._fermer_connexions()
            retirer_journal_vide(self.chemin)
            return False
        occupe = 0
        with contextlib.suppress(DatabaseError, sqlite3.Error), self._moteur.connect() as connexion:
            pilote = _pilote(connexion)
            pilote.execute("PRAGMA query_only=OFF")
            pilote.execute(f"PRAGMA busy_timeout={ATTENTE_FERMETURE * 1000:.0f}")
            # Gathered first: on a full disk there is no room for more.
            for ordre in ("wal_checkpoint(TRUNCATE)", "optimize", "wal_checkpoint(TRUNCATE)"):
                with contextlib.suppress(sqlite3.Error):
                    rendu = pilote.execute(f"PRAGMA {ordre}").fetchone()
                    occupe = rendu[0] if rendu else occupe
        self._fermer_connexions()
        if self.est_en_place():
            quitter_le_mode_wal(self.chemin)
        else:
            retirer_journal_vide(self.chemin)
        return bool(occupe)

    def consolider(self) -> None:
        """Bring what was written into the file itself, for those who copy it while it is open.

        Each operation is safe without it; another program that reads only puts it off.
        """
        if self.lecture_seule or self._ferme or self.est_reecrit():
            return
        with (
            self._temoin.verrou,
            contextlib.suppress(DatabaseError, sqlite3.Error),
            self._moteur.connect() as connexion,
        ):
            try:
                connexion.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
            finally:  # a full disk stops it halfway: what it wrote is our own doing all the same
                self._temoin.noter()

    def souffler(self) -> None:
        """Nobody is typing: gather what was written, when there is enough of it to be worth it."""
        journal = self.chemin.with_name(f"{self.chemin.name}-wal")
        with contextlib.suppress(OSError):
            if journal.stat().st_size > JOURNAL_A_RASSEMBLER:
                self.consolider()

    def est_en_place(self) -> bool:
        """False when another program moved, replaced or deleted the open file."""
        return self._temoin.est_en_place()

    def a_un_autre_nom(self) -> bool:
        """True when another name leads to the same file on the disk (a hard link)."""
        return a_un_autre_nom(self.chemin)

    def est_reecrit(self) -> bool:
        """True when another program wrote over the open file, which kept its place."""
        if self.lecture_seule or self._ferme:
            return self._temoin.est_reecrit
        return not self._temoin.regarder()

    @property
    def signature(self) -> Signature:
        return self._journal.signature

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
        with self._en_lecture(), self._moteur.connect() as connexion:
            return database.toutes(connexion.execute(requete, parametres))

    @contextmanager
    def lecture(self) -> Iterator[Connection]:
        """A read-only connection, for several reads of one same state."""
        self._exiger_ouvert()
        with self._en_lecture(), self._moteur.connect() as connexion:
            pilote = _pilote(connexion)
            pilote.execute("BEGIN")
            try:
                yield connexion
            finally:
                pilote.execute("ROLLBACK")

    @contextmanager
    def _en_lecture(self) -> Iterator[None]:
        with sql_en_clair(self.chemin, lecture=True), self._dire_reecrit():
            yield

    @contextmanager
    def _dire_reecrit(self) -> Iterator[None]:
        """What fails in a file written over by another program is told as that."""
        try:
            yield
        except (ErreurConnue, DatabaseError, sqlite3.Error) as cause:
            if self.est_reecrit():
                raise _reecrit(self.chemin) from cause
            raise

    @contextmanager
    def instant(self) -> Iterator[Lire]:
        """What `lignes` does, for several reads of one same moment: nothing is written in between."""
        with self.lecture() as connexion:
            yield lambda requete, parametres=None: database.toutes(
                connexion.execute(requete, parametres)
            )

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
            with (
                sql_en_clair(self.chemin),
                self._dire_reecrit(),
                self._transaction() as (pilote, ecriture),
            ):
                yield ecriture
                avis, maillon = self._inscrire(pilote, ecriture, libelle, nature, inverse)
            self._temoin.maillon = maillon
            if avis is not None:
                self.undo.sur_avis(avis)
        finally:
            self._ecriture.release()
        if avis is not None:
            self.bus.publier(avis)

    def signer(self, auteur: str) -> None:
        """Sign what is done from now on with another name: it was changed in the settings."""
        self._journal.signature = replace(self.signature, auteur=auteur)

    @property
    def est_ferme(self) -> bool:
        return self._ferme

    def _exiger_ouvert(self) -> None:
        if self._ferme:
            raise LectureSeule(f"« {self.chemin.name} » a été fermé : rouvrez-le.")

    def _exiger_modifiable(self) -> None:
        self._exiger_ouvert()
        if self.lecture_seule:
            raise LectureSeule(
                f"« {self.chemin.name} » est ouvert en lecture seule : enregistrez-en une copie "
                "pour pouvoir la modifier."
            )
        # SQLite would go on writing to a file that has no name any more.
        if self._temoin.suivi and not self.est_en_place():
            raise LectureSeule(
                f"« {self.chemin.name} » a été déplacé, remplacé ou supprimé pendant qu'il était "
                "ouvert : enregistrez-en une copie."
            )
        self._exiger_le_notre()

    def _exiger_le_notre(self) -> None:
        if self.est_reecrit():
            raise _reecrit(self.chemin)

    @contextmanager
    def _transaction(self) -> Iterator[tuple[sqlite3.Connection, Ecriture]]:
        """The connection that writes, until it commits or gives everything up."""
        connexion, pilote = self._prendre_plume()
        ecriture = Ecriture(connexion, pilote)
        try:
            pilote.execute("BEGIN IMMEDIATE")
            if not self._temoin.suit(pilote):
                raise _reecrit(self.chemin)
            yield pilote, ecriture
            self._exiger_le_notre()  # a long job leaves time to another program
            with self._temoin.verrou:
                pilote.execute("COMMIT")
                self._temoin.noter()
        finally:
            ecriture.clore()
            # SQLite gives up by itself when the disk is full: there may be nothing to roll back.
            if pilote.in_transaction:
                pilote.execute("ROLLBACK")

    def _prendre_plume(self) -> tuple[Connection, sqlite3.Connection]:
        """The one connection that may write, kept from one operation to the next.

        Each change of `query_only` makes SQLite prepare all the statements of a connection again.
        """
        if self._plume is None:
            # Beside the one of the reads: a file that has been moved cannot be opened again.
            with self._moteur.connect():
                connexion = self._moteur.connect()
            pilote = _pilote(connexion)
            pilote.execute("PRAGMA query_only=OFF")
            self._plume = connexion, pilote
        return self._plume

    def _fermer_connexions(self) -> None:
        if self._plume is not None:
            self._plume[0].close()
        self._plume = None
        self._moteur.dispose()

    def _inscrire(
        self,
        pilote: sqlite3.Connection,
        ecriture: Ecriture,
        libelle: str,
        nature: NatureOperation,
        inverse: int | None,
    ) -> tuple[Avis | None, Maillon]:
        if not ecriture.modifications:
            return None, self._temoin.maillon
        return self._journal.inscrire(
            pilote,
            ecriture.modifications,
            libelle=libelle,
            nature=nature,
            inverse=inverse,
            suite_de=self._temoin.maillon,
        )

    # Copies -------------------------------------------------------------------------------------

    def enregistrer_copie(self, destination: Path) -> None:
        """Write a copy beside, verify it, then put it in place. It carries its own copy number."""
        self._exiger_ouvert()
        self._exiger_le_notre()
        with en_clair(destination):
            self._exiger_un_autre(destination)
            with reserver(destination, self.signature.auteur):
                self._ecrire_copie(destination)

    def _exiger_un_autre(self, destination: Path) -> None:
        """Raises FichierOccupe when a copy would replace the open file, even one that was moved."""
        if destination.resolve() == self.chemin.resolve() or self._temoin.est_la(destination):
            raise FichierOccupe(
                f"« {destination.name} » est le fichier ouvert : choisissez un autre nom pour la "
                "copie."
            )

    def _ecrire_copie(self, destination: Path) -> None:
        provisoire = destination.with_name(f".~copie.{destination.name}")
        database.effacer(provisoire)
        try:
            # From our own connection: it still holds everything when the file was moved.
            with self._moteur.connect() as connexion:
                database.copier_depuis(_pilote(connexion), provisoire)
            marquer_copie(provisoire, self.signature)
            verifier_copie(provisoire)
            database.mettre_en_place(provisoire, destination)
        finally:
            database.effacer(provisoire)

    def defauts(self) -> list[str]:
        """What is not as this version expects, from the pages to the links; empty when sound."""
        return ecarts_de(self.chemin)

    def protections(self) -> list[str]:
        """What another program took from the protection of the journal; empty when it is whole."""
        return protections_de(self.chemin)


def _verrouiller(chemin: Path, personne: str) -> Verrou | None:
    """The lock, or None when the file or its folder can only be read (share, optical disc)."""
    # Never opened here: closing it would drop the locks of another window of this same program.
    if not os.access(chemin, os.W_OK) or a_un_autre_nom(chemin):
        return None
    verrou = Verrou(chemin)
    try:
        verrou.prendre(Detenteur.ici(personne))
    except OSError:
        verrou.rendre()
        return None
    return verrou


def _mettre_a_niveau(chemin: Path, *, permis: bool) -> None:
    """Upgrade an older schema, after a verified backup."""
    _, revision = database.identite(chemin)
    if not permis:
        raise LectureSeule(
            f"« {chemin.name} » a été enregistré par une version plus ancienne : copiez-le dans un "
            "dossier où vous pouvez écrire, puis ouvrez la copie."
        )
    from app.models.upgrade import est_connue, mettre_a_niveau
    from app.services.sauvegardes import sauvegarder

    if not est_connue(revision or ""):
        raise FichierIllisible(
            f"« {chemin.name} » porte un numéro de version inconnu : restaurez une sauvegarde."
        )
    sauvegarder(chemin, motif="avant-mise-a-niveau")
    mettre_a_niveau(chemin)


def _pilote(connexion: Connection) -> sqlite3.Connection:
    """The driver's own connection: what needs no SQLAlchemy goes ten times faster."""
    pilote = connexion.connection.driver_connection
    assert isinstance(pilote, sqlite3.Connection)
    return pilote


def _travail_en_cours() -> FichierOccupe:
    return FichierOccupe("Un autre travail écrit dans le fichier : attendez qu'il se termine.")


def _reecrit(chemin: Path) -> LectureSeule:
    return LectureSeule(
        f"« {chemin.name} » a été réécrit par un autre programme pendant qu'il était ouvert, plus "
        "rien n'y est enregistré : fermez-le, puis rouvrez-le ou restaurez une sauvegarde."
    )
