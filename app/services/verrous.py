"""Columns that a view keeps from being written in by mistake. No Qt."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.models.montants import INSECABLE
from app.services.columns import Colonne
from app.services.titres import nom_de


def avec_verrous(colonnes: Sequence[Colonne], cles: Collection[str]) -> list[Colonne]:
    """The same columns, those of these keys locked: nothing writes in them any more."""
    return [_verrouiller(c) if c.cle in cles and se_verrouille(c) else c for c in colonnes]


def se_verrouille(colonne: Colonne) -> bool:
    """Whether there is something to lock: a column that is only read needs none."""
    return colonne.ecrire is not None or colonne.pose is not None


def _verrouiller(colonne: Colonne) -> Colonne:
    pourquoi = (
        f"«{INSECABLE}{nom_de(colonne)}{INSECABLE}» est verrouillée dans cette vue{INSECABLE}: "
        f"clic droit sur son titre, puis «{INSECABLE}Déverrouiller la colonne{INSECABLE}»."
    )
    return replace(colonne, ecrire=None, pose=None, verrouillee=True, pourquoi=pourquoi)
