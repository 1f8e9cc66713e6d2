"""The agenda of a meeting: its projects and matters, their order, and the hour of each."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from app.services.columns_reunions import colonnes_points_reunion
from app.services.contexte import Contexte
from app.services.rencontres import Rencontres
from app.services.reunions_lues import LignePointReunion
from app.ui.reunions_listes import ListeDeLaReunion, compter_ou_aucun
from app.ui.seance_ranger import RangerLignes

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
        self.ecrivant("Inscrire une action", self._demander_projet)
        self.ecrivant("Autre sujet", self._demander_sujet)
        self.ecrivant("Ranger").setMenu(self._menu_ranger())
        self.ecrivant("Retirer", lambda: services.ordres.retirer(*self.choisies()))
        self.rangeur = RangerLignes(self.vue, "ordre", services.ordres.ranger, "l'ordre du jour")
        self.vue.volets.dire_si_vide(
            "Aucun point : « Inscrire une action » en ajoute un, « Proposer les réunions » les "
            "inscrit toutes."
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
            ("Monter\tAlt+↑", lambda: self.rangeur.deplacer(-1)),
            ("Descendre\tAlt+↓", lambda: self.rangeur.deplacer(1)),
            ("Par porteur", lambda: self._services.ordres.ranger_par_porteur(self.cle)),
        )
        for texte, faire in entrees:
            menu.addAction(texte, lambda faire=faire: self.tenter(faire))
        return menu

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
            "Numéro ou intitulé de l'action", inscrire, propositions=noms, verbe="Inscrire"
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
    debut = compter_ou_aucun(len(points), "point", feminin=False)
    suite = f", {vus} vu{'s' if vus > 1 else ''}" if vus else ""
    fin = points[-1].fin.replace(":", " h ")
    heures = f" Fin vers {fin}." if fin else ""
    return f"{debut}{suite}.{heures} {GLISSER if mobile else ''}".strip()
