"""What every gesture on a convention checks first. No Qt."""

from app.models.enums import EtatConvention
from app.services.conventions_lues import LigneConvention, lire_conventions
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire


def la_convention(lire: Lire, cle: str) -> LigneConvention:
    """Raises SaisieRefusee when it is no longer there."""
    lues = lire_conventions(lire, cle)
    if not lues:
        raise SaisieRefusee("Cette convention n’existe plus\u00a0: actualisez la liste.")
    return lues[0]


def exiger(convention: LigneConvention, *etats: EtatConvention, geste: str) -> None:
    """Raises SaisieRefusee unless the convention is in one of these states."""
    if convention.etat not in etats:
        attendus = " ou ".join(etat.libelle.lower() for etat in etats)
        etat = EtatConvention.libelle_de(convention.etat).lower()
        raise SaisieRefusee(
            f"{la(convention, debut=True)} est {etat}\u00a0: seule une convention {attendus} {geste}."
        )


def la(convention: LigneConvention, *, debut: bool = False) -> str:
    """« la convention « CPO 2026-02 » », as a sentence may begin with it."""
    return f"{'La' if debut else 'la'} convention «\u00a0{convention.numero or convention.titre}\u00a0»"
