"""Réunions partenariales: who is invited, what passes, what is recommended and what becomes of it.

Dates are ISO, hours « HH:MM », moments ISO in UTC.
"""

from app.models.base import Champ, Ligne, champ, lien


class Reunion(Ligne):
    """One meeting around the projects: of a commune, of a theme, or of the financeurs asked."""

    __tablename__ = "reunion"

    annee: Champ[int]
    appel: Champ[str | None] = lien("appel")
    nature: Champ[str]
    titre: Champ[str]
    commune: Champ[str | None] = lien("commune")
    noeud: Champ[str | None] = lien("noeud")
    date: Champ[str | None]
    heure_debut: Champ[str | None]
    minutes_par_point: Champ[int | None]
    lieu: Champ[str | None]
    animateur: Champ[str | None]
    etat: Champ[str]
    invitation_le: Champ[str | None]
    close_le: Champ[str | None]
    note: Champ[str | None]


class ReunionInstance(Ligne):
    """The instances for which one meeting counts (A-59): several bodies may sit together."""

    __tablename__ = "reunion_instance"

    reunion: Champ[str] = lien("reunion")
    instance: Champ[str] = lien("instance")


class PointReunion(Ligne):
    """A project, or a free matter, on the agenda. The three criteria are Appreciation (A-73).

    `minutes` None: the time that the meeting gives to each.
    """

    __tablename__ = "point_reunion"

    reunion: Champ[str] = lien("reunion")
    action: Champ[str | None] = lien("action")
    titre: Champ[str | None]
    minutes: Champ[int | None]
    passe: Champ[bool] = champ(default=False)
    diagnostic: Champ[str | None]
    capacite: Champ[str | None]
    partenariat: Champ[str | None]
    remarques: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Participant(Ligne):
    """Somebody invited to a meeting, and whether they came. `college` is a College (A-60)."""

    __tablename__ = "participant"

    reunion: Champ[str] = lien("reunion")
    personne: Champ[str | None] = lien("personne")
    nom: Champ[str]
    fonction: Champ[str | None]
    represente: Champ[str | None]
    college: Champ[str]
    courriel: Champ[str | None]
    present: Champ[bool | None]
    rang: Champ[int] = champ(default=0)


class AvisReunion(Ligne):
    """What a body that may fund or not says of a project in a meeting: never counted (A-74)."""

    __tablename__ = "avis_reunion"

    point: Champ[str] = lien("point_reunion")
    voix: Champ[str]
    sens: Champ[str]
    texte: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class Recommandation(Ligne):
    """What a meeting asks (NatureRecommandation), of whom and for when, and what became of it.

    `suivie` is a SuiteRecommandation, None while nobody said. `action` None: a matter of the meeting.
    """

    __tablename__ = "recommandation"

    action: Champ[str | None] = lien("action")
    reunion: Champ[str | None] = lien("reunion")
    nature: Champ[str]
    texte: Champ[str]
    responsable: Champ[str | None]
    echeance: Champ[str | None]
    suivie: Champ[str | None]
    suite: Champ[str | None]
    suite_par: Champ[str | None]
    suite_le: Champ[str | None]
    rang: Champ[int] = champ(default=0)
