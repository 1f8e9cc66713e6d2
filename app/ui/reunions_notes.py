"""Notes taken during a meeting, at the keyboard: one project at a time, each word kept at once."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.services.bus import Avis
from app.services.columns import lire_date
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.services.rencontres import Rencontres
from app.services.reunions_lues import LignePointReunion, LigneReunion
from app.ui.brouillons import Redige
from app.ui.ecran import hote
from app.ui.elements import Etiquette, TexteElide, bouton, etiquette, marges, minuterie
from app.ui.reunions_criteres import Criteres
from app.ui.reunions_dits import BlocDit, bloc_avis, bloc_demandes
from app.ui.reunions_projet import LARGEUR, ProjetEnVue
from app.ui.reunions_touches import PARTOUT, avec_sa_touche, geste_de
from app.ui.seance_saisie import Garder
from app.ui.theme import theme

PAUSE = 800  # ms without a key before the remarks are kept
ENTITES = ("point_reunion", "avis_reunion", "recommandation", "reunion", "action", "note_intention")


class VoletNotes(Redige, QWidget):
    """`refuse(sentence)`, `information(sentence)`. The keys answer while no field has the keyboard."""

    refuse = Signal(str)
    information = Signal(str)

    def __init__(self, contexte: Contexte, services: Rencontres) -> None:
        super().__init__(hote())
        self._services = services
        self._lecture_seule = contexte.fichier.lecture_seule
        self._reunion: LigneReunion | None = None
        self._points: list[LignePointReunion] = []
        self._rang = 0
        self._perime = True
        self._gardees = ""  # the remarks as the file holds them
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Prise de notes")
        self._pause = minuterie(self, PAUSE, self.garder)
        self._batir()
        self._brancher()
        self._gestes = self._declarer()

    # Building -----------------------------------------------------------------------------------

    def _batir(self) -> None:
        self.projet = ProjetEnVue()
        gauche = QWidget()
        colonne = QVBoxLayout(gauche)
        marges(colonne, 8, 16, espace=8)
        colonne.addLayout(self._tete())
        self.criteres = Criteres()
        self.criteres.repondu.connect(self._apprecier)
        colonne.addWidget(self.criteres)
        self.remarques = QPlainTextEdit()
        self.remarques.setAccessibleName("Remarques")
        self.remarques.setPlaceholderText(
            "Remarques : R pour écrire, Échap pour revenir aux touches"
        )
        self.remarques.setTabChangesFocus(True)
        self.remarques.setMinimumHeight(theme().px(64))
        self.remarques.textChanged.connect(self._pause.start)
        self.remarques.installEventFilter(self)
        colonne.addWidget(self.remarques, 2)
        notes = self._services.notes
        self.demandes, self.avis = bloc_demandes(notes), bloc_avis(notes)
        colonne.addWidget(self.demandes, 3)
        colonne.addWidget(self.avis, 3)
        partage = QSplitter(Qt.Orientation.Horizontal, self)
        partage.setChildrenCollapsible(False)
        self._defile = QScrollArea(partage)  # large text may need more than the window has
        self._defile.setWidget(gauche)
        self._defile.setWidgetResizable(True)
        self._defile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._defile.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        partage.addWidget(self.projet)
        partage.setStretchFactor(0, 1)
        partage.setSizes([theme().px(820), theme().px(LARGEUR)])
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addWidget(partage, 1)

    def _tete(self) -> QVBoxLayout:
        self._titre = TexteElide(role="titre")
        self._lieu = TexteElide(role="doux")
        self._etat = Etiquette("")
        self._compte = etiquette("", "doux")
        self.precedent = bouton("Précédent")
        self.suivant = bouton("Suivant", "principal")
        self.precedent.setToolTip(avec_sa_touche("precedent"))
        self.suivant.setToolTip(avec_sa_touche("suivant"))
        self.precedent.clicked.connect(lambda: self.passer(-1))
        self.suivant.clicked.connect(lambda: self.passer(1))
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=8)
        for element in (self._titre,):
            ligne.addWidget(element, 1)
        for element in (self._etat, self._compte, self.precedent, self.suivant):
            ligne.addWidget(element)
        tete = QVBoxLayout()
        marges(tete, 0, espace=2)
        tete.addLayout(ligne)
        tete.addWidget(self._lieu)
        return tete

    def _brancher(self) -> None:
        notes = self._services.notes
        for bloc, ajouter in ((self.demandes, self._demander), (self.avis, self._donner_avis)):
            bloc.refuse.connect(self.refuse)
            bloc.quitte.connect(self._rendre_la_place)
            bloc.ajoute.connect(ajouter)
        self.demandes.retire.connect(
            lambda: self._retirer(self.demandes, lambda cles: notes.retirer(recommandations=cles))
        )
        self.avis.retire.connect(lambda: self._retirer(self.avis, notes.retirer))

    def _rendre_la_place(self) -> None:
        """The fields are closed: both lists are there again, and the keys answer."""
        self.demandes.show()
        self.avis.show()
        self._defile.verticalScrollBar().setValue(0)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _declarer(self) -> dict[str, Callable[[], object]]:
        reponses = ("oui", "en_partie", "non")
        return {
            "suivant": lambda: self.passer(1),
            "precedent": lambda: self.passer(-1),
            "critere_suivant": lambda: self.criteres.aller(self.criteres.courant + 1),
            "critere_precedent": lambda: self.criteres.aller(self.criteres.courant - 1),
            **{r: partial(self._repondre, r) for r in reponses},
            "effacer": partial(self._repondre, None),
            "remarques": self.remarques.setFocus,
            "avis": self._donner_avis,
            "demande": self._demander,
            "vu": self._basculer_vu,
        }

    # What is shown ------------------------------------------------------------------------------

    @property
    def point(self) -> LignePointReunion | None:
        return self._points[self._rang] if self._rang < len(self._points) else None

    def choisir_reunion(self, reunion: LigneReunion | None) -> None:
        """Another meeting, from its first project not seen; or the same one as it is now."""
        autre = (self._reunion and self._reunion.cle) != (reunion and reunion.cle)
        if not autre:
            self._reunion = reunion  # what changed in it is told by the notice
            return
        self.garder()
        for bloc in (self.avis, self.demandes):
            bloc.saisie.fermer()
        self._reunion = reunion
        self._points, self._rang, self._gardees = [], 0, ""
        self._perime = True
        if self.isVisible():
            self.montree()

    def montree(self) -> None:
        """Called when the tab comes in view."""
        if not self._perime:
            return
        self._perime = False
        premiere = not self._points
        self._relire()
        if premiere:
            vus = [p.passe for p in self._points]
            self._rang = vus.index(False) if False in vus else 0
            self._montrer_projet()

    def _relire(self) -> None:
        """The agenda as it is now; the project in view stays."""
        avant = self.point
        reunion = self._reunion
        self._points = self._services.reunions.points(reunion.cle) if reunion else []
        cles = [p.cle for p in self._points]
        if avant is not None and avant.cle in cles:
            self._rang = cles.index(avant.cle)
        self._rang = min(self._rang, max(0, len(cles) - 1))
        self._montrer_projet(
            autre=avant is None or self.point is None or avant.cle != self.point.cle
        )

    def _montrer_projet(self, *, autre: bool = True) -> None:
        point, reunion = self.point, self._reunion
        verrou = self._lecture_seule or point is None or reunion is None or reunion.est_tenue
        self._verrouiller(verrou)
        self._dire_le_point(point)
        self.criteres.montrer(
            {}
            if point is None
            else {nom: getattr(point, nom) for nom in ("diagnostic", "capacite", "partenariat")}
        )
        if autre:
            self.criteres.aller(0)
        self._montrer_remarques((point.remarques if point else "") or "", autre=autre)
        self.avis.modele.synchroniser(self._services.notes.avis(point.cle) if point else [])
        self.demandes.modele.synchroniser(
            self._services.notes.recommandations(reunion.cle, point.action)
            if point and reunion
            else []
        )
        if autre:
            note = (
                self._services.notes.note_d_intention(point.action)
                if point and point.action
                else None
            )
            self.projet.montrer(point, note)

    def _dire_le_point(self, point: LignePointReunion | None) -> None:
        if point is None:
            vide = "Aucun point à l'ordre du jour" if self._reunion else "Aucune réunion en vue"
            self._titre.setText(vide)
            self._lieu.setText("")
            self._compte.setText("")
            self._etat.hide()
            return
        self._titre.setText(" – ".join(filter(None, (point.numero, point.titre))))
        self._lieu.setText(" · ".join(filter(None, (point.creneau, point.porteur, point.communes))))
        self._compte.setText(f"{point.ordre} / {len(self._points)}")
        self._etat.montrer(
            "Vu" if point.passe else "À voir", "favorable" if point.passe else "neutre"
        )
        self._etat.show()

    def _montrer_remarques(self, texte: str, *, autre: bool) -> None:
        """The remarks of the file, unless somebody is typing others."""
        en_frappe = self.remarques.hasFocus() and self._tapees() != self._gardees
        self._gardees = texte
        if (autre or not en_frappe) and self._tapees() != texte:
            self.remarques.blockSignals(True)
            self.remarques.setPlainText(texte)
            self.remarques.blockSignals(False)
            self._pause.stop()

    def _verrouiller(self, verrou: bool) -> None:
        self.criteres.verrouiller(verrou=verrou)
        self.remarques.setReadOnly(verrou)
        for bloc in (self.avis, self.demandes):
            bloc.verrouiller(verrou=verrou)
        self.precedent.setEnabled(self._rang > 0)
        self.suivant.setEnabled(self._rang + 1 < len(self._points))

    # Writing ------------------------------------------------------------------------------------

    def _tenter(self, faire: Callable[[], object]) -> bool:
        try:
            faire()
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
            return False
        return True

    def _tapees(self) -> str:
        return self.remarques.toPlainText().strip()

    def garder(self) -> bool:
        """Keep the remarks as they are typed so far. False: refused, and said."""
        self._pause.stop()
        point = self.point
        if point is None or self.remarques.isReadOnly() or self._tapees() == self._gardees:
            return True
        texte, avant = self._tapees(), self._gardees
        self._gardees = texte  # the notice comes before the call returns
        if self._tenter(lambda: self._services.notes.remarquer(point.cle, texte)):
            return True
        self._gardees = avant
        return False

    def brouillon(self) -> str:
        """What is typed and not kept yet."""
        return "" if self._tapees() == self._gardees else "une remarque"

    def passer(self, pas: int) -> None:
        """The next project, or the one before; what was typed is kept first."""
        if not self.garder() or not 0 <= self._rang + pas < len(self._points):
            return
        self._rang += pas
        self._montrer_projet()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _modifiable(self) -> bool:
        return not self.remarques.isReadOnly()

    def _repondre(self, reponse: str | None) -> None:
        if self._modifiable():
            self.criteres.repondre(reponse)

    def _apprecier(self, critere: str, reponse: str | None) -> None:
        point = self.point
        if point is not None:
            self._tenter(lambda: self._services.notes.apprecier(point.cle, critere, reponse))

    def _basculer_vu(self) -> None:
        point = self.point
        if point is not None and self._modifiable():
            vu = not point.passe or point.est_examine
            self._tenter(lambda: self._services.notes.marquer_vu(point.cle, vu=vu))

    def _demander(self) -> None:
        if not self._modifiable():
            return

        def ajouter(saisi: Mapping[str, str]) -> None:
            point, reunion = self.point, self._reunion
            assert point is not None
            assert reunion is not None
            self._services.notes.recommander(
                reunion.cle,
                saisi["texte"],
                action=point.action,
                nature=saisi["nature"],
                responsable=saisi["responsable"],
                echeance=lire_date(saisi["echeance"]),
            )

        self._ouvrir(self.demandes, self.avis, ajouter)

    def _donner_avis(self) -> None:
        if not self._modifiable():
            return

        def ajouter(saisi: Mapping[str, str]) -> None:
            point = self.point
            assert point is not None
            self._services.notes.donner_avis(
                point.cle, saisi["voix"], sens=saisi["sens"], texte=saisi["texte"]
            )

        self._ouvrir(self.avis, self.demandes, ajouter)

    def _ouvrir(self, bloc: BlocDit, autre: BlocDit, ajouter: Garder) -> None:
        """The fields of a list, in the place of the other one."""
        autre.hide()
        bloc.demander(ajouter)
        minuterie(self, 0, lambda: self._defile.ensureWidgetVisible(bloc.saisie)).start()

    def _retirer(self, bloc: BlocDit, faire: Callable[[list[str]], object]) -> None:
        if cles := bloc.vue.cles_choisies():
            self._tenter(lambda: faire(cles))

    # Around -------------------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if not avis.touche(*ENTITES):
            return
        if self.isVisible():
            self._relire()
        else:
            self._perime = True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        geste = geste_de(event)
        if geste:
            self._gestes[geste]()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the remarks: Esc gives the keys back, the page keys go to another project."""
        if event.type() == QEvent.Type.FocusOut:
            self.garder()
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Escape:
                self.garder()
                self.setFocus(Qt.FocusReason.OtherFocusReason)
                return True
            if (geste := PARTOUT.get(Qt.Key(event.key()))) is not None:
                self._gestes[geste]()
                return True
        return super().eventFilter(watched, event)
