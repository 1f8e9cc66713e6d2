"""Le droit commun d'abord: what was asked, substitutions that the amounts show, relais, calls."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from app.models.action import Action
from app.models.base import nouvelle_cle
from app.models.droit_commun import Relais, Sollicitation
from app.models.seance import Point
from app.services.actions import Actions
from app.services.appels_partenaires import (
    BIENTOT,
    CLOS,
    FERME_BIENTOT,
    OUVERT,
    SANS_DATE,
    LigneAppel,
    ProjetAOrienter,
    etat_de,
    natures_dites,
    raison_de,
)
from app.services.droit_commun import DroitCommun, droit_commun
from app.services.errors import SaisieRefusee
from app.services.fichier import Fichier
from app.services.notes import Notes
from app.services.relais import EN_RETARD, RELAYEE, compter
from app.services.seances import Seances
from app.services.sollicitations import OUI, RIEN, SANS_REPONSE, phrase_des_reponses
from app.services.substitutions import (
    JAMAIS_RELAYEE,
    SEUL,
    SUBSTITUTION,
    Part,
    Projet,
    alertes_du_projet,
)
from app.services.substitutions_lues import lire_alertes
from tests import fabriques

LE_JOUR = datetime(2026, 3, 10, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Terrain:
    """A small contract, and the services under test."""

    fichier: Fichier
    d: DroitCommun
    decor: fabriques.Decor

    @property
    def action(self) -> str:
        return self.decor.actions[0]

    @property
    def autre(self) -> str:
        return self.decor.actions[1]

    def reponse(self, action: str) -> Any:
        return next(li for li in self.d.sollicitations.de_l_annee(2026) if li.cle == action)


@pytest.fixture
def t(tmp_path: Path) -> Iterator[Terrain]:
    with fabriques.neuf(tmp_path / "essai.tdt") as fichier:
        decor = fabriques.decor(fichier, actions=3)
        yield Terrain(fichier, droit_commun(fichier, horloge=lambda: LE_JOUR), decor)


# Droit commun sollicité ? ---------------------------------------------------------------------------


def test_une_action_repond_en_notant_ce_qu_elle_a_demande(t: Terrain) -> None:
    s = t.d.sollicitations
    assert t.reponse(t.action).reponse == SANS_REPONSE
    [cle] = s.noter([t.action])
    assert t.reponse(t.action).reponse == SANS_REPONSE, "rien n'est encore nommé"
    with s.operation("Saisir") as e:
        s.poser(e, cle, qui="region", dispositif="Emploi", date=date(2026, 1, 12))
        s.poser(e, cle, resultat="refus", montant=Decimal(1500))
    lue = t.reponse(t.action)
    assert (lue.reponse, lue.aupres_de, lue.resultat) == (OUI, "Région", "Refus")
    [ligne] = s.de_l_action(t.action)
    assert (ligne.financeur, ligne.date) == (t.decor.financeurs[2], date(2026, 1, 12))
    assert "2 actions n'ont pas" in phrase_des_reponses(s.de_l_annee(2026))
    s.modifier(cle, resultat=None)
    assert s.de_l_action(t.action)[0].resultat == "en_attente"


def test_un_credit_specifique_ne_repond_pas_a_la_question(t: Terrain) -> None:
    s = t.d.sollicitations
    [cle] = s.noter([t.action], qui="Rectorat")
    s.modifier(cle, nature_credit="specifique")
    assert t.reponse(t.action).reponse == SANS_REPONSE


def test_rien_demande_est_une_reponse_avec_son_motif(t: Terrain) -> None:
    s = t.d.sollicitations
    with pytest.raises(SaisieRefusee, match="Dites pourquoi"):
        s.declarer_rien([t.action], "  ")
    assert s.declarer_rien([t.action, t.autre], "Aucun dispositif") == 2
    lue = t.reponse(t.action)
    assert (lue.reponse, lue.motif, lue.aupres_de) == (RIEN, "Aucun dispositif", "")
    s.declarer_rien([t.action], "Première année")
    assert len(s.de_l_action(t.action)) == 1, "un second motif remplace le premier"
    s.noter([t.action], qui="Rectorat")
    assert t.reponse(t.action).reponse == OUI
    assert len(s.de_l_action(t.action)) == 1, "demander efface « rien demandé »"
    with pytest.raises(SaisieRefusee, match="déjà sollicité"):
        s.declarer_rien([t.action], "Aucun")
    t.fichier.undo.annuler()
    assert t.reponse(t.action).motif == "Première année"


def test_les_financeurs_de_la_note_ne_touchent_pas_a_rien_demande(t: Terrain) -> None:
    t.d.sollicitations.declarer_rien([t.action], "Aucun dispositif")
    notes = Notes(t.fichier)
    with t.fichier.operation("Saisir") as e:
        notes.poser_financeurs(e, t.action, ["Région"])
    assert t.reponse(t.action).motif == "Aucun dispositif"


def test_l_instruction_avertit_tant_que_rien_n_est_repondu(t: Terrain) -> None:
    s = t.d.sollicitations
    assert s.avertissement(t.action) == "", "aucun crédit spécifique n'est demandé"
    with t.fichier.operation("Demander") as e:
        fabriques.cofinancement(e, t.action, t.decor.financeurs[0], nature_credit="specifique")
    assert "Droit commun sollicité" in s.avertissement(t.action)
    s.declarer_rien([t.action], "Aucun dispositif")
    assert s.avertissement(t.action) == ""
    t.fichier.undo.annuler()
    with t.fichier.operation("Statut") as e:
        e.modifier(Action, t.action, statut="note")
    assert s.avertissement(t.action) == "", "une note d'intention n'est pas instruite"


# Substitutions --------------------------------------------------------------------------------------


def etat(montant: int | None, **champs: Any) -> Part:
    valeur = None if montant is None else Decimal(montant)
    return replace(Part("etat", "specifique", "BOP 147", accorde=valeur), **champs)


def commun(montant: int | None, **champs: Any) -> Part:
    valeur = None if montant is None else Decimal(montant)
    return replace(Part("caf", "droit_commun", "", accorde=valeur), **champs)


def projet(parts: list[Part], avant: list[Part] | None, **champs: Any) -> Projet:
    neuf = Projet("a", "2026-001", "Ateliers", "Porteur", 2026, None, parts, avant)
    return replace(neuf, **champs)


def test_substitution_quand_le_droit_commun_baisse_et_que_l_etat_monte() -> None:
    [alerte] = alertes_du_projet(
        projet([etat(7000), commun(5000)], [etat(4000), commun(8000)], cout=Decimal(20000))
    )
    assert (alerte.nature, alerte.credit, alerte.etape) == (SUBSTITUTION, "BOP 147", "accordés")
    assert (alerte.baisse, alerte.hausse) == (Decimal(-3000), Decimal(3000))
    plate = alerte.phrase.replace("\u00a0", " ").replace("\u202f", " ")
    assert plate == (
        "Le droit commun passe de 8 000 € à 5 000 € (− 3 000 €) et « BOP 147 » de 4 000 € à "
        "7 000 € (+ 3 000 €), montants accordés, de 2025 à 2026."
    )


def test_un_droit_commun_qui_disparait_ou_qui_refuse_vaut_zero() -> None:
    avant = [etat(4000), commun(8000)]
    refuse = commun(None, statut="non_recevable")
    for parts in ([etat(7000)], [etat(7000), refuse]):
        [alerte] = alertes_du_projet(projet(parts, avant))
        assert alerte.droit_commun == 0


@pytest.mark.parametrize(
    ("parts", "avant"),
    [
        pytest.param([etat(7000), commun(5000)], None, id="pas d'année d'avant"),
        pytest.param([etat(4000), commun(5000)], [etat(4000), commun(8000)], id="l'État stable"),
        pytest.param([etat(3000), commun(5000)], [etat(4000), commun(8000)], id="tout baisse"),
        pytest.param([etat(7000), commun(8000)], [etat(4000), commun(8000)], id="commun stable"),
        pytest.param([etat(7000), commun(None)], [etat(4000), commun(8000)], id="inconnu"),
        pytest.param([etat(7000), commun(5000)], [etat(None), commun(8000)], id="avant inconnu"),
        pytest.param([etat(7000)], [etat(4000)], id="jamais de droit commun"),
        pytest.param(
            [replace(etat(7000), financeur="region"), commun(0)],
            [replace(etat(4000), financeur="region"), commun(8000)],
            id="crédit spécifique d'un autre",
        ),
        pytest.param([], [], id="rien"),
    ],
)
def test_aucune_alerte_sans_baisse_et_hausse_connues(
    parts: list[Part], avant: list[Part] | None
) -> None:
    assert alertes_du_projet(projet(parts, avant)) == []


def test_un_montant_demande_ne_se_compare_pas_a_un_montant_accorde() -> None:
    """Still asked this year, granted last year: the requests of both years are compared."""
    cinq, huit = Decimal(5000), Decimal(8000)
    avant = [etat(4000, demande=huit), commun(8000, demande=huit)]
    assert (
        alertes_du_projet(projet([etat(None, demande=huit), commun(None, demande=cinq)], avant))
        == []
    )
    [alerte] = alertes_du_projet(
        projet([etat(None, demande=Decimal(9000)), commun(None, demande=cinq)], avant)
    )
    assert (alerte.etape, alerte.hausse) == ("demandés", Decimal(1000))


def test_les_credits_de_l_agglomeration_se_substituent_aussi() -> None:
    def epci(montant: int) -> Part:
        return replace(etat(montant), financeur="epci", credit="Fonds de l'agglomération")

    [alerte] = alertes_du_projet(projet([epci(7000), commun(0)], [epci(4000), commun(8000)]))
    assert alerte.credit == "Fonds de l'agglomération"


def test_l_etat_paie_tout_le_cout() -> None:
    [alerte] = alertes_du_projet(projet([etat(9000)], None, cout=Decimal(9000)))
    assert alerte.nature == SEUL
    for cout in (None, Decimal(0), Decimal(9001)):
        assert alertes_du_projet(projet([etat(9000)], None, cout=cout)) == []
    assert alertes_du_projet(projet([etat(None)], None, cout=Decimal(1))) == []
    assert alertes_du_projet(projet([etat(500), etat(None)], None, cout=Decimal(400))) == []


def test_une_action_recurrente_jamais_relayee() -> None:
    trois = projet([etat(100)], None, suite=(2026, 2025, 2024))
    [alerte] = alertes_du_projet(trois)
    assert alerte.nature == JAMAIS_RELAYEE
    assert "2024, 2025, 2026" in alerte.phrase
    assert alertes_du_projet(replace(trois, suite=(2026, 2025))) == []
    assert alertes_du_projet(replace(trois, relaye=True)) == []
    assert alertes_du_projet(replace(trois, parts=[etat(100), commun(None)])) == []
    refuse = commun(0, statut="refuse")
    assert len(alertes_du_projet(replace(trois, parts=[etat(100), refuse]))) == 1


def test_les_alertes_se_lisent_dans_le_fichier_par_lignee(t: Terrain) -> None:
    """The State's specific line and a droit commun line, two years of one lineage."""
    lignee = nouvelle_cle()
    with t.fichier.operation("Reconduire") as e:
        dc = fabriques.ligne_credit(
            e, t.decor.financeurs[2], identifiant="dc", nom="Aide", nature_credit="droit_commun"
        )
        cles = {}
        for annee, specifique, aide in ((2024, 10, 90), (2025, 4000, 8000), (2026, 7000, 5000)):
            cles[annee] = fabriques.action(
                e, annee=annee, numero=f"{annee}-050", lignee=lignee, cle=nouvelle_cle()
            )
            for financeur, credit, montant in (
                (0, t.decor.lignes_credit[0], specifique),
                (2, dc, aide),
            ):
                fabriques.cofinancement(
                    e,
                    cles[annee],
                    t.decor.financeurs[financeur],
                    annee=annee,
                    ligne_credit=credit,
                    accorde=Decimal(montant),
                    statut="accorde",
                )
    [alerte] = lire_alertes(t.fichier, 2026)
    assert (alerte.action, alerte.nature, alerte.baisse) == (
        cles[2026],
        SUBSTITUTION,
        Decimal(-3000),
    )
    assert lire_alertes(t.fichier, 2027) == []


# Relais ---------------------------------------------------------------------------------------------


def test_un_relais_se_suit_jusqu_a_son_resultat(t: Terrain) -> None:
    r = t.d.relais
    [cle] = r.ajouter([t.action], qui="Éducation nationale", echeance=date(2026, 3, 1))
    assert r.ajouter([t.action]) == [], "une fois suffit tant que personne n'a répondu"
    assert t.action not in [cle for cle, _ in r.a_ajouter(2026)]
    [ligne] = r.de_l_annee(2026)
    assert (ligne.qui, ligne.etat) == ("Éducation nationale", EN_RETARD)
    with r.operation("Saisir") as e:
        with pytest.raises(SaisieRefusee, match="0 à 100"):
            r.poser(e, cle, chances=120)
        r.poser(e, cle, qui="Région", chances=80, resultat="accord", generalisable=True)
    r.ajouter([t.autre])
    lignes = r.de_l_annee(2026)
    assert lignes[0].etat == RELAYEE
    compte = compter(lignes)
    assert (compte.total, compte.examinees, compte.relayees) == (2, 1, 1)
    r.noter_examen([lignes[1].cle], date(2026, 3, 9))
    assert compter(r.de_l_annee(2026)).examinees == 2


def test_un_relais_suit_l_action_reconduite(t: Terrain) -> None:
    """Written in 2026, it is still to be followed in 2027; unrenewed, it shows where it was examined."""
    [cle] = t.d.relais.ajouter([t.action])
    assert t.d.relais.de_l_annee(2027) == []
    t.d.relais.noter_examen([cle], date(2027, 2, 1))
    assert len(t.d.relais.de_l_annee(2027)) == 1
    with t.fichier.operation("Reconduire") as e:
        e.modifier(Relais, cle, examine_le=None)
        lignee = e.lire(Action, t.action)["lignee"]
        e.inserer(
            Action, annee=2027, numero="2027-001", titre="Suite", statut="note", lignee=lignee
        )
    assert [r.cle for r in t.d.relais.de_l_annee(2027)] == [cle]
    assert t.d.relais.de_l_annee(2025) == []


def test_les_relais_s_inscrivent_a_l_ordre_du_jour_en_une_fois(t: Terrain) -> None:
    seance = Seances(t.fichier).creer(2026, titre="Comité des financeurs")
    r = t.d.relais
    with pytest.raises(SaisieRefusee, match="Aucune action"):
        r.inscrire(seance, [])
    r.ajouter([t.action, t.autre], qui="Région", chances=60)
    lignes = r.de_l_annee(2026)
    assert (seance, "Comité des financeurs") in r.seances(2026)
    avant = len(t.fichier.lignes(select(Point.cle)))
    cle = r.inscrire(seance, lignes)
    [point] = t.fichier.lignes(select(Point.__table__).where(Point.cle == cle))
    assert point.nature == "information"
    assert "2026-001, 2026-002" in point.titre
    assert "Action 1 – Région, 60 % de chances" in point.note_privee
    t.fichier.undo.annuler()
    assert len(t.fichier.lignes(select(Point.cle))) == avant


# Calls ----------------------------------------------------------------------------------------------


def le(jour: int, mois: int = 3) -> date:
    return date(2026, mois, jour)


@pytest.mark.parametrize(
    ("ouverture", "cloture", "attendu"),
    [
        (le(1), le(9), (CLOS, "depuis le 09/03/2026")),
        (le(1), le(10), (FERME_BIENTOT, "dernier jour")),
        (le(1), le(11), (FERME_BIENTOT, "encore 1 jour")),
        (le(1), le(26), (OUVERT, "encore 16 jours")),
        (None, le(26), (OUVERT, "encore 16 jours")),
        (le(11), None, (BIENTOT, "dans 1 jour")),
        (le(1), None, (OUVERT, "sans date de clôture")),
        (None, None, (SANS_DATE, "")),
    ],
)
def test_un_appel_est_ouvert_clos_ou_bientot(
    ouverture: date | None, cloture: date | None, attendu: tuple[str, str]
) -> None:
    assert etat_de(ouverture, cloture, le(10)) == attendu


def test_un_projet_convient_par_son_theme_ou_ses_mots_et_son_porteur() -> None:
    vide = LigneAppel("", "Appel", "", "sante", "Santé", (), *(None,) * 5, "", "")
    atelier = ProjetAOrienter(
        "", "", "Jardins partagés", "Cuisiner l'été", "", "association", "", frozenset({"sante"})
    )
    assert raison_de(vide, atelier) == "thème «\u00a0Santé\u00a0»"
    mots = replace(vide, noeud=None, mots=("ETE", "jardin partagé", "vélo"))
    assert "ETE, jardin partagé" in raison_de(mots, atelier)
    assert raison_de(replace(vide, noeud=None), atelier) == "", "ni thème ni mots : rien"
    assert raison_de(replace(mots, beneficiaires="Communes et CCAS"), atelier) == ""
    assert raison_de(replace(mots, beneficiaires="Toutes associations"), atelier)
    assert raison_de(replace(mots, beneficiaires="Tout public"), atelier)
    assert natures_dites("Collectivités, bailleurs sociaux") == {"commune", "epci", "bailleur"}


def test_un_appel_se_rapproche_des_projets_et_se_note(t: Terrain) -> None:
    appels = t.d.appels
    cle = appels.ajouter("Scènes de quartier", qui="Fondation du Parc", mots="Action 1, action 3")
    with t.fichier.operation("Classer") as e:
        fabriques.classement(e, t.autre, t.decor.noeuds[1])
    with appels.operation("Thème") as e:
        appels.poser(e, cle, noeud=t.decor.noeuds[0])
        with pytest.raises(SaisieRefusee, match="après son ouverture"):
            appels.poser(e, cle, date_ouverture=le(9), date_cloture=le(8))
    [appel] = appels.lignes()
    trouves = appels.rapprocher(appel, 2026)
    assert [r.numero for r in trouves] == ["2026-001", "2026-002", "2026-003"]
    assert trouves[1].raison.startswith("thème"), "le thème au-dessus du sien"
    assert appels.solliciter(appel, [t.action, t.autre]) == 2
    assert appels.solliciter(appel, [t.action]) == 0
    assert [r.deja for r in appels.rapprocher(appel, 2026)] == [True, True, False]
    lue = t.reponse(t.action)
    assert (lue.reponse, lue.aupres_de, lue.dispositifs) == (OUI, "Fondation du Parc", appel.nom)
    t.fichier.undo.annuler()
    assert t.fichier.lignes(select(Sollicitation.cle)) == []


# Cost, and what follows the action ------------------------------------------------------------------


def test_lire_l_annee_coute_autant_de_lectures_pour_une_action_que_pour_vingt(t: Terrain) -> None:
    ordres: list[str] = []

    @event.listens_for(t.fichier._moteur, "before_cursor_execute")
    def _suivre(_c: Any, _k: Any, ordre: str, *_: Any) -> None:
        ordres.append(ordre)

    cle = t.d.appels.ajouter("Scènes", mots="action")

    def lectures() -> list[int]:
        comptes = []
        [appel] = [a for a in t.d.appels.lignes() if a.cle == cle]
        for lire in (
            lambda: t.d.sollicitations.de_l_annee(2026),
            lambda: lire_alertes(t.fichier, 2026),
            lambda: t.d.relais.de_l_annee(2026),
            lambda: t.d.appels.rapprocher(appel, 2026),
        ):
            ordres.clear()
            lire()
            comptes.append(len([o for o in ordres if o.startswith("SELECT")]))
        return comptes

    peu = lectures()
    with t.fichier.operation("Programmer") as e:
        neuves = [fabriques.action(e, numero=f"2026-1{rang:02d}") for rang in range(20)]
        for action in neuves:
            fabriques.cofinancement(e, action, t.decor.financeurs[0])
            fabriques.classement(e, action, t.decor.noeuds[0])
    t.d.sollicitations.noter(neuves, qui="Région")
    t.d.relais.ajouter(neuves)
    assert lectures() == peu


def test_tout_s_en_va_avec_l_action_et_revient(t: Terrain) -> None:
    t.d.sollicitations.noter([t.action], qui="Région", dispositif="Emploi")
    t.d.relais.ajouter([t.action], qui="Rectorat")
    avant = (t.d.sollicitations.de_l_action(t.action), t.d.relais.de_l_annee(2026))
    Actions(t.fichier).supprimer(t.action)
    assert (t.d.sollicitations.de_l_action(t.action), t.d.relais.de_l_annee(2026)) == ([], [])
    t.fichier.undo.annuler()
    assert (t.d.sollicitations.de_l_action(t.action), t.d.relais.de_l_annee(2026)) == avant


def test_une_promenade_au_hasard_garde_une_reponse_et_se_defait(t: Terrain) -> None:
    """Whatever is noted and withdrawn: « nothing » never stands beside a request; all is undone."""
    hasard = random.Random(7)
    s, r = t.d.sollicitations, t.d.relais
    depart = s.de_l_annee(2026)

    def choisir(action: str) -> list[str]:
        return [ligne.cle for ligne in s.de_l_action(action)]

    gestes = (
        lambda a: s.noter([a], qui=hasard.choice(("Région", "Rectorat", ""))),
        lambda a: s.declarer_rien([a], hasard.choice(("Aucun dispositif", "Première année", ""))),
        lambda a: s.supprimer(*choisir(a)[:1]) if choisir(a) else None,
        lambda a: s.modifier(choisir(a)[-1], resultat=None, qui="CPAM") if choisir(a) else None,
        lambda a: s.modifier(choisir(a)[-1], qui="", dispositif=None) if choisir(a) else None,
        lambda a: r.ajouter([a]),
        lambda _: t.fichier.undo.annuler() if t.fichier.undo.peut_annuler else None,
    )
    for _ in range(60):
        with contextlib.suppress(SaisieRefusee):
            hasard.choice(gestes)(hasard.choice(t.decor.actions))
        for action in t.decor.actions:
            lues = s.de_l_action(action)
            riens = [ligne for ligne in lues if ligne.dit_rien]
            assert len(riens) <= 1
            assert not (riens and any(x.adressee for x in lues if x.de_droit_commun))
        ouverts = [ligne.lignee for ligne in r.de_l_annee(2026) if ligne.est_ouvert]
        assert len(ouverts) == len(set(ouverts))
    while t.fichier.undo.peut_annuler:
        t.fichier.undo.annuler()
    assert s.de_l_annee(2026) == depart
    assert t.fichier.lignes(select(Sollicitation.cle)) == []
    assert t.fichier.lignes(select(Relais.cle)) == []
