"""Who gives how much to what: the cofinancements, and the amount typed in a cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, Cofinancement
from app.models.contrat import Commune
from app.models.enums import StatutCofinancement
from app.models.montants import afficher_montant
from app.models.organisme import Financeur, LigneCredit
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.rows import ETAPES_MONTANT, LigneFinanceur
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

    def financeurs(self) -> tuple[LigneFinanceur, ...]:
        """Active financeurs, in speaking order."""
        requete = (
            select(
                Financeur.cle,
                Financeur.identifiant,
                Financeur.nom,
                Financeur.nom_court,
                Financeur.nature,
                Financeur.rang,
            )
            .where(Financeur.actif)
            .order_by(Financeur.rang, Financeur.nom)
        )
        return tuple(LigneFinanceur(*ligne) for ligne in self._fichier.lignes(requete))

    def lignes_credit(self, financeur: str) -> list[tuple[str, str, str]]:
        """(key, name, nature) of the lines of credit of a financeur."""
        requete = (
            select(LigneCredit.cle, LigneCredit.nom, LigneCredit.nature_credit)
            .where(LigneCredit.financeur == financeur)
            .order_by(LigneCredit.rang, LigneCredit.nom)
        )
        return [(cle, nom, nature) for cle, nom, nature in self._fichier.lignes(requete)]

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
        exiger_montant(montant)
        libelle = f"{VERBES[etape]} {afficher_montant(montant, euro=True) or 'rien'}"
        with self._fichier.operation(libelle) as ecriture:
            presentes = _presentes(ecriture, action, financeur)
            if len(presentes) > 1:
                raise SaisieRefusee(
                    "Ce financeur a plusieurs lignes sur cette action : "
                    "saisissez le montant dans l'onglet « Cofinancements » de la fiche."
                )
            if presentes:
                _poser(ecriture, presentes[0], etape, montant)
            elif montant is not None:
                _creer(ecriture, action, financeur, etape=etape, montant=montant)

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
        _exiger_montants(champs)
        with self._fichier.operation("Modifier un cofinancement") as ecriture:
            ecriture.modifier(Cofinancement, cle, **champs)

    def supprimer(self, cle: str) -> None:
        with self._fichier.operation("Supprimer un cofinancement") as ecriture:
            ecriture.supprimer(Cofinancement, cle)


def _exiger_montants(champs: Mapping[str, Any]) -> None:
    for etape in ETAPES_MONTANT:
        exiger_montant(champs.get(etape))


def exiger_montant(montant: Decimal | None) -> None:
    """Raises SaisieRefusee on a negative amount: a grant is never negative."""
    if montant is not None and montant < 0:
        raise SaisieRefusee(
            "Un montant de cofinancement ne peut pas être négatif : tapez un montant positif."
        )


_DE_L_ACTION = select(Cofinancement.cle, Cofinancement.financeur, Cofinancement.statut).where(
    Cofinancement.action == bindparam("action")
)


def _presentes(ecriture: Ecriture, action: str, financeur: str) -> list[Any]:
    # By action alone: they are few, and SQLite could else start from all those of the financeur.
    lignes = ecriture.lignes(_DE_L_ACTION, {"action": action})
    return [ligne for ligne in lignes if ligne.financeur == financeur]


def _poser(ecriture: Ecriture, ligne: Any, etape: str, montant: Decimal | None) -> None:
    """Set the amount; the status moves forward with it, never back by itself."""
    champs: dict[str, Any] = {etape: montant}
    if montant is not None and _avance(ligne.statut, AVANCEMENT[etape]):
        champs["statut"] = str(AVANCEMENT[etape])
    ecriture.modifier(Cofinancement, ligne.cle, **champs)


def _creer(
    ecriture: Ecriture, action: str, financeur: str, *, etape: str, montant: Decimal
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
        statut=str(AVANCEMENT[etape]),
        **{etape: montant},
    )


_ORDRE = [
    StatutCofinancement.INCONNU,
    StatutCofinancement.DEMANDE,
    StatutCofinancement.PRIS_EN_CHARGE,
    StatutCofinancement.PROPOSE,
    StatutCofinancement.ACCORDE,
    StatutCofinancement.VOTE,
    StatutCofinancement.NOTIFIE,
    StatutCofinancement.VERSE,
]


def _avance(statut: str, cible: StatutCofinancement) -> bool:
    """True when `cible` is further than `statut` (a refusal is left by an amount granted)."""
    if statut in (StatutCofinancement.REFUSE, StatutCofinancement.NON_RECEVABLE):
        return cible is not StatutCofinancement.DEMANDE
    return statut in _ORDRE and _ORDRE.index(cible) > _ORDRE.index(StatutCofinancement.de(statut))
