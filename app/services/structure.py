"""Does a file still have the tables, the kinds of values and the links that this version expects?

Only another program can break them. Sentences returned are in French. Nothing here writes.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal
from functools import cache
from itertools import compress
from typing import Any

from sqlalchemy import create_engine

from app.models import database
from app.models.base import MODELES
from app.models.schema import (
    EMPREINTE_DES_TABLES,
    TABLE_VERSION,
    creer_schema,
    empreinte_des_tables,
)
from app.services.arbres import boucles

JOURNAL = ("operation", "trace", "copie")
REMONTEES = (
    ("noeud", "parent"),
    ("action", "precedente"),
    ("organisme", "fusionne_dans"),
    ("etape_appel", "ancre"),
)
Objets = dict[tuple[str, str], tuple[str, Any]]  # (kind, name) -> (table, what it is)


def defauts_de_structure(connexion: sqlite3.Connection) -> list[str]:
    """What keeps the file from being read: tables that are cut, values of a wrong kind."""
    manques = list(_manques(connexion))
    if manques:
        return manques
    douteuses = _douteuses(connexion, _pleines(connexion))
    valeurs = [phrase for table in douteuses for phrase in _impossibles(connexion, table)]
    ((copies,),) = connexion.execute("SELECT count(*) FROM copie")
    return valeurs if copies == 1 else [*valeurs, "Le fichier ne dit plus quelle copie il est."]


def _pleines(connexion: sqlite3.Connection) -> list[str]:
    """The tables that hold something: asking the others takes longer than opening a small file."""
    existe = ", ".join(f"EXISTS (SELECT 1 FROM {nom})" for nom in MODELES)
    (reponses,) = connexion.execute(f"SELECT {existe}")
    return list(compress(MODELES, reponses))


def _nom(table: str) -> str:
    from app.services.journal_vocabulaire import ENTITES

    if table == "contenu":
        return "Contenu des pièces"
    return ENTITES.get(table, "Journal" if table in JOURNAL else table)


def _champ(champ: str) -> str:
    from app.services.journal_mots import champ_en_mots

    return champ_en_mots(champ)


# What is compared or counted as time: anything but a moment with its offset stops its screens.
MOMENTS = {
    "seance": ("ouverte_le", "close_le"),
    "presence": ("arrivee", "depart"),
    "passage": ("debut", "fin"),
    "deport": ("sortie", "retour"),
    "tour": ("dit_le", "publie_le"),
    "position_cpo": ("dit_le",),
    "decision": ("decidee_le",),
    "scellement": ("scelle_le",),
    "depot": ("moment",),
    "franchissement": ("moment",),
}

# Tables and values --------------------------------------------------------------------------------


def _manques(connexion: sqlite3.Connection) -> Iterator[str]:
    # Written by this version, as most files are: its tables are those that it declares, word for word.
    # Their hash is known, since wording them again takes longer than opening a small file.
    voulues = {*MODELES, TABLE_VERSION.name}
    declarees = connexion.execute("SELECT name, sql FROM sqlite_master WHERE type='table'")
    if (
        empreinte_des_tables(sql for nom, sql in declarees if nom in voulues)
        == EMPREINTE_DES_TABLES
    ):
        return
    requete = (
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
        "WHERE m.type='table'"
    )
    presentes = set(connexion.execute(requete))
    for table, modele in MODELES.items():
        absentes = [c.nom for c in modele.__champs__ if (table, c.nom) not in presentes]
        if len(absentes) == len(modele.__champs__):
            yield f"{_nom(table)}\u00a0: la table «\u00a0{table}\u00a0» manque."
        elif absentes:
            noms = ", ".join(f"«\u00a0{nom}\u00a0»" for nom in absentes)
            yield f"{_nom(table)}\u00a0: il manque la colonne {noms}."


def _douteuses(connexion: sqlite3.Connection, tables: Iterable[str]) -> Iterable[str]:
    """Those where a column holds a value of another kind, found in one statement."""
    ordres = [
        f"SELECT '{table}' WHERE EXISTS "
        f"(SELECT 1 FROM {table} WHERE {' OR '.join(_conditions(table).values())})"
        for table in tables
    ]
    trouvees = connexion.execute(" UNION ALL ".join(ordres)) if ordres else ()
    return (table for (table,) in trouvees)


def _impossibles(connexion: sqlite3.Connection, table: str) -> list[str]:
    """The columns that hold a value of another kind."""
    conditions = _conditions(table)
    compte = ", ".join(f"coalesce(sum({condition}), 0)" for condition in conditions.values())
    nombres = connexion.execute(f"SELECT {compte} FROM {table}").fetchone()
    return [
        f"{_nom(table)}\u00a0: «\u00a0{_champ(nom)}\u00a0» contient {_valeurs(nombre)} "
        "d'une autre nature."
        for nom, nombre in zip(conditions, nombres, strict=True)
        if nombre
    ]


def _valeurs(nombre: int) -> str:
    return "une valeur" if nombre == 1 else f"{nombre} valeurs"


@cache
def _conditions(table: str) -> dict[str, str]:
    """For each column, the SQL that is true of a value that it cannot hold."""
    champs = MODELES[table].__champs__
    conditions = {champ.nom: _condition(f'"{champ.nom}"', champ.nature) for champ in champs}
    for nom in MOMENTS.get(table, ()):
        conditions[nom] = (
            f'("{nom}" IS NOT NULL AND (typeof("{nom}")<>\'text\' OR julianday("{nom}") IS NULL '
            f"OR substr(\"{nom}\", -6, 1) NOT IN ('+', '-')))"
        )
    return conditions


def _condition(nom: str, nature: Any) -> str:
    if nature in _FORMES:
        return (
            f"(CASE WHEN {nom} IS NULL THEN 0 WHEN typeof({nom})<>'text' THEN 1 "
            f"WHEN json_valid({nom}) THEN json_type({nom})<>'{_FORMES[nature]}' ELSE 1 END)"
        )
    if nature is bool:
        return f"({nom} IS NOT NULL AND {nom} NOT IN (0, 1))"
    return _condition_de_nature(nom, _STOCKEES[nature])


# How each nature is stored, and of what is kept as JSON, the form.
_STOCKEES = {int: "integer", Decimal: "integer", str: "text", bytes: "blob"}
_FORMES: dict[Any, str] = {list[str]: "array", dict[str, Any]: "object"}


def _condition_de_nature(nom: str, nature: str) -> str:
    """Each test counts: they are read for every value of the file, each time it is opened."""
    return f"({nom} IS NOT NULL AND typeof({nom})<>'{nature}')"


# Links and trees ----------------------------------------------------------------------------------


def liens_rompus(connexion: sqlite3.Connection) -> list[str]:
    """The links that lead nowhere and the trees that go round in circles, a sentence for each sort."""
    rompus = [
        f"{_nom(table)} : {nombre} lien{'s' if nombre > 1 else ''} « {_champ(champ)} » ne "
        f"mène{'nt' if nombre > 1 else ''} plus à rien."
        for (table, champ), nombre in database.liens_rompus(connexion).items()
    ]
    tables = {nom for (nom,) in connexion.execute("SELECT name FROM sqlite_master")}
    for table, champ in REMONTEES:
        if table not in tables:  # that of an older version, about to be upgraded
            continue
        parents = dict(connexion.execute(f"SELECT cle, {champ} FROM {table}"))
        if nombre := len(boucles(parents)):
            tournent = "lignes tournent" if nombre > 1 else "ligne tourne"
            rompus.append(f"{_nom(table)} : {nombre} {tournent} en rond par « {_champ(champ)} ».")
    return rompus


# Schema -------------------------------------------------------------------------------------------


def ecarts_du_schema(connexion: sqlite3.Connection, *, protections: bool = False) -> list[str]:
    """Tables, columns, indexes and triggers that are not those of this version, a sentence each.

    `protections`: the triggers that protect the journal, and they alone.
    """
    attendus, presents = (
        {cle: v for cle, v in objets.items() if _protege(cle[0], v[0]) == protections}
        for objets in (_attendus(), _objets(connexion))
    )
    manquants = [
        _MANQUANTS[sorte].format(nom=nom, table=_nom(attendus[sorte, nom][0]))
        for sorte, nom in sorted(attendus.keys() - presents.keys())
    ]
    changes = [
        _CHANGES[sorte].format(nom=nom, table=_nom(attendus[sorte, nom][0]))
        for sorte, nom in sorted(attendus.keys() & presents.keys())
        if attendus[sorte, nom] != presents[sorte, nom]
    ]
    inattendus = [
        _INATTENDUS[sorte].format(nom=nom, table=_nom(presents[sorte, nom][0]))
        for sorte, nom in sorted(presents.keys() - attendus.keys())
    ]
    return manquants + changes + inattendus


def _protege(sorte: str, table: str) -> bool:
    return sorte == "trigger" and table in JOURNAL


_MANQUANTS = {
    "table": "{table} : la table « {nom} » manque.",
    "index": "{table} : l'index « {nom} » manque.",
    "trigger": "{table} : la protection « {nom} » a été retirée.",
}
_CHANGES = {
    "table": "{table} : la table « {nom} » n'a plus les colonnes ou les liens attendus.",
    "index": "{table} : l'index « {nom} » a été changé.",
    "trigger": "{table} : la protection « {nom} » a été changée.",
}
_INATTENDUS = {
    "table": "La table « {nom} » a été ajoutée par un autre programme.",
    "view": "La vue « {nom} » a été ajoutée par un autre programme.",
    "index": "{table} : l'index « {nom} » a été ajouté par un autre programme.",
    "trigger": "{table} : l'automatisme « {nom} » a été ajouté par un autre programme.",
}


@cache
def _attendus() -> Objets:
    with closing(sqlite3.connect(":memory:")) as modele:
        moteur = create_engine("sqlite://", creator=lambda: modele)
        with moteur.connect() as connexion:
            creer_schema(connexion)
            return _objets(modele)


def _objets(connexion: sqlite3.Connection) -> Objets:
    """What is declared in a file, by kind and name, but what SQLite keeps there for itself."""
    requete = "SELECT type, name, tbl_name, sql FROM sqlite_master"
    return {
        (sorte, nom): (table, _forme(connexion, sorte, nom, sql))
        for sorte, nom, table, sql in connexion.execute(requete).fetchall()
        if not nom.startswith("sqlite_")
    }


def _forme(connexion: sqlite3.Connection, sorte: str, nom: str, sql: str | None) -> Any:
    """What makes two declarations the same, however their text is laid out."""
    if sorte == "table":
        colonnes = connexion.execute(
            'SELECT name, upper(type), "notnull", pk FROM pragma_table_xinfo(?)', (nom,)
        )
        liens = connexion.execute(
            'SELECT "from", "table", "to", on_delete FROM pragma_foreign_key_list(?)', (nom,)
        )
        uniques = connexion.execute(
            "SELECT l.origin, i.name FROM pragma_index_list(?) l, pragma_index_info(l.name) i "
            "WHERE l.origin <> 'c'",
            (nom,),
        )
        return frozenset(colonnes), frozenset(liens), frozenset(uniques)
    if sorte == "index":
        rangs = connexion.execute("SELECT seqno, name FROM pragma_index_info(?)", (nom,))
        return frozenset(rangs), (sql or "").upper().startswith("CREATE UNIQUE")
    return " ".join((sql or "").split())
