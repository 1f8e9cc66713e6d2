"""The journal behind a stored value: which entry set it, and what it was before."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from app.models.base import Requete
from app.models.journal import Operation, Trace
from app.services.actions import par_lots
from app.services.chiffres import Chiffre, Explication, Lien, Origine, Part, numeroter
from app.services.columns import TypeColonne
from app.services.fichier import Lire
from app.services.journal_mots import champ_en_mots, cles_nommees, en_mots, nommer, objet_de
from app.services.transaction import depuis_json, entites

Case = tuple[str, str, str]  # table, row, column

_TRACES = (
    select(
        Operation.numero,
        Operation.horodatage,
        Operation.auteur,
        Operation.libelle,
        Trace.ligne,
        Trace.apres,
    )
    .join(Trace, Trace.operation == Operation.numero)
    .order_by(Operation.numero.desc(), Trace.rang.desc())
)


def _traces(entite: str, lignes: Sequence[str]) -> Requete:
    return _TRACES.where(Trace.entite == entite, Trace.ligne.in_(lignes))


def origines(lire: Lire, cases: Iterable[Case]) -> dict[Case, Origine]:
    """The last entry that set each stored value. As many reads as lots of rows."""
    voulues: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for entite, cle, champ in cases:
        voulues[entite][cle].add(champ)
    trouvees: dict[Case, Origine] = {}
    for entite, par_ligne in voulues.items():
        for lot in par_lots(sorted(par_ligne)):
            for trace in lire(_traces(entite, lot)):
                for champ in _poses(trace.apres, par_ligne[trace.ligne]):
                    trouvees.setdefault((entite, trace.ligne, champ), _origine(trace))
    return trouvees


def _poses(apres: str | None, champs: set[str]) -> list[str]:
    """Columns that a trace writes. Most traces are told apart without being decoded."""
    if not apres or not any(f'"{champ}":' in apres for champ in champs):
        return []
    valeurs = json.loads(apres)
    return [champ for champ in champs if champ in valeurs]


def _origine(trace: Any) -> Origine:
    quand = datetime.fromisoformat(trace.horodatage).astimezone()
    return Origine(quand, trace.auteur, trace.libelle, trace.numero)


def derniere(connues: Mapping[Case, Origine], cases: Iterable[Case]) -> Origine | None:
    """The latest of the entries that set these values."""
    lues = [connues[case] for case in cases if case in connues]
    return max(lues, key=lambda origine: origine.numero, default=None)


def expliquer_valeur(lire: Lire, chiffre: Chiffre) -> Explication:
    """A stored value: the entry that set it, then what it was before, the last change first."""
    table = entites()[chiffre.entite]
    lignes = lire(select(table).where(table.c.cle == chiffre.cle))
    if not lignes:
        return Explication(champ_en_mots(chiffre.champ), None, "Cette ligne a été supprimée.")
    ligne = lignes[0]._asdict()
    valeur = ligne[chiffre.champ]
    entrees = _entrees(lire, chiffre)
    noms = nommer(lire, cles_nommees(_a_nommer(chiffre, ligne, entrees)))
    parts = _en_parts(chiffre, entrees, noms)
    nombre = _est_nombre(valeur)
    mots = en_mots(chiffre.entite, chiffre.champ, valeur, noms)
    return Explication(
        _titre(chiffre, ligne, noms),
        valeur if nombre else mots or None,
        _phrase(parts),
        parts,
        TypeColonne.MONTANT if nombre else TypeColonne.TEXTE,
        additif=nombre,
        lien=lien_de(chiffre, ligne),
    )


def _est_nombre(valeur: Any) -> bool:
    """Amounts and counts; a yes or no is not one."""
    return not isinstance(valeur, bool | str | list | dict | None)


def _entrees(lire: Lire, chiffre: Chiffre) -> list[tuple[Origine, Any]]:
    """(entry, value it set), the last first."""
    table = entites()[chiffre.entite]
    return [
        (_origine(trace), depuis_json(table, trace.apres)[chiffre.champ])
        for trace in lire(_traces(chiffre.entite, [chiffre.cle]))
        if _poses(trace.apres, {chiffre.champ})
    ]


def _a_nommer(
    chiffre: Chiffre, ligne: Mapping[str, Any], entrees: Iterable[tuple[Origine, Any]]
) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    yield chiffre.entite, chiffre.cle, ligne
    for _, valeur in entrees:
        yield chiffre.entite, chiffre.cle, {chiffre.champ: valeur}


def _en_parts(
    chiffre: Chiffre, entrees: Sequence[tuple[Origine, Any]], noms: Mapping[str, str]
) -> tuple[Part, ...]:
    """The first one holds the figure; the others only tell what it was."""

    def part(rang: int, origine: Origine, valeur: Any) -> Part:
        mots = en_mots(chiffre.entite, chiffre.champ, valeur, noms) or "vide"
        return Part(
            origine.libelle,
            valeur if not rang and _est_nombre(valeur) else None,
            f"devient {mots}" if rang else f"vaut {mots}",
            Lien("operation", str(origine.numero)),
            origine,
        )

    return numeroter(part(rang, *entree) for rang, entree in enumerate(entrees))


def _phrase(parts: Sequence[Part]) -> str:
    if not parts or parts[0].origine is None:
        return "Le journal n’en garde pas trace."
    origine = parts[0].origine
    return (
        f"Par {origine.auteur}, le {origine.quand:%d/%m/%Y à %H:%M} (opération {origine.numero})."
    )


def _titre(chiffre: Chiffre, ligne: Mapping[str, Any], noms: Mapping[str, str]) -> str:
    champ = champ_en_mots(chiffre.champ)
    objet = ligne.get("compte") or objet_de(ligne, noms)
    action = noms.get(ligne.get("action") or "", "")
    suite = [t for t in (objet, action if action not in str(objet) else "") if t]
    return " · ".join([champ[:1].upper() + champ[1:], *suite])


def lien_de(chiffre: Chiffre, ligne: Mapping[str, Any]) -> Lien:
    """Where a stored row can be seen."""
    return Lien(
        chiffre.entite,
        chiffre.cle,
        action=chiffre.cle if chiffre.entite == "action" else ligne.get("action") or "",
        annee=ligne.get("annee") or 0,
        champ=chiffre.champ,
    )
