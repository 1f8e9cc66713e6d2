"""The room: who is there, the quorum as it stands, who leaves for an item, who is only heard."""

from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte

from app.models.action import Action
from app.models.organisme import Financeur
from app.services.allees_venues import quorum_recalcule
from app.services.columns_membres import colonnes_membres, heure
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.heures import lire_heure
from app.services.operateur import lien_de
from app.services.points_pv import deroulement


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


def sieges(s: Salle) -> dict[str, str]:
    """« etat », « agglo », « region » -> key of the seat."""
    par_personne = {m.personne: m.cle for m in s.comite.presences.membres(s.seance)}
    return {nom: par_personne[cle] for nom, cle in s.personnes.items()}


def phrase(s: Salle) -> str:
    return s.comite.presences.quorum(s.seance).phrase


def test_le_quorum_suit_les_arrivees_et_les_departs(s: Salle) -> None:
    qui, presences = sieges(s), s.comite.presences
    assert phrase(s) == "non précisé par le contrat"
    s.comite.seances.modifier(s.seance, quorum=2)
    assert phrase(s) == "il manque 2"
    presences.arriver(qui["etat"])
    assert phrase(s) == "il manque 1"
    presences.arriver(qui["agglo"], qui["region"])
    assert phrase(s) == "réunie"
    presences.partir(qui["etat"], qui["region"])
    quorum = presences.quorum(s.seance)
    assert (quorum.votants, quorum.composition, quorum.reuni) == (1, 3, False)


def test_on_part_et_l_on_revient_plusieurs_fois_avec_ses_heures(s: Salle) -> None:
    qui, presences = sieges(s), s.comite.presences
    presences.arriver(qui["etat"], a="2026-03-12T08:00:00+00:00")
    presences.partir(qui["etat"], a="2026-03-12T09:00:00+00:00")
    presences.arriver(qui["etat"], a="2026-03-12T10:00:00+00:00")
    presences.arriver(qui["etat"])  # already there: nothing more
    sejours = presences.sejours(s.seance)
    assert [(p.arrivee[11:16], p.depart and p.depart[11:16]) for p in sejours] == [
        ("08:00", "09:00"),
        ("10:00", None),
    ]
    with pytest.raises(SaisieRefusee, match="précéder l'arrivée"):
        presences.partir(qui["etat"], a="2026-03-12T09:30:00+00:00")
    with pytest.raises(SaisieRefusee, match="précéder l'arrivée"):
        presences.corriger_sejour(sejours[0].cle, depart="2026-03-12T07:00:00+00:00")


def test_un_pouvoir_vaut_une_voix_mais_pas_une_presence(s: Salle) -> None:
    qui, presences = sieges(s), s.comite.presences
    s.comite.seances.modifier(s.seance, quorum=2)
    presences.arriver(qui["etat"])
    presences.excuser(qui["agglo"], pouvoir_a=qui["etat"])
    quorum = presences.quorum(s.seance)
    assert (quorum.votants, quorum.pouvoirs, quorum.phrase) == (1, 1, "il manque 1")
    agglo = next(m for m in presences.membres(s.seance) if m.cle == qui["agglo"])
    assert (agglo.excuse, agglo.pouvoir_a_nom) == (True, "Etat Exemple")
    presences.arriver(qui["agglo"])
    quorum = presences.quorum(s.seance)
    assert (quorum.votants, quorum.pouvoirs, quorum.reuni) == (2, 0, True)


def test_un_pouvoir_ne_se_donne_ni_a_soi_ni_a_un_absent(s: Salle) -> None:
    qui, presences = sieges(s), s.comite.presences
    with pytest.raises(SaisieRefusee, match="autre membre"):
        presences.excuser(qui["etat"], pouvoir_a=qui["etat"])
    presences.excuser(qui["etat"])
    with pytest.raises(SaisieRefusee, match="lui-même absent"):
        presences.excuser(qui["agglo"], pouvoir_a=qui["etat"])


def test_un_invite_ne_compte_pas(s: Salle) -> None:
    autre = s.comite.personnes.ajouter("Invité Exemple")
    siege = s.comite.presences.ajouter(s.seance, autre, role="invite")
    s.comite.presences.arriver(siege)
    quorum = s.comite.presences.quorum(s.seance)
    assert (quorum.votants, quorum.composition) == (0, 3)
    with pytest.raises(SaisieRefusee, match="déjà membre"):
        s.comite.presences.ajouter(s.seance, autre)
    with pytest.raises(SaisieRefusee, match="est venu"):
        s.comite.presences.retirer(siege)


# Déports ------------------------------------------------------------------------------------------


def test_un_lien_avec_le_porteur_fait_sortir_et_le_quorum_suit(s: Salle) -> None:
    """Porteurs alternate: the first of the décor carries items 1 and 3."""
    qui, deports = sieges(s), s.comite.deports
    s.comite.seances.modifier(s.seance, quorum=3)
    s.comite.presences.arriver(*qui.values())
    s.comite.personnes.lier(s.personnes["region"], s.decor.organismes[0], nature="bureau")
    [conflit] = deports.conflits(s.points[0])
    assert (conflit.membre, conflit.financeur) == (qui["region"], s.region.financeur)
    assert conflit.motif == "Membre du bureau de « Les Ateliers du canal »"
    assert deports.bande(s.points[0]).phrase == "Se retire : Region Exemple."
    assert phrase(s) == "réunie"
    assert deports.confirmer(s.points[0]) == 1
    assert phrase(s) == "il manque 1"
    [sortie] = deports.du_point(s.points[0])
    assert sortie.sortie is not None
    assert sortie.retour is None
    assert deports.bande(s.points[1]).phrase == "Revient : Region Exemple."
    assert deports.confirmer(s.points[1]) == 1
    assert phrase(s) == "réunie"
    assert deports.confirmer(s.points[1]) == 0
    [sortie] = deports.de_la_seance(s.seance)
    assert sortie.retour is not None
    assert sortie.retour > (sortie.sortie or "")


def test_qui_est_concerne_par_deux_points_de_suite_reste_dehors(s: Salle) -> None:
    s.comite.presences.arriver(*sieges(s).values())
    s.comite.personnes.lier(s.personnes["region"], s.decor.organismes[0])
    s.comite.deports.confirmer(s.points[0])
    bande = s.comite.deports.bande(s.points[2])
    assert bande.phrase == "Reste dehors : Region Exemple."
    s.comite.deports.confirmer(s.points[2])
    un, trois = s.comite.deports.de_la_seance(s.seance)
    assert (un.point, un.retour is None) == (s.points[0], False)
    assert (trois.point, trois.retour is None) == (s.points[2], True)


def test_le_financeur_qui_porte_l_action_se_retire(s: Salle) -> None:
    with s.fichier.operation("Lier le financeur") as e:
        e.modifier(Financeur, s.agglo.financeur, organisme=s.decor.organismes[1])
    [conflit] = s.comite.deports.conflits(s.points[1])
    assert conflit.motif == "Représente « Ville de Brèmes-sur-Scarpe », qui porte l'action"
    assert s.comite.deports.conflits(s.points[0]) == []
    s.comite.personnes.modifier(s.personnes["etat"], represente="ville de Bremes sur Scarpe")
    assert {c.nom for c in s.comite.deports.conflits(s.points[1])} == {
        "Agglo Exemple",
        "Etat Exemple",
    }


def test_qui_n_est_pas_venu_n_a_pas_a_sortir(s: Salle) -> None:
    qui = sieges(s)
    s.comite.presences.arriver(qui["etat"], qui["agglo"])
    s.comite.personnes.lier(s.personnes["region"], s.decor.organismes[0])
    assert s.comite.deports.bande(s.points[0]).est_vide
    s.comite.presences.arriver(qui["region"])
    [sort] = s.comite.deports.bande(s.points[0]).se_retirent
    assert sort.membre == qui["region"]


def test_un_sujet_ne_fait_sortir_personne(s: Salle) -> None:
    sujet = s.comite.ordres.ajouter_sujet(s.seance, "Bilan")
    assert s.comite.deports.conflits(sujet) == []


def test_on_ne_sort_pas_un_membre_d_une_autre_seance(s: Salle) -> None:
    ailleurs = s.comite.seances.creer(2026)
    membre = s.comite.presences.ajouter(ailleurs, s.personnes["etat"])
    with pytest.raises(SaisieRefusee, match="autre séance"):
        s.comite.deports.sortir(s.point, membre)


# Voices -------------------------------------------------------------------------------------------


def test_une_voix_consultative_est_gardee_jamais_comptee(s: Salle) -> None:
    citoyen = s.comite.personnes.ajouter("Citoyenne Exemple", represente="Conseil citoyen")
    membre = s.comite.presences.ajouter(s.seance, citoyen, role="consultatif")
    s.comite.presences.arriver(membre)
    avant = s.comite.presences.quorum(s.seance)
    voix = s.comite.voix.exprimer(s.point, "reserve", membre=membre, texte="Trop loin du quartier")
    s.comite.voix.exprimer(s.point, "favorable", qui="France Travail", projetee=True)
    assert s.comite.presences.quorum(s.seance) == avant
    lues = s.comite.voix.du_point(s.point)
    assert [(v.qui, v.sens, v.projetee) for v in lues] == [
        ("Citoyenne Exemple (Conseil citoyen)", "reserve", False),
        ("France Travail", "favorable", True),
    ]
    assert [v.qui for v in s.comite.voix.du_point(s.point, projetees=True)] == ["France Travail"]
    s.comite.voix.projeter(voix)
    assert len(s.comite.voix.du_point(s.point, projetees=True)) == 2
    s.comite.voix.retirer(voix)
    assert len(s.comite.voix.de_la_seance(s.seance)) == 1


def test_une_voix_dit_de_qui_elle_est(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="Dites qui"):
        s.comite.voix.exprimer(s.point, "favorable")


# Put right afterwards -----------------------------------------------------------------------------


def corriger(s: Salle, cle: str, **champs: str | None) -> None:
    with s.fichier.operation("Corriger") as e:
        s.comite.allees_venues.poser(e, cle, **champs)


def a(heures: int, minutes: int = 0) -> str:
    """An hour as it is typed, from that of the clock of the séance (UTC)."""
    return heure(f"2026-03-12T{heures:02d}:{minutes:02d}:00+00:00")


def test_une_heure_corrigee_refait_le_quorum_et_le_journal_garde_l_ancienne(s: Salle) -> None:
    qui, presences, allees = sieges(s), s.comite.presences, s.comite.allees_venues
    s.comite.seances.modifier(s.seance, quorum=2)
    presences.arriver(qui["etat"], qui["agglo"])
    s.montre.avancer(60)
    s.comite.decisions.decider(s.point, Choix("refuse"))
    avant = allees.votants(s.seance)
    assert [v.votants for v in avant.values()] == [2]
    s.montre.avancer(60)
    [sejour] = allees.du_membre(qui["agglo"])
    corriger(s, sejour.cle, fin=a(9, 30))  # gone before the decision of 10 o'clock
    apres = allees.votants(s.seance)
    assert quorum_recalcule(avant, apres, 2).replace("\u00a0", " ") == (
        "Quorum recalculé : 2026-001, 1 votant au lieu de 2, quorum non réuni."
    )
    rendu = lire_compte_rendu(s.fichier, s.seance)
    assert rendu.points[0].votants == 1, "le procès-verbal suit"
    corriger(s, sejour.cle, fin=a(10, 45), debut=a(9, 10))
    assert quorum_recalcule(apres, allees.votants(s.seance), None).endswith(
        "2 votants au lieu de 1."
    )
    [lu] = allees.du_membre(qui["agglo"])
    assert f"auparavant arrivée {a(9)}, départ {a(9, 30)}" in lu.journal
    s.fichier.undo.annuler()
    [lu] = allees.du_membre(qui["agglo"])
    assert (heure(lu.debut), heure(lu.fin)) == (a(9), a(9, 30))


def test_une_presence_oubliee_s_ajoute_sans_recouvrir_une_autre(s: Salle) -> None:
    qui, allees = sieges(s), s.comite.allees_venues
    s.montre.avancer(240)
    allees.ajouter_presence(qui["etat"], a(9, 15), a(10))
    allees.ajouter_presence(qui["etat"], a(10), "")
    assert [(heure(m.debut), heure(m.fin)) for m in allees.du_membre(qui["etat"])] == [
        (a(9, 15), a(10)),
        (a(10), ""),
    ]
    for arrivee, depart, refus in (
        (a(9, 30), a(9, 45), "en recouvre une autre"),
        ("25 h", "", "n'est pas une heure"),
        (a(20), "", "pas encore"),
        ("", a(9), "heure d'arrivée"),
        (a(9, 10), a(9, 5), "précéder l'arrivée"),
    ):
        with pytest.raises(SaisieRefusee, match=refus):
            allees.ajouter_presence(qui["etat"], arrivee, depart)
    [premier, second] = allees.du_membre(qui["etat"])
    allees.retirer(premier.cle, second.cle)
    assert allees.du_membre(qui["etat"]) == []
    s.fichier.undo.annuler()
    assert len(allees.du_membre(qui["etat"])) == 2


@pytest.mark.parametrize(
    ("tape", "lue"),
    [("14 h 05", (14, 5)), ("14:05", (14, 5)), ("1405", (14, 5)), ("9h", (9, 0)), ("905", (9, 5))],
)
def test_une_heure_se_tape_comme_on_l_ecrit(tape: str, lue: tuple[int, int]) -> None:
    assert lire_heure(tape) == time(*lue)


def test_un_deport_sans_lien_se_note_avec_son_motif_et_reste_au_pv(s: Salle) -> None:
    qui, deports, allees = sieges(s), s.comite.deports, s.comite.allees_venues
    s.comite.presences.arriver(*qui.values())
    with pytest.raises(SaisieRefusee, match="tapez le motif"):
        deports.sortir(s.point, qui["etat"])
    # Foreseen before the item: the strip says it, and confirming does it.
    allees.ajouter_deport(qui["agglo"], s.points[1], motif="Son frère y travaille")
    assert [c.nom for c in deports.prevus(s.seance)[s.points[1]]] == ["Agglo Exemple"]
    assert deports.de_la_seance(s.seance) == [], "prévu n'est pas fait"
    s.comite.passages.ouvrir_point(s.points[1])
    assert deports.bande(s.points[1]).phrase.replace("\u00a0", " ") == "Se retire : Agglo Exemple."
    assert deports.confirmer(s.points[1]) == 1
    assert s.comite.presences.quorum(s.seance).votants == 2
    with s.fichier.instant() as lire:
        assert "frère" in lien_de(lire, s.points[1], "agglo exemple"), "le clavier se passe aussi"
    # By hand during the item, then back.
    sortie = deports.sortir(s.points[1], qui["region"], motif="Ancienne salariée")
    deports.rentrer(sortie)
    s.montre.avancer(10)
    s.comite.passages.ouvrir_point(s.points[2])
    # Forgotten: noted afterwards, as long as the item was on the table.
    allees.ajouter_deport(qui["etat"], s.points[1], motif="Signataire du bail")
    compte_rendu = lire_compte_rendu(s.fichier, s.seance)
    rendu = compte_rendu.points[1]
    assert [(d.nom, d.motif) for d in rendu.deports] == [
        ("Etat Exemple", "Signataire du bail"),
        ("Agglo Exemple", "Son frère y travaille"),
        ("Region Exemple", "Ancienne salariée"),
    ]
    assert (rendu.deports[0].sortie, rendu.deports[0].retour) == (
        rendu.passages[0].arrivee,
        rendu.passages[0].depart,
    )
    textes = [texte for rangee in deroulement(compte_rendu, 500).rangees for texte in rangee.textes]
    assert any("Signataire du bail, sortie à" in texte for texte in textes)
    with pytest.raises(SaisieRefusee, match="déjà noté"):
        allees.ajouter_deport(qui["etat"], s.points[1], motif="Encore")


# Namesakes ----------------------------------------------------------------------------------------


def test_deux_personnes_du_meme_nom_se_distinguent_par_qui_elles_representent(s: Salle) -> None:
    presences, personnes = s.comite.presences, s.comite.personnes
    personnes.modifier(s.personnes["region"], nom="Etat  exemple")
    etat, agglo, region = presences.membres(s.seance)
    assert agglo.designation == "Agglo Exemple", "un nom seul reste seul"
    assert etat.designation == f"Etat Exemple ({etat.represente})"
    assert region.designation == f"Etat exemple ({region.represente})".replace("  ", " ")
    presences.arriver(etat.cle, region.cle)
    personnes.lier(s.personnes["region"], s.champ(Action, s.action, "porteur"))
    s.comite.passages.ouvrir_point(s.point)
    assert region.designation in s.comite.deports.bande(s.point).phrase
    colonne = next(c for c in colonnes_membres(presences) if c.cle == "pouvoir")
    assert colonne.ecrire is not None
    with pytest.raises(SaisieRefusee, match="Plusieurs membres portent ce nom"):
        colonne.ecrire(agglo.cle, "Etat Exemple")
    colonne.ecrire(agglo.cle, region.designation)
    assert presences.membres(s.seance)[1].pouvoir_a == region.cle
    with s.fichier.instant() as lire:
        assert lien_de(lire, s.point, region.designation)
        assert not lien_de(lire, s.point, etat.designation)
        assert lien_de(lire, s.point, "Etat Exemple"), "dans le doute, le point est masqué"
