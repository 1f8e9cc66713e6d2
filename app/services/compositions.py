"""Who is proposed for a séance, read from what the contract prints of the instance. Pure functions.

A proposal only: the list of members is the team's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.models.enums import NatureOrganisme, RoleMembre
from app.services.identifiants import mots
from app.services.personnes import LignePersonne

VIDES = {"de", "du", "des", "la", "le", "les", "et", "en", "d", "l", "un", "une", "au", "aux", "a"}
HABITANTS = ("habitant", "citoyen")
# Words of a composition that stand for every person of a kind.
NATURES = {
    "communes": (NatureOrganisme.COMMUNE,),
    "villes": (NatureOrganisme.COMMUNE,),
    "bailleurs": (NatureOrganisme.BAILLEUR,),
    "epci": (NatureOrganisme.EPCI,),
    "agglomeration": (NatureOrganisme.EPCI,),
    "etat": (NatureOrganisme.ETAT,),
    "prefet": (NatureOrganisme.ETAT,),
    "region": (NatureOrganisme.REGION,),
    "departement": (NatureOrganisme.DEPARTEMENT,),
    "caf": (NatureOrganisme.CAF,),
}
TOUS_LES_FINANCEURS = {"financeurs", "instructeurs"}
TOUS = {"signataires", "partenaires"}


@dataclass(frozen=True, slots=True)
class MembrePropose:
    """A seat to be confirmed. `votant`: counts for the quorum and the vote."""

    personne: str
    role: str
    votant: bool


def proposer(
    personnes: Sequence[LignePersonne], presidence: str | None, composition: Iterable[str]
) -> list[MembrePropose]:
    """Chairs first, then members, then consultative voices; nobody twice."""
    chefs = list(dict.fromkeys(_presidents(personnes, presidence or "")))
    proposes = [MembrePropose(cle, str(RoleMembre.PRESIDENT), votant=True) for cle in chefs]
    texte = " ".join(composition)
    for personne in personnes:
        if personne.cle in chefs or not _cite(personne, texte):
            continue
        votant = personne.financeur is not None and not est_habitant(personne)
        role = RoleMembre.MEMBRE if votant else RoleMembre.CONSULTATIF
        proposes.append(MembrePropose(personne.cle, str(role), votant=votant))
    return sorted(proposes, key=lambda m: list(RoleMembre).index(RoleMembre.de(m.role)))


def est_habitant(personne: LignePersonne) -> bool:
    """True of somebody who speaks for the inhabitants: heard, never counted."""
    dit = mots(f"{personne.represente} {personne.fonction}")
    return any(mot.startswith(HABITANTS) for mot in dit)


def _presidents(personnes: Sequence[LignePersonne], presidence: str) -> Iterator[str]:
    """The person whose function is printed; else, for each body printed, the first one."""
    texte = set(mots(presidence))
    pris: set[str] = set()
    par_fonction = [p for p in personnes if _contenu(p.fonction, texte)]
    for personne in [*par_fonction, *personnes]:
        corps = personne.financeur or personne.represente
        if not corps or corps in pris:
            continue
        if personne in par_fonction or _nomme(personne, texte):
            pris.add(corps)
            yield personne.cle


def _nomme(personne: LignePersonne, texte: set[str]) -> bool:
    noms = (personne.represente, personne.financeur_nom)
    return any(_contenu(nom, texte) for nom in noms) or _par_nature(personne, texte)


def _cite(personne: LignePersonne, composition: str) -> bool:
    texte = set(mots(composition))
    if est_habitant(personne):
        return any(mot.startswith(HABITANTS) for mot in texte)
    if texte & TOUS:
        return bool(personne.au_nom_de)
    if texte & TOUS_LES_FINANCEURS and personne.financeur is not None:
        return True
    return _nomme(personne, texte) or _contenu(personne.fonction, texte)


def _par_nature(personne: LignePersonne, texte: set[str]) -> bool:
    return any(personne.financeur_nature in NATURES[mot] for mot in texte & NATURES.keys())


def _contenu(nom: str, texte: set[str]) -> bool:
    """True when every word that matters of a name is in the text."""
    cherches = {mot for mot in mots(nom) if mot not in VIDES}
    return bool(cherches) and cherches <= texte
