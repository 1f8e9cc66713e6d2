"""Grids: those shipped, edited until they are used, succeeded by a version, exchanged as files."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import fabriques
import fabriques_regles
import pytest
from sqlalchemy import select

from app.models.cotation import CritereGrille, Grille, NiveauGrille
from app.models.enums import NatureGrille
from app.services.errors import SaisieRefusee, SourceIllisible
from app.services.fichier import Fichier
from app.services.grilles import Grilles
from app.services.grilles_calcul import Note, resultat
from app.services.grilles_fiche import FicheGrille, fiche, lire_fiche, livrees


def livree(identifiant: str) -> FicheGrille:
    return next(f for f in livrees() if f.identifiant == identifiant)


@pytest.fixture
def grilles(fichier: Fichier) -> Grilles:
    return Grilles(fichier)


def test_chaque_grille_livree_dit_d_ou_elle_vient() -> None:
    assert {f.identifiant for f in livrees()} >= {
        "egalite_p147", "cget_bie", "ocde_gem", "dg_echo", "ue_eige", "instruction",
        "participation", "transition", "region_recevabilite",
    }  # fmt: skip
    for livre in livrees():
        assert livre.sources, livre.identifiant
        assert livre.note, livre.identifiant
        assert livre.nature in (NatureGrille.PUBLIEE, NatureGrille.CONCUE)
        if livre.nature == NatureGrille.CONCUE:
            assert "conçue pour ce logiciel" in (livre.note or ""), livre.identifiant


def test_aucune_grille_n_est_choisie_pour_personne(fichier: Fichier, grilles: Grilles) -> None:
    fabriques.decor(fichier)
    assert grilles.lignes() == []


@pytest.mark.parametrize(
    ("notes", "score", "code"),
    [
        ({}, 0, "G0"),
        (dict.fromkeys(("C1", "C2", "C3"), 1), 15, "G0"),  # 9 of 60
        (dict.fromkeys((f"C{n}" for n in range(1, 10)), 1), 33, "G0+"),
        (dict.fromkeys((f"C{n}" for n in range(1, 10)), 2), 67, "G1"),
        (dict.fromkeys((f"C{n}" for n in range(1, 10)), 3), 100, "G2"),
        ({**dict.fromkeys((f"C{n}" for n in range(1, 10)), 3), "C2": 2}, 95, "G1"),
        ({**dict.fromkeys((f"C{n}" for n in range(1, 10)), 3), "C1": 0}, 85, "G0+"),
    ],
)
def test_la_grille_p147_compte_comme_elle_est_decrite(
    grilles: Grilles, notes: dict[str, int], score: int, code: str
) -> None:
    bareme = grilles.entiere(grilles.ajouter(livree("egalite_p147"))).bareme
    assert sum(c.poids_compte * c.maximum for c in bareme.criteres) == 60
    toutes = {c.identifiant: Note(str(notes.get(c.identifiant, 0))) for c in bareme.criteres}
    calcule = resultat(bareme, toutes)
    assert calcule.score == score
    assert calcule.niveau is not None
    assert calcule.niveau.code == code


def test_une_grille_ajoutee_est_celle_du_fichier_livre(grilles: Grilles) -> None:
    for livre in livrees():
        entiere = grilles.entiere(grilles.ajouter(livre))
        assert fiche(json.loads(entiere.fiche.model_dump_json()), "copie") == livre
        assert grilles.defauts(entiere.ligne.cle) == []
    assert [g.version for g in grilles.lignes()] == [1] * len(livrees())


def test_une_grille_reajoutee_devient_sa_version_suivante(grilles: Grilles) -> None:
    premiere = grilles.ajouter(livree("cget_bie"))
    seconde = grilles.ajouter(livree("cget_bie"))
    lignes = {g.cle: g for g in grilles.lignes()}
    assert lignes[premiere].succedee
    assert (lignes[seconde].version, lignes[seconde].succedee) == (2, False)
    assert lignes[seconde].titre.endswith("(version 2)")


def test_une_grille_qui_a_servi_ne_change_plus(fichier: Fichier, grilles: Grilles) -> None:
    grille = grilles.ajouter(livree("egalite_p147"))
    critere = grilles.entiere(grille).criteres[0]
    with fichier.operation("Coter") as e:
        e.modifier(Grille, grille, figee_le="2026-02-01T09:00:00+00:00")
    for geste in (
        lambda: grilles.modifier_critere(critere.cle, poids=Decimal(5)),
        lambda: grilles.retirer(CritereGrille, critere.cle),
        lambda: grilles.ajouter_critere(grille, "Un de plus"),
        lambda: grilles.ajouter_niveau(grille, "G3", "Plus haut"),
        lambda: grilles.modifier(grille, methode="compte"),
        lambda: grilles.supprimer(grille),
    ):
        with pytest.raises(SaisieRefusee, match="nouvelle version"):
            geste()
    grilles.modifier(grille, note="Relue en réunion d'équipe")  # says nothing of what it counts
    suivante = grilles.nouvelle_version(grille)
    copie = grilles.entiere(suivante)
    assert copie.criteres[0].poids == critere.poids
    grilles.modifier_critere(copie.criteres[0].cle, poids=Decimal(5))
    assert grilles.entiere(grille).criteres[0].poids == critere.poids
    with pytest.raises(SaisieRefusee, match="déjà une version plus récente"):
        grilles.nouvelle_version(grille)
    fichier.undo.annuler()
    fichier.undo.annuler()
    assert [g.cle for g in grilles.lignes()] == [grille]


def test_une_copie_est_celle_de_l_equipe_et_dit_d_ou_elle_vient(grilles: Grilles) -> None:
    copie = grilles.entiere(grilles.dupliquer(grilles.ajouter(livree("dg_echo")), "La nôtre"))
    assert copie.ligne.nature == NatureGrille.LOCALE
    assert copie.ligne.sources[0].startswith("D'après")
    assert len(copie.criteres) == 4


def test_une_grille_se_compose_a_la_main(grilles: Grilles) -> None:
    grille = grilles.creer("  Notre   grille ")
    assert grilles.defauts(grille) == [
        "Aucun critère n'est décrit\u00a0: ajoutez-en, ou choisissez les niveaux directement."
    ]
    premier = grilles.ajouter_critere(grille, "Diagnostic", niveaux={"0": "Non", "2": "Oui"})
    second = grilles.ajouter_critere(grille, "Objectif")
    grilles.ajouter_niveau(grille, "A", "Atteint", seuil=Decimal(50), portes={"C1": 2})
    entiere = grilles.entiere(grille)
    assert entiere.ligne.nom == "Notre grille"
    assert [c.identifiant for c in entiere.criteres] == ["C1", "C2"]
    assert dict(entiere.criteres[1].niveaux) == {"0": "Non", "2": "Oui"}
    assert grilles.defauts(grille) == []
    grilles.ranger(CritereGrille, [second, premier])
    assert [c.cle for c in grilles.entiere(grille).criteres] == [second, premier]
    grilles.retirer(CritereGrille, premier)
    assert "demande le critère «\u00a0C1\u00a0», qui n'existe pas" in grilles.defauts(grille)[0]
    with pytest.raises(SaisieRefusee, match="déjà pris"):
        grilles.ajouter_niveau(grille, "A", "Encore")
    with pytest.raises(SaisieRefusee, match="Donnez un nom"):
        grilles.creer("  ")


def test_une_grille_se_choisit_appel_par_appel(fichier: Fichier, grilles: Grilles) -> None:
    decor = fabriques.decor(fichier)
    grille = grilles.ajouter(livree("cget_bie"))
    grilles.choisir_pour(decor.appel, grille)
    grilles.choisir_pour(decor.appel, grille, obligatoire=True)
    [ligne] = grilles.lignes()
    assert len(ligne.appels) == 1
    grilles.ne_plus_choisir(decor.appel, grille)
    assert grilles.lignes()[0].appels == ()
    grilles.choisir_pour(decor.appel, grille)
    grilles.supprimer(grille)
    assert grilles.lignes() == []
    assert fichier.lignes(select(NiveauGrille.cle)) == []


def test_les_cotations_d_une_grille_sont_comptees(fichier: Fichier, grilles: Grilles) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Coter") as e:
        fabriques_regles.cotation(e, decor.action, decor.appel, decor.organismes[0])
    [ligne] = grilles.lignes()
    assert (ligne.criteres, ligne.cotations) == (2, 1)


JUSTE: dict[str, Any] = livree("egalite_p147").model_dump(mode="json")


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"methode": "au hasard"}, "la valeur de «\u00a0Méthode\u00a0» n'est pas acceptée"),
        ({"macro": "=cmd"}, "«\u00a0macro\u00a0» n'est pas connue"),
        ({"niveaux": [{"code": "A", "libelle": "A"}] * 2}, "deux niveaux s'appellent"),
        ({"niveaux": [{"code": "A", "libelle": "A", "portes": {"C1": 9}}]}, "va jusqu'à 3"),
        ({"niveaux": [{"code": "A", "libelle": "A", "portes": {"Z": 1}}]}, "qui n'existe pas"),
        (
            {"niveaux": [{"code": c, "libelle": c, "seuil": s} for c, s in (("A", 5), ("B", 1))]},
            "ne montent pas",
        ),
        ({"criteres": [], "niveaux": []}, "aucun critère"),
        ({"nom": "x" * 5000}, "dépasse 4000 caractères"),
        ({"nom": " "}, "n'est pas acceptée"),
    ],
)
def test_une_grille_fausse_est_refusee_d_une_phrase(change: dict[str, Any], phrase: str) -> None:
    with pytest.raises(SourceIllisible, match=phrase):
        fiche({**JUSTE, **change}, "grille.json")


@pytest.mark.parametrize("contenu", [b"", b"\xff\xfe", b"[" * 100_000, b"null", b"{}", b"12"])
def test_un_fichier_qui_n_est_pas_une_grille_est_refuse(tmp_path: Path, contenu: bytes) -> None:
    chemin = tmp_path / "grille.json"
    chemin.write_bytes(contenu)
    with pytest.raises(SourceIllisible, match="grille"):
        lire_fiche(chemin)
    with pytest.raises(SourceIllisible, match="emplacement"):
        lire_fiche(tmp_path / "absent.json")
