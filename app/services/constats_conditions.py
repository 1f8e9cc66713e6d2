"""The declarative form of a composed rule: checked, judged, put in words. Pure, nothing is executed.

A condition is {"tous": [...]}, {"un": [...]}, {"aucun": [...]}, or a leaf:
{"fait": "accorde", "de": "nature:epci", "op": "plus_de", "valeur": "10000"}, where `autre` (and its
`de_autre`) may stand for `valeur`, with `pct` to take a share of it. Empty, it asks nothing.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from app.models.enums import CibleConstat
from app.models.montants import INSECABLE
from app.services.accords import enumerer
from app.services.constats_operateurs import (
    CHIFFREES,
    OPERATEURS,
    NatureFait,
    appliquer,
    dire,
    lire_valeur,
)
from app.services.constats_vocabulaire import VOCABULAIRE, Fait, natures_de_financeur
from app.services.errors import SaisieRefusee

Condition = Mapping[str, Any]
GROUPES = ("tous", "un", "aucun")
PROFONDEUR, FEUILLES = 6, 60
Noms = Mapping[str, str]  # stored value -> label, for the lists of the contract


# Judging ------------------------------------------------------------------------------------------


def juger(condition: Condition, faits: Any, cible: CibleConstat) -> bool | None:
    """True, False, or None when an absent fact leaves it open. An empty condition is True."""
    if not condition:
        return True
    if "fait" in condition:
        return _juger_feuille(condition, faits, cible)
    ((groupe, enfants),) = condition.items()
    juges = [juger(enfant, faits, cible) for enfant in enfants]
    if groupe == "tous":
        return _tous(juges)
    un = _un(juges)
    return un if groupe == "un" or un is None else not un


def _tous(juges: Sequence[bool | None]) -> bool | None:
    if False in juges:
        return False
    return None if None in juges else True


def _un(juges: Sequence[bool | None]) -> bool | None:
    if True in juges:
        return True
    return None if None in juges else False


def _juger_feuille(feuille: Condition, faits: Any, cible: CibleConstat) -> bool | None:
    fait = VOCABULAIRE[cible][feuille["fait"]]
    operateur = OPERATEURS[feuille["op"]]
    valeur = fait.lire(faits, feuille.get("de"))
    return appliquer(operateur, valeur, _comparee(feuille, fait, faits, cible))


def _comparee(feuille: Condition, fait: Fait, faits: Any, cible: CibleConstat) -> Any:
    if "autre" in feuille:
        autre = VOCABULAIRE[cible][feuille["autre"]].lire(faits, feuille.get("de_autre"))
        if autre is None or "pct" not in feuille:
            return autre
        return autre * Decimal(str(feuille["pct"])) / 100
    brute = feuille.get("valeur")
    if brute is None:
        return None
    if isinstance(brute, list):
        return [lire_valeur(_element(fait), element) for element in brute]
    return lire_valeur(_element(fait), brute)


def _element(fait: Fait) -> NatureFait:
    """The kind of one value to compare with: a list is compared with texts."""
    return NatureFait.TEXTE if fait.nature == NatureFait.LISTE else fait.nature


def feuilles(condition: Condition) -> Iterator[Condition]:
    """The leaves of a condition, in reading order."""
    if "fait" in condition:
        yield condition
        return
    for enfants in condition.values():
        for enfant in enfants:
            yield from feuilles(enfant)


# Checking -----------------------------------------------------------------------------------------


def exiger_condition(condition: Any, cible: CibleConstat) -> None:
    """Raises SaisieRefusee with what is wrong: whatever passes can be judged."""
    _exiger(condition, cible, 0)
    if sum(1 for _ in feuilles(condition)) > FEUILLES:
        raise SaisieRefusee(
            f"Une règle compte {FEUILLES} conditions au plus\u00a0: faites-en deux."
        )


def _exiger(condition: Any, cible: CibleConstat, profondeur: int) -> None:
    if not isinstance(condition, Mapping):
        raise _illisible()
    if not condition:
        return
    if profondeur > PROFONDEUR:
        raise SaisieRefusee("Ces conditions sont trop imbriquées\u00a0: faites deux règles.")
    if "fait" in condition:
        _exiger_feuille(condition, cible)
        return
    if len(condition) != 1 or not condition.keys() <= set(GROUPES):
        raise _illisible()
    (enfants,) = condition.values()
    if not isinstance(enfants, list) or not enfants or not all(enfants):
        raise SaisieRefusee("Un groupe de conditions est vide\u00a0: complétez-le ou retirez-le.")
    for enfant in enfants:
        _exiger(enfant, cible, profondeur + 1)


def _exiger_feuille(feuille: Condition, cible: CibleConstat) -> None:
    if not feuille.keys() <= {"fait", "de", "op", "valeur", "autre", "de_autre", "pct"}:
        raise _illisible()
    fait = _exiger_fait(feuille["fait"], feuille.get("de"), cible)
    operateur = OPERATEURS.get(feuille.get("op", ""))
    if operateur is None or fait.nature not in operateur.natures:
        raise SaisieRefusee(
            f"{_cite(fait)} ne se compare pas ainsi\u00a0: choisissez une autre comparaison."
        )
    if operateur.avec == "rien":
        return
    if "autre" in feuille:
        _exiger_autre(feuille, fait, cible)
        return
    brutes = feuille.get("valeur")
    valeurs = brutes if operateur.avec == "liste" else [brutes]
    if not isinstance(valeurs, list) or not valeurs:
        raise SaisieRefusee(f"Dites à quoi comparer {_cite(fait)}.")
    for valeur in valeurs:
        _exiger_valeur(fait, valeur)


def _exiger_fait(nom: Any, de: Any, cible: CibleConstat) -> Fait:
    fait = VOCABULAIRE[cible].get(nom) if isinstance(nom, str) else None
    if fait is None:
        raise SaisieRefusee(
            f"«\u00a0{nom}\u00a0» n'est pas un fait connu pour «\u00a0{cible.libelle}\u00a0»\u00a0: "
            "choisissez dans la liste."
        )
    if de is not None and not (fait.par_financeur and isinstance(de, str) and de):
        raise SaisieRefusee(f"«\u00a0{fait.libelle}\u00a0» ne se compte pas par financeur.")
    return fait


def _exiger_autre(feuille: Condition, fait: Fait, cible: CibleConstat) -> None:
    autre = _exiger_fait(feuille["autre"], feuille.get("de_autre"), cible)
    comparables = fait.nature == autre.nature and fait.nature in (*CHIFFREES, NatureFait.DATE)
    if not comparables:
        raise SaisieRefusee(f"{_cite(fait)} et {_cite(autre)} ne se comparent pas entre eux.")
    if "pct" in feuille:
        if fait.nature not in CHIFFREES:
            raise _illisible()
        _exiger_valeur(fait, feuille["pct"])


_MANQUE = {
    NatureFait.DATE: "Il faut une date pour {}\u00a0: tapez-la.",
    **dict.fromkeys(CHIFFREES, "Il faut un nombre pour {}\u00a0: tapez-le en chiffres."),
}


def _exiger_valeur(fait: Fait, valeur: Any) -> None:
    try:
        lue = lire_valeur(_element(fait), valeur)
    except ValueError as cause:
        phrase = _MANQUE.get(fait.nature, "Dites à quoi comparer {}.")
        raise SaisieRefusee(phrase.format(_cite(fait))) from cause
    if fait.options is not None and lue not in set(fait.options):
        raise SaisieRefusee(
            f"«\u00a0{lue}\u00a0» n'est pas une valeur de «\u00a0{fait.libelle}\u00a0»\u00a0: "
            "choisissez dans la liste."
        )


def _cite(fait: Fait) -> str:
    return f"«\u00a0{fait.libelle}\u00a0»"


def _illisible() -> SaisieRefusee:
    return SaisieRefusee("Ces conditions ne se lisent pas\u00a0: composez-les de nouveau.")


# In words -----------------------------------------------------------------------------------------


def en_mots(condition: Condition, cible: CibleConstat, noms: Noms) -> str:
    """« Échelle est Communale et Montant accordé (Région) dépasse 10 000 € »."""
    if not condition:
        return "toujours"
    if "fait" in condition:
        return _feuille_en_mots(condition, cible, noms)
    ((groupe, enfants),) = condition.items()
    mots = [
        f"({en_mots(e, cible, noms)})" if "fait" not in e and len(enfants) > 1
        else en_mots(e, cible, noms)
        for e in enfants
    ]  # fmt: skip
    if groupe == "aucun":
        return f"ni {' ni '.join(mots)}"
    return (" et " if groupe == "tous" else " ou ").join(mots)


def _feuille_en_mots(feuille: Condition, cible: CibleConstat, noms: Noms) -> str:
    fait, operateur = VOCABULAIRE[cible][feuille["fait"]], OPERATEURS[feuille["op"]]
    tete = f"{nommer(fait, feuille.get('de'), noms)} {operateur.libelle}"
    if operateur.avec == "rien":
        return tete
    if "autre" in feuille:
        autre = nommer(VOCABULAIRE[cible][feuille["autre"]], feuille.get("de_autre"), noms)
        part = f"{feuille['pct']}{INSECABLE}% de " if "pct" in feuille else ""
        return f"{tete} {part}{autre}"
    brute = feuille["valeur"]
    if isinstance(brute, list):
        return f"{tete} {enumerer(_valeur_dite(fait, v, noms) for v in brute)}"
    return f"{tete} {_valeur_dite(fait, brute, noms)}"


def _valeur_dite(fait: Fait, brute: Any, noms: Noms) -> str:
    nature = _element(fait)
    return dire(nature, lire_valeur(nature, brute), _libelles(fait, noms))


def nommer(fait: Fait, de: str | None, noms: Noms) -> str:
    """« Montant accordé (Région) »."""
    if de is None:
        return fait.libelle
    natures = dict(natures_de_financeur())
    return f"{fait.libelle} ({noms.get(de) or natures.get(de, de)})"


def chiffres(conditions: Iterable[Condition], faits: Any, cible: CibleConstat, noms: Noms) -> str:
    """« Coût de l'action : 12 000 € ; Montant accordé (Région) : 2 000 € », each fact once."""
    cites: dict[str, str] = {}
    for feuille in (f for condition in conditions for f in feuilles(condition)):
        for nom, de in ((feuille["fait"], "de"), (feuille.get("autre"), "de_autre")):
            if nom is not None:
                fait = VOCABULAIRE[cible][nom]
                financeur = feuille.get(de)
                valeur = fait.lire(faits, financeur)
                dit = dire(fait.nature, valeur, _libelles(fait, noms))
                cites[nommer(fait, financeur, noms)] = dit
    return f"{INSECABLE}; ".join(f"{nom}{INSECABLE}: {dit}" for nom, dit in cites.items())


def _libelles(fait: Fait, noms: Noms) -> Noms:
    if fait.options is None:
        return noms
    return {str(option): option.libelle for option in fait.options}
