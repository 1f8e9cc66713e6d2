"""The four papers of a séance: their names, how each is made, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from app.services.compte_rendu import CompteRendu
from app.services.documents import ecrire_entier, nom_de_fichier
from app.services.fichier import Fichier

if TYPE_CHECKING:
    from app.services.papier_seance import PapierEnPages


@dataclass(frozen=True, slots=True)
class Papier:
    """A paper. `nom` as it is called, `extension` of its file, `aide`: what it is for, in a line."""

    cle: str
    nom: str
    extension: str
    aide: str


PAPIERS: dict[str, Papier] = {
    papier.cle: papier
    for papier in (
        Papier("pv", "Procès-verbal", ".pdf", "présents, décisions point par point, signatures"),
        Papier("releve", "Relevé de décisions", ".pdf", "un tableau, une ligne par action"),
        Papier("annexe", "Annexe Excel", ".xlsx", "décisions et totaux par financeur, en formules"),
        Papier("fiches", "Fiches de passage", ".pdf", "une page par action, à remplir à la main"),
    )
}


def nom_propose(cr: CompteRendu, papier: Papier) -> str:
    """« Procès-verbal – Comité de pilotage – 2025-03-13.pdf »; says a draft, or its version."""
    parts = [
        papier.nom,
        nom_de_fichier(cr.titre, "Séance", longueur=60),
        cr.date or str(cr.annee),
    ]
    if papier.cle != "fiches":
        if cr.sceau is None:
            parts.insert(0, "Projet")
        elif cr.version > 1:
            parts.append(f"version {cr.version}")
    return " – ".join(parts) + papier.extension


def en_pages(fichier: Fichier, cr: CompteRendu, cle: str) -> PapierEnPages:
    """The pages of a paper that is a PDF."""
    if cle == "pv":
        from app.services.pv_pdf import proces_verbal

        return proces_verbal(cr)
    if cle == "releve":
        from app.services.releve_pdf import releve_de_decisions

        return releve_de_decisions(cr)
    from app.services.fiches_passage import fiches_de_passage

    return fiches_de_passage(fichier, cr)


def octets(fichier: Fichier, cr: CompteRendu, cle: str) -> bytes:
    """The file of a paper, whole."""
    if cle == "annexe":
        from app.services.annexe_classeur import annexe

        return annexe(fichier, cr)
    return en_pages(fichier, cr, cle).pdf()


def ecrire_papier(fichier: Fichier, cr: CompteRendu, cle: str, chemin: Path) -> None:
    """Write one paper whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, octets(fichier, cr, cle))
