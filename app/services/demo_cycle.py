"""The cycle of the demonstration: dated steps of each appel, what each dossier crossed, dotations, tasks.

The order of the steps is that of the contract; every date, amount and name here is invented.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.base import Base
from app.models.enums import NatureAppel, NatureEtape, NatureOperation, StatutAction
from app.models.instruction import Tache
from app.models.organisme import Financeur
from app.models.programme import Appel, DotationAppel, EtapeAppel, Exercice, Franchissement
from app.services.cycle_dates import EtapeDatee
from app.services.cycle_lu import SORTIES, lire_etapes_de_l_annee, parcours
from app.services.demo_territoire import Ligne, Tirage
from app.services.etapes_contrat import etapes_du_contrat, requises
from app.services.fichier import Fichier

PAS = 10
FAITES = 1  # years before the current one from which everything is finished
# (year from that of the programme, month, day) of each end of a step of the AMI.
_JOURS: Mapping[str, tuple[tuple[int, int, int] | None, tuple[int, int, int] | None]] = {
    NatureEtape.CADRAGE: (None, (-1, 9, 12)),
    NatureEtape.LANCEMENT: ((-1, 10, 1), (-1, 10, 3)),
    NatureEtape.NOTE_INTENTION: ((-1, 10, 1), (-1, 10, 31)),
    NatureEtape.REUNIONS: ((-1, 11, 5), (-1, 11, 21)),
    NatureEtape.REECRITURE: ((-1, 11, 24), (-1, 12, 12)),
    NatureEtape.DEPOT: ((-1, 12, 1), (-1, 12, 31)),
    NatureEtape.COMITE_PARTENARIAL: ((0, 2, 2), (0, 2, 13)),
    NatureEtape.COPIL: ((0, 3, 12), None),
    NatureEtape.DELIBERATIONS: ((0, 4, 1), (0, 6, 30)),
    NatureEtape.MISE_EN_OEUVRE: ((0, 1, 1), (0, 12, 31)),
    NatureEtape.BILAN: ((1, 1, 5), (1, 6, 30)),
}
_APRES_LE_COPIL = {NatureEtape.CONVENTION: (15, 90)}  # days after the end of the COPIL
# The last step that a dossier has done with, by its status.
_JUSQU_A: Mapping[str, NatureEtape | None] = {
    StatutAction.NOTE: None,
    StatutAction.DEPOSEE: NatureEtape.DEPOT,
    StatutAction.INSTRUCTION: NatureEtape.DEPOT,
    StatutAction.PROPOSEE: NatureEtape.COMITE_PARTENARIAL,
    StatutAction.AJOURNEE: NatureEtape.COMITE_PARTENARIAL,
    StatutAction.ACCORDEE: NatureEtape.COPIL,
}
_CLOSES = frozenset(
    {
        NatureEtape.CADRAGE,
        NatureEtape.LANCEMENT,
        NatureEtape.NOTE_INTENTION,
        NatureEtape.REUNIONS,
        NatureEtape.REECRITURE,
        NatureEtape.DEPOT,
        NatureEtape.COMITE_PARTENARIAL,
    }
)  # finished in the current year
# Steps that the team turned on, beside the launch, in the appels that are not the AMI.
_ALLUMEES: Mapping[str, frozenset[NatureEtape]] = {
    NatureAppel.FIL_DE_L_EAU: frozenset(
        {NatureEtape.NOTE_INTENTION, NatureEtape.COMITE_PARTENARIAL, NatureEtape.DELIBERATIONS}
    ),
    NatureAppel.VACANCES: frozenset({NatureEtape.DEPOT, NatureEtape.COMITE_PARTENARIAL}),
    NatureAppel.AMI_SPECIFIQUE: frozenset(
        {NatureEtape.DEPOT, NatureEtape.COMITE_PARTENARIAL, NatureEtape.COPIL}
    ),
}
_ORDRE = {nature: rang for rang, nature in enumerate(NatureEtape)}
SAUT = "Projet reconduit : le dossier de l'an dernier tient lieu de note"
DOTATIONS = (
    (NatureAppel.VACANCES, "etat", 60_000),
    (NatureAppel.FIL_DE_L_EAU, "etat", 45_000),
    (NatureAppel.AMI_SPECIFIQUE, "etat", 40_000),
    (NatureAppel.AMI_SPECIFIQUE, "epci", 30_000),
)
TACHES = (
    ("Réserver la salle du comité", -12, None),
    ("Relire le projet d'arrêté avec la préfecture", 3, None),
    ("Préparer la carte des projets par quartier", 20, None),
)


class DemonstrationCycle:
    """Writes the rows of the three years, once their actions are there."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._lots: dict[type[Base], list[Ligne]] = {
            modele: [] for modele in (EtapeAppel, DotationAppel, Franchissement, Tache)
        }

    def ecrire(self) -> None:
        appels = self._fichier.lignes(
            select(Appel.cle, Appel.nature, Exercice.annee)
            .join(Exercice, Exercice.cle == Appel.exercice)
            .order_by(Exercice.annee, Appel.rang)
        )
        financeurs = dict(self._fichier.lignes(select(Financeur.identifiant, Financeur.cle)))
        for cle, nature, annee in appels:
            self._etapes(cle, nature, annee)
            for quel, qui, montant in DOTATIONS:
                if quel == nature and qui in financeurs:
                    self._ajouter(
                        DotationAppel,
                        appel=cle,
                        financeur=financeurs[qui],
                        montant=Decimal(montant),
                    )
        self._taches()
        self._inserer("étapes et dotations des appels")
        for annee in range(self._annee - FAITES - 1, self._annee + 1):
            self._franchissements(annee)
        self._inserer("étapes franchies")

    def _inserer(self, sujet: str) -> None:
        with self._fichier.operation(
            f"Préparer la démonstration : {sujet}", nature=NatureOperation.SYSTEME
        ) as e:
            for modele, lignes in self._lots.items():
                e.inserer_lot(modele, lignes)
                lignes.clear()

    def _ajouter(self, modele: type[Base], **valeurs: Any) -> str:
        cle = self._tirage.cle()
        self._lots[modele].append({"cle": cle, **valeurs})
        return cle

    # Steps ----------------------------------------------------------------------------------------

    def _etapes(self, appel: str, nature: str, annee: int) -> None:
        modeles = etapes_du_contrat(self._fichier.lignes, nature)
        cles = [self._tirage.cle() for _ in modeles]
        demandees = requises(modeles, cles)
        copil = next(
            (c for m, c in zip(modeles, cles, strict=True) if m.nature == NatureEtape.COPIL), None
        )
        allumees = _ALLUMEES.get(nature, frozenset())
        for rang, (modele, cle) in enumerate(zip(modeles, cles, strict=True)):
            active = modele.active or modele.nature in allumees
            dates = self._dates(modele.nature, nature, annee, copil) if active else {}
            self._lots[EtapeAppel].append(
                {
                    "cle": cle,
                    "appel": appel,
                    "etape": modele.cle,
                    "nature": modele.nature,
                    "nom": modele.nom,
                    "acteur": modele.acteur,
                    "active": active,
                    "requiert": demandees.get(cle, []),
                    "rang": rang * PAS,
                    **dates,
                }
            )
        # A step that others are counted from is inserted before them.
        self._lots[EtapeAppel].sort(key=lambda ligne: ligne.get("ancre") is not None)

    def _dates(self, nature: str, appel: str, annee: int, copil: str | None) -> Ligne:
        """Dates of a step of the AMI; the other appels have those of their launch."""
        if appel != NatureAppel.AMI:
            return self._dates_propres(nature, appel, annee)
        if nature in _APRES_LE_COPIL and copil is not None:
            debut, fin = _APRES_LE_COPIL[NatureEtape.de(nature)]
            jours: Ligne = {"ancre": copil, "jours_debut": debut, "jours_fin": fin}
            return jours | self._fin(nature, annee, date(annee, 3, 12) + timedelta(days=fin))
        bouts = _JOURS.get(nature)
        if bouts is None:
            return {}
        debut_, fin_ = (None if b is None else date(annee + b[0], b[1], b[2]) for b in bouts)
        return {
            "date_debut": None if debut_ is None else debut_.isoformat(),
            "date_fin": None if fin_ is None else fin_.isoformat(),
            **self._fin(nature, annee, fin_ or debut_),
        }

    def _dates_propres(self, nature: str, appel: str, annee: int) -> Ligne:
        """A launch, then steps without dates: these appels run along the year."""
        if nature == NatureEtape.LANCEMENT and appel == NatureAppel.VACANCES:
            jour = date(annee, 3, 10).isoformat()
            return {"date_fin": date(annee, 3, 15).isoformat(), "terminee_le": jour}
        if annee < self._annee:
            return {"terminee_le": date(annee, 6, 30).isoformat()}
        return {"terminee_le": f"{annee}-01-15"} if nature == NatureEtape.LANCEMENT else {}

    def _fin(self, nature: str, annee: int, jour: date | None) -> Ligne:
        """Finished on time in the years before, and as far as the comité partenarial in this one."""
        finie = annee < self._annee or nature in _CLOSES
        return {"terminee_le": jour.isoformat()} if finie and jour is not None else {}

    # Crossings ------------------------------------------------------------------------------------

    def _franchissements(self, annee: int) -> None:
        """What the dossiers still in the cycle did of it, as their status says."""
        with self._fichier.instant() as lire:
            etapes = lire_etapes_de_l_annee(lire, date(annee, 1, 1), annee)
            actions = lire(
                select(
                    Action.cle,
                    Action.appel,
                    Action.echelle,
                    Action.statut,
                    Action.precedente,
                )
                .where(Action.annee == annee)
                .order_by(Action.numero)
            )
        voies: dict[tuple[str, str | None], list[EtapeDatee]] = {}
        for action in actions:
            if action.statut in SORTIES:
                continue
            lieu = action.appel, action.echelle
            if lieu not in voies:
                voies[lieu] = parcours(etapes.get(action.appel, ()), action.echelle)
            for franchie in self._franchies(action, voies[lieu]):
                self._lots[Franchissement].append({"cle": self._tirage.cle(), **franchie})

    def _franchies(self, action: Any, voie: Sequence[EtapeDatee]) -> Iterator[Ligne]:
        derniere = _JUSQU_A.get(action.statut)
        if derniere is None:
            return
        sautee = action.precedente is not None and self._tirage.chance(6)
        limite = _ORDRE[derniere]
        for etape in (e for e in voie if _ORDRE[NatureEtape.de(e.nature)] <= limite):
            jour = (etape.dernier_jour or date(self._annee, 1, 15)).isoformat()
            saute = sautee and etape.nature == NatureEtape.NOTE_INTENTION
            yield {
                "action": action.cle,
                "etape": etape.cle,
                "saute": saute,
                "motif": SAUT if saute else None,
                "auteur": self._fichier.signature.auteur,
                "moment": f"{jour}T10:00:{etape.rang // PAS % 60:02d}+00:00",
            }

    def _taches(self) -> None:
        """A few tasks around the séance of the current year."""
        for titre, ecart, personne in TACHES:
            self._ajouter(
                Tache,
                titre=titre,
                personne=personne,
                echeance=(date(self._annee, 3, 12) + timedelta(days=ecart)).isoformat(),
            )
