"""Pictures of every screen, for the help, for a review, and for a machine without a display."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QTabWidget, QWidget

from app.models.enums import EtatSeance
from app.services.comite import comite
from app.services.demo import creer_demo
from app.services.errors import ErreurConnue
from app.services.folders import dossier_temporaire
from app.services.identifiants import mots
from app.ui import dialogs
from app.ui.aide import AideDialogue
from app.ui.application import preparer
from app.ui.cockpit import EcranCockpit
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.pages import PAGES
from app.ui.tenue import quitter
from app.ui.theme import theme

SANS_ECRAN = "offscreen"


def capturer(destination: Path, taille: tuple[int, int], fichier: Path | None = None) -> list[Path]:
    """Draw every screen at a size, light then dark, on a file (the demonstration by default)."""
    application = preparer()
    destination.mkdir(parents=True, exist_ok=True)
    with dossier_temporaire() as temporaire:
        essai = fichier is None
        if fichier is None:
            fichier = temporaire / "Démonstration.tdt"
            creer_demo(fichier)
        fenetre = FenetrePrincipale()
        fenetre.resize(*taille)
        fenetre.show()
        try:
            return [
                chemin
                for mode in ("clair", "sombre")
                for chemin in _prendre(
                    application, fenetre, fichier, destination, mode, seance=essai
                )
            ]
        finally:
            fenetre.close()


def _prendre(
    application: QApplication,
    fenetre: FenetrePrincipale,
    fichier: Path,
    destination: Path,
    mode: str,
    *,
    seance: bool,
) -> Iterator[Path]:
    """`seance`: hold one too, which writes in the file."""
    theme().definir(mode)  # type: ignore[arg-type]
    fenetre.fermer_fichier()
    yield _photo(application, fenetre, destination / f"accueil-{mode}.png")
    fenetre.ouvrir(fichier)
    document = fenetre.document
    assert document is not None
    for nom, montrer in _ecrans(document):
        montrer()
        yield _photo(application, fenetre, destination / f"{nom}-{mode}.png")
    if seance:
        yield from _seance(application, fenetre, document, destination, mode)
    for nom, boite in (
        ("aide", AideDialogue("premiers-pas", fenetre)),
        ("reglages", dialogs.ReglagesDialogue(document.contexte.settings, fenetre)),
        ("nouveau", dialogs.NouveauFichier([("valenciennes", "Valenciennes")], fenetre)),
    ):
        boite.show()
        yield _photo(application, boite, destination / f"{nom}-{mode}.png")
        boite.close()


def _ecrans(
    document: Document, *, onglets: bool = True
) -> Iterator[tuple[str, Callable[[], None]]]:
    """(name, what shows it) of each screen of an open file; with `onglets`, of each tab of a page."""
    yield "actions", lambda: document.actions.vue.aller(3, 5)
    document.actions.ouvrir_fiche()
    for rang, nom in enumerate(
        (
            "identite",
            "publics",
            "budget",
            "financeurs",
            "avis",
            "dossier",
            "cotation",
            "historique",
            "constats",
        )
    ):
        yield f"fiche-{nom}", _onglet(document, rang)
    for cle in [cle for cle, _ in PAGES if cle != "actions"]:
        yield from _pages(document, cle, onglets=onglets)
    yield "import", lambda: document.importer(None)


def _seance(
    application: QApplication,
    fenetre: FenetrePrincipale,
    document: Document,
    destination: Path,
    mode: str,
) -> Iterator[Path]:
    """The cockpit of the séance to come, and what the room sees: the item, then the whole table."""
    services = comite(document.contexte.fichier)
    a_tenir = [s for s in services.seances.lignes() if s.etat != EtatSeance.CLOSE and s.points]
    if not a_tenir:
        return
    document.tenir(a_tenir[0].cle)
    cockpit = document.cockpit
    assert isinstance(cockpit, EcranCockpit)
    salle = cockpit.projection.fenetre
    salle.resize(fenetre.size())
    while cockpit.cours.table is None or len(cockpit.cours.table.cases) < 2:
        cockpit.cours.suivant()
    for case in cockpit.cours.table.cases[:2]:
        cockpit.cours.repondre(case.payeur, "demande")
    cockpit.cours.publier(cockpit.cours.table.cases[0].payeur)
    cockpit.completer()
    yield _photo(application, fenetre, destination / f"cockpit-{mode}.png")
    yield _photo(application, salle, destination / f"salle-fiche-{mode}.png")
    cockpit.faire("tableau")
    yield _photo(application, salle, destination / f"salle-tableau-{mode}.png")
    quitter(document)


def _onglet(document: Document, rang: int) -> Callable[[], None]:
    return lambda: document.actions.fiche.ouvrir_onglet(rang)


def _pages(
    document: Document, cle: str, *, onglets: bool
) -> Iterator[tuple[str, Callable[[], None]]]:
    """A page, or each of its tabs under its own name."""
    barre = document.page(cle).findChild(QTabWidget) if onglets else None
    if barre is None:
        yield cle, partial(document.aller, cle)
        return

    def montrer(rang: int) -> None:
        document.aller(cle)
        barre.setCurrentIndex(rang)

    for rang in range(barre.count()):
        nom = "-".join(mot for mot in mots(barre.tabText(rang)) if mot.isalpha())
        yield f"{cle}-{nom}", partial(montrer, rang)
    barre.setCurrentIndex(0)


def _photo(application: QApplication, objet: QWidget, chemin: Path) -> Path:
    for _ in range(3):  # layouts settle, then late totals, then the paint
        application.processEvents()
    try:
        chemin.write_bytes(_en_png(objet.grab()))
    except OSError as cause:
        with suppress(OSError):
            chemin.unlink(missing_ok=True)
        raise ErreurConnue(
            f"L'image « {chemin.name} » n'a pas pu être écrite : libérez de la place sur le disque, "
            "ou choisissez un dossier où vous pouvez écrire."
        ) from cause
    return chemin


def _en_png(image: QPixmap) -> bytes:
    """Made in memory: of a disk that fills up, Qt says nothing, or says it in English."""
    octets = QBuffer()
    octets.open(QIODevice.OpenModeFlag.WriteOnly)
    if image.isNull() or not image.save(octets, "PNG"):
        raise ErreurConnue("Un écran n'a pas pu être dessiné : choisissez une autre taille.")
    return bytes(octets.data().data())
