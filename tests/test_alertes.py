"""What is said of grants that look impossible, and how decisions without one are named."""

from decimal import Decimal

import pytest

from app.services.actions import Actions
from app.services.alertes import accords_saisis, alertes_de_l_action, decision_en_mots
from app.services.cofinancements import Cofinancements
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.verification import constats
from tests import fabriques


def _phrases(fichier: Fichier, **champs: object) -> list[str]:
    decor = fabriques.decor(fichier)
    Actions(fichier).modifier(decor.action, cout_total=Decimal(4000), **champs)
    service = Cofinancements(fichier)
    service.saisir(decor.action, decor.financeurs[0], etape="demande", montant=Decimal(3500))
    service.saisir(decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(5000))
    return alertes_de_l_action(Actions(fichier).lignes(2026)[0], service.financeurs())


def test_accorder_plus_que_demande_ou_que_le_cout_est_dit(fichier: Fichier) -> None:
    assert _phrases(fichier) == [
        "L'action 2026-001 reçoit 5\u202f000\u00a0€, plus que son coût (4\u202f000\u00a0€).",
        "L'action 2026-001 reçoit de État 5\u202f000\u00a0€, plus que demandé (3\u202f500\u00a0€).",
    ]


def test_accorder_a_une_action_non_retenue_est_dit_d_abord(fichier: Fichier) -> None:
    assert _phrases(fichier, statut="refusee")[0] == (
        "L'action 2026-001 est « Non retenue » et reçoit 5\u202f000\u00a0€ : vérifiez son statut."
    )


def test_un_accord_ordinaire_ne_dit_rien(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    service = Cofinancements(fichier)
    service.saisir(decor.action, decor.financeurs[0], etape="demande", montant=Decimal(3500))
    service.saisir(decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(3500))
    assert alertes_de_l_action(Actions(fichier).lignes(2026)[0], service.financeurs()) == []


def test_un_montant_sans_decision_le_dit_dans_les_documents_et_les_constats(
    fichier: Fichier,
) -> None:
    decor = fabriques.decor(fichier)
    Cofinancements(fichier).saisir(
        decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(100)
    )
    assert decision_en_mots(Actions(fichier).lignes(2026)[0]) == (
        "Déposée, montant saisi à confirmer"
    )
    attendue = "L'action 2026-001 a un montant accordé mais reste « Déposée »."
    assert attendue in [constat.message for constat in constats(fichier)]
    Actions(fichier).modifier(decor.action, statut="accordee")
    assert decision_en_mots(Actions(fichier).lignes(2026)[0]) == "Accordée"
    assert attendue not in [constat.message for constat in constats(fichier)]


def test_seul_un_accord_change_est_regarde(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    vus: list[set[str]] = []
    fichier.bus.abonner(lambda avis: vus.append(accords_saisis(avis)))
    service = Cofinancements(fichier)
    service.saisir(decor.action, decor.financeurs[0], etape="demande", montant=Decimal(10))
    service.saisir(decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(10))
    service.saisir(decor.action, decor.financeurs[0], etape="demande", montant=Decimal(12))
    assert vus == [set(), {decor.action}, set()]


def test_la_ligne_de_credit_est_celle_du_financeur(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    service = Cofinancements(fichier)
    etat = service.ajouter(decor.action, decor.financeurs[0])
    agglo = service.ajouter(decor.action, decor.financeurs[1])
    service.changer_de_ligne(etat, decor.lignes_credit[0])
    with pytest.raises(SaisieRefusee, match="autre financeur"):
        service.changer_de_ligne(agglo, decor.lignes_credit[0])
    lignes = {c.cle: c for c in service.de_l_action(decor.action)}
    assert lignes[etat].ligne_credit_nom == "BOP 147"
    assert lignes[etat].nature_credit == "specifique"
    assert lignes[agglo].ligne_credit is None
