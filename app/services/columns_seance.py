"""The columns of the lists of the séance: people, their links, agenda, motives."""

from typing import Any

from app.models.enums import (
    EtatPoint,
    NatureDecision,
    NatureLien,
    NaturePoint,
    StatutAction,
)
from app.services.cofinancements import Cofinancements
from app.services.columns import (
    Colonne,
    Signal,
    TypeColonne,
    lire_attribut,
)
from app.services.columns_actions import choix_de, signal_statut
from app.services.motifs import Motifs
from app.services.ordres_du_jour import LignePoint, OrdresDuJour
from app.services.personnes import Personnes
from app.services.poses import colonne_de_champ, ou_rien, oui_ou_non

EN_BLOC = "valide_en_bloc"
SIGNAUX_DECISION = {
    str(NatureDecision.VALIDE): Signal.FAVORABLE,
    EN_BLOC: Signal.FAVORABLE,
    str(NatureDecision.SOUS_RESERVE): Signal.ALERTE,
    str(NatureDecision.REFUSE): Signal.BLOQUANT,
    str(NatureDecision.AJOURNE): Signal.ALERTE,
    str(NatureDecision.COMPLEMENTAIRE): Signal.INFORMATION,
}


def colonnes_personnes(service: Personnes, cofinancements: Cofinancements) -> list[Colonne]:
    """The people of the comités, and whom they represent."""
    financeurs = tuple((f.cle, f.nom_court) for f in cofinancements.financeurs())
    return [
        colonne_de_champ(service, "nom", "Personne", largeur=220, figee=True),
        colonne_de_champ(service, "fonction", "Fonction", lire=ou_rien, largeur=240),
        colonne_de_champ(service, "represente", "Représente", lire=ou_rien, largeur=200),
        colonne_de_champ(
            service,
            "financeur",
            "Financeur",
            lire=ou_rien,
            type=TypeColonne.CHOIX,
            choix=(("", "–"), *financeurs),
            largeur=150,
        ),
        Colonne(
            cle="liens",
            titre="Liens avec des porteurs",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("liens"),
            largeur=110,
        ),
        colonne_de_champ(
            service,
            "actif",
            "Actif",
            lire=oui_ou_non,
            type=TypeColonne.BOOLEEN,
            largeur=70,
        ),
        colonne_de_champ(service, "note", "Remarque", lire=ou_rien, largeur=240),
    ]


def colonnes_liens(service: Personnes) -> list[Colonne]:
    """What ties people to porteurs."""

    def champ(nom: str, titre: str, **options: Any) -> Colonne:
        return colonne_de_champ(service, nom, titre, poser=service.poser_lien, **options)

    return [
        Colonne(cle="personne", titre="Personne", lire=lire_attribut("personne_nom"), largeur=220),
        Colonne(cle="organisme", titre="Porteur", lire=lire_attribut("organisme_nom"), largeur=280),
        champ("nature", "Lien", type=TypeColonne.CHOIX, choix=choix_de(NatureLien), largeur=200),
        champ("note", "Remarque", lire=ou_rien, largeur=240),
    ]


def colonnes_points(service: OrdresDuJour) -> list[Colonne]:
    """The agenda of a séance. The private note is for the cockpit alone."""
    return [
        Colonne(
            cle="ordre",
            titre="Ordre",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("ordre"),
            largeur=64,
            figee=True,
            aide="À glisser pour changer l'ordre ; ou Alt et une flèche",
        ),
        *_textes(("numero", "N°", 90), ("titre", "Intitulé", 300)),
        Colonne(
            cle="decision",
            titre="Décision",
            type=TypeColonne.CHOIX,
            lire=_decision,
            choix=_choix_decision(),
            signal=lambda nature: SIGNAUX_DECISION.get(nature or "", Signal.NEUTRE),
            largeur=150,
        ),
        *_montants(("demande", "Demandé"), ("propose", "Proposé"), ("accorde", "Accordé")),
        Colonne(
            cle="statut",
            titre="Statut de l'action",
            type=TypeColonne.CHOIX,
            lire=lambda point: point.statut or None,
            choix=choix_de(StatutAction),
            signal=signal_statut,
            largeur=150,
        ),
        colonne_de_champ(
            service,
            "nature",
            "Passage",
            type=TypeColonne.CHOIX,
            choix=choix_de(NaturePoint),
            largeur=110,
        ),
        colonne_de_champ(
            service, "minutes", "Minutes", type=TypeColonne.ENTIER, total=True, largeur=80
        ),
        *_textes(("porteur", "Porteur", 220), ("se_retirent", "Se retirent", 180)),
        *_textes(("axe", "Axe", 200), ("communes", "Communes", 160), ("echelle", "Échelle", 130)),
        Colonne(
            cle="etat",
            titre="État",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("etat"),
            choix=choix_de(EtatPoint),
            largeur=150,
        ),
        colonne_de_champ(service, "note_privee", "Note privée", lire=ou_rien, largeur=240),
    ]


def _decision(point: LignePoint) -> str | None:
    """What counts; an item that the block vote took says so."""
    valide = point.decision == NatureDecision.VALIDE
    return EN_BLOC if valide and point.en_bloc else point.decision


def _choix_decision() -> tuple[tuple[str, str], ...]:
    valide, *autres = choix_de(NatureDecision)
    return (valide, (EN_BLOC, "Validé en bloc"), *autres)


def _montants(*colonnes: tuple[str, str]) -> list[Colonne]:
    return [
        Colonne(
            cle=cle,
            titre=titre,
            type=TypeColonne.MONTANT,
            lire=lire_attribut(cle),
            total=True,
            largeur=90,
        )
        for cle, titre in colonnes
    ]


def _textes(*colonnes: tuple[str, str, int]) -> list[Colonne]:
    return [
        Colonne(cle=cle, titre=titre, lire=lire_attribut(cle), largeur=largeur)
        for cle, titre, largeur in colonnes
    ]


def colonnes_motifs(service: Motifs) -> list[Colonne]:
    """The library of motives: kept by the team, else proposed."""
    return [
        Colonne(
            cle="rang",
            titre="Ordre",
            type=TypeColonne.ENTIER,
            lire=lambda motif: motif.rang + 1,
            largeur=64,
            aide="À glisser pour changer l'ordre ; ou Alt et une flèche",
        ),
        Colonne(
            cle="nature",
            titre="Décision",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            choix=choix_de(NatureDecision),
            largeur=180,
        ),
        colonne_de_champ(service, "texte", "Motif", largeur=420),
        colonne_de_champ(
            service,
            "actif",
            "Proposé",
            lire=oui_ou_non,
            type=TypeColonne.BOOLEEN,
            largeur=80,
            aide="Oui ou non : un motif qui n'est plus proposé reste dans les décisions qui le portent",
        ),
        Colonne(cle="origine", titre="Origine", lire=lire_attribut("origine"), largeur=170),
    ]
