"""The comings and goings of the members, put right by hand: hours of presence, exits for an item.

What was written first stays in the journal, and each row tells it.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.journal import Operation, Trace
from app.models.montants import INSECABLE
from app.models.seance import Decision, Deport, Membre, Passage, Point, Presence, Seance
from app.services.attaches import detacher
from app.services.columns_membres import heure
from app.services.deports import Deports
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, exiger_modifiable, jour_courant, moment
from app.services.heures import lire_heure
from app.services.presences import lire_membres
from app.services.transaction import Ecriture, maintenant

PRESENCE, DEPORT = "presence", "deport"
BORNES = {PRESENCE: ("arrivee", "depart"), DEPORT: ("sortie", "retour")}
MODELES = {PRESENCE: Presence, DEPORT: Deport}


@dataclass(frozen=True, slots=True)
class LigneMouvement:
    """A stay in the room, or an exit for an item (ISO moments). `journal`: who wrote it, and when.

    `debut` None: an exit that is only foreseen.
    """

    cle: str
    sorte: str
    membre: str
    objet: str
    motif: str
    debut: str | None
    fin: str | None
    journal: str


@dataclass(frozen=True, slots=True)
class Voix:
    """How many members with a vote were in the room when an item was decided."""

    nom: str
    votants: int


class AlleesVenues:
    """Reads and corrects the stays and the exits of the members of a séance."""

    def __init__(
        self, fichier: Fichier, deports: Deports, *, horloge: Horloge = maintenant
    ) -> None:
        self._fichier = fichier
        self._deports = deports
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def du_membre(self, membre: str) -> list[LigneMouvement]:
        """The stays of a member then the exits, in the order of time."""
        with self._fichier.instant() as lire:
            sejours = lire(
                select(Presence.cle, Presence.arrivee, Presence.depart)
                .where(Presence.membre == membre)
                .order_by(Presence.arrivee, Presence.cle)
            )
            sorties = lire(
                select(
                    Deport.cle,
                    Deport.motif,
                    Deport.sortie,
                    Deport.retour,
                    Point.titre,
                    Action.numero,
                    Action.titre.label("intitule"),
                )
                .join(Point, Point.cle == Deport.point)
                .join(Action, Action.cle == Point.action, isouter=True)
                .where(Deport.membre == membre)
                .order_by(Deport.sortie, Point.rang, Deport.cle)
            )
            journal = _journal(lire, [ligne.cle for ligne in (*sejours, *sorties)])
        return [
            *(
                LigneMouvement(
                    s.cle, PRESENCE, membre, "Présence", "", s.arrivee, s.depart, journal[s.cle]
                )
                for s in sejours
            ),
            *(
                LigneMouvement(
                    d.cle,
                    DEPORT,
                    membre,
                    _objet(d),
                    d.motif or "",
                    d.sortie,
                    d.retour,
                    journal[d.cle],
                )
                for d in sorties
            ),
        ]

    def votants(self, seance: str) -> dict[str, Voix]:
        """point -> the members with a vote who were there when it was decided."""
        with self._fichier.instant() as lire:
            return _lire_votants(lire, seance)

    # Writing --------------------------------------------------------------------------------------

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Set `debut`, `fin` (hours as typed) or `motif` of a row, in an operation that does more."""
        sorte, ligne = self._lire(ecriture, cle)
        seance = self._seance(ecriture, ligne["membre"])
        if "motif" in champs and sorte == PRESENCE:
            raise SaisieRefusee("Une présence n'a pas de motif : seul un déport en a un.")
        nouveaux: dict[str, Any] = {}
        if "motif" in champs:
            nouveaux["motif"] = _exiger_motif(champs["motif"])
        for nom, borne in zip(("debut", "fin"), BORNES[sorte], strict=True):
            if nom in champs:
                proches = self._bornes(ecriture, sorte, ligne, cle)
                nouveaux[borne] = self._quand(seance, champs[nom], ligne[borne], proches)
        self._verifier(ecriture, sorte, {**ligne, **nouveaux}, cle)
        ecriture.modifier(MODELES[sorte], cle, **nouveaux)

    def poser_du_membre(self, ecriture: Ecriture, membre: str, **champs: Any) -> None:
        """Set `arrivee` or `depart` (hours as typed) of the last stay of a member.

        An arrival typed for somebody who has none makes a stay; emptied, it takes the stay away.
        """
        sejours = ecriture.lignes(
            select(Presence.cle, Presence.arrivee)
            .where(Presence.membre == membre)
            .order_by(Presence.arrivee.desc(), Presence.cle.desc())
        )
        arrivee = champs.get("arrivee", "")
        if not sejours and arrivee:
            self._ajouter_presence(ecriture, membre, arrivee, champs.get("depart") or "")
        elif not sejours:
            raise SaisieRefusee("Ce membre n'est pas venu : tapez d'abord son heure d'arrivée.")
        elif arrivee is None:
            self._retirer(ecriture, sejours[0].cle)
        else:
            noms = {"arrivee": "debut", "depart": "fin"}
            voulus = {noms[nom]: texte for nom, texte in champs.items()}
            self.poser(ecriture, sejours[0].cle, **voulus)

    def ajouter_presence(self, membre: str, arrivee: str, depart: str = "") -> str:
        """A stay that nobody noted. Hours as typed; no departure: still there."""
        with self._fichier.operation("Ajouter une présence") as e:
            return self._ajouter_presence(e, membre, arrivee, depart)

    def _ajouter_presence(self, e: Ecriture, membre: str, arrivee: str, depart: str) -> str:
        seance = self._seance(e, membre)
        ligne: dict[str, Any] = {"membre": membre, "arrivee": None, "depart": None}
        for borne, texte in (("arrivee", arrivee), ("depart", depart)):
            proches = self._bornes(e, PRESENCE, ligne, "")
            ligne[borne] = self._quand(seance, texte, None, proches)
        self._verifier(e, PRESENCE, ligne, "")
        e.modifier(Membre, membre, excuse=False)
        return e.inserer(Presence, **ligne)

    def ajouter_deport(
        self, membre: str, point: str, *, motif: str = "", sortie: str = "", retour: str = ""
    ) -> str:
        """An exit that nobody noted; without hours, as long as the item was on the table.

        Before the item has come, it is only foreseen. Raises SaisieRefusee without a motive.
        """
        with self._fichier.operation("Ajouter un déport") as e:
            seance = self._seance(e, membre)
            passages = e.lignes(
                select(Passage.debut, Passage.fin)
                .where(Passage.point == point)
                .order_by(Passage.debut)
            )
            cle = self._deports.noter(e, point, membre, motif)
            if not passages and not sortie:
                return cle
            examen = (passages[0].debut, passages[-1].fin) if passages else (None, None)
            ligne: dict[str, Any] = {"membre": membre, "sortie": None, "retour": None}
            for borne, texte, defaut in zip(BORNES[DEPORT], (sortie, retour), examen, strict=True):
                lue = self._quand(seance, texte, None, [b for b in examen if b])
                ligne[borne] = lue or defaut
            self._verifier(e, DEPORT, ligne, "")
            e.modifier(Deport, cle, sortie=ligne["sortie"], retour=ligne["retour"])
            return cle

    def retirer(self, *cles: str) -> None:
        """Take away stays or exits that did not take place; the journal keeps them."""
        combien = "une présence ou un déport" if len(cles) == 1 else f"{len(cles)} lignes"
        with self._fichier.operation(f"Retirer {combien}") as e:
            for cle in cles:
                self._retirer(e, cle)

    def _retirer(self, ecriture: Ecriture, cle: str) -> None:
        sorte, ligne = self._lire(ecriture, cle)
        self._seance(ecriture, ligne["membre"])
        detacher(ecriture, [cle])
        ecriture.supprimer(MODELES[sorte], cle)

    # Inside ---------------------------------------------------------------------------------------

    def _lire(self, ecriture: Ecriture, cle: str) -> tuple[str, dict[str, Any]]:
        """Whether a row is a stay or an exit, and what it holds."""
        est_sejour = ecriture.lignes(select(Presence.cle).where(Presence.cle == cle))
        sorte = PRESENCE if est_sejour else DEPORT
        return sorte, ecriture.lire(MODELES[sorte], cle)

    def _seance(self, ecriture: Ecriture, membre: str) -> dict[str, Any]:
        seance = ecriture.lire(Seance, ecriture.lire(Membre, membre)["seance"])
        exiger_modifiable(seance)
        return seance

    def _bornes(
        self, ecriture: Ecriture, sorte: str, ligne: Mapping[str, Any], cle: str
    ) -> list[str]:
        """The moments next to which an hour typed to the minute is that very moment."""
        bornes = [ligne[borne] for borne in BORNES[sorte]]
        if sorte == PRESENCE:
            for autre in _autres_sejours(ecriture, ligne["membre"], cle):
                bornes += [autre.arrivee, autre.depart]
        return [borne for borne in bornes if borne]

    def _quand(
        self,
        seance: Mapping[str, Any],
        texte: str | None,
        avant: str | None,
        proches: Sequence[str],
    ) -> str | None:
        """The moment of an hour typed, on the day of the séance; empty: none."""
        lue = lire_heure(texte or "")
        if lue is None:
            return None
        jour = _jour(seance, avant, *proches) or jour_courant(self._horloge)
        quand = datetime.combine(jour, lue).astimezone(UTC).isoformat(timespec="microseconds")
        # The hour shown has no seconds: what is typed as it reads stays what it is.
        for connu in (*([avant] if avant else []), *proches):
            if connu[:16] == quand[:16]:
                return connu
        if quand > moment(self._horloge):
            raise SaisieRefusee(f"Il n'est pas encore {heure(quand)} : vérifiez l'heure.")
        return quand

    def _verifier(self, ecriture: Ecriture, sorte: str, ligne: Mapping[str, Any], cle: str) -> None:
        debut, fin = (ligne[borne] for borne in BORNES[sorte])
        if debut is None and (sorte == PRESENCE or fin is not None):
            mot = (
                "Une présence a une heure d'arrivée"
                if sorte == PRESENCE
                else "Un retour suit une sortie"
            )
            raise SaisieRefusee(f"{mot} : tapez-la, ou retirez la ligne.")
        if debut is not None and fin is not None and fin < debut:
            mots = "l'arrivée" if sorte == PRESENCE else "la sortie"
            quoi = "Un départ" if sorte == PRESENCE else "Un retour"
            raise SaisieRefusee(f"{quoi} ne peut pas précéder {mots} : vérifiez l'heure.")
        if sorte == PRESENCE:
            for autre in _autres_sejours(ecriture, ligne["membre"], cle):
                if debut < (autre.depart or "9") and autre.arrivee < (fin or "9"):
                    raise SaisieRefusee(
                        "Cette présence en recouvre une autre : corrigez d'abord l'autre."
                    )


def _jour(seance: Mapping[str, Any], *moments: str | None) -> date | None:
    """The day of the séance, as the clock of this machine reads."""
    for connu in (*moments, seance["ouverte_le"]):
        if connu:
            return datetime.fromisoformat(connu).astimezone().date()
    return date.fromisoformat(seance["date"]) if seance["date"] else None


def _exiger_motif(texte: str | None) -> str:
    propre = " ".join((texte or "").split())
    if not propre:
        raise SaisieRefusee("Un déport a un motif : tapez-le.")
    return propre


def _autres_sejours(ecriture: Ecriture, membre: str, cle: str) -> Sequence[Any]:
    requete = select(Presence.cle, Presence.arrivee, Presence.depart)
    return ecriture.lignes(requete.where(Presence.membre == membre, Presence.cle != cle))


def _objet(deport: Any) -> str:
    """« Déport : 2026-047 Titre »; foreseen until the member has left."""
    mot = "Déport" if deport.sortie else "Déport prévu"
    return f"{mot}{INSECABLE}: {_nommer(deport)}"


def _nommer(deport: Any) -> str:
    titre = deport.titre or deport.intitule or ""
    return f"{deport.numero} {titre}" if deport.numero else titre


# What the journal keeps -----------------------------------------------------------------------------

MOTS = {"arrivee": "arrivée", "depart": "départ", "sortie": "sortie", "retour": "retour"}


def _journal(lire: Lire, cles: Sequence[str]) -> dict[str, str]:
    """row -> who wrote it and when, then each hour that was put right, with what it was."""
    phrases: defaultdict[str, list[str]] = defaultdict(list)
    requete = (
        select(Trace.ligne, Trace.avant, Operation.auteur, Operation.horodatage)
        .join(Operation, Operation.numero == Trace.operation)
        .where(Trace.entite.in_(tuple(MODELES)), Trace.ligne.in_(cles))
        .order_by(Trace.operation, Trace.rang)
    )
    for ligne, avant, auteur, horodatage in lire(requete):
        valeurs = json.loads(avant) if avant else {}
        changees = [f"{MOTS[c]} {heure(valeurs[c])}" for c in MOTS if valeurs.get(c)]
        if not phrases[ligne]:
            phrases[ligne].append(f"{auteur}, {heure(horodatage)}")
        elif changees:
            auparavant = ", ".join(changees)
            phrases[ligne].append(
                f"corrigé par {auteur} à {heure(horodatage)} (auparavant {auparavant})"
            )
    return {cle: " ; ".join(phrases[cle]).replace(" ;", f"{INSECABLE};") for cle in cles}


# The quorum, item by item ---------------------------------------------------------------------------


def _lire_votants(lire: Lire, seance: str) -> dict[str, Voix]:
    sejours: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for membre, arrivee, depart in lire(
        select(Presence.membre, Presence.arrivee, Presence.depart)
        .join(Membre, Membre.cle == Presence.membre)
        .where(Membre.seance == seance)
    ):
        sejours[membre].append((arrivee, depart))
    sorties = lire(
        select(Deport.membre, Deport.sortie, Deport.retour)
        .join(Point, Point.cle == Deport.point)
        .where(Point.seance == seance, Deport.sortie.is_not(None))
    )
    votants = [m.cle for m in lire_membres(lire, seance) if m.votant]
    decidees = lire(
        select(Decision.point, Decision.decidee_le, Point.titre, Action.numero, Action.titre)
        .join(Point, Point.cle == Decision.point)
        .join(Action, Action.cle == Point.action, isouter=True)
        .where(Point.seance == seance, Decision.annulee.is_(False))
        .order_by(Point.rang, Decision.decidee_le, Decision.cle)
    )
    trouves = {}
    for point, quand, titre, numero, intitule in decidees:
        dehors = {m for m, debut, fin in sorties if couvre(debut, fin, quand)}
        nombre = sum(
            m not in dehors and any(couvre(a, d, quand) for a, d in sejours[m]) for m in votants
        )
        trouves[point] = Voix(numero or titre or intitule or "", nombre)
    return trouves


def couvre(debut: str, fin: str | None, quand: str) -> bool:
    """Whether a stay holds a moment; `fin` None: it goes on."""
    return debut <= quand and (fin is None or quand < fin)


NOMMES = 3  # items told one by one; the others are counted


def quorum_recalcule(
    avant: Mapping[str, Voix], apres: Mapping[str, Voix], requis: int | None
) -> str:
    """« Quorum recalculé : 2026-047, 5 votants au lieu de 6. »; empty when no decision is concerned."""
    changes = [
        (voix.nom, avant[point].votants, voix.votants)
        for point, voix in apres.items()
        if point in avant and avant[point].votants != voix.votants
    ]
    if not changes:
        return ""
    dits = [_changement(*change, requis) for change in changes[:NOMMES]]
    if len(changes) > NOMMES:
        dits.append(f"et {len(changes) - NOMMES} de plus")
    return f"Quorum recalculé{INSECABLE}: {f'{INSECABLE}; '.join(dits)}."


def _changement(nom: str, avant: int, apres: int, requis: int | None) -> str:
    pluriel = "s" if apres > 1 else ""
    dit = f"{nom}, {apres} votant{pluriel} au lieu de {avant}"
    if requis is None:
        return dit
    return f"{dit}, quorum {'réuni' if apres >= requis else 'non réuni'}"
