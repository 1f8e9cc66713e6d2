"""The columns of the way of the dossiers: where each stands, and what one did of each step."""

from typing import Any

from app.models.enums import StatutAction
from app.services.columns import Colonne, TypeColonne, lire_attribut
from app.services.columns_actions import choix_de, signal_statut
from app.services.columns_cycle import ETATS, signal_etape


def _texte(cle: str, titre: str, largeur: int, **options: Any) -> Colonne:
    return Colonne(cle=cle, titre=titre, lire=lire_attribut(cle), largeur=largeur, **options)


def _date(cle: str, titre: str) -> Colonne:
    return _texte(cle, titre, 100, type=TypeColonne.DATE)


def colonnes_parcours() -> list[Colonne]:
    """One row a dossier."""
    return [
        _texte("numero", "N°", 82, figee=True, nuance=True),
        _texte("titre", "Intitulé", 240, figee=True),
        _texte("etape", "Étape en cours", 250),
        _texte("en_mots", "En mots", 170),
        _texte("etat", "État de l'étape", 120, **_etat()),
        _date("debut", "Début"),
        _date("fin", "Fin"),
        _texte("franchies", "Franchies", 84, type=TypeColonne.ENTIER, total=True),
        _texte("sautees", "Sautées", 80, type=TypeColonne.ENTIER, total=True),
        _date("depuis", "Dernier pas"),
        _texte("porteur", "Porteur", 190),
        _texte("appel", "Appel", 180),
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
        _texte("etape", "Étape", 300, figee=True),
        _texte("fait", "Fait", 90),
        _date("quand", "Le"),
        _texte("auteur", "Par", 150),
        _texte("motif", "Motif", 380),
        _texte("en_mots", "L'étape elle-même", 180, nuance=True),
    ]
