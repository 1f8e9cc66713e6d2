"""« Formations »: the trainings, the register of the one in view, and « Qui manque »."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMenu

from app.services.accords import compter
from app.services.columns import afficher_date
from app.services.columns_egalite import (
    colonnes_formations,
    colonnes_qui_manque,
    colonnes_registre,
)
from app.services.contexte import Contexte
from app.services.documents import jour_de, nom_de_fichier
from app.services.egalite_services import Egalite
from app.services.errors import SaisieRefusee
from app.services.formations import VALIDE, LigneFormation
from app.services.noms_a_choisir import noms_des_porteurs, trouver
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.egalite_listes import PORTEUR, ListeEgalite
from app.ui.elements import etiquette
from app.ui.touches_liste import TouchesDeListe

PRESENCES = ((Qt.Key.Key_F6, True, "Présent"), (Qt.Key.Key_F8, False, "Absent"))
REGISTRE = ("formation", "inscription_formation", "organisme")


class ListeFormations(ListeEgalite):
    """Typed in cells; under it the register, where F6 says present and F8 absent."""

    liste = "formations"
    entites = REGISTRE

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(contexte, e, annee, colonnes_formations(e.formations))
        self.tableau.intitule = lambda: "Formations des porteurs"
        self.barre_inscrit = BarreChamps(
            (ChampDeBarre("porteur", "Porteur", largeur=320),), "Inscrire"
        )
        self.poser_barre(self.barre_inscrit)
        self.geste("Nouvelle formation", self.ajouter)
        feuille = self.geste("Feuille d'émargement…", self.imprimer_la_feuille)
        feuille.setEnabled(True)  # a file that is only read can be printed
        self.geste("Supprimer", lambda: e.formations.supprimer(*self.choisies()))
        self.vue.volets.dire_si_vide(
            "Aucune formation\u00a0: «\u00a0Nouvelle formation\u00a0» en ajoute une."
        )
        self._courante = ""
        self.registre, self.vue_registre = self.table_dessous(colonnes_registre(e.formations))
        self.vue_registre.volets.dire_si_vide(
            "Personne n'est inscrit\u00a0: «\u00a0Inscrire un porteur\u00a0», ou l'onglet "
            "«\u00a0Qui manque\u00a0»."
        )
        self._titre = etiquette("", "fort")
        self._poser_le_registre()
        self.vue.courante.connect(lambda cle, _: self._montrer(cle))

    def _poser_le_registre(self) -> None:
        gestes = [self.sous_geste("Inscrire un porteur", self.inscrire)]
        touches = {}
        for touche, present, mot in PRESENCES:
            faire = partial(self.emarger, present)
            bouton = self.sous_geste(mot, faire)
            bouton.setToolTip(f"{mot} ({touche.name.removeprefix('Key_')})")
            gestes.append(bouton)
            touches[touche] = partial(self.tenter, faire)
        gestes.append(self.sous_geste("Retirer", self._retirer))
        self._touches = TouchesDeListe(self.vue_registre, touches)
        self.dessous(self._titre, self.vue_registre, *gestes)

    def lire(self) -> list[object]:
        lignes = self.e.formations.lignes()
        self._phrase.setText(
            f"{compter(len(lignes), 'formation')}, "
            f"{compter(sum(f.presents for f in lignes), 'présence')}."
            if lignes
            else ""
        )
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer(self.vue.cle_courante())

    def _montrer(self, cle: str) -> None:
        meme, self._courante = cle == self._courante, cle
        lignes = self.e.formations.inscriptions(cle) if cle else []
        (self.registre.synchroniser if meme else self.registre.remplacer_lignes)(lignes)
        formation = self.courante()
        if formation is None:
            self._titre.setText("")
            return
        presents = sum(i.present is True for i in lignes)
        self._titre.setText(
            f"{formation.titre}\u00a0: {compter(presents, 'présent')} sur {len(lignes)}"
        )

    # Gestures -----------------------------------------------------------------------------------

    def ajouter(self) -> None:
        """Add a compulsory training, ready to be named: it is why it is kept here."""
        cle = self.e.formations.ajouter("Nouvelle formation", obligatoire=True)
        self.aller_a(cle, "titre")

    def _exigee(self) -> LigneFormation:
        formation = self.courante()
        if not isinstance(formation, LigneFormation):
            raise SaisieRefusee("Choisissez d'abord une formation dans la liste.")
        return formation

    def inscrire(self) -> None:
        """Ask for porteurs one after the other, until Esc."""
        formation = self._exigee()
        noms = self.e.noms(noms_des_porteurs)
        self.barre_inscrit.champs["porteur"].completer(list(noms))

        def garder(champs: Mapping[str, str]) -> None:
            porteur = trouver(noms, champs["porteur"], PORTEUR)
            if not self.e.formations.inscrire(formation.cle, [porteur]):
                raise SaisieRefusee("Ce porteur est déjà inscrit à cette formation.")
            [cle] = [i.cle for i in self.registre.toutes_les_lignes() if i.organisme == porteur]
            self.vue_registre.aller_a(cle, "participant")
            QTimer.singleShot(0, self, self.inscrire)  # the bar closes on what is kept

        self.barre_inscrit.demander(f"Inscrire à «\u00a0{formation.titre}\u00a0»", garder)

    def emarger(self, present: bool) -> None:
        """The selected porteurs came, or did not; the cursor goes to the next one."""
        vue = self.vue_registre
        cles = vue.cles_choisies() or list(filter(None, (vue.cle_courante(),)))
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord un porteur du registre, sous la liste.")
        self.e.formations.emarger(cles, present=present)
        if len(cles) == 1:
            rang = self.registre.position(cles[0]) + 1
            if rang < self.registre.rowCount():
                vue.aller_a(self.registre.cle_de(rang), vue.colonne_visee())

    def _retirer(self) -> None:
        cles = self.vue_registre.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord un porteur du registre, sous la liste.")
        self.e.formations.desinscrire(*cles)

    def imprimer_la_feuille(self) -> None:
        """The sheet to be signed, as a PDF."""
        from app.services.formation_pdf import feuille_d_emargement

        formation = self._exigee()
        registre = self.e.formations.inscriptions(formation.cle)
        contenu = feuille_d_emargement(self._contexte.fichier, formation, registre)
        titre = nom_de_fichier(formation.titre, "Formation", longueur=60)
        self.enregistrer(f"Émargement – {titre}", contenu)


class ListeQuiManque(ListeEgalite):
    """The associations of the year, those to train first."""

    liste = "qui_manque"
    entites = (*REGISTRE, "action")

    def __init__(self, contexte: Contexte, e: Egalite, annee: int) -> None:
        super().__init__(contexte, e, annee, colonnes_qui_manque())
        self.tableau.intitule = lambda: f"Porteurs à former {self.annee}"
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.bouton("Inscrire la sélection").setMenu(self._menu)
        self.vue.volets.dire_si_vide("Aucune association n'a déposé de dossier cette année.")

    def lire(self) -> list[object]:
        lignes = self.e.formations.porteurs(self.annee)
        formes = sum(p.etat == VALIDE for p in lignes)
        if not lignes:
            self._phrase.setText("")
            return []
        manquent = len(lignes) - formes
        self._phrase.setText(
            f"{round(100 * formes / len(lignes))}\u00a0% des associations formées\u00a0: "
            f"{formes} sur {len(lignes)}"
            + (f", {manquent} à former." if manquent else ", toutes le sont.")
        )
        return list(lignes)

    def _proposer(self) -> None:
        """The trainings, the last first."""
        self._menu.clear()
        formations = self.e.formations.lignes()
        if not formations:
            self._menu.addAction("Ajoutez d'abord une formation").setEnabled(False)
        for f in formations:
            jour = jour_de(f.date)
            nom = f"{f.titre}, {afficher_date(jour)}" if jour else f.titre
            self._menu.addAction(nom, partial(self.tenter, partial(self._inscrire, f)))

    def _inscrire(self, formation: LigneFormation) -> None:
        nombre = self.e.formations.inscrire(formation.cle, self.choisies())
        self.information.emit(
            f"Inscrits à «\u00a0{formation.titre}\u00a0»\u00a0: {compter(nombre, 'porteur')}. "
            "Ctrl+Z y revient."
        )
