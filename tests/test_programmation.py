"""A year's programme, and the years that a contract allows."""

from decimal import Decimal

import pytest
from sqlalchemy import event

from app.services.cofinancements import Cofinancements
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.programmation import (
    annees_du_contrat,
    exiger_annee,
    lire_programmation,
    ouvrir_exercice,
)
from tests import fabriques


def test_une_annee_hors_du_contrat_est_refusee(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        fabriques.contrat(e, annee_debut=2024, annee_fin=2030)
    exiger_annee(fichier, 2024)
    exiger_annee(fichier, 2030)
    with pytest.raises(SaisieRefusee, match="2031"):
        ouvrir_exercice(fichier, 2031)
    assert annees_du_contrat(fichier) == [2024, 2025, 2026, 2027, 2028, 2029, 2030]


def test_un_contrat_sans_dates_n_interdit_rien(fichier: Fichier) -> None:
    with fichier.operation("x") as e:
        fabriques.contrat(e)
    ouvrir_exercice(fichier, 2041)
    ouvrir_exercice(fichier, 2041)
    assert annees_du_contrat(fichier) == [2041, 2042]


def test_la_programmation_porte_l_empreinte_du_journal(fichier: Fichier) -> None:
    fabriques.decor(fichier, actions=2)
    avant = lire_programmation(fichier, 2026)
    assert avant == lire_programmation(fichier, 2026)
    assert [a.numero for a in avant.actions] == ["2026-001", "2026-002"]
    assert avant.appel == "Appel à projets 2026"
    with fichier.operation("x") as e:
        fabriques.organisme(e, nom="Un autre")
    assert lire_programmation(fichier, 2026).empreinte != avant.empreinte


def test_une_saisie_pendant_l_export_n_en_change_pas_la_moitie(fichier: Fichier) -> None:
    """The rows, the envelopes and the hash that proves them are of one same moment."""
    decor = fabriques.decor(fichier)
    avant = lire_programmation(fichier, 2026)
    saisies: list[Decimal] = []

    def saisir_une_fois(_connexion: object, _curseur: object, requete: str, *_: object) -> None:
        if "contrat.nom" in requete and not saisies:  # the totals are read, the rows are not
            saisies.append(Decimal(9000))
            Cofinancements(fichier).saisir(
                decor.action, decor.financeurs[0], etape="accorde", montant=saisies[0]
            )

    event.listen(fichier._moteur, "before_cursor_execute", saisir_une_fois)
    assert lire_programmation(fichier, 2026) == avant
    assert saisies
    apres = lire_programmation(fichier, 2026)
    assert apres.actions[0].accorde == apres.enveloppes[0].accorde == 9000
