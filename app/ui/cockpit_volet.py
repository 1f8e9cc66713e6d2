"""At the right of the cockpit: what the room sees, what to watch, the ledger of a seat, private notes."""

from collections.abc import Sequence
from typing import TypeVar

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from app.models.montants import afficher_montant
from app.services.alertes_seance import AlerteDeTable
from app.services.columns_membres import heure
from app.services.registres import LigneRegistre
from app.ui.cockpit_enveloppe import VentilationPeinte
from app.ui.cockpit_touches import avec_sa_touche
from app.ui.elements import bouton, etiquette, filet, marges
from app.ui.theme import theme

Partie = TypeVar("Partie", bound=QWidget)
LARGEUR = 316
ECHELLE_A_DEUX = 1.5
ECHELLE_MAXIMUM = 1.15  # beyond, the width goes to the seats


class Vignette(QWidget):
    """The public window, small: the same picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Ce que voit la salle")
        self._image = QPixmap()
        self._masquee = False
        self.setFixedHeight(round(172 * min(theme().echelle, ECHELLE_MAXIMUM)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def montrer(self, image: QPixmap) -> None:
        self._image = image
        self.update()

    def masquer(self, *, masque: bool) -> None:
        """Hide what the room sees from who has a link with the porteur."""
        if masque != self._masquee:
            self._masquee = masque
            self.update()

    def paintEvent(self, _evenement: QPaintEvent) -> None:
        with QPainter(self) as peintre:
            peintre.fillRect(self.rect(), theme().couleurs.filet)
            if not self._image.isNull() and not self._masquee:
                taille = self._image.size().scaled(
                    QSize(self.width() - 2, self.height() - 2), Qt.AspectRatioMode.KeepAspectRatio
                )
                place = QRect(
                    (self.width() - taille.width()) // 2,
                    (self.height() - taille.height()) // 2,
                    taille.width(),
                    taille.height(),
                )
                peintre.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
                peintre.drawPixmap(place, self._image)
            peintre.setPen(theme().couleurs.bord)
            peintre.drawRect(self.rect().adjusted(0, 0, -1, -1))


class VoletCockpit(QWidget):
    """`geste(name)`: a button of the screen of the room."""

    geste = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self.setFixedWidth(round(LARGEUR * min(theme().echelle, ECHELLE_MAXIMUM)))
        self.vignette = Vignette()
        self._ecran = _paragraphe("petit")
        self.etat_salle = etiquette("", "fort")
        self.alertes = _paragraphe()
        self.avis = _paragraphe()
        self.enveloppe = VentilationPeinte()
        self.registre = _paragraphe("doux")
        self.note = _paragraphe("doux")
        corps = QWidget()
        textes = QVBoxLayout(corps)
        marges(textes, 0, espace=4)
        for titre, contenu in (
            ("À surveiller", self.alertes),
            ("Avis technique", self.avis),
            ("Enveloppe de la case", self.enveloppe),
            ("Historique de la case", self.registre),
            ("Note privée", self.note),
        ):
            textes.addWidget(etiquette(titre, "petit"))
            textes.addWidget(contenu)
            if contenu is self.registre:
                textes.addWidget(self._bouton("historique"), 0, Qt.AlignmentFlag.AlignLeft)
        textes.addStretch(1)
        self._textes = textes
        defile = QScrollArea()
        defile.setWidgetResizable(True)
        defile.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        defile.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        defile.setWidget(corps)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=4)
        colonne.addWidget(self.vignette)
        colonne.addWidget(self._ecran)
        colonne.addWidget(self.etat_salle)
        self.fenetre = self._bouton("fenetre")
        self.fenetre.hide()
        colonne.addWidget(self.fenetre)
        for noms in self._rangees():
            ligne = QHBoxLayout()
            ligne.setSpacing(theme().px(4))
            for nom in noms:
                ligne.addWidget(self._bouton(nom))
            colonne.addLayout(ligne)
        colonne.addWidget(filet())
        colonne.addWidget(defile, 1)

    def _rangees(self) -> Sequence[tuple[str, ...]]:
        if theme().echelle <= ECHELLE_MAXIMUM:
            return (("noir", "figer"), ("tableau", "message"), ("agrandir", "reduire"))
        if theme().echelle <= ECHELLE_A_DEUX:
            return (("noir", "figer"), ("tableau", "message"), ("agrandir",), ("reduire",))
        return (("noir",), ("figer",), ("tableau",), ("message",), ("agrandir",), ("reduire",))

    def _bouton(self, nom: str) -> QWidget:
        geste = bouton(avec_sa_touche(nom))
        geste.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        geste.clicked.connect(lambda: self.geste.emit(nom))
        return geste

    def ajouter(self, titre: str, contenu: Partie) -> Partie:
        """One more section, under what is to be watched: the others may be long."""
        for place, partie in enumerate((etiquette(titre, "petit"), contenu), start=2):
            self._textes.insertWidget(place, partie)
        return contenu

    def dire_ecran(self, phrase: str, *, en_fenetre: bool) -> None:
        """Where the room looks; `en_fenetre`: it may have a window, for want of a screen."""
        _ecrire(self._ecran, phrase)
        self.fenetre.setVisible(en_fenetre)

    def surveiller(self, alertes: Sequence[AlerteDeTable], cpo: str) -> None:
        """Sentences on what is said; the signals have a shape too."""
        phrases = [f"▲ {alerte.message}" for alerte in alertes]
        _ecrire(self.alertes, "\n".join([*phrases, *([f"○ {cpo}"] if cpo else [])]) or "Rien.")

    def masquer(self, mot: str) -> None:
        """Nothing of what is said may be read here."""
        for texte in (self.alertes, self.registre):
            _ecrire(texte, mot)

    def raconter(self, lignes: Sequence[LigneRegistre]) -> None:
        """The ledger of a seat, the last step last."""
        phrases = []
        for ligne in lignes:
            montant = "–" if ligne.montant is None else afficher_montant(ligne.montant, euro=True)
            qui = ", ".join(t for t in (ligne.auteur, heure(ligne.quand)) if t)
            cache = "" if ligne.publie else ", non publié"
            phrases.append(f"{ligne.etape} : {montant}{cache}" + (f" ({qui})" if qui else ""))
        _ecrire(self.registre, "\n".join(phrases) or "Rien encore.")

    def aviser(self, avis: str | None) -> None:
        """The avis commun of the comité partenarial on the item in view."""
        _ecrire(self.avis, avis or "Aucun.")

    def noter(self, note: str | None) -> None:
        _ecrire(self.note, note or "Aucune.")


def _paragraphe(role: str = "") -> QLabel:
    texte = etiquette("", role)
    texte.setWordWrap(True)
    texte.setAlignment(Qt.AlignmentFlag.AlignTop)
    return texte


def _ecrire(etiquette_: QLabel, texte: str) -> None:
    """A label that already says it is not laid out again."""
    if etiquette_.text() != texte:
        etiquette_.setText(texte)
