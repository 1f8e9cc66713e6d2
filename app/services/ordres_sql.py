"""The statements that read and write whole rows of one table, and how its values are stored.

Written once for each table and run by the driver: SQLAlchemy's own way of running such a statement
takes several times as long as SQLite, and each typed amount needs four of them.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.engine import Dialect

Convertir = Callable[[Any], Any]


class OrdresTable:
    """`lecture`, `insertion` and `suppression` take values in the order of the columns."""

    def __init__(self, table: Table, dialecte: Dialect) -> None:
        self._nom = f'"{table.name}"'
        self.colonnes = tuple(colonne.name for colonne in table.columns)
        self._cotes = {nom: f'"{nom}"' for nom in self.colonnes}
        toutes = ", ".join(self._cotes.values())
        self._lire = f"SELECT {toutes} FROM {self._nom} WHERE "
        self.insertion = (
            f"INSERT INTO {self._nom} ({toutes}) VALUES ({', '.join('?' * len(self.colonnes))})"
        )
        self.suppression = f'DELETE FROM {self._nom} WHERE "cle"=?'
        types = {c.name: c.type.dialect_impl(dialecte) for c in table.columns}
        lieurs = {nom: t.bind_processor(dialecte) for nom, t in types.items()}
        lecteurs = {nom: t.result_processor(dialecte, None) for nom, t in types.items()}
        self._lieurs: dict[str, Convertir] = {n: c for n, c in lieurs.items() if c is not None}
        self._lecteurs: dict[str, Convertir] = {n: c for n, c in lecteurs.items() if c is not None}
        self._lectures: dict[tuple[str, ...], str] = {}
        self._mises_a_jour: dict[tuple[str, ...], str] = {}

    def lecture(self, noms: tuple[str, ...]) -> str:
        """Rows that hold a value in each of these columns: the first one leads to them by its index."""
        if noms not in self._lectures:
            # « + » keeps SQLite from starting by another index, that of a value which many rows hold.
            conditions = [self._cotes[noms[0]], *("+" + self._cotes[nom] for nom in noms[1:])]
            self._lectures[noms] = self._lire + " AND ".join(f"{c}=?" for c in conditions)
        return self._lectures[noms]

    def mise_a_jour(self, noms: tuple[str, ...]) -> str:
        """Sets these columns of one row, whose key comes last."""
        if noms not in self._mises_a_jour:
            poses = ", ".join(f"{self._cotes[nom]}=?" for nom in noms)
            self._mises_a_jour[noms] = f'UPDATE {self._nom} SET {poses} WHERE "cle"=?'
        return self._mises_a_jour[noms]

    def stockees(self, noms: Sequence[str], valeurs: Sequence[Any]) -> list[Any]:
        """Values of these columns as the driver takes them."""
        lieurs = self._lieurs
        return [
            lieurs[nom](valeur) if nom in lieurs else valeur
            for nom, valeur in zip(noms, valeurs, strict=True)
        ]

    def lue(self, brute: Sequence[Any]) -> dict[str, Any]:
        """A whole row by column, from what the driver gives."""
        ligne = dict(zip(self.colonnes, brute, strict=True))
        for nom, convertir in self._lecteurs.items():
            ligne[nom] = convertir(ligne[nom])
        return ligne


@cache
def ordres_de(table: Table, dialecte: Dialect) -> OrdresTable:
    """Those of a table; all our files share one dialect."""
    return OrdresTable(table, dialecte)
