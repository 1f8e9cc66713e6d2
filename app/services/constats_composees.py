"""Rules composed by the team: read, and made into checks."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from app.models.contrat import Echelle, Noeud
from app.models.enums import CibleConstat, NiveauConstat
from app.models.organisme import Financeur
from app.models.regles import RegleComposee
from app.services.constats_conditions import Condition, Noms, chiffres, exiger_condition, juger
from app.services.constats_registre import Fonction
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.regles_couches import Couche, RegleEnVigueur

_COMPOSEES = (
    select(*RegleComposee.__table__.columns)
    .where(RegleComposee.active)
    .order_by(RegleComposee.rang, RegleComposee.cle)
)
SANS_SOURCE = "Règle de l'équipe"
Composee = tuple[CibleConstat, RegleEnVigueur, Fonction]


def lire_composees(lire: Lire) -> list[Composee]:
    """Those in force. One that another program left unreadable makes no constat."""
    lignes = lire(_COMPOSEES)
    noms = lire_noms(lire) if lignes else {}
    return [c for ligne in lignes if (c := _composee(ligne, noms)) is not None]


def lire_noms(lire: Lire) -> dict[str, str]:
    """Labels of the values that the contract gives: échelles, nodes, financeurs, by identifiant."""
    requetes = (
        select(Noeud.identifiant, Noeud.libelle),
        select(Echelle.identifiant, Echelle.nom),
        select(Financeur.identifiant, Financeur.nom_court),
    )
    return {identifiant: nom for requete in requetes for identifiant, nom in lire(requete)}


def _composee(ligne: Any, noms: Noms) -> Composee | None:
    try:
        cible, niveau = CibleConstat.de(ligne.cible), NiveauConstat.de(ligne.niveau)
        exiger_condition(ligne.quand, cible)
        exiger_condition(ligne.exige, cible)
    except (KeyError, SaisieRefusee):
        return None
    if not ligne.quand and not ligne.exige:
        return None  # it looks at nothing
    regle = RegleEnVigueur(
        code=ligne.identifiant,
        enonce=ligne.libelle,
        theme="composee",
        portee=None,
        financeur=None,
        niveau=niveau,
        active=True,
        couche=str(Couche.EQUIPE if ligne.appel is None else Couche.APPEL),
        source=ligne.source or SANS_SOURCE,
        appel=ligne.appel,
    )
    dit = ligne.constat or ligne.libelle
    return cible, regle, controle_compose(cible, ligne.quand, ligne.exige, dit, noms)


def controle_compose(
    cible: CibleConstat, quand: Condition, exige: Condition, dit: str, noms: Noms
) -> Fonction:
    """A check: what meets `quand` and not `exige` is told, with the facts that were looked at."""
    tete = dit.strip().rstrip(".").rstrip()

    def controle(faits: Any, _: RegleEnVigueur) -> Iterator[str]:
        if juger(quand, faits, cible) is not True:
            return
        if exige and juger(exige, faits, cible) is not False:
            return
        yield f"{tete} ({chiffres((quand, exige), faits, cible, noms)})."

    return controle
