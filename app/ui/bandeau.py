"""The band of envelopes, always in view: one gauge for each financeur, or one line when folded."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from app.models.montants import afficher_montant
from app.services.columns import Signal as Sens
from app.services.enveloppes import etat_en_mots, reste_en_mots
from app.services.rows import EtatEnveloppe
from app.ui.formes import peindre_forme
from app.ui.icons import PETITE, icone
from app.ui.jauge import HAUTEUR, HAUTEUR_EMPILEE, Jauge
from app.ui.theme import theme

MARGE = 4
LIGNES_MAXIMUM = 3  # rows of gauges before the band scrolls
ZERO = Decimal(0)


class Bandeau(QFrame):
    """`financeur_choisi(key)`: a gauge was clicked. `replie_change(folded)`: to be remembered."""

    financeur_choisi = Signal(str)
    provenance_demandee = Signal(str)  # where does what is left of this financeur come from
    replie_change = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("bandeau")
        self.setAccessibleName("Enveloppes")
        self.setBackgroundRole(QPalette.ColorRole.Window)
        self.setAutoFillBackground(True)
        self._jauges: dict[str, Jauge] = {}
        self._replie = False
        self._construire()
        theme().change.connect(self._disposer)

    def _construire(self) -> None:
        self._page = _Page(self)
        self._zone = QScrollArea(self)
        self._zone.setFrameShape(QFrame.Shape.NoFrame)
        self._zone.setAccessibleName("Enveloppes des financeurs")
        self._zone.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._zone.setWidget(self._page)
        self._resume = _Resume(self)
        self._resume.hide()
        self._resume.clique.connect(self.financeur_choisi)
        self._bouton = QToolButton(self)
        self._bouton.clicked.connect(self._basculer)
        self._nommer_bouton()

    # What it shows ------------------------------------------------------------------------------

    def montrer(self, enveloppes: Sequence[EtatEnveloppe]) -> None:
        """All the envelopes of a year, in the speaking order."""
        for jauge in self._jauges.values():
            jauge.hide()
            jauge.deleteLater()
        self._jauges = {}
        for enveloppe in enveloppes:
            jauge = Jauge(enveloppe, self._page)
            jauge.clicked.connect(self._jauge_cliquee)
            jauge.provenance_demandee.connect(self.provenance_demandee)
            jauge.show()
            self._jauges[enveloppe.financeur.cle] = jauge
        self._resumer()
        self._disposer()

    def actualiser(self, enveloppes: Mapping[str, EtatEnveloppe]) -> None:
        """New figures of some financeurs, by key; nothing else is drawn again."""
        for cle, enveloppe in enveloppes.items():
            if cle in self._jauges:
                self._jauges[cle].montrer(enveloppe)
        self._resumer()

    def _resumer(self) -> None:
        """The folded band is written again only where it shows: each typed amount comes here."""
        if self._replie:
            self._resume.montrer(self._etats())

    def saisir(self, financeur: str, ecart: Decimal) -> None:
        """What the amount being typed would add to this financeur's, in euros; 0 when given up."""
        if financeur in self._jauges:
            self._jauges[financeur].saisir(ecart)

    def marquer(self, financeur: str) -> None:
        """Show which financeur the screen is about; empty: none."""
        for cle, jauge in self._jauges.items():
            jauge.setChecked(cle == financeur)

    def jauge(self, financeur: str) -> Jauge:
        return self._jauges[financeur]

    def _etats(self) -> list[EtatEnveloppe]:
        return [jauge.enveloppe for jauge in self._jauges.values()]

    def _jauge_cliquee(self) -> None:
        jauge = self.sender()
        if isinstance(jauge, Jauge):
            jauge.setChecked(False)  # the screen that follows says which one is marked
            self.financeur_choisi.emit(jauge.enveloppe.financeur.cle)

    # Folding and laying out ---------------------------------------------------------------------

    @property
    def est_replie(self) -> bool:
        return self._replie

    def replier(self, *, replie: bool) -> None:
        """One line that says what is left and who overshoots, or all the gauges."""
        if replie == self._replie:
            return
        self._replie = replie
        self._resumer()
        self._zone.setVisible(not replie)
        self._resume.setVisible(replie)
        self._nommer_bouton()
        self._disposer()
        self.replie_change.emit(replie)

    def _basculer(self) -> None:
        self.replier(replie=not self._replie)

    def _nommer_bouton(self) -> None:
        mot = "Déplier les enveloppes" if self._replie else "Replier les enveloppes"
        self._bouton.setIcon(icone("bas" if self._replie else "haut"))
        self._bouton.setIconSize(QSize(theme().px(PETITE), theme().px(PETITE)))
        self._bouton.setToolTip(mot)
        self._bouton.setAccessibleName(mot)

    def _disposer(self) -> None:
        """The lowest arrangement in which no name is cut, in rows of equal length."""
        px, haut = theme().px, theme().air(MARGE)
        cote = self._bouton.sizeHint().width()
        largeur = self.width() - cote - px(2 * MARGE)
        hauteur = theme().haut(28) if self._replie else self._ranger(largeur)
        # Placed by hand: a layout would come back to the former height once this resize is over.
        for element in (self._zone, self._resume):
            element.setGeometry(px(MARGE), haut, largeur, hauteur)
        milieu = haut + max(0, (theme().haut(28) - cote) // 2)
        self._bouton.setGeometry(self.width() - cote - px(MARGE), milieu, cote, cote)
        self.setFixedHeight(hauteur + 2 * haut + 1)

    def _ranger(self, largeur: int) -> int:
        """Place the gauges in this width; returns the height to show."""
        empilee, colonnes, lignes = min(
            (self._rangement(largeur, empilee=empilee) for empilee in (False, True)),
            key=lambda rangement: rangement[2] * self._hauteur(empilee=rangement[0]),
        )
        if lignes > LIGNES_MAXIMUM:
            largeur -= theme().px(12)  # the scroll bar
            empilee, colonnes, lignes = self._rangement(largeur, empilee=empilee)
        hauteur = self._hauteur(empilee=empilee)
        for rang, jauge in enumerate(self._jauges.values()):
            ligne, colonne = divmod(rang, colonnes)
            gauche, droite = (largeur * c // colonnes for c in (colonne, colonne + 1))
            jauge.empiler(empilee=empilee)
            jauge.setGeometry(gauche, ligne * hauteur, droite - gauche, hauteur)
        self._page.resize(largeur, lignes * hauteur)
        return round((lignes if lignes <= LIGNES_MAXIMUM else LIGNES_MAXIMUM - 0.5) * hauteur)

    @staticmethod
    def _hauteur(*, empilee: bool) -> int:
        return theme().px(HAUTEUR_EMPILEE if empilee else HAUTEUR)

    def _rangement(self, largeur: int, *, empilee: bool) -> tuple[bool, int, int]:
        """(stacked, columns, rows) for a width."""
        voulues = [jauge.largeur_voulue(empilee=empilee) for jauge in self._jauges.values()]
        nombre = max(1, len(voulues))
        colonnes = min(nombre, max(1, largeur // max(voulues, default=1)))
        lignes = -(-nombre // colonnes)
        return empilee, -(-nombre // lignes), lignes

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._disposer()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        with QPainter(self) as peintre:
            peintre.fillRect(0, self.height() - 1, self.width(), 1, theme().couleurs.filet)


class _Page(QWidget):
    """Where the gauges stand."""


class _Resume(QWidget):
    """The folded band: what is left over all, then those that overshoot, by name."""

    clique = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ligne = QHBoxLayout(self)
        self._ligne.setContentsMargins(theme().px(8), 0, 0, 0)
        self._ligne.setSpacing(theme().px(16))

    def montrer(self, enveloppes: Iterable[EtatEnveloppe]) -> None:
        while (element := self._ligne.takeAt(0)) is not None:
            widget = element.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        toutes = list(enveloppes)
        for texte, role in self._phrases(toutes):
            label = QLabel(theme().typographier(texte))
            label.setProperty("role", role)
            self._ligne.addWidget(label)
        for enveloppe in toutes:
            if enveloppe.reste is not None and enveloppe.reste < 0:
                self._ligne.addWidget(self._alerte(enveloppe))
        self._ligne.addStretch(1)

    def _phrases(self, enveloppes: Sequence[EtatEnveloppe]) -> list[tuple[str, str]]:
        connues = [e for e in enveloppes if e.montant is not None]
        if not connues:
            return [("Aucune enveloppe communiquée", "doux")]
        reste = sum((e.reste for e in connues if e.reste is not None and e.reste > 0), ZERO)
        total = sum((e.montant for e in connues if e.montant is not None), ZERO)
        phrases = [
            (f"Reste {afficher_montant(reste, euro=True)}", "fort"),
            (f"sur {afficher_montant(total, euro=True)} d’enveloppes", "doux"),
        ]
        manquantes = len(enveloppes) - len(connues)
        if manquantes:
            mot = etat_en_mots(None, notifie=False) + ("s" if manquantes > 1 else "")
            phrases.append((f"{manquantes} {mot}", "doux"))
        return phrases

    def _alerte(self, enveloppe: EtatEnveloppe) -> QPushButton:
        texte = f"{enveloppe.financeur.nom_court} {reste_en_mots(enveloppe)}"
        bouton = _Depassement(theme().typographier(texte), self)
        cle = enveloppe.financeur.cle
        bouton.clicked.connect(lambda _coche=False: self.clique.emit(cle))
        return bouton


class _Depassement(QPushButton):
    """« CAF dépasse de 3 200 € », with the square of what blocks."""

    def __init__(self, texte: str, parent: QWidget) -> None:
        super().__init__(texte, parent)
        self.setProperty("role", "depassement")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        look = theme()
        cote = look.px(8)
        with QPainter(self) as peintre:
            cadre = self.rect().adjusted(look.px(8), (self.height() - cote) // 2, 0, 0)
            cadre.setSize(QSize(cote, cote))
            peindre_forme(peintre, cadre.toRectF(), Sens.BLOQUANT, look.couleurs.bloquant)
