"""The tab « Cotation » of the sheet: what the action is rated, grid by grid and moment by moment."""

from collections.abc import Iterable

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.services.contexte import Contexte
from app.services.cotations_fiche import BlocCotation, cotations_de_l_action
from app.services.fiches import Fiche
from app.ui.elements import etiquette, marges
from app.ui.theme import theme

RIEN = "Cette action n'est pas cotée : la page « Cotation » la met à côté de sa grille."


class VoletCotations(QWidget):
    """Only read here: marks are given beside their grid."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self._colonne = QVBoxLayout(self)
        marges(self._colonne, 12, 16, espace=4)
        self._textes: list[QWidget] = []
        self._colonne.addStretch(1)
        self.montres: tuple[BlocCotation, ...] = ()

    def montrer(self, fiche: Fiche) -> None:
        """Every grid that somebody scored the action on, as the person who signs may see it."""
        moi = self._contexte.fichier.signature.auteur
        self.montres = cotations_de_l_action(self._contexte.fichier, fiche.cle, moi)
        for texte in self._textes:
            self._colonne.removeWidget(texte)
            texte.deleteLater()
        self._textes = []
        if not self.montres:
            self._ajouter(RIEN)
        for bloc in self.montres:
            self._montrer_bloc(bloc)

    def _montrer_bloc(self, bloc: BlocCotation) -> None:
        self._ajouter(bloc.titre, "fort")
        self._ajouter_tous(bloc.phrases)
        self._ajouter(bloc.nature or " ", "doux")

    def _ajouter_tous(self, textes: Iterable[str]) -> None:
        for texte in textes:
            self._ajouter(texte)

    def _ajouter(self, texte: str, role: str = "") -> None:
        mot = etiquette(texte, role)
        mot.setWordWrap(True)
        if role == "doux":
            mot.setContentsMargins(0, 0, 0, theme().px(12))
        self._colonne.insertWidget(self._colonne.count() - 1, mot)
        self._textes.append(mot)
