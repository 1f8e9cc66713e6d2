"""The life of a CPO year by year: indicators, figures, reviews, what is to be given back. No Qt."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action
from app.models.convention import (
    Convention,
    IndicateurCpo,
    RevueCpo,
    ValeurIndicateur,
)
from app.models.suivi import Bilan
from app.services.accords import denombrer
from app.services.attaches import detacher
from app.services.conventions_lues import lire_bilans
from app.services.errors import SaisieRefusee
from app.services.etapes_des_actes import EtapesDesActes
from app.services.fichier import Fichier, Lire
from app.services.gardes_seance import Horloge
from app.services.transaction import Ecriture, maintenant


@dataclass(frozen=True, slots=True)
class LigneIndicateur:
    """An indicator with its figures; `unite` is free text."""

    cle: str
    convention: str
    numero: str | None
    libelle: str
    unite: str | None
    source: str | None
    depart: Decimal | None
    cible: Decimal | None
    impact: bool
    valeurs: Mapping[int, Decimal | None]

    @property
    def derniere(self) -> Decimal | None:
        connues = [v for _, v in sorted(self.valeurs.items()) if v is not None]
        return connues[-1] if connues else None

    @property
    def atteint(self) -> Decimal | None:
        """How far from the start to the target, as a ratio; None when it cannot be said."""
        if self.derniere is None or self.cible is None:
            return None
        debut = self.depart or Decimal(0)
        return None if self.cible == debut else (self.derniere - debut) / (self.cible - debut)


@dataclass(frozen=True, slots=True)
class LigneRevue:
    """The review of a year; `cle` is « convention|année », written at the first thing said."""

    convention: str
    numero: str | None
    titre: str
    annee: int
    bilan_recu_le: str | None
    tenue_le: str | None
    conclusion: str | None
    reorientation: str | None
    a_recuperer: Decimal | None
    note: str | None

    @property
    def cle(self) -> str:
        return f"{self.convention}|{self.annee}"


class SuiviCpo:
    """Reads and writes the indicators and the reviews of the conventions."""

    def __init__(self, fichier: Fichier, *, horloge: Horloge = maintenant) -> None:
        self._fichier = fichier
        self._etapes = EtapesDesActes(fichier, horloge=horloge)
        self.operation = fichier.operation

    # Indicators -----------------------------------------------------------------------------------

    def indicateurs(self, convention: str | None = None) -> list[LigneIndicateur]:
        with self._fichier.instant() as lire:
            return lire_indicateurs(lire, convention)

    def ajouter(self, convention: str, libelle: str, **champs: Any) -> str:
        """`champs`: unite, source, depart, cible, impact."""
        with self.operation(f"Ajouter l’indicateur «\u00a0{libelle}\u00a0»") as e:
            rang = len(e.lignes_de(IndicateurCpo, convention=convention))
            return e.inserer(
                IndicateurCpo, convention=convention, libelle=_exiger(libelle), rang=rang, **champs
            )

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        if "libelle" in champs:
            champs["libelle"] = _exiger(champs["libelle"])
        ecriture.modifier(IndicateurCpo, cle, **champs)

    def poser_valeur(
        self, ecriture: Ecriture, indicateur: str, annee: int, valeur: Decimal | None
    ) -> None:
        """The figure of a year; None takes it away."""
        deja = ecriture.lignes_de(ValeurIndicateur, indicateur=indicateur, annee=annee)
        if valeur is None:
            ecriture.supprimer_lot(ValeurIndicateur, [v["cle"] for v in deja])
        elif deja:
            ecriture.modifier(ValeurIndicateur, deja[0]["cle"], valeur=valeur)
        else:
            ecriture.inserer(ValeurIndicateur, indicateur=indicateur, annee=annee, valeur=valeur)

    def supprimer(self, *cles: str) -> None:
        with self.operation(f"Supprimer {denombrer(len(cles), 'un indicateur')}") as e:
            for cle in cles:
                valeurs = e.lignes_de(ValeurIndicateur, indicateur=cle)
                e.supprimer_lot(ValeurIndicateur, [v["cle"] for v in valeurs])
            detacher(e, cles)
            e.supprimer_lot(IndicateurCpo, cles)

    # Reviews --------------------------------------------------------------------------------------

    def revues(self, convention: str | None = None) -> list[LigneRevue]:
        """One line a year of each signed convention, said or not yet."""
        with self._fichier.instant() as lire:
            return lire_revues(lire, convention)

    def poser_revue(self, ecriture: Ecriture, ligne: str, **champs: Any) -> None:
        """Write what is said of a year (key of a LigneRevue); a bilan crosses its steps."""
        convention, _, texte = ligne.partition("|")
        annee = int(texte)
        if (champs.get("a_recuperer") or 0) < 0:
            raise SaisieRefusee("Un montant à récupérer est positif\u00a0: tapez-le sans signe.")
        deja = ecriture.lignes_de(RevueCpo, convention=convention, annee=annee)
        if deja:
            ecriture.modifier(RevueCpo, deja[0]["cle"], **champs)
        else:
            ecriture.inserer(RevueCpo, convention=convention, annee=annee, **champs)
        if "bilan_recu_le" in champs:
            self._recevoir(ecriture, convention, annee, champs["bilan_recu_le"])

    def _recevoir(self, ecriture: Ecriture, convention: str, annee: int, jour: str | None) -> None:
        """The bilan of the action of that year is the same one: it is told once."""
        lignee = ecriture.lire(Convention, convention)["lignee"]
        siennes = select(Action.cle).where(Action.lignee == lignee, Action.annee == annee)
        actions = [cle for (cle,) in ecriture.lignes(siennes)]
        for action in actions:
            bilans = ecriture.lignes_de(Bilan, action=action)
            if bilans:
                ecriture.modifier(Bilan, bilans[0]["cle"], recu_le=jour)
            elif jour is not None:
                ecriture.inserer(Bilan, action=action, recu_le=jour)
        self._etapes.suivre(ecriture, actions)


def lire_indicateurs(lire: Lire, convention: str | None) -> list[LigneIndicateur]:
    valeurs: dict[str, dict[int, Decimal | None]] = defaultdict(dict)
    requete = select(ValeurIndicateur.indicateur, ValeurIndicateur.annee, ValeurIndicateur.valeur)
    for indicateur, annee, valeur in lire(requete):
        valeurs[indicateur][annee] = valeur
    lues = _INDICATEURS
    if convention is not None:
        lues = lues.where(IndicateurCpo.convention == convention)
    return [LigneIndicateur(*[*ligne, valeurs[ligne.cle]]) for ligne in lire(lues)]


def lire_revues(lire: Lire, convention: str | None) -> list[LigneRevue]:
    dites = {(r.convention, r.annee): r for r in lire(select(RevueCpo.__table__))}
    bilans = lire_bilans(lire)
    requete = _SIGNEES
    if convention is not None:
        requete = requete.where(Convention.cle == convention)
    return [
        _revue(c, annee, dites.get((c.cle, annee)), bilans.get((c.lignee, annee)))
        for c in lire(requete)
        for annee in range(c.annee_debut, c.annee_fin + 1)
    ]


def _revue(convention: Any, annee: int, dite: Any, bilan: str | None) -> LigneRevue:
    tete = convention.cle, convention.numero, convention.titre, annee, bilan
    if dite is None:
        return LigneRevue(*tete, None, None, None, None, None)
    return LigneRevue(
        *tete, dite.tenue_le, dite.conclusion, dite.reorientation, dite.a_recuperer, dite.note
    )


def _exiger(libelle: str | None) -> str:
    propre = " ".join((libelle or "").split())
    if not propre:
        raise SaisieRefusee("Donnez un nom à l’indicateur.")
    return propre


_INDICATEURS = (
    select(
        IndicateurCpo.cle,
        IndicateurCpo.convention,
        Convention.numero,
        IndicateurCpo.libelle,
        IndicateurCpo.unite,
        IndicateurCpo.source,
        IndicateurCpo.depart,
        IndicateurCpo.cible,
        IndicateurCpo.impact,
    )
    .join(Convention, Convention.cle == IndicateurCpo.convention)
    .order_by(Convention.annee_debut.desc(), Convention.numero, IndicateurCpo.rang)
)
_SIGNEES = (
    select(
        Convention.cle,
        Convention.numero,
        Convention.titre,
        Convention.lignee,
        Convention.annee_debut,
        Convention.annee_fin,
    )
    .where(Convention.signee_le.is_not(None))
    .order_by(Convention.annee_debut.desc(), Convention.numero, Convention.cle)
)
