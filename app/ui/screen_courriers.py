"""The page « Courriers »: the letters of the year, their templates, who signs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from app.services.contexte import Contexte
from app.services.courriers import Courriers
from app.services.courriers_modeles import du_reglage
from app.ui.courriers_lettres import ListeCourriers
from app.ui.courriers_modeles import ListeModeles, ListeSignataires
from app.ui.ecran import Ecran
from app.ui.ecran_onglets import EcranOnglets, dans_les_onglets

if TYPE_CHECKING:
    from app.ui.document import Document


class EcranCourriers(EcranOnglets[Ecran]):
    """`action_demandee(key)`: see the sheet of an action."""

    action_demandee = Signal(str)

    def __init__(self, contexte: Contexte, annee: int) -> None:
        super().__init__("Courriers")
        modeles = du_reglage(contexte.settings.modeles_de_courriers)
        self.courriers = Courriers(contexte.fichier, modeles)
        with dans_les_onglets(self.onglets):
            self.lettres = ListeCourriers(contexte, self.courriers, annee)
            self.modeles = ListeModeles(contexte, self.courriers)
            self.signataires = ListeSignataires(contexte, self.courriers)
        self.poser(
            {
                "Lettres": self.lettres,
                "Modèles de courriers": self.modeles,
                "Signataires": self.signataires,
            }
        )
        self.lettres.action_demandee.connect(self.action_demandee)


def batir(document: Document) -> EcranCourriers:
    """The page of an open file: its rows lead to the sheets of the actions."""
    page = EcranCourriers(document.contexte, document.annee)
    page.action_demandee.connect(document.ouvrir_action)
    return page
