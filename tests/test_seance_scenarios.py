"""Scenarios: shared out to the cent, compared side by side, proposed to the séance, never decided."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte
from hypothesis import given
from hypothesis import strategies as st

from app.services.comparaisons_scenarios import comparer
from app.services.errors import SaisieRefusee
from app.services.methodes_scenario import Methode
from app.services.repartitions import (
    au_prorata,
    dans_l_enveloppe,
    par_priorite,
    plafonner,
    reduire,
    relever,
)

D = Decimal
EUROS = st.integers(0, 10**9).map(lambda centimes: D(centimes).scaleb(-2))
MONTANTS = st.dictionaries(st.integers(0, 50), EUROS, min_size=1, max_size=30)


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


# To the cent --------------------------------------------------------------------------------------


def test_le_plus_fort_reste_a_le_dernier_centime() -> None:
    assert au_prorata(D(100), {"a": D(1), "b": D(1), "c": D(1)}) == {
        "a": D("33.34"),
        "b": D("33.33"),
        "c": D("33.33"),
    }
    assert au_prorata(D("0.05"), {"a": D(1), "b": D(2)}) == {"a": D("0.02"), "b": D("0.03")}


@given(total=EUROS, poids=MONTANTS)
def test_ce_qui_est_partage_fait_la_somme(total: Decimal, poids: dict[int, Decimal]) -> None:
    parts = au_prorata(total, poids)
    masse = sum(poids.values())
    assert sum(parts.values()) == (total if masse else 0)
    if masse:
        for cle, part in parts.items():
            assert abs(part - total * poids[cle] / masse) < D("0.01")


@given(montants=MONTANTS, taux=st.integers(0, 100))
def test_une_baisse_uniforme_baisse_le_total_d_autant(
    montants: dict[int, Decimal], taux: int
) -> None:
    reduits = reduire(montants, D(taux))
    vise = sum(montants.values(), D(0)) * (100 - taux) / 100
    assert abs(sum(reduits.values(), D(0)) - vise) <= D("0.005")
    assert all(0 <= reduits[cle] <= montants[cle] + D("0.01") for cle in montants)


@given(demandes=MONTANTS, enveloppe=EUROS)
def test_le_prorata_remplit_l_enveloppe_sans_depasser_les_demandes(
    demandes: dict[int, Decimal], enveloppe: Decimal
) -> None:
    parts = dans_l_enveloppe(demandes, enveloppe)
    assert sum(parts.values()) == min(enveloppe, sum(demandes.values()))
    assert all(parts[cle] <= demandes[cle] for cle in demandes)


@given(montants=MONTANTS, enveloppe=EUROS)
def test_la_priorite_sert_dans_l_ordre(montants: dict[int, Decimal], enveloppe: Decimal) -> None:
    ordre = sorted(montants, reverse=True)
    parts = par_priorite(montants, ordre, enveloppe)
    assert sum(parts.values()) == min(enveloppe, sum(montants.values()))
    servis = [parts[cle] == montants[cle] for cle in ordre if montants[cle]]
    assert servis == sorted(servis, reverse=True)


def test_plafond_et_plancher() -> None:
    montants = {"a": D(100), "b": D(900), "c": D(0)}
    assert plafonner(montants, D(500)) == {"a": D(100), "b": D(500), "c": D(0)}
    assert relever(montants, D(300), {"a": D(200), "b": D(900), "c": D(900)}) == {
        "a": D(200),
        "b": D(900),
        "c": D(0),
    }


# Scenarios ----------------------------------------------------------------------------------------


def test_un_scenario_copie_l_instruction_puis_se_derive(s: Salle) -> None:
    scenarios = s.comite.scenarios
    instruction = scenarios.depuis_l_instruction(s.seance, "Instruction")
    baisse = scenarios.deriver(instruction, "Moins 10 %", Methode("reduction", taux=D(10)))
    un, deux = scenarios.lignes(s.seance)
    assert (un.total, deux.total) == (D(43_200), D(38_880))
    assert un.actions == deux.actions == 3
    assert deux.methode_en_mots == "propositions de l'instruction ; baisse uniforme de 10 %"
    assert scenarios.montants(baisse)[s.action, s.etat] == D(7200)
    assert scenarios.montants(instruction)[s.action, s.etat] == D(8000)


def test_une_baisse_d_un_seul_financeur_laisse_les_autres(s: Salle) -> None:
    base = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    methode = Methode("reduction", taux=D(50), financeur=s.region.financeur)
    montants = s.comite.scenarios.montants(s.comite.scenarios.deriver(base, "Région", methode))
    assert montants[s.action, s.region] == D(1200)
    assert montants[s.action, s.etat] == D(8000)


def test_le_prorata_prend_ce_que_l_enveloppe_laisse(s: Salle) -> None:
    """The State is asked 30 000 and has 20 000; the agglomération 15 000 and has 7 500."""
    base = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    for payeur, reste in ((s.etat, D(20_000)), (s.agglo, D(7500))):
        methode = Methode("prorata", financeur=payeur.financeur)
        montants = s.comite.scenarios.montants(
            s.comite.scenarios.deriver(base, f"Prorata {reste}", methode)
        )
        siens = [m for (_, p), m in montants.items() if p == payeur]
        assert sum(siens) == reste
        assert max(siens) - min(siens) <= D("0.01")
    with pytest.raises(SaisieRefusee, match="n'est pas connue"):
        s.comite.scenarios.deriver(base, "X", Methode("prorata", financeur=s.region.financeur))


def test_la_priorite_suit_l_ordre_du_jour(s: Salle) -> None:
    base = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    s.comite.ordres.deplacer(s.points[2], 1)
    methode = Methode("priorite", montant=D(10_000), financeur=s.etat.financeur)
    montants = s.comite.scenarios.montants(s.comite.scenarios.deriver(base, "Priorité", methode))
    assert [montants[a, s.etat] for a in s.decor.actions] == [D(2000), D(0), D(8000)]


@pytest.mark.parametrize(
    "methode", [Methode("reduction"), Methode("reduction", taux=D(101)), Methode("plafond")]
)
def test_une_methode_incomplete_est_refusee(s: Salle, methode: Methode) -> None:
    base = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    with pytest.raises(SaisieRefusee):
        s.comite.scenarios.deriver(base, "Non", methode)


def test_comparer_dit_les_financeurs_les_axes_et_les_actions_qui_different(s: Salle) -> None:
    scenarios = s.comite.scenarios
    un = scenarios.depuis_l_instruction(s.seance, "Un")
    deux = scenarios.copier(un, "Deux")
    scenarios.saisir(deux, s.action, s.etat, D(5000))
    scenarios.saisir(deux, s.action, s.region, None)
    comparaison = comparer(s.fichier, s.seance, [un, deux])
    assert comparaison.noms == ("Un", "Deux")
    assert comparaison.totaux == (D(43_200), D(37_800))
    assert [(f.libelle, f.totaux, f.disponible) for f in comparaison.financeurs] == [
        ("État", (D(24_000), D(21_000)), D(20_000)),
        ("Agglomération", (D(12_000), D(12_000)), D(7500)),
        ("Région", (D(7200), D(4800)), None),
    ]
    assert [(a.libelle, a.totaux) for a in comparaison.axes] == [
        ("Réussite éducative", (D(14_400), D(14_400))),
        ("Santé", (D(28_800), D(23_400))),
    ]
    assert [(a.numero, a.totaux) for a in comparaison.differentes] == [
        ("2026-001", (D(14_400), D(9000)))
    ]


def test_un_meme_total_reparti_autrement_differe(s: Salle) -> None:
    un = s.comite.scenarios.depuis_l_instruction(s.seance, "Un")
    deux = s.comite.scenarios.copier(un, "Deux")
    s.comite.scenarios.saisir(deux, s.action, s.etat, D(7000))
    s.comite.scenarios.saisir(deux, s.action, s.agglo, D(5000))
    [seule] = comparer(s.fichier, s.seance, [un, deux]).differentes
    assert seule.totaux == (D(14_400), D(14_400))


def test_promouvoir_propose_et_n_accorde_jamais_en_une_operation(s: Salle) -> None:
    scenarios = s.comite.scenarios
    base = scenarios.depuis_l_instruction(s.seance, "Base")
    baisse = scenarios.deriver(base, "Moins 25 %", Methode("reduction", taux=D(25)))
    faite = scenarios.promouvoir(baisse)
    assert (faite.montants, faite.actions, faite.decidees) == (9, 3, 0)
    table = s.comite.tables.du_point(s.point)
    assert [(c.siege.propose, c.siege.accorde) for c in table.cases] == [
        (D(6000), None),
        (D(3000), None),
        (D(1800), None),
    ]
    assert s.fichier.undo.annuler() == "Proposer le scénario « Moins 25 % »"
    assert [c.siege.propose for c in s.comite.tables.du_point(s.point).cases] == [
        D(8000),
        D(4000),
        D(2400),
    ]


def test_renommer_et_supprimer_un_scenario(s: Salle) -> None:
    scenarios = s.comite.scenarios
    cle = scenarios.depuis_l_instruction(s.seance, "Base")
    scenarios.renommer(cle, "Hypothèse basse")
    scenarios.noter(cle, "À discuter")
    [ligne] = scenarios.lignes(s.seance)
    assert (ligne.nom, ligne.note) == ("Hypothèse basse", "À discuter")
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        scenarios.renommer(cle, "")
    scenarios.supprimer(cle)
    assert scenarios.lignes(s.seance) == []
