"""Under the totals of the matrix: what each financeur grants, what its envelope has, what is left."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHeaderView, QToolTip, QWidget

from app.models.montants import afficher_montant
from app.services.columns import Signal as Sens
from app.services.columns_matrice import afficher_ecart, afficher_evolution
from app.services.matrice import Bilan
from app.ui.formes import FORME, peindre_forme
from app.ui.tableau import ModeleTableau
from app.ui.theme import MARGE, theme
from app.ui.volets import Volets

HAUTEUR, HAUTEUR_RESTE = 24, 38
ETROIT = 340  # height of the table, in pixels at 100 %, under which only what is left is shown
_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_SUR_DEUX_LIGNES = int(Qt.TextFlag.TextWordWrap)
_GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


@dataclass(frozen=True, slots=True)
class Ligne:
    """One pinned line. `poste`: which figure of the envelopes it shows."""

    poste: str
    titre: str
    hauteur: int = HAUTEUR


LIGNES = (
    Ligne("accorde", "Accordé dans l’année"),
    Ligne("disponible", "Enveloppe disponible"),
    Ligne("reste", "Reste", HAUTEUR_RESTE),
)


class PiedEnveloppes(QWidget):
    """Follows the headers of the panes. `chiffre_demande(financeur or « total », figure)`: a click."""

    chiffre_demande = Signal(str, str)

    def __init__(self, modele: ModeleTableau, volets: Volets) -> None:
        super().__init__()
        self._modele = modele
        self._volets = volets
        self._bilans: Mapping[str, Bilan] = {}
        self._noms: Mapping[str, str] = {}
        self._lignes: tuple[Ligne, ...] = LIGNES
        self.setAccessibleName("Totaux comparés aux enveloppes")
        self.setMouseTracking(True)
        modele.calcule.connect(self.update)
        for grille in volets.grilles:
            grille.entete.sectionResized.connect(self.update)
            grille.entete.sectionMoved.connect(self.update)
        theme().change.connect(self.updateGeometry)
        volets.installEventFilter(self)
        volets.poser_sous_les_totaux(self)

    def montrer(
        self, bilans: Mapping[str, Bilan], noms: Mapping[str, str], compare: int | None
    ) -> None:
        """New figures, by financeur; `compare`: the year put beside this one."""
        self._bilans, self._noms = bilans, noms
        self._lignes = LIGNES
        if compare is not None:
            suites = (Ligne("anterieur", f"Accordé en {compare}"), Ligne("evolution", "Évolution"))
            self._lignes = (*LIGNES, *suites)
        self.setAccessibleDescription("\n".join(self.phrases()))
        self.updateGeometry()
        self.update()

    def phrases(self) -> list[str]:
        """Each financeur in words."""
        return [
            f"{self._noms.get(cle, 'Tous financeurs')} : accordé "
            f"{afficher_montant(bilan.accorde, euro=True)}, {bilan.mots}"
            for cle, bilan in self._bilans.items()
        ]

    def sizeHint(self) -> QSize:
        return QSize(100, theme().px(sum(ligne.hauteur for ligne in self._montrees())))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _montrees(self) -> tuple[Ligne, ...]:
        """All the lines, or what is left alone where the rows would have no room."""
        if self._volets.height() < theme().px(ETROIT):
            return tuple(ligne for ligne in self._lignes if ligne.poste == "reste")
        return self._lignes

    def eventFilter(self, _objet: QObject, evenement: QEvent) -> bool:
        if evenement.type() == QEvent.Type.Resize:
            self.updateGeometry()
        return False

    # Where things stand -------------------------------------------------------------------------

    def _bandes(self) -> Iterator[tuple[Ligne, int, int]]:
        """(line, top, height)."""
        haut = 0
        for ligne in self._montrees():
            hauteur = theme().px(ligne.hauteur)
            yield ligne, haut, hauteur
            haut += hauteur

    def _zones(self) -> Iterator[tuple[QHeaderView, QRect]]:
        """The part of each pane."""
        for grille in self._volets.grilles:
            entete = grille.entete
            if entete.isVisible():
                origine = entete.viewport().mapTo(self.parentWidget(), QPoint(0, 0))
                gauche = origine.x() - self.x()
                yield entete, QRect(gauche, 0, entete.viewport().width(), self.height())

    def _cases(self) -> Iterator[tuple[str, str, QRect, QRect]]:
        """(financeur, column, its place, the part of the pane) of the columns on screen."""
        for entete, zone in self._zones():
            for rang, colonne in enumerate(self._modele.colonnes):
                financeur, _, suite = colonne.cle.partition(".")
                if suite not in ("accorde", "ecart") or entete.isSectionHidden(rang):
                    continue
                x, largeur = entete.sectionViewportPosition(rang), entete.sectionSize(rang)
                if x + largeur > 0 and x < zone.width() and financeur in self._bilans:
                    place = QRect(zone.left() + x, 0, largeur, self.height())
                    yield financeur, suite, place, zone

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), look.couleurs.papier)
            for _, haut, _ in self._bandes():
                peintre.fillRect(0, haut, self.width(), 1, look.couleurs.filet)
            self._peindre_titres(peintre)
            for financeur, suite, place, zone in self._cases():
                peintre.setClipRect(zone)
                self._peindre_case(peintre, self._bilans[financeur], suite, place)

    def _peindre_titres(self, peintre: QPainter) -> None:
        """The names of the lines, over the frozen columns."""
        look = theme()
        largeur = self._volets.gauche.width() if self._volets.gauche.isVisible() else self.width()
        peintre.setFont(look.police("petit"))
        peintre.setPen(look.couleurs.encre_douce)
        for ligne, haut, hauteur in self._bandes():
            cadre = QRect(look.px(MARGE), haut, largeur - 2 * look.px(MARGE), hauteur)
            peintre.drawText(cadre, _GAUCHE, ligne.titre)

    def _peindre_case(self, peintre: QPainter, bilan: Bilan, suite: str, place: QRect) -> None:
        look = theme()
        marge = look.px(MARGE)
        for ligne, haut, hauteur in self._bandes():
            cadre = QRect(place.left() + marge, haut, place.width() - 2 * marge, hauteur)
            if suite == "ecart":
                if ligne.poste == "evolution":
                    self._ecrire(peintre, cadre, afficher_ecart(bilan.ecart))
            elif ligne.poste == "reste":
                self._peindre_reste(peintre, cadre, bilan)
            else:
                self._ecrire(peintre, cadre, _texte(bilan, ligne.poste))

    def _ecrire(self, peintre: QPainter, cadre: QRect, texte: str) -> None:
        look = theme()
        peintre.setFont(look.police())
        peintre.setPen(look.couleurs.encre)
        peintre.drawText(cadre, _DROITE, look.typographier(texte))

    def _peindre_reste(self, peintre: QPainter, cadre: QRect, bilan: Bilan) -> None:
        """« reste » or « dépasse de » above its figure; an overshoot with its square."""
        look = theme()
        couleurs = look.couleurs
        depasse = bilan.reste is not None and bilan.reste < 0
        haut, bas = QRect(cadre), QRect(cadre)
        haut.setHeight(cadre.height() // 2)
        bas.setTop(haut.bottom() - look.px(2))
        mot = "dépasse de" if depasse else "reste" if bilan.reste is not None else bilan.mots
        peintre.setFont(look.police("petit"))
        peintre.setPen(couleurs.bloquant if depasse else couleurs.encre_douce)
        if bilan.reste is None:  # words alone: on two lines where the column is narrow
            peintre.drawText(cadre, _DROITE | _SUR_DEUX_LIGNES, mot)
            return
        peintre.drawText(haut, _DROITE, mot)
        texte = look.typographier(afficher_montant(abs(bilan.reste), euro=True))
        peintre.setFont(look.police(forte=True))
        peintre.setPen(couleurs.bloquant if depasse else couleurs.encre)
        peintre.drawText(bas, _DROITE, texte)
        if depasse:
            cote = look.px(FORME)
            large = peintre.fontMetrics().horizontalAdvance(texte) + cote + look.px(4)
            forme = QRectF(bas.right() - large, bas.center().y() - cote / 2, cote, cote)
            peindre_forme(peintre, forme, Sens.BLOQUANT, couleurs.bloquant)

    # Mouse --------------------------------------------------------------------------------------

    def chiffre_a(self, position: QPoint) -> tuple[str, str]:
        """(financeur, figure) at a point; empty when there is none."""
        poste = next(
            (li.poste for li, haut, large in self._bandes() if haut <= position.y() < haut + large),
            "",
        )
        for financeur, suite, place, zone in self._cases():
            if suite == "accorde" and (place & zone).contains(position):
                return financeur, poste
        return "", ""

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        financeur, poste = self.chiffre_a(event.position().toPoint())
        ouvrable = bool(financeur) and poste in _OUVRABLES
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if ouvrable else Qt.CursorShape.ArrowCursor
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        financeur, poste = self.chiffre_a(event.position().toPoint())
        if financeur and poste in _OUVRABLES and event.button() == Qt.MouseButton.LeftButton:
            self.chiffre_demande.emit(financeur, poste)

    def event(self, evenement: QEvent) -> bool:
        if evenement.type() == QEvent.Type.ToolTip and isinstance(evenement, QHelpEvent):
            QToolTip.showText(evenement.globalPos(), self._bulle(evenement.pos()), self)
            return True
        return super().event(evenement)

    def _bulle(self, position: QPoint) -> str:
        financeur, _ = self.chiffre_a(position)
        if not financeur:
            return ""
        bilan = self._bilans[financeur]
        nom = self._noms.get(financeur, "Tous financeurs")
        return f"{nom} : {bilan.mots}\nCliquez pour voir d’où vient ce chiffre."


_OUVRABLES = ("accorde", "disponible", "reste")


def _texte(bilan: Bilan, poste: str) -> str:
    if poste == "evolution":
        return afficher_evolution(bilan.evolution)
    montant: Decimal | None = getattr(bilan, poste)
    return afficher_montant(montant)
