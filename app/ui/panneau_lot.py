"""Many rows changed at once: a column, what is done to it, and each row before and after."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit

from app.models.montants import INSECABLE, afficher_montant
from app.services.bus import Avis
from app.services.cases_ecrites import motif_de_refus
from app.services.columns import Colonne, TypeColonne
from app.services.lots import (
    LIBELLES,
    SANS_OPERANDE,
    Calcul,
    Lot,
    Modification,
    appliquer,
    calculs_de,
    effet_sur_enveloppe,
    preparer,
    sources_de,
)
from app.services.matrice import LigneMatrice
from app.services.repartition_lots import Repartition, montant_propose, preparer_repartition
from app.services.rows import EtatEnveloppe, LigneAction
from app.services.verrous import se_verrouille
from app.ui.choix_repartition import ChoixRepartition
from app.ui.elements import TexteElide, bouton, marges
from app.ui.liste_cochable import Element, ListeCochable
from app.ui.panneau_outil import PanneauOutil, liste_de_colonnes, remplir

if TYPE_CHECKING:
    from app.ui.page_tableau import PageTableau

CHOISIES, MONTREES = "choisies", "montrees"
ACCORDE = ".accorde"
LIGNES_LISTEES = 2000


class PanneauLot(PanneauOutil):
    """Nothing is written before the button: it says how many rows it changes."""

    titre = "Modifier en lot"
    geste = "modifier_en_lot"

    def __init__(self, page: PageTableau) -> None:
        super().__init__(page)
        self._lot: Lot | None = None
        self._repartition: Repartition | None = None
        self._cles: list[str] = []
        self.portee = QComboBox()
        self.portee.setAccessibleName("Lignes à modifier")
        self.colonne = liste_de_colonnes("Colonne à modifier")
        self.calcul = QComboBox()
        self.calcul.setAccessibleName("Ce qu’on en fait")
        self.valeur = QLineEdit()
        self.valeur.setAccessibleName("Valeur")
        self.choix = QComboBox()
        self.choix.setAccessibleName("Valeur de la liste")
        self.source = liste_de_colonnes("Colonne à reprendre")
        self.partage = ChoixRepartition()
        self.bouton = bouton("Modifier", "principal")
        ligne = QHBoxLayout()
        marges(ligne, 0)
        for objet in (
            self.portee, self.colonne, self.calcul, self.valeur, self.choix, self.source,
        ):  # fmt: skip
            ligne.addWidget(objet, 1)
        ligne.addWidget(self.bouton)
        self.totaux = TexteElide(role="fort")
        self.liste = ListeCochable(
            "Lignes avant et après", ("Ligne", "Avant", "Après", "Remarque"), droite=(1, 2)
        )
        self.liste.largeurs(420, 130, 130)
        self.liste.choisie.connect(self._aller)
        self.corps.addLayout(ligne)
        self.corps.addWidget(self.partage)
        self.corps.addWidget(self.totaux)
        self.corps.addWidget(self.liste, 1)
        self.colonne.activated.connect(self._changer_de_colonne)
        self.calcul.activated.connect(self._changer_de_calcul)
        self.valeur.textEdited.connect(self.attendre)
        self.valeur.returnPressed.connect(self.calculer_ici)
        for boite in (self.portee, self.choix, self.source):
            boite.activated.connect(self.attendre)
        self.partage.change.connect(self.attendre)
        self.partage.reste_demande.connect(self.proposer_le_reste)
        self.bouton.clicked.connect(self.appliquer)

    def ouvrir(self) -> None:
        """On the rows selected, all of those shown when there is one or none, and the current column."""
        self._cles = self.vue.cles_choisies()
        self.portee.clear()
        nombre = len(self._cles)
        mots = "la ligne sélectionnée" if nombre == 1 else f"les {nombre} lignes sélectionnées"
        if nombre:
            self.portee.addItem(mots, CHOISIES)
        self.portee.addItem(f"toutes les lignes affichées ({self.modele.nombre_filtre})", MONTREES)
        modifiables = [c for c in self.modele.colonnes if se_verrouille(c) or c.verrouillee]
        remplir(self.colonne, modifiables, self.vue.colonne_visee())
        self._changer_de_colonne()
        self.colonne.setFocus()

    def colonne_choisie(self) -> Colonne | None:
        cle = self.colonne.currentData()
        if cle is None or not self.modele.a_la_colonne(cle):
            return None
        return self.modele.colonnes[self.modele.rang(cle)]

    def _changer_de_colonne(self, *_: object) -> None:
        colonne = self.colonne_choisie()
        if colonne is None:
            return
        garde = self.calcul.currentData()
        self.calcul.clear()
        for calcul in calculs_de(colonne):
            self.calcul.addItem(LIBELLES[calcul], calcul)
        self.calcul.setCurrentIndex(max(0, self.calcul.findData(garde)))
        self.choix.clear()
        offerts = colonne.choix
        if colonne.type == TypeColonne.BOOLEEN:
            offerts = (("oui", "oui"), ("non", "non"))
        for valeur, libelle in offerts:
            if valeur:
                self.choix.addItem(libelle, valeur)
        remplir(self.source, sources_de(colonne, self.modele.colonnes))
        self._changer_de_calcul()

    def _changer_de_calcul(self, *_: object) -> None:
        calcul = Calcul(self.calcul.currentData())
        a_choisir = calcul is Calcul.METTRE and self.choix.count() > 0
        self.choix.setVisible(a_choisir)
        self.valeur.setVisible(calcul not in SANS_OPERANDE and not a_choisir)
        self.valeur.setPlaceholderText("%" if calcul is Calcul.MULTIPLIER else "Valeur")
        self.source.setVisible(calcul is Calcul.REPRENDRE)
        self.partage.setVisible(calcul is Calcul.REPARTIR)
        colonne = self.colonne_choisie()
        if colonne is not None:
            self.partage.convenir(colonne, enveloppe=self._etat_enveloppe(colonne) is not None)
        self.attendre()

    # Preview ------------------------------------------------------------------------------------

    def lignes(self) -> list[tuple[str, Any]]:
        if self.portee.currentData() == CHOISIES:
            presentes = [cle for cle in self._cles if self.modele.contient(cle)]
            return [(cle, self.modele.ligne(cle)) for cle in presentes]
        return self.lignes_montrees()

    def recalculer(self) -> None:
        self._lot = self._repartition = None
        self.bouton.setEnabled(False)
        self.bouton.setText("Modifier")
        self.totaux.setText("")
        self.liste.montrer([])
        colonne = self.colonne_choisie()
        if colonne is None:
            self.dire("Aucune colonne de ce tableau ne se modifie.")
            return
        refus = motif_de_refus(colonne)
        calcul = Calcul(self.calcul.currentData())
        operande = self.choix.currentText() if self.choix.isVisibleTo(self) else self.valeur.text()
        if refus or (calcul not in SANS_OPERANDE and not operande.strip()):
            self.dire(refus or "Tapez une valeur : l’aperçu montre chaque ligne avant et après.")
            return
        self._lot = self._preparer(colonne, calcul, operande)
        self._montrer(self._lot)

    def _preparer(self, colonne: Colonne, calcul: Calcul, operande: str) -> Lot:
        if calcul is Calcul.REPARTIR:
            partage = self.partage.partage()
            self._repartition = preparer_repartition(self.lignes(), colonne, operande, partage)
            return self._repartition.lot
        source = self.source.currentData()
        return preparer(
            self.lignes(),
            colonne,
            calcul,
            operande=operande,
            source=self.modele.colonnes[self.modele.rang(source)] if source else None,
        )

    def proposer_le_reste(self) -> None:
        """What is left of the envelope becomes the amount to share out."""
        colonne = self.colonne_choisie()
        etat = None if colonne is None else self._etat_enveloppe(colonne)
        if colonne is None or etat is None:
            return
        en_plus = self.partage.partage().en_plus
        montant = montant_propose(etat, self.lignes(), colonne, en_plus=en_plus)
        if montant is None or montant <= 0:
            self.dire("Il ne reste rien à répartir de cette enveloppe.")
            return
        self.valeur.setText(afficher_montant(montant))
        self.attendre()
        self.calculer_ici()

    def _montrer(self, lot: Lot) -> None:
        self.liste.montrer([self._element(lot, m) for m in lot.modifications[:LIGNES_LISTEES]])
        nombre, refusees = len(lot.faisables), len(lot.modifications) - len(lot.faisables)
        mots = [
            f"{nombre} ligne{'s' * (nombre > 1)} à modifier" if nombre else "Rien à modifier",
            f"{refusees} refusée{'s' * (refusees > 1)}" if refusees else "",
            f"{lot.inchangees} sans changement" if lot.inchangees else "",
        ]
        self.dire(", ".join(mot for mot in mots if mot) + ".")
        self.bouton.setText(f"Modifier ({nombre})" if nombre else "Modifier")
        self.bouton.setEnabled(nombre > 0 and self.est_modifiable)
        self.totaux.setText(self._phrase_des_totaux(lot))

    def _element(self, lot: Lot, modification: Modification) -> Element:
        texte = lot.colonne.texte_de
        apres = "" if modification.refus else texte(modification.apres) or "(vide)"
        return Element(
            (
                self.nom_de_ligne(modification.cle),
                texte(modification.avant),
                apres,
                modification.refus,
            ),
            eteint=bool(modification.refus),
        )

    def _phrase_des_totaux(self, lot: Lot) -> str:
        if lot.total_avant is None or lot.total_apres is None:
            return ""
        euro = lot.colonne.type == TypeColonne.MONTANT

        def montrer(total: Decimal) -> str:
            return afficher_montant(total, euro=euro, zero="0")

        total = f"Total{INSECABLE}: {montrer(lot.total_avant)} → {montrer(lot.total_apres)}."
        reparti = "" if self._repartition is None else self._repartition.phrase
        etat = self._etat_enveloppe(lot.colonne)
        reste = "" if etat is None else effet_sur_enveloppe(lot, etat)
        return " ".join(phrase for phrase in (reparti, total, reste) if phrase)

    def _etat_enveloppe(self, colonne: Colonne) -> EtatEnveloppe | None:
        """The envelope that granting in a column draws on."""
        cle, _, reste = colonne.cle.partition(".")
        lignes = self.lignes()
        if f".{reste}" != ACCORDE or not lignes:
            return None
        premiere = lignes[0][1]
        if not isinstance(premiere, LigneAction | LigneMatrice):
            return None
        annee = premiere.annee
        contexte = self.page.contexte
        for financeur in contexte.cofinancements.financeurs(annee):
            if financeur.cle == cle:
                return contexte.totaux.etat(annee, financeur)
        return None

    def _aller(self, rang: int) -> None:
        if self._lot is not None:
            self.aller_a(self._lot.modifications[rang].cle, self._lot.colonne.cle)

    # Writing ------------------------------------------------------------------------------------

    def appliquer(self) -> None:
        """Write what the preview shows, in one operation."""
        self.calculer_ici()
        lot = self._lot
        if lot is None:
            return
        nombre = len(lot.faisables)
        if self.tenter(lambda: appliquer(lot)):
            self._attente.stop()
            self.valeur.clear()  # adding twice is asked for twice
            self.recalculer()
            self.dire(
                f"{nombre} ligne{'s' * (nombre > 1)} modifiée{'s' * (nombre > 1)}. Ctrl+Z l’annule."
            )

    def sur_avis(self, avis: Avis) -> None:
        if not avis.touche("commentaire", "mise_en_forme", "vue"):
            super().sur_avis(avis)
