"""Undo and redo: the recorded values replayed backwards, through the same write path.

Nothing is erased: each undo is one more entry of the journal, which names the one it reverses.
The two stacks hold the operations of this person in this run.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from typing import Any, Protocol

from sqlalchemy import Table, select

from app.models.enums import Geste, NatureOperation
from app.models.journal import Trace
from app.services.bus import Avis, Valeurs
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

    def sur_avis(self, avis: Avis) -> None:
        """Called by the file at each commit, before any subscriber can fail or write in its turn."""
        if avis.nature == NatureOperation.SYSTEME:
            self.oublier()
        elif avis.nature == NatureOperation.ANNULATION:
            _deplacer(self._faites, self._defaites, avis)
        elif avis.nature == NatureOperation.RETABLISSEMENT:
            _deplacer(self._defaites, self._faites, avis)
        else:
            self._faites.append((avis.numero, avis.libelle))
            del self._faites[:-PROFONDEUR]
            self._defaites = []

    def oublier(self) -> None:
        self._faites, self._defaites = [], []

    @property
    def peut_annuler(self) -> bool:
        return bool(self._faites)

    @property
    def peut_retablir(self) -> bool:
        return bool(self._defaites)

    def a_annuler(self) -> list[str]:
        """Labels that can be undone, the next one first."""
        return [libelle for _, libelle in reversed(self._faites)]

    def a_retablir(self) -> list[str]:
        return [libelle for _, libelle in reversed(self._defaites)]

    def annuler(self) -> str | None:
        """Undo the last operation; returns its label, None when there is none. Raises Conflit."""
        return self._inverser(self._faites, NatureOperation.ANNULATION, "Annuler")

    def retablir(self) -> str | None:
        """Redo the last undone operation; returns its label, None when there is none."""
        return self._inverser(self._defaites, NatureOperation.RETABLISSEMENT, "Rétablir")

    def _inverser(
        self, pile: list[tuple[int, str]], nature: NatureOperation, verbe: str
    ) -> str | None:
        if not pile:
            return None
        numero, libelle = pile[-1]
        with self._fichier.operation(
            f"{verbe} : {libelle}", nature=nature, inverse=numero
        ) as ecriture:
            for (geste, entite), groupe in groupby(_a_rebours(ecriture, numero), key=_famille):
                _defaire(ecriture, geste, entites()[entite], list(groupe))
        return libelle


def _deplacer(pile: list[tuple[int, str]], autre: list[tuple[int, str]], avis: Avis) -> None:
    if pile and pile[-1][0] == avis.inverse:
        _, libelle = pile.pop()
        autre.append((avis.numero, libelle))


def _a_rebours(ecriture: Ecriture, numero: int) -> Sequence[Any]:
    colonnes = (Trace.entite, Trace.ligne, Trace.geste, Trace.avant, Trace.apres)
    requete = select(*colonnes).where(Trace.operation == numero).order_by(Trace.rang.desc())
    return ecriture.lignes(requete)


def _famille(trace: Any) -> tuple[str, str]:
    return trace.geste, trace.entite


def _defaire(ecriture: Ecriture, geste: str, table: Table, traces: Sequence[Any]) -> None:
    """Reverse traces that follow one another in one table: an import is undone by lots."""
    cles = [trace.ligne for trace in traces]
    avant = [_valeurs(table, trace.avant) for trace in traces]
    if geste == Geste.SUPPRESSION:
        ecriture.inserer_dans(table, avant)
        return
    if geste == Geste.CREATION:
        actuelles = ecriture.lire_lot(table, cles)
        for actuelle, trace in zip(actuelles, traces, strict=True):
            _exiger_inchangee(actuelle, _valeurs(table, trace.apres))
        ecriture.supprimer_dans(table, cles)
        return
    for cle, ancienne, trace in zip(cles, avant, traces, strict=True):
        # One by one: the same row may come twice.
        [actuelle] = ecriture.lire_lot(table, [cle])
        _exiger_inchangee(actuelle, _valeurs(table, trace.apres))
        ecriture.modifier_dans(table, cle, ancienne)


def _valeurs(table: Table, texte: str | None) -> dict[str, Any]:
    return {} if texte is None else depuis_json(table, texte)


def _exiger_inchangee(actuelle: Valeurs, laissee: Valeurs) -> None:
    """Raises Conflit unless the row still holds what the operation left there."""
    if any(actuelle[nom] != valeur for nom, valeur in laissee.items()):
        raise Conflit(
            "Cette annulation n'est plus possible : la même donnée a été modifiée depuis. "
            "Consultez le journal pour retrouver l'ancienne valeur."
        )
