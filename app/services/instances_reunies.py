"""Which instances of the contract a meeting counts for, and what each of them meets about.

Read from the contract alone: the steps that an instance holds, « par » commune or theme, its level.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.contrat import Commune, Instance, Noeud, Nomenclature
from app.models.enums import NatureReunion, RoleNomenclature
from app.services.fichier import Lire
from app.services.identifiants import mots
from app.services.seances import DU_CONTRAT_PRECEDENT

PAR_COMMUNE = {"commune", "communes"}
PAR_THEME = {"enjeu", "enjeux", "priorite", "priorites", "theme", "themes", "orientation"}
PAR_THEME |= {"thematique", "thematiques", "orientations", "axe", "axes"}
_NOMMEES = re.compile(r"\bcommunes\s:([^;]+)")  # what the note of an instance says of its own


@dataclass(frozen=True, slots=True)
class InstanceReunie:
    """An instance that sits. `communes`: those named, when it is for some of them only."""

    cle: str
    identifiant: str
    nom: str
    presidence: str
    composition: tuple[str, ...]
    etapes: tuple[str, ...]
    par_commune: bool
    par_theme: bool
    communes: tuple[str, ...]
    minimum: int | None
    maximum: int | None
    intervalle: int | None
    frequence: str


@dataclass(frozen=True, slots=True)
class Objet:
    """A commune or a theme that meetings may be about."""

    cle: str
    nom: str


def lire_instances(lire: Lire) -> list[InstanceReunie]:
    """The instances of the contract that still sit, in its order."""
    communes = lire_communes(lire)
    requete = select(*Instance.__table__.columns).order_by(Instance.rang, Instance.nom)
    return [
        _instance(lue, communes)
        for lue in lire(requete)
        if DU_CONTRAT_PRECEDENT not in (lue.note or "")
    ]


def _instance(lue: Any, communes: Sequence[Objet]) -> InstanceReunie:
    par = set(mots(lue.par or ""))
    nommees = _nommees(lue.note or "", communes)
    seule = lue.niveau == "communal" and not par
    return InstanceReunie(
        cle=lue.cle,
        identifiant=lue.identifiant,
        nom=lue.nom,
        presidence=lue.presidence or "",
        composition=tuple(lue.composition),
        etapes=tuple(lue.etapes),
        par_commune=bool(par & PAR_COMMUNE) or (seule and not nommees and len(communes) > 1),
        par_theme=bool(par & PAR_THEME) and not par & PAR_COMMUNE,
        communes=nommees,
        minimum=lue.minimum_par_an,
        maximum=lue.maximum_par_an,
        intervalle=lue.intervalle_semaines,
        frequence=lue.frequence or "",
    )


def _nommees(note: str, communes: Sequence[Objet]) -> tuple[str, ...]:
    """The communes that the note of an instance names as its own."""
    trouvees = _NOMMEES.search(note)
    dites = {partie.strip() for partie in trouvees[1].split(",")} if trouvees else set()
    return tuple(c.cle for c in communes if c.nom in dites)


def lire_communes(lire: Lire) -> list[Objet]:
    """The communes of the contract: those that signed, all of them when it does not say."""
    requete = select(Commune.cle, Commune.nom, Commune.signataire)
    lues = lire(requete.order_by(Commune.rang, Commune.nom))
    signataires = [Objet(c.cle, c.nom) for c in lues if c.signataire]
    return signataires or [Objet(c.cle, c.nom) for c in lues]


def lire_themes(lire: Lire) -> list[Objet]:
    """The top of the nomenclature by which projects are examined, in its order."""
    requete = (
        select(Noeud.cle, Noeud.libelle_court, Noeud.libelle)
        .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
        .where(
            Nomenclature.role == str(RoleNomenclature.INSTRUCTION),
            Noeud.parent.is_(None),
            Noeud.actif.is_(True),
        )
        .order_by(Nomenclature.rang, Noeud.rang)
    )
    return [Objet(lu.cle, lu.libelle_court or lu.libelle) for lu in lire(requete)]


def instances_de(lire: Lire, nature: str) -> list[str]:
    """The instances that a meeting of that kind counts for, as the contract has it."""
    instances = lire_instances(lire)
    if nature == NatureReunion.COMMUNALE:
        return [i.cle for i in instances if _est_communale(i)]
    if nature == NatureReunion.INTERCOMMUNALE:
        return [i.cle for i in instances if "reunion_intercommunale" in i.etapes or i.par_theme]
    if nature == NatureReunion.COMITE_PARTENARIAL:
        return [i.cle for i in instances if "comite_partenarial" in i.etapes]
    return []


def _est_communale(instance: InstanceReunie) -> bool:
    if instance.communes:
        return False  # a body of one town may meet about anything: the team says when it did
    return "reunion_communale" in instance.etapes or instance.par_commune
