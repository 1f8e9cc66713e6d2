"""The editor of a formula: its text, what it gives on the first rows, what can be inserted in it."""

from collections.abc import Callable, Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QTabWidget,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.services.columns import Colonne, TypeColonne, replier
from app.services.errors import ErreurConnue
from app.services.formules_fonctions import FONCTIONS, Fonction
from app.services.formules_jetons import FormuleRefusee
from app.ui.elements import ChampRecherche, TexteElide, etiquette, minuterie
from app.ui.theme import theme

ATTENTE = 120  # ms without a key before the formula is computed
LIGNES_MONTREES = 4
DONNENT = {
    TypeColonne.MONTANT: "Donne un montant en euros.",
    TypeColonne.PART: "Donne une part, en pour cent.",
    TypeColonne.NOMBRE: "Donne un nombre.",
    TypeColonne.DATE: "Donne une date.",
    TypeColonne.BOOLEEN: "Donne oui ou non.",
    TypeColonne.TEXTE: "Donne un texte.",
}
_CLE = Qt.ItemDataRole.UserRole
Essai = Callable[[str], Colonne]  # text of a formula -> the column it makes; raises ErreurConnue


class EditeurFormule(QWidget):
    """`change()`: the formula is another; `valide()`: Enter; `ferme()`: Esc."""

    change = Signal()
    valide = Signal()

    def __init__(self, essayer: Essai, lignes: Callable[[], Sequence[tuple[str, object]]]) -> None:
        super().__init__()
        self._essayer = essayer
        self._lignes = lignes
        self.colonne: Colonne | None = None  # what the formula makes, when it can be read
        self._attente = minuterie(self, ATTENTE, self.calculer)
        self._construire()
        self.champ.textChanged.connect(self._attente.start)
        self.champ.valide.connect(self.valide)
        for liste in (self.colonnes, self.fonctions):
            liste.itemActivated.connect(self._inserer)
        self._recherche.cherche.connect(self._chercher)
        self._recherche.quitte.connect(lambda: self._onglets.currentWidget().setFocus())

    def _construire(self) -> None:
        px = theme().px
        self.champ = _Champ()
        self.message = etiquette("", "doux")
        self.message.setWordWrap(True)
        self._apercu = QGridLayout()
        self._apercu.setContentsMargins(0, 0, 0, 0)
        self._apercu.setHorizontalSpacing(px(12))
        self._apercu.setVerticalSpacing(px(4))
        self._apercu.setColumnStretch(0, 1)
        self._cases = [(TexteElide(role="doux"), etiquette("")) for _ in range(LIGNES_MONTREES)]
        for rang, (nom, resultat) in enumerate(self._cases):
            self._apercu.addWidget(nom, rang, 0)
            self._apercu.addWidget(resultat, rang, 1, Qt.AlignmentFlag.AlignRight)
        gauche = QVBoxLayout()
        gauche.setSpacing(px(8))
        gauche.addWidget(self.champ)
        gauche.addWidget(self.message)
        gauche.addLayout(self._apercu)
        gauche.addStretch(1)
        self._recherche = ChampRecherche("Chercher une colonne ou une fonction")
        self.colonnes, self.fonctions = _liste("Colonnes"), _liste("Fonctions")
        self._onglets = QTabWidget()
        for liste in (self.colonnes, self.fonctions):
            self._onglets.addTab(liste, liste.accessibleName())
        self._onglets.tabBar().setAccessibleName("À insérer dans le calcul")
        droite = QVBoxLayout()
        droite.setSpacing(px(8))
        droite.addWidget(self._recherche)
        droite.addWidget(self._onglets, 1)
        ligne = QHBoxLayout(self)
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.setSpacing(px(16))
        ligne.addLayout(gauche, 1)
        ligne.addLayout(droite, 1)
        self.setFocusProxy(self.champ)

    # What it holds ------------------------------------------------------------------------------

    @property
    def texte(self) -> str:
        return self.champ.toPlainText()

    def poser(self, texte: str) -> None:
        """Start from a formula."""
        self.champ.setPlainText(texte)
        self.champ.moveCursor(QTextCursor.MoveOperation.End)
        self.calculer()

    def proposer(self, noms: Iterable[str]) -> None:
        """Names of the columns that can be inserted, beside the functions."""
        self.colonnes.clear()
        for nom in noms:
            _ajouter(self.colonnes, nom, f"[{nom}]")
        self.fonctions.clear()
        for fonction in FONCTIONS.values():
            _ajouter(self.fonctions, f"{fonction.ecriture} : {fonction.aide}", _appel(fonction))

    def _chercher(self, texte: str) -> None:
        """Keep what holds every word; the list that has some comes in view."""
        trouves = [_garder(liste, replier(texte).split()) for liste in self._listes()]
        if not trouves[self._onglets.currentIndex()] and any(trouves):
            self._onglets.setCurrentIndex(trouves.index(max(trouves)))

    def _listes(self) -> tuple[QListWidget, QListWidget]:
        return self.colonnes, self.fonctions

    def _inserer(self, element: QListWidgetItem) -> None:
        """Write it where the cursor is; the cursor then stands where one goes on typing."""
        insere = element.data(_CLE)
        curseur = self.champ.textCursor()
        curseur.insertText(insere)
        if insere.endswith("()"):
            curseur.movePosition(QTextCursor.MoveOperation.Left)
        self.champ.setTextCursor(curseur)
        self.champ.setFocus()

    # What it gives ------------------------------------------------------------------------------

    def calculer(self) -> None:
        """Compute the formula on the first rows, or say what is wrong and where."""
        self._attente.stop()
        self.colonne = None
        try:
            if self.texte.strip(" ="):
                self.colonne = self._essayer(self.texte)
                self._dire(DONNENT.get(self.colonne.type, ""))
            else:
                self._dire("Écrivez un calcul, comme =[Coût total]*0,8")
        except FormuleRefusee as refus:
            self._dire(str(refus), role="erreur", zone=(refus.debut, refus.fin))
        except ErreurConnue as refus:
            self._dire(str(refus), role="erreur")
        self._montrer()
        self.change.emit()

    def _dire(self, phrase: str, *, role: str = "doux", zone: tuple[int, int] = (0, 0)) -> None:
        self.message.setText(phrase)
        if self.message.property("role") != role:
            self.message.setProperty("role", role)
            self.message.style().unpolish(self.message)
            self.message.style().polish(self.message)
        self.champ.souligner(*zone)

    def _montrer(self) -> None:
        lignes = list(self._lignes())[:LIGNES_MONTREES] if self.colonne is not None else []
        for rang, (nom, resultat) in enumerate(self._cases):
            montree = rang < len(lignes)
            nom.setText(lignes[rang][0] if montree else "")
            texte, bulle = self._resultat(lignes[rang][1]) if montree else ("", "")
            resultat.setText(texte)
            resultat.setToolTip(bulle)

    def _resultat(self, ligne: object) -> tuple[str, str]:
        """What the column shows on a row, and why it shows no value."""
        colonne = self.colonne
        assert colonne is not None
        erreur = colonne.erreur(ligne) if colonne.erreur is not None else None
        texte = colonne.texte(ligne)
        if colonne.type == TypeColonne.MONTANT and colonne.lire(ligne):
            texte = f"{texte}\u00a0€"
        return texte or "vide", "" if erreur is None else erreur.explication


class _Champ(QPlainTextEdit):
    """The text of a formula: Enter keeps it, Tab leaves it."""

    valide = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Calcul")
        self.setPlaceholderText("=[Coût total]*0,8")
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme().px(64))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.valide.emit()
        elif event.key() == Qt.Key.Key_Escape:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def souligner(self, debut: int, fin: int) -> None:
        """A wavy line under what is wrong; at the end, under the last sign."""
        choix = QTextEdit.ExtraSelection()
        longueur = len(self.toPlainText())
        if fin > 0 and longueur:
            curseur = self.textCursor()
            curseur.setPosition(min(debut, longueur - 1))
            curseur.setPosition(min(max(fin, debut + 1), longueur), QTextCursor.MoveMode.KeepAnchor)
            choix.cursor = curseur
            choix.format.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            choix.format.setUnderlineColor(theme().couleurs.bloquant)
            self.setExtraSelections([choix])
        else:
            self.setExtraSelections([])


def _liste(nom: str) -> QListWidget:
    liste = QListWidget()
    liste.setAccessibleName(nom)
    liste.setToolTip("Entrée ou double clic : insérer dans le calcul")
    liste.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return liste


def _ajouter(liste: QListWidget, texte: str, insere: str) -> None:
    element = QListWidgetItem(texte, liste)
    element.setData(_CLE, insere)
    element.setToolTip(texte)


def _garder(liste: QListWidget, mots: Sequence[str]) -> int:
    """Hide what does not hold these words; how many are left."""
    gardes = 0
    for element in map(liste.item, range(liste.count())):
        pli = replier(element.text())
        garde = all(mot in pli for mot in mots)
        element.setHidden(not garde)
        gardes += garde
    return gardes


def _appel(fonction: Fonction) -> str:
    return f"{fonction.nom}()"
