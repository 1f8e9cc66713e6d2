"""The columns of the services instructeurs: who they are, the rules, who would be asked, headings."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.services.affectations import Affectations
from app.services.avis import AvisDesServices
from app.services.columns import Colonne, Pose, TypeColonne, colonne_lue, lire_attribut
from app.services.columns_instruction import abreger, signal_d_avis
from app.services.poses import champ_de, ou_rien, oui_ou_non
from app.services.services_instructeurs import ROLES, ServicesInstructeurs

Choix = Sequence[tuple[str, str]]
N_IMPORTE = ("", "Tous")
ENTRE_RUBRIQUES = " ; "


@dataclass(frozen=True, slots=True)
class LigneRubrique:
    """A heading of an expertise and what is said under it, by its own text."""

    cle: str
    texte: str


def colonnes_services(services: ServicesInstructeurs) -> list[Colonne]:
    """Names, referents and headings; all are typed."""
    return [
        colonne_lue(
            "nom_court",
            "Service",
            150,
            figee=True,
            obligatoire=True,
            **champ_de(services, "nom_court"),
        ),
        colonne_lue("role", "Rôle", 120, type=TypeColonne.CHOIX, choix=ROLES),
        colonne_lue("financeur_nom", "Financeur", 130),
        Colonne(
            cle="referents",
            titre="Référents",
            lire=lambda s: ", ".join(s.referents),
            largeur=200,
            separateur=", ",
            plusieurs=True,
            aide="Les noms avec lesquels ils signent, séparés par des virgules",
            **champ_de(services, "referents", _noms),
        ),
        colonne_lue(
            "courriel", "Adresse électronique", 190, **champ_de(services, "courriel", ou_rien)
        ),
        colonne_lue(
            "actif",
            "Actif",
            60,
            type=TypeColonne.BOOLEEN,
            **champ_de(services, "actif", oui_ou_non),
        ),
        Colonne(
            cle="rubriques",
            titre="Rubriques de l'expertise",
            lire=lambda s: ENTRE_RUBRIQUES.join(s.rubriques),
            largeur=260,
            aide="Ce que l'expertise commente, séparé par des points-virgules",
            **champ_de(services, "rubriques", _rubriques),
        ),
        colonne_lue("nom", "Nom complet", 220, obligatoire=True, **champ_de(services, "nom")),
        colonne_lue("note", "Note", 180, **champ_de(services, "note", ou_rien)),
    ]


def _noms(texte: str | None) -> list[str]:
    return [nom.strip() for nom in (texte or "").replace(";", ",").split(",") if nom.strip()]


def _rubriques(texte: str | None) -> list[str]:
    return [r.strip() for r in (texte or "").split(";") if r.strip()]


def colonnes_regles(
    affectations: Affectations, noeuds: Choix, communes: Choix, appels: Choix
) -> list[Colonne]:
    """A theme, a commune, an appel: what is left open takes everything."""

    def parmi(cle: str, titre: str, choix: Choix, largeur: int) -> Colonne:
        return colonne_lue(
            cle,
            titre,
            largeur,
            type=TypeColonne.CHOIX,
            choix=(N_IMPORTE, *choix),
            **champ_de(affectations, cle, ou_rien),
        )

    return [
        colonne_lue("service_nom", "Service", 130, figee=True),
        parmi("noeud", "Thème", noeuds, 200),
        parmi("commune", "Commune", communes, 120),
        parmi("appel", "Appel", appels, 150),
    ]


def colonnes_affectations() -> list[Colonne]:
    """Who would be asked about what, and why."""
    return [
        colonne_lue("numero", "N°", 78, nuance=True),
        colonne_lue("titre", "Intitulé", 190),
        colonne_lue("service_nom", "Service", 120),
        colonne_lue("raison", "Parce que", 190),
    ]


def colonnes_rubriques(avis: AvisDesServices, courant: Any) -> list[Colonne]:
    """What an expertise says, heading by heading; `courant()` is the avis in view."""

    def ecrire(cle: str, valeur: Any) -> None:
        avis.commenter(courant(), cle, valeur or None)

    def poser(ecriture: Any, cle: str, valeur: Any) -> None:
        avis.poser_commentaire(ecriture, courant(), cle, valeur or None)

    return [
        colonne_lue("cle", "Rubrique", 400),
        colonne_lue("texte", "Commentaire", 460, ecrire=ecrire, pose=Pose(avis.operation, poser)),
    ]


def colonnes_avis_de_l_action() -> list[Colonne]:
    """Every answer on one action, in its sheet."""
    return [
        Colonne(
            cle="service", titre="Service", lire=lire_attribut("service.nom_court"), largeur=104
        ),
        Colonne(
            cle="avis",
            titre="Avis",
            lire=lire_attribut("en_mots"),
            afficher=abreger,
            signal=signal_d_avis,
            largeur=124,
        ),
        colonne_lue("montant", "Proposé", 80, type=TypeColonne.MONTANT),
        colonne_lue("motif", "Motif", 150),
        colonne_lue("rendu_le", "Rendu le", 84, type=TypeColonne.DATE),
        colonne_lue("rendu_par", "Par", 110),
        colonne_lue("comme", "Même avis que", 100),
    ]
