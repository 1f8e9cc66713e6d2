"""Rules of the team, over those that the référentiels print, and constats passed over."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import TAILLE_CLE, Ligne, lien


class SurchargeRegle(Ligne):
    """What the team changes of a rule, for one appel or for all, with the reason.

    `regle` is the identifiant of a rule, printed or national. `parametres` holds the values changed
    only; `niveau` and `active` None: as printed.
    """

    __tablename__ = "surcharge_regle"

    regle: Mapped[str]
    appel: Mapped[str | None] = lien("appel", facultatif=True)
    parametres: Mapped[dict[str, Any]] = mapped_column(default=dict)
    niveau: Mapped[str | None]
    active: Mapped[bool | None]
    motif: Mapped[str]
    auteur: Mapped[str]
    moment: Mapped[str]


class RegleComposee(Ligne):
    """A rule made of existing facts, without code.

    `quand` and `exige` are conditions over the facts of a `cible` (a CibleConstat): rows that meet
    `quand` and not `exige` make a constat, whose sentence is `constat`. `source`: where it is said.
    """

    __tablename__ = "regle_composee"

    identifiant: Mapped[str]
    libelle: Mapped[str]
    cible: Mapped[str]
    quand: Mapped[dict[str, Any]] = mapped_column(default=dict)
    exige: Mapped[dict[str, Any]] = mapped_column(default=dict)
    niveau: Mapped[str]
    constat: Mapped[str | None]
    source: Mapped[str | None]
    appel: Mapped[str | None] = lien("appel", facultatif=True)
    active: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class PassageOutre(Ligne):
    """A constat that somebody passes over, why, when, and in which séance if any.

    `regle` is the identifiant of the rule, `cible` a CibleConstat, `objet` the key of what the constat
    is about (None: the whole year). `phrase`: the constat as it was read; it counts again once it says
    something else.
    """

    __tablename__ = "passage_outre"

    regle: Mapped[str]
    cible: Mapped[str]
    annee: Mapped[int | None]
    objet: Mapped[str | None] = mapped_column(String(TAILLE_CLE))
    action: Mapped[str | None] = lien("action", facultatif=True)
    seance: Mapped[str | None] = lien("seance", facultatif=True)
    phrase: Mapped[str]
    motif: Mapped[str]
    auteur: Mapped[str]
    moment: Mapped[str]
