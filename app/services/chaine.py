"""The journal checked and replayed: is the chain of hashes whole, do the entries tell all the data?

Reads only. Sentences returned are in French, for `verifier` and the journal screen.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import compress, groupby
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from app.models.enums import Geste
from app.models.journal import Operation, Trace
from app.services.transaction import GENESE, depuis_json, empreinte, entites, valeurs_par_defaut

PAR_LECTURE = 2_000
LIGNES_CITEES = 20  # differences listed before « … »

Tables = dict[str, dict[str, dict[str, Any]]]  # entity -> key -> column values


@dataclass(frozen=True, slots=True)
class TraceLue:
    """One trace as stored; the order of the fields is the one that the hash covers."""

    operation: int
    rang: int
    entite: str
    ligne: str
    sujet: str | None
    geste: str
    avant: str | None
    apres: str | None

    def valeurs(self) -> dict[str, Any]:
        return {nom: getattr(self, nom) for nom in self.__slots__}


@dataclass(frozen=True, slots=True)
class Rejeu:
    """What the journal alone says the tables hold, and where it contradicts itself."""

    tables: Tables
    defauts: tuple[str, ...]


# Chain --------------------------------------------------------------------------------------------


def verifier_chaine(connexion: Connection) -> list[str]:
    """Where the chain of hashes is broken, one sentence each; empty when it is whole.

    A journal cut off at its end still reads as whole: only a hash printed elsewhere can tell.
    """
    defauts: list[str] = []
    traces = _par_operation(connexion)
    attendu, precedente = 1, GENESE
    for ligne in connexion.execute(select(Operation.__table__).order_by(Operation.numero)):
        operation = ligne._asdict()
        numero = operation["numero"]
        if numero != attendu:
            defauts.append(_manque(attendu, numero - 1))
        elif operation["empreinte_precedente"] != precedente:
            defauts.append(f"L'opération {numero} ne suit plus celle qui la précède.")
        if empreinte(operation, traces.jusqu_a(numero)) != operation["empreinte"]:
            defauts.append(f"L'opération {numero} a été modifiée après son inscription.")
        attendu, precedente = numero + 1, operation["empreinte"]
    if traces.orphelines or traces.reste():
        defauts.append("Des modifications ne se rattachent plus à aucune opération.")
    return defauts


def _manque(premier: int, dernier: int) -> str:
    if premier == dernier:
        return f"L'opération {premier} manque."
    return f"Les opérations {premier} à {dernier} manquent."


class _ParOperation:
    """Walks the traces beside the operations, both in the order of their number."""

    def __init__(self, traces: Iterable[TraceLue]) -> None:
        self._groupes = groupby(traces, key=lambda trace: trace.operation)
        self._suivant: tuple[int, list[dict[str, Any]]] | None = None
        self.orphelines = False
        self._avancer()

    def _avancer(self) -> None:
        groupe = next(self._groupes, None)
        self._suivant = groupe and (groupe[0], [trace.valeurs() for trace in groupe[1]])

    def jusqu_a(self, numero: int) -> list[dict[str, Any]]:
        """Traces of that operation; those of operations skipped on the way are orphans."""
        while self._suivant is not None and self._suivant[0] < numero:
            self.orphelines = True
            self._avancer()
        if self._suivant is None or self._suivant[0] != numero:
            return []
        _, traces = self._suivant
        self._avancer()
        return traces

    def reste(self) -> bool:
        return self._suivant is not None


def _par_operation(connexion: Connection) -> _ParOperation:
    return _ParOperation(traces_de(connexion))


def traces_de(connexion: Connection) -> Iterator[TraceLue]:
    """Every trace, in the order in which it was written."""
    requete = select(Trace.__table__).order_by(Trace.operation, Trace.rang)
    for ligne in connexion.execute(requete.execution_options(yield_per=PAR_LECTURE)):
        yield TraceLue(*ligne)


# Replay -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Divergence:
    """A row, or one of its columns, that is not what the journal says.

    `fichier` and `journal`: the whole rows (None: absent); `champ` None: one of them is absent.
    """

    entite: str
    cle: str
    champ: str | None
    fichier: Mapping[str, Any] | None
    journal: Mapping[str, Any] | None

    def __str__(self) -> str:
        if self.fichier is None:
            return f"{self.entite} {self.cle} : présente dans le journal, absente du fichier."
        if self.journal is None:
            return f"{self.entite} {self.cle} : présente dans le fichier, absente du journal."
        assert self.champ is not None
        return (
            f"{self.entite} {self.cle} : « {self.champ} » vaut {self.fichier[self.champ]!r} dans le "
            f"fichier, {self.journal[self.champ]!r} dans le journal."
        )


def verifier_rejeu(connexion: Connection) -> list[str]:
    """Where the tables hold something that the journal does not tell; empty when it tells all."""
    rejeu = rejouer(traces_de(connexion))
    return [*rejeu.defauts, *comparer(connexion, rejeu.tables)]


def rejouer(traces: Iterable[TraceLue]) -> Rejeu:
    """The tables rebuilt from an empty schema by the traces alone."""
    tables: Tables = {nom: {} for nom in entites()}
    defauts: list[str] = []
    for trace in traces:
        lignes = tables.setdefault(trace.entite, {})
        presente = lignes.get(trace.ligne)
        avant, apres = _lire(trace.entite, trace.avant), _lire(trace.entite, trace.apres)
        if not _suit(trace.geste, presente, avant):
            defauts.append(
                f"L'opération {trace.operation} ne s'enchaîne pas avec les précédentes "
                f"(table {trace.entite})."
            )
        if trace.geste == Geste.SUPPRESSION:
            lignes.pop(trace.ligne, None)
        else:
            lignes[trace.ligne] = {**(presente or {}), **apres}
    return Rejeu(tables, tuple(defauts))


def _lire(entite: str, texte: str | None) -> dict[str, Any]:
    if texte is None:
        return {}
    table = entites().get(entite)
    valeurs: dict[str, Any] = json.loads(texte) if table is None else depuis_json(table, texte)
    return valeurs


def _suit(geste: str, presente: dict[str, Any] | None, avant: dict[str, Any]) -> bool:
    """True when the row was, before the trace, what the trace says that it was."""
    if geste == Geste.CREATION:
        return presente is None
    return presente is not None and all(
        nom not in presente or presente[nom] == valeur for nom, valeur in avant.items()
    )


def comparer(connexion: Connection, tables: Tables) -> list[str]:
    """Rows where the stored tables differ from `tables`, one sentence each."""
    ecarts = [str(divergence) for divergence in divergences(connexion, tables)]
    ecarts += [f"Table inconnue dans le journal : {nom}." for nom in tables.keys() - entites()]
    if len(ecarts) > LIGNES_CITEES:
        return [*ecarts[:LIGNES_CITEES], f"… et {len(ecarts) - LIGNES_CITEES} autres écarts."]
    return ecarts


def divergences(connexion: Connection, tables: Tables) -> list[Divergence]:
    """Where the stored tables differ from `tables`."""
    pleines = _pleines(connexion)
    return [
        ecart
        for nom, table in entites().items()
        for ecart in _ecarts(
            table, lire_table(connexion, table) if nom in pleines else {}, tables.get(nom, {})
        )
    ]


def _pleines(connexion: Connection) -> set[str]:
    """The tables that hold something: asking each of the others costs more than this one question."""
    existe = ", ".join(f"EXISTS (SELECT 1 FROM {nom})" for nom in entites())
    (reponses,) = connexion.exec_driver_sql(f"SELECT {existe}")
    return set(compress(entites(), reponses))


def lire_table(connexion: Connection, table: Table) -> dict[str, dict[str, Any]]:
    """Stored rows by key."""
    noms = table.columns.keys()
    rang = noms.index("cle")
    return {
        ligne[rang]: dict(zip(noms, ligne, strict=True))
        for ligne in connexion.execute(_lecture(table))
    }


@cache
def _lecture(table: Table) -> Select[Any]:
    return select(table)


def _ecarts(
    table: Table, stockees: dict[str, dict[str, Any]], rejouees: dict[str, dict[str, Any]]
) -> Iterator[Divergence]:
    defauts = valeurs_par_defaut(table)  # of the columns that a later schema added
    for cle in sorted(stockees.keys() - rejouees.keys()):
        yield Divergence(table.name, cle, None, stockees[cle], None)
    for cle in sorted(rejouees.keys() - stockees.keys()):
        yield Divergence(table.name, cle, None, None, rejouees[cle])
    for cle in sorted(stockees.keys() & rejouees.keys()):
        attendue = {**defauts, **rejouees[cle]}
        for nom, valeur in stockees[cle].items():
            if attendue[nom] != valeur:
                yield Divergence(table.name, cle, nom, stockees[cle], attendue)
