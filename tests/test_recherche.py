"""The search box: every word, accents and case ignored, and never out of date."""

import pytest

from app.models.action import Action
from app.services.actions import Actions
from app.services.fichier import Fichier
from app.services.organismes import Organismes
from app.services.recherche import Recherche
from tests import fabriques


def _titres(recherche: Recherche, texte: str) -> list[str]:
    return [resultat.titre for resultat in recherche.chercher(texte)]


def test_les_accents_et_la_casse_ne_comptent_pas(fichier: Fichier) -> None:
    actions = Actions(fichier)
    actions.creer(2026, "Éveil à la lecture")
    actions.creer(2026, "Chantier d'été")
    recherche = Recherche(fichier)
    assert _titres(recherche, "eveil LECT") == ["Éveil à la lecture"]
    assert _titres(recherche, "ete") == ["Chantier d'été"]


def test_l_index_suit_ce_qui_change(fichier: Fichier) -> None:
    actions = Actions(fichier)
    cle = actions.creer(2026, "Ateliers numériques")
    recherche = Recherche(fichier)
    assert _titres(recherche, "numeriques") == ["Ateliers numériques"]
    actions.modifier(cle, titre="Ateliers de couture")
    assert _titres(recherche, "numeriques") == []
    assert _titres(recherche, "couture") == ["Ateliers de couture"]
    fichier.undo.annuler()
    assert _titres(recherche, "couture") == []
    actions.supprimer(cle)
    assert _titres(recherche, "numeriques") == []


def test_un_porteur_renomme_retrouve_ses_actions(fichier: Fichier) -> None:
    porteur = Organismes(fichier).creer("Les Ateliers du canal")
    Actions(fichier).creer(2026, "Lecture pour tous", porteur=porteur)
    recherche = Recherche(fichier)
    assert sorted(_titres(recherche, "canal")) == ["Lecture pour tous", "Les Ateliers du canal"]
    Organismes(fichier).modifier(porteur, nom="La Passerelle")
    assert sorted(_titres(recherche, "passerelle")) == ["La Passerelle", "Lecture pour tous"]
    assert _titres(recherche, "canal") == []


def test_un_quartier_se_trouve_par_son_code_et_ses_variantes(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        fabriques.quartier(e, nom="Cité 10", variantes=["Fond de Sains"], code="QN06207")
    recherche = Recherche(fichier)
    assert _titres(recherche, "fond sains") == ["Cité 10"]
    assert _titres(recherche, "QN06207") == ["Cité 10"]


def test_une_recherche_faite_de_signes_ne_trouve_rien(fichier: Fichier) -> None:
    recherche = Recherche(fichier)
    assert recherche.chercher("\"' OR * -- (") == []
    assert recherche.chercher("") == []


def test_un_grand_changement_fait_refaire_l_index_a_la_recherche_suivante(
    fichier: Fichier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each row taken out of the index reads it all: an import would hold the window for seconds."""
    recherche = Recherche(fichier)
    assert _titres(recherche, "action") == []
    retirees: list[str] = []
    monkeypatch.setattr(recherche, "_retirer", lambda _, cles: retirees.extend(cles))
    fabriques.decor(fichier, actions=60)
    assert retirees == []
    assert len(recherche.chercher("action", limite=100)) == 60
    fichier.undo.oublier()
    monkeypatch.undo()
    with fichier.operation("Renommer") as e:
        (cle,) = [r.cle for r in recherche.chercher("action") if r.titre == "Action 7"]
        e.modifier(Action, cle, titre="Chantier")
    assert _titres(recherche, "chantier") == ["Chantier"]
