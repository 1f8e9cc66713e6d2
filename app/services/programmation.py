"""A year's programme, whole: what the workbook and the PDF print."""

from pathlib import Path

from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.journal import Operation
from app.models.programme import Appel, Exercice
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.rows import Programmation
from app.services.totaux import Totaux
from app.services.transaction import GENESE, maintenant


def lire_programmation(fichier: Fichier, annee: int) -> Programmation:
    """The programme of a year. Raises SaisieRefusee when the contract does not cover that year."""
    exiger_annee(fichier, annee)
    totaux = Totaux(fichier)
    try:
        financeurs = Cofinancements(fichier).financeurs()
        return Programmation(
            contrat=nom_du_contrat(fichier),
            annee=annee,
            appel=_appels(fichier, annee),
            financeurs=financeurs,
            actions=tuple(Actions(fichier).lignes(annee)),
            enveloppes=tuple(totaux.etat(annee, financeur) for financeur in financeurs),
            empreinte=empreinte_du_journal(fichier),
            date=maintenant().astimezone().strftime("%d/%m/%Y"),
        )
    finally:
        fichier.bus.desabonner(totaux.sur_avis)


def exiger_annee(fichier: Fichier, annee: int) -> None:
    """Every programming year falls inside the contract (A-1)."""
    bornes = fichier.lignes(select(Contrat.annee_debut, Contrat.annee_fin))
    debut, fin = bornes[0] if bornes else (None, None)
    if (debut is not None and annee < debut) or (fin is not None and annee > fin):
        raise SaisieRefusee(
            f"L'année {annee} n'est pas dans la période du contrat ({debut}–{fin}) : "
            "choisissez une autre année."
        )


def nom_du_contrat(fichier: Fichier) -> str:
    noms = fichier.lignes(select(Contrat.nom))
    return noms[0].nom if noms else "Contrat de ville"


def annees_du_contrat(fichier: Fichier) -> list[int]:
    """Years of the contract; those of the exercices when the contract prints none."""
    bornes = fichier.lignes(select(Contrat.annee_debut, Contrat.annee_fin))
    if bornes and bornes[0].annee_debut and bornes[0].annee_fin:
        return list(range(bornes[0].annee_debut, bornes[0].annee_fin + 1))
    requete = select(Exercice.annee).distinct().order_by(Exercice.annee)
    return [annee for (annee,) in fichier.lignes(requete)]


def empreinte_du_journal(fichier: Fichier) -> str:
    """Hash of the last entry: two documents with the same one show the same data."""
    requete = select(Operation.empreinte).order_by(Operation.numero.desc()).limit(1)
    lignes = fichier.lignes(requete)
    return lignes[0].empreinte if lignes else GENESE


def _appels(fichier: Fichier, annee: int) -> str:
    requete = (
        select(Appel.nom)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .where(Exercice.annee == annee)
        .order_by(Appel.rang)
    )
    return ", ".join(nom for (nom,) in fichier.lignes(requete))


def ouvrir_exercice(fichier: Fichier, annee: int) -> None:
    """Make sure that a year exists in the file."""
    exiger_annee(fichier, annee)
    if fichier.lignes(select(Exercice.cle).where(Exercice.annee == annee)):
        return
    with fichier.operation(f"Ouvrir l'exercice {annee}") as ecriture:
        ecriture.inserer(Exercice, annee=annee)


def ecrire_export(fichier: Fichier, sorte: str, annee: int, *, chemin: Path) -> None:
    """Write the workbook (« programmation ») or the PDF (« decisions ») of a year."""
    programmation = lire_programmation(fichier, annee)
    if sorte == "programmation":
        from app.services.export_excel import ecrire_classeur

        ecrire_classeur(programmation, chemin)
    else:
        from app.services.export_pdf import ecrire_decisions

        ecrire_decisions(programmation, chemin)
