"""The documented facts that a composed rule may use, by target: a name, a kind, how it is read.

Amounts take a financeur if wanted (`de`): its identifiant, or « nature:epci » for all of a kind.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.calculs import part, somme_ou_rien
from app.models.enums import (
    CibleConstat,
    Enumeration,
    EtatSeance,
    NatureAction,
    NatureAppel,
    NatureCredit,
    NatureDecision,
    NatureOrganisme,
    NatureQuartier,
    Recurrence,
    StatutAction,
)
from app.services.constats_faits import (
    FaitsAction,
    FaitsAnnee,
    FaitsFinanceur,
    FaitsPorteur,
)
from app.services.constats_operateurs import NatureFait

NATURE = "nature:"
Lecture = Callable[[Any, str | None], Any]


@dataclass(frozen=True, slots=True)
class Fait:
    """A fact of a target. `options`: values of an enumeration; `de_la_base`: a list of the contract.

    `par_financeur`: it may be asked of one financeur only.
    """

    nom: str
    libelle: str
    nature: NatureFait
    lire: Lecture
    options: type[Enumeration] | None = None
    de_la_base: str = ""
    par_financeur: bool = False


def est_de(financeur: FaitsFinanceur, de: str | None) -> bool:
    """`de` None: any financeur."""
    if de is None:
        return True
    if de.startswith(NATURE):
        return financeur.nature == de.removeprefix(NATURE)
    return financeur.identifiant == de


def _montants(actions: Iterable[FaitsAction], etape: str, de: str | None) -> Decimal | None:
    return somme_ou_rien(
        getattr(m, etape) for a in actions for m in a.montants if est_de(m.financeur, de)
    )


def _anterieur(action: FaitsAction, de: str | None) -> Decimal | None:
    """What the lineage was granted the year before; by kind, today's financeurs tell the kinds."""
    accordes = action.anterieurs.get(action.annee - 1, {})
    if de is not None and de.startswith(NATURE):
        siens = {m.financeur.identifiant for m in action.montants if est_de(m.financeur, de)}
        return somme_ou_rien(v for nom, v in accordes.items() if nom in siens)
    return somme_ou_rien(v for nom, v in accordes.items() if de in (None, nom))


def _pourcent(montant: Decimal | int | None, total: Decimal | int | None) -> Decimal | None:
    if montant is None or total is None:
        return None
    taux = part(Decimal(montant), Decimal(total))
    return None if taux is None else taux * 100


def _ecart_n1(action: FaitsAction, de: str | None) -> Decimal | None:
    avant, apres = _anterieur(action, de), _montants([action], "accorde", de)
    return None if avant is None or apres is None else apres - avant


def _ecart_budget(action: FaitsAction, _: str | None) -> Decimal | None:
    bilan = action.equilibre
    return None if bilan is None else bilan.ecart


def _distincts(valeurs: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for v in valeurs if v))


def _simple(nom: str) -> Lecture:
    return lambda faits, _: getattr(faits, nom)


def _nombre(lire: Callable[[Any], int | None]) -> Lecture:
    def compte(faits: Any, _: str | None) -> Decimal | None:
        valeur = lire(faits)
        return None if valeur is None else Decimal(valeur)

    return compte


def _organisme(nom: str) -> Lecture:
    def lire(faits: FaitsAction | FaitsPorteur, _: str | None) -> Any:
        organisme = faits.porteur if isinstance(faits, FaitsAction) else faits.organisme
        return None if organisme is None else getattr(organisme, nom)

    return lire


def _des_actions(etape: str) -> Lecture:
    def lire(faits: Any, de: str | None) -> Decimal | None:
        actions = [faits] if isinstance(faits, FaitsAction) else faits.actions
        return _montants(actions, etape, de)

    return lire


N = NatureFait
_ETAPES = (
    ("demande", "Montant demandé"),
    ("propose", "Montant proposé"),
    ("accorde", "Montant accordé"),
    ("vote", "Montant voté"),
    ("notifie", "Montant notifié"),
    ("verse", "Montant versé"),
    ("en_jeu", "Montant accordé, à défaut proposé, à défaut demandé"),
)
_MONTANTS = tuple(
    Fait(etape, libelle, N.EUROS, _des_actions(etape), par_financeur=True)
    for etape, libelle in _ETAPES
)
_DU_PORTEUR = (
    Fait("porteur_nature", "Type de porteur", N.CHOIX, _organisme("nature"), NatureOrganisme),
    Fait("porteur_nom", "Nom du porteur", N.TEXTE, _organisme("nom")),
    Fait("porteur_siret", "SIRET du porteur", N.TEXTE, _organisme("siret")),
    Fait("porteur_budget", "Budget du porteur", N.EUROS, _organisme("budget")),
    Fait("porteur_effectif", "Effectif du porteur", N.NOMBRE, _organisme("effectif")),
)
_ACTION = (
    Fait("annee", "Année", N.NOMBRE, _nombre(lambda a: a.annee)),
    Fait("statut", "Statut", N.CHOIX, _simple("statut"), StatutAction),
    Fait("nature", "Nature de l'action", N.CHOIX, _simple("nature"), NatureAction),
    Fait("recurrence", "Nouveau ou reconduction", N.CHOIX, _simple("recurrence"), Recurrence),
    Fait("titre", "Intitulé", N.TEXTE, _simple("titre")),
    Fait("description", "Description", N.TEXTE, _simple("description")),
    Fait("echelle", "Échelle", N.CHOIX, _simple("echelle"), de_la_base="echelles"),
    Fait("appel_nature", "Nature de l'appel", N.CHOIX, _simple("appel_nature"), NatureAppel),
    Fait(
        "axes",
        "Axes et objectifs",
        N.LISTE,
        lambda a, _: tuple(sorted(a.noeuds)),
        de_la_base="noeuds",
    ),
    Fait(
        "quartiers",
        "Quartiers",
        N.LISTE,
        lambda a, _: _distincts(q.nom for q in a.quartiers),
        de_la_base="quartiers",
    ),
    Fait(
        "quartiers_natures",
        "Natures des quartiers",
        N.LISTE,
        lambda a, _: _distincts(q.nature for q in a.quartiers),
        NatureQuartier,
    ),
    Fait("hors_qpv", "Hors quartier prioritaire", N.OUI_NON, _simple("hors_qpv")),
    Fait("nombre_quartiers", "Nombre de quartiers", N.NOMBRE, _nombre(lambda a: len(a.quartiers))),
    Fait("nombre_communes", "Nombre de communes", N.NOMBRE, _nombre(lambda a: len(a.communes))),
    *_DU_PORTEUR,
    Fait("cout", "Coût de l'action", N.EUROS, _simple("cout")),
    *_MONTANTS,
    Fait(
        "part_en_jeu",
        "Part des financeurs dans le coût",
        N.POURCENT,
        lambda a, de: _pourcent(_montants([a], "en_jeu", de), a.cout),
        par_financeur=True,
    ),
    Fait("accorde_n1", "Accordé l'année d'avant", N.EUROS, _anterieur, par_financeur=True),
    Fait("ecart_n1", "Écart avec l'année d'avant", N.EUROS, _ecart_n1, par_financeur=True),
    Fait("ecart_budget", "Produits moins charges du budget", N.EUROS, _ecart_budget),
    Fait(
        "financeurs",
        "Financeurs sollicités",
        N.LISTE,
        lambda a, _: _distincts(
            m.financeur.identifiant for m in a.montants if m.en_jeu is not None
        ),
        de_la_base="financeurs",
    ),
    Fait(
        "financeurs_natures",
        "Types de financeurs sollicités",
        N.LISTE,
        lambda a, _: _distincts(m.financeur.nature for m in a.montants if m.en_jeu is not None),
        NatureOrganisme,
    ),
    Fait(
        "nombre_financeurs",
        "Nombre de financeurs sollicités",
        N.NOMBRE,
        _nombre(lambda a: len({m.financeur.cle for m in a.montants if m.en_jeu is not None})),
    ),
    Fait(
        "credits",
        "Natures de crédit",
        N.LISTE,
        lambda a, _: _distincts(m.nature_credit for m in a.montants),
        NatureCredit,
    ),
    Fait("public_total", "Public attendu", N.NOMBRE, _nombre(lambda a: a.public_total)),
    Fait("public_qpv", "Public des quartiers", N.NOMBRE, _nombre(lambda a: a.public_qpv)),
    Fait(
        "part_qpv",
        "Part du public des quartiers",
        N.POURCENT,
        lambda a, _: _pourcent(a.public_qpv, a.public_total),
    ),
    Fait("public_femmes", "Nombre de femmes", N.NOMBRE, _nombre(lambda a: a.public_femmes)),
    Fait(
        "part_femmes",
        "Part de femmes",
        N.POURCENT,
        lambda a, _: _pourcent(a.public_femmes, a.public_total),
    ),
    Fait("cpo", "En convention pluriannuelle", N.OUI_NON, _simple("en_cpo")),
    Fait("cpo_duree", "Durée de la convention (ans)", N.NOMBRE, _nombre(lambda a: a.cpo_duree)),
    Fait("cpo_rang", "Année de la convention", N.NOMBRE, _nombre(lambda a: a.cpo_rang)),
    Fait("date_depot", "Date de dépôt", N.DATE, _simple("date_depot")),
    Fait("date_debut", "Date de début", N.DATE, _simple("date_debut")),
    Fait("date_fin", "Date de fin", N.DATE, _simple("date_fin")),
    Fait(
        "bilan_n1_recu",
        "Bilan de l'année d'avant reçu",
        N.OUI_NON,
        lambda a, _: None if a.bilan_n1 is None else bool(a.bilan_n1.recu_le),
    ),
)
_COMPTE = Fait("nombre_actions", "Nombre d'actions", N.NOMBRE, _nombre(lambda f: len(f.actions)))
_APPEL = (
    Fait("nature", "Nature de l'appel", N.CHOIX, _simple("nature"), NatureAppel),
    Fait("date_ouverture", "Date d'ouverture", N.DATE, _simple("date_ouverture")),
    Fait("date_cloture", "Date de clôture", N.DATE, _simple("date_cloture")),
    Fait(
        "dotation",
        "Dotation de l'appel",
        N.EUROS,
        lambda f, de: somme_ou_rien(d.montant for d in f.dotations if est_de(d.financeur, de)),
        par_financeur=True,
    ),
    _COMPTE,
    *_MONTANTS,
)
_SEANCE = (
    Fait("etat", "État de la séance", N.CHOIX, _simple("etat"), EtatSeance),
    Fait("date", "Date de la séance", N.DATE, _simple("date")),
    Fait("nombre_points", "Nombre de points", N.NOMBRE, _nombre(lambda s: len(s.points))),
    Fait(
        "decisions",
        "Décisions prises",
        N.LISTE,
        lambda s, _: _distincts(p.decision for p in s.points),
        NatureDecision,
    ),
    Fait(
        "sans_decision",
        "Points sans décision",
        N.NOMBRE,
        _nombre(lambda s: sum(p.decision is None for p in s.points)),
    ),
)


def _en_cpo(annee: FaitsAnnee) -> list[FaitsAction]:
    return [a for a in annee.actions if a.en_cpo]


_ANNEE = (
    Fait("annee", "Année", N.NOMBRE, _nombre(lambda f: f.annee)),
    _COMPTE,
    Fait("nombre_cpo", "Nombre d'actions en CPO", N.NOMBRE, _nombre(lambda f: len(_en_cpo(f)))),
    Fait(
        "part_cpo_actions",
        "Part des actions en CPO",
        N.POURCENT,
        lambda f, _: _pourcent(len(_en_cpo(f)), len(f.actions)),
    ),
    Fait(
        "part_cpo_euros",
        "Part des montants en CPO",
        N.POURCENT,
        lambda f, de: _pourcent(
            _montants(_en_cpo(f), "en_jeu", de), _montants(f.actions, "en_jeu", de)
        ),
        par_financeur=True,
    ),
    Fait(
        "enveloppe",
        "Enveloppe de l'année",
        N.EUROS,
        lambda f, de: somme_ou_rien(e.montant for e in f.enveloppes if est_de(e.financeur, de)),
        par_financeur=True,
    ),
    Fait("nombre_seances", "Nombre de séances", N.NOMBRE, _nombre(lambda f: len(f.seances))),
    Fait("nombre_reunions", "Nombre de réunions", N.NOMBRE, _nombre(lambda f: len(f.reunions))),
    *_MONTANTS,
)


def _par_nom(faits: Iterable[Fait]) -> Mapping[str, Fait]:
    return {fait.nom: fait for fait in faits}


VOCABULAIRE: Mapping[CibleConstat, Mapping[str, Fait]] = {
    CibleConstat.ACTION: _par_nom(_ACTION),
    CibleConstat.PORTEUR: _par_nom((*_DU_PORTEUR, _COMPTE, *_MONTANTS)),
    CibleConstat.APPEL: _par_nom(_APPEL),
    CibleConstat.SEANCE: _par_nom(_SEANCE),
    CibleConstat.ANNEE: _par_nom(_ANNEE),
}


def natures_de_financeur() -> Iterator[tuple[str, str]]:
    """What `de` may hold besides identifiants: « nature:epci », « tous les EPCI »."""
    for nature in NatureOrganisme:
        yield f"{NATURE}{nature}", f"Tous les financeurs de type «\u00a0{nature.libelle}\u00a0»"
