"""A year's programme, whole: what the workbook and the PDF print."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from app.models.contrat import Contrat
from app.models.journal import Operation
from app.models.programme import Appel, Exercice
from app.services.actions import Actions
from app.services.assemblage import lire_l_annee
from app.services.cofinancements import Cofinancements, lire_financeurs
from app.services.colonnes_libres import lire_colonnes
from app.services.columns import TypeColonne
from app.services.columns_actions import colonnes_actions
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier, Lire
from app.services.rows import ColonneAjoutee, LigneAction, LigneFinanceur, Programmation
from app.services.totaux import TotauxLus
from app.services.transaction import GENESE, maintenant


def lire_programmation(fichier: Fichier, annee: int) -> Programmation:
    """The programme of a year, all of one same moment, whatever is typed meanwhile.

    Raises SaisieRefusee when the contract does not cover that year.
    """
    with fichier.instant() as lire:
        _exiger_annee(lire, annee)
        totaux = TotauxLus(lire)
        financeurs = lire_financeurs(lire, annee)
        actions = tuple(lire_l_annee(lire, annee))
        return Programmation(
            contrat=lire_nom_du_contrat(lire),
            annee=annee,
            appel=_appels(lire, annee),
            financeurs=financeurs,
            actions=actions,
            enveloppes=tuple(totaux.etat(annee, financeur) for financeur in financeurs),
            empreinte=_empreinte_du_journal(lire),
            date=maintenant().astimezone().strftime("%d/%m/%Y"),
            ajoutees=tuple(_ajoutees(lire, fichier, financeurs, actions)),
        )


def _ajoutees(
    lire: Lire,
    fichier: Fichier,
    financeurs: tuple[LigneFinanceur, ...],
    actions: tuple[LigneAction, ...],
) -> Iterator[ColonneAjoutee]:
    """The columns that people added to the actions, with what they show."""
    propres = colonnes_actions(financeurs, Actions(fichier), Cofinancements(fichier))
    for colonne in lire_colonnes(lire, "actions", propres):
        brute = colonne.est_nombre or colonne.type == TypeColonne.DATE
        lues = {a.cle: colonne.lire(a) if brute else colonne.texte(a) for a in actions}
        connues = {cle: valeur for cle, valeur in lues.items() if valeur not in (None, "")}
        yield ColonneAjoutee(colonne.titre, colonne.type, colonne.total, connues)


@dataclass(frozen=True, slots=True)
class EnTete:
    """What every document says of where it comes from."""

    contrat: str
    date: str
    empreinte: str


def lire_en_tete(fichier: Fichier) -> EnTete:
    with fichier.instant() as lire:
        jour = maintenant().astimezone().strftime("%d/%m/%Y")
        return EnTete(lire_nom_du_contrat(lire), jour, _empreinte_du_journal(lire))


def exiger_annee(fichier: Fichier, annee: int) -> None:
    """Every programming year falls inside the contract (A-1)."""
    _exiger_annee(fichier.lignes, annee)


def _exiger_annee(lire: Lire, annee: int) -> None:
    bornes = lire(select(Contrat.annee_debut, Contrat.annee_fin))
    debut, fin = bornes[0] if bornes else (None, None)
    if (debut is not None and annee < debut) or (fin is not None and annee > fin):
        raise SaisieRefusee(
            f"L'année {annee} n'est pas dans la période du contrat ({debut}–{fin}) : "
            "choisissez une autre année."
        )


def nom_du_contrat(fichier: Fichier) -> str:
    return lire_nom_du_contrat(fichier.lignes)


def lire_nom_du_contrat(lire: Lire) -> str:
    noms = lire(select(Contrat.nom))
    return noms[0].nom if noms else "Contrat de ville"


def annees_du_contrat(fichier: Fichier) -> list[int]:
    """Years of the contract; those of the exercices, and the next, when it prints none."""
    bornes = fichier.lignes(select(Contrat.annee_debut, Contrat.annee_fin))
    if bornes and bornes[0].annee_debut and bornes[0].annee_fin:
        return list(range(bornes[0].annee_debut, bornes[0].annee_fin + 1))
    requete = select(Exercice.annee).distinct().order_by(Exercice.annee)
    annees = [annee for (annee,) in fichier.lignes(requete)]
    return [*annees, annees[-1] + 1] if annees else []


def _empreinte_du_journal(lire: Lire) -> str:
    """Hash of the last entry: two documents with the same one show the same data."""
    requete = select(Operation.empreinte).order_by(Operation.numero.desc()).limit(1)
    lignes = lire(requete)
    return lignes[0].empreinte if lignes else GENESE


def _appels(lire: Lire, annee: int) -> str:
    requete = (
        select(Appel.nom)
        .join(Exercice, Exercice.cle == Appel.exercice)
        .where(Exercice.annee == annee)
        .order_by(Appel.rang)
    )
    return ", ".join(nom for (nom,) in lire(requete))


def ouvrir_exercice(fichier: Fichier, annee: int) -> None:
    """Make sure that a year exists in the file."""
    exiger_annee(fichier, annee)
    if fichier.lignes(select(Exercice.cle).where(Exercice.annee == annee)):
        return
    with fichier.operation(f"Ouvrir l'exercice {annee}") as ecriture:
        ecriture.inserer(Exercice, annee=annee)


def ecrire_export(
    fichier: Fichier,
    sorte: str,
    annee: int,
    *,
    chemin: Path,
    progression: Callable[[int, int, str], None] = lambda *_: None,
) -> None:
    """Write a workbook (« programmation », « envoi ») or the PDF (« decisions ») of a year.

    `progression` may raise TravailAnnule between the reading and the writing: nothing is written.
    """
    if sorte == "envoi":
        from app.services.envois import ecrire_envoi

        ecrire_envoi(fichier, annee, chemin)
        return
    programmation = lire_programmation(fichier, annee)
    progression(1, 2, f"Écriture de {chemin.name}")
    if sorte == "programmation":
        from app.services.export_excel import ecrire_classeur

        ecrire_classeur(programmation, chemin)
    else:
        from app.services.export_pdf import ecrire_decisions

        ecrire_decisions(programmation, chemin)
