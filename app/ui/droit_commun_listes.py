"""What the lists of « Droit commun » share, and its first two: the answers, and the alerts."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from app.services.accords import compter
from app.services.columns import Colonne
from app.services.columns_droit_commun import (
    colonnes_alertes,
    colonnes_reponses,
    colonnes_sollicitations,
)
from app.services.contexte import Contexte
from app.services.droit_commun import DroitCommun
from app.services.errors import SaisieRefusee
from app.services.sollicitations import LigneDroitCommun, phrase_des_reponses
from app.services.substitutions import phrase_des_alertes
from app.services.substitutions_lues import lire_alertes
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette
from app.ui.screen_listes import ListeDeLAnnee
from app.ui.suites_listes import avec_son_titre
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

PROGRAMME = ("action", "cofinancement", "organisme", "financeur")


class ListeDroitCommun(ListeDeLAnnee):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(
        self, contexte: Contexte, d: DroitCommun, annee: int, colonnes: list[Colonne]
    ) -> None:
        self.d = d
        super().__init__(contexte, colonnes, annee)
        self.vue.a_une_fiche = True
        self.vue.ouverte.connect(self._ouvrir)

    def sous_geste(self, texte: str, appel: Callable[[], object]) -> QPushButton:
        """A button whose refusal is one sentence, for the table under the list."""
        bouton = QPushButton(texte)
        bouton.setDisabled(self._contexte.fichier.lecture_seule)
        bouton.clicked.connect(lambda: self.tenter(appel))
        return bouton

    def table_dessous(self, colonnes: list[Colonne]) -> tuple[ModeleTableau, VueTableau]:
        modele = ModeleTableau(colonnes, self)
        modele.lecture_seule = self._contexte.fichier.lecture_seule
        vue = VueTableau(modele)
        vue.refuse.connect(self.refuse)
        return modele, vue

    def dessous(self, titre: QWidget, vue: VueTableau, *boutons: QPushButton) -> None:
        """A second table under the list, under its own line."""
        self._corps.addWidget(avec_son_titre(titre, vue, *boutons))
        self._corps.setSizes([theme().px(350), theme().px(230)])

    def courante(self) -> Any:
        """The row in view, or None."""
        cle = self.vue.cle_courante()
        return next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)

    def choisies(self) -> list[str]:
        """The selection, else the row in view: it is the one whose detail is shown."""
        courante = self.vue.cle_courante()
        if courante and not self.vue.cles_choisies():
            return [courante]
        return super().choisies()

    def lignes_choisies(self) -> list[Any]:
        """The rows of the selection. Raises SaisieRefusee when there is none."""
        cles = set(self.choisies())
        return [li for li in self.modele.toutes_les_lignes() if li.cle in cles]

    def action_de(self, ligne: Any) -> str:
        """The action that a row is about."""
        return str(ligne.action)

    def _ouvrir(self, cle: str) -> None:
        ligne = next((li for li in self.modele.toutes_les_lignes() if li.cle == cle), None)
        if ligne is not None and (action := self.action_de(ligne)):
            self.action_demandee.emit(action)


class ListeReponses(ListeDroitCommun):
    """« Droit commun sollicité ? », action by action; under it, what the one in view asked."""

    liste = "droit_commun"
    entites = (*PROGRAMME, "sollicitation")

    def __init__(self, contexte: Contexte, d: DroitCommun, annee: int) -> None:
        super().__init__(contexte, d, annee, colonnes_reponses())
        self.tableau.intitule = lambda: f"Droit commun sollicité {self.annee}"
        self.barre_motif = BarreChamps(
            (ChampDeBarre("motif", "Pourquoi rien n'a été demandé", largeur=320),), "Répondre"
        )
        self.poser_barre(self.barre_motif)
        self.barre_demande = BarreChamps(
            (
                ChampDeBarre("qui", "Auprès de", largeur=190),
                ChampDeBarre("dispositif", "Dispositif", largeur=190),
            ),
            "Noter",
        )
        self.poser_barre(self.barre_demande)
        self.geste("Noter une sollicitation", self.solliciter)
        self.geste("Rien demandé", self.declarer_rien)
        self._courante = ""
        self.detail, self.vue_detail = self.table_dessous(colonnes_sollicitations(d.sollicitations))
        self.vue_detail.volets.dire_si_vide(
            "Rien n'est noté : « Noter une sollicitation » dit ce qui a été demandé, à qui."
        )
        self._titre = etiquette("", "fort")
        self.dessous(
            self._titre,
            self.vue_detail,
            self.sous_geste("Ajouter", self._ajouter),
            self.sous_geste("Supprimer", self._supprimer),
        )
        self.vue.courante.connect(lambda cle, _: self._montrer(cle))
        self.vue.volets.dire_si_vide("Aucune action cette année : importez ou créez-en une.")

    def lire(self) -> list[object]:
        lignes = self.d.sollicitations.de_l_annee(self.annee)
        self._phrase.setText(phrase_des_reponses(lignes))
        return list(lignes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer(self.vue.cle_courante())

    def action_de(self, ligne: Any) -> str:
        return str(ligne.cle)

    def _montrer(self, cle: str) -> None:
        meme, self._courante = cle == self._courante, cle
        lues = self.d.sollicitations.de_l_action(cle) if cle else []
        montrees = [s for s in lues if s.se_montre]
        (self.detail.synchroniser if meme else self.detail.remplacer_lignes)(montrees)
        self._titre.setText(_titre(self.courante()))

    # Gestures -----------------------------------------------------------------------------------

    def solliciter(self) -> None:
        """Ask of whom, then note it for every selected action, in one operation."""
        cles = self.choisies()
        for champ, noms in (
            ("qui", self.d.sollicitations.proposer_qui()),
            ("dispositif", self.d.sollicitations.proposer_dispositifs()),
        ):
            self.barre_demande.champs[champ].completer(noms)

        def garder(champs: Mapping[str, str]) -> None:
            if not any(champs.values()):
                raise SaisieRefusee("Dites à qui, ou quel dispositif : tapez l'un des deux.")
            self.d.sollicitations.noter(
                cles, qui=champs["qui"], dispositif=champs["dispositif"] or None
            )
            self.information.emit(
                f"Noté : {compter(len(cles), 'sollicitation')}. Ctrl+Z y revient."
            )

        self.barre_motif.fermer()
        self.barre_demande.demander(f"Droit commun, {compter(len(cles), 'action')}", garder)

    def declarer_rien(self) -> None:
        """Ask why, then answer for every selected action, in one operation."""
        cles = self.choisies()

        def garder(champs: Mapping[str, str]) -> None:
            nombre = self.d.sollicitations.declarer_rien(cles, champs["motif"])
            self.information.emit(f"Répondu : {compter(nombre, 'action')}. Ctrl+Z y revient.")

        self.barre_demande.fermer()
        seule = self.courante() if len(cles) == 1 else None
        self.barre_motif.demander(
            f"Rien demandé, {compter(len(cles), 'action')}",
            garder,
            motif=seule.motif if seule else "",
        )

    def _ajouter(self) -> None:
        """An empty row under the action in view, ready to be typed."""
        if not self._courante:
            raise SaisieRefusee("Sélectionnez d'abord une action dans la liste.")
        [cle] = self.d.sollicitations.noter([self._courante])
        self.vue_detail.setFocus()
        self.vue_detail.aller_a(cle, "qui")

    def _supprimer(self) -> None:
        cles = self.vue_detail.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une sollicitation, sous la liste.")
        self.d.sollicitations.supprimer(*cles)


def _titre(ligne: LigneDroitCommun | None) -> str:
    """Of whom the table under the list speaks, and why nothing was asked."""
    if ligne is None:
        return ""
    tete = f"{ligne.numero} · {ligne.titre}"
    return f"{tete}, rien demandé : {ligne.motif}" if ligne.motif else tete


class ListeAlertes(ListeDroitCommun):
    """What the amounts show, computed when the list comes in view."""

    liste = "alertes_droit_commun"
    entites = (*PROGRAMME, "ligne_credit", "ligne_budget", "relais")

    def __init__(self, contexte: Contexte, d: DroitCommun, annee: int) -> None:
        super().__init__(contexte, d, annee, colonnes_alertes())
        self.tableau.intitule = lambda: f"Alertes de substitution {self.annee}"
        self.geste("Mettre à relayer", self._relayer)
        self.vue.volets.dire_si_vide(
            "Rien à signaler : aucun montant connu ne montre de substitution."
        )
        self._dite = etiquette("")
        self._dite.setWordWrap(True)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        marge = theme().px(16)
        self._dite.setContentsMargins(marge, 0, marge, theme().px(8))
        page.addWidget(self._dite)
        self.vue.courante.connect(lambda *_: self._dire())

    def lire(self) -> list[object]:
        alertes = lire_alertes(self._contexte.fichier, self.annee)
        self._phrase.setText(phrase_des_alertes(alertes))
        return list(alertes)

    def rafraichir(self) -> None:
        super().rafraichir()
        self._dire()

    def _dire(self) -> None:
        """The whole sentence of the alert in view, which its cell may cut."""
        alerte = self.courante()
        self._dite.setText("" if alerte is None else f"{alerte.numero} · {alerte.phrase}")

    def _relayer(self) -> None:
        actions = list(dict.fromkeys(a.action for a in self.lignes_choisies()))
        nombre = len(self.d.relais.ajouter(actions))
        deja = "" if nombre == len(actions) else " Les autres y étaient déjà."
        self.information.emit(f"À relayer : {compter(nombre, 'action')}.{deja} Ctrl+Z y revient.")
