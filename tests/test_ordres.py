"""The order of the référentiel: axes, quartiers and communes sort as the contract lists them."""

from collections.abc import Iterator
from pathlib import Path

import fabriques
import pytest

from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne
from app.services.columns_actions import colonnes_actions
from app.services.fichier import Fichier
from app.services.ordres import lire_ordres


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        fabriques.decor(ouvert)
        yield ouvert


def test_les_textes_viennent_dans_l_ordre_du_contrat(fichier: Fichier) -> None:
    ordres = lire_ordres(fichier)
    assert ordres["quartiers"] == ("Les Tisserands", "La Briquette")
    assert ordres["communes"] == ("Brèmes-sur-Scarpe", "Ostreval")
    assert ordres["axe"] == ("Réussite éducative", "Santé")
    assert ordres["objectif"].index("Lecture") < ordres["objectif"].index("Santé")


def test_le_tri_les_suit_et_met_l_inconnu_a_la_fin(fichier: Fichier) -> None:
    colonnes: dict[str, Colonne] = {
        c.cle: c
        for c in colonnes_actions(
            [], Actions(fichier), Cofinancements(fichier), ordres=lire_ordres(fichier)
        )
    }
    quartiers = ["Autre", "La Briquette", "Les Tisserands, La Briquette", "Les Tisserands"]
    assert sorted(quartiers, key=colonnes["quartiers"].cle_de_valeur) == quartiers[::-1]
    assert sorted(["Santé", "Réussite éducative"], key=colonnes["axe"].cle_de_valeur) == [
        "Réussite éducative",
        "Santé",
    ]
