"""How a cell is drawn and typed in. The text stays in the editor, in red, until it is accepted."""

from typing import Any

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QObject, QRect, Qt, Signal
from PySide6.QtGui import QFontMetrics, QHelpEvent, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from app.services.columns import ZERO_AFFICHE, Alignement, Colonne
from app.services.habits import Habit
from app.ui.cesure import en_lignes
from app.ui.editeurs import (
    est_garder,
    est_partout,
    est_refuse,
    fabriquer_editeur,
    marquer_refus,
    texte_tape,
)
from app.ui.formes import peindre_etiquette
from app.ui.habillage import Habillage, en_bulle
from app.ui.loupe import Loupe
from app.ui.tableau import EDITION
from app.ui.teintes import (
    entourer,
    peindre_bord,
    peindre_coin,
    peindre_fond,
    peindre_signe,
    teinte_de_ligne,
)
from app.ui.theme import MARGE

TEXTES_MESURES = 20_000  # texts whose width is remembered
_CHOISI = QStyle.StateFlag.State_Selected
_LIGNE_SEULE = int(Qt.TextFlag.TextSingleLine)
_GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter) | _LIGNE_SEULE
_DROITE = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter) | _LIGNE_SEULE
_CENTRE = int(Qt.AlignmentFlag.AlignCenter) | _LIGNE_SEULE
_COTES = {
    Alignement.GAUCHE: _GAUCHE,
    Alignement.CENTRE: _CENTRE,
    Alignement.DROITE: _DROITE,
}
_VALIDER = {
    Qt.Key.Key_Tab: (0, 1),
    Qt.Key.Key_Backtab: (0, -1),
    Qt.Key.Key_Up: (-1, 0),
    Qt.Key.Key_Down: (1, 0),
}
_EN_SAISIE = {Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1)}


class DelegueTableau(QStyledItemDelegate):
    """`valide(editor, rows, columns)`: keep what was typed, then move. `saisie(editor, text)`: live.
    `partout(editor)`: put what was typed in every selected cell.
    """

    valide = Signal(QWidget, int, int)
    partout = Signal(QWidget)
    garde = Signal(QWidget)
    saisie = Signal(QWidget, str)
    saisie_finie = Signal()

    def __init__(self, parent: QAbstractItemView, look: Loupe) -> None:
        super().__init__(parent)
        self.ligne_survolee = -1
        self.entree = (1, 0)  # where Enter leads: one row down, as in a spreadsheet
        self.editeur: QWidget | None = None
        self.habillage: Habillage | None = None
        self._look = look
        self._look.change.connect(self._remesurer)
        self._remesurer()

    def _remesurer(self) -> None:
        self._metrique = QFontMetrics(self._look.police())
        self._metrique_grasse = QFontMetrics(self._look.police(forte=True))
        self._encre = QPen(self._look.couleurs.encre)
        self._encre_douce = QPen(self._look.couleurs.encre_douce)
        self._largeurs: dict[str, int] = {}
        self._coupes: dict[tuple[str, int], str] = {}

    # Drawing ------------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        cadre = option.rect
        rang, c = index.row(), index.column()
        modele: Any = index.model()
        colonne = modele.colonnes[c]
        ligne = modele.lignes[rang]
        choisi = bool(option.state & _CHOISI)
        if choisi:
            painter.fillRect(cadre, self._look.couleurs.accent_fond)
        elif rang == self.ligne_survolee:
            painter.fillRect(cadre, self._look.couleurs.survol)
        if modele.est_groupe(rang):
            self._peindre_sous_total(painter, cadre, modele.texte(rang, c), cote=colonne.cote)
            return
        habit = None
        if self.habillage is not None:
            habit = self._vetir(painter, cadre, ligne, colonne.cle, nu=not choisi)
        valeur = colonne.lire(ligne)
        texte = colonne.texte_de(valeur)
        if valeur is None and colonne.erreur is not None:
            texte = colonne.mot_d_erreur(modele.lignes[rang])
        if texte or habit is not None:
            self._peindre_texte(painter, cadre, texte, colonne=colonne, valeur=valeur, habit=habit)
        if self.habillage is not None and (
            attente := self.habillage.en_attente(ligne, colonne.cle)
        ):
            self._peindre_l_attente(painter, cadre, attente, vide=not texte)

    def _vetir(
        self, peintre: QPainter, cadre: QRect, ligne: Any, colonne: str, *, nu: bool
    ) -> Habit | None:
        """The tint and the edge of a coloured row, the corner of a comment, the ground of a format."""
        pose, look = self.habillage, self._look
        assert pose is not None
        couleur = pose.couleur(ligne)
        if couleur is not None:
            if nu:
                peintre.fillRect(cadre, teinte_de_ligne(couleur, look))
            if cadre.left() == 0 and self._est_le_premier_volet():
                peindre_bord(peintre, cadre, couleur, look)
        habit = pose.habit(ligne, colonne)
        if habit is not None:
            peindre_fond(peintre, cadre, habit, look, choisi=not nu)
        if pose.est_commentee(ligne, colonne):
            peindre_coin(peintre, cadre, look)
        return habit

    def _peindre_l_attente(
        self, peintre: QPainter, cadre: QRect, attente: str, *, vide: bool
    ) -> None:
        """Circled, as a spreadsheet does; a cell that holds nothing shows what was typed."""
        entourer(peintre, cadre, self._look)
        if vide:
            interieur = cadre.adjusted(self._look.px(MARGE), 0, -self._look.px(MARGE), 0)
            peintre.setPen(self._look.couleurs.bloquant)
            coupe = Qt.TextElideMode.ElideRight
            texte = self._metrique.elidedText(attente, coupe, interieur.width())
            peintre.drawText(interieur, _COTES[Alignement.GAUCHE], texte)

    def _est_le_premier_volet(self) -> bool:
        grille: Any = self.parent()
        premiere = grille.voisines[0]
        return premiere is grille or not premiere.isVisible()

    def _peindre_sous_total(
        self, peintre: QPainter, cadre: QRect, texte: str, *, cote: Alignement
    ) -> None:
        """What a group sums in a column; its name is drawn over the cells by the pane."""
        if not texte:
            return
        marge = self._look.px(MARGE)
        police = peintre.font()
        peintre.setFont(self._look.police(forte=True))
        peintre.setPen(self._encre_douce if texte == ZERO_AFFICHE else self._encre)
        interieur = cadre.adjusted(marge, 0, -marge, 0)
        peintre.drawText(interieur, _COTES[cote], self._look.typographier(texte))
        peintre.setFont(police)

    def _peindre_texte(
        self,
        peintre: QPainter,
        cadre: QRect,
        texte: str,
        *,
        colonne: Colonne,
        valeur: Any,
        habit: Habit | None = None,
    ) -> None:
        look = self._look
        marge = look.px(MARGE)
        signe = peindre_signe(peintre, cadre, habit, look) if habit is not None else 0
        interieur = cadre.adjusted(max(marge, signe + look.px(2)), 0, -marge, 0)
        if colonne.signal is not None:
            signal = colonne.signal(valeur)
            peindre_etiquette(peintre, interieur, texte, signal=signal, look=look)
            return
        texte = look.typographier(texte)
        # On the ground of a format, the first ink: the second one could be hard to read.
        doux = habit is None and (colonne.nuance or texte == ZERO_AFFICHE or valeur is None)
        peintre.setPen(self._encre_douce if doux else self._encre)
        if habit is not None and habit.gras:
            self._peindre_gras(peintre, interieur, texte, cote=colonne.cote)
            return
        if self._look.hauteur > 1 and colonne.cote == Alignement.GAUCHE:
            self._peindre_lignes(peintre, interieur, texte)
            return
        if self._largeur(texte) > interieur.width():
            texte = self._couper(texte, interieur.width())
        peintre.drawText(interieur, _COTES[colonne.cote], texte)

    def _peindre_gras(
        self, peintre: QPainter, cadre: QRect, texte: str, *, cote: Alignement
    ) -> None:
        police = peintre.font()
        texte = self._metrique_grasse.elidedText(texte, Qt.TextElideMode.ElideRight, cadre.width())
        peintre.setFont(self._look.police(forte=True))
        peintre.drawText(cadre, _COTES[cote], texte)
        peintre.setFont(police)

    def _peindre_lignes(self, peintre: QPainter, cadre: QRect, texte: str) -> None:
        """A text on as many lines as the row has, broken between words."""
        look = self._look
        lignes = en_lignes(texte, look.police(), cadre.width(), maximum=look.hauteur)
        peintre.drawText(cadre, _GAUCHE & ~_LIGNE_SEULE, "\n".join(lignes))

    def _largeur(self, texte: str) -> int:
        """Width of a text, measured once: shaping it costs as much as drawing it."""
        largeur = self._largeurs.get(texte)
        if largeur is None:
            largeur = self._metrique.horizontalAdvance(texte)
            if len(self._largeurs) >= TEXTES_MESURES:
                self._largeurs.clear()
            self._largeurs[texte] = largeur
        return largeur

    def _couper(self, texte: str, largeur: int) -> str:
        """As much of a text as its cell holds, found once."""
        coupe = self._coupes.get((texte, largeur))
        if coupe is None:
            coupe = self._metrique.elidedText(texte, Qt.TextElideMode.ElideRight, largeur)
            if len(self._coupes) >= TEXTES_MESURES:
                self._coupes.clear()
            self._coupes[texte, largeur] = coupe
        return coupe

    def peindre_anneau(self, peintre: QPainter, cadre: QRect, *, forte: bool) -> None:
        """Around the current cell: strong when the table has the keyboard."""
        if cadre.isEmpty():
            return
        couleurs = self._look.couleurs
        peintre.setPen(QPen(couleurs.accent, 2) if forte else QPen(couleurs.bord, 1))
        retrait = (1, 1, -1, -1) if forte else (0, 0, -1, -1)
        peintre.setBrush(Qt.BrushStyle.NoBrush)
        peintre.drawRect(cadre.adjusted(*retrait))

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> bool:
        modele: Any = index.model()
        bulle = self._bulle(modele, index, option.rect.width()) if index.isValid() else ""
        QToolTip.showText(event.globalPos(), bulle, view)
        return True

    def _bulle(self, modele: Any, index: QModelIndex, largeur: int) -> str:
        """Why a cell shows no value, or its whole text when too narrow; and what was put on it."""
        rang, c = index.row(), index.column()
        erreur = modele.erreur(rang, c)
        texte = erreur.explication if erreur is not None else str(index.data() or "")
        coupe = self._metrique.horizontalAdvance(texte) > largeur - 2 * self._look.px(MARGE)
        if erreur is None and not coupe and "\n" not in texte:
            texte = ""
        if self.habillage is None or modele.est_groupe(rang):
            return en_bulle(texte)
        return self.habillage.bulle(modele.lignes[rang], modele.colonnes[c], texte)

    # Typing -------------------------------------------------------------------------------------

    def createEditor(
        self, parent: QWidget, _option: QStyleOptionViewItem, index: QModelIndex
    ) -> QWidget:
        modele: Any = index.model()
        colonne: Colonne = modele.colonnes[index.column()]
        editeur = fabriquer_editeur(parent, colonne, lambda: modele.valeurs_de(index.column()))
        if isinstance(editeur, QComboBox):
            # Typed, a choice is validated as a text is: the next row comes.
            editeur.activated.connect(
                lambda: self.valide.emit(editeur, int(bool(editeur.property("tapee"))), 0)
            )
        else:
            editeur.textEdited.connect(lambda texte: self._note(editeur, texte))
        self.editeur = editeur
        return editeur

    def destroyEditor(self, editor: QWidget, index: QModelIndex) -> None:
        self.editeur = None
        super().destroyEditor(editor, index)
        self.saisie_finie.emit()

    def _note(self, champ: QLineEdit, texte: str) -> None:
        marquer_refus(champ, refuse=False)
        self.saisie.emit(champ, texte)

    def setEditorData(self, editor: QWidget, index: QModelIndex) -> None:
        """Filled once: a notice that comes meanwhile does not erase what is being typed."""
        if editor.property("origine") is not None:
            return
        texte = str(index.data(EDITION))
        editor.setProperty("origine", texte)
        if isinstance(editor, QComboBox):
            editor.setCurrentIndex(editor.findData(texte))
        elif isinstance(editor, QLineEdit):
            editor.setText(texte)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: QModelIndex) -> None:
        texte = texte_tape(editor)
        if texte == editor.property("origine"):
            return
        if texte == editor.property("refusee"):
            marquer_refus(editor, refuse=True)  # already answered: the sentence is still in the bar
            return
        accepte = model.setData(index, texte)
        marquer_refus(editor, refuse=not accepte)
        editor.setProperty("origine" if accepte else "refusee", texte)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: QModelIndex
    ) -> None:
        """Over the cell, and wider when what is typed there would be cut."""
        cadre = option.rect
        minimum = editor.sizeHint().width() if isinstance(editor, QComboBox) else self._look.px(88)
        modele: Any = index.model()
        manque = max(0, minimum - cadre.width())
        if modele.colonnes[index.column()].cote == Alignement.DROITE:
            editor.setGeometry(cadre.adjusted(-min(manque, cadre.left()), 0, 0, 0))
        else:
            editor.setGeometry(cadre.adjusted(0, 0, manque, 0))

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if est_refuse(editor) and est_garder(event):
                self.garde.emit(editor)
                return True
            if est_partout(event):
                self.partout.emit(editor)
                return True
            pas = self._pas(editor, event)
            if pas is not None:
                self.valide.emit(editor, *pas)
                return True
        return super().eventFilter(editor, event)

    def _pas(self, editeur: QObject, evenement: QKeyEvent) -> tuple[int, int] | None:
        """Where to go once accepted, or None when the key belongs to the editor.

        Typed over a cell, Left and Right leave it; opened by F2, they move in the text.
        """
        touche = Qt.Key(evenement.key())
        maj = bool(evenement.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if isinstance(editeur, QComboBox) and touche in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            return None
        if touche in _EN_SAISIE and editeur.property("tapee") and not maj:
            return _EN_SAISIE[touche]
        if touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return (-1, 0) if maj else self.entree
        return _VALIDER.get(touche)
