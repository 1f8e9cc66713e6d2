"""The columns of the tab « Dossier » of the sheet: versions, changes, pièces, co-carriers, years."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.models.enums import SensBudget
from app.models.montants import afficher_part
from app.services.budgets_dossier import BudgetsDossier
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de
from app.services.fichiers_joints import taille_en_mots
from app.services.pieces import Pieces
from app.services.poses import colonne_de_champ, ou_rien, oui_ou_non

_ETATS = tuple((etat, etat) for etat in ("Jointe", "Reçue", "Attendue", "Facultative"))
_SIGNAUX = {"Jointe": Signal.FAVORABLE, "Reçue": Signal.INFORMATION, "Attendue": Signal.ALERTE}


@dataclass(frozen=True, slots=True)
class _Posant:
    """A service that writes several tables, seen as the one that writes this one."""

    operation: Callable[[str], AbstractContextManager[Any]]
    poser: Callable[..., None]


def colonnes_versions() -> list[Colonne]:
    """What was deposited, the last one first."""
    return [
        colonne_lue("nom", "Version", 150),
        colonne_lue("moment", "Déposée le", 118, afficher=_instant),
        colonne_lue("auteur", "Reçue par", 110),
        colonne_lue("note", "Remarque", 220),
    ]


def _instant(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone():%d/%m/%Y %H:%M}"


def colonnes_ecarts() -> list[Colonne]:
    """What differs between two versions."""
    return [
        colonne_lue("champ", "Champ", 116),
        colonne_lue("avant", "Avant", 96, nuance=True),
        colonne_lue("apres", "Après", 96),
        colonne_lue("ecart_dit", "Écart", 74),
        colonne_lue("rubrique", "Rubrique", 130, nuance=True),
    ]


# Pièces -------------------------------------------------------------------------------------------


def colonnes_pieces(service: Pieces) -> list[Colonne]:
    """What is expected and what came."""
    return [
        colonne_de_champ(service, "intitule", "Pièce", largeur=148, obligatoire=True),
        colonne_lue(
            "etat",
            "État",
            92,
            type=TypeColonne.CHOIX,
            choix=_ETATS,
            signal=lambda etat: _SIGNAUX.get(etat or "", Signal.NEUTRE),
        ),
        colonne_lue("taille", "Taille", 84, type=TypeColonne.ENTIER, afficher=_taille),
        colonne_de_champ(
            service,
            "recue_le",
            "Reçue le",
            lambda jour: jour.isoformat() if isinstance(jour, date) else None,
            type=TypeColonne.DATE,
            largeur=92,
        ),
        colonne_de_champ(
            service,
            "attendue",
            "Attendue",
            oui_ou_non,
            type=TypeColonne.BOOLEEN,
            largeur=76,
        ),
        colonne_lue("nom_fichier", "Fichier", 170, nuance=True),
        colonne_de_champ(service, "note", "Source ou remarque", ou_rien, largeur=220),
    ]


def _taille(taille: int | None) -> str:
    return "" if taille is None else taille_en_mots(taille)


# Budget -------------------------------------------------------------------------------------------


def colonnes_associes(service: BudgetsDossier) -> list[Colonne]:
    """Those who carry the action with its porteur."""

    posant = _Posant(service.operation, service.poser_associe)

    def champ(nom: str, titre: str, lire: Any = None, **options: Any) -> Colonne:
        return colonne_de_champ(posant, nom, titre, lire, **options)

    part = champ("part", "Part (%)", largeur=72, type=TypeColonne.NOMBRE, aide="De 0 à 100")
    return [
        colonne_lue("nom", "Porteur associé", 148),
        part,
        champ("montant", "Ou somme", largeur=92, type=TypeColonne.MONTANT),
        colonne_lue(
            "euros",
            "En euros",
            92,
            type=TypeColonne.MONTANT,
            total=True,
            aide="La somme tapée, ou la part du coût de l'action",
        ),
        champ("role", "Rôle", ou_rien, largeur=170),
    ]


def colonnes_quote_parts() -> list[Colonne]:
    """The cost of the action by quartier."""
    return [
        colonne_lue("nom", "Quartier", 190),
        Colonne(
            cle="part",
            titre="Part",
            lire=_en_rapport,
            type=TypeColonne.PART,
            afficher=lambda part: "" if part is None else afficher_part(part),
            largeur=72,
        ),
        colonne_lue("euros", "Quote-part du coût", 110, type=TypeColonne.MONTANT, total=True),
    ]


def _en_rapport(ligne: Any) -> Any:
    return None if ligne.part is None else ligne.part / 100


def colonnes_annees_dossier(service: BudgetsDossier) -> list[Colonne]:
    """The later years of a CPO."""

    posant = _Posant(service.operation, service.poser_annee)

    def champ(nom: str, titre: str, lire: Any = None, **options: Any) -> Colonne:
        return colonne_de_champ(posant, nom, titre, lire, **options)

    return [
        colonne_lue("annee", "Année", 56, afficher=str),
        colonne_lue(
            "etat",
            "État",
            150,
            signal=lambda etat: Signal.FAVORABLE if etat == "Complète" else Signal.ALERTE,
        ),
        colonne_lue("charges", "Charges", 84, type=TypeColonne.MONTANT, total=True),
        colonne_lue("produits", "Produits", 84, type=TypeColonne.MONTANT, total=True),
        champ("objectifs", "Objectifs", ou_rien, largeur=200),
        champ("public", "Public", type=TypeColonne.ENTIER, largeur=70),
        champ("public_qpv", "dont QPV", type=TypeColonne.ENTIER, largeur=74),
        champ("indicateurs", "Indicateurs", ou_rien, largeur=200),
    ]


def colonnes_budget_annee(service: BudgetsDossier) -> list[Colonne]:
    """The budget of one later year, by account, as that of the action."""

    posant = _Posant(service.operation, service.poser_ligne)

    def champ(nom: str, titre: str, lire: Callable[[Any], Any] | None = None, **o: Any) -> Colonne:
        return colonne_de_champ(posant, nom, titre, lire, **o)

    return [
        colonne_lue(
            "sens", "Sens", 72, type=TypeColonne.CHOIX, choix=choix_de(SensBudget), nuance=True
        ),
        champ("compte", "Compte", largeur=64, obligatoire=True),
        champ("libelle", "Libellé", ou_rien, largeur=150),
        champ("montant", "Montant", type=TypeColonne.MONTANT, largeur=92),
    ]
