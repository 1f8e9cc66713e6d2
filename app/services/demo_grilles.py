"""The grids of the demonstration: two, chosen for the current appel. No Qt."""

from typing import Final

from sqlalchemy import select

from app.models.base import Base
from app.models.cotation import CritereGrille, Grille, GrilleAppel, NiveauGrille
from app.models.enums import NatureOperation
from app.models.programme import Appel, Exercice
from app.services.demo_territoire import Tirage
from app.services.fichier import Fichier
from app.services.grilles_fiche import FicheGrille, livrees

CHOISIES: Final = (("egalite_p147", True), ("instruction", False))  # asked for, or offered


class DemonstrationGrilles:
    """Equality, that every dossier goes through, and the general grid."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee

    def ecrire(self) -> None:
        fiches = {fiche.identifiant: fiche for fiche in livrees()}
        appels = self._fichier.lignes(
            select(Appel.cle)
            .join(Exercice, Exercice.cle == Appel.exercice)
            .where(Exercice.annee == self._annee)
            .order_by(Appel.rang)
        )
        with self._fichier.operation(
            "Préparer la démonstration : grilles de cotation", nature=NatureOperation.SYSTEME
        ) as e:
            for rang, (identifiant, obligatoire) in enumerate(CHOISIES):
                grille = self._tirage.cle()
                for modele, lignes in self._lots(fiches[identifiant], grille, rang):
                    e.inserer_lot(modele, lignes)
                e.inserer(
                    GrilleAppel,
                    cle=self._tirage.cle(),
                    appel=appels[0].cle,
                    grille=grille,
                    obligatoire=obligatoire,
                    rang=rang,
                )

    def _lots(
        self, fiche: FicheGrille, cle: str, rang: int
    ) -> list[tuple[type[Base], list[dict[str, object]]]]:
        grille = fiche.model_dump(exclude={"criteres", "niveaux"}, warnings=False)
        return [
            (Grille, [{"cle": cle, "version": 1, "rang": rang, **grille}]),
            (CritereGrille, self._parties(fiche.criteres, cle)),
            (NiveauGrille, self._parties(fiche.niveaux, cle)),
        ]

    def _parties(self, parties: object, grille: str) -> list[dict[str, object]]:
        assert isinstance(parties, list)
        return [
            {"cle": self._tirage.cle(), "grille": grille, "rang": rang, **partie.model_dump()}
            for rang, partie in enumerate(parties)
        ]
