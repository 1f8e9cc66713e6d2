"""The seal of a séance: what it covers, and the proof that nothing of it has changed since."""

import hashlib
import json
import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from app.models.base import en_centiemes
from app.models.enums import EtatSeance
from app.models.journal import Operation
from app.models.seance import Point, Scellement, Seance
from app.services.decisions_lues import comptees, lire_decisions
from app.services.deports import lire_deports
from app.services.errors import FichierIllisible, SaisieRefusee
from app.services.fichier import Lire

CLORE, EN_PASSANT = "Clore la séance", " en passant outre "


@dataclass(frozen=True, slots=True)
class LigneScellement:
    """A closing. `operation`: number of the journal's entry that `empreinte` closes.

    `outre`: what was passed over to close, and why (« 2 remarques : … »); empty when nothing was.
    """

    cle: str
    seance: str
    version: int
    operation: int
    empreinte: str
    empreinte_decisions: str
    scelle_le: str
    motif: str | None
    outre: str = ""


@dataclass(frozen=True, slots=True)
class Sceaux:
    """What `verifier` says of the seals: how many hold, and a sentence for each that does not."""

    prouves: int
    defauts: tuple[str, ...]


def lire_scellements(lire: Lire, *conditions: Any) -> list[LigneScellement]:
    """The closings, by séance then version."""
    requete = select(
        Scellement.cle,
        Scellement.seance,
        Scellement.version,
        Scellement.operation,
        Scellement.empreinte,
        Scellement.empreinte_decisions,
        Scellement.scelle_le,
        Scellement.motif,
        Operation.libelle,
    )
    requete = requete.join(Operation, _SUIVANTE, isouter=True).where(*conditions)
    lignes = lire(requete.order_by(Scellement.seance, Scellement.version))
    return [
        replace(LigneScellement(*ligne[:-1]), outre=passe_outre(ligne.libelle)) for ligne in lignes
    ]


# The entry of the journal that closes bears the reason: it can neither be changed nor taken away.
_SUIVANTE = (Operation.numero == Scellement.operation + 1) & (
    Operation.empreinte_precedente == Scellement.empreinte
)


def libelle_de_cloture(remarques: int, raison: str) -> str:
    """The label of the operation that closes; without a reason, nothing was passed over."""
    if not raison:
        return CLORE
    pluriel = "s" if remarques > 1 else ""
    return f"{CLORE}{EN_PASSANT}{remarques} remarque{pluriel} : {raison}"


def passe_outre(libelle: str | None) -> str:
    """« 2 remarques : … », of such a label."""
    tete = CLORE + EN_PASSANT
    return (libelle or "").removeprefix(tete) if (libelle or "").startswith(tete) else ""


def empreinte_decisions(lire: Lire, seance: str) -> str:
    """SHA-256 of what a closing freezes: decisions, amounts in cents, exits, in canonical JSON."""
    decisions = comptees(lire_decisions(lire, Point.seance == seance))
    deports = lire_deports(lire, Point.seance == seance)
    contenu = {
        "decisions": [_decision(d) for d in sorted(decisions, key=lambda d: d.cle)],
        "deports": [
            [d.cle, d.point, d.membre, d.motif, d.sortie, d.retour]
            for d in sorted(deports, key=lambda d: d.cle)
        ],
    }
    texte = json.dumps(contenu, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(texte.encode()).hexdigest()


def _decision(decision: Any) -> dict[str, Any]:
    """Keys, not names: a financeur may be called otherwise later without breaking the seal."""
    return {
        "decision": decision.cle,
        "point": decision.point,
        "action": decision.action,
        "nature": decision.nature,
        "motif": decision.motif,
        "conditions": decision.conditions,
        "rang": decision.rang,
        "cpo_annees": decision.cpo_annees,
        "phrase": decision.phrase,
        "en_bloc": decision.en_bloc,
        "decidee_le": decision.decidee_le,
        "montants": sorted(
            [
                m.payeur.financeur,
                m.payeur.ligne_credit or "",
                m.payeur.commune or "",
                m.annee,
                None if m.montant is None else en_centiemes(m.montant),
            ]
            for m in decision.montants
        ),
    }


@dataclass(frozen=True, slots=True)
class Preuve:
    """What a fingerprint read on a paper is worth, in a sentence. `seance` None: it is not from here."""

    prouvee: bool
    phrase: str
    seance: str | None = None
    version: int | None = None


LONGUEUR_MINIMUM = 12  # signs: fewer could be those of several séances
_HEXA = re.compile(r"[0-9a-f]+")


def prouver(lire: Lire, texte: str) -> Preuve:
    """Find the closing that a paper comes from, by its fingerprint or the beginning of it.

    Raises SaisieRefusee on a text that is no fingerprint.
    """
    empreinte = "".join(texte.split()).rstrip("….").lower()
    if not _HEXA.fullmatch(empreinte) or len(empreinte) < LONGUEUR_MINIMUM:
        raise SaisieRefusee(
            "Une empreinte est une suite de chiffres et de lettres de a à f : recopiez-en au moins "
            f"{LONGUEUR_MINIMUM}."
        )
    for sceau in lire_scellements(lire):
        if sceau.empreinte.startswith(empreinte) or sceau.empreinte_decisions.startswith(empreinte):
            return _preuve(lire, sceau)
    return Preuve(
        False,
        f"Aucune séance close de ce fichier ne porte l'empreinte « {empreinte} » : le papier vient "
        "d'un autre fichier, ou l'empreinte est mal recopiée.",
    )


def _preuve(lire: Lire, sceau: LigneScellement) -> Preuve:
    requete = select(Seance.cle, Seance.titre, Seance.etat, Seance.version)
    ou = sceau.seance, sceau.version
    seance = next(iter(lire(requete.where(Seance.cle == sceau.seance))), None)
    if seance is None:
        return Preuve(
            False, "La séance que scelle cette empreinte n'est plus dans ce fichier.", *ou
        )
    if defaut := _defaut(lire, sceau, seance):
        return Preuve(False, defaut, *ou)
    phrase = f"Empreinte prouvée : « {seance.titre} », version {sceau.version}"
    if sceau.version < seance.version:
        phrase += f", que la version {seance.version} remplace"
    elif seance.etat != EtatSeance.CLOSE:
        phrase += ", mais la séance a été rouverte depuis"
    return Preuve(True, f"{phrase}.", *ou)


def verifier_sceaux(lire: Lire) -> Sceaux:
    """Prove or deny every seal: the journal's entry, and the decisions of what is closed."""
    seances = {
        s.cle: s for s in lire(select(Seance.cle, Seance.titre, Seance.etat, Seance.version))
    }
    prouves, defauts = 0, []
    scelles = set()
    for sceau in lire_scellements(lire):
        seance = seances.get(sceau.seance)
        scelles.add((sceau.seance, sceau.version))
        defaut = _defaut(lire, sceau, seance) if seance else "Un scellement a perdu sa séance."
        prouves += not defaut
        defauts += [defaut] if defaut else []
    defauts += [
        f"« {s.titre} » est close, mais son scellement a disparu."
        for s in seances.values()
        if s.etat == EtatSeance.CLOSE and (s.cle, s.version) not in scelles
    ]
    return Sceaux(prouves, tuple(defauts))


def exiger_intact(lire: Lire, sceau: LigneScellement, seance: Any) -> None:
    """Raises FichierIllisible when a seal no longer holds: no paper may bear its fingerprint."""
    if defaut := _defaut(lire, sceau, seance):
        raise FichierIllisible(f"{defaut} Aucun papier n'en est écrit : restaurez une sauvegarde.")


def _defaut(lire: Lire, sceau: LigneScellement, seance: Any) -> str:
    nom = f"Le scellement de « {seance.titre} » (version {sceau.version})"
    requete = select(Operation.empreinte).where(Operation.numero == sceau.operation)
    if [e for (e,) in lire(requete)] != [sceau.empreinte]:
        return f"{nom} ne correspond plus au journal."
    # Opened again, its decisions may change: the journal alone answers for the former version.
    derniere = seance.etat == EtatSeance.CLOSE and sceau.version == seance.version
    if derniere and empreinte_decisions(lire, seance.cle) != sceau.empreinte_decisions:
        return f"{nom} ne correspond plus aux décisions : elles ont été modifiées après la clôture."
    return ""
