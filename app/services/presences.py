"""Who is in the room: seats, arrivals and departures, powers, and the quorum as it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.models.enums import RoleMembre
from app.models.organisme import Financeur
from app.models.seance import Deport, Membre, Personne, Point, Presence, Seance
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, exiger_modifiable, moment
from app.services.homonymes import Nomme, designations
from app.services.identifiants import nom_normalise
from app.services.representations import poser_represente, trouver_ou_ajouter
from app.services.transaction import Ecriture, maintenant

NON_PRECISE = "non précisé par le contrat"


@dataclass(frozen=True, slots=True)
class LigneMembre:
    """A seat. `present`: in the building; `sorti`: out of the room for an item (déport).

    `designation`: the name, with whom they represent where another member bears it too.
    `arrivee` and `depart`: of the last stay (ISO moments).
    """

    cle: str
    personne: str
    nom: str
    fonction: str
    represente: str
    financeur: str | None
    role: str
    votant: bool
    excuse: bool
    pouvoir_a: str | None
    pouvoir_a_nom: str
    rang: int
    present: bool
    sorti: bool
    arrivee: str | None
    depart: str | None
    designation: str = ""


@dataclass(frozen=True, slots=True)
class LignePresence:
    """One stay in the room (ISO moments)."""

    cle: str
    membre: str
    nom: str
    arrivee: str
    depart: str | None


@dataclass(frozen=True, slots=True)
class Quorum:
    """The quorum as it stands. `requis` None: nobody says it; `reuni` is then None too.

    `votants`: members with a vote who are in the room; `composition`: all those with a vote;
    `pouvoirs`: votes carried for absent members, which the quorum does not count.
    """

    votants: int
    composition: int
    pouvoirs: int
    requis: int | None
    source: str | None
    reuni: bool | None
    phrase: str


class Presences:
    """Reads and writes the seats and the stays of a séance."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def membres(self, seance: str) -> list[LigneMembre]:
        """The seats, in their order."""
        with self._fichier.instant() as lire:
            return lire_membres(lire, seance)

    def sejours(self, seance: str) -> list[LignePresence]:
        """Every stay, in the order of arrivals."""
        requete = (
            select(Presence.cle, Presence.membre, Personne.nom, Presence.arrivee, Presence.depart)
            .join(Membre, Membre.cle == Presence.membre)
            .join(Personne, Personne.cle == Membre.personne)
            .where(Membre.seance == seance)
            .order_by(Presence.arrivee, Membre.rang, Presence.cle)
        )
        return [LignePresence(*ligne) for ligne in self._fichier.lignes(requete)]

    def quorum(self, seance: str) -> Quorum:
        """Members with a vote who are in the room now, those gone out for an item aside."""
        with self._fichier.instant() as lire:
            return lire_quorum(lire, seance)

    # Seats ----------------------------------------------------------------------------------------

    def ajouter(
        self,
        seance: str,
        personne: str,
        *,
        role: str = str(RoleMembre.MEMBRE),
        votant: bool | None = None,
    ) -> str:
        """Seat a person. Without `votant`, chairs and members vote, the others do not.

        Raises SaisieRefusee when the person already has a seat.
        """
        with self._fichier.operation("Ajouter un membre à la séance") as e:
            return self._asseoir(e, seance, personne, role, votant)

    def _asseoir(
        self, e: Ecriture, seance: str, personne: str, role: str, votant: bool | None
    ) -> str:
        RoleMembre.de(role)
        exiger_modifiable(e.lire(Seance, seance))
        deja = select(Membre.cle).where(Membre.seance == seance, Membre.personne == personne)
        if e.lignes(deja):
            raise SaisieRefusee("Cette personne est déjà membre de la séance.")
        requete = select(func.max(Membre.rang)).where(Membre.seance == seance)
        [(dernier,)] = e.lignes(requete)
        vote = role in (RoleMembre.PRESIDENT, RoleMembre.MEMBRE) if votant is None else votant
        return e.inserer(
            Membre,
            seance=seance,
            personne=personne,
            role=role,
            votant=vote,
            rang=0 if dernier is None else dernier + 1,
        )

    def inscrire(
        self, seance: str, nom: str, *, represente: str = "", role: str = str(RoleMembre.MEMBRE)
    ) -> str:
        """Seat somebody by name, in one operation: known or not, in the name of whom is typed.

        `represente`: a financeur by any of its names, else what is typed; empty: as it was.
        """
        with self._fichier.operation(f"Ajouter « {' '.join(nom.split())} » à la séance") as e:
            personne = trouver_ou_ajouter(e, nom, represente)
            return self._asseoir(e, seance, personne, role, None)

    def modifier(self, membre: str, **champs: Any) -> None:
        """Change columns of a seat: role, votant, rang; `represente` and `pouvoir`, by name."""
        with self._fichier.operation("Modifier un membre de la séance") as e:
            self.poser(e, membre, **champs)

    def poser(self, ecriture: Ecriture, membre: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        self._exiger(ecriture, membre)
        if "represente" in champs:
            personne = ecriture.lire(Membre, membre)["personne"]
            poser_represente(ecriture, personne, champs.pop("represente"))
        if "pouvoir" in champs:
            self._poser_pouvoir(ecriture, membre, champs.pop("pouvoir"))
        if champs:
            ecriture.modifier(Membre, membre, **champs)

    def _poser_pouvoir(self, e: Ecriture, membre: str, nom: str | None) -> None:
        """Give a power to the member of that name; empty: take it back."""
        if not (nom or "").strip():
            e.modifier(Membre, membre, pouvoir_a=None)
            return
        if _sejour_ouvert(e, membre) is not None:
            raise SaisieRefusee("Ce membre est présent : marquez d'abord son départ.")
        seance = e.lire(Membre, membre)["seance"]
        _donner(e, membre, trouver_membre(lire_membres(e.lignes, seance), nom or "").cle)

    def retirer(self, *membres: str) -> None:
        """Take seats away. Refused for somebody who came, or to whom a power was given."""
        with self._fichier.operation(f"Retirer {_combien(membres)} de la séance") as e:
            for membre in membres:
                self._retirer(e, membre)

    def _retirer(self, e: Ecriture, membre: str) -> None:
        self._exiger(e, membre)
        traces = (
            select(Presence.cle).where(Presence.membre == membre),
            select(Deport.cle).where(Deport.membre == membre),
            select(Membre.cle).where(Membre.pouvoir_a == membre),
        )
        if any(e.lignes(requete.limit(1)) for requete in traces):
            raise SaisieRefusee(
                "Ce membre est venu, ou a reçu un pouvoir : marquez son départ plutôt que de le "
                "retirer."
            )
        detacher(e, [membre])
        e.supprimer(Membre, membre)

    # Comings and goings ---------------------------------------------------------------------------

    def arriver(self, *membres: str, a: str | None = None) -> None:
        """Members come in, now or at a moment (ISO). Coming ends an excuse and a power given."""
        quand = a or moment(self._horloge)
        with self._fichier.operation(f"Arrivée : {_combien(membres)}") as e:
            for membre in membres:
                self._exiger(e, membre)
                if _sejour_ouvert(e, membre) is None:
                    e.inserer(Presence, membre=membre, arrivee=quand)
                e.modifier(Membre, membre, excuse=False, pouvoir_a=None)

    def partir(self, *membres: str, a: str | None = None, pouvoir_a: str | None = None) -> None:
        """Members leave, now or at a moment (ISO), perhaps giving their power."""
        quand = a or moment(self._horloge)
        with self._fichier.operation(f"Départ : {_combien(membres)}") as e:
            for membre in membres:
                self._exiger(e, membre)
                sejour = _sejour_ouvert(e, membre)
                if sejour is None:
                    raise SaisieRefusee("Ce membre n'est pas là : marquez d'abord son arrivée.")
                if quand < sejour.arrivee:
                    raise SaisieRefusee(
                        "Un départ ne peut pas précéder l'arrivée : vérifiez l'heure."
                    )
                e.modifier(Presence, sejour.cle, depart=quand)
                if pouvoir_a is not None:
                    _donner(e, membre, pouvoir_a)

    def excuser(self, *membres: str, pouvoir_a: str | None = None) -> None:
        """Mark members as excused, perhaps with a power given to another one."""
        combien = denombrer(len(membres), "un membre")
        with self._fichier.operation(f"Excuser {combien}") as e:
            for membre in membres:
                self._exiger(e, membre)
                if _sejour_ouvert(e, membre) is not None:
                    raise SaisieRefusee("Ce membre est présent : marquez d'abord son départ.")
                e.modifier(Membre, membre, excuse=True, pouvoir_a=None)
                if pouvoir_a is not None:
                    _donner(e, membre, pouvoir_a)

    def corriger_sejour(self, presence: str, **champs: Any) -> None:
        """Set the hours of a stay (arrivee, depart, ISO moments)."""
        with self._fichier.operation("Corriger une heure de présence") as e:
            ligne = {**e.lire(Presence, presence), **champs}
            self._exiger(e, ligne["membre"])
            if ligne["depart"] is not None and ligne["depart"] < ligne["arrivee"]:
                raise SaisieRefusee("Un départ ne peut pas précéder l'arrivée : vérifiez l'heure.")
            e.modifier(Presence, presence, **champs)

    def _exiger(self, ecriture: Ecriture, membre: str) -> None:
        exiger_modifiable(ecriture.lire(Seance, ecriture.lire(Membre, membre)["seance"]))


def lire_membres(lire: Lire, seance: str) -> list[LigneMembre]:
    """The seats among other reads of one moment."""
    requete = (
        select(
            *Membre.__table__.columns,
            Personne.nom,
            Personne.fonction,
            Personne.represente,
            Personne.financeur,
            Financeur.nom_court.label("financeur_nom"),
        )
        .join(Personne, Personne.cle == Membre.personne)
        .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
        .where(Membre.seance == seance)
        .order_by(Membre.rang, Personne.nom, Membre.cle)
    )
    lignes = lire(requete)
    sejours = _derniers_sejours(lire, seance)
    sortis = set(_sortis(lire, seance))
    noms = designations(
        Nomme(m.cle, m.nom, m.represente or m.financeur_nom or "", m.fonction or "") for m in lignes
    )
    return [_membre(ligne, sejours.get(ligne.cle), ligne.cle in sortis, noms) for ligne in lignes]


def _membre(ligne: Any, sejour: Any, sorti: bool, noms: dict[str, str]) -> LigneMembre:
    return LigneMembre(
        cle=ligne.cle,
        personne=ligne.personne,
        nom=ligne.nom,
        fonction=ligne.fonction or "",
        represente=ligne.represente or ligne.financeur_nom or "",
        financeur=ligne.financeur,
        role=ligne.role,
        votant=ligne.votant,
        excuse=ligne.excuse,
        pouvoir_a=ligne.pouvoir_a,
        pouvoir_a_nom=noms.get(ligne.pouvoir_a or "", ""),
        rang=ligne.rang,
        present=sejour is not None and sejour.depart is None,
        sorti=sorti,
        arrivee=sejour.arrivee if sejour else None,
        depart=sejour.depart if sejour else None,
        designation=noms[ligne.cle],
    )


def trouver_membre(membres: Sequence[LigneMembre], nom: str) -> LigneMembre:
    """The member of that name, or of that designation. Raises SaisieRefusee when it is not one."""
    cherche = nom_normalise(nom)
    trouves = [m for m in membres if nom_normalise(m.designation) == cherche]
    trouves = trouves or [m for m in membres if nom_normalise(m.nom) == cherche]
    if not trouves:
        raise SaisieRefusee("Aucun membre de la séance ne porte ce nom : ajoutez-le d'abord.")
    if len(trouves) > 1:
        raise SaisieRefusee(
            f"Plusieurs membres portent ce nom : tapez « {trouves[0].designation} », par exemple."
        )
    return trouves[0]


def _derniers_sejours(lire: Lire, seance: str) -> dict[str, Any]:
    requete = (
        select(Presence.membre, Presence.arrivee, Presence.depart)
        .join(Membre, Membre.cle == Presence.membre)
        .where(Membre.seance == seance)
        .order_by(Presence.arrivee, Presence.cle)
    )
    return {ligne.membre: ligne for ligne in lire(requete)}


def _sortis(lire: Lire, seance: str) -> list[str]:
    """Members who left the room for an item and did not come back."""
    requete = (
        select(Deport.membre)
        .join(Point, Point.cle == Deport.point)
        .where(Point.seance == seance, Deport.sortie.is_not(None), Deport.retour.is_(None))
    )
    return [membre for (membre,) in lire(requete)]


def lire_quorum(lire: Lire, seance: str) -> Quorum:
    """The quorum among other reads of one moment."""
    [(requis, source)] = lire(
        select(Seance.quorum, Seance.quorum_source).where(Seance.cle == seance)
    )
    return calculer_quorum(lire_membres(lire, seance), requis, source)


def calculer_quorum(
    membres: Sequence[LigneMembre], requis: int | None, source: str | None
) -> Quorum:
    """Only those in the room count; a power is a vote, not a presence."""
    votants = [m for m in membres if m.votant and m.present and not m.sorti]
    dans_la_salle = {m.cle for m in votants}
    reuni = None if requis is None else len(votants) >= requis
    return Quorum(
        votants=len(votants),
        composition=sum(m.votant for m in membres),
        pouvoirs=sum(m.votant and not m.present and m.pouvoir_a in dans_la_salle for m in membres),
        requis=requis,
        source=source,
        reuni=reuni,
        phrase=_phrase(len(votants), requis),
    )


def _phrase(votants: int, requis: int | None) -> str:
    if requis is None:
        return NON_PRECISE
    if votants >= requis:
        return "réunie"
    return f"il manque {requis - votants}"


def _sejour_ouvert(ecriture: Ecriture, membre: str) -> Any:
    requete = select(Presence.cle, Presence.arrivee)
    for ligne in ecriture.lignes(
        requete.where(Presence.membre == membre, Presence.depart.is_(None))
    ):
        return ligne
    return None


def _donner(ecriture: Ecriture, membre: str, mandataire: str) -> None:
    """Raises SaisieRefusee on a power given to oneself, to another séance, or given further."""
    donneur, receveur = ecriture.lire(Membre, membre), ecriture.lire(Membre, mandataire)
    if membre == mandataire or donneur["seance"] != receveur["seance"]:
        raise SaisieRefusee("Un pouvoir se donne à un autre membre de la séance : choisissez-le.")
    if receveur["pouvoir_a"] is not None or receveur["excuse"]:
        raise SaisieRefusee("Ce membre est lui-même absent : donnez le pouvoir à un autre.")
    ecriture.modifier(Membre, membre, pouvoir_a=mandataire)


def _combien(membres: Sequence[str]) -> str:
    return denombrer(len(membres), "un membre")
