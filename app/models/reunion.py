"""Réunions partenariales: who is invited, what passes, what is recommended and what becomes of it.

Dates are ISO, hours « HH:MM », moments ISO in UTC.
"""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Ligne, lien


class Reunion(Ligne):
    """One meeting around the projects: of a commune, of a theme, or of the financeurs asked."""

    __tablename__ = "reunion"

    annee: Mapped[int]
    appel: Mapped[str | None] = lien("appel", facultatif=True)
    nature: Mapped[str]
    titre: Mapped[str]
    commune: Mapped[str | None] = lien("commune", facultatif=True)
    noeud: Mapped[str | None] = lien("noeud", facultatif=True)
    date: Mapped[str | None]
    heure_debut: Mapped[str | None]
    minutes_par_point: Mapped[int | None]
    lieu: Mapped[str | None]
    animateur: Mapped[str | None]
    etat: Mapped[str]
    invitation_le: Mapped[str | None]
    close_le: Mapped[str | None]
    note: Mapped[str | None]


class ReunionInstance(Ligne):
    """The instances for which one meeting counts (A-59): several bodies may sit together."""

    __tablename__ = "reunion_instance"

    reunion: Mapped[str] = lien("reunion")
    instance: Mapped[str] = lien("instance")


class PointReunion(Ligne):
    """A project, or a free matter, on the agenda. The three criteria are Appreciation (A-73).

    `minutes` None: the time that the meeting gives to each.
    """

    __tablename__ = "point_reunion"

    reunion: Mapped[str] = lien("reunion")
    action: Mapped[str | None] = lien("action", facultatif=True)
    titre: Mapped[str | None]
    minutes: Mapped[int | None]
    passe: Mapped[bool] = mapped_column(default=False)
    diagnostic: Mapped[str | None]
    capacite: Mapped[str | None]
    partenariat: Mapped[str | None]
    remarques: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Participant(Ligne):
    """Somebody invited to a meeting, and whether they came. `college` is a College (A-60)."""

    __tablename__ = "participant"

    reunion: Mapped[str] = lien("reunion")
    personne: Mapped[str | None] = lien("personne", facultatif=True)
    nom: Mapped[str]
    fonction: Mapped[str | None]
    represente: Mapped[str | None]
    college: Mapped[str]
    courriel: Mapped[str | None]
    present: Mapped[bool | None]
    rang: Mapped[int] = mapped_column(default=0)


class AvisReunion(Ligne):
    """What a body that may fund or not says of a project in a meeting: never counted (A-74)."""

    __tablename__ = "avis_reunion"

    point: Mapped[str] = lien("point_reunion")
    voix: Mapped[str]
    sens: Mapped[str]
    texte: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class Recommandation(Ligne):
    """What a meeting asks (NatureRecommandation), of whom and for when, and what became of it.

    `suivie` is a SuiteRecommandation, None while nobody said. `action` None: a matter of the meeting.
    """

    __tablename__ = "recommandation"

    action: Mapped[str | None] = lien("action", facultatif=True)
    reunion: Mapped[str | None] = lien("reunion", facultatif=True)
    nature: Mapped[str]
    texte: Mapped[str]
    responsable: Mapped[str | None]
    echeance: Mapped[str | None]
    suivie: Mapped[str | None]
    suite: Mapped[str | None]
    suite_par: Mapped[str | None]
    suite_le: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)
