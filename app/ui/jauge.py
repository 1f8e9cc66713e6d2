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
    QPixmap,
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
_A_GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
_A_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)


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
    """« reste 12 400 € » as it is drawn."""

    texte: str
    depasse: bool

    def largeur(self, look: Theme) -> int:
        """In pixels, with the square of an overshoot."""
        texte = QFontMetrics(look.police(forte=True)).horizontalAdvance(self.texte)
        return texte + (look.px(FORME + 4) if self.depasse else 0)


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
        self._fond_de_barre: tuple[object, QPixmap] | None = None  # what it was drawn for, and it
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
        avant, self._enveloppe = self._enveloppe, enveloppe
        self._mouvement.stop()
        self._ecart, self._ecart_dessine = ZERO, 0.0
        self._nommer()
        if self._empilee and _du_meme_nom(avant, enveloppe):
            haut = self._ligne().bottom() + 1  # the name stays, above what moves
            self.update(0, haut, self.width(), self.height() - haut)
        else:
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

    def _ligne(self) -> QRect:
        """The first line of text."""
        look = theme()
        marge = look.px(MARGE)
        return QRect(marge, look.px(4), self.width() - 2 * marge, look.px(LIGNE_DE_TEXTE))

    def cadre_des_mots(self) -> QRect:
        """Where the words and their figure stand."""
        look, ligne = theme(), self._ligne()
        large = self._phrase(look).largeur(look)
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

    def paintEvent(self, evenement: QPaintEvent) -> None:
        look, ligne = theme(), self._ligne()
        phrase = self._phrase(look)
        with QPainter(self) as peintre:
            self._peindre_fond(peintre, look)
            if self._empilee:
                if evenement.rect().top() <= ligne.bottom():
                    self._peindre_nom(peintre, ligne, look, ligne.width())
                dessous = ligne.translated(0, look.px(LIGNE_DE_TEXTE))
                self._peindre_mots(peintre, dessous, look, phrase)
            else:
                large = phrase.largeur(look)
                self._peindre_nom(peintre, ligne, look, ligne.width() - large - look.px(6))
                a_droite = ligne.adjusted(ligne.width() - 1 - large, 0, 0, 0)
                self._peindre_mots(peintre, a_droite, look, phrase)
            haut = self.height() - 1 - look.px(6) - look.px(BARRE) - look.px(1)
            barre = QRect(ligne.left(), haut, ligne.width(), look.px(BARRE))
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

    def _peindre_nom(self, peintre: QPainter, ligne: QRect, look: Theme, place: int) -> None:
        """The short name. On one line, the words come first."""
        peintre.setFont(look.police())
        peintre.setPen(look.couleurs.encre_douce)
        peintre.drawText(ligne, _A_GAUCHE, self._nom(place, QFontMetrics(look.police())))

    def _phrase(self, look: Theme) -> Phrase:
        """The words to draw."""
        texte = reste_en_mots(self._enveloppe, self._ecart)
        return Phrase(look.typographier(texte), texte.startswith("dépasse"))

    def _peindre_mots(self, peintre: QPainter, place: QRect, look: Theme, mots: Phrase) -> None:
        """« reste 12 400 € » in ink; an overshoot in its colour, with its square."""
        couleurs = look.couleurs
        connue = self._enveloppe.montant is not None
        gauche = place.left()
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
        peintre.drawText(cadre, _A_GAUCHE if self._empilee else _A_DROITE, mots.texte)

    def _nom(self, place: int, metrique: QFontMetrics) -> str:
        """The short name, and that it is only forecast where there is room for the whole word."""
        enveloppe = self._enveloppe
        nom = enveloppe.financeur.nom_court
        if enveloppe.montant is not None and not enveloppe.notifie:
            complet = f"{nom} · {etat_en_mots(enveloppe.montant, notifie=False)}"
            if metrique.horizontalAdvance(complet) <= place:
                return complet
        return metrique.elidedText(nom, Qt.TextElideMode.ElideRight, place)

    def _peindre_barre(self, peintre: QPainter, barre: QRect, look: Theme) -> None:
        peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
        couleurs = look.couleurs
        longueur = barre.width() - look.px(DEBORD)
        if not self._enveloppe.montant:
            peintre.setBrush(Qt.BrushStyle.NoBrush)
            peintre.setPen(QPen(couleurs.bord, 1, Qt.PenStyle.DashLine))
            piste = QRectF(barre.left(), barre.top(), longueur, barre.height())
            peintre.drawRect(piste.adjusted(0.5, 0.5, -0.5, -0.5))
            return
        peintre.drawPixmap(barre.topLeft(), self._ce_qui_ne_bouge_pas(barre.size(), look))
        self._peindre_parts(peintre, barre, longueur, look)
        fin, debord, large = barre.left() + longueur, look.px(2), look.px(2)
        haut, bas = barre.top() - debord, barre.bottom() + 1 + debord
        if self._enveloppe.notifie:
            marque = QRectF(fin - large / 2, haut, large, bas - haut)
            peintre.fillRect(marque, couleurs.encre)
            return
        plume = QPen(couleurs.encre, large)
        plume.setCapStyle(Qt.PenCapStyle.FlatCap)
        plume.setDashPattern([1, 1])
        peintre.setPen(plume)
        peintre.drawLine(QLineF(fin, haut, fin, bas))

    def _ce_qui_ne_bouge_pas(self, taille: QSize, look: Theme) -> QPixmap:
        """The ground of the bar, what is kept back and what is promised: no typed amount moves them."""
        enveloppe, points = self._enveloppe, self.devicePixelRatioF()
        couleur = look.financeur(enveloppe.financeur.rang)
        chiffres = (enveloppe.montant, enveloppe.reserve, enveloppe.engage)
        cle = (taille.toTuple(), points, chiffres, couleur.rgb(), look.echelle)
        if self._fond_de_barre is None or self._fond_de_barre[0] != cle:
            image = QPixmap(taille * points)
            image.setDevicePixelRatio(points)
            image.fill(Qt.GlobalColor.transparent)
            with QPainter(image) as peintre:
                peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
                self._peindre_fixes(peintre, taille, couleur, look)
            self._fond_de_barre = cle, image
        return self._fond_de_barre[1]

    def _peindre_fixes(
        self, peintre: QPainter, taille: QSize, couleur: QColor, look: Theme
    ) -> None:
        longueur, hauteur = taille.width() - look.px(DEBORD), taille.height()
        couleurs = look.couleurs
        peintre.fillRect(QRect(0, 0, longueur, hauteur), couleurs.filet)
        unite = longueur / float(self._enveloppe.montant or 1)
        reserve, engage = float(self._enveloppe.reserve), float(self._enveloppe.engage)
        if reserve > 0:
            cadre = QRectF(0, 0, reserve * unite, hauteur)
            _contourer(peintre, cadre, couleur, couleurs.papier)
        if engage > 0:
            cadre = QRectF(reserve * unite, 0, engage * unite, hauteur)
            _hachurer(peintre, cadre, couleur, couleurs.papier)

    def _peindre_parts(self, peintre: QPainter, barre: QRect, longueur: int, look: Theme) -> None:
        """What is granted, what is being typed and what is too much, within the bar."""
        enveloppe, couleurs = self._enveloppe, look.couleurs
        couleur = look.financeur(enveloppe.financeur.rang)
        unite = longueur / float(enveloppe.montant or 1)

        def peindre(debut: float, fin: float, encre: QColor) -> None:
            fin = min(fin, barre.width())
            if debut < fin:
                cadre = QRectF(barre.left() + debut, barre.top(), fin - debut, barre.height())
                peintre.fillRect(cadre, encre)

        pris = float(enveloppe.reserve + enveloppe.engage) * unite
        stable = pris + (float(enveloppe.accorde) + min(self._ecart_dessine, 0.0)) * unite
        total = stable + abs(self._ecart_dessine) * unite
        peindre(pris, stable, couleur)
        if self._ecart_dessine:
            peindre(stable, total, melanger(couleurs.papier, couleur, 0.45))
        trop = total - longueur
        if trop > 0:  # a small overshoot is seen too
            peindre(longueur, longueur + max(trop, look.px(5)), couleurs.bloquant)


def _du_meme_nom(avant: EtatEnveloppe, apres: EtatEnveloppe) -> bool:
    """Whether the name of a gauge is still the same: it may say that the figure is a forecast."""
    return (
        (avant.financeur is apres.financeur or avant.financeur == apres.financeur)
        and avant.notifie == apres.notifie
        and (avant.montant is None) == (apres.montant is None)
    )


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
