"""Blocks of cells: read from a clipboard, laid over a selection, continued."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.services.blocs import lire_html, lire_tsv, placer
from app.services.columns import Colonne, TypeColonne
from app.services.errors import SaisieRefusee
from app.services.recopies import prolonger

VISIBLES = [0, 1, 2, 3, 5, 4]  # as on screen: the last two were moved


@pytest.mark.parametrize(
    ("texte", "bloc"),
    [
        ("a", [["a"]]),
        ("a\tb\nc\td\n", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\n\nb", [["a"], [""], ["b"]]),
        ("a\tb\nc", [["a", "b"], ["c", ""]]),
        ('"deux\nlignes"\tb\n', [["deux\nlignes", "b"]]),
        ('"deux\r\nlignes"\tb\n', [["deux\nlignes", "b"]]),
        ('"dit ""ici"""\t1\n', [['dit "ici"', "1"]]),
        ('"Les Amis" du quartier\t1\n', [['"Les Amis" du quartier', "1"]]),
        ('5" de neige\t"', [['5" de neige', '"']]),
        ("\t\n", [["", ""]]),
        ("", [[""]]),
    ],
)
def test_le_texte_d_un_tableur_se_lit_case_par_case(texte: str, bloc: list[list[str]]) -> None:
    assert lire_tsv(texte) == bloc


@given(
    st.lists(
        st.lists(st.text(alphabet='ab"\t\n é=0', max_size=6), min_size=2, max_size=2),
        min_size=1,
        max_size=4,
    )
)
def test_ce_qui_est_copie_se_relit_tel_quel(bloc: list[list[str]]) -> None:
    from app.ui.presse_papiers import _proteger

    texte = "".join("\t".join(map(_proteger, ligne)) + "\n" for ligne in bloc)
    assert lire_tsv(texte) == bloc


def test_une_page_se_lit_par_son_premier_tableau() -> None:
    page = (
        "<html><head><style>td {color: red}</style></head><body><table><tr><td>Coût</td>"
        "<td align=right>1&nbsp;200,50&nbsp;€</td></tr><tr><td colspan=2>deux<br>lignes</td></tr>"
        "<tr><td>Reste<td>0</table></body></html>"
    )
    assert lire_html(page) == [
        ["Coût", "1\u00a0200,50\u00a0€"],
        ["deux\nlignes", ""],
        ["Reste", "0"],
    ]
    assert lire_html("<p>Un mot</p>") == [["Un mot"]]


def textes(place: Any) -> list[tuple[int, int, str]]:
    return sorted(place.cases)


def test_une_valeur_remplit_toutes_les_zones() -> None:
    zones = [(range(2), [0, 1]), (range(4, 5), [3])]
    place = placer([["x"]], zones, visibles=VISIBLES, lignes=6)
    assert textes(place) == [(0, 0, "x"), (0, 1, "x"), (1, 0, "x"), (1, 1, "x"), (4, 3, "x")]


def test_un_bloc_part_du_coin_et_suit_les_colonnes_a_l_ecran() -> None:
    place = placer([["a", "b", "c"]], [(range(1, 2), [3])], visibles=VISIBLES, lignes=6)
    assert place.cases == ((1, 3, "a"), (1, 5, "b"), (1, 4, "c"))


def test_un_bloc_se_repete_sur_un_multiple_de_sa_taille() -> None:
    place = placer([["a"], ["b"]], [(range(4), [0, 1])], visibles=VISIBLES, lignes=6)
    assert [texte for _, c, texte in place.cases if c == 1] == ["a", "b", "a", "b"]
    autre = placer([["a"], ["b"]], [(range(3), [0])], visibles=VISIBLES, lignes=6)
    assert textes(autre) == [(0, 0, "a"), (1, 0, "b")]


def test_ce_qui_depasse_du_tableau_se_compte() -> None:
    place = placer(
        [["a", "b"], ["c", "d"], ["e", "f"]], [(range(4, 5), [4])], visibles=VISIBLES, lignes=6
    )
    assert textes(place) == [(4, 4, "a"), (5, 4, "c")]
    assert (place.lignes_hors, place.colonnes_hors) == (1, 1)


def test_un_bloc_ne_se_colle_pas_dans_plusieurs_zones() -> None:
    with pytest.raises(SaisieRefusee, match="une seule zone"):
        placer([["a", "b"]], [(range(1), [0]), (range(3, 4), [0])], visibles=VISIBLES, lignes=6)


# Series -------------------------------------------------------------------------------------------


def colonne(genre: TypeColonne) -> Colonne:
    return Colonne(cle="c", titre="c", lire=lambda valeur: valeur, type=genre)


@pytest.mark.parametrize(
    ("genre", "valeurs", "suite"),
    [
        (TypeColonne.MONTANT, [Decimal(100), Decimal("150.50")], ["201", "251,5"]),
        (TypeColonne.MONTANT, [Decimal(100)], ["100", "100"]),
        (TypeColonne.MONTANT, [Decimal(1), Decimal(2), Decimal(4)], ["1", "2"]),
        (TypeColonne.MONTANT, [Decimal(1), None], ["1", ""]),
        (TypeColonne.ENTIER, [30, 20], ["10", "0"]),
        (TypeColonne.PART, [Decimal("0.1"), Decimal("0.2")], ["30%", "40%"]),
        (TypeColonne.DATE, [date(2026, 1, 30), date(2026, 1, 31)], ["01/02/2026", "02/02/2026"]),
        (TypeColonne.DATE, [date(2026, 11, 30), date(2026, 12, 30)], ["30/01/2027", "28/02/2027"]),
        (TypeColonne.TEXTE, ["Lot 9", "Lot 10"], ["Lot 11", "Lot 12"]),
        (TypeColonne.TEXTE, ["2026-008", "2026-009"], ["2026-010", "2026-011"]),
        (TypeColonne.TEXTE, ["Lot 1", "Volet 2"], ["Lot 1", "Volet 2"]),
        (TypeColonne.TEXTE, ["a", "b"], ["a", "b"]),
    ],
)
def test_deux_cases_donnent_le_pas_d_une_serie(
    genre: TypeColonne, valeurs: list[Any], suite: list[str]
) -> None:
    assert prolonger(colonne(genre), valeurs, 2) == suite


def test_la_serie_se_force_et_se_refuse() -> None:
    texte, nombre = colonne(TypeColonne.TEXTE), colonne(TypeColonne.ENTIER)
    assert prolonger(texte, ["Lot 1"], 2, serie=True) == ["Lot 2", "Lot 3"]
    assert prolonger(nombre, [5], 2, serie=True) == ["6", "7"]
    assert prolonger(nombre, [5, 6], 3, serie=False) == ["5", "6", "5"]
