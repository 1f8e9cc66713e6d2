"""What a table shows, taken as it stands to be printed: see `services/vue_figee.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.models.montants import INSECABLE
from app.services.filtres import phrase
from app.services.programmation import lire_en_tete
from app.services.titres import nom_de
from app.services.vue_figee import GroupeFige, VueFigee
from app.ui.regroupement import Groupe
from app.ui.tableau import ModeleTableau

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau


def figer(page: PageTableau) -> VueFigee:
    """Columns, rows, groups and filters in force, exactly as on screen."""
    modele, volets = page.modele, page.vue.volets
    rangs = volets.colonnes_visibles()
    colonnes = tuple(modele.colonnes[rang] for rang in rangs)
    largeurs = volets.largeurs()
    tete = lire_en_tete(page.contexte.fichier)
    return VueFigee(
        contrat=tete.contrat,
        titre=page.intitule(),
        nom=page.onglets.nom_affiche,
        date=tete.date,
        empreinte=tete.empreinte,
        colonnes=colonnes,
        largeurs=tuple(largeurs.get(c.cle, c.largeur_voulue) for c in colonnes),
        lignes=tuple(modele.ligne(cle) for cle in modele.cles_filtrees),
        figees=sum(not volets.gauche.isColumnHidden(rang) for rang in rangs),
        nombre_total=modele.nombre_total,
        groupes=tuple(_groupes(modele, modele.arbre)),
        mentions=tuple(mentions(modele)),
        fond_de=page.fond_imprime,
    )


def _groupes(modele: ModeleTableau, groupes: Sequence[Groupe]) -> Iterator[GroupeFige]:
    for groupe in groupes:
        yield GroupeFige(
            chemin=tuple(g.libelle for g in reversed(list(groupe.lignee()))),
            lignes=() if groupe.dedans else tuple(modele.ligne(cle) for cle in groupe.cles),
            groupes=tuple(_groupes(modele, groupe.dedans)),
            replie=groupe.replie,
        )


def mentions(modele: ModeleTableau) -> Iterator[str]:
    """Filters, sort and groups in words, for whoever reads the page alone."""
    filtres = [
        phrase(condition, modele.colonnes[modele.rang(condition.colonne)])
        for condition in modele.conditions
    ]
    if modele.filtre.strip():
        filtres.append(f"contient «{INSECABLE}{modele.filtre.strip()}{INSECABLE}»")
    if filtres:
        yield f"Filtre{'s' if len(filtres) > 1 else ''}{INSECABLE}: {' · '.join(filtres)}"
    dispositions = []
    if modele.tri:
        sens = (_nom(modele, cle) + (" (décroissant)" if d else "") for cle, d in modele.tri)
        dispositions.append(f"Trié par {', puis '.join(sens)}")
    if modele.groupes:
        noms = (_nom(modele, cle) for cle in modele.groupes)
        dispositions.append(f"Groupé par {', puis '.join(noms)}")
    if dispositions:
        yield " · ".join(dispositions)


def _nom(modele: ModeleTableau, cle: str) -> str:
    return nom_de(modele.colonnes[modele.rang(cle)])
