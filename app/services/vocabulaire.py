"""The words of amounts, financeurs, statuses and bodies met in files, as data.

Compared without accents, articles, plurals nor punctuation (`entetes.cle_entete`).
"""

from collections.abc import Mapping
from typing import Final

from app.models.enums import NatureOrganisme, StatutAction, StatutCofinancement

MOTS_ETAPE: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("demande", "demandee", "sollicite", "sollicitee", "sollicitation", "souhaite"), "demande"
    ),
    **dict.fromkeys(("propose", "proposee", "proposition"), "propose"),
    **dict.fromkeys(
        ("accorde", "accordee", "attribue", "attribuee", "retenu", "retenue", "valide", "validee",
         "alloue", "allouee", "arbitrage", "arbitre", "obtenu", "obtenue", "favorable",
         "programme", "programmee", "octroye", "octroyee", "attribution", "decision"),
        "accorde",
    ),
    **dict.fromkeys(("vote", "votee", "delibere"), "vote"),
    **dict.fromkeys(("notifie", "notifiee", "engage", "engagee"), "notifie"),
    **dict.fromkeys(("verse", "versee", "paye", "payee", "mandate"), "verse"),
}  # fmt: skip
# Words of a title or of a sheet's name that tell the step of columns headed by a financeur alone.
MOTS_ETAPE_TITRE: Final[Mapping[str, str]] = {
    **MOTS_ETAPE, "decision": "accorde", "programmation": "accorde", "appel": "demande",
    "depot": "demande", "instruction": "propose",
}  # fmt: skip
MOTS_SANS_SENS: Final = frozenset(
    ("montant", "mt", "subvention", "subv", "somme", "euro", "eur", "credit", "part", "aide",
     "participation", "financement", "contribution", "cofinancement", "par", "titre", "en", "ttc",
     "ht", "previsionnel", "prevu", "pour", "aupre", "dossier", "action", "et", "versement", "plan",
     "comite", "technique", "copil", "cotech", "commission", "pilotage", "financeur", "final",
     "finale", "definitif", "definitive", "retenir")
)  # fmt: skip
# A heading with one of these words is no amount of a financeur, whatever else it says.
MOTS_ETRANGERS: Final = frozenset(
    ("date", "nombre", "numero", "type", "taux", "pourcent", "statut", "avis", "public", "objet",
     "beneficiaire", "motif", "place", "poste", "etp", "etpt", "nom", "code", "personne", "annee",
     "commentaire", "observation", "service", "cofinanceur")
)  # fmt: skip
TOTAUX: Final = frozenset(("total", "totaux", "cumul", "sou", "taux", "ecart", "reste", "solde"))

# What a financeur is, by the words of its name; the first that fits.
NATURES_FINANCEUR: Final[tuple[tuple[NatureOrganisme, tuple[str, ...]], ...]] = (
    (NatureOrganisme.CAF, ("caf", "caisse allocation familiale")),
    (NatureOrganisme.EUROPE, ("europe", "fse", "feder", "fond europeen", "feader")),
    (NatureOrganisme.ETABLISSEMENT_PUBLIC, (
        "ars", "agence regionale sante", "banque territoire", "caisse depot", "cdc", "msa", "cpam",
        "france travail", "pole emploi", "asp", "agence service paiement", "ademe", "agence eau",
    )),
    (NatureOrganisme.REGION, ("region", "conseil regional", "conseil regio", "regional")),
    (NatureOrganisme.DEPARTEMENT, (
        "departement", "conseil departemental", "dept", "cd 59", "cd59", "cd62", "cd 62",
    )),
    (NatureOrganisme.ETAT, (
        "etat", "bop 147", "bop147", "p147", "programme 147", "politique ville", "ddets", "dreets",
        "ddcs", "prefecture", "prefet", "anct", "cget", "acse", "fipd", "mildeca", "drac", "fonjep",
        "rectorat", "education nationale", "dsden", "drajes", "fdva", "dilcrah", "dacs",
    )),
    (NatureOrganisme.EPCI, (
        "agglo", "agglomeration", "communaute commune", "communaute urbaine", "metropole", "epci",
        "intercommunalite", "communaute", "cabbalr", "cua", "cavm", "vm",
    )),
    (NatureOrganisme.BAILLEUR, ("bailleur", "tfpb", "habitat", "hlm", "oph")),
    (NatureOrganisme.CCAS, ("ccas",)),
    (NatureOrganisme.COMMUNE, ("commune", "ville", "mairie", "municipalite")),
    (NatureOrganisme.AUTRE, ("fondation", "mecenat", "autre financeur", "autre", "prive")),
)  # fmt: skip


# The State as it sits at the table of the contract: its other services are financeurs of their own.
ETAT_DU_CONTRAT: Final = (
    "etat", "bop 147", "bop147", "p147", "programme 147", "politique ville", "ddets", "ddcs",
    "prefecture", "sous prefecture", "prefet", "anct", "cget", "acse",
)  # fmt: skip

# Labels of statuses, compared without accents nor plural. Groupings: Data.Subvention's own.
_EN_COURS = ("Prise en charge", "Recevable", "En attente d'instruction", "En cours",
             "Edition document", "Renvoyé au compte asso", "En cours d'instruction", "SUPPORTED",
             "En attente superviseur", "En attente décision", "En instruction", "À l'étude",
             "ACCEPTABLE")  # fmt: skip
_ACCORDES = ("A justifier", "Justifiée", "A été versé", "Justification à modifier",
             "Justification en cours", "Traitement Sirepa", "Traitement Chorus", "Terminé",
             "A évaluer", "Accepté", "Favorable", "Accordé", "Retenu", "Validé", "Votée",
             "READY_TO_JUSTIFY", "JUSTIFIED", "Avis favorable",
             "Favorable avec réserve")  # fmt: skip
STATUTS_ACTION: Final[Mapping[str, StatutAction]] = {
    **dict.fromkeys(("En cours de saisie", "Brouillon", "REQUESTED", "Note d'intention"),
                    StatutAction.NOTE),
    **dict.fromkeys(("Transmise", "En attente d'attestation", "En construction", "Déposée",
                     "TRANSMITTED", "WAITING_FOR_CERTIFICATE", "Dossier transmis"),
                    StatutAction.DEPOSEE),
    **dict.fromkeys(_EN_COURS, StatutAction.INSTRUCTION),
    **dict.fromkeys(_ACCORDES, StatutAction.ACCORDEE),
    **dict.fromkeys(("Rejetée", "Refusé", "Non retenue", "Défavorable", "Avis défavorable",
                     "Rejeté"),
                    StatutAction.REFUSEE),
    **dict.fromkeys(("Cloturée", "Non recevable", "Supprimé", "Irrecevable", "Inéligible"),
                    StatutAction.IRRECEVABLE),
    **dict.fromkeys(("Ajournée", "Reportée"), StatutAction.AJOURNEE),
    **dict.fromkeys(("Orienté vers un autre dispositif", "Réorientée", "Réorienté vers droit commun"),
                    StatutAction.REORIENTEE),
    **dict.fromkeys(("Annulée", "Retirée", "Abandonnée", "Retirée par le porteur",
                     "Classé sans suite"), StatutAction.RETIREE),
    "Proposée": StatutAction.PROPOSEE,
    "Proposée au comité": StatutAction.PROPOSEE,
}  # fmt: skip
# In Osiris « Rejeté » is inadmissible, a refusal is « Refusé ».
STATUTS_OSIRIS: Final[Mapping[str, StatutAction]] = {"Rejeté": StatutAction.IRRECEVABLE}
STATUTS_FINANCEUR: Final[Mapping[str, StatutCofinancement]] = {
    "TRANSMITTED": StatutCofinancement.DEMANDE, "Transmise": StatutCofinancement.DEMANDE,
    "SUPPORTED": StatutCofinancement.PRIS_EN_CHARGE,
    "Prise en charge": StatutCofinancement.PRIS_EN_CHARGE,
    "UNACCEPTABLE": StatutCofinancement.NON_RECEVABLE,
    "Non recevable": StatutCofinancement.NON_RECEVABLE,
    "VOTE": StatutCofinancement.VOTE, "Votée": StatutCofinancement.VOTE,
    "Demandé": StatutCofinancement.DEMANDE, "Proposé": StatutCofinancement.PROPOSE,
    "Recevable": StatutCofinancement.PROPOSE,
    "Accordé": StatutCofinancement.ACCORDE, "Favorable": StatutCofinancement.ACCORDE,
    "Refusé": StatutCofinancement.REFUSE, "Rejetée": StatutCofinancement.REFUSE,
    "Défavorable": StatutCofinancement.REFUSE, "Notifié": StatutCofinancement.NOTIFIE,
    "Versé": StatutCofinancement.VERSE, "A justifier": StatutCofinancement.NOTIFIE,
    "Soldé": StatutCofinancement.VERSE,
}  # fmt: skip
NATURES_PORTEUR: Final[tuple[tuple[str, NatureOrganisme], ...]] = (
    ("ccas", NatureOrganisme.CCAS), ("centre communal", NatureOrganisme.CCAS),
    ("association", NatureOrganisme.ASSOCIATION), ("commune", NatureOrganisme.COMMUNE),
    ("ville", NatureOrganisme.COMMUNE), ("mairie", NatureOrganisme.COMMUNE),
    ("communaute", NatureOrganisme.EPCI), ("epci", NatureOrganisme.EPCI),
    ("metropole", NatureOrganisme.EPCI), ("agglomeration", NatureOrganisme.EPCI),
    ("bailleur", NatureOrganisme.BAILLEUR),
    ("etablissement public", NatureOrganisme.ETABLISSEMENT_PUBLIC),
    ("college", NatureOrganisme.ETABLISSEMENT_PUBLIC), ("lycee", NatureOrganisme.ETABLISSEMENT_PUBLIC),
    ("departement", NatureOrganisme.DEPARTEMENT), ("region", NatureOrganisme.REGION),
    ("societe", NatureOrganisme.ENTREPRISE), ("sarl", NatureOrganisme.ENTREPRISE),
    ("entreprise", NatureOrganisme.ENTREPRISE), ("scop", NatureOrganisme.ENTREPRISE),
)  # fmt: skip
