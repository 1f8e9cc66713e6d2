"""Checks of what is known of the year before, and of what a CPO is measured by."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import select

from app.models.depot import AnneeDemandee, NoteIntention
from app.models.enums import CibleConstat, StatutAction
from app.services.constats_credits import en_jeu
from app.services.constats_faits import FaitsAction
from app.services.constats_lus import restreindre
from app.services.constats_registre import Portee, complement, controle
from app.services.fichier import Lire
from app.services.regles_couches import RegleEnVigueur

ANNEES_DEMANDEES, NOTE = "annees_demandees", "note"


@controle("evaluation.bilan_operateur", cible=CibleConstat.ACTION)
def bilan_de_l_annee_precedente(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Only where the contract prints when the bilan is due, and for an action that renews another."""
    if regle.valeur("echeance") is None or not _renouvelle(action):
        return
    if action.bilan_n1 is None or action.bilan_n1.recu_le is None:
        yield (
            f"Bilan {action.annee - 1} non reçu\u00a0: relancez le porteur avant de décider de la "
            "reconduction."
        )


@controle("national.compte_rendu", cible=CibleConstat.ACTION)
def compte_rendu_financier(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Due so many months after the end of the year before; silent until then."""
    mois = regle.valeur("mois")
    if mois is None or not 0 < mois < 12 or not _renouvelle(action):
        return
    echeance = datetime.date(action.annee, mois + 1, 1) - datetime.timedelta(days=1)
    recu = action.bilan_n1 is not None and action.bilan_n1.recu_le is not None
    if not recu and action.jour > echeance:
        yield (
            f"Compte rendu financier {action.annee - 1} attendu pour le {echeance:%d/%m/%Y} et non "
            "reçu\u00a0: réclamez-le, son absence peut obliger à restituer la subvention."
        )


def _renouvelle(action: FaitsAction) -> bool:
    return action.precedente is not None and bool(list(en_jeu((action,))))


@complement(ANNEES_DEMANDEES, cible=CibleConstat.ACTION, suit={"annee_demandee": "action"})
def lire_annees_demandees(lire: Lire, portee: Portee) -> Mapping[str, tuple[tuple[int, bool], ...]]:
    """By action, the years its dossier covers and whether each has indicators."""
    requete = select(AnneeDemandee.action, AnneeDemandee.annee, AnneeDemandee.indicateurs).order_by(
        AnneeDemandee.annee, AnneeDemandee.cle
    )
    lues: dict[str, list[tuple[int, bool]]] = defaultdict(list)
    for action, annee, indicateurs in lire(
        restreindre(requete, AnneeDemandee.action, portee), portee.parametres
    ):
        lues[action].append((annee, bool((indicateurs or "").strip())))
    return {action: tuple(annees) for action, annees in lues.items()}


@complement(NOTE, cible=CibleConstat.ACTION, suit={"note_intention": "action"})
def lire_demandes_de_cpo(lire: Lire, portee: Portee) -> Mapping[str, bool | None]:
    """By action that had a note d'intention, whether a CPO was asked for in it."""
    requete = select(NoteIntention.action, NoteIntention.cpo_demandee).order_by(NoteIntention.cle)
    lues = lire(restreindre(requete, NoteIntention.action, portee), portee.parametres)
    return {ligne.action: ligne.cpo_demandee for ligne in lues}


@controle("cpo.evaluation", "AR-EVA-03", cible=CibleConstat.ACTION)
def indicateurs_au_depart(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """A CPO is measured from its start: indicators for its years, or none yet."""
    exigee = regle.valeur("indicateurs_au_depart") or regle.code == "AR-EVA-03"
    if not exigee or not action.en_cpo or action.statut == StatutAction.NOTE:
        return
    annees = action.plus.get(ANNEES_DEMANDEES, ())
    if not any(indicateurs for _, indicateurs in annees) and list(en_jeu((action,))):
        yield (
            f"CPO de {action.cpo_duree} ans sans indicateur\u00a0: fixez-les avec le porteur dès le "
            "départ (onglet «\u00a0Dossier\u00a0» de la fiche)."
        )


@controle("cpo.demande", cible=CibleConstat.ACTION)
def cpo_demandee_au_depot(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Asked for at the note d'intention, and a dossier for each of its years."""
    if not action.en_cpo or (action.cpo_rang or 1) > 1 or not list(en_jeu((action,))):
        return
    if regle.valeur("explicite") and NOTE in action.plus and not action.plus[NOTE]:
        yield (
            "CPO que la note d'intention ne demandait pas\u00a0: financez l'action pour un an, ou "
            "motivez l'exception."
        )
    couvertes = len({annee for annee, _ in action.plus.get(ANNEES_DEMANDEES, ())} - {action.annee})
    suivantes = (action.cpo_duree or 1) - 1
    if (
        regle.valeur("dossier_par_annee")
        and action.statut != StatutAction.NOTE
        and couvertes < suivantes
    ):
        yield (
            f"CPO de {action.cpo_duree} ans, dossier complété pour {couvertes} des {suivantes} "
            "années suivantes\u00a0: demandez les années qui manquent."
        )
