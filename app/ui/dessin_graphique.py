"""Draws a chart: on screen, in a picture, on paper. Bars lie flat so that whole words stand beside them.

No colour alone: each series has a number in its legend, repeated on its bars or its part of the ring.
"""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from app.services.graphiques import Forme, Graphique, part_de, valeur_en_mots
from app.ui.encres import Encres, lisible_sur
from app.ui.theme import Taille

BARRE = 18  # height of a bar, in pixels at 100 %
BARRE_FINE = 12  # of one series among others
ECART = 10  # between two categories
PART_LIBELLES = 0.36  # of the width, for the names of the categories
ANNEAU = 260
TROU = 0.58  # of the ring's radius
PART_NUMEROTEE = Decimal("0.04")  # a thinner part of the ring has no room for its number

_GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_CENTRE = int(Qt.AlignmentFlag.AlignCenter)
_REPLI = int(Qt.TextFlag.TextWordWrap)


class DessinGraphique:
    """`hauteur(width)` says how much room it needs; `peindre` draws it in a frame."""

    def __init__(self, graphique: Graphique, encres: Encres) -> None:
        self._graphique = graphique
        self._encres = encres
        self._px = encres.px
        self._plusieurs = len(graphique.series) > 1

    # Measures -----------------------------------------------------------------------------------

    def hauteur(self, largeur: float) -> float:
        tete = self._hauteur_titre(largeur) + self._hauteur_legende(largeur)
        if self._graphique.forme == Forme.ANNEAU:
            return tete + max(self._px(ANNEAU), self._hauteur_parts(self._largeur_parts(largeur)))
        return tete + sum(self._hauteurs(largeur))

    def _metrique(self, taille: Taille = "texte", *, forte: bool = False) -> QFontMetricsF:
        return QFontMetricsF(self._encres.police(taille, forte=forte))

    def _hauteur_de_texte(self, texte: str, largeur: float, taille: Taille = "texte") -> float:
        cadre = QRectF(0, 0, max(1.0, largeur), 10_000)
        return self._metrique(taille).boundingRect(cadre, _GAUCHE | _REPLI, texte).height()

    def _hauteur_titre(self, largeur: float) -> float:
        cadre = QRectF(0, 0, max(1.0, largeur), 10_000)
        metrique = self._metrique("titre", forte=True)
        titre = metrique.boundingRect(cadre, _GAUCHE | _REPLI, self._graphique.titre).height()
        return titre + self._metrique().height() + self._px(16)

    def _largeur_libelles(self, largeur: float) -> float:
        metrique = self._metrique()
        longueurs = [metrique.horizontalAdvance(c) for c in self._graphique.categories]
        return min(max(longueurs, default=0) + self._px(2), largeur * PART_LIBELLES)

    def _largeur_valeurs(self) -> float:
        """Room at the right of the longest bar for the figure that ends it."""
        metrique = self._metrique()
        return max(map(metrique.horizontalAdvance, self._valeurs_au_bout()), default=0) + self._px(
            8
        )

    def _valeurs_au_bout(self) -> list[str]:
        graphique = self._graphique
        if graphique.forme == Forme.EMPILEES:
            valeurs = [graphique.total_de(rang) for rang in range(len(graphique.categories))]
        else:
            valeurs = [valeur for serie in graphique.series for valeur in serie.valeurs]
        return [valeur_en_mots(valeur, graphique.unite) for valeur in valeurs]

    def _epaisseur(self) -> float:
        groupees = self._plusieurs and self._graphique.forme == Forme.BARRES
        return self._px(BARRE_FINE if groupees else BARRE)

    def _hauteurs(self, largeur: float) -> list[float]:
        """Height of each category: its name whole, its bars, the gap that follows."""
        place = self._largeur_libelles(largeur)
        return [
            max(
                self._epaisseur() * len(self._barres(rang)),
                self._hauteur_de_texte(categorie, place),
            )
            + self._px(ECART)
            for rang, categorie in enumerate(self._graphique.categories)
        ]

    def _barres(self, rang: int) -> list[tuple[int, Decimal]]:
        """(series, value) of the bars of a category, one under the other; a pile is one bar."""
        valeurs = [serie.valeurs[rang] for serie in self._graphique.series]
        if not self._plusieurs or self._graphique.forme == Forme.EMPILEES:
            return [(0, sum(valeurs, Decimal(0)))]
        return [(serie, valeur) for serie, valeur in enumerate(valeurs) if valeur] or [
            (-1, Decimal(0))
        ]

    # Drawing ------------------------------------------------------------------------------------

    def peindre(self, peintre: QPainter, cadre: QRectF) -> None:
        peintre.save()
        peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
        haut = self._peindre_titre(peintre, cadre)
        haut = self._peindre_legende(peintre, QRectF(cadre).adjusted(0, haut - cadre.top(), 0, 0))
        zone = QRectF(cadre.left(), haut, cadre.width(), cadre.bottom() - haut)
        if not self._graphique.categories:
            self._ecrire_doux(peintre, zone, "Aucune ligne à montrer.")
        elif self._graphique.forme == Forme.ANNEAU:
            self._peindre_anneau(peintre, zone)
        else:
            self._peindre_barres(peintre, zone)
        peintre.restore()

    def _couleur(self, rang: int) -> QColor:
        couleurs = self._encres.couleurs
        if not self._plusieurs and self._graphique.forme != Forme.ANNEAU:
            return couleurs.accent
        return couleurs.financeurs[rang % len(couleurs.financeurs)]

    def _ecrire(
        self,
        peintre: QPainter,
        cadre: QRectF,
        texte: str,
        cote: int = _GAUCHE,
        *,
        taille: Taille = "texte",
        forte: bool = False,
        couleur: QColor | None = None,
    ) -> None:
        peintre.setFont(self._encres.police(taille, forte=forte))
        peintre.setPen(couleur or self._encres.couleurs.encre)
        peintre.drawText(cadre, cote, texte)

    def _ecrire_doux(self, peintre: QPainter, cadre: QRectF, texte: str) -> None:
        self._ecrire(peintre, cadre, texte, couleur=self._encres.couleurs.encre_douce)

    def _peindre_titre(self, peintre: QPainter, cadre: QRectF) -> float:
        """The title, then what was gathered; returns where the rest begins."""
        graphique = self._graphique
        hauteur = self._hauteur_titre(cadre.width()) - self._px(16)
        sous_titre = self._metrique().height()
        titre = QRectF(cadre.left(), cadre.top(), cadre.width(), hauteur - sous_titre)
        self._ecrire(peintre, titre, graphique.titre, _GAUCHE | _REPLI, taille="titre", forte=True)
        ligne = QRectF(cadre.left(), titre.bottom(), cadre.width(), sous_titre)
        mot = "lignes" if graphique.lignes > 1 else "ligne"
        total = valeur_en_mots(graphique.total, graphique.unite)
        compte = f"{graphique.lignes} {mot}"
        texte = (
            compte
            if graphique.unite == "lignes" or not graphique.additive
            else f"Total {total} · {compte}"
        )
        self._ecrire_doux(peintre, ligne, texte)
        return cadre.top() + hauteur + self._px(16)

    # Legend -------------------------------------------------------------------------------------

    def _a_une_legende(self) -> bool:
        return self._plusieurs and self._graphique.forme != Forme.ANNEAU

    def _places_de_legende(self, largeur: float) -> list[tuple[float, float, float]]:
        """x, y, width of each entry, laid out in lines."""
        metrique, pas = self._metrique(), self._px(22)
        places: list[tuple[float, float, float]] = []
        x = y = 0.0
        for rang, serie in enumerate(self._graphique.series):
            place = metrique.horizontalAdvance(f"{rang + 1} {serie.nom}") + self._px(36)
            if x and x + place > largeur:
                x, y = 0.0, y + pas
            places.append((x, y, place))
            x += place
        return places

    def _hauteur_legende(self, largeur: float) -> float:
        if not self._a_une_legende():
            return 0.0
        return self._places_de_legende(largeur)[-1][1] + self._px(22 + 8)

    def _peindre_legende(self, peintre: QPainter, cadre: QRectF) -> float:
        if not self._a_une_legende():
            return cadre.top()
        cote, hauteur = self._px(12), self._px(22)
        places = self._places_de_legende(cadre.width())
        for rang, (x, y, largeur) in enumerate(places):
            gauche, haut = cadre.left() + x, cadre.top() + y
            carre = QRectF(gauche, haut + (hauteur - cote) / 2, cote, cote)
            peintre.fillRect(carre, self._couleur(rang))
            texte = QRectF(gauche + cote + self._px(6), haut, largeur, hauteur)
            self._ecrire(peintre, texte, f"{rang + 1} {self._graphique.series[rang].nom}")
        return cadre.top() + self._hauteur_legende(cadre.width())

    # Bars ---------------------------------------------------------------------------------------

    def _peindre_barres(self, peintre: QPainter, zone: QRectF) -> None:
        libelles = self._largeur_libelles(zone.width())
        gauche = zone.left() + libelles + self._px(12)
        place = max(self._px(40), zone.right() - gauche - self._largeur_valeurs())
        echelle = _Echelle(self._extremes(), gauche, place)
        haut = zone.top()
        for rang, hauteur in enumerate(self._hauteurs(zone.width())):
            utile = hauteur - self._px(ECART)
            nom = QRectF(zone.left(), haut, libelles, utile)
            self._ecrire(peintre, nom, self._graphique.categories[rang], _GAUCHE | _REPLI)
            self._peindre_categorie(peintre, rang, haut=haut, utile=utile, echelle=echelle)
            haut += hauteur
        x = echelle.x(Decimal(0))
        peintre.setPen(QPen(self._encres.couleurs.filet_fort, 1))
        peintre.drawLine(QPointF(x, zone.top()), QPointF(x, haut - self._px(ECART)))

    def _extremes(self) -> tuple[Decimal, Decimal]:
        graphique = self._graphique
        if graphique.forme == Forme.EMPILEES:
            valeurs = [graphique.total_de(rang) for rang in range(len(graphique.categories))]
        else:
            valeurs = [valeur for serie in graphique.series for valeur in serie.valeurs]
        return min([*valeurs, Decimal(0)]), max([*valeurs, Decimal(0)])

    def _peindre_categorie(
        self, peintre: QPainter, rang: int, *, haut: float, utile: float, echelle: "_Echelle"
    ) -> None:
        graphique, epaisseur = self._graphique, self._epaisseur()
        valeurs = [serie.valeurs[rang] for serie in graphique.series]
        if graphique.forme == Forme.EMPILEES and self._plusieurs:
            self._peindre_pile(peintre, valeurs, haut + (utile - epaisseur) / 2, echelle)
            return
        barres = self._barres(rang)
        y = haut + (utile - epaisseur * len(barres)) / 2
        for serie, valeur in barres:
            barre = echelle.barre(Decimal(0), valeur, y, epaisseur - self._px(1))
            peintre.fillRect(barre, self._couleur(serie))
            self._peindre_valeur(peintre, barre, valeur, numero=serie + 1 if self._plusieurs else 0)
            y += epaisseur

    def _peindre_valeur(
        self, peintre: QPainter, barre: QRectF, valeur: Decimal, *, numero: int
    ) -> None:
        texte = valeur_en_mots(valeur, self._graphique.unite)
        taille: Taille = "petit" if numero else "texte"
        if numero:
            texte = f"{numero} · {texte}"
        place = QRectF(barre.right() + self._px(6), barre.top(), 10_000, barre.height())
        self._ecrire(peintre, place, texte, taille=taille)

    def _peindre_pile(
        self, peintre: QPainter, valeurs: Sequence[Decimal], haut: float, echelle: "_Echelle"
    ) -> None:
        """The series end to end, each with its number where there is room, then their sum."""
        debut, epaisseur = Decimal(0), self._epaisseur()
        barre = echelle.barre(debut, debut, haut, epaisseur)
        for serie, valeur in enumerate(valeurs):
            if not valeur:
                continue
            barre = echelle.barre(debut, debut + valeur, haut, epaisseur)
            couleur = self._couleur(serie)
            peintre.fillRect(barre.adjusted(0, 0, -1, 0), couleur)
            numero = str(serie + 1)
            if barre.width() > self._metrique("petit").horizontalAdvance(numero) + self._px(4):
                self._ecrire(
                    peintre, barre, numero, _CENTRE, taille="petit", couleur=lisible_sur(couleur)
                )
            debut += valeur
        self._peindre_valeur(peintre, barre, debut, numero=0)

    # Ring ---------------------------------------------------------------------------------------

    def _parts(self) -> list[tuple[str, Decimal]]:
        return [(c, self._graphique.total_de(r)) for r, c in enumerate(self._graphique.categories)]

    def _largeur_parts(self, largeur: float) -> float:
        """As wide as the longest name and its figures, within what the ring leaves."""
        metrique = self._metrique()
        noms = max(
            (
                metrique.horizontalAdvance(f"{r + 1} {nom}")
                for r, (nom, _) in enumerate(self._parts())
            ),
            default=0,
        )
        libre = max(self._px(120), largeur - self._px(ANNEAU) - self._px(32))
        return min(libre, noms + self._px(24 + 24) + self._largeur_chiffres())

    def _hauteur_parts(self, largeur: float) -> float:
        return sum(self._hauteurs_des_parts(largeur))

    def _hauteurs_des_parts(self, largeur: float) -> list[float]:
        place = largeur - self._px(24) - self._largeur_chiffres()
        return [
            self._hauteur_de_texte(f"{rang + 1} {nom}", place) + self._px(6)
            for rang, (nom, _) in enumerate(self._parts())
        ]

    def _largeur_chiffres(self) -> float:
        metrique = self._metrique()
        return max(map(metrique.horizontalAdvance, self._chiffres()), default=0) + self._px(8)

    def _chiffres(self) -> list[str]:
        total = self._graphique.total
        return [
            f"{valeur_en_mots(valeur, self._graphique.unite)}   {part_de(valeur, total)}"
            for _, valeur in self._parts()
        ]

    def _peindre_anneau(self, peintre: QPainter, zone: QRectF) -> None:
        if self._graphique.a_du_negatif:
            phrase = "Un anneau ne montre pas de valeur négative : choisissez des barres."
            self._ecrire_doux(peintre, zone, phrase)
            return
        cote = min(self._px(ANNEAU), zone.height())
        cercle = QRectF(zone.left(), zone.top(), cote, cote)
        total, debut = self._graphique.total, 90.0
        for rang, (_, valeur) in enumerate(self._parts()):
            if total and valeur:
                angle = -360.0 * float(valeur / total)
                numero = str(rang + 1) if valeur / total >= PART_NUMEROTEE else ""
                self._peindre_part(peintre, cercle, debut, angle, rang=rang, numero=numero)
                debut += angle
        self._peindre_parts(peintre, zone, cercle)

    def _peindre_part(
        self,
        peintre: QPainter,
        cercle: QRectF,
        debut: float,
        angle: float,
        *,
        rang: int,
        numero: str,
    ) -> None:
        rayon = cercle.width() / 2
        trou = QRectF(cercle)
        trou.adjust(rayon * TROU, rayon * TROU, -rayon * TROU, -rayon * TROU)
        chemin = QPainterPath()
        chemin.arcMoveTo(cercle, debut)
        chemin.arcTo(cercle, debut, angle)
        chemin.arcTo(trou, debut + angle, -angle)
        chemin.closeSubpath()
        couleur = self._couleur(rang)
        peintre.setPen(QPen(self._encres.couleurs.papier, self._px(1.5)))
        peintre.setBrush(couleur)
        peintre.drawPath(chemin)
        if numero:
            milieu = QRectF(cercle)
            retrait = rayon * TROU / 2
            milieu.adjust(retrait, retrait, -retrait, -retrait)
            repere = QPainterPath()
            repere.arcMoveTo(milieu, debut + angle / 2)
            point, cote = repere.currentPosition(), self._px(20)
            case = QRectF(point.x() - cote / 2, point.y() - cote / 2, cote, cote)
            self._ecrire(
                peintre, case, numero, _CENTRE, taille="petit", couleur=lisible_sur(couleur)
            )

    def _peindre_parts(self, peintre: QPainter, zone: QRectF, cercle: QRectF) -> None:
        gauche = cercle.right() + self._px(32)
        largeur = self._largeur_parts(zone.width())
        chiffres, cote = self._largeur_chiffres(), self._px(12)
        haut = zone.top()
        hauteurs = self._hauteurs_des_parts(largeur)
        for rang, (nom, _) in enumerate(self._parts()):
            hauteur = hauteurs[rang] - self._px(6)
            peintre.fillRect(
                QRectF(gauche, haut + (hauteur - cote) / 2, cote, cote), self._couleur(rang)
            )
            texte = QRectF(gauche + self._px(20), haut, largeur - self._px(24) - chiffres, hauteur)
            self._ecrire(peintre, texte, f"{rang + 1} {nom}", _GAUCHE | _REPLI)
            fin = QRectF(gauche + largeur - chiffres, haut, chiffres, hauteur)
            self._ecrire(peintre, fin, self._chiffres()[rang], _DROITE)
            haut += hauteurs[rang]


class _Echelle:
    """From values to pixels, zero always in view."""

    def __init__(self, extremes: tuple[Decimal, Decimal], gauche: float, place: float) -> None:
        self._bas, haut = extremes
        self._etendue = float(haut - self._bas) or 1.0
        self._gauche, self._place = gauche, place

    def x(self, valeur: Decimal) -> float:
        return self._gauche + self._place * float(valeur - self._bas) / self._etendue

    def barre(self, debut: Decimal, fin: Decimal, haut: float, hauteur: float) -> QRectF:
        gauche, droite = sorted((self.x(debut), self.x(fin)))
        return QRectF(gauche, haut, droite - gauche, hauteur)
