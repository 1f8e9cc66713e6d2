"""Under the members of a séance: the comings and goings of one of them, and how they are put right."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.models.enums import EtatSeance
from app.services.allees_venues import Voix, quorum_recalcule
from app.services.columns_allees import colonnes_mouvements
from app.services.comite import Comite
from app.services.errors import SaisieRefusee
from app.services.ordres_du_jour import LignePoint
from app.ui.elements import bouton, etiquette, marges
from app.ui.forms import ChampTexte
from app.ui.seance_saisie import BarreSaisie
from app.ui.tableau import ModeleTableau
from app.ui.vue_tableau import VueTableau

SANS_MEMBRE = "Choisissez un membre dans la liste du haut."
SANS_HEURES = (
    "Aucune présence ni déport : « Arrivée » en marque une, "
    "« Ajouter une présence » en note une après coup."
)
DEPORT_PREVU = "Ajouter un déport"


class VoletAllees(QWidget):
    """Follows the member whose row is current. `refuse(sentence)`, `information(sentence)`."""

    refuse = Signal(str)
    information = Signal(str)

    def __init__(self, comite: Comite) -> None:
        super().__init__()
        self._comite = comite
        self._service = comite.allees_venues
        self._seance: str | None = None
        self._membre = ""
        self._points: dict[str, str] = {}
        self._votants: dict[str, Voix] = {}
        self.modele = ModeleTableau(colonnes_mouvements(self._service), self)
        self.vue = VueTableau(self.modele)
        self.vue.refuse.connect(self.refuse)
        self._titre = etiquette("", "fort")
        self.presence = self._saisie(
            {"arrivee": "Arrivée (comme 14 h 05)", "depart": "Départ, s'il est parti"}
        )
        self.deport = self._saisie(
            {
                "point": "Point de l'ordre du jour",
                "motif": "Motif, s'il n'a pas de lien déclaré",
                "sortie": "Sortie",
                "retour": "Retour",
            }
        )
        self.boutons: list[QPushButton] = []
        self._construire()

    def _saisie(self, champs: Mapping[str, str]) -> BarreSaisie:
        saisie = BarreSaisie(
            {nom: ChampTexte(titre, ecrire=None) for nom, titre in champs.items()}, verbe="Ajouter"
        )
        saisie.quittee.connect(self.vue.setFocus)
        return saisie

    def _construire(self) -> None:
        barre = QHBoxLayout()
        marges(barre, 8, 16, espace=8)
        barre.addWidget(self._titre, 1)
        for mots, faire in (
            ("Ajouter une présence", self._demander_presence),
            (DEPORT_PREVU, self._demander_deport),
            ("Retirer la ligne", self._retirer),
        ):
            geste = bouton(mots)
            geste.setProperty("ecrit", True)  # off once the séance is closed
            geste.clicked.connect(lambda _=False, faire=faire: self.vue.tenter(faire))
            self.boutons.append(geste)
            barre.addWidget(geste)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=0)
        colonne.addLayout(barre)
        colonne.addWidget(self.presence)
        colonne.addWidget(self.deport)
        colonne.addWidget(self.vue, 1)

    # Showing ------------------------------------------------------------------------------------

    def choisir_seance(self, seance: str | None) -> None:
        self._seance = seance
        for saisie in (self.presence, self.deport):
            saisie.fermer()
        self.compter()
        self.montrer("", "")

    def montrer(self, membre: str, nom: str) -> None:
        """What one member did; empty: nobody is chosen."""
        meme, self._membre = membre == self._membre, membre
        lignes = self._service.du_membre(membre) if membre else []
        (self.modele.synchroniser if meme else self.modele.remplacer_lignes)(lignes)
        self.vue.volets.dire_si_vide(SANS_HEURES if membre else SANS_MEMBRE)
        self._titre.setText(f"Allées et venues de {nom}" if nom else "Allées et venues")

    def compter(self) -> None:
        """What the next correction is compared with: something was decided, or done elsewhere."""
        self._votants = self._service.votants(self._seance) if self._seance else {}

    def recompter(self) -> None:
        """Somebody came or went, or an hour was put right: say which decisions it touches."""
        if self._seance is None:
            return
        avant, self._votants = self._votants, self._service.votants(self._seance)
        requis = self._comite.seances.lire(self._seance).quorum
        if phrase := quorum_recalcule(avant, self._votants, requis):
            self.information.emit(phrase)

    # Gestures -----------------------------------------------------------------------------------

    def _exiger_membre(self) -> str:
        if not self._membre:
            raise SaisieRefusee(SANS_MEMBRE)
        return self._membre

    def _demander_presence(self) -> None:
        self._exiger_membre()
        self.deport.fermer()
        self.presence.ouvrir(self._ajouter_presence)

    def _ajouter_presence(self, saisi: Mapping[str, str]) -> None:
        self._service.ajouter_presence(self._exiger_membre(), saisi["arrivee"], saisi["depart"])

    def _demander_deport(self) -> None:
        self._exiger_membre()
        assert self._seance is not None
        points = self._comite.ordres.points(self._seance)
        self._points = {_nommer(p): p.cle for p in points}
        self._points |= {n: p.cle for p in points for n in (str(p.ordre), p.numero) if n}
        self.deport.completer("point", [_nommer(p) for p in points])
        prevu = self._comite.seances.lire(self._seance).etat == EtatSeance.PREPARATION
        for borne in ("sortie", "retour"):
            self.deport.champs[borne].setHidden(prevu)
        self.presence.fermer()
        self.deport.ouvrir(self._ajouter_deport)

    def _ajouter_deport(self, saisi: Mapping[str, str]) -> None:
        point = self._points.get(saisi["point"])
        if point is None:
            raise SaisieRefusee("Ce point n'est pas à l'ordre du jour : tapez son numéro.")
        heures: dict[str, Any] = {borne: saisi[borne] for borne in ("sortie", "retour")}
        self._service.ajouter_deport(self._exiger_membre(), point, motif=saisi["motif"], **heures)

    def _retirer(self) -> None:
        cles = self.vue.cles_choisies()
        if not cles:
            raise SaisieRefusee("Sélectionnez d'abord une ligne des allées et venues.")
        self._service.retirer(*cles)


def _nommer(point: LignePoint) -> str:
    return " ".join(t for t in (f"{point.ordre}.", point.numero, point.titre) if t)
