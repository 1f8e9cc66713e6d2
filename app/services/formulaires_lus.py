"""Forms that porteurs filled, read back: one note a file, its anomalies, and the note it refills."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from app.models.enums import NiveauConstat
from app.services.actions_lues import ActionLue, Lecture, NoteLue, PublicsLus, Releve
from app.services.annees_dites import annees_dites
from app.services.cellules import en_entier, en_montant, en_oui_non, en_texte
from app.services.errors import SourceIllisible, TravailAnnule
from app.services.feuilles import Cellule, Feuille, Progression, Source, jamais, muette, ouvrir
from app.services.identifiants import examiner_siret
from app.services.profils import FORMULAIRE
from app.services.saisie_notes import CHAMPS

FORMAT: Final = "note-intention"
VERSION: Final = 1
IDENTITE: Final = "Identification"  # the hidden sheet that says what the file is
REPONSE, CLE = 1, 3  # columns of an answer, and of the hidden name of its question
SIRET: Final = "siret"
QUESTIONS: Final = frozenset((*CHAMPS, SIRET))
SUFFIXES: Final = (".xlsx", ".xlsm", ".ods", ".xls")
FORMULAIRES_MAXIMUM: Final = 500
COMPRIS: Final = "Lecture des réponses"
_ANNEE: Final = re.compile("20[0-9]{2}")  # any other was put there by hand


def est_formulaire(source: Source) -> bool:
    """Whether a file that was read is one of our forms."""
    return _identite(source).get("format") == FORMAT


def _identite(source: Source) -> Mapping[str, str]:
    for feuille in source.feuilles:
        if feuille.nom == IDENTITE:
            return {en_texte(r[0]): en_texte(r[1]) for r in feuille.cellules if len(r) > 1}
    return {}


def a_lire_ensemble(chemins: Sequence[Path]) -> bool:
    """Whether what was dropped is a folder, or several files that begin with a form."""
    if len(chemins) == 1:
        return chemins[0].is_dir()
    return any(chemin.is_dir() for chemin in chemins) or bool(formulaires_de(chemins[:1]))


def formulaires_de(chemins: Iterable[Path]) -> list[Path]:
    """The forms among files and folders, in their order: opened and looked at."""
    return [chemin for chemin in _fichiers(chemins) if _en_est_un(chemin)]


def _fichiers(chemins: Iterable[Path]) -> list[Path]:
    trouves: list[Path] = []
    for chemin in chemins:
        dedans = sorted(chemin.iterdir()) if chemin.is_dir() else [chemin]
        trouves += [f for f in dedans if f.suffix.lower() in SUFFIXES and f.name[0] not in ".~"]
    return trouves[:FORMULAIRES_MAXIMUM]


def _en_est_un(chemin: Path) -> bool:
    try:
        return est_formulaire(ouvrir(chemin))
    except SourceIllisible:
        return False


def lire_formulaires(
    chemins: Iterable[Path],
    annulation: Callable[[], bool] = jamais,
    progression: Progression = muette,
) -> Lecture:
    """Several forms as one import; a file that is not one is told.

    Raises SourceIllisible, or TravailAnnule between two files.
    """
    sources: list[Source] = []
    releve = Releve()
    fichiers = _fichiers(chemins)
    for fait, chemin in enumerate(fichiers):
        if annulation():
            raise TravailAnnule("Import annulé : rien n'a été modifié.")
        progression(fait, len(fichiers), f"Lecture de « {chemin.name} »")
        try:
            source = ouvrir(chemin, annulation=annulation)
        except SourceIllisible as refus:
            releve.noter(chemin.name, 0, champ="", message=str(refus))
            continue
        if est_formulaire(source):
            sources.append(source)
        else:
            releve.noter(
                chemin.name,
                0,
                champ="",
                message="Ce fichier n'est pas un formulaire : il est laissé.",
            )
    progression(len(fichiers), len(fichiers), COMPRIS)
    if not sources:
        raise SourceIllisible(
            "Aucun formulaire de note d'intention dans ces fichiers : "
            "déposez ceux que Tour de table a préparés."
        )
    return lecture(sources, releve)


def lecture(sources: Sequence[Source], releve: Releve | None = None) -> Lecture:
    """The notes of forms already read."""
    releve = releve or Releve()
    actions = [a for source in sources if (a := _Formulaire(source, releve).action()) is not None]
    if not actions:
        anomalies = " ".join(a.message for a in releve.tout()[:1])
        raise SourceIllisible(anomalies or "Ces formulaires sont vides : rien n'est à importer.")
    nom = sources[0].nom if len(sources) == 1 else f"{len(sources)} formulaires"
    return Lecture(
        fichier=nom,
        profil=FORMULAIRE.identifiant,
        profil_nom=FORMULAIRE.nom,
        feuilles=tuple(source.nom for source in sources),
        feuille=sources[0].nom,
        colonnes=(),
        actions=tuple(actions),
        anomalies=releve.tout(),
    )


@dataclass(frozen=True, slots=True)
class _Reponses:
    """The answers by question, each with its line (from 1)."""

    cellules: Mapping[str, list[Cellule]]
    lignes: Mapping[str, int]
    fautes: Mapping[str, str] = field(default_factory=dict)


class _Formulaire:
    """One form. What cannot be read is noted under the name of its file, and left empty."""

    def __init__(self, source: Source, releve: Releve) -> None:
        self._nom = source.nom
        self._identite = _identite(source)
        self._releve = releve
        self._lues = _reponses(source.feuilles)

    def action(self) -> ActionLue | None:
        """The note that the form announces; None when it is no use to go on."""
        if not self._lisible():
            return None
        rediges = {cle: self._texte(cle) for cle in ("titre", "porteur", "echelle")}
        if not any(rediges.values()) and not self._textes("ambition"):
            self._noter("", "Ce formulaire est vide : il est laissé.")
            return None
        for cle, faute in self._lues.fautes.items():
            self._noter(cle, f"{_question(cle)} : {faute}")
        axe, objectif = self._texte("axe"), self._texte("objectif")
        return ActionLue(
            feuille=self._nom,
            ligne=self._lues.lignes.get("titre", 1),
            cle=self._identite.get("action") or None,
            annee=self._annee(),
            titre=rediges["titre"],
            porteur=rediges["porteur"],
            siret=self._siret(),
            echelle=rediges["echelle"],
            quartiers=tuple((nom, None) for nom in self._textes("quartiers")),
            communes=self._textes("communes"),
            classements=tuple(filter(None, (axe, objectif))),
            publics=PublicsLus(
                total=self._lire("public_total", en_entier),
                qpv=self._lire("public_qpv", en_entier),
            ),
            note=self._note(),
        )

    def _note(self) -> NoteLue:
        annees = ", ".join(self._textes("cpo_annees"))
        return NoteLue(
            ambition=self._texte("ambition"),
            porteur_pressenti=self._texte("porteur_pressenti"),
            budget_envisage=self._positif(self._lire("budget_envisage", en_montant)),
            cpo_demandee=self._lire("cpo_demandee", en_oui_non),
            cpo_annees=tuple(self._lire_texte("cpo_annees", annees)),
            financeurs=self._textes("financeurs"),
        )

    def _lisible(self) -> bool:
        version = self._identite.get("version", "")
        if version.isdecimal() and int(version[:9]) > VERSION:
            self._noter(
                "", "Ce formulaire vient d'une version plus récente : mettez Tour de table à jour."
            )
            return False
        return True

    def _annee(self) -> int | None:
        annee = self._identite.get("annee", "")
        return int(annee) if _ANNEE.fullmatch(annee) else None

    # Answers ------------------------------------------------------------------------------------

    def _textes(self, cle: str) -> tuple[str, ...]:
        bruts = (en_texte(c).strip() for c in self._lues.cellules.get(cle, ()))
        return tuple(dict.fromkeys(filter(None, bruts)))

    def _texte(self, cle: str) -> str | None:
        return next(iter(self._textes(cle)), None)

    def _lire(self, cle: str, lire: Any) -> Any:
        for cellule in self._lues.cellules.get(cle, ()):
            if cellule is None:
                continue
            try:
                return lire(cellule)
            except ValueError:
                self._illisible(cle, en_texte(cellule))
        return None

    def _lire_texte(self, cle: str, texte: str) -> list[str]:
        try:
            return annees_dites(texte)
        except ValueError:
            self._illisible(cle, texte)
            return []

    def _illisible(self, cle: str, texte: str) -> None:
        self._noter(
            cle,
            f"{_question(cle)} : « {texte[:40]} » ne se lit pas, la réponse est laissée vide.",
        )

    def _positif(self, montant: Any) -> Any:
        if montant is None or montant >= 0:
            return montant
        self._noter("budget_envisage", "Budget envisagé négatif : il n'est pas repris.")
        return None

    def _siret(self) -> str | None:
        brut = self._texte(SIRET)
        if brut is None:
            return None
        lu = examiner_siret(brut)
        if lu.valeur is None:
            self._noter(SIRET, f"SIRET « {brut} » non repris : {lu.defaut}.")
        return lu.valeur

    def _noter(self, cle: str, message: str) -> None:
        self._releve.noter(
            self._nom,
            self._lues.lignes.get(cle, 0),
            champ=cle,
            message=message,
            niveau=NiveauConstat.ALERTE,
        )


def _question(cle: str) -> str:
    return CHAMPS[cle].question if cle in CHAMPS else "SIRET"


def _reponses(feuilles: Sequence[Feuille]) -> _Reponses:
    """Each answer by the hidden name of its question, wherever its row went."""
    cellules: dict[str, list[Cellule]] = defaultdict(list)
    lignes: dict[str, int] = {}
    fautes: dict[str, str] = {}
    for feuille in feuilles:
        if feuille.nom == IDENTITE:
            continue
        for rang, rangee in enumerate(feuille.cellules):
            cle = rangee[CLE] if len(rangee) > CLE else None
            if not isinstance(cle, str) or cle not in QUESTIONS:
                continue
            lignes.setdefault(cle, rang + 1)
            if (rang, REPONSE) in feuille.fautes:
                fautes[cle] = "la cellule est en erreur, elle est laissée vide."
            else:
                cellules[cle].append(rangee[REPONSE])
    return _Reponses(cellules, lignes, fautes)
