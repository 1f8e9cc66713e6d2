"""Passing over a constat: a reason, the minutes, and back as long as they are not closed."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte

from app.models.enums import CibleConstat, NiveauConstat
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.constats import Constat
from app.services.constats_outre import PassagesOutre
from app.services.constats_service import Constats
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.points_pv import deroulement
from app.services.surcharges import Surcharges
from tests import fabriques

MOTIF = "Le porteur rend son budget corrigé lundi"


@pytest.fixture
def salle(tmp_path: Path) -> Iterator[Salle]:
    """An open séance whose first action has a budget that lacks 500 €."""
    with salle_ouverte(tmp_path) as ouverte:
        with ouverte.fichier.operation("Déséquilibrer") as e:
            fabriques.ligne_budget(e, ouverte.action, montant=Decimal(500))
        yield ouverte


def du_budget(fichier: Fichier, action: str) -> Constat:
    trouves = Constats(fichier).de(2026, CibleConstat.ACTION, action)
    return next(c for c in trouves if c.regle == "national.equilibre")


def pv(salle: Salle) -> str:
    tableau = deroulement(lire_compte_rendu(salle.fichier, salle.seance), 500)
    return " ".join(texte for rangee in tableau.rangees for texte in rangee.textes)


def test_passer_outre_demande_une_raison_et_va_au_pv(salle: Salle) -> None:
    passages = PassagesOutre(salle.fichier)
    constat = du_budget(salle.fichier, salle.action)
    with pytest.raises(SaisieRefusee, match="motif"):
        passages.passer([constat], " ")
    passages.passer([constat], MOTIF)
    assert du_budget(salle.fichier, salle.action).outre == MOTIF
    assert "Passé outre" in pv(salle)
    assert MOTIF in pv(salle)
    salle.fichier.undo.annuler()
    assert du_budget(salle.fichier, salle.action).outre is None
    assert "Passé outre" not in pv(salle)


def test_un_constat_qui_dit_autre_chose_compte_de_nouveau(salle: Salle) -> None:
    passages, constats = PassagesOutre(salle.fichier), Constats(salle.fichier)
    passages.passer([du_budget(salle.fichier, salle.action)], MOTIF)
    assert all(c.outre for c in constats.de(2026, CibleConstat.ACTION, salle.action))
    with salle.fichier.operation("Déséquilibrer davantage") as e:
        fabriques.ligne_budget(e, salle.action, montant=Decimal(100))
    assert du_budget(salle.fichier, salle.action).outre is None
    assert not any(c.outre for c in constats.de(2026, CibleConstat.ACTION, salle.action))


def test_ce_que_dit_un_pv_clos_ne_se_retire_plus(salle: Salle) -> None:
    passages = PassagesOutre(salle.fichier)
    passages.passer([du_budget(salle.fichier, salle.action)], MOTIF)
    salle.comite.scellements.clore(salle.seance, confirmer=True)
    constat = du_budget(salle.fichier, salle.action)
    with pytest.raises(SaisieRefusee, match="Comité des financeurs 2026"):
        passages.revenir([constat])
    assert MOTIF in pv(salle)
    with pytest.raises(SaisieRefusee, match="close"):
        passages.passer([constat], "Trop tard", seance=salle.seance)


def test_on_revient_sur_un_constat_passe_outre(salle: Salle) -> None:
    passages = PassagesOutre(salle.fichier)
    passages.passer([du_budget(salle.fichier, salle.action)], MOTIF)
    passages.passer([du_budget(salle.fichier, salle.action)], "Autre raison")
    assert du_budget(salle.fichier, salle.action).outre == "Autre raison"
    passages.revenir([du_budget(salle.fichier, salle.action)])
    assert du_budget(salle.fichier, salle.action).outre is None


def test_passer_outre_apres_la_cloture_n_est_pas_au_pv_clos(salle: Salle) -> None:
    salle.comite.scellements.clore(salle.seance, confirmer=True)
    PassagesOutre(salle.fichier).passer([du_budget(salle.fichier, salle.action)], MOTIF)
    assert du_budget(salle.fichier, salle.action).outre == MOTIF
    assert MOTIF not in pv(salle)


def test_clore_demande_pourquoi_une_regle_bloquante_n_est_pas_suivie(salle: Salle) -> None:
    """The team made a rule block: of an action granted, it is asked about until it is passed over."""
    Surcharges(salle.fichier).changer_niveau(
        "national.equilibre", NiveauConstat.BLOQUANT, motif="Règlement intérieur"
    )

    def remarques() -> list[str]:
        trouves = salle.comite.scellements.controles(salle.seance)
        return [c.message for c in trouves if "produits manquent" in c.message]

    assert remarques() == []  # nothing is granted yet
    salle.comite.decisions.decider(salle.point, Choix("valide"))
    (remarque,) = remarques()
    assert "Cerfa" in remarque
    PassagesOutre(salle.fichier).passer([du_budget(salle.fichier, salle.action)], MOTIF)
    assert remarques() == []
