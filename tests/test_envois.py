"""The workbook sent to the préfecture: written, recalculated and changed in LibreOffice, taken back."""

import json
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from echange_calc import BIBLIOTHEQUE, BIBLIOTHEQUES
from fabrique_papiers import seance_tenue
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from PySide6.QtWidgets import QApplication
from sqlalchemy import select
from test_export_excel import PROFIL, falsifier

from app import boot
from app.cli import executer
from app.models.action import Cofinancement
from app.models.contrat import Contrat
from app.models.enums import StatutAction
from app.models.journal import Operation
from app.services.actions import Actions
from app.services.cofinancements import Cofinancements
from app.services.envois import ecrire_envoi
from app.services.errors import Conflit, SaisieRefusee
from app.services.fichier import Fichier
from app.services.retours import Difference, Retour, Sort, lire_retour, reprendre
from app.ui.screen_import import EcranImport
from app.ui.screen_retour import EcranRetour
from tests import fabriques
from tests.fabrique_fenetre import SANS_ECRAN, application, laisser_faire

__all__ = ["application"]
pytestmark = pytest.mark.qt_log_ignore(SANS_ECRAN)

ANNEE = 2026
PIEGE = "=cmd|' /C calc'!A0"
MACRO = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">
Function Colonne(f, titre)
  Dim j
  For j = 0 To 80
    If f.getCellByPosition(j, 4).String = titre Then
      Colonne = j
      Exit Function
    End If
  Next
  Colonne = -1
End Function
Function Rangee(f, numero)
  Dim i
  For i = 5 To 40
    If f.getCellByPosition(0, i).String = numero Then
      Rangee = i
      Exit Function
    End If
  Next
  Rangee = -1
End Function
Function Case_(f, numero, titre)
  Case_ = f.getCellByPosition(Colonne(f, titre), Rangee(f, numero))
End Function
Sub Ecrire(doc, cible, filtre)
  Dim ecriture(0) As New com.sun.star.beans.PropertyValue
  ecriture(0).Name = "FilterName"
  ecriture(0).Value = filtre
  doc.storeToURL(cible, ecriture())
End Sub
Sub Retoucher
  On Error Goto Fin
  Dim cache(0) As New com.sun.star.beans.PropertyValue
  Dim tri(0) As New com.sun.star.table.TableSortField
  Dim reglage(1) As New com.sun.star.beans.PropertyValue
  Dim doc, f, c, zone, a, i
  cache(0).Name = "Hidden"
  cache(0).Value = True
  doc = StarDesktop.loadComponentFromURL("%(faux)s", "_blank", 0, cache())
  Ecrire doc, "%(refait)s", "Calc MS Excel 2007 XML"
  doc.close(True)
  doc = StarDesktop.loadComponentFromURL("%(envoi)s", "_blank", 0, cache())
  f = doc.Sheets.getByName("Programmation")
  Case_(f, "2026-001", "État – Proposé").Value = 4321.5
  Case_(f, "2026-002", "État – Accordé").Value = 3500
  Case_(f, "2026-003", "État – Demandé").String = "beaucoup"
  Case_(f, "2026-004", "État – Proposé").Value = -5
  Case_(f, "2026-006", "Avis").String = "Favorable"
  Case_(f, "2026-006", "Observation").String = "%(piege)s"
  Case_(f, "2026-001", "Agglomération – Accordé").Value = 9999
  Case_(f, "2026-002", "Intitulé").String = "Un autre titre"
  c = doc.Sheets.getByName("Cofinancements")
  For i = 5 To 30
    a = c.getCellByPosition(Colonne(c, "Demandé"), i)
    If a.Value = 700 And a.Formula = "700" Then a.Value = 750
  Next
  f.Rows.removeByIndex(Rangee(f, "2026-005"), 1)
  zone = f.getCellRangeByPosition(0, 4, Colonne(f, "Clé"), 9)
  tri(0).Field = 0
  tri(0).IsAscending = False
  reglage(0).Name = "SortFields"
  reglage(0).Value = tri()
  reglage(1).Name = "ContainsHeader"
  reglage(1).Value = True
  zone.sort(reglage())
  f.Columns.insertByIndex(1, 2)
  f.getCellByPosition(1, 4).String = "Notre suivi"
  f.getCellByPosition(1, 5).String = "vu"
  f.Rows.insertByIndex(2, 1)
  f.Rows.getByIndex(7).IsVisible = False
  Ecrire doc, "%(xlsx)s", "Calc MS Excel 2007 XML"
  Ecrire doc, "%(ods)s", "calc8"
  doc.close(True)
Fin:
  StarDesktop.terminate()
End Sub
</script:module>"""


@dataclass(frozen=True)
class Echange:
    """A file, the workbook sent of it, and what LibreOffice made of that."""

    fichier: Fichier
    dossier: Path
    decor: fabriques.Decor
    falsifiees: int

    def chemin(self, nom: str) -> Path:
        return self.dossier / nom

    def ouvrir(self, nom: str, *, valeurs: bool = True) -> Workbook:
        return openpyxl.load_workbook(self.chemin(nom), data_only=valeurs)


def remplir(fichier: Fichier) -> fabriques.Decor:
    """Six actions, three financeurs, cents, two lines of one financeur, texts that look like formulas."""
    d = fabriques.decor(fichier, actions=6)
    etat, agglo, region = d.financeurs
    with fichier.operation("Remplir") as e:
        for rang, action in enumerate(d.actions):
            fabriques.classement(e, action, d.noeuds[rang % 3])
            fabriques.action_quartier(e, action, d.quartiers[rang % 2])
            montants = {"demande": Decimal("8000.10"), "propose": Decimal(5000)}
            fabriques.cofinancement(e, action, etat, accorde=Decimal(3000), **montants)
        for demande in (700, 800):
            fabriques.cofinancement(e, d.actions[0], agglo, demande=Decimal(demande))
        fabriques.cofinancement(
            e, d.actions[1], region, demande=Decimal(0), accorde=Decimal("0.05")
        )
    actions = Actions(fichier)
    actions.modifier(d.actions[3], titre=PIEGE, avis="<b>&amp;</b>", observation="Ligne 1\nLigne 2")
    actions.modifier(d.actions[4], titre="* ~ ? Étoiles", cpo_rang=1, cpo_duree=3)
    return d


@pytest.fixture(scope="module")
def echange(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Echange]:
    """One run of LibreOffice for the whole module: starting it takes longer than all that it does."""
    dossier = tmp_path_factory.mktemp("envoi")
    with fabriques.neuf(dossier / "contrat.tdt") as fichier:
        decor = remplir(fichier)
        ecrire_envoi(fichier, ANNEE, dossier / "envoi.xlsx")
        nombre = falsifier(dossier / "envoi.xlsx", dossier / "faux.xlsx")
        retoucher(dossier)
        yield Echange(fichier, dossier, decor, nombre)


def retoucher(dossier: Path) -> None:
    profil = dossier / "profil"
    macros = profil / "user" / "basic" / "Standard"
    macros.mkdir(parents=True)
    (profil / "user" / "registrymodifications.xcu").write_text(PROFIL, encoding="utf-8")
    (macros.parent / "script.xlc").write_text(BIBLIOTHEQUES, encoding="utf-8")
    (macros / "script.xlb").write_text(BIBLIOTHEQUE, encoding="utf-8")
    noms = {"faux": "faux.xlsx", "refait": "refait.xlsx", "envoi": "envoi.xlsx"}
    noms |= {"xlsx": "revenu.xlsx", "ods": "revenu.ods"}
    valeurs = {cle: (dossier / nom).as_uri() for cle, nom in noms.items()} | {"piege": PIEGE}
    macro = MACRO.replace("%(piege)s", PIEGE.replace("&", "&amp;")) % valeurs
    (macros / "Module1.xba").write_text(macro, encoding="utf-8")
    commande = ["soffice", f"-env:UserInstallation={profil.as_uri()}", "--headless"]
    commande += ["--norestore", "macro:///Standard.Module1.Retoucher"]
    subprocess.run(commande, check=True, capture_output=True, timeout=90)


def places(feuille: Worksheet) -> dict[str, int]:
    return {str(c.value): c.column for c in feuille[5] if c.value is not None}


def lue(echange: Echange, nom: str) -> Retour:
    retour = lire_retour(echange.fichier, echange.chemin(nom))
    assert retour is not None
    return retour


def par_case(retour: Retour) -> dict[tuple[str, str], Difference]:
    return {(d.numero, d.quoi): d for d in retour.differences}


# The workbook ---------------------------------------------------------------------------------------


def test_libreoffice_retrouve_chaque_valeur_et_les_totaux_de_la_base(echange: Echange) -> None:
    ecrit, refait = echange.ouvrir("envoi.xlsx"), echange.ouvrir("refait.xlsx")
    assert echange.falsifiees > 150
    for feuille in ecrit.worksheets:
        for rangee in feuille.iter_rows():
            for cellule in rangee:
                autre = refait[feuille.title][cellule.coordinate].value
                assert proches(cellule.value, autre), (feuille.title, cellule.coordinate)
    montants = list(echange.fichier.lignes(select(Cofinancement.demande, Cofinancement.accorde)))
    total = Decimal(48_000) + Decimal("0.60") + 1_500
    assert sum(d or 0 for d, _ in montants) == total
    feuille = refait["Synthèses"]
    totaux = [r for r in feuille.iter_rows(min_row=6, max_col=7) if r[0].value == "Total"]
    assert len(totaux) == 7  # axe, quartier, commune, porteur, financeur, nouveau, convention
    for rangee in totaux:
        assert round(Decimal(str(rangee[3].value)), 2) == total
        assert round(Decimal(str(rangee[5].value)), 2) == Decimal("18000.05")


def proches(ecrite: object, refaite: object) -> bool:
    if isinstance(ecrite, int | float) and isinstance(refaite, int | float):
        return abs(ecrite - refaite) < 0.001
    return (ecrite or "") == (refaite or "")


def test_les_tables_sont_nommees_et_leurs_colonnes_ne_changent_pas(echange: Echange) -> None:
    livre = echange.ouvrir("envoi.xlsx", valeurs=False)
    feuille = livre["Programmation"]
    assert set(feuille.tables) == {"Programmation"}
    assert set(livre["Cofinancements"].tables) == {"Cofinancements"}
    titres = places(feuille)
    for titre in ("N°", "État – Proposé", "Région – Accordé", "Avis", "Décision", "Clé"):
        assert titre in titres
    assert feuille.column_dimensions[openpyxl.utils.get_column_letter(titres["Clé"])].hidden
    assert feuille.freeze_panes == "D6"
    assert feuille.print_title_rows == "$4:$5"
    assert feuille.page_setup.orientation == "landscape"
    assert {v.type for v in feuille.data_validations.dataValidation} == {"decimal", "list"}
    etats = {w.title: w.sheet_state for w in livre.worksheets}
    assert etats["Identification"] == etats["Valeurs envoyées"] == "veryHidden"
    assert len(livre["Synthèses"]._charts) == 7
    formules = [c.value for r in livre["Synthèses"].iter_rows() for c in r if c.data_type == "f"]
    assert any("SUMIFS(Programmation[" in formule for formule in formules)
    assert livre.properties.title.startswith("Programmation 2026")


def test_rien_n_est_executable_et_un_texte_reste_un_texte(echange: Echange) -> None:
    with zipfile.ZipFile(echange.chemin("envoi.xlsx")) as archive:
        noms = archive.namelist()
    assert not [
        n for n in noms if "vba" in n.lower() or "external" in n.lower() or "query" in n.lower()
    ]
    feuille = echange.ouvrir("envoi.xlsx", valeurs=False)["Programmation"]
    [titre] = [c for r in feuille.iter_rows() for c in r if c.value == PIEGE]
    assert titre.data_type == "s"
    assert titre.number_format == "@"


def test_sans_action_le_classeur_tient_encore(tmp_path: Path) -> None:
    with fabriques.neuf(tmp_path / "vide.tdt") as fichier:
        fabriques.decor(fichier, actions=0)
        ecrire_envoi(fichier, ANNEE, tmp_path / "vide.xlsx")
        retour = lire_retour(fichier, tmp_path / "vide.xlsx")
    assert openpyxl.load_workbook(tmp_path / "vide.xlsx")["Programmation"]["A5"].value == "N°"
    assert retour is None or not retour.differences


# The way back ---------------------------------------------------------------------------------------


def test_un_classeur_renvoye_tel_quel_ne_change_rien(echange: Echange) -> None:
    assert lue(echange, "envoi.xlsx").differences == ()
    assert lue(echange, "refait.xlsx").differences == ()


@pytest.mark.parametrize("nom", ["revenu.xlsx", "revenu.ods"])
def test_ce_qui_a_change_est_retrouve_malgre_tri_colonnes_et_lignes(
    echange: Echange, nom: str
) -> None:
    retour = lue(echange, nom)
    cases = par_case(retour)
    proposee = cases["2026-001", "État – Proposé"]
    assert (proposee.leur, proposee.ici, proposee.envoye) == (Decimal("4321.50"), 5000, 5000)
    assert proposee.sort is Sort.PRISE
    assert cases["2026-002", "État – Accordé"].leur == 3500
    assert cases["2026-006", "Avis"].leur == "Favorable"
    assert cases["2026-006", "Observation"].leur == PIEGE
    assert cases["2026-001", "Agglomération – Demandé"].leur == 750
    refusees = {c: d.remarque for c, d in cases.items() if d.sort is Sort.REFUSEE}
    assert "montant" in refusees["2026-003", "État – Demandé"]
    assert "négatif" in refusees["2026-004", "État – Proposé"]
    assert "Cofinancements" in refusees["2026-001", "Agglomération – Accordé"]
    assert len(cases) == 8  # neither the title nor the column that they added comes back
    assert any("1 action ne s'y trouve plus" in r for r in retour.remarques)


def test_ce_qui_a_change_des_deux_cotes_est_a_choisir_puis_tout_s_annule_d_un_coup(
    echange: Echange,
) -> None:
    fichier, d = echange.fichier, echange.decor
    etat = d.financeurs[0]
    Cofinancements(fichier).saisir(d.actions[1], etat, etape="accorde", montant=Decimal(3200))
    avant = lignes(fichier)
    try:
        retour = lue(echange, "revenu.xlsx")
        conflit = par_case(retour)["2026-002", "État – Accordé"]
        assert conflit.sort is Sort.CONFLIT
        assert (conflit.leur, conflit.ici, conflit.envoye) == (3500, 3200, 3000)
        choisies = [x for x in retour.differences if x.sort is not Sort.REFUSEE]
        assert reprendre(fichier, retour, choisies) == len(choisies) == 5
        ligne = Actions(fichier).lignes_de([d.actions[1], d.actions[5]])
        assert ligne[d.actions[1]].montants[etat].accorde == 3500
        assert ligne[d.actions[5]].observation == PIEGE
        assert lue(echange, "revenu.xlsx").differences != retour.differences
        [(libelle,)] = fichier.lignes(
            select(Operation.libelle).order_by(Operation.numero.desc()).limit(1)
        )
        assert libelle.startswith("Retour de la préfecture")
        assert fichier.undo.annuler() == libelle
        assert lignes(fichier) == avant
    finally:
        fichier.undo.annuler()


def lignes(fichier: Fichier) -> list[object]:
    colonnes = (
        Cofinancement.cle,
        Cofinancement.demande,
        Cofinancement.propose,
        Cofinancement.accorde,
    )
    return sorted(tuple(li) for li in fichier.lignes(select(*colonnes)))


def test_rien_n_est_ecrit_quand_le_fichier_a_change_depuis(echange: Echange) -> None:
    fichier, d = echange.fichier, echange.decor
    retour = lue(echange, "revenu.xlsx")
    Actions(fichier).modifier(d.actions[0], statut=str(StatutAction.PROPOSEE))
    try:
        with pytest.raises(Conflit, match="a changé depuis la comparaison"):
            reprendre(fichier, retour, retour.differences)
    finally:
        fichier.undo.annuler()


def test_le_classeur_d_un_autre_contrat_est_refuse_d_une_phrase(
    echange: Echange, tmp_path: Path
) -> None:
    with fabriques.neuf(tmp_path / "autre.tdt") as autre:
        fabriques.decor(autre)
        [(cle, nom)] = autre.lignes(select(Contrat.cle, Contrat.nom))
        with pytest.raises(SaisieRefusee, match="un autre fichier de ce contrat"):
            lire_retour(autre, echange.chemin("envoi.xlsx"))
        with autre.operation("Renommer") as e:
            e.modifier(Contrat, cle, nom=f"{nom} bis")
        with pytest.raises(SaisieRefusee, match="vient d'un autre contrat"):
            lire_retour(autre, echange.chemin("envoi.xlsx"))


def test_la_ligne_de_commande_dit_les_differences_puis_les_reprend(
    echange: Echange, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copie = tmp_path / "copie.tdt"
    echange.fichier.enregistrer_copie(copie)
    importer = ["importer", str(copie), str(echange.chemin("revenu.xlsx"))]
    assert executer([*importer, "--simuler"]) == 0
    simule = capsys.readouterr().out
    assert "2026-001" in simule
    assert "rien n'a été écrit" in simule
    assert executer([*importer, "--json"]) == 0
    dites = json.loads(capsys.readouterr().out)
    assert dites["reprises"] == 5
    assert {d["sort"] for d in dites["differences"]} == {"prise", "refusee"}
    assert executer([*importer, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["reprises"] == 0


def test_la_page_montre_chaque_case_et_reprend_ce_qui_est_coche(
    echange: Echange, tmp_path: Path, application: QApplication
) -> None:
    """From the import page, which knows the workbook by its marks, to one undoable operation."""
    copie = tmp_path / "copie.tdt"
    echange.fichier.enregistrer_copie(copie)
    contexte = boot.ouvrir(copie)
    importe, page = EcranImport(contexte), EcranRetour(contexte)
    try:
        importe.revenu.connect(page.ouvrir)
        importe.ouvrir(echange.chemin("revenu.xlsx"), ANNEE)
        while importe.occupe or not page.liste.donnees.elements:
            laisser_faire()
        assert importe.brouillon() == ""
        textes = [e.textes for e in page.liste.donnees.elements]
        assert any(t[1] == "État – Proposé" and t[2].startswith("4") for t in textes)
        assert page.prendre.text() == "Reprendre 5 cases"
        page.tout.click()
        page.tout.click()
        assert not page.prendre.isEnabled()
        page.tout.click()
        dites: list[str] = []
        page.termine.connect(dites.append)
        page.prendre.click()
        assert dites[0].startswith("5 cases reprises")
        assert contexte.fichier.undo.annuler().startswith("Retour de la préfecture")
    finally:
        importe.fermer()
        contexte.fermer()


def test_ce_qu_une_seance_close_a_decide_est_refuse(tmp_path: Path) -> None:
    with fabriques.neuf(tmp_path / "seance.tdt") as fichier:
        salle = seance_tenue(fichier)
        salle.comite.scellements.clore(salle.seance, confirmer=True)
        ecrire_envoi(fichier, ANNEE, tmp_path / "envoi.xlsx")
        livre = openpyxl.load_workbook(tmp_path / "envoi.xlsx")
        feuille = livre["Programmation"]
        titres = places(feuille)
        for rang in range(6, feuille.max_row):
            feuille.cell(rang, titres["État – Accordé"]).value = 123
        livre.save(tmp_path / "revenu.xlsx")
        retour = lire_retour(fichier, tmp_path / "revenu.xlsx")
        assert retour is not None
        decisions = {
            str(r[titres["N°"] - 1].value): r[titres["Décision"] - 1].value
            for r in feuille.iter_rows(min_row=6)
        }
    accordes = [d for d in retour.differences if d.quoi == "État – Accordé"]
    assert len(accordes) == 9
    for d in accordes:
        decidee = decisions[d.numero] not in ("Ajourné", None)
        assert (d.sort is Sort.REFUSEE) == decidee, (d, decisions[d.numero])
        assert not decidee or "close" in d.remarque


def test_un_tableau_quelconque_n_est_pas_un_retour(echange: Echange, tmp_path: Path) -> None:
    livre = openpyxl.Workbook()
    livre.active["A1"] = "Intitulé"
    livre.save(tmp_path / "tableau.xlsx")
    assert lire_retour(echange.fichier, tmp_path / "tableau.xlsx") is None
