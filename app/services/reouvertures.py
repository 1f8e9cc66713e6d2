"""What the porteur wrote is closed once deposited, outside the dates of the rewriting (A-75).

A note is deposited once it is kept (see `figer_note`): its own dates count too.

Only for an appel whose steps are dated. Somebody may reopen a dossier for a reason: it is a signed
comment of the action, with first words of its own, and holds until the next deposit.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.action import Action
from app.models.depot import Depot
from app.models.enums import NatureDepot, NatureEtape
from app.models.tableau import Commentaire
from app.services.columns import afficher_date
from app.services.cycle_dates import EtapeDatee
from app.services.cycle_lu import lire_etapes
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.transaction import Ecriture, maintenant

PREMIERS_MOTS = "Dossier rouvert"
# What the porteur asks. The amounts of the financeurs and the work of the team stay free, and the
# title too, that the team puts right at any time: the versions tell what the porteur wrote.
PROTEGES = (
    "description",
    "public_total",
    "public_qpv",
    "public_femmes",
    "public_hommes",
    "public_ages",
    "cout_total",
)
FENETRES = (NatureEtape.REECRITURE, NatureEtape.DEPOT)
FENETRES_NOTE = (NatureEtape.NOTE_INTENTION, *FENETRES)
# What was kept last of each kind, a note or a dossier.
_DEPOSES = (
    select(Depot.nature, func.max(Depot.moment).label("moment"))
    .where(Depot.action == bindparam("action"))
    .group_by(Depot.nature)
)
_ROUVERT = select(func.max(Commentaire.date)).where(
    Commentaire.ligne == bindparam("action"),
    Commentaire.texte.startswith(PREMIERS_MOTS, autoescape=True),
)


def ferme_depuis(lire: Lire, action: str, jour: date) -> date | None:
    """The last day on which the dossier could be written; None when it still can be.

    The first day when its dates are to come: nothing is rewritten before them either.
    """
    deposes = dict(lire(_DEPOSES, {"action": action}))
    if not deposes:
        return None
    depose = max(deposes.values())
    fenetres = FENETRES if str(NatureDepot.DOSSIER) in deposes else FENETRES_NOTE
    [(rouvert,)] = lire(_ROUVERT, {"action": action})
    if rouvert is not None and rouvert > depose:
        return None
    [(appel,)] = lire(select(Action.appel).where(Action.cle == action))
    if appel is None:
        return None
    etapes = [e for e in lire_etapes(lire, jour, appel) if e.active and e.nature in fenetres]
    dates = [e for e in etapes if e.debut is not None or e.fin is not None]
    if not dates or any(_contient(e, jour) for e in dates):
        return None
    return max(j for e in dates for j in (e.debut, e.fin) if j is not None)


def _contient(etape: EtapeDatee, jour: date) -> bool:
    apres = etape.debut is None or etape.debut <= jour
    return apres and (etape.fin is None or jour <= etape.fin)


def exiger_ouvert(ecriture: Ecriture, action: str, horloge: Horloge = maintenant) -> None:
    """Raises SaisieRefusee when the dossier is deposited, and no longer written."""
    aujourd_hui = jour_courant(horloge)
    jour = ferme_depuis(ecriture.lignes, action, aujourd_hui)
    if jour is not None:
        quand = (
            f"est close depuis le {afficher_date(jour)}"
            if jour < aujourd_hui
            else "n'est pas ouverte aujourd'hui"
        )
        quoi, rouvrez = (
            ("Ce dossier est déposé", "rouvrez-le")
            if str(NatureDepot.DOSSIER) in dict(ecriture.lignes(_DEPOSES, {"action": action}))
            else ("Cette note est déposée", "rouvrez-la")
        )
        raise SaisieRefusee(
            f"{quoi} et sa réécriture {quand} : "
            f"{rouvrez} dans l'onglet « Dossier » de sa fiche, avec un motif."
        )


def exiger_champs_ouverts(
    ecriture: Ecriture,
    action: Mapping[str, Any],
    champs: Mapping[str, Any],
    horloge: Horloge = maintenant,
) -> None:
    """The same, when a field of the porteur really changes."""
    if any(nom in champs and champs[nom] != action[nom] for nom in PROTEGES):
        exiger_ouvert(ecriture, action["cle"], horloge)


def rouvrir(ecriture: Ecriture, action: str, motif: str, *, auteur: str, moment: str) -> str:
    """Keep the reason; what the porteur wrote changes again until the next deposit."""
    return ecriture.inserer(
        Commentaire,
        liste="actions",
        ligne=action,
        colonne="titre",
        texte=f"{PREMIERS_MOTS} : {motif}",
        auteur=auteur,
        date=moment,
    )
