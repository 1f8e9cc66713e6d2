"""The clipboard: what a spreadsheet and a mail get, and LibreOffice Calc itself, there and back."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from echange_calc import GENRES, LIGNES
from fabrique_tableau import Atelier
from PySide6.QtCore import QMimeData
from PySide6.QtWidgets import QApplication

from app.services.columns import TypeColonne
from app.ui.presse_papiers import TSV_DE_LIBREOFFICE, bloc_de, donnees, en_html, en_tsv


@pytest.fixture
def atelier(qapp: QApplication) -> Atelier:
    return Atelier()


# LibreOffice Calc ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Echange:
    """What Calc held after Ctrl+C here, and what our table held after Calc copied it back."""

    calc: dict[tuple[int, str], tuple[str, str, str]]  # kind of cell, number, text
    revenues: list[str]


@pytest.fixture(scope="module")
def echange(tmp_path_factory: pytest.TempPathFactory) -> Echange:
    dossier = tmp_path_factory.mktemp("echange")
    fini = subprocess.run(
        ["xvfb-run", "-a", "-s", "-screen 0 1024x768x24", sys.executable,
         str(Path(__file__).with_name("echange_calc.py")), str(dossier)],
        env={**os.environ, "QT_QPA_PLATFORM": "xcb"},
        capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    echec = dossier / "echec"
    assert fini.returncode == 0, f"{fini.stderr}\n{echec.read_text() if echec.exists() else ''}"
    noms = list(GENRES)
    calc = {}
    for ligne in (dossier / "calc").read_text("utf-8").splitlines():
        rang, colonne, *reste = ligne.split("\t")
        calc[int(rang), noms[int(colonne)]] = tuple(reste)
    return Echange(calc, json.loads((dossier / "revenues").read_text()))


def test_calc_recoit_chaque_valeur_avec_son_genre(echange: Echange) -> None:
    """Cents, dates, accents, quotes, line ends, leading zeros: numbers are numbers, texts are texts."""
    assert len(echange.calc) == len(LIGNES) * len(GENRES)
    for rang, ligne in enumerate(LIGNES):
        for nom, genre in GENRES.items():
            valeur = getattr(ligne, nom)
            nature, nombre, texte = echange.calc[rang, nom]
            ou = f"{nom} {valeur!r} : {texte!r}"
            if valeur is None:
                assert (nature, texte) == ("0", ""), ou
            elif genre in (TypeColonne.TEXTE, TypeColonne.CHOIX, TypeColonne.BOOLEEN):
                attendu = {True: "oui", False: "non", "accordee": "Accordée", "deposee": "Déposée"}
                assert nature == "2", ou
                assert texte == attendu.get(valeur, valeur).replace("\n", "|"), ou
            elif genre == TypeColonne.DATE:
                assert (nature, texte) == ("1", f"{valeur:%d/%m/%Y}"), ou
            else:
                assert (nature, Decimal(nombre.replace(",", "."))) == ("1", valeur), ou


def test_ce_qui_revient_de_calc_est_ce_qui_y_est_parti(echange: Echange) -> None:
    """A share alone is read in per cent, as it is typed: Calc shows it as « 0,605 »."""
    assert list(map(_sans_part, echange.revenues)) == [_sans_part(repr(x)) for x in LIGNES]


def _sans_part(ligne: str) -> str:
    return re.sub(r"part=\S+, ", "", ligne)


# What is on the clipboard -------------------------------------------------------------------------


def test_un_tableur_garde_les_zeros_les_dates_et_les_nombres(atelier: Atelier) -> None:
    atelier.changer("d", titre="00123")
    page = en_html(atelier.modele, [3], [0, 2, 4, 5])
    cases = dict(re.findall(r"<td ([^>]*)>([^<]*)</td>", page))
    par_texte = {texte: attributs for attributs, texte in cases.items()}
    assert r"mso-number-format:'\@'" in par_texte["00123"]
    assert "x:num" not in par_texte["00123"]
    assert 'x:num="0.05"' in par_texte["0,05"]
    assert r"mso-number-format:'dd\/mm\/yyyy'" in par_texte["15/01/2026"]
    assert 'x:num="46037"' in par_texte["15/01/2026"]


def test_les_en_tetes_nomment_le_financeur_et_l_etape(atelier: Atelier) -> None:
    assert en_tsv(atelier.modele, [0], [0, 3, 4], entetes=True) == (
        "Intitulé\tÉtat · demandé\tÉtat · accordé\nThéâtre à l’école\t1000,1\t800\n"
    )
    assert "<th>État · demandé</th>" in en_html(atelier.modele, [0], [0, 3], entetes=True)


def test_copier_tel_qu_affiche_donne_les_textes_de_l_ecran(atelier: Atelier) -> None:
    assert en_tsv(atelier.modele, [0], [3], affiche=True) == "1\u202f000,10\n"
    page = en_html(atelier.modele, [0], [3], affiche=True)
    assert "x:num" not in page
    assert ">1\u202f000,10<" in page


def test_entre_plusieurs_zones_ce_qui_n_est_pas_choisi_reste_vide(atelier: Atelier) -> None:
    contenu = donnees(atelier.modele, {0: {0, 2}, 4: {0}}, [0, 1, 2, 3, 4])
    assert contenu is not None
    assert contenu.text() == "Théâtre à l’école\t800\nChantier 9\t\n"
    assert "<td></td>" in contenu.html()
    assert donnees(atelier.modele, {}, [0, 1]) is None


def test_le_bloc_vient_du_texte_et_de_la_page_seulement_sans_lui() -> None:
    contenu: Any = QMimeData()
    assert bloc_de(contenu) is None
    contenu.setHtml("<table><tr><td>de la page</td></tr></table>")
    assert bloc_de(contenu) == [["de la page"]]
    contenu.setText("du texte\n")
    assert bloc_de(contenu) == [["du texte"]]
    contenu.setData(TSV_DE_LIBREOFFICE, b'"deux\nlignes"\tde Calc\n')
    assert bloc_de(contenu) == [["deux\nlignes", "de Calc"]]
