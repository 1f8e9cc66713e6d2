"""Who is invited to a meeting, from what its instances print and what is known. Pure functions.

What is known is a person, a porteur, a referent; what the contract only names stays a line without a
name, to be filled. Nobody is invented.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.models.enums import College, NatureOrganisme, NatureReunion
from app.services.compositions import HABITANTS, est_habitant, proposer
from app.services.identifiants import mots, nom_normalise, sans_accents
from app.services.instances_reunies import InstanceReunie
from app.services.parts_composition import designe, parties
from app.services.personnes import LignePersonne

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
    voisines: tuple[str, ...]  # names of the communes that share a quartier with that one
    possibles: tuple[LignePersonne, ...]  # without those who speak for another commune


def inviter(connu: Connu) -> list[Invite]:
    """Chairs, then members as the contract lists them, referents, porteurs; nobody twice."""
    invites = [
        *_presidences(connu),
        *_membres(connu),
        *_gens_de_la_commune(connu),
        *_communes(connu, connu.voisines),
        *connu.referents,
        *connu.porteurs,
    ]
    return list({invite.identite: invite for invite in reversed(invites)}.values())[::-1]


def _presidences(connu: Connu) -> Iterator[Invite]:
    for instance in connu.instances:
        for partie in parties([instance.presidence]):
            chefs = proposer(connu.possibles, partie, ())
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
        yield from _communes(connu, connu.communes)
    else:
        trouvees = _citees(connu, partie)
        yield from map(_personne, trouvees)
        if not trouvees:
            yield _a_remplir(connu, partie)


def _citees(connu: Connu, partie: str) -> list[LignePersonne]:
    """The people of the comités that the words name; a « délégué » is one by his function."""
    places = {m.personne for m in proposer(connu.possibles, None, [partie])}
    citees = [p for p in connu.personnes if p.cle in places]
    if not designe(partie, "delegues"):
        return citees
    return [p for p in citees if designe(p.fonction, "delegues")] or citees


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


def _communes(connu: Connu, communes: Iterable[str]) -> Iterator[Invite]:
    """One line for each commune concerned, with whoever speaks for it."""
    for commune in communes:
        siens = [p for p in connu.personnes if parle_pour(p, commune)]
        yield from map(_personne, siens)
        if not siens:
            yield Invite("", str(College.INSTITUTION), None, _la_commune(commune))


def _la_commune(nom: str) -> str:
    """« Commune d'Anzin », « Commune de Marly »."""
    return f"Commune d'{nom}" if sans_accents(nom[:1]) in "aeiouy" else f"Commune de {nom}"


def _gens_de_la_commune(connu: Connu) -> Iterator[Invite]:
    if connu.commune:
        yield from (_personne(p) for p in connu.personnes if parle_pour(p, connu.commune))


def possibles(
    personnes: Iterable[LignePersonne], ici: Iterable[str], toutes: Iterable[str]
) -> tuple[LignePersonne, ...]:
    """Those who do not speak for a commune that the meeting is not about."""
    lieux = tuple(ici) or tuple(toutes)
    ailleurs = [commune for commune in toutes if commune not in lieux]
    return tuple(p for p in personnes if not any(parle_pour(p, c) for c in ailleurs))


def parle_pour(personne: LignePersonne, commune: str) -> bool:
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
