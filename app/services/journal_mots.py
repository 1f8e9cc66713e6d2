"""The words of the journal: what tables, columns and stored values are called when people read them.

A key is never shown: it is named after its row, or after what the journal kept of a deleted one.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.base import Requete, depuis_centiemes, table_liee
from app.models.contrat import Echelle
from app.models.enums import (
    Geste,
)
from app.models.journal import Trace
from app.models.montants import afficher_montant
from app.models.organisme import Financeur
from app.models.programme import Enveloppe
from app.models.seance import Deliberation
from app.services.actions import par_lots
from app.services.fichier import Lire
from app.services.journal_valeurs import LISTES
from app.services.journal_vocabulaire import CHAMPS
from app.services.transaction import entites

# Keys of rows that no foreign key declares.
_LIENS_LIBRES = {
    "action": {"lignee": "action"},
    "seance": {"point_courant": "point"},
    **{nom: {"ligne": "action"} for nom in ("valeur_libre", "commentaire", "couleur_ligne")},
}
Noms = Mapping[str, str]  # key of a row (or identifier of an échelle) -> its name
LIENS = (
    "action",
    "financeur",
    "cofinancement",
    "quartier",
    "commune",
    "noeud",
    "organisme",
    "personne",
    "point",
    "seance",
)
NOMMENT = ("titre", "nom", "libelle", "enonce", "texte")  # columns that name their row
INCONNU = "élément inconnu"
SANS_EURO = {"part", "valeur", "effectif", "cible", "depart"}
_CLE = re.compile(r"[0-9a-f]{32}")
_JOUR = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")  # as it is stored


def champ_en_mots(champ: str) -> str:
    return CHAMPS.get(champ, champ)


# Names --------------------------------------------------------------------------------------------


@cache
def liens_de(entite: str) -> Mapping[str, str]:
    """Columns that hold the key of another row -> its table."""
    table = entites().get(entite)
    if table is None:
        return {}
    liens = {c.name: table_liee(f) for c in table.columns for f in c.foreign_keys}
    return liens | _LIENS_LIBRES.get(entite, {})


def cles_nommees(lignes: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[str, set[str]]:
    """table -> keys to name, of rows given as (table, key, values): themselves and their links."""
    cles: dict[str, set[str]] = defaultdict(set)
    for entite, cle, valeurs in lignes:
        cles[entite].add(cle)
        for champ, cible in liens_de(entite).items():
            if valeurs.get(champ):
                cles[cible].add(valeurs[champ])
    return cles


def nommer(lire: Lire, cles: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Names of the rows of these keys, by table; financeurs and échelles are always known."""
    noms: dict[str, str] = dict(lire(select(Echelle.identifiant, Echelle.nom)))
    noms |= dict(lire(select(Financeur.cle, Financeur.nom_court)))
    for entite, voulues in cles.items():
        requete = _noms_de(entite)
        if requete is None:
            continue
        for lot in par_lots(sorted(voulues)):
            lus = lire(requete.where(entites()[entite].c.cle.in_(lot)))
            noms |= {cle: str(nom) for cle, nom in lus if nom is not None}
            noms |= _noms_au_journal(lire, entite, [cle for cle in lot if cle not in noms])
    return noms


@cache
def _noms_de(entite: str) -> Requete | None:
    """(key, name) of the rows of a table; None for those that are named after what they link."""
    if entite == "cofinancement":
        return (
            select(Cofinancement.cle, Financeur.nom_court + ", " + Action.numero)
            .join(Financeur, Financeur.cle == Cofinancement.financeur)
            .join(Action, Action.cle == Cofinancement.action)
        )
    if entite == "deliberation":
        dite = func.coalesce(Deliberation.numero, Deliberation.assemblee, "sans numéro")
        return select(Deliberation.cle, dite)
    if entite == "enveloppe":
        return select(Enveloppe.cle, Financeur.nom_court).join(
            Financeur, Financeur.cle == Enveloppe.financeur
        )
    table = entites().get(entite)
    if table is None or entite == "ligne_budget":
        return None
    for nom in ("annee",) if entite == "exercice" else NOMMENT:
        if nom in table.c:
            return select(table.c.cle, table.c[nom])
    return None


def sans_action(nom: str) -> str:
    """The financeur alone, of the name of a cofinancement."""
    return nom.rpartition(", ")[0] or nom


def _noms_au_journal(lire: Lire, entite: str, cles: list[str]) -> dict[str, str]:
    """Names that rows deleted since had when they were."""
    if not cles:
        return {}
    requete = select(Trace.ligne, Trace.avant).where(
        Trace.entite == entite, Trace.ligne.in_(cles), Trace.geste == str(Geste.SUPPRESSION)
    )
    lignes = {cle: json.loads(avant) for cle, avant in lire(requete) if avant}
    return {cle: nom for cle, ligne in lignes.items() if (nom := nom_de(ligne))}


def nom_de(valeurs: Mapping[str, Any]) -> str:
    """The name that a row holds itself, empty when it has none."""
    return next((str(valeurs[champ]) for champ in NOMMENT if valeurs.get(champ)), "")


def objet_de(valeurs: Mapping[str, Any], noms: Noms) -> str:
    """What a row is, in a few words; for a link, what it leads to."""
    liens = [noms[str(v)] for champ, v in valeurs.items() if champ in LIENS and str(v) in noms]
    return nom_de(valeurs) or " – ".join(dict.fromkeys(liens))


# Values -------------------------------------------------------------------------------------------


def en_mots(entite: str, champ: str, valeur: Any, noms: Noms) -> str:
    """A value as a person reads it, stored (cents) or read (euros); empty when there was none."""
    if valeur is None or valeur in ("", [], {}):
        return ""
    if champ in liens_de(entite):
        return noms.get(str(valeur), INCONNU)
    if (entite, champ) in LISTES:
        libelle = LISTES[entite, champ]
        return ", ".join(libelle(v) for v in (valeur if isinstance(valeur, list) else [valeur]))
    if _est_decimale(entite, champ) and not isinstance(valeur, bool):
        montant = valeur if isinstance(valeur, Decimal) else depuis_centiemes(valeur)
        return afficher_montant(montant, euro=champ not in SANS_EURO)
    return _texte(valeur, noms)


@cache
def _est_decimale(entite: str, champ: str) -> bool:
    table = entites().get(entite)
    colonne = None if table is None else table.columns.get(champ)
    return colonne is not None and colonne.type.python_type is Decimal


def _texte(valeur: Any, noms: Noms) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(_texte(v, noms) for v in valeur if v is not None)
    if isinstance(valeur, dict):
        return ", ".join(f"{nom} : {_texte(v, noms)}" for nom, v in valeur.items() if v is not None)
    texte = str(valeur)
    if _MOMENT.fullmatch(texte):
        return _moment(texte)
    if _JOUR.fullmatch(texte):
        return _jour(texte)
    return noms.get(texte, INCONNU if _CLE.fullmatch(texte) else texte)


def _jour(texte: str) -> str:
    try:
        return f"{date.fromisoformat(texte):%d/%m/%Y}"
    except ValueError:
        return texte


def _moment(texte: str) -> str:
    """As the clock of this machine reads; what is no moment, but written as one, stays as it is."""
    try:
        return f"{datetime.fromisoformat(texte).astimezone():%d/%m/%Y %H:%M}"
    except ValueError:
        return texte
