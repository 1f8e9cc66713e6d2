"""The journey of `autotest`: does an installed program create, import, write, undo, export, check?

Each step uses the services as the window does and reads back what it wrote. Qt-free.
"""

from collections.abc import Callable, Generator
from decimal import Decimal
from pathlib import Path

from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.errors import ErreurConnue
from app.services.fichier import Fichier
from app.services.rows import LigneAction

CONTRAT = "valenciennes"
ANNEE = 2026
TITRES = ("Ateliers numériques", "Jardin partagé", "Théâtre au pied des tours")
DEMANDES = (Decimal("4500.50"), Decimal(12_000), Decimal(3_200))
MONTANT = Decimal("4250.25")
Etape = tuple[str, Callable[[], None]]


class Echec(ErreurConnue):
    """A step did not give what it must."""


def parcours(dossier: Path) -> Generator[Etape, None, None]:
    """Steps in order, as (name, function). A function raises Echec, or the error that it met.

    Close the generator before removing `dossier`: the file stays open between steps.
    """
    essai = Essai(dossier)
    try:
        yield "Créer un fichier pour un contrat", essai.creer
        yield "Importer un tableau de programmation", essai.importer
        yield "Saisir un montant", essai.saisir
        yield "Annuler, puis rétablir", essai.annuler_et_retablir
        yield "Exporter la programmation (Excel)", essai.exporter_classeur
        yield "Exporter les décisions (PDF)", essai.exporter_decisions
        yield "Vérifier le fichier et son journal", essai.verifier
        yield "Sauvegarder et rouvrir la copie", essai.sauvegarder
    finally:
        essai.fermer()


def exiger(condition: bool, raison: str) -> None:
    if not condition:
        raise Echec(raison)


class Essai:
    """One temporary file and what is done to it."""

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self._ouvert: Fichier | None = None

    @property
    def _fichier(self) -> Fichier:
        exiger(self._ouvert is not None, "Le fichier temporaire n'a pas été créé.")
        assert self._ouvert is not None  # for the type checker: said just above
        return self._ouvert

    def fermer(self) -> None:
        if self._ouvert is not None:
            self._ouvert.fermer()

    def creer(self) -> None:
        from app.services.contrats import Contrats
        from app.services.programmation import ouvrir_exercice
        from app.services.referentiels import charger

        self._ouvert = Fichier.creer(self._dossier / "essai.tdt", auteur="Autotest")
        contrats = Contrats(self._fichier)
        contrats.charger(charger(CONTRAT))
        ouvrir_exercice(self._fichier, ANNEE)
        exiger(len(contrats.quartiers()) > 0, "Le contrat chargé n'a aucun quartier.")

    def importer(self) -> None:
        from app.services.imports import Imports

        source = self._dossier / "tableau.xlsx"
        _ecrire_tableau(source)
        imports = Imports(self._fichier)
        compte = imports.appliquer(imports.preparer(imports.lire(source), annee=ANNEE))
        exiger(
            compte.ajoutees == len(TITRES),
            f"L'import a ajouté {compte.ajoutees} action(s) au lieu de {len(TITRES)}.",
        )
        demande = sum(action.demande for action in Actions(self._fichier).lignes(ANNEE))
        exiger(demande == sum(DEMANDES), f"L'import a lu {demande} € au lieu de {sum(DEMANDES)} €.")

    def saisir(self) -> None:
        financeur = Cofinancements(self._fichier).financeurs()[0]
        action = self._action()
        Cofinancements(self._fichier).saisir(
            action.cle, financeur.cle, etape="accorde", montant=MONTANT
        )
        exiger(self._action().accorde == MONTANT, "Le montant saisi n'a pas été enregistré.")

    def annuler_et_retablir(self) -> None:
        undo = self._fichier.undo
        undo.annuler()
        exiger(self._action().accorde == 0, "L'annulation n'a pas retiré le montant.")
        undo.retablir()
        exiger(self._action().accorde == MONTANT, "Le montant n'a pas été rétabli.")

    def exporter_classeur(self) -> None:
        from app.services.export_excel import ecrire_classeur
        from app.services.programmation import lire_programmation

        chemin = self._dossier / "programmation.xlsx"
        ecrire_classeur(lire_programmation(self._fichier, ANNEE), chemin)
        exiger(TITRES[1] in _textes(chemin), "Le classeur écrit ne contient pas les actions.")

    def exporter_decisions(self) -> None:
        from app.services.export_pdf import ecrire_decisions
        from app.services.programmation import lire_programmation

        chemin = self._dossier / "decisions.pdf"
        ecrire_decisions(lire_programmation(self._fichier, ANNEE), chemin)
        contenu = chemin.read_bytes()
        entier = contenu.startswith(b"%PDF-") and contenu.rstrip().endswith(b"%%EOF")
        exiger(entier, "Le document écrit n'est pas un PDF complet.")

    def verifier(self) -> None:
        from app.services.verification import verifier

        rapport = verifier(self._fichier)
        defauts = [*rapport.integrite, *rapport.journal]
        exiger(not defauts, " ".join(defauts))
        exiger(rapport.operations > 0, "Le journal du fichier est vide.")

    def sauvegarder(self) -> None:
        from app.services.sauvegardes import copier_verifiee

        copie = self._dossier / "copie.tdt"
        copier_verifiee(self._fichier.chemin, copie)
        with Fichier.ouvrir(copie, auteur="Autotest") as ouvert:
            total = sum(action.accorde for action in Actions(ouvert).lignes(ANNEE))
        exiger(total == MONTANT, "La copie rouverte ne contient pas le montant saisi.")

    def _action(self) -> LigneAction:
        return next(a for a in Actions(self._fichier).lignes(ANNEE) if a.titre == TITRES[0])


def _ecrire_tableau(chemin: Path) -> None:
    """A small programming table, as a team makes it."""
    from openpyxl import Workbook

    livre = Workbook()
    feuille = livre.active
    feuille.append([f"Programmation {ANNEE}"])
    feuille.append(["N°", "Porteur", "Intitulé de l'action", "État demandé"])
    for rang, (titre, demande) in enumerate(zip(TITRES, DEMANDES, strict=True), start=1):
        feuille.append([rang, f"Association d'essai {rang}", titre, demande])
    livre.save(chemin)


def _textes(classeur: Path) -> set[str]:
    """Every text of a workbook, read back by another library than the one that wrote it."""
    from openpyxl import load_workbook

    livre = load_workbook(classeur, read_only=True)
    try:
        return {
            case
            for feuille in livre.worksheets
            for ligne in feuille.iter_rows(values_only=True)
            for case in ligne
            if isinstance(case, str)
        }
    finally:
        livre.close()
