"""Trainings of the porteurs: who was there, until when it counts, who is missing. No Qt."""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.cotation import Formation, InscriptionFormation
from app.models.enums import NatureOrganisme, StatutAction
from app.models.organisme import Organisme
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.documents import jour_de
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge, jour_courant
from app.services.transaction import Ecriture, maintenant

MOIS_PAR_AN = 12
JAMAIS, VALIDE, EXPIREE = "jamais", "valide", "expiree"
ETATS = ((VALIDE, "Formé"), (EXPIREE, "À renouveler"), (JAMAIS, "Jamais formé"))
# A porteur that only has actions of these kinds is not to be trained.
SANS_DOSSIER = frozenset(
    str(statut)
    for statut in (
        StatutAction.NOTE,
        StatutAction.IRRECEVABLE,
        StatutAction.RETIREE,
        StatutAction.REORIENTEE,
    )
)


@dataclass(frozen=True, slots=True)
class LigneFormation:
    """A training with its register. `presents` and `inscrits` count lines of the register.

    `fin`: last day of validity, None for ever or without a date.
    """

    cle: str
    titre: str
    theme: str | None
    date: str | None
    lieu: str | None
    heures: Decimal | None
    obligatoire: bool
    validite_mois: int | None
    intervenant: str | None
    note: str | None
    inscrits: int
    presents: int
    fin: datetime.date | None


@dataclass(frozen=True, slots=True)
class LigneInscription:
    """A line of the attendance register. `present` None: not known yet."""

    cle: str
    formation: str
    formation_titre: str
    formation_date: str | None
    organisme: str
    organisme_nom: str
    participant: str | None
    present: bool | None
    note: str | None


@dataclass(frozen=True, slots=True)
class LignePorteurForme:
    """A porteur of the year and where it stands: an état, and the last day it counts."""

    cle: str
    nom: str
    actions: int
    etat: str
    formation: str
    suivie_le: str | None
    fin: date | None

    @property
    def en_mots(self) -> str:
        return dict(ETATS)[self.etat]


class Formations:
    """Reads and writes the trainings and their registers."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._horloge = horloge
        self.operation = fichier.operation

    # Reading ------------------------------------------------------------------------------------

    def lignes(self) -> list[LigneFormation]:
        """Every training, the last one first; those without a date before."""
        with self._fichier.instant() as lire:
            return lire_formations(lire)

    def inscriptions(self, formation: str | None = None) -> list[LigneInscription]:
        """The register of a training, or of all."""
        with self._fichier.instant() as lire:
            return [i for i in lire_inscriptions(lire) if formation in (None, i.formation)]

    def porteurs(self, annee: int) -> list[LignePorteurForme]:
        """The associations that deposited in a year, those to train first."""
        with self._fichier.instant() as lire:
            return lire_porteurs_formes(lire, annee, jour_courant(self._horloge))

    # Writing ------------------------------------------------------------------------------------

    def ajouter(self, titre: str, **champs: Any) -> str:
        """Add a training; compulsory when said so."""
        titre = _exiger(titre)
        with self.operation(f"Ajouter la formation «\u00a0{titre}\u00a0»") as e:
            return e.inserer(Formation, titre=titre, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """Change fields, inside an operation that does more."""
        if "titre" in champs:
            champs["titre"] = _exiger(champs["titre"])
        mois = champs.get("validite_mois")
        if mois is not None and mois < 1:
            raise SaisieRefusee("Donnez la validité en mois entiers, ou laissez vide.")
        ecriture.modifier(Formation, cle, **champs)

    def supprimer(self, *cles: str) -> None:
        """Delete trainings with their registers."""
        with self.operation(f"Supprimer {denombrer(len(cles), 'une formation')}") as e:
            for cle in cles:
                siennes = select(InscriptionFormation.cle).where(
                    InscriptionFormation.formation == cle
                )
                e.supprimer_lot(InscriptionFormation, [i for (i,) in e.lignes(siennes)])
            detacher(e, cles)
            e.supprimer_lot(Formation, cles)

    def inscrire(self, formation: str, organismes: Sequence[str]) -> int:
        """Put porteurs on the register; those already there are left. How many were added."""
        with self.operation("Inscrire à une formation") as e:
            deja = {
                o
                for (o,) in e.lignes(
                    select(InscriptionFormation.organisme).where(
                        InscriptionFormation.formation == formation
                    )
                )
            }
            neufs = [o for o in dict.fromkeys(organismes) if o not in deja]
            e.inserer_lot(
                InscriptionFormation,
                [{"formation": formation, "organisme": o, "present": None} for o in neufs],
            )
            return len(neufs)

    def emarger(self, cles: Sequence[str], *, present: bool | None = True) -> None:
        """Say who was there, on lines of the register."""
        with self.operation("Émarger une formation") as e:
            e.modifier_lot(InscriptionFormation, {cle: {"present": present} for cle in cles})

    def poser_inscription(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        ecriture.modifier(InscriptionFormation, cle, **champs)

    def desinscrire(self, *cles: str) -> None:
        with self.operation(f"Retirer {denombrer(len(cles), 'une inscription')}") as e:
            detacher(e, cles)
            e.supprimer_lot(InscriptionFormation, cles)


def fin_de_validite(jour: date | None, mois: int | None) -> date | None:
    """The last day of validity; None for ever, or when the training has no date."""
    if jour is None or mois is None:
        return None
    annees, rang = divmod(jour.month - 1 + mois, MOIS_PAR_AN)
    dernier = calendar.monthrange(jour.year + annees, rang + 1)[1]
    return date(jour.year + annees, rang + 1, min(jour.day, dernier))


def lire_formations(lire: Lire) -> list[LigneFormation]:
    registre: dict[str, list[bool | None]] = defaultdict(list)
    for formation, present in lire(
        select(InscriptionFormation.formation, InscriptionFormation.present)
    ):
        registre[formation].append(present)
    lues = lire(select(Formation.__table__).order_by(Formation.titre, Formation.cle))
    lignes = [
        LigneFormation(
            f.cle,
            f.titre,
            f.theme,
            f.date,
            f.lieu,
            f.heures,
            f.obligatoire,
            f.validite_mois,
            f.intervenant,
            f.note,
            len(registre[f.cle]),
            sum(present is True for present in registre[f.cle]),
            fin_de_validite(jour_de(f.date), f.validite_mois),
        )
        for f in lues
    ]
    return sorted(lignes, key=lambda f: (f.date is not None, _a_l_envers(f.date)))


def _a_l_envers(texte: str | None) -> int:
    jour = jour_de(texte)
    return 0 if jour is None else -jour.toordinal()


def lire_inscriptions(lire: Lire) -> list[LigneInscription]:
    """Every line of the registers, the last training first, porteurs by name."""
    requete = (
        select(
            InscriptionFormation.cle,
            InscriptionFormation.formation,
            Formation.titre,
            Formation.date,
            InscriptionFormation.organisme,
            Organisme.nom,
            InscriptionFormation.participant,
            InscriptionFormation.present,
            InscriptionFormation.note,
        )
        .join(Formation, Formation.cle == InscriptionFormation.formation)
        .join(Organisme, Organisme.cle == InscriptionFormation.organisme)
        .order_by(Formation.date.desc(), Organisme.nom, InscriptionFormation.cle)
    )
    return [LigneInscription(*ligne) for ligne in lire(requete)]


def lire_porteurs_formes(lire: Lire, annee: int, jour: date) -> list[LignePorteurForme]:
    """Where each association of the year stands with the compulsory trainings."""
    suivies: dict[str, list[tuple[date | None, str, str | None]]] = defaultdict(list)
    obligatoires = {f.cle: f for f in lire_formations(lire) if f.obligatoire}
    for i in lire_inscriptions(lire):
        if i.present and (formation := obligatoires.get(i.formation)):
            suivies[i.organisme].append((formation.fin, formation.titre, formation.date))
    comptes: dict[str, int] = defaultdict(int)
    noms = {}
    actions = (
        select(Organisme.cle, Organisme.nom, Action.statut)
        .join(Action, Action.porteur == Organisme.cle)
        .where(Action.annee == annee, Organisme.nature == str(NatureOrganisme.ASSOCIATION))
    )
    for cle, nom, statut in lire(actions):
        if statut not in SANS_DOSSIER:
            comptes[cle] += 1
            noms[cle] = nom
    lignes = [_porteur(cle, noms[cle], comptes[cle], suivies[cle], jour) for cle in comptes]
    ordre = (JAMAIS, EXPIREE, VALIDE)
    return sorted(lignes, key=lambda p: (ordre.index(p.etat), p.nom))


def _porteur(
    cle: str,
    nom: str,
    actions: int,
    suivies: Iterable[tuple[date | None, str, str | None]],
    jour: date,
) -> LignePorteurForme:
    """By the training that counts longest."""
    rangees = sorted(suivies, key=lambda s: s[0] or date.max)
    if not rangees:
        return LignePorteurForme(cle, nom, actions, JAMAIS, "", None, None)
    fin, titre, suivie_le = rangees[-1]
    etat = VALIDE if fin is None or fin >= jour else EXPIREE
    return LignePorteurForme(cle, nom, actions, etat, titre, suivie_le, fin)


def _exiger(titre: str | None) -> str:
    propre = " ".join((titre or "").split())
    if not propre:
        raise SaisieRefusee("Donnez un titre à la formation.")
    return propre
