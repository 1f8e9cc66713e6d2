"""Bringing a partner's copy together with the file: offered, chosen, written in one step of undo."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from fabriques import Decor

from app.services.actions import Actions
from app.services.annotations import Annotations
from app.services.cofinancements import Cofinancements
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.fichier import Fichier
from app.services.fusions import Difference, Sort, comparer_copie, reprendre
from app.services.versements import Versements


@dataclass
class Deux:
    """The file and a copy made of it, both open to write."""

    ici: Fichier
    la: Fichier
    decor: Decor

    def lues(self) -> dict[tuple[str, str], Difference]:
        return {(d.objet, d.quoi): d for d in comparer_copie(self.ici, self.la).differences}


@pytest.fixture
def deux(tmp_path: Path) -> Iterator[Deux]:
    chemin, copie = tmp_path / "programme.tdt", tmp_path / "partenaire.tdt"
    with fabriques.neuf(chemin) as fichier:
        decor = fabriques.decor(fichier, actions=4)
    shutil.copy(chemin, copie)
    with (
        Fichier.ouvrir(chemin, auteur="Camille Essai") as ici,
        Fichier.ouvrir(copie, auteur="Dominique Partenaire") as la,
    ):
        yield Deux(ici, la, decor)


def titre(fichier: Fichier, cle: str) -> str:
    return Actions(fichier).lignes_de([cle])[cle].titre


def test_ce_qu_une_seule_copie_a_change_est_propose_et_le_reste_est_un_choix(deux: Deux) -> None:
    une, deuxieme, troisieme, quatrieme = deux.decor.actions
    financeur = deux.decor.financeurs[0]
    ici, la = Actions(deux.ici), Actions(deux.la)
    ici.modifier(une, description="Reste ici")
    la.modifier(une, titre="Titre du partenaire")
    ici.modifier(deuxieme, titre="Titre d'ici")
    la.modifier(deuxieme, titre="Titre de là")
    la.modifier(troisieme, titre="Puis rien")
    deux.la.undo.annuler()
    Cofinancements(deux.la).saisir(une, financeur, etape="propose", montant=Decimal(1500))
    nouvelle = la.creer(2026, "Action du partenaire")
    Cofinancements(deux.la).saisir(nouvelle, financeur, etape="demande", montant=Decimal(700))
    Annotations(deux.la).de("actions").commenter(troisieme, "titre", "À revoir ensemble")
    ici.supprimer(quatrieme)
    la.modifier(quatrieme, titre="Trop tard")

    fusion = comparer_copie(deux.ici, deux.la)
    par_sort = {
        sort: sorted((d.quoi, d.ici, d.copie) for d in fusion.differences if d.sort == sort)
        for sort in Sort
    }
    assert [d.qui for d in fusion.differences] == ["Dominique Partenaire"] * len(fusion.differences)
    assert par_sort[Sort.AU_CHOIX] == [("intitulé", "Titre d'ici", "Titre de là")]
    assert par_sort[Sort.PERDUE] == [("ligne", "supprimée", "modifiée")]
    assert ("intitulé", titre(deux.ici, une), "Titre du partenaire") in par_sort[Sort.PRISE]
    assert any(copie == "À revoir ensemble" for _, _, copie in par_sort[Sort.PRISE])
    assert not any("Puis rien" in d.copie for d in fusion.differences), "défait dans la copie"
    assert len(fusion.differences) == 6, [
        (d.objet, d.quoi, d.ici, d.copie) for d in fusion.differences
    ]

    avant = len(deux.ici.undo.a_annuler())
    assert reprendre(deux.ici, fusion, [d for d in fusion.differences if d.sort == Sort.PRISE]) == 4
    assert len(deux.ici.undo.a_annuler()) == avant + 1
    assert titre(deux.ici, une) == "Titre du partenaire"
    assert titre(deux.ici, deuxieme) == "Titre d'ici"
    [ligne] = Cofinancements(deux.ici).de_l_action(nouvelle)
    assert (titre(deux.ici, nouvelle), ligne.demande) == ("Action du partenaire", Decimal(700))
    assert deux.ici.defauts() == []
    assert [d.sort for d in comparer_copie(deux.ici, deux.la).differences] == [
        Sort.AU_CHOIX, Sort.PERDUE,
    ]  # fmt: skip
    assert (
        deux.ici.undo.annuler() == "Réunir avec «\u00a0partenaire.tdt\u00a0»\u00a0: 4 différences"
    )
    assert nouvelle not in Actions(deux.ici).lignes_de([nouvelle])
    assert len(comparer_copie(deux.ici, deux.la).differences) == 6


def test_le_meme_cofinancement_ajoute_des_deux_cotes_n_en_fait_qu_un(deux: Deux) -> None:
    with deux.ici.operation("Préparer") as e:
        financeur = fabriques.financeur(e, nom="Fondation", nom_court="Fondation")
    with deux.la.operation("Préparer") as e:
        fabriques.financeur(e, nom="Fondation", nom_court="Fondation", cle=financeur)
    action = deux.decor.action
    Cofinancements(deux.ici).saisir(action, financeur, etape="demande", montant=Decimal(300))
    Cofinancements(deux.la).saisir(action, financeur, etape="demande", montant=Decimal(300))
    Cofinancements(deux.la).saisir(action, financeur, etape="accorde", montant=Decimal(200))
    fusion = comparer_copie(deux.ici, deux.la)
    [difference] = fusion.differences
    assert (difference.quoi, difference.ici, difference.copie) == ("accordé", "", "200\u00a0€")
    reprendre(deux.ici, fusion, fusion.differences)
    lignes = [
        li for li in Cofinancements(deux.ici).de_l_action(action) if li.financeur == financeur
    ]
    assert [(li.demande, li.accorde) for li in lignes] == [(300, 200)]


def test_deux_communes_qui_paient_la_meme_action_ne_sont_pas_confondues(deux: Deux) -> None:
    financeur, action = deux.decor.financeurs[1], deux.decor.action
    for fichier, commune, montant in (
        (deux.ici, deux.decor.communes[0], Decimal(300)),
        (deux.la, deux.decor.communes[1], Decimal(500)),
    ):
        with fichier.operation("Demander") as e:
            fabriques.cofinancement(e, action, financeur, commune=commune, demande=montant)
    fusion = comparer_copie(deux.ici, deux.la)
    assert reprendre(deux.ici, fusion, fusion.differences) == 1
    lignes = Cofinancements(deux.ici).de_l_action(action)
    assert sorted(li.demande or 0 for li in lignes if li.financeur == financeur) == [300, 500]


def test_un_montant_verse_par_tranches_ne_se_reprend_pas_d_une_copie(deux: Deux) -> None:
    with deux.la.operation("Préparer") as e:
        cofinancement = fabriques.cofinancement(
            e, deux.decor.action, deux.decor.financeurs[0], accorde=Decimal(900)
        )
    premiere = comparer_copie(deux.ici, deux.la)
    reprendre(deux.ici, premiere, premiere.differences)
    for fichier, montant in ((deux.ici, Decimal(300)), (deux.la, Decimal(900))):
        Versements(fichier).verser({cofinancement: montant}, date="2026-05-04")
    fusion = comparer_copie(deux.ici, deux.la)
    with pytest.raises(SaisieRefusee, match="vient de ses versements"):
        reprendre(deux.ici, fusion, fusion.differences)


def test_ce_qui_a_change_depuis_la_lecture_n_est_pas_ecrase(deux: Deux) -> None:
    action = deux.decor.action
    Actions(deux.la).modifier(action, titre="Titre de là")
    fusion = comparer_copie(deux.ici, deux.la)
    Actions(deux.ici).modifier(action, titre="Titre tapé entre-temps")
    with pytest.raises(ErreurConnue, match="a changé ici depuis"):
        reprendre(deux.ici, fusion, fusion.differences)
    assert titre(deux.ici, action) == "Titre tapé entre-temps"


def test_un_fichier_qui_n_est_pas_une_copie_est_refuse(deux: Deux, tmp_path: Path) -> None:
    refus = pytest.raises(ErreurConnue, match="n'est pas une copie de ce fichier")
    with fabriques.neuf(tmp_path / "autre.tdt") as autre, refus:
        comparer_copie(deux.ici, autre)
