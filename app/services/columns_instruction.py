"""The columns of the avis: the grid of all services, and the dossiers of one of them."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from app.models.enums import SensInstruction, StatutAction
from app.services.avis import AvisDesServices
from app.services.avis_exceptions import AVANT_DEPOT, HORS_DATES
from app.services.columns import Colonne, Pose, Signal, TypeColonne, lire_attribut
from app.services.columns_actions import choix_de, signal_statut
from app.services.dossiers_instruits import Dossier, LigneAvis
from app.services.poses import iso_de, ou_rien, pose_preparee
from app.services.reponses import (
    ABSENT,
    COMMENTE,
    CONSULTE,
    EN_RETARD,
    MEME_AVIS,
    NON_RECEVABLE,
    PRIS_EN_CHARGE,
    lire_reponse,
)
from app.services.services_instructeurs import (
    CONSULTATIF,
    EXPERTISE,
    FINANCEUR,
    LigneService,
)

AIDE_AVIS = (
    "Tapez f, r, d, a, s ou « vers », puis le motif ; m : même avis que l'État ; n : non recevable"
)
RECEVABLE, IRRECEVABLE = "oui", "non"
RECEVABILITE = (("", "–"), (RECEVABLE, "Recevable"), (IRRECEVABLE, NON_RECEVABLE))
PROPOSES = (
    "Favorable",
    "Réserve",
    "Défavorable",
    "Ajourné",
    "Sans avis",
    "Vers ",
    NON_RECEVABLE,
    ABSENT,
    MEME_AVIS.capitalize(),
)
_SIGNAUX = {
    SensInstruction.FAVORABLE.libelle: Signal.FAVORABLE,
    SensInstruction.RESERVE.libelle: Signal.ALERTE,
    SensInstruction.DEFAVORABLE.libelle: Signal.BLOQUANT,
    SensInstruction.AJOURNE.libelle: Signal.ALERTE,
    NON_RECEVABLE: Signal.BLOQUANT,
    EN_RETARD: Signal.ALERTE,
    PRIS_EN_CHARGE: Signal.INFORMATION,
    COMMENTE: Signal.INFORMATION,
}
ORDRE = tuple(sens.libelle for sens in SensInstruction)
RESUME = ".avis"  # what a folded block of a service keeps


def signal_d_avis(mots: str | None) -> Signal:
    """Shape and colour of an answer, or of what is waited for."""
    texte = (mots or "").removesuffix(CONSULTE)
    if texte.startswith(SensInstruction.REORIENTE.libelle):
        return Signal.INFORMATION
    return _SIGNAUX.get(texte, Signal.NEUTRE)


def proposer_avis() -> Sequence[str]:
    return PROPOSES


Poser = Callable[..., None]


def ecrite(
    service: Any,
    poser: Poser,
    champ: str,
    libelle: str,
    preparer: Callable[[Any], Any] | None = None,
) -> dict[str, Any]:
    """The arguments of a column that writes one field of an avis, alone or with others of its row."""
    pose: Pose = pose_preparee(
        service.operation,
        poser,
        champ,
        None if preparer is None else lambda _, valeur: preparer(valeur),
    )

    def ecrire(cle: str, valeur: Any) -> None:
        with service.operation(libelle) as ecriture:
            pose.poser(ecriture, cle, valeur)

    return {"ecrire": ecrire, "pose": pose}


def identite(prefixe: str = "", *, porteur: bool = True) -> list[Colonne]:
    """Which action: what stays in sight whatever is scrolled."""
    return [
        Colonne(
            cle="numero",
            titre="N°",
            lire=lire_attribut(f"{prefixe}numero"),
            largeur=78,
            figee=True,
            nuance=True,
        ),
        Colonne(
            cle="titre",
            titre="Intitulé",
            lire=lire_attribut(f"{prefixe}titre"),
            largeur=216,
            figee=True,
        ),
        Colonne(
            cle="porteur",
            titre="Porteur",
            lire=lire_attribut(f"{prefixe}porteur"),
            largeur=150,
            visible=porteur,
        ),
        Colonne(
            cle="statut",
            titre="Statut",
            type=TypeColonne.CHOIX,
            lire=lire_attribut(f"{prefixe}statut"),
            choix=choix_de(StatutAction),
            signal=signal_statut,
            visible=False,
        ),
    ]


# The grid of all services -------------------------------------------------------------------------


def colonnes_grille(avis: AvisDesServices, services: Sequence[LigneService]) -> list[Colonne]:
    """Actions × services: each one's avis, its amount when it funds, its motive."""
    return [
        *identite(porteur=False),
        Colonne(
            cle="compte",
            titre="Avis reçus",
            lire=lire_attribut("compte"),
            largeur=150,
            aide="Financeurs sollicités, et ceux qui ont répondu",
        ),
        Colonne(
            cle="manque",
            titre="Manquent",
            lire=lambda d: ", ".join(d.manquants),
            largeur=150,
            visible=False,
        ),
        Colonne(
            cle="reorientes",
            titre="Réorienté vers",
            lire=reorientations,
            largeur=200,
            visible=False,
            aide="Le dispositif vers lequel un service renvoie le porteur",
        ),
        *[colonne for service in services for colonne in _bloc(avis, service)],
    ]


def reorientations(dossier: Dossier) -> str:
    """« Été culturel (DRAC) »: where services send the porteur, each once."""
    return ", ".join(
        f"{a.vers or 'à préciser'} ({a.service.nom_court})"
        for a in dossier.avis.values()
        if a.sens == SensInstruction.REORIENTE
    )


def _bloc(avis: AvisDesServices, service: LigneService) -> list[Colonne]:
    cle, nom = service.cle, nom_du_bloc(service)

    def poser(ecriture: Any, action: str, **champs: Any) -> None:
        avis.poser_pour(ecriture, action, cle, **champs)

    return [
        Colonne(
            cle=f"{cle}{RESUME}",
            titre="Avis",
            groupe=nom,
            lire=_du_service(cle, "en_mots_a_part"),
            ordre=ORDRE,
            afficher=abreger,
            signal=signal_d_avis,
            largeur=112,
            aide=f"{service.nom} : {AIDE_AVIS}",
            proposer=proposer_avis,
            **ecrite(avis, poser, "reponse", f"Avis de « {nom} »", lire_reponse),
        ),
        *([_montant_propose(avis, service, poser)] if service.role == FINANCEUR else []),
        Colonne(
            cle=f"{cle}.motif",
            titre="Motif",
            groupe=nom,
            lire=_du_service(cle, "motif"),
            largeur=190,
            visible=False,
            aide=f"{service.nom} : motif ou réserve",
            **ecrite(avis, poser, "motif", f"Motif de « {nom} »", ou_rien),
        ),
    ]


def nom_du_bloc(service: LigneService) -> str:
    """« Région », « Conseil citoyen (consultatif) »: what heads the columns of a service."""
    mot = _APART.get(service.role)
    return f"{service.nom_court} ({mot})" if mot else service.nom_court


def abreger(mots: str | None) -> str:
    """Short enough for a narrow column: « Avec réserve »."""
    return (mots or "").replace(SensInstruction.RESERVE.libelle, _RESERVE_COURTE)


_APART = {CONSULTATIF: "consultatif", EXPERTISE: "expertise"}
_RESERVE_COURTE = "Avec réserve"


def _montant_propose(avis: AvisDesServices, service: LigneService, poser: Poser) -> Colonne:
    return Colonne(
        cle=f"{service.cle}.montant",
        titre="Proposé",
        groupe=nom_du_bloc(service),
        type=TypeColonne.MONTANT,
        lire=_du_service(service.cle, "montant"),
        base=_demande_au_service(service),
        largeur=92,
        total=True,
        visible=False,
        aide=f"{service.nom} : montant proposé, en euros ; il est aussi celui du cofinancement",
        **ecrite(avis, poser, "montant", f"Montant proposé par « {service.nom_court} »"),
    )


def _du_service(service: str, nom: str) -> Callable[[Dossier], Any]:
    def lire(dossier: Dossier) -> Any:
        avis = dossier.avis.get(service)
        return None if avis is None else getattr(avis, nom)

    return lire


def _demande_au_service(service: LigneService) -> Callable[[Dossier], Decimal | None]:
    """What « 80 % » is a share of."""

    def lire(dossier: Dossier) -> Decimal | None:
        siennes = [d.demande or Decimal(0) for d in dossier.demandes_a(service)]
        return sum(siennes, Decimal(0)) or None

    return lire


# The dossiers of one service ----------------------------------------------------------------------


def colonnes_mes_avis(avis: AvisDesServices) -> list[Colonne]:
    """What waits for a service, and what it answered; every answer is typed here too."""

    def champ(nom: str, titre: str, preparer: Callable[[Any], Any] | None = None) -> dict[str, Any]:
        return ecrite(avis, avis.poser, nom, f"Modifier « {titre} »", preparer)

    return [
        *identite(),
        Colonne(
            cle="avis",
            titre="Avis",
            lire=lire_attribut("en_mots_a_part"),
            ordre=ORDRE,
            signal=signal_d_avis,
            largeur=150,
            aide=AIDE_AVIS,
            proposer=proposer_avis,
            **ecrite(avis, avis.poser, "reponse", "Rendre un avis", lire_reponse),
        ),
        Colonne(
            cle="motif",
            titre="Motif",
            lire=lire_attribut("motif"),
            largeur=210,
            **champ("motif", "Motif", ou_rien),
        ),
        Colonne(
            cle="demande",
            titre="Demandé",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("demande"),
            total=True,
        ),
        Colonne(
            cle="montant",
            titre="Proposé",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("montant"),
            base=lire_attribut("demande"),
            total=True,
            aide="Montant proposé par le service ; il est aussi celui du cofinancement",
            **ecrite(avis, avis.poser, "montant", "Proposer un montant"),
        ),
        *_suivi(avis, champ),
    ]


def _suivi(avis: AvisDesServices, champ: Callable[..., dict[str, Any]]) -> list[Colonne]:
    """When it is due, who works on it, how often it was reminded."""

    def exception(rubrique: str, titre: str, aide: str) -> Colonne:
        def poser(ecriture: Any, cle: str, exception: str | None) -> None:
            avis.poser_commentaire(ecriture, cle, rubrique, exception)

        return Colonne(
            cle="exception" if rubrique == AVANT_DEPOT else "hors_dates",
            titre=titre,
            lire=lambda a: a.commentaires.get(rubrique),
            aide=aide,
            visible=False,
            **ecrite(avis, poser, "exception", f"Modifier « {titre} »", ou_rien),
        )

    return [
        Colonne(
            cle="echeance",
            titre="Échéance",
            type=TypeColonne.DATE,
            lire=lire_attribut("echeance"),
            **champ("echeance", "Échéance", iso_de),
        ),
        Colonne(
            cle="recevable",
            titre="Recevabilité",
            type=TypeColonne.CHOIX,
            lire=_recevabilite,
            choix=RECEVABILITE,
            largeur=116,
            **champ("recevable", "Recevabilité", _en_recevable),
        ),
        Colonne(cle="charge", titre="Pris en charge", type=TypeColonne.DATE, lire=_CHARGE),
        Colonne(cle="charge_par", titre="Par", lire=lire_attribut("pris_en_charge_par")),
        Colonne(
            cle="rendu_le",
            titre="Rendu le",
            type=TypeColonne.DATE,
            lire=lire_attribut("rendu_le"),
            **champ("rendu_le", "Rendu le", iso_de),
        ),
        Colonne(cle="rendu_par", titre="Rendu par", lire=lire_attribut("rendu_par"), largeur=120),
        Colonne(
            cle="titre_de",
            titre="À titre",
            lire=a_quel_titre,
            largeur=92,
            aide="Financeur sollicité sur cette action, ou seulement consulté",
        ),
        Colonne(cle="comme", titre="Même avis que", lire=lire_attribut("comme"), largeur=110),
        Colonne(
            cle="relances",
            titre="Relances",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("relances"),
            largeur=76,
        ),
        Colonne(
            cle="relance_le",
            titre="Relancé le",
            type=TypeColonne.DATE,
            lire=_RELANCE,
            visible=False,
        ),
        exception(
            AVANT_DEPOT, "Avis avant dépôt", "Pourquoi l'avis est rendu avant le dépôt définitif"
        ),
        exception(
            HORS_DATES, "Avis hors dates", "Pourquoi l'avis est rendu hors des dates prévues"
        ),
    ]


_CHARGE, _RELANCE = lire_attribut("pris_en_charge_le"), lire_attribut("relance_le")


def a_quel_titre(avis: LigneAvis) -> str:
    """Whether the comité waits for this answer."""
    if avis.service.expertise:
        return "Expertise"
    return "Sollicité" if avis.sollicite else "Consultatif"


def _recevabilite(avis: LigneAvis) -> str:
    return "" if avis.recevable is None else RECEVABLE if avis.recevable else IRRECEVABLE


def _en_recevable(valeur: str | None) -> bool | None:
    return None if not valeur else valeur == RECEVABLE
