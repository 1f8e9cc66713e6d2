"""What was done in a copy of the file since the two parted: the journals say it, row by row. No Qt."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.models.enums import Geste
from app.models.journal import Operation, Trace
from app.services.chaine import verifier_chaine
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier

# What is brought together, parents first. Séances, views and the contract stay in their copy.
REUNIES = (
    "organisme", "exercice", "appel", "enveloppe", "colonne_libre", "action", "action_quartier",
    "action_commune", "classement", "ligne_budget", "cofinancement", "valeur_libre",
    "commentaire", "couleur_ligne",
)  # fmt: skip
Etat = dict[str, Any]  # columns as the journal keeps them


@dataclass(slots=True)
class LigneChangee:
    """One row of the copy: what it was when the copies parted (None: nothing), and what it is.

    Both hold the whole row when it was created or deleted, else the columns that changed.
    """

    entite: str
    cle: str
    avant: Etat | None
    apres: Etat | None
    auteur: str
    horodatage: str


@dataclass(slots=True)
class CopieLue:
    """The changes of a copy since the entry `depuis`; `ailleurs`: rows that are not brought."""

    nom: str
    depuis: int
    lignes: list[LigneChangee] = field(default_factory=list)
    ailleurs: int = 0


def lire_copie(ici: Fichier, copie: Fichier) -> CopieLue:
    """Raises ErreurConnue when the two files never were one, or when the copy's journal was forged."""
    depuis = _dernier_commun(ici, copie)
    _exiger_le_journal_intact(copie)
    lue = CopieLue(copie.chemin.name, depuis)
    par_ligne: dict[tuple[str, str], LigneChangee] = {}
    for trace in _traces(copie, depuis):
        _suivre(par_ligne, trace)
    for ligne in par_ligne.values():
        if ligne.avant == ligne.apres:
            continue  # done, then undone
        if ligne.entite in REUNIES:
            lue.lignes.append(ligne)
        else:
            lue.ailleurs += 1
    return lue


def _dernier_commun(ici: Fichier, copie: Fichier) -> int:
    """Number of the last entry that both journals hold: each is chained to those before it."""
    maillons = [
        dict(fichier.lignes(select(Operation.numero, Operation.empreinte)))
        for fichier in (ici, copie)
    ]
    communs = [n for n, empreinte in maillons[0].items() if maillons[1].get(n) == empreinte]
    if not communs:
        raise ErreurConnue(
            f"« {copie.chemin.name} » n'est pas une copie de ce fichier : pour y prendre des actions, "
            "exportez-en le classeur, puis importez-le."
        )
    return int(max(communs))


def _exiger_le_journal_intact(copie: Fichier) -> None:
    """What is taken is read in the journal: amended by another program, it may say anything."""
    with copie.lecture() as connexion:
        defauts = verifier_chaine(connexion)
    if defauts:
        raise ErreurConnue(
            f"Le journal de « {copie.chemin.name} » a été modifié hors du programme, rien n'en est "
            "repris : demandez une autre copie à votre partenaire."
        )


def _traces(copie: Fichier, depuis: int) -> Iterator[Any]:
    requete = (
        select(
            *(Trace.entite, Trace.ligne, Trace.geste, Trace.avant, Trace.apres),
            *(Operation.auteur, Operation.horodatage),
        )
        .join(Operation, Operation.numero == Trace.operation)
        .where(Trace.operation > depuis)
        .order_by(Trace.operation, Trace.rang)
    )
    return iter(copie.lignes(requete))


def _suivre(par_ligne: dict[tuple[str, str], LigneChangee], trace: Any) -> None:
    """Add one change to what is known of a row."""
    avant, apres = (json.loads(texte) if texte else {} for texte in (trace.avant, trace.apres))
    place = (trace.entite, trace.ligne)
    connue = par_ligne.get(place)
    if connue is None:
        connue = par_ligne[place] = LigneChangee(
            *place, None if trace.geste == Geste.CREATION else {}, {}, "", ""
        )
    if connue.avant is not None and connue.apres is not None:
        connue.avant = {**avant, **connue.avant}  # the first state of each column stays
    connue.apres = None if trace.geste == Geste.SUPPRESSION else {**(connue.apres or {}), **apres}
    connue.auteur, connue.horodatage = trace.auteur, trace.horodatage
