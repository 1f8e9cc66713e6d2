"""The way out of politique de la ville: who could take an action over, when, with what result. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, or_, select

from app.models.action import Action
from app.models.droit_commun import Relais
from app.models.enums import EtatSeance, ResultatSollicitation
from app.models.organisme import Financeur, Organisme
from app.models.seance import Seance
from app.services import accords
from app.services.attaches import detacher
from app.services.aupres import reconnaitre
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, jour_courant
from app.services.ordres_du_jour import OrdresDuJour
from app.services.transaction import Ecriture, maintenant

TITRE_DU_POINT = "Actions à relayer par le droit commun"
RELAYEE, EN_PARTIE = "Relayée", "Relayée en partie"
EN_RETARD, EXAMINEE, A_EXAMINER = "En retard", "Examinée", "À examiner"
_RESULTATS = {
    str(ResultatSollicitation.ACCORD): RELAYEE,
    str(ResultatSollicitation.ACCORD_PARTIEL): EN_PARTIE,
    str(ResultatSollicitation.REFUS): "Refusée",
    str(ResultatSollicitation.REORIENTE): "Réorientée",
}


@dataclass(frozen=True, slots=True)
class LigneRelais:
    """An action to hand over. `numero`: of the action it was written on; `chances` in %."""

    cle: str
    action: str
    lignee: str
    annee: int
    numero: str
    titre: str
    porteur: str
    qui: str
    dispositif: str | None
    echeance: date | None
    chances: int | None
    generalisable: bool
    examine_le: date | None
    resultat: str | None
    note: str | None
    etat: str

    @property
    def est_ouvert(self) -> bool:
        """Nobody has answered yet."""
        return self.resultat not in _RESULTATS

    @property
    def nom(self) -> str:
        return f"{self.numero} {self.titre}"


@dataclass(frozen=True, slots=True)
class CompteDesRelais:
    """What the comité is shown: how many were examined, how many left politique de la ville."""

    total: int
    examinees: int
    relayees: int
    en_partie: int

    @property
    def phrase(self) -> str:
        """« 10 actions à relayer : 6 examinées, 2 relayées, 1 en partie. »"""
        if not self.total:
            return "Aucune action à relayer : « Ajouter » en inscrit une."
        dits = [
            accords.compter(self.examinees, "examinée"),
            accords.compter(self.relayees, "relayée"),
        ]
        if self.en_partie:
            dits.append(f"{self.en_partie} en partie")
        return f"{accords.compter(self.total, 'action')} à relayer : {', '.join(dits)}."


def compter(lignes: Sequence[LigneRelais]) -> CompteDesRelais:
    """An answer is an examination, even when its day was not noted."""
    return CompteDesRelais(
        total=len(lignes),
        examinees=sum(bool(r.examine_le) or not r.est_ouvert for r in lignes),
        relayees=sum(r.etat == RELAYEE for r in lignes),
        en_partie=sum(r.etat == EN_PARTIE for r in lignes),
    )


class TableDesRelais:
    """Reads and writes the actions to hand over."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._ordres = OrdresDuJour(fichier)
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def de_l_annee(self, annee: int) -> list[LigneRelais]:
        """The plans of the actions of a year: those written on them, or on what they renew.

        One that was examined in the year is there even when the action was not renewed.
        """
        with self._fichier.instant() as lire:
            lues = lire(_RELAIS, {"annee": annee, "debut": f"{annee}-", "fin": f"{annee}-~"})
        aujourd_hui = jour_courant(self._horloge)
        return [_ligne(ligne, aujourd_hui) for ligne in lues]

    def a_ajouter(self, annee: int) -> list[tuple[str, str]]:
        """(key, « number title ») of the actions of a year that have no plan still open."""
        ouverts = {r.lignee for r in self.de_l_annee(annee) if r.est_ouvert}
        requete = (
            select(Action.cle, Action.numero, Action.titre, Action.lignee)
            .where(Action.annee == annee)
            .order_by(Action.numero, Action.cle)
        )
        return [
            (a.cle, f"{a.numero} {a.titre}")
            for a in self._fichier.lignes(requete)
            if a.lignee not in ouverts
        ]

    def seances(self, annee: int) -> list[tuple[str, str]]:
        """(key, title) of the séances in preparation."""
        requete = (
            select(Seance.cle, Seance.titre)
            .where(Seance.annee == annee, Seance.etat == str(EtatSeance.PREPARATION))
            .order_by(Seance.date, Seance.titre)
        )
        return [(cle, titre) for cle, titre in self._fichier.lignes(requete)]

    # Writing --------------------------------------------------------------------------------------

    def ajouter(self, actions: Sequence[str], **champs: Any) -> list[str]:
        """Put actions on the list; one that is there and still open is not put twice. Keys."""
        mot = "une action" if len(actions) == 1 else f"{len(actions)} actions"
        with self._fichier.operation(f"Mettre {mot} à relayer") as ecriture:
            stockes = _stockes(ecriture, champs)
            cles = []
            for action in dict.fromkeys(actions):
                lignee = ecriture.lire(Action, action)["lignee"]
                lus = ecriture.lignes(_DE_LA_LIGNEE, {"lignee": lignee})
                if all(r.resultat in _RESULTATS for r in lus):
                    cles.append(ecriture.inserer(Relais, action=action, **stockes))
            return cles

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write in an operation that does more. `qui`: the name of who would take it over."""
        voulus = _stockes(ecriture, champs)
        chances = voulus.get("chances")
        if chances is not None and not 0 <= chances <= 100:
            raise SaisieRefusee("Les chances vont de 0 à 100 %.")
        ecriture.modifier(Relais, cle, **voulus)

    def noter_examen(self, cles: Sequence[str], jour: date) -> None:
        """The comité looked at these on that day."""
        mot = "un relais" if len(cles) == 1 else f"{len(cles)} relais"
        with self._fichier.operation(f"Noter l'examen de {mot}") as ecriture:
            for cle in cles:
                ecriture.modifier(Relais, cle, examine_le=jour.isoformat())

    def supprimer(self, *cles: str) -> None:
        mot = "un relais" if len(cles) == 1 else f"{len(cles)} relais"
        with self._fichier.operation(f"Supprimer {mot}") as ecriture:
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Relais, list(cles))

    def inscrire(self, seance: str, relais: Sequence[LigneRelais]) -> str:
        """Put the actions on the agenda of a séance, as one information item. Its key."""
        if not relais:
            raise SaisieRefusee("Aucune action à inscrire : la liste est vide.")
        return self._ordres.ajouter_sujet(
            seance, titre_du_point(relais), note="\n".join(map(ligne_de_note, relais))
        )


def titre_du_point(relais: Sequence[LigneRelais]) -> str:
    """What everybody reads: the actions, by number; their names stand in the note."""
    return f"{TITRE_DU_POINT} : {', '.join(r.numero for r in relais)}"


def ligne_de_note(relais: LigneRelais) -> str:
    """« 2026-014 Ateliers – Éducation nationale, REP, pour le 01/09/2026, 60 % de chances »."""
    vers = ", ".join(filter(None, (relais.qui, relais.dispositif)))
    precisions = [
        vers,
        f"pour le {relais.echeance:%d/%m/%Y}" if relais.echeance else "",
        f"{relais.chances} % de chances" if relais.chances is not None else "",
    ]
    suite = ", ".join(filter(None, precisions))
    return f"{relais.nom} – {suite}" if suite else relais.nom


def _stockes(ecriture: Ecriture, champs: dict[str, Any]) -> dict[str, Any]:
    voulus = dict(champs)
    if "qui" in voulus:
        voulus["financeur"], voulus["aupres_de"] = reconnaitre(ecriture.lignes, voulus.pop("qui"))
    for nom in ("echeance", "examine_le"):
        if isinstance(voulus.get(nom), date):
            voulus[nom] = voulus[nom].isoformat()
    return voulus


def _ligne(ligne: Any, aujourd_hui: date) -> LigneRelais:
    echeance, examine_le = jour_de(ligne.echeance), jour_de(ligne.examine_le)
    return LigneRelais(
        ligne.cle,
        ligne.action,
        ligne.lignee,
        ligne.annee,
        ligne.numero,
        ligne.titre,
        ligne.porteur or "",
        ligne.nom_court or ligne.aupres_de or "",
        ligne.dispositif,
        echeance,
        ligne.chances,
        ligne.generalisable,
        examine_le,
        ligne.resultat,
        ligne.note,
        _etat(ligne.resultat, echeance, examine_le, aujourd_hui),
    )


def _etat(
    resultat: str | None, echeance: date | None, examine_le: date | None, aujourd_hui: date
) -> str:
    if resultat in _RESULTATS:
        return _RESULTATS[resultat]
    if echeance is not None and echeance < aujourd_hui:
        return EN_RETARD
    return EXAMINEE if examine_le else A_EXAMINER


_LIGNEES = select(Action.lignee).where(Action.annee == bindparam("annee"))
_RELAIS = (
    select(
        Relais.__table__,
        Action.lignee,
        Action.annee,
        Action.numero,
        Action.titre,
        Organisme.nom.label("porteur"),
        Financeur.nom_court,
    )
    .join(Action, Action.cle == Relais.action)
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .join(Financeur, Financeur.cle == Relais.financeur, isouter=True)
    .where(
        Action.annee <= bindparam("annee"),
        or_(
            Action.lignee.in_(_LIGNEES),
            Relais.examine_le.between(bindparam("debut"), bindparam("fin")),
        ),
    )
    .order_by(Action.numero, Relais.cle)
)
_DE_LA_LIGNEE = (
    select(Relais.resultat)
    .join(Action, Action.cle == Relais.action)
    .where(Action.lignee == bindparam("lignee"))
)
