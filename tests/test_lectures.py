"""What each layout is read into, value by value, with its anomalies."""

import contextlib
import csv
import datetime as dt
import random
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabrique_import as fabrique
import pytest
from fabrique_import import DONNEES

from app.services import valeurs_lues
from app.services.cellules import en_annee, en_date, en_entier, en_montant, en_oui_non, est_vide
from app.services.errors import SaisieRefusee, SourceIllisible, TravailAnnule
from app.services.feuilles import Cellule
from app.services.lectures import (
    ActionLue,
    CofinancementLu,
    Correspondance,
    Lecture,
    PublicsLus,
    lire,
    profils,
)


def lue(nom: str, **options: Any) -> Lecture:
    return lire(DONNEES / nom, **options)


def de(lecture: Lecture, financeur: str, *, rang: int = 0) -> CofinancementLu:
    """The only line of a financeur on an action of the reading."""
    (cofinancement,) = [c for c in lecture.actions[rang].cofinancements if c.financeur == financeur]
    return cofinancement


def montants(c: CofinancementLu) -> tuple[Any, ...]:
    return (c.demande, c.propose, c.accorde, c.vote, c.notifie, c.verse)


def messages(lecture: Lecture, champ: str) -> list[tuple[int, str, str]]:
    return [(a.ligne, a.niveau, a.message) for a in lecture.anomalies if a.champ == champ]


def ecrire(dossier: Path, *rangees: Any, nom: str = "Feuille 1") -> Path:
    return fabrique.classeur(dossier / "a.xlsx", {nom: rangees})


def une(dossier: Path, *rangees: Any) -> ActionLue:
    (action,) = lire(ecrire(dossier, *rangees)).actions
    return action


# DAUPHIN ------------------------------------------------------------------------------------------


def test_dauphin_lit_l_identite_de_la_demande() -> None:
    lecture = lue("dauphin.json")
    (action,) = lecture.actions
    assert lecture.profil == "dauphin"
    assert (action.reference, action.annee, action.titre) == (
        "REF_ADMINISTRATIVE", 2022, "INTITULE_PROJET",
    )  # fmt: skip
    assert (action.porteur, action.sigle, action.rna) == ("ASS NOM_ASSO", "AFEV", "W100000000")
    assert (action.nature_porteur, action.recurrence, action.statut) == (
        "association", "reconduction", "accordee",
    )  # fmt: skip
    assert action.classements == ("Education – Sport - Jeunesse",)
    assert action.observation == "EJ 2103814945"


def test_dauphin_rend_le_jour_aux_dates_ecrites_en_temps_universel() -> None:
    """« 2022-08-31T22:00:00.000Z » is the first of September in France."""
    (action,) = lue("dauphin.json").actions
    assert (action.date_depot, action.date_debut, action.date_fin) == (
        "2022-08-08", "2022-09-01", "2023-08-31",
    )  # fmt: skip


def test_dauphin_lit_un_budget_equilibre() -> None:
    (action,) = lue("dauphin.json").actions
    charges = [ligne for ligne in action.budget if ligne.sens == "charge"]
    produits = [ligne for ligne in action.budget if ligne.sens == "produit"]
    assert sum(ligne.montant for ligne in charges) == Decimal(257_112)
    assert sum(ligne.montant for ligne in produits) == Decimal(257_112)
    assert [ligne.montant for ligne in charges if ligne.compte == "864"] == [Decimal(116_000)]
    assert [ligne.montant for ligne in produits if ligne.compte == "870"] == [Decimal(116_000)]
    assert action.cout_total == Decimal(257_112)


def plan_attendu() -> list[dict[str, str]]:
    with (DONNEES / "dauphin_plan.csv").open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=";"))


def test_dauphin_lit_chaque_ligne_chiffree_du_plan() -> None:
    attendues = Counter(
        ("charge" if ligne["cote"] == "depense" else "produit", Decimal(ligne["montant_demande"]))
        for ligne in plan_attendu()
        if ligne["montant_demande"]
    )
    (action,) = lue("dauphin.json").actions
    assert Counter((ligne.sens, ligne.montant) for ligne in action.budget) == attendues


def test_dauphin_lit_chaque_financeur_avec_ses_trois_montants() -> None:
    def lu(texte: str) -> Decimal | None:
        return Decimal(texte) if texte else None

    attendus = {
        ligne["libelle"]: (
            lu(ligne["montant_demande"]),
            lu(ligne["montant_propose"]),
            lu(ligne["montant_vote"]),
            ligne["commentaire"].strip() or None,
        )
        for ligne in plan_attendu()
        if ligne["type_financeur"]
    }
    (action,) = lue("dauphin.json").actions
    assert {
        c.financeur: (c.demande, c.propose, c.vote, c.commentaire) for c in action.cofinancements
    } == attendus
    assert montants(de(lue("dauphin.json"), "13-ETAT-POLITIQUE-VILLE"))[:4] == (
        Decimal(7000), Decimal(7000), None, Decimal(7000),
    )  # fmt: skip


def test_dauphin_lit_les_deux_avis_sans_nommer_les_agents() -> None:
    ligne = de(lue("dauphin.json"), "02-ETAT-POLITIQUE-VILLE")
    assert ligne.statut == "non_recevable"
    assert ligne.avis_prise_en_charge == "favorable (18/08/2022)"
    assert ligne.avis_recevabilite == "irrecevable (18/08/2022) : COMMENTAIRE"


def test_dauphin_lit_le_statut_de_chaque_financeur() -> None:
    (action,) = lue("dauphin.json").actions
    assert {c.financeur: c.statut for c in action.cofinancements} == {
        "02-ETAT-POLITIQUE-VILLE": "non_recevable",
        "MINISTERE-EDUCATION-NATIONALE": "inconnu",
        "PROVENCE-ALPES-COTE-AZUR-EDUC (RECTORAT)": "demande",
        "13-ETAT-POLITIQUE-VILLE": "vote",
        "PROVENCE ALPES COTE AZUR (CONSEIL REGIO)": "demande",
        "13-BOUCHES-DU-RHONE (DEPT)": "pris_en_charge",
        "AIX EN PROVENCE (13616)": "pris_en_charge",
        "13-CAF": "pris_en_charge",
    }


def test_dauphin_laisse_a_saisir_la_part_de_droit_commun_d_un_commentaire() -> None:
    lecture = lue("dauphin.json")
    commune = de(lecture, "AIX EN PROVENCE (13616)")
    assert (commune.demande, commune.nature_credit) == (Decimal(9100), None)
    assert commune.commentaire == "1600 droit commun + 7500 cdv"
    dit = "répartition droit commun / contrat de ville à saisir"
    assert [message for _, _, message in messages(lecture, "nature_credit")] == [
        f"13-BOUCHES-DU-RHONE (DEPT) : {dit} (« 5000 droit commun + 4000 cdv »).",
        f"AIX EN PROVENCE (13616) : {dit} (« 1600 droit commun + 7500 cdv »).",
    ]


def test_dauphin_signale_un_siret_faux() -> None:
    assert messages(lue("dauphin.json"), "siret") == [
        (1, "alerte", "SIRET « 11000000000013 » non repris : sa clé de contrôle est fausse.")
    ]


def test_dauphin_ne_lit_que_le_plan_courant(tmp_path: Path) -> None:
    def plan(montant: int, *, courant: bool) -> dict[str, Any]:
        poste = {"reference": "60", "lignes": [{"reference": "601", "montant": {"ht": montant}}]}
        return {"current": courant, "depense": {"postes": [poste], "montant": {"ht": 500}}}

    import json

    demande = {
        "intituleProjet": "Lire", "exerciceBudgetaire": 2026, "demandeur": {"raisonSociale": "A"},
        "planFinancement": [plan(100, courant=False), plan(400, courant=True)],
    }  # fmt: skip
    (tmp_path / "d.json").write_text(json.dumps([demande, {"autre": 1}]), encoding="utf-8")
    lecture = lire(tmp_path / "d.json")
    (action,) = lecture.actions
    assert [ligne.montant for ligne in action.budget] == [Decimal(400)]
    assert [message for _, _, message in messages(lecture, "budget")] == [
        "Charges : le total déclaré (500) n'est pas la somme des lignes (400), vérifiez le budget."
    ]


def test_un_json_d_objets_simples_est_un_tableau() -> None:
    lecture = lue("liste.json")
    assert lecture.actions[0].titre == "Cuivres au quartier"
    assert montants(de(lecture, "État")) == (
        Decimal(2000), None, Decimal(1500), None, None, None,
    )  # fmt: skip


def test_un_json_d_autre_chose_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"a": 1}', encoding="utf-8")
    with pytest.raises(SourceIllisible, match="ni demande DAUPHIN ni tableau"):
        lire(tmp_path / "a.json")


# The free tableau ---------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", ["programmation.xlsx", "programmation.ods"])
def test_le_tableau_de_programmation_donne_une_action_par_ligne(nom: str) -> None:
    lecture = lue(nom)
    premiere = lecture.actions[0]
    assert lecture.profil == "tableau"
    assert [a.ligne for a in lecture.actions] == [5, 6, 8, 9]
    assert premiere == ActionLue(
        feuille="Programmation 2026",
        ligne=5,
        annee=2026,
        titre="Chantier d'insertion",
        porteur="Association Les Voix du Hainaut",
        siret="05500006100014",
        quartiers=(("Cité Le Jard", None),),
        communes=("Vieux-Condé",),
        classements=("Insertion sociale et professionnelle",),
        publics=PublicsLus(total=40, qpv=30, femmes=18, hommes=22),
        cout_total=Decimal(24000),
        cofinancements=(
            CofinancementLu("État", demande=Decimal(8000), propose=Decimal(7000)),
            CofinancementLu("Valenciennes Métropole", demande=Decimal(5000)),
            CofinancementLu("Ville", demande=Decimal(2000)),
            CofinancementLu("CAF", demande=Decimal(0)),
        ),
        recurrence="reconduction",
        cpo_rang=2,
        cpo_duree=3,
        observation="Bon bilan",
        accorde_n1=Decimal(6000),
    )


def test_les_sous_totaux_parmi_les_donnees_sont_ignores_avec_leur_raison() -> None:
    lecture = lue("programmation.xlsx")
    assert messages(lecture, "") == [
        (7, "information", "Ligne de total (« Sous-total axe 1 »), non importée."),
        (10, "information", "Ligne de total (« TOTAL GÉNÉRAL »), non importée."),
    ]


def test_une_action_dont_le_titre_commence_par_total_est_lue(tmp_path: Path) -> None:
    action = une(
        tmp_path, ("Porteur", "Intitulé", "Coût total"), ("Fanfare", "Total respect", 1000)
    )
    assert action.titre == "Total respect"


ENERGIES = ("Porteur", "N° SIRET", "Intitulé", "État demandé", "Coût total")


@pytest.mark.parametrize("porteur", ["Total Énergies", "Sous-total Jeunesse", "TOTALENERGIES"])
@pytest.mark.parametrize("siret", [None, "05500006100014"])
def test_un_porteur_nomme_total_n_est_pas_une_ligne_de_total(
    tmp_path: Path, porteur: str, siret: str | None
) -> None:
    lecture = lire(
        ecrire(
            tmp_path,
            ENERGIES,
            ("Fanfare", None, "Cuivres", 1000, 2000),
            ("Amicale", None, "Marche", 1000, 3000),
            (porteur, siret, "Précarité énergétique", 1000, 6000),
            ("Chorale", None, "Chanter", 500, 800),
        )
    )
    assert [a.porteur for a in lecture.actions] == ["Fanfare", "Amicale", porteur, "Chorale"]
    assert messages(lecture, "") == []


def test_un_porteur_identifie_n_est_pas_un_total_meme_si_ses_montants_tombent_juste(
    tmp_path: Path,
) -> None:
    lecture = lire(
        ecrire(
            tmp_path,
            ENERGIES,
            ("Fanfare", None, "Cuivres", 1000, 2000),
            ("Amicale", None, "Marche", 1000, 3000),
            ("Total Énergies", "05500006100014", "Précarité énergétique", 2000, 5000),
        )
    )
    assert [a.porteur for a in lecture.actions] == ["Fanfare", "Amicale", "Total Énergies"]


@pytest.mark.parametrize(
    "total",
    [
        ("Total général", None, None, 3000, 7000),
        ("Total", None, "3 actions", 3000, 7000),
        ("Sous-total axe 1", None, "Éducation", 2999, 7000),  # wrong by one euro, still a total
        ("Sous-total Jeunesse", None, None, 3000, 7000),
        ("Total Énergies", None, "Ensemble de l'axe", 3000, 7000),  # sums those above
        (None, None, "TOTAL", 3000, 7000),
        ("S/T", None, "3", 3000, 7000),
        ("Total 2026", None, "Ensemble", None, None),
    ],
)
def test_une_vraie_ligne_de_total_reste_ignoree(tmp_path: Path, total: tuple[Any, ...]) -> None:
    lecture = lire(
        ecrire(
            tmp_path,
            ENERGIES,
            ("Fanfare", None, "Cuivres", 1000, 2000),
            ("Amicale", None, "Marche", 1000, 3000),
            ("Chorale", None, "Chanter", 1000, 2000),
            total,
        )
    )
    assert [a.porteur for a in lecture.actions] == ["Fanfare", "Amicale", "Chorale"]
    assert [ligne for ligne, _, _ in messages(lecture, "")] == [5]


def test_un_sous_total_nomme_comme_un_porteur_se_reconnait_a_sa_somme(tmp_path: Path) -> None:
    """The sum of its own part, after another total."""
    lecture = lire(
        ecrire(
            tmp_path,
            ENERGIES,
            ("Fanfare", None, "Cuivres", 1000, 2000),
            ("Sous-total", None, None, 1000, 2000),
            ("Amicale", None, "Marche", 200, 3000),
            ("Chorale", None, "Chanter", 300, 2000),
            ("Sous-total Jeunesse", None, "Ensemble", 500, 5000),
        )
    )
    assert [a.porteur for a in lecture.actions] == ["Fanfare", "Amicale", "Chorale"]


def test_ce_qui_ne_se_voit_pas_ne_compte_pas(tmp_path: Path) -> None:
    """Names pasted from a web page carry joiners and marks; a title made of them is no title."""
    lecture = lire(
        ecrire(
            tmp_path,
            ("Porteur", "Intitulé", "Coût total"),
            ("Centre\u200b social Le\u00a0Trieu\ufeff", "Lire\u200d ensemble", 100),
            ("Centre social Le Trieu", "Jouer", 200),
            ("\u200b\u2060", "\u200b\u00ad\u2800", 300),
        )
    )
    assert [(a.porteur, a.titre) for a in lecture.actions] == [
        ("Centre social Le Trieu", "Lire ensemble"),
        ("Centre social Le Trieu", "Jouer"),
        (None, None),
    ]


@pytest.mark.parametrize("vide", ["\u200b", "\u00ad\u2060 \ufeff", "\u2800"])
def test_un_json_ne_donne_pas_de_titre_invisible(tmp_path: Path, vide: str) -> None:
    import json

    objets = [
        {"Porteur": "Fanfare", "Intitulé": vide, "Coût total": 10},
        {"Porteur": "Fan\u200bfare", "Intitulé": "Cuivres", "Coût total": 10},
    ]
    (tmp_path / "i.json").write_text(json.dumps(objets), encoding="utf-8")
    sans, avec = lire(tmp_path / "i.json").actions
    assert sans.titre is None
    assert (avec.porteur, avec.titre) == ("Fanfare", "Cuivres")


def test_un_json_de_cles_toutes_differentes_est_refuse(tmp_path: Path) -> None:
    """Each object with its own keys: a small file, and a square of cells."""
    import json

    objets = [{f"c{rang}-{n}": 1 for n in range(20)} for rang in range(2000)]
    (tmp_path / "c.json").write_text(json.dumps(objets), encoding="utf-8")
    with pytest.raises(SourceIllisible, match=r"« c\.json » donne plus de 1000 colonnes"):
        lire(tmp_path / "c.json")


def test_les_cellules_qui_ne_sont_pas_des_montants_sont_signalees() -> None:
    illisible = "« à définir » n'est pas un montant (colonne « État proposé »)"
    assert messages(lue("programmation.xlsx"), "montant") == [
        (8, "alerte", f"{illisible} : la cellule est laissée vide."),
        (9, "alerte", "Montant négatif dans « État demandé » ((1 200)) : il n'est pas repris."),
        (9, "alerte", "Montant négatif dans « Accordé N-1 » ((200)) : il n'est pas repris."),
    ]  # fmt: skip


def test_le_zero_perdu_d_un_siret_est_rendu_et_dit() -> None:
    lecture = lue("programmation.xlsx")
    assert [a.siret for a in lecture.actions] == [
        "05500006100014", "05500010300014", "05500000400014", None,
    ]  # fmt: skip
    assert messages(lecture, "siret") == [
        (6, "information",
         "SIRET complété : le zéro perdu a été rendu à « 5500010300014 » (05500010300014).")
    ]  # fmt: skip


def test_les_quartiers_d_une_cellule_se_separent_avec_leurs_parts() -> None:
    lecture = lue("programmation.xlsx")
    assert lecture.actions[1].quartiers == (("QN05926M", None), ("QN05925M", None))
    assert lecture.actions[2].quartiers == (
        ("Chaussiette - Macou", Decimal(60)), ("Centre Ville - Le Jard", Decimal(40)),
    )  # fmt: skip


@pytest.mark.parametrize("nom", ["deux_lignes.xlsx", "deux_lignes.xls"])
def test_deux_lignes_d_entete_et_un_porteur_fusionne(nom: str) -> None:
    lecture = lue(nom)
    assert [(a.porteur, a.titre) for a in lecture.actions] == [
        ("Fondation du Trieu", "Lire ensemble"),
        ("Fondation du Trieu", "Jouer ensemble"),
        ("Fanfare des Corons", "Cuivres au quartier"),
    ]
    assert montants(de(lecture, "État"))[:3] == (Decimal(4000), Decimal(3000), Decimal(3000))
    assert montants(de(lecture, "Région Hauts-de-France"))[:3] == (
        Decimal(2000), Decimal(2000), Decimal(1500),
    )  # fmt: skip
    assert lecture.actions[0].publics == PublicsLus(total=30, qpv=28, femmes=14)


def test_une_ligne_par_financeur_donne_une_action_par_reference() -> None:
    lecture = lue("par_financeur.csv")
    assert [(a.reference, a.ligne) for a in lecture.actions] == [("R-1", 2), ("R-2", 4)]
    assert montants(de(lecture, "État"))[:3] == (Decimal(2000), None, Decimal(1500))
    region = de(lecture, "Région Hauts-de-France")
    assert (region.ligne_credit, region.demande) == (
        "Projets d'Initiatives Citoyennes", Decimal(1000),
    )  # fmt: skip


def test_une_ligne_de_titre_donne_l_axe_quand_aucune_colonne_ne_le_fait(tmp_path: Path) -> None:
    lecture = lire(
        ecrire(
            tmp_path,
            ("Porteur", "Intitulé", "Coût total"),
            ("AXE 1 – Éducation",),
            ("Fanfare", "Cuivres", 100),
            ("Sous-total", None, 100),
            ("AXE 2 – Santé",),
            ("Amicale", "Marche", 50),
        )
    )
    assert [a.classements for a in lecture.actions] == [
        ("AXE 1 – Éducation",), ("AXE 2 – Santé",),
    ]  # fmt: skip


def test_un_entete_repete_n_est_pas_une_action(tmp_path: Path) -> None:
    entete = ("Porteur", "Intitulé", "Coût total")
    assert une(tmp_path, entete, ("A", "b", 1), entete).titre == "b"


def test_les_montants_d_une_annee_passee_sont_l_accorde_n_moins_1(tmp_path: Path) -> None:
    action = une(
        tmp_path,
        ("Porteur", "Intitulé", "État accordé 2025", "CAF accordé 2025", "État demandé 2026",
         "Bénéficiaires 2025"),
        ("A", "b", 1000, 500, 2000, 30),
    )  # fmt: skip
    assert (action.annee, action.accorde_n1) == (2026, Decimal(1500))
    assert action.cofinancements == (CofinancementLu("État", demande=Decimal(2000)),)
    assert action.publics == PublicsLus()


@pytest.mark.parametrize(
    ("titre", "annee"),
    [
        ("Contrat de ville 2024-2030 – Programmation 2026", 2026),
        ("Appel à projets 2025, mis à jour le 12/01/2026", 2025),
        ("Tableau du comité du 3 mars 2026", 2026),
        ("Contrat de ville 2024-2030", None),
    ],
)
def test_l_annee_se_lit_dans_le_titre(tmp_path: Path, titre: str, annee: int | None) -> None:
    action = une(tmp_path, (titre,), (), ("Porteur", "Intitulé", "Coût total"), ("A", "b", 1))
    assert action.annee == annee


@pytest.mark.parametrize(
    ("feuille", "etape", "niveau"),
    [("Demandes", "demande", "information"), ("Décision du comité", "accorde", "information"),
     ("Feuille 1", "demande", "alerte")],
)  # fmt: skip
def test_une_colonne_sans_etape_prend_celle_que_dit_le_titre(
    tmp_path: Path, feuille: str, etape: str, niveau: str
) -> None:
    chemin = ecrire(
        tmp_path, ("Porteur", "Intitulé", "État", "CAF"), ("A", "b", 10, 20), nom=feuille
    )
    lecture = lire(chemin)
    assert getattr(de(lecture, "CAF"), etape) == Decimal(20)
    assert [n for _, n, _ in messages(lecture, "montant")] == [niveau]


def test_des_montants_sans_financeur_sont_ceux_de_l_etat_et_on_le_dit(tmp_path: Path) -> None:
    lecture = lire(ecrire(tmp_path, ("Porteur", "Intitulé", "Montant demandé"), ("A", "b", 10)))
    assert montants(de(lecture, "État"))[0] == Decimal(10)
    assert [n for _, n, _ in messages(lecture, "montant")] == ["alerte"]


def test_un_objectif_redige_est_une_description(tmp_path: Path) -> None:
    prose = "Permettre aux enfants du quartier de découvrir la musique. " * 4
    action = une(tmp_path, ("Porteur", "Intitulé", "Objectifs"), ("A", "b", prose))
    assert (action.classements, action.description) == ((), prose.strip())


def test_une_cellule_en_erreur_est_laissee_vide_et_signalee(tmp_path: Path) -> None:
    source = ecrire(tmp_path, ("Porteur", "Intitulé", "État demandé", "Coût total"), ("A", "b"))
    chemin = fabrique.modifier_partie(
        source, tmp_path / "f.xlsx", "xl/worksheets/sheet1.xml", b"</row></sheetData>",
        b'<c r="C2" t="e"><v>#REF!</v></c><c r="D2"><f>1+1</f></c></row></sheetData>',
    )  # fmt: skip
    lecture = lire(chemin)
    assert (lecture.actions[0].cofinancements, lecture.actions[0].cout_total) == ((), None)
    assert messages(lecture, "montant") == [
        (2, "alerte", "Cellule « État demandé » laissée vide : la formule donne une erreur.")
    ]
    assert [ligne for ligne, _, _ in messages(lecture, "cout_total")] == [2]


def test_le_type_de_credit_se_lit_dans_le_nom_de_la_colonne(tmp_path: Path) -> None:
    action = une(
        tmp_path,
        (
            "Porteur",
            "Intitulé",
            "Région droit commun demandé",
            "Région crédits spécifiques demandé",
        ),
        ("A", "b", 10, 20),
    )
    assert [(c.nature_credit, c.demande) for c in action.cofinancements] == [
        ("droit_commun", Decimal(10)), ("specifique", Decimal(20)),
    ]  # fmt: skip


# Other layouts ------------------------------------------------------------------------------------


def test_osiris_actions_lit_deux_entetes_et_separe_les_cofinanceurs() -> None:
    lecture = lue("osiris_actions.xls")
    (action,) = lecture.actions
    assert lecture.profil == "osiris_actions"
    assert (action.reference, action.annee, action.titre) == (
        "DD59-26-0001-1", 2026, "Chantier d'insertion",
    )  # fmt: skip
    assert (action.siret, action.rna, action.sigle) == ("05500006100014", "W596000001", "LVH")
    assert action.description == "Remobiliser par le travail\nUn chantier de rénovation"
    assert (action.statut, action.recurrence) == ("accordee", "reconduction")
    assert (action.publics.total, action.cout_total) == (115, Decimal(24000))
    etat = de(lecture, "État")
    assert montants(etat) == (
        Decimal(8000), Decimal(7000), Decimal(6500), None, None, Decimal(0),
    )  # fmt: skip
    assert (etat.ligne_credit, etat.commentaire) == (
        "147 - Politique de la ville", "EJ 26/0000001",
    )  # fmt: skip
    assert de(lecture, "CAF du Nord").demande == Decimal(1500)
    assert de(lecture, "Ville de Marly").demande == Decimal("2000.50")
    assert messages(lecture, "") == [
        (4, "information", "Ligne de total (« Consolidation »), non importée.")
    ]


def test_osiris_signale_des_noms_et_des_montants_qui_ne_vont_pas_ensemble(tmp_path: Path) -> None:
    colonnes = [(g, c, "CAF\nVille\nRégion" if c == "Noms" else v) for g, c, v in fabrique.OSIRIS]
    lecture = lire(fabrique.osiris(tmp_path / "o.xlsx", colonnes))
    assert [m for _, _, m in messages(lecture, "cofinanceurs")] == [
        "3 cofinanceur(s) pour 2 montant(s) : les montants sont à saisir."
    ]
    assert [c.demande for c in lecture.actions[0].cofinancements[1:]] == [None, None, None]


def test_osiris_dossiers_n_a_pas_d_intitule_et_rejette_n_est_pas_refuser() -> None:
    lecture = lue("osiris_dossiers.xls")
    (action,) = lecture.actions
    assert action.titre == "Dossier DD59-26-0002 – 147 - Politique de la ville"
    assert (action.porteur, action.statut) == ("LES VOIX DU HAINAUT", "irrecevable")
    assert montants(de(lecture, "État"))[:3] == (Decimal(3000), Decimal(0), Decimal(0))
    assert [n for _, n, _ in messages(lecture, "titre")] == ["information"]
    assert [ligne for ligne, _, _ in messages(lecture, "rna")] == [3]


def test_mgdis_regroupe_les_financements_d_une_demande() -> None:
    lecture = lue("mgdis.xlsx")
    assert lecture.profil == "mgdis"
    assert [(a.reference, a.titre) for a in lecture.actions] == [
        ("00051234", "Chantier d'insertion"), ("00051235", "Ateliers vers l'emploi"),
    ]  # fmt: skip
    etat = de(lecture, "ETAT-POLITIQUE-VILLE")
    assert (etat.demande, etat.vote, etat.statut) == (Decimal(8000), Decimal(6500), "vote")
    assert de(lecture, "CAF DU NORD").statut == "pris_en_charge"
    assert de(lecture, "ETAT-POLITIQUE-VILLE", rang=1).statut == "non_recevable"


def test_les_feuilles_qui_portent_la_reference_completent_l_action() -> None:
    lecture = lue("mgdis_plusieurs_feuilles.xlsx")
    (action,) = lecture.actions
    assert montants(de(lecture, "État"))[:3] == (Decimal(2000), None, Decimal(1800))
    assert de(lecture, "CAF").demande == Decimal(500)
    assert (action.observation, action.statut) == ("À revoir en mai", "accordee")


@pytest.mark.parametrize("ej", fabrique.GISPRO_EJ)
def test_gispro_additionne_les_ej_d_une_action(tmp_path: Path, ej: str) -> None:
    lecture = lire(fabrique.gispro(tmp_path / "g.xlsx", ej=ej))
    assert lecture.profil == "gispro"
    assert [a.reference for a in lecture.actions] == ["DA00042724-02", "DA00099999-01"]
    assert all(a.existante and a.titre is None for a in lecture.actions)
    etat = de(lecture, "État")
    assert (etat.notifie, etat.commentaire) == (Decimal(6500), "EJ 2103609602 ; EJ 2103609603")


def test_demarches_simplifiees_joint_ses_feuilles_par_dossier() -> None:
    lecture = lue("demarches_simplifiees.xlsx")
    premiere, seconde = lecture.actions
    assert lecture.profil == "demarches_simplifiees"
    assert (premiere.reference, premiere.titre) == ("1001", "Chantier d'insertion")
    assert (premiere.siret, premiere.rna, premiere.ville) == (
        "05500006100014", "W596000001", "VIEUX-CONDE",
    )  # fmt: skip
    assert seconde.siret == "05500010300014"
    assert (premiere.statut, seconde.statut) == ("accordee", "deposee")
    assert (premiere.recurrence, seconde.recurrence) == ("reconduction", "nouveau")
    assert premiere.avis == "1 avis reçu(s) sur 2 ; Oui – Projet utile"
    assert premiere.observation == "Dossier complet"
    assert (de(lecture, "État").demande, de(lecture, "CAF").demande) == (
        Decimal(8000), Decimal(1500),
    )  # fmt: skip


def test_demarches_simplifiees_ne_reprend_aucune_personne() -> None:
    lecture = lue("demarches_simplifiees.xlsx")
    assert {c.champ for c in lecture.colonnes if c.entete in ("Email", "Instructeurs")} == {""}


def test_le_compte_asso_laisse_les_dossiers_supprimes() -> None:
    lecture = lue("compte_asso.tsv")
    (action,) = lecture.actions
    assert (action.reference, action.porteur, action.annee, action.statut) == (
        "26-000001", "LES VOIX DU HAINAUT", 2026, "instruction",
    )  # fmt: skip
    assert action.date_depot == "2026-01-12"
    assert messages(lecture, "") == [
        (3, "information", "Dossier supprimé par son porteur, non importé.")
    ]


def test_la_ventilation_de_2022_prefere_le_code_de_2024_et_comprend_nr() -> None:
    lecture = lue("ventilation_2022.csv")
    assert lecture.profil == "ventilation_qpv"
    assert [(a.reference, a.annee, a.quartiers) for a in lecture.actions] == [
        ("DA00042724-02", 2022, (("QN04417I", Decimal(100)),)),
        ("DA00045394-02", 2022, ()),
        ("DA00045432-02", 2022, (("QN04405M", Decimal(100)),)),
    ]
    assert [ligne for ligne, _, _ in messages(lecture, "quartiers")] == [3]


def test_la_ventilation_de_2025_se_lit_malgre_son_bom_et_sa_faute() -> None:
    lecture = lue("ventilation_2025.csv")
    assert [a.titre for a in lecture.actions] == list(fabrique.VILLE_AUX_ROSES)
    assert lecture.actions[0].siret == "83831012600027"
    assert montants(de(lecture, "État"))[4] == Decimal(1000)


def test_la_ventilation_donne_la_part_de_chaque_quartier(tmp_path: Path) -> None:
    entete = fabrique.VENTILATION_2022[0]
    chemin = fabrique.texte(
        tmp_path / "v.csv",
        [
            entete,
            ("DA1", 2026, "1", "", "QN05920M", 1000),
            ("DA1", 2026, "1", "", "QN05921M", 1000),
            ("DA1", 2026, "1", "", "QN05922M", 1000),
            ("DA2", 2026, "2", "", "QN05920M", 3000),
            ("DA2", 2026, "2", "NR", "", 1000),
        ],
        separateur=",",
    )
    premiere, seconde = lire(chemin).actions
    assert premiere.quartiers == (
        ("QN05920M", Decimal("33.34")), ("QN05921M", Decimal("33.33")),
        ("QN05922M", Decimal("33.33")),
    )  # fmt: skip
    assert seconde.quartiers == (("QN05920M", Decimal(75)),)
    assert sum(c.notifie or 0 for c in premiere.cofinancements) == Decimal(3000)


# Choosing, correcting, cancelling -----------------------------------------------------------------


def test_une_correspondance_dite_a_la_main_l_emporte(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, ("Porteur", "Intitulé", "Somme", "Notes"), ("A", "b", 12, "x"))
    assert lire(chemin).actions[0].cofinancements == ()
    dite = {"Somme": Correspondance("montant", "CAF", "accorde"), "Notes": Correspondance("")}
    lecture = lire(chemin, correspondances=dite)
    assert lecture.actions[0].cofinancements == (CofinancementLu("CAF", accorde=Decimal(12)),)
    assert lecture.actions[0].observation is None
    assert lecture.corrections == dite


def test_la_memoire_est_consultee_par_la_signature_des_entetes(tmp_path: Path) -> None:
    chemin = ecrire(tmp_path, ("Porteur", "Intitulé", "Somme"), ("A", "b", 12))
    demandees: list[str] = []

    def memoire(signature: str) -> dict[str, Correspondance]:
        demandees.append(signature)
        return {"Somme": Correspondance("montant", "CAF", "vote")}

    lecture = lire(chemin, memoire=memoire)
    assert demandees == [lecture.signature]
    assert de(lecture, "CAF").vote == Decimal(12)
    assert lecture.corrections is None


def test_la_meilleure_feuille_est_lue_et_les_autres_sont_dites(tmp_path: Path) -> None:
    bonne = (("Porteur", "Intitulé", "Coût total"), ("A", "b", 1))
    autre = (("Structure", "Contact", "Quartier"), ("C", "d", "e"))
    chemin = fabrique.classeur(tmp_path / "a.xlsx", {"Contacts": autre, "Actions": bonne})
    lecture = lire(chemin)
    assert (lecture.feuille, lecture.feuilles) == ("Actions", ("Contacts", "Actions"))
    assert [a.feuille for a in lecture.anomalies] == ["Contacts"]
    assert lire(chemin, feuille="Contacts").actions[0].porteur == "C"


def test_les_feuilles_de_meme_forme_sont_lues_ensemble(tmp_path: Path) -> None:
    entete = ("Porteur", "Intitulé", "Coût total")
    chemin = fabrique.classeur(
        tmp_path / "a.xlsx", {"Axe 1": (entete, ("A", "b", 1)), "Axe 2": (entete, ("C", "d", 2))}
    )
    assert [(a.feuille, a.titre) for a in lire(chemin).actions] == [("Axe 1", "b"), ("Axe 2", "d")]


def test_une_feuille_absente_est_refusee_avec_les_noms_possibles() -> None:
    with pytest.raises(SourceIllisible, match="choisissez parmi « Export »"):
        lue("mgdis.xlsx", feuille="Feuil3")


def test_un_format_inconnu_est_refuse_avec_les_noms_possibles() -> None:
    with pytest.raises(SaisieRefusee, match="choisissez parmi dauphin, "):
        lue("mgdis.xlsx", profil="excel")
    assert "tableau" in profils()


def test_un_fichier_sans_entete_reconnaissable_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(SourceIllisible, match="n'a pas de ligne d'en-tête reconnaissable"):
        lire(ecrire(tmp_path, ("rouge", "vert"), (1, 2)))


def test_un_fichier_sans_aucune_ligne_est_refuse(tmp_path: Path) -> None:
    with pytest.raises(SourceIllisible, match="aucune ligne d'action : il n'y a rien à importer"):
        lire(ecrire(tmp_path, ("Porteur", "Intitulé", "Coût total")))


def test_une_lecture_se_suit_et_s_annule() -> None:
    suivi: list[tuple[int, int, str]] = []
    lue("programmation.xlsx", progression=lambda *etat: suivi.append(etat))
    assert suivi[0] == (0, 0, "Lecture du fichier")
    with pytest.raises(TravailAnnule):
        lue("programmation.xlsx", annulation=lambda: True)


@pytest.mark.parametrize(
    "nom",
    sorted(p.name for p in DONNEES.iterdir() if p.suffix != ".md" and "protege" not in p.name),
)
def test_un_fichier_abime_au_hasard_se_lit_ou_donne_une_phrase(tmp_path: Path, nom: str) -> None:
    """Bytes changed, lost and added: never anything but a reading or a known error."""
    hasard = random.Random(nom)
    for _ in range(8):
        octets = bytearray((DONNEES / nom).read_bytes())
        for _ in range(hasard.choice((1, 3, 20))):
            place = hasard.randrange(len(octets))
            octets[place : place + hasard.choice((0, 1, 1, 30))] = hasard.randbytes(
                hasard.choice((0, 1, 1, 12))
            )
        (tmp_path / nom).write_bytes(octets)
        with contextlib.suppress(SourceIllisible):
            assert lire(tmp_path / nom).actions


# Cells --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cellule", "montant"),
    [
        ("12 500,50 €", "12500.50"), ("12 500", "12500"), ("(1 200)", "-1200"),
        ("1.234,5", "1234.5"), (Decimal("22810.61"), "22810.61"), (7164, "7164"),
    ],
)  # fmt: skip
def test_un_montant_francais_se_lit(cellule: Cellule, montant: str) -> None:
    assert en_montant(cellule) == Decimal(montant)


@pytest.mark.parametrize("cellule", [None, "", "NR", "#", "n.c.", "–", "néant", "Sans objet"])
def test_ce_qui_dit_rien_est_vide(cellule: Cellule) -> None:
    assert est_vide(cellule)
    assert en_montant(cellule) is None


@pytest.mark.parametrize("cellule", ["à définir", "1600 + 7500", True, dt.date(2026, 1, 1)])
def test_ce_qui_n_est_pas_un_montant_est_refuse(cellule: Cellule) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever it says, the cell is told apart
        en_montant(cellule)


@pytest.mark.parametrize(
    "cellule",
    ["01/03/2026", "1/3/26", "2026-03-01", "1er mars 2026", 46082, "46082", dt.date(2026, 3, 1),
     "2026-03-01 10:00", "2026-02-28T23:00:00.000Z"],
)  # fmt: skip
def test_une_date_se_lit_sous_toutes_ses_formes(cellule: Cellule) -> None:
    assert en_date(cellule) == "2026-03-01"


@pytest.mark.parametrize("cellule", ["31/02/2026", "printemps", 12])
def test_une_date_impossible_est_refusee(cellule: Cellule) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        en_date(cellule)


def test_une_annee_se_lit_dans_un_texte_ou_une_date() -> None:
    assert [en_annee(c) for c in (2026, "Exercice 2026", "2026-2027", dt.date(2026, 5, 1))] == [
        2026, 2026, 2026, 2026,
    ]  # fmt: skip


def test_un_nombre_de_personnes_se_lit() -> None:
    assert [en_entier(c) for c in (115, "1 200", "30,0", "", "NR")] == [115, 1200, 30, None, None]


def test_oui_et_non_s_ecrivent_de_bien_des_facons() -> None:
    assert [en_oui_non(c) for c in ("Oui", "x", "on", True, 1)] == [True] * 5
    assert [en_oui_non(c) for c in ("NON", "off", "0", False)] == [False] * 4
    assert en_oui_non(None) is None


@pytest.mark.parametrize(
    ("valeur", "entete", "attendu"),
    [
        ("N", "Nouveau / Reconduction", "nouveau"),
        ("R", "N / R", "reconduction"),
        ("Oui", "Nouvelle action", "nouveau"),
        ("Non", "Nouvelle action", "reconduction"),
        ("Non", "Renouvellement", "nouveau"),
        ("Oui", "Reconduction", "reconduction"),
        ("1ère demande", "Antériorité", "nouveau"),
        ("Renouvellement", "Récurrence", "reconduction"),
        ("peut-être", "Reconduction", None),
    ],
)
def test_nouveau_ou_reconduction_depend_de_l_entete(
    valeur: str, entete: str, attendu: str | None
) -> None:
    assert valeurs_lues.recurrence(valeur, entete) == attendu


@pytest.mark.parametrize(
    ("texte", "cpo"),
    [("2/3", (2, 3)), ("année 1 sur 4", (1, 4)), ("CPO 3/3", (3, 3)), ("4/3", (None, None)),
     ("Oui", (None, None))],
)  # fmt: skip
def test_l_annee_d_une_convention_se_lit(texte: str, cpo: tuple[Any, Any]) -> None:
    assert valeurs_lues.cpo(texte) == cpo


@pytest.mark.parametrize(
    ("libelle", "statut"),
    [
        ("Rejetée", "refusee"), ("A justifier", "accordee"), ("Cloturée", "irrecevable"),
        ("Prise en charge", "instruction"), ("En cours de saisie", "note"),
        ("Ajournée", "ajournee"), ("Orienté vers un autre dispositif", "reorientee"),
        ("Favorable", "accordee"), ("Non retenu", "refusee"), ("Classé sans suite", "retiree"),
        ("En construction", "deposee"), ("Proposée au comité", "proposee"), ("Bizarre", None),
    ],
)  # fmt: skip
def test_les_statuts_des_autres_outils_sont_compris(libelle: str, statut: str | None) -> None:
    assert valeurs_lues.statut_action(libelle, {}) == statut
