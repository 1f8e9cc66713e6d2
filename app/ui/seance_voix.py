"""The consultative voices (conseil citoyen, bodies that do not fund): recorded, never counted.

`ListeVoix` is the list of a séance; `VoletVoix` the same for one item, beside the round table.
"""

from collections.abc import Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.models.enums import RoleMembre, SensAvis
from app.services.bus import Avis
from app.services.columns_actions import choix_de
from app.services.columns_voix import colonnes_voix
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.ordres_du_jour import LignePoint
from app.services.presences import LigneMembre
from app.services.voix_consultatives import LigneVoix
from app.ui.elements import bouton, etiquette, marges
from app.ui.forms import Champ, ChampChoix, ChampTexte
from app.ui.seance_listes import ListeDeSeance
from app.ui.seance_saisie import BarreSaisie

JAMAIS_COMPTEES = "Les voix consultatives sont recueillies, projetées ou non, et jamais comptées."
PROJETEE = (("non", "Non"), ("oui", "Oui"))


def _champs() -> dict[str, Champ]:
    sens = ChampChoix("Avis", ecrire=None)
    sens.proposer(choix_de(SensAvis))
    sens.montrer(str(SensAvis.FAVORABLE))
    projetee = ChampChoix("Projetée", ecrire=None)
    projetee.proposer(PROJETEE)
    projetee.montrer("non")
    return {
        "qui": ChampTexte("Qui s'exprime", ecrire=None),
        "sens": sens,
        "texte": ChampTexte("Ce qui est dit", ecrire=None),
        "projetee": projetee,
    }


def _dire(membre: LigneMembre) -> str:
    """With whom they represent: the room sees it, and namesakes are told apart."""
    if membre.designation != membre.nom or not membre.represente:
        return membre.designation
    return f"{membre.nom} ({membre.represente})"


class _Recueil:
    """What both share: who may speak, and writing what was said."""

    def __init__(self, comite: Comite) -> None:
        self._comite = comite
        self._membres: dict[str, str] = {}  # as it is proposed -> the seat

    def personnes(self, seance: str) -> list[str]:
        """Who may be heard: those whose voice is consultative first, then the others."""
        membres = self._comite.presences.membres(seance)
        ordre = sorted(membres, key=lambda m: m.role != RoleMembre.CONSULTATIF)
        self._membres = {_dire(m): m.cle for m in ordre}
        return list(self._membres)

    def garder(self, point: str, saisi: Mapping[str, str]) -> None:
        self._comite.voix.exprimer(
            point,
            saisi["sens"],
            membre=self._membres.get(saisi["qui"]),
            qui=saisi["qui"],
            texte=saisi["texte"] or None,
            projetee=saisi["projetee"] == "oui",
        )


class ListeVoix(ListeDeSeance):
    """Every voice of the séance, with its item."""

    liste = "voix"
    entites = ("voix_consultative", "point", "seance", "membre", "action")

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        super().__init__(contexte, colonnes_voix(comite.voix), JAMAIS_COMPTEES)
        self._preparer(comite)
        self._recueil = _Recueil(comite)
        self._points: dict[str, str] = {}
        self._numeros: dict[str, str] = {}
        self.tableau.intitule = lambda: "Voix consultatives"
        self.saisie = BarreSaisie(
            {"point": ChampTexte("Point de l'ordre du jour", ecrire=None), **_champs()},
            verbe="Recueillir",
            gardes=("point",),
        )
        self.saisie.quittee.connect(self.vue.setFocus)
        self.poser_saisie(self.saisie)
        self.ecrivant("Recueillir une voix", self._demander)
        self.ecrivant("Retirer", lambda: comite.voix.retirer(*self.choisies()))
        self.vue.volets.dire_si_vide(
            "Aucune voix : « Recueillir une voix » note celle du conseil citoyen ou d'un invité."
        )

    def lire(self) -> list[object]:
        return [] if self._seance is None else list(self._comite.voix.table(self._seance))

    def _demander(self) -> None:
        assert self._seance is not None
        points = self._comite.ordres.points(self._seance)
        self._points = {_nommer(p): p.cle for p in points}
        self._numeros = {n: p.cle for p in points for n in (str(p.ordre), p.numero) if n}
        self.saisie.completer("point", list(self._points))
        self.saisie.completer("qui", self._recueil.personnes(self._seance))
        courant = next((p for p in points if p.en_cours), None)
        self.saisie.champs["point"].montrer("" if courant is None else _nommer(courant))
        self.saisie.ouvrir(self._garder)

    def _garder(self, saisi: Mapping[str, str]) -> None:
        point = self._points.get(saisi["point"]) or self._numeros.get(saisi["point"])
        if point is None:
            raise SaisieRefusee(
                "Tapez le numéro d'ordre du point ou le numéro de son action, ou choisissez-le dans "
                "la liste."
            )
        self._recueil.garder(point, saisi)


class VoletVoix(QWidget):
    """The voices on one item, one under the other, and the form of another one.

    `refuse(sentence)`; `quittee()`: give the keyboard back.
    The buttons never take the keyboard from the round table.
    """

    refuse = Signal(str)
    quittee = Signal()

    def __init__(self, comite: Comite, *, lecture_seule: bool = False) -> None:
        super().__init__()
        self._comite = comite
        self._recueil = _Recueil(comite)
        self._seance, self._point = "", ""
        self.lignes = QVBoxLayout()
        marges(self.lignes, 0, espace=4)
        self.saisie = BarreSaisie(_champs(), verbe="Recueillir", etroite=True)
        self.saisie.quittee.connect(self._fermee)
        self.recueillir = _discret("Recueillir une voix")
        self.recueillir.setDisabled(lecture_seule)
        self.recueillir.clicked.connect(self.demander)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=4)
        colonne.addLayout(self.lignes)
        colonne.addWidget(self.recueillir)
        colonne.addWidget(self.saisie)

    def montrer(self, seance: str, point: str | None) -> None:
        """Another item; called again for the same one, it costs nothing."""
        if (seance, point or "") != (self._seance, self._point):
            self._seance, self._point = seance, point or ""
            self.saisie.fermer()
            self._relire()

    def sur_avis(self, avis: Avis) -> None:
        """Voices that came or changed elsewhere, or by Ctrl+Z."""
        if avis.touche("voix_consultative"):
            self._relire()

    def _relire(self) -> None:
        self.recueillir.setVisible(bool(self._point) and self.saisie.isHidden())
        while (element := self.lignes.takeAt(0)) is not None:
            element.widget().hide()
            element.widget().deleteLater()
        voix = self._comite.voix.du_point(self._point) if self._point else []
        if not voix:
            self.lignes.addWidget(etiquette("Aucune.", "doux"))
        for ligne in voix:
            self.lignes.addWidget(self._montrer_voix(ligne))

    def _montrer_voix(self, voix: LigneVoix) -> QWidget:
        """« Conseil citoyen, favorable, projetée : … », and what can be done with it."""
        dite = [voix.qui, SensAvis.libelle_de(voix.sens).lower()]
        tete = ", ".join([*dite, "projetée"] if voix.projetee else dite)
        texte = etiquette(f"{tete}\u00a0: {voix.texte}" if voix.texte else tete, "doux")
        texte.setWordWrap(True)
        bascule = _discret("Ne plus projeter" if voix.projetee else "Projeter")
        bascule.clicked.connect(
            lambda: self._tenter(
                lambda: self._comite.voix.projeter(voix.cle, oui=not voix.projetee)
            )
        )
        retirer = _discret("Retirer")
        retirer.clicked.connect(lambda: self._tenter(lambda: self._comite.voix.retirer(voix.cle)))
        boutons = QHBoxLayout()
        marges(boutons, 0, espace=4)
        boutons.addWidget(bascule)
        boutons.addWidget(retirer)
        boutons.addStretch(1)
        bloc = QWidget()
        colonne = QVBoxLayout(bloc)
        marges(colonne, 0, espace=2)
        colonne.addWidget(texte)
        colonne.addLayout(boutons)
        return bloc

    def demander(self) -> None:
        """The form, with the cursor in it."""
        if self._point:
            self.saisie.completer("qui", self._recueil.personnes(self._seance))
            self.recueillir.hide()
            self.saisie.ouvrir(self._garder)

    def _garder(self, saisi: Mapping[str, str]) -> None:
        self._recueil.garder(self._point, saisi)
        self._relire()

    def _fermee(self) -> None:
        self.recueillir.setVisible(bool(self._point))
        self.quittee.emit()

    def _tenter(self, faire: object) -> None:
        try:
            faire()  # type: ignore[operator]
        except ErreurConnue as erreur:
            self.refuse.emit(str(erreur))
        self._relire()


def _discret(texte: str) -> QPushButton:
    resultat = bouton(texte)
    resultat.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return resultat


def _nommer(point: LignePoint) -> str:
    """« 12. 2026-047 Apprendre à se déplacer », as the field proposes it."""
    return " ".join(p for p in (f"{point.ordre}.", point.numero, point.titre) if p)
