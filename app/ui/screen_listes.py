"""The pages that are one list: porteurs, envelopes, journal."""

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.models.montants import afficher_montant
from app.services.bus import Avis
from app.services.cofinancements import Credit
from app.services.columns import Colonne
from app.services.columns_listes import (
    colonnes_annees,
    colonnes_enveloppes,
    colonnes_historique,
    colonnes_operations,
    colonnes_porteurs,
)
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.journal import LigneOperation
from app.services.organismes import AnneePorteur
from app.ui.barre_reponse import BarreReponse
from app.ui.ecran import Ecran
from app.ui.elements import ChampRecherche
from app.ui.page_tableau import PageTableau
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

TOUS = "Tout le monde"
AIDE_ENVELOPPES = (
    "Reste = montant − réserve − engagé par conventions − promis par les CPO − accordé."
)


class EcranListe(Ecran):
    """A sentence, a filter, buttons, a table. Each page says which rows it shows."""

    entites: tuple[str, ...] = ()
    liste = ""  # its name in the file

    def __init__(
        self,
        contexte: Contexte,
        colonnes: list[Colonne],
        phrase: str,
        *,
        cle: Callable[[Any], str] = attrgetter("cle"),
    ) -> None:
        super().__init__()
        self._contexte = contexte
        self._perime = True
        self._propres = colonnes
        self._notes = contexte.annotations.de(self.liste).colonnes(cle)
        self.modele = ModeleTableau(self._colonnes(), self, cle=cle)
        self.modele.lecture_seule = contexte.fichier.lecture_seule
        self._corps = QSplitter(Qt.Orientation.Vertical, self)
        self.tableau = PageTableau(contexte, self.liste, self.modele, self._corps)
        self.tableau.habiller()
        self.vue = self.tableau.vue
        self._filtre = ChampRecherche("Filtrer le tableau")
        self._filtre.setToolTip("Plusieurs mots possibles, accents ignorés (Ctrl+Maj+F)")
        self._filtre.setFixedWidth(theme().px(260))
        self._phrase = QLabel(phrase)
        self._phrase.setProperty("role", "doux")
        self._phrase.setWordWrap(True)
        self.barre = QHBoxLayout()
        self.barre.setSpacing(theme().px(8))
        self._corps.setChildrenCollapsible(False)
        self._corps.addWidget(self.tableau)
        self.setFocusProxy(self.vue)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, theme().px(8), 0, 0)
        page.setSpacing(theme().px(8))
        entete = QHBoxLayout()
        entete.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        entete.setSpacing(theme().px(12))
        entete.addWidget(self._filtre)
        entete.addWidget(self._phrase, 1)
        entete.addLayout(self.barre)
        page.addLayout(entete)
        page.addWidget(self._corps, 1)
        self._filtre.cherche.connect(self.modele.filtrer)
        self._filtre.quitte.connect(self.vue.setFocus)
        self.vue.refuse.connect(self.refuse)
        self.modele.dispose.connect(lambda: self._filtre.montrer(self.modele.filtre))
        self._filtre.montrer(self.modele.filtre)  # the view it opened on may filter already

    def _colonnes(self) -> list[Colonne]:
        """Its own, then those that people added."""
        self._libres = self._contexte.colonnes_libres.colonnes(self.liste, self._propres)
        return [*self._propres, *self._libres, *self._notes]

    def bouton(self, texte: str, appel: Callable[[], None] | None = None) -> QPushButton:
        """Add a button to the bar, off when the file is read only."""
        bouton = QPushButton(texte)
        bouton.setDisabled(self._contexte.fichier.lecture_seule)
        if appel is not None:
            bouton.clicked.connect(appel)
        self.barre.addWidget(bouton)
        return bouton

    def geste(self, texte: str, appel: Callable[[], object]) -> QPushButton:
        """A button of the bar whose refusal is one sentence."""
        return self.bouton(texte, lambda: self.tenter(appel))

    def inserer(self, barre: QWidget) -> None:
        """Put something between the head of the list and its table."""
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertWidget(page.count() - 1, barre)

    def poser_barre(self, barre: BarreReponse) -> None:
        """A question under the head of the list."""
        self.inserer(barre)
        barre.quittee.connect(self.vue.setFocus)

    def filtrer(self) -> None:
        """Put the cursor in the filter."""
        self._filtre.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filtre.selectAll()

    def aller_a(self, cle: str, colonne: str) -> None:
        """Go to a row, ready to type in it; the filter gives way if it hides it."""
        self.modele.devoiler(cle)
        self.vue.setFocus()
        self.vue.aller_a(cle, colonne)

    def choisies(self) -> list[str]:
        """Keys of the rows that a gesture works on. Raises SaisieRefusee when there is none."""
        cles = self.vue.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une ligne de la liste.")
        return cles

    def lire(self) -> list[object]:
        raise NotImplementedError

    def montree(self) -> None:
        """Called when the page comes in view: what it shows is read if it is out of date."""
        if self._perime:
            self._perime = False
            self.rafraichir()

    def perimer(self) -> None:
        """Read it again: now where it is in view, else when it comes in view."""
        self._perime = not self.isVisible()
        if not self._perime:
            self.rafraichir()

    def rafraichir(self) -> None:
        self.modele.synchroniser(self.lire())

    def sur_avis(self, avis: Avis) -> None:
        libres = self._contexte.colonnes_libres
        if libres.refait(avis, self.liste):
            self.modele.definir_colonnes(self._colonnes(), self.modele.toutes)
        touchees = libres.lignes_touchees(avis, self.liste)
        self.modele.relire(touchees, [colonne.cle for colonne in self._libres])
        if avis.touche(*self.entites):
            self.perimer()


class ListeDeLAnnee(EcranListe):
    """A list of one year."""

    def __init__(self, contexte: Contexte, colonnes: list[Colonne], annee: int) -> None:
        self.annee = annee
        super().__init__(contexte, colonnes, "")

    def changer_annee(self, annee: int) -> None:
        self.annee = annee
        self.perimer()


class EcranPorteurs(EcranListe):
    """Every porteur with its years, and duplicates to merge."""

    liste = "porteurs"
    entites = ("organisme", "action", "cofinancement")

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(
            contexte,
            colonnes_porteurs(contexte.organismes),
            "Les structures qui portent des actions, toutes années réunies.",
        )
        self.bouton("Nouveau porteur", self._creer)
        self._doublons = self.bouton("Doublons possibles")
        self._menu = QMenu(self)
        self._doublons.setMenu(self._menu)
        self._menu.aboutToShow.connect(self._lister_doublons)
        self._annees = ModeleTableau(colonnes_annees(), self, cle=_annee)
        detail = VueTableau(self._annees)
        detail.volets.dire_si_vide(
            "Aucune action à montrer\u00a0: choisissez un porteur qui en a une."
        )
        self._corps.addWidget(detail)
        self._corps.setSizes([520, 190])
        self.vue.courante.connect(self._montrer_annees)
        self.bouton("Supprimer", self._supprimer)

    def lire(self) -> list[object]:
        return list(self._contexte.organismes.lignes())

    def _creer(self) -> None:
        def creer() -> None:
            cle = self._contexte.organismes.creer("Nouveau porteur")
            self.aller_a(cle, "nom")

        self.tenter(creer)

    def _supprimer(self) -> None:
        cles = self.vue.cles_choisies()
        self.tenter(lambda: self._contexte.organismes.supprimer(*cles))

    def _montrer_annees(self, cle: str, _colonne: str) -> None:
        self._annees.remplacer_lignes(self._contexte.organismes.historique(cle) if cle else [])

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer_annees(self.vue.cle_courante(), "")

    def _lister_doublons(self) -> None:
        self._menu.clear()
        doublons = self._contexte.organismes.doublons()
        if not doublons:
            self._menu.addAction("Aucun doublon trouvé").setEnabled(False)
        for doublon in doublons[:20]:
            self._menu.addAction(
                f"Fusionner « {doublon.nom_autre} » dans « {doublon.nom_gardee} » ({doublon.motif})",
                lambda d=doublon: self._fusionner(d.gardee, d.autre),
            )

    def _fusionner(self, gardee: str, autre: str) -> None:
        def fusionner() -> None:
            self._contexte.organismes.fusionner(gardee, autre)
            self.information.emit("Les deux porteurs sont fusionnés. Ctrl+Z les sépare.")

        self.tenter(fusionner)


class EcranEnveloppes(ListeDeLAnnee):
    """What each financeur has for the year."""

    liste = "enveloppes"
    entites = (
        *("enveloppe", "financeur", "ligne_credit", "cofinancement"),
        *("tranche", "convention"),
    )

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__(contexte, colonnes_enveloppes(contexte.enveloppes), annee)
        self._menu = QMenu(self)
        self.tableau.intitule = lambda: f"Enveloppes {self.annee}"
        self.bouton("Nouvelle enveloppe").setMenu(self._menu)
        self._menu.aboutToShow.connect(self._proposer)
        self.bouton("Supprimer", self._supprimer)

    def choisir_financeur(self, financeur: str) -> None:
        """Go to the first envelope of a financeur, if there is one."""
        for ligne in self._contexte.enveloppes.lignes(self.annee):
            if ligne.financeur == financeur:
                self.aller_a(ligne.cle, "montant")
                return

    def lire(self) -> list[object]:
        lignes, perdu = self._contexte.enveloppes.avec_le_reste(self.annee)
        hors = f" Accordé sans enveloppe : {afficher_montant(perdu, euro=True)}." if perdu else ""
        self._phrase.setText(AIDE_ENVELOPPES + hors)
        return list(lignes)

    def _proposer(self) -> None:
        self._menu.clear()
        for credit in self._contexte.cofinancements.credits():
            self._menu.addAction(credit.libelle, lambda credit=credit: self._ajouter(credit))

    def _ajouter(self, credit: Credit) -> None:
        def ajouter() -> None:
            cle = self._contexte.enveloppes.ajouter(
                self.annee, credit.financeur, ligne_credit=credit.ligne_credit
            )
            self.aller_a(cle, "montant")

        self.tenter(ajouter)

    def _supprimer(self) -> None:
        cles = self.vue.cles_choisies()
        self.tenter(lambda: self._contexte.enveloppes.supprimer(*cles))


class EcranJournal(EcranListe):
    """Who did what and when; below, what the selected operation changed, value by value."""

    liste = "journal"
    entites = ()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(
            contexte,
            colonnes_operations(),
            "Chaque opération est scellée avec la précédente : rien ne peut être effacé.",
            cle=_numero,
        )
        self._personne = QComboBox()
        self._personne.setAccessibleName("Personne")
        self._personne.setMinimumWidth(theme().px(160))
        self.barre.addWidget(self._personne)
        self._detail = ModeleTableau(colonnes_historique()[3:], self)
        self._vue_detail = VueTableau(self._detail)
        self._corps.addWidget(self._vue_detail)
        self._corps.setSizes([400, 260])
        self._personne.activated.connect(lambda _: self._relire())
        self.vue.courante.connect(self._montrer_detail)

    def lire(self) -> list[object]:
        auteur = self._personne.currentText()
        return list(
            self._contexte.journal.operations(auteur=None if auteur in ("", TOUS) else auteur)
        )

    def rafraichir(self) -> None:
        choisi = self._personne.currentText() or TOUS
        self._personne.clear()
        self._personne.addItems([TOUS, *self._contexte.journal.auteurs()])
        self._personne.setCurrentText(choisi)
        self._relire()

    def montrer_operation(self, numero: int) -> None:
        """Go to an operation, however old it is."""
        if self.modele.position(str(numero)) < 0:
            self._filtre.vider()
        if self.modele.position(str(numero)) < 0:
            self._personne.setCurrentText(TOUS)
            self.modele.remplacer_lignes(self._contexte.journal.operations(jusqu_a=numero))
        self.aller_a(str(numero), "libelle")

    def _relire(self) -> None:
        self.modele.remplacer_lignes(self.lire())
        self.vue.aller(0, 0)

    def _montrer_detail(self, cle: str, _colonne: str) -> None:
        self._detail.remplacer_lignes(self._contexte.journal.detail(int(cle)) if cle else [])

    def sur_avis(self, avis: Avis) -> None:
        self.perimer()


def _numero(operation: LigneOperation) -> str:
    return str(operation.numero)


def _annee(ligne: AnneePorteur) -> str:
    return str(ligne.annee)
