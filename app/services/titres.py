"""What columns are called: alone, under their block, with or without the unit. No Qt."""

from collections.abc import Sequence

from app.models.montants import INSECABLE
from app.services.columns import Colonne, TypeColonne


def nom_de(colonne: Colonne) -> str:
    """« État · Accordé »: the column alone, away from its header."""
    return f"{colonne.groupe} · {colonne.titre}" if colonne.groupe else colonne.titre


def nom_avec_unite(colonne: Colonne) -> str:
    """« État · Accordé (€) »."""
    titre = titre_avec_unite(colonne)
    return f"{colonne.groupe} · {titre}" if colonne.groupe else titre


def titre_de_section(colonne: Colonne) -> str:
    """Title of a column under its block, which has the unit, or alone with its own."""
    return colonne.titre if colonne.groupe else titre_avec_unite(colonne)


def titre_avec_unite(colonne: Colonne) -> str:
    """« Coût (€) »: the unit of amounts stands in the header, not in each cell."""
    if colonne.type == TypeColonne.MONTANT:
        return f"{colonne.titre}{INSECABLE}(€)"
    return colonne.titre


def groupe_avec_unite(colonnes: Sequence[Colonne]) -> str:
    """Title of a block, with « € » when it holds amounts."""
    groupe = colonnes[0].groupe
    if groupe and any(c.type == TypeColonne.MONTANT for c in colonnes):
        return f"{groupe}{INSECABLE}(€)"
    return groupe
