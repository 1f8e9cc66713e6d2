"""A random walk over the gestures of a séance, undo and redo among them.

After each step: what is granted is what the gestures say, the ledger has only grown, envelopes and
totals are those of SQL, and the seal of a closed séance holds.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from fabrique_seance import Salle, salle_ouverte
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from sqlalchemy import func, select, text

from app.models.action import Cofinancement
from app.models.base import depuis_centiemes
from app.models.enums import EtatSeance, NatureDecision, NatureOperation
from app.models.seance import Tour
from app.services.bus import Avis
from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.decisions import Choix
from app.services.decisions_lues import derniere_comptee
from app.services.errors import Conflit, SaisieRefusee
from app.services.payeurs import Payeur, payeur_de
from app.services.sceaux import verifier_sceaux
from app.services.scellement import attendus_de
from app.services.totaux import Totaux
from app.services.ventilations import Ventilations

PAS = 12
DESACCORDS = """
    SELECT c.cle FROM cofinancement c
    WHERE c.verse < 0
    OR c.verse IS NOT (SELECT sum(p.montant) FROM versement p WHERE p.cofinancement = c.cle)
    OR c.notifie IS NOT (SELECT n.montant FROM notification n WHERE n.cofinancement = c.cle
                         ORDER BY n.cle DESC LIMIT 1)
    OR c.vote IS NOT (SELECT sum(v.montant) FROM vote_deliberation v
                      JOIN deliberation d ON d.cle = v.deliberation
                      WHERE v.cofinancement = c.cle AND d.date IS NOT NULL)"""
GRAINES = st.integers(0, 2**32)
CENTIMES = st.integers(0, 2_000_000).map(lambda c: Decimal(c).scaleb(-2))
Attendus = dict[tuple[str, Payeur], Decimal | None]


class Marche(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.dossier = tempfile.TemporaryDirectory(prefix="tour-de-table-seance-")
        self.pile = ExitStack()
        self.s: Salle = self.pile.enter_context(salle_ouverte(Path(self.dossier.name)))
        self.fichier, self.c = self.s.fichier, self.s.comite
        self.totaux = Totaux(self.fichier)
        self.ventilations = Ventilations(self.fichier, 2026)
        self.recus: list[Avis] = []
        self.fichier.bus.abonner(self.recus.append)
        self.attendus: Attendus = {
            (point, payeur): None for point in self.s.points for payeur in self.payeurs
        }
        self.avant: list[Attendus] = []
        self.apres: list[Attendus] = []
        self.vu: set[tuple[Any, ...]] = set()

    @property
    def payeurs(self) -> tuple[Payeur, ...]:
        return self.s.etat, self.s.agglo, self.s.region

    def choisir(self, graine: int) -> tuple[Random, str, Payeur]:
        alea = Random(graine)
        return alea, alea.choice(self.s.points), alea.choice(self.payeurs)

    def faire(
        self, geste: Callable[[], Any], suite: Callable[[Any], Attendus] | None = None
    ) -> None:
        """Run a gesture; `suite` says what is granted afterwards, from what it returned."""
        inscrits, anciens = len(self.recus), dict(self.attendus)
        try:
            rendu = geste()
        except (SaisieRefusee, Conflit):
            assert len(self.recus) == inscrits
            return
        if suite is not None:
            self.attendus |= suite(rendu)
        if len(self.recus) == inscrits:
            assert self.attendus == anciens
            return
        assert len(self.recus) == inscrits + 1
        self.apres.clear()
        if self.recus[-1].nature == NatureOperation.SYSTEME:
            self.avant.clear()
        else:
            self.avant.append(anciens)
        self.le_registre_n_a_fait_que_grandir()

    # The round table ------------------------------------------------------------------------------

    @rule(graine=GRAINES, montant=CENTIMES)
    def dire(self, graine: int, montant: Decimal) -> None:
        alea, point, payeur = self.choisir(graine)
        dit = alea.choice([montant, montant, None, Decimal(-1)])
        self.faire(lambda: self.c.tours.dire(point, payeur, dit))

    @rule(graine=GRAINES)
    def publier(self, graine: int) -> None:
        alea, point, payeur = self.choisir(graine)
        nommes = alea.choice([(), (payeur,)])
        attente = {
            (point, c.payeur): c.parole.attendu
            for c in self.c.tables.du_point(point).cases
            if c.parole.en_attente and (not nommes or c.payeur in nommes)
        }
        self.faire(lambda: self.c.tours.publier(point, *nommes), lambda _: attente)

    @rule(graine=GRAINES, montant=CENTIMES)
    def annoncer(self, graine: int, montant: Decimal) -> None:
        _, point, payeur = self.choisir(graine)
        self.faire(
            lambda: self.c.tours.dire_et_publier(point, payeur, montant),
            lambda _: {(point, payeur): montant},
        )

    @rule(graine=GRAINES)
    def reculer(self, graine: int) -> None:
        _, point, payeur = self.choisir(graine)
        case = self.c.tables.du_point(point).case(payeur)
        assert case is not None
        attente = case.parole.en_attente
        self.faire(
            lambda: self.c.tours.reculer(point, payeur),
            lambda rendu: {} if attente else {(point, payeur): rendu},
        )

    @rule(graine=GRAINES)
    def taire_ou_recommencer(self, graine: int) -> None:
        alea, point, payeur = self.choisir(graine)
        if alea.random() < 0.5:
            self.faire(lambda: self.c.tours.taire(point, payeur))
        else:
            self.faire(lambda: self.c.tours.nouveau_tour(point))

    # Decisions ------------------------------------------------------------------------------------

    @rule(graine=GRAINES)
    def decider(self, graine: int) -> None:
        alea, point, _ = self.choisir(graine)
        nature = alea.choice(list(NatureDecision))
        choix = Choix(str(nature), motif="Essai", conditions="Bilan")
        # What was published is granted again, even after a decision that cleared it.
        dits = {(point, c.payeur): c.effectif for c in self.c.tables.du_point(point).cases}

        def suite(_: Any) -> Attendus:
            decision = self.c.decisions.du_point(point)
            assert decision is not None
            assert decision.nature == nature
            if nature in (NatureDecision.VALIDE, NatureDecision.SOUS_RESERVE):
                assert decision.total == sum(m for m in dits.values() if m is not None)
                return dits
            rien = Decimal(0) if nature is NatureDecision.REFUSE else None
            return {(point, payeur): rien for payeur in self.payeurs}

        self.faire(lambda: self.c.decisions.decider(point, choix), suite)

    @rule(graine=GRAINES)
    def lever(self, graine: int) -> None:
        _, point, _ = self.choisir(graine)
        historique = [d for d in self.c.decisions.historique(point) if not d.annulee]
        avant = derniere_comptee(historique[:-1])
        publies = {c.payeur: c.parole.publie for c in self.c.tables.du_point(point).cases}

        def suite(_: Any) -> Attendus:
            if avant is None:
                return {(point, p): publies[p] for p in self.payeurs}
            laisses = attendus_de(avant)
            return {(point, p): laisses.get(p) for p in self.payeurs}

        self.faire(lambda: self.c.decisions.lever(point), suite)

    @rule(graine=GRAINES)
    def voter_en_bloc(self, graine: int) -> None:
        _, point, _ = self.choisir(graine)
        if self.c.ordres.points(self.s.seance)[self.s.points.index(point)].nature != "bloc":
            self.faire(lambda: self.c.ordres.mettre_en_bloc(point))
        prets: Attendus = {}
        for b in self.c.decisions.bloc(self.s.seance)[0]:
            cases = self.c.tables.du_point(b.point).cases
            muets = not any(c.parole.a_parle for c in cases)  # else silence gives nothing
            for c in cases:
                propose = c.siege.propose if muets and c.public is None else c.public
                prets[b.point, c.payeur] = propose
        self.faire(lambda: self.c.decisions.decider_en_bloc(self.s.seance), lambda _: prets)

    # After the comité -----------------------------------------------------------------------------

    @rule(graine=GRAINES, montant=CENTIMES)
    def deliberer_notifier_verser(self, graine: int, montant: Decimal) -> None:
        alea, _, payeur = self.choisir(graine)
        d, quand = self.c.deliberations, alea.choice([None, "2026-04-02"])
        cofinancement = alea.choice(self.cofinancements())
        prises = d.lignes(2026)
        gestes: list[Callable[[], Any]] = [
            lambda: d.preparer(payeur.financeur, 2026, date=quand),
            lambda: self.c.notifications.notifier({cofinancement: None}, date=quand),
            lambda: self.c.notifications.retirer([cofinancement]),
            lambda: self.c.versements.verser(
                {cofinancement: alea.choice([montant, -montant])}, date=quand
            ),
        ]
        if prises:
            prise = alea.choice(prises).cle
            gestes += [
                lambda: d.modifier(prise, date=quand),
                lambda: d.voter(prise, {cofinancement: alea.choice([montant, None])}),
                lambda: d.supprimer(prise),
            ]
        self.faire(alea.choice(gestes))

    @rule(graine=GRAINES)
    def retirer_de_la_programmation(self, graine: int) -> None:
        _, point, _ = self.choisir(graine)
        action = self.s.decor.actions[self.s.points.index(point)]
        self.faire(
            lambda: self.c.suites.abandonner(action, "Essai"),
            lambda _: {(point, payeur): None for payeur in self.payeurs},
        )

    @rule()
    def rattraper(self) -> None:
        parts = self.c.suites.proposer(2026)
        points = dict(zip(self.s.decor.actions, self.s.points, strict=True))
        montants: dict[str, dict[Payeur, Decimal | None]] = {}
        for part in parts:
            montants.setdefault(part.decision, {})[part.payeur] = part.propose
        poses = {
            (points[p.action], p.payeur): p.propose
            for p in parts
            if any(montants[p.decision].values())
        }
        self.faire(lambda: self.c.suites.rattraper(montants), lambda _: poses)

    def cofinancements(self) -> list[str]:
        return [cle for (cle,) in self.fichier.lignes(select(Cofinancement.cle))]

    # Passage, presence, end -----------------------------------------------------------------------

    @rule(graine=GRAINES)
    def passer(self, graine: int) -> None:
        alea, point, _ = self.choisir(graine)
        passages, seance = self.c.passages, self.s.seance
        geste = alea.choice(
            [
                lambda: passages.suivant(seance),
                lambda: passages.precedent(seance),
                lambda: passages.revenir(seance),
                lambda: passages.reporter(point),
                lambda: passages.ouvrir_point(point),
                lambda: self.c.deports.confirmer(point),
            ]
        )
        self.faire(geste)

    @rule(graine=GRAINES)
    def entrer_ou_sortir(self, graine: int) -> None:
        alea = Random(graine)
        membre = alea.choice(self.c.presences.membres(self.s.seance)).cle
        geste = alea.choice([self.c.presences.arriver, self.c.presences.partir])
        self.faire(lambda: geste(membre))

    @rule(graine=GRAINES)
    def clore_ou_rouvrir(self, graine: int) -> None:
        alea = Random(graine)
        if self.c.seances.lire(self.s.seance).etat == EtatSeance.CLOSE:
            self.faire(lambda: self.c.scellements.rouvrir(self.s.seance, "Essai"))
        elif alea.random() < 0.3:
            self.faire(lambda: self.c.scellements.clore(self.s.seance, confirmer=True))

    @rule(fois=st.integers(1, 3))
    def annuler(self, fois: int) -> None:
        for _ in range(min(fois, len(self.avant))):
            assert self.fichier.undo.annuler() is not None
            self.apres.append(self.attendus)
            self.attendus = self.avant.pop()
        self.vu = self.registre()

    @rule(fois=st.integers(1, 3))
    def retablir(self, fois: int) -> None:
        for _ in range(min(fois, len(self.apres))):
            assert self.fichier.undo.retablir() is not None
            self.avant.append(self.attendus)
            self.attendus = self.apres.pop()
        self.vu = self.registre()

    # What holds -----------------------------------------------------------------------------------

    def registre(self) -> set[tuple[Any, ...]]:
        """Rows of the rounds that the room has seen."""
        requete = select(*Tour.__table__.columns).where(Tour.publie_le.is_not(None))
        return {tuple(ligne) for ligne in self.fichier.lignes(requete)}

    def le_registre_n_a_fait_que_grandir(self) -> None:
        registre = self.registre()
        assert self.vu <= registre
        self.vu = registre

    @invariant()
    def ce_qui_est_accorde_est_ce_que_les_gestes_disent(self) -> None:
        tables = self.c.tables.des_points(self.s.points)
        accordes = {(p, c.payeur): c.siege.accorde for p, t in tables.items() for c in t.cases}
        assert accordes == self.attendus

    @invariant()
    def enveloppes_et_totaux_sont_ceux_de_la_base(self) -> None:
        assert self.totaux.ecarts() == []
        requete = select(
            Cofinancement.financeur,
            Cofinancement.ligne_credit,
            Cofinancement.commune,
            func.sum(Cofinancement.accorde).label("somme"),
        ).group_by(Cofinancement.financeur, Cofinancement.ligne_credit, Cofinancement.commune)
        for ligne in self.fichier.lignes(requete):
            somme = ligne.somme or 0
            euros = depuis_centiemes(somme) if isinstance(somme, int) else somme
            etat = self.ventilations.pour(payeur_de(ligne))
            assert etat.accorde == euros
            if etat.disponible is not None:
                assert etat.reste == etat.disponible - euros

    @invariant()
    def vote_notifie_et_verse_sont_ce_que_disent_leurs_actes(self) -> None:
        with self.fichier.lecture() as connexion:
            assert connexion.execute(text(DESACCORDS)).all() == []

    @invariant()
    def les_sceaux_tiennent(self) -> None:
        with self.fichier.instant() as lire:
            assert verifier_sceaux(lire).defauts == ()

    def teardown(self) -> None:
        with self.fichier.lecture() as connexion:
            assert verifier_chaine(connexion) == []
            assert verifier_rejeu(connexion) == []
        self.pile.close()
        self.dossier.cleanup()


TestMarche = Marche.TestCase
TestMarche.settings = settings(stateful_step_count=PAS)
