"""Checks of who may fund at which échelle, and of what the EPCI pays for."""

from collections.abc import Iterator

from app.models.enums import CibleConstat, NatureCredit, NatureOrganisme
from app.services.constats_credits import est_de, positifs, total
from app.services.constats_faits import FaitsAction
from app.services.constats_mots import euros
from app.services.constats_registre import controle
from app.services.regles_couches import RegleEnVigueur

COMMUNALE, INTERCOMMUNALE, REGROUPEMENT = "communale", "intercommunale", "regroupement_communes"
EPCI, COMMUNE = str(NatureOrganisme.EPCI), str(NatureOrganisme.COMMUNE)


@controle("VAL-ECH-01", cible=CibleConstat.ACTION)
def echelle_communale(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """One commune, and communal funding."""
    if action.echelle != COMMUNALE:
        return
    if len(action.communes) > 1:
        yield (
            f"Échelle communale, mais {len(action.communes)} communes visées\u00a0: choisissez "
            "«\u00a0intercommunale\u00a0» ou «\u00a0regroupement de communes\u00a0»."
        )
    yield from _hors_echelle(action, EPCI, "communale", "la commune")


@controle("VAL-ECH-02", cible=CibleConstat.ACTION)
def echelle_intercommunale(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Several communes, and the agglomération's funding."""
    if action.echelle != INTERCOMMUNALE:
        return
    if len(action.communes) == 1:
        yield (
            "Échelle intercommunale, mais une seule commune visée\u00a0: complétez les communes, "
            "ou choisissez l'échelle communale."
        )
    yield from _hors_echelle(action, COMMUNE, "intercommunale", "l'agglomération")


@controle("VAL-ECH-03", cible=CibleConstat.ACTION)
def regroupement_de_communes(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """Cofinanced by the communes concerned, with or without the agglomération."""
    if action.echelle != REGROUPEMENT or total(positifs(action)) is None:
        return
    if not any(est_de(m, COMMUNE) for m in positifs(action)):
        yield (
            "Regroupement de communes sans aucun montant d'une commune\u00a0: sollicitez les "
            "communes concernées, ou changez l'échelle."
        )


def _hors_echelle(action: FaitsAction, nature: str, nom: str, qui: str) -> Iterator[str]:
    """A specific credit of a kind of financeur that the échelle does not mobilise."""
    siens = [
        m
        for m in positifs(action)
        if est_de(m, nature) and m.nature_credit != NatureCredit.DROIT_COMMUN
    ]
    montant = total(siens)
    if montant is not None:
        yield (
            f"Financement hors échelle\u00a0: {siens[0].financeur.nom} ({euros(montant)}) sur une "
            f"action {nom}, que finance {qui}. Changez l'échelle ou le financeur."
        )


@controle("VAL-ECH-04", cible=CibleConstat.ACTION)
def orientations_de_l_epci(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    """The EPCI's specific credits on other orientations than its own; silent on an action nowhere."""
    siennes = regle.valeur("orientations")
    if not siennes or not action.noeuds or action.noeuds & set(siennes):
        return
    siens = [
        m
        for m in positifs(action)
        if est_de(m, EPCI) and m.nature_credit != NatureCredit.DROIT_COMMUN
    ]
    montant = total(siens)
    if montant is not None:
        yield (
            f"{siens[0].financeur.nom}\u00a0: {euros(montant)} hors de ses orientations "
            f"({', '.join(siennes)}). Reclassez l'action, ou cherchez un autre financeur."
        )
