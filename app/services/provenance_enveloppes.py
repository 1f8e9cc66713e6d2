"""Where the figures of an envelope and of a porteur come from."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import somme
from app.models.contrat import Commune
from app.models.convention import Convention
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.programme import Enveloppe
from app.services.chiffres import (
    Chiffre,
    Explication,
    Lien,
    Part,
    Sorte,
    formule,
    numeroter,
    oppose,
    plus_grandes_d_abord,
    somme_de,
)
from app.services.enveloppes import etat_en_mots, portee
from app.services.fichier import Lire
from app.services.promesses import Promesse, lire_promesses
from app.services.provenance_actions import (
    COFINANCEMENTS,
    MOTS_ETAPES,
    nommer_action,
    parts_des_lignes,
)
from app.services.provenance_journal import derniere, origines

MOTS_POSTES = {
    "montant": "Enveloppe",
    "reserve": "Réserve",
    "engage": "Engagé par conventions",
    "promis": "Promis par les CPO",
    "disponible": "Disponible",
    "reste": "Reste",
    **MOTS_ETAPES,
}
# The terms of what is computed, and their sign.
FORMULES = {
    "disponible": (("montant", 1), ("reserve", -1), ("engage", -1)),
    "reste": (("montant", 1), ("reserve", -1), ("engage", -1), ("accorde", -1)),
}
SAISIS = ("montant", "reserve", "engage")
SANS_MONTANT = "Le montant de l’enveloppe n’est pas connu."

_ENVELOPPES = (
    select(
        Enveloppe.cle,
        Enveloppe.annee,
        Enveloppe.financeur,
        Enveloppe.ligne_credit,
        Enveloppe.commune,
        Enveloppe.montant,
        Enveloppe.reserve,
        Enveloppe.engage,
        Enveloppe.notifie,
        Financeur.nom_court,
        LigneCredit.nom.label("credit"),
        Commune.nom.label("commune_nom"),
    )
    .join(Financeur, Financeur.cle == Enveloppe.financeur)
    .join(LigneCredit, LigneCredit.cle == Enveloppe.ligne_credit, isouter=True)
    .join(Commune, Commune.cle == Enveloppe.commune, isouter=True)
    .order_by(LigneCredit.rang, Commune.rang)
)


def _nommer(enveloppe: Any) -> str:
    """« État – BOP 147, Ostreval »."""
    precisions = ", ".join(n for n in (enveloppe.credit, enveloppe.commune_nom) if n)
    return " – ".join(n for n in (enveloppe.nom_court, precisions) if n)


# All the envelopes of a financeur for a year ------------------------------------------------------


def expliquer_poste(lire: Lire, chiffre: Chiffre) -> Explication:
    """A figure of the gauge of a financeur; without one, of all of them."""
    if not chiffre.financeur:
        return _tous_financeurs(lire, chiffre)
    [(nom,)] = lire(select(Financeur.nom_court).where(Financeur.cle == chiffre.financeur))
    titre = f"{MOTS_POSTES[chiffre.champ]} · {nom} {chiffre.annee}"
    if chiffre.champ in FORMULES:
        return _formule(lire, titre, chiffre)
    if chiffre.champ in SAISIS:
        parts = _parts_saisies(lire, chiffre)
        if chiffre.champ == "engage":
            parts += _parts_promises(lire, lire_promesses(lire, annee=chiffre.annee), chiffre)
        return somme_de(titre, parts)
    requete = COFINANCEMENTS.where(
        Cofinancement.annee == chiffre.annee, Cofinancement.financeur == chiffre.financeur
    )
    parts = parts_des_lignes(lire, lire(requete), chiffre.champ, par_action=True)
    return somme_de(titre, plus_grandes_d_abord(parts))


def _tous_financeurs(lire: Lire, chiffre: Chiffre) -> Explication:
    """One part for each financeur whose figure is known and not nothing."""
    financeurs = lire(
        select(Financeur.cle, Financeur.nom_court).order_by(Financeur.rang, Financeur.nom)
    )
    parts = []
    for cle, nom in financeurs:
        vers = replace(chiffre, financeur=cle)
        montant = expliquer_poste(lire, vers).montant
        if montant and not isinstance(montant, str):
            parts.append(Part(nom, montant, chiffre=vers))
    titre = f"{MOTS_POSTES[chiffre.champ]}, tous financeurs · {chiffre.annee}"
    return somme_de(titre, parts)


def _formule(lire: Lire, titre: str, chiffre: Chiffre) -> Explication:
    """« = enveloppe 100 000 − réserve 5 000 − … »: each term can be opened."""

    def terme(champ: str, signe: int) -> Part:
        vers = Chiffre(
            chiffre.sorte, chiffre.cle, champ, financeur=chiffre.financeur, annee=chiffre.annee
        )
        montant = EXPLIQUER[chiffre.sorte](lire, vers).montant
        assert not isinstance(montant, str)
        return Part(MOTS_POSTES[champ], montant if signe > 0 else oppose(montant), chiffre=vers)

    termes = FORMULES[chiffre.champ]
    if chiffre.sorte == Sorte.TIRAGE:  # on its page, what is typed and what is promised are apart
        termes = (*termes, ("promis", -1))
    parts = [terme(champ, signe) for champ, signe in termes]
    definie = parts[0].montant is not None
    connues = [part for part in parts if part.montant is not None]
    return formule(titre, connues, definie=definie, manque=SANS_MONTANT)


def _parts_saisies(lire: Lire, chiffre: Chiffre) -> list[Part]:
    lignes = lire(
        _ENVELOPPES.where(
            Enveloppe.financeur == chiffre.financeur, Enveloppe.annee == chiffre.annee
        )
    )
    return [_part_saisie(lire, ligne, chiffre.champ) for ligne in lignes if _a(ligne, chiffre)]


def _a(enveloppe: Any, chiffre: Chiffre) -> bool:
    return getattr(enveloppe, chiffre.champ) is not None


def _part_saisie(lire: Lire, enveloppe: Any, champ: str) -> Part:
    case = ("enveloppe", enveloppe.cle, champ)
    return Part(
        _nommer(enveloppe),
        getattr(enveloppe, champ),
        etat_en_mots(enveloppe.montant, notifie=enveloppe.notifie).capitalize(),
        Lien("enveloppe", enveloppe.cle, annee=enveloppe.annee, champ=champ),
        origines(lire, [case]).get(case),
        Chiffre(Sorte.VALEUR, enveloppe.cle, champ, "enveloppe"),
    )


# One envelope -------------------------------------------------------------------------------------


def expliquer_tirage(lire: Lire, chiffre: Chiffre) -> Explication:
    """A figure of one row of the page of envelopes."""
    lues = lire(_ENVELOPPES.where(Enveloppe.cle == chiffre.cle))
    if not lues:
        return Explication(MOTS_POSTES[chiffre.champ], None, "Cette enveloppe a été supprimée.")
    enveloppe = lues[0]
    titre = f"{MOTS_POSTES[chiffre.champ]} · {_nommer(enveloppe)} {enveloppe.annee}"
    if chiffre.champ in FORMULES:
        return _formule(lire, titre, chiffre)
    if chiffre.champ in SAISIS:
        parts = [_part_saisie(lire, enveloppe, chiffre.champ)] if _a(enveloppe, chiffre) else []
        return somme_de(titre, parts)
    if chiffre.champ == "promis":
        siennes = _promesses_de(lire, enveloppe)
        return somme_de(titre, _parts_promises(lire, siennes))
    lignes = _tirees(lire, enveloppe)
    parts = parts_des_lignes(lire, lignes, chiffre.champ, par_action=True)
    return somme_de(titre, plus_grandes_d_abord(parts))


def _tirees(lire: Lire, enveloppe: Any) -> list[Any]:
    """The cofinancements that weigh on this envelope rather than on another of the financeur."""
    meme = (Enveloppe.annee == enveloppe.annee, Enveloppe.financeur == enveloppe.financeur)
    soeurs = {
        (e.financeur, e.ligne_credit, e.commune): e.cle for e in lire(_ENVELOPPES.where(*meme))
    }
    requete = COFINANCEMENTS.where(
        Cofinancement.annee == enveloppe.annee, Cofinancement.financeur == enveloppe.financeur
    )
    return [
        ligne
        for ligne in lire(requete)
        if portee(soeurs, ligne.financeur, ligne.ligne_credit, ligne.commune) == enveloppe.cle
    ]


def _promesses_de(lire: Lire, enveloppe: Any) -> list[Promesse]:
    """The promises that weigh on this envelope rather than on another of the financeur."""
    meme = (Enveloppe.annee == enveloppe.annee, Enveloppe.financeur == enveloppe.financeur)
    soeurs = {
        (e.financeur, e.ligne_credit, e.commune): e.cle for e in lire(_ENVELOPPES.where(*meme))
    }
    return [
        p
        for p in lire_promesses(lire, annee=enveloppe.annee)
        if portee(soeurs, p.financeur, p.ligne_credit, p.commune) == enveloppe.cle
    ]


def _parts_promises(
    lire: Lire, promesses: Sequence[Promesse], chiffre: Chiffre | None = None
) -> list[Part]:
    """One part for each tranche that is not granted yet in full."""
    siennes = [
        p for p in promesses if p.reste and (chiffre is None or p.financeur == chiffre.financeur)
    ]
    if not siennes:
        return []
    noms = {
        cle: (numero or titre, titre)
        for cle, numero, titre in lire(select(Convention.cle, Convention.numero, Convention.titre))
    }
    return [
        Part(f"{noms[p.convention][0]}, tranche {p.annee}", p.reste, noms[p.convention][1])
        for p in siennes
    ]


# A porteur ----------------------------------------------------------------------------------------


def expliquer_porteur(lire: Lire, chiffre: Chiffre) -> Explication:
    """What a porteur asked, got or carried: year by year, then action by action."""
    noms = lire(select(Organisme.nom).where(Organisme.cle == chiffre.cle))
    nom = noms[0].nom if noms else ""
    mot = MOTS_ETAPES.get(chiffre.champ, "Actions")
    actions = lire(
        select(Action.cle, Action.numero, Action.titre, Action.annee)
        .where(Action.porteur == chiffre.cle)
        .order_by(Action.annee.desc(), Action.numero)
    )
    if chiffre.annee:
        actions = [action for action in actions if action.annee == chiffre.annee]
        parts = list(_par_action(lire, actions, chiffre))
        return somme_de(f"{mot} {chiffre.annee} · {nom}", plus_grandes_d_abord(parts))
    parts = list(_par_annee(lire, actions, chiffre))
    return somme_de(f"{mot}, toutes années · {nom}", numeroter(parts))


def _par_annee(lire: Lire, actions: Sequence[Any], chiffre: Chiffre) -> Iterable[Part]:
    parts = _par_action(lire, actions, chiffre)
    par_action = {part.lien.cle: part.montant for part in parts if part.lien is not None}
    for annee, groupe in groupby(actions, key=lambda action: action.annee):
        cles = [action.cle for action in groupe]
        montants = [Decimal(par_action.get(cle) or 0) for cle in cles]
        yield Part(
            str(annee),
            len(cles) if chiffre.champ == "actions" else somme(montants),
            f"{len(cles)} action{'s' if len(cles) > 1 else ''}",
            Lien("organisme", chiffre.cle, annee=annee),
            chiffre=Chiffre(Sorte.PORTEUR, chiffre.cle, chiffre.champ, annee=annee),
        )


def _par_action(lire: Lire, actions: Sequence[Any], chiffre: Chiffre) -> Iterable[Part]:
    champ = chiffre.champ
    if champ == "actions":
        for action in actions:
            vers = Chiffre(Sorte.VALEUR, action.cle, "porteur", "action")
            lien = Lien("action", action.cle, action.cle, action.annee)
            yield Part(nommer_action(action), 1, "", lien, chiffre=vers)
        return
    connues: dict[str, list[Any]] = defaultdict(list)
    for ligne in lire(COFINANCEMENTS.where(Action.porteur == chiffre.cle)):
        if getattr(ligne, champ) is not None:
            connues[ligne.action].append(ligne)
    cases = {
        action: [("cofinancement", ligne.cle, champ) for ligne in lot]
        for action, lot in connues.items()
    }
    connus = origines(lire, [case for lot in cases.values() for case in lot])
    for action in actions:
        if action.cle in connues:
            yield Part(
                nommer_action(action),
                somme(getattr(ligne, champ) for ligne in connues[action.cle]),
                "",
                Lien("action", action.cle, action.cle, action.annee, f"total.{champ}"),
                derniere(connus, cases[action.cle]),
                Chiffre(Sorte.LIGNE, action.cle, champ),
            )


EXPLIQUER = {
    Sorte.POSTE: expliquer_poste,
    Sorte.TIRAGE: expliquer_tirage,
    Sorte.PORTEUR: expliquer_porteur,
}
