"""What people attach to a row leaves with it, comes back by undo, and follows a merged porteur."""

from decimal import Decimal
from pathlib import Path

import fabriques
import pytest
from fabrique_seance import salle_ouverte
from sqlalchemy import func, select

from app.models.action import Cofinancement
from app.models.tableau import Commentaire, CouleurLigne, ValeurLibre
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.journal import JournalLu
from app.services.organismes import Organismes

ATTACHES = (ValeurLibre, Commentaire, CouleurLigne)


@pytest.fixture
def fichier(tmp_path: Path):
    with fabriques.neuf(tmp_path / "attaches.tdt") as ouvert:
        yield ouvert


def comptes(fichier: Fichier, ligne: str) -> list[int]:
    requetes = (
        select(func.count()).select_from(modele).where(modele.ligne == ligne) for modele in ATTACHES
    )
    return [fichier.lignes(requete)[0][0] for requete in requetes]


def test_supprimer_une_action_emporte_ce_qui_y_est_attache_et_annuler_le_rend(
    fichier: Fichier,
) -> None:
    decor = fabriques.decor(fichier, actions=2)
    with fichier.operation("Annoter") as e:
        fabriques.annotations(e, decor.actions[0])
    Actions(fichier).supprimer(decor.actions[0])
    assert comptes(fichier, decor.actions[0]) == [0, 0, 0]
    fichier.undo.annuler()
    assert comptes(fichier, decor.actions[0]) == [1, 1, 1]


def test_ce_qui_s_annote_apres_le_comite_part_avec_le_cofinancement(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier)
    with fichier.operation("Annoter") as e:
        seul, autre = (fabriques.cofinancement(e, decor.action, f) for f in decor.financeurs[:2])
        fabriques.annotations(e, seul, liste="versements")
        e.inserer(CouleurLigne, liste="notifications", ligne=autre, couleur="vert")
    Cofinancements(fichier).supprimer(seul)
    assert comptes(fichier, seul) == [0, 0, 0]
    Actions(fichier).supprimer(decor.action)
    assert comptes(fichier, autre) == [0, 0, 0]


def test_un_membre_et_un_point_retires_emportent_ce_qui_y_est_attache(tmp_path: Path) -> None:
    with salle_ouverte(tmp_path) as salle:
        membre = salle.comite.presences.membres(salle.seance)[0].cle
        with salle.fichier.operation("Annoter") as e:
            for ligne in (membre, salle.point):
                e.inserer(CouleurLigne, liste="points", ligne=ligne, couleur="vert")
        salle.comite.presences.retirer(membre)
        salle.comite.ordres.retirer(salle.point)
        assert comptes(salle.fichier, membre) == comptes(salle.fichier, salle.point) == [0, 0, 0]


def test_fusionner_deux_porteurs_garde_les_commentaires_des_deux(fichier: Fichier) -> None:
    organismes = Organismes(fichier)
    gardee, autre = organismes.creer("Les Voix du Hainaut"), organismes.creer("Voix du Hainaut")
    with fichier.operation("Annoter") as e:
        fabriques.annotations(e, gardee, liste="porteurs")
        e.inserer(CouleurLigne, liste="porteurs", ligne=autre, couleur="vert")
        e.inserer(
            Commentaire,
            liste="porteurs",
            ligne=autre,
            colonne="nom",
            texte="Statuts à revoir",
            auteur="A",
            date="2026-01-01T00:00:00+00:00",
        )
    organismes.fusionner(gardee, autre)
    assert comptes(fichier, autre) == [0, 0, 0]
    assert comptes(fichier, gardee) == [1, 2, 1]
    couleurs = fichier.lignes(select(CouleurLigne.couleur).where(CouleurLigne.ligne == gardee))
    assert couleurs == [("jaune",)]


def test_l_historique_d_une_action_dit_ce_qui_y_fut_attache(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=1)
    with fichier.operation("Annoter") as e:
        fabriques.annotations(e, decor.actions[0])
    lus = {ligne.entite: ligne.objet for ligne in JournalLu(fichier).historique(decor.action)}
    assert lus["Commentaire"] == "Devis à demander"
    assert {"Couleur de ligne", "Valeur d'une colonne ajoutée"} <= lus.keys()


def test_une_action_passee_en_seance_ne_se_supprime_pas(fichier: Fichier) -> None:
    decor = fabriques.decor(fichier, actions=1)
    Cofinancements(fichier).saisir(
        decor.action, decor.financeurs[0], etape="demande", montant=Decimal(500)
    )
    [(cofinancement,)] = fichier.lignes(select(Cofinancement.cle))
    with fichier.operation("Tenir une séance") as e:
        fabriques.seance(e, decor.action, decor.financeurs[0], decor.organismes[0], cofinancement)
    with pytest.raises(SaisieRefusee, match="figure dans « Comité des financeurs »"):
        Actions(fichier).supprimer(decor.action)
