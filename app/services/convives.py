"""Those who are proposed for a meeting, read from the file: people, signatories, referents, porteurs."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from sqlalchemy import func, or_, select

from app.models.action import Action
from app.models.contrat import Commune, Noeud, PrioriteQuartier, QuartierCommune, Signataire
from app.models.enums import College, NatureOrganisme
from app.models.instruction import Referent, RegleAffectation, Service
from app.models.organisme import Organisme
from app.models.reunion import Participant, PointReunion, Reunion, ReunionInstance
from app.services.arbres import remonter
from app.services.fichier import Lire
from app.services.instances_reunies import InstanceReunie, lire_instances
from app.services.invitations import Connu, Invite, inviter, possibles
from app.services.lieux_actions import communes_des_actions
from app.services.personnes import LignePersonne, lire_personnes
from app.services.transaction import Ecriture


def convier(ecriture: Ecriture, *reunions: str) -> int:
    """Add to meetings those who are proposed and are not there yet, inside an operation. How many."""
    convives = Convives(ecriture.lignes)
    lignes = [ligne for reunion in reunions for ligne in convives.a_convier(reunion)]
    return len(ecriture.inserer_lot(Participant, lignes))


class Convives:
    """What the meetings have in common is read once."""

    def __init__(self, lire: Lire) -> None:
        self._lire = lire

    def a_convier(self, reunion: str) -> list[dict[str, Any]]:
        """The rows of those who are proposed for a meeting and are not there yet."""
        presents = self._lire(
            select(*Participant.__table__.columns).where(Participant.reunion == reunion)
        )
        deja = {Invite(p.nom, p.college, p.fonction, p.represente).identite for p in presents}
        connues = {p.personne for p in presents if p.personne}
        neufs = [
            invite
            for invite in self._avec_adresses(inviter(self.connu(reunion)))
            if invite.identite not in deja and invite.personne not in connues
        ]
        depart = max((p.rang for p in presents), default=-1) + 1
        return [
            {
                "reunion": reunion,
                "personne": invite.personne,
                "nom": invite.nom,
                "fonction": invite.fonction,
                "represente": invite.represente,
                "college": invite.college,
                "courriel": invite.courriel,
                "rang": rang,
            }
            for rang, invite in enumerate(neufs, start=depart)
        ]

    def connu(self, reunion: str) -> Connu:
        """What the file knows of those who may come to one meeting."""
        lire = self._lire
        [ligne] = lire(select(*Reunion.__table__.columns).where(Reunion.cle == reunion))
        siege = select(ReunionInstance.instance).where(ReunionInstance.reunion == reunion)
        sieges = {instance for (instance,) in lire(siege)}
        ici = self._communes_de(ligne)
        return Connu(
            nature=ligne.nature,
            commune=self._communes.get(ligne.commune, ""),
            communes=ici,
            personnes=self._personnes,
            bailleurs=self._bailleurs,
            referents=self._referents_de(ligne),
            porteurs=tuple(_porteurs(lire, reunion)),
            instances=tuple(i for i in self._instances if i.cle in sieges),
            voisines=self._voisines.get(ligne.commune, ()),
            possibles=possibles(self._personnes, ici, self._communes.values()),
        )

    def _communes_de(self, reunion: Any) -> tuple[str, ...]:
        """Names of the communes that a meeting is about, in the order of the contract."""
        if reunion.commune in self._communes:
            return (self._communes[reunion.commune],)
        concernees = {
            *self._communes_du_theme(reunion.noeud),
            *_communes_des_projets(self._lire, reunion.cle),
        }
        return tuple(nom for cle, nom in self._communes.items() if cle in concernees)

    def _referents_de(self, reunion: Any) -> tuple[Invite, ...]:
        """The people of the services that examine the projects of that commune or theme."""
        trouves = {
            (nom, service, courriel): None
            for nom, service, courriel, commune, noeud in self._referents
            if (commune and commune == reunion.commune) or (noeud and noeud == reunion.noeud)
        }
        return tuple(
            Invite(nom, str(College.INSTITUTION), "Référent", service, courriel)
            for nom, service, courriel in trouves
        )

    def _communes_du_theme(self, noeud: str | None) -> list[str]:
        """The communes that put the theme first in one of their quartiers (A-65)."""
        if noeud is None or not self._priorites:
            return []
        parents = dict(self._lire(select(Noeud.cle, Noeud.parent)))
        return [commune for commune, vise in self._priorites if noeud in remonter(vise, parents)]

    def _avec_adresses(self, invites: Iterable[Invite]) -> list[Invite]:
        """The same with the last address typed for each person in another meeting."""
        return [
            replace(i, courriel=self._adresses.get(i.nom)) if i.nom and not i.courriel else i
            for i in invites
        ]

    # Read once ------------------------------------------------------------------------------------

    @cached_property
    def _communes(self) -> dict[str, str]:
        requete = select(Commune.cle, Commune.nom).order_by(Commune.rang, Commune.nom)
        return dict(self._lire(requete))

    @cached_property
    def _personnes(self) -> tuple[LignePersonne, ...]:
        return tuple(lire_personnes(self._lire, actives=True))

    @cached_property
    def _instances(self) -> tuple[InstanceReunie, ...]:
        return tuple(lire_instances(self._lire))

    @cached_property
    def _bailleurs(self) -> tuple[str, ...]:
        requete = select(Signataire.nom).where(Signataire.nature == str(NatureOrganisme.BAILLEUR))
        return tuple(nom for (nom,) in self._lire(requete.order_by(Signataire.rang)))

    @cached_property
    def _priorites(self) -> Sequence[Any]:
        """(commune, node) that a commune puts first in a quartier."""
        return self._lire(
            select(QuartierCommune.commune, PrioriteQuartier.noeud)
            .join(PrioriteQuartier, PrioriteQuartier.quartier == QuartierCommune.quartier)
            .where(PrioriteQuartier.noeud.is_not(None))
        )

    @cached_property
    def _referents(self) -> Sequence[Any]:
        """(name, service, address, commune, node) of each rule that names one of the last two."""
        adresse = func.coalesce(Referent.courriel, Service.courriel)
        return self._lire(
            select(
                Referent.nom, Service.nom, adresse, RegleAffectation.commune, RegleAffectation.noeud
            )
            .join(Service, Service.cle == Referent.service)
            .join(RegleAffectation, RegleAffectation.service == Service.cle)
            .where(
                Service.actif.is_(True),
                or_(RegleAffectation.commune.is_not(None), RegleAffectation.noeud.is_not(None)),
            )
            .order_by(Service.nom, Referent.nom)
        )

    @cached_property
    def _voisines(self) -> dict[str, tuple[str, ...]]:
        """commune -> names of those that share a quartier with it (B-185)."""
        par_quartier: dict[str, list[str]] = defaultdict(list)
        for quartier, commune in self._lire(
            select(QuartierCommune.quartier, QuartierCommune.commune)
        ):
            par_quartier[quartier].append(commune)
        voisines: dict[str, set[str]] = defaultdict(set)
        for communes in par_quartier.values():
            for commune in communes:
                voisines[commune] |= set(communes) - {commune}
        return {
            commune: tuple(nom for cle, nom in self._communes.items() if cle in autres)
            for commune, autres in voisines.items()
        }

    @cached_property
    def _adresses(self) -> dict[str, str]:
        requete = select(Participant.nom, func.max(Participant.courriel))
        dites = requete.where(func.coalesce(Participant.courriel, "") != "")
        return dict(self._lire(dites.group_by(Participant.nom)))


def _communes_des_projets(lire: Lire, reunion: str) -> set[str]:
    actions = select(PointReunion.action).where(PointReunion.reunion == reunion)
    vues = communes_des_actions(lire, {action for (action,) in lire(actions) if action})
    return {commune for communes in vues.values() for commune in communes}


def _porteurs(lire: Lire, reunion: str) -> Iterator[Invite]:
    """The porteurs of the projects on the agenda, once each, in its order."""
    requete = (
        select(Organisme.nom, Organisme.courriel)
        .join(Action, Action.porteur == Organisme.cle)
        .join(PointReunion, PointReunion.action == Action.cle)
        .where(PointReunion.reunion == reunion)
        .order_by(PointReunion.rang, PointReunion.cle)
    )
    for nom, courriel in dict.fromkeys(tuple(lu) for lu in lire(requete)):
        yield Invite("", str(College.PORTEUR), "Porteur de projet", nom, courriel)
