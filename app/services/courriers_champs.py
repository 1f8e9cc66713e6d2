"""The fields that a template of letter may name: their list, for validation and for the person.

A template writes « {{ porteur.nom }} »; a list is repeated by « {%tr for m in montants %} ».
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.services.documents import texte_net
from app.services.identifiants import sans_invisibles

Contenu = Mapping[str, Any]  # family -> field -> text; list -> rows of field -> text


@dataclass(frozen=True, slots=True)
class Champ:
    """`nom` as a template writes it, what it is, and what it may say."""

    nom: str
    libelle: str
    exemple: str

    @property
    def cle(self) -> str:
        return self.nom

    @property
    def ecrit(self) -> str:
        return f"{{{{ {self.nom} }}}}"


FAMILLES: dict[str, dict[str, tuple[str, str]]] = {
    "contrat": {
        "nom": ("Nom du contrat de ville", "Contrat de ville de l'agglomération 2024-2030"),
        "nom_court": ("Nom court du contrat", "Contrat de ville"),
        "epci": ("Intercommunalité", "Communauté d'agglomération"),
    },
    "appel": {
        "nom": ("Nom de l'appel à projets", "Appel à projets 2026"),
        "annee": ("Année de l'appel", "2026"),
        "date_cloture": ("Date de clôture de l'appel", "15 janvier 2026"),
    },
    "action": {
        "numero": ("Numéro de l'action", "2026-014"),
        "reference": ("Référence du portail de dépôt", "DA00123456"),
        "titre": ("Intitulé de l'action", "Ateliers du mercredi"),
        "quartiers": ("Quartiers de l'action", "Centre, Faubourg"),
        "annee": ("Année de l'action", "2026"),
        "date_depot": ("Date du dépôt", "12 janvier 2026"),
        "date_debut": ("Début de l'action", "1er mars 2026"),
        "date_fin": ("Fin de l'action", "31 décembre 2026"),
        "cout": ("Coût total de l'action", "25 000 €"),
        "recommandation_egalite": (
            "Recommandation sur l'égalité femmes-hommes",
            "Proposer un créneau compatible avec la garde des enfants.",
        ),
    },
    "porteur": {
        "nom": ("Nom du porteur", "Association Les Ateliers"),
        "adresse": ("Adresse, sans la ville", "12 rue des Écoles"),
        "code_postal": ("Code postal", "59300"),
        "ville": ("Ville", "Valenciennes"),
        "siret": ("Numéro SIRET", "123 456 789 00012"),
        "courriel": ("Adresse électronique", "contact@exemple.fr"),
    },
    "total": {
        "demande": ("Total demandé", "15 000 €"),
        "accorde": ("Total accordé", "12 500 €"),
        "lettres": ("Total accordé, en toutes lettres", "douze mille cinq cents euros"),
    },
    "decision": {
        "nature": ("Décision du comité", "Validé sous réserve"),
        "date": ("Date de la décision", "13 mars 2026"),
        "motif": ("Motif de la décision", "Le public visé n'habite pas le quartier."),
        "conditions": ("Conditions posées", "Transmettre le budget définitif."),
    },
    "seance": {
        "titre": ("Titre de la séance", "Comité des financeurs du 13 mars 2026"),
        "date": ("Date de la séance", "13 mars 2026"),
        "lieu": ("Lieu de la séance", "Hôtel de ville"),
        "instance": ("Instance qui a décidé", "Comité des financeurs"),
    },
    "cpo": {
        "annees": ("Nombre d'années de la convention", "3"),
        "debut": ("Première année", "2026"),
        "fin": ("Dernière année", "2028"),
    },
    "courrier": {
        "date": ("Date de la lettre", "20 mars 2026"),
        "objet": ("Objet de la lettre", "Attribution d'une subvention"),
        "reference": ("Référence de l'envoi", "2026-118"),
        "complement": ("Texte ajouté pour cette lettre", "Votre référente reste joignable."),
    },
    "signataire": {
        "nom": ("Qui signe", "Camille Martin"),
        "qualite": ("Sa qualité", "Vice-présidente à la politique de la ville"),
        "mention": ("Mention au-dessus du nom", "Pour le Président et par délégation"),
    },
}

LISTES: dict[str, dict[str, tuple[str, str]]] = {
    "montants": {
        "financeur": ("Financeur d'un montant", "État"),
        "credit": ("Ligne de crédit d'un montant", "BOP 147"),
        "demande": ("Montant demandé à ce financeur", "9 000 €"),
        "accorde": ("Montant accordé par ce financeur", "7 500 €"),
    },
    "pieces": {
        "nom": ("Pièce qui manque au dossier", "Attestation sur l'honneur"),
    },
}


def champs() -> Iterator[Champ]:
    """All of them, in their order; those of a list as the loops of our templates name them."""
    for famille, noms in FAMILLES.items():
        for nom, (libelle, exemple) in noms.items():
            yield Champ(f"{famille}.{nom}", libelle, exemple)
    for liste, noms in LISTES.items():
        for nom, (libelle, exemple) in noms.items():
            yield Champ(f"{liste[0]}.{nom}", libelle, exemple)


def vide() -> dict[str, Any]:
    """Every field, empty: what a letter starts from."""
    familles: dict[str, Any] = {f: dict.fromkeys(noms, "") for f, noms in FAMILLES.items()}
    return familles | {liste: [] for liste in LISTES}


def exemple() -> dict[str, Any]:
    """What a template shows before there is any action."""
    contenu: dict[str, Any] = {
        famille: {nom: texte for nom, (_, texte) in noms.items()}
        for famille, noms in FAMILLES.items()
    }
    for liste, noms in LISTES.items():
        contenu[liste] = [{nom: texte for nom, (_, texte) in noms.items()}]
    return contenu


def en_texte(contenu: Contenu) -> dict[str, Any]:
    """The same, without the characters that no document may hold: all that remains is text."""
    propre: dict[str, Any] = {}
    for nom, valeur in contenu.items():
        if isinstance(valeur, Mapping):
            propre[nom] = {cle: _texte(v) for cle, v in valeur.items()}
        else:
            propre[nom] = [{cle: _texte(v) for cle, v in rangee.items()} for rangee in valeur]
    return propre


def _texte(valeur: object) -> str:
    """Ends of line stay; form feeds would be page breaks, unseen marks would turn the words after."""
    texte = sans_invisibles(texte_net("" if valeur is None else str(valeur)))
    return texte.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
