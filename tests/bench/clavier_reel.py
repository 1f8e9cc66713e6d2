"""Real keys and real clicks: a virtual display, a window on it, and what a person does with it."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ATTENTE = float(os.environ.get("ATTENTE", "60"))  # s, after which nothing will come
_NOMS = {" ": "space", ":": "colon", ",": "comma", ";": "semicolon", "-": "minus", "/": "slash"}
_NOMS |= {".": "period", "'": "apostrophe", "(": "parenleft", ")": "parenright"}
_PRESSE_PAPIERS = """
import sys
from PySide6.QtGui import QGuiApplication
a = QGuiApplication([])
a.clipboard().setText(sys.stdin.read())
a.processEvents()
print("pret", flush=True)
a.exec()
"""


@contextmanager
def affichage(largeur: int, hauteur: int) -> Iterator[str]:
    """A virtual display of that size: its name, once it answers."""
    lecture, ecriture = os.pipe()
    serveur = subprocess.Popen(
        ["Xvfb", "-displayfd", str(ecriture), "-screen", "0", f"{largeur}x{hauteur}x24"],
        pass_fds=(ecriture,),
        stderr=subprocess.DEVNULL,
    )
    try:
        yield f":{os.read(lecture, 16).decode().strip()}"
    finally:
        serveur.terminate()
        serveur.wait()


@contextmanager
def autre_programme(texte: str) -> Iterator[None]:
    """Another program that has copied this text: it holds the clipboard meanwhile."""
    autre = subprocess.Popen(
        [sys.executable, "-c", _PRESSE_PAPIERS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert autre.stdin is not None
    assert autre.stdout is not None
    autre.stdin.write(texte)
    autre.stdin.close()
    autre.stdout.readline()
    try:
        yield
    finally:
        autre.terminate()
        autre.wait()
        autre.stdout.close()


def touches_de(texte: str) -> list[str]:
    """The keys that type a text without accents."""
    return [_NOMS.get(lettre, lettre) for lettre in texte]


class Mains:
    """The keyboard and the mouse of a person before a window, and the pictures of what is seen."""

    application: Any
    dossier: Path
    ecran: tuple[int, int]
    rang_photo: int = 0
    touches: int = 0
    clics: int = 0

    def prendre(self) -> None:
        self.commandes = subprocess.Popen(["xdotool", "-"], stdin=subprocess.PIPE, text=True)

    def lacher(self) -> None:
        assert self.commandes.stdin is not None
        self.commandes.stdin.close()
        self.commandes.wait()

    def _demander(self, commande: str) -> None:
        assert self.commandes.stdin is not None
        self.commandes.stdin.write(f"{commande}\n")
        self.commandes.stdin.flush()

    # Keys -----------------------------------------------------------------------------------------

    def frapper(self, *touches: str) -> int:
        if touches:
            self._demander(f"key --delay 0 {' '.join(touches)}")
        self.touches += len(touches)
        return len(touches)

    def taper(self, texte: str) -> int:
        return self.frapper(*touches_de(texte))

    # Mouse ----------------------------------------------------------------------------------------

    def pointer(self, widget: Any, rectangle: Any = None) -> None:
        """Click in the middle of a widget, or of a part of it."""
        place = widget.mapToGlobal((rectangle or widget.rect()).center())
        self._demander(f"mousemove {place.x()} {place.y()} click 1")
        self.clics += 1

    def cliquer(self, page: Any, texte: str) -> None:
        self.pointer(self.bouton(page, texte))
        self.laisser(0.15)

    def bouton(self, page: Any, texte: str) -> Any:
        from PySide6.QtWidgets import QPushButton

        def trouves() -> list[Any]:
            boutons = page.findChildren(QPushButton)
            return [b for b in boutons if b.text().replace("’", "'") == texte and b.isVisible()]

        self.attendre(lambda: bool(trouves()) and trouves()[0].isEnabled())
        return trouves()[0]

    def onglet(self, onglets: Any, titre: str) -> None:
        barre = onglets.tabBar()
        rang = next(r for r in range(barre.count()) if barre.tabText(r) == titre)
        self.pointer(barre, barre.tabRect(rang))
        self.attendre(lambda: onglets.currentIndex() == rang)
        self.laisser(0.1)

    def menu(self, page: Any, bouton: str, *chemin: str, photo: str = "") -> None:
        """A button that opens a menu, then its lines one after the other.

        The menu runs a loop of its own: what is clicked in it is clicked from a timer.
        """
        from PySide6.QtCore import QTimer

        restent, minuterie = list(chemin), QTimer()
        minuterie.setInterval(150)

        def suivre() -> None:
            menu = self.application.activePopupWidget()
            lignes = [] if menu is None else menu.actions()
            ligne = next((a for a in lignes if restent and a.text().startswith(restent[0])), None)
            if ligne is None:
                return
            restent.pop(0)
            if photo and not restent:
                self.saisir_l_ecran(photo)
            self.pointer(menu, menu.actionGeometry(ligne))

        minuterie.timeout.connect(suivre)
        minuterie.start()
        self.cliquer(page, bouton)
        self.attendre(lambda: not restent and self.application.activePopupWidget() is None)
        minuterie.stop()

    # A table --------------------------------------------------------------------------------------

    def viser(self, vue: Any, cle: str, colonne: str) -> None:
        """To a cell by the arrows, as one does: the row, then the column."""
        self.attendre(vue.a_le_focus)
        rang = vue.modele.position(cle)
        assert rang >= 0, f"{cle} n'est pas dans la liste"
        if vue.modele.position(vue.cle_courante()) < 0:
            self.frapper("ctrl+Home")
            self.attendre(lambda: vue.modele.position(vue.cle_courante()) == 0)
        ecart = rang - vue.modele.position(vue.cle_courante())
        self.frapper(*["Down" if ecart > 0 else "Up"] * abs(ecart))
        self.attendre(lambda: vue.cle_courante() == cle)
        self._jusqu_a_la_colonne(vue, colonne)

    def _jusqu_a_la_colonne(self, vue: Any, colonne: str) -> None:
        def ou() -> str:
            return str(vue.case_courante()[1])

        for sens in ("Right", "Left"):
            while ou() != colonne:
                avant = ou()
                self.frapper(sens)
                if not self.guetter(lambda avant=avant: ou() != avant):
                    break
        assert ou() == colonne, f"la colonne {colonne} ne s'atteint pas"

    def ecrire(self, vue: Any, cle: str, colonne: str, texte: str) -> None:
        """Type in a cell, then Enter."""
        self.viser(vue, cle, colonne)
        self.taper(texte)
        self.frapper("Return")
        self.laisser(0.02)

    def coller(self, vue: Any, cle: str, colonne: str, lignes: Sequence[Sequence[str]]) -> None:
        """Paste a block that another program has copied, from that cell on."""
        with autre_programme("".join("\t".join(ligne) + "\n" for ligne in lignes)):
            self.viser(vue, cle, colonne)
            self.laisser(0.2)
            self.frapper("ctrl+v")
            self.laisser(0.6)

    # Time, pictures -------------------------------------------------------------------------------

    def attendre(self, vrai: Callable[[], bool], quoi: str = "") -> None:
        limite = time.monotonic() + ATTENTE
        while not vrai():
            if time.monotonic() > limite:
                self.photo("blocage")
                raise TimeoutError(f"Rien ne vient : voir la dernière image. {quoi}")
            self.application.processEvents()
            time.sleep(0.001)

    def guetter(self, vrai: Callable[[], bool], secondes: float = 0.5) -> bool:
        """True when it comes soon; False: something else is to be done."""
        limite = time.monotonic() + secondes
        while not vrai() and time.monotonic() < limite:
            self.application.processEvents()
            time.sleep(0.001)
        return vrai()

    def laisser(self, secondes: float) -> None:
        """Let the window do what it has to."""
        limite = time.monotonic() + secondes
        while time.monotonic() < limite:
            self.application.processEvents()
            time.sleep(0.002)

    def photo(self, nom: str) -> None:
        self.laisser(0.4)
        self.saisir_l_ecran(nom)

    def saisir_l_ecran(self, nom: str) -> None:
        """What the display shows now."""
        self.rang_photo += 1
        image = self.application.primaryScreen().grabWindow(0, 0, 0, *self.ecran)
        image.save(str(self.dossier / f"{self.rang_photo:03d}-{nom}.png"))
