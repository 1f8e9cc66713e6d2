"""The columns of the programme's table: identity, then one block per financeur, then totals."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from operator import attrgetter
from typing import Any

from app.models.enums import (
    Enumeration,
    NatureAction,
    Recurrence,
    StatutAction,
    SuiteDonnee,
)
from app.services.actions import Actions
from app.services.alertes import depassement_en_mots
from app.services.avancement import suite_donnee, total_des_financeurs
from app.services.cofinancements import Cofinancements
from app.services.columns import (
    Alignement,
    Colonne,
    Ecrire,
    Pose,
    Signal,
    TypeColonne,
    lire_attribut,
)
from app.services.montants_lus import lire_colonne
from app.services.poses import champ_de
from app.services.rattachements import Rattachements
from app.services.rows import LigneAction, LigneFinanceur, Montants
from app.services.transaction import Ecriture

SIGNAUX = {
    StatutAction.ACCORDEE: Signal.FAVORABLE,
    StatutAction.TERMINEE: Signal.FAVORABLE,
    StatutAction.AJOURNEE: Signal.ALERTE,
    StatutAction.REORIENTEE: Signal.ALERTE,
    StatutAction.REFUSEE: Signal.BLOQUANT,
    StatutAction.IRRECEVABLE: Signal.BLOQUANT,
    StatutAction.RETIREE: Signal.NEUTRE,
}
_SIGNAUX = {str(statut): signal for statut, signal in SIGNAUX.items()}
ETAPES_AFFICHEES = (("demande", "Demandé"), ("propose", "Proposé"), ("accorde", "Accordé"))
ETAPES_D_APRES = (("vote", "Voté"), ("notifie", "Notifié"), ("verse", "Versé"))
_SIGNAUX_SUITES = {
    str(SuiteDonnee.DECIDEE): Signal.ALERTE,
    str(SuiteDonnee.VERSEE): Signal.FAVORABLE,
}
GROUPE_TOTAL = "Tous financeurs"


def choix_de(enumeration: type[Enumeration], *, vide: bool = False) -> tuple[tuple[str, str], ...]:
    """(stored value, label) of a closed list, in its own order."""
    membres = tuple((str(m), m.libelle) for m in enumeration)
    return (("", "–"), *membres) if vide else membres


def signal_statut(statut: str | None) -> Signal:
    """Shape and colour of a status."""
    return _SIGNAUX.get(statut or "", Signal.INFORMATION)


def colonnes_actions(
    financeurs: Iterable[LigneFinanceur],
    actions: Actions,
    cofinancements: Cofinancements,
    *,
    ordres: Mapping[str, tuple[str, ...]] | None = None,
    instruction: bool = False,
) -> list[Colonne]:
    """Every column of the table of a year, those of the financeurs in speaking order.

    `ordres`: the texts of some columns in the order of the référentiel, by column key.
    `instruction`: the axis leads to a meeting, and to nothing else.
    """
    financeurs = tuple(financeurs)
    rattachements = Rattachements(actions, instruction=instruction)
    colonnes = [
        *_identite(actions),
        *_mesures(actions),
        *[c for financeur in financeurs for c in _bloc(financeur, cofinancements)],
        *_totaux(),
        *_classement(actions),
        *_suites(actions),
        *_controles(financeurs),
        *_apres_comite(),
    ]
    return [
        replace(rattachements.completer(c), ordre=(ordres or {}).get(c.cle, ())) for c in colonnes
    ]


def _identite(actions: Actions) -> list[Colonne]:
    return [
        Colonne(
            cle="numero",
            titre="N°",
            lire=lire_attribut("numero"),
            largeur=78,
            figee=True,
            nuance=True,
            pourquoi="Le numéro est donné par le programme : il ne se modifie pas.",
        ),
        Colonne(
            cle="titre",
            titre="Intitulé",
            lire=lire_attribut("titre"),
            largeur=232,
            figee=True,
            **champ_de(actions, "titre"),
            obligatoire=True,
        ),
        Colonne(cle="porteur", titre="Porteur", lire=lire_attribut("porteur"), largeur=164),
        Colonne(
            cle="statut",
            titre="Statut",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("statut"),
            largeur=146,
            choix=choix_de(StatutAction),
            signal=signal_statut,
            **champ_de(actions, "statut"),
        ),
    ]


def _classement(actions: Actions) -> list[Colonne]:
    return [
        Colonne(cle="axe", titre="Axe", lire=lire_attribut("axe"), largeur=190),
        Colonne(
            cle="objectif",
            titre="Objectif",
            lire=lire_attribut("objectif"),
            visible=False,
            largeur=220,
        ),
        Colonne(
            cle="quartiers",
            titre="Quartiers",
            lire=lire_attribut("quartiers"),
            plusieurs=True,
            largeur=170,
        ),
        Colonne(
            cle="communes",
            titre="Communes",
            lire=lire_attribut("communes"),
            plusieurs=True,
            largeur=150,
        ),
        Colonne(
            cle="public_qpv",
            titre="Public en QPV",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("public_qpv"),
            total=True,
            largeur=72,
            **champ_de(actions, "public_qpv"),
        ),
        Colonne(
            cle="echelle",
            titre="Échelle",
            lire=lire_attribut("echelle"),
            visible=False,
            largeur=130,
        ),
        Colonne(
            cle="recurrence",
            titre="Nouveau ou reconduction",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("recurrence"),
            largeur=112,
            choix=choix_de(Recurrence, vide=True),
            **champ_de(actions, "recurrence"),
        ),
        Colonne(
            cle="nature",
            titre="Nature",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            visible=False,
            choix=choix_de(NatureAction),
            **champ_de(actions, "nature"),
        ),
    ]


def _mesures(actions: Actions) -> list[Colonne]:
    return [
        Colonne(
            cle="cpo",
            titre="CPO",
            lire=lire_attribut("cpo"),
            largeur=52,
            alignement=Alignement.CENTRE,
            aide="Année de la convention pluriannuelle sur sa durée",
            pourquoi="L'année de la convention se modifie dans la fiche de l'action.",
        ),
        Colonne(
            cle="cout",
            titre="Coût total",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("cout"),
            total=True,
            largeur=96,
            **champ_de(actions, "cout_total"),
        ),
        Colonne(
            cle="accorde_n1",
            titre="Accordé N-1",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("accorde_n1"),
            total=True,
            nuance=True,
            largeur=92,
            pourquoi="L'accordé N-1 vient de l'année précédente : modifiez-le dans cette année.",
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
            lire_tout=partial(lire_colonne, financeur.cle, etape),
            ecrire=_saisie(cofinancements, financeur.cle, etape),
            pose=_pose(cofinancements, financeur.cle, etape),
            base=None if etape == "demande" else _montant(financeur.cle, "demande"),
            total=True,
            largeur=84,
            nuance=etape == "demande",
            aide=f"{financeur.nom} : montant {titre.lower()}, en euros",
        )
        for etape, titre in ETAPES_AFFICHEES
    ]


SANS_MONTANT = Montants()


def _montant(financeur: str, etape: str) -> Callable[[Any], Decimal | None]:
    lire_etape: Callable[[Montants], Decimal | None] = attrgetter(etape)

    def lire(ligne: LigneAction) -> Decimal | None:
        return lire_etape(ligne.montants.get(financeur, SANS_MONTANT))

    return lire


def _saisie(cofinancements: Cofinancements, financeur: str, etape: str) -> Ecrire:
    def ecrire(action: str, montant: Decimal | None) -> None:
        cofinancements.saisir(action, financeur, etape=etape, montant=montant)

    return ecrire


def _pose(cofinancements: Cofinancements, financeur: str, etape: str) -> Pose:
    def poser(ecriture: Ecriture, action: str, montant: Decimal | None) -> None:
        cofinancements.poser_montants(ecriture, action, financeur, {etape: montant})

    def ensemble(ecriture: Ecriture, action: str, montants: Mapping[str, Decimal | None]) -> None:
        cofinancements.poser_montants(ecriture, action, financeur, montants)

    return Pose(
        cofinancements.operation,
        poser,
        groupe=("montants", financeur),
        champ=etape,
        ensemble=ensemble,
    )


def _totaux() -> list[Colonne]:
    return [
        Colonne(
            cle=f"total.{etape}",
            titre=titre,
            groupe=GROUPE_TOTAL,
            type=TypeColonne.MONTANT,
            lire=lire_attribut(etape),
            total=True,
            largeur=96,
            nuance=etape == "demande",
            pourquoi="Ce total se calcule : modifiez les montants des financeurs.",
        )
        for etape, titre in ETAPES_AFFICHEES
    ]


def _suites(actions: Actions) -> list[Colonne]:
    return [
        Colonne(
            cle="observation",
            titre="Observation",
            lire=lire_attribut("observation"),
            largeur=240,
            **champ_de(actions, "observation"),
        ),
        Colonne(
            cle="siret",
            titre="SIRET",
            lire=lire_attribut("siret"),
            visible=False,
            largeur=120,
            pourquoi="Le SIRET est celui du porteur : modifiez-le dans la page Porteurs.",
        ),
        Colonne(
            cle="reference",
            titre="Référence",
            lire=lire_attribut("reference"),
            largeur=144,
            nuance=True,
            **champ_de(actions, "reference"),
        ),
    ]


def _controles(financeurs: tuple[LigneFinanceur, ...]) -> list[Colonne]:
    """What the shipped views look for: hidden until a view shows them."""
    return [
        Colonne(cle="avis", titre="Avis", lire=lire_attribut("avis"), visible=False, largeur=140),
        Colonne(
            cle="cotation",
            titre="Cotation",
            lire=lire_attribut("cotation"),
            visible=False,
            largeur=96,
            aide="Niveau retenu sur la grille d'égalité ; vide : l'action n'est pas cotée",
            pourquoi="Le niveau se donne dans la page « Cotation ».",
        ),
        Colonne(
            cle="depassement",
            titre="Dépasse",
            lire=lambda ligne: depassement_en_mots(ligne, financeurs),
            visible=False,
            largeur=170,
            aide="Ce que le montant accordé dépasse : le coût, ou ce qui était demandé",
        ),
        Colonne(
            cle="ecart",
            titre="Accordé moins demandé",
            type=TypeColonne.MONTANT,
            lire=lambda ligne: ligne.accorde - ligne.demande,
            total=True,
            visible=False,
            nuance=True,
            largeur=110,
        ),
    ]


def _apres_comite() -> list[Colonne]:
    """What became of the amounts granted: hidden until a view shows them."""
    return [
        Colonne(
            cle="suite",
            titre="Après le comité",
            type=TypeColonne.CHOIX,
            lire=suite_donnee,
            choix=choix_de(SuiteDonnee),
            signal=lambda suite: _SIGNAUX_SUITES.get(suite or "", Signal.INFORMATION),
            visible=False,
            largeur=150,
            pourquoi="Cet état suit les délibérations, les notifications et les versements.",
        ),
        *(
            Colonne(
                cle=f"total.{etape}",
                titre=titre,
                groupe=GROUPE_TOTAL,
                type=TypeColonne.MONTANT,
                lire=partial(total_des_financeurs, etape=etape),
                total=True,
                visible=False,
                largeur=96,
                pourquoi="Ce total se saisit dans la page « Après le comité ».",
            )
            for etape, titre in ETAPES_D_APRES
        ),
        Colonne(
            cle="non_verse",
            titre="Accordé moins versé",
            type=TypeColonne.MONTANT,
            lire=lambda ligne: ligne.accorde - total_des_financeurs(ligne, "verse"),
            total=True,
            visible=False,
            nuance=True,
            largeur=104,
        ),
    ]
