"""The facts made of the actions: porteurs, appels, séances, the year; only those touched are remade."""

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app.models.enums import CibleConstat
from app.services.constats_annee import AutourDeLAnnee, lire_l_annee
from app.services.constats_calcul import Objet
from app.services.constats_faits import Faits, FaitsAction, FaitsAnnee, FaitsPorteur
from app.services.constats_references import References
from app.services.constats_registre import COMPLEMENTS, Portee
from app.services.constats_touches import Touches
from app.services.fichier import Lire

Actions = Mapping[str, FaitsAction]
DERIVEES = (CibleConstat.PORTEUR, CibleConstat.APPEL, CibleConstat.SEANCE)


class Derives:
    """Facts of every target but the actions."""

    def __init__(self, annee: int, jour: datetime.date, references: References) -> None:
        self._annee = annee
        self._jour = jour
        self._references = references
        self._faits: dict[CibleConstat, dict[str, Any]] = {cible: {} for cible in DERIVEES}
        self._plus: dict[str, Any] = {}
        self._l_annee: FaitsAnnee | None = None
        self._autour: AutourDeLAnnee

    def tous(self) -> set[Objet]:
        return {(cible, cle) for cible in DERIVEES for cle in self._faits[cible]}

    def faits(self, objet: Objet) -> Faits | None:
        cible, cle = objet
        return self._l_annee if cle is None else self._faits[cible].get(cle)

    # Reading ------------------------------------------------------------------------------------

    def lire(self, lire: Lire) -> None:
        for complement in COMPLEMENTS:
            if complement.cible != CibleConstat.ACTION:
                self._plus[complement.nom] = complement.lire(lire, Portee(self._annee))
        self._autour = lire_l_annee(lire, self._references, self._annee, self._jour)

    def relire(self, lire: Lire, touches: Touches) -> None:
        if touches.organismes:
            self._references.relire_organismes(lire)
        if touches.annee:
            self._references.relire_appels(lire)
            self._autour = lire_l_annee(lire, self._references, self._annee, self._jour)
        for complement in COMPLEMENTS:
            if complement.cible != CibleConstat.ACTION and complement.nom in touches.complements:
                self._plus[complement.nom] = complement.lire(lire, Portee(self._annee))

    def _plus_de(self, cible: CibleConstat, cle: str) -> Mapping[str, Any]:
        return {
            c.nom: self._plus[c.nom][cle]
            for c in COMPLEMENTS
            if c.cible == cible and cle in self._plus[c.nom]
        }

    # Making -------------------------------------------------------------------------------------

    def tout_refaire(self, actions: Actions) -> None:
        self._refaire_porteurs(actions, None)
        self._refaire_appels(actions, None)
        self._refaire_seances(actions, None)
        self._refaire_l_annee(actions)

    def refaire(
        self, actions: Actions, avant: Mapping[str, FaitsAction | None], touches: Touches
    ) -> set[Objet]:
        """Remake what these actions, and what was read again, change; returns it."""
        versions = [a for cle, ancien in avant.items() for a in (ancien, actions.get(cle)) if a]
        touches_de = {cible: touches.objets.get(cible, set()) for cible in DERIVEES}
        porteurs = {a.porteur.cle for a in versions if a.porteur} | touches.organismes
        appels = {a.appel for a in versions if a.appel}
        seances = {
            cle
            for cle, points in self._autour.points.items()
            if any(p.action in avant for p in points)
        }
        objets = {
            CibleConstat.PORTEUR: porteurs | touches_de[CibleConstat.PORTEUR],
            CibleConstat.APPEL: appels | touches_de[CibleConstat.APPEL],
            CibleConstat.SEANCE: seances | touches_de[CibleConstat.SEANCE],
        }
        for cible in DERIVEES:
            if cible in touches.cibles_entieres or (
                touches.annee and cible != CibleConstat.PORTEUR
            ):
                objets[cible] |= self._faits[cible].keys() | self._connus(cible)
        self._refaire_porteurs(actions, objets[CibleConstat.PORTEUR])
        self._refaire_appels(actions, objets[CibleConstat.APPEL])
        self._refaire_seances(actions, objets[CibleConstat.SEANCE])
        self._refaire_l_annee(actions)
        return {(cible, cle) for cible, cles in objets.items() for cle in cles}

    def _connus(self, cible: CibleConstat) -> set[str]:
        if cible == CibleConstat.PORTEUR:
            return set()
        lignes = self._autour.appels if cible == CibleConstat.APPEL else self._autour.seances
        return {ligne.cle for ligne in lignes}

    def _refaire_porteurs(self, actions: Actions, cles: set[str] | None) -> None:
        """A porteur has facts as long as it has actions in the year."""
        if cles is not None and not cles:
            return
        siennes = _par(actions, lambda a: a.porteur.cle if a.porteur else None, cles)
        faits = self._faits[CibleConstat.PORTEUR]
        for cle in tuple(faits) if cles is None else cles:
            faits.pop(cle, None)
        for cle, lot in siennes.items():
            organisme = self._references.organismes[cle]
            plus = self._plus_de(CibleConstat.PORTEUR, cle)
            faits[cle] = FaitsPorteur(organisme, self._annee, self._jour, tuple(lot), plus)

    def _refaire_appels(self, actions: Actions, cles: set[str] | None) -> None:
        if cles is not None and not cles:
            return
        siennes = _par(actions, lambda a: a.appel, cles)
        self._remplacer(
            CibleConstat.APPEL,
            cles,
            (
                (
                    ligne.cle,
                    self._autour.appel(
                        ligne,
                        tuple(siennes.get(ligne.cle, ())),
                        self._plus_de(CibleConstat.APPEL, ligne.cle),
                    ),
                )
                for ligne in self._autour.appels
                if cles is None or ligne.cle in cles
            ),
        )

    def _refaire_seances(self, actions: Actions, cles: set[str] | None) -> None:
        self._remplacer(
            CibleConstat.SEANCE,
            cles,
            (
                (
                    ligne.cle,
                    self._autour.seance(
                        ligne, actions, self._plus_de(CibleConstat.SEANCE, ligne.cle)
                    ),
                )
                for ligne in self._autour.seances
                if cles is None or ligne.cle in cles
            ),
        )

    def _remplacer(
        self, cible: CibleConstat, cles: set[str] | None, refaits: Iterable[tuple[str, Any]]
    ) -> None:
        faits = self._faits[cible]
        for cle in tuple(faits) if cles is None else cles:
            faits.pop(cle, None)
        faits.update(refaits)

    def _refaire_l_annee(self, actions: Actions) -> None:
        appels, seances = self._faits[CibleConstat.APPEL], self._faits[CibleConstat.SEANCE]
        self._l_annee = FaitsAnnee(
            annee=self._annee,
            jour=self._jour,
            contrat=self._references.contrat,
            actions=tuple(actions.values()),
            financeurs=self._references.financeurs_ranges,
            enveloppes=self._autour.enveloppes,
            appels=tuple(appels[a.cle] for a in self._autour.appels),
            seances=tuple(seances[s.cle] for s in self._autour.seances),
            reunions=self._autour.reunions,
            plus={c.nom: self._plus[c.nom] for c in COMPLEMENTS if c.cible == CibleConstat.ANNEE},
        )


def _par(
    actions: Actions, groupe: Callable[[FaitsAction], str | None], cles: set[str] | None
) -> dict[str, list[FaitsAction]]:
    """group -> its actions, in order; of these groups only, or of all (None)."""
    if cles is not None and len(cles) == 1:  # one amount typed: the quickest way through a year
        (seule,) = cles
        return {seule: lot} if (lot := [a for a in actions.values() if groupe(a) == seule]) else {}
    groupes: dict[str, list[FaitsAction]] = {}
    for action in actions.values():
        cle = groupe(action)
        if cle is not None and (cles is None or cle in cles):
            groupes.setdefault(cle, []).append(action)
    return groupes
