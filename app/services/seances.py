"""The séances: made from an instance of the contract, described, opened, deleted while empty."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.models.contrat import Instance
from app.models.enums import EtatPoint, EtatSeance, NatureOrganisme, NaturePoint, RoleMembre
from app.models.seance import Membre, Point, Presence, Scenario, Seance
from app.services.attaches import detacher
from app.services.compositions import proposer
from app.services.contrats import Contrats, ValeurRegle
from app.services.errors import SaisieRefusee
from app.services.etats_seance import SyntheseSeance, inconnue, synthese
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, exiger_modifiable, moment
from app.services.identifiants import mots
from app.services.personnes import lire_personnes
from app.services.transaction import Ecriture, maintenant

DU_CONTRAT_PRECEDENT = "contrat précédent"  # what the note of an instance that is over says
DROIT_COMMUN = "Point d'étape sur le droit commun"
TFPB = "État d'avancement de l'abattement de TFPB"


@dataclass(frozen=True, slots=True)
class LigneSeance:
    """A séance in the list. `points`: items of its agenda."""

    cle: str
    titre: str
    annee: int
    instance: str | None
    instance_nom: str
    date: str | None
    heure: str | None
    lieu: str | None
    etat: str
    version: int
    points: int


@dataclass(frozen=True, slots=True)
class FicheSeance:
    """All that describes a séance. `quorum` and `regle_vote` None: the contract does not say."""

    cle: str
    titre: str
    annee: int
    instance: str | None
    instance_nom: str
    date: str | None
    heure: str | None
    lieu: str | None
    etat: str
    convoquee_le: str | None
    quorum: int | None
    quorum_source: str | None
    regle_vote: str | None
    regle_vote_source: str | None
    secretaire: str | None
    note_privee: str | None
    ouverte_le: str | None
    close_le: str | None
    version: int
    reouverture: str | None
    point_courant: str | None


@dataclass(frozen=True, slots=True)
class LigneInstance:
    """An instance of the contract that may sit; `finie`: the contract says it sits no more."""

    cle: str
    nom: str
    nature: str | None
    presidence: str | None
    composition: tuple[str, ...]
    finie: bool


class Seances:
    """Reads and writes the séances of the open file."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def instances(self) -> list[LigneInstance]:
        """The instances of the contract, in its order; those that sit no more come last."""
        requete = select(
            Instance.cle,
            Instance.nom,
            Instance.nature,
            Instance.presidence,
            Instance.composition,
            Instance.note,
        ).order_by(Instance.rang, Instance.nom)
        lues = [
            LigneInstance(
                cle,
                nom,
                nature,
                presidence,
                tuple(composition),
                DU_CONTRAT_PRECEDENT in (note or ""),
            )
            for cle, nom, nature, presidence, composition, note in self._fichier.lignes(requete)
        ]
        return sorted(lues, key=lambda instance: instance.finie)

    def lignes(self, annee: int | None = None) -> list[LigneSeance]:
        """The séances, the last one first; of one year when it is given."""
        points = (
            select(func.count())
            .where(Point.seance == Seance.cle)
            .correlate(Seance)
            .scalar_subquery()
        )
        requete = (
            select(
                Seance.cle,
                Seance.titre,
                Seance.annee,
                Seance.instance,
                func.coalesce(Instance.nom, ""),
                Seance.date,
                Seance.heure,
                Seance.lieu,
                Seance.etat,
                Seance.version,
                points,
            )
            .join(Instance, Instance.cle == Seance.instance, isouter=True)
            .order_by(Seance.annee.desc(), Seance.date.desc(), Seance.cle.desc())
        )
        if annee is not None:
            requete = requete.where(Seance.annee == annee)
        return [LigneSeance(*ligne) for ligne in self._fichier.lignes(requete)]

    def lire(self, seance: str) -> FicheSeance:
        """Raises SaisieRefusee when it is no longer there."""
        requete = (
            select(*Seance.__table__.columns, func.coalesce(Instance.nom, "").label("instance_nom"))
            .join(Instance, Instance.cle == Seance.instance, isouter=True)
            .where(Seance.cle == seance)
        )
        for ligne in self._fichier.lignes(requete):
            return FicheSeance(**ligne._asdict())
        raise inconnue()

    def etat_de(self, seance: str) -> SyntheseSeance:
        """Where a séance stands: current point, counts, minutes, predicted end, slowest axis."""
        return synthese(self._fichier, seance, self._horloge())

    def maintenant(self) -> datetime:
        """What time it is for the séances."""
        return self._horloge()

    # Writing --------------------------------------------------------------------------------------

    def creer(self, annee: int, *, instance: str | None = None, **champs: Any) -> str:
        """Create a séance; its chairs, members, quorum, voting rule and the items that the contract
        asks for are proposed from the instance. `champs`: any column of a séance.
        """
        contrats, corps = Contrats(self._fichier), self._instance(instance)
        quorum, vote = _regles(contrats)
        decrite = {
            "titre": f"{corps.nom if corps else 'Séance'} {annee}",
            "quorum": quorum.valeur,
            "quorum_source": quorum.source or None,
            "regle_vote": vote.valeur,
            "regle_vote_source": vote.source or None,
            **champs,
        }
        exiger_description(decrite)
        sujets = _sujets_du_contrat(contrats, corps) if corps else []
        bailleurs = contrats.valeur("tfpb.suivi", "bailleurs_dans_les_instances").valeur is True
        with self._fichier.operation(f"Préparer « {decrite['titre']} »") as ecriture:
            seance = ecriture.inserer(
                Seance,
                annee=annee,
                instance=instance,
                etat=str(EtatSeance.PREPARATION),
                **decrite,
            )
            if corps is not None:
                _convier(ecriture, seance, corps, bailleurs=bailleurs and TFPB in sujets)
            _inscrire(ecriture, seance, sujets)
            return seance

    def _instance(self, cle: str | None) -> Any:
        if cle is None:
            return None
        requete = select(
            Instance.nom,
            Instance.identifiant,
            Instance.presidence,
            Instance.composition,
            Instance.roles,
        ).where(Instance.cle == cle)
        return self._fichier.lignes(requete)[0]

    def modifier(self, seance: str, **champs: Any) -> None:
        """Change what describes a séance. Raises SaisieRefusee once it is closed."""
        with self._fichier.operation("Modifier la séance") as ecriture:
            self.poser(ecriture, seance, **champs)

    def poser(self, ecriture: Ecriture, seance: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        exiger_description(champs)
        exiger_modifiable(ecriture.lire(Seance, seance))
        ecriture.modifier(Seance, seance, **champs)

    def ouvrir(self, seance: str) -> None:
        """Open the séance: amounts and decisions can then be recorded."""
        with self._fichier.operation("Ouvrir la séance") as ecriture:
            ligne = ecriture.lire(Seance, seance)
            exiger_modifiable(ligne)
            ecriture.modifier(
                Seance,
                seance,
                etat=str(EtatSeance.OUVERTE),
                ouverte_le=ligne["ouverte_le"] or moment(self._horloge),
            )

    def supprimer(self, seance: str) -> None:
        """Delete a séance that was never opened, with its agenda and its members."""
        with self._fichier.operation("Supprimer une séance") as ecriture:
            ligne = ecriture.lire(Seance, seance)
            _exiger_vide(ecriture, ligne)
            points = [
                p for (p,) in ecriture.lignes(select(Point.cle).where(Point.seance == seance))
            ]
            sieges = select(Membre.cle).where(Membre.seance == seance)
            # Who gave a power before who was given it.
            lus = ecriture.lignes(sieges.order_by(Membre.pouvoir_a.is_(None)))
            membres = [membre for (membre,) in lus]
            detacher(ecriture, [seance, *points, *membres])
            ecriture.supprimer_lot(Point, points)
            ecriture.supprimer_lot(Membre, membres)
            ecriture.supprimer(Seance, seance)


def exiger_description(champs: dict[str, Any]) -> None:
    """Raises SaisieRefusee on an empty title or a quorum that is no number of people."""
    if "titre" in champs and not (champs["titre"] or "").strip():
        raise SaisieRefusee("Une séance doit avoir un titre : tapez-en un.")
    quorum = champs.get("quorum")
    if quorum is not None and quorum < 1:
        raise SaisieRefusee(
            "Le quorum est un nombre de membres : tapez au moins 1, ou laissez vide."
        )


def _regles(contrats: Contrats) -> tuple[ValeurRegle, ValeurRegle]:
    """Quorum (members with a vote) and voting rule of the contract; silent: None."""
    return contrats.valeur("seance.quorum", "membres"), contrats.valeur("seance.vote", "regle")


def _convier(ecriture: Ecriture, seance: str, corps: Any, *, bailleurs: bool) -> None:
    """Seat those whom the instance names; the bailleurs too where the TFPB is on the agenda (A-55)."""
    personnes = lire_personnes(ecriture.lignes, actives=True)
    sieges = {
        m.personne: (m.role, m.votant)
        for m in proposer(personnes, corps.presidence, corps.composition)
    }
    if bailleurs:
        for personne in personnes:
            if personne.financeur_nature == NatureOrganisme.BAILLEUR:
                sieges.setdefault(personne.cle, (str(RoleMembre.INVITE), False))
    lignes = [
        {"seance": seance, "personne": p, "role": role, "votant": votant, "rang": rang}
        for rang, (p, (role, votant)) in enumerate(sieges.items())
    ]
    ecriture.inserer_lot(Membre, lignes)


def _inscrire(ecriture: Ecriture, seance: str, sujets: list[str]) -> None:
    lignes = [
        {
            "seance": seance,
            "titre": titre,
            "nature": str(NaturePoint.INFORMATION),
            "etat": str(EtatPoint.A_VENIR),
            "rang": rang,
        }
        for rang, titre in enumerate(sujets)
    ]
    ecriture.inserer_lot(Point, lignes)


def _exiger_vide(ecriture: Ecriture, seance: dict[str, Any]) -> None:
    titre = seance["titre"]
    presences = select(Presence.cle).join(Membre, Membre.cle == Presence.membre)
    venus = presences.where(Membre.seance == seance["cle"]).limit(1)
    if seance["ouverte_le"] is not None or seance["version"] or ecriture.lignes(venus):
        raise SaisieRefusee(f"« {titre} » a été tenue : ce qui s'y est dit ne se supprime pas.")
    scenarios = select(Scenario.cle).where(Scenario.seance == seance["cle"]).limit(1)
    if ecriture.lignes(scenarios):
        raise SaisieRefusee(f"« {titre} » a des scénarios : supprimez-les d'abord.")


def _sujets_du_contrat(contrats: Contrats, corps: Any) -> list[str]:
    """Items that the contract wants on the agenda of this instance (A-51, A-54)."""
    sujets = []
    roles = " ".join(corps.roles)
    if _droit_commun_demande(contrats, corps) or _dit(roles, "droit", "commun", "chaque"):
        sujets.append(DROIT_COMMUN)
    suivi = contrats.valeur("tfpb.suivi", "presentation").texte
    if _dit(roles, "tfpb") or _presente_a(suivi, f"{corps.identifiant} {corps.nom}"):
        sujets.append(TFPB)
    return sujets


def _presente_a(suivi: str, nom: str) -> bool:
    """True when a rule that names the COPIL means this one: « intercommunal » is not « communal »."""
    if not (_est_copil(suivi) and _est_copil(nom)):
        return False
    return not _dit(suivi, "intercommunal") or _dit(nom, "intercommunal")


def _droit_commun_demande(contrats: Contrats, corps: Any) -> bool:
    nom = f"{corps.identifiant} {corps.nom}"
    regle = "droit_commun.instances"
    if _est_copil(nom):
        return contrats.valeur(regle, "a_chaque_copil").valeur is True
    if _dit(nom, "cotech") or _dit(nom, "comite", "technique"):
        return contrats.valeur(regle, "a_chaque_cotech").valeur is True
    return False


def _est_copil(texte: str) -> bool:
    return _dit(texte, "copil") or _dit(texte, "comite", "pilotage")


def _dit(texte: str, *cherches: str) -> bool:
    return set(cherches) <= set(mots(texte))
