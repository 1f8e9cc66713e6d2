"""A workbook of the year that comes back, read by its hidden marks: cells, and what each had said."""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from app.models.montants import MONTANT_MAXIMUM, au_centime
from app.services.accords import enumerer
from app.services.cellules import en_montant, en_texte
from app.services.classeurs import SANS_VALEUR
from app.services.columns import replier
from app.services.envois import (
    CLE,
    CLE_ACTION,
    COFINANCEMENTS,
    ENVOYE,
    ETAPES,
    FORMAT,
    IDENTITE,
    PROGRAMMATION,
    VERSION,
)
from app.services.errors import SourceIllisible
from app.services.feuilles import Cellule, Feuille, Rangee, Source

LIVRE_MAXIMUM: Final = 1_000_000  # bytes read to know the sheets of a file
PROFONDEUR: Final = 60  # rows among which the headings stand
CHAMP: Final = "champ:"
Valeur = Decimal | str | None


@dataclass(frozen=True, slots=True)
class CaseLue:
    """A cell that no longer says what was sent, or that cannot be read (`faute`).

    `champ`: « financeur.etape », « avis », « observation ». `cofinancement`: the key of the line,
    when the cell is of the sheet of the cofinancements.
    """

    action: str
    numero: str
    champ: str
    valeur: Valeur
    envoye: Valeur
    faute: str = ""
    cofinancement: str = ""


@dataclass(frozen=True, slots=True)
class ClasseurRevenu:
    """`champs`: field -> the heading that people see."""

    nom: str
    contrat: str
    annee: int
    origine: str
    date: str
    champs: Mapping[str, str]
    cases: tuple[CaseLue, ...]
    remarques: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Envoyee:
    """What a row had said: its number, and the text of each field."""

    numero: str
    montants: Mapping[int, Decimal]
    textes: tuple[str, ...]


def peut_revenir(chemin: Path) -> bool:
    """False, at once, of a file that is surely no workbook of ours: it need not be read for that."""
    if chemin.suffix.lower() in (".ods", ".xls"):
        return True
    try:
        with zipfile.ZipFile(chemin) as archive, archive.open("xl/workbook.xml") as partie:
            return ENVOYE.encode() in partie.read(LIVRE_MAXIMUM)
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False


def est_revenu(source: Source) -> bool:
    """Whether a file that was read is one of our workbooks to be returned."""
    return _identite(source).get("format") == FORMAT


def _identite(source: Source) -> dict[str, str]:
    for feuille in source.feuilles:
        if feuille.nom == IDENTITE:
            return {en_texte(r[0]): en_texte(r[1]) for r in feuille.cellules if len(r) > 1}
    return {}


def lire_classeur_revenu(source: Source) -> ClasseurRevenu | None:
    """None when it is no workbook of ours. Raises SourceIllisible when its marks are broken."""
    identite = _identite(source)
    if identite.get("format") != FORMAT:
        return None
    if identite.get("version") != str(VERSION) or not identite.get("annee", "").isdecimal():
        raise SourceIllisible(
            f"« {source.nom} » a été écrit par une autre version de Tour de table : "
            "reprenez-le avec celle-là, ou envoyez un nouveau classeur."
        )
    champs = {
        nom.removeprefix(CHAMP): titre for nom, titre in identite.items() if nom.startswith(CHAMP)
    }
    lecteur = _Lecteur(source, champs)
    cases = tuple(lecteur.cases())
    return ClasseurRevenu(
        source.nom,
        identite.get("contrat", ""),
        int(identite["annee"]),
        identite.get("origine", ""),
        identite.get("date", ""),
        champs,
        cases,
        tuple(lecteur.remarques),
    )


class _Lecteur:
    """Reads the two sheets beside what was sent; `remarques` are for the person to know."""

    def __init__(self, source: Source, champs: Mapping[str, str]) -> None:
        self._source, self._champs = source, champs
        self._rangs = {champ: rang for rang, champ in enumerate(champs)}
        self._textes = [champ for champ in champs if "." not in champ]
        self._feuilles = {feuille.nom: feuille for feuille in source.feuilles}
        self._envoye = dict(self._envoyees())
        self._lues: set[str] = set()  # actions whose row is still there
        self.remarques: list[str] = []

    def _envoyees(self) -> Iterator[tuple[str, _Envoyee]]:
        feuille = self._feuilles.get(ENVOYE)
        for rangee in feuille.cellules if feuille is not None else ():
            textes = [_texte(cellule) for cellule in rangee] + [""] * (5 - len(rangee))
            if textes[0]:
                yield textes[0], _Envoyee(textes[1], _montants(textes[2]), (textes[3], textes[4]))

    def cases(self) -> Iterator[CaseLue]:
        feuille = self._feuilles.get(PROGRAMMATION)
        entete = self._entete(feuille, CLE) if feuille is not None else None
        if feuille is None or entete is None or ENVOYE not in self._feuilles:
            raise SourceIllisible(
                f"« {self._source.nom} » a perdu ses repères (la feuille « {PROGRAMMATION} » ou sa "
                f"colonne masquée « {CLE} ») : demandez-le à nouveau, ou recopiez les changements."
            )
        yield from self._programmation(feuille, *entete)
        cofinancements = self._feuilles.get(COFINANCEMENTS)
        trouvee = self._entete(cofinancements, CLE) if cofinancements is not None else None
        if cofinancements is not None and trouvee is not None:
            yield from self._cofinancements(cofinancements, *trouvee)

    def _entete(self, feuille: Feuille, repere: str) -> tuple[int, dict[str, int]] | None:
        """Row of the headings, and the column of each."""
        for rang, rangee in enumerate(feuille.cellules[:PROFONDEUR]):
            titres = [replier(en_texte(cellule)) for cellule in rangee]
            if replier(repere) in titres and replier("N°") in titres:
                places: dict[str, int] = {}
                for i, titre in enumerate(titres):
                    places.setdefault(titre, i)
                return rang, places
        return None

    # The programme ------------------------------------------------------------------------------

    def _programmation(
        self, feuille: Feuille, entete: int, places: Mapping[str, int]
    ) -> Iterator[CaseLue]:
        colonnes = {champ: places.get(replier(titre)) for champ, titre in self._champs.items()}
        perdues = [self._champs[champ] for champ, i in colonnes.items() if i is None]
        if perdues:
            self.remarques.append(
                f"Sans {'la colonne' if len(perdues) == 1 else 'les colonnes'} "
                f"{enumerer(f'« {titre} »' for titre in perdues)}, qui n'y "
                f"{'est' if len(perdues) == 1 else 'sont'} plus."
            )
        lignes, deplacees = 0, 0
        rangees = [(r, li) for r, li in enumerate(feuille.cellules) if r > entete]
        cle, numero = places[replier(CLE)], places[replier("N°")]
        doubles = _doubles(li[cle] for _, li in rangees if cle < len(li))
        for rang, rangee in rangees:
            action = _texte(_case(rangee, cle))
            envoyee = self._envoye.get(action)
            if envoyee is None or action in self._lues:
                continue
            self._lues.add(action)
            lignes += 1
            if en_texte(_case(rangee, numero)) != en_texte(envoyee.numero):
                deplacees += 1
                continue
            for champ, i in colonnes.items():
                if i is not None:
                    faute = feuille.fautes.get((rang, i), "")
                    double = action in doubles
                    lue = self._case(champ, action, envoyee, _case(rangee, i), faute, double)
                    if lue is not None:
                        yield lue
        self._dire_les_lignes(lignes, deplacees)

    def _dire_les_lignes(self, lignes: int, deplacees: int) -> None:
        if deplacees:
            self.remarques.append(
                f"{deplacees} ligne{'s' if deplacees > 1 else ''} laissée"
                f"{'s' if deplacees > 1 else ''} de côté : le numéro n'est plus celui de l'action, "
                "les colonnes masquées ont été séparées des autres."
            )
        attendues = sum(1 for e in self._envoye.values() if e.numero)
        if lignes < attendues:
            manquantes = attendues - lignes
            s = "s" if manquantes > 1 else ""
            self.remarques.append(
                f"{manquantes} action{s} ne s'y trouve{'nt' if s else ''} plus : "
                "rien n'y change ici."
            )

    def _case(
        self,
        champ: str,
        action: str,
        envoyee: _Envoyee,
        cellule: Cellule,
        faute: str,
        double: bool,
    ) -> CaseLue | None:
        if "." in champ:
            lue = _montant_lu(cellule, faute)
            envoye: Valeur = envoyee.montants.get(self._rangs[champ])
        else:
            envoye = envoyee.textes[self._textes.index(champ)] or None
            lue = (_texte(cellule) or None, f"{faute[0].upper()}{faute[1:]}." if faute else "")
        return _changee(CaseLue(action, envoyee.numero, champ, lue[0], envoye, lue[1]), double)

    # The cofinancements -------------------------------------------------------------------------

    def _cofinancements(
        self, feuille: Feuille, entete: int, places: Mapping[str, int]
    ) -> Iterator[CaseLue]:
        financeurs = self._financeurs()
        cle, nom = places[replier(CLE)], places.get(replier("Financeur"))
        action = places.get(replier(CLE_ACTION))
        if nom is None or action is None:
            return
        vues: set[str] = set()
        for rang, rangee in enumerate(feuille.cellules):
            ligne, financeur = _texte(_case(rangee, cle)), en_texte(_case(rangee, nom))
            envoyee = self._envoye.get(ligne)
            if rang <= entete or envoyee is None or financeur not in financeurs or ligne in vues:
                continue
            vues.add(ligne)
            cle_action = _texte(_case(rangee, action))
            numero = self._envoye[cle_action].numero if cle_action in self._envoye else ""
            for rang_etape, (etape, titre) in enumerate(ETAPES.items()):
                i = places.get(replier(titre))
                if i is None:
                    continue
                champ = f"{financeurs[financeur]}.{etape}"
                faute = feuille.fautes.get((rang, i), "")
                if faute == SANS_VALEUR:  # our own formula, which shows an empty cell
                    continue
                valeur, faute = _montant_lu(_case(rangee, i), faute)
                if valeur is None and cle_action not in self._lues:  # its row was taken out
                    continue
                envoye = envoyee.montants.get(rang_etape)
                case = CaseLue(cle_action, numero, champ, valeur, envoye, faute, ligne)
                changee = _changee(case, double=False)
                if changee is not None:
                    yield changee

    def _financeurs(self) -> dict[str, str]:
        """Name of a financeur, as its columns bear it -> its key."""
        return {
            titre.rpartition(" – ")[0]: champ.rpartition(".")[0]
            for champ, titre in self._champs.items()
            if "." in champ
        }


def _doubles(cles: Iterator[Cellule]) -> set[str]:
    """Keys of the rows that were copied: which of them is meant?"""
    vues: set[str] = set()
    doubles: set[str] = set()
    for cellule in cles:
        cle = _texte(cellule)
        (doubles if cle in vues else vues).add(cle)
    return doubles - {""}


def _changee(case: CaseLue, double: bool) -> CaseLue | None:
    if not case.faute and meme(case.valeur, case.envoye):
        return None
    if double:
        return replace(case, faute="Deux lignes du classeur portent cette action : gardez-en une.")
    return case


def _montant_lu(cellule: Cellule, faute: str) -> tuple[Valeur, str]:
    """The amount, or what is wrong with it beside the text as it stands."""
    texte = en_texte(cellule)
    if faute:
        return texte or None, f"{faute[0].upper()}{faute[1:]}."
    try:
        montant = en_montant(cellule)
    except ValueError:
        return texte, "Ce n'est pas un montant."
    if montant is None:
        return None, ""
    montant = au_centime(montant)
    if montant < 0:
        return montant, "Un montant ne peut pas être négatif."
    if montant > MONTANT_MAXIMUM:
        return montant, "Ce montant est trop grand."
    return montant, ""


def meme(une: Valeur, autre: Valeur) -> bool:
    """Texts that differ by their spaces are the same: a spreadsheet may lose some."""
    if isinstance(une, str) or isinstance(autre, str):
        return " ".join(str(une or "").split()) == " ".join(str(autre or "").split())
    return une == autre


def _case(rangee: Rangee, i: int) -> Cellule:
    return rangee[i] if i < len(rangee) else None


def _texte(cellule: Cellule) -> str:
    """A text with its lines, as it was typed."""
    return cellule if isinstance(cellule, str) else en_texte(cellule)


def _montants(texte: str) -> dict[int, Decimal]:
    lus = {}
    for morceau in texte.split(";"):
        rang, egal, valeur = morceau.partition("=")
        if egal and rang.isdecimal():
            lus[int(rang)] = Decimal(valeur)
    return lus
