"""Amounts in words, as a cheque or a letter spells them in France."""

from decimal import Decimal

import pytest

from app.services.en_lettres import montant_en_lettres, nombre_en_lettres

# Each case is a rule that people get wrong: the plural of cent and vingt, « et », mille, « d’ ».
NOMBRES = {
    0: "zéro",
    1: "un",
    16: "seize",
    17: "dix-sept",
    21: "vingt et un",
    22: "vingt-deux",
    61: "soixante et un",
    70: "soixante-dix",
    71: "soixante et onze",
    77: "soixante-dix-sept",
    80: "quatre-vingts",
    81: "quatre-vingt-un",
    90: "quatre-vingt-dix",
    91: "quatre-vingt-onze",
    99: "quatre-vingt-dix-neuf",
    100: "cent",
    101: "cent un",
    180: "cent quatre-vingts",
    200: "deux cents",
    201: "deux cent un",
    999: "neuf cent quatre-vingt-dix-neuf",
    1000: "mille",
    1001: "mille un",
    1100: "mille cent",
    2000: "deux mille",
    80_000: "quatre-vingt mille",
    80_080: "quatre-vingt mille quatre-vingts",
    200_000: "deux cent mille",
    200_200: "deux cent mille deux cents",
    1_000_000: "un million",
    80_000_000: "quatre-vingts millions",
    200_000_000: "deux cents millions",
    1_001_000: "un million mille",
    1_234_567: "un million deux cent trente-quatre mille cinq cent soixante-sept",
    1_000_000_000: "un milliard",
    -21: "moins vingt et un",
}
MONTANTS = {
    "0": "zéro euro",
    "1": "un euro",
    "2": "deux euros",
    "80": "quatre-vingts euros",
    "200": "deux cents euros",
    "1000": "mille euros",
    "12500": "douze mille cinq cents euros",
    "1000000": "un million d’euros",
    "2000000": "deux millions d’euros",
    "1200000": "un million deux cent mille euros",
    "3000000000": "trois milliards d’euros",
    "0.01": "un centime",
    "0.80": "quatre-vingts centimes",
    "1.01": "un euro et un centime",
    "12500.50": "douze mille cinq cents euros et cinquante centimes",
    "1000000.20": "un million d’euros et vingt centimes",
    "0.005": "un centime",
    "-3": "moins trois euros",
}


@pytest.mark.parametrize(("nombre", "mots"), NOMBRES.items())
def test_un_nombre_en_lettres(nombre: int, mots: str) -> None:
    assert nombre_en_lettres(nombre) == mots


@pytest.mark.parametrize(("montant", "mots"), MONTANTS.items())
def test_un_montant_en_lettres(montant: str, mots: str) -> None:
    assert montant_en_lettres(Decimal(montant)) == mots


def test_deux_nombres_differents_ne_se_lisent_jamais_pareil() -> None:
    lus = {nombre_en_lettres(n) for n in range(12_000)}
    assert len(lus) == 12_000
