"""The workbook « programmation », read back with openpyxl and recalculated by LibreOffice."""

import errno
import os
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from echange_calc import BIBLIOTHEQUE, BIBLIOTHEQUES
from fabrique_papiers import seance_tenue
from fabrique_programmation import AXES, action, financeurs, programmation
from openpyxl.cell.cell import Cell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from app.models.action import Cofinancement
from app.models.organisme import Financeur
from app.services.compte_rendu_lu import lire_compte_rendu
from app.services.documents import date_longue, ecrire_entier, par_axe
from app.services.errors import DisquePlein, ErreurConnue, LectureSeule, SaisieRefusee
from app.services.export_excel import classeur, ecrire_classeur
from app.services.papiers_seance import ecrire_papier
from app.services.rows import EtatEnveloppe, LigneAction, Montants, Programmation
from tests import fabriques

GROUPES, TITRES, PREMIERE = 4, 5, 6  # rows of the sheet, from 1
FAUX = "987654321"  # written in place of every computed value before LibreOffice recalculates
XLSX, PDF = "Calc MS Excel 2007 XML", "calc_pdf_Export"
IMPRIMES = ("ordinaire", "quarante", "particuliere")
ETAPES = {"Demandé": "demande", "Proposé": "propose", "Accordé": "accorde"}
PROFIL = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Office">
<prop oor:name="ooSetupInstCompleted" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>"""
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Sub Convertir(source, cible, filtre)
  Dim ouverture(0) As New com.sun.star.beans.PropertyValue
  Dim ecriture(0) As New com.sun.star.beans.PropertyValue
  Dim doc
  ouverture(0).Name = "Hidden"
  ouverture(0).Value = True
  ecriture(0).Name = "FilterName"
  ecriture(0).Value = filtre
  doc = StarDesktop.loadComponentFromURL(source, "_blank", 0, ouverture())
  doc.storeToURL(cible, ecriture())
  doc.close(True)
End Sub
Sub Retoucher
  On Error Goto Fin
  Dim vide()
  Dim doc, f, n, i, j, cout, st, tot, zone, d
  Dim champ(0) As New com.sun.star.sheet.TableFilterField
  n = FreeFile
  Open "%(sortie)s" For Output As #n
  %(conversions)s
  doc = StarDesktop.loadComponentFromURL("%(source)s", "_blank", 0, vide())
  f = doc.Sheets.getByName("Programmation")
  st = 0
  For i = 5 To 120
    If st = 0 And f.getCellByPosition(0, i).String = "Sous-total" Then st = i
    If Left(f.getCellByPosition(0, i).String, 9) = "Total gén" Then tot = i
  Next
  For j = 0 To 30
    If f.getCellByPosition(j, 4).String = "Coût total" Then cout = j
  Next
  Print #n, f.getCellByPosition(cout, st).Value
  Print #n, f.getCellByPosition(cout, tot).Value
  f.Rows.insertByIndex(st, 1)
  f.getCellByPosition(cout, st).Value = 1000
  f.Rows.insertByIndex(6, 1)
  f.getCellByPosition(cout, 6).Value = 100
  Print #n, f.getCellByPosition(cout, st + 2).Value
  Print #n, f.getCellByPosition(cout, tot + 2).Value
  f.Rows.getByIndex(7).IsVisible = False
  doc.calculateAll()
  Print #n, f.getCellByPosition(cout, st + 2).Value
  zone = f.getCellRangeByPosition(0, 4, 30, tot + 1)
  d = zone.createFilterDescriptor(True)
  d.ContainsHeader = True
  champ(0).Field = 1
  champ(0).IsNumeric = False
  champ(0).StringValue = "Collectif Passerelle"
  champ(0).Operator = com.sun.star.sheet.FilterOperator.EQUAL
  d.setFilterFields(champ())
  zone.filter(d)
  doc.calculateAll()
  Print #n, f.getCellByPosition(cout, tot + 2).Value
  Print #n, doc.Sheets.getByName("Par axe").getCellByPosition(2, 5).Value
  doc.close(True)
Fin:
  Close #n
  StarDesktop.terminate()
End Sub
</script:module>"""


@dataclass(frozen=True)
class Bureau:
    """LibreOffice with a profile of its own, which recalculates every workbook on opening.

    It is started once for the whole module: starting it takes longer than all that it does.
    """

    dossier: Path

    @property
    def retouches(self) -> Path:
        return self.dossier / "retouches.txt"

    def refait(self, nom: str) -> Path:
        return self.dossier / "refaits" / f"{nom}.xlsx"

    def imprime(self, nom: str) -> Path:
        return self.dossier / "refaits" / f"{nom}.pdf"

    def travailler(self, faux: Path) -> None:
        """Recalculate the falsified workbooks, print some of those written, retouch one of them."""
        refaits = [(faux / f"{nom}.xlsx", self.refait(nom), XLSX) for nom in (*CAS, "annexe")]
        imprimes = [(self.dossier / f"{nom}.xlsx", self.imprime(nom), PDF) for nom in IMPRIMES]
        self.lancer(
            MACRO
            % {
                "sortie": self.retouches,
                "source": (self.dossier / "ordinaire.xlsx").as_uri(),
                "conversions": "\n  ".join(
                    f'Convertir "{source.as_uri()}", "{cible.as_uri()}", "{filtre}"'
                    for source, cible, filtre in (*refaits, *imprimes)
                ),
            }
        )

    def lancer(self, macro: str) -> None:
        profil = self.dossier / "profil"
        macros = profil / "user" / "basic" / "Standard"
        macros.mkdir(parents=True)
        (profil / "user" / "registrymodifications.xcu").write_text(PROFIL, encoding="utf-8")
        (macros.parent / "script.xlc").write_text(BIBLIOTHEQUES, encoding="utf-8")
        (macros / "script.xlb").write_text(BIBLIOTHEQUE, encoding="utf-8")
        (macros / "Module1.xba").write_text(macro, encoding="utf-8")
        (self.dossier / "refaits").mkdir()
        commande = ["soffice", f"-env:UserInstallation={profil.as_uri()}", "--headless"]
        commande += ["--norestore", "macro:///Standard.Module1.Retoucher"]
        subprocess.run(commande, check=True, capture_output=True, timeout=90)


def falsifier(source: Path, cible: Path) -> int:
    """Copy a workbook with a wrong number in place of each computed value; how many were replaced."""
    nombre = 0
    with zipfile.ZipFile(source) as entree, zipfile.ZipFile(cible, "w") as sortie:
        for nom in entree.namelist():
            contenu = entree.read(nom).decode() if nom.endswith(".xml") else entree.read(nom)
            if isinstance(contenu, str) and nom.startswith("xl/worksheets/"):
                contenu, faits = re.subn(r"</f><v>[^<]*</v>", f"</f><v>{FAUX}</v>", contenu)
                nombre += faits
            sortie.writestr(nom, contenu)
    return nombre


def particuliere() -> Programmation:
    """Negative amounts, cents, no cost, no axis, long texts, texts that look like formulas."""
    depart = programmation(1)
    etat, agglo = depart.financeurs[:2]
    pieges = ("=1+1", "+33 1", "-12", "@SOMME(A1)", '=HYPERLINK("x")', "\t=2", "<b>&amp;</b>")
    actions = [
        action(
            f"26-9{i:02d}", {}, titre=texte, porteur=texte, quartiers=texte, axe=texte, axe_rang=i
        )
        for i, texte in enumerate(pieges, start=1)
    ]
    montants = {
        etat.cle: Montants(Decimal("12345678.05"), Decimal(0), Decimal("-1200.50"), lignes=1),
        agglo.cle: Montants(Decimal(500), None, None, lignes=1),
    }
    longue = {"titre": "Intitulé très long " * 40, "observation": "é" * 40_000}
    actions.append(action("26-950", montants, cout=None, axe="", axe_rang=0, **longue))
    actions.append(action("26-951", {etat.cle: Montants(accorde=Decimal(10))}, axe="", axe_rang=0))
    return replace(depart, actions=tuple(actions), contrat="Contrat = « A & B »")


CAS: dict[str, Callable[[], Programmation]] = {
    "ordinaire": lambda: programmation(60),
    "vide": lambda: programmation(0),
    "une": lambda: programmation(1),
    "quarante": lambda: programmation(12, combien_financeurs=40, centimes=True),
    "particuliere": particuliere,
}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    return Bureau(tmp_path_factory.mktemp("bureau"))


@dataclass(frozen=True)
class Recalcul:
    """A case as we wrote it, and as LibreOffice recalculated it from falsified values."""

    programme: Programmation
    ecrit: Workbook
    recalcule: Workbook
    formules: Workbook
    falsifiees: int


@dataclass(frozen=True)
class Annexe:
    """The annex of a séance that was held and closed, its falsified copy, what the file grants."""

    ecrit: Path
    faux: Path
    falsifiees: int
    accordes: dict[str, Decimal]
    total: Decimal


@pytest.fixture(scope="module")
def annexe(bureau: Bureau) -> Annexe:
    """Recalculated in the same run of LibreOffice as the programmes."""
    ecrit, faux = bureau.dossier / "annexe.xlsx", bureau.dossier / "faux" / "annexe.xlsx"
    faux.parent.mkdir()
    with fabriques.neuf(bureau.dossier / "seance.tdt") as fichier:
        salle = seance_tenue(fichier)
        salle.comite.scellements.clore(salle.seance, confirmer=True)
        ecrire_papier(fichier, lire_compte_rendu(fichier, salle.seance), "annexe", ecrit)
        accordes: dict[str, Decimal] = {}
        requete = select(Financeur.nom, Cofinancement.accorde).join(
            Cofinancement, Cofinancement.financeur == Financeur.cle
        )
        for nom, montant in fichier.lignes(requete.where(Cofinancement.accorde.is_not(None))):
            accordes[nom] = accordes.get(nom, Decimal(0)) + montant
    return Annexe(ecrit, faux, falsifier(ecrit, faux), accordes, sum(accordes.values(), Decimal(0)))


@pytest.fixture(scope="module")
def recalculs(bureau: Bureau, annexe: Annexe) -> dict[str, Recalcul]:
    faux, programmes, nombres = annexe.faux.parent, {}, {}
    for nom, fabrique in CAS.items():
        programmes[nom] = fabrique()
        ecrire_classeur(programmes[nom], bureau.dossier / f"{nom}.xlsx")
        nombres[nom] = falsifier(bureau.dossier / f"{nom}.xlsx", faux / f"{nom}.xlsx")
    bureau.travailler(faux)
    return {
        nom: Recalcul(
            programmes[nom],
            openpyxl.load_workbook(bureau.dossier / f"{nom}.xlsx", data_only=True),
            openpyxl.load_workbook(bureau.refait(nom), data_only=True),
            openpyxl.load_workbook(bureau.dossier / f"{nom}.xlsx"),
            nombres[nom],
        )
        for nom in CAS
    }


def lire(programme: Programmation) -> Workbook:
    return openpyxl.load_workbook(BytesIO(classeur(programme)))


def colonnes(feuille: Worksheet) -> dict[tuple[str, str], int]:
    """(block, title) of each column; the block is carried on over its columns."""
    trouvees, groupe = {}, ""
    fusions = {plage.min_col: plage.max_col for plage in feuille.merged_cells.ranges}
    fin = 0
    for i in range(1, feuille.max_column + 1):
        texte = feuille.cell(GROUPES, i).value
        if texte is not None:
            groupe, fin = str(texte), fusions.get(i, i)
        trouvees[groupe if i <= fin else "", str(feuille.cell(TITRES, i).value)] = i
    return trouvees


def rangees(feuille: Worksheet, libelle: str) -> list[int]:
    return [n for n in range(PREMIERE, feuille.max_row + 1) if feuille.cell(n, 1).value == libelle]


def formules(livre: Workbook) -> Iterator[tuple[str, Cell]]:
    for feuille in livre.worksheets:
        for rangee in feuille.iter_rows():
            yield from ((feuille.title, c) for c in rangee if c.data_type == "f")


def somme(actions: tuple[LigneAction, ...] | list[LigneAction], cle: str, etape: str) -> Decimal:
    montants = (getattr(a.montants.get(cle, Montants()), etape) for a in actions)
    return sum((m for m in montants if m is not None), Decimal(0))


# The live formulas --------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", CAS)
def test_libreoffice_retrouve_chaque_valeur_ecrite(
    nom: str, recalculs: dict[str, Recalcul]
) -> None:
    """The values that we write with the formulas are those that a spreadsheet computes."""
    cas = recalculs[nom]
    comparees = 0
    for feuille, cellule in formules(cas.formules):
        ecrite = cas.ecrit[feuille][cellule.coordinate].value
        refaite = cas.recalcule[feuille][cellule.coordinate].value
        if isinstance(ecrite, int | float):
            assert refaite == pytest.approx(ecrite, abs=1e-6), (feuille, cellule.coordinate)
        else:
            assert (refaite or None) == (ecrite or None), (feuille, cellule.coordinate)
        comparees += 1
    assert comparees == cas.falsifiees > 0


def test_le_recalcul_est_reel(recalculs: dict[str, Recalcul], bureau: Bureau) -> None:
    """The falsified copy does hold wrong values: reading them back as they are would fail the test."""
    faux = openpyxl.load_workbook(bureau.dossier / "faux" / "ordinaire.xlsx", data_only=True)
    cas = recalculs["ordinaire"]
    valeurs = {faux[feuille][c.coordinate].value for feuille, c in formules(cas.formules)}
    assert valeurs == {int(FAUX)}
    assert cas.falsifiees > 300


@pytest.mark.parametrize("nom", ["ordinaire", "une", "quarante", "particuliere"])
def test_les_totaux_par_financeur_et_par_axe_sont_ceux_des_actions(
    nom: str, recalculs: dict[str, Recalcul]
) -> None:
    cas = recalculs[nom]
    feuille = cas.recalcule["Programmation"]
    places = colonnes(feuille)
    axes = par_axe(cas.programme)
    blocs = [
        (rang, list(axe.actions))
        for rang, axe in zip(rangees(feuille, "Sous-total"), axes, strict=True)
    ]
    [total] = rangees(feuille, "Total général")
    for ligne, actions in [*blocs, (total, list(cas.programme.actions))]:
        for financeur in cas.programme.financeurs:
            for titre, etape in ETAPES.items():
                trouve = feuille.cell(ligne, places[financeur.nom_court, titre]).value
                assert trouve == pytest.approx(float(somme(actions, financeur.cle, etape)))
        for titre, etape in ETAPES.items():
            attendu = sum(somme(actions, f.cle, etape) for f in cas.programme.financeurs)
            assert feuille.cell(
                ligne, places["Total des financeurs", titre]
            ).value == pytest.approx(float(attendu))
        couts = sum(a.cout or 0 for a in actions)
        assert feuille.cell(ligne, places["", "Coût total"]).value == pytest.approx(float(couts))


def test_une_ligne_inseree_compte_et_une_ligne_filtree_ne_compte_plus(
    recalculs: dict[str, Recalcul], bureau: Bureau
) -> None:
    """A row typed at either end of an axis is added; a hidden row still counts; a filter is followed."""
    actions = recalculs["ordinaire"].programme.actions
    premier = sum(a.cout or 0 for a in actions if a.axe == AXES[0])
    tout = sum(a.cout or 0 for a in actions)
    filtre = sum(a.cout or 0 for a in actions if a.porteur == "Collectif Passerelle")
    lues = [int(ligne) for ligne in bureau.retouches.read_text().split()]
    assert 0 < filtre < tout
    assert lues == [premier, tout, premier + 1100, tout + 1100, premier + 1100, filtre, premier]


def test_un_filtre_sur_l_axe_garde_les_actions_et_leur_sous_total() -> None:
    feuille = lire(programmation(20))["Programmation"]
    axe = colonnes(feuille)["", "Axe"]
    titres = [n for n in range(PREMIERE, feuille.max_row) if feuille.cell(n, 1).value in AXES]
    for titre, fin in zip(titres, rangees(feuille, "Sous-total"), strict=True):
        nom = feuille.cell(titre, 1).value
        assert {feuille.cell(n, axe).value for n in range(titre + 1, fin + 1)} == {nom}


def test_les_enveloppes_se_rapprochent_du_tableau(recalculs: dict[str, Recalcul]) -> None:
    cas = recalculs["ordinaire"]
    feuille = cas.recalcule["Enveloppes"]
    titres = {feuille.cell(TITRES, i).value: i for i in range(1, feuille.max_column + 1)}
    for ligne, etat in enumerate(cas.programme.enveloppes, start=PREMIERE):
        lues = {titre: feuille.cell(ligne, i).value for titre, i in titres.items()}
        assert lues["Financeur"] == etat.financeur.nom
        assert nombre(lues["Enveloppe"]) == etat.montant
        assert nombre(lues["Disponible"]) == etat.disponible
        assert nombre(lues["Reste"]) == etat.reste
        attendu = somme(cas.programme.actions, etat.financeur.cle, "accorde")
        assert nombre(lues["Accordé dans ce tableau"]) == attendu


def nombre(valeur: object) -> Decimal | None:
    return Decimal(str(valeur)) if isinstance(valeur, int | float) else None


def test_une_enveloppe_inconnue_n_a_pas_de_reste() -> None:
    inconnue = next(e for e in programmation(10).enveloppes if e.montant is None)
    feuille = lire(replace(programmation(10), enveloppes=(inconnue,)))["Enveloppes"]
    assert [feuille.cell(PREMIERE, i).value for i in (2, 3)] == [None, "non communiquée"]
    assert feuille.cell(PREMIERE + 1, 10).value is None  # no total of what nobody knows


# What a cell holds --------------------------------------------------------------------------------


def test_aucun_texte_saisi_ne_devient_une_formule(recalculs: dict[str, Recalcul]) -> None:
    """Cells that begin with = + - @ stay text, here and after LibreOffice saved them again."""
    cas = recalculs["particuliere"]
    permises = {"SUBTOTAL", "SUMIF", "SUMPRODUCT", "SUM", "IF", "N", "INDEX", "ROW"}
    for _, cellule in formules(cas.formules):
        assert set(re.findall(r"[A-Z]+(?=\()", str(cellule.value))) <= permises
    pieges = {a.titre for a in cas.programme.actions if a.titre[0] in "=+-@\t<"}
    for livre in (cas.formules, cas.recalcule):
        feuille = livre["Programmation"]
        places = colonnes(feuille)
        for titre in ("Porteur", "Intitulé", "Quartiers", "Axe"):
            i = places["", titre]
            cellules = [feuille.cell(n, i) for n in range(PREMIERE, feuille.max_row + 1)]
            lues = {str(c.value): c for c in cellules if c.value in pieges}
            assert set(lues) == pieges
            assert {(c.data_type, c.number_format) for c in lues.values()} == {("s", "@")}


def test_le_classeur_ne_contient_rien_d_executable() -> None:
    noms = zipfile.ZipFile(BytesIO(classeur(particuliere()))).namelist()
    assert [n for n in noms if not re.fullmatch(r"[\w/\[\].]+\.(xml|rels)", n)] == []
    assert [n for n in noms if re.search(r"vba|macro|external|activeX|embed", n, re.I)] == []


def test_les_textes_les_nombres_et_les_vides_gardent_leur_nature() -> None:
    etat = financeurs(1)[0]
    montants = {etat.cle: Montants(Decimal("1500.50"), Decimal(0), None, lignes=1)}
    depart = replace(programmation(0), financeurs=(etat,))
    feuille = lire(replace(depart, actions=(action("007", montants),)))["Programmation"]
    places = colonnes(feuille)

    def cellule(groupe: str, titre: str) -> Cell:
        trouvee = feuille.cell(PREMIERE + 1, places[groupe, titre])
        assert isinstance(trouvee, Cell)
        return trouvee

    assert (cellule("", "N°").value, cellule("", "N°").number_format) == ("007", "@")
    assert (cellule("", "SIRET").value, cellule("", "SIRET").number_format) == (
        "35600000000048",
        "@",
    )
    assert cellule("État", "Demandé").value == 1500.5
    assert "0.00" in cellule("État", "Demandé").number_format
    assert cellule("État", "Proposé").value == 0
    assert "0.00" not in cellule("État", "Proposé").number_format
    assert cellule("État", "Accordé").value is None
    assert cellule("", "Coût total").value == 20000
    assert cellule("Public", "Femmes").value == 22


def test_chaque_action_tient_une_ligne_dans_l_ordre_des_axes_puis_des_numeros() -> None:
    numeros = ["10", "9", "2-b", "2-a"]
    actions = [action(n, {}, axe=AXES[i % 2], axe_rang=i % 2) for i, n in enumerate(numeros)]
    actions.append(action("1", {}, axe="", axe_rang=0))
    feuille = lire(replace(programmation(0), actions=tuple(actions)))["Programmation"]
    lus = [feuille.cell(n, 1).value for n in range(PREMIERE, feuille.max_row + 1)]
    assert lus == [
        *(AXES[0], "2-b", "10", "Sous-total"),
        *(AXES[1], "2-a", "9", "Sous-total"),
        *("Sans axe", "1", "Sous-total"),
        "Total général",
    ]


def test_quarante_financeurs_ont_chacun_leur_bloc() -> None:
    programme = programmation(3, combien_financeurs=40)
    places = colonnes(lire(programme)["Programmation"])
    blocs = [(f.nom_court, titre) for f in programme.financeurs for titre in ETAPES]
    assert [bloc for bloc in places if bloc in blocs] == blocs


def test_deux_financeurs_du_meme_nom_gardent_deux_blocs() -> None:
    etat = financeurs(1)[0]
    jumeau = replace(etat, cle="f-bis")
    montants = {etat.cle: Montants(accorde=Decimal(1)), "f-bis": Montants(accorde=Decimal(2))}
    depart = replace(programmation(0), financeurs=(etat, jumeau), actions=(action("1", montants),))
    feuille = lire(depart)["Programmation"]
    titres = [feuille.cell(GROUPES, i).value for i in range(1, feuille.max_column + 1)]
    assert titres.count("État") == 2


# How it looks -------------------------------------------------------------------------------------


def test_l_entete_est_fige_filtre_et_repete_sur_le_papier() -> None:
    feuille = lire(programmation(30))["Programmation"]
    derniere = feuille.cell(TITRES, feuille.max_column).coordinate
    assert feuille.freeze_panes == "D6"
    assert feuille.auto_filter.ref == f"A5:{derniere[:-1]}{feuille.max_row - 1}"
    assert feuille.print_title_rows == "$4:$5"
    assert feuille.page_setup.orientation == "landscape"
    assert int(feuille.page_setup.paperSize) == 8  # A3
    assert (feuille.sheet_properties.pageSetUpPr.fitToPage, feuille.page_setup.fitToHeight) == (
        True,
        0,
    )
    assert feuille.oddFooter.center.text == "Page &P / &N"
    assert round(feuille.page_margins.left * 25.4) == 15


def test_une_table_trop_large_se_coupe_entre_deux_financeurs() -> None:
    feuille = lire(programmation(3, combien_financeurs=40))["Programmation"]
    debuts = {i for (_, titre), i in colonnes(feuille).items() if titre == "Demandé"}
    coupes = [coupe.id + 1 for coupe in feuille.col_breaks.brk]
    assert len(coupes) > 2
    assert set(coupes) <= debuts
    assert feuille.print_title_cols == "$A:$C"


def test_le_papier_montre_tout_et_rien_n_est_coupe(
    recalculs: dict[str, Recalcul], bureau: Bureau
) -> None:
    """Printed by LibreOffice: no « ### », every number and every total is there, pages are counted."""
    for pdf in map(bureau.imprime, IMPRIMES):
        texte = subprocess.run(
            ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True, text=True
        ).stdout
        programme = recalculs[pdf.stem].programme
        assert "##" not in texte
        assert [a.numero for a in programme.actions if a.numero not in texte] == []
        pages = texte.count("\f")
        assert f"Page {pages} / {pages}" in re.sub(r"\s+", " ", texte)


def test_les_proprietes_disent_le_titre_et_la_langue() -> None:
    livre = lire(programmation(1))
    assert livre.properties.title == (
        "Programmation 2026 – Contrat Quartiers 2030 – Trois-Canaux Agglomération"
    )
    assert {p.name: p.value for p in livre.custom_doc_props.props} == {"Language": "fr-FR"}


def test_le_cartouche_dit_le_contrat_l_annee_la_date_et_l_empreinte() -> None:
    programme = programmation(1)
    feuille = lire(programme)["Programmation"]
    assert [feuille.cell(n, 1).value for n in (1, 2, 3)] == [
        programme.contrat,
        "Programmation 2026 · Appel à projets 2026 · état au 21 novembre 2026",
        f"Montants en euros · Empreinte du journal : {programme.empreinte}",
    ]


def test_sans_action_le_classeur_le_dit() -> None:
    livre = lire(programmation(0))
    feuille = livre["Programmation"]
    assert feuille.cell(PREMIERE, 1).value == "Aucune action dans cette programmation."
    assert livre.sheetnames == ["Programmation", "Enveloppes"]


def test_sans_financeur_ni_enveloppe_le_tableau_tient_encore() -> None:
    nu = replace(programmation(3), financeurs=(), enveloppes=())
    livre = lire(nu)
    assert livre.sheetnames == ["Programmation", "Par axe"]
    assert ("", "Coût total") in colonnes(livre["Programmation"])


# Writing the file ---------------------------------------------------------------------------------


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    """Where the person writes: nothing else is in it."""
    vide = tmp_path / "sorties à nous"
    vide.mkdir()
    return vide


def test_le_meme_programme_donne_les_memes_octets() -> None:
    assert classeur(programmation(8)) == classeur(programmation(8))


def test_le_fichier_remplace_l_ancien_d_un_coup(dossier: Path) -> None:
    cible = dossier / "programmation.xlsx"
    cible.write_bytes(b"ancien")
    ecrire_classeur(programmation(1), cible)
    assert [p.name for p in dossier.iterdir()] == ["programmation.xlsx"]
    assert openpyxl.load_workbook(cible).sheetnames[0] == "Programmation"


@pytest.mark.parametrize(
    ("code", "attendue", "phrase"),
    [
        (errno.ENOSPC, DisquePlein, "plus assez de place"),
        (errno.EACCES, LectureSeule, "fermez-le s'il est ouvert ailleurs"),
        (errno.EROFS, LectureSeule, "choisissez un dossier où vous pouvez écrire"),
        (errno.EIO, ErreurConnue, "n'a pas pu être écrit"),
    ],
)
def test_une_ecriture_impossible_est_dite_et_l_ancien_fichier_reste(
    dossier: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    attendue: type[ErreurConnue],
    phrase: str,
) -> None:
    cible = dossier / "programmation.xlsx"
    cible.write_bytes(b"ancien")

    def refuser(_: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", refuser)
    with pytest.raises(ErreurConnue, match=phrase) as levee:
        ecrire_entier(cible, b"nouveau")
    assert type(levee.value) is attendue
    assert cible.read_bytes() == b"ancien"
    assert [p.name for p in dossier.iterdir()] == ["programmation.xlsx"]


def test_un_dossier_absent_est_dit(tmp_path: Path) -> None:
    with pytest.raises(SaisieRefusee, match=r"n'existe pas : créez-le"):
        ecrire_classeur(programmation(0), tmp_path / "absent" / "p.xlsx")


def test_le_nom_d_un_dossier_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "p.xlsx").mkdir()
    with pytest.raises(SaisieRefusee, match="est le nom d'un dossier"):
        ecrire_classeur(programmation(0), tmp_path / "p.xlsx")


@pytest.mark.parametrize(
    ("texte", "attendue"),
    [
        ("2026-11-21", "21 novembre 2026"),
        ("2026-02-01T08:00:00+00:00", "1er février 2026"),
        ("01/08/2027", "1er août 2027"),
        ("printemps 2026", "printemps 2026"),
        ("", ""),
    ],
)
def test_les_dates_s_ecrivent_en_toutes_lettres(texte: str, attendue: str) -> None:
    assert date_longue(texte) == attendue


def test_l_etat_d_une_enveloppe_est_celui_du_programme() -> None:
    """Guard of the fixture itself: « reste » follows from the other figures."""
    for etat in programmation(40).enveloppes:
        assert isinstance(etat, EtatEnveloppe)
        if etat.disponible is not None and etat.montant is not None:
            assert etat.disponible == etat.montant - etat.reserve - etat.engage
            assert etat.reste == etat.disponible - etat.accorde


# The annex of a séance ----------------------------------------------------------------------------


def _total(feuille: Worksheet, titre: str) -> Decimal:
    """What the row of totals shows under a title, to the cent."""
    colonne = next(c.column for c in feuille[TITRES] if c.value == titre)
    fin = next(c.row for c in feuille["A"] if c.value == "Total")
    return Decimal(str(feuille.cell(fin, colonne).value or 0)).quantize(Decimal("0.01"))


@pytest.mark.usefixtures("recalculs")
def test_l_annexe_de_la_seance_recalculee_a_les_totaux_de_la_base_au_centime(
    bureau: Bureau, annexe: Annexe
) -> None:
    ecrit = openpyxl.load_workbook(annexe.ecrit, data_only=True)
    refait = openpyxl.load_workbook(bureau.refait("annexe"), data_only=True)
    assert annexe.falsifiees > 30
    assert annexe.total == Decimal("28400.25")
    for livre in (ecrit, refait):
        assert _total(livre["Décisions"], "Total accordé") == annexe.total
        assert _total(livre["Montants"], "Accordé") == annexe.total
        assert _total(livre["Par financeur"], "Accordé par la séance") == annexe.total
        assert _total(livre["Par crédit"], "Accordé") == annexe.total
        lignes = {r[0].value: r for r in livre["Par financeur"].iter_rows(min_row=PREMIERE)}
        for nom, montant in annexe.accordes.items():
            assert Decimal(str(lignes[nom][3].value)).quantize(Decimal("0.01")) == montant
            if montant:
                assert _total(livre[nom], "Montant accordé") == montant
    for feuille in ecrit:
        for rang in feuille.iter_rows():
            for case in rang:
                refaite = refait[feuille.title].cell(case.row, case.column).value
                assert _proches(case.value, refaite), (feuille.title, case.coordinate)


def _proches(ecrite: object, refaite: object) -> bool:
    if isinstance(ecrite, int | float) and isinstance(refaite, int | float):
        return abs(ecrite - refaite) < 1e-6
    return (ecrite or None) == (refaite or None)
