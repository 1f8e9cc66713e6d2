"""Droit commun first: who was approached and answered what, who takes over, which calls are open."""

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Sollicitation(Ligne):
    """What an action asked of somebody, and the result (A-135). `aupres_de`: who, out of the list.

    `nature_credit` is a NatureCredit; `resultat` a ResultatSollicitation; `montant` in euros.
    """

    __tablename__ = "sollicitation"

    action: Mapped[str] = lien("action")
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    aupres_de: Mapped[str | None]
    nature_credit: Mapped[str | None]
    dispositif: Mapped[str | None]
    montant: Mapped[Decimal | None]
    date: Mapped[str | None]
    resultat: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Relais(Ligne):
    """The way out of politique de la ville: who could take the action over, when, with what result.

    (A-142, A-144.) `chances` in %, `resultat` a ResultatSollicitation, `examine_le` an ISO date.
    """

    __tablename__ = "relais"

    action: Mapped[str] = lien("action")
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    aupres_de: Mapped[str | None]
    dispositif: Mapped[str | None]
    echeance: Mapped[str | None]
    chances: Mapped[int | None]
    generalisable: Mapped[bool] = mapped_column(default=False)
    examine_le: Mapped[str | None]
    resultat: Mapped[str | None]
    note: Mapped[str | None]


class AppelPartenaire(Ligne):
    """A call of a partner, to which projects may be turned (A-145, B-82)."""

    __tablename__ = "appel_partenaire"

    nom: Mapped[str]
    partenaire: Mapped[str | None]
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    noeud: Mapped[str | None] = lien("noeud", facultatif=True)
    mots: Mapped[list[str]] = mapped_column(default=list)
    date_ouverture: Mapped[str | None]
    date_cloture: Mapped[str | None]
    beneficiaires: Mapped[str | None]
    nature_depense: Mapped[str | None]
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)
