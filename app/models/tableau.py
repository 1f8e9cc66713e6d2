"""What people add to the lists: columns of their own, saved views, colours, comments, formats.

`liste` names a list of the program (« actions », « porteurs »…). `ligne` is the key of one of its
rows, in whatever table it lives: no foreign key, so the service that deletes a row deletes these too.
"""

from typing import Any

from sqlalchemy import Index, String

from app.models.base import TAILLE_CLE, Champ, Ligne, champ, lien


class ColonneLibre(Ligne):
    """A column added by a person. `nature` is a NatureColonne; `choix` lists the values allowed.

    `formule` is the text of a formula column, in the language of `services/formules.py`.
    """

    __tablename__ = "colonne_libre"

    liste: Champ[str]
    titre: Champ[str]
    nature: Champ[str]
    choix: Champ[list[str]] = champ(default=list)
    formule: Champ[str | None]
    totaliser: Champ[bool] = champ(default=False)
    aide: Champ[str | None]
    rang: Champ[int] = champ(default=0)


class ValeurLibre(Ligne):
    """What a row holds in a column of the user, as text: « 12.50 », « 2026-03-15 », « oui »."""

    __tablename__ = "valeur_libre"
    __table_args__ = (Index(None, "ligne"),)

    colonne: Champ[str] = lien("colonne_libre")
    ligne: Champ[str] = champ(String(TAILLE_CLE))
    valeur: Champ[str]


class Vue(Ligne):
    """A named way to look at a list. `proprietaire` None: everyone's; else that person's alone.

    `etat` is what `services/etats_vue.py` writes.
    """

    __tablename__ = "vue"

    liste: Champ[str]
    nom: Champ[str]
    proprietaire: Champ[str | None]
    etat: Champ[dict[str, Any]] = champ(default=dict)
    rang: Champ[int] = champ(default=0)


class Commentaire(Ligne):
    """A remark on one cell, signed and dated (ISO, UTC). Never projected."""

    __tablename__ = "commentaire"
    __table_args__ = (Index(None, "ligne"),)

    liste: Champ[str]
    ligne: Champ[str] = champ(String(TAILLE_CLE))
    colonne: Champ[str]
    texte: Champ[str]
    auteur: Champ[str]
    date: Champ[str]


class CouleurLigne(Ligne):
    """The colour that a person gave to a row by hand; `couleur` is a CouleurDeLigne."""

    __tablename__ = "couleur_ligne"
    __table_args__ = (Index(None, "ligne"),)

    liste: Champ[str]
    ligne: Champ[str] = champ(String(TAILLE_CLE))
    couleur: Champ[str]


class MiseEnForme(Ligne):
    """A conditional format: how cells of `colonne` look where `condition` holds, in order of `rang`.

    `condition` is what `services/filtres.py` writes of a condition; `style` names the look.
    """

    __tablename__ = "mise_en_forme"

    liste: Champ[str]
    colonne: Champ[str]
    style: Champ[str]
    condition: Champ[dict[str, Any]] = champ(default=dict)
    active: Champ[bool] = champ(default=True)
    rang: Champ[int] = champ(default=0)
