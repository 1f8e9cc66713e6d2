"""What is left to look at before a séance is closed, each with a jump; closing, and opening again."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from app.models.enums import EtatSeance, NiveauConstat
from app.services.columns_membres import heure
from app.services.comite import Comite
from app.services.controles_seance import Controle
from app.services.errors import ErreurConnue, SaisieRefusee
from app.ui.demande import BarreDemande
from app.ui.elements import bouton, etiquette, marges
from app.ui.papiers import ListePapiers

ROLE = Qt.ItemDataRole.UserRole


class VoletCloture(QWidget):
    """`point_demande(point)`: go and mend it. Nothing is asked in a modal box."""

    refuse = Signal(str)
    information = Signal(str)
    point_demande = Signal(str)

    def __init__(self, comite: Comite, *, lecture_seule: bool) -> None:
        super().__init__()
        self._comite = comite
        self._lecture_seule = lecture_seule
        self._seance: str | None = None
        self._titre = etiquette("", "titre")
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self.controles = QListWidget()
        self.controles.setAccessibleName("Remarques à lire avant de clore")
        self.controles.setWordWrap(True)
        self.controles.itemActivated.connect(self._aller)
        self.controles.itemDoubleClicked.connect(self._aller)
        self.papiers = ListePapiers()
        self.demande = BarreDemande()
        self.clore = bouton("Clore la séance", "principal")
        self.clore.clicked.connect(self._clore)
        self.rouvrir = bouton("Rouvrir la séance")
        self.rouvrir.clicked.connect(self._demander_motif)
        self._voir = bouton("Aller au point")
        self._voir.clicked.connect(lambda: self._aller(self.controles.currentItem()))
        boutons = QHBoxLayout()
        boutons.addWidget(self.clore)
        boutons.addWidget(self.rouvrir)
        boutons.addWidget(self._voir)
        boutons.addStretch(1)
        colonne = QVBoxLayout(self)
        marges(colonne, 12, 16, espace=8)
        colonne.addWidget(self._titre)
        colonne.addWidget(self._phrase)
        colonne.addWidget(self.controles, 20)
        colonne.addWidget(self.papiers)
        colonne.addStretch(1)  # what is above stays at the top where nothing is listed
        colonne.addWidget(self.demande)
        colonne.addLayout(boutons)

    def choisir_seance(self, seance: str | None) -> None:
        self._seance = seance
        self.demande.fermer()
        self.rafraichir()

    def rafraichir(self) -> None:
        """List again what is to be looked at."""
        self.controles.clear()
        if self._seance is None:
            return
        fiche = self._comite.seances.lire(self._seance)
        ouverte, close = fiche.etat == EtatSeance.OUVERTE, fiche.etat == EtatSeance.CLOSE
        trouves = self._comite.scellements.controles(self._seance) if ouverte else []
        for controle in trouves:
            self._lister(controle)
        self.clore.setVisible(not close)
        self.clore.setEnabled(ouverte and not self._lecture_seule)
        self.rouvrir.setVisible(close)
        self.rouvrir.setEnabled(not self._lecture_seule)
        self._voir.setVisible(bool(trouves))
        self.controles.setVisible(bool(trouves))
        self.papiers.setVisible(close)
        self._dire(fiche.etat, fiche.close_le, fiche.version, len(trouves))

    def _lister(self, controle: Controle) -> None:
        bloque = controle.niveau == NiveauConstat.BLOQUANT
        element = QListWidgetItem(("■ Empêche : " if bloque else "▲ ") + controle.message)
        element.setData(ROLE, controle.point or "")
        self.controles.addItem(element)

    def _dire(self, etat: str, close_le: str | None, version: int, nombre: int) -> None:
        if etat == EtatSeance.PREPARATION:
            titre, phrase = "La séance n'est pas ouverte", "« Tenir la séance » l'ouvre."
        elif etat == EtatSeance.CLOSE:
            sceau = self._comite.scellements.lignes(self._seance or "")[-1]
            rectifiee = "" if version == 1 else f", version rectifiée n° {version}"
            titre = f"Séance close{rectifiee}"
            phrase = (
                f"Scellée à {heure(close_le)}. Empreinte : {sceau.empreinte[:16]}. Les décisions ne "
                "changent plus ; rouvrir demande un motif et donne une version rectifiée."
            )
        elif nombre:
            titre = f"{nombre} remarque{'s' if nombre > 1 else ''} à lire avant de clore"
            phrase = (
                "Clore reste possible quand rien n'empêche : vous direz pourquoi, au procès-verbal."
            )
        else:
            titre, phrase = "Aucune remarque", "La séance peut être close."
        self._titre.setText(titre)
        self._phrase.setText(phrase)

    def _aller(self, element: QListWidgetItem | None) -> None:
        point = element.data(ROLE) if element is not None else ""
        if point:
            self.point_demande.emit(point)
        elif element is not None:
            self.refuse.emit("Cette remarque concerne la séance entière : elle n'a pas de ligne.")

    def _clore(self) -> None:
        if not self.controles.count():
            self._sceller()
            return
        self.demande.demander(
            "Clore malgré ces remarques : pourquoi ?",
            self._confirmer,
            detail="Cette raison sera au procès-verbal et au journal.",
            verbe="Clore",
        )

    def _confirmer(self, texte: str) -> None:
        if texte.strip().casefold() in ("", "oui"):
            raise SaisieRefusee("Tapez en quelques mots pourquoi passer outre, ou abandonnez.")
        self._comite.scellements.clore(self._seance or "", confirmer=True, raison=texte)

    def _sceller(self) -> None:
        try:
            self._comite.scellements.clore(self._seance or "")
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))

    def _demander_motif(self) -> None:
        def rouvrir(motif: str) -> None:
            self._comite.scellements.rouvrir(self._seance or "", motif)

        self.demande.demander("Motif de la réouverture", rouvrir, verbe="Rouvrir")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.controles.hasFocus():
            self._aller(self.controles.currentItem())
        else:
            super().keyPressEvent(event)
