"""Cells that mean more than one thing: statuses, recurrence, CPO, quartiers with shares, bodies."""

import re
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from app.models.enums import NatureAction, NatureCredit, Recurrence, StatutAction
from app.services.cellules import en_oui_non, en_texte, est_vide
from app.services.feuilles import Cellule
from app.services.identifiants import sans_accents
from app.services.lexique import cle_entete
from app.services.vocabulaire import NATURES_PORTEUR, STATUTS_ACTION, STATUTS_FINANCEUR

_SEPARATEURS: Final = re.compile(r"[;\n|+]|,(?!\d)")
_CODE_QPV: Final = re.compile(r"\bQ[NP]\s?\d{2}[\dAB]\s?\d{2}\s?[A-Z0-9]?(?=\W|$)")
_PART: Final = re.compile(r"\(?\s*(\d{1,3}(?:[.,]\d+)?)\s*%\s*\)?")
_CPO: Final = re.compile(r"(\d)\s*(?:e|eme|ere|er)?\s*(?:annee\s*)?(?:/|sur|de)\s*(\d)")


@lru_cache(maxsize=1)
def _statuts_action() -> Mapping[str, StatutAction]:
    connus = {_cle_statut(statut.libelle): statut for statut in StatutAction}
    return connus | {_cle_statut(nom): statut for nom, statut in STATUTS_ACTION.items()}


@lru_cache(maxsize=1)
def _statuts_financeur() -> Mapping[str, str]:
    return {_cle_statut(nom): str(statut) for nom, statut in STATUTS_FINANCEUR.items()}


def _cle_statut(libelle: str) -> str:
    """A status to compare: « Retenue » and « retenu » are the same."""
    return " ".join(re.sub(r"(?<=[eu])e$", "", mot) for mot in cle_entete(libelle).split())


def statut_action(libelle: str, particuliers: Mapping[str, StatutAction]) -> str | None:
    """Status of an action by its label in the source; None when it is not known."""
    cle = _cle_statut(libelle)
    propres = {_cle_statut(nom): statut for nom, statut in particuliers.items()}
    trouve = propres.get(cle) or _statuts_action().get(cle)
    return None if trouve is None else str(trouve)


def statut_financeur(libelle: str) -> str | None:
    """Status of a line of a financeur by its label, or its internal name in DAUPHIN."""
    return _statuts_financeur().get(_cle_statut(libelle))


def recurrence(cellule: Cellule, entete: str) -> str | None:
    """Nouveau or reconduction, as the heading understands « oui », « non », « N » and « R »."""
    texte, vus = sans_accents(en_texte(cellule)), cle_entete(entete).split()
    if re.match(r"(nouv|premier|1ere)", texte):
        return str(Recurrence.NOUVEAU)
    if re.match(r"(recond|renouv|poursuite|suite|cpo [2-9])", texte):
        return str(Recurrence.RECONDUCTION)
    neuf = any(mot.startswith(("nouv", "premiere")) for mot in vus)
    repris = any(mot.startswith(("recond", "renouv")) for mot in vus)
    if neuf == repris:
        return {"n": str(Recurrence.NOUVEAU), "r": str(Recurrence.RECONDUCTION)}.get(texte)
    try:
        reponse = en_oui_non(cellule)
    except ValueError:
        return None
    if reponse is None:
        return None
    return str(Recurrence.NOUVEAU if reponse == neuf else Recurrence.RECONDUCTION)


def cpo(texte: str) -> tuple[int | None, int | None]:
    """(rank, length) of a convention: « 2/3 », « année 2 sur 3 ». (None, None) when it says neither."""
    trouve = _CPO.search(sans_accents(texte))
    if trouve is None:
        return None, None
    rang, duree = int(trouve.group(1)), int(trouve.group(2))
    return (rang, duree) if 1 <= rang <= duree <= 6 else (None, None)


def nature_action(texte: str) -> str | None:
    cle = cle_entete(texte)
    for nature in (NatureAction.INVESTISSEMENT, NatureAction.FONCTIONNEMENT, NatureAction.ACTION):
        if cle_entete(nature.libelle) in cle.split():
            return str(nature)
    return None


def nature_porteur(texte: str) -> str | None:
    cle = f" {cle_entete(texte)} "
    return next((str(n) for mot, n in NATURES_PORTEUR if f" {mot} " in cle), None)


def nature_credit(libelle: str) -> str | None:
    """Droit commun or specific credits, when the name of a financeur or of a line says it."""
    cle = cle_entete(libelle)
    if re.search(r"\b(droit commun|dc)\b", cle):
        return str(NatureCredit.DROIT_COMMUN)
    if re.search(r"\b(specifique|politique ville|bop ?147|p147|cdv)\b", cle):
        return str(NatureCredit.SPECIFIQUE)
    return None


def quartiers(cellule: Cellule) -> list[tuple[str, Decimal | None]]:
    """Labels or codes of quartiers, with the share in % written beside: « Le Trieu (60 %) »."""
    if est_vide(cellule):
        return []
    texte = str(cellule)
    codes = [str(code) for code in _CODE_QPV.findall(texte)]
    if len(codes) > 1:
        return [(code, None) for code in codes]
    lus = []
    for morceau in _SEPARATEURS.split(texte):
        part = _PART.search(morceau)
        libelle = " ".join((_PART.sub(" ", morceau) if part else morceau).split()).strip(" -–:")
        if libelle and not est_vide(libelle):
            lus.append((libelle, Decimal(part.group(1).replace(",", ".")) if part else None))
    return lus


def communes(cellule: Cellule) -> list[str]:
    if est_vide(cellule):
        return []
    morceaux = re.split(r"[;\n|+,/]|\bet\b", str(cellule))
    return [propre for morceau in morceaux if (propre := " ".join(morceau.split()).strip(" -–"))]


def classements(cellule: Cellule) -> list[str]:
    if est_vide(cellule):
        return []
    return [" ".join(m.split()) for m in re.split(r"[;\n]", str(cellule)) if m.strip()]


def liste(cellule: Cellule) -> list[str]:
    """Several values typed in one cell, one a line or separated by « ; » or « | »."""
    if est_vide(cellule):
        return []
    return [" ".join(m.split()) for m in re.split(r"[;\n|]", en_lignes(cellule)) if m.strip()]


def en_lignes(cellule: Cellule) -> str:
    return str(cellule) if isinstance(cellule, str) else en_texte(cellule)


def montants_en_toutes_lettres(commentaire: str) -> bool:
    """True for « 1600 droit commun + 7500 cdv »: the two kinds of credit told apart in a comment."""
    cle = cle_entete(commentaire)
    return bool(re.search(r"\bdroit commun\b|\bdc\b", cle)) and bool(re.search(r"\d{2,}", cle))
