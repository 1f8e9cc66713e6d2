"""The address of each figure of the lists: what a cell of a row is made of, what a row is called."""

from functools import singledispatch
from typing import Any

from app.services.actions import abrege
from app.services.chiffres import Chiffre, Lien, Sorte
from app.services.cofinancements import LigneCofinancement
from app.services.enveloppes import LigneEnveloppe
from app.services.fiches import LigneBudgetLue
from app.services.matrice import LigneMatrice
from app.services.organismes import LignePorteur
from app.services.rows import ETAPES_MONTANT, LigneAction
from app.services.suites_lues import LigneSuite

TOTAL = "total"
TIRES = ("demande", "propose", "accorde", "promis", "reste")
# Columns of the actions that are stored as they are shown.
_SAISIS = (
    "numero",
    "titre",
    "porteur",
    "statut",
    "public_qpv",
    "recurrence",
    "nature",
    "observation",
    "reference",
    "echelle",
    "avis",
)


@singledispatch
def chiffre_de(ligne: Any, colonne: str) -> Chiffre | None:
    """What a cell holds, by the row and the key of its column; None when nothing explains it."""
    return None


@chiffre_de.register
def _(ligne: LigneAction, colonne: str) -> Chiffre | None:
    if colonne == "accorde_n1":
        return Chiffre(Sorte.ANTERIEUR, ligne.cle, annee=ligne.annee - 1)
    return _de_l_action(ligne.cle, colonne)


@chiffre_de.register
def _(ligne: LigneMatrice, colonne: str) -> Chiffre | None:
    tete, _, suite = colonne.partition(".")
    financeur = "" if tete == TOTAL else tete
    seule = "seule" if ligne.est_seule else ""
    if suite == "n1":
        if ligne.est_seule:
            return _de_l_action(ligne.cle, f"{tete}.accorde")
        return Chiffre(Sorte.ANTERIEUR, ligne.cle, financeur=financeur, annee=ligne.annee_comparee)
    if suite in ("ecart", "evolution"):
        sorte = Sorte.ECART if suite == "ecart" else Sorte.EVOLUTION
        return Chiffre(sorte, ligne.cle, seule, "", financeur, ligne.annee_comparee)
    if ligne.est_seule and (suite or colonne in _CALCULES):
        return None
    return _de_l_action(ligne.cle, colonne)


@chiffre_de.register
def _(ligne: LigneEnveloppe, colonne: str) -> Chiffre | None:
    if colonne in TIRES:
        return Chiffre(Sorte.TIRAGE, ligne.cle, colonne)
    champ = "ligne_credit" if colonne == "ligne" else colonne
    return Chiffre(Sorte.VALEUR, ligne.cle, champ, "enveloppe")


@chiffre_de.register
def _(ligne: LignePorteur, colonne: str) -> Chiffre | None:
    if colonne in ("demande", "accorde", "actions"):
        return Chiffre(Sorte.PORTEUR, ligne.cle, colonne)
    if colonne in ("premiere", "derniere"):
        return Chiffre(Sorte.PORTEUR, ligne.cle, "actions")
    return Chiffre(Sorte.VALEUR, ligne.cle, colonne, "organisme")


@chiffre_de.register
def _(ligne: LigneCofinancement, colonne: str) -> Chiffre | None:
    champ = {"ligne": "ligne_credit", "nature": "nature_credit"}.get(colonne, colonne)
    return Chiffre(Sorte.VALEUR, ligne.cle, champ, "cofinancement")


@chiffre_de.register
def _(ligne: LigneSuite, colonne: str) -> Chiffre | None:
    if colonne not in ETAPES_MONTANT:
        return None
    return Chiffre(Sorte.VALEUR, ligne.cle, colonne, "cofinancement")


@chiffre_de.register
def _(ligne: LigneBudgetLue, colonne: str) -> Chiffre | None:
    return Chiffre(Sorte.VALEUR, ligne.cle, colonne, "ligne_budget")


_CALCULES = {
    "cout": Sorte.COUT,
    "part": Sorte.PART,
    "ressources": Sorte.RESSOURCES,
    "a_financer": Sorte.A_FINANCER,
    "ecart": Sorte.SUR_DEMANDE,
    "non_verse": Sorte.NON_VERSE,
}


def _de_l_action(action: str, colonne: str) -> Chiffre | None:
    tete, _, etape = colonne.partition(".")
    if etape in ETAPES_MONTANT:
        if tete == TOTAL:
            return Chiffre(Sorte.LIGNE, action, etape)
        return Chiffre(Sorte.CELLULE, action, etape, financeur=tete)
    if colonne in _CALCULES:
        return Chiffre(_CALCULES[colonne], action)
    return Chiffre(Sorte.VALEUR, action, colonne, "action") if colonne in _SAISIS else None


@singledispatch
def nommer_ligne(ligne: Any) -> str:
    """What a row is called in a list of parts."""
    for champ in ("titre", "nom", "libelle", "financeur_nom", "annee"):
        if getattr(ligne, champ, None):
            return str(getattr(ligne, champ))
    return ""


@nommer_ligne.register(LigneAction)
@nommer_ligne.register(LigneMatrice)
def _(ligne: LigneAction | LigneMatrice) -> str:
    return abrege(f"{ligne.numero} {ligne.titre}", 80)


@nommer_ligne.register
def _(ligne: LigneEnveloppe) -> str:
    precisions = ", ".join(n for n in (ligne.ligne_credit_nom, ligne.commune_nom) if n)
    return " – ".join(n for n in (ligne.financeur_nom, precisions) if n)


@nommer_ligne.register
def _(ligne: LigneCofinancement) -> str:
    return " – ".join(n for n in (ligne.financeur_nom, ligne.ligne_credit_nom) if n)


@singledispatch
def lien_de_ligne(ligne: Any, colonne: str) -> Lien | None:
    """Where a row can be seen."""
    return None


@lien_de_ligne.register(LigneAction)
@lien_de_ligne.register(LigneMatrice)
def _(ligne: LigneAction | LigneMatrice, colonne: str) -> Lien:
    return Lien("action", ligne.cle, ligne.cle, ligne.annee, colonne)


@lien_de_ligne.register
def _(ligne: LigneEnveloppe, colonne: str) -> Lien:
    return Lien("enveloppe", ligne.cle, annee=ligne.annee, champ=colonne)


@lien_de_ligne.register
def _(ligne: LignePorteur, colonne: str) -> Lien:
    return Lien("organisme", ligne.cle, champ=colonne)
