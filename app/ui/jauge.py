"""One envelope as a slim gauge: what is taken, what is granted, what is left, in words too."""

from decimal import Decimal
from typing import NamedTuple

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QLineF,
    QRect,
    QRectF,
    QSize,
    Qt,
    QVariantAnimation,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QMenu, QToolTip, QWidget

from app.models.montants import INSECABLE, afficher_montant
from app.services.columns import Signal as Sens
from app.services.enveloppes import etat_en_mots, reste_en_mots
from app.services.rows import EtatEnveloppe
from app.ui.formes import FORME, peindre_forme
from app.ui.theme import MARGE, Theme, melanger, theme

HAUTEUR = 42  # name and words on one line
HAUTEUR_EMPILEE = 60  # name above words, when the line is too short for both
TEMOIN = "reste 888\u202f800\u00a0€"  # the words keep room for such an amount
LIGNE_DE_TEXTE = 18
BARRE = 8
DEBORD = 12  # beyond the end mark: room for what is too much
DUREE = 150  # ms of the movement of the amount being typed
ZERO = Decimal(0)


def detail(enveloppe: EtatEnveloppe) -> str:
    """The whole count, line by line, for the tooltip and for those who cannot see the gauge."""
    if enveloppe.montant is None:
        total = f"Enveloppe {reste_en_mots(enveloppe)}"
    else:
        nature = etat_en_mots(enveloppe.montant, notifie=enveloppe.notifie)
        total = f"Enveloppe {nature}{INSECABLE}: {afficher_montant(enveloppe.montant, euro=True)}"
    lignes = [enveloppe.financeur.nom, total]
    for mot, montant in (
        ("Réserve", enveloppe.reserve),
        ("Engagé par les conventions", enveloppe.engage),
        ("Accordé", enveloppe.accorde),
        ("Proposé", enveloppe.propose),
        ("Demandé", enveloppe.demande),
    ):
        lignes.append(f"{mot}{INSECABLE}: {afficher_montant(montant, euro=True)}")
    if enveloppe.montant is not None:
        phrase = reste_en_mots(enveloppe)
        lignes.append(phrase[0].upper() + phrase[1:])
    return "\n".join(lignes)


class Phrase(NamedTuple):
    """« reste 12 400 € » as it is drawn; `largeur` in pixels, with its square."""

    texte: str
    depasse: bool
    largeur: int


class Jauge(QAbstractButton):
    """Reads from left to right: reserve (outlined), engaged (hatched), granted (solid), being typed
    (lighter), and beyond the end mark what is too much.
    """

    provenance_demandee = Signal(str)  # the financeur: a click on its figure, its menu, or F7

    def __init__(self, enveloppe: EtatEnveloppe, parent: QWidget) -> None:
        super().__init__(parent)
        self._enveloppe = enveloppe
        self._ecart = ZERO
        self._ecart_dessine = 0.0
        self._empilee = False
        self._sur_les_mots = False
        self._mouvement = QVariantAnimation(self)
        self._mouvement.setDuration(DUREE)
        self._mouvement.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._mouvement.valueChanged.connect(self._avancer)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setBackgroundRole(QPalette.ColorRole.Window)  # opaque: the band is not drawn under it
        self.setAutoFillBackground(True)
        self.montrer(enveloppe)

    @property
    def enveloppe(self) -> EtatEnveloppe:
        return self._enveloppe

    def montrer(self, enveloppe: EtatEnveloppe) -> None:
        """New figures; what was being typed is now in them."""
        self._enveloppe = enveloppe
        self._mouvement.stop()
        self._ecart, self._ecart_dessine = ZERO, 0.0
        self._nommer()
        self.update()

    def saisir(self, ecart: Decimal) -> None:
        """What the amount being typed would add (or take back), in euros, before it is kept."""
        if ecart == self._ecart:
            return
        self._ecart = ecart
        self._mouvement.stop()
        self._mouvement.setStartValue(self._ecart_dessine)
        self._mouvement.setEndValue(float(ecart))
        self._mouvement.start()
        self._nommer()

    def _avancer(self, valeur: float) -> None:
        self._ecart_dessine = valeur
        self.update()

    def _nommer(self) -> None:
        nom = self._enveloppe.financeur.nom
        self.setAccessibleName(f"{nom}{INSECABLE}: {reste_en_mots(self._enveloppe, self._ecart)}")
        if self._ecart == ZERO:  # while an amount is typed, the count does not move
            self.setAccessibleDescription(detail(self._enveloppe))

    def sizeHint(self) -> QSize:
        hauteur = HAUTEUR_EMPILEE if self._empilee else HAUTEUR
        return QSize(self.largeur_voulue(empilee=self._empilee), theme().px(hauteur))

    def largeur_voulue(self, *, empilee: bool) -> int:
        """Narrowest width at which neither the name nor the words are cut."""
        look = theme()
        forte = QFontMetrics(look.police(forte=True))
        phrases = (reste_en_mots(self._enveloppe, self._ecart), TEMOIN)
        texte = max(forte.horizontalAdvance(look.typographier(phrase)) for phrase in phrases)
        if phrases[0].startswith("dépasse"):
            texte += look.px(FORME + 4)
        nom = QFontMetrics(look.police()).horizontalAdvance(self._enveloppe.financeur.nom_court)
        largeur = max(texte, nom) if empilee else texte + nom + look.px(8)
        return largeur + look.px(2 * MARGE)

    def empiler(self, *, empilee: bool) -> None:
        """Name above the words, or both on one line."""
        self._empilee = empilee
        self.update()

    # The figure --------------------------------------------------------------------------------

    def cadre_des_mots(self) -> QRect:
        """Where the words and their figure stand."""
        look = theme()
        cadre = self.rect().adjusted(look.px(MARGE), look.px(4), -look.px(MARGE), 0)
        ligne = QRect(cadre.left(), cadre.top(), cadre.width(), look.px(LIGNE_DE_TEXTE))
        large = self._phrase(look).largeur
        if self._empilee:
            return QRect(ligne.left(), ligne.bottom() + 1, large, ligne.height())
        return QRect(ligne.right() - large, ligne.top(), large + 1, ligne.height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        dedans = self.cadre_des_mots().contains(event.position().toPoint())
        self._sur_les_mots = dedans and event.button() == Qt.MouseButton.LeftButton
        if not self._sur_les_mots:
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        presses, self._sur_les_mots = self._sur_les_mots, False
        if not presses:
            super().mouseReleaseEvent(event)
        elif self.cadre_des_mots().contains(event.position().toPoint()):
            self._demander()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_F7:
            self._demander()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addAction("D’où vient ce chiffre ?", self._demander)
        menu.addAction("Voir l’enveloppe", self.click)
        menu.popup(event.globalPos())

    def _demander(self) -> None:
        self.provenance_demandee.emit(self._enveloppe.financeur.cle)

    def event(self, event: QEvent) -> bool:
        """The whole count on hovering, worded then: it changes with each typed amount."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), detail(self._enveloppe), self)
            return True
        return super().event(event)

    # Drawing ------------------------------------------------------------------------------------

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        look = theme()
        with QPainter(self) as peintre:
            peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._peindre_fond(peintre, look)
            cadre = self.rect().adjusted(look.px(MARGE), look.px(4), -look.px(MARGE), -look.px(6))
            ligne = QRect(cadre.left(), cadre.top(), cadre.width(), look.px(LIGNE_DE_TEXTE))
            phrase = self._phrase(look)
            place = self._peindre_nom(peintre, ligne, look, phrase)
            if self._empilee:
                place = ligne.translated(0, look.px(LIGNE_DE_TEXTE))
            self._peindre_mots(peintre, place, look, phrase)
            haut = cadre.bottom() - look.px(BARRE) - look.px(1)
            barre = QRectF(cadre.left(), haut, cadre.width(), look.px(BARRE))
            self._peindre_barre(peintre, barre, look)

    def _peindre_fond(self, peintre: QPainter, look: Theme) -> None:
        couleurs = look.couleurs
        if self.isChecked():
            peintre.fillRect(self.rect(), couleurs.accent_fond)
        elif self.underMouse():
            peintre.fillRect(self.rect(), melanger(couleurs.fond, couleurs.accent_fond, 0.6))
        if self.hasFocus():
            peintre.setPen(QPen(couleurs.accent, 2))
            peintre.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _peindre_nom(self, peintre: QPainter, ligne: QRect, look: Theme, mots: Phrase) -> QRect:
        """The short name; returns what is left of the line. On one line, the words come first."""
        metrique = QFontMetrics(look.police())
        place = ligne.width()
        if not self._empilee:
            place -= mots.largeur + look.px(6)
        nom = self._nom(place, metrique)
        peintre.setFont(look.police())
        peintre.setPen(look.couleurs.encre_douce)
        peintre.drawText(ligne, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom), nom)
        return ligne.adjusted(metrique.horizontalAdvance(nom), 0, 0, 0)

    def _phrase(self, look: Theme) -> Phrase:
        """The words to draw."""
        texte = reste_en_mots(self._enveloppe, self._ecart)
        depasse, ecrit = texte.startswith("dépasse"), look.typographier(texte)
        largeur = QFontMetrics(look.police(forte=True)).horizontalAdvance(ecrit)
        return Phrase(ecrit, depasse, largeur + (look.px(FORME + 4) if depasse else 0))

    def _peindre_mots(self, peintre: QPainter, place: QRect, look: Theme, mots: Phrase) -> None:
        """« reste 12 400 € » in ink; an overshoot in its colour, with its square."""
        couleurs = look.couleurs
        connue = self._enveloppe.montant is not None
        gauche = place.left() if self._empilee else place.right() - mots.largeur
        if mots.depasse:
            cote = look.px(FORME)
            milieu = place.bottom() - look.px(6)
            forme = QRectF(gauche, milieu - cote / 2, cote, cote)
            peindre_forme(peintre, forme, Sens.BLOQUANT, couleurs.bloquant)
            gauche += look.px(FORME + 4)
        peintre.setFont(look.police(forte=connue))
        encre = couleurs.encre if connue else couleurs.encre_douce
        peintre.setPen(couleurs.bloquant if mots.depasse else encre)
        cadre = QRect(gauche, place.top(), place.right() - gauche + 1, place.height())
        cote_texte = Qt.AlignmentFlag.AlignLeft if self._empilee else Qt.AlignmentFlag.AlignRight
        peintre.drawText(cadre, int(cote_texte | Qt.AlignmentFlag.AlignBottom), mots.texte)

    def _nom(self, place: int, metrique: QFontMetrics) -> str:
        """The short name, and that it is only forecast where there is room for the whole word."""
        enveloppe = self._enveloppe
        nom = enveloppe.financeur.nom_court
        if enveloppe.montant is not None and not enveloppe.notifie:
            complet = f"{nom} · {etat_en_mots(enveloppe.montant, notifie=False)}"
            if metrique.horizontalAdvance(complet) <= place:
                return complet
        return metrique.elidedText(nom, Qt.TextElideMode.ElideRight, place)

    def _peindre_barre(self, peintre: QPainter, barre: QRectF, look: Theme) -> None:
        couleurs = look.couleurs
        couleur = look.financeur(self._enveloppe.financeur.rang)
        fin = barre.right() - look.px(DEBORD)
        piste = QRectF(barre.left(), barre.top(), fin - barre.left(), barre.height())
        peintre.setPen(Qt.PenStyle.NoPen)
        if not self._enveloppe.montant:
            peintre.setBrush(Qt.BrushStyle.NoBrush)
            peintre.setPen(QPen(couleurs.bord, 1, Qt.PenStyle.DashLine))
            peintre.drawRect(piste.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        peintre.fillRect(piste, couleurs.filet)
        peintre.save()
        peintre.setClipRect(barre)
        self._peindre_parts(peintre, barre, fin, couleur)
        peintre.restore()
        plume = QPen(couleurs.encre, look.px(2))
        plume.setCapStyle(Qt.PenCapStyle.FlatCap)
        if not self._enveloppe.notifie:
            plume.setDashPattern([1, 1])
        peintre.setPen(plume)
        debord = look.px(2)
        peintre.drawLine(QLineF(fin, barre.top() - debord, fin, barre.bottom() + debord))

    def _peindre_parts(self, peintre: QPainter, barre: QRectF, fin: float, couleur: QColor) -> None:
        enveloppe = self._enveloppe
        look = theme()
        couleurs = look.couleurs
        unite = (fin - barre.left()) / float(enveloppe.montant or 1)

        def part(debut: float, largeur: float) -> QRectF:
            gauche = barre.left() + debut * unite
            return QRectF(gauche, barre.top(), largeur * unite, barre.height())

        reserve, engage = float(enveloppe.reserve), float(enveloppe.engage)
        pris = reserve + engage
        accorde = float(enveloppe.accorde)
        stable = accorde + min(self._ecart_dessine, 0.0)
        if reserve > 0:
            _contourer(peintre, part(0, reserve), couleur, couleurs.papier)
        if engage > 0:
            _hachurer(peintre, part(reserve, engage), couleur, couleurs.papier)
        peintre.fillRect(part(pris, stable), couleur)
        if self._ecart_dessine:
            claire = melanger(couleurs.papier, couleur, 0.45)
            peintre.fillRect(part(pris + stable, abs(self._ecart_dessine)), claire)
        total = pris + stable + abs(self._ecart_dessine)
        trop = total * unite - (fin - barre.left())
        if trop > 0:
            trop = max(trop, look.px(5))  # a small overshoot is seen too
            au_dela = QRectF(fin, barre.top(), trop, barre.height())
            peintre.fillRect(au_dela, couleurs.bloquant)


def _contourer(peintre: QPainter, cadre: QRectF, couleur: QColor, papier: QColor) -> None:
    peintre.fillRect(cadre, papier)
    peintre.setBrush(Qt.BrushStyle.NoBrush)
    peintre.setPen(QPen(couleur, 1))
    peintre.drawRect(cadre.adjusted(0.5, 0.5, -0.5, -0.5))


def _hachurer(peintre: QPainter, cadre: QRectF, couleur: QColor, papier: QColor) -> None:
    """Slanted strokes drawn by hand: Qt's own pattern ignores the scale of the screen."""
    peintre.save()
    peintre.setClipRect(cadre.toAlignedRect(), Qt.ClipOperation.IntersectClip)
    peintre.fillRect(cadre, papier)
    peintre.setPen(QPen(couleur, max(1.4, cadre.height() / 6)))
    haut, pas = cadre.height(), cadre.height() / 2
    traits = []
    x = cadre.left() - haut
    while x < cadre.right():
        traits.append(QLineF(x, cadre.bottom(), x + haut, cadre.top()))
        x += pas
    peintre.drawLines(traits)
    peintre.restore()
    peintre.setBrush(Qt.BrushStyle.NoBrush)
    peintre.setPen(QPen(couleur, 1))
    peintre.drawRect(cadre.adjusted(0.5, 0.5, -0.5, -0.5))
