"""Droit commun in the demonstration: what was asked, who could take over, the calls of the partners.

The amounts are those of the programme: the substitutions it shows are found in them, none is made.
The calls, and those who launch them, are invented.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.contrat import Noeud
from app.models.droit_commun import AppelPartenaire, Relais, Sollicitation
from app.models.enums import (
    NatureCredit,
    NatureOperation,
    Recurrence,
    ResultatSollicitation,
    StatutAction,
)
from app.models.organisme import Financeur
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier

DISPOSITIFS = {
    "etat": ("Crédits du service concerné", "Fonds pour la vie associative"),
    "epci": ("Appel égalité de l'agglomération", "Fonds de soutien intercommunal"),
    "departement": ("Insertion et parcours", "Prévention spécialisée"),
    "caf": ("Accompagnement à la scolarité", "Fonds publics et territoires"),
    "bailleurs": ("Gestion urbaine de proximité",),
}
NOTES = {
    ResultatSollicitation.ACCORD: "Accord de principe, convention à venir",
    ResultatSollicitation.REFUS: "Hors des critères du dispositif cette année",
}
# Services that the contract does not count among its financeurs.
AUTRES = (
    ("Éducation nationale", "Devoirs faits"),
    ("Assurance maladie", "Actions de prévention"),
    ("Service public de l'emploi", "Accompagnement renforcé"),
    ("Fédération sportive départementale", "Aide aux clubs"),
)
RESULTATS = (
    (ResultatSollicitation.REFUS,) * 4
    + (ResultatSollicitation.EN_ATTENTE,) * 3
    + (ResultatSollicitation.REORIENTE, ResultatSollicitation.ACCORD_PARTIEL)
    + (ResultatSollicitation.ACCORD,)
)
MOTIFS_DE_RIEN = (
    "Aucun dispositif de droit commun pour cette action",
    "Première année, le droit commun sera sollicité au bilan",
    "Le porteur n'a pas encore de contact dans le service concerné",
)
# Who would take over, the scheme, chances, months until the term, examined, result.
PLANS: tuple[tuple[str, str, int, int, bool, ResultatSollicitation | None], ...] = (
    ("Département", "Insertion et parcours", 60, 9, True, None),
    ("CAF", "Fonds publics et territoires", 80, 6, True, ResultatSollicitation.ACCORD),
    ("Éducation nationale", "Devoirs faits", 40, 9, False, None),
    ("CAF", "Accompagnement à la scolarité", 70, 3, True, ResultatSollicitation.ACCORD_PARTIEL),
    ("Assurance maladie", "Actions de prévention", 30, 14, False, None),
    ("Département", "Prévention spécialisée", 20, -1, True, ResultatSollicitation.REFUS),
    ("Service public de l'emploi", "Accompagnement renforcé", 50, 9, True, None),
    ("CAVM", "Fonds de soutien intercommunal", 60, 4, True, ResultatSollicitation.ACCORD),
    ("Éducation nationale", "Cité éducative", 50, -2, False, None),
    ("Fédération sportive départementale", "Aide aux clubs", 40, 12, False, None),
)
# Name, partner, theme, words, opening and closing as (years after, month, day), who may answer, costs.
Jour = tuple[int, int, int]
APPELS: tuple[tuple[str, str, str | None, tuple[str, ...], Jour, Jour, str, str], ...] = (
    (
        "Scènes en bas de chez moi",
        "Fondation des Trois Rivages",
        "O4.3",
        ("théâtre", "fresque", "musique"),
        (0, 11, 2),
        (1, 1, 15),
        "Associations et communes",
        "Fonctionnement",
    ),
    (
        "Bien manger au quartier",
        "Mutuelle Clairefontaine",
        "O2.1",
        ("cuisine", "alimentation", "jardin"),
        (0, 10, 15),
        (0, 12, 7),
        "Associations",
        "Fonctionnement",
    ),
    (
        "Premier pas vers l'emploi",
        "Fonds Passerelle",
        "O1.1",
        ("mobilité", "vélo", "permis"),
        (0, 12, 15),
        (1, 2, 28),
        "",
        "Fonctionnement",
    ),
    (
        "Parents, parlons-en",
        "Fondation Petite Ourse",
        "O4.1",
        ("parents", "famille"),
        (1, 3, 1),
        (1, 4, 30),
        "Associations, centres sociaux",
        "Fonctionnement",
    ),
    (
        "Terrains d'été",
        "Cercle des Clubs du Hainaut",
        None,
        ("sport", "été"),
        (0, 2, 1),
        (0, 4, 15),
        "Associations",
        "Fonctionnement et petit matériel",
    ),
    (
        "Réparer, partager",
        "Fonds Demain la Boucle",
        "T2.a",
        ("réparation", "recyclerie"),
        (0, 11, 20),
        (1, 3, 31),
        "Associations, entreprises",
        "Investissement",
    ),
)


class DemonstrationDroitCommun:
    """Writes what the team noted of the current year, in one operation."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier, self._tirage, self._annee = fichier, tirage, annee

    def ecrire(self) -> None:
        financeurs = {
            f.identifiant: (f.cle, f.nom_court)
            for f in self._fichier.lignes(
                select(Financeur.identifiant, Financeur.cle, Financeur.nom_court)
            )
        }
        actions = self._fichier.lignes(_ACTIONS, {"annee": self._annee})
        faites = self._fichier.lignes(_FAITES, {"annee": self._annee})
        repondues = {f.action for f in faites}
        muettes = [a for a in actions if a.cle not in repondues and a.statut not in _SORTIES]
        with self._fichier.operation(
            f"Préparer la démonstration : droit commun {self._annee}",
            nature=NatureOperation.SYSTEME,
        ) as e:
            for sollicitation in faites:
                e.modifier(Sollicitation, sollicitation.cle, **self._precisee(sollicitation))
            e.inserer_lot(Sollicitation, list(self._neuves(muettes)))
            e.inserer_lot(Relais, self._relais(actions, dict(financeurs.values())))
            e.inserer_lot(AppelPartenaire, self._appels())

    def _precisee(self, sollicitation: Any) -> Ligne:
        """A request already noted from its cofinancement: its scheme, its day, what was answered."""
        resultat = ResultatSollicitation.de(sollicitation.resultat)
        return {
            "dispositif": self._tirage.un(DISPOSITIFS.get(sollicitation.identifiant, (None,))),
            "date": self._jour(),
            "note": NOTES.get(resultat),
        }

    def _neuves(self, actions: Sequence[Any]) -> Iterator[Ligne]:
        """Others asked services that are no financeur, some nothing; most have not answered yet."""
        for action in actions:
            sort = self._tirage.entier(1, 10)
            commun = {
                "cle": self._tirage.cle(),
                "action": action.cle,
                "nature_credit": str(NatureCredit.DROIT_COMMUN),
                "rang": 0,
            }
            if sort <= 3:
                qui, dispositif = self._tirage.un(AUTRES)
                yield {
                    **commun,
                    "aupres_de": qui,
                    "dispositif": dispositif,
                    "date": self._jour(),
                    "resultat": str(self._tirage.un(RESULTATS)),
                }
            elif sort == 4:
                yield {**commun, "note": self._tirage.un(MOTIFS_DE_RIEN)}

    def _jour(self) -> str:
        mois = self._tirage.entier(10, 12)
        return f"{self._annee - 1}-{mois:02d}-{self._tirage.entier(1, 28):02d}"

    def _relais(self, actions: Sequence[Any], noms: dict[str, str]) -> list[Ligne]:
        """Renewed actions that the comité wants to see leave politique de la ville."""
        cles = {nom: cle for cle, nom in noms.items()}
        reconduites = [
            a
            for a in actions
            if a.recurrence == Recurrence.RECONDUCTION and a.statut not in _SORTIES
        ]
        choisies = self._tirage.plusieurs(reconduites, len(PLANS))
        depart = date(self._annee, 11, 30)
        lignes = []
        for action, plan in zip(choisies, PLANS, strict=False):
            qui, dispositif, chances, mois, examine, resultat = plan
            lignes.append(
                {
                    "cle": self._tirage.cle(),
                    "action": action.cle,
                    "financeur": cles.get(qui),
                    "aupres_de": None if qui in cles else qui,
                    "dispositif": dispositif,
                    "chances": chances,
                    "echeance": (depart + timedelta(days=30 * mois)).isoformat(),
                    "generalisable": self._tirage.chance(40),
                    "examine_le": f"{self._annee}-03-12" if examine else None,
                    "resultat": None if resultat is None else str(resultat),
                }
            )
        return lignes

    def _appels(self) -> list[Ligne]:
        noeuds = {
            n.identifiant: n.cle for n in self._fichier.lignes(select(Noeud.identifiant, Noeud.cle))
        }
        return [
            {
                "cle": self._tirage.cle(),
                "nom": nom,
                "partenaire": partenaire,
                "noeud": noeuds.get(theme or ""),
                "mots": list(mots),
                "date_ouverture": self._date(ouverture),
                "date_cloture": self._date(cloture),
                "beneficiaires": beneficiaires or None,
                "nature_depense": depense,
                "rang": rang,
            }
            for rang, (
                nom,
                partenaire,
                theme,
                mots,
                ouverture,
                cloture,
                beneficiaires,
                depense,
            ) in enumerate(APPELS)
        ]

    def _date(self, jour: Jour) -> str:
        ans, mois, quantieme = jour
        return date(self._annee + ans, mois, quantieme).isoformat()


_SORTIES = (
    StatutAction.IRRECEVABLE,
    StatutAction.RETIREE,
    StatutAction.REFUSEE,
    StatutAction.REORIENTEE,
)
_ACTIONS = (
    select(Action.cle, Action.statut, Action.recurrence)
    .where(Action.annee == bindparam("annee"))
    .order_by(Action.numero, Action.cle)
)
_FAITES = (
    select(Sollicitation.cle, Sollicitation.action, Sollicitation.resultat, Financeur.identifiant)
    .join(Action, Action.cle == Sollicitation.action)
    .join(Financeur, Financeur.cle == Sollicitation.financeur)
    .where(
        Action.annee == bindparam("annee"),
        Sollicitation.nature_credit == str(NatureCredit.DROIT_COMMUN),
    )
    .order_by(Sollicitation.rang, Sollicitation.cle)
)
