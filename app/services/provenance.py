"""« D'où vient ce chiffre ? »: any figure of the program as its parts, each of which can be opened."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.models.action import Cofinancement
from app.services import provenance_actions, provenance_enveloppes
from app.services.actions import par_lots
from app.services.chiffres import (
    Chiffre,
    Explication,
    Origine,
    Part,
    Sorte,
    numeroter,
    plus_grandes_d_abord,
    somme_de,
)
from app.services.chiffres_lignes import chiffre_de, lien_de_ligne, nommer_ligne
from app.services.columns import Colonne, TypeColonne
from app.services.fichier import Fichier, Lire
from app.services.provenance_journal import Case, derniere, expliquer_valeur, origines
from app.services.titres import nom_de

__all__ = ["Provenance", "chiffre_de"]

ORIGINES_LUES = 500  # parts of a total whose journal entry is looked for: the largest
_EXPLIQUER = {
    Sorte.VALEUR: expliquer_valeur,
    **provenance_actions.EXPLIQUER,
    **provenance_enveloppes.EXPLIQUER,
}


class Provenance:
    """Explains the figures of the open file. Reads only."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def expliquer(self, chiffre: Chiffre) -> Explication:
        """The parts of a figure, as they are now."""
        with self._fichier.instant() as lire:
            return _EXPLIQUER[chiffre.sorte](lire, chiffre)

    def total(self, colonne: Colonne, lignes: Iterable[Any]) -> Explication:
        """A total under a column: the rows that make it, the largest first.

        `lignes` are those shown: the filter is followed.
        """
        parts = plus_grandes_d_abord(
            Part(
                nommer_ligne(ligne),
                valeur,
                getattr(ligne, "porteur", ""),
                lien_de_ligne(ligne, colonne.cle),
                chiffre=chiffre_de(ligne, colonne.cle),
            )
            for ligne in lignes
            if (valeur := colonne.lire(ligne)) is not None
        )
        titre = nom_de(colonne)
        avec = [*self._avec_origine(parts[:ORIGINES_LUES]), *parts[ORIGINES_LUES:]]
        if not colonne.est_nombre or colonne.type == TypeColonne.PART:
            return Explication(titre, None, "Cette colonne n’a pas de total.", numeroter(avec))
        return somme_de(f"Total · {titre}", avec)

    def _avec_origine(self, parts: Sequence[Part]) -> list[Part]:
        with self._fichier.instant() as lire:
            connues = origines_des(lire, [p.chiffre for p in parts if p.chiffre is not None])
        return [
            Part(
                part.libelle,
                part.montant,
                part.detail,
                part.lien,
                None if part.chiffre is None else connues.get(part.chiffre),
                part.chiffre,
            )
            for part in parts
        ]


def origines_des(lire: Lire, chiffres: Sequence[Chiffre]) -> dict[Chiffre, Origine]:
    """The last entry behind stored values and behind amounts of actions; nothing for the rest.

    A number of reads that follows the lots, not the figures.
    """
    cases: dict[Chiffre, list[Case]] = {
        c: [(c.entite, c.cle, c.champ)] for c in chiffres if c.sorte == Sorte.VALEUR
    }
    montants = [c for c in chiffres if c.sorte in (Sorte.CELLULE, Sorte.LIGNE)]
    lignes = _lignes_des_actions(lire, {c.cle for c in montants})
    for chiffre in montants:
        cases[chiffre] = [
            ("cofinancement", cle, chiffre.champ)
            for cle, financeur in lignes.get(chiffre.cle, ())
            if chiffre.financeur in ("", financeur)
        ]
    connues = origines(lire, {case for lot in cases.values() for case in lot})
    trouvees = {chiffre: derniere(connues, lot) for chiffre, lot in cases.items()}
    return {chiffre: origine for chiffre, origine in trouvees.items() if origine is not None}


def _lignes_des_actions(lire: Lire, actions: set[str]) -> dict[str, list[tuple[str, str]]]:
    """action -> (key, financeur) of its cofinancements."""
    lues: dict[str, list[tuple[str, str]]] = {}
    requete = select(Cofinancement.action, Cofinancement.cle, Cofinancement.financeur)
    for lot in par_lots(sorted(actions)):
        for action, cle, financeur in lire(requete.where(Cofinancement.action.in_(lot))):
            lues.setdefault(action, []).append((cle, financeur))
    return lues
