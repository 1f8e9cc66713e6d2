"""Droit commun first: who was approached and answered what, who takes over, which calls are open."""

from decimal import Decimal

from app.models.base import Champ, Ligne, champ, lien


class Sollicitation(Ligne):
    """What an action asked of somebody, and the result (A-135). `aupres_de`: who, out of the list.

    `nature_credit` is a NatureCredit; `resultat` a ResultatSollicitation; `montant` in euros.
    """

    __tablename__ = "sollicitation"

    action: Champ[str] = lien("action")
    financeur: Champ[str | None] = lien("financeur")
    aupres_de: Champ[str | None]
    nature_credit: Champ[str | None]
    dispositif: Champ[str | None]
    montant: Champ[Decimal | None]
    date: Champ[str | None]
    resultat: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Relais(Ligne):
    """The way out of politique de la ville: who could take the action over, when, with what result.

    (A-142, A-144.) `chances` in %, `resultat` a ResultatSollicitation, `examine_le` an ISO date.
    """

    __tablename__ = "relais"

    action: Champ[str] = lien("action")
    financeur: Champ[str | None] = lien("financeur")
    aupres_de: Champ[str | None]
    dispositif: Champ[str | None]
    echeance: Champ[str | None]
    chances: Champ[int | None]
    generalisable: Champ[bool] = champ(default=False)
    examine_le: Champ[str | None]
    resultat: Champ[str | None]
    note: Champ[str | None]


class AppelPartenaire(Ligne):
    """A call of a partner, to which projects may be turned (A-145, B-82)."""

    __tablename__ = "appel_partenaire"

    nom: Champ[str]
    partenaire: Champ[str | None]
    financeur: Champ[str | None] = lien("financeur")
    noeud: Champ[str | None] = lien("noeud")
    mots: Champ[list[str]] = champ(default=list)
    date_ouverture: Champ[str | None]
    date_cloture: Champ[str | None]
    beneficiaires: Champ[str | None]
    nature_depense: Champ[str | None]
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)
