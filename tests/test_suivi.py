"""What comes after the decision can be typed: bilans, abattement de TFPB, adultes-relais."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from sqlalchemy import select

from app.models.action import Action
from app.models.contrat import Regle
from app.models.organisme import Organisme
from app.models.suivi import Bilan, PosteAdulteRelais, ProgrammeTfpb
from app.services.a_faire import Genre, LigneAFaire, lire_a_faire
from app.services.bilans import (
    ATTENDU,
    EXAMINE,
    RECU,
    RETARD,
    SANS_DATE,
    Bilans,
    LigneBilan,
    etat_du_bilan,
    phrase_des_bilans,
)
from app.services.columns_suivi import colonnes_bilans, colonnes_postes, colonnes_programmes
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.postes_adultes_relais import PostesAdultesRelais, etat_du_poste
from app.services.programmes_tfpb import MANQUE, SAISI, SIGNE, ProgrammesTfpb, lire_axes

JOUR = datetime(2027, 7, 10, 9, 0, tzinfo=UTC)
AXES = ["habitat", "cadre de vie", "qualité de service"]


def horloge() -> datetime:
    return JOUR


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> fabriques.Decor:
    decor = fabriques.decor(fichier, actions=3)
    with fichier.operation("Accorder") as e:
        for action in decor.actions[:2]:
            e.modifier(Action, action, statut="accordee")
        e.modifier(Action, decor.actions[2], statut="refusee")
    return decor


def _regle(fichier: Fichier, code: str, **parametres: object) -> None:
    with fichier.operation("Poser la règle") as e:
        e.inserer(
            Regle, identifiant=code, theme="suivi", nature="obligation", enonce=code,
            niveau="alerte", parametres=parametres, portee="contrat", origine="contrat",
        )  # fmt: skip


def _une(service: Bilans, action: str) -> LigneBilan:
    return next(li for li in service.lignes(2026) if li.cle == action)


# Bilans -------------------------------------------------------------------------------------------


def test_each_action_granted_has_its_line_before_anything_is_noted(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    service = Bilans(fichier, horloge=horloge)
    lignes = service.lignes(2026)
    assert {li.cle for li in lignes} == set(decor.actions[:2])
    assert fichier.lignes(select(Bilan.cle)) == []
    # The national texts ship the six months: the day is counted, and nobody typed it.
    assert lignes[0].attendu_le == "2027-06-30"
    assert lignes[0].par_defaut
    assert lignes[0].etat == RETARD
    assert lignes[0].retard == 10


def test_a_day_typed_comes_before_that_of_the_rule(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    service = Bilans(fichier, horloge=horloge)
    une = decor.actions[0]
    colonne = next(c for c in colonnes_bilans(service) if c.cle == "attendu_le")
    assert colonne.ecrire is not None
    colonne.ecrire(une, date(2027, 9, 15))
    ligne = _une(service, une)
    assert ligne.attendu_le == "2027-09-15"
    assert not ligne.par_defaut
    assert ligne.etat == ATTENDU
    assert ligne.retard is None
    colonne.ecrire(une, None)
    assert _une(service, une).par_defaut


def test_received_today_is_one_operation_and_keeps_the_days_already_noted(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    service = Bilans(fichier, horloge=horloge)
    une, autre = decor.actions[:2]
    with service.operation("Noter") as e:
        service.poser(e, une, recu_le="2027-03-01")
    assert service.recevoir([une, autre]) == 1
    assert _une(service, une).recu_le == "2027-03-01"
    assert _une(service, autre).recu_le == "2027-07-10"
    assert _une(service, autre).etat == RECU
    assert _une(service, autre).retard is None
    fichier.undo.annuler()
    assert _une(service, autre).recu_le is None


def test_a_bilan_says_what_it_does_not_say(fichier: Fichier, decor: fabriques.Decor) -> None:
    service = Bilans(fichier, horloge=horloge)
    une = decor.actions[0]
    assert _une(service, une).manque == ""
    with service.operation("Noter") as e:
        service.poser(
            e, une, recu_le="2027-03-01", cout_realise=Decimal("1000.50"), public_realise=40,
            public_qpv_realise=30, femmes_realise=22,
        )  # fmt: skip
    assert _une(service, une).manque == "la conclusion"
    with service.operation("Examiner") as e:
        service.poser(e, une, examine_le="2027-03-05", conclusion="en_partie")
    ligne = _une(service, une)
    assert ligne.manque == ""
    assert ligne.etat == EXAMINE
    assert ligne.cout_realise == Decimal("1000.5")


@pytest.mark.parametrize(
    ("champs", "mot"),
    [
        ({"recu_le": "2027-07-11"}, "avenir"),
        ({"recu_le": "2027-03-02", "examine_le": "2027-03-01"}, "après sa réception"),
        ({"public_realise": 10, "femmes_realise": 11}, "dépasse le public"),
        ({"cout_realise": Decimal(-1)}, "négatif"),
    ],
)
def test_what_cannot_be_is_refused(
    fichier: Fichier, decor: fabriques.Decor, champs: dict[str, object], mot: str
) -> None:
    service = Bilans(fichier, horloge=horloge)
    with pytest.raises(SaisieRefusee, match=mot), service.operation("Noter") as e:
        service.poser(e, decor.actions[0], **champs)
    assert fichier.lignes(select(Bilan.cle)) == []


def test_without_a_day_nothing_is_late() -> None:
    assert etat_du_bilan(None, None, None, JOUR.date()) == (SANS_DATE, None)
    assert phrase_des_bilans([]) == ""


def test_what_is_to_be_done_says_the_bilans_that_are_late(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    service = Bilans(fichier, horloge=horloge)

    def a_recevoir(jour: date) -> list[LigneAFaire]:
        return [li for li in lire_a_faire(fichier, jour) if li.genre == Genre.BILAN]

    assert a_recevoir(date(2027, 6, 1)) == []  # a month ahead, nothing presses
    [ligne] = a_recevoir(JOUR.date())
    assert ligne.quoi == "2 bilans de 2026 à recevoir"
    assert ligne.en_mots == "en retard de 10 jours"
    service.recevoir(decor.actions[:2])
    assert a_recevoir(JOUR.date()) == []


# TFPB ---------------------------------------------------------------------------------------------


@pytest.fixture
def bailleurs(fichier: Fichier, decor: fabriques.Decor) -> dict[str, str]:
    with fichier.operation("Bailleurs") as e:
        return {
            nom: e.inserer(Organisme, nom=nom, nature="bailleur")
            for nom in ("Habitat du Nord", "Logis", "Cottage")
        }


def test_programmes_add_up_by_bailleur_and_the_missing_one_is_seen(
    fichier: Fichier, bailleurs: dict[str, str]
) -> None:
    service = ProgrammesTfpb(fichier)
    quartier, cle_quartier = next(iter(service.quartiers().items()))
    service.ajouter(2025, "Logis", quartier)
    une = service.ajouter(2026, "habitat", quartier)
    partout = service.ajouter(2026, "Habitat du Nord")
    with service.operation("Chiffrer") as e:
        service.poser(
            e, une, logements=100, abattement=Decimal(20_000), depense=Decimal(15_000),
            signe_le="2026-02-01",
        )  # fmt: skip
        service.poser(e, partout, abattement=Decimal(10_000))
    par = {b.nom: b for b in service.bailleurs(2026)}
    habitat = par["Habitat du Nord"]
    assert (habitat.programmes, habitat.logements, habitat.abattement) == (2, 100, 30_000)
    assert habitat.ecart == Decimal(-15_000)
    assert habitat.part == Decimal("0.5")
    assert habitat.quartiers[cle_quartier] == SIGNE
    assert habitat.etat == SAISI
    assert par["Logis"].quartiers[cle_quartier] == MANQUE
    assert par["Logis"].etat == MANQUE
    assert par["Cottage"].etat == MANQUE
    assert par["Cottage"].abattement is None
    [ligne] = [p for p in service.lignes(2026) if p.cle == partout]
    assert ligne.ecart is None
    assert ligne.part is None


def test_one_programme_for_a_bailleur_a_quartier_and_a_year(
    fichier: Fichier, bailleurs: dict[str, str]
) -> None:
    service = ProgrammesTfpb(fichier)
    service.ajouter(2026, "Logis")
    with pytest.raises(SaisieRefusee, match="déjà un programme"):
        service.ajouter(2026, "Logis")
    service.ajouter(2027, "Logis")
    service.supprimer(*[p.cle for p in service.lignes(2026)])
    assert len(fichier.lignes(select(ProgrammeTfpb.cle))) == 1


def test_axes_are_those_that_the_contract_prints(
    fichier: Fichier, bailleurs: dict[str, str]
) -> None:
    assert lire_axes("ce qu'on veut, autre", ()) == ["ce qu'on veut", "autre"]
    _regle(fichier, "tfpb.programme", axes=AXES)
    service = ProgrammesTfpb(fichier)
    cle = service.ajouter(2026, "Logis")
    colonne = next(c for c in colonnes_programmes(service) if c.cle == "axes_en_mots")
    assert colonne.ecrire is not None
    assert colonne.proposer is not None
    assert list(colonne.proposer()) == AXES
    colonne.ecrire(cle, "Qualite, HABITAT")
    assert service.lignes(2026)[0].axes == ("qualité de service", "habitat")
    with pytest.raises(SaisieRefusee, match="axe du contrat"):
        colonne.ecrire(cle, "parking")


# Adultes-relais -----------------------------------------------------------------------------------


def test_a_post_says_what_misses_as_the_check_does(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    service = PostesAdultesRelais(fichier, horloge=horloge)
    employeur = service.noms_des_structures()[0]
    cle = service.ajouter(employeur, "Médiation sociale")
    assert service.lignes()[0].manque == ""
    colonnes = {c.cle: c for c in colonnes_postes(service)}
    for champ, valeur in (("age", 24), ("reside_en_qpv", "non"), ("sans_emploi", "")):
        ecrire = colonnes[champ].ecrire
        assert ecrire is not None
        ecrire(cle, valeur)
    assert service.lignes()[0].manque == ""  # this contract says no condition
    _regle(
        fichier, "adultes_relais.conditions", age_min_exclusif=26, residence_qpv=True,
        sans_emploi_ou_contrat_aide=True, cdd_max_ans=3,
    )  # fmt: skip
    [ligne] = service.lignes()
    assert "24 ans, il faut plus de 26 ans" in ligne.manque
    assert "ne réside pas en quartier prioritaire" in ligne.manque
    assert "sans emploi" not in ligne.manque  # not known yet
    assert colonnes["reside_en_qpv"].lire(ligne) == "non"
    with service.operation("Dates") as e:
        service.poser(e, cle, contrat="CDD", debut="2024-01-01", fin="2027-08-09")
    [ligne] = service.lignes()
    assert "CDD de plus de 3 ans" in ligne.manque
    assert ligne.reste == "encore 30 jours"
    with pytest.raises(SaisieRefusee, match="après son début"), service.operation("Dates") as e:
        service.poser(e, cle, fin="2023-01-01")
    service.supprimer(cle)
    assert fichier.lignes(select(PosteAdulteRelais.cle)) == []


def test_a_post_says_how_long_it_lasts() -> None:
    jour = date(2027, 7, 10)
    assert etat_du_poste(None, None, jour) == ("sans_dates", "")
    assert etat_du_poste(date(2027, 7, 20), None, jour) == ("a_venir", "commence dans 10 jours")
    assert etat_du_poste(date(2024, 1, 1), date(2027, 7, 9), jour)[0] == "fini"
    assert etat_du_poste(date(2024, 1, 1), None, jour) == ("en_cours", "sans fin")
