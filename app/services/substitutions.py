"""Specific credits that take the place of droit commun: what the amounts of the years show. No Qt.

The rules are pure: `alertes_du_projet` is given amounts and says sentences. Credits are known by what
the contract says of them (nature of the financeur, nature of the credit), never by a name.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.calculs import ZERO
from app.models.enums import NatureCredit, NatureOrganisme, StatutCofinancement
from app.models.montants import afficher_montant

SUBSTITUTION, SEUL, JAMAIS_RELAYEE = "substitution", "seul", "jamais_relayee"
NATURES = (
    (SUBSTITUTION, "Substitution possible"),
    (SEUL, "Paie tout le coût"),
    (JAMAIS_RELAYEE, "Jamais relayée"),
)
ANNEES_DE_SUITE = 3
# The furthest stage that is known on both sides is compared: what was granted is never set against
# what is only asked, which is nearly always more.
ETAPES = (("accorde", "accordés"), ("propose", "proposés"), ("demande", "demandés"))
ECARTES = (StatutCofinancement.REFUSE, StatutCofinancement.NON_RECEVABLE)


@dataclass(frozen=True, slots=True)
class Part:
    """One cofinancement (euros). `credit`: the specific credit it is of, as the contract names it."""

    financeur: str
    nature: str | None
    credit: str
    demande: Decimal | None = None
    propose: Decimal | None = None
    accorde: Decimal | None = None
    statut: str = ""

    @property
    def est_droit_commun(self) -> bool:
        return self.nature == NatureCredit.DROIT_COMMUN

    @property
    def est_de_l_etat(self) -> bool:
        """The specific credits of the State: the BOP 147, whatever the contract calls them."""
        return self._specifique(NatureOrganisme.ETAT)

    @property
    def est_de_l_epci(self) -> bool:
        return self._specifique(NatureOrganisme.EPCI)

    def _specifique(self, nature: NatureOrganisme) -> bool:
        return self.financeur == nature and self.nature == NatureCredit.SPECIFIQUE

    def a(self, etape: str) -> Decimal | None:
        """The amount at a stage; what is refused is zero, what is not said is not known."""
        montant: Decimal | None = getattr(self, etape)
        if montant is None and etape != "demande" and self.statut in ECARTES:
            return ZERO
        return montant


Juge = Callable[[Part], bool]
Comparaison = tuple[str, tuple[Decimal, Decimal], tuple[Decimal, Decimal]]


@dataclass(frozen=True, slots=True)
class Projet:
    """An action and its past. `avant` None: nothing is known of the year before.

    `suite`: the years on end, up to this one, in which it was financed by the State's specific
    credits; `relaye`: somebody was asked to take it over.
    """

    cle: str
    numero: str
    titre: str
    porteur: str
    annee: int
    cout: Decimal | None
    parts: Sequence[Part]
    avant: Sequence[Part] | None = None
    suite: Sequence[int] = ()
    relaye: bool = False


@dataclass(frozen=True, slots=True)
class Alerte:
    """What the amounts show (euros), as a sentence. `credit`: that rises, or pays everything."""

    cle: str
    action: str
    numero: str
    titre: str
    porteur: str
    nature: str
    phrase: str
    credit: str = ""
    etape: str = ""
    droit_commun_avant: Decimal | None = None
    droit_commun: Decimal | None = None
    specifique_avant: Decimal | None = None
    specifique: Decimal | None = None

    @property
    def baisse(self) -> Decimal | None:
        return _moins(self.droit_commun, self.droit_commun_avant)

    @property
    def hausse(self) -> Decimal | None:
        return _moins(self.specifique, self.specifique_avant)


def _moins(un: Decimal | None, autre: Decimal | None) -> Decimal | None:
    return None if un is None or autre is None else un - autre


def total(parts: Iterable[Part], etape: str) -> Decimal | None:
    """Sum at a stage: zero when nothing is asked, None as soon as one amount is not known."""
    somme = ZERO
    for part in parts:
        montant = part.a(etape)
        if montant is None:
            return None
        somme += montant
    return somme


# The rules ------------------------------------------------------------------------------------------


def alertes_du_projet(projet: Projet) -> list[Alerte]:
    """What one action shows; empty when all is plain, or when too little is known."""
    trouvees = [*_substitutions(projet), *_seul(projet), *_jamais_relayee(projet)]
    return [
        Alerte(
            f"{projet.cle}.{rang}",
            projet.cle,
            projet.numero,
            projet.titre,
            projet.porteur,
            **champs,
        )
        for rang, champs in enumerate(trouvees)
    ]


def _substitutions(projet: Projet) -> Iterator[dict[str, Any]]:
    """Droit commun falls while specific credits of the State, or of the EPCI, rise."""
    if projet.avant is None:
        return
    for est in (_etat, _epci):
        comparaison = _comparer(projet.avant, projet.parts, est)
        if comparaison is None:
            continue
        etape, (commun_avant, commun), (avant, apres) = comparaison
        if commun >= commun_avant or apres <= avant:
            continue
        credit = _nom([*projet.parts, *projet.avant], est)
        yield {
            "nature": SUBSTITUTION,
            "credit": credit,
            "etape": etape,
            "droit_commun_avant": commun_avant,
            "droit_commun": commun,
            "specifique_avant": avant,
            "specifique": apres,
            "phrase": (
                f"Le droit commun passe de {_euros(commun_avant)} à {_euros(commun)} "
                f"({_ecart(commun - commun_avant)}) et « {credit} » de {_euros(avant)} à "
                f"{_euros(apres)} ({_ecart(apres - avant)}), montants {etape}, de "
                f"{projet.annee - 1} à {projet.annee}."
            ),
        }


def _comparer(avant: Sequence[Part], apres: Sequence[Part], est: Juge) -> Comparaison | None:
    """(stage, droit commun before and after, specific before and after), all four known."""
    for etape, mot in ETAPES:
        lus = [
            total((p for p in parts if juge(p)), etape)
            for juge in (_commun, est)
            for parts in (avant, apres)
        ]
        connus = [montant for montant in lus if montant is not None]
        if len(connus) == len(lus):
            return mot, (connus[0], connus[1]), (connus[2], connus[3])
    return None


def _commun(part: Part) -> bool:
    return part.est_droit_commun


def _etat(part: Part) -> bool:
    return part.est_de_l_etat


def _epci(part: Part) -> bool:
    return part.est_de_l_epci


def _seul(projet: Projet) -> Iterator[dict[str, Any]]:
    """The State's specific credits alone pay the whole cost."""
    etat = [p for p in projet.parts if p.est_de_l_etat]
    if not etat or not projet.cout:
        return
    for etape, mot in ETAPES:
        montant = total(etat, etape)
        if montant is None:
            continue
        if montant >= projet.cout:
            credit = _nom(etat, _etat)
            yield {
                "nature": SEUL,
                "credit": credit,
                "etape": mot,
                "specifique": montant,
                "phrase": (
                    f"« {credit} » couvre tout le coût : {_euros(montant)} {mot} pour un coût de "
                    f"{_euros(projet.cout)}."
                ),
            }
        return


def _jamais_relayee(projet: Projet) -> Iterator[dict[str, Any]]:
    """Financed year after year, without droit commun nor anybody to take it over."""
    if projet.relaye or len(projet.suite) < ANNEES_DE_SUITE:
        return
    if any(p.est_droit_commun and p.statut not in ECARTES for p in projet.parts):
        return
    credit = _nom(projet.parts, _etat)
    annees = ", ".join(map(str, sorted(projet.suite)))
    yield {
        "nature": JAMAIS_RELAYEE,
        "credit": credit,
        "phrase": (
            f"Financée {len(projet.suite)} années de suite par « {credit} » ({annees}), sans droit "
            "commun ni relais examiné."
        ),
    }


def _nom(parts: Iterable[Part], est: Juge) -> str:
    return next((p.credit for p in parts if est(p) and p.credit), "Crédits spécifiques")


def _euros(montant: Decimal) -> str:
    return afficher_montant(montant, euro=True)


def _ecart(montant: Decimal) -> str:
    signe = "+" if montant > 0 else "−"
    return f"{signe} {_euros(abs(montant))}"


def phrase_des_alertes(alertes: Sequence[Alerte]) -> str:
    """« 3 substitutions possibles, 12 actions jamais relayées. »"""
    if not alertes:
        return "Aucune substitution : le droit commun tient sa place."
    mots = {
        SUBSTITUTION: ("substitution possible", "substitutions possibles"),
        SEUL: ("action payée en entier", "actions payées en entier"),
        JAMAIS_RELAYEE: ("action jamais relayée", "actions jamais relayées"),
    }
    dits = []
    for nature, (un, plusieurs) in mots.items():
        nombre = sum(a.nature == nature for a in alertes)
        if nombre:
            dits.append(f"{nombre} {un if nombre == 1 else plusieurs}")
    return f"{', '.join(dits)}."
