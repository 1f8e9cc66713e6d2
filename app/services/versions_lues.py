"""What a dossier says at a moment: the content that a deposit freezes, and the versions kept.

Names are kept in words, so that a version reads the same whatever is renamed later; amounts in cents.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import en_centiemes
from app.models.contrat import Commune, Echelle, Noeud, Quartier
from app.models.depot import (
    AnneeDemandee,
    Depot,
    LigneBudgetAnnee,
    NoteIntention,
    Piece,
    PorteurAssocie,
)
from app.models.enums import NatureDepot
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.services.arbres import chemins
from app.services.assemblage import noms_des_quartiers
from app.services.fichier import Lire

Contenu = Mapping[str, Any]
# Fields of the action itself: the name of the column, in the order of the sheet.
CHAMPS = (
    "titre",
    "description",
    "nature",
    "recurrence",
    "public_total",
    "public_qpv",
    "public_femmes",
    "public_hommes",
    "hors_qpv_motif",
    "date_debut",
    "date_fin",
    "cpo_rang",
    "cpo_duree",
)
_NOTE = ("ambition", "porteur_pressenti", "cpo_demandee")


@dataclass(frozen=True, slots=True)
class Version:
    """One deposit as it came. `contenu` is never changed."""

    cle: str
    action: str
    nature: str
    numero: int
    moment: str
    auteur: str
    contenu: Contenu
    note: str | None

    @property
    def nom(self) -> str:
        """« v2 · Dossier »."""
        return f"v{self.numero} · {NatureDepot.libelle_de(self.nature)}"


def lire_versions(lire: Lire, action: str) -> list[Version]:
    """The versions of an action, the first deposit first."""
    requete = select(
        Depot.cle,
        Depot.action,
        Depot.nature,
        Depot.numero,
        Depot.moment,
        Depot.auteur,
        Depot.contenu,
        Depot.note,
    ).where(Depot.action == action)
    return [Version(*lue) for lue in lire(requete.order_by(Depot.numero, Depot.cle))]


def lire_contenu(lire: Lire, action: str) -> Contenu:
    """What the dossier says now, as a deposit would freeze it."""
    return lire_contenus(lire, [action]).get(action, {})


def lire_contenus(
    lire: Lire, actions: Collection[str], *, neuves: bool = False
) -> dict[str, Contenu]:
    """The same for several actions, in a fixed number of reads.

    `neuves`: they were just made, and what hangs on a dossier later is not looked for.
    """
    cles = list(actions)
    contenus: dict[str, dict[str, Any]] = {
        cle: {"champs": champs} for cle, champs in _champs(lire, cles).items()
    }
    listes = {**_listes(lire, cles), **(_VIDES if neuves else _suites(lire, cles))}
    for nom, groupes in listes.items():
        for cle, contenu in contenus.items():
            contenu[nom] = groupes.get(cle, [])
    for cle, note in ({} if neuves else _notes(lire, cles)).items():
        if cle in contenus:
            contenus[cle]["note"] = note
    return dict(contenus)


def _champs(lire: Lire, cles: Sequence[str]) -> dict[str, dict[str, Any]]:
    requete = (
        select(
            Action.cle,
            *(getattr(Action, nom) for nom in CHAMPS),
            Action.public_ages,
            Action.cout_total,
            Organisme.nom.label("porteur_nom"),
            Echelle.nom.label("echelle_nom"),
            Action.echelle,
        )
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .join(Echelle, Echelle.identifiant == Action.echelle, isouter=True)
        .where(Action.cle.in_(cles))
    )
    return {
        lue.cle: {
            **{nom: getattr(lue, nom) for nom in CHAMPS},
            "public_ages": lue.public_ages or {},
            "porteur": lue.porteur_nom,
            "echelle": lue.echelle_nom or lue.echelle,
            "cout_total": _cents(lue.cout_total),
        }
        for lue in lire(requete)
    }


def _notes(lire: Lire, cles: Sequence[str]) -> dict[str, dict[str, Any]]:
    requete = select(
        NoteIntention.action,
        *(getattr(NoteIntention, nom) for nom in _NOTE),
        NoteIntention.budget_envisage,
        NoteIntention.cpo_annees,
    ).where(NoteIntention.action.in_(cles))
    return {
        lue.action: {
            **{nom: getattr(lue, nom) for nom in _NOTE},
            "budget_envisage": _cents(lue.budget_envisage),
            "cpo_annees": list(lue.cpo_annees or ()),
        }
        for lue in lire(requete)
    }


def _listes(lire: Lire, cles: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
    """Each list of the content, by action."""
    noms = noms_des_quartiers(lire)
    return {
        "quartiers": _grouper(
            (q.action, {"nom": noms[q.quartier], "part": _cents(q.part)})
            for q in _quartiers(lire, cles)
        ),
        "communes": _grouper((c.action, c.nom) for c in _communes(lire, cles)),
        "classements": _grouper(_classements(lire, cles)),
        "budget": _grouper((b.action, _budget(b)) for b in _lignes_budget(lire, cles)),
        "cofinancements": _grouper(
            (c.action, _cofinancement(c)) for c in _cofinancements(lire, cles)
        ),
    }


def _suites(lire: Lire, cles: Sequence[str]) -> dict[str, dict[str, list[Any]]]:
    """Those that a dossier gets once it is there."""
    return {
        "associes": _grouper(
            (
                a.action,
                {
                    "nom": a.nom,
                    "role": a.role,
                    "part": _cents(a.part),
                    "montant": _cents(a.montant),
                },
            )
            for a in _associes(lire, cles)
        ),
        "annees": _grouper(
            (a.action, {nom: getattr(a, nom) for nom in ANNEE}) for a in _annees(lire, cles)
        ),
        "budget_annees": _grouper(
            (b.action, {"annee": b.annee, **_budget(b)}) for b in _budget_annees(lire, cles)
        ),
        "pieces": _grouper(
            (p.action, {"intitule": p.intitule, "empreinte": p.empreinte})
            for p in _pieces(lire, cles)
        ),
    }


_VIDES: dict[str, dict[str, list[Any]]] = {
    nom: {} for nom in ("associes", "annees", "budget_annees", "pieces")
}
ANNEE = ("annee", "objectifs", "public", "public_qpv", "indicateurs")


def _quartiers(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    return lire(
        select(ActionQuartier.action, ActionQuartier.quartier, ActionQuartier.part)
        .join(Quartier, Quartier.cle == ActionQuartier.quartier)
        .where(ActionQuartier.action.in_(cles))
        .order_by(Quartier.rang, Quartier.nom)
    )


def _communes(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    return lire(
        select(ActionCommune.action, Commune.nom)
        .join(Commune, Commune.cle == ActionCommune.commune)
        .where(ActionCommune.action.in_(cles))
        .order_by(Commune.rang, Commune.nom)
    )


def _classements(lire: Lire, cles: Sequence[str]) -> Iterable[tuple[str, str]]:
    """(action, « axis › objective »)."""
    lus = lire(
        select(Classement.action, Classement.noeud)
        .join(Noeud, Noeud.cle == Classement.noeud)
        .where(Classement.action.in_(cles))
        .order_by(Classement.principal.desc(), Noeud.rang, Noeud.cle)
    )
    if not lus:
        return ()
    noeuds = lire(select(Noeud.cle, Noeud.parent, Noeud.libelle))
    noms = chemins((n.cle, n.parent, n.libelle) for n in noeuds)
    return ((lu.action, noms[lu.noeud]) for lu in lus)


def _lignes_budget(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    return lire(
        select(
            LigneBudget.action,
            LigneBudget.sens,
            LigneBudget.compte,
            LigneBudget.libelle,
            LigneBudget.montant,
        )
        .where(LigneBudget.action.in_(cles))
        .order_by(LigneBudget.sens, LigneBudget.rang, LigneBudget.compte, LigneBudget.cle)
    )


def _budget_annees(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    ligne = LigneBudgetAnnee
    return lire(
        select(ligne.action, ligne.annee, ligne.sens, ligne.compte, ligne.libelle, ligne.montant)
        .where(ligne.action.in_(cles))
        .order_by(ligne.annee, ligne.sens, ligne.rang, ligne.compte, ligne.cle)
    )


def _budget(ligne: Any) -> dict[str, Any]:
    return {
        "sens": ligne.sens,
        "compte": ligne.compte,
        "libelle": ligne.libelle,
        "montant": _cents(ligne.montant),
    }


def _cofinancements(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    """What is asked, by financeur: what is granted is not the porteur's to write."""
    return lire(
        select(
            Cofinancement.action,
            Cofinancement.annee,
            Cofinancement.demande,
            Financeur.nom_court,
            Financeur.nom,
            LigneCredit.nom.label("ligne"),
            Commune.nom.label("commune"),
        )
        .join(Financeur, Financeur.cle == Cofinancement.financeur)
        .join(LigneCredit, LigneCredit.cle == Cofinancement.ligne_credit, isouter=True)
        .join(Commune, Commune.cle == Cofinancement.commune, isouter=True)
        .where(Cofinancement.action.in_(cles))
        .order_by(Cofinancement.annee, Financeur.rang, Cofinancement.cle)
    )


def _cofinancement(ligne: Any) -> dict[str, Any]:
    nom = ligne.nom_court or ligne.nom
    return {
        "annee": ligne.annee,
        "nom": f"{nom} ({ligne.commune})" if ligne.commune else nom,
        "ligne": ligne.ligne,
        "demande": _cents(ligne.demande),
    }


def _associes(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    return lire(
        select(
            PorteurAssocie.action,
            Organisme.nom,
            PorteurAssocie.role,
            PorteurAssocie.part,
            PorteurAssocie.montant,
        )
        .join(Organisme, Organisme.cle == PorteurAssocie.organisme)
        .where(PorteurAssocie.action.in_(cles))
        .order_by(PorteurAssocie.rang, PorteurAssocie.cle)
    )


def _annees(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    return lire(
        select(AnneeDemandee.action, *(getattr(AnneeDemandee, nom) for nom in ANNEE))
        .where(AnneeDemandee.action.in_(cles))
        .order_by(AnneeDemandee.annee, AnneeDemandee.cle)
    )


def _pieces(lire: Lire, cles: Sequence[str]) -> Sequence[Any]:
    """The pièces received; those that are expected say nothing of the dossier."""
    return lire(
        select(Piece.action, Piece.intitule, Piece.empreinte)
        .where(Piece.action.in_(cles), Piece.empreinte.is_not(None))
        .order_by(Piece.rang, Piece.cle)
    )


def _grouper(paires: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groupes: dict[str, list[Any]] = defaultdict(list)
    for action, valeur in paires:
        groupes[action].append(valeur)
    return groupes


def _cents(montant: Any) -> int | None:
    """Hundredths, as the file stores amounts and percents."""
    return None if montant is None else en_centiemes(montant)
