"""Files that other programs, disks and mails damaged: one French sentence each, and no trace.

Every command is given every sort of damage; what still opens is checked, exported and copied.
"""

import json
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from app import boot, cli
from app.models.action import Action
from app.services import demo, sauvegardes
from app.services.avis_lus import lire_instruction
from app.services.errors import ErreurConnue, FichierIllisible
from app.services.fichier import Fichier
from app.services.instruction import instruction
from app.services.journal_mots import champ_en_mots
from app.services.structure import defauts_de_structure, liens_rompus
from app.services.transaction import entites
from app.services.verification import verifier_fichier

ANGLAIS = (
    "Traceback",
    "Error",
    "error",
    "malformed",
    "database",
    "invalid",
    "Exception",
    "None",
    " row ",
)
Lancer = Callable[..., tuple[int, str, str]]


@pytest.fixture
def lancer(capsys: pytest.CaptureFixture[str]) -> Lancer:
    def _lancer(*arguments: object) -> tuple[int, str, str]:
        code = cli.executer([str(argument) for argument in arguments])
        sorti = capsys.readouterr()
        return code, sorti.out, sorti.err

    return _lancer


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> Path:
    chemin = tmp_path_factory.mktemp("modele") / "modele.tdt"
    demo.creer_demo(chemin, actions_par_an=4)
    return chemin


@pytest.fixture
def chemin(modele: Path, tmp_path: Path) -> Path:
    cible = tmp_path / "contrat.tdt"
    cible.write_bytes(modele.read_bytes())
    return cible


def sql(chemin: Path, *ordres: str) -> None:
    """What a database tool does: no foreign keys, no check, no journal."""
    with closing(sqlite3.connect(chemin)) as connexion:
        for ordre in ordres:
            connexion.execute(ordre)
        connexion.commit()


def commandes(chemin: Path, dossier: Path) -> Iterator[tuple[object, ...]]:
    tableau = dossier / "tableau.csv"
    tableau.write_text("Porteur;Intitulé;Demandé\nAssociation;Atelier;1000\n", encoding="utf-8")
    yield "verifier", chemin
    yield "verifier", chemin, "--json"
    yield "exporter", chemin, "programmation", "--annee", 2026, "--sortie", dossier / "p.xlsx"
    yield "exporter", chemin, "decisions", "--annee", 2026, "--sortie", dossier / "d.pdf"
    yield "sauvegarder", chemin, dossier / "copie.tdt"
    yield "importer", chemin, tableau, "--annee", 2026, "--simuler"
    yield "importer", chemin, tableau, "--annee", 2026


def exiger_une_phrase(code: int, sortie: str, erreurs: str) -> None:
    assert code in (0, 1), erreurs
    assert not any(mot in erreurs + sortie for mot in ANGLAIS), (sortie, erreurs)
    lignes = erreurs.splitlines()
    assert all(ligne.startswith(("Erreur\u00a0: ", "Attention\u00a0: ")) for ligne in lignes), (
        lignes
    )
    assert len([ligne for ligne in lignes if ligne.startswith("Erreur")]) == bool(
        code and not sortie
    )


# Random damage ------------------------------------------------------------------------------------


def tronquer(des: random.Random, octets: bytearray) -> None:
    del octets[des.randrange(len(octets)) :]


def effacer_des_pages(des: random.Random, octets: bytearray) -> None:
    for _ in range(des.randint(1, 8)):
        page = des.randrange(len(octets) // 4096) * 4096
        octets[page : page + 4096] = bytes(4096)


def semer_des_octets(des: random.Random, octets: bytearray) -> None:
    for _ in range(des.choice((1, 20, 400))):
        octets[des.randrange(len(octets))] = des.randrange(256)


def fausser_l_entete(des: random.Random, octets: bytearray) -> None:
    for _ in range(des.randint(1, 4)):
        octets[des.randrange(100)] = des.randrange(256)


def echanger_des_pages(des: random.Random, octets: bytearray) -> None:
    une, autre = (des.randrange(1, len(octets) // 4096) * 4096 for _ in range(2))
    page = octets[une : une + 4096]
    octets[une : une + 4096] = octets[autre : autre + 4096]
    octets[autre : autre + 4096] = page


DEGATS = (tronquer, effacer_des_pages, semer_des_octets, fausser_l_entete, echanger_des_pages)


@pytest.mark.parametrize("degat", DEGATS)
def test_un_fichier_abime_au_hasard_se_dit_en_une_phrase(
    modele: Path, tmp_path: Path, lancer: Lancer, degat: Callable[..., None]
) -> None:
    for graine in range(6):
        des = random.Random(f"{degat.__name__} {graine}")
        octets = bytearray(modele.read_bytes())
        degat(des, octets)
        chemin = tmp_path / f"{graine}.tdt"
        chemin.write_bytes(octets)
        choisies = list(commandes(chemin, tmp_path))
        for commande in (choisies[0], des.choice(choisies[1:])):
            exiger_une_phrase(*lancer(*commande))
        with suppress(ErreurConnue):
            boot.ouvrir(chemin).fermer()


@pytest.mark.parametrize("contenu", [b"", b"\0" * 8192, b"PK\x03\x04" * 999, b"SQLite format 3\0"])
def test_ce_qui_n_est_pas_un_fichier_du_programme(
    tmp_path: Path, lancer: Lancer, contenu: bytes
) -> None:
    chemin = tmp_path / "contrat.tdt"
    chemin.write_bytes(contenu)
    for commande in commandes(chemin, tmp_path):
        code, sortie, erreurs = lancer(*commande)
        assert (code, sortie) == (1, "")
        assert "n'est pas un fichier Tour de table" in erreurs
        exiger_une_phrase(code, sortie, erreurs)


def _dossier(lieu: Path) -> None:
    lieu.mkdir()


def _tube(lieu: Path) -> None:
    os.mkfifo(lieu)


def _boucle(lieu: Path) -> None:
    lieu.symlink_to(lieu)


@pytest.mark.skipif(os.name == "nt", reason="propre à Unix")
@pytest.mark.parametrize("faire", [_dossier, _tube, _boucle])
def test_ce_qui_n_est_pas_un_fichier_du_tout(
    tmp_path: Path, lancer: Lancer, faire: Callable[[Path], None]
) -> None:
    chemin = tmp_path / "contrat.tdt"
    faire(chemin)
    for commande in commandes(chemin, tmp_path):
        code, sortie, erreurs = lancer(*commande)
        assert (code, sortie) == (1, "")
        exiger_une_phrase(code, sortie, erreurs)


@pytest.mark.parametrize("nom", ["x" * 300 + ".tdt", "dossier/absent/x.tdt"])
def test_un_nom_impossible_se_dit_en_une_phrase(tmp_path: Path, lancer: Lancer, nom: str) -> None:
    for commande in (*commandes(tmp_path / nom, tmp_path), ("demo", tmp_path / nom)):
        code, sortie, erreurs = lancer(*commande)
        assert (code, sortie) == (1, "")
        exiger_une_phrase(code, sortie, erreurs)


# Structure ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ordre", "phrase"),
    [
        ("DROP TRIGGER operation_sans_update", "la protection « operation_sans_update » a été ret"),
        (
            "CREATE TRIGGER t AFTER INSERT ON action BEGIN DELETE FROM enveloppe; END",
            "l'automatisme « t » a été ajouté par un autre programme",
        ),
        ("DROP INDEX ix_action_appel", "l'index « ix_action_appel » manque"),
        ("CREATE TABLE t (a)", "La table « t » a été ajoutée par un autre programme"),
        ("CREATE VIEW t AS SELECT 1", "La vue « t » a été ajoutée"),
        ("ALTER TABLE commune ADD COLUMN maire TEXT", "« commune » n'a plus les colonnes"),
        ("DROP TABLE remarque", "la table « remarque » manque"),
        ("ALTER TABLE commune RENAME COLUMN nom TO nomm", "il manque la colonne « nom »"),
    ],
)
def test_verifier_compare_ce_que_le_fichier_declare_a_ce_qui_est_attendu(
    chemin: Path, lancer: Lancer, tmp_path: Path, ordre: str, phrase: str
) -> None:
    sql(chemin, ordre)
    code, sortie, erreurs = lancer("verifier", chemin)
    assert code == 1
    assert phrase in sortie.replace("\u00a0", " ")
    assert erreurs == ""
    for commande in list(commandes(chemin, tmp_path))[1:3]:
        exiger_une_phrase(*lancer(*commande))


def _valeurs_d_une_autre_nature() -> Iterator[tuple[str, str, str]]:
    for nom, table in entites().items():
        for colonne in table.columns:
            if not (colonne.primary_key or colonne.foreign_keys):
                nature = str(colonne.type)
                valeur = "x'00ff'" if nature in ("TEXT", "VARCHAR(32)") else "'douze'"
                yield nom, colonne.name, valeur


def test_une_valeur_d_une_autre_nature_est_trouvee_dans_chaque_colonne(chemin: Path) -> None:
    """A sum that reads a word as nothing would be wrong without a word."""
    with closing(sqlite3.connect(chemin, isolation_level=None)) as connexion:
        assert defauts_de_structure(connexion) == []
        for table, champ, valeur in _valeurs_d_une_autre_nature():
            connexion.execute("BEGIN")
            if connexion.execute(f"UPDATE {table} SET {champ} = {valeur}").rowcount:
                [phrase] = defauts_de_structure(connexion)
                assert "d'une autre nature" in phrase, (table, champ)
            connexion.execute("ROLLBACK")


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE cofinancement SET accorde = 'douze' WHERE rowid = 3",
        "UPDATE action SET public_ages = '[1,2' WHERE rowid = 2",
        "UPDATE commune SET variantes = '{}'",
        "UPDATE financeur SET nom_court = x'ff'",
        "UPDATE operation SET auteur = x'00'",
    ],
)
def test_une_valeur_d_une_autre_nature_est_un_constat_et_jamais_une_trace(
    chemin: Path, tmp_path: Path, lancer: Lancer, ordre: str
) -> None:
    sql(chemin, "DROP TRIGGER operation_sans_update", ordre)
    rapport = verifier_fichier(chemin)
    assert "d'une autre nature" in rapport.integrite[0]
    assert rapport.en_json()["journal"] == ["non contrôlé"]
    with pytest.raises(FichierIllisible, match="abîmé par un autre programme"):
        Fichier.ouvrir(chemin)
    for commande in list(commandes(chemin, tmp_path))[1:]:
        code, sortie, erreurs = lancer(*commande)
        assert (code == 1) or commande[0] == "sauvegarder"
        exiger_une_phrase(code, sortie, erreurs)


def test_un_numero_de_version_etrange_se_dit(chemin: Path, lancer: Lancer, tmp_path: Path) -> None:
    for revision in ("'0000'", "''", "x'3030'", "NULL", "'demain'", "12"):
        if revision == "NULL":
            sql(chemin, "DELETE FROM alembic_version")
        else:
            sql(chemin, f"UPDATE alembic_version SET version_num = {revision}")
        for commande in commandes(chemin, tmp_path):
            code, sortie, erreurs = lancer(*commande)
            if commande[0] != "sauvegarder":
                assert code == 1, (revision, commande)
            exiger_une_phrase(code, sortie, erreurs)


# Links and trees ----------------------------------------------------------------------------------


def _liens() -> Iterator[tuple[str, str]]:
    for nom, table in entites().items():
        yield from ((nom, cle.parent.name) for cle in table.foreign_keys)


def rompre(connexion: sqlite3.Connection, table: str, champ: str, rang: int = 0) -> int:
    """Make a link lead nowhere, in one row; how many rows there were for that."""
    ligne = f"(SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {rang})"
    ordre = f"UPDATE {table} SET {champ} = '{'0' * 32}' WHERE rowid = {ligne}"
    return connexion.execute(ordre).rowcount


def test_chaque_lien_rompu_est_trouve(chemin: Path) -> None:
    with closing(sqlite3.connect(chemin, isolation_level=None)) as connexion:
        assert liens_rompus(connexion) == []
        for table, champ in _liens():
            connexion.execute("BEGIN")
            if rompre(connexion, table, champ):
                [phrase] = liens_rompus(connexion)
                assert phrase.endswith(f"1 lien « {champ_en_mots(champ)} » ne mène plus à rien.")
            connexion.execute("ROLLBACK")


def test_des_liens_rompus_se_disent_se_sauvegardent_et_n_arretent_rien(
    chemin: Path, lancer: Lancer, tmp_path: Path
) -> None:
    """Another row for each link, so that none hides another."""
    with closing(sqlite3.connect(chemin)) as connexion:
        rompus = [rompre(connexion, *lien, rang) for rang, lien in enumerate(sorted(_liens()))]
        connexion.commit()
    assert sum(rompus) > 15
    code, sortie, erreurs = lancer("verifier", chemin)
    assert (code, erreurs) == (1, "")
    assert sortie.count("ne mène plus à rien") == sum(rompus)
    for commande in list(commandes(chemin, tmp_path))[2:]:
        code, sortie, erreurs = lancer(*commande)
        assert code == 0, (commande, erreurs)
        if commande[0] == "sauvegarder":
            assert "Attention\u00a0: un autre programme a rompu des liens" in erreurs
    contexte = boot.ouvrir(chemin)
    assert len(contexte.fichier.liens_rompus) == sum(rompus)
    contexte.fermer()
    [faite] = sauvegardes.lister(chemin)
    assert faite.motif_libelle == "À la fermeture, avec des liens rompus"


def test_un_avis_dont_le_service_est_perdu_ne_cache_pas_les_autres(chemin: Path) -> None:
    with closing(sqlite3.connect(chemin)) as connexion:
        assert rompre(connexion, "avis_instruction", "service") == 1
        assert rompre(connexion, "regle_affectation", "service") == 1
        connexion.commit()
        [(avis,)] = connexion.execute("SELECT count(*) FROM avis_instruction").fetchall()
        [(regles,)] = connexion.execute("SELECT count(*) FROM regle_affectation").fetchall()
    with Fichier.ouvrir(chemin) as fichier:
        annees = [annee for (annee,) in fichier.lignes(select(Action.annee).distinct())]
        jour = date(2026, 2, 12)
        lus = [a for annee in annees for a in lire_instruction(fichier, annee, jour).avis()]
        assert len(lus) == avis - 1
        assert len(instruction(fichier).affectations.regles()) == regles - 1


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE noeud SET parent = cle",
        "UPDATE noeud SET parent = (SELECT max(n.cle) FROM noeud n WHERE n.cle <> noeud.cle)",
        "UPDATE action SET precedente = cle",
        "UPDATE organisme SET fusionne_dans = cle",
        "UPDATE etape_appel SET ancre = cle",
    ],
)
def test_des_lignes_qui_tournent_en_rond_n_arretent_rien(
    chemin: Path, lancer: Lancer, tmp_path: Path, ordre: str
) -> None:
    sql(chemin, ordre)
    code, sortie, _ = lancer("verifier", chemin, "--json")
    assert code == 1
    assert "en rond par" in json.loads(sortie)["integrite"][0]
    for commande in list(commandes(chemin, tmp_path))[2::3]:
        code, _, erreurs = lancer(*commande)
        assert code == 0, (commande, erreurs)
    contexte = boot.ouvrir(chemin)
    for annee in contexte.actions.annees():
        for action in contexte.actions.lignes(annee):
            assert contexte.fiches.lire(action.cle) is not None
    contexte.fermer()
