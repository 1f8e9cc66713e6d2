"""« Relais »: the actions to hand over, the item for the comité, the list on paper."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMenu

from app.services.accords import compter as compter_mots
from app.services.columns import lire_date
from app.services.columns_droit_commun import colonnes_relais
from app.services.contexte import Contexte
from app.services.documents import ecrire_entier
from app.services.droit_commun import DroitCommun
from app.services.errors import SaisieRefusee
from app.services.relais import LigneRelais, compter
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.droit_commun_listes import PROGRAMME, ListeDroitCommun

PDF = "PDF (*.pdf)"


class ListeRelais(ListeDroitCommun):
    """One plan a row, all typed in place."""

    liste = "relais"
    entites = (*PROGRAMME, "relais")

    def __init__(self, contexte: Contexte, d: DroitCommun, annee: int) -> None:
        super().__init__(contexte, d, annee, colonnes_relais(d.relais, d.sollicitations))
        self.tableau.intitule = lambda: f"Actions à relayer {self.annee}"
        self._noms: dict[str, str] = {}
        self.barre_action = BarreChamps((ChampDeBarre("action", "Action", largeur=380),), "Ajouter")
        self.poser_barre(self.barre_action)
        self.barre_jour = BarreChamps((ChampDeBarre("jour", "Examiné le", largeur=96),), "Noter")
        self.poser_barre(self.barre_jour)
        self.geste("Ajouter", self.demander_action)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self.proposer_seances)
        self.inscrire = self.bouton("Inscrire à l’ordre du jour")
        self.inscrire.setToolTip("Ajoute un point d'information à une séance en préparation")
        self.inscrire.setMenu(self._menu)
        self.imprimer = self.bouton("Imprimer…", lambda: self.tenter(self.ecrire_pdf))
        self.imprimer.setEnabled(True)  # a file that is only read can be printed
        self.geste("Supprimer", lambda: self.d.relais.supprimer(*self.choisies()))
        self.vue.volets.dire_si_vide(
            "Aucune action à relayer : « Ajouter », ou l'onglet « Alertes »."
        )

    def lire(self) -> list[object]:
        lignes = self.d.relais.de_l_annee(self.annee)
        self._phrase.setText(compter(lignes).phrase)
        return list(lignes)

    # Gestures -----------------------------------------------------------------------------------

    def demander_action(self) -> None:
        """Ask which action, by its number or its title."""
        self._noms = {nom: cle for cle, nom in self.d.relais.a_ajouter(self.annee)}
        self.barre_action.champs["action"].completer(list(self._noms))
        self.barre_jour.fermer()
        self.barre_action.demander("Action à relayer", self._ajouter)

    def _ajouter(self, champs: Mapping[str, str]) -> None:
        action = trouver(self._noms, champs["action"])
        [cle] = self.d.relais.ajouter([action])
        self.aller_a(cle, "qui")

    def demander_jour(self) -> None:
        """Ask when the comité looked at the selected actions."""
        cles = self.choisies()

        def garder(champs: Mapping[str, str]) -> None:
            jour = lire_date(champs["jour"])
            if jour is None:
                raise SaisieRefusee("Un examen a une date : tapez-la, comme 12/03/2026.")
            self.d.relais.noter_examen(cles, jour)

        self.barre_action.fermer()
        aujourd_hui = datetime.now().astimezone().date()
        self.barre_jour.demander(
            f"Examen de {compter_mots(len(cles), 'action')}", garder, jour=f"{aujourd_hui:%d/%m/%Y}"
        )

    def a_inscrire(self) -> list[LigneRelais]:
        """The rows that are selected together, else all those that nobody has answered yet."""
        cles = set(self.vue.cles_choisies())
        lignes = self.modele.toutes_les_lignes()
        choisies = [r for r in lignes if r.cle in cles]
        return choisies if len(choisies) > 1 else [r for r in lignes if r.est_ouvert]

    def proposer_seances(self) -> None:
        """The séances in preparation, then what follows the comité."""
        self._menu.clear()
        seances = self.d.relais.seances(self.annee)
        if not seances:
            self._menu.addAction("Aucune séance en préparation cette année").setEnabled(False)
        for cle, titre in seances:
            self._menu.addAction(titre, lambda cle=cle: self.tenter(lambda: self._inscrire(cle)))
        self._menu.addSeparator()
        self._menu.addAction(
            "Noter l'examen de la sélection…", lambda: self.tenter(self.demander_jour)
        )

    def _inscrire(self, seance: str) -> None:
        relais = self.a_inscrire()
        self.d.relais.inscrire(seance, relais)
        self.information.emit(
            f"Inscrit à l'ordre du jour : {compter_mots(len(relais), 'action')}. Ctrl+Z y revient."
        )

    def ecrire_pdf(self) -> None:
        """Ask where, then write the list for the comité."""
        from app.services.relais_pdf import liste_des_relais

        lignes = self.modele.toutes_les_lignes()
        contenu = liste_des_relais(self._contexte.fichier, self.annee, lignes)
        propose = self._contexte.fichier.chemin.parent / f"Actions à relayer {self.annee}.pdf"
        choisi, _ = QFileDialog.getSaveFileName(self, "Enregistrer", str(propose), PDF)
        if not choisi:
            return
        chemin = Path(choisi)
        if chemin.suffix != ".pdf":
            chemin = Path(f"{chemin}.pdf")
        ecrire_entier(chemin, contenu)
        self.information.emit(f"Document écrit : {chemin}")


def trouver(noms: Mapping[str, str], tape: str) -> str:
    """The action whose name, or number, was typed. Raises SaisieRefusee."""
    if tape in noms:
        return noms[tape]
    commencent = [cle for nom, cle in noms.items() if tape and nom.split(" ")[0] == tape]
    if len(commencent) == 1:
        return commencent[0]
    raise SaisieRefusee(
        "Choisissez une action de la liste proposée : tapez son numéro ou un mot de son intitulé."
    )
