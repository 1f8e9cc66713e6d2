"""The state of a table, read whole and put back whole: what a view keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.etats_vue import EtatVue
from app.ui.colonnes_posees import ColonnesPosees

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def lire_etat(vue: VueTableau) -> EtatVue:
    """Everything chosen in a table."""
    modele, posees, look = vue.modele, vue.volets.posees, vue.volets.look
    return EtatVue(
        ordre=posees.ordre,
        masquees=posees.masquees,
        figees=posees.figees,
        largeurs=dict(posees.largeurs),
        tri=tuple(modele.tri),
        conditions=tuple(modele.conditions),
        texte=modele.filtre,
        groupes=tuple(modele.groupes),
        replies=modele.replies,
        zoom=look.zoom,
        hauteur=look.hauteur,
        verrouillees=modele.verrouillees,
        recul=vue.recul,
    )


def poser_etat(vue: VueTableau, etat: EtatVue) -> None:
    """Make a table be as it was; what it does not know any more is passed over."""
    volets = vue.volets
    posees = ColonnesPosees()
    posees.ordre, posees.masquees, posees.figees = etat.ordre, etat.masquees, etat.figees
    posees.largeurs = dict(etat.largeurs)
    volets.posees = posees
    volets.look.regler(etat.zoom, etat.hauteur)
    volets.poser_colonnes()
    vue.modele.verrouiller(etat.verrouillees)
    vue.modele.disposer(
        tri=etat.tri,
        conditions=etat.conditions,
        texte=etat.texte,
        groupes=etat.groupes,
        replies=etat.replies,
    )
