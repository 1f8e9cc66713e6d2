"""The panel that adds or changes a column: its title, what it holds, its choices or its formula."""

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import NatureColonne
from app.services.colonnes_composees import PREFIXE, SOMMABLES, Definition
from app.services.columns import Colonne
from app.services.errors import ErreurConnue
from app.services.formules import Repertoire, en_cles, en_titres
from app.services.projets_colonnes import TITRE_NEUF, Conversion, Projet, titre_libre
from app.ui.colonne_libre_formule import EditeurFormule
from app.ui.elements import bouton, etiquette, marges
from app.ui.page_tableau import PageTableau
from app.ui.panneau import Panneau
from app.ui.regroupement import Groupe
from app.ui.reprises import Rouvrir, relever, reposer
from app.ui.theme import theme

LARGEUR = 380
HAUTEUR = 330
PERDUES_MONTREES = 6
TOTALISABLES = (NatureColonne.MONTANT, NatureColonne.NOMBRE)
EXPLICATIONS = {
    NatureColonne.TEXTE: "Une case accepte n’importe quel texte.",
    NatureColonne.MONTANT: "Une case accepte un montant en euros, comme 12 500,50.",
    NatureColonne.NOMBRE: "Une case accepte un nombre, comme 12,5.",
    NatureColonne.DATE: "Une case accepte une date, comme 15/03/2026.",
    NatureColonne.OUI_NON: "Une case dit oui ou non : la barre d’espace change la réponse.",
}


class PanneauColonne(Panneau):
    """`definition` None: a new column. `ferme()`; `garde(column key)` once it is in the file."""

    ferme = Signal()
    garde = Signal(str)

    def __init__(self, page: PageTableau, definition: Definition | None = None) -> None:
        super().__init__()
        self.setObjectName("panneau_colonne")
        self._page = page
        self._service = page.contexte.colonnes_libres
        self._definition = definition
        self.sujet = definition.cle if definition is not None else ""
        self._a_vider = False  # the person was told what would be lost
        self._construire()
        self._remplir()
        self._brancher()
        self._suivre_nature()
        self._depart = self._saisi()

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.titre = QLineEdit()
        self.titre.setAccessibleName("Titre")
        self.nature = QComboBox()
        self.nature.setAccessibleName("Contenu")
        for nature in NatureColonne:
            self.nature.addItem(nature.libelle, str(nature))
        self.total = QCheckBox("Afficher le total")
        self.aide = QLineEdit()
        self.aide.setAccessibleName("Aide")
        self.aide.setPlaceholderText("Ce qu’il faut y mettre (facultatif)")
        neuve = self._definition is None
        self.action = bouton("Ajouter la colonne" if neuve else "Enregistrer", "principal")
        self._annuler = bouton("Annuler")
        self.message = etiquette("", "erreur")
        self.message.setWordWrap(True)
        ligne = QHBoxLayout(self)
        ligne.setContentsMargins(0, 0, 0, 0)
        ligne.setSpacing(0)
        ligne.addWidget(self._fiche(neuve=neuve))
        ligne.addWidget(self._cote(), 1)
        self.setFocusProxy(self.titre)
        # What a kind of column asks for comes right after it, then the rest of the form.
        ordre = (self.titre, self.nature, self.choix, self.formule.champ, self.aide, self.total)
        for avant, apres in pairwise((*ordre, self.action, self._annuler)):
            QWidget.setTabOrder(avant, apres)

    def _fiche(self, *, neuve: bool) -> QWidget:
        formulaire = QGridLayout()
        formulaire.setContentsMargins(0, 0, 0, 0)
        formulaire.setSpacing(theme().px(8))
        for rang, champ in enumerate((self.titre, self.nature, self.aide)):
            formulaire.addWidget(etiquette(champ.accessibleName(), "doux"), rang, 0)
            formulaire.addWidget(champ, rang, 1)
        formulaire.addWidget(self.total, 3, 1)
        formulaire.setColumnStretch(1, 1)
        boutons = QHBoxLayout()
        boutons.setSpacing(theme().px(8))
        boutons.addWidget(self.action)
        boutons.addWidget(self._annuler)
        boutons.addStretch(1)
        fiche = QWidget()
        fiche.setFixedWidth(theme().px(LARGEUR))
        colonne = QVBoxLayout(fiche)
        marges(colonne, 12, 16, 12, 16, espace=8)
        colonne.addWidget(etiquette("Nouvelle colonne" if neuve else "Colonne", "fort"))
        colonne.addLayout(formulaire)
        colonne.addWidget(self.message)
        colonne.addStretch(1)
        colonne.addLayout(boutons)
        return fiche

    def _cote(self) -> QWidget:
        """What depends on the kind of column: a sentence, the choices, the formula."""
        self._phrase = etiquette("", "doux")
        self._phrase.setWordWrap(True)
        self._phrase.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.choix = QPlainTextEdit()
        self.choix.setAccessibleName("Choix, un par ligne")
        self.choix.setPlaceholderText("Un choix par ligne")
        self.choix.setTabChangesFocus(True)
        self.choix.setMaximumWidth(theme().px(420))
        self.formule = EditeurFormule(self._essayer, self._premieres_lignes)
        self._pile = QStackedWidget()
        self._simple = QWidget()
        simple = QVBoxLayout(self._simple)
        simple.setContentsMargins(0, 0, 0, 0)
        simple.addWidget(self._phrase)
        simple.addWidget(self.choix, 1)
        self._pile.addWidget(self._simple)
        self._pile.addWidget(self.formule)
        cote = QWidget()
        colonne = QVBoxLayout(cote)
        marges(colonne, 12, 16, 12, 16, espace=8)
        colonne.addWidget(self._pile, 1)
        return cote

    def _remplir(self) -> None:
        definition = self._definition
        definitions = self._service.definitions(self._page.liste)
        repertoire = self._service.repertoire(self._page.liste, self._autres())
        propre = "" if definition is None else repertoire.nom(definition.colonne)
        self.formule.proposer(nom for nom in repertoire.noms() if nom != propre)
        if definition is None:
            self.titre.setText(titre_libre(TITRE_NEUF, definitions))
            self.titre.selectAll()
            return
        self.titre.setText(definition.titre)
        self.nature.setCurrentIndex(max(0, self.nature.findData(definition.nature)))
        self.total.setChecked(definition.totaliser)
        self.aide.setText(definition.aide or "")
        self.choix.setPlainText("\n".join(definition.choix))
        if definition.formule:
            self.formule.poser(en_titres(definition.formule, repertoire))

    def _brancher(self) -> None:
        self.nature.activated.connect(self._choisir_nature)
        for champ in (self.titre, self.aide):
            champ.returnPressed.connect(self.enregistrer)
            champ.textEdited.connect(self._retoucher)
        self.choix.textChanged.connect(self._retoucher)
        self.formule.champ.textChanged.connect(self._retoucher)
        self.formule.change.connect(self._suivre_total)
        self.formule.valide.connect(self.enregistrer)
        self.action.clicked.connect(self.enregistrer)
        self._annuler.clicked.connect(self._abandonner)

    # What is not recorded ------------------------------------------------------------------------

    def _saisi(self) -> tuple[object, ...]:
        nature, total = self.nature.currentData(), self.total.isChecked()
        textes = (self.titre.text(), self.aide.text(), self.choix.toPlainText(), self.formule.texte)
        return (nature, total, *textes)

    def brouillon(self) -> str:
        neuve = "une colonne en cours" if self._definition is None else "une colonne modifiée"
        return "" if self._saisi() == self._depart else neuve

    def reouverture(self) -> Rouvrir:
        from app.ui.gestes_colonnes_libres import ouvrir_panneau

        definition, valeurs = self._definition, relever(self)

        def rouvrir(page: PageTableau) -> None:
            ouvrir_panneau(page.vue, definition)
            if page.panneau is not None:
                reposer(page.panneau, valeurs)

        return rouvrir

    def _abandonner(self) -> None:
        self._depart = self._saisi()
        self.ferme.emit()

    # What is asked ------------------------------------------------------------------------------

    def choisir(self, nature: NatureColonne) -> None:
        """Choose what the column holds."""
        self.nature.setCurrentIndex(self.nature.findData(str(nature)))
        self._choisir_nature()

    def _choisir_nature(self) -> None:
        nature = self.nature.currentData()
        self.total.setChecked(nature in (NatureColonne.MONTANT, NatureColonne.FORMULE))
        self._retoucher()
        self._suivre_nature()

    def _suivre_nature(self) -> None:
        nature = self.nature.currentData()
        self._suivre_total()
        calcul, liste = nature == NatureColonne.FORMULE, nature == NatureColonne.CHOIX
        self._phrase.setText(EXPLICATIONS.get(nature, "Les choix proposés, un par ligne :"))
        self.choix.setVisible(liste)
        self._pile.setCurrentWidget(self.formule if calcul else self._simple)
        if calcul:
            self.formule.calculer()

    def _suivre_total(self) -> None:
        """A total only makes sense under euros or numbers, typed or computed."""
        nature, obtenue = self.nature.currentData(), self.formule.colonne
        somme = nature == NatureColonne.FORMULE and (obtenue is None or obtenue.type in SOMMABLES)
        self.total.setVisible(somme or nature in TOTALISABLES)

    def _retoucher(self) -> None:
        """Something changed: what was said of the former state leaves."""
        self._a_vider = False
        self.message.clear()
        self.action.setText("Ajouter la colonne" if self._definition is None else "Enregistrer")

    def projet(self) -> Projet:
        """The column as the panel describes it. Raises ErreurConnue on a formula that cannot be read."""
        nature = self.nature.currentData()
        formule = None
        if nature == NatureColonne.FORMULE:
            formule = en_cles(self.formule.texte, self._repertoire())
        return Projet(
            titre=self.titre.text(),
            nature=nature,
            choix=tuple(self.choix.toPlainText().splitlines()),
            formule=formule,
            totaliser=self.total.isChecked() and not self.total.isHidden(),
            aide=self.aide.text().strip() or None,
        )

    def enregistrer(self) -> None:
        """Keep the column; what is refused is said in the panel, which stays open."""
        try:
            projet = self.projet()
            if self._definition is None:
                cle = self._service.creer(self._page.liste, projet)
            else:
                cle = self._definition.cle
                conversion = self._service.conversion(cle, projet)
                if conversion.perdues and not self._a_vider:
                    self._demander_de_vider(conversion)
                    return
                self._service.modifier(cle, projet, vider=self._a_vider)
        except ErreurConnue as erreur:
            self.message.setText(str(erreur))
        else:
            self._depart = self._saisi()
            self.garde.emit(PREFIXE + cle)

    def _demander_de_vider(self, conversion: Conversion) -> None:
        """List what cannot be converted; the button then says what it would do."""
        lignes = [f"• {self._nom(p.ligne)} : {p.texte}" for p in conversion.perdues]
        suite = ["…"] if len(lignes) > PERDUES_MONTREES else []
        self.message.setText("\n".join([conversion.phrase(), *lignes[:PERDUES_MONTREES], *suite]))
        self._a_vider = True
        self.action.setText("Enregistrer et vider ces cases")

    # What surrounds it --------------------------------------------------------------------------

    def _autres(self) -> list[Colonne]:
        """The columns of the list that nobody added."""
        return [c for c in self._page.modele.colonnes if not c.cle.startswith(PREFIXE)]

    def _repertoire(self) -> Repertoire:
        return self._service.repertoire(self._page.liste, self._autres())

    def _essayer(self, texte: str) -> Colonne:
        formule = en_cles(texte, self._repertoire())
        projet = Projet(self.titre.text(), NatureColonne.FORMULE, formule=formule)
        cle = self._definition.cle if self._definition is not None else ""
        return self._service.essayer(self._page.liste, self._autres(), projet, cle)

    def _premieres_lignes(self) -> Sequence[tuple[str, object]]:
        lignes = (ligne for ligne in self._page.modele.lignes if type(ligne) is not Groupe)
        nommante = self._nommante()
        return [(nommante.texte(ligne), ligne) for _, ligne in zip(range(8), lignes, strict=False)]

    def _nommante(self) -> Colonne:
        """The column that names a row: the last of those that stay in view."""
        colonnes = self._page.modele.colonnes
        return next((c for c in reversed(colonnes) if c.figee), colonnes[0])

    def _nom(self, cle: str) -> str:
        presentes = {self._page.modele.repere(r) for r in range(self._page.modele.rowCount())}
        return self._nommante().texte(self._page.modele.ligne(cle)) if cle in presentes else "…"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.ferme.emit()
        else:
            super().keyPressEvent(event)
