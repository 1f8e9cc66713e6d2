"""Who is invited to a meeting: what the contract prints of its instances, and what the file knows.

What is known is a person, a porteur, a referent; what the contract only names stays a line without a
name, to be filled. Nobody is invented.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import func, or_, select

from app.models.action import Action
from app.models.contrat import Commune, Noeud, PrioriteQuartier, QuartierCommune, Signataire
from app.models.enums import College, NatureOrganisme, NatureReunion
from app.models.instruction import Referent, RegleAffectation, Service
from app.models.organisme import Organisme
from app.models.reunion import Participant, PointReunion, Reunion, ReunionInstance
from app.services.arbres import remonter
from app.services.compositions import HABITANTS, est_habitant, proposer
from app.services.fichier import Lire
from app.services.identifiants import mots, nom_normalise, sans_accents
from app.services.instances_reunies import InstanceReunie, lire_instances
from app.services.lieux_actions import communes_des_actions
from app.services.parts_composition import designe, parties
from app.services.personnes import LignePersonne, lire_personnes
from app.services.transaction import Ecriture

PARC_A_VERIFIER = "Parc dans le quartier à vérifier"


@dataclass(frozen=True, slots=True)
class Invite:
    """A line of the list of people, before it is written. `nom` empty: to be filled."""

    nom: str
    college: str
    fonction: str | None = None
    represente: str | None = None
    courriel: str | None = None
    personne: str | None = None

    @property
    def identite(self) -> tuple[str, ...]:
        """What makes two lines the same one."""
        if self.nom:
            return nom_normalise(self.nom), nom_normalise(self.represente or "")
        return "", nom_normalise(self.represente or ""), nom_normalise(self.fonction or "")


@dataclass(frozen=True, slots=True)
class Connu:
    """What the file knows of those who may come to one meeting."""

    nature: str
    commune: str  # its name, empty for a theme
    communes: tuple[str, ...]  # names of the communes that its projects touch
    personnes: tuple[LignePersonne, ...]
    bailleurs: tuple[str, ...]
    referents: tuple[Invite, ...]
    porteurs: tuple[Invite, ...]
    instances: tuple[InstanceReunie, ...]
    toutes_communes: tuple[str, ...]


def inviter(connu: Connu) -> list[Invite]:
    """Chairs, then members as the contract lists them, referents, porteurs; nobody twice."""
    invites = [
        *_presidences(connu),
        *_membres(connu),
        *_gens_de_la_commune(connu),
        *connu.referents,
        *connu.porteurs,
    ]
    return list({invite.identite: invite for invite in reversed(invites)}.values())[::-1]


def _presidences(connu: Connu) -> Iterator[Invite]:
    for instance in connu.instances:
        for partie in parties([instance.presidence]):
            chefs = proposer(_possibles(connu), partie, ())
            trouves = [p for p in connu.personnes if any(p.cle == c.personne for c in chefs)]
            yield from map(_personne, trouves)
            if not trouves:
                yield _a_remplir(connu, partie)


def _membres(connu: Connu) -> Iterator[Invite]:
    for instance in connu.instances:
        for partie in parties(instance.composition):
            yield from _de(connu, partie)


def _de(connu: Connu, partie: str) -> Iterator[Invite]:
    """The people that a part of a composition stands for, or the line to be filled."""
    dits = set(mots(partie))
    if any(mot.startswith("porteur") for mot in dits):
        return  # the porteurs of the agenda, listed with it
    if any(mot.startswith(HABITANTS) for mot in dits):
        habitants = [p for p in connu.personnes if est_habitant(p)]
        yield from map(_personne, habitants)
        if not habitants:
            yield Invite("", str(College.HABITANT), partie)
    elif any(mot.startswith("bailleur") for mot in dits):
        yield from _bailleurs(connu, partie)
    elif designe(partie, "communes"):
        yield from _communes(connu)
    else:
        places = {m.personne for m in proposer(_possibles(connu), None, [partie])}
        trouvees = [p for p in connu.personnes if p.cle in places]
        yield from map(_personne, trouvees)
        if not trouvees:
            yield _a_remplir(connu, partie)


def _bailleurs(connu: Connu, partie: str) -> Iterator[Invite]:
    """Those who sit, then the signatories: the file does not say whose dwellings are where."""
    yield from (
        _personne(p) for p in connu.personnes if p.financeur_nature == NatureOrganisme.BAILLEUR
    )
    fonction = PARC_A_VERIFIER if connu.nature == NatureReunion.COMMUNALE else None
    for nom in connu.bailleurs:
        yield Invite("", str(College.BAILLEUR), fonction, nom)
    if not connu.bailleurs:
        yield Invite("", str(College.BAILLEUR), partie)


def _communes(connu: Connu) -> Iterator[Invite]:
    """One line for each commune concerned, with whoever speaks for it."""
    for commune in connu.communes:
        siens = [p for p in connu.personnes if _parle_pour(p, commune)]
        yield from map(_personne, siens)
        if not siens:
            yield Invite("", str(College.INSTITUTION), None, _la_commune(commune))


def _la_commune(nom: str) -> str:
    """« Commune d'Anzin », « Commune de Marly »."""
    return f"Commune d'{nom}" if sans_accents(nom[:1]) in "aeiouy" else f"Commune de {nom}"


def _gens_de_la_commune(connu: Connu) -> Iterator[Invite]:
    if connu.commune:
        yield from (_personne(p) for p in connu.personnes if _parle_pour(p, connu.commune))


def _possibles(connu: Connu) -> list[LignePersonne]:
    """Those who do not speak for a commune that the meeting is not about."""
    ici = connu.communes or connu.toutes_communes
    return [
        p
        for p in connu.personnes
        if not any(_parle_pour(p, c) for c in connu.toutes_communes)
        or any(_parle_pour(p, c) for c in ici)
    ]


def _parle_pour(personne: LignePersonne, commune: str) -> bool:
    dit = nom_normalise(personne.represente)
    nom = nom_normalise(commune)
    return bool(nom) and (dit == nom or dit.endswith(f" {nom}"))


def _personne(personne: LignePersonne) -> Invite:
    return Invite(
        personne.nom,
        college_de(personne),
        personne.fonction or None,
        personne.au_nom_de or None,
        personne=personne.cle,
    )


def college_de(personne: LignePersonne) -> str:
    """In whose name somebody comes, by what their function says."""
    if est_habitant(personne):
        return str(College.HABITANT)
    if personne.financeur_nature == NatureOrganisme.BAILLEUR:
        return str(College.BAILLEUR)
    return college_dit(personne.fonction)


def college_dit(texte: str) -> str:
    """The college that words call for; institutions where they say nothing else."""
    for college in (College.ELU, College.BAILLEUR, College.ASSOCIATION, College.HABITANT):
        if designe(texte, str(college)):
            return str(college)
    return str(College.INSTITUTION)


def _a_remplir(connu: Connu, partie: str) -> Invite:
    local = connu.commune and designe(partie, "local")
    represente = _la_commune(connu.commune) if local else None
    return Invite("", college_dit(partie), partie[0].upper() + partie[1:], represente)


# What the file knows --------------------------------------------------------------------------------


def convier(ecriture: Ecriture, reunion: str) -> int:
    """Add to a meeting those who are proposed and are not there yet, inside an operation. How many."""
    lire = ecriture.lignes
    presents = lire(select(*Participant.__table__.columns).where(Participant.reunion == reunion))
    deja = {Invite(p.nom, p.college, p.fonction, p.represente).identite for p in presents}
    connues = {p.personne for p in presents if p.personne}
    neufs = [
        invite
        for invite in avec_adresses(lire, inviter(lire_connu(lire, reunion)))
        if invite.identite not in deja and invite.personne not in connues
    ]
    depart = max((p.rang for p in presents), default=-1) + 1
    ecriture.inserer_lot(
        Participant,
        [
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
        ],
    )
    return len(neufs)


def avec_adresses(lire: Lire, invites: Iterable[Invite]) -> list[Invite]:
    """The same with the last address typed for each person in another meeting."""
    requete = (
        select(Participant.nom, func.max(Participant.courriel))
        .where(func.coalesce(Participant.courriel, "") != "")
        .group_by(Participant.nom)
    )
    connues = dict(lire(requete))
    return [
        replace(i, courriel=connues.get(i.nom)) if i.nom and not i.courriel else i for i in invites
    ]


def lire_connu(lire: Lire, reunion: str) -> Connu:
    [ligne] = lire(select(*Reunion.__table__.columns).where(Reunion.cle == reunion))
    noms = dict(lire(select(Commune.cle, Commune.nom).order_by(Commune.rang, Commune.nom)))
    commune = noms.get(ligne.commune, "")
    concernees = [*_communes_du_theme(lire, ligne.noeud), *_communes_des_projets(lire, reunion)]
    touchees = [noms[cle] for cle in noms if cle in set(concernees)]
    sieges = {
        cle
        for (cle,) in lire(
            select(ReunionInstance.instance).where(ReunionInstance.reunion == reunion)
        )
    }
    return Connu(
        nature=ligne.nature,
        commune=commune,
        communes=(commune,) if commune else tuple(touchees),
        personnes=tuple(lire_personnes(lire, actives=True)),
        bailleurs=_signataires_bailleurs(lire),
        referents=tuple(_referents(lire, ligne)),
        porteurs=tuple(_porteurs(lire, reunion)),
        instances=tuple(i for i in lire_instances(lire) if i.cle in sieges),
        toutes_communes=tuple(noms.values()),
    )


def _communes_des_projets(lire: Lire, reunion: str) -> Sequence[str]:
    actions = select(PointReunion.action).where(PointReunion.reunion == reunion)
    cles = {action for (action,) in lire(actions) if action}
    vues = communes_des_actions(lire, cles)
    return list(dict.fromkeys(c for cle in sorted(cles) for c in vues.get(cle, ())))


def _communes_du_theme(lire: Lire, noeud: str | None) -> list[str]:
    """The communes that put the theme first in one of their quartiers (A-65)."""
    if noeud is None:
        return []
    parents = dict(lire(select(Noeud.cle, Noeud.parent)))
    requete = (
        select(QuartierCommune.commune, PrioriteQuartier.noeud)
        .join(PrioriteQuartier, PrioriteQuartier.quartier == QuartierCommune.quartier)
        .where(PrioriteQuartier.noeud.is_not(None))
    )
    return [commune for commune, vise in lire(requete) if noeud in remonter(vise, parents)]


def _signataires_bailleurs(lire: Lire) -> tuple[str, ...]:
    bailleur = str(NatureOrganisme.BAILLEUR)
    requete = select(Signataire.nom).where(Signataire.nature == bailleur).order_by(Signataire.rang)
    return tuple(nom for (nom,) in lire(requete))


def _referents(lire: Lire, reunion: Any) -> Iterator[Invite]:
    """The people of the services that examine the projects of that commune or theme."""
    requete = (
        select(Referent.nom, Service.nom, func.coalesce(Referent.courriel, Service.courriel))
        .join(Service, Service.cle == Referent.service)
        .join(RegleAffectation, RegleAffectation.service == Service.cle)
        .where(
            Service.actif.is_(True),
            or_(
                RegleAffectation.commune == (reunion.commune or ""),
                RegleAffectation.noeud == (reunion.noeud or ""),
            ),
        )
        .distinct()
        .order_by(Service.nom, Referent.nom)
    )
    for nom, service, courriel in lire(requete):
        yield Invite(nom, str(College.INSTITUTION), "Référent", service, courriel)


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
