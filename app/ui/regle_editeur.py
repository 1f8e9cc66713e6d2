"""The editor of a composed rule: what it looks at, what it asks, what it would find."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import CibleConstat, NiveauConstat
from app.services.accords import compter
from app.services.columns_actions import choix_de
from app.services.columns_constats import NIVEAUX
from app.services.errors import ErreurConnue
from app.services.regles_composees import ESSAYES, FaitOffert, LigneComposee, Projet
from app.ui.brouillons import Redige
from app.ui.condition_editeur import GroupeConditions, est_plate, liste
from app.ui.elements import bouton, etiquette, filet, marges, minuterie
from app.ui.theme import theme

PAUSE = 300  # ms without a key before the rule is tried
MONTREES = 5
TOUS_APPELS = ("", "Tous les appels")
Essayer = Callable[[Projet], tuple[str, list[tuple[str, str]]]]
Offrir = Callable[[CibleConstat], Sequence[FaitOffert]]


class EditeurRegle(Redige, QWidget):
    """`gardee()`: to be kept; `quittee()`: closed, kept or not."""

    gardee = Signal()
    quittee = Signal()

    def __init__(self, essayer: Essayer, faits: Offrir) -> None:
        super().__init__()
        self.setProperty("surface", "fond")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._essayer, self._faits_de = essayer, faits
        self._depart: Projet | None = None
        self._change = False
        self._attente = minuterie(self, PAUSE, self.essayer)
        self.nom = _champ("Nom de la règle")
        self.cible = liste("Porte sur", choix_de(CibleConstat), 130)
        self.niveau = liste("Niveau", NIVEAUX, 150)
        self.appel = liste("Appel", (TOUS_APPELS,), 190)
        self.quand = GroupeConditions("Quand")
        self.exige = GroupeConditions("Il faut")
        self.phrase = _champ("Phrase du constat")
        self.phrase.setPlaceholderText("Ce qu'il faut faire ; les chiffres s'ajoutent à la fin")
        self.source = _champ("Source")
        self.source.setPlaceholderText("Où c'est écrit ou décidé")
        self._mots, self._compte = etiquette("", "doux"), etiquette("", "fort")
        self._exemples, self._refus = etiquette(""), etiquette("", "erreur")
        for texte in (self._mots, self._compte, self._exemples, self._refus):
            texte.setWordWrap(True)
        self._disposer()
        self._brancher()

    # Building -----------------------------------------------------------------------------------

    def _disposer(self) -> None:
        corps = QWidget()
        colonne = QVBoxLayout(corps)
        marges(colonne, 8, 16, espace=8)
        colonne.addLayout(_ligne(("Nom", self.nom), ("Porte sur", self.cible)))
        colonne.addLayout(_ligne(("Niveau", self.niveau), ("Pour", self.appel), etire=True))
        colonne.addWidget(self.quand)
        colonne.addWidget(self.exige)
        colonne.addLayout(_ligne(("Constat", self.phrase), ("Source", self.source)))
        for texte in (self._mots, self._exemples):
            colonne.addWidget(texte)
        colonne.addStretch(1)
        zone = QScrollArea()
        zone.setWidgetResizable(True)
        zone.setFrameShape(QFrame.Shape.NoFrame)
        zone.setWidget(corps)
        pied = QHBoxLayout()
        marges(pied, 4, 16, 8, 16, espace=8)
        self.garder, abandon = bouton("Garder la règle", "principal"), bouton("Abandonner")
        self.garder.clicked.connect(self.gardee)
        abandon.clicked.connect(self.fermer)
        pied.addWidget(self._compte, 1)
        pied.addWidget(self._refus, 1)
        pied.addWidget(self.garder)
        pied.addWidget(abandon)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addWidget(filet())
        page.addWidget(zone, 1)
        page.addLayout(pied)

    def _brancher(self) -> None:
        self.cible.activated.connect(lambda _: self._autre_cible())
        for combo in (self.niveau, self.appel):
            combo.activated.connect(lambda _: self._toucher())
        for groupe in (self.quand, self.exige):
            groupe.change.connect(self._toucher)
        for champ in (self.nom, self.phrase, self.source):
            champ.textEdited.connect(lambda _: self._toucher())

    # Opening ------------------------------------------------------------------------------------

    @staticmethod
    def sait_montrer(ligne: LigneComposee) -> bool:
        return not ligne.defaut and est_plate(ligne.quand) and est_plate(ligne.exige)

    def vider(self, appels: Sequence[tuple[str, str]]) -> None:
        """A new rule, with one condition to begin with."""
        self._remplir(appels, CibleConstat.ACTION, NiveauConstat.ALERTE, "")
        for champ in (self.nom, self.phrase, self.source):
            champ.clear()
        self.quand.ajouter_rangee()
        self._commencer()

    def montrer(self, ligne: LigneComposee, appels: Sequence[tuple[str, str]]) -> None:
        """A rule that was kept."""
        self._remplir(
            appels, CibleConstat.de(ligne.cible), NiveauConstat.de(ligne.niveau), ligne.appel or ""
        )
        self.nom.setText(ligne.libelle)
        self.phrase.setText(ligne.constat)
        self.source.setText(ligne.source)
        self.quand.poser(ligne.quand)
        self.exige.poser(ligne.exige)
        self._note = ligne.note
        self._commencer()

    def _remplir(
        self,
        appels: Sequence[tuple[str, str]],
        cible: CibleConstat,
        niveau: NiveauConstat,
        appel: str,
    ) -> None:
        self._note = ""
        self.appel.clear()
        for cle, nom in (TOUS_APPELS, *appels):
            self.appel.addItem(nom, cle)
        if appel and self.appel.findData(appel) < 0:
            self.appel.addItem("Appel d'une autre année", appel)
        for combo, valeur in ((self.cible, cible), (self.niveau, niveau), (self.appel, appel)):
            combo.setCurrentIndex(max(0, combo.findData(str(valeur))))
        self._offrir()

    def _offrir(self) -> None:
        faits = self._faits_de(CibleConstat.de(str(self.cible.currentData())))
        self.quand.offrir(faits)
        self.exige.offrir(faits)

    def _commencer(self) -> None:
        self._change = False
        self._refus.clear()
        self.essayer()
        self.nom.setFocus(Qt.FocusReason.OtherFocusReason)

    def _autre_cible(self) -> None:
        self._offrir()
        self.quand.ajouter_rangee()
        self._toucher()

    # Trying -------------------------------------------------------------------------------------

    def _toucher(self) -> None:
        self._change = True
        self._attente.start()

    def projet(self) -> Projet:
        """The rule as it is typed. Raises SaisieRefusee when a value cannot be read."""
        return Projet(
            libelle=self.nom.text(),
            cible=CibleConstat.de(str(self.cible.currentData())),
            quand=self.quand.condition(),
            exige=self.exige.condition(),
            niveau=NiveauConstat.de(str(self.niveau.currentData())),
            constat=self.phrase.text(),
            source=self.source.text(),
            appel=str(self.appel.currentData() or "") or None,
            note=self._note,
        )

    def essayer(self) -> None:
        """Say the rule in words, how many it finds and the first of them; nothing is kept."""
        self._attente.stop()
        if self.isHidden():
            return
        try:
            projet = self.projet()
            mots, trouves = self._essayer(projet)
        except ErreurConnue as refus:
            self._dire(str(refus), "", [])
            return
        self._dire(mots, _compter(projet.cible, trouves), trouves[:MONTREES])

    def _dire(self, mots: str, compte: str, exemples: Sequence[tuple[str, str]]) -> None:
        self._mots.setText(mots)
        self._compte.setText(compte)
        self._exemples.setText("\n".join(f"{nom} – {phrase}" for nom, phrase in exemples))
        for texte in (self._compte, self._exemples):
            texte.setVisible(bool(texte.text()))

    # Closing ------------------------------------------------------------------------------------

    def brouillon(self) -> str:
        """What is being composed and not kept."""
        return "une règle en cours" if self._change and not self.isHidden() else ""

    def fermer(self) -> None:
        """Nothing more is kept."""
        self._attente.stop()
        self._change = False
        self.hide()
        self.quittee.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.fermer()
        else:
            super().keyPressEvent(event)


def _compter(cible: CibleConstat, trouves: Sequence[tuple[str, str]]) -> str:
    nombre = len(trouves)
    if not nombre:
        return "Elle ne trouve rien cette année."
    if nombre >= ESSAYES:
        return f"Elle trouve au moins {compter(nombre, 'constat')} cette année."
    objets = {nom for nom, _ in trouves}
    return f"Elle trouve {compter(len(objets), cible.libelle.lower())} cette année."


def _champ(nom: str) -> QLineEdit:
    champ = QLineEdit()
    champ.setAccessibleName(nom)
    champ.setMinimumWidth(theme().px(200))
    return champ


def _ligne(*champs: tuple[str, QLineEdit | QComboBox], etire: bool = False) -> QHBoxLayout:
    """Fields on one line, each after its name."""
    ligne = QHBoxLayout()
    marges(ligne, 0, espace=8)
    for nom, champ in champs:
        mot = etiquette(nom, "doux")
        mot.setMinimumWidth(theme().px(64))
        mot.setBuddy(champ)
        ligne.addWidget(mot)
        ligne.addWidget(champ, 1 if isinstance(champ, QLineEdit) else 0)
    if etire:
        ligne.addStretch(1)
    return ligne
