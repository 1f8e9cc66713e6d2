"""The columns of the way of the dossiers: where each stands, and what one did of each step."""

from typing import Any

from app.models.enums import StatutAction
from app.services.columns import Colonne, TypeColonne, colonne_lue, lire_attribut
from app.services.columns_actions import choix_de, signal_statut
from app.services.columns_cycle import ETATS, signal_etape


def _date(cle: str, titre: str) -> Colonne:
    return colonne_lue(cle, titre, 100, type=TypeColonne.DATE)


def colonnes_parcours() -> list[Colonne]:
    """One row a dossier."""
    return [
        colonne_lue("numero", "N°", 82, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 240, figee=True),
        colonne_lue("etape", "Étape en cours", 250),
        colonne_lue("en_mots", "Délai", 170),
        colonne_lue("etat", "État de l'étape", 120, **_etat()),
        _date("debut", "Début"),
        _date("fin", "Fin"),
        colonne_lue("franchies", "Franchies", 84, type=TypeColonne.ENTIER, total=True),
        colonne_lue("sautees", "Sautées", 80, type=TypeColonne.ENTIER, total=True),
        _date("depuis", "Dernier pas"),
        colonne_lue("porteur", "Porteur", 190),
        colonne_lue("appel", "Appel", 180),
        Colonne(
            cle="statut",
            titre="Statut",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("statut"),
            choix=choix_de(StatutAction),
            signal=signal_statut,
            largeur=160,
        ),
    ]


def _etat() -> dict[str, Any]:
    return {"type": TypeColonne.CHOIX, "choix": ETATS, "signal": signal_etape}


def colonnes_passages() -> list[Colonne]:
    """The steps of one dossier."""
    return [
        colonne_lue("etape", "Étape", 300, figee=True),
        colonne_lue("fait", "Fait", 90),
        _date("quand", "Le"),
        colonne_lue("auteur", "Par", 150),
        colonne_lue("motif", "Motif", 380),
        colonne_lue("en_mots", "L'étape elle-même", 180, nuance=True),
    ]
