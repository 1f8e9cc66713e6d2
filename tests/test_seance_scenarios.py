"""Scenarios: shared out to the cent, compared side by side, proposed to the séance, never decided."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte
from hypothesis import given
from hypothesis import strategies as st

from app.services.cases_ecrites import ecrire_ensemble
from app.services.columns_scenarios import (
    MODIFIE,
    REMPLACE,
    cle_payeur,
    colonnes_axes,
    colonnes_financeurs,
    colonnes_montants,
    lire_table,
    situation,
)
from app.services.comparaisons_scenarios import NOM_PROPOSE, PROPOSE, comparer
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.journal import JournalLu
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
    baisse = scenarios.deriver(instruction, "Moins 10 %", Methode("reduction", taux=D("10.00")))
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


def test_un_scenario_remplace_ce_que_ses_actions_ont_deja(s: Salle) -> None:
    """The State has 20 000: 8 000 of it is granted to the first action, which the scenario keeps."""
    s.comite.tours.dire_et_publier(s.point, s.etat, D(8000))
    base = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    comparaison = comparer(s.fichier, s.seance, [base])
    etat = comparaison.financeurs[0]
    assert (etat.disponible, etat.deja, etat.totaux) == (D(12_000), (D(8000),), (D(24_000),))
    assert etat.reste(0) == D(-4000)  # 20 000 - 24 000
    assert "deja0" in {c.cle for c in colonnes_financeurs(comparaison)}
    methode = Methode("prorata", financeur=s.etat.financeur)
    reparti = s.comite.scenarios.montants(s.comite.scenarios.deriver(base, "Prorata", methode))
    assert sum(m for (_, p), m in reparti.items() if p == s.etat) == D(20_000)
    s.comite.scenarios.saisir(base, s.action, s.etat, D(0))
    assert comparer(s.fichier, s.seance, [base]).financeurs[0].reste(0) == D(4000)


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
    baisse = scenarios.deriver(base, "Moins 25 %", Methode("reduction", taux=D(25)))
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


def test_proposer_compte_les_actions_comme_le_formulaire(s: Salle) -> None:
    scenarios = s.comite.scenarios
    cle = scenarios.depuis_l_instruction(s.seance, "Base")
    for payeur in (s.etat, s.agglo, s.region):
        scenarios.saisir(cle, s.action, payeur, D(0))
    _, annoncees = scenarios.annoncer(s.seance, base=cle)
    faite = scenarios.promouvoir(cle)
    assert (faite.actions, faite.montants, faite.a_zero) == (annoncees, 6, 1) == (2, 6, 1)


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


# Bounds -------------------------------------------------------------------------------------------


@given(demandes=MONTANTS, enveloppe=EUROS, bornes=st.tuples(EUROS, EUROS))
def test_entre_plancher_et_plafond_l_enveloppe_est_remplie_au_centime(
    demandes: dict[int, Decimal], enveloppe: Decimal, bornes: tuple[Decimal, Decimal]
) -> None:
    plancher, plafond = sorted(bornes)
    parts = dans_l_enveloppe(demandes, enveloppe, plancher=plancher, plafond=plafond)
    hauts = {cle: min(demande, plafond) for cle, demande in demandes.items()}
    bas = {cle: min(plancher, haut) for cle, haut in hauts.items()}
    assert all(bas[cle] <= parts[cle] <= hauts[cle] for cle in demandes)
    assert sum(parts.values()) == min(max(enveloppe, sum(bas.values())), sum(hauts.values()))


def test_ce_que_le_plafond_refuse_va_aux_autres() -> None:
    demandes = {"petite": D(1000), "moyenne": D(3000), "grande": D(16_000)}
    assert dans_l_enveloppe(demandes, D(8000), plancher=D(800), plafond=D(5000)) == {
        "petite": D(800),
        "moyenne": D(2200),
        "grande": D(5000),
    }


def test_la_priorite_ne_donne_pas_moins_que_le_plancher() -> None:
    montants = {"a": D(6000), "b": D(3000), "c": D(900)}
    parts = par_priorite(montants, ["a", "b", "c"], D(6900), plancher=D(1000), plafond=D(5000))
    assert parts == {"a": D(5000), "b": D(1900), "c": D(0)}
    assert par_priorite(montants, ["a", "b", "c"], D(5900), plancher=D(1000), plafond=D(5000)) == {
        "a": D(5000),
        "b": D(0),
        "c": D(900),
    }


# The whole way ------------------------------------------------------------------------------------


def test_ce_qui_est_annonce_est_ce_qui_est_cree_et_se_dit_en_mots(s: Salle) -> None:
    scenarios = s.comite.scenarios
    methode = Methode(
        "reduction", taux=D(50), financeur=s.etat.financeur, plancher=D(4500), plafond=D(6000)
    )
    annonce = scenarios.annoncer(s.seance, methode=methode)
    assert annonce == (D(32_700), 3)
    cle = scenarios.composer(s.seance, "Moitié", methode=methode)
    [ligne] = scenarios.lignes(s.seance)
    assert (ligne.total, ligne.actions) == annonce
    assert scenarios.montants(cle)[s.action, s.etat] == D(4500)
    mots = ligne.methode_en_mots.replace("\u00a0", " ").replace("\u202f", " ")
    assert mots == (
        "propositions de l'instruction ; baisse uniforme de 50 %, État, plancher 4 500 €, "
        "plafond 6 000 €"
    )


def test_sans_financeur_nomme_celui_dont_l_enveloppe_est_inconnue_garde_ses_montants(
    s: Salle,
) -> None:
    montants = s.comite.scenarios.prevoir(s.seance, methode=Methode("prorata"))
    totaux = {p: sum(m for (_, q), m in montants.items() if q == p) for _, p in montants}
    assert totaux == {s.etat: D(20_000), s.agglo: D(7500), s.region: D(7200)}
    # One amount for everybody is one envelope.
    tous = s.comite.scenarios.prevoir(s.seance, methode=Methode("prorata", montant=D(27_000)))
    assert sum(tous.values()) == D(27_000)


def test_deux_scenarios_ne_portent_pas_le_meme_nom(s: Salle) -> None:
    scenarios = s.comite.scenarios
    base = scenarios.depuis_l_instruction(s.seance, "Base")
    autre = scenarios.copier(base, "Autre")
    for refusee in (
        lambda: scenarios.copier(base, "base"),
        lambda: scenarios.renommer(autre, "BASE"),
    ):
        with pytest.raises(SaisieRefusee, match="s'appelle déjà"):
            refusee()
    scenarios.renommer(base, "base")
    assert [ligne.nom for ligne in scenarios.lignes(s.seance)] == ["base", "Autre"]


def test_la_promotion_suit_le_scenario_et_laisse_ce_qui_est_decide(s: Salle) -> None:
    scenarios, c = s.comite.scenarios, s.comite
    cle = scenarios.depuis_l_instruction(s.seance, "Base")
    scenarios.saisir(cle, s.action, s.etat, D(1000))
    scenarios.saisir(cle, s.action, s.region, None)
    scenarios.saisir(cle, s.decor.actions[1], s.etat, D(1000))
    c.passages.ouvrir_point(s.points[1])
    c.tours.dire_et_publier(s.points[1], s.etat, D(5000))
    c.decisions.decider(s.points[1], Choix("valide"))
    faite = scenarios.promouvoir(cle)
    assert (faite.actions, faite.decidees) == (2, 1)
    proposes = [case.siege.propose for case in c.tables.du_point(s.point).cases]
    assert proposes == [D(1000), D(4000), None], "ce que le scénario retire n'est plus proposé"
    decidee = c.tables.du_point(s.points[1]).case(s.etat)
    assert decidee is not None
    assert (decidee.siege.propose, decidee.siege.accorde) == (D(8000), D(5000))
    [ligne] = scenarios.lignes(s.seance)
    assert ligne.promu_par == s.fichier.signature.auteur
    assert ligne.promu_le is not None
    assert situation(ligne) == MODIFIE, "l'action décidée n'a pas suivi"
    # The copy of a promoted scenario was never promoted; once it is, it takes the other's place.
    copie = scenarios.copier(cle, "Copie")
    assert [x.promu_le is None for x in scenarios.lignes(s.seance)] == [False, True]
    scenarios.promouvoir(copie)
    assert [situation(x) for x in scenarios.lignes(s.seance)] == [REMPLACE, MODIFIE]
    s.fichier.undo.annuler()
    s.fichier.undo.annuler()
    s.fichier.undo.annuler()
    [ligne] = scenarios.lignes(s.seance)
    assert (ligne.promu_le, situation(ligne)) == (None, "")


def test_un_scenario_sans_montant_ne_se_propose_pas(s: Salle) -> None:
    cle = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    for action, payeur in s.comite.scenarios.montants(cle):
        s.comite.scenarios.saisir(cle, action, payeur, None)
    with pytest.raises(SaisieRefusee, match="aucun montant à proposer"):
        s.comite.scenarios.promouvoir(cle)


def test_les_montants_se_tapent_en_tableau_et_se_comparent_au_propose(s: Salle) -> None:
    scenarios = s.comite.scenarios
    cle = scenarios.depuis_l_instruction(s.seance, "Base")
    table = lire_table(s.fichier, s.seance, cle)
    colonnes = {c.cle: c for c in colonnes_montants(scenarios, cle, table.payeurs)}
    etat = colonnes[cle_payeur(s.etat)]
    assert (etat.groupe, etat.base(table.lignes[0]) if etat.base else None) == ("État", D(10_000))
    ecrire_ensemble([(a, etat, D(1000)) for a in s.decor.actions[:2]])
    table = lire_table(s.fichier, s.seance, cle)
    assert [(ligne.total, ligne.ecart) for ligne in table.lignes] == [
        (D(7400), D(-7000)),
        (D(7400), D(-7000)),
        (D(14_400), None),
    ]
    s.fichier.undo.annuler()
    comparaison = comparer(s.fichier, s.seance, [PROPOSE, cle])
    assert comparaison.noms == (NOM_PROPOSE, "Base")
    assert comparaison.differentes == ()
    seule = colonnes_axes(comparaison)[1]
    assert (seule.groupe, seule.largeur > 150) == (NOM_PROPOSE, True), "its name is read whole"
    financeurs = {c.cle: c for c in colonnes_financeurs(comparaison)}
    mots = [financeurs["reste1"].texte(ligne) for ligne in comparaison.financeurs]
    assert [m.replace("\u202f", " ").replace("\u00a0", " ") for m in mots] == [
        "dépasse de 4 000 €",
        "dépasse de 4 500 €",
        "",
    ]


def test_le_journal_dit_la_methode_et_la_promotion_en_francais(s: Salle) -> None:
    cle = s.comite.scenarios.depuis_l_instruction(s.seance, "Base")
    s.comite.scenarios.promouvoir(cle)
    journal = JournalLu(s.fichier)
    [operation] = [o for o in journal.operations() if o.libelle.startswith("Proposer")]
    [ligne] = [d for d in journal.detail(operation.numero) if d.champ == "méthode"]
    assert ligne.avant == "propositions de l'instruction"
    assert ligne.apres.endswith(f" par {s.fichier.signature.auteur}")


def test_arrondir_ne_depasse_jamais_l_enveloppe(s: Salle) -> None:
    methode = Methode("prorata", financeur=s.etat.financeur, arrondi=D(50))
    montants = s.comite.scenarios.prevoir(s.seance, methode=methode)
    assert [m for (_, p), m in montants.items() if p == s.etat] == [D(6650)] * 3
    assert [m for (_, p), m in montants.items() if p == s.agglo] == [D(4000)] * 3
