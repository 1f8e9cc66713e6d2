"""The agenda of a séance: what passes, in which order, with or without debate, for how long."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QMenu

from app.models.enums import EtatPoint, NaturePoint
from app.services.agenda_chiffre import AgendaChiffre, avec_retraits
from app.services.columns import lire_nombre
from app.services.columns_seance import colonnes_points
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.deja_decidees import sans_les_tranchees, tranchees, tranchees_en_mots
from app.services.etats_seance import duree_en_mots
from app.services.filtres import Comparaison, Condition
from app.services.ordres_du_jour import Filtre, LignePoint
from app.services.rows import LigneAction
from app.ui.seance_bloc import demander_bloc
from app.ui.seance_listes import ListeDeSeance
from app.ui.seance_ranger import RangerLignes
from app.ui.theme import theme

Actions = Callable[[], Sequence[LigneAction]]
TRIS = (
    ("Par axe, puis commune", ("axe", "commune", "numero")),
    ("Par commune, puis axe", ("commune", "axe", "numero")),
    ("Par échelle, puis axe", ("echelle", "axe", "numero")),
    ("Par porteur", ("porteur", "numero")),
    ("Par numéro", ("numero",)),
)
GLISSER = "Glissez un numéro d'ordre, ou Alt et une flèche."
ECHELLE_MAXIMUM = 1.2


class ListePoints(ListeDeSeance):
    """Rows move by the mouse on their number, or by Alt and an arrow: one operation each time."""

    liste = "points"
    entites = (
        "point",
        "seance",
        "action",
        "cofinancement",
        "decision",
        "organisme",
        "classement",
        "action_commune",
        "noeud",
        "membre",
        "personne",
        "lien_interet",
    )

    def __init__(self, contexte: Contexte, comite: Comite, actions_en_vue: Actions) -> None:
        self._close = False
        super().__init__(contexte, colonnes_points(comite.ordres), "")
        self._preparer(comite)
        self._agenda = AgendaChiffre(contexte.fichier)
        self._actions_en_vue = actions_en_vue
        self.rangeur = RangerLignes(self.vue, "ordre", comite.ordres.ranger, "l'ordre du jour")
        self.tableau.intitule = lambda: "Ordre du jour"
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.ecrivant("Inscrire").setMenu(self._menu)
        self.ecrivant("Ranger").setMenu(self._menu_ranger())
        self.ecrivant("Prévoir").setMenu(self._menu_prevoir())
        self.ecrivant("Retirer", lambda: comite.ordres.retirer(*self.choisies()))
        self.ecrivant("Voter sans débat", self._demander_bloc)
        self._filtre.setMinimumWidth(theme().px(110))
        self._filtre.setMaximumWidth(theme().px(260))
        self.vue.volets.dire_si_vide(
            "Aucun point : « Inscrire » reprend les actions à proposer au comité."
        )

    def lire(self) -> list[object]:
        if self._seance is None:
            return []
        points = self._agenda.points(self._seance)
        prevus = self._comite.deports.prevus(self._seance)
        return [*avec_retraits(points, {p: [c.nom for c in cs] for p, cs in prevus.items()})]

    def rafraichir(self) -> None:
        super().rafraichir()
        self._dire()

    def verrouiller(self, *, verrou: bool) -> None:
        super().verrouiller(verrou=verrou)
        self._close = verrou
        self._dire()

    def _dire(self) -> None:
        """How many items, and how they move: a closed agenda does not."""
        points = self.modele.toutes_les_lignes()
        # Large text leaves no room for what the tooltip of the column says too.
        mobile = points and not self.modele.lecture_seule
        geste = GLISSER if mobile and theme().echelle <= ECHELLE_MAXIMUM else ""
        self._phrase.setText(f"{_phrase(points, close=self._close)} {geste}")

    # Its order ----------------------------------------------------------------------------------

    def _menu_ranger(self) -> QMenu:
        menu = QMenu(self)
        for texte, pas in (("Monter\tAlt+↑", -1), ("Descendre\tAlt+↓", 1)):
            menu.addAction(
                texte, lambda pas=pas: self.vue.tenter(lambda: self.rangeur.deplacer(pas))
            )
        menu.addSeparator()
        for texte, tri in TRIS:
            menu.addAction(texte, lambda tri=tri: self.tenter(lambda: self._ordonner(tri)))
        return menu

    def _ordonner(self, tri: Sequence[str]) -> None:
        if self._seance is not None:
            self._comite.ordres.trier(self._seance, tri)
            self.rafraichir()

    # How it passes ------------------------------------------------------------------------------

    def _menu_prevoir(self) -> QMenu:
        """With or without debate, and for how long, for the selected items."""
        ordres, menu = self._comite.ordres, QMenu(self)
        entrees: Sequence[tuple[str, Callable[[], object]] | None] = (
            ("Passer sans débat", lambda: ordres.mettre_en_bloc(*self.choisies())),
            ("Passer en débat", lambda: ordres.debattre(*self.choisies())),
            ("Minutes prévues", self._demander_minutes),
            None,
            ("Montrer les points sans débat", lambda: self._montrer_natures(NaturePoint.BLOC)),
            ("Montrer tous les points", lambda: self._montrer_natures(None)),
        )
        for entree in entrees:
            if entree is None:
                menu.addSeparator()
            else:
                menu.addAction(entree[0], lambda faire=entree[1]: self.tenter(faire))
        return menu

    def _montrer_natures(self, nature: NaturePoint | None) -> None:
        """The block list alone, or the whole agenda again."""
        self.modele.conditionner_colonne(
            "nature",
            [] if nature is None else [Condition("nature", Comparaison.PARMI, (nature.libelle,))],
        )

    def _demander_minutes(self) -> None:
        points = self.choisies()

        def planifier(texte: str) -> None:
            self._comite.ordres.planifier(lire_nombre(texte), *points)

        combien = "ce point" if len(points) == 1 else f"ces {len(points)} points"
        self.demande.demander(f"Minutes prévues pour {combien}", planifier, verbe="Prévoir")

    # What is on it ------------------------------------------------------------------------------

    def _proposer(self) -> None:
        self._menu.clear()
        if self._seance is None:
            return
        candidats = self._comite.ordres.candidats
        self._proposer_lot(
            "Les actions à proposer au comité", Filtre(), len(candidats(self._seance, Filtre()))
        )
        en_vue = Filtre(statuts=(), numeros=[a.numero for a in self._actions_en_vue()])
        toutes = candidats(self._seance, en_vue) if en_vue.numeros else []
        deja = tranchees(toutes)
        texte = "Les actions affichées dans le tableau"
        if mots := tranchees_en_mots(*deja):
            self._proposer_lot(
                f"{texte}, sans {mots}", sans_les_tranchees(en_vue), len(toutes) - sum(deja)
            )
            texte = f"{texte}, dont {mots}"
        self._proposer_lot(texte, en_vue, len(toutes))
        self._menu.addAction("Un autre sujet", self._demander_sujet)

    def _proposer_lot(self, texte: str, filtre: Filtre, nombre: int) -> None:
        entree = self._menu.addAction(
            f"{texte} ({nombre})", lambda: self.tenter(lambda: self.inscrire(filtre))
        )
        entree.setEnabled(nombre > 0)

    def inscrire(self, filtre: Filtre) -> None:
        """Add the actions that the filter keeps."""
        assert self._seance is not None
        nombre = self._comite.ordres.construire(self._seance, filtre, minutes=5)
        pluriel = "s" if nombre > 1 else ""
        self.information.emit(f"{nombre} action{pluriel} inscrite{pluriel} à l'ordre du jour.")

    def _demander_bloc(self) -> None:
        assert self._seance is not None
        demander_bloc(self._comite.decisions, self._seance, self.demande, self.information.emit)

    def _demander_sujet(self) -> None:
        def ajouter(titre: str) -> None:
            assert self._seance is not None
            self._comite.ordres.ajouter_sujet(self._seance, titre)

        self.demande.demander("Titre du point", ajouter, verbe="Inscrire")


def _phrase(points: Sequence[LignePoint], *, close: bool) -> str:
    """« 70 points, 12 sans débat. À venir : 5 h 50. »; nothing is to come in a closed séance."""
    if not points:
        return ""
    reste = sum(p.minutes or 0 for p in points if p.etat == EtatPoint.A_VENIR)
    bloc = sum(p.nature == NaturePoint.BLOC for p in points)
    debut = f"{len(points)} point{'s' if len(points) > 1 else ''}"
    sans_debat = f", {bloc} sans débat" if bloc else ""
    if close or not reste:
        return f"{debut}{sans_debat}."
    return f"{debut}{sans_debat}. À venir : {duree_en_mots(reste)}."
