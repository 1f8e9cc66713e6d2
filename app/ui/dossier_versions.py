"""The versions of a dossier: what was deposited, what changed since, what the réunions asked."""

from PySide6.QtWidgets import QComboBox, QHBoxLayout

from app.models.enums import StatutAction
from app.services.columns_dossiers import colonnes_ecarts, colonnes_versions
from app.services.comparaisons_versions import changements, phrase_des_changements
from app.services.concordance import lire_concordance
from app.services.contexte import Contexte
from app.services.cycle import Cycle
from app.services.depots import Depots
from app.services.documents import ecrire_entier
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.fiches import Fiche
from app.services.reouvertures import ferme_depuis
from app.services.suites_recommandations import (
    SuitesRecommandations,
    colonnes_suites,
    phrase_des_suites,
)
from app.services.versions_lues import Contenu, Version, lire_contenu
from app.ui.dossier_partie import PartieDossier
from app.ui.elements import etiquette
from app.ui.forms import afficher_date_iso
from app.ui.theme import theme

RIEN_CHANGE = "Rien n'a changé entre ces deux versions."
RIEN_A_COMPARER = "Rien à comparer : une version se garde au premier dépôt."
MAINTENANT = "Aujourd'hui"
PDF = "PDF (*.pdf)"


class PartieVersions(PartieDossier):
    """Deposits a dossier, reopens it, compares two of its versions, prints the concordance."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self.depots = Depots(contexte.fichier)
        self._cycle = Cycle(contexte.fichier)
        self._versions: list[Version] = []
        self.deposer = self.geste("Déposer le dossier", self._deposer)
        self.rouvrir = self.geste("Rouvrir le dossier", self._rouvrir)
        self.imprimer = self.geste("Fiche de concordance…", self._imprimer, ecrit=False)
        self.poser_boutons(self.deposer, self.rouvrir, self.imprimer)
        self.vue = self.poser_table(
            colonnes_versions(),
            160,
            "Aucune version : « Déposer le dossier » en garde une.",
            etiree=False,
        )
        self._poser_choix()
        self._changements = etiquette("", "doux")
        self._changements.setWordWrap(True)
        self._changements.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne.addWidget(self._changements)
        self.ecarts = self.poser_table(colonnes_ecarts(), 180, RIEN_CHANGE)

    def _poser_choix(self) -> None:
        """« De v1 à aujourd'hui »."""
        rangee = QHBoxLayout()
        rangee.setContentsMargins(theme().px(16), theme().px(8), theme().px(16), 0)
        rangee.setSpacing(theme().px(8))
        self.avant, self.apres = QComboBox(), QComboBox()
        for mot, liste, nom in (
            ("De", self.avant, "Version de départ"),
            ("à", self.apres, "Version d'arrivée"),
        ):
            rangee.addWidget(etiquette(mot))
            rangee.addWidget(liste, 1)
            liste.setAccessibleName(nom)
            liste.setMinimumContentsLength(8)
            liste.activated.connect(self.comparer)
        self._colonne.addLayout(rangee)

    # Showing ------------------------------------------------------------------------------------

    def relire(self, fiche: Fiche) -> None:
        self._versions = self.depots.versions(fiche.cle)
        self.remplir(self.vue, list(reversed(self._versions)))
        self._offrir()
        self._phrase.setText("\n".join(self._phrases(fiche)))
        ferme = self._ferme(fiche) is not None
        self.rouvrir.setVisible(ferme)
        self.comparer()

    def _phrases(self, fiche: Fiche) -> list[str]:
        etape = self._cycle.etape_courante(fiche.cle)
        phrases = []
        if etape is not None:
            fin = f", jusqu'au {etape.fin:%d/%m/%Y}" if etape.fin is not None else ""
            phrases.append(f"Étape en cours : {etape.nom}{fin}.")
        if self._versions:
            derniere = self._versions[-1]
            quand = afficher_date_iso(derniere.moment[:10])
            phrases.append(f"Dernier dépôt : {derniere.nom}, le {quand} par {derniere.auteur}.")
        ferme = self._ferme(fiche)
        if ferme is not None:
            phrases.append(
                "Réécriture close : rouvrez le dossier, avec un motif, pour en corriger "
                "l'intitulé, la description, les publics ou le budget."
            )
        return phrases or ["Le dossier n'est pas encore déposé."]

    def _ferme(self, fiche: Fiche) -> object:
        return ferme_depuis(self._contexte.fichier.lignes, fiche.cle, self._cycle.jour())

    def _offrir(self) -> None:
        """The versions to compare; what was chosen stays while it is there."""
        noms = [(v.nom.removesuffix(" d'intention"), v.cle) for v in self._versions]  # short room
        for liste, proposees, defaut in (
            (self.avant, noms, 0),
            (self.apres, [*noms, (MAINTENANT, "")], len(noms)),
        ):
            garde = liste.currentData()
            liste.clear()
            for nom, cle in proposees:
                liste.addItem(nom, cle)
            rang = liste.findData(garde) if garde else defaut
            liste.setCurrentIndex(rang if rang >= 0 else defaut)
            liste.setEnabled(bool(noms))

    def comparer(self) -> None:
        """What differs between the two versions chosen."""
        self.ecarts.volets.dire_si_vide(RIEN_CHANGE if self._versions else RIEN_A_COMPARER)
        if not self._versions or self.fiche is None:
            self.remplir(self.ecarts, [])
            self._changements.setText("")
            return
        ecarts = changements(self._contenu(self.avant), self._contenu(self.apres))
        self.remplir(self.ecarts, ecarts)
        self._changements.setText(phrase_des_changements(ecarts))

    def _contenu(self, liste: QComboBox) -> Contenu:
        choisie = liste.currentData()
        for version in self._versions:
            if version.cle == choisie:
                return version.contenu
        return lire_contenu(self._contexte.fichier.lignes, self.cle)

    # Doing --------------------------------------------------------------------------------------

    def _deposer(self) -> None:
        """At once within the dates; else ask for a reason, which is kept with the version."""
        fiche = self.fiche
        assert fiche is not None
        if fiche.champs["statut"] == StatutAction.RETIREE:
            raise SaisieRefusee("Cette action est retirée : changez d'abord son statut.")
        try:
            self._garder("")
        except MotifAttendu as refus:
            self.demande.demander(
                "Motif du dépôt", self._garder, detail=str(refus), verbe="Déposer"
            )

    def _garder(self, motif: str) -> None:
        self.depots.deposer_dossiers([self.cle], motif=motif)
        self.information.emit("Dossier déposé : cette version ne changera plus.")

    def _rouvrir(self) -> None:
        self.demande.demander(
            "Motif de la réouverture",
            lambda motif: self.depots.rouvrir(self.cle, motif),
            detail="Le motif reste en commentaire de l'action, avec votre nom.",
            verbe="Rouvrir",
        )

    def _imprimer(self) -> None:
        from app.services.concordance_pdf import concordance_pdf, nom_propose

        concordance = lire_concordance(self._contexte.fichier, self.cle)
        chemin = self.ou_enregistrer(nom_propose(concordance), PDF)
        if chemin is not None:
            ecrire_entier(chemin, concordance_pdf(concordance))
            self.information.emit(f"Document écrit : {chemin}")


class PartieSuites(PartieDossier):
    """What the réunions asked, and what became of it."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self.service = SuitesRecommandations(contexte.fichier)
        self.vue = self.poser_table(
            colonnes_suites(self.service),
            320,
            "Les réunions partenariales n'ont rien demandé sur cette action.",
        )
        aide = etiquette("La suite et le commentaire se tapent dans le tableau.", "petit")
        aide.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne.addWidget(aide)

    def relire(self, fiche: Fiche) -> None:
        lignes = self.service.lignes(fiche.cle)
        self.remplir(self.vue, lignes)
        self._phrase.setText(phrase_des_suites(lignes))
