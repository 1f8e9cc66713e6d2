"""What the marks of a grid come to, method by method, and what is missing."""

from decimal import Decimal

import pytest

from app.models.enums import MethodeGrille
from app.services.grilles_calcul import Bareme, Critere, Niveau, Note, PorteManquee, resultat

ECHELLE = {"0": "Rien", "1": "Un peu", "2": "Bien", "3": "Tout à fait"}
OUI_NON = {"oui": "Oui", "non": "Non"}


def critere(identifiant: str, poids: int | None = None, **autres: object) -> Critere:
    poids_decimal = None if poids is None else Decimal(poids)
    return Critere(identifiant, identifiant, identifiant, ECHELLE, poids_decimal, **autres)  # type: ignore[arg-type]


def note(valeur: str | int | None) -> Note:
    return Note(na=True) if valeur == "NA" else Note(None if valeur is None else str(valeur))


POINTS = Bareme(
    MethodeGrille.POINTS,
    (critere("C1", 3), critere("C2", 3), critere("C3", 1)),
    (
        Niveau("G0", "Non pris en compte", Decimal(0)),
        Niveau("G1", "Intègre l'égalité", Decimal(50), {"C1": 1}),
        Niveau("G2", "Au cœur du projet", Decimal(75), {"C1": 2, "C2": 3}),
    ),
)


@pytest.mark.parametrize(
    ("c1", "c2", "c3", "score", "code"),
    [
        (0, 0, 0, 0, "G0"),
        (3, 3, 3, 100, "G2"),
        (1, 2, 1, 48, "G0"),  # 10 of 21
        (2, 1, 2, 52, "G1"),  # 11 of 21
        (0, 3, 3, 57, "G0"),  # the gate of G1 is closed
        (3, 2, 3, 86, "G1"),  # that of G2
        (3, 3, "NA", 100, "G2"),  # out of the denominator
        (3, 2, "NA", 83, "G1"),
    ],
)
def test_les_points_ponderes_donnent_un_niveau(
    c1: int, c2: int, c3: int | str, score: int, code: str
) -> None:
    calcule = resultat(POINTS, {"C1": note(c1), "C2": note(c2), "C3": note(c3)})
    assert calcule.score == Decimal(score)
    assert calcule.niveau is not None
    assert calcule.niveau.code == code
    assert calcule.complete


def test_une_note_manquante_n_est_jamais_un_zero() -> None:
    calcule = resultat(POINTS, {"C1": note(3), "C2": note(None)})
    assert calcule.manquants == ("C2", "C3")
    assert not calcule.complete
    assert calcule.niveau is None
    assert calcule.score is None


def test_une_porte_fermee_est_dite() -> None:
    calcule = resultat(POINTS, {"C1": note(1), "C2": note(3), "C3": Note("3")})
    assert calcule.niveau is not None
    assert calcule.niveau.code == "G1"
    assert calcule.portes_manquees == ()  # 71 %: G2 is out of reach by its threshold
    calcule = resultat(POINTS, {"C1": note("NA"), "C2": note(3), "C3": note(3)})
    assert [p.critere for p in calcule.portes_manquees] == ["C1", "C1"]
    assert calcule.portes_manquees[0] == PorteManquee("G2", "C1", 2, None)
    assert calcule.niveau is not None
    assert calcule.niveau.code == "G0"


def test_rien_d_applicable_ne_donne_pas_de_niveau() -> None:
    calcule = resultat(POINTS, dict.fromkeys(("C1", "C2", "C3"), note("NA")))
    assert calcule.complete
    assert calcule.niveau is None
    assert calcule.score is None


def test_un_niveau_impose_l_emporte() -> None:
    calcule = resultat(POINTS, {}, "G0")
    assert calcule.impose
    assert calcule.niveau is not None
    assert calcule.niveau.code == "G0"


def oui_non(identifiant: str, *requis: str) -> Critere:
    return Critere(identifiant, identifiant, identifiant, OUI_NON, requis_pour=requis)


COMPTE = Bareme(
    MethodeGrille.COMPTE,
    tuple(oui_non(f"Q{n}") for n in range(1, 5)),
    (Niveau("0", "0", Decimal(0)), Niveau("1", "1", Decimal(2)), Niveau("2", "2", Decimal(4))),
)


@pytest.mark.parametrize(("oui", "code"), [(0, "0"), (1, "0"), (2, "1"), (3, "1"), (4, "2")])
def test_le_nombre_de_criteres_remplis_donne_un_niveau(oui: int, code: str) -> None:
    notes = {f"Q{n}": Note("oui" if n <= oui else "non") for n in range(1, 5)}
    calcule = resultat(COMPTE, notes)
    assert calcule.score == oui
    assert calcule.niveau is not None
    assert calcule.niveau.code == code


REQUIS = Bareme(
    MethodeGrille.REQUIS,
    (oui_non("A", "1", "2"), oui_non("B", "0", "1", "2"), oui_non("C1", "1"), oui_non("C2", "2")),
    (Niveau("0", "Non ciblé"), Niveau("1", "Significatif"), Niveau("2", "Principal")),
)


@pytest.mark.parametrize(
    ("oui", "code"),
    [("ABC1C2", "2"), ("ABC2", "2"), ("ABC1", "1"), ("AB", "0"), ("B", "0"), ("A", None)],
)
def test_le_niveau_est_le_plus_haut_dont_les_criteres_requis_sont_remplis(
    oui: str, code: str | None
) -> None:
    notes = {c.identifiant: Note("oui" if c.identifiant in oui else "non") for c in REQUIS.criteres}
    niveau = resultat(REQUIS, notes).niveau
    assert (niveau and niveau.code) == code


def test_une_grille_sans_critere_attend_un_niveau() -> None:
    choisi = Bareme(MethodeGrille.CHOISI, (), (Niveau("G0", "Non"), Niveau("G1", "Secondaire")))
    assert resultat(choisi, {}).manquants == ("niveau",)
    niveau = resultat(choisi, {}, "G1").niveau
    assert niveau is not None
    assert niveau.libelle == "Secondaire"
