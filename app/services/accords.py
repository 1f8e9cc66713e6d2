"""Words that go with a number or make a list, in French: the plural starts at two."""

from collections.abc import Iterable


def compter(nombre: int, mot: str) -> str:
    """« 0 dossier », « 1 dossier », « 34 dossiers »."""
    return f"{nombre} {mot if nombre < 2 else _pluriel(mot)}"


def denombrer(nombre: int, un_mot: str) -> str:
    """« une réunion », « 3 réunions », « 0 réunion », of « une réunion »."""
    return un_mot if nombre == 1 else compter(nombre, un_mot.partition(" ")[2])


def enumerer(mots: Iterable[str]) -> str:
    """« a », « a et b », « a, b et c »."""
    liste = list(mots)
    return " et ".join([", ".join(liste[:-1]), liste[-1]] if len(liste) > 1 else liste)


def _pluriel(mots: str) -> str:
    return " ".join(mot if mot[-1] in "sx" else f"{mot}s" for mot in mots.split())
