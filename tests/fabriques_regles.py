"""Rows for the tests: grids and their marks, rules of the team, what follows a decision, a CPO."""

from decimal import Decimal

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
from app.models.cotation import (
    Accompagnement,
    BonusEgalite,
    BudgetGenre,
    Cotation,
    CritereGrille,
    Formation,
    Grille,
    GrilleAppel,
    InscriptionFormation,
    NiveauGrille,
    NoteCritere,
)
from app.models.courrier import Courrier, SignataireCourrier
from app.models.depot import PieceAttendue
from app.models.regles import PassageOutre, RegleComposee, SurchargeRegle
from app.models.suivi import Bilan, PosteAdulteRelais, ProgrammeTfpb
from app.services.transaction import Ecriture


def cotation(e: Ecriture, action: str, appel: str, organisme: str) -> str:
    """A little grid of two criteria on an appel, marked for one action; the grid's key."""
    moment, montant = "2026-02-12T09:30:00+00:00", Decimal("2500.25")
    grille = e.inserer(
        Grille,
        identifiant="locale",
        nom="Grille",
        objet="egalite",
        nature="locale",
        methode="points",
    )
    criteres = [
        e.inserer(
            CritereGrille,
            grille=grille,
            identifiant=f"C{rang}",
            libelle=f"Critère {rang}",
            poids=Decimal(rang),
            niveaux={"0": "Rien", "1": "Un peu", "2": "Tout à fait"},
            rang=rang,
        )
        for rang in (1, 2)
    ]
    e.inserer(NiveauGrille, grille=grille, code="G1", libelle="Secondaire", seuil=Decimal(40))
    e.inserer(GrilleAppel, appel=appel, grille=grille)
    faite = e.inserer(
        Cotation,
        action=action,
        grille=grille,
        moment="entree",
        auteur="Camille Essai",
        commencee_le=moment,
    )
    e.inserer(NoteCritere, cotation=faite, critere=criteres[0], valeur="1")
    e.inserer(NoteCritere, cotation=faite, critere=criteres[1], na=True, motif="Sans objet")
    sur = {"action": action, "organisme": organisme}
    e.inserer(BudgetGenre, action=action, classe="neutre", auteur="Camille Essai", moment=moment)
    e.inserer(BonusEgalite, **sur, annee=2026, montant=montant)
    formation = e.inserer(Formation, titre="Égalité", obligatoire=True, validite_mois=24)
    e.inserer(InscriptionFormation, formation=formation, organisme=organisme, present=True)
    e.inserer(Accompagnement, **sur, date="2026-03-01", objet="Reprendre le diagnostic")
    return grille


def regles(e: Ecriture, action: str, appel: str, seance: str) -> None:
    """One rule changed by the team, one made of facts, one constat passed over, a pièce expected."""
    qui = {"auteur": "Camille Essai", "moment": "2026-02-12T09:30:00+00:00"}
    e.inserer(SurchargeRegle, regle="cpo.duree", appel=appel, motif="Cadrage de l'année", **qui)
    e.inserer(
        RegleComposee, identifiant="locale.1", libelle="Petits", cible="action", niveau="alerte"
    )
    e.inserer(
        PassageOutre,
        regle="locale.1",
        cible="action",
        annee=2026,
        objet=action,
        action=action,
        seance=seance,
        phrase="Trop petit.",
        motif="Première année",
        **qui,
    )
    e.inserer(PieceAttendue, appel=appel, nature="dossier", intitule="RIB")


def suivi(e: Ecriture, action: str, organisme: str, quartier: str) -> None:
    """A bilan, a programme TFPB, a post of adulte-relais, a letter and who signs it."""
    e.inserer(Bilan, action=action, attendu_le="2027-06-30", cout_realise=Decimal("2500.25"))
    e.inserer(ProgrammeTfpb, bailleur=organisme, quartier=quartier, annee=2026, logements=120)
    e.inserer(
        PosteAdulteRelais, organisme=organisme, quartier=quartier, intitule="Médiation", age=31
    )
    e.inserer(Courrier, action=action, organisme=organisme, nature="accord")
    e.inserer(SignataireCourrier, nom="Dominique Exemple", natures=["accord"])


def convention(e: Ecriture, lignee: str, organisme: str, financeur: str) -> str:
    """A CPO of three years with one row of each of its tables; its key."""
    signee = e.inserer(
        Convention,
        lignee=lignee,
        organisme=organisme,
        titre="Lire en famille",
        etat="signee",
        annee_debut=2026,
        annee_fin=2028,
        signee_le="2026-05-04",
    )
    sur = {"convention": signee}
    e.inserer(AvisCpo, **sur, financeur=financeur, annee=2026, favorable=True)
    e.inserer(
        Tranche, **sur, financeur=financeur, annee=2026, montant=Decimal("2500.25"), ferme=True
    )
    avenant = e.inserer(
        Avenant, **sur, numero=1, objet="Durée", contenu={"annee_fin": [2027, 2028]}
    )
    e.inserer(SignatureConvention, **sur, avenant=avenant, partie="État", financeur=financeur)
    indicateur = e.inserer(IndicateurCpo, **sur, libelle="Familles", cible=Decimal(40))
    e.inserer(ValeurIndicateur, indicateur=indicateur, annee=2026, valeur=Decimal(12))
    e.inserer(RevueCpo, **sur, annee=2026, tenue_le="2027-01-20")
    return signee
