"""The words of the journal: what tables, columns and stored values are called when people read them.

A key is never shown: it is named after its row, or after what the journal kept of a deleted one.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.base import Requete, depuis_centiemes
from app.models.contrat import Echelle
from app.models.enums import (
    CouleurDeLigne,
    EtatPoint,
    EtatSeance,
    Geste,
    ModeNotification,
    NatureAction,
    NatureAppel,
    NatureColonne,
    NatureCredit,
    NatureDecision,
    NatureLien,
    NatureOrganisme,
    NaturePoint,
    NatureQuartier,
    NiveauConstat,
    Recurrence,
    RegleVote,
    RoleMembre,
    RoleNomenclature,
    SensAvis,
    SensBudget,
    StatutAction,
    StatutCofinancement,
)
from app.models.journal import Trace
from app.models.montants import afficher_montant
from app.models.organisme import Financeur
from app.models.programme import Enveloppe
from app.models.seance import Deliberation
from app.services import rubriques_libelles as libelles
from app.services.actions import par_lots
from app.services.fichier import Lire
from app.services.methodes_scenario import histoire_en_mots
from app.services.rubriques_saisie import afficher_parametres
from app.services.transaction import entites

# Keys of rows that no foreign key declares.
_LIENS_LIBRES = {
    "action": {"lignee": "action"},
    "seance": {"point_courant": "point"},
    **{nom: {"ligne": "action"} for nom in ("valeur_libre", "commentaire", "couleur_ligne")},
}
Noms = Mapping[str, str]  # key of a row (or identifier of an échelle) -> its name
LIENS = (
    "action",
    "financeur",
    "cofinancement",
    "quartier",
    "commune",
    "noeud",
    "organisme",
    "personne",
    "point",
    "seance",
)
NOMMENT = ("titre", "nom", "libelle", "enonce", "texte")  # columns that name their row
INCONNU = "élément inconnu"
SANS_EURO = {"part", "valeur", "effectif", "cible", "depart"}
_CLE = re.compile(r"[0-9a-f]{32}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")  # as it is stored

ENTITES = {
    "action": "Action",
    "action_commune": "Commune de l'action",
    "action_quartier": "Quartier de l'action",
    "appel": "Appel",
    "classement": "Classement",
    "cofinancement": "Cofinancement",
    "colonne_libre": "Colonne ajoutée",
    "commentaire": "Commentaire",
    "commune": "Commune",
    "contrat": "Contrat",
    "correspondance_import": "Correspondance d'import",
    "couleur_ligne": "Couleur de ligne",
    "decision": "Décision",
    "deliberation": "Délibération",
    "deport": "Déport",
    "dispositif": "Dispositif",
    "echelle": "Échelle",
    "engagement": "Engagement",
    "enveloppe": "Enveloppe",
    "etape": "Étape du cycle",
    "exercice": "Exercice",
    "financeur": "Financeur",
    "indicateur": "Indicateur",
    "instance": "Instance",
    "lien_interet": "Lien d'une personne avec un porteur",
    "ligne_budget": "Ligne de budget",
    "ligne_credit": "Ligne de crédit",
    "membre": "Membre de la séance",
    "mise_en_forme": "Mise en forme",
    "montant_decide": "Montant décidé",
    "montant_scenario": "Montant d'un scénario",
    "motif": "Motif",
    "noeud": "Nomenclature : élément",
    "nomenclature": "Nomenclature",
    "notification": "Notification",
    "organisme": "Porteur",
    "passage": "Passage",
    "personne": "Personne",
    "point": "Point de l'ordre du jour",
    "position_cpo": "Position sur la CPO",
    "presence": "Présence",
    "priorite_quartier": "Priorité de quartier",
    "quartier": "Quartier",
    "quartier_commune": "Commune du quartier",
    "regle": "Règle",
    "remarque": "Remarque",
    "ressource": "Aide au montage",
    "scellement": "Scellement",
    "scenario": "Scénario",
    "seance": "Séance",
    "signataire": "Signataire",
    "tour": "Montant annoncé",
    "valeur_libre": "Valeur d'une colonne ajoutée",
    "versement": "Versement",
    "voix_consultative": "Voix consultative",
    "volume_reference": "Volume de référence",
    "vote_deliberation": "Montant voté",
    "vue": "Vue",
}

CHAMPS = {
    "accorde": "accordé",
    "acteur": "acteur",
    "actif": "actif",
    "active": "active",
    "ancien_perimetre": "ancien périmètre",
    "annee": "année",
    "annee_debut": "première année",
    "annee_fin": "dernière année",
    "annee_mi_parcours": "année de mi-parcours",
    "annulee": "annulée",
    "arrivee": "arrivée",
    "base_legale": "base légale",
    "categorie": "catégorie",
    "chef_de_projet": "chef de projet",
    "cible_unite": "unité de la cible",
    "close_le": "close le",
    "code_insee": "code Insee",
    "code_postal": "code postal",
    "codes_alias": "autres codes",
    "commune_peut_financer": "la commune peut financer",
    "constitue_enveloppe": "constitue une enveloppe",
    "contredit": "contredit",
    "convoquee_le": "convoquée le",
    "corrige": "corrigé",
    "cout_total": "coût total",
    "cpo": "CPO",
    "cpo_annees": "années de CPO",
    "cpo_duree": "durée de la CPO",
    "cpo_rang": "année de CPO",
    "date_cloture": "date de clôture",
    "date_debut": "date de début",
    "date_depot": "date de dépôt",
    "date_fin": "date de fin",
    "date_notification": "date de notification",
    "date_ouverture": "date d'ouverture",
    "date_signature": "date de signature",
    "decidee_le": "décidée le",
    "deduit": "déduite du texte",
    "definition": "définition",
    "demande": "demandé",
    "depart": "départ",
    "departement": "département",
    "dit_le": "dit le",
    "echeance": "échéance",
    "echelle": "échelle",
    "echelles": "échelles",
    "eligible_bop147": "éligible au BOP 147",
    "empreinte_decisions": "empreinte des décisions",
    "en_bloc": "en bloc",
    "en_synthese": "dans la synthèse",
    "engage": "engagé par conventions",
    "enonce": "énoncé",
    "epci": "EPCI",
    "epci_peut_financer": "l'EPCI peut financer",
    "etapes": "étapes",
    "excuse": "excusé",
    "financement_epci": "financement de l'EPCI",
    "frequence": "fréquence",
    "fusionne_dans": "fusionné dans",
    "hors_qpv_motif": "motif hors QPV",
    "intervalle_semaines": "intervalle en semaines",
    "libelle": "libellé",
    "libelle_court": "libellé court",
    "ligne_credit": "ligne de crédit",
    "lignee": "lignée",
    "maximum_par_an": "maximum par an",
    "membre_epci": "membre de l'EPCI",
    "methode": "méthode",
    "minimum_par_an": "minimum par an",
    "modalite": "modalité d'appel",
    "nature_credit": "nature du crédit",
    "nature_depense": "nature de la dépense",
    "noeud": "élément de la nomenclature",
    "nom_court": "nom court",
    "note_privee": "note privée",
    "notifie": "notifié",
    "nouveau_2024": "nouveau en 2024",
    "numero": "numéro",
    "operateur": "opérateur",
    "ordre_deduit": "ordre déduit du texte",
    "ouverte_le": "ouverte le",
    "parallele": "en parallèle",
    "parametres": "valeurs",
    "parent": "élément parent",
    "parent_identifiant": "identifiant du contrat parent",
    "parent_nom": "contrat parent",
    "perimetre": "périmètre",
    "point_courant": "point en cours",
    "population_annee": "année de la population",
    "population_qpv": "population en QPV",
    "population_source": "source de la population",
    "portee": "portée",
    "pouvoir_a": "pouvoir donné à",
    "precedente": "action reconduite",
    "predecesseurs": "anciens périmètres",
    "presidence": "présidence",
    "projetee": "projetée",
    "propose": "proposé",
    "proprietaire": "propriétaire",
    "public_ages": "âges du public",
    "public_femmes": "femmes",
    "public_hommes": "hommes",
    "public_qpv": "public en QPV",
    "public_total": "public total",
    "publie_le": "publié le",
    "quorum_source": "source du quorum",
    "recurrence": "nouveau ou reconduction",
    "reference": "référence",
    "region": "région",
    "regle_vote": "règle de vote",
    "regle_vote_source": "source de la règle de vote",
    "represente": "représente",
    "reserve": "réserve",
    "reouverture": "motif de réouverture",
    "rna": "RNA",
    "role": "rôle",
    "roles": "rôles",
    "scelle_le": "scellé le",
    "securise": "sécurisé",
    "siret": "SIRET",
    "source_document": "document source",
    "source_ligne": "ligne du document source",
    "statut_reconnaissance": "reconnaissance",
    "telephone": "téléphone",
    "theme": "thème",
    "themes": "thèmes",
    "titre": "intitulé",
    "totaliser": "avec un total",
    "unite": "unité",
    "valeur_texte": "valeur en toutes lettres",
    "verse": "versé",
    "version_nomenclature": "version de la nomenclature",
    "version_referentiel": "version du référentiel",
    "vote": "voté",
}


def _parmi(options: libelles.Options) -> Callable[[str], str]:
    noms = dict(options)
    return lambda code: noms.get(code, code)


LISTES: dict[tuple[str, str], Callable[[Any], str]] = {
    ("action", "nature"): NatureAction.libelle_de,
    ("action", "recurrence"): Recurrence.libelle_de,
    ("action", "statut"): StatutAction.libelle_de,
    ("appel", "nature"): NatureAppel.libelle_de,
    ("cofinancement", "nature_credit"): NatureCredit.libelle_de,
    ("cofinancement", "statut"): StatutCofinancement.libelle_de,
    ("colonne_libre", "nature"): NatureColonne.libelle_de,
    ("couleur_ligne", "couleur"): CouleurDeLigne.libelle_de,
    ("decision", "nature"): NatureDecision.libelle_de,
    ("echelle", "financeurs"): NatureOrganisme.libelle_de,
    ("engagement", "nature"): _parmi(libelles.NATURES_ENGAGEMENT),
    ("financeur", "nature"): NatureOrganisme.libelle_de,
    ("instance", "nature"): _parmi(libelles.NATURES_INSTANCE),
    ("lien_interet", "nature"): NatureLien.libelle_de,
    ("ligne_budget", "sens"): SensBudget.libelle_de,
    ("ligne_credit", "nature_credit"): NatureCredit.libelle_de,
    ("membre", "role"): RoleMembre.libelle_de,
    ("motif", "nature"): NatureDecision.libelle_de,
    ("noeud", "categorie"): _parmi(libelles.CATEGORIES),
    ("nomenclature", "role"): RoleNomenclature.libelle_de,
    ("notification", "mode"): ModeNotification.libelle_de,
    ("organisme", "nature"): NatureOrganisme.libelle_de,
    ("point", "etat"): EtatPoint.libelle_de,
    ("point", "nature"): NaturePoint.libelle_de,
    ("quartier", "nature"): NatureQuartier.libelle_de,
    ("regle", "niveau"): NiveauConstat.libelle_de,
    ("regle", "origine"): _parmi(libelles.ORIGINES),
    ("regle", "parametres"): afficher_parametres,
    ("regle", "portee"): _parmi(libelles.PORTEES),
    ("regle", "theme"): _parmi(libelles.THEMES),
    ("remarque", "nature"): _parmi(libelles.REMARQUES),
    ("ressource", "rubrique"): _parmi(libelles.RESSOURCES),
    ("scenario", "methode"): histoire_en_mots,
    ("seance", "etat"): EtatSeance.libelle_de,
    ("seance", "regle_vote"): RegleVote.libelle_de,
    ("signataire", "categorie"): _parmi(libelles.CATEGORIES_SIGNATAIRE),
    ("signataire", "nature"): NatureOrganisme.libelle_de,
    ("voix_consultative", "sens"): SensAvis.libelle_de,
}


def champ_en_mots(champ: str) -> str:
    return CHAMPS.get(champ, champ)


# Names --------------------------------------------------------------------------------------------


@cache
def liens_de(entite: str) -> Mapping[str, str]:
    """Columns that hold the key of another row -> its table."""
    table = entites().get(entite)
    if table is None:
        return {}
    liens = {c.name: f.column.table.name for c in table.columns for f in c.foreign_keys}
    return liens | _LIENS_LIBRES.get(entite, {})


def cles_nommees(lignes: Iterable[tuple[str, str, Mapping[str, Any]]]) -> dict[str, set[str]]:
    """table -> keys to name, of rows given as (table, key, values): themselves and their links."""
    cles: dict[str, set[str]] = defaultdict(set)
    for entite, cle, valeurs in lignes:
        cles[entite].add(cle)
        for champ, cible in liens_de(entite).items():
            if valeurs.get(champ):
                cles[cible].add(valeurs[champ])
    return cles


def nommer(lire: Lire, cles: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Names of the rows of these keys, by table; financeurs and échelles are always known."""
    noms: dict[str, str] = dict(lire(select(Echelle.identifiant, Echelle.nom)))
    noms |= dict(lire(select(Financeur.cle, Financeur.nom_court)))
    for entite, voulues in cles.items():
        requete = _noms_de(entite)
        if requete is None:
            continue
        for lot in par_lots(sorted(voulues)):
            lus = lire(requete.where(entites()[entite].c.cle.in_(lot)))
            noms |= {cle: str(nom) for cle, nom in lus if nom is not None}
            noms |= _noms_au_journal(lire, entite, [cle for cle in lot if cle not in noms])
    return noms


@cache
def _noms_de(entite: str) -> Requete | None:
    """(key, name) of the rows of a table; None for those that are named after what they link."""
    if entite == "cofinancement":
        return (
            select(Cofinancement.cle, Financeur.nom_court + ", " + Action.numero)
            .join(Financeur, Financeur.cle == Cofinancement.financeur)
            .join(Action, Action.cle == Cofinancement.action)
        )
    if entite == "deliberation":
        dite = func.coalesce(Deliberation.numero, Deliberation.assemblee, "sans numéro")
        return select(Deliberation.cle, dite)
    if entite == "enveloppe":
        return select(Enveloppe.cle, Financeur.nom_court).join(
            Financeur, Financeur.cle == Enveloppe.financeur
        )
    table = entites().get(entite)
    if table is None or entite == "ligne_budget":
        return None
    for nom in ("annee",) if entite == "exercice" else NOMMENT:
        if nom in table.c:
            return select(table.c.cle, table.c[nom])
    return None


def sans_action(nom: str) -> str:
    """The financeur alone, of the name of a cofinancement."""
    return nom.rpartition(", ")[0] or nom


def _noms_au_journal(lire: Lire, entite: str, cles: list[str]) -> dict[str, str]:
    """Names that rows deleted since had when they were."""
    if not cles:
        return {}
    requete = select(Trace.ligne, Trace.avant).where(
        Trace.entite == entite, Trace.ligne.in_(cles), Trace.geste == str(Geste.SUPPRESSION)
    )
    lignes = {cle: json.loads(avant) for cle, avant in lire(requete) if avant}
    return {cle: nom for cle, ligne in lignes.items() if (nom := nom_de(ligne))}


def nom_de(valeurs: Mapping[str, Any]) -> str:
    """The name that a row holds itself, empty when it has none."""
    return next((str(valeurs[champ]) for champ in NOMMENT if valeurs.get(champ)), "")


def objet_de(valeurs: Mapping[str, Any], noms: Noms) -> str:
    """What a row is, in a few words; for a link, what it leads to."""
    liens = [noms[str(v)] for champ, v in valeurs.items() if champ in LIENS and str(v) in noms]
    return nom_de(valeurs) or " – ".join(dict.fromkeys(liens))


# Values -------------------------------------------------------------------------------------------


def en_mots(entite: str, champ: str, valeur: Any, noms: Noms) -> str:
    """A value as a person reads it, stored (cents) or read (euros); empty when there was none."""
    if valeur is None or valeur in ("", [], {}):
        return ""
    if champ in liens_de(entite):
        return noms.get(str(valeur), INCONNU)
    if (entite, champ) in LISTES:
        libelle = LISTES[entite, champ]
        return ", ".join(libelle(v) for v in (valeur if isinstance(valeur, list) else [valeur]))
    if _est_decimale(entite, champ) and not isinstance(valeur, bool):
        montant = valeur if isinstance(valeur, Decimal) else depuis_centiemes(valeur)
        return afficher_montant(montant, euro=champ not in SANS_EURO)
    return _texte(valeur, noms)


@cache
def _est_decimale(entite: str, champ: str) -> bool:
    table = entites().get(entite)
    colonne = None if table is None else table.columns.get(champ)
    return colonne is not None and colonne.type.python_type is Decimal


def _texte(valeur: Any, noms: Noms) -> str:
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if isinstance(valeur, list):
        return ", ".join(_texte(v, noms) for v in valeur if v is not None)
    if isinstance(valeur, dict):
        return ", ".join(f"{nom} : {_texte(v, noms)}" for nom, v in valeur.items() if v is not None)
    texte = str(valeur)
    if _MOMENT.fullmatch(texte):
        return _moment(texte)
    return noms.get(texte, INCONNU if _CLE.fullmatch(texte) else texte)


def _moment(texte: str) -> str:
    """As the clock of this machine reads; what is no moment, but written as one, stays as it is."""
    try:
        return f"{datetime.fromisoformat(texte).astimezone():%d/%m/%Y %H:%M}"
    except ValueError:
        return texte
