"""The marks that actions got on a grid at one moment: what a reader may see, and where scorers differ.

What is masked is not read out at all: a screen cannot show by mistake what it never received.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select

from app.models.action import Action
from app.models.cotation import Cotation, GrilleAppel, NoteCritere
from app.models.instruction import Service
from app.models.organisme import Organisme
from app.models.programme import Appel
from app.services.cotations_ecarts import Divergence, divergences
from app.services.cotations_retenues import est_de, lire_derniers_depots
from app.services.dossiers_instruits import HORS_INSTRUCTION
from app.services.fichier import Lire
from app.services.grilles_calcul import Bareme, Note, Resultat, resultat
from app.services.grilles_lues import GrilleEntiere, lire_entiere
from app.services.pliage import replier
from app.services.services_instructeurs import lire_services

A_COTER, COMMENCEE, TERMINEE = "À coter", "Commencée", "Terminée"
A_REVOIR, DIVERGENCES = "À revoir", "Divergences"


@dataclass(frozen=True, slots=True)
class NoteLue:
    """The mark of a criterion, by its identifiant."""

    critere: str
    valeur: str | None = None
    na: bool = False
    motif: str | None = None
    preuve: str | None = None

    @property
    def courte(self) -> str:
        """« 2 », « NA », or nothing."""
        return "NA" if self.na else self.valeur or ""


@dataclass(frozen=True, slots=True)
class CotationLue:
    """The marks of one person, or those agreed on. `cachee`: all but its author and state is kept back.

    `choisi`: a level set by hand; `resultat` then holds it. `depasse`: the dossier changed since.
    """

    cle: str
    action: str
    moment: str
    auteur: str
    service: str
    consensus: bool
    commencee_le: str
    terminee_le: str | None
    depasse: bool
    cachee: bool = False
    choisi: str | None = None
    commentaire: str | None = None
    recommandation: str | None = None
    notes: Mapping[str, NoteLue] = field(default_factory=dict)
    resultat: Resultat = field(default_factory=Resultat)

    @property
    def est_terminee(self) -> bool:
        return self.terminee_le is not None

    @property
    def qui(self) -> str:
        return f"Consensus ({self.auteur})" if self.consensus else self.auteur


@dataclass(frozen=True, slots=True)
class DossierCote:
    """An action beside a grid at one moment, as one reader sees it. `mienne`: the reader's own marks."""

    cle: str
    numero: str
    titre: str
    porteur: str
    statut: str
    cotations: tuple[CotationLue, ...]
    mienne: CotationLue | None
    consensus: CotationLue | None
    divergences: tuple[Divergence, ...] = ()

    @property
    def dites(self) -> tuple[CotationLue, ...]:
        """The finished marks that the reader may see, those agreed on alone when there are any."""
        finies = tuple(c for c in self.cotations if c.est_terminee and not c.cachee)
        return tuple(c for c in finies if c.consensus) or finies

    @property
    def suivie(self) -> CotationLue | None:
        """The marks that the reader writes in: those agreed on, else the reader's own."""
        return self.consensus or self.mienne

    @property
    def montree(self) -> CotationLue | None:
        """Those that a list shows: the same, else what others say alike."""
        codes = {c.resultat.niveau and c.resultat.niveau.code for c in self.dites}
        return self.suivie or (self.dites[0] if len(codes) == 1 else None)

    @property
    def etat(self) -> str:
        """Where the action stands, in one word; the reader's own marks first."""
        if self.suivie is not None and not self.suivie.est_terminee:
            return COMMENCEE
        if any(c.depasse for c in self.dites):
            return A_REVOIR
        if self.divergences and self.consensus is None:
            return DIVERGENCES
        if self.dites:
            return TERMINEE
        return COMMENCEE if any(not c.cachee for c in self.cotations) else A_COTER

    @property
    def autres(self) -> tuple[CotationLue, ...]:
        return tuple(c for c in self.cotations if c is not self.mienne)


@dataclass(frozen=True, slots=True)
class Cotees:
    """The actions of a year to score on a grid at one moment."""

    grille: GrilleEntiere
    moment: str
    dossiers: tuple[DossierCote, ...]


def lire_cotees(lire: Lire, annee: int, grille: str, moment: str, lecteur: str) -> Cotees:
    """The actions of the appels that the grid was chosen for (all, when none), and those scored."""
    return _lire(lire, Action.annee == annee, grille, moment, lecteur)


def lire_dossiers(
    lire: Lire, actions: Sequence[str], grille: str, moment: str, lecteur: str | None
) -> tuple[DossierCote, ...]:
    """Some actions, whatever their statut. `lecteur` None: nothing is kept back."""
    return _lire(lire, Action.cle.in_(actions), grille, moment, lecteur, toutes=True).dossiers


def _lire(
    lire: Lire,
    ou: ColumnElement[bool],
    grille: str,
    moment: str,
    lecteur: str | None,
    *,
    toutes: bool = False,
) -> Cotees:
    entiere = lire_entiere(lire, grille)
    ici = ou & (Cotation.grille == grille) & (Cotation.moment == moment)
    notes = _notes(lire, entiere, ici)
    depots = lire_derniers_depots(lire, ou)
    bareme = entiere.bareme
    par_action: dict[str, list[CotationLue]] = {}
    for brute in lire(_COTATIONS.where(ici)):
        lue = _cotation(brute, bareme, notes.get(brute.cle, {}), depots.get(brute.action))
        par_action.setdefault(lue.action, []).append(lue)
    appels = {appel for (appel,) in lire(_APPELS.where(GrilleAppel.grille == grille))}
    masque = _masque(lire, entiere, lecteur)
    dossiers = tuple(
        _dossier(a, par_action.get(a.cle, ()), entiere, lecteur, masque)
        for a in lire(_ACTIONS.where(ou))
        if toutes or a.cle in par_action or _a_coter(a, appels)
    )
    return Cotees(entiere, moment, dossiers)


def _a_coter(action: Any, appels: set[str]) -> bool:
    return action.statut not in HORS_INSTRUCTION and (not appels or action.appel in appels)


_APPELS = select(GrilleAppel.appel).join(Appel, Appel.cle == GrilleAppel.appel)
_ACTIONS = (
    select(
        Action.cle,
        Action.numero,
        Action.titre,
        Action.statut,
        Action.appel,
        Organisme.nom.label("porteur"),
    )
    .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
    .order_by(Action.numero, Action.cle)
)
_COTATIONS = (
    select(Cotation.__table__, Service.nom_court.label("service_nom"))
    .join(Action, Action.cle == Cotation.action)
    .join(Service, Service.cle == Cotation.service, isouter=True)
    .order_by(Cotation.consensus, Cotation.commencee_le, Cotation.cle)
)
_NOTES = (
    select(NoteCritere.__table__)
    .join(Cotation, Cotation.cle == NoteCritere.cotation)
    .join(Action, Action.cle == Cotation.action)
)


def _notes(
    lire: Lire, grille: GrilleEntiere, ou: ColumnElement[bool]
) -> dict[str, dict[str, NoteLue]]:
    """cotation -> identifiant of a criterion -> its mark."""
    noms = {c.cle: c.identifiant for c in grille.criteres}
    lues: dict[str, dict[str, NoteLue]] = {}
    for n in lire(_NOTES.where(ou)):
        if (nom := noms.get(n.critere)) is not None:
            lues.setdefault(n.cotation, {})[nom] = NoteLue(nom, n.valeur, n.na, n.motif, n.preuve)
    return lues


def _cotation(
    brute: Any, bareme: Bareme, notes: Mapping[str, NoteLue], depot: str | None
) -> CotationLue:
    choisi, obtenu = juger(bareme, notes, brute.niveau)
    return CotationLue(
        cle=brute.cle,
        action=brute.action,
        moment=brute.moment,
        auteur=brute.auteur,
        service=brute.service_nom or "",
        consensus=brute.consensus,
        commencee_le=brute.commencee_le,
        terminee_le=brute.terminee_le,
        depasse=depot is not None and depot != brute.depot,
        choisi=choisi,
        commentaire=brute.commentaire,
        recommandation=brute.recommandation,
        notes=notes,
        resultat=obtenu,
    )


def juger(
    bareme: Bareme, notes: Mapping[str, NoteLue], niveau: str | None
) -> tuple[str | None, Resultat]:
    """The level set by hand (None: what is kept is only what the marks come to), and the result."""
    donnees = {i: Note(n.valeur, n.na) for i, n in notes.items()}
    calcule = resultat(bareme, donnees)
    if niveau is None or (calcule.niveau is not None and calcule.niveau.code == niveau):
        return None, calcule
    return niveau, resultat(bareme, donnees, niveau)


# Who may see what ---------------------------------------------------------------------------------


def _masque(lire: Lire, grille: GrilleEntiere, lecteur: str | None) -> Callable[[bool], bool]:
    """`cachees(own marks finished)`: whether the marks of others are kept back from the reader."""
    if lecteur is None:
        return lambda _: False
    reservee = not peut_lire(lire, grille.ligne.lecteurs, lecteur)

    def cachees(finie: bool) -> bool:
        return reservee or (grille.ligne.masquee and not finie)

    return cachees


def peut_lire(lire: Lire, lecteurs: Iterable[str], lecteur: str) -> bool:
    """True when a grid has no readers of its own, or when the person answers for one of them."""
    voulus = set(lecteurs)
    if not voulus:
        return True
    nom = replier(lecteur.strip())
    return any(
        s.cle in voulus and nom in {replier(r) for r in s.referents} for s in lire_services(lire)
    )


def _dossier(
    action: Any,
    cotations: Sequence[CotationLue],
    grille: GrilleEntiere,
    lecteur: str | None,
    masque: Callable[[bool], bool],
) -> DossierCote:
    seules = [c for c in cotations if not c.consensus]
    mienne = next((c for c in seules if est_de(c.auteur, lecteur)), None)
    cachees = masque(mienne is not None and mienne.est_terminee)
    visibles = tuple(
        _cacher(c) if cachees and c is not mienne and not c.consensus else c for c in cotations
    )
    finies = [c for c in visibles if c.est_terminee and not c.consensus and not c.cachee]
    return DossierCote(
        cle=action.cle,
        numero=action.numero,
        titre=action.titre,
        porteur=action.porteur or "",
        statut=action.statut,
        cotations=visibles,
        mienne=mienne,
        consensus=next((c for c in visibles if c.consensus), None),
        divergences=divergences(
            [(c.identifiant, c.libelle) for c in grille.criteres],
            [(c.auteur, {i: n.courte for i, n in c.notes.items()}) for c in finies],
            [(c.auteur, c.resultat.niveau.code if c.resultat.niveau else "") for c in finies],
        ),
    )


def _cacher(c: CotationLue) -> CotationLue:
    return CotationLue(
        cle=c.cle,
        action=c.action,
        moment=c.moment,
        auteur=c.auteur,
        service=c.service,
        consensus=c.consensus,
        commencee_le=c.commencee_le,
        terminee_le=c.terminee_le,
        depasse=c.depasse,
        cachee=True,
    )
