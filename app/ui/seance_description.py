"""What describes a séance: when, where, who writes, the quorum and how the votes are counted."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from app.models.enums import RegleVote
from app.services.columns import lire_date, lire_nombre
from app.services.columns_actions import choix_de
from app.services.comite import Comite
from app.services.contexte import Contexte
from app.ui.ecran import hote
from app.ui.elements import etiquette
from app.ui.forms import Champ, ChampChoix, ChampLong, ChampTexte, afficher_date_iso
from app.ui.theme import theme

SILENCE = (("", "Non précisé"),)


class VoletDescription(QWidget):
    """Fields written when they are left. What the contract does not say stays empty."""

    refuse = Signal(str)
    information = Signal(str)

    def __init__(self, contexte: Contexte, comite: Comite) -> None:
        super().__init__(hote())
        self._contexte = contexte
        self._comite = comite
        self._seance: str | None = None
        vote = ChampChoix("Règle de vote", ecrire=self._vers("regle_vote", _ou_rien))
        vote.proposer((*SILENCE, *choix_de(RegleVote)))
        jour = "jj/mm/aaaa"
        self._champs: dict[str, Champ] = {
            "titre": ChampTexte("Intitulé", ecrire=self._vers("titre")),
            "date": ChampTexte("Date", ecrire=self._vers("date", lire_date), indication=jour),
            "heure": ChampTexte("Heure", ecrire=self._vers("heure", _ou_rien), indication="09:30"),
            "lieu": ChampTexte("Lieu", ecrire=self._vers("lieu", _ou_rien)),
            "convoquee_le": ChampTexte(
                "Convocation envoyée le",
                ecrire=self._vers("convoquee_le", lire_date),
                indication=jour,
            ),
            "secretaire": ChampTexte(
                "Secrétaire de séance", ecrire=self._vers("secretaire", _ou_rien)
            ),
            "quorum": ChampTexte(
                "Quorum (membres qui votent)",
                ecrire=self._vers("quorum", lire_nombre),
                indication="Non précisé",
                nombre=True,
            ),
            "regle_vote": vote,
            "note_privee": ChampLong(
                "Note privée, jamais projetée", ecrire=self._vers("note_privee", _ou_rien), lignes=4
            ),
        }
        self._sources = etiquette("", "doux")
        self._sources.setWordWrap(True)
        self._disposer()

    def _disposer(self) -> None:
        grille = QGridLayout()
        grille.setContentsMargins(theme().px(16), theme().px(12), theme().px(16), theme().px(12))
        grille.setHorizontalSpacing(theme().px(16))
        grille.setVerticalSpacing(theme().px(8))
        grille.addWidget(self._champs["titre"], 0, 0, 1, 2)
        moities = [nom for nom in self._champs if nom not in ("titre", "note_privee")]
        for rang, nom in enumerate(moities):
            grille.addWidget(self._champs[nom], 1 + rang // 2, rang % 2)
        grille.addWidget(self._champs["note_privee"], 6, 0, 1, 2)
        grille.addWidget(self._sources, 7, 0, 1, 2)
        grille.setRowStretch(8, 1)
        corps = QWidget()
        corps.setLayout(grille)
        corps.setMaximumWidth(theme().px(900))
        defile = QScrollArea()
        defile.setAccessibleName("Description de la séance")
        defile.setWidgetResizable(True)
        defile.setWidget(corps)
        page = QVBoxLayout(self)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(defile)

    def _vers(self, nom: str, lire: Callable[[str], Any] = str) -> Callable[[str], None]:
        def ecrire(texte: str) -> None:
            if self._seance is not None:
                self._comite.seances.modifier(self._seance, **{nom: lire(texte)})

        return ecrire

    def choisir_seance(self, seance: str | None) -> None:
        self._seance = seance
        self.rafraichir()

    def rafraichir(self) -> None:
        """Show what the file holds."""
        if self._seance is None:
            return
        fiche = self._comite.seances.lire(self._seance)
        for nom, champ in self._champs.items():
            valeur = getattr(fiche, nom)
            est_date = nom in ("date", "convoquee_le")
            champ.montrer(afficher_date_iso(valeur) if est_date else str(valeur or ""))
        dites = [
            f"{quoi} : {source}."
            for quoi, source in (
                ("Quorum", fiche.quorum_source),
                ("Règle de vote", fiche.regle_vote_source),
            )
            if source
        ]
        self._sources.setText(" ".join(dites) or "Quorum et vote : non précisé par le contrat.")

    def verrouiller(self, *, verrou: bool) -> None:
        """A closed séance is read, not written."""
        for champ in self._champs.values():
            champ.verrouiller(verrou=verrou or self._contexte.fichier.lecture_seule)


def _ou_rien(texte: str) -> str | None:
    return texte.strip() or None
