"""The five contracts shipped: their counts are those of the documents, and nothing is invented."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.services import referentiels
from app.services.errors import SaisieRefusee, SourceIllisible
from app.services.referentiel import Fait, Noeud, Partie, Referentiel, Regle, parcourir

TOUS = ("arras", "bethune_bruay", "hazebrouck", "hersin_coupigny", "valenciennes")


@pytest.fixture(scope="module")
def charges() -> dict[str, Referentiel]:
    return {identifiant: referentiels.charger(identifiant) for identifiant in TOUS}


def parties(valeur: Any) -> Iterator[Partie]:
    """Every object of a référentiel, at any depth."""
    if isinstance(valeur, Partie):
        yield valeur
        for nom in type(valeur).model_fields:
            yield from parties(getattr(valeur, nom))
    elif isinstance(valeur, list):
        for element in valeur:
            yield from parties(element)


def noeuds(referentiel: Referentiel, nomenclature: str) -> list[Noeud]:
    trouvee = next(n for n in referentiel.nomenclatures if n.identifiant == nomenclature)
    return list(parcourir(trouvee.noeuds))


def regle(referentiel: Referentiel, identifiant: str, origine: str = "contrat") -> Regle:
    return next(
        r for r in referentiel.regles if r.identifiant == identifiant and r.origine == origine
    )


def ecrire(dossier: Path, **changements: Any) -> Path:
    contenu = {"version": 1, "identifiant": "essai", "contrat": {"nom": "Essai"}} | changements
    chemin = dossier / "essai.json"
    chemin.write_text(json.dumps(contenu), encoding="utf-8")
    return chemin


# Counts of the documents --------------------------------------------------------------------------


def test_les_cinq_contrats_sont_livres() -> None:
    assert referentiels.identifiants() == TOUS


@pytest.mark.parametrize(
    ("identifiant", "quartiers", "communes", "signataires"),
    [
        ("arras", {"QPV": 6, "zone_vulnerable": 2}, 5, 5),
        ("bethune_bruay", {"QPV": 16, "QIC": 9}, 21, 20),
        ("hazebrouck", {"QPV": 1}, 1, 1),
        ("hersin_coupigny", {"QPV": 1, "QIC": 2}, 3, 1),
        ("valenciennes", {"QPV": 15}, 15, 12),
    ],
)
def test_les_territoires_ont_les_comptes_des_documents(
    identifiant: str, quartiers: dict[str, int], communes: int, signataires: int
) -> None:
    resume = {r.id: r for r in referentiels.liste()}[identifiant]

    assert dict(resume.quartiers) == quartiers
    assert (resume.communes, resume.communes_signataires) == (communes, signataires)


def test_la_liste_compte_tous_les_noeuds_et_toutes_les_regles(
    charges: dict[str, Referentiel],
) -> None:
    for resume in referentiels.liste():
        charge = charges[resume.id]
        assert resume.noeuds == sum(len(list(parcourir(n.noeuds))) for n in charge.nomenclatures)
        assert resume.regles == len(charge.regles) > 20


def test_valenciennes_a_cinq_orientations_et_des_priorites_sans_objectif(
    charges: dict[str, Referentiel],
) -> None:
    instruction = next(n for n in charges["valenciennes"].nomenclatures if n.role == "instruction")
    sante = instruction.noeuds[1]

    assert [n.identifiant for n in instruction.noeuds] == ["O1", "O2", "O3", "O4", "O5"]
    assert [n.prioritaire for n in instruction.noeuds] == [True, True, True, False, False]
    assert Counter(n.categorie for n in instruction.noeuds) == {
        "orientation_intercommunale_prioritaire": 3,
        "enjeu_partage": 2,
    }
    assert [n.identifiant for n in sante.noeuds] == ["O2.1", "O2.2", "O2.3", "O2.4"]
    assert [n.noeuds for n in sante.noeuds] == [[], [], [], []]


def test_valenciennes_garde_les_priorites_absentes_de_la_synthese(
    charges: dict[str, Referentiel],
) -> None:
    absentes = [n.identifiant for n in charges["valenciennes"].noeuds() if not n.en_synthese]

    assert absentes == ["O1.2.e", "O3.3.d"]


def test_valenciennes_distingue_axes_transversaux_enjeux_de_l_etat_et_laboratoire(
    charges: dict[str, Referentiel],
) -> None:
    contrat = charges["valenciennes"]

    assert [(n.identifiant, n.role) for n in contrat.nomenclatures] == [
        ("orientations", "instruction"),
        ("transversales", "transversale"),
        ("enjeux_etat", "etat"),
        ("laboratoire", "secondaire"),
    ]
    assert len(noeuds(contrat, "enjeux_etat")) == 4
    assert len(noeuds(contrat, "laboratoire")) == 5
    assert all(n.transversal for n in noeuds(contrat, "transversales"))


def test_a_valenciennes_un_meme_nom_designe_deux_quartiers(
    charges: dict[str, Referentiel],
) -> None:
    contrat = charges["valenciennes"]
    homonymes = [q for q in contrat.quartiers if q.nom == "Centre Ville"]
    a_cheval = next(q for q in contrat.quartiers if q.code == "QN05921M")

    assert [[c.nom for c in q.communes] for q in homonymes] == [
        ["Fresnes-sur-Escaut"],
        ["Quiévrechain"],
    ]
    assert len({q.code for q in contrat.quartiers}) == 15
    assert len(a_cheval.communes) == 5


def test_valenciennes_finance_par_echelle_et_dans_l_ordre_du_tour_de_table(
    charges: dict[str, Referentiel],
) -> None:
    contrat = charges["valenciennes"]

    assert [f.nom_court for f in contrat.financeurs] == [
        "État",
        "CAVM",
        "Communes",
        "Région",
        "Département",
        "CAF",
        "Bailleurs",
    ]
    assert contrat.financeurs[0].lignes[0].dispositif == "BOP 147"
    assert {e.identifiant: e.financeurs for e in contrat.echelles} == {
        "communale": ["commune"],
        "intercommunale": ["epci"],
        "regroupement_communes": ["commune", "epci"],
    }


def test_hazebrouck_a_un_quartier_sans_code_et_des_listes_paralleles(
    charges: dict[str, Referentiel],
) -> None:
    contrat = charges["hazebrouck"]
    (quartier,) = contrat.quartiers
    comptes = {n.identifiant: (n.role, len(n.noeuds)) for n in contrat.nomenclatures}

    assert (quartier.code, quartier.population, quartier.population_annee) == (None, 1416, 2021)
    assert "Espaces vécus" in (quartier.note or "")
    assert comptes["appel_a_projets"] == ("instruction", 10)
    assert comptes["priorites_elus"] == ("secondaire", 4)
    assert comptes["priorites_habitants"] == ("secondaire", 5)
    assert comptes["enjeux_etat"] == ("etat", 5)
    assert comptes["transversales"] == ("transversale", 3)
    assert [n.actif for n in noeuds(contrat, "piliers_2015_2022")] == [False] * 6


def test_bethune_bruay_a_trois_enjeux_dix_ambitions_et_trente_cinq_objectifs(
    charges: dict[str, Referentiel],
) -> None:
    niveaux = Counter(n.categorie for n in noeuds(charges["bethune_bruay"], "strategie"))
    transversaux = charges["bethune_bruay"].nomenclatures[1]

    assert niveaux == {"enjeu": 3, "ambition": 10, "objectif_strategique": 35}
    assert [len(n.noeuds) for n in transversaux.noeuds] == [9, 7, 10]


def test_un_objectif_de_bethune_bruay_porte_ses_variantes_et_son_aide_au_montage(
    charges: dict[str, Referentiel],
) -> None:
    objectifs = {n.identifiant: n for n in charges["bethune_bruay"].noeuds()}
    repere = objectifs["OBJ01"]

    assert objectifs["OBJ07"].variantes == ["Lutter contre les discriminations"]
    assert repere.code == "#1"
    assert Counter(r.rubrique for r in repere.ressources) == {
        "acteurs": 10,
        "pistes_intercommunales": 8,
        "pistes_communales": 4,
        "moyens": 4,
    }


def test_un_qpv_de_bethune_bruay_se_retrouve_sous_toutes_ses_ecritures(
    charges: dict[str, Referentiel],
) -> None:
    regain = next(q for q in charges["bethune_bruay"].quartiers if q.code == "QN 06207")

    assert regain.codes_alias == ["QN06207", "[QN 06207]", "QP 06 20 07", "QP062007"]
    assert regain.variantes == ["Quartier REGAIN", "Quartier Du Regain"]
    assert [(c.nom, c.principale) for c in regain.communes] == [
        ("Barlin", True),
        ("Hersin-Coupigny", False),
    ]


def test_les_quartiers_d_interet_communautaire_ne_recoivent_pas_le_bop_147(
    charges: dict[str, Referentiel],
) -> None:
    quartiers = charges["bethune_bruay"].quartiers

    assert {(q.nature, q.eligible_bop147) for q in quartiers} == {("QPV", True), ("QIC", False)}
    assert sum(q.nouveau_2024 is True for q in quartiers if q.nature == "QIC") == 4


def test_les_populations_de_bethune_bruay_font_les_totaux_imprimes(
    charges: dict[str, Referentiel],
) -> None:
    sommes: Counter[str] = Counter()
    for quartier in charges["bethune_bruay"].quartiers:
        sommes[quartier.nature] += quartier.population or 0
    volumes = {v.identifiant: v.valeur for v in charges["bethune_bruay"].volumes}

    assert sommes == {"QPV": 36100, "QIC": 7710}
    assert (volumes["habitants_qpv"], volumes["habitants_qic"]) == (36100, 7710)


def test_arras_a_vingt_deux_objectifs_strategiques_et_cent_sept_operationnels(
    charges: dict[str, Referentiel],
) -> None:
    arbre = noeuds(charges["arras"], "arbre")

    assert Counter(n.categorie for n in arbre) == {
        "ambition": 4,
        "objectif_strategique": 22,
        "objectif_operationnel": 107,
    }
    assert Counter(n.code for n in arbre)["2E"] == 4  # printed twice in one ambition
    assert len({n.identifiant for n in arbre}) == len(arbre)


def test_arras_programme_aussi_par_piliers(charges: dict[str, Referentiel]) -> None:
    assert [n.libelle_court for n in noeuds(charges["arras"], "piliers")] == [
        "Cohésion sociale",
        "Éducation",
        "Emploi et formation",
    ]


# Silences, anomalies, sources ---------------------------------------------------------------------


@pytest.mark.parametrize("identifiant", TOUS)
def test_chaque_fait_cite_une_ligne_qui_existe(
    identifiant: str, charges: dict[str, Referentiel]
) -> None:
    contrat = charges[identifiant]
    lignes = {d.cle: d.lignes for d in contrat.documents}
    faits = [p for p in parties(contrat) if isinstance(p, Fait) and p.document is not None]

    assert len(faits) > 250
    assert [f for f in faits if f.ligne is None or f.ligne > lignes[f.document or ""]] == []


@pytest.mark.parametrize("identifiant", TOUS)
def test_ce_qui_n_a_pas_de_source_est_un_silence(
    identifiant: str, charges: dict[str, Referentiel]
) -> None:
    contrat = charges[identifiant]

    parlantes = [
        r
        for r in contrat.regles
        if r.document is None and any(v is not None for v in r.parametres.values())
    ]
    muets = [v for v in contrat.volumes if v.document is None]
    assert parlantes == []
    assert [v.valeur for v in muets] == [None] * len(muets)
    assert {r.nature for r in contrat.remarques if r.document is None} <= {"silence"}


@pytest.mark.parametrize("identifiant", TOUS)
def test_une_regle_muette_n_a_pas_de_niveau(
    identifiant: str, charges: dict[str, Referentiel]
) -> None:
    muettes = [
        r
        for r in charges[identifiant].regles
        if r.parametres and all(v is None for v in r.parametres.values())
    ]

    assert muettes, "each contract is silent on something"
    assert [r.identifiant for r in muettes if r.niveau is not None and r.document is None] == []


@pytest.mark.parametrize("identifiant", TOUS)
def test_aucune_phrase_n_est_recopiee_ni_aucune_personne_nommee(identifiant: str) -> None:
    texte = (referentiels.dossier() / f"{identifiant}.json").read_text(encoding="utf-8")
    cles = set()

    def visiter(valeur: Any) -> None:
        if isinstance(valeur, dict):
            cles.update(valeur)
            for element in valeur.values():
                visiter(element)
        elif isinstance(valeur, list):
            for element in valeur:
                visiter(element)

    visiter(json.loads(texte))
    assert (
        cles & {"quote", "citation", "extrait", "representant", "chef_de_projet", "maire"} == set()
    )
    assert "Madame" not in texte
    assert "M. " not in texte
    engagements = referentiels.charger(identifiant).engagements
    assert max((len(e.libelle) for e in engagements), default=0) <= 175


@pytest.mark.parametrize("identifiant", TOUS)
def test_une_liste_se_relit_comme_elle_se_montre(
    identifiant: str, charges: dict[str, Referentiel]
) -> None:
    """Lists are typed with semicolons: no element may hold one."""
    elements = [
        element
        for partie in parties(charges[identifiant])
        for nom in type(partie).model_fields
        for element in (getattr(partie, nom) if isinstance(getattr(partie, nom), list) else [])
        if isinstance(element, str)
    ]

    assert len(elements) > 50
    assert [element for element in elements if ";" in element] == []


def test_les_comptes_annonces_et_lus_different_et_le_disent(
    charges: dict[str, Referentiel],
) -> None:
    textes = {r.texte for r in charges["arras"].remarques if r.nature == "anomalie"}
    volumes = {v.identifiant: v.valeur for v in charges["arras"].volumes}

    assert "annoncé 103, lu 107" in textes
    assert "annoncé 17 cosignataires, lu 10" in textes
    assert (volumes["objectifs_operationnels"], volumes["cosignataires"]) == (103, 17)


def test_un_objectif_place_sous_deux_ambitions_le_dit(charges: dict[str, Referentiel]) -> None:
    contrat = charges["bethune_bruay"]
    objectif = next(n for n in contrat.noeuds() if n.identifiant == "OBJ22")
    sujets = [r.sujet for r in contrat.remarques if r.nature == "anomalie"]

    assert objectif.note == (
        "Placé sous l'ambition 5 dans la stratégie (l.\u00a0682), sous l'ambition 7 dans sa fiche "
        "(l.\u00a02971)."
    )
    assert sujets.count("Objectif #22") == 1


# Rules as data ------------------------------------------------------------------------------------


def test_la_duree_d_une_cpo_est_une_donnee_de_chaque_contrat(
    charges: dict[str, Referentiel],
) -> None:
    durees = {i: regle(charges[i], "cpo.duree").parametres for i in TOUS if i != "hersin_coupigny"}

    assert durees == {
        "arras": {"min_ans": None, "max_ans": None},
        "bethune_bruay": {"min_ans": 3, "max_ans": 3},
        "hazebrouck": {"min_ans": 3, "max_ans": 3},
        "valenciennes": {"min_ans": 2, "max_ans": 3},
    }


def test_la_part_minimale_en_cpo_n_a_pas_la_meme_assiette_partout(
    charges: dict[str, Referentiel],
) -> None:
    parts = {
        i: [
            regle(charges[i], "cpo.part_minimale").parametres[nom]
            for nom in ("part_pct", "assiette")
        ]
        for i in TOUS
        if i != "hersin_coupigny"
    }

    assert parts == {
        "arras": [50, "actions"],
        "bethune_bruay": [None, None],
        "hazebrouck": [50, "enveloppe"],
        "valenciennes": [None, None],
    }


def test_la_circulaire_du_nord_s_applique_aussi_a_valenciennes(
    charges: dict[str, Referentiel],
) -> None:
    contrat = charges["valenciennes"]
    part = regle(contrat, "cpo.part_minimale", "departement")

    assert (part.parametres["part_pct"], part.document, part.ligne) == (50, "circulaire_2024", 2519)
    assert contrat.titre(part.document) == (
        "Circulaire préfectorale du 24 janvier 2024 (Nord), annexée au contrat d'Hazebrouck"
    )
    assert {r.identifiant for r in contrat.regles if r.origine == "departement"} == {
        r.identifiant for r in charges["hazebrouck"].regles if r.origine == "departement"
    }


def test_une_regle_du_pas_de_calais_ne_vient_pas_de_la_circulaire_du_nord(
    charges: dict[str, Referentiel],
) -> None:
    for identifiant in ("arras", "bethune_bruay"):
        assert {r.origine for r in charges[identifiant].regles} == {"contrat"}


def test_les_regles_de_gouvernance_sont_des_frequences(charges: dict[str, Referentiel]) -> None:
    instances = {i.identifiant: i for i in charges["valenciennes"].instances}

    copil, cotech = instances["copil"], instances["cotech"]
    assert (copil.minimum_par_an, copil.maximum_par_an) == (1, 2)
    assert (cotech.minimum_par_an, cotech.maximum_par_an) == (4, None)
    assert instances["reunions_reseau"].intervalle_semaines == 6


def test_chaque_instance_a_le_nombre_de_reunions_que_son_contrat_imprime(
    charges: dict[str, Referentiel],
) -> None:
    attendus: dict[str, dict[str, int | None]] = {
        "arras": {
            "copil_cdq": None,  # the printed sentence is cut short
            "comite_technique": None,
            "comite_financeurs": 1,
            "cet_achicourt": 12,
        },
        "bethune_bruay": {"copil_inter": 1, "comite_financeurs": 1, "copil_communal": 2},
        "hazebrouck": {"copil": 1, "cotech": 3, "mission_interministerielle": 4},
        "hersin_coupigny": {"comite_executif": 2, "comite_cohesion_sociale": 4},
        "valenciennes": {"copil": 1, "cotech": 4, "comites_territoriaux": 2},
    }
    instances = {i: {x.identifiant: x for x in charges[i].instances} for i in TOUS}

    for contrat, minimums in attendus.items():
        lus = {nom: instances[contrat][nom].minimum_par_an for nom in minimums}
        assert lus == minimums, contrat
    assert instances["valenciennes"]["comites_territoriaux"].par == "commune"
    assert "santé" in (instances["hazebrouck"]["cotech"].par or "")
    assert "en moyenne" in (instances["arras"]["tiers_lieu"].frequence or "")
    assert [instances["valenciennes"][nom].nature for nom in ("copil", "cotech")] == [
        "decisionnelle",
        "technique",
    ]


@pytest.mark.parametrize("identifiant", TOUS)
def test_chaque_contrat_dit_ses_annees(identifiant: str, charges: dict[str, Referentiel]) -> None:
    contrat = charges[identifiant].contrat

    assert (contrat.annee_debut, contrat.annee_fin) == (2024, 2030)


def test_le_point_d_etape_de_2027_est_une_donnee(charges: dict[str, Referentiel]) -> None:
    etapes = {i: charges[i].contrat.annee_mi_parcours for i in TOUS}

    assert etapes == {
        "arras": 2027,
        "bethune_bruay": 2027,
        "hazebrouck": 2027,
        "hersin_coupigny": None,
        "valenciennes": 2027,
    }


def test_la_base_legale_de_la_geographie_est_citee(charges: dict[str, Referentiel]) -> None:
    bases = {charges[i].contrat.base_legale for i in TOUS if i != "hersin_coupigny"}

    assert bases == {"Décret n°\u00a02023-1314 du 28 décembre 2023"}


def test_les_criteres_d_un_qpv_varient_selon_le_contrat(charges: dict[str, Referentiel]) -> None:
    revenus = {
        i: regle(charges[i], "geographie.criteres").parametres["revenu_median_max_eur"]
        for i in ("arras", "bethune_bruay", "valenciennes")
    }

    assert revenus == {"arras": 12900, "bethune_bruay": 12600, "valenciennes": None}
    part = regle(charges["valenciennes"], "geographie.criteres").parametres["revenu_max_pct_median"]
    assert part == 60


def test_les_credits_hors_qpv_ont_un_plafond_ou_n_en_ont_pas_d_imprime(
    charges: dict[str, Referentiel],
) -> None:
    plafonds = {
        i: regle(charges[i], "hors_qpv.plafond").parametres["plafond_pct"]
        for i in TOUS
        if i != "hersin_coupigny"
    }
    derogation = regle(charges["valenciennes"], "hors_qpv.conditions", "departement")
    bethune = regle(charges["bethune_bruay"], "hors_qpv.conditions").parametres
    arras = regle(charges["arras"], "hors_qpv.conditions").parametres

    assert plafonds == {
        "arras": 2.5,
        "bethune_bruay": 2.5,
        "hazebrouck": None,
        "valenciennes": None,
    }
    assert (derogation.parametres["autorise"], derogation.parametres["ponctuel"]) == (True, True)
    assert (bethune["cofinancement_local"], bethune["reconnaissance"]) == (
        True,
        "proposée, non acquise",
    )
    assert (arras["indicateurs_exiges"], arras["maille_m"], arras["menages_pauvres_min_pct"]) == (
        True,
        200,
        25.6,
    )


def test_les_fonds_de_l_agglomeration_s_ouvrent_aux_quartiers_communautaires(
    charges: dict[str, Referentiel],
) -> None:
    fonds = regle(charges["bethune_bruay"], "fonds_cohesion_sociale.eligibilite")
    region = regle(charges["bethune_bruay"], "BB-GEO-07")

    assert fonds.parametres == {
        "zones": ["QPV", "QIC"],
        "montant_eur": None,
        "plafond_par_dossier_eur": None,
    }
    assert (region.portee, region.financeur) == ("region", "Région Hauts-de-France")
    assert {q.statut_reconnaissance for q in charges["bethune_bruay"].quartiers} == {
        None,
        "territoire vulnérable proposé (l.\u00a0384)",
    }


def test_une_commune_de_qpv_peut_ne_pas_signer(charges: dict[str, Referentiel]) -> None:
    absentes = {
        i: [c.nom for c in charges[i].communes if c.signataire is False]
        for i in ("bethune_bruay", "valenciennes")
    }

    assert absentes == {
        "bethune_bruay": ["Hulluch"],
        "valenciennes": ["Escautpont", "La Sentinelle", "Raismes"],
    }


def test_les_ecritures_d_une_commune_sont_gardees(charges: dict[str, Referentiel]) -> None:
    variantes = {c.nom: c.variantes for c in charges["valenciennes"].communes if c.variantes}

    assert variantes["Condé-sur-l'Escaut"] == ["Condé-sur-Escaut"]


def test_un_quartier_se_rattache_a_celui_qu_il_remplace(charges: dict[str, Referentiel]) -> None:
    anciens = {q.nom: q.predecesseurs for q in charges["arras"].quartiers if q.predecesseurs}

    assert anciens == {
        "Bonnettes - St Pol - Baudimont": ["Arras Ouest"],
        "Blancs Monts - Hochettes": ["Arras Ouest"],
        "Chanteclair - Cévennes": ["Nouvelles Résidences"],
        "Beaurains": ["Beaurains (quartier de veille active)"],
    }


def test_une_statistique_de_l_ancien_perimetre_le_dit(charges: dict[str, Referentiel]) -> None:
    anciens = {
        (i.quartier, i.ancien_perimetre)
        for identifiant in ("arras", "hersin_coupigny")
        for i in charges[identifiant].indicateurs
        if i.ancien_perimetre
    }

    assert {quartier for quartier, _ in anciens} == {
        "bonnettes",
        "blancs_monts",
        "saint_michel",
        "quatre_as",
        "regain",
    }


def test_un_indicateur_garde_ses_points_de_comparaison(charges: dict[str, Referentiel]) -> None:
    emploi = next(
        i for i in charges["valenciennes"].indicateurs if i.libelle.startswith("Taux d'emploi")
    )
    bas_revenus = next(
        i
        for i in charges["arras"].indicateurs
        if i.quartier == "bonnettes" and i.libelle == "Part de ménages ayant des bas revenus"
    )

    assert (emploi.valeur, emploi.annee, emploi.comparaisons) == (40, 2019, {"national": 65})
    assert bas_revenus.comparaisons == {"epci": 23, "moyenne_nationale_qpv": 62}
    assert len(charges["bethune_bruay"].indicateurs) == 42


def test_un_quartier_partage_a_une_commune_principale(charges: dict[str, Referentiel]) -> None:
    principales = {
        q.nom: [c.nom for c in q.communes if c.principale]
        for q in charges["hersin_coupigny"].quartiers
    }

    assert principales == {
        "Regain": ["Barlin"],
        "Cité Longuepierre – Beclet": ["Hersin-Coupigny"],
        "Cité 10 - Fond de Sains": ["Nœux-les-Mines"],
    }


def test_la_fiche_de_quartier_a_ses_rubriques_et_son_diagnostic(
    charges: dict[str, Referentiel],
) -> None:
    convention = charges["hersin_coupigny"]
    diagnostic = Counter(
        (i.quartier, i.categorie)
        for i in convention.indicateurs
        if i.categorie in ("irritant", "opportunité")
    )

    assert len(regle(convention, "quartier.fiche").parametres["rubriques"]) == 9
    assert diagnostic[("regain", "irritant")] == 3
    assert diagnostic[("cite10_fond_de_sains", "opportunité")] == 6


def test_les_signataires_obligatoires_sont_une_liste_du_departement_ou_du_contrat(
    charges: dict[str, Referentiel],
) -> None:
    nord = regle(charges["valenciennes"], "signataires.attendus", "departement")
    arras = regle(charges["arras"], "signataires.attendus")
    categories = Counter(s.categorie for s in charges["arras"].signataires)

    assert len(nord.parametres["obligatoires"]) == 12
    assert [
        len(arras.parametres[nom]) for nom in ("obligatoires", "a_mobiliser", "recommandes")
    ] == [
        3,
        4,
        15,
    ]
    assert categories == {"obligatoire": 9, "associe": 16, None: 1}


def test_les_signataires_sont_des_institutions_distinctes(
    charges: dict[str, Referentiel],
) -> None:
    bailleurs = [s.nom for s in charges["valenciennes"].signataires if s.nature == "bailleur"]

    assert "SIA Habitat" in bailleurs
    assert "Société Immobilière du Grand Hainaut" in bailleurs
    assert len(bailleurs) == 6
    assert len(charges["valenciennes"].signataires) == 29
    assert len(charges["hazebrouck"].signataires) == 17


def test_les_engagements_de_droit_commun_sont_des_lignes(charges: dict[str, Referentiel]) -> None:
    comptes = {
        i: Counter(
            "annexe" if e.nature in ("droit_commun", "sous_objectif") else e.nature
            for e in charges[i].engagements
        )
        for i in ("hazebrouck", "valenciennes")
    }

    assert comptes["valenciennes"] == {"annexe": 63, "contribution": 11}
    assert comptes["hazebrouck"] == {"annexe": 61, "contribution": 50, "tfpb": 14}


def test_un_engagement_chiffre_garde_son_depart_sa_cible_et_son_echeance(
    charges: dict[str, Referentiel],
) -> None:
    engagements = charges["valenciennes"].engagements
    chiffres = [e for e in engagements if e.cible is not None]
    progres = {
        (str(e.depart), str(e.cible), e.cible_unite, e.echeance) for e in chiffres if e.depart
    }

    assert len(chiffres) == 25
    assert progres >= {
        ("10", "20", "%", "2027"),
        ("43", "60", "%", "2027"),
        ("18.8", "20", "%", "2024"),
    }
    assert {"2e semestre 2024", "2024 et suivantes", "2030"} <= {e.echeance for e in engagements}


def test_une_ligne_de_credit_dit_son_dispositif_et_sa_depense(
    charges: dict[str, Referentiel],
) -> None:
    region = next(f for f in charges["valenciennes"].financeurs if f.nature == "region")
    europe = next(f for f in charges["hazebrouck"].financeurs if f.nature == "europe")

    assert [(li.dispositif, li.nature_depense) for li in region.lignes] == [
        (None, None),
        ("FTU", "investissement"),
        ("PIC", "fonctionnement"),
    ]
    assert [li.dispositif for li in europe.lignes] == ["FEDER", "FSE+"]
    assert {str(li.nature_credit) for li in europe.lignes} == {"droit_commun"}


def test_les_roles_et_les_partenaires_socles_sont_nommes(charges: dict[str, Referentiel]) -> None:
    contrat = charges["valenciennes"]

    assert len(regle(contrat, "acteurs.partenaires_socles").parametres["membres"]) == 6
    assert (
        "référent politique de la ville communal"
        in (regle(contrat, "acteurs.roles").parametres["roles"])
    )
    assert regle(contrat, "acteurs.etat", "departement").ligne == 2532


def test_les_montants_des_piliers_passes_sont_gardes(charges: dict[str, Referentiel]) -> None:
    montants = [
        v.valeur or 0
        for v in charges["hazebrouck"].volumes
        if v.identifiant.startswith("montant_2015_2022")
    ]

    assert (len(montants), sum(montants)) == (6, 1906552)


def test_les_volumes_imprimes_sont_gardes_comme_references(
    charges: dict[str, Referentiel],
) -> None:
    attendus: dict[str, dict[str, int | None]] = {
        "arras": {
            "actions_par_an": 90,
            "structures_par_an": 50,
            "part_actions_nouvelles": 30,
            "montant_bop147_quartier_ete": 1_000_000,
            "part_cohesion_sociale": 50,
            "montant_bop147": None,  # printed together with Quartier été only
        },
        "hazebrouck": {
            "actions_2016": 40,
            "actions_2022": 23,
            "taux_retenue_min": 57,
            "taux_retenue_2018": 72,
        },
        "valenciennes": {
            "actions_par_an": 200,
            "structures_par_an_min": 90,
            "structures_par_an_max": 100,
            "part_actions_nouvelles": 30,
        },
    }
    for contrat, voulus in attendus.items():
        volumes = {v.identifiant: v.valeur for v in charges[contrat].volumes}
        assert {nom: volumes[nom] for nom in voulus} == voulus, contrat


def test_les_dispositifs_connexes_sont_une_liste(charges: dict[str, Referentiel]) -> None:
    codes = {d.code for d in charges["bethune_bruay"].dispositifs}
    integres = regle(charges["bethune_bruay"], "dispositifs.integres").parametres["dispositifs"]

    assert {
        "REP",
        "ASV",
        "PRE",
        "CITE_EDUC",
        "NPNRU",
        "ERBM",
        "PLH",
        "PCAET",
        "CLS",
        "PAT",
    } <= codes
    assert len(integres) == 6
    assert len(codes) == len(charges["bethune_bruay"].dispositifs) == 31
    assert regle(charges["arras"], "dispositifs.programme_global").parametres == {
        "dispositifs": ["cités éducatives", "cité de l'emploi", "plans d'actions TFPB"]
    }


def test_jeunesse_egalite_et_alimentation_sont_des_regles(charges: dict[str, Referentiel]) -> None:
    contrat = charges["bethune_bruay"]
    jeunesse = regle(contrat, "jeunesse.transversale")
    noeuds_connus = {n.identifiant for n in contrat.noeuds()}

    assert (jeunesse.niveau, jeunesse.ligne) == ("bloquant", 778)
    assert {jeunesse.parametres["noeud"], "T3"} <= noeuds_connus
    assert regle(contrat, "aide_alimentaire.pat").parametres == {"dispositif": "PAT"}


def test_les_axes_de_progres_et_les_priorites_des_elus_sont_des_listes(
    charges: dict[str, Referentiel],
) -> None:
    elus = regle(charges["hersin_coupigny"], "priorites.elus").parametres["priorites"]

    assert len(noeuds(charges["arras"], "axes_progres")) == 3
    assert len(elus) == 4


def test_les_pistes_des_seminaires_ne_sont_pas_un_programme(
    charges: dict[str, Referentiel],
) -> None:
    ambitions = charges["arras"].nomenclatures[0].noeuds

    assert [len(n.ressources) > 20 for n in ambitions] == [True] * 4
    assert {r.rubrique for n in ambitions for r in n.ressources} == {"pistes"}
    assert regle(charges["arras"], "pistes.statut").parametres == {"programme": False}


def test_mobilite_culture_et_sport_sont_des_regles(charges: dict[str, Referentiel]) -> None:
    mobilite = regle(charges["valenciennes"], "VAL-MOB-01")
    culture = regle(charges["valenciennes"], "VAL-DC-09")

    assert mobilite.parametres == {"applicable_a": ["O1", "O2", "O4"]}
    assert (culture.theme, culture.niveau, culture.ligne) == ("droit_commun", "alerte", 463)


def test_le_rattachement_a_l_arbre_est_une_regle(charges: dict[str, Referentiel]) -> None:
    assert regle(charges["arras"], "arbre.rattachement").parametres == {"nomenclature": "arbre"}


# Inheritance --------------------------------------------------------------------------------------


def test_la_convention_communale_prend_au_contrat_cadre_ce_qu_elle_tait(
    charges: dict[str, Referentiel],
) -> None:
    convention, cadre = charges["hersin_coupigny"], charges["bethune_bruay"]

    assert convention.nomenclatures == cadre.nomenclatures
    assert convention.financeurs == cadre.financeurs
    assert convention.etapes == cadre.etapes
    assert len(convention.quartiers) == 3
    assert convention.signataires == []
    assert [i.identifiant for i in convention.instances[:2]] == [
        "comite_executif",
        "comite_cohesion_sociale",
    ]
    assert len(convention.instances) == 2 + len(cadre.instances)


def test_les_regles_heritees_disent_qu_elles_viennent_du_contrat_cadre(
    charges: dict[str, Referentiel],
) -> None:
    convention = charges["hersin_coupigny"]
    origines = Counter(r.origine for r in convention.regles)

    assert origines == {"contrat": 21, "contrat-cadre": len(charges["bethune_bruay"].regles)}
    assert regle(convention, "HC-GOV-01").parametres == {"minimum_par_an": 2}
    assert regle(convention, "cpo.duree", "contrat-cadre").parametres["min_ans"] == 3


def test_les_priorites_d_une_commune_visent_des_objectifs_du_contrat_cadre(
    charges: dict[str, Referentiel],
) -> None:
    convention = charges["hersin_coupigny"]
    connus = {n.identifiant for n in convention.noeuds()}
    vises = {p.noeud for p in convention.priorites if p.noeud is not None}

    assert vises <= connus
    assert len(vises) > 30
    assert {p.quartier for p in convention.priorites} == {
        "regain",
        "longuepierre_beclet",
        "cite10_fond_de_sains",
    }


# Reading ------------------------------------------------------------------------------------------


def test_un_contrat_inconnu_est_refuse_avec_la_liste() -> None:
    with pytest.raises(SaisieRefusee) as refus:
        referentiels.charger("lille")

    assert str(refus.value) == (
        "Le contrat « lille » n'est pas connu : choisissez parmi arras, bethune_bruay, hazebrouck, "
        "hersin_coupigny, valenciennes."
    )


def test_une_cle_inconnue_est_refusee_en_francais(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, communes=[{"nom": "Aire", "maire": "?"}])

    with pytest.raises(SourceIllisible) as refus:
        referentiels.charger_fichier(chemin)

    assert str(refus.value) == (
        "Dans « essai.json » (communes › 0), la clé « maire » n'est pas connue : corrigez-la ou "
        "retirez-la."
    )


def test_une_cle_manquante_est_nommee(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, contrat={})

    with pytest.raises(SourceIllisible, match=r"\(contrat\), il manque la clé « nom »"):
        referentiels.charger_fichier(chemin)


def test_une_valeur_hors_liste_est_refusee(tmp_path: Path) -> None:
    quartier = {"identifiant": "q", "nom": "Q", "nature": "ZUS"}

    with pytest.raises(SourceIllisible, match="la valeur de « nature » n'est pas acceptée"):
        referentiels.charger_fichier(ecrire(tmp_path, quartiers=[quartier]))


@pytest.mark.parametrize(
    ("changements", "attendu"),
    [
        (
            {
                "quartiers": [
                    {
                        "identifiant": "q",
                        "nom": "Q",
                        "nature": "QPV",
                        "communes": [{"nom": "Nulle-Part"}],
                    }
                ]
            },
            "Le référentiel cite « Nulle-Part », commune qu'il ne décrit pas",
        ),
        (
            {"priorites": [{"quartier": "absent", "libelle": "x"}]},
            "Le référentiel cite « absent », quartier qu'il ne décrit pas",
        ),
        (
            {
                "regles": [
                    {"identifiant": "r", "theme": "cpo", "enonce": "a"},
                    {"identifiant": "r", "theme": "cpo", "enonce": "b"},
                ]
            },
            "emploie deux fois l'identifiant « r (contrat) »",
        ),
    ],
)
def test_une_reference_perdue_ou_un_doublon_sont_refuses(
    tmp_path: Path, changements: dict[str, Any], attendu: str
) -> None:
    with pytest.raises(SourceIllisible) as refus:
        referentiels.charger_fichier(ecrire(tmp_path, **changements))

    assert attendu in str(refus.value)


@pytest.mark.parametrize(
    ("contenu", "attendu"),
    [
        ("{", "n'est pas un fichier JSON lisible"),
        ("[]", "n'est pas un référentiel de contrat de ville"),
        ('{"version": 2}', "a été écrit pour une version plus récente"),
    ],
)
def test_un_autre_fichier_est_refuse(tmp_path: Path, contenu: str, attendu: str) -> None:
    chemin = tmp_path / "autre.json"
    chemin.write_text(contenu, encoding="utf-8")

    with pytest.raises(SourceIllisible, match=attendu):
        referentiels.charger_fichier(chemin)


def test_un_fichier_absent_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(SourceIllisible, match="ne peut pas être lu"):
        referentiels.charger_fichier(tmp_path / "absent.json")


def test_un_contrat_vierge_n_a_qu_un_nom_et_des_annees() -> None:
    contrat = referentiels.vierge(" Contrat d'essai ", 2026, 2031)

    assert contrat.contrat.nom == "Contrat d'essai"
    assert referentiels.resumer(contrat) == referentiels.ResumeReferentiel(
        id="vierge",
        nom="Contrat d'essai",
        quartiers={},
        communes=0,
        communes_signataires=0,
        noeuds=0,
        regles=0,
    )


@pytest.mark.parametrize(("nom", "debut", "fin"), [("  ", 2026, 2031), ("Essai", 2031, 2026)])
def test_un_contrat_vierge_sans_nom_ou_a_rebours_est_refuse(nom: str, debut: int, fin: int) -> None:
    with pytest.raises(SaisieRefusee):
        referentiels.vierge(nom, debut, fin)
