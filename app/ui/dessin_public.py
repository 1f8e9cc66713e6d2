"""Draws a public page: ink on paper or the reverse, in fixed places, with nothing around."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from app.models.montants import afficher_part
from app.services.affichage_public import ATTENTE, PagePublique
from app.ui.dessin_bande import Vue, dessiner_jauges, dessiner_quorum, dessiner_traits
from app.ui.dessin_tableau import dessiner_tableau
from app.ui.disposition_publique import Cellule, Disposition, disposer
from app.ui.pinceau_public import (
    BAS,
    DROITE,
    GAUCHE,
    REDUCTION_CHIFFRE,
    Encres,
    Texte,
    Trait,
    encres,
    euros,
    poser,
)

REPERES = ("Demandé", "Accordé l'an dernier", "Proposé", "Total")


class Toile:
    """The picture of the public window. Only the places whose content changes are painted again."""

    def __init__(self) -> None:
        self.image = QPixmap()
        self._peints: list[Texte | Trait] = []
        self._look: Encres | None = None
        self.changees: list[QRect] | None = None  # places painted last; None: everything

    def peindre(self, taille: QSize, page: PagePublique | None, vue: Vue) -> QPixmap:
        """The window as it must be."""
        look = encres()
        voulus = a_peindre(taille, page, vue, look)
        pareil = (
            self.image.size() == taille
            and look is self._look
            and [v.place for v in voulus] == [p.place for p in self._peints]
            and not vue.noir
        )
        if not pareil:
            self.image = QPixmap(taille)
            self.image.fill(QColor("#000000") if vue.noir else look.papier)
        anciens: list[Texte | Trait | None] = [*self._peints] if pareil else [None] * len(voulus)
        autres = [v for v, ancien in zip(voulus, anciens, strict=True) if v != ancien]
        with QPainter(self.image) as peintre:
            for voulu in autres:
                poser(peintre, voulu, look)
        self.changees = [voulu.place for voulu in autres] if pareil else None
        self._peints, self._look = voulus, None if vue.noir else look
        return self.image


def peindre(taille: QSize, page: PagePublique | None, vue: Vue) -> QPixmap:
    """The public window as a picture, whole."""
    return Toile().peindre(taille, page, vue)


def a_peindre(
    taille: QSize, page: PagePublique | None, vue: Vue, look: Encres
) -> list[Texte | Trait]:
    """Everything that the room sees, in its places."""
    if vue.noir:
        return []
    if vue.message:
        marge = taille.height() // 8
        zone = QRect(0, 0, taille.width(), taille.height()).adjusted(marge, marge, -marge, -marge)
        cote = int(Qt.AlignmentFlag.AlignCenter)
        pixels = round(taille.height() / 12 * vue.zoom)
        return [Texte(zone, vue.message, pixels, look.encre, forte=True, cote=cote, lignes=True)]
    if page is None:
        return []
    if vue.tableau and page.tableau is not None:
        return dessiner_tableau(taille, page, page.tableau, vue, look)
    plan = disposer(taille.width(), taille.height(), len(page.boites), len(page.jauges))
    return [
        *_tete(page, plan, vue.zoom, look),
        *_reperes(page, plan, vue.zoom, look),
        *_boites(page, plan, vue.zoom, look),
        *_pied(page, plan, vue.zoom, look),
        *dessiner_jauges(page, plan.jauges, plan.second_px, vue, look),
    ]


def _tete(page: PagePublique, plan: Disposition, zoom: float, look: Encres) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    rang = "   ".join(t for t in (page.rang, page.numero, page.porteur) if t)
    return [
        Texte(plan.rang, rang, second, look.encre, forte=True),
        dessiner_quorum(page, plan.quorum, second, look),
        Texte(
            plan.titre, page.titre, round(plan.titre_px * zoom), look.encre, forte=True, lignes=True
        ),
        Texte(plan.lieu, page.lieu, second, look.seconde),
        *dessiner_traits(page, plan.traits, second, look),
    ]


def _reperes(
    page: PagePublique, plan: Disposition, zoom: float, look: Encres
) -> list[Texte | Trait]:
    if page.demande is None:
        return []
    part = afficher_part(page.part)
    noms = (*REPERES[:3], f"{REPERES[3]} · {part} du coût" if part else REPERES[3])
    valeurs = (page.demande, page.annee_precedente, page.propose, page.total)
    return [
        texte
        for cellule, nom, valeur in zip(plan.reperes, noms, valeurs, strict=True)
        for texte in _cellule(cellule, nom, euros(valeur), plan, look.encre, look, zoom)
    ]


def _boites(
    page: PagePublique, plan: Disposition, zoom: float, look: Encres
) -> list[Texte | Trait]:
    if page.retenue:
        return [
            Texte(
                plan.bande,
                page.mouvements,
                round(plan.titre_px * zoom),
                look.depasse,
                forte=True,
                lignes=True,
            )
        ]
    textes: list[Texte | Trait] = []
    for cellule, boite in zip(plan.boites, page.boites, strict=True):
        montant = ATTENTE if boite.attente else euros(boite.montant)
        nom = f"{boite.nom} · modifié" if boite.corrige else boite.nom
        textes += _cellule(cellule, nom, montant, plan, look.accent, look, zoom)
    return textes


def _cellule(
    cellule: Cellule,
    nom: str,
    texte: str,
    plan: Disposition,
    couleur: QColor,
    look: Encres,
    zoom: float,
) -> list[Texte]:
    second = round(min(plan.second_px, cellule.nom.height() / 1.2) * zoom)
    deux = cellule.nom.height() > 2 * plan.second_px
    return [
        Texte(cellule.nom, nom, second, look.seconde, cote=BAS if deux else GAUCHE, lignes=deux),
        Texte(
            cellule.chiffre,
            texte,
            round(cellule.chiffre_px * zoom),
            couleur,
            forte=True,
            reduction=REDUCTION_CHIFFRE,
        ),
    ]


def _pied(page: PagePublique, plan: Disposition, zoom: float, look: Encres) -> list[Texte | Trait]:
    second = round(plan.second_px * zoom)
    mouvements = "" if page.retenue else page.mouvements  # then written larger, above
    dit = mouvements or " : ".join(t for t in (page.decision, page.reserve) if t)
    couleur = look.depasse if mouvements else look.encre
    suite = "Ensuite : " + "   ·   ".join(page.suivants) if page.suivants else ""
    return [
        Texte(
            plan.decision,
            dit,
            round(plan.decision_px * zoom),
            couleur,
            forte=True,
            lignes=True,
            reduction=REDUCTION_CHIFFRE,
        ),
        Texte(
            plan.regle,
            page.regle,
            second,
            look.seconde,
            cote=DROITE,
            reduction=REDUCTION_CHIFFRE,
        ),
        Texte(plan.voix, page.voix, second, look.seconde, cote=DROITE),
        Texte(plan.suivants, suite, second, look.seconde),
    ]
