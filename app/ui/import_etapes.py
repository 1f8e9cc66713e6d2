"""The bar of the import page: where one is among the three steps, and the buttons that move."""

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from app.ui.elements import bouton, marges
from app.ui.icons import peindre_icone
from app.ui.theme import theme

ETAPES = ("Le fichier", "Les colonnes", "L'aperçu")
HAUTEUR = 48
PASTILLE = 20
ECART = 24  # between two steps, where a hairline joins them


class Etapes(QWidget):
    """Three numbers and their words: done ones ticked, the current one filled and in bold."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.courante = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        theme().change.connect(self.updateGeometry)

    def aller(self, etape: int) -> None:
        self.courante = etape
        self.setAccessibleName(f"Étape {etape + 1} sur {len(ETAPES)} : {ETAPES[etape]}")
        self.update()

    def sizeHint(self) -> QSize:
        largeurs = [self._largeur(mot) for mot in ETAPES]
        return QSize(sum(largeurs) + theme().px(ECART + 16) * (len(ETAPES) - 1), theme().px(32))

    def _largeur(self, mot: str) -> int:
        """Room of a step, as if it were the current one: nothing moves from one to the next."""
        metrique = QFontMetrics(theme().police(forte=True))
        return metrique.horizontalAdvance(mot) + theme().px(PASTILLE + 8)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        px = theme().px
        with QPainter(self) as peintre:
            peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
            gauche = 0
            for rang, mot in enumerate(ETAPES):
                if rang:
                    milieu = self.height() / 2
                    peintre.setPen(QPen(theme().couleurs.filet_fort, 1))
                    depart = gauche + px(8)
                    peintre.drawLine(QPointF(depart, milieu), QPointF(depart + px(ECART), milieu))
                    gauche += px(ECART + 16)
                largeur = self._largeur(mot)
                self._peindre(peintre, QRect(gauche, 0, largeur, self.height()), rang)
                gauche += largeur

    def _peindre(self, peintre: QPainter, cadre: QRect, rang: int) -> None:
        look = theme()
        couleurs = look.couleurs
        cote = look.px(PASTILLE)
        rond = QRectF(cadre.left() + 0.5, (cadre.height() - cote) / 2, cote - 1, cote - 1)
        courante, faite = rang == self.courante, rang < self.courante
        peintre.setPen(QPen(couleurs.accent if courante or faite else couleurs.bord, 1))
        peintre.setBrush(couleurs.accent if courante else Qt.BrushStyle.NoBrush)
        peintre.drawEllipse(rond)
        if faite:
            retrait = look.px(3)
            dedans = rond.toRect().adjusted(retrait, retrait, -retrait, -retrait)
            peindre_icone(peintre, dedans, "valider", couleur=couleurs.accent)
        else:
            peintre.setFont(look.police("petit", forte=True))
            peintre.setPen(couleurs.sur_accent if courante else couleurs.encre_douce)
            peintre.drawText(rond, int(Qt.AlignmentFlag.AlignCenter), str(rang + 1))
        peintre.setFont(look.police(forte=courante))
        peintre.setPen(couleurs.encre if courante or faite else couleurs.encre_douce)
        mot = cadre.adjusted(cote + look.px(8), 0, 0, 0)
        cote_gauche = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        peintre.drawText(mot, int(cote_gauche), ETAPES[rang])


class BarreEtapes(QWidget):
    """Steps at the left; « Fermer », « Retour » and what goes on at the right."""

    fermeture = Signal()
    retour = Signal()
    suite = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.etapes = Etapes()
        self.fermer = bouton("Fermer", "discret")
        self.precedent = bouton("Retour")
        self.suivant = bouton("Continuer", "principal")
        self.fermer.setToolTip("Quitter l'import sans rien changer")
        self.precedent.setToolTip("Revenir à l'étape précédente (Échap)")
        self.suivant.setToolTip("Ctrl+Entrée")
        self.fermer.clicked.connect(self.fermeture)
        self.precedent.clicked.connect(self.retour)
        self.suivant.clicked.connect(self.suite)
        ligne = QHBoxLayout(self)
        marges(ligne, 0, 16, espace=8)
        ligne.addWidget(self.etapes)
        ligne.addStretch(1)
        for element in (self.fermer, self.precedent, self.suivant):
            ligne.addWidget(element)
        self.setFixedHeight(theme().px(HAUTEUR))
        self.aller(0)

    def aller(self, etape: int) -> None:
        """Show a step; what the last button says is set by `promettre`."""
        self.etapes.aller(etape)
        self.precedent.setEnabled(etape > 0)
        self.promettre("Continuer" if etape < len(ETAPES) - 1 else "Importer")

    def promettre(self, mot: str, *, possible: bool = True) -> None:
        """What the main button does, and whether it can."""
        self.suivant.setText(mot)
        self.suivant.setEnabled(possible)

    def occuper(self, occupe: bool) -> None:
        """While the worker is busy, only « Fermer » is left, which cancels it."""
        for element in (self.precedent, self.suivant):
            element.setDisabled(occupe)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(0, self.height() - 1, self.width(), 1, theme().couleurs.filet)
