"""The contracts shipped in `resources/contrats/`: listed, read, checked, completed by inheritance."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeVar

from pydantic import ValidationError

from app.services.errors import SaisieRefusee, SourceIllisible
from app.services.folders import ressources
from app.services.referentiel import VERSION, Contrat, Referentiel

VIERGE = "vierge"


@dataclass(frozen=True, slots=True)
class ResumeReferentiel:
    """What the list of contracts shows; `quartiers` counts by nature."""

    id: str
    nom: str
    quartiers: Mapping[str, int]
    communes: int
    communes_signataires: int
    noeuds: int
    regles: int


def dossier() -> Path:
    """Where the référentiels stand."""
    return ressources() / "contrats"


def identifiants() -> tuple[str, ...]:
    return tuple(sorted(chemin.stem for chemin in dossier().glob("*.json")))


def liste() -> list[ResumeReferentiel]:
    """Every contract shipped, resolved, with its counts."""
    return [resumer(charger(identifiant)) for identifiant in identifiants()]


def resumer(referentiel: Referentiel) -> ResumeReferentiel:
    return ResumeReferentiel(
        id=referentiel.identifiant,
        nom=referentiel.contrat.nom,
        quartiers=dict(Counter(q.nature for q in referentiel.quartiers)),
        communes=len(referentiel.communes),
        communes_signataires=sum(c.signataire is True for c in referentiel.communes),
        noeuds=sum(1 for _ in referentiel.noeuds()),
        regles=len(referentiel.regles),
    )


def charger(identifiant: str) -> Referentiel:
    """The contract of that identifiant, resolved. Raises SaisieRefusee when there is none."""
    connus = identifiants()
    if identifiant not in connus:
        raise SaisieRefusee(
            f"Le contrat « {identifiant} » n'est pas connu : choisissez parmi {', '.join(connus)}."
        )
    return charger_fichier(dossier() / f"{identifiant}.json")


def charger_fichier(chemin: Path) -> Referentiel:
    """A référentiel read from a file, resolved and checked. Raises SourceIllisible."""
    referentiel = _lire(chemin)
    if referentiel.herite_de is not None:
        referentiel = _heriter(referentiel, charger(referentiel.herite_de))
    verifier(referentiel)
    return referentiel


def vierge(nom: str, annee_debut: int | None = None, annee_fin: int | None = None) -> Referentiel:
    """A contract known by its name, and its years if given: all else is typed in the file."""
    if not nom.strip():
        raise SaisieRefusee("Donnez un nom au contrat.")
    if annee_debut is not None and annee_fin is not None and annee_fin < annee_debut:
        raise SaisieRefusee("La dernière année du contrat précède la première : corrigez-les.")
    contrat = Contrat(nom=nom.strip(), annee_debut=annee_debut, annee_fin=annee_fin)
    return Referentiel(version=VERSION, identifiant=VIERGE, contrat=contrat)


def _lire(chemin: Path) -> Referentiel:
    try:
        brut = json.loads(chemin.read_text(encoding="utf-8"))
    except OSError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » ne peut pas être lu : vérifiez son emplacement."
        ) from cause
    except ValueError as cause:
        raise SourceIllisible(
            f"« {chemin.name} » n'est pas un fichier JSON lisible : vérifiez son contenu."
        ) from cause
    _exiger_version(brut, chemin.name)
    try:
        return Referentiel.model_validate(brut)
    except ValidationError as cause:
        raise SourceIllisible(_phrase(cause, chemin.name)) from cause


def _exiger_version(brut: Any, nom: str) -> None:
    version = brut.get("version") if isinstance(brut, dict) else None
    if version == VERSION:
        return
    if isinstance(version, int) and version > VERSION:
        raise SourceIllisible(
            f"« {nom} » a été écrit pour une version plus récente : "
            "mettez Tour de table à jour pour le lire."
        )
    raise SourceIllisible(
        f"« {nom} » n'est pas un référentiel de contrat de ville : choisissez un autre fichier."
    )


_MOTIFS = {
    "extra_forbidden": "la clé {cle} n'est pas connue : corrigez-la ou retirez-la",
    "missing": "il manque la clé {cle} : ajoutez-la",
}


def _phrase(erreur: ValidationError, nom: str) -> str:
    """The first fault as one sentence that says where it is."""
    detail = erreur.errors(include_url=False)[0]
    *endroit, cle = [str(partie) for partie in detail["loc"]]
    motif = _MOTIFS.get(detail["type"], "la valeur de {cle} n'est pas acceptée : corrigez-la")
    ou = f" ({' › '.join(endroit)})" if endroit else ""
    return f"Dans « {nom} »{ou}, {motif.format(cle=f'« {cle} »')}."


class _Identifie(Protocol):
    @property
    def identifiant(self) -> str: ...


_I = TypeVar("_I", bound=_Identifie)


def _heriter(enfant: Referentiel, parent: Referentiel) -> Referentiel:
    """The convention communale completed by its contrat-cadre where it is silent.

    Its territory, priorities, signatories, figures and remarks are its own; bodies and rules of both
    are in force, the convention's first.
    """
    regles = [
        regle.model_copy(update={"origine": "contrat-cadre"})
        if regle.origine == "contrat"
        else regle
        for regle in parent.regles
    ]
    return enfant.model_copy(
        update={
            "documents": [*enfant.documents, *parent.documents],
            "nomenclatures": enfant.nomenclatures or parent.nomenclatures,
            "financeurs": enfant.financeurs or parent.financeurs,
            "echelles": enfant.echelles or parent.echelles,
            "etapes": enfant.etapes or parent.etapes,
            "instances": _reunir(enfant.instances, parent.instances),
            "regles": [*enfant.regles, *regles],
        }
    )


def _reunir(siens: Sequence[_I], herites: Sequence[_I]) -> list[_I]:
    connus = {partie.identifiant for partie in siens}
    return [*siens, *(partie for partie in herites if partie.identifiant not in connus)]


def verifier(referentiel: Referentiel) -> None:
    """Raises SourceIllisible when a reference leads nowhere or an identifiant is used twice."""
    communes = {commune.nom for commune in referentiel.communes}
    quartiers = {quartier.identifiant for quartier in referentiel.quartiers}
    noeuds = {noeud.identifiant for noeud in referentiel.noeuds()}
    _exiger(communes, (c.nom for q in referentiel.quartiers for c in q.communes), "commune")
    _exiger(quartiers, (p.quartier for p in referentiel.priorites), "quartier")
    _exiger(quartiers, (i.quartier for i in referentiel.indicateurs), "quartier")
    _exiger(noeuds, (p.noeud for p in referentiel.priorites), "nœud")
    _exiger_uniques(noeud.identifiant for noeud in referentiel.noeuds())
    _exiger_uniques(f"{r.identifiant} ({r.origine})" for r in referentiel.regles)
    _exiger_uniques(financeur.identifiant for financeur in referentiel.financeurs)


def _exiger(connus: set[str], cites: Iterator[str | None], sorte: str) -> None:
    perdu = next((cite for cite in cites if cite is not None and cite not in connus), None)
    if perdu is not None:
        raise SourceIllisible(
            f"Le référentiel cite « {perdu} », {sorte} qu'il ne décrit pas : "
            "ajoutez sa description ou corrigez la référence."
        )


def _exiger_uniques(cles: Iterator[str]) -> None:
    double = next((cle for cle, fois in Counter(cles).items() if fois > 1), None)
    if double is not None:
        raise SourceIllisible(
            f"Le référentiel emploie deux fois l'identifiant « {double} » : changez l'un des deux."
        )
