"""The conditional formats that the program offers ready made: what they look for and where. No Qt."""

import heapq
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.services.columns import Colonne, TypeColonne, replier

PLUS_GRANDS = 10
CHIFFRES = (TypeColonne.MONTANT, TypeColonne.ENTIER, TypeColonne.PART)

Test = Callable[[Any], bool]  # of a row
Lignes = Callable[[], Sequence[Any]]  # every row of the list, whatever the filter


@dataclass(frozen=True, slots=True)
class Modele:
    """A ready format. `cibles(columns)` are those it can be put on; `au_choix`: one of them, chosen.

    `tester(column, columns by key, rows)` makes the test of a row; `ensemble`: it reads every row.
    """

    cle: str
    libelle: str
    style: str
    cibles: Callable[[Sequence[Colonne]], list[Colonne]]
    tester: Callable[[Colonne, dict[str, Colonne], Lignes], Test]
    au_choix: bool = False
    ensemble: bool = False


def _accordes(colonnes: Sequence[Colonne]) -> list[Colonne]:
    cles = {colonne.cle for colonne in colonnes}
    return [c for c in colonnes if c.cle.endswith("accorde") and _demande(c) in cles]


def _demande(colonne: Colonne) -> str:
    return colonne.cle.removesuffix("accorde") + "demande"


def _depasse(colonne: Colonne, par_cle: dict[str, Colonne], _lignes: Lignes) -> Test:
    demande, accorde = par_cle[_demande(colonne)].lire, colonne.lire

    def tester(ligne: Any) -> bool:
        donne = accorde(ligne)
        return bool(donne) and donne > (demande(ligne) or 0)

    return tester


def _vide(colonne: Colonne, _par_cle: dict[str, Colonne], _lignes: Lignes) -> Test:
    lire = colonne.lire
    return lambda ligne: not lire(ligne)


def _negatif(colonne: Colonne, _par_cle: dict[str, Colonne], _lignes: Lignes) -> Test:
    lire = colonne.lire
    return lambda ligne: (lire(ligne) or 0) < 0


def _passee(colonne: Colonne, _par_cle: dict[str, Colonne], _lignes: Lignes) -> Test:
    lire, aujourd_hui = colonne.lire, date.today()  # noqa: DTZ011 - the day where the person is
    return lambda ligne: (valeur := lire(ligne)) is not None and valeur < aujourd_hui


def _en_double(colonne: Colonne, _par_cle: dict[str, Colonne], lignes: Lignes) -> Test:
    lire = colonne.texte
    compte = Counter(" ".join(replier(lire(ligne)).split()) for ligne in lignes())

    def tester(ligne: Any) -> bool:
        texte = " ".join(replier(lire(ligne)).split())
        return bool(texte) and compte[texte] > 1

    return tester


def _plus_grands(colonne: Colonne, _par_cle: dict[str, Colonne], lignes: Lignes) -> Test:
    lire = colonne.lire
    valeurs = [valeur for valeur in map(lire, lignes()) if valeur]
    seuil = min(heapq.nlargest(PLUS_GRANDS, valeurs), default=None)
    return lambda ligne: bool(valeur := lire(ligne)) and seuil is not None and valeur >= seuil


def _toujours(_colonne: Colonne, _par_cle: dict[str, Colonne], _lignes: Lignes) -> Test:
    return lambda _ligne: True


def _nommees(*cles: str) -> Callable[[Sequence[Colonne]], list[Colonne]]:
    return lambda colonnes: [c for c in colonnes if c.cle in cles]


def _de_genre(*genres: TypeColonne) -> Callable[[Sequence[Colonne]], list[Colonne]]:
    return lambda colonnes: [c for c in colonnes if c.type in genres]


MODELES: tuple[Modele, ...] = (
    Modele("accorde_depasse", "Accordé supérieur au demandé", "bloquant", _accordes, _depasse),
    Modele("cout_vide", "Coût non renseigné", "alerte", _nommees("cout"), _vide),
    Modele("reste_negatif", "Reste négatif : dépassement", "bloquant", _nommees("reste"), _negatif),
    Modele(
        "en_double",
        "Intitulé en double",
        "information",
        _nommees("titre", "nom"),
        _en_double,
        ensemble=True,
    ),
    Modele("date_passee", "Date passée", "alerte", _de_genre(TypeColonne.DATE), _passee),
    Modele("barres", "Barre de données", "barre", _de_genre(*CHIFFRES), _toujours, au_choix=True),
    Modele(
        "plus_grands",
        "Les 10 plus grands",
        "favorable",
        _de_genre(*CHIFFRES),
        _plus_grands,
        au_choix=True,
        ensemble=True,
    ),
)
PAR_CLE = {modele.cle: modele for modele in MODELES}
