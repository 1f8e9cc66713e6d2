"""Cotation: grids, the marks that dossiers get, and how porteurs are helped towards equality.

A mark that is missing is never a zero, and « non applicable » leaves the denominator.
"""

from decimal import Decimal
from typing import Any

from app.models.base import Champ, Ligne, champ, lien


class Grille(Ligne):
    """One version of a grid; frozen from its first mark (`figee_le`, ISO, UTC), then only succeeded.

    `identifiant` is shared by its versions, `version` counts from 1. `objet` is an ObjetGrille,
    `nature` a NatureGrille (printed by somebody, or designed by us), `methode` a MethodeGrille.
    `moments`: those of MomentCotation it is meant for. `masquee`: marks of others hidden until one's
    own is given. `lecteurs`: services that may read it, empty for all.
    """

    __tablename__ = "grille"

    identifiant: Champ[str]
    version: Champ[int] = champ(default=1)
    nom: Champ[str]
    objet: Champ[str]
    nature: Champ[str]
    methode: Champ[str]
    sources: Champ[list[str]] = champ(default=list)
    usage: Champ[str | None]
    moments: Champ[list[str]] = champ(default=list)
    lecteurs: Champ[list[str]] = champ(default=list)
    masquee: Champ[bool] = champ(default=False)
    figee_le: Champ[str | None]
    remplace: Champ[str | None] = lien("grille")
    active: Champ[bool] = champ(default=True)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class CritereGrille(Ligne):
    """A criterion. `niveaux`: value -> what deserves it, in words. `poids` None: not weighted.

    `requis_pour`: codes of the levels that want it (method « niveaux requis »). `champs`: names of the
    dossier's fields that help to answer. `inspire_de`: where it comes from.
    """

    __tablename__ = "critere_grille"

    grille: Champ[str] = lien("grille")
    identifiant: Champ[str]
    libelle: Champ[str]
    aide: Champ[str | None]
    poids: Champ[Decimal | None]
    niveaux: Champ[dict[str, Any]] = champ(default=dict)
    requis_pour: Champ[list[str]] = champ(default=list)
    na_admis: Champ[bool] = champ(default=True)
    champs: Champ[list[str]] = champ(default=list)
    inspire_de: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class NiveauGrille(Ligne):
    """A result that a grid gives (G0, G1, G2…).

    `seuil`: least score that reaches it, in the unit of the method (% of the points, or a count).
    `portes`: criterion -> least mark without which the level is not reached. `poids_budget`: share of
    the euros counted for equality, in % (EIGE). `condition`: in words, when it is chosen by hand.
    """

    __tablename__ = "niveau_grille"

    grille: Champ[str] = lien("grille")
    code: Champ[str]
    libelle: Champ[str]
    definition: Champ[str | None]
    seuil: Champ[Decimal | None]
    portes: Champ[dict[str, Any]] = champ(default=dict)
    poids_budget: Champ[Decimal | None]
    condition: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class GrilleAppel(Ligne):
    """A grid that the dossiers of an appel go through; none is chosen for anybody."""

    __tablename__ = "grille_appel"

    appel: Champ[str] = lien("appel")
    grille: Champ[str] = lien("grille")
    obligatoire: Champ[bool] = champ(default=False)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Cotation(Ligne):
    """The marks that one person gives to one action on one grid at one moment (MomentCotation).

    `consensus`: the mark agreed on, `auteur` having written it. `depot`: the version of the dossier
    that was read, so that a later one says « à revoir ». `niveau`: code chosen by hand where the grid
    has no criterion, or computed and kept when `terminee_le` (ISO, UTC) is set.
    """

    __tablename__ = "cotation"

    action: Champ[str] = lien("action")
    grille: Champ[str] = lien("grille")
    moment: Champ[str]
    auteur: Champ[str]
    service: Champ[str | None] = lien("service")
    consensus: Champ[bool] = champ(default=False)
    depot: Champ[str | None] = lien("depot")
    niveau: Champ[str | None]
    commentaire: Champ[str | None]
    recommandation: Champ[str | None]
    commencee_le: Champ[str]
    terminee_le: Champ[str | None]


class NoteCritere(Ligne):
    """The mark of a criterion: `valeur`, or `na` with its `motif`; `preuve`: where it is said."""

    __tablename__ = "note_critere"

    cotation: Champ[str] = lien("cotation")
    critere: Champ[str] = lien("critere_grille")
    valeur: Champ[str | None]
    na: Champ[bool] = champ(default=False)
    motif: Champ[str | None]
    preuve: Champ[str | None]


class BudgetGenre(Ligne):
    """How the budget of an action stands towards equality (a ClasseGenre), and why."""

    __tablename__ = "budget_genre"

    action: Champ[str] = lien("action")
    classe: Champ[str]
    motif: Champ[str | None]
    auteur: Champ[str]
    moment: Champ[str]


class BonusEgalite(Ligne):
    """A bonus given to a porteur for equality, in euros, for one of its actions or for none."""

    __tablename__ = "bonus_egalite"

    annee: Champ[int]
    organisme: Champ[str] = lien("organisme")
    action: Champ[str | None] = lien("action")
    financeur: Champ[str | None] = lien("financeur")
    montant: Champ[Decimal | None]
    motif: Champ[str | None]


class Formation(Ligne):
    """A training offered to porteurs. `validite_mois`: how long it stays valid, None for ever."""

    __tablename__ = "formation"

    titre: Champ[str]
    theme: Champ[str | None]
    date: Champ[str | None]
    lieu: Champ[str | None]
    heures: Champ[Decimal | None]
    obligatoire: Champ[bool] = champ(default=False)
    validite_mois: Champ[int | None]
    intervenant: Champ[str | None]
    note: Champ[str | None]


class InscriptionFormation(Ligne):
    """A line of the attendance register. `present` None: not known yet."""

    __tablename__ = "inscription_formation"

    formation: Champ[str] = lien("formation")
    organisme: Champ[str] = lien("organisme")
    participant: Champ[str | None]
    present: Champ[bool | None]
    note: Champ[str | None]


class Accompagnement(Ligne):
    """One time that a porteur was helped (coaching, visit, call)."""

    __tablename__ = "accompagnement"

    organisme: Champ[str] = lien("organisme")
    action: Champ[str | None] = lien("action")
    date: Champ[str | None]
    objet: Champ[str]
    par: Champ[str | None]
    texte: Champ[str | None]
    suite: Champ[str | None]
