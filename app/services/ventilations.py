"""What each envelope still has, and how what is granted spreads: axis, commune, QPV, CPO, renewal.

Read once for a year, then following each notice before → after, as the totals do: what is typed shows
at once at any size.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import ActionQuartier, Cofinancement
from app.models.calculs import ZERO, disponible, part
from app.models.contrat import Quartier
from app.models.enums import NatureQuartier, Recurrence
from app.models.montants import afficher_montant
from app.models.programme import Enveloppe
from app.services.actions import Actions
from app.services.bus import Avis, Modification, Valeurs
from app.services.enveloppes import etat_en_mots, portee
from app.services.fichier import Fichier
from app.services.payeurs import Payeur, payeur_de
from app.services.promesses import PromessesSuivies
from app.services.rows import LigneAction

RETENUES = 256  # answers kept until something is granted
DIMENSIONS = ("axe", "commune", "qpv", "duree", "recurrence")
RELUES = {"classement", "action_quartier", "action_commune", "enveloppe", "quartier", "noeud"}
RELUS_DE_L_ACTION = ("annee", "cpo_rang", "cpo_duree", "recurrence")


@dataclass(frozen=True, slots=True)
class PartVentilee:
    """A share of what is granted (euros). `dimension`: « axe », « commune », « qpv »…"""

    dimension: str
    libelle: str
    montant: Decimal


@dataclass(frozen=True, slots=True)
class Ventilation:
    """An envelope with what is being said counted in (euros).

    `montant`, `disponible` and `reste` are None where no amount is known; `reste` is negative when
    the envelope is exceeded. `parts` add up to `accorde` in each dimension.
    """

    payeur: Payeur
    annee: int
    montant: Decimal | None
    notifie: bool
    reserve: Decimal
    engage: Decimal
    accorde: Decimal
    disponible: Decimal | None
    reste: Decimal | None
    parts: tuple[PartVentilee, ...]

    @property
    def depassement(self) -> Decimal | None:
        """How much too much, when it is."""
        return -self.reste if self.reste is not None and self.reste < 0 else None

    @property
    def en_mots(self) -> str:
        """« reste 12 400 € », « dépasse de 3 200 € », or why there is no figure."""
        if self.reste is None:
            return etat_en_mots(None, notifie=self.notifie)
        if self.reste < 0:
            return f"dépasse de {afficher_montant(-self.reste, euro=True)}"
        return f"reste {afficher_montant(self.reste, euro=True)}"

    def part_de(self, montant: Decimal) -> Decimal | None:
        """A share of the envelope; None where its amount is not known."""
        return part(montant, self.montant)

    def part_accordee(self, montant: Decimal) -> Decimal | None:
        """A share of what is granted."""
        return part(montant, self.accorde)

    def de(self, dimension: str) -> list[PartVentilee]:
        return [part for part in self.parts if part.dimension == dimension]


class Ventilations:
    """The envelopes of a year with their spread, always up to date. `fermer` when the screen goes."""

    def __init__(self, fichier: Fichier, annee: int) -> None:
        self._fichier = fichier
        self.annee = annee
        self._perime = True
        self._attributs: dict[str, tuple[str, ...]] = {}
        self._enveloppes: dict[tuple[str, str | None, str | None], Any] = {}
        self._portees: dict[Payeur, Any] = {}
        self._accordes: dict[tuple[str, Payeur], Decimal] = {}
        self._sommes: dict[Payeur, dict[tuple[str, str], Decimal]] = {}
        # Asked several times for one key: the seats, the alerts, the spread.
        self._faites: dict[tuple[Payeur, str | None, Decimal | None], Ventilation] = {}
        self._promesses: PromessesSuivies | None = None
        fichier.bus.abonner(self.sur_avis)

    def fermer(self) -> None:
        self._fichier.bus.desabonner(self.sur_avis)

    def pour(
        self, payeur: Payeur, *, action: str | None = None, montant: Decimal | None = None
    ) -> Ventilation:
        """The envelope of a payeur; with `action`, as if it gave it `montant` (euros).

        No read, unless what the spread depends on has changed since the last one.
        """
        if self._perime:
            self._relire()
        demandee = payeur, action, montant
        if demandee not in self._faites:
            if len(self._faites) > RETENUES:
                self._faites.clear()
            self._faites[demandee] = self._ventiler(payeur, action, montant)
        return self._faites[demandee]

    def _ventiler(self, payeur: Payeur, action: str | None, montant: Decimal | None) -> Ventilation:
        enveloppe = self._enveloppe(payeur)
        parts = self._cumuler(self._voisins(payeur, enveloppe))
        if action is not None:
            ecart = (montant or ZERO) - self._accordes.get((action, payeur), ZERO)
            for dimension, libelle in self._cases(action):
                parts[dimension, libelle] += ecart
        accorde = sum((m for (d, _), m in parts.items() if d == "axe"), ZERO)
        engage = ((enveloppe.engage if enveloppe else None) or ZERO) + self._promis(
            payeur, enveloppe, action, montant
        )
        libre = disponible(enveloppe.montant, enveloppe.reserve, engage) if enveloppe else None
        return Ventilation(
            payeur=payeur,
            annee=self.annee,
            montant=enveloppe.montant if enveloppe else None,
            notifie=bool(enveloppe and enveloppe.notifie),
            reserve=(enveloppe.reserve if enveloppe else None) or ZERO,
            engage=engage,
            accorde=accorde,
            disponible=libre,
            reste=None if libre is None else libre - accorde,
            parts=tuple(
                PartVentilee(dimension, libelle, somme)
                for (dimension, libelle), somme in sorted(
                    parts.items(), key=lambda p: (DIMENSIONS.index(p[0][0]), p[0][1])
                )
                if somme
            ),
        )

    # Envelopes ------------------------------------------------------------------------------------

    def _enveloppe(self, payeur: Payeur) -> Any:
        """The envelope that a payeur draws on, None when it has none; looked for once."""
        if payeur not in self._portees:
            cles = {place: e.cle for place, e in self._enveloppes.items()}
            cle = portee(cles, payeur.financeur, payeur.ligne_credit, payeur.commune)
            trouvee = next((e for e in self._enveloppes.values() if e.cle == cle), None)
            self._portees[payeur] = trouvee
        return self._portees[payeur]

    def _promis(
        self, payeur: Payeur, enveloppe: Any, action: str | None, montant: Decimal | None
    ) -> Decimal:
        """What the CPO promise of this envelope beyond what is granted, and would be."""
        if self._promesses is None:
            return ZERO
        if action is None:
            promises = self._promesses.promesses()
        else:
            ecart = (montant or ZERO) - self._accordes.get((action, payeur), ZERO)
            qui = payeur.financeur, payeur.ligne_credit, payeur.commune
            promises = self._promesses.si(action, *qui, ecart)
        return sum(
            (
                p.reste
                for p in promises
                if p.annee == self.annee
                and p.financeur == payeur.financeur
                and self._enveloppe(payeur_de(p)) is enveloppe
            ),
            ZERO,
        )

    def _voisins(self, payeur: Payeur, enveloppe: Any) -> Iterator[Payeur]:
        """Those that draw on the same envelope; of the same financeur when there is none."""
        for autre in self._sommes:
            if autre.financeur == payeur.financeur:
                la_sienne = self._enveloppe(autre)
                if la_sienne is enveloppe:
                    yield autre

    def _cumuler(self, payeurs: Iterable[Payeur]) -> dict[tuple[str, str], Decimal]:
        parts: dict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
        for payeur in payeurs:
            for place, somme in self._sommes[payeur].items():
                parts[place] += somme
        return parts

    def _cases(self, action: str) -> Iterator[tuple[str, str]]:
        """Where an action stands in each dimension."""
        libelles = self._attributs.get(
            action, ("Sans axe", "Sans commune", "Hors QPV", "Annuel", "–")
        )
        yield from zip(DIMENSIONS, libelles, strict=True)

    # Following ------------------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        """Follow what a notice says; what moves actions from one share to another is read again."""
        if self._promesses is not None:
            self._promesses.suivre(avis)
            if avis.touche("tranche", "convention"):
                self._faites.clear()
        for modification in avis.modifications:
            if self._perime:
                return
            if modification.entite == "cofinancement":
                self._faites.clear()
                self._suivre(modification)
            elif modification.entite in RELUES or _deplace(modification):
                self._perime = True

    def _suivre(self, modification: Modification) -> None:
        for valeurs, signe in ((modification.avant, -1), (modification.apres, 1)):
            if valeurs is not None and valeurs["annee"] == self.annee:
                self._ajouter(_payeur(valeurs), valeurs["action"], valeurs["accorde"], signe)

    def _ajouter(self, payeur: Payeur, action: str, accorde: Decimal | None, signe: int) -> None:
        if accorde is None:
            return
        sommes = self._sommes.setdefault(payeur, defaultdict(lambda: ZERO))
        for place in self._cases(action):
            sommes[place] += signe * accorde
        cle = action, payeur
        self._accordes[cle] = self._accordes.get(cle, ZERO) + signe * accorde

    def _relire(self) -> None:
        actions = Actions(self._fichier).lignes(self.annee)
        with self._fichier.instant() as lire:
            en_qpv = {a for (a,) in lire(_EN_QPV)}
            enveloppes = lire(_ENVELOPPES.where(Enveloppe.annee == self.annee))
            montants = lire(_ACCORDES.where(Cofinancement.annee == self.annee))
        self._promesses = self._promesses or PromessesSuivies(self._fichier.lignes)
        self._attributs = {a.cle: _attributs(a, a.cle in en_qpv) for a in actions}
        self._enveloppes = {(e.financeur, e.ligne_credit, e.commune): e for e in enveloppes}
        self._portees, self._accordes, self._sommes, self._faites = {}, {}, {}, {}
        for ligne in montants:
            self._ajouter(payeur_de(ligne), ligne.action, ligne.accorde, 1)
        self._perime = False


_EN_QPV = (
    select(ActionQuartier.action)
    .join(Quartier, Quartier.cle == ActionQuartier.quartier)
    .where(Quartier.nature == str(NatureQuartier.QPV))
)
_ENVELOPPES = select(
    Enveloppe.cle,
    Enveloppe.financeur,
    Enveloppe.ligne_credit,
    Enveloppe.commune,
    Enveloppe.montant,
    Enveloppe.notifie,
    Enveloppe.reserve,
    Enveloppe.engage,
)
_ACCORDES = select(
    Cofinancement.action,
    Cofinancement.financeur,
    Cofinancement.ligne_credit,
    Cofinancement.commune,
    Cofinancement.accorde,
).where(Cofinancement.accorde.is_not(None))


def _attributs(action: LigneAction, qpv: bool) -> tuple[str, ...]:
    """In the order of DIMENSIONS. An action on several communes counts once, as such."""
    communes = action.communes or "Sans commune"
    return (
        action.axe or "Sans axe",
        "Plusieurs communes" if ", " in communes else communes,
        "En QPV" if qpv else "Hors QPV",
        "CPO" if action.cpo else "Annuel",
        Recurrence.libelle_de(action.recurrence) or "Non précisé",
    )


def _payeur(valeurs: Valeurs) -> Payeur:
    return Payeur(valeurs["financeur"], valeurs["ligne_credit"], valeurs["commune"])


def _deplace(modification: Modification) -> bool:
    """True when an action may change share: it comes, it goes, or it is no longer the same kind."""
    if modification.entite != "action":
        return False
    avant, apres = modification.avant, modification.apres
    if avant is None or apres is None:
        return True
    return any(avant[nom] != apres[nom] for nom in RELUS_DE_L_ACTION)
