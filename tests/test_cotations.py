"""Marks on a grid: begun, given, finished, reopened, masked, agreed on, and what others use of them."""

from collections.abc import Callable
from random import Random

import fabriques
import pytest
from sqlalchemy import select

from app.models.cotation import Cotation, Grille, GrilleAppel, NoteCritere
from app.models.depot import Depot
from app.models.programme import Appel
from app.models.tableau import ColonneLibre, ValeurLibre
from app.services.alertes_seance import lire_cotations
from app.services.bus import Avis
from app.services.chaine import verifier_chaine, verifier_rejeu
from app.services.constats_egalite import lire_cotations as faits_de_cotation
from app.services.constats_registre import Portee
from app.services.cotations import Cotations
from app.services.cotations_dossier import dit_par_le_dossier
from app.services.cotations_fiche import cotations_de_l_action
from app.services.cotations_gardes import chiffres_de, lire_note
from app.services.cotations_lues import (
    A_COTER,
    A_REVOIR,
    COMMENCEE,
    DIVERGENCES,
    TERMINEE,
    CotationLue,
    DossierCote,
)
from app.services.cotations_phrases import phrases_du_resultat
from app.services.cotations_retenues import Retenue, cotation_retenue, retenues_de_l_annee
from app.services.errors import ErreurConnue, SaisieRefusee
from app.services.fiches import Fiches
from app.services.fichier import Fichier
from app.services.grilles import Grilles
from app.services.grilles_fiche import livrees
from app.services.programme_suivi import ProgrammeSuivi

CRITERES = [f"C{n}" for n in range(1, 10)]
ENTREE, SORTIE, AUTO = "entree", "sortie", "auto"
TAPES = ("0", "3", "", "n sans objet", "NA", "7")


def grille_livree(fichier: Fichier, identifiant: str = "egalite_p147", **champs: object) -> str:
    fiche = next(f for f in livrees() if f.identifiant == identifiant)
    return Grilles(fichier).ajouter(fiche.model_copy(update=champs))


@pytest.fixture
def action(fichier: Fichier) -> str:
    decor = fabriques.decor(fichier, actions=2)
    with fichier.operation("Déposer") as e:
        for cle in decor.actions:
            e.modifier(fabriques.Action, cle, statut="deposee")
    return decor.action


@pytest.fixture
def cotations(fichier: Fichier) -> Cotations:
    return Cotations(fichier)


def coter(
    cotations: Cotations, action: str, grille: str, note: str = "2", moment: str = ENTREE
) -> str:
    cle = cotations.commencer(action, grille, moment)
    tout_noter(cotations, cle, note)
    cotations.terminer(cle)
    return cle


def tout_noter(cotations: Cotations, cle: str, note: str) -> None:
    with cotations.operation("Noter") as e:
        for critere in CRITERES:
            cotations.poser_note(e, cle, critere, valeur=note)


def dossier(cotations: Cotations, action: str, grille: str, moment: str = ENTREE) -> DossierCote:
    return cotations.dossiers([action], grille, moment)[action]


def mienne(cotations: Cotations, action: str, grille: str) -> CotationLue:
    lue = dossier(cotations, action, grille).mienne
    assert lue is not None
    return lue


def retenue(fichier: Fichier, action: str, moment: str | None = None) -> Retenue | None:
    with fichier.instant() as lire:
        return cotation_retenue(lire, action, moment)


def deposer(fichier: Fichier, action: str, numero: int) -> None:
    with fichier.operation("Déposer") as e:
        e.inserer(
            Depot,
            action=action,
            nature="dossier",
            numero=numero,
            moment=f"2026-01-{numero:02d}T09:00:00+00:00",
            auteur="Porteur",
        )


def test_une_cotation_se_fait_de_la_premiere_note_au_niveau_garde(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    assert dossier(cotations, action, grille).etat == A_COTER
    cle = cotations.commencer(action, grille, ENTREE)
    assert cotations.commencer(action, grille, ENTREE) == cle, "one's own marks are continued"
    for critere in CRITERES[:-1]:
        cotations.noter(cle, critere, valeur="2")
    lue = mienne(cotations, action, grille)
    assert lue.resultat.niveau is None, "a missing mark is never a zero"
    assert lue.resultat.manquants == ("C9",)
    with pytest.raises(SaisieRefusee, match="il manque 1 note\u00a0: C9"):
        cotations.terminer(cle)
    assert dossier(cotations, action, grille).etat == COMMENCEE
    assert retenue(fichier, action) is not None
    assert str(getattr(retenue(fichier, action), "texte", "")) == "incomplète"

    cotations.noter(cle, "C9", na=True, motif="Aucun accueil de public")
    assert cotations.terminer(cle) == "G1"
    lue = mienne(cotations, action, grille)
    assert (lue.resultat.score, lue.auteur) == (67, fabriques.AUTEUR)
    assert dossier(cotations, action, grille).etat == TERMINEE
    gardee = retenue(fichier, action)
    assert gardee is not None
    assert (gardee.code, gardee.moment, gardee.auteur) == ("G1", ENTREE, fabriques.AUTEUR)
    with pytest.raises(SaisieRefusee, match="rouvrez-la"):
        cotations.noter(cle, "C1", valeur="3")
    cotations.rouvrir(cle)
    for critere in ("C1", "C2", "C3", "C7"):
        cotations.noter(cle, critere, valeur="3")
    assert cotations.terminer(cle) == "G2", "the level is computed anew"


@pytest.mark.parametrize(
    ("critere", "champs", "phrase"),
    [
        ("C1", {"valeur": "4"}, "tapez 0, 1, 2 ou 3"),
        ("C1", {"valeur": "oui"}, "n'est pas une note du critère C1"),
        ("C1", {"na": True, "motif": " "}, "Dites pourquoi"),
        ("C12", {"valeur": "1"}, "pas de critère"),
    ],
)
def test_une_note_que_la_grille_n_a_pas_est_refusee(
    fichier: Fichier,
    cotations: Cotations,
    action: str,
    critere: str,
    champs: dict[str, object],
    phrase: str,
) -> None:
    grille = grille_livree(fichier)
    cle = cotations.commencer(action, grille, ENTREE)
    with pytest.raises(SaisieRefusee, match=phrase):
        cotations.noter(cle, critere, **champs)
    assert fichier.lignes(select(NoteCritere.cle)) == []
    assert fichier.lignes(select(Grille.figee_le))[0].figee_le is None


def test_la_premiere_note_fige_la_grille_et_son_annulation_la_rend(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    cotations.noter_pour(action, grille, ENTREE, "C1", valeur="0")
    assert fichier.lignes(select(Grille.figee_le))[0].figee_le is not None
    assert mienne(cotations, action, grille).notes["C1"].valeur == "0", "a zero is a mark"
    with pytest.raises(SaisieRefusee, match="nouvelle version"):
        Grilles(fichier).modifier(grille, methode="compte")
    fichier.undo.annuler()
    assert fichier.lignes(select(Grille.figee_le))[0].figee_le is None
    assert fichier.lignes(select(Cotation.cle)) == []


def test_une_preuve_se_garde_sans_note_et_la_note_s_efface(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    cle = cotations.commencer(action, grille_livree(fichier), ENTREE)
    cotations.noter(cle, "C1", preuve=" Dossier p. 4 ")
    cotations.noter(cle, "C1", na=True, motif="Sans public")
    cotations.noter(cle, "C1", valeur="3")
    (note,) = fichier.lignes(select(NoteCritere.__table__))
    assert (note.valeur, note.na, note.motif, note.preuve) == ("3", False, None, "Dossier p. 4")
    cotations.noter(cle, "C1", **lire_note(""))
    cotations.noter(cle, "C1", preuve="")
    assert fichier.lignes(select(NoteCritere.cle)) == []


def test_un_niveau_choisi_a_la_main_dit_pourquoi(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    cle = cotations.commencer(action, grille_livree(fichier), ENTREE)
    with pytest.raises(SaisieRefusee, match="se calcule"):
        cotations.choisir(cle, "G2")
    with pytest.raises(SaisieRefusee, match="Dites pourquoi"):
        cotations.choisir(cle, "G0-")
    cotations.choisir(cle, "g0- Les ateliers sont réservés aux garçons")
    assert cotations.terminer(cle) == "G0-"
    cotations.rouvrir(cle)
    assert mienne(cotations, action, fichier.lignes(select(Grille.cle))[0].cle).choisi == "G0-"

    directe = cotations.commencer(action, grille_livree(fichier, "cget_bie"), ENTREE)
    with pytest.raises(SaisieRefusee, match="Choisissez d'abord"):
        cotations.terminer(directe)
    with pytest.raises(SaisieRefusee, match="n'est pas un niveau"):
        cotations.choisir(directe, "G9")
    cotations.choisir(directe, "G1")
    assert cotations.terminer(directe) == "G1"
    cotations.rouvrir(directe)
    assert cotations.terminer(directe) == "G1", "what was chosen stays chosen"


def test_les_ecarts_entre_deux_personnes_attendent_un_consensus(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    coter(cotations, action, grille, "2")
    fichier.signer("Léa Referent")
    sienne = cotations.commencer(action, grille, ENTREE)
    tout_noter(cotations, sienne, "2")
    cotations.noter(sienne, "C1", valeur="0")
    assert dossier(cotations, action, grille).divergences == (), "hers are not finished"
    cotations.terminer(sienne)
    lu = dossier(cotations, action, grille)
    assert lu.etat == DIVERGENCES
    assert [d.phrase for d in lu.divergences] == [
        "C1\u00a0: Camille Essai 2, Léa Referent 0 (écart de 2)"
    ]
    sans = retenue(fichier, action)
    assert sans is not None
    assert (sans.code, sans.texte) == ("", "divergences"), "nobody's level is taken"

    with pytest.raises(SaisieRefusee, match="Ces notes sont celles de Camille Essai"):
        cotations.rouvrir(lu.cotations[0].cle)
    commune = cotations.convenir(action, grille, ENTREE)
    assert cotations.convenir(action, grille, ENTREE) == commune
    lue = dossier(cotations, action, grille).consensus
    assert lue is not None
    assert lue.resultat.manquants == ("C1",), "what all gave alike is there"
    fichier.signer("Ali Animateur")
    cotations.noter(commune, "C1", valeur="1")
    cotations.terminer(commune)
    gardee = retenue(fichier, action)
    assert gardee is not None
    assert (gardee.code, gardee.consensus, gardee.auteur) == ("G1", True, "Ali Animateur")
    fichier.signer("Léa Referent")
    assert dossier(cotations, action, grille).etat == TERMINEE


def test_les_notes_masquees_ne_sont_pas_lues_avant_les_siennes(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier, masquee=True)
    coter(cotations, action, grille, "3")
    fichier.signer("Léa Referent")
    (autre,) = dossier(cotations, action, grille).cotations
    assert autre.cachee
    assert (autre.notes, autre.resultat.niveau, autre.commentaire) == ({}, None, None)
    with fichier.instant() as lire:
        vue = retenues_de_l_annee(lire, 2026, lecteur="Léa Referent")[action]
        pour_tous = retenues_de_l_annee(lire, 2026)[action]
    assert (vue.texte, pour_tous.texte) == ("masquée", "G2")
    cle = cotations.commencer(action, grille, ENTREE)
    with pytest.raises(SaisieRefusee, match="masquées tant que Léa Referent n'a pas terminé"):
        cotations.convenir(action, grille, ENTREE)
    tout_noter(cotations, cle, "3")
    assert dossier(cotations, action, grille).cotations[0].cachee
    cotations.terminer(cle)
    assert dossier(cotations, action, grille).cotations[0].notes["C1"].valeur == "3"
    gardee = retenue(fichier, action)
    assert gardee is not None
    assert gardee.code == "G2", "two persons who agree need no consensus"


def test_une_grille_reservee_ne_se_lit_que_par_ses_services(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    coter(cotations, action, grille, "1")
    with fichier.operation("Réserver") as e:
        service = e.inserer(fabriques.Service, nom="DDETS", nom_court="DDETS")
        e.inserer(fabriques.Referent, service=service, nom="Léa Referent")
        e.modifier(Grille, grille, lecteurs=[service])
    fichier.signer("Paul Passant")
    assert dossier(cotations, action, grille).cotations[0].cachee
    fichier.signer("lea referent")
    assert not dossier(cotations, action, grille).cotations[0].cachee


def test_un_dossier_redepose_est_a_revoir(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    deposer(fichier, action, 1)
    cle = coter(cotations, action, grille)
    assert dossier(cotations, action, grille).etat == TERMINEE
    deposer(fichier, action, 2)
    assert dossier(cotations, action, grille).etat == A_REVOIR
    gardee = retenue(fichier, action)
    assert gardee is not None
    assert (gardee.code, gardee.depasse) == ("G1", True), "the level stays, and says it is old"
    cotations.confirmer(cle)
    assert dossier(cotations, action, grille).etat == TERMINEE


def test_l_auto_evaluation_ne_remplace_jamais_la_cotation(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    coter(cotations, action, grille, "3", AUTO)
    assert retenue(fichier, action) is None
    assert getattr(retenue(fichier, action, AUTO), "code", "") == "G2"
    coter(cotations, action, grille, "1", ENTREE)
    coter(cotations, action, grille, "2", SORTIE)
    assert getattr(retenue(fichier, action), "code", "") == "G1", "the exit of the comité is last"
    assert getattr(retenue(fichier, action, ENTREE), "code", "") == "G0+"


def test_la_grille_choisie_pour_l_appel_passe_la_premiere(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    premiere = grille_livree(fichier)
    coter(cotations, action, premiere, "3")
    seconde = grille_livree(fichier, "cget_bie")
    cle = cotations.commencer(action, seconde, ENTREE)
    cotations.choisir(cle, "G0")
    cotations.terminer(cle)
    assert getattr(retenue(fichier, action), "code", "") == "G2"
    appel = fichier.lignes(select(Appel.cle))[0].cle
    Grilles(fichier).choisir_pour(appel, seconde)
    assert getattr(retenue(fichier, action), "code", "") == "G0"
    assert len(cotations.cotees(2026, seconde, ENTREE).dossiers) == 2
    with fichier.operation("Un autre appel") as e:
        autre = fabriques.appel(e, fichier.lignes(select(Appel.exercice))[0].exercice)
        e.modifier(GrilleAppel, fichier.lignes(select(GrilleAppel.cle))[0].cle, appel=autre)
    cotees = cotations.cotees(2026, seconde, ENTREE)
    assert [d.cle for d in cotees.dossiers] == [action], "not asked of it any more, but scored"


def test_la_seance_lit_la_cotation_avant_la_colonne_tapee(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    with fichier.operation("Une colonne de l'équipe") as e:
        colonne = e.inserer(ColonneLibre, liste="actions", titre="Cotation", nature="texte")
        e.inserer(ValeurLibre, colonne=colonne, ligne=action, valeur="tapée")

    def lues() -> dict[str, str]:
        with fichier.instant() as lire:
            return lire_cotations(lire, [action])

    assert lues() == {action: "tapée"}
    grille = grille_livree(fichier)
    cotations.noter_pour(action, grille, ENTREE, "C1", valeur="2")
    assert lues() == {action: "tapée"}, "an unfinished one does not hide what the team typed"
    coter(cotations, action, grille)
    assert lues() == {action: "G1 · Intègre l'égalité"}
    with fichier.instant() as lire:
        faits = faits_de_cotation(lire, Portee(2026))[action]
    assert [(f.terminee, f.saisie) for f in faits] == [(True, False), (True, True)]


def test_la_colonne_du_tableau_suit_la_cotation(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    suivi, recus = ProgrammeSuivi(fichier, 2026), list[Avis]()
    fichier.bus.abonner(recus.append)
    grille = grille_livree(fichier)

    def lue() -> str:
        for avis in recus:
            suivi.suivre(avis)
        recus.clear()
        return suivi.lignes[action].cotation

    assert lue() == "", "empty is not a zero"
    cotations.noter_pour(action, grille, ENTREE, "C1", valeur="0")
    assert lue() == "incomplète"
    cle = coter(cotations, action, grille, "0")
    assert lue() == "G0"
    cotations.supprimer(cle)
    assert lue() == ""


def test_une_cotation_se_retire_et_une_grille_hors_d_usage_ne_sert_plus(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    cotations.supprimer(coter(cotations, action, grille))
    assert fichier.lignes(select(NoteCritere.cle)) == []
    with pytest.raises(SaisieRefusee, match="ne sert qu'à ces moments"):
        cotations.commencer(action, grille_livree(fichier, "region_recevabilite"), "bilan")
    Grilles(fichier).modifier(grille, active=False)
    with pytest.raises(SaisieRefusee, match="n'est plus utilisée"):
        cotations.commencer(action, grille, ENTREE)


def test_plusieurs_cotations_se_terminent_sauf_les_incompletes(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    pleine = cotations.commencer(action, grille, ENTREE)
    tout_noter(cotations, pleine, "3")
    autre = cotations.commencer(action, grille, SORTIE)
    cotations.noter(autre, "C1", valeur="3")
    assert cotations.terminer_plusieurs([pleine, autre]) == (1, 1)
    assert dossier(cotations, action, grille, SORTIE).etat == COMMENCEE


def test_un_mot_de_la_grille_se_tape_en_chiffre_ou_en_toutes_lettres(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier, "region_recevabilite")
    critere = Grilles(fichier).entiere(grille).criteres[0]
    assert chiffres_de(critere) == {"0": "non", "1": "oui", "2": "en_partie"}
    moment = ENTREE
    cle = cotations.commencer(action, grille, moment)
    for texte, valeur in (("1", "oui"), ("En partie", "en_partie"), ("0", "non")):
        cotations.noter(cle, critere.identifiant, valeur=texte)
        assert mienne(cotations, action, grille).notes[critere.identifiant].valeur == valeur


def test_ce_que_valent_les_notes_se_dit_en_mots(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    entiere = Grilles(fichier).entiere(grille)

    def phrases() -> list[str]:
        lu = dossier(cotations, action, grille)
        return phrases_du_resultat(entiere, lu, lu.suivie)

    assert phrases() == ["Pas encore de note de vous."]
    cle = cotations.commencer(action, grille, ENTREE)
    cotations.noter(cle, "C1", valeur="3")
    assert phrases()[0].startswith("Incomplète\u00a0: il manque 8 notes, C2, C3")
    tout_noter(cotations, cle, "3")
    cotations.noter(cle, "C2", valeur="2")
    assert phrases() == [
        "G1 · Intègre l'égalité, 95\u00a0% des points – à terminer (Ctrl+Entrée).",
        "Pas G2\u00a0: il faut au moins 3 en C2 (2 donné).",
    ]
    cotations.terminer(cle)
    assert "terminée" in phrases()[0]


def test_la_fiche_compare_le_porteur_et_l_instruction(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    assert cotations_de_l_action(fichier, action, cotations.moi) == ()
    grille = grille_livree(fichier)
    coter(cotations, action, grille, "3", AUTO)
    cle = coter(cotations, action, grille, "2", ENTREE)
    cotations.commenter(cle, recommandation="Chiffrer le public")
    (bloc,) = cotations_de_l_action(fichier, action, cotations.moi)
    assert bloc.nature == "Conçue avec ce logiciel (non officielle)"
    auto, entree, ecarts = bloc.phrases
    assert auto.startswith("Auto-évaluation du porteur\u00a0: G2 (100\u00a0% des points)")
    assert entree.endswith("recommandation\u00a0: Chiffrer le public.")
    assert ecarts.startswith("Porteur puis instruction\u00a0: C1 3 puis 2")


def test_la_fiche_dit_ce_que_l_action_etait_les_autres_annees(
    fichier: Fichier, cotations: Cotations, action: str
) -> None:
    grille = grille_livree(fichier)
    coter(cotations, action, grille, "3")
    with fichier.operation("Reconduire") as e:
        lignee = e.lire(fabriques.Action, action)["lignee"]
        suite = fabriques.action(e, numero="2027-001", titre="Suite", annee=2027)
        e.modifier(fabriques.Action, suite, lignee=lignee, precedente=action)
    (passees,) = cotations_de_l_action(fichier, suite, cotations.moi)
    assert passees.phrases == ("2026\u00a0: G2 · Égalité au cœur du projet, entrée du comité.",)
    coter(cotations, suite, grille, "1")
    assert len(cotations_de_l_action(fichier, suite, cotations.moi)) == 2


def test_le_dossier_dit_les_champs_utiles_au_critere(fichier: Fichier, action: str) -> None:
    with fichier.operation("Décrire") as e:
        e.modifier(fabriques.Action, action, description="Un atelier", public_femmes=0)
        fabriques.ligne_budget(e, action)
    fiche = Fiches(fichier).lire(action)
    assert fiche is not None
    dits = dict(dit_par_le_dossier(fiche, ["description", "public_femmes", "budget", "inconnu"]))
    assert list(dits) == ["Description", "Femmes", "Budget"]
    assert (dits["Description"], dits["Femmes"]) == ("Un atelier", "0"), "zero is said"
    assert "€" in dits["Budget"]
    assert "Hommes" in dict(dit_par_le_dossier(fiche, []))


@pytest.mark.parametrize(
    ("texte", "champs"),
    [
        ("2", {"valeur": "2"}),
        (" ", {"valeur": None, "na": False}),
        ("n sans public", {"na": True, "motif": "sans public"}),
        ("NA : sans public", {"na": True, "motif": "sans public"}),
        ("Non applicable", {"na": True}),
        ("non", {"valeur": "non"}),
    ],
)
def test_ce_qui_se_tape_dans_une_case(texte: str, champs: dict[str, object]) -> None:
    assert lire_note(texte) == champs


Etat = Callable[[], list[list[tuple[object, ...]]]]


def defaisable(fichier: Fichier, geste: Callable[[], object], etat: Etat) -> bool:
    """Do something, undo it, do it again, the file being compared each time. False: it was refused."""
    avant, faites = etat(), len(fichier.undo.a_annuler())
    try:
        geste()
    except ErreurConnue:
        if len(fichier.undo.a_annuler()) == faites:
            assert etat() == avant, "what is refused leaves nothing"
        return False
    apres, nouvelles = etat(), len(fichier.undo.a_annuler()) - faites
    for _ in range(nouvelles):
        fichier.undo.annuler()
    assert etat() == avant
    for _ in range(nouvelles):
        fichier.undo.retablir()
    assert etat() == apres
    return True


@pytest.mark.parametrize("graine", range(2))
def test_au_hasard_chaque_geste_se_defait_et_le_journal_se_rejoue(
    fichier: Fichier, cotations: Cotations, action: str, graine: int
) -> None:
    hasard = Random(graine)
    decor = [ligne.cle for ligne in fichier.lignes(select(fabriques.Action.cle))]
    grilles = [grille_livree(fichier), grille_livree(fichier, "cget_bie")]

    def etat() -> list[list[tuple[object, ...]]]:
        tables = (Cotation, NoteCritere, Grille)
        return [sorted(map(tuple, fichier.lignes(select(t.__table__)))) for t in tables]

    def geste() -> None:
        cle = hasard.choice(decor)
        grille, moment = hasard.choice(grilles), hasard.choice((ENTREE, SORTIE))
        deja = [ligne.cle for ligne in fichier.lignes(select(Cotation.cle))]
        fichier.signer(hasard.choice(("Léa", "Ali")))
        gestes = [
            lambda: coter(cotations, cle, grilles[0], hasard.choice("0123"), moment),
            lambda: cotations.commencer(cle, grille, moment),
            lambda: cotations.convenir(cle, grille, moment),
            lambda: cotations.noter_pour(
                cle, grilles[0], moment, hasard.choice(CRITERES), **lire_note(hasard.choice(TAPES))
            ),
        ]
        if deja:
            une = hasard.choice(deja)
            gestes += [
                lambda: cotations.noter(une, hasard.choice(CRITERES), preuve=hasard.choice(TAPES)),
                lambda: cotations.choisir(une, hasard.choice(("G0", "G0-", None)), "Parce que"),
                lambda: cotations.terminer(une),
                lambda: cotations.rouvrir(une),
                lambda: cotations.supprimer(une),
                lambda: cotations.commenter(une, recommandation="À revoir"),
            ]
        hasard.choice(gestes)()

    pas = sum(defaisable(fichier, geste, etat) for _ in range(25))
    assert pas > 8
    while fichier.undo.peut_annuler:
        fichier.undo.annuler()
    assert etat() == [[], [], []]
    while fichier.undo.peut_retablir:
        fichier.undo.retablir()
    with fichier.lecture() as connexion:
        assert verifier_chaine(connexion) == []
        assert verifier_rejeu(connexion) == []
