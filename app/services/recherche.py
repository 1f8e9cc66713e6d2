"""One search box over actions, porteurs and quartiers: FTS5, accents ignored, prefixes.

The index is derived: it lives in memory, is built at the first search and follows the notices, so
that it can be neither stale nor lost, and the file stays small.
"""

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from app.models.action import Action
from app.models.contrat import Quartier
from app.models.organisme import Organisme
from app.services.bus import Avis
from app.services.fichier import Fichier

SUIVIES = ("action", "organisme", "quartier")
LIBELLES = {"action": "Action", "organisme": "Porteur", "quartier": "Quartier"}
SUIVI_MAXIMUM = 50  # rows: the index has no key, each row taken out of it costs a reading of it all
_MOT = re.compile(r"\w+", re.UNICODE)


@dataclass(frozen=True, slots=True)
class Resultat:
    """A row found: what it is, its key, how to name it, and its year for an action."""

    entite: str
    cle: str
    titre: str
    detail: str
    annee: int | None


class Recherche:
    """Full-text search of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._index: sqlite3.Connection | None = None
        fichier.bus.abonner(self.sur_avis)

    def sur_avis(self, avis: Avis) -> None:
        """Index again the rows that a notice touched; too many, and the next search indexes all."""
        if self._index is None:
            return
        touchees = {entite: avis.cles(entite) for entite in SUIVIES}
        touchees["action"] |= self._actions_de(touchees["organisme"])
        if sum(map(len, touchees.values())) > SUIVI_MAXIMUM:
            self._index.close()
            self._index = None
            return
        for entite, cles in touchees.items():
            if cles:
                self._retirer(entite, cles)
                self._ajouter(entite, cles)

    def _actions_de(self, organismes: set[str]) -> set[str]:
        """Actions found by the name of their porteur."""
        if not organismes:
            return set()
        requete = select(Action.cle, Action.porteur).where(Action.porteur.is_not(None))
        return {cle for cle, porteur in self._fichier.lignes(requete) if porteur in organismes}

    def chercher(self, texte: str, *, limite: int = 30) -> list[Resultat]:
        """Rows that hold every word (or its beginning), the best first; accents and case ignored."""
        mots = _MOT.findall(texte)
        if not mots:
            return []
        demande = " ".join(f'"{mot}"*' for mot in mots)
        lignes = self._ouvrir().execute(
            "SELECT entite, cle, titre, detail, annee FROM mots WHERE mots MATCH ? "
            "ORDER BY bm25(mots, 0, 0, 8, 3, 0, 1), annee DESC LIMIT ?",
            (demande, limite),
        )
        return [Resultat(*ligne) for ligne in lignes]

    def _ouvrir(self) -> sqlite3.Connection:
        if self._index is None:
            self._index = sqlite3.connect(":memory:", check_same_thread=False)
            self._index.execute(
                "CREATE VIRTUAL TABLE mots USING fts5(entite UNINDEXED, cle UNINDEXED, titre, "
                "detail, annee UNINDEXED, texte, tokenize='unicode61 remove_diacritics 2', "
                "prefix='2 3')"
            )
            for entite in SUIVIES:
                self._ajouter(entite, None)
        return self._index

    def _retirer(self, entite: str, cles: Iterable[str]) -> None:
        self._ouvrir().executemany(
            "DELETE FROM mots WHERE entite = ? AND cle = ?", [(entite, cle) for cle in cles]
        )

    def _ajouter(self, entite: str, cles: set[str] | None) -> None:
        lignes = [ligne for ligne in self._lire(entite, cles) if cles is None or ligne[1] in cles]
        self._ouvrir().executemany("INSERT INTO mots VALUES (?, ?, ?, ?, ?, ?)", lignes)

    def _lire(self, entite: str, cles: set[str] | None) -> list[tuple[object, ...]]:
        """(entite, cle, titre, detail, annee, texte) of the rows of one kind."""
        return {
            "action": self._actions,
            "organisme": self._organismes,
            "quartier": self._quartiers,
        }[entite](cles)

    def _actions(self, cles: set[str] | None) -> list[tuple[object, ...]]:
        requete = select(
            Action.cle,
            Action.titre,
            Action.numero,
            Action.reference,
            Action.annee,
            Action.description,
            Organisme.nom,
        ).join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        if cles is not None and len(cles) <= 500:
            requete = requete.where(Action.cle.in_(cles))
        return [
            (
                "action",
                a.cle,
                a.titre,
                " · ".join(t for t in (a.numero, a.nom) if t),
                a.annee,
                " ".join(t for t in (a.reference, a.description) if t),
            )
            for a in self._fichier.lignes(requete)
        ]

    def _organismes(self, _: set[str] | None) -> list[tuple[object, ...]]:
        requete = select(
            Organisme.cle,
            Organisme.nom,
            Organisme.sigle,
            Organisme.ville,
            Organisme.siret,
            Organisme.rna,
            Organisme.variantes,
        ).where(Organisme.fusionne_dans.is_(None))
        return [
            (
                "organisme",
                o.cle,
                o.nom,
                " · ".join(t for t in (o.sigle, o.ville) if t),
                None,
                " ".join(t for t in (o.siret, o.rna, *o.variantes) if t),
            )
            for o in self._fichier.lignes(requete)
        ]

    def _quartiers(self, _: set[str] | None) -> list[tuple[object, ...]]:
        requete = select(
            Quartier.cle, Quartier.nom, Quartier.code, Quartier.variantes, Quartier.codes_alias
        )
        return [
            (
                "quartier",
                q.cle,
                q.nom,
                q.code or "",
                None,
                " ".join((*q.variantes, *q.codes_alias)),
            )
            for q in self._fichier.lignes(requete)
        ]
