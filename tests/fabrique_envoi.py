"""What is sent to the préfecture, of an invented programme."""

from app.services.envois import Envoi, LigneEnvoyee, noms_des_financeurs
from app.services.rows import Programmation


def envoi(programmation: Programmation) -> Envoi:
    """One cofinancement for each amount of the programme."""
    noms = noms_des_financeurs(programmation)
    lignes = tuple(
        LigneEnvoyee(
            f"{action.cle}-{cle}",
            action.cle,
            cle,
            noms[cle],
            ligne_credit="",
            commune="",
            demande=m.demande,
            propose=m.propose,
            accorde=m.accorde,
            vote=None,
            notifie=None,
            verse=None,
            statut="Accordé",
        )
        for action in programmation.actions
        for cle, m in action.montants.items()
    )
    return Envoi(programmation, "0" * 64, lignes)
