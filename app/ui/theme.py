"""The look as tokens: colours, sizes, fonts, light and dark. Everything drawn takes them from here."""

from dataclasses import dataclass, fields
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette, QRawFont
from PySide6.QtWidgets import QApplication

from app.models.montants import FINE
from app.services import columns
from app.ui.qss import composer, dessiner_images

Mode = Literal["clair", "sombre", "systeme"]
Taille = Literal["petit", "texte", "titre", "grand"]

TAILLES: dict[Taille, int] = {"petit": 11, "texte": 13, "titre": 16, "grand": 22}

# Heights and widths on the grid of 4, in pixels at 100 %.
LIGNE = 28
ENTETE = 34
BANDE_GROUPE = 24
CHAMP = 30
RAIL = 208
RAIL_REPLIE = 56
MARGE = 8

INTERLIGNE = 1.3  # height of a line of text, in sizes of its font
AISEE = 1.25  # scale above which the air around the words no longer grows
AIR_MINIMUM = 0.5

QUART = "\u2005"  # a quarter of an em
_POLICE_DE_SECOURS = "Source Sans Pro"
_PAUVRES = ("DejaVu", "Bitstream Vera", "Sans Serif")


@dataclass(frozen=True)
class Couleurs:
    """One look. `papier` carries the text, `fond` surrounds it, `bord` outlines what is typed in."""

    papier: QColor
    fond: QColor
    encre: QColor
    encre_douce: QColor
    filet: QColor
    filet_fort: QColor
    bord: QColor
    accent: QColor
    accent_fond: QColor
    sur_accent: QColor
    survol: QColor
    favorable: QColor
    alerte: QColor
    bloquant: QColor
    information: QColor
    financeurs: tuple[QColor, ...]

    def signal(self, signal: str) -> QColor:
        """Colour of a meaning of `columns.Signal`."""
        return self.encre_douce if signal == columns.Signal.NEUTRE else getattr(self, signal)

    def fond_signal(self, signal: str) -> QColor:
        """A tint quiet enough for the signal's own colour to be read on it."""
        return melanger(self.papier, self.signal(signal), 0.09)

    def jetons(self) -> dict[str, str]:
        """Names and hexadecimal values for the style sheet."""
        unis = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "financeurs"}
        return {nom: couleur.name() for nom, couleur in unis.items()}


def melanger(dessous: QColor, dessus: QColor, part: float) -> QColor:
    """Opaque blend: `part` of `dessus` on `dessous`."""

    def canal(a: float, b: float) -> float:
        return a + (b - a) * part

    return QColor.fromRgbF(
        canal(dessous.redF(), dessus.redF()),
        canal(dessous.greenF(), dessus.greenF()),
        canal(dessous.blueF(), dessus.blueF()),
    )


def _couleurs(texte: str) -> tuple[QColor, ...]:
    return tuple(QColor(c) for c in texte.split())


# The colours of financeurs stay apart for the common kinds of colour blindness by their lightness
# as much as by their hue, and have at least 3:1 on the paper.
CLAIR = Couleurs(
    papier=QColor("#FFFFFF"),
    fond=QColor("#F6F5F2"),
    encre=QColor("#1C2127"),
    encre_douce=QColor("#59636E"),
    filet=QColor("#DFDDD7"),
    filet_fort=QColor("#BFBCB4"),
    bord=QColor("#8D949B"),
    accent=QColor("#23527C"),
    accent_fond=QColor("#E6EEF5"),
    sur_accent=QColor("#FFFFFF"),
    survol=QColor("#F6F5F2"),
    favorable=QColor("#1E7B4F"),
    alerte=QColor("#A65A00"),
    bloquant=QColor("#B3261E"),
    information=QColor("#3C6E91"),
    financeurs=_couleurs(
        "#23629E #BC870E #5A2A55 #2A9D8F #8A4A1F #7389E8 #4F5B66 #B03A75 #2E4A2A #A58A6A"
    ),
)
SOMBRE = Couleurs(
    papier=QColor("#1B1E22"),
    fond=QColor("#15181B"),
    encre=QColor("#E9E7E2"),
    encre_douce=QColor("#A3ABB3"),
    filet=QColor("#33383E"),
    filet_fort=QColor("#4B525A"),
    bord=QColor("#737B84"),
    accent=QColor("#8AB8E0"),
    accent_fond=QColor("#24364A"),
    sur_accent=QColor("#15181B"),
    survol=QColor("#22262B"),
    favorable=QColor("#5DBB8A"),
    alerte=QColor("#E0A04A"),
    bloquant=QColor("#F08A80"),
    information=QColor("#86B5D6"),
    financeurs=_couleurs(
        "#7DB2E8 #E8B64A #C07FD0 #57CDB9 #C98A63 #97A0FF #F2DDB0 #8F9AA5 #A9C46A #F5B3D0"
    ),
)


class Theme(QObject):
    """The look in use. `change` tells painted widgets to draw themselves again."""

    change = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self.setObjectName("theme")
        self._application = application
        self._mode: Mode = "systeme"
        self.echelle = 1.0
        self.couleurs = CLAIR
        self._famille = _famille()
        self._a_la_fine = QRawFont.fromFont(QFont(self._famille)).supportsCharacter(ord(FINE))
        self._polices: dict[tuple[Taille, bool], QFont] = {}
        self._images = QTemporaryDir()  # the style sheet only takes pictures from files
        application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._suivre_le_systeme)

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def est_sombre(self) -> bool:
        return self.couleurs is SOMBRE

    def definir(self, mode: Mode | None = None, *, echelle: int | None = None) -> None:
        """Change the look at once; `echelle` in percent (100: the platform's own size)."""
        self._mode = mode or self._mode
        self.echelle = (echelle or round(self.echelle * 100)) / 100
        self._appliquer()

    def px(self, mesure: float) -> int:
        """A measure of the grid, at the scale in use."""
        return round(mesure * self.echelle)

    def air(self, mesure: float) -> int:
        """A gap: from some size of the text on, it gives its place to the words."""
        return round(mesure * part_de_l_air(self.echelle))

    def haut(self, mesure: float, lignes: int = 1, taille: Taille = "texte") -> int:
        """A height that holds lines of text: they grow whole, the air around them less."""
        return hauteur_aeree(mesure, lignes=lignes, taille=taille, echelle=self.echelle)

    def police(self, taille: Taille = "texte", *, forte: bool = False) -> QFont:
        """One of the four sizes and two weights, with figures of equal width."""
        cle = (taille, forte)
        if cle not in self._polices:
            self._polices[cle] = self._fabriquer_police(max(8, self.px(TAILLES[taille])), forte)
        return self._polices[cle]

    def police_de_papier(self, taille: Taille = "texte", *, forte: bool = False) -> QFont:
        """The same at 100 %, whatever the scale of the screen."""
        return self._fabriquer_police(TAILLES[taille], forte)

    def _fabriquer_police(self, pixels: int, forte: bool) -> QFont:
        police = QFont(self._famille)
        police.setPixelSize(pixels)
        police.setWeight(QFont.Weight.DemiBold if forte else QFont.Weight.Normal)
        police.setFeature(QFont.Tag("tnum"), 1)
        return police

    def typographier(self, texte: str) -> str:
        """Text to draw: where the font has no narrow space, a quarter of an em parts the thousands.

        Made up by the shaper, the narrow space would be a pixel and a half.
        """
        return texte if self._a_la_fine else texte.replace(FINE, QUART)

    def financeur(self, rang: int) -> QColor:
        """The colour of a financeur, by its rank; always shown with its short name."""
        return self.couleurs.financeurs[rang % len(self.couleurs.financeurs)]

    def _suivre_le_systeme(self) -> None:
        if self._mode == "systeme":
            self._appliquer()

    def _appliquer(self) -> None:
        # Told first: the platform then draws its own window frames in the same look.
        indices = self._application.styleHints()
        voulu = {"clair": Qt.ColorScheme.Light, "sombre": Qt.ColorScheme.Dark}.get(self._mode)
        if voulu is None:
            indices.unsetColorScheme()
        else:
            indices.setColorScheme(voulu)
        sombre = (voulu or indices.colorScheme()) == Qt.ColorScheme.Dark
        self.couleurs = SOMBRE if sombre else CLAIR
        self._polices.clear()
        self._application.setFont(self.police())
        self._application.setPalette(_palette(self.couleurs))
        dossier = Path(self._images.path())
        prefixe = dessiner_images(dossier, self.couleurs.jetons(), echelle=self.echelle)
        self._application.setStyleSheet(
            composer(self.couleurs.jetons(), self, images=prefixe, tailles=TAILLES)
        )
        self.change.emit()


def part_de_l_air(echelle: float) -> float:
    """By how much a gap grows at a scale."""
    return echelle if echelle <= AISEE else max(AIR_MINIMUM, 2 * AISEE - echelle)


def hauteur_aeree(mesure: float, *, lignes: int, taille: Taille, echelle: float) -> int:
    """Height at a scale of what holds lines of text and measures `mesure` at 100 %."""
    texte = lignes * TAILLES[taille] * INTERLIGNE
    return round(texte * echelle + (mesure - texte) * part_de_l_air(echelle))


def theme() -> Theme:
    """The look of the running application, made on first use."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("theme() asked before there is a QApplication")
    # On the Python side of the application: each thing drawn asks for it.
    trouve = getattr(application, "theme_tour_de_table", None)
    if trouve is None:
        trouve = application.theme_tour_de_table = Theme(application)
        trouve.definir()
    return trouve


def _famille() -> str:
    """The platform's own font, or Source Sans where the platform has none of its own."""
    generale = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).family()
    if not generale.startswith(_PAUVRES):
        return generale
    paquet = find_spec("font_source_sans_pro")  # located, not imported: its import is slow and old
    if paquet is None or paquet.origin is None:
        return generale
    dossier = Path(paquet.origin).parent / "files"
    numeros = [
        QFontDatabase.addApplicationFont(str(dossier / f"SourceSansPro-{graisse}.ttf"))
        for graisse in ("Regular", "Semibold", "It")
    ]
    return _POLICE_DE_SECOURS if numeros[0] >= 0 else generale


def _palette(couleurs: Couleurs) -> QPalette:
    """The same tokens for what the style sheet does not reach."""
    role = QPalette.ColorRole
    palette = QPalette()
    for cible, couleur in {
        role.Window: couleurs.fond,
        role.WindowText: couleurs.encre,
        role.Base: couleurs.papier,
        role.AlternateBase: couleurs.papier,
        role.Text: couleurs.encre,
        role.Button: couleurs.papier,
        role.ButtonText: couleurs.encre,
        role.BrightText: couleurs.bloquant,
        role.ToolTipBase: couleurs.papier,
        role.ToolTipText: couleurs.encre,
        role.PlaceholderText: couleurs.encre_douce,
        role.Highlight: couleurs.accent,
        role.HighlightedText: couleurs.sur_accent,
        role.Accent: couleurs.accent,
        role.Link: couleurs.accent,
        role.LinkVisited: couleurs.accent,
        role.Light: couleurs.papier,
        role.Midlight: couleurs.filet,
        role.Mid: couleurs.filet_fort,
        role.Dark: couleurs.bord,
        role.Shadow: couleurs.bord,
    }.items():
        palette.setColor(cible, couleur)
    eteinte = melanger(couleurs.papier, couleurs.encre, 0.45)
    for cible in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, cible, eteinte)
    return palette
