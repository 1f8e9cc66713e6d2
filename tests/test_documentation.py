"""What the program says of itself: its help, its shortcuts, its words, its command line, its version."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QListWidget, QTextBrowser

from app import __version__
from app.cli import cli
from app.models.enums import NatureColonne
from app.services import calculs_libres, formules_valeurs
from app.services.columns import Erreur
from app.services.formules import Repertoire, en_cles
from app.services.formules_fonctions import FAMILLES, FONCTIONS
from app.ui.aide import AideDialogue, lire_page
from app.ui.commands import COMMANDES, raccourcis
from app.ui.fiche_action import ONGLETS
from app.ui.pages import PAGES
from tests.fabrique_fenetre import application

__all__ = ["application"]

RACINE = Path(__file__).resolve().parent.parent
AIDE = RACINE / "resources" / "aide"
CALCULEES = {"raccourcis"}  # pages made from the program itself
PAGES_ECRITES = [cle for cle, _ in AideDialogue.PAGES if cle not in CALCULEES]


# Commands -----------------------------------------------------------------------------------------


def test_chaque_commande_a_sa_touche_et_aucune_touche_ne_sert_deux_fois() -> None:
    touches = [QKeySequence(commande.raccourci).toString() for commande in COMMANDES]
    assert [c.cle for c, touche in zip(COMMANDES, touches, strict=True) if not touche] == []
    assert sorted(touches) == sorted(set(touches))
    assert len({commande.cle for commande in COMMANDES}) == len(COMMANDES)


def test_les_points_de_suspension_annoncent_une_question_et_sont_un_seul_signe() -> None:
    libelles = [commande.libelle for commande in COMMANDES]
    assert [libelle for libelle in libelles if "..." in libelle] == []
    assert [libelle for libelle in libelles if libelle != libelle.strip()] == []


def test_la_page_des_raccourcis_dit_chaque_touche_en_francais(application: QApplication) -> None:
    boite = AideDialogue("raccourcis", None)
    try:
        texte = boite.findChild(QTextBrowser).toPlainText()
        for libelle, touches in raccourcis():
            assert libelle in texte
            assert touches in texte
        assert not re.search(r"\b(Shift|Del|Ins|Return|Enter)\b", texte)
    finally:
        boite.deleteLater()


@pytest.mark.parametrize(
    ("ecran", "titre"),
    [("seances", "La séance"), ("suites", "Après le comité"), ("", "Premiers pas")],
)
def test_l_aide_s_ouvre_a_la_page_de_l_ecran(
    application: QApplication, ecran: str, titre: str
) -> None:
    boite = AideDialogue(ecran, None)
    liste = boite.findChild(QListWidget)
    assert liste.currentItem().text() == titre
    boite.deleteLater()


# Help ---------------------------------------------------------------------------------------------


def test_chaque_page_d_aide_existe_et_chaque_fichier_est_une_page() -> None:
    assert sorted(PAGES_ECRITES) == sorted(chemin.stem for chemin in AIDE.glob("*.md"))


@pytest.mark.parametrize("page", PAGES_ECRITES)
def test_une_page_d_aide_est_bien_ecrite(page: str) -> None:
    texte = lire_page(page)
    titre = texte.splitlines()[0]
    assert titre.startswith("# ")
    assert "..." not in texte
    assert '"' not in _hors_du_code(texte), "les guillemets sont « »"
    assert "|\n\n|" not in texte, "un tableau coupé ne s'affiche pas"


def _hors_du_code(texte: str) -> str:
    return re.sub(r"`[^`]*`|```.*?```", "", texte, flags=re.DOTALL)


@pytest.mark.parametrize("page", [cle for cle, _ in AideDialogue.PAGES])
def test_une_page_d_aide_s_affiche(application: QApplication, page: str) -> None:
    boite = AideDialogue(page, None)
    try:
        affichee = boite.findChild(QTextBrowser)
        assert len(affichee.toPlainText().splitlines()) > 2
        assert "|" not in affichee.toPlainText(), "les tableaux sont mis en forme"
        assert "**" not in affichee.toPlainText()
    finally:
        boite.deleteLater()


def test_l_aide_nomme_les_menus_et_les_onglets_comme_la_fenetre() -> None:
    libelles = {commande.libelle.rstrip("…") for commande in COMMANDES}
    menus = {commande.menu.replace("&", "") for commande in COMMANDES}
    cites = re.findall(r"\*([^*›]+) › ([^*]+)\*", "".join(lire_page(p) for p in PAGES_ECRITES))
    assert cites, "l'aide renvoie aux menus"
    assert [(m, c) for m, c in cites if m not in menus or c not in libelles] == []
    onglets = [nom for nom, _ in ONGLETS]
    assert len(onglets) == 9
    phrase = re.search(r"fiche de l'action sélectionnée : (.+)\.", lire_page("actions"))
    assert phrase is not None
    cites = re.findall(r"\*([^*]+)\*", phrase[1].split(".")[0])
    assert [cite for cite, onglet in zip(cites, onglets, strict=True) if onglet not in cite] == []


def test_chaque_commande_en_ligne_est_dans_l_aide() -> None:
    page = lire_page("ligne-de-commande")
    noms = [commande.name or commande.callback.__name__ for commande in cli.registered_commands]
    assert noms
    assert [nom for nom in noms if f"tour-de-table {nom} " not in page.replace("`", " ")] == []
    cites = set(re.findall(r"`tour-de-table ([a-z]+)", page))
    assert cites == set(noms)


def test_la_premiere_nouveaute_est_celle_de_cette_version() -> None:
    titres = re.findall(r"^## (.+)$", lire_page("nouveautes"), flags=re.MULTILINE)
    assert titres[0] == __version__


# Words on screen ----------------------------------------------------------------------------------


def _phrases_de_la_fenetre() -> Iterator[tuple[str, str]]:
    """(place, text) of each literal of the window, docstrings aside."""
    for chemin in sorted((RACINE / "app/ui").glob("*.py")):
        arbre = ast.parse(chemin.read_text(encoding="utf-8"))
        docstrings = {id(n.value) for n in ast.walk(arbre) if isinstance(n, ast.Expr)}
        for noeud in ast.walk(arbre):
            if isinstance(noeud, ast.Constant) and id(noeud) not in docstrings:
                yield f"{chemin.name}:{noeud.lineno}", str(noeud.value)


def test_la_fenetre_ecrit_comme_un_imprimeur() -> None:
    """One sign for the ellipsis; French quotes stand apart from what they quote."""
    fautes = re.compile(r"\.\.\.|[“”]|«\w|\w»")
    assert [place for place, texte in _phrases_de_la_fenetre() if fautes.search(texte)] == []


def test_les_pages_du_rail_sont_celles_du_menu() -> None:
    menu = {c.cle.removeprefix("page_"): c.libelle for c in COMMANDES if c.cle.startswith("page_")}
    assert menu == dict(PAGES)


def test_l_aide_des_colonnes_dit_chaque_fonction_chaque_contenu_et_chaque_mot() -> None:
    page = lire_page("colonnes-ajoutees")
    for famille, fonctions in FAMILLES.items():
        assert f"### {famille}" in page
        for fonction in fonctions:
            assert f"| `{fonction.ecriture}` | {fonction.aide} |" in page
    lignes = re.findall(r"^\| `([A-Z.]+)\(.*\)` \|", page, flags=re.MULTILINE)
    assert lignes == list(FONCTIONS)
    for nature in NatureColonne:
        assert f"| {nature.libelle} |" in page
    mots = [erreur.mot for erreur in _erreurs_de_calcul()]
    assert len(mots) >= 8
    assert [mot for mot in mots if f"| {mot} |" not in page] == []


def _erreurs_de_calcul() -> list[Erreur]:
    modules = (formules_valeurs, calculs_libres)
    return [valeur for m in modules for valeur in vars(m).values() if isinstance(valeur, Erreur)]


def test_les_exemples_de_calculs_de_l_aide_se_lisent() -> None:
    """Each formula shown can be typed as it stands in the table of the actions."""
    page = lire_page("colonnes-ajoutees")
    exemples = re.findall(r"`(=.+?)` \|", page)
    assert len(exemples) > 5
    noms = ["Coût total", "Public en QPV", "Statut", "Tous financeurs · Accordé"]
    repertoire = Repertoire([(nom, "", nom) for nom in [*noms, "Tous financeurs · Demandé"]])
    for exemple in exemples:
        en_cles(exemple, repertoire)
