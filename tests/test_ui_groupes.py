"""The table's conditions and groups, without a window: what is shown, in which order, and its sums."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from fabrique_tableau import Atelier, Projet
from PySide6.QtCore import QPersistentModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.services.columns import Colonne, TypeColonne
from app.services.errors import SaisieRefusee
from app.services.filtres import VIDES, Comparaison, Condition
from app.ui.dispositions import BEAUCOUP
from app.ui.tableau import ACCESSIBLE, CLE, EDITION, ModeleTableau

ACCORDEES = Condition("statut", Comparaison.PARMI, ("Accordée", "Ajournée"))


@pytest.fixture
def atelier(qapp: QApplication) -> Atelier:
    return Atelier()


def montre(modele: ModeleTableau) -> list[str]:
    """Groups as « Déposée (2) », rows by their key."""
    suite = []
    for rang in range(modele.rowCount()):
        groupe = modele.groupe(rang)
        nom = (
            "" if groupe is None else f"{'.' * groupe.niveau}{groupe.libelle} ({len(groupe.cles)})"
        )
        suite.append(nom or modele.cle_de(rang))
    return suite


# Conditions ---------------------------------------------------------------------------------------


def test_les_conditions_de_plusieurs_colonnes_se_combinent(atelier: Atelier) -> None:
    modele = atelier.modele
    modele.conditionner([ACCORDEES, Condition("demande", Comparaison.AU_MOINS, ("1 000",))])
    assert atelier.cles() == ["b"]
    assert (modele.nombre_filtre, modele.nombre_total) == (1, 4)
    assert modele.total(modele.rang("demande")) == Decimal("2000.20")
    modele.conditionner_colonne("demande", [])
    assert atelier.cles() == ["b", "c"]
    modele.filtrer("9")
    assert atelier.cles() == ["c"]
    modele.tout_montrer()
    assert atelier.cles() == ["a", "b", "c", "d"]


def test_une_liste_offre_ce_que_les_autres_filtres_laissent(atelier: Atelier) -> None:
    modele = atelier.modele
    modele.conditionner([ACCORDEES])
    assert [(v.libelle, v.nombre) for v in modele.valeurs_offertes("titre")] == [
        ("Chantier 9", 1),
        ("Chantier 10", 1),
    ]
    assert [(v.libelle, v.nombre) for v in modele.valeurs_offertes("statut")] == [
        ("Déposée", 2),
        ("Accordée", 1),
        ("Ajournée", 1),
    ]


def test_une_condition_refusee_laisse_le_filtre_tel_quel(atelier: Atelier) -> None:
    atelier.modele.conditionner([ACCORDEES])
    with pytest.raises(SaisieRefusee):
        atelier.modele.conditionner([Condition("demande", Comparaison.AU_MOINS, ("douze",))])
    assert list(atelier.modele.conditions) == [ACCORDEES]


def test_une_ligne_modifiee_reste_jusqu_au_prochain_filtre(atelier: Atelier) -> None:
    atelier.modele.conditionner([ACCORDEES])
    atelier.changer("b", statut="deposee")
    assert atelier.cles() == ["b", "c"]
    atelier.modele.conditionner([ACCORDEES])
    assert atelier.cles() == ["c"]


def test_une_colonne_qui_s_en_va_emporte_sa_condition_et_son_groupe(atelier: Atelier) -> None:
    modele = atelier.modele
    modele.conditionner([ACCORDEES])
    modele.grouper(["statut"])
    restantes = [c for c in modele.colonnes if c.cle != "statut"]
    modele.definir_colonnes(restantes, list(atelier.projets.values()))
    assert (list(modele.conditions), list(modele.groupes)) == ([], [])
    assert atelier.cles() == ["a", "b", "c", "d"]


def test_beaucoup_de_lignes_preparees_d_avance_donnent_le_meme_resultat(
    qapp: QApplication, qtbot: QtBot
) -> None:
    projets = [
        Projet(f"k{i}", f"Élan {i % 97}", accorde=Decimal(i) if i % 7 else None)
        for i in range(BEAUCOUP)
    ]
    prepare, neuf = Atelier(tuple(projets)).modele, Atelier(tuple(projets)).modele
    prepare.chercher_dans({"titre", "accorde"})
    neuf.chercher_dans({"titre", "accorde"})
    assert prepare.se_prepare
    qtbot.waitUntil(lambda: not prepare.se_prepare)
    un = Projet("k3", "Aube 12", accorde=Decimal(5_000_000))
    for modele in (prepare, neuf):
        modele.actualiser({"k3": un, "neuf": Projet("neuf", "Zèbre 12")})
        modele.retirer(["k9", "k10"])
        modele.trier([("accorde", True), ("titre", False)])
        modele.filtrer("12")
    cles = [projet.cle for projet in neuf.lignes]
    assert [projet.cle for projet in prepare.lignes] == cles
    assert (cles[0], cles[-1]) == ("k3", "neuf")
    accorde = neuf.rang("accorde")
    assert prepare.total(accorde) == sum(p.accorde or 0 for p in neuf.lignes)


def test_une_case_ne_se_lit_qu_une_fois_et_seulement_quand_elle_sert(qapp: QApplication) -> None:
    """Counted, not timed: what is shown, sorted, filtered or summed is read, and nothing twice."""
    lues: Counter[str] = Counter()

    def lire(champ: str) -> Callable[[Projet], object]:
        return lambda projet: (lues.update([champ]), getattr(projet, champ))[1]

    projets = [Projet(f"k{i}", f"Titre {i % 7}", accorde=Decimal(i)) for i in range(50)]
    modele = ModeleTableau([replace(c, lire=lire(c.cle)) for c in Atelier(()).colonnes()])
    modele.remplacer_lignes(projets)
    assert not lues  # nothing before it is asked for
    for _ in range(2):
        assert modele.total(modele.rang("accorde")) == sum(range(50))
        modele.trier([("accorde", True), ("titre", False)])
        modele.trier([("accorde", False)])
        modele.conditionner([Condition("titre", Comparaison.EGAL, ("Titre 3",))])
        modele.valeurs_offertes("accorde")
        assert modele.total(modele.rang("accorde")) == sum(range(3, 50, 7))
        modele.conditionner([])
        assert lues == {"accorde": 50, "titre": 50}


# Groups -------------------------------------------------------------------------------------------


def test_les_groupes_suivent_l_ordre_de_leur_colonne(atelier: Atelier) -> None:
    atelier.modele.grouper(["statut"])
    assert montre(atelier.modele) == [
        "Déposée (2)", "a", "d", "Accordée (1)", "b", "Ajournée (1)", "c",
    ]  # fmt: skip
    atelier.modele.trier([("statut", True), ("titre", False)])
    assert montre(atelier.modele) == [
        "Ajournée (1)", "c", "Accordée (1)", "b", "Déposée (2)", "d", "a",
    ]  # fmt: skip


def test_plusieurs_niveaux_et_les_vides_a_la_fin(atelier: Atelier) -> None:
    atelier.modele.grouper(["depot", "statut"])
    assert montre(atelier.modele) == [
        "15/01/2026 (1)", ".Déposée (1)", "d",
        "(vides) (3)", ".Déposée (1)", "a", ".Accordée (1)", "b", ".Ajournée (1)", "c",
    ]  # fmt: skip


def test_les_sous_totaux_suivent_le_filtre_et_chaque_saisie(atelier: Atelier) -> None:
    modele = atelier.modele
    accorde, public = modele.rang("accorde"), modele.rang("public")
    modele.grouper(["statut"])
    assert (modele.valeur(0, accorde), modele.texte(0, public)) == (Decimal("800.05"), "37")
    assert modele.total(accorde) == Decimal("800.05")
    redessines: list[int] = []
    modele.dataChanged.connect(lambda a, _b: redessines.append(a.row()))
    atelier.changer("a", accorde=Decimal("900.10"))
    assert modele.valeur(0, accorde) == Decimal("900.15")
    assert modele.total(accorde) == Decimal("900.15")
    assert sorted(redessines) == [0, 1]
    modele.conditionner([Condition("accorde", Comparaison.INFERIEUR, ("1",))])
    assert montre(modele) == ["Déposée (1)", "d", "Ajournée (1)", "c"]
    assert modele.valeur(0, accorde) == Decimal("0.05")


def test_un_groupe_replie_garde_ses_lignes_et_ses_sommes(atelier: Atelier) -> None:
    modele = atelier.modele
    demande = modele.rang("demande")
    modele.grouper(["statut"])
    fixe = QPersistentModelIndex(modele.index(3, 0))
    modele.replier(0, replie=True)
    assert montre(modele) == ["Déposée (2)", "Accordée (1)", "b", "Ajournée (1)", "c"]
    assert fixe.row() == 1
    assert (modele.nombre_filtre, modele.position("a")) == (4, -1)
    assert modele.valeur(0, demande) == Decimal("1000.10")
    atelier.changer("d", demande=Decimal(1))
    assert modele.valeur(0, demande) == Decimal("1001.10")
    assert modele.total(demande) == Decimal("3501.30")
    modele.replier(0, replie=False)
    assert montre(modele)[:3] == ["Déposée (2)", "a", "d"]
    modele.replier_tout(replie=True)
    assert montre(modele) == ["Déposée (2)", "Accordée (1)", "Ajournée (1)"]
    modele.replier_tout(replie=False)
    assert modele.rowCount() == 7


def test_aller_a_une_ligne_cachee_la_devoile(atelier: Atelier) -> None:
    modele = atelier.modele
    modele.grouper(["statut", "nouveau"])
    modele.replier_tout(replie=True)
    assert modele.devoiler("d") == 3
    assert montre(modele)[:5] == ["Déposée (2)", ".non (2)", "a", "d", "Accordée (1)"]
    modele.conditionner([ACCORDEES])
    assert modele.devoiler("d") >= 0
    assert not modele.est_filtre
    assert modele.devoiler("inconnue") == -1


def test_une_ligne_de_groupe_ne_s_ecrit_ni_ne_se_compte(atelier: Atelier) -> None:
    modele = atelier.modele
    accorde, demande = modele.rang("accorde"), modele.rang("demande")
    modele.grouper(["statut"])
    index = modele.index(0, accorde)
    assert not modele.flags(index) & Qt.ItemFlag.ItemIsEditable
    assert modele.flags(modele.index(1, accorde)) & Qt.ItemFlag.ItemIsEditable
    assert not modele.setData(index, "12")
    assert modele.ecrire([(modele.cle_de(0), accorde, "12"), ("a", accorde, "13")])
    assert atelier.ecrits == [("a", "accorde", Decimal(13))]
    figures = modele.chiffres([(range(modele.rowCount()), [demande])])
    assert (figures.nombre, figures.somme, figures.pleines) == (3, Decimal("3500.30"), 3)
    assert (index.data(CLE), index.data(EDITION)) == ("", "")
    assert index.data(ACCESSIBLE) == "Statut Déposée, 2 lignes, déplié, sous-total 13,05"


def test_un_tableau_vide_recoit_et_change_ses_lignes(qapp: QApplication) -> None:
    """Never filled as a whole, only kept in step: so are the panels."""
    modele = ModeleTableau(Atelier().colonnes())
    modele.synchroniser([Projet("a", "Un", accorde=Decimal(1)), Projet("b", "Deux")])
    modele.synchroniser([Projet("a", "Un", accorde=Decimal(3))])
    assert montre(modele) == ["a"]
    assert modele.total(modele.rang("accorde")) == 3


def test_des_lignes_arrivent_et_partent_dans_leurs_groupes(atelier: Atelier) -> None:
    modele = atelier.modele
    demande = modele.rang("demande")
    modele.grouper(["statut"])
    assert modele.valeur(0, demande) == Decimal("1000.10")
    modele.ajouter([Projet("e", "Neuf", demande=Decimal(5))])
    assert montre(modele)[:4] == ["Déposée (3)", "a", "d", "e"]
    assert modele.valeur(0, demande) == Decimal("1005.10")
    modele.retirer(["b"])
    assert montre(modele)[4:] == ["Ajournée (1)", "c"]
    modele.actualiser({"e": Projet("e", "Neuf", "ajournee", demande=Decimal(5))})
    assert montre(modele)[:4] == ["Déposée (3)", "a", "d", "e"]
    modele.grouper(["statut"])
    assert montre(modele) == ["Déposée (2)", "a", "d", "Ajournée (2)", "c", "e"]
    modele.grouper([])
    assert atelier.cles() == ["a", "c", "d", "e"]


def test_une_ligne_de_plusieurs_quartiers_n_est_comptee_qu_une_fois(qapp: QApplication) -> None:
    """One group a quartier, then those of several, then those of none; subtotals make the total."""
    quartiers = {"a": "Le Trieu", "b": "Centre, Le Trieu", "c": "", "d": "Centre", "e": "Sud, Est"}
    colonnes = [
        Colonne(cle="lieux", titre="Quartiers", lire=quartiers.__getitem__, plusieurs=True),
        Colonne(cle="un", titre="Un", lire=lambda _: 1, type=TypeColonne.ENTIER, total=True),
    ]
    modele = ModeleTableau(colonnes, None, cle=str)
    modele.remplacer_lignes(list(quartiers))
    modele.grouper(["lieux"])
    assert [g.libelle for g in modele.arbre] == [
        "Centre", "Le Trieu", "Plusieurs quartiers", VIDES,
    ]  # fmt: skip
    assert [g.cles for g in modele.arbre] == [["d"], ["a"], ["b", "e"], ["c"]]
    assert sum(modele.sous_total(g, 1) for g in modele.arbre) == modele.total(1) == 5
    modele.trier([("lieux", True)])
    assert [g.libelle for g in modele.arbre][-2:] == ["Plusieurs quartiers", VIDES]
