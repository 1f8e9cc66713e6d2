"""The tabs of the sheet that are tables: budget, cofinancements, history."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QVBoxLayout, QWidget

from app.models.enums import SensBudget
from app.models.montants import afficher_montant
from app.services.cofinancements import Credit
from app.services.columns import Colonne
from app.services.columns_listes import (
    colonnes_budget,
    colonnes_cofinancements,
    colonnes_historique,
    phrase_budget,
)
from app.services.columns_suites import colonnes_suivis
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.services.fiches import Fiche
from app.services.journal import LigneJournal
from app.services.journal_vocabulaire import ENTITES
from app.services.scellement import lire_modifications
from app.services.suites_lues import suivis_de_l_action
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

HAUTEUR_TABLE = 300
HAUTEUR_COFINANCEMENTS = 224  # its row of totals, its bar and four financeurs
HAUTEUR_SUITES = 190
# What must be read without scrolling a sheet of the default width, and how wide (at 100 %).
BUDGET = {"sens": 72, "compte": 64, "libelle": 158, "montant": 92}
DE_L_ACTION = ENTITES["action"]
HISTORIQUE = {"quand": 96, "champ": 160, "avant": 64, "apres": 66}


def _avec_son_objet(ligne: LigneJournal) -> str:
    """« budget : création »: a row of the action itself says its column only."""
    return ligne.champ if ligne.entite == DE_L_ACTION else f"{ligne.entite} : {ligne.champ}"


def a_l_etroit(colonnes: Iterable[Colonne], largeurs: Mapping[str, int]) -> list[Colonne]:
    """The columns named first, at these widths, then the others."""
    toutes = {colonne.cle: colonne for colonne in colonnes}
    premieres = [replace(toutes.pop(cle), largeur=largeur) for cle, largeur in largeurs.items()]
    return [*premieres, *toutes.values()]


class Volet(QWidget):
    """A sentence that sums up, a table, and buttons to add and remove rows."""

    refuse = Signal(str)
    saisie_finie = Signal()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self._fiche: Fiche | None = None
        self._phrase = QLabel()
        self._phrase.setWordWrap(True)
        self._boutons = QHBoxLayout()
        self._boutons.setSpacing(theme().px(8))
        self._colonne = QVBoxLayout(self)
        self._colonne.setContentsMargins(0, theme().px(12), 0, 0)
        self._colonne.setSpacing(theme().px(8))
        entete = QHBoxLayout()
        entete.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        entete.addWidget(self._phrase, 1)
        self._colonne.addLayout(entete)

    def _poser_table(self, modele: ModeleTableau) -> VueTableau:
        modele.lecture_seule = self._contexte.fichier.lecture_seule
        vue = VueTableau(modele)
        vue.setMinimumHeight(theme().px(HAUTEUR_TABLE))
        modele.refuse.connect(self.refuse)
        vue.saisie_finie.connect(self.saisie_finie)
        self._colonne.addWidget(vue, 1)
        rangee = QHBoxLayout()
        rangee.setContentsMargins(theme().px(16), 0, theme().px(16), theme().px(12))
        rangee.addLayout(self._boutons)
        rangee.addStretch(1)
        self._colonne.addLayout(rangee)
        return vue

    def _bouton(self, texte: str, appel: Callable[[], None]) -> QPushButton:
        bouton = QPushButton(texte)
        bouton.setProperty("role", "lien")
        bouton.clicked.connect(appel)
        bouton.setDisabled(self._contexte.fichier.lecture_seule)
        self._boutons.addWidget(bouton)
        return bouton

    def _remplir(self, modele: ModeleTableau, lignes: Sequence[Any], *, meme: bool) -> None:
        """Show rows. Of the `meme` action, the cells alone are drawn again: the keyboard stays."""
        if meme and [ligne.cle for ligne in lignes] == [ligne.cle for ligne in modele.lignes]:
            modele.synchroniser(lignes)
        else:
            modele.remplacer_lignes(lignes)

    def _change(self, fiche: Fiche) -> bool:
        """Take the sheet to show; True when it is of the action already shown."""
        meme = self._fiche is not None and self._fiche.cle == fiche.cle
        self._fiche = fiche
        return meme

    def _tenter(self, faire: Callable[[], object]) -> None:
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))


class VoletBudget(Volet):
    """The budget by account, with its balance in words."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        colonnes = a_l_etroit(colonnes_budget(contexte.actions), BUDGET)
        self._modele = ModeleTableau(colonnes, self)
        self._vue = self._poser_table(self._modele)
        self._bouton("Ajouter une charge", lambda: self._ajouter(SensBudget.CHARGE, "60"))
        self._bouton("Ajouter un produit", lambda: self._ajouter(SensBudget.PRODUIT, "74"))
        self._bouton("Supprimer la ligne", self._supprimer)

    def montrer(self, fiche: Fiche) -> None:
        self._remplir(self._modele, fiche.budget, meme=self._change(fiche))
        if fiche.budget:
            self._phrase.setText(
                f"{phrase_budget(fiche.bilan.ecart, fiche.bilan.ecart_valorise)} "
                f"Total des charges : {afficher_montant(fiche.bilan.charges, euro=True)}, "
                f"hors contributions volontaires."
            )
        elif fiche.cout is not None:
            cout = afficher_montant(fiche.cout, euro=True)
            self._phrase.setText(f"Coût déclaré : {cout}. Le budget par compte n'est pas saisi.")
        else:
            self._phrase.setText("Ni budget ni coût total ne sont connus pour cette action.")

    def _ajouter(self, sens: SensBudget, compte: str) -> None:
        fiche = self._fiche
        if fiche is not None:
            self._tenter(lambda: self._ajouter_a(fiche.cle, sens, compte))

    def _ajouter_a(self, action: str, sens: SensBudget, compte: str) -> None:
        """Add an empty line, ready to be typed in."""
        cle = self._contexte.actions.ajouter_ligne_budget(
            action, sens=str(sens), compte=compte, libelle=None, montant=None
        )
        self._vue.setFocus()
        self._vue.aller_a(cle, "montant")

    def _supprimer(self) -> None:
        cles = self._vue.cles_choisies()
        self._tenter(lambda: self._contexte.actions.supprimer_ligne_budget(*cles))


class VoletCofinancements(Volet):
    """Who is asked for what, line by line, with what is left to find; below, what followed."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self._modele = ModeleTableau(colonnes_cofinancements(contexte.cofinancements), self)
        self._vue = self._poser_table(self._modele)
        self._vue.setMinimumHeight(theme().px(HAUTEUR_COFINANCEMENTS))
        self._menu = QMenu(self)
        ajouter = self._bouton("Ajouter un financeur", lambda: None)
        ajouter.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._remplir_menu)
        self._bouton("Supprimer la ligne", self._supprimer)
        self._suites = ModeleTableau(colonnes_suivis(), self)
        self._titre_suites = QLabel("Délibérations, notifications, versements")
        self._titre_suites.setProperty("role", "fort")
        self._titre_suites.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._vue_suites = VueTableau(self._suites)
        self._vue_suites.setMinimumHeight(theme().px(HAUTEUR_SUITES))
        self._colonne.addWidget(self._titre_suites)
        self._colonne.addWidget(self._vue_suites)

    def montrer(self, fiche: Fiche) -> None:
        self._remplir(self._modele, fiche.cofinancements, meme=self._change(fiche))
        morceaux = [
            f"Demandé {afficher_montant(fiche.demande, euro=True)}",
            f"accordé {afficher_montant(fiche.accorde, euro=True)}",
        ]
        if fiche.cout is not None:
            morceaux.append(f"coût {afficher_montant(fiche.cout, euro=True)}")
            reste = afficher_montant(fiche.autofinancement, euro=True)
            morceaux.append(f"autres ressources {reste}")
        phrases = [", ".join(morceaux) + "."]
        with self._contexte.fichier.instant() as lire:
            modifications = lire_modifications(lire, fiche.champs["annee"], fiche.cle)
        self._phrase.setText("\n".join([*phrases, *(m.phrase for m in modifications)]))
        self._montrer_suites(fiche.cle)

    def _montrer_suites(self, action: str) -> None:
        """What was voted, notified and paid; nothing is shown before there is any."""
        suites = suivis_de_l_action(self._contexte.fichier, action)
        self._suites.remplacer_lignes(suites)
        for widget in (self._titre_suites, self._vue_suites):
            widget.setVisible(bool(suites))

    def _remplir_menu(self) -> None:
        self._menu.clear()
        for credit in self._contexte.cofinancements.credits():
            self._menu.addAction(credit.libelle, lambda credit=credit: self._ajouter(credit))

    def _ajouter(self, credit: Credit) -> None:
        if self._fiche is not None:
            cle = self._fiche.cle
            self._tenter(
                lambda: self._contexte.cofinancements.ajouter(
                    cle,
                    credit.financeur,
                    ligne_credit=credit.ligne_credit,
                    nature_credit=credit.nature_credit,
                )
            )

    def _supprimer(self) -> None:
        cles = self._vue.cles_choisies()
        self._tenter(lambda: self._contexte.cofinancements.supprimer(*cles))


class VoletHistorique(Volet):
    """All that happened to the action, the last first."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        quand, champ, *autres = a_l_etroit(colonnes_historique(), HISTORIQUE)
        colonnes = [
            replace(quand, afficher=lambda moment: f"{moment:%d/%m/%y %H:%M}"),
            replace(champ, titre="Ce qui change", lire=_avec_son_objet),
            *autres,
        ]
        self._modele = ModeleTableau(colonnes, self)
        self._poser_table(self._modele)

    def montrer(self, fiche: Fiche) -> None:
        lignes = self._contexte.journal.historique(fiche.cle)
        self._modele.remplacer_lignes(lignes)
        nombre = len({ligne.numero for ligne in lignes})
        self._phrase.setText(
            f"{nombre} opération{'s' if nombre > 1 else ''} sur cette action, la dernière en premier."
        )
