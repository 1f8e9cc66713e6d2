"""Actions of the demonstration: a year's programme, its lineage, its statuses, and its rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from app.models.enums import NatureAppel, Recurrence, StatutAction
from app.services.demo_donnees import AVIS, OBSERVATIONS
from app.services.demo_projets import (
    COUT_CPO,
    Projet,
    appel_possible,
    nouveau_projet,
    reconduire,
)
from app.services.demo_territoire import Ligne, Porteur, Territoire, Tirage, repartir
from app.services.demo_themes import AGES

PART_NOUVEAUX = 30  # %, as the contract announces
# Per thousand, by number of years before the current one.
STATUTS = (
    {
        StatutAction.PROPOSEE: 340,
        StatutAction.INSTRUCTION: 210,
        StatutAction.ACCORDEE: 200,
        StatutAction.DEPOSEE: 70,
        StatutAction.REFUSEE: 50,
        StatutAction.RETIREE: 30,
        StatutAction.NOTE: 30,
        StatutAction.IRRECEVABLE: 25,
        StatutAction.AJOURNEE: 25,
        StatutAction.REORIENTEE: 20,
    },
    {
        StatutAction.TERMINEE: 480,
        StatutAction.ACCORDEE: 330,
        StatutAction.REFUSEE: 80,
        StatutAction.RETIREE: 40,
        StatutAction.IRRECEVABLE: 30,
        StatutAction.AJOURNEE: 20,
        StatutAction.REORIENTEE: 20,
    },
    {
        StatutAction.TERMINEE: 780,
        StatutAction.REFUSEE: 80,
        StatutAction.RETIREE: 40,
        StatutAction.ACCORDEE: 30,
        StatutAction.IRRECEVABLE: 30,
        StatutAction.AJOURNEE: 20,
        StatutAction.REORIENTEE: 20,
    },
)
CPO_PAR_AN = (20, 30, 45)  # new conventions per thousand actions, same order
RECONDUITS = {StatutAction.TERMINEE, StatutAction.ACCORDEE, StatutAction.AJOURNEE}
INSTRUITES = {StatutAction.INSTRUCTION, StatutAction.PROPOSEE, StatutAction.ACCORDEE}
FONDS = 4  # actions of the thematic fund, the year before the current one

# What is missing in the current year, as in any real file: (status, what).
SANS_PORTEUR, DOUBLON, SANS_COUT, SANS_PUBLIC = "porteur", "doublon", "cout", "public"
LACUNES = (
    (StatutAction.NOTE, SANS_PORTEUR),
    (StatutAction.NOTE, DOUBLON),
    (StatutAction.DEPOSEE, SANS_COUT),
    (StatutAction.DEPOSEE, SANS_PUBLIC),
    (StatutAction.INSTRUCTION, SANS_PUBLIC),
    (StatutAction.INSTRUCTION, SANS_PUBLIC),
)


@dataclass(frozen=True, slots=True)
class Edition:
    """A project in one year. `recul`: years before the current one; `lacune`: what is missing."""

    cle: str
    annee: int
    recul: int
    numero: str
    projet: Projet
    statut: StatutAction
    recurrence: Recurrence
    precedente: str | None
    lignee: str
    lacune: str | None = None

    @property
    def cpo_rang(self) -> int | None:
        return self.projet.cpo_rang(self.annee)


def programmer(
    tirage: Tirage,
    territoire: Territoire,
    porteurs: Sequence[Porteur],
    precedentes: Sequence[Edition],
    *,
    annee: int,
    recul: int,
    nombre: int,
) -> list[Edition]:
    """The programme of a year: what goes on from the year before, and what is new."""
    suites = _reconduites(tirage, precedentes, annee, nombre * (100 - PART_NOUVEAUX) // 100)
    tires = _nouveaux(
        tirage,
        territoire,
        porteurs,
        nombre - len(suites),
        recul=recul,
        pris={(p.porteur.cle, p.titre) for p, _ in suites},
    )
    projets: list[tuple[Projet, Edition | None]] = [
        *suites,
        *((p, None) for p in tires),
    ]
    projets = _conclure_des_cpo(tirage, tirage.melange(projets), annee, recul)
    statuts = _donner_statuts(tirage, [p for p, _ in projets], annee=annee, recul=recul)
    chiffres = max(len(str(nombre)), 3)  # numbers sort as text
    editions = [
        _edition(
            tirage,
            projet,
            avant,
            statut=statut,
            annee=annee,
            recul=recul,
            numero=f"{annee}-{rang:0{chiffres}d}",
        )
        for rang, ((projet, avant), statut) in enumerate(zip(projets, statuts, strict=True), 1)
    ]
    return _avec_lacunes(editions) if recul == 0 else editions


def _reconduites(
    tirage: Tirage, precedentes: Sequence[Edition], annee: int, nombre: int
) -> list[tuple[Projet, Edition | None]]:
    """Conventions in progress first, then a draw among what was granted."""
    suivies = [e for e in precedentes if e.projet.cpo_rang(annee) is not None]
    autres = [
        e
        for e in precedentes
        if e.statut in RECONDUITS
        and e.projet.cpo_rang(annee) is None
        and e.projet.appel != NatureAppel.AMI_SPECIFIQUE
    ]
    tirees = tirage.plusieurs(autres, max(nombre - len(suivies), 0))
    return [(reconduire(tirage, e.projet, annee), e) for e in (*suivies, *tirees)]


def _nouveaux(
    tirage: Tirage,
    territoire: Territoire,
    porteurs: Sequence[Porteur],
    nombre: int,
    *,
    recul: int,
    pris: set[tuple[str, str]],
) -> Iterator[Projet]:
    """First most of those who have nothing yet, then everybody in turn.

    `pris`: (porteur, title) already in the year.
    """
    presents = {porteur for porteur, _ in pris}
    absents = tirage.melange([p for p in porteurs if p.cle not in presents])
    tour = absents[: -(-len(absents) * 3 // 4)]
    for rang in range(nombre):
        tour = tour or tirage.melange(porteurs)
        porteur = tour.pop()
        fonds = recul == 1 and rang < FONDS
        appel = NatureAppel.AMI_SPECIFIQUE if fonds else appel_possible(tirage, porteur)
        projet = nouveau_projet(tirage, territoire, porteur, appel=appel)
        titre, groupe = projet.titre, 1
        while (porteur.cle, titre) in pris:
            groupe += 1
            titre = f"{projet.titre}, groupe {groupe}"
        pris.add((porteur.cle, titre))
        yield replace(projet, titre=titre)


def _conclure_des_cpo(
    tirage: Tirage, projets: list[tuple[Projet, Edition | None]], annee: int, recul: int
) -> list[tuple[Projet, Edition | None]]:
    """A few solid projects ask a convention of two or three years, which this year begins."""
    solides = [
        rang
        for rang, (p, _) in enumerate(projets)
        if p.cpo is None and p.appel == NatureAppel.AMI and p.cout >= COUT_CPO
    ]
    nombre = max(len(projets) * CPO_PAR_AN[recul] // 1000, 1)
    for rang in tirage.plusieurs(solides, nombre):
        projet, avant = projets[rang]
        duree = 3 if tirage.chance(65) else 2
        projets[rang] = replace(projet, cpo=(annee, duree)), avant
    return projets


def _donner_statuts(
    tirage: Tirage, projets: Sequence[Projet], *, annee: int, recul: int
) -> list[StatutAction]:
    """Statuses dealt like cards, so that their shares hold; conventions and notes choose first."""
    restants = tirage.melange(_paquet(len(projets), STATUTS[recul]))
    donnes: dict[int, StatutAction] = {}
    for rang, projet in enumerate(projets):
        voulu = _statut_voulu(projet, annee=annee, recul=recul)
        if voulu in restants:
            restants.remove(voulu)
            donnes[rang] = voulu
    return [donnes[rang] if rang in donnes else restants.pop() for rang in range(len(projets))]


def _paquet(nombre: int, parts: dict[StatutAction, int]) -> list[StatutAction]:
    """As many statuses as actions, the rarest at least once, the first one making up the count."""
    paquet = [
        s for s, part in reversed(parts.items()) for _ in range(max(nombre * part // 1000, 1))
    ]
    plus_courant = next(iter(parts))
    return [*paquet, *[plus_courant] * (nombre - len(paquet))][:nombre]


def _statut_voulu(projet: Projet, *, annee: int, recul: int) -> StatutAction | None:
    rang = projet.cpo_rang(annee)
    if rang is not None:
        return StatutAction.PROPOSEE if recul == 0 and rang == 1 else StatutAction.ACCORDEE
    if recul == 0 and projet.appel == NatureAppel.FIL_DE_L_EAU:
        return StatutAction.NOTE
    return None


def _edition(
    tirage: Tirage,
    projet: Projet,
    avant: Edition | None,
    *,
    statut: StatutAction,
    annee: int,
    recul: int,
    numero: str,
) -> Edition:
    cle = tirage.cle()
    # The first year renews actions that the file does not know.
    reconduite = avant is not None or (recul == 2 and not tirage.chance(PART_NOUVEAUX))
    return Edition(
        cle=cle,
        annee=annee,
        recul=recul,
        numero=numero,
        projet=projet,
        statut=statut,
        recurrence=Recurrence.RECONDUCTION if reconduite else Recurrence.NOUVEAU,
        precedente=avant.cle if avant else None,
        lignee=avant.lignee if avant else cle,
    )


def _avec_lacunes(editions: list[Edition]) -> list[Edition]:
    """New actions that somebody will have to complete."""
    a_trouver = list(LACUNES)
    for rang, edition in enumerate(editions):
        trouvee = next((lacune for lacune in a_trouver if lacune[0] == edition.statut), None)
        if trouvee is not None and edition.precedente is None:
            a_trouver.remove(trouvee)
            editions[rang] = replace(edition, lacune=trouvee[1])
    return editions


# Rows ---------------------------------------------------------------------------------------------


def ligne_action(
    tirage: Tirage, edition: Edition, *, appel: str, doublon: str, cofinancee_etat: bool
) -> Ligne:
    """The row of an action. `appel`, `doublon`: keys of its call and of the organisme typed twice."""
    projet, lacune = edition.projet, edition.lacune
    porteurs: dict[str | None, str | None] = {SANS_PORTEUR: None, DOUBLON: doublon}
    return {
        "cle": edition.cle,
        "annee": edition.annee,
        "numero": edition.numero,
        "reference": _reference(tirage, edition) if cofinancee_etat else None,
        "appel": appel,
        "porteur": porteurs.get(lacune, projet.porteur.cle),
        "titre": projet.titre,
        "description": projet.description,
        "echelle": projet.echelle,
        "nature": str(projet.nature),
        "statut": str(edition.statut),
        "recurrence": str(edition.recurrence),
        "precedente": edition.precedente,
        "lignee": edition.lignee,
        "cpo_rang": edition.cpo_rang,
        "cpo_duree": projet.cpo[1] if projet.cpo and edition.cpo_rang else None,
        "hors_qpv_motif": projet.hors_qpv,
        "cout_total": None if lacune == SANS_COUT else Decimal(projet.cout),
        "observation": _observation(tirage, edition),
        "avis": tirage.un(AVIS[edition.statut]) if str(edition.statut) in AVIS else None,
        **_dates(tirage, edition),
        **({} if lacune == SANS_PUBLIC else _publics(projet)),
    }


def _reference(tirage: Tirage, edition: Edition) -> str | None:
    """Number in the source system: the DAUPHIN form, then that of the prefectures."""
    if edition.statut == StatutAction.NOTE:
        return None
    if edition.recul == 2:
        return f"DA{tirage.entier(30_000, 99_999):08d}-01"
    return f"PREFD59-{edition.annee % 100}-{int(edition.numero[5:]):04d}-1"


def _observation(tirage: Tirage, edition: Edition) -> str | None:
    instruite = edition.statut in INSTRUITES
    return tirage.un(OBSERVATIONS) if instruite and tirage.chance(25) else None


def _dates(tirage: Tirage, edition: Edition) -> Ligne:
    """Deposit, beginning, end (ISO). The AMI is answered at the end of the year before."""
    annee, jour = edition.annee, tirage.entier(1, 28)
    if edition.projet.appel == NatureAppel.VACANCES:
        return _periode(f"{annee}-04-{jour:02d}", f"{annee}-07-06", f"{annee}-08-29")
    if edition.projet.appel != NatureAppel.AMI:
        return _periode(f"{annee}-05-{jour:02d}", f"{annee}-06-15", f"{annee}-12-31")
    depot = f"{annee - 1}-{tirage.entier(11, 12)}-{jour:02d}"
    if edition.projet.scolaire:
        return _periode(depot, f"{annee}-09-01", f"{annee + 1}-07-03")
    return _periode(depot, f"{annee}-01-01", f"{annee}-12-31")


def _periode(depot: str, debut: str, fin: str) -> Ligne:
    return {"date_depot": depot, "date_debut": debut, "date_fin": fin}


def _publics(projet: Projet) -> Ligne:
    """Women and men, and the ages, add up to the total; the QPV are part of it."""
    ages = repartir(projet.public, projet.theme.ages)
    return {
        "public_total": projet.public,
        "public_qpv": projet.public_qpv,
        "public_femmes": projet.public_femmes,
        "public_hommes": projet.public - projet.public_femmes,
        "public_ages": {age: n for age, n in zip(AGES, ages, strict=True) if n},
    }


def lignes_quartiers(tirage: Tirage, edition: Edition) -> Iterator[Ligne]:
    for quartier, part in edition.projet.quartiers:
        yield {
            "cle": tirage.cle(),
            "action": edition.cle,
            "quartier": quartier,
            "part": None if part is None else Decimal(part),
        }


def lignes_communes(tirage: Tirage, edition: Edition) -> Iterator[Ligne]:
    for commune in edition.projet.communes:
        yield {"cle": tirage.cle(), "action": edition.cle, "commune": commune}


def lignes_classement(tirage: Tirage, territoire: Territoire, edition: Edition) -> Iterator[Ligne]:
    projet = edition.projet
    for identifiant, principal in ((projet.noeud, True), *projet.secondaires):
        yield {
            "cle": tirage.cle(),
            "action": edition.cle,
            "noeud": territoire.noeuds[identifiant],
            "principal": principal,
        }
