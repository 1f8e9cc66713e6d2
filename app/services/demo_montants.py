"""Money of the demonstration, in whole euros: who is asked, what is decided, budgets, envelopes."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.enums import NatureAction, SensBudget, StatutAction, StatutCofinancement
from app.services.demo_donnees import CHARGES, COMMENTAIRES, COMPTES_74, VERSION_BUDGET
from app.services.demo_territoire import Ligne, Territoire, Tirage, repartir
from app.services.demo_themes import Theme

COMMUNALE = "communale"
INTERCOMMUNALE = "intercommunale"
REGROUPEMENT = "regroupement_communes"
THEMES_EPCI = ("O1", "O2", "O3")  # the agglomeration funds these orientations, never a single town
DEMANDE_MINIMALE = 300

A_EXAMINER = {StatutCofinancement.DEMANDE, StatutCofinancement.PRIS_EN_CHARGE}
ATTENTE = {StatutAction.NOTE, StatutAction.DEPOSEE, StatutAction.RETIREE}
REJET = {StatutAction.REFUSEE, StatutAction.REORIENTEE}
DECIDEE = {StatutAction.ACCORDEE, StatutAction.TERMINEE}


@dataclass(frozen=True, slots=True)
class Source:
    """A line of credit that a project asks; `commune` is the town that would pay."""

    credit: str
    commune: str | None
    poids: int

    @property
    def financeur(self) -> str:
        return self.credit.partition("_")[0]


@dataclass(frozen=True, slots=True)
class Demande:
    """What is asked from a source, in euros; None when the porteur does not say."""

    source: Source
    montant: int | None


def choisir_sources(
    tirage: Tirage,
    theme: Theme,
    *,
    noeud: str,
    echelle: str,
    payeurs: Sequence[str],
    nature: str,
) -> tuple[Source, ...]:
    """Who is asked: the scale and the theme say who may fund, as the contract prints it."""
    sources = [
        *_socle(tirage, noeud=noeud, echelle=echelle, payeurs=payeurs),
        *_region(tirage, theme, nature),
        *_appuis(tirage, theme),
    ]
    return tuple(sources) or (Source("etat_bop147", None, 45),)


def _socle(tirage: Tirage, *, noeud: str, echelle: str, payeurs: Sequence[str]) -> Iterator[Source]:
    if tirage.chance(94):
        yield Source("etat_bop147", None, 45)
    if echelle != COMMUNALE and noeud.startswith(THEMES_EPCI) and tirage.chance(92):
        yield Source("epci_specifique", None, 36)
    if echelle != INTERCOMMUNALE:
        for commune in payeurs:
            yield Source("communes_specifique", commune, max(28 // len(payeurs), 6))


def _region(tirage: Tirage, theme: Theme, nature: str) -> Iterator[Source]:
    if nature == NatureAction.INVESTISSEMENT:
        yield Source("region_ftu", None, 20)
    elif theme.enjeu == "E2" and tirage.chance(45):
        yield Source("region_pic", None, 7)
    elif tirage.chance(55 if "region" in theme.appuis else 14):
        yield Source("region_specifique", None, 14)


def _appuis(tirage: Tirage, theme: Theme) -> Iterator[Source]:
    if "departement" in theme.appuis and tirage.chance(45):
        yield Source("departement_droit_commun", None, 12)
    if "caf" in theme.appuis and tirage.chance(55):
        yield Source("caf_droit_commun", None, 14)
    if tirage.chance(60 if "bailleurs" in theme.appuis else 4):
        yield Source("bailleurs_tfpb", None, 9)
    if theme.service and tirage.chance(22):
        yield Source("etat_droit_commun", None, 12)


def demandes(sources: Sequence[Source], *, cout: int, taux: int) -> list[Demande]:
    """`taux` % of the cost asked from the sources, rounded as people do; too little is not asked."""
    parts = repartir(cout * taux // 100, [s.poids for s in sources])
    retenues = [Demande(s, arrondi(p)) for s, p in zip(sources, parts, strict=True)]
    fortes = [d for d in retenues if (d.montant or 0) >= DEMANDE_MINIMALE]
    return fortes or retenues[:1]


def arrondi(montant: int) -> int:
    """Down to the hundred, to five hundred from 5,000 on."""
    pas = 100 if montant < 5000 else 500
    return montant // pas * pas


# Decisions ----------------------------------------------------------------------------------------


def decider(
    tirage: Tirage, demande: Demande, *, statut: str, recul: int, cpo: bool, principale: bool
) -> Ligne:
    """Status and amounts of one cofinancement, coherent with the status of its action.

    `recul`: years before the current one. `principale`: the first source of an action that is
    granted is never refused.
    """
    if demande.montant is None:
        return {"statut": StatutCofinancement.INCONNU, "commentaire": COMMENTAIRES["inconnu"]}
    if statut in ATTENTE:
        return {"statut": StatutCofinancement.DEMANDE}
    if statut == StatutAction.IRRECEVABLE:
        return {"statut": StatutCofinancement.NON_RECEVABLE}
    if statut in REJET:
        return _refus(tirage)
    if statut == StatutAction.INSTRUCTION:
        return _instruction(tirage)
    if not principale and not cpo and tirage.chance(7):
        return _refus(tirage) if tirage.chance(60) else _non_recevable()
    propose = demande.montant if cpo else _retenu(tirage, demande.montant)
    if statut in DECIDEE:
        return _accord(tirage, propose, source=demande.source, recul=recul, cpo=cpo)
    if demande.source.financeur == "region" and statut == StatutAction.PROPOSEE:
        return _vote(propose)  # the Région decides by itself, before the comité
    if not principale and tirage.chance(15):
        return {"statut": StatutCofinancement.PRIS_EN_CHARGE}
    return {"statut": StatutCofinancement.PROPOSE, "propose": propose}


def _refus(tirage: Tirage) -> Ligne:
    commentaire = COMMENTAIRES["refuse"] if tirage.chance(40) else None
    return {
        "statut": StatutCofinancement.REFUSE,
        "propose": 0,
        "accorde": 0,
        "commentaire": commentaire,
    }


def _non_recevable() -> Ligne:
    return {
        "statut": StatutCofinancement.NON_RECEVABLE,
        "commentaire": COMMENTAIRES["non_recevable"],
    }


def _instruction(tirage: Tirage) -> Ligne:
    if tirage.chance(5):
        return _non_recevable()
    recue = tirage.chance(70)
    return {"statut": StatutCofinancement.PRIS_EN_CHARGE if recue else StatutCofinancement.DEMANDE}


def _retenu(tirage: Tirage, montant: int) -> int:
    """What is left of an amount once it is discussed."""
    part = tirage.pese((100, 90, 80, 70, 60, 50), (40, 15, 15, 12, 10, 8))
    return max(arrondi(montant * part // 100), min(montant, DEMANDE_MINIMALE))


def _vote(montant: int) -> Ligne:
    return {
        "statut": StatutCofinancement.VOTE,
        "propose": montant,
        "accorde": montant,
        "vote": montant,
    }


def _accord(tirage: Tirage, propose: int, *, source: Source, recul: int, cpo: bool) -> Ligne:
    accorde = propose if cpo or tirage.chance(80) else _retenu(tirage, propose)
    ligne: Ligne = {
        "statut": StatutCofinancement.ACCORDE,
        "propose": propose,
        "accorde": accorde,
        "commentaire": COMMENTAIRES["cpo"] if cpo else None,
    }
    if recul == 0:
        return ligne | _suite_en_cours(tirage, accorde, source=source, cpo=cpo)
    ligne |= {"vote": accorde, "notifie": accorde}
    if not tirage.chance(97 if recul > 1 else 70):
        return ligne | {"statut": StatutCofinancement.NOTIFIE}
    verse = accorde
    if recul == 1 and accorde >= 2000 and tirage.chance(40):
        verse = arrondi(accorde * 80 // 100)
        ligne["commentaire"] = COMMENTAIRES["avance"]
    return ligne | {"verse": verse, "statut": StatutCofinancement.VERSE}


def _suite_en_cours(tirage: Tirage, accorde: int, *, source: Source, cpo: bool) -> Ligne:
    """Where a grant of the current year stands: nothing is paid yet."""
    if cpo and source.financeur == "etat":
        return {"vote": accorde, "notifie": accorde, "statut": StatutCofinancement.NOTIFIE}
    if source.financeur == "region" or tirage.chance(30):
        return {"vote": accorde, "statut": StatutCofinancement.VOTE}
    return {"commentaire": COMMENTAIRES["reserve"]} if tirage.chance(15) else {}


ETAPES = ("demande", "propose", "accorde", "vote", "notifie", "verse")
ACQUIS = {StatutCofinancement.VOTE, StatutCofinancement.NOTIFIE, StatutCofinancement.VERSE}


def ligne_cofinancement(
    territoire: Territoire, demande: Demande, decision: Ligne, **commun: Any
) -> Ligne:
    """The row of a cofinancement. `commun`: cle, action, annee and a comment when there is none."""
    credit = territoire.lignes_credit[demande.source.credit]
    montants = {"demande": demande.montant, **decision}
    return {
        "financeur": credit["financeur"],
        "ligne_credit": credit["cle"],
        "nature_credit": credit["nature_credit"],
        "commune": demande.source.commune,
        **{etape: euros(montants.get(etape)) for etape in ETAPES},
        "statut": str(decision["statut"]),
        "securise": decision["statut"] in ACQUIS,
        **commun,
        "commentaire": decision.get("commentaire") or commun.get("commentaire"),
    }


def euros(montant: int | None) -> Decimal | None:
    return None if montant is None else Decimal(montant)


# Budgets ------------------------------------------------------------------------------------------


def budget(
    tirage: Tirage, *, cout: int, demandes_faites: Iterable[Demande], noms: dict[str, str]
) -> list[Ligne]:
    """Balanced lines by account: charges = cost = produits, 86 = 87. `noms`: labels of the 74 lines."""
    lignes = [*_charges(tirage, cout)]
    subventions = [
        (COMPTES_74[d.source.financeur], noms[d.source.commune or d.source.financeur], d.montant)
        for d in demandes_faites
        if d.montant
    ]
    reste = cout - sum(montant for *_, montant in subventions)
    produits = sorted([*_ressources(tirage, reste), *subventions], key=lambda c: c[0][:2])
    benevolat = _benevolat(tirage)
    return [
        *(_ligne_budget(SensBudget.CHARGE, i, *c) for i, c in enumerate([*lignes, *benevolat[0]])),
        *(_ligne_budget(SensBudget.PRODUIT, i, *p) for i, p in enumerate(produits + benevolat[1])),
    ]


Compte = tuple[str, str, int]  # account, label, amount


def _charges(tirage: Tirage, cout: int) -> Iterator[Compte]:
    salaires = cout >= 6000
    possibles = [c for c in CHARGES if salaires or not c[0].startswith("64")]
    facultatives = [c for c in possibles if not c[0].startswith("64")]
    gardees = set(tirage.plusieurs(facultatives, tirage.entier(3, 6)))
    comptes = [c for c in possibles if c in gardees or c[0].startswith("64")]
    poids = [c[2] * tirage.entier(6, 14) for c in comptes]
    for (compte, libelle, _), montant in zip(comptes, repartir(cout, poids, pas=10), strict=True):
        if montant:
            yield compte, libelle, montant


def _ressources(tirage: Tirage, reste: int) -> list[Compte]:
    """What the porteur brings itself: sales, subscriptions, and the rest of its own funds."""
    ventes = reste * tirage.entier(15, 50) // 1000 * 10 if tirage.chance(35) else 0
    cotisations = reste * tirage.entier(5, 15) // 1000 * 10 if tirage.chance(40) else 0
    comptes = [
        ("70", "Participation des usagers, prestations", ventes),
        ("756", "Cotisations", cotisations),
        ("RESSPROPRES", "Autofinancement", reste - ventes - cotisations),
    ]
    return [compte for compte in comptes if compte[2]]


def _benevolat(tirage: Tirage) -> tuple[list[Compte], list[Compte]]:
    """Contributions in kind: charges 86 and produits 87, equal one to one."""
    heures = tirage.entier(5, 60) * 100 if tirage.chance(45) else 0
    locaux = tirage.entier(3, 25) * 100 if tirage.chance(15) else 0
    charges = [
        ("864", "Personnel bénévole", heures),
        ("861", "Mise à disposition gratuite de biens et services", locaux),
    ]
    produits = [("875", "Bénévolat", heures), ("871", "Prestations en nature", locaux)]
    return [c for c in charges if c[2]], [p for p in produits if p[2]]


def _ligne_budget(sens: SensBudget, rang: int, compte: str, libelle: str, montant: int) -> Ligne:
    return {
        "sens": str(sens),
        "compte": compte,
        "libelle": libelle,
        "montant": Decimal(montant),
        "version_nomenclature": VERSION_BUDGET,
        "rang": rang,
    }
