"""Which services are asked about which dossiers: solicited, or by a rule of the team. No Qt."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from app.models.action import Action, ActionCommune, ActionQuartier, Classement
from app.models.calculs import somme
from app.models.contrat import Commune, Noeud, QuartierCommune
from app.models.instruction import AvisInstruction, RegleAffectation, Service
from app.models.montants import afficher_montant
from app.models.programme import Appel
from app.services.accords import denombrer
from app.services.arbres import chemins, remonter
from app.services.attaches import detacher
from app.services.avis import mettre_en_instruction
from app.services.avis_cycle import EtapesDeLInstruction
from app.services.avis_lus import communes_des_services, lire_demandes
from app.services.dossiers_instruits import A_AFFECTER, Demande, parle_pour
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.services_instructeurs import LigneService, lire_services
from app.services.transaction import Ecriture, maintenant

PAR_REGLE = "règle"


@dataclass(frozen=True, slots=True)
class LigneRegle:
    """A rule: actions of that theme, commune and appel (None: any) go to that service."""

    cle: str
    service: str
    service_nom: str
    noeud: str | None
    noeud_nom: str
    commune: str | None
    commune_nom: str
    appel: str | None
    appel_nom: str

    @property
    def en_mots(self) -> str:
        """« Santé, Denain », or that it takes everything."""
        noms = (self.noeud_nom, self.commune_nom, self.appel_nom)
        return ", ".join(filter(None, noms)) or "toutes les actions"


@dataclass(frozen=True, slots=True)
class Affectation:
    """A service that would be asked about an action, and why."""

    action: str
    numero: str
    titre: str
    service: str
    service_nom: str
    raison: str

    @property
    def cle(self) -> str:
        return f"{self.action}.{self.service}"


class Affectations:
    """Reads and writes the rules, and asks the services. `horloge` says what time it is."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    @property
    def aujourd_hui(self) -> date:
        return jour_courant(self._horloge)

    # Rules --------------------------------------------------------------------------------------

    def regles(self) -> list[LigneRegle]:
        """Every rule, by service."""
        with self._fichier.instant() as lire:
            return lire_regles(lire)

    def ajouter_regle(self, service: str, **champs: Any) -> str:
        """Add a rule. `champs`: noeud, commune, appel; none of them: every action."""
        with self._fichier.operation("Ajouter une règle d'affectation") as e:
            return e.inserer(RegleAffectation, service=service, **champs)

    def modifier(self, cle: str, **champs: Any) -> None:
        with self._fichier.operation("Modifier une règle d'affectation") as e:
            self.poser(e, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        ecriture.modifier(RegleAffectation, cle, **champs)

    def supprimer_regles(self, *cles: str) -> None:
        mot = denombrer(len(cles), "une règle")
        with self._fichier.operation(f"Supprimer {mot} d'affectation") as e:
            detacher(e, cles)
            e.supprimer_lot(RegleAffectation, cles)

    # Asking -------------------------------------------------------------------------------------

    def apercu(self, annee: int) -> list[Affectation]:
        """Who would be asked about what, that is not yet. Nothing is written."""
        with self._fichier.instant() as lire:
            return list(_prevoir(lire, annee))

    def echeance_proposee(self, annee: int) -> date | None:
        """By when the calendar of the year wants the answers, if it says so and it is to come."""
        return EtapesDeLInstruction(self._fichier, horloge=self._horloge).echeance(annee)

    def affecter(
        self, annee: int, *, echeance: str | None = None, gardees: Collection[str] | None = None
    ) -> int:
        """Ask them, in one operation: all, or those whose keys are kept. A second run asks nobody.

        `echeance`: ISO date by which they answer. Returns how many avis are asked.
        """
        with self._fichier.operation(f"Affecter les dossiers {annee} aux services") as e:
            prevues = [p for p in _prevoir(e.lignes, annee) if gardees is None or p.cle in gardees]
            self._demander(e, [(p.action, p.service) for p in prevues], echeance)
            return len(prevues)

    def affecter_a(
        self, actions: Sequence[str], services: Sequence[str], *, echeance: str | None = None
    ) -> int:
        """Ask these services about these actions by hand; those already asked stay as they are."""
        with self._fichier.operation("Demander un avis") as e:
            if not actions or not services:
                raise SaisieRefusee("Choisissez au moins une action et un service.")
            presents = {
                (a.action, a.service)
                for a in e.lignes(
                    select(AvisInstruction.action, AvisInstruction.service).where(
                        AvisInstruction.service.in_(services)
                    )
                )
            }
            couples = [(a, s) for a in actions for s in services if (a, s) not in presents]
            self._demander(e, couples, echeance)
            return len(couples)

    def _demander(
        self, ecriture: Ecriture, couples: Sequence[tuple[str, str]], echeance: str | None
    ) -> None:
        jour = self.aujourd_hui.isoformat()
        ecriture.inserer_lot(
            AvisInstruction,
            [
                {"action": a, "service": s, "demande_le": jour, "echeance": echeance}
                for a, s in couples
            ],
        )
        mettre_en_instruction(ecriture, dict.fromkeys(a for a, _ in couples))


def lire_regles(lire: Lire) -> list[LigneRegle]:
    """The rules with the names of what they look at; a theme is named with those above it."""
    noms = chemins(tuple(n) for n in lire(select(Noeud.cle, Noeud.parent, Noeud.libelle)))
    services = {s.cle: s.nom_court for s in lire_services(lire)}
    requete = (
        select(
            RegleAffectation.__table__,
            Commune.nom.label("commune_nom"),
            Appel.nom.label("appel_nom"),
        )
        .join(Service, Service.cle == RegleAffectation.service)
        .join(Commune, Commune.cle == RegleAffectation.commune, isouter=True)
        .join(Appel, Appel.cle == RegleAffectation.appel, isouter=True)
        .order_by(RegleAffectation.cle)
    )
    ordre = list(services)
    regles = [
        LigneRegle(
            r.cle,
            r.service,
            services[r.service],
            r.noeud,
            noms.get(r.noeud, ""),
            r.commune,
            r.commune_nom or "",
            r.appel,
            r.appel_nom or "",
        )
        for r in lire(requete)
    ]
    return sorted(regles, key=lambda r: ordre.index(r.service))


# Who is asked -------------------------------------------------------------------------------------


def _prevoir(lire: Lire, annee: int) -> Iterator[Affectation]:
    """The services to ask, action by action, in a fixed number of reads."""
    services = [s for s in lire_services(lire) if s.actif]
    regles = _par_service(lire_regles(lire))
    communes = communes_des_services(lire)
    demandes = lire_demandes(lire, Action.annee == annee)
    lieux = _Lieux(lire, annee)
    deja = {
        (a.action, a.service)
        for a in lire(
            select(AvisInstruction.action, AvisInstruction.service)
            .join(Action, Action.cle == AvisInstruction.action)
            .where(Action.annee == annee)
        )
    }
    for action in _a_affecter(lire, annee):
        for service in services:
            if (action.cle, service.cle) in deja:
                continue
            raison = _sollicitation(
                service, demandes.get(action.cle, ()), communes.get(service.cle), lieux, action.cle
            ) or _regle_suivie(regles.get(service.cle, ()), lieux, action)
            if raison:
                yield Affectation(
                    action.cle,
                    action.numero,
                    action.titre,
                    service.cle,
                    service.nom_court,
                    raison,
                )


def _a_affecter(lire: Lire, annee: int) -> Sequence[Any]:
    """Dossiers deposited and not yet proposed: a note waits, what is decided no longer does."""
    return lire(
        select(Action.cle, Action.numero, Action.titre, Action.appel)
        .where(Action.annee == annee, Action.statut.in_([str(s) for s in A_AFFECTER]))
        .order_by(Action.numero, Action.cle)
    )


def _par_service(regles: Sequence[LigneRegle]) -> dict[str, list[LigneRegle]]:
    groupes: dict[str, list[LigneRegle]] = {}
    for regle in regles:
        groupes.setdefault(regle.service, []).append(regle)
    return groupes


def _sollicitation(
    service: LigneService,
    demandes: Sequence[Demande],
    communes: frozenset[str] | None,
    lieux: "_Lieux",
    action: str,
) -> str:
    """« demandé 5 000 € » when its financeur is asked for money; empty when it is not.

    A service that only speaks for some communes leaves out what takes place elsewhere.
    """
    if communes and not communes & lieux.communes.get(action, frozenset()):
        communes_visees = {d.commune for d in demandes if d.commune}
        if not communes & communes_visees:
            return ""
    siennes = [d.demande for d in demandes if d.sollicite and parle_pour(service, d, communes)]
    return f"demandé {afficher_montant(somme(siennes), euro=True)}" if siennes else ""


def _regle_suivie(regles: Sequence[LigneRegle], lieux: "_Lieux", action: Any) -> str:
    """« règle : Santé, Denain », the first that the action falls under."""
    for regle in regles:
        if (
            (regle.noeud is None or regle.noeud in lieux.themes.get(action.cle, ()))
            and (regle.commune is None or regle.commune in lieux.communes.get(action.cle, ()))
            and (regle.appel is None or regle.appel == action.appel)
        ):
            return f"{PAR_REGLE} : {regle.en_mots}"
    return ""


class _Lieux:
    """The communes and the themes of the actions of a year, what stands above each theme included."""

    def __init__(self, lire: Lire, annee: int) -> None:
        self.communes = _communes(lire, annee)
        self.themes = _themes(lire, annee)


def _communes(lire: Lire, annee: int) -> Mapping[str, frozenset[str]]:
    """Those targeted; of an action that names none, those of its quartiers."""
    ici = Action.annee == annee
    dites = _ensembles(
        lire(
            select(ActionCommune.action, ActionCommune.commune)
            .join(Action, Action.cle == ActionCommune.action)
            .where(ici)
        )
    )
    des_quartiers = _ensembles(
        lire(
            select(ActionQuartier.action, QuartierCommune.commune)
            .join(Action, Action.cle == ActionQuartier.action)
            .join(QuartierCommune, QuartierCommune.quartier == ActionQuartier.quartier)
            .where(ici)
        )
    )
    return {**des_quartiers, **dites}


def _themes(lire: Lire, annee: int) -> Mapping[str, frozenset[str]]:
    parents = dict(tuple(n) for n in lire(select(Noeud.cle, Noeud.parent)))
    classees = lire(
        select(Classement.action, Classement.noeud)
        .join(Action, Action.cle == Classement.action)
        .where(Action.annee == annee)
    )
    return _ensembles((a, haut) for a, noeud in classees for haut in remonter(noeud, parents))


def _ensembles(couples: Any) -> dict[str, frozenset[str]]:
    ensembles: dict[str, set[str]] = {}
    for cle, valeur in couples:
        ensembles.setdefault(cle, set()).add(valeur)
    return {cle: frozenset(valeurs) for cle, valeurs in ensembles.items()}
