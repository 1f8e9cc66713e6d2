"""The list of the conventions, and under it the one in view: its years, signatures, avenants."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QMenu, QTabWidget

from app.models.enums import EtatConvention
from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.appels_courants import aujourd_hui
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, TypeColonne, lire_date, lire_valeur
from app.services.columns_cpo import (
    colonnes_annees,
    colonnes_avenants,
    colonnes_avis,
    colonnes_comparaison,
    colonnes_conventions,
    colonnes_remarques,
    colonnes_signatures,
)
from app.services.contexte import Contexte
from app.services.conventions import Conventions
from app.services.conventions_avenants import Avenants
from app.services.conventions_lues import LigneConvention
from app.services.conventions_tranches import TranchesCpo, par_payeur
from app.services.documents import ecrire_entier
from app.services.errors import SaisieRefusee
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.screen_listes import EcranListe
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

ENTITES = (
    *("convention", "tranche", "avenant", "avis_cpo", "signature_convention", "revue_cpo"),
    *("indicateur_cpo", "valeur_indicateur", "decision", "organisme", "bilan"),
)
DATE_VOULUE = "Tapez une date, comme 15/04/2026."


def date_de(texte: str) -> str:
    """The day typed in a bar. Raises SaisieRefusee when there is none."""
    jour = lire_date(texte)
    if jour is None:
        raise SaisieRefusee(DATE_VOULUE)
    return jour


class ListeConventions(EcranListe):
    """Every convention, whatever its year; the gestures work on the one in view."""

    liste = "conventions"
    entites = ENTITES
    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        self.annee = annee
        self.service = Conventions(contexte.fichier)
        self.tranches = TranchesCpo(contexte.fichier)
        self.avenants = Avenants(contexte.fichier)
        super().__init__(contexte, colonnes_conventions(self.service), "")
        self.tableau.intitule = lambda: "Conventions pluriannuelles d’objectifs"
        self._barres()
        self._boutons()
        self._detail()
        self.vue.courante.connect(lambda cle, _colonne: self._montrer(cle))
        self.vue.volets.dire_si_vide(
            "Aucune CPO\u00a0: «\u00a0Nouvelle\u00a0» part d’une action, ou de ce que la séance a décidé."
        )

    # Building -------------------------------------------------------------------------------------

    def _barres(self) -> None:
        date = ChampDeBarre("date", "Date", largeur=96)
        self.barre_creation = self._barre(
            "Créer",
            ChampDeBarre("action", "Action", largeur=320),
            ChampDeBarre("annees", "Années", largeur=48),
        )
        self.barre_signature = self._barre("Signer", date)
        self.barre_avenant = self._barre(
            "Ajouter",
            ChampDeBarre("objet", "Objet", largeur=150),
            ChampDeBarre("fin", "Fin", largeur=56),
            ChampDeBarre("annee", "Année", largeur=56),
            ChampDeBarre("montant", "Montant", largeur=80),
            ChampDeBarre("date", "Date", largeur=90),
        )
        self.barre_fin = self._barre(
            "Valider",
            ChampDeBarre("texte", "Motif ou évaluation", largeur=280),
            ChampDeBarre("date", "Date", largeur=96),
        )
        self.barre_annees = self._barre("Valider", ChampDeBarre("annees", "Années", largeur=60))
        self.barre_financeur = self._barre(
            "Ajouter",
            ChampDeBarre("financeur", "Financeur", largeur=260),
            ChampDeBarre("montant", "Montant par an", largeur=96),
        )

    def _barre(self, verbe: str, *champs: ChampDeBarre) -> BarreChamps:
        barre = BarreChamps(champs, verbe)
        self.poser_barre(barre)
        return barre

    def _boutons(self) -> None:
        self._menu_nouvelle = QMenu(self)
        self._menu_nouvelle.aboutToShow.connect(self._proposer)
        self.bouton("Nouvelle").setMenu(self._menu_nouvelle)
        self._menu(
            "Accord",
            {
                "Avis favorable du financeur choisi": lambda: self._dire(True),
                "Avis défavorable du financeur choisi": lambda: self._dire(False),
                "Accorder": self.accorder,
                "Ramener à un an…": self.ramener,
                "Ajouter un financeur…": self.ajouter_financeur,
                "Retirer le financeur choisi": self._retirer_financeur,
                "Changer la durée…": self.changer_annees,
            },
        )
        self._menu(
            "Suite",
            {
                "Signer…": self.signer,
                "Avenant…": self.amender,
                "Renouveler": self.renouveler,
                "Évaluer et terminer…": self.terminer,
                "Résilier…": self.resilier,
                "Supprimer": lambda: self.service.supprimer(*self.choisies()),
            },
        )
        exporter = self._menu(
            "Exporter",
            {
                "Fiche de la CPO (PDF)…": self.exporter_fiche,
                "Tableau des CPO (Excel)…": self.exporter_table,
            },
        )
        exporter.setEnabled(True)  # a file that is only read can be exported

    def _menu(self, titre: str, gestes: Mapping[str, Callable[[], object]]) -> Any:
        menu = QMenu(self)
        for texte, geste in gestes.items():
            menu.addAction(texte, lambda geste=geste: self.tenter(geste))
        bouton = self.bouton(titre)
        bouton.setMenu(menu)
        return bouton

    def _detail(self) -> None:
        """The convention in view, under the list."""
        self.detail = QTabWidget()
        self.detail.setDocumentMode(True)
        self.detail.setAccessibleName("La convention choisie")
        self.vue_annees = self._vue(
            "Années et financeurs", colonnes_annees(self.tranches, range(0))
        )
        self.vue_remarques = self._vue("À vérifier", colonnes_remarques(), cle=attrgetter("phrase"))
        self.vue_avis = self._vue("Avis des financeurs", colonnes_avis())
        self.vue_signatures = self._vue("Signatures", colonnes_signatures(self.service))
        self.vue_avenants = self._vue("Avenants", colonnes_avenants(self.avenants))
        self.vue_comparaison = self._vue("Signée et aujourd’hui", colonnes_comparaison())
        self._corps.addWidget(self.detail)
        self._corps.setSizes([theme().px(330), theme().px(240)])

    def _vue(
        self, titre: str, colonnes: list[Colonne], cle: Callable[[Any], str] = attrgetter("cle")
    ) -> VueTableau:
        modele = ModeleTableau(colonnes, self, cle=cle)
        modele.lecture_seule = self._contexte.fichier.lecture_seule
        vue = VueTableau(modele)
        vue.refuse.connect(self.refuse)
        self.detail.addTab(vue, titre)
        return vue

    # Reading --------------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        lignes = self.service.lignes()
        signees = [c for c in lignes if c.etat == EtatConvention.SIGNEE]
        total = afficher_montant(sum((c.total for c in signees), Decimal(0)), euro=True)
        phrase = f"{compter(len(lignes), 'convention')}, dont {compter(len(signees), 'signée')}"
        self._phrase.setText(f"{phrase} pour {total}." if lignes else "")
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        if not self.vue.cle_courante() and self.modele.toutes_les_lignes():
            self.vue.aller(0, 0)
        self._montrer(self.vue.cle_courante())

    def courante(self) -> LigneConvention:
        """The convention in view. Raises SaisieRefusee when there is none."""
        cle = self.vue.cle_courante()
        for ligne in self.modele.toutes_les_lignes():
            if ligne.cle == cle:
                lue: LigneConvention = ligne
                return lue
        raise SaisieRefusee("Choisissez d’abord une convention dans la liste.")

    def _montrer(self, cle: str) -> None:
        lues = [li for li in self.modele.toutes_les_lignes() if li.cle == cle]
        if not lues:
            for vue in (self.vue_annees, self.vue_remarques, self.vue_avis):
                vue.modele.remplacer_lignes([])
            for vue in (self.vue_signatures, self.vue_avenants, self.vue_comparaison):
                vue.modele.remplacer_lignes([])
            return
        convention: LigneConvention = lues[0]
        self.vue_annees.modele.definir_colonnes(
            colonnes_annees(self.tranches, convention.annees), par_payeur(convention)
        )
        self.vue_remarques.modele.remplacer_lignes(self.service.remarques(cle))
        self.vue_avis.modele.remplacer_lignes(self.service.avis(cle))
        self.vue_signatures.modele.remplacer_lignes(self.service.signatures(cle))
        self.vue_avenants.modele.remplacer_lignes(self.avenants.lignes(cle))
        self.vue_comparaison.modele.remplacer_lignes(self.avenants.comparer(cle))

    # Gestures -------------------------------------------------------------------------------------

    def _proposer(self) -> None:
        """What the séances granted for several years; else any action."""
        self._menu_nouvelle.clear()
        for a in self.service.a_conventionner():
            self._menu_nouvelle.addAction(
                f"{a.numero} – {a.titre}, {compter(a.annees, 'an')}",
                lambda a=a: self.tenter(lambda: self.creer(a.cle, None)),
            )
        self._menu_nouvelle.addSeparator()
        self._menu_nouvelle.addAction(
            "D’une autre action…", lambda: self.tenter(self.demander_action)
        )

    def creer(self, action: str, annees: int | None) -> None:
        cle = self.service.creer(action, annees)
        self.rafraichir()
        self.aller_a(cle, "titre")
        self.information.emit("CPO créée, ses années sont à relire. Ctrl+Z y revient.")

    def demander_action(self) -> None:
        noms = {f"{a.numero} – {a.titre}": a.cle for a in self._contexte.actions.lignes(self.annee)}
        self.barre_creation.champs["action"].completer(list(noms))

        def garder(champs: Mapping[str, str]) -> None:
            if champs["action"] not in noms:
                raise SaisieRefusee("Choisissez une action parmi celles proposées.")
            annees = champs["annees"]
            if annees and not annees.isdigit():
                raise SaisieRefusee("Donnez la durée en années entières, comme 3.")
            self.creer(noms[champs["action"]], int(annees) if annees else None)

        self.barre_creation.demander("Nouvelle CPO", garder)

    def changer_annee(self, annee: int) -> None:
        """All the years are shown; new ones start from the actions of this one."""
        self.annee = annee

    def _payeur(self) -> Any:
        """The payeur in view in the table of the years. Raises SaisieRefusee when there is none."""
        cle = self.vue_annees.cle_courante()
        for ligne in self.vue_annees.modele.toutes_les_lignes():
            if ligne.cle == cle:
                return ligne
        raise SaisieRefusee("Choisissez un financeur dans «\u00a0Années et financeurs\u00a0».")

    def _dire(self, favorable: bool) -> None:
        convention, payeur = self.courante(), self._payeur()
        financeur, _, commune = payeur.qui
        self.service.dire(convention.cle, financeur, favorable, commune=commune)
        self.information.emit(self.service.situation(convention.cle).phrase)

    def accorder(self) -> None:
        self.service.accorder(self.courante().cle)
        self.information.emit("CPO accordée\u00a0: ce qu’elle promet compte dans les enveloppes.")

    def ramener(self) -> None:
        convention = self.courante()

        def garder(champs: Mapping[str, str]) -> None:
            qui = self.service.ramener(convention.cle, champs["texte"] or None)
            self.information.emit(f"Ramenée à un an. Bloquée par\u00a0: {qui or 'personne'}.")

        self.barre_fin.demander("Ramener à un an", garder, date=f"{aujourd_hui():%d/%m/%Y}")

    def changer_annees(self) -> None:
        convention = self.courante()

        def garder(champs: Mapping[str, str]) -> None:
            if not champs["annees"].isdigit():
                raise SaisieRefusee("Donnez la durée en années entières, comme 3.")
            self.service.changer_annees(convention.cle, int(champs["annees"]))

        self.barre_annees.demander("Durée de la convention", garder, annees=str(convention.duree))

    def ajouter_financeur(self) -> None:
        convention = self.courante()
        connus = {c.libelle: c for c in Cofinancements(self._contexte.fichier).credits()}
        self.barre_financeur.champs["financeur"].completer(list(connus))

        def garder(champs: Mapping[str, str]) -> None:
            credit = connus.get(champs["financeur"])
            if credit is None:
                raise SaisieRefusee("Choisissez un financeur parmi ceux proposés.")
            montant = _montant(champs["montant"])
            self.tranches.ajouter(
                convention.cle, credit.financeur, ligne_credit=credit.ligne_credit, montant=montant
            )

        self.barre_financeur.demander("Ajouter un financeur", garder)

    def _retirer_financeur(self) -> None:
        self.tranches.retirer(self.courante().cle, self._payeur().qui)

    def signer(self) -> None:
        convention = self.courante()

        def garder(champs: Mapping[str, str]) -> None:
            self.service.signer(convention.cle, date_de(champs["date"]))
            self.information.emit("Convention signée. Ctrl+Z y revient.")

        self.barre_signature.demander(
            f"Signer {convention.numero or convention.titre}",
            garder,
            date=f"{aujourd_hui():%d/%m/%Y}",
        )

    def amender(self) -> None:
        """Another end, or another amount for the payeur in view and a year."""
        convention = self.courante()

        def garder(champs: Mapping[str, str]) -> None:
            fin = champs["fin"]
            if fin and not fin.isdigit():
                raise SaisieRefusee("Donnez l’année de fin en quatre chiffres, comme 2028.")
            self.avenants.ajouter(
                convention.cle,
                champs["objet"],
                date=date_de(champs["date"]),
                annee_fin=int(fin) if fin else None,
                montants=self._montants_de_l_avenant(champs),
            )
            self.information.emit("Avenant ajouté\u00a0: ses signatures sont à recueillir.")

        self.barre_avenant.demander(
            "Avenant", garder, fin=str(convention.annee_fin), date=f"{aujourd_hui():%d/%m/%Y}"
        )

    def _montants_de_l_avenant(self, champs: Mapping[str, str]) -> dict[str, Any]:
        montant = _montant(champs["montant"])
        if montant is None:
            return {}
        payeur = self._payeur()
        tranche = payeur.tranches.get(int(champs["annee"]) if champs["annee"].isdigit() else 0)
        if tranche is None:
            raise SaisieRefusee(f"Donnez l’année de la tranche de {payeur.payeur} à changer.")
        return {tranche.cle: montant}

    def renouveler(self) -> None:
        cle = self.service.renouveler(self.courante().cle)
        self.rafraichir()
        self.aller_a(cle, "titre")

    def terminer(self) -> None:
        self._finir("Évaluation finale", self.service.terminer)

    def resilier(self) -> None:
        self._finir("Résilier", self.service.resilier)

    def _finir(self, question: str, faire: Callable[[str, str, str | None], None]) -> None:
        convention = self.courante()

        def garder(champs: Mapping[str, str]) -> None:
            faire(convention.cle, date_de(champs["date"]), champs["texte"] or None)

        self.barre_fin.demander(question, garder, date=f"{aujourd_hui():%d/%m/%Y}")

    # Exports --------------------------------------------------------------------------------------

    def exporter_fiche(self) -> None:
        from app.services.conventions_pdf import fiche_cpo

        convention = self.courante()
        contenu = fiche_cpo(self._contexte.fichier, convention.cle)
        self._enregistrer(contenu, f"{convention.numero or 'CPO'}.pdf", "PDF (*.pdf)")

    def exporter_table(self) -> None:
        from app.services.conventions_excel import table_cpo

        contenu = table_cpo(self._contexte.fichier)
        self._enregistrer(contenu, "CPO.xlsx", "Classeur Excel (*.xlsx)")

    def _enregistrer(self, contenu: bytes, nom: str, filtre: str) -> None:
        propose = self._contexte.fichier.chemin.parent / nom
        choisi, _ = QFileDialog.getSaveFileName(self, "Enregistrer", str(propose), filtre)
        if not choisi:
            return
        chemin = Path(choisi)
        if not chemin.suffix:
            chemin = chemin.with_suffix(Path(nom).suffix)
        ecrire_entier(chemin, contenu)
        self.information.emit(f"Enregistré\u00a0: {chemin.name}.")


def _montant(texte: str) -> Any:
    return lire_valeur(TypeColonne.MONTANT, texte)
