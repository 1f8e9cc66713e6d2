"""Checks of where the money goes: quartiers prioritaires, poches de pauvreté, zones of the funds."""

from collections.abc import Iterator
from decimal import Decimal

from app.models.calculs import somme_ou_rien
from app.models.enums import CibleConstat, NatureOrganisme
from app.services.accords import compter
from app.services.constats_credits import (
    LOCAUX,
    en_jeu,
    est_de,
    est_etat_specifique,
    etat_specifique,
    positifs,
    total,
)
from app.services.constats_faits import FaitsAction, FaitsAnnee, FaitsMontant
from app.services.constats_mots import euros, part_de, plusieurs, pourcent
from app.services.constats_registre import controle
from app.services.regles_couches import RegleEnVigueur

FCS, FONDS_DE_CONCOURS = "FCS", "Fonds de concours"


@controle("BB-GEO-02", cible=CibleConstat.ACTION)
def etat_dans_les_qpv(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """The State's specific credits outside the QPV, without the reason of a poche de pauvreté."""
    montant = etat_specifique(action)
    if action.hors_qpv and not action.hors_qpv_motif and montant:
        yield (
            f"{euros(montant)} de crédits spécifiques de l'État hors des quartiers prioritaires, "
            "sans motif\u00a0: notez le motif «\u00a0hors QPV\u00a0», ou retirez ces crédits."
        )


@controle("hors_qpv.conditions", cible=CibleConstat.ACTION)
def conditions_hors_qpv(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """What a poche de pauvreté must be to get the State's specific credits."""
    montant = etat_specifique(action)
    if not action.hors_qpv or not montant:
        return
    dits = f"{euros(montant)} de l'État hors QPV"
    if regle.valeur("autorise") is False:
        yield f"{dits}, que le contrat n'admet pas\u00a0: retirez ces crédits."
        return
    if regle.valeur("annuel") and action.en_cpo:
        yield (
            f"{dits} en CPO de {action.cpo_duree} ans\u00a0: ce soutien est annuel, "
            "financez-la pour un an."
        )
    avant = _etat_l_an_dernier(action)
    if regle.valeur("ponctuel") and avant:
        yield (
            f"{dits} après {euros(avant)} en {action.annee - 1}\u00a0: ce soutien est ponctuel, "
            "justifiez qu'il se répète."
        )
    if regle.valeur("cofinancement_local") and not _locaux(action):
        yield (
            f"{dits} sans cofinancement d'une commune, de l'agglomération ou d'un autre "
            "partenaire\u00a0: il en faut un."
        )
    if regle.valeur("indicateurs_exiges") and not action.hors_qpv_motif:
        yield (
            f"{dits} sans indicateurs locaux\u00a0: notez-les dans le motif «\u00a0hors QPV\u00a0»."
        )


def _etat_l_an_dernier(action: FaitsAction) -> Decimal:
    etat = {m.financeur.identifiant for m in action.montants if est_etat_specifique(m)}
    avant = action.anterieurs.get(action.annee - 1, {})
    return sum((avant.get(identifiant, Decimal(0)) for identifiant in etat), start=Decimal(0))


def _locaux(action: FaitsAction) -> list[FaitsMontant]:
    """Local authorities first of all, but any other partner of the contract will do (BB, l. 384)."""
    etat = str(NatureOrganisme.ETAT)
    return [m for m in positifs(action) if est_de(m, *LOCAUX) or not est_de(m, etat)]


@controle("hors_qpv.plafond", "AR-ENV-01", cible=CibleConstat.ANNEE)
def plafond_hors_qpv(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """Share of the State's specific credits outside the QPV.

    The base is the amount typed by the team (`base_eur`), as the departmental envelope is not in the
    file; else the envelopes of the State, where the contract says that they are the base.
    """
    plafond = regle.valeur("plafond_pct")
    dehors = [a for a in en_jeu(annee.actions) if a.hors_qpv and etat_specifique(a)]
    montant = sum((etat_specifique(a) for a in dehors), start=Decimal(0))
    if plafond is None or not montant:
        return
    base = _base_du_plafond(annee, regle)
    ou = f"{compter(len(dehors), 'action')} hors QPV ({euros(montant)} de l'État)"
    if base is None:
        yield (
            f"{ou}\u00a0: la part sur {regle.valeur('base') or 'l’enveloppe'} reste inconnue, "
            "saisissez le montant de cette enveloppe dans la règle."
        )
    elif part_de(montant, base) > Decimal(str(plafond)):
        maximum = base * Decimal(str(plafond)) / 100
        yield (
            f"{ou}, soit {pourcent(part_de(montant, base))} de {euros(base)}, au-delà de "
            f"{pourcent(Decimal(str(plafond)))}\u00a0: retirez {euros(montant - maximum)} "
            f"({plusieurs(a.nom for a in dehors)})."
        )


def _base_du_plafond(annee: FaitsAnnee, regle: RegleEnVigueur) -> Decimal | None:
    saisie = regle.valeur("base_eur")
    if saisie is not None:
        return Decimal(str(saisie)) or None
    if "départemental" in (regle.valeur("base") or "départemental"):
        return None
    return (
        somme_ou_rien(
            e.montant
            for e in annee.enveloppes
            if e.financeur.nature == NatureOrganisme.ETAT
            and (e.ligne is None or e.ligne.nature_credit == "specifique")
        )
        or None
    )


@controle("fonds_cohesion_sociale.eligibilite", cible=CibleConstat.ACTION)
def zones_du_fcs(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    zones = regle.valeur("zones")
    siens = [m for m in positifs(action) if m.ligne and m.ligne.dispositif == FCS]
    montant = total(siens)
    if not zones or montant is None or not action.quartiers:
        return
    if not {q.nature for q in action.quartiers} & set(zones):
        yield (
            f"{euros(montant)} du Fonds de Cohésion Sociale hors de ses zones "
            f"({', '.join(zones)})\u00a0: corrigez les quartiers, ou changez de ligne."
        )


@controle("fonds_concours.eligibilite", cible=CibleConstat.ACTION)
def beneficiaires_du_fonds_de_concours(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Kept for the communes; what it excludes is read by a person, the sentence recalls it."""
    siens = [m for m in positifs(action) if m.ligne and m.ligne.dispositif == FONDS_DE_CONCOURS]
    montant = total(siens)
    if regle.valeur("beneficiaires") != "communes" or montant is None or action.porteur is None:
        return
    if action.porteur.nature != NatureOrganisme.COMMUNE:
        yield (
            f"{euros(montant)} de fonds de concours pour «\u00a0{action.porteur.nom}\u00a0»\u00a0: "
            "il est réservé aux communes, changez de ligne."
        )
        return
    exclusions = regle.valeur("exclusions")
    if exclusions:
        sauf = regle.valeur("exception")
        yield (
            f"{euros(montant)} de fonds de concours\u00a0: vérifiez que la dépense n'est pas exclue "
            f"({plusieurs(exclusions)}{f', sauf {sauf}' if sauf else ''})."
        )
