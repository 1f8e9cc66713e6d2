"""Going to what a part of a figure points at: an action, a line of its sheet, an envelope, an entry."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.services.chiffres import Lien
    from app.ui.document import Document

ONGLETS = {"ligne_budget": 2, "cofinancement": 3}  # of the sheet of the action
DISPARUE = "Cette ligne n’est plus dans le fichier : elle a été supprimée."


def suivre_lien(document: Document, lien: Lien) -> None:
    """Show a row in its page."""
    if lien.action:
        _vers_l_action(document, lien)
    elif lien.entite in _PAGES:
        _PAGES[lien.entite](document, lien)


def montrer_constats(document: Document, action: str) -> None:
    """The constats of an action, in their page."""
    document.aller("constats")
    document.page("constats").montrer_action(action)


def _vers_l_action(document: Document, lien: Lien) -> None:
    fiche = document.contexte.fiches.lire(lien.action)
    if fiche is None:
        document.information.emit(DISPARUE)
        return
    document.montrer_resultat("action", lien.action, fiche.champs["annee"])
    if lien.entite in ONGLETS:
        document.actions.ouvrir_fiche()
        document.actions.fiche.ouvrir_onglet(ONGLETS[lien.entite])
        return
    connues = {colonne.cle for colonne in document.actions.modele.colonnes}
    if lien.champ in connues:
        document.actions.vue.aller_a(lien.action, lien.champ)


def _vers_l_enveloppe(document: Document, lien: Lien) -> None:
    document.aller("enveloppes")
    if lien.annee and lien.annee != document.annee:
        document.changer_annee(lien.annee)
    page = document.page("enveloppes")
    connues = {colonne.cle for colonne in page.modele.colonnes}
    page.aller_a(lien.cle, lien.champ if lien.champ in connues else "montant")


def _vers_le_porteur(document: Document, lien: Lien) -> None:
    document.montrer_resultat("organisme", lien.cle, 0)


def _vers_l_etape(document: Document, lien: Lien) -> None:
    """A step of the calendar, in the year of its appel."""
    document.aller("calendrier")
    if lien.annee and lien.annee != document.annee:
        document.changer_annee(lien.annee)
    document.page("calendrier").montrer_etape(lien.champ, lien.cle)


def _vers_l_operation(document: Document, lien: Lien) -> None:
    document.aller("journal")
    document.page("journal").montrer_operation(int(lien.cle))


_PAGES: dict[str, Callable[[Document, Lien], None]] = {
    "etape_appel": _vers_l_etape,
    "enveloppe": _vers_l_enveloppe,
    "organisme": _vers_le_porteur,
    "operation": _vers_l_operation,
}
