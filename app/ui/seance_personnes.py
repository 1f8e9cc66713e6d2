"""The people of the comités, and what ties each of them to a porteur or a financeur."""

from collections.abc import Mapping

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import NatureLien
from app.services.columns_actions import choix_de
from app.services.columns_seance import colonnes_liens, colonnes_personnes
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.ui.elements import bouton, etiquette, marges
from app.ui.forms import ChampChoix, ChampTexte
from app.ui.screen_listes import EcranListe
from app.ui.seance_saisie import BarreSaisie
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

PHRASE = (
    "Une personne liée à un porteur se retire de la salle quand une de ses actions passe : "
    "ses liens donnent les déports."
)
SANS_LIEN = "Aucun lien : « Ajouter un lien » en déclare un avec un porteur ou un financeur."


class ListePersonnes(EcranListe):
    """Above, everybody; below, the links of the person whose row is current."""

    liste = "personnes"
    entites = ("personne", "lien_interet", "financeur", "organisme")

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        self._comite = comite
        super().__init__(
            contexte, colonnes_personnes(comite.personnes, contexte.cofinancements), PHRASE
        )
        self.tableau.intitule = lambda: "Personnes"
        self.bouton("Nouvelle personne", lambda: self.tenter(self._creer))
        self.bouton("Supprimer", lambda: self.tenter(self._supprimer))
        self.liens = ModeleTableau(colonnes_liens(comite.personnes), self)
        self.liens.lecture_seule = contexte.fichier.lecture_seule
        self.vue_liens = VueTableau(self.liens)
        self.vue_liens.refuse.connect(self.refuse)
        self.saisie = self._batir_saisie()
        self._titre = etiquette("", "fort")
        self._corps.addWidget(self._batir_liens())
        self._corps.setSizes([theme().px(300), theme().px(240)])
        self.vue.volets.dire_si_vide("Personne : « Nouvelle personne » en ajoute une.")
        self.vue_liens.volets.dire_si_vide(SANS_LIEN)
        self.vue.courante.connect(self._montrer_liens)

    def _batir_saisie(self) -> BarreSaisie:
        nature = ChampChoix("Lien", ecrire=None)
        nature.proposer(choix_de(NatureLien))
        nature.montrer(str(NatureLien.ELU))
        saisie = BarreSaisie(
            {
                "organisme": ChampTexte("Porteur ou financeur", ecrire=None),
                "nature": nature,
                "note": ChampTexte("Remarque", ecrire=None),
            },
            verbe="Ajouter",
        )
        saisie.quittee.connect(self.vue.setFocus)
        return saisie

    def _batir_liens(self) -> QWidget:
        self.ajouter = bouton("Ajouter un lien")
        self.retirer = bouton("Retirer le lien")
        self.ajouter.clicked.connect(lambda: self.tenter(self._demander))
        self.retirer.clicked.connect(lambda: self.tenter(self._delier))
        for geste in (self.ajouter, self.retirer):
            geste.setDisabled(self._contexte.fichier.lecture_seule)
        barre = QHBoxLayout()
        marges(barre, 8, 16, espace=8)
        barre.addWidget(self._titre, 1)
        barre.addWidget(self.ajouter)
        barre.addWidget(self.retirer)
        bas = QWidget()
        colonne = QVBoxLayout(bas)
        marges(colonne, 0, espace=0)
        colonne.addLayout(barre)
        colonne.addWidget(self.saisie)
        colonne.addWidget(self.vue_liens, 1)
        return bas

    # What is shown ------------------------------------------------------------------------------

    def lire(self) -> list[object]:
        return list(self._comite.personnes.lignes())

    def rafraichir(self) -> None:
        super().rafraichir()
        if not self.vue.cle_courante() and self.modele.rowCount():
            self.vue.aller(0, 0)
        self._montrer_liens(self.vue.cle_courante(), "")

    def _montrer_liens(self, cle: str, _colonne: str) -> None:
        connue = bool(cle) and self.modele.contient(cle)
        nom = self.modele.ligne(cle).designation if connue else ""
        self._titre.setText(f"Liens de {nom}" if nom else "Liens")
        self.liens.synchroniser(self._comite.personnes.liens(cle) if connue else [])

    # Gestures -----------------------------------------------------------------------------------

    def _creer(self) -> None:
        self.aller_a(self._comite.personnes.ajouter("Nouvelle personne"), "nom")

    def _supprimer(self) -> None:
        cles = self.vue.cles_choisies()
        if cles:
            self._comite.personnes.supprimer(*cles)

    def _personne(self) -> str:
        cle = self.vue.cle_courante()
        if not cle:
            raise SaisieRefusee("Choisissez d'abord une personne dans la liste.")
        return cle

    def _demander(self) -> None:
        self._personne()
        noms = [s.nom for s in self._comite.personnes.structures()]
        self.saisie.completer("organisme", noms)
        self.saisie.ouvrir(self._lier)

    def _lier(self, saisi: Mapping[str, str]) -> None:
        self._comite.personnes.lier_a(
            self._personne(),
            saisi["organisme"],
            nature=saisi["nature"],
            note=saisi["note"] or None,
        )

    def _delier(self) -> None:
        cles = self.vue_liens.cles_choisies()
        if not cles:
            raise SaisieRefusee("Choisissez d'abord un lien dans la liste du bas.")
        self._comite.personnes.delier(*cles)
