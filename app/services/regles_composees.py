"""The rules that the team composes of documented facts: listed, written, tried before being kept."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.models.contrat import Quartier
from app.models.enums import CibleConstat, NiveauConstat
from app.models.regles import RegleComposee
from app.services.constats_composees import controle_compose, lire_noms
from app.services.constats_conditions import Condition, Noms, en_mots, exiger_condition
from app.services.constats_operateurs import Operateur, operateurs_de
from app.services.constats_references import References
from app.services.constats_service import Constats
from app.services.constats_vocabulaire import VOCABULAIRE, Fait, natures_de_financeur
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.regles_couches import RegleEnVigueur
from app.services.textes_saisis import texte_de_case
from app.services.transaction import Ecriture

ESSAYES = 200  # sentences of a trial


@dataclass(frozen=True, slots=True)
class FaitOffert:
    """A fact of the editor's list. `options`: (stored value, label), none when it is typed.

    `financeurs`: what it may be asked of, (stored, label); none when it is not by financeur.
    """

    nom: str
    libelle: str
    nature: str
    options: tuple[tuple[str, str], ...]
    financeurs: tuple[tuple[str, str], ...]
    operateurs: tuple[Operateur, ...]


@dataclass(frozen=True, slots=True)
class LigneComposee:
    """A composed rule. `mots`: what it says, in words; `defaut`: why it cannot be judged."""

    cle: str
    identifiant: str
    libelle: str
    cible: str
    quand: Condition
    exige: Condition
    niveau: str
    constat: str
    source: str
    appel: str | None
    active: bool
    note: str
    mots: str
    defaut: str


@dataclass(frozen=True, slots=True)
class Projet:
    """A composed rule as it is typed, before it is kept."""

    libelle: str
    cible: CibleConstat
    quand: Condition
    exige: Condition
    niveau: NiveauConstat
    constat: str = ""
    source: str = ""
    appel: str | None = None
    note: str = ""


class ReglesComposees:
    """Reads, tries and writes them."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier

    # Reading ------------------------------------------------------------------------------------

    def lignes(self) -> list[LigneComposee]:
        requete = select(*RegleComposee.__table__.columns)
        with self._fichier.instant() as lire:
            noms = lire_noms(lire)
            lues = lire(requete.order_by(RegleComposee.rang, RegleComposee.cle))
        return [_ligne(ligne, noms) for ligne in lues]

    def faits(self, cible: CibleConstat) -> list[FaitOffert]:
        """What a rule of this target may look at, with the values of this contract."""
        with self._fichier.instant() as lire:
            listes = _listes(lire)
        return [_offert(fait, listes) for fait in VOCABULAIRE[cible].values()]

    def en_mots(self, projet: Projet) -> str:
        """The rule in words. Raises SaisieRefusee when its conditions are not right."""
        _exiger(projet)
        with self._fichier.instant() as lire:
            return _mots(projet.cible, projet.quand, projet.exige, lire_noms(lire))

    def essayer(self, projet: Projet, annee: int, constats: Constats) -> list[tuple[str, str]]:
        """(object, sentence) that the rule would say of a year; nothing is kept."""
        _exiger(projet)
        with self._fichier.instant() as lire:
            noms = lire_noms(lire)
        dit = projet.constat or projet.libelle
        juger = controle_compose(projet.cible, projet.quand, projet.exige, dit, noms)
        regle = _REGLE_ESSAYEE
        trouves = (
            (objet or "", phrase)
            for objet, faits in constats.faits(annee, projet.cible)
            if projet.appel is None or getattr(faits, "appel", objet) == projet.appel
            for phrase in juger(faits, regle)
        )
        return [trouve for _, trouve in zip(range(ESSAYES), trouves, strict=False)]

    # Writing ------------------------------------------------------------------------------------

    def creer(self, projet: Projet) -> str:
        """Keep a rule; its code is the next of the team's."""
        champs = _champs(projet)
        with self._fichier.operation(f"Composer la règle «\u00a0{champs['libelle']}\u00a0»") as e:
            ((dernier,),) = e.lignes(select(func.max(RegleComposee.rang)))
            return e.inserer(
                RegleComposee,
                identifiant=_identifiant(e),
                rang=(dernier or 0) + 1,
                **champs,
            )

    def modifier(self, cle: str, projet: Projet) -> None:
        champs = _champs(projet)
        with self._fichier.operation(f"Modifier la règle «\u00a0{champs['libelle']}\u00a0»") as e:
            e.modifier(RegleComposee, cle, **champs)

    def activer(self, cle: str, *, active: bool) -> None:
        verbe = "Mettre en service" if active else "Mettre hors service"
        with self._fichier.operation(f"{verbe} une règle composée") as e:
            e.modifier(RegleComposee, cle, active=active)

    def supprimer(self, *cles: str) -> None:
        quoi = "une règle composée" if len(cles) == 1 else f"{len(cles)} règles composées"
        with self._fichier.operation(f"Supprimer {quoi}") as e:
            e.supprimer_lot(RegleComposee, cles)


_REGLE_ESSAYEE = RegleEnVigueur(
    code="",
    enonce="",
    theme="composee",
    portee=None,
    financeur=None,
    niveau=NiveauConstat.INFORMATION,
    active=True,
    couche="equipe",
    source="",
)


def _exiger(projet: Projet) -> None:
    exiger_condition(projet.quand, projet.cible)
    exiger_condition(projet.exige, projet.cible)
    if not projet.quand and not projet.exige:
        raise SaisieRefusee("Cette règle ne regarde rien\u00a0: ajoutez une condition.")
    if projet.appel is not None and projet.cible not in (CibleConstat.ACTION, CibleConstat.APPEL):
        raise SaisieRefusee(
            "Une règle limitée à un appel porte sur l'appel ou sur ses actions\u00a0: "
            "choisissez l'un des deux."
        )


def _champs(projet: Projet) -> dict[str, Any]:
    _exiger(projet)
    libelle = " ".join(texte_de_case(projet.libelle).split())
    if not libelle:
        raise SaisieRefusee("Une règle doit avoir un nom\u00a0: tapez-en un.")
    return {
        "libelle": libelle,
        "cible": str(projet.cible),
        "quand": dict(projet.quand),
        "exige": dict(projet.exige),
        "niveau": str(projet.niveau),
        "constat": texte_de_case(projet.constat) or None,
        "source": texte_de_case(projet.source) or None,
        "appel": projet.appel,
        "note": texte_de_case(projet.note) or None,
    }


def _identifiant(ecriture: Ecriture) -> str:
    pris = {i for (i,) in ecriture.lignes(select(RegleComposee.identifiant))}
    rang = len(pris) + 1
    while f"equipe.{rang}" in pris:
        rang += 1
    return f"equipe.{rang}"


def _ligne(ligne: Any, noms: Noms) -> LigneComposee:
    mots, defaut = "", ""
    try:
        cible = CibleConstat.de(ligne.cible)
        exiger_condition(ligne.quand, cible)
        exiger_condition(ligne.exige, cible)
        mots = _mots(cible, ligne.quand, ligne.exige, noms)
    except KeyError:
        defaut = "Cette règle vient d'un autre programme\u00a0: composez-la de nouveau."
    except SaisieRefusee as cause:
        defaut = str(cause)
    return LigneComposee(
        cle=ligne.cle,
        identifiant=ligne.identifiant,
        libelle=ligne.libelle,
        cible=ligne.cible,
        quand=ligne.quand,
        exige=ligne.exige,
        niveau=ligne.niveau,
        constat=ligne.constat or "",
        source=ligne.source or "",
        appel=ligne.appel,
        active=bool(ligne.active),
        note=ligne.note or "",
        mots=mots,
        defaut=defaut,
    )


def _mots(cible: CibleConstat, quand: Condition, exige: Condition, noms: Noms) -> str:
    """« Quand …, il faut que … » ; « Dire quand … » where nothing is asked."""
    if not exige:
        return f"Signaler quand {en_mots(quand, cible, noms)}."
    tete = f"Quand {en_mots(quand, cible, noms)}, il" if quand else "Il"
    return f"{tete} faut\u00a0: {en_mots(exige, cible, noms)}."


def _listes(lire: Lire) -> Mapping[str, tuple[tuple[str, str], ...]]:
    references = References(lire)
    quartiers = dict.fromkeys(
        nom for (nom,) in lire(select(Quartier.nom).order_by(Quartier.rang, Quartier.nom))
    )
    return {
        "echelles": tuple((e.identifiant, e.nom) for e in references.echelles.values()),
        "noeuds": _distincts((n.identifiant, n.libelle) for n in references.noeuds()),
        "quartiers": tuple((nom, nom) for nom in quartiers),
        "financeurs": _distincts((f.identifiant, f.nom) for f in references.financeurs_ranges),
    }


def _distincts(paires: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(dict(paires).items())


def _offert(fait: Fait, listes: Mapping[str, tuple[tuple[str, str], ...]]) -> FaitOffert:
    if fait.options is not None:
        options = tuple((str(option), option.libelle) for option in fait.options)
    else:
        options = listes.get(fait.de_la_base, ())
    financeurs = (*listes["financeurs"], *natures_de_financeur()) if fait.par_financeur else ()
    return FaitOffert(
        fait.nom,
        fait.libelle,
        str(fait.nature),
        options,
        financeurs,
        tuple(operateurs_de(fait.nature)),
    )
