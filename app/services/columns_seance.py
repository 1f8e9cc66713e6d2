"""The columns of the lists of the séance: people, their links, agenda, motives."""

from collections.abc import Callable
from typing import Any, Protocol

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
    Pose,
    Signal,
    TypeColonne,
    est_oui,
    lire_attribut,
)
from app.services.columns_actions import choix_de, signal_statut
from app.services.motifs import Motifs
from app.services.ordres_du_jour import LignePoint, OrdresDuJour
from app.services.personnes import Personnes

EN_BLOC = "valide_en_bloc"
SIGNAUX_DECISION = {
    str(NatureDecision.VALIDE): Signal.FAVORABLE,
    EN_BLOC: Signal.FAVORABLE,
    str(NatureDecision.SOUS_RESERVE): Signal.ALERTE,
    str(NatureDecision.REFUSE): Signal.BLOQUANT,
    str(NatureDecision.AJOURNE): Signal.ALERTE,
    str(NatureDecision.COMPLEMENTAIRE): Signal.INFORMATION,
}


class Posant(Protocol):
    """A service whose rows are written one cell at a time, or several in one operation."""

    @property
    def operation(self) -> Callable[..., Any]: ...

    @property
    def poser(self) -> Callable[..., None]: ...


def _champ(
    service: Posant,
    nom: str,
    titre: str,
    *,
    poser: Callable[..., None] | None = None,
    lire: Callable[[Any], Any] = lambda valeur: valeur,
    **options: Any,
) -> Colonne:
    """An editable column on the field `nom`; `lire` turns what was typed into what is kept."""
    ecrire_dans = poser or service.poser

    def poser_champ(ecriture: Any, cle: str, valeur: Any) -> None:
        ecrire_dans(ecriture, cle, **{nom: lire(valeur)})

    def ecrire(cle: str, valeur: Any) -> None:
        with service.operation(f"Modifier « {titre} »") as ecriture:
            poser_champ(ecriture, cle, valeur)

    return Colonne(
        cle=nom,
        titre=titre,
        lire=lire_attribut(nom),
        ecrire=ecrire,
        pose=Pose(service.operation, poser_champ),
        **options,
    )


def _ou_rien(valeur: Any) -> Any:
    return valeur or None


def colonnes_personnes(service: Personnes, cofinancements: Cofinancements) -> list[Colonne]:
    """The people of the comités, and whom they represent."""
    financeurs = tuple((f.cle, f.nom_court) for f in cofinancements.financeurs())
    return [
        _champ(service, "nom", "Personne", largeur=220, figee=True),
        _champ(service, "fonction", "Fonction", lire=_ou_rien, largeur=240),
        _champ(service, "represente", "Représente", lire=_ou_rien, largeur=200),
        _champ(
            service,
            "financeur",
            "Financeur",
            lire=_ou_rien,
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
        _champ(
            service,
            "actif",
            "Actif",
            lire=lambda v: v if isinstance(v, bool) else est_oui(v),
            type=TypeColonne.BOOLEEN,
            largeur=70,
        ),
        _champ(service, "note", "Note", lire=_ou_rien, largeur=240),
    ]


def colonnes_liens(service: Personnes) -> list[Colonne]:
    """What ties people to porteurs."""

    def champ(nom: str, titre: str, **options: Any) -> Colonne:
        return _champ(service, nom, titre, poser=service.poser_lien, **options)

    return [
        Colonne(cle="personne", titre="Personne", lire=lire_attribut("personne_nom"), largeur=220),
        Colonne(cle="organisme", titre="Porteur", lire=lire_attribut("organisme_nom"), largeur=280),
        champ("nature", "Lien", type=TypeColonne.CHOIX, choix=choix_de(NatureLien), largeur=200),
        champ("note", "Note", lire=_ou_rien, largeur=240),
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
        _champ(
            service,
            "nature",
            "Passage",
            type=TypeColonne.CHOIX,
            choix=choix_de(NaturePoint),
            largeur=110,
        ),
        _champ(service, "minutes", "Minutes", type=TypeColonne.ENTIER, total=True, largeur=80),
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
        _champ(service, "note_privee", "Note privée", lire=_ou_rien, largeur=240),
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
    """The library of motives kept by the team."""
    return [
        Colonne(
            cle="nature",
            titre="Décision",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("nature"),
            choix=choix_de(NatureDecision),
            largeur=180,
        ),
        _champ(service, "texte", "Motif", largeur=480),
    ]
