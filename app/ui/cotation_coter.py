"""« Coter »: the actions at the left, the one in view beside its grid."""

from PySide6.QtCore import Qt

from app.services.bus import Avis
from app.services.columns_cotations import colonnes_a_coter
from app.services.contexte import Contexte
from app.services.cotations import Cotations
from app.services.cotations_lues import CotationLue
from app.services.errors import SaisieRefusee
from app.ui.cotation_choix import ChoixCotation
from app.ui.cotation_liste import ListeCotation
from app.ui.cotation_touches import PAGES
from app.ui.cotation_volet import VoletCotation
from app.ui.theme import theme
from app.ui.touches_liste import TouchesDeListe

FILTRE = 150
_CTRL = Qt.KeyboardModifier.ControlModifier


class ListeACoter(ListeCotation):
    """Enter goes to the marks; Ctrl+Page down is the next action wherever the keyboard is."""

    liste = "a_coter"

    def __init__(
        self, contexte: Contexte, cotations: Cotations, choix: ChoixCotation, annee: int
    ) -> None:
        super().__init__(contexte, cotations, choix, annee, colonnes_a_coter())
        self.tableau.intitule = lambda: f"Actions à coter {self.annee}"
        self._filtre.setFixedWidth(theme().px(FILTRE))
        self.volet = VoletCotation(contexte, cotations)
        self.volet.refuse.connect(self.refuse)
        self.volet.information.connect(self.information)
        self.volet.passer_demande.connect(self.passer)
        self._corps.setOrientation(Qt.Orientation.Horizontal)
        self._corps.addWidget(self.volet)
        self._corps.setSizes([theme().px(408), theme().px(770)])
        self.geste("Terminer", self.volet.terminer).setToolTip(
            "Garder le niveau et passer à l'action suivante (Ctrl+Entrée)"
        )
        self.geste("Rouvrir", self._rouvrir)
        self.geste("Confirmer", self._confirmer).setToolTip(
            "Le dossier a été relu tel qu'il est maintenant : les notes restent"
        )
        self.geste("Consensus", self._convenir).setToolTip(
            "Garder les notes communes, et décider ensemble des autres"
        )
        self.geste("Retirer", self._retirer)
        self.vue.ouverte.connect(lambda _: self.volet.setFocus())
        self.vue.courante.connect(lambda cle, _: self._montrer(cle))
        TouchesDeListe(
            self.vue,
            {
                Qt.Key.Key_Return: self.volet.setFocus,
                Qt.Key.Key_Enter: self.volet.setFocus,
                **{_CTRL | touche: lambda s=sens: self.passer(s) for touche, sens in PAGES.items()},
            },
        )

    def montree(self) -> None:
        super().montree()
        if not self.vue.index_courant().isValid() and self.modele.rowCount():
            self.vue.aller(0, 0)

    def rafraichir(self) -> None:
        super().rafraichir()
        if not self.vue.cle_courante() and self.modele.rowCount():
            self.vue.aller(0, 0)
        self._montrer(self.vue.cle_courante())

    def sur_avis(self, avis: Avis) -> None:
        super().sur_avis(avis)
        if self.isVisible():
            if avis.touche("action", "ligne_budget", "organisme"):
                self.volet.relire()
            self._montrer(self.vue.cle_courante())

    def _montrer(self, cle: str) -> None:
        self.volet.montrer(self.grille, self.dossier(cle), self.choix.moment)

    def passer(self, sens: int) -> None:
        """Another action; the keyboard stays where it is."""
        rang = self.vue.index_courant().row() + sens
        if 0 <= rang < self.modele.rowCount():
            self.vue.aller(rang, 0)
        else:
            self.information.emit(
                "C'est la dernière action de la liste."
                if sens > 0
                else "C'est la première action de la liste."
            )

    # Gestures -----------------------------------------------------------------------------------

    def _cotation(self) -> CotationLue:
        """The marks in view. Raises SaisieRefusee when there are none yet."""
        dossier = self.dossier(self.vue.cle_courante())
        cotation = None if dossier is None else dossier.suivie
        if cotation is None:
            raise SaisieRefusee("Cette action n'a pas encore de notes de vous.")
        return cotation

    def _rouvrir(self) -> None:
        self.cotations.rouvrir(self._cotation().cle)
        self.volet.setFocus()

    def _confirmer(self) -> None:
        self.cotations.confirmer(self._cotation().cle)
        self.information.emit("Les notes sont confirmées sur le dossier tel qu'il est maintenant.")

    def _convenir(self) -> None:
        dossier = self.dossier(self.vue.cle_courante())
        if dossier is None:
            raise SaisieRefusee("Choisissez d'abord une action.")
        self.cotations.convenir(dossier.cle, self.choix.grille, self.choix.moment)
        self.information.emit("Les notes communes sont reprises : décidez ensemble des autres.")
        self.volet.setFocus()

    def _retirer(self) -> None:
        self.cotations.supprimer(self._cotation().cle)
        self.information.emit("Vos notes sont retirées. Ctrl+Z les remet.")
