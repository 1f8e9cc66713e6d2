"""One operation = one transaction = one journal entry = one notice = one undo step.

`Ecriture` has three verbs on rows (inserer, modifier, supprimer). They are the only way to write:
outside an operation the connection is read-only, so that nothing can escape the journal.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, Table, bindparam, func, insert, select
from sqlalchemy.sql.dml import Delete, Update

from app.models.base import (
    Base,
    Centiemes,
    Ligne,
    Requete,
    depuis_centiemes,
    en_centiemes,
    nouvelle_cle,
)
from app.models.enums import Geste, NatureOperation
from app.models.journal import Operation, Trace
from app.services.bus import Avis, Modification
from app.services.errors import Conflit

GENESE = "0" * 64
Valeurs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who writes, from where, on which copy of the file."""

    auteur: str
    machine: str
    copie: str


@cache
def entites() -> dict[str, Table]:
    """Tables of the domain by name: those that the journal covers."""
    return {
        classe.__tablename__: classe.__table__
        for classe in sorted(_feuilles(Ligne), key=lambda c: c.__tablename__)
    }


def _feuilles(classe: type[Any]) -> list[type[Any]]:
    filles = classe.__subclasses__()
    ici = [classe] if "__tablename__" in vars(classe) else []
    return ici + [feuille for fille in filles for feuille in _feuilles(fille)]


@cache
def _decimales(table: Table) -> frozenset[str]:
    return frozenset(c.name for c in table.columns if isinstance(c.type, Centiemes))


@cache
def _defauts(table: Table) -> dict[str, Any]:
    """Default of each column, so that a created row is known whole."""
    return {c.name: c.default for c in table.columns}


def en_json(table: Table, valeurs: Valeurs) -> str:
    """Canonical JSON of column values: amounts as cents, keys sorted."""
    decimales = _decimales(table)
    brut = {
        nom: en_centiemes(v) if v is not None and nom in decimales else v
        for nom, v in valeurs.items()
    }
    return json.dumps(brut, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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
    hachage = hashlib.sha256(
        json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    )
    for trace in traces:
        hachage.update(b"\n")
        hachage.update(json.dumps(list(trace.values()), ensure_ascii=False).encode())
    return hachage.hexdigest()


@cache
def _lecture(table: Table) -> Requete:
    return select(table).where(table.c.cle == bindparam("b_cle"))


@cache
def _mise_a_jour(table: Table, colonnes: tuple[str, ...]) -> Update:
    requete = table.update().where(table.c.cle == bindparam("b_cle"))
    return requete.values({nom: bindparam(nom) for nom in colonnes})


@cache
def _suppression(table: Table) -> Delete:
    return table.delete().where(table.c.cle == bindparam("b_cle"))


class Ecriture:
    """An open operation. Every write is recorded with the row before and after it."""

    def __init__(self, connexion: Connection) -> None:
        self._connexion = connexion
        self._modifications: list[Modification] = []

    @property
    def modifications(self) -> tuple[Modification, ...]:
        return tuple(self._modifications)

    def lignes(self, requete: Requete) -> Sequence[Any]:
        """Rows read inside the operation, as it has left them so far."""
        return self._connexion.execute(requete).all()

    def lire(self, modele: type[Base], cle: str) -> dict[str, Any]:
        """The whole row. Raises Conflit when it is no longer there."""
        return self._lire(_table(modele), cle)

    def _lire(self, table: Table, cle: str) -> dict[str, Any]:
        ligne = self._connexion.execute(_lecture(table), {"b_cle": cle}).mappings().first()
        if ligne is None:
            raise Conflit(
                "Cette ligne n'existe plus : elle a été supprimée entre-temps. "
                "Actualisez l'écran, puis recommencez."
            )
        return dict(ligne)

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
        self._connexion.execute(insert(table), completes)
        self._modifications.extend(
            Modification(table.name, ligne["cle"], None, ligne) for ligne in completes
        )
        return [ligne["cle"] for ligne in completes]

    def modifier(self, modele: type[Base], cle: str, **valeurs: Any) -> None:
        """Change columns of a row; a value already there is no change and leaves no trace."""
        self.modifier_dans(_table(modele), cle, valeurs)

    def modifier_dans(self, table: Table, cle: str, valeurs: Valeurs) -> None:
        avant = self._lire(table, cle)
        changees = {nom: v for nom, v in valeurs.items() if _differe(avant[nom], v)}
        if not changees:
            return
        requete = _mise_a_jour(table, tuple(sorted(changees)))
        self._connexion.execute(requete, {**changees, "b_cle": cle})
        self._modifications.append(Modification(table.name, cle, avant, {**avant, **changees}))

    def supprimer(self, modele: type[Base], cle: str) -> None:
        """Delete one row. Rows that refer to it must be deleted first: nothing cascades."""
        self.supprimer_dans(_table(modele), cle)

    def supprimer_dans(self, table: Table, cle: str) -> None:
        avant = self._lire(table, cle)
        self._connexion.execute(_suppression(table), {"b_cle": cle})
        self._modifications.append(Modification(table.name, cle, avant, None))


def _table(modele: type[Base]) -> Table:
    return entites()[modele.__tablename__]


def _completer(table: Table, valeurs: Valeurs) -> dict[str, Any]:
    inconnues = valeurs.keys() - table.columns.keys()
    if inconnues:
        raise KeyError(f"{table.name}: {sorted(inconnues)}")
    complete: dict[str, Any] = {}
    for nom, defaut in _defauts(table).items():
        if nom in valeurs:
            complete[nom] = valeurs[nom]
        elif defaut is None:
            complete[nom] = None
        else:
            complete[nom] = defaut.arg(None) if defaut.is_callable else defaut.arg
    complete["cle"] = complete["cle"] or nouvelle_cle()
    return complete


def _differe(avant: Any, apres: Any) -> bool:
    """True when the stored value would change; 12 and Decimal("12.00") are the same amount."""
    if isinstance(avant, Decimal) and apres is not None:
        return en_centiemes(avant) != en_centiemes(Decimal(apres))
    return bool(avant != apres)


class Journal:
    """Writes the entry of an operation at the end of the chain."""

    def __init__(self, signature: Signature, horloge: Callable[[], datetime]) -> None:
        self._signature = signature
        self._horloge = horloge

    def inscrire(
        self,
        connexion: Connection,
        modifications: Sequence[Modification],
        *,
        libelle: str,
        nature: NatureOperation,
        inverse: int | None,
    ) -> Avis:
        """Insert the entry and its traces; the transaction is still open."""
        numero, precedente = _dernier_maillon(connexion)
        operation = {
            "numero": numero + 1,
            "cle": nouvelle_cle(),
            "horodatage": self._horloge().isoformat(timespec="milliseconds"),
            "auteur": self._signature.auteur,
            "machine": self._signature.machine,
            "copie": self._signature.copie,
            "libelle": libelle,
            "nature": str(nature),
            "inverse": inverse,
            "empreinte_precedente": precedente,
        }
        traces = [_trace(numero + 1, rang, m) for rang, m in enumerate(modifications)]
        operation["empreinte"] = empreinte(operation, traces)
        connexion.execute(insert(Operation), [operation])
        connexion.execute(insert(Trace), traces)
        return Avis(numero + 1, libelle, str(nature), tuple(modifications))


_DERNIER = select(Operation.numero, Operation.empreinte).order_by(Operation.numero.desc()).limit(1)


def _dernier_maillon(connexion: Connection) -> tuple[int, str]:
    ligne = connexion.execute(_DERNIER).first()
    return (0, GENESE) if ligne is None else (ligne[0], ligne[1])


def _trace(numero: int, rang: int, modification: Modification) -> dict[str, Any]:
    table = entites()[modification.entite]
    avant, apres = modification.avant, modification.apres
    if avant is not None and apres is not None:
        changees = [nom for nom in apres if _differe(avant[nom], apres[nom])]
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
        "sujet": modification.cle
        if modification.entite == "action"
        else modification.valeur("action"),
        "geste": str(geste),
        "avant": None if avant is None else en_json(table, avant),
        "apres": None if apres is None else en_json(table, apres),
    }


def maintenant() -> datetime:
    return datetime.now(UTC)


def nombre_d_operations(connexion: Connection) -> int:
    return connexion.execute(select(func.count()).select_from(Operation)).scalar_one()
