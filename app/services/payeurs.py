"""Who speaks in a round table: a financeur, one of its lines of credit, one of its communes.

An action may ask several lines of one financeur, or several communes: each gives its own amount.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, Cofinancement
from app.models.contrat import Commune
from app.models.enums import StatutCofinancement
from app.models.organisme import Financeur, LigneCredit
from app.services.cofinancements import AVANCEMENT, exiger_montant, statut_avance
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class Payeur:
    """Where an amount comes from; `ligne_credit` and `commune` are None where they are not said."""

    financeur: str
    ligne_credit: str | None = None
    commune: str | None = None

    def champs(self) -> dict[str, str | None]:
        """As columns of a row."""
        return {
            "financeur": self.financeur,
            "ligne_credit": self.ligne_credit,
            "commune": self.commune,
        }


@dataclass(frozen=True, slots=True)
class LignePayeur:
    """A seat of the round table: its name, its place, and what the table holds (euros)."""

    payeur: Payeur
    nom: str
    financeur_nom: str
    nature: str
    rang: tuple[int, int, int]
    cofinancement: str | None
    demande: Decimal | None = None
    propose: Decimal | None = None
    accorde: Decimal | None = None
    statut: str = str(StatutCofinancement.INCONNU)


def payeur_de(ligne: Any) -> Payeur:
    """Of any row that has the three columns."""
    return Payeur(ligne.financeur, ligne.ligne_credit, ligne.commune)


_COLONNES = (
    Cofinancement.cle,
    Cofinancement.action,
    Cofinancement.financeur,
    Cofinancement.ligne_credit,
    Cofinancement.commune,
    Cofinancement.demande,
    Cofinancement.propose,
    Cofinancement.accorde,
    Cofinancement.statut,
    Financeur.nom_court.label("financeur_nom"),
    Financeur.nature,
    Financeur.rang.label("financeur_rang"),
    LigneCredit.nom.label("ligne_nom"),
    LigneCredit.rang.label("ligne_rang"),
    Commune.nom.label("commune_nom"),
    Commune.rang.label("commune_rang"),
)
_DES_ACTIONS = (
    select(*_COLONNES)
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .where(Cofinancement.action.in_(bindparam("actions", expanding=True)))
)
_NOMS_FINANCEURS = select(Financeur.cle, Financeur.nom_court, Financeur.nature, Financeur.rang)
_NOMS_LIGNES = select(LigneCredit.cle, LigneCredit.nom, LigneCredit.rang)
_NOMS_COMMUNES = select(Commune.cle, Commune.nom, Commune.rang)


def payeurs_des_actions(lire: Lire, actions: Sequence[str]) -> dict[str, list[LignePayeur]]:
    """action -> its seats in speaking order. One read for up to 500 actions."""
    groupes: dict[str, list[Any]] = {action: [] for action in actions}
    for debut in range(0, len(actions), 500):
        for ligne in lire(_DES_ACTIONS, {"actions": list(actions[debut : debut + 500])}):
            groupes[ligne.action].append(ligne)
    return {action: _sieges(lignes) for action, lignes in groupes.items()}


def _sieges(lignes: Iterable[Any]) -> list[LignePayeur]:
    uniques = {payeur_de(ligne): ligne for ligne in lignes}
    voisins = Counter((p.financeur, p.commune) for p in uniques)
    sieges = [
        LignePayeur(
            payeur,
            _nom(ligne, seul=voisins[payeur.financeur, payeur.commune] == 1),
            ligne.financeur_nom,
            ligne.nature,
            (ligne.financeur_rang, ligne.ligne_rang or 0, ligne.commune_rang or 0),
            ligne.cle,
            ligne.demande,
            ligne.propose,
            ligne.accorde,
            ligne.statut,
        )
        for payeur, ligne in uniques.items()
    ]
    return sorted(sieges, key=lambda siege: (siege.rang, siege.nom))


def qui_paie(ligne: Any) -> str:
    """« État », or the commune: of a row that has the three names."""
    return str(ligne.commune_nom or ligne.financeur_nom)


def _nom(ligne: Any, *, seul: bool) -> str:
    nom = ligne.commune_nom or ligne.financeur_nom
    return nom if seul or not ligne.ligne_nom else f"{nom} – {ligne.ligne_nom}"


class NomsPayeurs:
    """Names of payeurs whatever the action: read once for a list."""

    def __init__(self, lire: Lire) -> None:
        self._financeurs = {f.cle: f for f in lire(_NOMS_FINANCEURS)}
        self._lignes = {ligne.cle: ligne for ligne in lire(_NOMS_LIGNES)}
        self._communes = {commune.cle: commune for commune in lire(_NOMS_COMMUNES)}

    def nom(self, payeur: Payeur) -> str:
        """« État – BOP 147 », or the commune when one pays."""
        commune = self._communes.get(payeur.commune or "")
        ligne = self._lignes.get(payeur.ligne_credit or "")
        tete = commune.nom if commune else self.financeur(payeur.financeur)
        return f"{tete} – {ligne.nom}" if ligne else str(tete)

    def rang(self, payeur: Payeur) -> tuple[int, int, int]:
        """Its place in the speaking order."""
        lues = (
            self._financeurs.get(payeur.financeur),
            self._lignes.get(payeur.ligne_credit or ""),
            self._communes.get(payeur.commune or ""),
        )
        financeur, ligne, commune = (lue.rang if lue else 0 for lue in lues)
        return financeur, ligne, commune

    def financeur(self, cle: str) -> str:
        ligne = self._financeurs.get(cle)
        return str(ligne.nom_court) if ligne else ""

    def siege(self, payeur: Payeur) -> LignePayeur:
        """A seat that the action does not ask."""
        financeur = self._financeurs[payeur.financeur]
        return LignePayeur(
            payeur,
            self.nom(payeur),
            financeur.nom_court,
            financeur.nature,
            self.rang(payeur),
            None,
        )


# Writing ------------------------------------------------------------------------------------------

_DE_L_ACTION = select(
    Cofinancement.cle,
    Cofinancement.financeur,
    Cofinancement.ligne_credit,
    Cofinancement.commune,
    Cofinancement.statut,
).where(Cofinancement.action == bindparam("action"))


def poser_montant(
    ecriture: Ecriture, action: str, payeur: Payeur, *, etape: str, montant: Decimal | None
) -> None:
    """Set the amount (euros) of a step for one payeur of an action; its status moves forward.

    Creates the cofinancement when there is none. Raises SaisieRefusee on a negative amount, or when
    several lines could be meant.
    """
    exiger_montant(montant)
    ligne = _visee(ecriture.lignes(_DE_L_ACTION, {"action": action}), payeur)
    if ligne is not None:
        ecriture.modifier(Cofinancement, ligne.cle, **champs_etape(ligne.statut, etape, montant))
    elif montant is not None:
        ecriture.inserer(
            Cofinancement,
            action=action,
            annee=ecriture.lire(Action, action)["annee"],
            nature_credit=_nature(ecriture, payeur),
            statut=str(AVANCEMENT[etape]),
            **payeur.champs(),
            **{etape: montant},
        )


def champs_etape(statut: str, etape: str, montant: Decimal | None) -> dict[str, Any]:
    """What to write in a cofinancement: the amount, and the status when it moves forward."""
    champs: dict[str, Any] = {etape: montant}
    if montant is not None and statut_avance(statut, AVANCEMENT[etape]):
        champs["statut"] = str(AVANCEMENT[etape])
    return champs


def _visee(presentes: Sequence[Any], payeur: Payeur) -> Any:
    exactes = [ligne for ligne in presentes if payeur_de(ligne) == payeur]
    if not exactes and payeur == Payeur(payeur.financeur):
        exactes = [ligne for ligne in presentes if ligne.financeur == payeur.financeur]
    if len(exactes) > 1:
        raise SaisieRefusee(
            "Ce financeur a plusieurs lignes sur cette action : "
            "saisissez le montant dans l'onglet « Financeurs » de la fiche."
        )
    return exactes[0] if exactes else None


def _nature(ecriture: Ecriture, payeur: Payeur) -> str | None:
    if payeur.ligne_credit is None:
        return None
    nature: str | None = ecriture.lire(LigneCredit, payeur.ligne_credit)["nature_credit"]
    return nature
