"""What a clumsy or a hostile person brings: texts that no cell can hold, pages made to be slow, views
that another program spoilt. Each is taken, or refused with a sentence; none is a trace in English.
"""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fabrique_tableau import Atelier
from fabriques import decor, neuf

from app.models.tableau import Vue
from app.services.actions import Actions
from app.services.blocs import lire_html, lire_tsv
from app.services.collages import Case, deposer
from app.services.columns import Colonne
from app.services.documents import ecrire_entier
from app.services.errors import SaisieRefusee
from app.services.etats_vue import EtatVue
from app.services.saisies import lire_case
from app.services.vues import Vues

LONG = "x" * 1_000_000


@pytest.fixture
def colonnes() -> dict[str, Colonne]:
    return {colonne.cle: colonne for colonne in Atelier().colonnes()}


@pytest.mark.parametrize("cle", ["titre", "statut", "public", "accorde", "depot", "nouveau"])
def test_un_texte_d_un_million_de_lettres_est_refuse_en_une_phrase_courte(
    colonnes: dict[str, Colonne], cle: str
) -> None:
    with pytest.raises(SaisieRefusee) as refus:
        lire_case(colonnes[cle], LONG)
    assert len(str(refus.value)) < 200


@pytest.mark.parametrize("cle", ["statut", "public", "accorde", "depot", "nouveau"])
def test_un_refus_ne_recopie_pas_un_long_texte(colonnes: dict[str, Colonne], cle: str) -> None:
    with pytest.raises(SaisieRefusee) as refus:
        lire_case(colonnes[cle], "x" * 30_000)
    assert "xxx" in str(refus.value)
    assert len(str(refus.value)) < 300


def test_les_signes_qu_aucun_document_ne_garde_s_en_vont(colonnes: dict[str, Colonne]) -> None:
    assert lire_case(colonnes["titre"], "\x00Fête\ud83d du \x0bquartier\x07 ").valeur == (
        "Fête du quartier"
    )


def test_un_signe_abime_ne_s_ecrit_pas_et_se_dit(tmp_path: Path) -> None:
    with neuf(tmp_path / "essai.tdt") as fichier:
        action = decor(fichier).action
        with pytest.raises(SaisieRefusee, match="signe abîmé"):
            Actions(fichier).modifier(action, titre="Fête\ud83d")
        Actions(fichier).modifier(action, titre="Fête 🎉")
        assert fichier.undo.a_annuler() != []


def test_une_case_trop_longue_se_refuse_parmi_les_autres(colonnes: dict[str, Colonne]) -> None:
    atelier = Atelier()
    titre = {colonne.cle: colonne for colonne in atelier.colonnes()}["titre"]
    lignes = atelier.projets
    cases = [Case("a", lignes["a"], 0, titre, "Court"), Case("b", lignes["b"], 1, titre, LONG)]
    bilan = deposer(cases, "Coller")
    assert [refus.case.cle for refus in bilan.refus] == ["b"]
    assert atelier.ecrits == []


# The clipboard ------------------------------------------------------------------------------------

PIEGES = {
    "balises jamais fermées": "<a " * 100_000,
    "commentaires jamais fermés": "<!--" * 100_000,
    "sections jamais fermées": "<![CDATA[" * 50_000,
    "attributs": "<td " + "a=" * 100_000,
    "espaces": "<table><tr><td>" + "<b> </b>" * 50_000 + "x",
    "page entière": "<p>" + "x<br>" * 1_000_000,
    "grand tableau": "<table>" + ("<tr>" + "<td>1" * 100) * 10_000,
}


@pytest.mark.parametrize("piege", PIEGES.values(), ids=PIEGES.keys())
def test_une_page_faite_pour_durer_s_arrete(piege: str) -> None:
    debut = monotonic()
    with suppress(SaisieRefusee):
        lire_html(piege)
    assert monotonic() - debut < 5


def test_une_page_illisible_se_refuse_en_une_phrase() -> None:
    with pytest.raises(SaisieRefusee, match="copiez-le à nouveau"):
        lire_html("<td>&#" + "9" * 10_000 + ";")


@pytest.mark.parametrize("page", ["<![autre chose]><table><tr><td>1", "<![%x[<td>"])
def test_une_marque_inconnue_se_passe_ou_se_refuse_en_une_phrase(page: str) -> None:
    """Some releases of Python read it, others give up: the person sees a value or a sentence."""
    try:
        dit: object = lire_html(page)
    except SaisieRefusee as refus:
        dit = str(refus)
    assert "copiez-le à nouveau" in dit if isinstance(dit, str) else dit in ([], [["1"]], [[""]])


def test_une_case_de_largeur_absurde_compte_pour_une() -> None:
    assert lire_html(f"<table><tr><td colspan={'9' * 10_000}>a<td>b") == [["a", "b"]]
    assert lire_html("<table><tr><td colspan=2>a<td>b") == [["a", "", "b"]]


def test_trois_millions_de_lignes_se_refusent_avant_d_etre_lues() -> None:
    with pytest.raises(SaisieRefusee, match="trop grand"):
        lire_tsv("\n" * 3_000_000)


# Documents ----------------------------------------------------------------------------------------


def test_un_nom_trop_long_se_dit(tmp_path: Path) -> None:
    with pytest.raises(SaisieRefusee, match="raccourcissez-le"):
        ecrire_entier(tmp_path / f"{'x' * 300}.xlsx", b"contenu")
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == []


# Views --------------------------------------------------------------------------------------------

INFINI = float("inf")
GATES: list[dict[str, Any]] = [
    {"zoom": INFINI},
    {"largeurs": {"titre": INFINI}},
    {"largeurs": [1]},
    {"ordre": [["titre"]]},
    {"ordre": "titre"},
    {"masquees": [{}]},
    {"groupes": [{}]},
    {"groupes": "titre"},
    {"replies": [[{}]]},
    {"tri": [["titre"]]},
    {"conditions": {"a": 1}},
]


@pytest.mark.parametrize("etat", GATES, ids=repr)
def test_une_vue_gatee_se_montre_comme_au_depart(tmp_path: Path, etat: dict[str, Any]) -> None:
    with neuf(tmp_path / "essai.tdt") as fichier:
        with fichier.operation("Gâter") as ecriture:
            ecriture.inserer(Vue, liste="actions", nom="Gâtée", etat=etat, rang=10_000)
        vues = Vues(fichier)
        gatee = next(vue for vue in vues.lignes("actions") if vue.nom == "Gâtée")
        assert vues.etat(gatee, []) == EtatVue()


def test_des_mesures_absurdes_sont_ramenees_a_ce_que_l_ecran_montre() -> None:
    lu = EtatVue.depuis_dict({"zoom": -5, "hauteur": 10**9, "largeurs": {"titre": -3, "n": 10**12}})
    assert 0 < lu.zoom < 100
    assert 0 < lu.hauteur < 100
    assert all(0 < large < 10_000 for large in lu.largeurs.values())
    entier = EtatVue(ordre=("a",), groupes=("a",), replies=frozenset({("x", "y")}), zoom=150)
    assert EtatVue.depuis_dict(entier.en_dict()) == replace(entier)
