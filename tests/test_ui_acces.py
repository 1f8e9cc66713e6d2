"""Everything without a mouse, and everything said: names, roles, visible focus, on every screen."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.ui.captures import _ecrans
from app.ui.document import Document
from app.ui.gestes import gestes
from app.ui.main_window import FenetrePrincipale
from app.ui.theme import theme
from tests.fabrique_fenetre import application, demo, document, fenetre, laisser_faire
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["application", "demo", "document", "fenetre", "modele"]

SANS_ROLE = {QAccessible.Role.NoRole, QAccessible.Role.Window, QAccessible.Role.Pane}


def au_clavier(fenetre: QWidget) -> Iterator[QWidget]:
    """What the keyboard can reach now."""
    for widget in fenetre.findChildren(QWidget):
        if not (widget.isVisible() and widget.isEnabled()):  # most are not: asked first
            continue
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            yield widget


def decrire(widget: QWidget) -> str:
    """What a screen reader would not know to say of a widget; empty when all is well."""
    interface = QAccessible.queryAccessibleInterface(widget)
    nom = interface.text(QAccessible.Text.Name).strip()
    if not nom:
        return f"{type(widget).__name__} sans nom dans {type(widget.parentWidget()).__name__}"
    return f"« {nom} » sans rôle" if interface.role() in SANS_ROLE else ""


def test_chaque_chose_atteinte_au_clavier_a_un_nom_et_un_role(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    muets = set()
    for ecran, montrer in _ecrans(document):
        montrer()
        laisser_faire()
        muets |= {f"{ecran} : {m}" for m in map(decrire, au_clavier(fenetre)) if m}
    assert not muets, "\n".join(sorted(muets))


def test_tab_fait_le_tour_de_la_fenetre_sans_se_perdre(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    """From the filter, Tab comes back to where it began through every thing that can be reached."""
    document.filtrer()
    laisser_faire()
    depart, vus = QApplication.focusWidget(), []
    for _ in range(120):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        ou = QApplication.focusWidget()
        if ou is depart or ou in document.actions.vue.volets.grilles:  # Tab then goes by cells
            break
        vus.append(ou)
    else:
        pytest.fail("Tab ne revient jamais")
    assert len(vus) == len(set(vus))


@pytest.mark.parametrize("mode", ["clair", "sombre"])
def test_le_bouton_qui_a_le_clavier_se_voit(
    fenetre: FenetrePrincipale, document: Document, mode: str, qtbot: QtBot
) -> None:
    """A ring of two pixels in the accent, whatever the look."""
    theme().definir(mode)  # type: ignore[arg-type]
    boutons = [b for b in au_clavier(document.actions) if isinstance(b, QAbstractButton)]
    assert boutons
    for bouton in boutons[:4]:
        bouton.setFocus(Qt.FocusReason.TabFocusReason)
        laisser_faire()
        assert accent(bouton.grab().toImage()) > 40, bouton.text()
    theme().definir("clair")


def accent(image: QImage) -> int:
    """How many pixels of the edge are of the accent."""
    voulue = theme().couleurs.accent
    bord = [(x, y) for x in range(image.width()) for y in (0, 1)]
    return sum(_proche(QColor(image.pixel(*point)), voulue) for point in bord)


def _proche(une: QColor, autre: QColor) -> bool:
    return all(abs(a - b) < 24 for a, b in zip(une.getRgb()[:3], autre.getRgb()[:3], strict=True))


def test_chaque_geste_du_tableau_est_au_menu_et_dit_ses_touches(
    fenetre: FenetrePrincipale, document: Document
) -> None:
    menu = next(a.menu() for a in fenetre.menuBar().actions() if "Tableau" in a.text())
    document.actions.vue.aller(0, 0)
    menu.aboutToShow.emit()
    entrees = {
        action.text() for sous in menu.actions() if sous.menu() for action in sous.menu().actions()
    }
    for geste in gestes():
        presentes = [texte for texte in entrees if texte.split("\t")[0] == geste.libelle]
        assert presentes, geste.cle
        assert bool(geste.touches) == ("\t" in presentes[0]), geste.cle


def test_aucune_touche_ne_sert_a_deux_gestes() -> None:
    touches = [touche for geste in gestes() for touche in geste.touches]
    assert sorted(touches) == sorted(set(touches))
    cles = [geste.cle for geste in gestes()]
    assert len(cles) == len(set(cles))
