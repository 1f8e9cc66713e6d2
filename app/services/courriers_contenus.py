"""What each letter says: the fields of its template, read for all the letters of one production."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, Cofinancement
from app.models.calculs import somme
from app.models.contrat import Commune, Contrat, Instance
from app.models.enums import NatureDecision
from app.models.montants import afficher_montant
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.programme import Appel
from app.models.seance import Decision, Point, Seance
from app.services.assemblage import lire_des_cles
from app.services.courriers_champs import vide
from app.services.courriers_lus import LigneCourrier
from app.services.documents import date_longue
from app.services.egalite_progres import recommandations_egalite
from app.services.en_lettres import montant_en_lettres
from app.services.fichier import Fichier, Lire
from app.services.pieces_attendues import MANQUANTES
from app.services.signataires import LigneSignataire, en_fonction

LOT = 500


@dataclass(frozen=True, slots=True)
class Choix:
    """What is decided for a production. `signataire` None: the one in charge on that day."""

    date: date
    signataire: LigneSignataire | None = None
    reference: str = ""


class Contenus:
    """Reads once what the letters share, then by lots what each needs."""

    def __init__(self, fichier: Fichier, signataires: Sequence[LigneSignataire]) -> None:
        self._fichier, self._signataires = fichier, signataires

    def lire(self, lignes: Sequence[LigneCourrier], choix: Choix) -> dict[str, dict[str, Any]]:
        """Key of the row -> its fields."""
        contenus: dict[str, dict[str, Any]] = {}
        with self._fichier.instant() as lire:
            contrat = _contrat(lire)
            for debut in range(0, len(lignes), LOT):
                lot = lignes[debut : debut + LOT]
                autour = _Autour(lire, lot)
                for ligne in lot:
                    contenu = vide() | {"contrat": contrat} | autour.contenu(ligne)
                    contenu |= self._du_choix(ligne, choix)
                    contenus[ligne.cle] = contenu
        return contenus

    def signataire(self, ligne: LigneCourrier, choix: Choix) -> LigneSignataire | None:
        """Who signs this letter: whom the person chose, else who is in charge that day."""
        return choix.signataire or en_fonction(self._signataires, ligne.nature, choix.date)

    def _du_choix(self, ligne: LigneCourrier, choix: Choix) -> dict[str, Any]:
        qui = self.signataire(ligne, choix) or LigneSignataire("", "")
        return {
            "courrier": {
                "date": date_longue(choix.date.isoformat()),
                "objet": "",
                "reference": ligne.reference or choix.reference,
                "complement": ligne.complement,
            },
            "signataire": {"nom": qui.nom, "qualite": qui.qualite, "mention": qui.mention},
        }


def _contrat(lire: Lire) -> dict[str, str]:
    for nom, nom_court, epci in lire(select(Contrat.nom, Contrat.nom_court, Contrat.epci)):
        return {"nom": nom, "nom_court": nom_court or nom, "epci": epci or ""}
    return dict(vide()["contrat"])


class _Autour:
    """What a lot of letters needs, in a fixed number of reads."""

    def __init__(self, lire: Lire, lignes: Sequence[LigneCourrier]) -> None:
        cles = sorted({ligne.action for ligne in lignes})
        self._actions = {a.cle: a for a in lire_des_cles(lire, cles)}
        self._details = {a.cle: a for a in lire(_DETAILS, {"actions": cles})}
        self._montants = _par_action(lire(_MONTANTS, {"actions": cles}))
        self._pieces = _par_action(lire(_PIECES, {"actions": cles}))
        self._recommandations = recommandations_egalite(lire, cles)
        decisions = sorted({ligne.decision for ligne in lignes if ligne.decision})
        lues = lire(_DECISIONS, {"decisions": decisions}) if decisions else ()
        self._decisions = {d.cle: d for d in lues}

    def contenu(self, ligne: LigneCourrier) -> dict[str, Any]:
        detail = self._details[ligne.action]
        decision = self._decisions.get(ligne.decision or "")
        montants = [m for m in self._montants.get(ligne.action, ()) if m.annee == detail.annee]
        accordes = [m for m in montants if a_dire(m)]
        demande, accorde = somme(m.demande for m in montants), somme(map(a_dire, accordes))
        return {
            "appel": {
                "nom": detail.appel or "",
                "annee": str(detail.annee),
                "date_cloture": _jour(detail.date_cloture),
            },
            "action": self._action(ligne.action, detail),
            "porteur": _porteur(detail),
            "montants": [_montant(m) for m in accordes],
            "total": {
                "demande": _euros(demande),
                "accorde": _euros(accorde),
                "lettres": montant_en_lettres(accorde),
            },
            "pieces": [{"nom": p.intitule} for p in self._pieces.get(ligne.action, ())],
            **_decision(decision, detail),
        }

    def _action(self, cle: str, detail: Any) -> dict[str, str]:
        lue = self._actions.get(cle)
        return {
            "numero": detail.numero,
            "reference": detail.reference or "",
            "titre": detail.titre,
            "quartiers": lue.quartiers if lue else "",
            "annee": str(detail.annee),
            "date_depot": _jour(detail.date_depot),
            "date_debut": _jour(detail.date_debut),
            "date_fin": _jour(detail.date_fin),
            "cout": _euros(lue.cout) if lue else "",
            "recommandation_egalite": self._recommandations.get(cle, ""),
        }


_DETAILS = (
    select(
        Action.cle,
        Action.annee,
        Action.numero,
        Action.reference,
        Action.titre,
        Action.date_depot,
        Action.date_debut,
        Action.date_fin,
        Action.cpo_duree,
        Appel.nom.label("appel"),
        Appel.date_cloture,
        Organisme.nom.label("porteur"),
        Organisme.adresse,
        Organisme.code_postal,
        Organisme.ville,
        Organisme.siret,
        Organisme.courriel,
    )
    .join(Appel, Appel.cle == Action.appel, isouter=True)
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .where(Action.cle.in_(bindparam("actions", expanding=True)))
)
_MONTANTS = (
    select(
        Cofinancement.action,
        Cofinancement.annee,
        Cofinancement.demande,
        Cofinancement.accorde,
        Cofinancement.vote,
        Financeur.nom.label("financeur"),
        LigneCredit.nom.label("credit"),
        Commune.nom.label("commune"),
    )
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .where(Cofinancement.action.in_(bindparam("actions", expanding=True)))
    .order_by(Financeur.rang, LigneCredit.rang, Commune.rang, Cofinancement.cle)
)
_PIECES = (
    select(MANQUANTES.c.action, MANQUANTES.c.intitule)
    .where(MANQUANTES.c.action.in_(bindparam("actions", expanding=True)))
    .order_by(MANQUANTES.c.rang, MANQUANTES.c.cle)
)
_DECISIONS = (
    select(
        Decision.cle,
        Decision.nature,
        Decision.motif,
        Decision.conditions,
        Decision.cpo_annees,
        Decision.decidee_le,
        Seance.titre,
        Seance.date,
        Seance.lieu,
        Instance.nom.label("instance"),
    )
    .join(Point, Point.cle == Decision.point)
    .join(Seance, Seance.cle == Point.seance)
    .join(Instance, Instance.cle == Seance.instance, isouter=True)
    .where(Decision.cle.in_(bindparam("decisions", expanding=True)))
)


def _decision(decision: Any, detail: Any) -> dict[str, dict[str, str]]:
    if decision is None:
        return {}
    jour = _jour(decision.date or decision.decidee_le)
    annees = decision.cpo_annees or 0
    return {
        "decision": {
            "nature": NatureDecision.libelle_de(decision.nature),
            "date": jour,
            "motif": decision.motif or "",
            "conditions": decision.conditions or "",
        },
        "seance": {
            "titre": decision.titre,
            "date": _jour(decision.date),
            "lieu": decision.lieu or "",
            "instance": decision.instance or "",
        },
        "cpo": {
            "annees": str(annees or ""),
            "debut": str(detail.annee) if annees else "",
            "fin": str(detail.annee + annees - 1) if annees else "",
        },
    }


def _porteur(detail: Any) -> dict[str, str]:
    return {
        "nom": detail.porteur or "",
        "adresse": detail.adresse or "",
        "code_postal": detail.code_postal or "",
        "ville": detail.ville or "",
        "siret": detail.siret or "",
        "courriel": detail.courriel or "",
    }


def _montant(ligne: Any) -> dict[str, str]:
    qui = f"{ligne.financeur} – {ligne.commune}" if ligne.commune else ligne.financeur
    return {
        "financeur": qui,
        "credit": ligne.credit or "",
        "demande": _euros(ligne.demande),
        "accorde": _euros(a_dire(ligne)),
    }


def a_dire(ligne: Any) -> Decimal | None:
    """What a letter says of an amount: voted, else granted."""
    dit: Decimal | None = ligne.vote if ligne.vote is not None else ligne.accorde
    return dit


def _par_action(lignes: Sequence[Any]) -> Mapping[str, list[Any]]:
    groupes: dict[str, list[Any]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.action, []).append(ligne)
    return groupes


def _euros(montant: Decimal | None) -> str:
    return afficher_montant(montant, euro=True)


def _jour(texte: str | None) -> str:
    return date_longue(texte) if texte else ""
