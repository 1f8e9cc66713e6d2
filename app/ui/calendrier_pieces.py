"""The pièces that an appel asks of its dossiers: its list, which their completeness follows."""

from collections.abc import Mapping

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QVBoxLayout

from app.models.enums import NatureDepot
from app.services.accords import compter
from app.services.appels import Appels
from app.services.columns_cycle import colonnes_pieces_attendues
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.pieces_attendues import PiecesAttendues
from app.ui.barre_champs import BarreChamps, ChampDeBarre
from app.ui.calendrier_listes import LARGEUR_CHOIX, SANS_APPEL, ListeDuCycle
from app.ui.elements import etiquette, marges
from app.ui.theme import theme

AIDE = "Chaque dossier de l'appel les attend. Sans liste, rien n'est attendu d'office."
DEPOTS = tuple((str(nature), nature.libelle) for nature in NatureDepot)


class ListePieces(ListeDuCycle):
    """The list of one appel of the year, chosen above it."""

    liste = "pieces_attendues"
    entites = ("piece_attendue", "appel")

    def __init__(self, contexte: Contexte, appels: Appels, annee: int) -> None:
        self.appel = ""
        self.service = PiecesAttendues(contexte.fichier)
        super().__init__(contexte, appels, annee, colonnes_pieces_attendues(self.service))
        self.tableau.intitule = lambda: f"Pièces attendues · {self.choix.currentText()}"
        self.choix = QComboBox()
        self.choix.setAccessibleName("Appel dont on voit les pièces attendues")
        self.choix.setMinimumWidth(theme().px(LARGEUR_CHOIX))
        self.choix.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.choix.activated.connect(lambda _rang: self.choisir(self.choix.currentData() or ""))
        aide = etiquette(AIDE, "doux")
        aide.setWordWrap(True)
        tete = QHBoxLayout()
        marges(tete, 0, 16, espace=12)
        tete.addWidget(self.choix)
        tete.addWidget(aide, 1)
        page = self.layout()
        assert isinstance(page, QVBoxLayout)
        page.insertLayout(0, tete)
        self.barre_piece = BarreChamps(
            (
                ChampDeBarre("nom", "Nom", largeur=200),
                ChampDeBarre("nature", "À remettre avec", choix=DEPOTS, largeur=150),
                ChampDeBarre("precision", "Précision", largeur=150),
            ),
            "Demander",
        )
        self.poser_barre(self.barre_piece)
        self._menu = QMenu(self)
        self._menu.aboutToShow.connect(self._proposer)
        self.geste("Nouvelle pièce", self.ajouter)
        self.bouton("Pièces proposées").setMenu(self._menu)
        self.geste("Supprimer", lambda: self.service.supprimer(*self.choisies()))

    def lire(self) -> list[object]:
        appels = self.appels.lignes(self.annee)
        cles = [appel.cle for appel in appels]
        if self.appel not in cles:
            self.appel = cles[0] if cles else ""
        self.choix.clear()
        for appel in appels:
            self.choix.addItem(appel.nom, appel.cle)
        self.choix.setEnabled(bool(appels))
        self.choix.setCurrentIndex(self.choix.findData(self.appel))
        self.vue.volets.dire_si_vide(
            "Cet appel n'a pas de liste : « Pièces proposées » donne les plus courantes, "
            "« Nouvelle pièce » ajoute les vôtres."
            if self.appel
            else SANS_APPEL
        )
        lignes = self.service.lignes(self.appel) if self.appel else []
        self._phrase.setText(f"{compter(len(lignes), 'pièce')}." if lignes else "")
        return list(lignes)

    def choisir(self, appel: str) -> None:
        """Show the list of another appel."""
        self.appel = appel
        self.modele.remplacer_lignes(self.lire())

    def _exiger_appel(self) -> str:
        if not self.appel:
            raise SaisieRefusee("Créez d'abord un appel, dans l'onglet « Appels ».")
        return self.appel

    def ajouter(self) -> None:
        """Ask for the name, the deposit and a precision."""
        appel = self._exiger_appel()

        def garder(champs: Mapping[str, str]) -> None:
            piece = (champs["nom"], champs["precision"])
            if not self.service.ajouter(appel, [piece], champs["nature"]):
                raise SaisieRefusee(f"« {champs['nom']} » est déjà demandée à ce dépôt.")

        self.barre_piece.demander("Pièce à demander", garder, nature=str(NatureDepot.DOSSIER))

    def _proposer(self) -> None:
        """Those of the models, one by one or all of them, then the lists of last year."""
        self._menu.clear()
        proposees = self.service.propositions(self.appel) if self.appel else []
        for nom, source in proposees:
            self._menu.addAction(
                f"{nom} – {source}".replace("&", "&&"),
                lambda p=(nom, source): self.tenter(lambda: self._demander([p])),
            )
        if len(proposees) > 1:
            self._menu.addSeparator()
            self._menu.addAction(
                "Toutes celles-ci", lambda: self.tenter(lambda: self._demander(proposees))
            )
        anciens = self.service.anciens(self.annee) if self.appel else []
        for cle, nom in anciens:
            self._menu.addAction(
                f"Comme « {nom} » en {self.annee - 1}",
                lambda c=cle: self.tenter(
                    lambda: self._dire(self.service.reprendre(self.appel, c))
                ),
            )
        if self._menu.isEmpty():
            self._menu.addAction("Tout est déjà demandé").setEnabled(False)

    def _demander(self, pieces: list[tuple[str, str]]) -> None:
        self._dire(self.service.ajouter(self._exiger_appel(), pieces))

    def _dire(self, nombre: int) -> None:
        self.information.emit(f"Pièces demandées : {nombre}. Ctrl+Z y revient.")
