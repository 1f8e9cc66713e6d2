"""What a note d'intention of a source changes in the one that the file holds."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from app.models.depot import NoteIntention
from app.models.droit_commun import Sollicitation
from app.models.enums import ResultatSollicitation, StatutAction
from app.models.montants import afficher_montant
from app.services.actions_lues import ActionLue, NoteLue
from app.services.appels_courants import aujourd_hui
from app.services.ecarts import Ecart
from app.services.existants import Existante

LIBELLES: Final[Mapping[str, str]] = {
    "ambition": "Ambition",
    "porteur_pressenti": "Porteur pressenti",
    "budget_envisage": "Budget envisagé",
    "cpo_demandee": "CPO demandée",
    "cpo_annees": "Années de CPO",
}
_CPO: Final = ("cpo_demandee", "cpo_annees")


def naissance(action: ActionLue, appel: str | None, courant: str | None) -> dict[str, Any]:
    """What a new action begins with; a note answers the call that is open when none is chosen."""
    if action.note is None:
        return {"appel": appel, "statut": str(StatutAction.DEPOSEE)}
    return {
        "appel": appel or courant,
        "statut": str(StatutAction.NOTE),
        "date_depot": aujourd_hui().isoformat(),
    }


def comparer_note(
    ecart: Ecart, existante: Existante, lue: NoteLue, *, trouver: Callable[[str], str | None]
) -> None:
    """Write what differs; `trouver` gives the financeur of a name. A frozen CPO stays, and it is told."""
    note = existante.note
    voulus = _voulus(lue)
    if note is None:
        ecart.creer(NoteIntention, action=existante.cle, **voulus)
        _noter(ecart, {}, voulus)
    else:
        changes = {n: v for n, v in voulus.items() if _stocke(getattr(note, n)) != v}
        if note.cpo_figee_le and any(nom in changes for nom in _CPO):
            changes = {n: v for n, v in changes.items() if n not in _CPO}
            ecart.laisses.append(
                "La demande de CPO diffère de celle du dépôt, qui est figée : elle n'est pas "
                "reprise. Changez-la dans la note, avec un motif."
            )
        if changes:
            ecart.modifier(NoteIntention, note.cle, **changes)
            _noter(ecart, note._asdict(), changes)
    _avertir(ecart, existante)
    _comparer_sollicitations(ecart, existante, lue.financeurs, trouver)


def _voulus(lue: NoteLue) -> dict[str, Any]:
    """What the source gives; years ask for a CPO, a « no » has no years."""
    demandee = True if lue.cpo_annees and lue.cpo_demandee is None else lue.cpo_demandee
    tous = {
        "ambition": lue.ambition,
        "porteur_pressenti": lue.porteur_pressenti,
        "budget_envisage": lue.budget_envisage,
        "cpo_demandee": demandee,
        "cpo_annees": list(lue.cpo_annees) if demandee and lue.cpo_annees else None,
    }
    voulus = {nom: valeur for nom, valeur in tous.items() if valeur is not None}
    return voulus | {"cpo_annees": []} if demandee is False else voulus


def _stocke(valeur: Any) -> Any:
    return list(valeur) if isinstance(valeur, (list, tuple)) else valeur


def _noter(ecart: Ecart, avant: Mapping[str, Any], apres: Mapping[str, Any]) -> None:
    for nom, valeur in apres.items():
        if _afficher(nom, avant.get(nom)) != _afficher(nom, valeur):
            ecart.noter(LIBELLES[nom], _afficher(nom, avant.get(nom)), _afficher(nom, valeur))


def _afficher(nom: str, valeur: Any) -> str:
    if valeur is None:
        return ""
    if nom == "budget_envisage":
        return afficher_montant(valeur, euro=True)
    if isinstance(valeur, bool):
        return "Oui" if valeur else "Non"
    return ", ".join(valeur) if isinstance(valeur, (list, tuple)) else str(valeur)


def _avertir(ecart: Ecart, existante: Existante) -> None:
    """A note that comes after its dossier would write over it: it is said."""
    statut = existante.action.get("statut")
    if ecart.changements and statut not in (None, StatutAction.NOTE):
        mot = StatutAction.libelle_de(statut).lower()
        ecart.laisses.append(
            f"Cette action n'est plus une note d'intention ({mot}) : vérifiez avant d'importer."
        )


def _comparer_sollicitations(
    ecart: Ecart,
    existante: Existante,
    noms: tuple[str, ...],
    trouver: Callable[[str], str | None],
) -> None:
    """Add who was approached; nobody is taken away, an answer may be noted."""
    presents = {
        (s.financeur, None if s.financeur else s.aupres_de) for s in existante.sollicitations
    }
    ajoutes = []
    for nom in noms:
        financeur = trouver(nom)
        qui = (financeur, None) if financeur else (None, nom)
        if qui in presents:
            continue
        presents.add(qui)
        ajoutes.append(nom)
        ecart.creer(
            Sollicitation,
            action=existante.cle,
            financeur=financeur,
            aupres_de=None if financeur else nom,
            resultat=str(ResultatSollicitation.EN_ATTENTE),
            rang=len(presents),
        )
    if ajoutes:
        ecart.noter("Financeurs sollicités", "", ", ".join(ajoutes))
