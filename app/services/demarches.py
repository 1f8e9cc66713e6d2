"""Démarches simplifiées: the sheets of its export (Dossiers, Etablissements, Avis) made one table.

Joined by « Dossier ID ». Names of experts are not kept: an avis is what it says.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from app.services.cellules import en_texte
from app.services.entetes import reconnaitre
from app.services.feuilles import Cellule, Feuille, Rangee
from app.services.lexique import cle_entete
from app.services.profils import DEMARCHES

IDENTIFIANT: Final = cle_entete("Dossier ID")
AVIS: Final = "Avis des experts"
_REPONSES: Final = (cle_entete("Réponse oui/non"), cle_entete("Réponse"))


def joindre(feuilles: Sequence[Feuille]) -> tuple[Feuille, ...]:
    """The same sheets, the one of dossiers completed; sheets of repeated blocks are left as they are."""
    dossiers = next((f for f in feuilles if reconnaitre(f, (DEMARCHES,))), None)
    if dossiers is None:
        return tuple(feuilles)
    tete, identifiant = _reperer(dossiers)
    colonnes: list[str] = []
    complements: dict[str, list[Cellule]] = {}
    jointes = [dossiers]
    for feuille in feuilles:
        nom = cle_entete(feuille.nom)
        if nom == "etablissement":
            jointes.append(feuille)
            colonnes += _joindre_etablissements(feuille, complements, decalage=len(colonnes))
        elif nom == "avi" and AVIS not in colonnes:
            jointes.append(feuille)
            _joindre_avis(feuille, complements, decalage=len(colonnes))
            colonnes.append(AVIS)
    largeur = max(len(rangee) for rangee in dossiers.cellules)
    cellules = tuple(
        rangee
        if ligne < tete
        else _completer(rangee, largeur, colonnes)
        if ligne == tete
        else _completer(rangee, largeur, complements.get(_cle(rangee, identifiant), ()))
        for ligne, rangee in enumerate(dossiers.cellules)
    )
    complete = Feuille(dossiers.nom, cellules, dossiers.fautes, dossiers.fusions)
    return (complete, *(f for f in feuilles if f not in jointes))


def _reperer(feuille: Feuille) -> tuple[int, int]:
    """Row of the header of the dossiers, and column of their identifier."""
    for ligne, rangee in enumerate(feuille.cellules):
        for colonne, cellule in enumerate(rangee):
            if isinstance(cellule, str) and cle_entete(cellule) == "id":
                return ligne, colonne
    return 0, 0


def _completer(rangee: Rangee, largeur: int, suite: Iterable[Cellule]) -> Rangee:
    return (*rangee, *(None for _ in range(largeur - len(rangee))), *suite)


def _cle(rangee: Rangee, colonne: int) -> str:
    return en_texte(rangee[colonne]) if colonne < len(rangee) else ""


def _annexe(feuille: Feuille) -> Iterator[tuple[str, dict[str, Cellule]]]:
    """(dossier, heading -> cell) for each row of a sheet keyed by « Dossier ID »."""
    entete: list[str] | None = None
    for rangee in feuille.cellules:
        cles = [cle_entete(en_texte(cellule)) for cellule in rangee]
        if entete is None:
            entete = cles if IDENTIFIANT in cles else None
            continue
        ligne = dict(zip(entete, rangee, strict=False))
        yield en_texte(ligne.get(IDENTIFIANT)), ligne


def _joindre_etablissements(
    feuille: Feuille, complements: dict[str, list[Cellule]], *, decalage: int
) -> list[str]:
    """Add the first établissement of each dossier; returns the headings added."""
    noms = next(
        (
            [en_texte(c) for c in rangee]
            for rangee in feuille.cellules
            if IDENTIFIANT in {cle_entete(en_texte(c)) for c in rangee}
        ),
        [],
    )
    ajoutees = [nom for nom in noms if cle_entete(nom) != IDENTIFIANT]
    for dossier, ligne in _annexe(feuille):
        deja = complements.setdefault(dossier, [])
        if len(deja) <= decalage:
            deja += [None] * (decalage - len(deja))
            deja += [ligne.get(cle_entete(nom)) for nom in ajoutees]
    return ajoutees


def _joindre_avis(
    feuille: Feuille, complements: dict[str, list[Cellule]], *, decalage: int
) -> None:
    """Add to each dossier the avis asked and received, as one text."""
    reponses: dict[str, list[str]] = {}
    for dossier, ligne in _annexe(feuille):
        dite = " – ".join(t for nom in _REPONSES if (t := en_texte(ligne.get(nom))))
        reponses.setdefault(dossier, []).append(dite)
    for dossier, dites in reponses.items():
        recues = [dite for dite in dites if dite]
        texte = " ; ".join([f"{len(recues)} avis reçu(s) sur {len(dites)}", *recues])
        deja = complements.setdefault(dossier, [])
        deja += [None] * (decalage - len(deja))
        deja.append(texte)
