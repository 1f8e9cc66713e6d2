"""A grid tried at once: marks clicked in a pane, the score, the level and the gates that follow."""

from collections.abc import Mapping

from PySide6.QtWidgets import (
    QHBoxLayout,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import MethodeGrille
from app.services.columns import Signal as Sens
from app.services.grilles_calcul import Critere, Note, Resultat, en_ordre, resultat
from app.services.grilles_lues import GrilleEntiere
from app.services.grilles_mots import porte_en_mots, resultat_en_mots
from app.ui.elements import Etiquette, bouton, etiquette, marges
from app.ui.theme import theme

LARGEUR = 300
NON_APPLICABLE = "NA"
PHRASE = "Cliquez des notes pour voir ce que donne la grille. Rien n'est gardé."


class EssaiGrille(QWidget):
    """`notes`: what is clicked, by criterion; nothing of it goes to the file."""

    def __init__(self) -> None:
        super().__init__()
        self.notes: dict[str, Note] = {}
        self.choisi: str | None = None
        self._entiere: GrilleEntiere | None = None
        self._forme: object = None
        self._rangees: dict[str, dict[str, QToolButton]] = {}
        self.setFixedWidth(theme().px(LARGEUR))
        self._etat = Etiquette("")
        self._phrase = etiquette(PHRASE, "doux")
        self._phrase.setWordWrap(True)
        self._portes = etiquette("", "doux")
        self._portes.setWordWrap(True)
        effacer = bouton("Effacer", "discret")
        effacer.clicked.connect(self.effacer)
        tete = QHBoxLayout()
        marges(tete, 0, espace=8)
        tete.addWidget(etiquette("Essayer la grille", "fort"), 1)
        tete.addWidget(self._etat)
        tete.addWidget(effacer)
        self._zone = QScrollArea()
        self._zone.setFrameShape(QScrollArea.Shape.NoFrame)
        self._zone.setWidgetResizable(True)
        self._zone.setAccessibleName("Notes d'essai")
        colonne = QVBoxLayout(self)
        marges(colonne, 0, 16, 8, 12, espace=8)
        colonne.addLayout(tete)
        colonne.addWidget(self._phrase)
        colonne.addWidget(self._portes)
        colonne.addWidget(self._zone, 1)

    # What is tried ------------------------------------------------------------------------------

    def montrer(self, entiere: GrilleEntiere | None) -> None:
        """Another grid, or the same edited: marks that still exist stay."""
        avant, self._entiere = self._entiere, entiere
        if entiere is None or avant is None or avant.ligne.cle != entiere.ligne.cle:
            self.notes, self.choisi = {}, None
        bareme = None if entiere is None else entiere.bareme
        criteres = {} if bareme is None else {c.identifiant: c for c in bareme.criteres}
        self.notes = {
            i: note for i, note in self.notes.items() if i in criteres and _reste(criteres[i], note)
        }
        if entiere is not None and self.choisi not in {n.code for n in entiere.niveaux}:
            self.choisi = None
        forme = None if entiere is None else (entiere.ligne.methode, entiere.bareme)
        if forme != self._forme:
            self._forme = forme
            self._batir()
        self._cocher()
        self._dire()

    def noter(self, identifiant: str, valeur: str) -> None:
        """Give a mark, or take it back when it is the one given."""
        note = Note(na=True) if valeur == NON_APPLICABLE else Note(valeur)
        if self.notes.get(identifiant) == note:
            del self.notes[identifiant]
        else:
            self.notes[identifiant] = note
        self._cocher()
        self._dire()

    def choisir(self, code: str) -> None:
        """Set the level by hand, or no longer."""
        self.choisi = None if self.choisi == code else code
        self._cocher()
        self._dire()

    def effacer(self) -> None:
        self.notes, self.choisi = {}, None
        self._cocher()
        self._dire()

    @property
    def resultat(self) -> Resultat | None:
        if self._entiere is None:
            return None
        return resultat(self._entiere.bareme, self.notes, self.choisi)

    # What is shown ------------------------------------------------------------------------------

    def _batir(self) -> None:
        """A line a criterion; levels to choose where the grid does not compute them."""
        self._rangees = {}
        contenu = QWidget()
        colonne = QVBoxLayout(contenu)
        marges(colonne, 0, 8, 0, 0, espace=4)
        if self._entiere is not None:
            if self._entiere.ligne.methode == MethodeGrille.CHOISI:
                codes = {n.code: n.libelle for n in self._entiere.niveaux}
                self._rangee(colonne, "", "Niveau", codes)
            for critere in self._entiere.bareme.criteres:
                valeurs = dict(en_ordre(critere.niveaux))
                if critere.na_admis:
                    valeurs[NON_APPLICABLE] = "Non applicable"
                titre = f"{critere.identifiant} – {critere.libelle}"
                self._rangee(colonne, critere.identifiant, titre, valeurs)
        colonne.addStretch(1)
        self._zone.setWidget(contenu)

    def _rangee(
        self, colonne: QVBoxLayout, identifiant: str, titre: str, valeurs: Mapping[str, str]
    ) -> None:
        mot = etiquette(titre)
        mot.setWordWrap(True)
        colonne.addWidget(mot)
        ligne = QHBoxLayout()
        marges(ligne, 0, 0, 8, 0, espace=4)
        self._rangees[identifiant] = {}
        for valeur, mots in valeurs.items():
            case = QToolButton()
            case.setText(valeur if valeur == NON_APPLICABLE else _premiere(valeur))
            case.setToolTip(mots)
            case.setAccessibleName(f"{titre} : {valeur}, {mots}")
            case.setCheckable(True)
            case.setProperty("role", "note")
            case.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
            case.setMinimumWidth(theme().px(34))
            case.clicked.connect(lambda _=False, i=identifiant, v=valeur: self._cliquer(i, v))
            ligne.addWidget(case)
            self._rangees[identifiant][valeur] = case
        ligne.addStretch(1)
        colonne.addLayout(ligne)

    def _cliquer(self, identifiant: str, valeur: str) -> None:
        if identifiant:
            self.noter(identifiant, valeur)
        else:
            self.choisir(valeur)

    def _cocher(self) -> None:
        for identifiant, cases in self._rangees.items():
            note = self.notes.get(identifiant, Note())
            donnee = self.choisi if not identifiant else _valeur(note)
            for valeur, case in cases.items():
                case.setChecked(valeur == donnee)

    def _dire(self) -> None:
        obtenu = self.resultat
        if obtenu is None or self._entiere is None or not (self.notes or self.choisi):
            self._etat.setVisible(False)
            self._phrase.setText(PHRASE)
            self._portes.setText("")
            self._portes.setVisible(False)
            return
        en_points = self._entiere.ligne.methode == MethodeGrille.POINTS
        self._phrase.setText(resultat_en_mots(obtenu, en_points=en_points))
        niveau = obtenu.niveau
        self._etat.montrer(
            niveau.code if niveau else "Incomplète" if not obtenu.complete else "Aucun niveau",
            Sens.INFORMATION if niveau else Sens.NEUTRE,
        )
        self._etat.setVisible(True)
        self._portes.setText("\n".join(map(porte_en_mots, obtenu.portes_manquees)))
        self._portes.setVisible(bool(obtenu.portes_manquees))


def _valeur(note: Note) -> str | None:
    return NON_APPLICABLE if note.na else note.valeur


def _reste(critere: Critere, note: Note) -> bool:
    """Whether a mark can still be given."""
    return critere.na_admis if note.na else note.valeur in critere.niveaux


def _premiere(valeur: str) -> str:
    return valeur[:1].upper() + valeur[1:]
