"""After the comité: what is left of the envelopes, and the liste complémentaire when one drops out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO, somme
from app.models.enums import NatureDecision, StatutAction
from app.models.montants import afficher_montant
from app.models.seance import Decision, Point, Seance
from app.services.decisions_lues import LigneDecision, comptees, lire_decisions
from app.services.effets_decision import accorder
from app.services.enveloppes import Enveloppes, LigneEnveloppe, portee
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.payeurs import LignePayeur, Payeur, payeurs_des_actions, poser_montant
from app.services.transaction import Ecriture


@dataclass(frozen=True, slots=True)
class Reliquat:
    """What an envelope has left (euros). `reliquat` None: its amount is not known."""

    enveloppe: str
    financeur: str
    nom: str
    disponible: Decimal | None
    accorde: Decimal
    reliquat: Decimal | None

    @property
    def cle(self) -> str:
        return self.enveloppe

    @property
    def mot(self) -> str:
        """« reste 12 400 € », « épuisée », « dépassée de 300 € »."""
        if self.reliquat is None:
            return "enveloppe non communiquée"
        if self.reliquat == 0:
            return "épuisée"
        dit = afficher_montant(abs(self.reliquat), euro=True)
        return f"reste {dit}" if self.reliquat > 0 else f"dépassée de {dit}"


@dataclass(frozen=True, slots=True)
class Candidate:
    """An action of the liste complémentaire, by rank (euros). `financable` when nothing lacks.

    `manques`: (name of the payeur, how much its envelope lacks). `seance`: that ranked it.
    """

    decision: str
    seance: str
    seance_titre: str
    action: str
    rang: int
    numero: str
    titre: str
    total: Decimal
    manques: tuple[tuple[str, Decimal], ...]

    @property
    def cle(self) -> str:
        return self.decision

    @property
    def financable(self) -> bool:
        return not self.manques

    @property
    def mot(self) -> str:
        """« finançable », « il manque : État 1 500 € »."""
        if self.financable:
            return "finançable"
        details = ", ".join(
            f"{nom} {afficher_montant(manque, euro=True)}" for nom, manque in self.manques
        )
        return f"il manque : {details}"

    @property
    def phrase(self) -> str:
        """« Rang 1 : 2026-014 « … », 4 000 €, finançable. »"""
        tete = f"Rang {self.rang} : {self.numero} « {self.titre} », "
        tete += afficher_montant(self.total, euro=True)
        return f"{tete}, {self.mot}."


@dataclass(frozen=True, slots=True)
class PartProposee:
    """What one payeur could give to an action of the liste complémentaire (euros).

    `retenu`: what the comité kept for it; `reliquat`: what its envelope has left once the actions
    ranked before are served (None: its amount is not known); `propose`: the lesser of the two.
    """

    cle: str
    decision: str
    action: str
    rang: int
    numero: str
    titre: str
    payeur: Payeur
    nom: str
    retenu: Decimal
    reliquat: Decimal | None
    propose: Decimal | None

    @property
    def mot(self) -> str:
        """« entier », « il manque 1 500 € », « dépasse le reliquat de 300 € »."""
        if self.reliquat is None:
            return "enveloppe non communiquée"
        propose = self.propose or ZERO
        if propose > max(self.reliquat, ZERO):
            depasse = propose - max(self.reliquat, ZERO)
            return f"dépasse le reliquat de {afficher_montant(depasse, euro=True)}"
        manque = self.retenu - propose
        return f"il manque {afficher_montant(manque, euro=True)}" if manque > 0 else "entier"


@dataclass(frozen=True, slots=True)
class Dotee:
    """An action that holds money, whatever its status (euros)."""

    action: str
    numero: str
    titre: str
    statut: str
    total: Decimal

    @property
    def nom(self) -> str:
        """« 2026-014 Ateliers (libère 5 000 €) »."""
        return f"{self.numero} {self.titre} (libère {afficher_montant(self.total, euro=True)})"


ECARTES = (
    StatutAction.RETIREE,
    StatutAction.REFUSEE,
    StatutAction.AJOURNEE,
    StatutAction.REORIENTEE,
    StatutAction.IRRECEVABLE,
)


class Suites:
    """Reads what is left, and writes what happens to an action once the comité is over."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._enveloppes = Enveloppes(fichier)

    def reliquats(self, annee: int) -> list[Reliquat]:
        """The envelopes of a year with what is left of each, in speaking order."""
        return [
            Reliquat(
                e.cle,
                e.financeur,
                nom_de_l_enveloppe(e),
                e.disponible,
                e.accorde,
                e.reste,
            )
            for e in self._enveloppes.lignes(annee)
        ]

    def liste_complementaire(self, annee: int) -> list[Candidate]:
        """The actions that wait, by rank, and whether the envelopes can pay each of them now.

        Each is weighed alone, against what is left today.
        """
        enveloppes = self._enveloppes.lignes(annee)
        requete = select(Point.cle, Seance.cle, Seance.titre).join(Seance)
        lues = self._fichier.lignes(requete.where(Seance.annee == annee))
        seances = {point: (seance, titre) for point, seance, titre in lues}
        return [
            Candidate(
                d.cle,
                seances[d.point][0],
                seances[d.point][1],
                d.action or "",
                d.rang or 0,
                d.numero,
                d.titre,
                d.total,
                tuple(_manques(d, enveloppes)),
            )
            for d in self._en_attente(annee)
        ]

    def _en_attente(self, annee: int) -> list[LigneDecision]:
        with self._fichier.instant() as lire:
            seances = select(Seance.cle).where(Seance.annee == annee)
            toutes = lire_decisions(lire, Point.seance.in_(seances))
            statuts = dict(lire(select(Action.cle, Action.statut).where(Action.annee == annee)))
        par_action = {d.action: d for d in sorted(comptees(toutes), key=lambda d: d.decidee_le)}
        attendent = [
            d
            for action, d in par_action.items()
            if d.nature == NatureDecision.COMPLEMENTAIRE
            and statuts.get(action or "") == StatutAction.PROPOSEE
        ]
        return sorted(attendent, key=lambda d: (d.rang or 0, d.decidee_le))

    def abandonner(self, action: str, motif: str) -> list[Candidate]:
        """An action drops out during the year: nothing is granted to it any more.

        Returns the liste complémentaire with what that frees. What was already paid stays: raises
        SaisieRefusee when something was.
        """
        propre = " ".join(motif.split())
        if not propre:
            raise SaisieRefusee("Dites pourquoi l'action est abandonnée : tapez un motif.")
        with self._fichier.operation(f"Abandonner une action : {propre}") as e:
            ligne = e.lire(Action, action)
            for siege in payeurs_des_actions(e.lignes, [action])[action]:
                _exiger_non_verse(e, siege)
                if siege.accorde is not None:
                    accorder(e, action, siege, None)
            e.modifier(Action, action, statut=str(StatutAction.RETIREE))
        return self.liste_complementaire(ligne["annee"])

    def encore_dotees(self, annee: int) -> list[Dotee]:
        """The actions that dropped out and still hold what was granted: it is to be freed."""
        ecartes = {str(statut) for statut in ECARTES}
        return [dotee for dotee in self.dotees(annee) if dotee.statut in ecartes]

    def dotees(self, annee: int) -> list[Dotee]:
        """The actions that hold what was granted to them, by number."""
        requete = (
            select(Action.cle, Action.numero, Action.titre, Action.statut, Cofinancement.accorde)
            .join(Cofinancement, Cofinancement.action == Action.cle)
            .where(
                Action.annee == annee,
                Cofinancement.accorde > ZERO,
            )
            .order_by(Action.numero)
        )
        groupes: dict[str, Dotee] = {}
        for cle, numero, titre, statut, accorde in self._fichier.lignes(requete):
            avant = groupes[cle].total if cle in groupes else ZERO
            groupes[cle] = Dotee(cle, numero, titre, statut, avant + accorde)
        return list(groupes.values())

    def proposer(self, annee: int) -> list[PartProposee]:
        """Who could give what to each action that waits, in its order, within the reliquats.

        What an action is offered is no longer there for the next one. It proposes, it never decides.
        """
        enveloppes = self._enveloppes.lignes(annee)
        places = {(e.financeur, e.ligne_credit, e.commune): e.cle for e in enveloppes}
        restes = {e.cle: e.reste for e in enveloppes}
        return [
            part for d in self._en_attente(annee) for part in _parts_proposees(d, places, restes)
        ]

    def rattraper(self, montants: Mapping[str, Mapping[Payeur, Decimal | None]]) -> int:
        """Grant amounts to actions of the liste complémentaire: decision -> payeur -> euros.

        One operation. An action that would get nothing goes on waiting. Returns how many are
        granted. Raises SaisieRefusee when there is none, or when one no longer waits.
        """
        dotees = {d: m for d, m in montants.items() if any(m.values())}
        if not dotees:
            raise SaisieRefusee("Aucun montant n'est proposé : tapez ce que chacun donne.")
        pluriel = "s" if len(dotees) > 1 else ""
        libelle = f"Rattraper {len(dotees)} action{pluriel} de la liste complémentaire"
        with self._fichier.operation(libelle) as e:
            for decision, donnes in dotees.items():
                _accorder_en_attente(e, decision, donnes)
        return len(dotees)

    def appeler(self, decision: str) -> None:
        """Grant all that was kept for an action of the liste complémentaire, in one operation."""
        with self._fichier.operation("Appeler une action de la liste complémentaire") as e:
            _accorder_en_attente(e, decision, None)


def _accorder_en_attente(
    ecriture: Ecriture, decision: str, montants: Mapping[Payeur, Decimal | None] | None
) -> None:
    """Grant an action that waits; `montants` None: all that was kept for it."""
    lues = lire_decisions(ecriture.lignes, Decision.cle == decision)
    lue = lues[0] if lues else None
    if lue is None or lue.action is None or lue.nature != NatureDecision.COMPLEMENTAIRE:
        raise SaisieRefusee("Cette action n'est pas sur la liste complémentaire.")
    if ecriture.lire(Action, lue.action)["statut"] != StatutAction.PROPOSEE:
        raise SaisieRefusee("Cette action n'attend plus : son statut a changé.")
    for payeur, montant in (lue.par_payeur() if montants is None else montants).items():
        poser_montant(ecriture, lue.action, payeur, etape="accorde", montant=montant)
    ecriture.modifier(Action, lue.action, statut=str(StatutAction.ACCORDEE))


def _parts_proposees(
    decision: LigneDecision, places: dict[Any, str], restes: dict[str, Decimal | None]
) -> Iterator[PartProposee]:
    """The parts of one action; `restes` is less by what they take."""
    for rang, montant in enumerate(decision.montants):
        if not montant.montant:
            continue
        enveloppe = _enveloppe_de(places, montant.payeur) or ""
        reste = restes.get(enveloppe)
        propose = montant.montant if reste is None else min(montant.montant, max(reste, ZERO))
        if reste is not None:
            restes[enveloppe] = reste - propose
        yield PartProposee(
            cle=f"{decision.cle}.{rang}",
            decision=decision.cle,
            action=decision.action or "",
            rang=decision.rang or 0,
            numero=decision.numero,
            titre=decision.titre,
            payeur=montant.payeur,
            nom=montant.nom,
            retenu=montant.montant,
            reliquat=reste,
            propose=propose,
        )


def nom_de_l_enveloppe(enveloppe: LigneEnveloppe) -> str:
    """« État – BOP 147 », or the commune that it is for."""
    tete = enveloppe.commune_nom or enveloppe.financeur_nom
    return f"{tete} – {enveloppe.ligne_credit_nom}" if enveloppe.ligne_credit_nom else tete


def _manques(
    decision: LigneDecision, enveloppes: Sequence[LigneEnveloppe]
) -> list[tuple[str, Decimal]]:
    """What each payeur's envelope lacks; one whose amount is not known lacks nothing that is known."""
    places = {(e.financeur, e.ligne_credit, e.commune): e.cle for e in enveloppes}
    restes = {e.cle: e.reste for e in enveloppes}
    besoins: dict[str, Decimal] = {}
    noms: dict[str, str] = {}
    for montant in decision.montants:
        cle = _enveloppe_de(places, montant.payeur)
        if cle is not None and montant.montant:
            besoins[cle] = besoins.get(cle, ZERO) + montant.montant
            noms.setdefault(cle, montant.nom)
    return [
        (noms[cle], besoin - reste)
        for cle, besoin in besoins.items()
        if (reste := restes[cle]) is not None and besoin > reste
    ]


def _enveloppe_de(places: dict[Any, str], payeur: Payeur) -> str | None:
    return portee(places, payeur.financeur, payeur.ligne_credit, payeur.commune)


def _exiger_non_verse(ecriture: Ecriture, siege: LignePayeur) -> None:
    if siege.cofinancement is None:
        return
    verse = ecriture.lire(Cofinancement, siege.cofinancement)["verse"]
    if verse:
        raise SaisieRefusee(
            f"{siege.nom} a déjà versé {afficher_montant(verse, euro=True)} : "
            "notez d'abord ce qui est remboursé."
        )


def depassement_des_reliquats(reliquats: Sequence[Reliquat]) -> Decimal:
    """Euros by which envelopes are exceeded, in all."""
    return somme(max(-r.reliquat, ZERO) for r in reliquats if r.reliquat is not None)


def total_des_reliquats(reliquats: Sequence[Reliquat]) -> Decimal:
    """Euros left in the envelopes whose amount is known; an overshoot is not taken off the others."""
    return somme(max(r.reliquat, ZERO) for r in reliquats if r.reliquat is not None)
