"""The templates of a person: those of the program, or their own copy once edited in Word."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.models.enums import NatureCourrier
from app.services.courriers_controle import TAILLE_MAXIMUM, ModeleRefuse
from app.services.courriers_fournis import modele_fourni
from app.services.courriers_rendu import Modele
from app.services.documents import ecrire_entier, nom_de_fichier
from app.services.errors import SaisieRefusee
from app.services.fichiers_joints import nom_libre
from app.services.folders import dossier

SOUS_DOSSIER = "modeles-de-courriers"


@dataclass(frozen=True, slots=True)
class EtatModele:
    """A template. `chemin` None: the one of the program; `refus`: why it cannot be used, or nothing."""

    nature: NatureCourrier
    chemin: Path | None
    refus: str = ""

    @property
    def cle(self) -> str:
        return str(self.nature)


class Modeles:
    """`ou`: the folder of the templates that were edited; by default beside the settings."""

    def __init__(self, ou: Path | None = None) -> None:
        self._ou = ou
        self._juges: dict[str, tuple[object, Modele]] = {}  # as long as their file is the same

    @property
    def ou(self) -> Path:
        return self._ou or dossier() / SOUS_DOSSIER

    def changer_de_dossier(self, ou: Path) -> None:
        """Another folder, such as one that the team shares."""
        self._ou = ou

    def chemin(self, nature: NatureCourrier) -> Path:
        """Where the person's own template stands, or would stand."""
        return self.ou / f"{nom_de_fichier(nature.libelle, str(nature))}.docx"

    def nom(self, nature: NatureCourrier) -> str:
        """Of the template in use, as the register keeps it."""
        chemin = self.chemin(nature)
        return chemin.name if chemin.is_file() else f"{nature.libelle} (modèle du programme)"

    def charger(self, nature: NatureCourrier) -> Modele:
        """The template in use, judged. Raises ModeleRefuse."""
        chemin = self.chemin(nature)
        etat = _etat(chemin)
        connu = self._juges.get(nature)
        if connu is None or connu[0] != etat:
            connu = (etat, _juger(nature, chemin if etat else None))
            self._juges[nature] = connu
        return connu[1]

    def etats(self) -> Iterator[EtatModele]:
        """All the kinds, each with its template judged."""
        for nature in NatureCourrier:
            chemin = self.chemin(nature)
            if not chemin.is_file():
                yield EtatModele(nature, None)
                continue
            try:
                self.charger(nature)
            except ModeleRefuse as refus:
                yield EtatModele(nature, chemin, str(refus))
            else:
                yield EtatModele(nature, chemin)

    def copier(self, nature: NatureCourrier) -> Path:
        """The person's own template, made from the program's when there is none yet."""
        chemin = self.chemin(nature)
        if not chemin.exists():
            _exiger_dossier(self.ou)
            ecrire_entier(chemin, modele_fourni(nature))
        return chemin

    def retablir(self, nature: NatureCourrier) -> Path:
        """Go back to the program's template; the other one stays beside, under another name."""
        chemin = self.chemin(nature)
        if not chemin.is_file():
            raise SaisieRefusee(
                f"« {nature.libelle} » emploie déjà le modèle du programme : il n'y a rien à rétablir."
            )
        pris = {c.name.casefold() for c in self.ou.iterdir()}
        garde = self.ou / nom_libre(f"{chemin.stem} (ancien){chemin.suffix}", pris)
        try:
            chemin.rename(garde)
        except OSError as cause:
            raise SaisieRefusee(
                f"« {chemin.name} » est ouvert dans un autre programme : fermez-le, puis recommencez."
            ) from cause
        return garde


def du_reglage(dossier_choisi: str) -> Modeles:
    """The templates of a person, from the folder of their settings."""
    return Modeles(Path(dossier_choisi) if dossier_choisi else None)


def _etat(chemin: Path) -> tuple[str, int, int] | None:
    """What changes when the template is edited; None where it is the program's."""
    try:
        lu = chemin.stat()
    except OSError:
        return None
    return str(chemin), lu.st_mtime_ns, lu.st_size


def _juger(nature: NatureCourrier, chemin: Path | None) -> Modele:
    return _fourni(nature) if chemin is None else Modele(_lire(chemin), chemin.name)


@cache
def _fourni(nature: NatureCourrier) -> Modele:
    return Modele(modele_fourni(nature), f"{nature.libelle}.docx")


def _exiger_dossier(ou: Path) -> None:
    try:
        ou.mkdir(parents=True, exist_ok=True)
    except OSError as cause:
        raise SaisieRefusee(
            f"Le dossier « {ou} » ne peut pas être créé : choisissez un autre dossier de modèles."
        ) from cause


def _lire(chemin: Path) -> bytes:
    try:
        if chemin.stat().st_size > TAILLE_MAXIMUM:
            raise ModeleRefuse(
                f"« {chemin.name} » est trop lourd pour un modèle de courrier : réduisez ses images."
            )
        return chemin.read_bytes()
    except OSError as cause:
        raise ModeleRefuse(
            f"« {chemin.name} » ne peut pas être lu : fermez-le dans Word, puis recommencez."
        ) from cause
