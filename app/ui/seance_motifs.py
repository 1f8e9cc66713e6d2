"""The library of motives: what the decision bar offers, decision by decision, as the team wants it."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.models.enums import NatureDecision
from app.services.bus import Avis
from app.services.columns_actions import choix_de
from app.services.columns_seance import colonnes_motifs
from app.services.comite import Comite
from app.services.errors import SaisieRefusee
from app.services.motifs import LigneMotif
from app.ui.ecran import Ecran
from app.ui.elements import bouton, etiquette, marges
from app.ui.flux import Flux
from app.ui.forms import ChampChoix, ChampTexte
from app.ui.seance_ranger import RangerLignes
from app.ui.seance_saisie import BarreSaisie
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

TOUCHES = {"Monter": "Alt+↑", "Descendre": "Alt+↓"}
ECARTER, RETABLIR = "Ne plus proposer", "Proposer à nouveau"
TOUTES = "Toutes les décisions"
PHRASE = (
    "Les motifs proposés quand une décision se prend. Corriger, ranger ou supprimer l'un d'eux, ou ne "
    "plus le proposer, garde la liste de cette décision dans le fichier ; les décisions déjà prises "
    "ne changent pas."
)


class VoletMotifs(Ecran):
    """`choisi(text)`: a motive to take for the decision at hand. `quitte()`: Esc, in the cockpit."""

    choisi = Signal(str)
    quitte = Signal()

    def __init__(self, comite: Comite, *, en_seance: bool = False) -> None:
        super().__init__()
        self._motifs = comite.motifs
        self._en_seance = en_seance
        lecture_seule = comite.fichier.lecture_seule
        colonnes = colonnes_motifs(comite.motifs)
        if en_seance:  # one decision at a time, beside what is being decided
            colonnes = [c for c in colonnes if c.cle in ("rang", "texte", "actif", "origine")]
        self.modele = ModeleTableau(colonnes, self, cle=_repere)
        self.modele.lecture_seule = lecture_seule
        self.vue = VueTableau(self.modele)
        self.vue.refuse.connect(self.refuse)
        self.vue.statistiques.connect(lambda _: self._nommer_la_bascule())
        self.vue.volets.dire_si_vide(
            "Aucun motif : « Ajouter un motif » en garde un pour cette décision."
        )
        self.rangeur = RangerLignes(self.vue, "rang", self._ranger, "l'ordre des motifs")
        self.saisie = self._batir_saisie()
        self.setFocusProxy(self.vue)
        self._construire(lecture_seule=lecture_seule)
        self.rafraichir()

    # Building -----------------------------------------------------------------------------------

    def _construire(self, *, lecture_seule: bool) -> None:
        self.nature = QComboBox()
        self.nature.setAccessibleName("Décision dont on voit les motifs")
        self.nature.addItem(TOUTES, None)
        for valeur, libelle in choix_de(NatureDecision):
            self.nature.addItem(libelle, valeur)
        self.nature.activated.connect(lambda _: self.rafraichir())
        phrase = etiquette(PHRASE, "doux")
        phrase.setWordWrap(True)
        bande = QWidget()
        politique = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        politique.setHeightForWidth(True)
        bande.setSizePolicy(politique)
        barre, cote = Flux(bande, espace=theme().px(8)), theme().px(0 if self._en_seance else 16)
        barre.setContentsMargins(cote, theme().px(8), cote, theme().px(8))
        barre.addWidget(self.nature)
        for geste in self._boutons():
            geste.setDisabled(lecture_seule)
            barre.addWidget(geste)
        if self._en_seance:
            self._ajouter_la_reprise(barre)
        phrase.setHidden(self._en_seance)
        texte = QHBoxLayout()
        marges(texte, 0, 16)
        texte.addWidget(phrase)
        page = QVBoxLayout(self)
        marges(page, 0, espace=4)
        page.addWidget(bande)
        page.addLayout(texte)
        page.addWidget(self.saisie)
        page.addWidget(self.vue, 1)

    def _boutons(self) -> list[QPushButton]:
        gestes = (
            ("Ajouter un motif", self._demander),
            ("Monter", lambda: self.rangeur.deplacer(-1)),
            ("Descendre", lambda: self.rangeur.deplacer(1)),
            (ECARTER, self._basculer),
            ("Supprimer", lambda: self._motifs.supprimer(*self._choisis())),
        )
        boutons = []
        for mots, faire in gestes:
            geste = bouton(mots)
            if mots == ECARTER:
                self._ecarter = geste
                geste.setToolTip("Il reste dans la liste, et dans les décisions qui le portent")
            if mots in TOUCHES:
                geste.setToolTip(f"{mots} ({TOUCHES[mots]})")
            geste.clicked.connect(lambda _=False, faire=faire: self.tenter(faire))
            boutons.append(geste)
        return boutons

    def _ajouter_la_reprise(self, barre: Flux) -> None:
        """In the cockpit: take the motive for the decision, or go back to it."""
        reprendre = bouton("Reprendre", "principal")
        reprendre.clicked.connect(lambda: self.tenter(self._reprendre))
        reprendre.setToolTip("Reprendre ce motif dans la décision (Alt+Entrée)")
        revenir = bouton("Revenir (Échap)")
        revenir.clicked.connect(self.quitte)
        self.vue.a_une_fiche = True  # Alt+Enter
        self.vue.ouverte.connect(lambda _: self.tenter(self._reprendre))
        barre.addWidget(reprendre)
        barre.addWidget(revenir)

    def _batir_saisie(self) -> BarreSaisie:
        nature = ChampChoix("Décision", ecrire=None)
        nature.proposer(choix_de(NatureDecision))
        saisie = BarreSaisie(
            {"texte": ChampTexte("Motif", ecrire=None), "nature": nature}, verbe="Ajouter"
        )
        saisie.quittee.connect(self.vue.setFocus)
        return saisie

    # Showing ------------------------------------------------------------------------------------

    def montrer_nature(self, nature: str) -> None:
        """The motives of one decision, with the cursor on the first."""
        self.nature.setCurrentIndex(max(0, self.nature.findData(nature)))
        self.saisie.fermer()
        self.rafraichir()
        self.vue.setFocus()
        self.vue.aller(0, self.modele.rang("texte"))

    def montree(self) -> None:
        self.rafraichir()

    def rafraichir(self) -> None:
        """The cursor stays at its place: a motive that is kept has another key than when proposed."""
        index = self.vue.index_courant()
        place = (index.row(), index.column())
        self.modele.synchroniser(self._motifs.lignes(self.nature.currentData()))
        if place[0] >= 0 and not self.vue.cle_courante():
            self.vue.aller(min(place[0], self.modele.rowCount() - 1), place[1])
        self._nommer_la_bascule()

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("motif"):
            self.rafraichir()

    # Gestures -----------------------------------------------------------------------------------

    def _choisis(self) -> list[str]:
        reperes = self.vue.cles_choisies()
        if not reperes:
            raise SaisieRefusee("Sélectionnez d'abord un motif de la liste.")
        return reperes

    def _ranger(self, reperes: Sequence[str], avant: str | None) -> list[str]:
        """Just before the first motive of the next decision is at the end of one's own."""
        if avant is not None:
            lignes = [m for m in self.modele.toutes_les_lignes() if m.repere not in reperes]
            rang = next(r for r, m in enumerate(lignes) if m.repere == avant)
            nature = self.modele.ligne(reperes[0]).nature
            if rang and lignes[rang].nature != nature == lignes[rang - 1].nature:
                avant = None
        return self._motifs.ranger(reperes, avant)

    def _basculer(self) -> None:
        """Offer those chosen no longer; when none of them is offered, offer them again."""
        choisis = self._choisis()
        self._motifs.activer(choisis, actif=not self._un_est_offert(choisis))

    def _un_est_offert(self, reperes: Sequence[str]) -> bool:
        return any(self.modele.ligne(repere).actif for repere in reperes)

    def _nommer_la_bascule(self) -> None:
        """The button says what it will do to the motives chosen."""
        choisis = [r for r in self.vue.cles_choisies() if self.modele.contient(r)]
        offerts = not choisis or self._un_est_offert(choisis)
        self._ecarter.setText(ECARTER if offerts else RETABLIR)

    def _reprendre(self) -> None:
        self._choisis()
        motif = self.modele.ligne(self.vue.cle_courante())
        if not motif.actif:
            raise SaisieRefusee(f"Ce motif n'est plus proposé : « {RETABLIR} », puis reprenez-le.")
        self.choisi.emit(motif.texte)

    def _demander(self) -> None:
        courante = self.vue.cle_courante()
        nature = self.nature.currentData()
        if nature is None and courante and self.modele.contient(courante):
            nature = self.modele.ligne(courante).nature
        self.saisie.champs["nature"].montrer(nature or str(NatureDecision.REFUSE))
        self.saisie.ouvrir(self._garder)

    def _garder(self, saisi: Mapping[str, str]) -> None:
        cle = self._motifs.ajouter(saisi["nature"], saisi["texte"])
        self.vue.aller_a(cle, "texte")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._en_seance:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_Escape:
            self.quitte.emit()
        else:
            event.accept()  # letters are gestures of the cockpit: not while its motives are open


def _repere(motif: LigneMotif) -> str:
    return motif.repere
