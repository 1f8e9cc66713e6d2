"""Budget sensible au genre: the class of each action, and what the classes add up to. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, type_coerce

from app.models.action import Action, Cofinancement
from app.models.base import Centiemes
from app.models.cotation import BudgetGenre
from app.models.enums import ClasseGenre
from app.models.organisme import Organisme
from app.services.accords import compter
from app.services.egalite import budget_par_classe
from app.services.errors import MotifAttendu
from app.services.fichier import Fichier, Lire
from app.services.formations import SANS_DOSSIER
from app.services.gardes_seance import Horloge, moment
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class LigneBudgetGenre:
    """An action, its class (a ClasseGenre, or empty), and whom it reaches (euros granted, else asked)."""

    cle: str
    numero: str
    titre: str
    porteur: str
    statut: str
    classe: str
    motif: str | None
    auteur: str
    demande: Decimal | None
    accorde: Decimal | None
    femmes: int | None
    hommes: int | None


@dataclass(frozen=True, slots=True)
class TotalDeClasse:
    """What the actions of a class add up to. `part`: ratio of the euros of all; None: not known."""

    cle: str
    actions: int
    demande: Decimal | None
    accorde: Decimal | None
    part: Decimal | None
    femmes: int | None
    hommes: int | None
    part_femmes: Decimal | None


class BudgetsGenre:
    """Reads and writes the classes of the actions."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    def de_l_annee(self, annee: int) -> list[LigneBudgetGenre]:
        """Every action of a year that has a dossier, by number."""
        with self._fichier.instant() as lire:
            return lire_budgets(lire, annee)

    def classer(self, actions: Sequence[str], classe: str | None, motif: str | None = None) -> None:
        """Say how the budget of actions stands towards equality; None: it is not known any more."""
        with self.operation("Classer un budget au regard de l'égalité") as e:
            for action in actions:
                self.poser(e, action, classe=classe, motif=motif)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write the class of an action, or its reason. « À risque » asks why.

        Without a class there is nothing to keep: a reason alone is refused.
        """
        deja = ecriture.lignes(
            select(BudgetGenre.cle, BudgetGenre.classe, BudgetGenre.motif)
            .where(BudgetGenre.action == cle)
            .order_by(BudgetGenre.moment)
        )
        dernier = deja[-1] if deja else None
        classe = champs.get("classe", dernier.classe if dernier else None)
        motif = champs.get("motif", dernier.motif if dernier else None)
        propre = " ".join((motif or "").split()) or None
        if classe == ClasseGenre.A_RISQUE and propre is None:
            raise MotifAttendu("Dites en quoi la dépense est à risque.")
        if not classe:
            ecriture.supprimer_lot(BudgetGenre, [d.cle for d in deja])
            return
        valeurs = {
            "classe": str(ClasseGenre.de(classe)),
            "motif": propre,
            "auteur": self._fichier.signature.auteur,
            "moment": moment(self._horloge),
        }
        if dernier is None:
            ecriture.inserer(BudgetGenre, action=cle, **valeurs)
        elif (dernier.classe, dernier.motif) != (valeurs["classe"], propre):
            ecriture.modifier(BudgetGenre, dernier.cle, **valeurs)


def lire_budgets(lire: Lire, annee: int) -> list[LigneBudgetGenre]:
    classes = {
        b.action: b
        for b in lire(
            select(BudgetGenre.action, BudgetGenre.classe, BudgetGenre.motif, BudgetGenre.auteur)
            .join(Action, Action.cle == BudgetGenre.action)
            .where(Action.annee == annee)
            .order_by(BudgetGenre.moment)
        )
    }
    montants = {m.action: m for m in lire(_montants(annee))}
    return [
        _ligne(action, classes.get(action.cle), montants.get(action.cle))
        for action in lire(
            select(
                Action.cle,
                Action.numero,
                Action.titre,
                Action.statut,
                Action.public_femmes,
                Action.public_hommes,
                Organisme.nom.label("porteur"),
            )
            .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
            .where(Action.annee == annee, Action.statut.not_in(sorted(SANS_DOSSIER)))
            .order_by(Action.numero, Action.cle)
        )
    ]


def _montants(annee: int) -> Any:
    return (
        select(
            Cofinancement.action,
            type_coerce(func.sum(Cofinancement.demande), Centiemes).label("demande"),
            type_coerce(func.sum(Cofinancement.accorde), Centiemes).label("accorde"),
        )
        .where(Cofinancement.annee == annee)
        .group_by(Cofinancement.action)
    )


def _ligne(action: Any, classe: Any, montants: Any) -> LigneBudgetGenre:
    return LigneBudgetGenre(
        action.cle,
        action.numero,
        action.titre,
        action.porteur or "",
        action.statut,
        classe.classe if classe else "",
        classe.motif if classe else None,
        classe.auteur if classe else "",
        montants.demande if montants else None,
        montants.accorde if montants else None,
        action.public_femmes,
        action.public_hommes,
    )


def totaux_des_classes(lignes: Sequence[LigneBudgetGenre]) -> list[TotalDeClasse]:
    """One line by class, then what nobody classed; shares of what is granted, else of what is asked."""
    classes = {li.cle: li.classe for li in lignes if li.classe}
    publics = {li.cle: (li.femmes, li.hommes) for li in lignes}
    demandes = budget_par_classe(classes, {li.cle: li.demande for li in lignes}, publics)
    accordes = budget_par_classe(classes, {li.cle: li.accorde for li in lignes}, publics)
    rang = 2 if any(ligne[2] for ligne in accordes) else 1
    euros = [(d[2], a[2])[rang - 1] for d, a in zip(demandes, accordes, strict=True)]
    tout = sum((e for e in euros if e is not None), Decimal(0))
    return [
        TotalDeClasse(
            nom,
            nombre,
            demande,
            accorde[2],
            part / tout if part is not None and tout else None,
            femmes,
            hommes,
            _part_des_femmes(femmes, hommes),
        )
        for (nom, nombre, demande, femmes, hommes), accorde, part in zip(
            demandes, accordes, euros, strict=True
        )
    ]


def _part_des_femmes(femmes: int | None, hommes: int | None) -> Decimal | None:
    """None where one of the two is not known: the share would be a guess."""
    if femmes is None or hommes is None or not femmes + hommes:
        return None
    return Decimal(femmes) / (femmes + hommes)


def phrase_du_budget(lignes: Sequence[LigneBudgetGenre]) -> str:
    """« 150 actions classées sur 190. »"""
    if not lignes:
        return ""
    classees = sum(bool(li.classe) for li in lignes)
    return f"{compter(classees, 'action classée')} sur {len(lignes)}."
