"""Whether two states of a table show the same thing: what is left unsaid, said in full."""

from collections.abc import Sequence
from dataclasses import replace

from app.services.columns import Colonne
from app.services.etats_vue import EtatVue


def se_valent(un: EtatVue, autre: EtatVue, colonnes: Sequence[Colonne]) -> bool:
    """True when both show these columns alike. A group folded or not is no change of a view."""
    return complet(un, colonnes) == complet(autre, colonnes)


def complet(etat: EtatVue, colonnes: Sequence[Colonne]) -> EtatVue:
    """The same state on these columns, nothing by default, without what folds."""
    connues = {colonne.cle: colonne for colonne in colonnes}
    masquees, figees = etat.masquees, etat.figees
    if masquees is None:
        masquees = frozenset(c.cle for c in colonnes if not c.visible)
    if figees is None:
        figees = frozenset(c.cle for c in colonnes if c.figee)
    return replace(
        etat,
        ordre=_ordre(etat.ordre or (), list(connues)),
        masquees=masquees & connues.keys(),
        figees=figees & connues.keys(),
        largeurs={
            cle: large
            for cle, large in sorted(etat.largeurs.items())
            if cle in connues and large != connues[cle].largeur_voulue
        },
        tri=tuple(critere for critere in etat.tri if critere[0] in connues),
        conditions=tuple(sorted((c for c in etat.conditions if c.colonne in connues), key=repr)),
        texte=etat.texte.strip(),
        groupes=tuple(cle for cle in etat.groupes if cle in connues),
        replies=frozenset(),
    )


def _ordre(voulu: Sequence[str], connues: Sequence[str]) -> tuple[str, ...]:
    """Columns in the order wanted; one that it does not name comes after its neighbour."""
    presentes = set(connues)
    ordre = [cle for cle in dict.fromkeys(voulu) if cle in presentes]
    places = set(ordre)
    for rang, cle in enumerate(connues):
        if cle not in places:
            ordre.insert(ordre.index(connues[rang - 1]) + 1 if rang else 0, cle)
            places.add(cle)
    return tuple(ordre)
