"""The preview as rows and sentences: verdicts, values, anomalies grouped. No widget here."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.models.enums import NiveauConstat
from app.models.montants import FINE
from app.services.actions_lues import ActionLue, Lecture
from app.services.columns import Alignement, Colonne, Signal, TypeColonne
from app.services.plans import Changement, Compte, Genre, LignePlan, Plan, Verdict
from app.services.synonymes import CHAMPS

A_JOUR = "a_jour"  # ignored because nothing changes: nothing to look at
ETATS = {
    **{str(verdict): verdict.libelle for verdict in Verdict},
    A_JOUR: Verdict.IGNORER.libelle,
}
SIGNAUX = {
    str(Verdict.AJOUTER): Signal.FAVORABLE,
    str(Verdict.METTRE_A_JOUR): Signal.INFORMATION,
    str(Verdict.IGNORER): Signal.ALERTE,
    A_JOUR: Signal.NEUTRE,
}
NIVEAUX = {
    str(NiveauConstat.BLOQUANT): (0, "Bloquant", Signal.BLOQUANT),
    str(NiveauConstat.ALERTE): (1, "Alerte", Signal.ALERTE),
    str(NiveauConstat.INFORMATION): (2, "Information", Signal.INFORMATION),
}
NOMS_CHAMPS = {
    **CHAMPS,
    "": "",
    "doublon": "Doublon",
    "budget": "Budget",
    "commune": "Communes",
    "quartier": "Quartiers",
    "noeud": "Axe ou objectif",
    "porteur": "Porteur",
    "financeur": "Financeur",
}
GENRES = {
    Genre.FINANCEUR: "Financeur",
    Genre.QUARTIER: "Quartier",
    Genre.COMMUNE: "Commune",
    Genre.NOEUD: "Axe ou objectif",
    Genre.PORTEUR: "Porteur",
}
LIGNES_CITEES = 4
ALERTES_MONTREES = 2


@dataclass(frozen=True, slots=True)
class LigneApercu:
    """A row of the preview. `prise`: will it be imported (None: there is nothing to import)."""

    cle: str
    prise: bool | None
    verdict: Verdict
    motif: str
    feuille: str
    ligne: int
    titre: str
    porteur: str
    quartiers: str
    cout: Decimal | None
    demande: Decimal | None
    accorde: Decimal | None
    alertes: tuple[str, ...]
    plan: LignePlan

    @property
    def etat(self) -> str:
        """The verdict, told apart when it only says that nothing changes."""
        a_jour = self.verdict is Verdict.IGNORER and self.plan.cle is not None
        return A_JOUR if a_jour else str(self.verdict)

    @property
    def nombre_alertes(self) -> int | None:
        return len(self.alertes) or None


@dataclass(frozen=True, slots=True)
class GroupeAnomalies:
    """The same sentence about several rows, said once."""

    niveau: str
    champ: str
    message: str
    lignes: tuple[tuple[str, int], ...]

    @property
    def ou(self) -> str:
        """« Ligne 12 », « Lignes 7, 9, 12, 15 et 18 autres », or the name of the sheet."""
        numeros = [ligne for _, ligne in self.lignes if ligne]
        if not numeros:
            return f"Feuille « {self.lignes[0][0]} »" if self.lignes[0][0] else "Fichier"
        citees = ", ".join(map(str, numeros[:LIGNES_CITEES]))
        reste = len(numeros) - LIGNES_CITEES
        if reste > 0:
            return f"Lignes {citees} et {reste} autre{'s' if reste > 1 else ''}"
        return f"Ligne{'s' if len(numeros) > 1 else ''} {citees}"


@dataclass(frozen=True, slots=True)
class Apercu:
    """A plan made ready to be shown, in the worker: at 20,000 rows it takes half a second."""

    plan: Plan
    lignes: tuple[LigneApercu, ...]
    groupes: tuple[GroupeAnomalies, ...]


def dresser(plan: Plan, lecture: Lecture, *, refus: Collection[int] = ()) -> Apercu:
    return Apercu(plan, tuple(lignes_apercu(plan, lecture, refus=refus)), tuple(grouper(plan)))


def lignes_apercu(
    plan: Plan, lecture: Lecture, *, refus: Collection[int] = ()
) -> list[LigneApercu]:
    alertes: dict[tuple[str, int], list[str]] = {}
    for a in plan.anomalies:
        if a.niveau != NiveauConstat.INFORMATION and a.ligne:
            alertes.setdefault((a.feuille, a.ligne), []).append(a.message)
    return [
        _ligne(li, lecture.actions[li.rang], refusee=li.rang in refus, alertes=alertes)
        for li in plan.lignes
    ]


def _ligne(
    ligne: LignePlan,
    action: ActionLue,
    *,
    refusee: bool,
    alertes: Mapping[tuple[str, int], Sequence[str]],
) -> LigneApercu:
    propres = [c for c in action.cofinancements if c.annee in (None, ligne.annee)]
    return LigneApercu(
        cle=str(ligne.rang),
        prise=None if ligne.verdict is Verdict.IGNORER else not refusee,
        verdict=ligne.verdict,
        motif=ligne.motif,
        feuille=ligne.feuille,
        ligne=ligne.ligne,
        titre=ligne.titre,
        porteur=ligne.porteur,
        quartiers=", ".join(nom for nom, _ in action.quartiers),
        cout=action.cout_total,
        demande=_somme(c.demande for c in propres),
        accorde=_somme(c.accorde for c in propres),
        alertes=tuple(alertes.get((ligne.feuille, ligne.ligne), ())),
        plan=ligne,
    )


def _somme(montants: Iterable[Decimal | None]) -> Decimal | None:
    """None when nothing is known: absent is not zero."""
    connus = [m for m in montants if m is not None]
    return sum(connus, Decimal(0)) if connus else None


def colonnes_apercu(cocher: Callable[[str, str], None]) -> list[Colonne]:
    """Columns of the preview; `cocher(row, « oui » or « non »)` keeps or refuses a row."""
    return [
        Colonne(
            cle="prise", titre="", lire=_lire("prise"), type=TypeColonne.BOOLEEN, largeur=36,
            figee=True, ecrire=cocher, aide="Importer cette ligne (Espace)",
        ),
        Colonne(
            cle="verdict", titre="Verdict", lire=_lire("etat"), type=TypeColonne.CHOIX,
            largeur=122, figee=True, signal=SIGNAUX.__getitem__, choix=tuple(ETATS.items()),
        ),
        Colonne(
            cle="ligne", titre="Ligne", lire=_lire("ligne"), type=TypeColonne.ENTIER, largeur=52,
            figee=True, nuance=True,
        ),
        Colonne(cle="titre", titre="Intitulé", lire=_lire("titre"), largeur=220),
        Colonne(
            cle="alertes", titre="Alertes", lire=_lire("nombre_alertes"), type=TypeColonne.ENTIER,
            largeur=60, signal=_en_alerte, alignement=Alignement.GAUCHE,
        ),
        Colonne(cle="motif", titre="Pourquoi", lire=_lire("motif"), largeur=200),
        Colonne(cle="porteur", titre="Porteur", lire=_lire("porteur"), largeur=170),
        _montant("demande", "Demandé"),
        _montant("accorde", "Accordé"),
        _montant("cout", "Coût total"),
        Colonne(cle="quartiers", titre="Quartiers", lire=_lire("quartiers"), largeur=180),
    ]  # fmt: skip


def _montant(cle: str, titre: str) -> Colonne:
    return Colonne(
        cle=cle, titre=titre, lire=_lire(cle), type=TypeColonne.MONTANT, largeur=92, total=True
    )


def _lire(nom: str) -> Callable[[Any], Any]:
    def lire(ligne: LigneApercu) -> Any:
        return getattr(ligne, nom)

    return lire


def _en_alerte(_nombre: int) -> Signal:
    return Signal.ALERTE


def colonnes_changements(*, avec_avant: bool) -> list[Colonne]:
    """Value by value, what a row changes in the file."""
    colonnes = [
        Colonne(cle="champ", titre="Champ", lire=_du_changement("champ"), largeur=170),
        Colonne(cle="avant", titre="Avant", lire=_du_changement("avant"), largeur=230, nuance=True),
        Colonne(cle="apres", titre="Après", lire=_du_changement("apres"), largeur=300),
    ]
    return colonnes if avec_avant else [colonnes[0], colonnes[2]]


def _du_changement(nom: str) -> Callable[[Any], str]:
    def lire(ligne: tuple[int, Changement]) -> str:
        return str(getattr(ligne[1], nom))

    return lire


def cle_changement(ligne: tuple[int, Changement]) -> str:
    return str(ligne[0])


# Anomalies ----------------------------------------------------------------------------------------


def grouper(plan: Plan) -> list[GroupeAnomalies]:
    """Anomalies by sentence, the most serious first, then in the order of the file."""
    groupes: dict[tuple[str, str, str], list[tuple[str, int]]] = {}
    for a in plan.anomalies:
        lignes = groupes.setdefault((a.niveau, a.champ, a.message), [])
        if (a.feuille, a.ligne) not in lignes[-1:]:
            lignes.append((a.feuille, a.ligne))
    liste = [GroupeAnomalies(*cle, tuple(lignes)) for cle, lignes in groupes.items()]
    return sorted(liste, key=lambda g: (NIVEAUX[g.niveau][0], g.lignes[0]))


def premieres(messages: Sequence[str]) -> list[str]:
    """The first sentences about a row, and how many more there are."""
    if len(messages) <= ALERTES_MONTREES:
        return list(messages)
    reste = len(messages) - ALERTES_MONTREES
    suite = f"Et {reste} autre{'s' if reste > 1 else ''} : voyez les anomalies."
    return [*messages[:ALERTES_MONTREES], suite]


# Sentences ----------------------------------------------------------------------------------------


def phrase_finale(compte: Compte) -> str:
    """What is said once it is done, and how to undo it."""
    if not compte.ajoutees and not compte.mises_a_jour:
        return phrase_sans_effet(compte)
    morceaux = []
    if compte.ajoutees:
        morceaux.append(_accord(compte.ajoutees, "action ajoutée"))
    if compte.mises_a_jour:
        sujet = "mise" if morceaux else "action mise"
        morceaux.append(f"{_accord(compte.mises_a_jour, sujet)} à jour")
    if compte.ignorees:
        morceaux.append(_accord(compte.ignorees, "ignorée"))
    return f"{', '.join(morceaux)}. Un seul Ctrl+Z annule l'import."


def phrase_sans_effet(compte: Compte) -> str:
    lues = (
        "la ligne lue est" if compte.lues == 1 else f"les {milliers(compte.lues)} lignes lues sont"
    )
    s = "" if compte.lues == 1 else "s"
    return f"Rien à importer : {lues} déjà à jour ou ignorée{s}."


def _accord(nombre: int, mots: str) -> str:
    """« 1 action ajoutée », « 200 actions ajoutées »."""
    if nombre > 1:
        mots = " ".join(f"{mot}s" for mot in mots.split())
    return f"{milliers(nombre)} {mots}"


def milliers(nombre: int) -> str:
    return f"{nombre:,}".replace(",", FINE)


def promesse(nombre: int) -> str:
    """What the last button says."""
    if not nombre:
        return "Terminer"
    return f"Importer {milliers(nombre)} ligne{'s' if nombre > 1 else ''}"


def compter(lignes: Iterable[LigneApercu]) -> dict[str, int]:
    """How many rows each filter of the preview shows."""
    liste = list(lignes)
    comptes = {str(v): sum(li.verdict is v for li in liste) for v in Verdict}
    comptes[""] = len(liste)
    comptes["alertes"] = sum(bool(li.alertes) for li in liste)
    comptes["decochees"] = sum(li.prise is False for li in liste)
    return comptes


def passe(ligne: LigneApercu, filtre: str) -> bool:
    """Does a filter of the preview show this row?"""
    if filtre == "alertes":
        return bool(ligne.alertes)
    if filtre == "decochees":
        return ligne.prise is False
    return not filtre or ligne.verdict == filtre
