"""Letters as files: one for each, one for all, in Word and in PDF. All are made before any is written."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from app.models.enums import NatureCourrier
from app.services.accords import compter
from app.services.bureautique import ConversionManquee, en_pdf, libreoffice
from app.services.courriers import Lettre
from app.services.courriers_pages import PagesDeCourriers
from app.services.courriers_reunis import reunir
from app.services.documents import ecrire_entier
from app.services.errors import ErreurConnue, LectureSeule, SaisieRefusee
from app.services.fichiers_joints import nom_libre

LOT = 100  # files in one run of LibreOffice
MAXIMUM = 1000  # letters in one production


@dataclass(frozen=True, slots=True)
class Demande:
    """What to write: each letter apart, all in one file, in which formats."""

    separees: bool = True
    reunies: bool = False
    word: bool = True
    pdf: bool = False


@dataclass(frozen=True, slots=True)
class Production:
    """What was written. `fichiers`: where each letter stands; `pdf`: what made the PDF, or nothing."""

    chemins: tuple[Path, ...]
    fichiers: tuple[Path, ...]
    pdf: str = ""


class FichierOuvert(LectureSeule):
    """The file cannot be replaced; `propose` is a name that is free."""

    def __init__(self, chemin: Path) -> None:
        pris = {c.name.casefold() for c in chemin.parent.iterdir()}
        self.propose = chemin.with_name(nom_libre(chemin.name, pris))
        super().__init__(
            f"« {chemin.name} » est ouvert dans un autre programme : fermez-le, ou enregistrez sous "
            f"le nom « {self.propose.name} »."
        )


def produire(
    lettres: Sequence[Lettre],
    ou: Path,
    demande: Demande,
    *,
    auteur: str,
    jour: date,
    avance: Callable[[int, int], object] | None = None,
) -> Production:
    """Write the letters in a folder; what is there already is never replaced. Raises ErreurConnue."""
    _exiger(lettres, demande)
    noms = _noms_libres(lettres, ou)
    commun = _nom_commun(lettres, jour)
    octets: dict[str, bytes] = {}
    par = ""
    ensemble = reunir([x.octets for x in lettres], commun) if demande.reunies else b""
    if demande.word:
        if demande.separees:
            octets |= {f"{nom}.docx": x.octets for nom, x in zip(noms, lettres, strict=True)}
        if demande.reunies:
            octets[f"{commun}.docx"] = ensemble
    if demande.pdf:
        faits, par = _pdf(
            lettres, noms if demande.separees else [], commun if demande.reunies else "",
            ensemble, auteur=auteur, jour=jour, avance=avance,
        )  # fmt: skip
        octets |= faits
    chemins = _ecrire(ou, octets)
    if demande.separees:
        suffixe = ".docx" if demande.word else ".pdf"
        fichiers = tuple(chemins[f"{nom}{suffixe}"] for nom in noms)
    else:
        fichiers = (next(iter(chemins.values())),) * len(lettres)
    return Production(tuple(chemins.values()), fichiers, par)


def ecrire_une(lettre: Lettre, chemin: Path, *, auteur: str, jour: date) -> str:
    """One letter where the person said; what made the PDF, or nothing. Raises FichierOuvert."""
    octets, par = lettre.octets, ""
    if chemin.suffix.lower() == ".pdf":
        faits, par = _pdf([lettre], [lettre.nom], "", b"", auteur=auteur, jour=jour)
        octets = faits[f"{lettre.nom}.pdf"]
    ecrire_ou_proposer(chemin, octets)
    return par


def ecrire_reunies(lettres: Sequence[Lettre], chemin: Path, *, auteur: str, jour: date) -> str:
    """All of them in one file where the person said. Raises FichierOuvert."""
    commun = _nom_commun(lettres, jour)
    octets, par = reunir([x.octets for x in lettres], commun), ""
    if chemin.suffix.lower() == ".pdf":
        faits, par = _pdf(lettres, [], commun, octets, auteur=auteur, jour=jour)
        octets = faits[f"{commun}.pdf"]
    ecrire_ou_proposer(chemin, octets)
    return par


def ecrire_ou_proposer(chemin: Path, octets: bytes) -> None:
    """Write whole; where the file is open elsewhere, another name is proposed."""
    try:
        ecrire_entier(chemin, octets)
    except LectureSeule as refus:
        if chemin.exists():
            raise FichierOuvert(chemin) from refus
        raise


def _exiger(lettres: Sequence[Lettre], demande: Demande) -> None:
    if not lettres:
        raise SaisieRefusee("Aucun courrier n'est choisi : sélectionnez des lignes.")
    if len(lettres) > MAXIMUM:
        raise SaisieRefusee(
            f"Pas plus de {MAXIMUM} courriers à la fois : choisissez moins de lignes."
        )
    if not (demande.separees or demande.reunies) or not (demande.word or demande.pdf):
        raise SaisieRefusee(
            "Choisissez au moins un format, et une lettre par fichier ou toutes en un."
        )


def _noms_libres(lettres: Sequence[Lettre], ou: Path) -> list[str]:
    """A name for each, that no file of the folder bears, whatever its format."""
    try:
        pris = {c.stem.casefold() for c in ou.iterdir()}
    except OSError as cause:
        raise SaisieRefusee(
            f"Le dossier « {ou} » n'existe pas : créez-le ou choisissez un autre dossier."
        ) from cause
    noms = []
    for lettre in lettres:
        # The name may hold a point: it must not be taken for an extension.
        nom = nom_libre(lettre.nom.replace(".", " "), pris)
        pris.add(nom.casefold())
        noms.append(nom)
    return noms


def _nom_commun(lettres: Sequence[Lettre], jour: date) -> str:
    """« 12 courriers – Accord – 2026-03-20 »."""
    natures = {lettre.ligne.nature for lettre in lettres}
    seule = NatureCourrier.libelle_de(natures.pop()) if len(natures) == 1 else ""
    nombre = compter(len(lettres), "courrier")
    return " – ".join(filter(None, (nombre, seule, jour.isoformat())))


def _pdf(
    lettres: Sequence[Lettre],
    noms: Sequence[str],
    commun: str,
    ensemble: bytes,
    *,
    auteur: str,
    jour: date,
    avance: Callable[[int, int], object] | None = None,
) -> tuple[dict[str, bytes], str]:
    """Name -> PDF, and what made them: LibreOffice where it is there, else our own pages."""
    sources = {f"{nom}.pdf": x.octets for nom, x in zip(noms, lettres, strict=False)}
    if commun:
        sources[f"{commun}.pdf"] = ensemble
    if libreoffice() is not None:
        with contextlib.suppress(ConversionManquee):
            return _par_libreoffice(sources, avance), "LibreOffice"
    faits = {
        f"{nom}.pdf": PagesDeCourriers(
            [x.octets], objet=x.objet or nom, auteur=auteur, jour=jour
        ).pdf()
        for nom, x in zip(noms, lettres, strict=False)
    }
    if commun:
        toutes = [x.octets for x in lettres]
        pages = PagesDeCourriers(toutes, objet=commun, auteur=auteur, jour=jour)
        faits[f"{commun}.pdf"] = pages.pdf()
    return faits, "mise en page du programme"


def _par_libreoffice(
    sources: dict[str, bytes], avance: Callable[[int, int], object] | None
) -> dict[str, bytes]:
    noms = list(sources)
    faits: dict[str, bytes] = {}
    for debut in range(0, len(noms), LOT):
        lot = noms[debut : debut + LOT]
        faits |= dict(zip(lot, en_pdf([sources[nom] for nom in lot]), strict=True))
        if avance is not None:
            avance(min(debut + LOT, len(noms)), len(noms))
    return faits


def _ecrire(ou: Path, octets: dict[str, bytes]) -> dict[str, Path]:
    """All the files, or none: those already written go when one cannot be."""
    pris = {c.name.casefold() for c in ou.iterdir()}
    ecrits: dict[str, Path] = {}
    try:
        for nom, contenu in octets.items():
            chemin = ou / nom_libre(nom, pris)
            ecrire_entier(chemin, contenu)
            pris.add(chemin.name.casefold())
            ecrits[nom] = chemin
    except ErreurConnue:
        for chemin in ecrits.values():
            with contextlib.suppress(OSError):
                chemin.unlink()
        raise
    return ecrits
