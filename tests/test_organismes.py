"""The porteurs: identifiers checked, history over the years, duplicates merged without losing any."""

from decimal import Decimal

import pytest

from app.services.actions import Actions
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.organismes import Organismes
from tests import fabriques


def test_un_nom_vide_est_refuse(fichier: Fichier) -> None:
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        Organismes(fichier).creer("   ")


def test_un_texte_sans_fin_est_refuse_et_rien_n_est_cree(fichier: Fichier) -> None:
    organismes = Organismes(fichier)
    for nom, champs, phrase in (
        ("x" * 1_000_000, {}, "trop long"),
        ("x" * 400, {}, "nom est trop long"),
        ("Les Ateliers", {"ville": "x" * 1_000_000}, "trop long"),
    ):
        with pytest.raises(SaisieRefusee, match=phrase):
            organismes.creer(nom, **champs)
    assert organismes.lignes() == []


def test_un_nom_de_signes_invisibles_est_vide(fichier: Fichier) -> None:
    organismes = Organismes(fichier)
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        organismes.creer("\u200b\u2060")
    organismes.creer("Les \u200bAteliers")
    assert [ligne.nom for ligne in organismes.lignes()] == ["Les Ateliers"]


def test_un_siret_faux_est_refuse_et_rien_n_est_cree(fichier: Fichier) -> None:
    organismes = Organismes(fichier)
    with pytest.raises(SaisieRefusee):
        organismes.creer("Les Ateliers du canal", siret="12345678900011")
    assert organismes.lignes() == []


@pytest.mark.parametrize("siret", ["35600000000048", "356 000 000 00048", "35600000049837"])
def test_les_siret_de_la_poste_sont_acceptes(fichier: Fichier, siret: str) -> None:
    organismes = Organismes(fichier)
    organismes.creer("Un bureau de poste", siret=siret)
    assert organismes.lignes()[0].siret == siret.replace(" ", "")


def test_l_historique_reunit_les_annees(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        porteur = fabriques.organisme(e)
        etat = fabriques.financeur(e)
        for annee, accorde in ((2025, 4000), (2026, 6000)):
            action = fabriques.action(e, annee=annee, numero=f"{annee}-001", porteur=porteur)
            fabriques.cofinancement(
                e, action, etat, annee=annee, demande=Decimal(8000), accorde=Decimal(accorde)
            )
    annees = Organismes(fichier).historique(porteur)
    assert [(a.annee, a.actions, a.demande, a.accorde) for a in annees] == [
        (2026, 1, Decimal(8000), Decimal(6000)),
        (2025, 1, Decimal(8000), Decimal(4000)),
    ]
    (ligne,) = Organismes(fichier).lignes()
    assert (ligne.actions, ligne.premiere_annee, ligne.derniere_annee) == (2, 2025, 2026)
    assert ligne.accorde == Decimal(10_000)


def test_deux_noms_qui_ne_different_que_par_les_accents_sont_proposes(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        fabriques.organisme(e, nom="Association L'Étoile du Canal")
        fabriques.organisme(e, nom="Association l'etoile du canal")
        fabriques.organisme(e, nom="Les Jardins partagés")
    (doublon,) = Organismes(fichier).doublons()
    assert {doublon.nom_gardee, doublon.nom_autre} == {
        "Association L'Étoile du Canal",
        "Association l'etoile du canal",
    }


def test_fusionner_donne_les_actions_et_garde_le_nom_puis_s_annule(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        gardee = fabriques.organisme(e, nom="L'Étoile")
        autre = fabriques.organisme(e, nom="L'Etoile asso", siret="35600000000048")
        action = fabriques.action(e, porteur=autre)
    organismes = Organismes(fichier)
    organismes.fusionner(gardee, autre)
    (ligne,) = organismes.lignes()
    assert (ligne.cle, ligne.actions, ligne.siret) == (gardee, 1, "35600000000048")
    assert Actions(fichier).lignes_de([action])[action].porteur == "L'Étoile"
    fichier.undo.annuler()
    assert {ligne.cle for ligne in organismes.lignes()} == {gardee, autre}
    assert Actions(fichier).lignes_de([action])[action].porteur == "L'Etoile asso"


def test_un_porteur_qui_a_des_actions_ne_se_supprime_pas(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        porteur = fabriques.organisme(e)
        fabriques.action(e, porteur=porteur)
    with pytest.raises(SaisieRefusee, match="a des actions"):
        Organismes(fichier).supprimer(porteur)


def test_supprimer_plusieurs_porteurs_est_un_seul_geste(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        cles = [fabriques.organisme(e, nom=nom) for nom in ("Un", "Deux", "Trois")]
        fabriques.action(e, porteur=cles[2])
    fichier.undo.oublier()
    organismes = Organismes(fichier)
    with pytest.raises(SaisieRefusee, match="« Trois » a des actions"):
        organismes.supprimer(*cles)
    assert len(organismes.lignes()) == 3
    organismes.supprimer(*cles[:2])
    assert [ligne.nom for ligne in organismes.lignes()] == ["Trois"]
    assert fichier.undo.a_annuler() == ["Supprimer 2 porteurs"]
