"""Where an avis and the tableau de cofinancement no longer propose the same amount, in words. No Qt."""

from app.models.montants import afficher_montant
from app.services.dossiers_instruits import Dossier


def phrase_des_montants(dossier: Dossier) -> list[str]:
    """« Région : 4 000 € dans son avis, 3 000 € dans le tableau », for each that differs."""
    return [
        f"{a.service.nom_court} : {afficher_montant(a.montant, euro=True)} dans son avis, "
        f"{afficher_montant(a.propose, euro=True) or 'rien'} dans le tableau."
        for a in dossier.avis.values()
        if a.montant is not None and a.montant != a.propose
    ]
