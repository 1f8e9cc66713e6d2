"""The figures of a selection: exact, named, and copied as a spreadsheet reads them."""

from decimal import Decimal

from app.services.columns import TypeColonne
from app.services.statistiques import Resultat, Statistiques, chiffres, statistiques


def test_les_chiffres_d_une_selection_sont_exacts() -> None:
    montants = [Decimal("0.10"), None, Decimal("0.20"), Decimal("-0.05")]
    assert statistiques(montants, pleines=4) == Statistiques(
        nombre=3,
        somme=Decimal("0.25"),
        moyenne=Decimal("0.25") / 3,
        minimum=Decimal("-0.05"),
        maximum=Decimal("0.20"),
        pleines=4,
    )
    assert statistiques([None, None]) == Statistiques()


def test_chaque_chiffre_se_copie_sans_espaces_ni_unite() -> None:
    euros = chiffres(statistiques([Decimal(1000), Decimal("3000.05"), Decimal("0.01")]))
    assert euros[0] == Resultat("Somme", "4\u202f000,06\u00a0€", "4000,06")
    assert euros[1] == Resultat("Moyenne", "1\u202f333,35\u00a0€", "1333,35")
    assert [c.nom for c in euros] == [
        "Somme", "Moyenne", "Min.", "Max.", "Cases remplies", "Nombres",
    ]  # fmt: skip


def test_les_personnes_et_les_parts_ne_sont_pas_des_euros() -> None:
    personnes = chiffres(statistiques([10, 25], genre=TypeColonne.ENTIER))
    parts = chiffres(statistiques([Decimal("0.5"), Decimal("0.6")], genre=TypeColonne.PART))
    assert [(c.texte, c.brut) for c in personnes[:2]] == [("35", "35"), ("17,50", "17,5")]
    assert parts[0] == Resultat("Moyenne", "55\u00a0%", "55%")


def test_sans_deux_cases_remplies_la_barre_reste_vide() -> None:
    assert chiffres(statistiques([Decimal(1000)], pleines=1)) == []
    assert chiffres(statistiques([], pleines=3)) == [Resultat("Cases remplies", "3", "3")]
