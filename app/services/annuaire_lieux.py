"""The quartiers, communes and nodes of the file, found by code, alias, variant or name."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from app.models.contrat import Commune, Noeud, Nomenclature, Quartier, QuartierCommune
from app.services.fichier import Fichier
from app.services.identifiants import (
    Proche,
    code_normalise,
    commune_normalisee,
    nom_normalise,
    plus_proche,
)
from app.services.lexique import cle_entete

TOUS: Final = re.compile(
    r"^(tou|ensemble|intercommun|multi|diver|plusieur|hors|sans|agglo|transversal)"
)
_DEVANT_QUARTIER = re.compile(r"^(quartier|qpv|qic|cite|secteur|territoire) ")
_NUMERO = re.compile(r"^\W*((?:\d+|[A-Z])(?:[.\-]?\w{1,3})*)\s*[-–—.:)]+\s*(.+)$")


@dataclass(frozen=True, slots=True)
class Trouve:
    """What a label was found to be. `cle` None: nothing sure; `proche`: the nearest, if any.

    `devine`: found by a part of its name only, to be told to the person. `vague`: names no place.
    `homonymes`: several rows have this very name. `divergent`: the code of the file, when the source
    writes another one (B-4).
    """

    cle: str | None = None
    nom: str = ""
    devine: bool = False
    proche: Proche | None = None
    vague: bool = False
    homonymes: bool = False
    divergent: str = ""


class Index:
    """Rows by each of their names, and those that share a name."""

    def __init__(self) -> None:
        self.noms: dict[str, str] = {}
        self._par_nom: dict[str, set[str]] = defaultdict(set)
        self._tournures: dict[str, list[str]] = defaultdict(list)

    def ajouter(self, cle: str, nom: str, *, autres: Iterable[str], affiche: str = "") -> None:
        self.noms[cle] = affiche or nom
        for tournure in (nom, *autres):
            self._tournures[cle].append(tournure)
            for forme in _formes(tournure):
                self._par_nom[forme].add(cle)

    def exacts(self, libelle: str) -> set[str]:
        for forme in _formes(libelle):
            if trouves := self._par_nom.get(forme):
                return trouves
        return set()

    def partiels(self, libelle: str) -> set[str]:
        """Rows whose name holds every word of the label."""
        cherches = set(_formes(libelle)[-1].split())
        if len("".join(cherches)) < 5:
            return set()
        return {
            cle for forme, cles in self._par_nom.items() if cherches <= set(forme.split())
            for cle in cles
        }  # fmt: skip

    def proche(self, libelle: str) -> Proche | None:
        trouve = plus_proche(libelle, self._tournures)
        return trouve and Proche(trouve.cle, self.noms[trouve.cle], trouve.score)


def _formes(texte: str) -> tuple[str, ...]:
    """The ways to write a name alike: whole, then without « Quartier » or « Cité » before it."""
    nom = nom_normalise(texte)
    court = _DEVANT_QUARTIER.sub("", nom)
    return (nom, court) if court != nom else (nom,)


class AnnuaireLieux:
    """Loaded once; each label is looked up once."""

    def __init__(self, fichier: Fichier) -> None:
        self._communes = Index()
        self._quartiers = Index()
        self._codes: dict[str, str] = {}
        self._imprimes: dict[str, str] = {}
        self._par_commune: dict[str, set[str]] = defaultdict(set)
        self.communes_du_quartier: dict[str, list[str]] = defaultdict(list)
        self._memoire: dict[tuple[str, ...], Trouve] = {}
        self._charger_communes(fichier)
        self._charger_quartiers(fichier)

    def _charger_communes(self, fichier: Fichier) -> None:
        requete = select(Commune.cle, Commune.nom, Commune.code_insee, Commune.variantes)
        for cle, nom, code, variantes in fichier.lignes(requete):
            autres = [*(variantes or ()), *([code] if code else ())]
            self._communes.ajouter(cle, nom, autres=[*autres, commune_normalisee(nom)])

    def _charger_quartiers(self, fichier: Fichier) -> None:
        liens = select(QuartierCommune.quartier, QuartierCommune.commune)
        for quartier, commune in fichier.lignes(liens):
            self.communes_du_quartier[quartier].append(commune)
            self._par_commune[commune].add(quartier)
        requete = select(
            Quartier.cle, Quartier.nom, Quartier.code, Quartier.variantes, Quartier.codes_alias
        )
        for cle, nom, code, variantes, alias in fichier.lignes(requete):
            self._imprimes[cle] = code or ""
            for brut in (code, *(alias or ())):
                if brut:
                    self._apprendre_code(cle, code_normalise(brut))
            self._quartiers.ajouter(
                cle, nom, autres=self._tournures(cle, [nom, *(variantes or ())]), affiche=nom
            )

    def _apprendre_code(self, cle: str, code: str) -> None:
        self._codes.setdefault(code, cle)
        if len(code) == 8 and code[-1].isalpha():
            self._codes.setdefault(code[:-1], cle)

    def _tournures(self, cle: str, noms: Sequence[str]) -> list[str]:
        """The name with each of its communes: « Fresnes – Le Trieu », « Le Trieu (Fresnes) »."""
        connues = self._communes.noms
        communes = [connues[c] for c in self.communes_du_quartier[cle] if c in connues]
        return [*noms[1:], *(f"{c} {nom}" for c in communes for nom in noms)] + [
            f"{nom} {c}" for c in communes for nom in noms
        ]

    def departements(self) -> set[str]:
        """Départements of the quartiers, as their codes say: « 59 » for QN05920M."""
        trouves = (re.match(r"Q[NP]0?(\d{2}|2[AB])", code) for code in self._codes)
        return {t.group(1) for t in trouves if t is not None}

    def nom_du_quartier(self, cle: str) -> str:
        return self._quartiers.noms.get(cle, "")

    def nom_de_la_commune(self, cle: str) -> str:
        return self._communes.noms.get(cle, "")

    def commune(self, libelle: str) -> Trouve:
        """A commune by its name, a variant or its INSEE code."""
        cle = ("commune", libelle)
        if cle not in self._memoire:
            self._memoire[cle] = self._chercher_commune(libelle)
        return self._memoire[cle]

    def _chercher_commune(self, libelle: str) -> Trouve:
        for essai in (libelle, commune_normalisee(libelle)):
            trouves = self._communes.exacts(essai)
            if len(trouves) == 1:
                (cle,) = trouves
                return Trouve(cle, self._communes.noms[cle])
        if TOUS.match(cle_entete(libelle)):
            return Trouve(vague=True)
        return Trouve(proche=self._communes.proche(commune_normalisee(libelle)))

    def quartier(self, libelle: str, communes: Sequence[str] = ()) -> Trouve:
        """A quartier by its code, alias, name or variant; the communes of the action tell homonyms."""
        cle = ("quartier", libelle, *communes)
        if cle not in self._memoire:
            self._memoire[cle] = self._chercher_quartier(libelle, communes)
        return self._memoire[cle]

    def _chercher_quartier(self, libelle: str, communes: Sequence[str]) -> Trouve:
        par_code = self._par_code(libelle)
        if par_code is not None:
            return par_code
        voisins = {q for commune in communes for q in self._par_commune[commune]}
        for trouves, devine in (
            (self._quartiers.exacts(libelle), False),
            (self._quartiers.partiels(libelle), True),
        ):
            seuls = trouves if len(trouves) == 1 else trouves & voisins
            if len(seuls) == 1:
                (cle,) = seuls
                return Trouve(cle, self._quartiers.noms[cle], devine=devine)
        if TOUS.match(cle_entete(libelle)):
            return Trouve(vague=True)
        homonymes = len(self._quartiers.exacts(libelle)) > 1
        return Trouve(proche=self._quartiers.proche(libelle), homonymes=homonymes)

    def _par_code(self, libelle: str) -> Trouve | None:
        code = code_normalise(libelle)
        trouve = re.search(r"Q[NP]\d{5,6}[A-Z]?", code)
        for essai in (code, *([trouve.group(), trouve.group()[:7]] if trouve else ())):
            cle = self._codes.get(essai)
            if cle is not None:
                imprime = code_normalise(self._imprimes[cle])
                meme = imprime[:7] == essai[:7] if trouve else True
                return Trouve(
                    cle, self._quartiers.noms[cle], divergent="" if meme else self._imprimes[cle]
                )
        return None


class AnnuaireNoeuds:
    """The nodes of all nomenclatures."""

    def __init__(self, fichier: Fichier) -> None:
        self._index = Index()
        self._codes: dict[str, set[str]] = defaultdict(set)
        self.parents: dict[str, str | None] = {}
        self.nomenclatures: dict[str, str] = {}
        self._rangs: dict[str, tuple[int, int]] = {}
        self._memoire: dict[str, Trouve] = {}
        requete = select(
            Noeud.cle, Noeud.parent, Noeud.nomenclature, Noeud.code, Noeud.identifiant,
            Noeud.libelle, Noeud.libelle_court, Noeud.variantes, Noeud.rang,
            Nomenclature.rang.label("ordre"),
        ).join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)  # fmt: skip
        for noeud in fichier.lignes(requete):
            self._ajouter(noeud)

    def _ajouter(self, noeud: Any) -> None:
        self.parents[noeud.cle] = noeud.parent
        self.nomenclatures[noeud.cle] = noeud.nomenclature
        self._rangs[noeud.cle] = (noeud.ordre, noeud.rang)
        autres = [*(noeud.variantes or ()), *filter(None, (noeud.libelle_court,))]
        self._index.ajouter(
            noeud.cle, noeud.libelle, autres=autres, affiche=noeud.libelle_court or noeud.libelle
        )
        for code in filter(None, (noeud.code, noeud.identifiant)):
            self._codes[cle_entete(code)].add(noeud.cle)

    def nom(self, cle: str) -> str:
        return self._index.noms.get(cle, "")

    def noeud(self, libelle: str) -> Trouve:
        if libelle not in self._memoire:
            self._memoire[libelle] = self._chercher(libelle)
        return self._memoire[libelle]

    def _chercher(self, libelle: str) -> Trouve:
        numero = _NUMERO.match(libelle)
        essais = [libelle, *([numero.group(2)] if numero else ())]
        essais += re.findall(
            r"(?i)^(?:axe|pilier|objectif|enjeu|orientation)\s+\w+\s*[-–:.]+\s*(.+)", libelle
        )
        for essai in essais:
            trouves = self._index.exacts(essai)
            if trouves:
                return self._retenir(trouves)
        for code in (libelle, *([numero.group(1)] if numero else ())):
            if len(trouves := self._codes.get(cle_entete(code), set())) == 1:
                return self._retenir(trouves)
        proche = self._index.proche(essais[-1])
        if proche is not None and proche.score >= 92:
            return Trouve(proche.cle, proche.nom, devine=True)
        return Trouve(proche=proche)

    def _retenir(self, trouves: set[str]) -> Trouve:
        """The same wording may head a node and its only child: the first nomenclature, the top one."""
        cle = min(trouves, key=lambda c: (self._rangs[c], c))
        return Trouve(cle, self._index.noms[cle])

    def ancetres(self, cle: str) -> set[str]:
        trouves: set[str] = set()
        parent = self.parents.get(cle)
        while parent is not None and parent not in trouves:
            trouves.add(parent)
            parent = self.parents.get(parent)
        return trouves

    def a_classer(self, noeuds: Iterable[str]) -> Mapping[str, bool]:
        """node -> is it the principal of its nomenclature; a node gives way to those under it."""
        voulus = list(dict.fromkeys(noeuds))
        couverts = {a for noeud in voulus for a in self.ancetres(noeud)}
        gardes: dict[str, bool] = {}
        nomenclatures: set[str] = set()
        for noeud in (n for n in voulus if n not in couverts):
            gardes[noeud] = self.nomenclatures[noeud] not in nomenclatures
            nomenclatures.add(self.nomenclatures[noeud])
        return gardes
