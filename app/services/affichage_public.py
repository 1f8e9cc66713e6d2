"""What the room may see, and nothing else: one frozen page, made by one function, field by field.

The public window knows this page only. What is not a field here cannot be projected: private notes,
amounts not yet published, positions of each financeur, comments.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

from app.models.calculs import ZERO, part, somme, somme_ou_rien
from app.models.enums import NatureDecision, NaturePoint, RegleVote, SensAvis
from app.models.montants import afficher_montant, afficher_nombre
from app.services.enveloppes import nom_de_l_ensemble, reste_au_plus_long, reste_en_mots
from app.services.rows import EtatEnveloppe, LigneAction
from app.services.seance_en_cours import PointEnSeance
from app.services.tableau_seance import LigneTableau, TableauSeance
from app.services.tables_rondes import Case, TourDeTable

ATTENTE = "…"
SUIVANTS = 2
JAUGES = 12  # envelopes that a room can read at once: their names stand above what is left


@dataclass(frozen=True, slots=True)
class BoitePublique:
    """A seat (euros). `attente`: something is being said, the room sees « … »."""

    nom: str
    montant: Decimal | None
    attente: bool
    corrige: bool


@dataclass(frozen=True, slots=True)
class JaugePublique:
    """An envelope: shares of it (0 to 1 and more), and what is left in words.

    `financeur`: its key, or those of all that « Autres » sums up. `au_plus`: the longest words that it
    may come to, for they keep one size whatever they say.
    """

    financeur: str
    nom: str
    mots: str
    au_plus: str
    depasse: bool
    prise: float
    donnee: float


@dataclass(frozen=True, slots=True)
class CasePublique:
    """What a financeur grants to one item, in the whole table (euros)."""

    montant: Decimal | None
    attente: bool
    corrige: bool


@dataclass(frozen=True, slots=True)
class LignePublique:
    """An item of the whole table (euros); `decision` in words, empty before there is one."""

    ordre: str
    numero: str
    titre: str
    porteur: str
    demande: Decimal | None
    cases: tuple[CasePublique, ...]
    total: Decimal | None
    decision: str


@dataclass(frozen=True, slots=True)
class ColonnePublique:
    """A financeur of the whole table, with what it is asked and grants over the séance (euros)."""

    nom: str
    demande: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class TableauPublic:
    """The items near the current one, which is at `rang`; sums are those of the séance (euros)."""

    colonnes: tuple[ColonnePublique, ...]
    lignes: tuple[LignePublique, ...]
    rang: int
    demande: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class PagePublique:
    """All that the public window shows (euros; None: not known, shown as a dash).

    `sans_quorum`: not enough people are in the room.
    `retenue`: somebody must leave first, the item is not open yet and none of its figures is here.
    """

    seance: str
    rang: str
    numero: str
    porteur: str
    titre: str
    lieu: str
    publics: str
    duree: str
    cotation: str
    demande: Decimal | None
    annee_precedente: Decimal | None
    propose: Decimal | None
    total: Decimal | None
    part: Decimal | None
    en_attente: bool
    boites: tuple[BoitePublique, ...]
    decision: str
    reserve: str
    quorum: str
    regle: str
    sans_quorum: bool
    mouvements: str
    retenue: bool
    voix: str
    suivants: tuple[str, ...]
    jauges: tuple[JaugePublique, ...]
    tableau: TableauPublic | None


def page_publique(
    point: PointEnSeance,
    table: TourDeTable | None,
    enveloppes: Iterable[EtatEnveloppe],
    tableau: TableauSeance | None = None,
) -> PagePublique:
    """The only maker of a public page.

    `enveloppes`: of the file, where all granted is published. `tableau`: where the room looks at the
    whole table.
    """
    ligne, action = point.point, point.action
    montree = None if point.retenu else table  # no figure before those concerned are out
    return PagePublique(
        seance=point.titre_seance,
        rang=f"{ligne.ordre} / {point.total}" if ligne else "",
        numero=ligne.numero if ligne else "",
        porteur=ligne.porteur if ligne else "",
        titre=ligne.titre if ligne else point.titre_seance,
        lieu=" · ".join(t for t in (action.axe, action.quartiers) if t) if action else "",
        publics=publics_en_mots(action) if action else "",
        duree=_duree(point, action) if action else "",
        cotation=_cotation(point) if action else "",
        demande=montree.demande if montree else None,
        annee_precedente=action.accorde_n1 if action and montree else None,
        propose=montree.propose if montree else None,
        total=montree.total_public if montree else None,
        part=part(montree.total_public, montree.cout) if montree else None,
        en_attente=any(case.parole.en_attente for case in montree.cases) if montree else False,
        boites=tuple(_boite(case) for case in montree.cases) if montree else (),
        decision=_decision(point),
        reserve="" if point.retenu else point.reserve,
        quorum=point.phrase_quorum,
        regle=regle_en_mots(point.regle_vote),
        sans_quorum=point.synthese.quorum.reuni is False,
        mouvements=point.mouvements,
        retenue=point.retenu,
        voix="" if point.retenu else _voix(point),
        suivants=_suivants(point),
        jauges=tuple(_jauges(list(enveloppes))),
        tableau=_tableau(tableau, montree, courante=ligne is not None) if tableau else None,
    )


def _decision(point: PointEnSeance) -> str:
    if point.retenu or not point.nature_decidee:
        return ""
    return NatureDecision.libelle_de(point.nature_decidee)


def _voix(point: PointEnSeance) -> str:
    """« Conseil citoyen : favorable »: who spoke and which way, never what they said."""
    return " · ".join(f"{v.qui} : {SensAvis.libelle_de(v.sens).lower()}" for v in point.voix)


def publics_en_mots(action: LigneAction) -> str:
    """« 120 personnes, dont 80 en QPV »."""
    if action.public_total is None:
        return "Publics : non précisés"
    total = action.public_total
    dit = f"{afficher_nombre(Decimal(total))} personne{'s' if total > 1 else ''}"
    if action.public_qpv is None:
        return dit
    qpv = afficher_nombre(Decimal(action.public_qpv), zero="0")
    return f"{dit}, dont {qpv} en QPV"


def duree_en_mots(action: LigneAction) -> str:
    """« CPO, année 2 sur 3 »; an action of one year says so."""
    rang, _, duree = action.cpo.partition("/")
    if not rang:
        return "Action annuelle"
    return f"CPO, année {rang} sur {duree}" if duree else f"CPO, année {rang}"


def _duree(point: PointEnSeance, action: LigneAction) -> str:
    """With the rule of the item, where the contract wants everybody to agree."""
    duree = duree_en_mots(action)
    return f"{duree} · unanimité" if point.cpo is not None and point.cpo.exigee else duree


def _cotation(point: PointEnSeance) -> str:
    return cotation_en_mots(point.contraintes.cotation)


def cotation_en_mots(cotation: str) -> str:
    return f"Cotation : {cotation}" if cotation else "Non cotée"


_REGLES = {
    RegleVote.CONSENSUS: "Vote au consensus",
    RegleVote.MAJORITE: "Vote à la majorité des présents",
    RegleVote.UNANIMITE: "Vote à l'unanimité",
    RegleVote.CHACUN: "Chacun vote sur ses crédits",
}


def regle_en_mots(regle: str | None) -> str:
    """How the séance votes, in few words; nothing where neither the contract nor the team said it."""
    autre = f"Vote : {regle}" if regle else ""
    return next((mots for connue, mots in _REGLES.items() if connue == regle), autre)


def _boite(case: Case) -> BoitePublique:
    attente = case.parole.en_attente
    return BoitePublique(
        nom=case.nom,
        montant=None if attente else case.public,
        attente=attente,
        corrige=case.parole.corrige and not attente,
    )


def _tableau(tableau: TableauSeance, table: TourDeTable | None, *, courante: bool) -> TableauPublic:
    """`table`: what is said of the current item; None: none of its figures may be seen.

    `courante` False: nothing is on the table, the first lines are as the others.
    """
    rang_courant = tableau.rang if courante else None
    return TableauPublic(
        colonnes=tuple(
            ColonnePublique(c.financeur.nom_court, c.demande, c.accorde) for c in tableau.colonnes
        ),
        lignes=tuple(
            _ligne_courante(ligne, tableau, table) if rang == rang_courant else _ligne(ligne)
            for rang, ligne in enumerate(tableau.lignes)
        ),
        rang=tableau.rang,
        demande=tableau.demande,
        total=tableau.accorde,
    )


def _ligne(ligne: LigneTableau) -> LignePublique:
    point = ligne.point
    return LignePublique(
        ordre=str(point.ordre),
        numero=point.numero,
        titre=point.titre,
        porteur=point.porteur,
        demande=ligne.demande,
        cases=tuple(CasePublique(m, attente=False, corrige=False) for m in ligne.montants),
        total=ligne.total,
        decision=NatureDecision.libelle_de(point.decision) if point.decision else "",
    )


def _ligne_courante(
    ligne: LigneTableau, tableau: TableauSeance, table: TourDeTable | None
) -> LignePublique:
    """The item on the table: « … » while something is being said."""
    vue = _ligne(ligne)
    if table is None:
        vides = tuple(CasePublique(None, attente=False, corrige=False) for _ in tableau.colonnes)
        return replace(vue, demande=None, cases=vides, total=None, decision="")
    par_financeur: dict[str, list[Case]] = {c.financeur.cle: [] for c in tableau.colonnes}
    for case in table.cases:
        par_financeur.setdefault(case.payeur.financeur, []).append(case)
    return replace(
        vue,
        cases=tuple(_case(par_financeur[c.financeur.cle]) for c in tableau.colonnes),
        total=somme_ou_rien(case.public for case in table.cases),
    )


def _case(cases: Sequence[Case]) -> CasePublique:
    return reunir_cases([CasePublique(b.montant, b.attente, b.corrige) for b in map(_boite, cases)])


def reunir_cases(cases: Sequence[CasePublique]) -> CasePublique:
    """Several amounts as one: « … » as soon as one of them is still being said."""
    attente = any(case.attente for case in cases)
    return CasePublique(
        montant=None if attente else somme_ou_rien(case.montant for case in cases),
        attente=attente,
        corrige=not attente and any(case.corrige for case in cases),
    )


def total_des_colonnes(colonnes: Iterable[ColonnePublique]) -> Decimal:
    """What several financeurs grant over the séance."""
    return somme(colonne.total for colonne in colonnes)


def _jauges(etats: Sequence[EtatEnveloppe]) -> Iterator[JaugePublique]:
    """One for each financeur; where they are too many to be read, the smallest are summed up.

    Which ones is a matter of their envelopes, then of what they are asked: never of what is granted.
    """
    if len(etats) <= JAUGES:
        yield from map(_jauge, etats)
        return
    par_poids = sorted(etats, key=lambda e: (e.montant or ZERO, e.demande), reverse=True)
    grands = {etat.financeur.cle for etat in par_poids[: JAUGES - 1]}
    yield from (_jauge(etat) for etat in etats if etat.financeur.cle in grands)
    yield _autres([etat for etat in etats if etat.financeur.cle not in grands])


def _autres(etats: Sequence[EtatEnveloppe]) -> JaugePublique:
    """Several as one: what those that are known have left, unless some of them are exceeded."""
    connus = [etat for etat in etats if etat.reste is not None]
    depassent = [-etat.reste for etat in connus if etat.reste is not None and etat.reste < 0]
    total = somme(etat.montant for etat in connus)
    if depassent:
        mots = f"{len(depassent)} en dépassement de {afficher_montant(somme(depassent), euro=True)}"
    elif connus:
        mots = f"reste {afficher_montant(somme(etat.reste for etat in connus), euro=True)}"
    else:
        mots = "non communiquées"
    plus_long = f"{len(etats)} en dépassement de {afficher_montant(total, euro=True)}"
    return JaugePublique(
        financeur=" ".join(etat.financeur.cle for etat in etats),
        nom=f"Autres ({len(etats)})",
        mots=mots,
        au_plus=plus_long if connus else mots,
        depasse=bool(depassent),
        prise=float(somme(e.engage + e.reserve for e in connus) / total) if total else 0.0,
        donnee=float(somme(e.accorde for e in connus) / total) if total else 0.0,
    )


def _jauge(etat: EtatEnveloppe) -> JaugePublique:
    total = etat.montant or ZERO
    return JaugePublique(
        financeur=etat.financeur.cle,
        nom=nom_de_l_ensemble(etat),
        mots=reste_en_mots(etat),
        au_plus=reste_au_plus_long(etat),
        depasse=etat.reste is not None and etat.reste < 0,
        prise=float((etat.engage + etat.reserve) / total) if total else 0.0,
        donnee=float(etat.accorde / total) if total else 0.0,
    )


def _suivants(point: PointEnSeance) -> tuple[str, ...]:
    debattus = (p for p in point.a_venir if p.nature != NaturePoint.BLOC)
    return tuple(f"{p.numero} {p.titre}".strip() for p in islice(debattus, SUIVANTS))
