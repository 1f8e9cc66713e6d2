"""The amount a service proposes is that of its cofinancement: kept in both, always the same. No Qt."""

from decimal import Decimal
from typing import Any

from app.models.action import Cofinancement
from app.models.calculs import somme_ou_rien
from app.models.enums import StatutCofinancement
from app.models.montants import afficher_montant
from app.services.avis_lus import communes_des_services, demandes_de_l_action
from app.services.cofinancements import exiger_montant, statut_avance
from app.services.dossiers_instruits import Demande
from app.services.errors import SaisieRefusee
from app.services.transaction import Ecriture


class LigneAChoisir(SaisieRefusee):
    """The financeur has several lines on the action: `lignes` are those that the amount may be of."""

    def __init__(self, nom: str, lignes: tuple[Demande, ...]) -> None:
        noms = ", ".join(libelle_de_ligne(ligne) for ligne in lignes)
        super().__init__(
            f"« {nom} » a {len(lignes)} lignes sur cette action ({noms}) : "
            "choisissez laquelle par « Rendre l'avis »."
        )
        self.lignes = lignes


def libelle_de_ligne(ligne: Demande) -> str:
    """« BOP 147, demandé 5 000 € »."""
    tete = ligne.nom if ligne.commune else ligne.credits or ligne.nom
    montant = afficher_montant(ligne.demande, euro=True)
    return f"{tete}, demandé {montant}" if montant else tete


def lignes_du_service(
    ecriture: Ecriture, action: str, service: dict[str, Any]
) -> tuple[Demande, ...]:
    """The lines of cofinancement that a service speaks for; those that ask nothing give way."""
    communes = communes_des_services(ecriture.lignes).get(service["cle"])
    siennes = [
        d
        for d in demandes_de_l_action(ecriture.lignes, action)
        if d.financeur == service["financeur"]
        and (not communes or d.commune is None or d.commune in communes)
    ]
    sollicitees = [d for d in siennes if d.sollicite]
    return tuple(sollicitees or siennes)


def poser_montant(
    ecriture: Ecriture,
    action: str,
    service: dict[str, Any],
    montant: Decimal | None,
    ligne: str | None,
) -> Decimal | None:
    """Propose an amount (euros) on a line; returns what the service proposes in all.

    Raises LigneAChoisir when there are several and none is named, SaisieRefusee when there is none.
    """
    exiger_montant(montant)
    nom = service["nom_court"]
    if service["financeur"] is None or service["expertise"]:
        raise SaisieRefusee(f"« {nom} » ne finance pas : il ne propose pas de montant.")
    lignes = lignes_du_service(ecriture, action, service)
    if not lignes:
        raise SaisieRefusee(
            f"Rien n'est demandé à « {nom} » sur cette action : ajoutez d'abord sa ligne dans "
            "l'onglet « Financeurs » de la fiche."
        )
    choisie = _choisie(nom, lignes, ligne, vide=montant is None)
    for cible in lignes if choisie is None else (choisie,):
        _proposer(ecriture, cible.cofinancement, montant)
    autres = [d.propose for d in lignes if choisie is not None and d is not choisie]
    return somme_ou_rien([montant, *autres])


def _choisie(
    nom: str, lignes: tuple[Demande, ...], ligne: str | None, *, vide: bool
) -> Demande | None:
    """The line that the amount is of; None: all of them, which are cleared."""
    if ligne is not None:
        return next((d for d in lignes if d.cofinancement == ligne), lignes[0])
    if len(lignes) > 1 and not vide:
        raise LigneAChoisir(nom, lignes)
    return None if vide else lignes[0]


def _proposer(ecriture: Ecriture, cofinancement: str, montant: Decimal | None) -> None:
    """Its status moves forward with the amount, never back."""
    lu = ecriture.lire(Cofinancement, cofinancement)
    statut = lu["statut"]
    if montant is not None and statut_avance(statut, StatutCofinancement.PROPOSE):
        statut = str(StatutCofinancement.PROPOSE)
    ecriture.modifier_lue(Cofinancement, lu, propose=montant, statut=statut)
