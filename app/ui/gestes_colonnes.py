"""Gestures on columns: sort, filter, group, move, freeze, size, hide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.services.verrous import se_verrouille
from app.ui.gestes import Geste, Rubrique

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau


def _en_a_une(vue: VueTableau) -> bool:
    return bool(vue.colonne_visee())


def _reste_une(vue: VueTableau) -> bool:
    return _en_a_une(vue) and len(vue.volets.colonnes_visibles()) > 1


def _a_une_page(vue: VueTableau) -> bool:
    return vue.page is not None


def _rang(vue: VueTableau) -> int:
    return vue.modele.rang(vue.colonne_visee())


def _ajuster_tout(vue: VueTableau) -> None:
    vue.volets.ajuster_plusieurs(vue.volets.colonnes_visibles())


def _ouvrir_tri(vue: VueTableau) -> None:
    from app.ui.panneau_tri import PanneauTri

    if vue.page is not None:
        vue.page.ouvrir_panneau(PanneauTri(vue.page))


def _ouvrir_colonnes(vue: VueTableau) -> None:
    from app.ui.panneau_colonnes import PanneauColonnes

    if vue.page is not None:
        panneau = PanneauColonnes(vue.page)
        vue.page.ouvrir_panneau(panneau)
        panneau.recherche.setFocus()


# Filter and group ---------------------------------------------------------------------------------


def _est_filtree(vue: VueTableau) -> bool:
    return any(condition.colonne == vue.colonne_visee() for condition in vue.modele.conditions)


def _se_groupe(vue: VueTableau) -> bool:
    return _en_a_une(vue) and vue.colonne_visee() not in vue.modele.groupes


def _est_groupee(vue: VueTableau) -> bool:
    return vue.colonne_visee() in vue.modele.groupes


def _degrouper(vue: VueTableau) -> None:
    vue.modele.grouper([cle for cle in vue.modele.groupes if cle != vue.colonne_visee()])


# Move and freeze ----------------------------------------------------------------------------------


def _decaler(vue: VueTableau, pas: int) -> None:
    rang = _rang(vue)
    if vue.volets.decaler(rang, pas):
        vue.volets.grille_de(rang).scrollTo(vue.index_courant())


def _a_des_figees(vue: VueTableau) -> bool:
    return any(vue.volets.est_figee(rang) for rang in vue.volets.colonnes_visibles())


# Lock ---------------------------------------------------------------------------------------------


def _se_verrouille(vue: VueTableau) -> bool:
    if vue.modele.lecture_seule or not _en_a_une(vue):
        return False
    return se_verrouille(vue.modele.colonnes[_rang(vue)])


def _est_verrouillee(vue: VueTableau) -> bool:
    return _en_a_une(vue) and vue.modele.est_verrouillee(_rang(vue))


def _verrouiller(vue: VueTableau, *, verrouillee: bool) -> None:
    cle = frozenset([vue.colonne_visee()])
    avant = vue.modele.verrouillees
    vue.modele.verrouiller(avant | cle if verrouillee else avant - cle)
    vue.etat_change.emit()


GESTES = (
    Geste(
        "trier_croissant",
        "Trier en ordre croissant",
        Rubrique.TRI,
        lambda vue: vue.trier([(vue.colonne_visee(), False)]),
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "trier_decroissant",
        "Trier en ordre décroissant",
        Rubrique.TRI,
        lambda vue: vue.trier([(vue.colonne_visee(), True)]),
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "ordre_du_fichier",
        "Revenir à l’ordre du fichier",
        Rubrique.TRI,
        lambda vue: vue.trier([]),
        permis=lambda vue: bool(vue.modele.tri),
        entete=True,
    ),
    Geste(
        "trier_plusieurs",
        "Trier par plusieurs colonnes…",
        Rubrique.TRI,
        _ouvrir_tri,
        icone="trier",
        permis=_a_une_page,
        entete=True,
        aide="Les critères du tri, dans leur ordre",
    ),
    Geste(
        "filtrer_colonne",
        "Filtrer cette colonne…",
        Rubrique.TRI,
        lambda vue: vue.filtrer_colonne(vue.colonne_visee()),
        ("Ctrl+Shift+L",),
        icone="filtre",
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "effacer_filtre",
        "Effacer le filtre de cette colonne",
        Rubrique.TRI,
        lambda vue: vue.modele.conditionner_colonne(vue.colonne_visee(), []),
        permis=_est_filtree,
        entete=True,
    ),
    Geste(
        "effacer_filtres",
        "Effacer tous les filtres",
        Rubrique.TRI,
        lambda vue: vue.modele.tout_montrer(),
        permis=lambda vue: vue.modele.est_filtre,
    ),
    Geste(
        "appliquer_filtres",
        "Appliquer de nouveau le tri et les filtres",
        Rubrique.TRI,
        lambda vue: vue.modele.disposer(),
        ("Ctrl+Alt+L",),
        icone="actualiser",
        aide="Une ligne modifiée garde sa place jusque-là",
    ),
    Geste(
        "grouper",
        "Grouper par cette colonne",
        Rubrique.TRI,
        lambda vue: vue.modele.grouper([*vue.modele.groupes, vue.colonne_visee()]),
        icone="grouper",
        permis=_se_groupe,
        entete=True,
        aide="Avec un sous-total pour chaque groupe",
    ),
    Geste(
        "degrouper",
        "Ne plus grouper par cette colonne",
        Rubrique.TRI,
        _degrouper,
        permis=_est_groupee,
        entete=True,
    ),
    Geste(
        "degrouper_tout",
        "Ne plus grouper",
        Rubrique.TRI,
        lambda vue: vue.modele.grouper([]),
        permis=lambda vue: bool(vue.modele.groupes),
    ),
    Geste(
        "decaler_gauche",
        "Déplacer la colonne vers la gauche",
        Rubrique.COLONNES,
        lambda vue: _decaler(vue, -1),
        ("Alt+Shift+Left",),
        permis=_reste_une,
        entete=True,
    ),
    Geste(
        "decaler_droite",
        "Déplacer la colonne vers la droite",
        Rubrique.COLONNES,
        lambda vue: _decaler(vue, 1),
        ("Alt+Shift+Right",),
        permis=_reste_une,
        entete=True,
    ),
    Geste(
        "figer",
        "Figer les colonnes jusqu’ici",
        Rubrique.COLONNES,
        lambda vue: vue.volets.figer_jusqu_a(_rang(vue)),
        permis=_en_a_une,
        entete=True,
        aide="Elles restent en vue quand le tableau défile, sur la moitié de sa largeur au plus",
    ),
    Geste(
        "liberer",
        "Libérer les colonnes figées",
        Rubrique.COLONNES,
        lambda vue: vue.volets.liberer(),
        permis=_a_des_figees,
        entete=True,
    ),
    Geste(
        "verrouiller",
        "Verrouiller la colonne",
        Rubrique.COLONNES,
        lambda vue: _verrouiller(vue, verrouillee=True),
        icone="verrou",
        permis=_se_verrouille,
        entete=True,
        masque=True,
        aide="Plus rien ne s’y écrit par mégarde dans ce tableau",
    ),
    Geste(
        "deverrouiller",
        "Déverrouiller la colonne",
        Rubrique.COLONNES,
        lambda vue: _verrouiller(vue, verrouillee=False),
        icone="verrou",
        permis=_est_verrouillee,
        entete=True,
        masque=True,
    ),
    Geste(
        "ajuster",
        "Ajuster la largeur",
        Rubrique.COLONNES,
        lambda vue: vue.volets.ajuster(_rang(vue)),
        permis=_en_a_une,
        entete=True,
    ),
    Geste(
        "ajuster_tout",
        "Ajuster toutes les colonnes",
        Rubrique.COLONNES,
        _ajuster_tout,
        entete=True,
    ),
    Geste(
        "masquer",
        "Masquer la colonne",
        Rubrique.COLONNES,
        lambda vue: vue.volets.masquer(vue.colonne_visee()),
        icone="masquer",
        permis=_reste_une,
        entete=True,
    ),
    Geste(
        "colonnes",
        "Colonnes…",
        Rubrique.COLONNES,
        _ouvrir_colonnes,
        icone="colonnes",
        permis=_a_une_page,
        entete=True,
        aide="Lesquelles se montrent, et dans quel ordre",
    ),
)
