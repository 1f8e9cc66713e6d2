"""A random walk over the instruction: ask, answer, repeat, excuse, avis communs, undo and redo.

After each step: each motive, date and amount is where the rules want it, an avis commun stands on
answers, and undoing everything gives back the file as it was.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from app.models.action import Action
from app.models.enums import StatutAction
from app.models.programme import EtapeAppel
from app.services.avis import AvisDesServices
from app.services.avis_communs import A_PROPOSER
from app.services.avis_exceptions import HORS_DATES
from app.services.avis_lus import lire_instruction
from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.dossiers_instruits import Dossier
from app.services.errors import Conflit, SaisieRefusee
from app.services.instruction import instruction
from app.services.reponses import EXIGENT_UN_MOTIF, lire_reponse, phrase_d_avis
from tests import fabriques

PAS = 12
MOTIF = "Réponse reçue en retard"
_AVIS_DES_ACTIONS = select(Action.cle, Action.avis)
JOUR = date(2026, 2, 12)
ACTIONS, SERVICES = st.integers(0, 2), st.integers(0, 3)
GESTES = (
    *("rendre", "comme", "tous", "reserve", "retirer", "excuser", "absent", "present"),
    *("affecter", "demander", "charge", "enlever", "relancer"),
)
TEXTES = (
    "f",
    "r bilan",
    "r",
    "d hors appel",
    "a",
    "s",
    "vers CLEA : culture",
    "n",
    "m",
    "absent",
    "",
)


def repondre_pour(avis: AvisDesServices, action: str, service: str, **champs: Any) -> None:
    """What a cell of the grid does."""
    with avis.operation("Rendre un avis") as e:
        avis.poser_pour(e, action, service, **champs)


class Marche(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.dossier = tempfile.TemporaryDirectory(prefix="tour-de-table-avis-")
        self.pile = ExitStack()
        chemin = Path(self.dossier.name) / "essai.tdt"
        self.fichier = self.pile.enter_context(fabriques.neuf(chemin))
        self.decor = fabriques.decor(self.fichier, actions=3)
        with self.fichier.operation("Demandes") as e:
            # The dates of the instruction are over: each avis keeps why it is given.
            e.inserer(
                EtapeAppel,
                appel=self.decor.appel,
                nature="instruction",
                nom="Instruction",
                date_fin="2026-02-10",
            )
            for rang, action in enumerate(self.decor.actions):
                for financeur in self.decor.financeurs[: rang + 1]:
                    fabriques.cofinancement(e, action, financeur)
        self.i = instruction(self.fichier, horloge=lambda: datetime(2026, 2, 12, 9, tzinfo=UTC))
        self.i.services.reprendre_du_contrat()
        self.services = [s.cle for s in self.i.services.lignes()]
        self.fichier.undo.oublier()
        self.depart = self.etat()

    def etat(self) -> Any:
        return lire_instruction(self.fichier, 2026, JOUR)

    def tenter(self, geste: Callable[[], object]) -> None:
        """A refusal leaves the file as it was."""
        avant = self.etat()
        try:
            geste()
        except (SaisieRefusee, Conflit):
            assert self.etat() == avant

    def avis(self) -> list[str]:
        return [a.cle for a in self.etat().avis()]

    @initialize(texte=st.sampled_from(("f", "r bilan", "d hors appel")))
    def commencer(self, texte: str) -> None:
        """The State has answered: the others may follow it, and one avis commun may be given."""
        self.i.avis.motif = MOTIF
        self.i.affectations.affecter(2026)
        for a in range(3):
            self.repondre(a, 0, texte, 1200)

    @rule(
        a=ACTIONS,
        s=SERVICES,
        texte=st.sampled_from(TEXTES),
        montant=st.sampled_from((None, None, 0, 1200)),
    )
    def repondre(self, a: int, s: int, texte: str, montant: int | None) -> None:
        champs = {} if montant is None else {"montant": Decimal(montant)}
        self.tenter(
            lambda: repondre_pour(
                self.i.avis,
                self.decor.actions[a],
                self.services[s],
                reponse=lire_reponse(texte),
                **champs,
            )
        )

    @rule(a=ACTIONS, s=SERVICES, lequel=st.integers(0, 8), geste=st.sampled_from(GESTES))
    def agir(self, a: int, s: int, lequel: int, geste: str) -> None:
        action, service, cles = self.decor.actions[a], self.services[s], self.avis()
        choisis = list(dict.fromkeys(cles[(lequel + n) % len(cles)] for n in range(2) if cles))
        i = self.i
        gestes: dict[str, Callable[[], object]] = {
            "affecter": lambda: i.affectations.affecter(2026),
            "demander": lambda: i.affectations.affecter_a([action], [service]),
            "comme": lambda: i.avis.comme_l_etat(choisis),
            "absent": lambda: [i.avis.repondre(cle, absent=True) for cle in choisis[:1]],
            "present": lambda: [i.avis.repondre(cle, absent=False) for cle in choisis[:1]],
            "charge": lambda: i.avis.prendre_en_charge(choisis),
            "enlever": lambda: i.avis.retirer(choisis),
            "relancer": lambda: i.relances.noter(choisis),
            "excuser": lambda: i.communs.excuser([action]),
            "rendre": lambda: i.communs.rendre(action),
            "reserve": lambda: i.communs.rendre(action, sens="reserve", motif="bilan"),
            "tous": lambda: i.communs.rendre_plusieurs(self.decor.actions),
            "retirer": lambda: i.communs.retirer(action),
        }
        self.tenter(gestes[geste])

    @rule(motif=st.sampled_from(("", MOTIF)))
    def motiver(self, motif: str) -> None:
        """The page gives a reason, or no longer."""
        self.i.avis.motif = motif

    @rule()
    def annuler(self) -> None:
        self.tenter(self.fichier.undo.annuler)

    @rule()
    def retablir(self) -> None:
        self.tenter(self.fichier.undo.retablir)

    @invariant()
    def chaque_avis_tient(self) -> None:
        for dossier in self.etat().dossiers:
            assert len({a.service.cle for a in dossier.avis.values()}) == len(dossier.avis)
            for avis in dossier.avis.values():
                repond = avis.repondu
                assert (avis.rendu_le is not None) == repond
                assert (avis.rendu_par is not None) == repond
                assert not (avis.absent and avis.sens)
                assert not repond or avis.absent or avis.commentaires[HORS_DATES] == MOTIF
                assert avis.sens not in EXIGENT_UN_MOTIF or avis.motif
                assert avis.service.financeur or avis.montant is None
                if avis.montant is not None:
                    assert avis.montant == avis.propose
            self._le_commun_tient(dossier)

    def _le_commun_tient(self, dossier: Dossier) -> None:
        commun = dossier.commun
        if commun is None:
            assert dossier.statut != StatutAction.PROPOSEE
            return
        assert dossier.statut in A_PROPOSER
        assert dossier.manquants == []
        phrase = phrase_d_avis(commun.sens, commun.vers, commun.motif)
        [lue] = [a for a in self.fichier.lignes(_AVIS_DES_ACTIONS) if a.cle == dossier.cle]
        assert lue.avis == phrase

    def teardown(self) -> None:
        while self.fichier.undo.a_annuler():
            self.fichier.undo.annuler()
        assert self.etat() == self.depart
        with self.fichier.lecture() as connexion:
            assert verifier_chaine(connexion) == []
            assert verifier_rejeu(connexion) == []
        self.pile.close()
        self.dossier.cleanup()


TestMarche = Marche.TestCase
TestMarche.settings = settings(max_examples=5, stateful_step_count=PAS, deadline=None)
