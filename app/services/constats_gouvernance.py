"""Checks of how often instances sit, of the calendar, and of the term of the contract."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping

from app.models.enums import CibleConstat, EtatReunion, EtatSeance, NatureAppel, StatutAction
from app.services.accords import compter
from app.services.columns import afficher_date
from app.services.constats_credits import en_jeu
from app.services.constats_faits import FaitsAction, FaitsAnnee, FaitsAppel
from app.services.constats_mots import plusieurs
from app.services.constats_registre import Portee, complement, controle
from app.services.documents import jour_de
from app.services.fichier import Lire
from app.services.instances_reunies import lire_communes
from app.services.regles_couches import RegleEnVigueur

MILIEU = 15  # the day that « mi-février » means
RENDEZ_VOUS = {
    "mi_parcours": "Évaluation à mi-parcours du contrat",
    "finale": "Évaluation finale du contrat",
    "actualisation": "Actualisation du contrat",
    "revision_annee": "Révision des projets de quartier",
}
# What each rule of frequency speaks of: the identifiant of an instance of the same contract.
INSTANCES = {
    "VAL-GOUV-01": "copil",
    "VAL-GOUV-02": "cotech",
    "VAL-GOUV-03": "comites_territoriaux",
    "VAL-GOUV-04": "rdv_politique_annuel",
    "VAL-GOUV-05": "reunions_reseau",
    "HAZ-GOUV-01": "copil",
    "HAZ-GOUV-02": "cotech",
    "HAZ-GOUV-04": "commission_communautaire",
    "HAZ-GOUV-05": "tables_citoyennes",
    "HC-GOV-01": "comite_executif",
    "HC-GOV-02": "comite_cohesion_sociale",
}


@complement(
    "communes",
    cible=CibleConstat.ANNEE,
    suit={"commune": "", "quartier_commune": "", "quartier": ""},
)
def lire_les_communes(lire: Lire, portee: Portee) -> Mapping[str, str]:
    """key -> name of the communes whose comités sit."""
    return {commune.cle: commune.nom for commune in lire_communes(lire)}


@controle(*INSTANCES, cible=CibleConstat.ANNEE)
def frequence_des_instances(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """What was held and what is planned against the number that the contract prints."""
    assises = _assises(annee, INSTANCES[regle.code])
    minimum, maximum = regle.valeur("minimum_par_an"), regle.valeur("maximum_par_an")
    if regle.valeur("par") == "commune":
        yield from _par_commune(annee, assises, minimum)
        return
    faites, prevues = _compte(assises)
    if minimum is not None and faites + prevues < minimum:
        yield (
            f"{_dites(faites, prevues)} en {annee.annee}, le minimum est de {minimum}\u00a0: "
            f"programmez-en encore {minimum - faites - prevues}."
        )
    if maximum is not None and faites + prevues > maximum:
        yield (
            f"{_dites(faites, prevues)} en {annee.annee}, le maximum est de {maximum}\u00a0: "
            "vérifiez que chacune est utile."
        )
    yield from _intervalle(annee, assises, regle.valeur("intervalle_semaines"))


Assise = tuple[datetime.date | None, bool, str | None]  # day, held, commune


def _assises(annee: FaitsAnnee, instance: str) -> list[Assise]:
    seances = [
        (jour_de(s.date), s.etat == EtatSeance.CLOSE, None)
        for s in annee.seances
        if s.instance == instance
    ]
    reunions = [
        (jour_de(r.date), r.etat == EtatReunion.TENUE, r.commune)
        for r in annee.reunions
        if instance in r.instances and r.etat != EtatReunion.ANNULEE
    ]
    return [*seances, *reunions]


def _compte(assises: list[Assise]) -> tuple[int, int]:
    """(held, planned): what has no date is not planned."""
    faites = sum(tenue for _, tenue, _ in assises)
    return faites, sum(jour is not None and not tenue for jour, tenue, _ in assises)


def _dites(faites: int, prevues: int) -> str:
    suite = f" et {compter(prevues, 'prévue')}" if prevues else ""
    return f"{compter(faites, 'réunion tenue')}{suite}"


def _par_commune(annee: FaitsAnnee, assises: list[Assise], minimum: int | None) -> Iterator[str]:
    communes: Mapping[str, str] = annee.plus.get("communes", {})
    siennes: dict[str, int] = defaultdict(int)
    for jour, tenue, commune in assises:
        if commune is not None and (tenue or jour is not None):
            siennes[commune] += 1
    manquent = [nom for cle, nom in communes.items() if siennes[cle] < (minimum or 0)]
    if manquent:
        yield (
            f"Moins de {minimum} réunions tenues ou prévues en {annee.annee} à "
            f"{plusieurs(manquent)}\u00a0: programmez-les."
        )


def _intervalle(annee: FaitsAnnee, assises: list[Assise], semaines: int | None) -> Iterator[str]:
    tenues = [jour for jour, tenue, _ in assises if jour is not None and tenue]
    prevue = any(jour is not None and jour >= annee.jour for jour, tenue, _ in assises if not tenue)
    if semaines is None or not tenues or prevue or annee.jour.year != annee.annee:
        return
    limite = max(tenues) + datetime.timedelta(weeks=semaines)
    if annee.jour > limite:
        yield (
            f"Dernière réunion le {afficher_date(max(tenues))}, à tenir toutes les {semaines} "
            "semaines\u00a0: programmez la suivante."
        )


@controle("calendrier.notification", cible=CibleConstat.ANNEE)
def notification_a_temps(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """Granted and not told once the target of the contract has passed."""
    mois = regle.valeur("mois")
    if mois is None:
        return
    cible = datetime.date(annee.annee, mois, regle.valeur("jour") or MILIEU)
    if annee.jour <= cible:
        return
    attendent = [
        a for a in en_jeu(annee.actions) if any(m.accorde and m.notifie is None for m in a.montants)
    ]
    if attendent:
        yield (
            f"{compter(len(attendent), 'action accordée')} sans notification après le "
            f"{afficher_date(cible)}\u00a0: envoyez les courriers "
            f"({plusieurs(a.nom for a in attendent)})."
        )


@controle("calendrier.gestion", cible=CibleConstat.APPEL)
def duree_de_gestion(appel: FaitsAppel, regle: RegleEnVigueur) -> Iterator[str]:
    """From the opening to the decisions, against the duration that the contract prints."""
    mois, ouverture = regle.valeur("mois"), jour_de(appel.date_ouverture)
    if mois is None or ouverture is None:
        return
    attendent = sum(a.statut in _EN_COURS for a in appel.actions)
    jours = (appel.jour - ouverture).days
    if attendent and jours > mois * 30.5:
        yield (
            f"Ouvert depuis {jours // 30} mois, plus que les {mois} mois du contrat, et "
            f"{compter(attendent, 'action')} sans décision\u00a0: fixez la date du comité."
        )


_EN_COURS = frozenset(
    (str(StatutAction.DEPOSEE), str(StatutAction.INSTRUCTION), str(StatutAction.PROPOSEE))
)


@controle("NORD-PROG-05", "VAL-CYC-06", cible=CibleConstat.APPEL)
def appel_vacances_a_temps(appel: FaitsAppel, regle: RegleEnVigueur) -> Iterator[str]:
    """The call for the school holidays opens by the day, or in the month, that the text prints."""
    mois, jour, ouvert = regle.valeur("mois"), regle.valeur("jour"), jour_de(appel.date_ouverture)
    if appel.nature != NatureAppel.VACANCES or mois is None or ouvert is None:
        return
    if jour is not None:
        limite = datetime.date(appel.annee, mois, jour)
    else:
        limite = datetime.date(appel.annee + mois // 12, mois % 12 + 1, 1) - datetime.timedelta(1)
    if ouvert > limite:
        yield (
            f"Ouvert le {afficher_date(ouvert)}, après le {afficher_date(limite)}\u00a0: avancez "
            "l'ouverture de l'appel vacances."
        )


@controle("HC-CAL-01", cible=CibleConstat.ACTION)
def fin_avant_le_terme(action: FaitsAction, regle: RegleEnVigueur) -> Iterator[str]:
    terme, fin = jour_de(regle.valeur("date")), jour_de(action.date_fin)
    if terme is not None and fin is not None and fin > terme and list(en_jeu((action,))):
        yield (
            f"L'action finit le {afficher_date(fin)}, après le terme du contrat "
            f"({afficher_date(terme)})\u00a0: raccourcissez-la."
        )


@controle("evaluation.calendrier", "projets_quartier.duree", cible=CibleConstat.ANNEE)
def rendez_vous_de_l_annee(annee: FaitsAnnee, regle: RegleEnVigueur) -> Iterator[str]:
    """What the contract sets for this very year: half-way, final, revision of the projets."""
    for parametre, quoi in RENDEZ_VOUS.items():
        if regle.valeur(parametre) == annee.annee:
            yield f"{quoi} en {annee.annee}\u00a0: mettez-la à l'ordre du jour d'une instance."
