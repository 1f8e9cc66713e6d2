"""At the top of the cockpit: the item, the time, the quorum, who must leave, and the figures."""

from datetime import datetime
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import EtatSeance
from app.models.montants import afficher_montant, afficher_part
from app.services.etats_seance import SyntheseSeance, duree_en_mots
from app.services.rows import LigneAction
from app.services.seance_en_cours import PointEnSeance
from app.services.tables_rondes import TourDeTable
from app.ui.cockpit_touches import avec_sa_touche
from app.ui.elements import bouton, etiquette, marges
from app.ui.texte_fixe import TexteFixe
from app.ui.theme import theme

FIGURES = ("Demandé", "Proposé", "N-1", "Total dit", "Part du coût", "Écart")
MASQUE = "masqué"


class TeteCockpit(QWidget):
    """`geste(name)`: a button of the strip. `documents`: the button of the papers, at the end."""

    geste = Signal(str)

    def __init__(self, documents: QWidget) -> None:
        super().__init__()
        self.setAutoFillBackground(True)
        self._rang = etiquette("", "grand")
        self._titre = TexteFixe("grand")
        self._porteur = TexteFixe("fort")
        self._lieu = TexteFixe("doux")
        self._temps = TexteFixe("doux")
        self._quorum = TexteFixe("doux")
        self._lien = etiquette("", "erreur")
        self._lien.setWordWrap(True)
        self._clavier = etiquette("", "fort")
        self._clavier.setWordWrap(True)
        self._rendre = self._bouton("main")
        self._mouvements = etiquette("", "fort")
        self._mouvements.setWordWrap(True)
        self._confirmer = self._bouton("mouvements")
        self._main = self._bouton("main")
        self._totaux: dict[str, TexteFixe] = {}
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=6)
        colonne.addLayout(_rangee(12, (self._rang, 0), (self._titre, 1), (documents, 0)))
        colonne.addLayout(_rangee(16, (self._porteur, 1), (self._lieu, 1)))
        colonne.addLayout(_rangee(16, (self._temps, 3), (self._quorum, 2)))
        colonne.addLayout(_rangee(12, (self._clavier, 1), (self._rendre, 0)))
        colonne.addLayout(_rangee(12, (self._lien, 1), (self._main, 0)))
        colonne.addLayout(_rangee(12, (self._mouvements, 1), (self._confirmer, 0)))
        colonne.addLayout(self._barre_des_totaux())

    def _bouton(self, nom: str) -> QWidget:
        geste = bouton(avec_sa_touche(nom))
        geste.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        geste.clicked.connect(lambda: self.geste.emit(nom))
        return geste

    def _barre_des_totaux(self) -> QHBoxLayout:
        ligne = QHBoxLayout()
        ligne.setSpacing(theme().px(8))
        for nom in FIGURES:
            case = QVBoxLayout()
            case.setSpacing(0)
            case.addWidget(etiquette(nom, "petit"))
            self._totaux[nom] = TexteFixe("titre")
            self._totaux[nom].setAccessibleName(nom)
            case.addWidget(self._totaux[nom])
            ligne.addLayout(case, 3 if nom == "Écart" else 2)
        return ligne

    # Showing --------------------------------------------------------------------------------------

    def situer(self, cours: PointEnSeance) -> None:
        """The item and what surrounds it."""
        point, action, bande = cours.point, cours.action, cours.bande
        self._rang.setText(f"{point.ordre} / {cours.total}" if point else "")
        self._rang.setVisible(point is not None)
        if cours.etat == EtatSeance.CLOSE:
            titre = "La séance est close."
        else:
            titre = point.titre if point else "Aucun point ouvert : Ctrl+Entrée passe au suivant."
        self._titre.setText(titre)
        porteur = (point.numero, point.porteur) if point else ()
        self._porteur.setText(" · ".join(t for t in porteur if t))
        lieu = (action.axe, action.quartiers, action.communes) if action else ()
        self._lieu.setText(" · ".join(t for t in lieu if t))
        self._quorum.setText(cours.phrase_quorum)
        self._clavier.setText(
            f"○ Clavier tenu par {cours.clavier} : ce nom signe dans toutes les fenêtres du fichier."
        )
        for element in (self._clavier, self._rendre):
            element.setVisible(bool(cours.clavier))
        self._lien.setText(
            f"■ Vous avez un lien avec le porteur ({cours.lien}) : ce point vous est masqué."
        )
        for element in (self._lien, self._main):
            element.setVisible(bool(cours.lien))
        self._mouvements.setText(
            f"{bande.phrase} La salle ne voit aucun montant avant."
            if bande and cours.retenu
            else bande.phrase
            if bande
            else ""
        )
        self._mouvements.setVisible(bool(bande and bande.phrase))
        self._confirmer.setVisible(bool(cours.mouvements))
        self.dire_le_temps(cours.synthese)

    def dire_le_temps(self, lu: SyntheseSeance) -> None:
        fin = datetime.fromisoformat(lu.fin_prevue) if lu.fin_prevue else None
        prevue = f"fin vers {fin.hour} h {fin.minute:02d}" if fin else "fin non prévisible"
        sur_le_point = duree_en_mots(lu.minutes_du_point)
        if lu.minutes_prevues_du_point is not None:
            sur_le_point += f" sur {duree_en_mots(lu.minutes_prevues_du_point)}"
        self._temps.setText(
            f"{'▲ ' if lu.point_depasse else ''}{sur_le_point} pour ce point · "
            f"{duree_en_mots(lu.minutes_ecoulees)} sur {duree_en_mots(lu.minutes_prevues)} en tout · "
            f"{lu.restants} à passer · {prevue}",
            role="depasse" if lu.point_depasse else "doux",
        )

    def chiffrer(
        self, table: TourDeTable | None, action: LigneAction | None, *, masque: bool
    ) -> None:
        """What is asked, said, and what is still lacking."""
        valeurs = (
            _euros(table.demande if table else None),
            _euros(table.propose if table else None),
            _euros(action.accorde_n1 if action else None),
            _euros(table.total if table else None),
            (afficher_part(table.part) if table else "") or "–",
            _ecart(table.manque if table else None),
        )
        for nom, texte in zip(FIGURES, valeurs, strict=True):
            self._totaux[nom].setText(MASQUE if masque else texte)


def _rangee(espace: int, *elements: tuple[QWidget, int]) -> QHBoxLayout:
    ligne = QHBoxLayout()
    ligne.setSpacing(theme().px(espace))
    for element, part in elements:
        ligne.addWidget(element, part)
    return ligne


def _euros(montant: Decimal | None) -> str:
    return "–" if montant is None else afficher_montant(montant, euro=True)


def _ecart(manque: Decimal | None) -> str:
    """What the plan lacks, in words."""
    if manque is None:
        return "–"
    if manque == 0:
        return "équilibré"
    sens = "manque" if manque > 0 else "en trop"
    return f"{sens} {afficher_montant(abs(manque), euro=True)}"
