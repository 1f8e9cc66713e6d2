"""Undo and redo: the recorded values replayed backwards, through the same write path.

Nothing is erased: each undo is one more entry of the journal, which names the one it reverses.
The two stacks hold the operations of this person in this run.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import select

from app.models.enums import Geste, NatureOperation
from app.models.journal import Trace
from app.services.bus import Avis
from app.services.errors import Conflit
from app.services.transaction import Ecriture, depuis_json, entites

PROFONDEUR = 200


class Ouvreur(Protocol):
    """What undo needs of the open file."""

    def operation(
        self, libelle: str, *, nature: NatureOperation, inverse: int | None
    ) -> AbstractContextManager[Ecriture]: ...


class Undo:
    """Two stacks of (operation number, label); the top one is the next to be undone or redone."""

    def __init__(self, fichier: Ouvreur) -> None:
        self._fichier = fichier
        self._faites: list[tuple[int, str]] = []
        self._defaites: list[tuple[int, str]] = []
        self._en_cours: Callable[[Avis], None] = self._empiler

    def sur_avis(self, avis: Avis) -> None:
        """Called for each notice of this file, first of all subscribers."""
        self._en_cours(avis)

    def _empiler(self, avis: Avis) -> None:
        if avis.nature == NatureOperation.SYSTEME:
            self.oublier()
            return
        self._faites = [*self._faites[-PROFONDEUR + 1 :], (avis.numero, avis.libelle)]
        self._defaites.clear()

    def oublier(self) -> None:
        self._faites.clear()
        self._defaites.clear()

    def a_annuler(self) -> list[str]:
        """Labels that can be undone, the next one first."""
        return [libelle for _, libelle in reversed(self._faites)]

    def a_retablir(self) -> list[str]:
        return [libelle for _, libelle in reversed(self._defaites)]

    def annuler(self) -> str | None:
        """Undo the last operation; returns its label, None when there is none. Raises Conflit."""
        return self._inverser(self._faites, self._defaites, NatureOperation.ANNULATION, "Annuler")

    def retablir(self) -> str | None:
        """Redo the last undone operation; returns its label, None when there is none."""
        return self._inverser(
            self._defaites, self._faites, NatureOperation.RETABLISSEMENT, "Rétablir"
        )

    def _inverser(
        self,
        pile: list[tuple[int, str]],
        autre: list[tuple[int, str]],
        nature: NatureOperation,
        verbe: str,
    ) -> str | None:
        if not pile:
            return None
        numero, libelle = pile[-1]

        def ranger(avis: Avis) -> None:
            pile.pop()
            autre.append((avis.numero, libelle))

        self._en_cours = ranger
        try:
            with self._fichier.operation(
                f"{verbe} : {libelle}", nature=nature, inverse=numero
            ) as ecriture:
                for trace in _traces_a_rebours(ecriture, numero):
                    _rejouer_a_l_envers(ecriture, trace)
        finally:
            self._en_cours = self._empiler
        return libelle


def _traces_a_rebours(ecriture: Ecriture, numero: int) -> Iterator[Any]:
    requete = select(Trace).where(Trace.operation == numero).order_by(Trace.rang.desc())
    colonnes = requete.with_only_columns(
        Trace.entite, Trace.ligne, Trace.geste, Trace.avant, Trace.apres
    )
    yield from ecriture.lignes(colonnes)


def _rejouer_a_l_envers(ecriture: Ecriture, trace: Any) -> None:
    table = entites()[trace.entite]
    avant = depuis_json(table, trace.avant) if trace.avant else {}
    apres = depuis_json(table, trace.apres) if trace.apres else {}
    if trace.geste == Geste.SUPPRESSION:
        ecriture.inserer_dans(table, [avant])
        return
    actuelle = ecriture._lire(table, trace.ligne)  # noqa: SLF001 - same write path, table by name
    if any(actuelle[nom] != valeur for nom, valeur in apres.items()):
        raise Conflit(
            "Cette annulation n'est plus possible : la même donnée a été modifiée depuis. "
            "Consultez le journal pour retrouver l'ancienne valeur."
        )
    if trace.geste == Geste.CREATION:
        ecriture.supprimer_dans(table, trace.ligne)
    else:
        ecriture.modifier_dans(table, trace.ligne, avant)
