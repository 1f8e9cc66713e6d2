"""The séances of the demonstration: last year's, closed and sealed, and this year's, being prepared.

Every person here is invented; the towns are those of the contract.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from app.models.action import Action
from app.models.enums import (
    EtatPoint,
    EtatSeance,
    NatureDecision,
    NatureLien,
    SensAvis,
    StatutAction,
)
from app.models.organisme import Financeur
from app.models.seance import (
    LienInteret,
    Personne,
    Scellement,
    Seance,
)
from app.services.actions import Actions
from app.services.demo_comite import (
    PERSONNES,
    DemonstrationComite,
    Deroule,
    jour_de_la_seance,
)
from app.services.demo_seance_a_venir import SeanceAVenir
from app.services.demo_suites import DemonstrationSuites
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier
from app.services.payeurs import LignePayeur, payeurs_des_actions
from app.services.phrases_pv import SujetDecide, phrase
from app.services.rows import LigneAction
from app.services.sceaux import empreinte_decisions
from app.services.scellement import dernier_maillon
from app.services.seances import DROIT_COMMUN, TFPB

NATURES = {
    StatutAction.TERMINEE: NatureDecision.VALIDE,
    StatutAction.ACCORDEE: NatureDecision.VALIDE,
    StatutAction.REFUSEE: NatureDecision.REFUSE,
    StatutAction.AJOURNEE: NatureDecision.AJOURNE,
    StatutAction.REORIENTEE: NatureDecision.REORIENTE,
    StatutAction.RETIREE: NatureDecision.RETIRE,
}
MOTIFS = {
    NatureDecision.REFUSE: "Hors des priorités de l'appel à projets",
    NatureDecision.AJOURNE: "Éléments complémentaires attendus du porteur",
    NatureDecision.REORIENTE: "Vers le droit commun",
    NatureDecision.RETIRE: "À la demande du porteur",
}

COMPLEMENTAIRES = 2


class DemonstrationSeances:
    """Writes the people and the two séances."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._personnes: list[Ligne] = []
        self._comite = DemonstrationComite(fichier, tirage, annee, self._personnes)
        self._attendent: list[str] = []
        self._horloge = datetime(annee - 1, 3, 13, 8, 30, tzinfo=UTC)

    def ecrire(self) -> None:
        passees = Actions(self._fichier).lignes(self._annee - 1)
        self._ecrire_personnes(passees)
        seance, deroule = self._seance_passee(passees)
        sujet = f"séance {self._annee - 1}"
        with self._comite.operation(sujet) as e:
            e.inserer(Seance, **seance)
            for modele, lignes in deroule.lots():
                e.inserer_lot(modele, lignes)
            for action in self._attendent:
                e.modifier(Action, action, statut=str(StatutAction.PROPOSEE))
        self._clore(seance)
        suites = DemonstrationSuites(self._fichier, self._tirage)
        suites.ecrire(self._annee - 2, date(self._annee - 2, 3, 14))
        suites.ecrire(self._annee - 1, date.fromisoformat(seance["date"]))
        suites.ecrire(self._annee, jour_de_la_seance(self._annee, self._annee))
        SeanceAVenir(self._fichier, self._tirage, self._annee, self._comite).ecrire()

    def _ecrire_personnes(self, actions: Sequence[LigneAction]) -> None:
        """Everybody, and the porteurs of last year that three of them are tied to."""
        financeurs = dict(self._fichier.lignes(select(Financeur.identifiant, Financeur.cle)))
        self._personnes += [
            {
                "cle": self._tirage.cle(),
                "nom": nom,
                "fonction": fonction,
                "financeur": financeurs.get(financeur or ""),
                "represente": represente,
            }
            for nom, fonction, financeur, represente in PERSONNES
        ]
        porteurs = list(dict.fromkeys(a.porteur_cle for a in actions if a.porteur_cle))
        liens = [
            {
                "cle": self._tirage.cle(),
                "personne": personne["cle"],
                "organisme": porteur,
                "nature": str(nature),
            }
            for personne, porteur, nature in zip(
                self._personnes[3:10:3],
                self._tirage.plusieurs(porteurs, 3),
                (NatureLien.BUREAU, NatureLien.CONSEIL, NatureLien.PROCHE),
                strict=True,
            )
        ]
        with self._comite.operation("personnes") as e:
            e.inserer_lot(Personne, self._personnes)
            e.inserer_lot(LienInteret, liens)

    # Last year ------------------------------------------------------------------------------------

    def _seance_passee(self, actions: Sequence[LigneAction]) -> tuple[Ligne, Deroule]:
        seance = self._comite.description(self._annee - 1, EtatSeance.OUVERTE)
        seance["ouverte_le"] = self._moment()
        deroule = Deroule(membres=self._comite.membres(seance["cle"]))
        deroule.presences = [
            {"cle": self._tirage.cle(), "membre": m["cle"], "arrivee": seance["ouverte_le"]}
            for m in deroule.membres
            if m["rang"] != 6  # the CAF sent its apologies
        ]
        deroule.membres[6]["excuse"] = True
        for titre in (DROIT_COMMUN, TFPB):
            deroule.points.append(self._comite.sujet(seance["cle"], titre, len(deroule.points)))
        decidees = [a for a in actions if StatutAction.de(a.statut) in NATURES]
        ordre = sorted(decidees, key=lambda a: (a.axe_rang, a.numero))
        with self._fichier.instant() as lire:
            sieges = payeurs_des_actions(lire, [a.cle for a in ordre])
        sortants = self._sortants(deroule)
        for action in ordre:
            self._passer(deroule, seance["cle"], action, sieges[action.cle], sortants)
        debattus = [p["point"] for p in deroule.passages]
        deroule.voix = [
            {
                "cle": self._tirage.cle(),
                "point": point,
                "membre": deroule.membres[-1]["cle"],
                "qui": "Conseil citoyen",
                "sens": str(sens),
            }
            for point, sens in zip(
                debattus[:2], (SensAvis.FAVORABLE, SensAvis.RESERVE), strict=False
            )
        ]
        return seance, deroule

    def _sortants(self, deroule: Deroule) -> dict[str, str]:
        """porteur -> the member who leaves for it."""
        liens = self._fichier.lignes(select(LienInteret.organisme, LienInteret.personne))
        membres = {m["personne"]: m["cle"] for m in deroule.membres}
        return {organisme: membres[personne] for organisme, personne in liens}

    def _passer(
        self,
        deroule: Deroule,
        seance: str,
        action: LigneAction,
        sieges: Sequence[LignePayeur],
        sortants: dict[str, str],
    ) -> None:
        """One action: debated for a few minutes with its round, or voted with the others."""
        nature = self._nature(action)
        bloc = nature is NatureDecision.VALIDE and self._tirage.chance(60)
        point = self._comite.point(seance, action, len(deroule.points), bloc=bloc)
        deroule.points.append(point | {"etat": str(EtatPoint.PASSE)})
        debut = self._moment()
        if not bloc:
            self._debattre(deroule, point["cle"], action, sieges, debut)
        self._avancer(0 if bloc else self._tirage.entier(60, 240))
        membre = sortants.get(action.porteur_cle or "")
        if membre is not None:
            deroule.deports.append(
                {
                    "cle": self._tirage.cle(),
                    "point": point["cle"],
                    "membre": membre,
                    "motif": f"Lien avec « {action.porteur} »",
                    "sortie": debut,
                    "retour": self._moment(),
                }
            )
        if not bloc:
            deroule.passages.append(
                {
                    "cle": self._tirage.cle(),
                    "point": point["cle"],
                    "debut": debut,
                    "fin": self._moment(),
                }
            )
        self._decider(deroule, point["cle"], action, sieges, nature=nature, bloc=bloc)

    def _nature(self, action: LigneAction) -> NatureDecision:
        """The first actions put off wait on the liste complémentaire."""
        nature = NATURES[StatutAction.de(action.statut)]
        if nature is NatureDecision.AJOURNE and len(self._attendent) < COMPLEMENTAIRES:
            self._attendent.append(action.cle)
            return NatureDecision.COMPLEMENTAIRE
        return nature

    def _debattre(
        self,
        deroule: Deroule,
        point: str,
        action: LigneAction,
        sieges: Iterable[LignePayeur],
        quand: str,
    ) -> None:
        for siege in sieges:
            if siege.accorde:
                deroule.tours.append(
                    {
                        "cle": self._tirage.cle(),
                        "point": point,
                        "annee": action.annee,
                        "numero": 1,
                        "montant": siege.accorde,
                        "auteur": siege.financeur_nom,
                        "dit_le": quand,
                        "publie_le": quand,
                        **siege.payeur.champs(),
                    }
                )

    def _decider(
        self,
        deroule: Deroule,
        point: str,
        action: LigneAction,
        sieges: Sequence[LignePayeur],
        *,
        nature: NatureDecision,
        bloc: bool,
    ) -> None:
        attend = nature is NatureDecision.COMPLEMENTAIRE
        lus = [(s, s.propose if attend else s.accorde) for s in sieges]
        montants = [(s, m) for s, m in lus if m is not None]
        rang = len(self._attendent) if attend else None
        sujet = SujetDecide(action.titre, action.numero, action.porteur)
        duree = action.cpo.partition("/")[2] if action.cpo.startswith("1/") else ""
        cpo = int(duree) if duree and nature is NatureDecision.VALIDE else None
        decision = self._tirage.cle()
        deroule.decisions.append(
            {
                "cle": decision,
                "point": point,
                "nature": str(nature),
                "motif": MOTIFS.get(nature),
                "cpo_annees": cpo,
                "phrase": phrase(
                    sujet,
                    nature,
                    [(s.nom, m) for s, m in montants],
                    motif=MOTIFS.get(nature),
                    cpo_annees=cpo,
                    proposes=attend,
                ),
                "rang": rang,
                "en_bloc": bloc,
                "decidee_le": self._moment(),
            }
        )
        deroule.montants += [
            {
                "cle": self._tirage.cle(),
                "decision": decision,
                "annee": action.annee,
                "montant": montant,
                **siege.payeur.champs(),
            }
            for siege, montant in montants
        ]

    def _clore(self, seance: Ligne) -> None:
        """Seal as the program does, under keys and at an hour that come from the seed."""
        self._avancer(60)
        with self._comite.operation(f"clôture de la séance {seance['annee']}") as e:
            numero, empreinte = dernier_maillon(e)
            fin = self._moment()
            e.modifier(Seance, seance["cle"], etat=str(EtatSeance.CLOSE), close_le=fin, version=1)
            e.inserer(
                Scellement,
                cle=self._tirage.cle(),
                seance=seance["cle"],
                version=1,
                operation=numero,
                empreinte=empreinte,
                empreinte_decisions=empreinte_decisions(e.lignes, seance["cle"]),
                scelle_le=fin,
            )

    # Time -----------------------------------------------------------------------------------------

    def _moment(self) -> str:
        return self._horloge.isoformat(timespec="microseconds")

    def _avancer(self, secondes: int) -> None:
        self._horloge += timedelta(seconds=secondes)
