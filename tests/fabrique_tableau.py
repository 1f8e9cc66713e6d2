"""A small programme, typed in memory: rows, columns, and a stand-in for the services that write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from app.services.columns import Colonne, Pose, Signal, TypeColonne
from app.services.contexte import Contexte
from app.services.errors import SaisieRefusee
from app.services.etats_vue import EtatVue
from app.services.settings import Settings
from app.services.vues import LigneVue
from app.ui.tableau import ModeleTableau

STATUTS = (("deposee", "Déposée"), ("accordee", "Accordée"), ("ajournee", "Ajournée"))


@dataclass(frozen=True)
class Projet:
    cle: str
    titre: str
    statut: str = "deposee"
    public: int | None = None
    demande: Decimal | None = None
    accorde: Decimal | None = None
    depot: date | None = None
    nouveau: bool = False


PROJETS = (
    Projet("a", "Théâtre à l’école", public=30, demande=Decimal("1000.10"), accorde=Decimal(800)),
    Projet("b", "Chantier 10", "accordee", public=12, demande=Decimal("2000.20")),
    Projet("c", "Chantier 9", "ajournee", demande=Decimal(500), accorde=Decimal(0), nouveau=True),
    Projet("d", "Élan", public=7, accorde=Decimal("0.05"), depot=date(2026, 1, 15)),
)


def sans_fichier() -> Contexte:
    """What a page asks of an open file, without one: a single view of the list."""
    vues = SimpleNamespace(
        lignes=lambda _liste: (LigneVue("v", "Toutes les lignes", 1),),
        etat=lambda _vue, _colonnes: EtatVue(),
        peut_retablir=lambda _liste: False,
    )
    fichier = SimpleNamespace(lecture_seule=False, signature=SimpleNamespace(copie="essai"))
    contexte: Any = SimpleNamespace(vues=vues, fichier=fichier, settings=Settings())
    return contexte


class Atelier:
    """Rows by key; what columns write comes back to the model like a notice of the file."""

    def __init__(self, projets: tuple[Projet, ...] = PROJETS) -> None:
        self.projets = {projet.cle: projet for projet in projets}
        self.ecrits: list[tuple[str, str, Any]] = []
        self.operations: list[str] = []
        self.modele = ModeleTableau(self.colonnes())
        self.modele.remplacer_lignes(list(projets))

    def _ecrire(self, nom: str) -> Any:
        def ecrire(cle: str, valeur: Any) -> None:
            if nom == "accorde" and valeur is not None and valeur < 0:
                raise SaisieRefusee("Un montant accordé ne peut pas être négatif.")
            self.ecrits.append((cle, nom, valeur))
            self.changer(cle, **{nom: valeur == "oui" if nom == "nouveau" else valeur})

        return ecrire

    @contextmanager
    def operation(self, libelle: str) -> Iterator[None]:
        """One step of undo; what was written in it goes when it is refused."""
        avant, projets = list(self.ecrits), dict(self.projets)
        try:
            yield
        except Exception:
            self.ecrits, self.projets = avant, projets
            self.modele.actualiser(projets)
            raise
        self.operations.append(libelle)

    def _pose(self, nom: str) -> Pose:
        return Pose(self.operation, lambda _, *case: self._ecrire(nom)(*case))

    def changer(self, cle: str, **champs: Any) -> None:
        self.projets[cle] = replace(self.projets[cle], **champs)
        self.modele.actualiser({cle: self.projets[cle]})

    def colonnes(self) -> list[Colonne]:
        def lire(nom: str) -> Any:
            return lambda projet: getattr(projet, nom)

        return [
            Colonne(
                cle="titre",
                titre="Intitulé",
                lire=lire("titre"),
                figee=True,
                ecrire=self._ecrire("titre"),
                pose=self._pose("titre"),
                obligatoire=True,
            ),
            Colonne(
                cle="statut",
                titre="Statut",
                lire=lire("statut"),
                type=TypeColonne.CHOIX,
                choix=STATUTS,
                signal=lambda _valeur: Signal.NEUTRE,
                ecrire=self._ecrire("statut"),
                pose=self._pose("statut"),
            ),
            Colonne(
                cle="public",
                titre="Public touché",
                lire=lire("public"),
                type=TypeColonne.ENTIER,
                total=True,
            ),
            Colonne(
                cle="demande",
                titre="demandé",
                groupe="État",
                lire=lire("demande"),
                type=MONTANT,
                total=True,
            ),
            Colonne(
                cle="accorde",
                titre="accordé",
                groupe="État",
                lire=lire("accorde"),
                type=MONTANT,
                total=True,
                ecrire=self._ecrire("accorde"),
                pose=self._pose("accorde"),
                base=lire("demande"),
            ),
            Colonne(cle="depot", titre="Déposé le", lire=lire("depot"), type=TypeColonne.DATE),
            Colonne(
                cle="nouveau",
                titre="Nouveau",
                lire=lire("nouveau"),
                type=TypeColonne.BOOLEEN,
                ecrire=self._ecrire("nouveau"),
                pose=self._pose("nouveau"),
            ),
        ]

    def cles(self) -> list[str]:
        """Keys of the rows shown, in their order."""
        return [projet.cle for projet in self.modele.lignes]


MONTANT = TypeColonne.MONTANT
