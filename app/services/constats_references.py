"""What the facts of the actions refer to: read once, again only when the structure changes."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import select

from app.models.contrat import Contrat, Echelle, Noeud, Nomenclature, Quartier, QuartierCommune
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.programme import Appel
from app.services.arbres import remonter
from app.services.constats_faits import (
    FaitsContrat,
    FaitsEchelle,
    FaitsFinanceur,
    FaitsLigneCredit,
    FaitsNoeud,
    FaitsOrganisme,
    FaitsQuartier,
)
from app.services.fichier import Lire

STRUCTURE = (
    "contrat",
    "financeur",
    "ligne_credit",
    "quartier",
    "quartier_commune",
    "noeud",
    "nomenclature",
    "echelle",
    "instance",
)


class References:
    """Financeurs, quartiers, nodes, échelles, organismes… by key (échelles by identifiant)."""

    def __init__(self, lire: Lire) -> None:
        self.financeurs = _financeurs(lire)
        self.lignes = {
            ligne.cle: FaitsLigneCredit(*ligne[1:])
            for ligne in lire(
                select(
                    LigneCredit.cle,
                    LigneCredit.identifiant,
                    LigneCredit.nom,
                    LigneCredit.nature_credit,
                    LigneCredit.dispositif,
                    LigneCredit.nature_depense,
                )
            )
        }
        self.quartiers = _quartiers(lire)
        self.echelles: dict[str | None, FaitsEchelle] = _echelles(lire)
        self.contrat = _contrat(lire)
        self._noeuds = _noeuds(lire)
        self._parents = {cle: parent for cle, (_, parent) in self._noeuds.items()}
        self._ancetres: dict[str, frozenset[str]] = {}
        self.organismes: dict[str | None, FaitsOrganisme] = {}
        self.natures_appels: dict[str | None, str] = {}
        self.relire_organismes(lire)
        self.relire_appels(lire)

    def relire_organismes(self, lire: Lire) -> None:
        self.organismes = {o.cle: FaitsOrganisme(*o) for o in lire(_ORGANISMES)}

    def relire_appels(self, lire: Lire) -> None:
        self.natures_appels = dict(tuple(a) for a in lire(_APPELS))

    def financeur(self, cle: str) -> FaitsFinanceur:
        return self.financeurs[cle]

    def noeud(self, cle: str, *, principal: bool) -> FaitsNoeud | None:
        """None for a node that another program removed."""
        connu = self._noeuds.get(cle)
        if connu is None:
            return None
        return replace(connu[0], principal=True) if principal else connu[0]

    def noeuds(self) -> list[FaitsNoeud]:
        """Every node of the contract, in the order of the trees."""
        return [noeud for noeud, _ in self._noeuds.values()]

    def avec_leurs_parents(self, cles: Iterable[str]) -> frozenset[str]:
        """Identifiants of nodes and of all that stand above them."""
        return frozenset().union(*map(self._avec_parents, cles))

    def _avec_parents(self, cle: str) -> frozenset[str]:
        if cle not in self._ancetres:
            self._ancetres[cle] = frozenset(
                self._noeuds[c][0].identifiant for c in remonter(cle, self._parents)
            )
        return self._ancetres[cle]

    @cached_property
    def rangs_financeurs(self) -> dict[str, int]:
        return {cle: rang for rang, cle in enumerate(self.financeurs)}

    @cached_property
    def financeurs_ranges(self) -> tuple[FaitsFinanceur, ...]:
        """In the order of the table."""
        return tuple(self.financeurs.values())


_ORGANISMES = select(
    Organisme.cle,
    Organisme.nom,
    Organisme.nature,
    Organisme.siret,
    Organisme.rna,
    Organisme.effectif,
    Organisme.budget,
)
_APPELS = select(Appel.cle, Appel.nature)


def _financeurs(lire: Lire) -> dict[str, FaitsFinanceur]:
    requete = select(
        Financeur.cle,
        Financeur.identifiant,
        Financeur.nom_court,
        Financeur.nature,
        Financeur.echelles,
        Financeur.themes,
        Financeur.cpo,
        Financeur.constitue_enveloppe,
        Financeur.actif,
    ).order_by(Financeur.rang, Financeur.cle)
    return {
        f.cle: FaitsFinanceur(
            f.cle,
            f.identifiant,
            f.nom_court,
            f.nature,
            tuple(f.echelles),
            tuple(f.themes),
            f.cpo,
            f.constitue_enveloppe,
            bool(f.actif),
        )
        for f in lire(requete)
    }


def _quartiers(lire: Lire) -> dict[str, FaitsQuartier]:
    communes: dict[str, list[str]] = defaultdict(list)
    for quartier, commune in lire(
        select(QuartierCommune.quartier, QuartierCommune.commune).order_by(QuartierCommune.cle)
    ):
        communes[quartier].append(commune)
    requete = select(
        Quartier.cle, Quartier.code, Quartier.nom, Quartier.nature, Quartier.eligible_bop147
    )
    return {
        q.cle: FaitsQuartier(
            q.cle, q.code, q.nom, q.nature, q.eligible_bop147, tuple(communes[q.cle]), None
        )
        for q in lire(requete)
    }


def _echelles(lire: Lire) -> dict[str | None, FaitsEchelle]:
    requete = select(
        Echelle.identifiant,
        Echelle.nom,
        Echelle.financeurs,
        Echelle.epci_peut_financer,
        Echelle.commune_peut_financer,
    )
    return {
        e.identifiant: FaitsEchelle(e[0], e[1], tuple(e.financeurs), e[3], e[4])
        for e in lire(requete)
    }


def _contrat(lire: Lire) -> FaitsContrat | None:
    requete = select(
        Contrat.identifiant,
        Contrat.nom,
        Contrat.parent_identifiant,
        Contrat.departement,
        Contrat.region,
        Contrat.annee_debut,
        Contrat.annee_fin,
        Contrat.annee_mi_parcours,
        Contrat.date_signature,
    )
    return next((FaitsContrat(*c) for c in lire(requete)), None)


def _noeuds(lire: Lire) -> dict[str, tuple[FaitsNoeud, str | None]]:
    requete = select(
        Noeud.cle,
        Noeud.parent,
        Noeud.identifiant,
        Noeud.code,
        Noeud.libelle,
        Noeud.financement_epci,
        Noeud.transversal,
        Nomenclature.identifiant.label("nomenclature"),
        Nomenclature.role,
    ).join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
    requete = requete.order_by(Nomenclature.rang, Noeud.rang)
    lignes: dict[str, Any] = {n.cle: n for n in lire(requete)}
    parents = {cle: n.parent for cle, n in lignes.items()}

    def noeud(n: Any) -> FaitsNoeud:
        *_, dernier = remonter(n.cle, parents)
        return FaitsNoeud(
            n.cle,
            n.identifiant,
            n.code,
            n.libelle,
            n.nomenclature,
            n.role,
            lignes[dernier].identifiant,
            n.financement_epci,
            bool(n.transversal),
            principal=False,
        )

    return {cle: (noeud(n), n.parent) for cle, n in lignes.items()}
