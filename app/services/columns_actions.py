"""The columns of the programme's table: identity, then one block per financeur, then totals."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from app.models.enums import (
    Enumeration,
    NatureAction,
    Recurrence,
    StatutAction,
)
from app.models.montants import lire_montant
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns import Alignement, Colonne, Signal, TypeColonne
from app.services.errors import SaisieRefusee
from app.services.rows import LigneAction, LigneFinanceur

SIGNAUX = {
    StatutAction.ACCORDEE: Signal.FAVORABLE,
    StatutAction.TERMINEE: Signal.FAVORABLE,
    StatutAction.AJOURNEE: Signal.ALERTE,
    StatutAction.REORIENTEE: Signal.ALERTE,
    StatutAction.REFUSEE: Signal.BLOQUANT,
    StatutAction.IRRECEVABLE: Signal.BLOQUANT,
    StatutAction.RETIREE: Signal.NEUTRE,
}
ETAPES_AFFICHEES = (("demande", "Demandé"), ("propose", "Proposé"), ("accorde", "Accordé"))
GROUPE_TOTAL = "Tous financeurs"


def choix_de(enumeration: type[Enumeration], *, vide: bool = False) -> tuple[tuple[str, str], ...]:
    """(stored value, label) of a closed list, in its own order."""
    membres = tuple((str(m), m.libelle) for m in enumeration)
    return (("", "–"), *membres) if vide else membres


def signal_statut(statut: str | None) -> Signal:
    """Shape and colour of a status."""
    connus = {str(s): signal for s, signal in SIGNAUX.items()}
    return connus.get(statut or "", Signal.INFORMATION)


def lire_saisie(texte: str) -> Decimal | None:
    """Amount typed by a person; empty clears. Raises SaisieRefusee with what to type."""
    if not texte.strip() or texte.strip() in "–-":
        return None
    try:
        return lire_montant(texte)
    except ValueError as cause:
        raise SaisieRefusee(
            f"« {texte.strip()} » n'est pas un montant : tapez par exemple 12 500 ou 12 500,50."
        ) from cause


def lire_nombre(texte: str) -> int | None:
    """Whole number typed by a person; empty clears."""
    if not texte.strip():
        return None
    montant = lire_saisie(texte)
    if montant is None:
        return None
    if montant != montant.to_integral_value() or montant < 0:
        raise SaisieRefusee(
            f"« {texte.strip()} » n'est pas un nombre entier positif : corrigez-le."
        )
    return int(montant)


def colonnes_actions(
    financeurs: Iterable[LigneFinanceur], actions: Actions, cofinancements: Cofinancements
) -> list[Colonne]:
    """Every column of the table of a year, those of the financeurs in speaking order."""
    return [
        *_identite(actions),
        *_mesures(actions),
        *[c for financeur in financeurs for c in _bloc(financeur, cofinancements)],
        *_totaux(),
        *_classement(actions),
        *_suites(actions),
    ]


def _champ(actions: Actions, nom: str, lire: Callable[[str], Any]) -> Callable[[str, str], None]:
    def ecrire(cle: str, texte: str) -> None:
        actions.modifier(cle, **{nom: lire(texte)})

    return ecrire


def _texte_ou_rien(texte: str) -> str | None:
    return texte.strip() or None


def _lire(nom: str) -> Callable[[Any], Any]:
    def lire(ligne: LigneAction) -> Any:
        return getattr(ligne, nom)

    return lire


def _identite(actions: Actions) -> list[Colonne]:
    return [
        Colonne(
            cle="numero", titre="N°", lire=_lire("numero"), largeur=78, figee=True, nuance=True
        ),
        Colonne(
            cle="titre",
            titre="Intitulé",
            lire=_lire("titre"),
            largeur=232,
            figee=True,
            ecrire=_champ(actions, "titre", str),
        ),
        Colonne(cle="porteur", titre="Porteur", lire=_lire("porteur"), largeur=164),
        Colonne(
            cle="statut",
            titre="Statut",
            type=TypeColonne.CHOIX,
            lire=_lire("statut"),
            largeur=146,
            choix=choix_de(StatutAction),
            signal=signal_statut,
            ecrire=_champ(actions, "statut", str),
        ),
    ]


def _classement(actions: Actions) -> list[Colonne]:
    return [
        Colonne(cle="axe", titre="Axe", lire=_lire("axe"), largeur=190),
        Colonne(
            cle="objectif", titre="Objectif", lire=_lire("objectif"), visible=False, largeur=220
        ),
        Colonne(cle="quartiers", titre="Quartiers", lire=_lire("quartiers"), largeur=170),
        Colonne(cle="communes", titre="Communes", lire=_lire("communes"), largeur=150),
        Colonne(
            cle="public_qpv",
            titre="Public en QPV",
            type=TypeColonne.ENTIER,
            lire=_lire("public_qpv"),
            total=True,
            largeur=72,
            ecrire=_champ(actions, "public_qpv", lire_nombre),
        ),
        Colonne(cle="echelle", titre="Échelle", lire=_lire("echelle"), visible=False, largeur=130),
        Colonne(
            cle="recurrence",
            titre="Nouveau ou reconduction",
            type=TypeColonne.CHOIX,
            lire=_lire("recurrence"),
            largeur=112,
            choix=choix_de(Recurrence, vide=True),
            ecrire=_champ(actions, "recurrence", _texte_ou_rien),
        ),
        Colonne(
            cle="nature",
            titre="Nature",
            type=TypeColonne.CHOIX,
            lire=_lire("nature"),
            visible=False,
            choix=choix_de(NatureAction),
            ecrire=_champ(actions, "nature", str),
        ),
    ]


def _mesures(actions: Actions) -> list[Colonne]:
    return [
        Colonne(
            cle="cpo",
            titre="CPO",
            lire=_lire("cpo"),
            largeur=52,
            alignement=Alignement.CENTRE,
            aide="Année de la convention pluriannuelle sur sa durée",
        ),
        Colonne(
            cle="cout",
            titre="Coût total",
            type=TypeColonne.MONTANT,
            lire=_lire("cout"),
            total=True,
            largeur=96,
            ecrire=_champ(actions, "cout_total", lire_saisie),
        ),
        Colonne(
            cle="accorde_n1",
            titre="Accordé N-1",
            type=TypeColonne.MONTANT,
            lire=_lire("accorde_n1"),
            total=True,
            nuance=True,
            largeur=92,
        ),
    ]


def _bloc(financeur: LigneFinanceur, cofinancements: Cofinancements) -> list[Colonne]:
    return [
        Colonne(
            cle=f"{financeur.cle}.{etape}",
            titre=titre,
            groupe=financeur.nom_court,
            type=TypeColonne.MONTANT,
            lire=_montant(financeur.cle, etape),
            ecrire=_saisie(cofinancements, financeur.cle, etape),
            total=True,
            largeur=84,
            nuance=etape == "demande",
            aide=f"{financeur.nom} : montant {titre.lower()}, en euros",
        )
        for etape, titre in ETAPES_AFFICHEES
    ]


def _montant(financeur: str, etape: str) -> Callable[[Any], Decimal | None]:
    def lire(ligne: LigneAction) -> Decimal | None:
        montants = ligne.montants.get(financeur)
        valeur: Decimal | None = getattr(montants, etape) if montants is not None else None
        return valeur

    return lire


def _saisie(
    cofinancements: Cofinancements, financeur: str, etape: str
) -> Callable[[str, str], None]:
    def ecrire(action: str, texte: str) -> None:
        cofinancements.saisir(action, financeur, etape=etape, montant=lire_saisie(texte))

    return ecrire


def _totaux() -> list[Colonne]:
    return [
        Colonne(
            cle=f"total.{etape}",
            titre=titre,
            groupe=GROUPE_TOTAL,
            type=TypeColonne.MONTANT,
            lire=_lire(etape),
            total=True,
            largeur=96,
            nuance=etape == "demande",
        )
        for etape, titre in ETAPES_AFFICHEES
    ]


def _suites(actions: Actions) -> list[Colonne]:
    return [
        Colonne(
            cle="observation",
            titre="Observation",
            lire=_lire("observation"),
            largeur=240,
            ecrire=_champ(actions, "observation", _texte_ou_rien),
        ),
        Colonne(cle="siret", titre="SIRET", lire=_lire("siret"), visible=False, largeur=120),
        Colonne(
            cle="reference", titre="Référence", lire=_lire("reference"), largeur=120, nuance=True
        ),
    ]
