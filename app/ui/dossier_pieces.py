"""The pièces of a dossier: expected, joined by a button or dropped, opened, saved, bundled."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QMenu

from app.services.columns_dossiers import colonnes_pieces
from app.services.concordance import lire_concordance
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.fiches import Fiche
from app.services.fichiers_joints import taille_en_mots
from app.services.pieces import LignePiece, Pieces, nom_sur, phrase_des_pieces
from app.ui.dossier_partie import PartieDossier
from app.ui.elements import etiquette
from app.ui.theme import theme

ZIP = "Archive (*.zip)"
OUI = "oui"


class PartiePieces(PartieDossier):
    """What is expected and what came, with the weight of it all in the file."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self.service = Pieces(contexte.fichier)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.ajouter = self.geste("Ajouter des fichiers…", self._ajouter)
        attendre = self.geste("Pièces attendues", None)
        attendre.setMenu(self._menu)
        self.poser_boutons(
            self.ajouter,
            attendre,
            self.geste("Ouvrir", lambda: self.ouvrir(self._choisie().cle), ecrit=False),
            self.geste("Enregistrer sous…", self._enregistrer, ecrit=False),
            self.geste("Retirer", self._retirer),
            self.geste("Liasse…", self._liasse, ecrit=False),
            self.geste("Alléger le fichier", self._alleger),
        )
        self.vue = self.poser_table(
            colonnes_pieces(self.service),
            200,
            "Aucune pièce : déposez des fichiers ici, ou cliquez sur « Ajouter des fichiers ».",
        )
        self.vue.ouverte.connect(lambda cle: self.tenter(lambda: self.ouvrir(cle)))
        self._poids = etiquette("", "petit")
        self._poids.setWordWrap(True)
        self._poids.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne.addWidget(self._poids)

    # Showing ------------------------------------------------------------------------------------

    def relire(self, fiche: Fiche) -> None:
        lignes = self.service.lignes(fiche.cle)
        self.remplir(self.vue, lignes)
        self._phrase.setText(phrase_des_pieces(lignes))
        total, perdus = self.service.poids()
        dite = f"Toutes les pièces du fichier : {taille_en_mots(total)}."
        if perdus:
            dite += f" « Alléger » en rendrait {taille_en_mots(perdus)}."
        self._poids.setText(dite if total else "")

    def _piece(self, cle: str) -> LignePiece:
        for ligne in self.service.lignes(self.cle):
            if ligne.cle == cle:
                return ligne
        raise SaisieRefusee("Choisissez d'abord une pièce.")

    def _choisie(self) -> LignePiece:
        return self._piece(self.vue.cle_courante())

    # Joining ------------------------------------------------------------------------------------

    def _ajouter(self) -> None:
        choisis, _ = QFileDialog.getOpenFileNames(
            self, "Choisir des fichiers", str(self._contexte.fichier.chemin.parent)
        )
        if choisis:
            self.joindre([Path(c) for c in choisis])

    def joindre(self, chemins: Sequence[Path]) -> None:
        """Keep files; an expected pièce under the cursor takes the only one."""
        nombre, deja = self.service.joindre(self.cle, chemins, piece=self._cible(chemins))
        pluriel = "s" if nombre > 1 else ""
        phrases = [f"{nombre} pièce{pluriel} jointe{pluriel}."] if nombre else []
        self.information.emit(" ".join([*phrases, *deja]))

    def _cible(self, chemins: Sequence[Path]) -> str | None:
        courante = self.vue.cle_courante()
        if len(chemins) != 1 or not courante or not self.vue.hasFocus():
            return None
        piece = self._piece(courante)
        return piece.cle if piece.attendue and not piece.est_jointe else None

    # Expected -----------------------------------------------------------------------------------

    def _proposer(self) -> None:
        self._menu.clear()
        self._menu.addAction("Une pièce à nommer…", lambda: self.tenter(self._nommer))
        if self.fiche is None:
            return
        proposees = self.service.propositions(self.cle)
        if proposees:
            self._menu.addSeparator()
        for nom, source in proposees:
            texte = f"{nom} – {source}" if source else nom
            self._menu.addAction(
                texte.replace("&", "&&"), lambda p=(nom, source): self._attendre(p)
            )
        self._menu.addSeparator()
        for texte, meme in (
            ("Demander les mêmes à tous les dossiers de l'appel", False),
            ("Demander les mêmes aux porteurs de même nature", True),
        ):
            self._menu.addAction(texte, lambda m=meme: self.tenter(lambda: self._etendre(m)))

    def _attendre(self, piece: tuple[str, str]) -> None:
        self.tenter(lambda: self.service.attendre([self.cle], [piece]))

    def _nommer(self) -> None:
        self.demande.demander(
            "Pièce attendue",
            lambda nom: self.service.attendre([self.cle], [(nom, "")]),
            propositions=[nom for nom, _ in self.service.propositions(self.cle)],
            verbe="Attendre",
        )

    def _etendre(self, meme_porteur: bool) -> None:
        nombre = self.service.etendre(self.cle, meme_porteur=meme_porteur)
        self.information.emit(f"Pièces attendues ajoutées : {nombre}. Ctrl+Z y revient.")

    # Out ----------------------------------------------------------------------------------------

    def ouvrir(self, cle: str) -> None:
        """A copy, in the program that the system has for it."""
        copie = self.service.copie_a_lire(self._piece(cle))
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(copie))):
            raise SaisieRefusee(
                f"Aucun programme n'ouvre « {copie.name} » : enregistrez la pièce ailleurs."
            )
        self.information.emit(f"Copie ouverte : « {copie.name} ». La pièce ne change pas.")

    def _enregistrer(self) -> None:
        piece = self._choisie()
        chemin = self.ou_enregistrer(nom_sur(piece), "")
        if chemin is not None:
            self.service.enregistrer(piece, chemin)
            self.information.emit(f"Pièce écrite : {chemin}")

    def _retirer(self) -> None:
        cles = self.vue.cles_choisies()
        if not cles:
            raise SaisieRefusee("Choisissez d'abord une pièce.")
        self.service.retirer(cles)

    def _alleger(self) -> None:
        _, perdus = self.service.poids()
        if not perdus:
            raise SaisieRefusee("Il n'y a rien à alléger : chaque contenu est celui d'une pièce.")

        def garder(reponse: str) -> None:
            if reponse.strip().casefold() != OUI:
                raise SaisieRefusee(f"Tapez « {OUI} » pour alléger, Échap pour renoncer.")
            self.service.alleger()
            self.information.emit("Fichier allégé.")

        self.demande.demander(
            f"Tapez « {OUI} »",
            garder,
            detail=(
                f"Alléger oublie {taille_en_mots(perdus)} de pièces retirées : plus rien de ce qui "
                "précède ne pourra être annulé."
            ),
            verbe="Alléger",
        )

    def _liasse(self) -> None:
        from app.services.liasse import ecrire_liasse, nom_de_liasse

        concordance = lire_concordance(self._contexte.fichier, self.cle)
        chemin = self.ou_enregistrer(nom_de_liasse(concordance), ZIP)
        if chemin is not None:
            nombre = ecrire_liasse(self._contexte.fichier, self.cle, chemin)
            self.information.emit(f"Liasse écrite, {nombre} pièce(s) : {chemin}")
