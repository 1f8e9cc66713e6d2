"""The concordance of an action: what the note said, what the meetings asked, what the dossier says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.contrat import Contrat
from app.models.enums import Appreciation, EtatReunion, NatureDepot, SensAvis, StatutAction
from app.models.organisme import Organisme
from app.models.programme import Appel
from app.models.reunion import PointReunion, Reunion
from app.services.comparaisons_versions import Ecart, comparer
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.notes_reunion import CRITERES
from app.services.pieces import LignePiece, lire_pieces
from app.services.reunions_lues import lire_avis
from app.services.suites_recommandations import LigneSuite, lire_suites
from app.services.versions_lues import Contenu, Version, lire_contenu, lire_versions


@dataclass(frozen=True, slots=True)
class Rencontre:
    """What a meeting said of the action, in words. `date` is ISO."""

    titre: str
    date: str | None
    tenue: bool
    dits: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Concordance:
    """The whole sheet. `note` None: no note was kept; `dossier` None: it is compared with today."""

    contrat: str
    numero: str
    titre: str
    porteur: str
    appel: str
    annee: int
    statut: str
    versions: tuple[Version, ...]
    note: Version | None
    dossier: Version | None
    ecarts: tuple[Ecart, ...]
    rencontres: tuple[Rencontre, ...]
    suites: tuple[LigneSuite, ...]
    pieces: tuple[LignePiece, ...]

    @property
    def titre_avant(self) -> str:
        return self.note.nom if self.note is not None else "Aucune version gardée"

    @property
    def titre_apres(self) -> str:
        return self.dossier.nom if self.dossier is not None else "Aujourd'hui"


def lire_concordance(fichier: Fichier, action: str) -> Concordance:
    """Raises SaisieRefusee when the action is no longer there."""
    with fichier.instant() as lire:
        tete = _tete(lire, action)
        versions = lire_versions(lire, action)
        avant, apres = bornes(versions)
        return Concordance(
            contrat=_contrat(lire),
            numero=tete.numero,
            titre=tete.titre,
            porteur=tete.porteur or "",
            appel=tete.appel or "",
            annee=tete.annee,
            statut=StatutAction.libelle_de(tete.statut),
            versions=tuple(versions),
            note=avant,
            dossier=apres,
            ecarts=tuple(comparer(_contenu(avant), _contenu(apres) or lire_contenu(lire, action))),
            rencontres=tuple(_rencontres(lire, action)),
            suites=tuple(lire_suites(lire, action)),
            pieces=tuple(lire_pieces(lire, action)),
        )


def bornes(versions: Sequence[Version]) -> tuple[Version | None, Version | None]:
    """The note first kept, and the dossier last deposited; two dossiers when there was no note."""
    notes = [v for v in versions if v.nature == NatureDepot.NOTE]
    dossiers = [v for v in versions if v.nature == NatureDepot.DOSSIER]
    avant = notes[0] if notes else (dossiers[0] if dossiers else None)
    apres = dossiers[-1] if dossiers and dossiers[-1] is not avant else None
    return avant, apres


def _contenu(version: Version | None) -> Contenu:
    return {} if version is None else version.contenu


def _contrat(lire: Lire) -> str:
    lus = lire(select(Contrat.nom))
    return lus[0].nom if lus else "Contrat de ville"


def _tete(lire: Lire, action: str) -> Any:
    requete = (
        select(
            Action.numero,
            Action.titre,
            Action.annee,
            Action.statut,
            Organisme.nom.label("porteur"),
            Appel.nom.label("appel"),
        )
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .join(Appel, Appel.cle == Action.appel, isouter=True)
        .where(Action.cle == action)
    )
    for lue in lire(requete):
        return lue
    raise SaisieRefusee("Cette action n'existe plus : choisissez-en une autre.")


def _rencontres(lire: Lire, action: str) -> list[Rencontre]:
    requete = (
        select(
            *PointReunion.__table__.columns, Reunion.titre.label("nom"), Reunion.date, Reunion.etat
        )
        .join(Reunion, Reunion.cle == PointReunion.reunion)
        .where(PointReunion.action == action, Reunion.etat != str(EtatReunion.ANNULEE))
        .order_by(Reunion.date.is_(None), Reunion.date, Reunion.titre)
    )
    points = lire(requete)
    avis = lire_avis(lire, *(p.cle for p in points)) if points else []
    return [
        Rencontre(
            p.nom,
            p.date,
            p.etat == EtatReunion.TENUE,
            _dits(p, [a for a in avis if a.point == p.cle]),
        )
        for p in points
    ]


def _dits(point: Any, avis: Sequence[Any]) -> tuple[tuple[str, str], ...]:
    dits = [
        (court, Appreciation.libelle_de(getattr(point, cle)))
        for cle, _, court in CRITERES
        if getattr(point, cle)
    ]
    if point.remarques:
        dits.append(("Remarques", point.remarques))
    for dit in avis:
        suite = f" – {dit.texte}" if dit.texte else ""
        mot = SensAvis.libelle_de(dit.sens).lower()
        dits.append(("Avis consultatif", f"{dit.voix} : {mot}{suite}"))
    return tuple(dits)
