"""What `verifier` reports: integrity of the file, chain of the journal, findings on the data."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from app.models.action import Action, ActionQuartier, LigneBudget
from app.models.calculs import bilan_budget
from app.models.enums import NiveauConstat, SensBudget
from app.models.journal import Operation
from app.models.montants import afficher_montant
from app.services.chaine import verifier_chaine
from app.services.cofinancements import Cofinancements
from app.services.enveloppes import alerte
from app.services.fichier import Fichier
from app.services.totaux import Totaux


@dataclass(frozen=True, slots=True)
class Constat:
    """A finding: its level, what it is about, and one sentence."""

    niveau: NiveauConstat
    sujet: str
    message: str


@dataclass(frozen=True, slots=True)
class Rapport:
    """The whole check. `integrite` and `journal` are lists of defects: empty when sound."""

    integrite: tuple[str, ...]
    journal: tuple[str, ...]
    operations: int
    constats: tuple[Constat, ...]

    @property
    def est_sain(self) -> bool:
        return not self.integrite and not self.journal

    def en_json(self) -> dict[str, object]:
        niveaux = Counter(str(c.niveau) for c in self.constats)
        return {
            "integrite": "ok" if not self.integrite else list(self.integrite),
            "journal": "ok" if not self.journal else list(self.journal),
            "operations": self.operations,
            "constats": {str(n): niveaux.get(str(n), 0) for n in NiveauConstat},
        }


def verifier(fichier: Fichier) -> Rapport:
    """Check the open file. Reads everything, writes nothing."""
    with fichier.lecture() as connexion:
        journal = verifier_chaine(connexion)
    operations = fichier.lignes(select(func.count()).select_from(Operation))[0][0]
    return Rapport(
        integrite=tuple(fichier.defauts()),
        journal=tuple(journal),
        operations=operations,
        constats=tuple(constats(fichier)),
    )


def constats(fichier: Fichier) -> list[Constat]:
    """Findings on the data: they warn, none of them breaks a file."""
    return [
        *_enveloppes(fichier),
        *_budgets(fichier),
        *_publics(fichier),
        *_sans_quartier(fichier),
    ]


def _enveloppes(fichier: Fichier) -> list[Constat]:
    totaux = Totaux(fichier)
    fichier.bus.desabonner(totaux.sur_avis)
    annees = [a for (a,) in fichier.lignes(select(Action.annee).distinct().order_by(Action.annee))]
    trouves = []
    for annee in annees:
        for financeur in Cofinancements(fichier).financeurs():
            trouvee = alerte(totaux.etat(annee, financeur))
            if trouvee is not None:
                trouves.append(Constat(trouvee.niveau, financeur.nom_court, trouvee.message))
    return trouves


def _budgets(fichier: Fichier) -> list[Constat]:
    requete = select(
        LigneBudget.action, LigneBudget.sens, LigneBudget.compte, LigneBudget.montant
    ).order_by(LigneBudget.action)
    lignes: dict[str, dict[str, list[tuple[str, object]]]] = {}
    for action, sens, compte, montant in fichier.lignes(requete):
        lignes.setdefault(action, {}).setdefault(sens, []).append((compte, montant))
    numeros = dict(fichier.lignes(select(Action.cle, Action.numero)))
    trouves = []
    for action, sens in lignes.items():
        bilan = bilan_budget(
            sens.get(str(SensBudget.CHARGE), []),  # type: ignore[arg-type]
            sens.get(str(SensBudget.PRODUIT), []),  # type: ignore[arg-type]
        )
        if not bilan.est_equilibre:
            ecart = afficher_montant(bilan.ecart or bilan.ecart_valorise, euro=True)
            trouves.append(
                Constat(
                    NiveauConstat.ALERTE,
                    numeros[action],
                    f"Le budget de l'action {numeros[action]} n'est pas équilibré (écart {ecart}).",
                )
            )
    return trouves


def _publics(fichier: Fichier) -> list[Constat]:
    requete = select(Action.numero).where(Action.public_qpv > Action.public_total)
    return [
        Constat(
            NiveauConstat.ALERTE,
            numero,
            f"L'action {numero} compte plus d'habitants des QPV que de public total.",
        )
        for (numero,) in fichier.lignes(requete)
    ]


def _sans_quartier(fichier: Fichier) -> list[Constat]:
    """State credits outside QPV need a written reason (A-10)."""
    avec = select(ActionQuartier.action)
    requete = select(Action.numero).where(Action.cle.not_in(avec), Action.hors_qpv_motif.is_(None))
    return [
        Constat(
            NiveauConstat.INFORMATION,
            numero,
            f"L'action {numero} n'a ni quartier ni motif « hors QPV ».",
        )
        for (numero,) in fichier.lignes(requete)
    ]
