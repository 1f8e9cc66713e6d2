"""What the contract says of a CPO, applied to one of them: what is wrong, and how grave. No Qt."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.calculs import ZERO
from app.models.contrat import Contrat
from app.models.convention import IndicateurCpo
from app.models.enums import EtatConvention, NatureOrganisme, NiveauConstat
from app.models.montants import afficher_montant
from app.services.accords import enumerer
from app.services.conventions_lues import LigneAvis, LigneConvention, LigneTranche
from app.services.cpo import UNANIMITE, Position, SituationCpo
from app.services.fichier import Lire
from app.services.identifiants import mots
from app.services.payeurs import Payeur
from app.services.regles_couches import RegleEnVigueur, Regles, ValeurRegle

DUREE = "cpo.duree"
DEGRESSIVITE = "cpo.degressivite"
CONDITIONS = "cpo.conditions"
EVALUATION = "cpo.evaluation"
IMPACT = "cpo.impact_social"
FINANCEURS = "cpo.financeurs"
GRAVITES = tuple(NiveauConstat)
MINIMUM = 2  # years: under that nothing is pluriannual
CALENDRIER = "evaluation.calendrier"


@dataclass(frozen=True, slots=True)
class Remarque:
    """What is to be put right in a convention; a blocking one stands against its signature."""

    niveau: NiveauConstat
    phrase: str

    @property
    def bloque(self) -> bool:
        return self.niveau == NiveauConstat.BLOQUANT


@dataclass(frozen=True, slots=True)
class Faits:
    """What the rules are judged on, beside the convention itself."""

    indicateurs: int = 0
    impacts: int = 0
    avis: Sequence[LigneAvis] = ()


class ReglesCpo:
    """The rules of the CPO and the years of the contract, read once."""

    def __init__(self, lire: Lire) -> None:
        self._regles = Regles(lire)
        annees = lire(select(Contrat.annee_fin))
        self.fin: int | None = annees[0].annee_fin if annees else None

    def dit(self, code: str, parametre: str) -> ValeurRegle:
        """`valeur` None where no text says it."""
        regle = self._regles.de(code)
        return ValeurRegle(None) if regle is None else regle.detail(parametre)

    def regle(self, code: str) -> RegleEnVigueur | None:
        return self._regles.de(code)

    # Years ----------------------------------------------------------------------------------------

    def duree(self, annees: int) -> Remarque | None:
        """Why a number of years is not that of the contract; None where it is, or says nothing."""
        if annees < MINIMUM:
            return Remarque(
                NiveauConstat.BLOQUANT,
                f"Une convention pluriannuelle dure au moins {MINIMUM} ans\u00a0: allongez-la.",
            )
        bornes = [self.dit(DUREE, nom) for nom in ("min_ans", "max_ans")]
        for borne, hors in zip(bornes, (annees.__lt__, annees.__gt__), strict=True):
            if borne.valeur is not None and hors(int(borne.valeur)):
                attendu = " à ".join(dict.fromkeys(str(b.valeur) for b in bornes if b.valeur))
                return _remarque(
                    borne, f"{annees} ans, alors que le contrat prévoit des CPO de {attendu} ans"
                )
        return None

    def proposee(self) -> int:
        """How many years to offer: the longest that the contract allows, else three."""
        for nom in ("max_ans", "min_ans"):
            valeur = self.dit(DUREE, nom).valeur
            if valeur is not None:
                return int(valeur)
        return 3

    # The whole convention -------------------------------------------------------------------------

    def remarques(self, convention: LigneConvention, faits: Faits) -> list[Remarque]:
        """The gravest first. Nothing is said of a convention that is over."""
        if convention.etat in (EtatConvention.RESILIEE, EtatConvention.ANNUELLE):
            return []
        duree = self.duree(convention.duree)
        trouvees = [
            *([duree] if duree else []),
            *self._unanimite(convention, faits.avis),
            *self._indicateurs(faits),
            *self._conditions(convention),
            *self._fins(convention),
            *self._baisses(convention.tranches),
        ]
        return sorted(trouvees, key=lambda r: -GRAVITES.index(r.niveau))

    def situation(self, convention: LigneConvention, avis: Sequence[LigneAvis]) -> SituationCpo:
        """What each financeur concerned says, and whether the contract lets it be granted."""
        exigee = self.dit(UNANIMITE, "exigee")
        tous = "tous" in mots(self.dit(UNANIMITE, "perimetre").texte)
        dits: dict[tuple[str, str | None], list[LigneAvis]] = defaultdict(list)
        for a in avis:
            dits[a.financeur, a.commune].append(a)
        return SituationCpo(
            exigee.valeur,
            exigee.source,
            tuple(
                _position(t, dits.get((t.financeur, t.commune), ()))
                for t in concernes(convention, tous=tous)
            ),
        )

    def _unanimite(
        self, convention: LigneConvention, avis: Sequence[LigneAvis]
    ) -> Iterator[Remarque]:
        if convention.etat == EtatConvention.DEMANDEE:
            situation = self.situation(convention, avis)
            if not situation.permise:
                yield Remarque(NiveauConstat.BLOQUANT, situation.phrase)

    def _indicateurs(self, faits: Faits) -> Iterator[Remarque]:
        depart = self.dit(EVALUATION, "indicateurs_au_depart")
        if depart.valeur and not faits.indicateurs:
            yield _remarque(depart, "Aucun indicateur, alors que le contrat les veut dès le départ")
        impact = self.dit(IMPACT, "mesure_exigee")
        if impact.valeur and not faits.impacts:
            yield _remarque(impact, "Aucune mesure de l’impact social n’est prévue")

    def _conditions(self, convention: LigneConvention) -> Iterator[Remarque]:
        for nom, tenue, mot in (
            ("engagement_etat", convention.engagement_etat, "L’engagement de l’État"),
            ("soutien_territoire", convention.soutien_territoire, "Le soutien du territoire"),
        ):
            dit = self.dit(CONDITIONS, nom)
            if dit.valeur and not tenue:
                yield _remarque(dit, f"{mot} n’est pas noté")
        engages = self.dit(FINANCEURS, "engages")
        presents = {t.nature for t in convention.tranches if t.montant}
        manquent = [n for n in engages.valeur or () if n not in presents]
        if manquent:
            noms = enumerer(NatureOrganisme.libelle_de(n) for n in manquent)
            yield _remarque(engages, f"Aucune tranche de\u00a0: {noms}")

    def _fins(self, convention: LigneConvention) -> Iterator[Remarque]:
        if self.fin is not None and convention.annee_fin > self.fin:
            yield Remarque(
                NiveauConstat.ALERTE,
                f"La convention finit en {convention.annee_fin}, après le contrat de ville "
                f"({self.fin})\u00a0: raccourcissez-la, ou vérifiez qui la paiera.",
            )
        etape = self.dit(CALENDRIER, "mi_parcours").valeur
        if etape is None or convention.point_etape_le is not None:
            return
        if convention.annee_debut <= int(etape) < convention.annee_fin:
            yield Remarque(
                NiveauConstat.INFORMATION,
                f"La convention passe le point d’étape de {etape}\u00a0: notez sa date.",
            )

    def _baisses(self, tranches: Sequence[LigneTranche]) -> Iterator[Remarque]:
        autorisee = self.dit(DEGRESSIVITE, "autorisee")
        if autorisee.valeur is not False:
            return
        for avant, apres in baisses(tranches):
            if not (apres.note or "").strip():
                yield _remarque(
                    autorisee,
                    f"{apres.payeur} baisse de {_euros(avant.montant)} à {_euros(apres.montant)} "
                    f"en {apres.annee}\u00a0: rétablissez le montant ou justifiez-le en remarque",
                )


def concernes(convention: LigneConvention, *, tous: bool) -> list[LigneTranche]:
    """One tranche for each payeur that unanimity asks: those who promise a later year, else all."""
    retenues = [
        t
        for t in convention.tranches
        if tous or ((t.montant or ZERO) > ZERO and t.annee > convention.annee_debut)
    ]
    return list({(t.financeur, t.commune): t for t in reversed(retenues)}.values())[::-1]


def baisses(tranches: Sequence[LigneTranche]) -> Iterator[tuple[LigneTranche, LigneTranche]]:
    """(year before, year lower), payeur by payeur."""
    par_payeur: dict[Any, dict[int, LigneTranche]] = defaultdict(dict)
    for t in tranches:
        par_payeur[t.qui][t.annee] = t
    for annees in par_payeur.values():
        for annee, apres in sorted(annees.items()):
            avant = annees.get(annee - 1)
            if avant is not None and _baisse(avant.montant, apres.montant):
                yield avant, apres


def lire_faits(lire: Lire, conventions: Collection[str]) -> Mapping[str, Faits]:
    """convention -> how many indicators it has, and how many of them measure its impact."""
    comptes: dict[str, list[bool]] = defaultdict(list)
    requete = select(IndicateurCpo.convention, IndicateurCpo.impact)
    for convention, impact in lire(requete.where(IndicateurCpo.convention.in_(conventions))):
        comptes[convention].append(bool(impact))
    return {c: Faits(len(comptes[c]), sum(comptes[c])) for c in conventions}


def _position(tranche: LigneTranche, avis: Sequence[LigneAvis]) -> Position:
    """Against as soon as it is for one year; for when it is, and no year is left unanswered."""
    nom = tranche.commune_nom or tranche.financeur_nom
    reponses = [a.favorable for a in avis]
    contre = next((a for a in avis if a.favorable is False), None)
    favorable: bool | None = None
    if contre is not None:
        favorable = False
    elif reponses and None not in reponses:
        favorable = True
    payeur = Payeur(tranche.financeur, tranche.ligne_credit, tranche.commune)
    return Position(payeur, nom, favorable, contre.motif if contre else None)


def _remarque(dit: ValeurRegle, phrase: str) -> Remarque:
    niveau = NiveauConstat.ALERTE if dit.niveau is None else NiveauConstat.de(dit.niveau)
    return Remarque(niveau, f"{phrase} ({dit.source})." if dit.source else f"{phrase}.")


def _baisse(avant: Decimal | None, apres: Decimal | None) -> bool:
    return avant is not None and apres is not None and apres < avant


def _euros(montant: Decimal | None) -> str:
    return afficher_montant(montant or ZERO, euro=True)
