"""The list of what a package carries, with versions and licences, for those who receive it."""

from email.parser import HeaderParser
from pathlib import Path


def lister(bibliotheques: Path) -> list[str]:
    """« name version — licence » of each library, from the description that it carries."""
    return [_fiche(m) for m in sorted(bibliotheques.glob("*.dist-info/METADATA"))]


def _fiche(metadonnees: Path) -> str:
    entetes = HeaderParser().parsestr(metadonnees.read_text(encoding="utf-8"))
    classes = [c for c in entetes.get_all("Classifier", []) if c.startswith("License ::")]
    licence = entetes["License-Expression"] or _une_ligne(entetes["License"])
    licence = licence or " ; ".join(c.rpartition(" :: ")[2] for c in classes) or "voir son dossier"
    return f"{entetes['Name']} {entetes['Version']} — {licence}"


def _une_ligne(texte: str | None) -> str:
    """A licence given by its name; its whole text is not one."""
    return texte if texte and "\n" not in texte and len(texte) < 80 else ""


def ecrire(bibliotheques: Path, python: str, cible: Path) -> None:
    lignes = ["Bibliothèques livrées avec Tour de table", "", python, *lister(bibliotheques)]
    cible.write_text("\n".join(lignes) + "\n", encoding="utf-8")
