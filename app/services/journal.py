"""Reading the journal: who changed what, when, from which value to which."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.enums import Geste, NatureOperation
from app.models.journal import Operation, Trace
from app.services.actions import par_lots
from app.services.fichier import Fichier
from app.services.journal_libre import (
    ENTITE,
    RATTACHEES,
    TABLES,
    Place,
    places,
    titrer_formules,
)
from app.services.journal_mots import (
    Noms,
    champ_en_mots,
    cles_nommees,
    en_mots,
    nom_de,
    nommer,
    objet_de,
    sans_action,
)
from app.services.journal_vocabulaire import ENTITES

PAGE = 500
Valeurs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class LigneJournal:
    """One column changed by one operation, in words. `quand` is local time."""

    cle: str
    numero: int
    quand: datetime
    auteur: str
    machine: str
    libelle: str
    nature: str
    entite: str
    objet: str
    sujet: str | None
    geste: str
    champ: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class LigneOperation:
    """One operation, with how many rows it touched."""

    numero: int
    quand: datetime
    auteur: str
    machine: str
    libelle: str
    nature: str
    lignes: int
    action: str = ""


class JournalLu:
    """The journal of the open file, as people read it."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def operations(
        self,
        *,
        auteur: str | None = None,
        texte: str = "",
        jusqu_a: int | None = None,
        limite: int = PAGE,
    ) -> list[LigneOperation]:
        """Last operations first, optionally of one person or whose label holds a text.

        `jusqu_a`: from this number back.
        """
        compte = func.count(Trace.rang)
        requete = (
            select(
                Operation.numero,
                Operation.horodatage,
                Operation.auteur,
                Operation.machine,
                Operation.libelle,
                Operation.nature,
                compte,
                func.min(Trace.sujet),
                func.max(Trace.sujet),
            )
            .join(Trace, Trace.operation == Operation.numero)
            .group_by(Operation.numero)
            .order_by(Operation.numero.desc())
            .limit(limite)
        )
        if auteur:
            requete = requete.where(Operation.auteur == auteur)
        if texte:
            requete = requete.where(Operation.libelle.contains(texte, autoescape=True))
        if jusqu_a is not None:
            requete = requete.where(Operation.numero <= jusqu_a)
        lues = self._fichier.lignes(requete)
        titres = self._titres({ligne[7] for ligne in lues if ligne[7] == ligne[8] and ligne[7]})
        return [
            LigneOperation(
                numero=ligne[0],
                quand=_local(ligne[1]),
                auteur=ligne[2],
                machine=ligne[3],
                libelle=ligne[4],
                nature=ligne[5],
                lignes=ligne[6],
                action=titres.get(ligne[7], "") if ligne[7] == ligne[8] else "",
            )
            for ligne in lues
        ]

    def _titres(self, actions: set[str]) -> dict[str, str]:
        """Titles of the actions that are still there."""
        titres: dict[str, str] = {}
        for lot in par_lots(sorted(actions)):
            requete = select(Action.cle, Action.titre).where(Action.cle.in_(lot))
            titres |= dict(self._fichier.lignes(requete))
        return titres

    def auteurs(self) -> list[str]:
        requete = select(Operation.auteur).distinct().order_by(Operation.auteur)
        return [auteur for (auteur,) in self._fichier.lignes(requete)]

    def detail(self, numero: int, *, limite: int = PAGE) -> list[LigneJournal]:
        """What one operation changed, value by value."""
        return self._avec_la_suite(Trace.operation == numero, limite=limite)

    def historique(self, sujet: str, *, limite: int = PAGE) -> list[LigneJournal]:
        """All that happened to an action (its cofinancements included) or to another row."""
        condition = (Trace.sujet == sujet) | (Trace.ligne == sujet)
        return self._avec_la_suite(condition, limite=limite)

    def recherche(
        self,
        *,
        auteur: str | None = None,
        entite: str | None = None,
        champ: str | None = None,
        limite: int = PAGE,
    ) -> list[LigneJournal]:
        """Changes filtered by person, kind of row and column, the last first."""
        conditions: list[Any] = []
        if auteur:
            conditions.append(Operation.auteur == auteur)
        if entite:
            conditions.append(Trace.entite == entite)
        if champ:
            indice = f'"{champ}":'
            conditions.append(
                Trace.avant.contains(indice, autoescape=True)
                | Trace.apres.contains(indice, autoescape=True)
            )
        lignes = self._traces(conditions, limite=limite)
        nom = champ_en_mots(champ or "")
        return [ligne for ligne in lignes if not champ or ligne.champ == nom]

    def _traces(self, conditions: Iterable[Any], *, limite: int) -> list[LigneJournal]:
        requete = (
            select(
                Operation.numero,
                Operation.horodatage,
                Operation.auteur,
                Operation.machine,
                Operation.libelle,
                Operation.nature,
                Trace.rang,
                Trace.entite,
                Trace.ligne,
                Trace.sujet,
                Trace.geste,
                Trace.avant,
                Trace.apres,
            )
            .join(Trace, Trace.operation == Operation.numero)
            .where(*conditions)
            .order_by(Operation.numero.desc(), Trace.rang)
            .limit(limite)
        )
        lues = [
            (lue, _valeurs(lue.avant), _valeurs(lue.apres)) for lue in self._fichier.lignes(requete)
        ]
        cles = cles_nommees(
            (lue.entite, lue.ligne, valeurs) for lue, *etats in lues for valeurs in etats
        )
        cles.setdefault("action", set()).update(lue.sujet for lue, *_ in lues if lue.sujet)
        for table in TABLES:
            sujets = {lue.sujet for lue, *_ in lues if lue.entite in RATTACHEES and lue.sujet}
            cles.setdefault(table, set()).update(sujets)
        noms = nommer(self._fichier.lignes, cles)
        colonnes = [etat for lue, *etats in lues if lue.entite == "colonne_libre" for etat in etats]
        titrer_formules(self._fichier, colonnes)
        valeurs = [(lue.ligne, {**a, **b}) for lue, a, b in lues if lue.entite == ENTITE]
        ou = places(self._fichier.lignes, valeurs)
        return [
            ligne for lue in lues for ligne in _lignes(*lue, noms=noms, place=ou.get(lue[0].ligne))
        ]

    def _avec_la_suite(self, condition: Any, *, limite: int) -> list[LigneJournal]:
        """The first rows touched, then one row that says how many more there are, if any."""
        lignes = self._traces([condition], limite=limite)
        [(total,)] = self._fichier.lignes(select(func.count()).select_from(Trace).where(condition))
        return lignes if total <= limite else [*lignes, _suite(lignes[-1], total - limite)]


def _valeurs(texte: str | None) -> dict[str, Any]:
    valeurs: dict[str, Any] = json.loads(texte) if texte else {}
    return valeurs


def _lignes(
    lue: Any, avant: Valeurs, apres: Valeurs, *, noms: Noms, place: Place | None
) -> list[LigneJournal]:
    commun = {
        "numero": lue.numero,
        "quand": _local(lue.horodatage),
        "auteur": lue.auteur,
        "machine": lue.machine,
        "libelle": lue.libelle,
        "nature": NatureOperation.libelle_de(lue.nature),
        "entite": ENTITES.get(lue.entite, lue.entite),
        "objet": _objet(lue, {**avant, **apres}, noms),
        "sujet": lue.sujet,
        "geste": Geste.libelle_de(lue.geste),
    }
    cle = f"{lue.numero}.{lue.rang}"
    if place is not None and "valeur" in {**avant, **apres}:
        commun["objet"] = noms.get(place.ligne, "")
        de, vers = place.en_clair(avant), place.en_clair(apres)
        return [LigneJournal(cle, **commun, champ=place.titre, avant=de, apres=vers)]
    if lue.geste != Geste.MODIFICATION:
        return [LigneJournal(cle, **commun, champ=commun["geste"].lower(), avant="", apres="")]
    return [
        LigneJournal(
            f"{cle}.{champ}",
            **commun,
            champ=champ_en_mots(champ),
            avant=en_mots(lue.entite, champ, avant[champ], noms),
            apres=en_mots(lue.entite, champ, apres[champ], noms),
        )
        for champ in apres
        if champ != "cle"
    ]


def _suite(derniere: LigneJournal, reste: int) -> LigneJournal:
    """The row that says that a list stops there."""
    autres = "1 autre ligne" if reste == 1 else f"{reste:,} autres lignes".replace(",", "\u202f")
    return replace(
        derniere,
        cle=f"{derniere.numero}.suite",
        entite="",
        objet=f"… et {autres}",
        sujet=None,
        geste="",
        champ="",
        avant="",
        apres="",
    )


def _objet(lue: Any, valeurs: Valeurs, noms: Noms) -> str:
    """What the row is, in a few words; for what hangs on an action, the action."""
    if lue.entite == "cofinancement":
        financeur = noms.get(valeurs.get("financeur", ""), sans_action(noms.get(lue.ligne, "")))
        return " – ".join(t for t in (noms.get(lue.sujet or "", ""), financeur) if t)
    if lue.geste == Geste.MODIFICATION and not nom_de(valeurs) and lue.ligne in noms:
        return noms[lue.ligne]
    return objet_de(valeurs, noms) or noms.get(lue.sujet or lue.ligne, "")


def _local(horodatage: str) -> datetime:
    return datetime.fromisoformat(horodatage).astimezone()
