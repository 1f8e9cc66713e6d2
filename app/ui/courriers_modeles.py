"""The templates of the letters and who signs them: two tabs of the page « Courriers »."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog

from app.models.enums import NatureCourrier
from app.services.columns_courriers import (
    colonnes_champs,
    colonnes_modeles,
    colonnes_signataires,
)
from app.services.contexte import Contexte
from app.services.courriers import Courriers
from app.services.courriers_champs import champs
from app.services.courriers_modeles import Modeles
from app.services.errors import SaisieRefusee
from app.ui.elements import etiquette
from app.ui.screen_listes import EcranListe
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

PHRASE_MODELES = "Chaque courrier suit un modèle Word, à adapter dans votre copie."
PHRASE_SIGNATAIRES = (
    "Le signataire en fonction à la date de la lettre est imprimé ; sans date, il l'est toujours."
)


class ListeModeles(EcranListe):
    """One row for a kind of letter; below, the fields that a template may use."""

    liste = "modeles_courriers"

    def __init__(self, contexte: Contexte, courriers: Courriers) -> None:
        self._courriers = courriers
        super().__init__(contexte, colonnes_modeles(), PHRASE_MODELES)
        self.tableau.intitule = lambda: "Modèles de courriers"
        self.geste("Modifier dans Word", self.modifier)
        self.geste("Rétablir", self._retablir).setToolTip(
            "Revenir au modèle du programme ; le vôtre reste à côté"
        )
        self.geste("Vérifier", self._verifier)
        self.geste("Dossier…", self._choisir).setToolTip("Où sont les modèles modifiés")
        self.champs = ModeleTableau(colonnes_champs(), self)
        self.champs.lecture_seule = True
        vue = VueTableau(self.champs)
        vue.refuse.connect(self.refuse)
        titre = etiquette("Champs à écrire dans un modèle", "fort")
        self._corps.addWidget(avec_son_titre(titre, vue))
        self._corps.setSizes([theme().px(300), theme().px(260)])
        self.champs.remplacer_lignes(list(champs()))
        self.vue.ouverte.connect(lambda _: self.tenter(self.modifier))

    @property
    def modeles(self) -> Modeles:
        return self._courriers.modeles

    def lire(self) -> list[object]:
        return list(self.modeles.etats())

    def montree(self) -> None:
        """Read again each time: the templates are edited in another program."""
        self._perime = True
        super().montree()

    def _choisie(self) -> NatureCourrier:
        return NatureCourrier.de(self.choisies()[0])

    def modifier(self) -> None:
        """Copy the template of the program when there is none yet, and open it."""
        chemin = self.modeles.copier(self._choisie())
        self.rafraichir()
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(chemin))):
            raise SaisieRefusee(
                f"Aucun programme n'ouvre « {chemin.name} » : ouvrez-le depuis « {chemin.parent} »."
            )
        self.information.emit(f"Modèle ouvert : {chemin}")

    def _retablir(self) -> None:
        garde = self.modeles.retablir(self._choisie())
        self.rafraichir()
        self.information.emit(
            f"Le modèle du programme sert de nouveau ; le vôtre est gardé sous « {garde.name} »."
        )

    def _verifier(self) -> None:
        """Every template, judged now: the first refusal is said."""
        self.rafraichir()
        refus = next((m.refus for m in self.modeles.etats() if m.refus), "")
        if refus:
            raise SaisieRefusee(refus)
        self.information.emit("Tous les modèles sont utilisables.")

    def _choisir(self) -> None:
        depart = str(self.modeles.ou if self.modeles.ou.is_dir() else Path.home())
        choisi = QFileDialog.getExistingDirectory(self, "Dossier des modèles de courriers", depart)
        if not choisi:
            return
        self._contexte.settings.modeles_de_courriers = choisi
        self._contexte.settings.enregistrer()
        self.modeles.changer_de_dossier(Path(choisi))
        self.rafraichir()
        self.information.emit(f"Modèles lus dans « {choisi} ».")


class ListeSignataires(EcranListe):
    """Who signs, from a day to another."""

    liste = "signataires_courriers"
    entites = ("signataire_courrier",)

    def __init__(self, contexte: Contexte, courriers: Courriers) -> None:
        self._signataires = courriers.signataires
        super().__init__(contexte, colonnes_signataires(self._signataires), PHRASE_SIGNATAIRES)
        self.tableau.intitule = lambda: "Signataires des courriers"
        self.geste("Nouveau signataire", self.ajouter)
        self.geste("Supprimer", self._supprimer)
        self.vue.volets.dire_si_vide(
            "Aucun signataire : ajoutez qui signe les lettres, sa qualité et ses dates."
        )

    def lire(self) -> list[object]:
        return list(self._signataires.lignes())

    def ajouter(self) -> None:
        cle = self._signataires.ajouter("Nouveau signataire")
        self.perimer()
        self.aller_a(cle, "nom")

    def _supprimer(self) -> None:
        self._signataires.supprimer(*self.choisies())
