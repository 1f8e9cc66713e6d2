"""Which rows are the header, and what each column is: by its words, never by its place.

A header stands on one row or on two (a group over several columns), after any number of title lines.
Each column gets a meaning and a confidence; a person may correct them, by heading.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.services.actions_lues import ColonneTrouvee, Correspondance
from app.services.cellules import en_texte, est_numerique, est_vide
from app.services.feuilles import Feuille, Rangee
from app.services.lexique import Lexique, cle_entete, sans_annee
from app.services.profils import Profil
from app.services.synonymes import COMPTES, MONTANT, MULTIPLES, NUMERIQUES, PROSE

PROFONDEUR: Final = 60  # rows among which the header is looked for
LARGEUR: Final = 400
ECHANTILLON: Final = 300  # rows looked at to tell amounts from words
SURS: Final = frozenset(("titre", "porteur", "reference", "siret", "quartiers", "dossier"))


@dataclass(frozen=True, slots=True)
class Entete:
    """The header found: index of its last row, and its columns."""

    ligne: int
    hauteur: int
    colonnes: tuple[ColonneTrouvee, ...]
    score: float


def trouver_entete(feuille: Feuille, lexique: Lexique) -> Entete | None:
    """The likeliest header of a sheet, or None when no row has the words of one."""
    fixe = _rangee_reconnue(feuille, lexique.profil)
    if fixe is not None:
        groupes = _groupes(feuille, fixe - 1) if _a_des_groupes(lexique.profil) else None
        return _entete(feuille, lexique, ligne=fixe, groupes=groupes)
    meilleur: Entete | None = None
    for ligne in range(min(PROFONDEUR, len(feuille.cellules))):
        for essai in _essais(feuille, lexique, ligne):
            if _suffit(essai) and (meilleur is None or essai.score > meilleur.score + 0.001):
                meilleur = essai
    return meilleur


def _essais(feuille: Feuille, lexique: Lexique, ligne: int) -> Iterator[Entete]:
    if sum(cellule is not None for cellule in feuille.cellules[ligne]) == 0:
        return
    yield _entete(feuille, lexique, ligne=ligne, groupes=None)
    groupes = _groupes(feuille, ligne - 1)
    if groupes is not None and not any(map(est_numerique, feuille.cellules[ligne])):
        yield _entete(feuille, lexique, ligne=ligne, groupes=groupes)


def _suffit(entete: Entete) -> bool:
    champs = {colonne.champ for colonne in entete.colonnes if colonne.champ}
    return len(champs) >= 2 and bool(champs & SURS)


def _a_des_groupes(profil: Profil) -> bool:
    return any("|" in nom for noms in profil.champs.values() for nom in noms)


def _rangee_reconnue(feuille: Feuille, profil: Profil) -> int | None:
    return next((ligne for ligne, _ in _rangees_reconnues(feuille, (profil,))), None)


def reconnaitre(feuille: Feuille, profils: Sequence[Profil]) -> Profil | None:
    """The known layout whose headings stand on one row of the sheet."""
    return next((profil for _, profil in _rangees_reconnues(feuille, profils)), None)


def _rangees_reconnues(feuille: Feuille, profils: Sequence[Profil]) -> Iterator[tuple[int, Profil]]:
    reperes = {
        profil.identifiant: [{cle_entete(nom) for nom in groupe} for groupe in profil.reperes]
        for profil in profils
        if profil.reperes
    }
    for ligne, rangee in enumerate(feuille.cellules[:PROFONDEUR]):
        cles = {cle_entete(cellule) for cellule in rangee if isinstance(cellule, str)}
        for profil in profils:
            groupes = reperes.get(profil.identifiant)
            if groupes and all(cles & groupe for groupe in groupes):
                yield ligne, profil


def _groupes(feuille: Feuille, ligne: int) -> dict[int, str] | None:
    """column -> group printed above it; None when the row above cannot be one of groups."""
    if ligne < 0:
        return None
    haut, bas = feuille.cellules[ligne], feuille.cellules[ligne + 1]
    noms = {c: en_texte(cellule) for c, cellule in enumerate(haut) if cellule is not None}
    if len(noms) < 2 or any(map(est_numerique, haut)):
        return None
    bornes = {
        debut[1]: fin[1]
        for debut, fin in feuille.fusions
        if debut[0] == ligne and fin[1] > debut[1]
    }
    groupes: dict[int, str] = {}
    courant, jusqu_a = "", -1
    for colonne in range(min(LARGEUR, max(len(haut), len(bas)))):
        if colonne in noms:
            courant = noms[colonne]
            jusqu_a = bornes.get(colonne, colonne if bornes else LARGEUR)
        if courant and colonne <= jusqu_a:
            groupes[colonne] = courant
    return groupes


def _entete(
    feuille: Feuille, lexique: Lexique, *, ligne: int, groupes: Mapping[int, str] | None
) -> Entete:
    rangee = feuille.cellules[ligne]
    donnees = feuille.cellules[ligne + 1 : ligne + 1 + ECHANTILLON]
    trouvees: list[ColonneTrouvee] = []
    for index in range(min(LARGEUR, max([len(rangee), *(c + 1 for c in groupes or ())]))):
        colonne = en_texte(rangee[index]) if index < len(rangee) else ""
        groupe = (groupes or {}).get(index, "")
        if groupe and not colonne:
            # A group with no column of its own under it is a heading that stands on both rows.
            propre = en_texte(feuille.cellules[ligne - 1][index]) if index < len(
                feuille.cellules[ligne - 1]
            ) else ""  # fmt: skip
            groupe, colonne = "", propre
        if colonne:
            trouvees.append(_colonne(index, groupe, colonne, lexique=lexique, donnees=donnees))
    colonnes = tuple(_sans_doublons(_nommer(trouvees)))
    score = sum(c.confiance for c in colonnes if c.champ) + 0.1 * sum(not c.champ for c in colonnes)
    return Entete(ligne, 2 if groupes else 1, colonnes, score)


def _colonne(
    index: int, groupe: str, colonne: str, *, lexique: Lexique, donnees: Sequence[Rangee]
) -> ColonneTrouvee:
    entete = f"{groupe} – {colonne}" if groupe else colonne
    for sens in lexique.candidats(groupe, colonne):
        if _convient(sens.champ, index, donnees):
            return ColonneTrouvee(
                index, entete, sens.champ, sens.financeur, sens.etape, sens.annee, sens.confiance
            )
    return ColonneTrouvee(index, entete, "")


def _convient(champ: str, index: int, donnees: Sequence[Rangee]) -> bool:
    """Do the cells look like this field? Amounts are numbers, names are not."""
    if champ not in NUMERIQUES and champ not in PROSE and champ not in COMPTES:
        return True
    pleines = [
        rangee[index] for rangee in donnees if index < len(rangee) and not est_vide(rangee[index])
    ]
    if not pleines:
        return True
    nombres = sum(map(est_numerique, pleines)) / len(pleines)
    return nombres < 0.9 if champ in PROSE else nombres >= 0.5


def _nommer(colonnes: Iterable[ColonneTrouvee]) -> Iterator[ColonneTrouvee]:
    """Headings made different: the second « Montant » becomes « Montant (2) »."""
    vues: Counter[str] = Counter()
    for colonne in colonnes:
        vues[colonne.entete] += 1
        rang = vues[colonne.entete]
        yield replace(colonne, entete=f"{colonne.entete} ({rang})") if rang > 1 else colonne


def _sans_doublons(colonnes: Iterable[ColonneTrouvee]) -> list[ColonneTrouvee]:
    """One column per single field: the surest keeps it, the others are left out."""
    toutes = list(colonnes)
    gardees: dict[tuple[object, ...], ColonneTrouvee] = {}
    for colonne in toutes:
        role = _role(colonne)
        if role is not None and (
            role not in gardees or colonne.confiance > gardees[role].confiance
        ):
            gardees[role] = colonne
    return [
        colonne
        if (role := _role(colonne)) is None or gardees[role] is colonne
        else replace(colonne, champ="", financeur=None, etape=None, confiance=0.0)
        for colonne in toutes
    ]


def _role(colonne: ColonneTrouvee) -> tuple[object, ...] | None:
    """What only one column can be; None for a field that several columns fill together."""
    if colonne.champ == MONTANT:
        return (MONTANT, colonne.financeur, colonne.etape, colonne.annee)
    if not colonne.champ or colonne.champ in MULTIPLES:
        return None
    return (colonne.champ, colonne.annee)


def corriger(
    colonnes: Sequence[ColonneTrouvee], corrections: Mapping[str, Correspondance]
) -> tuple[ColonneTrouvee, ...]:
    """The columns with what a person said of some of them, by heading."""
    par_cle = {cle_entete(entete): dite for entete, dite in corrections.items()}
    return tuple(
        replace(
            colonne,
            champ=dite.champ,
            financeur=dite.financeur,
            etape=dite.etape,
            annee=None,
            confiance=1.0,
        )
        if (dite := par_cle.get(cle_entete(colonne.entete))) is not None
        else colonne
        for colonne in colonnes
    )


def signature(colonnes: Iterable[ColonneTrouvee]) -> str:
    """What tells a layout apart: its headings, in no order and without their years."""
    cles = sorted(sans_annee(cle_entete(colonne.entete))[1] for colonne in colonnes)
    return hashlib.sha256("\n".join(cles).encode()).hexdigest()
