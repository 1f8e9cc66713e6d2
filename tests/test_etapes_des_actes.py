"""What is voted, told, signed and accounted for crosses the steps of the cycle, and takes them back."""

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.convention import Convention
from app.models.programme import EtapeAppel, Franchissement
from app.models.suivi import Bilan
from app.services.comite import Comite, comite
from app.services.cycle import Cycle
from app.services.errors import ErreurConnue
from app.services.etapes_des_actes import SANS_VOTE, EtapesDesActes
from app.services.fichier import Fichier
from tests import fabriques

D = Decimal
MIDI = datetime(2026, 4, 2, 10, tzinfo=UTC)
NATURES = ("deliberations", "notification", "convention", "mise_en_oeuvre", "bilan")


@dataclass(frozen=True, slots=True)
class Suite:
    """Two actions granted by the State and the Agglomération, a third by the State alone."""

    fichier: Fichier
    comite: Comite
    actions: tuple[str, ...]
    etat: tuple[str, ...]
    agglo: tuple[str, ...]
    financeurs: tuple[str, ...]

    @property
    def action(self) -> str:
        return self.actions[0]

    def ou(self, rang: int = 0) -> str:
        courante = Cycle(self.fichier).etape_courante(self.actions[rang])
        return "" if courante is None else courante.nature

    def faites(self, rang: int = 0) -> dict[str, str]:
        """nature of a step done -> why."""
        passages = Cycle(self.fichier).passages(self.actions[rang])
        return {p.etape.nature: p.motif or "" for p in passages if p.est_fait}


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Suite:
    chemin = tmp_path_factory.mktemp("actes") / "modele.tdt"
    with fabriques.neuf(chemin) as fichier:
        decor = fabriques.decor(fichier, actions=3)
        with fichier.operation("Décider") as e:
            for rang, nature in enumerate(NATURES):
                e.inserer(EtapeAppel, appel=decor.appel, nature=nature, nom=nature, rang=rang)
            accords = {"statut": "accorde", "accorde": D(4000)}
            etat = [
                fabriques.cofinancement(e, a, decor.financeurs[0], **accords) for a in decor.actions
            ]
            agglo = [
                fabriques.cofinancement(e, a, decor.financeurs[1], **accords)
                for a in decor.actions[:2]
            ]
            for action in decor.actions:  # asked and refused: nothing to vote, nothing to tell
                fabriques.cofinancement(e, action, decor.financeurs[2])
                e.modifier(Action, action, statut="accordee")
        return Suite(
            fichier,
            comite(fichier),
            decor.actions,
            tuple(etat),
            tuple(agglo),
            decor.financeurs,
        )


@pytest.fixture
def s(modele: Suite, tmp_path: Path) -> Iterator[Suite]:
    copie = Path(shutil.copyfile(modele.fichier.chemin, tmp_path / "essai.tdt"))
    with Fichier.ouvrir(copie, auteur=fabriques.AUTEUR) as fichier:
        services = comite(fichier, horloge=lambda: MIDI)
        yield Suite(fichier, services, modele.actions, modele.etat, modele.agglo, modele.financeurs)


def test_la_deliberation_qui_vote_le_dernier_montant_franchit_l_etape(s: Suite) -> None:
    """The State has no assembly; an undated deliberation votes nothing yet."""
    cle = s.comite.deliberations.preparer(s.financeurs[1], 2026)
    assert s.ou() == "deliberations"
    s.comite.deliberations.modifier(cle, date="2026-03-30")
    assert (s.ou(), s.ou(1)) == ("notification", "notification")
    assert s.faites() == {"deliberations": "Tout ce qui est accordé est voté"}
    s.comite.deliberations.voter(cle, {s.agglo[0]: None})
    assert (s.ou(), s.ou(1)) == ("deliberations", "notification")
    s.comite.deliberations.voter(cle, {s.agglo[0]: D(3500)})
    assert s.ou() == "notification"
    s.fichier.undo.annuler()
    assert s.ou() == "deliberations"
    s.fichier.undo.retablir()
    s.comite.deliberations.supprimer(cle)
    assert (s.ou(), s.ou(1), s.faites()) == ("deliberations", "deliberations", {})


def test_notifier_tout_ce_qui_est_accorde_franchit_l_etape(s: Suite) -> None:
    """One letter of two is not enough; what nobody voted stays to be voted."""
    lettres = s.comite.notifications
    lettres.notifier({s.etat[0]: None}, date="2026-04-01")
    assert s.faites() == {}
    lettres.notifier({s.agglo[0]: None}, date="2026-04-02")
    assert s.faites() == {"notification": "Tout ce qui est accordé est notifié"}
    assert s.ou() == "deliberations"
    lettres.retirer([s.etat[0]])
    assert s.faites() == {}
    lettres.modifier(s.etat[0], date="2026-04-03")
    assert list(s.faites()) == ["notification"]


def test_ou_l_etat_finance_seul_la_lettre_dit_qu_il_n_y_a_rien_a_voter(s: Suite) -> None:
    s.comite.notifications.notifier({s.etat[2]: None}, date="2026-04-01")
    assert s.faites(2)["deliberations"] == SANS_VOTE
    assert [p.saute for p in Cycle(s.fichier).passages(s.actions[2])[:2]] == [True, False]
    assert s.ou(2) == "convention"
    s.comite.notifications.retirer([s.etat[2]])
    assert s.faites(2) == {}


def test_la_convention_et_le_bilan_franchissent_leurs_etapes(s: Suite) -> None:
    """A CPO signed for that year; a bilan received ends the carrying out too."""
    actes = EtapesDesActes(s.fichier)
    with s.fichier.operation("Signer") as e:
        lignee = e.lire(Action, s.action)["lignee"]
        cle = e.inserer(
            Convention,
            lignee=lignee,
            titre="CPO",
            etat="signee",
            annee_debut=2026,
            annee_fin=2028,
            signee_le="2026-04-01",
        )
        bilan = e.inserer(Bilan, action=s.action, recu_le=None)
        actes.suivre(e, s.actions)
    assert s.faites() == {"convention": "Convention signée"}
    assert s.faites(1) == {}
    with s.fichier.operation("Recevoir le bilan") as e:
        e.modifier(Bilan, bilan, recu_le="2027-03-01")
        actes.suivre(e, [s.action])
    assert list(s.faites()) == ["convention", "mise_en_oeuvre", "bilan"]
    with s.fichier.operation("Résilier") as e:
        e.modifier(Convention, cle, etat="resiliee")
        actes.suivre(e, [s.action])
    assert list(s.faites()) == ["mise_en_oeuvre", "bilan"]


def test_ce_qu_une_personne_a_franchi_reste_franchi(s: Suite) -> None:
    cycle = Cycle(s.fichier)
    cycle.avancer([s.action], motif="Vu au téléphone")
    s.comite.notifications.notifier({s.etat[0]: None, s.agglo[0]: None}, date="2026-04-01")
    s.comite.notifications.retirer([s.etat[0]])
    assert s.faites() == {"deliberations": "Vu au téléphone"}


def test_une_action_sortie_ou_sans_cycle_ne_bouge_pas(s: Suite) -> None:
    with s.fichier.operation("Retirer") as e:
        e.modifier(Action, s.action, statut="retiree")
        e.modifier(Action, s.actions[1], appel=None)
    s.comite.notifications.notifier(dict.fromkeys([*s.etat[:2], *s.agglo]), date="2026-04-01")
    assert s.fichier.lignes(select(Franchissement.cle)) == []


def test_n_importe_quels_actes_tiennent_les_etapes_a_jour(s: Suite) -> None:
    """Whatever is voted, told, taken back and undone: a step is crossed exactly when its acts are."""
    hasard = random.Random(7)
    d, lettres = s.comite.deliberations, s.comite.notifications
    cle = d.ajouter(s.financeurs[1], 2026, date="2026-03-30")
    tous = [*s.etat, *s.agglo]
    s.fichier.undo.oublier()
    gestes: list[Callable[[], object]] = [
        lambda: d.voter(cle, {hasard.choice(s.agglo): hasard.choice((None, D(4000), D(0)))}),
        lambda: d.modifier(cle, date=hasard.choice((None, "2026-03-30"))),
        lambda: d.reprendre_l_accorde(cle, s.agglo),
        lambda: lettres.notifier(dict.fromkeys(hasard.sample(tous, 3)), date="2026-04-01"),
        lambda: lettres.retirer(hasard.sample(tous, 2)),
        lambda: s.fichier.undo.annuler(),
        lambda: s.fichier.undo.retablir(),
    ]
    for _ in range(60):
        try:
            hasard.choice(gestes)()
        except ErreurConnue:
            continue
        _verifier(s)
    while s.fichier.undo.a_annuler():
        s.fichier.undo.annuler()
    assert s.fichier.lignes(select(Franchissement.cle)) == []


def _verifier(s: Suite) -> None:
    montants = {
        c.cle: c
        for c in s.fichier.lignes(
            select(Cofinancement.cle, Cofinancement.vote, Cofinancement.notifie)
        )
    }
    for rang in range(3):
        agglo = s.agglo[rang : rang + 1]
        lettres = all(montants[c].notifie is not None for c in (s.etat[rang], *agglo))
        votes = all(montants[c].vote is not None for c in agglo) if agglo else lettres
        attendues = {"deliberations"} if votes else set()
        assert set(s.faites(rang)) == attendues | ({"notification"} if lettres else set())
