"""CPO: conventions pluriannuelles d'objectifs, their tranches, avenants, indicators and reviews.

Amounts are euros, moments ISO, UTC, days ISO dates.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Convention(Ligne):
    """A CPO asked for, agreed, signed, then followed; `etat` is an EtatConvention.

    `lignee` is that of its actions, one a year. `renouvelle`: the convention it follows. `bloquee_par`:
    who stood against it when it fell back to one year. `suivi_renforce`: one of the priority actions
    of the contract, `copilote` leading it jointly.
    """

    __tablename__ = "convention"

    numero: Mapped[str | None]
    organisme: Mapped[str | None] = lien("organisme", facultatif=True)
    lignee: Mapped[str]
    titre: Mapped[str]
    objet: Mapped[str | None]
    etat: Mapped[str]
    annee_debut: Mapped[int]
    annee_fin: Mapped[int]
    profil: Mapped[str | None]
    engagement_etat: Mapped[bool | None]
    soutien_territoire: Mapped[bool | None]
    bloquee_par: Mapped[str | None]
    signee_le: Mapped[str | None]
    resiliee_le: Mapped[str | None]
    motif: Mapped[str | None]
    point_etape_le: Mapped[str | None]
    evaluee_le: Mapped[str | None]
    evaluation: Mapped[str | None]
    suivi_renforce: Mapped[bool] = mapped_column(default=False)
    copilote: Mapped[str | None]
    renouvelle: Mapped[str | None] = lien("convention", facultatif=True)
    note: Mapped[str | None]


class AvisCpo(Ligne):
    """What a financeur says of one year of a CPO; `favorable` None: it has not answered."""

    __tablename__ = "avis_cpo"

    convention: Mapped[str] = lien("convention")
    financeur: Mapped[str] = lien("financeur")
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    annee: Mapped[int]
    favorable: Mapped[bool | None]
    montant: Mapped[Decimal | None]
    motif: Mapped[str | None]
    dit_le: Mapped[str | None]


class Tranche(Ligne):
    """What one financeur promises for one year. `ferme` False: « sous réserve du vote ».

    `liberee_le`, `liberee_par`: when its conditions were found to be met, and by whom; `liberation`:
    why, when one was not.
    """

    __tablename__ = "tranche"

    convention: Mapped[str] = lien("convention")
    annee: Mapped[int]
    financeur: Mapped[str] = lien("financeur")
    ligne_credit: Mapped[str | None] = lien("ligne_credit", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    montant: Mapped[Decimal | None]
    ferme: Mapped[bool] = mapped_column(default=False)
    liberee_le: Mapped[str | None]
    liberee_par: Mapped[str | None]
    liberation: Mapped[str | None]
    note: Mapped[str | None]


class Avenant(Ligne):
    """A change of a convention once signed. `contenu`: what it was and what it becomes, by field."""

    __tablename__ = "avenant"

    convention: Mapped[str] = lien("convention")
    numero: Mapped[int]
    date: Mapped[str | None]
    objet: Mapped[str]
    motif: Mapped[str | None]
    contenu: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signe_le: Mapped[str | None]


class SignatureConvention(Ligne):
    """A party of a convention, or of one of its avenants, and the day it signed."""

    __tablename__ = "signature_convention"

    convention: Mapped[str] = lien("convention")
    avenant: Mapped[str | None] = lien("avenant", facultatif=True)
    partie: Mapped[str]
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    qualite: Mapped[str | None]
    date: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class IndicateurCpo(Ligne):
    """What a convention is measured by: where it starts, what it aims at, where the figure is read."""

    __tablename__ = "indicateur_cpo"

    convention: Mapped[str] = lien("convention")
    libelle: Mapped[str]
    unite: Mapped[str | None]
    source: Mapped[str | None]
    depart: Mapped[Decimal | None]
    cible: Mapped[Decimal | None]
    impact: Mapped[bool] = mapped_column(default=False)
    rang: Mapped[int] = mapped_column(default=0)


class ValeurIndicateur(Ligne):
    """The figure of an indicator for a year."""

    __tablename__ = "valeur_indicateur"

    indicateur: Mapped[str] = lien("indicateur_cpo")
    annee: Mapped[int]
    valeur: Mapped[Decimal | None]
    note: Mapped[str | None]


class RevueCpo(Ligne):
    """The yearly review of a convention: the bilan received, what was concluded, what is changed.

    `a_recuperer`: euros to be given back. `reponses`: evaluation question -> answer.
    """

    __tablename__ = "revue_cpo"

    convention: Mapped[str] = lien("convention")
    annee: Mapped[int]
    bilan_recu_le: Mapped[str | None]
    tenue_le: Mapped[str | None]
    conclusion: Mapped[str | None]
    reorientation: Mapped[str | None]
    a_recuperer: Mapped[Decimal | None]
    reponses: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None]
