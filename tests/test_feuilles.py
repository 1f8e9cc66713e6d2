"""Any file people have: what is read of it, and one sentence for those that must not be."""

import datetime as dt
import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import fabrique_import as fabrique
import pytest
from fabrique_import import DONNEES

from app.services import classeurs, classeurs_xls, feuilles, textes_sources
from app.services.errors import SourceIllisible, TravailAnnule
from app.services.feuilles import Feuille, ouvrir


def seule(chemin: Path) -> Feuille:
    (feuille,) = ouvrir(chemin).feuilles
    return feuille


# Reading ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nom", ["programmation.xlsx", "programmation.ods"])
def test_un_classeur_garde_ses_numeros_de_ligne(nom: str) -> None:
    feuille = seule(DONNEES / nom)
    assert feuille.nom == "Programmation 2026"
    assert feuille.cellules[0] == (fabrique.TITRE,)
    assert feuille.cellules[2] == ()
    assert feuille.cellules[3] == fabrique.ENTETE
    assert feuille.cellules[5][13] == Decimal("12500.5")


def test_un_ancien_classeur_se_lit_avec_ses_cellules_fusionnees() -> None:
    feuille = seule(DONNEES / "deux_lignes.xls")
    assert feuille.cellules[1][8] == "État"
    assert ((1, 8), (1, 10)) in feuille.fusions


def test_les_cellules_deviennent_des_valeurs_sans_virgule_flottante(tmp_path: Path) -> None:
    chemin = fabrique.classeur(
        tmp_path / "a.xlsx", {"A": [("x", 12, 12.5, 0.1 + 0.2, True, dt.date(2026, 3, 1), " y ")]}
    )
    assert seule(chemin).cellules == (
        ("x", 12, Decimal("12.5"), Decimal("0.3"), True, dt.date(2026, 3, 1), "y"),
    )


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separateur", [";", ",", "\t"])
def test_un_texte_se_lit_quels_que_soient_son_encodage_et_son_separateur(
    tmp_path: Path, encodage: str, separateur: str
) -> None:
    rangees = [("Intitulé", "Coût"), ("Été au quartier, suite", "12 500,50"), ("Noël ; fin", "3,5")]
    chemin = fabrique.texte(tmp_path / "a.csv", rangees, separateur=separateur, encodage=encodage)
    assert seule(chemin).cellules == tuple(rangees)


def test_la_ligne_sep_d_excel_n_est_pas_une_donnee(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("sep=;\nPorteur;Intitulé\nA;b, c, d\n", encoding="utf-8")
    assert seule(tmp_path / "a.csv").cellules == (("Porteur", "Intitulé"), ("A", "b, c, d"))


def test_une_cellule_de_texte_peut_tenir_sur_plusieurs_lignes(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('A;B\n"x\ny";z\n', encoding="utf-8", newline="")
    assert seule(tmp_path / "a.csv").cellules == (("A", "B"), ("x\ny", "z"))


# Cells in error -----------------------------------------------------------------------------------


def avec_formules(dossier: Path) -> Path:
    """C2: a formula never computed; D2: an error; E2: a formula with its value."""
    chemin = fabrique.classeur(dossier / "b.xlsx", {"A": [("a", "b", "c"), ("x", 1, 2)]})
    return fabrique.modifier_partie(
        chemin, dossier / "formules.xlsx", "xl/worksheets/sheet1.xml", b"</row></sheetData>",
        b'<c r="D2"><f>1+1</f></c><c r="E2" t="e"><f>A9</f><v>#REF!</v></c>'
        b'<c r="F2"><f>2+2</f><v>4</v></c><c r="G2" t="str"><f>D2</f><v></v></c></row></sheetData>',
    )  # fmt: skip


def test_une_formule_en_erreur_ou_jamais_calculee_est_signalee(tmp_path: Path) -> None:
    feuille = seule(avec_formules(tmp_path))
    assert feuille.cellules[1] == ("x", 1, 2, None, None, 4)
    assert feuille.fautes == {
        (1, 3): classeurs.SANS_VALEUR,
        (1, 4): classeurs.ERREUR,
        (1, 6): classeurs.SANS_VALEUR,
    }


@pytest.mark.parametrize("nom", ["erreurs.ods", "erreurs.xls"])
def test_une_erreur_est_signalee_dans_les_autres_formats(nom: str) -> None:
    """B2 holds =1/0, C2 is 3."""
    feuille = seule(DONNEES / nom)
    assert feuille.cellules[1] == ("x", None, 3)
    assert feuille.fautes == {(1, 1): classeurs.ERREUR}


def test_un_classeur_a_macros_est_lu_sans_les_executer(tmp_path: Path) -> None:
    chemin = fabrique.ajouter_partie(
        DONNEES / "mgdis.xlsx", tmp_path / "m.xlsm", "xl/vbaProject.bin", (b"\xcc\x61" * 40,)
    )
    source = ouvrir(chemin)
    (information,) = source.informations
    assert information == (
        "Ce classeur contient des macros : elles n'ont pas été exécutées, "
        "seules ses valeurs ont été lues."
    )
    assert source.feuilles[0].cellules[0] == fabrique.MGDIS[0]


# Files that must not be read ----------------------------------------------------------------------

Fabrique = Callable[[Path], Path]


def octets(nom: str, contenu: bytes) -> Fabrique:
    def ecrire(dossier: Path) -> Path:
        (dossier / nom).write_bytes(contenu)
        return dossier / nom

    return ecrire


def tronque(dossier: Path) -> Path:
    return octets("t.xlsx", (DONNEES / "mgdis.xlsx").read_bytes()[:3000])(dossier)


def abime(dossier: Path) -> Path:
    contenu = bytearray((DONNEES / "mgdis.xlsx").read_bytes())
    with zipfile.ZipFile(DONNEES / "mgdis.xlsx") as archive:
        place = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 90
    contenu[place : place + 60] = b"\0" * 60
    return octets("abime.xlsx", bytes(contenu))(dossier)


def ancien_tronque(dossier: Path) -> Path:
    return octets("t.xls", (DONNEES / "deux_lignes.xls").read_bytes()[:2000])(dossier)


def ancien_protege(dossier: Path) -> Path:
    """The record that says who wrote it becomes the one that says it is encrypted."""
    contenu = bytearray((DONNEES / "deux_lignes.xls").read_bytes())
    place = contenu.index(b"\x5c\x00\x70\x00")
    contenu[place : place + 2] = b"\x2f\x00"
    return octets("p.xls", bytes(contenu))(dossier)


def ods_protege(dossier: Path) -> Path:
    return fabrique.modifier_partie(
        DONNEES / "programmation.ods", dossier / "p.ods", "META-INF/manifest.xml",
        b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>",
    )  # fmt: skip


def entites(dossier: Path) -> Path:
    return fabrique.modifier_partie(
        DONNEES / "mgdis.xlsx", dossier / "e.xlsx", "xl/worksheets/sheet1.xml", b"<worksheet",
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet',
    )  # fmt: skip


def entites_ods(dossier: Path) -> Path:
    return fabrique.modifier_partie(
        DONNEES / "programmation.ods", dossier / "e.ods", "content.xml", b"<office:document-content",
        b'<!DOCTYPE x SYSTEM "fichier-voisin.txt"><office:document-content',
    )  # fmt: skip


def entites_utf16(dossier: Path) -> Path:
    texte = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY b "c">]><a/>'
    return fabrique.ajouter_partie(
        DONNEES / "mgdis.xlsx", dossier / "e16.xlsx", "docProps/x.xml", (texte.encode("utf-16"),)
    )


def zip_chiffre(dossier: Path) -> Path:
    contenu = bytearray((DONNEES / "mgdis.xlsx").read_bytes())
    contenu[contenu.rindex(b"PK\x01\x02") + 8] |= 1
    return octets("z.xlsx", bytes(contenu))(dossier)


def lignes_repetees(dossier: Path) -> Path:
    """An .ods in which one row is declared 300 000 times."""
    return fabrique.modifier_partie(
        DONNEES / "erreurs.ods", dossier / "r.ods", "content.xml", b"<table:table-row ",
        b'<table:table-row table:number-rows-repeated="300000" ',
    )  # fmt: skip


def cellule_lointaine(dossier: Path) -> Path:
    return fabrique.modifier_partie(
        DONNEES / "mgdis.xlsx",
        dossier / "l.xlsx",
        "xl/worksheets/sheet1.xml",
        b'r="B2"',
        b'r="XFD2"',
    )


def document_texte(dossier: Path) -> Path:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
    return octets("d.docx", tampon.getvalue())(dossier)


def cellule_d_un_ancien(ligne: int, colonne: int) -> Fabrique:
    """An .xls whose only number stands there."""

    def ecrire(dossier: Path) -> Path:
        contenu = bytearray((DONNEES / "erreurs.xls").read_bytes())
        place = contenu.index(b"\x7e\x02\x0a\x00") + 4
        contenu[place : place + 4] = struct.pack("<HH", ligne, colonne)
        return octets("loin.xls", bytes(contenu))(dossier)

    return ecrire


def etendue_menteuse(dossier: Path) -> Path:
    """An .xls that declares 16 million rows by 65 535 columns: reserved at once, they abort all."""
    contenu = bytearray((DONNEES / "erreurs.xls").read_bytes())
    place = contenu.index(b"\x00\x02\x0e\x00") + 4
    contenu[place : place + 12] = struct.pack("<IIHH", 0, 0xFFFFFF, 0, 0xFFFF)
    return octets("etendue.xls", bytes(contenu))(dossier)


def ods_avec(rangee: bytes) -> Fabrique:
    """An .ods with one more row, above the others."""

    def ecrire(dossier: Path) -> Path:
        return fabrique.modifier_partie(
            DONNEES / "erreurs.ods", dossier / "r.ods", "content.xml",
            b"<table:table-row ", rangee + b"<table:table-row ",
        )  # fmt: skip

    return ecrire


VIDES_PUIS_UNE = (
    b'<table:table-row table:number-rows-repeated="65000"><table:table-cell/></table:table-row>'
    b'<table:table-row><table:table-cell table:number-columns-repeated="199"/>'
    b'<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
)
MILLION_DE_LIGNES = (
    b"<table:table-row table:number-rows-repeated = '1000000'>"
    b"<table:table-cell office:value-type='float' office:value='1'/></table:table-row>"
)
MILLION_DE_COLONNES = (
    b"<table:table-row><table:table-cell office:value-type='float' office:value='1' "
    b"table:number-columns-repeated='1000000'/></table:table-row>"
)
LOINTAIN = "a des cellules remplies bien au-delà du tableau"


DANGEREUX = "contient des définitions XML dangereuses"
PROTEGE = "est protégé par un mot de passe"
ENDOMMAGE = "est incomplet ou endommagé"
HOSTILES: list[tuple[Fabrique, str]] = [
    (tronque, ENDOMMAGE),
    (abime, ENDOMMAGE),
    (ancien_tronque, ENDOMMAGE),
    (lambda _: DONNEES / "protege.xlsx", PROTEGE),
    (ancien_protege, PROTEGE),
    (ods_protege, PROTEGE),
    (zip_chiffre, PROTEGE),
    (lambda d: fabrique.bombe(DONNEES / "mgdis.xlsx", d / "b.xlsx"), "un contenu démesuré"),
    (
        lambda d: fabrique.taille_menteuse(DONNEES / "mgdis.xlsx", d / "b.xlsx"),
        "annonce une taille fausse",
    ),
    (entites, DANGEREUX),
    (entites_ods, DANGEREUX),
    (entites_utf16, DANGEREUX),
    (lignes_repetees, "a plus de 200 000 lignes remplies"),
    (cellule_lointaine, LOINTAIN),
    (cellule_d_un_ancien(65_000, 200), LOINTAIN),
    (etendue_menteuse, ENDOMMAGE),
    (ods_avec(VIDES_PUIS_UNE), LOINTAIN),
    (ods_avec(MILLION_DE_LIGNES), "a plus de 200 000 lignes remplies"),
    (ods_avec(MILLION_DE_COLONNES), LOINTAIN),
    (octets("rang.json", b"[" + b"1," * 3_000_000 + b"1]"), "plus de 3 millions de valeurs"),
    (octets("ligne.csv", b"a;b\n" + b"x" * 1_100_000), "a une ligne sans fin"),
    (octets("cases.csv", b"a;b\n" + b";1" * 2000), "a une ligne sans fin, plus de 1000 colonnes"),
    (octets("points.csv", b";;;\n;;;\n"), "ne contient aucune donnée"),
    (document_texte, "n'est pas un tableau que Tour de table sait lire"),
    (octets("vide.xlsx", b""), "est vide"),
    (octets("blanc.csv", b" \n\n"), "ne contient aucune donnée"),
    (octets("bruit.xlsx", bytes(range(256)) * 20), "n'est ni un tableau ni un fichier texte"),
    (octets("x.json", b'{"demandeur": '), "n'est pas un fichier JSON complet"),
    (octets("profond.json", b"[" * 100_000), "n'est pas un fichier JSON complet"),
    (octets("long.json", b"[" + b"9" * 5000 + b"]"), "n'est pas un fichier JSON complet"),
    (octets("page.xls", b"<html><table><tr><td>Porteur"), "est une page web"),
    (octets("ole.xls", feuilles._OLE + bytes(600)), ENDOMMAGE),
    (lambda d: d, "est un dossier"),
    (lambda d: d / "absent.xlsx", "est introuvable"),
]


@pytest.mark.parametrize(("fabriquer", "phrase"), HOSTILES)
def test_un_fichier_hostile_donne_une_phrase(
    tmp_path: Path, fabriquer: Fabrique, phrase: str
) -> None:
    with pytest.raises(SourceIllisible) as refus:
        ouvrir(fabriquer(tmp_path))
    message = str(refus.value)
    assert phrase in message
    assert message.startswith("« ")
    assert message.endswith(".")
    assert "\n" not in message


def test_un_million_de_lignes_est_refuse_sans_les_charger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chemin = fabrique.feuille_sans_fin(DONNEES / "gispro.xlsx", tmp_path / "m.xlsx")
    monkeypatch.setattr(feuilles, "_lire_feuilles", lambda *_: pytest.fail("les lignes sont lues"))
    with pytest.raises(SourceIllisible, match="a plus de 200 000 lignes remplies"):
        ouvrir(chemin)


def test_un_texte_d_un_million_de_lignes_est_refuse(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes(b"a;b\n" * 250_000)
    with pytest.raises(SourceIllisible, match="a plus de 200 000 lignes remplies"):
        ouvrir(tmp_path / "m.csv")


def test_une_ligne_vide_mise_en_forme_au_bout_de_la_feuille_n_est_rien(tmp_path: Path) -> None:
    """Excel writes such a row when somebody formats a whole column."""
    chemin = fabrique.modifier_partie(
        DONNEES / "gispro.xlsx", tmp_path / "v.xlsx", "xl/worksheets/sheet1.xml", b"</sheetData>",
        b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>',
    )  # fmt: skip
    assert len(seule(chemin).cellules) == 5


def test_un_fichier_trop_lourd_est_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feuilles, "TAILLE_MAXIMUM", 1000)
    with pytest.raises(SourceIllisible, match="pèse 0 Mo, plus que les 0 Mo"):
        ouvrir(DONNEES / "mgdis.xlsx")


def test_une_lecture_s_annule() -> None:
    appels = iter([False, False, True])
    with pytest.raises(TravailAnnule, match="rien n'a été modifié"):
        ouvrir(DONNEES / "mgdis.xlsx", annulation=lambda: next(appels))


def test_un_fichier_ole_tordu_ne_fait_pas_tourner_en_rond() -> None:
    """A chain of sectors that loops on itself is cut."""
    contenu = bytearray((DONNEES / "deux_lignes.xls").read_bytes())
    table = 512 * (int.from_bytes(contenu[76:80], "little") + 1)
    for secteur in range(128):
        contenu[table + 4 * secteur : table + 4 * secteur + 4] = (1).to_bytes(4, "little")
    ole = classeurs_xls.Ole(bytes(contenu))
    assert classeurs_xls.fautes(ole, "x.xls") == {}


def test_un_guillemet_jamais_ferme_n_avale_pas_les_lignes(tmp_path: Path) -> None:
    lignes = [f"Association {n};Action {n};2026;{n}00" for n in range(1, 301)]
    lignes[4] = 'Association 5;"Action 5;2026;500'
    lignes[299] = 'Association 300;Action "300";2026;300'
    source = tmp_path / "guillemet.csv"
    source.write_text("\n".join(["Porteur;Intitulé;Année;État", *lignes]), encoding="utf-8")
    with pytest.raises(SourceIllisible, match=r"La ligne 6 .* guillemet"):
        ouvrir(source)


def test_un_guillemet_qui_avale_une_page_entiere_est_dit(tmp_path: Path) -> None:
    """Beyond what one cell may hold: the line to correct is told, not « endommagé »."""
    lignes = [f"Association {n};Action {n} sur un quartier;2026;{n}00" for n in range(1, 9000)]
    lignes[4] = 'Association 5;"Action 5;2026;500'
    (tmp_path / "g.csv").write_text("\n".join(["sep=;", *lignes]), encoding="utf-8")
    with pytest.raises(SourceIllisible, match=r"La ligne 6 .* guillemet"):
        ouvrir(tmp_path / "g.csv")


def test_un_texte_n_est_decoupe_qu_une_fois(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lecteurs = []
    vrai = textes_sources.csv.reader
    monkeypatch.setattr(
        textes_sources.csv, "reader", lambda *a, **k: lecteurs.append(1) or vrai(*a, **k)
    )
    (tmp_path / "a.csv").write_text("Porteur;Intitulé\nA;b\n", encoding="utf-8")
    assert seule(tmp_path / "a.csv").cellules == (("Porteur", "Intitulé"), ("A", "b"))
    assert lecteurs == [1]


def test_un_texte_d_une_seule_ligne_tient_dans_peu_de_memoire(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_bytes(b"a;" * 10_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(SourceIllisible, match="a une ligne sans fin"):
            ouvrir(tmp_path / "l.csv")
        _, sommet = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sommet < 10_000_000


def test_un_texte_trop_lourd_est_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(textes_sources, "TAILLE_TEXTE", 10)
    (tmp_path / "a.csv").write_text("Porteur;Intitulé\nA;b\n", encoding="utf-8")
    with pytest.raises(SourceIllisible, match=r"« a\.csv » pèse 0 Mo, plus que les 0 Mo"):
        ouvrir(tmp_path / "a.csv")


def test_des_lignes_vides_repetees_a_l_infini_ne_coutent_rien(tmp_path: Path) -> None:
    """What LibreOffice writes when a whole sheet is formatted."""
    chemin = fabrique.modifier_partie(
        DONNEES / "erreurs.ods", tmp_path / "v.ods", "content.xml", b"</table:table>",
        b'<table:table-row table:number-rows-repeated="1000000">'
        b'<table:table-cell table:number-columns-repeated="1000000"/></table:table-row>'
        b"</table:table>",
    )  # fmt: skip
    assert len(seule(chemin).cellules) == 2


def test_une_cellule_perdue_au_bout_de_la_feuille_est_refusee(tmp_path: Path) -> None:
    import xlsxwriter

    source = tmp_path / "loin.xlsx"
    with xlsxwriter.Workbook(source) as classeur:
        feuille = classeur.add_worksheet()
        feuille.write(0, 0, "Porteur")
        feuille.write_number(150_000, 16_383, 1)
    with pytest.raises(SourceIllisible):
        ouvrir(source)
