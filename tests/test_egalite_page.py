"""Equality read from the marks: volumes, progress, recommendations, budget, papers; one walk by keys."""

from dataclasses import replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import fabriques
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from app.models.action import Action, Cofinancement
from app.models.cotation import Cotation, CritereGrille, Grille, NiveauGrille, NoteCritere
from app.models.enums import MomentCotation
from app.services.columns_egalite import colonnes_budget, colonnes_volumes
from app.services.cotations_retenues import toutes_les_retenues
from app.services.egalite_niveaux import GrilleSuivie
from app.services.egalite_progres import recommandations_egalite
from app.services.egalite_services import Egalite, egalite
from app.services.egalite_volumes import (
    ANNEE,
    DIMENSIONS,
    ChoixVolumes,
    graphique_des_volumes,
    phrase_des_volumes,
)
from app.services.errors import MotifAttendu, SaisieRefusee
from app.services.fichier import Fichier
from app.services.formations import JAMAIS
from app.services.noms_a_choisir import trouver
from app.ui.document import Document
from app.ui.main_window import FenetrePrincipale
from app.ui.screen_egalite import EcranEgalite
from tests.fabrique_fenetre import (
    CTRL,
    application,
    demo,
    document,
    fenetre,
    frapper,
    laisser_faire,
    nomme,
    taper,
)
from tests.fabrique_fenetre import modele_reduit as modele

__all__ = ["application", "demo", "document", "fenetre", "modele"]
ENTREE = Qt.Key.Key_Return
ALT = Qt.KeyboardModifier.AltModifier
MOI = "Camille Essai"
LE = "2026-02-12T09:30:00+00:00"
FEMMES, HOMMES = 30, 10


class Cotee:
    """A grid of two levels, and marks of one action as they are wanted."""

    def __init__(self, fichier: Fichier) -> None:
        self.fichier = fichier
        self.decor = fabriques.decor(fichier)
        with fichier.operation("Préparer") as e:
            self.grille = e.inserer(
                Grille,
                identifiant="locale", nom="Locale", objet="egalite", nature="locale",
                methode="points", masquee=False,
            )  # fmt: skip
            self.critere = e.inserer(
                CritereGrille,
                grille=self.grille, identifiant="C1", libelle="Diagnostic",
                niveaux={"0": "Non", "2": "Oui"},
            )  # fmt: skip
            e.inserer(
                Cofinancement,
                action=self.decor.action,
                annee=2026,
                financeur=self.decor.financeurs[0],
                demande=Decimal(6000),
                statut="sollicite",
            )
            for rang, (code, nom) in enumerate((("G0", "Non pris en compte"), ("G1", "Intègre"))):
                e.inserer(NiveauGrille, grille=self.grille, code=code, libelle=nom, rang=rang)

    def noter(
        self, moment: str, niveau: str | None, *, auteur: str = MOI, finie: bool = True
    ) -> str:
        with self.fichier.operation("Coter") as e:
            cle = e.inserer(
                Cotation,
                action=self.decor.action, grille=self.grille, moment=moment, auteur=auteur,
                niveau=niveau, commencee_le=LE, terminee_le=LE if finie else None,
            )  # fmt: skip
            e.inserer(NoteCritere, cotation=cle, critere=self.critere, valeur="2")
        return cle


@pytest.fixture
def cotee(fichier: Fichier) -> Cotee:
    return Cotee(fichier)


@pytest.fixture
def e(cotee: Cotee) -> Egalite:
    return egalite(cotee.fichier)


def la_grille(e: Egalite) -> GrilleSuivie:
    [grille] = e.grilles()
    return grille


def choix(e: Egalite, dimension: str = "ensemble", euros: str = "demande") -> ChoixVolumes:
    return ChoixVolumes(la_grille(e), ("entree", "sortie"), dimension, euros)


def test_les_volumes_mettent_l_entree_et_la_sortie_cote_a_cote(cotee: Cotee, e: Egalite) -> None:
    cotee.noter("entree", "G0")
    cotee.noter("sortie", "G1")
    lignes = {li.libelle: li for li in e.volumes(2026, choix(e))}
    g0, g1 = lignes["Non pris en compte"], lignes["Intègre"]
    assert (g0.actions_a, g0.actions_b, g1.actions_a, g1.actions_b) == (1, 0, 0, 1)
    assert g0.euros_a == g1.euros_b
    assert g0.euros_a
    assert (g0.part_actions_a, g0.ecart, g1.ecart) == (1, -1, 1)
    assert "Non cotée" not in lignes or lignes["Non cotée"].part_actions_b is None
    dessin = graphique_des_volumes(list(lignes.values()), choix(e))
    assert [s.nom for s in dessin.series] == ["Entrée du comité", "Sortie du comité"]
    assert not dessin.additive


def test_ce_qui_n_a_pas_de_niveau_est_compte_a_part(cotee: Cotee, e: Egalite) -> None:
    cotee.noter("entree", None, finie=False)
    cotee.noter("sortie", "G0")
    cotee.noter("sortie", "G1", auteur="Dominique Exemple")
    lignes = {li.libelle: li for li in e.volumes(2026, choix(e))}
    assert lignes["Cotation incomplète"].actions_a == 1
    assert lignes["Notes divergentes, à accorder"].actions_b == 1
    assert lignes["Intègre"].part_actions_b is None
    assert "sans niveau" in phrase_des_volumes(lignes.values(), choix(e))


@pytest.mark.parametrize("dimension", [d for d, _ in DIMENSIONS])
def test_chaque_ventilation_compte_les_memes_actions(
    cotee: Cotee, e: Egalite, dimension: str
) -> None:
    cotee.noter("sortie", "G1")
    voulu = choix(e, dimension)
    lignes = [li for li in e.volumes(2026, voulu) if li.libelle == "Intègre" and li.actions_b]
    assert lignes
    assert {li.actions_b for li in lignes} == {1}
    if dimension == ANNEE:
        assert [li.objet for li in lignes] == ["2026"]
    assert all(li.objet for li in lignes) == (dimension != "ensemble")


def test_rien_ne_se_totalise_quand_une_action_compte_plusieurs_fois(e: Egalite) -> None:
    def totaux(dimension: str) -> set[str]:
        return {c.cle for c in colonnes_volumes(choix(e, dimension), "Objet") if c.total}

    assert totaux("theme") == {"actions_a", "euros_a", "actions_b", "euros_b"}
    assert totaux("quartier") == totaux("commune") == totaux("financeur") == set()


def test_une_note_masquee_le_reste_dans_les_volumes(cotee: Cotee, e: Egalite) -> None:
    with cotee.fichier.operation("Masquer") as ecriture:
        ecriture.modifier(Grille, cotee.grille, masquee=True)
    cotee.noter("entree", "G1")
    autre = replace(choix(e), lecteur="Dominique Exemple")
    lues = {li.libelle: li.actions_a for li in e.volumes(2026, autre)}
    assert lues["Intègre"] == 0
    assert lues["Masquée jusqu'à votre cotation"] == 1
    mienne = replace(autre, lecteur=MOI)
    assert {li.libelle: li.actions_a for li in e.volumes(2026, mienne)}["Intègre"] == 1


def test_le_porteur_se_note_plus_haut_que_l_instructeur_puis_monte(
    cotee: Cotee, e: Egalite
) -> None:
    cotee.noter("auto", "G1")
    cotee.noter("entree", "G0")
    [ligne] = e.progres.porteurs(2026, la_grille(e))
    assert (ligne.auto, ligne.entree, ligne.sortie) == ("G1", "G0", "")
    assert (ligne.plus_haut, ligne.pareil, ligne.plus_bas, ligne.monte) == (1, 0, 0, 0)
    cotee.noter("sortie", "G1")
    [ligne] = e.progres.porteurs(2026, la_grille(e))
    assert (ligne.plus_haut, ligne.pareil, ligne.monte) == (0, 1, 1)
    dessin = e.progres.graphique(cotee.decor.action, la_grille(e))
    assert dessin.categories == ("C1 · Diagnostic",)
    assert [s.nom for s in dessin.series] == [
        MomentCotation.libelle_de(m) for m in ("auto", "entree", "sortie")
    ]


def test_la_recommandation_s_ecrit_a_cote_du_niveau_et_part_en_lettre(
    cotee: Cotee, e: Egalite
) -> None:
    from docx import Document as Docx

    from app.services.lettre_egalite import lettre_de_recommandations

    grille, porteur = la_grille(e), e.progres.porteurs(2026, la_grille(e))[0].cle
    [ligne] = e.progres.actions(2026, porteur, grille)
    with (
        pytest.raises(SaisieRefusee, match="terminez d'abord"),
        cotee.fichier.operation("Écrire") as ecriture,
    ):
        e.progres.poser(ecriture, ligne.cle, recommandation="Ouvrir le samedi")
    moi = cotee.fichier.signature.auteur
    cotee.noter("entree", "G0", auteur=moi)
    [ligne] = e.progres.actions(2026, porteur, grille)
    with pytest.raises(SaisieRefusee, match="Rien n'est recommandé"):
        lettre_de_recommandations(cotee.fichier, 2026, porteur, grille, [ligne])
    with cotee.fichier.operation("Écrire") as ecriture:
        e.progres.poser(ecriture, ligne.cle, recommandation="Ouvrir le samedi")
    lignes = e.progres.actions(2026, porteur, grille)
    octets = lettre_de_recommandations(cotee.fichier, 2026, porteur, grille, lignes)
    texte = "\n".join(p.text for p in Docx(BytesIO(octets)).paragraphs)
    assert "Ouvrir le samedi" in texte
    assert "G0, Non pris en compte" in texte
    with cotee.fichier.instant() as lire:
        assert recommandations_egalite(lire, [cotee.decor.action]) == {
            cotee.decor.action: "Ouvrir le samedi"
        }


def test_un_niveau_n_entre_dans_aucun_montant(cotee: Cotee, e: Egalite) -> None:
    """What is scored changes neither what is granted nor what the other grids say."""
    avant = e.budgets.de_l_annee(2026)
    cotee.noter("sortie", "G1")
    e.bonus.donner(2026, cotee.decor.organismes[0], Decimal(10_000))
    assert e.budgets.de_l_annee(2026) == avant
    with cotee.fichier.instant() as lire:
        assert toutes_les_retenues(lire, Action.annee == 2026, objet="instruction") == {}


def test_a_risque_demande_pourquoi_et_les_totaux_suivent(cotee: Cotee, e: Egalite) -> None:
    from app.services.egalite_budget import totaux_des_classes

    action = cotee.decor.action
    [classe] = [c for c in colonnes_budget(e.budgets) if c.cle == "classe"]
    assert classe.ecrire is not None
    with pytest.raises(MotifAttendu, match="à risque"):
        classe.ecrire(action, "a_risque")
    e.budgets.classer([action], "a_risque", "Groupe presque sans filles")
    with pytest.raises(MotifAttendu), cotee.fichier.operation("Effacer le motif") as ecriture:
        e.budgets.poser(ecriture, action, motif=None)
    with cotee.fichier.operation("Publics") as ecriture:
        ecriture.modifier(Action, action, public_femmes=FEMMES, public_hommes=HOMMES)
    [total] = [t for t in totaux_des_classes(e.budgets.de_l_annee(2026)) if t.actions]
    assert (total.cle, total.femmes, total.part_femmes) == (
        "Dépense à risque", FEMMES, Decimal("0.75"),
    )  # fmt: skip


def test_un_nom_tape_en_partie_se_trouve_ou_dit_pourquoi() -> None:
    noms = {"Les Écoles": "a", "Les Ateliers": "b", "Régie": "c"}
    assert trouver(noms, "regie", "un porteur") == "c"
    assert trouver(noms, "ecoles", "un porteur") == "a"
    for tape, mot in (("les", "Plusieurs"), ("xyz", "Rien ne s'appelle"), (" ", "Choisissez")):
        with pytest.raises(SaisieRefusee, match=mot):
            trouver(noms, tape, "un porteur")


# By keys ------------------------------------------------------------------------------------------


def test_la_page_se_tient_au_clavier(
    fenetre: FenetrePrincipale,
    document: Document,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frapper(Qt.Key.Key_H, CTRL | ALT)
    assert document.page_courante == "egalite"
    page = document.page("egalite")
    assert isinstance(page, EcranEgalite)
    _emarger(page, tmp_path, monkeypatch)
    fenetre.activateWindow()  # the list of choices had it
    laisser_faire()
    _classer(page)
    _accompagner(fenetre, page)


def _emarger(page: EcranEgalite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """F6 says present, and goes to the next porteur; the sheet is written."""
    page.onglets.setCurrentWidget(page.formations)
    liste = page.formations
    liste.vue.setFocus()
    liste.vue.aller(0, 0)
    laisser_faire()
    formation = liste.courante()
    a_noter = [i for i in liste.registre.lignes if i.present is None]
    assert a_noter, "la démonstration laisse des présences à noter"
    liste.vue_registre.setFocus()
    liste.vue_registre.aller_a(a_noter[0].cle, "present")
    frapper(Qt.Key.Key_F6)
    assert liste.registre.ligne(a_noter[0].cle).present is True
    assert f"{formation.presents + 1} présent" in liste._titre.text()
    absents = [p.nom for p in liste.e.formations.porteurs(liste.annee) if p.etat == JAMAIS]
    liste.inscrire()
    liste.barre_inscrit.champs["porteur"].poser(absents[0])
    frapper(ENTREE)
    assert absents[0] in {i.organisme_nom for i in liste.registre.lignes}
    laisser_faire()
    assert liste.barre_inscrit.isVisible(), "le suivant se tape aussitôt"
    frapper(Qt.Key.Key_Escape)
    assert not liste.barre_inscrit.isVisible()
    chemin = tmp_path / "feuille"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(chemin), ""))
    nomme(liste, "Feuille d'émargement…").click()
    assert chemin.with_suffix(".pdf").read_bytes().startswith(b"%PDF")


def _classer(page: EcranEgalite) -> None:
    """« À risque » typed in the cell asks why, then both are written."""
    page.onglets.setCurrentWidget(page.budgets)
    liste = page.budgets
    action = next(li for li in liste.modele.lignes if li.classe == "neutre")
    liste.vue.setFocus()
    liste.vue.aller_a(action.cle, "classe")
    assert liste.modele.colonnes[liste.modele.rang("classe")].ecrire is not None
    with pytest.raises(MotifAttendu):
        liste.modele.colonnes[liste.modele.rang("classe")].ecrire(action.cle, "a_risque")
    laisser_faire()
    assert liste.barre_motif.isVisible()
    taper("Presque sans filles")
    frapper(ENTREE)
    lue = liste.modele.ligne(action.cle)
    assert (lue.classe, lue.motif) == ("a_risque", "Presque sans filles")


def _accompagner(fenetre: FenetrePrincipale, page: EcranEgalite) -> None:
    page.onglets.setCurrentWidget(page.accompagnements)
    liste = page.accompagnements
    avant = len(liste.modele.lignes)
    liste.ajouter()
    liste.barre_neuf.champs["porteur"].poser(liste.modele.lignes[0].organisme_nom)
    liste.barre_neuf.champs["objet"].poser("Relire l'affiche")
    frapper(ENTREE)
    assert len(liste.modele.lignes) == avant + 1
    fenetre.executer("annuler")
    assert len(liste.modele.lignes) == avant
