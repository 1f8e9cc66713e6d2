"""What becomes of what the réunions asked: followed, in part or not, by whom, when, with what comment."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.models.enums import NatureRecommandation, SuiteRecommandation
from app.models.reunion import Recommandation, Reunion
from app.services.columns import Colonne, Signal, TypeColonne, lire_attribut
from app.services.columns_actions import choix_de
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.poses import colonne_de_champ, ou_rien
from app.services.transaction import Ecriture, maintenant

_SIGNAUX = {
    str(SuiteRecommandation.SUIVIE): Signal.FAVORABLE,
    str(SuiteRecommandation.EN_PARTIE): Signal.ALERTE,
    str(SuiteRecommandation.NON_SUIVIE): Signal.BLOQUANT,
}


@dataclass(frozen=True, slots=True)
class LigneSuite:
    """A recommandation of an action. `suivie` None: nobody said yet what became of it."""

    cle: str
    reunion: str
    reunion_date: date | None
    nature: str
    texte: str
    responsable: str | None
    echeance: date | None
    suivie: str | None
    suite: str | None
    suite_par: str | None
    suite_le: date | None


def lire_suites(lire: Lire, action: str) -> list[LigneSuite]:
    """All that was asked of an action, in the order of the meetings."""
    requete = (
        select(
            Recommandation.cle,
            Reunion.titre,
            Reunion.date,
            Recommandation.nature,
            Recommandation.texte,
            Recommandation.responsable,
            Recommandation.echeance,
            Recommandation.suivie,
            Recommandation.suite,
            Recommandation.suite_par,
            Recommandation.suite_le,
        )
        .join(Reunion, Reunion.cle == Recommandation.reunion, isouter=True)
        .where(Recommandation.action == action)
        .order_by(Reunion.date, Recommandation.rang, Recommandation.cle)
    )
    return [
        LigneSuite(
            cle=r.cle,
            reunion=r.titre or "",
            reunion_date=jour_de(r.date),
            nature=r.nature,
            texte=r.texte,
            responsable=r.responsable,
            echeance=jour_de(r.echeance),
            suivie=r.suivie,
            suite=r.suite,
            suite_par=r.suite_par,
            suite_le=jour_de(r.suite_le),
        )
        for r in lire(requete)
    ]


class SuitesRecommandations:
    """Writes what became of them, signed with the name of the one who says so."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    def lignes(self, action: str) -> list[LigneSuite]:
        return lire_suites(self._fichier.lignes, action)

    def dire(self, recommandation: str, suivie: str | None, commentaire: str | None = None) -> None:
        """Say what became of one. None: nobody said yet."""
        mot = SuiteRecommandation.libelle_de(suivie).lower() or "sans suite dite"
        with self.operation(f"Recommandation {mot}") as ecriture:
            champs: dict[str, Any] = {"suivie": suivie}
            if commentaire is not None:
                champs["suite"] = commentaire.strip() or None
            self.poser(ecriture, recommandation, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more; who and when follow."""
        avant = ecriture.lire(Recommandation, cle)
        if all(avant[nom] == valeur for nom, valeur in champs.items()):
            return
        dite = {**avant, **champs}
        signee = dite["suivie"] is not None or dite["suite"] is not None
        jour = jour_courant(self._horloge).isoformat()
        champs["suite_par"] = self._fichier.signature.auteur if signee else None
        champs["suite_le"] = jour if signee else None
        ecriture.modifier_lue(Recommandation, avant, **champs)


def colonnes_suites(service: SuitesRecommandations) -> list[Colonne]:
    """What the réunions asked of one action, and what became of it."""

    def signal(suivie: str | None) -> Signal:
        return _SIGNAUX.get(suivie or "", Signal.NEUTRE)

    return [
        Colonne(cle="texte", titre="Ce qui est demandé", lire=lire_attribut("texte"), largeur=190),
        colonne_de_champ(
            service,
            "suivie",
            "Suite",
            ou_rien,
            type=TypeColonne.CHOIX,
            choix=choix_de(SuiteRecommandation, vide=True),
            signal=signal,
            largeur=120,
        ),
        colonne_de_champ(service, "suite", "Commentaire", ou_rien, largeur=180),
        Colonne(cle="suite_par", titre="Par", lire=lire_attribut("suite_par"), largeur=110),
        _jour("suite_le", "Le"),
        Colonne(cle="responsable", titre="À qui", lire=lire_attribut("responsable"), largeur=110),
        _jour("echeance", "Pour le"),
        Colonne(cle="reunion", titre="Réunion", lire=lire_attribut("reunion"), largeur=220),
        Colonne(
            cle="nature",
            titre="Nature",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            choix=choix_de(NatureRecommandation),
            largeur=124,
            nuance=True,
        ),
    ]


def _jour(cle: str, titre: str) -> Colonne:
    return Colonne(cle=cle, titre=titre, lire=lire_attribut(cle), type=TypeColonne.DATE, largeur=92)


def phrase_des_suites(lignes: list[LigneSuite]) -> str:
    """« 4 demandes des réunions : 2 suivies, 1 en partie, 1 sans réponse. »"""
    if not lignes:
        return "Aucune réunion n'a rien demandé sur cette action."
    comptes = (
        (sum(r.suivie == SuiteRecommandation.SUIVIE for r in lignes), "suivie(s)"),
        (sum(r.suivie == SuiteRecommandation.EN_PARTIE for r in lignes), "en partie"),
        (sum(r.suivie == SuiteRecommandation.NON_SUIVIE for r in lignes), "non suivie(s)"),
        (sum(r.suivie is None for r in lignes), "sans réponse"),
    )
    details = ", ".join(f"{nombre} {_accorder(mot, nombre)}" for nombre, mot in comptes if nombre)
    pluriel = "s" if len(lignes) > 1 else ""
    return f"{len(lignes)} demande{pluriel} des réunions : {details}."


def _accorder(mot: str, nombre: int) -> str:
    return mot.replace("(s)", "s" if nombre > 1 else "")
