"""What colours, comments and conditional formats add to the cells of one table: drawn and said."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from app.models.enums import CouleurDeLigne
from app.services.a_corriger import ACorriger, texte_en_attente
from app.services.annotations import LigneCommentaire, lignes_touchees
from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.habits import Habiller, Habilleur, Habit, mots_de
from app.services.mises_en_forme import Regle

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

BULLE_MAXIMUM = 1500  # signs of a comment that a tooltip shows


class Habillage(QObject):
    """Follows the notices of the file and the rows of the model; the delegates ask it cell by cell."""

    def __init__(self, page: PageTableau, liste: str) -> None:
        super().__init__(page)
        self.liste = liste
        self._page = page
        self._modele = page.modele
        self._regles_du_fichier = page.contexte.mises_en_forme
        self.notes = page.contexte.annotations.de(liste)
        self.a_corriger = ACorriger(self.notes)
        self.couleurs = self.notes.couleurs
        self.fils = self.notes.fils
        self.essai: Regle | None = None
        self._modele.calcule.connect(self._lignes_ont_change)
        self._modele.dataChanged.connect(self._cases_ont_change)
        self._modele.modelReset.connect(self.refaire)
        self._modele.dire_en_plus = self.mots
        self._modele.suites_d_ecriture = self.a_corriger.suites
        for grille in page.vue.volets.grilles:
            grille.delegue.habillage = self
        self.refaire()

    # Following ----------------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        """Colours, comments or rules changed: the rows concerned are sorted and drawn anew."""
        touchees = lignes_touchees(avis, self.liste)
        if touchees:
            presentes = [cle for cle in touchees if self._modele.contient(cle)]
            self._habilleur.oublier(presentes)
            self._modele.actualiser({cle: self._modele.ligne(cle) for cle in presentes})
            self.redessiner()
        if avis.touche("mise_en_forme"):
            self.refaire()

    def essayer(self, regle: Regle | None) -> None:
        """Show a rule that is not kept yet, before the others; None: no longer."""
        if regle != self.essai:
            self.essai = regle
            self.refaire()

    def refaire(self) -> None:
        """Other rules, other columns."""
        regles = [*([self.essai] if self.essai else []), *self.regles()]
        self._habilleur = self.habilleur_de(regles)
        self._habiller: dict[str, Habiller] = {
            cle: habiller
            for cle in self._habilleur.colonnes
            if (habiller := self._habilleur.habillage(cle)) is not None
        }
        self.redessiner()

    def habilleur_de(self, regles: Sequence[Regle]) -> Habilleur:
        """How the rows of this table look under some rules."""
        modele = self._modele
        return Habilleur(regles, modele.colonnes, modele.toutes_les_lignes, cle=modele.cle_de_ligne)

    def regles(self) -> tuple[Regle, ...]:
        return self._regles_du_fichier.regles(self.liste)

    def redessiner(self) -> None:
        for grille in self._page.vue.volets.grilles:
            grille.viewport().update()

    def _lignes_ont_change(self) -> None:
        if self._habiller and self._habilleur.suivre():
            self.redessiner()

    def _cases_ont_change(self, premiere: Any, derniere: Any) -> None:
        """A format may read another cell of the row: the whole row is drawn."""
        if not self._habiller:
            return
        rangs = range(premiere.row(), derniere.row() + 1)
        self._habilleur.oublier([self._modele.cle_de(rang) for rang in rangs])
        for grille in self._page.vue.volets.grilles:
            haut = grille.rowViewportPosition(rangs[0])
            bas = grille.rowViewportPosition(rangs[-1]) + grille.rowHeight(rangs[-1])
            grille.viewport().update(0, haut, grille.viewport().width(), bas - haut)

    # What a cell wears --------------------------------------------------------------------------

    def habit(self, ligne: Any, colonne: str) -> Habit | None:
        habiller = self._habiller.get(colonne)
        return None if habiller is None else habiller(ligne)

    def couleur(self, ligne: Any) -> str | None:
        return self.couleurs.get(self._modele.cle_de_ligne(ligne)) if self.couleurs else None

    def est_commentee(self, ligne: Any, colonne: str) -> bool:
        if not self.fils:
            return False
        fil = self.fils.get(self._modele.cle_de_ligne(ligne))
        return fil is not None and any(c.colonne == colonne for c in fil.values())

    def en_attente(self, ligne: Any, colonne: str) -> str:
        """The text that waits on a cell to be corrected; empty: none."""
        if not self.fils:
            return ""
        note = self.a_corriger.de_la_case(self._modele.cle_de_ligne(ligne), colonne)
        return "" if note is None else texte_en_attente(note)

    # What a cell says ---------------------------------------------------------------------------

    def commentaires(self, ligne: Any, colonne: str) -> list[LigneCommentaire]:
        return self.notes.commentaires(self._modele.cle_de_ligne(ligne), colonne)

    def mots(self, ligne: Any, colonne: Colonne) -> str:
        """« alerte : Coût non renseigné, ligne colorée en jaune, commentaire de Camille Essai »."""
        parties = []
        if attendu := self.en_attente(ligne, colonne.cle):
            parties.append(f"saisie à corriger, {attendu}")
        habit = self.habit(ligne, colonne.cle)
        if habit is not None and habit.raisons:
            parties.append(mots_de(habit))
        couleur = self.couleur(ligne)
        if couleur is not None:
            parties.append(mot_de_couleur(couleur))
        if self.est_commentee(ligne, colonne.cle):
            qui = list(dict.fromkeys(c.auteur for c in self.commentaires(ligne, colonne.cle)))
            parties.append(f"commentaire de {', '.join(qui)}")
        return ", ".join(parties)

    def bulle(self, ligne: Any, colonne: Colonne, texte: str) -> str:
        """The tooltip of a cell: its whole text, its comments, its colour and its formats."""
        parties = [texte] if texte else []
        parties += [
            f"{c.auteur}, {c.quand} :\n{_court(c.texte)}"
            for c in (
                self.commentaires(ligne, colonne.cle)
                if self.est_commentee(ligne, colonne.cle)
                else ()
            )
        ]
        habit = self.habit(ligne, colonne.cle)
        if habit is not None and habit.raisons:
            parties.append(mots_de(habit))
        couleur = self.couleur(ligne)
        if couleur is not None:
            parties.append(mot_de_couleur(couleur))
        return en_bulle("\n".join(parties))


def mot_de_couleur(couleur: str) -> str:
    return f"ligne colorée en {CouleurDeLigne.libelle_de(couleur).lower()}"


def _court(texte: str) -> str:
    return texte if len(texte) <= BULLE_MAXIMUM else f"{texte[:BULLE_MAXIMUM]}…"


def en_bulle(texte: str) -> str:
    """Text for a tooltip that wraps and never reads what people typed as a page."""
    if not texte:
        return ""
    return f"<qt>{html.escape(texte).replace(chr(10), '<br>')}</qt>"
