"""How long an appel takes, from its opening to the letters, beside what the contract prints (B-79, B-80).

Where the contract prints neither a duration nor a target, there is a duration and nothing to judge it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.enums import NatureEtape
from app.models.programme import Appel, Exercice
from app.models.seance import Notification
from app.services.contrats import Contrats
from app.services.cycle_dates import EtapeDatee, en_jours
from app.services.cycle_lu import lire_etapes_de_l_annee
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire

MILIEU = 15  # the day that « mi-février » means


@dataclass(frozen=True, slots=True)
class Reference:
    """What the contract prints. `mois`: the duration; `cible`: the day by which all is notified."""

    mois: int | None = None
    mois_source: str = ""
    cible: date | None = None
    cible_texte: str = ""
    cible_source: str = ""


@dataclass(frozen=True, slots=True)
class DelaiAction:
    """One action granted: `notifiee_le` None while an amount of it has no letter.

    `jours`: from the opening of its appel to its last letter, or to today; None: no opening is known.
    """

    cle: str
    appel: str
    numero: str
    titre: str
    notifiee_le: date | None
    jours: int | None
    hors_delai: bool = False
    apres_la_cible: bool = False

    @property
    def en_mots(self) -> str:
        if self.jours is None:
            return ""
        tete = "notifiée en" if self.notifiee_le else "attend depuis"
        return f"{tete} {en_jours(self.jours)}"


@dataclass(frozen=True, slots=True)
class DelaiAppel:
    """The same for an appel: how many are notified, the median and the longest in days."""

    appel: str
    nom: str
    ouverture: date | None
    actions: int
    notifiees: int
    mediane: int | None
    plus_long: int | None
    hors_delai: int
    apres_la_cible: int
    reference: Reference

    @property
    def phrase(self) -> str:
        """« Ouvert le 01/10/2025 ; 120 actions notifiées sur 140, en 152 jours (médiane)… »."""
        if self.ouverture is None:
            return "Durée inconnue : la date d'ouverture de l'appel n'est pas donnée."
        morceaux = [f"Ouvert le {self.ouverture:%d/%m/%Y}"]
        if not self.actions:
            morceaux.append("rien n'est encore accordé")
        else:
            pluriel = "s" if self.notifiees > 1 else ""
            duree = f", en {en_jours(self.mediane)} (médiane)" if self.mediane is not None else ""
            morceaux.append(
                f"{self.notifiees} action{pluriel} notifiée{pluriel} sur {self.actions}{duree}"
            )
        return f"{' ; '.join(morceaux)}. {self._comparaison}"

    @property
    def _comparaison(self) -> str:
        ref = self.reference
        phrases = []
        if ref.mois is not None:
            phrases.append(f"Référence : {ref.mois} mois, dépassée {_fois(self.hors_delai)}.")
        if ref.cible is not None:
            phrases.append(
                f"Cible : {ref.cible_texte} ({ref.cible:%d/%m/%Y}), dépassée "
                f"{_fois(self.apres_la_cible)}."
            )
        return " ".join(phrases) or "Durée de référence : non précisée par le contrat."


def _fois(nombre: int) -> str:
    if not nombre:
        return "par aucune action"
    return f"par {nombre} action{'s' if nombre > 1 else ''}"


def reference(fichier: Fichier, annee: int) -> Reference:
    """What the contract prints for a year; nothing is ever defaulted."""
    contrats = Contrats(fichier)
    gestion = contrats.valeur("calendrier.gestion", "mois")
    mois = contrats.valeur("calendrier.notification", "mois")
    cible = contrats.valeur("calendrier.notification", "cible")
    jour = contrats.valeur("calendrier.notification", "jour").valeur
    if jour is None and str(cible.valeur or "").startswith("mi-"):
        jour = MILIEU
    return Reference(
        mois=int(gestion.valeur) if gestion.valeur is not None else None,
        mois_source=gestion.source,
        cible=_jour(annee, mois.valeur, jour),
        cible_texte=str(cible.valeur or ""),
        cible_source=cible.source,
    )


def _jour(annee: int, mois: Any, jour: Any) -> date | None:
    if mois is None or jour is None:
        return None
    try:
        return date(annee, int(mois), int(jour))
    except ValueError:
        return None


def delais(fichier: Fichier, annee: int, jour: date) -> tuple[list[DelaiAppel], list[DelaiAction]]:
    """How long each appel of a year took, and each of its granted actions, as of `jour`."""
    repere = reference(fichier, annee)
    with fichier.instant() as lire:
        ouvertures = _ouvertures(lire, annee, lire_etapes_de_l_annee(lire, jour, annee))
        actions = _actions(lire, annee, ouvertures, jour, repere)
    return [_de_l_appel(appel, actions, repere) for appel in ouvertures.values()], actions


@dataclass(frozen=True, slots=True)
class _Ouvert:
    appel: str
    nom: str
    ouverture: date | None


def _ouvertures(
    lire: Lire, annee: int, etapes: Mapping[str, Sequence[EtapeDatee]]
) -> dict[str, _Ouvert]:
    requete = (
        select(Appel.cle, Appel.nom, Appel.date_ouverture)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .where(Exercice.annee == annee)
        .order_by(Appel.rang, Appel.cle)
    )
    ouverts: dict[str, _Ouvert] = {}
    for cle, nom, ouverture in lire(requete):
        lancements = [e for e in etapes.get(cle, ()) if e.nature == NatureEtape.LANCEMENT]
        repli = lancements[0].premier_jour if lancements else None
        ouverts[cle] = _Ouvert(cle, nom, jour_de(ouverture) or repli)
    return ouverts


def _actions(
    lire: Lire, annee: int, ouverts: Mapping[str, _Ouvert], jour: date, repere: Reference
) -> list[DelaiAction]:
    """One row for an action granted: notified once each of its amounts has a letter."""
    requete = (
        select(
            Action.cle,
            Action.appel,
            Action.numero,
            Action.titre,
            Cofinancement.cle.label("montant"),
            func.max(Notification.date).label("lettre"),
        )
        .join(Cofinancement, Cofinancement.action == Action.cle)
        .join(Notification, Notification.cofinancement == Cofinancement.cle, isouter=True)
        .where(Action.annee == annee, Action.appel.is_not(None), Cofinancement.accorde > ZERO)
        .group_by(Action.cle, Cofinancement.cle)
        .order_by(Action.numero, Action.cle)
    )
    groupes: dict[str, list[Any]] = {}
    for rangee in lire(requete):
        groupes.setdefault(rangee.cle, []).append(rangee)
    return [
        _delai(rangees, ouverts[rangees[0].appel].ouverture, jour, repere)
        for rangees in groupes.values()
        if rangees[0].appel in ouverts
    ]


def _delai(
    rangees: Sequence[Any], ouverture: date | None, jour: date, repere: Reference
) -> DelaiAction:
    lettres = [jour_de(r.lettre) for r in rangees]
    connues = [lettre for lettre in lettres if lettre is not None]
    notifiee = max(connues) if len(connues) == len(lettres) else None
    fin = notifiee or jour
    limite = apres_des_mois(ouverture, repere.mois) if ouverture and repere.mois else None
    return DelaiAction(
        cle=rangees[0].cle,
        appel=rangees[0].appel,
        numero=rangees[0].numero,
        titre=rangees[0].titre,
        notifiee_le=notifiee,
        jours=(fin - ouverture).days if ouverture is not None else None,
        hors_delai=limite is not None and fin > limite,
        apres_la_cible=repere.cible is not None and fin > repere.cible,
    )


def apres_des_mois(jour: date, mois: int) -> date:
    """The same day some months later, or the last one of that month."""
    rang = jour.month - 1 + mois
    annee, mois = jour.year + rang // 12, rang % 12 + 1
    for quantieme in (jour.day, 30, 29, 28):
        try:
            return date(annee, mois, quantieme)
        except ValueError:
            continue
    return date(annee, mois, 28)


def _de_l_appel(ouvert: _Ouvert, actions: Sequence[DelaiAction], repere: Reference) -> DelaiAppel:
    siennes = [a for a in actions if a.appel == ouvert.appel]
    durees = [a.jours for a in siennes if a.notifiee_le and a.jours is not None]
    return DelaiAppel(
        appel=ouvert.appel,
        nom=ouvert.nom,
        ouverture=ouvert.ouverture,
        actions=len(siennes),
        notifiees=sum(a.notifiee_le is not None for a in siennes),
        mediane=round(median(durees)) if durees else None,
        plus_long=max(durees, default=None),
        hors_delai=sum(a.hors_delai for a in siennes),
        apres_la_cible=sum(a.apres_la_cible for a in siennes),
        reference=repere,
    )
