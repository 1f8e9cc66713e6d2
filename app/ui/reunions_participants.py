"""Who is invited to a meeting, and who came, by college."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt

from app.models.enums import College
from app.services.columns_actions import choix_de
from app.services.columns_reunions import colonnes_participants
from app.services.contexte import Contexte
from app.services.participants import par_college
from app.services.rencontres import Rencontres
from app.services.reunions_lues import LigneParticipant
from app.ui.forms import ChampChoix, ChampTexte
from app.ui.reunions_listes import ListeDeLaReunion
from app.ui.seance_saisie import BarreSaisie
from app.ui.touches_liste import TouchesDeListe

PRESENTS = ((Qt.Key.Key_F6, True, "Présent"), (Qt.Key.Key_F8, False, "Absent"))


class ListeParticipants(ListeDeLaReunion):
    """F6: present; F8: absent. A line without a name is a seat to be filled."""

    liste = "participants"
    entites = ("participant", "reunion", "personne")

    def __init__(self, contexte: Contexte, services: Rencontres) -> None:
        self._noms: list[str] = []
        super().__init__(
            contexte, services, colonnes_participants(services.participants, lambda: self._noms)
        )
        self.tableau.intitule = self._intituler
        self.saisie = self._batir_saisie()
        self.inserer(self.saisie)
        self.ecrivant("Compléter les invités", self._completer)
        self.ecrivant("Ajouter", self._demander)
        for touche, present, mot in PRESENTS:
            geste = self.ecrivant(mot, partial(self.pointer, present))
            geste.setToolTip(f"{mot} ({touche.name.removeprefix('Key_')})")
        self._touches = TouchesDeListe(
            self.vue,
            {
                touche: partial(self.tenter, partial(self.pointer, present))
                for touche, present, _ in PRESENTS
            },
        )
        self.ecrivant("Retirer", lambda: services.participants.retirer(*self.choisies()))
        self.vue.volets.dire_si_vide(
            "Personne : « Compléter les invités » reprend la composition des instances, "
            "« Ajouter » inscrit une personne."
        )

    def _intituler(self) -> str:
        return f"Participants – {self.reunion.titre}" if self.reunion else "Participants"

    def _batir_saisie(self) -> BarreSaisie:
        college = ChampChoix("Collège", ecrire=None)
        college.proposer(choix_de(College))
        college.montrer(str(College.INSTITUTION))
        saisie = BarreSaisie(
            {
                "nom": ChampTexte("Nom de la personne", ecrire=None),
                "represente": ChampTexte("Représente", ecrire=None),
                "courriel": ChampTexte("Courriel", ecrire=None),
                "college": college,
            },
            verbe="Ajouter",
        )
        saisie.quittee.connect(self.vue.setFocus)
        return saisie

    def lire(self) -> list[object]:
        if self.reunion is None:
            self._phrase.setText("")
            return []
        lignes = self._services.participants.lignes(self.reunion.cle)
        self._noms = sorted(self._services.participants.connus())
        self._phrase.setText(phrase_des_participants(lignes))
        return list(lignes)

    # Gestures -----------------------------------------------------------------------------------

    def pointer(self, present: bool | None) -> None:
        """The selected people came, or did not; the cursor goes to the next one."""
        cles = self.choisies()
        self._services.participants.pointer(present, *cles)
        if len(cles) == 1:
            rang = self.modele.position(cles[0]) + 1
            if rang < self.modele.rowCount():
                self.vue.aller_a(self.modele.cle_de(rang), self.vue.colonne_visee())

    def _completer(self) -> None:
        nombre = self._services.participants.proposer(self.cle)
        pluriel = "s" if nombre > 1 else ""
        self.information.emit(
            f"{nombre} ligne{pluriel} ajoutée{pluriel}." if nombre else "Personne n'est à ajouter."
        )

    def _demander(self) -> None:
        self.saisie.completer("nom", self._noms)
        self.saisie.ouvrir(self._ajouter)

    def _ajouter(self, saisi: Mapping[str, str]) -> None:
        self._services.participants.ajouter(
            self.cle,
            saisi["nom"],
            represente=saisi["represente"] or None,
            courriel=saisi["courriel"] or None,
            college=saisi["college"],
        )


def phrase_des_participants(lignes: list[LigneParticipant]) -> str:
    """« 12 présents sur 30 : Institutions 5 sur 12, Habitants 2 sur 3. 8 noms à compléter. »"""
    if not lignes:
        return ""
    presents = sum(bool(p.present) for p in lignes)
    parts = [
        f"{College.libelle_de(a.college).lower()} {a.presents}/{a.invites}"
        for a in par_college(lignes)
    ]
    vides = sum(not p.nom for p in lignes)
    reste = f" Noms à compléter : {vides}." if vides else ""
    return f"{presents} présent{'s' if presents > 1 else ''} : {', '.join(parts)}.{reste}"
