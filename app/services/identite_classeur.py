"""What the workbook says of itself: a sheet for people, and two hidden ones for when it comes back."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from app.services.documents import date_longue, texte_net
from app.services.envois import (
    AVIS,
    ENVOYE,
    ETAPES,
    FORMAT,
    IDENTITE,
    LISEZ_MOI,
    OBSERVATION,
    VERSION,
    Envoi,
)
from app.services.feuille_classeur import (
    ENCRE,
    SECONDE,
    Styles,
    hauteur_lignes,
    net,
    nombre_lignes,
)
from app.services.tables_nommees import TableNommee

if TYPE_CHECKING:
    from app.services.classeur_envoi import TableCofinancements, TableProgrammation

LARGEUR_LIBELLE, LARGEUR_TEXTE = 220, 600
CHAMPS = {AVIS: "avis", OBSERVATION: "observation"}


def ecrire_lisez_moi(livre: Any, styles: Styles, envoi: Envoi) -> None:
    """What this is, which columns come back, how to return it."""
    page = livre.add_worksheet(LISEZ_MOI)
    page.hide_gridlines(2)
    page.set_column_pixels(0, 0, LARGEUR_LIBELLE)
    page.set_column_pixels(1, 1, LARGEUR_TEXTE)
    programmation = envoi.programmation
    grand = styles(bold=True, font_size=14, num_format="@")
    page.write_string(0, 0, net(programmation.contrat), grand)
    sous_titre = f"Programmation {programmation.annee}, à compléter et à renvoyer"
    page.write_string(1, 0, sous_titre, styles(font_color=SECONDE, num_format="@"))
    libelle = styles(bold=True, font_color=ENCRE, valign="top", num_format="@", text_wrap=True)
    texte = styles(text_wrap=True, valign="top", num_format="@")
    ligne = 3
    for titre, contenu in _paragraphes(envoi):
        page.write_string(ligne, 0, titre, libelle)
        page.write_string(ligne, 1, net(contenu), texte)
        page.set_row_pixels(
            ligne,
            hauteur_lignes(
                max(
                    nombre_lignes(net(contenu), LARGEUR_TEXTE),
                    nombre_lignes(titre, LARGEUR_LIBELLE - 20),
                )
            ),
        )
        ligne += 1
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.print_area(0, 0, ligne - 1, 1)
    page.set_footer(
        "&L&8" + texte_net(programmation.contrat)[:70].replace("&", "&&") + "&R&8&P / &N"
    )


def _paragraphes(envoi: Envoi) -> Iterator[tuple[str, str]]:
    p = envoi.programmation
    yield "Contrat", p.contrat
    yield "Année", str(p.annee)
    if p.appel:
        yield "Appel à projets", p.appel
    yield "État au", date_longue(p.date)
    yield "Empreinte", p.empreinte
    yield (
        "Ce que vous pouvez modifier",
        (
            "Dans la feuille « Programmation » : les montants demandés, proposés et accordés de chaque "
            "financeur, la colonne « Avis » et la colonne « Observation ». Les autres colonnes sont là "
            "pour être lues : ce qui y est changé n'est pas repris."
        ),
    )
    yield (
        "Plusieurs lignes d'un même financeur",
        (
            "Quand un financeur a plusieurs lignes sur une action, modifiez-les dans la feuille "
            "« Cofinancements », où chacune a la sienne."
        ),
    )
    yield (
        "Ce que vous pouvez faire sans crainte",
        (
            "Trier, filtrer, masquer, déplacer ou ajouter des colonnes, supprimer des lignes : chaque "
            "ligne garde ses repères. Gardez les titres des colonnes et les colonnes masquées."
        ),
    )
    yield (
        "Comment le renvoyer",
        (
            "Enregistrez ce classeur au format Excel (.xlsx) ou OpenDocument (.ods), puis renvoyez-le à "
            "la personne qui vous l'a envoyé. Elle verra chaque différence avant de la reprendre."
        ),
    )
    yield (
        "Comment le reprendre",
        "Dans Tour de table : Programmation, puis Reprendre un classeur revenu.",
    )


def ecrire_identite(
    livre: Any,
    envoi: Envoi,
    programme: "TableProgrammation",
    cofinancements: "TableCofinancements",
) -> None:
    """Where it comes from, the field of each heading, and what each cell said."""
    page = livre.add_worksheet(IDENTITE)
    page.very_hidden()
    p = envoi.programmation
    texte = livre.add_format({"num_format": "@"})
    dites = [
        ("format", FORMAT),
        ("version", str(VERSION)),
        ("contrat", p.contrat),
        ("annee", str(p.annee)),
        ("origine", envoi.origine),
        ("empreinte", p.empreinte),
        ("date", p.date),
    ]
    for ligne, (nom, valeur) in enumerate(dites):
        page.write_string(ligne, 0, nom, texte)
        page.write_string(ligne, 1, net(valeur), texte)
    champs = _champs(programme)
    for ligne, (i, champ) in enumerate(champs.items(), start=len(dites)):
        page.write_string(ligne, 0, f"champ:{champ}", texte)
        page.write_string(ligne, 1, programme.noms[i], texte)
    _ecrire_valeurs(livre, texte, programme, cofinancements, champs)


def _champs(programme: "TableProgrammation") -> dict[int, str]:
    """column -> « financeur.etape », « avis », « observation »: what comes back."""
    etapes = {titre: etape for etape, titre in ETAPES.items()}
    champs = {}
    for i, colonne in enumerate(programme.colonnes[: programme.visibles]):
        if colonne.financeur:
            champs[i] = f"{colonne.financeur}.{etapes[colonne.titre]}"
        elif colonne.titre in CHAMPS and not colonne.groupe and programme.noms[i] == colonne.titre:
            champs[i] = CHAMPS[colonne.titre]
    return champs


def _ecrire_valeurs(
    livre: Any,
    texte: Any,
    programme: "TableProgrammation",
    cofinancements: "TableCofinancements",
    champs: dict[int, str],
) -> None:
    """key | number | amounts, by rank of their field | avis | observation."""
    page = livre.add_worksheet(ENVOYE)
    page.very_hidden()
    montants = {i: rang for rang, (i, champ) in enumerate(champs.items()) if "." in champ}
    textes = [i for i, champ in champs.items() if "." not in champ]
    ligne = 0
    for action, valeurs in zip(programme.objets, programme.valeurs, strict=True):
        page.write_string(ligne, 0, action.cle, texte)
        page.write_string(ligne, 1, net(action.numero), texte)
        page.write_string(ligne, 2, _montants(valeurs, montants), texte)
        for j, i in enumerate(textes, start=3):
            if valeurs[i]:
                page.write_string(ligne, j, net(str(valeurs[i])), texte)
        ligne += 1
    etapes = _etapes(cofinancements)
    for cofinancement, valeurs in zip(cofinancements.objets, cofinancements.valeurs, strict=True):
        page.write_string(ligne, 0, cofinancement.cle, texte)
        page.write_string(ligne, 2, _montants(valeurs, etapes), texte)
        ligne += 1


def _etapes(table: TableNommee) -> dict[int, int]:
    titres = list(ETAPES.values())
    return {i: titres.index(c.titre) for i, c in enumerate(table.colonnes) if c.titre in titres}


def _montants(valeurs: list[Any], rangs: dict[int, int]) -> str:
    """« 0=12500;4=800.50 »: one text for a row, since a cell for each would double the workbook."""
    connus = ((rang, valeurs[i]) for i, rang in rangs.items() if valeurs[i] is not None)
    return ";".join(f"{rang}={valeur}" for rang, valeur in connus)
