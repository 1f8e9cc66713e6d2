"""Step 2 of the import: what each column of the file is, found by its heading, corrected by hand."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QFontMetrics,
    QPainter,
    QPalette,
    QStandardItem,
    QStandardItemModel,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from app.services.actions_lues import Correspondance
from app.services.columns import Signal as Sens
from app.services.profils import PROFILS
from app.ui import import_champs as champs
from app.ui.elements import etiquette, marges
from app.ui.formes import peindre_etiquette
from app.ui.import_champs import LigneColonne
from app.ui.import_listes import Alertes, Liste, titre_de_groupe
from app.ui.import_source import SourceLue, francais
from app.ui.theme import ENTETE, MARGE, theme

Indice = QModelIndex | QPersistentModelIndex
AUCUN = QModelIndex()
TEXTE = int(Qt.ItemDataRole.DisplayRole)
BULLE = int(Qt.ItemDataRole.ToolTipRole)
VALEUR = int(Qt.ItemDataRole.UserRole)
TITRES = ("Colonne du fichier", "Exemples", "Champ de Tour de table", "Confiance")
TITRE, EXEMPLES, CHAMP, CONFIANCE = range(len(TITRES))
RANGEE = 36
LARGEUR_CHAMP, LARGEUR_CONFIANCE = 312, 128
_GAUCHE = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)


class ModeleColonnes(QAbstractTableModel):
    """One row per column of the source."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.lignes: list[LigneColonne] = []

    def remplacer(self, lignes: Sequence[LigneColonne]) -> None:
        self.beginResetModel()
        self.lignes = list(lignes)
        self.endResetModel()

    def changer(self, rang: int, ligne: LigneColonne) -> None:
        self.lignes[rang] = ligne
        self.dataChanged.emit(self.index(rang, 0), self.index(rang, CONFIANCE))

    def rowCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(self.lignes)

    def columnCount(self, parent: Indice = AUCUN) -> int:
        return 0 if parent.isValid() else len(TITRES)

    def data(self, index: Indice, role: int = TEXTE) -> object:
        ligne = self.lignes[index.row()]
        if role == TEXTE:
            return (
                ligne.entete,
                "  ·  ".join(ligne.exemples),
                champs.libelle_sens(ligne.sens),
                ligne.mot,
            )[index.column()]
        if role == BULLE and index.column() in (TITRE, EXEMPLES):
            return "\n".join(ligne.exemples) if index.column() == EXEMPLES else ligne.entete
        return ligne if role == VALEUR else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = TEXTE) -> object:
        if role == TEXTE and orientation == Qt.Orientation.Horizontal:
            return TITRES[section]
        cote = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return int(cote) if role == int(Qt.ItemDataRole.TextAlignmentRole) else None


class _Dessin(QStyledItemDelegate):
    """The heading with its group, samples in second ink, the confidence as a tag."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Indice) -> None:
        look = theme()
        cadre: QRect = option.rect
        painter.fillRect(cadre.left(), cadre.bottom(), cadre.width(), 1, look.couleurs.filet)
        ligne = index.data(VALEUR)
        marge = look.px(MARGE)
        dedans = cadre.adjusted(marge, 0, -marge, 0)
        if index.column() == CONFIANCE:
            peindre_etiquette(painter, dedans, ligne.mot, signal=ligne.signal, look=look)
        elif index.column() == TITRE:
            self._peindre_titre(painter, dedans, ligne)
        elif index.column() == EXEMPLES:
            _ecrire(painter, dedans, str(index.data(TEXTE)), doux=True)

    def _peindre_titre(self, peintre: QPainter, cadre: QRect, ligne: LigneColonne) -> None:
        if ligne.groupe:
            place = cadre.width() // 2
            pris = _ecrire(peintre, cadre, f"{ligne.groupe} · ", doux=True, place=place)
            cadre.setLeft(cadre.left() + pris)
        _ecrire(peintre, cadre, ligne.titre, doux=False)

    def sizeHint(self, option: QStyleOptionViewItem, index: Indice) -> QSize:
        return QSize(theme().px(80), theme().px(RANGEE))


def _ecrire(
    peintre: QPainter, cadre: QRect, texte: str, *, doux: bool, place: int | None = None
) -> int:
    """Draw a text cut to its room; returns the width it took."""
    look = theme()
    metrique = QFontMetrics(look.police())
    coupe = metrique.elidedText(
        texte, Qt.TextElideMode.ElideRight, cadre.width() if place is None else place
    )
    peintre.setFont(look.police())
    peintre.setPen(look.couleurs.encre_douce if doux else look.couleurs.encre)
    peintre.drawText(cadre, _GAUCHE, coupe)
    return metrique.horizontalAdvance(coupe)


class PageColonnes(QWidget):
    """`change()`: the person gave a column another meaning."""

    change = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self._source: SourceLue | None = None
        self._departs: list[champs.Sens] = []
        self._options = QStandardItemModel(self)
        self._rangs: dict[champs.Sens, int] = {}
        self.listes: list[Liste] = []
        self._compte = etiquette("")
        self._seules = QCheckBox("Montrer seulement celles à vérifier")
        self.alertes = Alertes()
        self.modele = ModeleColonnes(self)
        self.table = QTableView()
        self._construire()
        self._seules.toggled.connect(self._filtrer)
        theme().change.connect(self._mesurer)

    def _construire(self) -> None:
        self.table.setModel(self.modele)
        self.table.setItemDelegate(_Dessin(self.table))
        self.table.setAccessibleName("Colonnes du fichier")
        self.table.setFrameShape(QFrame.Shape.NoFrame)
        self.table.setShowGrid(False)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        entete = self.table.horizontalHeader()
        entete.setHighlightSections(False)
        entete.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        for section in (CHAMP, CONFIANCE):
            entete.setSectionResizeMode(section, QHeaderView.ResizeMode.Fixed)
        garde = self._seules.sizePolicy()
        garde.setRetainSizeWhenHidden(True)
        self._seules.setSizePolicy(garde)
        haut = QHBoxLayout()
        haut.addWidget(self._compte, 1)
        haut.addWidget(self._seules)
        tete = QVBoxLayout()
        marges(tete, 12, 16, 8, 16, espace=8)
        tete.addLayout(haut)
        tete.addWidget(self.alertes)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addLayout(tete)
        colonne.addWidget(self.table, 1)
        self._mesurer()

    def _mesurer(self) -> None:
        px = theme().px
        entete = self.table.horizontalHeader()
        entete.setFixedHeight(px(ENTETE))
        entete.resizeSection(CHAMP, px(LARGEUR_CHAMP))
        entete.resizeSection(CONFIANCE, px(LARGEUR_CONFIANCE))
        self.table.verticalHeader().setMinimumSectionSize(px(RANGEE))
        self.table.verticalHeader().setDefaultSectionSize(px(RANGEE))

    # What is shown ------------------------------------------------------------------------------

    def montrer(self, source: SourceLue, financeurs: Sequence[str]) -> None:
        """The columns of a file; `financeurs`: short names of those of the open file."""
        self._source = source
        lignes = champs.lignes_colonnes(source)
        self._departs = [ligne.sens for ligne in lignes]
        lus = champs.financeurs_lus(source.lecture.colonnes) if source.lecture else []
        self._remplir_options([*financeurs, *lus])
        self.modele.remplacer(lignes)
        self.listes = []
        for rang, ligne in enumerate(lignes):
            self.table.setIndexWidget(self.modele.index(rang, CHAMP), self._case(rang, ligne))
        self._seules.setChecked(False)
        self._dire()

    def _remplir_options(self, financeurs: Sequence[str]) -> None:
        self._options.clear()
        self._rangs = {}
        for option in champs.options(financeurs):
            if option.sens is None:
                self._options.appendRow(titre_de_groupe(option.libelle))
                continue
            element = QStandardItem(option.libelle)
            element.setData(option.sens, VALEUR)
            self._rangs.setdefault(option.sens, self._options.rowCount())
            self._options.appendRow(element)

    def _case(self, rang: int, ligne: LigneColonne) -> QWidget:
        """The list of one column, with air around it."""
        case = QWidget()
        liste = Liste(f"Champ de la colonne {ligne.entete}", case)
        liste.setModel(self._options)
        liste.setCurrentIndex(self._rang_de(ligne.sens))
        liste.activated.connect(lambda: self._choisir(rang))
        rangee = QHBoxLayout(case)
        marges(rangee, 3, MARGE)
        rangee.addWidget(liste)
        self.listes.append(liste)
        return case

    def _rang_de(self, sens: champs.Sens) -> int:
        """Rank of a meaning in the list; one that it lacks is added at its end."""
        if sens not in self._rangs:
            element = QStandardItem(champs.libelle_sens(sens))
            element.setData(sens, VALEUR)
            self._rangs[sens] = self._options.rowCount()
            self._options.appendRow(element)
        return self._rangs[sens]

    def _choisir(self, rang: int) -> None:
        sens = self._options.item(self.listes[rang].currentIndex()).data(VALEUR)
        ligne = self.modele.lignes[rang]
        if tuple(sens) == ligne.sens:
            return
        mot, signal = champs.CHOISIE
        self.modele.changer(rang, replace(ligne, sens=tuple(sens), mot=mot, signal=signal))
        self._dire()
        self.change.emit()

    def _dire(self) -> None:
        lignes = self.modele.lignes
        associees = sum(bool(ligne.sens[0]) for ligne in lignes)
        douteuses = sum(ligne.signal is Sens.ALERTE for ligne in lignes)
        parties = [f"{associees} associée{'s' if associees > 1 else ''} à un champ"]
        if douteuses:
            parties.append(f"{douteuses} à vérifier")
        s = "s" if len(lignes) > 1 else ""
        if lignes:
            self._compte.setText(francais(f"{len(lignes)} colonne{s} : {', '.join(parties)}."))
        else:
            self._compte.setText("Ce format est connu : il n'a pas de colonnes à associer.")
        self._seules.setVisible(bool(douteuses))
        lecture = self._source.lecture if self._source else None
        partiel = lecture is not None and PROFILS[lecture.profil].par_reference
        self.alertes.montrer(champs.alertes(self.choisis(), partiel=partiel) if lignes else [])

    def _filtrer(self, seules: bool) -> None:
        for rang, ligne in enumerate(self.modele.lignes):
            self.table.setRowHidden(rang, seules and ligne.signal is not Sens.ALERTE)

    # What the person said -----------------------------------------------------------------------

    def choisis(self) -> dict[str, champs.Sens]:
        """heading -> meaning, as the page shows it."""
        return {ligne.entete: ligne.sens for ligne in self.modele.lignes}

    def corrections(self) -> dict[str, Correspondance] | None:
        """All that a person said of the columns, now or before; None when nothing was changed now."""
        changees = {
            ligne.entete: champs.correspondance(ligne.sens)
            for ligne, depart in zip(self.modele.lignes, self._departs, strict=True)
            if ligne.sens != depart
        }
        if not changees or self._source is None:
            return None
        return {**(self._source.demande.colonnes or self._source.memoire), **changees}
