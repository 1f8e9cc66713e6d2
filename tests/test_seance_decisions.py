"""Deciding: the sentence before Enter, what it does to the money, the block vote, the CPO."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte
from sqlalchemy import select

from app.models.action import Action
from app.models.enums import NatureDecision
from app.models.seance import Decision
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.decisions import Choix
from app.services.deja_decidees import sans_les_tranchees, tranchees, tranchees_en_mots
from app.services.errors import SaisieRefusee, TravailAnnule
from app.services.ordres_du_jour import Filtre
from app.services.payeurs import Payeur
from app.services.phrases_pv import SujetDecide, phrase
from app.services.seance_en_cours import SeanceEnCours
from tests import fabriques

D = Decimal


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


def clair(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def statut(s: Salle, rang: int = 0) -> str:
    return str(s.champ(Action, s.decor.actions[rang], "statut"))


def annoncer(s: Salle, rang: int = 0, etat: int = 7000, agglo: int = 3500) -> None:
    s.comite.tours.dire_et_publier(s.points[rang], s.etat, D(etat))
    s.comite.tours.dire_et_publier(s.points[rang], s.agglo, D(agglo))


def accordes(s: Salle, rang: int = 0) -> list[Decimal | None]:
    return [s.accorde(p, rang) for p in (s.etat, s.agglo, s.region)]


# Sentences ----------------------------------------------------------------------------------------

ACTION = SujetDecide("Ateliers", "2026-014", "Les Mains Vertes")
MONTANTS = [("État", D(8000)), ("Agglomération", D("4500.50")), ("Région", D(0))]


@pytest.mark.parametrize(
    ("nature", "options", "attendue"),
    [
        (
            "valide",
            {},
            (
                "L'action n° 2026-014 « Ateliers », portée par Les Mains Vertes, est validée pour "
                "12 500,50 € (État 8 000 €, Agglomération 4 500,50 €)."
            ),
        ),
        (
            "valide",
            {"cpo_annees": 3},
            (
                "L'action n° 2026-014 « Ateliers », portée par Les Mains Vertes, est validée pour "
                "12 500,50 € (État 8 000 €, Agglomération 4 500,50 €). Une convention pluriannuelle de "
                "3 ans est accordée."
            ),
        ),
        (
            "sous_reserve",
            {"conditions": "réception du  bilan."},
            (
                "L'action n° 2026-014 « Ateliers », portée par Les Mains Vertes, est validée sous "
                "réserve pour 12 500,50 € (État 8 000 €, Agglomération 4 500,50 €). Réserve : réception "
                "du bilan."
            ),
        ),
        (
            "refuse",
            {"motif": "Hors priorités"},
            (
                "L'action n° 2026-014 « Ateliers », portée par Les Mains Vertes, n'est pas retenue. "
                "Motif : Hors priorités."
            ),
        ),
        (
            "complementaire",
            {},
            (
                "L'action n° 2026-014 « Ateliers », portée par Les Mains Vertes, est inscrite sur la "
                "liste complémentaire pour 12 500,50 € (État 8 000 €, Agglomération 4 500,50 €)."
            ),
        ),
        (
            "ajourne",
            {},
            "L'action n° 2026-014 « Ateliers », portée par Les Mains Vertes, est ajournée.",
        ),
    ],
)
def test_la_phrase_du_pv(nature: str, options: dict[str, object], attendue: str) -> None:
    assert clair(phrase(ACTION, nature, MONTANTS, **options)) == attendue  # type: ignore[arg-type]


def test_la_phrase_d_un_sujet_et_d_une_action_sans_montant() -> None:
    assert clair(phrase(SujetDecide("Bilan 2025"), "valide", ())) == (
        "Le point « Bilan 2025 » est validé."
    )
    sans = replace(ACTION, porteur="")
    assert clair(phrase(sans, "valide", [("État", D(0))])) == (
        "L'action n° 2026-014 « Ateliers » est validée sans montant."
    )
    assert clair(phrase(sans, "valide", [("État", D(10))])) == (
        "L'action n° 2026-014 « Ateliers » est validée pour 10 € (État)."
    )


@pytest.mark.parametrize("nature", list(NatureDecision))
def test_toute_decision_a_sa_phrase(nature: NatureDecision) -> None:
    assert phrase(ACTION, str(nature), MONTANTS).endswith(".")


# What a decision does -----------------------------------------------------------------------------


def test_la_phrase_lue_avant_entree_est_celle_qui_est_gardee(s: Salle) -> None:
    annoncer(s)
    projet = s.comite.decisions.preparer(s.point, Choix("valide"))
    assert s.comite.decisions.historique(s.point) == []
    s.comite.decisions.decider(s.point, Choix("valide"))
    decision = s.comite.decisions.du_point(s.point)
    assert decision is not None
    assert decision.phrase == projet.phrase
    assert [(m.nom, m.montant) for m in decision.montants] == [
        ("État – BOP 147", D(7000)),
        ("Agglomération", D(3500)),
    ]
    assert (statut(s), accordes(s)) == ("accordee", [D(7000), D(3500), None])


@pytest.mark.parametrize(
    ("nature", "statut_voulu", "accordes_voulus", "decides"),
    [
        ("valide", "accordee", [7000, 3500, None], [7000, 3500]),
        ("refuse", "refusee", [0, 0, 0], [0, 0, 0]),
        ("ajourne", "ajournee", [None] * 3, [7000, 3500]),
        ("reoriente", "reorientee", [None] * 3, [7000, 3500]),
        ("complementaire", "proposee", [None] * 3, [7000, 3500]),
        ("retire", "retiree", [None] * 3, [7000, 3500]),
    ],
)
def test_chaque_decision_et_l_argent(
    s: Salle,
    nature: str,
    statut_voulu: str,
    accordes_voulus: list[int | None],
    decides: list[int],
) -> None:
    annoncer(s)
    s.comite.decisions.decider(s.point, Choix(nature, motif="Parce que"))
    assert statut(s) == statut_voulu
    assert accordes(s) == accordes_voulus
    decision = s.comite.decisions.du_point(s.point)
    assert decision is not None
    assert [m.montant for m in decision.montants] == decides
    s.fichier.undo.annuler()
    assert (statut(s), accordes(s)) == ("deposee", [7000, 3500, None])
    assert s.comite.decisions.du_point(s.point) is None


def test_la_liste_complementaire_ne_garde_que_ce_qui_est_dit(s: Salle) -> None:
    """The third seat is silent: what is proposed to it is nobody's word."""
    annoncer(s)
    projet = s.comite.decisions.preparer(s.point, Choix("complementaire"))
    assert projet.total == s.comite.tables.du_point(s.point).total_public == D(10_500)
    assert "propositions de l'instruction" not in projet.phrase
    s.comite.decisions.decider(s.point, Choix("complementaire"))
    parts = s.comite.suites.proposer(2026)
    assert [(p.nom, p.retenu) for p in parts] == [
        ("État – BOP 147", D(7000)),
        ("Agglomération", D(3500)),
    ]


def test_sans_parole_la_liste_complementaire_dit_que_ce_sont_des_propositions(s: Salle) -> None:
    projet = s.comite.decisions.preparer(s.point, Choix("complementaire"))
    assert projet.total == s.comite.tables.du_point(s.point).propose
    assert "les propositions de l'instruction" in projet.phrase


@pytest.mark.parametrize("nature", ["ajourne", "reoriente", "retire", "complementaire"])
def test_un_montant_que_la_salle_n_a_pas_vu_n_est_pas_garde(s: Salle, nature: str) -> None:
    s.comite.tours.dire_et_publier(s.point, s.agglo, D(3500))
    s.comite.tours.dire(s.point, s.etat, D(7000))
    s.comite.decisions.decider(s.point, Choix(nature))
    decision = s.comite.decisions.du_point(s.point)
    assert decision is not None
    assert [m.montant for m in decision.montants] == [D(3500)]


def test_un_montant_que_la_salle_n_a_pas_vu_empeche_d_accorder(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(7000))
    projet = s.comite.decisions.preparer(s.point, Choix("valide"))
    assert "pas encore publié" in projet.empechement
    with pytest.raises(SaisieRefusee, match="pas encore publié"):
        s.comite.decisions.decider(s.point, Choix("valide"))
    s.comite.decisions.decider(s.point, Choix("ajourne"))
    assert statut(s) == "ajournee"


def test_une_reserve_se_dit(s: Salle) -> None:
    annoncer(s)
    with pytest.raises(SaisieRefusee, match="dit sa réserve"):
        s.comite.decisions.decider(s.point, Choix("sous_reserve", conditions=" "))
    s.comite.decisions.decider(s.point, Choix("sous_reserve", conditions="Bilan reçu"))
    assert statut(s) == "accordee"


def test_redecider_compte_la_derniere_et_garde_l_autre(s: Salle) -> None:
    annoncer(s)
    s.comite.decisions.decider(s.point, Choix("refuse"))
    annoncer(s, etat=6000, agglo=3000)
    s.comite.decisions.decider(s.point, Choix("valide"))
    assert [d.nature for d in s.comite.decisions.historique(s.point)] == ["refuse", "valide"]
    [seule] = s.comite.decisions.de_la_seance(s.seance)
    assert (seule.nature, accordes(s)) == ("valide", [6000, 3000, 0])


@pytest.mark.parametrize("nature", ["ajourne", "refuse", "complementaire"])
def test_valider_apres_coup_accorde_ce_qui_avait_ete_publie(s: Salle, nature: str) -> None:
    annoncer(s)
    s.comite.decisions.decider(s.point, Choix(nature))
    projet = s.comite.decisions.preparer(s.point, Choix("valide"))
    assert projet.total == D(10_500)
    s.comite.decisions.decider(s.point, Choix("valide"))
    assert accordes(s)[:2] == [7000, 3500]
    assert statut(s) == "accordee"


def test_lever_une_decision_rend_la_precedente_ou_ce_qui_etait_publie(s: Salle) -> None:
    annoncer(s)
    decisions = s.comite.decisions
    decisions.decider(s.point, Choix("ajourne"))
    decisions.decider(s.point, Choix("refuse"))
    decisions.lever(s.point)
    assert (statut(s), accordes(s)) == ("ajournee", [None] * 3)
    decisions.lever(s.point)
    assert (statut(s), accordes(s)) == ("proposee", [7000, 3500, None])
    assert [d.annulee for d in decisions.historique(s.point)] == [True, True]
    with pytest.raises(SaisieRefusee, match="Aucune décision"):
        decisions.lever(s.point)


def test_un_sujet_se_decide_sans_argent(s: Salle) -> None:
    sujet = s.comite.ordres.ajouter_sujet(s.seance, "Règlement intérieur", nature="debat")
    s.comite.decisions.decider(sujet, Choix("valide"))
    decision = s.comite.decisions.du_point(sujet)
    assert decision is not None
    assert clair(decision.phrase) == "Le point « Règlement intérieur » est validé."
    s.comite.decisions.lever(sujet)
    assert s.comite.decisions.du_point(sujet) is None


# Block vote ---------------------------------------------------------------------------------------


def test_l_historique_d_un_point_dit_tout_dans_l_ordre_et_par_qui(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(5000), auteur="La préfète")
    s.comite.decisions.decider(s.point, Choix("ajourne"))
    s.comite.decisions.lever(s.point)
    s.comite.tours.dire(s.point, s.region, D(2000))
    historique = s.comite.historiques.du_point(s.point)
    assert ("État", "Instruction", 8000) in [(e.qui, e.etape, e.montant) for e in historique]
    dans_la_salle = [e for e in historique if e.etape.startswith(("Tour", "Ajourné"))]
    assert [(e.qui, e.etape, e.montant) for e in dans_la_salle] == [
        ("État", "Tour 1", 5000),
        ("Le comité", "Ajourné (levée depuis)", 5000),
        ("Région", "Tour 1", 2000),
    ]
    assert dans_la_salle[-1].precision == "la salle ne l'a pas vu"
    auteurs = {e.etape: e.auteur for e in historique if e.qui in ("État", "Le comité")}
    assert auteurs["Tour 1"] == "La préfète"
    assert auteurs["Ajourné (levée depuis)"] == s.fichier.signature.auteur
    assert [e.quand for e in historique] == sorted(e.quand for e in historique)


def test_un_vote_en_bloc_abandonne_en_route_ne_decide_rien(s: Salle) -> None:
    s.comite.ordres.mettre_en_bloc(*s.points)
    reste = iter([None])  # given up once the decisions are written

    def respirer() -> None:
        if next(reste, "annulé"):
            raise TravailAnnule("Annulé.")

    with pytest.raises(TravailAnnule):
        s.comite.decisions.decider_en_bloc(s.seance, respirer=respirer)
    assert s.comite.decisions.de_la_seance(s.seance) == []
    assert s.comite.decisions.decider_en_bloc(s.seance) == 3


def test_le_vote_en_bloc_accorde_ce_qui_est_propose(s: Salle) -> None:
    s.comite.ordres.mettre_en_bloc(*s.points)
    with s.fichier.operation("Sans proposition") as e:
        for siege in s.comite.tables.du_point(s.points[2]).cases:
            from app.models.action import Cofinancement

            e.modifier(Cofinancement, siege.siege.cofinancement or "", propose=None)
    s.comite.ordres.debattre(s.points[1])  # one key takes it out
    prets, sans = s.comite.decisions.bloc(s.seance)
    assert [(b.numero, b.total) for b in prets] == [("2026-001", D(14_400))]
    assert [b.numero for b in sans] == ["2026-003"]
    assert s.comite.decisions.decider_en_bloc(s.seance) == 1
    assert accordes(s) == [8000, 4000, 2400]
    assert statut(s) == "accordee"
    [decision] = s.comite.decisions.de_la_seance(s.seance)
    assert decision.en_bloc
    assert clair(decision.phrase).endswith(
        "est validée pour 14 400 € (État 8 000 €, Agglomération 4 000 €, Région 2 400 €)."
    )
    etats = [p.etat for p in s.comite.ordres.points(s.seance)]
    assert etats == ["passe", "a_venir", "a_venir"]
    with pytest.raises(SaisieRefusee, match="Aucun point sans débat"):
        s.comite.decisions.decider_en_bloc(s.seance)
    s.fichier.undo.annuler()
    assert accordes(s) == [None] * 3


def test_la_raison_de_passer_outre_une_alerte_est_dans_la_phrase_du_pv(s: Salle) -> None:
    annoncer(s)
    alerte = "L'enveloppe 2026 de État est dépassée de 500 €."
    projet = s.comite.decisions.decider(
        s.point, Choix("valide", outre="Le préfet abondera.", alertes=(alerte,))
    )
    assert clair(projet.phrase).endswith(f"{alerte} Le comité passe outre : Le préfet abondera.")
    decision = s.comite.decisions.du_point(s.point)
    assert decision is not None
    assert decision.phrase == projet.phrase
    sans = s.comite.decisions.preparer(s.points[1], Choix("valide", alertes=(alerte,)))
    assert alerte not in sans.phrase, "sans raison, rien n'est dit"


# Liste complémentaire -----------------------------------------------------------------------------


def test_la_liste_complementaire_est_ordonnee(s: Salle) -> None:
    for point in s.points:
        s.comite.decisions.decider(point, Choix("complementaire"))
    un, _, trois = s.comite.decisions.de_la_seance(s.seance)
    assert (un.rang, trois.rang) == (1, 3)
    s.comite.decisions.ranger_complementaire([trois.cle], un.cle)
    candidates = s.comite.suites.liste_complementaire(2026)
    assert [(c.numero, c.rang) for c in candidates] == [
        ("2026-003", 1),
        ("2026-001", 2),
        ("2026-002", 3),
    ]
    rendu = lire_compte_rendu(s.fichier, s.seance)
    assert [p.numero for p in rendu.complementaires] == ["2026-003", "2026-001", "2026-002"]
    s.comite.decisions.ranger_complementaire([trois.cle, un.cle], None)
    assert [c.numero[-1] for c in s.comite.suites.liste_complementaire(2026)] == ["2", "3", "1"]
    s.fichier.undo.annuler()
    assert [c.numero[-1] for c in s.comite.suites.liste_complementaire(2026)] == ["3", "1", "2"]
    s.comite.scellements.clore(s.seance, confirmer=True)
    with pytest.raises(SaisieRefusee, match="rouvrez-la, avec un motif"):
        s.comite.decisions.ranger_complementaire([un.cle], None)


# CPO ----------------------------------------------------------------------------------------------


def regle_cpo(s: Salle, **parametres: object) -> None:
    with s.fichier.operation("Écrire la règle") as e:
        fabriques.regle(
            e, identifiant="cpo.unanimite", niveau="bloquant", parametres=dict(parametres)
        )


def test_sans_regle_la_cpo_ne_demande_rien(s: Salle) -> None:
    annoncer(s)
    situation = s.comite.cpo.situation(s.point)
    assert (situation.exigee, situation.permise) == (None, True)
    assert clair(situation.phrase) == "Unanimité : non précisé par le contrat."
    s.comite.decisions.decider(s.point, Choix("valide", cpo_annees=3))
    assert (
        s.champ(Action, s.action, "cpo_rang"),
        s.champ(Action, s.action, "cpo_duree"),
    ) == (1, 3)


def test_l_unanimite_nomme_qui_bloque_et_l_annuel_reste_possible(s: Salle) -> None:
    regle_cpo(s, exigee=True, perimetre="partenaires financeurs (de la CPO)")
    annoncer(s)
    choix = Choix("valide", cpo_annees=3)
    assert clair(s.comite.cpo.situation(s.point).phrase) == (
        "Unanimité à recueillir : État, Agglomération."
    )
    s.comite.cpo.dire(s.point, s.etat, favorable=True)
    s.comite.cpo.dire(s.point, s.agglo, favorable=False, motif="Budget non voté")
    situation = s.comite.cpo.situation(s.point)
    assert situation.bloquants == ("Agglomération",)
    with pytest.raises(SaisieRefusee, match="Agglomération s'y oppose"):
        s.comite.decisions.decider(s.point, choix)
    s.comite.decisions.decider(s.point, replace(choix, cpo_annees=None))
    assert s.champ(Action, s.action, "cpo_duree") is None
    s.comite.cpo.dire(s.point, s.agglo, favorable=True)
    assert s.comite.cpo.situation(s.point).phrase == "Unanimité des financeurs concernés."
    s.comite.decisions.decider(s.point, choix)
    assert s.champ(Action, s.action, "cpo_duree") == 3


def test_un_perimetre_qui_dit_tous_compte_aussi_ceux_qui_ne_donnent_pas(s: Salle) -> None:
    regle_cpo(s, exigee=True, perimetre="tous les financeurs sollicités")
    annoncer(s)
    assert s.comite.cpo.situation(s.point).muets == ("État", "Agglomération", "Région")


def test_personne_ne_donne_personne_ne_s_engage(s: Salle) -> None:
    regle_cpo(s, exigee=True)
    situation = s.comite.cpo.situation(s.point)
    assert not situation.permise
    assert "aucun financeur" in situation.phrase


@pytest.mark.parametrize(("niveau", "refusee"), [("bloquant", True), ("alerte", False)])
def test_la_duree_d_une_cpo_suit_le_contrat(s: Salle, niveau: str, refusee: bool) -> None:
    with s.fichier.operation("Écrire la règle") as e:
        fabriques.regle(
            e, identifiant="cpo.duree", niveau=niveau, parametres={"min_ans": 2, "max_ans": 3}
        )
    annoncer(s)
    projet = s.comite.decisions.preparer(s.point, Choix("valide", cpo_annees=4))
    assert bool(projet.empechement) is refusee
    assert s.comite.cpo.phrase_duree() == "Le contrat prévoit des CPO de 2 à 3 ans."


def test_une_cpo_d_un_an_n_en_est_pas_une(s: Salle) -> None:
    annoncer(s)
    with pytest.raises(SaisieRefusee, match="au moins 2 ans"):
        s.comite.decisions.decider(s.point, Choix("valide", cpo_annees=1))


def test_une_cpo_qui_court_n_est_pas_defaite_par_un_accord_annuel(s: Salle) -> None:
    with s.fichier.operation("Deuxième année") as e:
        e.modifier(Action, s.action, cpo_rang=2, cpo_duree=3)
    annoncer(s)
    s.comite.decisions.decider(s.point, Choix("valide"))
    assert s.champ(Action, s.action, "cpo_rang") == 2


def test_une_premiere_annee_de_cpo_est_proposee_par_defaut(s: Salle) -> None:
    with s.fichier.operation("Demande de CPO") as e:
        e.modifier(Action, s.action, cpo_rang=1, cpo_duree=3)
    assert s.comite.decisions.choix_par_defaut(s.point, "valide") == Choix("valide", cpo_annees=3)
    assert s.comite.decisions.choix_par_defaut(s.point, "refuse") == Choix("refuse")


def test_une_commune_bloque_sous_son_nom(s: Salle) -> None:
    regle_cpo(s, exigee=True)
    with s.fichier.operation("Une commune") as e:
        communes = fabriques.financeur(e, nom_court="Communes", nature="commune", rang=5)
        fabriques.cofinancement(e, s.action, communes, commune=s.decor.communes[1])
    payeur = Payeur(communes, commune=s.decor.communes[1])
    s.comite.tours.dire_et_publier(s.point, payeur, D(300))
    s.comite.cpo.dire(s.point, payeur, favorable=False)
    assert s.comite.cpo.situation(s.point).bloquants == ("Ostreval",)


# Motives ------------------------------------------------------------------------------------------


def test_les_motifs_proposes_cedent_la_place_a_ceux_de_l_equipe(s: Salle) -> None:
    motifs = s.comite.motifs
    proposes = [m.texte for m in motifs.lignes("refuse")]
    assert proposes
    assert all(m.cle is None for m in motifs.lignes())
    cle = motifs.ajouter("refuse", "  Doublon avec une  autre action ")
    assert [m.texte for m in motifs.lignes("refuse")] == [
        *proposes,
        "Doublon avec une autre action",
    ]
    motifs.modifier(cle, texte="Doublon")
    motifs.supprimer(*[m.cle for m in motifs.lignes("refuse") if m.cle != cle and m.cle])
    assert [m.texte for m in motifs.lignes("refuse")] == ["Doublon"]
    with pytest.raises(SaisieRefusee, match="vide"):
        motifs.ajouter("refuse", " ")


def test_les_motifs_se_corrigent_se_rangent_et_s_enlevent_une_annulation_chacun(s: Salle) -> None:
    motifs, undo = s.comite.motifs, s.fichier.undo

    def textes() -> list[str]:
        return [m.texte for m in motifs.lignes("refuse")]

    depart = textes()
    quatrieme = motifs.lignes("refuse")[3]
    # Proposed only: the gesture keeps the whole list of that decision, and no other.
    motifs.ranger([quatrieme.repere], motifs.lignes("refuse")[0].repere)
    assert textes() == [depart[3], *depart[:3]]
    assert all(m.cle for m in motifs.lignes("refuse"))
    assert not any(m.cle for m in motifs.lignes("ajourne"))
    motifs.modifier(motifs.lignes("refuse")[0].repere, texte="Budget trop lourd")
    motifs.supprimer(motifs.lignes("refuse")[1].repere)
    assert textes() == ["Budget trop lourd", *depart[1:3]]
    with pytest.raises(SaisieRefusee, match="est déjà un motif"):
        motifs.ajouter("refuse", "budget TROP lourd")
    with pytest.raises(SaisieRefusee, match="ceux de la même décision"):
        motifs.ranger([motifs.lignes("refuse")[0].repere], motifs.lignes("ajourne")[0].repere)
    for attendu in (["Budget trop lourd", *depart[:3]], [depart[3], *depart[:3]], depart):
        undo.annuler()
        assert textes() == attendu
    assert not any(m.cle for m in motifs.lignes("refuse")), "rien n'est resté dans le fichier"


def test_rien_n_est_efface_du_registre_des_decisions(s: Salle) -> None:
    annoncer(s)
    for nature in ("refuse", "ajourne", "valide"):
        s.comite.decisions.decider(s.point, Choix(nature))
        s.comite.decisions.lever(s.point)
    assert len(s.fichier.lignes(select(Decision.cle))) == 3


# Decided already ----------------------------------------------------------------------------------


def test_une_action_deja_decidee_a_une_seance_close_le_dit_avant_de_l_etre_encore(s: Salle) -> None:
    annoncer(s)
    s.comite.decisions.decider(s.point, Choix("valide"))
    assert s.comite.decisions.preparer(s.point, Choix("refuse")).avertissement == ""
    s.comite.scellements.clore(s.seance, confirmer=True)
    autre = s.comite.seances.creer(2026, titre="Rattrapage", date="2026-06-18")
    toutes = s.comite.ordres.candidats(autre, Filtre(statuts=()))
    assert tranchees(toutes) == (1, 0)
    assert tranchees_en_mots(1, 2) == "1 déjà accordée et 2 non retenues"
    sans = s.comite.ordres.candidats(autre, sans_les_tranchees(Filtre(statuts=())))
    assert len(sans) == len(toutes) - 1
    s.comite.ordres.construire(autre, Filtre(statuts=(), numeros=["2026-001"]))
    s.comite.seances.ouvrir(autre)
    cours = SeanceEnCours(s.comite, autre)
    cours.ouvrir()
    attendu = (
        "Déjà décidée : validée pour 10 500 € à la séance du 12/03/2026 ; ce qui suit la remplace."
    )
    assert clair(cours.alertes()[0].message) == attendu
    projet = s.comite.decisions.preparer(cours.point, Choix("refuse", motif="Autre"))
    assert clair(projet.avertissement) == attendu
    assert projet.empechement == ""
    s.comite.decisions.decider(cours.point, Choix("refuse", motif="Autre"))
    assert statut(s) == "refusee"
