"""What an action hangs on, given by its name in a cell: porteur, axis, objective, places, scale.

A name that nobody knows is refused, with the nearest one.
"""

import re
import weakref
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, select

from app.models.action import ActionQuartier, Classement
from app.models.contrat import Commune, Echelle, Noeud, Nomenclature, Quartier, QuartierCommune
from app.models.enums import RoleNomenclature
from app.models.organisme import Organisme
from app.services.actions import Actions
from app.services.columns import Colonne, Pose
from app.services.errors import SaisieRefusee
from app.services.poses import pose_preparee
from app.services.textes_saisis import citer
from app.services.transaction import Ecriture

if TYPE_CHECKING:
    from app.services.annuaire_lieux import Index

SEPARATEUR = " ; "
NOM_MAXIMUM = 300  # letters of a name whose nearest is looked for: the search costs with them
_HORS_PARENTHESES = re.compile(r",(?![^()]*\))")
Lire = Callable[..., Sequence[Any]]


def _index() -> "Index":
    from app.services.annuaire_lieux import Index

    return Index()


@dataclass
class Annuaire:
    """Rows of one kind by their names; `montres` are the names offered, in their order."""

    quoi: str  # « Aucun porteur »…
    index: "Index" = field(default_factory=_index)
    montres: dict[str, str] = field(default_factory=dict)
    inconnus: dict[str, str] = field(default_factory=dict)  # sentences already made: they cost

    def ajouter(self, cle: str, nom: str, *autres: str | None) -> None:
        self.montres[cle] = nom
        self.index.ajouter(cle, nom, autres=[autre for autre in autres if autre])

    def cle(self, nom: str, *preferences: Iterable[str]) -> str:
        """The row of this name; `preferences` decide between several. Raises SaisieRefusee."""
        trouvees = self.index.exacts(nom)
        if len(trouvees) > 1:
            # Its whole name before a short one or a variant of another.
            trouvees = {c for c in trouvees if self.montres[c] == nom} or trouvees
        for preferees in preferences:
            trouvees = trouvees.intersection(preferees) or trouvees
        if len(trouvees) == 1:
            return next(iter(trouvees))
        if trouvees:
            raise SaisieRefusee(f"Plusieurs noms répondent à « {nom} » : tapez-le en entier.")
        if nom not in self.inconnus:
            self.inconnus[nom] = self._dire_inconnu(nom)
        raise SaisieRefusee(self.inconnus[nom])

    def _dire_inconnu(self, nom: str) -> str:
        proche = self.index.proche(nom) if len(nom) <= NOM_MAXIMUM else None
        un = "une" if self.quoi.startswith("Aucune") else "un"
        suite = (
            f"le plus proche est « {proche.nom} »" if proche else f"choisissez-en {un} de la liste"
        )
        return f"{self.quoi} ne s'appelle « {citer(nom)} » : {suite}."


@dataclass(frozen=True, slots=True)
class Arbre:
    """The axes, the nodes under them; the parent of each node, and the rank of its nomenclature.

    `d_instruction`: those by which actions are examined; none where the contract does not say.
    """

    axes: Annuaire
    objectifs: Annuaire
    parents: dict[str, str | None]
    rangs: dict[str, int]
    d_instruction: set[str] = field(default_factory=set)

    def axe_de(self, noeud: str) -> str:
        parent = self.parents[noeud]
        return noeud if parent is None else self.axe_de(parent)

    def sous(self, axe: str | None) -> list[str]:
        return [noeud for noeud in self.parents if self.axe_de(noeud) == axe]

    def offerts(self, annuaire: Annuaire, *, instruction: bool) -> list[str]:
        """The names of an annuaire; only those that lead to a meeting when `instruction`."""
        voulus = self.d_instruction if instruction else set()
        return [nom for cle, nom in annuaire.montres.items() if not voulus or cle in voulus]

    def exiger_d_instruction(self, noeud: str, nom: str) -> None:
        """Refuse a node by which no action is examined: it would be on no meeting."""
        if self.d_instruction and noeud not in self.d_instruction:
            raise SaisieRefusee(
                f"« {citer(nom)} » ne mène à aucune réunion : choisissez dans la liste."
            )

    def premiers(self) -> list[str]:
        """The nodes of the first nomenclature."""
        premier = min(self.rangs.values(), default=0)
        return [noeud for noeud, rang in self.rangs.items() if rang == premier]


class Rattachements:
    """Completes the columns of the table of actions whose cells hold names.

    `instruction`: axis and objective are of the nomenclature by which actions are examined.
    """

    def __init__(self, actions: Actions, *, instruction: bool = False) -> None:
        self._actions = actions
        self._instruction = instruction
        self._pour: weakref.ref[Ecriture] | None = None
        self._lus: dict[str, Any] = {}

    def completer(self, colonne: Colonne) -> Colonne:
        """The same column, writable by name when it holds names; any other is returned as it is."""
        poses = self._poses()
        if colonne.cle not in poses:
            return colonne
        pose = poses[colonne.cle]

        def ecrire(cle: str, valeur: str | None) -> None:
            with pose.ouvrir(f"Modifier {_NOMS[colonne.cle]}") as ecriture:
                pose.poser(ecriture, cle, valeur)

        return replace(
            colonne,
            ecrire=ecrire,
            pose=pose,
            proposer=lambda: self._proposer(colonne.cle),
            separateur=SEPARATEUR if colonne.cle in ("quartiers", "communes") else "",
            obligatoire=colonne.cle == "axe",
        )

    def _poses(self) -> dict[str, Pose]:
        ouvrir, poser = self._actions.operation, self._actions.poser
        return {
            "porteur": pose_preparee(ouvrir, poser, "porteur", self._porteur),
            "echelle": pose_preparee(ouvrir, poser, "echelle", self._echelle),
            "quartiers": Pose(ouvrir, self._poser_quartiers),
            "communes": Pose(ouvrir, self._poser_communes),
            "axe": Pose(ouvrir, self._poser_axe),
            "objectif": Pose(ouvrir, self._poser_objectif),
        }

    def _proposer(self, cle: str) -> list[str]:
        """Names of the référentiel, in its order."""
        lire = self._actions.lire
        if cle in ("axe", "objectif"):
            arbre = _arbre(lire)
            annuaire = arbre.axes if cle == "axe" else arbre.objectifs
            noms: Iterable[str] = arbre.offerts(annuaire, instruction=self._instruction)
        else:
            noms = _LECTURES[cle](lire).montres.values()
        return list(dict.fromkeys(noms))

    def _annuaire(self, ecriture: Ecriture, cle: str, lire: Callable[[Lire], Any]) -> Any:
        """Read once in each operation: a block of a thousand names asks for the same list."""
        if self._pour is None or self._pour() is not ecriture:
            self._pour, self._lus = weakref.ref(ecriture), {}
        if cle not in self._lus:
            self._lus[cle] = lire(ecriture.lignes)
        return self._lus[cle]

    # One cell -----------------------------------------------------------------------------------

    def _porteur(self, ecriture: Ecriture, nom: str | None) -> str | None:
        return self._annuaire(ecriture, "porteur", _porteurs).cle(nom) if nom else None

    def _echelle(self, ecriture: Ecriture, nom: str | None) -> str | None:
        return self._annuaire(ecriture, "echelle", _echelles).cle(nom) if nom else None

    def _poser_communes(self, ecriture: Ecriture, action: str, noms: str | None) -> None:
        communes = self._annuaire(ecriture, "communes", _communes)
        self._actions.poser_communes(ecriture, action, _toutes(communes, noms))

    def _poser_quartiers(self, ecriture: Ecriture, action: str, noms: str | None) -> None:
        """Those that stay keep their share."""
        voulus = _toutes(self._annuaire(ecriture, "quartiers", _quartiers), noms)
        requete = select(ActionQuartier.quartier, ActionQuartier.part)
        parts = dict(map(tuple, ecriture.lignes(requete.where(ActionQuartier.action == action))))
        self._actions.poser_quartiers(ecriture, action, {q: parts.get(q) for q in voulus})

    def _poser_axe(self, ecriture: Ecriture, action: str, nom: str | None) -> None:
        """An objective already under this axis stays."""
        arbre = self._annuaire(ecriture, "noeuds", _arbre)
        present = self._noeud(ecriture, action, arbre)
        if not nom:
            raise SaisieRefusee(
                "L'axe ne se vide pas ici : choisissez-en un autre, ou retirez-le dans la fiche."
            )
        voulu = arbre.axes.cle(nom, arbre.premiers())
        if self._instruction:
            arbre.exiger_d_instruction(voulu, nom)
        if present is None or arbre.axe_de(present) != voulu:
            self._classer(ecriture, action, voulu, arbre)

    def _poser_objectif(self, ecriture: Ecriture, action: str, nom: str | None) -> None:
        """The same name may stand under several axes: that of the action comes first."""
        arbre = self._annuaire(ecriture, "noeuds", _arbre)
        present = self._noeud(ecriture, action, arbre)
        axe = None if present is None else arbre.axe_de(present)
        voulu = arbre.objectifs.cle(nom, arbre.sous(axe), arbre.premiers()) if nom else axe
        if nom and voulu is not None and self._instruction:
            arbre.exiger_d_instruction(voulu, nom)
        if voulu is not None:
            self._classer(ecriture, action, voulu, arbre)

    def _noeud(self, ecriture: Ecriture, action: str, arbre: Arbre) -> str | None:
        """The node that the table shows: in the first nomenclature where the action has one."""
        lus = ecriture.lignes(_PRINCIPAUX, {"action": action})
        return min((n for _, n in lus), key=lambda noeud: arbre.rangs[noeud], default=None)

    def _classer(self, ecriture: Ecriture, action: str, noeud: str, arbre: Arbre) -> None:
        """The node takes the place of the one shown, whose nomenclature may come before its own."""
        self._actions.poser_classement(ecriture, action, noeud)
        for cle, autre in ecriture.lignes(_PRINCIPAUX, {"action": action}):
            if arbre.rangs[autre] < arbre.rangs[noeud]:
                ecriture.supprimer(Classement, cle)


_PRINCIPAUX = select(Classement.cle, Classement.noeud).where(
    Classement.action == bindparam("action"), Classement.principal
)


_NOMS = {
    "porteur": "le porteur",
    "echelle": "l'échelle",
    "quartiers": "les quartiers",
    "communes": "les communes",
    "axe": "l'axe",
    "objectif": "l'objectif",
}


def _toutes(annuaire: Annuaire, noms: str | None) -> list[str]:
    """The rows named in « A ; B », or in « A, B » as the table shows them."""
    texte = (noms or "").strip()
    if not texte:
        return []
    morceaux = re.split(r"[;\n]", texte)
    if len(morceaux) == 1 and not annuaire.index.exacts(texte):
        morceaux = _HORS_PARENTHESES.split(texte)
    propres = [morceau.strip() for morceau in morceaux if morceau.strip()]
    return list(dict.fromkeys(annuaire.cle(nom) for nom in propres))


# Directories --------------------------------------------------------------------------------------


def _porteurs(lire: Lire) -> Annuaire:
    annuaire = Annuaire("Aucun porteur")
    requete = select(
        Organisme.cle, Organisme.nom, Organisme.sigle, Organisme.siret, Organisme.variantes
    )
    for cle, nom, sigle, siret, variantes in lire(
        requete.where(Organisme.fusionne_dans.is_(None)).order_by(Organisme.nom)
    ):
        annuaire.ajouter(cle, nom, sigle, siret, *(variantes or ()))
    return annuaire


def _communes(lire: Lire) -> Annuaire:
    annuaire = Annuaire("Aucune commune")
    for cle, nom, variantes in lire(
        select(Commune.cle, Commune.nom, Commune.variantes).order_by(Commune.rang)
    ):
        annuaire.ajouter(cle, nom, *(variantes or ()))
    return annuaire


def _quartiers(lire: Lire) -> Annuaire:
    """Each by its name, with its communes too: a name alone may be there twice."""
    communes: dict[str, list[str]] = {}
    liens = select(QuartierCommune.quartier, Commune.nom).join(
        Commune, Commune.cle == QuartierCommune.commune
    )
    for quartier, commune in lire(liens.order_by(QuartierCommune.principale.desc(), Commune.rang)):
        communes.setdefault(quartier, []).append(commune)
    lus = lire(
        select(Quartier.cle, Quartier.nom, Quartier.code, Quartier.variantes).order_by(
            Quartier.rang, Quartier.nom
        )
    )
    noms = [nom for _, nom, _, _ in lus]
    annuaire = Annuaire("Aucun quartier")
    for cle, nom, code, variantes in lus:
        entier = f"{nom} ({', '.join(communes.get(cle, ()))})"
        montre = entier if noms.count(nom) > 1 and cle in communes else nom
        annuaire.ajouter(cle, montre, nom, entier, code, *(variantes or ()))
    return annuaire


def _echelles(lire: Lire) -> Annuaire:
    annuaire = Annuaire("Aucune échelle")
    for identifiant, nom in lire(select(Echelle.identifiant, Echelle.nom).order_by(Echelle.rang)):
        annuaire.ajouter(identifiant, nom, identifiant)
    return annuaire


def _arbre(lire: Lire) -> Arbre:
    """The nodes of every nomenclature, in their order."""
    lus = lire(
        select(
            Noeud.cle,
            Noeud.parent,
            Noeud.libelle,
            Noeud.libelle_court,
            Noeud.code,
            Noeud.variantes,
            Nomenclature.rang.label("ordre"),
            Nomenclature.role,
        )
        .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
        .order_by(Nomenclature.rang, Noeud.rang)
    )
    arbre = Arbre(Annuaire("Aucun axe"), Annuaire("Aucun objectif"), {}, {})
    for noeud in lus:
        arbre.parents[noeud.cle], arbre.rangs[noeud.cle] = noeud.parent, noeud.ordre
        if noeud.role == RoleNomenclature.INSTRUCTION:
            arbre.d_instruction.add(noeud.cle)
        annuaire = arbre.axes if noeud.parent is None else arbre.objectifs
        # As the table shows them: the short name of an axis, the whole one of an objective.
        court = noeud.libelle_court if noeud.parent is None else None
        autres = (noeud.libelle, noeud.libelle_court, noeud.code, *(noeud.variantes or ()))
        annuaire.ajouter(noeud.cle, court or noeud.libelle, *autres)
    return arbre


def objectifs_sous(lire: Lire, theme: str) -> list[str]:
    """The objectives under a theme, as it is typed; all those that lead to a meeting when unknown."""
    arbre = _arbre(lire)
    noms = arbre.offerts(arbre.objectifs, instruction=True)
    axes = arbre.axes.index.exacts(theme).intersection(arbre.premiers()) if theme.strip() else set()
    if not axes:
        return list(dict.fromkeys(noms))
    dessous = {noeud for axe in axes for noeud in arbre.sous(axe)}
    return list(dict.fromkeys(n for c, n in arbre.objectifs.montres.items() if c in dessous))


_LECTURES: dict[str, Callable[[Lire], Annuaire]] = {
    "porteur": _porteurs,
    "echelle": _echelles,
    "quartiers": _quartiers,
    "communes": _communes,
}
