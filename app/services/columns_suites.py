"""The columns of what follows the comité: deliberations, letters, payments, reliquats."""

from collections.abc import Callable
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

from app.models.enums import ModeNotification
from app.services.columns import (
    Alignement,
    Colonne,
    Pose,
    Signal,
    TypeColonne,
    colonne_lue,
    lire_attribut,
)
from app.services.columns_actions import choix_de
from app.services.deliberations import Deliberations
from app.services.documents import jour_de
from app.services.notifications import Notifications
from app.services.poses import champ_de, iso_de, ou_rien
from app.services.suites_lues import LigneSuite
from app.services.versements import Versements

Courante = Callable[[], str]
PREPARATION, VOTEE = "preparation", "votee"
A_NOTIFIER, NOTIFIE, ECART = "a_notifier", "notifie", "ecart"
A_VERSER, EN_COURS, SOLDE, TROP = "a_verser", "en_cours", "solde", "trop"
_ETATS_DELIBERATION = ((PREPARATION, "En préparation"), (VOTEE, "Votée"))
_ETATS_LETTRE = (
    (A_NOTIFIER, "À notifier"),
    (NOTIFIE, "Notifié"),
    (ECART, "Notifié autrement"),
)
_ETATS_VERSEMENT = (
    (A_VERSER, "À verser"),
    (EN_COURS, "Versé en partie"),
    (SOLDE, "Versé en entier"),
    (TROP, "Versé en trop"),
)
_SIGNAUX = {
    PREPARATION: Signal.ALERTE,
    VOTEE: Signal.FAVORABLE,
    A_NOTIFIER: Signal.ALERTE,
    NOTIFIE: Signal.FAVORABLE,
    ECART: Signal.BLOQUANT,
    A_VERSER: Signal.ALERTE,
    EN_COURS: Signal.INFORMATION,
    SOLDE: Signal.FAVORABLE,
    TROP: Signal.BLOQUANT,
}


def _signal(etat: str | None) -> Signal:
    return _SIGNAUX.get(etat or "", Signal.NEUTRE)


def _montant(cle: str, titre: str, largeur: int = 92, **options: Any) -> Colonne:
    return colonne_lue(
        cle, titre, largeur, **{"type": TypeColonne.MONTANT, "total": True} | options
    )


def _etat(
    titre: str, lire: Callable[[Any], str], choix: tuple[tuple[str, str], ...], largeur: int
) -> Colonne:
    return Colonne(
        cle="etat",
        titre=titre,
        type=TypeColonne.CHOIX,
        lire=lire,
        choix=choix,
        signal=_signal,
        largeur=largeur,
    )


# Deliberations ------------------------------------------------------------------------------------


def colonnes_deliberations(service: Deliberations) -> list[Colonne]:
    """The votes of the financeurs' own assemblies."""
    return [
        Colonne(
            cle="financeur",
            titre="Financeur",
            lire=lire_attribut("financeur_nom"),
            largeur=140,
            figee=True,
        ),
        _etat(
            "État",
            lambda ligne: VOTEE if ligne.votee else PREPARATION,
            _ETATS_DELIBERATION,
            130,
        ),
        Colonne(
            cle="date",
            titre="Date du vote",
            type=TypeColonne.DATE,
            lire=lambda ligne: jour_de(ligne.date),
            aide="Sans date, la délibération est en préparation : rien n'est encore voté",
            largeur=104,
            **champ_de(service, "date", iso_de),
        ),
        colonne_lue("numero", "Numéro", 120, **champ_de(service, "numero", ou_rien)),
        colonne_lue("assemblee", "Assemblée", 220, **champ_de(service, "assemblee", ou_rien)),
        colonne_lue("votes", "Montants", 84, type=TypeColonne.ENTIER, total=True),
        _montant("total", "Total", 110),
        colonne_lue("note", "Note", 220, **champ_de(service, "note", ou_rien)),
    ]


def colonnes_votes(service: Deliberations, courante: Courante) -> list[Colonne]:
    """What the deliberation in view votes for each action; `courante()` is its key."""

    def ecrire(cle: str, valeur: Any) -> None:
        service.voter(courante(), {cle: valeur})

    def poser(ecriture: Any, cle: str, valeur: Any) -> None:
        service.poser_vote(ecriture, courante(), cle, valeur)

    return [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 250, figee=True),
        colonne_lue("porteur", "Porteur", 180),
        _montant("accorde", "Accordé", nuance=True),
        _montant(
            "montant",
            "Voté",
            100,
            ecrire=ecrire,
            pose=Pose(service.operation, poser),
            base=lire_attribut("accorde"),
            aide="Le montant que cette délibération vote, en euros",
        ),
        Colonne(
            cle="ailleurs",
            titre="Autres délibérations",
            type=TypeColonne.MONTANT,
            lire=lambda ligne: ligne.ailleurs or None,
            total=True,
            nuance=True,
            largeur=112,
        ),
        colonne_lue("ecart", "Écart avec l’accordé", 190),
        colonne_lue("payeur", "Qui vote", 110),
        _credits(),
    ]


# Letters ------------------------------------------------------------------------------------------


def _identite() -> list[Colonne]:
    return [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 220, figee=True),
        colonne_lue("payeur", "Financeur", 108),
        colonne_lue("porteur", "Porteur", 170),
    ]


def _credits() -> Colonne:
    return colonne_lue("credits", "Crédits", 190, nuance=True)


def _etat_lettre(ligne: LigneSuite) -> str:
    if not ligne.est_notifie:
        return A_NOTIFIER
    return ECART if ligne.ecart_notifie else NOTIFIE


def colonnes_notifications(service: Notifications) -> list[Colonne]:
    """One row for an amount granted: typing a date notifies it."""
    return [
        *_identite(),
        _montant("accorde", "Accordé", nuance=True),
        _montant("vote", "Voté", nuance=True),
        _etat("État", _etat_lettre, _ETATS_LETTRE, 140),
        colonne_lue(
            "notifie_le",
            "Notifié le",
            98,
            type=TypeColonne.DATE,
            **champ_de(service, "date", iso_de),
        ),
        _montant("notifie", "Notifié", **champ_de(service, "montant")),
        colonne_lue(
            "mode",
            "Mode",
            150,
            type=TypeColonne.CHOIX,
            choix=choix_de(ModeNotification, vide=True),
            **champ_de(service, "mode", ou_rien),
        ),
        colonne_lue("reference", "Référence", 130, **champ_de(service, "reference", ou_rien)),
        colonne_lue(
            "jours",
            "Jours",
            64,
            type=TypeColonne.ENTIER,
            aide="De la séance à la notification, ou à aujourd'hui si elle manque encore",
        ),
        colonne_lue("delai", "Délai", 160),
        colonne_lue("ecart_notifie", "Écart", 170),
        _credits(),
        Colonne(
            cle="lettres",
            titre="Lettres",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("lettres"),
            visible=False,
            aide="Combien de fois ce montant a été notifié : la dernière compte",
            largeur=72,
        ),
    ]


# Payments -----------------------------------------------------------------------------------------


def _etat_versement(ligne: LigneSuite) -> str:
    if ligne.reste < 0:
        return TROP
    if ligne.reste == 0:
        return SOLDE
    return EN_COURS if ligne.verse else A_VERSER


def colonnes_versements() -> list[Colonne]:
    """One row for an amount granted: what is owed, what is paid, what is left."""
    return [
        *_identite(),
        _montant("notifie", "Notifié", nuance=True),
        _montant(
            "du",
            "Dû",
            nuance=True,
            aide="Le montant notifié, à défaut voté, à défaut accordé",
        ),
        _montant("verse", "Versé"),
        _montant("reste", "Reste", negatif=True),
        _etat("État", _etat_versement, _ETATS_VERSEMENT, 150),
        colonne_lue("tranches", "Tranches", 78, type=TypeColonne.ENTIER, total=True),
        colonne_lue("verse_le", "Dernier versement", 110, type=TypeColonne.DATE),
        _credits(),
    ]


def colonnes_tranches(service: Versements) -> list[Colonne]:
    """The payments of one amount."""
    return [
        colonne_lue("mot", "Tranche", 120, figee=True),
        Colonne(
            cle="date",
            titre="Versé le",
            type=TypeColonne.DATE,
            lire=lambda ligne: jour_de(ligne.date),
            largeur=104,
            **champ_de(service, "date", iso_de),
        ),
        Colonne(
            cle="montant",
            titre="Montant",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("montant"),
            total=True,
            negatif=True,
            obligatoire=True,
            largeur=104,
            **champ_de(service, "montant"),
        ),
        colonne_lue(
            "reference", "N° d’EJ ou de mandat", 180, **champ_de(service, "reference", ou_rien)
        ),
        colonne_lue("cumul", "Versé jusque-là", 110, type=TypeColonne.MONTANT, nuance=True),
    ]


# Reliquats and the liste complémentaire -----------------------------------------------------------


def colonnes_reliquats() -> list[Colonne]:
    """What each envelope has left."""
    return [
        colonne_lue("nom", "Enveloppe", 330, figee=True),
        _montant("disponible", "Disponible", 110, nuance=True),
        _montant("accorde", "Accordé", 110),
        _montant("reliquat", "Reliquat", 110, negatif=True),
        Colonne(
            cle="mot",
            titre="En mots",
            lire=lambda ligne: ligne.mot,
            largeur=200,
        ),
    ]


def colonnes_rattrapage(proposer: Callable[[str, Decimal | None], None]) -> list[Colonne]:
    """Who could give what to the actions that wait; `proposer(row, euros)` keeps what is typed."""

    def poser(_ecriture: Any, cle: str, valeur: Any) -> None:
        proposer(cle, valeur)

    return [
        colonne_lue("rang", "Rang", 58, type=TypeColonne.ENTIER, figee=True),
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 250, figee=True),
        colonne_lue("nom", "Financeur", 240),
        _montant(
            "retenu", "Retenu", nuance=True, aide="Ce que le comité a retenu pour cette action"
        ),
        colonne_lue(
            "reliquat",
            "Reliquat",
            96,
            type=TypeColonne.MONTANT,
            nuance=True,
            aide="Ce qui reste à ce financeur une fois servies les actions mieux placées",
        ),
        _montant(
            "propose",
            "Proposé",
            100,
            ecrire=proposer,
            pose=Pose(lambda _libelle: nullcontext(), poser),
            base=lire_attribut("retenu"),
        ),
        colonne_lue("mot", "En mots", 200),
    ]


def colonnes_complementaire() -> list[Colonne]:
    """The actions that wait, as the comité ranked them."""
    return [
        colonne_lue(
            "rang",
            "Rang",
            58,
            type=TypeColonne.ENTIER,
            figee=True,
            aide="À glisser pour changer le classement ; ou Alt et une flèche",
        ),
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 300, figee=True),
        _montant("total", "Retenu", 104, aide="Ce que le comité a retenu pour cette action"),
        colonne_lue("mot", "Dans les enveloppes d'aujourd'hui", 300),
        colonne_lue("seance_titre", "Séance", 260),
    ]


def colonnes_modifications() -> list[Colonne]:
    """What is no longer as a closed séance decided it."""
    return [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 260, figee=True),
        colonne_lue("nom", "Financeur", 240),
        _montant("decide", "Décidé", 104),
        _montant("actuel", "Aujourd’hui", 104),
        Colonne(
            cle="difference",
            titre="Différence",
            type=TypeColonne.MONTANT,
            lire=lambda m: (m.actuel or Decimal(0)) - (m.decide or Decimal(0)),
            total=True,
            negatif=True,
            largeur=104,
        ),
        colonne_lue("seance_titre", "Séance", 260),
    ]


def colonnes_suivis() -> list[Colonne]:
    """What happened to the amounts of one action, in its sheet."""
    return [
        colonne_lue("date", "Date", 84, type=TypeColonne.DATE, alignement=Alignement.GAUCHE),
        colonne_lue("fait", "Suite", 66),
        colonne_lue("payeur", "Financeur", 124),
        colonne_lue("montant", "Montant", 82, type=TypeColonne.MONTANT),
        colonne_lue("reference", "Référence", 110),
    ]
