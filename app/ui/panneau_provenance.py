"""« D'où vient ce chiffre ? » under the table: its parts, each of which opens or leads to its row."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from app.models.montants import FINE, INSECABLE
from app.services.chiffres import Chiffre, Explication, Lien, Part, en_chiffres
from app.services.columns import Alignement, Colonne, lire_attribut
from app.services.provenance import Provenance
from app.ui.elements import TexteElide, bouton, bouton_icone, etiquette, marges, minuterie
from app.ui.page_tableau import PageTableau
from app.ui.panneau import Panneau
from app.ui.reprises import Rouvrir
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

HAUTEUR = 240
ATTENTE = 60  # ms: one reading for a run of edits
MIETTES = 3  # levels named above the figure
LONGUEUR = 34  # of the name of a level, in characters
LISTES = {
    "action": ("actions", "matrice"),
    "enveloppe": ("enveloppes",),
    "organisme": ("porteurs",),
}
Lecture = Callable[[], Explication]


def expliquer_dans(page: PageTableau, chiffre: Chiffre) -> PanneauProvenance:
    """Open the panel of a page on a figure."""
    provenance = Provenance(page.contexte.fichier)
    return ouvrir_dans(page, lambda: provenance.expliquer(chiffre))


def ouvrir_dans(page: PageTableau, lecture: Lecture) -> PanneauProvenance:
    """Open the panel of a page on what `lecture` reads, now and after each change."""
    panneau = PanneauProvenance(page, lecture)
    page.ouvrir_panneau(panneau, hauteur=HAUTEUR)
    panneau.vue.setFocus()
    return panneau


class PanneauProvenance(Panneau):
    """A pile of figures, the last one shown. Enter opens a part or goes to its row; Backspace goes up."""

    def __init__(self, page: PageTableau, lecture: Lecture) -> None:
        super().__init__()
        self.setObjectName("panneau_provenance")
        self.setAccessibleName("D’où vient ce chiffre ?")
        self._page = page
        self._provenance = Provenance(page.contexte.fichier)
        self._pile: list[tuple[Lecture, str]] = []
        self._modele = ModeleTableau(colonnes_parts(), self)
        self.vue = VueTableau(self._modele)
        self._attente = minuterie(self, ATTENTE)
        self._construire()
        self._brancher()
        self.empiler(lecture)

    def _construire(self) -> None:
        px = theme().px
        self._fil = QHBoxLayout()
        self._fil.setSpacing(px(4))
        self._montant = etiquette("", "titre")
        self._phrase = TexteElide(role="doux")
        self._remonter = bouton("Remonter", dessin="haut")
        self._remonter.setToolTip("Revenir au chiffre précédent (Retour arrière)")
        self._aller = bouton("Aller à la ligne", dessin="lien")
        self._aller.setToolTip("Montrer dans sa page ce qui est sélectionné")
        fermer = bouton_icone("fermer", "Fermer (Échap)")
        fermer.clicked.connect(self._page.fermer_panneau)
        haut = QHBoxLayout()
        marges(haut, 8, 8, 0, 16, espace=8)
        haut.addLayout(self._fil)
        haut.addStretch(1)
        haut.addWidget(self._remonter)
        haut.addWidget(self._aller)
        haut.addWidget(fermer)
        bas = QHBoxLayout()
        marges(bas, 0, 16, 8, 16, espace=12)
        bas.addWidget(self._montant)
        bas.addWidget(self._phrase, 1)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(px(4))
        page.addLayout(haut)
        page.addLayout(bas)
        page.addWidget(self.vue, 1)
        self.vue.volets.dire_si_vide("Ce chiffre n’a pas de parts.")

    def _brancher(self) -> None:
        self._remonter.clicked.connect(self.remonter)
        self._aller.clicked.connect(self.aller)
        self.vue.ouverte.connect(lambda _cle: self.descendre())
        self.vue.courante.connect(lambda *_: self._actualiser_boutons())
        self._page.modele.calcule.connect(self._attente.start)
        self._attente.timeout.connect(self.relire)
        for grille in self.vue.volets.grilles:
            grille.installEventFilter(self)

    # What is shown ------------------------------------------------------------------------------

    @property
    def explication(self) -> Explication:
        """What is on screen."""
        return self._explication

    def reouverture(self) -> Rouvrir:
        lectures = [lecture for lecture, _ in self._pile]

        def rouvrir(page: PageTableau) -> None:
            panneau = ouvrir_dans(page, lectures[0])
            for lecture in lectures[1:]:
                panneau.empiler(lecture)

        return rouvrir

    def relire(self) -> None:
        """Read the figure in view again: the file has changed."""
        self._montrer(self._pile[-1][0]())

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.relire()

    def empiler(self, lecture: Lecture) -> None:
        explication = lecture()
        self._pile.append((lecture, explication.titre))
        self._montrer(explication)
        self.vue.aller(0, 0)

    def _montrer(self, explication: Explication) -> None:
        self._explication = explication
        self._modele.synchroniser(explication.parts)
        look = theme()
        self._montant.setText(look.typographier(explication.texte))
        self._phrase.setText(look.typographier(explication.phrase))
        self.setAccessibleDescription(
            f"{explication.titre}{INSECABLE}: {explication.texte} {explication.phrase}"
        )
        self._ecrire_le_fil()
        self._actualiser_boutons()

    def _ecrire_le_fil(self) -> None:
        """The last levels; a click comes back to one."""
        while (element := self._fil.takeAt(0)) is not None:
            ancien = element.widget()
            if ancien is not None:
                ancien.hide()
                ancien.deleteLater()
        premier = max(0, len(self._pile) - MIETTES)
        for rang in range(premier, len(self._pile)):
            titre = self._pile[rang][1]
            if rang > premier:
                self._fil.addWidget(etiquette("›", "doux"))
            if rang == len(self._pile) - 1:
                self._fil.addWidget(etiquette(_abreger(titre, 2 * LONGUEUR), "fort"))
                continue
            miette = bouton(_abreger(titre, LONGUEUR), "lien")
            miette.setToolTip(titre)
            miette.clicked.connect(self._revenir_a(rang))
            self._fil.addWidget(miette)

    def _revenir_a(self, rang: int) -> Callable[[], None]:
        return lambda: self._remonter_a(rang)

    def _actualiser_boutons(self) -> None:
        self._remonter.setEnabled(len(self._pile) > 1)
        self._aller.setEnabled(self._lien() is not None)

    # Going through ------------------------------------------------------------------------------

    def part(self) -> Part | None:
        """The part selected."""
        cle = self.vue.cle_courante()
        return self._modele.ligne(cle) if cle else None

    def descendre(self) -> None:
        """Open the part selected, or go to its row when it has no parts."""
        part = self.part()
        if part is None:
            return
        chiffre = part.chiffre
        if chiffre is None:
            self.aller()
        else:
            self.empiler(partial(self._provenance.expliquer, chiffre))

    def remonter(self) -> None:
        self._remonter_a(len(self._pile) - 2)

    def _remonter_a(self, rang: int) -> None:
        if rang >= 0:
            del self._pile[rang + 1 :]
            self.relire()
            self.vue.aller(0, 0)
            self.vue.setFocus()

    def _lien(self) -> Lien | None:
        part = self.part()
        return (part.lien if part is not None else None) or self._explication.lien

    def aller(self) -> None:
        """Go to the row of the part selected: in this table when it is there, else in its page."""
        lien = self._lien()
        if lien is None:
            return
        page = self._page
        ici = page.liste in LISTES.get(lien.entite, ())
        if ici and page.modele.position(lien.cle) >= 0:
            connues = {colonne.cle for colonne in page.modele.colonnes}
            page.vue.aller_a(lien.cle, lien.champ if lien.champ in connues else "")
            page.vue.setFocus()
        else:
            page.lien_demande.emit(lien)

    def eventFilter(self, objet: QObject, evenement: QEvent) -> bool:
        if evenement.type() == QEvent.Type.KeyPress and isinstance(evenement, QKeyEvent):
            geste = self._touches().get(Qt.Key(evenement.key()))
            if geste is not None and not evenement.modifiers() & _MODIFICATEURS:
                geste()
                return True
        return super().eventFilter(objet, evenement)

    def _touches(self) -> dict[Qt.Key, Callable[[], None]]:
        return {
            Qt.Key.Key_Return: self.descendre,
            Qt.Key.Key_Enter: self.descendre,
            Qt.Key.Key_F7: self.descendre,
            Qt.Key.Key_Backspace: self.remonter,
            Qt.Key.Key_Escape: self._page.fermer_panneau,
        }


_MODIFICATEURS = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ShiftModifier
)


def colonnes_parts() -> list[Colonne]:
    """The parts of a figure, as a list."""
    return [
        Colonne(cle="libelle", titre="Part", lire=lire_attribut("libelle"), largeur=300),
        Colonne(
            cle="montant",
            titre="Montant",
            lire=lire_attribut("montant"),
            afficher=lambda montant: "" if montant is None else en_chiffres(montant),
            alignement=Alignement.DROITE,
            largeur=110,
        ),
        Colonne(cle="detail", titre="Détail", lire=lire_attribut("detail"), largeur=280),
        Colonne(cle="operation", titre="Opération", lire=lire_attribut("operation"), largeur=220),
        Colonne(cle="auteur", titre="Qui", lire=lire_attribut("auteur"), largeur=120),
        Colonne(
            cle="quand",
            titre="Quand",
            lire=lire_attribut("quand"),
            afficher=lambda quand: "" if quand is None else f"{quand:%d/%m/%Y %H:%M}",
            largeur=124,
        ),
        Colonne(
            cle="numero",
            titre="N° au journal",
            lire=lire_attribut("numero"),
            afficher=lambda numero: "" if numero is None else f"{numero:,}".replace(",", FINE),
            alignement=Alignement.DROITE,
            largeur=90,
            nuance=True,
        ),
    ]


def _abreger(texte: str, longueur: int) -> str:
    return texte if len(texte) <= longueur else f"{texte[: longueur - 1].rstrip()}…"
