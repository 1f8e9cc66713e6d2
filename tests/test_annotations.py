"""Colours and comments of the rows of a list: read once, followed, refused with a sentence, undone."""

from collections.abc import Iterator
from operator import attrgetter
from pathlib import Path

import fabriques
import pytest
from fabriques import Decor

from app.services.actions import Actions
from app.services.annotations import (
    TEXTE_MAXIMUM,
    Annotations,
    AnnotationsDeListe,
    auteurs,
    libelle_de_couleur,
    texte_propre,
)
from app.services.errors import Conflit, LectureSeule, SaisieRefusee
from app.services.fichier import Fichier


@pytest.fixture
def fichier(tmp_path: Path) -> Iterator[Fichier]:
    with fabriques.neuf(tmp_path / "essai.tdt") as ouvert:
        yield ouvert


@pytest.fixture
def decor(fichier: Fichier) -> Decor:
    return fabriques.decor(fichier, actions=3)


@pytest.fixture
def notes(fichier: Fichier) -> AnnotationsDeListe:
    return Annotations(fichier).de("actions")


def relues(fichier: Fichier, liste: str = "actions") -> AnnotationsDeListe:
    """As another window would read them from the file."""
    return Annotations(fichier).de(liste)


def test_plusieurs_lignes_se_colorent_et_se_decolorent_d_un_geste(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    une, deux, trois = decor.actions
    notes.colorer([une, deux, une], "jaune")
    notes.colorer([deux, trois], "vert")
    assert notes.couleurs == {une: "jaune", deux: "vert", trois: "vert"} == relues(fichier).couleurs
    notes.colorer([une, trois], None)
    assert notes.couleurs == {deux: "vert"}
    assert [fichier.undo.annuler() is not None for _ in range(3)] == [True] * 3
    assert notes.couleurs == {} == relues(fichier).couleurs
    fichier.undo.retablir()
    assert notes.couleurs == {une: "jaune", deux: "jaune"}


def test_la_meme_couleur_deux_fois_ne_laisse_pas_de_trace(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    notes.colorer(decor.actions, "bleu")
    notes.colorer(decor.actions, "bleu")
    assert fichier.undo.a_annuler() == ["Colorer 3 lignes en bleu"]


def test_une_couleur_inconnue_est_refusee(decor: Decor, notes: AnnotationsDeListe) -> None:
    with pytest.raises(SaisieRefusee, match="choisissez-en une"):
        notes.colorer(decor.actions, "fluo")
    assert notes.couleurs == {}


def test_chaque_liste_a_ses_couleurs(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    autres = notes.service.de("porteurs")
    autres.colorer([decor.action], "rose")
    notes.colorer([decor.action], "gris")
    assert (notes.couleur(decor.action), autres.couleur(decor.action)) == ("gris", "rose")


def test_un_commentaire_est_signe_date_et_suivi(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    cle = notes.commenter(decor.action, "titre", "  Voir avec le porteur\r\n")
    fichier.signer("Dominique")
    notes.commenter(decor.action, "cout", "Trop cher ?")
    [premier, second] = notes.commentaires(decor.action)
    assert (premier.cle, premier.texte, premier.auteur) == (
        cle,
        "Voir avec le porteur",
        "Camille Essai",
    )
    assert premier.date.endswith("+00:00")
    assert " à " in premier.quand
    assert notes.commentaires(decor.action, "cout") == [second] == notes.commentaires("", "cout")
    assert notes.nombre(decor.action) == 2
    assert auteurs(notes.commentaires()) == ["Camille Essai", "Dominique"]
    assert notes.commentaires() == relues(fichier).commentaires()


def test_on_ne_modifie_que_ses_commentaires(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    cle = notes.commenter(decor.action, "titre", "Le mien")
    notes.service.corriger(cle, "Le mien, corrigé")
    fichier.signer("Dominique")
    with pytest.raises(SaisieRefusee, match="Camille Essai"):
        notes.service.corriger(cle, "Le tien")
    assert [c.texte for c in notes.commentaires()] == ["Le mien, corrigé"]


def test_un_commentaire_supprime_revient_par_ctrl_z(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    cles = [notes.commenter(decor.action, "titre", texte) for texte in ("Un", "Deux")]
    notes.service.retirer(*cles)
    assert notes.commentaires() == []
    assert fichier.undo.a_annuler()[0] == "Supprimer 2 commentaires"
    fichier.undo.annuler()
    assert [c.texte for c in notes.commentaires(decor.action)] == ["Un", "Deux"]
    with pytest.raises(Conflit):
        notes.service.retirer("f" * 32)


def test_une_action_supprimee_emporte_ses_annotations(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    notes.colorer([decor.action], "vert")
    notes.commenter(decor.action, "titre", "À revoir")
    Actions(fichier).supprimer(decor.action)
    assert (notes.couleurs, notes.fils) == ({}, {})
    fichier.undo.annuler()
    assert (notes.couleur(decor.action), notes.nombre(decor.action)) == ("vert", 1)


@pytest.mark.parametrize("texte", ["", "   \n\t ", "\x00\x07", "\u202e"])
def test_un_commentaire_vide_est_refuse(texte: str) -> None:
    with pytest.raises(SaisieRefusee, match="vide"):
        texte_propre(texte)


def test_un_commentaire_trop_long_est_refuse_en_disant_combien() -> None:
    assert texte_propre("é" * TEXTE_MAXIMUM)
    with pytest.raises(SaisieRefusee, match="1000000 signes"):
        texte_propre("é" * 1_000_000)


def test_les_signes_qui_ne_se_lisent_pas_sont_retires() -> None:
    assert texte_propre("a\x00b\x1b[31mc\u202ed\ud800\tf\r\ng  \n") == "ab[31mcd f\ng"
    assert (
        texte_propre("<b>gras</b> & =cmd|'/c calc'!A1 🌱") == "<b>gras</b> & =cmd|'/c calc'!A1 🌱"
    )


def test_les_colonnes_cachees_disent_la_couleur_et_le_nombre(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    couleur, commentaires = notes.colonnes(attrgetter("cle"))
    ligne = Actions(fichier).lignes_de([decor.action])[decor.action]
    assert not couleur.visible
    assert not commentaires.visible
    assert (couleur.texte(ligne), commentaires.texte(ligne)) == ("", "")
    assert couleur.ecrire is not None
    couleur.ecrire(decor.action, "violet")
    notes.commenter(decor.action, "titre", "Oui")
    assert (couleur.texte(ligne), commentaires.texte(ligne)) == ("Violet", "1")
    couleur.ecrire(decor.action, "")
    assert couleur.texte(ligne) == ""


def test_un_fichier_en_lecture_seule_se_lit_et_refuse(
    fichier: Fichier, decor: Decor, notes: AnnotationsDeListe
) -> None:
    notes.colorer([decor.action], "bleu")
    with Fichier.ouvrir(fichier.chemin, lecture_seule=True) as lu:
        siennes = relues(lu)
        assert siennes.couleur(decor.action) == "bleu"
        with pytest.raises(LectureSeule):
            siennes.colorer([decor.action], None)


def test_les_libelles_du_journal() -> None:
    assert libelle_de_couleur("jaune", 1) == "Colorer une ligne en jaune"
    assert libelle_de_couleur(None, 12) == "Retirer la couleur de 12 lignes"
