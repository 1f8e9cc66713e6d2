"""The way of an action through its appel: the step it is at, what it crosses, skips, takes back.

An appel without steps holds nobody: files of before have none.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from app.models.action import Action
from app.models.programme import EtapeAppel, Franchissement
from app.services.cycle_dates import EtapeDatee
from app.services.cycle_lu import (
    SORTIES,
    Passage,
    etape_suivante,
    lire_etapes,
    lire_etapes_courantes,
    lire_etapes_de_l_annee,
    parcours,
)
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant, moment, plus_tard
from app.services.transaction import Ecriture, maintenant


class Cycle:
    """Reads and writes the crossings. `horloge` says what time it is."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self._lues = WeakKeyDictionary[Ecriture, dict[str, list[EtapeDatee]]]()
        self.operation = fichier.operation

    def jour(self) -> date:
        """Today, as the clock of this machine reads."""
        return jour_courant(self._horloge)

    # Reading --------------------------------------------------------------------------------------

    def etapes(self, appel: str) -> list[EtapeDatee]:
        """The steps of an appel in order, with their dates and where they stand today."""
        return lire_etapes(self._fichier.lignes, self.jour(), appel)

    def etapes_de_l_annee(self, annee: int) -> dict[str, list[EtapeDatee]]:
        """appel -> its steps, in one read."""
        return lire_etapes_de_l_annee(self._fichier.lignes, self.jour(), annee)

    def etape_courante(self, action: str) -> EtapeDatee | None:
        """The first step of its way that it has not done; None: out of the cycle, or at its end."""
        with self._fichier.instant() as lire:
            return _courante(lire, action, _Lecteur(lire, self.jour()).passages(action))

    def etapes_courantes(self, annee: int) -> dict[str, EtapeDatee]:
        """action -> its current step, in three reads whatever their number."""
        with self._fichier.instant() as lire:
            etapes = lire_etapes_de_l_annee(lire, self.jour(), annee)
            return lire_etapes_courantes(lire, etapes, annee)

    def passages(self, action: str) -> list[Passage]:
        """Every step of the way of an action, with what it did of it."""
        with self._fichier.instant() as lire:
            return _Lecteur(lire, self.jour()).passages(action)

    def voie(self, ecriture: Ecriture, action: Any) -> list[EtapeDatee]:
        """The way of an action, a row that has its appel and its échelle; see `_lecteur`."""
        return self._lecteur(ecriture).voie_de(action.appel, action.echelle)

    # Crossing, inside an operation that does more -------------------------------------------------

    def franchir(
        self,
        ecriture: Ecriture,
        action: str,
        nature: str,
        *,
        motif: str | None = None,
        saute: bool = False,
    ) -> str | None:
        """The action has done with its next step of that nature. Returns the key of the crossing.

        None: its appel has no such step, or it was crossed already. Steps before it that are not done
        are skipped, which needs `motif`; so does a step out of its dates. Raises SaisieRefusee.
        """
        lecteur = _Lecteur(ecriture.lignes, self.jour())
        passages = lecteur.passages(action)
        return self._franchir(ecriture, action, nature, passages, motif=motif, saute=saute)

    def franchir_ceux_qui_y_sont(
        self, ecriture: Ecriture, actions: Iterable[str], nature: str, *, motif: str
    ) -> list[str]:
        """The actions whose current step is of that nature have done with it; the others stay.

        `motif`: what was done, kept where it was out of the dates of the step. Returns who crossed.
        """
        lecteur = _Lecteur(ecriture.lignes, self.jour())
        faites = []
        for action in actions:
            passages = lecteur.passages(action)
            courante = _courante(ecriture.lignes, action, passages)
            if courante is not None and courante.nature == nature:
                self._franchir(ecriture, action, nature, passages, motif=motif, saute=False)
                faites.append(action)
        return faites

    def franchir_neuves(
        self, ecriture: Ecriture, actions: Sequence[str], nature: str, *, motif: str
    ) -> None:
        """Actions just made begin past their first step of that nature: one read for all of them.

        The steps before it are skipped for that reason.
        """
        lues = ecriture.lignes(
            select(Action.cle, Action.appel, Action.echelle).where(Action.cle.in_(actions))
        )
        lecteur, gestes = self._lecteur(ecriture), {}
        quand = moment(self._horloge)
        lignes = []
        for cle, appel, echelle in lues:
            if (appel, echelle) not in gestes:
                gestes[appel, echelle] = _jusqu_a(lecteur.voie_de(appel, echelle), nature)
            for rang, (etape, saute) in enumerate(gestes[appel, echelle]):
                fait = {"action": cle, "etape": etape, "saute": saute, "motif": motif}
                signe = {"auteur": self._fichier.signature.auteur, "moment": plus_tard(quand, rang)}
                lignes.append(fait | signe)
        ecriture.inserer_lot(Franchissement, lignes)

    def _franchir(
        self,
        ecriture: Ecriture,
        action: str,
        nature: str,
        passages: Sequence[Passage],
        *,
        motif: str | None,
        saute: bool,
    ) -> str | None:
        motif = (motif or "").strip() or None
        rang = _rang_a_franchir(passages, nature)
        if rang is None:
            return None
        visee = passages[rang].etape
        if saute and motif is None:
            raise MotifAttendu(f"Donnez le motif pour lequel « {visee.nom} » est sautée.")
        avant = _a_sauter(passages[:rang])
        if avant and motif is None:
            raise MotifAttendu(
                f"« {avant[0].nom} » n'est pas faite pour cette action : faites-la d'abord, ou "
                "donnez le motif pour lequel elle est sautée."
            )
        if not saute:
            _exiger_requises(visee, passages, motif)
            _exiger_fenetre(visee, self.jour(), motif)
        dernier = max((p.moment or "" for p in passages), default="")
        for etape in avant:
            dernier = self._inscrire(
                ecriture, action, etape.cle, motif=motif, saute=True, apres=dernier
            )[1]
        return self._inscrire(ecriture, action, visee.cle, motif=motif, saute=saute, apres=dernier)[
            0
        ]

    def _inscrire(
        self,
        ecriture: Ecriture,
        action: str,
        etape: str,
        *,
        motif: str | None,
        saute: bool,
        apres: str,
    ) -> tuple[str, str]:
        """Key and moment of a crossing, later than the ones before."""
        quand = moment(self._horloge, apres=apres)
        cle = ecriture.inserer(
            Franchissement,
            action=action,
            etape=etape,
            saute=saute,
            motif=motif,
            auteur=self._fichier.signature.auteur,
            moment=quand,
        )
        return cle, quand

    def reculer(self, ecriture: Ecriture, action: str) -> str:
        """Take back the last crossing of an action, with the steps it had skipped on the way.

        Returns the name of the step that it is at again. Raises SaisieRefusee when there is none.
        """
        return self._reculer(ecriture, _Lecteur(ecriture.lignes, self.jour()).passages(action))

    def _reculer(self, ecriture: Ecriture, passages: Sequence[Passage]) -> str:
        faits = sorted((p for p in passages if p.est_fait), key=lambda p: p.moment or "")
        if not faits:
            raise SaisieRefusee("Cette action n'a encore franchi aucune étape.")
        retires = _dernier_geste(faits)
        ecriture.supprimer_lot(Franchissement, [p.franchissement for p in retires])  # type: ignore[misc]
        return retires[0].etape.nom

    def reprendre(
        self, ecriture: Ecriture, actions: Iterable[str], natures: Iterable[str], *, motif: str
    ) -> list[str]:
        """Take back the steps of these natures that were crossed for that reason. Returns whose."""
        lues = ecriture.lignes(
            select(Franchissement.cle, Franchissement.action)
            .join(EtapeAppel, EtapeAppel.cle == Franchissement.etape)
            .where(
                Franchissement.motif == motif.strip(),
                Franchissement.saute.is_(False),
                EtapeAppel.nature.in_(list(natures)),
            )
        )
        voulues = set(actions)
        retires = {lue.cle: lue.action for lue in lues if lue.action in voulues}
        ecriture.supprimer_lot(Franchissement, list(retires))
        return list(dict.fromkeys(retires.values()))

    def exiger_ouverte(
        self, ecriture: Ecriture, action: str, nature: str, motif: str | None = None
    ) -> bool:
        """Refuse what is done outside the dates of a step, unless a motif is given.

        True: it is an exception, and its motif is to be kept. An appel without that step, or a step
        without dates, refuses nothing.
        """
        for etape in self._lecteur(ecriture).voie(action):
            if etape.nature == nature and hors_fenetre(etape, self.jour()):
                _exiger_fenetre(etape, self.jour(), motif)
                return True
        return False

    def _lecteur(self, ecriture: Ecriture) -> "_Lecteur":
        """The steps of an appel are read once in an operation: a pasted block asks for them often."""
        etapes = self._lues.setdefault(ecriture, {})
        return _Lecteur(ecriture.lignes, self.jour(), etapes)

    # The same as gestures -------------------------------------------------------------------------

    def avancer(
        self, actions: Sequence[str], *, motif: str | None = None, saute: bool = False
    ) -> int:
        """Cross (or skip) the current step of each action, in one operation. Returns how many."""
        verbe = "Sauter" if saute else "Franchir"
        with self.operation(f"{verbe} une étape du cycle ({len(actions)})") as e:
            faites = 0
            lecteur = _Lecteur(e.lignes, self.jour())
            for action in actions:
                passages = lecteur.passages(action)
                suivante = etape_suivante(
                    [p.etape for p in passages], [p.etape.cle for p in passages if p.est_fait]
                )
                if suivante is not None:
                    nature = suivante.nature
                    self._franchir(e, action, nature, passages, motif=motif, saute=saute)
                    faites += 1
            return faites

    def revenir(self, actions: Sequence[str]) -> list[str]:
        """Step each action back by one, in one operation. Returns the names of the steps."""
        with self.operation(f"Revenir à l'étape précédente ({len(actions)})") as e:
            lecteur = _Lecteur(e.lignes, self.jour())
            return [self._reculer(e, lecteur.passages(action)) for action in actions]


class _Lecteur:
    """Reads what actions did of their steps at one moment; the steps of an appel once."""

    def __init__(
        self, lire: Lire, jour: date, etapes: dict[str, list[EtapeDatee]] | None = None
    ) -> None:
        self._lire, self._jour = lire, jour
        self._etapes = {} if etapes is None else etapes

    def passages(self, action: str) -> list[Passage]:
        """Every step of the way of an action, and those it crossed before it left the way."""
        etapes, echelle = self._de_l_action(action)
        if not etapes:
            return []
        faits = {f.etape: f for f in self._lire(_FAITS.where(Franchissement.action == action))}
        voie = {e.cle for e in parcours(etapes, echelle)}
        return [_passage(e, faits.get(e.cle)) for e in etapes if e.cle in voie or e.cle in faits]

    def voie(self, action: str) -> list[EtapeDatee]:
        """The steps of the way of an action."""
        return parcours(*self._de_l_action(action))

    def voie_de(self, appel: str | None, echelle: str | None) -> list[EtapeDatee]:
        """That of any action of an appel and an échelle."""
        return parcours(self._etapes_de(appel), echelle)

    def _de_l_action(self, action: str) -> tuple[list[EtapeDatee], str | None]:
        """The steps of its appel, and its échelle."""
        lues = self._lire(select(Action.appel, Action.echelle).where(Action.cle == action))
        return (self._etapes_de(lues[0].appel), lues[0].echelle) if lues else ([], None)

    def _etapes_de(self, appel: str | None) -> list[EtapeDatee]:
        if appel is None:
            return []
        if appel not in self._etapes:
            self._etapes[appel] = lire_etapes(self._lire, self._jour, appel)
        return self._etapes[appel]


_FAITS = select(
    Franchissement.cle,
    Franchissement.etape,
    Franchissement.saute,
    Franchissement.motif,
    Franchissement.auteur,
    Franchissement.moment,
)


def _courante(lire: Lire, action: str, passages: Sequence[Passage]) -> EtapeDatee | None:
    """The step that an action is at, of those of its way; None once it left it."""
    lue = lire(select(Action.statut).where(Action.cle == action))
    if not lue or lue[0].statut in SORTIES:
        return None
    faites = [p.etape.cle for p in passages if p.est_fait]
    return etape_suivante([p.etape for p in passages], faites)


def _passage(etape: EtapeDatee, fait: Any) -> Passage:
    if fait is None:
        return Passage(etape)
    return Passage(etape, fait.saute, fait.motif, fait.auteur, fait.moment, fait.cle)


def _rang_a_franchir(passages: Sequence[Passage], nature: str) -> int | None:
    """The first step of that nature not done yet; None when there is none, or one stands for it."""
    faites = [p.etape.cle for p in passages if p.est_fait]
    for rang, passage in enumerate(passages):
        if passage.etape.nature == nature and not passage.est_fait:
            libre = etape_suivante([p.etape for p in passages if p.etape.nature == nature], faites)
            return rang if libre is not None else None
    return None


def _a_sauter(avant: Sequence[Passage]) -> list[EtapeDatee]:
    """Steps of the way that stand before, and are not done."""
    restantes: list[EtapeDatee] = []
    faites = [p.etape.cle for p in avant if p.est_fait]
    voie = [p.etape for p in avant]
    while (etape := etape_suivante(voie, [*faites, *(e.cle for e in restantes)])) is not None:
        restantes.append(etape)
    return restantes


def _jusqu_a(voie: Sequence[EtapeDatee], nature: str) -> list[tuple[str, bool]]:
    """What an action that did nothing yet crosses to be past that step: (step, skipped)."""
    passages = [Passage(etape) for etape in voie]
    rang = _rang_a_franchir(passages, nature)
    if rang is None:
        return []
    return [*((e.cle, True) for e in _a_sauter(passages[:rang])), (voie[rang].cle, False)]


def _exiger_requises(etape: EtapeDatee, passages: Sequence[Passage], motif: str | None) -> None:
    manquent = [p.etape.nom for p in passages if p.etape.cle in etape.requiert and not p.est_fait]
    if manquent and motif is None:
        raise MotifAttendu(
            f"« {etape.nom} » demande d'abord « {manquent[0]} » : faites-la, ou donnez un motif."
        )


def hors_fenetre(etape: EtapeDatee, jour: date) -> str:
    """« est close depuis le 12/02/2026 », « commence le… »; empty within its dates."""
    if etape.debut is not None and jour < etape.debut:
        return f"commence le {etape.debut:%d/%m/%Y}"
    if etape.fin is not None and jour > etape.fin:
        return f"est close depuis le {etape.fin:%d/%m/%Y}"
    return ""


def _exiger_fenetre(etape: EtapeDatee, jour: date, motif: str | None) -> None:
    quand = "" if (motif or "").strip() else hors_fenetre(etape, jour)
    if quand:
        raise MotifAttendu(
            f"L'étape « {etape.nom} » {quand} : donnez le motif de l'exception, il sera gardé."
        )


def _dernier_geste(faits: Sequence[Passage]) -> list[Passage]:
    """The last crossing, and before it the steps skipped for the same reason on the way to it."""
    retires = [faits[-1]]
    for passage in reversed(faits[:-1]):
        if not (passage.saute and passage.motif == faits[-1].motif and not faits[-1].saute):
            break
        retires.insert(0, passage)
    return retires
