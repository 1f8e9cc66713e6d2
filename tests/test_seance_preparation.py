"""Preparing a séance: people, proposed members, agenda, order of passage, and where it stands."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle, salle_ouverte
from sqlalchemy import select

from app.models.contrat import Instance
from app.models.seance import LienInteret, Membre, Passage, Point
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.comite import comite
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.contrats import Contrats
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.ordres_du_jour import Filtre
from app.services.organismes import Organismes
from app.services.referentiels import charger
from app.services.rubriques import rubrique
from app.services.rubriques_saisie import SILENCE
from app.services.seances import DROIT_COMMUN, TFPB
from tests import fabriques


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


@pytest.fixture
def preparee(fichier: Fichier) -> Salle:
    return salle(fichier, ouverte=False)


def titres(s: Salle) -> list[str]:
    return [p.titre for p in s.comite.ordres.points(s.seance)]


def compte(s: Salle, modele: type) -> int:
    return len(s.fichier.lignes(select(modele.cle)))  # type: ignore[attr-defined]


# People -------------------------------------------------------------------------------------------


def test_une_personne_dit_qui_elle_represente_et_a_qui_elle_est_liee(s: Salle) -> None:
    personnes = s.comite.personnes
    lien = personnes.lier(s.personnes["etat"], s.decor.organismes[0], nature="bureau")
    assert personnes.lier(s.personnes["etat"], s.decor.organismes[0], nature="conseil") == lien
    [ligne] = personnes.liens(s.personnes["etat"])
    assert (ligne.organisme_nom, ligne.nature) == ("Les Ateliers du canal", "conseil")
    etat = next(p for p in personnes.lignes() if p.cle == s.personnes["etat"])
    assert (etat.au_nom_de, etat.liens) == ("État", 1)
    personnes.delier(lien)
    assert personnes.liens() == []


def test_une_personne_sans_nom_est_refusee(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        s.comite.personnes.ajouter("  ")
    with pytest.raises(SaisieRefusee, match="doit avoir un nom"):
        s.comite.personnes.modifier(s.personnes["etat"], nom="")


def test_qui_a_siege_ne_se_supprime_pas(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="membre d'une séance"):
        s.comite.personnes.supprimer(s.personnes["etat"])
    autre = s.comite.personnes.ajouter("Personne Autre")
    s.comite.personnes.lier(autre, s.decor.organismes[0])
    s.comite.personnes.supprimer(autre)
    assert compte(s, LienInteret) == 0


def test_fusionner_deux_porteurs_garde_les_liens(s: Salle) -> None:
    garde, autre = s.decor.organismes
    for organisme in (garde, autre):
        s.comite.personnes.lier(s.personnes["etat"], organisme)
    s.comite.personnes.lier(s.personnes["agglo"], autre)
    Organismes(s.fichier).fusionner(garde, autre)
    liens = s.comite.personnes.liens()
    assert [(lien.personne_nom, lien.organisme) for lien in liens] == [
        ("Agglo Exemple", garde),
        ("Etat Exemple", garde),
    ]


def test_un_porteur_lie_a_quelqu_un_ne_disparait_pas(s: Salle) -> None:
    cle = Organismes(s.fichier).creer("Club sans action")
    s.comite.personnes.lier(s.personnes["etat"], cle)
    with pytest.raises(SaisieRefusee, match="est liée à « Club sans action »"):
        Organismes(s.fichier).supprimer(cle)


# From an instance ---------------------------------------------------------------------------------


def instance(fichier: Fichier, **champs: object) -> str:
    with fichier.operation("Ajouter une instance") as e:
        return e.inserer(
            Instance, **{"identifiant": "copil", "nom": "Comité de pilotage", **champs}
        )


def test_une_instance_du_contrat_precedent_vient_la_derniere(preparee: Salle) -> None:
    ancienne = "« Comités des financeurs » (2015-2023)"
    note = "Instance du contrat précédent (2015-2023)"
    instance(preparee.fichier, identifiant="ancien", nom=ancienne, note=note, rang=1)
    instance(preparee.fichier, rang=2, note="Nature déduite du texte ; convention signée en 2023")
    lues = preparee.comite.seances.instances()
    assert [(i.nom, i.finie) for i in lues][-2:] == [
        ("Comité de pilotage", False),
        (ancienne, True),
    ]


def test_la_composition_du_contrat_propose_presidents_et_membres(preparee: Salle) -> None:
    s = preparee
    s.comite.personnes.ajouter("Citoyenne Exemple", represente="Conseil citoyen")
    s.comite.personnes.ajouter("Passant Exemple")
    qui = instance(
        s.fichier,
        identifiant="comite_financeurs",
        nom="Comité des financeurs",
        presidence="État et Agglomération (présidence conjointe)",
        composition=["ensemble des financeurs", "représentants des habitants"],
    )
    seance = s.comite.seances.creer(2026, instance=qui)
    membres = s.comite.presences.membres(seance)
    assert [(m.nom, m.role, m.votant) for m in membres] == [
        ("Agglo Exemple", "president", True),
        ("Etat Exemple", "president", True),
        ("Region Exemple", "membre", True),
        ("Citoyenne Exemple", "consultatif", False),
    ]
    assert s.comite.seances.lire(seance).titre == "Comité des financeurs 2026"


def test_une_composition_muette_ne_propose_personne(preparee: Salle) -> None:
    seance = preparee.comite.seances.creer(2026, instance=instance(preparee.fichier))
    assert preparee.comite.presences.membres(seance) == []


def test_quorum_et_vote_viennent_du_contrat_ou_restent_vides(preparee: Salle) -> None:
    s = preparee
    fiche = s.comite.seances.lire(s.seance)
    assert (fiche.quorum, fiche.regle_vote, fiche.quorum_source) == (None, None, None)
    with s.fichier.operation("Écrire la règle") as e:
        fabriques.regle(
            e,
            identifiant="seance.quorum",
            parametres={"membres": 4},
            source_document="contrat",
            source_ligne=12,
        )
        fabriques.regle(e, identifiant="seance.vote", parametres={"regle": "unanimite"})
    fiche = s.comite.seances.lire(s.comite.seances.creer(2026))
    assert (fiche.quorum, fiche.regle_vote) == (4, "unanimite")
    assert fiche.quorum_source


def test_le_point_droit_commun_n_est_inscrit_que_si_le_contrat_le_veut(preparee: Salle) -> None:
    s = preparee
    copil = instance(s.fichier)
    assert s.comite.ordres.points(s.comite.seances.creer(2026, instance=copil)) == []
    with s.fichier.operation("Écrire les règles") as e:
        fabriques.regle(
            e, identifiant="droit_commun.instances", parametres={"a_chaque_copil": True}
        )
        fabriques.regle(
            e,
            identifiant="tfpb.suivi",
            parametres={
                "presentation": "copil (validation annuelle)",
                "bailleurs_dans_les_instances": True,
            },
        )
        bailleur = fabriques.financeur(e, nom_court="Bailleurs", nature="bailleur")
    s.comite.personnes.ajouter("Bailleur Exemple", financeur=bailleur)
    seance = s.comite.seances.creer(2026, instance=copil)
    points = s.comite.ordres.points(seance)
    assert [(p.titre, p.nature, p.etiquettes) for p in points] == [
        (DROIT_COMMUN, "information", ("droit commun",)),
        (TFPB, "information", ("TFPB",)),
    ]
    assert [(m.nom, m.role) for m in s.comite.presences.membres(seance)] == [
        ("Bailleur Exemple", "invite")
    ]


@pytest.mark.parametrize(
    ("contrat", "instance", "presidents", "sujets"),
    [
        ("valenciennes", "copil", ["État"], [DROIT_COMMUN, TFPB]),
        ("valenciennes", "cotech", [], [DROIT_COMMUN]),
        ("arras", "comite_financeurs", ["CUA", "État"], []),
        ("bethune_bruay", "copil_inter", ["CABBALR"], [TFPB]),
        ("bethune_bruay", "copil_communal", [], []),
        ("hazebrouck", "copil", ["CFA", "Ville", "État"], []),
    ],
)
def test_ce_que_les_contrats_livres_proposent(
    fichier: Fichier, contrat: str, instance: str, presidents: list[str], sujets: list[str]
) -> None:
    Contrats(fichier).charger(charger(contrat))
    services = comite(fichier)
    for financeur in Cofinancements(fichier).financeurs():
        services.personnes.ajouter(financeur.nom_court, financeur=financeur.cle)
    [cle] = [
        cle
        for cle, identifiant in fichier.lignes(select(Instance.cle, Instance.identifiant))
        if identifiant == instance
    ]
    seance = services.seances.creer(2026, instance=cle)
    membres = services.presences.membres(seance)
    assert [m.nom for m in membres if m.role == "president"] == presidents
    assert [p.titre for p in services.ordres.points(seance)] == sujets
    assert services.seances.lire(seance).quorum is None  # no contract prints one


def instance_livree(fichier: Fichier, contrat: str, identifiant: str) -> str:
    """The key of an instance of a contract that comes with the program."""
    Contrats(fichier).charger(charger(contrat))
    requete = select(Instance.cle).where(Instance.identifiant == identifiant)
    [(cle,)] = fichier.lignes(requete)
    return str(cle)


@pytest.mark.parametrize(
    ("contrat", "instance", "attendus"),
    [
        ("valenciennes", "cotech", {"État", "CAVM", "Communes", "Région", "Département", "CAF"}),
        ("bethune_bruay", "copil_communal", {"État", "CABBALR"}),
    ],
)
def test_les_partenaires_que_le_contrat_nomme_sont_convies(
    fichier: Fichier, contrat: str, instance: str, attendus: set[str]
) -> None:
    qui = instance_livree(fichier, contrat, instance)
    services = comite(fichier)
    for financeur in Cofinancements(fichier).financeurs():
        services.personnes.ajouter(f"De {financeur.nom_court}", financeur=financeur.cle)
    membres = services.presences.membres(services.seances.creer(2026, instance=qui))
    assert {f"De {nom}" for nom in attendus} <= {m.nom for m in membres}


def test_un_comite_communal_valide_ses_orientations_et_son_programme(fichier: Fichier) -> None:
    """Hersin-Coupigny: the comité exécutif, its chair typed in, its secretary, each vote kept."""
    executif = instance_livree(fichier, "hersin_coupigny", "comite_executif")
    s = comite(fichier)
    seance = s.seances.creer(2026, instance=executif)
    fiche = s.seances.lire(seance)
    assert (fiche.titre, fiche.date) == ("Comité exécutif de pilotage 2026", None)
    s.seances.modifier(seance, secretaire="Dominique Greffe")
    for nom, role in (("Maire", "president"), ("Adjointe", "membre"), ("Technicien", "invite")):
        s.presences.ajouter(seance, s.personnes.ajouter(nom, fonction=nom), role=role)
    Actions(fichier).creer(2026, "Jardin partagé")
    s.ordres.construire(seance, Filtre())
    s.ordres.ajouter_sujet(seance, "Orientations 2027", nature="debat")
    s.seances.ouvrir(seance)
    for point in s.ordres.points(seance):
        s.decisions.decider(point.cle, Choix("valide"))
    cr = lire_compte_rendu(fichier, seance)
    assert (cr.instance, cr.secretaire) == ("Comité exécutif de pilotage", "Dominique Greffe")
    assert [(m.siege.nom, m.siege.role) for m in cr.membres] == [
        ("Maire", "president"),
        ("Adjointe", "membre"),
        ("Technicien", "invite"),
    ]
    phrases = [p.decision.phrase for p in cr.points if p.decision]
    assert len(phrases) == 2
    assert "Jardin partagé" in phrases[0]
    assert "Orientations 2027" in phrases[1]


def test_ni_frequence_ni_signature_connue_n_empeche_de_tenir_seance(fichier: Fichier) -> None:
    """Arras: the printed frequency of the COPIL is cut short, and no date of signature is read."""
    copil = instance_livree(fichier, "arras", "copil_cdq")
    contrats = Contrats(fichier)
    for liste, colonne in (("instances", "minimum_par_an"), ("contrat", "date_signature")):
        rang = [c.nom for c in rubrique(liste).colonnes].index(colonne)
        lignes = {ligne.cle: ligne for ligne in contrats.lignes(liste)}
        ligne = lignes[copil] if liste == "instances" else next(iter(lignes.values()))
        assert ligne.valeurs[rang] == SILENCE
    s = comite(fichier)
    seances = [s.seances.creer(2026, instance=copil) for _ in range(2)]
    for seance in seances:
        s.seances.ouvrir(seance)
        assert s.scellements.controles(seance) == []
        s.scellements.clore(seance)


def test_un_quorum_nul_est_refuse(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="nombre de membres"):
        s.comite.seances.modifier(s.seance, quorum=0)
    with pytest.raises(SaisieRefusee, match="titre"):
        s.comite.seances.modifier(s.seance, titre=" ")


def test_une_seance_se_supprime_tant_qu_elle_n_a_pas_ete_ouverte(preparee: Salle) -> None:
    s = preparee
    s.comite.presences.excuser(s.comite.presences.membres(s.seance)[1].cle)
    membres = s.comite.presences.membres(s.seance)
    s.comite.presences.excuser(membres[0].cle, pouvoir_a=membres[2].cle)
    s.comite.seances.supprimer(s.seance)
    assert s.comite.seances.lignes() == []
    assert (compte(s, Membre), compte(s, Point)) == (0, 0)
    s.fichier.undo.annuler()
    assert len(s.comite.ordres.points(s.seance)) == 3


def test_ce_qui_s_est_dit_ne_se_supprime_pas(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="a été tenue"):
        s.comite.seances.supprimer(s.seance)


# Agenda -------------------------------------------------------------------------------------------


def test_l_ordre_du_jour_se_construit_par_filtre_sans_doublon(fichier: Fichier) -> None:
    s = salle(fichier, actions=4)
    ordres = s.comite.ordres
    assert ordres.construire(s.seance, Filtre()) == 0
    ordres.retirer(*s.points)
    assert ordres.construire(s.seance, Filtre(axes=["Santé"]), minutes=7) == 2
    assert {(p.axe, p.minutes) for p in ordres.points(s.seance)} == {("Santé", 7)}
    assert ordres.construire(s.seance, Filtre(numeros=["2026-004"])) == 1
    assert ordres.construire(s.seance, Filtre(statuts=["accordee"])) == 0
    assert ordres.construire(s.seance, Filtre(communes=["Ostreval"])) == 0
    assert ordres.construire(s.seance, Filtre(appels=["Appel à projets 2026"])) == 1


def test_l_ordre_du_jour_se_trie_par_axe_puis_numero(fichier: Fichier) -> None:
    s = salle(fichier, actions=4)
    s.comite.ordres.trier(s.seance, ["axe", "numero"])
    assert titres(s) == ["Action 2", "Action 4", "Action 1", "Action 3"]
    s.comite.ordres.trier(s.seance, ["numero"])
    assert titres(s) == ["Action 1", "Action 2", "Action 3", "Action 4"]


def test_un_point_se_deplace_et_l_ordre_suit(s: Salle) -> None:
    s.comite.ordres.deplacer(s.points[2], 1)
    assert titres(s) == ["Action 3", "Action 1", "Action 2"]
    assert [p.ordre for p in s.comite.ordres.points(s.seance)] == [1, 2, 3]
    s.comite.ordres.deplacer(s.points[2], 99)
    assert titres(s) == ["Action 1", "Action 2", "Action 3"]


def test_sans_debat_minutes_notes_et_sujets(s: Salle) -> None:
    ordres = s.comite.ordres
    ordres.mettre_en_bloc(*s.points[:2])
    ordres.debattre(s.points[0])
    ordres.planifier(12, s.points[2])
    ordres.noter(s.points[2], "Le porteur est fragile")
    ordres.ajouter_sujet(s.seance, "Bilan de l'année", minutes=10)
    un, deux, trois, sujet = ordres.points(s.seance)
    assert (un.nature, deux.nature) == ("debat", "bloc")
    assert (trois.minutes, trois.note_privee) == (12, "Le porteur est fragile")
    assert (sujet.titre, sujet.nature, sujet.action) == ("Bilan de l'année", "information", None)
    with pytest.raises(SaisieRefusee, match="négative"):
        ordres.planifier(-1, s.points[0])


def test_ce_qui_a_ete_dit_ne_se_retire_pas_de_l_ordre_du_jour(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, Decimal(1000))
    with pytest.raises(SaisieRefusee, match="déjà été traité"):
        s.comite.ordres.retirer(s.point)
    s.comite.passages.ouvrir_point(s.points[1])
    with pytest.raises(SaisieRefusee, match="déjà passé"):
        s.comite.ordres.retirer(s.points[1])
    s.comite.ordres.retirer(s.points[2])
    assert len(titres(s)) == 2


# Passage ------------------------------------------------------------------------------------------


def courant(s: Salle) -> str | None:
    return s.comite.seances.lire(s.seance).point_courant


def test_suivant_precedent_et_fin(s: Salle) -> None:
    passages = s.comite.passages
    assert [passages.suivant(s.seance) for _ in range(2)] == list(s.points[:2])
    assert passages.precedent(s.seance) == s.points[0]
    assert passages.precedent(s.seance) is None
    assert courant(s) == s.points[0]
    assert passages.suivant(s.seance) == s.points[2]  # the second has passed
    assert passages.suivant(s.seance) is None
    assert courant(s) is None
    assert {p.etat for p in s.comite.ordres.points(s.seance)} == {"passe"}


def test_un_point_reporte_revient_a_la_fin(s: Salle) -> None:
    passages = s.comite.passages
    passages.suivant(s.seance)
    assert passages.reporter(s.points[0]) == s.points[1]
    assert titres(s) == ["Action 2", "Action 3", "Action 1"]
    assert [passages.suivant(s.seance) for _ in range(3)] == [s.points[2], s.points[0], None]


def test_le_dernier_point_ne_se_reporte_pas(s: Salle) -> None:
    s.comite.passages.suivant(s.seance)
    s.comite.passages.ouvrir_point(s.points[1])
    s.comite.passages.ouvrir_point(s.points[2])
    with pytest.raises(SaisieRefusee, match="dernier point"):
        s.comite.passages.reporter(s.points[2])


def test_reporter_un_point_a_venir_ne_quitte_pas_le_point_en_cours(s: Salle) -> None:
    s.comite.passages.suivant(s.seance)
    assert s.comite.passages.reporter(s.points[1]) == s.points[0]
    assert courant(s) == s.points[0]
    assert titres(s) == ["Action 1", "Action 3", "Action 2"]


def test_revenir_au_point_quitte(s: Salle) -> None:
    passages = s.comite.passages
    passages.ouvrir_point(s.points[0])
    passages.ouvrir_point(s.points[2])
    assert passages.revenir(s.seance) == s.points[0]
    assert passages.revenir(s.seance) == s.points[2]
    assert [bool(p.fin) for p in passages.du_point(s.points[0])] == [True, True]
    assert compte(s, Passage) == 4


def test_les_points_sans_debat_ne_sont_pas_appeles(s: Salle) -> None:
    s.comite.ordres.mettre_en_bloc(s.points[0])
    assert s.comite.passages.suivant(s.seance) == s.points[1]
    assert s.comite.passages.precedent(s.seance) is None


def test_une_seance_qui_n_est_pas_ouverte_ne_passe_rien(preparee: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="n'est pas ouverte"):
        preparee.comite.passages.suivant(preparee.seance)


# Where it stands ----------------------------------------------------------------------------------


def test_la_synthese_compte_le_temps_et_predit_la_fin(s: Salle) -> None:
    s.comite.passages.suivant(s.seance)
    s.montre.avancer(10)
    s.comite.passages.suivant(s.seance)
    s.montre.avancer(2)
    synthese = s.comite.seances.etat_de(s.seance)
    assert (synthese.point_courant, synthese.point_courant_ordre) == (s.points[1], 2)
    assert (synthese.points, synthese.restants, synthese.decides) == (3, 1, 0)
    assert (synthese.minutes_prevues, synthese.minutes_ecoulees) == (15, 12)
    assert synthese.minutes_du_point == 2
    assert synthese.minutes_restantes == 8  # 3 left of this one, 5 of the next
    assert synthese.axe_le_plus_lent == "Santé"
    assert synthese.fin_prevue is not None
    assert (synthese.minutes_prevues_du_point, synthese.point_depasse) == (5, False)
    s.montre.avancer(4)
    assert s.comite.seances.etat_de(s.seance).point_depasse


def test_sans_duree_prevue_la_fin_suit_la_moyenne(s: Salle) -> None:
    s.comite.ordres.planifier(None, *s.points)
    assert s.comite.seances.etat_de(s.seance).fin_prevue is None
    s.comite.passages.suivant(s.seance)
    s.montre.avancer(6)
    s.comite.passages.suivant(s.seance)
    synthese = s.comite.seances.etat_de(s.seance)
    assert synthese.minutes_moyennes == 6.0
    assert synthese.minutes_restantes == 12


def test_rien_ne_se_modifie_dans_une_seance_close(s: Salle) -> None:
    s.comite.scellements.clore(s.seance, confirmer=True)
    gestes = (
        lambda: s.comite.seances.modifier(s.seance, lieu="Ailleurs"),
        lambda: s.comite.seances.ouvrir(s.seance),
        lambda: s.comite.ordres.noter(s.point, "non"),
        lambda: s.comite.ordres.deplacer(s.point, 2),
        lambda: s.comite.passages.suivant(s.seance),
        lambda: s.comite.tours.dire(s.point, s.etat, Decimal(1)),
        lambda: s.comite.presences.ajouter(s.seance, s.personnes["etat"]),
        lambda: s.comite.voix.exprimer(s.point, "favorable", qui="Conseil citoyen"),
        lambda: s.comite.cpo.dire(s.point, s.etat, favorable=True),
        lambda: s.comite.scenarios.depuis_l_instruction(s.seance, "Trop tard"),
    )
    for geste in gestes:
        with pytest.raises(SaisieRefusee, match="est close"):
            geste()
