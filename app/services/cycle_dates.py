"""When each step of an appel is: dates given, or counted from another step. Pure.

A date that nobody gave and that the contract does not print stays empty (B-81).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from app.models.enums import NatureEtape
from app.services.documents import jour_de

# They are of the appel as a whole: no action goes through them.
COLLECTIVES = frozenset({NatureEtape.CADRAGE, NatureEtape.LANCEMENT})
DEPOTS = (NatureEtape.NOTE_INTENTION, NatureEtape.DEPOT)


class EtatEtape(StrEnum):
    """Where a step of an appel stands today."""

    ECARTEE = "ecartee"
    FAITE = "faite"
    RETARD = "retard"
    EN_COURS = "en_cours"
    A_VENIR = "a_venir"
    SANS_DATE = "sans_date"


class OrigineDate(StrEnum):
    """Where the dates of a step come from."""

    FIXEE = "fixee"
    RELATIVE = "relative"
    APPEL = "appel"
    AUCUNE = "aucune"


@dataclass(frozen=True, slots=True)
class EtapeDatee:
    """A step of an appel with its dates found. `debut`, `fin`: None where nothing gives them.

    `date_debut`, `date_fin`, `jours_debut`, `jours_fin` are what was typed; `etape` is the step of the
    contract it was made from, `moment` and `source` what that one prints.
    """

    cle: str
    appel: str
    appel_nom: str
    annee: int
    nature: str
    nom: str
    acteur: str | None
    active: bool
    date_debut: str | None
    date_fin: str | None
    ancre: str | None
    jours_debut: int | None
    jours_fin: int | None
    requiert: tuple[str, ...]
    terminee_le: date | None
    note: str | None
    rang: int
    etape: str | None = None
    echelle: str | None = None
    moment: str = ""
    source: str = ""
    debut: date | None = None
    fin: date | None = None
    origine: OrigineDate = OrigineDate.AUCUNE
    ancre_nom: str = ""
    requiert_noms: tuple[str, ...] = ()
    etat: EtatEtape = EtatEtape.SANS_DATE
    en_mots: str = ""

    @property
    def premier_jour(self) -> date | None:
        return self.debut or self.fin

    @property
    def dernier_jour(self) -> date | None:
        """The day it ends; a step with only a beginning lasts that day."""
        return self.fin or self.debut

    @property
    def dates_en_mots(self) -> str:
        """Where its dates come from: « 30 jours après « Lancement » », « dates de l'appel »…"""
        if self.origine == OrigineDate.FIXEE:
            return "date fixée"
        if self.origine == OrigineDate.APPEL:
            return "date de l'appel"
        if self.origine == OrigineDate.RELATIVE:
            return decalage_en_mots(self)
        return f"contrat : {self.moment}" if self.moment else "non précisée"


def decalage_en_mots(etape: EtapeDatee) -> str:
    """« de 0 à 30 jours après « Lancement » »."""
    debut, fin = etape.jours_debut, etape.jours_fin
    connus = [jours for jours in (debut, fin) if jours is not None]
    if not connus or not etape.ancre_nom:
        return ""
    sens = "avant" if max(connus) < 0 else "après"
    bornes = sorted({abs(jours) if sens == "avant" else jours for jours in connus})
    combien = " à ".join(str(jours) for jours in bornes)
    mot = "jour" if abs(bornes[-1]) < 2 else "jours"
    return f"{combien} {mot} {sens} « {etape.ancre_nom} »"


def dater(
    etapes: Sequence[EtapeDatee],
    jour: date,
    *,
    ouverture: str | None = None,
    cloture: str | None = None,
) -> list[EtapeDatee]:
    """The steps of one appel, in order, with dates, state and names of what they refer to.

    `ouverture`, `cloture`: those of the appel, which its launch and its last deposit take when they
    have none of their own.
    """
    par_cle = {etape.cle: etape for etape in etapes}
    dernier_depot = next((e.cle for e in reversed(etapes) if e.nature == NatureEtape.DEPOT), None)
    lancement = next((e.cle for e in etapes if e.nature == NatureEtape.LANCEMENT), None)
    de_l_appel = {
        (lancement, "debut"): jour_de(ouverture),
        (dernier_depot, "fin"): jour_de(cloture),
    }
    calcul = _Calcul(par_cle, de_l_appel)
    return [_datee(etape, calcul, par_cle, jour) for etape in etapes]


class _Calcul:
    """Finds each end once; a loop, which nobody can type, gives no date rather than none at all."""

    def __init__(
        self,
        etapes: Mapping[str, EtapeDatee],
        de_l_appel: Mapping[tuple[str | None, str], date | None],
    ) -> None:
        self._etapes = etapes
        self._de_l_appel = de_l_appel
        self._trouvees: dict[tuple[str, str], tuple[date | None, OrigineDate]] = {}

    def bout(self, cle: str, nom: str) -> tuple[date | None, OrigineDate]:
        """The beginning or the end of a step, and where it comes from."""
        if (cle, nom) not in self._trouvees:
            self._trouvees[cle, nom] = None, OrigineDate.AUCUNE  # met again on the way: a loop
            self._trouvees[cle, nom] = self._chercher(self._etapes[cle], nom)
        return self._trouvees[cle, nom]

    def _chercher(self, etape: EtapeDatee, nom: str) -> tuple[date | None, OrigineDate]:
        fixee = jour_de(etape.date_debut if nom == "debut" else etape.date_fin)
        if fixee is not None:
            return fixee, OrigineDate.FIXEE
        jours = etape.jours_debut if nom == "debut" else etape.jours_fin
        if etape.ancre is not None and etape.ancre in self._etapes and jours is not None:
            arrivee = self.bout(etape.ancre, "fin")[0] or self.bout(etape.ancre, "debut")[0]
            if arrivee is not None:
                return plus_tard(arrivee, jours), OrigineDate.RELATIVE
        de_l_appel = self._de_l_appel.get((etape.cle, nom))
        return de_l_appel, OrigineDate.AUCUNE if de_l_appel is None else OrigineDate.APPEL


def plus_tard(jour: date, jours: int) -> date | None:
    """The day so many days later, or before; None beyond what a calendar holds."""
    try:
        return jour + timedelta(days=jours)
    except OverflowError:
        return None


def _datee(
    etape: EtapeDatee, calcul: _Calcul, par_cle: Mapping[str, EtapeDatee], jour: date
) -> EtapeDatee:
    debut, origine_debut = calcul.bout(etape.cle, "debut")
    fin, origine_fin = calcul.bout(etape.cle, "fin")
    origine = origine_debut if fin is None else origine_fin
    datee = replace(
        etape,
        debut=debut,
        fin=fin,
        origine=origine,
        ancre_nom=par_cle[etape.ancre].nom if etape.ancre and etape.ancre in par_cle else "",
        requiert_noms=tuple(par_cle[cle].nom for cle in etape.requiert if cle in par_cle),
    )
    etat = etat_de(datee, jour)
    return replace(datee, etat=etat, en_mots=etat_en_mots(datee, etat, jour))


def etat_de(etape: EtapeDatee, jour: date) -> EtatEtape:
    if not etape.active:
        return EtatEtape.ECARTEE
    if etape.terminee_le is not None:
        return EtatEtape.FAITE
    premier, dernier = etape.premier_jour, etape.dernier_jour
    if premier is None or dernier is None:
        return EtatEtape.SANS_DATE
    if dernier < jour:
        return EtatEtape.RETARD
    return EtatEtape.A_VENIR if premier > jour and etape.debut else EtatEtape.EN_COURS


def etat_en_mots(etape: EtapeDatee, etat: EtatEtape, jour: date) -> str:
    """« en retard de 12 jours », « encore 3 jours », « dans 20 jours »…"""
    if etat == EtatEtape.FAITE and etape.terminee_le is not None:
        return f"terminée le {etape.terminee_le:%d/%m/%Y}"
    premier, dernier = etape.premier_jour, etape.dernier_jour
    if premier is None or dernier is None or etat == EtatEtape.ECARTEE:
        return "écartée" if etat == EtatEtape.ECARTEE else "sans date"
    if etat == EtatEtape.RETARD:
        return f"en retard de {en_jours((jour - dernier).days)}"
    if etat == EtatEtape.A_VENIR:
        return f"dans {en_jours((premier - jour).days)}"
    reste = (dernier - jour).days
    return "finit aujourd'hui" if reste == 0 else f"encore {en_jours(reste)}"


def en_jours(nombre: int) -> str:
    return f"{nombre} jour{'s' if abs(nombre) > 1 else ''}"


def boucle(etapes: Sequence[EtapeDatee], cle: str, ancre: str | None) -> list[str]:
    """Names on the way when `cle` may not be counted from `ancre`, which depends on it; else empty."""
    par_cle = {etape.cle: etape for etape in etapes}
    chemin: list[str] = []
    courante = ancre
    while courante is not None and courante in par_cle and len(chemin) <= len(par_cle):
        chemin.append(par_cle[courante].nom)
        if courante == cle:
            return chemin
        courante = par_cle[courante].ancre
    return []
