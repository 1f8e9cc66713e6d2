"""People who bear the same name, told apart by whom they speak for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from app.services.identifiants import nom_normalise


class Nomme(NamedTuple):
    """Somebody to be named: a key, a name, whom they represent, what they do."""

    cle: str
    nom: str
    represente: str
    fonction: str = ""


def designations(personnes: Iterable[Nomme]) -> dict[str, str]:
    """key -> the name alone where nobody else bears it, else with whom they represent.

    « Nora Benali (Région) »; those whom this does not tell apart have what they do, else a number.
    """
    uniques = {p.cle: p for p in personnes}
    resultat: dict[str, str] = {}
    for homonymes in _par_nom(uniques.values()).values():
        resultat |= _distinguer(homonymes) if len(homonymes) > 1 else _seul(homonymes[0])
    return resultat


def _par_nom(personnes: Iterable[Nomme]) -> Mapping[str, list[Nomme]]:
    groupes: defaultdict[str, list[Nomme]] = defaultdict(list)
    for personne in personnes:
        groupes[nom_normalise(personne.nom)].append(personne)
    return groupes


def _seul(personne: Nomme) -> dict[str, str]:
    return {personne.cle: personne.nom}


def _distinguer(homonymes: list[Nomme]) -> dict[str, str]:
    compte = Counter(p.represente for p in homonymes)
    dits: dict[str, str] = {}
    for rang, p in enumerate(homonymes, start=1):
        seul = p.represente and compte[p.represente] == 1
        parts = [p.represente] if seul else [p.represente, p.fonction]
        dit = ", ".join(filter(None, parts)) or str(rang)
        texte = f"{p.nom} ({dit})"
        dits[p.cle] = f"{p.nom} ({dit}, {rang})" if texte in dits.values() else texte
    return dits
