"""What people add to the lists: columns of their own, saved views, colours, comments, formats.

`liste` names a list of the program (« actions », « porteurs »…). `ligne` is the key of one of its
rows, in whatever table it lives: no foreign key, so the service that deletes a row deletes these too.
"""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import TAILLE_CLE, Ligne, lien


class ColonneLibre(Ligne):
    """A column added by a person. `nature` is a NatureColonne; `choix` lists the values allowed.

    `formule` is the text of a formula column, in the language of `services/formules.py`.
    """

    __tablename__ = "colonne_libre"

    liste: Mapped[str]
    titre: Mapped[str]
    nature: Mapped[str]
    choix: Mapped[list[str]] = mapped_column(default=list)
    formule: Mapped[str | None]
    totaliser: Mapped[bool] = mapped_column(default=False)
    aide: Mapped[str | None]
    rang: Mapped[int] = mapped_column(default=0)


class ValeurLibre(Ligne):
    """What a row holds in a column of the user, as text: « 12.50 », « 2026-03-15 », « oui »."""

    __tablename__ = "valeur_libre"
    __table_args__ = (Index(None, "ligne"),)

    colonne: Mapped[str] = lien("colonne_libre")
    ligne: Mapped[str] = mapped_column(String(TAILLE_CLE))
    valeur: Mapped[str]


class Vue(Ligne):
    """A named way to look at a list. `proprietaire` None: everyone's; else that person's alone.

    `etat` is what `services/etats_vue.py` writes.
    """

    __tablename__ = "vue"

    liste: Mapped[str]
    nom: Mapped[str]
    proprietaire: Mapped[str | None]
    etat: Mapped[dict[str, Any]] = mapped_column(default=dict)
    rang: Mapped[int] = mapped_column(default=0)


class Commentaire(Ligne):
    """A remark on one cell, signed and dated (ISO, UTC). Never projected."""

    __tablename__ = "commentaire"
    __table_args__ = (Index(None, "ligne"),)

    liste: Mapped[str]
    ligne: Mapped[str] = mapped_column(String(TAILLE_CLE))
    colonne: Mapped[str]
    texte: Mapped[str]
    auteur: Mapped[str]
    date: Mapped[str]


class CouleurLigne(Ligne):
    """The colour that a person gave to a row by hand; `couleur` is a CouleurDeLigne."""

    __tablename__ = "couleur_ligne"
    __table_args__ = (Index(None, "ligne"),)

    liste: Mapped[str]
    ligne: Mapped[str] = mapped_column(String(TAILLE_CLE))
    couleur: Mapped[str]


class MiseEnForme(Ligne):
    """A conditional format: how cells of `colonne` look where `condition` holds, in order of `rang`.

    `condition` is what `services/filtres.py` writes of a condition; `style` names the look.
    """

    __tablename__ = "mise_en_forme"

    liste: Mapped[str]
    colonne: Mapped[str]
    style: Mapped[str]
    condition: Mapped[dict[str, Any]] = mapped_column(default=dict)
    active: Mapped[bool] = mapped_column(default=True)
    rang: Mapped[int] = mapped_column(default=0)
