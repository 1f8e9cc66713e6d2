"""How people head the columns of their tables: spellings of each field, as data.

Spellings are compared without accents, articles, plurals nor punctuation (`entetes.cle_entete`).
"""

from collections.abc import Mapping
from typing import Final

Synonymes = Mapping[str, tuple[str, ...]]

MONTANT: Final = "montant"
CHAMPS: Final[Mapping[str, str]] = {  # field -> what the import page calls it
    "reference": "Référence", "numero": "N° dans Tour de table", "annee": "Année",
    "titre": "Intitulé", "description": "Description", "porteur": "Porteur", "sigle": "Sigle",
    "siret": "SIRET", "rna": "RNA", "nature_porteur": "Nature du porteur",
    "code_postal": "Code postal", "ville": "Ville du porteur", "nature": "Nature de la dépense",
    "echelle": "Échelle", "quartiers": "Quartiers", "communes": "Communes",
    "classement": "Axe ou objectif", "public_total": "Public total", "public_qpv": "Public en QPV",
    "public_femmes": "Femmes", "public_hommes": "Hommes", "public_age": "Tranche d'âge",
    "cout_total": "Coût total", "recurrence": "Nouveau ou reconduction", "cpo": "CPO",
    "statut": "Statut", "avis": "Avis", "observation": "Observation", "date_depot": "Date de dépôt",
    "date_debut": "Date de début", "date_fin": "Date de fin", "accorde_n1": "Accordé N-1",
    "financeur": "Financeur (une ligne par financeur)", "ligne_credit": "Ligne de crédit",
    "statut_financeur": "Statut du financeur", "date_decision": "Date de décision", "ej": "N° EJ",
    "cofinanceurs": "Noms des cofinanceurs", "cofinanceurs_montants": "Montants des cofinanceurs",
    "supprime": "Dossier supprimé", "dossier": "Identifiant du dossier", MONTANT: "Montant",
    "ambition": "Ambition", "porteur_pressenti": "Porteur pressenti",
    "budget_envisage": "Budget envisagé", "cpo_demandee": "CPO demandée",
    "cpo_annees": "Années de CPO", "financeurs_sollicites": "Financeurs sollicités",
}  # fmt: skip
MULTIPLES: Final = frozenset(  # fields that several columns may fill together
    (
        "quartiers",
        "communes",
        "classement",
        "observation",
        "description",
        "public_age",
        MONTANT,
        "accorde_n1",
        "financeurs_sollicites",
    )
)
NUMERIQUES: Final = frozenset((MONTANT, "cout_total", "accorde_n1", "budget_envisage"))
COMPTES: Final = frozenset(
    ("public_total", "public_qpv", "public_femmes", "public_hommes", "public_age")
)
PROSE: Final = frozenset(
    ("titre", "description", "porteur", "sigle", "nature_porteur", "nature", "communes", "statut",
     "avis", "observation", "financeur", "cofinanceurs", "recurrence", "echelle", "ambition",
     "porteur_pressenti", "financeurs_sollicites")
)  # fmt: skip

# Spellings of the free « tableau de programmation », the surest first.
LIBRES: Final[Synonymes] = {
    "reference": (
        "Référence", "Référence administrative", "Référence DAUPHIN", "N° DAUPHIN", "N° de dossier",
        "Numéro de dossier", "N° dossier DAUPHIN", "Code dossier", "Code action", "Réf. action",
        "Référence dossier", "Référence action", "N° action", "ID action", "Réf.", "Réf dossier",
        "Référence décision",
    ),
    "numero": ("N°", "Numéro", "N° d'ordre", "Ordre", "N° ligne"),
    "annee": (
        "Année", "Exercice", "Millésime", "Exercice budgétaire", "Année de programmation",
        "Année exercice", "Année budgétaire", "Exercice début",
    ),
    "titre": (
        "Intitulé de l'action", "Intitulé du projet", "Intitulé", "Nom de l'action", "Titre",
        "Titre de l'action", "Titre du projet", "Nom du projet", "Libellé de l'action", "Lib action",
        "Intitulé de la demande", "Action", "Projet", "Libellé", "Objet de la subvention", "Objet",
    ),
    "description": (
        "Description", "Synthèse de l'action", "Résumé", "Résumé de l'action", "Descriptif",
        "Descriptif de l'action", "Description de l'action", "Présentation", "Contenu",
        "Contenu de l'action", "Objet de l'action", "Objectifs de l'action",
    ),
    "porteur": (
        "Porteur de projet", "Porteur", "Nom du porteur", "Porteur de l'action", "Structure porteuse",
        "Structure", "Association", "Nom de l'association", "Nom association", "Opérateur",
        "Demandeur", "Nom du demandeur", "Organisme", "Organisme porteur", "Raison sociale",
        "Nom de la structure", "Nom bénéficiaire", "Maître d'ouvrage", "Porteur(s)", "Bénéficiaire",
    ),
    "sigle": ("Sigle", "Acronyme"),
    "siret": (
        "SIRET", "N° SIRET", "Numéro SIRET", "Code SIRET", "SIRET du porteur", "SIRET porteur",
        "N° de SIRET", "SIRET demandeur", "Code tiers", "ID bénéficiaire", "SIRET de l'association",
    ),
    "rna": ("RNA", "N° RNA", "Numéro RNA", "Code RNA", "RNA bénéficiaire"),
    "nature_porteur": (
        "Nature du porteur", "Type de structure", "Statut juridique", "Type de porteur",
        "Catégorie juridique", "Type structure", "Famille du tiers",
    ),
    "code_postal": ("Code postal du porteur", "Code postal", "CP"),
    "ville": ("Ville du porteur", "Siège social", "Commune du porteur", "Commune du siège"),
    "nature": (
        "Nature de l'action", "Nature de la dépense", "Nature de la demande", "Nature",
        "Fonctionnement investissement",
    ),
    "echelle": ("Échelle", "Échelle d'intervention", "Échelle de l'action", "Échelle territoriale"),
    "quartiers": (
        "Quartiers concernés", "Quartier", "Quartiers", "QPV", "QPV concernés", "Code QPV",
        "Quartiers prioritaires", "Quartier prioritaire", "Nom du QPV", "Territoire",
        "Territoires concernés", "Quartier(s) QPV", "Lieu de l'action", "Territoire d'intervention",
        "Périmètre", "Géographie prioritaire", "QPV et QIC", "Quartiers QPV",
    ),
    "communes": (
        "Communes concernées", "Commune", "Communes", "Ville", "Villes", "Localisation",
        "Commune de l'action", "Ville concernée", "Commune d'intervention",
    ),
    "classement": (
        "Axe", "Pilier", "Axe du contrat de ville", "Thématique", "Thème", "Objectif", "Orientation",
        "Objectif stratégique", "Objectif opérationnel", "Enjeu", "Priorité", "Sous-thème",
        "Sous-thématique", "Thématique / Dispositif", "Ambition", "Domaine", "Volet", "Axe prioritaire",
        "Objectif du contrat de ville", "Orientation stratégique", "Orientation opérationnelle",
        "Domaine d'intervention", "Thématique principale", "Code thème", "Programme d'actions",
    ),
    "public_total": (
        "Nombre de bénéficiaires", "Bénéficiaires", "Total bénéficiaires", "Nombre de participants",
        "Public total", "Publics total", "Publics", "Nb de personnes", "Effectif", "Nb bénéficiaires",
        "Nombre total de bénéficiaires", "Public visé (nombre)", "Nombre de personnes",
        "Publics bénéficiaires nombre", "Bénéficiaires total",
    ),
    "public_qpv": (
        "Dont QPV", "Bénéficiaires QPV", "Public QPV", "Publics QPV", "Bénéficiaires dont QPV",
        "Nombre d'habitants QPV", "Dont habitants des QPV", "Nb bénéficiaires QPV", "Habitants QPV",
        "Nombre de bénéficiaires QPV", "Publics dont QPV", "Bénéficiaires issus des QPV", "Dont en QPV",
    ),
    "public_femmes": (
        "Femmes", "Dont femmes", "Public femmes", "Publics femmes", "Nombre de femmes",
        "Bénéficiaires femmes", "Dont F", "Publics dont femmes", "Bénéficiaires dont femmes",
    ),
    "public_hommes": (
        "Hommes", "Dont hommes", "Public hommes", "Publics hommes", "Nombre d'hommes",
        "Bénéficiaires hommes", "Dont H", "Publics dont hommes", "Bénéficiaires dont hommes",
    ),
    "cout_total": (
        "Coût total de l'action", "Coût total", "Coût de l'action", "Coût du projet",
        "Coût total prévisionnel", "Coût total du projet", "Budget total", "Budget de l'action",
        "Budget prévisionnel", "Coût (total charges)", "Budget", "Montant total du projet", "Coût",
        "Total charges", "Montant du projet", "Montant global", "Coût global", "Budget global",
        "Coût prévisionnel", "Montant total",
    ),
    "recurrence": (
        "Nouveau / Reconduction", "Nouveau ou reconduction", "Nouvelle action ou reconduction",
        "Nouvelle action", "Nouveau",
        "Récurrence", "Fréquence", "Reconduction", "Renouvellement", "N / R", "Type de demande",
        "Action nouvelle ou reconduite", "Nouveau ou renouvellement", "Première demande",
        "Nouvelle / Reconduite", "Antériorité",
    ),
    "cpo": (
        "CPO", "Convention pluriannuelle", "Pluriannuel", "Année de CPO", "CPO année n/N",
        "Pluriannualité", "Convention pluriannuelle d'objectifs", "Année CPO",
    ),
    "statut": (
        "Statut", "Statut du dossier", "État du dossier", "Statut de l'action", "Décision",
        "Décision du comité", "Décision finale", "État de l'action", "Avis du comité",
        "Décision du comité des financeurs", "Décision COPIL",
        "Décision du comité de pilotage", "Arbitrage", "État",
    ),
    "avis": (
        "Avis", "Avis technique", "Avis du comité technique", "Avis des services", "Avis instructeur",
        "Proposition d'avis", "Avis de la commission",
    ),
    "observation": (
        "Observations", "Observation", "Commentaires", "Commentaire", "Remarques", "Remarque",
        "Motivation de la décision", "Notes", "Commentaires autres", "Réserves", "Motif",
    ),
    "date_depot": ("Date de dépôt", "Déposé le", "Date de la demande", "Date dépôt", "Transmis le"),
    "date_debut": (
        "Date de début", "Début de l'action", "Date de début de réalisation", "Début", "Date début",
        "Date limite de début de réalisation",
    ),
    "date_fin": (
        "Date de fin", "Fin de l'action", "Date de fin de réalisation", "Fin", "Date fin",
        "Date limite de fin de réalisation",
    ),
    "accorde_n1": (
        "N-1", "Accordé N-1", "Montant N-1", "Subvention N-1", "Rappel N-1", "Montant accordé N-1",
        "Obtenu N-1", "Subvention accordée N-1", "Financement N-1", "Attribué N-1",
    ),
    "financeur": (
        "Financeur", "Nom du financeur", "Organisme financeur", "Financeur principal",
        "Nom attribuant", "Cofinanceur",
    ),
    "ligne_credit": ("Ligne de crédit", "Dispositif", "Enveloppe", "Dispositif d'aide"),
    "statut_financeur": ("Statut du financement", "Statut du financeur", "Avis du financeur"),
    "ej": ("EJ", "N° EJ", "CHORUS EJ"),
    "dossier": ("Dossier ID",),
}  # fmt: skip

# Columns known to be nothing to keep: totals, rates, and what the porteur brings itself.
LAISSEES: Final = (
    "Autofinancement", "Fonds propres", "Ressources propres", "Total", "Total général", "Taux",
    "Total subventions", "Total public", "Total financements", "Reste à financer", "Écart",
    "Total demandé", "Total accordé", "Total proposé", "Type de financeur", "Email", "Téléphone",
    "Total des aides publiques", "Taux de financement", "Taux d'aide publique", "Cotation",
)  # fmt: skip
