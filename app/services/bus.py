"""Notices: what an operation changed, told once, after it is durable."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Valeurs = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Modification:
    """One row touched: its whole content before (None: created) and after (None: deleted)."""

    entite: str
    cle: str
    avant: Valeurs | None
    apres: Valeurs | None

    def valeur(self, colonne: str) -> Any:
        """Value after the change, or before it for a deleted row."""
        ligne = self.apres if self.apres is not None else self.avant
        return None if ligne is None else ligne.get(colonne)


@dataclass(frozen=True, slots=True)
class Avis:
    """What changed, never what to do about it: screens decide."""

    numero: int
    libelle: str
    nature: str
    modifications: tuple[Modification, ...]
    inverse: int | None = None  # number of the operation that an undo or a redo reverses

    def touche(self, *entites: str) -> bool:
        return any(m.entite in entites for m in self.modifications)

    def cles(self, entite: str) -> set[str]:
        return {m.cle for m in self.modifications if m.entite == entite}

    def retire(self, cle: str | None) -> bool:
        """True when this row is gone."""
        return any(m.apres is None and m.cle == cle for m in self.modifications)


class Bus:
    """Publishes notices to subscribers. `acheminer` may carry them to another thread (the window's)."""

    def __init__(self) -> None:
        self._abonnes: list[Callable[[Avis], None]] = []
        self.acheminer: Callable[[Callable[[], None]], None] = lambda envoi: envoi()

    def abonner(self, fonction: Callable[[Avis], None]) -> None:
        self._abonnes.append(fonction)

    def desabonner(self, fonction: Callable[[Avis], None]) -> None:
        self._abonnes.remove(fonction)

    def publier(self, avis: Avis) -> None:
        """Tell every subscriber, even when one of them fails; the first failure is raised last."""
        self.acheminer(lambda: self._distribuer(avis))

    def _distribuer(self, avis: Avis) -> None:
        echecs: list[BaseException] = []
        for fonction in tuple(self._abonnes):
            try:
                fonction(avis)
            except Exception as echec:  # noqa: BLE001 - the data is durable; the others must hear of it
                echecs.append(echec)
        if echecs:
            raise echecs[0]
