"""The list of one service: « Mes avis »."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QComboBox

from app.services.accords import compter
from app.services.avis_lus import lire_instruction
from app.services.avis_montants import LigneAChoisir, libelle_de_ligne
from app.services.bus import Avis
from app.services.columns import TypeColonne, lire_valeur
from app.services.columns_instruction import PROPOSES, colonnes_mes_avis
from app.services.columns_services import LigneRubrique, colonnes_rubriques
from app.services.contexte import Contexte
from app.services.dossiers_instruits import LigneAvis
from app.services.errors import MotifAttendu
from app.services.instruction import Instruction
from app.services.reponses import EN_RETARD, lire_reponse
from app.services.services_instructeurs import LigneService
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.elements import etiquette
from app.ui.gestes_avis import suivre_l_etat
from app.ui.instruction_exception import QUESTION, ListeDAvis
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

MIENS = "Mes services"


class ListeMesAvis(ListeDAvis):
    """What waits for the services whose referent one is, or for a service that is chosen."""

    liste = "mes_avis"

    def __init__(self, contexte: Contexte, i: Instruction, annee: int) -> None:
        self._ordre: dict[str, int] = {}
        self._service = ""
        super().__init__(contexte, i, annee, colonnes_mes_avis(i.avis))
        self.tableau.intitule = lambda: f"Avis de {self.service.currentText()} {self.annee}"
        self.service = QComboBox()
        self.service.setAccessibleName("Service")
        self.service.setMinimumWidth(theme().px(130))
        self.service.activated.connect(self._choisir)
        self.barre.addWidget(self.service)
        self.barre_avis = BarreChamps(
            (
                ChampDeBarre("avis", "Avis", largeur=150),
                ChampDeBarre("motif", "Motif", largeur=220),
                ChampDeBarre("montant", "Montant", largeur=84),
                ChampDeBarre("ligne", "Ligne", choix=(("", "–"),), largeur=150),
                ChampDeBarre("exception", QUESTION, largeur=150),
            ),
            "Rendre",
        )
        self.barre_avis.champs["avis"].completer(PROPOSES)
        self.poser_barre(self.barre_avis)
        self.geste("Rendre l’avis", self.rendre)
        self.geste("Prendre en charge", self._prendre_en_charge)
        self.geste("Comme l’État", lambda: suivre_l_etat(self.vue)).setToolTip(
            "Même avis et même motif que l’État (F8)"
        )
        self._courante = ""
        self.rubriques = ModeleTableau(
            self.motivees(colonnes_rubriques(i.avis, lambda: self._courante)), self
        )
        self.rubriques.lecture_seule = contexte.fichier.lecture_seule
        self._titre = etiquette("", "fort")
        self._expertise = self.dessous(self._titre, VueTableau(self.rubriques))
        self._expertise.hide()
        self._corps.setSizes([theme().px(380), theme().px(220)])
        self.vue.courante.connect(lambda cle, _: self._montrer_rubriques(cle))
        self._dire_si_vide(services=True)

    # What is shown ------------------------------------------------------------------------------

    def montree(self) -> None:
        """Late ones first, each time the list comes in view; then rows keep their place."""
        if self._perime:
            self._ordre = {}
        super().montree()
        if not self.vue.index_courant().isValid():
            self.vue.aller(0, self.modele.rang("avis"))

    def lire(self) -> list[object]:
        lues = lire_instruction(self._contexte.fichier, self.annee, self.i.avis.aujourd_hui)
        self._proposer(lues.services)
        self._dire_si_vide(services=bool(lues.services))
        voulus = set(self.services_montres(lues.services))
        avis = [a for a in lues.avis() if a.service.cle in voulus]
        if not self._ordre:
            avis.sort(key=lambda a: (not a.attendu, a.etat != EN_RETARD, a.numero))
            self._ordre = {a.cle: rang for rang, a in enumerate(avis)}
        avis.sort(key=lambda a: self._ordre.get(a.cle, len(self._ordre)))
        self.resumer(avis)
        return list(avis)

    def _dire_si_vide(self, *, services: bool) -> None:
        mot = "Aucun avis n'est demandé à ce service : l'onglet « Services » affecte les dossiers."
        if not services:
            mot = "Aucun service n'instruit encore : l'onglet « Services » en ajoute un."
        self.vue.volets.dire_si_vide(mot)

    def relire(self, actions: Sequence[str]) -> Mapping[str, Any]:
        jour = self.i.avis.aujourd_hui
        lues = lire_instruction(self._contexte.fichier, self.annee, jour, actions=actions)
        voulus = set(self.services_montres(lues.services))
        return {a.cle: a for a in lues.avis() if a.service.cle in voulus}

    def actions_montrees(self, actions: Collection[str]) -> list[str]:
        return [a.cle for a in self.modele.toutes_les_lignes() if a.action in actions]

    def resumer(self, lignes: Sequence[Any]) -> None:
        self._phrase.setText(phrase_des_avis(lignes, connu=bool(self.services_montres(()))))

    def sur_avis(self, avis: Avis) -> None:
        super().sur_avis(avis)
        if self.isVisible():
            self._montrer_rubriques(self.vue.cle_courante())

    def _proposer(self, services: Sequence[LigneService]) -> None:
        """The services to choose from; those that one answers for stand first, together."""
        nom = self._contexte.fichier.signature.auteur
        self._miens = tuple(s.cle for s in self.i.services.de_la_personne(nom))
        choix = [(MIENS, "")] if self._miens else []
        choix += [(s.nom_court, s.cle) for s in services]
        if choix == [(self.service.itemText(r), self.service.itemData(r)) for r in self._rangs()]:
            return
        self.service.clear()
        for titre, cle in choix:
            self.service.addItem(titre, cle)
        self.service.setCurrentIndex(max(0, self.service.findData(self._service)))
        self._service = str(self.service.currentData() or "")

    def _rangs(self) -> range:
        return range(self.service.count())

    def services_montres(self, services: Sequence[LigneService]) -> Sequence[str]:
        """Keys of those whose dossiers are listed."""
        return self._miens if not self._service else [self._service]

    def choisir_service(self, cle: str) -> None:
        """Show the dossiers of a service; empty: those of the person who signs."""
        self.service.setCurrentIndex(max(0, self.service.findData(cle)))
        self._choisir(self.service.currentIndex())

    def _choisir(self, rang: int) -> None:
        self._service = str(self.service.itemData(rang) or "")
        self._ordre = {}
        self.rafraichir()
        self.vue.setFocus()
        self.vue.aller(0, self.modele.rang("avis"))

    def rafraichir(self) -> None:
        super().rafraichir()
        self._montrer_rubriques(self.vue.cle_courante())

    def courant(self, cle: str) -> LigneAvis | None:
        return next((a for a in self.modele.toutes_les_lignes() if a.cle == cle), None)

    def action_de(self, cle: str) -> str:
        avis = self.courant(cle)
        return "" if avis is None else avis.action

    def _montrer_rubriques(self, cle: str) -> None:
        """The headings of an expertise, under the list; the other services have none."""
        avis = self.courant(cle)
        expertise = avis is not None and avis.service.expertise
        self._expertise.setVisible(expertise)
        if avis is None or not expertise:
            return
        self._courante = cle
        self._titre.setText(f"{avis.numero} · {avis.service.nom}, par rubrique, sans note")
        rubriques = [*avis.service.rubriques]
        rubriques += [r for r in avis.commentaires if r not in rubriques]
        self.rubriques.synchroniser(
            [LigneRubrique(r, avis.commentaires.get(r, "")) for r in rubriques]
        )

    # Gestures -----------------------------------------------------------------------------------

    def rendre(self) -> None:
        """Ask for the avis, its motive and its amount, for every selected row."""
        cles = self.choisies()
        seul = self.courant(cles[0]) if len(cles) == 1 else None
        for nom in ("montant", "ligne", "exception"):
            self.barre_avis.champs[nom].setVisible(nom == "montant" and seul is not None)
        question = seul.numero if seul else compter(len(cles), "dossier")
        self.barre_avis.demander(
            question,
            lambda champs: self._garder(cles, champs),
            motif=(seul.motif or "") if seul else "",
        )

    def _garder(self, cles: Sequence[str], champs: Mapping[str, str]) -> None:
        saisis: dict[str, Any] = {"motif": champs["motif"] or None}
        if champs["avis"]:
            saisis["reponse"] = lire_reponse(champs["avis"])
        if champs["montant"]:
            saisis["montant"] = lire_valeur(TypeColonne.MONTANT, champs["montant"])
            saisis["ligne"] = champs["ligne"] or None
        if champs["exception"]:
            saisis["exception"] = champs["exception"]
        if not champs["motif"] and "reponse" in saisis:
            saisis.pop("motif")
        try:
            with self.i.avis.operation(f"Rendre {len(cles)} avis") as e:
                for cle in cles:
                    self.i.avis.poser(e, cle, **saisis)
        except LigneAChoisir as plusieurs:
            self._demander_la_ligne(plusieurs)
            raise
        except MotifAttendu:
            champ = self.barre_avis.champs["exception"]
            champ.show()
            champ.editeur.setFocus()
            raise

    def _demander_la_ligne(self, plusieurs: LigneAChoisir) -> None:
        """The financeur has several lines: the bar asks which one the amount is of."""
        champ = self.barre_avis.champs["ligne"]
        assert isinstance(champ.editeur, QComboBox)
        champ.editeur.clear()
        for ligne in plusieurs.lignes:
            champ.editeur.addItem(libelle_de_ligne(ligne), ligne.cofinancement)
        champ.show()
        champ.editeur.setFocus()

    def _prendre_en_charge(self) -> None:
        nombre = self.i.avis.prendre_en_charge(self.choisies())
        self.information.emit(f"Pris en charge : {compter(nombre, 'dossier')}.")


def phrase_des_avis(avis: Sequence[LigneAvis], *, connu: bool) -> str:
    """« 12 avis à rendre sur 40, dont 3 en retard. »"""
    if not connu:
        return "Choisissez un service, ou donnez-lui ses référents dans l'onglet « Services »."
    if not avis:
        return ""
    attendus = [a for a in avis if a.attendu]
    if not attendus:
        return f"Tout est rendu : {len(avis)} avis."
    retard = sum(a.etat == EN_RETARD for a in attendus)
    suite = f", dont {retard} en retard" if retard else ""
    return f"{len(attendus)} avis à rendre sur {len(avis)}{suite}."
