"""Porteurs, actions and financeurs by the name that people type, for the lists that name them. No Qt."""

from collections.abc import Mapping

from sqlalchemy import select

from app.models.action import Action
from app.models.organisme import Financeur, Organisme
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.pliage import replier


def noms_des_porteurs(lire: Lire) -> dict[str, str]:
    """name -> key, of every porteur; two of one name are told apart by their SIRET."""
    noms: dict[str, str] = {}
    for cle, nom, siret in lire(
        select(Organisme.cle, Organisme.nom, Organisme.siret).order_by(Organisme.nom, Organisme.cle)
    ):
        noms[nom if nom not in noms else f"{nom} ({siret or cle[:6]})"] = cle
    return noms


def noms_des_financeurs(lire: Lire) -> dict[str, str]:
    requete = select(Financeur.nom_court, Financeur.cle).order_by(Financeur.rang, Financeur.cle)
    return dict(lire(requete))


def noms_des_actions(lire: Lire, annee: int) -> dict[str, str]:
    """« 2026-012 Ateliers du mercredi » -> key."""
    requete = select(Action.numero, Action.titre, Action.cle).where(Action.annee == annee)
    return {f"{a.numero} {a.titre}": a.cle for a in lire(requete.order_by(Action.numero))}


def trouver(noms: Mapping[str, str], tape: str, quoi: str) -> str:
    """The key of what was typed, accents and case ignored, or the start of one name only.

    Raises SaisieRefusee. `quoi`: « un porteur ».
    """
    cherche = replier(tape.strip())
    if not cherche:
        raise SaisieRefusee(f"Choisissez {quoi}\u00a0: tapez quelques lettres de son nom.")
    plies = {nom: replier(nom) for nom in noms}
    for siens in (
        [nom for nom, plie in plies.items() if plie == cherche],
        [nom for nom, plie in plies.items() if plie.startswith(cherche)],
        [nom for nom, plie in plies.items() if cherche in plie],
    ):
        if len(siens) == 1:
            return noms[siens[0]]
        if siens:
            raise SaisieRefusee(
                f"Plusieurs noms conviennent à «\u00a0{tape.strip()}\u00a0»\u00a0: "
                "choisissez dans la liste proposée."
            )
    raise SaisieRefusee(
        f"Rien ne s'appelle «\u00a0{tape.strip()}\u00a0»\u00a0: choisissez {quoi} de la liste."
    )
