"""What goes in many cells at once: paste, fill, clear, cut; and what to say when some are refused."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from app.models.montants import INSECABLE
from app.services.blocs import Bloc, Place, Zone, placer
from app.services.columns import Colonne
from app.services.errors import SaisieRefusee
from app.services.recopies import prolonger, repeter
from app.services.saisies import aujourd_hui, se_vide
from app.ui import presse_papiers

if TYPE_CHECKING:
    from app.services.collages import Bilan, Case
    from app.ui.vue_tableau import VueTableau

Depot = tuple[int, int, str]  # row rank, column, text
CASES_MAXIMUM = 100_000  # changed by one gesture
RIEN_A_RECOPIER = "Il n'y a rien à recopier de ce côté : choisissez plusieurs cases."


class Depots:
    """The gestures of a table on the cells selected in it. A refusal is raised as one sentence."""

    def __init__(self, vue: VueTableau) -> None:
        self._vue = vue
        self._modele = vue.modele

    # The clipboard ------------------------------------------------------------------------------

    def copier(self, *, entetes: bool = False, affiche: bool = False) -> bool:
        """The selection on the clipboard; False when nothing is selected."""
        donnees = presse_papiers.donnees(
            self._modele,
            self._vue.choix.cellules(),
            self._vue.volets.colonnes_visibles(),
            entetes=entetes,
            affiche=affiche,
        )
        if donnees is None:
            return False
        QApplication.clipboard().setMimeData(donnees)
        return True

    def couper(self) -> None:
        """Copy, then empty what can be."""
        if self.copier():
            self._vider("Couper")

    def coller(self) -> None:
        """The block of the clipboard over the selection. Raises SaisieRefusee with a sentence."""
        from app.services.collages import deposer

        bloc = presse_papiers.bloc_de(QApplication.clipboard().mimeData())
        zones = self._vue.choix.zones()
        if bloc is None:
            raise SaisieRefusee("Il n'y a rien à coller : copiez d'abord des cellules ou un texte.")
        if not zones:
            return
        if len(bloc) == len(bloc[0]) == 1:
            exiger_raisonnable(self._vue.choix.nombre())
        place = self._placer(bloc, zones)
        bilan = deposer(
            self._cases(place.cases),
            "Coller",
            lignes_hors=place.lignes_hors,
            colonnes_hors=place.colonnes_hors,
            suites=self._modele.suites_d_ecriture,
        )
        if len(bloc) > 1 or len(bloc[0]) > 1:
            self._choisir(place.cases)
        self._rendre_compte(bilan)

    def _placer(self, bloc: Bloc, zones: Sequence[Zone]) -> Place:
        """Where the block goes, among the rows only: nothing is written in a group."""
        visibles = self._vue.volets.colonnes_visibles()
        if not self._modele.groupes:
            return placer(bloc, zones, visibles=visibles, lignes=self._modele.rowCount())
        lignes = self._lignes(range(self._modele.rowCount()))
        parmi = [
            (range(bisect_left(lignes, rangs.start), bisect_left(lignes, rangs.stop)), colonnes)
            for rangs, colonnes in zones
        ]
        place = placer(
            bloc, [zone for zone in parmi if zone[0]], visibles=visibles, lignes=len(lignes)
        )
        return replace(place, cases=tuple((lignes[r], c, t) for r, c, t in place.cases))

    def _lignes(self, rangs: Iterable[int]) -> list[int]:
        """The ranks where a row stands, not a group."""
        return [rang for rang in rangs if not self._modele.est_groupe(rang)]

    def _choisir(self, cases: Sequence[Depot]) -> None:
        """The pasted block becomes the selection."""
        rangs, visibles = [r for r, _, _ in cases], self._vue.volets.colonnes_visibles()
        colonnes = {c for _, c, _ in cases}
        self._vue.choix.choisir(
            range(min(rangs), max(rangs) + 1), [c for c in visibles if c in colonnes]
        )

    # Filling ------------------------------------------------------------------------------------

    def recopier(self, *, vers_le_bas: bool) -> None:
        """The first row, or column, of each zone over the rest of it; alone, from its neighbour."""
        copier = self._copies_en_bas if vers_le_bas else self._copies_a_droite
        zones = self._vue.choix.zones()
        self.deposer([depot for zone in zones for depot in copier(*zone)], "Recopier")

    def _copies_en_bas(self, rangs: range, colonnes: Sequence[int]) -> list[Depot]:
        lignes = self._lignes(rangs)
        if len(lignes) == 1:
            lignes = [*self._lignes(range(rangs.start))[-1:], *lignes]
        if len(lignes) < 2:
            raise SaisieRefusee(RIEN_A_RECOPIER)
        return [(r, c, self._copie(lignes[0], c)) for r in lignes[1:] for c in colonnes]

    def _copies_a_droite(self, rangs: range, colonnes: Sequence[int]) -> list[Depot]:
        source, cibles = colonnes[0], colonnes[1:]
        if not cibles:
            visibles = self._vue.volets.colonnes_visibles()
            place = visibles.index(source) - 1
            if place < 0:
                raise SaisieRefusee(RIEN_A_RECOPIER)
            source, cibles = visibles[place], colonnes
        return [(r, c, self._copie(r, source)) for r in self._lignes(rangs) for c in cibles]

    def _copie(self, rang: int, c: int) -> str:
        """The text of a cell, to be read again elsewhere."""
        return self._modele.colonnes[c].texte_a_copier(self._modele.lignes[rang])

    def etirer(self, nombre: int, *, vers_le_bas: bool, serie: bool | None = None) -> None:
        """What the fill handle does: `nombre` more rows, or columns, after the selected zone."""
        rangs, colonnes = self._vue.choix.zones()[0]
        if vers_le_bas:
            cibles = self._lignes(range(rangs.stop, rangs.stop + nombre))
            depots = self._vers_le_bas(self._lignes(rangs), colonnes, cibles, serie=serie)
            self._vue.choix.choisir(range(rangs.start, rangs.stop + nombre), colonnes)
        else:
            visibles = self._vue.volets.colonnes_visibles()
            debut = visibles.index(colonnes[-1]) + 1
            ajoutees = visibles[debut : debut + nombre]
            depots = self._vers_la_droite(self._lignes(rangs), colonnes, ajoutees, serie=serie)
            self._vue.choix.choisir(rangs, [*colonnes, *ajoutees])
        self.deposer(depots, "Recopier")

    def continuer(self) -> None:
        """The series that the first filled rows of the zone begin, in the rest of it."""
        zones = self._vue.choix.zones()
        rangs, colonnes = zones[0] if len(zones) == 1 else (range(0), [])
        lignes = self._lignes(rangs)
        pleines = len(list(takewhile(lambda r: self._modele.texte(r, colonnes[0]), lignes)))
        if not 0 < pleines < len(lignes):
            raise SaisieRefusee(
                "Choisissez les cases qui commencent la série, avec les cases vides qui suivent."
            )
        debut, suite = lignes[:pleines], lignes[pleines:]
        self.deposer(self._vers_le_bas(debut, colonnes, suite, serie=True), "Recopier")

    def _vers_le_bas(
        self,
        sources: Sequence[int],
        colonnes: Sequence[int],
        cibles: Sequence[int],
        *,
        serie: bool | None,
    ) -> list[Depot]:
        lignes = [self._modele.lignes[r] for r in sources]
        depots: list[Depot] = []
        for c in colonnes if lignes else ():
            suite = prolonger(self._modele.colonnes[c], lignes, len(cibles), serie=serie)
            depots += [(rang, c, texte) for rang, texte in zip(cibles, suite, strict=True)]
        return depots

    def _vers_la_droite(
        self,
        rangs: Iterable[int],
        colonnes: Sequence[int],
        ajoutees: Sequence[int],
        *,
        serie: bool | None,
    ) -> list[Depot]:
        """Columns of one kind give a series, each row its own; of several kinds, the same again."""
        depots: list[Depot] = []
        genres = {self._modele.colonnes[c].type for c in colonnes}
        for rang in rangs:
            textes = repeter([self._copie(rang, c) for c in colonnes], len(ajoutees))
            if len(genres) == 1:
                valeurs = [self._modele.valeur(rang, c) for c in colonnes]
                premiere = self._modele.colonnes[colonnes[0]]
                textes = prolonger(_de_valeurs(premiere), valeurs, len(ajoutees), serie=serie)
            depots += [(rang, c, texte) for c, texte in zip(ajoutees, textes, strict=True)]
        return depots

    def remplir(self, texte: str) -> None:
        """What was typed, in every selected cell."""
        exiger_raisonnable(self._vue.choix.nombre())
        zones = self._vue.choix.zones()
        depots = [(r, c, texte) for rangs, cols in zones for r in self._lignes(rangs) for c in cols]
        self.deposer(depots, "Remplir", tapee=True)

    def dater(self) -> None:
        """Today in the current cell."""
        index = self._vue.index_courant()
        self._modele.setData(index, aujourd_hui())

    # Emptying -----------------------------------------------------------------------------------

    def effacer(self) -> None:
        """Empty the selected cells that may hold nothing."""
        self._vider("Effacer")

    def _vider(self, verbe: str) -> None:
        choisies = self._vue.choix.cellules()
        depots = [
            (rang, c, "")
            for c in sorted(choisies, key=self._vue.volets.colonnes_visibles().index)
            if self._modele.est_modifiable(c) or self._modele.est_verrouillee(c)
            if se_vide(self._modele.colonnes[c])
            for rang in sorted(choisies[c])
            if self._modele.valeur(rang, c) not in (None, "")
        ]
        if depots:
            self.deposer(depots, verbe)
        elif not any(se_vide(self._modele.colonnes[c]) for c in choisies):
            raise SaisieRefusee("Ces cases ne peuvent pas rester vides : changez leur contenu.")

    # Writing ------------------------------------------------------------------------------------

    def deposer(self, depots: Iterable[Depot], verbe: str, *, tapee: bool = False) -> None:
        """Write the texts in one operation, or show what is refused and why."""
        from app.services.collages import deposer

        suites = self._modele.suites_d_ecriture
        self._rendre_compte(deposer(self._cases(depots), verbe, tapee=tapee, suites=suites))

    def _cases(self, depots: Iterable[Depot]) -> list[Case]:
        from app.services.collages import Case

        modele = self._modele
        if modele.lecture_seule:
            raise SaisieRefusee("Ce fichier est ouvert en lecture seule : rien ne peut y changer.")
        return [
            Case(modele.cle_de(r), modele.lignes[r], place, modele.colonnes[c], texte)
            for place, (r, c, texte) in enumerate(depots)
        ]

    def _rendre_compte(self, bilan: Bilan) -> None:
        from app.ui.panneau_collage import montrer_refus

        vue = self._vue
        if not bilan.refus:
            vue.dire(bilan.phrase)
        elif (len(bilan.refus) == 1 and not bilan.acceptees) or vue.page is None:
            vue.refuse.emit(_phrase_de_refus(bilan))
        else:
            montrer_refus(vue.page, bilan)


def exiger_raisonnable(nombre: int) -> None:
    """Nobody means half a million cells: it was Ctrl+A."""
    if nombre > CASES_MAXIMUM:
        raise SaisieRefusee(
            f"{nombre} cases sont choisies, c'est trop pour un seul geste : choisissez-en moins."
        )


def _phrase_de_refus(bilan: Bilan) -> str:
    """The first reason, and how many more cells are in the same way."""
    refus, autres = bilan.refus[0], len(bilan.refus) - 1
    if not autres and not bilan.acceptees:
        return refus.raison
    suite = f" Rien n'a été changé{INSECABLE}: {len(bilan.refus)} cases sont refusées."
    return refus.raison + (suite if autres else " Rien n'a été changé.")


def _de_valeurs(colonne: Colonne) -> Colonne:
    """A column whose rows are its values: a series along a row reads one value after the other."""
    return replace(colonne, lire=lambda valeur: valeur, ecrire=None, pose=None)
