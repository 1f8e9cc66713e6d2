"""« Actions × critères »: one's own marks of the whole year, typed and pasted as any table."""

from app.services.columns_cotations import colonnes_lot
from app.services.contexte import Contexte
from app.services.cotations import Cotations
from app.services.cotations_lues import Cotees
from app.ui.cotation_choix import ChoixCotation
from app.ui.cotation_liste import ListeCotation


class ListeLot(ListeCotation):
    """A row an action, a column a criterion; other columns with another grid."""

    liste = "cotations"

    def __init__(
        self, contexte: Contexte, cotations: Cotations, choix: ChoixCotation, annee: int
    ) -> None:
        self._posees = ("", "")
        super().__init__(contexte, cotations, choix, annee, [])
        self.tableau.intitule = lambda: f"Cotation {self.annee}"
        self.vue.ouverte.connect(self.action_demandee)
        self.geste("Terminer", self.terminer_la_selection).setToolTip(
            "Garder le niveau des lignes sélectionnées auxquelles il ne manque aucune note"
        )

    def _poser(self, lues: Cotees | None) -> None:
        super()._poser(lues)
        voulues = ("", "") if lues is None else (lues.grille.ligne.cle, lues.moment)
        if voulues == self._posees:
            return
        self._posees = voulues
        self._propres = (
            [] if lues is None else colonnes_lot(self.cotations, lues.grille, lues.moment)
        )
        self.modele.definir_colonnes(self._colonnes(), [] if lues is None else lues.dossiers)
        self.tableau.onglets.remontrer()  # what the view kept of these columns
