"""The constats of a year as a list: what each is about, its rule, whether it still counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select

from app.models.base import TAILLE_CLE
from app.models.enums import CibleConstat
from app.models.regles import PassageOutre
from app.services.constats import Constat
from app.services.constats_comptes import GRAVES_D_ABORD, compter_niveaux, niveaux_dits
from app.services.constats_service import Constats
from app.services.fichier import Fichier
from app.services.regles_composees import ReglesComposees
from app.services.regles_couches import Couche
from app.services.rubriques_libelles import THEMES
from app.services.surcharges import Surcharges

A_TRAITER, OUTRE = "À traiter", "Passé outre"
TOUTE_L_ANNEE = "Toute l'année"
THEME_COMPOSEE = "Composée par l'équipe"


@dataclass(frozen=True, slots=True)
class LigneConstat:
    """A constat as it is listed. `sujet`: its object by name; `numero`: of the action, if it is one.

    `outre`: why it is passed over; `auteur`, `moment`: who did, and when (ISO), else empty.
    """

    cle: str
    constat: Constat
    niveau: str
    cible: str
    sujet: str
    numero: str
    porteur: str
    phrase: str
    enonce: str
    theme: str
    source: str
    couche: str
    etat: str
    outre: str
    auteur: str
    moment: str

    @property
    def regle(self) -> str:
        return self.constat.regle

    @property
    def objet(self) -> str:
        return self.constat.objet or ""

    @property
    def compte(self) -> bool:
        """Nobody passed over it."""
        return self.etat == A_TRAITER


@dataclass(frozen=True, slots=True)
class Sujet:
    """An object that a constat is about, as it is named."""

    nom: str
    numero: str = ""
    porteur: str = ""


@dataclass(frozen=True, slots=True)
class RegleDite:
    """What a list says of a rule."""

    enonce: str
    theme: str
    couche: str


class ListeConstats:
    """Lists the constats of a year, with all that a screen or a paper says of each."""

    def __init__(self, fichier: Fichier, constats: Constats) -> None:
        self._fichier = fichier
        self._constats = constats

    def lignes(self, annee: int) -> list[LigneConstat]:
        """The most serious first, those of an action in the order of its number."""
        trouves = self._constats.de_l_annee(annee)
        sujets = self._sujets(annee, {c.cible for c in trouves})
        regles = self._regles()
        passages = self._passages(annee) if any(c.outre for c in trouves) else {}
        lignes = [_ligne(c, sujets, regles, passages) for c in trouves]
        rangs = {str(niveau): rang for rang, niveau in enumerate(GRAVES_D_ABORD)}
        return sorted(lignes, key=lambda li: (rangs[li.niveau], li.numero or "~", li.sujet))

    def _sujets(self, annee: int, cibles: Iterable[CibleConstat]) -> dict[tuple[str, str], Sujet]:
        return {
            (str(cible), objet or ""): _sujet(cible, faits)
            for cible in cibles
            for objet, faits in self._constats.faits(annee, cible)
        }

    def _regles(self) -> dict[str, RegleDite]:
        """What is said of each rule, printed or composed."""
        dites = {
            r.code: RegleDite(r.enonce, theme_dit(r.theme), r.couche)
            for r in Surcharges(self._fichier).regles()
        }
        for c in ReglesComposees(self._fichier).lignes():
            couche = Couche.EQUIPE if c.appel is None else Couche.APPEL
            enonce = f"{c.libelle}. {c.mots}".rstrip()
            dites[c.identifiant] = RegleDite(enonce, THEME_COMPOSEE, couche.libelle)
        return dites

    def _passages(self, annee: int) -> dict[tuple[str, str, str, str], tuple[str, str]]:
        """(rule, target, object, sentence) -> who passed over it, and when."""
        lus = self._fichier.lignes(
            select(
                PassageOutre.regle,
                PassageOutre.cible,
                PassageOutre.objet,
                PassageOutre.phrase,
                PassageOutre.auteur,
                PassageOutre.moment,
            )
            .where(or_(PassageOutre.annee == annee, PassageOutre.annee.is_(None)))
            .order_by(PassageOutre.moment, PassageOutre.cle)
        )
        return {(p.regle, p.cible, p.objet or "", p.phrase): (p.auteur, p.moment) for p in lus}


def _sujet(cible: CibleConstat, faits: Any) -> Sujet:
    if cible == CibleConstat.ACTION:
        porteur = faits.porteur
        return Sujet(faits.titre, faits.numero, porteur.nom if porteur is not None else "")
    if cible == CibleConstat.PORTEUR:
        return Sujet(faits.organisme.nom)
    if cible == CibleConstat.APPEL:
        return Sujet(faits.nom)
    return Sujet(faits.titre) if cible == CibleConstat.SEANCE else Sujet(TOUTE_L_ANNEE)


_SANS_REGLE = RegleDite("", "", "")


def _ligne(
    constat: Constat,
    sujets: Mapping[tuple[str, str], Sujet],
    regles: Mapping[str, RegleDite],
    passages: Mapping[tuple[str, str, str, str], tuple[str, str]],
) -> LigneConstat:
    cible, objet = str(constat.cible), constat.objet or ""
    sujet = sujets.get((cible, objet), Sujet(""))
    regle = regles.get(constat.regle, _SANS_REGLE)
    auteur, moment = passages.get((constat.regle, cible, objet, constat.phrase), ("", ""))
    return LigneConstat(
        cle=_cle(constat),
        constat=constat,
        niveau=str(constat.niveau),
        cible=cible,
        sujet=sujet.nom,
        numero=sujet.numero,
        porteur=sujet.porteur,
        phrase=constat.phrase,
        enonce=regle.enonce,
        theme=regle.theme,
        source=constat.source,
        couche=regle.couche,
        etat=A_TRAITER if constat.outre is None else OUTRE,
        outre=constat.outre or "",
        auteur=auteur,
        moment=moment,
    )


def _cle(constat: Constat) -> str:
    """The same for the same constat, as long as it says the same."""
    dit = "\n".join((constat.regle, constat.cible, constat.objet or "", constat.phrase))
    return sha256(dit.encode()).hexdigest()[:TAILLE_CLE]


def theme_dit(theme: str) -> str:
    """A theme of rules in words."""
    return (
        THEME_COMPOSEE
        if theme == "composee"
        else dict(THEMES).get(theme, theme.replace("_", " ").capitalize())
    )


# Counted ------------------------------------------------------------------------------------------


def resume(lignes: Sequence[LigneConstat]) -> str:
    """« À traiter : 3 bloquants, 12 alertes. Passés outre : 2. »"""
    dits = niveaux_dits(compter_niveaux(li.constat for li in lignes))
    outre = sum(not li.compte for li in lignes)
    phrase = f"À traiter\u00a0: {dits}." if dits else "Rien à traiter."
    return f"{phrase} Passés outre\u00a0: {outre}." if outre else phrase
