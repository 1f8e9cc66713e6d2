"""What every table shares: the declarative base, UUID keys, two-decimal numbers kept as integers."""

import os
import time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any, ClassVar, TypeAlias

from sqlalchemy import JSON, BigInteger, MetaData, Select, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
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


class Base(DeclarativeBase):
    """Every table. Its `cle` is a UUID so that copies edited on several laptops can be merged."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        Decimal: Centiemes,
        list[str]: JSON,
        dict[str, Any]: JSON,
        str: Text,
    }


class Ligne(Base):
    """A row of the domain: the journal records it, undo gives it back."""

    __abstract__ = True

    cle: Mapped[str] = mapped_column(String(TAILLE_CLE), primary_key=True)


def lien(cible: str, *, facultatif: bool = False) -> Any:
    """An indexed foreign key to `cible`. RESTRICT: a cascade in the database would escape the journal."""
    from sqlalchemy import ForeignKey

    return mapped_column(
        String(TAILLE_CLE),
        ForeignKey(f"{cible}.cle", ondelete="RESTRICT"),
        index=True,
        nullable=facultatif,
    )
