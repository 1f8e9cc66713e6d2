"""A file to import as the import page shows it: its first rows, its header, samples. No widget here."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from app.models.montants import afficher_montant
from app.services.actions_lues import ActionLue, ColonneTrouvee, Correspondance, Lecture
from app.services.cellules import en_texte
from app.services.columns import nombre_brut
from app.services.demarches import joindre
from app.services.errors import ErreurConnue, TravailAnnule
from app.services.feuilles import Cellule, Feuille, Source, ouvrir
from app.services.imports import Imports
from app.services.profils import DEMARCHES
from app.services.retours import Retour
from app.services.retours_lus import est_revenu
from app.ui.tasks import Suivi

RANGEES = 400  # rows kept of each sheet: those shown, and those that samples are taken from
MONTREES = 60
EXEMPLES = 3
LONGUEUR = 48  # characters of a cell shown
PROFONDEUR = 60  # rows among which the header stands
ENTETE_DAUPHIN = ("Référence", "Intitulé", "Porteur", "Coût total")

Rangee = tuple[str, ...]
_REPETITION = re.compile(r" \(\d+\)$")
_INSECABLES = re.compile(r" (?=[:;?!»€%])|(?<=«) ")


@dataclass(frozen=True, slots=True)
class Demande:
    """What to read, and how: a layout, a sheet and columns, when the person chose them.

    `formulaires`: forms and folders of forms, read together in place of `chemin`.
    """

    chemin: Path
    profil: str | None = None
    feuille: str | None = None
    colonnes: Mapping[str, Correspondance] | None = None
    formulaires: tuple[Path, ...] = ()

    @property
    def travail(self) -> str:
        """What is being read, while it is."""
        if len(self.formulaires) > 1:
            return f"Lecture de {len(self.formulaires)} fichiers"
        return f"Lecture de « {self.chemin.name} »"


@dataclass(frozen=True, slots=True)
class SourceLue:
    """A file read for the import page. `lecture` is None when it was refused, for the reason `refus`.

    `rangees`: the first rows of the sheet, as text; `entete`: those of the header among them (from
    0); `exemples`: column index -> up to three different values under the header.
    """

    demande: Demande
    taille: int
    feuilles: tuple[str, ...]
    feuille: str
    rangees: tuple[Rangee, ...]
    lecture: Lecture | None = None
    refus: str = ""
    entete: range = range(0)
    laissees: frozenset[int] = frozenset()
    exemples: Mapping[int, Rangee] = field(default_factory=dict)
    memoire: Mapping[str, Correspondance] = field(default_factory=dict)
    retour: Retour | None = None  # what a workbook that we had sent brings back

    @property
    def annees(self) -> tuple[int, ...]:
        """Years that the rows tell; empty when some of them do not."""
        if self.lecture is None or any(a.annee is None for a in self.lecture.actions):
            return ()
        return tuple(sorted({a.annee for a in self.lecture.actions if a.annee}))


class Lecteur:
    """Reads for the import page, in the worker. The raw sheets of the last file are kept."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._brute: tuple[Path, int, Source] | None = None

    def lire(self, demande: Demande, suivi: Suivi) -> SourceLue:
        """Raises ErreurConnue when nothing at all can be read of the file."""
        if demande.formulaires:
            return self._lire_formulaires(demande, suivi)
        etat = _exiger(demande.chemin)
        source = self._ouvrir(demande.chemin, etat, suivi)
        if est_revenu(source):
            retour = self._imports.revenu(demande.chemin, annulation=suivi.annulation)
            return SourceLue(demande, etat[1], (), "", (), retour=retour)
        try:
            lecture = self._imports.lire(
                demande.chemin,
                profil=demande.profil,
                feuille=demande.feuille,
                correspondances=demande.colonnes,
                annulation=suivi.annulation,
                progression=suivi.progression,
            )
        except TravailAnnule:
            raise
        except ErreurConnue as refus:
            return _refusee(demande, source, taille=etat[1], refus=str(refus))
        lue = _comprise(demande, source, taille=etat[1], lecture=lecture)
        return replace(lue, memoire=self._imports.correspondances(lecture.signature) or {})

    def _lire_formulaires(self, demande: Demande, suivi: Suivi) -> SourceLue:
        lecture = self._imports.lire_formulaires(
            demande.formulaires, annulation=suivi.annulation, progression=suivi.progression
        )
        taille = sum(_exiger(chemin)[1] for chemin in demande.formulaires)
        return _comprise(demande, Source(lecture.fichier), taille=taille, lecture=lecture)

    def _ouvrir(self, chemin: Path, etat: tuple[int, int], suivi: Suivi) -> Source:
        if self._brute is None or self._brute[:2] != (chemin, etat[0]):
            lue = ouvrir(chemin, annulation=suivi.annulation)
            debuts = tuple(replace(f, cellules=f.cellules[:RANGEES]) for f in lue.feuilles)
            self._brute = (chemin, etat[0], replace(lue, feuilles=debuts))
        return self._brute[2]


def _exiger(chemin: Path) -> tuple[int, int]:
    """(time of the last change, size). `ouvrir` says what is wrong with a file that has none."""
    try:
        etat = chemin.stat()
    except OSError:
        return (0, 0)
    return (etat.st_mtime_ns, etat.st_size)


def _refusee(demande: Demande, source: Source, *, taille: int, refus: str) -> SourceLue:
    """What can be seen of a file whose header or rows were not understood."""
    feuilles = tuple(f for f in source.feuilles if f.cellules)
    choisie = next((f for f in feuilles if f.nom == demande.feuille), None)
    montree = choisie or (feuilles[0] if feuilles else Feuille(source.nom, ()))
    return SourceLue(
        demande=demande,
        taille=taille,
        feuilles=tuple(f.nom for f in feuilles),
        feuille=montree.nom,
        rangees=_montrees(montree),
        refus=refus,
    )


def _comprise(demande: Demande, source: Source, *, taille: int, lecture: Lecture) -> SourceLue:
    feuilles = [f for f in source.feuilles if f.cellules]
    if lecture.profil == DEMARCHES.identifiant:
        feuilles = list(joindre(feuilles))
    montree = next((f for f in feuilles if f.nom == lecture.feuille), None)
    lue = SourceLue(
        demande=demande,
        taille=taille,
        feuilles=lecture.feuilles,
        feuille=lecture.feuille,
        rangees=(),
        lecture=lecture,
    )
    if montree is None or not lecture.colonnes:
        rangees = (ENTETE_DAUPHIN, *map(_resume, lecture.actions[:MONTREES]))
        return replace(lue, rangees=rangees, entete=range(1))
    entete = trouver_rangees_d_entete(montree.cellules, lecture.colonnes)
    ecartees = {
        a.ligne - 1
        for a in lecture.anomalies
        if a.feuille == montree.nom and a.ligne and not a.champ
    }
    return replace(
        lue,
        rangees=_montrees(montree),
        entete=entete,
        laissees=frozenset(ecartees | set(range(entete.start))),
        exemples={
            c.index: _exemples(montree.cellules, c.index, depart=entete.stop, sauf=ecartees)
            for c in lecture.colonnes
        },
    )


def _resume(action: ActionLue) -> Rangee:
    return (
        action.reference or "",
        abreger(action.titre or ""),
        abreger(action.porteur or ""),
        afficher_montant(action.cout_total),
    )


def trouver_rangees_d_entete(
    cellules: Sequence[Sequence[Cellule]], colonnes: Sequence[ColonneTrouvee]
) -> range:
    """The rows where the headings that were read stand: one, or two when groups are above."""
    dits = {c.index: _REPETITION.sub("", c.entete) for c in colonnes}

    def concordances(ligne: int) -> int:
        lus = {i: _texte(cellules[ligne], i) for i in dits}
        return sum(bool(lu) and (dits[i] == lu or dits[i].endswith(f" – {lu}"))
                   for i, lu in lus.items())  # fmt: skip

    profondeur = min(PROFONDEUR, len(cellules))
    if not profondeur:
        return range(0)
    ligne = max(range(profondeur), key=concordances)
    deux = any(dits[i] != _texte(cellules[ligne], i) for i in dits)
    return range(ligne - 1 if deux and ligne else ligne, ligne + 1)


def _texte(rangee: Sequence[Cellule], index: int) -> str:
    return en_texte(rangee[index]) if index < len(rangee) else ""


def _exemples(
    cellules: Sequence[Sequence[Cellule]], index: int, *, depart: int, sauf: set[int]
) -> Rangee:
    """The first different values of a column, rows of totals and titles left out."""
    vus: dict[str, None] = {}
    for ligne in range(depart, len(cellules)):
        if ligne not in sauf and index < len(cellules[ligne]):
            texte = montrer(cellules[ligne][index])
            if texte:
                vus[texte] = None
            if len(vus) == EXEMPLES:
                break
    return tuple(vus)


def _montrees(feuille: Feuille) -> tuple[Rangee, ...]:
    return tuple(tuple(map(montrer, rangee)) for rangee in feuille.cellules[:MONTREES])


def montrer(cellule: Cellule) -> str:
    """A cell as its person sees it, cut when it is long."""
    if isinstance(cellule, Decimal):
        return nombre_brut(cellule)
    return abreger(en_texte(cellule))


def abreger(texte: str, longueur: int = LONGUEUR) -> str:
    return texte if len(texte) <= longueur else f"{texte[: longueur - 1].rstrip()}…"


def taille_lisible(octets: int) -> str:
    """« 48 Ko », « 3,2 Mo »."""
    if octets < 1_000_000:
        return f"{max(1, round(octets / 1000))}\u00a0Ko"
    return f"{octets / 1_000_000:.1f}\u00a0Mo".replace(".", ",")


def francais(phrase: str) -> str:
    """A sentence with its no-break spaces."""
    return _INSECABLES.sub("\u00a0", phrase)
