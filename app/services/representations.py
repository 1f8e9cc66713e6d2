"""Whom a person speaks for: a financeur when the name is one of its names, else the words typed."""

from sqlalchemy import select

from app.models.organisme import Financeur
from app.models.seance import Personne
from app.services.errors import SaisieRefusee
from app.services.fichier import Lire
from app.services.homonymes import Nomme, designations
from app.services.identifiants import nom_normalise
from app.services.transaction import Ecriture


def trouver_ou_ajouter(ecriture: Ecriture, nom: str, represente: str) -> str:
    """The person of that name, added when nobody has it. `represente` empty: as it was."""
    propre = " ".join(nom.split())
    if not propre:
        raise SaisieRefusee("Une personne doit avoir un nom : tapez-le.")
    cle = _trouver(ecriture, propre, represente)
    if cle is None:
        cle = ecriture.inserer(Personne, nom=propre)
    if represente.strip():
        poser_represente(ecriture, cle, represente)
    return str(cle)


def _trouver(ecriture: Ecriture, nom: str, represente: str) -> str | None:
    """Somebody known by a name, or by the designation that tells namesakes apart.

    Of several namesakes, the one who represents what is typed. Raises SaisieRefusee when none does.
    """
    cherche = nom_normalise(nom)
    connues = lire_nommes(ecriture.lignes)
    noms = designations(connues)
    precis = [p for p in connues if nom_normalise(noms[p.cle]) == cherche]
    trouves = precis or [p for p in connues if nom_normalise(p.nom) == cherche]
    if len(trouves) > 1:
        voulu = nom_normalise(represente)
        trouves = [p for p in trouves if nom_normalise(p.represente) == voulu]
        if not trouves:
            raise SaisieRefusee(
                "Plusieurs personnes portent ce nom : choisissez dans la liste proposée."
            )
    return trouves[0].cle if trouves else None


def lire_nommes(lire: Lire) -> list[Nomme]:
    """Everybody, as they are told apart."""
    requete = (
        select(
            Personne.cle,
            Personne.nom,
            Personne.represente,
            Financeur.nom_court,
            Personne.fonction,
        )
        .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
        .order_by(Personne.nom, Personne.cle)
    )
    return [
        Nomme(p.cle, p.nom, p.represente or p.nom_court or "", p.fonction or "")
        for p in lire(requete)
    ]


def poser_represente(ecriture: Ecriture, personne: str, represente: str | None) -> None:
    """Say whom a person represents; empty: nobody.

    Words that name no financeur (« Sous-préfecture ») leave the financeur of the person as it was.
    """
    propre = " ".join((represente or "").split())
    financeur = _financeur(ecriture, propre) if propre else None
    champs: dict[str, str | None] = {"represente": propre or None}
    if financeur is not None:
        champs = {"represente": None, "financeur": financeur}
    elif not propre:
        champs["financeur"] = None
    ecriture.modifier(Personne, personne, **champs)


def _financeur(ecriture: Ecriture, nom: str) -> str | None:
    """The financeur that has this name, whole or short."""
    cherche = nom_normalise(nom)
    requete = select(Financeur.cle, Financeur.nom, Financeur.nom_court, Financeur.variantes)
    for ligne in ecriture.lignes(requete.order_by(Financeur.rang, Financeur.cle)):
        noms = (ligne.nom, ligne.nom_court, *ligne.variantes)
        if cherche in map(nom_normalise, noms):
            return str(ligne.cle)
    return None
