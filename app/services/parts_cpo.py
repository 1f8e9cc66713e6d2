"""The share of a year's programme that goes through CPO, in euros, conventions and actions. No Qt.

The checks of the contract (`constats_cpo`) and the page of the CPO read the same figures here.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from app.models.action import Action
from app.models.calculs import ZERO
from app.models.convention import Convention
from app.models.enums import NatureCredit, NatureOrganisme
from app.models.organisme import Organisme
from app.models.suivi import Bilan
from app.services.accords import denombrer
from app.services.constats_credits import HORS_JEU, en_jeu
from app.services.constats_faits import FaitsAnnee, FaitsMontant
from app.services.constats_mots import euros, part_de, pourcent
from app.services.conventions_lues import CLOSES
from app.services.fichier import Lire
from app.services.regles_couches import RegleEnVigueur, Regles

EUROS, CONVENTIONS, ACTIONS = "enveloppe", "conventions", "actions"
UNITES = ((EUROS, "Euros"), (CONVENTIONS, "Conventions"), (ACTIONS, "Actions"))
MOTS = {CONVENTIONS: "convention", ACTIONS: "action"}
REGLES = ("cpo.part_minimale", "AR-CPO-01")
ANNEES_RECONDUITES = 3
ENSEMBLE = "Tous les financeurs"


@dataclass(frozen=True, slots=True)
class Seuil:
    """What a rule asks of a share, in %. `ideal`: it wishes it and does not demand it."""

    minimum: Decimal
    strict: bool = False
    source: str = ""
    ideal: bool = False

    def tenu(self, part: Decimal) -> bool:
        return part > self.minimum or (part == self.minimum and not self.strict)


@dataclass(frozen=True, slots=True)
class PartCpo:
    """How much of `tout` is in CPO. `unite`: one of UNITES; `seuil` None: no text gives one."""

    qui: str
    unite: str
    en_cpo: Decimal
    tout: Decimal
    seuil: Seuil | None = None

    @property
    def cle(self) -> str:
        return f"{self.qui} {self.unite}"

    @property
    def part(self) -> Decimal | None:
        """In %; None when there is nothing to share."""
        return part_de(self.en_cpo, self.tout) if self.tout else None

    @property
    def ratio(self) -> Decimal | None:
        return None if self.part is None else self.part / 100

    @property
    def tenu(self) -> bool | None:
        """None where no text gives a threshold, or nothing is granted."""
        if self.seuil is None or self.part is None:
            return None
        return self.seuil.tenu(self.part)

    @property
    def manque(self) -> Decimal:
        """How much more in CPO would be enough, the whole staying the same; zero when it is."""
        if self.seuil is None or self.tenu is not False:
            return ZERO
        exact = self.seuil.minimum * self.tout / 100
        if self.unite == EUROS:
            return exact - self.en_cpo
        entier = Decimal(int(exact))
        voulu = entier + 1 if self.seuil.strict or exact != entier else entier
        return voulu - self.en_cpo

    @property
    def en_mots(self) -> str:
        """« il manque 3 200 € », « il manque 2 conventions », « seuil atteint »."""
        if self.part is None:
            return "rien d’accordé"
        if self.seuil is None:
            return "aucun seuil dans le contrat"
        if self.tenu:
            return "seuil atteint"
        if self.unite == EUROS:
            return f"il manque {euros(self.manque)}"
        return f"il manque {denombrer(int(self.manque), f'une {MOTS[self.unite]}')}"

    @property
    def seuil_en_mots(self) -> str:
        if self.seuil is None:
            return ""
        mot = f"{'plus de ' if self.seuil.strict else ''}{pourcent(self.seuil.minimum)}"
        return f"{mot} (souhaité)" if self.seuil.ideal else mot


@dataclass(frozen=True, slots=True)
class ActionAConvertir:
    """An annual action renewed for years, whose bilans came: it could become a CPO."""

    cle: str
    numero: str
    titre: str
    porteur: str | None
    annees: int
    bilans: int


def seuil_de(regle: RegleEnVigueur) -> tuple[str | None, Seuil] | None:
    """(unit, threshold) of a rule; None when it prints no figure."""
    seuil = regle.valeur("part_pct")
    seuil = regle.valeur("seuil_pct") if seuil is None else seuil
    if seuil is None:
        return None
    unite = regle.valeur("assiette") or regle.valeur("unite")
    strict = regle.valeur("operateur") == ">"
    return unite, Seuil(Decimal(str(seuil)), strict, regle.source)


def part_des_euros(
    annee: FaitsAnnee,
    qui: str,
    *,
    natures: Collection[str] = (),
    financeur: str | None = None,
    seuil: Seuil | None = None,
) -> PartCpo:
    """What kinds of financeur, or one of them, grant of specific credits, and how much in CPO."""
    accordes = [
        (a.en_cpo, m.accorde)
        for a in en_jeu(annee.actions)
        for m in a.montants
        if m.accorde
        and m.nature_credit != NatureCredit.DROIT_COMMUN
        and (not natures or m.financeur.nature in natures)
        and financeur in (None, m.financeur.cle)
    ]
    en_cpo = sum((montant for cpo, montant in accordes if cpo), start=ZERO)
    tout = sum((montant for _, montant in accordes), start=ZERO)
    return PartCpo(qui, EUROS, en_cpo, tout, seuil)


def part_des_actions(
    annee: FaitsAnnee, qui: str, *, financeur: str | None = None, seuil: Seuil | None = None
) -> PartCpo:
    """Of the actions that are granted something (by that financeur)."""
    accordees = [
        a
        for a in en_jeu(annee.actions)
        if (a.accorde if financeur is None else _donne(a.montants, financeur))
    ]
    en_cpo = sum(a.en_cpo for a in accordees)
    return PartCpo(qui, ACTIONS, Decimal(en_cpo), Decimal(len(accordees)), seuil)


def part_des_conventions(
    annee: FaitsAnnee, qui: str, *, financeur: str | None = None, seuil: Seuil | None = None
) -> PartCpo:
    """One convention by CPO, and one by porteur and financeur for what is granted for one year."""
    actions = list(en_jeu(annee.actions))
    cpo = {
        a.lignee
        for a in actions
        if a.en_cpo and (a.accorde if financeur is None else _donne(a.montants, financeur))
    }
    annuelles = {
        (a.porteur.cle, m.financeur.cle, m.commune)
        for a in actions
        if not a.en_cpo and a.porteur is not None
        for m in a.montants
        if m.accorde and financeur in (None, m.financeur.cle)
    }
    return PartCpo(qui, CONVENTIONS, Decimal(len(cpo)), Decimal(len(cpo) + len(annuelles)), seuil)


def parts_de_l_annee(annee: FaitsAnnee, regles: Regles) -> list[PartCpo]:
    """The whole, then each financeur that grants something, in the three units."""
    seuils, natures = _seuils(regles)
    parts = [
        part_des_euros(annee, ENSEMBLE),
        part_des_conventions(annee, ENSEMBLE, seuil=seuils.get(CONVENTIONS)),
        part_des_actions(annee, ENSEMBLE, seuil=seuils.get(ACTIONS)),
    ]
    for f in annee.financeurs:
        en_euros = part_des_euros(annee, f.nom, financeur=f.cle, seuil=natures.get(f.nature))
        if not en_euros.tout:
            continue
        parts += [
            en_euros,
            part_des_conventions(annee, f.nom, financeur=f.cle),
            part_des_actions(annee, f.nom, financeur=f.cle),
        ]
    return parts


def _seuils(regles: Regles) -> tuple[dict[str, Seuil], dict[str, Seuil]]:
    """(unit -> threshold of the whole, kind of financeur -> threshold of its euros)."""
    seuils: dict[str, Seuil] = {}
    natures: dict[str, Seuil] = {}
    for code in REGLES:
        regle = regles.de(code)
        lu = None if regle is None else seuil_de(regle)
        if regle is None or lu is None:
            continue
        unite, seuil = lu
        if unite is None:
            continue
        if unite != EUROS:
            seuils.setdefault(unite, seuil)
            continue
        souhaite = Seuil(seuil.minimum, seuil.strict, seuil.source, ideal=True)
        for nom in regle.valeur("ideal_pour") or ():
            natures[_nature(nom)] = souhaite
        for nom in regle.valeur("obligatoire_pour") or [str(NatureOrganisme.ETAT)]:
            natures[_nature(nom)] = seuil
    return seuils, natures


def _nature(nom: str) -> str:
    """« communes », as the texts print it, is the kind « commune »."""
    return nom.removesuffix("s") if nom.removesuffix("s") == NatureOrganisme.COMMUNE else nom


def _donne(montants: Sequence[FaitsMontant], financeur: str) -> bool:
    return any(m.accorde and m.financeur.cle == financeur for m in montants)


def a_convertir(lire: Lire, annee: int) -> list[ActionAConvertir]:
    """Annual actions of a year, renewed three years in a row, the bilans of the others received."""
    lignees: dict[str, dict[int, tuple[str, bool]]] = defaultdict(dict)
    fenetre = range(annee - ANNEES_RECONDUITES + 1, annee + 1)
    for a in lire(_SUITES.where(Action.annee.in_(fenetre), Action.statut.not_in(HORS_JEU))):
        if a.cpo_duree is None:
            lignees[a.lignee][a.annee] = a.cle, a.recu_le is not None
    en_convention = {
        lignee
        for (lignee,) in lire(
            select(Convention.lignee).where(
                Convention.etat.not_in(CLOSES),
                Convention.annee_debut <= annee,
                Convention.annee_fin >= annee,
            )
        )
    }
    retenues = {
        suite[annee][0]: sum(recu for quand, (_, recu) in suite.items() if quand < annee)
        for lignee, suite in lignees.items()
        if len(suite) == ANNEES_RECONDUITES
        and lignee not in en_convention
        and all(recu for quand, (_, recu) in suite.items() if quand < annee)
    }
    if not retenues:
        return []
    return [
        ActionAConvertir(a.cle, a.numero, a.titre, a.porteur, ANNEES_RECONDUITES, retenues[a.cle])
        for a in lire(_IDENTITES.where(Action.annee == annee))
        if a.cle in retenues
    ]


_SUITES = select(Action.cle, Action.lignee, Action.annee, Action.cpo_duree, Bilan.recu_le).join(
    Bilan, Bilan.action == Action.cle, isouter=True
)
_IDENTITES = (
    select(Action.cle, Action.numero, Action.titre, Organisme.nom.label("porteur"))
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .order_by(Action.numero)
)
