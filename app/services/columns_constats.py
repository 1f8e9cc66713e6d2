"""The columns of the constats, of the rules and of their values, of the rules composed."""

from typing import Any

from app.models.enums import CibleConstat
from app.services.colonne_constats import SIGNAUX
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue
from app.services.columns_actions import choix_de
from app.services.constats_comptes import GRAVES_D_ABORD
from app.services.constats_liste import OUTRE, theme_dit

NIVEAUX = tuple((str(n), n.libelle) for n in GRAVES_D_ABORD)


def signal_niveau(niveau: str | None) -> Signal:
    return SIGNAUX.get(niveau or "", Signal.NEUTRE)


def colonnes_constats() -> list[Colonne]:
    """One constat a row; nothing is typed."""
    return [
        colonne_lue(
            "niveau",
            "Niveau",
            122,
            type=TypeColonne.CHOIX,
            choix=NIVEAUX,
            signal=signal_niveau,
            figee=True,
        ),
        colonne_lue("cible", "Porte sur", 84, type=TypeColonne.CHOIX, choix=choix_de(CibleConstat)),
        colonne_lue("numero", "N°", 78, nuance=True),
        colonne_lue("sujet", "Sujet", 210),
        colonne_lue("phrase", "Constat", 460),
        colonne_lue("source", "Source", 250, nuance=True),
        colonne_lue("enonce", "Règle", 260),
        colonne_lue("couche", "Couche", 104),
        colonne_lue("theme", "Thème", 170),
        colonne_lue(
            "etat",
            "État",
            112,
            signal=lambda etat: Signal.NEUTRE if etat == OUTRE else Signal.INFORMATION,
        ),
        colonne_lue("outre", "Passé outre, motif", 240),
        colonne_lue("auteur", "Par", 130),
        colonne_lue("porteur", "Porteur", 160, visible=False),
        colonne_lue("regle", "Code de la règle", 170, visible=False),
    ]


# Rules --------------------------------------------------------------------------------------------

EN_SERVICE, SILENCIEUSE, HORS_SERVICE = "En service", "Silencieuse", "Hors service"
SANS_CONTROLE = "Sans contrôle"
_ETATS = {
    EN_SERVICE: Signal.FAVORABLE,
    HORS_SERVICE: Signal.BLOQUANT,
    SILENCIEUSE: Signal.NEUTRE,
    SANS_CONTROLE: Signal.NEUTRE,
}


def etat_regle(regle: Any) -> str:
    """Whether a rule says something, and if not, why."""
    if not regle.active:
        return HORS_SERVICE
    if not regle.controlee:
        return SANS_CONTROLE
    muette = regle.valeurs and not any(v.dite for v in regle.valeurs)
    return SILENCIEUSE if regle.niveau is None or muette else EN_SERVICE


def valeurs_dites(regle: Any) -> str:
    """« Durée max (ans) : 3 ; … », what nobody says included."""
    return "\u00a0; ".join(f"{v.libelle}\u00a0: {v.texte}" for v in regle.valeurs)


def niveau_dit(regle: Any) -> str:
    return str(regle.niveau) if regle.niveau is not None else ""


def colonnes_regles() -> list[Colonne]:
    """One rule of the file a row."""
    return [
        colonne_lue("code", "Code", 150, figee=True, nuance=True),
        colonne_lue("enonce", "Règle", 330, figee=True),
        Colonne(
            cle="etat",
            titre="État",
            lire=etat_regle,
            largeur=122,
            signal=lambda etat: _ETATS.get(etat or "", Signal.NEUTRE),
            aide="Silencieuse : le contrat ne dit pas de quoi la contrôler",
        ),
        Colonne(
            cle="niveau",
            titre="Niveau",
            type=TypeColonne.CHOIX,
            choix=(("", "Non précisé"), *NIVEAUX),
            lire=niveau_dit,
            largeur=122,
            signal=signal_niveau,
        ),
        Colonne(cle="valeurs", titre="Valeurs en vigueur", lire=valeurs_dites, largeur=300),
        colonne_lue("couche", "Couche", 104),
        colonne_lue("source", "Source", 260, nuance=True),
        Colonne(cle="theme", titre="Thème", lire=lambda r: theme_dit(r.theme), largeur=180),
        Colonne(
            cle="changee",
            titre="Changée par l'équipe",
            type=TypeColonne.BOOLEEN,
            lire=lambda r: r.changee or None,
            largeur=92,
        ),
        colonne_lue("motif", "Motif", 240),
        colonne_lue("auteur", "Par", 130),
    ]


def colonnes_couches() -> list[Colonne]:
    """Every layer of the values of one rule: which applies, what it replaces."""
    return [
        colonne_lue("valeur", "Valeur", 200, figee=True),
        colonne_lue("texte", "Ce qu'elle dit", 210),
        colonne_lue("couche", "Couche", 110),
        colonne_lue(
            "etat",
            "État",
            128,
            signal=lambda etat: Signal.FAVORABLE if etat == "S'applique" else Signal.NEUTRE,
        ),
        colonne_lue("source", "Source", 470, nuance=True),
    ]


def colonnes_composees() -> list[Colonne]:
    """Rules composed by the team."""
    return [
        colonne_lue("identifiant", "Code", 96, figee=True, nuance=True),
        colonne_lue("libelle", "Nom", 240, figee=True),
        colonne_lue("active", "En service", 80, type=TypeColonne.BOOLEEN),
        colonne_lue(
            "niveau", "Niveau", 122, type=TypeColonne.CHOIX, choix=NIVEAUX, signal=signal_niveau
        ),
        colonne_lue("cible", "Porte sur", 90, type=TypeColonne.CHOIX, choix=choix_de(CibleConstat)),
        Colonne(cle="mots", titre="Ce qu'elle dit", lire=lambda c: c.mots or c.defaut, largeur=460),
        colonne_lue("constat", "Phrase du constat", 300),
        colonne_lue("source", "Source", 200),
        colonne_lue("note", "Remarque", 180),
    ]
