"""« Services »: who gives avis, the rules that ask them, and who would be asked."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QPushButton, QSplitter, QWidget

from app.services.accords import compter
from app.services.affectations import Affectation
from app.services.cofinancements import Cofinancements
from app.services.columns import afficher_date, lire_date
from app.services.columns_services import (
    colonnes_affectations,
    colonnes_regles,
    colonnes_services,
)
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.instruction import Instruction
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette
from app.ui.instruction_listes import ListeInstruction
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class ListeServices(ListeInstruction):
    """The services above; under them their rules, and the dossiers that would be affected."""

    liste = "services"

    def __init__(self, contexte: Contexte, i: Instruction, annee: int) -> None:
        super().__init__(contexte, i, annee, colonnes_services(i.services))
        self.tableau.intitule = lambda: "Services instructeurs"
        self.vue.a_une_fiche = False
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.bouton("Nouveau service").setMenu(self._menu)
        self.geste("Reprendre du contrat", self.reprendre)
        self.geste("Supprimer", lambda: i.services.supprimer(*self.choisies()))
        self.barre_echeance = BarreChamps(
            (ChampDeBarre("echeance", "À rendre avant le", largeur=96),), "Affecter"
        )
        self.poser_barre(self.barre_echeance)
        self.regles, self.vue_regles = self._table(colonnes_regles(i.affectations, (), (), ()))
        self.prevues, self.vue_prevues = self._table(colonnes_affectations())
        self._titre_prevues = etiquette("", "fort")
        self._poser_dessous()
        self.vue.volets.dire_si_vide(
            "Aucun service : « Reprendre du contrat » ajoute ceux de ses financeurs."
        )
        self.vue_regles.volets.dire_si_vide(
            "Aucune règle : chaque financeur sollicité est déjà affecté de lui-même."
        )
        self.vue_prevues.volets.dire_si_vide("Personne à affecter de plus.")

    def _table(self, colonnes: list) -> tuple[ModeleTableau, VueTableau]:  # type: ignore[type-arg]
        modele = ModeleTableau(colonnes, self)
        modele.lecture_seule = self._contexte.fichier.lecture_seule
        vue = VueTableau(modele)
        vue.refuse.connect(self.refuse)
        return modele, vue

    def _poser_dessous(self) -> None:
        """Rules on the left, what they would do on the right."""
        dessous = QSplitter(Qt.Orientation.Horizontal, self)
        dessous.setChildrenCollapsible(False)
        regles = avec_son_titre(
            etiquette("Règles d’affectation", "fort"),
            self.vue_regles,
            self._bouton("Nouvelle règle", self._ajouter_regle),
            self._bouton("Supprimer la règle", self._supprimer_regles),
        )
        self.affecter = self._bouton("Affecter", self.demander_echeance)
        prevues = avec_son_titre(self._titre_prevues, self.vue_prevues, self.affecter)
        parts: tuple[QWidget, QWidget] = (regles, prevues)
        for partie in parts:
            dessous.addWidget(partie)
        dessous.setSizes([theme().px(560), theme().px(560)])
        self._corps.addWidget(dessous)
        self._corps.setSizes([theme().px(300), theme().px(260)])

    def _bouton(self, texte: str, appel: object) -> QPushButton:
        bouton = QPushButton(texte)
        bouton.setDisabled(self._contexte.fichier.lecture_seule)
        bouton.clicked.connect(lambda: self.tenter(appel))  # type: ignore[arg-type]
        return bouton

    # What is shown ------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        fiches, affectations = self._contexte.fiches, self.i.affectations
        colonnes = colonnes_regles(
            affectations,
            [(n.cle, f"{'   ' * (n.niveau - 1)}{n.nom}") for _, ns in fiches.noeuds() for n in ns],
            [(c.cle, c.nom) for c in fiches.communes()],
            [(a.cle, a.nom) for a in fiches.appels(self.annee)],
        )
        if [c.choix for c in colonnes] != [c.choix for c in self.regles.colonnes]:
            self.regles.definir_colonnes(colonnes, affectations.regles())
        else:
            self.regles.synchroniser(affectations.regles())
        prevues = affectations.apercu(self.annee)
        self.prevues.synchroniser(prevues)
        self._titre_prevues.setText(phrase_des_prevues(prevues))
        self.affecter.setEnabled(bool(prevues) and not self._contexte.fichier.lecture_seule)
        services = self.i.services.lignes()
        self._phrase.setText(
            "Les référents sont les noms avec lesquels on signe : « Mes avis » leur montre les leurs."
        )
        return list(services)

    def action_de(self, cle: str) -> str:
        return ""

    # Gestures -----------------------------------------------------------------------------------

    def _proposer(self) -> None:
        self._menu.clear()
        self._menu.addAction("Avis consultatif", lambda: self.tenter(lambda: self.ajouter()))
        self._menu.addAction(
            "Expertise sans note", lambda: self.tenter(lambda: self.ajouter(expertise=True))
        )
        financeurs = self._menu.addMenu("D’un financeur")
        for f in Cofinancements(self._contexte.fichier).financeurs(self.annee):
            financeurs.addAction(
                f.nom_court,
                lambda f=f: self.tenter(lambda: self.ajouter(f.nom_court, financeur=f.cle)),
            )

    def ajouter(self, nom: str = "Nouveau service", **champs: object) -> None:
        """Add a service, ready to be named."""
        self.aller_a(self.i.services.ajouter(nom, **champs), "nom_court")  # type: ignore[arg-type]

    def reprendre(self) -> None:
        """Those that the contract calls for and that are missing."""
        nombre = self.i.services.reprendre_du_contrat()
        self.information.emit(
            f"Services ajoutés : {nombre}." if nombre else "Tous les services du contrat sont là."
        )

    def _ajouter_regle(self) -> None:
        service = self.choisies()[0]
        cle = self.i.affectations.ajouter_regle(service)
        self.vue_regles.setFocus()
        self.vue_regles.aller_a(cle, "noeud")

    def _supprimer_regles(self) -> None:
        cles = self.vue_regles.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une règle.")
        self.i.affectations.supprimer_regles(*cles)

    def demander_echeance(self) -> None:
        """Ask by when they answer, then ask them all, or those that are selected."""
        choisies = self.vue_prevues.cles_choisies() if self.vue_prevues.a_le_focus() else []
        gardees = choisies if len(choisies) > 1 else None
        nombre = len(gardees or self.prevues.toutes_les_lignes())

        def garder(champs: Mapping[str, str]) -> None:
            fait = self.i.affectations.affecter(
                self.annee, echeance=lire_date(champs["echeance"]), gardees=gardees
            )
            self.information.emit(f"Avis demandés : {fait}. Ctrl+Z y revient.")

        fin = self.i.affectations.echeance_proposee(self.annee)
        echeance = "" if fin is None else afficher_date(fin)
        self.barre_echeance.demander(f"Demander {nombre} avis", garder, echeance=echeance)


def phrase_des_prevues(prevues: list[Affectation]) -> str:
    """« 12 dossiers à affecter : 30 avis à demander »."""
    if not prevues:
        return "Aucun dossier à affecter"
    actions = len({p.action for p in prevues})
    return f"{compter(actions, 'dossier')} à affecter : {len(prevues)} avis à demander"
