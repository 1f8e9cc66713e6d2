"""Checks of what a porteur gets in the year, all its actions together: thresholds of the law."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from app.models.enums import CibleConstat, NatureOrganisme
from app.services.constats_credits import PUBLICS, positifs
from app.services.constats_faits import FaitsMontant, FaitsPorteur
from app.services.constats_mots import euros
from app.services.constats_registre import controle
from app.services.regles_couches import RegleEnVigueur


@controle("national.convention", cible=CibleConstat.PORTEUR)
def convention_obligatoire(porteur: FaitsPorteur, regle: RegleEnVigueur) -> Iterator[str]:
    """By porteur and public authority; only bodies of private law are concerned by the law."""
    seuil = regle.valeur("seuil_eur")
    if seuil is None or not _prive(porteur):
        return
    for qui, montant in _par_autorite(porteur).items():
        if montant > seuil:
            yield (
                f"{qui}\u00a0: {euros(montant)} en {porteur.annee}, plus de {euros(Decimal(seuil))}. "
                "Une convention est obligatoire, préparez-la avant de verser."
            )


@controle("national.donnees_essentielles", cible=CibleConstat.PORTEUR)
def donnees_essentielles(porteur: FaitsPorteur, regle: RegleEnVigueur) -> Iterator[str]:
    seuil, mois = regle.valeur("seuil_eur"), regle.valeur("publication_mois")
    if seuil is None or not _prive(porteur):
        return
    delai = f" dans les {mois} mois" if mois else ""
    for qui, montant in _par_autorite(porteur).items():
        if montant > seuil:
            yield (
                f"{qui}\u00a0: {euros(montant)}. Publiez les données essentielles de la "
                f"convention{delai} (seuil {euros(Decimal(seuil))})."
            )


@controle("national.comptes", cible=CibleConstat.PORTEUR)
def comptes_a_publier(porteur: FaitsPorteur, regle: RegleEnVigueur) -> Iterator[str]:
    """Every public financeur of the file together: what it gets elsewhere is not known here."""
    seuil, recu = regle.valeur("seuil_eur"), _public(porteur)
    if seuil is None or porteur.organisme.nature != NatureOrganisme.ASSOCIATION or recu < seuil:
        return
    yield (
        f"{euros(recu)} de subventions publiques dans ce fichier en {porteur.annee}, au moins "
        f"{euros(Decimal(seuil))}\u00a0: demandez ses comptes annuels certifiés et publiés."
    )


@controle("national.dirigeants", cible=CibleConstat.PORTEUR)
def dirigeants_a_publier(porteur: FaitsPorteur, regle: RegleEnVigueur) -> Iterator[str]:
    budget, subventions = regle.valeur("budget_eur"), regle.valeur("subventions_eur")
    recu, sien = _public(porteur), porteur.organisme.budget
    if None in (budget, subventions, sien) or recu <= subventions or not sien or sien <= budget:
        return
    if porteur.organisme.nature == NatureOrganisme.ASSOCIATION:
        yield (
            f"Budget de {euros(sien)} et {euros(recu)} de subventions\u00a0: rappelez-lui de publier "
            "la rémunération de ses trois plus hauts dirigeants."
        )


def _prive(porteur: FaitsPorteur) -> bool:
    """A commune or an établissement public is not an organisme de droit privé."""
    return porteur.organisme.nature in (
        NatureOrganisme.ASSOCIATION,
        NatureOrganisme.ENTREPRISE,
        NatureOrganisme.AUTRE,
    )


def _publics(porteur: FaitsPorteur) -> Iterator[FaitsMontant]:
    for action in porteur.actions:
        yield from (m for m in positifs(action) if m.financeur.nature in PUBLICS)


def _par_autorite(porteur: FaitsPorteur) -> dict[str, Decimal]:
    """authority -> euros; each commune is its own authority, known by the line that it pays."""
    sommes: dict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for m in _publics(porteur):
        qui = m.financeur.nom if m.commune is None else "une même commune"
        sommes[qui, m.commune] += m.en_jeu or 0
    return {qui: somme for (qui, _), somme in sorted(sommes.items(), key=lambda s: -s[1])}


def _public(porteur: FaitsPorteur) -> Decimal:
    return sum((m.en_jeu or Decimal(0) for m in _publics(porteur)), start=Decimal(0))
