"""Chance and place of the demonstration: the draw, the contract as loaded, the porteurs."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from typing import Any, TypeVar

from sqlalchemy import select

from app.models.contrat import Commune, Noeud, Nomenclature, Quartier, QuartierCommune
from app.models.enums import NatureOrganisme, RoleNomenclature
from app.models.organisme import Financeur, LigneCredit
from app.services.demo_donnees import CODES_POSTAUX, EFFECTIFS, FORMES, LIEUX, VOIES
from app.services.fichier import Fichier

T = TypeVar("T")
Ligne = dict[str, Any]

CHEF_LIEU = "Valenciennes"
VILLES_PORTEUSES = 8
CCAS_PORTEURS = 6
# No body is known under a SIREN in 14, nor under an RNA in W590: the arrondissements of the Nord are
# numbered 1 to 6. Telephone numbers are of the range that ARCEP keeps for fiction.
SIREN_FICTIF = "14"
RNA_FICTIF = "W590"
TELEPHONE_FICTIF = "03 53 01"


class Tirage:
    """All the chance of a demonstration: the same seed gives the same content and the same keys."""

    def __init__(self, graine: int, annee: int) -> None:
        self._hasard = random.Random(graine)
        self._cles = random.Random(f"cles {graine}")
        self._horloge = int(datetime(annee, 1, 1, tzinfo=UTC).timestamp() * 1000)

    def cle(self) -> str:
        """A key in the shape of those of the program (UUID version 7), one millisecond apart."""
        self._horloge += 1
        bits = self._cles.getrandbits(74)
        haut = 0x7000 | (bits >> 62)
        bas = 0x8000000000000000 | (bits & 0x3FFFFFFFFFFFFFFF)
        return f"{self._horloge:012x}{haut:04x}{bas:016x}"

    def chance(self, pour_cent: int) -> bool:
        return self._hasard.randrange(100) < pour_cent

    def entier(self, bas: int, haut: int) -> int:
        """A whole number between the two, both included."""
        return self._hasard.randint(bas, haut)

    def un(self, parmi: Sequence[T]) -> T:
        return self._hasard.choice(parmi)

    def pese(self, parmi: Sequence[T], poids: Sequence[int]) -> T:
        return self._hasard.choices(parmi, weights=poids)[0]

    def plusieurs(self, parmi: Sequence[T], nombre: int) -> list[T]:
        return self._hasard.sample(parmi, min(nombre, len(parmi)))

    def melange(self, parmi: Sequence[T]) -> list[T]:
        return self._hasard.sample(parmi, len(parmi))


def repartir(total: int, poids: Sequence[int], *, pas: int = 1) -> list[int]:
    """`total` shared out by weight in multiples of `pas`; the first of the heaviest has the rest."""
    somme = sum(poids)
    parts = [total * p // somme // pas * pas for p in poids]
    parts[poids.index(max(poids))] += total - sum(parts)
    return parts


@dataclass(frozen=True, slots=True)
class Territoire:
    """The contract as it stands in the file, by the names that the demonstration uses."""

    communes: dict[str, str]  # name -> key
    signataires: frozenset[str]  # keys of communes
    quartiers: dict[str, tuple[str, ...]]  # key of a quartier -> keys of its communes
    financeurs: dict[str, str]  # identifiant -> key
    lignes_credit: dict[str, Ligne]  # identifiant -> cle, financeur, nature_credit
    noeuds: dict[str, str]  # identifiant -> key
    transversaux: frozenset[str]  # identifiants of the nodes of the transversal axes

    def quartiers_de(self, commune: str) -> list[str]:
        return [cle for cle, communes in self.quartiers.items() if commune in communes]


def lire_territoire(fichier: Fichier) -> Territoire:
    communes = fichier.lignes(
        select(Commune.cle, Commune.nom, Commune.signataire).order_by(Commune.rang)
    )
    noeuds = fichier.lignes(
        select(Noeud.cle, Noeud.identifiant, Nomenclature.role)
        .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
        .order_by(Nomenclature.rang, Noeud.rang)
    )
    return Territoire(
        communes={c.nom: c.cle for c in communes},
        signataires=frozenset(c.cle for c in communes if c.signataire),
        quartiers=_quartiers(fichier),
        financeurs={
            f.identifiant: f.cle
            for f in fichier.lignes(
                select(Financeur.identifiant, Financeur.cle).order_by(Financeur.rang)
            )
        },
        lignes_credit=_lignes_credit(fichier),
        noeuds={n.identifiant: n.cle for n in noeuds},
        transversaux=frozenset(
            n.identifiant for n in noeuds if n.role == RoleNomenclature.TRANSVERSALE
        ),
    )


def _quartiers(fichier: Fichier) -> dict[str, tuple[str, ...]]:
    requete = (
        select(Quartier.cle, QuartierCommune.commune)
        .join(QuartierCommune, QuartierCommune.quartier == Quartier.cle)
        .join(Commune, Commune.cle == QuartierCommune.commune)
        .order_by(Quartier.rang, Commune.rang)
    )
    quartiers: dict[str, tuple[str, ...]] = {}
    for quartier, commune in fichier.lignes(requete):
        quartiers[quartier] = (*quartiers.get(quartier, ()), commune)
    return quartiers


def _lignes_credit(fichier: Fichier) -> dict[str, Ligne]:
    requete = select(
        LigneCredit.identifiant, LigneCredit.cle, LigneCredit.financeur, LigneCredit.nature_credit
    )
    return {ligne.identifiant: ligne._asdict() for ligne in fichier.lignes(requete)}


# Porteurs -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Porteur:
    """Who carries actions. `metier` is None for a town, which carries any kind of action."""

    cle: str
    metier: str | None
    commune: str
    est_association: bool


def creer_porteurs(tirage: Tirage, territoire: Territoire) -> tuple[list[Porteur], list[Ligne]]:
    """About 95 porteurs and their rows; the last one is a variant of another, to be merged."""
    identites = [*_associations(tirage, territoire), *_villes(tirage, territoire)]
    sirens: set[str] = set()
    porteurs, lignes = [], []
    for nom, nature, metier, commune in identites:
        ligne = _organisme(tirage, nom=nom, nature=nature, commune=commune)
        ligne["siret"] = _siret(tirage, sirens)
        est_association = nature is NatureOrganisme.ASSOCIATION
        porteurs.append(
            Porteur(ligne["cle"], metier, territoire.communes[commune], est_association)
        )
        lignes.append(ligne)
    _laisser_des_trous(lignes)
    lignes.append(_variante(tirage, lignes[0]))
    return porteurs, lignes


Identite = tuple[str, NatureOrganisme, str | None, str]  # name, kind, trade, name of the commune


def _associations(tirage: Tirage, territoire: Territoire) -> Iterator[Identite]:
    lieux = cycle(tirage.melange(LIEUX))
    communes = list(territoire.communes)
    poids = [6 if nom == CHEF_LIEU else 1 for nom in communes]
    for metier, effectif in EFFECTIFS.items():
        formes = cycle(FORMES[metier])
        for _ in range(effectif):
            nom = f"{next(formes)} {next(lieux)}"
            yield nom, NatureOrganisme.ASSOCIATION, metier, tirage.pese(communes, poids)


def _villes(tirage: Tirage, territoire: Territoire) -> Iterator[Identite]:
    signataires = [n for n, cle in territoire.communes.items() if cle in territoire.signataires]
    for nom in sorted(tirage.plusieurs(signataires, VILLES_PORTEUSES)):
        yield f"Ville {_de(nom)}", NatureOrganisme.COMMUNE, None, nom
    for nom in sorted(tirage.plusieurs(signataires, CCAS_PORTEURS)):
        yield f"CCAS {_de(nom)}", NatureOrganisme.CCAS, "social", nom


def _de(nom: str) -> str:
    return f"d'{nom}" if nom[0] in "AEIOUÉ" else f"de {nom}"


def _organisme(tirage: Tirage, *, nom: str, nature: NatureOrganisme, commune: str) -> Ligne:
    rang = tirage.entier(1, 98)
    association = nature is NatureOrganisme.ASSOCIATION
    return {
        "cle": tirage.cle(),
        "nom": nom,
        "sigle": _sigle(nom) if association and tirage.chance(45) else None,
        "nature": str(nature),
        "rna": f"{RNA_FICTIF}{tirage.entier(0, 999_999):06d}" if association else None,
        "adresse": f"{rang} {tirage.un(VOIES)}" if association else "Hôtel de ville",
        "code_postal": CODES_POSTAUX.get(commune),
        "ville": commune,
        "courriel": f"contact@{_domaine(nom)}.example",
        "telephone": f"{TELEPHONE_FICTIF} {tirage.entier(0, 99):02d} {tirage.entier(0, 99):02d}",
        "budget": tirage.entier(40, 900) * 1000 if association else None,
        "effectif": tirage.entier(1, 14) if association else None,
    }


_MOTS_VIDES = {"de", "du", "des", "la", "aux", "à", "et", "le"}


def _mots(nom: str) -> list[str]:
    bruts = nom.replace("d'", "").replace("l'", "").split()
    return [mot for mot in bruts if mot.lower() not in _MOTS_VIDES]


def _sigle(nom: str) -> str:
    return "".join(mot[0] for mot in _mots(nom)).upper().replace("É", "E")


def _domaine(nom: str) -> str:
    return "-".join(_mots(nom)).lower().translate(str.maketrans("éèêôïîâçû", "eeeoiiacu"))


def _siret(tirage: Tirage, deja: set[str]) -> str:
    """A SIRET whose two check digits are right, of a SIREN not drawn yet."""
    from stdnum import luhn

    while True:
        debut = f"{SIREN_FICTIF}{tirage.entier(0, 999_999):06d}"
        if debut not in deja:
            break
    deja.add(debut)
    nic = f"{debut}{luhn.calc_check_digit(debut)}0001"
    return f"{nic}{luhn.calc_check_digit(nic)}"


def _laisser_des_trous(lignes: list[Ligne]) -> None:
    """As in real files: a SIRET and an RNA that nobody gave yet."""
    lignes[7]["siret"] = None
    lignes[21]["rna"] = None


def _variante(tirage: Tirage, ligne: Ligne) -> Ligne:
    """The same association typed again by somebody else, without its numbers."""
    return {
        "cle": tirage.cle(),
        "nom": f"Association {ligne['nom']}".upper(),
        "nature": ligne["nature"],
        "ville": ligne["ville"],
        "code_postal": ligne["code_postal"],
    }
