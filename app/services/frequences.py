"""How often each instance sat in a year, and how often its contract wants it to (A-45…A-48).

Counted from the meetings held and the séances closed; said in words, never blocking.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlalchemy import select

from app.models.enums import College, EtatReunion, EtatSeance, NatureReunion
from app.models.montants import INSECABLE
from app.models.reunion import Participant, Reunion, ReunionInstance
from app.models.seance import Seance
from app.services.columns import afficher_date
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire
from app.services.identifiants import nom_normalise
from app.services.instances_reunies import (
    InstanceReunie,
    Objet,
    lire_communes,
    lire_instances,
    lire_themes,
)
from app.services.moments_attendus import Creneau, en_mots, est_manque, lire_moments

TENUE, PREVUE = "tenue", "prevue"
SANS_EXIGENCE, CONFORME, A_PREVOIR, MANQUE, TROP = (
    "sans_exigence",
    "conforme",
    "a_prevoir",
    "manque",
    "trop",
)


@dataclass(frozen=True, slots=True)
class Assise:
    """One time that an instance sat or is to sit."""

    instance: str
    jour: date | None
    etat: str
    titre: str
    commune: str | None
    noeud: str | None


@dataclass(frozen=True, slots=True)
class LigneFrequence:
    """An instance in a year, or what it sits about (`objet`: a commune or a theme).

    `prochaine`: the day its interval suggests. `minimum` None: the contract asks for no number.
    """

    cle: str
    instance: str
    nom: str
    objet: str
    commune: str | None
    noeud: str | None
    tenues: int
    prevues: int
    minimum: int | None
    maximum: int | None
    intervalle: int | None
    frequence: str
    derniere: date | None
    prochaine: date | None
    etat: str
    phrase: str
    moments: str = ""


@dataclass(frozen=True, slots=True)
class Gouvernance:
    """The governance of a year in figures (B-186): meetings held by level, people, institutions."""

    communales: int
    intercommunales: int
    autres: int
    participants: int
    institutions: int


class Frequences:
    """Counts the instances of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def lignes(self, annee: int, aujourd_hui: date) -> list[LigneFrequence]:
        """Each instance, by commune or by theme where its contract says so."""
        with self._fichier.instant() as lire:
            assises = _assises(lire)
            sujets = _Sujets(lire_communes(lire), lire_themes(lire))
            instances = lire_instances(lire)
            moments = lire_moments(lire, annee, instances)
        return [
            _avec_ses_moments(
                _ligne(instance, objet, siennes, annee, aujourd_hui),
                moments.creneaux(instance),
                siennes,
                aujourd_hui,
            )
            for instance in instances
            for objet, siennes in sujets.repartir(instance, assises[instance.cle])
        ]

    def gouvernance(self, annee: int) -> Gouvernance:
        """What the meetings held in a year gathered."""
        tenue = (Reunion.annee == annee, Reunion.etat == str(EtatReunion.TENUE))
        with self._fichier.instant() as lire:
            natures = Counter(nature for (nature,) in lire(select(Reunion.nature).where(*tenue)))
            venus = lire(
                select(Participant.represente, Participant.college)
                .join(Reunion, Reunion.cle == Participant.reunion)
                .where(*tenue, Participant.present.is_(True))
            )
        communales = natures[str(NatureReunion.COMMUNALE)]
        intercommunales = natures[str(NatureReunion.INTERCOMMUNALE)]
        institutions = {
            nom_normalise(v.represente)
            for v in venus
            if v.represente and v.college == College.INSTITUTION
        }
        autres = natures.total() - communales - intercommunales
        return Gouvernance(communales, intercommunales, autres, len(venus), len(institutions))

    def alertes(self, annee: int, aujourd_hui: date) -> list[str]:
        """What the year lacks, or has too much of, a sentence each."""
        return [
            ligne.phrase
            for ligne in self.lignes(annee, aujourd_hui)
            if ligne.etat in (MANQUE, TROP)
        ]


@dataclass(frozen=True, slots=True)
class _Sujets:
    communes: Sequence[Objet]
    themes: Sequence[Objet]

    def repartir(
        self, instance: InstanceReunie, assises: Sequence[Assise]
    ) -> Iterator[tuple[Objet | None, list[Assise]]]:
        """(what about, when) of an instance; the whole of it where it has no « par »."""
        if instance.par_commune:
            for objet in self.communes:
                yield objet, [a for a in assises if _est_de(a, a.commune, objet)]
        elif instance.par_theme:
            for objet in self.themes:
                yield objet, [a for a in assises if _est_de(a, a.noeud, objet)]
        else:
            yield None, list(assises)


def _est_de(assise: Assise, cle: str | None, objet: Objet) -> bool:
    """A séance has no commune of its own: its title names it."""
    if cle is not None:
        return cle == objet.cle
    return nom_normalise(objet.nom) in nom_normalise(assise.titre)


def _assises(lire: Lire) -> defaultdict[str, list[Assise]]:
    """instance -> its meetings and séances of all years, in the order of their days."""
    reunions = (
        select(
            ReunionInstance.instance,
            Reunion.date,
            Reunion.etat,
            Reunion.titre,
            Reunion.commune,
            Reunion.noeud,
            Reunion.annee,
        )
        .join(Reunion, Reunion.cle == ReunionInstance.reunion)
        .where(Reunion.etat != str(EtatReunion.ANNULEE))
    )
    seances = select(
        Seance.instance, Seance.date, Seance.etat, Seance.titre, Seance.close_le
    ).where(Seance.instance.is_not(None))
    toutes: defaultdict[str, list[Assise]] = defaultdict(list)
    for lue in lire(reunions):
        etat = TENUE if lue.etat == EtatReunion.TENUE else PREVUE
        toutes[lue.instance].append(
            Assise(lue.instance, jour_de(lue.date), etat, lue.titre, lue.commune, lue.noeud)
        )
    for lue in lire(seances):
        close = lue.etat == EtatSeance.CLOSE
        jour = jour_de(lue.date) or (jour_de(lue.close_le) if close else None)
        etat = TENUE if close else PREVUE
        toutes[lue.instance].append(Assise(lue.instance, jour, etat, lue.titre, None, None))
    for assises in toutes.values():
        assises.sort(key=lambda a: a.jour or date.max)
    return toutes


def _ligne(
    instance: InstanceReunie,
    objet: Objet | None,
    assises: Sequence[Assise],
    annee: int,
    aujourd_hui: date,
) -> LigneFrequence:
    tenues = [a for a in assises if a.etat == TENUE and a.jour and a.jour.year == annee]
    prevues = [a for a in assises if a.etat == PREVUE and a.jour and a.jour.year == annee]
    faites = [a.jour for a in assises if a.etat == TENUE and a.jour and a.jour.year <= annee]
    derniere = max(filter(None, faites), default=None)
    prochaine = _prochaine(instance, derniere)
    ligne = LigneFrequence(
        cle=f"{instance.cle}:{objet.cle if objet else ''}",
        instance=instance.cle,
        nom=instance.nom,
        objet=objet.nom if objet else "",
        commune=objet.cle if objet and instance.par_commune else None,
        noeud=objet.cle if objet and instance.par_theme else None,
        tenues=len(tenues),
        prevues=len(prevues),
        minimum=instance.minimum,
        maximum=instance.maximum,
        intervalle=instance.intervalle,
        frequence=instance.frequence,
        derniere=derniere,
        prochaine=prochaine,
        etat="",
        phrase="",
    )
    etat, suite = _juger(ligne, annee, aujourd_hui)
    return replace(ligne, etat=etat, phrase=f"{_nom(ligne)}{INSECABLE}: {suite}")


def _avec_ses_moments(
    ligne: LigneFrequence,
    creneaux: Sequence[Creneau],
    assises: Sequence[Assise],
    aujourd_hui: date,
) -> LigneFrequence:
    """When it had to sit, where the contract places it in the cycle: late is said too."""
    if not creneaux:
        return ligne
    jours = [a.jour for a in assises if a.jour]
    moments = en_mots(creneaux, jours)
    if not est_manque(creneaux, jours, aujourd_hui):
        return replace(ligne, moments=moments)
    return replace(ligne, moments=moments, etat=MANQUE, phrase=f"{ligne.phrase} ({moments})")


def _prochaine(instance: InstanceReunie, derniere: date | None) -> date | None:
    if instance.intervalle is None or derniere is None:
        return None
    return derniere + timedelta(weeks=instance.intervalle)


def _nom(ligne: LigneFrequence) -> str:
    return f"{ligne.nom}, {ligne.objet}" if ligne.objet else ligne.nom


def _juger(ligne: LigneFrequence, annee: int, aujourd_hui: date) -> tuple[str, str]:
    """The state of a line and the end of its sentence."""
    compte = _compte(ligne, annee)
    if ligne.maximum is not None and ligne.tenues > ligne.maximum:
        return TROP, f"{compte}, {ligne.maximum} au plus"
    if ligne.minimum is not None and ligne.tenues < ligne.minimum:
        finie = aujourd_hui.year > annee
        prevu = ligne.tenues + ligne.prevues >= ligne.minimum
        etat = A_PREVOIR if prevu and not finie else MANQUE
        return etat, f"{compte}{_prevues(ligne)}"
    if ligne.intervalle is not None:
        return _selon_l_intervalle(ligne, compte, annee, aujourd_hui)
    exige = ligne.minimum is not None or ligne.maximum is not None
    return (CONFORME if exige else SANS_EXIGENCE), f"{compte}{_prevues(ligne)}"


def _selon_l_intervalle(
    ligne: LigneFrequence, compte: str, annee: int, aujourd_hui: date
) -> tuple[str, str]:
    rythme = f"toutes les {ligne.intervalle} semaines"
    if ligne.prochaine is None:
        etat = MANQUE if annee <= aujourd_hui.year and not ligne.prevues else A_PREVOIR
        return etat, f"{compte}, {rythme}{_prevues(ligne)}"
    quand = afficher_date(ligne.prochaine)
    if annee == aujourd_hui.year and ligne.prochaine < aujourd_hui and not ligne.prevues:
        return MANQUE, f"{compte}, la suivante était attendue le {quand}"
    return CONFORME, f"{compte}, la suivante vers le {quand}{_prevues(ligne)}"


def _compte(ligne: LigneFrequence, annee: int) -> str:
    """« 1 réunion sur 2 en 2026 »."""
    pluriel = "s" if ligne.tenues > 1 else ""
    sur = f" sur {ligne.minimum}" if ligne.minimum is not None else ""
    nombre = ligne.tenues or "aucune"
    return f"{nombre} réunion{pluriel}{sur} en {annee}"


def _prevues(ligne: LigneFrequence) -> str:
    if not ligne.prevues:
        return ""
    return f", {ligne.prevues} prévue{'s' if ligne.prevues > 1 else ''}"
