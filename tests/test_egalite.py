"""Trainings, help, bonus, budget sensible au genre; euros and actions by level of equality."""

from datetime import UTC, date, datetime
from decimal import Decimal

import fabriques
import pytest

from app.services.egalite import (
    Accompagnements,
    ActionCotee,
    BonusDesPorteurs,
    budget_par_classe,
    par_financeur,
    ventiler,
    volumes,
)
from app.services.egalite_budget import BudgetsGenre
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.formations import EXPIREE, JAMAIS, VALIDE, Formations, fin_de_validite


def horloge() -> datetime:
    return datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("jour", "mois", "fin"),
    [
        (date(2026, 3, 10), 24, date(2028, 3, 10)),
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2023, 12, 31), 2, date(2024, 2, 29)),
        (date(2026, 12, 5), 12, date(2027, 12, 5)),
        (date(2026, 3, 10), None, None),
        (None, 24, None),
    ],
)
def test_une_formation_vaut_un_nombre_de_mois(
    jour: date | None, mois: int | None, fin: date | None
) -> None:
    assert fin_de_validite(jour, mois) == fin


def test_le_registre_dit_qui_est_forme_et_qui_manque(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    formations = Formations(fichier, horloge=horloge)
    assert {p.etat for p in formations.porteurs(2026)} == {JAMAIS}
    ancienne = formations.ajouter(
        "Égalité, les bases", date="2023-02-01", obligatoire=True, validite_mois=24
    )
    recente = formations.ajouter("Aller plus loin", date="2026-01-15", obligatoire=False)
    association = next(p.cle for p in formations.porteurs(2026))
    assert formations.inscrire(ancienne, [association, association]) == 1
    assert formations.inscrire(ancienne, [association]) == 0
    [inscription] = formations.inscriptions(ancienne)
    assert inscription.present is None
    assert {p.etat for p in formations.porteurs(2026)} == {JAMAIS}  # nobody said it was there
    formations.emarger([inscription.cle])
    [porteur] = [p for p in formations.porteurs(2026) if p.cle == association]
    assert (porteur.etat, porteur.fin) == (EXPIREE, date(2025, 2, 1))
    formations.inscrire(recente, [association])
    formations.emarger([i.cle for i in formations.inscriptions(recente)])
    [porteur] = [p for p in formations.porteurs(2026) if p.cle == association]
    assert porteur.etat == EXPIREE  # not a compulsory one
    with fichier.operation("Rendre obligatoire") as e:
        formations.poser(e, recente, obligatoire=True)
    [porteur] = [p for p in formations.porteurs(2026) if p.cle == association]
    assert (porteur.etat, porteur.formation, porteur.fin) == (VALIDE, "Aller plus loin", None)
    assert [f.titre for f in formations.lignes()] == ["Aller plus loin", "Égalité, les bases"]
    assert formations.lignes()[0].presents == 1
    formations.supprimer(ancienne, recente)
    assert formations.inscriptions() == []
    fichier.undo.annuler()
    assert len(formations.inscriptions()) == 2
    assert decor.appel


def test_une_formation_sans_titre_ou_sans_duree_juste_est_refusee(fichier: Fichier) -> None:
    formations = Formations(fichier, horloge=horloge)
    with pytest.raises(SaisieRefusee, match="titre"):
        formations.ajouter("  ")
    cle = formations.ajouter("Égalité")
    with (
        pytest.raises(SaisieRefusee, match="mois entiers"),
        fichier.operation("Changer") as e,
    ):
        formations.poser(e, cle, validite_mois=0)


def test_l_accompagnement_le_bonus_et_la_classe_se_notent(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    aides, bonus = Accompagnements(fichier), BonusDesPorteurs(fichier)
    budgets = BudgetsGenre(fichier, horloge=horloge)
    porteur, action = decor.organismes[0], decor.action
    aides.noter(porteur, "Revoir le diagnostic", date="2026-02-01", action=action)
    aides.noter(porteur, "Relire le budget", date="2026-03-01")
    assert [a.objet for a in aides.lignes(porteur)] == [
        "Relire le budget",
        "Revoir le diagnostic",
    ]
    donne = bonus.donner(2026, porteur, Decimal(10_000), financeur=decor.financeurs[1])
    assert [(b.montant, b.financeur_nom) for b in bonus.lignes(2026)] == [
        (Decimal(10_000), "Agglomération")
    ]
    with pytest.raises(SaisieRefusee, match="négatif"):
        bonus.donner(2026, porteur, Decimal(-1))
    bonus.retirer(donne)
    assert bonus.lignes(2026) == []
    budgets.classer([action], "integrant")
    assert classes(budgets) == {action: "integrant"}
    with pytest.raises(SaisieRefusee, match="à risque"):
        budgets.classer([action], "a_risque")
    budgets.classer([action], "a_risque", "Groupe presque sans filles")
    assert classes(budgets) == {action: "a_risque"}
    budgets.classer([action], None)
    assert classes(budgets) == {}


def classes(budgets: BudgetsGenre) -> dict[str, str]:
    return {li.cle: li.classe for li in budgets.de_l_annee(2026) if li.classe}


def cotee(niveau: str, montant: int | None, **objets: str) -> ActionCotee:
    euros = None if montant is None else Decimal(montant)
    return ActionCotee(
        f"a-{niveau}-{montant}",
        niveau,
        euros,
        {} if euros is None else {"État": euros},
        {dimension: nom.split("+") for dimension, nom in objets.items()},
    )


ACTIONS = (
    cotee("G1", 6000, quartier="Nord+Sud"),
    cotee("G2", 2000, quartier="Nord"),
    cotee("G0", None),
    cotee("non_cotee", 5000, quartier="Sud"),
    cotee("incomplete", 1000),
)
NIVEAUX = (("G0", "Non pris en compte"), ("G1", "Intègre"), ("G2", "Au cœur"))


def test_les_volumes_ne_comptent_que_ce_qui_a_un_niveau() -> None:
    lignes = {v.niveau: v for v in volumes(ACTIONS, NIVEAUX)}
    assert [(v.niveau, v.actions, v.euros) for v in lignes.values()] == [
        ("G0", 1, None),
        ("G1", 1, Decimal(6000)),
        ("G2", 1, Decimal(2000)),
        ("incomplete", 1, Decimal(1000)),
        ("non_cotee", 1, Decimal(5000)),
    ]
    assert lignes["G1"].part_euros == 75
    assert lignes["non_cotee"].part_euros is None
    assert lignes["G1"].part_actions is not None
    assert round(lignes["G1"].part_actions) == 33
    assert [v.ponderes for v in volumes(ACTIONS, NIVEAUX, {"G1": Decimal(40)})][1] == 2400
    assert [v.part_actions for v in volumes((), NIVEAUX)] == [None] * 3


def test_les_volumes_se_ventilent() -> None:
    par_quartier = ventiler(ACTIONS, "quartier", sans="Sans quartier")
    assert {nom: len(a) for nom, a in par_quartier.items()} == {
        "Nord": 2,
        "Sud": 2,
        "Sans quartier": 2,
    }
    [(nom, siennes)] = par_financeur(ACTIONS).items()
    assert (nom, [a.montant for a in siennes]) == ("État", [6000, 2000, 5000, 1000])


def test_le_budget_sensible_au_genre_se_totalise_par_classe() -> None:
    montants = {"a": Decimal(5000), "b": Decimal(700), "c": None}
    lignes = budget_par_classe({"a": "dediee", "b": "neutre"}, montants, {"a": (20, None)})
    assert lignes[0] == ("Dépense dédiée", 1, Decimal(5000), 20, None)
    assert lignes[-1] == ("Non renseigné", 1, None, None, None)
