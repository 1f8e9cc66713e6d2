"""Bringing a partner's copy together with the file: offered, chosen, written in one step of undo."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import select

from app.models.action import Cofinancement
from app.services.actions import Actions
from app.services.annotations import Annotations
from app.services.cofinancements import Cofinancements
from app.services.comite import comite
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier
from app.services.fusions import Difference, Sort, comparer_copie, reprendre
from app.services.ordres_du_jour import Filtre
from app.services.organismes import Organismes
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


def lire_verse(fichier: Fichier, cofinancement: str) -> Decimal | None:
    requete = select(Cofinancement.verse).where(Cofinancement.cle == cofinancement)
    ((montant,),) = fichier.lignes(requete)
    return montant


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
    perdue = next(d for d in fusion.differences if d.champ == "verse")
    assert perdue.sort == Sort.PERDUE
    assert "Après le comité" in perdue.remarque
    reprendre(deux.ici, fusion, fusion.differences)
    assert lire_verse(deux.ici, cofinancement) == 300


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


def test_une_copie_au_journal_modifie_hors_du_programme_est_refusee(deux: Deux) -> None:
    Cofinancements(deux.la).saisir(
        deux.decor.actions[0], deux.decor.financeurs[0], etape="demande", montant=Decimal(1234)
    )
    deux.la.fermer()
    with closing(sqlite3.connect(deux.la.chemin)) as base, base:
        base.execute("DROP TRIGGER trace_sans_update")
        base.execute("UPDATE trace SET apres = replace(apres, '123400', '99999900')")
    with (
        Fichier.ouvrir(deux.la.chemin, lecture_seule=True) as copie,
        pytest.raises(ErreurConnue, match="modifié hors du programme"),
    ):
        comparer_copie(deux.ici, copie)


def test_ce_dont_quelque_chose_depend_ici_n_est_pas_supprime(deux: Deux) -> None:
    action = deux.decor.actions[0]
    ici = comite(deux.ici)
    seance = ici.seances.creer(2026, titre="Comité", date="2026-03-12")
    ici.ordres.construire(seance, Filtre())
    Actions(deux.la).supprimer(action)

    fusion = comparer_copie(deux.ici, deux.la)
    with pytest.raises(ErreurConnue, match="point de l'ordre du jour"):
        reprendre(deux.ici, fusion, fusion.differences)
    assert titre(deux.ici, action)


def test_un_porteur_nouveau_se_reprend_avec_l_action_qui_le_prend(deux: Deux) -> None:
    porteur = Organismes(deux.la).creer("Porteur du partenaire")
    Actions(deux.la).modifier(deux.decor.actions[0], porteur=porteur)

    fusion = comparer_copie(deux.ici, deux.la)
    with pytest.raises(ErreurConnue, match="manque ici"):
        reprendre(deux.ici, fusion, [d for d in fusion.differences if d.champ])
    assert reprendre(deux.ici, fusion, fusion.differences) == 2


def test_deux_actions_creees_a_part_gardent_deux_numeros(deux: Deux) -> None:
    mienne = Actions(deux.ici).creer(2026, "D'ici")
    sienne = Actions(deux.la).creer(2026, "De là")

    fusion = comparer_copie(deux.ici, deux.la)
    assert [d.remarque for d in fusion.differences] == [
        "Son numéro est pris ici : elle aura le suivant."
    ]
    reprendre(deux.ici, fusion, fusion.differences)
    lignes = Actions(deux.ici).lignes_de([mienne, sienne])
    assert len({ligne.numero for ligne in lignes.values()}) == 2


def test_ce_que_disent_les_deliberations_d_ici_ne_vient_pas_d_une_copie(deux: Deux) -> None:
    action, financeur = deux.decor.actions[0], deux.decor.financeurs[0]
    for fichier, montant in ((deux.ici, 900), (deux.la, 1200)):
        Cofinancements(fichier).saisir(action, financeur, etape="accorde", montant=Decimal(montant))
        comite(fichier).deliberations.preparer(financeur, 2026, date="2026-04-01")

    fusion = comparer_copie(deux.ici, deux.la)
    assert {d.quoi: d.sort for d in fusion.differences}["voté"] == Sort.PERDUE
    reprendre(deux.ici, fusion, fusion.differences)
    [ligne] = Cofinancements(deux.ici).de_l_action(action)
    assert (ligne.accorde, ligne.vote) == (Decimal(1200), Decimal(900))
