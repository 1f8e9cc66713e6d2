"""Scenarios of a séance: named copies of amounts. They propose; they never decide."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import bindparam, func, select

from app.models.calculs import somme
from app.models.seance import MontantScenario, Scenario, Seance
from app.services.cofinancements import exiger_montant
from app.services.enveloppes import Enveloppes, LigneEnveloppe, restes_par_financeur
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.gardes_seance import Horloge, exiger_modifiable, moment
from app.services.methodes_scenario import (
    INSTRUCTION,
    REPARTISSENT,
    Cle,
    Methode,
    Montants,
    appliquer,
    de_ce_financeur,
)
from app.services.montants_scenario import (
    MONTANTS,
    LigneScenario,
    demandes,
    differences,
    ligne_scenario,
    lire_decidees,
    lire_montants,
    lire_sieges,
    nombre_d_actions,
    promu,
    proposes,
)
from app.services.payeurs import (
    LignePayeur,
    NomsPayeurs,
    Payeur,
    payeur_de,
    poser_montant,
)
from app.services.promesses import promis_aux
from app.services.restes_scenario import deja_accordes
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class Promotion:
    """What a promotion did: amounts proposed, actions they belong to, actions left as decided.

    As the form counts them, an amount of zero is none: `a_zero` actions are proposed nothing.
    """

    montants: int
    actions: int
    decidees: int
    a_zero: int = 0


class Scenarios:
    """Reads and writes the scenarios of the open file."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading --------------------------------------------------------------------------------------

    def lignes(self, seance: str) -> list[LigneScenario]:
        """The scenarios of a séance, in their order."""
        requete = select(
            Scenario.cle, Scenario.nom, Scenario.methode, Scenario.note, Scenario.rang
        ).where(Scenario.seance == seance)
        with self._fichier.instant() as lire:
            lues = lire(requete.order_by(Scenario.rang, Scenario.nom))
            montants = {ligne.cle: lire_montants(lire, ligne.cle) for ligne in lues}
            sieges = lire_sieges(lire, seance) if lues else {}
            noms = NomsPayeurs(lire)
        dernier = max((promu(ligne).get("le") or "" for ligne in lues), default="")
        return [
            ligne_scenario(ligne, montants[ligne.cle], sieges, noms, dernier=dernier)
            for ligne in lues
        ]

    def montants(self, scenario: str) -> Montants:
        """(action, payeur) -> euros."""
        return lire_montants(self._fichier.lignes, scenario)

    def sieges(self, seance: str) -> dict[Cle, LignePayeur]:
        """What is asked of each payeur for every action of the agenda, in its order."""
        with self._fichier.instant() as lire:
            return lire_sieges(lire, seance)

    def proposes(self, seance: str) -> Montants:
        """What is proposed to the séance now."""
        return proposes(self.sieges(seance))

    # Making ---------------------------------------------------------------------------------------

    def depuis_l_instruction(self, seance: str, nom: str) -> str:
        """A copy of what the instruction proposes for the actions of the agenda."""
        return self.composer(seance, nom)

    def copier(self, scenario: str, nom: str) -> str:
        """A copy of a scenario under another name."""
        return self.composer(self._seance(scenario), nom, base=scenario)

    def deriver(self, scenario: str, nom: str, methode: Methode) -> str:
        """A new scenario made from another by a method; the first one does not change.

        Raises SaisieRefusee on a method that lacks its rate or its amount.
        """
        return self.composer(self._seance(scenario), nom, base=scenario, methode=methode)

    def composer(
        self, seance: str, nom: str, *, base: str | None = None, methode: Methode | None = None
    ) -> str:
        """A new scenario, from another or from the instruction (None), changed by a method if any."""
        propre = _exiger_nom(nom)
        montants = self.prevoir(seance, base=base, methode=methode)
        with self._fichier.operation(f"Créer le scénario « {propre} »") as e:
            exiger_modifiable(e.lire(Seance, seance))
            _exiger_nouveau(e, seance, propre)
            etapes = [{"genre": INSTRUCTION}]
            if base is not None:
                etapes = list(e.lire(Scenario, base)["methode"].get("etapes", ()))
            if methode is not None:
                etapes.append(methode.en_json())
            return _inserer(e, seance, propre, montants, etapes)

    def prevoir(
        self, seance: str, *, base: str | None = None, methode: Methode | None = None
    ) -> Montants:
        """The amounts that `composer` would keep. Raises SaisieRefusee as it would."""
        sieges = self.sieges(seance)
        montants = proposes(sieges) if base is None else self.montants(base)
        if methode is None:
            return montants
        methode.valider()
        return self._transformer(seance, montants, methode, sieges)

    def annoncer(
        self, seance: str, *, base: str | None = None, methode: Methode | None = None
    ) -> tuple[Decimal, int]:
        """What `composer` would give in all (euros), and to how many actions."""
        montants = self.prevoir(seance, base=base, methode=methode)
        return somme(montants.values()), nombre_d_actions(montants)

    # Changing -------------------------------------------------------------------------------------

    def saisir(self, scenario: str, action: str, payeur: Payeur, montant: Decimal | None) -> None:
        """Type one amount of a scenario (euros; None: taken out of it)."""
        with self._fichier.operation("Modifier un montant du scénario") as e:
            self.poser(e, scenario, action, payeur, montant)

    def poser(
        self,
        ecriture: Ecriture,
        scenario: str,
        action: str,
        payeur: Payeur,
        montant: Decimal | None,
    ) -> None:
        """The same inside an operation that does more."""
        exiger_montant(montant)
        _exiger(ecriture, scenario)
        lues = ecriture.lignes(
            MONTANTS.where(MontantScenario.action == bindparam("action")),
            {"scenario": scenario, "action": action},
        )
        cles = [m.cle for m in lues if payeur_de(m) == payeur]
        if montant is None:
            ecriture.supprimer_lot(MontantScenario, cles)
        elif cles:
            ecriture.modifier(MontantScenario, cles[0], montant=montant)
        else:
            champs = {"scenario": scenario, "action": action, "montant": montant}
            ecriture.inserer(MontantScenario, **champs, **payeur.champs())

    def renommer(self, scenario: str, nom: str) -> None:
        self.modifier(scenario, nom=nom)

    def noter(self, scenario: str, note: str | None) -> None:
        self.modifier(scenario, note=note)

    def modifier(self, scenario: str, **champs: Any) -> None:
        """Change the name or the note."""
        quoi = "Renommer" if "nom" in champs else "Noter"
        with self._fichier.operation(f"{quoi} un scénario") as e:
            self.poser_champs(e, scenario, **champs)

    def poser_champs(self, ecriture: Ecriture, scenario: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        _exiger(ecriture, scenario)
        if "nom" in champs:
            champs["nom"] = _exiger_nom(champs["nom"])
            seance = ecriture.lire(Scenario, scenario)["seance"]
            _exiger_nouveau(ecriture, seance, champs["nom"], sauf=scenario)
        if "note" in champs:
            champs["note"] = champs["note"] or None
        ecriture.modifier(Scenario, scenario, **champs)

    def supprimer(self, *scenarios: str) -> None:
        """Delete scenarios with their amounts, in one operation."""
        combien = "un scénario" if len(scenarios) == 1 else f"{len(scenarios)} scénarios"
        with self._fichier.operation(f"Supprimer {combien}") as e:
            for scenario in scenarios:
                _exiger(e, scenario)
                lues = e.lignes(MONTANTS, {"scenario": scenario})
                e.supprimer_lot(MontantScenario, [m.cle for m in lues])
            e.supprimer_lot(Scenario, scenarios)

    def promouvoir(self, scenario: str) -> Promotion:
        """Make the amounts of a scenario those that are proposed to the séance, in one operation.

        They become « proposé », never « accordé »: the comité decides. For an action of the scenario,
        a payeur that it leaves out is proposed nothing. Actions already decided are left as they are.
        """
        nom = self._champ(scenario, Scenario.nom)
        with self._fichier.operation(f"Proposer le scénario « {nom} »") as e:
            _exiger(e, scenario)
            ligne = e.lire(Scenario, scenario)
            montants = lire_montants(e.lignes, scenario)
            decidees = lire_decidees(e.lignes, ligne["seance"])
            sieges = lire_sieges(e.lignes, ligne["seance"])
            inscrites = {action for action, _ in sieges}
            actions = {action for action, _ in montants} & (inscrites - decidees)
            if not actions:
                raise SaisieRefusee(
                    "Ce scénario n'a aucun montant à proposer pour cet ordre du jour."
                )
            _proposer(e, montants, sieges, actions)
            trace = {"le": moment(self._horloge), "par": self._fichier.signature.auteur}
            e.modifier(Scenario, scenario, methode={**ligne["methode"], "promu": trace})
        siens = {cle: montant for cle, montant in montants.items() if cle[0] in actions}
        dotees = nombre_d_actions(siens)
        return Promotion(
            sum(bool(montant) for montant in siens.values()),
            dotees,
            len({a for a, _ in montants} & decidees),
            len(actions) - dotees,
        )

    # Inside ---------------------------------------------------------------------------------------

    def _seance(self, scenario: str) -> str:
        seance: str = self._champ(scenario, Scenario.seance)
        return seance

    def _champ(self, scenario: str, champ: Any) -> Any:
        for (valeur,) in self._fichier.lignes(select(champ).where(Scenario.cle == scenario)):
            return valeur
        raise SaisieRefusee("Ce scénario n'existe plus : choisissez-en un autre.")

    def _transformer(
        self,
        seance: str,
        montants: Montants,
        methode: Methode,
        sieges: Mapping[Cle, LignePayeur],
    ) -> Montants:
        demandees = demandes(sieges)
        rangs = {cle: rang for rang, cle in enumerate(sieges)}
        nouveaux = dict(montants)
        for financeur in self._concernes(seance, methode, {**montants, **demandees}):
            siens = de_ce_financeur(montants, financeur)
            nouveaux |= appliquer(
                methode,
                siens,
                de_ce_financeur(demandees, financeur),
                ordre=sorted(siens, key=lambda cle: rangs.get(cle, len(rangs))),
                enveloppe=lambda f=financeur: self._enveloppe(  # type: ignore[misc]
                    seance, f, methode, sieges=sieges, actions={action for action, _ in montants}
                ),
            )
        return nouveaux

    def _concernes(self, seance: str, methode: Methode, cles: Montants) -> list[str | None]:
        """Whose amounts a method changes, one after the other; None: all of them as one.

        Without a financeur named, those whose envelope is not known keep their amounts.
        """
        if methode.financeur is not None:
            return [methode.financeur]
        if methode.genre in REPARTISSENT and methode.montant is not None:
            return [None]
        tous = list(dict.fromkeys(payeur.financeur for _, payeur in cles))
        if methode.genre not in REPARTISSENT:
            return [*tous]
        connues = restes_par_financeur(self._enveloppes(seance))
        connus = [f for f in tous if f in connues]
        if not connus:
            raise _enveloppe_inconnue()
        return [*connus]

    def _enveloppe(
        self,
        seance: str,
        financeur: str | None,
        methode: Methode,
        *,
        sieges: Mapping[Cle, LignePayeur],
        actions: Collection[str],
    ) -> Decimal:
        """The amount given, else what the envelopes of a financeur leave for these actions."""
        if methode.montant is not None:
            return methode.montant
        enveloppes = self._enveloppes(seance)
        libre = restes_par_financeur(enveloppes).get(financeur or "")
        if libre is None:
            raise _enveloppe_inconnue()
        deja = deja_accordes(enveloppes, sieges, actions)
        promis = promis_aux(self._fichier.lignes, self._annee(seance), actions)
        return somme([libre, deja.get(financeur or ""), promis.get(financeur or "")])

    def _enveloppes(self, seance: str) -> list[LigneEnveloppe]:
        return Enveloppes(self._fichier).lignes(self._annee(seance))

    def _annee(self, seance: str) -> int:
        [(annee,)] = self._fichier.lignes(select(Seance.annee).where(Seance.cle == seance))
        return int(annee)


def _proposer(
    ecriture: Ecriture, montants: Montants, sieges: Mapping[Cle, LignePayeur], actions: set[str]
) -> None:
    for (action, payeur), montant in differences(montants, sieges, actions):
        poser_montant(ecriture, action, payeur, etape="propose", montant=montant)


def _inserer(
    ecriture: Ecriture,
    seance: str,
    nom: str,
    montants: Montants,
    etapes: Sequence[Mapping[str, Any]],
) -> str:
    [(dernier,)] = ecriture.lignes(select(func.max(Scenario.rang)).where(Scenario.seance == seance))
    scenario = ecriture.inserer(
        Scenario,
        seance=seance,
        nom=nom,
        methode={"etapes": list(etapes)},
        rang=0 if dernier is None else dernier + 1,
    )
    lignes = [
        {"scenario": scenario, "action": action, "montant": m, **payeur.champs()}
        for (action, payeur), m in montants.items()
    ]
    ecriture.inserer_lot(MontantScenario, lignes)
    return scenario


def _exiger(ecriture: Ecriture, scenario: str) -> None:
    exiger_modifiable(ecriture.lire(Seance, ecriture.lire(Scenario, scenario)["seance"]))


def _exiger_nom(nom: str | None) -> str:
    propre = " ".join((nom or "").split())
    if not propre:
        raise SaisieRefusee("Un scénario doit avoir un nom : tapez-en un.")
    return propre


def _exiger_nouveau(ecriture: Ecriture, seance: str, nom: str, *, sauf: str = "") -> None:
    """Two columns of a comparison with the same title could not be told apart."""
    requete = select(Scenario.cle, Scenario.nom).where(Scenario.seance == seance)
    for cle, pris in ecriture.lignes(requete):
        if cle != sauf and pris.casefold() == nom.casefold():
            raise SaisieRefusee(f"Un scénario s'appelle déjà « {pris} » : tapez un autre nom.")


def _enveloppe_inconnue() -> SaisieRefusee:
    return SaisieRefusee(
        "L'enveloppe d'un financeur n'est pas connue : tapez le montant à répartir."
    )
