"""Checks of the conventions pluriannuelles d'objectifs."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from app.models.enums import CibleConstat, NatureCredit, NatureOrganisme
from app.services.accords import compter
from app.services.constats_credits import (
    HORS_JEU,
    LOCAUX,
    REFUSES,
    est_de,
    est_etat_specifique,
    positifs,
    total,
)
from app.services.constats_faits import FaitsAction, FaitsAnnee
from app.services.constats_mots import euros, plusieurs, pourcent
from app.services.constats_registre import controle
from app.services.parts_cpo import (
    ACTIONS,
    CONVENTIONS,
    EUROS,
    MOTS,
    PartCpo,
    part_des_actions,
    part_des_conventions,
    part_des_euros,
    seuil_de,
)
from app.services.regles_couches import RegleEnVigueur


@controle("cpo.duree", cible=CibleConstat.ACTION)
def duree_de_la_cpo(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Silent where the contract prints no bound, and for what is not pluriannual."""
    duree = action.cpo_duree
    if not duree:
        return
    minimum, maximum = regle.nombre("min_ans"), regle.nombre("max_ans")
    if minimum is not None and duree < minimum:
        yield (
            f"CPO de {duree} ans, moins que les {minimum} ans du contrat\u00a0: "
            "allongez-la ou financez l'action pour un an."
        )
    if maximum is not None and duree > maximum:
        yield (
            f"CPO de {duree} ans, plus que les {maximum} ans du contrat\u00a0: ramenez-la à "
            f"{maximum} ans."
        )


@controle("cpo.degressivite", cible=CibleConstat.ACTION)
def pas_de_degressivite(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """From the second year of a CPO, a financeur that gives less than the year before."""
    if regle.valeur("autorisee") is not False or not action.en_cpo or (action.cpo_rang or 1) < 2:
        return
    for nom, avant, apres in _baisses(action):
        yield (
            f"Année {action.cpo_rang} de la CPO\u00a0: {nom} passe de {euros(avant)} à "
            f"{euros(apres)}. Rétablissez le montant, ou justifiez la baisse."
        )


@controle("degressivite.reconduction", cible=CibleConstat.ACTION)
def degressivite_compensee(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Outside a CPO the State may give less, where the contract says so, droit commun making up."""
    if not regle.valeur("possible") or action.en_cpo:
        return
    if regle.valeur("compensee_par") != "droit commun":
        return
    etat = {m.financeur.identifiant for m in action.montants if est_etat_specifique(m)}
    baisse = sum(
        (avant - apres for identifiant, avant, apres in _par_financeur(action)
         if identifiant in etat and apres < avant),
        start=Decimal(0),
    )  # fmt: skip
    relais = total(m for m in positifs(action) if m.nature_credit == NatureCredit.DROIT_COMMUN)
    if baisse and (relais or Decimal(0)) < baisse:
        yield (
            f"{euros(baisse)} de moins de l'État qu'en {action.annee - 1}, pour "
            f"{euros(relais or Decimal(0))} de droit commun\u00a0: cherchez de quoi compenser."
        )


def _par_financeur(action: FaitsAction) -> Iterator[tuple[str, Decimal, Decimal]]:
    """(financeur, granted the year before, in play), of those that granted something then."""
    ici: dict[str, Decimal] = defaultdict(Decimal)
    connus = set()
    for m in action.montants:
        if m.en_jeu is not None:
            connus.add(m.financeur.identifiant)
        if m.statut not in REFUSES:
            ici[m.financeur.identifiant] += m.en_jeu or 0
    for identifiant, avant in sorted(action.anterieurs.get(action.annee - 1, {}).items()):
        if avant and identifiant in connus:  # what is not said yet is not lower
            yield identifiant, avant, ici[identifiant]


def _baisses(action: FaitsAction) -> Iterator[tuple[str, Decimal, Decimal]]:
    noms = {m.financeur.identifiant: m.financeur.nom for m in action.montants}
    for identifiant, avant, apres in _par_financeur(action):
        if apres < avant and action.statut not in HORS_JEU:
            yield noms[identifiant], avant, apres


@controle("cpo.conditions", cible=CibleConstat.ACTION)
def conditions_de_la_cpo(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """The State engaged, and the territory behind it; silent while no amount is known."""
    if not action.en_cpo or total(positifs(action)) is None:
        return
    if regle.valeur("engagement_etat") and not any(
        est_de(m, str(NatureOrganisme.ETAT)) for m in positifs(action)
    ):
        yield "CPO sans montant de l'État\u00a0: son engagement est une condition, sollicitez-le."
    if regle.valeur("soutien_territoire") and not any(est_de(m, *LOCAUX) for m in positifs(action)):
        yield (
            "CPO sans montant de l'agglomération ni d'une commune\u00a0: le soutien du territoire est "
            "une condition, sollicitez-les."
        )


@controle("cpo.financeurs", cible=CibleConstat.ACTION)
def financeurs_engages(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Kinds of financeur that the contract engages in the CPO and that give nothing to this one."""
    engages = regle.valeur("engages")
    if not engages or not action.en_cpo or total(positifs(action)) is None:
        return
    manquent = [n for n in engages if not any(est_de(m, n) for m in positifs(action))]
    if manquent:
        noms = plusieurs(NatureOrganisme.libelle_de(n) for n in manquent)
        yield f"CPO sans montant ({noms}), que le contrat y engage\u00a0: vérifiez leur position."


@controle("cpo.part_minimale", "AR-CPO-01", cible=CibleConstat.ANNEE)
def part_en_cpo(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """In the unit that the rule prints: euros of each financeur, conventions or actions.

    The page of the CPO shows the same figures (`parts_cpo`).
    """
    lu = seuil_de(regle)
    if lu is None:
        return
    unite, seuil = lu
    if unite == EUROS:
        for nature in regle.valeur("obligatoire_pour") or [str(NatureOrganisme.ETAT)]:
            nom = NatureOrganisme.libelle_de(nature)
            yield from _dire_euros(part_des_euros(annee, nom, natures=(nature,), seuil=seuil))
    elif unite == ACTIONS:
        yield from _dire_nombre(part_des_actions(annee, "", seuil=seuil))
    elif unite == CONVENTIONS:
        yield from _dire_nombre(part_des_conventions(annee, "", seuil=seuil))


def _dire_euros(lue: PartCpo) -> Iterator[str]:
    """What a kind of financeur grants of its specific credits, and how much of it in CPO."""
    if lue.tenu is False and lue.part is not None and lue.seuil is not None:
        yield (
            f"{lue.qui}\u00a0: {euros(lue.en_cpo)} en CPO sur {euros(lue.tout)} "
            f"accordés, soit {pourcent(lue.part)}. Il manque {euros(lue.manque)} pour "
            f"{pourcent(lue.seuil.minimum)}."
        )


def _dire_nombre(lue: PartCpo) -> Iterator[str]:
    if lue.tenu is False and lue.part is not None:
        yield (
            f"{compter(int(lue.en_cpo), MOTS[lue.unite])} en CPO sur {lue.tout}, soit "
            f"{pourcent(lue.part)}, le seuil étant de {lue.seuil_en_mots}. "
            f"Il en manque {lue.manque}, en CPO plutôt que pour un an."
        )
