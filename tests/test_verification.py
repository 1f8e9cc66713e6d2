"""What the check finds: damage, a journal rewritten, and data that the journal does not tell."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from app.services.cofinancements import Cofinancements
from app.services.fichier import Fichier
from app.services.totaux import Totaux
from app.services.verification import verifier
from tests import fabriques


@pytest.fixture
def garni(tmp_path: Path) -> Path:
    """A closed file with one amount granted."""
    with fabriques.neuf(tmp_path / "essai.tdt") as fichier:
        decor = fabriques.decor(fichier)
        Cofinancements(fichier).saisir(
            decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(4500)
        )
    return tmp_path / "essai.tdt"


@pytest.fixture
def ouvert(garni: Path) -> Iterator[Fichier]:
    with Fichier.ouvrir(garni) as fichier:
        yield fichier


def ailleurs(chemin: Path, *ordres: str) -> None:
    """Another tool writes to the file."""
    with closing(sqlite3.connect(chemin)) as base:
        for ordre in ordres:
            base.execute(ordre)
        base.commit()


def test_un_fichier_sain_l_est_totaux_compris(ouvert: Fichier) -> None:
    rapport = verifier(ouvert, totaux=Totaux(ouvert))
    assert (rapport.est_sain, rapport.defauts) == (True, ())


@pytest.mark.parametrize(
    ("ordre", "phrase"),
    [
        (
            "UPDATE cofinancement SET accorde = 450050",
            (
                "Cofinancement « Action 1 – État » : « accordé » vaut 4 500,50 € dans le fichier, "
                "4 500 € dans le journal."
            ),
        ),
        (
            "UPDATE action SET porteur = (SELECT cle FROM organisme WHERE nature = 'commune')",
            (
                "Action « Action 1 » : « porteur » vaut Ville de Brèmes-sur-Scarpe dans le fichier, "
                "Les Ateliers du canal dans le journal."
            ),
        ),
        (
            "UPDATE action SET statut = 'accordee', cpo_rang = NULL",
            "Action « Action 1 » : « statut » vaut Accordée dans le fichier, Déposée dans le journal.",
        ),
        (
            "DELETE FROM cofinancement",
            "Cofinancement « Action 1 – État » : dans le journal, mais plus dans le fichier.",
        ),
        (
            "INSERT INTO exercice (cle, annee, clos) VALUES ('0', 2031, 0)",
            "Exercice « 2031 » : dans le fichier, mais pas dans le journal.",
        ),
    ],
)
def test_ce_qu_un_autre_outil_a_change_est_nomme(garni: Path, ordre: str, phrase: str) -> None:
    ailleurs(garni, ordre)
    with Fichier.ouvrir(garni, lecture_seule=True) as fichier:
        rapport = verifier(fichier)
    (trouvee,) = rapport.donnees
    assert " ".join(trouvee.split()) == phrase
    assert rapport.defauts == (trouvee,)
    assert rapport.en_json()["journal"] == [trouvee]
    assert rapport.verdict.startswith("Le fichier n'est plus tel que son journal le raconte")


def test_un_journal_recrit_ne_prouve_plus_rien(garni: Path) -> None:
    ailleurs(
        garni,
        "DROP TRIGGER trace_sans_update",
        "UPDATE trace SET apres = '{' WHERE operation = 2",
        "UPDATE cofinancement SET accorde = 1",
    )
    with Fichier.ouvrir(garni, lecture_seule=True) as fichier:
        rapport = verifier(fichier)
    assert rapport.journal == ("L'opération 2 a été modifiée après son inscription.",)
    assert rapport.protections == ("Journal : la protection « trace_sans_update » a été retirée.",)
    assert rapport.integrite == rapport.donnees == ()
    assert rapport.verdict.startswith("Le journal a été modifié après coup")


def test_les_totaux_affiches_sont_compares_a_ceux_du_fichier(ouvert: Fichier) -> None:
    totaux = Totaux(ouvert)
    ailleurs(ouvert.chemin, "UPDATE cofinancement SET accorde = 1")
    rapport = verifier(ouvert, totaux=totaux)
    _, totaux_faux = rapport.donnees
    assert totaux_faux == (
        "Les totaux affichés pour État en 2026 ne sont pas ceux du fichier : refermez-le, puis "
        "rouvrez-le."
    )
