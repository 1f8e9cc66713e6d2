"""What the source names otherwise than the file: the person says what it is, label by label."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from app.services.plans import CREER, IGNORER, Genre, Rapprochement
from app.ui.elements import TexteElide, bouton, etiquette, filet, marges
from app.ui.import_lignes import GENRES
from app.ui.import_listes import Liste
from app.ui.import_source import francais
from app.ui.theme import theme

LABELS_MONTRES = 200  # beyond, the first ones are resolved, then the preview is made again
CREABLES = (Genre.FINANCEUR, Genre.PORTEUR)
Cle = tuple[Genre, str]
Choix = Sequence[tuple[str, str]]


class ListeResolution(Liste):
    """The nearest, to create, to leave out, then all the others, filled in at the first visit."""

    def __init__(self, r: Rapprochement, autres: Callable[[], Choix], parent: QWidget) -> None:
        super().__init__(f"{GENRES[r.genre]} « {r.libelle} »", parent)
        self._autres: Callable[[], Choix] | None = autres
        for valeur, libelle in _premiers(r):
            self.addItem(francais(libelle), valeur)
        self.setCurrentIndex(self.findData(depart(r)))
        self.installEventFilter(self)

    def remplir(self) -> None:
        """All the rows of the file that it could be."""
        if self._autres is None:
            return
        autres, self._autres = self._autres(), None
        presents = {self.itemData(rang) for rang in range(self.count())}
        reste = [(valeur, libelle) for valeur, libelle in autres if valeur not in presents]
        if reste:
            self.ajouter_titre("Dans le fichier")
        for valeur, libelle in reste:
            self.addItem(libelle, valeur)

    def choisir(self, valeur: str) -> None:
        if self.findData(valeur) < 0:
            self.remplir()
        self.setCurrentIndex(self.findData(valeur))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.MouseButtonPress):
            self.remplir()
        return super().eventFilter(watched, event)


def depart(r: Rapprochement) -> str:
    """What the preview does of a label as long as nobody says otherwise."""
    if r.cree:
        return CREER
    return r.cle or IGNORER


def _premiers(r: Rapprochement) -> list[tuple[str, str]]:
    choix: list[tuple[str, str]] = []
    if r.cle is not None and not r.cree:
        choix.append((r.cle, r.nom))
    if r.proche_cle is not None and r.proche_cle != r.cle:
        choix.append((r.proche_cle, f"{r.proche_nom} (le plus proche)"))
    if r.genre in CREABLES:
        choix.append((CREER, f"Créer « {r.libelle} »"))
    if r.genre is not Genre.PORTEUR:
        choix.append((IGNORER, "Ne pas reprendre"))
    return choix


def explication(r: Rapprochement) -> str:
    """Where the matter stands, in words."""
    if r.cree:
        if r.proche_nom:
            return f"absent du fichier, ressemble à « {r.proche_nom} »"
        return "absent du fichier : sera créé"
    return "lu comme" if r.cle is not None else "inconnu : pas repris"


class Resolutions(QWidget):
    """One card per label. `change()`: what is chosen is no longer what the preview shows."""

    change = Signal()
    recalcul = Signal()

    def __init__(self, choix: Callable[[Genre], Choix], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choix = choix
        self._vus: dict[Cle, Rapprochement] = {}
        self._appliquees: dict[Cle, str] = {}
        self.listes: dict[Cle, ListeResolution] = {}
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self.recalculer = bouton("Recalculer l'aperçu", "principal")
        self.recalculer.clicked.connect(self.recalcul)
        self._zone = QScrollArea()
        self._zone.setWidgetResizable(True)
        self._zone.setFrameShape(QFrame.Shape.NoFrame)
        self._zone.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._zone.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        pied = QVBoxLayout()
        marges(pied, 8, 16, espace=8)
        pied.addWidget(self.recalculer)
        tete = QVBoxLayout()
        marges(tete, 8, 16, espace=0)
        tete.addWidget(self._phrase)
        colonne = QVBoxLayout(self)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        colonne.addLayout(tete)
        colonne.addWidget(filet())
        colonne.addWidget(self._zone, 1)
        colonne.addWidget(filet())
        colonne.addLayout(pied)

    def oublier(self) -> None:
        """Another file: nothing said before holds."""
        self._vus, self._appliquees, self.listes = {}, {}, {}

    def montrer(self, rapprochements: Sequence[Rapprochement]) -> None:
        """Labels of a new preview. Those already settled stay, so that they can be changed."""
        for r in rapprochements:
            cle = (r.genre, r.libelle)
            if not r.sur and cle not in self._appliquees:
                self._vus[cle] = r
        avant = self._zone.verticalScrollBar().value()
        corps = QWidget()
        colonne = QVBoxLayout(corps)
        colonne.setContentsMargins(0, 0, 0, 0)
        colonne.setSpacing(0)
        self.listes = {}
        for cle, r in list(self._vus.items())[:LABELS_MONTRES]:
            colonne.addWidget(self._carte(cle, r))
            colonne.addWidget(filet())
        colonne.addStretch(1)
        self._zone.setWidget(corps)
        self._zone.verticalScrollBar().setValue(avant)
        self._dire()

    def _carte(self, cle: Cle, r: Rapprochement) -> QWidget:
        carte = QWidget()
        liste = ListeResolution(r, lambda: self._choix(r.genre), carte)
        if cle in self._appliquees:
            liste.choisir(self._appliquees[cle])
        liste.activated.connect(self._sur_choix)
        self.listes[cle] = liste
        etat = "réglé" if cle in self._appliquees else explication(r)
        colonne = QVBoxLayout(carte)
        marges(colonne, 8, 16, 12, 16, espace=2)
        colonne.addWidget(TexteElide(francais(f"{GENRES[r.genre]} · {etat}"), "petit"))
        colonne.addWidget(TexteElide(francais(f"« {r.libelle} »")))
        colonne.addSpacing(theme().px(2))
        colonne.addWidget(liste)
        return carte

    def _sur_choix(self) -> None:
        self._dire()
        self.change.emit()

    def _dire(self) -> None:
        nombre = len(self.a_regler())
        if not self._vus:
            phrase = "Tout ce que le tableau nomme a été retrouvé dans le fichier."
        elif nombre:
            s = "s" if nombre > 1 else ""
            phrase = (
                f"{nombre} nom{s} à vérifier : le choix proposé s'applique si vous ne dites rien."
            )
        else:
            phrase = "Tous les noms sont réglés."
        if len(self._vus) > LABELS_MONTRES:
            phrase += f" Les {LABELS_MONTRES} premiers sont montrés."
        self._phrase.setText(francais(phrase))
        self.recalculer.setEnabled(self.en_attente)

    # What the person said -----------------------------------------------------------------------

    def a_regler(self) -> list[Cle]:
        """Labels on which nobody has said anything yet."""
        return [cle for cle in self._vus if cle not in self._appliquees]

    @property
    def en_attente(self) -> bool:
        """Was something chosen that the preview does not show yet?"""
        return self.choisies() != self._appliquees

    def choisies(self) -> dict[Cle, str]:
        """(kind, label) -> what the person chose: those that were left as proposed are not there."""
        dites = {cle: valeur for cle, valeur in self._appliquees.items() if cle not in self.listes}
        for cle, liste in self.listes.items():
            valeur = str(liste.currentData() or "")
            if cle in self._appliquees or valeur != depart(self._vus[cle]):
                dites[cle] = valeur
        return dites

    def appliquer(self, resolutions: Mapping[Cle, str]) -> None:
        """These are now in the preview."""
        self._appliquees = dict(resolutions)
