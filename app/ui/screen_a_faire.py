"""The page « À faire »: what waits for a person, what is late, what comes this week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QVBoxLayout

from app.services.a_faire import (
    Genre,
    LigneAFaire,
    Quand,
    lire_a_faire,
    personnes_connues,
    phrase,
)
from app.services.chiffres import Lien
from app.services.columns import lire_date
from app.services.columns_a_faire import QUANDS, colonnes_a_faire
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.filtres import Comparaison, Condition
from app.services.taches import Taches
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import marges
from app.ui.liens import suivre_lien
from app.ui.screen_listes import EcranListe
from app.ui.theme import theme

if TYPE_CHECKING:
    from app.ui.document import Document

TOUT_LE_MONDE = "Tout le monde"
RENCONTRES = {str(Genre.REUNION): "reunions", str(Genre.SEANCE): "seances"}  # page of each


class EcranAFaire(EcranListe):
    """`lien_demande(Lien)`: go to a line. `tableau_demande([(year, number)])`: show these actions."""

    lien_demande = Signal(object)
    tableau_demande = Signal(object)
    liste = "a_faire"
    entites = (
        "etape_appel",
        "appel",
        "exercice",
        "reunion",
        "seance",
        "recommandation",
        "avis_instruction",
        "service",
        "referent",
        "note_intention",
        "piece",
        "tache",
        "action",
        "organisme",
    )

    def __init__(self, contexte: Contexte) -> None:
        self._taches = Taches(contexte.fichier)
        self._noms: list[str] = []
        super().__init__(
            contexte, colonnes_a_faire(self._taches, self.ligne, lambda: self._noms), ""
        )
        self.tableau.intitule = lambda: f"À faire · {self.choix.currentText()}"
        self.vue.ouverte.connect(self._ouvrir)
        self.vue.volets.dire_si_vide("Rien n'attend ici : tout est fait.")
        self._construire_tete()
        self.barre_tache = BarreChamps(
            (
                ChampDeBarre("titre", "À faire", largeur=280),
                ChampDeBarre("echeance", "Pour le", largeur=96),
                ChampDeBarre("personne", "Pour", largeur=150),
            ),
            "Ajouter",
        )
        self.poser_barre(self.barre_tache)
        self.bouton("Nouvelle tâche", self.ajouter)
        self.geste("C'est fait", self._cocher)
        self.voir = QPushButton("Voir dans le tableau")
        self.voir.setToolTip("Montrer, dans le tableau des actions, celles des lignes choisies")
        self.voir.clicked.connect(lambda: self.tenter(self._voir))
        self.barre.addWidget(self.voir)
        self.geste("Supprimer", self._supprimer)

    def _construire_tete(self) -> None:
        """Whose list it is, and what is pressing, which filters the table."""
        self.choix = QComboBox()
        self.choix.setAccessibleName("Personne dont on voit ce qui attend")
        self.choix.setMinimumWidth(theme().px(220))
        self.choix.activated.connect(lambda _rang: self._changer_de_personne())
        tete = QHBoxLayout()
        marges(tete, 0, 16, espace=8)
        tete.addWidget(self.choix)
        self.filtres: dict[Quand, QPushButton] = {}
        for quand in Quand:
            filtre = QPushButton(dict(QUANDS)[str(quand)])
            filtre.setCheckable(True)
            filtre.clicked.connect(lambda coche, q=quand: self._filtrer_sur(q if coche else None))
            self.filtres[quand] = filtre
            tete.addWidget(filtre)
        tete.addStretch(1)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertLayout(0, tete)
        self.modele.dispose.connect(self._suivre_filtre)

    # What it shows ------------------------------------------------------------------------------

    @property
    def personne(self) -> str:
        """The name whose list it is; empty: everybody."""
        return str(self.choix.currentData() or "")

    def ligne(self, cle: str) -> LigneAFaire | None:
        return next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)

    def lire(self) -> list[object]:
        self._remplir_personnes()
        lignes = lire_a_faire(self._contexte.fichier, self._taches.jour(), self.personne)
        self._phrase.setText(phrase(lignes))
        for quand, filtre in self.filtres.items():
            nombre = sum(li.quand == quand for li in lignes)
            filtre.setText(f"{dict(QUANDS)[str(quand)]} ({nombre})")
            filtre.setEnabled(nombre > 0 or self._filtre_sur(quand))
        return list(lignes)

    def _remplir_personnes(self) -> None:
        """The name that signs first, then the others, then everybody."""
        moi = self._contexte.fichier.signature.auteur
        choisie = self.personne if self.choix.count() else moi
        self._noms = personnes_connues(self._contexte.fichier)
        noms = [moi, *(nom for nom in self._noms if nom != moi)]
        if choisie and choisie not in noms:
            noms.append(choisie)
        self.choix.clear()
        for nom in noms:
            self.choix.addItem(nom, nom)
        self.choix.addItem(TOUT_LE_MONDE, "")
        self.choix.setCurrentIndex(self.choix.findData(choisie))

    def _changer_de_personne(self) -> None:
        self.modele.remplacer_lignes(self.lire())

    def _filtrer_sur(self, quand: Quand | None) -> None:
        mot = dict(QUANDS).get(str(quand), "")
        conditions = [Condition("quand", Comparaison.PARMI, (mot,))] if quand is not None else []
        self.modele.conditionner_colonne("quand", conditions)
        self.vue.setFocus()

    def _filtre_sur(self, quand: Quand) -> bool:
        mot = dict(QUANDS)[str(quand)]
        return any(c.colonne == "quand" and c.valeurs == (mot,) for c in self.modele.conditions)

    def _suivre_filtre(self) -> None:
        """The filter may have been put, or taken off, from the table itself."""
        for quand, filtre in self.filtres.items():
            filtre.setChecked(self._filtre_sur(quand))

    # Gestures -----------------------------------------------------------------------------------

    def ajouter(self) -> None:
        """Ask what is to be done; for the person whose list it is, unless told otherwise."""

        def garder(champs: Mapping[str, str]) -> None:
            cle = self._taches.ajouter(
                champs["titre"],
                echeance=lire_date(champs["echeance"]),
                personne=champs["personne"].strip() or None,
            )
            self.modele.devoiler(cle)
            self.vue.aller_a(cle, "quoi")

        self.barre_tache.champs["personne"].completer(self._noms)
        self.barre_tache.demander("Nouvelle tâche", garder, personne=self.personne)

    def _taches_choisies(self) -> list[str]:
        choisies = [li for cle in self.choisies() if (li := self.ligne(cle)) is not None]
        cles = [li.cle for li in choisies if li.genre == Genre.TACHE]
        if not cles:
            raise SaisieRefusee(
                "Seules les tâches tapées sur cette page se cochent et se suppriment : ouvrez la "
                "ligne (Alt+Entrée) pour faire le reste."
            )
        return cles

    def _cocher(self) -> None:
        cles = self._taches_choisies()
        self._taches.cocher(cles)
        self.information.emit("C'est noté : fait. Ctrl+Z y revient.")

    def _supprimer(self) -> None:
        self._taches.supprimer(self._taches_choisies())

    def _ouvrir(self, cle: str) -> None:
        ligne = self.ligne(cle)
        if ligne is not None and ligne.lien is not None:
            self.lien_demande.emit(ligne.lien)

    def _voir(self) -> None:
        choisies = [li for cle in self.choisies() if (li := self.ligne(cle)) is not None]
        if len(choisies) < 2:
            choisies = list(self.modele.lignes_filtrees)
        actions = [
            (li.lien.annee, li.numero) for li in choisies if li.lien is not None and li.lien.action
        ]
        if not actions:
            raise SaisieRefusee("Aucune de ces lignes ne concerne une action.")
        self.tableau_demande.emit(actions)


def _montrer_dans(document: Document, cle: str, lien: Lien) -> Any:
    """A page whose rows are dossiers, in the year of that one."""
    document.aller(cle)
    if lien.annee != document.annee:
        document.changer_annee(lien.annee)
    return document.page(cle)


def batir(document: Document) -> EcranAFaire:
    """The page of an open file: its lines lead to where they are done."""

    def suivre(lien: Lien) -> None:
        if lien.entite == Genre.NOTE:
            _montrer_dans(document, "notes", lien).aller_a(lien.action, "titre")
        elif lien.entite == Genre.AVIS:
            page = _montrer_dans(document, "instruction", lien)
            page.onglets.setCurrentWidget(page.tous)
            page.tous.aller_a(lien.action, "titre")
        elif lien.entite == Genre.BILAN:
            _montrer_dans(document, "suivi", lien)
        elif lien.entite in RENCONTRES:
            _montrer_dans(document, RENCONTRES[lien.entite], lien).choisir(lien.cle)
        else:
            suivre_lien(document, lien)
            if lien.action:
                document.actions.ouvrir_fiche()

    def montrer(actions: list[tuple[int, str]]) -> None:
        annees = [annee for annee, _ in actions]
        annee = document.annee if document.annee in annees else annees[0]
        document.aller("actions")
        if annee != document.annee:
            document.changer_annee(annee)
        document.choisir_appel("")
        numeros = tuple(dict.fromkeys(n for celle_la, n in actions if celle_la == annee))
        document.actions.modele.conditionner([Condition("numero", Comparaison.PARMI, numeros)])

    page = EcranAFaire(document.contexte)
    page.lien_demande.connect(suivre)
    page.tableau_demande.connect(montrer)
    return page
