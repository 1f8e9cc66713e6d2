"""The closed lists of the domain, each with the French label that a person reads."""

from enum import StrEnum
from typing import Self


class Enumeration(StrEnum):
    """A stored value (`str`) and its label in French."""

    _libelle: str

    def __new__(cls, valeur: str, libelle: str) -> "Enumeration":
        membre = str.__new__(cls, valeur)
        membre._value_ = valeur
        membre._libelle = libelle  # noqa: SLF001 - our own member, being made
        return membre

    @property
    def libelle(self) -> str:
        return self._libelle

    @classmethod
    def de(cls, valeur: str) -> Self:
        """The member that stores `valeur`. Raises KeyError when there is none."""
        membre = cls._value2member_map_[valeur]
        assert isinstance(membre, cls)
        return membre

    @classmethod
    def libelle_de(cls, valeur: str | None) -> str:
        """Label of a stored value; the value itself when a foreign file holds another one."""
        if valeur is None:
            return ""
        return cls.de(valeur).libelle if valeur in cls._value2member_map_ else valeur


class NatureQuartier(Enumeration):
    QPV = "QPV", "Quartier prioritaire (QPV)"
    QIC = "QIC", "Quartier d'intérêt communautaire"
    ZONE_VULNERABLE = "zone_vulnerable", "Territoire de vulnérabilité"
    QUARTIER_VECU = "quartier_vecu", "Quartier vécu (Région)"
    VEILLE_ACTIVE = "veille_active", "Ancien quartier de veille active"
    AUTRE = "autre", "Autre périmètre"


class RoleNomenclature(Enumeration):
    INSTRUCTION = "instruction", "Nomenclature d'instruction"
    SECONDAIRE = "secondaire", "Nomenclature secondaire"
    TRANSVERSALE = "transversale", "Axes transversaux"
    ETAT = "etat", "Enjeux de l'État"


class NatureOrganisme(Enumeration):
    ASSOCIATION = "association", "Association"
    COMMUNE = "commune", "Commune"
    CCAS = "ccas", "CCAS"
    EPCI = "epci", "EPCI"
    ETAT = "etat", "État"
    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    CAF = "caf", "CAF"
    BAILLEUR = "bailleur", "Bailleur social"
    ETABLISSEMENT_PUBLIC = "etablissement_public", "Établissement public"
    ENTREPRISE = "entreprise", "Entreprise"
    EUROPE = "europe", "Europe"
    AUTRE = "autre", "Autre"


class NatureCredit(Enumeration):
    SPECIFIQUE = "specifique", "Crédit spécifique"
    DROIT_COMMUN = "droit_commun", "Droit commun"


class NatureAppel(Enumeration):
    AAP = "aap", "Appel à projets"
    AMI = "ami", "Appel à manifestation d'intérêt"
    AMI_SPECIFIQUE = "ami_specifique", "AMI spécifique"
    FIL_DE_L_EAU = "fil_de_l_eau", "Enveloppe au fil de l'eau"
    VACANCES = "vacances", "Appel vacances"
    FONDS_THEMATIQUE = "fonds_thematique", "Fonds thématique"
    HORS_APPEL = "hors_appel", "Hors appel"


class NatureAction(Enumeration):
    ACTION = "action", "Action"
    FONCTIONNEMENT = "fonctionnement", "Fonctionnement"
    INVESTISSEMENT = "investissement", "Investissement"


class Recurrence(Enumeration):
    NOUVEAU = "nouveau", "Nouveau"
    RECONDUCTION = "reconduction", "Reconduction"


class StatutAction(Enumeration):
    NOTE = "note", "Note d'intention"
    DEPOSEE = "deposee", "Déposée"
    INSTRUCTION = "instruction", "En instruction"
    PROPOSEE = "proposee", "Proposée au comité"
    ACCORDEE = "accordee", "Accordée"
    AJOURNEE = "ajournee", "Ajournée"
    REFUSEE = "refusee", "Non retenue"
    REORIENTEE = "reorientee", "Réorientée"
    IRRECEVABLE = "irrecevable", "Irrecevable"
    RETIREE = "retiree", "Retirée par le porteur"
    TERMINEE = "terminee", "Terminée"


class StatutCofinancement(Enumeration):
    INCONNU = "inconnu", "Non communiqué"
    DEMANDE = "demande", "Demandé"
    PRIS_EN_CHARGE = "pris_en_charge", "Pris en charge"
    NON_RECEVABLE = "non_recevable", "Non recevable"
    PROPOSE = "propose", "Proposé"
    ACCORDE = "accorde", "Accordé"
    REFUSE = "refuse", "Refusé"
    VOTE = "vote", "Voté"
    NOTIFIE = "notifie", "Notifié"
    VERSE = "verse", "Versé"


class SensBudget(Enumeration):
    CHARGE = "charge", "Charges"
    PRODUIT = "produit", "Produits"


class NiveauConstat(Enumeration):
    """Enforcement of a rule. A contract that prints no level leaves it to the team."""

    INFORMATION = "information", "Information"
    ALERTE = "alerte", "Alerte"
    BLOQUANT = "bloquant", "Bloquant"


class Geste(Enumeration):
    CREATION = "creation", "Création"
    MODIFICATION = "modification", "Modification"
    SUPPRESSION = "suppression", "Suppression"


class NatureOperation(Enumeration):
    SAISIE = "saisie", "Saisie"
    IMPORT = "import", "Import"
    ANNULATION = "annulation", "Annulation"
    RETABLISSEMENT = "retablissement", "Rétablissement"
    SYSTEME = "systeme", "Système"


class NatureColonne(Enumeration):
    """What a column added by a person holds."""

    TEXTE = "texte", "Texte"
    MONTANT = "montant", "Montant en euros"
    NOMBRE = "nombre", "Nombre"
    DATE = "date", "Date"
    CHOIX = "choix", "Choix dans une liste"
    OUI_NON = "oui_non", "Oui ou non"
    FORMULE = "formule", "Calcul sur d'autres colonnes"


class CouleurDeLigne(Enumeration):
    """The colours that a person may give to a row; each is drawn with its word in the list."""

    JAUNE = "jaune", "Jaune"
    VERT = "vert", "Vert"
    BLEU = "bleu", "Bleu"
    ROSE = "rose", "Rose"
    VIOLET = "violet", "Violet"
    GRIS = "gris", "Gris"


class EtatSeance(Enumeration):
    PREPARATION = "preparation", "En préparation"
    OUVERTE = "ouverte", "En cours"
    CLOSE = "close", "Close"


class RoleMembre(Enumeration):
    PRESIDENT = "president", "Présidence"
    MEMBRE = "membre", "Membre"
    CONSULTATIF = "consultatif", "Voix consultative"
    INVITE = "invite", "Invité"


class RegleVote(Enumeration):
    CONSENSUS = "consensus", "Consensus"
    MAJORITE = "majorite", "Majorité des présents"
    UNANIMITE = "unanimite", "Unanimité"
    CHACUN = "chacun", "Chaque financeur décide de ses crédits"


class NaturePoint(Enumeration):
    DEBAT = "debat", "À débattre"
    BLOC = "bloc", "Sans débat"
    INFORMATION = "information", "Pour information"


class EtatPoint(Enumeration):
    A_VENIR = "a_venir", "À venir"
    EN_COURS = "en_cours", "En cours"
    REPORTE = "reporte", "Reporté en fin de séance"
    PASSE = "passe", "Passé"


class NatureDecision(Enumeration):
    VALIDE = "valide", "Validé"
    SOUS_RESERVE = "sous_reserve", "Validé sous réserve"
    REFUSE = "refuse", "Refusé"
    AJOURNE = "ajourne", "Ajourné"
    REORIENTE = "reoriente", "Réorienté"
    COMPLEMENTAIRE = "complementaire", "Liste complémentaire"
    RETIRE = "retire", "Retiré"


class NatureLien(Enumeration):
    ELU = "elu", "Élu"
    BUREAU = "bureau", "Membre du bureau"
    CONSEIL = "conseil", "Membre du conseil d'administration"
    SALARIE = "salarie", "Salarié"
    ADHERENT = "adherent", "Adhérent"
    PROCHE = "proche", "Proche d'un dirigeant"
    AUTRE = "autre", "Autre lien"


class SensAvis(Enumeration):
    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Réservé"
    DEFAVORABLE = "defavorable", "Défavorable"
    SANS_AVIS = "sans_avis", "Sans avis"


class ModeNotification(Enumeration):
    COURRIER = "courrier", "Courrier"
    RECOMMANDE = "recommande", "Courrier recommandé"
    COURRIEL = "courriel", "Courriel"
    PORTAIL = "portail", "Portail de dépôt"
    REMISE = "remise", "Remise en main propre"


class SuiteDonnee(Enumeration):
    """How far an action has come since it was granted, whoever its financeurs are."""

    DECIDEE = "decidee", "Décidée"
    VOTEE_EN_PARTIE = "votee_en_partie", "Votée en partie"
    VOTEE = "votee", "Votée"
    NOTIFIEE_EN_PARTIE = "notifiee_en_partie", "Notifiée en partie"
    NOTIFIEE = "notifiee", "Notifiée"
    VERSEE_EN_PARTIE = "versee_en_partie", "Versée en partie"
    VERSEE = "versee", "Versée"


class NatureEtape(Enumeration):
    """What a step of the cycle is, whatever the contract calls it."""

    CADRAGE = "cadrage", "Cadrage et enveloppes"
    LANCEMENT = "lancement", "Lancement"
    NOTE_INTENTION = "note_intention", "Note d'intention"
    REUNIONS = "reunions", "Réunions partenariales"
    REECRITURE = "reecriture", "Réécriture"
    DEPOT = "depot", "Dépôt définitif"
    INSTRUCTION = "instruction", "Instruction"
    COMITE_PARTENARIAL = "comite_partenarial", "Comité partenarial"
    COMITE_FINANCEURS = "comite_financeurs", "Comité des financeurs"
    COPIL = "copil", "Comité de pilotage"
    DELIBERATIONS = "deliberations", "Délibérations"
    NOTIFICATION = "notification", "Notification"
    CONVENTION = "convention", "Convention"
    MISE_EN_OEUVRE = "mise_en_oeuvre", "Mise en œuvre et suivi"
    BILAN = "bilan", "Bilan"
    AUTRE = "autre", "Autre étape"


class TriNote(Enumeration):
    RECEVABLE = "recevable", "Recevable"
    A_PRECISER = "a_preciser", "À préciser"
    REORIENTEE = "reorientee", "Réorientée"
    IRRECEVABLE = "irrecevable", "Irrecevable"


class NatureDepot(Enumeration):
    NOTE = "note", "Note d'intention"
    DOSSIER = "dossier", "Dossier"


class NatureReunion(Enumeration):
    COMMUNALE = "communale", "Réunion communale"
    INTERCOMMUNALE = "intercommunale", "Réunion intercommunale (thématique)"
    COMITE_PARTENARIAL = "comite_partenarial", "Comité partenarial"
    AUTRE = "autre", "Autre réunion"


class EtatReunion(Enumeration):
    PREPARATION = "preparation", "En préparation"
    TENUE = "tenue", "Tenue"
    ANNULEE = "annulee", "Annulée"


class Appreciation(Enumeration):
    OUI = "oui", "Oui"
    EN_PARTIE = "en_partie", "En partie"
    NON = "non", "Non"


class College(Enumeration):
    INSTITUTION = "institution", "Institutions"
    ELU = "elu", "Élus"
    BAILLEUR = "bailleur", "Bailleurs"
    ASSOCIATION = "association", "Associations"
    HABITANT = "habitant", "Habitants"
    PORTEUR = "porteur", "Porteurs de projet"


class NatureRecommandation(Enumeration):
    RECOMMANDATION = "recommandation", "Recommandation"
    DECISION = "decision", "Décision"
    INTERPELLATION = "interpellation", "Interpellation"
    SUITE = "suite", "Suite à donner"


class SuiteRecommandation(Enumeration):
    SUIVIE = "suivie", "Suivie"
    EN_PARTIE = "en_partie", "Suivie en partie"
    NON_SUIVIE = "non_suivie", "Non suivie"


class SensInstruction(Enumeration):
    FAVORABLE = "favorable", "Favorable"
    RESERVE = "reserve", "Favorable avec réserve"
    DEFAVORABLE = "defavorable", "Défavorable"
    AJOURNE = "ajourne", "Ajourné"
    SANS_AVIS = "sans_avis", "Sans avis"
    REORIENTE = "reoriente", "Réorienté"


class ResultatSollicitation(Enumeration):
    EN_ATTENTE = "en_attente", "En attente de réponse"
    ACCORD = "accord", "Accord"
    ACCORD_PARTIEL = "accord_partiel", "Accord partiel"
    REFUS = "refus", "Refus"
    REORIENTE = "reoriente", "Réorienté"


class ObjetGrille(Enumeration):
    EGALITE = "egalite", "Égalité femmes-hommes"
    INSTRUCTION = "instruction", "Instruction"
    PARTICIPATION = "participation", "Participation des habitants"
    TRANSITION = "transition", "Transition écologique"
    REGION = "region", "Critères de la Région"
    AUTRE = "autre", "Autre objet"


class NatureGrille(Enumeration):
    """Where a grid comes from: what is shown beside it, always."""

    PUBLIEE = "publiee", "Grille publiée"
    CONCUE = "concue", "Conçue avec ce logiciel (non officielle)"
    LOCALE = "locale", "Grille de l'équipe"


class MethodeGrille(Enumeration):
    """How the marks of the criteria give a level."""

    POINTS = "points", "Points pondérés, en % du maximum"
    COMPTE = "compte", "Nombre de critères remplis"
    REQUIS = "requis", "Niveau dont tous les critères requis sont remplis"
    CHOISI = "choisi", "Niveau choisi directement"


class MomentCotation(Enumeration):
    AUTO = "auto", "Auto-évaluation du porteur"
    ENTREE = "entree", "Entrée du comité"
    SORTIE = "sortie", "Sortie du comité"
    BILAN = "bilan", "Bilan"


class ClasseGenre(Enumeration):
    """Budget sensible au genre: what an expense does for equality."""

    DEDIEE = "dediee", "Dépense dédiée"
    INTEGRANT = "integrant", "Dépense intégrant l'égalité"
    NEUTRE = "neutre", "Dépense neutre"
    A_RISQUE = "a_risque", "Dépense à risque"


class CibleConstat(Enumeration):
    """What a constat is about."""

    ACTION = "action", "Action"
    APPEL = "appel", "Appel"
    SEANCE = "seance", "Séance"
    PORTEUR = "porteur", "Porteur"
    ANNEE = "annee", "Année"


class EtatConvention(Enumeration):
    DEMANDEE = "demandee", "Demandée"
    ACCORDEE = "accordee", "Accordée"
    SIGNEE = "signee", "Signée"
    TERMINEE = "terminee", "Terminée"
    RESILIEE = "resiliee", "Résiliée"
    ANNUELLE = "annuelle", "Ramenée à une année"


class NatureCourrier(Enumeration):
    ACCORD = "accord", "Accord"
    ACCORD_RESERVE = "accord_reserve", "Accord sous réserve"
    REFUS = "refus", "Refus"
    AJOURNEMENT = "ajournement", "Ajournement"
    REORIENTATION = "reorientation", "Réorientation"
    ACCUSE = "accuse", "Accusé de réception"
    PIECES = "pieces", "Demande de pièces"
    RELANCE_BILAN = "relance_bilan", "Relance de bilan"
    CPO = "cpo", "Notification de CPO"
