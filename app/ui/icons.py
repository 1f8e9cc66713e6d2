"""Icons by the product's names, drawn from one family of outlines in the colours of the theme."""

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QIconEngine,
    QPainter,
    QPainterPath,
    QPixmap,
    QPixmapCache,
    QRawFont,
)

from app.ui.theme import Theme, theme

PETITE = 16
GRANDE = 20

_CARRE = 24  # the family is drawn on a square of 24, its base line at 21
_LIGNE_DE_BASE = 21

# Product name -> glyph of the family and its code point. The module that lists the 7,000 glyphs is
# not imported (25 ms at start); a test compares this table with it.
GLYPHES: dict[str, tuple[str, int]] = {
    "accueil": ("home_outline", 0xF06A1),
    "a_faire": ("clipboard_list_outline", 0xF10D5),
    "actions": ("format_list_bulleted", 0xF0279),
    "tableau": ("table", 0xF04EB),
    "cofinancements": ("table_large", 0xF04F1),
    "provenance": ("file_tree_outline", 0xF13D2),
    "plier": ("unfold_less_vertical", 0xF0760),
    "deplier": ("unfold_more_vertical", 0xF0761),
    "porteurs": ("account_group_outline", 0xF0B58),
    "enveloppes": ("wallet_outline", 0xF0BDD),
    "reunions": ("account_voice", 0xF05CB),
    "seances": ("forum_outline", 0xF0822),
    "suites": ("clipboard_check_outline", 0xF08A8),
    "cpo": ("timeline_clock_outline", 0xF11FC),
    "courriers": ("email_outline", 0xF01F0),
    "suivi": ("clipboard_text_clock_outline", 0xF18FA),
    "instruction": ("file_sign", 0xF19C3),
    "cotation": ("star_check_outline", 0xF156A),
    "droit_commun": ("handshake_outline", 0xF15A1),
    "egalite": ("human_male_female", 0xF02E8),
    "notes": ("note_text_outline", 0xF11D7),
    "grilles": ("format_list_checks", 0xF0756),
    "contrat": ("file_document_outline", 0xF09EE),
    "journal": ("history", 0xF02DA),
    "importer": ("tray_arrow_down", 0xF0120),
    "exporter": ("tray_arrow_up", 0xF011D),
    "annuler": ("arrow_u_left_top", 0xF17B3),
    "retablir": ("arrow_u_right_top", 0xF17B7),
    "recherche": ("magnify", 0xF0349),
    "reglages": ("cog_outline", 0xF08BB),
    "aide": ("help_circle_outline", 0xF0625),
    "fermer": ("close", 0xF0156),
    "alerte": ("alert_outline", 0xF002A),
    "bloquant": ("close_octagon_outline", 0xF015D),
    "information": ("information_outline", 0xF02FD),
    "favorable": ("check_circle_outline", 0xF05E1),
    "bas": ("chevron_down", 0xF0140),
    "haut": ("chevron_up", 0xF0143),
    "gauche": ("chevron_left", 0xF0141),
    "droite": ("chevron_right", 0xF0142),
    "ajouter": ("plus", 0xF0415),
    "retirer": ("minus", 0xF0374),
    "supprimer": ("trash_can_outline", 0xF0A7A),
    "copier": ("content_copy", 0xF018F),
    "enregistrer": ("content_save_outline", 0xF0818),
    "ouvrir": ("folder_open_outline", 0xF0DCF),
    "nouveau": ("file_plus_outline", 0xF0EED),
    "fichier": ("file_outline", 0xF0224),
    "demonstration": ("play_circle_outline", 0xF040D),
    "imprimer": ("printer_outline", 0xF1786),
    "classeur": ("file_table_outline", 0xF0C7F),
    "filtrer": ("filter_variant", 0xF0236),
    "graphique": ("chart_bar", 0xF0128),
    "filtre": ("filter_outline", 0xF0233),
    "filtre_actif": ("filter", 0xF0232),
    "grouper": ("format_list_group", 0xF1860),
    "colonnes": ("view_column_outline", 0xF1487),
    "menu": ("menu", 0xF035C),
    "replier": ("menu_open", 0xF0BAB),
    "fenetre": ("open_in_new", 0xF03CC),
    "fiche": ("dock_right", 0xF10AB),
    "calendrier": ("calendar_month_outline", 0xF0E18),
    "quartier": ("map_marker_outline", 0xF07D9),
    "commune": ("city_variant_outline", 0xF0A37),
    "financeur": ("bank_outline", 0xF0E80),
    "decision": ("gavel", 0xF029B),
    "convention": ("handshake_outline", 0xF15A1),
    "constats": ("clipboard_alert_outline", 0xF0CF7),
    "regle": ("scale_balance", 0xF05D1),
    "lien": ("link_variant", 0xF0339),
    "remplacer": ("find_replace", 0xF06D4),
    "doublons": ("content_duplicate", 0xF0191),
    "lot": ("playlist_edit", 0xF0900),
    "couleur": ("palette_outline", 0xF0E0C),
    "forme": ("format_paint", 0xF027C),
    "commentaire": ("comment_outline", 0xF0182),
    "voir": ("eye_outline", 0xF06D0),
    "masquer": ("eye_off_outline", 0xF06D1),
    "verrou": ("lock_outline", 0xF0341),
    "modifier": ("pencil_outline", 0xF0CB6),
    "personne": ("account_outline", 0xF0013),
    "restaurer": ("backup_restore", 0xF006F),
    "actualiser": ("refresh", 0xF0450),
    "apparence": ("circle_half_full", 0xF1396),
    "plus": ("dots_horizontal", 0xF01D8),
    "valider": ("check", 0xF012C),
    "trier": ("sort_ascending", 0xF04BC),
}


def icone(nom: str, couleur: str = "encre_douce") -> QIcon:
    """The icon of a name of `GLYPHES`; it follows the theme. `couleur` is a token of the theme."""
    return QIcon(_Moteur(nom, couleur))


def peindre_icone(peintre: QPainter, cadre: QRect, nom: str, *, couleur: QColor) -> None:
    """Draw a glyph in the middle of `cadre`."""
    cote = min(cadre.width(), cadre.height())
    peintre.save()
    peintre.setRenderHint(QPainter.RenderHint.Antialiasing)
    peintre.translate(
        cadre.x() + (cadre.width() - cote) / 2, cadre.y() + (cadre.height() - cote) / 2
    )
    peintre.scale(cote / _CARRE, cote / _CARRE)
    peintre.fillPath(_contour(nom), couleur)
    peintre.restore()


class _Moteur(QIconEngine):
    """Draws the outline at the size asked for: crisp on every screen, and in today's colours."""

    def __init__(self, nom: str, couleur: str) -> None:
        super().__init__()
        self._nom = nom
        self._couleur = couleur
        _contour(nom)  # an unknown name fails here, not in a paint event

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        couleur = self._teinte(theme(), mode, state)
        peindre_icone(painter, rect, self._nom, couleur=couleur)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        couleur = self._teinte(theme(), mode, state)
        cle = f"tour-de-table/{self._nom}/{couleur.rgba()}/{size.width()}x{size.height()}"
        image = QPixmap()
        if QPixmapCache.find(cle, image):
            return image
        image = QPixmap(size)
        image.fill(Qt.GlobalColor.transparent)
        with QPainter(image) as peintre:
            self.paint(peintre, QRect(0, 0, size.width(), size.height()), mode, state)
        QPixmapCache.insert(cle, image)
        return image

    def clone(self) -> QIconEngine:
        return _Moteur(self._nom, self._couleur)

    def _teinte(self, look: Theme, mode: QIcon.Mode, state: QIcon.State) -> QColor:
        if mode == QIcon.Mode.Disabled:
            return look.couleurs.filet_fort
        if state == QIcon.State.On:
            return look.couleurs.accent
        return getattr(look.couleurs, self._couleur)


@lru_cache(maxsize=1)
def _police() -> QRawFont:
    paquet = find_spec("fonticon_mdi7")
    if paquet is None or paquet.origin is None:
        raise FileNotFoundError("fonticon_mdi7")
    fichier = Path(paquet.origin).parent / "fonts" / "materialdesignicons-webfont.ttf"
    return QRawFont(str(fichier), _CARRE)


@lru_cache(maxsize=128)
def _contour(nom: str) -> QPainterPath:
    """Outline of a glyph on the square of 24."""
    police = _police()
    (numero,) = police.glyphIndexesForString(chr(GLYPHES[nom][1]))
    return police.pathForGlyph(numero).translated(0, _LIGNE_DE_BASE)
