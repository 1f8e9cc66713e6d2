"""The columns of the cycle: steps of an appel, appels of a year, their dotations."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from app.models.enums import NatureAppel, NatureDepot, NatureEtape
from app.services.appels import Appels
from app.services.columns import Colonne, Pose, Signal, TypeColonne, colonne_lue, lire_attribut
from app.services.columns_actions import choix_de
from app.services.cycle_dates import EtapeDatee, EtatEtape
from app.services.documents import jour_de
from app.services.etapes_appel import EtapesAppel
from app.services.pieces_attendues import PiecesAttendues
from app.services.poses import champ_de, colonne_de_champ, iso_de, ou_rien, oui_ou_non

Noms = Callable[[], Sequence[str]]
ETATS = (
    (str(EtatEtape.RETARD), "En retard"),
    (str(EtatEtape.EN_COURS), "En cours"),
    (str(EtatEtape.A_VENIR), "À venir"),
    (str(EtatEtape.FAITE), "Terminée"),
    (str(EtatEtape.SANS_DATE), "Sans date"),
    (str(EtatEtape.ECARTEE), "Écartée"),
)
SIGNAUX = {
    str(EtatEtape.RETARD): Signal.BLOQUANT,
    str(EtatEtape.EN_COURS): Signal.INFORMATION,
    str(EtatEtape.A_VENIR): Signal.NEUTRE,
    str(EtatEtape.FAITE): Signal.FAVORABLE,
    str(EtatEtape.SANS_DATE): Signal.ALERTE,
    str(EtatEtape.ECARTEE): Signal.NEUTRE,
}


def signal_etape(etat: str | None) -> Signal:
    """Shape and colour of the state of a step."""
    return SIGNAUX.get(str(etat or ""), Signal.NEUTRE)


def _ecrite(
    service: Any, cle: str, titre: str, poser: Callable[[Any, str, Any], None], **options: Any
) -> Colonne:
    """A column whose value is found by the service from what is typed."""

    def ecrire(ligne: str, valeur: Any) -> None:
        with service.operation(f"Modifier « {titre} »") as ecriture:
            poser(ecriture, ligne, valeur)

    pose = Pose(service.operation, poser)
    return Colonne(cle=cle, titre=titre, ecrire=ecrire, pose=pose, **options)


# Steps --------------------------------------------------------------------------------------------


def colonnes_etapes(service: EtapesAppel, noms: Noms) -> list[Colonne]:
    """The steps of the appel in view; `noms()`: those one may count from."""
    return [
        colonne_lue("nom", "Étape", 300, figee=True, obligatoire=True, **champ_de(service, "nom")),
        Colonne(
            cle="etat",
            titre="État",
            type=TypeColonne.CHOIX,
            lire=lambda ligne: str(ligne.etat),
            choix=ETATS,
            signal=signal_etape,
            largeur=120,
        ),
        colonne_lue("en_mots", "Délai", 180),
        _date_de_l_etape(service, "debut", "Début"),
        _date_de_l_etape(service, "fin", "Fin"),
        colonne_lue("dates_en_mots", "D'où viennent ses dates", 220, nuance=True),
        _ecrite(
            service,
            "ancre",
            "Comptée depuis",
            lambda e, cle, valeur: service.poser_ancre(e, cle, valeur),
            lire=lire_attribut("ancre_nom"),
            proposer=noms,
            largeur=210,
            aide="L'étape d'où comptent les jours : ils partent de sa fin",
        ),
        _jours(service, "jours_debut", "Début, jours après"),
        _jours(service, "jours_fin", "Fin, jours après"),
        colonne_lue("acteur", "Qui", 200, **champ_de(service, "acteur", ou_rien)),
        Colonne(
            cle="active",
            titre="Active",
            type=TypeColonne.BOOLEEN,
            lire=lire_attribut("active"),
            aide="Non : cet appel se passe de cette étape",
            largeur=70,
            **champ_de(service, "active", oui_ou_non),
        ),
        Colonne(
            cle="terminee_le",
            titre="Terminée le",
            type=TypeColonne.DATE,
            lire=lire_attribut("terminee_le"),
            largeur=100,
            **champ_de(service, "terminee_le", iso_de),
        ),
        _ecrite(
            service,
            "requiert",
            "Demande d'abord",
            lambda e, cle, valeur: service.poser_requises(e, cle, valeur),
            lire=lambda ligne: " ; ".join(ligne.requiert_noms),
            proposer=noms,
            separateur=";",
            largeur=220,
            aide="Les étapes à terminer avant, séparées par un point-virgule",
        ),
        Colonne(
            cle="nature",
            titre="Nature",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            choix=choix_de(NatureEtape),
            largeur=170,
            aide="Ce qu'est l'étape, quel que soit son nom : le parcours des actions en dépend",
            **champ_de(service, "nature"),
        ),
        colonne_lue("moment", "Moment selon le contrat", 190, nuance=True),
        colonne_lue("source", "Source", 200, nuance=True),
        colonne_lue("note", "Remarque", 220, **champ_de(service, "note", ou_rien)),
    ]


def _date_de_l_etape(service: EtapesAppel, cle: str, titre: str) -> Colonne:
    """The date found; what is typed there becomes the date, and clearing it gives the count back."""
    return Colonne(
        cle=cle,
        titre=titre,
        type=TypeColonne.DATE,
        lire=lire_attribut(cle),
        largeur=100,
        aide="Une date tapée ici l'emporte ; effacée, les jours comptés reviennent",
        **champ_de(service, f"date_{cle}", iso_de),
    )


def _jours(service: EtapesAppel, cle: str, titre: str) -> Colonne:
    return colonne_lue(
        cle,
        titre,
        96,
        type=TypeColonne.ENTIER,
        afficher=lambda valeur: "" if valeur is None else f"{valeur:d}",
        negatif=True,
        aide="Nombre de jours depuis la fin de l'étape choisie ; négatif, c'est avant",
        **champ_de(service, cle),
    )


# Appels -------------------------------------------------------------------------------------------


def colonnes_appels(service: Appels) -> list[Colonne]:
    """The appels of a year."""
    return [
        colonne_lue("nom", "Appel", 240, figee=True, obligatoire=True, **champ_de(service, "nom")),
        Colonne(
            cle="nature",
            titre="Nature",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            choix=choix_de(NatureAppel),
            largeur=190,
            **champ_de(service, "nature"),
        ),
        *[
            Colonne(
                cle=cle,
                titre=titre,
                type=TypeColonne.DATE,
                lire=_jour_de(cle),
                largeur=100,
                **champ_de(service, cle, iso_de),
            )
            for cle, titre in (("date_ouverture", "Ouverture"), ("date_cloture", "Clôture"))
        ],
        colonne_lue("etapes", "Étapes", 72, type=TypeColonne.ENTIER, total=True),
        colonne_lue("actions", "Actions", 76, type=TypeColonne.ENTIER, total=True),
        _montant("dotation", "Dotation"),
        _montant("demande", "Demandé", nuance=True),
        _montant("accorde", "Accordé", nuance=True),
        colonne_lue("alerte", "À regarder", 260),
        _oui_non(service, "leger", "Dossier allégé", "La fiche courte suffit"),
        _oui_non(service, "pluriannuel", "Pluriannuel", "Ouvert aux conventions de plusieurs ans"),
        colonne_de_champ(
            service,
            "instructeurs",
            "Instructeurs",
            type=TypeColonne.ENTIER,
            largeur=100,
            aide="Combien de services doivent répondre avant la décision",
        ),
        _ecrite(
            service,
            "noeud",
            "Thème",
            lambda e, cle, valeur: service.poser_theme(e, cle, valeur),
            lire=lire_attribut("noeud_nom"),
            proposer=lambda: list(service.themes().values()),
            largeur=220,
            aide="Le seul thème auquel l'appel est ouvert ; vide, il est ouvert à tous",
        ),
        colonne_lue("cadrage", "Cadrage", 260, **champ_de(service, "cadrage", ou_rien)),
        colonne_lue("note", "Remarque", 220, **champ_de(service, "note", ou_rien)),
    ]


def _jour_de(cle: str) -> Callable[[Any], date | None]:
    lire = lire_attribut(cle)
    return lambda ligne: jour_de(lire(ligne))


def _oui_non(service: Appels, cle: str, titre: str, aide: str) -> Colonne:
    return Colonne(
        cle=cle,
        titre=titre,
        type=TypeColonne.BOOLEEN,
        lire=lire_attribut(cle),
        largeur=100,
        aide=aide,
        **champ_de(service, cle, oui_ou_non),
    )


def _montant(cle: str, titre: str, **options: Any) -> Colonne:
    return colonne_lue(cle, titre, 110, **{"type": TypeColonne.MONTANT, "total": True} | options)


def colonnes_dotations(service: Appels) -> list[Colonne]:
    """What each financeur sets apart for the appel in view."""
    poser = service.poser_dotation
    return [
        colonne_lue("financeur_nom", "Financeur", 170, figee=True),
        colonne_de_champ(
            service,
            "montant",
            "Dotation",
            poser=poser,
            type=TypeColonne.MONTANT,
            total=True,
            largeur=110,
        ),
        _montant("demande", "Demandé", nuance=True),
        _montant("accorde", "Accordé", nuance=True),
        _montant("reste", "Reste", negatif=True),
        _montant("plafond", "Enveloppe de l'année", total=False, nuance=True),
        colonne_lue("alerte", "À regarder", 320),
        colonne_de_champ(service, "note", "Remarque", ou_rien, poser=poser, largeur=240),
    ]


def colonnes_pieces_attendues(service: PiecesAttendues) -> list[Colonne]:
    """What an appel asks of its dossiers, at which deposit."""
    return [
        colonne_de_champ(service, "intitule", "Pièce", largeur=300, figee=True, obligatoire=True),
        colonne_de_champ(
            service,
            "nature",
            "À remettre avec",
            type=TypeColonne.CHOIX,
            choix=choix_de(NatureDepot),
            largeur=150,
        ),
        colonne_de_champ(
            service,
            "obligatoire",
            "Obligatoire",
            oui_ou_non,
            type=TypeColonne.BOOLEEN,
            largeur=92,
            aide="Une pièce facultative ne manque jamais à un dossier",
        ),
        colonne_de_champ(service, "precision", "Précision", ou_rien, largeur=340),
    ]


def noms_des_etapes(etapes: Sequence[EtapeDatee]) -> list[str]:
    """Those one may count from, in order."""
    return [etape.nom for etape in etapes]
