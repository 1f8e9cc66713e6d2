"""What waits for a person: steps due, meetings, recommandations, avis, pièces, notes, tasks typed.

Derived from the file in a fixed number of reads, whatever the number of dossiers; what concerns nobody
in particular concerns the whole team.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import func, literal, select, union, union_all

from app.models.action import Action
from app.models.depot import NoteIntention
from app.models.enums import EtatReunion, EtatSeance, NatureRecommandation, StatutAction
from app.models.instruction import AvisInstruction, Referent, Service, Tache
from app.models.organisme import Organisme
from app.models.programme import Exercice
from app.models.reunion import Recommandation, Reunion
from app.models.seance import Seance
from app.services.accords import compter
from app.services.bilans import lire_bilans_manquants
from app.services.chiffres import Lien
from app.services.cycle_dates import EtatEtape, en_jours
from app.services.cycle_lu import SORTIES, lire_toutes_les_etapes
from app.services.documents import jour_de
from app.services.fichier import Fichier, Lire
from app.services.pieces_attendues import MANQUANTES
from app.services.pliage import replier

SEMAINE = 7  # days that « cette semaine » counts from today
EQUIPE = "l'équipe"


class Genre(StrEnum):
    """What kind of thing is to be done."""

    ETAPE = "etape"
    REUNION = "reunion"
    SEANCE = "seance"
    RECOMMANDATION = "recommandation"
    AVIS = "avis"
    NOTE = "note"
    PIECE = "piece"
    TACHE = "tache"
    BILAN = "bilan"


class Quand(StrEnum):
    """When it is due, seen from today."""

    RETARD = "retard"
    SEMAINE = "semaine"
    PLUS_TARD = "plus_tard"
    SANS_DATE = "sans_date"


@dataclass(frozen=True, slots=True)
class LigneAFaire:
    """One thing to do. `personnes` empty: the whole team; `lien`: where it is done.

    Keyed by the row it comes from; the pièces of an action are one line, keyed by the first of them.
    """

    cle: str
    genre: Genre
    quoi: str
    personnes: tuple[str, ...]
    echeance: date | None
    quand: Quand
    en_mots: str
    action: str | None = None
    numero: str = ""
    titre: str = ""
    porteur: str = ""
    lien: Lien | None = None
    note: str | None = None

    @property
    def pour(self) -> str:
        return ", ".join(self.personnes) or EQUIPE

    def concerne(self, personne: str) -> bool:
        """True for the team's lines, and for those of that person; an empty name is everybody."""
        if not personne or not self.personnes:
            return True
        return replier(personne) in [replier(nom) for nom in self.personnes]


def lire_a_faire(fichier: Fichier, jour: date, personne: str = "") -> list[LigneAFaire]:
    """What waits for a person (empty: for anybody), the most pressing first."""
    with fichier.instant() as lire:
        lignes = [ligne for source in _SOURCES for ligne in source(lire, jour)]
    rangs = {quand: rang for rang, quand in enumerate(Quand)}
    return sorted(
        (ligne for ligne in lignes if ligne.concerne(personne)),
        key=lambda li: (rangs[li.quand], li.echeance or date.max, li.genre, li.numero, li.cle),
    )


def personnes_connues(fichier: Fichier) -> list[str]:
    """Names that something may wait for, in alphabetical order, in one read."""
    noms = union(
        select(Referent.nom.label("nom")),
        select(Recommandation.responsable.label("nom")),
        select(Tache.personne.label("nom")),
        select(NoteIntention.recue_par.label("nom")),
    ).subquery()
    lus = fichier.lignes(select(noms.c.nom).where(noms.c.nom.is_not(None)))
    connus: dict[str, str] = {}
    for nom in sorted(nom.strip() for (nom,) in lus):
        connus.setdefault(replier(nom), nom)
    return [connus[plie] for plie in sorted(connus) if plie]


def phrase(lignes: Sequence[LigneAFaire]) -> str:
    """« 3 en retard, 5 cette semaine, 20 en tout. »"""
    if not lignes:
        return "Rien n'attend : tout est fait, ou rien n'a encore de date."
    retard = sum(li.quand == Quand.RETARD for li in lignes)
    semaine = sum(li.quand == Quand.SEMAINE for li in lignes)
    morceaux = [f"{retard} en retard"] if retard else []
    morceaux += [f"{semaine} cette semaine"] if semaine else []
    return f"{', '.join([*morceaux, f'{len(lignes)} en tout'])}."


def quand_de(echeance: date | None, jour: date) -> Quand:
    if echeance is None:
        return Quand.SANS_DATE
    if echeance < jour:
        return Quand.RETARD
    return Quand.SEMAINE if echeance <= jour + timedelta(days=SEMAINE) else Quand.PLUS_TARD


def en_mots(echeance: date | None, jour: date) -> str:
    """« en retard de 3 jours », « aujourd'hui », « dans 5 jours »."""
    if echeance is None:
        return "sans date"
    ecart = (echeance - jour).days
    if ecart < 0:
        return f"en retard de {en_jours(-ecart)}"
    return "aujourd'hui" if ecart == 0 else f"dans {en_jours(ecart)}"


# Where the lines come from ------------------------------------------------------------------------


def _etapes(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """Steps of the open years that are late, in progress, or begin within the week."""
    for etapes in lire_toutes_les_etapes(lire, jour).values():
        for etape in etapes:
            echeance = etape.premier_jour if etape.etat == EtatEtape.A_VENIR else etape.dernier_jour
            quand = quand_de(echeance, jour)
            proche = etape.etat == EtatEtape.A_VENIR and quand == Quand.SEMAINE
            if etape.etat in (EtatEtape.RETARD, EtatEtape.EN_COURS) or proche:
                yield LigneAFaire(
                    cle=etape.cle,
                    genre=Genre.ETAPE,
                    quoi=f"{etape.nom} ({etape.appel_nom})",
                    personnes=(),
                    echeance=echeance,
                    quand=quand,
                    en_mots=etape.en_mots,
                    lien=Lien("etape_appel", etape.cle, annee=etape.annee, champ=etape.appel),
                    note=etape.acteur,
                )


_CLOS = select(Exercice.annee).where(Exercice.clos)
_RENCONTRES = union_all(
    *(
        select(
            literal(str(genre)).label("genre"), modele.cle, modele.titre, modele.annee, modele.date
        ).where(modele.etat.not_in(finis), modele.date.is_not(None), modele.annee.not_in(_CLOS))
        for genre, modele, finis in (
            (Genre.REUNION, Reunion, (str(EtatReunion.TENUE), str(EtatReunion.ANNULEE))),
            (Genre.SEANCE, Seance, (str(EtatSeance.CLOSE),)),
        )
    )
)


def _rencontres(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """Réunions and séances that have a day and are not closed: to be held, then to be closed."""
    mots = {Genre.REUNION: "Réunion", Genre.SEANCE: "Séance"}
    for lue in lire(_RENCONTRES):
        genre, due = Genre(lue.genre), jour_de(lue.date)
        quand = quand_de(due, jour)
        verbe = "clore" if quand == Quand.RETARD else "tenir"
        yield LigneAFaire(
            cle=lue.cle,
            genre=genre,
            quoi=f"{mots[genre]} à {verbe} : {lue.titre}",
            personnes=(),
            echeance=due,
            quand=quand,
            en_mots=en_mots(due, jour),
            lien=Lien(lue.genre, lue.cle, annee=lue.annee),
        )


_DE_L_ACTION = (
    Action.cle.label("action"),
    Action.numero,
    Action.titre,
    Action.annee,
    Organisme.nom.label("porteur"),
)
_SORTIES = [str(statut) for statut in SORTIES]


def _sur_les_actions(requete: Any) -> Any:
    """Only dossiers still in the cycle, of years that are not closed."""
    return requete.join(Organisme, Organisme.cle == Action.porteur, isouter=True).where(
        Action.statut.not_in(_SORTIES), Action.annee.not_in(_CLOS)
    )


def _recommandations(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """Those nobody has answered yet, for their owner."""
    requete = (
        select(
            Recommandation.cle,
            Recommandation.nature,
            Recommandation.texte,
            Recommandation.responsable,
            Recommandation.echeance,
            *_DE_L_ACTION,
            Action.statut,
        )
        .join(Action, Action.cle == Recommandation.action, isouter=True)
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .where(Recommandation.suivie.is_(None))
        .where(Action.cle.is_(None) | Action.annee.not_in(_CLOS))
        .order_by(Recommandation.rang, Recommandation.cle)
    )
    for lue in lire(requete):
        if lue.statut not in _SORTIES:
            mot = NatureRecommandation.libelle_de(lue.nature)
            texte = f"{mot} : {lue.texte}"
            yield _ligne(lue, Genre.RECOMMANDATION, texte, lue.responsable, lue.echeance, jour)


def _avis(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """Avis asked of a service and not given, for the people of that service."""
    referents: dict[str, list[str]] = {}
    for service, nom in lire(select(Referent.service, Referent.nom).order_by(Referent.nom)):
        referents.setdefault(service, []).append(nom)
    requete = (
        select(
            AvisInstruction.cle,
            AvisInstruction.service,
            AvisInstruction.echeance,
            Service.nom_court,
            *_DE_L_ACTION,
        )
        .join(Service, Service.cle == AvisInstruction.service)
        .join(Action, Action.cle == AvisInstruction.action)
        .where(
            AvisInstruction.demande_le.is_not(None),
            AvisInstruction.sens.is_(None),
            AvisInstruction.absent.is_(False),
        )
        .order_by(AvisInstruction.cle)
    )
    for lue in lire(_sur_les_actions(requete)):
        noms = referents.get(lue.service, [])
        yield _ligne(lue, Genre.AVIS, f"Avis de {lue.nom_court}", noms, lue.echeance, jour)


def _notes(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """Notes d'intention that nobody has sorted."""
    requete = (
        select(NoteIntention.cle, NoteIntention.recue_par, *_DE_L_ACTION)
        .join(Action, Action.cle == NoteIntention.action)
        .where(NoteIntention.tri.is_(None), Action.statut == str(StatutAction.NOTE))
        .order_by(Action.numero, NoteIntention.cle)
    )
    for lue in lire(_sur_les_actions(requete)):
        yield _ligne(lue, Genre.NOTE, "Note d'intention à examiner", lue.recue_par, None, jour)


def _pieces(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """One line for an action whose pièces are expected."""
    requete = (
        select(
            func.min(MANQUANTES.c.cle).label("cle"),
            func.count(MANQUANTES.c.cle).label("nombre"),
            func.min(MANQUANTES.c.intitule).label("intitule"),
            *_DE_L_ACTION,
        )
        .join(Action, Action.cle == MANQUANTES.c.action)
        .group_by(Action.cle)
        .order_by(Action.numero)
    )
    for lue in lire(_sur_les_actions(requete)):
        quoi = (
            f"Pièce attendue : {lue.intitule}"
            if lue.nombre == 1
            else f"{lue.nombre} pièces attendues"
        )
        yield _ligne(lue, Genre.PIECE, quoi, None, None, jour)


def _taches(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    requete = (
        select(
            Tache.cle, Tache.titre.label("quoi"), Tache.personne, Tache.echeance, Tache.note,
            *_DE_L_ACTION,
        )
        .join(Action, Action.cle == Tache.action, isouter=True)
        .join(Organisme, Organisme.cle == Action.porteur, isouter=True)
        .where(Tache.faite_le.is_(None))
        .order_by(Tache.cle)
    )  # fmt: skip
    for lue in lire(requete):
        yield _ligne(lue, Genre.TACHE, lue.quoi, lue.personne, lue.echeance, jour, note=lue.note)


def _bilans(lire: Lire, jour: date) -> Iterator[LigneAFaire]:
    """One line for the bilans of a year due on one day, once it is past or within the week."""
    for manquants in lire_bilans_manquants(lire):
        quand = quand_de(manquants.attendu, jour)
        if quand in (Quand.RETARD, Quand.SEMAINE):
            yield LigneAFaire(
                cle=manquants.cle,
                genre=Genre.BILAN,
                quoi=f"{compter(manquants.nombre, 'bilan')} de {manquants.annee} à recevoir",
                personnes=(),
                echeance=manquants.attendu,
                quand=quand,
                en_mots=en_mots(manquants.attendu, jour),
                lien=Lien(Genre.BILAN, manquants.cle, annee=manquants.annee),
            )


_SOURCES: tuple[Callable[[Lire, date], Iterable[LigneAFaire]], ...] = (
    _etapes,
    _rencontres,
    _recommandations,
    _avis,
    _notes,
    _pieces,
    _taches,
    _bilans,
)


def _ligne(
    lue: Any,
    genre: Genre,
    quoi: str,
    qui: str | Sequence[str] | None,
    echeance: str | None,
    jour: date,
    *,
    note: str | None = None,
) -> LigneAFaire:
    noms = [qui] if isinstance(qui, str) else list(qui or ())
    due = jour_de(echeance)
    return LigneAFaire(
        cle=lue.cle,
        genre=genre,
        quoi=quoi,
        personnes=tuple(nom.strip() for nom in noms if nom and nom.strip()),
        echeance=due,
        quand=quand_de(due, jour),
        en_mots=en_mots(due, jour),
        action=lue.action,
        numero=lue.numero or "",
        titre=lue.titre or "",
        porteur=lue.porteur or "",
        lien=(
            Lien(genre, lue.cle, action=lue.action, annee=lue.annee)
            if lue.action is not None
            else None
        ),
        note=note,
    )
