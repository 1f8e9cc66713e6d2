"""The calendar as a poster: one page, A3 or A4, a lane a step, readable from across an office."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A3, A4, landscape

from app.services.calendrier import MOTS_DU_MOIS, Calendrier, mois_suivant, quand
from app.services.cycle_dates import EtapeDatee, EtatEtape
from app.services.documents import date_longue
from app.services.errors import SaisieRefusee
from app.services.pages_pdf import MARGE, Document, Papier
from app.services.papier_seance import bornee
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import (
    ACCENT,
    BLOQUANT,
    ENCRE,
    FILET,
    FOND,
    SECONDE,
    charger_polices,
    largeur,
)

FAVORABLE, GRIS, BLANC = "#1E7B4F", "#BFBCB4", "#FFFFFF"
COULEURS = {
    EtatEtape.FAITE: FAVORABLE,
    EtatEtape.EN_COURS: ACCENT,
    EtatEtape.A_VENIR: GRIS,
    EtatEtape.RETARD: BLOQUANT,
    EtatEtape.SANS_DATE: SECONDE,
}
HAUTEUR_MAXIMALE, HAUTEUR_MINIMALE = 26.0, 8.0  # of a lane, in points
PART_DES_NOMS = 0.34
TETE = 58.0  # title, sentence and months
PIED = 26.0
BORD = 0.9  # part of the months after which a word stands on the left of its line


@dataclass(frozen=True, slots=True)
class _Bande:
    """A lane of the poster: a step, or the name of the appel above its steps."""

    etape: EtapeDatee | None
    titre: str


def affiche(calendrier: Calendrier, *, a3: bool = True) -> bytes:
    """The PDF, on one page. Raises SaisieRefusee when there is nothing, or too much, to show."""
    if not calendrier.etapes:
        raise SaisieRefusee(
            "Aucune étape à afficher : créez un appel, ou ajoutez des étapes au sien."
        )
    charger_polices()
    large, haut = landscape(A3 if a3 else A4)
    return _Affiche(calendrier, Papier(large, haut)).pdf()


class _Affiche:
    """One page being drawn."""

    def __init__(self, calendrier: Calendrier, papier: Papier) -> None:
        self._calendrier, self._papier = calendrier, papier
        self._bandes = list(_bandes(calendrier))
        self._utile = papier.largeur - 2 * MARGE
        self._noms = self._utile * PART_DES_NOMS
        self._barres = self._utile - self._noms
        self._sommet = papier.hauteur - MARGE - TETE
        place = self._sommet - MARGE - PIED
        self._pas = min(place / len(self._bandes), HAUTEUR_MAXIMALE)
        if self._pas < HAUTEUR_MINIMALE:
            raise SaisieRefusee(
                f"{len(calendrier.etapes)} étapes ne tiennent pas sur cette feuille : choisissez "
                "l'A3, ou un seul appel."
            )
        self._corps = min(self._pas * 0.52, 11.0)
        self._document = Document(
            titre=f"{calendrier.titre} – {calendrier.contrat}",
            auteur=calendrier.contrat,
            jour=calendrier.jour,
            papier=papier,
        )

    @property
    def _toile(self) -> Any:
        return self._document.toile

    def pdf(self) -> bytes:
        return self._document.dessiner([[]], lambda _numero, _nombre: self._dessiner())

    def _dessiner(self) -> None:
        self._titre()
        self._mois()
        self._aujourd_hui()
        for rang, bande in enumerate(self._bandes):
            self._bande(bande, self._sommet - rang * self._pas)
        self._legende()

    def _x(self, part: float) -> float:
        return MARGE + self._noms + part * self._barres

    def _titre(self) -> None:
        haut = self._papier.hauteur - MARGE
        titre, *_ = bornee(self._calendrier.titre, self._utile * 0.7, 1, DEMI_GRASSE, 18)
        self._document.ecrire(MARGE, haut - 15, titre, corps=18, police=DEMI_GRASSE)
        contrat, *_ = bornee(self._calendrier.contrat, self._utile, 1, corps=9)
        self._document.ecrire(MARGE, haut - 29, contrat, corps=9, couleur=SECONDE)
        jour = f"Situation au {date_longue(self._calendrier.jour.isoformat())}"
        self._document.ecrire(
            MARGE + self._utile, haut - 15, jour, corps=9, couleur=SECONDE, droite=True
        )

    def _mois(self) -> None:
        """The months over the lanes, with the year where it begins; a rule at each of them."""
        mois = self._calendrier.mois
        bas = self._sommet - len(self._bandes) * self._pas
        pas = self._barres / len(mois)
        corps = min(8.0, pas * 0.34)
        for rang, premier in enumerate(mois):
            x = self._x(self._calendrier.place(premier))
            if rang % 2:
                self._aplat(x, bas, self._x(self._calendrier.place(mois_suivant(premier))), FOND)
            texte = MOTS_DU_MOIS[premier.month - 1]
            self._document.ecrire(x + 2, self._sommet + 5, texte, corps=corps, couleur=SECONDE)
            if rang == 0 or premier.month == 1:
                annee = str(premier.year)
                self._document.ecrire(
                    x + 2, self._sommet + 15, annee, corps=corps + 1, police=DEMI_GRASSE
                )
        self._trait(MARGE, self._sommet, MARGE + self._utile, self._sommet, ENCRE, 0.7)

    def _aplat(self, x: float, y: float, fin: float, couleur: str) -> None:
        self._toile.setFillColor(HexColor(couleur))
        self._toile.rect(x, y, fin - x, self._sommet - y, stroke=0, fill=1)

    def _trait(
        self, x: float, y: float, fin: float, bas: float, couleur: str, epaisseur: float
    ) -> None:
        self._toile.setStrokeColor(HexColor(couleur))
        self._toile.setLineWidth(epaisseur)
        self._toile.line(x, y, fin, bas)

    def _bande(self, bande: _Bande, haut: float) -> None:
        milieu = haut - self._pas / 2 - self._corps * 0.34
        if bande.etape is None:
            self._ecrire_nom(bande.titre, milieu, DEMI_GRASSE)
        else:
            self._ecrire_nom(bande.titre, milieu, REGULIERE, retrait=8)
            self._barre(bande.etape, haut, milieu)
        bas = haut - self._pas
        self._trait(MARGE, bas, MARGE + self._utile, bas, FILET, 0.4)

    def _ecrire_nom(self, texte: str, y: float, police: str, *, retrait: float = 0) -> None:
        nom, *_ = bornee(texte, self._noms - retrait - 8, 1, police, self._corps)
        self._document.ecrire(MARGE + retrait, y, nom, corps=self._corps, police=police)

    def _barre(self, etape: EtapeDatee, haut: float, milieu: float) -> None:
        """The bar and its words, on the side where there is room."""
        couleur = COULEURS.get(etape.etat, SECONDE)
        bornes = self._calendrier.barre(etape)
        if bornes is None:
            self._mots(etape.en_mots, self._x(0) + 4, milieu, couleur)
            return
        gauche, droite = (self._x(part) for part in bornes)
        droite = max(droite, gauche + 3)
        epais = self._pas * 0.56
        self._toile.setFillColor(HexColor(couleur))
        self._toile.setStrokeColor(HexColor(couleur))
        self._toile.setLineWidth(0.8)
        pleine = etape.etat != EtatEtape.A_VENIR
        y = haut - self._pas / 2 - epais / 2
        self._toile.rect(gauche, y, droite - gauche, epais, stroke=1, fill=int(pleine))
        mots = f"{quand(etape)}, {etape.en_mots}"
        place = largeur(mots, REGULIERE, self._corps * 0.85)
        encre = SECONDE if etape.etat == EtatEtape.A_VENIR else couleur
        if droite + 4 + place <= MARGE + self._utile:
            self._mots(mots, droite + 4, milieu, encre)
        elif gauche - 4 - place >= self._x(0):
            self._mots(mots, gauche - 4 - place, milieu, encre)
        else:  # a bar from one side to the other: the words are in it
            claire = BLANC if pleine else encre
            self._mots(mots, gauche + 4, milieu, claire)

    def _mots(self, texte: str, x: float, y: float, couleur: str) -> None:
        self._document.ecrire(x, y, texte, corps=self._corps * 0.85, couleur=couleur)

    def _aujourd_hui(self) -> None:
        """The line of the day, when it is among the months shown."""
        jour = self._calendrier.jour
        if not self._calendrier.debut <= jour < self._calendrier.fin:
            return
        x = self._x(self._calendrier.place(jour))
        bas = self._sommet - len(self._bandes) * self._pas
        self._trait(x, self._sommet + 3, x, bas, BLOQUANT, 1.2)
        a_gauche = self._calendrier.place(jour) > BORD  # on the right, it would leave the page
        self._document.ecrire(
            x - 3 if a_gauche else x + 3,
            bas - 9,
            f"aujourd'hui, {jour:%d/%m}",
            corps=7.5,
            couleur=BLOQUANT,
            droite=a_gauche,
        )

    def _legende(self) -> None:
        texte = self._calendrier.phrase
        self._document.ecrire(MARGE, MARGE, texte, corps=8.5, couleur=SECONDE)


def _bandes(calendrier: Calendrier) -> Iterator[_Bande]:
    """The name of each appel above its steps; none when there is only one."""
    for appel in calendrier.appels:
        siennes = [e for e in calendrier.etapes if e.appel == appel.cle]
        if siennes and len(calendrier.appels) > 1:
            yield _Bande(None, appel.nom)
        for etape in siennes:
            yield _Bande(etape, etape.nom)
