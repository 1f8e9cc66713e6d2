"""One operation = one transaction = one journal entry = one notice = one undo step.

`Ecriture` has three verbs on rows (inserer, modifier, supprimer). They are the only way to write:
outside an operation the connection is read-only, so that nothing can escape the journal.
"""

import hashlib
import json
import operator
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import JSON, Boolean, Connection, Integer, Table, bindparam, select
from sqlalchemy.sql.dml import Delete, Insert

from app.models.base import (
    Base,
    Centiemes,
    Requete,
    depuis_centiemes,
    en_centiemes,
    nouvelle_cle,
)
from app.models.enums import Geste, NatureOperation
from app.models.journal import Operation, Trace
from app.models.schema import TABLES_DU_DOMAINE
from app.services.bus import Avis, Modification
from app.services.errors import Conflit
from app.services.ordres_sql import OrdresTable, ordres_de

GENESE = "0" * 64
LOT = 500  # keys of one « IN (…) »
# Made once: an import writes hundreds of thousands of texts.
_SERRE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_AERE = json.JSONEncoder(ensure_ascii=False)
_TRIE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))
Valeurs = Mapping[str, Any]
Maillon = tuple[int, str]  # number and hash of an entry of the journal


@dataclass(frozen=True, slots=True)
class Signature:
    """Who writes, from where, on which copy of the file."""

    auteur: str
    machine: str
    copie: str


def entites() -> Mapping[str, Table]:
    """Tables of the domain by name: those that the journal covers."""
    return TABLES_DU_DOMAINE


@cache
def _decimales(table: Table) -> frozenset[str]:
    return frozenset(c.name for c in table.columns if isinstance(c.type, Centiemes))


@cache
def _defauts(table: Table) -> dict[str, Any]:
    """Default of each column, so that a created row is known whole."""
    return {c.name: c.default for c in table.columns}


def valeurs_par_defaut(table: Table) -> dict[str, Any]:
    """What a column not given holds in a new row; None where nothing is said."""
    return {nom: _par_defaut(defaut) for nom, defaut in _defauts(table).items()}


def _par_defaut(defaut: Any) -> Any:
    if defaut is None:
        return None
    return defaut.arg(None) if defaut.is_callable else defaut.arg


@cache
def _conversions(table: Table) -> dict[str, tuple[type[Any], Callable[[Any], Any]]]:
    """For each column, the type that is stored as it stands, and how any other becomes so."""
    return {c.name: _conversion(c.type) for c in table.columns}


def _conversion(nature: Any) -> tuple[type[Any], Callable[[Any], Any]]:
    if isinstance(nature, Centiemes):
        return _Toujours, _en_euros
    if isinstance(nature, JSON):
        return _Toujours, _en_clair_json
    if isinstance(nature, Boolean):
        return bool, bool
    return (int, operator.index) if isinstance(nature, Integer) else (str, str)


class _Toujours:
    """No value is of this type: the column is converted whatever it is given."""


def _en_euros(valeur: Any) -> Decimal:
    """Euros as they will be read back: two decimals. A float is a bug, it has lost cents already."""
    if isinstance(valeur, float):
        raise TypeError(f"float given for an amount: {valeur!r}")
    return depuis_centiemes(en_centiemes(Decimal(valeur)))


def _en_clair_json(valeur: Any) -> Any:
    """A copy of its own, as it will be read back: tuples are lists, keys are text."""
    return json.loads(json.dumps(valeur))


def _stockables(table: Table, valeurs: Valeurs) -> dict[str, Any]:
    """The values as the file will give them back, so that notice, journal and file say the same."""
    conversions = _conversions(table)
    stockables = dict(valeurs)
    for nom, valeur in valeurs.items():
        exact, convertir = conversions[nom]
        if valeur is not None and type(valeur) is not exact:
            stockables[nom] = convertir(valeur)
    return stockables


def en_json(table: Table, valeurs: Valeurs) -> str:
    """JSON of column values, in the order of their names: amounts as cents.

    What a column holds keeps its own order: undo gives back the very same text.
    """
    decimales = _decimales(table)
    brut = {
        nom: en_centiemes(v) if v is not None and nom in decimales else v
        for nom, v in sorted(valeurs.items())
    }
    return _SERRE.encode(brut)


def depuis_json(table: Table, texte: str) -> dict[str, Any]:
    """Column values back from `en_json`."""
    decimales = _decimales(table)
    return {
        nom: depuis_centiemes(v) if v is not None and nom in decimales else v
        for nom, v in json.loads(texte).items()
    }


def empreinte(operation: Valeurs, traces: Sequence[Valeurs]) -> str:
    """SHA-256 of an entry, of its traces and of the entry before it."""
    contenu = {nom: v for nom, v in operation.items() if nom != "empreinte"}
    hachage = hashlib.sha256(_TRIE.encode(contenu).encode())
    for trace in traces:
        hachage.update(b"\n")
        hachage.update(_AERE.encode(list(trace.values())).encode())
    return hachage.hexdigest()


@cache
def _lecture_par_lot(table: Table) -> Requete:
    return select(table).where(table.c.cle.in_(bindparam("b_cles", expanding=True)))


class Ecriture:
    """An open operation. Every write is recorded with the row before and after it."""

    def __init__(self, connexion: Connection, pilote: sqlite3.Connection) -> None:
        self._connexion = connexion
        self._pilote = pilote
        self._modifications: list[Modification] = []
        self._rompue = False

    def clore(self) -> None:
        """Its operation is over: whoever kept it can write nothing any more."""
        del self._connexion, self._pilote

    @property
    def modifications(self) -> tuple[Modification, ...]:
        """Raises when a write failed and was ignored: part of it may be in the file, unrecorded."""
        if self._rompue:
            raise RuntimeError("a write failed in this operation: it cannot be kept")
        return tuple(self._modifications)

    def lignes(self, requete: Requete, parametres: Valeurs | None = None) -> Sequence[Any]:
        """Rows read inside the operation, as it has left them so far."""
        return self._connexion.execute(requete, parametres).all()

    def lignes_de(self, modele: type[Base], **egales: Any) -> list[dict[str, Any]]:
        """The same for whole rows that hold these values; the first one is an indexed column."""
        ordres = self._ordres(_table(modele))
        noms = tuple(egales)
        valeurs = ordres.stockees(noms, tuple(egales.values()))
        return [ordres.lue(brute) for brute in self._pilote.execute(ordres.lecture(noms), valeurs)]

    def _ordres(self, table: Table) -> OrdresTable:
        return ordres_de(table, self._connexion.dialect)

    def _ecrire(self, ordre: str, lots: Iterable[Sequence[Any]]) -> None:
        try:
            self._pilote.executemany(ordre, lots)
        except BaseException:
            self._rompue = True
            raise

    def hors_journal(self, ordre: Insert | Delete, valeurs: Valeurs | None = None) -> None:
        """A write that the journal does not tell: the bytes of pièces (`contenus`), and nothing else."""
        assert isinstance(ordre.table, Table)
        assert ordre.table.name not in entites(), ordre.table
        try:
            self._connexion.execute(ordre, valeurs)
        except BaseException:
            self._rompue = True
            raise

    def lire(self, modele: type[Base], cle: str) -> dict[str, Any]:
        """The whole row. Raises Conflit when it is no longer there."""
        return self._lire(_table(modele), cle)

    def _lire(self, table: Table, cle: str) -> dict[str, Any]:
        ordres = self._ordres(table)
        brute = self._pilote.execute(ordres.lecture(("cle",)), (cle,)).fetchone()
        if brute is None:
            raise _disparue()
        return ordres.lue(brute)

    def inserer(self, modele: type[Base], **valeurs: Any) -> str:
        """Create a row; its key is `valeurs["cle"]` or a new one."""
        return self.inserer_lot(modele, [valeurs])[0]

    def inserer_lot(self, modele: type[Base], lignes: Sequence[Valeurs]) -> list[str]:
        """Create rows of one table, in one statement. Returns their keys in order."""
        return self.inserer_dans(_table(modele), lignes)

    def inserer_dans(self, table: Table, lignes: Sequence[Valeurs]) -> list[str]:
        if not lignes:
            return []
        completes = [_completer(table, ligne) for ligne in lignes]
        ordres = self._ordres(table)
        lots = (ordres.stockees(ordres.colonnes, list(ligne.values())) for ligne in completes)
        self._ecrire(ordres.insertion, lots)
        self._modifications.extend(
            Modification(table.name, ligne["cle"], None, ligne) for ligne in completes
        )
        return [ligne["cle"] for ligne in completes]

    def modifier(self, modele: type[Base], cle: str, **valeurs: Any) -> None:
        """Change columns of a row; a value already there is no change and leaves no trace."""
        self.modifier_dans(_table(modele), cle, valeurs)

    def modifier_dans(self, table: Table, cle: str, valeurs: Valeurs) -> None:
        self._changer(table, self._lire(table, cle), valeurs)

    def modifier_lot(self, modele: type[Base], valeurs: Mapping[str, Valeurs]) -> None:
        """The same for many rows, by key: read together, one statement for each set of columns."""
        table, lots = _table(modele), defaultdict[tuple[str, ...], list[Sequence[Any]]](list)
        ordres = self._ordres(table)
        lues = self.lire_lot(table, list(valeurs))
        for avant, voulues in zip(lues, valeurs.values(), strict=True):
            changees = _changees(table, avant, voulues)
            if changees:
                noms = tuple(changees)
                stockees = ordres.stockees(noms, tuple(changees.values()))
                lots[noms].append([*stockees, avant["cle"]])
                apres = {**avant, **changees}
                self._modifications.append(Modification(table.name, avant["cle"], avant, apres))
        for noms, lignes in lots.items():
            self._ecrire(ordres.mise_a_jour(noms), lignes)

    def modifier_lue(self, modele: type[Base], lue: Valeurs, **valeurs: Any) -> None:
        """The same for a whole row that this operation has just read."""
        self._changer(_table(modele), dict(lue), valeurs)

    def _changer(self, table: Table, avant: dict[str, Any], valeurs: Valeurs) -> None:
        cle, changees = avant["cle"], _changees(table, avant, valeurs)
        if not changees:
            return
        ordres, noms = self._ordres(table), tuple(changees)
        stockees = ordres.stockees(noms, tuple(changees.values()))
        self._ecrire(ordres.mise_a_jour(noms), [[*stockees, cle]])
        self._modifications.append(Modification(table.name, cle, avant, {**avant, **changees}))

    def supprimer(self, modele: type[Base], cle: str) -> None:
        """Delete one row. Rows that refer to it must be deleted first: nothing cascades."""
        self.supprimer_dans(_table(modele), [cle])

    def supprimer_lot(self, modele: type[Base], cles: Sequence[str]) -> None:
        """Delete rows of one table, in that order."""
        self.supprimer_dans(_table(modele), cles)

    def supprimer_dans(self, table: Table, cles: Sequence[str]) -> None:
        if not cles:
            return
        avant = self.lire_lot(table, cles)
        self._ecrire(self._ordres(table).suppression, [(cle,) for cle in cles])
        self._modifications.extend(
            Modification(table.name, cle, ligne, None)
            for cle, ligne in zip(cles, avant, strict=True)
        )

    def lire_lot(self, table: Table, cles: Sequence[str]) -> list[dict[str, Any]]:
        """Whole rows in the order of their keys. Raises Conflit when one is no longer there."""
        lues: dict[str, dict[str, Any]] = {}
        for debut in range(0, len(cles), LOT):
            parametres = {"b_cles": cles[debut : debut + LOT]}
            for ligne in self._connexion.execute(_lecture_par_lot(table), parametres).mappings():
                lues[ligne["cle"]] = dict(ligne)
        if any(cle not in lues for cle in cles):
            raise _disparue()
        return [lues[cle] for cle in cles]


def _changees(table: Table, avant: Valeurs, valeurs: Valeurs) -> dict[str, Any]:
    """The columns whose value is another one."""
    voulues = _stockables(table, valeurs)
    return {nom: v for nom, v in voulues.items() if avant[nom] != v}


def _disparue() -> Conflit:
    return Conflit(
        "Cette ligne n'existe plus : elle a été supprimée entre-temps. "
        "Actualisez l'écran, puis recommencez."
    )


def _table(modele: type[Base]) -> Table:
    return entites()[modele.__tablename__]


def _completer(table: Table, valeurs: Valeurs) -> dict[str, Any]:
    inconnues = valeurs.keys() - table.columns.keys()
    if inconnues:
        raise KeyError(f"{table.name}: {sorted(inconnues)}")
    donnees = _stockables(table, valeurs)
    complete = {
        nom: donnees[nom] if nom in donnees else _par_defaut(defaut)
        for nom, defaut in _defauts(table).items()
    }
    complete["cle"] = complete["cle"] or nouvelle_cle()
    return complete


class Journal:
    """Writes the entry of an operation at the end of the chain."""

    def __init__(self, signature: Signature, horloge: Callable[[], datetime]) -> None:
        self.signature = signature
        self._horloge = horloge

    def inscrire(
        self,
        pilote: sqlite3.Connection,
        modifications: Sequence[Modification],
        *,
        libelle: str,
        nature: NatureOperation,
        inverse: int | None,
        suite_de: Maillon,
    ) -> tuple[Avis, Maillon]:
        """Insert the entry and its traces after the last one; the transaction is still open."""
        numero, precedente = suite_de
        operation: dict[str, Any] = {
            "numero": numero + 1,
            "cle": nouvelle_cle(),
            "horodatage": self._horloge().isoformat(timespec="milliseconds"),
            "auteur": self.signature.auteur,
            "machine": self.signature.machine,
            "copie": self.signature.copie,
            "libelle": libelle,
            "nature": str(nature),
            "inverse": inverse,
            "empreinte_precedente": precedente,
        }
        traces = [_trace(numero + 1, rang, m) for rang, m in enumerate(modifications)]
        operation["empreinte"] = empreinte(operation, traces)
        pilote.execute(_ordre(_OPERATION), operation)
        pilote.executemany(_ordre(_TRACE), traces)
        avis = Avis(numero + 1, libelle, str(nature), tuple(modifications), inverse)
        return avis, (numero + 1, operation["empreinte"])


_OPERATION, _TRACE = Operation.__table__, Trace.__table__


@cache
def _ordre(table: Table) -> str:
    """The order that inserts a row of the journal, whose columns hold texts and whole numbers only."""
    noms = [colonne.name for colonne in table.columns]
    valeurs = ", ".join(f":{nom}" for nom in noms)
    return f"INSERT INTO {table.name} ({', '.join(noms)}) VALUES ({valeurs})"


_DERNIER = "SELECT numero, empreinte FROM operation ORDER BY numero DESC LIMIT 1"


def dernier_maillon(pilote: sqlite3.Connection) -> Maillon:
    """Number and hash of the last entry of the journal."""
    ligne = pilote.execute(_DERNIER).fetchone()
    return (0, GENESE) if ligne is None else (ligne[0], ligne[1])


def _trace(numero: int, rang: int, modification: Modification) -> dict[str, Any]:
    table = entites()[modification.entite]
    avant, apres = modification.avant, modification.apres
    if avant is not None and apres is not None:
        changees = [nom for nom in apres if avant[nom] != apres[nom]]
        avant = {nom: avant[nom] for nom in changees}
        apres = {nom: apres[nom] for nom in changees}
        geste = Geste.MODIFICATION
    else:
        geste = Geste.CREATION if avant is None else Geste.SUPPRESSION
    return {
        "operation": numero,
        "rang": rang,
        "entite": modification.entite,
        "ligne": modification.cle,
        "sujet": _sujet(modification),
        "geste": str(geste),
        "avant": None if avant is None else en_json(table, avant),
        "apres": None if apres is None else en_json(table, apres),
    }


def _sujet(modification: Modification) -> Any:
    """The row whose history tells this change: an action, or what a comment or a value is about."""
    if modification.entite == "action":
        return modification.cle
    return modification.valeur("action") or modification.valeur("ligne")


def maintenant() -> datetime:
    return datetime.now(UTC)
