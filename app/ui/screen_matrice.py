"""The tableau de cofinancement: actions × financeurs, folded to what is granted, against envelopes."""

from decimal import Decimal
from operator import attrgetter

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout

from app.services.bus import Avis
from app.services.chiffres import Chiffre, Sorte
from app.services.columns import Colonne
from app.services.columns_actions import GROUPE_TOTAL
from app.services.columns_matrice import colonnes_matrice, est_le_resume
from app.services.contexte import Contexte
from app.services.matrice import TOUS, LigneMatrice, MatriceSuivie, bilans
from app.services.programme_suivi import ProgrammeSuivi
from app.ui.ecran import Ecran
from app.ui.elements import ChampRecherche, TexteElide, bouton
from app.ui.gestes_plis import basculer_tout
from app.ui.page_tableau import PageTableau
from app.ui.panneau_provenance import expliquer_dans
from app.ui.pied_enveloppes import PiedEnveloppes
from app.ui.plis_colonnes import PlisColonnes
from app.ui.saisie_suivie import SaisieSuivie
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme

SANS_COMPARER = "Ne pas comparer"
VIDE = "Aucune action cette année : créez-en une, ou importez votre tableau, dans la page Actions."


class EcranMatrice(Ecran):
    """Rows follow the notices of the file. `action_demandee(action)`: show its sheet."""

    saisie = Signal(str, Decimal)
    action_demandee = Signal(str)

    def __init__(
        self,
        contexte: Contexte,
        annee: int,
        appel: str = "",
        *,
        suivi: ProgrammeSuivi | None = None,
    ) -> None:
        super().__init__()
        self._contexte = contexte
        self._appel = appel
        self._perime = False
        self._matrice = MatriceSuivie(contexte.fichier, annee, suivi=suivi)
        self.modele = ModeleTableau(self._colonnes(), self)
        self.modele.lecture_seule = contexte.fichier.lecture_seule
        self.tableau = PageTableau(contexte, "matrice", self.modele)
        self.tableau.habiller("actions")  # the same rows
        self.vue = self.tableau.vue
        self.vue.a_une_fiche = True
        self.plis = PlisColonnes(self.vue, est_le_resume)
        self.pied = PiedEnveloppes(self.modele, self.vue.volets)
        self._construire()
        self._brancher()
        self.setFocusProxy(self.vue)
        self._proposer_annees()
        self.modele.remplacer_lignes(self._visibles())
        self._montrer_bilans()
        if self.vue.recul:
            self._reculer(self.vue.recul)
            self.tableau.onglets.remontrer()  # with the columns of the other year

    # Building -----------------------------------------------------------------------------------

    def _colonnes(self) -> list[Colonne]:
        matrice = self._matrice
        self._financeurs = self._contexte.cofinancements.financeurs(matrice.annee)
        self._rangs = {f.nom_court: rang for rang, f in enumerate(self._financeurs)}
        return [
            *colonnes_matrice(
                self._financeurs,
                self._contexte.actions,
                self._contexte.cofinancements,
                annee=matrice.annee,
                compare=matrice.compare,
                lignes=lambda: self._matrice.lignes,
            ),
            *self._contexte.annotations.de("actions").colonnes(attrgetter("cle")),
        ]

    def _couleur(self, groupe: str) -> QColor | None:
        rang = self._rangs.get(groupe)
        return None if rang is None else theme().financeur(rang)

    def _construire(self) -> None:
        px = theme().px
        self._filtre = ChampRecherche("Filtrer le tableau")
        self._filtre.setPlaceholderText("Filtrer")
        self._filtre.setToolTip("Plusieurs mots possibles, accents ignorés (Ctrl+Maj+F)")
        self._filtre.setMinimumWidth(px(104))
        self._filtre.setMaximumWidth(px(260))
        self._compte = TexteElide(role="doux")
        self._comparer = QComboBox()
        self._comparer.setAccessibleName("Comparer avec une autre année")
        self._comparer.setToolTip("Mettre une autre année à côté de celle-ci")
        self._comparer.setMinimumWidth(px(172))
        self._plier = bouton("Tout déplier", dessin="deplier")
        self._plier.setToolTip(
            "Montrer toutes les colonnes de chaque financeur, ou son accordé seul"
        )
        barre = QHBoxLayout()
        barre.setContentsMargins(px(16), px(8), px(16), px(8))
        barre.setSpacing(px(8))
        barre.addWidget(self._filtre, 3)
        barre.addWidget(self._compte, 2)
        barre.addWidget(self._comparer)
        barre.addWidget(self._plier)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.setSpacing(0)
        page.addLayout(barre)
        page.addWidget(self.tableau, 1)
        self.vue.volets.dire_si_vide(VIDE)
        self.vue.colorer_groupes(self._couleur)

    def _brancher(self) -> None:
        self._filtre.cherche.connect(self.modele.filtrer)
        self._filtre.quitte.connect(self.vue.setFocus)
        self.modele.dispose.connect(lambda: self._filtre.montrer(self.modele.filtre))
        self._filtre.montrer(self.modele.filtre)  # the view it opened on may filter already
        self._comparer.activated.connect(self._choisir_comparee)
        self._plier.clicked.connect(lambda: basculer_tout(self.vue))
        self.plis.change.connect(self._nommer_plis)
        self.vue.recul_voulu.connect(self._reculer)
        self.modele.calcule.connect(self._compter)
        self.vue.refuse.connect(self.refuse)
        self.vue.ouverte.connect(self.action_demandee)
        SaisieSuivie(self.vue, self._ligne_a_decider).ecart.connect(self.saisie)
        self.pied.chiffre_demande.connect(self._expliquer)

    # What the window asks -----------------------------------------------------------------------

    @property
    def annee(self) -> int:
        return self._matrice.annee

    @property
    def comparee(self) -> int | None:
        """The year put beside this one, when there is one."""
        return self._matrice.compare

    def changer_annee(self, annee: int, suivi: ProgrammeSuivi | None = None) -> None:
        """Another year, beside the one as far back as before; the columns of its financeurs."""
        self._matrice = MatriceSuivie(self._contexte.fichier, annee, suivi=suivi)
        self._matrice.comparer(self._annee_reculee(self.vue.recul))
        self._appel = ""
        self._refaire()
        self.vue.aller(0, 0)

    def choisir_appel(self, appel: str) -> None:
        """Show one appel only, by its name; empty: all of them."""
        self._appel = appel
        self.modele.remplacer_lignes(self._visibles())

    def comparer(self, annee: int | None) -> None:
        """Put another year beside this one, or none."""
        self._matrice.comparer(annee)
        self.vue.recul = self.annee - annee if annee else 0
        self._refaire()
        self.vue.etat_change.emit()

    def _reculer(self, annees: int) -> None:
        """What a view keeps is how far back one looks: it holds from one year to the next."""
        self.comparer(self._annee_reculee(annees))
        self.vue.recul = annees

    def _annee_reculee(self, annees: int) -> int | None:
        """The year so far back, None when it has no actions: there is nothing to compare with."""
        voulue = self.annee - annees
        return voulue if annees and voulue in self._contexte.actions.annees() else None

    def filtrer(self) -> None:
        self._filtre.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filtre.selectAll()

    def montree(self) -> None:
        """Called when the page comes in view."""
        if self._perime:
            self._perime = False
            self._matrice.relire()
            self._refaire()

    def _visibles(self) -> list[LigneMatrice]:
        lignes = self._matrice.lignes.values()
        return [li for li in lignes if self._appel in ("", li.appel)]

    def _refaire(self) -> None:
        """Other columns and rows; blocks stay folded or unfolded as they were."""
        avant = {groupe: self.plis.est_plie(groupe) for groupe in self.plis.groupes()}
        self.modele.definir_colonnes(self._colonnes(), self._visibles())
        groupes = self.plis.groupes()
        plies = [g for g in groupes if avant.get(g, g != GROUPE_TOTAL)]
        self.plis.plier(plies, plies=True)
        self.plis.plier([g for g in groupes if g not in plies], plies=False)
        self._proposer_annees()
        self._montrer_bilans()

    # Two years ----------------------------------------------------------------------------------

    def _proposer_annees(self) -> None:
        """The years before this one that have actions."""
        annees = [a for a in self._contexte.actions.annees() if a < self.annee]
        self._comparer.clear()
        self._comparer.addItem(SANS_COMPARER, None)
        for annee in annees:
            self._comparer.addItem(f"Comparer avec {annee}", annee)
        self._comparer.setCurrentIndex(max(0, self._comparer.findData(self.comparee)))
        self._comparer.setEnabled(bool(annees))

    def _choisir_comparee(self, rang: int) -> None:
        self.comparer(self._comparer.itemData(rang))

    def _nommer_plis(self) -> None:
        self._plier.setText(self.plis.mot_du_geste())

    # Following the file -------------------------------------------------------------------------

    def sur_avis(self, avis: Avis) -> None:
        if self._perime:
            return
        if avis.touche("financeur") or not (
            self.isVisible() or {m.entite for m in avis.modifications} <= {"cofinancement"}
        ):
            self._relire_plus_tard()
            return
        changements = self._matrice.suivre(avis)
        if changements.tout:
            self.modele.synchroniser(self._visibles())
            self._proposer_annees()
        elif changements.retirees or changements.modifiees:
            self.modele.retirer(changements.retirees)
            self.modele.actualiser(
                {
                    cle: ligne
                    for cle, ligne in changements.modifiees.items()
                    if self._appel in ("", ligne.appel)
                }
            )
        if avis.touche("cofinancement", "enveloppe"):
            self._montrer_bilans()

    def _relire_plus_tard(self) -> None:
        """A page out of view reads again what costs a whole reading only when it comes back."""
        self._perime = True
        if self.isVisible():
            self.montree()

    def _montrer_bilans(self) -> None:
        lus = bilans(
            self._contexte.totaux,
            self.annee,
            self._financeurs,
            compare=self._matrice.annee_comparee,
        )
        noms = {f.cle: f.nom for f in self._financeurs}
        self.pied.montrer(lus, noms, self.comparee)

    def _expliquer(self, financeur: str, poste: str) -> None:
        """A figure of the lines under the totals was clicked."""
        qui = "" if financeur == TOUS else financeur
        chiffre = Chiffre(Sorte.POSTE, champ=poste, financeur=qui, annee=self.annee)
        expliquer_dans(self.tableau, chiffre)

    def _ligne_a_decider(self, cle: str) -> LigneMatrice | None:
        """The row of an action of this year: one that was not renewed gets nothing."""
        ligne = self._matrice.lignes.get(cle)
        return None if ligne is None or ligne.est_seule else ligne

    def _compter(self) -> None:
        total, montrees = self.modele.nombre_total, self.modele.nombre_filtre
        seules = self._matrice.nombre_de_seules
        texte = f"{total - seules} action{'s' if total - seules > 1 else ''}"
        if montrees != total:
            texte = f"{montrees} sur {total} lignes"
        elif seules:
            texte += f" et {seules} non reconduite{'s' if seules > 1 else ''}"
        self._compte.setText(texte)
