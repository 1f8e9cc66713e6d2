"""The lists of the calendar: the steps of an appel, the appels of the year and their dotations."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QVBoxLayout

from app.models.enums import NatureAppel
from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.appels import Appels, LigneAppel
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, lire_date
from app.services.columns_cycle import (
    colonnes_appels,
    colonnes_dotations,
    colonnes_etapes,
    noms_des_etapes,
)
from app.services.contexte import Contexte
from app.services.cycle import Cycle
from app.services.delais_appel import delais
from app.services.errors import SaisieRefusee
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette, marges
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

LARGEUR_CHOIX = 240
SANS_APPEL = "Aucun appel cette année : l'onglet « Appels » en crée un."


class ListeDuCycle(ListeDeLAnnee):
    """What the lists of the calendar share."""

    def __init__(
        self, contexte: Contexte, appels: Appels, annee: int, colonnes: list[Colonne]
    ) -> None:
        self.appels = appels
        super().__init__(contexte, colonnes, annee)

    def seule(self) -> str:
        """Key of the row that a gesture works on, the first of the selection."""
        return self.choisies()[0]


def barre_de_date(verbe: str) -> BarreChamps:
    """A date, and the motif that an exception needs."""
    return BarreChamps(
        (
            ChampDeBarre("date", "Date", largeur=96),
            ChampDeBarre("motif", "Motif, si ce qui précède n'est pas fait", largeur=240),
        ),
        verbe,
    )


def exiger_date(texte: str) -> str:
    quand = lire_date(texte)
    if quand is None:
        raise SaisieRefusee("Tapez une date, comme 15/03/2026.")
    return quand


class ListeEtapes(ListeDuCycle):
    """The steps of one appel of the year, chosen above them."""

    liste = "etapes"
    entites = ("etape_appel", "appel", "notification", "cofinancement", "regle")

    def __init__(self, contexte: Contexte, appels: Appels, cycle: Cycle, annee: int) -> None:
        self.appel = ""
        self._cycle = cycle
        self._etapes: list[str] = []
        super().__init__(
            contexte, appels, annee, colonnes_etapes(appels.etapes, lambda: self._etapes)
        )
        self.tableau.intitule = lambda: f"Étapes · {self.choix.currentText()}"
        self.choix = QComboBox()
        self.choix.setAccessibleName("Appel dont on voit les étapes")
        self.choix.setMinimumWidth(theme().px(LARGEUR_CHOIX))
        self.choix.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choix.activated.connect(lambda _rang: self.choisir(self.choix.currentData() or ""))
        self.duree = etiquette("", "doux")
        self.duree.setWordWrap(True)
        tete = QHBoxLayout()
        marges(tete, 0, 16, espace=12)
        tete.addWidget(self.choix)
        tete.addWidget(self.duree, 1)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertLayout(0, tete)
        self.barre_etape = BarreChamps(
            (ChampDeBarre("nom", "Nom de l'étape", largeur=260),), "Ajouter"
        )
        self.barre_fin = barre_de_date("Terminer")
        for barre in (self.barre_etape, self.barre_fin):
            self.poser_barre(barre)
        self.du_contrat = self.geste("Étapes du contrat", self._reprendre)
        self.geste("Nouvelle étape", self.ajouter)
        self.geste("Monter", lambda: self._deplacer(-1))
        self.geste("Descendre", lambda: self._deplacer(1))
        self.geste("Terminer l'étape", self.terminer)
        self.geste("Supprimer", self._supprimer)
        self.vue.volets.dire_si_vide(SANS_APPEL)

    def _dire_si_vide(self) -> None:
        """With no appel there is no step to take from anywhere."""
        self.vue.volets.dire_si_vide(
            SANS_APPEL
            if not self.appel
            else "Cet appel n'a pas d'étape : « Étapes du contrat » reprend celles du contrat, "
            "« Nouvelle étape » ajoute les vôtres."
        )

    def lire(self) -> list[object]:
        appels = self.appels.lignes(self.annee)
        self._remplir(appels)
        self._dire_si_vide()
        etapes = self._cycle.etapes(self.appel) if self.appel else []
        self._etapes = noms_des_etapes(etapes)
        self.du_contrat.setVisible(bool(self.appel) and not etapes)
        self.duree.setText(self._phrase_de_duree())
        return list(etapes)

    def _remplir(self, appels: list[LigneAppel]) -> None:
        cles = [appel.cle for appel in appels]
        if self.appel not in cles:
            self.appel = cles[0] if cles else ""
        self.choix.clear()
        for appel in appels:
            self.choix.addItem(appel.nom, appel.cle)
        self.choix.setEnabled(bool(appels))
        self.choix.setCurrentIndex(self.choix.findData(self.appel))

    def _phrase_de_duree(self) -> str:
        """From the opening to the letters, beside what the contract prints."""
        if not self.appel:
            return SANS_APPEL
        durees, _ = delais(self._contexte.fichier, self.annee, self._cycle.jour())
        return next((d.phrase for d in durees if d.appel == self.appel), "")

    def choisir(self, appel: str) -> None:
        """Show the steps of another appel."""
        self.appel = appel
        self.modele.remplacer_lignes(self.lire())

    def montrer_etape(self, appel: str, cle: str) -> None:
        """Go to a step, of any appel of the year."""
        self.montree()
        if appel != self.appel:
            self.choisir(appel)
        self.aller_a(cle, "nom")

    def _exiger_appel(self) -> str:
        if not self.appel:
            raise SaisieRefusee("Créez d'abord un appel, dans l'onglet « Appels ».")
        return self.appel

    def ajouter(self) -> None:
        """Ask for a name; the step comes after the one in view."""
        appel = self._exiger_appel()
        apres = self.vue.cle_courante() or None

        def garder(champs: Mapping[str, str]) -> None:
            cle = self.appels.etapes.ajouter(appel, champs["nom"], apres=apres)
            self.aller_a(cle, "debut")

        self.barre_etape.demander("Nouvelle étape", garder)

    def terminer(self) -> None:
        """Ask for the day, and for the motif that may be needed."""
        cle = self.seule()
        etape = self.modele.ligne(cle)

        def garder(champs: Mapping[str, str]) -> None:
            self.appels.etapes.terminer(
                cle, exiger_date(champs["date"]), champs["motif"].strip() or None
            )

        self.barre_fin.demander(etape.nom, garder, date=f"{self._cycle.jour():%d/%m/%Y}")

    def _reprendre(self) -> None:
        appel = self._exiger_appel()
        nature = next(a.nature for a in self.appels.lignes(self.annee) if a.cle == appel)
        nombre = self.appels.etapes.reprendre(appel, nature)
        self.information.emit(f"{compter(nombre, 'étape')} du contrat. Ctrl+Z y revient.")

    def _deplacer(self, pas: int) -> None:
        cle = self.seule()
        if self.modele.tri:
            self.vue.trier([])  # the order of the cycle is what moves
        self.appels.etapes.deplacer(cle, pas)
        self.aller_a(cle, "nom")

    def _supprimer(self) -> None:
        self.appels.etapes.supprimer(*self.choisies())


class ListeAppels(ListeDuCycle):
    """The appels of the year; below, what each financeur sets apart for the one in view."""

    liste = "appels"
    entites = (
        "appel",
        "etape_appel",
        "dotation_appel",
        "enveloppe",
        "cofinancement",
        "action",
        "exercice",
        "financeur",
        "noeud",
    )
    cree = Signal(str)

    def __init__(self, contexte: Contexte, appels: Appels, cycle: Cycle, annee: int) -> None:
        super().__init__(contexte, appels, annee, colonnes_appels(appels))
        self._cycle = cycle
        self._courant = ""
        self.tableau.intitule = lambda: f"Appels {self.annee}"
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.nouveau = self.bouton("Nouvel appel")
        self.nouveau.setMenu(self._menu)
        self.geste("Ouvrir l'appel", self.ouvrir)
        self.geste("Supprimer", self._supprimer)
        self.barre_ouverture = barre_de_date("Ouvrir")
        self.poser_barre(self.barre_ouverture)
        self._construire_dotations()
        self.vue.courante.connect(self._montrer_dotations)
        self.vue.volets.dire_si_vide(
            "Aucun appel cette année : « Nouvel appel » en crée un, avec les étapes du contrat."
        )

    def _construire_dotations(self) -> None:
        self.dotations = ModeleTableau(colonnes_dotations(self.appels), self)
        self.dotations.lecture_seule = self._contexte.fichier.lecture_seule
        self.vue_dotations = VueTableau(self.dotations)
        self.vue_dotations.refuse.connect(self.refuse)
        self.vue_dotations.volets.dire_si_vide(
            "Aucune dotation : « Doter » choisit le financeur qui réserve un montant à cet appel."
        )
        self._titre = etiquette("", "fort")
        menu = QMenu(self)
        menu.aboutToShow.connect(lambda: self._proposer_financeurs(menu))
        doter = QPushButton("Doter")
        doter.setMenu(menu)
        retirer = QPushButton("Retirer la dotation")
        retirer.clicked.connect(lambda: self.tenter(self._retirer))
        for geste in (doter, retirer):
            geste.setDisabled(self._contexte.fichier.lecture_seule)
        self._corps.addWidget(avec_son_titre(self._titre, self.vue_dotations, doter, retirer))
        self._corps.setSizes([theme().px(330), theme().px(220)])

    def lire(self) -> list[object]:
        lignes = self.appels.lignes(self.annee)
        a_regarder = sum(bool(ligne.alerte) for ligne in lignes)
        self._phrase.setText(
            f"{compter(len(lignes), 'appel')}"
            + (f", dont {a_regarder} à regarder." if a_regarder else ".")
            if lignes
            else ""
        )
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        if not self.vue.cle_courante():
            self.vue.aller(0, 0)
        self._montrer_dotations(self.vue.cle_courante(), "")

    def _montrer_dotations(self, cle: str, _colonne: str) -> None:
        meme, self._courant = cle == self._courant, cle
        lignes = self.appels.dotations(self.annee, cle) if cle else []
        (self.dotations.synchroniser if meme else self.dotations.remplacer_lignes)(lignes)
        appel = self.modele.ligne(cle) if cle and self.modele.contient(cle) else None
        if appel is None:
            self._titre.setText("")
            return
        total = afficher_montant(appel.dotation, euro=True) or "aucune"
        self._titre.setText(f"{appel.nom} · dotation : {total}")

    # Gestures -----------------------------------------------------------------------------------

    def _proposer(self) -> None:
        """Each nature; then the appels of last year, whose steps are taken again."""
        self._menu.clear()
        for nature in NatureAppel:
            self._menu.addAction(
                nature.libelle, lambda nature=str(nature): self.tenter(lambda: self.creer(nature))
            )
        anciens = self.appels.lignes(self.annee - 1)
        if anciens:
            suite = self._menu.addMenu(f"Comme en {self.annee - 1}")
            for ancien in anciens:
                suite.addAction(
                    ancien.nom, lambda a=ancien: self.tenter(lambda: self.creer(a.nature, a))
                )

    def creer(self, nature: str, comme: LigneAppel | None = None) -> None:
        """A new appel, with its steps; the cursor waits on its name."""
        champs = {}
        if comme is not None:
            champs = {"nom": comme.nom.replace(str(comme.annee), str(self.annee))}
        cle = self.appels.creer(
            self.annee, nature, comme=None if comme is None else comme.cle, **champs
        )
        self.aller_a(cle, "nom")
        nombre = self.modele.ligne(cle).etapes
        self.information.emit(f"Appel créé avec {compter(nombre, 'étape')}. Ctrl+Z y revient.")
        self.cree.emit(cle)

    def ouvrir(self) -> None:
        """Ask for the day, and for the motif that may be needed."""
        cle = self.seule()

        def garder(champs: Mapping[str, str]) -> None:
            self.appels.ouvrir(cle, exiger_date(champs["date"]), champs["motif"].strip() or None)

        nom = self.modele.ligne(cle).nom
        self.barre_ouverture.demander(nom, garder, date=f"{self._cycle.jour():%d/%m/%Y}")

    def _supprimer(self) -> None:
        self.appels.supprimer(self.seule())

    def _proposer_financeurs(self, menu: QMenu) -> None:
        menu.clear()
        for financeur in Cofinancements(self._contexte.fichier).financeurs(self.annee):
            menu.addAction(
                financeur.nom_court,
                lambda cle=financeur.cle: self.tenter(lambda: self._doter(cle)),
            )

    def _doter(self, financeur: str) -> None:
        if not self._courant:
            raise SaisieRefusee("Sélectionnez d'abord un appel.")
        cle = self.appels.doter(self._courant, financeur)
        self.vue_dotations.setFocus()
        self.vue_dotations.aller_a(cle, "montant")

    def _retirer(self) -> None:
        cles = self.vue_dotations.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une dotation.")
        self.appels.retirer_dotations(*cles)
