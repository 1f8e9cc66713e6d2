"""Files of every released schema still open: saved first, brought up to date, or left as they were."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from fabrique_fichiers import deplier, fabriquer, publies
from sqlalchemy import create_engine, select

from app.models import database, upgrade
from app.models.action import Action, Cofinancement
from app.models.schema import (
    EMPREINTE_DES_TABLES,
    REVISION,
    TABLES,
    creer_schema,
    empreinte_des_tables,
    metadonnees,
    ordres_du_schema,
)
from app.models.upgrade import mettre_a_niveau
from app.services import integrite, sauvegardes
from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.errors import LectureSeule
from app.services.fichier import Fichier

Schema = dict[tuple[str, str], str]


def schema(chemin: Path) -> Schema:
    """Tables, indexes and triggers with their text, spaces apart."""
    with closing(sqlite3.connect(chemin)) as connexion:
        lignes = connexion.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {
        (nature, nom): " ".join((sql or "").split())
        for nature, nom, sql in lignes
        if not nom.startswith("sqlite_")
    }


@pytest.fixture(scope="module")
def neuf(tmp_path_factory: pytest.TempPathFactory) -> Schema:
    chemin = tmp_path_factory.mktemp("neuf") / "neuf.tdt"
    Fichier.creer(chemin).fermer()
    return schema(chemin)


@pytest.fixture
def stocke(tmp_path: Path) -> Path:
    """A copy of the stored file of the present schema."""
    return deplier(REVISION, tmp_path / "contrat d'été 100 % #1 ?.tdt")


def revisions() -> list[str]:
    dossier = ScriptDirectory(str(upgrade.MIGRATIONS))
    return [script.revision for script in reversed(list(dossier.walk_revisions()))]


# The schema ---------------------------------------------------------------------------------------


def test_les_migrations_font_le_meme_schema_qu_un_fichier_neuf(
    tmp_path: Path, neuf: Schema
) -> None:
    chemin = tmp_path / "migré.tdt"
    database.creer_base_vide(chemin)
    mettre_a_niveau(chemin)
    assert schema(chemin) == neuf
    assert database.identite(chemin) == (database.APPLICATION_ID, REVISION)
    assert {nom for nature, nom in neuf if nature == "trigger"} == {
        "operation_sans_update",
        "operation_sans_delete",
        "trace_sans_update",
        "trace_sans_delete",
    }


def test_les_modeles_ne_demandent_pas_d_autre_migration(tmp_path: Path) -> None:
    chemin = tmp_path / "migré.tdt"
    database.creer_base_vide(chemin)
    mettre_a_niveau(chemin)
    moteur = create_engine("sqlite://", creator=lambda: sqlite3.connect(chemin))
    with moteur.connect() as connexion:
        contexte = MigrationContext.configure(connexion, opts={"compare_type": True})
        assert compare_metadata(contexte, metadonnees()) == []
    moteur.dispose()


def test_les_revisions_se_suivent_et_la_derniere_est_celle_du_programme() -> None:
    assert revisions() == [f"{n:04d}" for n in range(1, int(REVISION) + 1)]


def test_deux_fichiers_neufs_ont_leurs_index_dans_le_meme_ordre(tmp_path: Path) -> None:
    """SQLite chooses among equal indexes by their order: speed must not be a matter of luck."""
    with closing(sqlite3.connect(":memory:")) as temoin:
        moteur = create_engine("sqlite://", creator=lambda: temoin)
        with moteur.connect() as connexion:
            creer_schema(connexion)
        noms = temoin.execute(
            "SELECT tbl_name, name FROM sqlite_master WHERE type='index' AND sql IS NOT NULL"
        ).fetchall()
    par_table: dict[str, list[str]] = {}
    for table, nom in noms:
        par_table.setdefault(table, []).append(nom)
    assert all(liste == sorted(liste) for liste in par_table.values())
    assert len(par_table["cofinancement"]) == 5


# Stored files -------------------------------------------------------------------------------------


def test_chaque_schema_publie_a_son_fichier() -> None:
    assert publies() == revisions()


@pytest.mark.parametrize("publie", publies())
def test_un_fichier_d_une_version_publiee_s_ouvre(
    publie: str, tmp_path: Path, neuf: Schema
) -> None:
    chemin = deplier(publie, tmp_path / "ancien.tdt")
    ancien = publie < REVISION
    with Fichier.ouvrir(chemin) as ouvert:
        assert ouvert.lignes(select(Action.numero, Action.titre).order_by(Action.numero)) == [
            ("2025-001", "Ateliers d'écriture"),
            ("2026-001", "Action 1"),
            ("2026-002", "Jardin partagé – été"),
            ("2026-003", "Action 3"),
        ]
        assert len(ouvert.lignes(select(Cofinancement.cle))) == 9
        with ouvert.lecture() as connexion:
            assert verifier_chaine(connexion) + verifier_rejeu(connexion) == []
        assert ouvert.defauts() == []
    assert schema(chemin) == neuf
    assert [s.motif for s in sauvegardes.lister(chemin)] == ["avant-mise-a-niveau"] * ancien


def test_le_fichier_du_schema_present_est_celui_que_fait_la_fabrique(
    tmp_path: Path, neuf: Schema
) -> None:
    """Forgotten after a change of schema, the stored file would prove nothing."""
    garde = deplier(REVISION, tmp_path / "garde.tdt")
    assert schema(garde) == neuf
    fabriquer(tmp_path / "refait.tdt")
    assert compter(tmp_path / "refait.tdt") == compter(garde)


def compter(chemin: Path) -> dict[str, int]:
    with closing(sqlite3.connect(chemin)) as connexion:
        return {
            nom: connexion.execute(f"SELECT count(*) FROM {nom}").fetchone()[0] for nom in TABLES
        }


# A revision to come -------------------------------------------------------------------------------

SUIVANTE = f"{int(REVISION) + 1:04d}"
ENTETE = f"""
import sqlalchemy as sa
from alembic import op

revision = "{SUIVANTE}"
down_revision = "{REVISION}"


def upgrade():
"""
BONNE = """
    with op.batch_alter_table("exercice", recreate="always") as table:
        table.add_column(sa.Column("libelle", sa.Text(), nullable=False, server_default="à venir"))
"""
RATEE = BONNE + '    raise RuntimeError("panne au milieu")\n'
LIEN_ROMPU = '    op.execute("DELETE FROM organisme")\n'


@pytest.fixture
def demain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As if the program were one revision ahead; returns the module to fill."""
    migrations = tmp_path / "migrations 100 %"
    shutil.copytree(upgrade.MIGRATIONS, migrations, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(upgrade, "MIGRATIONS", migrations)
    monkeypatch.setattr(integrite, "REVISION", SUIVANTE)
    return migrations / "versions" / f"{SUIVANTE}_essai.py"


def lignes(chemin: Path) -> list[str]:
    with closing(sqlite3.connect(chemin)) as connexion:
        return sorted(ligne for ligne in connexion.iterdump() if ligne.startswith("INSERT INTO"))


def test_un_ancien_fichier_est_sauvegarde_puis_mis_a_niveau(stocke: Path, demain: Path) -> None:
    demain.write_text(ENTETE + BONNE)
    avant, schema_avant = lignes(stocke), schema(stocke)
    with Fichier.ouvrir(stocke) as ouvert, ouvert.lecture() as connexion:
        assert verifier_chaine(connexion) == []
        assert connexion.exec_driver_sql("SELECT annee, libelle FROM exercice").all() == [
            (2026, "à venir")
        ]
    assert database.identite(stocke)[1] == SUIVANTE
    [sauvegarde] = sauvegardes.lister(stocke)
    assert sauvegarde.motif == "avant-mise-a-niveau"
    assert lignes(sauvegarde.chemin) == avant
    apres = schema(stocke)
    assert {cle for cle in apres if apres[cle] != schema_avant[cle]} == {("table", "exercice")}
    gardees = set(lignes(stocke))
    assert [ligne for ligne in avant if ligne not in gardees] == [
        ligne
        for ligne in avant
        if ligne.startswith(('INSERT INTO "exercice"', 'INSERT INTO "alembic_version"'))
    ]
    Fichier.ouvrir(stocke).fermer()
    assert len(sauvegardes.lister(stocke)) == 1


@pytest.mark.parametrize(
    ("suite", "erreur"), [(RATEE, RuntimeError), (LIEN_ROMPU, sqlite3.IntegrityError)]
)
def test_une_mise_a_niveau_ratee_laisse_le_fichier_et_sa_sauvegarde(
    stocke: Path, demain: Path, suite: str, erreur: type[Exception]
) -> None:
    demain.write_text(ENTETE + suite)
    avant, schema_avant = lignes(stocke), schema(stocke)
    with pytest.raises(erreur):
        Fichier.ouvrir(stocke)
    assert (lignes(stocke), schema(stocke)) == (avant, schema_avant)
    assert len(sauvegardes.lister(stocke)) == 1
    demain.write_text(ENTETE + BONNE)
    with Fichier.ouvrir(stocke) as ouvert:
        assert ouvert.repris_de is None


def test_un_ancien_fichier_en_lecture_seule_dit_quoi_faire(stocke: Path, demain: Path) -> None:
    demain.write_text(ENTETE + BONNE)
    with pytest.raises(LectureSeule, match="version plus ancienne : copiez-le dans un dossier où"):
        Fichier.ouvrir(stocke, lecture_seule=True)
    assert database.identite(stocke)[1] == REVISION


def test_l_empreinte_des_tables_est_celle_que_le_programme_declare() -> None:
    """Opening a file compares it with this: another one would only slow the opening down."""
    tables = (ordre for ordre in ordres_du_schema() if ordre.startswith("CREATE TABLE"))
    assert empreinte_des_tables(tables) == EMPREINTE_DES_TABLES
