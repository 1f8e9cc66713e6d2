"""What comes after the decision: bilans, abattement de TFPB, postes d'adulte-relais."""

from decimal import Decimal

from app.models.base import Champ, Ligne, champ, lien


class Bilan(Ligne):
    """The report of an action once carried out; dates are ISO, amounts euros.

    `attendu_le` None: no date was given. `conclusion` is an Appreciation of what was reached.
    """

    __tablename__ = "bilan"

    action: Champ[str] = lien("action")
    attendu_le: Champ[str | None]
    recu_le: Champ[str | None]
    examine_le: Champ[str | None]
    examine_par: Champ[str | None]
    conclusion: Champ[str | None]
    cout_realise: Champ[Decimal | None]
    public_realise: Champ[int | None]
    public_qpv_realise: Champ[int | None]
    femmes_realise: Champ[int | None]
    relances: Champ[int] = champ(default=0)
    relance_le: Champ[str | None]
    note: Champ[str | None]


class ProgrammeTfpb(Ligne):
    """What a bailleur does in a quartier against the abattement of taxe foncière of a year, in euros."""

    __tablename__ = "programme_tfpb"

    bailleur: Champ[str] = lien("organisme")
    quartier: Champ[str | None] = lien("quartier")
    annee: Champ[int]
    logements: Champ[int | None]
    abattement: Champ[Decimal | None]
    depense: Champ[Decimal | None]
    axes: Champ[list[str]] = champ(default=list)
    signe_le: Champ[str | None]
    presente_le: Champ[str | None]
    note: Champ[str | None]


class PosteAdulteRelais(Ligne):
    """A post of adulte-relais; the person is not named, what makes them eligible is.

    `age` at hiring; True, False or None (not known) for each condition.
    """

    __tablename__ = "poste_adulte_relais"

    organisme: Champ[str] = lien("organisme")
    quartier: Champ[str | None] = lien("quartier")
    intitule: Champ[str]
    debut: Champ[str | None]
    fin: Champ[str | None]
    contrat: Champ[str | None]
    age: Champ[int | None]
    reside_en_qpv: Champ[bool | None]
    sans_emploi: Champ[bool | None]
    montant: Champ[Decimal | None]
    note: Champ[str | None]
