"""The seats of the round table: one box each, in speaking order. Each key typed is kept at once."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPalette
from PySide6.QtWidgets import QFrame, QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from app.models.montants import afficher_montant
from app.services.columns import TypeColonne, lire_valeur
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.payeurs import Payeur
from app.services.tables_rondes import Case
from app.ui.cockpit_touches import touche_de
from app.ui.editeurs import marquer_refus
from app.ui.elements import marges
from app.ui.texte_fixe import TexteFixe
from app.ui.theme import theme

PAR_RANGEE = 4
ECHELLE_AISEE = 1.25
_CTRL = Qt.KeyboardModifier.ControlModifier
_DIRECTIONS = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_Up: -PAR_RANGEE,
    Qt.Key.Key_Down: PAR_RANGEE,
}


class ChampMontant(QLineEdit):
    """Typing over the whole replaces; F2 or a double click goes into what is there. Letters are gestures.

    `geste(name)`, `aller(steps)`, `entree()`, `echap()`.
    """

    geste = Signal(str)
    aller = Signal(int)
    entree = Signal()
    echap = Signal()
    prend = Signal()
    quitte = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFont(theme().police("titre", forte=True))
        self.modifie = False  # somebody is inside the text: arrows move in it

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Z, Qt.Key.Key_Y) and event.modifiers() & _CTRL:
                return False  # undo is that of the file, not of the field
            if touche_de(event):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        touche, nu = event.key(), not event.modifiers() & _CTRL
        nom = touche_de(event)
        if nom:
            self.geste.emit(nom)
        elif touche in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entree.emit()
        elif touche == Qt.Key.Key_Escape:
            self.echap.emit()
        elif touche == Qt.Key.Key_F2:
            self.modifie = True
            self.end(False)
        elif touche in _DIRECTIONS and nu and not self.modifie:
            self.aller.emit(_DIRECTIONS[touche])
        elif touche == Qt.Key.Key_Delete and not self.modifie and not self.isReadOnly():
            self.clear()
            self.textEdited.emit("")
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click takes the whole, as a cell does: a figure typed next must not slip into the old one."""
        super().mouseReleaseEvent(event)
        if not self.modifie and not self.isModified() and not self.hasSelectedText():
            self.selectAll()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.modifie = True
        self.deselect()  # pressed inside what is chosen, the field waits for a drag
        self.mousePressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.modifie = False
        self.selectAll()
        self.prend.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.quitte.emit()


class CaseFinanceur(QFrame):
    """A seat: its name, what is asked and proposed, what it says, its envelope in words."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("surface", "papier")
        self.setBackgroundRole(QPalette.ColorRole.Base)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.nom = TexteFixe("fort")
        self.reperes = TexteFixe("petit")
        self.n1 = TexteFixe("petit")
        self.champ = ChampMontant()
        self.etat = TexteFixe("petit")
        self.enveloppe = TexteFixe("petit")
        self.payeur: Payeur | None = None
        self._case: Case | None = None  # what the labels say
        self._mots = ""
        colonne = QVBoxLayout(self)
        marges(colonne, 4, 8, espace=2)
        for element in self._lignes():
            colonne.addWidget(element)
        self.n1.setVisible(theme().echelle <= ECHELLE_AISEE)

    def _lignes(self) -> tuple[QWidget, ...]:
        return self.nom, self.reperes, self.n1, self.champ, self.etat, self.enveloppe

    def montrer(self, case: Case, enveloppe: str) -> None:
        """What the file holds; what is being typed stays as it is typed."""
        if (case, enveloppe) != (self._case, self._mots):
            self._case, self._mots = case, enveloppe
            self._dire(case, enveloppe)
        texte = "" if case.effectif is None else afficher_montant(case.effectif, zero="0")
        if not (self.champ.hasFocus() and _lire(self.champ.text()) == (True, case.effectif)):
            tout = self.champ.hasFocus() and not self.champ.modifie
            self.champ.setText(texte)
            if tout:
                self.champ.selectAll()
            marquer_refus(self.champ, refuse=False)

    def mettre_en_forme(self) -> None:
        """What was typed is no longer being typed: « 7 500 »."""
        lisible, montant = _lire(self.champ.text())
        if lisible and montant is not None and not self.champ.isReadOnly():
            self.champ.setText(afficher_montant(montant, zero="0"))
            if self.champ.hasFocus():
                self.champ.selectAll()

    def _dire(self, case: Case, enveloppe: str) -> None:
        self.payeur = case.payeur
        self.nom.setText(case.nom)
        if self.champ.accessibleName() != f"Montant de {case.nom}":
            self.champ.setAccessibleName(f"Montant de {case.nom}")
        self.reperes.setText(_reperes(case))
        self.n1.setText(f"N-1 : {afficher_montant(case.n1, zero='0') or '–'}")
        self.etat.setText(_etat(case))
        depasse = enveloppe.startswith("dépasse")
        tete = "Enveloppe : " if theme().echelle <= ECHELLE_AISEE else ""
        self.enveloppe.setText(f"{tete}{enveloppe}", role="erreur" if depasse else "petit")

    def masquer(self, case: Case) -> None:
        """Its name alone: who holds the keyboard has a link with the porteur."""
        self._case, self.payeur = None, case.payeur
        self.nom.setText(case.nom)
        for texte in (self.reperes, self.n1, self.etat, self.enveloppe):
            texte.setText("")
        self.champ.setText("masqué")
        marquer_refus(self.champ, refuse=False)


def _reperes(case: Case) -> str:
    dits = [("demandé", case.siege.demande), ("proposé", case.siege.propose)]
    if theme().echelle > ECHELLE_AISEE:
        dits.append(("N-1", case.n1))  # which has no line of its own then
    return " · ".join(f"{mot} {afficher_montant(m)}" for mot, m in dits if m is not None)


def _etat(case: Case) -> str:
    parole = case.parole
    if parole.en_attente:
        return "« … » dans la salle, Entrée publie"
    if parole.est_publie:
        return "publié, modifié" if parole.corrige else "publié"
    return "déjà accordé" if case.siege.accorde is not None else "n'a pas parlé"


def _lire(texte: str) -> tuple[bool, Decimal | None]:
    """(readable, amount) of a field."""
    try:
        return True, lire_valeur(TypeColonne.MONTANT, texte)
    except ErreurConnue:
        return False, None


class TourDesCases(QScrollArea):
    """All the seats. `dite(payeur, amount)`: a key; `entree(payeur)`; `geste(name)`; `refuse(sentence)`.

    `courante(payeur)`: the box that has the keyboard.
    """

    dite = Signal(object, object)
    entree = Signal(object)
    echap = Signal(object)
    geste = Signal(str)
    refuse = Signal(str)
    courante = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        corps = QWidget()
        self._grille = QGridLayout(corps)
        self._grille.setContentsMargins(0, 0, 0, 0)
        self._grille.setSpacing(theme().px(8))
        for colonne in range(PAR_RANGEE):
            self._grille.setColumnStretch(colonne, 1)
        self.setWidget(corps)
        self.cases: list[CaseFinanceur] = []
        self._montrees = 0

    def montrer(
        self, cases: Sequence[Case], enveloppe: Callable[[Case], str], *, masque: bool = False
    ) -> None:
        """The seats of an item, in their order; with `masque`, their names and nothing else."""
        while len(self.cases) < len(cases):
            self._ajouter()
        if any(boite.champ.hasFocus() for boite in self.cases[len(cases) :]):
            self.setFocus(Qt.FocusReason.OtherFocusReason)  # else it would leave the cockpit
        for rang, boite in enumerate(self.cases):
            if boite.isHidden() != (rang >= len(cases)):
                boite.setVisible(rang < len(cases))
        for boite, case in zip(self.cases, cases, strict=False):
            if boite.champ.isReadOnly() != masque:
                boite.champ.setReadOnly(masque)
            if masque:
                boite.masquer(case)
            else:
                boite.montrer(case, enveloppe(case))
        self._montrees = len(cases)

    def _ajouter(self) -> None:
        boite, rang = CaseFinanceur(), len(self.cases)
        champ = boite.champ
        champ.textEdited.connect(lambda texte: self._saisir(boite, texte))
        champ.entree.connect(boite.mettre_en_forme)
        champ.entree.connect(lambda: self.entree.emit(boite.payeur))
        champ.quitte.connect(boite.mettre_en_forme)
        champ.echap.connect(lambda: self.echap.emit(boite.payeur))
        champ.geste.connect(self.geste)
        champ.aller.connect(lambda pas: self.aller(rang + pas))
        champ.prend.connect(lambda: self._prendre(boite))
        self._grille.addWidget(boite, rang // PAR_RANGEE, rang % PAR_RANGEE)
        self._grille.setRowStretch(rang // PAR_RANGEE, 0)
        self._grille.setRowStretch(rang // PAR_RANGEE + 1, 1)
        self.cases.append(boite)

    def _prendre(self, boite: CaseFinanceur) -> None:
        self.ensureWidgetVisible(boite, 0, 0)
        self.courante.emit(boite.payeur)

    def _saisir(self, boite: CaseFinanceur, texte: str) -> None:
        """A key in a box: kept if it reads as an amount, marked else."""
        try:
            montant = lire_valeur(TypeColonne.MONTANT, texte)
            if montant is not None and montant < 0:
                raise SaisieRefusee("Un montant ne peut pas être négatif.")
        except ErreurConnue as erreur:
            marquer_refus(boite.champ, refuse=True)
            boite.champ.setToolTip(str(erreur))
            return
        marquer_refus(boite.champ, refuse=False)
        boite.champ.setToolTip("")
        self.dite.emit(boite.payeur, montant)

    def aller(self, rang: int) -> None:
        """Give the keyboard to a seat; past the ends, nothing."""
        if 0 <= rang < self._montrees:
            champ = self.cases[rang].champ
            prise = not champ.hasFocus()
            champ.setFocus(Qt.FocusReason.TabFocusReason)
            champ.selectAll()
            if not (prise and champ.hasFocus()):  # else the field has just told it
                self._prendre(self.cases[rang])

    def rang_de(self, payeur: Payeur | None) -> int:
        """Where a seat is, -1 when it is not there."""
        for rang, boite in enumerate(self.cases[: self._montrees]):
            if boite.payeur == payeur:
                return rang
        return -1

    @property
    def payeur_courant(self) -> Payeur | None:
        """The seat that has the keyboard, else the first one."""
        montrees = self.cases[: self._montrees]
        for boite in montrees:
            if boite.champ.hasFocus():
                return boite.payeur
        return montrees[0].payeur if montrees else None

    def est_refusee(self) -> bool:
        """Something typed cannot be kept."""
        return any(b.champ.property("etat") == "refuse" for b in self.cases[: self._montrees])
