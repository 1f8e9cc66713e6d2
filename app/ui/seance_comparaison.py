"""Scenarios as tables: the amounts of one of them to type in, or several side by side."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from app.models.montants import afficher_montant
from app.services.bus import Avis
from app.services.columns import Colonne
from app.services.columns_scenarios import (
    TableMontants,
    avec_montants,
    colonnes_axes,
    colonnes_differentes,
    colonnes_financeurs,
    colonnes_montants,
    lire_table,
)
from app.services.comite import Comite
from app.services.comparaisons_scenarios import (
    PROPOSE,
    ActionDifferente,
    Comparaison,
    TotalCompare,
    comparer,
)
from app.services.contexte import Contexte
from app.ui.elements import TexteElide, marges
from app.ui.page_tableau import PageTableau
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme

MONTANTS, FINANCEURS, AXES, DIFFERENTES = range(4)
TITRES = ("Montants", "Par financeur", "Par axe", "Actions qui diffèrent")


class TablesScenarios(QWidget):
    """One scenario, or the comparison of several; alone, it is compared with what is proposed."""

    refuse = Signal(str)

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        super().__init__()
        self._contexte = contexte
        self._comite = comite
        self._seance: str | None = None
        self._choisis: tuple[str, ...] = ()
        self._affiche: tuple[object, ...] = ()  # what the columns of the amounts stand for
        self._table: TableMontants | None = None
        self.onglets = QTabBar()
        self.onglets.setAccessibleName("Ce que montre le tableau")
        self.onglets.setExpanding(False)
        self.onglets.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.onglets.setUsesScrollButtons(False)
        for titre in TITRES:
            self.onglets.addTab(titre)
        self.phrase = TexteElide(role="doux")
        self.montants = ModeleTableau(colonnes_montants(comite.scenarios, "", ()), self)
        self.compares = ModeleTableau(colonnes_axes(_VIDE), self, cle=_cle)
        self.page_montants = PageTableau(contexte, "montants_scenario", self.montants)
        self.page_compares = PageTableau(contexte, "comparaison_scenarios", self.compares)
        self.page_montants.intitule = lambda: f"Scénario {self._nom()}"
        self.page_compares.intitule = lambda: f"Scénarios : {TITRES[self.onglets.currentIndex()]}"
        self.page_montants.vue.refuse.connect(self.refuse)
        self.page_montants.vue.volets.dire_si_vide("« Nouveau scénario » en prépare un.")
        self.page_compares.vue.volets.dire_si_vide("Aucune différence.")
        rangs = {f.nom_court: rang for rang, f in enumerate(contexte.cofinancements.financeurs())}
        self.page_montants.vue.colorer_groupes(
            lambda groupe: theme().financeur(rangs[groupe]) if groupe in rangs else None
        )
        self._pile = QStackedWidget()
        self._pile.addWidget(self.page_montants)
        self._pile.addWidget(self.page_compares)
        barre = QHBoxLayout()
        marges(barre, 0, 12, espace=12)
        barre.addWidget(self.onglets)
        barre.addWidget(self.phrase, 1)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)
        colonne.addLayout(barre)
        colonne.addWidget(self._pile, 1)
        self.onglets.currentChanged.connect(lambda _: self.rafraichir())
        self.setFocusProxy(self._pile)

    def montrer(self, seance: str | None, scenarios: Sequence[str]) -> None:
        """The scenarios chosen in the list; the first one is the one whose amounts are typed."""
        self._seance, self._choisis = seance, tuple(scenarios)
        self.rafraichir()

    def verrouiller(self, *, verrou: bool) -> None:
        self.montants.lecture_seule = verrou or self._contexte.fichier.lecture_seule

    def rafraichir(self) -> None:
        """Read again what is in view."""
        if self.onglets.currentIndex() == MONTANTS:
            self._pile.setCurrentWidget(self.page_montants)
            self._montrer_montants()
        else:
            self._pile.setCurrentWidget(self.page_compares)
            self._montrer_comparaison()

    # The amounts of one -------------------------------------------------------------------------

    def _nom(self) -> str:
        noms = {s.cle: s.nom for s in self._comite.scenarios.lignes(self._seance or "")}
        return " et ".join(f"« {noms[cle]} »" for cle in self._choisis[:1] if cle in noms)

    def _montrer_montants(self) -> None:
        if self._seance is None or not self._choisis:
            self._affiche, self._table = (), None
            self.phrase.setText("")
            self.montants.definir_colonnes(colonnes_montants(self._comite.scenarios, "", ()), [])
            return
        scenario = self._choisis[0]
        table = lire_table(self._contexte.fichier, self._seance, scenario)
        self._table = table
        affiche = (scenario, *(s.payeur for s in table.payeurs))
        if affiche == self._affiche:
            self.montants.synchroniser(table.lignes)
        else:
            self._affiche = affiche
            colonnes = colonnes_montants(self._comite.scenarios, scenario, table.payeurs)
            self.montants.definir_colonnes(colonnes, table.lignes)
        self.phrase.setText(self._nom())

    def suivre_montants(self) -> None:
        """Amounts of scenarios were typed, and nothing else changed: only their rows are redrawn."""
        table = self._table
        if self.onglets.currentIndex() != MONTANTS or table is None or not self._choisis:
            self.rafraichir()
            return
        montants = self._comite.scenarios.montants(self._choisis[0])
        if not {payeur for _, payeur in montants} <= {s.payeur for s in table.payeurs}:
            self.rafraichir()
            return
        changees = avec_montants(table, montants)
        lignes = tuple(changees.get(ligne.cle, ligne) for ligne in table.lignes)
        self._table = replace(table, lignes=lignes)
        self.montants.actualiser(changees)

    # Side by side -------------------------------------------------------------------------------

    def _montrer_comparaison(self) -> None:
        if self._seance is None or not self._choisis:
            self.phrase.setText("")
            self.compares.remplacer_lignes([])
            return
        compares = self._choisis if len(self._choisis) > 1 else (PROPOSE, *self._choisis)
        comparaison = comparer(self._contexte.fichier, self._seance, compares)
        colonnes, lignes = self._choisir(comparaison)
        self.compares.definir_colonnes(colonnes, lignes)
        self.phrase.setText(_phrase(comparaison))

    def _choisir(
        self, comparaison: Comparaison
    ) -> tuple[list[Colonne], Sequence[TotalCompare | ActionDifferente]]:
        par_rang = {
            FINANCEURS: (colonnes_financeurs, comparaison.financeurs),
            AXES: (colonnes_axes, comparaison.axes),
            DIFFERENTES: (colonnes_differentes, comparaison.differentes),
        }
        colonnes, lignes = par_rang[self.onglets.currentIndex()]
        return colonnes(comparaison), lignes

    def sur_avis(self, avis: Avis) -> None:
        """Views, comments and colours of both tables."""
        self.page_montants.sur_avis(avis)
        self.page_compares.sur_avis(avis)


_VIDE = Comparaison((), (), (), (), ())


def _cle(ligne: TotalCompare | ActionDifferente) -> str:
    return ligne.action if isinstance(ligne, ActionDifferente) else ligne.libelle


def _phrase(comparaison: Comparaison) -> str:
    """« Base 43 200 €, Moins 5 % 41 040 €. 3 actions diffèrent. »"""
    totaux = ", ".join(
        f"{nom} {afficher_montant(total, euro=True, zero='0')}"
        for nom, total in zip(comparaison.noms, comparaison.totaux, strict=True)
    )
    nombre = len(comparaison.differentes)
    if not nombre:
        return f"{totaux}. Aucune action ne diffère."
    return (
        f"{totaux}. {nombre} action{'s' if nombre > 1 else ''} diffère{'nt' if nombre > 1 else ''}."
    )
