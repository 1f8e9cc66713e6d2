"""Columns of the user as `Colonne`, beside those of the list: values by row, formulas, their sources."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from app.models.enums import NatureColonne
from app.services.calculs_libres import Calculs
from app.services.columns import Colonne, Ecrire, Erreur, Pose, TypeColonne
from app.services.formules import Repertoire, en_titres
from app.services.valeurs_libres import depuis_garde, type_de

PREFIXE = "libre."
SOMMABLES = (TypeColonne.MONTANT, TypeColonne.NOMBRE)


@dataclass(frozen=True, slots=True)
class Definition:
    """A column added by a person. `cle` is that of its row in the file."""

    cle: str
    liste: str
    titre: str
    nature: str
    choix: tuple[str, ...]
    formule: str | None
    totaliser: bool
    aide: str | None
    rang: int

    @property
    def colonne(self) -> str:
        """Its key among the columns of the list."""
        return PREFIXE + self.cle

    @property
    def est_calculee(self) -> bool:
        return self.nature == NatureColonne.FORMULE


@dataclass(frozen=True, slots=True)
class Portes:
    """How the values of a column are written: `ecrire(definition)`, `pose(definition)`."""

    ecrire: Callable[[Definition], Ecrire]
    pose: Callable[[Definition], Pose]


Valeurs = dict[str, dict[str, Any]]  # key of a definition -> key of a row -> value or Erreur


def decoder(definitions: Iterable[Definition], gardes: Iterable[tuple[str, str, str]]) -> Valeurs:
    """Values kept as (column, row, text)."""
    natures = {d.cle: d.nature for d in definitions}
    valeurs: Valeurs = {cle: {} for cle in natures}
    for colonne, ligne, garde in gardes:
        if colonne in natures:
            valeurs[colonne][ligne] = depuis_garde(natures[colonne], garde)
    return valeurs


def composer(
    definitions: Sequence[Definition],
    valeurs: Valeurs,
    autres: Sequence[Colonne],
    portes: Portes | None = None,
) -> tuple[list[Colonne], Calculs]:
    """The columns of these definitions; `autres`: the other columns of the list, for formulas."""
    remplies = {
        d.colonne: _remplie(d, valeurs.setdefault(d.cle, {}), portes)
        for d in definitions
        if not d.est_calculee
    }
    formules = {d.colonne: d.formule or "" for d in definitions if d.est_calculee}
    calculs = Calculs(formules, [*autres, *remplies.values()])
    repertoire = repertoire_de(definitions, autres)
    colonnes = [remplies.get(d.colonne) or _calculee(d, calculs, repertoire) for d in definitions]
    return colonnes, calculs


def repertoire_de(definitions: Iterable[Definition], autres: Iterable[Colonne]) -> Repertoire:
    """The names that formulas of a list may use."""
    return Repertoire(
        [(c.cle, c.groupe, c.titre) for c in autres]
        + [(d.colonne, "", d.titre) for d in definitions]
    )


def _remplie(definition: Definition, par_ligne: dict[str, Any], portes: Portes | None) -> Colonne:
    def lire(ligne: Any) -> Any:
        valeur = par_ligne.get(ligne.cle)
        return None if isinstance(valeur, Erreur) else valeur

    def erreur(ligne: Any) -> Erreur | None:
        valeur = par_ligne.get(ligne.cle)
        return valeur if isinstance(valeur, Erreur) else None

    genre = type_de(definition.nature)
    choix = tuple((c, c) for c in definition.choix)
    return Colonne(
        cle=definition.colonne,
        titre=definition.titre,
        type=genre,
        lire=lire,
        erreur=erreur,
        ecrire=portes.ecrire(definition) if portes else None,
        pose=portes.pose(definition) if portes else None,
        choix=(("", "–"), *choix) if genre is TypeColonne.CHOIX else (),
        total=definition.totaliser and genre in SOMMABLES,
        negatif=True,
        aide=definition.aide or "",
    )


def _calculee(definition: Definition, calculs: "Calculs", repertoire: Repertoire) -> Colonne:
    cle = definition.colonne
    genre = calculs.type_de(cle)
    source = f"={en_titres(definition.formule or '', repertoire).lstrip(' =')}"
    return Colonne(
        cle=cle,
        titre=definition.titre,
        type=genre,
        lire=calculs.lecteur(cle),
        erreur=calculs.fautif(cle),
        total=definition.totaliser and genre in SOMMABLES,
        aide="\n".join(part for part in (source, definition.aide) if part),
    )
