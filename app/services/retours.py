"""A workbook that comes back: what others changed in it, beside what it said and what is here now.

Rows are found by their hidden key and columns by their heading, wherever they went. Each cell that
differs from what was sent is a difference; one that also changed here is a conflict, and nothing is
taken of it unless somebody says so. What is chosen is written in one operation.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app.models.action import Cofinancement
from app.models.calculs import ZERO
from app.models.enums import NatureOperation
from app.models.journal import Operation
from app.models.montants import afficher_montant
from app.services.accords import compter
from app.services.actions import Actions
from app.services.assemblage import lire_l_annee
from app.services.cofinancements import Cofinancements
from app.services.envois import closes, origine_de
from app.services.errors import Conflit, ErreurConnue, SaisieRefusee
from app.services.feuilles import Source, jamais, ouvrir
from app.services.fichier import Fichier, Lire
from app.services.programmation import lire_nom_du_contrat
from app.services.retours_lus import (
    CaseLue,
    ClasseurRevenu,
    lire_classeur_revenu,
    meme,
    peut_revenir,
)
from app.services.rows import LigneAction, Montants
from app.services.transaction import Ecriture

LONGUEUR = 40  # of a file name in a label
EN_PLUSIEURS = (
    "Ce financeur a plusieurs lignes sur cette action : "
    "elles se modifient dans la feuille « Cofinancements »."
)


class Sort(StrEnum):
    """What becomes of a difference when nobody says otherwise."""

    PRISE = "prise"
    CONFLIT = "conflit"  # both sides changed it
    REFUSEE = "refusee"  # it cannot be taken


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell. `leur`, `ici`, `envoye`: values; None is an empty cell.

    `cofinancement`: the key of the line, when it is one of several; else the field of the action.
    """

    sort: Sort
    action: str
    numero: str
    titre: str
    champ: str
    quoi: str
    leur: Decimal | str | None
    ici: Decimal | str | None
    envoye: Decimal | str | None
    remarque: str = ""
    cofinancement: str = ""


@dataclass(frozen=True, slots=True)
class Retour:
    """All that a workbook brings back. `etat`: last entry of the journal when it was compared."""

    nom: str
    annee: int
    differences: tuple[Difference, ...]
    remarques: tuple[str, ...]
    etat: int
    date: str = ""

    @property
    def phrase(self) -> str:
        prises = [d for d in self.differences if d.sort is not Sort.REFUSEE]
        conflits = sum(d.sort is Sort.CONFLIT for d in prises)
        refusees = len(self.differences) - len(prises)
        if not self.differences:
            phrase = f"« {self.nom} » revient sans rien de changé."
        else:
            phrase = f"« {self.nom} » revient avec {compter(len(prises), 'case changée')}"
            phrase += f", dont {conflits} à choisir" if conflits else ""
            phrase += f" et {compter(refusees, 'case refusée')}." if refusees else "."
        return " ".join((phrase, *self.remarques))


def lire_retour(
    fichier: Fichier, chemin: Path, *, annulation: Callable[[], bool] = jamais
) -> Retour | None:
    """What the workbook brings; None when it is no workbook of ours.

    Raises SourceIllisible on a file that cannot be read, SaisieRefusee on that of another contract.
    """
    if not peut_revenir(chemin):
        return None
    return comparer_retour(fichier, ouvrir(chemin, annulation=annulation))


def comparer_retour(fichier: Fichier, source: Source) -> Retour | None:
    """The same of a source that was read already."""
    revenu = lire_classeur_revenu(source)
    if revenu is None:
        return None
    with fichier.instant() as lire:
        _exiger_le_notre(lire, revenu)
        etat = next(n or 0 for (n,) in lire(select(func.max(Operation.numero))))
        actions = {a.cle: a for a in lire_l_annee(lire, revenu.annee)}
        comparaison = _Comparaison(revenu, actions, closes(lire, revenu.annee))
        differences = comparaison.differences()
    retour = Retour(
        source.nom, revenu.annee, tuple(differences), revenu.remarques, etat, revenu.date
    )
    return _eprouve(fichier, retour)


def _exiger_le_notre(lire: Lire, revenu: ClasseurRevenu) -> None:
    if revenu.origine == origine_de(lire):
        return
    if revenu.contrat == lire_nom_du_contrat(lire):
        raise SaisieRefusee(
            f"« {revenu.nom} » a été envoyé depuis un autre fichier de ce contrat : "
            "ouvrez ce fichier-là pour le reprendre."
        )
    raise SaisieRefusee(
        f"« {revenu.nom} » vient d'un autre contrat, « {revenu.contrat} » : "
        "ouvrez le fichier de ce contrat pour le reprendre."
    )


class _Comparaison:
    """The cells that came back, beside those that were sent and those of the file."""

    def __init__(
        self,
        revenu: ClasseurRevenu,
        actions: Mapping[str, LigneAction],
        closes: Mapping[str, str],
    ) -> None:
        self._revenu, self._actions, self._closes = revenu, actions, closes
        self._ecarts = _ecarts_des_lignes(revenu.cases)

    def differences(self) -> list[Difference]:
        """In the order of the numbers, then of the columns."""
        trouvees = [d for case in self._revenu.cases if (d := self._difference(case)) is not None]
        uniques = list(_reunies(trouvees))
        rangs = {champ: rang for rang, champ in enumerate(self._revenu.champs)}
        uniques.sort(key=lambda d: (d.numero, rangs.get(d.champ, 0), d.cofinancement))
        return uniques

    def _difference(self, case: CaseLue) -> Difference | None:
        action = self._actions.get(case.action)
        faite = Difference(
            sort=Sort.PRISE,
            action=case.action,
            numero=case.numero,
            titre=action.titre if action is not None else "",
            champ=case.champ,
            quoi=self._revenu.champs.get(case.champ, case.champ),
            leur=case.valeur,
            ici=None,
            envoye=case.envoye,
        )
        if action is None:
            return replace(faite, sort=Sort.REFUSEE, remarque="Cette action n'est plus ici.")
        if "." in case.champ:
            return self._montant(faite, action, case)
        return self._comparee(replace(faite, ici=getattr(action, case.champ) or None), case)

    def _montant(self, faite: Difference, action: LigneAction, case: CaseLue) -> Difference | None:
        financeur, _, etape = case.champ.rpartition(".")
        montants = action.montants.get(financeur, Montants())
        lignes = {part.cle: part for part in montants.parts} or {montants.cle: montants}
        plusieurs = montants.lignes > 1
        if case.cofinancement:
            if case.cofinancement not in lignes:
                phrase = "Ce financement n'est plus ici."
                return replace(faite, sort=Sort.REFUSEE, remarque=phrase)
            montants = lignes[case.cofinancement]
            # Alone, a line is the cell of its financeur, that the other sheet may tell too.
            faite = replace(faite, cofinancement=case.cofinancement if plusieurs else "")
        faite = replace(faite, ici=getattr(montants, etape))
        if plusieurs and not case.cofinancement and not meme(faite.leur, faite.ici):
            if _ecart(case) == self._ecarts.get((case.action, case.champ)):
                return None  # the sum of the lines, which follows them
            return replace(faite, sort=Sort.REFUSEE, remarque=EN_PLUSIEURS)
        titre = self._closes.get(action.cle)
        if etape == "accorde" and titre is not None and not meme(faite.leur, faite.ici):
            phrase = f"Décidé dans « {titre} », qui est close : rouvrez-la pour le modifier."
            return replace(faite, sort=Sort.REFUSEE, remarque=phrase)
        return self._comparee(faite, case)

    def _comparee(self, faite: Difference, case: CaseLue) -> Difference | None:
        if case.faute:
            return replace(faite, sort=Sort.REFUSEE, remarque=case.faute)
        if meme(faite.leur, faite.ici):
            return None
        if not meme(faite.ici, faite.envoye):
            phrase = "Modifié aussi ici depuis l'envoi."
            return replace(faite, sort=Sort.CONFLIT, remarque=phrase)
        return faite


def _ecarts_des_lignes(cases: Iterable[CaseLue]) -> dict[tuple[str, str], Decimal]:
    """What the lines of a financeur add together to what was sent, by action and field."""
    ecarts: dict[tuple[str, str], Decimal] = {}
    for case in cases:
        ecart = _ecart(case) if case.cofinancement else None
        if ecart is not None:
            cle = (case.action, case.champ)
            ecarts[cle] = ecarts.get(cle, ZERO) + ecart
    return ecarts


def _ecart(case: CaseLue) -> Decimal | None:
    if isinstance(case.valeur, str) or isinstance(case.envoye, str):
        return None
    return (case.valeur or ZERO) - (case.envoye or ZERO)


def _reunies(trouvees: Iterable[Difference]) -> Iterator[Difference]:
    """A cell that two sheets tell is one; refused when they do not tell the same."""
    par_case: dict[tuple[str, str, str], list[Difference]] = {}
    for d in trouvees:
        par_case.setdefault((d.action, d.champ, d.cofinancement), []).append(d)
    for dites in par_case.values():
        premiere = dites[0]
        if any(not meme(d.leur, premiere.leur) for d in dites[1:]):
            valeurs = " et ".join(dict.fromkeys(en_mots(d.leur) for d in dites))
            phrase = f"Les deux feuilles ne disent pas la même chose : {valeurs}."
            yield replace(premiere, sort=Sort.REFUSEE, remarque=phrase)
        else:
            yield next((d for d in dites if d.sort is not Sort.REFUSEE), premiere)


def en_mots(valeur: Decimal | str | None) -> str:
    """As a list shows it."""
    if valeur is None:
        return "vide"
    return valeur if isinstance(valeur, str) else afficher_montant(valeur, euro=True)


# Writing ------------------------------------------------------------------------------------------


class _Essai(Exception):
    """Gives up an operation that was only tried."""


def _eprouve(fichier: Fichier, retour: Retour) -> Retour:
    """The differences that the services refuse are known before anything is chosen."""
    possibles = [i for i, d in enumerate(retour.differences) if d.sort is not Sort.REFUSEE]
    if fichier.lecture_seule or not possibles:
        return retour
    refus: dict[int, str] = {}
    try:
        with fichier.operation("Essayer") as ecriture:
            poses = _Poses(fichier, ecriture)
            for i in possibles:
                try:
                    poses.poser(retour.differences[i])
                except ErreurConnue as erreur:
                    refus[i] = str(erreur)
            raise _Essai
    except _Essai:
        pass
    differences = [
        replace(d, sort=Sort.REFUSEE, remarque=refus[i]) if i in refus else d
        for i, d in enumerate(retour.differences)
    ]
    return replace(retour, differences=tuple(differences))


def reprendre(fichier: Fichier, retour: Retour, choisies: Sequence[Difference]) -> int:
    """Write what was chosen, in one operation; how many cells.

    Raises Conflit when the file changed since it was compared: nothing is then written.
    """
    prises = [d for d in choisies if d.sort is not Sort.REFUSEE]
    if not prises:
        return 0
    nom = retour.nom if len(retour.nom) <= LONGUEUR else f"{retour.nom[: LONGUEUR - 1]}…"
    libelle = f"Retour de la préfecture : « {nom} » ({compter(len(prises), 'case')})"
    with fichier.operation(libelle, nature=NatureOperation.IMPORT) as ecriture:
        _exiger_inchange(ecriture, retour)
        poses = _Poses(fichier, ecriture)
        for difference in prises:
            poses.poser(difference)
    return len(prises)


def _exiger_inchange(ecriture: Ecriture, retour: Retour) -> None:
    [(numero,)] = ecriture.lignes(select(func.max(Operation.numero)))
    if (numero or 0) != retour.etat:
        raise Conflit(
            "Le fichier a changé depuis la comparaison : rouvrez le classeur revenu, "
            "puis choisissez à nouveau."
        )


class _Poses:
    """Writes a difference as the table would."""

    def __init__(self, fichier: Fichier, ecriture: Ecriture) -> None:
        self._actions, self._cofinancements = Actions(fichier), Cofinancements(fichier)
        self._ecriture = ecriture

    def poser(self, d: Difference) -> None:
        if "." not in d.champ:
            self._actions.poser(self._ecriture, d.action, **{d.champ: d.leur or None})
            return
        financeur, _, etape = d.champ.rpartition(".")
        montants: dict[str, Any] = {etape: d.leur}
        lignes = self._ecriture.lignes_de(Cofinancement, action=d.action, financeur=financeur)
        if d.cofinancement and len(lignes) > 1:
            self._cofinancements.poser(self._ecriture, d.cofinancement, **montants)
        else:
            self._cofinancements.poser_montants(self._ecriture, d.action, financeur, montants)
