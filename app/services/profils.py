"""The layouts people really have, as data: how each is recognised, and how each field is headed.

Sources: the importers and fixtures of betagouv/api-subventions-asso, demarches-simplifiees.fr and
dataregion/DataEtatRegion-back (see tests/donnees/import/PROVENANCE.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.models.enums import StatutAction
from app.services.synonymes import Synonymes
from app.services.vocabulaire import STATUTS_OSIRIS


@dataclass(frozen=True, slots=True)
class Profil:
    """A known layout. `reperes`: one heading of each group must be there for it to be recognised.

    `champs` are tried before `LIBRES`, which only a `libre` layout uses; a heading « Groupe|Colonne »
    is that of a column under a group. `financeur`: whose amounts they are when no column tells.
    `complete`: the layout has too little to create an action, it completes those of the file.
    """

    identifiant: str
    nom: str
    reperes: tuple[tuple[str, ...], ...] = ()
    champs: Synonymes = field(default_factory=dict)
    etapes: Mapping[str, str] = field(default_factory=dict)
    statuts: Mapping[str, StatutAction] = field(default_factory=dict)
    laissees: tuple[str, ...] = ()
    libre: bool = True
    financeur: str | None = None
    par_reference: bool = False
    complete: bool = False


DAUPHIN = Profil("dauphin", "Dossier DAUPHIN (JSON)")
TABLEAU = Profil("tableau", "Tableau de programmation")
VENTILATION = Profil(
    "ventilation_qpv",
    "Ventilation par QPV",
    reperes=(("montant_ventillé", "montant_ventilé", "ratio_montant_ej"), ("code_qpv",)),
    champs={
        "reference": ("ref_action", "reference"),
        "annee": ("annee_exercice", "annee"),
        "ej": ("ej",),
        "quartiers": ("code_qpv24", "code_qp2024", "code_qpv"),
        "titre": ("libellé action", "libelle_action"),
        "siret": ("siret",),
    },
    etapes={
        "montant_ventillé": "notifie",
        "montant_ventilé": "notifie",
        "ratio_montant_ej": "notifie",
    },
    libre=False,
    financeur="État",
    par_reference=True,
)
GISPRO = Profil(
    "gispro",
    "Extraction GISPRO",
    reperes=(
        ("Action de demande - Code dossier", "Numéro De l'Action Prj", "Action - Code dossier"),
        ("CHORUS -EJ", "EJ CHORUS", "CHORUS EJ", "N° doc. Précédent n° EJ CHORUS", "EJ",
         "N° doc. précédent (EJ)"),
    ),
    champs={
        "reference": (
            "Action de demande - Code dossier", "Numéro De l'Action Prj", "Action - Code dossier",
        ),
        "ej": ("CHORUS -EJ", "EJ CHORUS", "CHORUS EJ", "N° doc. Précédent n° EJ CHORUS", "EJ",
               "N° doc. précédent (EJ)"),
        "siret": ("Code SIRET",),
        "annee": ("Année", "Exercice"),
        "porteur": ("Nom du tiers", "Libellé du tiers", "Raison sociale"),
        "nature_porteur": ("Type de tiers",),
    },
    etapes={"Montant engagé": "notifie", "Mt engagé": "notifie"},
    libre=False,
    financeur="État",
    par_reference=True,
    complete=True,
)  # fmt: skip
OSIRIS_ACTIONS = Profil(
    "osiris_actions",
    "Osiris – suivi des actions",
    reperes=(("Numero Action Osiris",), ("Intitulé",)),
    champs={
        "reference": ("Numero Action Osiris",),
        "annee": ("Dossier/action|Exercice début", "Exercice début"),
        "ligne_credit": ("Dossier/action|N° programme / Type financement",),
        "statut": ("Dossier/action|Etat dossier",),
        "recurrence": ("Dossier/action|Récurrence",),
        "ej": ("Dossier/action|N° EJ",),
        "rna": ("Bénéficiaire|N° RNA",),
        "siret": ("Bénéficiaire|N° Siret",),
        "porteur": ("Bénéficiaire|Nom",),
        "sigle": ("Bénéficiaire|Sigle",),
        "nature_porteur": ("Bénéficiaire|Type structure",),
        "code_postal": ("Bénéficiaire|Code postal",),
        "titre": ("Caractéristiques actions|Intitulé",),
        "description": ("Caractéristiques actions|Objectifs", "Caractéristiques actions|Description"),
        "classement": ("Caractéristiques actions|Domaine principal d'action",),
        "public_total": ("Publics bénéficiaires|Nombre",),
        "cout_total": ("Montants et versements|Coût (total charges)",),
        "cofinanceurs": ("Cofinanceurs|Noms",),
        "cofinanceurs_montants": ("Cofinanceurs|Montants demandés",),
        "observation": ("Autres|Commentaires",),
        "avis": ("Evaluation|Appréciation",),
    },
    etapes={
        "Montants et versements|Demandé": "demande",
        "Montants et versements|Proposé": "propose",
        "Montants et versements|Accordé": "accorde",
        "Montants et versements|Réalisé": "verse",
    },
    statuts=STATUTS_OSIRIS,
    libre=False,
    financeur="État",
)  # fmt: skip
OSIRIS_DOSSIERS = Profil(
    "osiris_dossiers",
    "Osiris – suivi des dossiers",
    reperes=(("N° Dossier Osiris",), ("Nombre Actions", "Etat Dossier")),
    champs={
        "reference": ("Dossier|N° Dossier Osiris",),
        "annee": ("Dossier|Exercice Début",),
        "ligne_credit": ("Dossier|N° programme / Type financement",),
        "statut": ("Dossier|Etat Dossier",),
        "recurrence": ("Dossier|Renouvellement",),
        "ej": ("Dossier|N° EJ",),
        "rna": ("Association|N° RNA",),
        "siret": ("Association|N° Siret",),
        "porteur": ("Association|Nom",),
        "sigle": ("Association|Sigle",),
        "nature_porteur": ("Association|Type Structure",),
        "code_postal": ("Association|Code Postal",),
        "cout_total": ("Montants|Coût (Total des Charges)",),
        "observation": ("Commentaires|Dossier",),
    },
    etapes={
        "Montants|Demandé": "demande",
        "Montants|Proposé": "propose",
        "Montants|Accordé": "accorde",
        "Versements|Réalisé": "verse",
    },
    statuts=STATUTS_OSIRIS,
    libre=False,
    financeur="État",
)
COMPTE_ASSO = Profil(
    "compte_asso",
    "Export du Compte Asso",
    reperes=(("Numéro dossier LCA",), ("Nom association", "Numéro Siret")),
    champs={
        "reference": ("Numéro dossier LCA",),
        "siret": ("Numéro Siret",),
        "porteur": ("Nom association",),
        "ligne_credit": ("Nom du dispositif",),
        "annee": ("Exercice de début",),
        "date_depot": ("Transmis le",),
        "statut": ("Etat du dossier",),
        "supprime": ("Dossier supprimé?",),
    },
    libre=False,
    financeur="État",
)
DEMARCHES = Profil(
    "demarches_simplifiees",
    "Démarches simplifiées",
    reperes=(("ID",), ("État du dossier",), ("Déposé le", "Dernière mise à jour le")),
    champs={
        "reference": ("ID",),
        "statut": ("État du dossier",),
        "date_depot": ("Déposé le",),
        "observation": ("Motivation de la décision",),
        "porteur": ("Entreprise raison sociale", "Association titre"),
        "siret": ("Établissement SIRET", "SIRET"),
        "rna": ("Association RNA",),
        "nature_porteur": ("Entreprise forme juridique",),
        "code_postal": ("Établissement code postal",),
        "ville": ("Établissement localité",),
        "avis": ("Avis des experts",),
    },
    laissees=(
        "Domaine Fonctionnel", "Nom", "Prénom", "Civilité", "Email", "Instructeurs", "Entreprise nom",
        "Groupe instructeur", "Entreprise prénom", "Association objet", "Établissement Adresse",
        "Établissement libellé NAF", "Champ", "Association date de création", "Entreprise SIREN",
    ),
)  # fmt: skip
MGDIS = Profil(
    "mgdis",
    "Extraction DAUPHIN / MGDIS (« Champ - Objet »)",
    reperes=(
        ("SIRET - Demandeur", "Libellé - Demandeur", "Raison sociale - Demandeur"),
        ("Référence administrative - Demande", "Intitulé - Demande", "Statut - Dossier de financement",
         "Montant voté TTC - Décision"),
    ),
    champs={
        "reference": ("Référence administrative - Demande", "Référence - Demande", "ref"),
        "annee": ("annee_demande", "Exercice - Demande", "Exercice", "Year"),
        "titre": ("Intitulé - Demande", "Intitulé du projet - Demande", "Libellé - Demande"),
        "description": ("Description - Demande", "Objet - Demande", "Synthèse de l'action"),
        "porteur": ("Libellé - Demandeur", "Raison sociale - Demandeur", "Nom - Demandeur"),
        "sigle": ("Sigle - Demandeur",),
        "siret": ("SIRET - Demandeur",),
        "rna": ("RNA - Demandeur", "Numéro RNA - Demandeur"),
        "nature_porteur": ("Famille - Demandeur",),
        "classement": ("Thematique Title", "Thématique - Demande", "Thématique / Dispositif"),
        "statut": ("Statut - Demande",),
        "recurrence": ("Fréquence - Demande", "Fréquence"),
        "date_debut": ("Date limite de début de réalisation",),
        "date_fin": ("Date limite de fin de réalisation",),
        "date_decision": ("Date - Décision",),
        "financeur": ("Financeur Principal", "Financeur - Dossier de financement"),
        "ligne_credit": ("Dispositif - Dossier de financement",),
        "statut_financeur": ("Statut - Dossier de financement",),
    },
    etapes={
        "Montant demandé TTC - Dossier de financement": "demande",
        "Montant demandé - Demande": "demande",
        "Montant Ttc": "demande",
        "Montant proposé TTC - Dossier de financement": "propose",
        "Montant voté TTC - Décision": "vote",
        "Montant voté - Décision": "vote",
    },
    laissees=("Date - Visa de recevabilité", "Eligible? - Dossier de financement"),
)  # fmt: skip
NOTES = Profil(
    "note_intention",
    "Notes d'intention",
    reperes=(
        ("Ambition", "Ambition du projet", "Ambition de l'action"),
        ("Budget envisagé", "Budget prévisionnel envisagé", "CPO demandée", "CPO o/n",
         "Financeurs sollicités", "Financeurs envisagés", "Porteur pressenti"),
    ),
    champs={
        "ambition": ("Ambition", "Ambition du projet", "Ambition de l'action"),
        "budget_envisage": ("Budget envisagé", "Budget prévisionnel envisagé"),
        "porteur_pressenti": ("Porteur pressenti", "Porteur envisagé"),
        "cpo_demandee": ("CPO demandée", "CPO o/n", "CPO", "Demande de CPO"),
        "cpo_annees": ("Années de CPO", "Années de la CPO", "Années demandées"),
        "financeurs_sollicites": (
            "Financeurs sollicités", "Financeurs envisagés", "Financeurs approchés",
        ),
        "public_total": ("Public",),
        "date_depot": ("Reçue le",),
        "observation": ("Remarque",),
    },
    laissees=("Suite donnée", "Motif de la suite", "Réorientée vers", "Ce qui manque", "Doublon possible",
              "Accusée le", "Examinée le", "Examinée par"),
)  # fmt: skip
FORMULAIRE = Profil("formulaire_note", "Formulaire de note d'intention")

# The order in which they are tried: the most particular first.
RECONNUS: Final = (
    VENTILATION, GISPRO, OSIRIS_ACTIONS, OSIRIS_DOSSIERS, COMPTE_ASSO, DEMARCHES, MGDIS, NOTES,
)  # fmt: skip
PROFILS: Final = {
    profil.identifiant: profil for profil in (DAUPHIN, *RECONNUS, FORMULAIRE, TABLEAU)
}
