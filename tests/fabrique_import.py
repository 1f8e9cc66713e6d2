"""The files of the import tests: one per layout and per hostile case, small and invented.

`python tests/fabrique_import.py` writes those kept in tests/donnees/import/ (the .xls and .ods ones
through LibreOffice). The hostile ones are made on the spot by the tests, through the functions below.
"""

import csv
import io
import json
import shutil
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

DONNEES = Path(__file__).parent / "donnees" / "import"
Rangees = Sequence[Sequence[Any]]

# The tableau de programmation ---------------------------------------------------------------------

TITRE = "Contrat de ville 2024-2030 – Programmation 2026"
ENTETE = (
    "N°", "Axe", "Porteur de projet", "N° SIRET", "Intitulé de l'action", "Quartiers concernés",
    "Communes", "Nouveau / Reconduction", "CPO", "Bénéficiaires", "Dont QPV", "Femmes", "Hommes",
    "Coût total", "Accordé N-1", "État demandé", "État proposé", "État accordé",
    "Valenciennes Métropole demandé", "Valenciennes Métropole accordé", "Ville demandé",
    "CAF demandé", "Total demandé", "Observations",
)  # fmt: skip
SANTE = "Accompagner la santé des habitants"
INSERTION = "Insertion sociale et professionnelle"
ACTIONS = (
    (1, INSERTION, "Association Les Voix du Hainaut", "055 000 061 00014", "Chantier d'insertion",
     "Cité Le Jard", "Vieux-Condé", "Reconduction", "2/3", 40, 30, 18, 22, "24 000,00 €", 6000,
     "8 000 €", 7000, None, 5000, None, 2000, 0, 15000, "Bon bilan"),
    (2, INSERTION, "Asso. Emploi pour tous", 5500010300014, "Ateliers vers l'emploi",
     "QN05926M ; QN05925M", "Fresnes-sur-Escaut", "Nouveau", None, 25, 25, 13, 12, 12500.5, None,
     6000, 6000, 5500, 2000, 2000, None, None, 8000, None),
    ("Sous-total axe 1", None, None, None, None, None, None, None, None, 65, 55, 31, 34, 36500.5,
     6000, 14000, 13000, 5500, 7000, 2000, 2000, 0, 23000, None),
    (3, SANTE, "Ville de Condé-sur-Escaut", "05500000400014.0", "Santé pour toutes",
     "Chaussiette - Macou (60 %), Centre Ville - Le Jard (40 %)", "CONDE SUR ESCAUT", "N", None, 100,
     120, 60, 30, 9000, None, 4000, "à définir", None, None, None, 3000, 1000, 8000, None),
    (4, SANTE, "Association Les Voix du Hainaut", None, "Bien vieillir", "Quartier du Moulin",
     "Anzin", "R", "Oui", None, None, None, None, 3000, "(200)", "(1 200)", None, None, None, None,
     None, None, None, None),
    ("TOTAL GÉNÉRAL", None, None, None, None, None, None, None, None, 165, 175, 91, 64, 48500.5,
     6000, 19200, 13000, 5500, 7000, 2000, 5000, 1000, 31000, None),
)  # fmt: skip

GROUPES = (
    "N°", "Porteur", "Intitulé", "QPV", "Publics", None, None, "Coût total", "État", None, None,
    "Région Hauts-de-France", None, None, "Observations",
)  # fmt: skip
SOUS_ENTETE = (
    None, None, None, None, "Total", "QPV", "Femmes", None, "Demandé", "Proposé", "Accordé",
    "Demandé", "Proposé", "Accordé", None,
)  # fmt: skip
DEUX_LIGNES = (
    ("Fondation du Trieu", "Lire ensemble", "Le Trieu", 30, 28, 14, 9000, 4000, 3000, 3000, 2000,
     2000, 1500, "Avis favorable du comité technique"),
    (None, "Jouer ensemble", "Le Trieu", 20, 20, 10, 5000, 2500, 2500, 2000, None, None, None, None),
    ("Fanfare des Corons", "Cuivres au quartier", "La Solitude Hermitage", 15, 15, 5, 4000, 2000,
     2000, 0, 1000, 0, 0, None),
)  # fmt: skip

# Other layouts --------------------------------------------------------------------------------

OSIRIS = (
    ("", "Numero Action Osiris", "DD59-26-0001-1"),
    ("Dossier/action", "Service", "DD59"),
    ("Dossier/action", "N° programme / Type financement", "147 - Politique de la ville"),
    ("Dossier/action", "Etat dossier", "A évaluer"),
    ("Dossier/action", "N° Dossier Compte Asso", "26-000001"),
    ("Dossier/action", "Exercice début", 2026),
    ("Dossier/action", "Récurrence", "Renouvellement"),
    ("Dossier/action", "N° EJ", "26/0000001"),
    ("Bénéficiaire", "N° RNA", "W596000001"),
    ("Bénéficiaire", "N° Siret", "05500006100014.0"),
    ("Bénéficiaire", "Nom", "LES VOIX DU HAINAUT"),
    ("Bénéficiaire", "Sigle", "LVH"),
    ("Bénéficiaire", "Type structure", "Association"),
    ("Caractéristiques actions", "Intitulé", "Chantier d'insertion"),
    ("Caractéristiques actions", "Objectifs", "Remobiliser par le travail"),
    ("Caractéristiques actions", "Description", "Un chantier de rénovation"),
    ("Publics bénéficiaires", "Nombre", 115),
    ("Montants et versements", "Coût (total charges)", 24000),
    ("Montants et versements", "Demandé", 8000),
    ("Montants et versements", "Proposé", 7000),
    ("Montants et versements", "Accordé", 6500),
    ("Montants et versements", "Montant Total Attribué", 6500),
    ("Montants et versements", "Réalisé", 0),
    ("Montants et versements", "%Accordé/Demandé", 81.25),
    ("Cofinanceurs", "Noms", "CAF du Nord\nVille de Marly"),
    ("Cofinanceurs", "Montants demandés", "1 500\n2 000,50"),
    ("Autres", "Commentaires", "RAS"),
    ("Evaluation", "Commentaires", "sans objet"),
)
OSIRIS_DOSSIER = (
    ("Dossier", "Service", "DD59"),
    ("Dossier", "N° programme  / Type financement", "147 - Politique de la ville"),
    ("Dossier", "N° Dossier Osiris", "DD59-26-0002"),
    ("Dossier", "Etat Dossier", "Rejeté"),
    ("Dossier", "Exercice Début", 2026),
    ("Dossier", "Renouvellement", "Non"),
    ("Association", "N° RNA", "W59600000A"),
    ("Association", "N° Siret", 5500006100014),
    ("Association", "Nom", "LES VOIX DU HAINAUT"),
    ("Représentant légal", "Nom", "MARTIN"),
    ("Nb Actions", "Nombre Actions", 2),
    ("Montants", "Coût (Total des Charges)", 5000),
    ("Montants", "Demandé", 3000),
    ("Montants", "Proposé", 0),
    ("Montants", "Accordé", 0),
    ("Commentaires", "Dossier", "Hors périmètre"),
)
MGDIS = (
    ("Financeur Principal", "annee_demande", "SIRET - Demandeur", "Libellé - Demandeur",
     "Référence administrative - Demande", "Intitulé - Demande", "Date - Décision",
     "Montant Ttc", "Montant voté TTC - Décision", "Dispositif - Dossier de financement",
     "Thematique Title", "Statut - Dossier de financement"),
    ("ETAT-POLITIQUE-VILLE", 2026, "05500006100014", "LES VOIX DU HAINAUT", "00051234",
     "Chantier d'insertion", 46082, 8000, 6500, "Contrat de ville", "Emploi", "Votée"),
    ("CAF DU NORD", 2026, "05500006100014", "LES VOIX DU HAINAUT", "00051234",
     "Chantier d'insertion", None, 1500, None, "Contrat de ville", "Emploi", "Prise en charge"),
    ("ETAT-POLITIQUE-VILLE", 2026, "05500010300014", "EMPLOI POUR TOUS", "00051235",
     "Ateliers vers l'emploi", None, 6000, None, "Contrat de ville", "Emploi", "Non recevable"),
)  # fmt: skip
COMPLEMENTS = {
    "Programmation 2026": (
        ("ref", "Libellé - Demandeur", "Intitulé - Demande", "Thématique / Dispositif",
         "Synthèse de l'action", "Total bénéficiaires", "Communes concernées",
         "Quartiers concernés", "Budget", "Fréquence", "Exercice"),
        ("A1", "Fanfare des Corons", "Cuivres au quartier", "Culture", "Une fanfare d'enfants", 15,
         "Vieux-Condé", "La Solitude Hermitage", 4000, "Nouveau", 2026),
    ),
    "Sollicité": (
        ("Ref", "Financeur", "Type de financeur", "Montant"),
        ("A1", "État", "Financeur", 2000),
        ("A1", "CAF", "Partenaire", 500),
    ),
    "Décision": (
        ("Ref", "Financeur", "Type de financeur", "Montant"),
        ("A1", "État", "Financeur", 1800),
    ),
    "publipostage": (("Ref", "Observation", "Arbitrage"), ("A1", "À revoir en mai", "Favorable")),
}  # fmt: skip
GISPRO_EJ = (
    "CHORUS -EJ", "EJ CHORUS", "CHORUS EJ", "N° doc. Précédent\nn° EJ CHORUS", "EJ",
    "N° doc. précédent (EJ)",
)  # fmt: skip
GISPRO_ACTION = (
    "Action de demande - Code dossier", "Numéro De l'Action Prj", "Action - Code dossier",
)  # fmt: skip
DEMARCHES = {
    "Dossiers": (
        ("ID", "Email", "Entreprise raison sociale", "À archiver", "État du dossier", "Déposé le",
         "Traité le", "Motivation de la décision", "Instructeurs", "Titre du projet",
         "Montant demandé à l'État", "Montant demandé à la CAF", "Année de programmation",
         "Quartier prioritaire", "Nouvelle action"),
        (1001, "contact@exemple.invalid", "LES VOIX DU HAINAUT", "Non", "Accepté", "2026-01-12",
         "2026-03-02", "Dossier complet", "agent@exemple.invalid", "Chantier d'insertion", 8000,
         1500, 2026, "Cité Le Jard", "Non"),
        (1002, "contact@exemple.invalid", "EMPLOI POUR TOUS", "Non", "En construction",
         "2026-01-15", None, None, "agent@exemple.invalid", "Ateliers vers l'emploi", 6000, None,
         2026, None, "Oui"),
    ),
    "Etablissements": (
        ("Dossier ID", "Champ", "Établissement SIRET", "Établissement code postal",
         "Établissement localité", "Association RNA"),
        (1002, "Siret", "05500010300014", "59970", "FRESNES-SUR-ESCAUT", None),
        (1001, "Siret", "05500006100014", "59690", "VIEUX-CONDE", "W596000001"),
    ),
    "Avis": (
        ("Dossier ID", "Introduction", "Réponse", "Question", "Réponse oui/non", "Créé le",
         "Répondu le", "Instructeur", "Expert"),
        (1001, "Votre avis ?", "Projet utile", None, "Oui", "2026-02-01", "2026-02-10", "A", "B"),
        (1001, "Votre avis ?", None, None, None, "2026-02-01", None, "A", "C"),
    ),
}  # fmt: skip
COMPTE_ASSO = (
    ("Numéro dossier LCA", "Numéro Siret", "Nom association", "Nom du dispositif",
     "Nom du sous-dispositif", "Pluriannuel?", "Exercice de début", "Exercice de fin",
     "Nombre de projets saisis", "Créé le", "Transmis le", "Compte du créateur",
     "Dossier supprimé?", "Identifiant technique", "Service(s) instructeur(s)", "Etat du dossier",
     "Etat du dossier CRF"),
    ("26-000001", "05500006100014", "LES VOIX DU HAINAUT", "Politique de la ville", "Nord", "Non",
     "2026", "2026", "1", "05/01/2026", "12/01/2026", "x", "Non", "1", "DDETS 59",
     "En cours d'instruction", ""),
    ("26-000002", "05500010300014", "EMPLOI POUR TOUS", "Politique de la ville", "Nord", "Non",
     "2026", "2026", "1", "05/01/2026", "", "x", "Oui", "2", "DDETS 59", "En cours de saisie", ""),
)  # fmt: skip
VENTILATION_2022 = (
    ("reference", "annee", "ej", "code_qpv", "code_qp2024", "ratio_montant_ej"),
    ("DA00042724-02", "2022", "2103609602", "QP044017", "QN04417I", "5000"),
    ("DA00045394-02", "2022", "2103654187", "NR", "", "10000"),
    ("DA00045432-02", "2022", "2103609601", "QP044011", "QN04405M", "2000"),
)
VILLE_AUX_ROSES = (
    "Séjours apprenants en voilier habitable à destination d'élèves du collège de la Ville aux roses",
    "Médiation interculturelle au sein du quartier de la Ville aux roses",
    "Autonomie numérique - Formation au reconditionnement des ordinateurs.",
)
VENTILATION_2025 = (
    ("annee_exercice", "ref_action", "ej", "code_qpv", "code_qpv24", "montant_ventillé",
     "libellé action", "siret"),
    ("2025", "PREFD44-25-0001-1", "2104697991", "QN04404M", "QN04404M", "1000",
     VILLE_AUX_ROSES[0], "83831012600027"),
    ("2025", "PREFD44-25-0003-1", "2104703508", "QN04404M", "QN04404M", "3000",
     VILLE_AUX_ROSES[1], "33217263400047"),
    ("2025", "PREFD44-25-0004-1", "2104698000", "QN04404M", "QN04404M", "3000",
     VILLE_AUX_ROSES[2], "82440366100013"),
)  # fmt: skip
PAR_FINANCEUR = (
    ("Référence", "Année", "Porteur", "Action", "Financeur", "Ligne de crédit", "Demandé", "Accordé"),
    ("R-1", "2026", "Fanfare des Corons", "Cuivres au quartier", "État", "", "2000", "1500"),
    ("R-1", "2026", "Fanfare des Corons", "Cuivres au quartier", "Région Hauts-de-France",
     "Projets d'Initiatives Citoyennes", "1000", ""),
    ("R-2", "2026", "Les Voix du Hainaut", "Bien vieillir", "CAF", "", "500", ""),
)  # fmt: skip


# Writing ------------------------------------------------------------------------------------------


def classeur(chemin: Path, feuilles: dict[str, Rangees], *, fusions: Iterable[str] = ()) -> Path:
    """An .xlsx of these rows; `fusions` are merged ranges of the first sheet (« A1:C1 »)."""
    from openpyxl import Workbook

    livre = Workbook()
    livre.remove(livre.active)  # type: ignore[arg-type]
    for nom, rangees in feuilles.items():
        feuille = livre.create_sheet(nom)
        for rangee in rangees:
            feuille.append(list(rangee))
    for fusion in fusions:
        livre.worksheets[0].merge_cells(fusion)
    livre.save(chemin)
    return chemin


def texte(
    chemin: Path, rangees: Rangees, *, separateur: str = ";", encodage: str = "utf-8"
) -> Path:
    tampon = io.StringIO(newline="")
    ecrivain = csv.writer(tampon, delimiter=separateur, lineterminator="\r\n")
    ecrivain.writerows(["" if v is None else v for v in rangee] for rangee in rangees)
    chemin.write_bytes(tampon.getvalue().encode(encodage))
    return chemin


def programmation(chemin: Path) -> Path:
    """One header row after title lines, subtotals among the data, a column or three per financeur."""
    rangees = [(TITRE,), ("Mise à jour du 12/03/2026",), (), ENTETE, *ACTIONS]
    return classeur(chemin, {"Programmation 2026": rangees}, fusions=("A1:H1",))


def deux_lignes(chemin: Path) -> Path:
    """Two header rows with merged groups, a porteur merged over its two actions."""
    rangees = [("Programmation 2026",), GROUPES, SOUS_ENTETE]
    rangees += [(rang, *action) for rang, action in enumerate(DEUX_LIGNES, start=1)]
    fusions = ("E2:G2", "I2:K2", "L2:N2", "A2:A3", "B2:B3", "C2:C3", "D2:D3", "H2:H3", "O2:O3",
               "B4:B5")  # fmt: skip
    return classeur(chemin, {"Tableau": rangees}, fusions=fusions)


def osiris(chemin: Path, colonnes: Sequence[tuple[str, str, Any]], *, apres: Rangees = ()) -> Path:
    """Two header rows, the group only on the first column of each group."""
    groupes, precedent = [], None
    for groupe, _, _ in colonnes:
        groupes.append(groupe if groupe and groupe != precedent else None)
        precedent = groupe
    rangees = [groupes, [c for _, c, _ in colonnes], [v for _, _, v in colonnes], *apres]
    return classeur(chemin, {"Suivi": rangees})


def gispro(chemin: Path, *, ej: str = "EJ", action: str = GISPRO_ACTION[0]) -> Path:
    """Two EJ for one action (« annuel », « complémentaire »), after a title line."""
    rangees = [
        ("Extraction GISPRO",),
        ("Direction du gestionnaire du dossier", action, "Code SIRET", ej, "Montant engagé"),
        ("DDETS", "DA00042724-02", "05500006100014", 2103609602, 5000),
        ("DDETS", "DA00042724-02", "05500006100014", 2103609603, 1500),
        ("DDETS", "DA00099999-01", "05500010300014", 2103609604, 800),
    ]
    return classeur(chemin, {"Export": rangees})


def convertir(source: Path, extension: str) -> Path:
    """The same workbook in another format, through LibreOffice (only to make the kept files)."""
    with tempfile.TemporaryDirectory() as profil:
        subprocess.run(
            ["soffice", "--headless", f"-env:UserInstallation=file://{profil}", "--convert-to",
             extension, "--outdir", str(source.parent), str(source)],
            check=True, capture_output=True,
        )  # fmt: skip
    return source.with_suffix(f".{extension}")


# Hostile files ------------------------------------------------------------------------------------


def modifier_partie(source: Path, chemin: Path, partie: str, avant: bytes, apres: bytes) -> Path:
    """A copy of a workbook in which one part of its zip says something else."""
    with zipfile.ZipFile(source) as lu, zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED) as ecrit:
        for nom in lu.namelist():
            contenu = lu.read(nom)
            if nom == partie:
                assert avant in contenu
                contenu = contenu.replace(avant, apres, 1)
            ecrit.writestr(nom, contenu)
    return chemin


def ajouter_partie(source: Path, chemin: Path, partie: str, contenu: Iterable[bytes]) -> Path:
    """A copy of a workbook with one more part in its zip."""
    shutil.copyfile(source, chemin)
    with (
        zipfile.ZipFile(chemin, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open(partie, "w", force_zip64=True) as flux,
    ):
        for morceau in contenu:
            flux.write(morceau)
    return chemin


def bombe(source: Path, chemin: Path) -> Path:
    """A part that unfolds 1 000 times: 60 MB out of 60 kB."""
    return ajouter_partie(source, chemin, "xl/media/image1.xml", (b" " * 1_000_000,) * 60)


def taille_menteuse(source: Path, chemin: Path) -> Path:
    """A part whose declared size is less than what it unfolds into."""
    ajouter_partie(source, chemin, "xl/media/image1.xml", (b" " * 400_000,))
    octets = bytearray(chemin.read_bytes())
    for debut, decalage in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = octets.rfind(debut)
        struct.pack_into("<I", octets, place + decalage, 1000)
    chemin.write_bytes(octets)
    return chemin


def feuille_sans_fin(source: Path, chemin: Path, lignes: int = 1_000_000) -> Path:
    """A sheet of a million rows."""

    def rangees() -> Iterator[bytes]:
        yield b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        for debut in range(1, lignes + 1, 1000):
            yield b"".join(
                b'<row r="%d"><c r="A%d"><v>%d</v></c></row>' % (i, i, i * 7919 % 99991)
                for i in range(debut, debut + 1000)
            )
        yield b"</sheetData></worksheet>"

    feuille = "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(source) as lu,
        zipfile.ZipFile(chemin, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as ecrit,
    ):
        for nom in lu.namelist():
            if nom != feuille:
                ecrit.writestr(nom, lu.read(nom))
        with ecrit.open(feuille, "w") as flux:
            for morceau in rangees():
                flux.write(morceau)
    return chemin


def main() -> None:
    """Write the kept files again."""
    DONNEES.mkdir(parents=True, exist_ok=True)
    programmation(DONNEES / "programmation.xlsx")
    deux_lignes(DONNEES / "deux_lignes.xlsx")
    osiris(DONNEES / "osiris_actions.xlsx", OSIRIS, apres=[("Consolidation", *[None] * 17, 8000)])
    osiris(DONNEES / "osiris_dossiers.xlsx", OSIRIS_DOSSIER)
    for nom in ("osiris_actions", "osiris_dossiers"):
        convertir(DONNEES / f"{nom}.xlsx", "xls")
        (DONNEES / f"{nom}.xlsx").unlink()
    convertir(DONNEES / "programmation.xlsx", "ods")
    convertir(DONNEES / "deux_lignes.xlsx", "xls")
    classeur(DONNEES / "erreurs.xlsx", {"A": [("a", "b", "c"), ("x", "=1/0", 3)]})
    for extension in ("ods", "xls"):
        convertir(DONNEES / "erreurs.xlsx", extension)
    (DONNEES / "erreurs.xlsx").unlink()
    classeur(DONNEES / "mgdis.xlsx", {"Export": MGDIS})
    classeur(DONNEES / "mgdis_plusieurs_feuilles.xlsx", COMPLEMENTS)
    classeur(DONNEES / "demarches_simplifiees.xlsx", DEMARCHES)
    gispro(DONNEES / "gispro.xlsx")
    texte(DONNEES / "compte_asso.tsv", COMPTE_ASSO, separateur="\t")
    texte(DONNEES / "ventilation_2022.csv", VENTILATION_2022, separateur=",")
    texte(DONNEES / "ventilation_2025.csv", VENTILATION_2025, separateur=",", encodage="utf-8-sig")
    texte(DONNEES / "par_financeur.csv", PAR_FINANCEUR, encodage="cp1252")
    (DONNEES / "liste.json").write_text(
        json.dumps([dict(zip(PAR_FINANCEUR[0], PAR_FINANCEUR[1], strict=True))], ensure_ascii=False)
    )


if __name__ == "__main__":
    sys.exit(main())
