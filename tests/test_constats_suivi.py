"""Checks of equality, bilans, posts, governance, calendar, priorities, droit commun. Silent too."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import fabriques
import fabriques_regles
import pytest

from app.models.contrat import PrioriteQuartier
from app.models.cotation import Cotation
from app.models.depot import AnneeDemandee
from app.services.constats_bilans import ANNEES_DEMANDEES, NOTE, lire_annees_demandees
from app.services.constats_droit_commun import EXCLUSIONS, lire_sollicitations
from app.services.constats_egalite import (
    COTATIONS,
    FORMATIONS,
    GENRE,
    FaitsCotation,
    FaitsFormation,
    lire_cotations,
    lire_formations,
)
from app.services.constats_faits import (
    FaitsAction,
    FaitsBilan,
    FaitsEtape,
    FaitsNoeud,
    FaitsReunion,
)
from app.services.constats_gouvernance import INSTANCES
from app.services.constats_postes import (
    POSTES,
    PROGRAMMES,
    FaitsPoste,
    FaitsProgramme,
    lire_postes,
    lire_programmes,
)
from app.services.constats_rattachements import PRIORITES, lire_priorites
from app.services.constats_registre import Portee
from app.services.fichier import Fichier
from tests import fabrique_faits as f

N, FINE = "\u00a0", "\u202f"


def une(phrases: list[str]) -> str:
    (phrase,) = phrases
    return phrase.replace(N, " ").replace(FINE, " ")


def dit(phrases: list[str], mots: str | None) -> None:
    assert (mots in une(phrases)) if mots else phrases == []


# Equality -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cotations", "mots"),
    [
        ((), "Pas de cotation"),
        ((FaitsCotation("entree", terminee=False),), "incomplète"),
        ((FaitsCotation("auto", terminee=True),), "Auto-évaluation du porteur seule"),
        ((FaitsCotation("entree", terminee=True),), None),
        ((FaitsCotation("auto", True), FaitsCotation("sortie", True)), None),
    ],
)
def test_chaque_dossier_est_cote(cotations: tuple[FaitsCotation, ...], mots: str | None) -> None:
    action = f.action(plus={COTATIONS: cotations} if cotations else {})
    dit(f.phrases("egalite.cotation", action, obligatoire=True), mots)
    assert f.phrases("egalite.cotation", action) == []
    assert f.phrases("egalite.cotation", replace(action, statut="note"), obligatoire=True) == []
    assert f.phrases("egalite.cotation", replace(action, statut="retiree"), obligatoire=True) == []


def test_le_budget_se_classe_ou_le_contrat_le_demande() -> None:
    demande = {"budget_sensible_au_genre": True}
    dit(f.phrases("egalite.prise_en_compte", f.action(), **demande), "non renseigné")
    classee = f.action(plus={GENRE: "neutre"})
    assert f.phrases("egalite.prise_en_compte", classee, **demande) == []
    assert f.phrases("egalite.prise_en_compte", f.action()) == []


@pytest.mark.parametrize(
    ("suivies", "mots"),
    [
        ((), "jamais suivie"),
        ((FaitsFormation("Égalité", date(2026, 3, 9)),), "expirée le 09/03/2026"),
        ((FaitsFormation("Égalité", date(2026, 3, 10)),), None),
        ((FaitsFormation("Égalité", None),), None),
    ],
)
def test_les_porteurs_suivent_la_formation(
    suivies: tuple[FaitsFormation, ...], mots: str | None
) -> None:
    porteur = f.porteur(f.action(), plus={FORMATIONS: suivies} if suivies else {})
    dit(f.phrases("egalite.formation", porteur, obligatoire=True), mots)
    assert f.phrases("egalite.formation", porteur) == []
    ville = replace(porteur, organisme=f.organisme(nature="commune"))
    assert f.phrases("egalite.formation", ville, obligatoire=True) == []
    annee = f.annee(f.action(), plus={"porteurs_formes": {"o-1": suivies}})
    phrases = f.phrases("egalite.formation", annee, porteurs_formes_pct=100)
    dit(phrases, "0 porteur formé à l'égalité sur 1" if mots else None)


def test_les_cotations_et_les_formations_se_lisent_dans_le_fichier(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Coter") as e:
        grille = fabriques_regles.cotation(e, decor.action, decor.appel, decor.organismes[0])
        portee = Portee(2026)
        assert lire_cotations(e.lignes, portee) == {
            decor.action: (FaitsCotation("entree", terminee=False),)
        }
        e.inserer(
            Cotation,
            action=decor.action,
            grille=grille,
            moment="sortie",
            auteur="Camille Essai",
            commencee_le="2026-03-01T09:00:00+00:00",
            terminee_le="2026-03-01T09:30:00+00:00",
        )
        assert len(lire_cotations(e.lignes, Portee(2026, [decor.action]))[decor.action]) == 2
        (formation,) = lire_formations(e.lignes, portee)[decor.organismes[0]]
        assert formation == FaitsFormation("Égalité", None)  # no date


# Bilans and CPO -----------------------------------------------------------------------------------


def bilan(recu_le: str | None) -> FaitsBilan:
    return FaitsBilan(None, recu_le, None, None, None)


@pytest.mark.parametrize(
    ("change", "mots"),
    [
        ({"precedente": "a-0"}, "Bilan 2025 non reçu"),
        ({"precedente": "a-0", "bilan_n1": bilan(None)}, "Bilan 2025 non reçu"),
        ({"precedente": "a-0", "bilan_n1": bilan("2026-02-01")}, None),
        ({}, None),
    ],
)
def test_le_bilan_precede_la_reconduction(change: dict[str, Any], mots: str | None) -> None:
    dit(f.phrases("evaluation.bilan_operateur", f.action(**change), echeance="n+1"), mots)
    assert f.phrases("evaluation.bilan_operateur", f.action(**change)) == []


def test_le_compte_rendu_financier_a_six_mois() -> None:
    action = f.action(precedente="a-0")
    assert f.phrases("national.compte_rendu", action) == []  # 10 March
    tard = replace(action, jour=date(2026, 7, 1))
    dit(f.phrases("national.compte_rendu", tard), "attendu pour le 30/06/2026")
    assert f.phrases("national.compte_rendu", replace(tard, bilan_n1=bilan("2026-06-30"))) == []


def test_une_cpo_se_demande_et_se_mesure_des_le_depart() -> None:
    cpo = f.action(cpo_duree=3, cpo_rang=1)
    dites = {"explicite": True, "dossier_par_annee": True}
    dit(f.phrases("cpo.demande", cpo, **dites), "pour 0 des 2 années suivantes")
    entiere = {ANNEES_DEMANDEES: ((2027, True), (2028, False)), NOTE: True}
    assert f.phrases("cpo.demande", replace(cpo, plus=entiere), **dites) == []
    muette = replace(cpo, plus={**entiere, NOTE: None})
    dit(f.phrases("cpo.demande", muette, **dites), "ne demandait pas")
    assert f.phrases("cpo.demande", replace(muette, cpo_duree=None), **dites) == []
    assert f.phrases("cpo.demande", muette) == []
    dit(f.phrases("cpo.evaluation", cpo, indicateurs_au_depart=True), "sans indicateur")
    dit(f.phrases("AR-EVA-03", cpo), "sans indicateur")
    assert f.phrases("cpo.evaluation", replace(cpo, plus=entiere), indicateurs_au_depart=True) == []
    assert f.phrases("cpo.evaluation", cpo) == []


def test_les_annees_demandees_se_lisent_dans_le_fichier(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Demander") as e:
        for annee, indicateurs in ((2028, " "), (2027, "40 familles")):
            e.inserer(AnneeDemandee, action=decor.action, annee=annee, indicateurs=indicateurs)
        lues = lire_annees_demandees(e.lignes, Portee(2026))
    assert lues == {decor.action: ((2027, True), (2028, False))}


# Posts and TFPB -----------------------------------------------------------------------------------

POSTE = FaitsPoste("Médiation", "2026-01-01", "2028-12-31", "CDD", 31, True, True)
CONDITIONS = {
    "age_min_exclusif": 26,
    "sans_emploi_ou_contrat_aide": True,
    "residence_qpv": True,
    "contrats": ["CDI", "CDD"],
    "cdd_max_ans": 3,
}


@pytest.mark.parametrize(
    ("change", "mots"),
    [
        ({}, None),
        ({"age": 26}, "26 ans, il faut plus de 26 ans"),
        ({"age": None}, None),
        ({"reside_en_qpv": False}, "ne réside pas"),
        ({"sans_emploi": False}, "ni sans emploi"),
        ({"contrat": "stage"}, "il faut CDI et CDD"),
        ({"fin": "2029-06-30"}, "CDD de plus de 3 ans"),
        ({"fin": "2029-06-30", "contrat": "CDI"}, None),
    ],
)
def test_un_poste_d_adulte_relais_a_ses_conditions(
    change: dict[str, Any], mots: str | None
) -> None:
    porteur = f.porteur(plus={POSTES: (replace(POSTE, **change),)})
    dit(f.phrases("adultes_relais.conditions", porteur, **CONDITIONS), mots)
    assert f.phrases("adultes_relais.conditions", porteur) == []


def programme(bailleur: str, **change: Any) -> FaitsProgramme:
    vide = FaitsProgramme(bailleur, None, None, (), None, None)
    return replace(vide, **change)


def test_chaque_bailleur_a_son_programme_et_le_justifie() -> None:
    un = programme("Toit commun", abattement=Decimal(40_000), depense=Decimal(30_000))
    annee = f.annee(plus={PROGRAMMES: (un,)})
    dit(f.phrases("tfpb.montants", annee, bailleurs=3), "1 programme TFPB pour 3 bailleurs")
    assert f.phrases("tfpb.montants", annee, bailleurs=1) == []
    assert f.phrases("tfpb.montants", annee) == []
    dit(f.phrases("tfpb.programme", annee), "30 000 € d'actions pour 40 000 €")
    juste = programme("Toit commun", abattement=Decimal(1), depense=Decimal(1), axes=("jardins",))
    dit(
        f.phrases("tfpb.programme", f.annee(plus={PROGRAMMES: (juste,)}), axes=["entretien"]),
        "hors",
    )
    assert f.phrases("tfpb.programme", f.annee(plus={PROGRAMMES: (juste,)})) == []
    dit(f.phrases("tfpb.convention", annee, prochaines_annee=2025), "non signée : Toit commun")
    assert f.phrases("tfpb.convention", annee, prochaines_annee=2027) == []
    dit(f.phrases("tfpb.suivi", annee, presentation="au COPIL"), "à présenter (au COPIL)")
    vu = f.annee(plus={PROGRAMMES: (replace(un, presente_le="2026-06-01"),)})
    assert f.phrases("tfpb.suivi", vu, presentation="au COPIL") == []


def test_postes_et_programmes_se_lisent_dans_le_fichier(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Suivre") as e:
        fabriques_regles.suivi(e, decor.action, decor.organismes[0], decor.quartiers[0])
        (poste,) = lire_postes(e.lignes, Portee(2026))[decor.organismes[0]]
        assert (poste.intitule, poste.age) == ("Médiation", 31)
        (lu,) = lire_programmes(e.lignes, Portee(2026))
        assert lire_programmes(e.lignes, Portee(2027)) == ()
    assert lu.abattement is None


# Governance and calendar --------------------------------------------------------------------------


def reunion(jour: str | None, etat: str, instance: str, commune: str | None = None) -> FaitsReunion:
    return FaitsReunion("r", "Réunion", jour, etat, commune, (instance,))


@pytest.mark.parametrize("code", INSTANCES)
def test_chaque_instance_est_comptee(code: str) -> None:
    instance = INSTANCES[code]
    tenue, prevue = (
        reunion("2026-02-01", "tenue", instance),
        reunion("2026-09-01", "preparation", instance),
    )
    sans_date = reunion(None, "preparation", instance)
    annee = f.annee(reunions=(tenue, prevue, sans_date))
    dit(f.phrases(code, annee, minimum_par_an=3), "1 réunion tenue et 1 prévue en 2026, le minimum")
    assert f.phrases(code, annee, minimum_par_an=2) == []
    dit(f.phrases(code, annee, maximum_par_an=1), "le maximum est de 1")
    assert f.phrases(code, annee) == []
    autre = f.annee(reunions=(reunion("2026-02-01", "annulee", instance),))
    dit(f.phrases(code, autre, minimum_par_an=1), "0 réunion tenue")


def test_une_seance_close_compte_pour_son_instance() -> None:
    seances = (f.seance(instance="copil", etat="close"), f.seance(instance="autre", etat="close"))
    assert f.phrases("VAL-GOUV-01", f.annee(seances=seances), minimum_par_an=1) == []


def test_les_comites_territoriaux_se_comptent_par_commune() -> None:
    territoriaux = "comites_territoriaux"
    annee = f.annee(
        reunions=(
            reunion("2026-02-01", "tenue", territoriaux, "c-1"),
            reunion("2026-09-01", "preparation", territoriaux, "c-1"),
            reunion("2026-02-01", "tenue", territoriaux, "c-2"),
        ),
        plus={"communes": {"c-1": "Brèmes", "c-2": "Ostreval", "c-3": "Wattines"}},
    )
    phrase = f.phrases("VAL-GOUV-03", annee, minimum_par_an=2, par="commune")
    dit(phrase, "à Ostreval et Wattines : programmez-les")


def test_un_intervalle_depasse_se_dit() -> None:
    annee = f.annee(reunions=(reunion("2026-01-05", "tenue", "reunions_reseau"),))
    dit(f.phrases("VAL-GOUV-05", annee, intervalle_semaines=6), "Dernière réunion le 05/01/2026")
    assert f.phrases("VAL-GOUV-05", annee, intervalle_semaines=10) == []
    suivie = replace(
        annee, reunions=(*annee.reunions, reunion("2026-03-20", "preparation", "reunions_reseau"))
    )
    assert f.phrases("VAL-GOUV-05", suivie, intervalle_semaines=6) == []


def test_la_notification_suit_la_date_du_contrat() -> None:
    accordee = f.action(f.montant(f.ETAT, accorde=1000))
    dit(
        f.phrases("calendrier.notification", f.annee(accordee), mois=2),
        "1 action accordée sans notification après le 15/02/2026",
    )
    assert f.phrases("calendrier.notification", f.annee(accordee), mois=4) == []
    assert f.phrases("calendrier.notification", f.annee(accordee)) == []
    notifiee = f.action(f.montant(f.ETAT, accorde=1000, notifie=1000))
    assert f.phrases("calendrier.notification", f.annee(notifiee), mois=2) == []


def test_un_appel_trop_long_et_un_appel_vacances_tardif_se_disent() -> None:
    appel = f.appel(f.action(statut="instruction"), date_ouverture="2025-09-01")
    dit(f.phrases("calendrier.gestion", appel, mois=5), "Ouvert depuis 6 mois")
    assert f.phrases("calendrier.gestion", appel, mois=8) == []
    assert f.phrases("calendrier.gestion", appel) == []
    fini = f.appel(f.action(statut="accordee"), date_ouverture="2025-09-01")
    assert f.phrases("calendrier.gestion", fini, mois=5) == []
    ete = f.appel(nature="vacances", date_ouverture="2026-04-02", etapes=(ETAPE,))
    dit(f.phrases("NORD-PROG-05", ete, mois=3, jour=15), "après le 15/03/2026")
    dit(f.phrases("VAL-CYC-06", ete, mois=3), "après le 31/03/2026")
    assert (
        f.phrases("NORD-PROG-05", replace(ete, date_ouverture="2026-03-15"), mois=3, jour=15) == []
    )
    assert f.phrases("NORD-PROG-05", replace(ete, nature="aap"), mois=3, jour=15) == []


ETAPE = FaitsEtape("depot", "Dépôt", True, None, None, None)


def test_une_action_finit_avant_le_terme() -> None:
    tard = f.action(date_fin="2031-01-31")
    dit(f.phrases("HC-CAL-01", tard, date="2030-12-31"), "après le terme du contrat (31/12/2030)")
    assert f.phrases("HC-CAL-01", tard) == []
    assert f.phrases("HC-CAL-01", f.action(date_fin="2030-12-31"), date="2030-12-31") == []


# Tree, priorities, droit commun -------------------------------------------------------------------


def noeud(nomenclature: str) -> FaitsNoeud:
    return FaitsNoeud("n", "A1", None, "Lire", nomenclature, "arbre", "A", None, False, True)


def test_une_action_se_rattache_a_l_arbre_et_dit_le_transversal() -> None:
    dit(f.phrases("arbre.rattachement", f.action(), nomenclature="arbre"), "Aucun objectif")
    rattachee = f.action(classements=(noeud("arbre"),), noeuds=frozenset({"A", "A1", "T1"}))
    assert f.phrases("arbre.rattachement", rattachee, nomenclature="arbre") == []
    dit(f.phrases("arbre.rattachement", rattachee, nomenclature="piliers"), "Aucun objectif")
    assert f.phrases("arbre.rattachement", f.action()) == []
    transversales = {"nomenclature": "transversales"}
    assert f.phrases("jeunesse.transversale", rattachee, noeud="T1", **transversales) == []
    dit(f.phrases("discriminations.orientations", rattachee, noeud="T3", **transversales), "axe T3")
    note = replace(rattachee, statut="note")
    assert f.phrases("discriminations.orientations", note, noeud="T3", **transversales) == []


def test_les_priorites_des_quartiers_se_lisent_et_se_disent(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    quartier, autre = decor.quartiers[:2]
    with fichier.operation("Fixer une priorité") as e:
        e.inserer(
            PrioriteQuartier, quartier=quartier, noeud=decor.noeuds[0], libelle="Lire", rang=1
        )
    from app.services.actions import Actions

    Actions(fichier).definir_quartiers(decor.action, {quartier: None, autre: None})
    with fichier.instant() as lire:
        lues = lire_priorites(lire, Portee(2026))
    assert lues == {decor.action: (frozenset({quartier}), frozenset())}
    Actions(fichier).classer(decor.action, decor.noeuds[0])
    with fichier.instant() as lire:
        assert lire_priorites(lire, Portee(2026))[decor.action][1] == frozenset({quartier})
    action = f.action(
        quartiers=(replace(f.QPV, cle=quartier),),
        noeuds=frozenset({"X"}),
        plus={PRIORITES: lues[decor.action]},
    )
    dit(
        f.phrases("priorites.par_quartier", action), "Hors des priorités fixées pour Les Tisserands"
    )
    assert f.phrases("VAL-ECH-05", action) == []  # not communal
    dit(f.phrases("VAL-ECH-05", replace(action, echelle="communale")), "Hors des priorités")
    assert f.phrases("priorites.par_quartier", replace(action, plus={})) == []


def test_les_credits_specifiques_completent() -> None:
    seule = f.action(f.montant(f.ETAT, accorde=5000), cout=5000)
    dit(f.phrases("droit_commun.principe", seule, specifiques_en_complement=True), "paient 100 %")
    assert f.phrases("droit_commun.principe", seule) == []
    large = replace(seule, cout=Decimal(9000))
    assert f.phrases("droit_commun.principe", large, specifiques_en_complement=True) == []


def test_le_droit_commun_regional_se_demande_d_abord(fichier: Fichier) -> None:
    action = f.action(f.montant(f.REGION, demande=3000, nature_credit="specifique"))
    dit(f.phrases("BB-DC-05", action), "3 000 € de crédits spécifiques de la Région")
    demande = {"sollicitations": frozenset({("region", "droit_commun")})}
    assert f.phrases("BB-DC-05", replace(action, plus=demande)) == []
    assert f.phrases("BB-DC-05", f.action(f.montant(f.EPCI, demande=1))) == []
    decor = fabriques.decor(fichier)
    with fichier.operation("Solliciter") as e:
        fabriques.instruction(e, decor.action, decor.financeurs[2], decor.organismes[0])
        lues = lire_sollicitations(e.lignes, Portee(2026))
    assert lues == {decor.action: frozenset({("region", "droit_commun")})}


@pytest.mark.parametrize("code", EXCLUSIONS)
def test_les_exclusions_de_la_region_se_cherchent_dans_le_dossier(code: str) -> None:
    region = f.montant(f.REGION, demande=3000)
    parle = f.action(region, titre=f"Atelier {EXCLUSIONS[code][0].upper()}\u00a0!")
    dit(f.phrases(code, parle), "vérifiez qu'il ne relève pas")
    assert f.phrases(code, f.action(region)) == []
    assert f.phrases(code, replace(parle, montants=(f.montant(f.EPCI, demande=1),))) == []


def test_une_exclusion_de_sante_ne_vise_que_l_intercommunal() -> None:
    parle: FaitsAction = f.action(
        f.montant(f.REGION, demande=3000), titre="Diabète", echelle="communale"
    )
    assert f.phrases("BB-NC-21", parle) == []
    chantier = f.action(
        f.montant(f.REGION, demande=3000), titre="Chantier d'insertion", nature="investissement"
    )
    dit(f.phrases("BB-NC-17", chantier), "renouvellement")
    assert f.phrases("BB-NC-17", replace(chantier, nature="action")) == []


def test_les_rendez_vous_du_contrat_se_rappellent_leur_annee() -> None:
    annee = f.annee(annee=2027)
    dit(f.phrases("evaluation.calendrier", annee, mi_parcours=2027, finale=2030), "mi-parcours")
    dit(f.phrases("projets_quartier.duree", annee, revision_annee=2027), "projets de quartier")
    assert f.phrases("evaluation.calendrier", f.annee(), mi_parcours=2027) == []
    assert f.phrases("evaluation.calendrier", annee) == []
