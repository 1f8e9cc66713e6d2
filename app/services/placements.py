"""Where an action takes place and how it is classed: the labels of the source, resolved.

A label is a quartier, several joined ones, or a commune written in the same column.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from app.models.enums import NiveauConstat
from app.services.actions_lues import ActionLue, Anomalie
from app.services.annuaire_lieux import AnnuaireLieux, AnnuaireNoeuds, Trouve
from app.services.plans import CREER, IGNORER, Genre, Rapprochement

_COUPES: Final = (re.compile(r"\s*/\s*"), re.compile(r"\s+(?:et|&)\s+"), re.compile(r"\s+[-–]\s+"))
_NOMS: Final = {
    Genre.QUARTIER: ("quartiers", "Quartier"),
    Genre.COMMUNE: ("communes", "Commune"),
    Genre.NOEUD: ("classement", "Axe ou objectif"),
}


class Notes:
    """Anomalies noted while comparing; some are said once for all the rows that repeat them."""

    def __init__(self) -> None:
        self.anomalies: list[Anomalie] = []
        self._dits: set[str] = set()

    def noter(
        self,
        action: ActionLue,
        champ: str,
        *,
        message: str,
        niveau: NiveauConstat = NiveauConstat.ALERTE,
    ) -> None:
        self.anomalies.append(Anomalie(action.feuille, action.ligne, champ, str(niveau), message))

    def dire(
        self,
        action: ActionLue,
        champ: str,
        *,
        message: str,
        niveau: NiveauConstat = NiveauConstat.INFORMATION,
    ) -> None:
        if message not in self._dits:
            self._dits.add(message)
            self.noter(action, champ, message=message, niveau=niveau)


@dataclass(slots=True)
class Places:
    """Quartiers and communes found for an action; `tout` False when a label was not understood."""

    quartiers: dict[str, Decimal | None] = field(default_factory=dict)
    communes: list[str] = field(default_factory=list)
    quartiers_entiers: bool = True
    communes_entieres: bool = True


class Placements:
    """Resolves the labels of places and classes, and keeps what a person should look at."""

    def __init__(
        self,
        lieux: AnnuaireLieux,
        noeuds: AnnuaireNoeuds,
        *,
        resolutions: Mapping[tuple[Genre, str], str],
        notes: Notes,
    ) -> None:
        self.lieux = lieux
        self.noeuds = noeuds
        self._resolutions = resolutions
        self._notes = notes
        self.rapprochements: dict[tuple[Genre, str], Rapprochement] = {}

    def classements(self, action: ActionLue) -> Mapping[str, bool]:
        noeuds = []
        for libelle in action.classements:
            cle = self._resoudre(action, Genre.NOEUD, libelle, self.noeuds.noeud(libelle))
            if cle is not None:
                noeuds.append(cle)
        return self.noeuds.a_classer(noeuds)

    def places(self, action: ActionLue) -> Places:
        places = Places()
        for libelle in action.communes:
            commune = self._commune(action, libelle)
            if commune is None:
                places.communes_entieres = False
            elif commune not in places.communes:
                places.communes.append(commune)
        situees = tuple(places.communes)
        for libelle, part in action.quartiers:
            self._placer_quartier(action, libelle, part=part, places=places, communes=situees)
        if not action.communes:
            for quartier in places.quartiers:
                du_quartier = self.lieux.communes_du_quartier[quartier]
                # A quartier that straddles communes does not say which ones the action touches.
                if len(du_quartier) == 1 and du_quartier[0] not in places.communes:
                    places.communes.append(du_quartier[0])
        return places

    def _commune(self, action: ActionLue, libelle: str) -> str | None:
        return self._resoudre(action, Genre.COMMUNE, libelle, self.lieux.commune(libelle))

    def _placer_quartier(
        self,
        action: ActionLue,
        libelle: str,
        *,
        part: Decimal | None,
        places: Places,
        communes: tuple[str, ...],
    ) -> None:
        """A label is a quartier, several joined ones, or a commune written in the same column."""
        trouve = self.lieux.quartier(libelle, communes)
        if trouve.cle is None and (Genre.QUARTIER, libelle) not in self._resolutions:
            morceaux = self._morceaux(libelle, communes)
            if morceaux:
                for morceau in morceaux:
                    places.quartiers.setdefault(morceau, None)
                return
            commune = self.lieux.commune(libelle).cle
            if commune is not None:
                if commune not in places.communes:
                    places.communes.append(commune)
                return
        cle = self._resoudre(action, Genre.QUARTIER, libelle, trouve)
        if cle is None:
            places.quartiers_entiers = False
        else:
            places.quartiers[cle] = part

    def _morceaux(self, libelle: str, communes: tuple[str, ...]) -> list[str]:
        """The quartiers of « Le Trieu / La Solitude », when every part is one."""
        for coupe in _COUPES:
            morceaux = [m for m in coupe.split(libelle) if m]
            if len(morceaux) < 2:
                continue
            trouves = [self.lieux.quartier(m, communes).cle for m in morceaux]
            if all(trouves):
                return [cle for cle in trouves if cle is not None]
        return []

    def _resoudre(
        self, action: ActionLue, genre: Genre, libelle: str, trouve: Trouve
    ) -> str | None:
        """The row that a label names: what the person said, else what was found, noted when unsure."""
        choix = self._resolutions.get((genre, libelle))
        if choix in (IGNORER, CREER):
            return None
        if choix is not None:
            return choix
        if trouve.cle is not None and not trouve.devine:
            if trouve.divergent:
                self._notes.dire(
                    action,
                    "quartiers",
                    message=f"Code divergent : « {libelle} » désigne « {trouve.nom} », dont le code "
                    f"est « {trouve.divergent} ».",
                    niveau=NiveauConstat.ALERTE,
                )
            return trouve.cle
        proche = trouve.proche
        self.rapprochements.setdefault(
            (genre, libelle),
            Rapprochement(
                genre, libelle, trouve.cle, trouve.nom, sur=trouve.vague,
                proche_cle=proche.cle if proche else trouve.cle,
                proche_nom=proche.nom if proche else trouve.nom,
                score=proche.score if proche else 100.0 * (trouve.cle is not None),
            ),
        )  # fmt: skip
        self._noter_lieu(action, genre, libelle, trouve)
        return trouve.cle

    def _noter_lieu(self, action: ActionLue, genre: Genre, libelle: str, trouve: Trouve) -> None:
        champ, nom = _NOMS[genre]
        if trouve.vague:
            texte = f"« {libelle} » ne désigne aucun lieu précis : rien n'est repris."
            self._notes.dire(action, champ, message=texte)
        elif trouve.cle is not None:
            texte = f"{nom} « {libelle} » lu comme « {trouve.nom} »."
            self._notes.dire(action, champ, message=texte)
        elif trouve.homonymes:
            texte = f"{nom} « {libelle} » : plusieurs portent ce nom, précisez la commune."
            self._notes.noter(action, champ, message=texte)
        else:
            suite = f" ; le plus proche est « {trouve.proche.nom} »" if trouve.proche else ""
            self._notes.noter(action, champ, message=f"{nom} « {libelle} » inconnu{suite}.")
