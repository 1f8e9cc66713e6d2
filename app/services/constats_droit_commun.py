"""Checks of the droit commun that comes first, and of what the Région leaves to its own policies."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal

from sqlalchemy import select

from app.models.droit_commun import Sollicitation
from app.models.enums import CibleConstat, NatureCredit, NatureOrganisme
from app.models.organisme import Financeur
from app.services.constats_credits import est_de, etat_specifique, positifs, total
from app.services.constats_faits import FaitsAction
from app.services.constats_lus import restreindre
from app.services.constats_mots import euros, part_de, pourcent
from app.services.constats_registre import Portee, complement, controle
from app.services.fichier import Lire
from app.services.identifiants import mots
from app.services.regles_couches import RegleEnVigueur

SOLLICITATIONS = "sollicitations"
REGION = str(NatureOrganisme.REGION)
# Words of a title, a description or a porteur's name that make one read the exclusion again (BB,
# l. 4376-4402): they prove nothing, the sentence asks to check. Each is a run of plain words.
EXCLUSIONS: Mapping[str, tuple[str, ...]] = {
    "BB-NC-10": ("formation qualifiante", "formation certifiante", "prf"),
    "BB-NC-11": ("accompagnement vers l emploi", "accompagnement a l emploi"),
    "BB-NC-12": ("orientation professionnelle",),
    "BB-NC-13": ("mission locale", "e2c", "ecole de la deuxieme chance", "plie"),
    "BB-NC-14": ("creation d entreprise", "creation d entreprises", "starter"),
    "BB-NC-15": ("esprit d entreprendre", "mini entreprise"),
    "BB-NC-16": ("chantier d insertion", "chantiers d insertion", "aci"),
    "BB-NC-18": ("peps",),
    "BB-NC-19": ("prac",),
    "BB-NC-20": ("haute frequence", "musiques actuelles"),
    "BB-NC-21": ("cardio vasculaire", "cardio vasculaires", "diabete", "surpoids"),
    "BB-NC-22": ("addiction", "addictions", "conduites addictives"),
    "BB-NC-23": ("sante environnement",),
}
INTERCOMMUNALES = ("BB-NC-21", "BB-NC-22", "BB-NC-23")


@controle("droit_commun.principe", cible=CibleConstat.ACTION)
def complement_du_droit_commun(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Specific credits complete droit commun: they do not pay the whole of an action."""
    montant = etat_specifique(action)
    if not regle.valeur("specifiques_en_complement") or not action.cout or not montant:
        return
    if montant >= action.cout:
        yield (
            f"Les crédits spécifiques de l'État ({euros(montant)}) paient "
            f"{pourcent(part_de(montant, action.cout))} du coût\u00a0: cherchez le droit commun "
            "qu'ils doivent compléter."
        )


@complement(SOLLICITATIONS, cible=CibleConstat.ACTION, suit={"sollicitation": "action"})
def lire_sollicitations(lire: Lire, portee: Portee) -> Mapping[str, frozenset[tuple[str, str]]]:
    """action -> (kind of financeur, nature of credit) that were approached."""
    requete = select(Sollicitation.action, Financeur.nature, Sollicitation.nature_credit).join(
        Financeur, Financeur.cle == Sollicitation.financeur
    )
    lues: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for action, nature, credit in lire(
        restreindre(requete, Sollicitation.action, portee), portee.parametres
    ):
        lues[action].add((nature, credit or str(NatureCredit.DROIT_COMMUN)))
    return {action: frozenset(qui) for action, qui in lues.items()}


@controle("BB-DC-05", cible=CibleConstat.ACTION)
def droit_commun_regional_d_abord(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Before the Région's specific credits, its droit commun was asked for."""
    montant = _region_specifique(action)
    demandee = (REGION, str(NatureCredit.DROIT_COMMUN)) in action.plus.get(SOLLICITATIONS, ())
    if montant is not None and not demandee:
        yield (
            f"{euros(montant)} de crédits spécifiques de la Région sans que son droit commun ait été "
            "sollicité\u00a0: notez la sollicitation et sa réponse (onglet «\u00a0Financeurs\u00a0»)."
        )


def _region_specifique(action: FaitsAction) -> Decimal | None:
    return total(
        m
        for m in positifs(action)
        if est_de(m, REGION) and m.nature_credit != NatureCredit.DROIT_COMMUN
    )


def _mots_de(*textes: str) -> str:
    """Plain words, with a space around each."""
    return f" {' '.join(mots(' '.join(textes)))} "


@controle(*EXCLUSIONS, cible=CibleConstat.ACTION)
def exclusions_de_la_region(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """What the Région's specific credits do not fund, looked for in the words of the dossier."""
    montant = _region_specifique(action)
    if montant is None or (regle.code in INTERCOMMUNALES and action.echelle == "communale"):
        return
    porteur = action.porteur.nom if action.porteur else ""
    texte = _mots_de(action.titre, action.description or "", porteur)
    trouve = next((mot for mot in EXCLUSIONS[regle.code] if f" {mot} " in texte), None)
    if trouve is not None:
        yield (
            f"{euros(montant)} de crédits spécifiques de la Région, et le dossier parle de "
            f"«\u00a0{trouve}\u00a0»\u00a0: vérifiez qu'il ne relève pas du droit commun régional."
        )


@controle("BB-NC-17", cible=CibleConstat.ACTION)
def investissement_des_chantiers(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Investment of an atelier chantier d'insertion; renewal and new equipment are admitted."""
    montant = _region_specifique(action)
    texte = _mots_de(action.titre, action.description or "")
    chantier = any(f" {mot} " in texte for mot in EXCLUSIONS["BB-NC-16"])
    if montant is not None and chantier and action.nature == "investissement":
        yield (
            f"{euros(montant)} de la Région pour l'investissement d'un chantier d'insertion\u00a0: "
            "vérifiez qu'il s'agit d'un renouvellement ou d'un matériel nouveau."
        )
