"""What `verifier` reports: integrity of the file, its journal checked and replayed, findings."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, func, select

from app.models.action import Action, ActionQuartier, LigneBudget
from app.models.calculs import bilan_budget
from app.models.enums import NiveauConstat, SensBudget, StatutAction
from app.models.journal import Operation
from app.models.montants import afficher_montant
from app.services import contenus
from app.services.actions import Actions
from app.services.alertes import alertes_de_l_action, attend_sa_decision
from app.services.chaine import (
    LIGNES_CITEES,
    Divergence,
    divergences,
    rejouer,
    traces_de,
    verifier_chaine,
)
from app.services.cofinancements import Cofinancements, lire_financeurs
from app.services.enveloppes import alerte
from app.services.fichier import Fichier
from app.services.integrite import ecarts_de, est_illisible, exiger_sain, verifier_identite
from app.services.journal_mots import (
    Noms,
    champ_en_mots,
    cles_nommees,
    en_mots,
    nommer,
    objet_de,
)
from app.services.journal_vocabulaire import ENTITES
from app.services.pannes import en_clair
from app.services.sceaux import verifier_sceaux
from app.services.totaux import Totaux, TotauxLus
from app.services.transaction import entites

INCONNUE = "(supprimée)"  # an action that another program removed


@dataclass(frozen=True, slots=True)
class Constat:
    """A finding: its level, what it is about, and one sentence."""

    niveau: NiveauConstat
    sujet: str
    message: str


@dataclass(frozen=True, slots=True)
class Rapport:
    """The whole check. `integrite`, `journal`, `protections` and `donnees` list defects, if any.

    `protections`: what keeps other programs from writing to the journal, and was taken away.
    `donnees`: what the tables hold and the journal does not tell; not looked for when the journal
    itself was rewritten, for it then proves nothing. `complet` False: tables are cut or hold values
    of another kind, so that nothing but them could be looked at. `sceaux`: the seals of the closed
    séances that no longer hold; `scelles` counts those that do.
    """

    integrite: tuple[str, ...]
    journal: tuple[str, ...] = ()
    protections: tuple[str, ...] = ()
    donnees: tuple[str, ...] = ()
    operations: int = 0
    constats: tuple[Constat, ...] = ()
    complet: bool = True
    sceaux: tuple[str, ...] = ()
    scelles: int = 0

    @property
    def est_sain(self) -> bool:
        return not self.defauts

    @property
    def defauts(self) -> tuple[str, ...]:
        return self.integrite + self.journal + self.protections + self.donnees + self.sceaux

    @property
    def verdict(self) -> str:
        """What is wrong and what to do, in a sentence; of a file that is not sound."""
        if self.journal:
            return "Le journal a été modifié après coup : restaurez une sauvegarde."
        if self.integrite:
            return "Le fichier est endommagé : restaurez une sauvegarde."
        if self.sceaux and not self.donnees:
            return (
                "Les décisions d'une séance close ne sont plus celles qui ont été scellées : "
                "restaurez une sauvegarde."
            )
        if self.protections and not self.donnees:
            return (
                "Un autre programme a retiré ce qui protège le journal : restaurez une sauvegarde."
            )
        return (
            "Le fichier n'est plus tel que son journal le raconte, un autre programme l'a modifié : "
            "restaurez une sauvegarde."
        )

    def en_json(self) -> dict[str, object]:
        """`journal` also holds what protects it no more, and what the tables do not have as it tells."""
        journal = [*self.journal, *self.protections, *self.donnees]
        niveaux = Counter(str(c.niveau) for c in self.constats)
        return {
            "integrite": "ok" if not self.integrite else list(self.integrite),
            "journal": journal or ("ok" if self.complet else ["non contrôlé"]),
            "operations": self.operations,
            "scellements": {"prouves": self.scelles, "rompus": list(self.sceaux)},
            "constats": {str(n): niveaux.get(str(n), 0) for n in NiveauConstat},
        }


def verifier(fichier: Fichier, *, totaux: Totaux | None = None) -> Rapport:
    """Check the open file, and the totals shown of it. Reads everything, writes nothing."""
    with fichier.lecture() as connexion:
        journal = verifier_chaine(connexion)
        donnees = [] if journal else [*_donnees(connexion), *contenus.defauts(connexion)]
        sceaux = verifier_sceaux(lambda r, p=None: connexion.execute(r, p).all())
    if totaux is not None:
        donnees += _totaux(fichier, totaux)
    operations = fichier.lignes(select(func.count()).select_from(Operation))[0][0]
    return Rapport(
        integrite=tuple(fichier.defauts()),
        protections=tuple(fichier.protections()),
        journal=tuple(journal),
        donnees=tuple(donnees),
        operations=operations,
        constats=tuple(constats(fichier)),
        sceaux=sceaux.defauts,
        scelles=sceaux.prouves,
    )


def verifier_fichier(chemin: Path) -> Rapport:
    """Check a file that is not open, even one that cannot be. Raises ErreurConnue if it is not ours."""
    verifier_identite(chemin)
    with en_clair(chemin):
        exiger_sain(chemin)
        illisible = est_illisible(chemin)
    if illisible:
        return Rapport(tuple(ecarts_de(chemin)), complet=False)
    with Fichier.ouvrir(chemin, lecture_seule=True) as ouvert:
        return verifier(ouvert)


def _donnees(connexion: Connection) -> list[str]:
    """Where the tables and the journal replayed differ, a sentence each."""
    try:
        rejeu = rejouer(traces_de(connexion))
    except (ValueError, TypeError, ArithmeticError):
        return ["Le journal contient des valeurs que le programme n'y écrit jamais."]
    trouvees = divergences(connexion, rejeu.tables)
    citees = trouvees[:LIGNES_CITEES]
    noms = nommer(
        lambda requete: connexion.execute(requete).all(),
        cles_nommees(
            (d.entite, d.cle, ligne) for d in citees for ligne in (d.fichier, d.journal) if ligne
        ),
    )
    phrases = [*rejeu.defauts[:LIGNES_CITEES], *(_phrase(d, noms) for d in citees)]
    phrases += [f"Table inconnue dans le journal : {t}." for t in rejeu.tables.keys() - entites()]
    reste = len(trouvees) - len(citees)
    return [*phrases, f"… et {reste} autre{'s' if reste > 1 else ''}."] if reste else phrases


def _phrase(divergence: Divergence, noms: Noms) -> str:
    fichier, journal, champ = divergence.fichier, divergence.journal, divergence.champ
    objet = objet_de(fichier or journal or {}, noms) or noms.get(divergence.cle, "")
    sujet = ENTITES[divergence.entite] + (f" « {objet} »" if objet else "")
    if journal is None:
        return f"{sujet} : dans le fichier, mais pas dans le journal."
    if fichier is None or champ is None:
        return f"{sujet} : dans le journal, mais plus dans le fichier."
    lue, dite = (
        en_mots(divergence.entite, champ, ligne[champ], noms) or "rien"
        for ligne in (fichier, journal)
    )
    return (
        f"{sujet} : « {champ_en_mots(champ)} » vaut {lue} dans le fichier, {dite} dans le journal."
    )


def _totaux(fichier: Fichier, totaux: Totaux) -> list[str]:
    """The totals shown that are no longer those of the file: a bug, or another program wrote to it."""
    noms = nommer(fichier.lignes, {})
    faux = {tuple(ecart.split()[:2]) for ecart in totaux.ecarts()}
    return [
        f"Les totaux affichés pour {noms.get(financeur, 'un financeur supprimé')} en {annee} ne sont "
        "pas ceux du fichier : refermez-le, puis rouvrez-le."
        for annee, financeur in sorted(faux)
    ]


def constats(fichier: Fichier) -> list[Constat]:
    """Findings on the data: they warn, none of them breaks a file."""
    return [
        *_enveloppes(fichier),
        *_budgets(fichier),
        *_publics(fichier),
        *_accords(fichier),
        *_sans_quartier(fichier),
    ]


def _accords(fichier: Fichier) -> list[Constat]:
    """Grants that look impossible, and (information) those that no decision confirms yet."""
    financeurs = Cofinancements(fichier).financeurs()
    trouves: list[Constat] = []
    for annee in Actions(fichier).annees():
        for ligne in Actions(fichier).lignes(annee):
            trouves += [
                Constat(NiveauConstat.ALERTE, ligne.numero, phrase)
                for phrase in alertes_de_l_action(ligne, financeurs)
            ]
            if attend_sa_decision(ligne):
                statut = StatutAction.libelle_de(ligne.statut)
                phrase = f"L'action {ligne.numero} a un montant accordé mais reste « {statut} »."
                trouves.append(Constat(NiveauConstat.INFORMATION, ligne.numero, phrase))
    return trouves


def _enveloppes(fichier: Fichier) -> list[Constat]:
    totaux = TotauxLus(fichier.lignes)
    annees = [a for (a,) in fichier.lignes(select(Action.annee).distinct().order_by(Action.annee))]
    trouves = []
    for annee in annees:
        for financeur in lire_financeurs(fichier.lignes, annee):
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
            numero = numeros.get(action, INCONNUE)
            trouves.append(
                Constat(
                    NiveauConstat.ALERTE,
                    numero,
                    f"Le budget de l'action {numero} n'est pas équilibré (écart {ecart}).",
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
            f"L'action {numero} n'a ni quartier ni motif « hors QPV ».",
        )
        for (numero,) in fichier.lignes(requete)
    ]
