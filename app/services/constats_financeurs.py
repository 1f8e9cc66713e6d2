"""Checks of what each financeur admits beside its money: Région, DRAC, and the balance of the year."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from app.models.enums import CibleConstat, NatureCredit, NatureOrganisme
from app.services.constats_credits import (
    LOCAUX,
    REFUSES,
    en_jeu,
    est_de,
    est_drac,
    est_etat_specifique,
    positifs,
    total,
)
from app.services.constats_faits import FaitsAction, FaitsAnnee, FaitsMontant
from app.services.constats_mots import euros, plusieurs
from app.services.constats_registre import controle
from app.services.regles_couches import RegleEnVigueur

REGION = str(NatureOrganisme.REGION)
FTU = "FTU"
COLLECTIVITES = (str(NatureOrganisme.COMMUNE), str(NatureOrganisme.EPCI))


@controle("droit_commun.region", cible=CibleConstat.ACTION)
def conditions_de_la_region(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """All means known before it decides; its droit commun and its specific credits not together."""
    siens = [m for m in positifs(action) if est_de(m, REGION)]
    if not siens:
        return
    if regle.valeur("transparence_exigee"):
        muets = [m.financeur.nom for m in action.montants if not est_de(m, REGION) and _muet(m)]
        if muets:
            yield (
                f"Région sollicitée ({euros(total(siens) or Decimal(0))}) alors que tous les moyens "
                f"ne sont pas connus\u00a0: obtenez la réponse de {plusieurs(muets)}."
            )
    natures = {m.nature_credit for m in siens}
    if regle.valeur("droit_commun_seul") and natures >= {
        str(NatureCredit.DROIT_COMMUN),
        str(NatureCredit.SPECIFIQUE),
    }:
        yield (
            "La Région est sollicitée à la fois en droit commun et en crédits spécifiques\u00a0: "
            "gardez l'un des deux."
        )


def _muet(montant: FaitsMontant) -> bool:
    """Asked, and nothing answered: neither proposed nor granted nor refused."""
    connus = (montant.propose, montant.accorde, montant.vote)
    return (
        montant.demande is not None
        and montant.statut == "demande"
        and not any(m is not None for m in connus)
    )


@controle("droit_commun.drac", cible=CibleConstat.ACTION)
def drac_ne_cofinance_pas(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    montant = total(m for m in positifs(action) if est_drac(m))
    if regle.valeur("sans_cofinancement") and montant is not None:
        yield (
            f"{euros(montant)} de la DRAC, qui ne cofinance pas les projets du contrat\u00a0: "
            "vérifiez qu'il s'agit d'une quote-part de fonctionnement ou d'un appel de la DRAC."
        )


@controle("BB-NC-02", cible=CibleConstat.ACTION)
def drac_non_consolidee(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """What the DRAC may give stays a forecast: it is not to be counted as secured."""
    siens = [m for m in positifs(action) if est_drac(m) and m.securise]
    montant = total(siens)
    if montant is not None:
        appels = regle.valeur("appels_a_projets_admis") or ()
        yield (
            f"{euros(montant)} de la DRAC comptés comme acquis\u00a0: ce montant reste prévisionnel"
            f"{f' ({plusieurs(appels)})' if appels else ''}, décochez «\u00a0sécurisé\u00a0»."
        )


@controle("AR-ENV-08", cible=CibleConstat.ANNEE)
def effet_levier(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """Euros that others put for one of the BOP 147; a threshold only where the team typed one."""
    etat, autres = _etat_et_autres(annee)
    if not etat:
        return
    rapport = autres / etat
    seuil = regle.valeur("rapport_min")
    if seuil is not None and rapport >= Decimal(str(seuil)):
        return
    attendu = (
        "" if seuil is None else f", moins que les {_decimal(Decimal(str(seuil)))}\u00a0€ voulus"
    )
    yield (
        f"Effet levier\u00a0: {_decimal(rapport)}\u00a0€ des autres financeurs pour 1\u00a0€ du "
        f"BOP 147 ({euros(autres)} pour {euros(etat)}){attendu}. À dire au comité."
    )


def _etat_et_autres(annee: FaitsAnnee) -> tuple[Decimal, Decimal]:
    etat = autres = Decimal(0)
    for action in en_jeu(annee.actions):
        for m in positifs(action):
            if est_etat_specifique(m):
                etat += m.en_jeu or 0
            else:
                autres += m.en_jeu or 0
    return etat, autres


@controle("AR-COF-01", cible=CibleConstat.ANNEE)
def deuxiemes_financeurs(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """EPCI and communes together come second, after the State (AR, l. 1363)."""
    sommes: dict[str, Decimal] = defaultdict(Decimal)
    for action in en_jeu(annee.actions):
        for m in positifs(action):
            local = m.financeur.nature in LOCAUX
            sommes["bloc local" if local else m.financeur.nom] += m.en_jeu or 0
    rangs = sorted(sommes, key=lambda nom: (-sommes[nom], nom))
    if "bloc local" in rangs[:2] or len(rangs) < 2:
        return
    devant = plusieurs(f"{nom} ({euros(sommes[nom])})" for nom in rangs[:2])
    yield (
        f"L'agglomération et les communes ({euros(sommes['bloc local'])}) ne sont pas les deuxièmes "
        f"financeurs\u00a0: {devant} les précèdent. À relever au comité."
    )


def _decimal(nombre: Decimal) -> str:
    return f"{nombre:.2f}".replace(".", ",")


@controle("BB-PART-06", cible=CibleConstat.ACTION)
def fonds_de_travaux_urbains(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Investment of the collectivités."""
    montant = total(m for m in positifs(action) if m.ligne and m.ligne.dispositif == FTU)
    if montant is None:
        return
    if action.porteur is not None and action.porteur.nature not in COLLECTIVITES:
        yield (
            f"{euros(montant)} de FTU pour «\u00a0{action.porteur.nom}\u00a0»\u00a0: il est réservé "
            "aux collectivités, changez de ligne."
        )
    if regle.valeur("nature") == action.nature or regle.valeur("nature") is None:
        return
    yield (
        f"{euros(montant)} de FTU pour une action de fonctionnement\u00a0: il finance de "
        "l'investissement, corrigez la nature de l'action ou la ligne."
    )


@controle("enveloppe.notification", cible=CibleConstat.ANNEE)
def enveloppe_de_l_etat_notifiee(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """Granted on a forecast of the State: only « sous réserve » until it is notified."""
    prevues = [
        e for e in annee.enveloppes if e.financeur.nature == NatureOrganisme.ETAT and not e.notifie
    ]
    if not prevues:
        return
    accordes = (
        m.accorde
        for a in en_jeu(annee.actions)
        for m in a.montants
        if m.accorde and m.statut not in REFUSES and est_etat_specifique(m)
    )
    accorde = sum(accordes, start=Decimal(0))
    if accorde:
        yield (
            f"{euros(accorde)} accordés sur une enveloppe de l'État qui n'est pas notifiée\u00a0: "
            "décidez «\u00a0sous réserve\u00a0», ou notez la date de notification."
        )
