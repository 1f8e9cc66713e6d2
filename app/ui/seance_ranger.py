"""Rows put in order by hand: dragged by the cells of a column, or moved by Alt and an arrow."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QKeyCombination, QObject, Qt

from app.services.errors import SaisieRefusee
from app.ui.seance_glisser import GlisserLignes
from app.ui.touches_liste import TouchesDeListe
from app.ui.vue_tableau import VueTableau

Ranger = Callable[[Sequence[str], str | None], object]
PAS = ((Qt.Key.Key_Up, -1), (Qt.Key.Key_Down, 1))


class RangerLignes(QObject):
    """`ranger(rows, before)` keeps the order, in one operation; None: at the end.

    It may return the keys that the rows have afterwards, when they are no longer the same.
    """

    def __init__(self, vue: VueTableau, colonne: str, ranger: Ranger, quoi: str) -> None:
        super().__init__(vue)
        self._vue, self._colonne, self._ranger, self._quoi = vue, colonne, ranger, quoi
        self._glisser = GlisserLignes(vue, colonne, self.ranger)
        alt = Qt.KeyboardModifier.AltModifier
        self._touches = TouchesDeListe(
            vue,
            {
                QKeyCombination(alt, touche): lambda pas=pas: vue.tenter(lambda: self.deplacer(pas))
                for touche, pas in PAS
            },
        )

    def deplacer(self, pas: int) -> None:
        """Move the selected rows up or down by one place, together; the cursor goes with them."""
        modele = self._vue.modele
        choisies = set(self._vue.cles_choisies())
        if modele.lecture_seule or not choisies:
            return
        cles = [modele.cle_de_ligne(ligne) for ligne in modele.toutes_les_lignes()]
        places = [rang for rang, cle in enumerate(cles) if cle in choisies]
        cible = places[0] - 1 if pas < 0 else places[-1] + 2
        if not 0 <= cible <= len(cles):
            return
        self.ranger(
            [cles[rang] for rang in places],
            next((cle for cle in cles[cible:] if cle not in choisies), None),
        )

    def ranger(self, cles: Sequence[str], avant: str | None) -> None:
        """Put rows before another one (None: at the end), and keep them selected."""
        modele = self._vue.modele
        if [cle for cle, _ in modele.tri if cle != self._colonne] or modele.groupes:
            raise SaisieRefusee(
                f"La liste est triée ou groupée : enlevez le tri pour changer {self._quoi}."
            )
        colonne, courant = self._vue.colonne_visee(), self._vue.cle_courante()
        nouvelles = self._ranger(cles, avant)
        if isinstance(nouvelles, list) and nouvelles != list(cles):
            courant = dict(zip(cles, nouvelles, strict=True)).get(courant, courant)
            cles = nouvelles
        self._choisir(cles, courant, colonne)

    def _choisir(self, cles: Sequence[str], courant: str, colonne: str) -> None:
        """The rows that moved stay selected, whole when they were several."""
        if len(cles) == 1:
            self._vue.aller_a(cles[0], colonne)
            return
        rangs = sorted(r for r in map(self._vue.modele.position, cles) if r >= 0)
        if rangs and rangs[-1] - rangs[0] == len(rangs) - 1:
            self._vue.aller_a(courant if courant in cles else cles[0], colonne)
            visibles = self._vue.volets.colonnes_visibles()
            self._vue.choix.choisir(range(rangs[0], rangs[-1] + 1), visibles)
