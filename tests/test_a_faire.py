"""What waits for a person: derived from all that the file holds, in a fixed number of reads."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import fabriques
import pytest
from sqlalchemy import event, select

from app.models.action import Action
from app.models.depot import NoteIntention, Piece
from app.models.instruction import AvisInstruction, Referent, Service, Tache
from app.models.programme import Exercice
from app.models.reunion import Recommandation, Reunion
from app.models.seance import Seance
from app.services.a_faire import (
    Genre,
    LigneAFaire,
    Quand,
    lire_a_faire,
    personnes_connues,
    phrase,
)
from app.services.appels import Appels
from app.services.columns_a_faire import colonnes_a_faire
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.taches import Taches

JOUR = date(2026, 1, 20)
RENCONTRES = (Genre.REUNION, Genre.SEANCE)


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> fabriques.Decor:
    """Something of every kind: on the first action for Dominique, on the second for the team."""
    decor = fabriques.decor(fichier, actions=3)
    une, autre, refusee = decor.actions
    with fichier.operation("Attendre") as e:
        e.modifier(Action, refusee, statut="refusee")
        ddets = e.inserer(Service, nom="DDETS", nom_court="DDETS")
        libre = e.inserer(Service, nom="Région", nom_court="Région")
        e.inserer(Referent, service=ddets, nom="Dominique Exemple")
        for action in (une, refusee):
            e.inserer(
                AvisInstruction,
                action=action,
                service=ddets,
                demande_le="2026-01-05",
                echeance="2026-01-19",
            )
        e.inserer(AvisInstruction, action=autre, service=libre, demande_le="2026-01-05")
        e.inserer(AvisInstruction, action=une, service=libre, demande_le="2026-01-05", absent=True)
        e.inserer(AvisInstruction, action=autre, service=ddets)  # not asked yet
        reco = {"nature": "recommandation", "texte": "Préciser le public"}
        e.inserer(
            Recommandation,
            action=une,
            responsable="dominique exemple",
            echeance="2026-01-25",
            **reco,
        )
        e.inserer(Recommandation, action=autre, suivie="suivie", **reco)
        for intitule in ("RIB", "Statuts"):
            e.inserer(Piece, action=autre, intitule=intitule, attendue=True)
        e.inserer(Piece, action=une, intitule="Budget", attendue=True, recue_le="2026-01-10")
        e.modifier(Action, autre, statut="note")
        e.inserer(NoteIntention, action=autre)
        e.inserer(Tache, titre="Appeler la CAF", personne="Camille Essai", echeance="2026-03-01")
    Appels(fichier).etapes.ajouter(decor.appel, "Dépôt", date_fin="2026-01-18")
    Appels(fichier).etapes.ajouter(decor.appel, "Comité", date_debut="2026-06-18")
    return decor


def resumer(lignes: list[LigneAFaire]) -> list[tuple[str, str, str]]:
    return [(str(li.genre), str(li.quand), li.pour) for li in lignes]


def test_ce_qui_attend_quelqu_un_le_plus_presse_d_abord(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    lignes = lire_a_faire(fichier, JOUR, "Dominique Exemple")
    assert resumer(lignes) == [
        ("etape", "retard", "l'équipe"),
        ("avis", "retard", "Dominique Exemple"),
        ("recommandation", "semaine", "dominique exemple"),
        ("avis", "sans_date", "l'équipe"),
        ("note", "sans_date", "l'équipe"),
        ("piece", "sans_date", "l'équipe"),
    ]
    assert [li.en_mots for li in lignes[:3]] == [
        "en retard de 2 jours",
        "en retard de 1 jour",
        "dans 5 jours",
    ]
    assert lignes[5].quoi == "2 pièces attendues"
    assert (lignes[1].numero, lignes[1].porteur) == ("2026-001", "Les Ateliers du canal")
    assert lignes[1].lien is not None
    assert lignes[1].lien.action == decor.action
    assert phrase(lignes) == "2 en retard, 1 cette semaine, 6 en tout."


def test_une_reunion_et_une_seance_datees_attendent_jusqu_a_leur_cloture(
    fichier: Fichier, decor: fabriques.Decor
) -> None:
    with fichier.operation("Convoquer") as e:
        tenue = {"titre": "Anzin", "annee": 2026, "nature": "communale"}
        e.inserer(Reunion, date="2026-01-19", etat="preparation", **tenue)
        e.inserer(Reunion, date="2026-01-18", etat="tenue", **tenue)
        e.inserer(Reunion, etat="preparation", **tenue)
        e.inserer(Seance, titre="Comité", annee=2026, date="2026-01-22", etat="preparation")
    lignes = [li for li in lire_a_faire(fichier, JOUR, "Camille Essai") if li.genre in RENCONTRES]
    assert [(li.quoi, str(li.quand), li.en_mots) for li in lignes] == [
        ("Réunion à clore : Anzin", "retard", "en retard de 1 jour"),
        ("Séance à tenir : Comité", "semaine", "dans 2 jours"),
    ]


def test_chacun_a_sa_liste(fichier: Fichier, decor: fabriques.Decor) -> None:
    pour_camille = lire_a_faire(fichier, JOUR, "Camille Essai")
    assert {li.pour for li in pour_camille} == {"Camille Essai", "l'équipe"}
    assert len(lire_a_faire(fichier, JOUR)) == 7
    assert personnes_connues(fichier) == ["Camille Essai", "Dominique Exemple"]


def test_une_annee_close_n_attend_plus_personne(fichier: Fichier, decor: fabriques.Decor) -> None:
    with fichier.operation("Clore") as e:
        [(cle,)] = e.lignes(select(Exercice.cle))
        e.modifier(Exercice, cle, clos=True)
    assert [li.genre for li in lire_a_faire(fichier, JOUR)] == [Genre.TACHE]


@pytest.mark.parametrize("fois", [1, 4])
def test_le_nombre_de_lectures_ne_depend_pas_du_nombre_de_dossiers(
    fichier: Fichier, decor: fabriques.Decor, fois: int
) -> None:
    with fichier.operation("Multiplier") as e:
        for _ in range(fois):
            e.inserer(NoteIntention, action=decor.actions[1])
            e.inserer(Piece, action=decor.actions[0], intitule="RIB", attendue=True)
            e.inserer(Tache, titre="Relire")
    ordres: list[str] = []

    @event.listens_for(fichier._moteur, "before_cursor_execute")
    def _noter(_c: object, _cu: object, ordre: str, *_: object) -> None:
        ordres.append(ordre)

    assert lire_a_faire(fichier, JOUR)
    assert len(ordres) == 9


def test_les_taches_se_tapent_et_se_cochent(fichier: Fichier, decor: fabriques.Decor) -> None:
    """A tick takes the task off the list, undo brings it back; other lines are done elsewhere."""
    taches = Taches(fichier, horloge=lambda: datetime(2026, 1, 20, 12, tzinfo=UTC))
    cle = taches.ajouter("  Rappeler le porteur ", personne="Camille Essai", echeance="2026-01-20")
    lignes = {li.cle: li for li in lire_a_faire(fichier, JOUR)}
    assert (lignes[cle].quoi, lignes[cle].en_mots) == ("Rappeler le porteur", "aujourd'hui")
    colonnes = {c.cle: c for c in colonnes_a_faire(taches, lignes.get, list)}
    faite, quoi = colonnes["faite"], colonnes["quoi"]
    assert faite.ecrire is not None
    assert quoi.ecrire is not None
    faite.ecrire(cle, "oui")
    assert cle not in {li.cle for li in lire_a_faire(fichier, JOUR)}
    fichier.undo.annuler()
    assert cle in {li.cle for li in lire_a_faire(fichier, JOUR)}
    avis = next(li for li in lignes.values() if li.genre == Genre.AVIS)
    with pytest.raises(SaisieRefusee, match="ouvrez la ligne"):
        quoi.ecrire(avis.cle, "autre chose")
    with pytest.raises(SaisieRefusee, match="Dites ce qu'il y a à faire"):
        quoi.ecrire(cle, "  ")
    taches.cocher([cle])
    taches.cocher([cle], faites=False)
    taches.supprimer([cle])
    assert {li.quand for li in lire_a_faire(fichier, JOUR) if li.genre == Genre.TACHE} == {
        Quand.PLUS_TARD
    }
    assert phrase([]).startswith("Rien n'attend")
