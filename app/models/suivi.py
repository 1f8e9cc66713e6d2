"""What comes after the decision: bilans, abattement de TFPB, postes d'adulte-relais."""

from decimal import Decimal

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Bilan(Ligne):
    """The report of an action once carried out; dates are ISO, amounts euros.

    `attendu_le` None: no date was given. `conclusion` is an Appreciation of what was reached.
    """

    __tablename__ = "bilan"

    action: Mapped[str] = lien("action")
    attendu_le: Mapped[str | None]
    recu_le: Mapped[str | None]
    examine_le: Mapped[str | None]
    examine_par: Mapped[str | None]
    conclusion: Mapped[str | None]
    cout_realise: Mapped[Decimal | None]
    public_realise: Mapped[int | None]
    public_qpv_realise: Mapped[int | None]
    femmes_realise: Mapped[int | None]
    relances: Mapped[int] = mapped_column(default=0)
    relance_le: Mapped[str | None]
    note: Mapped[str | None]


class ProgrammeTfpb(Ligne):
    """What a bailleur does in a quartier against the abattement of taxe foncière of a year, in euros."""

    __tablename__ = "programme_tfpb"

    bailleur: Mapped[str] = lien("organisme")
    quartier: Mapped[str | None] = lien("quartier", facultatif=True)
    annee: Mapped[int]
    logements: Mapped[int | None]
    abattement: Mapped[Decimal | None]
    depense: Mapped[Decimal | None]
    axes: Mapped[list[str]] = mapped_column(default=list)
    signe_le: Mapped[str | None]
    presente_le: Mapped[str | None]
    note: Mapped[str | None]


class PosteAdulteRelais(Ligne):
    """A post of adulte-relais; the person is not named, what makes them eligible is.

    `age` at hiring; True, False or None (not known) for each condition.
    """

    __tablename__ = "poste_adulte_relais"

    organisme: Mapped[str] = lien("organisme")
    quartier: Mapped[str | None] = lien("quartier", facultatif=True)
    intitule: Mapped[str]
    debut: Mapped[str | None]
    fin: Mapped[str | None]
    contrat: Mapped[str | None]
    age: Mapped[int | None]
    reside_en_qpv: Mapped[bool | None]
    sans_emploi: Mapped[bool | None]
    montant: Mapped[Decimal | None]
    note: Mapped[str | None]
