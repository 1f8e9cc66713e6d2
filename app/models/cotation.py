"""Cotation: grids, the marks that dossiers get, and how porteurs are helped towards equality.

A mark that is missing is never a zero, and « non applicable » leaves the denominator.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Grille(Ligne):
    """One version of a grid; frozen from its first mark (`figee_le`, ISO, UTC), then only succeeded.

    `identifiant` is shared by its versions, `version` counts from 1. `objet` is an ObjetGrille,
    `nature` a NatureGrille (printed by somebody, or designed by us), `methode` a MethodeGrille.
    `moments`: those of MomentCotation it is meant for. `masquee`: marks of others hidden until one's
    own is given. `lecteurs`: services that may read it, empty for all.
    """

    __tablename__ = "grille"

    identifiant: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)
    nom: Mapped[str]
    objet: Mapped[str]
    nature: Mapped[str]
    methode: Mapped[str]
    sources: Mapped[list[str]] = mapped_column(default=list)
    usage: Mapped[str | None]
    moments: Mapped[list[str]] = mapped_column(default=list)
    lecteurs: Mapped[list[str]] = mapped_column(default=list)
    masquee: Mapped[bool] = mapped_column(default=False)
    figee_le: Mapped[str | None]
    remplace: Mapped[str | None] = lien("grille", facultatif=True)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class CritereGrille(Ligne):
    """A criterion. `niveaux`: value -> what deserves it, in words. `poids` None: not weighted.

    `requis_pour`: codes of the levels that want it (method « niveaux requis »). `champs`: names of the
    dossier's fields that help to answer. `inspire_de`: where it comes from.
    """

    __tablename__ = "critere_grille"

    grille: Mapped[str] = lien("grille")
    identifiant: Mapped[str]
    libelle: Mapped[str]
    aide: Mapped[str | None]
    poids: Mapped[Decimal | None]
    niveaux: Mapped[dict[str, Any]] = mapped_column(default=dict)
    requis_pour: Mapped[list[str]] = mapped_column(default=list)
    na_admis: Mapped[bool] = mapped_column(default=True)
    champs: Mapped[list[str]] = mapped_column(default=list)
    inspire_de: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class NiveauGrille(Ligne):
    """A result that a grid gives (G0, G1, G2…).

    `seuil`: least score that reaches it, in the unit of the method (% of the points, or a count).
    `portes`: criterion -> least mark without which the level is not reached. `poids_budget`: share of
    the euros counted for equality, in % (EIGE). `condition`: in words, when it is chosen by hand.
    """

    __tablename__ = "niveau_grille"

    grille: Mapped[str] = lien("grille")
    code: Mapped[str]
    libelle: Mapped[str]
    definition: Mapped[str | None]
    seuil: Mapped[Decimal | None]
    portes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    poids_budget: Mapped[Decimal | None]
    condition: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class GrilleAppel(Ligne):
    """A grid that the dossiers of an appel go through; none is chosen for anybody."""

    __tablename__ = "grille_appel"

    appel: Mapped[str] = lien("appel")
    grille: Mapped[str] = lien("grille")
    obligatoire: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Cotation(Ligne):
    """The marks that one person gives to one action on one grid at one moment (MomentCotation).

    `consensus`: the mark agreed on, `auteur` having written it. `depot`: the version of the dossier
    that was read, so that a later one says « à revoir ». `niveau`: code chosen by hand where the grid
    has no criterion, or computed and kept when `terminee_le` (ISO, UTC) is set.
    """

    __tablename__ = "cotation"

    action: Mapped[str] = lien("action")
    grille: Mapped[str] = lien("grille")
    moment: Mapped[str]
    auteur: Mapped[str]
    service: Mapped[str | None] = lien("service", facultatif=True)
    consensus: Mapped[bool] = mapped_column(default=False)
    depot: Mapped[str | None] = lien("depot", facultatif=True)
    niveau: Mapped[str | None]
    commentaire: Mapped[str | None]
    recommandation: Mapped[str | None]
    commencee_le: Mapped[str]
    terminee_le: Mapped[str | None]


class NoteCritere(Ligne):
    """The mark of a criterion: `valeur`, or `na` with its `motif`; `preuve`: where it is said."""

    __tablename__ = "note_critere"

    cotation: Mapped[str] = lien("cotation")
    critere: Mapped[str] = lien("critere_grille")
    valeur: Mapped[str | None]
    na: Mapped[bool] = mapped_column(default=False)
    motif: Mapped[str | None]
    preuve: Mapped[str | None]


class BudgetGenre(Ligne):
    """How the budget of an action stands towards equality (a ClasseGenre), and why."""

    __tablename__ = "budget_genre"

    action: Mapped[str] = lien("action")
    classe: Mapped[str]
    motif: Mapped[str | None]
    auteur: Mapped[str]
    moment: Mapped[str]


class BonusEgalite(Ligne):
    """A bonus given to a porteur for equality, in euros, for one of its actions or for none."""

    __tablename__ = "bonus_egalite"

    annee: Mapped[int]
    organisme: Mapped[str] = lien("organisme")
    action: Mapped[str | None] = lien("action", facultatif=True)
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    montant: Mapped[Decimal | None]
    motif: Mapped[str | None]


class Formation(Ligne):
    """A training offered to porteurs. `validite_mois`: how long it stays valid, None for ever."""

    __tablename__ = "formation"

    titre: Mapped[str]
    theme: Mapped[str | None]
    date: Mapped[str | None]
    lieu: Mapped[str | None]
    heures: Mapped[Decimal | None]
    obligatoire: Mapped[bool] = mapped_column(default=False)
    validite_mois: Mapped[int | None]
    intervenant: Mapped[str | None]
    note: Mapped[str | None]


class InscriptionFormation(Ligne):
    """A line of the attendance register. `present` None: not known yet."""

    __tablename__ = "inscription_formation"

    formation: Mapped[str] = lien("formation")
    organisme: Mapped[str] = lien("organisme")
    participant: Mapped[str | None]
    present: Mapped[bool | None]
    note: Mapped[str | None]


class Accompagnement(Ligne):
    """One time that a porteur was helped (coaching, visit, call)."""

    __tablename__ = "accompagnement"

    organisme: Mapped[str] = lien("organisme")
    action: Mapped[str | None] = lien("action", facultatif=True)
    date: Mapped[str | None]
    objet: Mapped[str]
    par: Mapped[str | None]
    texte: Mapped[str | None]
    suite: Mapped[str | None]
