"""The demonstration: what a person opens first must be whole, true to life and always the same."""

import re
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from stdnum.fr import siret as norme_siret

from app.models.action import (
    Action,
    ActionCommune,
    ActionQuartier,
    Classement,
    Cofinancement,
    LigneBudget,
)
from app.models.calculs import bilan_budget
from app.models.contrat import Commune, Noeud, Nomenclature, QuartierCommune
from app.models.enums import (
    CibleConstat,
    NatureAppel,
    NatureCredit,
    Recurrence,
    RoleNomenclature,
    SensBudget,
    StatutAction,
    StatutCofinancement,
)
from app.models.journal import Operation
from app.models.organisme import Financeur, Organisme
from app.models.programme import Appel, Enveloppe, Exercice
from app.models.regles import PassageOutre
from app.services.actions import Actions
from app.services.appels import Appels
from app.services.cofinancements import Cofinancements
from app.services.comite import comite
from app.services.constats_service import Constats
from app.services.cotations_retenues import DIVERGENTES, INCOMPLETE, RETENUE, retenues_de_l_annee
from app.services.cycle import Cycle
from app.services.demo import creer_demo
from app.services.enveloppes import alerte
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.fichier import Fichier
from app.services.identifiants import lire_rna
from app.services.organismes import Organismes
from app.services.regles_composees import ReglesComposees
from app.services.rows import ETAPES_MONTANT
from app.services.seances import DROIT_COMMUN, TFPB
from app.services.suites_lues import lire_suites
from app.services.surcharges import Surcharges
from app.services.totaux import Totaux
from app.services.transaction import entites
from app.services.verification import verifier

ANNEES = (2024, 2025, 2026)
COURANTE = 2026


@pytest.fixture(scope="module")
def chemin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.fabrique_fenetre import ecrire_demo

    chemin = tmp_path_factory.mktemp("demo") / "Démonstration.tdt"
    return Path(shutil.copy(ecrire_demo(tmp_path_factory.getbasetemp()), chemin))


@pytest.fixture(scope="module")
def demo(chemin: Path) -> Iterator[Fichier]:
    with Fichier.ouvrir(chemin, lecture_seule=True) as fichier:
        yield fichier


def tables(fichier: Fichier) -> dict[str, dict[str, Any]]:
    """Every row of every table of the domain, by key; of the seal, not the hash of the journal."""
    return {
        nom: {
            ligne.cle: tuple(v for c, v in ligne._asdict().items() if c != "empreinte")
            for ligne in fichier.lignes(select(table))
        }
        for nom, table in entites().items()
    }


def cofinancements(fichier: Fichier) -> list[Any]:
    requete = select(
        *Cofinancement.__table__.columns,
        Action.statut.label("statut_action"),
        Action.cpo_rang,
        Action.echelle,
        Financeur.identifiant,
    ).join(Action, Action.cle == Cofinancement.action)
    return list(fichier.lignes(requete.join(Financeur, Financeur.cle == Cofinancement.financeur)))


def par_action(fichier: Fichier, *colonnes: Any) -> dict[str, list[Any]]:
    """Rows whose first column is the action, grouped by it."""
    groupes: dict[str, list[Any]] = defaultdict(list)
    for ligne in fichier.lignes(select(*colonnes)):
        groupes[ligne[0]].append(ligne)
    return groupes


# Size ---------------------------------------------------------------------------------------------


def test_trois_annees_de_deux_cents_actions(demo: Fichier) -> None:
    comptes = dict(
        demo.lignes(select(Action.annee, func.count(Action.cle)).group_by(Action.annee))  # type: ignore[arg-type]
    )
    assert comptes == {2024: 200, 2025: 203, 2026: 200}


def test_quatre_vingt_quinze_porteurs_environ_chaque_annee(demo: Fichier) -> None:
    for annee in ANNEES:
        porteurs = {ligne.porteur_cle for ligne in Actions(demo).lignes(annee)} - {None}
        assert 90 <= len(porteurs) <= 100  # what the contract prints of its own programme


def test_environ_trente_pour_cent_de_nouvelles(demo: Fichier) -> None:
    for annee in ANNEES:
        lignes = Actions(demo).lignes(annee)
        nouvelles = sum(ligne.recurrence == Recurrence.NOUVEAU for ligne in lignes)
        assert 25 <= 100 * nouvelles / len(lignes) <= 35


def test_les_sept_financeurs_sont_sollicites_chaque_annee(demo: Fichier) -> None:
    attendus = {f.identifiant for f in Cofinancements(demo).financeurs()}
    assert len(attendus) == 7
    for annee in ANNEES:
        assert {c.identifiant for c in cofinancements(demo) if c.annee == annee} == attendus


def test_tous_les_statuts_se_rencontrent(demo: Fichier) -> None:
    assert {s for (s,) in demo.lignes(select(Action.statut))} == {str(s) for s in StatutAction}
    rencontres = {s for (s,) in demo.lignes(select(Cofinancement.statut))}
    assert rencontres == {str(s) for s in StatutCofinancement}


def test_les_intitules_sont_varies_et_uniques_pour_un_porteur(demo: Fichier) -> None:
    for annee in ANNEES:
        lignes = Actions(demo).lignes(annee)
        assert len({ligne.titre for ligne in lignes}) > 60
        fois = Counter((ligne.porteur_cle, ligne.titre) for ligne in lignes)
        assert max(fois.values()) == 1


# Money --------------------------------------------------------------------------------------------


def test_les_budgets_sont_equilibres_a_l_euro(demo: Fichier) -> None:
    couts = dict(demo.lignes(select(Action.cle, Action.cout_total)))  # type: ignore[arg-type]
    lignes = par_action(
        demo, LigneBudget.action, LigneBudget.sens, LigneBudget.compte, LigneBudget.montant
    )
    assert len(lignes) > 580
    for action, budget in lignes.items():
        bilan = bilan_budget(
            [(b.compte, b.montant) for b in budget if b.sens == SensBudget.CHARGE],
            [(b.compte, b.montant) for b in budget if b.sens == SensBudget.PRODUIT],
        )
        assert bilan.est_equilibre
        assert bilan.charges == couts[action]
        assert all(b.montant > 0 and b.montant == int(b.montant) for b in budget)


def test_les_comptes_74_sont_les_montants_demandes(demo: Fichier) -> None:
    demandes = par_action(demo, Cofinancement.action, Cofinancement.demande)
    produits = par_action(demo, LigneBudget.action, LigneBudget.compte, LigneBudget.montant)
    for action, budget in produits.items():
        subventions = sorted(b.montant for b in budget if b.compte.startswith("74"))
        assert subventions == sorted(d.demande for d in demandes[action] if d.demande is not None)


def test_les_montants_decroissent_de_la_demande_au_versement(demo: Fichier) -> None:
    for ligne in cofinancements(demo):
        connus = [m for etape in ETAPES_MONTANT if (m := getattr(ligne, etape)) is not None]
        assert connus == sorted(connus, reverse=True)
        assert all(montant % 100 == 0 for montant in connus)


ETAPE_ATTEINTE = {
    StatutCofinancement.INCONNU: None,
    StatutCofinancement.DEMANDE: "demande",
    StatutCofinancement.PRIS_EN_CHARGE: "demande",
    StatutCofinancement.NON_RECEVABLE: "demande",
    StatutCofinancement.PROPOSE: "propose",
    StatutCofinancement.ACCORDE: "accorde",
    StatutCofinancement.REFUSE: "accorde",
    StatutCofinancement.VOTE: "vote",
    StatutCofinancement.NOTIFIE: "notifie",
    StatutCofinancement.VERSE: "verse",
}


def test_le_statut_dit_jusqu_ou_vont_les_montants(demo: Fichier) -> None:
    for ligne in cofinancements(demo):
        remplies = [e for e in ETAPES_MONTANT if getattr(ligne, e) is not None]
        atteinte = ETAPE_ATTEINTE[StatutCofinancement.de(ligne.statut)]  # type: ignore[index]
        fin = 0 if atteinte is None else ETAPES_MONTANT.index(atteinte) + 1
        assert remplies == list(ETAPES_MONTANT[:fin])
        refuse = ligne.statut == StatutCofinancement.REFUSE
        assert (ligne.accorde == 0) == refuse


def test_rien_n_est_verse_dans_l_annee_en_cours(demo: Fichier) -> None:
    annees = {c.annee for c in cofinancements(demo) if c.statut == StatutCofinancement.VERSE}
    assert annees == {2024, 2025}


def test_une_action_accordee_recoit_et_une_action_refusee_ne_recoit_rien(demo: Fichier) -> None:
    accordes: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for ligne in cofinancements(demo):
        accordes[ligne.action, ligne.statut_action] += ligne.accorde or 0
    recoivent = {StatutAction.ACCORDEE, StatutAction.TERMINEE}
    ouvertes = {StatutAction.PROPOSEE}  # the Région votes before the comité
    for (_, statut), montant in accordes.items():
        if statut not in ouvertes:
            assert (montant > 0) == (statut in recoivent)


def test_chaque_echelle_sollicite_les_financeurs_que_dit_le_contrat(demo: Fichier) -> None:
    interdits = {("communale", "epci"), ("intercommunale", "communes")}
    lignes = cofinancements(demo)
    assert not interdits & {(c.echelle, c.identifiant) for c in lignes}
    assert all((c.commune is not None) == (c.identifiant == "communes") for c in lignes)


def test_du_droit_commun_non_acquis_et_des_commentaires(demo: Fichier) -> None:
    droit_commun = [
        c
        for c in cofinancements(demo)
        if c.identifiant == "etat" and c.nature_credit == NatureCredit.DROIT_COMMUN
    ]
    assert all(c.commentaire for c in droit_commun)
    ouvertes = {StatutCofinancement.DEMANDE, StatutCofinancement.PRIS_EN_CHARGE}
    sollicites = [c for c in droit_commun if c.statut in ouvertes]
    assert len(sollicites) > 3
    for ligne in sollicites:
        assert not ligne.securise
        assert re.fullmatch(r"Droit commun sollicité \(.+\), réponse attendue", ligne.commentaire)


# Envelopes and totals -----------------------------------------------------------------------------


def test_les_totaux_sont_la_somme_des_lignes(demo: Fichier) -> None:
    totaux = Totaux(demo)
    assert totaux.ecarts() == []
    sommes: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
    for ligne in cofinancements(demo):
        for etape in ETAPES_MONTANT:
            sommes[ligne.annee, ligne.financeur, etape] += getattr(ligne, etape) or 0
    lus = {cle: totaux.montant(*cle) for cle in sommes}
    assert lus == sommes


def test_un_seul_financeur_depasse_et_le_dit_en_euros(demo: Fichier) -> None:
    totaux = Totaux(demo)
    etats = [totaux.etat(a, f) for a in ANNEES for f in Cofinancements(demo).financeurs()]
    messages = [trouvee.message for etat in etats if (trouvee := alerte(etat)) is not None]
    assert messages == ["L'enveloppe 2026 de Région est dépassée de 1\u202f800\u00a0€."]


def test_les_annees_passees_sont_notifiees_et_la_presente_en_partie(demo: Fichier) -> None:
    totaux = Totaux(demo)
    financeurs = Cofinancements(demo).financeurs()
    for annee in (2024, 2025):
        assert all(totaux.etat(annee, f).notifie for f in financeurs)
    etats = {f.identifiant: totaux.etat(COURANTE, f) for f in financeurs}
    assert {i for i, etat in etats.items() if not etat.notifie} == {
        "communes",
        "departement",
        "caf",
    }
    assert etats["departement"].montant is None
    assert etats["etat"].reserve > 0
    communes = [n for n, i in notifications(demo) if i == "communes"]
    assert True in communes and False in communes  # noqa: PT018 - some have voted, some have not


def notifications(fichier: Fichier) -> list[tuple[bool, str]]:
    requete = (
        select(Enveloppe.notifie, Financeur.identifiant)
        .join(Financeur, Financeur.cle == Enveloppe.financeur)
        .where(Enveloppe.annee == COURANTE)
    )
    return [(notifie, identifiant) for notifie, identifiant in fichier.lignes(requete)]


def test_les_propositions_en_cours_tiennent_de_justesse_dans_l_enveloppe_de_l_etat(
    demo: Fichier,
) -> None:
    etat = next(f for f in Cofinancements(demo).financeurs() if f.identifiant == "etat")
    lu = Totaux(demo).etat(COURANTE, etat)
    demandes = sum(
        c.demande or 0
        for c in cofinancements(demo)
        if c.annee == COURANTE and c.identifiant == "etat" and c.accorde is None
    )
    assert lu.reste is not None
    assert 0 < lu.reste < demandes


# People, places, themes ---------------------------------------------------------------------------


def test_les_publics_se_recoupent(demo: Fichier) -> None:
    colonnes = [c for c in Action.__table__.columns if c.name.startswith("public_")]
    for ligne in demo.lignes(select(*colonnes).where(Action.public_total.is_not(None))):
        assert ligne.public_total >= ligne.public_qpv > 0
        assert ligne.public_femmes + ligne.public_hommes == ligne.public_total
        assert min(ligne.public_femmes, ligne.public_hommes) >= 0
        assert sum(ligne.public_ages.values()) == ligne.public_total


def test_les_quartiers_sont_dans_les_communes_et_leurs_parts_font_cent(demo: Fichier) -> None:
    communes_de: dict[str, set[str]] = defaultdict(set)
    for quartier, commune in demo.lignes(select(QuartierCommune.quartier, QuartierCommune.commune)):
        communes_de[quartier].add(commune)
    communes = {
        action: {ligne.commune for ligne in lignes}
        for action, lignes in par_action(demo, ActionCommune.action, ActionCommune.commune).items()
    }
    colonnes = (ActionQuartier.action, ActionQuartier.quartier, ActionQuartier.part)
    for action, lignes in par_action(demo, *colonnes).items():
        assert all(communes_de[ligne.quartier] & communes[action] for ligne in lignes)
        assert len({ligne.quartier for ligne in lignes}) == len(lignes)
        parts = [ligne.part for ligne in lignes]
        assert parts == [None] * len(parts) or (sum(parts) == 100 and min(parts) > 0)


def test_l_echelle_suit_le_nombre_de_communes(demo: Fichier) -> None:
    nombres = Counter(a for (a,) in demo.lignes(select(ActionCommune.action)))
    for cle, echelle in demo.lignes(select(Action.cle, Action.echelle)):
        assert (nombres[cle] == 1) == (echelle == "communale")


def test_un_noeud_principal_par_nomenclature_et_surtout_les_orientations(demo: Fichier) -> None:
    requete = (
        select(Classement.action, Noeud.nomenclature, Nomenclature.role)
        .join(Noeud, Noeud.cle == Classement.noeud)
        .join(Nomenclature, Nomenclature.cle == Noeud.nomenclature)
        .where(Classement.principal)
    )
    lignes = demo.lignes(requete)
    assert max(Counter((a, n) for a, n, _ in lignes).values()) == 1
    orientees = {a for a, _, role in lignes if role == RoleNomenclature.INSTRUCTION}
    classees = {a for a, *_ in lignes}
    toutes = {a for (a,) in demo.lignes(select(Action.cle))}
    assert classees == toutes
    assert len(orientees) > 0.85 * len(toutes)


def test_les_numeros_des_organismes_sont_valables_et_uniques(demo: Fichier) -> None:
    lignes = demo.lignes(select(Organisme.siret, Organisme.rna, Organisme.courriel))
    sirets = [siret for siret, *_ in lignes if siret is not None]
    assert len(sirets) > 90
    assert all(norme_siret.is_valid(siret) for siret in sirets)
    assert len(set(sirets)) == len(sirets)
    rnas = [rna for _, rna, _ in lignes if rna is not None]
    assert [lire_rna(rna) for rna in rnas] == rnas
    assert all(courriel.endswith(".example") for *_, courriel in lignes if courriel)


def test_les_porteurs_publics_sont_des_communes_du_contrat(demo: Fichier) -> None:
    communes = {nom for (nom,) in demo.lignes(select(Commune.nom))}
    villes = {v for (v,) in demo.lignes(select(Organisme.ville))}
    assert villes <= communes


# Lineage, conventions, calls ----------------------------------------------------------------------


def test_une_lignee_avance_d_une_annee_a_la_fois(demo: Fichier) -> None:
    requete = select(Action.cle, Action.annee, Action.precedente, Action.lignee, Action.titre)
    actions = {ligne.cle: ligne for ligne in demo.lignes(requete)}
    suites = [ligne for ligne in actions.values() if ligne.precedente is not None]
    assert len(suites) == 282
    for ligne in suites:
        avant = actions[ligne.precedente]
        assert (avant.annee, avant.lignee, avant.titre) == (
            ligne.annee - 1,
            ligne.lignee,
            ligne.titre,
        )
    assert all(a.lignee == a.cle for a in actions.values() if a.precedente is None)
    suivies = [ligne.precedente for ligne in suites]
    assert len(set(suivies)) == len(suivies)


def test_les_conventions_se_suivent_d_annee_en_annee(demo: Fichier) -> None:
    requete = select(
        Action.lignee,
        Action.annee,
        Action.cpo_rang,
        Action.cpo_duree,
        Action.cout_total,
    ).where(Action.cpo_rang.is_not(None))
    lignees: dict[str, list[Any]] = defaultdict(list)
    for ligne in demo.lignes(requete.order_by(Action.annee)):
        lignees[ligne.lignee].append(ligne)
    assert {ligne.cpo_rang for lot in lignees.values() for ligne in lot} == {1, 2, 3}
    for lot in lignees.values():
        assert {ligne.annee - ligne.cpo_rang for ligne in lot} == {lot[0].annee - 1}
        assert len({(ligne.cpo_duree, ligne.cout_total) for ligne in lot}) == 1
        attendues = min(lot[0].cpo_duree, COURANTE - lot[0].annee + 1)
        assert len(lot) == attendues


def test_les_appels_de_l_annee(demo: Fichier) -> None:
    requete = select(Exercice.annee, Appel.nature, Appel.cle).join(
        Exercice, Exercice.cle == Appel.exercice
    )
    appels = {cle: (annee, nature) for annee, nature, cle in demo.lignes(requete)}
    chaque_annee = {NatureAppel.AMI, NatureAppel.VACANCES, NatureAppel.FIL_DE_L_EAU}
    attendus = {(a, str(n)) for a in ANNEES for n in chaque_annee}
    assert set(appels.values()) == attendus | {(2025, str(NatureAppel.AMI_SPECIFIQUE))}
    utilises = demo.lignes(select(Action.annee, Action.appel).distinct())
    assert {appels[appel][0] - annee for annee, appel in utilises} == {0}
    assert {appel for _, appel in utilises} == set(appels)


def test_quelques_donnees_manquent_comme_dans_un_vrai_fichier(demo: Fichier) -> None:
    sans_porteur = demo.lignes(select(Action.annee, Action.statut).where(Action.porteur.is_(None)))
    assert [tuple(ligne) for ligne in sans_porteur] == [(COURANTE, str(StatutAction.NOTE))]
    sans_cout = demo.lignes(select(Action.annee).where(Action.cout_total.is_(None)))
    assert [annee for (annee,) in sans_cout] == [COURANTE]
    sans_public = demo.lignes(select(Action.annee).where(Action.public_total.is_(None)))
    assert [annee for (annee,) in sans_public] == [COURANTE] * 3
    doublons = Organismes(demo).doublons()
    assert [d.motif for d in doublons] == ["même nom, autrement écrit"]


# The séances --------------------------------------------------------------------------------------


def test_la_seance_de_l_an_passe_est_close_et_son_sceau_tient(demo: Fichier) -> None:
    services = comite(demo)
    passee, a_venir = sorted(services.seances.lignes(), key=lambda s: s.annee)
    assert (passee.annee, passee.etat, passee.version) == (2025, "close", 1)
    assert (a_venir.annee, a_venir.etat) == (2026, "preparation")
    assert verifier(demo).scelles == 1
    assert services.scellements.modifications(2025) == []


def test_chaque_decision_passee_est_celle_de_son_action(demo: Fichier) -> None:
    services = comite(demo)
    [passee] = services.seances.lignes(2025)
    decisions = services.decisions.de_la_seance(passee.cle)
    assert len(decisions) > 180
    actions = {a.cle: a for a in Actions(demo).lignes(2025)}
    for decision in decisions:
        action = actions[decision.action or ""]
        attend = decision.nature == "complementaire"
        assert decision.total == (action.propose if attend else action.accorde)
        assert action.numero in decision.phrase
    assert {d.nature for d in decisions} >= {"valide", "refuse", "ajourne", "retire"}
    attendent = services.suites.liste_complementaire(2025)
    assert [c.rang for c in attendent] == [1, 2]
    assert any(p.propose for p in services.suites.proposer(2025))


def test_ce_qui_est_vote_notifie_et_verse_a_ses_actes(demo: Fichier) -> None:
    services = comite(demo)
    for annee in ANNEES:
        lignes = lire_suites(demo, annee, date(2026, 12, 31))
        votees = sum((ligne.vote or Decimal(0) for ligne in lignes), Decimal(0))
        assert sum(d.total for d in services.deliberations.lignes(annee)) == votees > 0
        assert all((ligne.lettre is None) == (ligne.notifie is None) for ligne in lignes)
        assert all((ligne.tranches == 0) == (not ligne.verse) for ligne in lignes)
        assert all(ligne.reste >= 0 for ligne in lignes)
    for ligne in lire_suites(demo, 2025, date(2026, 12, 31)):
        tranches = services.versements.tranches(ligne.cle)
        assert sum(t.montant for t in tranches) == (ligne.verse or 0)


def test_aucune_deliberation_ne_precede_le_comite(demo: Fichier) -> None:
    services = comite(demo)
    for annee in ANNEES[1:]:
        [seance] = services.seances.lignes(annee)
        lues = services.deliberations.lignes(annee)
        assert min(d.date or "" for d in lues) > (seance.date or "~")


def test_la_seance_de_l_annee_est_prete_a_tenir(demo: Fichier) -> None:
    services = comite(demo)
    [a_venir] = services.seances.lignes(2026)
    points = services.ordres.points(a_venir.cle)
    assert [p.titre for p in points[:2]] == [DROIT_COMMUN, TFPB]
    assert len(points) > 50
    instruction, moins = services.scenarios.lignes(a_venir.cle)
    assert moins.total == (instruction.total * 95 / 100).quantize(Decimal("0.01"))
    assert [m.role for m in services.presences.membres(a_venir.cle)][:2] == ["president"] * 2


def test_la_plupart_des_actions_sont_cotees_a_l_entree_du_comite(demo: Fichier) -> None:
    with demo.instant() as lire:
        retenues = retenues_de_l_annee(lire, 2026)
    etats = Counter(r.etat for r in retenues.values())
    assert etats[RETENUE] > 80
    assert etats[INCOMPLETE]
    assert etats[DIVERGENTES]
    codes = {r.code for r in retenues.values()} - {""}
    assert codes >= {"G0", "G0+", "G1", "G2"}
    assert not any(r.depasse for r in retenues.values())


# The file -----------------------------------------------------------------------------------------


def test_le_fichier_est_sain_et_son_journal_complet(demo: Fichier) -> None:
    rapport = verifier(demo)
    assert rapport.est_sain
    libelles = [libelle for (libelle,) in demo.lignes(select(Operation.libelle))]
    assert libelles[0].startswith("Charger le contrat")
    assert libelles[1:] == [
        "Préparer la démonstration : porteurs",
        "Préparer la démonstration : exercices et appels",
        *(
            f"Préparer la démonstration : {quoi} {annee}"
            for annee in ANNEES
            for quoi in ("programmation", "enveloppes")
        ),
        "Préparer la démonstration : personnes",
        "Préparer la démonstration : séance 2025",
        "Préparer la démonstration : clôture de la séance 2025",
        "Préparer la démonstration : suites 2024",
        "Préparer la démonstration : suites 2025",
        "Préparer la démonstration : suites 2026",
        "Préparer la démonstration : séance 2026",
        "Préparer la démonstration : notes d'intention 2026",
        "Préparer la démonstration : réunions partenariales",
        "Préparer la démonstration : instruction 2026",
        "Préparer la démonstration : droit commun 2026",
        "Préparer la démonstration : conventions",
        "Préparer la démonstration : étapes et dotations des appels",
        "Préparer la démonstration : étapes franchies",
        "Préparer la démonstration : dossiers 2026",
        "Préparer la démonstration : grilles de cotation",
        "Préparer la démonstration : cotations",
        "Préparer la démonstration : bilans",
        "Préparer la démonstration : égalité 2026",
        "Préparer la démonstration : suivi 2026",
        "Préparer la démonstration : règles",
    ]


def test_la_meme_graine_donne_les_memes_lignes(demo: Fichier, tmp_path: Path) -> None:
    creer_demo(tmp_path / "autre.tdt")
    with Fichier.ouvrir(tmp_path / "autre.tdt") as autre:
        assert tables(autre) == tables(demo)


def test_une_autre_graine_donne_d_autres_actions_aussi_justes(
    demo: Fichier, tmp_path: Path
) -> None:
    creer_demo(tmp_path / "autre.tdt", graine=7, annee_courante=2028, actions_par_an=60)
    with Fichier.ouvrir(tmp_path / "autre.tdt") as autre:
        assert Actions(autre).annees() == [2028, 2027, 2026]
        assert len(Actions(autre).lignes(2028)) == 60
        assert {s for (s,) in autre.lignes(select(Action.statut))} == {str(s) for s in StatutAction}
        assert verifier(autre).en_json()["constats"]["alerte"] == 1  # type: ignore[index]
        noms = {nom for (nom,) in autre.lignes(select(Organisme.nom))}
        assert noms != {nom for (nom,) in demo.lignes(select(Organisme.nom))}


def test_une_annee_hors_du_contrat_est_refusee_sans_laisser_de_fichier(tmp_path: Path) -> None:
    with pytest.raises(SaisieRefusee, match="trois années du contrat"):
        creer_demo(tmp_path / "demo.tdt", annee_courante=2025)
    assert list(tmp_path.glob("*.tdt")) == []


def test_un_fichier_deja_la_n_est_pas_remplace(tmp_path: Path) -> None:
    chemin = tmp_path / "demo.tdt"
    chemin.write_text("à garder", encoding="utf-8")
    with pytest.raises(ErreurConnue, match="existe déjà"):
        creer_demo(chemin)
    assert chemin.read_text(encoding="utf-8") == "à garder"


# The cycle ----------------------------------------------------------------------------------------


def test_chaque_dossier_en_est_a_l_etape_que_dit_son_statut(demo: Fichier) -> None:
    """A note has its note to deposit, an instructed dossier its comité, a granted one its votes."""
    courantes = Cycle(demo).etapes_courantes(COURANTE)
    statuts = dict(demo.lignes(select(Action.cle, Action.statut).where(Action.annee == COURANTE)))  # type: ignore[arg-type]
    natures = {
        statut: {courantes[cle].nature for cle in courantes if statuts[cle] == statut}
        for statut in set(statuts.values())
    }
    assert natures[StatutAction.NOTE] <= {"note_intention", "depot"}
    assert natures[StatutAction.INSTRUCTION] == {"comite_partenarial"}
    assert natures[StatutAction.PROPOSEE] <= {"copil", "deliberations"}
    assert natures[StatutAction.ACCORDEE] == {"deliberations"}
    assert natures[StatutAction.NOTE]
    assert natures[StatutAction.PROPOSEE]
    assert natures[StatutAction.REFUSEE] == set()


def test_les_appels_ont_leurs_etapes_datees_et_leurs_dotations(demo: Fichier) -> None:
    for annee in ANNEES:
        appels = Appels(demo).lignes(annee)
        assert all(appel.etapes for appel in appels)
        ami = Cycle(demo).etapes(appels[0].cle)
        assert sum(etape.premier_jour is not None for etape in ami) > 12
        assert any(d.montant for d in Appels(demo).dotations(annee))


def test_l_equipe_a_ses_regles_et_un_constat_passe_outre(demo: Fichier) -> None:
    """One rule changed with its reason, one composed that can be judged, one constat in the minutes."""
    regle = Surcharges(demo).regle("national.valorisation")
    assert regle.changee
    assert regle.niveau is not regle.niveau_imprime
    assert [composee.defaut for composee in ReglesComposees(demo).lignes()] == [""]
    ((annee, objet, motif),) = demo.lignes(
        select(PassageOutre.annee, PassageOutre.objet, PassageOutre.motif)
    )
    outre = Constats(demo).de(annee, CibleConstat.ACTION, objet)
    assert motif in [constat.outre for constat in outre]
