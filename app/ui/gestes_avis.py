"""The gesture of the lists of avis: the avis of the State, in one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.accords import compter
from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau

GRILLE, D_UN_SERVICE = "avis", "mes_avis"


def _liste(vue: VueTableau) -> str:
    return "" if vue.page is None else vue.page.liste


def _se_reprend(vue: VueTableau) -> bool:
    return _liste(vue) in (GRILLE, D_UN_SERVICE) and not vue.modele.lecture_seule


def couples(vue: VueTableau) -> list[tuple[str, str]]:
    """(action, service) of the selected cells of the grid."""
    trouves: dict[tuple[str, str], None] = {}
    for colonne, rangs in vue.choix.cellules().items():
        service, point, _ = vue.modele.colonnes[colonne].cle.partition(".")
        if point and vue.modele.colonnes[colonne].groupe:
            trouves |= {(vue.modele.cle_de(r), service): None for r in rangs}
    return [(action, service) for action, service in trouves if action]


def suivre_l_etat(vue: VueTableau) -> None:
    """The avis of the State becomes that of the selection."""
    from app.ui.instruction_exception import liste_de

    liste = liste_de(vue)
    assert liste is not None
    avis = liste.i.avis

    def suivre() -> None:
        if _liste(vue) == GRILLE:
            fait = avis.comme_l_etat_pour(couples(vue))
        else:
            fait = avis.comme_l_etat(vue.cles_choisies())
        vue.dire(phrase_repris(*fait))

    liste.essayer(suivre)


def phrase_repris(faits: int, autres: int) -> str:
    """« Repris de l'État : 3 avis. L'État n'a pas répondu sur 1 dossier. »"""
    phrase = f"Repris de l'État : {faits} avis, avec son motif tel qu'il est aujourd'hui."
    if autres:
        phrase += f" Pas encore d'avis de l'État sur {compter(autres, 'dossier')}."
    return phrase


GESTES = (
    Geste(
        "meme_avis",
        "Même avis que l’État",
        Rubrique.CELLULES,
        suivre_l_etat,
        ("F8",),
        icone="copier",
        permis=_se_reprend,
        cellule=True,
        masque=True,
        aide="L’avis et le motif de l’État, tels qu’ils sont au moment où on les reprend",
    ),
)
