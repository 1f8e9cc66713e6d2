"""Who may not sit for an item, who leaves and who comes back, and when (CGCT L2131-11)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action
from app.models.enums import NatureLien
from app.models.organisme import Financeur, Organisme
from app.models.seance import Deport, LienInteret, Membre, Personne, Point, Presence
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, moment, point_modifiable, point_ouvert
from app.services.homonymes import Nomme, designations
from app.services.identifiants import nom_normalise
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class Conflit:
    """A member who should leave for an item, and why. `financeur`: whose amounts are at stake."""

    membre: str
    nom: str
    financeur: str | None
    motif: str


@dataclass(frozen=True, slots=True)
class LigneDeport:
    """An exit for an item (ISO moments); `retour` None: still out. It goes into the PV."""

    cle: str
    point: str
    membre: str
    nom: str
    represente: str
    motif: str
    sortie: str | None
    retour: str | None


@dataclass(frozen=True, slots=True)
class Bande:
    """What is read between two items: « Se retirent… / Reviennent… / Restent dehors… »."""

    se_retirent: tuple[Conflit, ...]
    reviennent: tuple[LigneDeport, ...]
    restent_dehors: tuple[LigneDeport, ...]

    @property
    def est_vide(self) -> bool:
        return not (self.se_retirent or self.reviennent)

    @property
    def phrase(self) -> str:
        """« Se retirent : A, B. Reviennent : C. »; empty when nobody moves."""
        listes = (
            ("Se retire", "Se retirent", [c.nom for c in self.se_retirent]),
            ("Revient", "Reviennent", [d.nom for d in self.reviennent]),
            ("Reste dehors", "Restent dehors", [d.nom for d in self.restent_dehors]),
        )
        return " ".join(
            f"{un if len(noms) == 1 else plusieurs} : {', '.join(noms)}."
            for un, plusieurs, noms in listes
            if noms
        )


class Deports:
    """Reads and writes the exits of the members."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge

    def conflits(self, point: str) -> list[Conflit]:
        """Members tied to the porteur of an item, or who sit for it."""
        with self._fichier.instant() as lire:
            return lire_conflits(lire, point)

    def prevus(self, seance: str) -> dict[str, list[Conflit]]:
        """point -> the members who should leave for it; items without conflict are left out."""
        with self._fichier.instant() as lire:
            return lire_prevus(lire, seance)

    def du_point(self, point: str) -> list[LigneDeport]:
        """The exits for an item, in the order of the seats."""
        return lire_deports(self._fichier.lignes, Deport.point == point)

    def de_la_seance(self, seance: str) -> list[LigneDeport]:
        """Every exit of a séance, in the order of the agenda."""
        return lire_deports(self._fichier.lignes, Point.seance == seance)

    def bande(self, point: str) -> Bande:
        """Who moves when this item comes: those in conflict leave, the others who are out come back."""
        with self._fichier.instant() as lire:
            return _lire_bande(lire, point)

    def sortir(self, point: str, membre: str, *, motif: str | None = None) -> str:
        """A member leaves the room for an item. Saying it twice changes nothing.

        The link with the porteur is the motive; without one, it has to be given.
        """
        with self._fichier.operation("Déport : un membre se retire") as e:
            motif = self._exiger_motif(e, point_ouvert(e, point), membre, motif)
            return self._sortir(e, point, membre, motif)

    def noter(self, ecriture: Ecriture, point: str, membre: str, motif: str | None) -> str:
        """A member will leave for an item, or did, inside an operation that sets the hours if any."""
        motif = self._exiger_motif(ecriture, point_modifiable(ecriture, point), membre, motif)
        deja = select(Deport.cle).where(Deport.point == point, Deport.membre == membre)
        for _ in ecriture.lignes(deja):
            raise SaisieRefusee("Ce déport est déjà noté : corrigez-le dans la liste.")
        return ecriture.inserer(Deport, point=point, membre=membre, motif=motif)

    def _exiger_motif(self, e: Ecriture, point: Any, membre: str, motif: str | None) -> str:
        if e.lire(Membre, membre)["seance"] != point.seance:
            raise SaisieRefusee("Ce membre est celui d'une autre séance : choisissez-en un d'ici.")
        propre = " ".join((motif or "").split())
        liens = (c.motif for c in lire_conflits(e.lignes, point.point) if c.membre == membre)
        if not (dit := propre or next(liens, "")):
            raise SaisieRefusee(
                "Aucun lien n'est déclaré entre ce membre et le porteur : tapez le motif du déport."
            )
        return dit

    def rentrer(self, deport: str) -> None:
        """The member comes back into the room."""
        with self._fichier.operation("Déport : un membre revient") as e:
            self._rentrer(e, deport)

    def confirmer(self, point: str) -> int:
        """Do what the strip says, in one operation: exits and returns. How many people move."""
        with self._fichier.operation("Confirmer les déports") as e:
            bande = _lire_bande(e.lignes, point)
            if bande.est_vide and not bande.restent_dehors:
                return 0
            point_ouvert(e, point)
            for conflit in bande.se_retirent:
                self._sortir(e, point, conflit.membre, conflit.motif)
            for deport in bande.reviennent:
                self._rentrer(e, deport.cle)
            for deport in bande.restent_dehors:
                if deport.point != point:
                    # Out for two items in a row: the PV has an exit for each.
                    self._rentrer(e, deport.cle)
                    self._sortir(e, point, deport.membre, deport.motif)
        return len(bande.se_retirent) + len(bande.reviennent)

    def _sortir(self, ecriture: Ecriture, point: str, membre: str, motif: str | None) -> str:
        deja = select(Deport.cle, Deport.sortie).where(
            Deport.point == point, Deport.membre == membre, Deport.retour.is_(None)
        )
        for ligne in ecriture.lignes(deja):
            if ligne.sortie is None:  # it was only foreseen
                ecriture.modifier(Deport, ligne.cle, sortie=moment(self._horloge), motif=motif)
            return str(ligne.cle)
        return ecriture.inserer(
            Deport, point=point, membre=membre, motif=motif, sortie=moment(self._horloge)
        )

    def _rentrer(self, ecriture: Ecriture, deport: str) -> None:
        ligne = ecriture.lire(Deport, deport)
        point_modifiable(ecriture, ligne["point"])
        if ligne["retour"] is None:
            ecriture.modifier(
                Deport, deport, retour=moment(self._horloge, apres=ligne["sortie"] or "")
            )


_PORTEUR = (
    select(Point.seance, Action.porteur, Organisme.nom)
    .join(Action, Action.cle == Point.action)
    .join(Organisme, Organisme.cle == Action.porteur)
    .where(Point.cle == bindparam("point"))
)
_MEMBRES = (
    select(
        Membre.cle,
        Personne.nom,
        Personne.represente,
        Personne.fonction,
        Personne.financeur,
        Financeur.nom_court,
        Financeur.organisme,
        LienInteret.nature,
    )
    .join(Personne, Personne.cle == Membre.personne)
    .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
    .join(
        LienInteret,
        (LienInteret.personne == Personne.cle) & (LienInteret.organisme == bindparam("porteur")),
        isouter=True,
    )
    .where(Membre.seance == bindparam("seance"))
    .order_by(Membre.rang, Personne.nom, Membre.cle)
)


_PORTEURS = (
    select(Point.cle, Action.porteur, Organisme.nom)
    .join(Action, Action.cle == Point.action)
    .join(Organisme, Organisme.cle == Action.porteur)
    .where(Point.seance == bindparam("seance"))
)
_SIEGES = (
    select(
        Membre.cle,
        Membre.personne,
        Personne.nom,
        Personne.represente,
        Personne.fonction,
        Personne.financeur,
        Financeur.nom_court,
        Financeur.organisme,
    )
    .join(Personne, Personne.cle == Membre.personne)
    .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
    .where(Membre.seance == bindparam("seance"))
    .order_by(Membre.rang, Personne.nom, Membre.cle)
)


def _lire_bande(lire: Lire, point: str) -> Bande:
    conflits = lire_conflits(lire, point)
    seance = select(Point.seance).where(Point.cle == point).scalar_subquery()
    dehors = lire_deports(lire, Point.seance == seance, Deport.retour.is_(None))
    if dehors:
        noms = designations_des_membres(lire, Membre.seance == seance)
        dehors = [replace(d, nom=noms[d.membre]) for d in dehors]
    concernes = {c.membre for c in conflits}
    sortis = {d.membre for d in dehors}
    la = _arrives(lire, seance) if conflits else None
    return Bande(
        tuple(c for c in conflits if c.membre not in sortis and (la is None or c.membre in la)),
        tuple(d for d in dehors if d.membre not in concernes and d.point != point),
        tuple(d for d in dehors if d.membre in concernes or d.point == point),
    )


def _arrives(lire: Lire, seance: Any) -> set[str] | None:
    """Members who are in the building; None where nobody's presence is recorded."""
    requete = select(Presence.membre, Presence.depart).join(Membre, Membre.cle == Presence.membre)
    sejours = lire(requete.where(Membre.seance == seance))
    return {membre for membre, depart in sejours if depart is None} if sejours else None


def lire_conflits(lire: Lire, point: str) -> list[Conflit]:
    """Conflicts among other reads of one moment: the links, then what was noted by hand."""
    trouves: dict[str, Conflit] = {}
    for seance, porteur, nom in lire(_PORTEUR, {"point": point}):
        membres = lire(_MEMBRES, {"seance": seance, "porteur": porteur})
        noms = designations(map(_nomme, membres))
        trouves = {
            m.cle: Conflit(m.cle, noms[m.cle], m.financeur, motif)
            for m in membres
            if (motif := motif_du_lien(m.nature, m.organisme, m.represente, porteur, nom))
        }
    for _, conflit in _notes(lire, Deport.point == point):
        trouves.setdefault(conflit.membre, conflit)
    return list(trouves.values())


def lire_prevus(lire: Lire, seance: str) -> dict[str, list[Conflit]]:
    """point -> its conflicts, for a whole agenda, in a fixed number of reads."""
    membres = lire(_SIEGES, {"seance": seance})
    noms = designations(map(_nomme, membres))
    liens = lire(select(LienInteret.personne, LienInteret.organisme, LienInteret.nature))
    natures = {(personne, organisme): nature for personne, organisme, nature in liens}
    trouves: dict[str, dict[str, Conflit]] = {}
    for point, porteur, nom in lire(_PORTEURS, {"seance": seance}):
        for m in membres:
            nature = natures.get((m.personne, porteur))
            motif = motif_du_lien(nature, m.organisme, m.represente, porteur, nom)
            if motif:
                conflit = Conflit(m.cle, noms[m.cle], m.financeur, motif)
                trouves.setdefault(point, {})[m.cle] = conflit
    for point, conflit in _notes(lire, Point.seance == seance):
        trouves.setdefault(point, {}).setdefault(conflit.membre, conflit)
    return {point: list(conflits.values()) for point, conflits in trouves.items()}


def _notes(lire: Lire, condition: Any) -> list[tuple[str, Conflit]]:
    """(point, member) of the exits noted by hand before the item, and not done yet."""
    requete = (
        select(Deport.point, Deport.membre, Deport.motif, Personne.financeur, Membre.seance)
        .join(Point, Point.cle == Deport.point)
        .join(Membre, Membre.cle == Deport.membre)
        .join(Personne, Personne.cle == Membre.personne)
        .where(condition, Deport.sortie.is_(None))
        .order_by(Membre.rang, Deport.cle)
    )
    lus = lire(requete)
    noms = designations_des_membres(lire, Membre.seance == lus[0].seance) if lus else {}
    return [(d.point, Conflit(d.membre, noms[d.membre], d.financeur, d.motif or "")) for d in lus]


def designations_des_membres(lire: Lire, *conditions: Any) -> dict[str, str]:
    """seat -> the name that tells its holder from the others of the séance."""
    requete = (
        select(
            Membre.cle,
            Personne.nom,
            Personne.represente,
            Personne.fonction,
            Financeur.nom_court,
        )
        .join(Personne, Personne.cle == Membre.personne)
        .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
        .where(*conditions)
        .order_by(Membre.rang, Personne.nom, Membre.cle)
    )
    return designations(map(_nomme, lire(requete)))


def _nomme(membre: Any) -> Nomme:
    au_nom_de = membre.represente or membre.nom_court or ""
    return Nomme(membre.cle, membre.nom, au_nom_de, membre.fonction or "")


def motif_du_lien(
    nature: str | None, organisme: str | None, represente: str | None, porteur: str, nom: str
) -> str:
    """Why somebody leaves for an action of this porteur; empty: nothing ties them to it."""
    if nature is not None:
        return f"{NatureLien.libelle_de(nature)} de « {nom} »"
    if organisme == porteur or (represente and nom_normalise(represente) == nom_normalise(nom)):
        return f"Représente « {nom} », qui porte l'action"
    return ""


def lire_deports(lire: Lire, *conditions: Any) -> list[LigneDeport]:
    """The exits that took place, in the order of the agenda then of the seats."""
    requete = (
        select(
            Deport.cle,
            Deport.point,
            Deport.membre,
            Personne.nom,
            Personne.represente,
            Financeur.nom_court,
            Deport.motif,
            Deport.sortie,
            Deport.retour,
        )
        .join(Point, Point.cle == Deport.point)
        .join(Membre, Membre.cle == Deport.membre)
        .join(Personne, Personne.cle == Membre.personne)
        .join(Financeur, Financeur.cle == Personne.financeur, isouter=True)
        .where(Deport.sortie.is_not(None), *conditions)
        .order_by(Point.rang, Membre.rang, Deport.sortie, Deport.cle)
    )
    lignes: Sequence[Any] = lire(requete)
    return [
        LigneDeport(
            d.cle,
            d.point,
            d.membre,
            d.nom,
            d.represente or d.nom_court or "",
            d.motif or "",
            d.sortie,
            d.retour,
        )
        for d in lignes
    ]
