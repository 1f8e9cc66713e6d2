"""What the cotations of equality come to: euros and actions by level, by anything, year on year. No Qt.

A level is not a rank, and a missing mark is not a zero: what is not scored, or only in part, is
counted on lines of its own and never among the levels.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.calculs import somme_ou_rien
from app.models.cotation import Accompagnement, BonusEgalite
from app.models.enums import ClasseGenre
from app.models.organisme import Financeur, Organisme
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.transaction import Ecriture

NON_COTEE, INCOMPLETE, DIVERGENTE = "non_cotee", "incomplete", "divergente"
SANS_NIVEAU, MASQUEE = "sans_niveau", "masquee"
HORS_NIVEAUX = (
    (SANS_NIVEAU, "Aucun niveau atteint"),
    (INCOMPLETE, "Cotation incomplète"),
    (DIVERGENTE, "Notes divergentes, à accorder"),
    (MASQUEE, "Masquée jusqu'à votre cotation"),
    (NON_COTEE, "Non cotée"),
)


@dataclass(frozen=True, slots=True)
class ActionCotee:
    """What is summed of an action: its level (a code, or one of `HORS_NIVEAUX`) and its amounts.

    `objets`: dimension -> names it counts under (« theme », « quartier », « porteur »…).
    `montants`: financeur (name) -> euros.
    """

    cle: str
    niveau: str
    montant: Decimal | None
    montants: Mapping[str, Decimal]
    objets: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Volume:
    """The actions of a level. `part_actions`, `part_euros`: % of those that have a level.

    `euros` None: no amount is known. `ponderes`: euros times the share that the level counts.
    """

    niveau: str
    libelle: str
    actions: int
    euros: Decimal | None
    part_actions: Decimal | None
    part_euros: Decimal | None
    ponderes: Decimal | None = None


def volumes(
    actions: Iterable[ActionCotee],
    niveaux: Sequence[tuple[str, str]],
    poids: Mapping[str, Decimal] | None = None,
) -> list[Volume]:
    """By level in the order of the grid, then what has none. `poids`: % of the euros counted."""
    groupes: dict[str, list[ActionCotee]] = defaultdict(list)
    for action in actions:
        groupes[action.niveau].append(action)
    connus = [code for code, _ in niveaux]
    cotees = sum(len(groupes[code]) for code in connus)
    euros = somme_ou_rien(a.montant for code in connus for a in groupes[code])
    lignes = [_volume(groupes[code], code, nom, cotees, euros, poids) for code, nom in niveaux]
    lignes += [
        _volume(groupes[code], code, nom, 0, None, None)
        for code, nom in HORS_NIVEAUX
        if groupes[code]
    ]
    return lignes


def _volume(
    actions: Sequence[ActionCotee],
    code: str,
    libelle: str,
    cotees: int,
    tout: Decimal | None,
    poids: Mapping[str, Decimal] | None,
) -> Volume:
    euros = somme_ou_rien(a.montant for a in actions)
    part = None if poids is None else poids.get(code)
    return Volume(
        code,
        libelle,
        len(actions),
        euros,
        Decimal(100 * len(actions)) / cotees if cotees else None,
        100 * (euros or 0) / tout if tout else None,
        None if part is None or euros is None else euros * part / 100,
    )


def ventiler(
    actions: Iterable[ActionCotee], dimension: str, *, sans: str
) -> dict[str, list[ActionCotee]]:
    """The actions under each name of a dimension, those that have none under `sans`, last.

    An action in two quartiers counts under both: the lines add up to more than the year.
    """
    groupes: dict[str, list[ActionCotee]] = defaultdict(list)
    for action in actions:
        for nom in action.objets.get(dimension, ()) or (sans,):
            groupes[nom].append(action)
    return {nom: groupes[nom] for nom in sorted(groupes, key=lambda nom: (nom == sans, nom))}


def par_financeur(actions: Iterable[ActionCotee]) -> dict[str, list[ActionCotee]]:
    """The actions that each financeur pays, with its own amount only."""
    groupes: dict[str, list[ActionCotee]] = defaultdict(list)
    for a in actions:
        for nom, euros in a.montants.items():
            groupes[nom].append(ActionCotee(a.cle, a.niveau, euros, {nom: euros}, a.objets))
    return dict(sorted(groupes.items()))


# What is kept beside the marks ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LigneAccompagnement:
    """One time that a porteur was helped."""

    cle: str
    organisme: str
    organisme_nom: str
    action: str | None
    action_nom: str
    date: str | None
    objet: str
    par: str | None
    texte: str | None
    suite: str | None


@dataclass(frozen=True, slots=True)
class LigneBonus:
    """A bonus for equality, in euros."""

    cle: str
    annee: int
    organisme: str
    organisme_nom: str
    action: str | None
    action_nom: str
    financeur: str | None
    financeur_nom: str
    montant: Decimal | None
    motif: str | None


class Accompagnements:
    """The log of the help given to porteurs."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, organisme: str | None = None) -> list[LigneAccompagnement]:
        """That of a porteur, or of all; the last one first."""
        with self._fichier.instant() as lire:
            return [a for a in _accompagnements(lire) if organisme in (None, a.organisme)]

    def noter(self, organisme: str, objet: str, **champs: Any) -> str:
        objet = _exiger(
            objet, "Dites l'objet de l'accompagnement, comme «\u00a0Revoir le diagnostic\u00a0»."
        )
        with self.operation("Noter un accompagnement") as e:
            return e.inserer(Accompagnement, organisme=organisme, objet=objet, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        if "objet" in champs:
            champs["objet"] = _exiger(champs["objet"], "L'objet ne peut pas être vide.")
        ecriture.modifier(Accompagnement, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        with self.operation(f"Supprimer {denombrer(len(cles), 'un accompagnement')}") as e:
            detacher(e, cles)
            e.supprimer_lot(Accompagnement, cles)


class BonusDesPorteurs:
    """The bonus for equality, kept apart from what is granted."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self, annee: int) -> list[LigneBonus]:
        """Those of a year, by porteur."""
        with self._fichier.instant() as lire:
            return _bonus(lire, annee)

    def donner(self, annee: int, organisme: str, montant: Decimal | None, **champs: Any) -> str:
        _exiger_positif(montant)
        with self.operation("Donner un bonus égalité") as e:
            return e.inserer(
                BonusEgalite, annee=annee, organisme=organisme, montant=montant, **champs
            )

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        _exiger_positif(champs.get("montant"))
        ecriture.modifier(BonusEgalite, cle, **champs)

    def retirer(self, *cles: str) -> None:
        with self.operation(f"Retirer {denombrer(len(cles), 'un bonus')}") as e:
            detacher(e, cles)
            e.supprimer_lot(BonusEgalite, cles)


_NOM_D_ACTION = func.coalesce(Action.numero + " " + Action.titre, "")


def _accompagnements(lire: Lire) -> list[LigneAccompagnement]:
    requete = (
        select(
            Accompagnement.cle,
            Accompagnement.organisme,
            Organisme.nom,
            Accompagnement.action,
            _NOM_D_ACTION,
            Accompagnement.date,
            Accompagnement.objet,
            Accompagnement.par,
            Accompagnement.texte,
            Accompagnement.suite,
        )
        .join(Organisme, Organisme.cle == Accompagnement.organisme)
        .join(Action, Action.cle == Accompagnement.action, isouter=True)
        .order_by(Accompagnement.date.desc(), Organisme.nom, Accompagnement.cle)
    )
    return [LigneAccompagnement(*ligne) for ligne in lire(requete)]


def _bonus(lire: Lire, annee: int) -> list[LigneBonus]:
    requete = (
        select(
            BonusEgalite.cle,
            BonusEgalite.annee,
            BonusEgalite.organisme,
            Organisme.nom.label("organisme_nom"),
            BonusEgalite.action,
            _NOM_D_ACTION.label("action_nom"),
            BonusEgalite.financeur,
            Financeur.nom_court.label("financeur_nom"),
            BonusEgalite.montant,
            BonusEgalite.motif,
        )
        .join(Organisme, Organisme.cle == BonusEgalite.organisme)
        .join(Financeur, Financeur.cle == BonusEgalite.financeur, isouter=True)
        .join(Action, Action.cle == BonusEgalite.action, isouter=True)
        .where(BonusEgalite.annee == annee)
        .order_by(Organisme.nom, BonusEgalite.cle)
    )
    return [
        LigneBonus(
            b.cle, b.annee, b.organisme, b.organisme_nom, b.action, b.action_nom,
            b.financeur, b.financeur_nom or "", b.montant, b.motif,
        )
        for b in lire(requete)
    ]  # fmt: skip


def budget_par_classe(
    classes: Mapping[str, str],
    montants: Mapping[str, Decimal | None],
    publics: Mapping[str, tuple[int | None, int | None]],
) -> list[tuple[str, int, Decimal | None, int | None, int | None]]:
    """(label, actions, euros, women, men) by class, then what nobody classed, last."""
    groupes: dict[str | None, list[str]] = defaultdict(list)
    for action in montants:
        groupes[classes.get(action)].append(action)
    ordre: list[tuple[str | None, str]] = [(str(c), c.libelle) for c in ClasseGenre]
    ordre.append((None, "Non renseigné"))
    return [
        (
            nom,
            len(groupes[classe]),
            somme_ou_rien(montants[a] for a in groupes[classe]),
            _effectif(groupes[classe], lambda a: publics.get(a, (None, None))[0]),
            _effectif(groupes[classe], lambda a: publics.get(a, (None, None))[1]),
        )
        for classe, nom in ordre
    ]


def _effectif(actions: Iterable[str], lire: Callable[[str], int | None]) -> int | None:
    connus = [n for n in map(lire, actions) if n is not None]
    return sum(connus) if connus else None


def _exiger(texte: str | None, sinon: str) -> str:
    propre = " ".join((texte or "").split())
    if not propre:
        raise SaisieRefusee(sinon)
    return propre


def _exiger_positif(montant: Decimal | None) -> None:
    if montant is not None and montant < 0:
        raise SaisieRefusee("Un bonus ne peut pas être négatif\u00a0: corrigez le montant.")
