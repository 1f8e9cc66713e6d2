"""SIRET, RNA and names: what people write, and what it means."""

import pytest

from app.services.errors import SaisieRefusee
from app.services.identifiants import (
    SiretLu,
    code_normalise,
    commune_normalisee,
    examiner_siret,
    lire_rna,
    lire_siret,
    nom_normalise,
    plus_proche,
)


@pytest.mark.parametrize(
    "texte",
    [
        "05500006100014", "055 000 061 00014", "055\u00a0000\u202f061 00014", "05500006100014.0",
        "055.000.061.00014",
    ],
)  # fmt: skip
def test_un_siret_se_lit_malgre_les_espaces_et_le_point_zero(texte: str) -> None:
    assert examiner_siret(texte) == SiretLu("05500006100014")


def test_le_zero_perdu_par_le_tableur_est_rendu() -> None:
    assert examiner_siret("5500006100014") == SiretLu("05500006100014", repare=True)


@pytest.mark.parametrize("siret", ["35600000000048", "35600000049837"])
def test_les_siret_de_la_poste_suivent_leur_propre_regle(siret: str) -> None:
    """Head office: ordinary Luhn key; other offices: a sum of digits that 5 divides."""
    assert lire_siret(siret) == siret


@pytest.mark.parametrize(
    ("texte", "defaut"),
    [
        ("05500006100015", "sa clé de contrôle est fausse"),
        ("055000061", "c'est un SIREN (9 chiffres) ; il en faut 14"),
        ("0550000610", "il a 10 chiffres au lieu de 14"),
        ("055000061000145", "il a 15 chiffres au lieu de 14"),
        ("5,5E+12", "le tableur l'a écrit en notation scientifique"),
        ("5.50000610001E+12", "le tableur l'a écrit en notation scientifique"),
        ("en cours", "il ne contient pas que des chiffres"),
        ("00000000000000", "sa clé de contrôle est fausse"),
    ],
)
def test_un_siret_faux_dit_pourquoi(texte: str, defaut: str) -> None:
    assert examiner_siret(texte) == SiretLu(None, defaut=defaut)


def test_un_siret_faux_tape_est_refuse_en_une_phrase() -> None:
    with pytest.raises(SaisieRefusee) as refus:
        lire_siret("05500006100015")
    assert str(refus.value) == (
        "Le SIRET « 05500006100015 » n'est pas valable : sa clé de contrôle est fausse."
    )


@pytest.mark.parametrize(
    ("texte", "rna"), [("W596000001", "W596000001"), ("w9r1000123", "W9R1000123"),
                       (" W 596 000 001 ", "W596000001")],
)  # fmt: skip
def test_un_rna_peut_avoir_une_lettre_en_troisieme_place(texte: str, rna: str) -> None:
    assert lire_rna(texte) == rna


@pytest.mark.parametrize(
    "texte", ["W59600000", "W5960000012", "596000001", "W59600000A", "WA96000001"]
)
def test_un_rna_mal_forme_est_refuse(texte: str) -> None:
    with pytest.raises(SaisieRefusee, match="RNA"):
        lire_rna(texte)


@pytest.mark.parametrize(
    ("un", "autre"),
    [
        ("Condé-sur-l'Escaut", "CONDE SUR ESCAUT"),
        ("Association Les Voix du Hainaut", "ASSOC. VOIX DU HAINAUT"),
        ("Nœux-les-Mines", "Noeux les Mines"),
        ("St Waast", "Saint-Waast"),
        ("L’Élan d’Anzin", "ELAN ANZIN"),
    ],
)
def test_deux_ecritures_d_un_meme_nom_se_valent(un: str, autre: str) -> None:
    assert nom_normalise(un) == nom_normalise(autre)


def test_un_nom_fait_de_petits_mots_garde_ses_mots() -> None:
    assert nom_normalise("L'Association") == "l association"


@pytest.mark.parametrize("texte", ["Ville de Marly", "MARLY (59770)", "mairie de Marly", "Marly"])
def test_une_commune_se_reconnait_sous_ses_noms_d_usage(texte: str) -> None:
    assert commune_normalisee(texte) == "marly"


def test_le_ccas_d_une_commune_n_est_pas_la_commune() -> None:
    assert commune_normalisee("CCAS de Marly") == "ccas marly"


def test_les_codes_de_quartier_se_comparent_sans_crochets_ni_espaces() -> None:
    assert code_normalise("[QN 06207]") == code_normalise("QN06207") == "QN06207"


def test_le_nom_le_plus_proche_est_propose() -> None:
    candidats = {"a": ["Cité Longuepierre - Beclet"], "b": ["Cité du Transvaal"]}
    proche = plus_proche("Longuepierre-Béchet", candidats)
    assert proche is not None
    assert (proche.cle, proche.nom) == ("a", "Cité Longuepierre - Beclet")


def test_rien_n_est_propose_quand_tout_est_loin() -> None:
    assert plus_proche("Le Trieu", {"b": ["Cité du Transvaal"]}) is None
