"""The columns of the scenarios: the list, the amounts of one of them, several side by side."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.models.calculs import somme_ou_rien
from app.models.montants import afficher_montant
from app.services.actions import Actions
from app.services.columns import Colonne, Pose, Signal, TypeColonne, lire_attribut
from app.services.columns_matrice import afficher_ecart
from app.services.columns_membres import heure
from app.services.comparaisons_scenarios import ActionDifferente, Comparaison, TotalCompare
from app.services.fichier import Fichier
from app.services.methodes_scenario import Montants
from app.services.montants_scenario import LigneScenario, demandes, par_action, proposes
from app.services.payeurs import LignePayeur, NomsPayeurs, Payeur
from app.services.poses import ecrire_champ, pose_de_champ
from app.services.rows import LigneAction
from app.services.scenarios import Scenarios

EN_COURS = "Proposé"
MODIFIE = "Modifié depuis"
REMPLACE = "Remplacé"
SIGNAUX = {EN_COURS: Signal.FAVORABLE, MODIFIE: Signal.ALERTE}
LARGEUR_MONTANT = 96
LARGEUR_NOM = 220  # at most, for a column alone under the name of its scenario
PAR_SIGNE, AIR = 7, 24  # pixels of a name, and around it


# The list -----------------------------------------------------------------------------------------


def situation(scenario: LigneScenario) -> str:
    """« Proposé » to the séance, or what happened to it since; nothing: it never was."""
    if scenario.promu_le is None:
        return ""
    if scenario.remplace:
        return REMPLACE
    return MODIFIE if scenario.ecarts else EN_COURS


def phrase_promotion(scenario: LigneScenario) -> str:
    """« Proposé à la séance le 12/03/2026 à 9 h 05 par A. Exemple. »"""
    if scenario.promu_le is None:
        return "Jamais proposé à la séance."
    jour = f"{datetime.fromisoformat(scenario.promu_le).astimezone():%d/%m/%Y}"
    qui = f" par {scenario.promu_par}" if scenario.promu_par else ""
    dit = f"Proposé à la séance le {jour} à {heure(scenario.promu_le)}{qui}."
    if scenario.remplace:
        return f"{dit} Un autre l'a remplacé depuis."
    if not scenario.ecarts:
        return dit
    pluriel = "s" if scenario.ecarts > 1 else ""
    verbe = "diffèrent" if pluriel else "diffère"
    return f"{dit} Depuis, {scenario.ecarts} montant{pluriel} {verbe} de ce qui est proposé."


def colonnes_scenarios(service: Scenarios) -> list[Colonne]:
    """The scenarios of a séance; name and note can be typed."""

    def champ(nom: str, titre: str, **options: Any) -> Colonne:
        return Colonne(
            cle=nom,
            titre=titre,
            lire=lire_attribut(nom),
            ecrire=ecrire_champ(service.modifier, nom),
            pose=pose_de_champ(service.operation, service.poser_champs, nom),
            **options,
        )

    return [
        champ("nom", "Scénario", largeur=132, obligatoire=True),
        Colonne(
            cle="total",
            titre="Total",
            type=TypeColonne.MONTANT,
            lire=lire_attribut("total"),
            largeur=88,
        ),
        Colonne(
            cle="situation",
            titre="État",
            lire=situation,
            signal=lambda mot: SIGNAUX.get(mot, Signal.NEUTRE),
            largeur=120,
        ),
        Colonne(
            cle="actions",
            titre="Actions",
            type=TypeColonne.ENTIER,
            lire=lire_attribut("actions"),
            largeur=72,
        ),
        Colonne(
            cle="methode",
            titre="Méthode",
            lire=lire_attribut("methode_en_mots"),
            largeur=280,
        ),
        champ("note", "Remarque", largeur=200),
    ]


# The amounts of one -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LigneMontants:
    """An action of the agenda (or of the scenario alone) with its amounts in the scenario (euros)."""

    cle: str
    numero: str
    titre: str
    porteur: str
    axe: str
    montants: dict[Payeur, Decimal]
    demandes: dict[Payeur, Decimal]
    proposes: dict[Payeur, Decimal]

    @property
    def total(self) -> Decimal | None:
        return somme_ou_rien(self.montants.values())

    @property
    def demande(self) -> Decimal | None:
        return somme_ou_rien(self.demandes.values())

    @property
    def propose(self) -> Decimal | None:
        return somme_ou_rien(self.proposes.values())

    @property
    def ecart(self) -> Decimal | None:
        """What promoting the scenario would change for the action; None: nothing."""
        return (self.total or Decimal(0)) - (self.propose or Decimal(0)) or None


@dataclass(frozen=True, slots=True)
class TableMontants:
    """The amounts of a scenario: its rows, and who pays, in speaking order."""

    lignes: tuple[LigneMontants, ...]
    payeurs: tuple[LignePayeur, ...]


def lire_table(fichier: Fichier, seance: str, scenario: str) -> TableMontants:
    """The actions of the agenda in its order, then those that only the scenario still has."""
    service = Scenarios(fichier)
    sieges, montants = service.sieges(seance), service.montants(scenario)
    ordre = list(dict.fromkeys(action for action, _ in [*sieges, *montants]))
    actions = Actions(fichier).lignes_de(set(ordre))
    with fichier.instant() as lire:
        noms = NomsPayeurs(lire)
    uniques = {payeur: noms.siege(payeur) for _, payeur in [*sieges, *montants]}
    parts = [par_action(lot) for lot in (montants, demandes(sieges), proposes(sieges))]
    return TableMontants(
        tuple(_ligne(actions[cle], *(p.get(cle, {}) for p in parts)) for cle in ordre),
        tuple(sorted(uniques.values(), key=lambda s: (s.rang, s.nom))),
    )


def avec_montants(table: TableMontants, montants: Montants) -> dict[str, LigneMontants]:
    """The rows whose amounts are now others, by action."""
    lus = par_action(montants)
    return {
        ligne.cle: replace(ligne, montants=lus.get(ligne.cle, {}))
        for ligne in table.lignes
        if lus.get(ligne.cle, {}) != ligne.montants
    }


def _ligne(action: LigneAction, *parts: dict[Payeur, Decimal]) -> LigneMontants:
    return LigneMontants(
        action.cle, action.numero, action.titre, action.porteur, action.axe or "", *parts
    )


def colonnes_montants(
    service: Scenarios, scenario: str, payeurs: Sequence[LignePayeur]
) -> list[Colonne]:
    """One amount for each payeur, to be typed; what it adds up to, and against what is proposed."""
    return [
        Colonne(cle="numero", titre="N°", lire=lire_attribut("numero"), largeur=84, figee=True),
        Colonne(
            cle="titre", titre="Intitulé", lire=lire_attribut("titre"), largeur=230, figee=True
        ),
        Colonne(
            cle="porteur",
            titre="Porteur",
            lire=lire_attribut("porteur"),
            largeur=180,
            visible=False,
        ),
        Colonne(cle="axe", titre="Axe", lire=lire_attribut("axe"), largeur=180, visible=False),
        _montant("demande", "Demandé", lire_attribut("demande"), nuance=True),
        _montant("total", "Total", lire_attribut("total"), aide="Total du scénario pour l'action"),
        _montant(
            "ecart",
            "Écart avec le proposé",
            lire_attribut("ecart"),
            afficher=afficher_ecart,
            aide="Total du scénario, moins ce qui est proposé aujourd'hui à la séance",
        ),
        *(
            _colonne_payeur(service, scenario, siege, titre)
            for siege, titre in zip(payeurs, _titres(payeurs), strict=True)
        ),
    ]


def cle_payeur(payeur: Payeur) -> str:
    """The key of its column: the same from one scenario to another, for the views."""
    return ".".join([payeur.financeur, payeur.ligne_credit or "", payeur.commune or ""])


def _colonne_payeur(service: Scenarios, scenario: str, siege: LignePayeur, titre: str) -> Colonne:
    payeur = siege.payeur

    def poser(ecriture: Any, action: str, montant: Decimal | None) -> None:
        service.poser(ecriture, scenario, action, payeur, montant)

    return _montant(
        cle_payeur(payeur),
        titre,
        groupe=siege.financeur_nom,
        lire=lambda ligne: ligne.montants.get(payeur),
        ecrire=lambda action, montant: service.saisir(scenario, action, payeur, montant),
        pose=Pose(service.operation, poser),
        base=lambda ligne: ligne.demandes.get(payeur),
        aide=f"{siege.nom} : montant du scénario, en euros",
    )


def _titres(payeurs: Sequence[LignePayeur]) -> list[str]:
    """Under the name of each financeur: the commune and the line of credit that tell it from others."""
    lignes: dict[str, set[str | None]] = {}
    for siege in payeurs:
        lignes.setdefault(siege.payeur.financeur, set()).add(siege.payeur.ligne_credit)
    titres = []
    for siege in payeurs:
        titre = siege.nom.removeprefix(siege.financeur_nom).removeprefix(" – ")
        if len(lignes[siege.payeur.financeur]) == 1:
            titre = titre.split(" – ")[0] if siege.payeur.commune else ""
        titres.append(titre or "Montant")
    return titres


def _montant(cle: str, titre: str, lire: Callable[[Any], Any], **options: Any) -> Colonne:
    reglages: dict[str, Any] = {"largeur": LARGEUR_MONTANT, "total": True, **options}
    return Colonne(cle=cle, titre=titre, type=TypeColonne.MONTANT, lire=lire, **reglages)


# Side by side -------------------------------------------------------------------------------------


def colonnes_financeurs(comparaison: Comparaison) -> list[Colonne]:
    """Each financeur: what its envelopes leave, each scenario with what would then be left."""
    return [
        Colonne(
            cle="libelle", titre="Financeur", lire=lire_attribut("libelle"), largeur=180, figee=True
        ),
        _montant(
            "disponible",
            "Reste à décider",
            lire_attribut("disponible"),
            nuance=True,
            total=False,
            aide="Ce que laissent les enveloppes du financeur ; vide : enveloppe non connue",
        ),
        *_compares(comparaison, avec_reste=True),
    ]


def colonnes_axes(comparaison: Comparaison) -> list[Colonne]:
    return [
        Colonne(cle="libelle", titre="Axe", lire=lire_attribut("libelle"), largeur=280, figee=True),
        *_compares(comparaison),
    ]


def colonnes_differentes(comparaison: Comparaison) -> list[Colonne]:
    return [
        Colonne(cle="numero", titre="N°", lire=lire_attribut("numero"), largeur=84, figee=True),
        Colonne(
            cle="titre", titre="Intitulé", lire=lire_attribut("titre"), largeur=250, figee=True
        ),
        Colonne(cle="porteur", titre="Porteur", lire=lire_attribut("porteur"), largeur=180),
        *_compares(comparaison),
    ]


def _compares(comparaison: Comparaison, *, avec_reste: bool = False) -> list[Colonne]:
    """A block for each scenario: its amount, the difference with the first one, what is left."""
    colonnes: list[Colonne] = []
    for rang, nom in enumerate(comparaison.noms):
        bloc: dict[str, Any] = {"groupe": nom}
        if not rang and not avec_reste:  # alone under its name, which must be read whole
            bloc["largeur"] = min(max(LARGEUR_MONTANT, PAR_SIGNE * len(nom) + AIR), LARGEUR_NOM)
        colonnes.append(_montant(f"montant{rang}", "Montant", _lire_total(rang), **bloc))
        if rang:
            aide = f"« {nom} », moins « {comparaison.noms[0]} »"
            options: dict[str, Any] = {"afficher": afficher_ecart, "aide": aide, **bloc}
            colonnes.append(_montant(f"ecart{rang}", "Écart", _lire_ecart(rang), **options))
        if avec_reste:
            if any(ligne.deja[rang] for ligne in comparaison.financeurs):
                colonnes.append(_colonne_deja(rang, nom))
            colonnes.append(_colonne_reste(rang, nom))
    return colonnes


def _colonne_deja(rang: int, nom: str) -> Colonne:
    """What the actions of the scenario hold already: it is replaced, not added to."""

    def lire(ligne: TotalCompare) -> Decimal | None:
        return ligne.deja[rang] or None

    return _montant(
        f"deja{rang}",
        "Déjà accordé",
        lire,
        groupe=nom,
        nuance=True,
        aide="Ce que ses actions ont déjà : le scénario le remplace, il ne s'y ajoute pas",
    )


def _colonne_reste(rang: int, nom: str) -> Colonne:
    """What the envelopes would have left, or by how much they would be exceeded."""

    def lire(ligne: TotalCompare) -> Decimal | None:
        return ligne.reste(rang)

    return Colonne(
        cle=f"reste{rang}",
        titre="Enveloppe",
        groupe=nom,
        lire=lambda ligne: _reste_en_mots(lire(ligne)),
        signal=lambda mot: Signal.BLOQUANT if mot.startswith("dépasse") else Signal.FAVORABLE,
        largeur=144,
    )


def _reste_en_mots(reste: Decimal | None) -> str:
    if reste is None:
        return ""
    if reste < 0:
        return f"dépasse de {afficher_montant(-reste, euro=True)}"
    return f"reste {afficher_montant(reste, euro=True)}" if reste else "consommée"


def _lire_total(rang: int) -> Callable[[Any], Decimal | None]:
    def lire(ligne: TotalCompare | ActionDifferente) -> Decimal | None:
        return ligne.totaux[rang]

    return lire


def _lire_ecart(rang: int) -> Callable[[Any], Decimal | None]:
    def lire(ligne: TotalCompare | ActionDifferente) -> Decimal | None:
        return (ligne.totaux[rang] or Decimal(0)) - (ligne.totaux[0] or Decimal(0))

    return lire
