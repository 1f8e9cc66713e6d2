"""The séance of a comité: who is there, what passes, who says what, what is decided, and its seal.

Moments are ISO, UTC; amounts are euros. What a contract does not say (quorum, voting rule) is None.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import String

from app.models.base import TAILLE_CLE, Champ, Ligne, champ, lien


class Personne(Ligne):
    """Somebody who sits in the comités, and whom they represent."""

    __tablename__ = "personne"

    nom: Champ[str]
    fonction: Champ[str | None]
    represente: Champ[str | None]
    financeur: Champ[str | None] = lien("financeur")
    actif: Champ[bool] = champ(default=True)
    note: Champ[str | None]


class LienInteret(Ligne):
    """What ties a person to a porteur, and so takes that person out of the room (CGCT L2131-11)."""

    __tablename__ = "lien_interet"

    personne: Champ[str] = lien("personne")
    organisme: Champ[str] = lien("organisme")
    nature: Champ[str]
    note: Champ[str | None]


class Seance(Ligne):
    """One sitting of an instance. `point_courant` is the point in passage: it reopens there.

    `quorum`: members with a vote who must be present. `version` counts the closings: 0 while never
    closed, 2 and more when rectified. `reouverture`: why it was opened again, until it is closed.
    """

    __tablename__ = "seance"

    instance: Champ[str | None] = lien("instance")
    titre: Champ[str]
    annee: Champ[int]
    date: Champ[str | None]
    heure: Champ[str | None]
    lieu: Champ[str | None]
    etat: Champ[str]
    convoquee_le: Champ[str | None]
    quorum: Champ[int | None]
    quorum_source: Champ[str | None]
    regle_vote: Champ[str | None]
    regle_vote_source: Champ[str | None]
    secretaire: Champ[str | None]
    note_privee: Champ[str | None]
    ouverte_le: Champ[str | None]
    close_le: Champ[str | None]
    version: Champ[int] = champ(default=0)
    reouverture: Champ[str | None]
    point_courant: Champ[str | None] = champ(String(TAILLE_CLE))


class Membre(Ligne):
    """A person's seat at one séance. `votant`: counts for the quorum and the vote."""

    __tablename__ = "membre"

    seance: Champ[str] = lien("seance")
    personne: Champ[str] = lien("personne")
    role: Champ[str]
    votant: Champ[bool] = champ(default=True)
    excuse: Champ[bool] = champ(default=False)
    pouvoir_a: Champ[str | None] = lien("membre")
    rang: Champ[int] = champ(default=0)


class Presence(Ligne):
    """One stay in the room: a member may come and go several times."""

    __tablename__ = "presence"

    membre: Champ[str] = lien("membre")
    arrivee: Champ[str]
    depart: Champ[str | None]


class Point(Ligne):
    """An item of the agenda: an action, or a subject of its own. `note_privee` is never projected."""

    __tablename__ = "point"

    seance: Champ[str] = lien("seance")
    action: Champ[str | None] = lien("action")
    titre: Champ[str | None]
    nature: Champ[str]
    etat: Champ[str]
    minutes: Champ[int | None]
    note_privee: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Passage(Ligne):
    """One time that a point was on the table."""

    __tablename__ = "passage"

    point: Champ[str] = lien("point")
    debut: Champ[str]
    fin: Champ[str | None]


class Deport(Ligne):
    """A member who leaves the room for a point, why, when, and when back."""

    __tablename__ = "deport"

    point: Champ[str] = lien("point")
    membre: Champ[str] = lien("membre")
    motif: Champ[str | None]
    sortie: Champ[str | None]
    retour: Champ[str | None]


class Tour(Ligne):
    """An amount that a financeur said in a round. `publie_le` None: the room has not seen it yet.

    Rounds count from 1. `corrige`: said again after it was published. `commune`: the one that pays,
    where a financeur stands for several.
    """

    __tablename__ = "tour"

    point: Champ[str] = lien("point")
    financeur: Champ[str] = lien("financeur")
    ligne_credit: Champ[str | None] = lien("ligne_credit")
    commune: Champ[str | None] = lien("commune")
    annee: Champ[int]
    numero: Champ[int]
    montant: Champ[Decimal | None]
    auteur: Champ[str | None]
    dit_le: Champ[str]
    publie_le: Champ[str | None]
    corrige: Champ[bool] = champ(default=False)
    note: Champ[str | None]


class PositionCpo(Ligne):
    """What a financeur says of making the action pluriannual; `favorable` None: no answer yet."""

    __tablename__ = "position_cpo"

    point: Champ[str] = lien("point")
    financeur: Champ[str] = lien("financeur")
    commune: Champ[str | None] = lien("commune")
    favorable: Champ[bool | None]
    motif: Champ[str | None]
    dit_le: Champ[str]


class Decision(Ligne):
    """What the comité decided of a point. The last one that is not `annulee` counts; none is erased.

    `phrase` is the sentence of the PV, as it was read before it was kept. `rang` orders the liste
    complémentaire.
    """

    __tablename__ = "decision"

    point: Champ[str] = lien("point")
    nature: Champ[str]
    motif: Champ[str | None]
    conditions: Champ[str | None]
    rang: Champ[int | None]
    cpo_annees: Champ[int | None]
    phrase: Champ[str]
    en_bloc: Champ[bool] = champ(default=False)
    decidee_le: Champ[str]
    annulee: Champ[bool] = champ(default=False)


class MontantDecide(Ligne):
    """The amount of one financeur in a decision, frozen with it."""

    __tablename__ = "montant_decide"

    decision: Champ[str] = lien("decision")
    financeur: Champ[str] = lien("financeur")
    ligne_credit: Champ[str | None] = lien("ligne_credit")
    commune: Champ[str | None] = lien("commune")
    annee: Champ[int]
    montant: Champ[Decimal | None]


class VoixConsultative(Ligne):
    """The opinion of somebody who does not vote (conseil citoyen…): recorded, never counted."""

    __tablename__ = "voix_consultative"

    point: Champ[str] = lien("point")
    membre: Champ[str | None] = lien("membre")
    qui: Champ[str]
    sens: Champ[str]
    texte: Champ[str | None]
    projetee: Champ[bool] = champ(default=False)


class Motif(Ligne):
    """A motive of the library, offered for one nature of decision as long as it is `actif`."""

    __tablename__ = "motif"

    nature: Champ[str]
    texte: Champ[str]
    actif: Champ[bool] = champ(default=True)
    rang: Champ[int] = champ(default=0)


class Scenario(Ligne):
    """A named copy of amounts: it proposes, it never decides. `methode` says how it was made."""

    __tablename__ = "scenario"

    seance: Champ[str] = lien("seance")
    nom: Champ[str]
    methode: Champ[dict[str, Any]] = champ(default=dict)
    note: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class MontantScenario(Ligne):
    """What a scenario gives to an action from one financeur."""

    __tablename__ = "montant_scenario"

    scenario: Champ[str] = lien("scenario")
    action: Champ[str] = lien("action")
    financeur: Champ[str] = lien("financeur")
    ligne_credit: Champ[str | None] = lien("ligne_credit")
    commune: Champ[str | None] = lien("commune")
    montant: Champ[Decimal | None]


class Scellement(Ligne):
    """A closing: the fingerprint of the journal then, and that of the decisions it seals.

    `operation` is the number of the journal's entry that `empreinte` closes. `motif`: why the séance
    was opened again before this version.
    """

    __tablename__ = "scellement"

    seance: Champ[str] = lien("seance")
    version: Champ[int]
    operation: Champ[int]
    empreinte: Champ[str]
    empreinte_decisions: Champ[str]
    scelle_le: Champ[str]
    motif: Champ[str | None]


class Deliberation(Ligne):
    """The vote of one financeur's own assembly; what it voted stands in its `vote_deliberation`s.

    `date` None: it is being prepared, its amounts are not voted yet.
    """

    __tablename__ = "deliberation"

    financeur: Champ[str] = lien("financeur")
    annee: Champ[int]
    numero: Champ[str | None]
    date: Champ[str | None]
    assemblee: Champ[str | None]
    note: Champ[str | None]


class VoteDeliberation(Ligne):
    """The amount voted for one cofinancement by a deliberation."""

    __tablename__ = "vote_deliberation"

    deliberation: Champ[str] = lien("deliberation")
    cofinancement: Champ[str] = lien("cofinancement")
    montant: Champ[Decimal | None]


class Notification(Ligne):
    """The letter that tells a porteur an amount: when, how, under which reference."""

    __tablename__ = "notification"

    cofinancement: Champ[str] = lien("cofinancement")
    date: Champ[str | None]
    mode: Champ[str | None]
    reference: Champ[str | None]
    montant: Champ[Decimal | None]


class Versement(Ligne):
    """One payment of a cofinancement."""

    __tablename__ = "versement"

    cofinancement: Champ[str] = lien("cofinancement")
    date: Champ[str | None]
    montant: Champ[Decimal]
    reference: Champ[str | None]
