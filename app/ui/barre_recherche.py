"""The one search box: type, choose with the arrows, Enter goes there. Ctrl+K from anywhere."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.services.recherche import LIBELLES, Recherche, Resultat
from app.ui.elements import minuterie
from app.ui.icons import icone
from app.ui.recherche_gestes import Trouve
from app.ui.theme import theme

ATTENTE = 60  # ms without a key before searching
LARGEUR = 280
LARGEUR_RESULTATS = 460
HAUTEUR_RESULTAT = 44
MONTRES = 9
LIGNES_DEVANT = 4  # rows of the file that come before what can be done and the help
ICONES = {"action": "actions", "organisme": "porteurs", "quartier": "quartier"}
_NAVIGATION = (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)


class _Cadre(QFrame):
    """The floating frame of the results."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.setPen(theme().couleurs.bord)
            peintre.drawRect(self.rect().adjusted(0, 0, -1, -1))


class BarreRecherche(QLineEdit):
    """`choisi(kind, key, year)`: the row to go to; the year is 0 for what has none."""

    choisi = Signal(str, str, int)

    def __init__(self, recherche: Recherche, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._recherche = recherche
        self._resultats: list[Trouve] = []
        self.completer: Callable[[str], Sequence[Trouve]] = lambda _: ()  # besides the rows
        self.setPlaceholderText("Chercher partout")
        self.setAccessibleName("Chercher partout")
        self.setToolTip(
            "Chercher une action, un porteur, un quartier, une commande, l'aide (Ctrl+K)"
        )
        self.setClearButtonEnabled(True)
        self.setFixedWidth(theme().px(LARGEUR))
        self.addAction(icone("recherche"), QLineEdit.ActionPosition.LeadingPosition)
        self._attente = minuterie(self, ATTENTE, self._chercher)
        self._cadre = _Cadre(self)
        self._liste = QListWidget(self._cadre)
        self._liste.setAccessibleName("Résultats de la recherche")
        self._liste.setIconSize(QSize(theme().px(16), theme().px(16)))
        self._liste.setFrameShape(QFrame.Shape.NoFrame)
        self._liste.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._liste.setMinimumHeight(1)  # as tall as its results, be there only one
        colonne = QVBoxLayout(self._cadre)
        colonne.setContentsMargins(1, 1, 1, 1)
        colonne.addWidget(self._liste)
        self.textEdited.connect(lambda _: self._attente.start())
        self._liste.itemClicked.connect(lambda _: self._valider())
        self.installEventFilter(self)

    def chercher(self) -> None:
        """Put the cursor here, ready to type."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def _chercher(self) -> None:
        self._attente.stop()
        texte = self.text()
        lignes = [self._ligne(resultat) for resultat in self._recherche.chercher(texte)]
        autres = self.completer(texte)
        self._resultats = [*lignes[:LIGNES_DEVANT], *autres, *lignes[LIGNES_DEVANT:]]
        self._liste.clear()
        for trouve in self._resultats:
            element = QListWidgetItem(icone(trouve.icone), f"{trouve.titre}\n{trouve.detail}")
            element.setSizeHint(QSize(0, theme().px(HAUTEUR_RESULTAT)))  # its two lines
            self._liste.addItem(element)
        if not self._resultats and self.text().strip():
            rien = QListWidgetItem("Aucun résultat : essayez un autre mot.", self._liste)
            rien.setFlags(Qt.ItemFlag.NoItemFlags)
        self._montrer()

    def _ligne(self, resultat: Resultat) -> Trouve:
        annee = f" · {resultat.annee}" if resultat.annee else ""
        detail = " · ".join(t for t in (LIBELLES[resultat.entite], resultat.detail) if t)
        return Trouve(
            resultat.titre,
            f"{detail}{annee}",
            ICONES[resultat.entite],
            lambda: self.choisi.emit(resultat.entite, resultat.cle, resultat.annee or 0),
        )

    def _montrer(self) -> None:
        if not self._liste.count():
            self._cadre.hide()
            return
        self._liste.setCurrentRow(0 if self._resultats else -1)
        lignes = min(MONTRES, self._liste.count())
        hauteur = sum(self._liste.sizeHintForRow(rang) for rang in range(lignes)) + 2
        largeur = theme().px(LARGEUR_RESULTATS)
        coin = self.mapToGlobal(QPoint(self.width() - largeur, self.height() + theme().px(4)))
        self._cadre.setGeometry(coin.x(), coin.y(), largeur, hauteur)
        self._cadre.show()

    def _valider(self) -> None:
        rang = self._liste.currentRow()
        if not 0 <= rang < len(self._resultats):
            return
        trouve = self._resultats[rang]
        self._cadre.hide()
        self.clear()
        trouve.suivre()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self._cadre.hide()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._touche(event)
        return super().eventFilter(watched, event)

    def _touche(self, event: QKeyEvent) -> bool:
        """Arrows move in the results, Enter goes, Esc closes; everything else is typed."""
        touche = event.key()
        if touche == Qt.Key.Key_Escape:
            self._cadre.hide()
            self.clear()
            return True
        if touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._attente.isActive():
                self._chercher()
            self._valider()
            return True
        if touche in _NAVIGATION and self._cadre.isVisible():
            pas = -1 if touche in (Qt.Key.Key_Up, Qt.Key.Key_PageUp) else 1
            rang = self._liste.currentRow() + pas
            self._liste.setCurrentRow(max(0, min(rang, self._liste.count() - 1)))
            return True
        return False
