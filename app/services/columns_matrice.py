"""The columns of the tableau de cofinancement: identity, one block per financeur, totals, balance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.models.montants import MOINS, afficher_montant, afficher_part
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.columns import Colonne, Ecrire, Pose, Signal, TypeColonne, lire_attribut
from app.services.columns_actions import ETAPES_AFFICHEES, GROUPE_TOTAL, colonnes_actions
from app.services.matrice import SUITES, TOUS, LigneMatrice, Suite, garde_des_seules
from app.services.rows import LigneFinanceur

# Rows are read as they are in the table of actions: the same columns, written the same way.
_REPRISES = ("numero", "titre", "porteur", "axe", "quartiers")
_SIGNAUX = {Suite.NOUVELLE: Signal.INFORMATION, Suite.NON_RECONDUITE: Signal.ALERTE}
LARGEUR_ACCORDE = 96

Exiger = Callable[[str], None]


def colonnes_matrice(
    financeurs: Sequence[LigneFinanceur],
    actions: Actions,
    cofinancements: Cofinancements,
    *,
    annee: int,
    compare: int | None,
    lignes: Callable[[], Mapping[str, LigneMatrice]],
) -> list[Colonne]:
    """Every column. A block folded shows its « accordé » alone: the others begin hidden."""
    exiger = garde_des_seules(lignes)
    connues = {
        colonne.cle: _gardee(colonne, exiger)
        for colonne in colonnes_actions(financeurs, actions, cofinancements)
    }
    comparee = annee - 1 if compare is None else compare
    blocs = [(f.cle, f.nom_court, f.nom) for f in financeurs]
    return [
        *_identite(connues, comparee=comparee, compare=compare is not None),
        replace(connues["cout"], visible=True),
        *[
            colonne
            for cle, nom, complet in blocs
            for colonne in _bloc(connues, cle, nom, complet, comparee, compare is not None)
        ],
        *_bloc(
            connues, TOUS, GROUPE_TOTAL, GROUPE_TOTAL, comparee, compare is not None, visible=True
        ),
        *_equilibre(),
    ]


def est_le_resume(colonne: Colonne) -> bool:
    """True of the one column that a folded block keeps."""
    return colonne.cle.endswith(".accorde")


def _identite(connues: Mapping[str, Colonne], *, comparee: int, compare: bool) -> list[Colonne]:
    identite = [replace(connues[cle], visible=cle in _REPRISES[:3]) for cle in _REPRISES]
    if compare:
        identite.append(
            Colonne(
                cle="suite",
                titre=f"Depuis {comparee}",
                type=TypeColonne.CHOIX,
                lire=lire_attribut("suite"),
                choix=SUITES,
                signal=lambda suite: _SIGNAUX.get(suite, Signal.NEUTRE),
                largeur=136,
                aide=f"Ce que l’action est devenue depuis {comparee}, par sa reconduction",
            )
        )
    return identite


def _bloc(
    connues: Mapping[str, Colonne],
    cle: str,
    groupe: str,
    nom: str,
    comparee: int,
    compare: bool,
    *,
    visible: bool = False,
) -> list[Colonne]:
    """One financeur, or all of them: the year compared, the steps, then the difference."""
    etapes = [
        replace(
            connues[f"{cle}.{etape}"],
            visible=visible or etape == "accorde",
            largeur=LARGEUR_ACCORDE if etape == "accorde" else connues[f"{cle}.{etape}"].largeur,
        )
        for etape, _ in ETAPES_AFFICHEES
    ]
    return [
        _montant(
            f"{cle}.n1",
            f"Accordé {comparee}" if compare else "Accordé N-1",
            groupe,
            _avant(cle),
            visible=visible,
            nuance=True,
            aide=f"{nom} : accordé en {comparee} à l’action reconduite, en euros",
        ),
        *etapes,
        *(_comparaison(cle, groupe, nom, comparee, visible=visible) if compare else ()),
    ]


def _comparaison(cle: str, groupe: str, nom: str, comparee: int, *, visible: bool) -> list[Colonne]:
    return [
        _montant(
            f"{cle}.ecart",
            "Écart",
            groupe,
            _lire_par("ecart", cle),
            visible=visible,
            afficher=afficher_ecart,
            aide=f"{nom} : accordé, moins accordé en {comparee}, en euros",
        ),
        Colonne(
            cle=f"{cle}.evolution",
            titre="Évolution",
            groupe=groupe,
            type=TypeColonne.PART,
            lire=_lire_par("evolution", cle),
            afficher=afficher_evolution,
            visible=visible,
            aide=f"{nom} : écart avec {comparee}, en pour cent",
        ),
    ]


def _equilibre() -> list[Colonne]:
    return [
        Colonne(
            cle="part",
            titre="Part du coût",
            type=TypeColonne.PART,
            lire=lire_attribut("part"),
            largeur=76,
            aide="Accordé par tous les financeurs, rapporté au coût total",
        ),
        _montant(
            "ressources",
            "Ressources propres",
            "",
            lire_attribut("ressources"),
            nuance=True,
            aide="Produits du budget autres que les subventions (74) et le bénévolat (87)",
        ),
        _montant(
            "a_financer",
            "Reste à financer",
            "",
            lire_attribut("a_financer"),
            aide="Coût total, moins accordé, moins ressources propres",
        ),
    ]


def _montant(
    cle: str, titre: str, groupe: str, lire: Callable[[Any], Any], **options: Any
) -> Colonne:
    reglages = {"largeur": 92, "total": True, **options}
    return Colonne(
        cle=cle, titre=titre, groupe=groupe, type=TypeColonne.MONTANT, lire=lire, **reglages
    )


def _avant(financeur: str) -> Callable[[LigneMatrice], Decimal | None]:
    return lambda ligne: ligne.avant(financeur)


def _lire_par(mesure: str, financeur: str) -> Callable[[LigneMatrice], Decimal | None]:
    def lire(ligne: LigneMatrice) -> Decimal | None:
        valeur: Decimal | None = getattr(ligne, mesure)(financeur)
        return valeur

    return lire


def afficher_ecart(montant: Decimal | None) -> str:
    """« +1 200 », « −800 »; a difference of nothing is « = »."""
    if montant is None:
        return ""
    return f"+{afficher_montant(montant)}" if montant > 0 else afficher_montant(montant, zero="=")


def afficher_evolution(evolution: Decimal | None) -> str:
    """« +12,5 % »."""
    texte = afficher_part(evolution)
    return f"+{texte}" if evolution and not texte.startswith((MOINS, "0\u00a0")) else texte


def _gardee(colonne: Colonne, exiger: Exiger) -> Colonne:
    """The same column, which refuses to write on an action of the year compared."""
    return replace(
        colonne,
        ecrire=None if colonne.ecrire is None else _ecriture(colonne.ecrire, exiger),
        pose=None if colonne.pose is None else _pose(colonne.pose, exiger),
    )


def _ecriture(ecrire: Ecrire, exiger: Exiger) -> Ecrire:
    def ecrire_gardee(cle: str, valeur: Any) -> None:
        exiger(cle)
        ecrire(cle, valeur)

    return ecrire_gardee


def _pose(pose: Pose, exiger: Exiger) -> Pose:
    def poser(ecriture: Any, cle: str, valeur: Any) -> None:
        exiger(cle)
        pose.poser(ecriture, cle, valeur)

    return Pose(pose.ouvrir, poser)
