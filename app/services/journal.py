"""Reading the journal: who changed what, when, from which value to which."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.base import depuis_centiemes
from app.models.contrat import Commune, Noeud, Quartier
from app.models.enums import (
    Enumeration,
    Geste,
    NatureOperation,
    StatutAction,
    StatutCofinancement,
)
from app.models.journal import Operation, Trace
from app.models.montants import afficher_montant
from app.models.organisme import Financeur
from app.services.actions import par_lots
from app.services.fichier import Fichier
from app.services.transaction import entites

PAGE = 500
LIENS = ("action", "financeur", "quartier", "commune", "noeud", "organisme")

ENTITES = {
    "action": "Action",
    "action_commune": "Commune de l'action",
    "action_quartier": "Quartier de l'action",
    "appel": "Appel",
    "classement": "Classement",
    "cofinancement": "Cofinancement",
    "commune": "Commune",
    "contrat": "Contrat",
    "correspondance_import": "Correspondance d'import",
    "dispositif": "Dispositif",
    "echelle": "Échelle",
    "engagement": "Engagement",
    "enveloppe": "Enveloppe",
    "etape": "Étape du cycle",
    "exercice": "Exercice",
    "financeur": "Financeur",
    "indicateur": "Indicateur",
    "instance": "Instance",
    "ligne_budget": "Ligne de budget",
    "ligne_credit": "Ligne de crédit",
    "noeud": "Nomenclature : élément",
    "nomenclature": "Nomenclature",
    "organisme": "Porteur",
    "priorite_quartier": "Priorité de quartier",
    "quartier": "Quartier",
    "quartier_commune": "Commune du quartier",
    "regle": "Règle",
    "remarque": "Remarque",
    "ressource": "Aide au montage",
    "signataire": "Signataire",
    "volume_reference": "Volume de référence",
}

CHAMPS = {
    "accorde": "accordé",
    "annee": "année",
    "avis": "avis",
    "commentaire": "commentaire",
    "compte": "compte",
    "cout_total": "coût total",
    "cpo_duree": "durée de la CPO",
    "cpo_rang": "année de CPO",
    "demande": "demandé",
    "description": "description",
    "echelle": "échelle",
    "engage": "engagé par conventions",
    "libelle": "libellé",
    "lignee": "lignée",
    "ligne_credit": "ligne de crédit",
    "montant": "montant",
    "nature": "nature",
    "nature_credit": "nature du crédit",
    "nom": "nom",
    "nom_court": "nom court",
    "notifie": "notifié",
    "numero": "numéro",
    "observation": "observation",
    "part": "part",
    "porteur": "porteur",
    "precedente": "action reconduite",
    "propose": "proposé",
    "public_femmes": "femmes",
    "public_hommes": "hommes",
    "public_qpv": "public en QPV",
    "public_total": "public total",
    "recurrence": "nouveau ou reconduction",
    "reference": "référence",
    "reserve": "réserve",
    "securise": "sécurisé",
    "siret": "SIRET",
    "rna": "RNA",
    "statut": "statut",
    "titre": "intitulé",
    "verse": "versé",
    "vote": "voté",
}

LISTES: dict[tuple[str, str], type[Enumeration]] = {
    ("action", "statut"): StatutAction,
    ("cofinancement", "statut"): StatutCofinancement,
}


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


class JournalLu:
    """The journal of the open file, as people read it."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def operations(
        self, *, auteur: str | None = None, texte: str = "", limite: int = PAGE
    ) -> list[LigneOperation]:
        """Last operations first, optionally of one person or whose label holds a text."""
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
        return [
            LigneOperation(
                ligne[0], _local(ligne[1]), ligne[2], ligne[3], ligne[4], ligne[5], ligne[6]
            )
            for ligne in self._fichier.lignes(requete)
        ]

    def auteurs(self) -> list[str]:
        requete = select(Operation.auteur).distinct().order_by(Operation.auteur)
        return [auteur for (auteur,) in self._fichier.lignes(requete)]

    def detail(self, numero: int, *, limite: int = PAGE) -> list[LigneJournal]:
        """What one operation changed, value by value."""
        return self._traces([Trace.operation == numero], limite=limite)

    def historique(self, sujet: str, *, limite: int = PAGE) -> list[LigneJournal]:
        """All that happened to an action (its cofinancements included) or to another row."""
        return self._traces([(Trace.sujet == sujet) | (Trace.ligne == sujet)], limite=limite)

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
        nom = CHAMPS.get(champ or "", champ)
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
        lues = self._fichier.lignes(requete)
        noms = _noms(self._fichier, {c for lue in lues for c in (lue.ligne, lue.sujet) if c})
        return [ligne for lue in lues for ligne in _lignes(lue, noms)]


def _noms(fichier: Fichier, cles: set[str]) -> dict[str, str]:
    """Names of the financeurs, and of the actions and cofinancements that the traces speak of."""
    noms = dict(fichier.lignes(select(Financeur.cle, Financeur.nom_court)))
    for nomme in (Quartier.nom, Commune.nom, Noeud.libelle):
        noms |= dict(fichier.lignes(select(nomme.class_.cle, nomme)))
    lignes = select(Cofinancement.cle, Financeur.nom_court).join(
        Financeur, Financeur.cle == Cofinancement.financeur
    )
    for lot in par_lots(sorted(cles)):
        noms |= dict(fichier.lignes(select(Action.cle, Action.titre).where(Action.cle.in_(lot))))
        noms |= dict(fichier.lignes(lignes.where(Cofinancement.cle.in_(lot))))
    return noms


def _lignes(lue: Any, noms: Mapping[str, str]) -> list[LigneJournal]:
    avant = json.loads(lue.avant) if lue.avant else {}
    apres = json.loads(lue.apres) if lue.apres else {}
    commun = {
        "numero": lue.numero,
        "quand": _local(lue.horodatage),
        "auteur": lue.auteur,
        "machine": lue.machine,
        "libelle": lue.libelle,
        "nature": NatureOperation.libelle_de(lue.nature),
        "entite": ENTITES.get(lue.entite, lue.entite),
        "objet": _objet(lue, avant | apres, noms),
        "sujet": lue.sujet,
        "geste": Geste.libelle_de(lue.geste),
    }
    cle = f"{lue.numero}.{lue.rang}"
    if lue.geste != Geste.MODIFICATION:
        return [LigneJournal(cle, **commun, champ=commun["geste"].lower(), avant="", apres="")]
    return [
        LigneJournal(
            f"{cle}.{champ}",
            **commun,
            champ=CHAMPS.get(champ, champ),
            avant=_en_mots(lue.entite, champ, avant[champ], noms),
            apres=_en_mots(lue.entite, champ, apres[champ], noms),
        )
        for champ in apres
        if champ != "cle"
    ]


def _objet(lue: Any, valeurs: Mapping[str, Any], noms: Mapping[str, str]) -> str:
    """What the row is, in a few words; for a link, what it leads to."""
    if lue.entite == "cofinancement":
        financeur = noms.get(valeurs.get("financeur", ""), noms.get(lue.ligne, ""))
        return " – ".join(t for t in (noms.get(lue.sujet or "", ""), financeur) if t)
    for champ in ("titre", "nom", "libelle", "enonce"):
        if valeurs.get(champ):
            return str(valeurs[champ])
    liens = [noms[str(v)] for nom, v in valeurs.items() if nom in LIENS and str(v) in noms]
    return " – ".join(dict.fromkeys(liens)) or noms.get(lue.sujet or lue.ligne, "")


def _en_mots(entite: str, champ: str, valeur: Any, noms: Mapping[str, str]) -> str:
    """A stored value as a person reads it; empty when there was none."""
    if valeur is None or valeur in ("", [], {}):
        return ""
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    colonne = entites()[entite].columns.get(champ)
    if colonne is not None and colonne.type.python_type is Decimal:
        return afficher_montant(depuis_centiemes(valeur), euro=champ not in ("part", "valeur"))
    if (entite, champ) in LISTES:
        return LISTES[entite, champ].libelle_de(str(valeur))
    if isinstance(valeur, list):
        return ", ".join(str(v) for v in valeur)
    if isinstance(valeur, dict):
        return ", ".join(f"{nom} : {v}" for nom, v in valeur.items())
    return noms.get(str(valeur), str(valeur))


def _local(horodatage: str) -> datetime:
    return datetime.fromisoformat(horodatage).astimezone()
