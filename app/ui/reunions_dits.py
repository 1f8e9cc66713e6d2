"""A small list of what is said of the project in view, with its title, its fields and its buttons."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from app.models.enums import NatureRecommandation, SensAvis
from app.services.columns import Colonne
from app.services.columns_actions import choix_de
from app.services.columns_reunions import colonnes_avis_reunion, colonnes_demandes
from app.services.notes_reunion import NotesReunion
from app.ui.elements import etiquette, marges
from app.ui.forms import Champ, ChampChoix, ChampTexte
from app.ui.reunions_touches import avec_sa_touche
from app.ui.seance_saisie import BarreSaisie
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

ECHELLE_MAXIMUM = 1.15  # beyond, four fields do not stand side by side


class BlocDit(QWidget):
    """`ajoute()`, `retire()`: its buttons; `refuse(sentence)`; `quitte()`: its fields were closed."""

    ajoute = Signal()
    retire = Signal()
    refuse = Signal(str)
    quitte = Signal()

    def __init__(
        self,
        titre: str,
        colonnes: list[Colonne],
        champs: Mapping[str, Champ],
        *,
        geste: str,
        vide: str,
        parts: Mapping[str, int],
    ) -> None:
        super().__init__()
        self.modele = ModeleTableau(colonnes, self)
        self.vue = VueTableau(self.modele)
        self.vue.setMinimumHeight(theme().px(84))
        self.vue.refuse.connect(self.refuse)
        self.vue.volets.dire_si_vide(vide)
        etroite = theme().echelle > ECHELLE_MAXIMUM
        self.saisie = BarreSaisie(champs, verbe="Ajouter", etroite=etroite, parts=parts)
        self.saisie.quittee.connect(self.quitte)
        self.saisie.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.ajouter, self.retirer = QPushButton(avec_sa_touche(geste)), QPushButton("Retirer")
        self.ajouter.clicked.connect(self.ajoute)
        self.retirer.clicked.connect(self.retire)
        ligne = QHBoxLayout()
        marges(ligne, 0, espace=8)
        ligne.addWidget(etiquette(titre, "fort"), 1)
        ligne.addWidget(self.ajouter)
        ligne.addWidget(self.retirer)
        colonne = QVBoxLayout(self)
        marges(colonne, 0, espace=4)
        colonne.addLayout(ligne)
        colonne.addWidget(self.saisie)
        colonne.addWidget(self.vue, 1)

    def demander(self, garder: Callable[[Mapping[str, str]], object]) -> None:
        """Open the fields; `garder` may refuse with a sentence."""
        self.saisie.ouvrir(garder)

    def verrouiller(self, *, verrou: bool) -> None:
        self.modele.lecture_seule = verrou
        for bouton in (self.ajouter, self.retirer):
            bouton.setDisabled(verrou)
        if verrou:
            self.saisie.fermer()


def bloc_demandes(notes: NotesReunion) -> BlocDit:
    """What the meeting asks of the project."""
    champs = {
        "texte": ChampTexte("Ce qui est demandé", ecrire=None),
        "nature": _choix("Nature", choix_de(NatureRecommandation)),
        "responsable": ChampTexte("À qui", ecrire=None),
        "echeance": ChampTexte("Pour le", ecrire=None),
    }
    return BlocDit(
        "Demandes au porteur et aux partenaires",
        colonnes_demandes(notes),
        champs,
        geste="demande",
        vide="Rien n'est demandé : D pour écrire une recommandation.",
        parts={"texte": 6, "nature": 0, "responsable": 3, "echeance": 2},
    )


def bloc_avis(notes: NotesReunion) -> BlocDit:
    """What bodies say of the project."""
    champs = {
        "voix": ChampTexte("Qui donne cet avis", ecrire=None),
        "sens": _choix("Avis", choix_de(SensAvis)),
        "texte": ChampTexte("Ce qui est dit", ecrire=None),
    }
    return BlocDit(
        "Avis consultatifs",
        colonnes_avis_reunion(notes),
        champs,
        geste="avis",
        vide="Aucun avis : A pour en écrire un, celui du conseil citoyen par exemple.",
        parts={"voix": 4, "sens": 0, "texte": 7},
    )


def _choix(titre: str, choix: Sequence[tuple[str, str]]) -> ChampChoix:
    """A closed list on its first value."""
    champ = ChampChoix(titre, ecrire=None)
    champ.proposer(choix)
    liste = champ.editeur
    assert isinstance(liste, QComboBox)
    liste.setMinimumContentsLength(max(len(libelle) for _, libelle in choix))
    champ.montrer(choix[0][0])
    return champ
