"""What is sent to the préfecture in a workbook that can come back: the year, line by line. No Qt.

The workbook carries where it comes from (`origine`: the first link of the journal, that every copy of
the file shares) and what each cell said when it left, so that what others changed can be told from
what we changed meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.contrat import Commune
from app.models.cotation import Cotation
from app.models.enums import EtatSeance, NatureDecision, StatutCofinancement
from app.models.journal import Operation
from app.models.organisme import LigneCredit
from app.models.seance import Decision, Point, Seance
from app.services.alertes_seance import lire_cotations
from app.services.documents import texte_net
from app.services.fichier import Fichier, Lire
from app.services.programmation import lire_programmation
from app.services.rows import Programmation

# Sheets of the workbook. The two hidden ones are what makes it recognised when it comes back.
LISEZ_MOI: Final = "Lisez-moi"
PROGRAMMATION: Final = "Programmation"
COFINANCEMENTS: Final = "Cofinancements"
IDENTITE: Final = "Identification"
ENVOYE: Final = "Valeurs envoyées"
FORMAT: Final = "programmation"
VERSION: Final = 1

CLE: Final = "Clé"  # title of the hidden columns
CLE_ACTION: Final = "Clé de l’action"
AVIS: Final = "Avis"
OBSERVATION: Final = "Observation"
ETAPES: Final = {"demande": "Demandé", "propose": "Proposé", "accorde": "Accordé"}


@dataclass(frozen=True, slots=True)
class LigneEnvoyee:
    """One cofinancement. `seule`: its financeur has no other on this action."""

    cle: str
    action: str
    financeur: str
    financeur_nom: str
    ligne_credit: str
    commune: str
    demande: Decimal | None
    propose: Decimal | None
    accorde: Decimal | None
    vote: Decimal | None
    notifie: Decimal | None
    verse: Decimal | None
    statut: str
    seule: bool = True


@dataclass(frozen=True, slots=True)
class Envoi:
    """All that the workbook says. `decisions` and `cotations`: in words, by action."""

    programmation: Programmation
    origine: str
    lignes: tuple[LigneEnvoyee, ...] = ()
    cotations: Mapping[str, str] = field(default_factory=dict)
    decisions: Mapping[str, str] = field(default_factory=dict)


def lire_envoi(fichier: Fichier, annee: int) -> Envoi:
    """What is sent of a year. Raises SaisieRefusee when the contract does not cover it."""
    programmation = lire_programmation(fichier, annee)
    with fichier.instant() as lire:
        return Envoi(
            programmation,
            origine_de(lire),
            _cofinancements(lire, programmation),
            _cotations(lire, [a.cle for a in programmation.actions]),
            _decisions(lire, annee),
        )


def origine_de(lire: Lire) -> str:
    """The first link of the journal: the same in every copy of a file, and in no other file."""
    lues = lire(select(Operation.empreinte).where(Operation.numero == 1))
    return lues[0].empreinte if lues else ""


def _cofinancements(lire: Lire, programmation: Programmation) -> tuple[LigneEnvoyee, ...]:
    """In the order of the actions, then of the financeurs."""
    requete = (
        select(
            Cofinancement.cle,
            Cofinancement.action,
            Cofinancement.financeur,
            LigneCredit.nom,
            Commune.nom,
            Cofinancement.demande,
            Cofinancement.propose,
            Cofinancement.accorde,
            Cofinancement.vote,
            Cofinancement.notifie,
            Cofinancement.verse,
            Cofinancement.statut,
        )
        .join(Action, Action.cle == Cofinancement.action)
        .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
        .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
        .where(Action.annee == programmation.annee)
    )
    noms = noms_des_financeurs(programmation)
    actions = {a.cle: rang for rang, a in enumerate(programmation.actions)}
    financeurs = {cle: rang for rang, cle in enumerate(noms)}
    lignes = []
    for cle, action, financeur, ligne, commune, *montants, statut in lire(requete):
        if action in actions and financeur in noms:
            en_mots = StatutCofinancement.libelle_de(statut)
            lieux = (noms[financeur], ligne or "", commune or "")
            valeurs = (cle, action, financeur, *lieux, *montants, en_mots)
            lignes.append(LigneEnvoyee(*valeurs))
    lignes.sort(key=lambda li: (actions[li.action], financeurs[li.financeur], li.cle))
    return tuple(_marquees(lignes))


def _marquees(lignes: Sequence[LigneEnvoyee]) -> list[LigneEnvoyee]:
    nombres: dict[tuple[str, str], int] = {}
    for ligne in lignes:
        paire = (ligne.action, ligne.financeur)
        nombres[paire] = nombres.get(paire, 0) + 1
    return [
        ligne if nombres[ligne.action, ligne.financeur] == 1 else replace(ligne, seule=False)
        for ligne in lignes
    ]


def noms_des_financeurs(programmation: Programmation) -> dict[str, str]:
    """Key -> a name that no other column has and that a formula can hold without an escape."""
    noms: dict[str, str] = {}
    pris: set[str] = set()
    for financeur in programmation.financeurs:
        nom = nom_de_colonne(financeur.nom_court or financeur.nom)
        suite = 2
        while (propose := nom if suite == 2 else f"{nom} {suite - 1}").casefold() in pris:
            suite += 1
        pris.add(propose.casefold())
        noms[financeur.cle] = propose
    return noms


_HORS_FORMULE = str.maketrans({"[": "(", "]": ")", "#": "n°", "'": "’", "\n": " ", "@": " "})


def nom_de_colonne(texte: str) -> str:
    """What a formula can name as it stands: brackets, « # » and « ' » would have to be escaped."""
    return " ".join(texte_net(texte).translate(_HORS_FORMULE).split())[:120] or "Sans nom"


def _cotations(lire: Lire, actions: Sequence[str]) -> dict[str, str]:
    """The last level that was given, in a grid or in a column that people added."""
    requete = (
        select(Cotation.action, Cotation.niveau)
        .where(Cotation.niveau.is_not(None), Cotation.terminee_le.is_not(None))
        .order_by(Cotation.terminee_le)
    )
    return {**lire_cotations(lire, actions), **dict(lire(requete))}


def _decisions(lire: Lire, annee: int) -> dict[str, str]:
    """« Validé », « Ajourné »… of the last séance that decided, in words."""
    return {
        action: NatureDecision.libelle_de(nature) for action, nature, _, _ in dites(lire, annee)
    }


def dites(lire: Lire, annee: int) -> Sequence[tuple[str, str, str, str]]:
    """(action, nature, title, state) of what the séances decided of a year, in the order of time."""
    requete = (
        select(Point.action, Decision.nature, Seance.titre, Seance.etat)
        .join(Point, Point.cle == Decision.point)
        .join(Seance, Seance.cle == Point.seance)
        .join(Action, Action.cle == Point.action)
        .where(Action.annee == annee, Decision.annulee.is_(False))
        .order_by(Decision.decidee_le, Decision.cle)
    )
    return [tuple(ligne) for ligne in lire(requete)]


def closes(lire: Lire, annee: int) -> dict[str, str]:
    """action -> title of the closed séance whose decision counts; put off, an action stays open."""
    dernieres = {action: suite for action, *suite in dites(lire, annee)}
    return {
        action: titre
        for action, (nature, titre, etat) in dernieres.items()
        if etat == EtatSeance.CLOSE and nature != NatureDecision.AJOURNE
    }


def ecrire_envoi(fichier: Fichier, annee: int, chemin: Path) -> Envoi:
    """Write the workbook of a year, whole."""
    from app.services.classeur_envoi import ecrire_classeur_envoi

    envoi = lire_envoi(fichier, annee)
    ecrire_classeur_envoi(envoi, chemin)
    return envoi
