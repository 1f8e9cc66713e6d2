"""Cells left wrong for now: what was typed and cannot be read waits beside the cell. No Qt.

It is a comment like the others, signed, dated and journalled, that begins with words of its own: the
value of the cell stays what it was, so that no sum ever counts a text.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from app.models.tableau import Commentaire
from app.services.annotations import Annotations, AnnotationsDeListe, LigneCommentaire
from app.services.columns import Colonne, Pose
from app.services.textes_saisis import citer, texte_de_case
from app.services.transaction import Ecriture, maintenant

DEBUT, FIN = "À corriger : « ", " »"


def texte_en_attente(note: LigneCommentaire) -> str:
    """What was typed, as it was; empty for another comment."""
    texte = note.texte
    attend = texte.startswith(DEBUT) and texte.endswith(FIN)
    return texte[len(DEBUT) : -len(FIN)] if attend else ""


class ACorriger:
    """The cells of one list that wait to be corrected."""

    def __init__(self, notes: AnnotationsDeListe) -> None:
        self._notes = notes
        self._service: Annotations = notes.service

    def de_la_case(self, ligne: str, colonne: str) -> LigneCommentaire | None:
        """What waits on a cell: the last text kept."""
        en_attente = [n for n in self._de_la_ligne(ligne) if n.colonne == colonne]
        return max(en_attente, key=lambda n: (n.date, n.cle), default=None)

    def _de_la_ligne(self, ligne: str) -> Iterator[LigneCommentaire]:
        return (n for n in self._notes.fils.get(ligne, {}).values() if texte_en_attente(n))

    def cases(self, lignes: Iterable[str]) -> list[tuple[str, str]]:
        """(row, column) of the cells that wait, row by row."""
        if not self._notes.fils:
            return []
        return [(ligne, n.colonne) for ligne in lignes for n in self._de_la_ligne(ligne)]

    def garder(self, ligne: str, colonne: str, texte: str) -> None:
        """Keep a text that the cell refuses, in place of the one kept before."""
        propre = " ".join(texte_de_case(texte).split())
        with self._service.operation(f"Garder « {citer(propre)} », à corriger") as ecriture:
            self.lever(ecriture, ligne, colonne)
            ecriture.inserer(
                Commentaire,
                liste=self._notes.liste,
                ligne=ligne,
                colonne=colonne,
                texte=f"{DEBUT}{propre}{FIN}",
                auteur=self._service.auteur,
                date=maintenant().isoformat(timespec="seconds"),
            )

    def lever(self, ecriture: Ecriture, ligne: str, colonne: str) -> None:
        """The cell has a value: nothing waits on it any more."""
        presentes = [n.cle for n in self._de_la_ligne(ligne) if n.colonne == colonne]
        ecriture.supprimer_lot(Commentaire, presentes)

    def oublier(self, ligne: str, colonne: str) -> None:
        """Give up what waits on a cell."""
        with self._service.operation("Abandonner une saisie à corriger") as ecriture:
            self.lever(ecriture, ligne, colonne)

    def suites(self, cases: Sequence[tuple[str, str]]) -> list[tuple[str, Colonne, Any]]:
        """What must be written with the values of some cells: those that waited no longer do."""
        return [
            (ligne, self._levee, colonne)
            for ligne, colonne in cases
            if self.de_la_case(ligne, colonne) is not None
        ]

    @property
    def _levee(self) -> Colonne:
        return Colonne(
            cle="note.levee",
            titre="À corriger",
            lire=lambda _: None,
            pose=Pose(self._service.operation, self.lever),
        )
