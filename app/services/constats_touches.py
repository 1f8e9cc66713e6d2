"""What a notice may change among the facts of a year, gathered until somebody asks for constats."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import bindparam, or_, select

from app.models.action import Action
from app.models.base import Requete, table_liee
from app.models.enums import CibleConstat
from app.services.bus import Avis, Modification
from app.services.constats_annee import DE_L_ANNEE
from app.services.constats_references import STRUCTURE
from app.services.constats_registre import COMPLEMENTS, Complement
from app.services.fichier import Lire
from app.services.transaction import entites

DE_L_ACTION = {
    "action": "cle",
    "action_quartier": "action",
    "action_commune": "action",
    "classement": "action",
    "ligne_budget": "action",
    "bilan": "action",
}
DES_REGLES = ("regle", "surcharge_regle", "regle_composee")


@dataclass(slots=True)
class Touches:
    """What is to be read and judged again.

    `complements`: names of those to read again, whole where `cibles_entieres` holds their target.
    `objets`: keys of the objects that they change, by target.
    """

    tout: bool = False
    regles: bool = False
    outre: bool = False
    annee: bool = False
    lignees: set[str] = field(default_factory=set)
    actions: set[str] = field(default_factory=set)
    montants: set[str] = field(default_factory=set)  # actions of which only they changed
    organismes: set[str] = field(default_factory=set)
    appels: set[str] = field(default_factory=set)
    bilans: set[str] = field(default_factory=set)  # keys of the actions that they report on
    complements: set[str] = field(default_factory=set)
    cibles_entieres: set[CibleConstat] = field(default_factory=set)
    chemins: list[tuple[str, str, str, Complement]] = field(default_factory=list)
    objets: dict[CibleConstat, set[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(getattr(self, nom) for nom in self.__slots__)

    @property
    def etendue(self) -> int:
        """How many keys were touched."""
        return sum(map(len, (self.actions, self.montants, self.lignees, self.chemins)))

    @property
    def toutes_les_actions(self) -> bool:
        return CibleConstat.ACTION in self.cibles_entieres

    def noter(self, avis: Avis) -> None:
        for modification in avis.modifications:
            self._noter(modification)

    def _noter(self, modification: Modification) -> None:
        entite = modification.entite
        self.tout |= entite in STRUCTURE
        self.regles |= entite in DES_REGLES
        self.outre |= entite == "passage_outre"
        self.annee |= entite in DE_L_ANNEE
        if entite in DE_L_ACTION:
            self.actions |= _valeurs(modification, DE_L_ACTION[entite])
        if entite == "cofinancement":
            self.montants |= _valeurs(modification, "action")
        if entite == "bilan":
            self.bilans |= _valeurs(modification, "action")
        if entite == "action":
            self.lignees |= _valeurs(modification, "lignee")
        if entite == "organisme":
            self.organismes.add(modification.cle)
        if entite == "appel":
            self.appels.add(modification.cle)
        for complement in COMPLEMENTS:
            if entite in complement.suit:
                self._noter_complement(modification, complement)

    def _noter_complement(self, modification: Modification, complement: Complement) -> None:
        chemin = complement.suit[modification.entite]
        self.complements.add(complement.nom)
        if not chemin or complement.cible == CibleConstat.ANNEE:
            self.cibles_entieres.add(complement.cible)
            return
        colonne, _, suite = chemin.partition(".")
        for cle in _valeurs(modification, colonne):
            self.chemins.append((f"{modification.entite}.{colonne}", cle, suite, complement))

    def resoudre(self, lire: Lire, annee: int, connues: Iterable[str]) -> None:
        """Follow the paths, and add the actions of the year that renew what was touched elsewhere."""
        for depart, cle, suite, complement in self.chemins:
            trouvees = {cle} if not suite else set(_au_bout(lire, depart, cle, suite))
            if complement.cible == CibleConstat.ACTION:
                self.actions |= trouvees
            else:
                self.objets.setdefault(complement.cible, set()).update(trouvees)
        self.chemins.clear()
        ailleurs = (self.actions | self.montants).difference(connues)
        if ailleurs or self.lignees:
            parametres = {"annee": annee, "cles": list(ailleurs), "lignees": list(self.lignees)}
            self.actions |= {cle for (cle,) in lire(_QUI_RECONDUISENT, parametres)}


def _valeurs(modification: Modification, colonne: str) -> set[str]:
    """What a column held before and holds after."""
    lignes = (modification.avant, modification.apres)
    return {ligne[colonne] for ligne in lignes if ligne is not None and ligne[colonne] is not None}


def _au_bout(lire: Lire, depart: str, cle: str, suite: str) -> Iterator[str]:
    """Keys at the end of a path such as « cotation.action », from a row of its first table."""
    entite, _, colonne = depart.partition(".")
    cles = [cle]
    for suivante in suite.split("."):
        entite = _cible(entite, colonne)
        colonne = suivante
        lues = lire(_saut(entite, colonne), {"cles": cles})
        cles = [valeur for (valeur,) in lues if valeur is not None]
    yield from cles


def _cible(entite: str, colonne: str) -> str:
    (lien,) = entites()[entite].c[colonne].foreign_keys
    return table_liee(lien)


@cache
def _saut(entite: str, colonne: str) -> Requete:
    table = entites()[entite]
    return select(table.c[colonne]).where(table.c.cle.in_(bindparam("cles", expanding=True)))


_QUI_RECONDUISENT = select(Action.cle).where(
    Action.annee == bindparam("annee"),
    or_(
        Action.precedente.in_(bindparam("cles", expanding=True)),
        Action.lignee.in_(bindparam("lignees", expanding=True)),
        Action.lignee.in_(
            select(Action.lignee).where(Action.cle.in_(bindparam("cles", expanding=True)))
        ),
    ),
)
