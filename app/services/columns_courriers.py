"""The columns of the letters: what is due, what was produced and sent, who signs, which templates."""

from typing import Any

from app.models.enums import ModeNotification, NatureCourrier
from app.services.columns import Colonne, Signal, TypeColonne, colonne_lue, lire_attribut
from app.services.columns_actions import choix_de
from app.services.courriers import Courriers
from app.services.courriers_lus import A_PRODUIRE, A_REFAIRE, ENVOYE, PREPARE, PRODUIT
from app.services.courriers_modeles import EtatModele
from app.services.errors import SaisieRefusee
from app.services.poses import champ_de, iso_de, ou_rien
from app.services.signataires import Signataires

ETATS = (
    (A_PRODUIRE, "À produire"),
    (PREPARE, "Préparé"),
    (A_REFAIRE, "À refaire"),
    (PRODUIT, "Produit"),
    (ENVOYE, "Envoyé"),
)
_SIGNAUX = {
    A_PRODUIRE: Signal.ALERTE,
    PREPARE: Signal.ALERTE,
    A_REFAIRE: Signal.BLOQUANT,
    PRODUIT: Signal.INFORMATION,
    ENVOYE: Signal.FAVORABLE,
}
FOURNI, PROPRE, REFUSE = "fourni", "propre", "refuse"
_ETATS_MODELE = (
    (FOURNI, "Modèle du programme"),
    (PROPRE, "Votre modèle"),
    (REFUSE, "À corriger"),
)
_SIGNAUX_MODELE = {FOURNI: Signal.NEUTRE, PROPRE: Signal.FAVORABLE, REFUSE: Signal.BLOQUANT}


def colonnes_courriers(service: Courriers) -> list[Colonne]:
    """One row for a letter that is due or kept."""
    return [
        colonne_lue("numero", "N°", 78, figee=True, nuance=True),
        colonne_lue("titre", "Intitulé", 190, figee=True),
        colonne_lue(
            "nature", "Courrier", 124, type=TypeColonne.CHOIX, choix=choix_de(NatureCourrier)
        ),
        Colonne(
            cle="etat",
            titre="État",
            type=TypeColonne.CHOIX,
            lire=lire_attribut("etat"),
            choix=ETATS,
            signal=lambda etat: _SIGNAUX.get(etat or "", Signal.NEUTRE),
            aide="« À refaire » : le comité a décidé autrement depuis que la lettre est produite",
            largeur=112,
        ),
        colonne_lue("montant", "Montant", 80, type=TypeColonne.MONTANT, total=True),
        colonne_lue("porteur", "Porteur", 160),
        colonne_lue("decidee_le", "Décidé le", 92, type=TypeColonne.DATE, nuance=True),
        Colonne(
            cle="complement",
            titre="Texte ajouté",
            lire=lire_attribut("complement"),
            aide="Une phrase propre à cette lettre, à la place que le modèle lui donne",
            largeur=180,
            **champ_de(service, "complement", ou_rien),
        ),
        colonne_lue("corrige", "Correction", 96),
        colonne_lue(
            "manques", "Il manque", 86, aide="À compléter dans la fiche du porteur ou de l'action"
        ),
        colonne_lue("produit_le", "Produit le", 92, type=TypeColonne.DATE),
        colonne_lue(
            "envoye_le",
            "Envoyé le",
            92,
            type=TypeColonne.DATE,
            aide="Noter l'envoi d'un accord notifie aussi ses montants",
            **champ_de(service, "envoye_le", iso_de),
        ),
        colonne_lue(
            "mode",
            "Mode d'envoi",
            140,
            type=TypeColonne.CHOIX,
            choix=choix_de(ModeNotification, vide=True),
            **champ_de(service, "mode", ou_rien),
        ),
        colonne_lue("reference", "Référence", 110, **champ_de(service, "reference", ou_rien)),
        colonne_lue("signataire", "Signataire", 140),
        colonne_lue("datee_du", "Datée du", 92, type=TypeColonne.DATE, visible=False),
        colonne_lue("objet", "Objet", 220, visible=False),
        colonne_lue("fichier", "Fichier", 220, visible=False),
        colonne_lue("produit_par", "Produit par", 110, visible=False),
        colonne_lue("note", "Remarque", 200, **champ_de(service, "note", ou_rien)),
    ]


def colonnes_signataires(service: Signataires) -> list[Colonne]:
    """Who signs, from a day to another."""
    return [
        colonne_lue("nom", "Nom", 180, figee=True, obligatoire=True, **champ_de(service, "nom")),
        colonne_lue("qualite", "Qualité", 280, **champ_de(service, "qualite", ou_rien)),
        colonne_lue(
            "mention",
            "Mention",
            260,
            aide="Au-dessus du nom, comme « Pour le Président et par délégation »",
            **champ_de(service, "mention", ou_rien),
        ),
        colonne_lue("debut", "Du", 96, type=TypeColonne.DATE, **champ_de(service, "debut", iso_de)),
        colonne_lue("fin", "Au", 96, type=TypeColonne.DATE, **champ_de(service, "fin", iso_de)),
        Colonne(
            cle="natures",
            titre="Courriers signés",
            lire=lambda ligne: ligne.lettres if ligne.natures else "",
            aide="Vide : tous. Sinon leurs noms séparés par des virgules, comme Accord, Refus",
            largeur=220,
            **champ_de(service, "natures", natures_de),
        ),
        colonne_lue("note", "Remarque", 220, **champ_de(service, "note", ou_rien)),
    ]


def natures_de(texte: Any) -> list[str]:
    """The kinds of letter named in a cell. Raises SaisieRefusee for what is no kind."""
    connues = {nature.libelle.casefold(): str(nature) for nature in NatureCourrier}
    natures = []
    for mot in filter(None, (m.strip() for m in str(texte or "").replace(";", ",").split(","))):
        if mot.casefold() not in connues:
            noms = ", ".join(nature.libelle for nature in NatureCourrier)
            raise SaisieRefusee(f"« {mot} » n'est pas un courrier ; choisissez parmi : {noms}.")
        natures.append(connues[mot.casefold()])
    return list(dict.fromkeys(natures))


def colonnes_modeles() -> list[Colonne]:
    """One row for a kind of letter: whose template it is made of."""
    return [
        colonne_lue(
            "nature", "Courrier", 190, type=TypeColonne.CHOIX, choix=choix_de(NatureCourrier)
        ),
        Colonne(
            cle="etat",
            titre="Modèle",
            type=TypeColonne.CHOIX,
            lire=_etat_modele,
            choix=_ETATS_MODELE,
            signal=lambda etat: _SIGNAUX_MODELE.get(etat or "", Signal.NEUTRE),
            largeur=170,
        ),
        Colonne(
            cle="fichier",
            titre="Fichier",
            lire=lambda modele: modele.chemin.name if modele.chemin else "",
            largeur=200,
        ),
        colonne_lue("refus", "À corriger", 420),
    ]


def _etat_modele(modele: EtatModele) -> str:
    if modele.chemin is None:
        return FOURNI
    return REFUSE if modele.refus else PROPRE


def colonnes_champs() -> list[Colonne]:
    """The fields that a template may use."""
    return [
        Colonne(
            cle="nom",
            titre="À écrire dans le modèle",
            lire=lambda champ: champ.ecrit,
            largeur=250,
            figee=True,
        ),
        colonne_lue("libelle", "Ce que c'est", 260),
        colonne_lue("exemple", "Exemple", 300, nuance=True),
    ]
