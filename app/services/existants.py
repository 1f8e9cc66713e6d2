"""The actions that the file holds already, loaded once: what an import is compared with."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.depot import NoteIntention
from app.models.droit_commun import Sollicitation
from app.models.organisme import Organisme
from app.services.actions_lues import ActionLue
from app.services.fichier import Fichier
from app.services.identifiants import nom_normalise
from app.services.plans import Filiation
from app.services.suites_attachees import MODELES

SEUIL_FILIATION = 82
SEPARATEUR_REFERENCES = " ; "
_CODE_ACTION = re.compile(r"^(?:DA)?(\d{8})(?:-\d+)?$")  # the 8 digits that identify in DAUPHIN
_NUMERO = re.compile(r"20\d\d-\d{3,}")
_BRUIT = re.compile(r"\b(20\d\d|n\d?|edition|saison|annee|phase|\d{1,2})\b")


@dataclass(slots=True)
class Existante:
    """An action of the file (or of the plan) and the rows that hang on it."""

    action: Mapping[str, Any]
    quartiers: list[Any] = field(default_factory=list)
    communes: list[Any] = field(default_factory=list)
    classements: list[Any] = field(default_factory=list)
    budget: list[Any] = field(default_factory=list)
    cofinancements: list[Any] = field(default_factory=list)
    note: Any = None
    sollicitations: list[Any] = field(default_factory=list)
    actes: dict[str, set[str]] = field(
        default_factory=dict
    )  # steps that a cofinancement's acts say

    @property
    def cle(self) -> str:
        return str(self.action["cle"])


class Existantes:
    """Actions by reference, number, porteur and title; those of the years before, for lineages."""

    def __init__(self, fichier: Fichier, annees: Iterable[int]) -> None:
        self._par_cle: dict[str, Existante] = {}
        self._par_reference: dict[tuple[int, str], str] = {}
        self._par_numero: dict[tuple[int, str], str] = {}
        self._par_titre: dict[tuple[int, str | None, str], str] = {}
        self._titres_seuls: dict[tuple[int, str], set[str]] = defaultdict(set)
        self._titres: dict[str, str] = {}
        self._lignees: dict[str, list[tuple[int, str, str, str, str]]] = defaultdict(list)
        self._accordes: dict[str, Decimal] = {}
        self._prises: set[str] = set()
        self.rangs: dict[int, int] = defaultdict(int)
        self._charger(fichier, set(annees))

    def _charger(self, fichier: Fichier, annees: set[int]) -> None:
        fusions = select(Organisme.cle, Organisme.fusionne_dans).where(
            Organisme.fusionne_dans.is_not(None)
        )
        fusionnes: dict[str, str] = {
            ligne.cle: ligne.fusionne_dans for ligne in fichier.lignes(fusions)
        }
        toutes = fichier.lignes(
            select(Action.cle, Action.annee, Action.numero, Action.reference, Action.porteur,
                   Action.titre, Action.lignee).order_by(Action.numero)
        )  # fmt: skip
        for cle, annee, numero, reference, porteur, titre, lignee in toutes:
            self._indexer(
                cle, annee, numero=numero, reference=reference,
                porteur=fusionnes.get(porteur, porteur), titre=titre, lignee=lignee,
            )  # fmt: skip
        entieres = select(*Action.__table__.columns).where(Action.annee.in_(annees))
        for ligne in fichier.lignes(entieres):
            self._par_cle[ligne.cle] = Existante(dict(ligne._mapping))  # noqa: SLF001
        veilles = {annee - 1 for annee in annees}
        accordes = (
            select(Cofinancement.action, Cofinancement.accorde)
            .join(Action, Action.cle == Cofinancement.action)
            .where(Action.annee.in_(veilles), Cofinancement.accorde.is_not(None))
        )
        for action, accorde in fichier.lignes(accordes):
            self._accordes[action] = self._accordes.get(action, Decimal(0)) + accorde
        self._charger_enfants(fichier, annees)

    def _charger_enfants(self, fichier: Fichier, annees: set[int]) -> None:
        for modele, nom in (
            (ActionQuartier, "quartiers"),
            (ActionCommune, "communes"),
            (Classement, "classements"),
            (LigneBudget, "budget"),
            (Cofinancement, "cofinancements"),
            (Sollicitation, "sollicitations"),
        ):
            enfants = (
                select(*modele.__table__.columns)
                .join(Action, Action.cle == modele.__table__.c.action)
                .where(Action.annee.in_(annees))
                .order_by(modele.__table__.c.cle)
            )
            for enfant in fichier.lignes(enfants):
                getattr(self._par_cle[enfant.action], nom).append(enfant)
        notes = select(*NoteIntention.__table__.columns).join(
            Action, Action.cle == NoteIntention.action
        )
        for note in fichier.lignes(notes.where(Action.annee.in_(annees))):
            self._par_cle[note.action].note = note
        for etape, acte in MODELES.items():
            tenus = (
                select(Cofinancement.action, Cofinancement.cle)
                .join(acte, acte.cofinancement == Cofinancement.cle)
                .join(Action, Action.cle == Cofinancement.action)
                .where(Action.annee.in_(annees))
            )
            for action, cle in fichier.lignes(tenus):
                self._par_cle[action].actes.setdefault(cle, set()).add(etape)

    def _indexer(
        self,
        cle: str,
        annee: int,
        *,
        numero: str,
        reference: str | None,
        porteur: str | None,
        titre: str,
        lignee: str,
    ) -> None:
        propre = nom_normalise(titre)
        self._par_numero[annee, numero] = cle
        self._titres[cle] = _sans_bruit(titre)
        self._par_titre.setdefault((annee, porteur, propre), cle)
        self._titres_seuls[annee, propre].add(cle)
        for forme in formes_de_reference(reference):
            self._par_reference.setdefault((annee, forme), cle)
        if porteur is not None:
            self._lignees[porteur].append((annee, cle, titre, lignee, _sans_bruit(titre)))
        rang = numero.rsplit("-", 1)[-1]
        if rang.isdigit():
            self.rangs[annee] = max(self.rangs[annee], int(rang))

    def prevoir(
        self, cle: str, annee: int, *, action: ActionLue, porteur: str | None, lignee: str
    ) -> str:
        """Count in an action that the plan creates; returns its number.

        The number that it has in the source when it is one of ours and free, else the next one.
        """
        numero = action.numero or ""
        if not _NUMERO.fullmatch(numero) or (annee, numero) in self._par_numero:
            numero = f"{annee}-{self.rangs[annee] + 1:03d}"
        self._indexer(
            cle, annee, numero=numero, reference=action.reference, porteur=porteur,
            titre=action.titre or "", lignee=lignee,
        )  # fmt: skip
        return numero

    def trouver(self, action: ActionLue, annee: int, porteur: str | None) -> str | None:
        """The action of the file that a row is about, by number, reference, then porteur and title."""
        if action.cle in self._par_cle:
            return action.cle
        numerotee = self._par_numero.get((annee, action.numero or ""))
        # A number may come from another file, where it is another action's: the title decides.
        if numerotee is not None and self._meme_titre(numerotee, action.titre):
            return numerotee
        for forme in formes_de_reference(action.reference):
            if cle := self._par_reference.get((annee, forme)):
                return cle
        if action.titre is None:
            return None
        propre = nom_normalise(action.titre)
        if porteur is not None:
            return self._par_titre.get((annee, porteur, propre))
        seuls = self._titres_seuls.get((annee, propre), set())
        return next(iter(seuls)) if len(seuls) == 1 else None

    def _meme_titre(self, cle: str, titre: str | None) -> bool:
        from rapidfuzz import fuzz

        if titre is None:
            return True
        return fuzz.token_sort_ratio(self._titres[cle], _sans_bruit(titre)) >= SEUIL_FILIATION

    def annee_de_la_reference(self, reference: str | None) -> int | None:
        """The year of the action of that reference, the last one when several years have it."""
        for forme in formes_de_reference(reference):
            annees = [annee for annee, connue in self._par_reference if connue == forme]
            if annees:
                return max(annees)
        return None

    def existante(self, cle: str) -> Existante | None:
        """The rows of an action of the file; None for one that the plan creates."""
        return self._par_cle.get(cle)

    def filiation(self, titre: str, annee: int, porteur: str | None) -> Filiation | None:
        """The action of a former year that this one seems to renew: same porteur, close title."""
        from rapidfuzz import fuzz

        propre = _sans_bruit(titre)
        meilleure: Filiation | None = None
        for avant, cle, ancien, lignee, compare in self._lignees.get(porteur or "", ()):
            if not annee - 3 <= avant < annee or cle in self._prises:
                continue
            score = fuzz.token_sort_ratio(propre, compare)
            if score < SEUIL_FILIATION:
                continue
            if meilleure is None or (avant, score) > (meilleure.annee, meilleure.score):
                meilleure = Filiation(cle, ancien, avant, lignee, score)
        return meilleure

    def prendre(self, cle: str) -> None:
        """An action is renewed by one only."""
        self._prises.add(cle)

    def accorde(self, cle: str) -> Decimal | None:
        """What an action of the year before was granted in all; None when no amount is known."""
        return self._accordes.get(cle)


def formes_de_reference(references: str | None) -> list[str]:
    """Each reference and its shorter form: DA00042724-02 and 00042724 are the same request of a year.

    An action may have one in each system, written « DA00042724-02 ; PREFD59-26-0001-1 ».
    """
    formes: dict[str, None] = {}
    for reference in (references or "").split(SEPARATEUR_REFERENCES.strip()):
        propre = re.sub(r"\s+", "", reference).upper()
        trouve = _CODE_ACTION.match(propre)
        formes |= dict.fromkeys(filter(None, (propre, trouve.group(1) if trouve else None)))
    return list(formes)


def _sans_bruit(titre: str) -> str:
    """A title without its year or edition, to be compared with last year's."""
    propre = nom_normalise(titre)
    return " ".join(_BRUIT.sub(" ", propre).split()) or propre
