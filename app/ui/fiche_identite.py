"""The « Identité » tab of the sheet: who, what, when."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.models.enums import NatureAction, Recurrence, StatutAction
from app.services.columns import lire_date, lire_nombre, nombre_brut
from app.services.columns_actions import choix_de
from app.services.contexte import Contexte
from app.services.fiches import Fiche
from app.ui.forms import Champ, ChampChoix, ChampLong, ChampTexte, afficher_date_iso
from app.ui.theme import theme

VIDE = (("", "–"),)


class VoletIdentite(QWidget):
    """Who, what, when: the fields of the action itself."""

    def __init__(self, contexte: Contexte, ecrire: Callable[[str, Any], None]) -> None:
        super().__init__()
        self._contexte = contexte
        self._ecrire = ecrire
        self._champs: dict[str, Champ] = {}
        self._colonne = QVBoxLayout(self)
        marge = theme().px(16)
        self._colonne.setContentsMargins(marge, theme().px(12), marge, marge)
        self._colonne.setSpacing(theme().px(8))
        self._construire()
        self._colonne.addStretch(1)
        lecture_seule = contexte.fichier.lecture_seule
        for champ in self._champs.values():
            champ.verrouiller(verrou=lecture_seule)

    def _construire(self) -> None:
        self._ajouter("titre", ChampTexte("Intitulé", ecrire=self._vers("titre")))
        self._ajouter(
            "porteur",
            ChampChoix("Porteur", ecrire=self._vers("porteur", _ou_rien), filtrable=True),
        )
        self._paire(
            ("statut", ChampChoix("Statut", ecrire=self._vers("statut"))),
            ("appel", ChampChoix("Appel", ecrire=self._vers("appel", _ou_rien))),
        )
        self._paire(
            ("nature", ChampChoix("Nature", ecrire=self._vers("nature"))),
            ("echelle", ChampChoix("Échelle", ecrire=self._vers("echelle", _ou_rien))),
        )
        self._ajouter(
            "description", ChampLong("Description", ecrire=self._vers("description", _ou_rien))
        )
        self._paire(
            (
                "recurrence",
                ChampChoix("Nouveau ou reconduction", ecrire=self._vers("recurrence", _ou_rien)),
            ),
            (
                "reference",
                ChampTexte("Référence d'origine", ecrire=self._vers("reference", _ou_rien)),
            ),
        )
        self._ajouter(
            "precedente",
            ChampChoix(
                "Reconduit l'action", ecrire=self._vers("precedente", _ou_rien), filtrable=True
            ),
        )
        self._paire(
            (
                "cpo_rang",
                ChampTexte("Année de CPO", ecrire=self._vers("cpo_rang", lire_nombre), nombre=True),
            ),
            (
                "cpo_duree",
                ChampTexte(
                    "Durée de la CPO (ans)",
                    ecrire=self._vers("cpo_duree", lire_nombre),
                    nombre=True,
                ),
            ),
        )
        self._paire(
            (
                "date_debut",
                ChampTexte(
                    "Début", ecrire=self._vers("date_debut", lire_date), indication="jj/mm/aaaa"
                ),
            ),
            (
                "date_fin",
                ChampTexte(
                    "Fin", ecrire=self._vers("date_fin", lire_date), indication="jj/mm/aaaa"
                ),
            ),
        )
        self._ajouter("avis", ChampLong("Avis", ecrire=self._vers("avis", _ou_rien), lignes=2))
        self._ajouter(
            "observation",
            ChampLong("Observation", ecrire=self._vers("observation", _ou_rien), lignes=2),
        )

    def _vers(self, nom: str, lire: Callable[[str], Any] = str) -> Callable[[str], None]:
        def ecrire(texte: str) -> None:
            self._ecrire(nom, lire(texte))

        return ecrire

    def _ajouter(self, nom: str, champ: Champ) -> None:
        self._champs[nom] = champ
        self._colonne.addWidget(champ)

    def _paire(self, *champs: tuple[str, Champ]) -> None:
        ligne = QHBoxLayout()
        ligne.setSpacing(theme().px(12))
        for nom, champ in champs:
            self._champs[nom] = champ
            ligne.addWidget(champ, 1, Qt.AlignmentFlag.AlignTop)
        self._colonne.addLayout(ligne)

    def montrer(self, fiche: Fiche) -> None:
        """Fill the lists that may have changed, then the values."""
        fiches = self._contexte.fiches
        annee = fiche.champs["annee"]
        listes = {
            "porteur": [(c.cle, c.nom) for c in fiches.porteurs()],
            "statut": choix_de(StatutAction),
            "appel": [(c.cle, c.nom) for c in fiches.appels(annee)],
            "nature": choix_de(NatureAction),
            "echelle": [(c.cle, c.nom) for c in fiches.echelles()],
            "recurrence": choix_de(Recurrence),
            "precedente": [(c.cle, c.nom) for c in fiches.anterieures(annee)],
        }
        for nom, choix in listes.items():
            champ = self._champs[nom]
            if isinstance(champ, ChampChoix):
                champ.proposer(choix if nom in ("statut", "nature") else (*VIDE, *choix))
        for nom, champ in self._champs.items():
            champ.montrer(_en_texte(nom, fiche.champs[nom]))


def _ou_rien(texte: str) -> str | None:
    return texte.strip() or None


def _en_texte(nom: str, valeur: Any) -> str:
    if valeur is None:
        return ""
    if nom.startswith("date_"):
        return afficher_date_iso(valeur)
    return nombre_brut(valeur) if isinstance(valeur, int) else str(valeur)
