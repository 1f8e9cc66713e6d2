"""A file, read and understood without the open file: actions, columns, anomalies. Writes nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from app.services import dauphin, demarches, formulaires_lus
from app.services.actions_lues import (
    ActionLue,
    Anomalie,
    CofinancementLu,
    ColonneTrouvee,
    Correspondance,
    Lecture,
    LigneBudgetLue,
    PublicsLus,
    Releve,
)
from app.services.classeurs import (
    CELLULES_MAXIMUM,
    COLONNES_MAXIMUM,
    LIGNES_MAXIMUM,
    trop_de_lignes,
)
from app.services.entetes import Entete, corriger, reconnaitre, signature, trouver_entete
from app.services.errors import SaisieRefusee, SourceIllisible, TravailAnnule
from app.services.feuilles import Cellule, Feuille, Progression, Source, jamais, muette, ouvrir
from app.services.identifiants import sans_invisibles
from app.services.lexique import Lexique
from app.services.profils import DAUPHIN, DEMARCHES, PROFILS, RECONNUS, TABLEAU, VENTILATION, Profil
from app.services.regroupements import completer, par_action, ventiler
from app.services.tableaux import Tableau

__all__ = [
    "ActionLue", "Anomalie", "CofinancementLu", "ColonneTrouvee", "Correspondance", "Feuille",
    "Lecture", "LigneBudgetLue", "PublicsLus", "lire", "profils",
]  # fmt: skip

Memoire = Callable[[str], Mapping[str, Correspondance] | None]
LECTURE: Final = "Lecture du fichier"


def profils() -> dict[str, str]:
    """identifier -> name of each layout that can be chosen."""
    return {profil.identifiant: profil.nom for profil in PROFILS.values()}


def lire(
    chemin: Path,
    *,
    profil: str | None = None,
    correspondances: Mapping[str, Correspondance] | None = None,
    feuille: str | None = None,
    financeurs: Iterable[str] = (),
    memoire: Memoire | None = None,
    annulation: Callable[[], bool] | None = None,
    progression: Progression | None = None,
) -> Lecture:
    """Read a file. Raises SourceIllisible with one sentence, or TravailAnnule when cancelled.

    `correspondances` (heading -> meaning) corrects what was found of the columns; `memoire` gives
    those remembered for a layout, by its signature. `financeurs`: names that the open file knows.
    """
    suivi = _Suivi(annulation or jamais, progression or muette)
    suivi(0)
    choisi = _profil(profil)
    source = ouvrir(Path(chemin), annulation=annulation or jamais)
    if formulaires_lus.est_formulaire(source):
        return formulaires_lus.lecture([source])
    if source.document is not None:
        enregistres = dauphin.enregistrements(source.document)
        if enregistres is not None:
            return _lire_dauphin(source, enregistres, suivi)
        source = Source(source.nom, (_table_json(source),))
    atelier = _Atelier(source, choisi, feuille=feuille, financeurs=tuple(financeurs))
    return atelier.lire(correspondances, memoire, suivi)


def _profil(identifiant: str | None) -> Profil | None:
    if identifiant is None:
        return None
    if identifiant not in PROFILS:
        connus = ", ".join(PROFILS)
        raise SaisieRefusee(f"Format « {identifiant} » inconnu : choisissez parmi {connus}.")
    return PROFILS[identifiant]


@dataclass(slots=True)
class _Suivi:
    """Progress and cancellation of one reading. `total` is known once the rows are."""

    annulation: Callable[[], bool]
    progression: Progression
    total: int = 0

    def __call__(self, fait: int) -> None:
        if self.annulation():
            raise TravailAnnule("Import annulé : rien n'a été modifié.")
        self.progression(fait, max(self.total, fait), LECTURE)


def _lire_dauphin(source: Source, enregistres: Sequence[Any], suivi: _Suivi) -> Lecture:
    if len(enregistres) > LIGNES_MAXIMUM:
        raise trop_de_lignes(source.nom)
    releve = Releve()
    suivi.total = len(enregistres)
    actions = tuple(dauphin.actions(enregistres, releve, suivi))
    return Lecture(
        fichier=source.nom,
        profil=DAUPHIN.identifiant,
        profil_nom=DAUPHIN.nom,
        feuilles=(dauphin.FEUILLE,),
        feuille=dauphin.FEUILLE,
        colonnes=(),
        actions=actions,
        anomalies=releve.tout(),
    )


def _table_json(source: Source) -> Feuille:
    """A list of flat objects is a table whose headings are the keys."""
    document = source.document
    objets = [o for o in document if isinstance(o, dict)] if isinstance(document, list) else []
    cles = list(dict.fromkeys(cle for objet in objets for cle in objet))
    if not cles:
        raise SourceIllisible(
            f"« {source.nom} » ne contient ni demande DAUPHIN ni tableau : "
            "demandez un export au format .xlsx."
        )
    if len(cles) > COLONNES_MAXIMUM or len(cles) * len(objets) > CELLULES_MAXIMUM:
        # A key of its own in each object would make a square of cells out of a list.
        raise SourceIllisible(
            f"« {source.nom} » donne plus de {COLONNES_MAXIMUM} colonnes ou de "
            f"{CELLULES_MAXIMUM // 1_000_000} millions de cellules : "
            "demandez un export au format .xlsx."
        )
    if len(objets) > LIGNES_MAXIMUM:
        raise trop_de_lignes(source.nom)
    rangees = [tuple(_cellule_json(objet.get(cle)) for cle in cles) for objet in objets]
    return Feuille(source.nom, (tuple(cles), *rangees))


def _cellule_json(valeur: Any) -> Cellule:
    if isinstance(valeur, (dict, list)):
        valeur = str(valeur)
    if isinstance(valeur, str):
        return sans_invisibles(valeur).strip() or None
    return valeur if isinstance(valeur, (bool, int, Decimal)) else None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A sheet and the header found in it."""

    feuille: Feuille
    entete: Entete


class _Atelier:
    """One reading of the sheets of a file: which of them, under which layout, with which columns."""

    def __init__(
        self,
        source: Source,
        profil: Profil | None,
        *,
        feuille: str | None,
        financeurs: tuple[str, ...],
    ) -> None:
        self._nom = source.nom
        self._releve = Releve()
        for message in source.informations:
            self._releve.informer("", 0, champ="", message=message)
        self._toutes = tuple(f for f in source.feuilles if f.cellules)
        self._profil = profil or self._reconnaitre()
        if self._profil is DEMARCHES:
            self._toutes = demarches.joindre(self._toutes)
        self._lexique = Lexique(self._profil, financeurs)
        self._candidates = self._chercher(self._choisies(feuille))

    def _reconnaitre(self) -> Profil:
        trouves = (reconnaitre(feuille, RECONNUS) for feuille in self._toutes)
        return next((profil for profil in trouves if profil is not None), TABLEAU)

    def _choisies(self, nom: str | None) -> tuple[Feuille, ...]:
        if nom is None:
            return self._toutes
        choisies = tuple(f for f in self._toutes if f.nom == nom)
        if not choisies:
            noms = ", ".join(f"« {f.nom} »" for f in self._toutes)
            raise SourceIllisible(f"La feuille « {nom} » n'existe pas : choisissez parmi {noms}.")
        return choisies

    def _chercher(self, feuilles: Sequence[Feuille]) -> list[_Candidate]:
        """Sheets that have a header, the likeliest first."""
        trouvees = [
            _Candidate(feuille, entete)
            for feuille in feuilles
            if (entete := trouver_entete(feuille, self._lexique)) is not None
        ]
        if not trouvees:
            raise SourceIllisible(
                f"« {self._nom} » n'a pas de ligne d'en-tête reconnaissable : il faut au moins "
                "une colonne d'intitulé et une de porteur, ou choisissez le format à la main."
            )
        return sorted(trouvees, key=lambda c: -c.entete.score)

    def lire(
        self,
        corrections: Mapping[str, Correspondance] | None,
        memoire: Memoire | None,
        suivi: _Suivi,
    ) -> Lecture:
        premiere = self._candidates[0]
        marque = signature(premiere.entete.colonnes)
        retenues = corrections if corrections is not None else memoire and memoire(marque)
        principales, annexes = self._partager(marque)
        suivi.total = sum(len(c.feuille.cellules) for c in (*principales, *annexes))
        tableaux = [self._tableau(candidate, retenues) for candidate in principales]
        actions = self._regrouper(tableaux, suivi)
        if annexes:
            lues = [a for c in annexes for a in self._tableau(c, None).actions(suivi)]
            actions = completer(actions, lues)
        if not actions:
            raise SourceIllisible(
                f"« {self._nom} » a un en-tête mais aucune ligne d'action : "
                "il n'y a rien à importer."
            )
        return Lecture(
            fichier=self._nom,
            profil=self._profil.identifiant,
            profil_nom=self._profil.nom,
            feuilles=tuple(feuille.nom for feuille in self._toutes),
            feuille=premiere.feuille.nom,
            colonnes=tuple(
                replace(colonne, feuille=premiere.feuille.nom) for colonne in tableaux[0].colonnes
            ),
            actions=tuple(actions),
            anomalies=self._releve.tout(),
            signature=marque,
            corrections=corrections,
        )

    def _partager(self, marque: str) -> tuple[list[_Candidate], list[_Candidate]]:
        """The sheets laid out as the likeliest one, and those that complete it by reference."""
        principales = [c for c in self._candidates if signature(c.entete.colonnes) == marque]
        annexes = []
        for candidate in self._candidates:
            if candidate in principales:
                continue
            champs = {colonne.champ for colonne in candidate.entete.colonnes}
            if "reference" in champs and not champs & {"titre", "porteur"}:
                annexes.append(candidate)
            else:
                self._releve.informer(
                    candidate.feuille.nom,
                    0,
                    champ="",
                    message=f"La feuille « {candidate.feuille.nom} » n'a pas été lue : ses colonnes "
                    "ne sont pas celles des actions. Choisissez-la pour la lire à sa place.",
                )
        return principales, annexes

    def _tableau(
        self, candidate: _Candidate, corrections: Mapping[str, Correspondance] | None
    ) -> Tableau:
        entete = candidate.entete
        if corrections:
            entete = replace(entete, colonnes=corriger(entete.colonnes, corrections))
        return Tableau(candidate.feuille, entete, profil=self._profil, releve=self._releve)

    def _regrouper(self, tableaux: Sequence[Tableau], suivi: _Suivi) -> list[ActionLue]:
        actions = [action for tableau in tableaux for action in tableau.actions(suivi)]
        if self._profil is VENTILATION:
            return ventiler(actions, self._releve)
        if self._profil.par_reference or any(t.par_financeur for t in tableaux):
            return par_action(
                actions, par_reference=self._profil.par_reference, releve=self._releve
            )
        return actions
