"""Rows for the tests: one small factory per entity, and a whole little programme to start from.

Each factory takes the open operation, fills what the row cannot do without, and returns its key.
"""

import atexit
import shutil
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.base import Base, nouvelle_cle
from app.models.contrat import (
    Commune,
    Contrat,
    Echelle,
    Instance,
    Noeud,
    Nomenclature,
    Quartier,
    QuartierCommune,
    Regle,
)
from app.models.depot import (
    AnneeDemandee,
    Depot,
    LigneBudgetAnnee,
    NoteIntention,
    Piece,
    PorteurAssocie,
)
from app.models.droit_commun import AppelPartenaire, Relais, Sollicitation
from app.models.instruction import (
    AvisCommun,
    AvisInstruction,
    Referent,
    RegleAffectation,
    Service,
    Tache,
)
from app.models.organisme import Financeur, LigneCredit, Organisme
from app.models.programme import (
    Appel,
    DotationAppel,
    Enveloppe,
    EtapeAppel,
    Exercice,
    Franchissement,
)
from app.models.reunion import (
    AvisReunion,
    Participant,
    PointReunion,
    Recommandation,
    Reunion,
    ReunionInstance,
)
from app.models.seance import (
    Decision,
    Deliberation,
    Deport,
    LienInteret,
    Membre,
    MontantDecide,
    MontantScenario,
    Motif,
    Notification,
    Passage,
    Personne,
    Point,
    PositionCpo,
    Presence,
    Scellement,
    Scenario,
    Seance,
    Tour,
    Versement,
    VoixConsultative,
    VoteDeliberation,
)
from app.models.tableau import (
    ColonneLibre,
    Commentaire,
    CouleurLigne,
    MiseEnForme,
    ValeurLibre,
    Vue,
)
from app.services.fichier import Fichier
from app.services.transaction import Ecriture

AUTEUR = "Camille Essai"


@cache
def gabarit() -> Path:
    """An empty file, made once: copying it is ten times quicker than making the schema again."""
    dossier = Path(tempfile.mkdtemp(prefix="tour-de-table-gabarit-"))
    atexit.register(shutil.rmtree, dossier, ignore_errors=True)
    chemin = dossier / "gabarit.tdt"
    Fichier.creer(chemin, auteur=AUTEUR).fermer()
    return chemin


def neuf(chemin: Path, *, auteur: str = AUTEUR) -> Fichier:
    """An empty open file at `chemin`."""
    shutil.copyfile(gabarit(), chemin)
    return Fichier.ouvrir(chemin, auteur=auteur)


# One factory per entity ---------------------------------------------------------------------------


def _poser(ecriture: Ecriture, modele: type[Base], champs: dict[str, Any], **defauts: Any) -> str:
    return ecriture.inserer(modele, **{**defauts, **champs})


def contrat(e: Ecriture, **champs: Any) -> str:
    return _poser(e, Contrat, champs, identifiant="essai", nom="Contrat de ville des Trois-Canaux")


def commune(e: Ecriture, **champs: Any) -> str:
    return _poser(e, Commune, champs, nom="Brèmes-sur-Scarpe", signataire=True)


def quartier(e: Ecriture, **champs: Any) -> str:
    return _poser(e, Quartier, champs, nom="Les Tisserands", code="QN09999X", nature="QPV")


def quartier_commune(e: Ecriture, quartier: str, commune: str, **champs: Any) -> str:
    return _poser(e, QuartierCommune, champs, quartier=quartier, commune=commune)


def nomenclature(e: Ecriture, **champs: Any) -> str:
    return _poser(
        e, Nomenclature, champs, identifiant="axes", nom="Orientations", role="instruction"
    )


def noeud(e: Ecriture, nomenclature: str, **champs: Any) -> str:
    return _poser(
        e,
        Noeud,
        champs,
        nomenclature=nomenclature,
        identifiant="axe-1",
        libelle="Réussite éducative",
        niveau=1,
    )


def echelle(e: Ecriture, **champs: Any) -> str:
    return _poser(e, Echelle, champs, identifiant="communale", nom="Communale")


def regle(e: Ecriture, **champs: Any) -> str:
    return _poser(
        e,
        Regle,
        champs,
        identifiant="r-1",
        theme="calendrier",
        enonce="Règle d'essai",
        origine="contrat",
    )


def organisme(e: Ecriture, **champs: Any) -> str:
    return _poser(e, Organisme, champs, nom="Les Ateliers du canal", nature="association")


def financeur(e: Ecriture, **champs: Any) -> str:
    return _poser(
        e, Financeur, champs, identifiant="etat", nom="État", nom_court="État", nature="etat"
    )


def ligne_credit(e: Ecriture, financeur: str, **champs: Any) -> str:
    return _poser(
        e,
        LigneCredit,
        champs,
        financeur=financeur,
        identifiant="p147",
        nom="BOP 147",
        nature_credit="specifique",
    )


def exercice(e: Ecriture, **champs: Any) -> str:
    return _poser(e, Exercice, champs, annee=2026)


def appel(e: Ecriture, exercice: str, **champs: Any) -> str:
    return _poser(e, Appel, champs, exercice=exercice, nom="Appel à projets 2026", nature="aap")


def enveloppe(e: Ecriture, financeur: str, **champs: Any) -> str:
    return _poser(
        e,
        Enveloppe,
        champs,
        financeur=financeur,
        annee=2026,
        montant=Decimal(100_000),
        notifie=True,
    )


def action(e: Ecriture, **champs: Any) -> str:
    cle = champs.pop("cle", None) or nouvelle_cle()
    return _poser(
        e,
        Action,
        champs,
        cle=cle,
        lignee=cle,
        annee=2026,
        numero="2026-001",
        titre="Ateliers du mercredi",
        statut="deposee",
    )


def action_quartier(e: Ecriture, action: str, quartier: str, **champs: Any) -> str:
    return _poser(e, ActionQuartier, champs, action=action, quartier=quartier)


def action_commune(e: Ecriture, action: str, commune: str, **champs: Any) -> str:
    return _poser(e, ActionCommune, champs, action=action, commune=commune)


def classement(e: Ecriture, action: str, noeud: str, **champs: Any) -> str:
    return _poser(e, Classement, champs, action=action, noeud=noeud, principal=True)


def ligne_budget(e: Ecriture, action: str, **champs: Any) -> str:
    return _poser(
        e, LigneBudget, champs, action=action, sens="charge", compte="60", montant=Decimal(1000)
    )


def cofinancement(e: Ecriture, action: str, financeur: str, **champs: Any) -> str:
    return _poser(
        e,
        Cofinancement,
        champs,
        action=action,
        financeur=financeur,
        annee=2026,
        statut="demande",
        demande=Decimal(5000),
    )


# A little programme -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Decor:
    """Keys of a small contract with its actions of 2026, ready to be worked on."""

    communes: tuple[str, ...]
    quartiers: tuple[str, ...]
    noeuds: tuple[str, ...]
    organismes: tuple[str, ...]
    financeurs: tuple[str, ...]
    lignes_credit: tuple[str, ...]
    appel: str
    actions: tuple[str, ...]

    @property
    def action(self) -> str:
        return self.actions[0]


def decor(fichier: Fichier, *, actions: int = 1) -> Decor:
    """A contract, three financeurs (the first has one line of credit), and `actions` actions."""
    with fichier.operation("Préparer l'essai") as e:
        contrat(e)
        echelle(e)
        communes = tuple(
            commune(e, nom=nom, rang=i) for i, nom in enumerate(("Brèmes-sur-Scarpe", "Ostreval"))
        )
        quartiers = tuple(
            quartier(e, nom=nom, rang=i) for i, nom in enumerate(("Les Tisserands", "La Briquette"))
        )
        axe = nomenclature(e)
        education = noeud(e, axe, rang=0)
        lecture = noeud(
            e, axe, parent=education, identifiant="axe-1-1", libelle="Lecture", niveau=2, rang=1
        )
        sante = noeud(e, axe, identifiant="axe-2", libelle="Santé", rang=2)
        organismes = (
            organisme(e),
            organisme(e, nom="Ville de Brèmes-sur-Scarpe", nature="commune"),
        )
        financeurs = tuple(
            financeur(e, identifiant=nom.lower(), nom=nom, nom_court=nom, nature=nature, rang=i)
            for i, (nom, nature) in enumerate(
                (("État", "etat"), ("Agglomération", "epci"), ("Région", "region"))
            )
        )
        credit = ligne_credit(e, financeurs[0])
        appel_2026 = appel(e, exercice(e))
        cles = tuple(
            action(
                e,
                numero=f"2026-{i + 1:03d}",
                titre=f"Action {i + 1}",
                porteur=organismes[i % 2],
                appel=appel_2026,
                echelle="communale",
            )
            for i in range(actions)
        )
    fichier.undo.oublier()
    return Decor(
        communes,
        quartiers,
        (education, lecture, sante),
        organismes,
        financeurs,
        (credit,),
        appel_2026,
        cles,
    )


def annotations(e: Ecriture, ligne: str, *, liste: str = "actions") -> dict[str, str]:
    """One of each thing that people add to a list; keys by table."""
    colonne = e.inserer(ColonneLibre, liste=liste, titre="Priorité", nature="nombre", rang=1)
    return {
        "colonne_libre": colonne,
        "valeur_libre": e.inserer(ValeurLibre, colonne=colonne, ligne=ligne, valeur="3"),
        "vue": e.inserer(Vue, liste=liste, nom="Comité de mars", etat={"texte": "santé"}),
        "commentaire": e.inserer(
            Commentaire,
            liste=liste,
            ligne=ligne,
            colonne="cout",
            texte="Devis à demander",
            auteur=AUTEUR,
            date="2026-03-02T09:00:00+00:00",
        ),
        "couleur_ligne": e.inserer(CouleurLigne, liste=liste, ligne=ligne, couleur="jaune"),
        "mise_en_forme": e.inserer(
            MiseEnForme,
            liste=liste,
            colonne="cout",
            style="alerte",
            condition={"colonne": "cout", "test": "au_moins", "valeurs": ["50000"]},
        ),
    }


def seance(e: Ecriture, action: str, financeur: str, organisme: str, cofinancement: str) -> str:
    """A whole little séance on one action, with one row of each of its tables; its key."""
    moment, montant = "2026-03-12T09:30:00+00:00", Decimal("2500.25")
    tenue = e.inserer(Seance, titre="Comité des financeurs", annee=2026, etat="close", version=1)
    personne = e.inserer(Personne, nom="Dominique Exemple", financeur=financeur)
    membre = e.inserer(Membre, seance=tenue, personne=personne, role="membre")
    point = e.inserer(Point, seance=tenue, action=action, nature="debat", etat="passe")
    decision = e.inserer(
        Decision, point=point, nature="valide", phrase="Le comité accorde.", decidee_le=moment
    )
    scenario = e.inserer(Scenario, seance=tenue, nom="Moins 10 %")
    vote = e.inserer(
        Deliberation, financeur=financeur, annee=2026, numero="2026-12", date="2026-03-30"
    )
    qui = {"point": point, "financeur": financeur}
    e.inserer(LienInteret, personne=personne, organisme=organisme, nature="bureau")
    e.inserer(Presence, membre=membre, arrivee=moment)
    e.inserer(Passage, point=point, debut=moment)
    e.inserer(Deport, point=point, membre=membre, sortie=moment)
    e.inserer(Tour, **qui, annee=2026, numero=1, montant=montant, dit_le=moment)
    e.inserer(PositionCpo, **qui, favorable=True, dit_le=moment)
    e.inserer(MontantDecide, decision=decision, financeur=financeur, annee=2026, montant=montant)
    e.inserer(VoixConsultative, point=point, qui="Conseil citoyen", sens="favorable")
    e.inserer(Motif, nature="refuse", texte="Hors des priorités de l'appel")
    e.inserer(
        MontantScenario, scenario=scenario, action=action, financeur=financeur, montant=montant
    )
    e.inserer(
        Scellement,
        seance=tenue,
        version=1,
        operation=1,
        empreinte="0" * 64,
        empreinte_decisions="0" * 64,
        scelle_le=moment,
    )
    suite = {"cofinancement": cofinancement, "montant": montant}
    e.inserer(VoteDeliberation, deliberation=vote, **suite)
    e.inserer(Notification, **suite, date="2026-04-01", mode="courrier")
    e.inserer(Versement, **suite, date="2026-05-01")
    return tenue


def instruction(e: Ecriture, action: str, financeur: str, organisme: str) -> str:
    """One row of each table from the deposit to the avis commun, on one action; its appel's key."""
    moment, jour, montant = "2026-01-12T09:30:00+00:00", "2026-01-12", Decimal("2500.25")
    [(annee,)] = e.lignes(select(Exercice.cle))
    lance = appel(e, annee, nom="AMI 2026")
    e.inserer(DotationAppel, appel=lance, financeur=financeur, montant=montant)
    etape = e.inserer(EtapeAppel, appel=lance, nature="note_intention", nom="Note d'intention")
    sur = {"action": action}
    e.inserer(Franchissement, **sur, etape=etape, auteur="Camille Essai", moment=moment)
    e.inserer(NoteIntention, **sur, ambition="Lire en famille", cpo_demandee=True)
    version = e.inserer(
        Depot, **sur, nature="note", numero=1, moment=moment, auteur="Camille Essai"
    )
    e.inserer(PorteurAssocie, **sur, organisme=organisme, part=Decimal(30))
    e.inserer(AnneeDemandee, **sur, annee=2027, objectifs="Deux ateliers")
    e.inserer(LigneBudgetAnnee, **sur, annee=2027, sens="charge", compte="60", montant=montant)
    e.inserer(Piece, **sur, intitule="Statuts", attendue=True)
    _reunion(e, action)
    service = e.inserer(Service, nom="DDETS", nom_court="DDETS", financeur=financeur)
    e.inserer(Referent, service=service, nom="Dominique Exemple")
    e.inserer(RegleAffectation, service=service, appel=lance)
    avis = e.inserer(
        AvisInstruction, **sur, service=service, sens="favorable", montant=montant, depot=version
    )
    second = e.inserer(Service, nom="Région", nom_court="Région")
    e.inserer(AvisInstruction, **sur, service=second, sens="favorable", comme=avis)
    e.inserer(AvisCommun, **sur, sens="favorable", rendu_le=jour, rendu_par="Camille Essai")
    e.inserer(Tache, **sur, titre="Rappeler le porteur")
    e.inserer(Sollicitation, **sur, financeur=financeur, resultat="refus")
    e.inserer(Relais, **sur, financeur=financeur, chances=50)
    e.inserer(AppelPartenaire, nom="Été culturel", partenaire="DRAC")
    return lance


def _reunion(e: Ecriture, action: str) -> None:
    reunion = e.inserer(
        Reunion, annee=2026, nature="communale", titre="Comité territorial", etat="preparation"
    )
    instance = e.inserer(Instance, identifiant="comite_territorial", nom="Comité territorial")
    e.inserer(ReunionInstance, reunion=reunion, instance=instance)
    point = e.inserer(PointReunion, reunion=reunion, action=action, diagnostic="oui")
    e.inserer(Participant, reunion=reunion, nom="Dominique Exemple", college="institution")
    e.inserer(AvisReunion, point=point, voix="Conseil citoyen", sens="favorable")
    e.inserer(
        Recommandation, action=action, reunion=reunion, nature="recommandation", texte="Préciser"
    )
