"""The cockpit: the séance held from the keyboard, while the room looks at the public window."""

import gc
from collections.abc import Callable
from decimal import Decimal

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import EtatSeance
from app.services.affichage_public import page_publique
from app.services.bus import Avis
from app.services.comite import comite
from app.services.contexte import Contexte
from app.services.payeurs import Payeur
from app.services.rows import EtatEnveloppe
from app.services.seance_en_cours import SeanceEnCours
from app.services.tables_rondes import Case
from app.ui.cockpit_barres import AUTOUR, NAVIGATION, REPONSES, BarreGestes
from app.ui.cockpit_cases import TourDesCases
from app.ui.cockpit_centre import CentreCockpit
from app.ui.cockpit_decision import A_DEBATTRE, SANS_DECISION, BarreDecision
from app.ui.cockpit_mouvement import BarreMouvement
from app.ui.cockpit_tete import TeteCockpit
from app.ui.cockpit_touches import DECISIONS, ecrite, touche_de
from app.ui.cockpit_volet import VoletCockpit
from app.ui.demande import BarreDemande
from app.ui.ecran import Ecran
from app.ui.elements import bouton, filet, marges
from app.ui.fenetre_publique import Projection
from app.ui.papiers import BoutonPapiers
from app.ui.seance_bloc import demander_bloc
from app.ui.seance_voix import VoletVoix
from app.ui.theme import theme

REPIT = 150  # ms without a key before what is beside the figures is read and drawn again
BATTEMENT = 20_000  # ms between two readings of the clock
SUR_LE_FOND = {*REPONSES, "favorable", "oppose", "lever", "classement", "historique"}
MASQUE = "Masqué."
SIGNE_PARTOUT = (
    "Jusqu'au point suivant, ou jusqu'à la fermeture de la séance, ce nom signe tout ce qui est fait "
    "dans toutes les fenêtres de ce fichier."
)
PASSER_LA_MAIN = "passez la main à quelqu'un d'autre (H), ou passez au point suivant."


class EcranCockpit(Ecran):
    """Holds one séance. Every gesture is one operation: whatever happens, it reopens where it was."""

    quitte = Signal()

    def __init__(self, contexte: Contexte, seance: str) -> None:
        super().__init__()
        self._contexte = contexte
        self._comite = comite(contexte.fichier)
        self.cours = SeanceEnCours(self._comite, seance)
        self._financeurs = contexte.cofinancements.financeurs(self.cours.annee)
        self._payeur: Payeur | None = None
        self.reponses, self.navigation = BarreGestes((*REPONSES, *AUTOUR)), BarreGestes(NAVIGATION)
        self.cases = TourDesCases()
        self.centre = CentreCockpit(self._comite, self.cases)
        self.documents = BoutonPapiers(contexte.fichier, lambda: seance, self)
        self.decision = BarreDecision(
            self._comite,
            lambda: self.cours.point,
            lambda: [alerte.message for alerte in self.cours.alertes()],
        )
        self.volet = VoletCockpit()
        self.voix = self.volet.ajouter("Voix consultatives", VoletVoix(self._comite))
        self.projection = Projection(self)
        self._horloge = QTimer(self)
        self._horloge.setInterval(BATTEMENT)
        self._repit = QTimer(self)
        self._repit.setSingleShot(True)
        self._repit.setInterval(REPIT)
        self._repit.timeout.connect(self.completer)
        self._construire()
        self._brancher()

    # Building -----------------------------------------------------------------------------------

    def _construire(self) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("surface", "fond")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAutoFillBackground(True)  # opaque: nothing under it is drawn at each key
        self.documents.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.tete = TeteCockpit(self.documents)
        self.demande = BarreDemande()
        self.mouvement = BarreMouvement(self._comite, self.cours.seance, lambda: self.cours.point)
        gauche = QVBoxLayout()
        gauche.setSpacing(theme().px(6))
        gauche.addWidget(self.tete)
        gauche.addWidget(self.centre, 1)
        gauche.addWidget(self.reponses)
        gauche.addWidget(filet())
        gauche.addWidget(self.decision)
        gauche.addWidget(self.demande)
        gauche.addWidget(self.mouvement)
        gauche.addLayout(self._barre_de_navigation())
        page = QHBoxLayout(self)
        marges(page, 12, 16, espace=16)
        page.addLayout(gauche, 1)
        page.addWidget(self.volet)

    def _barre_de_navigation(self) -> QHBoxLayout:
        sortie = bouton("Quitter la séance")
        sortie.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        sortie.setToolTip("La séance reste ouverte : « Reprendre la séance » y revient.")
        sortie.clicked.connect(self.quitte)
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=4)
        ligne.addWidget(self.navigation, 1)
        ligne.addWidget(sortie, 0, Qt.AlignmentFlag.AlignTop)
        return ligne

    def _brancher(self) -> None:
        self.cases.dite.connect(self._dire)
        self.cases.entree.connect(self._publier)
        self.cases.echap.connect(self._taire)
        self.cases.geste.connect(self.faire)
        self.cases.courante.connect(self._prendre)
        for partie in (self.volet, self.reponses, self.navigation):
            partie.geste.connect(self.faire)
        self.decision.refuse.connect(self.refuse)
        self.documents.refuse.connect(self.refuse)
        self.documents.information.connect(self.information)
        self.decision.motifs_demandes.connect(self.centre.motifs)
        self.decision.quittee.connect(self.centre.rendre)
        self.decision.quittee.connect(self._rendre_le_clavier)
        self.centre.refuse.connect(self.refuse)
        self.centre.motif.connect(self.decision.reprendre)
        self.centre.rendu.connect(self._rendre_le_clavier)
        self.demande.quittee.connect(self._rendre_le_clavier)
        self.mouvement.quittee.connect(self._rendre_le_clavier)
        self.voix.quittee.connect(self._rendre_le_clavier)
        self.voix.refuse.connect(self.refuse)
        self.tete.geste.connect(self.faire)
        self.projection.change.connect(self._montrer_salle)
        self.projection.ecran_change.connect(self._dire_ecran)
        self._horloge.timeout.connect(self._battre)

    # Opening and closing ------------------------------------------------------------------------

    def ouvrir(self) -> None:
        """Open the séance where it was left, and the screen of the room."""
        self.tenter(self.cours.ouvrir)
        self.projection.ouvrir()
        self._horloge.start()
        self.montrer()
        self._rendre_le_clavier()
        gc.freeze()  # the file is read: going through it again would hold a key for a tenth of a second

    def fermer(self) -> None:
        """The screen of the room goes; the séance stays as it is in the file."""
        self._horloge.stop()
        self._repit.stop()
        self.decision.fermer()
        self.projection.fermer()
        self.cours.rendre_la_main()
        gc.unfreeze()

    def montree(self) -> None:
        """Called when the page comes in view."""
        self.montrer()
        self._rendre_le_clavier()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._horloge.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._horloge.stop()

    # Showing ------------------------------------------------------------------------------------

    def montrer(self, touchee: str = "") -> None:
        """Both windows, as the file is."""
        self._montrer_point()
        self._montrer_montants()
        self._projeter(touchee)

    @property
    def _masque(self) -> bool:
        """Who holds the keyboard has a link with the porteur: figures and notes are not for them."""
        return bool(self.cours.contexte.lien)

    def _montrer_point(self) -> None:
        cours = self.cours.contexte
        self.voix.montrer(self.cours.seance, cours.point.cle if cours.point else None)
        self.tete.situer(cours)
        decision = cours.decision.phrase if cours.decision else ""
        note = cours.point.note_privee if cours.point else None
        self.decision.situer(
            "Décision masquée." if self._masque else decision,
            a_decider=cours.a_decider,
            ouvert=cours.point is not None,
        )
        sans_debat = self.cours.sans_debat
        self.navigation.boutons["bloc"].setText(f"Voter sans débat ({sans_debat})")
        self.navigation.boutons["bloc"].setVisible(sans_debat > 0)
        for nom in REPONSES:
            self.reponses.boutons[nom].setEnabled(self.cours.table is not None)
        avis = cours.action.avis if cours.action else None
        self.volet.aviser(MASQUE if self._masque else avis)
        self.volet.noter(MASQUE if self._masque else note)
        self.volet.vignette.masquer(masque=self._masque)

    def _montrer_montants(self) -> None:
        cours, masque = self.cours, self._masque
        table, cpo = cours.table, cours.contexte.cpo
        cases = table.cases if table else ()
        self.cases.montrer(cases, lambda case: cours.enveloppe(case).en_mots, masque=masque)
        self.tete.chiffrer(table, cours.contexte.action, masque=masque)
        if masque:
            self.volet.masquer(MASQUE)
        else:
            self.volet.surveiller(cours.alertes(), cpo.phrase if cpo else "")
        self._ventiler()
        self._repit.start()

    def _ventiler(self) -> None:
        """The envelope of the seat that has the keyboard."""
        payeur, table = self._payeur or self.cases.payeur_courant, self.cours.table
        case = table.case(payeur) if table is not None and payeur is not None else None
        if case is None or self._masque:
            self.volet.enveloppe.montrer(MASQUE if self._masque else "", None)
        else:
            self.volet.enveloppe.montrer(case.nom, self.cours.enveloppe(case), self._ensemble(case))

    def _ensemble(self, case: Case) -> EtatEnveloppe | None:
        """All the envelopes of the financeur of a seat."""
        cle = case.payeur.financeur
        financeur = next((f for f in self._financeurs if f.cle == cle), None)
        return self._contexte.totaux.etat(self.cours.annee, financeur) if financeur else None

    def completer(self) -> None:
        """What follows the figures a moment later: the ledger of the seat, the small screen."""
        self._raconter()
        self.volet.vignette.montrer(self.projection.fenetre.image)

    def _raconter(self) -> None:
        if self._masque:
            return
        payeur = self._payeur
        connu = self.cours.table is not None and self.cases.rang_de(payeur) >= 0
        self.volet.raconter(self.cours.registre(payeur) if connu and payeur else [])

    def _etats(self) -> list[EtatEnveloppe]:
        """All the envelopes of each financeur, as the room sees them."""
        totaux, annee = self._contexte.totaux, self.cours.annee
        return [totaux.etat(annee, financeur) for financeur in self._financeurs]

    def _projeter(self, touchee: str) -> None:
        etats = self._etats()
        tableau = self.cours.tableau() if self.projection.en_tableau else None
        page = page_publique(self.cours.contexte, self.cours.table, etats, tableau)
        self.projection.montrer(page, touchee)

    def _montrer_salle(self) -> None:
        vue = self.projection.vue
        dits = (
            ("noir", vue.noir),
            ("figé", self.projection.fige),
            ("caché par un message", bool(vue.message)),
        )
        mots = [mot for mot, vrai in dits if vrai]
        dit = f"Écran de la salle : {', '.join(mots)}" if mots else ""
        if self.volet.etat_salle.text() != dit:
            self.volet.etat_salle.setText(dit)
        self._repit.start()

    def _dire_ecran(self, phrase: str) -> None:
        self.volet.dire_ecran(phrase, en_fenetre=self.projection.sans_second_ecran)

    def _battre(self) -> None:
        self.cours.battre()
        self.tete.dire_le_temps(self.cours.contexte.synthese)

    # Gestures -----------------------------------------------------------------------------------

    def faire(self, nom: str) -> None:
        """A gesture of `cockpit_touches`, or a nature of decision."""
        if self._masque and (nom in DECISIONS or nom in SUR_LE_FOND):
            self.refuse.emit(f"Vous avez un lien avec le porteur : {PASSER_LA_MAIN}")
            return
        if nom in DECISIONS:
            if self.cours.contexte.point is not None and not self.cours.contexte.a_decider:
                self.refuse.emit(f"{SANS_DECISION} {A_DEBATTRE}")
            else:
                self.decision.proposer(nom)
            return
        self.tenter(self._gestes()[nom])

    def _gestes(self) -> dict[str, Callable[[], object]]:
        cours, salle = self.cours, self.projection
        return {
            "suivant": lambda: self._changer_de_point(self._suivre),
            "bloc": lambda: demander_bloc(
                self._comite.decisions, cours.seance, self.demande, self.information.emit
            ),
            "precedent": lambda: self._changer_de_point(cours.precedent),
            "reporter": lambda: self._changer_de_point(cours.reporter),
            "revenir": lambda: self._changer_de_point(cours.revenir),
            "demande": lambda: self._repondre("demande"),
            "etat": lambda: self._repondre("etat"),
            "reste": lambda: self._repondre("reste"),
            "reculer": lambda: self._avec_payeur(cours.reculer),
            "tour": cours.nouveau_tour,
            "mouvements": cours.confirmer_mouvements,
            "mouvement": self.mouvement.demander,
            "classement": lambda: self.centre.complementaire(cours.seance),
            "historique": lambda: self.centre.historique(lambda: cours.point),
            "favorable": lambda: self._avec_payeur(lambda p: cours.confier(p, favorable=True)),
            "oppose": lambda: self._avec_payeur(lambda p: cours.confier(p, favorable=False)),
            "lever": cours.lever,
            "noir": salle.basculer_noir,
            "figer": salle.basculer_gel,
            "tableau": self._changer_de_page,
            "fenetre": salle.basculer_fenetre,
            "main": self._demander_la_main,
            "message": self._demander_message,
            "agrandir": lambda: salle.agrandir(1),
            "reduire": lambda: salle.agrandir(-1),
        }

    def _changer_de_point(self, aller: Callable[[], object]) -> None:
        if self.cases.est_refusee():
            self.refuse.emit(
                "Un montant n'est pas lisible : corrigez-le, ou Échap, avant de changer de point."
            )
            return
        self.decision.abandonner()
        self.centre.rendre()
        aller()
        self._payeur = None
        self._rendre_le_clavier()

    def _suivre(self) -> None:
        """The next item to be debated; those that it passes over are said."""
        point = self.cours.contexte.point
        self.cours.suivant()
        sautes = self.cours.sautes(point.ordre if point else 0)
        if sautes:
            quoi = (
                "1 point sans débat passé" if sautes == 1 else f"{sautes} points sans débat passés"
            )
            self.information.emit(f"{quoi} : ils se votent ensemble ({ecrite('bloc')}).")

    def _avec_payeur(self, faire: Callable[[Payeur], object]) -> None:
        payeur = self.cases.payeur_courant
        if payeur is not None:
            faire(payeur)

    def _repondre(self, reponse: str) -> None:
        self._avec_payeur(lambda payeur: self.cours.repondre(payeur, reponse))

    def _dire(self, payeur: Payeur, montant: Decimal | None) -> None:
        self.tenter(lambda: self.cours.dire(payeur, montant))

    def _taire(self, payeur: Payeur) -> None:
        """Esc: what was typed and not published is taken back."""
        if self._masque:
            return
        self.tenter(lambda: self.cours.dire(payeur, None))
        self.montrer()
        self.cases.aller(self.cases.rang_de(payeur))

    def _publier(self, payeur: Payeur) -> None:
        """Enter: the room sees it, and the next seat speaks."""
        if self._masque:
            self.refuse.emit(f"Vous avez un lien avec le porteur : {PASSER_LA_MAIN}")
            return
        if self.cases.est_refusee():
            self.refuse.emit("Ce montant n'est pas lisible : corrigez-le, ou Échap l'abandonne.")
            return
        if self.tenter(lambda: self.cours.publier(payeur)):
            self.cases.aller(self.cases.rang_de(payeur) + 1)

    def _prendre(self, payeur: Payeur) -> None:
        self._payeur = payeur
        self._ventiler()
        self._repit.start()

    def _demander_message(self) -> None:
        self.demande.demander(
            "Message à la salle (vide : l'enlever)",
            self.projection.dire,
            texte=self.projection.vue.message,
            verbe="Montrer",
        )

    def _changer_de_page(self) -> None:
        """The item, or the whole table."""
        self.projection.basculer_tableau()
        self._projeter("")

    def _demander_la_main(self) -> None:
        """Somebody without a link takes the keyboard for this item, or gives it back."""
        rendre = " Vide : le rendre." if self.cours.contexte.clavier else ""
        self.demande.demander(
            "Qui prend le clavier pour ce point ?",
            self._passer_la_main,
            propositions=[p.designation for p in self._comite.personnes.lignes(actives=True)],
            detail=f"{SIGNE_PARTOUT}{rendre}",
            verbe="Passer la main",
        )

    def _passer_la_main(self, nom: str) -> None:
        self.cours.passer_la_main(nom)
        self.montrer()

    def _rendre_le_clavier(self) -> None:
        """To the decision at hand, to the seat that had it, to the first one, else to the cockpit."""
        if self.decision.est_ouverte:
            self.decision.reprendre()
            return
        rang = max(self.cases.rang_de(self._payeur), 0)
        if self.cours.table is not None and self.cours.table.cases:
            self.cases.aller(rang)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def focusNextPrevChild(self, suivant: bool) -> bool:
        """Tab goes round inside: past the last field, Enter would open another page."""
        depart = QApplication.focusWidget()
        if depart is None or not (depart is self or self.isAncestorOf(depart)):
            return super().focusNextPrevChild(suivant)
        ailleurs = _suivant_dans(self, depart, suivant=suivant)
        if ailleurs is not None:
            raison = Qt.FocusReason.TabFocusReason if suivant else Qt.FocusReason.BacktabFocusReason
            ailleurs.setFocus(raison)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        nom = touche_de(event)
        occupe = self.demande.isVisible() or self.mouvement.isVisible() or self.centre.occupe
        if nom and not occupe:
            self.faire(nom)
        else:
            super().keyPressEvent(event)

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if avis.retire(self.cours.seance):
            self.quitte.emit()  # its preparation was undone from another window
            return
        for partie in (self.voix, self.centre, self.decision):
            partie.sur_avis(avis)
        avant = self.cours.contexte.point
        if not self.cours.sur_avis(avis):
            return
        apres = self.cours.contexte.point
        if (avant and avant.cle) != (apres and apres.cle):
            self._payeur = None
        if self.cours.contexte.etat == EtatSeance.CLOSE:
            self.decision.abandonner()
            self.quitte.emit()
        touches = [m.valeur("financeur") for m in avis.modifications if m.entite == "cofinancement"]
        touchee = touches[0] if touches else ""
        if {m.entite for m in avis.modifications} <= {"tour", "cofinancement"}:
            self._montrer_montants()
            self._projeter(touchee)
        else:
            self.montrer(touchee)


def _suivant_dans(page: QWidget, depart: QWidget, *, suivant: bool) -> QWidget | None:
    """The widget of a page that Tab leads to, without leaving it; None: there is no other."""
    tab, lieu = Qt.FocusPolicy.TabFocus.value, depart
    while True:
        lieu = lieu.nextInFocusChain() if suivant else lieu.previousInFocusChain()
        if lieu is depart:
            return None
        prend = lieu.focusPolicy().value & tab and lieu.isEnabled() and lieu.isVisible()
        if prend and page.isAncestorOf(lieu):
            return lieu
