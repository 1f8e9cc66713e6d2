"""The agenda of a meeting: its projects and matters, their order, and the hour of each."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QMenu

from app.services.columns_reunions import colonnes_points_reunion
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.rencontres import Rencontres
from app.services.reunions_lues import LignePointReunion
from app.ui.reunions_listes import ListeDeLaReunion, compter
from app.ui.seance_glisser import GlisserLignes

GLISSER = "Glissez un numéro d'ordre, ou Alt et une flèche."


class ListePointsReunion(ListeDeLaReunion):
    """Rows move by the mouse on their number, or by Alt and an arrow: one operation each time."""

    liste = "points_reunion"
    entites = (
        "reunion",
        "point_reunion",
        "avis_reunion",
        "recommandation",
        "action",
        "organisme",
        "action_commune",
        "classement",
    )

    def __init__(self, contexte: Contexte, services: Rencontres) -> None:
        super().__init__(contexte, services, colonnes_points_reunion(services.ordres))
        self.tableau.intitule = self._intituler
        self.ecrivant("Inscrire un projet", self._demander_projet)
        self.ecrivant("Autre sujet", self._demander_sujet)
        self.ecrivant("Ranger").setMenu(self._menu_ranger())
        self.ecrivant("Retirer", lambda: services.ordres.retirer(*self.choisies()))
        for touches, pas in (("Alt+Up", -1), ("Alt+Down", 1)):
            raccourci = QShortcut(QKeySequence(touches), self.tableau)
            raccourci.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            raccourci.activated.connect(lambda pas=pas: self.tenter(lambda: self.deplacer(pas)))
        self._glisser = GlisserLignes(self.vue, "ordre", self.ranger)
        self.vue.volets.dire_si_vide(
            "Aucun point : « Inscrire un projet » en ajoute un, « Proposer les réunions » les "
            "inscrit tous."
        )

    def _intituler(self) -> str:
        return f"Ordre du jour – {self.reunion.titre}" if self.reunion else "Ordre du jour"

    def lire(self) -> list[object]:
        points = self._services.reunions.points(self.reunion.cle) if self.reunion else []
        self._phrase.setText(phrase_de_l_ordre(points, mobile=not self.modele.lecture_seule))
        return list(points)

    # Its order ----------------------------------------------------------------------------------

    def _menu_ranger(self) -> QMenu:
        menu = QMenu(self)
        entrees: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Monter\tAlt+↑", lambda: self.deplacer(-1)),
            ("Descendre\tAlt+↓", lambda: self.deplacer(1)),
            ("Par porteur", lambda: self._services.ordres.ranger_par_porteur(self.cle)),
        )
        for texte, faire in entrees:
            menu.addAction(texte, lambda faire=faire: self.tenter(faire))
        return menu

    def deplacer(self, pas: int) -> None:
        """Move the selected lines up or down by one place, together."""
        if self.modele.lecture_seule:
            return
        choisies = set(self.choisies())
        cles = [p.cle for p in self.modele.toutes_les_lignes()]
        places = [rang for rang, cle in enumerate(cles) if cle in choisies]
        cible = places[0] - 1 if pas < 0 else places[-1] + 2
        if not 0 <= cible <= len(cles):
            return
        self.ranger(
            [cles[rang] for rang in places],
            next((cle for cle in cles[cible:] if cle not in choisies), None),
        )

    def ranger(self, points: Sequence[str], avant: str | None) -> None:
        """Put lines before another one (None: at the end); the first of them stays current."""
        if [cle for cle, _ in self.modele.tri if cle != "ordre"] or self.modele.groupes:
            raise SaisieRefusee(
                "La liste est triée ou groupée : enlevez le tri pour changer l'ordre du jour."
            )
        colonne = self.vue.colonne_visee()
        self._services.ordres.ranger(points, avant)
        self.vue.aller_a(points[0], colonne)

    # What is on it ------------------------------------------------------------------------------

    def _demander_projet(self) -> None:
        assert self.reunion is not None
        reunion = self.reunion
        candidates = self._services.ordres.candidates(reunion.cle, reunion.annee)
        noms = [f"{a.numero} – {a.titre}" for a in candidates]

        def inscrire(texte: str) -> None:
            numero = texte.split(" – ")[0]
            self._services.ordres.inscrire_numero(reunion.cle, numero, reunion.annee)

        self.demande.demander(
            "Numéro ou titre du projet", inscrire, propositions=noms, verbe="Inscrire"
        )

    def _demander_sujet(self) -> None:
        cle = self.cle
        self.demande.demander(
            "Titre du point",
            lambda titre: self._services.ordres.ajouter_sujet(cle, titre),
            verbe="Ajouter",
        )


def phrase_de_l_ordre(points: Sequence[LignePointReunion], *, mobile: bool) -> str:
    """« 12 points, 3 vus. Fin vers 16:30. »"""
    if not points:
        return ""
    vus = sum(p.passe for p in points)
    debut = compter(len(points), "point", feminin=False)
    suite = f", {vus} vu{'s' if vus > 1 else ''}" if vus else ""
    fin = points[-1].fin.replace(":", " h ")
    heures = f" Fin vers {fin}." if fin else ""
    return f"{debut}{suite}.{heures} {GLISSER if mobile else ''}".strip()
