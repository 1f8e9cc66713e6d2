"""Passing over a constat: with a reason that the journal and the minutes of the séance keep."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from app.models.base import Requete
from app.models.enums import CibleConstat, EtatSeance
from app.models.regles import PassageOutre
from app.models.seance import Point, Seance
from app.services.constats import Constat
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import moment
from app.services.surcharges import exiger_motif
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class LignePassage:
    """A constat passed over: the sentence as it was read, why, by whom, when (ISO, UTC)."""

    cle: str
    regle: str
    cible: str
    annee: int | None
    objet: str | None
    action: str | None
    seance: str | None
    phrase: str
    motif: str
    auteur: str
    moment: str


class PassagesOutre:
    """Passes constats over, and comes back on it as long as no minutes say so."""

    def __init__(self, fichier: Fichier, *, horloge: Callable[[], datetime] = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge

    def passer(self, constats: Sequence[Constat], motif: str, *, seance: str | None = None) -> None:
        """Pass over one or several constats for one reason; a former reason is replaced.

        `seance`: the one whose minutes will say so; None: the open séance that has the action on its
        agenda, if any. Raises SaisieRefusee without a reason, or when minutes already tell another.
        """
        raison = exiger_motif(motif, "Passer outre")
        if not constats:
            raise SaisieRefusee("Choisissez d'abord un constat.")
        quoi = "un constat" if len(constats) == 1 else f"{len(constats)} constats"
        with self._fichier.operation(f"Passer outre {quoi}") as ecriture:
            quand = moment(self._horloge)
            _exiger_ouverte(ecriture, seance)
            for constat in constats:
                self._retirer(ecriture, constat)
                action = constat.objet if constat.cible == CibleConstat.ACTION else None
                ecriture.inserer(
                    PassageOutre,
                    regle=constat.regle,
                    cible=str(constat.cible),
                    annee=constat.annee,
                    objet=constat.objet,
                    action=action,
                    seance=seance or _seance_de(ecriture, constat),
                    phrase=constat.phrase,
                    motif=raison,
                    auteur=self._fichier.signature.auteur,
                    moment=quand,
                )

    def revenir(self, constats: Sequence[Constat]) -> None:
        """The constats count again. Raises SaisieRefusee when minutes of a closed séance tell it."""
        quoi = "un constat" if len(constats) == 1 else f"{len(constats)} constats"
        with self._fichier.operation(f"Ne plus passer outre {quoi}") as ecriture:
            for constat in constats:
                self._retirer(ecriture, constat)

    def _retirer(self, ecriture: Ecriture, constat: Constat) -> None:
        """Take away what was said of the same sentence; older sentences stay as they were read."""
        parametres = {
            "regle": constat.regle,
            "cible": str(constat.cible),
            "objet": constat.objet,
            "annee": constat.annee,
            "phrase": constat.phrase,
        }
        for passage in ecriture.lignes(_DU_CONSTAT, parametres):
            for (titre,) in ecriture.lignes(_AU_PV, passage._asdict()):
                raise SaisieRefusee(
                    f"Ce constat passé outre figure au procès-verbal de «\u00a0{titre}\u00a0»\u00a0: "
                    "rouvrez d'abord cette séance."
                )
            ecriture.supprimer(PassageOutre, passage.cle)


_DU_CONSTAT = select(
    PassageOutre.cle, PassageOutre.action, PassageOutre.seance, PassageOutre.moment
).where(
    PassageOutre.regle == bindparam("regle"),
    PassageOutre.cible == bindparam("cible"),
    PassageOutre.objet.is_not_distinct_from(bindparam("objet")),
    or_(PassageOutre.annee.is_(None), PassageOutre.annee == bindparam("annee")),
    PassageOutre.phrase == bindparam("phrase"),
)
_AU_PV = select(Seance.titre).where(
    Seance.etat == str(EtatSeance.CLOSE),
    or_(
        Seance.cle == bindparam("seance"),
        and_(
            bindparam("seance").is_(None),
            Seance.close_le >= bindparam("moment"),
            Seance.cle.in_(select(Point.seance).where(Point.action == bindparam("action"))),
        ),
    ),
)
_EN_COURS = (
    select(Seance.cle)
    .join(Point, Point.seance == Seance.cle)
    .where(Seance.etat == str(EtatSeance.OUVERTE), Point.action == bindparam("action"))
    .order_by(Seance.ouverte_le.desc(), Seance.cle)
    .limit(1)
)


def _exiger_ouverte(ecriture: Ecriture, seance: str | None) -> None:
    """What is passed over after a closing is not in its minutes."""
    if seance and ecriture.lire(Seance, seance)["etat"] == EtatSeance.CLOSE:
        raise SaisieRefusee(
            "Cette séance est close\u00a0: rouvrez-la, ou passez outre hors séance."
        )


def _seance_de(ecriture: Ecriture, constat: Constat) -> str | None:
    if constat.cible == CibleConstat.SEANCE:
        return constat.objet
    if constat.cible != CibleConstat.ACTION:
        return None
    return next((cle for (cle,) in ecriture.lignes(_EN_COURS, {"action": constat.objet})), None)


# The minutes --------------------------------------------------------------------------------------

_COLONNES = (
    PassageOutre.cle,
    PassageOutre.regle,
    PassageOutre.cible,
    PassageOutre.annee,
    PassageOutre.objet,
    PassageOutre.action,
    PassageOutre.seance,
    PassageOutre.phrase,
    PassageOutre.motif,
    PassageOutre.auteur,
    PassageOutre.moment,
)
_DE_LA_SEANCE: Requete = (
    select(*_COLONNES)
    .where(
        or_(
            PassageOutre.seance == bindparam("seance"),
            and_(
                PassageOutre.seance.is_(None),
                PassageOutre.action.in_(
                    select(Point.action).where(
                        Point.seance == bindparam("seance"), Point.action.is_not(None)
                    )
                ),
            ),
        )
    )
    .order_by(PassageOutre.moment, PassageOutre.cle)
)


def lire_passages(lire: Lire, seance: str, jusque: str | None) -> list[LignePassage]:
    """What the minutes of a séance tell: passed over in it, or before it for what it decides on.

    `jusque`: when it was sealed, in ISO; None: it is not.
    """
    lignes: Sequence[Any] = lire(_DE_LA_SEANCE, {"seance": seance})
    lues = [LignePassage(*ligne) for ligne in lignes]
    return [p for p in lues if p.seance is not None or jusque is None or p.moment <= jusque]
