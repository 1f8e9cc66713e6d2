"""Rules of the team, over those that the référentiels print, and constats passed over."""

from typing import Any

from sqlalchemy import String

from app.models.base import TAILLE_CLE, Champ, Ligne, champ, lien


class SurchargeRegle(Ligne):
    """What the team changes of a rule, for one appel or for all, with the reason.

    `regle` is the identifiant of a rule, printed or national. `parametres` holds the values changed
    only; `niveau` and `active` None: as printed.
    """

    __tablename__ = "surcharge_regle"

    regle: Champ[str]
    appel: Champ[str | None] = lien("appel")
    parametres: Champ[dict[str, Any]] = champ(default=dict)
    niveau: Champ[str | None]
    active: Champ[bool | None]
    motif: Champ[str]
    auteur: Champ[str]
    moment: Champ[str]


class RegleComposee(Ligne):
    """A rule made of existing facts, without code.

    `quand` and `exige` are conditions over the facts of a `cible` (a CibleConstat): rows that meet
    `quand` and not `exige` make a constat, whose sentence is `constat`. `source`: where it is said.
    """

    __tablename__ = "regle_composee"

    identifiant: Champ[str]
    libelle: Champ[str]
    cible: Champ[str]
    quand: Champ[dict[str, Any]] = champ(default=dict)
    exige: Champ[dict[str, Any]] = champ(default=dict)
    niveau: Champ[str]
    constat: Champ[str | None]
    source: Champ[str | None]
    appel: Champ[str | None] = lien("appel")
    active: Champ[bool] = champ(default=True)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class PassageOutre(Ligne):
    """A constat that somebody passes over, why, when, and in which séance if any.

    `regle` is the identifiant of the rule, `cible` a CibleConstat, `objet` the key of what the constat
    is about (None: the whole year). `phrase`: the constat as it was read; it counts again once it says
    something else.
    """

    __tablename__ = "passage_outre"

    regle: Champ[str]
    cible: Champ[str]
    annee: Champ[int | None]
    objet: Champ[str | None] = champ(String(TAILLE_CLE))
    action: Champ[str | None] = lien("action")
    seance: Champ[str | None] = lien("seance")
    phrase: Champ[str]
    motif: Champ[str]
    auteur: Champ[str]
    moment: Champ[str]
