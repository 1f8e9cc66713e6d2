"""What hangs on an action goes with it, and nothing of it is left behind."""

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import func, select

from app.models.enums import EtatReunion
from app.models.reunion import Reunion
from app.services.actions import Actions
from app.services.dependants_action import DEPENDANTS
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.transaction import entites


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier)


# An action on a comité's agenda or in a scenario is not deleted at all.
GARDEES = {"point", "montant_scenario", "action"}


def test_toute_table_qui_tient_a_une_action_part_avec_elle() -> None:
    tenues = {
        table.name
        for table in entites().values()
        for lien in table.foreign_keys
        if lien.column.table.name == "action"
    }
    assert {modele.__tablename__ for modele in DEPENDANTS} == tenues - GARDEES


def test_une_action_instruite_se_supprime_et_revient_entiere(
    fichier: Fichier, decor: Decor
) -> None:
    with fichier.operation("Instruire") as e:
        fabriques.instruction(e, decor.action, decor.financeurs[0], decor.organismes[0])
    avant = _compter(fichier)
    Actions(fichier).supprimer(decor.action)
    assert all(
        _lignes(fichier, table.name, decor.action) == 0
        for table in entites().values()
        if "action" in table.c
    )
    fichier.undo.annuler()
    assert _compter(fichier) == avant


def test_une_action_examinee_en_reunion_ne_se_supprime_pas(fichier: Fichier, decor: Decor) -> None:
    with fichier.operation("Instruire") as e:
        fabriques.instruction(e, decor.action, decor.financeurs[0], decor.organismes[0])
        [(reunion,)] = e.lignes(select(Reunion.cle))
        e.modifier(Reunion, reunion, etat=str(EtatReunion.TENUE))
    with pytest.raises(SaisieRefusee, match="Comité territorial"):
        Actions(fichier).supprimer(decor.action)


def _compter(fichier: Fichier) -> dict[str, int]:
    return {
        nom: fichier.lignes(select(func.count()).select_from(table))[0][0]
        for nom, table in entites().items()
    }


def _lignes(fichier: Fichier, table: str, action: str) -> int:
    cible = entites()[table]
    requete = select(func.count()).select_from(cible).where(cible.c.action == action)
    return int(fichier.lignes(requete)[0][0])
