"""The budget and the cofinancements of an action of a source, compared with those of the file.

Amounts are set one by one; a line of cofinancement is never deleted by an import.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.models.action import Cofinancement, LigneBudget
from app.models.calculs import ZERO, somme_ou_rien
from app.models.enums import StatutCofinancement
from app.models.montants import afficher_montant
from app.services.actions_lues import CofinancementLu, LigneBudgetLue
from app.services.cofinancements import ORDRE_DES_STATUTS
from app.services.ecarts import Ecart

MONTANTS: Final[Mapping[str, str]] = {
    "demande": "demandé", "propose": "proposé", "accorde": "accordé", "vote": "voté",
    "notifie": "notifié", "verse": "versé",
}  # fmt: skip
# Zero granted is a decision; zero voted, notified or paid only says that nothing has come yet.
_APRES_DECISION: Final = ("vote", "notifie", "verse")
_ETAPE_ATTEINTE: Final = {
    "verse": StatutCofinancement.VERSE,
    "notifie": StatutCofinancement.NOTIFIE,
    "vote": StatutCofinancement.VOTE,
    "accorde": StatutCofinancement.ACCORDE,
    "propose": StatutCofinancement.PROPOSE,
    "demande": StatutCofinancement.DEMANDE,
}


@dataclass(frozen=True, slots=True)
class CofinancementVoulu:
    """A line of the source whose financeur is known."""

    financeur: str
    commune: str | None
    ligne_credit: str | None
    nature_credit: str | None
    annee: int
    lu: CofinancementLu


def comparer_budget(
    ecart: Ecart, presentes: Sequence[Any], voulues: Sequence[LigneBudgetLue], *, action: str
) -> None:
    """Make the budget be the one of the source, line by line; nothing when it gives none."""
    if not voulues:
        return
    restantes: dict[tuple[str, str, str], list[Any]] = {}
    for presente in sorted(presentes, key=lambda p: p.rang):
        cle = (presente.sens, presente.compte, presente.libelle or "")
        restantes.setdefault(cle, []).append(presente)
    for rang, ligne in enumerate(voulues):
        meme = restantes.get((ligne.sens, ligne.compte, ligne.libelle or ""))
        if not meme:
            ecart.creer(
                LigneBudget, action=action, sens=ligne.sens, compte=ligne.compte,
                libelle=ligne.libelle, montant=ligne.montant, rang=rang,
            )  # fmt: skip
            _noter_budget(ecart, ligne, None, ligne.montant)
            continue
        presente = next((p for p in meme if p.montant == ligne.montant), meme[0])
        meme.remove(presente)
        if presente.montant != ligne.montant:
            ecart.modifier(LigneBudget, presente.cle, montant=ligne.montant)
            _noter_budget(ecart, ligne, presente.montant, ligne.montant)
    for presente in (p for meme in restantes.values() for p in meme):
        ecart.supprimer(LigneBudget, presente.cle)
        _noter_budget(ecart, presente, presente.montant, None)


def _noter_budget(ecart: Ecart, ligne: Any, avant: Decimal | None, apres: Decimal | None) -> None:
    ecart.noter(
        f"Budget {ligne.compte} {ligne.libelle or ''}".strip(),
        afficher_montant(avant, euro=True),
        afficher_montant(apres, euro=True),
    )


def comparer_cofinancements(
    ecart: Ecart,
    presents: Sequence[Any],
    voulus: Sequence[CofinancementVoulu],
    *,
    action: str,
    nom: Callable[[str], str],
    actes: Mapping[str, set[str]],
) -> None:
    """`actes`: cofinancement -> the steps that deliberations, letters or payments say already."""
    libres = list(presents)
    for voulu in voulus:
        present = _meme_ligne(libres, voulu)
        if isinstance(present, str):
            if not _fait_la_somme(libres, voulu):
                ecart.laisses.append(
                    f"{nom(voulu.financeur)} a plusieurs lignes sur cette action : "
                    "ses montants sont à saisir dans la fiche."
                )
        elif present is None:
            _creer_cofinancement(ecart, voulu, action=action, nom=nom)
        else:
            libres.remove(present)
            tenues = actes.get(present.cle, set())
            _completer_cofinancement(ecart, present, voulu, nom=nom, tenues=tenues)


def _meme_ligne(libres: Sequence[Any], voulu: CofinancementVoulu) -> Any:
    """The line of the file that a line of the source is about; a text when several may be."""
    montants = _montants(voulu.lu)
    notes = [
        (all(getattr(c, nom) == m for nom, m in montants.items()), egalites, c)
        for c in libres
        if c.financeur == voulu.financeur
        and c.annee == voulu.annee
        and (egalites := _egalites(c, voulu)) is not None
    ]
    if len(notes) < 2:
        return notes[0][2] if notes else None
    meilleure = max(notes, key=lambda note: note[:2])
    a_egalite = sum(note[:2] == meilleure[:2] for note in notes) > 1
    return "ambigu" if a_egalite and not meilleure[0] else meilleure[2]


def _fait_la_somme(libres: Sequence[Any], voulu: CofinancementVoulu) -> bool:
    """True when the source gives in one amount what the file holds in several lines."""
    lignes = [c for c in libres if c.financeur == voulu.financeur and c.annee == voulu.annee]
    return all(
        (somme_ou_rien(getattr(c, nom) for c in lignes) or ZERO) == montant
        for nom, montant in _montants(voulu.lu).items()
    )


def _egalites(present: Any, voulu: CofinancementVoulu) -> int | None:
    """How many of commune, line and nature of credit are the same; None when one is another."""
    total = 0
    for nom in ("commune", "ligne_credit", "nature_credit"):
        ici, la = getattr(present, nom), getattr(voulu, nom)
        if ici is not None and la is not None and ici != la:
            return None
        total += ici == la
    return total


def _montants(lu: CofinancementLu) -> dict[str, Decimal]:
    """The amounts that the source gives."""
    return {nom: m for nom in MONTANTS if (m := getattr(lu, nom)) is not None}


def _creer_cofinancement(
    ecart: Ecart, voulu: CofinancementVoulu, *, action: str, nom: Callable[[str], str]
) -> None:
    lu, commentaire = voulu.lu, _commentaire(voulu.lu)
    montants = {n: m for n, m in _montants(lu).items() if m or n not in _APRES_DECISION}
    if not any(montants.values()) and lu.statut is None and commentaire is None:
        return  # a row of zeros in a table is no request
    if lu.vote is not None:
        # What a financeur has voted is granted: Data.Subvention reads DAUPHIN so.
        montants.setdefault("accorde", lu.vote)
    ecart.creer(
        Cofinancement,
        action=action,
        financeur=voulu.financeur,
        commune=voulu.commune,
        ligne_credit=voulu.ligne_credit,
        nature_credit=voulu.nature_credit,
        annee=voulu.annee,
        statut=lu.statut or str(_atteint(montants)),
        commentaire=commentaire,
        **montants,
    )
    for etape, montant in montants.items():
        libelle = f"{nom(voulu.financeur)} – {MONTANTS[etape]}"
        ecart.noter(libelle, "", afficher_montant(montant, euro=True))


def _completer_cofinancement(
    ecart: Ecart,
    present: Any,
    voulu: CofinancementVoulu,
    *,
    nom: Callable[[str], str],
    tenues: set[str],
) -> None:
    lu, montants = voulu.lu, _montants(voulu.lu)
    if lu.vote is not None and present.accorde is None:
        montants.setdefault("accorde", lu.vote)
    changes: dict[str, Any] = {
        etape: montant
        for etape, montant in montants.items()
        if getattr(present, etape) != montant
        and (montant or getattr(present, etape) is not None or etape not in _APRES_DECISION)
    }
    for etape in sorted(tenues & changes.keys()):
        montants.pop(etape)
        ecart.laisses.append(
            f"{nom(voulu.financeur)}, {MONTANTS[etape]} : "
            f"{afficher_montant(changes.pop(etape), euro=True)} dans la source. Ce qui est noté dans "
            "« Après le comité » est gardé."
        )
    for etape, montant in changes.items():
        ecart.noter(
            f"{nom(voulu.financeur)} – {MONTANTS[etape]}",
            afficher_montant(getattr(present, etape), euro=True),
            afficher_montant(montant, euro=True),
        )
    statut = lu.statut or _avance(present.statut, _atteint(montants))
    if statut != present.statut:
        changes["statut"] = statut
        ecart.noter(
            f"{nom(voulu.financeur)} – statut",
            StatutCofinancement.libelle_de(present.statut),
            StatutCofinancement.libelle_de(statut),
        )
    commentaire = _commentaire(lu)
    if commentaire is not None and commentaire not in (present.commentaire or ""):
        changes["commentaire"] = commentaire
        ecart.noter(f"{nom(voulu.financeur)} – commentaire", present.commentaire or "", commentaire)
    if changes:
        ecart.modifier(Cofinancement, present.cle, **changes)


def _atteint(montants: Mapping[str, Decimal]) -> StatutCofinancement:
    """How far the amounts say that the line has gone."""
    return next(
        (statut for etape, statut in _ETAPE_ATTEINTE.items() if montants.get(etape)),
        StatutCofinancement.INCONNU,
    )


def _avance(statut: str, atteint: StatutCofinancement) -> str:
    """The status moves forward with the amounts, never back by itself."""
    connus = [str(s) for s in ORDRE_DES_STATUTS]
    if statut not in connus or connus.index(statut) >= connus.index(str(atteint)):
        return statut
    return str(atteint)


def _commentaire(lu: CofinancementLu) -> str | None:
    """What the line says in words, and its two avis."""
    parties = [
        lu.commentaire,
        lu.avis_prise_en_charge and f"Avis de prise en charge : {lu.avis_prise_en_charge}",
        lu.avis_recevabilite and f"Avis de recevabilité : {lu.avis_recevabilite}",
    ]
    return "\n".join(partie for partie in parties if partie) or None
