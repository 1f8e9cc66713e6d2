"""The CPO: made from an action, agreed, signed, changed by avenants, released year by year."""

import random
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from app.models.action import Action, Cofinancement
from app.models.contrat import Contrat
from app.models.convention import Convention, SignatureConvention, Tranche
from app.models.enums import CibleConstat
from app.models.programme import Franchissement
from app.models.seance import Decision, MontantDecide, Point, Seance
from app.models.suivi import Bilan
from app.services.cofinancements import Cofinancements
from app.services.constats_faits import FaitsAnnee
from app.services.constats_service import Constats
from app.services.conventions import Conventions
from app.services.conventions_avenants import Avenants
from app.services.conventions_echeances import lire_echeances, simuler
from app.services.conventions_excel import table_cpo
from app.services.conventions_lues import LIBEREE, SOUS_RESERVE
from app.services.conventions_pdf import fiche_cpo
from app.services.conventions_suivi import SuiviCpo
from app.services.conventions_tranches import TranchesCpo, par_payeur
from app.services.enveloppes import Enveloppes
from app.services.errors import ErreurConnue, MotifAttendu, SaisieRefusee
from app.services.fichier import Fichier
from app.services.parts_cpo import (
    ACTIONS,
    CONVENTIONS,
    ENSEMBLE,
    EUROS,
    a_convertir,
    parts_de_l_annee,
)
from app.services.payeurs import Payeur
from app.services.promesses import lire_promesses, promis_aux, sommer
from app.services.regles_couches import Regles
from app.services.totaux import Totaux
from app.services.ventilations import Ventilations
from tests import fabriques

D = Decimal
MIDI = datetime(2026, 6, 2, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Cpo:
    """Two actions of 2026; the first got 6 000 € of the State and 4 000 € of the second financeur."""

    fichier: Fichier
    conventions: Conventions
    tranches: TranchesCpo
    avenants: Avenants
    suivi: SuiviCpo
    actions: tuple[str, ...]
    financeurs: tuple[str, ...]

    @property
    def action(self) -> str:
        return self.actions[0]

    def regle(self, code: str, niveau: str = "bloquant", **parametres: object) -> None:
        with self.fichier.operation("Régler") as e:
            fabriques.regle(e, identifiant=code, niveau=niveau, theme="cpo", parametres=parametres)

    def signee(self, annees: int = 3) -> str:
        cle = self.conventions.creer(self.action, annees)
        self.conventions.accorder(cle)
        self.conventions.signer(cle, "2026-06-01")
        return cle

    def annee_suivante(self, annee: int = 2027) -> str:
        """The renewed action of the first one."""
        with self.fichier.operation("Reconduire") as e:
            lignee = e.lire(Action, self.action)["lignee"]
            return fabriques.action(e, annee=annee, lignee=lignee, precedente=self.action)

    def promis(self, annee: int, rang: int = 0) -> Decimal:
        sommes = sommer(lire_promesses(self.fichier.lignes))
        return sommes.get((annee, self.financeurs[rang]), D(0))


@pytest.fixture(scope="module")
def modele(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, fabriques.Decor]:
    chemin = tmp_path_factory.mktemp("cpo") / "modele.tdt"
    with fabriques.neuf(chemin) as fichier:
        decor = fabriques.decor(fichier, actions=2)
        with fichier.operation("Accorder") as e:
            for cofinancement in e.lignes(select(Cofinancement.cle)):
                e.supprimer(Cofinancement, cofinancement.cle)
            e.modifier(Action, decor.action, porteur=decor.organismes[0])
            e.modifier(Contrat, e.lignes(select(Contrat.cle))[0].cle, annee_fin=2030)
            for financeur, montant in zip(decor.financeurs[:2], (6000, 4000), strict=True):
                fabriques.cofinancement(e, decor.action, financeur, annee=2026, accorde=D(montant))
    return chemin, decor


@pytest.fixture
def cpo(modele: tuple[Path, fabriques.Decor], tmp_path: Path) -> Iterator[Cpo]:
    chemin, decor = modele
    shutil.copy(chemin, tmp_path / "cpo.tdt")
    with Fichier.ouvrir(tmp_path / "cpo.tdt", auteur="Camille Essai") as fichier:
        yield Cpo(
            fichier,
            Conventions(fichier, horloge=lambda: MIDI),
            TranchesCpo(fichier, horloge=lambda: MIDI),
            Avenants(fichier, horloge=lambda: MIDI),
            SuiviCpo(fichier, horloge=lambda: MIDI),
            decor.actions,
            decor.financeurs,
        )


def test_la_decision_de_la_seance_donne_ses_annees_et_ses_montants(cpo: Cpo) -> None:
    with cpo.fichier.operation("Décider") as e:
        seance = e.inserer(Seance, titre="Comité", annee=2026, etat="ouverte")
        point = e.inserer(
            Point,
            seance=seance,
            action=cpo.action,
            titre="",
            nature="action",
            etat="a_traiter",
            rang=1,
        )
        decision = e.inserer(
            Decision,
            point=point,
            nature="accord",
            cpo_annees=3,
            phrase="…",
            decidee_le="2026-05-02",
        )
        for annee, montant in ((2026, 7000), (2028, 8000)):
            e.inserer(
                MontantDecide,
                decision=decision,
                financeur=cpo.financeurs[0],
                annee=annee,
                montant=D(montant),
            )
    [proposee] = cpo.conventions.a_conventionner()
    assert (proposee.cle, proposee.annees) == (cpo.action, 3)
    lue = cpo.conventions.lire(cpo.conventions.creer(cpo.action))
    assert (lue.numero, lue.etat, lue.periode) == ("CPO 2026-01", "accordee", "2026–2028")
    etat, autre = par_payeur(lue)
    assert [etat.tranches[a].montant for a in lue.annees] == [7000, 7000, 8000]
    assert [autre.tranches[a].montant for a in lue.annees] == [4000, 4000, 4000]
    assert [t.ferme for t in lue.tranches] == [True, True, False, False, False, False]
    assert cpo.conventions.a_conventionner() == []
    with pytest.raises(SaisieRefusee, match="a déjà une convention"):
        cpo.conventions.creer(cpo.action)


@pytest.mark.parametrize(
    ("bornes", "annees", "refusee"),
    [({}, 5, False), ({"min_ans": 3, "max_ans": 3}, 2, True), ({"max_ans": 3}, 4, True)],
)
def test_les_bornes_sont_celles_du_contrat(
    cpo: Cpo, bornes: dict[str, object], annees: int, refusee: bool
) -> None:
    cpo.regle("cpo.duree", **bornes)
    if not refusee:
        assert cpo.conventions.lire(cpo.conventions.creer(cpo.action, annees)).duree == annees
        return
    with pytest.raises(SaisieRefusee, match="le contrat prévoit"):
        cpo.conventions.creer(cpo.action, annees)


def test_sans_unanimite_elle_revient_a_un_an_et_dit_qui_bloque(cpo: Cpo) -> None:
    cpo.regle("cpo.unanimite", exigee=True, perimetre="partenaires financeurs (de la CPO)")
    cle = cpo.conventions.creer(cpo.action, 2)
    etat, agglo = cpo.financeurs[:2]
    cpo.conventions.dire(cle, etat, True)
    with pytest.raises(SaisieRefusee, match="unanimité"):
        cpo.conventions.accorder(cle)
    cpo.conventions.dire(cle, agglo, False, annees=[2027], motif="Pas de visibilité")
    situation = cpo.conventions.situation(cle)
    assert cpo.conventions.ramener(cle, "Un an d’abord") == situation.bloquants[0]
    lue = cpo.conventions.lire(cle)
    assert (lue.etat, lue.bloquee_par) == ("annuelle", situation.bloquants[0])
    cpo.fichier.undo.annuler()
    assert cpo.conventions.lire(cle).etat == "demandee"


def test_un_financeur_d_une_seule_annee_ne_rompt_pas_l_unanimite(cpo: Cpo) -> None:
    cpo.regle("cpo.unanimite", exigee=True, perimetre="partenaires financeurs (de la CPO)")
    cle = cpo.conventions.creer(cpo.action, 2)
    agglo = par_payeur(cpo.conventions.lire(cle))[1]
    with cpo.fichier.operation("Un an") as e:
        cpo.tranches.poser_case(e, agglo.cle, 2027, None)
    cpo.conventions.dire(cle, cpo.financeurs[1], False)
    cpo.conventions.dire(cle, cpo.financeurs[0], True)
    cpo.conventions.accorder(cle)
    assert cpo.conventions.lire(cle).etat == "accordee"


def test_signer_marque_les_actions_et_franchit_l_etape(cpo: Cpo) -> None:
    suite = cpo.annee_suivante()
    cle = cpo.signee()
    lues = dict(cpo.fichier.lignes(select(Action.cle, Action.cpo_rang)))
    assert (lues[cpo.action], lues[suite]) == (1, 2)
    dates = cpo.fichier.lignes(select(SignatureConvention.date))
    assert len(dates) == 3
    assert {d for (d,) in dates} == {"2026-06-01"}
    assert cpo.conventions.lire(cle).signee_le == "2026-06-01"
    cpo.fichier.undo.annuler()
    assert cpo.conventions.lire(cle).etat == "accordee"
    assert cpo.fichier.lignes(select(Franchissement.motif)) == []


def test_la_derniere_signature_signe_la_convention(cpo: Cpo) -> None:
    cle = cpo.conventions.creer(cpo.action, 2)
    cpo.conventions.accorder(cle)
    signatures = cpo.conventions.signatures(cle)
    for jour, signature in enumerate(signatures, 1):
        assert cpo.conventions.lire(cle).signee_le is None
        with cpo.fichier.operation("Signer") as e:
            cpo.conventions.poser_signature(e, signature.cle, date=f"2026-06-0{jour}")
    assert cpo.conventions.lire(cle).signee_le == "2026-06-03"
    with cpo.fichier.operation("Effacer") as e:
        cpo.conventions.poser_signature(e, signatures[0].cle, date=None)
    assert cpo.conventions.lire(cle).etat == "accordee"


def test_sans_indicateur_elle_ne_se_signe_pas_ou_le_contrat_les_veut(cpo: Cpo) -> None:
    cpo.regle("cpo.evaluation", indicateurs_au_depart=True)
    cpo.regle("cpo.impact_social", niveau="alerte", mesure_exigee=True)
    cle = cpo.conventions.creer(cpo.action, 3)
    cpo.conventions.accorder(cle)
    with pytest.raises(SaisieRefusee, match="Aucun indicateur"):
        cpo.conventions.signer(cle, "2026-06-01")
    cpo.suivi.ajouter(cle, "Familles suivies", depart=D(10), cible=D(40))
    assert [r.bloque for r in cpo.conventions.remarques(cle)] == [False]  # the impact, a warning
    cpo.conventions.signer(cle, "2026-06-01")
    assert cpo.conventions.lire(cle).etat == "signee"


def test_une_baisse_se_justifie_ou_se_signale(cpo: Cpo) -> None:
    cpo.regle("cpo.degressivite", niveau="alerte", autorisee=False)
    cle = cpo.conventions.creer(cpo.action, 3)
    etat = par_payeur(cpo.conventions.lire(cle))[0]
    with cpo.fichier.operation("Baisser") as e:
        cpo.tranches.poser_case(e, etat.cle, 2028, D(5000))
    assert any("baisse de" in r.phrase for r in cpo.conventions.remarques(cle))
    with cpo.fichier.operation("Justifier") as e:
        cpo.tranches.poser(e, etat.tranches[2028].cle, note="Le Département prend le relais")
    assert not any("baisse de" in r.phrase for r in cpo.conventions.remarques(cle))


def test_signee_elle_ne_change_que_par_avenant_et_garde_son_histoire(cpo: Cpo) -> None:
    cle = cpo.signee()
    etat = par_payeur(cpo.conventions.lire(cle))[0]
    with (
        pytest.raises(SaisieRefusee, match="par un avenant"),
        cpo.fichier.operation("Changer") as e,
    ):
        cpo.tranches.poser_case(e, etat.cle, 2027, D(1))
    with pytest.raises(SaisieRefusee, match="ne change rien"):
        cpo.avenants.ajouter(cle, "Rien")
    cpo.avenants.ajouter(
        cle, "Plus de familles", montants={etat.tranches[2027].cle: D("7000.50")}, annee_fin=2029
    )
    cpo.avenants.ajouter(cle, "Encore", montants={etat.tranches[2027].cle: D(9000)})
    comparees = {(c.annee, c.payeur): (c.initial, c.actuel) for c in cpo.avenants.comparer(cle)}
    assert comparees[2027, etat.payeur] == (6000, 9000)
    assert comparees[2028, etat.payeur] == (6000, 6000)
    assert comparees[2029, etat.payeur] == (None, 6000)
    assert [a.numero for a in cpo.avenants.lignes(cle)] == [1, 2]
    assert cpo.conventions.lire(cle).annee_fin == 2029
    cpo.fichier.undo.annuler()
    cpo.fichier.undo.annuler()
    assert cpo.conventions.lire(cle).annee_fin == 2028
    assert cpo.avenants.lignes(cle) == []


def test_une_tranche_attend_son_bilan_sa_revue_et_son_vote(cpo: Cpo) -> None:
    cle = cpo.signee()
    etat = next(a for a in cpo.tranches.a_liberer(2027) if a.tranche.nature == "etat")
    assert etat.manques == ("bilan reçu", "revue tenue")
    with pytest.raises(MotifAttendu, match="bilan reçu et revue tenue"):
        cpo.tranches.liberer([etat.cle])
    with cpo.fichier.operation("Recevoir") as e:
        cpo.suivi.poser_revue(e, f"{cle}|2026", bilan_recu_le="2027-02-01")
        cpo.suivi.poser_revue(e, f"{cle}|2026", tenue_le="2027-02-10")
    assert cpo.tranches.liberer([etat.cle]) == 1
    tranche = next(t for t in cpo.conventions.lire(cle).tranches if t.cle == etat.cle)
    assert (tranche.etat, tranche.liberee_par, tranche.liberation) == (
        LIBEREE,
        "Camille Essai",
        None,
    )
    agglo = next(a for a in cpo.tranches.a_liberer(2027))
    assert agglo.manques == ("vote",)
    suite = cpo.annee_suivante()
    with cpo.fichier.operation("Voter") as e:
        fabriques.cofinancement(e, suite, cpo.financeurs[1], annee=2027, vote=D(4000))
    assert next(a for a in cpo.tranches.a_liberer(2027)).prete
    cpo.tranches.retenir([etat.cle])
    assert (
        next(t for t in cpo.conventions.lire(cle).tranches if t.cle == etat.cle).etat
        == SOUS_RESERVE
    )


def test_ce_qui_est_promis_pese_sur_l_enveloppe_sans_compter_deux_fois(cpo: Cpo) -> None:
    etat = cpo.financeurs[0]
    Enveloppes(cpo.fichier).ajouter(2027, etat, montant=D(10_000), engage=D(1000))
    suite = cpo.annee_suivante()
    totaux = Totaux(cpo.fichier)
    ventilations = Ventilations(cpo.fichier, 2027)
    financeur = Cofinancements(cpo.fichier).financeurs()[0]
    assert financeur.cle == etat

    def restes() -> tuple[Decimal | None, ...]:
        [ligne] = Enveloppes(cpo.fichier).lignes(2027)
        return (
            totaux.etat(2027, financeur).reste,
            ligne.reste,
            ventilations.pour(Payeur(etat)).reste,
        )

    assert restes() == (9000, 9000, 9000)
    cle = cpo.conventions.creer(cpo.action, 2)
    assert restes() == (9000, 9000, 9000)  # only asked for
    cpo.conventions.accorder(cle)
    assert restes() == (3000, 3000, 3000)
    assert ventilations.pour(Payeur(etat), action=suite, montant=D(2000)).reste == 3000
    assert ventilations.pour(Payeur(etat), action=suite, montant=D(7000)).reste == 2000
    Cofinancements(cpo.fichier).saisir(suite, etat, etape="accorde", montant=D(2000))
    assert restes() == (3000, 3000, 3000)  # what is given is no longer only promised
    Cofinancements(cpo.fichier).saisir(suite, etat, etape="accorde", montant=D(7000))
    assert restes() == (2000, 2000, 2000)
    cpo.fichier.undo.annuler()
    assert promis_aux(cpo.fichier.lignes, 2027, [suite]) == {etat: 4000, cpo.financeurs[1]: 4000}
    assert promis_aux(cpo.fichier.lignes, 2027, []) == {}
    cpo.conventions.resilier(cle, "2026-12-01", "Le porteur cesse")
    assert restes() == (7000, 7000, 7000)
    assert totaux.ecarts() == []
    ventilations.fermer()


def test_renouveler_reprend_la_derniere_annee_et_les_indicateurs(cpo: Cpo) -> None:
    cle = cpo.signee(2)
    cpo.suivi.ajouter(cle, "Familles", depart=D(3), cible=D(9))
    suite = cpo.conventions.lire(cpo.conventions.renouveler(cle, 2))
    assert (suite.renouvelle, suite.etat, suite.periode) == (cle, "demandee", "2028–2029")
    assert suite.total == 20_000
    assert [i.libelle for i in cpo.suivi.indicateurs(suite.cle)] == ["Familles"]
    cpo.conventions.terminer(cle, "2028-01-10", "Objectifs atteints")
    assert cpo.conventions.lire(cle).etat == "terminee"
    with pytest.raises(SaisieRefusee, match="signée"):
        cpo.conventions.supprimer(cle)
    cpo.conventions.supprimer(suite.cle)
    assert [c.cle for c in cpo.conventions.lignes()] == [cle]


def test_une_marche_d_avenants_et_de_liberations_garde_les_sommes(cpo: Cpo) -> None:
    """Σ tranches of the years to come = promises, whatever is done and undone."""
    cpo.annee_suivante()
    totaux = Totaux(cpo.fichier)
    cle = cpo.signee()
    hasard = random.Random(7)

    def avenant() -> None:
        tranche = hasard.choice(cpo.conventions.lire(cle).tranches)
        montant = D(hasard.randrange(1, 1_000_000)) / 100
        fin = hasard.choice([None, 2028, 2029, 2030])
        cpo.avenants.ajouter(cle, "Avenant", montants={tranche.cle: montant}, annee_fin=fin)

    def liberer() -> None:
        cpo.tranches.liberer([hasard.choice(cpo.tranches.a_liberer()).cle], motif="Urgence")

    def retenir() -> None:
        cpo.tranches.retenir([hasard.choice(cpo.conventions.lire(cle).tranches).cle])

    for _ in range(40):
        geste = hasard.choice([avenant, avenant, liberer, retenir, cpo.fichier.undo.annuler])
        with suppress(ErreurConnue, IndexError):
            geste()
        _verifier(cpo, totaux)


def _verifier(cpo: Cpo, totaux: Totaux) -> None:
    lues = cpo.fichier.lignes(
        select(Tranche.annee, Tranche.financeur, Tranche.montant)
        .join(Convention, Convention.cle == Tranche.convention)
        .where(Convention.etat.in_(["accordee", "signee"]), Tranche.annee > 2026)
    )
    sommes: dict[tuple[int, str], Decimal] = {}
    for annee, financeur, montant in lues:
        sommes[annee, financeur] = sommes.get((annee, financeur), D(0)) + (montant or 0)
    for f in Cofinancements(cpo.fichier).financeurs():
        for annee in range(2027, 2031):
            assert totaux.etat(annee, f).engage == sommes.get((annee, f.cle), D(0))
    assert totaux.ecarts() == []


def test_la_part_en_cpo_dit_ce_qui_manque_dans_les_trois_unites(cpo: Cpo) -> None:
    cpo.regle("cpo.part_minimale", part_pct=50, assiette="enveloppe", operateur=">=")
    cpo.regle("AR-CPO-01", seuil_pct=50, unite="conventions", operateur=">=")
    with cpo.fichier.operation("Accorder") as e:
        e.modifier(Action, cpo.actions[1], porteur=e.lire(Action, cpo.action)["porteur"])
        for rang, montant in enumerate((9000, 3000)):
            qui = cpo.financeurs[rang]
            fabriques.cofinancement(e, cpo.actions[1], qui, annee=2026, accorde=D(montant))
    cpo.signee()
    constats = Constats(cpo.fichier, horloge=lambda: MIDI)
    [(_, faits)] = constats.faits(2026, CibleConstat.ANNEE)
    assert isinstance(faits, FaitsAnnee)
    with cpo.fichier.instant() as lire:
        parts = {(p.qui, p.unite): p for p in parts_de_l_annee(faits, Regles(lire))}
    etat = parts["État", EUROS]
    assert (etat.en_cpo, etat.tout, etat.manque) == (6000, 15_000, 1500)
    assert parts[ENSEMBLE, CONVENTIONS].en_mots == "il manque une convention"
    assert parts[ENSEMBLE, ACTIONS].part == 50
    phrases = [c.phrase for c in constats.de_l_annee(2026) if c.regle == "cpo.part_minimale"]
    assert any("1\u202f500\u00a0€" in phrase for phrase in phrases), phrases
    constats.fermer()


def test_simuler_dit_ce_qui_resterait_si_l_on_signait(cpo: Cpo) -> None:
    Enveloppes(cpo.fichier).ajouter(2027, cpo.financeurs[0], montant=D(10_000))
    cle = cpo.conventions.creer(cpo.action, 2)
    with cpo.fichier.instant() as lire:
        lues = {(s.annee, s.financeur): s for s in simuler(lire, [cle])}
    simulee = lues[2027, "État"]
    assert (simulee.promis, simulee.en_plus, simulee.libre) == (0, 6000, 4000)
    assert simulee.part == D("0.6")


def test_une_action_reconduite_trois_ans_pourrait_passer_en_cpo(cpo: Cpo) -> None:
    with cpo.fichier.operation("Reconduire") as e:
        lignee = e.lire(Action, cpo.action)["lignee"]
        avant = [fabriques.action(e, annee=a, lignee=lignee) for a in (2024, 2025)]
        e.inserer(Bilan, action=avant[0], recu_le="2025-03-01")
    assert a_convertir(cpo.fichier.lignes, 2026) == []
    with cpo.fichier.operation("Bilan") as e:
        e.inserer(Bilan, action=avant[1], recu_le="2026-03-01")
    assert [a.cle for a in a_convertir(cpo.fichier.lignes, 2026)] == [cpo.action]
    cpo.signee()
    assert a_convertir(cpo.fichier.lignes, 2026) == []


def test_le_classeur_et_la_fiche_disent_les_memes_montants(cpo: Cpo) -> None:
    cle = cpo.signee()
    octets = table_cpo(cpo.fichier)
    feuille = openpyxl.load_workbook(BytesIO(octets), data_only=True)["Montants"]
    rangees = list(feuille.iter_rows(min_row=4, values_only=True))
    assert [r[5:] for r in rangees[:2]] == [(6000, 6000, 6000, 18_000), (4000, 4000, 4000, 12_000)]
    assert rangees[2][5:] == (10_000, 10_000, 10_000, 30_000)
    formules = openpyxl.load_workbook(BytesIO(octets))["Montants"]
    assert formules["I6"].value == "=SUM(I4:I5)"
    assert table_cpo(cpo.fichier) == octets
    assert fiche_cpo(cpo.fichier, cle).startswith(b"%PDF")
    assert len(fiche_cpo(cpo.fichier, cle)) > 5000


def test_les_echeances_disent_ce_qui_est_en_retard(cpo: Cpo) -> None:
    cle = cpo.signee(2)
    with cpo.fichier.instant() as lire:
        lues = {e.quoi: e.etat for e in lire_echeances(lire, date(2027, 7, 1))}
    assert lues["Bilan 2026"] == "retard"
    assert lues["Libérer la tranche 2027"] == "a_venir"
    with cpo.fichier.operation("Recevoir") as e:
        cpo.suivi.poser_revue(e, f"{cle}|2026", bilan_recu_le="2027-02-01")
    with cpo.fichier.instant() as lire:
        assert "Bilan 2026" not in {e.quoi for e in lire_echeances(lire, date(2027, 7, 1))}


def test_elle_depasse_le_contrat_son_point_d_etape_ou_ses_conditions(cpo: Cpo) -> None:
    cpo.regle("cpo.conditions", niveau="bloquant", engagement_etat=True, soutien_territoire=True)
    cpo.regle("evaluation.calendrier", niveau="information", mi_parcours=2027)
    cle = cpo.conventions.creer(cpo.action, 6)
    assert [
        (str(r.niveau), r.phrase.split("\u00a0")[0]) for r in cpo.conventions.remarques(cle)
    ] == [
        ("bloquant", "L’engagement de l’État n’est pas noté."),
        ("bloquant", "Le soutien du territoire n’est pas noté."),
        ("alerte", "La convention finit en 2031, après le contrat de ville (2030)"),
        ("information", "La convention passe le point d’étape de 2027"),
    ]
    cpo.conventions.modifier(
        cle, engagement_etat=True, soutien_territoire=True, point_etape_le="2027-06-01"
    )
    cpo.conventions.changer_annees(cle, 3)
    assert cpo.conventions.remarques(cle) == []
    assert cpo.conventions.lire(cle).annee_fin == 2028
