"""The round table: said, published, corrected, taken back; totals, envelopes and alerts that follow."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from fabrique_seance import Salle, salle, salle_ouverte
from sqlalchemy import event, select

from app.models.action import Action, Cofinancement
from app.models.contrat import Echelle, Noeud
from app.models.organisme import Financeur
from app.models.seance import Tour
from app.models.tableau import ColonneLibre, ValeurLibre
from app.services.affichage_public import page_publique
from app.services.alertes_seance import alertes, lire_contraintes
from app.services.cofinancements import Cofinancements
from app.services.decisions import Choix
from app.services.enveloppes import nom_de_l_ensemble
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.payeurs import Payeur
from app.services.seance_en_cours import SeanceEnCours
from app.services.totaux import Totaux
from app.services.ventilations import Ventilations
from tests import fabriques

D = Decimal


@pytest.fixture
def s(tmp_path: Path) -> Iterator[Salle]:
    with salle_ouverte(tmp_path) as ouverte:
        yield ouverte


def lignes_du_registre(s: Salle) -> list[tuple[object, ...]]:
    """Every row of the round table, as stored."""
    requete = select(*Tour.__table__.columns).order_by(Tour.dit_le)
    return [tuple(ligne) for ligne in s.fichier.lignes(requete)]


def statut(s: Salle, payeur: Payeur) -> str:
    case = s.comite.tables.du_point(s.point).case(payeur)
    assert case is not None
    return case.siege.statut


# Saying and publishing ----------------------------------------------------------------------------


def test_un_montant_dit_n_est_accorde_qu_une_fois_publie(s: Salle) -> None:
    totaux = Totaux(s.fichier)
    s.comite.tours.dire(s.point, s.etat, D(7000))
    table = s.comite.tables.du_point(s.point)
    assert (table.total, table.total_public) == (D(7000), D(0))
    case = table.case(s.etat)
    assert case is not None
    assert (case.parole.en_attente, case.public, case.effectif) == (True, None, D(7000))
    assert s.accorde(s.etat) is None
    assert s.comite.tours.publier(s.point) == 1
    assert s.accorde(s.etat) == D(7000)
    assert s.comite.tables.du_point(s.point).total_public == D(7000)
    assert totaux.montant(2026, s.etat.financeur, "accorde") == D(7000)
    assert totaux.ecarts() == []
    assert s.comite.tours.publier(s.point) == 0


def test_un_montant_redit_avant_d_etre_publie_se_remplace(s: Salle) -> None:
    cle = s.comite.tours.dire(s.point, s.etat, D(7000))
    assert s.comite.tours.dire(s.point, s.etat, D(6500)) == cle
    s.comite.tours.publier(s.point, s.etat)
    [ligne] = s.fichier.lignes(select(Tour.montant, Tour.corrige))
    assert tuple(ligne) == (D(6500), False)


def test_publier_ne_montre_que_le_financeur_nomme(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(7000))
    s.comite.tours.dire(s.point, s.agglo, D(3000))
    assert s.comite.tours.publier(s.point, s.etat) == 1
    assert (s.accorde(s.etat), s.accorde(s.agglo)) == (D(7000), None)


def test_une_correction_laisse_une_marque_et_l_ancien_montant(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(7000), auteur="Sous-préfète")
    avant = lignes_du_registre(s)
    s.comite.tours.dire(s.point, s.etat, D(7500))
    assert s.accorde(s.etat) == D(7000)
    s.comite.tours.publier(s.point)
    case = s.comite.tables.du_point(s.point).case(s.etat)
    assert case is not None
    assert (case.parole.publie, case.parole.corrige, case.siege.accorde) == (
        D(7500),
        True,
        D(7500),
    )
    assert lignes_du_registre(s)[:1] == avant


def test_taire_efface_ce_que_la_salle_n_a_pas_vu(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(7000))
    assert s.comite.tours.taire(s.point, s.etat)
    assert not s.comite.tours.taire(s.point, s.etat)
    assert lignes_du_registre(s) == []


def test_reculer_remonte_les_montants_un_par_un_sans_rien_effacer(s: Salle) -> None:
    for montant in (5000, 6000, 7000):
        s.comite.tours.dire_et_publier(s.point, s.etat, D(montant))
    attendus = [D(6000), D(5000), None]
    for rang, attendu in enumerate(attendus, start=1):
        assert s.comite.tours.reculer(s.point, s.etat) == attendu
        assert s.accorde(s.etat) == attendu
        assert len(lignes_du_registre(s)) == 3 + rang
    with pytest.raises(SaisieRefusee, match="pas de montant précédent"):
        s.comite.tours.reculer(s.point, s.etat)


def test_reculer_retire_d_abord_ce_qui_n_est_pas_publie(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(5000))
    s.comite.tours.dire(s.point, s.etat, D(9000))
    assert s.comite.tours.reculer(s.point, s.etat) == D(5000)
    assert s.accorde(s.etat) == D(5000)
    assert len(lignes_du_registre(s)) == 1


def test_apres_un_recul_on_peut_dire_un_autre_montant(s: Salle) -> None:
    for montant in (5000, 6000):
        s.comite.tours.dire_et_publier(s.point, s.etat, D(montant))
    s.comite.tours.reculer(s.point, s.etat)
    s.comite.tours.dire_et_publier(s.point, s.etat, D(5500))
    assert s.comite.tours.reculer(s.point, s.etat) == D(5000)


def test_un_nouveau_tour_repart_des_montants_et_garde_l_ancien(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(7000))
    s.comite.tours.dire_et_publier(s.point, s.agglo, D(3000))
    assert s.comite.tours.nouveau_tour(s.point) == 2
    table = s.comite.tables.du_point(s.point)
    assert table.numero == 2
    assert [c.parole.attendu for c in table.cases if c.parole.en_attente] == [D(7000), D(3000)]
    assert (s.accorde(s.etat), table.total_public) == (D(7000), D(10_000))
    with pytest.raises(SaisieRefusee, match="Publiez d'abord"):
        s.comite.tours.nouveau_tour(s.point)
    s.comite.tours.dire(s.point, s.etat, D(8000))
    s.comite.tours.publier(s.point)
    assert (s.accorde(s.etat), s.accorde(s.agglo)) == (D(8000), D(3000))
    assert not any(c.parole.corrige for c in s.comite.tables.du_point(s.point).cases)
    assert len(lignes_du_registre(s)) == 4


def test_un_premier_tour_vide_n_en_ouvre_pas_un_second(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="Publiez d'abord"):
        s.comite.tours.nouveau_tour(s.point)


def test_annuler_reprend_ce_qui_vient_d_etre_publie(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(7000))
    s.comite.tours.publier(s.point)
    assert s.fichier.undo.annuler() == "Publier un montant"
    assert s.accorde(s.etat) is None
    assert s.comite.tables.du_point(s.point).total == D(7000)
    s.fichier.undo.retablir()
    assert s.accorde(s.etat) == D(7000)


def test_l_horloge_peut_reculer_l_ordre_du_registre_tient(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(7000))
    s.montre.avancer(-60)
    s.comite.tours.dire_et_publier(s.point, s.etat, D(7500))
    assert s.accorde(s.etat) == D(7500)
    case = s.comite.tables.du_point(s.point).case(s.etat)
    assert case is not None
    assert case.parole.publie == D(7500)


@pytest.mark.parametrize("verbe", ["dire", "dire_et_publier"])
def test_un_montant_negatif_est_refuse(s: Salle, verbe: str) -> None:
    with pytest.raises(SaisieRefusee, match="négatif"):
        getattr(s.comite.tours, verbe)(s.point, s.etat, D(-1))
    assert lignes_du_registre(s) == []


def test_on_ne_parle_ni_avant_l_ouverture_ni_sur_un_sujet(fichier: Fichier) -> None:
    s = salle(fichier, ouverte=False)
    with pytest.raises(SaisieRefusee, match="n'est pas ouverte"):
        s.comite.tours.dire(s.point, s.etat, D(1))
    sujet = s.comite.ordres.ajouter_sujet(s.seance, "Bilan")
    s.comite.seances.ouvrir(s.seance)
    with pytest.raises(SaisieRefusee, match="n'est pas une action"):
        s.comite.tours.dire(sujet, s.etat, D(1))


# Several lines, several communes ------------------------------------------------------------------


def test_chaque_commune_et_chaque_ligne_parle_pour_elle(s: Salle) -> None:
    with s.fichier.operation("Ajouter les communes") as e:
        communes = fabriques.financeur(
            e, nom="Communes", nom_court="Communes", nature="commune", rang=9
        )
        for commune in s.decor.communes:
            fabriques.cofinancement(e, s.action, communes, commune=commune, demande=D(500))
        droit = fabriques.ligne_credit(
            e, s.etat.financeur, identifiant="dc", nom="Droit commun", rang=1
        )
        fabriques.cofinancement(e, s.action, s.etat.financeur, ligne_credit=droit, demande=D(700))
    une, autre = (Payeur(communes, commune=c) for c in s.decor.communes)
    s.comite.tours.dire_et_publier(s.point, une, D(400))
    s.comite.tours.dire_et_publier(s.point, autre, D(300))
    s.comite.tours.dire_et_publier(s.point, Payeur(s.etat.financeur, droit), D(700))
    table = s.comite.tables.du_point(s.point)
    assert [(c.nom, c.siege.accorde) for c in table.cases] == [
        ("État – BOP 147", None),
        ("État – Droit commun", D(700)),
        ("Agglomération", None),
        ("Région", None),
        ("Brèmes-sur-Scarpe", D(400)),
        ("Ostreval", D(300)),
    ]


def test_qui_n_etait_pas_sollicite_peut_donner(s: Salle) -> None:
    with s.fichier.operation("Ajouter la CAF") as e:
        caf = Payeur(fabriques.financeur(e, nom="CAF", nom_court="CAF", nature="caf", rang=4))
    s.comite.tours.dire(s.point, caf, D(900))
    table = s.comite.tables.du_point(s.point)
    assert [c.nom for c in table.cases][-1] == "CAF"
    assert table.total == D(900)
    s.comite.tours.publier(s.point)
    assert s.accorde(caf) == D(900)
    assert [ligne.etape for ligne in s.comite.registres.du_point(s.point, caf)] == [
        "Tour 1",
        "Accordé",
    ]


# Quick answers ------------------------------------------------------------------------------------


def test_suit_l_etat_demande_et_reste_a_financer(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(7000))
    table = s.comite.tables.du_point(s.point)
    assert table.suit_l_etat(s.agglo) == D(3500)  # 70 % of what is asked of it
    assert table.suit_l_etat(s.region) == D(2100)
    assert table.egal_demande(s.agglo) == D(5000)
    assert table.reste_a_financer(s.region) == D(11_000)  # 18 000 needed, 7 000 said
    s.comite.tours.dire(s.point, s.agglo, D(12_000))
    assert s.comite.tables.du_point(s.point).reste_a_financer(s.region) == D(0)


def test_suit_l_etat_s_arrondit_a_l_euro(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(3335))
    assert s.comite.tables.du_point(s.point).suit_l_etat(s.region) == D(1001)  # 1 000,50


def test_suit_l_etat_sans_demande_donne_autant_que_lui(s: Salle) -> None:
    with s.fichier.operation("Effacer la demande") as e:
        for (cle,) in e.lignes(
            select(Cofinancement.cle).where(Cofinancement.financeur == s.agglo.financeur)
        ):
            e.modifier(Cofinancement, cle, demande=None)
    s.comite.tours.dire(s.point, s.etat, D(4000))
    table = s.comite.tables.du_point(s.point)
    assert table.suit_l_etat(s.agglo) == D(4000)
    with pytest.raises(SaisieRefusee, match="Rien n'est demandé"):
        table.egal_demande(s.agglo)


def test_suit_l_etat_muet_est_refuse(s: Salle) -> None:
    with pytest.raises(SaisieRefusee, match="n'a encore rien dit"):
        s.comite.tables.du_point(s.point).suit_l_etat(s.agglo)


def test_total_part_et_manque_suivent_ce_qui_se_dit(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(10_000))
    table = s.comite.tables.du_point(s.point)
    assert (table.cout, table.demande, table.part, table.manque) == (
        D(20_000),
        D(18_000),
        D("0.5"),
        D(8000),
    )


def test_rien_de_propose_n_est_pas_zero(s: Salle) -> None:
    table = s.comite.tables.du_point(s.point)
    assert table.propose == D(14_400)
    muettes = [replace(case, siege=replace(case.siege, propose=None)) for case in table.cases]
    assert replace(table, cases=tuple(muettes)).propose is None


def test_l_annee_precedente_est_rappelee(s: Salle) -> None:
    with s.fichier.operation("L'an passé") as e:
        ancienne = fabriques.action(e, annee=2025, numero="2025-001")
        e.modifier(Action, s.action, lignee=ancienne, precedente=ancienne)
        fabriques.cofinancement(
            e,
            ancienne,
            s.etat.financeur,
            ligne_credit=s.etat.ligne_credit,
            annee=2025,
            accorde=D(6000),
        )
    case = s.comite.tables.du_point(s.point).case(s.etat)
    assert case is not None
    assert case.n1 == D(6000)


# Ledger -------------------------------------------------------------------------------------------


def test_le_registre_dit_qui_quand_et_combien_a_chaque_etape(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(7000), auteur="Sous-préfète")
    s.comite.tours.nouveau_tour(s.point)
    s.comite.tours.dire(s.point, s.etat, D(7500))
    lignes = s.comite.registres.du_point(s.point, s.etat)
    assert [(ligne.etape, ligne.montant, ligne.publie) for ligne in lignes] == [
        ("Demandé", D(10_000), True),
        ("Instruction", D(8000), True),
        ("Tour 1", D(7000), True),
        ("Tour 2", D(7500), False),
        ("Accordé", D(7000), True),
    ]
    assert [ligne.auteur for ligne in lignes] == [
        fabriques.AUTEUR,
        fabriques.AUTEUR,
        "Sous-préfète",
        fabriques.AUTEUR,
        fabriques.AUTEUR,
    ]
    assert all(ligne.quand for ligne in lignes)


# Envelopes and their spread -----------------------------------------------------------------------


def test_la_ventilation_suit_chaque_touche_sans_relire(s: Salle) -> None:
    ventilations = Ventilations(s.fichier, 2026)
    vide = ventilations.pour(s.agglo)
    assert (vide.montant, vide.reserve, vide.disponible, vide.reste) == (
        D(8000),
        D(500),
        D(7500),
        D(7500),
    )
    s.comite.tours.dire_et_publier(s.points[0], s.agglo, D(3000))
    s.comite.tours.dire_et_publier(s.points[1], s.agglo, D(2000))
    etat = ventilations.pour(s.agglo)
    assert (etat.accorde, etat.reste) == (D(5000), D(2500))
    assert [(p.libelle, p.montant) for p in etat.de("axe")] == [
        ("Réussite éducative", D(2000)),
        ("Santé", D(3000)),
    ]
    en_cours = ventilations.pour(s.agglo, action=s.decor.actions[2], montant=D(4000))
    assert (en_cours.reste, en_cours.depassement) == (D(-1500), D(1500))
    assert en_cours.en_mots == "dépasse de 1\u202f500\u00a0€"
    corrige = ventilations.pour(s.agglo, action=s.decor.actions[0], montant=D(1000))
    assert corrige.accorde == D(3000)  # in place of the 3 000 already granted
    for dimension in ("axe", "commune", "qpv", "duree", "recurrence"):
        assert sum(p.montant for p in en_cours.de(dimension)) == en_cours.accorde
    ventilations.fermer()


def test_la_ventilation_suit_les_changements_d_une_action(s: Salle) -> None:
    ventilations = Ventilations(s.fichier, 2026)
    s.comite.tours.dire_et_publier(s.point, s.agglo, D(3000))
    assert [p.libelle for p in ventilations.pour(s.agglo).de("qpv")] == ["Hors QPV"]
    with s.fichier.operation("Situer") as e:
        fabriques.action_quartier(e, s.action, s.decor.quartiers[0])
        e.modifier(Action, s.action, cpo_rang=1, cpo_duree=3, recurrence="nouveau")
    etat = ventilations.pour(s.agglo)
    assert [p.libelle for p in etat.de("qpv")] == ["En QPV"]
    assert [p.libelle for p in etat.de("duree")] == ["CPO"]
    assert [p.libelle for p in etat.de("recurrence")] == ["Nouveau"]
    neuve = Ventilations(s.fichier, 2026)
    assert neuve.pour(s.agglo) == etat
    ventilations.fermer()
    neuve.fermer()


def test_une_enveloppe_inconnue_n_a_pas_de_reste(s: Salle) -> None:
    ventilations = Ventilations(s.fichier, 2026)
    etat = ventilations.pour(s.region, action=s.action, montant=D(500))
    assert (etat.montant, etat.reste, etat.accorde) == (None, None, D(500))
    assert etat.en_mots == "non communiquée"
    ventilations.fermer()


def test_le_total_d_un_financeur_se_distingue_de_sa_ligne(s: Salle) -> None:
    """The room reads all the credits of the State, the seat one line of them."""
    etat = Cofinancements(s.fichier).financeurs(2026)[0]
    totaux = Totaux(s.fichier)
    assert nom_de_l_ensemble(totaux.etat(2026, etat)) == "État"
    with s.fichier.operation("Une seconde ligne") as e:
        autre = fabriques.ligne_credit(e, s.etat.financeur)
        fabriques.enveloppe(e, s.etat.financeur, ligne_credit=autre, montant=D(11_200))
    ensemble = totaux.etat(2026, etat)
    assert (nom_de_l_ensemble(ensemble), ensemble.reste) == ("État (total)", D(31_200))
    ventilations = Ventilations(s.fichier, 2026)
    assert ventilations.pour(s.etat).reste == D(20_000)
    ventilations.fermer()
    cours = SeanceEnCours(s.comite, s.seance)
    page = page_publique(cours.contexte, cours.table, [ensemble])
    assert page.jauges[0].nom == "État (total)"


def test_chaque_commune_a_son_enveloppe(s: Salle) -> None:
    with s.fichier.operation("Deux communes") as e:
        communes = fabriques.financeur(e, nom_court="Communes", nature="commune")
        for commune, montant in zip(s.decor.communes, (D(1000), D(2000)), strict=True):
            fabriques.enveloppe(e, communes, commune=commune, montant=montant)
            fabriques.cofinancement(e, s.action, communes, commune=commune)
    une, autre = (Payeur(communes, commune=c) for c in s.decor.communes)
    s.comite.tours.dire_et_publier(s.point, une, D(400))
    ventilations = Ventilations(s.fichier, 2026)
    assert (ventilations.pour(une).reste, ventilations.pour(autre).reste) == (D(600), D(2000))
    ventilations.fermer()


# Alerts -------------------------------------------------------------------------------------------


def phrases(s: Salle) -> list[str]:
    ventilations = Ventilations(s.fichier, 2026)
    try:
        table = s.comite.tables.du_point(s.point)
        trouvees = alertes(table, lire_contraintes(s.fichier, s.point), ventilations)
        return [a.message.replace("\u202f", " ").replace("\u00a0", " ") for a in trouvees]
    finally:
        ventilations.fermer()


def dire_tout(s: Salle, etat: int, agglo: int, region: int) -> None:
    for payeur, montant in ((s.etat, etat), (s.agglo, agglo), (s.region, region)):
        s.comite.tours.dire(s.point, payeur, D(montant))


def test_un_tour_de_table_qui_tient_ne_dit_rien(s: Salle) -> None:
    dire_tout(s, 10_000, 5000, 3000)
    assert phrases(s) == []


def test_le_depassement_est_dit_en_euros(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.points[1], s.agglo, D(5000))
    s.comite.tours.dire(s.point, s.agglo, D(4000))
    assert phrases(s) == ["L'enveloppe 2026 de Agglomération est dépassée de 1 500 €."]


def test_le_plan_qui_ne_tient_plus_n_est_dit_que_quand_tous_ont_parle(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(8000))
    assert phrases(s) == []
    dire_tout(s, 8000, 5000, 3000)
    assert phrases(s) == ["Le budget n'est plus équilibré : il manque 2 000 €."]


def test_donner_plus_que_demande_ou_que_le_cout_est_dit(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.etat, D(20_001))
    assert phrases(s) == [
        "L'enveloppe 2026 de État est dépassée de 1 €.",
        "Le total (20 001 €) dépasse le coût de l'action (20 000 €).",
        "État donne 20 001 €, plus que demandé (10 000 €).",
    ]


def test_un_financeur_hors_de_son_echelle_ou_de_ses_axes_est_dit(s: Salle) -> None:
    s.comite.tours.dire(s.point, s.agglo, D(5000))
    assert phrases(s) == []
    with s.fichier.operation("Dire les champs") as e:
        for (cle,) in e.lignes(select(Echelle.cle)):
            e.modifier(Echelle, cle, epci_peut_financer=False)
        e.modifier(Financeur, s.agglo.financeur, themes=["axe-1"])
    assert phrases(s) == [
        "Agglomération ne finance pas l'échelle « Communale ».",
        "Agglomération ne finance pas l'axe de cette action.",
    ]
    with s.fichier.operation("Dire mieux") as e:
        e.modifier(Financeur, s.agglo.financeur, echelles=["communale"], themes=["axe-2"])
    assert phrases(s) == []


def test_un_axe_parent_suffit(s: Salle) -> None:
    with s.fichier.operation("Classer sous l'axe") as e:
        for (cle,) in e.lignes(select(Noeud.cle).where(Noeud.identifiant == "axe-1-1")):
            fabriques.classement(e, s.action, cle)
        e.modifier(Financeur, s.agglo.financeur, themes=["axe-1"])
    s.comite.tours.dire(s.point, s.agglo, D(100))
    assert phrases(s) == []


def test_plancher_et_bilan_ne_parlent_que_si_quelqu_un_les_a_saisis(s: Salle) -> None:
    dire_tout(s, 8000, 5000, 3000)
    assert len(phrases(s)) == 1
    with s.fichier.operation("Saisir les colonnes") as e:
        for titre, nature, valeur in (
            ("Plancher viable", "montant", "17000.00"),
            ("Bilan N-1 reçu", "oui_non", "non"),
        ):
            colonne = e.inserer(ColonneLibre, liste="actions", titre=titre, nature=nature)
            e.inserer(ValeurLibre, colonne=colonne, ligne=s.action, valeur=valeur)
    assert phrases(s) == [
        "Le total (16 000 €) est sous le plancher viable du porteur (17 000 €).",
        "Le budget n'est plus équilibré : il manque 2 000 €.",
        "Le bilan de l'année précédente n'a pas été reçu.",
    ]


# Cost ---------------------------------------------------------------------------------------------


def compter(fichier: Fichier, geste: Callable[[], object]) -> list[str]:
    """The statements that SQLite runs for a gesture."""
    lus: list[str] = []

    def suivre(pilote: sqlite3.Connection, *_: object) -> None:
        pilote.set_trace_callback(lambda ordre: lus.append(ordre.split()[0]))

    event.listen(fichier._moteur, "checkout", suivre)
    suivre(fichier._prendre_plume()[1])
    geste()
    event.remove(fichier._moteur, "checkout", suivre)
    return lus


@pytest.mark.parametrize("actions", [1, 5])
def test_dire_et_publier_coutent_autant_a_toute_taille(fichier: Fichier, actions: int) -> None:
    s = salle(fichier, actions=actions)
    dire = compter(fichier, lambda: s.comite.tours.dire(s.point, s.etat, D(7000)))
    assert [ordre for ordre in dire if ordre not in ("PRAGMA", "BEGIN", "COMMIT")] == [
        "SELECT",  # last entry of the journal
        "SELECT",  # the item, its séance, what was said of it
        "INSERT",
        "INSERT",
        "INSERT",
    ]
    publier = compter(fichier, lambda: s.comite.tours.publier(s.point))
    assert [ordre for ordre in publier if ordre not in ("PRAGMA", "BEGIN", "COMMIT")] == [
        "SELECT",  # last entry of the journal
        "SELECT",
        "SELECT",  # the row said, as it was
        "UPDATE",
        "SELECT",  # cofinancements of the action
        "SELECT",
        "UPDATE",
        "INSERT",
        "INSERT",  # one trace for the amount said, one for the amount granted
        "INSERT",
    ]
    table = compter(fichier, lambda: s.comite.tables.du_point(s.point))
    assert table.count("SELECT") == 5


@pytest.mark.parametrize("actions", [1, 5])
def test_toutes_les_tables_d_une_seance_se_lisent_en_autant_de_lectures(
    fichier: Fichier, actions: int
) -> None:
    s = salle(fichier, actions=actions)
    assert compter(fichier, lambda: s.comite.tables.des_points(s.points)).count("SELECT") == 5


def test_les_ventilations_suivent_chaque_montant_publie_parmi_deux_mille_actions(
    tmp_path: Path,
) -> None:
    """Prints how long a notice takes to come; tests/bench/bench_seance.py measures it."""
    with fabriques.neuf(tmp_path / "grand.tdt") as fichier:
        s = salle(fichier, actions=2)
        _agrandir(s, 2000)
        ventilations = Ventilations(fichier, 2026)
        ventilations.pour(s.etat)
        Totaux(fichier)
        recus: list[float] = []
        fichier.bus.abonner(lambda _: recus.append(time.perf_counter()))
        durees = []
        for rang in range(30):
            depart = time.perf_counter()
            s.comite.tours.dire(s.point, s.etat, D(1000 + rang))
            durees.append(recus[-1] - depart)
            depart = time.perf_counter()
            s.comite.tours.publier(s.point)
            durees.append(recus[-1] - depart)
        assert ventilations.pour(s.etat).accorde == D(1029)
        ventilations.fermer()
    print(f"médiane {sorted(durees)[len(durees) // 2] * 1000:.1f} ms")


def _agrandir(s: Salle, actions: int) -> None:
    from app.models.base import nouvelle_cle

    cles = [nouvelle_cle() for _ in range(actions)]
    with s.fichier.operation("Agrandir") as e:
        e.inserer_lot(
            Action,
            [
                {
                    "cle": cle,
                    "lignee": cle,
                    "annee": 2026,
                    "numero": f"2026-{rang:04d}",
                    "titre": f"Action {rang}",
                    "statut": "proposee",
                }
                for rang, cle in enumerate(cles, start=10)
            ],
        )
        e.inserer_lot(
            Cofinancement,
            [
                {"action": cle, "annee": 2026, "statut": "propose", "demande": D(10), **p.champs()}
                for cle in cles
                for p in (s.etat, s.agglo, s.region)
            ],
        )


def test_decider_puis_annuler_dans_les_dix_secondes(s: Salle) -> None:
    s.comite.tours.dire_et_publier(s.point, s.etat, D(7000))
    s.comite.decisions.decider(s.point, Choix("refuse"))
    assert s.accorde(s.etat) == D(0)
    assert statut(s, s.etat) == "refuse"
    s.fichier.undo.annuler()
    assert (s.accorde(s.etat), statut(s, s.etat)) == (D(7000), "accorde")
    assert s.champ(Action, s.action, "statut") == "deposee"
