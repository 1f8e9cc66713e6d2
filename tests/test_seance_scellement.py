"""Closing, sealing, opening again; and what the seal proves when somebody touches the file."""

import sqlite3
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte

from app.models.action import Action
from app.models.contrat import Etape, Instance
from app.models.programme import EtapeAppel
from app.models.seance import Seance
from app.services.cofinancements import Cofinancements
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.cotations import Cotations
from app.services.cycle import Cycle
from app.services.decisions import Choix
from app.services.errors import FichierIllisible, SaisieRefusee
from app.services.fichier import Fichier
from app.services.grilles import Grilles
from app.services.grilles_fiche import livrees
from app.services.pv_pdf import proces_verbal
from app.services.scellement import Scellements
from app.services.verification import verifier
from tests import fabriques

D = Decimal


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


@pytest.fixture
def decidee(s: Salle) -> Salle:
    """Everything said as asked, everything decided."""
    for rang, point in enumerate(s.points):
        for payeur, montant in ((s.etat, 10_000), (s.agglo, 5000), (s.region, 3000)):
            s.comite.tours.dire_et_publier(point, payeur, D(montant if rang == 0 else 0))
        s.comite.decisions.decider(point, Choix("valide" if rang == 0 else "refuse"))
    return s


def messages(s: Salle) -> list[str]:
    trouves = s.comite.scellements.controles(s.seance)
    return [c.message.replace("\u202f", " ").replace("\u00a0", " ") for c in trouves]


def test_une_seance_en_ordre_n_a_rien_a_verifier_et_se_clot(decidee: Salle) -> None:
    s = decidee
    assert messages(s) == []
    s.comite.passages.ouvrir_point(s.points[2])
    sceau = s.comite.scellements.clore(s.seance)
    fiche = s.comite.seances.lire(s.seance)
    assert (fiche.etat, fiche.version, fiche.point_courant) == ("close", 1, None)
    assert (sceau.version, sceau.motif) == (1, None)
    assert len(sceau.empreinte) == len(sceau.empreinte_decisions) == 64
    rapport = verifier(s.fichier)
    assert (rapport.est_sain, rapport.scelles) == (True, 1)
    assert s.comite.seances.etat_de(s.seance).empreinte == sceau.empreinte


def test_clore_fait_passer_l_etape_du_comite_a_ce_qu_il_a_decide(decidee: Salle) -> None:
    """Granted: it goes on to the next step. Put off: it waits there for another comité."""
    s = decidee
    s.comite.decisions.lever(s.points[2])
    s.comite.decisions.decider(s.points[2], Choix("ajourne", motif="Budget à revoir"))
    accordee, _, ajournee = s.decor.actions
    with s.fichier.operation("Préparer un appel") as e:
        appel = fabriques.appel(e, fabriques.exercice(e, annee=2027), nom="Autre appel")
        for rang, nature in enumerate(("comite_financeurs", "notification")):
            e.inserer(EtapeAppel, appel=appel, nature=nature, nom=nature, rang=rang)
        for action in (accordee, ajournee):
            e.modifier(Action, action, appel=appel)
    s.comite.scellements.clore(s.seance, confirmer=True)
    courantes = [Cycle(s.fichier).etape_courante(a) for a in (accordee, ajournee)]
    assert [e and e.nature for e in courantes] == ["notification", "comite_financeurs"]
    assert [p.motif for p in Cycle(s.fichier).passages(accordee)][:1] == [
        "Décidée en séance : Comité des financeurs 2026"
    ]


def test_rouvrir_la_seance_reprend_les_etapes_que_sa_cloture_avait_franchies(
    decidee: Salle,
) -> None:
    """What was crossed by hand stays crossed; closed again, the actions go on."""
    s = decidee
    decidees = s.decor.actions[:2]
    with s.fichier.operation("Préparer un appel") as e:
        for rang, nature in enumerate(("comite_financeurs", "notification")):
            e.inserer(EtapeAppel, appel=s.decor.appel, nature=nature, nom=nature, rang=rang)
    s.comite.decisions.lever(s.points[1])
    s.comite.decisions.decider(s.points[1], Choix("complementaire"))
    cycle = Cycle(s.fichier, horloge=s.montre)
    cycle.avancer([decidees[1]], motif="Vue hors séance")
    s.comite.scellements.clore(s.seance, confirmer=True)

    def ou() -> list[str]:
        return [getattr(cycle.etape_courante(a), "nature", "") for a in decidees]

    assert ou() == ["notification", "notification"]
    s.comite.scellements.rouvrir(s.seance, "Montant mal noté")
    assert ou() == ["comite_financeurs", "notification"]
    s.comite.scellements.clore(s.seance, confirmer=True)
    assert ou() == ["notification", "notification"]


def test_une_seance_rectifiee_redemande_le_vote_de_ce_qu_elle_ajoute(decidee: Salle) -> None:
    """All that was granted was voted; the Région gives after all: its assembly has still to vote."""
    s, c = decidee, decidee.comite
    with s.fichier.operation("Préparer un appel") as e:
        for rang, nature in enumerate(("comite_financeurs", "deliberations", "notification")):
            e.inserer(EtapeAppel, appel=s.decor.appel, nature=nature, nom=nature, rang=rang)
    cycle = Cycle(s.fichier, horloge=s.montre)

    def redecider(region: int) -> str:
        c.decisions.lever(s.point)
        c.tours.dire_et_publier(s.point, s.region, D(region))
        c.decisions.decider(s.point, Choix("valide"))
        c.scellements.clore(s.seance, confirmer=True)
        return getattr(cycle.etape_courante(s.action), "nature", "")

    assert redecider(0) == "deliberations"
    c.deliberations.preparer(s.agglo.financeur, 2026, date="2026-04-02")
    assert getattr(cycle.etape_courante(s.action), "nature", "") == "notification"
    c.scellements.rouvrir(s.seance, "La Région donne")
    assert redecider(3000) == "deliberations"


def test_une_seance_franchit_l_etape_ou_siege_son_instance(decidee: Salle) -> None:
    """Where the COPIL decides, its closing is what takes the actions past its step."""
    s = decidee
    with s.fichier.operation("Préparer un appel") as e:
        e.inserer(Etape, identifiant="copil", nom="COPIL", nature="copil")
        instance = e.inserer(Instance, identifiant="copil", nom="COPIL", etapes=["copil"])
        e.modifier(Seance, s.seance, instance=instance)
        for rang, nature in enumerate(("copil", "deliberations")):
            e.inserer(EtapeAppel, appel=s.decor.appel, nature=nature, nom=nature, rang=rang)
    s.comite.scellements.clore(s.seance, confirmer=True)
    courante = Cycle(s.fichier).etape_courante(s.action)
    assert courante is not None
    assert courante.nature == "deliberations"


def test_les_controles_disent_ou_aller(s: Salle) -> None:
    s.comite.seances.modifier(s.seance, quorum=2)
    s.comite.tours.dire(s.points[1], s.etat, D(100))
    for payeur, montant in ((s.etat, 25_000), (s.agglo, 1000), (s.region, 1000)):
        s.comite.tours.dire_et_publier(s.points[0], payeur, D(montant))
    s.comite.decisions.decider(s.points[0], Choix("valide"))
    assert messages(s) == [
        "2026-002 « Action 2 » n'a pas de décision.",
        "2026-003 « Action 3 » n'a pas de décision.",
        "2026-002 « Action 2 » : le montant de État n'est pas publié.",
        "L'enveloppe 2026 de État est dépassée de 5 000 €.",
        "2026-001 « Action 1 » : le budget n'est plus équilibré, trop de 9 000 €.",
        "Le quorum n'est pas réuni : il manque 2.",
    ]
    cibles = [(c.point, c.payeur) for c in s.comite.scellements.controles(s.seance)]
    assert cibles == [
        (s.points[1], None),
        (s.points[2], None),
        (s.points[1], s.etat),
        (None, s.etat),
        (s.points[0], None),
        (None, None),
    ]
    with pytest.raises(SaisieRefusee, match="vérifiez ces 6 points"):
        s.comite.scellements.clore(s.seance)
    raison = "délais de notification  imposés"
    sceau = s.comite.scellements.clore(s.seance, confirmer=True, raison=raison)
    assert sceau.outre == "6 remarques\u00a0: délais de notification imposés"
    imprime = str(proces_verbal(lire_compte_rendu(s.fichier, s.seance)).traces(1))
    assert "Passé outre" in imprime
    assert "délais de notification imposés" in imprime
    # Opened again and closed without a word, the former reason stays with its version.
    s.comite.scellements.rouvrir(s.seance, "Oubli")
    s.comite.scellements.clore(s.seance, confirmer=True)
    assert [bool(lu.outre) for lu in s.comite.scellements.lignes(s.seance)] == [True, False]


def test_une_cpo_sans_unanimite_empeche_de_clore(decidee: Salle) -> None:
    s = decidee
    s.comite.decisions.decider(s.point, Choix("valide", cpo_annees=3))
    assert messages(s) == []
    with s.fichier.operation("Écrire la règle") as e:
        fabriques.regle(e, identifiant="cpo.unanimite", parametres={"exigee": True})
    for payeur in (s.etat, s.region):
        s.comite.cpo.dire(s.point, payeur, favorable=True)
    s.comite.cpo.dire(s.point, s.agglo, favorable=False)
    assert messages(s) == [
        "2026-001 « Action 1 » a une CPO. Pas d'unanimité : Agglomération s'y oppose."
    ]
    with pytest.raises(SaisieRefusee, match="ne peut pas être close"):
        s.comite.scellements.clore(s.seance, confirmer=True)


def test_la_cotation_n_est_rappelee_que_si_le_contrat_l_exige(decidee: Salle) -> None:
    s = decidee
    with s.fichier.operation("Écrire la règle") as e:
        fabriques.regle(e, identifiant="egalite.cotation", parametres={"obligatoire": True})
    [message] = messages(s)
    assert message.endswith("vérifiez celle de l'action accordée.")
    fiche = next(f for f in livrees() if f.identifiant == "cget_bie")
    grille = Grilles(s.fichier).ajouter(fiche)
    cotations = Cotations(s.fichier)
    cotation = cotations.commencer(s.decor.action, grille, "entree")
    cotations.choisir(cotation, "G1")
    assert messages(s) == [message], "not finished"
    cotations.terminer(cotation)
    assert messages(s) == []
    s.comite.scellements.clore(s.seance)  # information only


def test_clore_ne_s_annule_pas_rouvrir_dit_pourquoi(decidee: Salle) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    assert s.fichier.undo.a_annuler() == []
    with pytest.raises(SaisieRefusee, match="demande un motif"):
        s.comite.scellements.rouvrir(s.seance, "  ")
    s.comite.scellements.rouvrir(s.seance, "Erreur sur le montant de l'État")
    assert s.fichier.undo.a_annuler() == []
    with pytest.raises(SaisieRefusee, match="n'est pas close"):
        s.comite.scellements.rouvrir(s.seance, "Encore")
    s.comite.tours.dire_et_publier(s.point, s.etat, D(9000))
    s.comite.decisions.decider(s.point, Choix("valide"))
    sceau = s.comite.scellements.clore(s.seance, confirmer=True)
    assert (sceau.version, sceau.motif) == (2, "Erreur sur le montant de l'État")
    un, deux = s.comite.scellements.lignes(s.seance)
    assert un.empreinte_decisions != deux.empreinte_decisions
    assert s.comite.seances.lire(s.seance).reouverture is None
    rapport = verifier(s.fichier)
    assert (rapport.est_sain, rapport.scelles) == (True, 2)


def test_le_motif_de_reouverture_survit_a_la_fermeture(decidee: Salle) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    s.comite.scellements.rouvrir(s.seance, "Oubli")
    s.fichier.fermer()
    with Fichier.ouvrir(s.fichier.chemin) as rouvert:
        service = Scellements(rouvert)
        service.clore(s.seance)
        assert service.lignes(s.seance)[-1].motif == "Oubli"


def test_une_modification_apres_le_comite_se_voit(decidee: Salle) -> None:
    s = decidee
    service = s.comite.scellements
    assert service.modifications(2026) == []
    service.clore(s.seance)
    assert service.modifications(2026) == []
    saisir = Cofinancements(s.fichier).saisir
    saisir(s.action, s.agglo.financeur, etape="accorde", montant=D(4000))
    saisir(s.decor.actions[1], s.region.financeur, etape="accorde", montant=D(500))
    ecarts = service.modifications(2026)
    assert [(m.numero, m.nom, m.decide, m.actuel) for m in ecarts] == [
        ("2026-001", "Agglomération", D(5000), D(4000)),
        ("2026-002", "Région", D(0), D(500)),
    ]
    assert ecarts[0].phrase.replace("\u202f", " ").replace("\u00a0", " ") == (
        "Modification post-comité : Agglomération, 5 000 € décidés, 4 000 € aujourd'hui."
    )
    rapport = verifier(s.fichier)
    assert (rapport.est_sain, rapport.scelles) == (True, 1)  # ours, journalled: the seal holds
    assert service.modifications(2025) == []


def ailleurs(fichier: Fichier, *ordres: str) -> None:
    """Somebody writes to the file with another program."""
    connexion = sqlite3.connect(fichier.chemin)
    try:
        for ordre in ordres:
            connexion.execute(ordre)
        connexion.commit()
    finally:
        connexion.close()


@pytest.mark.parametrize(
    "ordre",
    [
        "UPDATE montant_decide SET montant = montant + 1 WHERE montant > 0",
        "UPDATE decision SET phrase = 'Autre' WHERE nature = 'valide'",
        "UPDATE decision SET annulee = 1 WHERE nature = 'valide'",
        "UPDATE decision SET conditions = 'Ajoutée' WHERE nature = 'refuse'",
    ],
)
def test_une_decision_changee_par_un_autre_programme_rompt_le_sceau(
    decidee: Salle, ordre: str
) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    ailleurs(s.fichier, ordre)
    rapport = verifier(s.fichier)
    assert rapport.sceaux == (
        (
            "Le scellement de « Comité des financeurs 2026 » (version 1) ne correspond plus aux "
            "décisions : elles ont été modifiées après la clôture."
        ),
    )
    assert not rapport.est_sain
    assert rapport.scelles == 0
    with pytest.raises(FichierIllisible, match="Aucun papier"):
        lire_compte_rendu(s.fichier, s.seance)


def test_un_sceau_qui_ne_nomme_plus_le_journal_est_dit(decidee: Salle) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    ailleurs(s.fichier, "UPDATE scellement SET operation = operation - 1")
    [defaut] = verifier(s.fichier).sceaux
    assert "ne correspond plus au journal" in defaut


def test_un_sceau_ou_une_seance_qui_disparait_est_dit(decidee: Salle) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    ailleurs(s.fichier, "UPDATE seance SET version = 2")
    assert any("a disparu" in d for d in verifier(s.fichier).sceaux)
    ailleurs(s.fichier, "DELETE FROM seance")
    assert verifier(s.fichier).sceaux == ("Un scellement a perdu sa séance.",)


def test_un_moment_impossible_est_dit_des_l_ouverture(decidee: Salle) -> None:
    s = decidee
    ailleurs(s.fichier, "UPDATE decision SET decidee_le = '2026-03-12T10:00:00'")
    s.fichier.fermer()
    with pytest.raises(FichierIllisible, match="autre nature"):
        Fichier.ouvrir(s.fichier.chemin)


def test_le_nom_d_un_financeur_peut_changer_sans_rompre_le_sceau(decidee: Salle) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    with s.fichier.operation("Renommer") as e:
        from app.models.organisme import Financeur

        e.modifier(Financeur, s.etat.financeur, nom_court="Préfecture")
        e.modifier(Action, s.action, titre="Autre intitulé")
    assert verifier(s.fichier).scelles == 1


def test_un_montant_change_apres_sa_decision_se_voit_avant_de_clore(decidee: Salle) -> None:
    s = decidee
    s.comite.tours.dire_et_publier(s.point, s.etat, Decimal(1))
    messages = [c.message for c in s.comite.scellements.controles(s.seance)]
    assert any("1 € accordés depuis" in m for m in messages), messages

    s.comite.decisions.decider(s.point, Choix("valide"))
    messages = [c.message for c in s.comite.scellements.controles(s.seance)]
    assert not any("accordés depuis" in m for m in messages), messages


def test_une_seance_rouverte_n_a_plus_d_empreinte(decidee: Salle) -> None:
    s = decidee
    s.comite.scellements.clore(s.seance)
    assert s.comite.seances.etat_de(s.seance).empreinte
    s.comite.scellements.rouvrir(s.seance, "Une erreur")
    assert s.comite.seances.etat_de(s.seance).empreinte is None


def test_une_horloge_reculee_ne_brouille_ni_les_votants_ni_la_rectification(
    decidee: Salle,
) -> None:
    s = decidee
    for membre in s.comite.presences.membres(s.seance):
        s.comite.presences.arriver(membre.cle)
    s.montre.avancer(-600_000)
    for point in s.points:
        s.comite.decisions.decider(point, Choix("refuse"))
    s.comite.scellements.clore(s.seance, confirmer=True)
    s.montre.avancer(-600_000)
    s.comite.scellements.rouvrir(s.seance, "Une erreur")
    s.comite.decisions.decider(s.point, Choix("retire"))
    s.comite.scellements.clore(s.seance, confirmer=True)

    lu = lire_compte_rendu(s.fichier, s.seance)
    assert [p.votants for p in lu.points] == [3, 3, 3]
    assert [bool(p.rectifiee) for p in lu.points] == [True, False, False]
    assert lu.sceaux[0].scelle_le < lu.sceaux[1].scelle_le
