"""Closing a séance: its decisions are frozen and sealed; opening it again says why."""

from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.enums import (
    EtatSeance,
    NatureOperation,
    NiveauConstat,
)
from app.models.journal import Operation
from app.models.montants import afficher_montant
from app.models.seance import Point, Scellement, Seance
from app.services.constats_service import Constats
from app.services.controles_seance import Controle, controles
from app.services.decisions_lues import LigneDecision, comptees, lire_decisions
from app.services.effets_decision import attendus_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, dernier_moment, exiger_ouverte, moment
from app.services.passages import quitter
from app.services.payeurs import NomsPayeurs, Payeur, payeur_de
from app.services.sceaux import (
    LigneScellement,
    empreinte_decisions,
    libelle_de_cloture,
    lire_scellements,
)
from app.services.seance_cycle import EtapesDuComite
from app.services.transaction import Ecriture, maintenant

GENESE = (0, "0" * 64)


@dataclass(frozen=True, slots=True)
class ModificationPostComite:
    """An amount that is no longer what a closed séance decided (euros; None: nothing)."""

    seance: str
    seance_titre: str
    action: str
    numero: str
    titre: str
    payeur: Payeur
    nom: str
    decide: Decimal | None
    actuel: Decimal | None

    @property
    def cle(self) -> str:
        """Its own, in a list of them."""
        return ".".join([self.action, *(part or "" for part in astuple(self.payeur))])

    @property
    def phrase(self) -> str:
        """« Modification post-comité : État, 5 000 € décidés, 4 000 € aujourd'hui. »"""
        decide, actuel = (
            afficher_montant(m or ZERO, euro=True) for m in (self.decide, self.actuel)
        )
        return f"Modification post-comité : {self.nom}, {decide} décidés, {actuel} aujourd'hui."


class Scellements:
    """Closes, opens again, and compares what was decided with what is there."""

    def __init__(
        self, fichier: Fichier, *, horloge: Horloge = maintenant, constats: Constats | None = None
    ) -> None:
        self._fichier = fichier
        self._constats = constats
        self._horloge = horloge
        self._etapes = EtapesDuComite(fichier, horloge=horloge)

    def controles(self, seance: str) -> list[Controle]:
        """What to look at before closing, the most serious first."""
        return controles(self._fichier, seance, self._constats)

    def lignes(self, seance: str) -> list[LigneScellement]:
        """The closings of a séance, the first one first."""
        return lire_scellements(self._fichier.lignes, Scellement.seance == seance)

    def clore(self, seance: str, *, confirmer: bool = False, raison: str = "") -> LigneScellement:
        """Close and seal, in one operation that no undo takes back.

        `raison`: why the findings are passed over; the journal keeps it and the minutes print it.
        Raises SaisieRefusee on a finding that prevents, or on any other one unless `confirmer`.
        """
        trouves = self.controles(seance)
        bloquants = [c for c in trouves if c.niveau == NiveauConstat.BLOQUANT]
        alertes = [c for c in trouves if c.niveau == NiveauConstat.ALERTE]
        if bloquants:
            raise SaisieRefusee(f"La séance ne peut pas être close : {bloquants[0].message}")
        if alertes and not confirmer:
            raise SaisieRefusee(
                f"Avant de clore, vérifiez {_combien(len(alertes))} : {alertes[0].message}"
            )
        dite = " ".join(raison.split()) if alertes else ""
        libelle = libelle_de_cloture(len(alertes), dite)
        with self._fichier.operation(libelle, nature=NatureOperation.SYSTEME) as e:
            ligne = e.lire(Seance, seance)
            exiger_ouverte(ligne)
            cle = self._sceller(e, ligne)
            self._etapes.franchir(e, ligne)
        return next(s for s in self.lignes(seance) if s.cle == cle)

    def _sceller(self, ecriture: Ecriture, seance: dict[str, Any]) -> str:
        quand = moment(self._horloge, apres=dernier_moment(ecriture, seance["cle"]))
        quitter(ecriture, seance, quand)
        version = seance["version"] + 1
        numero, empreinte = dernier_maillon(ecriture)
        ecriture.modifier(
            Seance,
            seance["cle"],
            etat=str(EtatSeance.CLOSE),
            close_le=quand,
            version=version,
            point_courant=None,
            reouverture=None,
        )
        return ecriture.inserer(
            Scellement,
            seance=seance["cle"],
            version=version,
            operation=numero,
            empreinte=empreinte,
            empreinte_decisions=empreinte_decisions(ecriture.lignes, seance["cle"]),
            scelle_le=quand,
            motif=seance["reouverture"],
        )

    def rouvrir(self, seance: str, motif: str) -> None:
        """Open a closed séance again; the reason stays, and the next closing is a rectified version.

        Raises SaisieRefusee without a reason, or when the séance is not closed.
        """
        propre = " ".join(motif.split())
        if not propre:
            raise SaisieRefusee("Rouvrir une séance close demande un motif : tapez-le.")
        with self._fichier.operation(
            f"Rouvrir la séance : {propre}", nature=NatureOperation.SYSTEME
        ) as e:
            ligne = e.lire(Seance, seance)
            if ligne["etat"] != EtatSeance.CLOSE:
                raise SaisieRefusee(f"« {ligne['titre']} » n'est pas close : elle se modifie déjà.")
            e.modifier(Seance, seance, etat=str(EtatSeance.OUVERTE), reouverture=propre)
            self._etapes.reprendre(e, ligne)

    def modifications(self, annee: int) -> list[ModificationPostComite]:
        """Amounts changed since the séance of the year that decided them was closed."""
        with self._fichier.instant() as lire:
            return lire_modifications(lire, annee)


_DERNIER = select(Operation.numero, Operation.empreinte).order_by(Operation.numero.desc()).limit(1)


def dernier_maillon(ecriture: Ecriture) -> tuple[int, str]:
    """Number and fingerprint of the last entry of the journal, before the operation that is open."""
    lus = ecriture.lignes(_DERNIER)
    return (lus[0].numero, lus[0].empreinte) if lus else GENESE


def lire_modifications(
    lire: Lire, annee: int, action: str | None = None
) -> list[ModificationPostComite]:
    """The same among other reads of one moment, of one action if it is named.

    Empty, after one read, where nothing is closed.
    """
    closes = {
        s.cle: s
        for s in lire(
            select(Seance.cle, Seance.titre, Seance.close_le)
            .where(Seance.annee == annee, Seance.etat == str(EtatSeance.CLOSE))
            .order_by(Seance.close_le, Seance.cle)
        )
    }
    if not closes:
        return []
    voulue = () if action is None else (Point.action == action,)
    # An action decided by two séances is as the last one to close left it.
    comptent = {
        d.action: (closes[cle], d)
        for cle in closes
        for d in comptees(lire_decisions(lire, Point.seance == cle, *voulue))
        if d.action is not None
    }
    actuels = _accordes(lire, annee, *(() if action is None else (Action.cle == action,)))
    noms = NomsPayeurs(lire)
    return [
        ModificationPostComite(
            s.cle, s.titre, action, d.numero, d.titre, payeur, noms.nom(payeur), decide, actuel
        )
        for action, (s, d) in comptent.items()
        for payeur, decide, actuel in _ecarts(d, actuels.get(action, {}))
    ]


def _accordes(lire: Lire, annee: int, *conditions: Any) -> dict[str, dict[Payeur, Decimal | None]]:
    requete = (
        select(
            Cofinancement.action,
            Cofinancement.financeur,
            Cofinancement.ligne_credit,
            Cofinancement.commune,
            Cofinancement.accorde,
        )
        .join(Action, Action.cle == Cofinancement.action)
        .where(Action.annee == annee, *conditions)
    )
    accordes: dict[str, dict[Payeur, Decimal | None]] = {}
    for ligne in lire(requete):
        accordes.setdefault(ligne.action, {})[payeur_de(ligne)] = ligne.accorde
    return accordes


def _ecarts(
    decision: LigneDecision, actuels: dict[Payeur, Decimal | None]
) -> list[tuple[Payeur, Decimal | None, Decimal | None]]:
    """Where what is granted is no longer what the decision leaves granted."""
    attendus = attendus_de(decision)
    return [
        (payeur, attendus.get(payeur), actuels.get(payeur))
        for payeur in dict.fromkeys([*attendus, *actuels])
        if (attendus.get(payeur) or ZERO) != (actuels.get(payeur) or ZERO)
    ]


def _combien(nombre: int) -> str:
    return "ce point" if nombre == 1 else f"ces {nombre} points"
