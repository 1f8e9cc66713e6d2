"""The CPO of the demonstration: a dozen conventions, in every state that one may be in.

Their actions and amounts are those of the programme; dates, words and indicators are invented.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.base import Base
from app.models.contrat import Commune
from app.models.convention import (
    Avenant,
    AvisCpo,
    Convention,
    IndicateurCpo,
    RevueCpo,
    SignatureConvention,
    Tranche,
    ValeurIndicateur,
)
from app.models.enums import EtatConvention, NatureOperation
from app.models.organisme import Financeur, Organisme
from app.services.demo_territoire import Ligne, Tirage
from app.services.fichier import Fichier

NOMBRE = 13
INDICATEURS = (
    ("Habitants accompagnés", "personnes", "Feuilles de présence", False),
    ("Femmes parmi les bénéficiaires", "%", "Feuilles de présence", False),
    ("Sorties vers l’emploi ou une formation", "personnes", "Entretiens à six mois", True),
    ("Familles qui reviennent d’une année sur l’autre", "familles", "Inscriptions", True),
)
CONCLUSIONS = (
    "Objectifs tenus, la fréquentation progresse.",
    "Bonne année ; l’accueil du samedi est à consolider.",
    "Résultats conformes, public en QPV mieux touché.",
)
PROFILS = ("Petite association", "Parcours des personnes", "Action structurante")
EVALUATION = "Objectifs atteints aux trois quarts ; l’action se poursuit avec la Ville."
AUTEUR = "Démonstration"


@dataclass(slots=True)
class _Suite:
    """A CPO as its actions tell it."""

    lignee: str
    titre: str
    organisme: str | None
    porteur: str
    debut: int
    duree: int
    montants: dict[int, dict[tuple[str, str | None, str | None], Decimal]] = field(
        default_factory=dict
    )

    @property
    def fin(self) -> int:
        return self.debut + self.duree - 1


class DemonstrationConventions:
    """Writes the conventions behind the actions that the programme says to be in CPO."""

    def __init__(self, fichier: Fichier, tirage: Tirage, annee: int) -> None:
        self._fichier = fichier
        self._tirage = tirage
        self._annee = annee
        self._lots: dict[type[Base], list[Ligne]] = defaultdict(list)
        self._noms: dict[str, str] = {}
        self._rangs: dict[int, int] = defaultdict(int)

    def ecrire(self) -> None:
        for requete in (
            select(Financeur.cle, Financeur.nom_court),
            select(Commune.cle, Commune.nom),
        ):
            self._noms |= dict(self._fichier.lignes(requete))
        for suite, etat in self._choisies():
            self._conventionner(suite, etat)
        with self._fichier.operation(
            "Préparer la démonstration\u00a0: conventions", nature=NatureOperation.SYSTEME
        ) as e:
            for modele in (
                Convention,
                AvisCpo,
                Tranche,
                Avenant,
                SignatureConvention,
                IndicateurCpo,
                ValeurIndicateur,
                RevueCpo,
            ):
                e.inserer_lot(modele, self._lots[modele])

    def _choisies(self) -> list[tuple[_Suite, EtatConvention]]:
        """Each with the state that its years allow, all the states being seen."""
        suites = self._lire()
        choisies: list[tuple[_Suite, EtatConvention]] = []
        finies = iter((EtatConvention.TERMINEE, EtatConvention.RESILIEE))
        neuves = iter((EtatConvention.DEMANDEE, EtatConvention.DEMANDEE, EtatConvention.ANNUELLE))
        for suite in suites:
            if suite.fin < self._annee:
                etat = next(finies, None)
            elif suite.debut == self._annee:
                etat = next(neuves, EtatConvention.ACCORDEE)
            else:
                etat = EtatConvention.SIGNEE
            if etat is not None:
                choisies.append((suite, etat))
        recentes = sorted(choisies, key=lambda c: (c[1] == EtatConvention.SIGNEE, -c[0].debut))
        return sorted(recentes[:NOMBRE], key=lambda c: (c[0].debut, c[0].titre))

    def _lire(self) -> list[_Suite]:
        suites: dict[tuple[str, int], _Suite] = {}
        lues: dict[str, _Suite] = {}
        for a in self._fichier.lignes(_ACTIONS):
            debut = a.annee - (a.cpo_rang or 1) + 1
            suite = suites.setdefault(
                (a.lignee, debut),
                _Suite(a.lignee, a.titre, a.organisme, a.porteur, debut, a.cpo_duree),
            )
            lues[a.cle] = suite
        for c in self._fichier.lignes(_MONTANTS):
            connu = c.accorde if c.accorde is not None else c.propose or c.demande
            if connu and c.action in lues:
                siennes = lues[c.action].montants.setdefault(c.annee, {})
                siennes[c.financeur, c.ligne_credit, c.commune] = connu
        return [s for s in suites.values() if s.montants.get(s.debut)]

    # One convention -------------------------------------------------------------------------------

    def _conventionner(self, suite: _Suite, etat: EtatConvention) -> None:
        cle = self._tirage.cle()
        self._rangs[suite.debut] += 1
        signee = etat in (EtatConvention.SIGNEE, EtatConvention.TERMINEE, EtatConvention.RESILIEE)
        jour = f"{suite.debut}-05-{self._tirage.entier(4, 28):02d}" if signee else None
        payeurs = list(suite.montants[suite.debut])
        self._ajouter(
            Convention,
            cle=cle,
            numero=f"CPO {suite.debut}-{self._rangs[suite.debut]:02d}",
            organisme=suite.organisme,
            lignee=suite.lignee,
            titre=suite.titre,
            etat=str(etat),
            annee_debut=suite.debut,
            annee_fin=suite.fin,
            profil=self._tirage.un(PROFILS),
            engagement_etat=True,
            soutien_territoire=True,
            signee_le=jour,
            **self._fin(suite, etat, payeurs),
        )
        self._tranches(cle, suite, signee=signee)
        self._signatures(cle, suite, payeurs, jour)
        self._dire(cle, suite, payeurs, etat)
        self._mesurer(cle, suite, signee=signee)
        if signee and suite.fin > self._annee and self._tirage.chance(60):
            self._amender(cle, suite)

    def _fin(self, suite: _Suite, etat: EtatConvention, payeurs: Sequence[Any]) -> Ligne:
        vide: Ligne = dict.fromkeys(
            ("bloquee_par", "motif", "resiliee_le", "evaluee_le", "evaluation")
        )
        if etat == EtatConvention.TERMINEE:
            return {**vide, "evaluee_le": f"{suite.fin + 1}-02-12", "evaluation": EVALUATION}
        if etat == EtatConvention.RESILIEE:
            motif = "Le porteur a cessé son activité dans le quartier."
            return {**vide, "resiliee_le": f"{suite.fin}-09-15", "motif": motif}
        if etat == EtatConvention.ANNUELLE:
            bloque = self._noms[payeurs[-1][2] or payeurs[-1][0]]
            return {**vide, "bloquee_par": bloque, "motif": "Un an d’abord, puis on verra."}
        return vide

    def _tranches(self, cle: str, suite: _Suite, *, signee: bool) -> None:
        premiere = suite.montants[suite.debut]
        for annee in range(suite.debut, suite.fin + 1):
            ferme = annee == suite.debut
            liberee = signee and not ferme and annee <= self._annee
            for payeur, montant in premiere.items():
                financeur, credit, commune = payeur
                self._ajouter(
                    Tranche,
                    convention=cle,
                    annee=annee,
                    financeur=financeur,
                    ligne_credit=credit,
                    commune=commune,
                    montant=suite.montants.get(annee, premiere).get(payeur, montant),
                    ferme=ferme or liberee,
                    liberee_le=f"{annee}-03-20" if liberee else None,
                    liberee_par=AUTEUR if liberee else None,
                )

    def _signatures(
        self, cle: str, suite: _Suite, payeurs: Sequence[Any], jour: str | None
    ) -> None:
        parties: list[tuple[str, Any, str | None]] = [
            (self._noms[c or f], f, None) for f, c in dict.fromkeys((p[0], p[2]) for p in payeurs)
        ]
        parties.append((suite.porteur, None, "Porteur"))
        for rang, (nom, financeur, qualite) in enumerate(parties):
            self._ajouter(
                SignatureConvention,
                convention=cle,
                partie=nom,
                financeur=financeur,
                qualite=qualite,
                date=jour,
                rang=rang,
            )

    def _dire(self, cle: str, suite: _Suite, payeurs: Sequence[Any], etat: EtatConvention) -> None:
        """Everybody agrees, but where it was brought back to a year or is still asked for."""
        for rang, (financeur, _, commune) in enumerate(payeurs):
            dernier = rang == len(payeurs) - 1
            favorable: bool | None = True
            if dernier and etat == EtatConvention.ANNUELLE:
                favorable = False
            elif dernier and etat == EtatConvention.DEMANDEE:
                favorable = None
            for annee in range(suite.debut, suite.fin + 1):
                self._ajouter(
                    AvisCpo,
                    convention=cle,
                    financeur=financeur,
                    commune=commune,
                    annee=annee,
                    favorable=favorable,
                    motif="Pas de visibilité au-delà d’un an" if favorable is False else None,
                    dit_le=None if favorable is None else f"{suite.debut}-03-10",
                )

    def _mesurer(self, cle: str, suite: _Suite, *, signee: bool) -> None:
        """Two indicators, their figures, and the reviews of the years that are over."""
        choisis = (self._tirage.un(INDICATEURS[:2]), self._tirage.un(INDICATEURS[2:]))
        passees = range(suite.debut, min(suite.fin + 1, self._annee)) if signee else range(0)
        for rang, (libelle, unite, source, impact) in enumerate(choisis):
            depart = self._tirage.entier(10, 40)
            cible = depart + self._tirage.entier(10, 40)
            indicateur = self._tirage.cle()
            self._ajouter(
                IndicateurCpo,
                cle=indicateur,
                convention=cle,
                libelle=libelle,
                unite=unite,
                source=source,
                depart=Decimal(depart),
                cible=Decimal(cible),
                impact=impact,
                rang=rang,
            )
            for n, annee in enumerate(passees, 1):
                valeur = depart + (cible - depart) * n // suite.duree
                self._ajouter(
                    ValeurIndicateur,
                    indicateur=indicateur,
                    annee=annee,
                    valeur=Decimal(valeur + self._tirage.entier(-2, 3)),
                )
        for annee in passees:
            derniere = annee == self._annee - 1
            tenue = not (derniere and self._tirage.chance(40))
            self._ajouter(
                RevueCpo,
                convention=cle,
                annee=annee,
                bilan_recu_le=f"{annee + 1}-01-{self._tirage.entier(8, 28):02d}",
                tenue_le=f"{annee + 1}-02-{self._tirage.entier(2, 26):02d}" if tenue else None,
                conclusion=self._tirage.un(CONCLUSIONS) if tenue else None,
            )

    def _amender(self, cle: str, suite: _Suite) -> None:
        """An avenant that raised the last year of the first payeur."""
        derniere = next(
            t for t in self._lots[Tranche] if t["convention"] == cle and t["annee"] == suite.fin
        )
        avant = derniere["montant"]
        derniere["montant"] = avant + 1500
        qui = {nom: derniere[nom] for nom in ("financeur", "ligne_credit", "commune")}
        change = {
            "annee": suite.fin,
            "payeur": self._noms[derniere["financeur"]],
            **qui,
            "avant": str(avant),
            "apres": str(derniere["montant"]),
        }
        jour = f"{suite.debut + 1}-11-{self._tirage.entier(5, 25):02d}"
        self._ajouter(
            Avenant,
            convention=cle,
            numero=1,
            date=jour,
            objet="Ouverture d’un second lieu d’accueil",
            contenu={"montants": [change]},
            signe_le=jour,
        )

    def _ajouter(self, modele: type[Base], **valeurs: Any) -> None:
        if "cle" not in valeurs:
            valeurs = {"cle": self._tirage.cle(), **valeurs}
        self._lots[modele].append(valeurs)


_ACTIONS = (
    select(
        Action.cle,
        Action.lignee,
        Action.titre,
        Action.annee,
        Action.cpo_rang,
        Action.cpo_duree,
        Action.porteur.label("organisme"),
        Organisme.nom.label("porteur"),
    )
    .join(Organisme, Organisme.cle == Action.porteur)
    .where(Action.cpo_duree.is_not(None))
    .order_by(Action.annee, Action.numero)
)
_MONTANTS = (
    select(
        Cofinancement.action,
        Cofinancement.annee,
        Cofinancement.financeur,
        Cofinancement.ligne_credit,
        Cofinancement.commune,
        Cofinancement.demande,
        Cofinancement.propose,
        Cofinancement.accorde,
    )
    .join(Action, Action.cle == Cofinancement.action)
    .where(Action.cpo_duree.is_not(None))
    .order_by(Cofinancement.cle)
)
