"""The steps that an appel begins with: those that the contract prints, and nothing else (B-81, B-92)."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.models.contrat import Contrat, Etape
from app.models.enums import NatureAppel, NatureEtape
from app.services.errors import ErreurConnue
from app.services.fichier import Lire
from app.services.pliage import replier

# Natures whose appels follow the main sequence; the others take from it only what the team turns on.
SEQUENCE = (NatureAppel.AAP, NatureAppel.AMI)
# Steps that some contracts do not have: there they are offered, turned off.
FACULTATIVES = (NatureEtape.NOTE_INTENTION, NatureEtape.REUNIONS, NatureEtape.REECRITURE)
# Words by which a contract names, beside its main sequence, what an appel of that nature is about.
_PARALLELES: Mapping[str, tuple[str, ...]] = {
    NatureAppel.VACANCES: ("vacances",),
    NatureAppel.FIL_DE_L_EAU: ("fil de l'eau", "reserve"),
    NatureAppel.FONDS_THEMATIQUE: ("fonds thematique", "ami specifique"),
    NatureAppel.AMI_SPECIFIQUE: ("ami specifique",),
}


@dataclass(frozen=True, slots=True)
class EtapeModele:
    """A step to be copied. `cle`: that of the contract's step, None for a step offered by the program.

    `avant`, `apres`: nature of the step that has to wait for it, or that it waits for.
    """

    cle: str | None
    nature: str
    nom: str
    acteur: str | None = None
    active: bool = True
    avant: str | None = None
    apres: str | None = None


def etapes_du_contrat(lire: Lire, nature_appel: str) -> list[EtapeModele]:
    """The steps of an appel of that nature, in the order of the contract; empty for « Hors appel »."""
    if nature_appel == NatureAppel.HORS_APPEL:
        return []
    rangees = _rangees(lire)
    suite = [_modele(r) for r in rangees if r.nature and (r.nature in _CONNUES)]
    if nature_appel in SEQUENCE:
        return _avec_facultatives(suite)
    propres = _paralleles(rangees, nature_appel)
    eteintes = [
        replace(modele, active=False)
        for modele in suite
        if not (propres and modele.nature == NatureEtape.LANCEMENT)
    ]
    cadrage = [m for m in eteintes if m.nature == NatureEtape.CADRAGE]
    return [*cadrage, *propres, *(m for m in eteintes if m.nature != NatureEtape.CADRAGE)]


_CONNUES = {str(nature) for nature in NatureEtape}


def _modele(rangee: Any) -> EtapeModele:
    avant, apres = ordre_imprime(rangee.moment)
    return EtapeModele(
        rangee.cle, rangee.nature, rangee.nom, rangee.acteur, rangee.active, avant, apres
    )


def _paralleles(rangees: Sequence[Any], nature_appel: str) -> list[EtapeModele]:
    """What the contract prints of that kind of appel, as its launch."""
    mots = _PARALLELES.get(nature_appel, ())
    for mot in mots:
        trouvees = [r for r in rangees if not r.nature and mot in replier(r.nom)]
        if trouvees:
            premiere = trouvees[0]
            return [
                EtapeModele(premiere.cle, str(NatureEtape.LANCEMENT), premiere.nom, premiere.acteur)
            ]
    return []


def _avec_facultatives(suite: list[EtapeModele]) -> list[EtapeModele]:
    """Note d'intention, réunions and réécriture, off, before the deposit of a contract without them."""
    presentes = {modele.nature for modele in suite}
    absentes = [
        EtapeModele(None, str(nature), nature.libelle, active=False)
        for nature in FACULTATIVES
        if nature not in presentes
    ]
    depots = [rang for rang, m in enumerate(suite) if m.nature == NatureEtape.DEPOT]
    if not absentes or not depots:
        return suite
    return [*suite[: depots[0]], *absentes, *suite[depots[0] :]]


# What the contract says of the order, beside the order itself --------------------------------------

_LANCEMENT = re.compile(r"^(prealablement au lancement|en amont de l'appel)")
_AVANT_COMITE = re.compile(r"^en amont du comite des financeurs")
_APRES_COMITE = re.compile(r"^apres le comite des financeurs")


def ordre_imprime(moment: str | None) -> tuple[str | None, str | None]:
    """(nature of the step that waits for it, nature that it waits for), from the printed moment."""
    plie = replier(moment or "").replace("’", "'")
    if _LANCEMENT.match(plie):
        return str(NatureEtape.LANCEMENT), None
    if _AVANT_COMITE.match(plie):
        return str(NatureEtape.COMITE_FINANCEURS), None
    if _APRES_COMITE.match(plie):
        return None, str(NatureEtape.COMITE_FINANCEURS)
    return None, None


def requises(modeles: Sequence[EtapeModele], cles: Sequence[str]) -> dict[str, list[str]]:
    """key of a new step -> keys of those it requires. A launch that is no step is the deposit."""
    par_nature: dict[str, str] = {}
    for modele, cle in zip(modeles, cles, strict=True):
        par_nature.setdefault(modele.nature, cle)
    depot = par_nature.get(str(NatureEtape.DEPOT))
    if depot is not None:
        par_nature.setdefault(str(NatureEtape.LANCEMENT), depot)
    demandees: dict[str, list[str]] = {}
    for modele, cle in zip(modeles, cles, strict=True):
        if modele.avant in par_nature:
            demandees.setdefault(par_nature[modele.avant], []).append(cle)
        if modele.apres in par_nature:
            demandees.setdefault(cle, []).append(par_nature[modele.apres])
    return demandees


# Reading ------------------------------------------------------------------------------------------


def _rangees(lire: Lire) -> list[Any]:
    rangees = list(
        lire(
            select(
                Etape.cle,
                Etape.identifiant,
                Etape.nature,
                Etape.nom,
                Etape.acteur,
                Etape.moment,
                Etape.active,
            ).order_by(Etape.rang, Etape.cle)
        )
    )
    if not rangees or any(rangee.nature for rangee in rangees):
        return rangees
    natures = _natures_livrees(lire)
    return [_Completee(rangee, natures.get(rangee.identifiant)) for rangee in rangees]


class _Completee:
    """A row of an older file, with the nature that its contract gives today."""

    def __init__(self, rangee: Any, nature: str | None) -> None:
        self.cle, self.nom, self.acteur = rangee.cle, rangee.nom, rangee.acteur
        self.moment, self.active, self.nature = rangee.moment, rangee.active, nature


def _natures_livrees(lire: Lire) -> Mapping[str, str]:
    """identifiant of a step -> its nature, in the shipped contract of the same name."""
    from app.services.referentiels import charger

    noms = [identifiant for (identifiant,) in lire(select(Contrat.identifiant))]
    return _sans_echec(lambda: charger(noms[0]).etapes if noms else [])


def _sans_echec(charger: Callable[[], Sequence[Any]]) -> Mapping[str, str]:
    """A contract that is not shipped gives nothing."""
    try:
        etapes = charger()
    except ErreurConnue:
        return {}
    return {etape.identifiant: str(etape.nature) for etape in etapes if etape.nature}
