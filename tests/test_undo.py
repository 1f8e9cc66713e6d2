"""Ctrl+Z and Ctrl+Y: everything comes back, several levels, by name, and nothing is ever erased."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.contrat import Commune, Noeud
from app.models.enums import NatureOperation
from app.models.journal import Operation
from app.models.programme import Exercice
from app.services.actions import Actions
from app.services.bus import Avis
from app.services.chaine import Tables, lire_table, verifier_chaine, verifier_rejeu
from app.services.cofinancements import Cofinancements
from app.services.errors import Conflit, DisquePlein
from app.services.fichier import Fichier
from app.services.transaction import entites


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


def tables(fichier: Fichier) -> Tables:
    with fichier.lecture() as connexion:
        return {nom: lire_table(connexion, table) for nom, table in entites().items()}


def noms(fichier: Fichier) -> list[str]:
    return [nom for (nom,) in fichier.lignes(select(Commune.nom).order_by(Commune.nom))]


def hors_programme(fichier: Fichier, ordre: str) -> None:
    """A change that did not go through an operation, as another program could make."""
    connexion = sqlite3.connect(fichier.chemin)
    connexion.execute(ordre)
    connexion.commit()
    connexion.close()


def test_rien_a_annuler_ni_a_retablir(fichier: Fichier) -> None:
    assert fichier.undo.annuler() is None
    assert fichier.undo.retablir() is None
    assert fichier.undo.a_annuler() == []


def test_une_creation_s_annule_et_se_retablit(fichier: Fichier) -> None:
    with fichier.operation("Créer une commune") as e:
        cle = fabriques.commune(e, variantes=["Brèmes", "BREMES"])
    apres = tables(fichier)
    assert fichier.undo.annuler() == "Créer une commune"
    assert noms(fichier) == []
    assert fichier.undo.retablir() == "Créer une commune"
    assert tables(fichier) == apres
    assert list(apres["commune"]) == [cle]


def test_une_modification_ne_rend_que_ce_qu_elle_a_change(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Modifier l'intitulé") as e:
        e.modifier(Action, decor.action, titre="Autre", public_ages={"6-11": 4})
    hors_programme(fichier, "UPDATE action SET observation='Ajoutée ailleurs'")
    fichier.undo.annuler()
    [ligne] = fichier.lignes(select(Action.titre, Action.public_ages, Action.observation))
    assert tuple(ligne) == ("Action 1", {}, "Ajoutée ailleurs")


def test_une_action_supprimee_revient_avec_tout_ce_qui_en_depend(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    actions = Actions(fichier)
    actions.definir_quartiers(decor.action, dict.fromkeys(decor.quartiers, Decimal(50)))
    actions.definir_communes(decor.action, decor.communes)
    actions.classer(decor.action, decor.noeuds[1])
    Cofinancements(fichier).saisir(
        decor.action, decor.financeurs[0], etape="demande", montant=Decimal(5000)
    )
    actions.ajouter_ligne_budget(
        decor.action, sens="charge", compte="60", libelle="Achats", montant=Decimal("12.34")
    )
    avant = tables(fichier)
    actions.supprimer(decor.action)
    apres = tables(fichier)
    assert (apres["action"], apres["cofinancement"], apres["classement"]) == ({}, {}, {})
    assert fichier.undo.annuler() == "Supprimer une action"
    assert tables(fichier) == avant
    fichier.undo.retablir()
    assert tables(fichier) == apres


def test_un_import_s_annule_d_un_coup(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    avant = tables(fichier)
    with fichier.operation("Importer 700 actions", nature=NatureOperation.IMPORT) as e:
        cles = e.inserer_lot(
            Action,
            [
                {
                    "annee": 2027,
                    "numero": f"2027-{i:03d}",
                    "titre": f"Importée {i}",
                    "statut": "deposee",
                    "lignee": "x",
                }
                for i in range(700)
            ],
        )
        e.inserer_lot(
            Cofinancement,
            [
                {"action": cle, "financeur": f, "annee": 2027, "statut": "demande"}
                for cle in cles
                for f in decor.financeurs[:2]
            ],
        )
        e.modifier(Action, decor.action, titre="Mise à jour")
    apres = tables(fichier)
    assert len(apres["cofinancement"]) == 1400
    assert fichier.undo.annuler() == "Importer 700 actions"
    assert tables(fichier) == avant
    fichier.undo.retablir()
    assert tables(fichier) == apres


def test_une_arborescence_creee_d_un_coup_s_annule_des_feuilles_a_la_racine(
    fichier: Fichier,
) -> None:
    with fichier.operation("Charger une nomenclature") as e:
        axes = fabriques.nomenclature(e)
        parent = fabriques.noeud(e, axes)
        lignes = []
        for niveau in (2, 3, 4):
            ligne = {
                "cle": f"{niveau:032x}",
                "nomenclature": axes,
                "parent": parent,
                "identifiant": str(niveau),
                "libelle": "Objectif",
                "niveau": niveau,
            }
            lignes.append(ligne)
            parent = ligne["cle"]
        e.inserer_lot(Noeud, lignes)
    apres = tables(fichier)
    fichier.undo.annuler()
    assert tables(fichier)["noeud"] == {}
    fichier.undo.retablir()
    assert tables(fichier) == apres


def test_une_ligne_touchee_plusieurs_fois_dans_une_operation(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    avant = tables(fichier)
    with fichier.operation("Tout à la fois") as e:
        cle = fabriques.commune(e, nom="Éphémère")
        e.modifier(Commune, cle, nom="Éphémère encore")
        e.modifier(Commune, decor.communes[0], nom="Un")
        e.modifier(Commune, decor.communes[0], nom="Deux")
        e.supprimer(Commune, cle)
        e.inserer(Commune, cle=cle, nom="Revenue")
        e.modifier(Commune, cle, nom="Revenue encore")
    apres = tables(fichier)
    fichier.undo.annuler()
    assert tables(fichier) == avant
    fichier.undo.retablir()
    assert tables(fichier) == apres


def test_plusieurs_niveaux_dans_l_ordre_et_par_leur_nom(fichier: Fichier) -> None:
    etats = [noms(fichier)]
    for nom in ("Brèmes", "Ostreval", "Wavrin"):
        with fichier.operation(f"Ajouter {nom}") as e:
            fabriques.commune(e, nom=nom)
        etats.append(noms(fichier))
    assert fichier.undo.a_annuler() == ["Ajouter Wavrin", "Ajouter Ostreval", "Ajouter Brèmes"]
    for etat in reversed(etats[:-1]):
        fichier.undo.annuler()
        assert noms(fichier) == etat
    assert fichier.undo.a_retablir() == ["Ajouter Brèmes", "Ajouter Ostreval", "Ajouter Wavrin"]
    for etat in etats[1:]:
        fichier.undo.retablir()
        assert noms(fichier) == etat
    fichier.undo.annuler()
    fichier.undo.annuler()
    assert fichier.undo.a_annuler() == ["Ajouter Brèmes"]
    assert fichier.undo.a_retablir() == ["Ajouter Ostreval", "Ajouter Wavrin"]


def test_la_pile_garde_les_deux_cents_dernieres(fichier: Fichier) -> None:
    for rang in range(203):
        fichier.undo.sur_avis(Avis(rang, f"Geste {rang}", "saisie", ()))
    libelles = fichier.undo.a_annuler()
    assert (len(libelles), libelles[0], libelles[-1]) == (200, "Geste 202", "Geste 3")


def test_annuler_ajoute_au_journal_et_n_efface_rien(fichier: Fichier) -> None:
    with fichier.operation("Créer une commune") as e:
        fabriques.commune(e)
    fichier.undo.annuler()
    fichier.undo.retablir()
    colonnes = (Operation.numero, Operation.libelle, Operation.nature, Operation.inverse)
    assert [tuple(ligne) for ligne in fichier.lignes(select(*colonnes))] == [
        (1, "Créer une commune", "saisie", None),
        (2, "Annuler : Créer une commune", "annulation", 1),
        (3, "Rétablir : Créer une commune", "retablissement", 2),
    ]
    with fichier.lecture() as connexion:
        assert verifier_chaine(connexion) == []
        assert verifier_rejeu(connexion) == []


def test_annuler_publie_un_avis_comme_toute_operation(fichier: Fichier) -> None:
    with fichier.operation("Créer une commune") as e:
        cle = fabriques.commune(e)
    recus: list[Avis] = []
    fichier.bus.abonner(recus.append)
    fichier.undo.annuler()
    [avis] = recus
    assert (avis.nature, avis.inverse, avis.cles("commune")) == ("annulation", 1, {cle})
    assert [m.apres for m in avis.modifications] == [None]


def test_une_nouvelle_operation_oublie_ce_qui_pouvait_etre_retabli(fichier: Fichier) -> None:
    for nom in ("Brèmes", "Ostreval"):
        with fichier.operation(f"Ajouter {nom}") as e:
            fabriques.commune(e, nom=nom)
    fichier.undo.annuler()
    with fichier.operation("Ajouter Wavrin") as e:
        fabriques.commune(e, nom="Wavrin")
    assert fichier.undo.a_retablir() == []
    assert fichier.undo.a_annuler() == ["Ajouter Wavrin", "Ajouter Brèmes"]


def test_une_operation_du_systeme_ne_se_defait_pas_et_vide_les_piles(fichier: Fichier) -> None:
    with fichier.operation("Ajouter Brèmes") as e:
        fabriques.commune(e)
    with fichier.operation("Ajouter Ostreval") as e:
        fabriques.commune(e)
    fichier.undo.annuler()
    with fichier.operation("Clore la séance", nature=NatureOperation.SYSTEME) as e:
        fabriques.quartier(e)
    assert (fichier.undo.a_annuler(), fichier.undo.a_retablir()) == ([], [])
    assert fichier.undo.annuler() is None


def test_une_annulation_en_conflit_est_refusee_et_la_pile_reste(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    Actions(fichier).modifier(decor.action, titre="Autre")
    hors_programme(fichier, "UPDATE action SET titre='Changé ailleurs'")
    avant = tables(fichier)
    for _ in range(2):
        with pytest.raises(Conflit, match="la même donnée a été modifiée depuis"):
            fichier.undo.annuler()
    assert tables(fichier) == avant
    assert fichier.undo.a_annuler() == ["Modifier l'intitulé"]


@pytest.mark.parametrize(
    ("ailleurs", "phrase"),
    [
        ("DELETE FROM exercice", "Cette ligne n'existe plus"),
        ("UPDATE exercice SET clos=1", "la même donnée a été modifiée depuis"),
    ],
)
def test_ce_qui_a_ete_change_ailleurs_n_est_pas_supprime(
    fichier: Fichier, ailleurs: str, phrase: str
) -> None:
    with fichier.operation("Ouvrir l'exercice") as e:
        fabriques.exercice(e)
    hors_programme(fichier, ailleurs)
    avant = tables(fichier)
    with pytest.raises(Conflit, match=phrase):
        fichier.undo.annuler()
    assert tables(fichier) == avant
    assert fichier.undo.a_annuler() == ["Ouvrir l'exercice"]


def test_ce_qui_est_revenu_ailleurs_n_est_pas_ecrase(fichier: Fichier) -> None:
    with fichier.operation("Ouvrir l'exercice") as e:
        cle = fabriques.exercice(e)
    with fichier.operation("Supprimer l'exercice") as e:
        e.supprimer(Exercice, cle)
    hors_programme(fichier, f"INSERT INTO exercice (cle, annee, clos) VALUES ('{cle}', 2031, 0)")
    with pytest.raises(Conflit, match="Cette ligne existe déjà"):
        fichier.undo.annuler()
    assert fichier.lignes(select(Exercice.annee)) == [(2031,)]
    assert fichier.undo.a_annuler()[0] == "Supprimer l'exercice"


def test_retablir_en_conflit_est_refuse_aussi(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    Actions(fichier).modifier(decor.action, titre="Autre")
    fichier.undo.annuler()
    hors_programme(fichier, "UPDATE action SET titre='Changé ailleurs'")
    with pytest.raises(Conflit, match="la même donnée a été modifiée depuis"):
        fichier.undo.retablir()
    assert fichier.undo.a_retablir() == ["Modifier l'intitulé"]


def test_une_annulation_qui_rate_laisse_la_pile(
    fichier: Fichier, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fichier.operation("Ajouter Brèmes") as e:
        fabriques.commune(e)

    def disque_plein(*_: object, **__: object) -> None:
        raise DisquePlein("Le disque est plein.")

    with monkeypatch.context() as panne:
        panne.setattr(fichier._journal, "inscrire", disque_plein)
        with pytest.raises(DisquePlein):
            fichier.undo.annuler()
    assert noms(fichier) == ["Brèmes-sur-Scarpe"]
    assert fichier.undo.a_annuler() == ["Ajouter Brèmes"]
    assert fichier.undo.annuler() == "Ajouter Brèmes"
    assert noms(fichier) == []


def test_un_abonne_qui_echoue_n_empeche_pas_de_continuer_a_annuler(fichier: Fichier) -> None:
    for nom in ("Brèmes", "Ostreval"):
        with fichier.operation(f"Ajouter {nom}") as e:
            fabriques.commune(e, nom=nom)

    def echouer(_: Avis) -> None:
        raise ValueError("écran en panne")

    fichier.bus.abonner(echouer)
    with pytest.raises(ValueError, match="écran en panne"):
        fichier.undo.annuler()
    fichier.bus.desabonner(echouer)
    assert fichier.undo.a_annuler() == ["Ajouter Brèmes"]
    assert fichier.undo.a_retablir() == ["Ajouter Ostreval"]
    fichier.undo.annuler()
    assert noms(fichier) == []


def test_un_abonne_qui_ecrit_pendant_une_annulation_ne_brouille_pas_les_piles(
    fichier: Fichier,
) -> None:
    def noter(avis: Avis) -> None:
        if avis.nature == "annulation":
            with fichier.operation("Noter l'annulation") as e:
                fabriques.quartier(e)

    for nom in ("Brèmes", "Ostreval"):
        with fichier.operation(f"Ajouter {nom}") as e:
            fabriques.commune(e, nom=nom)
    fichier.bus.abonner(noter)
    fichier.undo.annuler()
    assert noms(fichier) == ["Brèmes"]
    assert fichier.undo.a_annuler() == ["Noter l'annulation", "Ajouter Brèmes"]
    assert fichier.undo.a_retablir() == []


def test_un_fichier_rouvert_n_a_rien_a_annuler(fichier: Fichier) -> None:
    with fichier.operation("Ajouter Brèmes") as e:
        fabriques.commune(e)
    fichier.fermer()
    with Fichier.ouvrir(fichier.chemin) as rouvert:
        assert rouvert.undo.a_annuler() == []
