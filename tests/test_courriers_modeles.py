"""The templates: ours are sound, those that come from outside are judged before anything runs."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
import pytest

from app.models.enums import NatureCourrier
from app.services.courriers_champs import champs, exemple
from app.services.courriers_controle import ModeleRefuse
from app.services.courriers_fournis import modele_fourni, texte_fourni
from app.services.courriers_modeles import Modeles
from app.services.courriers_rendu import Modele, lire_texte
from app.services.errors import SaisieRefusee

DOCUMENT = "word/document.xml"


def avec(faire: Callable[[Any], object]) -> bytes:
    """The template of the program, changed as in Word."""
    document = docx.Document(BytesIO(modele_fourni(NatureCourrier.ACCORD)))
    faire(document)
    tampon = BytesIO()
    document.save(tampon)
    return tampon.getvalue()


def ecrit(texte: str) -> bytes:
    """With one more paragraph at the end."""
    ajout = f"<w:p><w:r><w:t>{escape(texte)}</w:t></w:r></w:p><w:sectPr".encode()
    return remplacee(DOCUMENT, lambda xml: xml.replace(b"<w:sectPr", ajout, 1))


def test_les_modeles_fournis_sont_utilisables_et_disent_l_exemple(tmp_path: Path) -> None:
    for nature in NatureCourrier:
        texte = lire_texte(Modeles(tmp_path).charger(nature).remplir(exemple(), titre="x"))
        assert texte.startswith("Objet\u00a0: ")
        assert "Ateliers du mercredi" in texte
        assert "{" not in texte


@pytest.mark.parametrize("nature", list(NatureCourrier))
def test_la_typographie_des_textes_fournis(nature: NatureCourrier) -> None:
    texte = texte_fourni(nature)
    assert "'" not in texte.replace("{%", "")
    for signe in ":;?!»":
        assert f" {signe}" not in texte
    assert "« " not in texte


@pytest.mark.parametrize(
    ("texte", "dit"),
    [
        ("Bonjour {{ porteur.nome }}", "écrivez « porteur.nom »"),
        ("Bonjour {{ porteur }}", "le champ « porteur », qui n'existe pas"),
        ("{{ montan.nom }}", "près de « {{ montan.nom }} »"),
        ("{% for x in montant %}{% endfor %}", "écrivez « montants »"),
        ("{{ ''.__class__.__mro__ }}", "une instruction que le programme n'exécute pas"),
        ("{{ porteur.__class__ }}", "qui n'existe pas"),
        ("{{ porteur.nom.__class__ }}", "n'exécute pas"),
        ("{{ cycler.__init__.__globals__ }}", "n'exécute pas"),
        ("{{ self._TemplateReference__context }}", "qui n'existe pas"),
        ("{{ range(10000000) }}", "n'exécute pas"),
        ("{{ porteur.nom | safe }}", "instruction"),
        ("{% for a in range(9) %}x{% endfor %}", "répétition"),
        ("{% for m in montants %}{% for p in pieces %}x{% endfor %}{% endfor %}", "répétition"),
        ("{% set x = 1 %}", "n'exécute pas"),
        ("{% include 'x' %}", "n'exécute pas"),
        ("{% macro x() %}{% endmacro %}", "n'exécute pas"),
        ("{{ 'a' * 999999999 }}", "n'exécute pas"),
        ("{{r porteur.nom }}", "n'exécute pas"),
        ("{% if decision.motif %}sans fin", "mal écrite"),
        ("{{ porteur.nom", "mal écrite"),
    ],
)
def test_un_modele_hostile_ou_faux_est_refuse_en_disant_ou(texte: str, dit: str) -> None:
    with pytest.raises(ModeleRefuse) as refus:
        Modele(ecrit(texte), "à moi.docx")
    phrase = str(refus.value).replace("\u00a0", " ")
    assert phrase.startswith("« à moi.docx »")
    assert dit in phrase, phrase
    assert len(phrase) < 320


def test_un_champ_faux_se_trouve_aussi_dans_le_pied_et_dans_un_tableau() -> None:
    def pied(document: Any) -> None:
        document.sections[0].footer.paragraphs[0].text = "{{ action.numro }}"

    with pytest.raises(
        ModeleRefuse, match=re.escape("pied de page, près de «\u00a0{{ action.numro }}")
    ):
        Modele(avec(pied), "x.docx")

    def cellule(document: Any) -> None:
        document.tables[0].rows[-1].cells[0].paragraphs[0].add_run("{{ total.acorde }}")

    with pytest.raises(ModeleRefuse, match=re.escape("«\u00a0total.accorde\u00a0»")):
        Modele(avec(cellule), "x.docx")


def test_les_proprietes_du_document_ne_sont_jamais_executees() -> None:
    def titre(document: Any) -> None:
        document.core_properties.title = "{{ ''.__class__.__mro__ }}"

    octets = Modele(avec(titre), "x.docx").remplir(exemple(), titre="Ma {{ lettre }}")
    assert docx.Document(BytesIO(octets)).core_properties.title == "Ma {{ lettre }}"


def remplacee(nom: str, faire: Callable[[bytes], bytes], **ajouts: bytes) -> bytes:
    """The archive of the template with one of its parts changed, and others added."""
    tampon = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(modele_fourni(NatureCourrier.ACCORD))) as lu,
        zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as ecrite,
    ):
        for membre in lu.namelist():
            octets = lu.read(membre)
            ecrite.writestr(membre, faire(octets) if membre == nom else octets)
        for ajout, octets in ajouts.items():
            ecrite.writestr(ajout.replace("__", "/"), octets)
    return tampon.getvalue()


def _image_ailleurs(octets: bytes) -> bytes:
    lien = (
        b'<Relationship Id="rId999" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/image" Target="http://exemple.fr/x.png" TargetMode="External"/>'
    )
    return octets.replace(b"</Relationships>", lien + b"</Relationships>")


def _champ_qui_lit(octets: bytes) -> bytes:
    champ = b'<w:p><w:r><w:instrText>INCLUDETEXT "c:\\\\secret"</w:instrText></w:r></w:p><w:sectPr'
    return octets.replace(b"<w:sectPr", champ, 1)


def _entites(octets: bytes) -> bytes:
    fin = octets.index(b"?>") + 2
    return octets[:fin] + b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + octets[fin:]


@pytest.mark.parametrize(
    ("fabriquer", "dit"),
    [
        (lambda: b"pas un zip", "n'est pas un document Word lisible"),
        (lambda: remplacee(DOCUMENT, lambda _: b"<pas du xml"), "n'est pas un document Word"),
        (lambda: remplacee(DOCUMENT, _entites), "n'est pas un document Word lisible"),
        (lambda: remplacee("", bytes, word__vbaProject__bin=b"x"), "contient une macro"),
        (lambda: remplacee("word/_rels/document.xml.rels", _image_ailleurs), "placez l'image dans"),
        (lambda: remplacee(DOCUMENT, _champ_qui_lit), "supprimez ce champ"),
        (lambda: remplacee("", bytes, word__gros__xml=b"0" * (41 << 20)), "trop de choses"),
        (lambda: ecrit("x" * 500_000), "trop de choses"),
    ],
)
def test_un_fichier_piege_est_refuse_sans_etre_ouvert(
    fabriquer: Callable[[], bytes], dit: str
) -> None:
    with pytest.raises(ModeleRefuse, match=dit):
        Modele(fabriquer(), "x.docx")


def test_une_copie_se_modifie_sert_et_se_rend(tmp_path: Path) -> None:
    modeles = Modeles(tmp_path / "équipe")
    assert {m.chemin for m in modeles.etats()} == {None}
    chemin = modeles.copier(NatureCourrier.ACCORD)
    assert modeles.copier(NatureCourrier.ACCORD) == chemin
    chemin.write_bytes(ecrit("Le tribunal administratif peut être saisi."))
    lus = lire_texte(modeles.charger(NatureCourrier.ACCORD).remplir(exemple()))
    assert "Attribution" in lus
    entier = docx.Document(BytesIO(modeles.charger(NatureCourrier.ACCORD).remplir(exemple())))
    assert entier.paragraphs[-1].text == "Le tribunal administratif peut être saisi."
    chemin.write_bytes(ecrit("{{ porteur.nome }} encore"))
    etats = {m.nature: m.refus for m in modeles.etats()}
    assert "porteur.nom" in etats[NatureCourrier.ACCORD]
    garde = modeles.retablir(NatureCourrier.ACCORD)
    assert garde.name == "Accord (ancien).docx"
    assert modeles.nom(NatureCourrier.ACCORD) == "Accord (modèle du programme)"
    with pytest.raises(SaisieRefusee, match="déjà le modèle du programme"):
        modeles.retablir(NatureCourrier.ACCORD)


def test_un_modele_sans_nos_styles_se_corrige_aussi() -> None:
    document = docx.Document()
    document.add_paragraph("Cher {{ porteur.nom }},")
    document.add_paragraph("Merci.")
    tampon = BytesIO()
    document.save(tampon)
    modele = Modele(tampon.getvalue(), "court.docx")
    assert lire_texte(modele.remplir(exemple())) == "Cher Association Les Ateliers,\nMerci."
    corrige = modele.remplir(exemple(), texte="Bonjour,\n- un\nMerci.\nAu revoir.")
    assert lire_texte(corrige) == "Bonjour,\n- un\nMerci.\nAu revoir."


def test_la_liste_des_champs_est_celle_que_les_modeles_acceptent() -> None:
    simples = [champ for champ in champs() if champ.nom.split(".")[0] not in ("m", "p")]
    octets = ecrit(" ".join(champ.ecrit for champ in simples))
    texte = docx.Document(BytesIO(Modele(octets, "x.docx").remplir(exemple()))).paragraphs[-1].text
    assert texte == " ".join(champ.exemple for champ in simples)
