"""A view on paper, exactly as on screen: its columns, order, groups, totals and filters in words.

Columns that do not fit one page in width go on other pages, with the frozen columns repeated: rows and
pages then break at the same places in each part, so that sheets can be laid side by side.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from reportlab.lib.pagesizes import A3, A4, landscape, portrait

from app.services.columns import Alignement
from app.services.columns import Colonne as ColonneEcran
from app.services.documents import ecrire_entier, jour_de
from app.services.pages_pdf import CORPS_ENTETE, MARGE, Document, MiseEnPage, Morceau, Papier
from app.services.polices import DEMI_GRASSE
from app.services.tableau_pdf import (
    ACCENT,
    ENCRE,
    FOND,
    GOUTTIERE,
    SECONDE,
    Colonne,
    Rangee,
    Style,
    Tableau,
    charger_polices,
    couper,
    largeur,
    poser,
    propre,
)
from app.services.titres import groupe_avec_unite, titre_avec_unite
from app.services.traces_pages import ToileNotee, Trace
from app.services.vue_figee import GroupeFige, VueFigee, texte_imprime, total

POINTS_PAR_PIXEL = 0.58  # the text of the screen has 13 pixels, that of the paper 7.5 points
ECHELLE_MINIMUM = 0.7  # smaller, the text cannot be read: the table takes several pages in width
PART_FIGEE = 0.5  # repeated columns never take more than this share of the width
LARGEUR_MINIMUM = 24.0
LIGNES_VISEES, LARGEUR_AMPLE, DEBORD = 3, 260.0, 1.15
PAGES = {"A4": A4, "A3": A3}
TITRE_MAXIMUM, MENTIONS_MAXIMUM = 3, 14  # lines: the table needs the page
VIDE = "Aucune ligne à afficher."
PAS = 200  # rows between two notices of progress
Progression = Callable[[int, int, str], None]  # may raise TravailAnnule
_TITRES = (
    Style(DEMI_GRASSE, corps=8.5, couleur=ACCENT, avant=9, apres=3.5, fond=FOND),
    Style(DEMI_GRASSE, couleur=ENCRE, avant=6),
    Style(DEMI_GRASSE, couleur=SECONDE, avant=4),
)
_TOTAL = Style(DEMI_GRASSE, filet_haut=ENCRE, filet=ENCRE, avant=5, apres=5)


def sans_suite(_fait: int, _total: int, _texte: str) -> None:
    """Nobody follows the job."""


@dataclass(frozen=True, slots=True)
class Reglage:
    """How it is printed. `ajuster`: shrink to the width of a page, as long as it can be read."""

    papier: str = "A4"
    paysage: bool = True
    ajuster: bool = True

    def feuille(self) -> Papier:
        largeur, hauteur = (landscape if self.paysage else portrait)(PAGES[self.papier])
        return Papier(largeur, hauteur)


def ecrire_vue_pdf(
    vue: VueFigee, reglage: Reglage, chemin: Path, progression: Progression = sans_suite
) -> None:
    """Write the PDF whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, VueEnPages(vue, reglage, progression).pdf(progression))


@dataclass(frozen=True, slots=True)
class _Element:
    """One row of the paper: a text for each column, and how it is set."""

    textes: tuple[str, ...]
    rangee: Rangee
    intitule: bool = False  # the first text spans the columns that are not summed


class VueEnPages:
    """A view dealt out to pages: drawn as a PDF, or page by page for a preview."""

    def __init__(
        self, vue: VueFigee, reglage: Reglage, progression: Progression = sans_suite
    ) -> None:
        charger_polices()
        self.vue = vue
        self._progression = progression
        self._elements = list(self._suivre(_elements(vue)))
        largeurs = self._mesurer()
        self.papier = _a_l_echelle(reglage.feuille(), sum(largeurs) - GOUTTIERE, reglage.ajuster)
        self._bandes = _bandes(vue, largeurs, self.papier.utile + GOUTTIERE)
        if (
            len(self._bandes) > 1
        ):  # a row is as tall on all its pages: it must not be by one long text
            amples = self._elargir(largeurs)
            self._bandes = _bandes(vue, amples, self.papier.utile + GOUTTIERE)
        # Headings stand on a row of their own in every band, or in none: pages break at the same rows.
        self._a_part = any(self._etendue(bande) == 0 for bande in self._bandes)
        self._cartouche = _Cartouche(vue, self.papier)
        self.pages = list(self._paginer())

    @property
    def objet(self) -> str:
        return self.vue.objet

    @property
    def nombre(self) -> int:
        return len(self.pages)

    @property
    def bandes(self) -> int:
        """How many pages the table takes in width."""
        return len(self._bandes)

    def _suivre(self, elements: Iterable["_Element"]) -> Iterator["_Element"]:
        for rang, element in enumerate(elements):
            if rang % PAS == 0:
                self._progression(rang, 2 * len(self.vue.lignes), "Mise en page")
            yield element

    def pdf(self, progression: Progression = sans_suite) -> bytes:
        jour = jour_de(self.vue.date) or date(2024, 1, 1)
        titre = propre(f"{self.vue.objet} – {self.vue.contrat}")
        document = Document(
            titre=titre, auteur=propre(self.vue.contrat), jour=jour, papier=self.papier
        )

        def habiller(numero: int, nombre: int) -> None:
            progression(numero - 1, nombre, "Écriture des pages")
            self._cartouche.habiller(document, numero, nombre, entier=self.pages[numero - 1][1])

        return document.dessiner([page for page, _ in self.pages], habiller)

    def traces(self, numero: int) -> list[Trace]:
        """What the PDF draws on a page, from 1."""
        toile = ToileNotee()
        document = Document(
            titre="", auteur="", jour=date(2024, 1, 1), papier=self.papier, toile=toile
        )
        page, entier = self.pages[numero - 1]
        self._cartouche.habiller(document, numero, self.nombre, entier=entier)
        document.dessiner_page(page)
        return toile.traces

    def _mesurer(self) -> list[float]:
        """Width of each column (points): that of the screen, and at least that of its numbers."""
        textes: Iterable[tuple[str, ...]] = zip(
            *(e.textes for e in self._elements if not e.intitule), strict=True
        )
        sommes = [e.textes for e in self._elements if e.intitule]
        colonnes = list(textes) or [()] * len(self.vue.colonnes)
        largeurs = [
            _largeur(colonne, pixels, [*set(colonnes[i]), *{s[i + 1] for s in sommes}])
            for i, (colonne, pixels) in enumerate(
                zip(self.vue.colonnes, self.vue.largeurs, strict=True)
            )
        ]
        return _place_aux_blocs(self.vue, largeurs)

    def _elargir(self, largeurs: Sequence[float]) -> list[float]:
        """Long texts in a few lines each, where the table takes several pages in width anyway."""
        amples = list(largeurs)
        for rang in range(self.vue.figees, len(amples)):
            if not self.vue.colonnes[rang].est_nombre:
                textes = {e.textes[rang] for e in self._elements if not e.intitule}
                amples[rang] = max(amples[rang], min(_en_lignes(textes), LARGEUR_AMPLE))
        return amples

    def _paginer(self) -> Iterator[tuple[list[Morceau], bool]]:
        """The pages of each band, with whether they bear the title block."""
        tableaux = [self._tableau(bande) for bande in self._bandes]
        if len(tableaux) > 1:
            tableaux = _accorder(tableaux)
        for tableau in tableaux:
            self._progression(1, 2, "Mise en page")
            pages = MiseEnPage(self._cartouche.bas, self.papier)
            pages.ajouter(tableau)
            for rang, page in enumerate(pages.pages):
                yield page, rang == 0

    def _etendue(self, bande: Sequence[tuple[int, float]]) -> int:
        """How many columns stand before the first one that is summed."""
        totaux = [self.vue.colonnes[rang].total for rang, _ in bande]
        return totaux.index(True) if True in totaux else len(totaux)

    def _tableau(self, bande: Sequence[tuple[int, float]]) -> Tableau:
        rangs = [rang for rang, _ in bande]
        colonnes = tuple(_sur_papier(self.vue.colonnes, rang, large) for rang, large in bande)
        etendue = 0 if self._a_part else self._etendue(bande)
        rangees = [r for e in self._elements for r in _rangees(e, rangs, etendue)]
        if not self.vue.lignes:
            rangees.insert(0, Rangee((VIDE,), Style(couleur=SECONDE), etendue=len(rangs)))
        if len(rangees) > 1:
            rangees[-2] = replace(rangees[-2], solidaire=True)
        return Tableau(colonnes, tuple(rangees))


def _elements(vue: VueFigee) -> Iterator[_Element]:
    """Headings, rows and grand total, in the order of the screen; what is folded stays so."""
    if vue.groupes:
        for groupe in vue.groupes:
            yield from _groupe(vue, groupe)
    else:
        yield from (_ligne(vue, ligne) for ligne in vue.lignes)
    if any(colonne.total for colonne in vue.colonnes):
        nombre = len(vue.lignes)
        libelle = f"Total · {nombre} ligne{'s' if nombre > 1 else ''}"
        yield _somme(vue, libelle, vue.lignes, Rangee((), _TOTAL, finale=True))


def _groupe(vue: VueFigee, groupe: GroupeFige) -> Iterator[_Element]:
    style = _TITRES[min(groupe.niveau, len(_TITRES) - 1)]
    modele = Rangee((), style, titre=True, solidaire=not groupe.replie)
    yield _somme(vue, groupe.titre, groupe.toutes, modele)
    if groupe.replie:
        return
    for dedans in groupe.groupes:
        yield from _groupe(vue, dedans)
    yield from (_ligne(vue, ligne) for ligne in groupe.lignes)


def _somme(vue: VueFigee, libelle: str, lignes: Sequence[Any], modele: Rangee) -> _Element:
    sommes = (texte_imprime(c.texte_de(total(c, lignes))) if c.total else "" for c in vue.colonnes)
    return _Element((libelle, *sommes), modele, intitule=True)


def _ligne(vue: VueFigee, ligne: Any) -> _Element:
    textes = tuple(texte_imprime(colonne.texte(ligne)) for colonne in vue.colonnes)
    if vue.fond_de is None:
        return _Element(textes, _ORDINAIRE)
    fonds = tuple(vue.fond_de(ligne, colonne) for colonne in vue.colonnes)
    return _Element(textes, replace(_ORDINAIRE, fonds=fonds))


_ORDINAIRE = Rangee(())


def _rangees(element: _Element, rangs: Sequence[int], etendue: int) -> Iterator[Rangee]:
    """The row of one band; with `etendue` 0, a heading stands on a row of its own above its sums."""
    modele, textes = element.rangee, element.textes
    if not element.intitule:
        fonds = tuple(modele.fonds[rang] for rang in rangs) if modele.fonds else ()
        yield replace(modele, textes=tuple(textes[rang] for rang in rangs), fonds=fonds)
        return
    libelle, *sommes = textes
    if etendue:
        suite = tuple(sommes[rang] for rang in rangs[etendue:])
        yield replace(modele, textes=(libelle, *suite), etendue=etendue)
        return
    style = replace(modele.style, filet="")
    yield replace(modele, textes=(libelle,), etendue=len(rangs), solidaire=True, style=style)
    style = replace(modele.style, avant=1, filet_haut="")
    yield replace(modele, textes=tuple(sommes[r] for r in rangs), style=style, titre=False)


# Widths and bands ---------------------------------------------------------------------------------


def _largeur(colonne: ColonneEcran, pixels: int, textes: Sequence[str]) -> float:
    """Numbers are never cut in two; texts wrap in the width of the screen."""
    mots = [largeur(m, DEMI_GRASSE, CORPS_ENTETE) for m in propre(colonne.titre).split()]
    besoins = [LARGEUR_MINIMUM, *(min(mot, 90.0) for mot in mots)]
    if colonne.est_nombre and textes:
        longs = sorted(textes, key=len)[-8:]
        besoins += [largeur(propre(texte), DEMI_GRASSE) for texte in longs]
    return max(pixels * POINTS_PAR_PIXEL, max(besoins) + GOUTTIERE + 1)


def _en_lignes(textes: Iterable[str]) -> float:
    """What the longest of these texts takes in width in so many lines, which never fill to the end."""
    longs = sorted(textes, key=len)[-4:]
    pleine = max((largeur(propre(texte)) for texte in longs), default=0.0)
    return pleine * DEBORD / LIGNES_VISEES + GOUTTIERE


def _place_aux_blocs(vue: VueFigee, largeurs: list[float]) -> list[float]:
    """Room for the name of each block above its columns: the last one grows when they are narrow."""
    for _, suite in groupby(range(len(largeurs)), lambda rang: vue.colonnes[rang].groupe):
        bloc = list(suite)
        nom = groupe_avec_unite([vue.colonnes[rang] for rang in bloc])
        if nom:
            besoin = largeur(propre(nom), corps=CORPS_ENTETE) + GOUTTIERE + 4
            largeurs[bloc[-1]] += max(0.0, besoin - sum(largeurs[rang] for rang in bloc))
    return largeurs


def _a_l_echelle(papier: Papier, voulue: float, ajuster: bool) -> Papier:
    if not ajuster or voulue <= papier.utile:
        return papier
    return replace(papier, echelle=max(papier.utile / voulue, ECHELLE_MINIMUM))


def _bandes(
    vue: VueFigee, largeurs: Sequence[float], place: float
) -> list[list[tuple[int, float]]]:
    """(rank, width) of the columns of each page in width, the frozen ones first."""
    figees, reste = _figees(vue, largeurs, place)
    libre = place - sum(large for _, large in figees)
    bandes: list[list[tuple[int, float]]] = [[]]
    occupee = 0.0
    for bloc in _blocs(vue, reste, libre):
        posees = [(rang, min(largeurs[rang], libre)) for rang in bloc]
        large = sum(large for _, large in posees)
        if bandes[-1] and occupee + large > libre + 0.01:
            bandes.append([])
            occupee = 0.0
        bandes[-1] += posees
        occupee += large
    return [[*figees, *bande] for bande in bandes]


def _figees(
    vue: VueFigee, largeurs: Sequence[float], place: float
) -> tuple[list[tuple[int, float]], list[int]]:
    """The frozen columns that leave half of the page to the others, and the rank of these."""
    rangs = range(len(largeurs))
    if sum(largeurs) <= place:
        return [], list(rangs)
    figees: list[tuple[int, float]] = []
    reste = place * PART_FIGEE
    for rang in rangs[: min(vue.figees, len(rangs) - 1)]:
        reste -= largeurs[rang]
        if reste < 0:
            break
        figees.append((rang, largeurs[rang]))
    return figees, list(rangs[len(figees) :])


def _blocs(vue: VueFigee, rangs: Sequence[int], libre: float) -> Iterator[list[int]]:
    """Columns of one financeur go together, when they fit a page."""
    for groupe, suite in groupby(rangs, lambda rang: vue.colonnes[rang].groupe):
        bloc = list(suite)
        if groupe and sum(vue.largeurs[r] for r in bloc) * POINTS_PAR_PIXEL <= libre / 2:
            yield bloc
        else:
            yield from ([rang] for rang in bloc)


def _sur_papier(colonnes: Sequence[ColonneEcran], rang: int, large: float) -> Colonne:
    colonne = colonnes[rang]
    meme = [c for c in colonnes if c.groupe == colonne.groupe]
    return Colonne(
        colonne.titre if colonne.groupe else titre_avec_unite(colonne),
        large,
        droite=colonne.cote == Alignement.DROITE,
        groupe=groupe_avec_unite(meme),
        discrete=colonne.nuance,
    )


def _accorder(tableaux: Sequence[Tableau]) -> list[Tableau]:
    """The same heights in each band, for header and rows: pages break at the same rows."""
    entete = max(
        len(couper(c.titre, c.largeur - GOUTTIERE, DEMI_GRASSE, CORPS_ENTETE))
        for tableau in tableaux
        for c in tableau.colonnes
    )
    groupes = any(c.groupe for tableau in tableaux for c in tableau.colonnes)
    lignes = [
        max(
            max(map(len, poser(rangee, tableau.colonnes).lignes))
            for rangee, tableau in zip(rangees, tableaux, strict=True)
        )
        for rangees in zip(*(tableau.rangees for tableau in tableaux), strict=True)
    ]
    return [
        replace(
            tableau,
            rangees=tuple(
                replace(rangee, lignes=n) for rangee, n in zip(tableau.rangees, lignes, strict=True)
            ),
            lignes_entete=entete,
            groupes=groupes,
        )
        for tableau in tableaux
    ]


# Around the table ---------------------------------------------------------------------------------


class _Cartouche:
    """The title block of a first page, the running line of the others, the foot of all."""

    def __init__(self, vue: VueFigee, papier: Papier) -> None:
        self._vue, self._papier = vue, papier
        utile = papier.largeur - 2 * MARGE
        self._titre = couper(vue.contrat, utile, DEMI_GRASSE, 16)[:TITRE_MAXIMUM]
        self._objet = couper(vue.objet, utile, corps=11)[:TITRE_MAXIMUM]
        textes = (vue.etat, *vue.mentions)
        lignes = [ligne for texte in textes for ligne in couper(texte, utile, corps=8.5)]
        self._lignes = lignes[:MENTIONS_MAXIMUM]
        haut = 20 * len(self._titre) + 16 * len(self._objet) + 12 * len(self._lignes)
        self.bas = papier.haut - haut - 14

    def habiller(self, document: Document, numero: int, nombre: int, *, entier: bool) -> None:
        if entier:
            self._dessiner_titre(document)
        else:
            courant = f"{self._titre[0]} · {self._objet[0]}"
            haut = self._papier.haut - 7
            document.ecrire(MARGE, haut, courant, corps=CORPS_ENTETE, couleur=SECONDE)
        pied = MARGE - 4
        document.ecrire(MARGE, pied, propre(self._vue.marque), corps=6, couleur=SECONDE)
        page = f"Page {numero} / {nombre}"
        droite = self._papier.largeur - MARGE
        document.ecrire(droite, pied, page, corps=7, couleur=SECONDE, droite=True)

    def _dessiner_titre(self, document: Document) -> None:
        y = self._papier.haut - 14
        for ligne in self._titre:
            document.ecrire(MARGE, y, ligne, corps=16, police=DEMI_GRASSE)
            y -= 20
        for ligne in self._objet:
            document.ecrire(MARGE, y, ligne, corps=11)
            y -= 16
        for ligne in self._lignes:
            document.ecrire(MARGE, y, ligne, corps=8.5, couleur=SECONDE)
            y -= 12
