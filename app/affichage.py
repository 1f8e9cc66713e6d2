"""What the commands show to a person: aligned tables, short lists, one idea a line."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.console import accorder, aligner, dire

if TYPE_CHECKING:
    from app.services.actions_lues import Anomalie
    from app.services.plans import Compte, Plan
    from app.services.verification import Rapport

CITES = 30  # findings or anomalies shown; --json counts or gives them all


def resume(resume: Any) -> dict[str, Any]:
    """The stable shape of `contrats --json`."""
    return {
        "id": resume.id,
        "nom": resume.nom,
        "quartiers": dict(resume.quartiers),
        "communes": resume.communes,
        "communes_signataires": resume.communes_signataires,
        "noeuds": resume.noeuds,
        "regles": resume.regles,
    }


COURTS = {"QPV": "QPV", "QIC": "QIC", "zone_vulnerable": "zone(s)"}


def afficher_contrats(resumes: Sequence[dict[str, Any]]) -> None:
    """Names last: they are long."""
    entete = ("Contrat", "Quartiers", "Communes", "Signataires", "Nœuds", "Règles", "Nom")
    nombres = ("communes", "communes_signataires", "noeuds", "regles")
    lignes = [
        (r["id"], _quartiers(r["quartiers"]), *(str(r[nom]) for nom in nombres), r["nom"])
        for r in resumes
    ]
    for ligne in aligner(lignes, entete=entete, droite=(2, 3, 4, 5)):
        dire(ligne)


def _quartiers(comptes: dict[str, int]) -> str:
    """« 16 QPV, 9 QIC »."""
    morceaux = [f"{nombre} {COURTS.get(nature, nature)}" for nature, nombre in comptes.items()]
    return ", ".join(morceaux) or "aucun"


def afficher_import(plan: "Plan", compte: "Compte", *, simuler: bool) -> None:
    if simuler:
        dire("Simulation : rien n'a été écrit.")
    nombres = (
        ("Lignes lues", compte.lues),
        ("Actions ajoutées", compte.ajoutees),
        ("Mises à jour", compte.mises_a_jour),
        ("Ignorées", compte.ignorees),
    )
    for ligne in aligner([(nom, f": {nombre}") for nom, nombre in nombres]):
        dire(ligne)
    if not compte.ajoutees and not compte.mises_a_jour:
        dire("Rien ne change : le fichier contient déjà ces données, ou elles sont ignorées.")
    motifs = Counter(ligne.motif for ligne in plan.lignes if ligne.verdict == "ignorer")
    _afficher_liste("Pourquoi", [f"{motif} : {nombre}" for motif, nombre in motifs.items()])
    reconduites = sum(ligne.filiation is not None for ligne in plan.lignes)
    if reconduites:
        dire()
        dire(f"Reconductions reconnues : {reconduites}. Vérifiez-les dans la fenêtre.")
    messages = [_anomalie(a) for a in compte.anomalies]
    _afficher_liste(f"Anomalies ({len(messages)})", messages)


def _anomalie(anomalie: "Anomalie") -> str:
    ou = [anomalie.feuille] if anomalie.feuille else []
    ou += [f"ligne {anomalie.ligne}"] if anomalie.ligne else []
    return " : ".join(filter(None, [", ".join(ou), anomalie.message]))


def afficher_rapport(fichier: Path, rapport: "Rapport") -> None:
    from app.models.enums import NiveauConstat

    operations = accorder(rapport.operations, "opération")
    paires = [
        ("Fichier", f"« {fichier.name} »"),
        ("Intégrité", "bonne" if not rapport.integrite else "fichier endommagé"),
        ("Journal", f"{operations}, {_etat_du_journal(rapport)}")
        if rapport.complet
        else ("Journal", "non contrôlé"),
        ("Constats", str(len(rapport.constats) or "aucun") if rapport.complet else "non cherchés"),
    ]
    if rapport.sceaux:
        paires.insert(3, ("Séances closes", "scellement rompu"))
    elif rapport.scelles:
        prouves = accorder(rapport.scelles, "scellement prouvé", "scellements prouvés")
        paires.insert(3, ("Séances closes", prouves))
    if rapport.donnees:
        paires.insert(3, ("Données", "différentes de ce que dit le journal"))
    for ligne in aligner([(nom, f": {valeur}") for nom, valeur in paires]):
        dire(ligne)
    for defaut in rapport.defauts:
        dire(f"  {defaut}")
    for niveau in reversed(NiveauConstat):
        messages = [c.message for c in rapport.constats if c.niveau == niveau]
        _afficher_liste(f"{niveau.libelle} ({len(messages)})", messages)


def _etat_du_journal(rapport: "Rapport") -> str:
    if rapport.journal:
        return "modifié après coup"
    return "intact mais sans sa protection" if rapport.protections else "intact"


def _afficher_liste(titre: str, messages: Sequence[str]) -> None:
    if not messages:
        return
    dire()
    dire(titre)
    for message in messages[:CITES]:
        dire(f"  {message}")
    if len(messages) > CITES:
        dire(f"  … et {accorder(len(messages) - CITES, 'autre')}")


def afficher_versions(versions: dict[str, str]) -> None:
    for ligne in aligner([(nom, f": {version}") for nom, version in versions.items()]):
        dire(ligne)
