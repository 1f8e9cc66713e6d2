"""The command line: what it writes, its exit status, and that it never speaks English."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app import __main__ as entree
from app import __version__
from app.cli import executer
from app.console import aligner, typographier
from app.services import demo, export_pdf, sauvegardes
from app.services.actions import Actions
from app.services.contrats import Contrats
from app.services.errors import DisquePlein
from app.services.fichier import Fichier
from app.services.grilles_fichiers import lire_grille
from app.services.profils import PROFILS
from app.services.programmation import ecrire_export
from app.services.referentiels import charger

RACINE = Path(__file__).resolve().parent.parent
COMMANDES = sorted(entree.COMMANDES)
# Words of typer's own texts that French does not have.
ANGLAIS = {
    "usage", "required", "default", "show", "exit", "help", "error", "missing", "such", "command",
    "commands", "try", "invalid", "value", "unexpected", "extra", "got", "did", "you", "mean",
    "the", "this", "and", "for", "is", "not", "file", "path", "text", "integer", "valid", "takes",
    "requires", "of", "or", "to", "optional", "int", "str", "input", "should", "be", "unable",
}  # fmt: skip

Lancer = Callable[..., "Sortie"]


class Sortie:
    """What a command left: its exit status and both outputs."""

    def __init__(self, code: int, sortie: str, erreurs: str) -> None:
        self.code, self.sortie, self.erreurs = code, sortie, erreurs

    @property
    def json(self) -> Any:
        return json.loads(self.sortie)


@pytest.fixture
def lancer(capsys: pytest.CaptureFixture[str]) -> Lancer:
    """Run a command in this process."""

    def _lancer(*arguments: object) -> Sortie:
        capsys.readouterr()
        code = executer([str(argument) for argument in arguments])
        return Sortie(code, *capsys.readouterr())

    return _lancer


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, made once."""
    chemin = tmp_path_factory.mktemp("modele") / "modele.tdt"
    demo.creer_demo(chemin, actions_par_an=12)
    return chemin


@pytest.fixture
def demonstration(modele: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(modele, tmp_path / "demonstration.tdt"))


@pytest.fixture(scope="module")
def cree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file for a contract as the command makes it, once."""
    chemin = tmp_path_factory.mktemp("vide") / "vide.tdt"
    assert executer(["nouveau", str(chemin), "--contrat", "valenciennes", "--annee", "2026"]) == 0
    return chemin


@pytest.fixture
def vide(cree: Path, tmp_path: Path) -> Path:
    """A file for a contract, without any action."""
    return Path(shutil.copy(cree, tmp_path / "vide.tdt"))


@pytest.fixture
def tableau(tmp_path: Path) -> Path:
    """A programming table as people make them."""
    livre = Workbook()
    feuille = livre.active
    feuille.title = "Programmation 2026"
    feuille.append(["Programmation 2026 du contrat de ville"])
    feuille.append(["N°", "Porteur", "Intitulé de l'action", "Coût total", "État demandé"])
    feuille.append([1, "Les Jardins du Levant", "Potager partagé", 12_000, "4 500,50 €"])
    feuille.append([2, "Compagnie du Beffroi", "Théâtre en bas des tours", 9000, 3000])
    feuille.append([3, "Club des Écluses", "Boxe pour toutes", 7000, "à préciser"])
    feuille.append(["Total", None, None, 28_000, None])
    chemin = tmp_path / "programmation.xlsx"
    livre.save(chemin)
    return chemin


def demander(*arguments: object, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own, as a person does."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "app", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(RACINE), **variables},
        capture_output=True,
        check=False,
        timeout=60,
    )


def mots(texte: str) -> set[str]:
    """Words of a text, in lower case, without its options and paths."""
    sans_options = re.sub(r"--?[\w-]+|\S*[/\\.]\S+", " ", texte.lower())
    return set(re.findall(r"[^\W\d_]+", sans_options))


def normaliser(texte: str) -> str:
    """Ordinary spaces, one line."""
    return " ".join(texte.split())


# Help and usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize("commande", ["", *COMMANDES])
@pytest.mark.parametrize("nom", ["--aide", "--help", "-h"])
def test_l_aide_est_en_francais(lancer: Lancer, commande: str, nom: str) -> None:
    aide = lancer(*filter(None, [commande, nom]))
    assert (aide.code, aide.erreurs) == (0, "")
    assert aide.sortie.startswith(f"Utilisation\u00a0: tour-de-table {commande}".rstrip())
    assert "--aide" in aide.sortie
    assert "--help" not in aide.sortie
    assert mots(aide.sortie) & ANGLAIS == set()


def test_l_aide_de_nouveau_dit_tout(lancer: Lancer) -> None:
    aide = normaliser(lancer("nouveau", "--aide").sortie)
    assert "Utilisation : tour-de-table nouveau FICHIER [OPTIONS]" in aide
    assert (
        "Arguments : FICHIER Fichier .tdt à créer ; il ne doit pas exister. [obligatoire]" in aide
    )
    assert "--contrat ID Contrat livré (voir « contrats »), ou « vierge ». [obligatoire]" in aide
    assert "--aide Afficher cette aide." in aide


def test_l_aide_dit_les_valeurs_par_defaut(lancer: Lancer) -> None:
    assert "[défaut : 1366x768]" in normaliser(lancer("captures", "--aide").sortie)


def test_l_aide_nomme_toutes_les_commandes_que_la_fenetre_laisse_passer(lancer: Lancer) -> None:
    """A command that `__main__` does not know would open a window on a file of that name."""
    aide = lancer("--aide").sortie
    partie = aide.partition("Commandes\u00a0:\n")[2].partition("\n\n")[0]
    assert set(re.findall(r"(?m)^  (\w+)", partie)) == entree.COMMANDES


def test_la_version(lancer: Lancer) -> None:
    assert lancer("--version").sortie == f"Tour de table {__version__}\n"


USAGES = [
    ("nouveo", "« nouveo » n'est ni une commande ni un fichier : vouliez-vous dire « nouveau » ?"),
    ("x.xlsx y", "« x.xlsx » n'est ni une commande ni un fichier : voyez --aide."),
    ("nouveau", "Il manque l'argument FICHIER."),
    ("importer f.tdt", "Il manque l'argument SOURCE."),
    ("nouveau f.tdt", "Il manque l'option --contrat ID."),
    ("nouveau f.tdt --contrat", "L'option --contrat attend une valeur."),
    (
        "nouveau f.tdt --contra v",
        "L'option « --contra » n'existe pas : vouliez-vous dire --contrat ?",
    ),
    ("verifier f.tdt -z", "L'option « -z » n'existe pas : voyez --aide."),
    ("verifier f.tdt --zut", "L'option « --zut » n'existe pas : voyez --aide."),
    ("verifier f.tdt --json=oui", "L'option --json ne prend pas de valeur."),
    ("verifier f.tdt g.tdt", "Il y a un argument de trop : « g.tdt »."),
    (
        "nouveau f.tdt --contrat arras --annee 26",
        "« 26 » n'est pas une année : tapez quatre chiffres (2026).",
    ),
    ("demo f.tdt --graine -1", "« -1 » n'est pas un nombre entier : tapez des chiffres seuls."),
    (
        "exporter f.tdt tout --annee 2026 --sortie s",
        (
            "« tout » ne s'exporte pas : tapez programmation, envoi, decisions, calendrier, courriers, "
            "controle, pv, releve, annexe ou fiches."
        ),
    ),
    (
        "importer f.tdt s.csv --profil x",
        f"« x » n'est pas un format : tapez {', '.join(PROFILS)}.",
    ),
    ("captures d --taille grand", "« grand » n'est pas une taille : tapez par exemple 1366x768."),
    (
        "nouveau f.tdt --contrat vierge",
        "Un contrat vierge a besoin d'un nom : ajoutez --nom.",
    ),
    (
        "nouveau f.tdt --contrat arras --nom Arras",
        "Les options --nom et --periode ne valent que pour un contrat vierge.",
    ),
    (
        "nouveau f.tdt --contrat vierge --nom Arras --periode 2024",
        "« 2024 » n'est pas une période : tapez deux années (2024-2030).",
    ),
    ("--", "Cette ligne de commande n'est pas complète : voyez --aide."),
]


@pytest.mark.parametrize(("ligne", "phrase"), USAGES, ids=[ligne for ligne, _ in USAGES])
def test_une_ligne_mal_ecrite_est_expliquee(lancer: Lancer, ligne: str, phrase: str) -> None:
    rendu = lancer(*ligne.split())
    assert (rendu.code, rendu.sortie) == (2, "")
    erreur, utilisation, aide = map(normaliser, rendu.erreurs.splitlines())
    assert erreur == f"Erreur : {phrase}"
    assert utilisation.startswith("Utilisation : tour-de-table")
    assert aide.startswith("Aide : tour-de-table")
    assert mots(rendu.erreurs) & ANGLAIS == set()


def test_ce_qui_a_ete_tape_ne_commande_pas_le_terminal(lancer: Lancer) -> None:
    assert "\x1b" not in lancer("\x1b[2Jverifier").erreurs


# The window or the command line -------------------------------------------------------------------


@pytest.fixture
def fenetre(monkeypatch: pytest.MonkeyPatch) -> list[Path | None]:
    """What would be opened in a window."""
    ouverts: list[Path | None] = []
    module = ModuleType("app.ui.application")
    module.lancer = lambda ouverture: (  # type: ignore[attr-defined]
        ouverts.append(ouverture and ouverture.chemin) or 0
    )
    monkeypatch.setitem(sys.modules, "app.ui.application", module)
    return ouverts


def test_sans_commande_la_fenetre_s_ouvre(
    fenetre: list[Path | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "autre.bak").touch()
    for arguments in ([], ["contrat.TDT"], [str(tmp_path / "autre.bak")]):
        monkeypatch.setattr(sys, "argv", ["tour-de-table", *arguments])
        assert entree.main() == 0
    assert fenetre == [None, Path("contrat.TDT"), tmp_path / "autre.bak"]


@pytest.mark.parametrize("ligne", ["contrats", "--version", "demo", "--aide"])
def test_une_commande_n_ouvre_pas_de_fenetre(
    fenetre: list[Path | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ligne: str
) -> None:
    (tmp_path / "demo").touch()  # a file of that name does not hide the command
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["tour-de-table", ligne])
    entree.main()
    assert fenetre == []


# Contracts and new files --------------------------------------------------------------------------

FORME_CONTRAT = {
    "id", "nom", "quartiers", "communes", "communes_signataires", "noeuds", "regles",
}  # fmt: skip


def test_contrats_en_json(lancer: Lancer) -> None:
    liste = lancer("contrats", "--json").json
    assert all(set(contrat) == FORME_CONTRAT for contrat in liste)
    par_id = {contrat["id"]: contrat for contrat in liste}
    assert set(par_id) == {
        "valenciennes", "hazebrouck", "bethune_bruay", "arras", "hersin_coupigny",
    }  # fmt: skip
    valenciennes = par_id["valenciennes"]
    assert valenciennes["quartiers"] == {"QPV": 15}
    assert (valenciennes["communes"], valenciennes["communes_signataires"]) == (15, 12)
    assert par_id["bethune_bruay"]["quartiers"] == {"QPV": 16, "QIC": 9}
    assert par_id["arras"]["quartiers"] == {"QPV": 6, "zone_vulnerable": 2}


def test_contrats_en_clair(lancer: Lancer) -> None:
    entete, *lignes = lancer("contrats").sortie.splitlines()
    assert normaliser(entete) == "Contrat Quartiers Communes Signataires Nœuds Règles Nom"
    assert len(lignes) == 5
    fin = entete.index("Communes") + len("Communes")
    assert {ligne[fin - 2 : fin].strip() for ligne in lignes} == {"1", "3", "5", "15", "21"}


def test_nouveau_compte_ce_que_dit_le_contrat(lancer: Lancer, tmp_path: Path) -> None:
    chemin = tmp_path / "arras.tdt"
    rendu = lancer("nouveau", chemin, "--contrat", "arras", "--annee", 2026, "--json")
    assert rendu.code == 0
    assert rendu.json["quartiers"] == {"QPV": 6, "zone_vulnerable": 2}
    with Fichier.ouvrir(chemin, lecture_seule=True) as ouvert:
        natures = [quartier.nature for quartier in Contrats(ouvert).quartiers()]
    assert (natures.count("QPV"), natures.count("zone_vulnerable")) == (6, 2)


def test_nouveau_refuse_un_fichier_existant(lancer: Lancer, demonstration: Path) -> None:
    avant = demonstration.read_bytes()
    rendu = lancer("nouveau", demonstration, "--contrat", "arras", "--json")
    assert (rendu.code, rendu.sortie) == (1, "")
    assert "« demonstration.tdt » existe déjà" in normaliser(rendu.erreurs)
    assert demonstration.read_bytes() == avant


@pytest.mark.parametrize(
    "reste", [["--contrat", "lens"], ["--contrat", "arras", "--annee", "2019"]]
)
def test_un_nouveau_fichier_manque_ne_laisse_rien(
    lancer: Lancer, tmp_path: Path, reste: list[str]
) -> None:
    chemin = tmp_path / "nouveau.tdt"
    assert lancer("nouveau", chemin, *reste).code == 1
    assert list(tmp_path.glob("*nouveau*")) == []


def test_un_contrat_vierge_ne_dit_que_son_nom(lancer: Lancer, tmp_path: Path) -> None:
    chemin = tmp_path / "vierge.tdt"
    rendu = lancer("nouveau", chemin, "--contrat", "vierge", "--nom", "Pays noir", "--annee", 2026)
    assert rendu.code == 0
    with Fichier.ouvrir(chemin, lecture_seule=True) as ouvert:
        contrat = Contrats(ouvert).contrat()
    assert contrat is not None
    assert (contrat.nom, contrat.annee_debut, contrat.annee_fin) == ("Pays noir", None, None)


def test_la_demonstration_dit_ses_annees(
    lancer: Lancer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "creer_demo", partial(demo.creer_demo, actions_par_an=3))
    rendu = lancer("demo", tmp_path / "d.tdt", "--graine", 7, "--json")
    assert rendu.json["actions"] == {"2024": 3, "2025": 3, "2026": 3}
    lancer("demo", tmp_path / "e.tdt", "--graine", 7)
    lancer("demo", tmp_path / "f.tdt", "--graine", 8)
    titres = [_titres(tmp_path / f"{nom}.tdt") for nom in "def"]
    assert titres[0] == titres[1] != titres[2]


def _titres(chemin: Path) -> list[tuple[str, str]]:
    with Fichier.ouvrir(chemin, lecture_seule=True) as ouvert:
        return [(action.cle, action.titre) for action in Actions(ouvert).lignes(2026)]


# Imports ------------------------------------------------------------------------------------------


def test_importer_un_tableau(lancer: Lancer, vide: Path, tableau: Path) -> None:
    rendu = lancer("importer", vide, tableau, "--annee", 2026, "--json")
    assert rendu.code == 0
    comptes = {nom: rendu.json[nom] for nom in ("lues", "ajoutees", "mises_a_jour", "ignorees")}
    assert comptes == {"lues": 3, "ajoutees": 3, "mises_a_jour": 0, "ignorees": 0}
    assert set(rendu.json) == {*comptes, "anomalies"}
    assert all(
        set(anomalie) == {"feuille", "ligne", "champ", "niveau", "message"}
        for anomalie in rendu.json["anomalies"]
    )
    assert (5, "alerte") in {(a["ligne"], a["niveau"]) for a in rendu.json["anomalies"]}
    with Fichier.ouvrir(vide, lecture_seule=True) as ouvert:
        demandes = {action.titre: action.demande for action in Actions(ouvert).lignes(2026)}
    assert demandes == {
        "Potager partagé": Decimal("4500.50"),
        "Théâtre en bas des tours": 3000,
        "Boxe pour toutes": 0,
    }


def test_un_second_import_ne_change_rien_et_le_dit(
    lancer: Lancer, vide: Path, tableau: Path
) -> None:
    lancer("importer", vide, tableau, "--annee", 2026)
    operations = lancer("verifier", vide, "--json").json["operations"]
    rendu = lancer("importer", vide, tableau, "--annee", 2026)
    assert "Rien ne change" in rendu.sortie
    assert lancer("verifier", vide, "--json").json["operations"] == operations
    comptes = lancer("importer", vide, tableau, "--annee", 2026, "--json").json
    assert (comptes["ajoutees"], comptes["mises_a_jour"], comptes["ignorees"]) == (0, 0, 3)


def test_simuler_n_ecrit_rien(lancer: Lancer, vide: Path, tableau: Path) -> None:
    avant = vide.read_bytes()
    rendu = lancer("importer", vide, tableau, "--annee", 2026, "--simuler")
    assert rendu.sortie.splitlines()[1] == "Simulation\u00a0: rien n'a été écrit."
    assert "Actions ajoutées" in rendu.sortie
    assert vide.read_bytes() == avant
    ensuite = lancer("importer", vide, tableau, "--annee", 2026, "--simuler", "--json").json
    assert ensuite["ajoutees"] == 3


def test_les_anomalies_disent_leur_ligne(lancer: Lancer, vide: Path, tableau: Path) -> None:
    sortie = normaliser(lancer("importer", vide, tableau, "--annee", 2026).sortie)
    assert "Anomalies (" in sortie
    assert "Programmation 2026, ligne 5 : " in sortie


def test_importer_dans_un_fichier_absent_ne_cree_rien(
    lancer: Lancer, tmp_path: Path, tableau: Path
) -> None:
    rendu = lancer("importer", tmp_path / "absent.tdt", tableau, "--annee", 2026, "--json")
    assert (rendu.code, rendu.sortie) == (1, "")
    assert "« absent.tdt » n'existe pas, rien n'a été créé" in normaliser(rendu.erreurs)
    assert list(tmp_path.glob("*absent*")) == []


@pytest.mark.parametrize("contenu", [None, b"", b"PK\x03\x04 abime"])
def test_une_source_illisible_laisse_le_fichier_intact(
    lancer: Lancer, vide: Path, tmp_path: Path, contenu: bytes | None
) -> None:
    source = tmp_path / "source.xlsx"
    if contenu is not None:
        source.write_bytes(contenu)
    operations = lancer("verifier", vide, "--json").json["operations"]
    rendu = lancer("importer", vide, source, "--annee", 2026, "--json")
    assert (rendu.code, rendu.sortie) == (1, "")
    assert "« source.xlsx »" in normaliser(rendu.erreurs)
    assert lancer("verifier", vide, "--json").json["operations"] == operations


def test_un_fichier_ouvert_ailleurs_ne_recoit_pas_d_import(
    lancer: Lancer, vide: Path, tableau: Path
) -> None:
    with Fichier.ouvrir(vide, auteur="Camille Essai"):
        rendu = lancer("importer", vide, tableau, "--annee", 2026, "--json")
    assert (rendu.code, rendu.sortie) == (1, "")
    assert "Camille Essai" in rendu.erreurs


def test_un_import_garde_une_sauvegarde(lancer: Lancer, vide: Path, tableau: Path) -> None:
    lancer("importer", vide, tableau, "--annee", 2026)
    (gardee,) = sauvegardes.lister(vide)
    assert gardee.motif == "fermeture"


# Exports ------------------------------------------------------------------------------------------


def test_un_import_dont_seule_la_sauvegarde_echoue_a_reussi(
    lancer: Lancer, vide: Path, tableau: Path, dossier_du_programme: Path
) -> None:
    """The data is in: a script must not import again."""
    (dossier_du_programme / "sauvegardes").touch()
    rendu = lancer("importer", vide, tableau, "--annee", 2026, "--json")
    assert rendu.code == 0
    assert rendu.erreurs.startswith(
        "Attention\u00a0: Tout est enregistré dans «\u00a0vide.tdt\u00a0», mais sa sauvegarde a échoué."
    )
    assert rendu.erreurs.count("\n") == 1
    assert rendu.json["ajoutees"] == len(_titres(vide)) > 0


@pytest.mark.skipif(sys.platform != "linux", reason="des noms faits d'octets")
def test_un_nom_qui_n_est_pas_du_texte(
    lancer: Lancer, tmp_path: Path, vide: Path, tableau: Path
) -> None:
    """Old disks and mails give names in another alphabet: they work, and JSON gives them back."""
    chemin = tmp_path / os.fsdecode(b"contrat d'\xe9t\xe9.tdt")
    source = tmp_path / os.fsdecode(b"t\xe9.xlsx")
    vide.rename(chemin)
    tableau.rename(source)
    copie = tmp_path / os.fsdecode(b"copie \xff.tdt")
    for arguments in (
        ("importer", chemin, source, "--annee", 2026),
        ("verifier", chemin),
        ("sauvegarder", chemin, copie, "--json"),
    ):
        rendu = lancer(*arguments)
        assert (rendu.code, rendu.erreurs) == (0, ""), arguments
    assert rendu.json["copie"] == str(copie)
    assert copie.exists()
    absent = lancer("verifier", tmp_path / os.fsdecode(b"absent \xff.tdt"))
    assert (absent.code, absent.erreurs.count("\n")) == (1, 1)


def test_exporter_le_calendrier(lancer: Lancer, demonstration: Path, tmp_path: Path) -> None:
    """An agenda when the name asks for it, else a poster."""
    agenda = tmp_path / "calendrier.ics"
    lancer("exporter", demonstration, "calendrier", "--annee", 2026, "--sortie", agenda)
    assert agenda.read_bytes().startswith(b"BEGIN:VCALENDAR")
    rendu = lancer("exporter", demonstration, "calendrier", "--annee", 2026, "--sortie", tmp_path)
    assert "calendrier-2026.pdf" in rendu.sortie
    assert (tmp_path / "calendrier-2026.pdf").read_bytes().startswith(b"%PDF")


def test_exporter_la_programmation(lancer: Lancer, demonstration: Path, tmp_path: Path) -> None:
    cible = tmp_path / "tableau.xlsx"
    rendu = lancer(
        "exporter", demonstration, "programmation", "--annee", 2026, "--sortie", cible, "--json"
    )
    assert rendu.json == {"sortie": str(cible), "annee": 2026, "actions": 12}
    feuille = load_workbook(cible, read_only=True)["Programmation"]
    assert feuille.max_row > 12


def test_exporter_les_decisions_dans_un_dossier(
    lancer: Lancer, demonstration: Path, tmp_path: Path
) -> None:
    rendu = lancer("exporter", demonstration, "decisions", "--annee", 2026, "--sortie", tmp_path)
    assert normaliser(rendu.sortie) == "« decisions-2026.pdf » est écrit : 12 actions de 2026."
    assert (tmp_path / "decisions-2026.pdf").read_bytes().startswith(b"%PDF-")


def test_les_grilles_se_listent_et_s_ecrivent(
    lancer: Lancer, demonstration: Path, vide: Path, tmp_path: Path
) -> None:
    assert "Aucune grille dans ce fichier" in normaliser(lancer("grilles", vide).sortie)
    liste = normaliser(lancer("grilles", demonstration).sortie)
    assert "egalite_p147 Cotation égalité femmes-hommes P147 Conçue avec ce logiciel" in liste
    (tmp_path / "reçues").mkdir()
    rendu = lancer(
        "grilles", demonstration, "--grille", "instruction", "--sortie", tmp_path / "reçues"
    )
    assert normaliser(rendu.sortie) == "« Instruction générale.xlsx » est écrit : 9 critères."
    relue = lire_grille(tmp_path / "reçues" / "Instruction générale.xlsx")
    assert relue.identifiant == "instruction"
    assert lancer("grilles", demonstration, "--grille", "absente").code == 1
    assert lancer("grilles", demonstration, "--sortie", tmp_path).code == 2


def test_exporter_ne_change_pas_le_fichier(
    lancer: Lancer, demonstration: Path, tmp_path: Path
) -> None:
    avant = demonstration.read_bytes()
    lancer("exporter", demonstration, "programmation", "--annee", 2026, "--sortie", tmp_path / "t")
    assert (tmp_path / "t.xlsx").is_file()
    assert demonstration.read_bytes() == avant


@pytest.mark.parametrize(
    ("annee", "sortie", "phrase"),
    [
        (2019, "t.xlsx", "L'année 2019 n'est pas dans la période du contrat"),
        (2026, "t.pdf", "« t.pdf » doit se terminer par .xlsx"),
        (2026, "absent/t.xlsx", "n'existe pas : créez-le ou choisissez un autre dossier."),
    ],
)
def test_un_export_impossible_est_explique(
    lancer: Lancer, demonstration: Path, tmp_path: Path, annee: int, sortie: str, phrase: str
) -> None:
    cible = tmp_path / sortie
    rendu = lancer(
        "exporter", demonstration, "programmation", "--annee", annee, "--sortie", cible, "--json"
    )
    assert (rendu.code, rendu.sortie, cible.exists()) == (1, "", False)
    assert phrase in normaliser(rendu.erreurs)


def test_exporter_les_papiers_d_une_seance(
    lancer: Lancer, demonstration: Path, tmp_path: Path
) -> None:
    seances = {s["etat"]: s for s in lancer("seance", demonstration, "--json").json}
    close, a_venir = seances["close"]["cle"], seances["preparation"]["cle"]
    rendus = {
        quoi: lancer("exporter", demonstration, quoi, "--seance", close[:20], "--json").json
        for quoi in ("pv", "releve", "annexe", "fiches")
    }
    [empreinte] = {r["empreinte"] for r in rendus.values()}
    assert empreinte == seances["close"]["empreinte"]
    ecrits = {quoi: Path(r["sortie"]) for quoi, r in rendus.items()}
    assert {chemin.parent for chemin in ecrits.values()} == {demonstration.parent}
    detail = lancer("seance", demonstration, "--seance", close, "--json").json["points_detail"]
    texte = subprocess.run(
        ["pdftotext", "-raw", str(ecrits["pv"]), "-"], check=True, capture_output=True, text=True
    ).stdout
    depuis, lu = 0, normaliser(" ".join(texte.split()))
    for point in detail:  # line by line: the sentence that was read, then the total
        depuis = lu.index(f"{point['ordre']}. ", depuis)
        for mot in normaliser(point["phrase"] or point["titre"]).split():
            depuis = lu.index(mot, depuis)
    assert empreinte in lu
    rendu = lancer("verifier", demonstration, "--empreinte", f"{empreinte[:16]}…", "--json")
    assert rendu.code == 0
    assert rendu.json["empreinte"]["seance"] == close
    assert "version 1." in normaliser(
        lancer("verifier", demonstration, "--empreinte", empreinte).sortie
    )
    for fausse, phrase in (
        ("0" * 64, "Aucune séance close de ce fichier ne porte l'empreinte"),
        ("zut", "recopiez-en au moins 12."),
    ):
        rendu = lancer("verifier", demonstration, "--empreinte", fausse)
        assert rendu.code == 1
        assert phrase in normaliser(rendu.sortie + rendu.erreurs)

    projet = lancer("exporter", demonstration, "pv", "--seance", a_venir, "--sortie", tmp_path)
    assert "projet sans empreinte, la séance n'est pas close" in normaliser(projet.sortie)
    assert list(tmp_path.glob("Projet – Procès-verbal*.pdf"))


@pytest.mark.parametrize(
    ("options", "code", "phrase"),
    [
        ((), 2, "« pv » s'écrit pour une séance : ajoutez --seance ID"),
        (("--seance", "zz"), 1, "Aucune séance ne commence par « zz »"),
        (("--seance", "0"), 1, "Plusieurs séances commencent par « 0 » : tapez-en davantage."),
        (("--seance", "0", "--annee", "2026"), 2, "retirez --annee."),
    ],
)
def test_un_papier_impossible_est_explique(
    lancer: Lancer, demonstration: Path, options: tuple[str, ...], code: int, phrase: str
) -> None:
    rendu = lancer("exporter", demonstration, "pv", *options)
    assert (rendu.code, rendu.sortie) == (code, "")
    assert phrase in normaliser(rendu.erreurs)
    annuel = lancer("exporter", demonstration, "decisions", "--seance", "0")
    assert annuel.code == 2


# Check and copy -----------------------------------------------------------------------------------


def test_verifier_un_fichier_sain(lancer: Lancer, demonstration: Path) -> None:
    rendu = lancer("verifier", demonstration, "--json")
    assert rendu.code == 0
    assert set(rendu.json) == {"integrite", "journal", "operations", "scellements", "constats"}
    assert rendu.json["scellements"] == {"prouves": 1, "rompus": []}
    assert (rendu.json["integrite"], rendu.json["journal"]) == ("ok", "ok")
    assert set(rendu.json["constats"]) == {"information", "alerte", "bloquant"}
    clair = normaliser(lancer("verifier", demonstration).sortie)
    assert "Intégrité : bonne" in clair
    assert f"Journal : {rendu.json['operations']} opérations, intact" in clair
    assert "Séances closes : 1 scellement prouvé" in clair


def test_verifier_voit_un_journal_recrit(lancer: Lancer, demonstration: Path) -> None:
    base = sqlite3.connect(demonstration)
    base.execute("DROP TRIGGER operation_sans_update")
    base.execute("UPDATE operation SET auteur = 'Quelqu''un d''autre' WHERE numero = 2")
    base.commit()
    base.close()
    rendu = lancer("verifier", demonstration, "--json")
    assert (rendu.code, rendu.json["integrite"]) == (1, "ok")
    assert rendu.json["journal"] == [
        "L'opération 2 a été modifiée après son inscription.",
        "Journal : la protection « operation_sans_update » a été retirée.",
    ]
    clair = normaliser(lancer("verifier", demonstration).sortie)
    assert "L'opération 2 a été modifiée après son inscription." in clair


def test_verifier_voit_un_montant_change_par_un_autre_outil(
    lancer: Lancer, demonstration: Path
) -> None:
    base = sqlite3.connect(demonstration)
    base.execute("UPDATE cofinancement SET accorde = accorde + 100 WHERE rowid = 5")
    base.execute("UPDATE cofinancement SET accorde = 100 WHERE rowid = 5 AND accorde IS NULL")
    base.commit()
    base.close()
    rendu = lancer("verifier", demonstration, "--json")
    assert (rendu.code, rendu.json["integrite"], len(rendu.json["journal"])) == (1, "ok", 1)
    clair = normaliser(lancer("verifier", demonstration).sortie)
    assert "Données : différentes de ce que dit le journal" in clair
    assert normaliser(rendu.json["journal"][0]) in clair


@pytest.mark.parametrize("abime", ["tronqué", "absent", "autre chose"])
def test_verifier_un_fichier_illisible(
    lancer: Lancer, demonstration: Path, tmp_path: Path, abime: str
) -> None:
    contenu = demonstration.read_bytes()
    if abime == "absent":
        demonstration.unlink()
    else:
        demonstration.write_bytes(contenu[:5000] if abime == "tronqué" else b"bonjour")
    rendu = lancer("verifier", demonstration, "--json")
    assert (rendu.code, rendu.sortie) == (1, "")
    assert normaliser(rendu.erreurs).startswith("Erreur : « demonstration.tdt »")


def test_verifier_des_pages_abimees(lancer: Lancer, demonstration: Path) -> None:
    contenu = bytearray(demonstration.read_bytes())
    milieu = len(contenu) // 2 // 4096 * 4096
    contenu[milieu : milieu + 20 * 4096] = b"\xff" * (20 * 4096)
    demonstration.write_bytes(contenu)
    assert lancer("verifier", demonstration).code == 1


def test_un_fichier_ouvert_ailleurs_se_verifie_et_se_sauvegarde(
    lancer: Lancer, demonstration: Path, tmp_path: Path
) -> None:
    with Fichier.ouvrir(demonstration):
        assert lancer("verifier", demonstration).code == 0
        assert lancer("sauvegarder", demonstration, tmp_path / "copie.tdt").code == 0


def test_sauvegarder_dans_un_dossier(lancer: Lancer, demonstration: Path, tmp_path: Path) -> None:
    cle = tmp_path / "clé usb"
    cle.mkdir()
    rendu = lancer("sauvegarder", demonstration, cle, "--json")
    (copie,) = cle.iterdir()
    assert rendu.json == {"copie": str(copie), "octets": copie.stat().st_size}
    assert re.fullmatch(r"demonstration \d{4}-\d\d-\d\d \d\d-\d\d-\d\d\.tdt", copie.name)
    assert _titres(copie) == _titres(demonstration)


def test_une_copie_remplace_une_copie_et_rien_d_autre(
    lancer: Lancer, demonstration: Path, tmp_path: Path
) -> None:
    autre = tmp_path / "autre.tdt"
    assert lancer("sauvegarder", demonstration, autre).code == 0
    assert lancer("sauvegarder", demonstration, autre).code == 0
    assert lancer("sauvegarder", demonstration, demonstration).code == 1
    autre.write_text("mes notes")
    assert lancer("sauvegarder", demonstration, autre).code == 1
    assert autre.read_text() == "mes notes"


def test_une_copie_ne_remplace_pas_un_fichier_ouvert(
    lancer: Lancer, vide: Path, tmp_path: Path
) -> None:
    copie = tmp_path / "copie.tdt"
    assert lancer("sauvegarder", vide, copie).code == 0
    with Fichier.ouvrir(copie, auteur="Dominique") as ouvert:
        rendu = lancer("sauvegarder", vide, copie)
        Actions(ouvert).creer(2026, "Jardin")
    assert rendu.code == 1
    assert "« copie.tdt » est déjà ouvert par Dominique" in normaliser(rendu.erreurs)
    assert [titre for _, titre in _titres(copie)] == ["Jardin"]


def test_une_copie_ne_remplace_pas_le_fichier_d_un_autre_contrat(
    lancer: Lancer, demonstration: Path, vide: Path
) -> None:
    rendu = lancer("sauvegarder", demonstration, vide)
    assert rendu.code == 1
    assert "n'est pas une copie de ce fichier" in normaliser(rendu.erreurs)
    assert _titres(vide) == []


def test_un_disque_plein_est_une_phrase(
    lancer: Lancer, demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def plein(*_: object) -> None:
        raise DisquePlein("Le disque est plein : libérez de la place, puis recommencez.")

    monkeypatch.setattr(sauvegardes, "copier_verifiee", plein)
    rendu = lancer("sauvegarder", demonstration, tmp_path / "c.tdt", "--json")
    assert (rendu.code, rendu.sortie) == (1, "")
    assert normaliser(rendu.erreurs).startswith("Erreur : Le disque est plein")


# The installed program ----------------------------------------------------------------------------


def test_l_autotest_va_au_bout(lancer: Lancer, dossier_du_programme: Path) -> None:
    rendu = lancer("autotest")
    assert rendu.code == 0
    versions, _, etapes = rendu.sortie.partition("✓")
    noms = [ligne.split(":")[0].strip() for ligne in versions.splitlines()]
    assert noms == ["Tour de table", "Python", "Qt", "SQLite", "Système"]
    assert etapes.count("✓") == 7
    assert re.search(r"(?m)^Tout fonctionne \(\d+,\d\d s\)\.$", rendu.sortie)
    assert list(dossier_du_programme.iterdir()) == []  # nothing of it stays with the person's files


@pytest.mark.parametrize(("taille", "attendue"), [([], (1366, 768)), (["1920×1080"], (1920, 1080))])
def test_les_captures_vont_dans_le_dossier_demande(
    lancer: Lancer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    taille: list[str],
    attendue: tuple[int, int],
) -> None:
    """The drawing itself is tested with the screens."""

    def capturer(dossier: Path, taille: tuple[int, int], fichier: Path | None) -> list[Path]:
        return [dossier / f"{taille[0]}-{taille[1]}-{fichier}.png"]

    module = ModuleType("app.ui.captures")
    module.capturer = capturer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "app.ui.captures", module)
    for variable in ("QT_QPA_PLATFORM", "QT_LOGGING_RULES"):  # the command sets what is not set
        monkeypatch.setenv(variable, os.environ.get(variable, ""))
    dossier = tmp_path / "écrans" / "du jour"
    rendu = lancer("captures", dossier, *[f"--taille={t}" for t in taille], "--json")
    assert rendu.json == [str(dossier / f"{attendue[0]}-{attendue[1]}-None.png")]
    assert dossier.is_dir()


def test_un_autotest_manque_dit_ou_et_pourquoi(
    lancer: Lancer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_pdf, "ecrire_decisions", lambda _, chemin: chemin.write_bytes(b"x"))
    rendu = lancer("autotest")
    assert rendu.code == 1
    assert rendu.sortie.splitlines()[-1] == "✗ Exporter les décisions (PDF)"
    assert normaliser(rendu.erreurs) == "Erreur : Le document écrit n'est pas un PDF complet."
    en_json = lancer("autotest", "--json")
    assert (en_json.code, en_json.sortie) == (1, "")


# Text ---------------------------------------------------------------------------------------------


def test_les_colonnes_sont_alignees() -> None:
    lignes = [("a", "1"), ("bcd", "22")]
    assert aligner(lignes, entete=("N", "Total"), droite=(1,)) == [
        "N    Total",
        "a        1",
        "bcd     22",
    ]


def test_les_espaces_insecables() -> None:
    assert typographier("« a » : b ; 3 € !") == ("«\u00a0a\u00a0»\u00a0: b\u00a0; 3\u00a0€\u00a0!")


# Real processes -----------------------------------------------------------------------------------


def test_un_tube_windows_recoit_tout(demonstration: Path) -> None:
    """A pipe in cp1252 has no narrow space and no minus sign: what is written must not stop there."""
    rendu = demander("verifier", demonstration, PYTHONIOENCODING="cp1252")
    assert (rendu.returncode, rendu.stderr) == (0, b"")
    assert rendu.stdout.decode("cp1252").startswith("Fichier")
    aide = demander("nouveau", "--aide", PYTHONIOENCODING="ascii")
    assert (aide.returncode, aide.stderr) == (0, b"")


def test_le_json_d_un_tube_windows_reste_du_json() -> None:
    rendu = demander("contrats", "--json", PYTHONIOENCODING="cp1252")
    assert "Béthune-Bruay" in {c["nom"].rpartition(" – ")[2] for c in json.loads(rendu.stdout)}


def test_la_fenetre_n_attend_pas_la_ligne_de_commande() -> None:
    """typer costs tens of milliseconds before the first window."""
    programme = (
        "import sys, types; faux = types.ModuleType('app.ui.application');"
        "faux.lancer = lambda ouverture: print('typer' in sys.modules);"
        "sys.modules['app.ui.application'] = faux;"
        "sys.argv = ['tour-de-table', 'x.tdt'];"
        "from app.__main__ import main; main()"
    )
    rendu = subprocess.run(
        [sys.executable, "-c", programme], cwd=RACINE, capture_output=True, text=True, check=True
    )
    assert rendu.stdout == "False\n"


def test_le_classeur_d_un_autre_fichier_ne_se_melange_pas(lancer: Lancer, tmp_path: Path) -> None:
    """Numbers repeat from one file to the next: they never stand for the action by themselves."""
    source, cible = tmp_path / "source.tdt", tmp_path / "cible.tdt"
    classeur = tmp_path / "programmation.xlsx"
    titres = {"Permanences d'accès aux droits", "Chantier d'été", "Jardin partagé"}
    with Fichier.creer(source) as fichier:
        Contrats(fichier).charger(charger("valenciennes"))
        for titre in sorted(titres, reverse=True):
            Actions(fichier).creer(2026, titre)
        ecrire_export(fichier, "programmation", 2026, chemin=classeur)
    with Fichier.creer(cible) as fichier:
        Contrats(fichier).charger(charger("valenciennes"))
        Actions(fichier).creer(2026, "Une action d'ici")
    for ajoutees in (3, 0):
        sortie = lancer("importer", cible, classeur, "--json").json
        assert (sortie["ajoutees"], sortie["mises_a_jour"]) == (ajoutees, 0)
    with Fichier.ouvrir(cible) as fichier:
        presents = {ligne.titre for ligne in Actions(fichier).lignes(2026)}
    assert presents == titres | {"Une action d'ici"}
