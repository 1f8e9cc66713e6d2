"""A little séance to work on: three financeurs, an open comité, and a clock that tests turn."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.services.comite import Comite, comite
from app.services.fichier import Fichier
from app.services.ordres_du_jour import Filtre
from app.services.payeurs import Payeur
from tests import fabriques


@dataclass(slots=True)
class Montre:
    """A clock that moves one second each time it is read, and when it is told to."""

    maintenant: datetime = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.maintenant += timedelta(seconds=1)
        return self.maintenant

    def avancer(self, minutes: float) -> None:
        self.maintenant += timedelta(minutes=minutes)


@dataclass(frozen=True, slots=True)
class Salle:
    """A file with a séance: `etat`, `agglo`, `region` are asked by every action."""

    fichier: Fichier
    decor: fabriques.Decor
    comite: Comite
    montre: Montre
    seance: str
    points: tuple[str, ...]
    etat: Payeur
    agglo: Payeur
    region: Payeur
    personnes: dict[str, str] = field(default_factory=dict)

    @property
    def point(self) -> str:
        return self.points[0]

    @property
    def action(self) -> str:
        return self.decor.action

    def accorde(self, payeur: Payeur, rang: int = 0) -> Decimal | None:
        table = self.comite.tables.du_point(self.points[rang])
        case = table.case(payeur)
        return None if case is None else case.siege.accorde

    def champ(self, modele: Any, cle: str, nom: str) -> Any:
        return self.fichier.lignes(select(getattr(modele, nom)).where(modele.cle == cle))[0][0]


@cache
def _gabarit() -> tuple[Path, Salle]:
    """A file with an open séance, made once: copying it is five times quicker than making it again."""
    dossier = Path(tempfile.mkdtemp(prefix="tour-de-table-seance-"))
    atexit.register(shutil.rmtree, dossier, ignore_errors=True)
    chemin = dossier / "seance.tdt"
    with fabriques.neuf(chemin) as fichier:
        modele = salle(fichier)
    return chemin, modele


@contextmanager
def salle_ouverte(dossier: Path) -> Iterator[Salle]:
    """What `salle` makes, in a file of its own."""
    chemin, modele = _gabarit()
    copie = Path(shutil.copyfile(chemin, dossier / "seance.tdt"))
    with Fichier.ouvrir(copie, auteur=fabriques.AUTEUR) as fichier:
        montre = Montre(modele.montre.maintenant)
        services = comite(fichier, horloge=montre)
        yield replace(modele, fichier=fichier, comite=services, montre=montre)


DEMANDES = {"etat": Decimal(10_000), "agglo": Decimal(5000), "region": Decimal(3000)}


def salle(fichier: Fichier, *, actions: int = 3, ouverte: bool = True) -> Salle:
    """`actions` actions asked 10 000 + 5 000 + 3 000, proposed 8 000 + 4 000 + 2 000; cost 20 000."""
    decor = fabriques.decor(fichier, actions=actions)
    etat = Payeur(decor.financeurs[0], decor.lignes_credit[0])
    agglo, region = Payeur(decor.financeurs[1]), Payeur(decor.financeurs[2])
    payeurs = {"etat": etat, "agglo": agglo, "region": region}
    with fichier.operation("Garnir l'essai") as e:
        for rang, action in enumerate(decor.actions):
            fabriques.classement(e, action, decor.noeuds[0 if rang % 2 else 2])
            fabriques.ligne_budget(e, action, montant=Decimal(20_000))
            fabriques.ligne_budget(e, action, sens="produit", compte="70", montant=Decimal(20_000))
            for nom, payeur in payeurs.items():
                fabriques.cofinancement(
                    e,
                    action,
                    payeur.financeur,
                    ligne_credit=payeur.ligne_credit,
                    demande=DEMANDES[nom],
                    propose=DEMANDES[nom] - DEMANDES[nom] // 5,
                    statut="propose",
                )
        fabriques.enveloppe(e, etat.financeur, montant=Decimal(20_000))
        fabriques.enveloppe(e, agglo.financeur, montant=Decimal(8000), reserve=Decimal(500))
    montre = Montre()
    services = comite(fichier, horloge=montre)
    personnes = {
        nom: services.personnes.ajouter(f"{nom.capitalize()} Exemple", financeur=payeur.financeur)
        for nom, payeur in payeurs.items()
    }
    seance = services.seances.creer(2026, titre="Comité des financeurs 2026", date="2026-03-12")
    for personne in personnes.values():
        services.presences.ajouter(seance, personne)
    services.ordres.construire(seance, Filtre(), tri=("numero",), minutes=5)
    if ouverte:
        services.seances.ouvrir(seance)
    points = tuple(p.cle for p in services.ordres.points(seance))
    fichier.undo.oublier()
    return Salle(fichier, decor, services, montre, seance, points, etat, agglo, region, personnes)
