"""Who is who: SIRET, RNA, names that are the same once written alike, and the nearest of a list."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.services.errors import SaisieRefusee

_RNA = re.compile(r"W\d[A-Z\d]\d{7}")  # as the State's own data do: the 3rd sign may be a letter
_CHIFFRES = re.compile(r"\d+")
_SCIENTIFIQUE = re.compile(r"\d([.,]\d+)?e\+?\d+", re.IGNORECASE)
_NON_MOT = re.compile(r"[^a-z0-9]+")
# What is printed as nothing: joiners, marks of direction, soft hyphens, and letters that are blank.
_INVISIBLES = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
_LETTRES_VIDES = frozenset("\u115f\u1160\u2800\u3164\uffa0")
_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
_ARTICLES = frozenset(
    ("l", "le", "la", "les", "d", "de", "du", "des", "un", "une", "a", "au", "aux", "en")
)
_FORMES = frozenset(
    ("association", "associations", "asso", "assoc", "ass", "loi", "1901", "sarl", "sas", "sasu")
)
_EGAUX = {"st": "saint", "ste": "sainte", "sts": "saints", "cs": "centre social"}
TAILLE_SIRET = 14


@dataclass(frozen=True, slots=True)
class SiretLu:
    """A SIRET as found. `valeur` None: not usable, `defaut` says why; `repare`: a zero was given back."""

    valeur: str | None
    repare: bool = False
    defaut: str | None = None


@dataclass(frozen=True, slots=True)
class Proche:
    """The candidate nearest to a label; `score` from 0 to 100."""

    cle: str
    nom: str
    score: float


def lire_siret(texte: str) -> str:
    """The 14 digits of a SIRET. Raises SaisieRefusee with the sentence to show."""
    lu = examiner_siret(texte)
    if lu.valeur is None:
        raise SaisieRefusee(f"Le SIRET « {texte.strip()} » n'est pas valable : {lu.defaut}.")
    return lu.valeur


def examiner_siret(texte: str) -> SiretLu:
    """What a cell holds: spaces and the « .0 » of a spreadsheet are dropped, lost zeros given back.

    La Poste's own rule is known (its SIRET escape the Luhn key).
    """
    brut = re.sub(r"[\s\u00a0\u202f.\-]", "", re.sub(r"[.,]0+$", "", texte.strip()))
    if _SCIENTIFIQUE.fullmatch(texte.strip()):
        return SiretLu(None, defaut="le tableur l'a écrit en notation scientifique")
    if not _CHIFFRES.fullmatch(brut):
        return SiretLu(None, defaut="il ne contient pas que des chiffres")
    complet = brut.zfill(TAILLE_SIRET)
    if len(brut) == 9:
        return SiretLu(None, defaut="c'est un SIREN (9 chiffres) ; il en faut 14")
    if len(complet) > TAILLE_SIRET or len(brut) < 12:
        return SiretLu(None, defaut=f"il a {len(brut)} chiffres au lieu de 14")
    if not _siret_valable(complet):
        return SiretLu(None, defaut="sa clé de contrôle est fausse")
    return SiretLu(complet, repare=len(brut) < TAILLE_SIRET)


@lru_cache(maxsize=16_384)
def _siret_valable(siret: str) -> bool:
    from stdnum.fr import siret as norme

    return siret != "0" * TAILLE_SIRET and bool(norme.is_valid(siret))


def lire_rna(texte: str) -> str:
    """An RNA number such as W595012345. Raises SaisieRefusee."""
    propre = re.sub(r"[\s\u00a0\u202f.\-]", "", texte).upper()
    if not _RNA.fullmatch(propre):
        raise SaisieRefusee(
            f"Le numéro RNA « {texte.strip()} » n'est pas valable : il s'écrit W, un chiffre, "
            "un chiffre ou une lettre, puis sept chiffres."
        )
    return propre


def sans_invisibles(texte: str) -> str:
    """The text as it is seen: web pages and PDF files leave invisible signs in what is pasted."""
    if texte.isascii():
        return texte
    return _INVISIBLES.sub(lambda vu: " " if vu[0] in _LETTRES_VIDES else "", texte)


def sans_accents(texte: str) -> str:
    """Lower case, no accent, no ligature, nothing invisible."""
    if texte.isascii():
        return texte.lower()
    decompose = unicodedata.normalize("NFKD", sans_invisibles(texte).translate(_LIGATURES))
    return "".join(c for c in decompose if not unicodedata.combining(c)).lower()


@lru_cache(maxsize=65_536)
def mots(texte: str) -> tuple[str, ...]:
    """Words of a text, without accents nor punctuation."""
    return tuple(m for m in _NON_MOT.split(sans_accents(texte)) if m)


@lru_cache(maxsize=65_536)
def nom_normalise(texte: str) -> str:
    """A name to compare: no accent, article, legal form nor punctuation; « St » is « Saint ».

    « Condé-sur-l'Escaut » and « CONDE SUR ESCAUT » are the same.
    """
    tous = [_EGAUX.get(mot, mot) for mot in mots(texte)]
    utiles = [mot for mot in tous if mot not in _ARTICLES and mot not in _FORMES]
    return " ".join(utiles or tous)


_DEVANT_COMMUNE = re.compile(r"^(ville|commune|mairie|municipalite) ")


@lru_cache(maxsize=16_384)
def commune_normalisee(texte: str) -> str:
    """A commune to compare: « Ville de Marly », « MARLY (59770) » and « Marly » are the same."""
    sans_code = re.sub(r"\(?\b\d[\dAB]\d{3}\b\)?", " ", texte)
    return _DEVANT_COMMUNE.sub("", nom_normalise(sans_code))


def code_normalise(code: str) -> str:
    """A code of quartier to compare: « [QN 06207] » and « QN06207 » are the same."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def ressemblance(un: str, autre: str) -> float:
    """0 to 100; a name contained in the other scores up to 90."""
    from rapidfuzz import fuzz

    return max(fuzz.token_sort_ratio(un, autre), 0.9 * fuzz.token_set_ratio(un, autre))


def plus_proche(
    libelle: str, candidats: Mapping[str, Iterable[str]], *, seuil: float = 60
) -> Proche | None:
    """The candidate (key -> names) whose name is nearest, or None when all are far."""
    cherche = nom_normalise(libelle)
    meilleur: Proche | None = None
    for cle, noms in candidats.items():
        for nom in noms:
            score = ressemblance(cherche, nom_normalise(nom))
            if score >= seuil and (meilleur is None or score > meilleur.score):
                meilleur = Proche(cle, nom, score)
    return meilleur
