"""Where the marks of several scorers differ, criterion by criterion. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.services.accords import compter

NIVEAU = "niveau"


@dataclass(frozen=True, slots=True)
class Divergence:
    """`valeurs`: who gave what. `ecart`: from the lowest to the highest mark, None when one is a word."""

    critere: str
    libelle: str
    valeurs: tuple[tuple[str, str], ...]
    ecart: int | None = None

    @property
    def phrase(self) -> str:
        """« C2 : Ali 1, Léa 3 (écart de 2) »."""
        dites = ", ".join(f"{qui} {valeur or '–'}" for qui, valeur in self.valeurs)
        suite = f" (écart de {self.ecart})" if self.ecart else ""
        nom = self.libelle if self.critere == NIVEAU else self.critere
        return f"{nom} : {dites}{suite}"


def ecarts_en_mots(trouvees: Sequence[Divergence]) -> str:
    """« 2 divergences (Ali, Léa) : C1 1/3, C4 NA/2 », who gave which in the order of the names."""
    qui = ", ".join(nom for nom, _ in trouvees[0].valeurs)
    dits = ", ".join(
        f"{d.libelle if d.critere == NIVEAU else d.critere} {'/'.join(v or '–' for _, v in d.valeurs)}"
        for d in trouvees
    )
    return f"{compter(len(trouvees), 'divergence')} ({qui})\u00a0: {dits}"


def divergences(
    criteres: Sequence[tuple[str, str]],
    notes: Sequence[tuple[str, Mapping[str, str]]],
    niveaux: Sequence[tuple[str, str]],
) -> tuple[Divergence, ...]:
    """The criteria that finished marks do not agree on; the level itself, when only it differs."""
    if len(notes) < 2:
        return ()
    donnees = [(critere, libelle, _valeurs(critere, notes)) for critere, libelle in criteres]
    trouvees = [
        Divergence(critere, libelle, valeurs, _ecart([v for _, v in valeurs]))
        for critere, libelle, valeurs in donnees
        if len({v for _, v in valeurs}) > 1
    ]
    if not trouvees and len({code for _, code in niveaux}) > 1:
        trouvees.append(Divergence(NIVEAU, "Niveau", tuple(niveaux)))
    return tuple(trouvees)


def _valeurs(
    critere: str, notes: Sequence[tuple[str, Mapping[str, str]]]
) -> tuple[tuple[str, str], ...]:
    return tuple((qui, siennes.get(critere, "")) for qui, siennes in notes)


def _ecart(valeurs: Sequence[str]) -> int | None:
    if not all(v.isdecimal() for v in valeurs):
        return None
    nombres = [int(v) for v in valeurs]
    return max(nombres) - min(nombres)
