"""The columns of the history of an item: when, who, what, how much, typed by whom."""

from datetime import datetime
from typing import Any

from app.services.columns import Colonne, TypeColonne, colonne_lue
from app.services.columns_membres import heure


def colonnes_historique() -> list[Colonne]:
    return [
        Colonne(cle="jour", titre="Jour", type=TypeColonne.DATE, lire=_jour, largeur=88),
        Colonne(cle="heure", titre="Heure", lire=lambda etape: heure(etape.quand), largeur=68),
        colonne_lue("qui", "Qui", 124),
        colonne_lue("etape", "Étape", 150),
        colonne_lue("montant", "Montant", 92, type=TypeColonne.MONTANT),
        colonne_lue("auteur", "Saisi par", 100),
        colonne_lue("precision", "Précision", 520),
    ]


def _jour(etape: Any) -> Any:
    return datetime.fromisoformat(etape.quand).astimezone().date() if etape.quand else None
