"""The tab « Constats » of the sheet: what each rule says of the action, with its source."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import CibleConstat
from app.services.colonne_constats import SIGNAUX
from app.services.constats import Constat
from app.services.constats_comptes import GRAVES_D_ABORD
from app.services.constats_outre import PassagesOutre
from app.services.contexte import Contexte
from app.services.errors import ErreurConnue
from app.services.fiches import Fiche
from app.ui.demande import BarreDemande
from app.ui.elements import Etiquette, bouton, etiquette, filet, marges

RIEN = "Aucun constat : cette action suit les règles en vigueur."

_RANGS = {niveau: rang for rang, niveau in enumerate(GRAVES_D_ABORD)}


class VoletConstats(QWidget):
    """Read in the rules, passed over here or in the page « Constats »."""

    refuse = Signal(str)
    saisie_finie = Signal()
    page_demandee = Signal(str)

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self._outre = PassagesOutre(contexte.fichier)
        self._montres: tuple[Constat, ...] | None = None
        self._action = ""
        self._demande = BarreDemande()
        self._liste = QVBoxLayout()
        marges(self._liste, 0, espace=8)
        self._page = bouton("Voir dans la page « Constats »", "lien")
        self._page.clicked.connect(lambda: self.page_demandee.emit(self._action))
        pied = QHBoxLayout()
        marges(pied, 0, 16)
        pied.addWidget(self._page)
        pied.addStretch(1)
        colonne = QVBoxLayout(self)
        marges(colonne, 12, 0, espace=8)
        colonne.addWidget(self._demande)
        colonne.addLayout(self._liste)
        colonne.addLayout(pied)
        colonne.addStretch(1)

    def montrer(self, fiche: Fiche) -> None:
        """Those of an action; the same ones are not drawn again."""
        annee = fiche.champs["annee"]
        siens = self._contexte.constats.de(annee, CibleConstat.ACTION, fiche.cle)
        constats = tuple(sorted(siens, key=lambda c: (c.outre is not None, _RANGS[c.niveau])))
        if fiche.cle != self._action:
            self._demande.fermer()
        elif constats == self._montres:
            return
        self._action, self._montres = fiche.cle, constats
        while (place := self._liste.takeAt(0)) is not None:
            if (widget := place.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for constat in constats:
            self._liste.addWidget(self._bloc(constat))
        if not constats:
            vide = etiquette(RIEN, "doux")
            vide.setWordWrap(True)
            vide.setContentsMargins(16, 0, 16, 0)
            self._liste.addWidget(vide)

    def _bloc(self, constat: Constat) -> QWidget:
        bloc = QWidget()
        colonne = QVBoxLayout(bloc)
        marges(colonne, 0, 16, espace=4)
        tete = QHBoxLayout()
        marges(tete, 0, espace=8)
        tete.addWidget(Etiquette(constat.niveau.libelle, SIGNAUX[str(constat.niveau)]))
        tete.addStretch(1)
        tete.addWidget(self._geste(constat))
        colonne.addLayout(tete)
        for texte, role in (
            (constat.phrase, ""),
            (constat.source, "petit"),
            (f"Passé outre : {constat.outre}" if constat.outre is not None else "", "fort"),
        ):
            if texte:
                mot = etiquette(texte, role)
                mot.setWordWrap(True)
                colonne.addWidget(mot)
        colonne.addWidget(filet())
        return bloc

    def _geste(self, constat: Constat) -> QWidget:
        if constat.outre is None:
            geste = bouton("Passer outre…", "lien")
            geste.clicked.connect(lambda: self._demander(constat))
        else:
            geste = bouton("Revenir dessus", "lien")
            geste.clicked.connect(lambda: self._revenir(constat))
        geste.setDisabled(self._contexte.fichier.lecture_seule)
        return geste

    def _demander(self, constat: Constat) -> None:
        self._demande.demander(
            "Motif",
            lambda motif: self._outre.passer([constat], motif),
            detail=constat.phrase,
            verbe="Passer outre",
        )

    def _revenir(self, constat: Constat) -> None:
        try:
            self._outre.revenir([constat])
        except ErreurConnue as refus:
            self.refuse.emit(str(refus))
