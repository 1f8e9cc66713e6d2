"""Whom people represent, what ties them, who leaves for what, the order of the items, and voices."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte

from app.models.action import Action
from app.models.organisme import Financeur, Organisme
from app.models.seance import Personne
from app.services.cases_ecrites import ecrire_ensemble
from app.services.columns_membres import colonnes_membres
from app.services.columns_voix import colonnes_voix
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.errors import SaisieRefusee


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


# Quick entry --------------------------------------------------------------------------------------


def test_une_personne_connue_n_est_pas_ajoutee_deux_fois(s: Salle) -> None:
    presences, personnes = s.comite.presences, s.comite.personnes
    avant = len(personnes.lignes())
    ada = personnes.ajouter("Ada Exemple")
    presences.inscrire(s.seance, "  ada   EXEMPLE ", represente="agglomeration")
    assert len(personnes.lignes()) == avant + 1
    membre = presences.membres(s.seance)[-1]
    assert (membre.personne, membre.financeur) == (ada, s.agglo.financeur)
    with pytest.raises(SaisieRefusee, match="déjà membre"):
        presences.inscrire(s.seance, "Ada Exemple")
    s.fichier.undo.annuler()
    assert s.champ(Personne, ada, "financeur") is None, "une saisie, une opération"
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        presences.inscrire(s.seance, " ")


def test_un_nom_corrige_l_est_partout_et_n_identifie_personne(s: Salle) -> None:
    personnes, presences = s.comite.personnes, s.comite.presences
    homonyme = personnes.ajouter("Etat Exemple")
    assert homonyme != s.personnes["etat"]
    siege = next(m for m in presences.membres(s.seance) if m.personne == s.personnes["etat"])
    presences.arriver(siege.cle)
    personnes.modifier(s.personnes["etat"], nom="Dominique Nouvelle", fonction="Sous-préfète")
    lu = next(m for m in presences.membres(s.seance) if m.cle == siege.cle)
    assert (lu.nom, lu.personne) == ("Dominique Nouvelle", s.personnes["etat"])
    assert lire_compte_rendu(s.fichier, s.seance).membres[0].siege.nom == "Dominique Nouvelle"
    assert "Etat Exemple" in [p.nom for p in personnes.lignes()], "l'homonyme garde son nom"


def test_qui_est_represente_se_tape_dans_la_liste(s: Salle) -> None:
    presences = s.comite.presences
    colonne = next(c for c in colonnes_membres(presences) if c.cle == "represente")
    membres = presences.membres(s.seance)
    ecrire_ensemble([(membres[0].cle, colonne, "Région"), (membres[1].cle, colonne, None)])
    un, deux, _ = presences.membres(s.seance)
    assert (un.represente, un.financeur) == ("Région", s.region.financeur)
    assert (deux.represente, deux.financeur) == ("", None)
    assert colonne.ecrire is not None
    colonne.ecrire(un.cle, "Direction régionale")
    un = presences.membres(s.seance)[0]
    assert (un.represente, un.financeur) == ("Direction régionale", s.region.financeur)


def test_un_pouvoir_se_donne_par_son_nom_dans_la_liste(s: Salle) -> None:
    presences = s.comite.presences
    colonne = next(c for c in colonnes_membres(presences) if c.cle == "pouvoir")
    etat, agglo, _ = presences.membres(s.seance)
    assert colonne.ecrire is not None
    colonne.ecrire(agglo.cle, "etat exemple")
    assert colonne.texte(presences.membres(s.seance)[1]) == "Etat Exemple"
    colonne.ecrire(agglo.cle, None)
    assert presences.membres(s.seance)[1].pouvoir_a is None
    with pytest.raises(SaisieRefusee, match="Aucun membre"):
        colonne.ecrire(agglo.cle, "Personne de connu")
    presences.arriver(etat.cle)
    with pytest.raises(SaisieRefusee, match="est présent"):
        colonne.ecrire(etat.cle, "Agglo Exemple")


# Links --------------------------------------------------------------------------------------------


def test_un_lien_se_choisit_parmi_les_porteurs_et_les_financeurs(s: Salle) -> None:
    personnes = s.comite.personnes
    noms = [structure.nom for structure in personnes.structures()]
    porteurs = [nom for (nom,) in s.fichier.lignes(_noms(Organisme))]
    assert set(porteurs) <= set(noms)
    assert len(noms) == len(set(noms))
    region = s.champ(Financeur, s.region.financeur, "nom")
    cle = personnes.lier_a(s.personnes["etat"], region.upper(), nature="elu")
    [lien] = personnes.liens(s.personnes["etat"])
    assert (lien.cle, lien.organisme_nom, lien.nature) == (cle, region, "elu")
    # The financeur is now an organisme: an action that it carries takes the person out.
    with s.fichier.operation("Changer le porteur") as e:
        e.modifier(Action, s.decor.actions[1], porteur=lien.organisme)
    prevus = s.comite.deports.prevus(s.seance)
    assert {c.nom: c.motif for c in prevus[s.points[1]]} == {
        "Etat Exemple": f"Élu de «\u00a0{region}\u00a0»",
        "Region Exemple": f"Représente «\u00a0{region}\u00a0», qui porte l'action",
    }
    with pytest.raises(SaisieRefusee, match="Aucun porteur ni financeur"):
        personnes.lier_a(s.personnes["etat"], "Inconnu au bataillon", nature="elu")


def test_les_deports_prevus_sont_ceux_de_chaque_point(s: Salle) -> None:
    for nom, rang in (("etat", 0), ("agglo", 1)):
        porteur = s.champ(Action, s.decor.actions[rang], "porteur")
        s.comite.personnes.lier(s.personnes[nom], porteur, nature="salarie")
    prevus = s.comite.deports.prevus(s.seance)
    for point in s.points:
        assert prevus.get(point, []) == s.comite.deports.conflits(point)


def _noms(modele: type) -> object:
    from sqlalchemy import select

    return select(modele.nom)  # type: ignore[attr-defined]


# The order of the items ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("deplaces", "avant", "attendu"),
    [
        ([0], None, [1, 2, 0]),
        ([2], 0, [2, 0, 1]),
        ([2, 0], 1, [0, 2, 1]),
        ([0, 2], None, [1, 0, 2]),
        ([0, 1, 2], None, [0, 1, 2]),
    ],
)
def test_plusieurs_points_se_rangent_ensemble_en_une_operation(
    s: Salle, deplaces: list[int], avant: int | None, attendu: list[int]
) -> None:
    cible = None if avant is None else s.points[avant]
    s.comite.ordres.ranger([s.points[rang] for rang in deplaces], cible)
    ordre = [s.points.index(p.cle) for p in s.comite.ordres.points(s.seance)]
    assert ordre == attendu
    if ordre != [0, 1, 2]:
        s.fichier.undo.annuler()
        assert [p.cle for p in s.comite.ordres.points(s.seance)] == [*s.points]


# Consultative voices ------------------------------------------------------------------------------


def test_une_voix_se_corrige_et_se_retire_sans_jamais_compter(s: Salle) -> None:
    voix = s.comite.voix
    cle = voix.exprimer(s.points[1], "favorable", qui="Conseil citoyen")
    autre = voix.exprimer(s.points[0], "reserve", qui="Habitante", texte="Trop loin")
    [premiere, seconde] = voix.table(s.seance)
    assert [(v.cle, v.ordre) for v in (premiere, seconde)] == [(autre, 1), (cle, 2)]
    colonnes = {c.cle: c for c in colonnes_voix(voix)}
    ecrire_ensemble([(cle, colonnes["projetee"], "oui"), (cle, colonnes["sens"], "defavorable")])
    assert [(v.sens, v.projetee) for v in voix.du_point(s.points[1])] == [("defavorable", True)]
    with pytest.raises(SaisieRefusee, match="Dites qui s'exprime"):
        voix.modifier(cle, qui=" ")
    assert s.comite.presences.quorum(s.seance).votants == 0
    voix.retirer(cle, autre)
    assert voix.table(s.seance) == []
    s.fichier.undo.annuler()
    assert len(voix.table(s.seance)) == 2
