"""What people attached to a row (values, comments, colour) leaves with it: no foreign key holds it."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from app.models.tableau import Commentaire, CouleurLigne, ValeurLibre
from app.services.transaction import LOT, Ecriture

ATTACHES = (ValeurLibre, Commentaire, CouleurLigne)


def detacher(ecriture: Ecriture, lignes: Sequence[str]) -> None:
    """Delete what is attached to rows that are about to be deleted, in the same operation."""
    for modele in ATTACHES:
        requete = select(modele.cle).where(modele.ligne.in_(bindparam("lignes", expanding=True)))
        for debut in range(0, len(lignes), LOT):
            lues = ecriture.lignes(requete, {"lignes": lignes[debut : debut + LOT]})
            ecriture.supprimer_lot(modele, [cle for (cle,) in lues])


def rattacher(ecriture: Ecriture, ligne: str, autre: str) -> None:
    """Give to `autre` what is attached to `ligne`, which is about to be merged into it.

    Where both have a value or a colour, that of `autre` stays.
    """
    for modele in ATTACHES:
        table = modele.__table__
        presentes = {
            _place(modele, lue)
            for lue in ecriture.lignes(select(table).where(table.c.ligne == autre))
        }
        for lue in ecriture.lignes(select(table).where(table.c.ligne == ligne)):
            if modele is not Commentaire and _place(modele, lue) in presentes:
                ecriture.supprimer(modele, lue.cle)
            else:
                ecriture.modifier(modele, lue.cle, ligne=autre)


def _place(modele: type, lue: object) -> object:
    """What can be there only once for a row: its value in a column, its colour in a list."""
    return getattr(lue, "colonne" if modele is ValeurLibre else "liste")
