"""What the settings of a contract are made of: each editable list and its columns.

Pure description: one page shows and edits every list from it (`rubriques_saisie` reads and shows a cell).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from app.models.enums import (
    Enumeration,
    NatureCredit,
    NatureOrganisme,
    NatureQuartier,
    NiveauConstat,
    RoleNomenclature,
)
from app.services.rubriques_libelles import (
    CATEGORIES,
    CATEGORIES_SIGNATAIRE,
    NATURES_ENGAGEMENT,
    NATURES_INSTANCE,
    ORIGINES,
    PORTEES,
    REMARQUES,
    RESSOURCES,
    THEMES,
    Options,
)

Nature = Literal["texte", "entier", "montant", "booleen", "choix", "liste", "lien", "dict"]


@dataclass(frozen=True, slots=True)
class Colonne:
    """A column. `objet` names it with its article, as in « Modifier la population ».

    `options`: stored value and label of a choix. `cible`: rubrique that a lien points to. `silence`:
    an empty cell means that the contract says nothing. `largeur` is in characters.
    """

    nom: str
    objet: str
    nature: Nature = "texte"
    options: Options = ()
    cible: str = ""
    largeur: int = 20
    silence: bool = True
    modifiable: bool = True

    @property
    def titre(self) -> str:
        nu = re.sub(r"^(les |le |la |l'|l’)", "", self.objet)
        return nu[0].upper() + nu[1:]


@dataclass(frozen=True, slots=True)
class Rubrique:
    """A list. `entite` is its table, `nom` the column that names a row, `un` the row in a sentence.

    `parent`: column to give when a row is added. `emporte`: rows (table, column) that have no life of
    their own and go with it. `fixe`: rows are neither added nor deleted.
    """

    cle: str
    titre: str
    entite: str
    nom: str
    un: str
    colonnes: tuple[Colonne, ...]
    parent: str = ""
    emporte: tuple[tuple[str, str], ...] = ()
    defauts: Mapping[str, Any] = field(default_factory=dict)
    fixe: bool = False

    def colonne(self, nom: str) -> Colonne:
        """Raises KeyError: a screen only names the columns that it was given."""
        return {colonne.nom: colonne for colonne in self.colonnes}[nom]


def _options(enumeration: type[Enumeration]) -> Options:
    return tuple((membre.value, membre.libelle) for membre in enumeration)


def _note() -> Colonne:
    return Colonne("note", "la note", largeur=40, silence=False)


def _nom(objet: str = "le nom", nom: str = "nom", largeur: int = 36) -> Colonne:
    return Colonne(nom, objet, largeur=largeur, silence=False)


def _choix(nom: str, objet: str, options: Options, *, silence: bool = False) -> Colonne:
    return Colonne(nom, objet, "choix", options=options, silence=silence)


def _oui(nom: str, objet: str) -> Colonne:
    return Colonne(nom, objet, "booleen", largeur=10)


def _liste(nom: str, objet: str, *, silence: bool = False, modifiable: bool = True) -> Colonne:
    return Colonne(nom, objet, "liste", largeur=28, silence=silence, modifiable=modifiable)


def _lien(nom: str, objet: str, cible: str, *, modifiable: bool = True) -> Colonne:
    return Colonne(
        nom, objet, "lien", cible=cible, largeur=28, silence=False, modifiable=modifiable
    )


def _nombre(nom: str, objet: str, nature: Nature = "entier") -> Colonne:
    return Colonne(nom, objet, nature, largeur=12)


RUBRIQUES: tuple[Rubrique, ...] = (
    Rubrique(
        "contrat",
        "Contrat",
        "contrat",
        "nom",
        "le contrat",
        (
            _nom(),
            Colonne("nom_court", "le nom court", silence=False),
            Colonne("epci", "l'EPCI", largeur=36),
            Colonne("departement", "le département"),
            Colonne("region", "la région"),
            _nombre("annee_debut", "l'année de début"),
            _nombre("annee_fin", "l'année de fin"),
            _nombre("annee_mi_parcours", "l'année de mi-parcours"),
            Colonne("date_signature", "la date de signature", largeur=12),
            Colonne("base_legale", "la base légale", largeur=36),
            Colonne("modalite", "la modalité d'appel", largeur=36),
            _nombre("population_qpv", "la population en QPV"),
            Colonne("parent_nom", "le contrat-cadre", silence=False),
            _note(),
        ),
        fixe=True,
    ),
    Rubrique(
        "quartiers",
        "Quartiers",
        "quartier",
        "nom",
        "un quartier",
        (
            Colonne("code", "le code", largeur=12),
            _nom(),
            _choix("nature", "la nature", _options(NatureQuartier)),
            _nombre("population", "la population"),
            _nombre("population_annee", "l'année de la population"),
            Colonne("population_source", "la source de la population"),
            _oui("nouveau_2024", "l'entrée en 2024"),
            _oui("eligible_bop147", "l'éligibilité au BOP 147"),
            Colonne("statut_reconnaissance", "la reconnaissance", silence=False),
            _liste("codes_alias", "les autres codes"),
            _liste("variantes", "les variantes du nom"),
            _liste("predecesseurs", "les anciens quartiers"),
            _note(),
        ),
        emporte=(("quartier_commune", "quartier"),),
        defauts={"nom": "Nouveau quartier", "nature": NatureQuartier.QPV.value},
    ),
    Rubrique(
        "communes",
        "Communes",
        "commune",
        "nom",
        "une commune",
        (
            _nom(),
            Colonne("code_insee", "le code Insee", largeur=10),
            _oui("signataire", "la signature"),
            _oui("membre_epci", "l'appartenance à l'EPCI"),
            _liste("variantes", "les variantes du nom"),
            _note(),
        ),
        defauts={"nom": "Nouvelle commune"},
    ),
    Rubrique(
        "quartiers_communes",
        "Communes des quartiers",
        "quartier_commune",
        "quartier",
        "une commune de quartier",
        (
            _lien("quartier", "le quartier", "quartiers"),
            _lien("commune", "la commune", "communes"),
            _oui("principale", "la commune principale"),
            _nombre("part", "la part des habitants (%)", "montant"),
        ),
        parent="quartier",
    ),
    Rubrique(
        "nomenclatures",
        "Nomenclatures",
        "nomenclature",
        "nom",
        "une nomenclature",
        (
            _nom(),
            _choix("role", "le rôle", _options(RoleNomenclature)),
            _liste("niveaux", "les noms des niveaux"),
            _note(),
        ),
        defauts={"nom": "Nouvelle nomenclature", "role": RoleNomenclature.SECONDAIRE.value},
    ),
    Rubrique(
        "noeuds",
        "Orientations et objectifs",
        "noeud",
        "libelle",
        "une orientation",
        (
            Colonne("code", "le code", largeur=10, silence=False),
            _nom("le libellé", "libelle", 60),
            Colonne("libelle_court", "le libellé court", silence=False),
            _lien("nomenclature", "la nomenclature", "nomenclatures", modifiable=False),
            _choix("categorie", "la catégorie", CATEGORIES),
            _oui("prioritaire", "la priorité"),
            _oui("transversal", "le caractère transversal"),
            _oui("financement_epci", "le financement de l'EPCI"),
            _oui("en_synthese", "la présence dans la synthèse"),
            _oui("actif", "l'usage"),
            _liste("variantes", "les variantes du libellé"),
            _note(),
        ),
        parent="nomenclature",
        emporte=(("ressource", "noeud"),),
        defauts={"libelle": "Nouvelle orientation"},
    ),
    Rubrique(
        "ressources",
        "Aide au montage",
        "ressource",
        "libelle",
        "une ressource",
        (
            _lien("noeud", "l'objectif", "noeuds"),
            _choix("rubrique", "la rubrique", RESSOURCES),
            _nom("le libellé", "libelle", 60),
        ),
        parent="noeud",
        defauts={"libelle": "Nouvelle ressource", "rubrique": "acteurs"},
    ),
    Rubrique(
        "priorites",
        "Priorités des quartiers",
        "priorite_quartier",
        "libelle",
        "une priorité",
        (
            _lien("quartier", "le quartier", "quartiers"),
            _lien("noeud", "l'objectif", "noeuds"),
            _nom("le libellé", "libelle", 60),
        ),
        parent="quartier",
        defauts={"libelle": "Nouvelle priorité"},
    ),
    Rubrique(
        "financeurs",
        "Financeurs",
        "financeur",
        "nom",
        "un financeur",
        (
            _nom(),
            Colonne("nom_court", "le nom court", largeur=14, silence=False),
            _choix("nature", "la nature", _options(NatureOrganisme)),
            _oui("constitue_enveloppe", "l'enveloppe annuelle"),
            _oui("cpo", "l'engagement dans les CPO"),
            _liste("echelles", "les échelles"),
            _liste("themes", "les thèmes financés", silence=True),
            _oui("actif", "la présence au tour de table"),
            _liste("variantes", "les variantes du nom"),
            _note(),
        ),
        defauts={
            "nom": "Nouveau financeur",
            "nom_court": "Nouveau",
            "nature": NatureOrganisme.AUTRE.value,
        },
    ),
    Rubrique(
        "lignes_credit",
        "Lignes de crédit",
        "ligne_credit",
        "nom",
        "une ligne de crédit",
        (
            _lien("financeur", "le financeur", "financeurs"),
            _nom(),
            _choix("nature_credit", "la nature du crédit", _options(NatureCredit)),
            Colonne("dispositif", "le dispositif", silence=False),
            Colonne("nature_depense", "la nature de dépense"),
            _note(),
        ),
        parent="financeur",
        defauts={
            "nom": "Nouvelle ligne de crédit",
            "nature_credit": NatureCredit.SPECIFIQUE.value,
        },
    ),
    Rubrique(
        "echelles",
        "Échelles",
        "echelle",
        "nom",
        "une échelle",
        (
            _nom(),
            Colonne("definition", "la définition", largeur=48),
            _liste("financeurs", "les financeurs mobilisés", silence=True),
            _oui("epci_peut_financer", "le financement de l'EPCI"),
            _oui("commune_peut_financer", "le financement des communes"),
            _oui("deduit", "la part de déduction"),
        ),
        defauts={"nom": "Nouvelle échelle"},
    ),
    Rubrique(
        "instances",
        "Instances",
        "instance",
        "nom",
        "une instance",
        (
            _nom(),
            Colonne("niveau", "le niveau", largeur=14),
            _choix("nature", "la nature", NATURES_INSTANCE, silence=True),
            Colonne("frequence", "la fréquence"),
            _nombre("minimum_par_an", "le minimum par an"),
            _nombre("maximum_par_an", "le maximum par an"),
            _nombre("intervalle_semaines", "l'intervalle en semaines"),
            Colonne("par", "la déclinaison"),
            Colonne("presidence", "la présidence", largeur=30),
            _liste("roles", "les rôles", silence=True),
            _liste("composition", "la composition", silence=True),
            _liste("etapes", "les étapes du cycle"),
            _note(),
        ),
        defauts={"nom": "Nouvelle instance"},
    ),
    Rubrique(
        "etapes",
        "Cycle de programmation",
        "etape",
        "nom",
        "une étape",
        (
            _nom(),
            Colonne("acteur", "l'acteur", largeur=28),
            Colonne("moment", "le moment"),
            Colonne("date", "la date", largeur=12),
            Colonne("echelle", "l'échelle", silence=False),
            Colonne("description", "la description", largeur=40, silence=False),
            _oui("parallele", "le déroulement en parallèle"),
            _oui("active", "l'usage"),
            _oui("ordre_deduit", "l'ordre déduit"),
        ),
        defauts={"nom": "Nouvelle étape"},
    ),
    Rubrique(
        "regles",
        "Règles",
        "regle",
        "enonce",
        "une règle",
        (
            _choix("theme", "le thème", THEMES),
            _nom("l'énoncé", "enonce", 60),
            _choix("niveau", "le niveau", _options(NiveauConstat), silence=True),
            Colonne("parametres", "les valeurs", "dict", largeur=40, modifiable=False),
            _choix("origine", "l'origine", ORIGINES),
            _choix("portee", "la portée", PORTEES),
            Colonne("financeur", "le financeur", silence=False),
            _oui("active", "l'usage"),
            _liste("contredit", "les règles contredites", modifiable=False),
            _note(),
        ),
        defauts={"enonce": "Nouvelle règle", "theme": "programmation", "origine": "contrat"},
    ),
    Rubrique(
        "parametres",
        "Valeurs des règles",
        "regle",
        "parametre",
        "une valeur",
        (
            Colonne("enonce", "la règle", largeur=48, modifiable=False, silence=False),
            Colonne("parametre", "le paramètre", modifiable=False, silence=False),
            Colonne("valeur", "la valeur", largeur=30),
            _choix("origine", "l'origine", ORIGINES),
        ),
        fixe=True,
    ),
    Rubrique(
        "volumes",
        "Volumes de référence",
        "volume_reference",
        "libelle",
        "un volume",
        (
            _nom("le libellé", "libelle"),
            _nombre("valeur", "la valeur", "montant"),
            Colonne("unite", "l'unité", largeur=14, silence=False),
            _note(),
        ),
        defauts={"libelle": "Nouveau volume"},
    ),
    Rubrique(
        "engagements",
        "Engagements et contributions",
        "engagement",
        "libelle",
        "un engagement",
        (
            Colonne("partenaire", "le partenaire", silence=False),
            Colonne("objectif", "l'objectif", largeur=30, silence=False),
            _nom("le libellé", "libelle", 60),
            _choix("nature", "la nature", NATURES_ENGAGEMENT),
            Colonne("operateur", "l'opérateur"),
            Colonne("echeance", "l'échéance", largeur=14),
            _nombre("depart", "le départ", "montant"),
            _nombre("cible", "la cible", "montant"),
            Colonne("cible_unite", "l'unité de la cible", largeur=16, silence=False),
            Colonne("statut", "le statut", silence=False),
            _note(),
        ),
        defauts={"libelle": "Nouvel engagement", "nature": "droit_commun"},
    ),
    Rubrique(
        "signataires",
        "Signataires et partenaires",
        "signataire",
        "nom",
        "un signataire",
        (
            _nom(),
            _choix("nature", "la nature", _options(NatureOrganisme), silence=True),
            _choix("categorie", "la catégorie", CATEGORIES_SIGNATAIRE),
            _note(),
        ),
        defauts={"nom": "Nouveau signataire"},
    ),
    Rubrique(
        "indicateurs",
        "Indicateurs",
        "indicateur",
        "libelle",
        "un indicateur",
        (
            _nom("le libellé", "libelle"),
            Colonne("categorie", "la catégorie", largeur=16, silence=False),
            _lien("quartier", "le quartier", "quartiers"),
            Colonne("perimetre", "le périmètre"),
            _nombre("valeur", "la valeur", "montant"),
            Colonne("valeur_texte", "la valeur en toutes lettres", silence=False),
            Colonne("unite", "l'unité", largeur=14, silence=False),
            _nombre("annee", "l'année"),
            _oui("ancien_perimetre", "l'ancien périmètre"),
            Colonne("comparaisons", "les comparaisons", "dict", silence=False, modifiable=False),
            _note(),
        ),
        defauts={"libelle": "Nouvel indicateur"},
    ),
    Rubrique(
        "dispositifs",
        "Dispositifs connexes",
        "dispositif",
        "libelle",
        "un dispositif",
        (
            Colonne("code", "le code", largeur=14, silence=False),
            _nom("le libellé", "libelle"),
            _note(),
        ),
        defauts={"libelle": "Nouveau dispositif"},
    ),
    Rubrique(
        "remarques",
        "Incohérences et silences du texte",
        "remarque",
        "texte",
        "une remarque",
        (
            _choix("nature", "la nature", REMARQUES),
            Colonne("sujet", "le sujet", silence=False),
            _nom("le texte", "texte", 80),
        ),
        defauts={"texte": "Nouvelle remarque", "nature": "anomalie"},
    ),
)
_PAR_CLE = {rubrique.cle: rubrique for rubrique in RUBRIQUES}


def rubrique(cle: str) -> Rubrique:
    """Raises KeyError: only the keys of RUBRIQUES exist."""
    return _PAR_CLE[cle]
