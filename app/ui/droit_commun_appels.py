"""« Appels des partenaires »: the register above, under it the projects that fit the one in view."""

from app.services.accords import compter
from app.services.columns_droit_commun import colonnes_appels, colonnes_rapprochements
from app.services.contexte import Contexte
from app.services.droit_commun import DroitCommun
from app.services.errors import SaisieRefusee
from app.ui.droit_commun_listes import PROGRAMME, ListeDroitCommun
from app.ui.elements import etiquette


class ListeAppels(ListeDroitCommun):
    """Calls that are open first, and one gesture to turn projects to them."""

    liste = "appels_partenaires"
    entites = (*PROGRAMME, "appel_partenaire", "sollicitation", "classement", "noeud")

    def __init__(self, contexte: Contexte, d: DroitCommun, annee: int) -> None:
        noeuds = [
            (n.cle, f"{'   ' * (n.niveau - 1)}{n.nom}")
            for _, ns in contexte.fiches.noeuds()
            for n in ns
        ]
        super().__init__(contexte, d, annee, colonnes_appels(d.appels, d.sollicitations, noeuds))
        self.tableau.intitule = lambda: "Appels des partenaires"
        self.vue.a_une_fiche = False
        self.geste("Nouvel appel", self.ajouter)
        self.geste("Supprimer", lambda: self.d.appels.supprimer(*self.choisies()))
        self._courant = ""
        self.projets, self.vue_projets = self.table_dessous(colonnes_rapprochements())
        self.vue_projets.a_une_fiche = True
        self.vue_projets.ouverte.connect(self.action_demandee)
        self.vue_projets.volets.dire_si_vide(
            "Aucune action de l'année ne convient : précisez le thème, les mots, les bénéficiaires."
        )
        self._titre = etiquette("", "fort")
        self.dessous(
            self._titre, self.vue_projets, self.sous_geste("Orienter vers l’appel", self.orienter)
        )
        self.vue.courante.connect(lambda cle, _: self._montrer(cle))
        self.vue.volets.dire_si_vide(
            "Aucun appel : « Nouvel appel » en ajoute un, avec ses dates et son thème."
        )

    def lire(self) -> list[object]:
        lignes = self.d.appels.lignes()
        ouverts = sum(a.delai.startswith(("encore", "dernier", "sans")) for a in lignes)
        mot = f"{compter(ouverts, 'appel')} ouvert{'s' if ouverts > 1 else ''}"
        self._phrase.setText(f"{mot} sur {len(lignes)}." if lignes else "")
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer(self.vue.cle_courante())

    def action_de(self, ligne: object) -> str:
        return ""

    def _montrer(self, cle: str) -> None:
        meme, self._courant = cle == self._courant, cle
        appel = self.courante()
        projets = [] if appel is None else self.d.appels.rapprocher(appel, self.annee)
        (self.projets.synchroniser if meme else self.projets.remplacer_lignes)(projets)
        if appel is None:
            self._titre.setText("")
            return
        pluriel = "s" if len(projets) > 1 else ""
        deja = sum(p.deja for p in projets)
        tete = f"{appel.nom} : {len(projets)} action{pluriel} de {self.annee} à orienter"
        if deja:
            tete += f", dont {deja} déjà orientée{'s' if deja > 1 else ''}"
        self._titre.setText(tete)

    # Gestures -----------------------------------------------------------------------------------

    def ajouter(self) -> None:
        """Add a call, ready to be named."""
        self.aller_a(self.d.appels.ajouter("Nouvel appel"), "nom")

    def orienter(self) -> None:
        """Note for the selected projects that they were turned to the call in view."""
        appel, cles = self.courante(), self.vue_projets.cles_choisies()
        if appel is None or not cles:
            raise SaisieRefusee("Sélectionnez d'abord une action, sous la liste des appels.")
        nombre = self.d.appels.solliciter(appel, cles)
        self.information.emit(
            f"C'est noté : {compter(nombre, 'action')}, à suivre dans « Sollicitations ». "
            "Ctrl+Z y revient."
        )
