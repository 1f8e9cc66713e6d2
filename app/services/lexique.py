"""What a heading may mean: a field, an amount of a financeur at a step, or nothing to keep."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from app.models.enums import NatureOrganisme
from app.services.identifiants import mots, nom_normalise, sans_accents
from app.services.profils import Profil
from app.services.synonymes import LAISSEES, LIBRES, MONTANT
from app.services.vocabulaire import (
    MOTS_ETAPE,
    MOTS_ETRANGERS,
    MOTS_SANS_SENS,
    NATURES_FINANCEUR,
    TOTAUX,
)

SEUIL_PROCHE: Final = 88  # likeness of a misspelt heading, out of 100
ACCORDEES: Final = (None, "accorde", "vote", "notifie", "verse")
LONGUEUR: Final = 120  # a longer cell is prose, not a heading

_MOTS_VIDES = frozenset(("l", "le", "la", "les", "d", "de", "du", "des", "au", "aux", "a"))
# The contract is no financeur: « subvention au titre du contrat de ville » is anybody's.
_SANS_FINANCEUR = re.compile(r"\b(contrat ville)\b")
_ARTICLE = re.compile(r"(?i)^(l['’]|d['’]|la |le |les |de |du |des )+")
_AGE = re.compile(r"(dont |public )?(moins |plus )?\d{1,3}( \d{1,3})? ans?( et plus| ou plus)?")
_ANNEE = re.compile(r"20[1-4]\d")


@dataclass(frozen=True, slots=True)
class Sens:
    """One thing that a heading may mean."""

    champ: str
    confiance: float
    financeur: str | None = None
    etape: str | None = None
    annee: int | None = None


@lru_cache(maxsize=32_768)
def cle_entete(texte: str) -> str:
    """A heading to compare: « Intitulé de l'action (*) » and « INTITULE ACTION » are the same."""
    propre = re.sub(r"(?<=[a-zé])(?=[A-ZÉ])", " ", texte)
    propre = re.sub(r"(?i)\bn\s*[°ºo]\s*(?=\W|$)|\bn[°º]", " numero ", propre)
    propre = re.sub(r"(?i)\bn\s*[-–−]\s*([12])\b", r" anterieur\1 ", propre)
    propre = re.sub(r"(?i)\((e?s|e|x)\)", "", propre).replace("%", " pourcent ")
    propre = re.sub(r"€|(?i:\ben euros?\b)", " ", propre)
    propre = re.sub(r"(?i)\b(nb|nbre)\b\.?", "nombre", propre)
    return " ".join(_singulier(mot) for mot in mots(propre) if mot not in _MOTS_VIDES)


def _singulier(mot: str) -> str:
    return mot[:-1] if len(mot) > 3 and mot.endswith("s") else mot


@lru_cache(maxsize=4096)
def nature_financeur(libelle: str) -> NatureOrganisme | None:
    """What a financeur is by the words of its name, None when they say nothing."""
    cherche = f" {cle_entete(libelle)} "
    for nature, tournures in NATURES_FINANCEUR:
        if any(f" {cle_entete(tournure)} " in cherche for tournure in tournures):
            return nature
    return None


class Lexique:
    """What headings may mean for one layout, and for the financeurs that the open file knows."""

    def __init__(self, profil: Profil, financeurs: Iterable[str] = ()) -> None:
        self.profil = profil
        self._financeurs = {nom_normalise(nom) for nom in financeurs}
        self._exacts: dict[str, Sens] = {}
        self._seuls: dict[str, Sens] = {}
        self._libres: dict[str, list[Sens]] = defaultdict(list)
        self._laissees = {cle_entete(nom) for nom in profil.laissees}
        self._charger()
        self._memoire: dict[tuple[str, str], tuple[Sens, ...]] = {}

    def _charger(self) -> None:
        for champ, noms in self.profil.champs.items():
            for rang, nom in enumerate(noms):
                self._apprendre(nom, Sens(champ, 1.0 - rang / 1000))
        for nom, etape in self.profil.etapes.items():
            self._apprendre(nom, Sens(MONTANT, 1.0, etape=etape))
        if self.profil.libre:
            self._laissees |= {cle_entete(nom) for nom in LAISSEES}
            for champ, noms in LIBRES.items():
                for rang, nom in enumerate(noms):
                    self._libres[cle_entete(nom)].append(Sens(champ, 0.95 - rang / 200))

    def _apprendre(self, nom: str, sens: Sens) -> None:
        groupe, _, colonne = nom.rpartition("|")
        self._exacts.setdefault(f"{cle_entete(groupe)}|{cle_entete(colonne)}", sens)
        self._seuls.setdefault(cle_entete(colonne), replace(sens, confiance=sens.confiance - 0.1))

    def candidats(self, groupe: str, colonne: str) -> tuple[Sens, ...]:
        """Meanings of a heading, the likeliest first; a Sens without `champ` means « leave it »."""
        if (groupe, colonne) not in self._memoire:
            trouves = self._chercher(groupe, colonne) if len(colonne) <= LONGUEUR else ()
            self._memoire[groupe, colonne] = tuple(trouves)
        return self._memoire[groupe, colonne]

    def _chercher(self, groupe: str, colonne: str) -> Iterator[Sens]:
        cle_groupe, cle = cle_entete(groupe), cle_entete(colonne)
        exact = self._exacts.get(f"{cle_groupe}|{cle}")
        if exact is None and not groupe:
            exact = self._seuls.get(cle)
        if exact is None and groupe and "|" not in "".join(self.profil.champs.get("titre", ())):
            exact = self._exacts.get(f"|{cle}")
        if exact is not None:
            yield exact
            return
        if not self.profil.libre or not cle:
            return
        ensemble = f"{cle_groupe} {cle}".strip()
        if ensemble in self._laissees or (cle in self._laissees and ensemble not in self._libres):
            yield Sens("", 0.5)
            return
        yield from sorted(
            (*self._champs(cle_groupe, cle), *self._montants(groupe, colonne)),
            key=lambda sens: -sens.confiance,
        )

    def _champs(self, cle_groupe: str, cle: str) -> Iterator[Sens]:
        """Fields by exact spelling, with its group or alone, then by likeness."""
        annee, cle = sans_annee(cle)
        ensemble = f"{cle_groupe} {cle}"
        if cle_groupe and ensemble in self._libres:
            yield from (replace(sens, annee=annee) for sens in self._libres[ensemble])
        elif cle in self._libres:
            malus = 0.1 if cle_groupe else 0.0
            for sens in self._libres[cle]:
                yield replace(sens, annee=annee, confiance=sens.confiance - malus)
        elif _AGE.fullmatch(cle):
            yield Sens("public_age", 0.9, annee=annee)
        elif proche := self._champ_proche(cle):
            yield replace(proche, annee=annee)

    def _champ_proche(self, cle: str) -> Sens | None:
        from rapidfuzz import fuzz, process

        if len(cle) < 5 or "anterieur" in cle:
            return None
        trouve = process.extractOne(
            cle, list(self._libres), scorer=fuzz.ratio, score_cutoff=SEUIL_PROCHE
        )
        if trouve is None or len(trouve[0]) < 5:
            return None
        sens = self._libres[trouve[0]][0]
        return replace(sens, confiance=sens.confiance * trouve[1] / 100 - 0.15)

    def _montants(self, groupe: str, colonne: str) -> Iterator[Sens]:
        """The heading as an amount: a step, a financeur, or both, told by the column or its group."""
        annee, cle = sans_annee(_SANS_FINANCEUR.sub(" ", cle_entete(colonne)))
        annee_groupe, cle_groupe = sans_annee(_SANS_FINANCEUR.sub(" ", cle_entete(groupe)))
        annee = annee or annee_groupe
        vus, vus_groupe = set(cle.split()), set(cle_groupe.split())
        if vus & MOTS_ETRANGERS:
            return
        if (vus | vus_groupe) & TOTAUX:
            yield Sens("", 0.5)
            return
        etape, reste = _etape(vus)
        etape_groupe, reste_groupe = _etape(vus_groupe)
        if any(mot.startswith("anterieur") for mot in vus | vus_groupe):
            yield self._anterieur(vus, vus_groupe)
        elif etape and not reste:
            nom = _nom(groupe) if reste_groupe and not self._est_un_champ(groupe) else None
            yield Sens(MONTANT, self._sur(nom) if nom else 0.6, nom, etape, annee)
        elif etape:
            nom = _nom(colonne)
            yield Sens(MONTANT, self._sur(nom) - 0.01, nom, etape, annee)
        elif not reste and vus & {"montant", "subvention", "mt"}:
            yield Sens(MONTANT, 0.55, _nom(groupe) if reste_groupe else None, etape_groupe, annee)
        elif reste and self._est_connu(colonne):
            yield Sens(MONTANT, 0.85, _nom(colonne), etape_groupe, annee)

    def _anterieur(self, vus: set[str], vus_groupe: set[str]) -> Sens:
        """What was granted last year, by one financeur or all; anything else of the past is left."""
        etape, reste = _etape({mot for mot in vus if not mot.startswith("anterieur")})
        etape = etape or _etape(vus_groupe)[0]
        champ = " ".join(reste) in self._libres and not self._est_connu(" ".join(reste))
        if "anterieur1" not in vus | vus_groupe or etape not in ACCORDEES or champ:
            return Sens("", 0.5)
        return Sens("accorde_n1", 0.85)

    def _est_un_champ(self, groupe: str) -> bool:
        return cle_entete(groupe) in self._libres and not self._est_connu(groupe)

    def _est_connu(self, libelle: str) -> bool:
        return nature_financeur(libelle) is not None or nom_normalise(libelle) in self._financeurs

    def _sur(self, nom: str) -> float:
        if nom_normalise(nom) in self._financeurs:
            return 0.97
        return 0.94 if nature_financeur(nom) is not None else 0.7


def sans_annee(cle: str) -> tuple[int | None, str]:
    trouve = [mot for mot in cle.split() if _ANNEE.fullmatch(mot)]
    if not trouve:
        return None, cle
    return int(trouve[0]), " ".join(mot for mot in cle.split() if mot not in trouve)


def _etape(vus: set[str]) -> tuple[str | None, set[str]]:
    """The step told by some words, and the words left that are neither a step nor empty of sense."""
    etape = next((MOTS_ETAPE[mot] for mot in sorted(vus) if mot in MOTS_ETAPE), None)
    reste = {
        mot
        for mot in vus
        if mot not in MOTS_ETAPE and mot not in MOTS_SANS_SENS and not _ANNEE.fullmatch(mot)
    }
    return etape, reste


def _nom(entete: str) -> str:
    """The name of a financeur in a heading: without its step, its year and the words around it."""
    gardes = [
        mot
        for mot in re.split(r"[\s_]+", entete)
        if not (cles := set(cle_entete(mot).split()))
        or not (cles <= (MOTS_ETAPE.keys() | MOTS_SANS_SENS) or _ANNEE.fullmatch(mot.strip("()")))
    ]
    while gardes and (not cle_entete(gardes[0]) or sans_accents(gardes[0]) in _MOTS_VIDES):
        gardes.pop(0)
    while gardes and not cle_entete(gardes[-1]):
        gardes.pop()
    nom = _ARTICLE.sub("", " ".join(gardes).strip(" -–—:/€"))
    return (nom if nom.count("(") == nom.count(")") else nom.strip("()")) or entete
