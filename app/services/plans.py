"""What an import will do, row by row, before it is done: verdicts, changes, questions, writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from app.models.base import Base
from app.services.actions_lues import Anomalie, Correspondance

CREER: Final = "+"  # resolution of a label: create what it names
IGNORER: Final = "-"  # resolution of a label: leave it out


class Verdict(StrEnum):
    """What becomes of a row."""

    AJOUTER = "ajouter"
    METTRE_A_JOUR = "mettre_a_jour"
    IGNORER = "ignorer"

    @property
    def libelle(self) -> str:
        return _LIBELLES[self]


_LIBELLES: Final = {
    Verdict.AJOUTER: "Ajouter",
    Verdict.METTRE_A_JOUR: "Mettre à jour",
    Verdict.IGNORER: "Ignorer",
}


class Genre(StrEnum):
    """What a label of the source names."""

    FINANCEUR = "financeur"
    QUARTIER = "quartier"
    COMMUNE = "commune"
    NOEUD = "noeud"
    PORTEUR = "porteur"


@dataclass(frozen=True, slots=True)
class Changement:
    """A value that the import changes, as a person reads it."""

    champ: str
    avant: str
    apres: str


@dataclass(frozen=True, slots=True)
class Rapprochement:
    """What a label of the source was taken for.

    `cle` is the row of the file it is matched with: None when it will be created (`cree`) or left
    out. `proche_*`: the nearest row, proposed when the match is not sure; `sur`: nothing to ask.
    """

    genre: Genre
    libelle: str
    cle: str | None
    nom: str
    cree: bool = False
    sur: bool = True
    proche_cle: str | None = None
    proche_nom: str = ""
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Geste:
    """One write on one row. `valeurs` None deletes it; `nouveau` creates it."""

    modele: type[Base]
    cle: str
    valeurs: Mapping[str, Any] | None
    nouveau: bool = False


@dataclass(frozen=True, slots=True)
class Filiation:
    """Last year's action that this one seems to renew. Applied unless it is refused."""

    cle: str
    titre: str
    annee: int
    lignee: str
    score: float


@dataclass(frozen=True, slots=True)
class LignePlan:
    """One action of the source. `rang` names it in the plan; `ligne` is its line in the source.

    `besoins`: keys of the organismes and financeurs that the plan creates for it.
    """

    rang: int
    feuille: str
    ligne: int
    verdict: Verdict
    motif: str
    annee: int | None
    titre: str
    porteur: str
    cle: str | None = None
    changements: tuple[Changement, ...] = ()
    filiation: Filiation | None = None
    gestes: tuple[Geste, ...] = ()
    besoins: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Compte:
    """What an import did."""

    lues: int
    ajoutees: int
    mises_a_jour: int
    ignorees: int
    anomalies: tuple[Anomalie, ...] = ()

    @property
    def phrase(self) -> str:
        """The sentence that closes the import."""
        if not self.ajoutees and not self.mises_a_jour:
            return (
                f"Rien à importer : {self.lues} ligne(s) lue(s), aucune ne change le fichier "
                "(déjà à jour ou ignorées)."
            )
        return (
            f"{self.lues} ligne(s) lue(s) : {self.ajoutees} ajoutée(s), "
            f"{self.mises_a_jour} mise(s) à jour, {self.ignorees} ignorée(s)."
        )

    def en_json(self) -> dict[str, Any]:
        """The stable shape of the command line."""
        return {
            "lues": self.lues,
            "ajoutees": self.ajoutees,
            "mises_a_jour": self.mises_a_jour,
            "ignorees": self.ignorees,
            "anomalies": [
                {
                    "feuille": a.feuille,
                    "ligne": a.ligne,
                    "champ": a.champ,
                    "niveau": a.niveau,
                    "message": a.message,
                }
                for a in self.anomalies
            ],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole preview. `creations`: organismes and financeurs to create when a row needs them.

    `etat`: number of the last operation of the file when the plan was made; the file must not have
    changed since.
    """

    fichier: str
    profil: str
    etat: int
    lignes: tuple[LignePlan, ...]
    anomalies: tuple[Anomalie, ...]
    rapprochements: tuple[Rapprochement, ...]
    creations: Mapping[str, Geste] = field(default_factory=dict)
    exercices: tuple[int, ...] = ()
    signature: str = ""
    corrections: Mapping[str, Correspondance] | None = None

    @property
    def a_resoudre(self) -> tuple[Rapprochement, ...]:
        """Labels that a person should look at."""
        return tuple(r for r in self.rapprochements if not r.sur)

    def compte(self, lignes: Sequence[LignePlan] | None = None) -> Compte:
        """What applying these rows would do (all of them by default)."""
        gardees = self.lignes if lignes is None else lignes
        par_verdict = {v: sum(li.verdict is v for li in gardees) for v in Verdict}
        ecartees = len(self.lignes) - len(gardees)
        return Compte(
            lues=len(self.lignes),
            ajoutees=par_verdict[Verdict.AJOUTER],
            mises_a_jour=par_verdict[Verdict.METTRE_A_JOUR],
            ignorees=par_verdict[Verdict.IGNORER] + ecartees,
            anomalies=self.anomalies,
        )

    def en_json(self) -> dict[str, Any]:
        return self.compte().en_json()
