"""The sheet of one action: everything about it, read when it is opened."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, ActionCommune, ActionQuartier, Classement, LigneBudget
from app.models.calculs import (
    BilanBudget,
    autofinancement,
    bilan_budget,
    cout_de_l_action,
    echelle_proposee,
    part,
    somme,
)
from app.models.contrat import Commune, Echelle, Noeud, Nomenclature, Quartier
from app.models.enums import SensBudget
from app.models.montants import afficher_part
from app.models.organisme import Organisme
from app.models.programme import Appel, Exercice
from app.services.arbres import chemins
from app.services.assemblage import noms_des_quartiers
from app.services.cofinancements import Cofinancements, LigneCofinancement
from app.services.fichier import Fichier


@dataclass(frozen=True, slots=True)
class Choix:
    """A value that can be chosen: its key, its name, and its depth in a tree."""

    cle: str
    nom: str
    niveau: int = 0


@dataclass(frozen=True, slots=True)
class PartQuartier:
    """A quartier of the action, with its share in % when it is known."""

    quartier: str
    nom: str
    part: Decimal | None


@dataclass(frozen=True, slots=True)
class ClassementLu:
    """A node on which the action is classed."""

    nomenclature: str
    nomenclature_nom: str
    noeud: str
    chemin: str
    principal: bool


@dataclass(frozen=True, slots=True)
class LigneBudgetLue:
    """A line of the budget (euros)."""

    cle: str
    sens: str
    compte: str
    libelle: str
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class Fiche:
    """One action, whole. `champs` are its own columns by name."""

    cle: str
    champs: Mapping[str, Any]
    porteur: str
    appel: str
    precedente: str
    quartiers: tuple[PartQuartier, ...]
    communes: tuple[Choix, ...]
    classements: tuple[ClassementLu, ...]
    budget: tuple[LigneBudgetLue, ...]
    cofinancements: tuple[LigneCofinancement, ...]
    bilan: BilanBudget

    @property
    def cout(self) -> Decimal | None:
        charges = ((b.compte, b.montant) for b in self.budget if b.sens == SensBudget.CHARGE)
        return cout_de_l_action(charges, self.champs["cout_total"])

    @property
    def demande(self) -> Decimal:
        return somme(c.demande for c in self.cofinancements)

    @property
    def accorde(self) -> Decimal:
        return somme(c.accorde for c in self.cofinancements)

    @property
    def autofinancement(self) -> Decimal | None:
        return autofinancement(self.cout, self.demande)


class Fiches:
    """Reads the sheet of an action and the lists that it offers."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._cofinancements = Cofinancements(fichier)

    def lire(self, cle: str) -> Fiche | None:
        """The sheet of an action; None when it has been deleted."""
        lignes = self._fichier.lignes(select(Action.__table__).where(Action.cle == cle))
        if not lignes:
            return None
        champs = lignes[0]._asdict()
        budget = self._budget(cle)
        return Fiche(
            cle=cle,
            champs=champs,
            porteur=self._nom(Organisme, champs["porteur"]),
            appel=self._nom(Appel, champs["appel"]),
            precedente=self._precedente(champs["precedente"]),
            quartiers=self._quartiers(cle),
            communes=self._communes(cle),
            classements=self._classements(cle),
            budget=budget,
            cofinancements=tuple(self._cofinancements.de_l_action(cle)),
            bilan=bilan_budget(
                [(b.compte, b.montant) for b in budget if b.sens == SensBudget.CHARGE],
                [(b.compte, b.montant) for b in budget if b.sens == SensBudget.PRODUIT],
            ),
        )

    def _nom(self, modele: type[Organisme] | type[Appel], cle: str | None) -> str:
        if cle is None:
            return ""
        lignes = self._fichier.lignes(select(modele.nom).where(modele.cle == cle))
        return lignes[0].nom if lignes else ""

    def _precedente(self, cle: str | None) -> str:
        if cle is None:
            return ""
        lignes = self._fichier.lignes(select(Action.annee, Action.titre).where(Action.cle == cle))
        return f"{lignes[0].annee} – {lignes[0].titre}" if lignes else ""

    def _quartiers(self, action: str) -> tuple[PartQuartier, ...]:
        requete = (
            select(ActionQuartier.quartier, ActionQuartier.part)
            .join(Quartier, Quartier.cle == ActionQuartier.quartier)
            .where(ActionQuartier.action == action)
            .order_by(Quartier.rang)
        )
        lus = self._fichier.lignes(requete)
        noms = noms_des_quartiers(self._fichier.lignes) if lus else {}
        return tuple(PartQuartier(cle, noms[cle], part) for cle, part in lus)

    def _communes(self, action: str) -> tuple[Choix, ...]:
        requete = (
            select(ActionCommune.commune, Commune.nom)
            .join(Commune, Commune.cle == ActionCommune.commune)
            .where(ActionCommune.action == action)
            .order_by(Commune.rang)
        )
        return tuple(Choix(*ligne) for ligne in self._fichier.lignes(requete))

    def _classements(self, action: str) -> tuple[ClassementLu, ...]:
        requete = (
            select(
                Nomenclature.cle,
                Nomenclature.nom,
                Classement.noeud,
                Classement.principal,
            )
            .join(Noeud, Noeud.cle == Classement.noeud)
            .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
            .where(Classement.action == action)
            .order_by(Nomenclature.rang, Classement.principal.desc(), Noeud.rang)
        )
        lignes = self._fichier.lignes(requete)
        noms = self._chemins() if lignes else {}
        return tuple(
            ClassementLu(cle, nom, noeud, noms[noeud], principal)
            for cle, nom, noeud, principal in lignes
        )

    def _chemins(self) -> dict[str, str]:
        """node -> « axis › objective »."""
        lus = self._fichier.lignes(select(Noeud.cle, Noeud.parent, Noeud.libelle))
        return chemins((n.cle, n.parent, n.libelle) for n in lus)

    def _budget(self, action: str) -> tuple[LigneBudgetLue, ...]:
        requete = (
            select(
                LigneBudget.cle,
                LigneBudget.sens,
                LigneBudget.compte,
                LigneBudget.libelle,
                LigneBudget.montant,
            )
            .where(LigneBudget.action == action)
            .order_by(LigneBudget.sens, LigneBudget.rang, LigneBudget.compte)
        )
        return tuple(
            LigneBudgetLue(b.cle, b.sens, b.compte, b.libelle or "", b.montant)
            for b in self._fichier.lignes(requete)
        )

    # Lists offered ------------------------------------------------------------------------------

    def porteurs(self) -> list[Choix]:
        """Organismes by name, with their SIRET or their town where several have the same."""
        requete = (
            select(Organisme.cle, Organisme.nom, Organisme.siret, Organisme.ville)
            .where(Organisme.fusionne_dans.is_(None))
            .order_by(Organisme.nom, Organisme.siret, Organisme.ville, Organisme.cle)
        )
        lus = self._fichier.lignes(requete)
        homonymes = Counter(ligne.nom for ligne in lus)
        return [
            Choix(cle, f"{nom} ({precision})" if homonymes[nom] > 1 and precision else nom)
            for cle, nom, precision in ((p.cle, p.nom, p.siret or p.ville) for p in lus)
        ]

    def quartiers(self) -> list[Choix]:
        """Quartiers as « nom (communes) »: a name alone may be there twice (A-8)."""
        from app.models.contrat import QuartierCommune

        communes: dict[str, list[str]] = {}
        for quartier, nom in self._fichier.lignes(
            select(QuartierCommune.quartier, Commune.nom)
            .join(Commune, Commune.cle == QuartierCommune.commune)
            .order_by(Commune.rang)
        ):
            communes.setdefault(quartier, []).append(nom)
        return [
            Choix(cle, f"{nom} ({', '.join(communes[cle])})" if cle in communes else nom)
            for cle, nom in self._fichier.lignes(
                select(Quartier.cle, Quartier.nom).order_by(Quartier.rang)
            )
        ]

    def communes(self) -> list[Choix]:
        requete = select(Commune.cle, Commune.nom).order_by(Commune.rang)
        return [Choix(*ligne) for ligne in self._fichier.lignes(requete)]

    def echelles(self) -> list[Choix]:
        requete = select(Echelle.identifiant, Echelle.nom).order_by(Echelle.rang)
        return [Choix(*ligne) for ligne in self._fichier.lignes(requete)]

    def appels(self, annee: int) -> list[Choix]:
        requete = (
            select(Appel.cle, Appel.nom)
            .join(Exercice, Exercice.cle == Appel.exercice)
            .where(Exercice.annee == annee)
            .order_by(Appel.rang)
        )
        return [Choix(*ligne) for ligne in self._fichier.lignes(requete)]

    def noeuds(self) -> list[tuple[str, list[Choix]]]:
        """(nomenclature, its nodes in tree order with their depth)."""
        requete = (
            select(Nomenclature.nom, Noeud.cle, Noeud.libelle, Noeud.niveau)
            .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
            .where(Noeud.actif)
            .order_by(Nomenclature.rang, Noeud.rang)
        )
        groupes: dict[str, list[Choix]] = {}
        for nom, cle, libelle, niveau in self._fichier.lignes(requete):
            groupes.setdefault(nom, []).append(Choix(cle, libelle, niveau))
        return list(groupes.items())

    def anterieures(self, annee: int) -> list[Choix]:
        """Actions of the year before, that an action may renew."""
        requete = (
            select(Action.cle, Action.numero, Action.titre)
            .where(Action.annee == annee - 1)
            .order_by(Action.titre)
        )
        return [
            Choix(cle, f"{titre} ({numero})")
            for cle, numero, titre in self._fichier.lignes(requete)
        ]


def phrase_publics(fiche: Fiche) -> str:
    """« 60 % en QPV · 55 % de femmes », for what is known."""
    total = fiche.champs["public_total"]
    if not total:
        return ""
    return " · ".join(
        f"{afficher_part(part(Decimal(fiche.champs[champ]), Decimal(total)))} {mot}"
        for champ, mot in (("public_qpv", "en QPV"), ("public_femmes", "de femmes"))
        if fiche.champs[champ] is not None
    )


def phrase_echelle(communes: int) -> str:
    """The scale that the number of communes suggests, in words (A-96)."""
    if communes == 0:
        return ""
    if echelle_proposee(communes):
        return "Une seule commune : échelle communale proposée."
    return f"{communes} communes : choisissez l'échelle intercommunale ou le regroupement."
