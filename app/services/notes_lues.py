"""The notes d'intention of a year as frozen rows: what they say, what they lack, what they repeat."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from typing import Any

from sqlalchemy import bindparam, select

from app.models.action import Action, ActionQuartier
from app.models.depot import NoteIntention
from app.models.droit_commun import Sollicitation
from app.models.enums import StatutAction, TriNote
from app.models.montants import INSECABLE
from app.models.organisme import Financeur
from app.models.programme import Appel
from app.services.accords import compter, enumerer
from app.services.assemblage import lire_l_annee
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire
from app.services.pieces_attendues import demandees_aux_notes
from app.services.rattachements import SEPARATEUR
from app.services.rows import LigneAction

COMMUNALE = "communale"  # the identifiant of that scale, in every contract
A_TRIER = "a_trier"  # what the column of the triage shows before anybody has decided


@dataclass(frozen=True, slots=True)
class LigneNote:
    """One note, with the action that it announces. Keyed by the action. Amounts in euros.

    `financeurs`: who was approached. `doublons`: keys of the actions that look the same at another
    scale. `motif_hors_qpv`: why it takes place in no quartier. `cloture`: of its appel.
    """

    action: LigneAction
    ambition: str | None = None
    porteur_pressenti: str | None = None
    budget_envisage: Decimal | None = None
    cpo_demandee: bool | None = None
    cpo_annees: tuple[str, ...] = ()
    cpo_figee_le: str | None = None
    cpo_motif: str | None = None
    tri: str | None = None
    tri_motif: str | None = None
    tri_vers: str | None = None
    tri_le: str | None = None
    tri_par: str | None = None
    accusee_le: str | None = None
    recue_par: str | None = None
    note: str | None = None
    date_depot: str | None = None
    motif_hors_qpv: str | None = None
    cloture: str | None = None
    echelle: str | None = None
    financeurs: str = ""
    doublons: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()  # that its appel asks with the note, and it lacks

    @property
    def cle(self) -> str:
        return self.action.cle

    @property
    def etat(self) -> str:
        return self.tri or A_TRIER

    @property
    def sans_porteur(self) -> bool:
        return self.action.porteur_cle is None

    @property
    def manques(self) -> tuple[str, ...]:
        """What the form asks for and the note does not say, in words."""
        dites = (
            ("l'ambition", self.ambition),
            ("le porteur", self.action.porteur or self.porteur_pressenti),
            ("le thème", self.action.axe),
            ("les quartiers", self.action.quartiers or self.motif_hors_qpv),
            ("l'échelle", self.action.echelle),
            ("le public", self.action.public_total),
            ("le budget envisagé", self.budget_envisage),
            ("les financeurs sollicités", self.financeurs),
            ("la demande de CPO (oui ou non)", self.cpo_demandee is not None),
            ("les années de la CPO", self.cpo_annees or not self.cpo_demandee),
        )
        pieces = (f"la pièce « {nom} »" for nom in self.pieces)
        return (*(mot for mot, dit in dites if not dit), *pieces)

    @property
    def completude(self) -> str:
        """« Complète », or « Il manque le thème et le budget envisagé »; what is odd comes after."""
        manque = f"Il manque {enumerer(self.manques)}" if self.manques else ""
        return f"{INSECABLE}; ".join(filter(None, (manque, self.incoherence))) or "Complète"

    @property
    def incoherence(self) -> str:
        """A scale that the communes do not bear out (A-96), in words; empty: none."""
        communes = len(self.action.communes.split(", ")) if self.action.communes else 0
        nom = self.action.echelle.lower()
        if self.echelle == COMMUNALE and communes > 1:
            return f"« {nom} » pour {communes} communes, à vérifier"
        if self.echelle not in (None, COMMUNALE) and communes == 1:
            return f"« {nom} » pour une seule commune, à vérifier"
        return ""

    @property
    def cpo(self) -> str:
        """« Oui : 2026, 2027, 2028 », « Non », or nothing when it is not said."""
        if self.cpo_demandee is None:
            return ""
        if not self.cpo_demandee:
            return "Non"
        return f"Oui : {', '.join(self.cpo_annees)}" if self.cpo_annees else "Oui"

    @property
    def hors_delai(self) -> bool:
        """Received after its appel was closed."""
        return bool(self.date_depot and self.cloture and self.date_depot > self.cloture)

    @property
    def triee_le(self) -> date | None:
        return jour_de(self.tri_le)


_CHAMPS = tuple(c.name for c in NoteIntention.__table__.columns if c.name not in ("cle", "action"))
_NOTES = (
    select(*NoteIntention.__table__.columns)
    .join(Action, Action.cle == NoteIntention.action)
    .where(Action.annee == bindparam("annee"))
)
_AUTOUR = (
    select(Action.cle, Action.date_depot, Action.hors_qpv_motif, Action.echelle, Appel.date_cloture)
    .join(Appel, Appel.cle == Action.appel, isouter=True)
    .where(Action.annee == bindparam("annee"))
)
_SOLLICITES = (
    select(Sollicitation.action, Financeur.nom_court, Sollicitation.aupres_de)
    .join(Action, Action.cle == Sollicitation.action)
    .join(Financeur, Financeur.cle == Sollicitation.financeur, isouter=True)
    .where(Action.annee == bindparam("annee"))
    .order_by(Sollicitation.rang, Sollicitation.cle)
)
_QUARTIERS = (
    select(ActionQuartier.action, ActionQuartier.quartier)
    .join(Action, Action.cle == ActionQuartier.action)
    .where(Action.annee == bindparam("annee"))
)


def lire_notes(fichier: Fichier, annee: int) -> list[LigneNote]:
    """Every action of a year that has a note or is still one, by number. A fixed number of reads."""
    valeurs = {"annee": annee}
    with fichier.instant() as lire:
        actions = lire_l_annee(lire, annee)
        notes = {note.action: note for note in lire(_NOTES, valeurs)}
        autour = {ligne.cle: ligne for ligne in lire(_AUTOUR, valeurs)}
        financeurs = _financeurs(lire, valeurs)
        quartiers = lire(_QUARTIERS, valeurs)
        pieces: dict[str, list[str]] = defaultdict(list)
        for action, nom in lire(demandees_aux_notes(annee)):
            pieces[action].append(nom)
    doublons = doublons_a_deux_echelles(actions, _par_action(quartiers))
    return [
        _ligne(
            action,
            notes.get(action.cle),
            autour[action.cle],
            financeurs.get(action.cle, ""),
            doublons.get(action.cle, ()),
            tuple(pieces.get(action.cle, ())),
        )
        for action in actions
        if action.cle in notes or action.statut == StatutAction.NOTE
    ]


def _financeurs(lire: Lire, valeurs: Mapping[str, Any]) -> dict[str, str]:
    noms: dict[str, list[str]] = defaultdict(list)
    for action, court, autre in lire(_SOLLICITES, valeurs):
        noms[action].append(court or autre or "")
    return {cle: SEPARATEUR.join(dict.fromkeys(filter(None, vus))) for cle, vus in noms.items()}


def _par_action(lignes: Iterable[Any]) -> dict[str, set[str]]:
    groupes: dict[str, set[str]] = defaultdict(set)
    for action, cle in lignes:
        groupes[action].add(cle)
    return groupes


def _ligne(
    action: LigneAction,
    note: Any,
    autour: Any,
    financeurs: str,
    doublons: tuple[str, ...],
    pieces: tuple[str, ...],
) -> LigneNote:
    ligne = LigneNote(
        action=action,
        date_depot=autour.date_depot,
        motif_hors_qpv=autour.hors_qpv_motif,
        cloture=autour.date_cloture,
        echelle=autour.echelle,
        financeurs=financeurs,
        doublons=doublons,
        pieces=pieces,
    )
    if note is None:
        return ligne
    champs = {nom: getattr(note, nom) for nom in _CHAMPS}
    return replace(ligne, **{**champs, "cpo_annees": tuple(champs["cpo_annees"] or ())})


# Doubles at two scales ----------------------------------------------------------------------------


def doublons_a_deux_echelles(
    actions: Sequence[LigneAction], quartiers: Mapping[str, set[str]]
) -> dict[str, tuple[str, ...]]:
    """action -> the actions of the same porteur, theme and quartier, at another scale (A-84)."""
    groupes: dict[tuple[str, str], list[LigneAction]] = defaultdict(list)
    for action in actions:
        if action.porteur_cle and action.axe and action.statut not in _SORTIES:
            groupes[action.porteur_cle, action.axe].append(action)
    vus: dict[str, list[str]] = defaultdict(list)
    for groupe in groupes.values():
        for une, autre in combinations(groupe, 2):
            if _se_repetent(une, autre, quartiers):
                vus[une.cle].append(autre.cle)
                vus[autre.cle].append(une.cle)
    return {cle: tuple(autres) for cle, autres in vus.items()}


_SORTIES = (StatutAction.IRRECEVABLE, StatutAction.REORIENTEE, StatutAction.RETIREE)


def _se_repetent(une: LigneAction, autre: LigneAction, quartiers: Mapping[str, set[str]]) -> bool:
    if not une.echelle or not autre.echelle or une.echelle == autre.echelle:
        return False
    if une.objectif and autre.objectif and une.objectif != autre.objectif:
        return False
    return bool(quartiers.get(une.cle, set()) & quartiers.get(autre.cle, set()))


# Figures ------------------------------------------------------------------------------------------


def phrase_des_notes(lignes: Sequence[LigneNote]) -> str:
    """« 203 notes : 12 à trier, 4 à préciser. Sans porteur : 3. CPO demandée : 18. »"""
    if not lignes:
        return ""
    etats = [
        f"{nombre} {mots}"
        for mots, nombre in (
            ("à examiner", sum(li.tri is None for li in lignes)),
            ("à préciser", sum(li.tri == TriNote.A_PRECISER for li in lignes)),
        )
        if nombre
    ]
    phrase = f"{compter(len(lignes), 'note')} : {', '.join(etats) or 'toutes examinées'}."
    suites = (
        ("Sans porteur", sum(li.sans_porteur for li in lignes)),
        ("CPO demandée", sum(bool(li.cpo_demandee) for li in lignes)),
        ("Doublons possibles", sum(bool(li.doublons) for li in lignes)),
    )
    return " ".join([phrase, *(f"{mot} : {nombre}." for mot, nombre in suites if nombre)])
