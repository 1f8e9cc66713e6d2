"""What the repository may hold: the product alone, readable anywhere, tied to no machine."""

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

RACINE = Path(__file__).resolve().parent.parent
TEXTES = {".py", ".md", ".toml", ".txt", ".csv", ".json", ".svg", ".html", ".yml", ".sh", ".nsi"}
ECRITS_PAR_NOUS = {".py", ".md", ".toml", ".sh"}
TAILLE_MAXIMALE = (
    1_500_000  # bytes: a stored file has a page for each of its 260 tables and indexes
)
# Forbidden words are spelled in two halves, so that this file does not hold them.
HORS_SUJET = (
    r"\bassis" + r"tants?\b(?! d['’])",  # « assistant d'import » is the product's own
    r"\bIA gén" + r"érative\b",
    r"\bintelligence arti" + r"ficielle\b",
    r"\bartificial intel" + r"ligence\b",
    r"\bClau" + r"de\b",
    r"\bAnthro" + r"pic\b",
    r"\bOpen" + r"AI\b",
    r"\bChat" + r"GPT\b",
    r"\bCopi" + r"lot\b",
    r"\bLL" + r"Ms?\b",
    r"\bCo-Authored" + r"-By\b",
)
CHEMINS_DE_MACHINE = (
    r"(?<![\w.])/(work|tmp|home|root|Users)/",
    r"[A-Z]:\\\\?Users\b",
)
ADRESSES_DE_DEPOT = (
    "pypi" + r"\.org",
    "python" + "hosted",
    r"--(extra-)?index" + "-url",
    "--find" + "-links",
    "npm" + r"js\.",
    "deb" + r"\.debian\.",
    "snapshot" + r"\.debian\.",
    "file:" + "///",
)


@cache
def fichiers() -> tuple[Path, ...]:
    """Files that are tracked or about to be; outside a checkout, those of our own folders."""
    commande = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        fini = subprocess.run(commande, cwd=RACINE, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        nos_dossiers = ("app", "tests", "resources", "installer", ".ci")
        chemins = [c for d in nos_dossiers for c in RACINE.glob(f"{d}/**/*")]
        chemins = [c for c in [*chemins, *RACINE.glob("*.*")] if "__pycache__" not in c.parts]
    else:
        chemins = [RACINE / nom for nom in fini.stdout.split("\0") if nom]
    return tuple(sorted(c for c in chemins if c.is_file()))


def textes(suffixes: set[str]) -> list[tuple[str, str]]:
    """(relative path, content) of text files."""
    return [
        (c.relative_to(RACINE).as_posix(), c.read_text(encoding="utf-8"))
        for c in fichiers()
        if c.suffix in suffixes or (c.parent.name == ".ci" and not c.suffix)
        if not c.is_relative_to(RACINE / "tests/donnees")  # files as people really have them
    ]


def trouver(motifs: tuple[str, ...], suffixes: set[str]) -> list[str]:
    """« path:line text » of each line that holds one of the patterns."""
    cherche = re.compile("|".join(motifs))
    return [
        f"{nom}:{numero} {ligne.strip()[:80]}"
        for nom, contenu in textes(suffixes)
        if cherche.search(contenu)
        for numero, ligne in enumerate(contenu.splitlines(), 1)
        if cherche.search(ligne)
    ]


def aucun(fautifs: list[str]) -> None:
    assert not fautifs, "\n" + "\n".join(fautifs)


def test_le_depot_parle_du_produit_seul() -> None:
    aucun(trouver(HORS_SUJET, ECRITS_PAR_NOUS))


def test_aucun_chemin_propre_a_une_machine() -> None:
    aucun(trouver(CHEMINS_DE_MACHINE, TEXTES))


def test_aucune_adresse_de_depot_de_paquets() -> None:
    aucun(trouver(ADRESSES_DE_DEPOT, TEXTES))


def test_aucun_gros_fichier() -> None:
    aucun([f"{c.name} : {t}" for c in fichiers() if (t := c.stat().st_size) > TAILLE_MAXIMALE])


def test_rien_de_fabrique_n_est_garde() -> None:
    interdits = {".pyc", ".tdt", ".whl", ".so", ".dll", ".exe", ".ttf", ".otf", ".log"}
    fautifs = [str(c) for c in fichiers() if c.suffix in interdits]
    aucun([f for f in fautifs if not Path(f).is_relative_to(RACINE / "tests/donnees")])


def test_les_textes_finissent_par_une_ligne_et_sans_espace_en_trop() -> None:
    fautifs = [nom for nom, texte in textes(ECRITS_PAR_NOUS) if texte and not texte.endswith("\n")]
    fautifs += [nom for nom, texte in textes(ECRITS_PAR_NOUS) if "\r" in texte or "\t" in texte]
    aucun(fautifs)


def verrous() -> dict[str, tuple[str, int]]:
    """Version and number of hashes of each locked package, both files together."""
    trouves: dict[str, tuple[str, int]] = {}
    for nom in ("requirements.txt", "requirements-dev.txt"):
        contenu = (RACINE / nom).read_text(encoding="utf-8")
        for bloc in re.split(r"\n(?=[a-z])", contenu):
            if paquet := re.match(r"([a-z0-9.-]+)==(\S+)", bloc):
                trouves[paquet[1]] = (paquet[2], bloc.count("--hash=sha256:"))
    return trouves


def test_chaque_bibliotheque_est_verrouillee_avec_ses_empreintes() -> None:
    projet = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))
    demandees = [*projet["project"]["dependencies"], *projet["dependency-groups"]["dev"]]
    noms = {re.split(r"[<>=!~ ;\[]", d)[0].lower().replace("_", "-") for d in demandees}
    assert noms - verrous().keys() == set()
    aucun([nom for nom, (_, empreintes) in verrous().items() if empreintes == 0])


def test_qt_reste_sous_la_version_qui_perd_des_references() -> None:
    version = verrous()["pyside6-essentials"][0]
    assert (6, 11, 3) <= tuple(int(n) for n in version.split(".")) < (6, 12)
