"""The lists of what follows the comité: letters to the porteurs, and payments."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.models.enums import ModeNotification
from app.models.montants import afficher_montant
from app.services.appels_courants import aujourd_hui
from app.services.columns import Colonne, TypeColonne, lire_date, lire_valeur
from app.services.columns_actions import choix_de
from app.services.columns_suites import (
    colonnes_notifications,
    colonnes_tranches,
    colonnes_versements,
)
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.suites_lues import LigneSuite, lire_suites
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette, marges
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

ENTITES_SUIVIES = (
    "cofinancement",
    "action",
    "organisme",
    "notification",
    "versement",
    "deliberation",
    "vote_deliberation",
    "decision",
    "seance",
)


class ListeDeSuites(ListeDeLAnnee):
    """`alerte(sentence)`: it is kept, and to be looked at.

    `action_demandee(key)`: see the sheet of an action.
    """

    alerte = Signal(str)
    action_demandee = Signal(str)
    entites = ENTITES_SUIVIES

    def __init__(
        self, contexte: Contexte, comite: Comite, annee: int, colonnes: list[Colonne]
    ) -> None:
        self._comite = comite
        super().__init__(contexte, colonnes, annee)
        self.vue.ouverte.connect(self._ouvrir)

    def dessous(self, titre: QWidget, vue: VueTableau, *boutons: QPushButton) -> None:
        """A second table under the list, under its own line."""
        vue.refuse.connect(self.refuse)
        self._corps.addWidget(avec_son_titre(titre, vue, *boutons))

    def _ouvrir(self, cle: str) -> None:
        ligne = next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)
        if ligne is not None:
            self.action_demandee.emit(ligne.action)


def avec_son_titre(titre: QWidget, vue: QWidget, *boutons: QPushButton) -> QWidget:
    """A table under a line of words and buttons."""
    bloc = QWidget()
    ligne = QHBoxLayout()
    marges(ligne, 0, 16, espace=8)
    ligne.addWidget(titre, 1)
    for bouton in boutons:
        ligne.addWidget(bouton)
    colonne = QVBoxLayout(bloc)
    marges(colonne, 8, 0, 0, 0, espace=8)
    colonne.addLayout(ligne)
    colonne.addWidget(vue, 1)
    return bloc


class ListeNotifications(ListeDeSuites):
    """Who was told what, when and how; who waits, and since when."""

    liste = "notifications"

    def __init__(self, contexte: Contexte, comite: Comite, annee: int) -> None:
        super().__init__(contexte, comite, annee, colonnes_notifications(comite.notifications))
        self.tableau.intitule = lambda: f"Notifications {self.annee}"
        self.barre_lettre = BarreChamps(
            (
                ChampDeBarre("date", "Date", largeur=96),
                ChampDeBarre("mode", "Mode", choix=choix_de(ModeNotification), largeur=150),
                ChampDeBarre("reference", "Référence", largeur=110),
            ),
            "Notifier",
        )
        self.poser_barre(self.barre_lettre)
        self.geste("Notifier la sélection", self.notifier)
        self.geste("Retirer la notification", self._retirer)
        self.vue.volets.dire_si_vide(
            "Rien n'est accordé cette année : les montants accordés se notifient ici."
        )

    def lire(self) -> list[object]:
        lignes = lire_suites(self._contexte.fichier, self.annee, aujourd_hui())
        cible = self._comite.notifications.cible()
        phrases = [
            phrase_des_notifications(lignes),
            f"Cible du contrat : {cible}." if cible else "",
        ]
        self._phrase.setText(" ".join(filter(None, phrases)))
        return list(lignes)

    def notifier(self) -> None:
        """Ask for the date and the mode, then write to every selected row, in one operation."""
        cles = self.choisies()
        lignes: list[LigneSuite] = [
            li for li in self.modele.toutes_les_lignes() if li.cle in set(cles)
        ]
        total = afficher_montant(sum((li.a_notifier for li in lignes), Decimal(0)), euro=True)

        def garder(champs: Mapping[str, str]) -> None:
            quand = lire_date(champs["date"])
            if quand is None:
                raise SaisieRefusee("Une notification a une date : tapez-la, comme 15/04/2026.")
            self._comite.notifications.notifier(
                dict.fromkeys(cles),
                date=quand,
                mode=champs["mode"] or None,
                reference=champs["reference"] or None,
            )
            self.information.emit(
                f"Notifié : {compter(len(cles), 'montant')}, {total}. Ctrl+Z y revient."
            )

        self.barre_lettre.demander(
            f"Notifier {compter(len(cles), 'montant')}, {total}",
            garder,
            date=f"{aujourd_hui():%d/%m/%Y}",
        )

    def _retirer(self) -> None:
        nombre = self._comite.notifications.retirer(self.choisies())
        self.information.emit(f"Retiré : {compter(nombre, 'notification')}. Ctrl+Z y revient.")


def phrase_des_notifications(lignes: Sequence[LigneSuite]) -> str:
    """« 34 montants à notifier sur 210, soit 45 600 €. Le plus ancien attend depuis 45 jours. »"""
    attendent = [li for li in lignes if not li.est_notifie]
    if not lignes:
        return ""
    if not attendent:
        return f"Tout est notifié : {compter(len(lignes), 'montant')}."
    total = afficher_montant(sum((li.a_notifier for li in attendent), Decimal(0)), euro=True)
    phrase = f"{compter(len(attendent), 'montant')} à notifier sur {len(lignes)}, soit {total}."
    attente = max((li.jours for li in attendent if li.jours is not None), default=0)
    if attente > 0:
        phrase += f" La plus longue attente : {compter(attente, 'jour')} depuis la séance."
    return phrase


class ListeVersements(ListeDeSuites):
    """What is owed and paid; below, the tranches of the amount in view."""

    liste = "versements"

    def __init__(self, contexte: Contexte, comite: Comite, annee: int) -> None:
        super().__init__(contexte, comite, annee, colonnes_versements())
        self.tableau.intitule = lambda: f"Versements {self.annee}"
        self.barre_versement = BarreChamps(
            (
                ChampDeBarre("montant", "Montant, ou part du reste", largeur=90),
                ChampDeBarre("date", "Date", largeur=96),
                ChampDeBarre("reference", "N° d’EJ ou de mandat", largeur=120),
            ),
            "Verser",
        )
        self.poser_barre(self.barre_versement)
        self.geste("Verser", self.verser)
        self._courante = ""
        self.tranches = ModeleTableau(colonnes_tranches(comite.versements), self)
        self.tranches.lecture_seule = contexte.fichier.lecture_seule
        self.vue_tranches = VueTableau(self.tranches)
        self.vue_tranches.volets.dire_si_vide("Rien n'est versé sur ce montant.")
        self._titre = etiquette("", "fort")
        supprimer = QPushButton("Supprimer le versement")
        supprimer.setDisabled(contexte.fichier.lecture_seule)
        supprimer.clicked.connect(lambda: self.tenter(self._supprimer))
        self.dessous(self._titre, self.vue_tranches, supprimer)
        self._corps.setSizes([theme().px(330), theme().px(230)])
        self.vue.courante.connect(self._montrer_tranches)
        self.vue.volets.dire_si_vide(
            "Rien n'est accordé cette année : les versements de chaque montant se notent ici."
        )

    def lire(self) -> list[object]:
        lignes = lire_suites(self._contexte.fichier, self.annee, aujourd_hui())
        self._phrase.setText(phrase_des_versements(lignes))
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer_tranches(self.vue.cle_courante(), "")

    def _montrer_tranches(self, cle: str, _colonne: str) -> None:
        meme, self._courante = cle == self._courante, cle
        lignes = self._comite.versements.tranches(cle) if cle else []
        (self.tranches.synchroniser if meme else self.tranches.remplacer_lignes)(lignes)
        suite = next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)
        self._titre.setText("" if suite is None else _titre_des_tranches(suite))

    def verser(self) -> None:
        """Ask for an amount or a share, a date and a number; one operation for the selection."""
        cles = self.choisies()
        restes = self._comite.versements.reste_a_verser(cles)
        total = afficher_montant(sum(restes.values(), Decimal(0)), euro=True)

        def garder(champs: Mapping[str, str]) -> None:
            quand = lire_date(champs["date"])
            self._verser(cles, champs["montant"], date=quand, reference=champs["reference"] or None)

        self.barre_versement.demander(
            f"{compter(len(cles), 'montant')}, reste {total}",
            garder,
            montant="100 %",
            date=f"{aujourd_hui():%d/%m/%Y}",
        )

    def _verser(self, cles: list[str], texte: str, **champs: Any) -> None:
        versements = self._comite.versements
        if texte.endswith("%"):
            part = lire_valeur(TypeColonne.PART, texte)
            if part is None or part <= 0:
                raise SaisieRefusee("Tapez une part du reste, comme 80 %, ou un montant en euros.")
            versements.verser_une_part(cles, part * 100, **champs)
        else:
            montant = lire_valeur(TypeColonne.MONTANT, texte)
            if montant is None:
                raise SaisieRefusee("Tapez un montant en euros, ou une part du reste, comme 80 %.")
            versements.verser(dict.fromkeys(cles, montant), **champs)
        self.signaler(cles)

    def signaler(self, cles: Sequence[str]) -> None:
        """Say the first amount of these that is paid beyond what is owed."""
        if phrase := self._comite.versements.alerte(*cles):
            self.alerte.emit(phrase)

    def _supprimer(self) -> None:
        cles = self.vue_tranches.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord un versement, sous la liste.")
        self._comite.versements.supprimer(*cles)


def _titre_des_tranches(suite: LigneSuite) -> str:
    verse = afficher_montant(suite.verse or Decimal(0), euro=True)
    attendu = afficher_montant(suite.du, euro=True)
    mot = "versés" if (suite.verse or 0) >= 2 else "versé"
    reste = f", {suite.ecart_verse}" if suite.ecart_verse else ""
    return f"{suite.numero} · {suite.payeur} : {verse} {mot} sur {attendu}{reste}"


def phrase_des_versements(lignes: Sequence[LigneSuite]) -> str:
    """« Versé 120 000 € sur 210 000 € dus. Versé en trop : 2. »"""
    if not lignes:
        return ""
    verse = sum((li.verse or Decimal(0) for li in lignes), Decimal(0))
    attendu = sum((li.du for li in lignes), Decimal(0))
    trop = sum(li.reste < 0 for li in lignes)
    phrase = f"Versé {afficher_montant(verse, euro=True)} sur {afficher_montant(attendu, euro=True)} dus."
    return f"{phrase} Versé en trop : {compter(trop, 'montant')}." if trop else phrase


def compter(nombre: int, mot: str) -> str:
    """« 1 montant », « 34 montants »."""
    return f"{nombre} {mot}{'s' if nombre > 1 else ''}"
