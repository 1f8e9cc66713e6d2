"""Scenarios of a séance: named copies of amounts. They propose; they never decide."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.calculs import somme
from app.models.montants import afficher_montant
from app.models.seance import MontantScenario, Point, Scenario, Seance
from app.services.cofinancements import exiger_montant
from app.services.enveloppes import Enveloppes
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import exiger_modifiable
from app.services.payeurs import LignePayeur, Payeur, payeur_de, payeurs_des_actions, poser_montant
from app.services.repartitions import (
    dans_l_enveloppe,
    par_priorite,
    plafonner,
    reduire,
    relever,
)
from app.services.transaction import Ecriture

Cle = tuple[str, Payeur]  # action, payeur
Montants = dict[Cle, Decimal]
INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class LigneScenario:
    """A scenario in the list (euros). `methode`: how it was made, as parameters."""

    cle: str
    nom: str
    methode: dict[str, Any]
    note: str | None
    rang: int
    total: Decimal
    actions: int

    @property
    def methode_en_mots(self) -> str:
        return " ; ".join(_etape_en_mots(etape) for etape in self.methode.get("etapes", ()))


@dataclass(frozen=True, slots=True)
class Methode:
    """One way to change amounts. `financeur` None: of every financeur, one after the other.

    `genre`: « reduction » (`taux` %), « prorata » and « priorite » (`montant`: the envelope in
    euros), « plafond », « plancher » (`montant`). For « prorata » and « priorite » without `montant`,
    what each financeur's envelopes leave is taken.
    """

    genre: str
    taux: Decimal | None = None
    montant: Decimal | None = None
    financeur: str | None = None

    def en_json(self) -> dict[str, Any]:
        return {
            "genre": self.genre,
            "taux": None if self.taux is None else str(self.taux),
            "montant": None if self.montant is None else str(self.montant),
            "financeur": self.financeur,
        }


class Scenarios:
    """Reads and writes the scenarios of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self, seance: str) -> list[LigneScenario]:
        """The scenarios of a séance, in their order."""
        requete = select(
            Scenario.cle, Scenario.nom, Scenario.methode, Scenario.note, Scenario.rang
        ).where(Scenario.seance == seance)
        lignes = self._fichier.lignes(requete.order_by(Scenario.rang, Scenario.nom))
        montants = {ligne.cle: self.montants(ligne.cle) for ligne in lignes}
        return [
            LigneScenario(
                ligne.cle,
                ligne.nom,
                ligne.methode,
                ligne.note,
                ligne.rang,
                somme(montants[ligne.cle].values()),
                len({action for (action, _), m in montants[ligne.cle].items() if m}),
            )
            for ligne in lignes
        ]

    def montants(self, scenario: str) -> Montants:
        """(action, payeur) -> euros."""
        return _lire_montants(self._fichier.lignes(_MONTANTS, {"scenario": scenario}))

    # Making ---------------------------------------------------------------------------------------

    def depuis_l_instruction(self, seance: str, nom: str) -> str:
        """A copy of what the instruction proposes for the actions of the agenda."""
        sieges = self._sieges(seance)
        montants = {cle: s.propose for cle, s in sieges.items() if s.propose is not None}
        return self._creer(seance, nom, montants, [{"genre": INSTRUCTION}])

    def copier(self, scenario: str, nom: str) -> str:
        """A copy of a scenario under another name."""
        [(seance, methode)] = self._fichier.lignes(
            select(Scenario.seance, Scenario.methode).where(Scenario.cle == scenario)
        )
        return self._creer(seance, nom, self.montants(scenario), methode.get("etapes", []))

    def deriver(self, scenario: str, nom: str, methode: Methode) -> str:
        """A new scenario made from another by a method; the first one does not change.

        Raises SaisieRefusee on a method that lacks its rate or its amount.
        """
        [(seance, ancienne)] = self._fichier.lignes(
            select(Scenario.seance, Scenario.methode).where(Scenario.cle == scenario)
        )
        montants = self._transformer(seance, self.montants(scenario), methode)
        etapes = [*ancienne.get("etapes", []), methode.en_json()]
        return self._creer(seance, nom, montants, etapes)

    def _creer(
        self, seance: str, nom: str, montants: Montants, etapes: Sequence[dict[str, Any]]
    ) -> str:
        propre = _exiger_nom(nom)
        with self._fichier.operation(f"Créer le scénario « {propre} »") as e:
            exiger_modifiable(e.lire(Seance, seance))
            requete = select(func.max(Scenario.rang)).where(Scenario.seance == seance)
            [(dernier,)] = e.lignes(requete)
            scenario = e.inserer(
                Scenario,
                seance=seance,
                nom=propre,
                methode={"etapes": list(etapes)},
                rang=0 if dernier is None else dernier + 1,
            )
            e.inserer_lot(
                MontantScenario,
                [
                    {"scenario": scenario, "action": action, "montant": m, **payeur.champs()}
                    for (action, payeur), m in montants.items()
                ],
            )
            return scenario

    # Changing -------------------------------------------------------------------------------------

    def saisir(self, scenario: str, action: str, payeur: Payeur, montant: Decimal | None) -> None:
        """Type one amount of a scenario (euros; None: taken out of it)."""
        exiger_montant(montant)
        with self._fichier.operation("Modifier un montant du scénario") as e:
            _exiger(e, scenario)
            lues = e.lignes(_MONTANTS, {"scenario": scenario})
            cles = [m.cle for m in lues if m.action == action and payeur_de(m) == payeur]
            if montant is None:
                e.supprimer_lot(MontantScenario, cles)
            elif cles:
                e.modifier(MontantScenario, cles[0], montant=montant)
            else:
                e.inserer(
                    MontantScenario,
                    scenario=scenario,
                    action=action,
                    montant=montant,
                    **payeur.champs(),
                )

    def renommer(self, scenario: str, nom: str) -> None:
        propre = _exiger_nom(nom)
        with self._fichier.operation("Renommer un scénario") as e:
            _exiger(e, scenario)
            e.modifier(Scenario, scenario, nom=propre)

    def noter(self, scenario: str, note: str | None) -> None:
        with self._fichier.operation("Noter un scénario") as e:
            _exiger(e, scenario)
            e.modifier(Scenario, scenario, note=note or None)

    def supprimer(self, scenario: str) -> None:
        with self._fichier.operation("Supprimer un scénario") as e:
            _exiger(e, scenario)
            lues = e.lignes(_MONTANTS, {"scenario": scenario})
            e.supprimer_lot(MontantScenario, [m.cle for m in lues])
            e.supprimer(Scenario, scenario)

    def promouvoir(self, scenario: str) -> int:
        """Make the amounts of a scenario those that are proposed to the séance, in one operation.

        They become « proposé », never « accordé »: the comité decides. Returns how many.
        """
        [(nom, seance)] = self._fichier.lignes(
            select(Scenario.nom, Scenario.seance).where(Scenario.cle == scenario)
        )
        sieges = self._sieges(seance)
        montants = self.montants(scenario)
        with self._fichier.operation(f"Proposer le scénario « {nom} »") as e:
            _exiger(e, scenario)
            for (action, payeur), montant in montants.items():
                siege = sieges.get((action, payeur))
                if siege is None or siege.propose != montant:
                    poser_montant(e, action, payeur, etape="propose", montant=montant)
        return len(montants)

    # Inside ---------------------------------------------------------------------------------------

    def _sieges(self, seance: str) -> dict[Cle, LignePayeur]:
        """The seats of every action of the agenda, in its order."""
        requete = select(Point.action).where(Point.seance == seance, Point.action.is_not(None))
        actions = [a for (a,) in self._fichier.lignes(requete.order_by(Point.rang, Point.cle))]
        with self._fichier.instant() as lire:
            par_action = payeurs_des_actions(lire, actions)
        return {(action, s.payeur): s for action in actions for s in par_action[action]}

    def _transformer(self, seance: str, montants: Montants, methode: Methode) -> Montants:
        sieges = self._sieges(seance)
        demandes = {cle: s.demande for cle, s in sieges.items() if s.demande is not None}
        rangs = {cle: rang for rang, cle in enumerate(sieges)}
        financeurs = dict.fromkeys(
            payeur.financeur
            for _, payeur in {**montants, **demandes}
            if methode.financeur in (None, payeur.financeur)
        )
        nouveaux = dict(montants)
        for financeur in financeurs:
            siens = _de_ce_financeur(montants, financeur)
            nouveaux |= self._appliquer(
                methode,
                siens,
                _de_ce_financeur(demandes, financeur),
                ordre=sorted(siens, key=lambda cle: rangs.get(cle, len(rangs))),
                enveloppe=lambda f=financeur: self._enveloppe(seance, f, methode),  # type: ignore[misc]
            )
        return nouveaux

    def _appliquer(
        self,
        methode: Methode,
        montants: Montants,
        demandes: Montants,
        *,
        ordre: Sequence[Cle],
        enveloppe: Callable[[], Decimal],
    ) -> Montants:
        if methode.genre == "reduction":
            return reduire(montants, _exiger_taux(methode.taux))
        if methode.genre == "prorata":
            return dans_l_enveloppe(demandes, enveloppe())
        if methode.genre == "priorite":
            return par_priorite(montants, ordre, enveloppe())
        if methode.genre == "plafond":
            return plafonner(montants, _exiger_seuil(methode.montant))
        if methode.genre == "plancher":
            return relever(montants, _exiger_seuil(methode.montant), demandes)
        raise KeyError(methode.genre)

    def _enveloppe(self, seance: str, financeur: str, methode: Methode) -> Decimal:
        """The amount given, else what the envelopes of a financeur leave to decide."""
        if methode.montant is not None:
            return _exiger_seuil(methode.montant)
        [(annee,)] = self._fichier.lignes(select(Seance.annee).where(Seance.cle == seance))
        libres = [
            e.reste for e in Enveloppes(self._fichier).lignes(annee) if e.financeur == financeur
        ]
        connus = [libre for libre in libres if libre is not None]
        if not connus:
            raise SaisieRefusee(
                "L'enveloppe d'un financeur n'est pas connue : tapez le montant à répartir."
            )
        return somme(connus)


_MONTANTS = select(
    MontantScenario.cle,
    MontantScenario.action,
    MontantScenario.financeur,
    MontantScenario.ligne_credit,
    MontantScenario.commune,
    MontantScenario.montant,
).where(MontantScenario.scenario == bindparam("scenario"))


def _lire_montants(lignes: Sequence[Any]) -> Montants:
    return {(m.action, payeur_de(m)): m.montant for m in lignes if m.montant is not None}


def _de_ce_financeur(montants: Mapping[Cle, Decimal], financeur: str) -> Montants:
    return {cle: m for cle, m in montants.items() if cle[1].financeur == financeur}


def _exiger(ecriture: Ecriture, scenario: str) -> None:
    exiger_modifiable(ecriture.lire(Seance, ecriture.lire(Scenario, scenario)["seance"]))


def _exiger_nom(nom: str | None) -> str:
    propre = " ".join((nom or "").split())
    if not propre:
        raise SaisieRefusee("Un scénario doit avoir un nom : tapez-en un.")
    return propre


def _exiger_taux(taux: Decimal | None) -> Decimal:
    if taux is None or not 0 <= taux <= 100:
        raise SaisieRefusee("Une baisse va de 0 à 100 % : tapez un taux.")
    return taux


def _exiger_seuil(montant: Decimal | None) -> Decimal:
    if montant is None or montant < 0:
        raise SaisieRefusee("Tapez un montant positif.")
    return montant


GENRES = {
    INSTRUCTION: "propositions de l'instruction",
    "reduction": "baisse uniforme",
    "prorata": "au prorata des demandes",
    "priorite": "par ordre de priorité",
    "plafond": "plafond",
    "plancher": "plancher",
}


def _etape_en_mots(etape: Mapping[str, Any]) -> str:
    """« baisse uniforme de 5 % », « plafond de 8 000 € »."""
    mots = GENRES.get(etape["genre"], str(etape["genre"]))
    if etape.get("taux") is not None:
        return f"{mots} de {str(etape['taux']).replace('.', ',')} %"
    if etape.get("montant") is not None:
        return f"{mots} de {afficher_montant(Decimal(etape['montant']), euro=True)}"
    return mots
