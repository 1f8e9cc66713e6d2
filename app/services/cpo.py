"""Making an action pluriannual: what each financeur says of it, and whether the contract allows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.enums import NiveauConstat
from app.models.seance import PositionCpo
from app.services.contrats import Contrats, ValeurRegle
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, moment, point_ouvert
from app.services.identifiants import mots
from app.services.payeurs import Payeur
from app.services.tables_rondes import TablesRondes, TourDeTable
from app.services.transaction import maintenant

UNANIMITE = "cpo.unanimite"
DUREE = "cpo.duree"


@dataclass(frozen=True, slots=True)
class Position:
    """What a concerned financeur says; `favorable` None: it has not answered."""

    payeur: Payeur
    nom: str
    favorable: bool | None
    motif: str | None = None


@dataclass(frozen=True, slots=True)
class RegleUnanimite:
    """What the contract says of a pluriannual grant. `exigee` None: nothing.

    `tous`: those who are asked are concerned, not only those who give.
    """

    exigee: bool | None
    source: str
    tous: bool


Dites = dict[
    tuple[str, str | None], tuple[bool | None, Any]
]  # financeur, commune -> answer, motive


@dataclass(frozen=True, slots=True)
class SituationCpo:
    """Whether a pluriannual grant may be decided. `exigee` None: the contract does not say.

    `positions`: those of the financeurs concerned, in speaking order. `source`: where the rule is
    printed.
    """

    exigee: bool | None
    source: str
    positions: tuple[Position, ...]

    @property
    def bloquants(self) -> tuple[str, ...]:
        """Who says no, by name."""
        return tuple(p.nom for p in self.positions if p.favorable is False)

    @property
    def muets(self) -> tuple[str, ...]:
        """Who has not answered, by name."""
        return tuple(p.nom for p in self.positions if p.favorable is None)

    @property
    def permise(self) -> bool:
        return not self.exigee or bool(self.positions and not self.bloquants and not self.muets)

    @property
    def phrase(self) -> str:
        """The situation in words, for the cockpit: it names who blocks."""
        if self.exigee is None:
            return "Unanimité : non précisé par le contrat."
        if not self.exigee:
            return "Le contrat n'exige pas l'unanimité."
        if not self.positions:
            return "Unanimité : aucun financeur ne s'est engagé."
        if self.bloquants:
            return f"Pas d'unanimité : {', '.join(self.bloquants)} s'y oppose{_nt(self.bloquants)}."
        if self.muets:
            return f"Unanimité à recueillir : {', '.join(self.muets)}."
        return "Unanimité des financeurs concernés."


class Cpo:
    """Reads and writes the positions on pluriannual conventions."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._tables = TablesRondes(fichier)

    def dire(
        self, point: str, payeur: Payeur, favorable: bool | None, *, motif: str | None = None
    ) -> None:
        """Record a position; the last one counts, none is erased."""
        with self._fichier.operation("Noter une position sur la CPO") as e:
            point_ouvert(e, point)
            e.inserer(
                PositionCpo,
                point=point,
                financeur=payeur.financeur,
                commune=payeur.commune,
                favorable=favorable,
                motif=motif,
                dit_le=moment(self._horloge),
            )

    def situation(self, point: str) -> SituationCpo:
        """Raises SaisieRefusee when the item is no action."""
        return self.situation_de(self._tables.du_point(point))

    def situation_de(self, table: TourDeTable) -> SituationCpo:
        """The same from a round table already read."""
        return situer(self.regle(), self.dites(table.point), table)

    def regle(self) -> RegleUnanimite:
        contrats = Contrats(self._fichier)
        exigee = contrats.valeur(UNANIMITE, "exigee")
        perimetre = contrats.valeur(UNANIMITE, "perimetre").texte
        return RegleUnanimite(exigee.valeur, exigee.source, "tous" in mots(perimetre))

    def dites(self, point: str) -> Dites:
        """The last answer of each, on an item."""
        requete = (
            select(
                PositionCpo.financeur,
                PositionCpo.commune,
                PositionCpo.favorable,
                PositionCpo.motif,
            )
            .where(PositionCpo.point == point)
            .order_by(PositionCpo.dit_le, PositionCpo.cle)
        )
        lues = self._fichier.lignes(requete)
        return {(p.financeur, p.commune): (p.favorable, p.motif) for p in lues}

    def exiger(self, table: TourDeTable, annees: int) -> None:
        """Raises SaisieRefusee when the contract does not allow this pluriannual grant."""
        trop = self.hors_duree(annees)
        if trop and trop.niveau == NiveauConstat.BLOQUANT:
            raise SaisieRefusee(
                f"{self.phrase_duree()} Choisissez-en une autre, ou l'accord annuel."
            )
        situation = self.situation_de(table)
        if not situation.permise:
            raise SaisieRefusee(
                f"Le contrat exige l'unanimité pour une CPO. {situation.phrase} "
                "Accordez-la pour l'année seulement."
            )

    def hors_duree(self, annees: int) -> ValeurRegle | None:
        """The rule that a duration breaks; None when none does."""
        contrats = Contrats(self._fichier)
        minimum, maximum = contrats.valeur(DUREE, "min_ans"), contrats.valeur(DUREE, "max_ans")
        if annees < 2:
            raise SaisieRefusee("Une convention pluriannuelle dure au moins 2 ans.")
        if minimum.valeur is not None and annees < minimum.valeur:
            return minimum
        if maximum.valeur is not None and annees > maximum.valeur:
            return maximum
        return None

    def phrase_duree(self) -> str:
        """« Le contrat prévoit des CPO de 2 à 3 ans (source). »; empty when it is silent."""
        contrats = Contrats(self._fichier)
        bornes = [contrats.valeur(DUREE, nom) for nom in ("min_ans", "max_ans")]
        connues = [borne for borne in bornes if borne.valeur is not None]
        if not connues:
            return ""
        valeurs = list(dict.fromkeys(str(borne.valeur) for borne in connues))
        source = f" ({connues[0].source})" if connues[0].source else ""
        return f"Le contrat prévoit des CPO de {' à '.join(valeurs)} ans{source}."


def situer(regle: RegleUnanimite, dites: Dites, table: TourDeTable) -> SituationCpo:
    """Where an item stands, from what was read already. No read."""
    return SituationCpo(
        exigee=regle.exigee,
        source=regle.source,
        positions=tuple(
            Position(payeur, nom, *dites.get((payeur.financeur, payeur.commune), (None, None)))
            for payeur, nom in _concernes(table, tous=regle.tous)
        ),
    )


def _concernes(table: TourDeTable, *, tous: bool) -> list[tuple[Payeur, str]]:
    """Those who give; all those who are asked too, where the rule says « tous »."""
    vus: dict[tuple[str, str | None], tuple[Payeur, str]] = {}
    for case in table.cases:
        if case.effectif or (tous and case.siege.demande):
            vus.setdefault(
                (case.payeur.financeur, case.payeur.commune),
                (case.payeur, case.siege.financeur_nom if not case.payeur.commune else case.nom),
            )
    return list(vus.values())


def _nt(noms: Sequence[str]) -> str:
    return "nt" if len(noms) > 1 else ""
