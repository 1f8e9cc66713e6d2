"""The meetings of a year made by themselves: one a commune, one a theme, so that each project is seen.

Looked at first (`proposer`), then kept in one operation (`appliquer`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select

from app.models.action import Action
from app.models.contrat import Commune, Echelle
from app.models.enums import EtatReunion, NatureReunion
from app.models.organisme import Organisme
from app.models.reunion import PointReunion, Reunion
from app.services.convives import convier
from app.services.fichier import Fichier, Lire
from app.services.identifiants import mots
from app.services.instances_reunies import lire_communes, lire_themes
from app.services.lieux_actions import communes_des_actions, themes_des_actions
from app.services.ordres_reunion import A_VOIR, inscrire
from app.services.reunions import TITRES, inserer_reunion

COMMUNALE, INTERCOMMUNALE = str(NatureReunion.COMMUNALE), str(NatureReunion.INTERCOMMUNALE)
SANS_ECHELLE = "L'échelle n'est pas renseignée"
SANS_COMMUNE = "Aucune commune, alors que l'échelle est communale"
SANS_THEME = "Aucune orientation, alors que l'échelle est intercommunale"
SANS_RIEN = "Ni commune ni orientation"


@dataclass(frozen=True, slots=True)
class Projet:
    """A note or a dossier to be seen. `communale` None: its échelle is not known."""

    cle: str
    numero: str
    titre: str
    porteur: str
    communale: bool | None
    communes: tuple[str, ...]
    theme: str | None


@dataclass(frozen=True, slots=True)
class Lieu:
    """What a meeting is about: a commune or a theme (key)."""

    nature: str
    cle: str


@dataclass(frozen=True, slots=True)
class ReunionProposee:
    """A meeting to make, or one being prepared to be completed. `projets`: those it gains."""

    lieu: Lieu
    titre: str
    reunion: str | None
    projets: tuple[Projet, ...]

    @property
    def cle(self) -> str:
        return self.lieu.cle

    @property
    def nombre(self) -> int:
        return len(self.projets)

    @property
    def quoi(self) -> str:
        return "À compléter" if self.reunion else "À créer"


@dataclass(frozen=True, slots=True)
class HorsReunion:
    """A project that no meeting can be found for, and why."""

    cle: str
    numero: str
    titre: str
    porteur: str
    pourquoi: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`deja`: the projects that were on the agenda they call for already."""

    annee: int
    reunions: tuple[ReunionProposee, ...]
    hors: tuple[HorsReunion, ...]
    deja: int = field(default=0)

    @property
    def inscrits(self) -> int:
        return len({p.cle for r in self.reunions for p in r.projets})


class PlansReunions:
    """Proposes and makes the meetings of a year."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    def proposer(self, annee: int) -> Plan:
        """What `appliquer` would make: nothing is written."""
        with self._fichier.instant() as lire:
            projets = lire_projets(lire, annee)
            lieux = _lieux(lire)
            ouvertes = _ouvertes(lire, annee)
            vus = _deja_inscrits(lire, annee)
        manquants: dict[Lieu, list[Projet]] = defaultdict(list)
        hors, deja = [], 0
        for projet in projets:
            voulus = [lieu for lieu in lieux_de(projet) if lieu in lieux]
            if not voulus:
                hors.append(_hors(projet))
            restants = [lieu for lieu in voulus if projet.cle not in vus[lieu]]
            deja += bool(voulus) and not restants
            for lieu in restants:
                manquants[lieu].append(projet)
        return Plan(
            annee,
            tuple(
                ReunionProposee(lieu, titre, ouvertes.get(lieu), tuple(manquants[lieu]))
                for lieu, titre in lieux.items()
                if lieu in manquants
            ),
            tuple(hors),
            deja,
        )

    def appliquer(self, plan: Plan) -> int:
        """Make the meetings of a plan, with their agenda and their people. How many meetings."""
        pluriel = "s" if len(plan.reunions) > 1 else ""
        libelle = f"Préparer {len(plan.reunions)} réunion{pluriel} partenariale{pluriel}"
        faites = []
        with self._fichier.operation(libelle) as ecriture:
            for proposee in plan.reunions:
                reunion = proposee.reunion
                if reunion is None:
                    lieu = proposee.lieu
                    champ = "commune" if lieu.nature == COMMUNALE else "noeud"
                    reunion = inserer_reunion(
                        ecriture, plan.annee, lieu.nature, **{champ: lieu.cle}
                    )
                inscrire(ecriture, reunion, [p.cle for p in proposee.projets])
                faites.append(reunion)
            convier(ecriture, *faites)
        return len(plan.reunions)


def lieux_de(projet: Projet) -> list[Lieu]:
    """The meetings where a project is to be seen: each of its communes, or its theme."""
    communaux = [Lieu(COMMUNALE, commune) for commune in projet.communes]
    if projet.communale is None:
        return []
    if projet.communale:
        return communaux
    return [Lieu(INTERCOMMUNALE, projet.theme)] if projet.theme else []


def _hors(projet: Projet, pourquoi: str = "") -> HorsReunion:
    return HorsReunion(
        projet.cle, projet.numero, projet.titre, projet.porteur, pourquoi or _raison(projet)
    )


def _raison(projet: Projet) -> str:
    if projet.communale is None:
        return SANS_ECHELLE if projet.communes or projet.theme else SANS_RIEN
    return SANS_COMMUNE if projet.communale else SANS_THEME


# Reading --------------------------------------------------------------------------------------------


def lire_projets(lire: Lire, annee: int) -> list[Projet]:
    """The notes and dossiers of a year that are still to be seen, by number."""
    requete = (
        select(Action.cle, Action.numero, Action.titre, Action.echelle, Organisme.nom)
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .where(Action.annee == annee, Action.statut.in_(A_VOIR))
        .order_by(Action.numero, Action.cle)
    )
    lus = lire(requete)
    cles = [lu.cle for lu in lus]
    communes, themes = communes_des_actions(lire, cles), themes_des_actions(lire, cles)
    echelles = _echelles_communales(lire)
    return [
        Projet(
            lu.cle,
            lu.numero,
            lu.titre,
            lu.nom or "",
            _est_communale(lu.echelle, communes.get(lu.cle, ()), echelles),
            communes.get(lu.cle, ()),
            themes.get(lu.cle),
        )
        for lu in lus
    ]


def _echelles_communales(lire: Lire) -> dict[str, bool]:
    """échelle -> whether the communes fund it: its projects are then seen in each of them."""
    requete = select(Echelle.identifiant, Echelle.nom, Echelle.commune_peut_financer)
    return {
        identifiant: _dite_communale(identifiant, nom) if finance is None else bool(finance)
        for identifiant, nom, finance in lire(requete)
    }


def _dite_communale(identifiant: str, nom: str) -> bool:
    dits = set(mots(f"{identifiant} {nom}"))
    return bool(dits & {"communale", "communal", "communes", "commune", "quartier"})


def _est_communale(
    echelle: str | None, communes: Sequence[str], echelles: Mapping[str, bool]
) -> bool | None:
    """Where the contract has no échelles, one commune makes a communal project."""
    if not echelles:
        return len(communes) == 1
    return echelles.get(echelle or "")


def _lieux(lire: Lire) -> dict[Lieu, str]:
    """Every commune, then every theme, with the title of its meeting."""
    autres = select(Commune.cle, Commune.nom).order_by(Commune.rang, Commune.nom)
    noms = {c.cle: c.nom for c in lire_communes(lire)} | dict(lire(autres))
    communes = {Lieu(COMMUNALE, cle): f"{TITRES[COMMUNALE]} – {nom}" for cle, nom in noms.items()}
    themes = {
        Lieu(INTERCOMMUNALE, t.cle): f"{TITRES[INTERCOMMUNALE]} – {t.nom}"
        for t in lire_themes(lire)
    }
    return {**communes, **themes}


def _ouvertes(lire: Lire, annee: int) -> dict[Lieu, str]:
    """The meeting being prepared about each commune or theme: it is completed, not doubled."""
    requete = (
        select(Reunion.nature, Reunion.commune, Reunion.noeud, Reunion.cle)
        .where(Reunion.annee == annee, Reunion.etat == str(EtatReunion.PREPARATION))
        .order_by(Reunion.date.is_(None).desc(), Reunion.date.desc())
    )
    return {Lieu(lue.nature, lue.commune or lue.noeud or ""): lue.cle for lue in lire(requete)}


def _deja_inscrits(lire: Lire, annee: int) -> defaultdict[Lieu, set[str]]:
    """The projects seen about each commune or theme, or to be: not those that a meeting left aside."""
    attendus = or_(Reunion.etat == str(EtatReunion.PREPARATION), PointReunion.passe.is_(True))
    requete = (
        select(Reunion.nature, Reunion.commune, Reunion.noeud, PointReunion.action)
        .join(PointReunion, PointReunion.reunion == Reunion.cle)
        .where(
            Reunion.annee == annee,
            Reunion.etat != str(EtatReunion.ANNULEE),
            PointReunion.action.is_not(None),
            attendus,
        )
    )
    inscrits: defaultdict[Lieu, set[str]] = defaultdict(set)
    lues: Iterable[tuple[str, str | None, str | None, str]] = lire(requete)
    for nature, commune, noeud, action in lues:
        inscrits[Lieu(nature, commune or noeud or "")].add(action)
    return inscrits
