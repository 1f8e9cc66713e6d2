"""The envelopes: what is left, and an overshoot said in words and euros."""

from decimal import Decimal

import pytest

from app.services.cofinancements import Cofinancements
from app.services.enveloppes import Enveloppes, alerte, reste_en_mots
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.totaux import Totaux
from tests import fabriques


def _etat(fichier: Fichier, **enveloppe: object):  # type: ignore[no-untyped-def]
    decor = fabriques.decor(fichier)
    with fichier.operation("x") as e:
        fabriques.enveloppe(e, decor.financeurs[0], **enveloppe)
    Cofinancements(fichier).saisir(
        decor.action, decor.financeurs[0], etape="accorde", montant=Decimal(9000)
    )
    financeur = Cofinancements(fichier).financeurs()[0]
    return Totaux(fichier).etat(2026, financeur)


def test_le_reste_deduit_la_reserve_et_les_conventions(fichier: Fichier) -> None:
    etat = _etat(fichier, montant=Decimal(20_000), reserve=Decimal(1000), engage=Decimal(4000))
    assert (etat.disponible, etat.reste) == (Decimal(15_000), Decimal(6000))
    assert reste_en_mots(etat) == "reste 6\u202f000\u00a0€"
    assert alerte(etat) is None


def test_un_depassement_est_dit_en_euros(fichier: Fichier) -> None:
    etat = _etat(fichier, montant=Decimal(5800))
    assert reste_en_mots(etat) == "dépasse de 3\u202f200\u00a0€"
    trouvee = alerte(etat)
    assert trouvee is not None
    assert trouvee.message == "L'enveloppe 2026 de État est dépassée de 3\u202f200\u00a0€."


def test_sans_montant_rien_n_est_suppose(fichier: Fichier) -> None:
    etat = _etat(fichier, montant=None, notifie=False)
    assert (etat.montant, etat.reste, etat.notifie) == (None, None, False)
    assert reste_en_mots(etat) == "non communiquée"


def test_deux_lignes_de_credit_s_ajoutent(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    enveloppes = Enveloppes(fichier)
    enveloppes.ajouter(2026, decor.financeurs[0], montant=Decimal(700), notifie=True)
    enveloppes.ajouter(
        2026,
        decor.financeurs[0],
        ligne_credit=decor.lignes_credit[0],
        montant=Decimal(300),
        notifie=False,
    )
    etat = Totaux(fichier).etat(2026, Cofinancements(fichier).financeurs()[0])
    assert (etat.montant, etat.notifie) == (Decimal(1000), False)
    assert [ligne.ligne_credit_nom for ligne in enveloppes.lignes(2026)] == ["", "BOP 147"]


def test_une_enveloppe_negative_est_refusee(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with pytest.raises(SaisieRefusee, match="négative"):
        Enveloppes(fichier).ajouter(2026, decor.financeurs[0], montant=Decimal(-1))
    assert Enveloppes(fichier).lignes(2026) == []


def test_chaque_cofinancement_pese_sur_l_enveloppe_la_plus_precise(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=3)
    etat, agglo, region = decor.financeurs
    (credit,) = decor.lignes_credit
    with fichier.operation("x") as e:
        precise = fabriques.enveloppe(e, etat, ligne_credit=credit, montant=Decimal(1000))
        generale = fabriques.enveloppe(e, etat, montant=Decimal(500), reserve=Decimal(100))
        locale = fabriques.enveloppe(e, agglo, commune=decor.communes[0], montant=Decimal(50))
        for financeur, champs in (
            (etat, {"ligne_credit": credit, "accorde": Decimal(700)}),
            (etat, {"accorde": Decimal(450)}),
            (agglo, {"commune": decor.communes[0], "accorde": Decimal(60)}),
            (agglo, {"commune": decor.communes[1], "accorde": Decimal(5)}),
            (region, {"accorde": Decimal(8)}),
        ):
            fabriques.cofinancement(e, decor.action, financeur, demande=None, **champs)
    enveloppes = Enveloppes(fichier)
    lues, hors_enveloppe = enveloppes.avec_le_reste(2026)
    lignes = {ligne.cle: ligne for ligne in lues}
    assert {cle: (ligne.accorde, ligne.reste) for cle, ligne in lignes.items()} == {
        precise: (Decimal(700), Decimal(300)),
        generale: (Decimal(450), Decimal(-50)),
        locale: (Decimal(60), Decimal(-10)),
    }
    assert hors_enveloppe == Decimal(13)
    assert enveloppes.lignes(2026) == lues


def test_supprimer_plusieurs_enveloppes_est_un_seul_geste(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    enveloppes = Enveloppes(fichier)
    cles = [enveloppes.ajouter(2026, financeur) for financeur in decor.financeurs]
    fichier.undo.oublier()
    enveloppes.supprimer(*cles[:2])
    assert [ligne.cle for ligne in enveloppes.lignes(2026)] == cles[2:]
    assert fichier.undo.a_annuler() == ["Supprimer 2 enveloppes"]
    fichier.undo.annuler()
    assert len(enveloppes.lignes(2026)) == 3


def test_sans_ligne_de_credit_la_seule_enveloppe_possible_est_la_bonne(fichier: Fichier) -> None:
    """An imported amount seldom says its line: the band and the page must say the same figure."""
    decor = fabriques.decor(fichier)
    with fichier.operation("x") as e:
        fabriques.enveloppe(
            e, decor.financeurs[0], ligne_credit=decor.lignes_credit[0], montant=Decimal(100_000)
        )
        fabriques.cofinancement(e, decor.action, decor.financeurs[0], accorde=Decimal(54_900))
    lignes, perdu = Enveloppes(fichier).avec_le_reste(2026)
    assert ([ligne.reste for ligne in lignes], perdu) == ([Decimal(45_100)], 0)
    etat = Totaux(fichier).etat(2026, Cofinancements(fichier).financeurs()[0])
    assert etat.reste == Decimal(45_100)


@pytest.mark.parametrize(
    ("montant", "notifie", "mots"),
    [(100, True, "notifiée"), (100, False, "prévisionnelle"), (None, False, "non communiquée")],
)
def test_l_ecran_et_les_exports_disent_l_etat_d_une_enveloppe_avec_les_memes_mots(
    fichier: Fichier, montant: int | None, notifie: bool, mots: str
) -> None:
    from app.services.export_pdf import _rangee_enveloppe
    from app.services.syntheses_classeur import etat_en_mots
    from app.ui.jauge import detail

    etat = _etat(fichier, montant=montant and Decimal(montant), notifie=notifie)
    assert f"Enveloppe {mots}" in detail(etat)
    assert mots in _rangee_enveloppe(etat.financeur, etat, ()).textes
    assert etat_en_mots(etat.montant, notifie=etat.notifie) == mots
