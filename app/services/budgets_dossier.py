"""The whole budget of a dossier: its later years, those who carry it together, its share by quartier."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action
from app.models.calculs import ZERO, BilanBudget, bilan_budget, part, pourcentage, somme
from app.models.depot import AnneeDemandee, LigneBudgetAnnee, NoteIntention, PorteurAssocie
from app.models.enums import SensBudget
from app.models.montants import afficher_montant, afficher_part
from app.models.organisme import Organisme
from app.services.attaches import detacher
from app.services.errors import SaisieRefusee
from app.services.fiches import Fiches, PartQuartier
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge
from app.services.reouvertures import exiger_ouvert
from app.services.repartitions import au_prorata
from app.services.transaction import Ecriture, maintenant

CENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class LigneAssocie:
    """A co-carrier. `euros`: its share of the cost, typed or computed; None when the cost is unknown."""

    cle: str
    organisme: str
    nom: str
    role: str | None
    part: Decimal | None
    montant: Decimal | None
    euros: Decimal | None


@dataclass(frozen=True, slots=True)
class LigneAnnee:
    """A later year of the CPO, with the balance of its budget (euros)."""

    cle: str
    annee: int
    objectifs: str | None
    public: int | None
    public_qpv: int | None
    indicateurs: str | None
    lignes: int
    bilan: BilanBudget

    @property
    def charges(self) -> Decimal | None:
        return self.bilan.charges if self.lignes else None

    @property
    def produits(self) -> Decimal | None:
        return self.bilan.produits if self.lignes else None

    @property
    def manques(self) -> tuple[str, ...]:
        """What the dossier of a CPO still has to say of that year (A-121)."""
        absents = [
            mot
            for mot, dit in (
                ("objectifs", self.objectifs),
                ("public", self.public),
                ("indicateurs", self.indicateurs),
                ("budget", self.lignes),
            )
            if not dit
        ]
        if self.lignes and not self.bilan.est_equilibre:
            absents.append("budget équilibré")
        return tuple(absents)

    @property
    def etat(self) -> str:
        return f"Manque : {', '.join(self.manques)}" if self.manques else "Complète"


@dataclass(frozen=True, slots=True)
class LigneAnneeBudget:
    """A line of the budget of one later year (euros)."""

    cle: str
    annee: int
    sens: str
    compte: str
    libelle: str
    montant: Decimal | None


@dataclass(frozen=True, slots=True)
class QuotePart:
    """What a quartier has of the cost (euros); the last one may be what is not shared out."""

    cle: str
    nom: str
    part: Decimal | None
    euros: Decimal | None


class BudgetsDossier:
    """Reads and writes the years and the co-carriers of the dossiers."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Co-carriers ----------------------------------------------------------------------------------

    def associes(self, action: str, cout: Decimal | None) -> list[LigneAssocie]:
        requete = (
            select(
                PorteurAssocie.cle,
                PorteurAssocie.organisme,
                Organisme.nom,
                PorteurAssocie.role,
                PorteurAssocie.part,
                PorteurAssocie.montant,
            )
            .join(Organisme, Organisme.cle == PorteurAssocie.organisme)
            .where(PorteurAssocie.action == action)
            .order_by(PorteurAssocie.rang, PorteurAssocie.cle)
        )
        return [
            LigneAssocie(**lu._asdict(), euros=part_en_euros(lu.part, lu.montant, cout))
            for lu in self._fichier.lignes(requete)
        ]

    def associer(self, action: str, organisme: str) -> str:
        """Another body carries the action too. Raises SaisieRefusee when it already does."""
        with self.operation("Ajouter un porteur associé") as ecriture:
            exiger_ouvert(ecriture, action, self._horloge)
            if ecriture.lire(Action, action)["porteur"] == organisme:
                raise SaisieRefusee("Cette structure est déjà le porteur de l'action.")
            siens = PorteurAssocie.action == action
            deja = select(PorteurAssocie.cle).where(siens, PorteurAssocie.organisme == organisme)
            if ecriture.lignes(deja.limit(1)):
                raise SaisieRefusee("Cette structure est déjà parmi les porteurs associés.")
            rang = ecriture.lignes(select(func.count()).select_from(PorteurAssocie).where(siens))
            return ecriture.inserer(
                PorteurAssocie, action=action, organisme=organisme, rang=rang[0][0]
            )

    def poser_associe(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change fields of a co-carrier: all the shares make 100 % at most."""
        avant = ecriture.lire(PorteurAssocie, cle)
        _exiger_positif(champs, "part", "montant")
        exiger_ouvert(ecriture, avant["action"], self._horloge)
        ecriture.modifier_lue(PorteurAssocie, avant, **champs)
        parts = select(PorteurAssocie.part).where(PorteurAssocie.action == avant["action"])
        total = somme(p for (p,) in ecriture.lignes(parts))
        if total > CENT:
            raise SaisieRefusee(
                "Les parts des porteurs associés dépassent 100 % au total : baissez-en une."
            )

    def dissocier(self, cles: Sequence[str]) -> None:
        with self.operation("Retirer un porteur associé") as ecriture:
            self._exiger_ouverts(ecriture, PorteurAssocie, cles)
            detacher(ecriture, cles)
            ecriture.supprimer_lot(PorteurAssocie, cles)

    # Years ----------------------------------------------------------------------------------------

    def annees(self, action: str) -> list[LigneAnnee]:
        """The later years that the dossier tells, with their budget."""
        with self._fichier.instant() as lire:
            budgets = _par_annee(lire_budget_annees(lire, action))
            requete = select(
                AnneeDemandee.cle,
                AnneeDemandee.annee,
                AnneeDemandee.objectifs,
                AnneeDemandee.public,
                AnneeDemandee.public_qpv,
                AnneeDemandee.indicateurs,
            ).where(AnneeDemandee.action == action)
            return [
                _annee(lue, budgets.get(lue.annee, ()))
                for lue in lire(requete.order_by(AnneeDemandee.annee, AnneeDemandee.cle))
            ]

    def annees_attendues(self, action: str) -> list[int]:
        """The years after the first that a CPO asked for covers, and that the dossier does not tell."""
        requete = (
            select(Action.annee, Action.cpo_rang, Action.cpo_duree, NoteIntention.cpo_annees)
            .join(NoteIntention, NoteIntention.action == Action.cle, isouter=True)
            .where(Action.cle == action)
        )
        dites = {a.annee for a in self.annees(action)}
        voulues: set[int] = set()
        for lue in self._fichier.lignes(requete):
            voulues |= {int(a) for a in lue.cpo_annees or () if str(a).isdecimal()}
            if lue.cpo_duree:
                premiere = lue.annee - (lue.cpo_rang or 1) + 1
                voulues |= set(range(lue.annee, premiere + lue.cpo_duree))
            voulues = {a for a in voulues if a > lue.annee}
        return sorted(voulues - dites)

    def ajouter_annee(self, action: str, annee: int) -> str:
        with self.operation(f"Ajouter l'année {annee} au dossier") as ecriture:
            exiger_ouvert(ecriture, action, self._horloge)
            if annee <= ecriture.lire(Action, action)["annee"]:
                raise SaisieRefusee(
                    "La première année est le budget de l'action elle-même : ajoutez une année suivante."
                )
            deja = select(AnneeDemandee.cle).where(
                AnneeDemandee.action == action, AnneeDemandee.annee == annee
            )
            if ecriture.lignes(deja.limit(1)):
                raise SaisieRefusee(f"L'année {annee} est déjà dans le dossier.")
            return ecriture.inserer(AnneeDemandee, action=action, annee=annee)

    def poser_annee(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        avant = ecriture.lire(AnneeDemandee, cle)
        if any(isinstance(v, int) and v < 0 for v in champs.values()):
            raise SaisieRefusee("Un nombre de personnes ne peut pas être négatif.")
        exiger_ouvert(ecriture, avant["action"], self._horloge)
        ecriture.modifier_lue(AnneeDemandee, avant, **champs)

    def supprimer_annees(self, cles: Sequence[str]) -> None:
        """With the lines of their budgets."""
        with self.operation("Retirer une année du dossier") as ecriture:
            for cle in cles:
                annee = ecriture.lire(AnneeDemandee, cle)
                exiger_ouvert(ecriture, annee["action"], self._horloge)
                lignes = ecriture.lignes_de(
                    LigneBudgetAnnee, action=annee["action"], annee=annee["annee"]
                )
                ecriture.supprimer_lot(LigneBudgetAnnee, [ligne["cle"] for ligne in lignes])
                detacher(ecriture, [cle])
                ecriture.supprimer(AnneeDemandee, cle)

    # Budget of a year -----------------------------------------------------------------------------

    def budget(self, action: str, annee: int) -> list[LigneAnneeBudget]:
        lues = lire_budget_annees(self._fichier.lignes, action)
        return [ligne for ligne in lues if ligne.annee == annee]

    def ajouter_ligne(self, action: str, annee: int, sens: str, compte: str) -> str:
        with self.operation(f"Ajouter une ligne {compte} au budget {annee}") as ecriture:
            exiger_ouvert(ecriture, action, self._horloge)
            rang = len(ecriture.lignes_de(LigneBudgetAnnee, action=action, annee=annee))
            return ecriture.inserer(
                LigneBudgetAnnee, action=action, annee=annee, sens=sens, compte=compte, rang=rang
            )

    def poser_ligne(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        avant = ecriture.lire(LigneBudgetAnnee, cle)
        _exiger_positif(champs, "montant")
        if "compte" in champs and not champs["compte"]:
            raise SaisieRefusee("Une ligne du budget doit avoir un compte : tapez-le, comme 60.")
        exiger_ouvert(ecriture, avant["action"], self._horloge)
        ecriture.modifier_lue(LigneBudgetAnnee, avant, **champs)

    def supprimer_lignes(self, cles: Sequence[str]) -> None:
        with self.operation("Supprimer des lignes du budget d'une année") as ecriture:
            self._exiger_ouverts(ecriture, LigneBudgetAnnee, cles)
            detacher(ecriture, cles)
            ecriture.supprimer_lot(LigneBudgetAnnee, cles)

    def reprendre_budget(self, action: str, annee: int) -> int:
        """Start the budget of a year from that of the year before it. How many lines."""
        precedent = self.budget(action, annee - 1) or self._premier_budget(action, annee - 1)
        if not precedent:
            raise SaisieRefusee(
                f"Le budget {annee - 1} n'est pas saisi : il n'y a rien à reprendre."
            )
        with self.operation(f"Reprendre le budget {annee - 1} pour {annee}") as ecriture:
            exiger_ouvert(ecriture, action, self._horloge)
            if ecriture.lignes_de(LigneBudgetAnnee, action=action, annee=annee):
                raise SaisieRefusee(f"Le budget {annee} a déjà des lignes : supprimez-les d'abord.")
            lignes = [
                {
                    "action": action,
                    "annee": annee,
                    "sens": b.sens,
                    "compte": b.compte,
                    "libelle": b.libelle or None,
                    "montant": b.montant,
                    "rang": rang,
                }
                for rang, b in enumerate(precedent)
            ]
            return len(ecriture.inserer_lot(LigneBudgetAnnee, lignes))

    def _premier_budget(self, action: str, annee: int) -> Sequence[Any]:
        fiche = Fiches(self._fichier).lire(action)
        return () if fiche is None or fiche.champs["annee"] != annee else fiche.budget

    def _exiger_ouverts(self, ecriture: Ecriture, modele: Any, cles: Sequence[str]) -> None:
        for (action,) in ecriture.lignes(select(modele.action).where(modele.cle.in_(cles))):
            exiger_ouvert(ecriture, action, self._horloge)


def lire_budget_annees(lire: Lire, action: str) -> list[LigneAnneeBudget]:
    requete = (
        select(
            LigneBudgetAnnee.cle,
            LigneBudgetAnnee.annee,
            LigneBudgetAnnee.sens,
            LigneBudgetAnnee.compte,
            func.coalesce(LigneBudgetAnnee.libelle, "").label("libelle"),
            LigneBudgetAnnee.montant,
        )
        .where(LigneBudgetAnnee.action == action)
        .order_by(LigneBudgetAnnee.annee, LigneBudgetAnnee.sens, LigneBudgetAnnee.rang)
    )
    return [LigneAnneeBudget(*lue) for lue in lire(requete)]


def _annee(lue: Any, budget: Sequence[LigneAnneeBudget]) -> LigneAnnee:
    return LigneAnnee(**lue._asdict(), lignes=len(budget), bilan=bilan_de(budget))


def _par_annee(lignes: Iterable[LigneAnneeBudget]) -> dict[int, list[LigneAnneeBudget]]:
    groupes: dict[int, list[LigneAnneeBudget]] = {}
    for ligne in lignes:
        groupes.setdefault(ligne.annee, []).append(ligne)
    return groupes


def bilan_de(lignes: Iterable[LigneAnneeBudget]) -> BilanBudget:
    toutes = list(lignes)
    return bilan_budget(
        [(b.compte, b.montant) for b in toutes if b.sens == SensBudget.CHARGE],
        [(b.compte, b.montant) for b in toutes if b.sens == SensBudget.PRODUIT],
    )


def part_en_euros(
    taux: Decimal | None, montant: Decimal | None, cout: Decimal | None
) -> Decimal | None:
    """The amount typed, else the share of the cost; None when neither is known."""
    if montant is not None or taux is None or cout is None:
        return montant
    return pourcentage(taux, cout)


def quote_parts(quartiers: Sequence[PartQuartier], cout: Decimal | None) -> list[QuotePart]:
    """The cost by quartier, to the cent: the parts add up to it, with what is not shared out."""
    parts = {q.quartier: q.part for q in quartiers if q.part is not None}
    reste = CENT - somme(parts.values())
    poids = {**parts, **({"": reste} if parts and reste > 0 else {})}
    euros = au_prorata(cout, poids) if cout is not None and poids else {}
    lignes = [QuotePart(q.quartier, q.nom, q.part, euros.get(q.quartier)) for q in quartiers]
    if "" in poids:
        lignes.append(QuotePart("", "Non réparti", reste, euros.get("")))
    return lignes


def phrase_des_associes(associes: Sequence[LigneAssocie], cout: Decimal | None) -> str:
    """What is left to the porteur, once the shares of the others are taken."""
    if not associes:
        return "Aucun porteur associé : l'action a un seul porteur."
    if cout is None:
        return "Le coût de l'action n'est pas connu : les parts ne se comptent pas en euros."
    autres = somme(a.euros for a in associes)
    reste = cout - autres
    if reste < ZERO:
        depasse = afficher_montant(-reste, euro=True)
        return f"Les parts des porteurs associés dépassent le coût de {depasse}."
    taux = part(reste, cout)
    dit = f" ({afficher_part(taux)})" if taux is not None else ""
    return f"Reste au porteur principal : {afficher_montant(reste, euro=True)}{dit}."


def _exiger_positif(champs: dict[str, Any], *noms: str) -> None:
    if any(champs.get(nom) is not None and champs[nom] < 0 for nom in noms):
        raise SaisieRefusee("Un montant ou une part ne peut pas être négatif.")
