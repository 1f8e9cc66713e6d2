"""The filter of a column, under its title: sort, a condition, the list of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from app.services.columns import Colonne, TypeColonne
from app.services.errors import ErreurConnue
from app.services.filtres import (
    Comparaison,
    Condition,
    comparaisons_de,
    en_clair,
    valeurs_attendues,
)
from app.ui.elements import ChampRecherche, bouton, etiquette, filet, marges
from app.ui.liste_valeurs import ListeValeurs, VueValeurs
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.vue_tableau import VueTableau

LARGEUR, HAUTEUR_LISTE = 312, 224


def sens_du_tri(colonne: Colonne) -> tuple[str, str]:
    """What ascending and descending mean for a column, in words."""
    if colonne.est_nombre:
        return "du plus petit au plus grand", "du plus grand au plus petit"
    if colonne.type == TypeColonne.DATE:
        return "du plus ancien au plus récent", "du plus récent au plus ancien"
    if colonne.choix or colonne.ordre:
        source = "de la liste" if colonne.choix else "du contrat"
        return f"dans l’ordre {source}", "dans l’ordre inverse"
    return "de A à Z", "de Z à A"


class PopupFiltre(QFrame):
    """Nothing changes in the table before « Appliquer », except a sort."""

    def __init__(self, vue: VueTableau, cle: str) -> None:
        super().__init__(vue, Qt.WindowType.Popup)
        self._vue = vue
        self._modele = vue.modele
        self.colonne = vue.modele.colonnes[vue.modele.rang(cle)]
        self._avant = [c for c in vue.modele.conditions if c.colonne == cle]
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setProperty("role", "flottant")
        titre = ", ".join(p for p in (self.colonne.groupe, self.colonne.titre) if p)
        self.setAccessibleName(f"Filtrer la colonne {titre}")
        self.setFixedWidth(theme().px(LARGEUR))
        colonne = QVBoxLayout(self)
        marges(colonne, 8, espace=4)
        for texte, descendant in zip(sens_du_tri(self.colonne), (False, True), strict=True):
            colonne.addWidget(self._bouton_de_tri(texte, descendant=descendant))
        colonne.addWidget(filet())
        self._construire_condition(colonne)
        colonne.addWidget(filet())
        self._construire_liste(colonne)
        self._construire_fin(colonne)
        self._suivre_coches()

    # Building -----------------------------------------------------------------------------------

    def _bouton_de_tri(self, texte: str, *, descendant: bool) -> QPushButton:
        resultat = bouton(f"Trier {texte}", "discret", dessin="bas" if descendant else "haut")
        resultat.setStyleSheet("text-align: left;")
        resultat.clicked.connect(lambda: self._trier(descendant=descendant))
        return resultat

    def _construire_condition(self, colonne: QVBoxLayout) -> None:
        self.tests = QComboBox()
        self.tests.setAccessibleName("Condition")
        self.tests.addItem("Toutes les valeurs", None)
        for test, mots in comparaisons_de(self.colonne):
            self.tests.addItem(en_clair(mots), test)
        self.champs = (QLineEdit(), QLineEdit())
        rangee = QHBoxLayout()
        rangee.setSpacing(theme().px(4))
        for champ, nom in zip(self.champs, ("Valeur", "Jusqu’à"), strict=True):
            champ.setAccessibleName(nom)
            champ.returnPressed.connect(self.appliquer)
            rangee.addWidget(champ)
        date = self.colonne.type == TypeColonne.DATE
        self.champs[0].setPlaceholderText("jj/mm/aaaa" if date else "")
        self.champs[1].setPlaceholderText("et le" if date else "et")
        colonne.addWidget(self.tests)
        colonne.addLayout(rangee)
        autres = [c for c in self._avant if c.test != Comparaison.PARMI]
        if autres:
            self.tests.setCurrentIndex(self.tests.findData(autres[0].test))
            for champ, valeur in zip(self.champs, autres[0].valeurs, strict=False):
                champ.setText(valeur)
        self.tests.currentIndexChanged.connect(self._suivre_test)
        self._suivre_test()

    def _construire_liste(self, colonne: QVBoxLayout) -> None:
        self.recherche = ChampRecherche("Chercher une valeur")
        parmi = next((c for c in self._avant if c.test == Comparaison.PARMI), None)
        self._choisies = None if parmi is None else frozenset(parmi.valeurs)
        offertes = self._modele.valeurs_offertes(self.colonne.cle)
        self.valeurs = ListeValeurs(offertes, self._choisies)
        self.valeurs.setParent(self)
        self._au_debut = set(self.valeurs.cochees)
        self.tout = QCheckBox("Tout sélectionner")
        self.tout.clicked.connect(self._tout_cocher)
        self.liste = VueValeurs(self.valeurs, self)
        self.liste.setFixedHeight(theme().px(HAUTEUR_LISTE))
        self.valeurs.coche_change.connect(self._suivre_coches)
        self.recherche.cherche.connect(self.valeurs.chercher)
        self.recherche.quitte.connect(self._apres_recherche)
        for element in (self.recherche, self.tout, self.liste):
            colonne.addWidget(element)

    def _construire_fin(self, colonne: QVBoxLayout) -> None:
        self._erreur = etiquette("", "erreur")
        self._erreur.setWordWrap(True)
        self._erreur.hide()
        self.effacer = bouton("Effacer le filtre", "lien")
        self.effacer.setEnabled(bool(self._avant))
        self.effacer.clicked.connect(lambda: self._poser([]))
        appliquer = bouton("Appliquer", "principal")
        appliquer.clicked.connect(self.appliquer)
        rangee = QHBoxLayout()
        rangee.addWidget(self.effacer)
        rangee.addStretch(1)
        rangee.addWidget(appliquer)
        colonne.addWidget(self._erreur)
        colonne.addSpacing(theme().px(4))
        colonne.addLayout(rangee)

    # What is chosen -----------------------------------------------------------------------------

    def _suivre_test(self) -> None:
        test = self.tests.currentData()
        attendues = 0 if test is None else valeurs_attendues(test)
        for rang, champ in enumerate(self.champs):
            champ.setVisible(rang < attendues)
        if not self.isVisible():
            return
        self.tenir_a_l_ecran()
        if attendues:
            self.champs[0].setFocus()

    def _suivre_coches(self) -> None:
        self.tout.setCheckState(self.valeurs.etat)
        cherche = bool(self.recherche.text().strip())
        self.tout.setText("Tout ce qui est trouvé" if cherche else "Tout sélectionner")
        self.tout.setEnabled(bool(self.valeurs.montrees))

    def _tout_cocher(self) -> None:
        self.valeurs.tout_cocher(coche=self.tout.checkState() != Qt.CheckState.Unchecked)

    def _apres_recherche(self) -> None:
        """Enter or Down in the search goes to the values found; Esc in an empty one closes."""
        if self.recherche.text():
            self.liste.setFocus()
            self.liste.setCurrentIndex(self.valeurs.index(0))
        else:
            self.close()

    def _parmi(self) -> list[Condition]:
        """The condition that the boxes make: none when all are ticked."""
        voulues = set(self.valeurs.cochees)
        if self.recherche.text().strip():
            voulues &= {v.texte for v in self.valeurs.montrees}
        if voulues == self._au_debut:
            return [c for c in self._avant if c.test == Comparaison.PARMI]
        offertes = [v.texte for v in self.valeurs.toutes]
        if voulues.issuperset(offertes):
            return []
        ailleurs = sorted((self._choisies or frozenset()) - set(offertes))
        choisies = [texte for texte in offertes if texte in voulues]
        return [Condition(self.colonne.cle, Comparaison.PARMI, (*choisies, *ailleurs))]

    def conditions(self) -> list[Condition]:
        """What the window asks of the column."""
        test = self.tests.currentData()
        if test is None:
            return self._parmi()
        valeurs = tuple(champ.text().strip() for champ in self.champs)[: valeurs_attendues(test)]
        return [Condition(self.colonne.cle, test, valeurs), *self._parmi()]

    # What it does -------------------------------------------------------------------------------

    def appliquer(self) -> None:
        """Keep the rows asked for; a sentence says what cannot be read."""
        conditions = self.conditions()
        if any(c.test == Comparaison.PARMI and not c.valeurs for c in conditions):
            self._dire("Cochez au moins une valeur.")
        else:
            self._poser(conditions)

    def _poser(self, conditions: list[Condition]) -> None:
        try:
            self._modele.conditionner_colonne(self.colonne.cle, conditions)
        except ErreurConnue as erreur:
            self._dire(str(erreur))
            return
        self.close()

    def _dire(self, phrase: str) -> None:
        self._erreur.setText(phrase)
        self._erreur.show()
        self.tenir_a_l_ecran()

    def tenir_a_l_ecran(self) -> None:
        """Whole on the screen, whatever it shows: the list gives way, then the place."""
        ecran = self._vue.screen().availableGeometry()
        voulue = theme().px(HAUTEUR_LISTE)
        autres = self.sizeHint().height() - self.liste.height()
        self.liste.setFixedHeight(max(voulue // 3, min(voulue, ecran.height() - autres)))
        self.adjustSize()
        gauche = min(self.x(), ecran.right() - self.width())
        self.move(gauche, max(ecran.top(), min(self.y(), ecran.bottom() - self.height())))

    def _trier(self, *, descendant: bool) -> None:
        self._vue.trier([(self.colonne.cle, descendant)])
        self.close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entree = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entree and not isinstance(self.focusWidget(), QPushButton):
            self.appliquer()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self._vue.setFocus()


def ouvrir_filtre(vue: VueTableau, cle: str, place: QPoint) -> PopupFiltre:
    """Open the filter of a column at a place of the screen, whole on it."""
    popup = PopupFiltre(vue, cle)
    popup.move(place)
    popup.tenir_a_l_ecran()
    popup.show()
    popup.recherche.setFocus()
    return popup
