"""Where each dossier stands: cross its step, skip it for a reason, come back. Below, its whole way."""

from collections.abc import Mapping

from PySide6.QtCore import Signal

from app.services.accords import compter
from app.services.appels import Appels
from app.services.columns_parcours import colonnes_parcours, colonnes_passages
from app.services.contexte import Contexte
from app.services.cycle import Cycle
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.parcours import LigneParcours, lire_parcours, lire_passages
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.calendrier_listes import ListeDuCycle
from app.ui.elements import etiquette
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau


class ListeParcours(ListeDuCycle):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)
    liste = "parcours"
    entites = ("franchissement", "etape_appel", "appel", "action", "organisme")

    def __init__(self, contexte: Contexte, appels: Appels, cycle: Cycle, annee: int) -> None:
        super().__init__(contexte, appels, annee, colonnes_parcours())
        self._cycle = cycle
        self._courante = ""
        self.tableau.intitule = lambda: f"Parcours des actions {self.annee}"
        self.barre_motif = BarreChamps((ChampDeBarre("motif", "Motif", largeur=360),), "Continuer")
        self.poser_barre(self.barre_motif)
        self.geste("Franchir l'étape", self.franchir)
        self.geste("Sauter l'étape", self.sauter)
        self.geste("Revenir en arrière", self.revenir)
        self.passages = ModeleTableau(colonnes_passages(), self)
        self.passages.lecture_seule = True
        self.vue_passages = VueTableau(self.passages)
        self.vue_passages.volets.dire_si_vide("Cette action n'a pas d'étape à franchir.")
        self._titre = etiquette("", "fort")
        self._corps.addWidget(avec_son_titre(self._titre, self.vue_passages))
        self._corps.setSizes([theme().px(330), theme().px(230)])
        self.vue.courante.connect(self._montrer_passages)
        self.vue.ouverte.connect(self.action_demandee)
        self.vue.volets.dire_si_vide(
            "Aucune action de cette année ne répond à un appel : donnez-leur un appel dans leur "
            "fiche."
        )

    def lire(self) -> list[object]:
        lignes = lire_parcours(self._contexte.fichier, self.annee, self._cycle.jour())
        retard = sum(ligne.en_mots.startswith("en retard") for ligne in lignes)
        phrase = f"{compter(len(lignes), 'action')}"
        if retard:
            phrase += f", dont {retard} à une étape en retard"
        self._phrase.setText(f"{phrase}." if lignes else "")
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        if not self.vue.cle_courante():
            self.vue.aller(0, 0)
        self._montrer_passages(self.vue.cle_courante(), "")

    def _montrer_passages(self, cle: str, _colonne: str) -> None:
        meme, self._courante = cle == self._courante, cle
        lignes = lire_passages(self._cycle, cle) if cle else []
        (self.passages.synchroniser if meme else self.passages.remplacer_lignes)(lignes)
        action = self.modele.ligne(cle) if cle and self.modele.contient(cle) else None
        self._titre.setText("" if action is None else f"{action.numero} · {action.titre}")

    # Gestures -----------------------------------------------------------------------------------

    def franchir(self) -> None:
        """Cross the step of each action chosen; a motif is asked only where one is needed."""
        cles = self.choisies()
        try:
            self._avancer(cles, motif=None, saute=False)
        except MotifAttendu as refus:
            self._demander(str(refus), cles, saute=False)

    def sauter(self) -> None:
        """Skip it, for a reason that is kept."""
        cles = self.choisies()
        lignes: list[LigneParcours] = [self.modele.ligne(cle) for cle in cles]
        seule = f"Sauter « {lignes[0].etape} »"
        question = seule if len(cles) == 1 else f"Sauter une étape à {len(cles)} actions"
        self._demander(question, cles, saute=True)

    def _demander(self, question: str, cles: list[str], *, saute: bool) -> None:
        def garder(champs: Mapping[str, str]) -> None:
            motif = champs["motif"].strip()
            if not motif:
                raise SaisieRefusee("Donnez un motif : il sera gardé avec votre nom.")
            self._avancer(cles, motif=motif, saute=saute)

        self.barre_motif.demander(question, garder)

    def _avancer(self, cles: list[str], *, motif: str | None, saute: bool) -> None:
        nombre = self._cycle.avancer(cles, motif=motif, saute=saute)
        if not nombre:
            raise SaisieRefusee("Aucune de ces actions n'a d'étape à franchir.")
        mot = "sautée" if saute else "franchie"
        self.information.emit(f"Étape {mot} : {compter(nombre, 'action')}. Ctrl+Z y revient.")

    def revenir(self) -> None:
        """Take back the last step of each."""
        noms = self._cycle.revenir(self.choisies())
        self.information.emit(f"De nouveau à « {noms[0]} ». Ctrl+Z y revient.")
