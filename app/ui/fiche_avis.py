"""The tab « Avis » of the sheet: who is waited for, what each one said, what is only consulted."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.services.appels_courants import aujourd_hui
from app.services.avis_exceptions import EXCEPTIONS
from app.services.avis_lus import lire_dossier
from app.services.columns_services import colonnes_avis_de_l_action
from app.services.contexte import Contexte
from app.services.dossiers_instruits import Dossier, LigneAvis
from app.services.fiches import Fiche
from app.services.montants_proposes import phrase_des_montants
from app.services.reponses import phrase_d_avis
from app.ui.elements import etiquette, marges
from app.ui.fiche_droit_commun import VoletDroitCommun
from app.ui.forms import afficher_date_iso
from app.ui.tableau import ModeleTableau
from app.ui.theme import theme
from app.ui.vue_tableau import VueTableau

HAUTEUR = 176
RIEN = "Aucun avis n'est demandé sur cette action : la page « Instruction » affecte les dossiers."


class VoletAvis(QWidget):
    """Read here, given in the page « Instruction »; only droit commun is typed here too."""

    refuse = Signal(str)
    saisie_finie = Signal()

    def __init__(self, contexte: Contexte) -> None:
        super().__init__()
        self._contexte = contexte
        self._colonne = QVBoxLayout(self)
        marges(self._colonne, 12, 0, espace=8)
        self._phrase = self._texte()
        self.sollicites, self._vue_sollicites, _ = self._table("Financeurs sollicités")
        self.autres, self._vue_autres, self._titre_autres = self._table("Avis consultatifs")
        self._expertises = self._texte()
        self.droit_commun = VoletDroitCommun(contexte)
        self.droit_commun.refuse.connect(self.refuse)
        self.droit_commun.saisie_finie.connect(self.saisie_finie)
        self._colonne.addWidget(self.droit_commun)
        self._colonne.addStretch(1)

    def _texte(self) -> QLabel:
        texte = etiquette("")
        texte.setWordWrap(True)
        texte.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        self._colonne.addWidget(texte)
        return texte

    def _table(self, titre: str) -> tuple[ModeleTableau, VueTableau, QLabel]:
        mot = etiquette(titre, "fort")
        mot.setContentsMargins(theme().px(16), 0, theme().px(16), 0)
        modele = ModeleTableau(colonnes_avis_de_l_action(), self)
        modele.lecture_seule = True
        vue = VueTableau(modele)
        vue.setMinimumHeight(theme().px(HAUTEUR))
        vue.volets.dire_si_vide(RIEN)
        self._colonne.addWidget(mot)
        self._colonne.addWidget(vue)
        return modele, vue, mot

    def montrer(self, fiche: Fiche) -> None:
        """Every answer on an action; those that are only consulted stand apart."""
        self.droit_commun.montrer(fiche)
        dossier = lire_dossier(self._contexte.fichier, fiche.cle, aujourd_hui())
        if dossier is None:
            return
        avis = list(dossier.avis.values())
        autres = [a for a in avis if not a.sollicite and not a.service.expertise]
        self.sollicites.remplacer_lignes([a for a in avis if a.sollicite])
        self.autres.remplacer_lignes(autres)
        for widget in (self._titre_autres, self._vue_autres):
            widget.setVisible(bool(autres))
        avertissement = self.droit_commun.avertissement
        phrases = [*phrases_du_dossier(dossier), *filter(None, [avertissement])]
        self._phrase.setText("\n".join(phrases))
        expertises = [a for a in avis if a.service.expertise]
        self._expertises.setText("\n\n".join(map(phrase_d_expertise, expertises)))
        self._expertises.setVisible(bool(expertises))


def phrases_du_dossier(dossier: Dossier) -> Sequence[str]:
    """Who answered, who is missing, what the comité partenarial said."""
    phrases = [f"{dossier.compte}." if dossier.compte else "Rien n'est demandé à un financeur."]
    if dossier.manquants:
        phrases.append(f"Manquent : {', '.join(dossier.manquants)}.")
    if (commun := dossier.commun) is not None:
        dit = phrase_d_avis(commun.sens, commun.vers, commun.motif).rstrip(".")
        jour = afficher_date_iso(commun.rendu_le.isoformat()) if commun.rendu_le else ""
        phrases.append(f"Avis commun du {jour} : {dit}.")
    phrases += [
        f"{a.service.nom_court}, {rubrique[0].lower()}{rubrique[1:]} : {motif}."
        for a in dossier.avis.values()
        for rubrique in EXCEPTIONS
        if (motif := a.commentaires.get(rubrique, "").rstrip("."))
    ]
    return [*phrases, *phrase_des_montants(dossier)]


def phrase_d_expertise(avis: LigneAvis) -> str:
    """« DRAC, expertise : », then what is said under each heading."""
    tete = f"{avis.service.nom}, expertise"
    if avis.sens:
        tete += f", {avis.en_mots[0].lower()}{avis.en_mots[1:]}"
    dits = [
        f"– {rubrique} : {texte}"
        for rubrique, texte in avis.commentaires.items()
        if rubrique not in EXCEPTIONS
    ]
    return "\n".join([f"{tete} :", *dits]) if dits else f"{tete} : {avis.etat.lower()}."
