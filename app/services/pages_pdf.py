"""Pages, A4 landscape unless told otherwise: tables dealt out, then drawn under a repeated header.

Two passes, so that « page x / y » is known before the first page is drawn.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import (
    BLOQUANT,
    ENCRE,
    FILET,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Posee,
    Rangee,
    Tableau,
    cases,
    charger_polices,
    couper,
    debiter,
    police_de,
    poser,
)

rl_config.useA85 = 0  # bytes as they are: a file of today needs no seven-bit pages
LARGEUR, HAUTEUR = landscape(A4)
MARGE = 15 * 72 / 25.4
UTILE = LARGEUR - 2 * MARGE
HAUT = HAUTEUR - MARGE
BAS = MARGE + 14  # over the foot
CORPS_ENTETE, INTERLIGNE_ENTETE = 6.5, 8.0
HAUTEUR_TITRE = 24.0
HAUTEUR_GROUPES = 12.0
ENTRE_TABLEAUX = 20.0


@dataclass(frozen=True, slots=True)
class Papier:
    """A sheet (points). `echelle`: tables are drawn at that size, and measured as if they were not."""

    largeur: float = LARGEUR
    hauteur: float = HAUTEUR
    echelle: float = 1.0

    @property
    def utile(self) -> float:
        return (self.largeur - 2 * MARGE) / self.echelle

    @property
    def marge(self) -> float:
        return MARGE / self.echelle

    @property
    def haut(self) -> float:
        """Top of what is written around the tables, never scaled."""
        return self.hauteur - MARGE

    @property
    def haut_suite(self) -> float:
        return (self.haut - 18) / self.echelle

    @property
    def bas(self) -> float:
        return BAS / self.echelle


PAYSAGE = Papier()


@dataclass(frozen=True, slots=True)
class Morceau:
    """What one page shows of a table. `sommet`: the top of its header, in points from the foot."""

    tableau: Tableau
    sommet: float
    posees: tuple[Posee, ...]
    suite: bool


@dataclass(slots=True)
class _Courant:
    """The piece of table being filled."""

    sommet: float
    y: float
    posees: list[Posee] = field(default_factory=list)
    titre: Posee | None = None


class MiseEnPage:
    """Deals tables out to pages; the first page starts at `sommet`, under the title block."""

    def __init__(
        self, sommet: float, papier: Papier = PAYSAGE, *, entre: float = ENTRE_TABLEAUX
    ) -> None:
        self.pages: list[list[Morceau]] = [[]]
        self._papier, self._entre = papier, entre
        self._y = sommet / papier.echelle

    def ajouter(self, tableau: Tableau) -> None:
        entete = hauteur_entete(tableau)
        bas = self._papier.bas
        moitie = (self._papier.haut_suite - bas - entete) / 2
        posees = [p for r in tableau.rangees for p in debiter(poser(r, tableau.colonnes), moitie)]
        if self.pages[-1] and self._y - entete - _ensemble(posees, 0) < bas:
            self._tourner()
        courant = _Courant(self._y, self._y - entete)
        suite = False
        for i, posee in enumerate(posees):
            if courant.posees and courant.y - _ensemble(posees, i) < bas:
                self._clore(tableau, courant, suite=suite)
                self._tourner()
                courant, suite = self._reprendre(courant, posee, entete), True
            if posee.rangee.titre:
                courant.titre = _rappel(posee, tableau.colonnes)
            courant.posees.append(posee)
            courant.y -= posee.hauteur
        self._clore(tableau, courant, suite=suite)
        self._y = courant.y - self._entre

    def _reprendre(self, avant: _Courant, posee: Posee, entete: float) -> _Courant:
        """A new page; what it continues is named again on top."""
        courant = _Courant(self._y, self._y - entete, titre=avant.titre)
        if avant.titre and not posee.rangee.titre and not posee.rangee.finale:
            courant.posees.append(avant.titre)
            courant.y -= avant.titre.hauteur
        return courant

    def _clore(self, tableau: Tableau, courant: _Courant, *, suite: bool) -> None:
        morceau = Morceau(tableau, courant.sommet, tuple(courant.posees), suite)
        self.pages[-1].append(morceau)

    def _tourner(self) -> None:
        self.pages.append([])
        self._y = self._papier.haut_suite


def _ensemble(posees: Sequence[Posee], i: int) -> float:
    """Height of a row with all those that may not be parted from it."""
    haut = 0.0
    for posee in posees[i:]:
        haut += posee.hauteur
        if not posee.rangee.solidaire:
            break
    return haut


def _rappel(posee: Posee, colonnes: Sequence[Colonne]) -> Posee:
    texte, *reste = posee.rangee.textes
    rangee = replace(posee.rangee, textes=(f"{texte} (suite)", *reste), titre=False)
    return poser(rangee, colonnes)


def hauteur_entete(tableau: Tableau) -> float:
    groupes = HAUTEUR_GROUPES if _a_des_groupes(tableau) else 0
    titre = HAUTEUR_TITRE if tableau.titre else 0
    if not tableau.entete:
        return titre
    lignes = max(tableau.lignes_entete, *(len(_titre(c)) for c in tableau.colonnes))
    return titre + groupes + lignes * INTERLIGNE_ENTETE + 6


def _a_des_groupes(tableau: Tableau) -> bool:
    return tableau.groupes or any(c.groupe for c in tableau.colonnes)


def _titre(colonne: Colonne) -> tuple[str, ...]:
    return couper(colonne.titre, colonne.largeur - GOUTTIERE, DEMI_GRASSE, CORPS_ENTETE)


class Document:
    """A PDF with its properties; French, every font embedded. `toile`: drawn on that one instead."""

    def __init__(
        self,
        *,
        titre: str,
        auteur: str,
        jour: date,
        papier: Papier = PAYSAGE,
        mots_cles: str = "",
        toile: Any = None,
    ) -> None:
        charger_polices()
        self._papier = papier
        self._tampon = BytesIO()
        self.toile: Any = toile
        if toile is None:
            self._ouvrir(titre, auteur, jour, mots_cles)

    def _ouvrir(self, titre: str, auteur: str, jour: date, mots_cles: str) -> None:
        self.toile = Canvas(
            self._tampon,
            pagesize=(self._papier.largeur, self._papier.hauteur),
            invariant=1,
            lang="fr-FR",
            initialFontName=REGULIERE,
            pageCompression=1,
        )
        self.toile.setTitle(titre)
        self.toile.setAuthor(auteur)
        self.toile.setSubject(titre)
        if mots_cles:
            self.toile.setKeywords(mots_cles)
        self.toile.setCreator("Tour de table")
        self.toile.setProducer("Tour de table")
        # The day of the data, not the hour of the printing: the same programme gives the same bytes.
        self.toile.setDateFormatter(lambda *_: f"D:{jour:%Y%m%d}000000Z")
        self.toile.setViewerPreference("DisplayDocTitle", "true")

    def dessiner(
        self, pages: Sequence[Sequence[Morceau]], habiller: Callable[[int, int], None]
    ) -> bytes:
        """The bytes; `habiller(number, count)` adds the title block and the foot of each page."""
        for numero, page in enumerate(pages, start=1):
            habiller(numero, len(pages))
            self.dessiner_page(page)
            self.toile.showPage()
        self.toile.save()
        return self._tampon.getvalue()

    def dessiner_page(self, page: Sequence[Morceau]) -> None:
        """The tables of one page."""
        self.toile.saveState()
        self.toile.scale(self._papier.echelle, self._papier.echelle)
        for morceau in page:
            self._dessiner_morceau(morceau)
        self.toile.restoreState()

    def ecrire(
        self,
        x: float,
        y: float,
        texte: str,
        *,
        corps: float,
        police: str = REGULIERE,
        couleur: str = ENCRE,
        droite: bool = False,
    ) -> None:
        self.toile.setFont(police, corps)
        self.toile.setFillColor(HexColor(couleur))
        (self.toile.drawRightString if droite else self.toile.drawString)(x, y, texte)

    def _trait(self, y: float, *, couleur: str, epaisseur: float, de: float, a: float) -> None:
        self.toile.setStrokeColor(HexColor(couleur))
        self.toile.setLineWidth(epaisseur)
        self.toile.line(de, y, a, y)

    def _dessiner_morceau(self, morceau: Morceau) -> None:
        y = self._dessiner_entete(morceau)
        for posee in morceau.posees:
            self._dessiner_rangee(posee, morceau.tableau.colonnes, y)
            y -= posee.hauteur

    def _dessiner_entete(self, morceau: Morceau) -> float:
        """Returns the top of the first row."""
        tableau, y = morceau.tableau, morceau.sommet
        if tableau.titre:
            suite = " (suite)" if morceau.suite else ""
            self.ecrire(
                self._papier.marge, y - 11, tableau.titre + suite, corps=11, police=DEMI_GRASSE
            )
            y -= HAUTEUR_TITRE
        if not tableau.entete:
            return y
        if _a_des_groupes(tableau):
            self._dessiner_groupes(tableau, y - 8)
        bas = morceau.sommet - hauteur_entete(tableau)
        x = self._papier.marge
        for colonne in tableau.colonnes:
            lignes = _titre(colonne)
            for i, ligne in enumerate(lignes):
                self.ecrire(
                    x + (colonne.largeur - GOUTTIERE if colonne.droite else 0),
                    bas + 4 + (len(lignes) - 1 - i) * INTERLIGNE_ENTETE,
                    ligne,
                    corps=CORPS_ENTETE,
                    police=DEMI_GRASSE,
                    couleur=SECONDE,
                    droite=colonne.droite,
                )
            x += colonne.largeur
        self._trait(bas, couleur=ENCRE, epaisseur=0.7, de=self._papier.marge, a=x - GOUTTIERE)
        return bas

    def _dessiner_groupes(self, tableau: Tableau, y: float) -> None:
        x = self._papier.marge
        for groupe, colonnes in groupby(tableau.colonnes, lambda c: c.groupe):
            large = sum(c.largeur for c in colonnes)
            if groupe:
                fin = x + large - GOUTTIERE
                self.ecrire(x + 4, y, groupe, corps=CORPS_ENTETE, couleur=SECONDE)
                self._trait(y - 3, couleur=FILET, epaisseur=0.5, de=x + 4, a=fin)
            x += large

    def _dessiner_rangee(self, posee: Posee, colonnes: Sequence[Colonne], y: float) -> None:
        rangee, style = posee.rangee, posee.rangee.style
        fin = self._papier.marge + sum(c.largeur for c in colonnes) - GOUTTIERE
        bas = y - posee.hauteur
        if style.fond:
            self.toile.setFillColor(HexColor(style.fond))
            self.toile.rect(
                self._papier.marge, bas, fin - self._papier.marge, posee.hauteur, stroke=0, fill=1
            )
        self._fonds(rangee, colonnes, bas, posee.hauteur)
        if style.filet_haut:
            self._trait(y, couleur=style.filet_haut, epaisseur=0.7, de=self._papier.marge, a=fin)
        if style.filet:
            self._trait(bas, couleur=style.filet, epaisseur=0.4, de=self._papier.marge, a=fin)
        if rangee.titre:
            self._signet(rangee.textes[0], y)
        haut = y - style.avant - style.corps * 0.82
        for (_, debut, place), lignes in zip(cases(rangee, colonnes), posee.lignes, strict=True):
            self._dessiner_cellule(rangee, colonnes, lignes, debut=debut, place=place, y=haut)

    def _fonds(
        self, rangee: Rangee, colonnes: Sequence[Colonne], bas: float, hauteur: float
    ) -> None:
        """Cells coloured one by one."""
        x = self._papier.marge
        for colonne, fond in zip(colonnes, rangee.fonds, strict=False):
            if fond:
                self.toile.setFillColor(HexColor(fond))
                self.toile.rect(x, bas, colonne.largeur - GOUTTIERE / 2, hauteur, stroke=0, fill=1)
            x += colonne.largeur

    def _dessiner_cellule(
        self,
        rangee: Rangee,
        colonnes: Sequence[Colonne],
        lignes: Sequence[str],
        *,
        debut: int,
        place: float,
        y: float,
    ) -> None:
        colonne, style = colonnes[debut], rangee.style
        droite = colonne.droite and not (debut == 0 or rangee.etendue > debut)
        x = self._papier.marge + sum(c.largeur for c in colonnes[:debut]) + (place if droite else 0)
        discrete = colonne.discrete and style.police == REGULIERE
        alerte = rangee.alerte is not None and debut == rangee.alerte
        couleur = BLOQUANT if alerte else SECONDE if discrete else style.couleur
        for i, ligne in enumerate(lignes):
            self.ecrire(
                x,
                y - i * style.interligne,
                ligne,
                corps=style.corps,
                police=police_de(rangee, colonne),
                couleur=couleur,
                droite=droite,
            )

    def _signet(self, texte: str, y: float) -> None:
        """An entry in the reader's side panel."""
        cle = f"s{self.toile.getPageNumber()}-{y:.0f}"
        self.toile.bookmarkHorizontal(cle, 0, y)
        self.toile.addOutlineEntry(texte, cle, level=0)
