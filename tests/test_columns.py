"""Columns as data: what a cell shows, what its editor starts from, how it sorts, what it accepts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from app.services.columns import (
    Alignement,
    Colonne,
    TypeColonne,
    lire_date,
    lire_nombre,
    lire_saisie,
    replier,
)
from app.services.errors import SaisieRefusee
from app.services.pliage import cle_naturelle
from app.services.titres import groupe_avec_unite, titre_avec_unite, titre_de_section

STATUTS = (("deposee", "Déposée"), ("accordee", "Accordée"), ("ajournee", "Ajournée"))


def colonne(genre: TypeColonne = TypeColonne.TEXTE, **reste: Any) -> Colonne:
    """A column whose row is its value."""
    return Colonne(cle="c", titre="Coût", lire=lambda ligne: ligne, type=genre, **reste)


@pytest.mark.parametrize(
    ("genre", "valeur", "montre", "edite", "copie"),
    [
        (TypeColonne.TEXTE, "Ateliers", "Ateliers", "Ateliers", "Ateliers"),
        (TypeColonne.MONTANT, Decimal("12500.50"), "12\u202f500,50", "12500,50", "12500,5"),
        (TypeColonne.MONTANT, Decimal("12500"), "12\u202f500", "12500", "12500"),
        (TypeColonne.MONTANT, Decimal("-3200"), "\u22123\u202f200", "-3200", "-3200"),
        (TypeColonne.MONTANT, Decimal(0), "–", "0", "0"),
        (TypeColonne.MONTANT, None, "", "", ""),
        (TypeColonne.ENTIER, 1234, "1\u202f234", "1234", "1234"),
        (TypeColonne.ENTIER, 0, "–", "0", "0"),
        (TypeColonne.PART, Decimal("0.605"), "60,5\u00a0%", "60,5", "60,5%"),
        (TypeColonne.DATE, date(2026, 3, 5), "05/03/2026", "05/03/2026", "05/03/2026"),
        (TypeColonne.BOOLEEN, True, "oui", "True", "oui"),
        (TypeColonne.BOOLEEN, None, "", "", ""),
    ],
)
def test_une_case_se_montre_s_edite_et_se_copie(
    genre: TypeColonne, valeur: Any, montre: str, edite: str, copie: str
) -> None:
    c = colonne(genre)
    assert (c.texte(valeur), c.texte_a_editer(valeur), c.texte_a_copier(valeur)) == (
        montre,
        edite,
        copie,
    )


def test_un_choix_se_montre_par_son_libelle_et_s_edite_par_sa_valeur() -> None:
    c = colonne(TypeColonne.CHOIX, choix=STATUTS)
    assert (c.texte("ajournee"), c.texte_a_editer("ajournee")) == ("Ajournée", "ajournee")
    assert c.texte("venu_d_ailleurs") == "venu_d_ailleurs"


def test_les_choix_se_trient_dans_l_ordre_de_leur_liste() -> None:
    c = colonne(TypeColonne.CHOIX, choix=STATUTS)
    valeurs = ["ajournee", "inconnu", "deposee", "accordee"]
    assert sorted(valeurs, key=c.cle_de_tri) == ["deposee", "accordee", "ajournee", "inconnu"]


def test_les_textes_se_trient_sans_accents_et_les_nombres_comme_des_nombres() -> None:
    textes = ["Lot 10", "école", "lot 9", "Œuvre", "Zèbre", "Eau", "ordre", "oasis"]
    assert sorted(textes, key=cle_naturelle) == [
        "Eau",
        "école",
        "lot 9",
        "Lot 10",
        "oasis",
        "Œuvre",
        "ordre",
        "Zèbre",
    ]


@pytest.mark.parametrize(
    ("texte", "plie"),
    [
        ("Œuvre d’Éloïse", "oeuvre d'eloise"),
        ("12\u202f500\u00a0€", "12 500 €"),
        ("ÇA ET LÀ", "ca et la"),
        ("Straße", "strasse"),
        ("e\u0301te\u0301", "ete"),
    ],
)
def test_replier(texte: str, plie: str) -> None:
    assert replier(texte) == plie


def test_les_nombres_vont_a_droite_sauf_avis_contraire() -> None:
    assert colonne(TypeColonne.MONTANT).cote == Alignement.DROITE
    assert colonne(TypeColonne.TEXTE).cote == Alignement.GAUCHE
    assert colonne(TypeColonne.ENTIER, alignement=Alignement.CENTRE).cote == Alignement.CENTRE


def test_l_unite_est_dans_l_entete_pas_dans_les_cases() -> None:
    seule, en_bloc = colonne(TypeColonne.MONTANT), colonne(TypeColonne.MONTANT, groupe="État")
    assert titre_avec_unite(seule) == titre_de_section(seule) == "Coût\u00a0(€)"
    assert titre_de_section(en_bloc) == "Coût"
    assert groupe_avec_unite([en_bloc]) == "État\u00a0(€)"
    assert groupe_avec_unite([colonne(groupe="Suivi")]) == "Suivi"


@pytest.mark.parametrize(
    ("genre", "texte", "valeur"),
    [
        (TypeColonne.MONTANT, " 12 500,50 € ", Decimal("12500.50")),
        (TypeColonne.MONTANT, "  ", None),
        (TypeColonne.MONTANT, " – ", None),  # as the cells of a programme say « nothing »
        (TypeColonne.ENTIER, "-", None),
        (TypeColonne.TEXTE, "-", "-"),
        (TypeColonne.ENTIER, "1 200", 1200),
        (TypeColonne.PART, "60,5 %", Decimal("0.605")),
        (TypeColonne.DATE, "5/3/26", date(2026, 3, 5)),
        (TypeColonne.DATE, "2026-03-05", date(2026, 3, 5)),
        (TypeColonne.TEXTE, " Café ", "Café"),
    ],
)
def test_ce_qui_est_tape_est_lu(genre: TypeColonne, texte: str, valeur: Any) -> None:
    assert lire_saisie(colonne(genre), texte) == valeur


@pytest.mark.parametrize(
    ("genre", "texte"),
    [
        (TypeColonne.MONTANT, "douze"),
        (TypeColonne.ENTIER, "12,5"),
        (TypeColonne.DATE, "31/02/2026"),
        (TypeColonne.PART, "moitié"),
    ],
)
def test_ce_qui_ne_se_lit_pas_est_refuse_avec_un_exemple(genre: TypeColonne, texte: str) -> None:
    with pytest.raises(SaisieRefusee, match=f"« {texte} » n’est pas .*comme|« {texte} » .*2026"):
        lire_saisie(colonne(genre), texte)


@pytest.mark.parametrize(
    ("texte", "iso"),
    [
        ("15/03/26", "2026-03-15"),
        ("5/3/2026", "2026-03-05"),
        ("5/3", f"{datetime.now().astimezone().year}-03-05"),
        ("2026-03-15", "2026-03-15"),
        (" ", None),
    ],
)
def test_une_date_tapee_devient_iso(texte: str, iso: str | None) -> None:
    assert lire_date(texte) == iso


def test_un_nombre_de_personnes_ne_se_tape_pas_negatif() -> None:
    assert (lire_nombre("1 200"), lire_nombre("–")) == (1200, None)
    with pytest.raises(SaisieRefusee, match=r"« -3 » est négatif.: tapez un nombre positif"):
        lire_nombre("-3")
