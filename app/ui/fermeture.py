"""Before the page of a file leaves: what is typed is written, and nothing is lost unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.ui.brouillons import brouillons, question
from app.ui.dialogs import phrase_de_remplacement
from app.ui.editeurs import editeur_refuse

if TYPE_CHECKING:
    from app.ui.document import Document

IMPORT_EN_COURS = "Un import est en cours : attendez qu'il se termine, ou annulez-le."
SAISIE_REFUSEE = (
    "Une saisie n'est pas acceptée : corrigez-la, ou abandonnez-la par Échap, avant de fermer."
)


def enregistrer(document: Document) -> bool:
    """Write what is being typed; the rest is written already. False: refused, and said."""
    fichier = document.contexte.fichier
    if fichier.lecture_seule:
        document.information.emit("Fichier en lecture seule : il n'y a rien à enregistrer.")
        return False
    if focus := document.window().focusWidget():
        focus.clearFocus()
        (focus if focus.isVisible() else document.actions).setFocus()
        if focus.property("etat") == "refuse":
            return False
    if not fichier.est_en_place():
        document.refuse.emit(phrase_de_remplacement(fichier))
        return False
    fichier.consolider()
    return True


def peut_fermer(document: Document) -> bool:
    """False, and said, while closing would lose a refused text or cut an import short."""
    if document.importe:
        document.refuser(IMPORT_EN_COURS)
        return False
    refusee = editeur_refuse(document)
    if refusee is None:
        return True
    refusee.setFocus()
    document.refuser(SAISIE_REFUSEE)
    return False


def brouillon_a_garder(document: Document) -> str:
    """One sentence about what is being written, which is then shown; empty: nothing is."""
    ecrits = brouillons(document)
    if not ecrits:
        return ""
    document.montrer_brouillon(ecrits[0])
    return question(ecrits[0])
