"""The columns of the comings and goings of one member of a séance."""

from dataclasses import replace

from app.services.allees_venues import AlleesVenues, LigneMouvement
from app.services.columns import Alignement, Colonne, lire_attribut
from app.services.columns_membres import heure
from app.services.poses import colonne_de_champ


def colonnes_mouvements(service: AlleesVenues) -> list[Colonne]:
    """Hours are typed as they read, « 14 h 05 »; the last column is what the journal keeps."""
    return [
        Colonne(cle="objet", titre="Présence ou déport", lire=lire_attribut("objet"), largeur=300),
        _heure(service, "debut", "De"),
        _heure(service, "fin", "À"),
        colonne_de_champ(service, "motif", "Motif du déport", largeur=220),
        Colonne(cle="journal", titre="Au journal", lire=lire_attribut("journal"), largeur=420),
    ]


def _heure(service: AlleesVenues, nom: str, titre: str) -> Colonne:
    colonne = colonne_de_champ(
        service,
        nom,
        titre,
        alignement=Alignement.CENTRE,
        largeur=84,
        aide="Une heure, comme 14 h 05",
    )
    return replace(colonne, lire=lambda ligne: _montrer(ligne, nom))


def _montrer(ligne: LigneMouvement, nom: str) -> str | None:
    return heure(getattr(ligne, nom)) or None
