"""Which columns a table shows, in which order, how wide, and which stay in view. No widget.

Columns are named by their keys: those of a financeur may go with a year and come back with another.
"""

from collections.abc import Iterable, Sequence

from app.services.columns import Colonne


class ColonnesPosees:
    """None for order, hidden or frozen columns: as the columns themselves say."""

    def __init__(self) -> None:
        self.ordre: tuple[str, ...] | None = None
        self.masquees: frozenset[str] | None = None
        self.figees: frozenset[str] | None = None
        self.largeurs: dict[str, int] = {}

    def est_masquee(self, colonne: Colonne) -> bool:
        return not colonne.visible if self.masquees is None else colonne.cle in self.masquees

    def est_figee(self, colonne: Colonne) -> bool:
        return colonne.figee if self.figees is None else colonne.cle in self.figees

    def largeur(self, colonne: Colonne) -> int:
        """In pixels at 100 %."""
        return self.largeurs.get(colonne.cle, colonne.largeur_voulue)

    def en_ordre(self, colonnes: Sequence[Colonne]) -> list[int]:
        """Ranks of all the columns in the order of the screen, the hidden ones among them.

        A column that the order does not know stands after the one that it follows by default.
        """
        if self.ordre is None:
            return list(range(len(colonnes)))
        rangs = {colonne.cle: rang for rang, colonne in enumerate(colonnes)}
        places = [rangs[cle] for cle in self.ordre if cle in rangs]
        connues = set(self.ordre)
        for rang, colonne in enumerate(colonnes):
            if colonne.cle not in connues:
                places.insert(places.index(rang - 1) + 1 if rang else 0, rang)
        return places

    def poser_ordre(self, colonnes: Sequence[Colonne], rangs: Sequence[int]) -> None:
        """Keep this order; columns that are elsewhere today stay after their neighbour."""
        nouvel = [colonnes[rang].cle for rang in rangs]
        presentes = set(nouvel)
        for place, cle in enumerate(self.ordre or ()):
            if cle not in presentes:
                avant = (self.ordre or ())[place - 1] if place else ""
                nouvel.insert(nouvel.index(avant) + 1 if avant in nouvel else 0, cle)
        self.ordre = tuple(nouvel)

    def masquer(self, colonnes: Iterable[Colonne], cles: Iterable[str], *, masquee: bool) -> None:
        """Hide or show some columns."""
        avant = self._cachees(colonnes)
        self.masquees = avant | set(cles) if masquee else avant - set(cles)

    def _cachees(self, colonnes: Iterable[Colonne]) -> frozenset[str]:
        if self.masquees is not None:
            return self.masquees
        return frozenset(colonne.cle for colonne in colonnes if not colonne.visible)

    def masquees_de(self, colonnes: Iterable[Colonne]) -> set[str]:
        """Keys of the columns that do not show."""
        return {colonne.cle for colonne in colonnes if self.est_masquee(colonne)}

    def figer(self, cles: Iterable[str]) -> None:
        self.figees = frozenset(cles)
