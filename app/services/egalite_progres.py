"""Whether porteurs progress: self-rating against the instructor's, entry, exit, bilan, year on year.

A level is not a mark: levels are listed and compared two by two, never averaged. No Qt.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.cotation import Cotation, CritereGrille, NoteCritere
from app.models.enums import MomentCotation
from app.models.organisme import Organisme
from app.services.actions import par_lots
from app.services.cotations import Cotations
from app.services.cotations_retenues import retenues_de
from app.services.egalite import DIVERGENTE, HORS_NIVEAUX, INCOMPLETE, MASQUEE, SANS_NIVEAU
from app.services.egalite_niveaux import GrilleSuivie, NiveauLu, lire_niveaux_retenus
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.formations import SANS_DOSSIER
from app.services.graphiques import Forme, Graphique, Serie
from app.services.grilles_calcul import points
from app.services.transaction import Ecriture

AUTO, ENTREE, SORTIE, BILAN = map(str, MomentCotation)


@dataclass(frozen=True, slots=True)
class LigneProgres:
    """A porteur and the levels of its actions of the year. Counts are of actions rated at both moments.

    `plus_haut`: it rates itself above the instructor; `monte`: higher at the exit than at the entry.
    """

    cle: str
    nom: str
    actions: int
    auto: str
    entree: str
    sortie: str
    bilan: str
    plus_haut: int
    pareil: int
    plus_bas: int
    monte: int
    stable: int
    descend: int
    avant: str
    evolution: str


@dataclass(frozen=True, slots=True)
class LigneCoteeDuPorteur:
    """An action of a porteur at the four moments; `recommandation`: said with the marks retained."""

    cle: str
    numero: str
    titre: str
    auto: str
    entree: str
    sortie: str
    bilan: str
    cotation: str | None
    recommandation: str | None


class Progres:
    """Reads the levels of the porteurs; writes the one thing that is said to them."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self._cotations = Cotations(fichier)
        self.operation = fichier.operation

    @property
    def _lecteur(self) -> str:
        """Marks that are masked from who reads stay so."""
        return self._fichier.signature.auteur

    def porteurs(self, annee: int, grille: GrilleSuivie) -> list[LigneProgres]:
        """One line for each porteur that has a dossier in a year, by name."""
        with self._fichier.instant() as lire:
            return lire_progres(lire, annee, grille, self._lecteur)

    def actions(self, annee: int, porteur: str, grille: GrilleSuivie) -> list[LigneCoteeDuPorteur]:
        """Its actions of a year, by number."""
        with self._fichier.instant() as lire:
            return lire_actions_du_porteur(lire, annee, porteur, grille, self._lecteur)

    def graphique(self, action: str, grille: GrilleSuivie) -> Graphique:
        """The marks of an action by criterion, one series for each moment."""
        with self._fichier.instant() as lire:
            return lire_graphique(lire, action, grille, self._lecteur)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Write `recommandation` beside the levels; `cle`: « action|cotation »."""
        cotation = cle.partition("|")[2]
        if not cotation:
            raise SaisieRefusee(
                "Une recommandation s'écrit à côté d'un niveau\u00a0: terminez d'abord une cotation."
            )
        self._cotations.poser_commentaire(ecriture, cotation, **champs)


def lire_progres(
    lire: Lire, annee: int, grille: GrilleSuivie, lecteur: str | None = None
) -> list[LigneProgres]:
    actions = _actions(lire, Action.annee.in_((annee - 1, annee)))
    niveaux = lire_niveaux_retenus(lire, grille, Action.annee.in_((annee - 1, annee)), lecteur)
    siennes: dict[str, list[Any]] = defaultdict(list)
    avant: dict[str, list[Any]] = defaultdict(list)
    for action in actions:
        (siennes if action.annee == annee else avant)[action.porteur].append(action)
    lignes = [
        _progres(cle, siennes[cle], avant.get(cle, ()), niveaux, grille)
        for cle in siennes
        if cle is not None
    ]
    return sorted(lignes, key=lambda ligne: ligne.nom)


def _actions(lire: Lire, ou: Any) -> Sequence[Any]:
    return lire(
        select(
            Action.cle,
            Action.annee,
            Action.numero,
            Action.titre,
            Action.lignee,
            Action.porteur,
            Organisme.nom,
        )
        .join(Organisme, Organisme.cle == Action.porteur)
        .where(ou, Action.statut.not_in(sorted(SANS_DOSSIER)))
        .order_by(Action.numero, Action.cle)
    )


Niveaux = Mapping[tuple[str, str], NiveauLu]


def _progres(
    cle: str,
    actions: Sequence[Any],
    avant: Sequence[Any],
    niveaux: Niveaux,
    grille: GrilleSuivie,
) -> LigneProgres:
    cles = [a.cle for a in actions]
    en_mots = {m: _repartition(cles, m, niveaux, grille) for m in (AUTO, ENTREE, SORTIE, BILAN)}
    soi = _sens(((niveaux.get((c, AUTO)), du_comite(c, niveaux)) for c in cles), grille)
    comite = _sens(((niveaux.get((c, ENTREE)), niveaux.get((c, SORTIE))) for c in cles), grille)
    anciens = {a.lignee: du_comite(a.cle, niveaux) for a in avant}
    suivies = _sens(((anciens.get(a.lignee), du_comite(a.cle, niveaux)) for a in actions), grille)
    return LigneProgres(
        cle,
        actions[0].nom,
        len(actions),
        en_mots[AUTO],
        en_mots[ENTREE],
        en_mots[SORTIE],
        en_mots[BILAN],
        soi[-1],
        soi[0],
        soi[1],
        comite[1],
        comite[0],
        comite[-1],
        _compte((du_comite(a.cle, niveaux) for a in avant), grille),
        _evolution(suivies),
    )


def du_comite(action: str, niveaux: Niveaux) -> NiveauLu | None:
    """That of the exit, else of the entry."""
    sortie = niveaux.get((action, SORTIE))
    if sortie is not None and sortie.cotation is not None:
        return sortie
    return niveaux.get((action, ENTREE)) or sortie


def _sens(
    paires: Iterable[tuple[NiveauLu | None, NiveauLu | None]], grille: GrilleSuivie
) -> Counter[int]:
    """How many go up (1), stay (0), go down (-1), of those that have two levels."""
    sens: Counter[int] = Counter()
    for a, b in paires:
        rangs = [None if lu is None else grille.rang(lu.code) for lu in (a, b)]
        if rangs[0] is not None and rangs[1] is not None:
            sens[(rangs[1] > rangs[0]) - (rangs[1] < rangs[0])] += 1
    return sens


def _repartition(
    actions: Sequence[str], moment: str, niveaux: Niveaux, grille: GrilleSuivie
) -> str:
    return _compte((niveaux.get((a, moment)) for a in actions), grille)


def _compte(lus: Iterable[NiveauLu | None], grille: GrilleSuivie) -> str:
    """« G1 × 2, G0 », highest first, then what has no level; empty when nobody scored."""
    codes = Counter(lu.code for lu in lus if lu is not None)
    ordre = [*(c for c, _ in reversed(grille.niveaux)), *(c for c, _ in HORS_NIVEAUX)]
    return ", ".join(
        en_mots(code) + (f" × {codes[code]}" if codes[code] > 1 else "")
        for code in ordre
        if codes[code]
    )


def en_mots(code: str) -> str:
    return _MOTS.get(code, code)


_MOTS = {
    INCOMPLETE: "incomplète",
    DIVERGENTE: "divergences",
    SANS_NIVEAU: "aucun niveau",
    MASQUEE: "masquée",
}


def _evolution(sens: Counter[int]) -> str:
    parts = [
        f"{sens[s]} {mot}"
        for s, mot in ((1, "en hausse"), (0, "stable"), (-1, "en baisse"))
        if sens[s]
    ]
    return ", ".join(parts)


def lire_actions_du_porteur(
    lire: Lire, annee: int, porteur: str, grille: GrilleSuivie, lecteur: str | None = None
) -> list[LigneCoteeDuPorteur]:
    ou = (Action.annee == annee) & (Action.porteur == porteur)
    niveaux = lire_niveaux_retenus(lire, grille, ou, lecteur)
    cotations = select(Cotation.cle, Cotation.recommandation).join(
        Action, Action.cle == Cotation.action
    )
    dites: dict[str, str | None] = dict(lire(cotations.where(ou)))
    return [_de_l_action(a, niveaux, dites) for a in _actions(lire, ou)]


def _de_l_action(a: Any, niveaux: Niveaux, dites: Mapping[str, str | None]) -> LigneCoteeDuPorteur:
    def code(moment: str) -> str:
        lu = niveaux.get((a.cle, moment))
        return "" if lu is None else en_mots(lu.code)

    retenu = du_comite(a.cle, niveaux)
    cotation = None if retenu is None else retenu.cotation
    return LigneCoteeDuPorteur(
        f"{a.cle}|{cotation or ''}",
        a.numero,
        a.titre,
        code(AUTO),
        code(ENTREE),
        code(SORTIE),
        code(BILAN),
        cotation,
        dites.get(cotation or ""),
    )


def recommandations_egalite(lire: Lire, actions: Sequence[str]) -> dict[str, str]:
    """action -> what is recommended with the level retained for the comité, where there is something."""
    retenues = retenues_de(lire, actions)
    cotations = {r.cotation: action for action, r in retenues.items() if r.cotation}
    trouvees = {}
    for lot in par_lots(sorted(cotations)):
        for cle, texte in lire(
            select(Cotation.cle, Cotation.recommandation).where(
                Cotation.cle.in_(lot), Cotation.recommandation.is_not(None)
            )
        ):
            trouvees[cotations[cle]] = texte
    return trouvees


def lire_graphique(
    lire: Lire, action: str, grille: GrilleSuivie, lecteur: str | None = None
) -> Graphique:
    """A criterion that no moment marks is left out; « non applicable » is no bar."""
    niveaux = lire_niveaux_retenus(lire, grille, Action.cle == action, lecteur)
    moments = {lu.cotation: moment for (_, moment), lu in niveaux.items() if lu.cotation}
    notes: dict[str, dict[str, int]] = defaultdict(dict)
    noms: dict[str, str] = {}
    for cotation, code, libelle, valeur in lire(
        select(
            NoteCritere.cotation,
            CritereGrille.identifiant,
            CritereGrille.libelle,
            NoteCritere.valeur,
        )
        .join(CritereGrille, CritereGrille.cle == NoteCritere.critere)
        .where(NoteCritere.cotation.in_(sorted(moments)), NoteCritere.valeur.is_not(None))
        .order_by(CritereGrille.rang, CritereGrille.cle)
    ):
        noms.setdefault(code, f"{code} · {libelle}")
        notes[moments[cotation]][code] = points(valeur)
    return _graphique(noms, notes)


def _graphique(noms: Mapping[str, str], notes: Mapping[str, Mapping[str, int]]) -> Graphique:
    return Graphique(
        titre="Notes par critère",
        forme=Forme.BARRES,
        categories=tuple(noms.values()),
        series=tuple(
            Serie(m.libelle, tuple(Decimal(notes[str(m)].get(code, 0)) for code in noms))
            for m in MomentCotation
            if notes.get(str(m))
        ),
        unite="lignes",
        lignes=len(noms),
    )
