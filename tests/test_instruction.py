"""Avis on the dossiers: who is demandes, what each answers, the avis commun, reminders. Rule by rule."""

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from app.models.action import Action, Cofinancement
from app.models.enums import SensInstruction
from app.models.instruction import AvisCommun, AvisInstruction
from app.models.programme import Appel, EtapeAppel, Franchissement
from app.services.actions import Actions
from app.services.avis import AvisDesServices
from app.services.avis_communs import PRET
from app.services.avis_exceptions import AVANT_DEPOT, HORS_DATES
from app.services.avis_lus import lire_dossier, lire_instruction
from app.services.avis_montants import LigneAChoisir
from app.services.columns_instruction import reorientations
from app.services.dossiers_instruits import Dossier, LigneAvis
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.fichier import Fichier
from app.services.instruction import Instruction, instruction
from app.services.reponses import Reponse, lire_reponse
from app.services.services_instructeurs import CONSULTATIF, EXPERTISE, FINANCEUR
from tests import fabriques

D = Decimal
JOUR = date(2026, 2, 12)
FAVORABLE, RESERVE, DEFAVORABLE = (
    str(SensInstruction.FAVORABLE),
    str(SensInstruction.RESERVE),
    str(SensInstruction.DEFAVORABLE),
)


def repondre_pour(avis: AvisDesServices, action: str, service: str, **champs: Any) -> None:
    """What a cell of the grid does."""
    with avis.operation("Rendre un avis") as e:
        avis.poser_pour(e, action, service, **champs)


@dataclass(frozen=True, slots=True)
class Bureau:
    """A small contract whose services are demandes: État and Agglomération solicited on each action."""

    chemin: Path
    decor: fabriques.Decor
    services: dict[str, str]


@pytest.fixture(scope="module")
def pret(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    """Made once: each test opens a copy."""
    chemin = tmp_path_factory.mktemp("instruction") / "essai.tdt"
    with fabriques.neuf(chemin) as fichier:
        decor = fabriques.decor(fichier, actions=3)
        with fichier.operation("Demandes") as e:
            for rang, action in enumerate(decor.actions):
                fabriques.action_commune(e, action, decor.communes[rang % 2])
                fabriques.classement(e, action, decor.noeuds[1 + rang % 2])
                for financeur in decor.financeurs[:2]:
                    fabriques.cofinancement(e, action, financeur)
            fabriques.regle(
                e,
                identifiant="r-drac",
                financeur="DRAC",
                parametres={"fondamentaux": ["logique de parcours", "qualité artistique"]},
            )
        i = _instruction(fichier)
        i.services.reprendre_du_contrat()
        services = {s.nom_court: s.cle for s in i.services.lignes()}
        i.affectations.affecter(2026, echeance="2026-02-20")
    return Bureau(chemin, decor, services)


def _instruction(fichier: Fichier) -> Instruction:
    return instruction(fichier, horloge=lambda: datetime(2026, 2, 12, 9, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Essai:
    i: Instruction
    decor: fabriques.Decor
    services: dict[str, str]

    @property
    def action(self) -> str:
        return self.decor.action

    def dossier(self, rang: int = 0, jour: date = JOUR) -> Dossier:
        lu = lire_dossier(self.i.fichier, self.decor.actions[rang], jour)
        assert lu is not None
        return lu

    def avis(self, service: str, rang: int = 0, jour: date = JOUR) -> LigneAvis:
        return self.dossier(rang, jour).avis[self.services[service]]

    def dire(self, service: str, texte: str, rang: int = 0, **champs: Any) -> None:
        repondre_pour(
            self.i.avis,
            self.decor.actions[rang],
            self.services[service],
            reponse=lire_reponse(texte),
            **champs,
        )

    def etat(self) -> Sequence[Dossier]:
        return lire_instruction(self.i.fichier, 2026, JOUR).dossiers

    def champ(self, modele: Any, cle: str, nom: str) -> Any:
        colonne = modele.__table__.c[nom]
        return self.i.fichier.lignes(select(colonne).where(modele.cle == cle))[0][0]


@pytest.fixture
def t(pret: Bureau, tmp_path: Path) -> Iterator[Essai]:
    copie = Path(shutil.copyfile(pret.chemin, tmp_path / "essai.tdt"))
    with Fichier.ouvrir(copie, auteur=fabriques.AUTEUR) as fichier:
        yield Essai(_instruction(fichier), pret.decor, pret.services)


def lisible(texte: str) -> str:
    return texte.replace("\u00a0", " ").replace("\u202f", " ")


def refus(faire: Callable[[], object]) -> str:
    with pytest.raises(SaisieRefusee) as erreur:
        faire()
    return lisible(str(erreur.value))


# What is typed ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("f", Reponse(SensInstruction.FAVORABLE)),
        ("Favorable", Reponse(SensInstruction.FAVORABLE)),
        (
            "r préciser le public",
            Reponse(SensInstruction.RESERVE, motif="préciser le public"),
        ),
        (
            "Favorable avec réserve : bilan",
            Reponse(SensInstruction.RESERVE, motif="bilan"),
        ),
        ("d hors appel", Reponse(SensInstruction.DEFAVORABLE, motif="hors appel")),
        ("DEFAVORABLE", Reponse(SensInstruction.DEFAVORABLE)),
        ("a", Reponse(SensInstruction.AJOURNE)),
        ("s", Reponse(SensInstruction.SANS_AVIS)),
        (
            "vers l'Été culturel : projet artistique",
            Reponse(SensInstruction.REORIENTE, "l'Été culturel", "projet artistique"),
        ),
        ("Réorienté vers CLEA", Reponse(SensInstruction.REORIENTE, "CLEA")),
        ("n statuts absents", Reponse(non_recevable=True, motif="statuts absents")),
        ("absent", Reponse(absent=True)),
        ("m", Reponse(meme=True)),
        ("", Reponse()),
        ("À rendre", Reponse()),
    ],
)
def test_un_avis_se_tape_en_une_lettre_ou_en_mots(texte: str, attendue: Reponse) -> None:
    assert lire_reponse(texte) == attendue


@pytest.mark.parametrize("texte", ["x", "oui", "12 000", "fait"])
def test_ce_qui_n_est_pas_un_avis_est_refuse(texte: str) -> None:
    assert "tapez f, r, d, a, s" in refus(lambda: lire_reponse(texte))


# Services and who is demandes ------------------------------------------------------------------------


def test_les_services_viennent_du_contrat_et_une_seule_fois(t: Essai) -> None:
    """One for each financeur, the citizens' consultative, the printed expertise without a mark."""
    lus = {s.nom_court: s.role for s in t.i.services.lignes()}
    assert lus == {
        "État": FINANCEUR,
        "Agglomération": FINANCEUR,
        "Région": FINANCEUR,
        "Conseil citoyen": CONSULTATIF,
        "DRAC": EXPERTISE,
    }
    drac = next(s for s in t.i.services.lignes() if s.expertise)
    assert drac.rubriques == ("Logique de parcours", "Qualité artistique")
    numero = t.i.fichier.signature  # the file is the same
    assert t.i.services.reprendre_du_contrat() == 0
    assert t.i.fichier.signature == numero


def test_les_financeurs_sollicites_sont_affectes_et_une_seconde_fois_personne(t: Essai) -> None:
    demandes = {
        (a.numero, a.service.nom_court) for a in lire_instruction(t.i.fichier, 2026, JOUR).avis()
    }
    assert demandes == {
        (f"2026-00{n}", nom) for n in (1, 2, 3) for nom in ("État", "Agglomération")
    }
    assert t.avis("État").echeance == date(2026, 2, 20)
    assert t.champ(Action, t.action, "statut") == "instruction"
    assert t.i.affectations.apercu(2026) == []
    assert t.i.affectations.affecter(2026) == 0


def test_une_regle_affecte_par_theme_commune_ou_appel_et_se_voit_avant(t: Essai) -> None:
    conseil, drac = t.services["Conseil citoyen"], t.services["DRAC"]
    t.i.affectations.ajouter_regle(conseil, commune=t.decor.communes[1])
    # The first theme stands above the one on which two of the actions are classed.
    t.i.affectations.ajouter_regle(drac, noeud=t.decor.noeuds[0], appel=t.decor.appel)
    prevues = {(p.numero, p.service_nom, lisible(p.raison)) for p in t.i.affectations.apercu(2026)}
    assert prevues == {
        ("2026-002", "Conseil citoyen", "règle : Ostreval"),
        ("2026-001", "DRAC", "règle : Réussite éducative, Appel à projets 2026"),
        ("2026-003", "DRAC", "règle : Réussite éducative, Appel à projets 2026"),
    }
    assert t.i.affectations.affecter(2026) == 3
    t.i.fichier.undo.annuler()
    assert len(t.i.affectations.apercu(2026)) == 3
    gardee = t.i.affectations.apercu(2026)[0]
    assert t.i.affectations.affecter(2026, gardees={gardee.cle}) == 1


def test_un_service_d_une_commune_ne_parle_que_pour_elle(t: Essai) -> None:
    ville = t.i.services.ajouter("Ville d'Ostreval", financeur=t.decor.financeurs[2])
    t.i.affectations.ajouter_regle(ville, commune=t.decor.communes[1])
    with t.i.fichier.operation("Demandes") as e:
        for rang in (0, 1):
            fabriques.cofinancement(
                e,
                t.decor.actions[rang],
                t.decor.financeurs[2],
                commune=t.decor.communes[rang],
            )
    demandes = {(p.numero, p.service_nom) for p in t.i.affectations.apercu(2026)}
    assert ("2026-001", "Ville d'Ostreval") not in demandes
    assert {("2026-002", "Ville d'Ostreval"), ("2026-001", "Région")} <= demandes


def test_une_note_d_intention_n_est_pas_affectee(t: Essai) -> None:
    with t.i.fichier.operation("Une note") as e:
        note = fabriques.action(e, numero="2026-009", statut="note")
        fabriques.cofinancement(e, note, t.decor.financeurs[0])
        fabriques.action(e, numero="2026-010", statut="reorientee")  # by the triage
    assert t.i.affectations.apercu(2026) == []
    lus = lire_instruction(t.i.fichier, 2026, JOUR).dossiers
    assert {d.numero for d in lus}.isdisjoint({"2026-009", "2026-010"})


def test_les_referents_disent_qui_attend_quoi(t: Essai) -> None:
    t.i.services.modifier(t.services["État"], referents=["Camille Essai", "Dominique Exemple"])
    assert [s.nom_court for s in t.i.services.de_la_personne("CAMILLE  ESSAI".title())] == []
    assert [s.nom_court for s in t.i.services.de_la_personne("camille essai")] == ["État"]
    t.i.services.modifier(t.services["État"], referents=["Dominique Exemple"])
    assert t.i.services.de_la_personne("Camille Essai") == []


def test_un_service_qui_a_des_avis_ne_se_supprime_pas(t: Essai) -> None:
    assert "rendez-le inactif" in refus(lambda: t.i.services.supprimer(t.services["État"]))
    t.i.services.supprimer(t.services["Région"])
    assert t.i.services.reprendre_du_contrat() == 1


# Answers ------------------------------------------------------------------------------------------


def test_un_avis_rendu_est_date_et_signe(t: Essai) -> None:
    t.dire("État", "f")
    avis = t.avis("État")
    assert (avis.en_mots, avis.rendu_le, avis.rendu_par) == ("Favorable", JOUR, "Camille Essai")
    assert avis.pris_en_charge_le == JOUR
    assert t.dossier().compte == "2 demandés, 1 reçu"
    t.dire("État", "")
    assert (t.avis("État").rendu_le, t.avis("État").en_mots) == (None, "Pris en charge")


@pytest.mark.parametrize("texte", ["r", "d", "a", "vers CLEA", "n"])
def test_un_avis_qui_n_est_pas_favorable_a_un_motif(t: Essai, texte: str) -> None:
    assert "motif" in refus(lambda: t.dire("État", texte))
    t.dire("État", texte, motif="Public à préciser")
    assert t.avis("État").repondu
    assert t.avis("État").motif == "Public à préciser"
    assert "motif" in refus(lambda: t.i.avis.repondre(t.avis("État").cle, motif=None))


def test_le_montant_propose_est_celui_du_cofinancement(t: Essai) -> None:
    t.i.avis.repondre(t.avis("État").cle, montant=D(4000))
    [ligne] = [d for d in t.dossier().demandes if d.nom == "État"]
    assert (ligne.propose, t.avis("État").montant) == (D(4000), D(4000))
    assert t.champ(Cofinancement, ligne.cofinancement, "statut") == "propose"
    assert "négatif" in refus(lambda: t.i.avis.repondre(t.avis("État").cle, montant=D(-1)))
    t.i.avis.repondre(t.avis("État").cle, montant=None)
    assert (t.dossier().propose, t.avis("État").montant) == (None, None)


def test_plusieurs_lignes_demandent_laquelle(t: Essai) -> None:
    etat = t.decor.financeurs[0]
    with t.i.fichier.operation("Une seconde ligne") as e:
        fabriques.cofinancement(e, t.action, etat, ligne_credit=t.decor.lignes_credit[0])
    with pytest.raises(LigneAChoisir) as erreur:
        t.i.avis.repondre(t.avis("État").cle, montant=D(3000))
    assert len(erreur.value.lignes) == 2
    for ligne, montant in zip(erreur.value.lignes, (D(3000), D(500)), strict=True):
        t.i.avis.repondre(t.avis("État").cle, montant=montant, ligne=ligne.cofinancement)
    assert (t.avis("État").montant, t.dossier().propose) == (D(3500), D(3500))


def test_qui_ne_finance_pas_ne_propose_rien(t: Essai) -> None:
    assert "ne finance pas" in refus(
        lambda: repondre_pour(t.i.avis, t.action, t.services["Conseil citoyen"], montant=D(1))
    )
    assert "Rien n'est demandé" in refus(
        lambda: repondre_pour(t.i.avis, t.action, t.services["Région"], montant=D(1))
    )


def test_le_meme_avis_que_l_etat_est_copie_au_moment_ou_on_le_dit(t: Essai) -> None:
    epci = t.avis("Agglomération").cle
    assert "L'État n'a pas encore rendu" in refus(lambda: t.i.avis.comme_l_etat([epci]))
    t.dire("État", "r préciser le public", montant=D(2000))
    assert t.i.avis.comme_l_etat([epci, t.avis("Agglomération", 1).cle]) == (1, 1)
    avis = t.avis("Agglomération")
    assert (avis.sens, avis.motif, avis.comme, avis.montant) == (
        RESERVE,
        "préciser le public",
        "État",
        None,
    )
    t.dire("État", "f")
    assert t.avis("Agglomération").sens == RESERVE, "il a été copié, il ne suit pas"
    t.dire("Agglomération", "f")
    assert t.avis("Agglomération").comme == ""
    t.dire("Agglomération", "m")
    assert t.avis("Agglomération").comme == "État"


def test_une_expertise_se_commente_sans_note_et_ne_bloque_rien(t: Essai) -> None:
    drac = t.services["DRAC"]
    t.i.affectations.affecter_a([t.action], [drac])
    avis = t.dossier().avis[drac]
    assert "sans avis ni note" in refus(lambda: t.i.avis.repondre(avis.cle, sens=FAVORABLE))
    t.i.avis.commenter(avis.cle, "Logique de parcours", "Deux visites seulement")
    avis = t.dossier().avis[drac]
    assert (avis.etat, avis.repondu, avis.sollicite) == ("Commenté", True, False)
    assert t.dossier().compte == "2 demandés, 0 reçu"
    t.i.avis.repondre(avis.cle, reponse=lire_reponse("vers Été culturel : projet artistique"))
    assert t.dossier().avis[drac].en_mots == "Réorienté vers Été culturel"
    assert reorientations(t.dossier()) == "Été culturel (DRAC)"
    t.i.avis.repondre(avis.cle, reponse=lire_reponse(""))
    t.i.avis.commenter(avis.cle, "Logique de parcours", None)
    assert t.dossier().avis[drac].attendu


def test_qui_n_est_pas_sollicite_donne_un_avis_consultatif(t: Essai) -> None:
    """A financeur may be heard without funding the action (A-74)."""
    t.dire("Région", "d hors de nos priorités")
    t.dire("Conseil citoyen", "f")
    assert [a.service.nom_court for a in t.dossier().avis.values() if not a.sollicite] == [
        "Région",
        "Conseil citoyen",
    ]
    assert t.dossier().compte == "2 demandés, 0 reçu"
    dit = t.avis("Région").en_mots_a_part
    assert dit == "Défavorable (consultatif)"
    assert lire_reponse(dit).sens == DEFAVORABLE, "copié puis collé, il se relit"


def test_l_avis_se_rend_sur_le_dossier_depose_sauf_raison_gardee(t: Essai) -> None:
    with t.i.fichier.operation("Une note") as e:
        note = fabriques.action(e, numero="2026-009", statut="note")
        retiree = fabriques.action(e, numero="2026-010", statut="retiree")
    etat = t.services["État"]

    def dire(action: str, **champs: Any) -> None:
        repondre_pour(t.i.avis, action, etat, reponse=lire_reponse("f"), **champs)

    assert "note d'intention" in refus(lambda: dire(note))
    assert "retirée" in refus(lambda: dire(retiree, exception="Vu au comité"))
    dire(note, exception="Comité avancé")
    lu = lire_dossier(t.i.fichier, note, JOUR)
    assert lu is not None
    assert lu.avis[etat].commentaires == {AVANT_DEPOT: "Comité avancé"}


def _dater_l_instruction(t: Essai, debut: str, fin: str) -> None:
    with t.i.fichier.operation("Dater l'instruction") as e:
        e.inserer(
            EtapeAppel,
            appel=t.decor.appel,
            nature="instruction",
            nom="Instruction",
            date_debut=debut,
            date_fin=fin,
        )


# What each gesture changes of an avis, once its dates are over.
_GESTES: dict[str, Callable[[Essai], object]] = {
    "rendre": lambda t: t.dire("État", "f"),
    "montant": lambda t: t.i.avis.repondre(t.avis("État").cle, montant=D(500)),
    "recevable": lambda t: t.i.avis.repondre(t.avis("État").cle, recevable=True),
    "expertise": lambda t: t.i.avis.commenter(t.avis("DRAC").cle, "Parcours", "À revoir"),
    "vider": lambda t: t.dire("Agglomération", ""),
    "comme": lambda t: t.i.avis.comme_l_etat([t.avis("Agglomération", 1).cle]),
}


@pytest.mark.parametrize("geste", _GESTES)
def test_hors_des_dates_de_l_instruction_un_avis_demande_un_motif(t: Essai, geste: str) -> None:
    t.dire("Agglomération", "f")
    t.dire("État", "f", 1)
    t.i.affectations.affecter_a([t.decor.action], [t.services["DRAC"]])
    faire, avant = _GESTES[geste], t.etat()
    _dater_l_instruction(t, "2026-01-05", "2026-02-10")
    with pytest.raises(MotifAttendu, match="close depuis le 10/02/2026"):
        faire(t)
    assert t.etat() == avant
    t.i.avis.motif = "Réponse reçue en retard"
    faire(t)
    raisons = [a.commentaires.get(HORS_DATES) for d in t.etat() for a in d.avis.values()]
    assert [r for r in raisons if r] == ["Réponse reçue en retard"]
    t.i.fichier.undo.annuler()
    assert t.etat() == avant


def test_dans_les_dates_ou_sans_elles_rien_n_est_demande(t: Essai) -> None:
    assert t.i.avis.dates.phrase(2026) == ""
    _dater_l_instruction(t, "2026-01-05", "2026-02-12")
    t.dire("État", "f")
    assert t.avis("État").commentaires == {}
    assert t.i.avis.dates.phrase(2026) == ""


def test_le_motif_hors_dates_vaut_pour_la_suite_du_meme_avis(t: Essai) -> None:
    """What follows the instruction, reminders and absences, asks for none."""
    _dater_l_instruction(t, "2026-03-01", "2026-03-31")
    phrase = "« Instruction » commence le 01/03/2026 (Appel à projets 2026)"
    assert lisible(t.i.avis.dates.phrase(2026)) == phrase
    t.i.avis.repondre(t.avis("Agglomération").cle, absent=True)
    t.i.avis.prendre_en_charge([t.avis("État").cle])
    assert "donnez le motif" in refus(lambda: t.dire("État", "f"))
    t.dire("État", "f", exception="Financeur pressé")
    t.i.avis.repondre(t.avis("État").cle, montant=D(500))
    assert t.avis("État").commentaires == {HORS_DATES: "Financeur pressé"}
    assert "donnez le motif" in refus(lambda: t.dire("État", "f", 1)), (
        "un autre avis, un autre motif"
    )


def test_une_saisie_refusee_n_ecrit_rien(t: Essai) -> None:
    avant = t.dossier()
    refus(lambda: t.dire("État", "f", montant=D(-4)))
    refus(lambda: t.dire("Conseil citoyen", "d"))
    assert t.dossier() == avant


def test_prendre_en_charge_puis_retirer(t: Essai) -> None:
    cles = [t.avis("État").cle, t.avis("État", 1).cle]
    assert (t.i.avis.prendre_en_charge(cles), t.i.avis.prendre_en_charge(cles)) == (2, 0)
    t.dire("État", "f")
    assert "ne se retire pas" in refus(lambda: t.i.avis.retirer(cles))
    assert t.i.avis.retirer(cles[1:]) == 1
    assert [p.numero for p in t.i.affectations.apercu(2026)] == ["2026-002"]


def test_demande_deux_fois_par_deux_copies_c_est_la_reponse_qui_compte(t: Essai) -> None:
    t.dire("État", "f")
    with t.i.fichier.operation("Réunir deux copies") as e:
        e.inserer(AvisInstruction, action=t.action, service=t.services["État"])
    assert t.avis("État").sens == FAVORABLE
    t.dire("État", "r bilan")
    assert t.avis("État").sens == RESERVE


# The avis commun ----------------------------------------------------------------------------------


def test_l_avis_commun_attend_chacun_et_le_dit_par_son_nom(t: Essai) -> None:
    assert "Avis manquants sur « 2026-001 » : État, Agglomération." in refus(
        lambda: t.i.communs.rendre(t.action)
    )
    t.dire("État", "f", montant=D(3000))
    assert ": Agglomération." in refus(lambda: t.i.communs.rendre(t.action))
    assert t.i.communs.excuser([t.action]) == ["Agglomération"]
    t.i.communs.rendre(t.action)
    action = {n: t.champ(Action, t.action, n) for n in ("statut", "avis")}
    assert action == {"statut": "proposee", "avis": "Favorable"}
    commun = t.dossier().commun
    assert commun is not None
    assert (commun.montant, commun.rendu_le, commun.rendu_par) == (D(3000), JOUR, "Camille Essai")


@pytest.mark.parametrize(
    ("etat", "epci", "attendu"),
    [
        ("f", "f", (FAVORABLE, None)),
        ("f", "r bilan", (RESERVE, "bilan (Agglomération)")),
        ("f", "d hors appel", (RESERVE, "hors appel (Agglomération)")),
        ("d trop cher", "d trop cher", (DEFAVORABLE, "trop cher (État, Agglomération)")),
        ("a pièces", "d non", ("ajourne", "pièces (État) ; non (Agglomération)")),
        ("s", "f", (FAVORABLE, None)),
        ("s", "s", ("sans_avis", None)),
    ],
)
def test_l_avis_commun_est_propose_depuis_les_avis(
    t: Essai, etat: str, epci: str, attendu: tuple[str, str | None]
) -> None:
    t.dire("État", etat)
    t.dire("Agglomération", epci)
    t.dire("Conseil citoyen", "d rien à voir")
    ligne = t.i.communs.ligne(t.action)
    motif = ligne.proposition.motif
    assert (ligne.etat, ligne.proposition.sens, motif and lisible(motif)) == (PRET, *attendu)


def test_l_avis_commun_se_change_et_se_retire(t: Essai) -> None:
    for service in ("État", "Agglomération"):
        t.dire(service, "f")
    t.i.communs.rendre(t.action)
    assert "a un motif" in refus(lambda: t.i.communs.rendre(t.action, sens=RESERVE))
    t.i.communs.rendre(t.action, sens=RESERVE, motif="calendrier à revoir")
    assert lisible(t.champ(Action, t.action, "avis")) == (
        "Favorable avec réserve : calendrier à revoir"
    )
    assert "les services disent" in lisible(t.i.communs.ligne(t.action).ecart)
    assert "retirez-le d'abord" in refus(lambda: t.dire("État", ""))
    assert t.i.communs.retirer(t.action) == 1
    assert [t.champ(Action, t.action, n) for n in ("statut", "avis")] == ["instruction", None]
    assert t.i.fichier.lignes(select(AvisCommun.cle)) == []


def test_l_avis_commun_fait_avancer_le_cycle_quand_rien_ne_s_y_oppose(t: Essai) -> None:
    """The steps out of their dates wait for a reason, which the calendar asks; the avis is kept."""

    def franchies() -> list[str]:
        requete = select(EtapeAppel.nature).join(Franchissement).order_by(EtapeAppel.rang)
        return [nature for (nature,) in t.i.fichier.lignes(requete)]

    with t.i.fichier.operation("Cycle") as e:
        for rang, (nature, fin) in enumerate(
            (("instruction", "2026-02-20"), ("comite_partenarial", "2026-02-10"))
        ):
            e.inserer(
                EtapeAppel,
                appel=t.decor.appel,
                nature=nature,
                nom=nature,
                date_debut="2026-02-01",
                date_fin=fin,
                rang=rang,
            )
    assert t.i.affectations.echeance_proposee(2026) == date(2026, 2, 20)
    for service in ("État", "Agglomération"):
        t.dire(service, "f")
    t.i.communs.rendre(t.action)
    assert franchies() == ["instruction"]
    t.i.communs.retirer(t.action)
    assert franchies() == []


def test_plusieurs_avis_communs_en_une_fois(t: Essai) -> None:
    assert "attend État, Agglomération" in refus(
        lambda: t.i.communs.rendre_plusieurs(t.decor.actions)
    )
    for rang in (0, 2):
        for service in ("État", "Agglomération"):
            t.dire(service, "f", rang)
    assert t.i.communs.rendre_plusieurs(t.decor.actions) == 2
    t.i.fichier.undo.annuler()
    assert t.i.fichier.lignes(select(AvisCommun.cle)) == []


def test_un_appel_leger_veut_son_nombre_d_avis(t: Essai) -> None:
    with t.i.fichier.operation("Deux instructeurs") as e:
        e.modifier(Appel, t.decor.appel, instructeurs=2)
    t.dire("État", "f")
    t.i.communs.excuser([t.action])
    assert "demande 2 avis" in refus(lambda: t.i.communs.rendre(t.action))
    t.dire("Conseil citoyen", "f")
    t.i.communs.rendre(t.action)


def test_une_note_ou_une_action_decidee_n_a_pas_d_avis_commun(t: Essai) -> None:
    for statut, mot in (("note", "note d'intention"), ("accordee", "déjà décidé")):
        with t.i.fichier.operation("Statut") as e:
            e.modifier(Action, t.action, statut=statut)
        assert mot in refus(lambda: t.i.communs.rendre(t.action))


# Reminders ----------------------------------------------------------------------------------------


def test_les_relances_sont_ecrites_comptees_et_datees(t: Essai) -> None:
    assert t.i.relances.a_faire(2026) == [], "l'échéance n'est pas passée"
    tard = instruction(t.i.fichier, horloge=lambda: datetime(2026, 2, 25, 9, tzinfo=UTC))
    t.dire("État", "f")
    t.i.services.modifier(t.services["Agglomération"], courriel="avis@agglo.example")
    etat, epci = tard.relances.a_faire(2026)
    assert (len(etat.avis), len(epci.avis), epci.en_retard) == (2, 3, 3)
    assert "2026-001, Action 1 (Les Ateliers du canal), attendu le 20 février 2026" in epci.texte
    message = message_from_bytes(epci.courriel, policy=default)
    assert message["To"] == "avis@agglo.example"
    assert "3 dossiers" in str(message["Subject"])
    assert "2026-003" in message.get_content()
    assert tard.relances.noter([a.cle for a in epci.avis]) == 3
    avis = t.avis("Agglomération", jour=date(2026, 2, 25))
    assert (avis.etat, avis.relances, avis.relance_le) == ("En retard", 1, date(2026, 2, 25))
    rendu = t.avis("État").cle
    assert "déjà rendus" in refus(lambda: tard.relances.noter([rendu]))


# Cost ---------------------------------------------------------------------------------------------


def test_lire_l_annee_coute_autant_de_lectures_pour_une_action_que_pour_trois(t: Essai) -> None:
    ordres: list[str] = []

    @event.listens_for(t.i.fichier._moteur, "before_cursor_execute")
    def _suivre(_c: Any, _k: Any, ordre: str, *_: Any) -> None:
        ordres.append(ordre)

    comptes = []
    for actions in (t.decor.actions[:1], t.decor.actions):
        ordres.clear()
        lire_instruction(t.i.fichier, 2026, JOUR, actions=actions)
        comptes.append(len([o for o in ordres if o.startswith("SELECT")]))
        ordres.clear()
    assert comptes == [7, 7]
    ordres.clear()
    t.i.affectations.apercu(2026)
    assert len([o for o in ordres if o.startswith("SELECT")]) == 14


def test_les_avis_s_en_vont_avec_leur_action_et_reviennent(t: Essai) -> None:
    t.dire("État", "r bilan")
    t.dire("Agglomération", "m")
    t.i.communs.rendre(t.action)
    avant = t.dossier()
    Actions(t.i.fichier).supprimer(t.action)
    assert (
        t.i.fichier.lignes(select(AvisInstruction.cle).where(AvisInstruction.action == t.action))
        == []
    )
    t.i.fichier.undo.annuler()
    assert t.dossier() == avant
