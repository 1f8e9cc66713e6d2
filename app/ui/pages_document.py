"""How each page of an open file is made, at its first visit."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from app.ui.ecran import Ecran, dans

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.services.retours import Retour
    from app.ui.document import Document


def batir(document: Document, cle: str, hote: QWidget) -> Ecran:
    """A page of `hote` by its key; what it says goes to the window."""
    with dans(hote):
        page = _FAIRE[cle](document)
    page.information.connect(document.information)
    return page


def _cofinancements(document: Document) -> Ecran:
    from app.ui.screen_matrice import EcranMatrice

    actions = document.actions
    page = EcranMatrice(document.contexte, document.annee, actions.appel, suivi=actions.suivi)
    page.saisie.connect(document.bandeau.saisir)
    page.action_demandee.connect(document.ouvrir_action)
    return page


def _a_faire(document: Document) -> Ecran:
    from app.ui import screen_a_faire

    return screen_a_faire.batir(document)


def _calendrier(document: Document) -> Ecran:
    from app.ui import screen_calendrier

    return screen_calendrier.batir(document)


def _porteurs(document: Document) -> Ecran:
    from app.ui.screen_listes import EcranPorteurs

    return EcranPorteurs(document.contexte)


def _enveloppes(document: Document) -> Ecran:
    from app.ui.screen_listes import EcranEnveloppes

    return EcranEnveloppes(document.contexte, document.annee)


def _notes(document: Document) -> Ecran:
    from app.ui import screen_notes

    return screen_notes.batir(document)


def _seances(document: Document) -> Ecran:
    from app.ui.screen_seances import EcranSeances

    page = EcranSeances(document.contexte, document.annee, lambda: document.actions.modele.lignes)
    page.tenue_demandee.connect(document.tenir)
    return page


def _reunions(document: Document) -> Ecran:
    from app.ui import screen_reunions

    return screen_reunions.batir(document)


def _suites(document: Document) -> Ecran:
    from app.ui import screen_suites

    return screen_suites.batir(document)


def _cpo(document: Document) -> Ecran:
    from app.ui import screen_cpo

    return screen_cpo.batir(document)


def _courriers(document: Document) -> Ecran:
    from app.ui import screen_courriers

    return screen_courriers.batir(document)


def _suivi(document: Document) -> Ecran:
    from app.ui import screen_suivi

    return screen_suivi.batir(document)


def _instruction(document: Document) -> Ecran:
    from app.ui import screen_instruction

    return screen_instruction.batir(document)


def _cotation(document: Document) -> Ecran:
    from app.ui import screen_cotation

    return screen_cotation.batir(document)


def _droit_commun(document: Document) -> Ecran:
    from app.ui import screen_droit_commun

    return screen_droit_commun.batir(document)


def _constats(document: Document) -> Ecran:
    from app.ui import screen_constats

    return screen_constats.batir(document)


def _egalite(document: Document) -> Ecran:
    from app.ui import screen_egalite

    return screen_egalite.batir(document)


def _grilles(document: Document) -> Ecran:
    from app.ui import screen_grilles

    return screen_grilles.batir(document)


def _contrat(document: Document) -> Ecran:
    from app.ui.screen_contrat import EcranContrat

    return EcranContrat(document.contexte)


def _journal(document: Document) -> Ecran:
    from app.ui.screen_listes import EcranJournal

    return EcranJournal(document.contexte)


def _import(document: Document) -> Ecran:
    from app.ui.screen_import import EcranImport

    page = EcranImport(document.contexte)
    page.termine.connect(lambda phrase: document.apres_import(phrase, page.retour))
    page.abandonne.connect(lambda: document.aller("actions"))
    page.revenu.connect(partial(_montrer_le_retour, document))
    return page


def _montrer_le_retour(document: Document, chemin: Path, retour: Retour) -> None:
    page = document.page("retour")
    page.ouvrir(chemin, retour)
    document.montrer_a_part("retour", "Reprendre un classeur revenu")
    page.setFocus()


def _retour(document: Document) -> Ecran:
    from app.ui.screen_retour import EcranRetour

    page = EcranRetour(document.contexte)
    page.termine.connect(document.apres_import)
    page.abandonne.connect(lambda: document.aller("actions"))
    return page


def _fusion(document: Document) -> Ecran:
    from app.ui.screen_fusion import EcranFusion

    page = EcranFusion(document.contexte)
    page.termine.connect(document.apres_import)
    page.abandonne.connect(lambda: document.aller("actions"))
    return page


_FAIRE: dict[str, Callable[[Document], Ecran]] = {
    "a_faire": _a_faire,
    "calendrier": _calendrier,
    "cofinancements": _cofinancements,
    "porteurs": _porteurs,
    "enveloppes": _enveloppes,
    "reunions": _reunions,
    "notes": _notes,
    "seances": _seances,
    "suites": _suites,
    "cpo": _cpo,
    "courriers": _courriers,
    "suivi": _suivi,
    "instruction": _instruction,
    "cotation": _cotation,
    "droit_commun": _droit_commun,
    "constats": _constats,
    "egalite": _egalite,
    "grilles": _grilles,
    "contrat": _contrat,
    "journal": _journal,
    "import": _import,
    "fusion": _fusion,
    "retour": _retour,
}
