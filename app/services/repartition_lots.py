"""An amount shared out over many rows, to the cent: pro rata of what was asked, or equally. No Qt."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from app.models.montants import INSECABLE, afficher_montant
from app.services.columns import Colonne, TypeColonne, lire_valeur
from app.services.errors import SaisieRefusee
from app.services.lots import Lot, Modification, lot_de
from app.services.rows import EtatEnveloppe
from app.services.titres import nom_de

ZERO = Decimal(0)
CENTIMES = Decimal(100)


class Cle(StrEnum):
    """What the shares are in proportion to."""

    PRORATA = "prorata"
    EGALES = "egales"


LIBELLES_CLES = {Cle.PRORATA: "au prorata du demandé", Cle.EGALES: "à parts égales"}


@dataclass(frozen=True, slots=True)
class Partage:
    """How to share out. `plafonner`: no row above what it asked for; `en_plus`: over what is there."""

    cle: Cle = Cle.PRORATA
    plafonner: bool = True
    en_plus: bool = False


@dataclass(frozen=True, slots=True)
class Repartition:
    """The rows before and after, and what of the amount finds its place."""

    lot: Lot
    montant: Decimal
    reparti: Decimal

    @property
    def phrase(self) -> str:
        """« Réparti : 9 500 € sur 10 000 € », and why the rest is left."""
        euro = self.lot.colonne.type == TypeColonne.MONTANT
        reparti, montant = (
            afficher_montant(m, euro=euro, zero="0") for m in (self.reparti, self.montant)
        )
        phrase = f"Réparti{INSECABLE}: {reparti} sur {montant}"
        if self.reparti == self.montant:
            return f"{phrase}."
        reste = afficher_montant(self.montant - self.reparti, euro=euro)
        return f"{phrase}{INSECABLE}; {reste} ne trouvent pas de place sous le demandé."


def partager(
    total: int, poids: Sequence[Decimal], plafonds: Sequence[int | None] | None = None
) -> list[int]:
    """Whole shares of `total` in proportion to `poids`, none above its ceiling.

    Their sum is `total`, unless every ceiling is reached. The units lost by rounding go to the
    largest remainders, the first of equals first.
    """
    limites = plafonds or [None] * len(poids)
    entiers = _entiers(poids)
    parts = [0] * len(poids)
    libres = [i for i, p in enumerate(entiers) if p > 0]
    reste = total
    while libres:
        somme = sum(entiers[i] for i in libres)
        pleins = {i for i in libres if _depasse(reste * entiers[i], limites[i], somme)}
        if not pleins:
            break
        for i in pleins:
            parts[i] = limites[i] or 0
            reste -= parts[i]
        libres = [i for i in libres if i not in pleins]
    if libres:
        _au_plus_fort_reste(parts, reste, entiers, libres)
    return parts


def _depasse(quota: int, limite: int | None, somme: int) -> bool:
    return limite is not None and quota > limite * somme


def _au_plus_fort_reste(
    parts: list[int], reste: int, poids: Sequence[int], libres: Sequence[int]
) -> None:
    somme = sum(poids[i] for i in libres)
    quotas = {i: divmod(reste * poids[i], somme) for i in libres}
    for i, (part, _) in quotas.items():
        parts[i] = part
    manque = reste - sum(part for part, _ in quotas.values())
    for i in sorted(libres, key=lambda i: -quotas[i][1])[:manque]:
        parts[i] += 1


def _entiers(poids: Sequence[Decimal]) -> list[int]:
    """The same proportions in whole numbers: nothing is rounded before the end."""
    decimales = max((max(0, -int(p.as_tuple().exponent)) for p in poids), default=0)
    return [int(p.scaleb(decimales)) for p in poids]


# On rows ------------------------------------------------------------------------------------------


def preparer_repartition(
    lignes: Sequence[tuple[str, Any]], colonne: Colonne, montant: str, partage: Partage
) -> Repartition:
    """What sharing out would do, without writing anything. What is refused gets no share.

    Raises SaisieRefusee with a sentence.
    """
    somme = _lire_montant(colonne, montant)
    if colonne.base is None and partage != Partage(Cle.EGALES, False, partage.en_plus):
        raise SaisieRefusee(
            f"« {nom_de(colonne)} » n’a pas de montant demandé en face{INSECABLE}: "
            "répartissez à parts égales, sans plafond."
        )
    libelle = f"Répartir {montant.strip()} dans « {nom_de(colonne)} » {LIBELLES_CLES[partage.cle]}"
    refusees: dict[str, str] = {}
    while True:
        servies = [(cle, ligne) for cle, ligne in lignes if cle not in refusees]
        parts = _parts(servies, colonne, somme, partage)
        lot = lot_de(
            colonne, libelle, [_modifier(colonne, li, parts, refusees, partage) for li in lignes]
        )
        nouvelles = {m.cle: m.refus for m in lot.modifications if m.refus} | refusees
        if nouvelles == refusees or len(nouvelles) == len(lignes):
            reparti = sum((parts.get(cle, ZERO) for cle, _ in servies), ZERO)
            return Repartition(lot, somme, reparti if len(nouvelles) < len(lignes) else ZERO)
        refusees = nouvelles


def _lire_montant(colonne: Colonne, texte: str) -> Decimal:
    lu = lire_valeur(colonne.type, texte)
    if lu is None or lu <= 0:
        raise SaisieRefusee("Tapez le montant à répartir, plus grand que zéro.")
    return Decimal(lu)


def _unite(colonne: Colonne) -> Decimal:
    return Decimal(1) if colonne.type == TypeColonne.ENTIER else CENTIMES


def _parts(
    lignes: Sequence[tuple[str, Any]], colonne: Colonne, somme: Decimal, partage: Partage
) -> dict[str, Decimal]:
    """The share of each row."""
    unite = _unite(colonne)
    demandes = [_demande(colonne, ligne) for _, ligne in lignes]
    poids = demandes if partage.cle is Cle.PRORATA else [Decimal(1)] * len(lignes)
    if not any(p > 0 for p in poids):
        raise SaisieRefusee(
            "Ces lignes n’ont rien demandé à ce financeur : répartissez à parts égales, sans plafond."
        )
    plafonds = None
    if partage.plafonner:
        deja = [_deja(colonne, ligne) if partage.en_plus else ZERO for _, ligne in lignes]
        plafonds = [
            int(max(ZERO, demande - la) * unite) for demande, la in zip(demandes, deja, strict=True)
        ]
    parts = partager(int(somme * unite), poids, plafonds)
    return {cle: Decimal(part) / unite for (cle, _), part in zip(lignes, parts, strict=True)}


def _demande(colonne: Colonne, ligne: Any) -> Decimal:
    return max(ZERO, (colonne.base(ligne) if colonne.base is not None else None) or ZERO)


def _deja(colonne: Colonne, ligne: Any) -> Decimal:
    return Decimal(colonne.lire(ligne) or 0)


def _modifier(
    colonne: Colonne,
    ligne: tuple[str, Any],
    parts: dict[str, Decimal],
    refusees: dict[str, str],
    partage: Partage,
) -> Modification:
    cle, donnees = ligne
    avant = colonne.lire(donnees)
    if cle in refusees:
        return Modification(cle, avant, avant, refusees[cle])
    part = parts[cle]
    if not part and (avant is None or partage.en_plus):
        return Modification(cle, avant, avant)
    apres = part + (_deja(colonne, donnees) if partage.en_plus else ZERO)
    return Modification(cle, avant, int(apres) if colonne.type == TypeColonne.ENTIER else apres)


def montant_propose(
    etat: EtatEnveloppe, lignes: Sequence[tuple[str, Any]], colonne: Colonne, *, en_plus: bool
) -> Decimal | None:
    """What is left of the envelope to share out over these rows; None when it is not known.

    What they have already been granted is to be shared again, unless the shares come on top of it.
    """
    if etat.reste is None:
        return None
    repris = ZERO if en_plus else sum((_deja(colonne, ligne) for _, ligne in lignes), ZERO)
    return etat.reste + repris
