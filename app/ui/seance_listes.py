"""The two lists of a séance: its agenda, and its members with their presence."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu, QPushButton

from app.models.montants import afficher_montant
from app.services.columns_membres import colonnes_membres
from app.services.columns_seance import colonnes_points
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.ordres_du_jour import Filtre
from app.services.rows import LigneAction
from app.ui.demande import BarreDemande
from app.ui.screen_listes import EcranListe

Actions = Callable[[], Sequence[LigneAction]]


class ListeDeSeance(EcranListe):
    """A list of the séance in view, with a question asked in place under its bar."""

    def _preparer(self, comite: Comite) -> None:
        self._comite = comite
        self._seance: str | None = None
        self.demande = BarreDemande()
        self.demande.quittee.connect(self.vue.setFocus)
        page = self.layout()
        assert page is not None
        page.insertWidget(1, self.demande)  # type: ignore[attr-defined]

    def choisir_seance(self, seance: str | None) -> None:
        self._seance = seance
        self.demande.fermer()
        self.rafraichir()

    def choisies(self) -> list[str]:
        """The rows that a button works on. Raises SaisieRefusee when there is none."""
        cles = self.vue.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une ligne de la liste.")
        return cles

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


class ListePoints(ListeDeSeance):
    """The agenda: what passes, in which order, with or without debate, for how long."""

    liste = "points"
    entites = (
        "point",
        "seance",
        "action",
        "decision",
        "organisme",
        "classement",
        "action_commune",
        "noeud",
    )

    def __init__(self, contexte: Contexte, comite: Comite, actions_en_vue: Actions) -> None:
        super().__init__(contexte, colonnes_points(comite.ordres), "")
        self._preparer(comite)
        self._actions_en_vue = actions_en_vue
        self.tableau.intitule = lambda: "Ordre du jour"
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.ecrivant("Inscrire").setMenu(self._menu)
        self._trier = QMenu(self)
        for texte, tri in (
            ("Par axe, puis commune", ("axe", "commune", "numero")),
            ("Par commune, puis axe", ("commune", "axe", "numero")),
            ("Par échelle, puis axe", ("echelle", "axe", "numero")),
            ("Par porteur", ("porteur", "numero")),
            ("Par numéro", ("numero",)),
        ):
            self._trier.addAction(texte, lambda tri=tri: self.tenter(lambda: self._ordonner(tri)))
        self.ecrivant("Trier").setMenu(self._trier)
        self.ecrivant("Monter", lambda: self.deplacer(-1)).setToolTip("Alt+Maj+↑")
        self.ecrivant("Descendre", lambda: self.deplacer(1)).setToolTip("Alt+Maj+↓")
        self.ecrivant("Retirer", lambda: comite.ordres.retirer(*self.choisies()))
        self.ecrivant("Voter sans débat", self._demander_bloc)
        for touches, pas in (("Alt+Shift+Up", -1), ("Alt+Shift+Down", 1)):
            raccourci = QShortcut(QKeySequence(touches), self)
            raccourci.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            raccourci.activated.connect(lambda pas=pas: self.tenter(lambda: self.deplacer(pas)))
        self.vue.volets.dire_si_vide(
            "Aucun point : « Inscrire » reprend les actions à proposer au comité."
        )

    def lire(self) -> list[object]:
        return [] if self._seance is None else list(self._comite.ordres.points(self._seance))

    def deplacer(self, pas: int) -> None:
        """Move the current item up or down; the cursor goes with it."""
        [cle, *_] = self.choisies()
        points = {p.cle: p for p in self.modele.toutes_les_lignes()}
        colonne = self.vue.colonne_visee()
        self._comite.ordres.deplacer(cle, max(points[cle].ordre + pas, 1))
        self.vue.aller_a(cle, colonne)

    def _ordonner(self, tri: Sequence[str]) -> None:
        if self._seance is not None:
            self._comite.ordres.trier(self._seance, tri)
            self.rafraichir()

    def _proposer(self) -> None:
        self._menu.clear()
        if self._seance is None:
            return
        en_vue = Filtre(statuts=(), numeros=[a.numero for a in self._actions_en_vue()])
        for texte, filtre in (
            ("Les actions à proposer au comité", Filtre()),
            ("Les actions affichées dans le tableau", en_vue),
        ):
            vide = filtre is en_vue and not en_vue.numeros
            nombre = 0 if vide else len(self._comite.ordres.candidats(self._seance, filtre))
            entree = self._menu.addAction(
                f"{texte} ({nombre})",
                lambda filtre=filtre: self.tenter(lambda: self.inscrire(filtre)),
            )
            entree.setEnabled(nombre > 0)
        self._menu.addAction("Un autre sujet", self._demander_sujet)

    def inscrire(self, filtre: Filtre) -> None:
        """Add the actions that the filter keeps."""
        assert self._seance is not None
        nombre = self._comite.ordres.construire(self._seance, filtre, minutes=5)
        pluriel = "s" if nombre > 1 else ""
        self.information.emit(f"{nombre} action{pluriel} inscrite{pluriel} à l'ordre du jour.")

    def _demander_bloc(self) -> None:
        """The block vote: how much, for how many, then Enter."""
        assert self._seance is not None
        seance = self._seance
        prets, sans_montant = self._comite.decisions.bloc(seance)
        if not prets:
            raise SaisieRefusee("Aucun point sans débat n'attend de décision.")
        total = afficher_montant(sum((b.total for b in prets), Decimal(0)), euro=True)
        if sans_montant:
            self.information.emit(
                f"Sans débat mais sans montant proposé, donc à débattre : {len(sans_montant)}."
            )

        def decider(motif: str) -> None:
            nombre = self._comite.decisions.decider_en_bloc(seance, motif=motif.strip() or None)
            self.information.emit(f"Validé sans débat : {nombre}. Ctrl+Z y revient.")

        pluriel = "s" if len(prets) > 1 else ""
        self.demande.demander(
            f"Valider {len(prets)} point{pluriel} sans débat pour {total}. Motif, facultatif",
            decider,
            verbe="Valider",
        )

    def _demander_sujet(self) -> None:
        def ajouter(titre: str) -> None:
            assert self._seance is not None
            self._comite.ordres.ajouter_sujet(self._seance, titre)

        self.demande.demander("Titre du point", ajouter, verbe="Inscrire")


class ListeMembres(ListeDeSeance):
    """Who sits, who is there. `quorum_change()`: somebody came or left."""

    liste = "membres"
    entites = ("membre", "presence", "deport", "personne", "seance")
    quorum_change = Signal()

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        super().__init__(contexte, colonnes_membres(comite.presences), "")
        self._preparer(comite)
        self.tableau.intitule = lambda: "Membres de la séance"
        presences = comite.presences
        self.ecrivant("Arrivée", lambda: presences.arriver(*self.choisies()))
        self.ecrivant("Départ", lambda: presences.partir(*self.choisies()))
        self.ecrivant("Excuser", self._excuser)
        self.ecrivant("Ajouter", self._demander_personne)
        self.ecrivant("Retirer", self._retirer)
        self.vue.volets.dire_si_vide("Aucun membre : « Ajouter » inscrit une personne.")

    def lire(self) -> list[object]:
        return [] if self._seance is None else list(self._comite.presences.membres(self._seance))

    def rafraichir(self) -> None:
        super().rafraichir()
        if self._seance is not None:
            self._phrase.setText(phrase_quorum(self._comite, self._seance))
        self.quorum_change.emit()

    def _excuser(self) -> None:
        for membre in self.choisies():
            self._comite.presences.excuser(membre)

    def _retirer(self) -> None:
        for membre in self.choisies():
            self._comite.presences.retirer(membre)

    def _demander_personne(self) -> None:
        connues = {p.nom: p.cle for p in self._comite.personnes.lignes(actives=True)}

        def ajouter(nom: str) -> None:
            assert self._seance is not None
            propre = " ".join(nom.split())
            personne = connues.get(propre) or self._comite.personnes.ajouter(propre)
            self._comite.presences.ajouter(self._seance, personne)

        self.demande.demander(
            "Nom de la personne", ajouter, propositions=sorted(connues), verbe="Ajouter"
        )


def phrase_quorum(comite: Comite, seance: str) -> str:
    """« 6 votants présents sur 9. Quorum (6) : réunie. »"""
    quorum = comite.presences.quorum(seance)
    pluriel = "s" if quorum.votants > 1 else ""
    requis = "" if quorum.requis is None else f" ({quorum.requis})"
    mot = "réuni" if quorum.reuni else quorum.phrase
    presents = f"{quorum.votants} votant{pluriel} présent{pluriel} sur {quorum.composition}"
    return f"{presents}. Quorum{requis} : {mot}."
