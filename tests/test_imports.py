"""From a file that people have to the open one: what is added, what changes, and how it is undone."""

import atexit
import gc
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import fabrique_import as fabrique
import fabriques
import pytest
from fabrique_import import DONNEES
from sqlalchemy import event, select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    CorrespondanceImport,
    LigneBudget,
)
from app.models.contrat import Commune, Noeud, Quartier
from app.models.depot import Depot
from app.models.journal import Operation
from app.models.organisme import Financeur, Organisme
from app.models.programme import Appel, EtapeAppel, Exercice, Franchissement
from app.services import referentiels
from app.services.actions_lues import (
    ActionLue,
    CofinancementLu,
    Correspondance,
    Lecture,
    PublicsLus,
)
from app.services.contrats import Contrats
from app.services.cycle import Cycle
from app.services.depots import Depots
from app.services.errors import Conflit, SaisieRefusee, SourceIllisible, TravailAnnule
from app.services.fichier import Fichier
from app.services.imports import Imports
from app.services.plans import CREER, IGNORER, Compte, Genre, LignePlan, Plan, Verdict
from app.services.transaction import entites
from app.services.versions_lues import lire_contenu

Montants = tuple[int | None, ...]


@cache
def gabarit() -> Path:
    """A file that holds the contract of Valenciennes, made once."""
    dossier = Path(tempfile.mkdtemp(prefix="tour-de-table-import-"))
    atexit.register(shutil.rmtree, dossier, ignore_errors=True)
    with fabriques.neuf(dossier / "valenciennes.tdt") as fichier:
        Contrats(fichier).charger(referentiels.charger("valenciennes"))
    return dossier / "valenciennes.tdt"


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    shutil.copyfile(gabarit(), tmp_path / "essai.tdt")
    with Fichier.ouvrir(tmp_path / "essai.tdt", auteur="Camille Essai") as ouvert:
        yield ouvert


def plan(fichier: Fichier, nom: str, **options: Any) -> Plan:
    imports = Imports(fichier)
    return imports.preparer(imports.lire(DONNEES / nom), **options)


def importer(fichier: Fichier, nom: str, **options: Any) -> Compte:
    return Imports(fichier).appliquer(plan(fichier, nom, **options))


def lecture(*actions: ActionLue) -> Lecture:
    """A reading made by hand."""
    return Lecture("essai.xlsx", "tableau", "Tableau", ("F",), "F", (), actions, ())


def lue(ligne: int = 2, **champs: Any) -> ActionLue:
    defauts = {"annee": 2026, "titre": "Lire ensemble", "porteur": "Fanfare des Corons"}
    return ActionLue("F", ligne, **{**defauts, **champs})


def preparee(fichier: Fichier, *actions: ActionLue, **options: Any) -> Plan:
    return Imports(fichier).preparer(lecture(*actions), **options)


def poser(fichier: Fichier, *actions: ActionLue, **options: Any) -> Compte:
    return Imports(fichier).appliquer(preparee(fichier, *actions, **options))


def verdicts(p: Plan) -> list[tuple[int, str, str]]:
    return [(ligne.ligne, ligne.verdict.value, ligne.motif) for ligne in p.lignes]


def espaces(texte: str) -> str:
    """The same text with ordinary spaces."""
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def changements(ligne: LignePlan) -> list[tuple[str, str, str]]:
    return [(c.champ, espaces(c.avant), espaces(c.apres)) for c in ligne.changements]


def messages(p: Plan, champ: str) -> list[tuple[int, str, str]]:
    return [(a.ligne, a.niveau, espaces(a.message)) for a in p.anomalies if a.champ == champ]


def action(fichier: Fichier, titre: str, annee: int = 2026) -> Any:
    requete = select(*Action.__table__.columns).where(Action.titre == titre, Action.annee == annee)
    (ligne,) = fichier.lignes(requete)
    return ligne


def noms(fichier: Fichier, lien: Any, colonne: Any, cible: Any, titre: str) -> list[str]:
    """Names of the rows linked to an action, in alphabetical order."""
    requete = (
        select(cible)
        .join(lien, colonne == cible.table.c.cle)
        .where(lien.action == action(fichier, titre).cle)
    )
    return sorted(nom for (nom,) in fichier.lignes(requete))


def cofinancements(fichier: Fichier, titre: str) -> dict[str, Montants]:
    """financeur -> demandé, proposé, accordé, voté."""
    requete = (
        select(Financeur.nom_court, Cofinancement.demande, Cofinancement.propose,
               Cofinancement.accorde, Cofinancement.vote)
        .join(Financeur, Financeur.cle == Cofinancement.financeur)
        .where(Cofinancement.action == action(fichier, titre).cle)
    )  # fmt: skip
    return {nom: tuple(None if m is None else int(m) for m in montants)
            for nom, *montants in fichier.lignes(requete)}  # fmt: skip


def contenu(fichier: Fichier) -> dict[str, list[Any]]:
    """Every row of the domain."""
    return {
        nom: sorted(map(tuple, fichier.lignes(select(table))), key=repr)
        for nom, table in entites().items()
    }


def operations(fichier: Fichier) -> list[tuple[str, str]]:
    requete = select(Operation.libelle, Operation.nature).order_by(Operation.numero)
    return [tuple(ligne) for ligne in fichier.lignes(requete)]


# A whole table ------------------------------------------------------------------------------------


def test_un_tableau_de_programmation_entre_dans_le_fichier(fichier: Fichier) -> None:
    compte = importer(fichier, "programmation.xlsx")
    assert (compte.lues, compte.ajoutees, compte.mises_a_jour, compte.ignorees) == (4, 4, 0, 0)
    ligne = action(fichier, "Chantier d'insertion")
    assert (ligne.annee, ligne.numero, ligne.statut, ligne.recurrence) == (
        2026, "2026-001", "deposee", "reconduction",
    )  # fmt: skip
    assert (ligne.cpo_rang, ligne.cpo_duree, ligne.public_total, ligne.public_femmes) == (
        2,
        3,
        40,
        18,
    )
    assert (ligne.cout_total, ligne.echelle, ligne.lignee) == (24000, "communale", ligne.cle)
    assert cofinancements(fichier, "Chantier d'insertion") == {
        "État": (8000, 7000, None, None),
        "CAVM": (5000, None, None, None),
        "Communes": (2000, None, None, None),
    }
    assert cofinancements(fichier, "Ateliers vers l'emploi") == {
        "État": (6000, 6000, 5500, None),
        "CAVM": (2000, None, 2000, None),
    }


def test_les_lieux_se_retrouvent_par_code_nom_et_variante(fichier: Fichier) -> None:
    """« CONDE SUR ESCAUT » is Condé-sur-l'Escaut; two quartiers are called « Centre Ville »."""
    importer(fichier, "programmation.xlsx")
    q = (ActionQuartier, ActionQuartier.quartier, Quartier.code)
    c = (ActionCommune, ActionCommune.commune, Commune.nom)
    assert noms(fichier, *q, "Ateliers vers l'emploi") == ["QN05925M", "QN05926M"]
    assert noms(fichier, *q, "Santé pour toutes") == ["QN05923M", "QN05924M"]
    assert noms(fichier, *c, "Santé pour toutes") == ["Condé-sur-l'Escaut"]
    parts = select(Quartier.code, ActionQuartier.part).join(
        ActionQuartier, ActionQuartier.quartier == Quartier.cle
    ).where(ActionQuartier.action == action(fichier, "Santé pour toutes").cle)  # fmt: skip
    assert dict(map(tuple, fichier.lignes(parts))) == {"QN05924M": 60, "QN05923M": 40}


def test_l_axe_est_classe_comme_principal(fichier: Fichier) -> None:
    importer(fichier, "programmation.xlsx")
    requete = (
        select(Noeud.libelle_court, Classement.principal)
        .join(Classement, Classement.noeud == Noeud.cle)
        .where(Classement.action == action(fichier, "Santé pour toutes").cle)
    )
    assert [tuple(ligne) for ligne in fichier.lignes(requete)] == [("Santé", True)]


def test_la_commune_qui_paie_est_notee_sur_son_cofinancement(fichier: Fichier) -> None:
    importer(fichier, "programmation.xlsx")
    requete = (
        select(Commune.nom)
        .join(Cofinancement, Cofinancement.commune == Commune.cle)
        .where(Cofinancement.action == action(fichier, "Santé pour toutes").cle)
    )
    assert [nom for (nom,) in fichier.lignes(requete)] == ["Condé-sur-l'Escaut"]


def test_un_porteur_ecrit_deux_fois_est_un_seul_organisme(fichier: Fichier) -> None:
    importer(fichier, "programmation.xlsx")
    requete = select(Organisme.nom, Organisme.siret, Organisme.nature).order_by(Organisme.nom)
    assert [tuple(ligne) for ligne in fichier.lignes(requete)] == [
        ("Asso. Emploi pour tous", "05500010300014", "association"),
        ("Association Les Voix du Hainaut", "05500006100014", "association"),
        ("Ville de Condé-sur-Escaut", "05500000400014", "commune"),
    ]


def test_un_second_import_du_meme_fichier_ne_change_rien_et_le_dit(fichier: Fichier) -> None:
    importer(fichier, "programmation.xlsx")
    avant, journal = contenu(fichier), operations(fichier)
    compte = importer(fichier, "programmation.xlsx")
    assert (compte.lues, compte.ajoutees, compte.mises_a_jour, compte.ignorees) == (4, 0, 0, 4)
    assert compte.phrase == (
        "Rien à importer : 4 ligne(s) lue(s), aucune ne change le fichier (déjà à jour ou ignorées)."
    )
    assert contenu(fichier) == avant
    assert operations(fichier) == journal


@pytest.mark.parametrize(
    "nom",
    ["dauphin.json", "deux_lignes.xls", "osiris_actions.xls", "osiris_dossiers.xls", "mgdis.xlsx",
     "mgdis_plusieurs_feuilles.xlsx", "demarches_simplifiees.xlsx", "compte_asso.tsv",
     "ventilation_2025.csv", "par_financeur.csv", "liste.json"],
)  # fmt: skip
def test_chaque_format_s_importe_une_fois_pas_deux(fichier: Fichier, nom: str) -> None:
    premier = importer(fichier, nom)
    assert premier.ajoutees > 0
    avant = contenu(fichier)
    second = importer(fichier, nom)
    assert (second.ajoutees, second.mises_a_jour) == (0, 0)
    assert contenu(fichier) == avant


def test_un_import_est_une_seule_operation_qu_un_seul_ctrl_z_defait(fichier: Fichier) -> None:
    avant = contenu(fichier)
    importer(fichier, "programmation.xlsx")
    assert operations(fichier)[-1] == ("Importer « programmation.xlsx » (4 actions)", "import")
    assert fichier.undo.annuler() == "Importer « programmation.xlsx » (4 actions)"
    assert contenu(fichier) == avant
    fichier.undo.retablir()
    assert len(fichier.lignes(select(Action.cle))) == 4


def test_un_dossier_importe_garde_sa_premiere_version(fichier: Fichier) -> None:
    """What came is frozen, past its deposit where the appel has a cycle; one undo takes it all back."""
    with fichier.operation("Préparer un appel") as e:
        annee = e.inserer(Exercice, annee=2026)
        appel = e.inserer(Appel, exercice=annee, nom="AMI", nature="ami")
        for rang, nature in enumerate(("note_intention", "depot", "instruction")):
            e.inserer(EtapeAppel, appel=appel, nature=nature, nom=nature, rang=rang)
    importer(fichier, "programmation.xlsx", annee=2026, appel=appel)
    actions = [cle for (cle,) in fichier.lignes(select(Action.cle))]
    figees = {v.action: v for cle in actions for v in Depots(fichier).versions(cle)}
    assert len(figees) == len(actions) == 4
    for cle, version in figees.items():
        assert version.contenu == lire_contenu(fichier.lignes, cle)
        assert (version.numero, espaces(version.note or "")) == (
            1,
            "Importé de « programmation.xlsx »",
        )
    etapes = Cycle(fichier).etapes_courantes(2026)
    assert [etapes[cle].nature for cle in actions] == ["instruction"] * 4
    importer(fichier, "programmation.xlsx", annee=2026, appel=appel)
    assert len(fichier.lignes(select(Depot.cle))) == 4, "un second import n'en fige pas d'autre"
    fichier.undo.annuler()
    assert fichier.lignes(select(Depot.cle)) == []
    assert fichier.lignes(select(Franchissement.cle)) == []


def test_l_exercice_qui_manque_est_ouvert_par_l_import(fichier: Fichier) -> None:
    importer(fichier, "programmation.xlsx")
    assert [a for (a,) in fichier.lignes(select(Exercice.annee))] == [2026]


def test_un_import_annule_laisse_le_fichier_intact(fichier: Fichier) -> None:
    prevu = plan(fichier, "programmation.xlsx")
    avant, journal = contenu(fichier), operations(fichier)
    reponses = iter([False, False, True])
    with pytest.raises(TravailAnnule, match="rien n'a été modifié"):
        Imports(fichier).appliquer(prevu, annulation=lambda: next(reponses))
    assert contenu(fichier) == avant
    assert operations(fichier) == journal


def test_une_preparation_se_suit_et_s_annule(fichier: Fichier) -> None:
    suivi: list[tuple[int, int, str]] = []
    plan(fichier, "programmation.xlsx", progression=lambda *etat: suivi.append(etat))
    assert suivi == [(0, 4, "Comparaison avec le fichier")]
    with pytest.raises(TravailAnnule):
        plan(fichier, "programmation.xlsx", annulation=lambda: True)


def test_un_fichier_hostile_ne_touche_a_rien(fichier: Fichier) -> None:
    empreinte = hashlib.sha256(fichier.chemin.read_bytes()).hexdigest()
    with pytest.raises(SourceIllisible):
        importer(fichier, "protege.xlsx")
    assert hashlib.sha256(fichier.chemin.read_bytes()).hexdigest() == empreinte


def test_le_plan_ne_s_applique_plus_quand_le_fichier_a_change(fichier: Fichier) -> None:
    prevu = plan(fichier, "programmation.xlsx")
    poser(fichier, lue())
    with pytest.raises(Conflit, match="refaites l'aperçu"):
        Imports(fichier).appliquer(prevu)


def test_les_lignes_refusees_n_entrent_pas_ni_ce_qu_elles_creaient(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(2, titre="A", porteur="P1"), lue(3, titre="B", porteur="P2"))
    compte = Imports(fichier).appliquer(prevu, refus={prevu.lignes[0].rang})
    assert (compte.ajoutees, compte.ignorees) == (1, 1)
    assert [nom for (nom,) in fichier.lignes(select(Organisme.nom))] == ["P2"]


def test_le_compte_rendu_a_la_forme_promise(fichier: Fichier) -> None:
    rendu = plan(fichier, "programmation.xlsx").en_json()
    assert {cle: rendu[cle] for cle in rendu if cle != "anomalies"} == {
        "lues": 4, "ajoutees": 4, "mises_a_jour": 0, "ignorees": 0,
    }  # fmt: skip
    assert [list(a) for a in rendu["anomalies"]][:1] == [
        ["feuille", "ligne", "champ", "niveau", "message"]
    ]


def test_le_nombre_de_lectures_ne_depend_pas_du_nombre_de_lignes(fichier: Fichier) -> None:
    def requetes(*actions: ActionLue) -> int:
        ordres: list[str] = []

        def noter(_c: Any, _k: Any, ordre: str, *_: Any) -> None:
            ordres.append(ordre)

        event.listen(fichier._moteur, "before_cursor_execute", noter)
        try:
            preparee(fichier, *actions)
        finally:
            event.remove(fichier._moteur, "before_cursor_execute", noter)
        return len(ordres)

    assert requetes(lue(2, titre="A")) == requetes(*(lue(n, titre=f"T{n}") for n in range(9)))


def test_notre_propre_classeur_se_reimporte_sans_rien_changer(tmp_path: Path) -> None:
    from app.services.demo import creer_demo
    from app.services.export_excel import ecrire_classeur
    from app.services.programmation import lire_programmation

    creer_demo(tmp_path / "demo.tdt", annee_courante=2026, actions_par_an=40)
    with Fichier.ouvrir(tmp_path / "demo.tdt") as demo:
        ecrire_classeur(lire_programmation(demo, 2026), tmp_path / "p.xlsx")
        imports = Imports(demo)
        prevu = imports.preparer(imports.lire(tmp_path / "p.xlsx"))
    assert {motif for _, _, motif in verdicts(prevu)} == {"Déjà à jour"}
    assert len(prevu.lignes) == 40


# DAUPHIN ------------------------------------------------------------------------------------------


def test_une_demande_dauphin_entre_avec_son_budget_et_ses_financeurs(fichier: Fichier) -> None:
    importer(fichier, "dauphin.json")
    ligne = action(fichier, "INTITULE_PROJET", 2022)
    assert (ligne.reference, ligne.statut, ligne.cout_total) == (
        "REF_ADMINISTRATIVE",
        "accordee",
        257112,
    )
    sommes = {"charge": 0, "produit": 0}
    for sens, montant in fichier.lignes(select(LigneBudget.sens, LigneBudget.montant)):
        sommes[sens] += int(montant)
    assert sommes == {"charge": 257_112, "produit": 257_112}
    requete = (
        select(Financeur.nom, Cofinancement.demande, Cofinancement.propose, Cofinancement.accorde,
               Cofinancement.vote, Cofinancement.statut)
        .join(Financeur, Financeur.cle == Cofinancement.financeur)
        .where(Financeur.nom == "13-ETAT-POLITIQUE-VILLE")
    )  # fmt: skip
    assert [tuple(li) for li in fichier.lignes(requete)] == [
        ("13-ETAT-POLITIQUE-VILLE", 7000, 7000, 7000, 7000, "vote")
    ]


def test_les_deux_avis_de_dauphin_sont_gardes_en_commentaire(fichier: Fichier) -> None:
    importer(fichier, "dauphin.json")
    requete = select(Cofinancement.commentaire).where(Cofinancement.statut == "non_recevable")
    ((commentaire,),) = fichier.lignes(requete)
    assert commentaire.splitlines() == [
        "Avis de prise en charge : favorable (18/08/2022)",
        "Avis de recevabilité : irrecevable (18/08/2022) : COMMENTAIRE",
    ]


def test_l_etat_d_un_autre_departement_n_est_pas_celui_du_contrat(fichier: Fichier) -> None:
    prevu = preparee(
        fichier,
        lue(
            cofinancements=(
                CofinancementLu("59-ETAT-POLITIQUE-VILLE", demande=Decimal(1)),
                CofinancementLu("13-ETAT-POLITIQUE-VILLE", demande=Decimal(2)),
            )
        ),
    )
    trouves = {r.libelle: (r.nom, r.cree) for r in prevu.rapprochements if r.genre == "financeur"}
    assert trouves == {
        "59-ETAT-POLITIQUE-VILLE": ("État", False),
        "13-ETAT-POLITIQUE-VILLE": ("13-ETAT-POLITIQUE-VILLE", True),
    }


# Matching and updating ----------------------------------------------------------------------------


def test_une_ligne_changee_met_a_jour_et_dit_avant_et_apres(fichier: Fichier) -> None:
    poser(fichier, lue(cout_total=Decimal(1000), statut="deposee"))
    prevu = preparee(fichier, lue(cout_total=Decimal(1500), statut="accordee", avis="Favorable"))
    assert verdicts(prevu) == [(2, "mettre_a_jour", "Change : Statut, Coût total, Avis")]
    assert changements(prevu.lignes[0]) == [
        ("Statut", "Déposée", "Accordée"),
        ("Coût total", "1 000 €", "1 500 €"),
        ("Avis", "", "Favorable"),
    ]
    compte = Imports(fichier).appliquer(prevu)
    assert (compte.ajoutees, compte.mises_a_jour) == (0, 1)
    assert action(fichier, "Lire ensemble").cout_total == 1500


def test_une_cellule_vide_n_efface_rien(fichier: Fichier) -> None:
    poser(fichier, lue(observation="À suivre", quartiers=(("Le Trieu", None),)))
    assert verdicts(preparee(fichier, lue())) == [(2, "ignorer", "Déjà à jour")]


def test_un_titre_autrement_ecrit_est_la_meme_action(fichier: Fichier) -> None:
    poser(fichier, lue(titre="L'été au quartier"))
    prevu = preparee(fichier, lue(titre="ETE AU QUARTIER", porteur="FANFARE DES CORONS"))
    assert verdicts(prevu) == [(2, "ignorer", "Déjà à jour")]


def test_une_reference_retrouve_une_action_dont_le_titre_a_change(fichier: Fichier) -> None:
    poser(fichier, lue(reference="DA00042724-02"))
    prevu = preparee(fichier, lue(reference="00042724", titre="Lire et écrire ensemble"))
    assert changements(prevu.lignes[0]) == [
        ("Intitulé", "Lire ensemble", "Lire et écrire ensemble")
    ]


def test_la_reference_d_un_autre_outil_s_ajoute_sans_chasser_la_premiere(fichier: Fichier) -> None:
    poser(fichier, lue(reference="DA00042724-02"))
    poser(fichier, lue(reference="PREFD59-26-0001-1"))
    assert action(fichier, "Lire ensemble").reference == "DA00042724-02 ; PREFD59-26-0001-1"
    for reference in ("DA00042724-02", "PREFD59-26-0001-1"):
        assert verdicts(preparee(fichier, lue(reference=reference, titre=None))) == [
            (2, "ignorer", "Déjà à jour")
        ]


def test_deux_actions_d_un_meme_dossier_restent_deux(fichier: Fichier) -> None:
    lignes = (lue(2, reference="R1", titre="Lire"), lue(3, reference="R1", titre="Chanter"))
    assert poser(fichier, *lignes).ajoutees == 2
    assert verdicts(preparee(fichier, *lignes)) == [
        (2, "ignorer", "Déjà à jour"), (3, "ignorer", "Déjà à jour"),
    ]  # fmt: skip


def test_une_ligne_en_double_est_ignoree_et_signalee(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(2), lue(5))
    message = "Même action que la ligne 2 : seule la première est importée."
    assert verdicts(prevu) == [(2, "ajouter", "Nouvelle action"), (5, "ignorer", message)]
    assert messages(prevu, "doublon") == [(5, "alerte", espaces(message))]


def test_des_signes_invisibles_ne_font_ni_second_porteur_ni_seconde_action(
    fichier: Fichier,
) -> None:
    poser(fichier, lue(porteur="Amicale laïque", titre="Lire ensemble"))
    prevu = preparee(
        fichier, lue(porteur="Amicale\u200b laï\u00adque", titre="Lire\u2060 ensemble")
    )
    assert [verdict for _, verdict, _ in verdicts(prevu)] == ["ignorer"]
    assert prevu.creations == {}


def test_une_ligne_sans_intitule_est_ignoree(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(titre=None))
    assert verdicts(prevu) == [(2, "ignorer", "Intitulé absent.")]
    assert messages(prevu, "titre") == [(2, "bloquant", "Intitulé absent : la ligne est ignorée.")]


def test_le_siret_retrouve_un_porteur_dont_le_nom_a_change(fichier: Fichier) -> None:
    poser(fichier, lue(porteur="Amicale laïque", siret="05500006100014"))
    poser(fichier, lue(3, titre="Autre", porteur="A.L. du Trieu", siret="05500006100014"))
    assert len(fichier.lignes(select(Organisme.cle))) == 1


def test_un_porteur_connu_recoit_le_siret_qui_lui_manquait(fichier: Fichier) -> None:
    poser(fichier, lue())
    prevu = preparee(
        fichier, lue(siret="05500006100014"), lue(3, titre="B", siret="05500006100014")
    )
    assert changements(prevu.lignes[0]) == [("Porteur – SIRET", "", "05500006100014")]
    Imports(fichier).appliquer(prevu)
    assert [s for (s,) in fichier.lignes(select(Organisme.siret))] == ["05500006100014"]


def test_deux_porteurs_de_meme_nom_et_de_siren_differents_restent_deux(fichier: Fichier) -> None:
    poser(fichier, lue(siret="05500006100014"), lue(3, titre="B", siret="05500010300014"))
    assert len(fichier.lignes(select(Organisme.cle))) == 2


def test_un_porteur_au_nom_voisin_est_propose_avant_d_etre_cree(fichier: Fichier) -> None:
    poser(fichier, lue(porteur="Centre social Les Forges"))
    nouveau = lue(3, titre="B", porteur="Centre social La Forge")
    prevu = preparee(fichier, nouveau)
    (question,) = prevu.a_resoudre
    assert (question.genre, question.libelle, question.proche_nom) == (
        Genre.PORTEUR, "Centre social La Forge", "Centre social Les Forges",
    )  # fmt: skip
    assert question.proche_cle is not None
    choix = {(Genre.PORTEUR, "Centre social La Forge"): question.proche_cle}
    assert poser(fichier, nouveau, resolutions=choix).ajoutees == 1
    assert len(fichier.lignes(select(Organisme.cle))) == 1


def test_une_lecture_sans_annee_est_refusee_puis_la_prend_de_la_personne(fichier: Fichier) -> None:
    with pytest.raises(SaisieRefusee, match="ne dit pas l'année des actions"):
        preparee(fichier, lue(annee=None))
    assert preparee(fichier, lue(annee=None), annee=2027).lignes[0].annee == 2027


def test_l_annee_unique_du_fichier_est_celle_des_lignes_qui_n_en_disent_pas(
    fichier: Fichier,
) -> None:
    poser(fichier, lue())
    assert preparee(fichier, lue(annee=None, titre="B")).lignes[0].annee == 2026


def test_une_annee_hors_du_contrat_est_signalee(fichier: Fichier) -> None:
    assert messages(preparee(fichier, lue(annee=2022)), "annee") == [
        (2, "alerte", "L'année 2022 est hors du contrat (2024-2030).")
    ]


# Places, classes and financeurs -------------------------------------------------------------------


def test_un_quartier_inconnu_est_signale_avec_le_plus_proche(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(quartiers=(("La Pépinière Degaulle", None),)))
    proche = "le plus proche est « La Pépinière-De Gaulle »"
    assert messages(prevu, "quartiers") == [
        (2, "alerte", f"Quartier « La Pépinière Degaulle » inconnu ; {proche}.")
    ]
    (question,) = [r for r in prevu.a_resoudre if r.genre == Genre.QUARTIER]
    assert question.proche_cle is not None
    choix = {(Genre.QUARTIER, question.libelle): question.proche_cle}
    resolu = preparee(fichier, lue(quartiers=((question.libelle, None),)), resolutions=choix)
    assert messages(resolu, "quartiers") == []
    assert changements(resolu.lignes[0])[0] == ("Quartiers", "", "La Pépinière-De Gaulle")


def test_un_quartier_nomme_en_partie_est_devine_et_dit(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(quartiers=(("Chasse Royale", None),)))
    entier = "« Dutemple Chasse Royale Saint Waast - La Sentinelle »"
    assert messages(prevu, "quartiers") == [
        (2, "information", f"Quartier « Chasse Royale » lu comme {entier}.")
    ]


@pytest.mark.parametrize(
    ("libelle", "commune", "code"),
    [
        ("Centre Ville", "Quiévrechain", "QN05928M"),
        ("Centre ville", "Fresnes sur Escaut", "QN05925M"),
        ("Quiévrechain - Centre Ville", None, "QN05928M"),
        ("Le Trieu / La Solitude Hermitage", None, "QN05926M, QN05933M"),
        ("QN05920M – Verrerie", None, "QN05920M"),
        ("QPV Cité Le Jard", None, "QN05932M"),
    ],
)
def test_un_quartier_se_reconnait_malgre_ses_homonymes(
    fichier: Fichier, libelle: str, commune: str | None, code: str
) -> None:
    poser(fichier, lue(quartiers=((libelle, None),), communes=(commune,) if commune else ()))
    codes = noms(fichier, ActionQuartier, ActionQuartier.quartier, Quartier.code, "Lire ensemble")
    assert ", ".join(codes) == code


def test_un_autre_code_du_meme_quartier_est_reconnu_et_signale(tmp_path: Path) -> None:
    """The contrat-cadre prints « QN 06207 », the convention communale « QP 06 20 07 » (B-4)."""
    with fabriques.neuf(tmp_path / "b.tdt") as bethune:
        Contrats(bethune).charger(referentiels.charger("bethune_bruay"))
        prevu = preparee(
            bethune,
            lue(2, quartiers=(("QP 06 20 07", None),)),
            lue(3, titre="B", quartiers=(("QN06207M", None), ("Quartier REGAIN", None))),
        )
        dit = "désigne « Regain », dont le code est « QN 06207 »"
        assert messages(prevu, "quartiers") == [
            (2, "alerte", f"Code divergent : « QP 06 20 07 » {dit}.")
        ]
        assert [c[2] for ligne in prevu.lignes for c in changements(ligne)] == ["Regain", "Regain"]


@pytest.mark.parametrize(
    ("contrat", "libelle", "nom"),
    [
        ("bethune_bruay", "Cité Longuepierre-Béchet", "Cité Longuepierre - Beclet"),
        ("bethune_bruay", "Quartier Béclet/Longuepierre", "Cité Longuepierre - Beclet"),
        ("bethune_bruay", "Fond de Sains", "Cité 10/Fond de Sains"),
        ("bethune_bruay", "TERRE NOEUV", "Terre Noeve"),
        ("arras", "Nouvelles Résidences", "Chanteclair - Cévennes"),
    ],
)
def test_un_quartier_se_reconnait_sous_toutes_ses_variantes(
    tmp_path: Path, contrat: str, libelle: str, nom: str
) -> None:
    with fabriques.neuf(tmp_path / "c.tdt") as autre:
        Contrats(autre).charger(referentiels.charger(contrat))
        prevu = preparee(autre, lue(quartiers=((libelle, None),)))
        assert changements(prevu.lignes[0])[0] == ("Quartiers", "", nom)


def test_les_anomalies_suivent_l_ordre_du_fichier(fichier: Fichier) -> None:
    lignes = [a.ligne for a in plan(fichier, "programmation.xlsx").anomalies]
    assert lignes == sorted(lignes)


def test_un_nom_porte_par_plusieurs_quartiers_demande_la_commune(fichier: Fichier) -> None:
    assert messages(preparee(fichier, lue(quartiers=(("Centre ville", None),))), "quartiers") == [
        (2, "alerte", "Quartier « Centre ville » : plusieurs portent ce nom, précisez la commune.")
    ]


def test_une_commune_ecrite_dans_la_colonne_des_quartiers_est_une_commune(fichier: Fichier) -> None:
    poser(fichier, lue(quartiers=(("Anzin", None),)))
    lien = (ActionCommune, ActionCommune.commune, Commune.nom)
    assert noms(fichier, *lien, "Lire ensemble") == ["Anzin"]


def test_ensemble_des_quartiers_ne_designe_aucun_lieu(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(quartiers=(("Ensemble des QPV", None),)))
    assert [niveau for _, niveau, _ in messages(prevu, "quartiers")] == ["information"]
    assert prevu.a_resoudre == ()


def test_un_quartier_a_cheval_ne_dit_pas_les_communes_touchees(fichier: Fichier) -> None:
    poser(fichier, lue(quartiers=(("La Pépinière-De Gaulle", None), ("QN05921M", None))))
    lien = (ActionCommune, ActionCommune.commune, Commune.nom)
    assert noms(fichier, *lien, "Lire ensemble") == ["Saint-Saulve"]


def test_les_quartiers_donnes_en_entier_remplacent_ceux_du_fichier(fichier: Fichier) -> None:
    poser(fichier, lue(quartiers=(("Le Trieu", None),)))
    prevu = preparee(fichier, lue(quartiers=(("Cité Le Jard", None),)))
    assert ("Quartiers", "Le Trieu", "Cité Le Jard") in changements(prevu.lignes[0])
    Imports(fichier).appliquer(prevu)
    lien = (ActionQuartier, ActionQuartier.quartier, Quartier.nom)
    assert noms(fichier, *lien, "Lire ensemble") == ["Cité Le Jard"]


def test_un_quartier_incompris_ne_fait_partir_aucun_autre(fichier: Fichier) -> None:
    poser(fichier, lue(quartiers=(("Le Trieu", None),)))
    poser(fichier, lue(quartiers=(("Cité Le Jard", None), ("Nulle part", None))))
    lien = (ActionQuartier, ActionQuartier.quartier, Quartier.nom)
    assert noms(fichier, *lien, "Lire ensemble") == ["Cité Le Jard", "Le Trieu"]


def test_un_objectif_l_emporte_sur_l_axe_qui_le_contient(fichier: Fichier) -> None:
    poser(fichier, lue(classements=("Insertion sociale et professionnelle",
                                    "Favoriser les opportunités d'accès à l'emploi")))  # fmt: skip
    lien = (Classement, Classement.noeud, Noeud.libelle)
    assert noms(fichier, *lien, "Lire ensemble") == [
        "Favoriser les opportunités d'accès à l'emploi"
    ]


def test_un_nouvel_axe_principal_remplace_l_ancien(fichier: Fichier) -> None:
    poser(fichier, lue(classements=("Santé",)))
    prevu = preparee(fichier, lue(classements=("Insertion sociale et professionnelle",)))
    assert changements(prevu.lignes[0]) == [
        ("Classement", "Santé", "Insertion sociale et professionnelle")
    ]
    Imports(fichier).appliquer(prevu)
    assert len(fichier.lignes(select(Classement.cle))) == 1


@pytest.mark.parametrize(
    ("libelle", "nom"),
    [
        ("BOP 147", "État"), ("Etat - politique de la ville", "État"), ("59-CAF", "CAF"),
        ("Caisse d'allocations familiales", "CAF"), ("CAVM", "CAVM"), ("Agglomération", "CAVM"),
        ("Conseil régional", "Région"), ("CD59", "Département"), ("Ville de Marly", "Communes"),
        ("Bailleur", "Bailleurs"),
    ],
)  # fmt: skip
def test_un_financeur_se_reconnait_sous_ses_noms_d_usage(
    fichier: Fichier, libelle: str, nom: str
) -> None:
    poser(fichier, lue(cofinancements=(CofinancementLu(libelle, demande=Decimal(10)),)))
    assert cofinancements(fichier, "Lire ensemble") == {nom: (10, None, None, None)}


def test_un_ministere_n_est_pas_l_etat_du_contrat(fichier: Fichier) -> None:
    demande = (CofinancementLu("DRAC Hauts-de-France", demande=Decimal(10)),)
    prevu = preparee(fichier, lue(cofinancements=demande))
    proche = "le plus proche est « Région Hauts-de-France »"
    assert [m for _, _, m in messages(prevu, "financeur")] == [
        f"Financeur « DRAC Hauts-de-France » inconnu : il sera créé ; {proche}."
    ]
    Imports(fichier).appliquer(prevu)
    requete = select(Financeur.nature).where(Financeur.nom == "DRAC Hauts-de-France")
    assert [nature for (nature,) in fichier.lignes(requete)] == ["etat"]


def test_la_personne_dit_qui_est_un_financeur_inconnu(fichier: Fichier) -> None:
    ((etat,),) = fichier.lignes(select(Financeur.cle).where(Financeur.identifiant == "etat"))
    demande = (CofinancementLu("Machin", demande=Decimal(10)),)
    cle = (Genre.FINANCEUR, "Machin")
    ignore = preparee(fichier, lue(cofinancements=demande), resolutions={cle: IGNORER})
    cree = preparee(fichier, lue(cofinancements=demande), resolutions={cle: CREER})
    assert changements(ignore.lignes[0]) == []
    assert (messages(cree, "financeur"), len(cree.creations)) == ([], 2)
    poser(fichier, lue(cofinancements=demande), resolutions={cle: etat})
    assert cofinancements(fichier, "Lire ensemble") == {"État": (10, None, None, None)}


def test_la_ligne_de_credit_se_retrouve_par_son_nom_ou_par_sa_nature(fichier: Fichier) -> None:
    def ligne(lu: CofinancementLu) -> tuple[str | None, str | None]:
        prevu = preparee(fichier, lue(cofinancements=(lu,)))
        (geste,) = [g for g in prevu.lignes[0].gestes if g.modele is Cofinancement]
        assert geste.valeurs is not None
        return geste.valeurs["ligne_credit"] is not None, geste.valeurs["nature_credit"]

    dix = Decimal(10)
    assert ligne(CofinancementLu("État", demande=dix)) == (False, None)
    assert ligne(CofinancementLu("État", nature_credit="droit_commun", demande=dix)) == (
        True, "droit_commun",
    )  # fmt: skip
    assert ligne(
        CofinancementLu("Région", ligne_credit="Projets d'initiatives citoyennes", demande=dix)
    ) == (True, "specifique")
    assert ligne(CofinancementLu("CAF", demande=dix)) == (True, "droit_commun")


# Amounts ------------------------------------------------------------------------------------------


def cofinance(**champs: Any) -> ActionLue:
    montants = {n: Decimal(v) if isinstance(v, int) else v for n, v in champs.items()}
    return lue(cofinancements=(CofinancementLu("CAF", **montants),))


def test_un_montant_change_est_dit_avec_son_financeur(fichier: Fichier) -> None:
    poser(fichier, cofinance(demande=1000))
    prevu = preparee(fichier, cofinance(demande=1200, accorde=900))
    assert changements(prevu.lignes[0]) == [
        ("CAF – demandé", "1 000 €", "1 200 €"),
        ("CAF – accordé", "", "900 €"),
        ("CAF – statut", "Demandé", "Accordé"),
    ]
    Imports(fichier).appliquer(prevu)
    assert cofinancements(fichier, "Lire ensemble") == {"CAF": (1200, None, 900, None)}


def test_ce_qui_est_vote_est_accorde(fichier: Fichier) -> None:
    poser(fichier, cofinance(demande=1000, vote=800))
    assert cofinancements(fichier, "Lire ensemble") == {"CAF": (1000, None, 800, 800)}


def test_une_rangee_de_zeros_n_est_pas_une_demande(fichier: Fichier) -> None:
    poser(fichier, cofinance(demande=0, accorde=0))
    assert cofinancements(fichier, "Lire ensemble") == {}


def test_le_statut_d_un_cofinancement_ne_recule_pas_de_lui_meme(fichier: Fichier) -> None:
    poser(fichier, cofinance(demande=1000, statut="refuse"))
    assert verdicts(preparee(fichier, cofinance(demande=1000)))[0][1] == "ignorer"


def test_deux_lignes_du_meme_financeur_ne_se_confondent_pas(fichier: Fichier) -> None:
    dix, vingt = Decimal(10), Decimal(20)
    deux = lue(
        cofinancements=(
            CofinancementLu("CAF", demande=dix),
            CofinancementLu("59-CAF", demande=vingt),
        )
    )
    poser(fichier, deux)
    assert verdicts(preparee(fichier, deux)) == [(2, "ignorer", "Déjà à jour")]
    prevu = preparee(fichier, cofinance(demande=25))
    assert [m for _, _, m in messages(prevu, "financeur")] == [
        "CAF a plusieurs lignes sur cette action : ses montants sont à saisir dans la fiche."
    ]


def test_le_total_de_plusieurs_lignes_d_un_financeur_ne_change_rien(fichier: Fichier) -> None:
    lignes = (
        CofinancementLu("CAF", demande=Decimal(10)),
        CofinancementLu("59-CAF", demande=Decimal(20)),
    )
    poser(fichier, lue(cofinancements=lignes))
    prevu = preparee(fichier, lue(cofinancements=(CofinancementLu("CAF", demande=Decimal(30)),)))
    assert verdicts(prevu) == [(2, "ignorer", "Déjà à jour")]
    assert [n for _, n, _ in messages(prevu, "financeur")] == []


def test_gispro_complete_une_action_du_fichier_et_n_en_cree_pas(fichier: Fichier) -> None:
    etat = (CofinancementLu("État", demande=Decimal(7000)),)
    poser(fichier, lue(reference="DA00042724-02", cofinancements=etat))
    compte = importer(fichier, "gispro.xlsx")
    assert (compte.lues, compte.mises_a_jour, compte.ignorees) == (2, 1, 1)
    requete = select(Cofinancement.notifie, Cofinancement.statut, Cofinancement.commentaire)
    assert [tuple(ligne) for ligne in fichier.lignes(requete)] == [
        (6500, "notifie", "EJ 2103609602 ; EJ 2103609603")
    ]


def test_la_ventilation_pose_les_parts_des_quartiers_du_contrat(
    fichier: Fichier, tmp_path: Path
) -> None:
    poser(fichier, lue(reference="DA00000001-01", quartiers=(("Le Trieu", None),)))
    entete = fabrique.VENTILATION_2022[0]
    source = fabrique.texte(
        tmp_path / "v.csv",
        [entete, ("DA00000001-01", 2026, "1", "", "QN05926M", 750),
         ("DA00000001-01", 2026, "1", "", "QN05932M", 250)],
        separateur=",",
    )  # fmt: skip
    imports = Imports(fichier)
    prevu = imports.preparer(imports.lire(source))
    assert changements(prevu.lignes[0])[0] == (
        "Quartiers", "Le Trieu", "Le Trieu (75 %), Cité Le Jard (25 %)",
    )  # fmt: skip


# Lineages -----------------------------------------------------------------------------------------


def test_l_action_de_l_an_passe_est_proposee_et_liee(fichier: Fichier) -> None:
    accorde = (CofinancementLu("CAF", accorde=Decimal(900)),)
    poser(fichier, lue(annee=2025, titre="Lire ensemble 2025", cofinancements=accorde))
    prevu = preparee(fichier, lue(titre="Lire ensemble 2026", accorde_n1=Decimal(800)))
    (ligne,) = prevu.lignes
    assert ligne.motif == "Nouvelle action, reconduit celle de 2025"
    assert ligne.filiation is not None
    assert (ligne.filiation.titre, ligne.filiation.annee) == ("Lire ensemble 2025", 2025)
    assert messages(prevu, "accorde_n1") == [
        (2, "alerte", "Accordé N-1 annoncé : 800 € ; le fichier dit 900 €.")
    ]
    Imports(fichier).appliquer(prevu)
    ancienne = action(fichier, "Lire ensemble 2025", 2025)
    nouvelle = action(fichier, "Lire ensemble 2026")
    assert (nouvelle.precedente, nouvelle.lignee, nouvelle.recurrence) == (
        ancienne.cle, ancienne.lignee, "reconduction",
    )  # fmt: skip


def test_un_lien_refuse_n_est_pas_fait(fichier: Fichier) -> None:
    poser(fichier, lue(annee=2025))
    prevu = preparee(fichier, lue())
    Imports(fichier).appliquer(prevu, refus_filiations={prevu.lignes[0].rang})
    nouvelle = action(fichier, "Lire ensemble")
    assert (nouvelle.precedente, nouvelle.lignee, nouvelle.recurrence) == (None, nouvelle.cle, None)


def test_une_action_annoncee_nouvelle_n_est_pas_liee_mais_signalee(fichier: Fichier) -> None:
    poser(fichier, lue(annee=2025))
    prevu = preparee(fichier, lue(recurrence="nouveau"))
    assert prevu.lignes[0].filiation is None
    assert messages(prevu, "recurrence") == [
        (2, "alerte", "Annoncée nouvelle, mais « Lire ensemble » existait en 2025.")
    ]


def test_trois_annees_d_un_meme_fichier_font_une_lignee(fichier: Fichier) -> None:
    poser(fichier, lue(2, annee=2026), lue(3, annee=2024), lue(4, annee=2025))
    lignees = {
        a: (lignee, avant is None)
        for a, lignee, avant in fichier.lignes(
            select(Action.annee, Action.lignee, Action.precedente)
        )
    }
    premiere = action(fichier, "Lire ensemble", 2024).cle
    assert lignees == {2024: (premiere, True), 2025: (premiere, False), 2026: (premiere, False)}


def test_refuser_une_annee_coupe_la_lignee_sans_perdre_la_suivante(fichier: Fichier) -> None:
    prevu = preparee(fichier, lue(2, annee=2025), lue(3, annee=2026))
    Imports(fichier).appliquer(prevu, refus={0})
    seule = action(fichier, "Lire ensemble")
    assert (seule.precedente, seule.lignee) == (None, seule.cle)


def test_une_action_n_est_reconduite_qu_une_fois(fichier: Fichier) -> None:
    poser(fichier, lue(annee=2025))
    prevu = preparee(fichier, lue(2), lue(3, titre="Lire ensemble !!! bis"))
    assert [ligne.filiation is not None for ligne in prevu.lignes] == [True, False]


# Anomalies of the source --------------------------------------------------------------------------


def test_un_budget_desequilibre_est_signale(fichier: Fichier) -> None:
    from app.services.actions_lues import LigneBudgetLue

    def ligne(sens: str, compte: str, montant: int) -> LigneBudgetLue:
        return LigneBudgetLue(sens, compte, None, Decimal(montant))

    budget = (ligne("charge", "60", 100), ligne("produit", "74", 90), ligne("charge", "864", 50))
    prevu = preparee(fichier, lue(budget=budget))
    assert [m for _, _, m in messages(prevu, "budget")] == [
        "Budget déséquilibré : 100 € de charges, 90 € de produits.",
        "Contributions volontaires déséquilibrées : 50 € au compte 86, 0 € au compte 87.",
    ]


def test_des_publics_impossibles_sont_signales(fichier: Fichier) -> None:
    publics = PublicsLus(total=100, qpv=120, femmes=60, hommes=30)
    prevu = preparee(fichier, lue(publics=publics))
    assert [m for _, _, m in messages(prevu, "public_qpv")] == [
        "Public en QPV (120) supérieur au public total (100)."
    ]
    assert [m for _, _, m in messages(prevu, "public_femmes")] == [
        "Femmes (60) et hommes (30) ne font pas le public total (100)."
    ]


def test_une_colonne_ou_tous_les_montants_sont_egaux_est_signalee(fichier: Fichier) -> None:
    def ligne(rang: int, montant: int) -> ActionLue:
        lu = CofinancementLu("CAF", accorde=Decimal(montant))
        return lue(rang, titre=f"T{rang}", cofinancements=(lu,))

    egaux = preparee(fichier, *(ligne(rang, 7164) for rang in range(5)))
    assert messages(egaux, "montant") == [
        (0, "alerte", "CAF – accordé : les 5 montants valent tous 7 164 €, vérifiez la colonne.")
    ]
    varies = preparee(fichier, *(ligne(rang, 7164 + (rang == 3)) for rang in range(5)))
    assert messages(varies, "montant") == []


def test_des_demandes_superieures_au_cout_sont_signalees(fichier: Fichier) -> None:
    demande = (CofinancementLu("CAF", demande=Decimal(200)),)
    prevu = preparee(fichier, lue(cout_total=Decimal(100), cofinancements=demande))
    assert [m for _, _, m in messages(prevu, "cout_total")] == [
        "Le total demandé (200 €) dépasse le coût total (100 €)."
    ]


# Memory of the columns ----------------------------------------------------------------------------


def test_une_correspondance_corrigee_est_retenue_pour_la_prochaine_fois(
    fichier: Fichier, tmp_path: Path
) -> None:
    def tableau(nom: str, titre: str) -> Path:
        rangees = [("Porteur", "Intitulé", "Somme"), ("A", titre, 120)]
        return fabrique.classeur(tmp_path / nom, {"F": rangees})

    imports = Imports(fichier)
    dites = {"Somme": Correspondance("montant", "CAF", "accorde")}
    premiere = imports.lire(tableau("1.xlsx", "Un"), correspondances=dites)
    imports.appliquer(imports.preparer(premiere, annee=2026))
    assert [tuple(li) for li in fichier.lignes(select(CorrespondanceImport.profil))] == [
        ("tableau",)
    ]
    seconde = imports.lire(tableau("2.xlsx", "Deux"))
    imports.appliquer(imports.preparer(seconde, annee=2026))
    assert cofinancements(fichier, "Deux") == {"CAF": (None, None, 120, None)}
    assert imports.correspondances(premiere.signature) == dites
    fichier.undo.annuler()
    fichier.undo.annuler()
    assert imports.correspondances(premiere.signature) is None


def test_les_financeurs_du_fichier_aident_a_lire_les_entetes(
    fichier: Fichier, tmp_path: Path
) -> None:
    with fichier.operation("Ajouter un financeur") as ecriture:
        fabriques.financeur(ecriture, identifiant="machin", nom="Fonds Machin", nom_court="Machin",
                            nature="autre")  # fmt: skip
    chemin = fabrique.classeur(
        tmp_path / "a.xlsx", {"Demandes": [("Porteur", "Intitulé", "Fonds Machin"), ("A", "b", 5)]}
    )
    imports = Imports(fichier)
    imports.appliquer(imports.preparer(imports.lire(chemin), annee=2026))
    assert cofinancements(fichier, "b") == {"Machin": (5, None, None, None)}


def test_un_fichier_ouvert_en_lecture_seule_se_laisse_apercevoir(tmp_path: Path) -> None:
    shutil.copyfile(gabarit(), tmp_path / "lu.tdt")
    with Fichier.ouvrir(tmp_path / "lu.tdt", lecture_seule=True) as fichier:
        assert plan(fichier, "programmation.xlsx").compte().ajoutees == 4


def test_le_ramasse_miettes_reprend_apres_un_import_meme_refuse(fichier: Fichier) -> None:
    importer(fichier, "programmation.xlsx")
    with pytest.raises(SourceIllisible):
        importer(fichier, "protege.xlsx")
    assert gc.isenabled()


def test_un_verdict_a_son_libelle() -> None:
    assert [v.libelle for v in Verdict] == ["Ajouter", "Mettre à jour", "Ignorer"]
