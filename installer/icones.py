"""The icons in every size, drawn from the SVG of `resources/icones` by the program's own Qt.

Run it after a change of a drawing: the pictures are kept beside it, so that building a package asks
for no drawing tool, and a test compares both. Small sizes have a drawing of their own, plainer.
"""

import io
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from installer.projet import ICONES, TAILLES_ICONES

DESSINS = ("tour-de-table", "document")
PETIT = 24  # up to here, the plain drawing
TAILLES_ICO = (16, 24, 32, 48, 64, 256)


def dessiner(dossier: Path, dessin: str, taille: int) -> bytes:
    """One picture, as PNG."""
    source = dossier / f"{dessin}{'-petit' if taille <= PETIT else ''}.svg"
    image = QImage(taille, taille, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    with QPainter(image) as peintre:
        QSvgRenderer(str(source)).render(peintre)
    octets = QBuffer()
    octets.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(octets, "PNG")
    return bytes(octets.data().data())


def ecrire(dossier: Path) -> None:
    """Every size of every drawing, and the file that gathers them for Windows."""
    for dessin in DESSINS:
        for taille in TAILLES_ICONES:
            (dossier / f"{dessin}-{taille}.png").write_bytes(dessiner(dossier, dessin, taille))
        images = [
            Image.open(io.BytesIO(dessiner(dossier, dessin, taille))) for taille in TAILLES_ICO
        ]
        images[-1].save(
            dossier / f"{dessin}.ico",
            sizes=[(t, t) for t in TAILLES_ICO],
            append_images=images[:-1],
            bitmap_format="bmp",
        )


def redessiner() -> None:
    ecrire(ICONES)
