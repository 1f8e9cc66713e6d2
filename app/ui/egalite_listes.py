"""What the lists of « Égalité » share, and its simplest ones: help given, bonus."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget

from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.appels_courants import aujourd_hui
from app.services.columns import Colonne, TypeColonne, lire_valeur
from app.services.columns_egalite import colonnes_accompagnements, colonnes_bonus
from app.services.contexte import Contexte
from app.services.documents import ecrire_entier
from app.services.egalite_services import Egalite
from app.services.noms_a_choisir import noms_des_porteurs, trouver
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

PDF = "PDF (*.pdf)"
DOCX = "Document Word (*.docx)"
PORTEUR = "un porteur"


class ListeEgalite(ListeDeLAnnee):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, e: Egalite, annee: int, colonnes: list[Colonne]) -> None:
        self.e = e
        super().__init__(contexte, colonnes, annee)

    def sous_geste(self, texte: str, appel: Callable[[], object]) -> QPushButton:
        """A button whose refusal is one sentence, for the table under the list."""
        bouton = QPushButton(texte)
        bouton.setDisabled(self._contexte.fichier.lecture_seule)
        bouton.clicked.connect(lambda: self.tenter(appel))
        return bouton

    def table_dessous(self, colonnes: list[Colonne]) -> tuple[ModeleTableau, VueTableau]:
        modele = ModeleTableau(colonnes, self)
        modele.lecture_seule = self._contexte.fichier.lecture_seule
        vue = VueTableau(modele)
        vue.refuse.connect(self.refuse)
        return modele, vue

    def dessous(self, titre: QWidget, vue: QWidget, *boutons: QPushButton) -> None:
        """Something under the list, under its own line."""
        self._corps.addWidget(avec_son_titre(titre, vue, *boutons))
        self._corps.setSizes([theme().px(330), theme().px(250)])

    def courante(self) -> Any:
        """The row in view, or None."""
        cle = self.vue.cle_courante()
        return next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)

    def choisies(self) -> list[str]:
        """The selection, else the row in view: it is the one whose detail is shown."""
        courante = self.vue.cle_courante()
        if courante and not self.vue.cles_choisies():
            return [courante]
        return super().choisies()

    def enregistrer(self, nom: str, contenu: bytes, sorte: str = PDF) -> None:
        """Ask where, then write a document."""
        suffixe = sorte.rpartition("*")[2].rstrip(")")
        propose = self._contexte.fichier.chemin.parent / f"{nom}{suffixe}"
        choisi, _ = QFileDialog.getSaveFileName(self, "Enregistrer", str(propose), sorte)
        if not choisi:
            return
        chemin = Path(choisi if choisi.endswith(suffixe) else f"{choisi}{suffixe}")
        ecrire_entier(chemin, contenu)
        self.information.emit(f"Document écrit\u00a0: {chemin}")


class ListeAccompagnements(ListeEgalite):
    """The log of the help given, every year, the last one first."""

    liste = "accompagnements"
    entites = ("accompagnement", "organisme", "action")

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(
            contexte,
            e,
            annee,
            colonnes_accompagnements(e.accompagnements, e.noms, lambda: self.annee),
        )
        self.tableau.intitule = lambda: "Accompagnements"
        self.barre_neuf = BarreChamps(
            (
                ChampDeBarre("porteur", "Porteur", largeur=260),
                ChampDeBarre("objet", "Objet", largeur=260),
            ),
            "Noter",
        )
        self.poser_barre(self.barre_neuf)
        self.geste("Noter un accompagnement", self.ajouter)
        self.geste("Supprimer", lambda: e.accompagnements.supprimer(*self.choisies()))
        self.vue.volets.dire_si_vide(
            "Aucun accompagnement\u00a0: «\u00a0Noter un accompagnement\u00a0» garde la trace d'une "
            "aide donnée à un porteur."
        )

    def lire(self) -> list[object]:
        lignes = self.e.accompagnements.lignes()
        porteurs = len({a.organisme for a in lignes})
        self._phrase.setText(
            f"{compter(len(lignes), 'accompagnement')} de {compter(porteurs, 'porteur')}, "
            "toutes années réunies."
            if lignes
            else ""
        )
        return list(lignes)

    def ajouter(self) -> None:
        """Ask whom and about what; it is dated of today."""
        noms = self.e.noms(noms_des_porteurs)
        self.barre_neuf.champs["porteur"].completer(list(noms))

        def garder(champs: Mapping[str, str]) -> None:
            cle = self.e.accompagnements.noter(
                trouver(noms, champs["porteur"], PORTEUR),
                champs["objet"],
                date=aujourd_hui().isoformat(),
                par=self._contexte.fichier.signature.auteur,
            )
            self.aller_a(cle, "texte")

        self.barre_neuf.demander("Accompagnement", garder)


class ListeBonus(ListeEgalite):
    """The bonus of the year, and what they come to."""

    liste = "bonus_egalite"
    entites = ("bonus_egalite", "organisme", "action", "financeur")

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(contexte, e, annee, colonnes_bonus(e.bonus, e.noms, lambda: self.annee))
        self.tableau.intitule = lambda: f"Bonus égalité {self.annee}"
        self.barre_neuf = BarreChamps(
            (
                ChampDeBarre("porteur", "Porteur", largeur=280),
                ChampDeBarre("montant", "Bonus (€)", largeur=100),
            ),
            "Donner",
        )
        self.poser_barre(self.barre_neuf)
        self.geste("Donner un bonus", self.ajouter)
        self.geste("Supprimer", lambda: e.bonus.retirer(*self.choisies()))
        self.vue.volets.dire_si_vide(
            "Aucun bonus cette année\u00a0: «\u00a0Donner un bonus\u00a0» en note un."
        )

    def lire(self) -> list[object]:
        lignes = self.e.bonus.lignes(self.annee)
        connus = [b.montant for b in lignes if b.montant is not None]
        porteurs = len({b.organisme for b in lignes})
        self._phrase.setText(
            f"{afficher_montant(sum(connus), euro=True)} pour {compter(porteurs, 'porteur')}. "
            "Un bonus ne change aucun montant accordé."
            if lignes
            else ""
        )
        return list(lignes)

    def ajouter(self) -> None:
        """Ask to whom and how much."""
        noms = self.e.noms(noms_des_porteurs)
        self.barre_neuf.champs["porteur"].completer(list(noms))

        def garder(champs: Mapping[str, str]) -> None:
            porteur = trouver(noms, champs["porteur"], PORTEUR)
            montant = lire_valeur(TypeColonne.MONTANT, champs["montant"])
            self.aller_a(self.e.bonus.donner(self.annee, porteur, montant), "motif")

        self.barre_neuf.demander("Bonus égalité", garder)
