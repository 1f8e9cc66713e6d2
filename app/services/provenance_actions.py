"""Where the figures of an action come from: cofinancements, budget, former years."""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement, LigneBudget
from app.models.calculs import somme_ou_rien
from app.models.contrat import Commune
from app.models.enums import SensBudget
from app.models.organisme import Financeur, LigneCredit
from app.services.actions import abrege
from app.services.chiffres import (
    Chiffre,
    Explication,
    Lien,
    Part,
    Sorte,
    formule,
    oppose,
    plus_grandes_d_abord,
    rapport,
    somme_de,
)
from app.services.fichier import Lire
from app.services.provenance_journal import derniere, origines
from app.services.rows import ETAPES_MONTANT

MOTS_ETAPES = {
    "demande": "Demandé",
    "propose": "Proposé",
    "accorde": "Accordé",
    "vote": "Voté",
    "notifie": "Notifié",
    "verse": "Versé",
}
SANS_LIGNE = "Sans ligne de crédit"
SUBVENTIONS, EN_NATURE = "74", "87"  # accounts of the products that are not the porteur's own

COFINANCEMENTS = (
    select(
        Cofinancement.cle,
        Cofinancement.action,
        Cofinancement.annee,
        Cofinancement.financeur,
        Cofinancement.ligne_credit,
        Cofinancement.commune,
        Financeur.nom_court,
        LigneCredit.nom.label("credit"),
        Commune.nom.label("commune_nom"),
        *(getattr(Cofinancement, etape) for etape in ETAPES_MONTANT),
        Action.numero,
        Action.titre,
        Action.annee.label("annee_action"),
    )
    .join(Action, Action.cle == Cofinancement.action)
    .join(Financeur, Financeur.cle == Cofinancement.financeur)
    .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
    .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
    .order_by(Financeur.rang, Financeur.nom, Cofinancement.cle)
)
_ACTIONS = select(Action.cle, Action.numero, Action.titre, Action.annee, Action.lignee)


def lire_action(lire: Lire, cle: str) -> Any:
    """Number, title, year and lineage of an action; None once it is deleted."""
    lignes = lire(_ACTIONS.where(Action.cle == cle))
    return lignes[0] if lignes else None


def nommer_action(action: Any) -> str:
    """« 2026-014 Ateliers du mercredi », also of an action that is no longer there."""
    return "action supprimée" if action is None else abrege(f"{action.numero} {action.titre}", 80)


def nommer_credit(ligne: Any) -> str:
    """« BOP 147, Ostreval »: the line of credit, and the commune when there is one."""
    return ", ".join(nom for nom in (ligne.credit or SANS_LIGNE, ligne.commune_nom) if nom)


def parts_des_lignes(
    lire: Lire, lignes: Iterable[Any], champ: str, *, par_action: bool
) -> list[Part]:
    """One part a cofinancement line that has an amount at this step."""
    connues = [ligne for ligne in lignes if getattr(ligne, champ) is not None]
    cases = [("cofinancement", ligne.cle, champ) for ligne in connues]
    connus = origines(lire, cases)
    return [
        Part(
            nommer_action(ligne) if par_action else f"{ligne.nom_court} – {nommer_credit(ligne)}",
            getattr(ligne, champ),
            f"{ligne.nom_court} – {nommer_credit(ligne)}, {ligne.annee}"
            if par_action
            else f"Ligne de {ligne.annee}",
            Lien("cofinancement", ligne.cle, ligne.action, ligne.annee_action, champ),
            connus.get(case),
            Chiffre(Sorte.VALEUR, ligne.cle, champ, "cofinancement"),
        )
        for case, ligne in zip(cases, connues, strict=True)
    ]


# One action ---------------------------------------------------------------------------------------


def expliquer_cellule(lire: Lire, chiffre: Chiffre) -> Explication:
    """A financeur on an action: its cofinancement lines."""
    requete = COFINANCEMENTS.where(
        Cofinancement.action == chiffre.cle, Cofinancement.financeur == chiffre.financeur
    )
    parts = parts_des_lignes(lire, lire(requete), chiffre.champ, par_action=False)
    [(nom,)] = lire(select(Financeur.nom_court).where(Financeur.cle == chiffre.financeur))
    return _de_l_action(lire, chiffre, f"{nom} · {MOTS_ETAPES[chiffre.champ]}", parts)


def expliquer_ligne(lire: Lire, chiffre: Chiffre) -> Explication:
    """All financeurs on an action: one part each."""
    lignes = lire(COFINANCEMENTS.where(Cofinancement.action == chiffre.cle))
    parts = _par_financeur(lire, lignes, chiffre)
    return _de_l_action(
        lire, chiffre, f"{MOTS_ETAPES[chiffre.champ]}, tous financeurs", plus_grandes_d_abord(parts)
    )


def _par_financeur(lire: Lire, lignes: Sequence[Any], chiffre: Chiffre) -> Iterable[Part]:
    champ = chiffre.champ
    connues = [ligne for ligne in lignes if getattr(ligne, champ) is not None]
    connus = origines(lire, [("cofinancement", ligne.cle, champ) for ligne in connues])
    for financeur, groupe in groupby(connues, key=lambda ligne: ligne.financeur):
        lot = list(groupe)
        premiere = lot[0]
        yield Part(
            premiere.nom_court,
            somme_ou_rien(getattr(ligne, champ) for ligne in lot),
            "une ligne" if len(lot) == 1 else f"{len(lot)} lignes",
            Lien("action", chiffre.cle, chiffre.cle, premiere.annee_action, f"{financeur}.{champ}"),
            derniere(connus, [("cofinancement", ligne.cle, champ) for ligne in lot]),
            Chiffre(Sorte.CELLULE, chiffre.cle, champ, financeur=financeur),
        )


def _de_l_action(
    lire: Lire, chiffre: Chiffre, titre: str, parts: Iterable[Part], *, champ: str = ""
) -> Explication:
    action = lire_action(lire, chiffre.cle)
    if action is None:
        return Explication(titre, None, "Cette action a été supprimée.")
    lien = Lien("action", action.cle, action.cle, action.annee, champ)
    return somme_de(f"{titre} · {nommer_action(action)}", parts, lien=lien)


def expliquer_cout(lire: Lire, chiffre: Chiffre) -> Explication:
    """The charges of the budget by account, or the cost declared when there is none."""
    charges = [
        ligne
        for ligne in _budget(lire, chiffre.cle, SensBudget.CHARGE)
        if not ligne.compte.startswith("86") and ligne.montant is not None
    ]
    if charges:
        return _de_l_action(lire, chiffre, "Coût total", _parts_du_budget(lire, chiffre, charges))
    [(declare,)] = lire(select(Action.cout_total).where(Action.cle == chiffre.cle)) or [(None,)]
    case = ("action", chiffre.cle, "cout_total")
    part = Part(
        "Coût déclaré",
        declare,
        "Aucune charge dans le budget de l’action",
        Lien("action", chiffre.cle, chiffre.cle, champ="cout"),
        origines(lire, [case]).get(case),
        Chiffre(Sorte.VALEUR, chiffre.cle, "cout_total", "action"),
    )
    return _de_l_action(lire, chiffre, "Coût total", [] if declare is None else [part])


def expliquer_ressources(lire: Lire, chiffre: Chiffre) -> Explication:
    """The products of the budget that are neither subsidies (74) nor in kind (87)."""
    produits = [
        ligne
        for ligne in _budget(lire, chiffre.cle, SensBudget.PRODUIT)
        if ligne.montant is not None and est_une_ressource_propre(ligne.compte)
    ]
    parts = _parts_du_budget(lire, chiffre, produits)
    return _de_l_action(lire, chiffre, "Ressources propres", parts)


def est_une_ressource_propre(compte: str) -> bool:
    """True of an account of products that the porteur brings itself."""
    return not compte.startswith((SUBVENTIONS, EN_NATURE))


def _budget(lire: Lire, action: str, sens: SensBudget) -> Sequence[Any]:
    return lire(
        select(LigneBudget.cle, LigneBudget.compte, LigneBudget.libelle, LigneBudget.montant)
        .where(LigneBudget.action == action, LigneBudget.sens == str(sens))
        .order_by(LigneBudget.rang)
    )


def _parts_du_budget(lire: Lire, chiffre: Chiffre, lignes: Sequence[Any]) -> list[Part]:
    connus = origines(lire, [("ligne_budget", ligne.cle, "montant") for ligne in lignes])
    return plus_grandes_d_abord(
        Part(
            f"{ligne.compte} – {ligne.libelle}" if ligne.libelle else ligne.compte,
            ligne.montant,
            "Budget de l’action",
            Lien("ligne_budget", ligne.cle, chiffre.cle),
            connus.get(("ligne_budget", ligne.cle, "montant")),
            Chiffre(Sorte.VALEUR, ligne.cle, "montant", "ligne_budget"),
        )
        for ligne in lignes
    )


# From one figure to another -----------------------------------------------------------------------


def _terme(
    lire: Lire, mot: str, chiffre: Chiffre, *, moins: bool = False, detail: str = ""
) -> Part:
    """A figure as a term of another one."""
    montant = EXPLIQUER[chiffre.sorte](lire, chiffre).montant
    assert not isinstance(montant, str)
    return Part(mot, oppose(montant) if moins else montant, detail, chiffre=chiffre)


def expliquer_part(lire: Lire, chiffre: Chiffre) -> Explication:
    accorde = _terme(lire, "Accordé", Chiffre(Sorte.LIGNE, chiffre.cle, "accorde"))
    cout = _terme(lire, "Coût total", Chiffre(Sorte.COUT, chiffre.cle))
    action = lire_action(lire, chiffre.cle)
    return rapport(f"Part du coût accordée · {nommer_action(action)}", accorde, cout)


def expliquer_a_financer(lire: Lire, chiffre: Chiffre) -> Explication:
    parts = [
        _terme(lire, "Coût total", Chiffre(Sorte.COUT, chiffre.cle)),
        _terme(lire, "Accordé", Chiffre(Sorte.LIGNE, chiffre.cle, "accorde"), moins=True),
        _terme(lire, "Ressources propres", Chiffre(Sorte.RESSOURCES, chiffre.cle), moins=True),
    ]
    return formule(
        f"Reste à financer · {nommer_action(lire_action(lire, chiffre.cle))}",
        [part for part in parts if part.montant is not None],
        definie=parts[0].montant is not None,
        manque="Le coût de l’action n’est pas précisé.",
    )


def expliquer_sur_demande(lire: Lire, chiffre: Chiffre) -> Explication:
    """What is granted beyond what was asked for, negative when less."""
    parts = [
        _terme(lire, "Accordé", Chiffre(Sorte.LIGNE, chiffre.cle, "accorde")),
        _terme(lire, "Demandé", Chiffre(Sorte.LIGNE, chiffre.cle, "demande"), moins=True),
    ]
    titre = f"Accordé moins demandé · {nommer_action(lire_action(lire, chiffre.cle))}"
    return formule(titre, parts, definie=True, manque="")


def expliquer_non_verse(lire: Lire, chiffre: Chiffre) -> Explication:
    """What is granted and was not paid, negative when more was."""
    parts = [
        _terme(lire, "Accordé", Chiffre(Sorte.LIGNE, chiffre.cle, "accorde")),
        _terme(lire, "Versé", Chiffre(Sorte.LIGNE, chiffre.cle, "verse"), moins=True),
    ]
    titre = f"Accordé moins versé · {nommer_action(lire_action(lire, chiffre.cle))}"
    return formule(titre, parts, definie=True, manque="")


def expliquer_anterieur(lire: Lire, chiffre: Chiffre) -> Explication:
    """What was granted in a former year to the actions of the same lineage."""
    action = lire_action(lire, chiffre.cle)
    if action is None:
        return Explication(f"Accordé {chiffre.annee}", None, "Cette action a été supprimée.")
    requete = COFINANCEMENTS.where(Action.lignee == action.lignee, Action.annee == chiffre.annee)
    if chiffre.financeur:
        requete = requete.where(Cofinancement.financeur == chiffre.financeur)
    lignes = lire(requete)
    qui = f"{lignes[0].nom_court} · " if chiffre.financeur and lignes else ""
    parts = parts_des_lignes(lire, lignes, "accorde", par_action=True)
    titre = f"{qui}Accordé {chiffre.annee}"
    return _de_l_action(lire, chiffre, titre, plus_grandes_d_abord(parts))


def _deux_annees(lire: Lire, chiffre: Chiffre) -> tuple[Part, Part]:
    """Granted this year, granted the other one (`champ` « seule »: the action was not renewed)."""
    if chiffre.financeur:
        ici = Chiffre(Sorte.CELLULE, chiffre.cle, "accorde", financeur=chiffre.financeur)
    else:
        ici = Chiffre(Sorte.LIGNE, chiffre.cle, "accorde")
    mot = f"Accordé {chiffre.annee}"
    if chiffre.champ == "seule":
        return Part("Accordé", None, "Action non reconduite"), _terme(lire, mot, ici)
    avant = Chiffre(Sorte.ANTERIEUR, chiffre.cle, financeur=chiffre.financeur, annee=chiffre.annee)
    return _terme(lire, "Accordé", ici), _terme(lire, mot, avant)


def expliquer_ecart(lire: Lire, chiffre: Chiffre) -> Explication:
    """The difference between two years."""
    ici, avant = _deux_annees(lire, chiffre)
    parts = [
        ici,
        Part(avant.libelle, oppose(avant.montant), avant.detail, chiffre=avant.chiffre),
    ]
    connues = [part for part in parts if part.montant is not None]
    return formule(
        f"Écart avec {chiffre.annee} · {nommer_action(lire_action(lire, chiffre.cle))}",
        connues,
        definie=bool(connues),
        manque="Rien d’accordé, ni cette année ni l’autre.",
    )


def expliquer_evolution(lire: Lire, chiffre: Chiffre) -> Explication:
    ici, avant = _deux_annees(lire, chiffre)
    ecart = Chiffre(Sorte.ECART, chiffre.cle, chiffre.champ, "", chiffre.financeur, chiffre.annee)
    titre = f"Évolution depuis {chiffre.annee} · {nommer_action(lire_action(lire, chiffre.cle))}"
    difference = (ici.montant or 0) - (avant.montant or 0)
    return rapport(titre, Part("Écart", difference, chiffre=ecart), avant)


EXPLIQUER = {
    Sorte.CELLULE: expliquer_cellule,
    Sorte.LIGNE: expliquer_ligne,
    Sorte.COUT: expliquer_cout,
    Sorte.RESSOURCES: expliquer_ressources,
    Sorte.PART: expliquer_part,
    Sorte.A_FINANCER: expliquer_a_financer,
    Sorte.SUR_DEMANDE: expliquer_sur_demande,
    Sorte.NON_VERSE: expliquer_non_verse,
    Sorte.ANTERIEUR: expliquer_anterieur,
    Sorte.ECART: expliquer_ecart,
    Sorte.EVOLUTION: expliquer_evolution,
}
