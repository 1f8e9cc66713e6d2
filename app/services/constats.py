"""What a check finds, and the rule it comes from."""

from dataclasses import dataclass

from app.models.enums import CibleConstat, NiveauConstat


@dataclass(frozen=True, slots=True)
class Constat:
    """A finding: one sentence with its figures, the rule and where that rule is printed.

    `objet`: key of what it is about, None for the whole year. `outre`: why it is passed over.
    """

    regle: str
    niveau: NiveauConstat
    cible: CibleConstat
    objet: str | None
    annee: int
    phrase: str
    source: str
    outre: str | None = None
