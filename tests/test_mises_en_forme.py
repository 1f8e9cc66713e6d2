"""Conditional formats: ready ones, rules of the user, their order, and what a cell wears."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import fabriques
import pytest

from app.models.tableau import MiseEnForme
from app.services.columns import Colonne, TypeColonne, lire_attribut
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.filtres import Comparaison, Condition
from app.services.habits import Habilleur, Habit, mots_de
from app.services.mises_en_forme import (
    REGLES_MAXIMUM,
    TOUTES,
    MisesEnForme,
    Regle,
    Style,
    styles_de,
)
from app.services.modeles_de_forme import MODELES

MONTANT = TypeColonne.MONTANT


@dataclass(frozen=True)
class Ligne:
    cle: str
    titre: str = ""
    cout: Decimal | None = None
    demande: Decimal | None = None
    accorde: Decimal | None = None
    depot: date | None = None


COLONNES = [
    Colonne(cle="titre", titre="Intitulé", lire=lire_attribut("titre")),
    Colonne(cle="cout", titre="Coût", lire=lire_attribut("cout"), type=MONTANT),
    Colonne(cle="e.demande", titre="Demandé", lire=lire_attribut("demande"), type=MONTANT),
    Colonne(cle="e.accorde", titre="Accordé", lire=lire_attribut("accorde"), type=MONTANT),
    Colonne(cle="depot", titre="Dépôt", lire=lire_attribut("depot"), type=TypeColonne.DATE),
]


class Table:
    """Rows and rules in memory."""

    def __init__(self, *lignes: Ligne) -> None:
        self.lignes = list(lignes)

    def habiller(self, *regles: Regle) -> Habilleur:
        return Habilleur(regles, COLONNES, lambda: self.lignes, cle=attrgetter("cle"))

    def habits(self, colonne: str, *regles: Regle) -> list[Habit | None]:
        habiller = self.habiller(*regles).habillage(colonne)
        return [habiller(ligne) if habiller else None for ligne in self.lignes]


def signaux(habits: list[Habit | None]) -> list[str]:
    return [habit.signal if habit else "" for habit in habits]


def pret(modele: str, colonne: str = TOUTES) -> Regle:
    style = next(m.style for m in MODELES if m.cle == modele)
    return Regle("r", colonne, style, modele=modele)


def test_accorde_superieur_au_demande() -> None:
    table = Table(
        Ligne("a", demande=Decimal(10), accorde=Decimal(11)),
        Ligne("b", demande=Decimal(10), accorde=Decimal(10)),
        Ligne("c", accorde=Decimal(1)),
        Ligne("d", demande=Decimal(5)),
    )
    habits = table.habits("e.accorde", pret("accorde_depasse"))
    assert signaux(habits) == ["bloquant", "", "bloquant", ""]
    assert habits[0] is not None
    assert mots_de(habits[0]) == "bloquant : Accordé supérieur au demandé"
    assert table.habiller(pret("accorde_depasse")).colonnes == {"e.accorde"}


def test_cout_vide_titre_en_double_et_date_passee() -> None:
    hier, demain = date.today() - timedelta(1), date.today() + timedelta(1)  # noqa: DTZ011
    table = Table(
        Ligne("a", "Été", depot=hier, cout=Decimal(1)),
        Ligne("b", "ete ", depot=demain, cout=Decimal(0)),
        Ligne("c", "Hiver"),
        Ligne("d", ""),
        Ligne("e", ""),
    )
    assert signaux(table.habits("cout", pret("cout_vide"))) == ["", *["alerte"] * 4]
    assert signaux(table.habits("titre", pret("en_double"))) == [
        "information",
        "information",
        "",
        "",
        "",
    ]
    assert signaux(table.habits("depot", pret("date_passee"))) == ["alerte", "", "", "", ""]


def test_les_dix_plus_grands_comptent_les_ex_aequo_et_ignorent_le_vide() -> None:
    table = Table(
        *(Ligne(f"l{n}", cout=Decimal(n)) for n in range(15)),
        Ligne("ex", cout=Decimal(5)),
        Ligne("vide"),
    )
    portees = [
        ligne.cle
        for ligne, habit in zip(
            table.lignes, table.habits("cout", pret("plus_grands", "cout")), strict=True
        )
        if habit
    ]
    assert portees == [*(f"l{n}" for n in range(5, 15)), "ex"]


def test_les_barres_partent_de_zero_et_les_icones_du_plus_petit() -> None:
    table = Table(*(Ligne(str(n), cout=Decimal(n)) for n in (100, 50, -20)), Ligne("vide"))
    barres = table.habits("cout", Regle("r", "cout", Style.BARRE))
    assert [habit.barre if habit else None for habit in barres] == [1.0, 0.5, 0.0, None]
    icones = table.habits("cout", Regle("r", "cout", Style.ICONE))
    assert [habit.icone if habit else "" for habit in icones] == [
        "favorable",
        "information",
        "alerte",
        "",
    ]


def test_une_colonne_sans_nombre_n_a_ni_barre_ni_icone() -> None:
    table = Table(Ligne("a", "texte"))
    assert table.habits("titre", Regle("r", "titre", Style.BARRE)) == [None]
    assert Style.BARRE not in styles_de(COLONNES[0])
    assert Style.BARRE in styles_de(COLONNES[1])


def superieur(colonne: str, valeur: str, style: str, sur: str = "") -> Regle:
    condition = Condition(colonne, Comparaison.SUPERIEUR, (valeur,))
    return Regle("r", sur or colonne, style, condition)


def test_la_premiere_regle_donne_le_sens_les_autres_s_y_ajoutent() -> None:
    table = Table(Ligne("a", cout=Decimal(100)))
    regles = [
        superieur("cout", "10", Style.ALERTE),
        superieur("cout", "50", Style.BLOQUANT),
        superieur("cout", "1", Style.GRAS),
        Regle("r", "cout", Style.BARRE),
    ]
    [habit] = table.habits("cout", *regles)
    assert habit is not None
    assert (habit.signal, habit.gras, habit.barre) == ("alerte", True, 1.0)
    [habit] = table.habits("cout", *reversed(regles))
    assert habit is not None
    assert habit.signal == "bloquant"


def test_une_condition_peut_porter_sur_une_autre_colonne() -> None:
    table = Table(Ligne("a", "x", cout=Decimal(100)), Ligne("b", "y", cout=Decimal(1)))
    regle = superieur("cout", "10", Style.FAVORABLE, sur="titre")
    assert signaux(table.habits("titre", regle)) == ["favorable", ""]
    assert regle.phrase({c.cle: c for c in COLONNES}) == "Intitulé où Coût\u00a0(€) > 10"


@pytest.mark.parametrize(
    "regle",
    [
        superieur("disparue", "10", Style.ALERTE, sur="titre"),
        superieur("cout", "beaucoup", Style.ALERTE),
        replace(pret("en_double"), active=False),
        Regle("r", "disparue", Style.ALERTE),
    ],
)
def test_une_regle_qui_n_a_plus_de_sens_n_habille_rien(regle: Regle) -> None:
    table = Table(Ligne("a", "x", cout=Decimal(100)), Ligne("b", "x"))
    assert table.habits("titre", regle) == [None, None]
    assert table.habits("cout", regle) == [None, None]


def test_une_ligne_changee_est_regardee_de_nouveau_les_autres_non() -> None:
    lus: list[str] = []

    def lire(ligne: Ligne) -> Decimal | None:
        lus.append(ligne.cle)
        return ligne.cout

    table = Table(Ligne("a", cout=Decimal(1)), Ligne("b", cout=Decimal(100)))
    colonnes = [replace(COLONNES[1], lire=lire)]
    regle = superieur("cout", "10", Style.ALERTE)
    habilleur = Habilleur([regle], colonnes, lambda: table.lignes, cle=attrgetter("cle"))
    habiller = habilleur.habillage("cout")
    assert habiller is not None
    assert signaux([habiller(ligne) for ligne in table.lignes]) == ["", "alerte"]
    lus.clear()
    assert signaux([habiller(ligne) for ligne in table.lignes]) == ["", "alerte"]
    assert lus == []
    table.lignes[0] = replace(table.lignes[0], cout=Decimal(11))
    assert signaux([habiller(ligne) for ligne in table.lignes]) == ["alerte", "alerte"]
    assert set(lus) == {"a"}


def test_ce_qui_lit_toutes_les_lignes_suit_leurs_changements() -> None:
    table = Table(Ligne("a", "Été"), Ligne("b", "Hiver"))
    habilleur = table.habiller(pret("en_double"))
    habiller = habilleur.habillage("titre")
    assert habiller is not None
    assert signaux([habiller(ligne) for ligne in table.lignes]) == ["", ""]
    table.lignes[1] = replace(table.lignes[1], titre="ete")
    habilleur.suivre()
    assert signaux([habiller(ligne) for ligne in table.lignes]) == ["information"] * 2
    table.lignes.pop()
    habilleur.suivre()
    assert signaux([habiller(ligne) for ligne in table.lignes]) == [""]


def test_sans_ligne_rien_ne_tombe() -> None:
    table = Table()
    habilleur = table.habiller(*(pret(m.cle, "cout" if m.au_choix else TOUTES) for m in MODELES))
    habilleur.suivre()
    habiller = habilleur.habillage("cout")
    assert habiller is not None
    assert habiller(Ligne("seule")) is not None  # its cost is missing


# In the file --------------------------------------------------------------------------------------


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


def test_les_regles_se_gardent_se_deplacent_se_coupent_et_s_annulent(fichier: Fichier) -> None:
    service = MisesEnForme(fichier)
    condition = Condition("cout", Comparaison.SUPERIEUR, ("5 000",))
    une = service.ajouter("actions", "cout", "alerte", condition=condition)
    deux = service.ajouter("actions", TOUTES, "bloquant", modele="accorde_depasse")
    service.ajouter("porteurs", "nom", "gras")
    assert [r.cle for r in service.regles("actions")] == [une, deux]
    service.deplacer("actions", deux, -1)
    assert [r.cle for r in service.regles("actions")] == [deux, une]
    service.deplacer("actions", deux, -1)  # already the first
    service.activer(une, active=False)
    service.modifier(une, colonne="titre", style="gras", condition=None)
    assert MisesEnForme(fichier).regles("actions") == service.regles("actions")
    derniere = service.regles("actions")[-1]
    assert (derniere.colonne, derniere.style, derniere.active) == ("titre", "gras", False)
    service.supprimer(une)
    for _ in range(3):
        fichier.undo.annuler()
    [_, rendue] = service.regles("actions")
    assert (rendue.condition, rendue.active) == (condition, True)


def test_trop_de_regles_ou_un_style_inconnu_sont_refuses(fichier: Fichier) -> None:
    service = MisesEnForme(fichier)
    for _ in range(REGLES_MAXIMUM):
        service.ajouter("actions", "cout", "gras")
    with pytest.raises(SaisieRefusee, match="supprimez-en une"):
        service.ajouter("actions", "cout", "gras")
    with pytest.raises(KeyError):
        service.ajouter("porteurs", "nom", "clignotant")


@pytest.mark.parametrize(
    "condition",
    [
        {"modele": "inconnu"},
        {"colonne": "cout", "test": "ressemble", "valeurs": []},
        {"test": "egal"},
        {"colonne": "cout", "test": "egal", "valeurs": 3},
        ["a"],
    ],
)
def test_une_regle_d_une_autre_version_reste_dans_la_liste_sans_effet(
    fichier: Fichier, condition: object
) -> None:
    with fichier.operation("Essai") as e:
        e.inserer(MiseEnForme, liste="actions", colonne="cout", style="alerte", condition=condition)
        e.inserer(MiseEnForme, liste="actions", colonne="cout", style="fluo", condition={})
    regles = MisesEnForme(fichier).regles("actions")
    assert [regle.active for regle in regles] == [False, False]
    assert all(regle.phrase({c.cle: c for c in COLONNES}) for regle in regles)
