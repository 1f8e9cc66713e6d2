"""The lists of a séance: what they share, and its members with their presence."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton

from app.models.enums import RoleMembre
from app.services.bus import Avis
from app.services.columns_actions import choix_de
from app.services.columns_membres import colonnes_membres
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.identifiants import sans_accents
from app.ui.demande import BarreDemande
from app.ui.forms import ChampChoix, ChampTexte
from app.ui.screen_listes import EcranListe
from app.ui.seance_allees import VoletAllees
from app.ui.seance_saisie import BarreSaisie
from app.ui.theme import theme


class ListeDeSeance(EcranListe):
    """A list of the séance in view, with a question asked in place under its bar."""

    def _preparer(self, comite: Comite) -> None:
        self._comite = comite
        self._seance: str | None = None
        self.demande = BarreDemande()
        self._saisies: list[BarreSaisie] = []
        self.poser_barre(self.demande)

    def poser_saisie(self, barre: BarreSaisie) -> None:
        """Put the fields of a quick entry under the bar; they close with the séance."""
        self._saisies.append(barre)
        self.inserer(barre)

    def choisir_seance(self, seance: str | None) -> None:
        self._seance = seance
        self.demande.fermer()
        for saisie in self._saisies:
            saisie.fermer()
        self.rafraichir()

    def verrouiller(self, *, verrou: bool) -> None:
        """A closed séance is read, not written."""
        lecture_seule = self._contexte.fichier.lecture_seule
        self.modele.lecture_seule = lecture_seule or verrou
        for bouton in self.findChildren(QPushButton):
            if bouton.property("ecrit"):
                bouton.setDisabled(lecture_seule or verrou)

    def ecrivant(self, texte: str, appel: Callable[[], object] | None = None) -> QPushButton:
        """A button of the bar that is off once the séance is closed."""
        bouton = self.bouton(texte, None if appel is None else lambda: self.tenter(appel))
        bouton.setProperty("ecrit", True)
        return bouton


class ListeMembres(ListeDeSeance):
    """Who sits, who is there; below, the hours of one member. `quorum_change()`: somebody moved."""

    liste = "membres"
    entites = ("membre", "presence", "deport", "personne", "seance")
    quorum_change = Signal()

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        colonnes = colonnes_membres(comite.presences, self._representables, comite.allees_venues)
        super().__init__(contexte, colonnes, "")
        self._preparer(comite)
        self._connues: dict[str, str] = {}
        self.saisie = self._batir_saisie()
        self.poser_saisie(self.saisie)
        self.tableau.intitule = lambda: "Membres de la séance"
        presences = comite.presences
        self.ecrivant("Arrivée", lambda: presences.arriver(*self.choisies()))
        self.ecrivant("Départ", lambda: presences.partir(*self.choisies()))
        self.ecrivant("Excuser", lambda: presences.excuser(*self.choisies()))
        self.ecrivant("Ajouter", self._demander_personne)
        self.ecrivant("Retirer", self._retirer)
        self.allees = VoletAllees(comite)
        self.allees.refuse.connect(self.refuse)
        self.allees.information.connect(self.information)
        self._corps.addWidget(self.allees)
        self._corps.setSizes([theme().px(400), theme().px(190)])
        self.vue.courante.connect(self._montrer_allees)
        self.vue.volets.dire_si_vide("Aucun membre : « Ajouter » inscrit une personne.")

    def lire(self) -> list[object]:
        return [] if self._seance is None else list(self._comite.presences.membres(self._seance))

    def rafraichir(self) -> None:
        super().rafraichir()
        if self._seance is not None:
            self._phrase.setText(phrase_quorum(self._comite, self._seance))
            self.allees.recompter()
        self._montrer_allees(self.vue.cle_courante(), "")
        self.quorum_change.emit()

    def choisir_seance(self, seance: str | None) -> None:
        self.allees.choisir_seance(seance)
        super().choisir_seance(seance)

    def verrouiller(self, *, verrou: bool) -> None:
        super().verrouiller(verrou=verrou)
        self.allees.modele.lecture_seule = self.modele.lecture_seule

    def montree(self) -> None:
        self.allees.compter()
        super().montree()

    def sur_avis(self, avis: Avis) -> None:
        if avis.touche("decision") and self.isVisible():
            self.allees.compter()
        super().sur_avis(avis)

    def _montrer_allees(self, cle: str, _colonne: str) -> None:
        connu = bool(cle) and self.modele.contient(cle)
        self.allees.montrer(
            cle if connu else "", self.modele.ligne(cle).designation if connu else ""
        )

    def _retirer(self) -> None:
        self._comite.presences.retirer(*self.choisies())

    # Quick entry --------------------------------------------------------------------------------

    def _batir_saisie(self) -> BarreSaisie:
        role = ChampChoix("Rôle", ecrire=None)
        role.proposer(choix_de(RoleMembre))
        role.montrer(str(RoleMembre.MEMBRE))
        saisie = BarreSaisie(
            {
                "nom": ChampTexte("Nom de la personne", ecrire=None),
                "represente": ChampTexte("Représente", ecrire=None),
                "role": role,
            },
            verbe="Ajouter",
        )
        editeur = saisie.champs["nom"].editeur
        editeur.editingFinished.connect(self._rappeler)  # type: ignore[attr-defined]
        saisie.quittee.connect(self.vue.setFocus)
        return saisie

    def _demander_personne(self) -> None:
        personnes = self._comite.personnes.lignes(actives=True)
        self._connues = {p.designation: p.au_nom_de for p in personnes}
        self.saisie.completer("nom", list(self._connues))
        self.saisie.completer("represente", self._representables())
        self.saisie.ouvrir(self._inscrire)

    def _rappeler(self) -> None:
        """Somebody known comes with whom they represent."""
        connu = self._connues.get(self.saisie.texte("nom"))
        if connu and not self.saisie.texte("represente"):
            self.saisie.champs["represente"].montrer(connu)

    def _inscrire(self, saisi: Mapping[str, str]) -> None:
        assert self._seance is not None
        self._comite.presences.inscrire(
            self._seance, saisi["nom"], represente=saisi["represente"], role=saisi["role"]
        )

    def _representables(self) -> list[str]:
        """Names of financeurs and porteurs, and what others represent already."""
        structures = (s.nom for s in self._comite.personnes.structures())
        dits = (p.au_nom_de for p in self._comite.personnes.lignes())
        return sorted({*structures, *dits} - {""}, key=sans_accents)


def phrase_quorum(comite: Comite, seance: str) -> str:
    """« 6 votants présents sur 9. Quorum (6) : réunie. »"""
    quorum = comite.presences.quorum(seance)
    pluriel = "s" if quorum.votants > 1 else ""
    requis = "" if quorum.requis is None else f" ({quorum.requis})"
    mot = "réuni" if quorum.reuni else quorum.phrase
    presents = f"{quorum.votants} votant{pluriel} présent{pluriel} sur {quorum.composition}"
    return f"{presents}. Quorum{requis} : {mot}."
