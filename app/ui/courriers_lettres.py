"""The letters of a year: what is due, the letter in view beside, production, and what was sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMenu, QSplitter, QVBoxLayout

from app.models.enums import ModeNotification, NatureCourrier
from app.services.accords import compter
from app.services.columns import lire_date
from app.services.columns_actions import choix_de
from app.services.columns_courriers import colonnes_courriers
from app.services.contexte import Contexte
from app.services.courriers import Courriers, Lettre
from app.services.courriers_contenus import Choix
from app.services.courriers_lus import (
    A_PRODUIRE,
    A_REFAIRE,
    ENVOYE,
    PREPARE,
    PRODUIT,
    LigneCourrier,
)
from app.services.courriers_sorties import Demande, Production, produire
from app.services.documents import jour_de
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.signataires import LigneSignataire
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.courriers_apercu import LARGEUR, ApercuCourrier
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.tasks import Suivi
from app.ui.theme import theme

ENTITES = (
    "courrier",
    "signataire_courrier",
    "action",
    "organisme",
    "cofinancement",
    "decision",
    "seance",
    "piece",
    "bilan",
    "contrat",
    "appel",
)
FORMATS = (("word", "Word"), ("pdf", "PDF"), ("word_pdf", "Word et PDF"))
FICHIERS = (
    ("separees", "Un par lettre"),
    ("reunies", "Un seul pour toutes"),
    ("tout", "Un par lettre, et un pour toutes"),
)


class ListeCourriers(ListeDeLAnnee):
    """`action_demandee(key)`: see the sheet of an action."""

    liste = "courriers"
    entites = ENTITES
    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, courriers: Courriers, annee: int) -> None:
        self.courriers = courriers
        self._toutes: list[LigneCourrier] = []
        super().__init__(contexte, colonnes_courriers(courriers), annee)
        self.tableau.intitule = lambda: f"Courriers {self.annee}"
        self.production = BarreChamps(
            (
                ChampDeBarre("date", "Datés du", largeur=90),
                ChampDeBarre("signataire", "Signés par", largeur=110),
                ChampDeBarre("format", "Format", choix=FORMATS, largeur=90),
                ChampDeBarre("fichiers", "Fichiers", choix=FICHIERS, largeur=110),
            ),
            "Produire",
        )
        self.envoi = BarreChamps(
            (
                ChampDeBarre("date", "Envoyés le", largeur=96),
                ChampDeBarre("mode", "Mode", choix=choix_de(ModeNotification), largeur=150),
                ChampDeBarre("reference", "Référence", largeur=110),
            ),
            "Noter l'envoi",
        )
        qui = self.production.champs["signataire"].editeur
        assert isinstance(qui, QLineEdit)
        qui.setPlaceholderText("en fonction")
        qui.setToolTip("Vide : le signataire en fonction à cette date")
        for barre in (self.production, self.envoi):
            self.poser_barre(barre)
        self.geste("Produire…", self.produire)
        self.geste("Noter l'envoi…", self.noter_envoi)
        self._menu = QMenu(self)
        for nature in NatureCourrier:
            self._menu.addAction(
                nature.libelle, lambda n=nature: self.tenter(lambda: self._preparer(n))
            )
        self.bouton("Préparer un autre courrier").setMenu(self._menu)
        self.geste("Retirer", self._retirer)
        self.apercu = ApercuCourrier(courriers, lambda: Choix(courriers.jour()))
        self.apercu.refuse.connect(self.refuse)
        self._poser_apercu()
        self.vue.courante.connect(lambda cle, _: self.apercu.montrer(self.ligne(cle)))
        self.vue.ouverte.connect(self._ouvrir)
        self.vue.volets.dire_si_vide(
            "Aucun courrier cette année : ils viennent des dépôts, des pièces attendues et des "
            "décisions, une fois la séance close."
        )

    def _poser_apercu(self) -> None:
        """The letter in view at the right of the list, as wide as the person makes it."""
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.removeWidget(self._corps)
        partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        partage.addWidget(self._corps)
        partage.addWidget(self.apercu)
        partage.setStretchFactor(0, 1)
        partage.setSizes([theme().px(700), theme().px(LARGEUR)])
        page.addWidget(partage, 1)

    # Reading ------------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        self._toutes = self.courriers.lignes(self.annee)
        self._phrase.setText(phrase_des_courriers(self._toutes))
        return list(self._toutes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self.apercu.montrer(self.ligne(self.vue.cle_courante()))

    def ligne(self, cle: str) -> LigneCourrier | None:
        return next((ligne for ligne in self._toutes if ligne.cle == cle), None)

    def lignes_choisies(self) -> list[LigneCourrier]:
        """Those selected, in the order of the list. Raises SaisieRefusee when there is none."""
        cles = set(self.choisies())
        montrees = (self.modele.cle_de(rang) for rang in range(self.modele.rowCount()))
        return [li for cle in montrees if cle in cles and (li := self.ligne(cle)) is not None]

    def _ouvrir(self, cle: str) -> None:
        ligne = self.ligne(cle)
        if ligne is not None:
            self.action_demandee.emit(ligne.action)

    # Producing ----------------------------------------------------------------------------------

    def produire(self) -> None:
        """Ask for the day, who signs and the files; then where they go."""
        self.apercu.texte.valider()
        lignes = self.lignes_choisies()
        if any(ligne.etat == ENVOYE for ligne in lignes):
            raise SaisieRefusee(
                "Un courrier envoyé ne se produit pas de nouveau : préparez un autre courrier."
            )
        noms = {s.nom: s for s in self.courriers.signataires.lignes()}
        self.production.champs["signataire"].completer(sorted(noms))

        def garder(champs: Mapping[str, str]) -> None:
            choix = self._choix(champs, noms)
            demande = Demande(
                separees=champs["fichiers"] in ("separees", "tout"),
                reunies=champs["fichiers"] in ("reunies", "tout"),
                word=champs["format"] in ("word", "word_pdf"),
                pdf=champs["format"] in ("pdf", "word_pdf"),
            )
            ou = self._dossier()
            if ou is not None:
                self._ecrire(lignes, choix, demande, ou)

        self.production.demander(
            f"Produire {compter(len(lignes), 'courrier')}",
            garder,
            date=f"{self.courriers.jour():%d/%m/%Y}",
            signataire="",
        )

    def _choix(self, champs: Mapping[str, str], noms: Mapping[str, LigneSignataire]) -> Choix:
        jour = jour_de(lire_date(champs["date"]))
        if jour is None:
            raise SaisieRefusee("Une lettre a une date : tapez-la, comme 15/04/2026.")
        nom = champs["signataire"]
        if not nom:
            return Choix(jour)
        return Choix(jour, noms.get(nom) or LigneSignataire("", nom))

    def _dossier(self) -> Path | None:
        """The folder chosen in the window of the system."""
        depart = str(self._contexte.fichier.chemin.parent)
        choisi = QFileDialog.getExistingDirectory(self, "Où écrire les courriers", depart)
        return Path(choisi) if choisi else None

    def _ecrire(
        self, lignes: list[LigneCourrier], choix: Choix, demande: Demande, ou: Path
    ) -> None:
        """Compose and write beside the window, then keep it in the register."""

        def travail(suivi: Suivi | None) -> tuple[list[Lettre], Production]:
            avance = None if suivi is None else suivi.progression
            lettres = self.courriers.composer(lignes, choix, avance=avance)
            auteur = self._contexte.settings.nom()
            faite = produire(lettres, ou, demande, auteur=auteur, jour=choix.date, avance=avance)
            return lettres, faite

        def fini(resultat: tuple[list[Lettre], Production]) -> None:
            lettres, faite = resultat
            self.tenter(lambda: self.courriers.noter_produits(lettres, choix, faite.fichiers))
            par = f" PDF : {faite.pdf}." if faite.pdf else ""
            nombre = compter(len(faite.chemins), "fichier")
            self.information.emit(f"{nombre} dans « {ou} ».{par} Ctrl+Z retire du registre.")

        self._a_cote(f"Courriers : {compter(len(lignes), 'lettre')}", travail, fini)

    def _a_cote(
        self, texte: str, travail: Callable[[Any], Any], suite: Callable[[Any], object]
    ) -> None:
        """A long work, told in words by the window; alone, the page does it at once."""
        from app.ui.main_window import FenetrePrincipale
        from app.ui.travaux import en_fond

        fenetre = self.window()
        if isinstance(fenetre, FenetrePrincipale):
            en_fond(fenetre, texte, travail, suite, self._echouer)
        else:
            self.tenter(lambda: suite(travail(None)))

    def _echouer(self, erreur: BaseException) -> None:
        if not isinstance(erreur, ErreurConnue):
            raise erreur
        self.refuse.emit(str(erreur))

    # The register -------------------------------------------------------------------------------

    def noter_envoi(self) -> None:
        """Ask when and how, then keep it for every selected letter, in one operation."""
        lignes = self.lignes_choisies()

        def garder(champs: Mapping[str, str]) -> None:
            quand = lire_date(champs["date"])
            if quand is None:
                raise SaisieRefusee("Un envoi a une date : tapez-la, comme 15/04/2026.")
            nombre = self.courriers.noter_envoi(
                lignes,
                envoye_le=quand,
                mode=champs["mode"] or None,
                reference=champs["reference"] or None,
            )
            self.information.emit(
                f"Envoi noté : {compter(nombre, 'courrier')}. Les montants annoncés sont notifiés. "
                "Ctrl+Z y revient."
            )

        self.envoi.demander(
            f"Noter l'envoi de {compter(len(lignes), 'courrier')}",
            garder,
            date=f"{self.courriers.jour():%d/%m/%Y}",
        )

    def _preparer(self, nature: NatureCourrier) -> None:
        """Another letter for the actions of the selection, due or not."""
        actions = [ligne.action for ligne in self.lignes_choisies()]
        nombre = self.courriers.preparer(actions, nature)
        self.information.emit(
            f"{nature.libelle} : {compter(nombre, 'courrier préparé')}. Ctrl+Z y revient."
        )

    def _retirer(self) -> None:
        nombre = self.courriers.retirer(self.lignes_choisies())
        self.information.emit(f"Retiré : {compter(nombre, 'courrier')}. Ctrl+Z y revient.")


def phrase_des_courriers(lignes: list[LigneCourrier]) -> str:
    """« 34 courriers à produire, 12 à envoyer, 160 envoyés. »"""
    if not lignes:
        return ""
    a_faire = sum(li.etat in (A_PRODUIRE, PREPARE, A_REFAIRE) for li in lignes)
    produits = sum(li.etat == PRODUIT for li in lignes)
    envoyes = sum(li.etat == ENVOYE for li in lignes)
    parts = [f"{compter(a_faire, 'courrier')} à produire"]
    if produits:
        parts.append(f"{produits} à envoyer")
    if envoyes:
        parts.append(f"{envoyes} envoyé{'s' if envoyes > 1 else ''}")
    return f"{', '.join(parts)}."
