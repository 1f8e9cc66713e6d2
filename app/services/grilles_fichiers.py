"""A grid in a file of its own, to send to a colleague: JSON, or a workbook of three sheets. No Qt."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from app.models.enums import Enumeration, MethodeGrille, NatureGrille, ObjetGrille
from app.services.documents import ecrire_entier, texte_net
from app.services.errors import SaisieRefusee, SourceIllisible
from app.services.grilles_calcul import en_ordre
from app.services.grilles_fiche import FicheGrille, fiche, lire_fiche, livrees
from app.services.grilles_mots import (
    champs_en_mots,
    codes_en_mots,
    lire_champs,
    lire_codes,
    lire_moments,
    lire_portes,
    lire_sources,
    moments_en_mots,
    portes_en_mots,
)

LISEZ_MOI, CRITERES, NIVEAUX = "Lisez-moi", "Critères", "Niveaux"
_NOTE: Final = "Note "  # heads the columns of the scale: « Note 0 », « Note oui »
_OUI_NON: Final = {True: "Oui", False: "Non"}
Valeur = Any
Ecrit = Callable[[Any], str]
Lu = Callable[[str], Any]


def ecrire_grille(lue: FicheGrille, chemin: Path) -> None:
    """Write a grid whole, in the form that the name of the file asks for. Raises an ErreurConnue."""
    if chemin.suffix.lower() == ".json":
        ecrire_entier(chemin, en_json(lue))
    elif chemin.suffix.lower() == ".xlsx":
        ecrire_entier(chemin, en_classeur(lue))
    else:
        raise SaisieRefusee(
            f"« {chemin.name} » : donnez au fichier un nom qui finit par .xlsx ou .json."
        )


def lire_grille(chemin: Path) -> FicheGrille:
    """The grid of a file written by `ecrire_grille`, edited since or not. Raises SourceIllisible.

    It is one of the shipped grids only as long as nobody changed it.
    """
    est_json = chemin.suffix.lower() == ".json"
    lue = lire_fiche(chemin) if est_json else _du_classeur(chemin)
    if lue.nature == NatureGrille.LOCALE or lue in livrees():
        return lue
    sources = [f"D'après « {lue.nom} »", *lue.sources]
    return lue.model_copy(update={"nature": str(NatureGrille.LOCALE), "sources": sources})


def en_json(lue: FicheGrille) -> bytes:
    """Readable by a person too: numbers are numbers, nothing empty is written."""
    brut = lue.model_dump(exclude_none=True, warnings=False)
    texte = json.dumps(brut, ensure_ascii=False, indent=2, default=_nombre)
    return f"{texte}\n".encode()


def _nombre(valeur: object) -> float | int:
    assert isinstance(valeur, Decimal)
    return int(valeur) if valeur == int(valeur) else float(valeur)


# Headings: (title of the column, name in the grid, how it is written, how it is read back) ----------


def _texte(valeur: object) -> str:
    return "" if valeur is None else str(valeur)


def _oui_non(valeur: object) -> str:
    return _OUI_NON[bool(valeur)]


def _lire_oui_non(texte: str) -> bool:
    return texte.casefold() != "non"


def _membre(sorte: type[Enumeration]) -> tuple[Ecrit, Lu]:
    def lire(texte: str) -> str:
        return next((str(m) for m in sorte if texte in (m.libelle, str(m))), texte)

    return lambda valeur: sorte.de(str(valeur)).libelle, lire


def _decimal(texte: str) -> str:
    return texte.replace(",", ".")


Rubrique = tuple[str, str, Ecrit, Lu]
_DE_LA_GRILLE: Final[tuple[Rubrique, ...]] = (
    ("Nom", "nom", _texte, str),
    ("Nature", "nature", *_membre(NatureGrille)),
    ("Sources", "sources", codes_en_mots, lire_sources),
    ("Objet", "objet", *_membre(ObjetGrille)),
    ("Méthode", "methode", *_membre(MethodeGrille)),
    ("Moments", "moments", moments_en_mots, lire_moments),
    ("Notes des autres masquées", "masquee", _oui_non, _lire_oui_non),
    ("Usage", "usage", _texte, str),
    ("Remarque", "note", _texte, str),
    ("Identifiant", "identifiant", _texte, str),
)
_DU_CRITERE: Final[tuple[Rubrique, ...]] = (
    ("Identifiant", "identifiant", _texte, str),
    ("Libellé", "libelle", _texte, str),
    ("Poids", "poids", _texte, _decimal),
    ("Non applicable admis", "na_admis", _oui_non, _lire_oui_non),
    ("Aide", "aide", _texte, str),
    ("Rubriques utiles", "champs", champs_en_mots, lire_champs),
    ("Requis pour", "requis_pour", codes_en_mots, lire_codes),
    ("Inspiré de", "inspire_de", _texte, str),
)
_DU_NIVEAU: Final[tuple[Rubrique, ...]] = (
    ("Code", "code", _texte, str),
    ("Libellé", "libelle", _texte, str),
    ("Seuil", "seuil", _texte, _decimal),
    ("Portes", "portes", portes_en_mots, lire_portes),
    ("Part du budget (%)", "poids_budget", _texte, _decimal),
    ("Définition", "definition", _texte, str),
    ("Condition", "condition", _texte, str),
)
_LARGES = {"Libellé": 34, "Aide": 40, "Définition": 50, "Condition": 40, "Inspiré de": 30}
_NOMBRES = {"Poids", "Seuil", "Part du budget (%)"}
_MODE_D_EMPLOI = (
    "Une ligne par critère et par niveau ; les niveaux vont du plus bas au plus haut.",
    "Les colonnes « Note 0 », « Note 1 »… disent en mots ce que mérite chaque note.",
    "Une porte s'écrit « C1 ≥ 2 » : sans cette note au critère C1, le niveau n'est pas atteint.",
    "Dans une case qui en nomme plusieurs, séparez par des points-virgules.",
    "Le fichier se relit dans la page « Grilles » de Tour de table, bouton « Importer ».",
)


# The workbook -----------------------------------------------------------------------------------


def en_classeur(lue: FicheGrille) -> bytes:
    """The bytes of the xlsx; the same for the same grid."""
    import xlsxwriter

    from app.services.feuille_classeur import POLICE_CLASSEUR

    tampon = BytesIO()
    livre = xlsxwriter.Workbook(
        tampon, {"in_memory": True, "default_format_properties": {**POLICE_CLASSEUR}}
    )
    livre.set_properties(
        {"title": texte_net(lue.nom)[:250], "created": datetime(2024, 1, 1, tzinfo=UTC)}
    )
    _ecrire_lisez_moi(livre, lue)
    valeurs = list(en_ordre({v: "" for c in lue.criteres for v in c.niveaux}))
    notes = [[c.niveaux.get(v, "") for v in valeurs] for c in lue.criteres]
    titres = [f"{_NOTE}{valeur}" for valeur in valeurs]
    _ecrire_lignes(livre, CRITERES, _DU_CRITERE, lue.criteres, titres, notes)
    _ecrire_lignes(livre, NIVEAUX, _DU_NIVEAU, lue.niveaux, [], [[] for _ in lue.niveaux])
    livre.close()
    return tampon.getvalue()


def _ecrire_lisez_moi(livre: Any, lue: FicheGrille) -> None:
    fort = livre.add_format({"bold": True, "valign": "top"})
    texte = livre.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    titre = livre.add_format({"bold": True, "font_size": 14, "valign": "top"})
    page = livre.add_worksheet(LISEZ_MOI)
    page.set_column(0, 0, 28)
    page.set_column(1, 1, 90)
    page.write_string(0, 0, texte_net(lue.nom), titre)
    rang = 2
    for nom, champ, ecrire, _ in _DE_LA_GRILLE:
        page.write_string(rang, 0, nom, fort)
        page.write_string(rang, 1, texte_net(ecrire(getattr(lue, champ))), texte)
        rang += 1
    for phrase in _MODE_D_EMPLOI:
        rang += 1
        page.write_string(rang, 1, phrase, texte)
    _imprimer(page)


def _ecrire_lignes(
    livre: Any,
    nom: str,
    rubriques: Sequence[Rubrique],
    parties: Sequence[Any],
    titres: Sequence[str],
    en_plus: Sequence[Sequence[str]],
) -> None:
    """A heading, then a row a part; text is text, whatever it begins with."""
    from app.services.feuille_classeur import ENCRE, FOND

    tete = livre.add_format(
        {"bold": True, "text_wrap": True, "bg_color": FOND, "bottom": 1, "bottom_color": ENCRE}
    )
    texte = livre.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    nombre = livre.add_format({"valign": "top"})
    page = livre.add_worksheet(nom)
    for colonne, titre in enumerate([*(r[0] for r in rubriques), *titres]):
        page.set_column(colonne, colonne, _largeur(titre))
        page.write_string(0, colonne, titre, tete)
    for rang, partie in enumerate(parties, start=1):
        cases = [ecrire(getattr(partie, champ)) for _, champ, ecrire, _ in rubriques]
        for colonne, case in enumerate([*cases, *en_plus[rang - 1]]):
            if case and colonne < len(rubriques) and rubriques[colonne][0] in _NOMBRES:
                page.write_number(rang, colonne, float(case), nombre)
            else:
                page.write_string(rang, colonne, texte_net(case), texte)
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    _imprimer(page)


def _largeur(titre: str) -> int:
    return _LARGES.get(titre, 30 if titre.startswith(_NOTE) else 16)


def _imprimer(page: Any) -> None:
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def _du_classeur(chemin: Path) -> FicheGrille:
    from app.services.feuilles import ouvrir

    source = ouvrir(chemin)
    feuilles = {f.nom: f.cellules for f in source.feuilles}
    absentes = [nom for nom in (LISEZ_MOI, CRITERES, NIVEAUX) if nom not in feuilles]
    if absentes:
        raise SourceIllisible(
            f"« {chemin.name} » n'est pas une grille : il y manque la feuille « {absentes[0]} »."
        )
    try:
        brut = {
            **_lire_lisez_moi(feuilles[LISEZ_MOI]),
            "criteres": list(_lire_lignes(feuilles[CRITERES], _DU_CRITERE, notes=True)),
            "niveaux": list(_lire_lignes(feuilles[NIVEAUX], _DU_NIVEAU)),
        }
    except SaisieRefusee as cause:
        raise SourceIllisible(f"Dans « {chemin.name} » : {cause}") from cause
    return fiche(brut, chemin.name)


def _lire_lisez_moi(cellules: Sequence[Sequence[Valeur]]) -> dict[str, Any]:
    connues = {titre: (champ, lire) for titre, champ, _, lire in _DE_LA_GRILLE}
    lues: dict[str, Any] = {}
    for rangee in cellules:
        titre, texte = (_mots(rangee, colonne) for colonne in (0, 1))
        if titre in connues and texte:
            champ, lire = connues[titre]
            lues.setdefault(champ, lire(texte))
    return lues


def _lire_lignes(
    cellules: Sequence[Sequence[Valeur]], rubriques: Sequence[Rubrique], *, notes: bool = False
) -> Iterator[dict[str, Any]]:
    """The rows that hold something; columns are found by their title, in any order."""
    titres = [_mots(cellules[0], c) for c in range(len(cellules[0]))] if cellules else []
    connues: Mapping[str, Rubrique] = {r[0]: r for r in rubriques}
    for rangee in cellules[1:]:
        lue: dict[str, Any] = {}
        niveaux: dict[str, str] = {}
        for colonne, titre in enumerate(titres):
            texte = _mots(rangee, colonne)
            if texte and titre in connues:
                _, champ, _, lire = connues[titre]
                lue[champ] = lire(texte)
            elif texte and notes and titre.startswith(_NOTE):
                niveaux[titre.removeprefix(_NOTE).strip()] = texte
        if lue or niveaux:
            yield {**lue, "niveaux": niveaux} if notes else lue


def _mots(rangee: Sequence[Valeur], colonne: int) -> str:
    """What a cell says; a spreadsheet may have made a number of a code."""
    valeur = rangee[colonne] if colonne < len(rangee) else None
    if valeur is None:
        return ""
    if isinstance(valeur, bool):
        return _OUI_NON[valeur]
    if isinstance(valeur, Decimal) and valeur == int(valeur):
        return str(int(valeur))
    return str(valeur).strip()
