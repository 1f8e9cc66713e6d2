"""A view printed or exported exactly as on screen: read back by openpyxl, LibreOffice and poppler."""

import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from fabrique_vue import Papier, toutes_les_natures, vue
from openpyxl.worksheet.worksheet import Worksheet

from app.models.montants import FINE, INSECABLE
from app.services.columns import Colonne, TypeColonne
from app.services.errors import TravailAnnule
from app.services.export_vue_excel import classeur_de_la_vue, ecrire_vue_excel
from app.services.export_vue_pdf import ECHELLE_MINIMUM, Reglage, VueEnPages, ecrire_vue_pdf
from app.services.feuille_classeur import nom_de_feuille
from app.services.grilles_fiche import livrees
from app.services.grilles_fichiers import ecrire_grille, lire_grille
from app.services.traces_pages import Aplat, Mot
from app.services.vue_figee import GroupeFige, VueFigee, a_plat, total

TITRES, PREMIERE = 5, 6  # rows of the sheet, from 1
FAUX = "987654321"
PROFIL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
PIEGES = ("=1+1", "+33 1 02", "-12", "@SOMME(A1)", '=HYPERLINK("x")', "12", "1/2", "<b>&amp;</b>")


def feuille(figee: VueFigee) -> Worksheet:
    livre = openpyxl.load_workbook(BytesIO(classeur_de_la_vue(figee)))
    return livre.worksheets[0]


def pages(figee: VueFigee, chemin: Path, reglage: Reglage = Reglage()) -> list[str]:  # noqa: B008
    """The text of each page, its spaces made ordinary."""
    ecrire_vue_pdf(figee, reglage, chemin)
    commande = ["pdftotext", "-raw", str(chemin), "-"]
    texte = subprocess.run(commande, check=True, capture_output=True, text=True, timeout=60).stdout
    return [re.sub(r"\s+", " ", page) for page in texte.split("\f")[:-1]]


def serre(texte: str) -> str:
    """Without any space: a wrapped text is found whatever its lines."""
    return re.sub(r"\s+", "", texte)


def dans_l_ordre(figee: VueFigee) -> Iterator[str]:
    """What the first column of the sheet should hold, from top to bottom."""
    if not figee.groupes:
        yield from (figee.colonnes[0].texte(ligne) for ligne in figee.lignes)
    for groupe in a_plat(figee.groupes):
        yield groupe.titre_court
        yield from (figee.colonnes[0].texte(ligne) for ligne in groupe.lignes)


# The workbook -------------------------------------------------------------------------------------


def test_le_classeur_montre_la_vue_ses_colonnes_ses_lignes_et_ses_mots() -> None:
    figee = vue(25, groupes=("axe", "porteur"), mentions=("Filtre : Statut : Accordée",))
    page = feuille(figee)
    assert page.title == "Comité"
    assert [page.cell(TITRES, c + 1).value for c in range(5)] == [
        *("N°", "Intitulé", "Porteur", f"Coût total{INSECABLE}(€)", "Public en QPV"),
    ]
    assert page.cell(TITRES - 1, 6).value == f"État{INSECABLE}(€)"
    assert page["A2"].value == "Actions 2026 · Comité · État au 21 novembre 2026 · 25 lignes"
    assert page["A3"].value == "Filtre : Statut : Accordée"
    assert page.freeze_panes == "C6"
    premiere = [page.cell(r, 1).value for r in range(PREMIERE, page.max_row + 1)]
    assert premiere == [*dans_l_ordre(figee), "Total · 25 lignes"]
    assert page.auto_filter.ref == f"A5:Z{page.max_row - 1}"
    assert page.print_title_rows == "$4:$5"
    assert page.page_setup.orientation == "landscape"
    for c, colonne in enumerate(figee.colonnes):
        lettre = openpyxl.utils.get_column_letter(c + 1)
        assert page.column_dimensions[lettre].width >= (colonne.largeur_voulue - 6) / 7


def test_chaque_groupe_se_plie_comme_a_l_ecran() -> None:
    figee = vue(30, groupes=("axe", "porteur"), replies=2)
    page = feuille(figee)
    assert page.sheet_properties.outlinePr.summaryBelow is False
    assert (
        page.auto_filter.ref is None
    )  # under a filter, LibreOffice would sum nothing of the folded
    rang = PREMIERE
    for groupe in figee.groupes:
        assert _plan(page, rang) == (0, False, groupe.replie)
        for dedans in a_plat((groupe,)):
            assert _plan(page, rang)[:2] == (dedans.niveau, groupe.replie and dedans is not groupe)
            for ligne in range(rang + 1, rang + 1 + len(dedans.lignes)):
                assert _plan(page, ligne)[:2] == (2, groupe.replie)
            rang += 1 + len(dedans.lignes)
    assert rang == page.max_row


def _plan(page: Worksheet, rang: int) -> tuple[int, bool, bool]:
    ligne = page.row_dimensions[rang]
    return ligne.outlineLevel, bool(ligne.hidden), bool(ligne.collapsed)


def test_libreoffice_retrouve_chaque_sous_total(tmp_path: Path) -> None:
    cas = {
        "plate": vue(40),
        "groupee": vue(60, groupes=("axe", "porteur"), replies=2),
        "vide": vue(0),
        "quarante": vue(8, combien=40, groupes=("axe",)),
    }
    faux = tmp_path / "faux"
    faux.mkdir()
    for nom, figee in cas.items():
        ecrire_vue_excel(figee, tmp_path / f"{nom}.xlsx")
        _falsifier(tmp_path / f"{nom}.xlsx", faux / f"{nom}.xlsx")
    grille = livrees()[0]  # written by other means, it goes through the same run
    ecrire_grille(grille, faux / "grille.xlsx")
    _recalculer(tmp_path, [faux / f"{nom}.xlsx" for nom in (*cas, "grille")])
    assert lire_grille(tmp_path / "refaits" / "grille.xlsx") == grille
    for nom, figee in cas.items():
        ecrit = openpyxl.load_workbook(tmp_path / f"{nom}.xlsx", data_only=True).worksheets[0]
        refait = openpyxl.load_workbook(tmp_path / "refaits" / f"{nom}.xlsx", data_only=True)
        formules = feuille(figee)
        attendues = 0
        for c, colonne in enumerate(figee.colonnes, start=1):
            sommes = [total(colonne, groupe.toutes) for groupe in a_plat(figee.groupes)]
            sommes.append(total(colonne, figee.lignes))
            trouvees = [
                r
                for r in range(PREMIERE, formules.max_row + 1)
                if str(formules.cell(r, c).value).startswith("=SUBTOTAL(9,")
            ]
            voulues = [float(s) for s in sommes if s is not None]
            attendues += len(voulues)
            assert [ecrit.cell(r, c).value for r in trouvees] == pytest.approx(voulues)
            relues = [refait.worksheets[0].cell(r, c).value for r in trouvees]
            assert relues == pytest.approx(voulues), f"{nom}, {colonne.titre}"
        assert attendues >= 23


def _falsifier(source: Path, cible: Path) -> None:
    """A wrong number in place of each computed value: what comes back was computed."""
    with zipfile.ZipFile(source) as entree, zipfile.ZipFile(cible, "w") as sortie:
        for nom in entree.namelist():
            contenu = entree.read(nom)
            if nom.startswith("xl/worksheets/"):
                contenu = re.sub(rb"</f><v>[^<]*</v>", f"</f><v>{FAUX}</v>".encode(), contenu)
            sortie.writestr(nom, contenu)


def _recalculer(dossier: Path, sources: list[Path]) -> None:
    profil = dossier / "profil"
    (profil / "user").mkdir(parents=True)
    (profil / "user" / "registrymodifications.xcu").write_text(PROFIL, encoding="utf-8")
    commande = ["soffice", f"-env:UserInstallation={profil.as_uri()}", "--headless", "--norestore"]
    commande += ["--convert-to", "xlsx", "--outdir", str(dossier / "refaits"), *map(str, sources)]
    subprocess.run(commande, check=True, capture_output=True, timeout=120)


def natures() -> VueFigee:
    """Values of each type, and texts that look like something else."""
    lignes = [Papier(str(n), texte=piege) for n, piege in enumerate(PIEGES)]
    lignes += [
        Papier("a", "plein", Decimal("-1200.50"), 1234, date(2026, 3, 15), Decimal("0.6"), True),
        Papier("b", "é" * 40_000, Decimal(0), 0, None, None, False),
        Papier("c", "deux\nlignes"),
    ]
    toutes = toutes_les_natures()
    return vue(0, colonnes=toutes, largeurs=(180, 92, 72, 92, 72, 64), lignes=tuple(lignes))


def test_un_texte_reste_un_texte_un_nombre_un_nombre_une_date_une_date() -> None:
    page = feuille(natures())
    for rang, piege in enumerate(PIEGES, start=PREMIERE):
        assert (page.cell(rang, 1).value, page.cell(rang, 1).data_type) == (piege, "s")
    pleine = PREMIERE + len(PIEGES)
    valeurs = [page.cell(pleine, c).value for c in range(1, 7)]
    assert valeurs[1:3] == [-1200.5, 1234]
    assert valeurs[3].date() == date(2026, 3, 15)
    assert valeurs[4:] == [0.6, "oui"]
    assert page.cell(pleine, 2).number_format.count(";") == 2
    assert page.cell(pleine + 1, 2).value == 0
    assert page.cell(pleine + 1, 6).value == "non"
    assert page.cell(PREMIERE, 2).value is None


@pytest.mark.parametrize(
    ("nom", "feuille_voulue"),
    [
        ("", "Vue"),
        ("[*]:/\\?", "Vue"),
        ("'Comité'", "Comité"),
        ("a" * 60, "a" * 31),
        ("Comité / mars", "Comité   mars"),
        ("\x00\x07", "Vue"),
    ],
)
def test_un_nom_de_vue_donne_toujours_un_nom_de_feuille(nom: str, feuille_voulue: str) -> None:
    assert nom_de_feuille(nom, "Vue") == feuille_voulue
    page = feuille(vue(1, nom=nom, titre=""))
    assert page.title == feuille_voulue


def test_une_couleur_de_case_passe_dans_le_classeur_et_sur_le_papier() -> None:
    def fond_de(ligne: object, colonne: Colonne) -> str:
        return "#FFF2CC" if getattr(ligne, "numero", "") == "26-002" else ""

    figee = vue(3, fond_de=fond_de)
    page = feuille(figee)
    couleurs = [page.cell(r, 4).fill.fgColor.rgb for r in range(PREMIERE, PREMIERE + 3)]
    assert couleurs[1] == "FFFFF2CC"
    assert couleurs[0] == couleurs[2] != couleurs[1]
    traces = VueEnPages(figee, Reglage()).traces(1)
    assert sum(isinstance(t, Aplat) and t.couleur.upper() == "#FFF2CC" for t in traces) > 5


def test_la_meme_vue_donne_les_memes_octets() -> None:
    figee = vue(5, groupes=("axe",))
    assert classeur_de_la_vue(figee) == classeur_de_la_vue(figee)
    assert VueEnPages(figee, Reglage()).pdf() == VueEnPages(figee, Reglage()).pdf()


# The pages ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cas", "reglage"),
    [
        ({"nombre": 30}, Reglage()),
        ({"nombre": 30, "groupes": ("axe", "porteur")}, Reglage("A3")),
        ({"nombre": 12, "combien": 40}, Reglage("A4", paysage=False)),
        ({"nombre": 12, "combien": 40, "groupes": ("axe",)}, Reglage("A4", ajuster=False)),
    ],
)
def test_chaque_case_montree_est_sur_le_papier(
    cas: dict[str, int], reglage: Reglage, tmp_path: Path
) -> None:
    figee = vue(**cas)  # type: ignore[arg-type]
    lues = pages(figee, tmp_path / "vue.pdf", reglage)
    tout = serre(" ".join(lues))
    attendus: dict[str, int] = {}
    for ligne in figee.lignes:
        for colonne in figee.colonnes:
            texte = serre(colonne.texte(ligne))
            if len(texte) > 3:
                attendus[texte] = attendus.get(texte, 0) + 1
    manquants = [texte for texte in attendus if texte not in tout]
    assert manquants == []
    for colonne in figee.colonnes:
        assert serre(colonne.titre) in tout
        somme = total(colonne, figee.lignes)
        assert somme is None or serre(colonne.texte_de(somme)) in tout
    for groupe in a_plat(figee.groupes):
        assert serre(groupe.titre) in tout
    for numero, page in enumerate(lues, start=1):
        assert f"Page {numero} / {len(lues)}" in page
        assert "Empreinte du journal : 3f9a1c07b2d84e55" in page
    assert figee.contrat in lues[0]
    assert all(mention in lues[0] for mention in figee.mentions)


def test_un_tableau_large_prend_plusieurs_pages_sans_rien_couper() -> None:
    figee = vue(40, combien=40)
    en_pages = VueEnPages(figee, Reglage())
    assert en_pages.bandes > 1
    assert en_pages.nombre % en_pages.bandes == 0  # rows break at the same places in each part
    par_bande = en_pages.nombre // en_pages.bandes
    for numero in range(1, en_pages.nombre + 1):
        mots = [t for t in en_pages.traces(numero) if isinstance(t, Mot)]
        assert all(0 < mot.x <= en_pages.papier.largeur for mot in mots)
        assert all(0 < mot.y < en_pages.papier.hauteur for mot in mots)
        textes = [mot.texte for mot in mots]
        assert "N°" in textes  # frozen columns come back
        pareille = (numero - 1) % par_bande + 1
        debuts = [m.texte for m in en_pages.traces(pareille) if isinstance(m, Mot)]
        numeros = [t for t in textes if t.startswith("26-")]
        assert numeros == [t for t in debuts if t.startswith("26-")]


def test_ajuster_reduit_tant_que_cela_reste_lisible() -> None:
    moyenne = vue(3, combien=2)
    assert VueEnPages(moyenne, Reglage()).papier.echelle == 1
    large = vue(3, combien=4)
    reduite, pleine = VueEnPages(large, Reglage()), VueEnPages(large, Reglage(ajuster=False))
    assert ECHELLE_MINIMUM < reduite.papier.echelle < 1
    assert (reduite.bandes, pleine.bandes) == (1, 2)
    tres_large = VueEnPages(vue(3, combien=40), Reglage())
    assert tres_large.papier.echelle == ECHELLE_MINIMUM
    assert VueEnPages(vue(3, combien=40), Reglage("A3")).bandes < tres_large.bandes


def test_ce_qui_est_replie_ne_montre_que_son_sous_total(tmp_path: Path) -> None:
    figee = vue(30, groupes=("axe",), replies=1)
    replie, ouvert = figee.groupes[:2]
    tout = " ".join(pages(figee, tmp_path / "vue.pdf"))
    assert not any(ligne.numero in tout for ligne in replie.lignes)
    assert all(ligne.numero in tout for ligne in ouvert.lignes)
    somme = figee.colonnes[3].texte_de(total(figee.colonnes[3], replie.toutes))
    assert serre(somme) in serre(tout)


def test_une_vue_sans_ligne_le_dit(tmp_path: Path) -> None:
    lues = pages(vue(0, combien=1), tmp_path / "vue.pdf")
    assert len(lues) == 1
    assert "Aucune ligne à afficher." in lues[0]
    assert "0 ligne" in lues[0]
    assert feuille(vue(0)).cell(PREMIERE, 1).value == "Aucune ligne à afficher."


def test_des_noms_hostiles_tiennent_sur_la_page(tmp_path: Path) -> None:
    figee = natures()
    hostile = replace(
        figee,
        contrat="Contrat " + "interminable" * 30,
        nom="Vue <b>&</b> " * 20,
        mentions=("Filtre : " + "valeur, " * 300,),
        lignes=figee.lignes[:9] + figee.lignes[10:],
    )
    lues = pages(hostile, tmp_path / "vue.pdf")
    for piege in PIEGES:
        assert serre(piege) in serre(" ".join(lues))
    assert "15/03/2026" in " ".join(lues)
    ecrire_vue_excel(hostile, tmp_path / "vue.xlsx")
    en_pages = VueEnPages(hostile, Reglage())
    for numero in range(1, en_pages.nombre + 1):
        assert all(t.y > 0 for t in en_pages.traces(numero))


def test_une_premiere_colonne_de_nombres_garde_son_total(tmp_path: Path) -> None:
    toutes = toutes_les_natures()
    figee = replace(natures(), colonnes=(toutes[1], toutes[0]), largeurs=(92, 180), figees=0)
    figee = replace(figee, lignes=figee.lignes[8:9])
    texte = serre(" ".join(pages(figee, tmp_path / "vue.pdf")))
    assert texte.count(serre("−1 200,50")) == 2
    assert "Total·1ligne" in texte
    page = feuille(figee)
    assert page.cell(PREMIERE + 1, 1).value.startswith("=SUBTOTAL")
    assert page.cell(PREMIERE + 1, 2).value == "Total · 1 ligne"


def test_sans_colonne_figee_chaque_bande_garde_ses_totaux(tmp_path: Path) -> None:
    """The second page in width begins with an amount: its headings stand above their sums everywhere."""
    figee = vue(40, combien=40, groupes=("axe",), figees=0)
    reglage = Reglage(ajuster=False)
    lues = serre(" ".join(pages(figee, tmp_path / "vue.pdf", reglage)))
    for colonne in figee.colonnes:
        if colonne.total:
            assert serre(colonne.texte_de(total(colonne, figee.lignes))) in lues
    en_pages = VueEnPages(figee, reglage)
    assert en_pages.nombre > 2


def test_une_colonne_plus_large_que_la_page_y_tient(tmp_path: Path) -> None:
    colonne = Colonne(cle="texte", titre="Texte", lire=lambda ligne: ligne.texte)
    lignes = (Papier("1", "mot " * 400), Papier("2", "m" * 900))
    figee = vue(0, colonnes=(colonne,), largeurs=(5000,), lignes=lignes, figees=1)
    texte = serre(" ".join(pages(figee, tmp_path / "vue.pdf", Reglage(ajuster=False))))
    assert "mot" * 400 in texte
    assert "m" * 900 in texte


def test_les_groupes_disent_leur_chemin_et_leur_suite(tmp_path: Path) -> None:
    figee = vue(160, groupes=("axe", "porteur"))
    dedans = figee.groupes[0].groupes[0]
    assert dedans.titre.startswith(f"{dedans.chemin[0]} › {dedans.chemin[1]} (")
    assert any("(suite)" in page for page in pages(figee, tmp_path / "vue.pdf"))
    assert GroupeFige(("a",), lignes=(1, 2)).titre == "a (2)"


def test_une_mise_en_page_s_arrete_quand_on_l_annule() -> None:
    def annuler(fait: int, _total: int, _texte: str) -> None:
        if fait:
            raise TravailAnnule("Travail annulé.")

    with pytest.raises(TravailAnnule):
        VueEnPages(vue(500), Reglage(), annuler)


def test_les_espaces_fines_s_elargissent_sur_le_papier() -> None:
    colonne = Colonne(
        cle="montant", titre="M", lire=lambda ligne: ligne.montant, type=TypeColonne.MONTANT
    )
    figee = vue(
        0, colonnes=(colonne,), largeurs=(20,), lignes=(Papier("1", montant=Decimal(1234567)),)
    )
    mots = [t.texte for t in VueEnPages(figee, Reglage()).traces(1) if isinstance(t, Mot)]
    assert f"1{INSECABLE}234{INSECABLE}567" in mots
    assert not any(FINE in mot for mot in mots)
