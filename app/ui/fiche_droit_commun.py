"""« Droit commun sollicité ? » in the sheet of an action: the answer in words, and what was asked."""

from app.services.columns_droit_commun import colonnes_sollicitations
from app.services.contexte import Contexte
from app.services.fiches import Fiche
from app.services.sollicitations import Sollicitations
from app.ui.elements import etiquette, marges
from app.ui.fiche_listes import Volet, a_l_etroit
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme

HAUTEUR = 132
LARGEURS = {"qui": 96, "dispositif": 104, "resultat": 104, "montant": 72}


class VoletDroitCommun(Volet):
    """Typed here or in the page « Droit commun »: the rows are the same."""

    def __init__(self, contexte: Contexte) -> None:
        super().__init__(contexte)
        self.avertissement = ""
        self._service = Sollicitations(contexte.fichier)
        marges(self._colonne, 0, espace=8)
        titre = etiquette("Droit commun sollicité", "fort")
        titre.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne.insertWidget(0, titre)
        colonnes = a_l_etroit(colonnes_sollicitations(self._service), LARGEURS)
        self.modele = ModeleTableau(colonnes, self)
        self.vue = self._poser_table(self.modele)
        self.vue.setMinimumHeight(theme().px(HAUTEUR))
        self.vue.volets.dire_si_vide("Rien n'est noté.")
        self._bouton("Noter une sollicitation", self.ajouter)
        self._bouton("Supprimer", self._supprimer)

    def montrer(self, fiche: Fiche) -> None:
        lues = self._service.de_l_action(fiche.cle)
        montrees = [s for s in lues if s.se_montre]
        self._remplir(self.modele, montrees, meme=self._change(fiche))
        self.avertissement = self._service.avertissement(fiche.cle)
        motif = next((s.note for s in lues if s.dit_rien and s.note), "")
        self._phrase.setText(f"Rien n'a été demandé : {motif}" if motif else "")
        self._phrase.setVisible(bool(motif))

    def ajouter(self) -> None:
        """An empty row, ready to be typed."""
        fiche = self._fiche
        if fiche is not None:
            self._tenter(lambda: self._ajouter_a(fiche.cle))

    def _ajouter_a(self, action: str) -> None:
        [cle] = self._service.noter([action])
        self.vue.setFocus()
        self.vue.aller_a(cle, "qui")

    def _supprimer(self) -> None:
        cles = self.vue.cles_choisies()
        self._tenter(lambda: self._service.supprimer(*cles))
