"""The calendar that leaves the program: an agenda read by any other, a poster on one page."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import fabriques
import pytest

from app.models.programme import EtapeAppel
from app.services.appels import Appels
from app.services.calendrier import Calendrier, ecrire_calendrier, lire_calendrier, quand
from app.services.calendrier_ics import agenda, echapper, plier
from app.services.calendrier_pdf import affiche
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from tests.lecture_papiers import poppler

JOUR = date(2026, 1, 20)
MOMENT = datetime(2026, 1, 20, 9, 30, tzinfo=UTC)


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    """Two appels; the first has three steps: one late, one in progress, one without a date."""
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        decor = fabriques.decor(ouvert)
        ecrire = Appels(ouvert).etapes
        ecrire.ajouter(
            decor.appel,
            "Note d'intention ; ambition, thème",
            nature="note_intention",
            date_debut="2025-12-01",
            date_fin="2026-01-10",
            acteur="opérateur",
        )
        depot = ecrire.ajouter(
            decor.appel, "Dépôt définitif", date_debut="2026-01-15", date_fin="2026-02-28"
        )
        ecrire.ajouter(decor.appel, "Comité", ancre=depot, nature="comite_financeurs")
        Appels(ouvert).creer(2026, "vacances", date_ouverture="2026-03-10")
        yield ouvert


@pytest.fixture
def calendrier(fichier: Fichier) -> Calendrier:
    return lire_calendrier(fichier, 2026, JOUR)


def test_les_mois_couvrent_les_dates_et_aujourd_hui(
    fichier: Fichier, calendrier: Calendrier
) -> None:
    assert (calendrier.debut, calendrier.fin) == (date(2025, 12, 1), date(2026, 4, 1))
    assert len(calendrier.mois) == 4
    assert [quand(e) for e in calendrier.etapes][1:] == [
        "du 15/01/2026 au 28/02/2026",
        "sans date",
    ]
    gauche, droite = calendrier.barre(calendrier.etapes[1]) or (0, 0)
    assert (round(gauche, 2), round(droite, 2)) == (0.37, 0.74)
    assert calendrier.barre(calendrier.etapes[2]) is None
    assert calendrier.phrase == "Étapes : 1 en retard, 1 en cours, 1 sans date."
    loin = lire_calendrier(fichier, 2026, date(2031, 1, 1))
    assert loin.fin == date(2026, 4, 1), "aujourd'hui est trop loin pour être montré"


def lignes_deroulees(contenu: bytes) -> list[str]:
    return contenu.decode().replace("\r\n ", "").split("\r\n")


def test_l_agenda_suit_la_norme(calendrier: Calendrier) -> None:
    """All-day events whose end is the day after, lines of at most 75 octets, stable identifiers."""
    contenu = agenda(calendrier, MOMENT)
    assert all(len(ligne.encode()) <= 75 for ligne in contenu.decode().split("\r\n"))
    assert b"\n" not in contenu.replace(b"\r\n", b"")
    lignes = lignes_deroulees(contenu)
    assert (lignes[0], lignes[-2]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    assert lignes.count("BEGIN:VEVENT") == lignes.count("END:VEVENT") == 3
    assert "DTSTART;VALUE=DATE:20251201" in lignes
    assert "DTEND;VALUE=DATE:20260111" in lignes
    assert "SUMMARY:Note d'intention\u00a0\\; ambition\\, thème (Appel à projets 2026)" in [
        ligne.replace(" \\;", "\u00a0\\;") for ligne in lignes
    ]
    assert "DESCRIPTION:Qui\u00a0: opérateur\\nÉtat\u00a0: en retard de 10 jours" in lignes
    assert "SUMMARY:Ouverture (Appel vacances 2026)" in lignes
    uids = [ligne for ligne in lignes if ligne.startswith("UID:")]
    assert len(set(uids)) == 3
    assert uids[0] == f"UID:{calendrier.etapes[0].cle}@tour-de-table"
    apres = agenda(replace(calendrier, jour=date(2026, 2, 1)), MOMENT)
    assert [x for x in lignes_deroulees(apres) if x.startswith("UID:")] == uids


def test_aucun_signe_n_est_coupe_en_deux() -> None:
    texte = "é" * 100 + "\U0001f600" * 20
    plie = plier(f"SUMMARY:{texte}")
    assert plie.replace("\r\n ", "") == f"SUMMARY:{texte}"
    assert all(len(ligne.encode()) <= 75 for ligne in plie.split("\r\n"))
    assert echapper("a\\b;c,d\r\ne\x07") == "a\\\\b\\;c\\,d\\ne"


@pytest.mark.parametrize(("debut", "fin"), [(None, "9999-12-31"), ("9999-12-31", "9999-12-31")])
def test_une_date_au_bout_du_calendrier_n_arrete_rien(
    fichier: Fichier, debut: str | None, fin: str
) -> None:
    etape = lire_calendrier(fichier, 2026, JOUR).etapes[0]
    Appels(fichier).etapes.modifier(etape.cle, date_debut=debut, date_fin=fin)
    lu = lire_calendrier(fichier, 2026, JOUR)
    assert lu.mois
    assert lu.barre(lu.etapes[0]) is not None
    assert "DTSTART;VALUE=DATE:99991231" in lignes_deroulees(agenda(lu, MOMENT))


def test_ce_que_demande_une_etape_et_ne_se_lit_pas_est_laisse(fichier: Fichier) -> None:
    etape = lire_calendrier(fichier, 2026, JOUR).etapes[1]
    with fichier.operation("Un autre programme") as e:
        e.modifier(EtapeAppel, etape.cle, requiert=[{"a": 1}, None, "0" * 32, etape.cle])
    assert lire_calendrier(fichier, 2026, JOUR).etapes[1].requiert_noms == (etape.nom,)


def test_l_affiche_tient_sur_une_page(calendrier: Calendrier, tmp_path: Path) -> None:
    """The names, the dates and the state of each step, in words, on one sheet."""
    for a3 in (True, False):
        feuille = tmp_path / f"affiche-{a3}.pdf"
        feuille.write_bytes(affiche(calendrier, a3=a3))
        pages = poppler("pdftotext", "-layout", str(feuille), "-").split("\f")
        assert len(pages) == 2, "une page, et la fin du texte"
        texte = re.sub(r"\s+", " ", pages[0])
        for mot in ("Calendrier 2026", "Dépôt définitif", "en retard de 10 jours", "aujourd'hui"):
            assert mot in texte
        largeur = "1190" if a3 else "841"
        assert largeur in poppler("pdfinfo", str(feuille))


def test_une_affiche_trop_pleine_le_dit(calendrier: Calendrier) -> None:
    beaucoup = replace(calendrier, etapes=calendrier.etapes[:1] * 120)
    with pytest.raises(SaisieRefusee, match="ne tiennent pas"):
        affiche(beaucoup)
    with pytest.raises(SaisieRefusee, match="Aucune étape"):
        affiche(replace(calendrier, etapes=()))


def test_le_calendrier_s_ecrit_par_l_extension_du_fichier(
    calendrier: Calendrier, tmp_path: Path
) -> None:
    ecrire_calendrier(calendrier, tmp_path / "c.ics")
    ecrire_calendrier(calendrier, tmp_path / "c.pdf", a3=False)
    assert (tmp_path / "c.ics").read_bytes().startswith(b"BEGIN:VCALENDAR")
    assert (tmp_path / "c.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(SaisieRefusee, match=r"finir par \.pdf"):
        ecrire_calendrier(calendrier, tmp_path / "c.txt")
