"""The style sheet of the whole application, written from the tokens of the theme."""

from collections.abc import Mapping
from pathlib import Path
from string import Template
from typing import Protocol

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap

from app.ui.formes import peindre_forme

# The few shapes that a style sheet can only take from a picture, on a square of 16.
_TRACES: dict[str, tuple[tuple[float, float], ...]] = {
    "bas": ((4, 6.5), (8, 10.5), (12, 6.5)),
    "haut": ((4, 9.5), (8, 5.5), (12, 9.5)),
    "gauche": ((9.5, 4), (5.5, 8), (9.5, 12)),
    "droite": ((6.5, 4), (10.5, 8), (6.5, 12)),
    "coche": ((3.5, 8.5), (6.5, 11.5), (12.5, 4.5)),
    "tiret": ((4, 8), (12, 8)),
    "croix": ((4.5, 4.5), (8, 8), (11.5, 4.5), (8, 8), (11.5, 11.5), (8, 8), (4.5, 11.5)),
}
_ENCRES = {"coche": "sur_accent", "tiret": "sur_accent"}


def dessiner_images(dossier: Path, jetons: Mapping[str, str], *, echelle: float) -> str:
    """Draw the pictures of a look once (and twice as fine) and return the prefix of their paths."""
    prefixe = f"{jetons['papier'][1:]}-{round(echelle * 100)}-"
    for nom, trace in _TRACES.items():
        couleur = QColor(jetons[_ENCRES.get(nom, "encre_douce")])
        for finesse, suffixe in ((1, ""), (2, "@2x")):
            chemin = dossier / f"{prefixe}{nom}{suffixe}.png"
            if not chemin.exists():
                _dessiner(trace, couleur, finesse * echelle).save(str(chemin), "PNG", 100)
    for signal in ("information", "alerte", "bloquant"):
        chemin = dossier / f"{prefixe}{signal}.png"
        if not chemin.exists():
            image = _dessiner_signal(signal, QColor(jetons[signal]), echelle)
            image.save(str(chemin), "PNG", 100)
    return f"{dossier.as_posix()}/{prefixe}"


def _dessiner_signal(signal: str, couleur: QColor, zoom: float) -> QPixmap:
    """The shape of a meaning, for the boxes that Qt draws itself."""
    image = QPixmap(round(24 * zoom), round(24 * zoom))
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as peintre:
        peindre_forme(peintre, QRectF(image.rect()).adjusted(4, 4, -4, -4), signal, couleur)
    return image


def _dessiner(trace: tuple[tuple[float, float], ...], couleur: QColor, zoom: float) -> QPixmap:
    image = QPixmap(round(16 * zoom), round(16 * zoom))
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as peintre:
        peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
        peintre.scale(zoom, zoom)
        plume = QPen(couleur, 1.6)
        plume.setCapStyle(Qt.PenCapStyle.RoundCap)
        plume.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        peintre.setPen(plume)
        peintre.drawPolyline([QPointF(x, y) for x, y in trace])
    return image


class Mesures(Protocol):
    """What the theme gives of lengths."""

    def px(self, mesure: float) -> int: ...

    def air(self, mesure: float) -> int: ...

    def haut(self, mesure: float) -> int: ...


def composer(
    jetons: Mapping[str, str],
    mesures: Mesures,
    *,
    images: str,
    tailles: Mapping[str, int],
) -> str:
    """The sheet: `$name` is a token, `$pN` is N pixels at the scale in use.

    `$aN` is a gap and `$hN` the height of a line of text, which grow less than large letters do.
    """
    valeurs = dict(jetons) | {"images": images, "ascenseur": f"{max(12, mesures.air(12))}px"}
    valeurs |= {f"p{n}": f"{mesures.px(n)}px" for n in (*range(1, 41), 56, 72, 96)}
    valeurs |= {f"a{n}": f"{mesures.air(n)}px" for n in range(1, 13)}
    valeurs |= {f"h{n}": f"{mesures.haut(n)}px" for n in range(20, 41)}
    valeurs |= {f"t_{nom}": f"{mesures.px(taille)}px" for nom, taille in tailles.items()}
    return Template(_FEUILLE).substitute(valeurs)


# combobox-popup: Fusion opens a list as a menu as high as the screen, its last entry on the edge.
_FEUILLE = """
QMainWindow, QDialog, QMessageBox, QWizard { background: $fond; }
QDialogButtonBox, QMessageBox { dialogbuttonbox-buttons-have-icons: 0; }
QMessageBox {
  messagebox-information-icon: url(${images}information.png);
  messagebox-question-icon: url(${images}information.png);
  messagebox-warning-icon: url(${images}alerte.png);
  messagebox-critical-icon: url(${images}bloquant.png);
}
QMessageBox QLabel { min-height: $p24; }
QLabel { background: transparent; }
QLabel[role="grand"] { font-size: $t_grand; font-weight: 600; }
QLabel[role="titre"] { font-size: $t_titre; font-weight: 600; }
QLabel[role="fort"] { font-weight: 600; }
QLabel[role="doux"] { color: $encre_douce; }
QLabel[role="petit"] { font-size: $t_petit; color: $encre_douce; }
QLabel[role="erreur"] { font-size: $t_petit; color: $bloquant; }
QWidget[surface="papier"], QFrame[surface="papier"] { background: $papier; }
QWidget[surface="fond"], QFrame[surface="fond"] { background: $fond; }
QFrame[trait="horizontal"] { background: $filet; border: none; min-height: 1px; max-height: 1px; }
QFrame[trait="vertical"] { background: $filet; border: none; min-width: 1px; max-width: 1px; }

QPushButton {
  background: $papier; border: 1px solid $bord; border-radius: $p4;
  padding: 0 $p12; min-height: $h28; font-weight: 400; icon-size: $p16; outline: none;
}
QPushButton:hover { background: $survol; border-color: $encre_douce; }
QPushButton:pressed { background: $accent_fond; }
QPushButton:focus { border: 2px solid $accent; padding: 0 $p11; min-height: $h26; }
QPushButton:disabled { color: $bord; border-color: $filet; background: $fond; }
QPushButton[role="principal"], QPushButton:default {
  background: $accent; color: $sur_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[role="principal"]:hover, QPushButton:default:hover { border-color: $encre; }
QPushButton[role="principal"]:focus, QPushButton:default:focus { border: 2px solid $encre; }
QPushButton[role="principal"]:disabled { background: $filet; color: $encre_douce; border-color: $filet; }
QPushButton[role="lien"], QPushButton[role="discret"] {
  background: transparent; border: 1px solid transparent; padding: 0 $p8;
}
QPushButton[role="lien"] { color: $accent; font-weight: 600; }
QPushButton[role="lien"]:hover, QPushButton[role="discret"]:hover { background: $accent_fond; }
QPushButton[role="lien"]:focus, QPushButton[role="discret"]:focus {
  border: 2px solid $accent; padding: 0 $p7;
}
QPushButton::menu-indicator {
  image: url(${images}bas.png); width: $p12; height: $p12;
  subcontrol-origin: padding; subcontrol-position: right center; right: $p2;
}
QPushButton[role="chiffre"] {
  background: transparent; border: none; padding: 0 $p8; min-height: $p20; color: $encre_douce;
}
QPushButton[role="chiffre"]:hover { background: $accent_fond; color: $encre; }
QPushButton[role="proposition"] {
  background: $papier; border: 1px solid $filet_fort; text-align: left; padding: $p12;
}
QPushButton[role="proposition"]:hover { background: $survol; border-color: $bord; }
QPushButton[role="proposition"]:focus { border: 2px solid $accent; padding: $p11; }
QPushButton[role="depassement"] {
  background: transparent; border: 1px solid transparent; color: $bloquant; font-weight: 600;
  padding: 0 $p8 0 $p20; min-height: $h22;
}
QPushButton[role="depassement"]:hover { background: $accent_fond; }
QPushButton[role="depassement"]:focus { border: 2px solid $accent; padding: 0 $p7 0 $p19; }
QFrame[role="puce"] { background: $accent_fond; border-radius: $p4; }
QPushButton[role="puce"] {
  background: transparent; border: 1px solid transparent; padding: 0 $p4 0 $p8; min-height: $p22;
}
QPushButton[role="puce"]:hover { text-decoration: underline; }
QPushButton[role="puce"]:focus { border: 2px solid $accent; padding: 0 $p3 0 $p7; min-height: $p20; }
QFrame[role="puce"] QToolButton { padding: $p2; }
QFrame[role="flottant"] { background: $papier; border: 1px solid $bord; }
QToolButton {
  background: transparent; border: 2px solid transparent; border-radius: $p4; padding: $a4;
}
QToolButton:hover { background: $accent_fond; }
QToolButton:pressed, QToolButton:checked { background: $accent_fond; }
QToolButton[role="note"] { border: 1px solid $bord; background: $papier; }
QToolButton[role="note"]:checked {
    border-color: $accent; background: $accent_fond; color: $accent; font-weight: 600;
}
QToolButton[role="note"]:focus { border: 2px solid $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator { image: none; }
QToolButton[role="selecteur"] { padding: $a4 $p24 $a4 $p8; font-weight: 600; }
QToolButton[role="selecteur"]::menu-indicator {
  image: url($images+bas.png); subcontrol-position: right center; subcontrol-origin: padding;
  right: $p4; width: $p16; height: $p16;
}

QAbstractScrollArea { background: $papier; border: none; }
QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QAbstractSpinBox {
  background: $papier; border: 1px solid $bord; border-radius: $p4; padding: 1px $p8;
  selection-background-color: $accent; selection-color: $sur_accent;
}
QLineEdit, QComboBox, QAbstractSpinBox { min-height: $h26; }
QPlainTextEdit, QTextEdit { padding: $p4; }
QTextBrowser { border: none; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {
  border: 2px solid $accent; padding: 0 $p7;
}
QPlainTextEdit:focus, QTextEdit:focus { padding: $p3; }
QLineEdit:read-only, QPlainTextEdit:read-only { background: $fond; border-color: $filet; }
QLineEdit:disabled, QComboBox:disabled, QAbstractSpinBox:disabled, QPlainTextEdit:disabled {
  background: $fond; border-color: $filet; color: $encre_douce;
}
QLineEdit[etat="refuse"] { border: 2px solid $bloquant; padding: 0 $p7; }
QLineEdit[cellule="true"] {
  border: 2px solid $accent; border-radius: 0; padding: 0 $p6; min-height: 0; background: $papier;
}
QLineEdit[cellule="true"][etat="refuse"] { border-color: $bloquant; }

QComboBox QLineEdit, QAbstractSpinBox QLineEdit {
  border: none; padding: 0; min-height: 0; background: transparent; border-radius: 0;
}
QAbstractSpinBox QLineEdit { padding: 0 $p6; }
QComboBox { padding-right: $p28; combobox-popup: 0; }
QComboBox:focus { padding-right: $p27; }
QComboBox::drop-down { border: none; width: $p24; subcontrol-position: right center; }
QComboBox::down-arrow { image: url($images+bas.png); width: $p16; height: $p16; }
QComboBox QAbstractItemView {
  background: $papier; border: 1px solid $bord; outline: none; padding: $p4 0;
}
QComboBox QAbstractItemView::item { min-height: $p28; padding: 0 $p8; border: none; }
QComboBox QAbstractItemView::item:selected { background: $accent_fond; color: $encre; }
QComboBox[cellule="true"] { border: 2px solid $accent; border-radius: 0; min-height: 0; padding: 0 $p6; }
QAbstractSpinBox { padding-right: $p24; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {
  subcontrol-origin: border; width: $p20; border: none; background: transparent;
}
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-arrow { image: url($images+haut.png); width: $p12; height: $p12; }
QAbstractSpinBox::down-arrow { image: url($images+bas.png); width: $p12; height: $p12; }
QDateEdit::drop-down { border: none; width: $p24; }
QDateEdit::down-arrow { image: url($images+bas.png); width: $p16; height: $p16; }

QCheckBox, QRadioButton { spacing: $p8; min-height: $p24; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator, QAbstractItemView::indicator {
  width: $p16; height: $p16; border: 1px solid $bord; background: $papier;
}
QCheckBox::indicator, QAbstractItemView::indicator { border-radius: $p3; }
QRadioButton::indicator { border-radius: $p8; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:focus, QRadioButton::indicator:focus { border: 2px solid $accent; }
QCheckBox::indicator:checked, QAbstractItemView::indicator:checked {
  background: $accent; border-color: $accent; image: url($images+coche.png);
}
QCheckBox::indicator:indeterminate, QAbstractItemView::indicator:indeterminate {
  background: $accent; border-color: $accent; image: url($images+tiret.png);
}
QRadioButton::indicator:checked {
  border: $p5 solid $accent; background: $sur_accent; width: $p8; height: $p8;
  border-radius: $p9;
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {
  border-color: $filet; background: $fond;
}
QRadioButton::indicator:checked:disabled { border-color: $encre_douce; background: $papier; }
QCheckBox::indicator:checked:disabled { background: $encre_douce; border-color: $encre_douce; }
QCheckBox:disabled, QRadioButton:disabled { color: $encre_douce; }

QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; }
QAbstractScrollArea::corner { background: $papier; border: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: $ascenseur; }
QScrollBar:horizontal { height: $ascenseur; }
QScrollBar::handle { background: $filet_fort; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: $p32; }
QScrollBar::handle:horizontal { min-width: $p32; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: $bord; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; border: none; background: none; }
QScrollBar::add-page, QScrollBar::sub-page { background: none; }

QListView, QTreeView, QTableView {
  background: $papier; border: none; outline: none; gridline-color: $filet;
  selection-background-color: $accent_fond; selection-color: $encre;
}
QListView[completion="true"] { border: 1px solid $bord; }
QListView::item, QTreeView::item { min-height: $p28; height: $p28; padding: 0 $p8; border: none; }
QListView::item:hover, QTreeView::item:hover { background: $survol; }
QListView::item:selected, QTreeView::item:selected, QTableView::item:selected {
  background: $accent_fond; color: $encre;
}
QTreeView::branch { background: $papier; }
QTreeView::branch:has-children:closed { image: url($images+droite.png); }
QTreeView::branch:has-children:open { image: url($images+bas.png); }
QHeaderView { background: $papier; border: none; }
QHeaderView::section {
  background: $papier; color: $encre_douce; border: none; border-bottom: 1px solid $filet_fort;
  padding: 0 $p8; min-height: $p32; font-size: $t_petit; font-weight: 600;
}
QTableCornerButton::section { background: $papier; border: none; }

QTabWidget::pane { border: none; border-top: 1px solid $filet; background: $papier; }
QTabWidget::tab-bar { left: $p16; }
QTabBar { background: transparent; qproperty-drawBase: 0; }
QTabBar::tab {
  background: transparent; color: $encre_douce; border: none; border-bottom: 2px solid transparent;
  padding: $a8 $p2; margin-right: $p12;
}
QTabBar[serre="oui"]::tab { margin-right: $p4; }
QTabBar::tab:hover { color: $encre; }
QTabBar::tab:selected { color: $encre; border-bottom: 2px solid $accent; font-weight: 600; }
QTabBar:focus { border: none; }
QTabBar::tab:focus { border-bottom: 2px solid $accent; background: $accent_fond; }
QTabBar::scroller { width: $p32; }
QTabBar QToolButton { background: $papier; border: none; padding: 0; }
QTabBar QToolButton::left-arrow { image: url($images+gauche.png); width: $p16; height: $p16; }
QTabBar QToolButton::right-arrow { image: url($images+droite.png); width: $p16; height: $p16; }

QMenuBar { background: $fond; border: none; padding: $a2 $p4; }
QMenuBar::item { background: transparent; padding: $a4 $p8; border-radius: $p4; }
QMenuBar::item:selected { background: $accent_fond; }
QMenu { icon-size: $p16; background: $papier; border: 1px solid $bord; padding: $p4 0; }
QMenu::item { padding: $p6 $p24 $p6 $p12; background: transparent; border: none; }
QMenu::item:selected { background: $accent_fond; color: $encre; }
QMenu::item:disabled { color: $bord; }
QMenu::icon { padding-left: $p12; }
QMenu::separator { height: 1px; background: $filet; margin: $p4 0; }
QMenu::indicator { width: $p16; height: $p16; margin-left: $p8; }
QMenu::indicator:checked { background: $accent; border-radius: $p3; image: url($images+coche.png); }
QMenu::right-arrow { image: url($images+droite.png); width: $p16; height: $p16; right: $p8; }
QToolTip { background: $papier; color: $encre; border: 1px solid $bord; padding: $p4 $p6; }

QSplitter::handle { background: $filet; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }
QProgressBar {
  background: $filet; border: none; border-radius: $p2; max-height: $p4; min-height: $p4;
  text-align: right;
}
QProgressBar::chunk { background: $accent; border-radius: $p2; }
QGroupBox { border: none; border-top: 1px solid $filet; margin-top: $p16; padding-top: $p16; }
QGroupBox::title { subcontrol-origin: margin; left: 0; padding-right: $p8; font-weight: 600; }
QStatusBar { background: $fond; border-top: 1px solid $filet; color: $encre_douce; }
QStatusBar::item { border: none; }
QStatusBar QLabel { padding: 0 $p12; }
QCalendarWidget QWidget { background: $papier; alternate-background-color: $papier; }
QCalendarWidget QToolButton { color: $encre; font-weight: 600; padding: $p4 $p8; }
#qt_calendar_prevmonth { qproperty-icon: url(${images}gauche.png); }
#qt_calendar_nextmonth { qproperty-icon: url(${images}droite.png); }
QCalendarWidget QAbstractItemView:enabled {
  selection-background-color: $accent; selection-color: $sur_accent;
}
QCalendarWidget QAbstractItemView:disabled { color: $bord; }
""".replace("$images+", "${images}")
