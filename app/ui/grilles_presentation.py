"""What a grid says of itself, in full: where it comes from, what it is for, its criteria, its levels."""

from collections.abc import Iterator

from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from app.models.enums import MethodeGrille, NatureGrille, ObjetGrille
from app.services.grilles_fiche import FicheGrille
from app.services.grilles_mots import (
    codes_en_mots,
    decimal_en_mots,
    echelle_en_mots,
    moments_en_mots,
    portes_en_mots,
)
from app.ui.elements import etiquette, marges

RIEN = "Sélectionnez une grille pour la lire ici."


class PresentationGrille(QScrollArea):
    """Read only; words wrap, nothing is cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setAccessibleName("Présentation de la grille")
        self._contenu = QWidget()
        self._titre = etiquette("", "titre")
        self._titre.setWordWrap(True)
        self._texte = etiquette(RIEN, "doux")
        self._texte.setWordWrap(True)
        colonne = QVBoxLayout(self._contenu)
        marges(colonne, 8, 16, espace=8)
        colonne.addWidget(self._titre)
        colonne.addWidget(self._texte)
        colonne.addStretch(1)
        self.setWidget(self._contenu)

    def montrer(self, lue: FicheGrille | None) -> None:
        self._titre.setText("" if lue is None else lue.nom)
        self._titre.setVisible(lue is not None)
        self._texte.setText(RIEN if lue is None else "\n".join(presenter(lue)))
        self.verticalScrollBar().setValue(0)


def presenter(lue: FicheGrille) -> Iterator[str]:
    """Line by line; what is not said is left out."""
    yield f"{NatureGrille.de(lue.nature).libelle}. Sources : {codes_en_mots(lue.sources) or 'aucune'}."
    if lue.note:
        yield lue.note
    if lue.usage:
        yield lue.usage
    yield f"Objet : {ObjetGrille.de(lue.objet).libelle}."
    yield f"Comment elle compte : {MethodeGrille.de(lue.methode).libelle}."
    if lue.moments:
        yield f"Moments : {moments_en_mots(lue.moments)}."
    if lue.criteres:
        yield ""
        yield "Critères"
    for critere in lue.criteres:
        poids = f" (poids {decimal_en_mots(critere.poids)})" if critere.poids is not None else ""
        yield f"{critere.identifiant} – {critere.libelle}{poids}"
        yield f"      {echelle_en_mots(critere.niveaux)}"
    if lue.niveaux:
        yield ""
        yield "Niveaux, du plus bas au plus haut"
    for niveau in lue.niveaux:
        seuil = f" à partir de {decimal_en_mots(niveau.seuil)}" if niveau.seuil is not None else ""
        portes = f" (portes : {portes_en_mots(niveau.portes)})" if niveau.portes else ""
        definition = f" – {niveau.definition}" if niveau.definition else ""
        yield f"{niveau.code} – {niveau.libelle}{seuil}{portes}{definition}"
