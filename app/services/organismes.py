"""The porteurs: who they are, their history over the years, and duplicates to merge."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.calculs import ZERO
from app.models.depot import PorteurAssocie
from app.models.enums import NatureOrganisme
from app.models.organisme import Financeur, Organisme
from app.services.attaches import detacher, rattacher
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.personnes import exiger_sans_lien, suivre_une_fusion
from app.services.textes_saisis import texte_de_case
from app.services.transaction import Ecriture

NOM_MAXIMUM = 300  # signs: it is read in a column, in a letter


@dataclass(frozen=True, slots=True)
class LignePorteur:
    """A porteur in the list, with what it asked and got over the years (euros)."""

    cle: str
    nom: str
    sigle: str
    nature: str
    siret: str | None
    rna: str | None
    ville: str
    actions: int
    premiere_annee: int | None
    derniere_annee: int | None
    demande: Decimal
    accorde: Decimal


@dataclass(frozen=True, slots=True)
class AnneePorteur:
    """One year of a porteur."""

    annee: int
    actions: int
    demande: Decimal
    accorde: Decimal


@dataclass(frozen=True, slots=True)
class Doublon:
    """Two organismes that are probably one, and why."""

    gardee: str
    autre: str
    nom_gardee: str
    nom_autre: str
    motif: str


class Organismes:
    """Reads and writes the organismes of the open file."""

    def __init__(self, fichier: Fichier) -> None:
        self._fichier = fichier
        self.operation = fichier.operation

    def lignes(self) -> list[LignePorteur]:
        """Every organisme that was not merged into another, by name."""
        requete = (
            select(
                Organisme.cle,
                Organisme.nom,
                Organisme.sigle,
                Organisme.nature,
                Organisme.siret,
                Organisme.rna,
                Organisme.ville,
            )
            .where(Organisme.fusionne_dans.is_(None))
            .order_by(Organisme.nom)
        )
        annees = self._annees()
        return [_ligne(ligne, annees.get(ligne.cle, {})) for ligne in self._fichier.lignes(requete)]

    def historique(self, cle: str) -> list[AnneePorteur]:
        """What a porteur asked and got, year by year, the last one first."""
        return sorted(
            self._annees(porteur=cle).get(cle, {}).values(), key=lambda a: a.annee, reverse=True
        )

    def _annees(self, *, porteur: str | None = None) -> dict[str, dict[int, AnneePorteur]]:
        """porteur -> year -> sums."""
        actions = select(Action.cle, Action.porteur, Action.annee).where(
            Action.porteur.is_not(None) if porteur is None else Action.porteur == porteur
        )
        montants = select(Cofinancement.action, Cofinancement.demande, Cofinancement.accorde).join(
            Action, Action.cle == Cofinancement.action
        )
        if porteur is not None:
            montants = montants.where(Action.porteur == porteur)
        sommes: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
        for action, demande, accorde in self._fichier.lignes(montants):
            sommes[action][0] += demande or ZERO
            sommes[action][1] += accorde or ZERO
        resultat: dict[str, dict[int, AnneePorteur]] = defaultdict(dict)
        for cle, organisme, annee in self._fichier.lignes(actions):
            demande, accorde = sommes[cle]
            deja = resultat[organisme].get(annee, AnneePorteur(annee, 0, ZERO, ZERO))
            resultat[organisme][annee] = AnneePorteur(
                annee, deja.actions + 1, deja.demande + demande, deja.accorde + accorde
            )
        return resultat

    def creer(self, nom: str, **champs: Any) -> str:
        """Create an organisme. Raises SaisieRefusee on an empty name, a wrong SIRET or RNA."""
        champs = valider({"nom": nom, "nature": str(NatureOrganisme.ASSOCIATION), **champs})
        with self._fichier.operation(f"Créer le porteur « {champs['nom']} »") as ecriture:
            return ecriture.inserer(Organisme, **champs)

    def modifier(self, cle: str, **champs: Any) -> None:
        """Change fields of an organisme, with the same checks."""
        with self._fichier.operation("Modifier un porteur") as ecriture:
            self.poser(ecriture, cle, **champs)

    def poser(self, ecriture: Ecriture, cle: str, **champs: Any) -> None:
        """The same inside an operation that does more."""
        ecriture.modifier(Organisme, cle, **valider(champs))

    def supprimer(self, *cles: str) -> None:
        """Delete organismes that carry no action, in one operation."""
        combien = "un porteur" if len(cles) == 1 else f"{len(cles)} porteurs"
        with self._fichier.operation(f"Supprimer {combien}") as ecriture:
            requete = (
                select(Organisme.nom)
                .join(Action, Action.porteur == Organisme.cle)
                .where(Organisme.cle.in_(cles))
                .limit(1)
            )
            for (nom,) in ecriture.lignes(requete):
                qui = "Ce porteur" if len(cles) == 1 else f"« {nom} »"
                raise SaisieRefusee(
                    f"{qui} a des actions : changez leur porteur, ou fusionnez-le avec un autre."
                )
            exiger_sans_lien(ecriture, cles)
            detacher(ecriture, cles)
            ecriture.supprimer_lot(Organisme, cles)

    def doublons(self) -> list[Doublon]:
        """Pairs that share a SIRET or whose names only differ by accents, form or sigle."""
        from app.services.identifiants import nom_normalise

        par_siret: dict[str, LignePorteur] = {}
        par_nom: dict[str, LignePorteur] = {}
        trouves: dict[tuple[str, str], Doublon] = {}
        for ligne in sorted(self.lignes(), key=lambda p: (-p.actions, p.nom)):
            nom = nom_normalise(ligne.nom)
            for index, valeur, motif in (
                (par_siret, ligne.siret, "même SIRET"),
                (par_nom, nom, "même nom, autrement écrit"),
            ):
                if not valeur:
                    continue
                premier = index.setdefault(valeur, ligne)
                if premier is not ligne:
                    trouves.setdefault(
                        (premier.cle, ligne.cle),
                        Doublon(premier.cle, ligne.cle, premier.nom, ligne.nom, motif),
                    )
        return list(trouves.values())

    def fusionner(self, gardee: str, autre: str) -> None:
        """Give the actions of `autre` to `gardee`, and keep its name as a variant."""
        if gardee == autre:
            raise SaisieRefusee("Choisissez deux porteurs différents à fusionner.")
        with self._fichier.operation("Fusionner deux porteurs") as ecriture:
            restante, retiree = ecriture.lire(Organisme, gardee), ecriture.lire(Organisme, autre)
            for (action,) in ecriture.lignes(select(Action.cle).where(Action.porteur == autre)):
                ecriture.modifier(Action, action, porteur=gardee)
            for (financeur,) in ecriture.lignes(
                select(Financeur.cle).where(Financeur.organisme == autre)
            ):
                ecriture.modifier(Financeur, financeur, organisme=gardee)
            for (associe,) in ecriture.lignes(
                select(PorteurAssocie.cle).where(PorteurAssocie.organisme == autre)
            ):
                ecriture.modifier(PorteurAssocie, associe, organisme=gardee)
            variantes = [*restante["variantes"], retiree["nom"], *retiree["variantes"]]
            ecriture.modifier(
                Organisme,
                gardee,
                variantes=list(dict.fromkeys(v for v in variantes if v != restante["nom"])),
                siret=restante["siret"] or retiree["siret"],
                rna=restante["rna"] or retiree["rna"],
                sigle=restante["sigle"] or retiree["sigle"],
            )
            suivre_une_fusion(ecriture, autre, gardee)
            rattacher(ecriture, autre, gardee)
            ecriture.modifier(Organisme, autre, fusionne_dans=gardee)


def valider(champs: dict[str, Any]) -> dict[str, Any]:
    """Clean the fields of an organisme. Raises SaisieRefusee with the sentence to show."""
    from app.services.identifiants import lire_rna, lire_siret, sans_invisibles

    propres = {
        champ: texte_de_case(valeur) if type(valeur) is str else valeur
        for champ, valeur in champs.items()
    }
    if "nom" in propres:
        propres["nom"] = " ".join(sans_invisibles(str(propres["nom"] or "")).split())
        if not propres["nom"]:
            raise SaisieRefusee("Un porteur doit avoir un nom : tapez-en un.")
        if len(propres["nom"]) > NOM_MAXIMUM:
            raise SaisieRefusee(f"Ce nom est trop long : gardez {NOM_MAXIMUM} signes au plus.")
    for champ, lire in (("siret", lire_siret), ("rna", lire_rna)):
        if propres.get(champ):
            propres[champ] = lire(str(propres[champ]))
        elif champ in propres:
            propres[champ] = None
    return propres


def _ligne(ligne: Any, annees: dict[int, AnneePorteur]) -> LignePorteur:
    return LignePorteur(
        cle=ligne.cle,
        nom=ligne.nom,
        sigle=ligne.sigle or "",
        nature=ligne.nature,
        siret=ligne.siret,
        rna=ligne.rna,
        ville=ligne.ville or "",
        actions=sum(a.actions for a in annees.values()),
        premiere_annee=min(annees, default=None),
        derniere_annee=max(annees, default=None),
        demande=sum((a.demande for a in annees.values()), ZERO),
        accorde=sum((a.accorde for a in annees.values()), ZERO),
    )
