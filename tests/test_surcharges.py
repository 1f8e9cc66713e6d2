"""Rules changed by the team: the value in force, its layer, what it overrides, and why."""

import pytest

from app.models.enums import NiveauConstat
from app.services.contrats import Contrats
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.surcharges import LigneRegle, LigneValeur, Surcharges
from tests import fabriques

MOTIF = "Cadrage de la préfecture, note du 12 janvier"


@pytest.fixture
def appel(fichier: Fichier) -> str:
    """A contract that says 2 to 3 years, over a circular that says 3, and one appel."""
    with fichier.operation("Préparer") as e:
        commun = {"identifiant": "cpo.duree", "niveau": "bloquant"}
        fabriques.regle(
            e,
            **commun,
            parametres={"min_ans": 3, "max_ans": 3, "ferme": True},
            origine="departement",
            source_document="Circulaire",
            source_ligne=12,
        )
        fabriques.regle(
            e,
            **commun,
            parametres={"min_ans": 2, "max_ans": 3, "ferme": None},
            source_document="Contrat",
            source_ligne=870,
        )
        return fabriques.appel(e, fabriques.exercice(e))


def valeur(regle: LigneRegle, parametre: str) -> LigneValeur:
    return next(v for v in regle.valeurs if v.parametre == parametre)


def test_une_valeur_dit_sa_couche_et_ce_qu_elle_remplace(fichier: Fichier, appel: str) -> None:
    regle = Surcharges(fichier).regle("cpo.duree")
    minimum = valeur(regle, "min_ans")
    assert (minimum.texte, minimum.couche, minimum.source) == ("2", "Contrat", "Contrat, l. 870")
    assert minimum.remplacees == (("Département", "3", "Circulaire, l. 12"),)
    assert valeur(regle, "ferme").couche == "Département"
    assert not regle.changee


def test_l_equipe_puis_l_appel_l_emportent(fichier: Fichier, appel: str) -> None:
    surcharges, contrats = Surcharges(fichier), Contrats(fichier)
    surcharges.changer_valeur("cpo.duree", "max_ans", "4", motif=MOTIF)
    surcharges.changer_valeur("cpo.duree", "max_ans", "5", motif=MOTIF, appel=appel)
    partout, ici = surcharges.regle("cpo.duree"), surcharges.regle("cpo.duree", appel)
    assert valeur(partout, "max_ans").texte == "4"
    assert valeur(ici, "max_ans").texte == "5"
    assert [couche for couche, *_ in valeur(ici, "max_ans").remplacees] == [
        "Équipe",
        "Contrat",
        "Département",
    ]
    # One truth: what the other services read follows.
    lue = contrats.valeur("cpo.duree", "max_ans")
    assert (lue.valeur, lue.couche) == (4, "equipe")
    assert MOTIF in lue.source
    assert contrats.valeur("cpo.duree", "min_ans").valeur == 2


def test_changer_une_regle_demande_un_motif(fichier: Fichier, appel: str) -> None:
    with pytest.raises(SaisieRefusee, match="motif"):
        Surcharges(fichier).changer_valeur("cpo.duree", "max_ans", "4", motif="  ")
    assert not Surcharges(fichier).regle("cpo.duree").changee


def test_une_surcharge_s_annule_et_se_retire(fichier: Fichier, appel: str) -> None:
    surcharges = Surcharges(fichier)
    surcharges.changer_niveau("cpo.duree", NiveauConstat.INFORMATION, motif=MOTIF)
    assert surcharges.regle("cpo.duree").niveau is NiveauConstat.INFORMATION
    assert surcharges.regle("cpo.duree").niveau_imprime is NiveauConstat.BLOQUANT
    fichier.undo.annuler()
    assert surcharges.regle("cpo.duree").niveau is NiveauConstat.BLOQUANT
    surcharges.activer("cpo.duree", active=False, motif=MOTIF)
    assert Contrats(fichier).valeur("cpo.duree", "max_ans").valeur is None
    surcharges.retirer("cpo.duree")
    assert Contrats(fichier).valeur("cpo.duree", "max_ans").valeur == 3


def test_vider_la_valeur_rend_celle_du_contrat(fichier: Fichier, appel: str) -> None:
    surcharges = Surcharges(fichier)
    surcharges.changer_valeur("cpo.duree", "max_ans", "4", motif=MOTIF)
    surcharges.changer_valeur("cpo.duree", "max_ans", "", motif="Retour au contrat")
    regle = surcharges.regle("cpo.duree")
    assert not regle.changee
    assert valeur(regle, "max_ans").texte == "3"


def test_une_regle_nationale_se_change_comme_une_autre(fichier: Fichier) -> None:
    surcharges = Surcharges(fichier)
    assert valeur(surcharges.regle("national.convention"), "seuil_eur").couche == "National"
    surcharges.changer_valeur("national.convention", "seuil_eur", "20 000", motif=MOTIF)
    seuil = valeur(surcharges.regle("national.convention"), "seuil_eur")
    assert (seuil.texte, seuil.couche) == ("20\u202f000", "Équipe")
    assert seuil.remplacees[0][0] == "National"
