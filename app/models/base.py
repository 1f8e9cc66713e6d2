"""How a table is declared, and what all share: UUID keys, two-decimal numbers kept as integers.

A declaration reads as one of SQLAlchemy's ORM, which is not used: no row is ever mapped to an object,
and mapping eighty classes took a third of the start. A table is made when it is first asked for.
"""

import os
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from types import NoneType
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar, get_args, get_origin

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Select,
    String,
    Table,
    Text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator

# A read of some columns: rows come back with attributes named after the columns.
Requete: TypeAlias = Select[*tuple[Any, ...]]

# Option of a request whose rows may come as the driver gives them: plain tuples, of stored values.
NUE: dict[str, Any] = {"nue": True}

CENTIEME = Decimal("0.01")
TAILLE_CLE = 32


@lru_cache(maxsize=65_536)
def depuis_centiemes(centiemes: int) -> Decimal:
    """Decimal of an integer count of hundredths. Amounts repeat a lot: the cache halves a load."""
    return CENTIEME * centiemes  # three times quicker than scaleb


def en_centiemes(valeur: Decimal) -> int:
    """Hundredths of a Decimal, half up, as accountants round."""
    return int(valeur.quantize(CENTIEME, rounding=ROUND_HALF_UP).scaleb(2))


class Centiemes(TypeDecorator[Decimal]):
    """A Decimal with two decimals, stored as an integer: euros as cents, percentages as hundredths."""

    impl = BigInteger
    cache_ok = True

    @property
    def python_type(self) -> type[Decimal]:
        return Decimal

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else en_centiemes(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else depuis_centiemes(value)


def nouvelle_cle() -> str:
    """A UUID version 7 (RFC 9562) in 32 hexadecimal digits: ordered by time, hence quick to index.

    Its first twelve free bits are a fraction of the millisecond (section 6.2, method 3): rows written
    one after the other keep their order however quick the disk.
    """
    horloge, reste = divmod(time.time_ns(), 1_000_000)
    haut = 0x7000 | (reste << 12) // 1_000_000
    bas = 0x8000000000000000 | (int.from_bytes(os.urandom(8), "big") & 0x3FFFFFFFFFFFFFFF)
    return f"{horloge & 0xFFFFFFFFFFFF:012x}{haut:04x}{bas:016x}"


T = TypeVar("T")
TYPES: dict[Any, Any] = {
    str: Text,
    int: Integer,
    bool: Boolean,
    bytes: LargeBinary,
    Decimal: Centiemes,
    list[str]: JSON,
    dict[str, Any]: JSON,
}


class Champ(Generic[T]):
    """What a table declares of a column; asked of its class (`Action.annee`), that column.

    `Champ[str | None]` may be NULL.
    """

    def __init__(self, *precisions: Any, **options: Any) -> None:
        self._precisions = precisions
        self._options = options
        self.nom = ""
        self.nature: Any = None

    def __get__(self, _: None, modele: type["Base"]) -> Column[T]:
        colonne: Column[T] = modele.__table__.c[self.nom]
        return colonne

    def declarer(self, nom: str, annotation: Any) -> None:
        """What `nom: Champ[nature]` says."""
        self.nom = nom
        (self.nature,) = get_args(annotation)
        self._facultatif = NoneType in get_args(self.nature)
        if self._facultatif:
            (self.nature,) = (n for n in get_args(self.nature) if n is not NoneType)

    def colonne(self) -> Column[Any]:
        """A new one."""
        precisions = self.precisions() or (TYPES[self.nature],)
        return Column(self.nom, *precisions, nullable=self._facultatif, **self._options)

    def precisions(self) -> tuple[Any, ...]:
        """A type that the nature does not give, a foreign key."""
        return self._precisions


class _Lien(Champ[Any]):
    """A foreign key. RESTRICT: a cascade in the database would escape the journal."""

    def precisions(self) -> tuple[Any, ...]:
        (cible,) = self._precisions
        return String(TAILLE_CLE), ForeignKey(f"{cible}.cle", ondelete="RESTRICT")


def champ(*precisions: Any, **options: Any) -> Any:
    """A column of which its nature does not say all; what is given goes to `Column`."""
    return Champ(*precisions, **options)


def lien(cible: str) -> Any:
    """An indexed foreign key to the rows of a table."""
    return _Lien(cible, index=True)


def table_liee(cle: ForeignKey) -> str:
    """The name of the table that a foreign key refers to: SQLAlchemy's way wants it made already."""
    return cle.target_fullname.partition(".")[0]


class _TableAuBesoin:
    """The table of a class, made when it is first asked for."""

    _verrou = threading.RLock()  # two threads that read may ask for it at once

    def __get__(self, _: None, modele: type["Base"]) -> Table:
        with self._verrou:
            table = METADONNEES.tables.get(modele.__tablename__)
            return _construire(modele) if table is None else table


def _construire(modele: type["Base"]) -> Table:
    """The table. It and its columns are from then on attributes of the class as any other."""
    colonnes = [declare.colonne() for declare in modele.__champs__]
    table = Table(modele.__tablename__, METADONNEES, *colonnes, *modele.__table_args__)
    for nom, valeur in {**table.c, "__table__": table}.items():
        setattr(modele, nom, valeur)
    return table


METADONNEES = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
MODELES: dict[str, type["Base"]] = {}  # by the name of their table


class Base:
    """Every table. A class without the name of one lends its columns to those that derive from it."""

    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[SchemaItem, ...]] = ()
    __table__ = _TableAuBesoin()
    __champs__: ClassVar[tuple[Champ[Any], ...]]

    def __init_subclass__(cls) -> None:
        if "__tablename__" not in vars(cls):
            return
        champs = []
        for origine in cls.__mro__:
            for nom, annotation in vars(origine).get("__annotations__", {}).items():
                if get_origin(annotation) is Champ:
                    declare: Champ[Any] = vars(origine).get(nom) or Champ()
                    declare.declarer(nom, annotation)
                    setattr(cls, nom, declare)
                    champs.append(declare)
        cls.__champs__ = tuple(champs)
        MODELES[cls.__tablename__] = cls

    @classmethod
    def __clause_element__(cls) -> Table:
        """What SQLAlchemy reads where a statement names the class."""
        return cls.__table__


class Ligne(Base):
    """A row of the domain: the journal records it, undo gives it back.

    Its `cle` is a UUID, so that copies edited on several laptops can be merged.
    """

    cle: Champ[str] = champ(String(TAILLE_CLE), primary_key=True)


class Tables(Mapping[str, Table]):
    """Tables by name, each made when it is first asked for."""

    def __init__(self, modeles: Iterable[type[Base]]) -> None:
        self._modeles = {modele.__tablename__: modele for modele in modeles}

    def __getitem__(self, nom: str) -> Table:
        return self._modeles[nom].__table__

    def __iter__(self) -> Iterator[str]:
        return iter(self._modeles)

    def __len__(self) -> int:
        return len(self._modeles)
