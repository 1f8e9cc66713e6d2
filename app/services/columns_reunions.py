"""The columns of the réunions partenariales: meetings, agendas, people, notes, frequencies."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from app.models.enums import (
    Appreciation,
    College,
    EtatReunion,
    NatureRecommandation,
    NatureReunion,
    SensAvis,
    StatutAction,
    SuiteRecommandation,
)
from app.services.columns import (
    Alignement,
    Colonne,
    Signal,
    TypeColonne,
    colonne_lue,
    lire_attribut,
)
from app.services.columns_actions import choix_de, signal_statut
from app.services.documents import jour_de
from app.services.frequences import A_PREVOIR, CONFORME, MANQUE, SANS_EXIGENCE, TROP
from app.services.notes_reunion import CRITERES, NotesReunion
from app.services.ordres_reunion import OrdresReunion
from app.services.participants import Participants
from app.services.poses import colonne_de_champ, iso_de, ou_rien, oui_ou_non
from app.services.reunions import Reunions

_ETATS = {
    str(EtatReunion.PREPARATION): Signal.NEUTRE,
    str(EtatReunion.TENUE): Signal.FAVORABLE,
    str(EtatReunion.ANNULEE): Signal.ALERTE,
}
_APPRECIATIONS = {
    str(Appreciation.OUI): Signal.FAVORABLE,
    str(Appreciation.EN_PARTIE): Signal.ALERTE,
    str(Appreciation.NON): Signal.BLOQUANT,
}
_FREQUENCES = (
    (CONFORME, "Conforme"),
    (A_PREVOIR, "Prévue"),
    (MANQUE, "En manque"),
    (TROP, "En trop"),
    (SANS_EXIGENCE, "Non précisé"),
)
_SIGNAUX_FREQUENCE = {
    CONFORME: Signal.FAVORABLE,
    A_PREVOIR: Signal.INFORMATION,
    MANQUE: Signal.ALERTE,
    TROP: Signal.ALERTE,
}
PRESENT, ABSENT, INCONNU = "oui", "non", ""
_PRESENCES = ((PRESENT, "Présent"), (ABSENT, "Absent"), (INCONNU, "–"))


def _entier(cle: str, titre: str, largeur: int = 76, **options: Any) -> Colonne:
    return colonne_lue(cle, titre, largeur, **{"type": TypeColonne.ENTIER} | options)


def _jour(service: Any, nom: str, titre: str) -> Colonne:
    """A day, kept as an ISO text."""
    colonne = colonne_de_champ(service, nom, titre, iso_de, type=TypeColonne.DATE, largeur=92)
    return replace(colonne, lire=lambda ligne: jour_de(getattr(ligne, nom)))


def colonnes_reunions(service: Reunions) -> list[Colonne]:
    """The meetings of a year."""
    return [
        colonne_de_champ(service, "titre", "Réunion", largeur=280, figee=True),
        Colonne(
            cle="etat",
            titre="État",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("etat"),
            choix=choix_de(EtatReunion),
            signal=lambda etat: _ETATS.get(etat or "", Signal.NEUTRE),
            largeur=124,
        ),
        _jour(service, "date", "Date"),
        colonne_de_champ(
            service,
            "heure_debut",
            "Heure",
            ou_rien,
            largeur=64,
            aide="Tapée comme 14 h 30 ; les heures de passage en découlent",
        ),
        colonne_de_champ(service, "lieu", "Lieu", ou_rien, largeur=170),
        _entier("points", "Points", 64, total=True),
        _entier("vus", "Vus", 56, total=True, aide="Points vus en réunion"),
        _entier("invites", "Invités", 66, total=True),
        _entier("presents", "Présents", 74, total=True, aide="Vide tant que personne n'est pointé"),
        _entier("habitants", "Habitants", 78, total=True, aide="Habitants présents"),
        colonne_de_champ(
            service,
            "minutes_par_point",
            "Minutes par point",
            type=TypeColonne.ENTIER,
            largeur=84,
        ),
        colonne_de_champ(service, "animateur", "Animation", ou_rien, largeur=160),
        _jour(service, "invitation_le", "Convoquée le"),
        *_objet_de_la_reunion(service),
        colonne_de_champ(service, "note", "Remarque", ou_rien, largeur=260),
    ]


def _objet_de_la_reunion(service: Reunions) -> list[Colonne]:
    communes = (("", "–"), *service.communes())
    return [
        colonne_de_champ(
            service,
            "nature",
            "Nature",
            type=TypeColonne.CHOIX,
            choix=choix_de(NatureReunion),
            largeur=190,
        ),
        colonne_de_champ(
            service,
            "commune",
            "Commune",
            ou_rien,
            type=TypeColonne.CHOIX,
            choix=communes,
            largeur=140,
        ),
        colonne_lue("noeud_nom", "Orientation", 200),
        colonne_de_champ(
            service,
            "instances_noms",
            "Compte pour",
            ou_rien,
            largeur=260,
            proposer=lambda: [nom for _, nom in service.instances()],
            separateur=", ",
            aide="Les instances du contrat pour lesquelles cette réunion compte",
        ),
    ]


def colonnes_points_reunion(service: OrdresReunion) -> list[Colonne]:
    """The agenda of a meeting, with what was noted of each project."""
    return [
        _entier(
            "ordre",
            "Ordre",
            60,
            figee=True,
            aide="À glisser pour changer l'ordre ; ou Alt et une flèche",
        ),
        colonne_lue("numero", "N°", 84, figee=True, nuance=True),
        colonne_de_champ(service, "titre", "Intitulé", largeur=270, figee=True),
        colonne_lue("creneau", "Passage", 112, alignement=Alignement.CENTRE),
        colonne_de_champ(service, "minutes", "Minutes", type=TypeColonne.ENTIER, largeur=72),
        colonne_lue("porteur", "Porteur", 190),
        colonne_de_champ(service, "passe", "Vu", oui_ou_non, type=TypeColonne.BOOLEEN, largeur=52),
        *(_appreciation(service, cle, court) for cle, _, court in CRITERES),
        colonne_de_champ(service, "remarques", "Remarques", ou_rien, largeur=260),
        _entier("avis", "Avis", 60),
        _entier("recommandations", "Demandes", 84, aide="Recommandations, décisions, suites"),
        colonne_lue("communes", "Communes", 150),
        colonne_lue("axe", "Orientation", 190),
        Colonne(
            cle="statut",
            titre="Statut de l'action",
            type=TypeColonne.CHOIX,
            lire=lambda point: point.statut or None,
            choix=choix_de(StatutAction),
            signal=signal_statut,
            largeur=140,
        ),
    ]


def _appreciation(service: OrdresReunion, cle: str, titre: str) -> Colonne:
    return colonne_de_champ(
        service,
        cle,
        titre,
        ou_rien,
        type=TypeColonne.CHOIX,
        choix=(("", "–"), *choix_de(Appreciation)),
        signal=lambda dit: _APPRECIATIONS.get(dit or "", Signal.NEUTRE),
        largeur=112,
    )


def colonnes_participants(
    service: Participants, connus: Callable[[], Sequence[str]] | None = None
) -> list[Colonne]:
    """Who is invited and who came. `connus()`: names that typing completes."""
    presence = colonne_de_champ(
        service,
        "present",
        "Présence",
        lire_presence,
        type=TypeColonne.CHOIX,
        choix=_PRESENCES,
        signal=lambda p: {PRESENT: Signal.FAVORABLE, ABSENT: Signal.ALERTE}.get(p, Signal.NEUTRE),
        largeur=104,
    )
    return [
        colonne_de_champ(
            service, "nom", "Personne", largeur=190, figee=True, proposer=connus, obligatoire=False
        ),
        replace(presence, lire=lambda p: presence_dite(p.present)),
        colonne_de_champ(
            service,
            "college",
            "Collège",
            type=TypeColonne.CHOIX,
            choix=choix_de(College),
            largeur=140,
        ),
        colonne_de_champ(service, "represente", "Représente", ou_rien, largeur=230),
        colonne_de_champ(service, "fonction", "Fonction", ou_rien, largeur=230),
        colonne_de_champ(service, "courriel", "Courriel", ou_rien, largeur=230),
    ]


def presence_dite(present: bool | None) -> str | None:
    """The choice that stands for true, false and unknown."""
    return None if present is None else (PRESENT if present else ABSENT)


def lire_presence(valeur: str | None) -> bool | None:
    return {PRESENT: True, ABSENT: False}.get(valeur or "")


def colonnes_avis_reunion(service: NotesReunion) -> list[Colonne]:
    """What bodies say of the project in view."""

    def champ(nom: str, titre: str, lire: Any = None, **options: Any) -> Colonne:
        return colonne_de_champ(service, nom, titre, lire, poser=service.poser_avis, **options)

    return [
        champ("voix", "Qui", largeur=140),
        champ("sens", "Avis", type=TypeColonne.CHOIX, choix=choix_de(SensAvis), largeur=100),
        champ("texte", "Ce qui est dit", ou_rien, largeur=220),
    ]


def colonnes_demandes(service: NotesReunion) -> list[Colonne]:
    """What the meeting asks of the project in view."""

    def champ(nom: str, titre: str, lire: Any = None, **options: Any) -> Colonne:
        return colonne_de_champ(service, nom, titre, lire, **options)

    return [
        champ(
            "nature",
            "Nature",
            type=TypeColonne.CHOIX,
            choix=choix_de(NatureRecommandation),
            largeur=124,
        ),
        champ("texte", "Ce qui est demandé", largeur=280),
        champ("responsable", "À qui", ou_rien, largeur=130),
        _jour(service, "echeance", "Pour le"),
        Colonne(
            cle="suivie",
            titre="Suite",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("suivie"),
            choix=choix_de(SuiteRecommandation),
            largeur=110,
        ),
    ]


def colonnes_frequences() -> list[Colonne]:
    """How often each instance sat."""
    return [
        colonne_lue("nom", "Instance", 240, figee=True),
        colonne_lue("objet", "Commune ou orientation", 170, figee=True),
        Colonne(
            cle="etat",
            titre="Fréquence",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("etat"),
            choix=_FREQUENCES,
            signal=lambda etat: _SIGNAUX_FREQUENCE.get(etat or "", Signal.NEUTRE),
            largeur=116,
        ),
        _entier("tenues", "Tenues", 68, total=True),
        _entier("prevues", "Prévues", 70, total=True),
        _entier("minimum", "Au moins", 74),
        _entier("maximum", "Au plus", 68),
        colonne_lue("derniere", "Dernière", 92, type=TypeColonne.DATE),
        colonne_lue(
            "prochaine",
            "Prochaine",
            92,
            type=TypeColonne.DATE,
            aide="La dernière, plus l'intervalle que le contrat imprime",
        ),
        colonne_lue(
            "moments", "Moments attendus", 240, aide="Avant l'appel, avant ou après le comité"
        ),
        colonne_lue("phrase", "Constat", 380),
        colonne_lue("frequence", "Ce que dit le contrat", 260),
    ]


def colonnes_plan() -> list[Colonne]:
    """The meetings that are proposed."""
    return [
        colonne_lue("titre", "Réunion", 330),
        colonne_lue("quoi", "Ce qui sera fait", 120),
        _entier("nombre", "Actions", 72, total=True),
    ]


def colonnes_hors_reunion() -> list[Colonne]:
    """The projects that are on no agenda."""
    return [
        colonne_lue("numero", "N°", 84, nuance=True),
        colonne_lue("titre", "Intitulé", 240),
        colonne_lue("pourquoi", "Pourquoi", 300),
        colonne_lue("porteur", "Porteur", 180),
    ]
