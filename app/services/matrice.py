"""The tableau de cofinancement: actions × financeurs, this year beside another, against envelopes.

Rows follow the notices as those of the table of actions do: an amount typed costs no read.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select

from app.models.action import Action, Cofinancement, LigneBudget
from app.models.calculs import ZERO, part, somme, somme_ou_rien
from app.models.enums import SensBudget
from app.models.montants import afficher_montant
from app.services.actions import par_lots
from app.services.assemblage import lignes_de_l_annee
from app.services.bus import Avis, Modification
from app.services.enveloppes import etat_en_mots, reste_en_mots
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.programme_suivi import DE_TOUTES, ProgrammeSuivi
from app.services.provenance_actions import est_une_ressource_propre
from app.services.rows import LigneAction, LigneFinanceur, Montants
from app.services.totaux import Totaux

TOUS = "total"  # stands for all financeurs in keys of columns and of sums


class Suite(StrEnum):
    """What became of an action from one year to the other."""

    NOUVELLE = "nouvelle"
    RECONDUITE = "reconduite"
    NON_RECONDUITE = "non_reconduite"


SUITES = (
    (str(Suite.NOUVELLE), "Nouvelle"),
    (str(Suite.RECONDUITE), "Reconduite"),
    (str(Suite.NON_RECONDUITE), "Non reconduite"),
)


@dataclass(frozen=True, slots=True)
class LigneMatrice:
    """One action (euros). `anterieurs`: granted in `annee_comparee` to what it renews, by financeur.

    `est_seule`: an action of the year compared that nothing renews; it can only be read.
    """

    cle: str
    annee: int
    annee_comparee: int
    numero: str
    titre: str
    porteur: str
    appel: str
    axe: str
    quartiers: str
    statut: str
    suite: str
    cout: Decimal | None
    ressources: Decimal | None
    montants: Mapping[str, Montants]
    anterieurs: Mapping[str, Decimal]
    anterieur: Decimal | None
    demande: Decimal | None
    propose: Decimal | None
    accorde: Decimal | None

    @property
    def est_seule(self) -> bool:
        return self.suite == Suite.NON_RECONDUITE

    @property
    def part(self) -> Decimal | None:
        """Granted, over the cost; None when it has no meaning."""
        return part(self.accorde, self.cout)

    @property
    def a_financer(self) -> Decimal | None:
        """What is still to be found: cost less what is granted and the porteur's own resources."""
        if self.cout is None or self.accorde is None:
            return None
        return self.cout - self.accorde - (self.ressources or ZERO)

    def accorde_par(self, financeur: str) -> Decimal | None:
        """Granted by a financeur, or by all of them."""
        if financeur == TOUS:
            return self.accorde
        montants = self.montants.get(financeur)
        return None if montants is None else montants.accorde

    def avant(self, financeur: str) -> Decimal | None:
        """Granted in the year compared."""
        return self.anterieur if financeur == TOUS else self.anterieurs.get(financeur)

    def ecart(self, financeur: str) -> Decimal | None:
        """Granted, less what was in the year compared; None when neither is known."""
        ici, avant = self.accorde_par(financeur), self.avant(financeur)
        if avant is None and not ici:
            return None
        return (ici or ZERO) - (avant or ZERO)

    def evolution(self, financeur: str) -> Decimal | None:
        """The same as a share of the year compared; None when nothing was granted then."""
        return part(self.ecart(financeur), self.avant(financeur))


@dataclass(frozen=True, slots=True)
class ChangementsMatrice:
    """What a screen has to do: rows to replace or add, to remove; `tout`: take them all again."""

    modifiees: Mapping[str, LigneMatrice]
    retirees: frozenset[str]
    tout: bool = False


class MatriceSuivie:
    """The rows of a year by key, then those of the year compared that nothing renews.

    `compare`: the other year; None: the year before, without what was not renewed. `suivi`: the rows
    of the year, when another screen follows them already.
    """

    def __init__(
        self,
        fichier: Fichier,
        annee: int,
        *,
        compare: int | None = None,
        suivi: ProgrammeSuivi | None = None,
    ) -> None:
        self._fichier = fichier
        self._suivi = suivi or ProgrammeSuivi(fichier, annee)
        self._partage = suivi is not None
        self.annee = annee
        self.compare = compare
        self._relire_autour()

    @property
    def annee_comparee(self) -> int:
        return self.annee - 1 if self.compare is None else self.compare

    def comparer(self, annee: int | None) -> None:
        """Another year beside this one."""
        self.compare = annee
        self._relire_autour()

    def relire(self) -> None:
        """Read everything again, but rows that another screen keeps in step."""
        if not self._partage:
            self._suivi.relire()
        self._relire_autour()

    # Reading ------------------------------------------------------------------------------------

    def _relire_autour(self) -> None:
        """What stands around the rows of the year: lineages, the other year, own resources."""
        lues = self._fichier.lignes(
            select(Action.cle, Action.lignee, Action.annee).where(
                Action.annee.in_((self.annee, self.annee_comparee))
            )
        )
        self._lignees = {cle: lignee for cle, lignee, _ in lues}
        self._comparees = {cle for cle, _, annee in lues if annee == self.annee_comparee}
        self._lignees_comparees = {self._lignees[cle] for cle in self._comparees}
        ici = {lignee for _, lignee, annee in lues if annee == self.annee}
        self._seules = {cle for cle in self._comparees if self._lignees[cle] not in ici}
        self._relire_anterieurs()
        self._ressources = self._lire_ressources(Action.annee == self.annee)
        self.lignes = {cle: self._ligne(ligne) for cle, ligne in self._suivi.lignes.items()}
        seules = self._lignes_seules()
        self.lignes |= seules
        self.nombre_de_seules = len(seules)

    def _relire_anterieurs(self) -> None:
        """lineage -> financeur -> granted in the year compared."""
        requete = (
            select(Action.lignee, Cofinancement.financeur, Cofinancement.accorde)
            .join(Cofinancement, Cofinancement.action == Action.cle)
            .where(Action.annee == self.annee_comparee, Cofinancement.accorde.is_not(None))
        )
        self._anterieurs: dict[str, dict[str, Decimal]] = defaultdict(dict)
        for lignee, financeur, accorde in self._fichier.lignes(requete):
            sommes = self._anterieurs[lignee]
            sommes[financeur] = sommes.get(financeur, ZERO) + accorde

    def _lire_ressources(self, condition: Any) -> dict[str, Decimal]:
        """action -> its own resources, when its budget tells them."""
        requete = (
            select(LigneBudget.action, LigneBudget.compte, func.sum(LigneBudget.montant))
            .join(Action, Action.cle == LigneBudget.action)
            .where(condition, LigneBudget.sens == str(SensBudget.PRODUIT))
            .group_by(LigneBudget.action, LigneBudget.compte)
        )
        sommes: dict[str, Decimal] = {}
        for action, compte, montant in self._fichier.lignes(requete):
            if montant is not None and est_une_ressource_propre(compte):
                sommes[action] = sommes.get(action, ZERO) + montant
        return sommes

    def _lignes_seules(self) -> dict[str, LigneMatrice]:
        if self.compare is None or not self._seules:
            return {}
        toutes = lignes_de_l_annee(self._fichier, self.compare)
        return {ligne.cle: self._seule(ligne) for ligne in toutes if ligne.cle in self._seules}

    def _ligne(self, action: LigneAction) -> LigneMatrice:
        lignee = self._lignees.get(action.cle, "")
        anterieurs = self._anterieurs.get(lignee, {})
        suite = Suite.RECONDUITE if lignee in self._lignees_comparees else Suite.NOUVELLE
        return LigneMatrice(
            suite=suite,
            cout=action.cout,
            ressources=self._ressources.get(action.cle),
            montants=action.montants,
            anterieurs=anterieurs,
            anterieur=somme_ou_rien(anterieurs.values()),
            demande=action.demande,
            propose=action.propose,
            accorde=action.accorde,
            **self._commun(action),
        )

    def _seule(self, action: LigneAction) -> LigneMatrice:
        accordes = {f: m.accorde for f, m in action.montants.items() if m.accorde is not None}
        return LigneMatrice(
            suite=Suite.NON_RECONDUITE,
            cout=None,
            ressources=None,
            montants={},
            anterieurs=accordes,
            anterieur=somme_ou_rien(accordes.values()),
            demande=None,
            propose=None,
            accorde=None,
            **self._commun(action),
        )

    def _commun(self, action: LigneAction) -> dict[str, Any]:
        return {
            "cle": action.cle,
            "annee": action.annee,
            "annee_comparee": self.annee_comparee,
            "numero": action.numero,
            "titre": action.titre,
            "porteur": action.porteur,
            "appel": action.appel,
            "axe": action.axe,
            "quartiers": action.quartiers,
            "statut": action.statut,
        }

    # Following the file -------------------------------------------------------------------------

    def suivre(self, avis: Avis) -> ChangementsMatrice:
        """Follow a notice; returns what changed."""
        changements = self._suivi.suivre(avis)
        if changements.tout or self._touche_l_autre_annee(avis):
            self._relire_autour()
            return ChangementsMatrice({}, frozenset(), tout=True)
        budgets = {m.valeur("action") for m in avis.modifications if m.entite == "ligne_budget"}
        self._relire_ressources(budgets & self._suivi.lignes.keys())
        modifiees = {
            cle: self._ligne(ligne)
            for cle, ligne in (changements.modifiees | changements.ajoutees).items()
        }
        self.lignes |= modifiees
        for cle in changements.retirees:
            self.lignes.pop(cle, None)
        return ChangementsMatrice(modifiees, changements.retirees)

    def _relire_ressources(self, actions: Iterable[str]) -> None:
        for lot in par_lots(sorted(actions)):
            for action in lot:
                self._ressources.pop(action, None)
            self._ressources |= self._lire_ressources(Action.cle.in_(lot))

    def _touche_l_autre_annee(self, avis: Avis) -> bool:
        """True when lineages, names or what was granted in the year compared may have changed."""
        return avis.touche(*DE_TOUTES) or any(map(self._est_autour, avis.modifications))

    def _est_autour(self, modification: Modification) -> bool:
        if modification.entite == "cofinancement":
            return modification.valeur("action") in self._comparees
        if modification.entite != "action":
            return False
        avant, apres = modification.avant, modification.apres
        if avant is None or apres is None:
            return True
        return modification.cle in self._comparees or any(
            avant[champ] != apres[champ] for champ in ("lignee", "annee")
        )


# Against the envelopes ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bilan:
    """What stands under the columns of a financeur, or of all of them (euros).

    `mots`: « reste 12 400 € », « dépasse de 3 200 € », or why there is no figure.
    """

    accorde: Decimal
    anterieur: Decimal
    disponible: Decimal | None
    reste: Decimal | None
    mots: str

    @property
    def ecart(self) -> Decimal:
        return self.accorde - self.anterieur

    @property
    def evolution(self) -> Decimal | None:
        return part(self.ecart, self.anterieur)


def bilans(
    totaux: Totaux, annee: int, financeurs: Sequence[LigneFinanceur], *, compare: int
) -> dict[str, Bilan]:
    """By financeur, then `TOUS`: the figures of the band of envelopes, whatever the table shows."""
    resultat = {}
    for financeur in financeurs:
        etat = totaux.etat(annee, financeur)
        resultat[financeur.cle] = Bilan(
            etat.accorde,
            totaux.montant(compare, financeur.cle, "accorde"),
            etat.disponible,
            etat.reste,
            reste_en_mots(etat),
        )
    resultat[TOUS] = _tous(list(resultat.values()))
    return resultat


def _tous(bilans_connus: Sequence[Bilan]) -> Bilan:
    """All financeurs; what is left counts those whose envelope is known."""
    restes = somme_ou_rien(b.reste for b in bilans_connus)
    sans = sum(b.disponible is None for b in bilans_connus)
    mots = etat_en_mots(None, notifie=False) if restes is None else _mots_du_reste(restes)
    return Bilan(
        somme(b.accorde for b in bilans_connus),
        somme(b.anterieur for b in bilans_connus),
        somme_ou_rien(b.disponible for b in bilans_connus),
        restes,
        f"{mots}, {sans} sans enveloppe" if sans and restes is not None else mots,
    )


def _mots_du_reste(reste: Decimal) -> str:
    if reste < 0:
        return f"dépasse de {afficher_montant(-reste, euro=True)}"
    return f"reste {afficher_montant(reste, euro=True)}"


def garde_des_seules(lignes: Callable[[], Mapping[str, LigneMatrice]]) -> Callable[[str], None]:
    """Refuse to write on a row of the year compared, in a sentence."""

    def exiger(cle: str) -> None:
        ligne = lignes().get(cle)
        if ligne is not None and ligne.est_seule:
            raise SaisieRefusee(
                f"L'action {ligne.numero} n'a pas été reconduite : elle se modifie dans le tableau "
                f"de {ligne.annee}."
            )

    return exiger
