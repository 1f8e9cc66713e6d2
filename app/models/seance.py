"""The séance of a comité: who is there, what passes, who says what, what is decided, and its seal.

Moments are ISO, UTC; amounts are euros. What a contract does not say (quorum, voting rule) is None.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import TAILLE_CLE, Ligne, lien


class Personne(Ligne):
    """Somebody who sits in the comités, and whom they represent."""

    __tablename__ = "personne"

    nom: Mapped[str]
    fonction: Mapped[str | None]
    represente: Mapped[str | None]
    financeur: Mapped[str | None] = lien("financeur", facultatif=True)
    actif: Mapped[bool] = mapped_column(default=True)
    note: Mapped[str | None]


class LienInteret(Ligne):
    """What ties a person to a porteur, and so takes that person out of the room (CGCT L2131-11)."""

    __tablename__ = "lien_interet"

    personne: Mapped[str] = lien("personne")
    organisme: Mapped[str] = lien("organisme")
    nature: Mapped[str]
    note: Mapped[str | None]


class Seance(Ligne):
    """One sitting of an instance. `point_courant` is the point in passage: it reopens there.

    `quorum`: members with a vote who must be present. `version` counts the closings: 0 while never
    closed, 2 and more when rectified. `reouverture`: why it was opened again, until it is closed.
    """

    __tablename__ = "seance"

    instance: Mapped[str | None] = lien("instance", facultatif=True)
    titre: Mapped[str]
    annee: Mapped[int]
    date: Mapped[str | None]
    heure: Mapped[str | None]
    lieu: Mapped[str | None]
    etat: Mapped[str]
    convoquee_le: Mapped[str | None]
    quorum: Mapped[int | None]
    quorum_source: Mapped[str | None]
    regle_vote: Mapped[str | None]
    regle_vote_source: Mapped[str | None]
    secretaire: Mapped[str | None]
    note_privee: Mapped[str | None]
    ouverte_le: Mapped[str | None]
    close_le: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=0)
    reouverture: Mapped[str | None]
    point_courant: Mapped[str | None] = mapped_column(String(TAILLE_CLE))


class Membre(Ligne):
    """A person's seat at one séance. `votant`: counts for the quorum and the vote."""

    __tablename__ = "membre"

    seance: Mapped[str] = lien("seance")
    personne: Mapped[str] = lien("personne")
    role: Mapped[str]
    votant: Mapped[bool] = mapped_column(default=True)
    excuse: Mapped[bool] = mapped_column(default=False)
    pouvoir_a: Mapped[str | None] = lien("membre", facultatif=True)
    rang: Mapped[int] = mapped_column(default=0)


class Presence(Ligne):
    """One stay in the room: a member may come and go several times."""

    __tablename__ = "presence"

    membre: Mapped[str] = lien("membre")
    arrivee: Mapped[str]
    depart: Mapped[str | None]


class Point(Ligne):
    """An item of the agenda: an action, or a subject of its own. `note_privee` is never projected."""

    __tablename__ = "point"

    seance: Mapped[str] = lien("seance")
    action: Mapped[str | None] = lien("action", facultatif=True)
    titre: Mapped[str | None]
    nature: Mapped[str]
    etat: Mapped[str]
    minutes: Mapped[int | None]
    note_privee: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Passage(Ligne):
    """One time that a point was on the table."""

    __tablename__ = "passage"

    point: Mapped[str] = lien("point")
    debut: Mapped[str]
    fin: Mapped[str | None]


class Deport(Ligne):
    """A member who leaves the room for a point, why, when, and when back."""

    __tablename__ = "deport"

    point: Mapped[str] = lien("point")
    membre: Mapped[str] = lien("membre")
    motif: Mapped[str | None]
    sortie: Mapped[str | None]
    retour: Mapped[str | None]


class Tour(Ligne):
    """An amount that a financeur said in a round. `publie_le` None: the room has not seen it yet.

    Rounds count from 1. `corrige`: said again after it was published. `commune`: the one that pays,
    where a financeur stands for several.
    """

    __tablename__ = "tour"

    point: Mapped[str] = lien("point")
    financeur: Mapped[str] = lien("financeur")
    ligne_credit: Mapped[str | None] = lien("ligne_credit", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    annee: Mapped[int]
    numero: Mapped[int]
    montant: Mapped[Decimal | None]
    auteur: Mapped[str | None]
    dit_le: Mapped[str]
    publie_le: Mapped[str | None]
    corrige: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str | None]


class PositionCpo(Ligne):
    """What a financeur says of making the action pluriannual; `favorable` None: no answer yet."""

    __tablename__ = "position_cpo"

    point: Mapped[str] = lien("point")
    financeur: Mapped[str] = lien("financeur")
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    favorable: Mapped[bool | None]
    motif: Mapped[str | None]
    dit_le: Mapped[str]


class Decision(Ligne):
    """What the comité decided of a point. The last one that is not `annulee` counts; none is erased.

    `phrase` is the sentence of the PV, as it was read before it was kept. `rang` orders the liste
    complémentaire.
    """

    __tablename__ = "decision"

    point: Mapped[str] = lien("point")
    nature: Mapped[str]
    motif: Mapped[str | None]
    conditions: Mapped[str | None]
    rang: Mapped[int | None]
    cpo_annees: Mapped[int | None]
    phrase: Mapped[str]
    en_bloc: Mapped[bool] = mapped_column(default=False)
    decidee_le: Mapped[str]
    annulee: Mapped[bool] = mapped_column(default=False)


class MontantDecide(Ligne):
    """The amount of one financeur in a decision, frozen with it."""

    __tablename__ = "montant_decide"

    decision: Mapped[str] = lien("decision")
    financeur: Mapped[str] = lien("financeur")
    ligne_credit: Mapped[str | None] = lien("ligne_credit", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    annee: Mapped[int]
    montant: Mapped[Decimal | None]


class VoixConsultative(Ligne):
    """The opinion of somebody who does not vote (conseil citoyen…): recorded, never counted."""

    __tablename__ = "voix_consultative"

    point: Mapped[str] = lien("point")
    membre: Mapped[str | None] = lien("membre", facultatif=True)
    qui: Mapped[str]
    sens: Mapped[str]
    texte: Mapped[str | None]
    projetee: Mapped[bool] = mapped_column(default=False)


class Motif(Ligne):
    """A motive of the library, offered for one nature of decision as long as it is `actif`."""

    __tablename__ = "motif"

    nature: Mapped[str]
    texte: Mapped[str]
    actif: Mapped[bool] = mapped_column(default=True)
    rang: Mapped[int] = mapped_column(default=0)


class Scenario(Ligne):
    """A named copy of amounts: it proposes, it never decides. `methode` says how it was made."""

    __tablename__ = "scenario"

    seance: Mapped[str] = lien("seance")
    nom: Mapped[str]
    methode: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class MontantScenario(Ligne):
    """What a scenario gives to an action from one financeur."""

    __tablename__ = "montant_scenario"

    scenario: Mapped[str] = lien("scenario")
    action: Mapped[str] = lien("action")
    financeur: Mapped[str] = lien("financeur")
    ligne_credit: Mapped[str | None] = lien("ligne_credit", facultatif=True)
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    montant: Mapped[Decimal | None]


class Scellement(Ligne):
    """A closing: the fingerprint of the journal then, and that of the decisions it seals.

    `operation` is the number of the journal's entry that `empreinte` closes. `motif`: why the séance
    was opened again before this version.
    """

    __tablename__ = "scellement"

    seance: Mapped[str] = lien("seance")
    version: Mapped[int]
    operation: Mapped[int]
    empreinte: Mapped[str]
    empreinte_decisions: Mapped[str]
    scelle_le: Mapped[str]
    motif: Mapped[str | None]


class Deliberation(Ligne):
    """The vote of one financeur's own assembly; what it voted stands in its `vote_deliberation`s.

    `date` None: it is being prepared, its amounts are not voted yet.
    """

    __tablename__ = "deliberation"

    financeur: Mapped[str] = lien("financeur")
    annee: Mapped[int]
    numero: Mapped[str | None]
    date: Mapped[str | None]
    assemblee: Mapped[str | None]
    note: Mapped[str | None]


class VoteDeliberation(Ligne):
    """The amount voted for one cofinancement by a deliberation."""

    __tablename__ = "vote_deliberation"

    deliberation: Mapped[str] = lien("deliberation")
    cofinancement: Mapped[str] = lien("cofinancement")
    montant: Mapped[Decimal | None]


class Notification(Ligne):
    """The letter that tells a porteur an amount: when, how, under which reference."""

    __tablename__ = "notification"

    cofinancement: Mapped[str] = lien("cofinancement")
    date: Mapped[str | None]
    mode: Mapped[str | None]
    reference: Mapped[str | None]
    montant: Mapped[Decimal | None]


class Versement(Ligne):
    """One payment of a cofinancement."""

    __tablename__ = "versement"

    cofinancement: Mapped[str] = lien("cofinancement")
    date: Mapped[str | None]
    montant: Mapped[Decimal]
    reference: Mapped[str | None]
