"""A view as the source of a mail merge: one flat sheet, one row of simple names, one row per row.

A word processor takes numbers and dates raw, without the format of their cells: each has a second
column, `…_texte`, written as it is to be read in a letter.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import xlsxwriter

from app.models.montants import afficher_montant
from app.services.columns import Colonne, TypeColonne
from app.services.documents import ecrire_entier, jour_de
from app.services.feuille_classeur import (
    NOMBRE,
    PART,
    POLICE_CLASSEUR,
    format_nombre,
    net,
)
from app.services.ramassage import sans_ramassage
from app.services.vue_figee import VueFigee, texte_imprime

FEUILLE = "Publipostage"
NOM_MAXIMUM = 40  # what Word takes as the name of a field
TEXTE = "_texte"
LARGEUR = 24  # signs, at most, of a column
CENTIMES = "#,##0.00"
DATE = "dd/mm/yyyy"
_A_PART = {"°": "o", "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "€": "euros", "%": " pourcent"}
_AUTRES = re.compile(r"[^A-Za-z0-9]+")
_DOUBLES = (TypeColonne.MONTANT, TypeColonne.DATE, TypeColonne.PART, TypeColonne.NOMBRE)


@dataclass(frozen=True, slots=True)
class Champ:
    """One column of the sheet. `format`: of a number or a date, "" for a text."""

    nom: str
    lire: Callable[[Any], Any]
    format: str = ""


def ecrire_publipostage(vue: VueFigee, chemin: Path) -> None:
    """Write the workbook whole, or raise an ErreurConnue and leave what was there."""
    ecrire_entier(chemin, classeur_de_publipostage(vue))


def classeur_de_publipostage(vue: VueFigee) -> bytes:
    """The bytes of the xlsx; the same for the same view. No title, no total, no filter button."""
    with sans_ramassage():
        tampon = BytesIO()
        livre = xlsxwriter.Workbook(
            tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
        )
        jour = datetime.combine(jour_de(vue.date) or date(2024, 1, 1), time(), tzinfo=UTC)
        livre.set_properties({"title": net(vue.objet)[:250], "created": jour})
        _remplir(livre, champs(vue), vue.lignes)
        livre.close()
        return tampon.getvalue()


def champs(vue: VueFigee) -> list[Champ]:
    """The fields, in the order of the columns on screen."""
    simples = noms_uniques([_nom_de_base(colonne) for colonne in vue.colonnes])
    prepares = [
        champ
        for nom, colonne in zip(simples, vue.colonnes, strict=True)
        for champ in _champs_de(nom, colonne, vue.lignes)
    ]
    noms = noms_uniques([champ.nom for champ in prepares])
    return [Champ(nom, c.lire, c.format) for nom, c in zip(noms, prepares, strict=True)]


def nom_simple(texte: str) -> str:
    """Letters, figures and « _ », beginning with a letter: « État · accordé » is « Etat_accorde »."""
    for signe, lettres in _A_PART.items():
        texte = texte.replace(signe, lettres)
    plat = "".join(c for c in unicodedata.normalize("NFD", texte) if not unicodedata.combining(c))
    nom = _AUTRES.sub("_", plat).strip("_") or "Champ"
    return (nom if nom[0].isalpha() else f"C_{nom}")[:NOM_MAXIMUM].rstrip("_")


def noms_uniques(noms: Sequence[str]) -> list[str]:
    """The same names, numbered where they repeat, whatever their case."""
    pris: set[str] = set()
    resultat = []
    for nom in noms:
        candidat, rang = nom, 1
        while candidat.casefold() in pris:
            rang += 1
            suite = f"_{rang}"
            candidat = nom[: NOM_MAXIMUM - len(suite)] + suite
        pris.add(candidat.casefold())
        resultat.append(candidat)
    return resultat


def _nom_de_base(colonne: Colonne) -> str:
    """The name of a column, with room left for its second one."""
    titre = f"{colonne.groupe} {colonne.titre}" if colonne.groupe else colonne.titre
    place = NOM_MAXIMUM - (len(TEXTE) + 3 if colonne.type in _DOUBLES else 0)
    return nom_simple(titre)[:place].rstrip("_")


def _champs_de(nom: str, colonne: Colonne, lignes: Sequence[Any]) -> Iterator[Champ]:
    if not colonne.est_nombre and colonne.type != TypeColonne.DATE:
        yield Champ(nom, lambda ligne: texte_imprime(colonne.texte(ligne)))
        return
    yield Champ(nom, colonne.lire, _format(colonne, lignes))
    if colonne.type in _DOUBLES:
        yield Champ(nom + TEXTE, lambda ligne: _en_toutes_lettres(colonne, ligne))


def _format(colonne: Colonne, lignes: Sequence[Any]) -> str:
    if colonne.type == TypeColonne.MONTANT:
        return CENTIMES
    if colonne.type == TypeColonne.NOMBRE:
        return format_nombre(map(colonne.lire, lignes))
    return {TypeColonne.PART: PART, TypeColonne.DATE: DATE}.get(colonne.type, NOMBRE)


def _en_toutes_lettres(colonne: Colonne, ligne: Any) -> str:
    """« 12 500,50 € », « 15/03/2026 »: as a letter says it."""
    valeur = colonne.lire(ligne)
    if colonne.type == TypeColonne.MONTANT and isinstance(valeur, Decimal | int):
        return texte_imprime(afficher_montant(Decimal(valeur), euro=True, zero="0"))
    return texte_imprime(colonne.texte(ligne))


def _remplir(livre: Any, colonnes: Sequence[Champ], lignes: Sequence[Any]) -> None:
    page = livre.add_worksheet(FEUILLE)
    entete = livre.add_format({"bold": True, "num_format": "@"})
    styles = {f: livre.add_format({"num_format": f or "@"}) for f in {c.format for c in colonnes}}
    for i, champ in enumerate(colonnes):
        style, large = styles[champ.format], len(champ.nom)
        page.write_string(0, i, champ.nom, entete)
        for rang, ligne in enumerate(lignes, start=1):
            large = max(large, _ecrire(page, (rang, i), champ.lire(ligne), style))
        page.set_column(i, i, min(large + 2, LARGEUR), style)
    page.freeze_panes(1, 0)
    page.ignore_errors({"number_stored_as_text": f"A1:XFD{len(lignes) + 1}"})


def _ecrire(page: Any, case: tuple[int, int], valeur: Any, style: Any) -> int:
    """Write a cell; the signs it takes. What is not known stays empty."""
    if valeur is None or valeur == "":
        return 0
    if isinstance(valeur, date):
        page.write_datetime(*case, datetime.combine(valeur, time()), style)
        return len("00/00/0000")
    if isinstance(valeur, Decimal | int) and not isinstance(valeur, bool):
        page.write_number(*case, valeur, style)
        return len(f"{valeur:,.2f}")
    texte = net(str(valeur))
    page.write_string(*case, texte, style)
    return len(texte)
