"""« Règles composées »: those that the team makes of known facts, tried before being kept."""

from typing import Any

from app.models.enums import CibleConstat
from app.services.accords import compter
from app.services.columns_constats import colonnes_composees
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.regles_composees import LigneComposee, Projet, ReglesComposees
from app.ui.constats_listes import ListePatiente
from app.ui.regle_editeur import EditeurRegle
from app.ui.theme import theme


class ListeComposees(ListePatiente):
    """The rules of the team; under them, the editor of one."""

    liste = "regles_composees"

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__(contexte, colonnes_composees(), annee)
        self._regles = ReglesComposees(contexte.fichier)
        self._en_cours: str | None = None
        self.tableau.intitule = lambda: "Règles composées"
        self.vue.volets.dire_si_vide(
            "Aucune règle composée : « Composer une règle » en fait une, sans formule."
        )
        self.geste("Composer une règle", self.composer)
        self.geste("Modifier", self.modifier)
        self.geste("En service ou non", self.activer)
        self.geste("Supprimer", self._supprimer)
        self.editeur = EditeurRegle(self._essayer, self._regles.faits)
        self.editeur.hide()
        self.editeur.gardee.connect(lambda: self.tenter(self._garder))
        self.editeur.quittee.connect(self._fermer)
        self._corps.addWidget(self.editeur)
        self._corps.setSizes([theme().px(190), theme().px(370)])
        self.vue.ouverte.connect(lambda _: self.tenter(self.modifier))

    def lire(self) -> list[object]:
        lignes = self._regles.lignes()
        self._phrase.setText(
            f"{compter(len(lignes), 'règle')} de l'équipe : chacune fait des constats, comme celles "
            "des textes."
            if lignes
            else "Une règle dit : quand ceci, il faut cela."
        )
        return list(lignes)

    # The editor ---------------------------------------------------------------------------------

    def composer(self) -> None:
        """A new rule, about actions unless told otherwise."""
        self._ouvrir(None)
        self.editeur.vider(self._appels())

    def modifier(self) -> None:
        ligne: LigneComposee | None = self.courante()
        if ligne is None:
            raise SaisieRefusee("Sélectionnez d'abord une règle de la liste.")
        if not self.editeur.sait_montrer(ligne):
            raise SaisieRefusee(
                "Cette règle a des groupes dans des groupes, que cette page ne montre pas : "
                "composez-en plutôt deux."
            )
        self._ouvrir(ligne.cle)
        self.editeur.montrer(ligne, self._appels())

    def _ouvrir(self, cle: str | None) -> None:
        if self.editeur.brouillon():
            raise SaisieRefusee("Une règle est en cours : gardez-la, ou abandonnez-la d'abord.")
        self._en_cours = cle
        self.editeur.show()

    def _appels(self) -> list[tuple[str, str]]:
        return [(a.cle, a.nom) for a in self._contexte.fiches.appels(self.annee)]

    def _essayer(self, projet: Projet) -> tuple[str, list[tuple[str, str]]]:
        """The rule in words, and (what, sentence) of what it would find this year."""
        mots = self._regles.en_mots(projet)
        constats = self._contexte.constats
        noms = {
            objet or "": _nommer(projet.cible, faits)
            for objet, faits in constats.faits(self.annee, projet.cible)
        }
        trouves = self._regles.essayer(projet, self.annee, constats)
        return mots, [(noms.get(objet, ""), phrase) for objet, phrase in trouves]

    def _garder(self) -> None:
        projet = self.editeur.projet()
        if self._en_cours is None:
            cle = self._regles.creer(projet)
        else:
            cle = self._en_cours
            self._regles.modifier(cle, projet)
        self.editeur.fermer()
        self._tout_de_suite()
        self.aller_a(cle, "libelle")
        self.information.emit(f"Règle « {projet.libelle.strip()} » gardée. Ctrl+Z y revient.")

    def _fermer(self) -> None:
        self._en_cours = None
        self.vue.setFocus()

    # Gestures -----------------------------------------------------------------------------------

    def activer(self) -> None:
        """In service becomes out of service, and the other way round."""
        for ligne in self.lignes_choisies():
            self._regles.activer(ligne.cle, active=not ligne.active)
        self._tout_de_suite()

    def _supprimer(self) -> None:
        lignes = self.lignes_choisies()
        self._regles.supprimer(*(li.cle for li in lignes))
        self._tout_de_suite()
        self.information.emit(f"Supprimé : {compter(len(lignes), 'règle')}. Ctrl+Z y revient.")


def _nommer(cible: CibleConstat, faits: Any) -> str:
    if cible == CibleConstat.PORTEUR:
        return str(faits.organisme.nom)
    if cible == CibleConstat.ANNEE:
        return "Toute l'année"
    return str(faits.titre if cible == CibleConstat.SEANCE else faits.nom)
