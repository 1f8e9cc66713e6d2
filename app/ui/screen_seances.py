"""The page of the séances: choose or make one, prepare it, hold it, close it."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QStackedWidget,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import EtatSeance
from app.services.bus import Avis
from app.services.comite import comite
from app.services.contexte import Contexte
from app.services.seances import LigneSeance
from app.ui.ecran import Ecran, dans
from app.ui.ecran_onglets import dans_les_onglets
from app.ui.elements import Etiquette, PageVide, bouton, marges
from app.ui.forms import afficher_date_iso
from app.ui.papiers import BoutonPapiers
from app.ui.screen_listes import EcranListe
from app.ui.seance_cloture import VoletCloture
from app.ui.seance_description import VoletDescription
from app.ui.seance_listes import ListeMembres
from app.ui.seance_ordre import Actions, ListePoints
from app.ui.theme import theme

ENTITES = ("seance", "point", "decision", "scellement", "tour", "presence", "deport")
SIGNAUX = {
    str(EtatSeance.PREPARATION): "neutre",
    str(EtatSeance.OUVERTE): "favorable",
    str(EtatSeance.CLOSE): "information",
}


class OngletDiffere(QWidget):
    """A tab whose content is built at its first visit."""

    def __init__(self, faire: Callable[[], QWidget]) -> None:
        super().__init__()
        self._faire = faire
        self.volet: Any = None  # one of the parts: each has its own signals
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)

    def batir(self) -> None:
        with dans(self):
            self.volet = self._faire()
        self.layout().addWidget(self.volet)  # type: ignore[union-attr]
        self.setFocusProxy(self.volet)


class EcranSeances(Ecran):
    """`tenue_demandee(seance)`: show the cockpit. `bati(part)`: a tab was visited for the first time."""

    tenue_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int, actions_en_vue: Actions) -> None:
        super().__init__()
        self._contexte = contexte
        self._annee = annee
        self._perime = True
        self.comite = comite(contexte.fichier, constats=contexte.constats)
        self.onglets = QTabWidget(self)
        with dans_les_onglets(self.onglets):
            self.description = VoletDescription(contexte, self.comite)
            self.points = ListePoints(contexte, self.comite, actions_en_vue)
            self.membres = ListeMembres(contexte, self.comite)
        self._differes = {
            nom: OngletDiffere(faire)
            for nom, faire in (
                ("scenarios", self._faire_scenarios),
                ("voix", self._faire_voix),
                ("personnes", self._faire_personnes),
                ("motifs", self._faire_motifs),
            )
        }
        self.cloture = VoletCloture(self.comite, lecture_seule=contexte.fichier.lecture_seule)
        self._construire()
        self._brancher()

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.choix = QComboBox()
        self.choix.setAccessibleName("Séance")
        self.choix.setMinimumWidth(theme().px(200))
        self.choix.setMaximumWidth(theme().px(520))
        self.choix.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.choix.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self._etat = Etiquette("")
        self._nouvelle = bouton("Nouvelle séance")
        self._menu = QMenu(self)
        self._nouvelle.setMenu(self._menu)
        self._supprimer = bouton("Supprimer")
        self.documents = BoutonPapiers(self._contexte.fichier, lambda: self.seance, self)
        self.tenir = bouton("Tenir la séance", "principal")
        for geste in (self._nouvelle, self._supprimer):
            geste.setDisabled(self._contexte.fichier.lecture_seule)
        barre = QHBoxLayout()
        marges(barre, 8, 16, espace=8)
        barre.addWidget(self.choix, 4)
        barre.addWidget(self._etat)
        barre.addStretch(1)
        barre.addWidget(self._nouvelle)
        barre.addWidget(self._supprimer)
        barre.addWidget(self.documents)
        barre.addWidget(self.tenir)
        self.onglets.setAccessibleName("Parties de la séance")
        for page, titre in (
            (self.points, "Ordre du jour"),
            (self.membres, "Membres et présence"),
            (self._differes["scenarios"], "Scénarios"),
            (self._differes["voix"], "Voix consultatives"),
            (self._differes["personnes"], "Personnes et liens"),
            (self._differes["motifs"], "Motifs"),
            (self.description, "Convocation"),
            (self.cloture, "Clôture"),
        ):
            self.onglets.addTab(page, titre)
        self._vide = PageVide(
            "Aucune séance cette année",
            "Une séance réunit les financeurs d'une instance du contrat : on y dit les montants, on y "
            "décide, on la clôt. « Nouvelle séance » la prépare.",
        )
        self._pile = QStackedWidget()
        self._pile.addWidget(self._vide)
        self._pile.addWidget(self.onglets)
        page = QVBoxLayout(self)
        marges(page, 0, espace=0)
        page.addLayout(barre)
        page.addWidget(self._pile, 1)
        self.setFocusProxy(self.points)

    def _faire_scenarios(self) -> QWidget:
        from app.ui.seance_scenarios import VoletScenarios

        return VoletScenarios(self._contexte, self.comite)

    def _faire_voix(self) -> QWidget:
        from app.ui.seance_voix import ListeVoix

        return ListeVoix(self._contexte, self.comite)

    def _faire_personnes(self) -> QWidget:
        from app.ui.seance_personnes import ListePersonnes

        return ListePersonnes(self._contexte, self.comite)

    def _faire_motifs(self) -> QWidget:
        from app.ui.seance_motifs import VoletMotifs

        return VoletMotifs(self.comite)

    def ouvrir_onglet(self, nom: str) -> Any:
        """Show « scenarios », « voix », « personnes » or « motifs », and return what it holds."""
        self.onglets.setCurrentWidget(self._differes[nom])
        return self._differes[nom].volet

    def _volets(self) -> list[Any]:
        """The tabs built so far that show the séance chosen, and are only read once it is closed."""
        differes = (self._differes[nom].volet for nom in ("scenarios", "voix"))
        return [self.points, self.membres, self.description, *filter(None, differes)]

    def _montrer_differe(self, onglet: OngletDiffere) -> None:
        """Build a tab at its first visit; it then follows as the others do."""
        if onglet.volet is None:
            onglet.batir()
            volet = onglet.volet
            volet.refuse.connect(self.refuse)
            volet.information.connect(self.information)
            self.bati.emit(volet)
            if volet in self._volets():
                volet.choisir_seance(self.seance)
                self._actualiser()
        onglet.volet.montree()

    def _brancher(self) -> None:
        self.choix.activated.connect(lambda _: self._montrer())
        self._menu.aboutToShow.connect(self._proposer)
        self._supprimer.clicked.connect(self._effacer)
        self.tenir.clicked.connect(self._demander_tenue)
        self.onglets.currentChanged.connect(self._onglet_change)
        self.onglets.currentChanged.connect(lambda _: self.onglet_change.emit())
        self.cloture.point_demande.connect(self.montrer_point)
        self.cloture.papiers.choisi.connect(self.documents.ouvrir)
        for volet in (*self._volets(), self.cloture, self.documents):
            volet.refuse.connect(self.refuse)
            volet.information.connect(self.information)

    # Which séance -------------------------------------------------------------------------------

    @property
    def seance(self) -> str | None:
        """The séance in view."""
        return self.choix.currentData()

    def choisir(self, seance: str) -> None:
        """Show a séance of the year."""
        self._lister(seance)
        self._montrer()

    def changer_annee(self, annee: int) -> None:
        self._annee = annee
        self._perime = True
        if self.isVisible():
            self.montree()

    def montree(self) -> None:
        """Called when the page comes in view."""
        if self._perime:
            self._perime = False
            self._lister(self.seance)
            self._montrer()
        self._onglet_change(self.onglets.currentIndex())

    def filtrer(self) -> None:
        """Put the cursor in the filter of the list in view."""
        volet = self.onglets.currentWidget()
        if isinstance(volet, OngletDiffere):
            volet = volet.volet
        if isinstance(volet, EcranListe):
            volet.filtrer()

    def _lister(self, voulue: str | None) -> None:
        lignes = self.comite.seances.lignes(self._annee)
        self.choix.clear()
        for ligne in lignes:
            self.choix.addItem(_nommer(ligne), ligne.cle)
        self.choix.setCurrentIndex(max(0, self.choix.findData(voulue)))
        self.choix.setEnabled(bool(lignes))

    def _montrer(self) -> None:
        """The séance that is chosen, in every tab."""
        seance = self.seance
        self._pile.setCurrentWidget(self.onglets if seance else self._vide)
        for volet in self._volets():
            volet.choisir_seance(seance)
        self.cloture.choisir_seance(seance if self._cloture_en_vue() else None)
        self._actualiser()

    def _actualiser(self) -> None:
        """State, and what it allows."""
        seance = self.seance
        for geste in (self.tenir, self._supprimer, self._etat, self.documents):
            geste.setVisible(seance is not None)
        if seance is None:
            return
        etat = self.comite.seances.lire(seance).etat
        close, neuve = etat == EtatSeance.CLOSE, etat == EtatSeance.PREPARATION
        ecriture = not self._contexte.fichier.lecture_seule
        self._etat.montrer(EtatSeance.libelle_de(etat), SIGNAUX[etat])
        self.tenir.setText("Tenir la séance" if neuve else "Reprendre la séance")
        self.tenir.setEnabled(ecriture and not close)
        self._supprimer.setEnabled(ecriture and neuve)
        for volet in self._volets():
            volet.verrouiller(verrou=close)

    def _cloture_en_vue(self) -> bool:
        return self.onglets.currentWidget() is self.cloture

    def _onglet_change(self, _rang: int) -> None:
        if self._cloture_en_vue():
            self.cloture.choisir_seance(self.seance)
        onglet = self.onglets.currentWidget()
        if isinstance(onglet, OngletDiffere):
            self._montrer_differe(onglet)
        elif isinstance(onglet, EcranListe):
            onglet.montree()

    # Gestures -----------------------------------------------------------------------------------

    def _proposer(self) -> None:
        """One entry for each instance of the contract, then for those that sit no more."""
        instances = self.comite.seances.instances()
        self._menu.clear()
        for instance in instances:
            if not instance.finie:
                self._offrir(instance.nom, instance.cle)
        self._offrir("Autre réunion", None)
        self._menu.addSeparator()
        for instance in instances:
            if instance.finie:
                self._offrir(f"{instance.nom} – n'est plus réunie", instance.cle)

    def _offrir(self, texte: str, instance: str | None) -> None:
        self._menu.addAction(texte, lambda: self.tenter(lambda: self.creer(instance)))

    def creer(self, instance: str | None) -> None:
        """Prepare a séance of an instance, and show it."""
        seance = self.comite.seances.creer(self._annee, instance=instance)
        self.choisir(seance)
        self.information.emit("Séance préparée : inscrivez les actions, puis vérifiez les membres.")

    def _effacer(self) -> None:
        seance = self.seance
        if seance is not None:
            self.tenter(lambda: self.comite.seances.supprimer(seance))

    def _demander_tenue(self) -> None:
        if self.seance is not None:
            self.tenue_demandee.emit(self.seance)

    def montrer_point(self, point: str) -> None:
        """Go to an item of the agenda."""
        self.onglets.setCurrentWidget(self.points)
        self.points.aller_a(point, "titre")

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if not self.isVisible():
            self._perime = self._perime or avis.touche(*ENTITES)
        if avis.retire(self.seance):
            self._lister(None)  # before the tabs read a séance that is gone
            self._montrer()
        differes = (onglet.volet for onglet in self._differes.values())
        for liste in (self.points, self.membres, *filter(None, differes)):
            liste.sur_avis(avis)
        if not self.isVisible():
            return
        if avis.touche("seance", "point"):
            self._lister(self.seance)  # the list tells how many items each has
        if avis.touche("seance"):
            if self.seance is None or any(m.avant is None for m in avis.modifications):
                self._montrer()
            self.description.rafraichir()
            self._actualiser()
        if self._cloture_en_vue() and avis.touche(*ENTITES):
            self.cloture.rafraichir()


def _nommer(ligne: LigneSeance) -> str:
    points = f"{ligne.points} point{'s' if ligne.points > 1 else ''}"
    parts = [ligne.titre, afficher_date_iso(ligne.date) or "sans date", points]
    return "   ·   ".join(parts)
