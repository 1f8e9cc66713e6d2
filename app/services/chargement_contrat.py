"""A référentiel as the rows of a file: keys given, references resolved, order kept. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from app.models import contrat as tables
from app.models.base import Base, nouvelle_cle
from app.models.organisme import Financeur, LigneCredit

if TYPE_CHECKING:  # pydantic is not loaded by whoever only reads an open file
    from app.services.referentiel import Fait, Noeud, Referentiel

Lignes = list[dict[str, Any]]
_HORS_LIGNE: defaultdict[str, set[str]] = defaultdict(
    lambda: {"document", "ligne"},
    Quartier={"document", "ligne", "identifiant", "communes"},
    Nomenclature={"document", "ligne", "noeuds"},
    Noeud={"document", "ligne", "noeuds", "ressources"},
    Financeur={"document", "ligne", "lignes"},
)
PAS = 100  # gap between the ranks of nodes, so that one can be added without renumbering


def lots(referentiel: "Referentiel") -> list[tuple[type[Base], Lignes]]:
    """Rows to insert, table by table, each after those it refers to."""
    return Chargement(referentiel).lots()


class Chargement:
    """One référentiel being turned into rows."""

    def __init__(self, referentiel: "Referentiel") -> None:
        self._referentiel = referentiel
        self._communes = {c.nom: nouvelle_cle() for c in referentiel.communes}
        self._quartiers = {q.identifiant: nouvelle_cle() for q in referentiel.quartiers}
        self._nomenclatures = {n.identifiant: nouvelle_cle() for n in referentiel.nomenclatures}
        self._noeuds = {n.identifiant: nouvelle_cle() for n in referentiel.noeuds()}
        self._financeurs = {f.identifiant: nouvelle_cle() for f in referentiel.financeurs}

    def lots(self) -> list[tuple[type[Base], Lignes]]:
        ref = self._referentiel
        quartier, noeud = self._quartiers.get, self._noeuds.get
        return [
            (tables.Contrat, [self._contrat()]),
            (tables.Commune, self._liste(ref.communes, cle=lambda c: self._communes[c.nom])),
            (tables.Quartier, self._liste(ref.quartiers, cle=lambda q: quartier(q.identifiant))),
            (tables.QuartierCommune, list(self._quartiers_communes())),
            (
                tables.Nomenclature,
                self._liste(ref.nomenclatures, cle=lambda n: self._nomenclatures[n.identifiant]),
            ),
            (tables.Noeud, list(self._arbres())),
            (tables.Ressource, list(self._ressources())),
            (
                tables.PrioriteQuartier,
                self._liste(
                    ref.priorites,
                    plus=lambda p: {"quartier": quartier(p.quartier), "noeud": noeud(p.noeud)},
                ),
            ),
            (tables.Echelle, self._liste(ref.echelles)),
            (Financeur, self._liste(ref.financeurs, cle=lambda f: self._financeurs[f.identifiant])),
            (LigneCredit, list(self._lignes_credit())),
            (tables.Instance, self._liste(ref.instances)),
            (tables.Etape, self._liste(ref.etapes)),
            (tables.Regle, self._liste(ref.regles)),
            (tables.VolumeReference, self._liste(ref.volumes)),
            (tables.Engagement, self._liste(ref.engagements)),
            (tables.Signataire, self._liste(ref.signataires)),
            (
                tables.Indicateur,
                self._liste(ref.indicateurs, plus=lambda i: {"quartier": quartier(i.quartier)}),
            ),
            (tables.Dispositif, self._liste(ref.dispositifs)),
            (tables.Remarque, self._liste(ref.remarques)),
        ]

    def _contrat(self) -> dict[str, Any]:
        ref = self._referentiel
        return self._ligne(ref.contrat) | {
            "cle": nouvelle_cle(),
            "identifiant": ref.identifiant,
            "version_referentiel": str(ref.version),
        }

    def _ligne(self, fait: "Fait") -> dict[str, Any]:
        """Plain columns of a fact; its parts (nodes, lines of credit…) are rows of other tables."""
        return fait.model_dump(exclude=_HORS_LIGNE[type(fait).__name__]) | {
            "source_document": self._referentiel.titre(fait.document),
            "source_ligne": fait.ligne,
        }

    def _liste(
        self,
        faits: Sequence[Any],
        *,
        cle: Callable[[Any], str | None] = lambda _: None,
        plus: Callable[[Any], dict[str, Any]] = lambda _: {},
    ) -> Lignes:
        return [
            self._ligne(fait) | plus(fait) | {"cle": cle(fait) or nouvelle_cle(), "rang": rang}
            for rang, fait in enumerate(faits)
        ]

    def _quartiers_communes(self) -> Iterator[dict[str, Any]]:
        for quartier in self._referentiel.quartiers:
            for commune in quartier.communes:
                yield {
                    "quartier": self._quartiers[quartier.identifiant],
                    "commune": self._communes[commune.nom],
                    "principale": commune.principale,
                    "part": commune.part,
                }

    def _arbres(self) -> Iterator[dict[str, Any]]:
        for nomenclature in self._referentiel.nomenclatures:
            cle = self._nomenclatures[nomenclature.identifiant]
            branches = self._branches(nomenclature.noeuds, None, 0)
            for rang, ligne in enumerate(branches, start=1):
                yield ligne | {"nomenclature": cle, "rang": rang * PAS}

    def _branches(
        self, noeuds: Sequence["Noeud"], parent: str | None, niveau: int
    ) -> Iterator[dict[str, Any]]:
        for noeud in noeuds:
            cle = self._noeuds[noeud.identifiant]
            yield self._ligne(noeud) | {"cle": cle, "parent": parent, "niveau": niveau}
            yield from self._branches(noeud.noeuds, cle, niveau + 1)

    def _ressources(self) -> Iterator[dict[str, Any]]:
        for noeud in self._referentiel.noeuds():
            for ligne in self._liste(noeud.ressources):
                yield ligne | {"noeud": self._noeuds[noeud.identifiant]}

    def _lignes_credit(self) -> Iterator[dict[str, Any]]:
        for financeur in self._referentiel.financeurs:
            for ligne in self._liste(financeur.lignes):
                yield ligne | {"financeur": self._financeurs[financeur.identifiant]}
