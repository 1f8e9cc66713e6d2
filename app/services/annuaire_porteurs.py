"""The organismes of the file, found by SIRET, RNA or name; those to create, and likely duplicates."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select

from app.models.base import nouvelle_cle
from app.models.enums import NatureOrganisme
from app.models.organisme import Organisme
from app.services.actions_lues import ActionLue
from app.services.fichier import Fichier
from app.services.identifiants import nom_normalise
from app.services.plans import CREER, Genre, Geste, Rapprochement
from app.services.valeurs_lues import nature_porteur

SEUIL_DOUBLON: Final = 88
SIREN: Final = 9


class AnnuairePorteurs:
    """Loaded once. A porteur met twice in the source is one porteur."""

    def __init__(self, fichier: Fichier, resolutions: Mapping[tuple[Genre, str], str]) -> None:
        self._resolutions = resolutions
        self._lignes: dict[str, Any] = {}
        self._par_siret: dict[str, str] = {}
        self._par_rna: dict[str, str] = {}
        self._par_nom: dict[str, str] = {}
        self._prevus: dict[str, dict[str, Any]] = {}
        self._donnes: set[tuple[str, str]] = set()
        self.creations: dict[str, Geste] = {}
        self.rapprochements: list[Rapprochement] = []
        requete = select(
            Organisme.cle, Organisme.nom, Organisme.sigle, Organisme.siret, Organisme.rna,
            Organisme.nature, Organisme.code_postal, Organisme.ville, Organisme.variantes,
            Organisme.fusionne_dans,
        )  # fmt: skip
        lignes = fichier.lignes(requete)
        self._fusions = {o.cle: o.fusionne_dans for o in lignes if o.fusionne_dans}
        for organisme in lignes:
            self._apprendre(organisme)

    def _apprendre(self, organisme: Any) -> None:
        cle = self._final(organisme.cle)
        if cle == organisme.cle:
            self._lignes[cle] = organisme
        for index, valeur in ((self._par_siret, organisme.siret), (self._par_rna, organisme.rna)):
            if valeur:
                index.setdefault(valeur, cle)
        for nom in (organisme.nom, organisme.sigle, *(organisme.variantes or ())):
            if nom:
                self._par_nom.setdefault(nom_normalise(nom), cle)

    def _final(self, cle: str) -> str:
        """The organisme that an organisme was merged into."""
        vus: set[str] = set()
        while cle in self._fusions and cle not in vus:
            vus.add(cle)
            cle = self._fusions[cle]
        return cle

    def nom(self, cle: str | None) -> str:
        if cle is None:
            return ""
        if cle in self._lignes:
            return str(self._lignes[cle].nom)
        return str(self._prevus[cle]["nom"]) if cle in self._prevus else ""

    def trouver(self, action: ActionLue) -> str | None:
        """The key of the porteur of an action, created when the file has none such; None: no name."""
        libelle = action.porteur
        choix = self._resolutions.get((Genre.PORTEUR, libelle)) if libelle else None
        if choix not in (None, CREER):
            return choix
        for index, valeur in ((self._par_siret, action.siret), (self._par_rna, action.rna)):
            if valeur and valeur in index:
                return self._completer(index[valeur], action)
        if libelle is None:
            return None
        connu = self._par_nom.get(nom_normalise(libelle))
        if connu is not None and not self._siren_different(connu, action.siret):
            return self._completer(connu, action)
        return self._creer(libelle, action, demande=choix == CREER)

    def _siren_different(self, cle: str, siret: str | None) -> bool:
        """Two bodies of the same name with different SIREN are two bodies."""
        connu = self._valeur(cle, "siret")
        return bool(siret and connu and connu[:SIREN] != siret[:SIREN])

    def _valeur(self, cle: str, champ: str) -> Any:
        if cle in self._prevus:
            return self._prevus[cle].get(champ)
        return getattr(self._lignes[cle], champ)

    def _completer(self, cle: str, action: ActionLue) -> str:
        """A porteur to create may be told in several rows: each brings what the others lack."""
        prevu = self._prevus.get(cle)
        if prevu is not None:
            for champ in ("siret", "rna", "sigle", "code_postal", "ville"):
                if prevu.get(champ) is None:
                    prevu[champ] = getattr(action, champ)
            self._indexer(cle, action)
        return cle

    def _creer(self, libelle: str, action: ActionLue, *, demande: bool) -> str:
        cle = nouvelle_cle()
        proche = self._proche(libelle)
        nature = action.nature_porteur or nature_porteur(libelle)
        self._prevus[cle] = {
            "nom": libelle,
            "sigle": action.sigle,
            "nature": nature or str(NatureOrganisme.ASSOCIATION),
            "siret": action.siret,
            "rna": action.rna,
            "code_postal": action.code_postal,
            "ville": action.ville,
        }
        self.creations[cle] = Geste(Organisme, cle, self._prevus[cle], nouveau=True)
        self.rapprochements.append(
            Rapprochement(
                Genre.PORTEUR,
                libelle,
                cle,
                libelle,
                cree=True,
                sur=demande or proche is None,
                proche_cle=proche[0] if proche else None,
                proche_nom=self.nom(proche[0]) if proche else "",
                score=proche[1] if proche else 0.0,
            )
        )
        self._indexer(cle, action)
        return cle

    def _indexer(self, cle: str, action: ActionLue) -> None:
        for index, valeur in (
            (self._par_siret, action.siret),
            (self._par_rna, action.rna),
            (self._par_nom, action.porteur and nom_normalise(action.porteur)),
        ):
            if valeur:
                index.setdefault(valeur, cle)

    def _proche(self, libelle: str) -> tuple[str, float] | None:
        """The porteur of nearest name, likely the same one written otherwise."""
        from rapidfuzz import fuzz, process

        trouve = process.extractOne(
            nom_normalise(libelle),
            self._par_nom.keys(),
            scorer=fuzz.token_sort_ratio,
            score_cutoff=SEUIL_DOUBLON,
        )
        return None if trouve is None else (self._par_nom[trouve[0]], trouve[1])

    def manques(self, cle: str, action: ActionLue) -> dict[str, Any]:
        """What the source knows of a porteur of the file that the file does not; told once."""
        if cle not in self._lignes:
            return {}
        connus = {
            champ: valeur
            for champ in ("siret", "rna", "sigle", "code_postal", "ville")
            if (valeur := getattr(action, champ)) is not None
            and getattr(self._lignes[cle], champ) is None
            and (cle, champ) not in self._donnes
        }
        self._donnes |= {(cle, champ) for champ in connus}
        return connus
