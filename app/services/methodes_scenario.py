"""How the amounts of a scenario are made: one step at a time, and each step in words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.models.calculs import ZERO
from app.models.montants import afficher_montant
from app.services.errors import SaisieRefusee
from app.services.payeurs import Payeur
from app.services.repartitions import (
    arrondir,
    dans_l_enveloppe,
    par_priorite,
    plafonner,
    reduire,
    relever,
)

Cle = tuple[str, Payeur]  # action, payeur
Montants = dict[Cle, Decimal]
INSTRUCTION = "instruction"
GENRES = {
    INSTRUCTION: "propositions de l'instruction",
    "reduction": "baisse uniforme",
    "prorata": "au prorata des demandes",
    "priorite": "par ordre de priorité",
    "bornes": "montants bornés",
    "plafond": "plafond",
    "plancher": "plancher",
}
REPARTISSENT = ("prorata", "priorite")  # those that share an envelope out


@dataclass(frozen=True, slots=True)
class Methode:
    """One way to change amounts. `financeur` None: of every financeur.

    `genre`: « reduction » (`taux` %), « prorata » and « priorite » (`montant`: the envelope in
    euros), « plafond », « plancher » (`montant`). For « prorata » and « priorite » without `montant`,
    what each financeur's envelopes leave is taken. `plafond` and `plancher` (euros, for one action
    and one financeur) bound what the method gives; `arrondi`: down to a multiple of it (euros).
    """

    genre: str
    taux: Decimal | None = None
    montant: Decimal | None = None
    financeur: str | None = None
    plafond: Decimal | None = None
    plancher: Decimal | None = None
    arrondi: Decimal | None = None

    def en_json(self) -> dict[str, Any]:
        nombres = {
            nom: None if (valeur := getattr(self, nom)) is None else str(valeur)
            for nom in ("taux", "montant", "plafond", "plancher", "arrondi")
        }
        utiles = {n: v for n, v in nombres.items() if v is not None or n in ("taux", "montant")}
        return {"genre": self.genre, **utiles, "financeur": self.financeur}

    def valider(self) -> None:
        """Raises SaisieRefusee on a rate or an amount that is missing or makes no sense."""
        if self.genre == "reduction" and (self.taux is None or not 0 <= self.taux <= 100):
            raise SaisieRefusee("Une baisse va de 0 à 100 % : tapez un taux.")
        seuils = [self.plafond, self.plancher, self.montant]
        if self.genre in ("plafond", "plancher") and self.montant is None:
            raise SaisieRefusee("Tapez un montant positif.")
        if any(seuil is not None and seuil < 0 for seuil in seuils):
            raise SaisieRefusee("Tapez un montant positif.")
        if self.plafond is not None and self.plancher is not None and self.plancher > self.plafond:
            raise SaisieRefusee("Le plancher dépasse le plafond : baissez l'un ou relevez l'autre.")


def appliquer(
    methode: Methode,
    montants: Montants,
    demandes: Montants,
    *,
    ordre: Sequence[Cle],
    enveloppe: Callable[[], Decimal],
) -> Montants:
    """The amounts that a method makes of others. `enveloppe()` is asked only where it is shared out."""
    faits = _calculer(methode, montants, demandes, ordre=ordre, enveloppe=enveloppe)
    return arrondir(faits, methode.arrondi) if methode.arrondi else faits


def _calculer(
    methode: Methode,
    montants: Montants,
    demandes: Montants,
    *,
    ordre: Sequence[Cle],
    enveloppe: Callable[[], Decimal],
) -> Montants:
    if methode.genre in REPARTISSENT:
        bornes: dict[str, Any] = {"plancher": methode.plancher or ZERO, "plafond": methode.plafond}
        if methode.genre == "prorata":
            return dans_l_enveloppe(demandes, enveloppe(), **bornes)
        return par_priorite(montants, ordre, enveloppe(), **bornes)
    if methode.genre == "plafond":
        return plafonner(montants, methode.montant or ZERO)
    if methode.genre == "plancher":
        return relever(montants, methode.montant or ZERO, demandes)
    faits = dict(montants)
    if methode.genre == "reduction":
        faits = reduire(montants, methode.taux or ZERO)
    if methode.plafond is not None:
        faits = plafonner(faits, methode.plafond)
    return faits if methode.plancher is None else relever(faits, methode.plancher, demandes)


def de_ce_financeur(montants: Mapping[Cle, Decimal], financeur: str | None) -> Montants:
    """The amounts of one financeur; None: of all of them."""
    return {c: m for c, m in montants.items() if financeur in (None, c[1].financeur)}


def etape_en_mots(
    etape: Mapping[str, Any], financeur_de: Callable[[str], str] = lambda _: ""
) -> str:
    """« baisse uniforme de 5 % », « plafond de 8 000 € », « par ordre de priorité, État »."""
    mots = GENRES.get(etape["genre"], str(etape["genre"]))
    if etape.get("taux") is not None:
        mots += f" de {_taux_en_mots(etape['taux'])} %"
    elif etape.get("montant") is not None:
        mots += f" de {_euros(etape['montant'])}"
    suites = [f"{n} {_euros(etape[n])}" for n in ("plancher", "plafond") if etape.get(n)]
    if etape.get("arrondi"):
        suites.append(f"arrondi à {_euros(etape['arrondi'])}")
    if etape.get("financeur"):
        suites.insert(0, financeur_de(etape["financeur"]))
    return ", ".join([mots, *filter(None, suites)])


def _taux_en_mots(taux: Any) -> str:
    """« 10 », « 7,5 »: kept in a file as « 10.00 », « 7.50 »."""
    return f"{Decimal(str(taux)).normalize():f}".replace(".", ",")


def methode_en_mots(
    methode: Mapping[str, Any], financeur_de: Callable[[str], str] = lambda _: ""
) -> str:
    """Every step, in order."""
    return " ; ".join(etape_en_mots(etape, financeur_de) for etape in methode.get("etapes", ()))


def histoire_en_mots(methode: Mapping[str, Any]) -> str:
    """Every step, then when and by whom it was last proposed to the séance, for the journal."""
    promu = methode.get("promu")
    dit = []
    if promu:
        quand = datetime.fromisoformat(promu["le"]).astimezone()
        dit = [f"proposé à la séance le {quand:%d/%m/%Y} par {promu['par']}"]
    return " ; ".join([*filter(None, [methode_en_mots(methode)]), *dit])


def _euros(montant: str) -> str:
    return afficher_montant(Decimal(montant), euro=True)
