"""Checks of credits: échelles, quartiers, porteurs, CPO, Région, DRAC, balance. Silent too."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from app.services.constats_faits import FaitsFinanceur
from tests import fabrique_faits as f

DRAC = FaitsFinanceur("f-drac", "drac", "DRAC", "etat")
CAF = FaitsFinanceur("f-caf", "caf", "CAF", "caf")
O1, O9 = frozenset({"O1", "O1-A"}), frozenset({"O9"})
N, FINE = "\u00a0", "\u202f"


def une(phrases: list[str]) -> str:
    (phrase,) = phrases
    return phrase.replace(N, " ").replace(FINE, " ")


# Échelles -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "action", "dit"),
    [
        ("VAL-ECH-01", {"echelle": "communale", "communes": ("a", "b")}, "2 communes visées"),
        ("VAL-ECH-01", {"echelle": "communale", "communes": ("a",)}, None),
        ("VAL-ECH-01", {"echelle": "intercommunale", "communes": ("a",)}, None),
        ("VAL-ECH-02", {"echelle": "intercommunale", "communes": ("a",)}, "une seule commune"),
        ("VAL-ECH-02", {"echelle": "intercommunale", "communes": ("a", "b")}, None),
        ("VAL-ECH-02", {"communes": ("a",)}, None),
    ],
)
def test_l_echelle_suit_les_communes(code: str, action: dict[str, Any], dit: str | None) -> None:
    phrases = f.phrases(code, f.action(**action))
    assert (dit in une(phrases)) if dit else phrases == []


def test_un_financement_hors_echelle_est_dit_avec_son_montant() -> None:
    epci, ville = f.montant(f.EPCI, demande=4000), f.montant(f.COMMUNE, demande=3000)
    communale = f.action(epci, ville, echelle="communale")
    assert "Agglo (4 000 €) sur une action communale" in une(f.phrases("VAL-ECH-01", communale))
    inter = replace(communale, echelle="intercommunale")
    assert "Ville (3 000 €)" in une(f.phrases("VAL-ECH-02", inter))
    commun = f.montant(f.EPCI, demande=4000, nature_credit="droit_commun")
    assert f.phrases("VAL-ECH-01", f.action(commun, echelle="communale")) == []
    assert f.phrases("VAL-ECH-01", replace(communale, statut="refusee")) == []


def test_un_regroupement_attend_une_commune() -> None:
    seule = f.action(f.montant(f.EPCI, demande=4000), echelle="regroupement_communes")
    assert "sans aucun montant d'une commune" in une(f.phrases("VAL-ECH-03", seule))
    avec = f.action(
        f.montant(f.EPCI, demande=4000),
        f.montant(f.COMMUNE, propose=1),
        echelle="regroupement_communes",
    )
    assert f.phrases("VAL-ECH-03", avec) == []
    assert f.phrases("VAL-ECH-03", f.action(echelle="regroupement_communes")) == []


def test_l_epci_finance_ses_orientations() -> None:
    ailleurs = f.action(f.montant(f.EPCI, demande=4000), noeuds=O9)
    siennes = {"orientations": ["O1", "O2", "O3"]}
    assert "hors de ses orientations (O1, O2, O3)" in une(
        f.phrases("VAL-ECH-04", ailleurs, **siennes)
    )
    assert f.phrases("VAL-ECH-04", replace(ailleurs, noeuds=O1), **siennes) == []
    assert f.phrases("VAL-ECH-04", replace(ailleurs, noeuds=frozenset()), **siennes) == []
    assert f.phrases("VAL-ECH-04", ailleurs) == []  # the contract is silent


# Quartiers ----------------------------------------------------------------------------------------


def test_l_etat_ne_finance_hors_qpv_qu_avec_un_motif() -> None:
    dehors = f.action(f.montant(f.ETAT, propose=5000), quartiers=(f.HORS_QPV,))
    assert "5 000 € de crédits spécifiques de l'État" in une(f.phrases("BB-GEO-02", dehors))
    assert f.phrases("BB-GEO-02", replace(dehors, hors_qpv_motif="Poche, 28 %")) == []
    assert f.phrases("BB-GEO-02", replace(dehors, quartiers=(f.QPV, f.HORS_QPV))) == []
    assert f.phrases("BB-GEO-02", replace(dehors, quartiers=())) == []
    region = f.action(f.montant(f.REGION, propose=5000), quartiers=(f.HORS_QPV,))
    assert f.phrases("BB-GEO-02", region) == []


@pytest.mark.parametrize(
    ("valeurs", "change", "dit"),
    [
        ({"autorise": False}, {}, "que le contrat n'admet pas"),
        ({"annuel": True}, {"cpo_duree": 3}, "en CPO de 3 ans"),
        ({"annuel": True}, {}, None),
        (
            {"ponctuel": True},
            {"anterieurs": {2025: {"etat": Decimal(4000)}}},
            "après 4 000 € en 2025",
        ),
        ({"ponctuel": True}, {"anterieurs": {2025: {"epci": Decimal(4000)}}}, None),
        ({"cofinancement_local": True}, {}, "sans cofinancement"),
        ({"indicateurs_exiges": True}, {}, "sans indicateurs locaux"),
        ({"indicateurs_exiges": True}, {"hors_qpv_motif": "28 % de ménages pauvres"}, None),
        ({}, {"cpo_duree": 3}, None),
        ({"annuel": True}, {"cpo_duree": 3, "quartiers": (f.QPV,)}, None),
    ],
)
def test_une_poche_de_pauvrete_a_ses_conditions(
    valeurs: dict[str, Any], change: dict[str, Any], dit: str | None
) -> None:
    dehors = {"quartiers": (f.HORS_QPV,), **change}
    phrases = f.phrases(
        "hors_qpv.conditions", f.action(f.montant(f.ETAT, propose=5000), **dehors), **valeurs
    )
    assert (dit in une(phrases)) if dit else phrases == []


def test_un_cofinancement_local_ouvre_la_poche() -> None:
    aidee = f.action(
        f.montant(f.ETAT, propose=5000), f.montant(f.COMMUNE, demande=500), quartiers=(f.HORS_QPV,)
    )
    assert f.phrases("hors_qpv.conditions", aidee, cofinancement_local=True) == []


def test_le_plafond_hors_qpv_se_compte_sur_sa_base() -> None:
    dehors = f.action(f.montant(f.ETAT, accorde=3000), quartiers=(f.HORS_QPV,))
    dedans = f.action(f.montant(f.ETAT, accorde=90_000), cle="a-2", quartiers=(f.QPV,))
    annee = f.annee(dehors, dedans, enveloppes=(f.enveloppe(f.ETAT, montant=100_000),))
    locale = {"plafond_pct": 2.5, "base": "enveloppe des crédits spécifiques de l'État (P147)"}
    phrase = une(f.phrases("hors_qpv.plafond", annee, **locale))
    assert "soit 3 % de 100 000 €, au-delà de 2,5 %" in phrase
    assert "retirez 500 €" in phrase
    assert f.phrases("hors_qpv.plafond", annee, **locale, base_eur=120_000) == []
    departementale = {"plafond_pct": 2.5, "base": "enveloppe départementale du programme 147"}
    for code in ("hors_qpv.plafond", "AR-ENV-01"):
        assert "reste inconnue" in une(f.phrases(code, annee, **departementale))
    assert f.phrases("hors_qpv.plafond", annee, **departementale, base_eur=120_000) == []
    assert f.phrases("hors_qpv.plafond", annee) == []
    assert f.phrases("hors_qpv.plafond", f.annee(dedans), **locale) == []


def test_les_fonds_de_l_agglomeration_ont_leurs_zones_et_leurs_beneficiaires() -> None:
    fcs = f.montant(f.EPCI, demande=2000, ligne=f.ligne(dispositif="FCS"))
    bourg = f.action(fcs, quartiers=(f.HORS_QPV,))
    zones = {"zones": ["QPV", "QIC"]}
    code = "fonds_cohesion_sociale.eligibilite"
    assert "hors de ses zones (QPV, QIC)" in une(f.phrases(code, bourg, **zones))
    assert f.phrases(code, replace(bourg, quartiers=(f.QPV,)), **zones) == []
    assert f.phrases(code, replace(bourg, quartiers=()), **zones) == []
    assert f.phrases(code, bourg) == []
    concours = f.montant(f.EPCI, demande=2000, ligne=f.ligne(dispositif="Fonds de concours"))
    communes = {
        "beneficiaires": "communes",
        "exclusions": ["voiries en enrobé"],
        "exception": "noues",
    }
    code = "fonds_concours.eligibilite"
    assert "réservé aux communes" in une(f.phrases(code, f.action(concours), **communes))
    ville = f.action(concours, porteur=f.organisme(nature="commune"))
    assert "(voiries en enrobé, sauf noues)" in une(f.phrases(code, ville, **communes))
    assert f.phrases(code, f.action(concours)) == []


# Porteurs -----------------------------------------------------------------------------------------


def test_la_convention_se_compte_par_porteur_et_par_autorite() -> None:
    deux = [f.action(f.montant(f.ETAT, accorde=12_000), f.montant(f.EPCI, accorde=9_000))] * 2
    phrase = une(f.phrases("national.convention", f.porteur(*deux)))
    assert "État : 24 000 € en 2026, plus de 23 000 €" in phrase
    juste = f.action(f.montant(f.ETAT, accorde=23_000))
    assert f.phrases("national.convention", f.porteur(juste)) == []
    ville = f.porteur(*deux, organisme=f.organisme(nature="commune"))
    assert f.phrases("national.convention", ville) == []
    refusee = [replace(a, statut="refusee") for a in deux]
    assert f.phrases("national.convention", f.porteur(*refusee)) == []
    assert "dans les 3 mois" in une(f.phrases("national.donnees_essentielles", f.porteur(*deux)))


def test_deux_communes_sont_deux_autorites() -> None:
    montants = [f.montant(f.COMMUNE, accorde=12_000, commune=c) for c in ("c-1", "c-2")]
    assert f.phrases("national.convention", f.porteur(f.action(*montants))) == []


def test_les_comptes_se_publient_au_seuil_atteint() -> None:
    montants = f.montant(f.ETAT, accorde=100_000), f.montant(f.EPCI, accorde=53_000)
    assert "153 000 € de subventions" in une(
        f.phrases("national.comptes", f.porteur(f.action(*montants)))
    )
    moins = f.action(f.montant(f.ETAT, accorde=152_999))
    assert f.phrases("national.comptes", f.porteur(moins)) == []
    bailleur = FaitsFinanceur("f-b", "bailleurs", "Bailleurs", "bailleur")
    prive = f.action(f.montant(f.ETAT, accorde=100_000), f.montant(bailleur, accorde=53_000))
    assert f.phrases("national.comptes", f.porteur(prive)) == []


def test_les_dirigeants_se_publient_au_dela_de_deux_seuils() -> None:
    aidee = f.action(f.montant(f.ETAT, accorde=50_001))
    grand = f.organisme(budget=Decimal(150_001))
    code = "national.dirigeants"
    assert "trois plus hauts dirigeants" in une(f.phrases(code, f.porteur(aidee, organisme=grand)))
    assert f.phrases(code, f.porteur(aidee)) == []  # its budget is not known
    moyen = f.organisme(budget=Decimal(150_000))
    assert f.phrases(code, f.porteur(aidee, organisme=moyen)) == []


# CPO ----------------------------------------------------------------------------------------------


def test_une_cpo_ne_baisse_pas() -> None:
    suivie = f.action(
        f.montant(f.ETAT, propose=8000),
        f.montant(f.EPCI, propose=5000),
        cpo_duree=3,
        cpo_rang=2,
        anterieurs={2025: {"etat": Decimal(10_000), "epci": Decimal(5000), "caf": Decimal(900)}},
    )
    code = "cpo.degressivite"
    assert "État passe de 10 000 € à 8 000 €" in une(f.phrases(code, suivie, autorisee=False))
    assert f.phrases(code, suivie) == []
    assert f.phrases(code, suivie, autorisee=True) == []
    assert f.phrases(code, replace(suivie, cpo_rang=1), autorisee=False) == []
    assert f.phrases(code, replace(suivie, cpo_duree=None), autorisee=False) == []


def test_une_baisse_hors_cpo_se_compense() -> None:
    montants = (
        f.montant(f.ETAT, propose=6000),
        f.montant(CAF, propose=1000, nature_credit="droit_commun"),
    )
    baissee = f.action(*montants, anterieurs={2025: {"etat": Decimal(10_000)}})
    dite = {"possible": True, "compensee_par": "droit commun"}
    code = "degressivite.reconduction"
    assert "4 000 € de moins de l'État qu'en 2025, pour 1 000 €" in une(
        f.phrases(code, baissee, **dite)
    )
    compensee = f.action(
        montants[0],
        f.montant(CAF, propose=4000, nature_credit="droit_commun"),
        anterieurs=baissee.anterieurs,
    )
    assert f.phrases(code, compensee, **dite) == []
    assert f.phrases(code, baissee) == []


def test_une_cpo_a_ses_conditions() -> None:
    sans_etat = f.action(f.montant(f.REGION, demande=5000), cpo_duree=3)
    dites = {"engagement_etat": True, "soutien_territoire": True}
    phrases = f.phrases("cpo.conditions", sans_etat, **dites)
    assert ["État" in phrases[0], "agglomération" in phrases[1]] == [True, True]
    entiere = f.action(f.montant(f.ETAT, demande=1), f.montant(f.EPCI, demande=1), cpo_duree=3)
    assert f.phrases("cpo.conditions", entiere, **dites) == []
    assert f.phrases("cpo.conditions", sans_etat) == []
    assert f.phrases("cpo.conditions", f.action(cpo_duree=3), **dites) == []
    engages = {"engages": ["etat", "epci"]}
    assert "État et EPCI" in une(f.phrases("cpo.financeurs", sans_etat, **engages))
    assert f.phrases("cpo.financeurs", entiere, **engages) == []


@pytest.mark.parametrize(
    ("en_cpo", "annuel", "dit"),
    [
        (49_000, 51_000, "Il manque 1 000 €"),
        (50_000, 50_000, None),
        (0, 100_000, "Il manque 50 000 €"),
        (0, 0, None),
    ],
)
def test_la_part_en_cpo_se_compte_en_euros(en_cpo: int, annuel: int, dit: str | None) -> None:
    actions = (
        f.action(f.montant(f.ETAT, accorde=en_cpo), cpo_duree=3),
        f.action(f.montant(f.ETAT, accorde=annuel), f.montant(f.REGION, accorde=9000), cle="a-2"),
    )
    nord = {
        "part_pct": 50,
        "assiette": "enveloppe",
        "operateur": ">=",
        "obligatoire_pour": ["etat"],
    }
    phrases = f.phrases("cpo.part_minimale", f.annee(*actions), **nord)
    assert (dit in une(phrases)) if dit else phrases == []


def test_la_part_en_cpo_se_compte_en_actions_ou_en_conventions() -> None:
    cpo = f.action(f.montant(f.ETAT, accorde=1000), f.montant(f.EPCI, accorde=1), cpo_duree=3)
    annuelle = f.action(
        f.montant(f.ETAT, accorde=500), f.montant(f.EPCI, accorde=1), cle="a-2", lignee="a-2"
    )
    annee = f.annee(cpo, annuelle)
    actions = {"part_pct": 50, "assiette": "actions", "operateur": ">"}
    phrase = une(f.phrases("cpo.part_minimale", annee, **actions))
    assert phrase.startswith("1 action en CPO sur 2, soit 50 %, le seuil étant de plus de 50 %")
    assert "Il en manque 1" in phrase
    assert f.phrases("cpo.part_minimale", annee, **{**actions, "operateur": ">="}) == []
    conventions = {"seuil_pct": 50, "unite": "conventions", "operateur": ">="}
    # One multi-financeur CPO, and an annual one with each of the two financeurs.
    phrase = une(f.phrases("AR-CPO-01", annee, **conventions))
    assert phrase.startswith("1 convention en CPO sur 3, soit 33,3 %")
    assert f.phrases("AR-CPO-01", annee) == []
    assert f.phrases("cpo.part_minimale", f.annee(), **actions) == []


# Région, DRAC, balance ----------------------------------------------------------------------------


def test_la_region_attend_que_tous_les_moyens_soient_connus() -> None:
    muette = f.action(f.montant(f.REGION, demande=5000), f.montant(CAF, demande=1000))
    dite = {"transparence_exigee": True, "droit_commun_seul": True}
    assert "la réponse de CAF" in une(f.phrases("droit_commun.region", muette, **dite))
    dit = f.action(f.montant(f.REGION, demande=5000), f.montant(CAF, demande=1000, propose=0))
    assert f.phrases("droit_commun.region", dit, **dite) == []
    assert f.phrases("droit_commun.region", muette) == []
    double = f.action(
        f.montant(f.REGION, demande=1, nature_credit="droit_commun"),
        f.montant(f.REGION, demande=1, nature_credit="specifique"),
    )
    assert "gardez l'un des deux" in une(f.phrases("droit_commun.region", double, **dite))


def test_la_drac_ne_cofinance_pas() -> None:
    demandee = f.action(f.montant(DRAC, demande=3000, securise=True))
    assert "3 000 € de la DRAC" in une(
        f.phrases("droit_commun.drac", demandee, sans_cofinancement=True)
    )
    assert f.phrases("droit_commun.drac", demandee) == []
    assert f.phrases("droit_commun.drac", f.action(f.montant(f.ETAT, demande=1))) == []
    assert "prévisionnel" in une(f.phrases("BB-NC-02", demandee))
    assert f.phrases("BB-NC-02", f.action(f.montant(DRAC, demande=3000))) == []


def test_l_effet_levier_se_dit_chaque_annee() -> None:
    annee = f.annee(f.action(f.montant(f.ETAT, accorde=4000), f.montant(CAF, accorde=6000)))
    assert "1,50 € des autres financeurs pour 1 €" in une(f.phrases("AR-ENV-08", annee))
    assert f.phrases("AR-ENV-08", annee, rapport_min=1.5) == []
    assert "moins que les 2,00 €" in une(f.phrases("AR-ENV-08", annee, rapport_min=2))
    assert f.phrases("AR-ENV-08", f.annee(f.action(f.montant(CAF, accorde=1)))) == []


def test_le_bloc_local_est_le_deuxieme_financeur() -> None:
    montants = f.montant(f.ETAT, accorde=9000), f.montant(CAF, accorde=6000)
    loin = f.annee(f.action(*montants, f.montant(f.EPCI, accorde=1000)))
    assert "(1 000 €) ne sont pas les deuxièmes" in une(f.phrases("AR-COF-01", loin))
    deuxieme = f.annee(
        f.action(*montants, f.montant(f.EPCI, accorde=4000), f.montant(f.COMMUNE, accorde=3000))
    )
    assert f.phrases("AR-COF-01", deuxieme) == []
    assert f.phrases("AR-COF-01", f.annee(f.action(montants[0]))) == []


def test_le_ftu_finance_l_investissement_des_collectivites() -> None:
    ftu = f.montant(f.REGION, demande=4000, ligne=f.ligne(dispositif="FTU"))
    dite = {"beneficiaires": "collectivités", "nature": "investissement"}
    phrases = f.phrases("BB-PART-06", f.action(ftu), **dite)
    assert ["réservé" in phrases[0], "fonctionnement" in phrases[1]] == [True, True]
    ville = f.action(ftu, porteur=f.organisme(nature="commune"), nature="investissement")
    assert f.phrases("BB-PART-06", ville, **dite) == []
    assert f.phrases("BB-PART-06", f.action(f.montant(f.REGION, demande=1)), **dite) == []


def test_une_enveloppe_prevue_ne_s_accorde_que_sous_reserve() -> None:
    accordee = f.action(f.montant(f.ETAT, accorde=4000))
    prevue = f.enveloppe(f.ETAT, montant=9000, notifie=False)
    annee = f.annee(accordee, enveloppes=(prevue,))
    assert "4 000 € accordés" in une(f.phrases("enveloppe.notification", annee))
    notifiee = f.annee(accordee, enveloppes=(replace(prevue, notifie=True),))
    assert f.phrases("enveloppe.notification", notifiee) == []
    assert f.phrases("enveloppe.notification", f.annee(enveloppes=(prevue,))) == []
