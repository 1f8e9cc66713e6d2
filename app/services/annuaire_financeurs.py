"""The financeurs of the file and their lines of credit, found from what the sources call them."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from app.models.base import nouvelle_cle
from app.models.enums import NatureOrganisme
from app.models.organisme import Financeur, LigneCredit
from app.services.annuaire_lieux import AnnuaireLieux
from app.services.fichier import Fichier
from app.services.identifiants import Proche, mots, nom_normalise, plus_proche
from app.services.lexique import cle_entete, nature_financeur
from app.services.plans import CREER, IGNORER, Genre, Geste, Rapprochement
from app.services.vocabulaire import ETAT_DU_CONTRAT

SEUIL_SUR: Final = 93
_DEPARTEMENT = re.compile(r"^0?(\d{2,3}|2[AB])\s*[-–_]\s*(?=\D)")
_CODE_COMMUNE = re.compile(r"\((\d{5})\)")


@dataclass(frozen=True, slots=True)
class FinanceurTrouve:
    """Who a label names: a financeur of the file (or one to create), and the commune that pays."""

    cle: str | None
    commune: str | None = None


@dataclass(frozen=True, slots=True)
class _Connu:
    cle: str
    nom: str
    nom_court: str
    nature: str
    noms: tuple[str, ...]


class AnnuaireFinanceurs:
    """Loaded once. `rapprochements` and `creations` tell what was found and what is to be created."""

    def __init__(
        self, fichier: Fichier, lieux: AnnuaireLieux, resolutions: Mapping[tuple[Genre, str], str]
    ) -> None:
        self._lieux = lieux
        self._resolutions = resolutions
        self._connus: dict[str, _Connu] = {}
        self._par_nom: dict[str, str] = {}
        self._lignes: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._memoire: dict[str, FinanceurTrouve] = {}
        self._departements = lieux.departements()
        self._rang = 0
        self.rapprochements: list[Rapprochement] = []
        self.creations: dict[str, Geste] = {}
        self._charger(fichier)

    def _charger(self, fichier: Fichier) -> None:
        requete = select(
            Financeur.cle, Financeur.nom, Financeur.nom_court, Financeur.nature,
            Financeur.identifiant, Financeur.variantes, Financeur.rang,
        ).order_by(Financeur.rang, Financeur.nom)  # fmt: skip
        for cle, nom, court, nature, identifiant, variantes, rang in fichier.lignes(requete):
            noms = (nom, court, *(variantes or ()))
            self._connus[cle] = _Connu(cle, nom, court, nature, noms)
            self._rang = max(self._rang, rang)
            for tournure in (*noms, identifiant.replace("_", " ")):
                self._par_nom.setdefault(nom_normalise(tournure), cle)
        lignes = select(
            LigneCredit.financeur, LigneCredit.cle, LigneCredit.nom, LigneCredit.nature_credit
        ).order_by(LigneCredit.rang)
        for financeur, cle, nom, nature in fichier.lignes(lignes):
            self._lignes[financeur].append((cle, nom, nature))

    def nom(self, cle: str) -> str:
        """What heads its columns."""
        return self._connus[cle].nom_court if cle in self._connus else ""

    def noms(self) -> list[str]:
        """Every name that a heading may print."""
        return [nom for connu in self._connus.values() for nom in connu.noms]

    def connu(self, libelle: str) -> str | None:
        """The financeur of this very name; nothing is created nor asked."""
        return self._par_nom.get(nom_normalise(libelle))

    def trouver(self, libelle: str) -> FinanceurTrouve:
        if libelle not in self._memoire:
            self._memoire[libelle] = self._chercher(libelle)
        return self._memoire[libelle]

    def _chercher(self, libelle: str) -> FinanceurTrouve:
        choix = self._resolutions.get((Genre.FINANCEUR, libelle))
        if choix == IGNORER:
            self._retenir(libelle, None, sur=True)
            return FinanceurTrouve(None)
        if choix == CREER:
            return self._creer(libelle, proche=None, demande=True)
        if choix is not None:
            self._retenir(libelle, choix, sur=True)
            return FinanceurTrouve(choix, self._commune(libelle, choix))
        ailleurs = self._est_d_ailleurs(libelle)
        trouve = self._par_nom.get(nom_normalise(libelle))
        if trouve is None and not ailleurs:
            trouve = self._par_nom.get(_sans_codes(libelle))
        if trouve is not None:
            return FinanceurTrouve(trouve, self._commune(libelle, trouve))
        devine = None if ailleurs else self._deviner(libelle)
        if devine is not None:
            self._retenir(libelle, devine, sur=False, score=100.0)
            return FinanceurTrouve(devine, self._commune(libelle, devine))
        proche = plus_proche(libelle, {c.cle: c.noms for c in self._connus.values()}, seuil=60)
        return self._creer(libelle, proche=proche)

    def _est_d_ailleurs(self, libelle: str) -> bool:
        """« 02-ETAT-POLITIQUE-VILLE » is the State of another département than ours."""
        trouve = _DEPARTEMENT.match(libelle.strip())
        return (
            trouve is not None
            and bool(self._departements)
            and trouve.group(1) not in self._departements
        )

    def _deviner(self, libelle: str) -> str | None:
        """By what the label says it is, when the file has one such financeur only."""
        if self._lieux.commune(libelle).cle is not None:
            return self._seul(NatureOrganisme.COMMUNE, libelle)
        nature = nature_financeur(libelle)
        if nature is None or (
            nature is NatureOrganisme.ETAT and not _est_l_etat_du_contrat(libelle)
        ):
            proche = plus_proche(
                libelle, {c.cle: c.noms for c in self._connus.values()}, seuil=SEUIL_SUR
            )
            return proche.cle if proche else None
        return self._seul(nature, libelle)

    def _seul(self, nature: NatureOrganisme, libelle: str) -> str | None:
        """The financeur of that nature, when there is one only or when one name holds in the label."""
        trouves = [
            connu
            for connu in self._connus.values()
            if connu.nature == nature and not self._est_d_ailleurs(connu.nom)
        ]
        if nature is NatureOrganisme.ETAT:
            trouves = [c for c in trouves if any(map(_est_l_etat_du_contrat, c.noms))]
        elif len(trouves) > 1:
            vus = set(cle_entete(libelle).split()) | {str(nature)}
            trouves = [c for c in trouves if set(cle_entete(c.nom_court).split()) <= vus]
        return trouves[0].cle if len(trouves) == 1 else None

    def _commune(self, libelle: str, financeur: str) -> str | None:
        connu = self._connus.get(financeur)
        if connu is None or connu.nature != NatureOrganisme.COMMUNE:
            return None
        return self._lieux.commune(libelle).cle

    def _creer(
        self, libelle: str, *, proche: Proche | None, demande: bool = False
    ) -> FinanceurTrouve:
        cle = nouvelle_cle()
        nature = nature_financeur(libelle) or (
            NatureOrganisme.COMMUNE if _CODE_COMMUNE.search(libelle) else NatureOrganisme.AUTRE
        )
        self._rang += 1
        self.creations[cle] = Geste(
            Financeur,
            cle,
            {
                "identifiant": "_".join(mots(libelle))[:60] or cle,
                "nom": libelle,
                "nom_court": libelle if len(libelle) <= 24 else libelle[:23].rstrip() + "…",
                "nature": str(nature),
                "rang": self._rang,
            },
            nouveau=True,
        )
        self._connus[cle] = _Connu(cle, libelle, libelle, str(nature), ())
        self.rapprochements.append(
            Rapprochement(
                Genre.FINANCEUR,
                libelle,
                cle,
                libelle,
                cree=True,
                sur=demande,
                proche_cle=proche.cle if proche else None,
                proche_nom=self._connus[proche.cle].nom if proche else "",
                score=proche.score if proche else 0.0,
            )
        )
        return FinanceurTrouve(cle)

    def _retenir(self, libelle: str, cle: str | None, *, sur: bool, score: float = 0.0) -> None:
        nom = self._connus[cle].nom if cle is not None and cle in self._connus else ""
        self.rapprochements.append(
            Rapprochement(
                Genre.FINANCEUR,
                libelle,
                cle,
                nom,
                sur=sur,
                proche_cle=cle,
                proche_nom=nom,
                score=score,
            )
        )

    def ligne_credit(
        self, financeur: str, *, libelle: str | None, nature: str | None
    ) -> tuple[str | None, str | None]:
        """(line, nature) of credit that the source tells, or the only one there is."""
        lignes = self._lignes.get(financeur, ())
        if libelle:
            cherche = nom_normalise(libelle)
            for cle, nom, sa_nature in lignes:
                if nom_normalise(nom) == cherche:
                    return cle, sa_nature
        possibles = [ligne for ligne in lignes if nature in (None, ligne[2])]
        if len(possibles) == 1:
            return possibles[0][0], possibles[0][2]
        return None, nature

    def nature_de(self, financeur: str) -> str:
        return self._connus[financeur].nature if financeur in self._connus else ""


def _sans_codes(libelle: str) -> str:
    """« 13-CAF » is compared as « CAF », « MARLY (59770) » as « Marly »."""
    return nom_normalise(_CODE_COMMUNE.sub(" ", _DEPARTEMENT.sub("", libelle.strip())))


def _est_l_etat_du_contrat(libelle: str) -> bool:
    cherche = f" {cle_entete(libelle)} "
    return any(f" {tournure} " in cherche for tournure in ETAT_DU_CONTRAT)
