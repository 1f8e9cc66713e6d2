"""Who gives how much to what: one amount typed in a cell, and the lines of the sheet."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from fabriques import Decor
from sqlalchemy import select

from app.models.action import Cofinancement
from app.models.enums import StatutCofinancement
from app.models.journal import Trace
from app.models.organisme import Financeur
from app.services.actions import Actions
from app.services.cases_ecrites import ecrire_ensemble
from app.services.cofinancements import Cofinancements, Credit
from app.services.columns import Colonne
from app.services.columns_actions import colonnes_actions
from app.services.errors import Conflit, SaisieRefusee
from app.services.fichier import Fichier
from app.services.rows import ETAPES_MONTANT


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier)


@pytest.fixture
def cofinancements(fichier: Fichier) -> Cofinancements:
    return Cofinancements(fichier)


def test_les_financeurs_sont_dans_l_ordre_du_tour_de_table(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    with fichier.operation("Retirer la Région, faire passer l'agglomération devant") as e:
        e.modifier(Financeur, decor.financeurs[2], actif=False)
        e.modifier(Financeur, decor.financeurs[1], rang=-1)
    assert [f.nom_court for f in cofinancements.financeurs()] == ["Agglomération", "État"]
    etat, agglo, _ = decor.financeurs
    assert cofinancements.credits() == [
        Credit(agglo, "Agglomération", None, "", None),
        Credit(etat, "État", decor.lignes_credit[0], "BOP 147", "specifique"),
    ]
    assert [c.libelle for c in cofinancements.credits()] == ["Agglomération", "État – BOP 147"]


def test_un_financeur_parti_garde_sa_colonne_les_annees_ou_il_a_donne(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    etat, agglo, region = decor.financeurs
    cofinancements.ajouter(decor.action, agglo)  # asked for nothing yet
    cofinancements.ajouter(decor.action, region, annee=2027, accorde=Decimal(300))
    with fichier.operation("Retirer l'agglomération et la Région") as e:
        for financeur in (agglo, region):
            e.modifier(Financeur, financeur, actif=False)

    def montres(annee: int | None) -> list[str]:
        return [f.cle for f in cofinancements.financeurs(annee)]

    assert montres(None) == montres(2025) == [etat]
    assert montres(2026) == montres(2027) == [etat, region]
    (ligne,) = Actions(fichier).lignes(2026)
    vus = [ligne.montants[cle].accorde for cle in montres(2026) if cle in ligne.montants]
    assert sum(vus) == ligne.accorde == 300


def test_un_montant_tape_cree_le_cofinancement_sur_la_seule_ligne_de_credit(
    decor: Decor, cofinancements: Cofinancements
) -> None:
    etat = decor.financeurs[0]
    cofinancements.saisir(decor.action, etat, etape="demande", montant=Decimal("12500.50"))
    [ligne] = cofinancements.de_l_action(decor.action)
    assert (ligne.financeur, ligne.financeur_nom, ligne.annee) == (etat, "État", 2026)
    assert (ligne.ligne_credit_nom, ligne.nature_credit) == ("BOP 147", "specifique")
    assert (ligne.demande, ligne.propose, ligne.accorde) == (Decimal("12500.50"), None, None)
    assert (ligne.statut, ligne.securise) == ("demande", False)


@pytest.mark.parametrize("lignes", [0, 2])
def test_sans_ligne_de_credit_unique_la_nature_reste_a_dire(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements, lignes: int
) -> None:
    region = decor.financeurs[2]
    with fichier.operation("Ajouter des lignes de crédit") as e:
        for rang in range(lignes):
            fabriques.ligne_credit(e, region, identifiant=str(rang))
    cofinancements.saisir(decor.action, region, etape="demande", montant=Decimal(100))
    [ligne] = cofinancements.de_l_action(decor.action)
    assert (ligne.ligne_credit, ligne.ligne_credit_nom, ligne.nature_credit) == (None, "", None)


def test_un_montant_tape_ensuite_change_la_meme_ligne(
    decor: Decor, cofinancements: Cofinancements
) -> None:
    for rang, etape in enumerate(ETAPES_MONTANT):
        cofinancements.saisir(
            decor.action, decor.financeurs[0], etape=etape, montant=Decimal(1000 - rang)
        )
    [ligne] = cofinancements.de_l_action(decor.action)
    assert [getattr(ligne, etape) for etape in ETAPES_MONTANT] == [1000, 999, 998, 997, 996, 995]
    assert ligne.statut == "verse"


@pytest.mark.parametrize(
    ("depart", "etape", "arrivee"),
    [
        ("inconnu", "demande", "demande"),
        ("demande", "propose", "propose"),
        ("pris_en_charge", "propose", "propose"),
        ("accorde", "propose", "accorde"),
        ("verse", "demande", "verse"),
        ("refuse", "demande", "refuse"),
        ("refuse", "accorde", "accorde"),
        ("non_recevable", "propose", "propose"),
        ("statut d'une autre version", "accorde", "statut d'une autre version"),
    ],
)
def test_le_statut_avance_avec_le_montant_et_ne_recule_pas_seul(
    fichier: Fichier,
    decor: Decor,
    cofinancements: Cofinancements,
    depart: str,
    etape: str,
    arrivee: str,
) -> None:
    with fichier.operation("Préparer") as e:
        fabriques.cofinancement(e, decor.action, decor.financeurs[0], statut=depart)
    cofinancements.saisir(decor.action, decor.financeurs[0], etape=etape, montant=Decimal(7))
    [ligne] = cofinancements.de_l_action(decor.action)
    assert ligne.statut == arrivee


def test_effacer_un_montant_garde_la_ligne_et_son_statut(
    decor: Decor, cofinancements: Cofinancements
) -> None:
    etat = decor.financeurs[0]
    cofinancements.saisir(decor.action, etat, etape="accorde", montant=Decimal(100))
    cofinancements.saisir(decor.action, etat, etape="accorde", montant=None)
    [ligne] = cofinancements.de_l_action(decor.action)
    assert (ligne.accorde, ligne.statut) == (None, "accorde")


def test_effacer_ce_qui_n_existe_pas_ou_retaper_la_meme_chose_ne_laisse_rien(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    etat = decor.financeurs[0]
    cofinancements.saisir(decor.action, etat, etape="demande", montant=None)
    assert cofinancements.de_l_action(decor.action) == []
    cofinancements.saisir(decor.action, etat, etape="demande", montant=Decimal(100))
    cofinancements.saisir(decor.action, etat, etape="demande", montant=Decimal("100.00"))
    assert fichier.undo.a_annuler() == ["Demande de 100\u00a0€"]


@pytest.mark.parametrize(
    ("etape", "libelle"),
    [
        ("demande", "Demande de 12\u202f500\u00a0€"),
        ("propose", "Proposer 12\u202f500\u00a0€"),
        ("accorde", "Accorder 12\u202f500\u00a0€"),
        ("vote", "Voter 12\u202f500\u00a0€"),
        ("notifie", "Notifier 12\u202f500\u00a0€"),
        ("verse", "Verser 12\u202f500\u00a0€"),
    ],
)
def test_le_geste_a_annuler_est_nomme(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements, etape: str, libelle: str
) -> None:
    cofinancements.saisir(decor.action, decor.financeurs[0], etape=etape, montant=Decimal(12500))
    assert fichier.undo.a_annuler() == [libelle]


def test_un_montant_negatif_est_refuse_partout(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    etat = decor.financeurs[0]
    cofinancements.saisir(decor.action, etat, etape="demande", montant=Decimal(100))
    [ligne] = cofinancements.de_l_action(decor.action)
    phrase = "Un montant de cofinancement ne peut pas être négatif : tapez un montant positif"
    with pytest.raises(SaisieRefusee, match=phrase):
        cofinancements.saisir(decor.action, etat, etape="demande", montant=Decimal("-0.01"))
    with pytest.raises(SaisieRefusee, match=phrase):
        cofinancements.modifier(ligne.cle, vote=Decimal(-5))
    with pytest.raises(SaisieRefusee, match=phrase):
        cofinancements.ajouter(decor.action, etat, notifie=Decimal(-5))
    assert cofinancements.de_l_action(decor.action) == [ligne]


def test_un_financeur_a_plusieurs_lignes_se_saisit_dans_la_fiche(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    etat = decor.financeurs[0]
    cles = [cofinancements.ajouter(decor.action, etat, demande=Decimal(n)) for n in (10, 20)]
    with pytest.raises(SaisieRefusee, match="Ce financeur a plusieurs lignes sur cette action"):
        cofinancements.saisir(decor.action, etat, etape="accorde", montant=Decimal(5))
    cofinancements.modifier(cles[1], accorde=Decimal(5), statut="accorde")
    assert {li.cle: li.accorde for li in cofinancements.de_l_action(decor.action)} == {
        cles[0]: None,
        cles[1]: Decimal(5),
    }
    cofinancements.supprimer(cles[0])
    assert [li.cle for li in cofinancements.de_l_action(decor.action)] == [cles[1]]


def _colonnes(fichier: Fichier) -> dict[str, Colonne]:
    service = Cofinancements(fichier)
    colonnes = colonnes_actions(service.financeurs(), Actions(fichier), service)
    return {colonne.cle: colonne for colonne in colonnes}


def test_effacer_plusieurs_montants_est_un_seul_geste(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    """Amounts of several financeurs and the cost of the action: one operation, one step of undo."""
    colonnes = _colonnes(fichier)
    etat, agglo, _ = decor.financeurs
    for financeur in (etat, agglo):
        cofinancements.saisir(decor.action, financeur, etape="accorde", montant=Decimal(100))
    Actions(fichier).modifier(decor.action, cout_total=Decimal(900))
    fichier.undo.oublier()
    choisies = [colonnes[cle] for cle in (f"{etat}.accorde", f"{agglo}.accorde", "cout")]
    ecrire_ensemble([(decor.action, colonne, None) for colonne in choisies])
    (ligne,) = Actions(fichier).lignes(2026)
    assert (ligne.accorde, ligne.cout) == (0, None)
    assert fichier.undo.a_annuler() == ["Effacer 3 montants"]
    fichier.undo.annuler()
    (ligne,) = Actions(fichier).lignes(2026)
    assert (ligne.accorde, ligne.cout) == (200, 900)


def test_un_refus_au_milieu_garde_tous_les_montants(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    colonnes = _colonnes(fichier)
    etat, agglo, _ = decor.financeurs
    for financeur in (etat, agglo, agglo):
        cofinancements.ajouter(decor.action, financeur, accorde=Decimal(100))
    avant = cofinancements.de_l_action(decor.action)
    choisies = [colonnes[f"{financeur}.accorde"] for financeur in (etat, agglo)]
    with pytest.raises(SaisieRefusee, match="Ce financeur a plusieurs lignes sur cette action"):
        ecrire_ensemble([(decor.action, colonne, None) for colonne in choisies])
    assert cofinancements.de_l_action(decor.action) == avant


def test_supprimer_plusieurs_cofinancements_est_un_seul_geste(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    cles = [cofinancements.ajouter(decor.action, f) for f in decor.financeurs]
    fichier.undo.oublier()
    cofinancements.supprimer(*cles[1:])
    assert [ligne.cle for ligne in cofinancements.de_l_action(decor.action)] == cles[:1]
    assert fichier.undo.a_annuler() == ["Supprimer 2 cofinancements"]
    with pytest.raises(Conflit):
        cofinancements.supprimer(cles[0], cles[1])
    assert len(cofinancements.de_l_action(decor.action)) == 1


def test_une_ligne_ajoutee_prend_l_annee_de_l_action(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    cofinancements.ajouter(decor.action, decor.financeurs[1])
    cofinancements.ajouter(
        decor.action, decor.financeurs[2], annee=2027, commune=decor.communes[0], securise=True
    )
    lignes = cofinancements.de_l_action(decor.action)
    assert [(li.annee, li.statut, li.commune_nom, li.securise) for li in lignes] == [
        (2026, "inconnu", "", False),
        (2027, "inconnu", "Brèmes-sur-Scarpe", True),
    ]


def test_une_action_ou_un_financeur_inconnu_est_refuse(
    decor: Decor, cofinancements: Cofinancements
) -> None:
    with pytest.raises(Conflit):
        cofinancements.saisir("f" * 32, decor.financeurs[0], etape="demande", montant=Decimal(1))
    with pytest.raises(Conflit):
        cofinancements.saisir(decor.action, "f" * 32, etape="demande", montant=Decimal(1))
    assert cofinancements.de_l_action(decor.action) == []


def test_les_negociations_d_un_projet_se_relisent_au_journal(
    fichier: Fichier, decor: Decor, cofinancements: Cofinancements
) -> None:
    """Proposals follow one another and none is lost: the ledger of who proposed what, and when."""
    etat = decor.financeurs[0]
    for montant in (5000, 4000, 4500):
        cofinancements.saisir(decor.action, etat, etape="propose", montant=Decimal(montant))
    requete = select(Trace.geste, Trace.avant, Trace.apres).where(
        Trace.sujet == decor.action, Trace.entite == "cofinancement"
    )
    lues = fichier.lignes(requete.order_by(Trace.operation))
    assert [(t.geste, t.avant, t.apres) for t in lues[1:]] == [
        ("modification", '{"propose":500000}', '{"propose":400000}'),
        ("modification", '{"propose":400000}', '{"propose":450000}'),
    ]


def test_chaque_etape_a_son_statut() -> None:
    from app.services.cofinancements import AVANCEMENT, VERBES

    assert tuple(AVANCEMENT) == tuple(VERBES) == ETAPES_MONTANT
    assert {str(s) for s in AVANCEMENT.values()} < {str(s) for s in StatutCofinancement}
    assert all(hasattr(Cofinancement, etape) for etape in ETAPES_MONTANT)
