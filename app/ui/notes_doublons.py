"""Two notes that look the same at two scales, field by field, side by side (A-84)."""

from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.services.columns import Colonne, lire_attribut
from app.services.columns import Signal as Sens
from app.services.notes_lues import LigneNote
from app.services.saisie_notes import CHAMPS, SaisieNotes
from app.ui.elements import bouton, etiquette, marges
from app.ui.tableau import ModeleTableau
from app.ui.vue_tableau import VueTableau


@dataclass(frozen=True, slots=True)
class ChampCompare:
    """One field of two notes."""

    cle: str
    champ: str
    une: str
    autre: str
    verdict: str


_CHOIX = (("meme", "Identique"), ("autre", "Différent"))


def comparer(saisie: SaisieNotes, une: LigneNote, autre: LigneNote) -> list[ChampCompare]:
    """What each says, field by field, in the order of the form."""
    lignes = [ChampCompare("numero", "N°", une.action.numero, autre.action.numero, "")]
    for cle, champ in CHAMPS.items():
        colonne = saisie.colonnes[cle]
        dites = colonne.texte(une), colonne.texte(autre)
        if any(dites):
            verdict = "meme" if dites[0] == dites[1] else "autre"
            lignes.append(ChampCompare(cle, champ.question, *dites, verdict))
    return lignes


def _colonnes() -> list[Colonne]:
    return [
        Colonne(
            cle="champ", titre="Question", lire=lire_attribut("champ"), largeur=150, figee=True
        ),
        Colonne(cle="une", titre="Cette note", lire=lire_attribut("une"), largeur=215),
        Colonne(cle="autre", titre="L'autre note", lire=lire_attribut("autre"), largeur=215),
        Colonne(
            cle="verdict",
            titre="Comparaison",
            lire=lambda ligne: ligne.verdict or None,
            choix=_CHOIX,
            signal=lambda v: Sens.ALERTE if v == "meme" else Sens.NEUTRE,
            largeur=108,
        ),
    ]


class CoteACote(QWidget):
    """Under the list. `ferme()`; `ouverte(key)`: see the other note."""

    ferme = Signal()
    ouverte = Signal(str)

    def __init__(self, saisie: SaisieNotes) -> None:
        super().__init__()
        self._saisie = saisie
        self._autre = ""
        self._titre = etiquette("", "fort")
        self.modele = ModeleTableau(_colonnes(), self)
        self.modele.lecture_seule = True
        self.vue = VueTableau(self.modele)
        voir = bouton("Aller à l'autre note")
        fermer = bouton("Fermer")
        voir.clicked.connect(lambda: self.ouverte.emit(self._autre))
        fermer.clicked.connect(self.fermer)
        tete = QHBoxLayout()
        marges(tete, 0, 16, espace=8)
        tete.addWidget(self._titre, 1)
        tete.addWidget(voir)
        tete.addWidget(fermer)
        colonne = QVBoxLayout(self)
        marges(colonne, 8, 0, 0, 0, espace=8)
        colonne.addLayout(tete)
        colonne.addWidget(self.vue, 1)
        self.hide()

    def montrer(self, une: LigneNote, autre: LigneNote) -> None:
        self._autre = autre.cle
        self._titre.setText(f"{une.action.numero} et {autre.action.numero}, côte à côte")
        self.modele.remplacer_lignes(comparer(self._saisie, une, autre))
        self.show()

    def fermer(self) -> None:
        self.hide()
        self.ferme.emit()
