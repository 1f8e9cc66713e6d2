"""How columns write the fields of the services: alone, or with others in one operation. No Qt."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any, Protocol

from app.services.columns import Colonne, Ecrire, Pose, est_oui, lire_attribut


class Posant(Protocol):
    """A service that writes fields by key in an operation that is open."""

    @property
    def operation(self) -> Callable[[str], AbstractContextManager[Any]]: ...
    @property
    def poser(self) -> Callable[..., None]: ...


class Modifiable(Posant, Protocol):
    """The same, which also opens an operation of its own, with its own label."""

    @property
    def modifier(self) -> Callable[..., None]: ...


def iso_de(jour: date | None) -> str | None:
    """A day typed in a cell, as the file keeps it: « 2026-03-15 »."""
    return None if jour is None else jour.isoformat()


def ou_rien(valeur: Any) -> Any:
    """An empty cell clears the field."""
    return valeur or None


def oui_ou_non(valeur: Any) -> bool:
    return valeur if isinstance(valeur, bool) else est_oui(valeur)


def colonne_de_champ(
    service: Posant,
    nom: str,
    titre: str,
    lire: Callable[[Any], Any] | None = None,
    *,
    poser: Callable[..., None] | None = None,
    **options: Any,
) -> Colonne:
    """A column that writes the field of its name, in an operation named after its title.

    `lire` turns what was read into what is kept; `poser`: other than that of the service.
    """
    pose = pose_de_champ(service.operation, poser or service.poser, nom, lire)

    def ecrire(cle: str, valeur: Any) -> None:
        with service.operation(f"Modifier « {titre} »") as ecriture:
            pose.poser(ecriture, cle, valeur)

    lue = lire_attribut(nom)
    return Colonne(cle=nom, titre=titre, lire=lue, ecrire=ecrire, pose=pose, **options)


def champ_de(
    service: Modifiable, nom: str, lire: Callable[[Any], Any] | None = None
) -> dict[str, Any]:
    """The arguments of a column that writes a field of a service, under the same name."""
    return {
        "ecrire": ecrire_champ(service.modifier, nom, lire),
        "pose": pose_de_champ(service.operation, service.poser, nom, lire),
    }


def ecrire_champ(
    modifier: Callable[..., None], nom: str, lire: Callable[[Any], Any] | None = None
) -> Ecrire:
    """Write a field by `modifier(row key, field=value)`."""

    def ecrire(cle: str, valeur: Any) -> None:
        modifier(cle, **{nom: valeur if lire is None else lire(valeur)})

    return ecrire


def pose_de_champ(
    ouvrir: Callable[[str], AbstractContextManager[Any]],
    poser: Callable[..., None],
    nom: str,
    lire: Callable[[Any], Any] | None = None,
) -> Pose:
    """The same inside an operation, by `poser(operation, row key, field=value)`."""

    if lire is None:
        return pose_preparee(ouvrir, poser, nom, None)
    return pose_preparee(ouvrir, poser, nom, lambda _, valeur: lire(valeur))


def pose_preparee(
    ouvrir: Callable[[str], AbstractContextManager[Any]],
    poser: Callable[..., None],
    nom: str,
    preparer: Callable[[Any, Any], Any] | None,
) -> Pose:
    """The same, of a value that `preparer(operation, value)` makes of what was read."""

    def poser_champ(ecriture: Any, cle: str, valeur: Any) -> None:
        poser(ecriture, cle, **{nom: valeur if preparer is None else preparer(ecriture, valeur)})

    return Pose(
        ouvrir,
        poser_champ,
        groupe=poser,
        champ=nom,
        ensemble=lambda ecriture, cle, champs: poser(ecriture, cle, **champs),
        preparer=preparer,
    )
