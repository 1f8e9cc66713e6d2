"""Constats: what the rules say of a year, silent where nobody says, always as the file is."""

from decimal import Decimal

from app.models.action import Action, LigneBudget
from app.models.base import nouvelle_cle
from app.models.contrat import Regle
from app.models.enums import CibleConstat, NiveauConstat
from app.services.constats_service import Constats
from app.services.fichier import Fichier
from tests import fabriques


def phrases(fichier: Fichier, code: str) -> list[str]:
    """What a rule says of 2026, in a whole computation."""
    return [c.phrase for c in Constats(fichier).de_l_annee(2026) if c.regle == code]


def test_la_duree_d_une_cpo_se_juge_au_contrat_qui_l_imprime(fichier: Fichier) -> None:
    with fichier.operation("Préparer") as e:
        action = fabriques.action(e, cpo_duree=4, cpo_rang=1)
        regle = fabriques.regle(
            e,
            identifiant="cpo.duree",
            niveau="bloquant",
            parametres={"min_ans": 2, "max_ans": 3},
            source_document="Contrat",
            source_ligne=870,
        )
    (constat,) = [c for c in Constats(fichier).de_l_annee(2026) if c.regle == "cpo.duree"]
    assert constat.niveau is NiveauConstat.BLOQUANT
    assert (constat.cible, constat.objet) == (CibleConstat.ACTION, action)
    assert constat.source == "Contrat, l. 870"
    assert "4 ans, plus que les 3 ans" in constat.phrase

    with fichier.operation("Contrat muet") as e:
        e.modifier(Regle, regle, parametres={"min_ans": None, "max_ans": None})
    assert phrases(fichier, "cpo.duree") == []


def test_une_action_annuelle_n_a_pas_de_duree_de_cpo(fichier: Fichier) -> None:
    with fichier.operation("Préparer") as e:
        fabriques.action(e)
        fabriques.regle(
            e, identifiant="cpo.duree", niveau="alerte", parametres={"min_ans": 2, "max_ans": 3}
        )
    assert phrases(fichier, "cpo.duree") == []


def test_un_budget_se_dit_desequilibre_une_fois_ses_deux_cotes_connus(fichier: Fichier) -> None:
    with fichier.operation("Préparer") as e:
        action = fabriques.action(e)
        fabriques.ligne_budget(e, action, montant=Decimal(1000))
    constats = Constats(fichier)
    assert constats.de(2026, CibleConstat.ACTION, action) == ()

    with fichier.operation("Produits") as e:
        produit = fabriques.ligne_budget(
            e, action, sens="produit", compte="74", montant=Decimal(800)
        )
    (constat,) = constats.de(2026, CibleConstat.ACTION, action)
    assert constat.regle == "national.equilibre"
    assert "200\u00a0€" in constat.phrase

    with fichier.operation("Équilibrer") as e:
        e.modifier(LigneBudget, produit, montant=Decimal(1000))
    assert constats.de(2026, CibleConstat.ACTION, action) == ()
    fichier.undo.annuler()
    assert constats.de(2026, CibleConstat.ACTION, action) == (constat,)


def test_une_action_supprimee_n_a_plus_de_constat(fichier: Fichier) -> None:
    with fichier.operation("Préparer") as e:
        action = fabriques.action(e)
        lignes = [
            fabriques.ligne_budget(e, action, montant=Decimal(1000)),
            fabriques.ligne_budget(e, action, sens="produit", compte="74", montant=Decimal(800)),
        ]
    constats = Constats(fichier)
    assert len(constats.de_l_annee(2026)) == 1
    depuis = constats.revision(2026)
    with fichier.operation("Supprimer") as e:
        e.supprimer_lot(LigneBudget, lignes)
        e.supprimer(Action, action)
    assert constats.de_l_annee(2026) == []
    assert constats.changes(2026, depuis) == {(CibleConstat.ACTION, action)}


def test_une_modification_de_toute_l_annee_se_suit_aussi(fichier: Fichier) -> None:
    """More actions than one statement can name: the year is read whole."""
    constats = Constats(fichier)
    assert constats.de_l_annee(2026) == []
    with fichier.operation("Importer") as e:
        actions = [nouvelle_cle() for _ in range(700)]
        commun = {"annee": 2026, "titre": "Importée", "statut": "deposee", "cpo_duree": 4}
        lignes = [
            {"cle": cle, "lignee": cle, "numero": f"2026-{rang:04d}", **commun}
            for rang, cle in enumerate(actions)
        ]
        e.inserer_lot(Action, lignes)
        fabriques.regle(
            e, identifiant="cpo.duree", niveau="alerte", parametres={"min_ans": 2, "max_ans": 3}
        )
    assert len([c for c in constats.de_l_annee(2026) if c.regle == "cpo.duree"]) == 700
    fichier.undo.annuler()
    assert constats.de_l_annee(2026) == []
