"""The fiches de passage: one sheet an action, laid out as the screen of the room, to go on by hand.

Fixed places: they depend on the paper and on how many seats there are, never on what is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from reportlab.lib.colors import HexColor

from app.models.enums import NatureDecision, NaturePoint
from app.models.montants import INSECABLE, afficher_part
from app.services.affichage_public import (
    cotation_en_mots,
    duree_en_mots,
    publics_en_mots,
    regle_en_mots,
)
from app.services.alertes_seance import lire_cotations
from app.services.cofinancements import lire_financeurs
from app.services.compte_rendu import CompteRendu, MontantDit, PointRendu
from app.services.deports import lire_prevus
from app.services.enveloppes import reste_en_mots
from app.services.fichier import Fichier
from app.services.pages_pdf import HAUT, LARGEUR, MARGE, PAYSAGE, UTILE, Document
from app.services.papier_seance import (
    PapierEnPages,
    abrege,
    bornee,
    euros,
    papier_net,
    quand,
)
from app.services.polices import DEMI_GRASSE, REGULIERE
from app.services.tableau_pdf import BLOQUANT, ENCRE, SECONDE, charger_polices
from app.services.totaux import TotauxLus

NOM = "Fiches de passage"
TRAIT = "#A3ABB3"
VIDE = "Aucune action n'est inscrite à l'ordre du jour."
JAUGE = 11.0  # height of a line of envelopes
BOITE_MAXIMUM = 84.0
REPERES = 4
# Height of a seat, from the most: the size of its name and that of its figures.
_CORPS = ((66, 12, 8.5), (46, 10, 7.5), (0, 8, 6))


@dataclass(frozen=True, slots=True)
class Fiche:
    """What one sheet shows besides the item: who should leave, who comes next."""

    point: PointRendu
    sortants: str
    cotation: str
    suivants: str


@dataclass(frozen=True, slots=True)
class _Cellule:
    x: float
    y: float  # its top
    largeur: float
    hauteur: float


def fiches_de_passage(fichier: Fichier, cr: CompteRendu) -> PapierEnPages:
    """One page an action, in the order of the agenda; a single page says so when there is none."""
    charger_polices()
    with fichier.instant() as lire:
        cotations = lire_cotations(lire, [p.action.cle for p in cr.actions if p.action])
        conflits = lire_prevus(lire, cr.cle)
        totaux = TotauxLus(lire)
        enveloppes = [
            (f.nom_court, reste_en_mots(totaux.etat(cr.annee, f)))
            for f in lire_financeurs(lire, cr.annee)
        ]
    fiches = [
        Fiche(
            point,
            ", ".join(c.nom for c in conflits.get(point.cle, ())),
            cotations.get(point.action.cle if point.action else "", ""),
            " · ".join(_suivant(s) for s in cr.actions[rang : rang + 2]),
        )
        for rang, point in enumerate(cr.actions, start=1)
    ]

    def habiller(document: Document, numero: int, nombre: int) -> None:
        feuille = _Feuille(document, cr, enveloppes)
        if fiches:
            feuille.dessiner(fiches[numero - 1])
        else:
            document.ecrire(MARGE, HAUT - 20, VIDE, corps=12, couleur=SECONDE)
        feuille.pied(numero, nombre)

    return PapierEnPages(cr, NOM, PAYSAGE, [[] for _ in fiches] or [[]], habiller)


def _suivant(point: PointRendu) -> str:
    return " ".join(t for t in (point.numero, abrege(point.titre, 70)) if t)


class _Feuille:
    """Draws one sheet, from the top then from the foot; the seats have what is left between."""

    def __init__(
        self, document: Document, cr: CompteRendu, enveloppes: Sequence[tuple[str, str]]
    ) -> None:
        self._document, self._cr, self._enveloppes = document, cr, enveloppes

    def dessiner(self, fiche: Fiche) -> None:
        point = fiche.point
        haut = self._traits(fiche, self._tete(point))
        haut = self._reperes(point, haut)
        bas = self._bandeau()
        bas = self._suite(fiche, bas)
        bas = self._decision(fiche, bas)
        self._boites(point.montants, haut, bas)

    def pied(self, numero: int, nombre: int) -> None:
        cr = self._cr
        titre = f"Fiche de passage · {abrege(cr.titre, 90)} · {quand(cr)}"
        if cr.empreinte:
            titre += f" · Empreinte : {cr.empreinte}"
        self._mot(MARGE, MARGE - 4, papier_net(titre), 6.5, couleur=SECONDE)
        page = f"Page {numero} / {nombre}"
        self._mot(LARGEUR - MARGE, MARGE - 4, page, 7, couleur=SECONDE, droite=True)

    # From the top ---------------------------------------------------------------------------------

    def _tete(self, point: PointRendu) -> float:
        cr, a = self._cr, point.action
        rang = f"{point.ordre} / {len(cr.points)}"
        nom = " · ".join(t for t in (rang, point.numero, point.porteur) if t)
        y: float = HAUT - 10
        self._mot(MARGE, y, bornee(nom, UTILE * 0.66, 1, DEMI_GRASSE, 12)[0], 12, forte=True)
        votants = sum(m.siege.votant for m in cr.membres)
        quorum = f"quorum {cr.quorum}" if cr.quorum else "quorum non précisé"
        presence = f"votants présents : ……… sur {votants} · {quorum}"
        self._mot(LARGEUR - MARGE, y, papier_net(presence), 9.5, couleur=SECONDE, droite=True)
        y -= 26
        for ligne in bornee(point.titre, UTILE, 2, DEMI_GRASSE, 19):
            self._mot(MARGE, y, ligne, 19, forte=True)
            y -= 23
        y = HAUT - 10 - 26 - 2 * 23 + 6
        mentions = [a.axe, a.quartiers, a.communes] if a else []
        if point.nature == NaturePoint.BLOC:
            mentions.append("sans débat")
        lieu = " · ".join(t for t in mentions if t)
        self._mot(MARGE, y, bornee(lieu, UTILE, 1, corps=10)[0], 10, couleur=SECONDE)
        return y - 14

    def _traits(self, fiche: Fiche, y: float) -> float:
        """Publics, duration, cotation, where the room has them."""
        a = fiche.point.action
        if a is None:
            return y - 12
        dits = (publics_en_mots(a), duree_en_mots(a), cotation_en_mots(fiche.cotation))
        for texte, debut, large in zip(dits, (0, 0.5, 0.75), (0.49, 0.24, 0.25), strict=True):
            ligne = bornee(texte, UTILE * large, 1, corps=10)[0]
            self._mot(MARGE + UTILE * debut, y, ligne, 10, couleur=SECONDE)
        return y - 12

    def _reperes(self, point: PointRendu, haut: float) -> float:
        a = point.action
        cout = a.cout if a else None
        part = f" · coût de l'action {euros(cout)}" if cout is not None else ""
        noms = ("Demandé", "Accordé l'an dernier", "Proposé", f"Total accordé{part}")
        valeurs = (point.demande, a.accorde_n1 if a else None, point.propose, None)
        pas = UTILE / REPERES
        for rang, (nom, valeur) in enumerate(zip(noms, valeurs, strict=True)):
            x = MARGE + rang * pas
            self._mot(x, haut - 8, bornee(nom, pas - 6, 1, corps=9)[0], 9, couleur=SECONDE)
            if rang < REPERES - 1:
                texte = euros(valeur) if valeur is not None else "–"
                self._mot(x, haut - 33, texte, 23, forte=True)
        x = MARGE + (REPERES - 1) * pas
        decide = euros(point.total, euro=False) if point.accorde else ""
        self._case(_Cellule(x, haut - 12, pas, 27), decide, 17)
        dite = afficher_part(point.total / cout) if point.accorde and cout else ""
        if dite:
            self._mot(x + 6, haut - 33, papier_net(dite), 9, couleur=SECONDE)
        return haut - 48

    def _boites(self, montants: Sequence[MontantDit], haut: float, bas: float) -> None:
        """A seat each, in speaking order: its name, its figures, and an empty box."""
        if not montants:
            return
        colonnes = 4 if len(montants) <= 8 else 5 if len(montants) <= 15 else 6
        rangees = ceil(len(montants) / colonnes)
        pas_x, pas_y = UTILE / colonnes, min((haut - bas) / rangees, BOITE_MAXIMUM)
        for rang, montant in enumerate(montants):
            x = MARGE + rang % colonnes * pas_x
            y = haut - rang // colonnes * pas_y
            self._boite(montant, _Cellule(x, y, pas_x - 10, pas_y))

    def _boite(self, montant: MontantDit, cellule: _Cellule) -> None:
        corps, petit = next((c, p) for haut, c, p in _CORPS if cellule.hauteur >= haut)
        x, y, place = cellule.x, cellule.y, cellule.largeur
        nom = bornee(montant.nom, place, 1, DEMI_GRASSE, corps)[0]
        self._mot(x, y - corps, nom, corps, forte=True)
        chiffres = (
            ("demandé", montant.demande),
            ("proposé", montant.propose),
            ("N-1", montant.n1),
        )
        dits = " · ".join(f"{mot} {euros(m, euro=False)}" for mot, m in chiffres if m is not None)
        y -= corps + petit + 2
        self._mot(x, y, bornee(dits, place, 1, corps=petit)[0], petit, couleur=SECONDE)
        haut_case = min(cellule.hauteur - (cellule.y - y) - 8, 36)
        decide = euros(montant.decide, euro=False) if montant.decide is not None else ""
        self._case(_Cellule(x, y - 3, place, haut_case), decide, min(17, haut_case - 3))

    # From the foot --------------------------------------------------------------------------------

    def _bandeau(self) -> float:
        """What is left of each envelope when the sheet is made. Returns the top of it."""
        nombre = len(self._enveloppes)
        if not nombre:
            return MARGE + 10
        colonnes = nombre if nombre <= 4 else ceil(nombre / 2) if nombre <= 10 else 6
        rangees, pas = ceil(nombre / colonnes), UTILE / colonnes
        haut = MARGE + 8 + rangees * JAUGE
        for rang, (nom, mots) in enumerate(self._enveloppes):
            x, y = MARGE + rang % colonnes * pas, haut - (rang // colonnes + 1) * JAUGE + 3
            texte = bornee(f"{nom} : {mots}", pas - 6, 1, corps=7.5)[0]
            depasse = mots.startswith("dépasse")
            self._mot(x, y, texte, 7.5, couleur=BLOQUANT if depasse else SECONDE)
        self._trait(MARGE, haut + 3, UTILE)
        return haut + 6

    def _suite(self, fiche: Fiche, bas: float) -> float:
        suivants = f"Ensuite : {fiche.suivants}" if fiche.suivants else "Dernière action"
        self._mot(
            MARGE, bas + 5, bornee(suivants, UTILE * 0.72, 1, corps=8.5)[0], 8.5, couleur=SECONDE
        )
        regle = papier_net(regle_en_mots(self._cr.regle_vote))
        regle = bornee(regle, UTILE * 0.26, 1, corps=8.5)[0] if regle else ""
        self._mot(LARGEUR - MARGE, bas + 5, regle, 8.5, couleur=SECONDE, droite=True)
        return bas + 18

    def _decision(self, fiche: Fiche, bas: float) -> float:
        """Boxes to tick and lines to write on; the sentence where it is decided already."""
        point, y = fiche.point, bas + 6
        decision = point.decision
        motifs = (decision.conditions, decision.motif) if decision else ()
        for libelle, connu in (
            ("Voix consultatives", ""),
            ("Sorties et retours", fiche.sortants),
            ("Réserve, motif", papier_net(" ; ".join(t for t in motifs if t))),
        ):
            self._ligne_a_ecrire(libelle, connu, y)
            y += 19
        if decision is not None:
            phrase = bornee(decision.phrase, UTILE, 2, DEMI_GRASSE, 9.5)
            for ligne in reversed(phrase):
                self._mot(MARGE, y + 2, ligne, 9.5, forte=True)
                y += 12
            return y + 6
        pas = UTILE / len(NatureDecision)
        for rang, nature in enumerate(NatureDecision):
            x = MARGE + rang * pas
            self._cadre(_Cellule(x, y + 10, 9, 9))
            self._mot(x + 14, y + 2.5, NatureDecision.libelle_de(nature), 9)
        return y + 22

    def _ligne_a_ecrire(self, libelle: str, connu: str, y: float) -> None:
        self._mot(MARGE, y, libelle, 8.5, couleur=SECONDE)
        x = MARGE + 92
        if connu:
            self._mot(x, y, bornee(connu, UTILE - 92, 1, corps=9)[0], 9)
        self._trait(x, y - 3, UTILE - 92)

    # Strokes --------------------------------------------------------------------------------------

    def _mot(
        self,
        x: float,
        y: float,
        texte: str,
        corps: float,
        *,
        forte: bool = False,
        couleur: str = ENCRE,
        droite: bool = False,
    ) -> None:
        police = DEMI_GRASSE if forte else REGULIERE
        self._document.ecrire(
            x, y, texte, corps=corps, police=police, couleur=couleur, droite=droite
        )

    def _case(self, cellule: _Cellule, texte: str, corps: float) -> None:
        """A box to write an amount in, with what is decided already."""
        self._cadre(cellule)
        droite, milieu = cellule.x + cellule.largeur, cellule.y - cellule.hauteur / 2
        self._mot(droite - 5, milieu - 3, f"{INSECABLE}€", 9, couleur=SECONDE, droite=True)
        if texte:
            self._mot(droite - 16, milieu - corps / 3, texte, corps, forte=True, droite=True)

    def _cadre(self, cellule: _Cellule) -> None:
        """Four thin flat rectangles: a preview has no other stroke."""
        x, bas = cellule.x, cellule.y - cellule.hauteur
        for placee in (
            (x, bas, cellule.largeur, 0.7),
            (x, cellule.y - 0.7, cellule.largeur, 0.7),
            (x, bas, 0.7, cellule.hauteur),
            (x + cellule.largeur - 0.7, bas, 0.7, cellule.hauteur),
        ):
            self._aplat(*placee)

    def _trait(self, x: float, y: float, large: float) -> None:
        self._aplat(x, y, large, 0.5)

    def _aplat(self, x: float, y: float, large: float, haut: float) -> None:
        self._document.toile.setFillColor(HexColor(TRAIT))
        self._document.toile.rect(x, y, large, haut, stroke=0, fill=1)
