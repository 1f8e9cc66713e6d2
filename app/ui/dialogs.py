"""The few windows that must be answered: a new file, the settings, the backups."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier
from app.services.settings import Settings
from app.ui.theme import LIGNE, theme

if TYPE_CHECKING:
    from app.services.sauvegardes import Sauvegarde

FILTRE = "Fichiers Tour de table (*.tdt)"
VIERGE = "vierge"
ANNEE_MINIMUM, ANNEE_MAXIMUM = 2015, 2045
ECHELLES = (80, 90, 100, 110, 125, 150, 175, 200)  # sizes of the text, in %


class Dialogue(QDialog):
    """A dialog with a title, a sentence, a body, and buttons that say what they do."""

    def __init__(self, titre: str, phrase: str, parent: QWidget | None, *, action: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(titre)
        self.setMinimumWidth(theme().px(520))
        entete = QLabel(titre)
        entete.setProperty("role", "titre")
        explication = QLabel(phrase)
        explication.setProperty("role", "doux")
        explication.setWordWrap(True)
        self.corps = QVBoxLayout()
        self.corps.setSpacing(theme().px(12))
        self._erreur = QLabel()
        self._erreur.setProperty("role", "erreur")
        self._erreur.setWordWrap(True)
        self._erreur.hide()
        self.boutons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.boutons.button(QDialogButtonBox.StandardButton.Cancel).setText("Annuler")
        self.principal = self.boutons.addButton(action, QDialogButtonBox.ButtonRole.AcceptRole)
        self.principal.setProperty("role", "principal")
        self.boutons.rejected.connect(self.reject)
        self.boutons.accepted.connect(self._valider)
        colonne = QVBoxLayout(self)
        marge = theme().px(24)
        colonne.setContentsMargins(marge, marge, marge, theme().px(16))
        colonne.setSpacing(theme().px(12))
        colonne.addWidget(entete)
        colonne.addWidget(explication)
        colonne.addLayout(self.corps, 1)
        colonne.addWidget(self._erreur)
        colonne.addWidget(self.boutons)

    def _valider(self) -> None:
        try:
            self.verifier()
        except ErreurConnue as erreur:
            self._erreur.setText(str(erreur))
            self._erreur.show()
        else:
            self.accept()

    def verifier(self) -> None:
        """Raise ErreurConnue when what was entered cannot be accepted."""

    def champ(self, titre: str, editeur: QWidget, *compagnons: QWidget) -> None:
        """Add a labelled field to the body, with what stands at its right."""
        etiquette = QLabel(titre)
        etiquette.setProperty("role", "petit")
        etiquette.setBuddy(editeur)
        editeur.setAccessibleName(titre)
        ligne = QHBoxLayout()
        ligne.setSpacing(theme().px(8))
        ligne.addWidget(editeur, 1)
        for compagnon in compagnons:
            ligne.addWidget(compagnon)
        colonne = QVBoxLayout()
        colonne.setSpacing(theme().px(2))
        colonne.addWidget(etiquette)
        colonne.addLayout(ligne)
        self.corps.addLayout(colonne)


class NouveauFichier(Dialogue):
    """Which contract, which year, where. `contrats`: (identifier, name)."""

    def __init__(self, contrats: list[tuple[str, str]], parent: QWidget | None) -> None:
        super().__init__(
            "Nouveau fichier",
            "Un fichier tient un contrat avec toutes ses années. Tout se complète ensuite.",
            parent,
            action="Créer le fichier",
        )
        self._contrat = QComboBox()
        for identifiant, nom in contrats:
            self._contrat.addItem(nom, identifiant)
        self._contrat.addItem("Contrat vierge", VIERGE)
        self._nom = QLineEdit()
        self._nom.setPlaceholderText("Nom du contrat de ville")
        self._annee = QLineEdit(str(datetime.now().astimezone().year))
        self._chemin = QLineEdit(str(Path.home() / "contrat de ville.tdt"))
        parcourir = QPushButton("Parcourir…")
        parcourir.clicked.connect(self._parcourir)
        self.champ("Contrat", self._contrat)
        self.champ("Nom du contrat vierge", self._nom)
        self.champ("Année de programmation", self._annee)
        self.champ("Emplacement du fichier", self._chemin, parcourir)
        self._contrat.currentIndexChanged.connect(self._sur_contrat)
        self._sur_contrat()

    @property
    def contrat(self) -> str:
        return str(self._contrat.currentData())

    @property
    def nom(self) -> str:
        return self._nom.text().strip()

    @property
    def annee(self) -> int:
        return int(self._annee.text())

    @property
    def chemin(self) -> Path:
        chemin = Path(self._chemin.text().strip()).expanduser()
        return chemin if chemin.suffix == ".tdt" else chemin.with_name(f"{chemin.name}.tdt")

    def _sur_contrat(self) -> None:
        self._nom.setEnabled(self.contrat == VIERGE)

    def _parcourir(self) -> None:
        chemin, _ = QFileDialog.getSaveFileName(
            self, "Emplacement du fichier", self._chemin.text(), FILTRE
        )
        if chemin:
            self._chemin.setText(chemin)

    def verifier(self) -> None:
        texte = self._annee.text().strip()
        if not texte.isdigit() or not ANNEE_MINIMUM <= int(texte) <= ANNEE_MAXIMUM:
            raise ErreurConnue("L'année doit s'écrire en quatre chiffres, par exemple 2026.")
        if self.contrat == VIERGE and not self.nom:
            raise ErreurConnue("Donnez un nom au contrat vierge.")
        if not self._chemin.text().strip():
            raise ErreurConnue("Choisissez l'emplacement du fichier.")
        if not self.chemin.parent.is_dir():
            raise ErreurConnue(
                f"Le dossier « {self.chemin.parent.name} » n'existe pas : choisissez-en un autre."
            )
        if self.chemin.exists():
            raise ErreurConnue(
                f"« {self.chemin.name} » existe déjà à cet endroit : choisissez un autre nom."
            )

    def creer(self) -> None:
        """Write the file that was asked for, all of it or nothing. Raises ErreurConnue."""
        from app.services.contrats import Contrats
        from app.services.creation import nouveau_fichier
        from app.services.programmation import ouvrir_exercice
        from app.services.referentiels import charger, vierge

        referentiel = vierge(self.nom) if self.contrat == VIERGE else charger(self.contrat)
        with nouveau_fichier(self.chemin) as fichier:
            Contrats(fichier).charger(referentiel)
            ouvrir_exercice(fichier, self.annee)


class ReglagesDialogue(Dialogue):
    """What belongs to the person: name, look, size of the text, how long backups are kept."""

    APPARENCES = (("systeme", "Comme le système"), ("clair", "Claire"), ("sombre", "Sombre"))

    def __init__(self, settings: Settings, parent: QWidget | None) -> None:
        super().__init__(
            "Réglages",
            "Votre nom signe le journal des fichiers que vous modifiez.",
            parent,
            action="Enregistrer",
        )
        self._settings = settings
        self._personne = QLineEdit(settings.personne)
        self._personne.setPlaceholderText(settings.nom())
        self._theme = QComboBox()
        for cle, nom in self.APPARENCES:
            self._theme.addItem(nom, cle)
        self._theme.setCurrentIndex(self._theme.findData(settings.theme))
        self._echelle = QComboBox()
        for echelle in ECHELLES:
            self._echelle.addItem(f"{echelle} %", echelle)
        self._echelle.setCurrentIndex(self._echelle.findData(settings.echelle))
        self._jours = QLineEdit(str(settings.sauvegardes_jours))
        self.champ("Votre nom", self._personne)
        self.champ("Apparence", self._theme)
        self.champ("Taille du texte", self._echelle)
        self.champ("Garder les sauvegardes (jours)", self._jours)

    def verifier(self) -> None:
        texte = self._jours.text().strip()
        if not texte.isdigit() or not 1 <= int(texte) <= 3650:
            raise ErreurConnue("Le nombre de jours doit être compris entre 1 et 3650.")
        self._settings.personne = self._personne.text().strip()
        self._settings.theme = self._theme.currentData()
        self._settings.echelle = self._echelle.currentData() or 100
        self._settings.sauvegardes_jours = int(texte)
        self._settings.enregistrer()


def echelle_voisine(actuelle: int, pas: int) -> int:
    """The size above (`pas` 1) or below (-1), if there is one; 0: that of the platform."""
    if pas == 0:
        return 100
    possibles = [e for e in ECHELLES if (e > actuelle if pas > 0 else e < actuelle)]
    return (possibles[0] if pas > 0 else possibles[-1]) if possibles else actuelle


class SauvegardesDialogue(Dialogue):
    """The backups kept, and the one to put back."""

    def __init__(self, fichier: Path | None, parent: QWidget | None) -> None:
        from app.services.sauvegardes import lister

        super().__init__(
            "Sauvegardes",
            "Une copie vérifiée est gardée à chaque fermeture. Le fichier remplacé par une "
            "restauration est lui-même sauvegardé avant.",
            parent,
            action="Restaurer…",
        )
        self.setMinimumSize(theme().px(640), theme().px(420))
        self._liste = QListWidget()
        self._liste.setAccessibleName("Sauvegardes")
        for sauvegarde in lister(fichier):
            texte = (
                f"{sauvegarde.nom}   {sauvegarde.date:%d/%m/%Y à %H:%M}{_a_venir(sauvegarde)}   "
                f"{sauvegarde.motif_libelle}   {sauvegarde.taille / 1e6:.1f} Mo".replace(".", ",")
            )
            element = QListWidgetItem(texte)
            element.setSizeHint(QSize(0, theme().px(LIGNE)))
            element.setData(Qt.ItemDataRole.UserRole, sauvegarde.chemin)
            self._liste.addItem(element)
        self.corps.addWidget(self._liste, 1)
        if not self._liste.count():
            vide = QLabel(
                "Aucune sauvegarde pour l'instant : la première sera faite à la fermeture."
            )
            vide.setProperty("role", "doux")
            self.corps.addWidget(vide)
            self.principal.setEnabled(False)
        else:
            self._liste.setCurrentRow(0)

    @property
    def choisie(self) -> Path:
        chemin: Path = self._liste.currentItem().data(Qt.ItemDataRole.UserRole)
        return chemin


def _a_venir(sauvegarde: "Sauvegarde") -> str:
    if not sauvegarde.est_a_venir(datetime.now().astimezone()):
        return ""
    return " (date à venir : l'horloge du poste était déréglée)"


def dimensionner(fenetre: QWidget, largeur: int, hauteur: int) -> None:
    """A window of its own, in pixels at 100 %, never larger than the screen it opens on."""
    voulue = QSize(theme().px(largeur), theme().px(hauteur))
    fenetre.resize(voulue.boundedTo(fenetre.screen().availableSize()))


def a_propos(parent: QWidget | None) -> None:
    """What this program is, and how it is kept up to date."""
    boite = QMessageBox(parent)
    boite.setWindowTitle("À propos de Tour de table")
    boite.addButton("Fermer", QMessageBox.ButtonRole.AcceptRole)
    boite.setText(
        f"Tour de table, version {__version__}\n\n"
        "La programmation d'un contrat de ville, de la demande à la décision.\n"
        "Le programme ne se connecte jamais au réseau. Pour le mettre à jour, installez le "
        "nouveau fichier d'installation : vos données restent en place."
    )
    boite.exec()


def demander_export(parent: QWidget, fichier: Path, sorte: str, annee: int) -> Path | None:
    """Where to write a workbook (« programmation », « envoi ») or the PDF (« decisions »), if at all."""
    suffixe, filtre = (
        (".pdf", "Document PDF (*.pdf)")
        if sorte == "decisions"
        else (".xlsx", "Classeur Excel (*.xlsx)")
    )
    nom = "programmation à compléter" if sorte == "envoi" else sorte
    propose = fichier.with_name(f"{nom} {annee}{suffixe}")
    texte, _ = QFileDialog.getSaveFileName(parent, "Exporter", str(propose), filtre)
    if not texte:
        return None
    return Path(texte if texte.endswith(suffixe) else texte + suffixe)


def montrer_constats(parent: QWidget, phrases: Sequence[str]) -> None:
    """The findings on the data, a sentence a line, beside the window."""
    fenetre = QDialog(parent)
    fenetre.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    fenetre.setWindowTitle("Points à regarder")
    dimensionner(fenetre, 720, 480)
    liste = QListWidget()
    liste.setAccessibleName("Points à regarder dans les données")
    liste.setWordWrap(True)
    liste.addItems(list(phrases))
    QVBoxLayout(fenetre).addWidget(liste)
    fenetre.show()


def phrase_d_ouverture(fichier: Fichier, *, demo: bool) -> str:
    """What must be known of a file just opened; empty when there is nothing to say."""
    phrases = (_phrase_des_liens(fichier), _phrase_de_l_etat(fichier, demo=demo))
    return " ".join(filter(None, phrases))


def _phrase_des_liens(fichier: Fichier) -> str:
    if not fichier.liens_rompus:
        return ""
    return (
        f"Un autre programme a rompu des liens dans ce fichier ({fichier.liens_rompus[0][:-1]}) : "
        "« Vérifier » les liste, une sauvegarde d'avant les rétablit."
    )


def _phrase_de_l_etat(fichier: Fichier, *, demo: bool) -> str:
    if fichier.repris_de is not None:
        return (
            f"Le fichier n'avait pas été refermé par {fichier.repris_de} : vous avez pris la "
            "main, tout ce qui avait été validé est là."
        )
    if fichier.lecture_seule and fichier.a_un_autre_nom():
        return (
            "Le fichier porte aussi un autre nom sur ce disque : il est ouvert en lecture seule, "
            "enregistrez-en une copie pour le modifier."
        )
    if fichier.lecture_seule:
        return "Le fichier est ouvert en lecture seule : enregistrez-en une copie pour le modifier."
    if demo:
        return "Démonstration : les porteurs, les actions et les montants sont inventés."
    return ""


def phrase_de_remplacement(fichier: Fichier) -> str:
    """Said on closing a file that another program wrote over, replaced, moved or deleted."""
    if fichier.est_reecrit():
        return (
            f"« {fichier.chemin.name} » a été réécrit par un autre programme pendant qu'il était "
            "ouvert : ce que vous y avez saisi depuis son ouverture n'y est plus. Fermez-le, puis "
            "rouvrez-le ou restaurez une sauvegarde."
        )
    return (
        f"« {fichier.chemin.name} » a été remplacé, déplacé ou supprimé pendant qu'il était ouvert : "
        "enregistrez-en une copie, sinon vos saisies seront perdues."
    )
