"""Rows that repeat: exactly, but for accents, or nearly; and quick enough at 20,000."""

import time
from dataclasses import dataclass
from random import Random

import pytest

from app.services.columns import Colonne, lire_attribut
from app.services.doublons_lignes import ARRET, Maniere, chercher, colonnes_comparees
from app.services.errors import SaisieRefusee


@dataclass(frozen=True)
class Ligne:
    porteur: str
    titre: str


PORTEUR = Colonne(cle="porteur", titre="Porteur", lire=lire_attribut("porteur"))
TITRE = Colonne(cle="titre", titre="Intitulé", lire=lire_attribut("titre"))
LIGNES = [
    ("a", Ligne("CCAS", "Théâtre à l’école")),
    ("b", Ligne("CCAS", "THEATRE A L'ECOLE ")),
    ("c", Ligne("CCAS", "Théâtre à l’école")),
    ("d", Ligne("Ville", "Théâtre à l’école")),
    ("e", Ligne("CCAS", "Théâtre dans l’école")),
    ("f", Ligne("CCAS", "Chantier 1")),
    ("g", Ligne("CCAS", "Chantier 2")),
    ("h", Ligne("", "")),
    ("i", Ligne("", "")),
]


def groupes(maniere: Maniere, *colonnes: Colonne, seuil: int = 80) -> list[tuple[str, ...]]:
    trouves = chercher(LIGNES, colonnes, maniere, seuil=seuil)
    assert not trouves.arret
    return [groupe.cles for groupe in trouves.groupes]


def test_au_signe_pres_sans_accents_ou_ressemblantes() -> None:
    assert groupes(Maniere.EXACTE, PORTEUR, TITRE) == [("a", "c")]
    assert groupes(Maniere.EXACTE, TITRE) == [("a", "c", "d")]
    assert groupes(Maniere.SANS_ACCENTS, PORTEUR, TITRE) == [("a", "b", "c")]
    assert groupes(Maniere.PROCHE, PORTEUR, TITRE) == [("a", "b", "c", "e")]
    assert groupes(Maniere.PROCHE, PORTEUR, TITRE, seuil=97) == [("a", "b", "c")]


def test_les_numeros_differents_ne_sont_pas_des_doublons() -> None:
    assert all("f" not in cles for cles in groupes(Maniere.PROCHE, TITRE, seuil=60))


def test_les_lignes_vides_ne_se_repetent_pas() -> None:
    assert all("h" not in cles for cles in groupes(Maniere.EXACTE, PORTEUR))


def test_la_ressemblance_est_dite() -> None:
    [groupe] = chercher(LIGNES, [PORTEUR, TITRE], Maniere.PROCHE, seuil=80).groupes
    assert 80 <= groupe.ressemblance < 100
    assert groupe.texte == "CCAS · Théâtre à l’école"


def test_sans_ligne_ni_colonne() -> None:
    assert chercher([], [TITRE]).groupes == ()
    with pytest.raises(SaisieRefusee, match="au moins une colonne"):
        chercher(LIGNES, [])


def test_les_colonnes_comparees_d_office() -> None:
    assert [c.cle for c in colonnes_comparees([TITRE, PORTEUR])] == ["porteur", "titre"]
    nom = Colonne(cle="nom", titre="Nom", lire=lire_attribut("titre"))
    assert colonnes_comparees([TITRE, nom]) == [nom]
    assert colonnes_comparees([TITRE]) == [TITRE]


def test_vingt_mille_lignes_se_comparent_vite_et_une_recherche_longue_s_arrete() -> None:
    alea = Random(3)
    mots = [f"mot{chr(97 + n % 26)}{n}".replace("1", "z") for n in range(60)]
    lignes = [
        (str(rang), Ligne("", " ".join(alea.choice(mots) for _ in range(6))))
        for rang in range(20_000)
    ]
    debut = time.perf_counter()
    chercher(lignes, [TITRE], Maniere.PROCHE, seuil=88)
    assert time.perf_counter() - debut < 8
    assert chercher(lignes, [TITRE], Maniere.PROCHE, seuil=88, secondes=0).arret == ARRET
