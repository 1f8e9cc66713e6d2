"""The form of a new scenario: from what, by which method, within which bounds; what it would give."""

from decimal import Decimal
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from app.models.montants import afficher_montant
from app.services.columns import TypeColonne, lire_valeur
from app.services.comite import Comite
from app.services.errors import ErreurConnue
from app.services.methodes_scenario import REPARTISSENT, Methode
from app.ui.elements import bouton, etiquette, marges, minuterie
from app.ui.forms import Champ, ChampChoix, ChampTexte
from app.ui.theme import theme

ATTENTE = 200  # ms after the last key before the total is foretold
METHODES = (
    ("", "Tels quels"),
    ("reduction", "Baisse uniforme"),
    ("prorata", "Au prorata des demandes"),
    ("priorite", "Par priorité (ordre du jour)"),
)
ARRONDIS = (
    ("", "Au centime"),
    ("1", "À l'euro inférieur"),
    ("10", "À 10 € près"),
    ("50", "À 50 € près"),
    ("100", "À 100 € près"),
)
SANS_BORNE = "Aucun"
TOUTE = "Ce qu'il reste"


class FormulaireScenario(QWidget):
    """`cree(scenario)`: made, and first in the list of what is shown. `quittee()`: closed."""

    cree = Signal(str)
    quittee = Signal()

    def __init__(self, comite: Comite) -> None:
        super().__init__()
        self.setProperty("surface", "fond")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._comite = comite
        self._seance: str | None = None
        self._nom_propose = ""
        self._pris: set[str] = set()  # names of the others: the service has the last word
        self._attente = minuterie(self, ATTENTE, self._prevoir)
        self._batir_champs()
        self._dit = etiquette("", "fort")
        self._refus = etiquette("", "erreur")
        self._refus.setWordWrap(True)
        self._disposer()
        self.hide()

    # Building -----------------------------------------------------------------------------------

    def _batir_champs(self) -> None:
        self.base = ChampChoix("À partir de", ecrire=None)
        self.methode = ChampChoix("Montants", ecrire=None)
        self.methode.proposer(METHODES)
        self.taux = ChampTexte("Baisse, en %", ecrire=None, indication="5", nombre=True)
        self.enveloppe = ChampTexte(
            "Enveloppe à répartir", ecrire=None, indication=TOUTE, nombre=True
        )
        self.financeur = ChampChoix("Pour", ecrire=None)
        self.plancher = ChampTexte("Plancher", ecrire=None, indication=SANS_BORNE, nombre=True)
        self.plafond = ChampTexte("Plafond", ecrire=None, indication=SANS_BORNE, nombre=True)
        self.arrondi = ChampChoix("Arrondi", ecrire=None)
        self.arrondi.proposer(ARRONDIS)
        self.arrondi.setToolTip("Toujours en dessous : aucune enveloppe n'est dépassée.")
        self.nom = ChampTexte("Nom du scénario", ecrire=None)
        bornes = "Par action et par financeur ; vide : aucun."
        self.plancher.setToolTip(bornes)
        self.plafond.setToolTip(bornes)
        for liste in (self.base, self.methode, self.financeur, self.arrondi):
            cast("QComboBox", liste.editeur).currentIndexChanged.connect(self._change)
        for champ in (self.taux, self.enveloppe, self.plancher, self.plafond, self.nom):
            ligne = cast("QLineEdit", champ.editeur)
            ligne.textEdited.connect(self._change)
            ligne.returnPressed.connect(self.creer)

    def _disposer(self) -> None:
        grille = QGridLayout()
        grille.setHorizontalSpacing(theme().px(12))
        grille.setVerticalSpacing(theme().px(8))
        grille.addWidget(self.base, 0, 0, 1, 2)
        grille.addWidget(self.methode, 0, 2, 1, 2)
        grille.addWidget(self.financeur, 0, 4)
        grille.addWidget(self.arrondi, 0, 5)
        bornes = (self.taux, self.enveloppe, self.plancher, self.plafond)
        for colonne, borne in enumerate(bornes):
            grille.addWidget(borne, 1, colonne)
        grille.addWidget(self.nom, 1, 4, 1, 2)
        for colonne in range(6):
            grille.setColumnStretch(colonne, 1)
        self._creer = bouton("Créer le scénario", "principal")
        self._creer.clicked.connect(self.creer)
        abandon = bouton("Abandonner")
        abandon.clicked.connect(self.fermer)
        bas = QHBoxLayout()
        bas.setSpacing(theme().px(8))
        bas.addWidget(self._dit, 1)
        bas.addWidget(self._creer)
        bas.addWidget(abandon)
        colonne_ = QVBoxLayout(self)
        marges(colonne_, 12, 16, espace=8)
        colonne_.addLayout(grille)
        colonne_.addWidget(self._refus)
        colonne_.addLayout(bas)

    # Opening ------------------------------------------------------------------------------------

    def ouvrir(self, seance: str, base: str) -> None:
        """Ask for a scenario made from another one (empty: from the instruction)."""
        self._seance = seance
        scenarios = self._comite.scenarios.lignes(seance)
        self._pris = {s.nom.casefold() for s in scenarios}
        self.base.proposer([("", "L'instruction"), *((s.cle, f"« {s.nom} »") for s in scenarios)])
        self.base.montrer(base)
        financeurs = {
            s.payeur.financeur: s.financeur_nom
            for s in self._comite.scenarios.sieges(seance).values()
        }
        self.financeur.proposer([("", "Tous les financeurs"), *financeurs.items()])
        for champ in (self.financeur, self.methode, self.arrondi, *self._nombres(), self.nom):
            champ.montrer("")
        self._nom_propose = ""
        self.show()
        self._change()
        self.methode.editeur.setFocus(Qt.FocusReason.OtherFocusReason)

    def _nombres(self) -> tuple[Champ, ...]:
        return self.taux, self.enveloppe, self.plancher, self.plafond

    def fermer(self) -> None:
        """Nothing is made."""
        if not self.isHidden():
            self._attente.stop()
            self.hide()
            self.quittee.emit()

    # What is asked ------------------------------------------------------------------------------

    def _change(self) -> None:
        """What a method does not use is off; a name that nobody typed follows it."""
        genre = self.methode.texte()
        self.taux.setEnabled(genre == "reduction")
        self.enveloppe.setEnabled(genre in REPARTISSENT)
        if self.nom.texte() == self._nom_propose:
            self._nom_propose = self._nommer(genre)
            self.nom.montrer(self._nom_propose)
        self._attente.start()

    def _nommer(self, genre: str) -> str:
        """A name that no other scenario has."""
        noms = {
            "": "Instruction" if not self.base.texte() else "Copie",
            "reduction": f"Moins {self.taux.texte().strip() or '…'}\u00a0%",
            "prorata": "Au prorata",
            "priorite": "Par priorité",
        }
        voulu = nom = " ".join(noms[genre].split())
        numero = 2
        while nom.casefold() in self._pris:
            nom, numero = f"{voulu} ({numero})", numero + 1
        return nom

    def lire(self) -> Methode | None:
        """The method as it is filled in; None: amounts as they are. Raises SaisieRefusee."""
        genre = self.methode.texte()
        bornes = {
            "plancher": _euros(self.plancher.texte()),
            "plafond": _euros(self.plafond.texte()),
            "arrondi": _euros(self.arrondi.texte()),
        }
        if not genre and not any(bornes.values()):
            return None
        return Methode(
            genre or "bornes",
            taux=_euros(self.taux.texte().rstrip("% ")) if genre == "reduction" else None,
            montant=_euros(self.enveloppe.texte()) if genre in REPARTISSENT else None,
            financeur=self.financeur.texte() or None,
            **bornes,
        )

    def _prevoir(self) -> None:
        if self._seance is None or self.isHidden():
            return
        try:
            total, actions = self._comite.scenarios.annoncer(
                self._seance, base=self.base.texte() or None, methode=self.lire()
            )
        except ErreurConnue as erreur:
            self._dire("", str(erreur))
            return
        euros = afficher_montant(total, euro=True, zero="0")
        self._dire(f"Donnerait {euros} à {actions} action{'s' if actions > 1 else ''}.")

    def _dire(self, phrase: str, refus: str = "") -> None:
        self._dit.setText(phrase)
        self._refus.setText(refus)
        self._refus.setVisible(bool(refus))

    def creer(self) -> None:
        """Keep it, in one operation."""
        if self._seance is None:
            return
        try:
            cle = self._comite.scenarios.composer(
                self._seance,
                self.nom.texte(),
                base=self.base.texte() or None,
                methode=self.lire(),
            )
        except ErreurConnue as erreur:
            self._dire("", str(erreur))
            return
        self.fermer()
        self.cree.emit(cle)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        else:
            super().keyPressEvent(event)


def _euros(texte: str) -> Decimal | None:
    valeur: Decimal | None = lire_valeur(TypeColonne.MONTANT, texte)
    return valeur
