"""CPO: conventions pluriannuelles d'objectifs, their tranches, avenants, indicators and reviews.

Amounts are euros, moments ISO, UTC, days ISO dates.
"""

from decimal import Decimal
from typing import Any

from app.models.base import Champ, Ligne, champ, lien


class Convention(Ligne):
    """A CPO asked for, agreed, signed, then followed; `etat` is an EtatConvention.

    `lignee` is that of its actions, one a year. `renouvelle`: the convention it follows. `bloquee_par`:
    who stood against it when it fell back to one year. `suivi_renforce`: one of the priority actions
    of the contract, `copilote` leading it jointly.
    """

    __tablename__ = "convention"

    numero: Champ[str | None]
    organisme: Champ[str | None] = lien("organisme")
    lignee: Champ[str]
    titre: Champ[str]
    objet: Champ[str | None]
    etat: Champ[str]
    annee_debut: Champ[int]
    annee_fin: Champ[int]
    profil: Champ[str | None]
    engagement_etat: Champ[bool | None]
    soutien_territoire: Champ[bool | None]
    bloquee_par: Champ[str | None]
    signee_le: Champ[str | None]
    resiliee_le: Champ[str | None]
    motif: Champ[str | None]
    point_etape_le: Champ[str | None]
    evaluee_le: Champ[str | None]
    evaluation: Champ[str | None]
    suivi_renforce: Champ[bool] = champ(default=False)
    copilote: Champ[str | None]
    renouvelle: Champ[str | None] = lien("convention")
    note: Champ[str | None]


class AvisCpo(Ligne):
    """What a financeur says of one year of a CPO; `favorable` None: it has not answered."""

    __tablename__ = "avis_cpo"

    convention: Champ[str] = lien("convention")
    financeur: Champ[str] = lien("financeur")
    commune: Champ[str | None] = lien("commune")
    annee: Champ[int]
    favorable: Champ[bool | None]
    montant: Champ[Decimal | None]
    motif: Champ[str | None]
    dit_le: Champ[str | None]


class Tranche(Ligne):
    """What one financeur promises for one year. `ferme` False: « sous réserve du vote ».

    `liberee_le`, `liberee_par`: when its conditions were found to be met, and by whom; `liberation`:
    why, when one was not.
    """

    __tablename__ = "tranche"

    convention: Champ[str] = lien("convention")
    annee: Champ[int]
    financeur: Champ[str] = lien("financeur")
    ligne_credit: Champ[str | None] = lien("ligne_credit")
    commune: Champ[str | None] = lien("commune")
    montant: Champ[Decimal | None]
    ferme: Champ[bool] = champ(default=False)
    liberee_le: Champ[str | None]
    liberee_par: Champ[str | None]
    liberation: Champ[str | None]
    note: Champ[str | None]


class Avenant(Ligne):
    """A change of a convention once signed. `contenu`: what it was and what it becomes, by field."""

    __tablename__ = "avenant"

    convention: Champ[str] = lien("convention")
    numero: Champ[int]
    date: Champ[str | None]
    objet: Champ[str]
    motif: Champ[str | None]
    contenu: Champ[dict[str, Any]] = champ(default=dict)
    signe_le: Champ[str | None]


class SignatureConvention(Ligne):
    """A party of a convention, or of one of its avenants, and the day it signed."""

    __tablename__ = "signature_convention"

    convention: Champ[str] = lien("convention")
    avenant: Champ[str | None] = lien("avenant")
    partie: Champ[str]
    financeur: Champ[str | None] = lien("financeur")
    qualite: Champ[str | None]
    date: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class IndicateurCpo(Ligne):
    """What a convention is measured by: where it starts, what it aims at, where the figure is read."""

    __tablename__ = "indicateur_cpo"

    convention: Champ[str] = lien("convention")
    libelle: Champ[str]
    unite: Champ[str | None]
    source: Champ[str | None]
    depart: Champ[Decimal | None]
    cible: Champ[Decimal | None]
    impact: Champ[bool] = champ(default=False)
    rang: Champ[int] = champ(default=0)


class ValeurIndicateur(Ligne):
    """The figure of an indicator for a year."""

    __tablename__ = "valeur_indicateur"

    indicateur: Champ[str] = lien("indicateur_cpo")
    annee: Champ[int]
    valeur: Champ[Decimal | None]
    note: Champ[str | None]


class RevueCpo(Ligne):
    """The yearly review of a convention: the bilan received, what was concluded, what is changed.

    `a_recuperer`: euros to be given back. `reponses`: evaluation question -> answer.
    """

    __tablename__ = "revue_cpo"

    convention: Champ[str] = lien("convention")
    annee: Champ[int]
    bilan_recu_le: Champ[str | None]
    tenue_le: Champ[str | None]
    conclusion: Champ[str | None]
    reorientation: Champ[str | None]
    a_recuperer: Champ[Decimal | None]
    reponses: Champ[dict[str, Any]] = champ(default=dict)
    note: Champ[str | None]
