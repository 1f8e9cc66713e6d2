"""After the comité: what is left, who is called next, what is voted, notified and paid."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle_ouverte
from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.services.actions import Actions
from app.services.actions_lues import ActionLue, CofinancementLu, Lecture
from app.services.avancement import suite_donnee, total_des_financeurs
from app.services.cofinancements import Cofinancements
from app.services.comite import comite
from app.services.decisions import Choix
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.imports import Imports
from app.services.journal import JournalLu
from app.services.suites import total_des_reliquats
from app.services.suites_lues import LigneSuite, lire_suites, suivis_de_l_action
from tests import fabriques
from tests.fabriques import AUTEUR

D = Decimal


@pytest.fixture(scope="module")
def close(tmp_path_factory: pytest.TempPathFactory) -> Salle:
    """Made once: each test opens a copy."""
    with salle_ouverte(tmp_path_factory.mktemp("suites")) as ouverte:
        return _garnir(ouverte)


@pytest.fixture
def s(close: Salle, tmp_path: Path) -> Iterator[Salle]:
    """The first action granted 10 000 + 5 000, the others on the liste complémentaire."""
    copie = Path(shutil.copyfile(close.fichier.chemin, tmp_path / "seance.tdt"))
    with Fichier.ouvrir(copie, auteur=AUTEUR) as fichier:
        yield replace(close, fichier=fichier, comite=comite(fichier, horloge=close.montre))


def _garnir(s: Salle) -> Salle:
    s.comite.tours.dire_et_publier(s.points[0], s.etat, D(10_000))
    s.comite.tours.dire_et_publier(s.points[0], s.agglo, D(5000))
    s.comite.decisions.decider(s.points[0], Choix("valide"))
    for point in (s.points[2], s.points[1]):
        s.comite.tours.dire_et_publier(point, s.etat, D(9000))
        s.comite.tours.dire_et_publier(point, s.agglo, D(4000))
        s.comite.decisions.decider(point, Choix("complementaire"))
    s.comite.scellements.clore(s.seance, confirmer=True)
    return s


def cofinancement(s: Salle, payeur: object, rang: int = 0) -> str:
    case = next(c for c in s.comite.tables.du_point(s.points[rang]).cases if c.payeur == payeur)
    assert case.siege.cofinancement is not None
    return case.siege.cofinancement


def etapes(s: Salle, cle: str) -> tuple[object, ...]:
    requete = select(
        Cofinancement.vote, Cofinancement.notifie, Cofinancement.verse, Cofinancement.statut
    )
    return tuple(s.fichier.lignes(requete.where(Cofinancement.cle == cle))[0])


def suite(s: Salle, cle: str) -> LigneSuite:
    """The row of a cofinancement, as read 34 days after the séance."""
    return next(li for li in lire_suites(s.fichier, 2026, date(2026, 4, 15)) if li.cle == cle)


def lisible(texte: str) -> str:
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def avancement(s: Salle) -> str | None:
    return suite_donnee(Actions(s.fichier).lignes_de([s.action])[s.action])


# Reliquats and liste complémentaire ---------------------------------------------------------------


def test_les_reliquats_de_chaque_enveloppe(s: Salle) -> None:
    reliquats = s.comite.suites.reliquats(2026)
    assert [(r.nom, r.disponible, r.accorde, r.reliquat) for r in reliquats] == [
        ("État", D(20_000), D(10_000), D(10_000)),
        ("Agglomération", D(7500), D(5000), D(2500)),
    ]
    assert total_des_reliquats(reliquats) == D(12_500)


def test_la_liste_complementaire_dit_ce_qui_manque(s: Salle) -> None:
    candidates = s.comite.suites.liste_complementaire(2026)
    assert [c.phrase.replace("\u202f", " ").replace("\u00a0", " ") for c in candidates] == [
        "Rang 1 : 2026-003 « Action 3 », 15 400 €, il manque : Agglomération 1 500 €.",
        "Rang 2 : 2026-002 « Action 2 », 15 400 €, il manque : Agglomération 1 500 €.",
    ]


def test_une_action_abandonnee_libere_la_suivante(s: Salle) -> None:
    premiere, _ = s.comite.suites.abandonner(s.action, "Le porteur renonce")
    assert (premiere.numero, premiere.financable) == ("2026-003", True)
    assert s.champ(Action, s.action, "statut") == "retiree"
    assert s.accorde(s.etat) is None
    s.comite.suites.appeler(premiere.decision)
    assert [s.accorde(p, 2) for p in (s.etat, s.agglo, s.region)] == [D(9000), D(4000), D(2400)]
    assert s.champ(Action, s.decor.actions[2], "statut") == "accordee"
    [restante] = s.comite.suites.liste_complementaire(2026)
    assert restante.numero == "2026-002"
    with pytest.raises(SaisieRefusee, match="n'attend plus"):
        s.comite.suites.appeler(premiere.decision)
    # Both are seen as what they are: decided after the comité.
    numeros = {m.numero for m in s.comite.scellements.modifications(2026)}
    assert numeros == {"2026-001", "2026-003"}


def test_on_n_abandonne_pas_sans_motif_ni_ce_qui_est_verse(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="tapez un motif"):
        s.comite.suites.abandonner(s.action, " ")
    s.comite.versements.verser({cofinancement(s, s.etat): D(1000)}, date="2026-06-01")
    with pytest.raises(SaisieRefusee, match="a déjà versé"):
        s.comite.suites.abandonner(s.action, "Renonce")


# Votes --------------------------------------------------------------------------------------------


def test_une_deliberation_vote_les_credits_de_son_financeur(s: Salle) -> None:
    service = s.comite.deliberations
    a_voter = {a.nom: (a.nombre, a.total) for a in service.a_voter(2026)}
    assert a_voter == {"État": (1, D(10_000)), "Agglomération": (1, D(5000))}
    cle = service.ajouter(s.agglo.financeur, 2026, numero="2026-42", date="2026-04-02")
    agglo = cofinancement(s, s.agglo)
    service.voter(cle, {agglo: D(4800)})
    assert etapes(s, agglo) == (D(4800), None, None, "vote")
    assert [a.nom for a in service.a_voter(2026)] == ["État"]
    [ligne] = service.lignes(2026)
    assert (ligne.numero, ligne.votes, ligne.total) == ("2026-42", 1, D(4800))
    [vote] = service.votes(cle)
    assert (vote.numero, vote.accorde, vote.montant) == ("2026-001", D(5000), D(4800))
    assert lisible(vote.ecart) == "200 € de moins qu’accordé"
    with pytest.raises(SaisieRefusee, match="son financeur"):
        service.voter(cle, {cofinancement(s, s.etat): D(1)})
    with pytest.raises(SaisieRefusee, match="négatif"):
        service.voter(cle, {agglo: D(-1)})


def test_une_deliberation_se_prepare_de_l_accorde_et_compte_une_fois_datee(s: Salle) -> None:
    service, agglo = s.comite.deliberations, cofinancement(s, s.agglo)
    cle = service.preparer(s.agglo.financeur, 2026)
    [vote] = service.votes(cle)
    assert (vote.montant, vote.ecart) == (D(5000), "conforme")
    assert etapes(s, agglo) == (None, None, None, "accorde")
    with pytest.raises(SaisieRefusee, match="déjà délibéré"):
        service.preparer(s.agglo.financeur, 2026)
    service.modifier(cle, date="2026-04-02")
    assert etapes(s, agglo) == (D(5000), None, None, "vote")
    service.modifier(cle, date="2026-04-03")
    service.modifier(cle, date=None)
    assert etapes(s, agglo) == (None, None, None, "accorde")
    s.fichier.undo.annuler()
    assert etapes(s, agglo)[0] == D(5000)


def test_seul_ce_qui_est_vote_compte_dans_le_total_vote_de_l_action(s: Salle) -> None:
    def vote() -> Decimal:
        return total_des_financeurs(Actions(s.fichier).lignes_de([s.action])[s.action], "vote")

    agglo = s.comite.deliberations.preparer(s.agglo.financeur, 2026)
    assert vote() == 0, "15 000 € accordés, rien n'est délibéré"
    s.comite.deliberations.modifier(agglo, date="2026-04-02", numero="2026-42")
    assert vote() == 5000
    s.comite.deliberations.preparer(s.etat.financeur, 2026, date="2026-04-10")
    assert vote() == 15_000
    assert s.comite.deliberations.a_voter(2026) == []


def test_deux_deliberations_s_ajoutent_et_se_reprennent(s: Salle) -> None:
    service, agglo = s.comite.deliberations, cofinancement(s, s.agglo)
    une, deux = (
        service.ajouter(s.agglo.financeur, 2026, numero=n, date="2026-04-02") for n in ("1", "2")
    )
    service.voter(une, {agglo: D(3000)})
    service.reprendre_l_accorde(deux, [agglo])
    assert etapes(s, agglo)[0] == D(5000)
    assert [v.montant for v in service.votes(deux)] == [D(2000)]
    service.voter(une, {agglo: D(2500)})
    assert etapes(s, agglo)[0] == D(4500)
    service.voter(deux, {agglo: None})
    assert etapes(s, agglo)[0] == D(2500)
    service.supprimer(une, deux)
    assert etapes(s, agglo) == (None, None, None, "accorde")
    s.fichier.undo.annuler()
    assert etapes(s, agglo)[0] == D(2500)


# Letters ------------------------------------------------------------------------------------------


def test_notifier_prend_ce_qui_est_vote_ou_accorde(s: Salle) -> None:
    service = s.comite.notifications
    etat, agglo = cofinancement(s, s.etat), cofinancement(s, s.agglo)
    cle = s.comite.deliberations.ajouter(s.agglo.financeur, 2026, date="2026-04-02")
    s.comite.deliberations.voter(cle, {agglo: D(4800)})
    service.notifier({etat: None, agglo: None}, date="2026-04-15", mode="courriel", reference="N-1")
    assert etapes(s, etat) == (None, D(10_000), None, "notifie")
    assert etapes(s, agglo) == (D(4800), D(4800), None, "notifie")
    service.notifier({agglo: D(4700)}, date="2026-05-02", reference="N-2")
    assert etapes(s, agglo)[1] == D(4700)
    lettre = suite(s, agglo)
    assert (lettre.reference, lettre.lettres, lettre.jours) == ("N-2", 2, 51)
    assert lisible(lettre.ecart_notifie) == "100 € de moins que voté"
    assert service.retirer([agglo, etat]) == 2
    assert (suite(s, agglo).reference, etapes(s, agglo)[1], etapes(s, etat)[1]) == (
        "N-1",
        D(4800),
        None,
    )
    with pytest.raises(SaisieRefusee, match="Rien n'est accordé"):
        service.notifier({cofinancement(s, s.region): None}, date=None)


def test_la_date_cible_est_celle_du_contrat_ou_rien(s: Salle) -> None:
    assert s.comite.notifications.cible() == ""
    with s.fichier.operation("Dire la règle") as e:
        fabriques.regle(
            e, identifiant="calendrier.notification", parametres={"cible": "mi-février"}
        )
    assert s.comite.notifications.cible().startswith("mi-février")


def test_qui_attend_encore_sa_lettre_et_depuis_quand(s: Salle) -> None:
    etat = cofinancement(s, s.etat)
    assert (suite(s, etat).delai, suite(s, etat).est_notifie) == ("attend depuis 34 jours", False)
    s.comite.notifications.modifier(etat, date="2026-03-13")
    assert suite(s, etat).delai == "notifié en 1 jour"
    assert suite(s, etat).notifie == D(10_000)
    s.comite.notifications.modifier(etat, mode="recommande", montant=D(9000))
    assert (suite(s, etat).mode, suite(s, etat).notifie) == ("recommande", D(9000))
    s.comite.notifications.modifier(cofinancement(s, s.agglo), date=None)
    assert not suite(s, cofinancement(s, s.agglo)).est_notifie


# Payments -----------------------------------------------------------------------------------------


def test_les_versements_s_ajoutent(s: Salle) -> None:
    service, etat = s.comite.versements, cofinancement(s, s.etat)
    service.verser({etat: D(8000)}, date="2026-05-01", reference="2104567890")
    [solde] = service.verser({etat: D(2000)}, date="2026-12-01", reference="2104567891")
    assert etapes(s, etat)[2:] == (D(10_000), "verse")
    assert [t.mot for t in service.tranches(etat)] == ["1re tranche", "Solde"]
    service.modifier(solde, montant=D(1500))
    assert etapes(s, etat)[2] == D(9500)
    assert [t.mot for t in service.tranches(etat)] == ["1re tranche", "2e tranche"]
    service.verser({etat: D(-500)}, date="2027-01-10", reference="Trop-perçu")
    assert etapes(s, etat)[2] == D(9000)
    assert lisible(suite(s, etat).ecart_verse) == "reste 1 000 €"
    with pytest.raises(SaisieRefusee, match=r"rendrait 1.000.€ de plus"):
        service.verser({etat: D(-10_000)}, date="2027-01-11")
    service.supprimer(*[t.cle for t in service.tranches(etat)])
    assert etapes(s, etat)[2:] == (None, "accorde")
    with pytest.raises(SaisieRefusee, match="a un montant"):
        service.verser({etat: D(0)}, date=None)


def test_un_versement_de_trop_se_dit_et_ne_s_interdit_pas(s: Salle) -> None:
    service, etat = s.comite.versements, cofinancement(s, s.etat)
    service.verser({etat: D(10_000)}, date="2026-05-01")
    assert service.alerte(etat) == ""
    service.verser({etat: D(200)}, date="2026-05-02")
    assert lisible(service.alerte(etat)) == (
        "2026-001, État : 200 € versés de plus que les 10 000 € attendus. Vérifiez, ou Ctrl+Z."
    )
    assert lisible(suite(s, etat).ecart_verse) == "200 € de trop"


def test_une_part_du_reste_en_une_operation(s: Salle) -> None:
    service = s.comite.versements
    tous = [cofinancement(s, s.etat), cofinancement(s, s.agglo)]
    with pytest.raises(SaisieRefusee, match="de 1 à 100"):
        service.verser_une_part(tous, D(99_999_999_999), date="2026-05-01")
    assert service.verser_une_part(tous, D(80), date="2026-05-01", reference="2104567890") == 2
    assert [etapes(s, c)[2] for c in tous] == [D(8000), D(4000)]
    assert service.verser_une_part(tous, D(100), date="2026-12-01") == 2
    assert [suite(s, c).ecart_verse for c in tous] == ["soldé", "soldé"]
    with pytest.raises(SaisieRefusee, match="reste rien à verser"):
        service.verser_une_part(tous, D(100), date="2026-12-02")
    s.fichier.undo.annuler()
    assert [etapes(s, c)[2] for c in tous] == [D(8000), D(4000)]


def test_ce_qui_etait_saisi_comme_verse_reste_compte(s: Salle) -> None:
    etat = cofinancement(s, s.etat)
    cofinancements = Cofinancements(s.fichier)
    cofinancements.modifier(etat, verse=D(3000))
    s.comite.versements.verser({etat: D(2000)}, date="2026-06-01")
    assert etapes(s, etat)[2] == D(5000)
    with pytest.raises(SaisieRefusee, match="vient de ses versements"):
        cofinancements.modifier(etat, verse=D(1))
    cofinancements.modifier(etat, commentaire="Convention signée")


def test_ce_qui_est_vote_notifie_ou_verse_ne_se_supprime_pas(s: Salle) -> None:
    etat = cofinancement(s, s.etat)
    s.comite.notifications.notifier({etat: None}, date="2026-04-15")
    with pytest.raises(SaisieRefusee, match="financement de 2026-001 est déjà"):
        Cofinancements(s.fichier).supprimer(etat)
    s.comite.notifications.retirer([etat])
    Cofinancements(s.fichier).supprimer(etat)


def test_un_import_garde_ce_que_disent_les_versements(s: Salle) -> None:
    etat = cofinancement(s, s.etat)
    s.comite.versements.verser({etat: D(3000)}, date="2026-06-01")
    lu = CofinancementLu("État", annee=2026, accorde=D(9000), verse=D(4000))
    action = ActionLue("F", 2, numero="2026-001", annee=2026, titre="Action 1", existante=True)
    lecture = Lecture(
        "essai.xlsx", "tableau", "Tableau", ("F",), "F", (),
        (replace(action, cofinancements=(lu,)),), (),
    )  # fmt: skip
    imports = Imports(s.fichier)
    plan = imports.preparer(lecture)
    assert "Ce qui est noté dans" in " ".join(a.message for a in plan.anomalies)
    imports.appliquer(plan)
    assert s.accorde(s.etat) == D(9000)
    assert etapes(s, etat)[2] == D(3000)


# Catching up --------------------------------------------------------------------------------------


def test_rattraper_propose_dans_le_reliquat_et_dans_l_ordre(s: Salle) -> None:
    suites = s.comite.suites
    parts = [(p.numero, p.nom, p.retenu, p.propose, lisible(p.mot)) for p in suites.proposer(2026)]
    assert parts == [
        ("2026-003", "État – BOP 147", D(9000), D(9000), "entier"),
        ("2026-003", "Agglomération", D(4000), D(2500), "il manque 1 500 €"),
        ("2026-003", "Région", D(2400), D(2400), "enveloppe non communiquée"),
        ("2026-002", "État – BOP 147", D(9000), D(1000), "il manque 8 000 €"),
        ("2026-002", "Agglomération", D(4000), D(0), "il manque 4 000 €"),
        ("2026-002", "Région", D(2400), D(2400), "enveloppe non communiquée"),
    ]


def test_rattraper_est_une_operation_qu_une_personne_decide(s: Salle) -> None:
    suites = s.comite.suites
    premiere, seconde = dict.fromkeys(p.decision for p in suites.proposer(2026))
    with pytest.raises(SaisieRefusee, match="tapez ce que chacun donne"):
        suites.rattraper({premiere: {s.etat: None}, seconde: {s.etat: D(0)}})
    assert suites.rattraper({premiere: {s.etat: D(8000), s.agglo: D(2500)}, seconde: {}}) == 1
    assert [s.accorde(p, 2) for p in (s.etat, s.agglo, s.region)] == [D(8000), D(2500), None]
    assert s.champ(Action, s.decor.actions[2], "statut") == "accordee"
    assert [c.numero for c in suites.liste_complementaire(2026)] == ["2026-002"]
    with pytest.raises(SaisieRefusee, match="n'attend plus"):
        suites.rattraper({premiere: {s.etat: D(1)}})
    modifications = s.comite.scellements.modifications(2026)
    assert {lisible(m.phrase) for m in modifications if m.numero == "2026-003"} == {
        "Modification post-comité : État – BOP 147, 0 € décidés, 8 000 € aujourd'hui.",
        "Modification post-comité : Agglomération, 0 € décidés, 2 500 € aujourd'hui.",
    }
    s.fichier.undo.annuler()
    assert s.champ(Action, s.decor.actions[2], "statut") == "proposee"
    assert [s.accorde(p, 2) for p in (s.etat, s.agglo)] == [None, None]
    assert s.comite.scellements.modifications(2026) == []


def test_une_action_retiree_dont_l_argent_n_est_pas_libere(s: Salle) -> None:
    Actions(s.fichier).modifier(s.action, statut="retiree")
    [dotee] = s.comite.suites.encore_dotees(2026)
    assert (dotee.numero, dotee.statut, dotee.total) == ("2026-001", "retiree", D(15_000))
    s.comite.suites.abandonner(s.action, "Le porteur renonce")
    assert s.comite.suites.encore_dotees(2026) == []


# How far an action has come -----------------------------------------------------------------------


def test_l_action_est_votee_notifiee_puis_versee(s: Salle) -> None:
    etat, agglo = cofinancement(s, s.etat), cofinancement(s, s.agglo)
    assert avancement(s) == "decidee"
    s.comite.deliberations.preparer(s.agglo.financeur, 2026, date="2026-04-02")
    assert avancement(s) == "votee_en_partie"
    s.comite.notifications.notifier({etat: None}, date="2026-04-15")
    assert avancement(s) == "notifiee_en_partie"
    s.comite.notifications.notifier({agglo: None}, date="2026-04-16")
    assert avancement(s) == "notifiee"
    s.comite.versements.verser_une_part([etat], D(100), date="2026-05-01")
    assert avancement(s) == "versee_en_partie"
    s.comite.versements.verser_une_part([agglo], D(100), date="2026-05-02")
    assert avancement(s) == "versee"
    s.comite.versements.verser({agglo: D(-5000)}, date="2026-06-02", reference="Abandon")
    s.comite.versements.verser({etat: D(-10_000)}, date="2026-06-02", reference="Abandon")
    s.comite.suites.abandonner(s.action, "Le porteur renonce")
    assert avancement(s) is None
    faits = [(f.fait, f.payeur) for f in suivis_de_l_action(s.fichier, s.action)]
    assert faits[:3] == [
        ("Voté", "Agglomération"),
        ("Notifié", "État"),
        ("Notifié", "Agglomération"),
    ]
    assert [fait for fait, _ in faits[3:]] == ["Versé"] * 4


# In the journal -----------------------------------------------------------------------------------


def test_le_journal_dit_quel_montant_de_quelle_action(s: Salle) -> None:
    cle = s.comite.deliberations.preparer(s.agglo.financeur, 2026)
    s.comite.notifications.notifier({cofinancement(s, s.etat): None}, date="2026-04-15")
    s.comite.notifications.modifier(cofinancement(s, s.etat), mode="remise")
    s.comite.deliberations.modifier(cle, numero="2026-42")
    lu = JournalLu(s.fichier)
    libelles = [
        "Modifier une délibération",
        "Modifier une notification",
        "Notifier 1 montant",
        "Préparer une délibération",
    ]
    operations = lu.operations()[:4]
    assert [o.libelle for o in operations] == libelles
    details = [ligne for o in operations for ligne in lu.detail(o.numero)]
    assert {"État, 2026-001", "Agglomération, 2026-001"} <= {d.objet for d in details}
    assert {"2026-42", "Remise en main propre"} <= {d.apres for d in details}
    assert "élément inconnu" not in {d.objet for d in details} | {d.apres for d in details}
