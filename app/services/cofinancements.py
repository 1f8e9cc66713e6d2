"""Who gives how much to what: the cofinancements, and the amount typed in a cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from app.models.action import Action, Cofinancement
from app.models.contrat import Commune
from app.models.enums import StatutCofinancement
from app.models.montants import afficher_montant
from app.models.organisme import Financeur, LigneCredit
from app.services.attaches import detacher
from app.services.bus import Valeurs
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.rows import ETAPES_MONTANT, LigneFinanceur
from app.services.suites_attachees import exiger_saisie_libre, exiger_sans_suite
from app.services.transaction import Ecriture

VERBES = {
    "demande": "Demande de",
    "propose": "Proposer",
    "accorde": "Accorder",
    "vote": "Voter",
    "notifie": "Notifier",
    "verse": "Verser",
}
AVANCEMENT = {
    "demande": StatutCofinancement.DEMANDE,
    "propose": StatutCofinancement.PROPOSE,
    "accorde": StatutCofinancement.ACCORDE,
    "vote": StatutCofinancement.VOTE,
    "notifie": StatutCofinancement.NOTIFIE,
    "verse": StatutCofinancement.VERSE,
}


@dataclass(frozen=True, slots=True)
class Credit:
    """Where money may come from: a line of credit of a financeur, or the financeur when it has none."""

    financeur: str
    financeur_nom: str
    ligne_credit: str | None
    ligne_credit_nom: str
    nature_credit: str | None

    @property
    def libelle(self) -> str:
        noms = (self.financeur_nom, self.ligne_credit_nom)
        return " – ".join(nom for nom in noms if nom)


@dataclass(frozen=True, slots=True)
class LigneCofinancement:
    """One cofinancement, as the sheet of an action lists it."""

    cle: str
    action: str
    annee: int
    financeur: str
    financeur_nom: str
    ligne_credit: str | None
    ligne_credit_nom: str
    nature_credit: str | None
    commune: str | None
    commune_nom: str
    demande: Decimal | None
    propose: Decimal | None
    accorde: Decimal | None
    vote: Decimal | None
    notifie: Decimal | None
    verse: Decimal | None
    statut: str
    securise: bool
    commentaire: str | None


class Cofinancements:
    """Reads and writes the cofinancements of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def financeurs(self, annee: int | None = None) -> tuple[LigneFinanceur, ...]:
        """Active financeurs, in speaking order; with `annee`, also those that gave that year.

        A financeur that left the table keeps its column where it has amounts: what a total adds up
        can be seen.
        """
        return lire_financeurs(self._fichier.lignes, annee)

    def credits(self) -> list[Credit]:
        """What can be asked of the active financeurs, in speaking order."""
        requete = (
            select(
                Financeur.cle,
                Financeur.nom_court,
                LigneCredit.cle,
                LigneCredit.nom,
                LigneCredit.nature_credit,
            )
            .join(LigneCredit, LigneCredit.financeur == Financeur.cle, isouter=True)
            .where(Financeur.actif)
            .order_by(Financeur.rang, Financeur.nom, LigneCredit.rang, LigneCredit.nom)
        )
        return [
            Credit(financeur, nom, ligne, ligne_nom or "", nature)
            for financeur, nom, ligne, ligne_nom, nature in self._fichier.lignes(requete)
        ]

    def de_l_action(self, action: str) -> list[LigneCofinancement]:
        """Cofinancements of an action, in speaking order."""
        requete = (
            select(
                Cofinancement.cle,
                Cofinancement.action,
                Cofinancement.annee,
                Cofinancement.financeur,
                Financeur.nom_court,
                Cofinancement.ligne_credit,
                LigneCredit.nom,
                Cofinancement.nature_credit,
                Cofinancement.commune,
                Commune.nom,
                Cofinancement.demande,
                Cofinancement.propose,
                Cofinancement.accorde,
                Cofinancement.vote,
                Cofinancement.notifie,
                Cofinancement.verse,
                Cofinancement.statut,
                Cofinancement.securise,
                Cofinancement.commentaire,
            )
            .join(Financeur, Financeur.cle == Cofinancement.financeur)
            .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
            .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
            .where(Cofinancement.action == action)
            .order_by(Financeur.rang, Cofinancement.cle)
        )
        lues: list[LigneCofinancement] = []
        for ligne in self._fichier.lignes(requete):
            valeurs = [*ligne]
            valeurs[6], valeurs[9] = valeurs[6] or "", valeurs[9] or ""
            lues.append(LigneCofinancement(*valeurs))
        return lues

    def saisir(self, action: str, financeur: str, *, etape: str, montant: Decimal | None) -> None:
        """Record the amount typed for one financeur at one step, in euros (None: cleared).

        Creates the cofinancement when there is none. Raises SaisieRefusee when it is negative, or
        when the financeur has several lines on this action: each is then typed in the sheet.
        """
        libelle = f"{VERBES[etape]} {afficher_montant(montant, euro=True) or 'rien'}"
        with self._fichier.operation(libelle) as ecriture:
            self.poser_montants(ecriture, action, financeur, {etape: montant})

    def poser_montants(
        self,
        ecriture: Ecriture,
        action: str,
        financeur: str,
        montants: Mapping[str, Decimal | None],
    ) -> None:
        """The same for one step or several, inside an operation that does more."""
        _exiger_montants(montants)
        presentes = _presentes(ecriture, action, financeur)
        if len(presentes) > 1:
            raise SaisieRefusee(
                "Ce financeur a plusieurs lignes sur cette action : "
                "saisissez le montant dans l'onglet « Financeurs » de la fiche."
            )
        if presentes:
            _poser(ecriture, presentes[0], montants)
        elif any(montant is not None for montant in montants.values()):
            _creer(ecriture, action, financeur, montants)

    def ajouter(self, action: str, financeur: str, **champs: Any) -> str:
        """Add a line of cofinancement to an action. Raises SaisieRefusee on a negative amount."""
        _exiger_montants(champs)
        with self._fichier.operation("Ajouter un cofinancement") as ecriture:
            annee = ecriture.lire(Action, action)["annee"]
            return ecriture.inserer(
                Cofinancement,
                action=action,
                financeur=financeur,
                **{"annee": annee, "statut": str(StatutCofinancement.INCONNU), **champs},
            )

    def modifier(self, cle: str, **champs: Any) -> None:
        """Change columns of one line. Raises SaisieRefusee on a negative amount."""
        with self._fichier.operation("Modifier un cofinancement") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        _exiger_montants(champs)
        exiger_saisie_libre(ecriture, cle, champs)
        ecriture.modifier(Cofinancement, cle, **champs)

    def changer_de_ligne(self, cle: str, ligne_credit: str | None) -> None:
        """Set the line of credit, and its nature with it. Raises SaisieRefusee on another's line."""
        with self._fichier.operation("Changer la ligne de crédit") as ecriture:
            self.poser_ligne(ecriture, cle, ligne_credit)

    def poser_ligne(self, ecriture: Ecriture, cle: str, ligne_credit: str | None) -> None:
        """The same inside an operation that does more."""
        if not ligne_credit:
            ecriture.modifier(Cofinancement, cle, ligne_credit=None)
            return
        ligne = ecriture.lire(LigneCredit, ligne_credit)
        if ligne["financeur"] != ecriture.lire(Cofinancement, cle)["financeur"]:
            raise SaisieRefusee(
                "Cette ligne de crédit est celle d'un autre financeur : choisissez-en une du même."
            )
        ecriture.modifier(
            Cofinancement, cle, ligne_credit=ligne_credit, nature_credit=ligne["nature_credit"]
        )

    def supprimer(self, *cles: str) -> None:
        """Delete lines, in one operation."""
        combien = "un cofinancement" if len(cles) == 1 else f"{len(cles)} cofinancements"
        with self._fichier.operation(f"Supprimer {combien}") as ecriture:
            exiger_sans_suite(ecriture, cles)
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Cofinancement, cles)


def lire_financeurs(lire: Lire, annee: int | None) -> tuple[LigneFinanceur, ...]:
    requete = (
        select(
            Financeur.cle,
            Financeur.identifiant,
            Financeur.nom,
            Financeur.nom_court,
            Financeur.nature,
            Financeur.rang,
        )
        .where(Financeur.actif if annee is None else Financeur.actif | _a_donne(annee))
        .order_by(Financeur.rang, Financeur.nom)
    )
    return tuple(LigneFinanceur(*ligne) for ligne in lire(requete))


def _a_donne(annee: int) -> ColumnElement[bool]:
    """True of a financeur that has an amount of that year, or on an action of that year."""
    connus = or_(*(getattr(Cofinancement, etape).is_not(None) for etape in ETAPES_MONTANT))
    de_l_annee = select(Action.cle).where(Action.annee == annee)
    return or_(
        *(
            Financeur.cle.in_(select(Cofinancement.financeur).where(condition, connus))
            for condition in (Cofinancement.annee == annee, Cofinancement.action.in_(de_l_annee))
        )
    )


def _exiger_montants(champs: Mapping[str, Any]) -> None:
    for etape in ETAPES_MONTANT:
        exiger_montant(champs.get(etape))


def exiger_montant(montant: Decimal | None) -> None:
    """Raises SaisieRefusee on a negative amount: a grant is never negative."""
    if montant is not None and montant < 0:
        raise SaisieRefusee(
            "Un montant de cofinancement ne peut pas être négatif : tapez un montant positif."
        )


def _presentes(ecriture: Ecriture, action: str, financeur: str) -> list[dict[str, Any]]:
    # By action first: they are few, and SQLite could else start from all those of the financeur.
    return ecriture.lignes_de(Cofinancement, action=action, financeur=financeur)


def _poser(ecriture: Ecriture, ligne: Valeurs, montants: Mapping[str, Decimal | None]) -> None:
    """Set the amounts; the status moves forward with them, never back by itself."""
    statut = _statut_atteint(ligne["statut"], montants)
    exiger_saisie_libre(ecriture, ligne["cle"], montants)
    ecriture.modifier_lue(Cofinancement, ligne, **montants, statut=statut)


def _statut_atteint(statut: str, montants: Mapping[str, Decimal | None]) -> str:
    for etape in ETAPES_MONTANT:
        if montants.get(etape) is not None and statut_avance(statut, AVANCEMENT[etape]):
            statut = str(AVANCEMENT[etape])
    return statut


def _creer(
    ecriture: Ecriture, action: str, financeur: str, montants: Mapping[str, Decimal | None]
) -> None:
    lignes_credit = ecriture.lignes(
        select(LigneCredit.cle, LigneCredit.nature_credit)
        .where(LigneCredit.financeur == financeur)
        .limit(2)
    )
    seule = lignes_credit[0] if len(lignes_credit) == 1 else None
    ecriture.inserer(
        Cofinancement,
        action=action,
        financeur=financeur,
        annee=ecriture.lire(Action, action)["annee"],
        ligne_credit=seule.cle if seule else None,
        nature_credit=seule.nature_credit if seule else None,
        statut=_statut_atteint(str(StatutCofinancement.INCONNU), montants),
        **montants,
    )


# How far a cofinancement has come; a refusal is beside this order.
ORDRE_DES_STATUTS = [
    StatutCofinancement.INCONNU,
    StatutCofinancement.DEMANDE,
    StatutCofinancement.PRIS_EN_CHARGE,
    StatutCofinancement.PROPOSE,
    StatutCofinancement.ACCORDE,
    StatutCofinancement.VOTE,
    StatutCofinancement.NOTIFIE,
    StatutCofinancement.VERSE,
]


def statut_avance(statut: str, cible: StatutCofinancement) -> bool:
    """True when `cible` is further than `statut` (a refusal is left by an amount granted)."""
    if statut in (StatutCofinancement.REFUSE, StatutCofinancement.NON_RECEVABLE):
        return cible is not StatutCofinancement.DEMANDE
    return statut in ORDRE_DES_STATUTS and ORDRE_DES_STATUTS.index(cible) > ORDRE_DES_STATUTS.index(
        StatutCofinancement.de(statut)
    )
